// Python's regular expressions as those of the common tree. What has no twin there stays a pattern that cannot be run.
import { asLiteral } from '../patterns.ts';
import type { PyNode } from '../tree.ts';
import type { Args } from './calls.ts';
import { type Piece, put } from './expressions.ts';
import type { Lowering } from './lowering.ts';
import { hasHoles, plainText, quoted } from './strings.ts';

const FLAGS: Readonly<Record<string, string>> = {
  I: 'i',
  IGNORECASE: 'i',
  M: 'm',
  MULTILINE: 'm',
  S: 's',
  DOTALL: 's',
  X: 'x',
  VERBOSE: 'x',
  U: '',
  UNICODE: '',
  A: 'a',
  ASCII: 'a',
};

function flagsOf(l: Lowering, node: PyNode | undefined): string {
  if (node === undefined) return '';
  return [...l.of(node).matchAll(/\b(?:re|regex)\.([A-Z]+)\b/g)].map(match => FLAGS[match[1] ?? ''] ?? '').join('');
}

const LINE_ENDS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\u2028': '\\u2028', '\u2029': '\\u2029' };

/** How much of a text a pattern must be: any part, one from its start, or the whole. */
type Place = 'any' | 'start' | 'whole';

const isReadable = (node: PyNode): boolean => (node.kind === 'string' || node.kind === 'concatenated_string') && !hasHoles(node);

/** A pattern bound to the ends of the text. */
function bound(text: string, place: Place, flags: string): string {
  if (place === 'any') return text;
  const [, inline = '', body = ''] = /^((?:\(\?[aiLmsux]+\))*)([\s\S]*)$/.exec(text) ?? [];
  // In verbose style, a comment at the end would take the bracket with it.
  const end = /x/.test(flags + inline) ? '\n)' : ')';
  return `${inline}\\A(?:${body}${end}${place === 'whole' ? '\\Z' : ''}`;
}

/** Writes a pattern as a literal where its text can be read. */
function pattern(l: Lowering, node: PyNode, flags: string, extra: string, place: Place = 'any'): void {
  const readable = isReadable(node);
  const said = readable ? asLiteral(bound(plainText(l, node), place, flags), flags) : undefined;
  if (said !== undefined && said.source !== '') {
    const all = [...new Set(said.flags + extra)].join('');
    // The ends of lines that the text itself holds would end the literal.
    const source = said.source
      .replace(/(\\[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\//g, found => (found === '/' ? '\\/' : found))
      .replace(/(\\?)([\n\r\u2028\u2029])/g, (_, __, end: string) => LINE_ENDS[end] ?? '');
    const safe = /[\n\r\u2028\u2029]/.test(source) ? undefined : source;
    if (safe !== undefined) {
      l.w.write(`/${safe}/${all}`);
      return;
    }
    l.w.write(`new RegExp(${quoted(said.source)}, ${quoted(all)})`);
    return;
  }
  // A compiled pattern, or a text that only a run knows.
  if (node.kind === 'identifier' && l.patterns.has(l.of(node))) {
    put(l, node);
    return;
  }
  // Flags that only Python knows stand there for who reads the pattern, and are never run.
  put(l, 'new RegExp(', node, `, ${quoted([...new Set(flags + extra)].join(''))})`);
}

const given = (args: Args, index: number, name: string): PyNode | undefined => args.positional[index] ?? args.keywords.get(name);

/** Whoever runs the pattern is told by a second argument, which JavaScript ignores, where it must stand. */
const told = (place: Place): string => (place === 'any' ? '' : `, ${quoted(place)}`);

const search =
  (method: 'exec' | 'match', place: Place = 'any'): ((l: Lowering, args: Args) => boolean) =>
  (l, args) => {
    const expression = given(args, 0, 'pattern');
    const text = given(args, 1, 'string');
    if (expression === undefined || text === undefined) return false;
    const flags = flagsOf(l, given(args, 2, 'flags'));
    if (method === 'exec') put(l, () => pattern(l, expression, flags, '', place), '.exec(', text, `${told(place)})`);
    else put(l, text, '.match(', () => pattern(l, expression, flags, 'g'), ')');
    return true;
  };

const compiled = (l: Lowering, args: Args): boolean => {
  const expression = given(args, 0, 'pattern');
  if (expression === undefined) return false;
  pattern(l, expression, flagsOf(l, given(args, 1, 'flags')), '');
  return true;
};

const replaced = (l: Lowering, args: Args): boolean => {
  const expression = given(args, 0, 'pattern');
  const by = given(args, 1, 'repl');
  const text = given(args, 2, 'string');
  if (expression === undefined || by === undefined || text === undefined) return false;
  // Only so many of them, and often by mistake: `re.sub(pattern, by, text, re.I)`.
  const count = given(args, 3, 'count');
  const everywhere = count === undefined || l.of(count) === '0' ? 'g' : '';
  put(l, text, '.replace(', () => pattern(l, expression, flagsOf(l, given(args, 4, 'flags')), everywhere), ', ', by, ')');
  return true;
};

/** Methods that only patterns have, or that are taken for theirs where the receiver is one. */
const onPattern =
  (
    write: (l: Lowering, object: PyNode, rest: readonly PyNode[]) => void,
    least: number,
  ): ((l: Lowering, object: PyNode, args: Args) => boolean) =>
  (l, object, { positional, keywords }) => {
    const name = l.of(object);
    if (keywords.size > 0 || positional.length < least || !(object.kind === 'identifier' || object.kind === 'attribute')) return false;
    if (
      !l.patterns.has(name) &&
      !l.patterns.has(name.replace(/^(?:self|cls)\./, '')) &&
      !/(?:_RE|_PATTERN|_REGEX|regex|pattern|_re)$/i.test(name)
    )
      return false;
    write(l, object, positional);
    return true;
  };

const piece = (node: PyNode | undefined): Piece => node ?? 'undefined';

export const regex = {
  functions: {
    're.compile': compiled,
    're.search': search('exec'),
    're.match': search('exec', 'start'),
    're.fullmatch': search('exec', 'whole'),
    're.findall': search('match'),
    're.finditer': search('match'),
    're.sub': replaced,
    're.subn': replaced,
    're.escape': (l: Lowering, args: Args): boolean => {
      put(l, piece(args.positional[0]));
      return true;
    },
  },
  methods: {
    search: onPattern((l, object, [text]) => put(l, object, '.exec(', piece(text), ')'), 1),
    match: onPattern((l, object, [text]) => put(l, object, '.exec(', piece(text), `${told('start')})`), 1),
    fullmatch: onPattern((l, object, [text]) => put(l, object, '.exec(', piece(text), `${told('whole')})`), 1),
    findall: onPattern((l, object, [text]) => put(l, piece(text), '.match(', object, ')'), 1),
    finditer: onPattern((l, object, [text]) => put(l, piece(text), '.match(', object, ')'), 1),
    sub: onPattern((l, object, [by, text]) => put(l, piece(text), '.replaceAll(', object, ', ', piece(by), ')'), 2),
  },
} as const;
