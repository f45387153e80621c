// bun.lock, the text form: a map from places in the tree (`ai`, `parent/ai`) to what lies there.
import semver from 'semver';
import { asString, isRecord, parseJsonc } from './jsonc.ts';
import { type Lockfile, splitAt, VersionSets } from './lockfile.ts';

/** Reads the text of a lockfile of bun; undefined when it is not one. */
export function parseBunLock(file: string, text: string): Lockfile | undefined {
  const json = parseJsonc(text);
  if (!isRecord(json) || !isRecord(json.packages)) return undefined;
  const workspaces = isRecord(json.workspaces) ? json.workspaces : {};
  const placed = new Map<string, string>();
  const sets = new VersionSets();
  for (const [place, entry] of Object.entries(json.packages)) {
    const [realName, written] = splitAt((Array.isArray(entry) ? asString(entry[0]) : undefined) ?? '') ?? [];
    const version = semver.valid(written);
    if (realName === undefined || version === null) continue;
    placed.set(place, version);
    sets.add(realName, version);
  }
  return {
    file,
    versions: name => sets.get(name),
    direct(importer, name, range) {
      if (range !== undefined && !Object.hasOwn(workspaces, importer)) return undefined;
      const workspace = Object.hasOwn(workspaces, importer) ? workspaces[importer] : undefined;
      const own = isRecord(workspace) ? asString(workspace.name) : undefined;
      return (own === undefined ? undefined : placed.get(`${own}/${name}`)) ?? placed.get(name);
    },
  };
}
