// Methods of Python's texts, lists and dictionaries that have a twin in the common tree.
// An entry answers false where the twin would say something else than the call.
import type { PyNode } from '../tree.ts';
import type { Args } from './calls.ts';
import { type Piece, put } from './expressions.ts';
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

/** Methods by their name, of receivers that are no modules. */
export const METHODS: Readonly<Record<string, Method>> = {
  append: (l, object, args) => args.positional.length === 1 && renamed('push', 1)(l, object, args),
  extend: (l, object, { positional, keywords }) => {
    const [values] = positional;
    if (values === undefined || positional.length > 1 || keywords.size > 0) return false;
    put(l, object, '.push(...', values, ')');
    return true;
  },
  lower: renamed('toLowerCase', 0),
  casefold: renamed('toLowerCase', 0),
  upper: renamed('toUpperCase', 0),
  strip: renamed('trim', 0),
  lstrip: renamed('trimStart', 0),
  rstrip: renamed('trimEnd', 0),
  startswith: renamed('startsWith', 1),
  endswith: renamed('endsWith', 1),
  encode: itself,
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
