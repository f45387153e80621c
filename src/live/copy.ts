// A fresh copy of the repository for one trial: files only, installed packages linked, secrets hidden, nothing followed out of it.
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readlink, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { TrialError } from './job.ts';

/** Folders that no agent needs in order to run. */
const SKIPPED = new Set(['.git', '.hg', '.svn', '.turbo', '.cache']);
/** Environment files that hold examples, not secrets. */
const EXAMPLE = /^\.env\.(?:example|sample|template|dist|defaults?)$/;
/** Most files and folders of a copy. */
const ENTRIES = 200_000;

interface Budget {
  bytes: number;
  entries: number;
}

/**
 * Copies a repository.
 * @param from absolute path of the repository
 * @param to folder to be made; beside it `node_modules` appears when a folder above the repository has one
 * @param limit most bytes
 * @throws TrialError `copy` when it is larger, or cannot be read
 */
export async function copyRepository(from: string, to: string, limit: number): Promise<void> {
  const root = await realpath(from).catch(() => {
    throw new TrialError('copy', `The folder ${from} does not exist.`);
  });
  const budget: Budget = { bytes: limit, entries: ENTRIES };
  await copyFolder(root, to, { root, to, budget, limit });
  const above = await installedAbove(root);
  if (above !== undefined) await symlink(above, join(dirname(to), 'node_modules'), 'junction');
}

interface Copying {
  readonly root: string;
  readonly to: string;
  readonly budget: Budget;
  readonly limit: number;
}

async function copyFolder(from: string, to: string, copying: Copying): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (--copying.budget.entries < 0)
      throw new TrialError('copy', `The repository holds more than ${ENTRIES} files, which is too many to copy for a trial.`);
    if (entry.isSymbolicLink()) {
      // Installed packages may lie elsewhere and be linked as a whole.
      if (entry.name === 'node_modules' && (await isFolder(source))) await linkPackages(await realpath(source), target, copying);
      else await copyLink(source, target, copying);
    } else if (entry.isDirectory()) {
      if (SKIPPED.has(entry.name)) continue;
      if (entry.name === 'node_modules') await linkPackages(source, target, copying);
      // A virtual environment of Python is installed software, too, and does not survive a move.
      else if (await exists(join(source, 'pyvenv.cfg'))) await symlink(source, target, 'junction');
      else await copyFolder(source, target, copying);
    } else if (entry.isFile()) await copyOne(source, target, copying);
    // Sockets, devices and pipes stay behind.
  }
}

async function copyOne(source: string, target: string, { budget, limit }: Copying): Promise<void> {
  const name = basename(source);
  // An empty file instead of the real one: `node --env-file=.env` must still find it.
  if (/^\.env(?:$|\.)/.test(name) && !EXAMPLE.test(name)) return writeFile(target, '');
  budget.bytes -= (await lstat(source)).size;
  if (budget.bytes < 0)
    throw new TrialError('copy', `The repository is larger than ${Math.round(limit / 1e6)} MB, which is too large to copy for a trial.`);
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    // A file that we may not read, the agent may not either.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
  }
}

/** A link that stays inside is made again; one that leads out is left out, and so is a circle that leads nowhere. */
async function copyLink(source: string, target: string, copying: Copying): Promise<void> {
  const inside = await insideOf(source, copying);
  if (inside === undefined) return;
  if (/^\.env(?:$|\.)/.test(basename(source)) || /^\.env(?:$|\.)/.test(basename(inside))) return writeFile(target, '');
  await symlink(relative(dirname(target), join(copying.to, inside)) || '.', target);
}

/** Where a link leads, relative to the repository; undefined when it leads out or nowhere. */
async function insideOf(link: string, { root }: Copying): Promise<string | undefined> {
  try {
    const path = relative(root, await realpath(link));
    if (path.startsWith('..') || isAbsolute(path) || path.split(sep).some(part => SKIPPED.has(part))) return undefined;
    // The next stop rather than the last, where that is inside as well: a link to a link keeps its shape.
    const next = relative(root, resolve(dirname(link), await readlink(link)));
    return next.startsWith('..') || isAbsolute(next) ? path : next;
  } catch {
    return undefined;
  }
}

/**
 * Installed packages are linked one by one: packages of the same workspace must lead into the copy, and what tools write into
 * `node_modules/.cache` must not reach the original.
 */
async function linkPackages(source: string, target: string, copying: Copying): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (entry.name === '.cache' || entry.name === '.vite') continue;
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory() && entry.name.startsWith('@')) await linkPackages(from, to, copying);
    else await symlink(entry.isSymbolicLink() ? await workspaceOf(from, copying) : from, to, entry.isFile() ? 'file' : 'junction');
  }
}

/** The folder in the copy when a package is one of the repository's own, otherwise the package itself. */
async function workspaceOf(link: string, { root, to }: Copying): Promise<string> {
  const real = await realpath(link).catch(() => link);
  const path = relative(root, real);
  return path.startsWith('..') || isAbsolute(path) || path.split(sep).includes('node_modules') ? real : join(to, path);
}

/** The nearest node_modules above the repository: it may be one package of a larger workspace. */
async function installedAbove(root: string): Promise<string | undefined> {
  for (let folder = dirname(root); ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules');
    if (await exists(found)) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
