// Functions inside expressions: lambdas and comprehensions.
import { field, fields, kids, type PyNode } from '../tree.ts';
import { insideOf, LOOSE, type Piece, put, target } from './expressions.ts';
import type { Lowering } from './lowering.ts';
import { parameterName, parametersOf, scopeOf } from './names.ts';

/** More `for` after one another are only made to break us. */
const DEEPEST = 60;

/** What a loop goes through is a list of patterns: then each item is one. */
export function notePattern(l: Lowering, left: PyNode, right: PyNode): void {
  if (left.kind === 'identifier' && l.patternLists.has(l.of(right).replace(/^(?:self|cls)\./, ''))) l.patterns.add(l.of(left));
}

/**
 * `[f(x) for x in xs if c]` is `xs.filter(x => c).map(x => f(x))`, and each further `for` goes one level in.
 * @param last what is done with the items in the end
 */
export function comprehension(l: Lowering, node: PyNode, last: 'map' | 'some' | 'every' = 'map'): void {
  const body = field(node, 'body') ?? kids(node)[0];
  const clauses = kids(node).filter(child => child.kind === 'for_in_clause' || child.kind === 'if_clause');
  const level = (at: number): void => {
    const clause = clauses[at];
    const left = clause === undefined ? undefined : field(clause, 'left');
    const right = clause === undefined ? undefined : (fields(clause, 'right')[0] ?? kids(clause).at(-1));
    if (at > DEEPEST || clause === undefined || left === undefined || right === undefined) {
      l.w.write('[]');
      return;
    }
    notePattern(l, left, right);
    const bind: Piece = () => put(l, '((', () => target(l, left), ') => ');
    const apart = LOOSE.test(insideOf(right).kind);
    put(l, apart ? '(' : '', right, apart ? ')' : '');
    let next = at + 1;
    for (; clauses[next]?.kind === 'if_clause'; next++) {
      const condition = kids(clauses[next] as PyNode)[0];
      if (condition !== undefined) put(l, '.filter', bind, condition, ')');
    }
    if (next >= clauses.length) put(l, `.${last}`, bind, ...result(body), ')');
    else put(l, last === 'map' ? '.flatMap' : `.${last}`, bind, () => level(next), ')');
  };
  level(0);
}

/**
 * `next((x for x in xs if f(x)), None)` is `xs.find(x => f(x))`.
 * @returns whether it could be written
 */
export function firstOf(l: Lowering, node: PyNode, otherwise: PyNode | undefined): boolean {
  if (insideOf(node).kind !== 'generator_expression') return false;
  const generator = insideOf(node);
  const body = field(generator, 'body') ?? kids(generator)[0];
  const clauses = kids(generator).filter(child => child.kind === 'for_in_clause' || child.kind === 'if_clause');
  const [clause, condition, ...more] = clauses;
  const left = clause === undefined ? undefined : field(clause, 'left');
  const right = clause === undefined ? undefined : (fields(clause, 'right')[0] ?? kids(clause).at(-1));
  const test = condition?.kind === 'if_clause' ? kids(condition)[0] : undefined;
  const found = left?.kind === 'identifier' && body !== undefined && l.of(body) === l.of(left) && more.length === 0 ? left : undefined;
  const fallback = otherwise === undefined || otherwise.kind === 'none' ? undefined : otherwise;
  put(l, fallback === undefined ? '' : '(');
  if (found !== undefined && right !== undefined && test !== undefined) put(l, right, '.find((', found, ') => ', test, ')');
  else put(l, () => comprehension(l, generator), '[0]');
  if (fallback !== undefined) put(l, ' ?? ', fallback, ')');
  return true;
}

/** What an arrow function answers with: an object literal would be taken for a block. */
function result(body: PyNode | undefined): readonly Piece[] {
  if (body === undefined) return ['undefined'];
  let first = insideOf(body);
  for (let next = first.children[0]; first.kind !== 'dictionary' && next !== undefined; next = first.children[0]) first = insideOf(next);
  return first.kind === 'dictionary' || first.kind === 'dictionary_comprehension' ? ['(', body, ')'] : [body];
}

export function lambda(l: Lowering, node: PyNode): void {
  const body = field(node, 'body');
  const parameters = parametersOf(node);
  const names = parameters.flatMap(parameter => parameterName(l.text, parameter) ?? []);
  const outer = l.scope;
  if (body !== undefined) l.scope = scopeOf(l.text, 'function', body, outer, names);
  put(l, '(');
  parameters.forEach((parameter, i) => {
    const name = parameterName(l.text, parameter);
    put(l, i > 0 ? ', ' : '', parameter.kind === 'list_splat_pattern' ? '...' : '', l.name(name ?? '_'));
    const value = field(parameter, 'value');
    if (value !== undefined) put(l, ' = ', value);
  });
  put(l, ') => ', ...result(body));
  l.scope = outer;
}
