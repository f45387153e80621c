// Python's calls: positional arguments first, then one object with the keyword arguments. Functions of the standard library
// that have a twin in the common tree become that twin (builtins.ts).
import { field, kids, type PyNode } from '../tree.ts';
import { BUILTINS } from './builtins.ts';
import { expression, list, put } from './expressions.ts';
import type { Lowering } from './lowering.ts';
import { METHODS } from './methods.ts';

/** The arguments of a call. */
export interface Args {
  readonly positional: readonly PyNode[];
  readonly keywords: ReadonlyMap<string, PyNode>;
  /** `**options`. */
  readonly spread: readonly PyNode[];
}

export function argsOf(l: Lowering, node: PyNode): Args {
  const given = field(node, 'arguments');
  const positional: PyNode[] = [];
  const keywords = new Map<string, PyNode>();
  const spread: PyNode[] = [];
  if (given?.kind === 'generator_expression') positional.push(given);
  else if (given !== undefined)
    for (const child of kids(given)) {
      const name = child.kind === 'keyword_argument' ? field(child, 'name') : undefined;
      const value = field(child, 'value');
      if (name !== undefined && value !== undefined) keywords.set(l.of(name), value);
      else if (child.kind === 'dictionary_splat') spread.push(...kids(child).slice(0, 1));
      else positional.push(child);
    }
  return { positional, keywords, spread };
}

/** Writes arguments, without the brackets around them. */
export function writeArgs(l: Lowering, { positional, keywords, spread }: Args, last?: string): void {
  list(l, positional);
  let written = positional.length > 0;
  if (keywords.size + spread.length > 0) {
    l.w.write(written ? ', ' : '');
    l.keywords.push(l.w.length);
    l.w.write('{');
    let first = true;
    for (const node of spread) {
      put(l, first ? ' ...' : ', ...', node);
      first = false;
    }
    for (const [name, value] of keywords) {
      l.w.write(first ? ' ' : ', ');
      l.w.mark(value.from - name.length - 1);
      put(l, `${name}: `, value);
      first = false;
    }
    l.w.write(' }');
    written = true;
  }
  if (last !== undefined) l.w.write(written ? `, ${last}` : last);
}

/** Puts keyword arguments into their places, where the signature of what is called can be read. */
function placed(l: Lowering, callee: PyNode, args: Args): (() => void) | undefined {
  if (args.keywords.size === 0 || args.spread.length > 0 || args.positional.some(one => one.kind === 'list_splat')) return undefined;
  const signature = l.signature(callee);
  if (signature === undefined || [...args.keywords.keys()].some(name => !signature.slice(args.positional.length).includes(name)))
    return undefined;
  const last = Math.max(...[...args.keywords.keys()].map(name => signature.indexOf(name)));
  return () => {
    list(l, args.positional);
    for (let at = args.positional.length; at <= last; at++) {
      l.w.write(at > 0 ? ', ' : '');
      const given = args.keywords.get(signature[at] as string);
      if (given === undefined) l.w.write('undefined');
      else expression(l, given);
    }
  };
}

/** Classes are named with a capital letter, some with capitals alone (`LLM`); capitals with `_` between them name a constant. */
function isClassName(name: string): boolean {
  return /^_*[A-Z]/.test(name) && !/^_*[A-Z][A-Z0-9]*_[A-Z0-9_]*$/.test(name);
}

/** `Agent[Deps, Answer](...)` makes an Agent: what stands in the brackets behind a class are types. */
function withoutTypes(l: Lowering, callee: PyNode | undefined): PyNode | undefined {
  const value = callee?.kind === 'subscript' ? field(callee, 'value') : undefined;
  const last = value?.kind === 'attribute' ? field(value, 'attribute') : value?.kind === 'identifier' ? value : undefined;
  // `HANDLERS[name](...)` calls what a table holds.
  return last !== undefined && isClassName(l.of(last)) && /[a-z]/.test(l.of(last)) ? value : callee;
}

/** Writes a call. */
export function call(l: Lowering, node: PyNode): void {
  const callee = withoutTypes(l, field(node, 'function'));
  if (callee === undefined) {
    l.w.write('undefined');
    return;
  }
  const args = argsOf(l, node);
  const meaning = l.meaning(callee);
  if (meaning !== undefined && Object.hasOwn(BUILTINS, meaning) && BUILTINS[meaning]?.(l, args, node) === true) return;
  if (meaning === 'super') {
    l.w.write('super');
    return;
  }
  if (callee.kind === 'attribute') {
    const object = field(callee, 'object');
    const name = field(callee, 'attribute');
    if (object !== undefined && name !== undefined) {
      const method = l.of(name);
      if (object.kind === 'call' && l.meaning(field(object, 'function') ?? object) === 'super') {
        put(l, method === '__init__' ? 'super(' : `super.${method}(`, () => writeArgs(l, args), ')');
        return;
      }
      // A member of a module is no method of a value.
      const known = l.meaning(object) === undefined || !l.imported.has(l.of(object).split('.', 1)[0] as string);
      if (known && Object.hasOwn(METHODS, method) && METHODS[method]?.(l, object, args) === true) return;
    }
  }
  const last = callee.kind === 'identifier' ? callee : callee.kind === 'attribute' ? field(callee, 'attribute') : undefined;
  const name = last === undefined ? '' : l.of(last);
  const made = isClassName(name) || (callee.kind === 'identifier' && name === 'cls' && l.isSelf('cls'));
  put(
    l,
    made ? 'new ' : '',
    callee.kind === 'lambda' ? () => put(l, '(', callee, ')') : callee,
    '(',
    placed(l, callee, args) ?? (() => writeArgs(l, args)),
    ')',
  );
}

/** Writes a decorator, which is called with what it decorates. */
export function decorator(l: Lowering, node: PyNode, decorated: string): void {
  if (node.kind === 'call') {
    const callee = field(node, 'function');
    if (callee !== undefined) put(l, callee, '(', () => writeArgs(l, argsOf(l, node), decorated), ')');
  } else {
    expression(l, node);
    l.w.write(`(${decorated})`);
  }
}
