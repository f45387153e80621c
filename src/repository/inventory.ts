// The inventory of a repository: its files, their text, its packages, and how they refer to one another.
// Everything the frontends know of the disk, they know from here.
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CodeRole } from '../core/fact.ts';
import type { Unread } from '../core/report.ts';
import { UserError } from './errors.ts';
import type { Files } from './files.ts';
import { dirOf } from './location.ts';
import type { PackageManifest } from './manifest.ts';
import { openResolver } from './paths.ts';
import { openPythonPackages, openPythonVersions, type PythonPackage } from './python-versions.ts';
import { type ReadResult, readText } from './read.ts';
import { openRoles } from './role.ts';
import { openVersions, type PackageVersion } from './versions.ts';
import { walk } from './walk.ts';
import { openWorkspaces } from './workspace.ts';

export interface Inventory {
  /** Absolute, and free of links. */
  readonly root: string;
  /** Relative to the root, forward slashes, sorted. */
  readonly files: readonly string[];
  /** What was not read, and why; grows as files are read. A name that ends in `/` is a whole directory. */
  readonly unread: readonly Unread[];
  /** The lines of all files that were read so far, lockfiles not counted. */
  readonly lines: number;
  /** The lines of some files, as far as they were read. */
  linesOf(files: readonly string[]): number;
  /** Every package.json that could be read, in the order of the files. */
  readonly packages: readonly PackageManifest[];
  has(file: string): boolean;
  /** The listed file that a link among the files leads to; undefined: it is no link. */
  linkedTo(file: string): string | undefined;
  /** The text of a listed file; undefined: not listed, or not readable, which is then noted in `unread`. */
  read(file: string): string | undefined;
  /** The same as its authors wrote it, where a frontend reads a language in the words of another. */
  written(file: string): string | undefined;
  /** Takes over what somebody else read of a listed file, as `read` would have. */
  learn(file: string, result: ReadResult): void;
  /** What a listed file of at most so many bytes holds, without a trace: no line is counted, nothing is noted or kept. */
  peek(file: string, limit: number): ReadResult;
  /** Notes that a listed file could be read, but not understood. */
  giveUp(file: string, reason: string): void;
  /** The nearest package above a file. */
  packageOf(file: string): PackageManifest | undefined;
  /** The Python package that a file belongs to. */
  pythonPackageOf(file: string): PythonPackage | undefined;
  /** The version of a package as a source file sees it; one of Python is asked for by the name that is imported: `py:openai`. */
  versionOf(file: string, packageName: string): PackageVersion | undefined;
  /** The published name of a package that a manifest renames (`"my-ai": "npm:ai@5"`), else the name itself. */
  realName(file: string, packageName: string): string;
  /** The file of the repository that an import means; undefined for packages of others. */
  resolveImport(fromFile: string, specifier: string): string | undefined;
  roleOf(file: string): CodeRole;
}

/** Characters of text that are kept; what is beyond is read again when it is asked for again. */
const CACHE_CHARACTERS = 48 * 1024 * 1024;
const LARGE_BYTES = 48 * 1024 * 1024;

/** Lists a repository and reads its manifests. Nothing of it is run. */
export async function openInventory(root: string, progress?: (note: string) => void): Promise<Inventory> {
  const home = checkRoot(root);
  progress?.('Looking for files');
  const walked = await walk(home, count => progress?.(`Looking for files: ${count.toLocaleString('en')} so far`));
  const listed = new Set(walked.files);
  const texts = new Map<string, string>();
  const counted = new Map<string, number>();
  const unread = new Map(walked.unread.map(one => [one.file, one]));
  let room = CACHE_CHARACTERS;
  let lines = 0;

  function note(one: Unread): void {
    if (!unread.has(one.file)) unread.set(one.file, one);
  }

  function read(file: string): string | undefined {
    const kept = texts.get(file);
    if (kept !== undefined) return kept;
    const text = load(file);
    if (text !== undefined) keep(file, text);
    return text;
  }

  function keep(file: string, text: string): void {
    if (text.length > room) return;
    texts.set(file, text);
    room -= text.length;
  }

  function learn(file: string, result: ReadResult): void {
    if (texts.has(file)) return;
    const text = take(file, result);
    if (text !== undefined) keep(file, text);
  }

  function load(file: string, limit?: number): string | undefined {
    return listed.has(file) ? take(file, readText(home, file, limit), limit) : undefined;
  }

  function take(file: string, result: ReadResult, limit?: number): string | undefined {
    if (result.kind === 'unread') {
      note({ file, reason: result.reason });
      return undefined;
    }
    // Lockfiles are read only when somebody asks for a version; the lines must not depend on that.
    if (limit === undefined && !counted.has(file)) {
      const count = countLines(result.text);
      counted.set(file, count);
      lines += count;
    }
    return result.text;
  }

  function peek(file: string, limit: number): ReadResult {
    const kept = texts.get(file);
    return kept === undefined ? readText(home, file, limit) : { kind: 'text', text: kept };
  }

  const files: Files = { has: file => listed.has(file), read, readLarge: file => load(file, LARGE_BYTES), note };
  const workspaces = openWorkspaces(walked.files, files);
  const versions = openVersions(files, workspaces);
  const pythonVersionOf = openPythonVersions(files, walked.files);
  const roles = openRoles(
    walked.files,
    workspaces.packages.map(one => one.dir),
  );

  return {
    root: home,
    files: walked.files,
    get unread() {
      return [...unread.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
    },
    get lines() {
      return lines;
    },
    linesOf: asked => asked.reduce((sum, file) => sum + (counted.get(file) ?? 0), 0),
    packages: workspaces.packages,
    has: files.has,
    linkedTo: file => walked.links.get(file),
    giveUp: (file, reason) => note({ file, reason }),
    read,
    written: read,
    learn,
    peek,
    packageOf: file => workspaces.above(dirOf(file))[0],
    pythonPackageOf: openPythonPackages(files, walked.files),
    versionOf: (file, name) => (name.startsWith('py:') ? pythonVersionOf(file, name) : versions.versionOf(file, name)),
    realName: versions.realName,
    resolveImport: openResolver(files, workspaces),
    roleOf: roles,
  };
}

function countLines(text: string): number {
  if (text === '') return 0;
  let count = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function checkRoot(root: string): string {
  if (root.trim() === '')
    throw new UserError('The path is empty; give the folder of the repository to audit, or leave it out for the current one.');
  try {
    const home = realpathSync(resolve(root));
    if (statSync(home).isDirectory()) {
      accessSync(home, constants.R_OK | constants.X_OK);
      return home;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new UserError(`"${root}" does not exist; give the folder of the repository to audit.`);
    throw new UserError(`"${root}" cannot be read; give a folder that you have permission to read.`);
  }
  throw new UserError(`"${root}" is not a folder; give the folder of the repository to audit.`);
}
