// What the configuration of vitest, jest or mocha lets a run take: `include: ['src/**/*.test.ts']`, `testPathIgnorePatterns: ['agent']`.
// The file is not run; only plain texts are taken from it, and whatever else stands there limits nothing.
import { expression, glob, holdsAbove, type Inventory, type PathPattern } from '../../repository/index.ts';
import { get, list, text } from './jobs.ts';
import { join } from './workspace.ts';

/** Does a run leave out a file? Told by its path from the root of the repository. */
export type Leaves = (file: string) => boolean;

const ENDINGS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json'];
const CODE = /\.[cm]?[jt]sx?$/;
const MOST_TEXT = 40_000;
const MOST_MISSED = 5000;
const MOST_PATTERNS = 50;

const FILES: Readonly<Record<string, readonly string[]>> = {
  vitest: ['vitest.config', 'vite.config'],
  jest: ['jest.config'],
  mocha: ['.mocharc'],
};

/** The files of tests that a run leaves out: by its configuration, and by the names of cases that it asks for. */
export function missedBy(inventory: Inventory, runner: string, dir: string, args: readonly string[]): readonly string[] {
  if (!Object.hasOwn(FILES, runner)) return NOTHING;
  const named = args.findIndex(arg => /^(?:-c|--config)(?:=|$)/.test(arg));
  if (args.some(arg => /^(?:--root|--rootDir|--dir|--project|--projects|--workspace)(?:=|$)/.test(arg))) return NOTHING;
  const config = named < 0 ? '' : (args[named]?.split('=')[1] ?? args[named + 1] ?? '');
  const names = namesAsked(args) ?? '';
  const key = `${runner}\0${dir}\0${config}\0${names}`;
  const here = known.get(inventory) ?? new Map<string, readonly string[]>();
  known.set(inventory, here);
  let found = here.get(key);
  if (found === undefined) {
    const rules = read(inventory, runner, dir, config);
    const leaves = [...rules.leaves, ...[names, rules.names ?? ''].flatMap(one => withoutName(inventory, one))];
    found = filesLeft(inventory, dir, file => CODE.test(file) && leaves.some(one => one(file)), leaves.length);
    here.set(key, found);
  }
  return found;
}

const NOTHING: readonly string[] = [];

/** Every command of a workflow asks for it. */
const known = new WeakMap<Inventory, Map<string, readonly string[]>>();

/** The files of tests below a folder that something leaves out. */
export function filesLeft(inventory: Inventory, dir: string, leaves: Leaves, rules = 1): readonly string[] {
  if (rules === 0) return NOTHING;
  const below = dir === '' ? '' : `${dir}/`;
  const out: string[] = [];
  for (const file of inventory.files) {
    if (out.length >= MOST_MISSED) break;
    if (file.startsWith(below) && /^(?:test|eval)$/.test(inventory.roleOf(file)) && leaves(file)) out.push(file);
  }
  return out;
}

interface Rules {
  readonly leaves: readonly Leaves[];
  /** The names of cases that it runs. */
  readonly names?: string | undefined;
}

const NO_RULES: Rules = { leaves: [] };

function read(inventory: Inventory, runner: string, dir: string, config: string): Rules {
  const at = (name: string): string => (dir === '' ? name : `${dir}/${name}`);
  const given = config === '' ? [] : [join(dir, config) ?? ''];
  const standing = (FILES[runner] ?? []).flatMap(name => ENDINGS.map(ending => at(`${name}.${ending}`)));
  for (const file of config === '' ? standing : given) {
    const source = inventory.has(file) ? inventory.read(file) : undefined;
    if (source === undefined) continue;
    const data = file.endsWith('.json') ? parsed(source) : undefined;
    if (data === undefined) {
      const code = bare(source);
      if (runner === 'vitest') return ofVitest(code, dir);
      // Projects have lists of their own, and a root that is worked out may be any folder.
      const open = ['projects', 'rootDir'].some(name => new RegExp(`\\b${name}\\s*:`).test(code) && textsIn(code, name) === undefined);
      return open ? NO_RULES : ofData(runner, dir, name => textsIn(code, name));
    }
    return ofData(runner, dir, name => textsOf(get(data, name)));
  }
  const manifest = runner === 'vitest' ? undefined : get(parsed(inventory.read(at('package.json')) ?? ''), runner);
  return manifest === undefined ? NO_RULES : ofData(runner, dir, name => textsOf(get(manifest, name)));
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** A text, or a list of them; undefined: there is none. */
function textsOf(value: unknown): readonly string[] | undefined {
  return value === undefined ? undefined : typeof value === 'string' ? [value] : list(value).flatMap(one => text(one) ?? []);
}

/** Without comments; what looks like one in a pattern is none. */
function bare(whole: string): string {
  const text = whole.slice(0, MOST_TEXT).replace(/(^|\s)\/\/[^\n]*/g, '$1');
  let out = '';
  let at = 0;
  let quote = -1;
  for (let start = text.indexOf('/*'); start >= 0; start = text.indexOf('/*', at)) {
    const end = text.indexOf('*/', start + 2);
    if (end < 0) break;
    if (quote < start) quote = start + Math.max(0, text.slice(start).search(/['"`]|$/));
    const opens = start === 0 || /[\s,{[]/.test(text[start - 1] ?? '');
    const isComment = opens && quote > end;
    out += text.slice(at, isComment ? start : start + 2);
    at = isComment ? end + 2 : start + 2;
  }
  return out + text.slice(at);
}

function ofVitest(source: string, dir: string): Rules {
  const start = /\btest\s*:\s*\{/.exec(source);
  if (start === null) return NO_RULES;
  const own = topOf(source.slice(start.index + start[0].length));
  // Projects have lists of their own.
  if (/\b(?:projects|workspace)\s*:/.test(own)) return NO_RULES;
  const roots = [...source.matchAll(/\broot\s*:\s*(?:'([^'\n]*)'|"([^"\n]*)"|([^\s,}]))/g)];
  if (roots.length > 1 || roots.some(match => match[3] !== undefined)) return NO_RULES;
  const root = join(dir, roots[0]?.[1] ?? roots[0]?.[2] ?? '') ?? dir;
  const lists = (name: string): readonly string[] | undefined => textsIn(own, name, source);
  const inside = lists('dir')?.[0];
  return {
    leaves: [
      ...below([inside === undefined ? root : (join(root, inside) ?? root)]),
      ...notTaken(lists('include'), globsIn(root)),
      ...left(lists('exclude'), globsIn(root)),
    ],
    names: lists('testNamePattern')?.[0],
  };
}

function ofData(runner: string, dir: string, lists: (name: string) => readonly string[] | undefined): Rules {
  if (runner === 'mocha') {
    // A file of mocha names what it takes as a path or a pattern; a folder is taken whole.
    const spec = lists('spec')?.map(one => (/[*?{[(]/.test(one) || CODE.test(one) ? one : `${one}/**`));
    return { leaves: [...notTaken(spec, globsIn(dir)), ...left(lists('ignore'), globsIn(dir))] };
  }
  if (lists('projects') !== undefined || (lists('rootDir') ?? []).some(one => !/^(?:\.\/?|<rootDir>)$/.test(one))) return NO_RULES;
  const expressions = (pattern: string): PathPattern | undefined => {
    const rest = pattern.replace(/^\^?<rootDir>/, '');
    const found = expression(rest === pattern ? pattern : `^${dir === '' ? '' : `/${dir}`}${rest}`);
    return found === undefined ? undefined : file => found(`/${file}`);
  };
  const globs = globsIn(dir);
  const roots = lists('roots');
  return {
    leaves: [
      ...(roots === undefined ? [] : below(roots.flatMap(one => join(dir, one.replace(/^<rootDir>\/?/, '')) ?? []))),
      ...notTaken(lists('testMatch'), globs),
      ...notTaken(lists('testRegex'), expressions),
      ...left(lists('testPathIgnorePatterns'), expressions),
    ],
  };
}

/** Patterns that are told from a folder. */
function globsIn(dir: string): (pattern: string) => PathPattern | undefined {
  const start = dir === '' ? 0 : dir.length + 1;
  return pattern => {
    const found = glob(pattern.replace(/^<rootDir>\//, ''));
    return found === undefined ? undefined : file => found(file.slice(start)) || (pattern.startsWith('**/') && found(`x/${file}`));
  };
}

function below(roots: readonly string[]): Leaves[] {
  return roots.length === 0 || roots.includes('') ? [] : [file => !roots.some(root => file.startsWith(`${root}/`))];
}

/** What none of some patterns takes. One that cannot be read may take anything. */
function notTaken(patterns: readonly string[] | undefined, make: (pattern: string) => PathPattern | undefined): Leaves[] {
  if (patterns === undefined || patterns.length > MOST_PATTERNS) return [];
  const taking = patterns.filter(one => !one.startsWith('!')).map(make);
  const out: Leaves[] = left(
    patterns.filter(one => one.startsWith('!')).map(one => one.slice(1)),
    make,
  );
  if (taking.length > 0 && taking.every(one => one !== undefined)) out.push(file => !taking.some(one => one(file)));
  return out;
}

function left(patterns: readonly string[] | undefined, make: (pattern: string) => PathPattern | undefined): Leaves[] {
  return (patterns ?? []).slice(0, MOST_PATTERNS).flatMap(one => {
    const found = make(one);
    return found === undefined ? [] : [(file: string) => holdsAbove(found, file)];
  });
}

/** `-t smoke`: the names of cases that a command asks for. */
function namesAsked(args: readonly string[]): string | undefined {
  const at = args.findIndex(arg => /^(?:-t|-g|-f|--testNamePattern|--grep|--fgrep)(?:=|$)/.test(arg));
  return at < 0 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1]);
}

/** Files in which a name does not stand hold no case of that name. Only plain words are looked for. */
function withoutName(inventory: Inventory, name: string): Leaves[] {
  if (!/^[\w @:-]{2,80}$/.test(name)) return [];
  const wanted = name.toLowerCase();
  return [file => !(inventory.read(file) ?? '').toLowerCase().includes(wanted)];
}

/** What stands in an object itself, the objects in it left out. */
function topOf(text: string): string {
  let out = '';
  let depth = 1;
  let quote = '';
  for (const char of text) {
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (/['"`]/.test(char)) quote = char;
    else if (char === '{') depth++;
    else if (char === '}') depth--;
    if (depth === 0) break;
    if (depth === 1) out += char;
  }
  return out;
}

/** The texts of a list, or a single one; undefined: there is none, or not all of it can be read. @param whole where a list with a name stands */
function textsIn(source: string, name: string, whole = source): readonly string[] | undefined {
  const plain = new RegExp(`\\b${name}\\s*:\\s*(?:'([^'\\n]*)'|"([^"\\n]*)"|/((?:[^/\\n\\\\]|\\\\.)+)/)`).exec(source);
  if (plain !== null) return [plain[3] ?? unescaped(plain[1] ?? plain[2] ?? '')];
  const direct = listBehind(source, new RegExp(`\\b${name}\\s*:\\s*\\[`));
  if (direct !== undefined) return textsBetween(direct);
  const other = new RegExp(`\\b${name}\\s*:\\s*([A-Za-z_$][\\w$]{0,60})\\s*[,}\\n]`).exec(source)?.[1];
  const short = new RegExp(`(?:^|[{,\\n])[^\\S\\n]*${name}\\s*(?:[,}]|$)`).test(source) ? name : undefined;
  const variable = (other ?? short)?.replaceAll('$', '\\$');
  if (variable === undefined) return undefined;
  const list = listBehind(whole, new RegExp(`\\b(?:const|let|var)\\s+${variable}\\b[^=\\n]{0,80}=\\s*\\[`));
  return list === undefined ? undefined : textsBetween(list);
}

const LIST = /^((?:[^\]'"`]|'[^'\n]*'|"[^"\n]*"|`[^`$]*`){0,4000})\]/;

function listBehind(source: string, start: RegExp): string | undefined {
  const found = start.exec(source);
  return found === null ? undefined : LIST.exec(source.slice(found.index + found[0].length))?.[1];
}

function textsBetween(inside: string): readonly string[] | undefined {
  const texts = [...inside.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`$]*)`/g)].map(match => unescaped(match[1] ?? match[2] ?? match[3] ?? ''));
  const rest = inside.replace(/'[^'\n]*'|"[^"\n]*"|`[^`$]*`/g, '').replace(/\.\.\.(?:configDefaults|defaultExclude)(?:\.exclude)?/g, '');
  return /[^\s,]/.test(rest) ? undefined : texts;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
