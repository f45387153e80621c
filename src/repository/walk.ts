// Lists the files of a repository: what its authors wrote, not what was installed, built or ignored.
// No directory link is ever entered, so circles cannot occur; a file link counts only when it ends at a listed file.
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Unread } from '../core/report.ts';
import { type IgnoreLevel, judgePath, parseIgnore } from './gitignore.ts';
import { isForeign, isPackageDir, outputReason } from './outputs.ts';
import { describeError, isInside, readText } from './read.ts';

export interface WalkResult {
  /** Relative to the root, forward slashes, sorted. A name may hold control characters: escape it before printing. */
  readonly files: readonly string[];
  readonly unread: readonly Unread[];
  /** The links among the files, each with the file that it leads to. */
  readonly links: ReadonlyMap<string, string>;
}

interface Directory {
  /** Relative to the root, '' for the root. */
  readonly path: string;
  readonly levels: readonly IgnoreLevel[];
}

/** Node puts this in place of bytes that are not UTF-8; such a name cannot be opened again. */
const REPLACED = '\ufffd';
const PATIENCE_MS = 50;

/** Lists the files below `root`, which must be a real path. `onProgress` hears now and then how many there are so far. */
export async function walk(root: string, onProgress?: (count: number) => void): Promise<WalkResult> {
  const files: string[] = [];
  const links: string[] = [];
  const unread: Unread[] = [];
  const stack: Directory[] = [{ path: '', levels: [] }];
  let lastPause = performance.now();

  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const directory = next;
    const entries = list(root, directory.path, unread);
    const isPackage = isPackageDir(entries);
    const levels = withOwnIgnore(root, directory, entries, unread);
    for (const [i, entry] of entries.entries()) {
      if ((i & 255) === 0 && performance.now() - lastPause > PATIENCE_MS) {
        onProgress?.(files.length);
        await setImmediate();
        lastPause = performance.now();
      }
      const path = directory.path === '' ? entry.name : `${directory.path}/${entry.name}`;
      const isDirectory = entry.isDirectory();
      // In a worktree or a submodule .git is a file, with a path of this machine in it.
      if ((isDirectory && isForeign(entry.name)) || entry.name === '.git') continue;
      const verdict = judgePath(levels, path, isDirectory);
      if (verdict === 'ignored') continue;
      if (path.includes(REPLACED)) unread.push({ file: path, reason: 'its name is not valid UTF-8' });
      else if (entry.isFile()) files.push(path);
      else if (entry.isSymbolicLink()) links.push(path);
      else if (!isDirectory) unread.push({ file: path, reason: 'not a regular file' });
      else {
        const reason = outputReason(entry.name, join(root, path), isPackage);
        if (reason === undefined) stack.push({ path, levels: verdict });
        else if (reason !== '') unread.push({ file: `${path}/`, reason });
      }
    }
  }

  const followed = followLinks(root, links, files, unread);
  files.sort();
  return { files, unread, links: followed };
}

function list(root: string, path: string, unread: Unread[]): Dirent[] {
  try {
    return readdirSync(join(root, path), { withFileTypes: true });
  } catch (error) {
    unread.push({ file: `${path}/`, reason: describeError(error) });
    return [];
  }
}

/** Git obeys a .gitignore only when it is a plain file, and so do we. */
function withOwnIgnore(root: string, directory: Directory, entries: readonly Dirent[], unread: Unread[]): readonly IgnoreLevel[] {
  if (!entries.some(entry => entry.name === '.gitignore' && entry.isFile())) return directory.levels;
  const file = directory.path === '' ? '.gitignore' : `${directory.path}/.gitignore`;
  const result = readText(root, file);
  if (result.kind === 'unread') {
    unread.push({ file, reason: result.reason });
    return directory.levels;
  }
  const { level, dropped } = parseIgnore(directory.path, result.text);
  if (dropped > 0) unread.push({ file, reason: `${dropped} patterns are too many or too costly to apply` });
  return [...directory.levels, level];
}

/**
 * A file link stays in the list when it ends at a file of the list.
 * Anything else could make us quote what nobody meant to show, such as .git/config with a token in it.
 */
function followLinks(root: string, links: readonly string[], files: string[], unread: Unread[]): ReadonlyMap<string, string> {
  const followed = new Map<string, string>();
  if (links.length === 0) return followed;
  const listed = new Set(files);
  for (const link of links) {
    const judged = judgeLink(root, link, listed);
    if (typeof judged !== 'string') {
      files.push(link);
      followed.set(link, judged.to);
    } else if (judged !== '') unread.push({ file: link, reason: judged });
  }
  return followed;
}

/** Why a link is left out, or the file that it leads to; '' for a folder of the repository, which is listed under its own name. */
function judgeLink(root: string, link: string, listed: ReadonlySet<string>): string | { readonly to: string } {
  let target: string;
  let isDirectory: boolean;
  try {
    target = realpathSync(join(root, link));
    isDirectory = statSync(target).isDirectory();
  } catch (error) {
    const reason = describeError(error);
    return reason === 'cannot be opened' ? 'a link that leads nowhere' : reason;
  }
  if (target !== root && !isInside(root, target)) return 'a link that leads out of the repository';
  const relative = target.slice(root.length).split(sep).filter(Boolean).join('/');
  if (listed.has(relative)) return { to: relative };
  return isDirectory ? '' : 'a link to a file that is not read';
}
