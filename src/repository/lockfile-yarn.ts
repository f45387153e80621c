// yarn.lock, classic and berry, read line by line: a heading lists what was asked for, a line below it what was installed.
import semver from 'semver';
import { type Lockfile, splitAt, VersionSets } from './lockfile.ts';

/** Reads the text of a lockfile of yarn. */
export function parseYarnLock(file: string, text: string): Lockfile {
  const asked = new Map<string, string>();
  const sets = new VersionSets();
  let heading: readonly string[] = [];
  for (const line of text.split('\n')) {
    const first = line.charCodeAt(0);
    if (Number.isNaN(first) || first === 35 || first === 13) continue;
    if (first !== 32) {
      if (line.trim() !== ':') heading = parseHeading(line);
      continue;
    }
    const version = /^ {2}version:? "?([^"\s]+)"?\s*$/.exec(line)?.[1];
    if (version === undefined || semver.valid(version) === null) continue;
    for (const spec of heading) {
      const [name, range] = splitAt(spec) ?? [];
      // Berry lists the packages of the workspace too, with a version that is not theirs.
      if (name === undefined || range === undefined || range.startsWith('workspace:')) continue;
      asked.set(spec, version);
      sets.add(name, version);
      const alias = range.startsWith('npm:') ? splitAt(range.slice(4)) : undefined;
      if (alias) sets.add(alias[0], version);
    }
  }
  return {
    file,
    versions: name => sets.get(name),
    direct(_importer, name, range) {
      if (range === undefined) return undefined;
      return asked.get(`${name}@${range}`) ?? asked.get(`${name}@npm:${range}`);
    },
  };
}

/** `"a@^1", "a@^2":` in classic, `"a@npm:^1, a@npm:^2":` in berry; a very long one begins with `? `. */
function parseHeading(line: string): readonly string[] {
  return line.trimEnd().replace(/^\? /, '').replace(/:$/, '').replaceAll('"', '').split(', ');
}
