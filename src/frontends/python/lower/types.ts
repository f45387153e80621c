// Python's annotations as types: what a value is when only its annotation tells.
import { dotted, field, fields, kids, type PyNode } from '../tree.ts';
import type { Lowering } from './lowering.ts';
import { plainText, quoted } from './strings.ts';

const PLAIN: Readonly<Record<string, string>> = {
  str: 'string',
  int: 'number',
  float: 'number',
  bool: 'boolean',
  None: 'null',
  bytes: 'string',
  Any: 'any',
  object: 'any',
  dict: 'Record<string, any>',
  list: 'any[]',
};
const LISTS = new Set([
  'list',
  'List',
  'Sequence',
  'Iterable',
  'Iterator',
  'tuple',
  'Tuple',
  'set',
  'Set',
  'frozenset',
  'Collection',
  'AsyncIterator',
  'AsyncIterable',
  'AsyncGenerator',
  'Generator',
  'deque',
]);
const RECORDS = new Set(['dict', 'Dict', 'Mapping', 'MutableMapping', 'defaultdict', 'OrderedDict']);
/** Wrappers that say nothing of the value itself. */
const WRAPPERS = new Set(['Annotated', 'Final', 'ClassVar', 'Required', 'NotRequired', 'Awaitable', 'Coroutine', 'Mapped', 'ReadOnly']);

/** What makes objects of a class, and not such an object itself. */
const MAKERS = new Set(['type', 'Type', 'partial']);

/** Contexts that frameworks hand to tools, with the member that holds what the program put there. */
const CONTEXTS: Readonly<Record<string, string>> = { RunContext: 'deps', RunContextWrapper: 'context', ToolContext: 'context' };

/** The type that an annotation means. */
export function typeText(l: Lowering, node: PyNode, depth = 0): string {
  if (depth > 12) return 'any';
  switch (node.kind) {
    case 'type': {
      const inner = kids(node)[0];
      return inner === undefined ? 'any' : typeText(l, inner, depth + 1);
    }
    case 'none':
      return 'null';
    case 'identifier':
    case 'attribute':
    case 'member_type': {
      const name = dotted(l.text, node);
      if (name === undefined) return 'any';
      const last = name.slice(name.lastIndexOf('.') + 1);
      const plain = Object.hasOwn(PLAIN, last) ? PLAIN[last] : undefined;
      return plain !== undefined && !name.includes('.')
        ? plain
        : (l.aliases.get(name) ??
            name
              .split('.')
              .map(part => l.name(part))
              .join('.'));
    }
    case 'string':
      // A forward reference, in quotes.
      return forward(l, plainText(l, node));
    case 'binary_operator':
    case 'union_type':
      return kids(node)
        .map(part => typeText(l, part, depth + 1))
        .join(' | ');
    case 'generic_type': {
      const [base, parameters] = kids(node);
      return base === undefined ? 'any' : generic(l, l.of(base), parameters === undefined ? [] : kids(parameters), depth);
    }
    case 'subscript': {
      const base = field(node, 'value');
      return base === undefined ? 'any' : generic(l, dotted(l.text, base) ?? '', fields(node, 'subscript'), depth);
    }
    case 'list':
      return 'any[]';
    default:
      return 'any';
  }
}

function generic(l: Lowering, name: string, given: readonly PyNode[], depth: number): string {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const part = (i: number): string => {
    const node = given[i];
    return node === undefined ? 'any' : typeText(l, node, depth + 1);
  };
  if (last === 'Optional') return `${part(0)} | null`;
  if (last === 'Union') return given.map((_, i) => part(i)).join(' | ') || 'any';
  if (last === 'Coroutine') return part(2);
  if (LISTS.has(last)) return `(${part(0)})[]`;
  if (RECORDS.has(last)) return `Record<string, ${part(1)}>`;
  if (WRAPPERS.has(last)) return part(0);
  if (MAKERS.has(last)) return /^[\w.]+$/.test(part(0)) && !Object.values(PLAIN).includes(part(0)) ? `typeof ${part(0)}` : 'any';
  if (last === 'Literal') {
    const words = given
      .map(node => (node.kind === 'type' ? kids(node)[0] : node))
      .map(node => (node?.kind === 'string' ? quoted(plainText(l, node)) : 'any'));
    return words.join(' | ') || 'any';
  }
  // What the program hands to its tools stands in one member of the context.
  const held = Object.hasOwn(CONTEXTS, last) && given.length > 0 ? CONTEXTS[last] : undefined;
  if (held !== undefined && /^[\w.]+$/.test(name)) return `({ ${held}: ${part(0)} } & ${name})`;
  if (last === 'Callable') return '((...args: any[]) => any)';
  return /^[\w.]+$/.test(name) ? name : 'any';
}

/** The words of `Literal["a", "b"]`, as a type; undefined: it is something else, or holds more than words. */
export function literalWords(l: Lowering, node: PyNode): string | undefined {
  const base = node.kind === 'subscript' ? field(node, 'value') : undefined;
  const name = base === undefined ? undefined : l.meaning(base);
  if (name === undefined || !/^typing(?:_extensions)?\.Literal$/.test(name)) return undefined;
  const given = fields(node, 'subscript');
  return given.length > 0 && given.every(one => one.kind === 'string') ? typeText(l, node) : undefined;
}

function forward(l: Lowering, text: string): string {
  const optional = /^Optional\[([\w.]+)\]$/.exec(text) ?? /^([\w.]+)(?:\s*\|\s*None)?$/.exec(text);
  const name = optional?.[1];
  if (name === undefined) return 'any';
  return PLAIN[name] ?? l.aliases.get(name) ?? name;
}
