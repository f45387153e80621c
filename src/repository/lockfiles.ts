// Finds the lockfile that governs a package, and reads it when it is first asked for.
import type { Files } from './files.ts';
import { dirOf, inDir, upward } from './location.ts';
import type { Lockfile } from './lockfile.ts';
import { parseBunLock } from './lockfile-bun.ts';
import { parseNpmLock } from './lockfile-npm.ts';
import { parsePnpmLock } from './lockfile-pnpm.ts';
import { parseYarnLock } from './lockfile-yarn.ts';
import type { Workspaces } from './workspace.ts';

interface Format {
  readonly name: string;
  readonly manager: string;
  readonly parse: (file: string, text: string) => Lockfile | undefined;
}

/** In the order in which they are believed when several lie in one directory and `packageManager` does not choose. */
const FORMATS: readonly Format[] = [
  { name: 'npm-shrinkwrap.json', manager: 'npm', parse: parseNpmLock },
  { name: 'pnpm-lock.yaml', manager: 'pnpm', parse: parsePnpmLock },
  { name: 'yarn.lock', manager: 'yarn', parse: parseYarnLock },
  { name: 'bun.lock', manager: 'bun', parse: parseBunLock },
  { name: 'package-lock.json', manager: 'npm', parse: parseNpmLock },
];

/** Answers with the lockfiles of a directory and of those above it, nearest first. */
export function openLockfiles(files: Files, workspaces: Workspaces): (dir: string) => readonly Lockfile[] {
  const byDir = new Map<string, readonly Lockfile[]>();
  const chains = new Map<string, readonly Lockfile[]>();

  function ownOf(dir: string): readonly Lockfile[] {
    const known = byDir.get(dir);
    if (known) return known;
    const manager = workspaces.at(dir)?.manager;
    const formats = FORMATS.toSorted((a, b) => Number(b.manager === manager) - Number(a.manager === manager));
    const own: Lockfile[] = [];
    for (const format of formats) {
      const file = inDir(dir, format.name);
      const text = files.has(file) ? files.readLarge(file) : undefined;
      if (text === undefined) continue;
      const lockfile = format.parse(file, text);
      if (lockfile) own.push(lockfile);
      else files.note({ file, reason: 'not a lockfile that we can read' });
    }
    const binary = inDir(dir, 'bun.lockb');
    if (own.length === 0 && files.has(binary)) files.note({ file: binary, reason: 'binary; versions are taken from package.json' });
    byDir.set(dir, own);
    return own;
  }

  return dir => {
    const known = chains.get(dir);
    if (known) return known;
    const chain = upward(dir).flatMap(ownOf);
    chains.set(dir, chain);
    return chain;
  };
}

/** The directory that importers of a lockfile are relative to. */
export function lockfileDir(lockfile: Lockfile): string {
  return dirOf(lockfile.file);
}
