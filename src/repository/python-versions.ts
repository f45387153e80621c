// Which version of a Python package a source file sees: that of a lockfile, or else the lower end of what a manifest asks for; and
// which Python package a file belongs to.
import semver from 'semver';
import type { Files } from './files.ts';
import { dirOf, inDir, upward, within } from './location.ts';
import { distributionsOf } from './python-imports.ts';
import { LOCKFILES, type PythonLockfile } from './python-lockfiles.ts';
import { MANIFESTS } from './python-manifests.ts';
import { type Requirement, readRequirements } from './python-requirements.ts';
import { allows, lowestOf } from './python-specifiers.ts';
import type { PackageVersion } from './versions.ts';

export interface PythonPackage {
  /** Relative to the root, '' for the root. */
  readonly dir: string;
  readonly name: string | undefined;
  /** The file that makes the folder a package. */
  readonly file: string;
}

/** `requirements.txt`, `requirements-dev.txt`, `dev-requirements.txt`, and whatever lies in a folder of that name. */
const REQUIREMENTS = /^(?:requirements(?:[-_.][\w.-]*)?|[\w-]+[-_.]requirements|constraints)\.(?:txt|in)$/i;
const FOLDER = /(?:^|\/)requirements$/i;

/** Reads manifests and lockfiles only when a version is first asked for. @param all every file of the repository */
export function openPythonVersions(files: Files, all: readonly string[]): (file: string, importName: string) => PackageVersion | undefined {
  const sources = sourcesByDir(all);
  const known = new Map<string, PackageVersion | undefined>();
  const asking = new Map<string, readonly Requirement[]>();
  const locking = new Map<string, readonly PythonLockfile[]>();

  const askedIn = (dir: string): readonly Requirement[] =>
    kept(asking, dir, () => (sources.get(dir) ?? []).flatMap(file => requirementsIn(files, file)));
  const locksIn = (dir: string): readonly PythonLockfile[] => kept(locking, dir, () => readLocks(files, dir, sources.get(dir) ?? []));

  function find(dir: string, names: readonly string[]): PackageVersion | undefined {
    for (const at of upward(dir)) {
      const asked = askedIn(at).filter(one => names.includes(one.name));
      const specifier = asked.map(one => one.specifier).find(one => one !== '') ?? '';
      for (const above of asked.length === 0 ? [at] : upward(at)) {
        for (const lock of locksIn(above)) {
          // A lockfile further up speaks only for the folders that are its members.
          if (!lock.members.has(within(above, at) ?? '')) continue;
          const version = highest(names, lock, specifier);
          if (version !== undefined) return { version, source: 'lockfile' };
        }
      }
      const own = lowest(asked);
      if (own !== undefined) return own;
    }
    return undefined;
  }

  /** Somewhere else in the repository, as long as there is only one answer. */
  function elsewhere(names: readonly string[]): PackageVersion | undefined {
    const found = new Map<string, PackageVersion>();
    for (const dir of sources.keys()) {
      const version = lowest(askedIn(dir).filter(one => names.includes(one.name)));
      if (version !== undefined) found.set(version.version, version);
      if (found.size > 1) return undefined;
    }
    return [...found.values()][0];
  }

  return (file, importName) => {
    const dir = dirOf(file);
    const key = `${dir}\0${importName}`;
    if (known.has(key)) return known.get(key);
    const names = distributionsOf(importName);
    const version = find(dir, names) ?? elsewhere(names);
    known.set(key, version);
    return version;
  };
}

/** The Python package that a file belongs to: the nearest folder that says what it needs, or what it is called. */
export function openPythonPackages(files: Files, all: readonly string[]): (file: string) => PythonPackage | undefined {
  const sources = sourcesByDir(all);
  const packages = new Map<string, PythonPackage | undefined>();

  function at(dir: string): PythonPackage | undefined {
    if (packages.has(dir)) return packages.get(dir);
    // A lockfile alone is no package.
    const own = (sources.get(dir) ?? []).filter(file => !isLockfile(lastOf(file)));
    const name = own.flatMap(file => {
      const read = Object.hasOwn(MANIFESTS, lastOf(file)) ? MANIFESTS[lastOf(file)] : undefined;
      const text = read === undefined ? undefined : files.read(file);
      return (text === undefined ? undefined : read?.(text)?.name) ?? [];
    })[0];
    const [first] = own;
    const found = first === undefined ? undefined : { dir, name, file: first };
    packages.set(dir, found);
    return found;
  }

  return file => {
    for (const dir of upward(dirOf(file))) {
      const found = at(dir);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Manifests and lockfiles by the folder that they speak for. */
function sourcesByDir(all: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const order = ['pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'Pipfile'];
  const rank = (file: string): number => (order.includes(lastOf(file)) ? order.indexOf(lastOf(file)) : order.length);
  const out = new Map<string, string[]>();
  for (const file of all) {
    const name = lastOf(file);
    const dir = dirOf(file);
    const inFolder = FOLDER.test(dir) && /\.(?:txt|in)$/.test(name);
    if (!inFolder && !REQUIREMENTS.test(name) && !Object.hasOwn(MANIFESTS, name) && !isLockfile(name)) continue;
    const home = inFolder ? dirOf(dir) : dir;
    const list = out.get(home);
    if (list === undefined) out.set(home, [file]);
    else list.push(file);
  }
  for (const list of out.values()) list.sort((a, b) => rank(a) - rank(b));
  return out;
}

function kept<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function readLocks(files: Files, dir: string, sources: readonly string[]): readonly PythonLockfile[] {
  const out: PythonLockfile[] = [];
  for (const [name, parse] of LOCKFILES) {
    const file = inDir(dir, name);
    const text = sources.includes(file) ? files.readLarge(file) : undefined;
    if (text === undefined) continue;
    const lock = parse(text);
    if (lock === undefined) files.note({ file, reason: 'not a lockfile that we can read' });
    else out.push(lock);
  }
  return out;
}

function requirementsIn(files: Files, file: string): readonly Requirement[] {
  const name = lastOf(file);
  if (isLockfile(name)) return [];
  const read = Object.hasOwn(MANIFESTS, name) ? MANIFESTS[name] : undefined;
  if (read === undefined) return readRequirements(files, file);
  const text = files.read(file);
  const manifest = text === undefined ? undefined : read(text);
  if (text !== undefined && manifest === undefined) files.note({ file, reason: 'not a manifest that we can read' });
  return manifest?.requirements ?? [];
}

function isLockfile(name: string): boolean {
  return LOCKFILES.some(([lock]) => lock === name);
}

/** The highest locked version that the specifier allows; one that it does not allow may still be right, since overrides are stronger. */
function highest(names: readonly string[], lock: PythonLockfile, specifier: string): string | undefined {
  for (const name of names) {
    const versions = [...(lock.versions.get(name) ?? [])].sort(semver.rcompare);
    const found = versions.find(version => allows(specifier, version)) ?? versions[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first requirement that says a version. A constraint elsewhere may be the only one that does. */
function lowest(asked: readonly Requirement[]): PackageVersion | undefined {
  for (const one of [...asked].sort((a, b) => Number(b.locked) - Number(a.locked))) {
    const version = one.specifier === '' ? undefined : lowestOf(one.specifier);
    if (version !== undefined) return { version, source: one.locked ? 'lockfile' : 'manifest' };
  }
  return undefined;
}

function lastOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
