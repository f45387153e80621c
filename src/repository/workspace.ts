// All packages of a repository and how they belong together: which is nearest to a file, which are members of a workspace.
import type { Files } from './files.ts';
import { matchesAny } from './glob.ts';
import { asStrings, isRecord } from './jsonc.ts';
import { dirOf, joinPath, upward, within } from './location.ts';
import { type Catalogs, type PackageManifest, parseCatalogs, parseManifest } from './manifest.ts';
import { parseYaml } from './yaml.ts';

export interface Workspaces {
  readonly packages: readonly PackageManifest[];
  /** The packages above a directory, the nearest first. */
  above(dir: string): readonly PackageManifest[];
  at(dir: string): PackageManifest | undefined;
  /** The package of the repository that an import of `name` in `dir` means, when it is one: linked or in the same workspace. */
  member(dir: string, name: string): PackageManifest | undefined;
  /** The range that `catalog:` or `catalog:<name>` stands for. */
  fromCatalog(dir: string, catalog: string, name: string): string | undefined;
}

/** A directory that declares members, catalogs, or both. */
interface WorkspaceRoot {
  readonly dir: string;
  readonly patterns: readonly string[];
  readonly catalogs: Catalogs;
}

const LINK = /^(?:workspace|link|file|portal):/;
/** No honest range is longer, and patterns go back and forth over it. */
const LONGEST = 1000;

/** Reads every package.json and every list of workspaces among the files. */
export function openWorkspaces(list: readonly string[], files: Files): Workspaces {
  const packages: PackageManifest[] = [];
  const roots: WorkspaceRoot[] = [];
  for (const file of list) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    if (name === 'package.json') addPackage(file);
    else if (name === 'pnpm-workspace.yaml' || name === '.yarnrc.yml') addRoot(readYaml(file, files), dirOf(file));
  }
  const byDir = new Map(packages.map(one => [one.dir, one]));
  const byName = new Map<string, PackageManifest[]>();
  for (const one of packages) {
    if (one.name === undefined) continue;
    const same = byName.get(one.name);
    if (same) same.push(one);
    else byName.set(one.name, [one]);
  }
  const chains = new Map<string, readonly PackageManifest[]>();
  const homes = new Map<string, ReadonlySet<string>>();

  function addPackage(file: string): void {
    const text = files.read(file);
    if (text === undefined) return;
    const manifest = parseManifest(file, text);
    if (manifest === undefined) {
      files.note({ file, reason: 'not valid JSON' });
      return;
    }
    packages.push(manifest);
    if (manifest.workspaces.length > 0 || manifest.catalogs.size > 0) {
      roots.push({ dir: manifest.dir, patterns: manifest.workspaces, catalogs: manifest.catalogs });
    }
  }

  function addRoot(yaml: unknown, dir: string): void {
    if (isRecord(yaml)) roots.push({ dir, patterns: asStrings(yaml.packages), catalogs: parseCatalogs(yaml) });
  }

  function above(dir: string): readonly PackageManifest[] {
    const known = chains.get(dir);
    if (known) return known;
    const own = byDir.get(dir);
    const rest = dir === '' ? [] : above(dirOf(dir));
    const chain = own ? [own, ...rest] : rest;
    chains.set(dir, chain);
    return chain;
  }

  /** The workspaces to which a package directory belongs, as a member or as the root. */
  function homesOf(dir: string): ReadonlySet<string> {
    const known = homes.get(dir);
    if (known) return known;
    const found = new Set<string>();
    for (const root of roots) {
      const inner = within(root.dir, dir);
      if (root.patterns.length > 0 && inner !== undefined && (inner === '' || matchesAny(root.patterns, inner))) found.add(root.dir);
    }
    homes.set(dir, found);
    return found;
  }

  function member(dir: string, name: string): PackageManifest | undefined {
    const candidates = byName.get(name);
    const importers = above(dir);
    // A link may also lead to a package under another name, as `link:../shared` does.
    for (const importer of importers) {
      const range = importer.dependencies.get(name)?.range;
      if (range === undefined || range.length > LONGEST || !LINK.test(range)) continue;
      const path = /^(?:link|file|portal|workspace):(\.{1,2}(?:\/.*)?|[^*^~@:]+\/.*)$/.exec(range)?.[1];
      const target = path === undefined ? undefined : joinPath(importer.dir, path);
      const linked = target === undefined ? undefined : byDir.get(target);
      if (linked) return linked;
      const renamed = /^workspace:(@?[^@]+)@/.exec(range)?.[1];
      const found = renamed === undefined ? candidates?.[0] : byName.get(renamed)?.[0];
      if (found) return found;
    }
    if (candidates === undefined) return undefined;
    // A name alone proves nothing: `examples/openai` may call itself "openai". It must be in a workspace with the importer.
    const nearest = importers[0];
    if (nearest === undefined) return undefined;
    // Or, where no workspace is declared, at least of the same scope: `@shop/web` imports `@shop/shared`.
    const scope = /^@[^/]+\//.exec(name)?.[0];
    return candidates.find(
      one =>
        one === nearest ||
        [...homesOf(one.dir)].some(home => homesOf(nearest.dir).has(home)) ||
        (scope !== undefined && nearest.name?.startsWith(scope)),
    );
  }

  function fromCatalog(dir: string, catalog: string, name: string): string | undefined {
    for (const at of upward(dir)) {
      for (const root of roots) {
        const range = root.dir === at ? root.catalogs.get(catalog === '' ? 'default' : catalog)?.get(name) : undefined;
        if (range !== undefined) return range;
      }
    }
    return undefined;
  }

  return { packages, above, at: dir => byDir.get(dir), member, fromCatalog };
}

function readYaml(file: string, files: Files): unknown {
  const text = files.read(file);
  if (text === undefined) return undefined;
  const result = parseYaml(text);
  if (result.kind === 'value') return result.value;
  files.note({ file, reason: result.reason });
  return undefined;
}
