// One package.json, as far as the audit needs it: who it is, what it depends on, how it is entered.
import { asString, asStrings, isRecord, parseRecord, stringEntries } from './jsonc.ts';
import { dirOf } from './location.ts';

export type DependencyKind = 'production' | 'optional' | 'development' | 'peer';

export interface Dependency {
  /** As written: `^6.0.0`, `workspace:*`, `catalog:`, `npm:ai@5`. */
  readonly range: string;
  readonly kind: DependencyKind;
}

/** The names under which a package offers its files. */
export interface PackageEntry {
  readonly source: string | undefined;
  readonly types: string | undefined;
  readonly module: string | undefined;
  readonly main: string | undefined;
  /** As written: a string, a map of conditions, or a map of subpaths. */
  readonly exports: unknown;
  /** Subpath imports, `#x`, as written. */
  readonly imports: Readonly<Record<string, unknown>>;
}

/** Version ranges that a workspace keeps in one place, by catalog ('default' for the nameless) and package. */
export type Catalogs = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface PackageManifest {
  readonly file: string;
  /** Relative to the root, '' for the root. */
  readonly dir: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** The four kinds in one map; a package in several kinds counts as the first of production, optional, development, peer. */
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** The patterns of `workspaces` in npm's, yarn's and bun's form. */
  readonly workspaces: readonly string[];
  readonly catalogs: Catalogs;
  /** Of `packageManager`, for example `pnpm`. */
  readonly manager: string | undefined;
  readonly entry: PackageEntry;
  /** Names of its commands and what they run. */
  readonly scripts: ReadonlyMap<string, string>;
}

const KINDS: readonly (readonly [field: string, kind: DependencyKind])[] = [
  ['dependencies', 'production'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'development'],
  ['peerDependencies', 'peer'],
];

/** Reads the text of a package.json; undefined when it is not a JSON object. */
export function parseManifest(file: string, text: string): PackageManifest | undefined {
  const json = parseRecord(text);
  if (json === undefined) return undefined;
  const workspaces = json.workspaces;
  return {
    file,
    dir: dirOf(file),
    name: asString(json.name),
    version: asString(json.version),
    dependencies: mergeDependencies(json),
    workspaces: asStrings(isRecord(workspaces) ? workspaces.packages : workspaces),
    catalogs: isRecord(workspaces) ? parseCatalogs(workspaces) : parseCatalogs(json),
    manager: asString(json.packageManager)?.split('@')[0],
    entry: {
      source: asString(json.source),
      types: asString(json.types) ?? asString(json.typings),
      module: asString(json.module),
      main: asString(json.main),
      exports: json.exports,
      imports: isRecord(json.imports) ? json.imports : {},
    },
    scripts: new Map(stringEntries(json.scripts)),
  };
}

function mergeDependencies(json: Readonly<Record<string, unknown>>): Map<string, Dependency> {
  const all = new Map<string, Dependency>();
  for (const [field, kind] of KINDS) {
    for (const [name, range] of stringEntries(json[field])) if (!all.has(name)) all.set(name, { range, kind });
  }
  return all;
}

/** Reads `catalog` and `catalogs` of a pnpm-workspace.yaml, a .yarnrc.yml, or a package.json of bun. */
export function parseCatalogs(holder: Readonly<Record<string, unknown>>): Catalogs {
  const catalogs = new Map<string, ReadonlyMap<string, string>>();
  if (isRecord(holder.catalogs)) {
    for (const [name, entries] of Object.entries(holder.catalogs)) catalogs.set(name, new Map(stringEntries(entries)));
  }
  if (isRecord(holder.catalog)) catalogs.set('default', new Map(stringEntries(holder.catalog)));
  return catalogs;
}
