// Methods of Python's texts, lists and dictionaries that have a twin in the common tree.
// An entry answers false where the twin would say something else than the call.
import { field, type PyNode } from '../tree.ts';
import { print } from './builtins.ts';
import { type Args, writeArgs } from './calls.ts';
import { type Piece, put } from './expressions.ts';
import { filled } from './formats.ts';
import type { Lowering } from './lowering.ts';
import { regex } from './regex.ts';
import { hasHoles, plainText } from './strings.ts';

type Method = (l: Lowering, object: PyNode, args: Args) => boolean;

const renamed =
  (name: string, most = 9): Method =>
  (l, object, { positional, keywords, spread }) => {
    if (keywords.size + spread.length > 0) return false;
    put(l, object, `.${name}(`, ...positional.slice(0, most).flatMap((node, i): Piece[] => (i === 0 ? [node] : [', ', node])), ')');
    return true;
  };

const entries =
  (name: string): Method =>
  (l, object, { positional, keywords }) => {
    if (positional.length + keywords.size > 0) return false;
    put(l, `Object.${name}(`, object, ')');
    return true;
  };

const itself: Method = (l, object, { positional, keywords }) => {
  if (positional.length > 1 || keywords.size > 1) return false;
  put(l, object);
  return true;
};

/** A method of a time without arguments; a class of the repository may have one of that name. */
const ofTime =
  (name: string): Method =>
  (l, object, args) =>
    args.positional.length === 0 && !l.isSelf(l.of(object)) && renamed(name, 0)(l, object, args);

/** What stands for an entry that is missing: a number, or something empty to fill. */
const NOTHING = /^(?:integer|float|dictionary|list)$/;

/** Is `counts.get(user, 0)` an entry of a dictionary? A cache is asked alike, but it is filled by a method, and a dictionary is not. */
function isEntryOr(l: Lowering, object: PyNode, key: PyNode, fallback: PyNode): boolean {
  if (/^(?:string|true|false|none|integer)$/.test(key.kind) || !NOTHING.test(fallback.kind)) return false;
  const text = l.of(object);
  const [root = ''] = text.split('.', 1);
  if (l.imported.has(root) && !l.own.has(root)) return false;
  return text.length < 200 && !['set', 'incr', 'add'].some(method => l.text.includes(`${text}.${method}(`));
}

/**
 * A pool of threads runs a method of something far away: `pool.submit(client.messages.create, model=m)` is
 * `pool.submit(() => client.messages.create(model=m))`. A function of the file is called by its name already.
 */
const submitted: Method = (l, object, { positional: [fn, ...rest], keywords, spread }) => {
  const owner = fn?.kind === 'attribute' ? field(fn, 'object') : undefined;
  if (fn === undefined || owner?.kind !== 'attribute') return false;
  put(l, object, '.submit(() => ', fn, '(');
  writeArgs(l, { positional: rest, keywords, spread });
  l.w.write('))');
  return true;
};

/** `console.print(text)` of `rich`. */
function onConsole(l: Lowering, object: PyNode, args: Args): boolean {
  return l.consoles.has(l.of(object)) && print(l, args, object) === true;
}

/** Methods by their name, of receivers that are no modules. */
export const METHODS: Readonly<Record<string, Method>> = {
  print: onConsole,
  log: onConsole,
  append: (l, object, args) => args.positional.length === 1 && renamed('push', 1)(l, object, args),
  // In front of a list; `insert` of a client of a database is given something else.
  insert: (l, object, { positional, keywords, spread }) => {
    const [at, value] = positional;
    if (at === undefined || value === undefined || positional.length !== 2 || keywords.size + spread.length > 0 || l.of(at) !== '0')
      return false;
    put(l, object, '.unshift(', value, ')');
    return true;
  },
  extend: (l, object, { positional, keywords }) => {
    const [values] = positional;
    if (values === undefined || positional.length > 1 || keywords.size > 0) return false;
    put(l, object, '.push(...', values, ')');
    return true;
  },
  format: (l, object, { positional, keywords, spread }) => keywords.size + spread.length === 0 && filled(l, object, /\{\}/, positional),
  submit: submitted,
  lower: renamed('toLowerCase', 0),
  casefold: renamed('toLowerCase', 0),
  upper: renamed('toUpperCase', 0),
  strip: renamed('trim', 0),
  lstrip: renamed('trimStart', 0),
  rstrip: renamed('trimEnd', 0),
  startswith: renamed('startsWith', 1),
  endswith: renamed('endsWith', 1),
  // A tokenizer is given the text.
  encode: (l, object, args) => (args.positional[0]?.kind ?? 'string') === 'string' && itself(l, object, args),
  // The day of a time, and a time as text.
  date: ofTime('toDateString'),
  isoformat: ofTime('toISOString'),
  decode: itself,
  items: entries('entries'),
  keys: entries('keys'),
  values: entries('values'),
  popleft: renamed('shift', 0),
  appendleft: renamed('unshift', 1),
  join: (l, object, { positional, keywords }) => {
    const [values] = positional;
    if (values === undefined || keywords.size > 0 || positional.length > 1) return false;
    if (object.kind !== 'string' && object.kind !== 'identifier') return false;
    put(l, values, '.join(', object, ')');
    return true;
  },
  get: (l, object, { positional, keywords }) => {
    const [key, fallback] = positional;
    if (
      key !== undefined &&
      fallback !== undefined &&
      positional.length === 2 &&
      keywords.size === 0 &&
      isEntryOr(l, object, key, fallback)
    ) {
      put(l, '(', object, '[', key, '] ?? ', fallback, ')');
      return true;
    }
    // A dictionary is asked with a plain key; a client with an address.
    if (key?.kind !== 'string' || hasHoles(key) || keywords.size > 0 || positional.length > 2 || /[/:]/.test(plainText(l, key)))
      return false;
    if (fallback === undefined) put(l, object, '[', key, ']');
    else put(l, '(', object, '[', key, '] ?? ', fallback, ')');
    return true;
  },
  run_in_executor: (l, _object, { positional }) => {
    const [, fn, ...rest] = positional;
    if (fn === undefined) return false;
    put(l, fn, '(', ...rest.flatMap((node, i): Piece[] => (i === 0 ? [node] : [', ', node])), ')');
    return true;
  },
  ...regex.methods,
};
