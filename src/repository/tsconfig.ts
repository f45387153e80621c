// Path mappings of tsconfig.json and jsconfig.json, with what they inherit: `baseUrl` and `paths`, nothing else.
// A configuration outside the root is never read, whatever `extends` says.
import type { Files } from './files.ts';
import { asString, asStrings, isRecord, parseJsonc } from './jsonc.ts';
import { dirOf, inDir, joinPath } from './location.ts';
import type { Workspaces } from './workspace.ts';

/** One entry of `paths`, split at its `*`. */
export interface PathMapping {
  readonly prefix: string;
  /** undefined: the pattern has no `*` and matches only its prefix. */
  readonly suffix: string | undefined;
  /** Relative to the root, each perhaps with a `*`. */
  readonly targets: readonly string[];
}

export interface PathConfig {
  /** Bare imports are sought here first; undefined: they are not. */
  readonly baseUrl: string | undefined;
  /** The pattern with the longest prefix comes first, as it wins. */
  readonly mappings: readonly PathMapping[];
}

interface Options {
  readonly baseUrl: string | undefined;
  readonly paths: Readonly<Record<string, unknown>> | undefined;
  /** The directory of the file that wrote `paths`. */
  readonly pathsDir: string;
}

/** Nx has no tsconfig.json at the root, but this. */
const CONFIG_NAMES = ['tsconfig.json', 'jsconfig.json', 'tsconfig.base.json'];
/** Lists of bases that list bases multiply. */
const MAX_LOADS = 100;

/** Reads configurations by directory: the nearest one upward counts, tsconfig.json before jsconfig.json. */
export function openPathConfigs(files: Files, workspaces: Workspaces): (dir: string) => PathConfig | undefined {
  const known = new Map<string, PathConfig | undefined>();
  const parsed = new Map<string, Readonly<Record<string, unknown>> | undefined>();
  let loads = 0;

  function configOf(dir: string): PathConfig | undefined {
    if (known.has(dir)) return known.get(dir);
    const file = CONFIG_NAMES.map(name => inDir(dir, name)).find(name => files.has(name));
    const config = file !== undefined ? readConfig(file) : dir === '' ? undefined : configOf(dirOf(dir));
    known.set(dir, config);
    return config;
  }

  function readConfig(file: string): PathConfig {
    loads = 0;
    let options = load(file, dirOf(file), []);
    if (options?.paths === undefined && options?.baseUrl === undefined) options = fromReferences(file) ?? options;
    const mappings = Object.entries(options?.paths ?? {}).map(([pattern, targets]) => {
      const star = pattern.indexOf('*');
      const base = options?.baseUrl ?? options?.pathsDir ?? '';
      return {
        prefix: star < 0 ? pattern : pattern.slice(0, star),
        suffix: star < 0 ? undefined : pattern.slice(star + 1),
        targets: asStrings(targets).flatMap(target => place(target, base, dirOf(file)) ?? []),
      };
    });
    // A pattern without a star matches exactly, and that beats every prefix.
    mappings.sort((a, b) => Number(a.suffix !== undefined) - Number(b.suffix !== undefined) || b.prefix.length - a.prefix.length);
    return { baseUrl: options?.baseUrl, mappings };
  }

  /** Vite's template keeps the options of the browser's code in tsconfig.app.json, which tsconfig.json only refers to. */
  function fromReferences(file: string): Options | undefined {
    const json = readJson(file);
    for (const reference of Array.isArray(json?.references) ? json.references : []) {
      const path = isRecord(reference) ? asString(reference.path) : undefined;
      const target = path === undefined ? undefined : joinPath(dirOf(file), path);
      // A reference to another folder is another project, with its own files.
      if (target === undefined || dirOf(target) !== dirOf(file) || !files.has(target)) continue;
      const options = load(target, dirOf(file), []);
      if (options?.paths !== undefined) return options;
    }
    return undefined;
  }

  /** The options of a file over those that it extends; `leaf` is the directory that `${configDir}` stands for. */
  function load(file: string, leaf: string, chain: readonly string[]): Options | undefined {
    if (chain.includes(file) || ++loads > MAX_LOADS) return undefined;
    const json = readJson(file);
    if (json === undefined) return undefined;
    let base: Options = { baseUrl: undefined, paths: undefined, pathsDir: dirOf(file) };
    const bases = typeof json.extends === 'string' ? [json.extends] : asStrings(json.extends);
    for (const name of bases) {
      const parent = findBase(name, dirOf(file));
      const options = parent === undefined ? undefined : load(parent, leaf, [...chain, file]);
      if (options === undefined) continue;
      base = {
        baseUrl: options.baseUrl ?? base.baseUrl,
        paths: options.paths ?? base.paths,
        pathsDir: options.paths === undefined ? base.pathsDir : options.pathsDir,
      };
    }
    const own = isRecord(json.compilerOptions) ? json.compilerOptions : {};
    const baseUrl = asString(own.baseUrl);
    const paths = isRecord(own.paths) ? own.paths : undefined;
    return {
      baseUrl: baseUrl === undefined ? base.baseUrl : place(baseUrl, dirOf(file), leaf),
      paths: paths ?? base.paths,
      pathsDir: paths === undefined ? base.pathsDir : dirOf(file),
    };
  }

  /** What `extends` names: a file of the repository, or one of a package of the workspace. */
  function findBase(name: string, dir: string): string | undefined {
    if (/^\.{1,2}(?:\/|$)/.test(name)) return firstListed(joinPath(dir, name));
    const scoped = name.startsWith('@');
    const [first = '', second = ''] = name.split('/');
    const packageName = scoped ? `${first}/${second}` : first;
    const home = workspaces.member(dir, packageName);
    const rest = name.slice(packageName.length + 1);
    return home === undefined ? undefined : firstListed(rest === '' ? home.dir : joinPath(home.dir, rest));
  }

  function firstListed(path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    return [path, `${path}.json`, inDir(path, 'tsconfig.json')].find(file => files.has(file));
  }

  /** A base is parsed once, however many configurations extend it. */
  function readJson(file: string): Readonly<Record<string, unknown>> | undefined {
    if (parsed.has(file)) return parsed.get(file);
    const json = parseConfig(file);
    parsed.set(file, json);
    return json;
  }

  function parseConfig(file: string): Readonly<Record<string, unknown>> | undefined {
    const text = files.read(file);
    if (text === undefined) return undefined;
    const json = parseJsonc(text);
    if (isRecord(json)) return json;
    files.note({ file, reason: 'not valid JSON; its path mappings are unknown' });
    return undefined;
  }

  return configOf;
}

function place(path: string, dir: string, leaf: string): string | undefined {
  const template = '${' + 'configDir}';
  return path.startsWith(template) ? joinPath(leaf, path.slice(template.length)) : joinPath(dir, path);
}
