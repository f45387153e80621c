// Which files of tests pytest leaves out by their names and those of their cases: `python_files`, `norecursedirs`, `--ignore-glob`, `-k`.
import { chooses } from '../../core/index.ts';
import { fnmatch, holdsAbove, type Inventory } from '../../repository/index.ts';
import { filesLeft } from './test-config.ts';

/** What the configuration says of names; an empty list says nothing. */
export interface PytestNames {
  readonly files: readonly string[];
  readonly functions: readonly string[];
  readonly classes: readonly string[];
  readonly folders: readonly string[];
}

export const NO_NAMES: PytestNames = { files: [], functions: [], classes: [], folders: [] };

interface Asked {
  readonly names: PytestNames;
  /** The folder of the configuration. */
  readonly base: string;
  /** The folder that the run works in. */
  readonly dir: string;
  /** Starts of paths, told from there, that the run is limited to. */
  readonly only: readonly string[];
  /** The condition of `-k`. */
  readonly keywords: string | undefined;
  readonly globs: readonly string[];
}

const known = new WeakMap<Inventory, Map<string, readonly string[]>>();
/** A case or a class, or a decorator of the next one. */
const NAMED = /^([ \t]*)(?:@[^\n]*|(?:async[ \t]+)?(def|class)[ \t]+(\w+))/gm;
const MOST_PATTERNS = 50;

/** The files that a run of pytest leaves out. */
export function leftByPytest(inventory: Inventory, asked: Asked): readonly string[] {
  const { names, keywords, globs, dir } = asked;
  if (keywords === undefined && globs.length === 0 && Object.values(names).every(list => list.length === 0)) return [];
  const key = JSON.stringify(asked);
  const here = known.get(inventory) ?? new Map<string, readonly string[]>();
  known.set(inventory, here);
  let found = here.get(key);
  if (found === undefined) {
    const rules = [byPath(asked), byGlobs(dir, globs), byCases(inventory, names, keywords)];
    found = filesLeft(inventory, dir, file => file.endsWith('.py') && rules.some(rule => rule(file)));
    here.set(key, found);
  }
  return found;
}

function patterns(list: readonly string[]): readonly ((path: string) => boolean)[] {
  return list.slice(0, MOST_PATTERNS).flatMap(one => fnmatch(one) ?? []);
}

/** A pattern with a slash is one of whole paths, any other one of names. */
function holds(list: readonly string[], found: readonly ((path: string) => boolean)[], path: string): boolean {
  return found.some((one, at) =>
    list[at]?.includes('/') === true ? one(path) || one(`/${path}`) : one(path.slice(path.lastIndexOf('/') + 1)),
  );
}

function byPath({ names, base, dir, only }: Asked): (file: string) => boolean {
  const files = patterns(names.files);
  const folders = patterns(names.folders);
  return file => {
    const path = dir === '' ? file : file.slice(dir.length + 1);
    const told = base === '' ? file : file.slice(base.length + 1);
    const given = only.find(start => path.startsWith(start));
    // A file that the run is given itself is taken whatever it is called.
    if (files.length > 0 && given !== path && !holds(names.files, files, told)) return true;
    const rest = path
      .slice(given?.length ?? 0)
      .split('/')
      .slice(0, -1);
    return rest.some((_, i) => holds(names.folders, folders, `${given ?? ''}${rest.slice(0, i + 1).join('/')}`));
  };
}

function byGlobs(dir: string, globs: readonly string[]): (file: string) => boolean {
  const found = patterns(globs);
  return file => found.some(one => holdsAbove(one, dir === '' ? file : file.slice(dir.length + 1)));
}

/** No case of a file is called as it is asked for. Names are looked for in the text: only the files of the agent are read further. */
function byCases(inventory: Inventory, names: PytestNames, keywords: string | undefined): (file: string) => boolean {
  const functions = patterns(names.functions.map(prefix));
  const classes = patterns(names.classes.map(prefix));
  const condition = keywords?.replace(/[^\s()]+/g, one => (/^(?:and|or|not)$/.test(one) ? one : one.toLowerCase()));
  if (functions.length === 0 && classes.length === 0 && condition === undefined) return () => false;
  return file => {
    const text = inventory.written(file) ?? '';
    const hasUnittest = text.includes('TestCase');
    let inside = { name: '', indent: 0 };
    let above = '';
    for (const [line, space = '', kind, name = ''] of text.matchAll(NAMED)) {
      if (kind === undefined) {
        above += `${line}\n`;
        continue;
      }
      const decorators = above;
      above = '';
      const indent = space.length;
      if (kind === 'class') inside = { name, indent };
      if (indent <= inside.indent) inside = kind === 'class' ? inside : { name: '', indent: 0 };
      if (kind === 'class') continue;
      const isMethod = inside.name !== '';
      const ofUnittest = isMethod && hasUnittest;
      const isCase = functions.length === 0 || ofUnittest ? name.startsWith('test') : functions.some(one => one(name));
      if (!isCase || (isMethod && !ofUnittest && classes.length > 0 && !classes.some(one => one(inside.name)))) continue;
      const words = `${file} ${inside.name} ${name} ${decorators}`.toLowerCase();
      if (condition === undefined || chooses(condition, word => words.includes(word))) return false;
    }
    return true;
  };
}

/** `check_` means all names that begin so. */
function prefix(name: string): string {
  return /[*?[]/.test(name) ? name : `${name}*`;
}
