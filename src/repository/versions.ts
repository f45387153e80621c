// Which version of a package a source file sees: the lockfile's, or else the lower end of what the manifest asks for.
// The defaults of an SDK depend on it, so a guess is marked as what it is.
import semver from 'semver';
import type { Files } from './files.ts';
import { dirOf, joinPath, within } from './location.ts';
import { splitAt } from './lockfile.ts';
import { lockfileDir, openLockfiles } from './lockfiles.ts';
import type { Dependency, PackageManifest } from './manifest.ts';
import type { Workspaces } from './workspace.ts';

export interface PackageVersion {
  readonly version: string;
  /**
   * `lockfile`: what was installed; `manifest`: the lowest version that the range of a package.json allows, or the
   * version of a workspace package; `specifier`: the import itself names it, as `npm:ai@5.0.3` does.
   */
  readonly source: 'lockfile' | 'manifest' | 'specifier';
}

export interface Versions {
  versionOf(file: string, packageName: string): PackageVersion | undefined;
  /** The package that a name in an import means, when a manifest gives it another name (`"my-ai": "npm:ai@5"`). */
  realName(file: string, packageName: string): string;
}

// semver sets no limit to a range, and this one comes from an untrusted file.
const MAX_RANGE = 256;

/** Reads lockfiles only when a version is first asked for. */
export function openVersions(files: Files, workspaces: Workspaces): Versions {
  const lockfilesOf = openLockfiles(files, workspaces);
  const known = new Map<string, PackageVersion | undefined>();

  function versionOf(file: string, specifier: string): PackageVersion | undefined {
    const dir = dirOf(file);
    const key = `${dir}\0${specifier}`;
    if (known.has(key)) return known.get(key);
    const version = specifier.startsWith('npm:') ? fromSpecifier(specifier.slice(0, MAX_RANGE)) : find(dir, packageNameOf(specifier));
    known.set(key, version);
    return version;
  }

  function find(dir: string, name: string): PackageVersion | undefined {
    const importers = workspaces.above(dir);
    const declaring = importers.flatMap(importer => {
      const dependency = importer.dependencies.get(name);
      return dependency ? [{ importer, dependency }] : [];
    });
    // A peer range, or `*`, leaves it to others to bring the package; whoever brings it knows better.
    const deciding = declaring.find(one => !isOpen(one.dependency)) ?? declaring[0];
    if (deciding) {
      const locked = installed(deciding.importer, name, deciding.dependency);
      if (locked !== undefined) return { version: locked, source: 'lockfile' };
    }
    const member = workspaces.member(deciding?.importer.dir ?? dir, name);
    if (member) return ofMember(member);
    const found = transitive(importers[0]?.dir ?? dir, name, deciding?.dependency.range);
    if (found !== undefined) return { version: found, source: 'lockfile' };
    const version = deciding && lowestOf(deciding.importer, name, deciding.dependency.range);
    return version === undefined ? undefined : { version, source: 'manifest' };
  }

  function installed(importer: PackageManifest, name: string, dependency: Dependency): string | undefined {
    const catalogued = catalogRange(importer, name, dependency.range);
    const written = catalogued ?? dependency.range;
    const range = written.startsWith('npm:') ? (splitAt(written.slice(4))?.[1] ?? '*') : written;
    let first: string | undefined;
    for (const lockfile of lockfilesOf(importer.dir)) {
      const inner = within(lockfileDir(lockfile), importer.dir) ?? '';
      const version = lockfile.direct(inner, name, dependency.range) ?? (catalogued && lockfile.direct(inner, name, catalogued));
      // A package may keep a stale lockfile of its own below the one of its workspace, so what the manifest allows goes first;
      // what it does not allow may still be right, since an override is stronger than a range.
      if (version && isAllowed(version, range)) return version;
      first ??= version || undefined;
    }
    return first;
  }

  /**
   * A package that no manifest names, or whose manifest no lockfile knows: where Node would find it, else the highest.
   * A manifest of its own mind (an example that asks for ^5 beside an application with 6) is not overruled.
   */
  function transitive(dir: string, name: string, range: string | undefined): string | undefined {
    const strict = range !== undefined && lowest(range) !== undefined ? range : undefined;
    for (const lockfile of lockfilesOf(dir)) {
      const direct = lockfile.direct(within(lockfileDir(lockfile), dir) ?? '', name, undefined);
      const all = [...lockfile.versions(name)].sort(semver.rcompare);
      const found = [...(direct === undefined ? [] : [direct]), ...all].find(version => strict === undefined || isAllowed(version, strict));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function catalogRange(importer: PackageManifest, name: string, range: string): string | undefined {
    return range.startsWith('catalog:') ? workspaces.fromCatalog(importer.dir, range.slice(8).trim(), name) : undefined;
  }

  function lowestOf(importer: PackageManifest, name: string, range: string): string | undefined {
    const written = catalogRange(importer, name, range) ?? range;
    const path = /^(?:link|file|portal):(.*)$/.exec(written)?.[1];
    if (path !== undefined) return ofMember(workspaces.at(joinPath(importer.dir, path) ?? '\0'))?.version;
    if (written.startsWith('npm:')) return lowest(splitAt(written.slice(4))?.[1] ?? '');
    return lowest(written.replace(/^workspace:/, ''));
  }

  function realName(file: string, specifier: string): string {
    const name = packageNameOf(specifier.replace(/^npm:/, ''));
    for (const importer of workspaces.above(dirOf(file))) {
      const range = importer.dependencies.get(name)?.range;
      if (range === undefined) continue;
      const written = catalogRange(importer, name, range) ?? range;
      return written.startsWith('npm:') ? (splitAt(written.slice(4))?.[0] ?? written.slice(4)) : name;
    }
    return name;
  }

  return { versionOf, realName };
}

/** The package of an import: `@scope/name` of `@scope/name/sub`, `ai` of `ai/rsc`. */
export function packageNameOf(specifier: string): string {
  const [first = '', second] = specifier.split('/', 2);
  const name = first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
  // Deno writes the version behind the name.
  return splitAt(name)?.[0] ?? name;
}

/** `npm:ai@5.0.3/rsc`, as Deno imports. */
function fromSpecifier(specifier: string): PackageVersion | undefined {
  const range = /^npm:\/?(?:@[^/@]+\/)?[^/@]+@([^/]+)/.exec(specifier)?.[1];
  const version = range === undefined ? undefined : lowest(range);
  return version === undefined ? undefined : { version, source: 'specifier' };
}

function isOpen(dependency: Dependency): boolean {
  return dependency.kind === 'peer' || dependency.range.trim() === '' || dependency.range.trim() === '*';
}

function isAllowed(version: string, range: string): boolean {
  return range.length <= MAX_RANGE && semver.satisfies(version, range);
}

/** A version is only passed on when it is one, since others compare it. */
function ofMember(member: PackageManifest | undefined): PackageVersion | undefined {
  const version = semver.valid(member?.version);
  return version === null ? undefined : { version, source: 'manifest' };
}

/** The lower end of a range, where it has one: `*`, `latest` and the address of a repository have not. */
function lowest(range: string): string | undefined {
  if (range.trim() === '' || range.length > MAX_RANGE || semver.validRange(range) === null) return undefined;
  const version = semver.minVersion(range)?.version;
  return version === '0.0.0' && range.trim() !== '0.0.0' ? undefined : version;
}
