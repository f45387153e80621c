// Counters that an object keeps: `while (!state.exhausted()) { state.steps++; ... }`, and `budget.spend()`, which counts and throws.
import type { ts } from 'ts-morph';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { stepsOf } from '../evaluator/writes.ts';
import { walk } from '../program.ts';
import { resolve } from '../scope.ts';
import { contains, isAsync, strip } from '../syntax.ts';
import type { Limit } from './counters.ts';

type Way = 'up' | 'down';

/** A comparison of a field with a limit, as a method makes it. */
interface Compared {
  readonly owner: ts.ClassLikeDeclaration;
  readonly method: ts.MethodDeclaration;
  readonly field: string;
  readonly limit: ts.Expression;
  /** Where the field must move for the comparison to hold in the end. */
  readonly holdsAfter: Way;
}

const MORE = /^>=?$/;
const LESS = /^<=?$/;

/**
 * The limit in a condition that asks an object: `state.exhausted()`.
 * @param goesOn must it hold for another round, or does it leave when it holds?
 * @param everyRound is a node passed in each round?
 */
export function limitOfMethod(
  ev: Evaluator,
  call: ts.CallExpression,
  loop: ts.Node,
  goesOn: boolean,
  everyRound: (node: ts.Node) => boolean,
): Limit | undefined {
  const asked = methodOf(ev, call, loop);
  const [returned, ...more] = asked === undefined ? [] : ev.returnsOf(asked.method);
  const compared = asked === undefined || returned === undefined || more.length > 0 ? undefined : comparedIn(asked, returned);
  if (asked === undefined || compared === undefined || isSetBack(compared)) return undefined;
  const { up, down, resets } = stepsOf(loop, `${asked.receiver}.${compared.field}`);
  const wanted: Way = goesOn ? (compared.holdsAfter === 'up' ? 'down' : 'up') : compared.holdsAfter;
  const [moves, others] = wanted === 'up' ? [up, down] : [down, up];
  if (others.length + resets.length > 0 || !moves.some(everyRound) || isRaised(loop, asked.receiver, compared.limit)) return undefined;
  return limitWith(ev, compared);
}

/** The limit of a method that counts its calls and throws when there were too many; undefined: it does not. */
export function limitOfCounter(ev: Evaluator, statement: ts.Statement, loop: ts.Node): Limit | undefined {
  const call = tsc.isExpressionStatement(statement) ? strip(statement.expression) : undefined;
  const asked = call !== undefined && tsc.isCallExpression(call) ? methodOf(ev, call, loop) : undefined;
  const awaited = tsc.isExpressionStatement(statement) && tsc.isAwaitExpression(statement.expression);
  if (asked !== undefined && !(isAlwaysRun(asked.method) && (awaited || !isAsync(asked.method)))) return undefined;
  for (const inner of asked?.method.body?.statements ?? []) {
    if (asked === undefined || !tsc.isIfStatement(inner) || inner.elseStatement !== undefined) continue;
    const last = tsc.isBlock(inner.thenStatement) ? inner.thenStatement.statements.at(-1) : inner.thenStatement;
    const compared = last !== undefined && tsc.isThrowStatement(last) ? comparedIn(asked, inner.expression) : undefined;
    if (compared === undefined || isSetBack(compared)) continue;
    const { up, down } = stepsOf(asked.method, `this.${compared.field}`);
    const moves = compared.holdsAfter === 'up' ? up : down;
    const counts = moves.some(step => tsc.isExpressionStatement(step.parent) && step.parent.parent === asked.method.body);
    const elsewhere = stepsOf(loop, `${asked.receiver}.${compared.field}`);
    if (!counts || up.length + down.length !== moves.length || elsewhere.resets.length + elsewhere.down.length > 0) continue;
    if (!isRaised(loop, asked.receiver, compared.limit)) return limitWith(ev, compared);
  }
  return undefined;
}

/** Does a method reach its end whenever it does not throw, and does it begin when it is called? */
function isAlwaysRun(method: ts.MethodDeclaration): boolean {
  let leaves = method.asteriskToken !== undefined;
  for (const statement of method.body?.statements ?? [])
    walk(statement, node => {
      if (tsc.isReturnStatement(node) || tsc.isTryStatement(node)) leaves = true;
      return undefined;
    });
  return !leaves;
}

/** The method of an object that was there before the loop. */
function methodOf(
  ev: Evaluator,
  call: ts.CallExpression,
  loop: ts.Node,
): (Pick<Compared, 'owner' | 'method'> & { readonly receiver: string }) | undefined {
  const callee = strip(call.expression);
  const receiver = callee !== undefined && tsc.isPropertyAccessExpression(callee) ? strip(callee.expression) : undefined;
  if (callee === undefined || receiver === undefined || !tsc.isIdentifier(receiver)) return undefined;
  const binding = resolve(receiver);
  if (binding === undefined || !('node' in binding) || contains(loop, binding.node) || stepsOf(loop, receiver.text).resets.length > 0)
    return undefined;
  for (const value of ev.values(callee)) {
    if (value.kind !== 'function' || !tsc.isMethodDeclaration(value.node) || !tsc.isClassLike(value.node.parent)) continue;
    return { owner: value.node.parent, method: value.node, receiver: receiver.text };
  }
  return undefined;
}

function comparedIn({ owner, method }: Pick<Compared, 'owner' | 'method'>, condition: ts.Expression): Compared | undefined {
  const node = strip(condition);
  if (node === undefined || !tsc.isBinaryExpression(node)) return undefined;
  const operator = node.operatorToken.getText();
  if (!MORE.test(operator) && !LESS.test(operator)) return undefined;
  for (const [counter, limit, more] of [
    [node.left, node.right, MORE.test(operator)],
    [node.right, node.left, LESS.test(operator)],
  ] as const) {
    const field = fieldOf(counter);
    // What moves is the counter, and the other side is the limit.
    if (field !== undefined && !isMoved(owner, fieldOf(limit))) return { owner, method, field, limit, holdsAfter: more ? 'up' : 'down' };
  }
  return undefined;
}

function fieldOf(node: ts.Expression): string | undefined {
  const inner = strip(node);
  return inner !== undefined && tsc.isPropertyAccessExpression(inner) && inner.expression.kind === tsc.SyntaxKind.ThisKeyword
    ? inner.name.text
    : undefined;
}

function isMoved(owner: ts.ClassLikeDeclaration, field: string | undefined): boolean {
  if (field === undefined) return false;
  const { up, down } = stepsOf(owner, `this.${field}`);
  return up.length + down.length > 0;
}

/** Does some method of the class begin to count anew? */
function isSetBack({ owner, field }: Compared): boolean {
  return owner.members.some(
    member =>
      !tsc.isConstructorDeclaration(member) && tsc.isMethodDeclaration(member) && stepsOf(member, `this.${field}`).resets.length > 0,
  );
}

/** Does the loop itself change the limit? */
function isRaised(loop: ts.Node, receiver: string, limit: ts.Expression): boolean {
  const field = fieldOf(limit);
  let changed = false;
  if (field !== undefined) {
    const { up, down, resets } = stepsOf(loop, `${receiver}.${field}`);
    changed = up.length + down.length + resets.length > 0;
  }
  walk(loop, node => {
    if (tsc.isNewExpression(node) && tsc.isBinaryExpression(node.parent) && node.parent.left.getText() === receiver) changed = true;
    return undefined;
  });
  return changed;
}

function limitWith(ev: Evaluator, { limit }: Compared): Limit | undefined {
  const values = ev.values(limit);
  if (values.some(v => v.kind === 'literal' && typeof v.value === 'number' && !Number.isFinite(v.value))) return undefined;
  const number = numbersIn(values)[0] ?? null;
  return { bound: number, how: 'a counter that an object keeps', basis: 'explicit' };
}
