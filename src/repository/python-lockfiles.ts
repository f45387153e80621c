// Lockfiles of Python: uv.lock, poetry.lock, pdm.lock and pylock.toml, which are alike, and Pipfile.lock.
import { asString, isRecord, parseRecord } from './jsonc.ts';
import { joinPath } from './location.ts';
import { parseToml } from './python-manifests.ts';
import { distributionName, semverOf } from './python-specifiers.ts';

export interface PythonLockfile {
  /** Versions by the normalised name of the distribution; several when they differ by platform or version of Python. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** Folders of packages that it locks as well, relative to its own, '' for its own. */
  readonly members: ReadonlySet<string>;
}

/** By the name of the file, the ones that are believed first at the start. */
export const LOCKFILES: readonly (readonly [name: string, parse: (text: string) => PythonLockfile | undefined])[] = [
  ['uv.lock', toml],
  ['poetry.lock', toml],
  ['pdm.lock', toml],
  ['pylock.toml', toml],
  ['Pipfile.lock', pipfileLock],
];

function toml(text: string): PythonLockfile | undefined {
  const read = parseToml(text);
  const list = read?.package ?? read?.packages;
  if (!Array.isArray(list)) return undefined;
  const versions = new Map<string, string[]>();
  const members = new Set(['']);
  for (const entry of list) {
    if (!isRecord(entry)) continue;
    add(versions, asString(entry.name), asString(entry.version));
    const source = isRecord(entry.source) ? entry.source : {};
    const path = asString(source.editable) ?? asString(source.virtual) ?? asString(source.directory);
    const dir = path === undefined ? undefined : joinPath('', path);
    if (dir !== undefined) members.add(dir);
  }
  return { versions, members };
}

function pipfileLock(text: string): PythonLockfile | undefined {
  const json = parseRecord(text);
  if (json === undefined) return undefined;
  const versions = new Map<string, string[]>();
  for (const section of [json.default, json.develop]) {
    for (const [name, entry] of Object.entries(isRecord(section) ? section : {}))
      if (isRecord(entry)) add(versions, name, asString(entry.version)?.replace(/^==/, ''));
  }
  return { versions, members: new Set(['']) };
}

function add(versions: Map<string, string[]>, written: string | undefined, version: string | undefined): void {
  const valid = version === undefined ? undefined : semverOf(version);
  if (written === undefined || valid === undefined) return;
  const name = distributionName(written);
  const known = versions.get(name);
  if (known === undefined) versions.set(name, [valid]);
  else if (!known.includes(valid)) known.push(valid);
}
