// package-lock.json and npm-shrinkwrap.json, versions 1 to 3: a tree of node_modules folders, searched as Node would.
import semver from 'semver';
import { asString, isRecord, parseRecord } from './jsonc.ts';
import { inDir, upward } from './location.ts';
import { type Lockfile, splitAt, VersionSets } from './lockfile.ts';

const FOLDER = 'node_modules/';

/** Reads the text of a lockfile of npm; undefined when it is not one. */
export function parseNpmLock(file: string, text: string): Lockfile | undefined {
  const json = parseRecord(text);
  if (json === undefined) return undefined;
  const installed = new Map<string, string>();
  const importers = new Set(['']);
  const sets = new VersionSets();
  // Version 2 holds both forms, and the newer one knows workspaces.
  if (isRecord(json.packages)) readLocations(json.packages, installed, importers, sets);
  else readTree(json.dependencies, installed, sets);
  return {
    file,
    versions: name => sets.get(name),
    direct(importer, name, range) {
      if (range !== undefined && !importers.has(importer)) return undefined;
      for (const dir of upward(importer)) {
        const version = installed.get(inDir(dir, FOLDER + name));
        if (version !== undefined) return version;
      }
      return undefined;
    },
  };
}

function readLocations(
  packages: Readonly<Record<string, unknown>>,
  installed: Map<string, string>,
  importers: Set<string>,
  sets: VersionSets,
): void {
  for (const [location, entry] of Object.entries(packages)) {
    const folder = location.lastIndexOf(FOLDER);
    if (folder < 0) importers.add(location);
    if (folder < 0 || !isRecord(entry)) continue;
    const version = semver.valid(asString(entry.version));
    if (version === null) continue;
    installed.set(location, version);
    const folderName = location.slice(folder + FOLDER.length);
    sets.add(folderName, version);
    // An alias lies in a folder of its own name and says here what it is.
    const realName = asString(entry.name);
    if (realName !== undefined && realName !== folderName) sets.add(realName, version);
  }
}

/** Version 1: packages inside packages. The walk keeps its own stack, since the depth is the file's to choose. */
function readTree(dependencies: unknown, installed: Map<string, string>, sets: VersionSets): void {
  const stack: { readonly prefix: string; readonly children: unknown }[] = [{ prefix: '', children: dependencies }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (!isRecord(next.children)) continue;
    for (const [name, entry] of Object.entries(next.children)) {
      if (!isRecord(entry)) continue;
      const location = `${next.prefix}${FOLDER}${name}`;
      const written = asString(entry.version) ?? '';
      const alias = written.startsWith('npm:') ? splitAt(written.slice(4)) : undefined;
      const version = semver.valid(alias?.[1] ?? written);
      if (version !== null) {
        installed.set(location, version);
        sets.add(name, version);
        if (alias) sets.add(alias[0], version);
      }
      if (isRecord(entry.dependencies)) stack.push({ prefix: `${location}/`, children: entry.dependencies });
    }
  }
}
