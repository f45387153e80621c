// How often a list or a loop lets something run, where the code says so: `[a, b, c]`, `list.slice(0, 5)`, `Array.from({ length: 3 })`.
import type { ts } from 'ts-morph';
import type { Location, Loop, Repeat, Spending } from '../../../core/index.ts';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { placeOf } from '../places.ts';
import { resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { isLoop } from './bounds.ts';

/** Methods of a list that hand on at most as many items as the list has. */
const KEEPS = new Set(['map', 'filter', 'sort', 'toSorted', 'reverse', 'toReversed', 'entries', 'values', 'keys']);
const DEEPEST = 8;

/** The largest length of a list, where it is written down; undefined: it may be of any length. */
export function lengthOf(ev: Evaluator, list: ts.Expression, depth = 0): number | undefined {
  const node = strip(list);
  if (node === undefined || depth > DEEPEST) return undefined;
  if (tsc.isArrayLiteralExpression(node)) return node.elements.some(tsc.isSpreadElement) ? undefined : node.elements.length;
  if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression)) {
    const { name, expression: receiver } = node.expression;
    if (name.text === 'slice') return sliced(ev, node) ?? lengthOf(ev, receiver, depth + 1);
    if (KEEPS.has(name.text)) return lengthOf(ev, receiver, depth + 1);
    const [first] = node.arguments;
    if (name.text === 'entries' || (receiver.getText() === 'Object' && first !== undefined)) return membersOf(ev, first);
    if (receiver.getText() === 'Array' && name.text === 'from' && first !== undefined) {
      const given = numbersIn(ev.inside(ev.values(first), 'length').found);
      return given.length === 0 ? undefined : Math.max(...given);
    }
    return undefined;
  }
  if (tsc.isIdentifier(node)) {
    const binding = resolve(node);
    // Only a list that nobody extends later: a constant made in one go.
    if (binding?.kind === 'variable' && tsc.isVariableDeclaration(binding.node)) {
      const { initializer, parent } = binding.node;
      const fixed = initializer !== undefined && tsc.isVariableDeclarationList(parent) && (parent.flags & tsc.NodeFlags.Const) !== 0;
      if (fixed && !grows(ev, node)) return lengthOf(ev, initializer, depth + 1);
    }
  }
  return undefined;
}

function sliced(ev: Evaluator, call: ts.CallExpression): number | undefined {
  const [from, to] = call.arguments;
  if (from === undefined) return undefined;
  const start = numbersIn(ev.values(from));
  const end = to === undefined ? [] : numbersIn(ev.values(to));
  // The last n items.
  if (to === undefined) return start.length > 0 && start.every(n => n < 0) ? Math.max(...start.map(n => -n)) : undefined;
  return start.length === 1 && end.length > 0 && start[0] === 0 && end.every(n => n >= 0) ? Math.max(...end) : undefined;
}

function membersOf(ev: Evaluator, node: ts.Expression | undefined): number | undefined {
  if (node === undefined) return undefined;
  const values = ev.values(node);
  const sizes = values.flatMap(v =>
    v.kind === 'object' && !v.node.properties.some(tsc.isSpreadAssignment) ? [v.node.properties.length] : [],
  );
  return sizes.length === values.length && sizes.length > 0 ? Math.max(...sizes) : undefined;
}

/** `list.push(...)` somewhere in the file. */
function grows(ev: Evaluator, name: ts.Identifier): boolean {
  return ev.program.identifiers(ev.program.unitOf(name), name.text).some(id => {
    const access = id.parent;
    return tsc.isPropertyAccessExpression(access) && access.expression === id && /^(?:push|unshift|splice|length)$/.test(access.name.text);
  });
}

/** The list that a loop or an iterator method goes over. */
export function listOf(node: ts.Node): ts.Expression | undefined {
  if (tsc.isForOfStatement(node)) return node.awaitModifier === undefined ? node.expression : undefined;
  if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression)) return node.expression.expression;
  return undefined;
}

/** A loop around something that is spent. `node` is the loop statement or the call that runs a callback. */
export function repeated(ev: Evaluator, loop: Loop, node: ts.Node, of: Spending): Spending {
  if (loop.status === 'not-in-loop') return of;
  const location: Location = loop.location ?? placeOf(node);
  const base = { do: 'repeat', of, how: loop.how, location } as const;
  if (loop.status !== 'bounded') return { ...base, times: null, without: loop.status === 'unbounded' ? 'endless' : 'unread' };
  const retry = loop.how.startsWith('the retries of') ? { retry: true } : {};
  if (loop.bound !== null) return { ...base, ...retry, times: loop.bound };
  const list = loop.basis === 'data' ? listOf(node) : undefined;
  const length = list === undefined ? undefined : lengthOf(ev, list);
  if (length !== undefined)
    return {
      ...base,
      how: isLoop(node) ? 'a loop over a list of that length' : 'once for each item of a list of that length',
      times: length,
    };
  return { ...base, ...retry, times: null, without: loop.basis === 'data' ? 'data' : 'unread' } satisfies Repeat;
}
