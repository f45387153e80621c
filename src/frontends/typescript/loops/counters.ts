// Comparisons that bound a loop: a counter against a limit, or the clock against a deadline.
import type { ts } from 'ts-morph';
import type { Loop } from '../../../core/index.ts';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Frame, FunctionNode } from '../evaluator/values.ts';
import { stepsOf, touches } from '../evaluator/writes.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { contains } from '../syntax.ts';
import { isPassedOver, isUndone } from './every-round.ts';
import { isSentLimit } from './from-client.ts';
import { limitOfMethod } from './methods.ts';

export interface Limit {
  /** The largest number of rounds, where it can be read. */
  readonly bound: number | null;
  readonly how: string;
  readonly basis: Loop['basis'];
}

/** Where a condition stands. */
interface At {
  readonly loop: ts.Node;
  readonly frame: Frame | undefined;
  /** Must it hold for another round, or does it leave when it holds? */
  readonly goesOn: boolean;
  /** Is it the condition of a function that the loop asks? */
  readonly inside?: true;
  /** What the loop repeats that is to be limited. */
  readonly from?: ts.Node | undefined;
}

type Way = 'up' | 'down' | 'either';

const LESS = new Set<ts.SyntaxKind>([tsc.SyntaxKind.LessThanToken, tsc.SyntaxKind.LessThanEqualsToken]);
const MORE = new Set<ts.SyntaxKind>([tsc.SyntaxKind.GreaterThanToken, tsc.SyntaxKind.GreaterThanEqualsToken]);
const SAME = new Set<ts.SyntaxKind>([tsc.SyntaxKind.EqualsEqualsEqualsToken, tsc.SyntaxKind.EqualsEqualsToken]);
const OTHER = new Set<ts.SyntaxKind>([tsc.SyntaxKind.ExclamationEqualsEqualsToken, tsc.SyntaxKind.ExclamationEqualsToken]);
const INCLUSIVE = new Set<ts.SyntaxKind>([tsc.SyntaxKind.LessThanEqualsToken, tsc.SyntaxKind.GreaterThanEqualsToken]);

/** The limit in a condition that must hold for another round: in `a && b` either side will do, in `a || b` both are needed. */
export function limitToGoOn(
  ev: Evaluator,
  condition: ts.Expression,
  loop: ts.Node,
  frame: Frame | undefined,
  from?: ts.Node,
): Limit | undefined {
  return limit(ev, condition, { loop, frame, goesOn: true, from });
}

/** The limit in a condition that leaves: in `a || b` either side will do, in `a && b` both are needed. */
export function limitToLeave(
  ev: Evaluator,
  condition: ts.Expression,
  loop: ts.Node,
  frame: Frame | undefined,
  from?: ts.Node,
): Limit | undefined {
  return limit(ev, condition, { loop, frame, goesOn: false, from });
}

function limit(ev: Evaluator, condition: ts.Expression, at: At): Limit | undefined {
  const { goesOn } = at;
  if (tsc.isParenthesizedExpression(condition)) return limit(ev, condition.expression, at);
  if (tsc.isPrefixUnaryExpression(condition) && condition.operator === tsc.SyntaxKind.ExclamationToken) {
    // `if (!left) return` and `while (!(n >= 5))`
    if (!goesOn && tsc.isIdentifier(condition.operand)) return counted(ev, condition.operand, 0, false, 'down', at);
    return limit(ev, condition.operand, { ...at, goesOn: !goesOn });
  }
  // `while (left--)` and `while (left)` count down to zero.
  if (goesOn && (tsc.isPostfixUnaryExpression(condition) || tsc.isPrefixUnaryExpression(condition) || tsc.isIdentifier(condition))) {
    return counted(ev, condition, 0, false, 'down', at);
  }
  if (tsc.isCallExpression(condition))
    return behindCall(ev, condition, at) ?? limitOfMethod(ev, condition, at.loop, goesOn, node => everyRound(node, at));
  if (!tsc.isBinaryExpression(condition)) return undefined;
  const token = condition.operatorToken.kind;
  const both = goesOn ? tsc.SyntaxKind.BarBarToken : tsc.SyntaxKind.AmpersandAmpersandToken;
  const one = goesOn ? tsc.SyntaxKind.AmpersandAmpersandToken : tsc.SyntaxKind.BarBarToken;
  if (token === both || token === one) {
    const [a, b] = [limit(ev, condition.left, at), limit(ev, condition.right, at)];
    return token === one ? (a ?? b) : a !== undefined && b !== undefined ? a : undefined;
  }
  return comparison(ev, condition, at);
}

/** `while (this.mayGoOn())`, where the function says no at a limit of what the loop counts. */
function behindCall(ev: Evaluator, call: ts.CallExpression, at: At): Limit | undefined {
  const callee = call.expression;
  const own = tsc.isIdentifier(callee) || (tsc.isPropertyAccessExpression(callee) && callee.expression.kind === tsc.SyntaxKind.ThisKeyword);
  if (!own || at.inside === true) return undefined;
  const found = ev.values(callee).map(value => (value.kind === 'function' ? saysNo(ev, value.node, { ...at, inside: true }) : undefined));
  return found.every(one => one !== undefined) ? found[0] : undefined;
}

/** The limit at which a function gives the answer that ends the loop, before it can give another. */
function saysNo(ev: Evaluator, fn: FunctionNode, at: At): Limit | undefined {
  if (fn.body === undefined) return undefined;
  // What only this call knows counts nothing from one round to the next, but for the time.
  const known = (condition: ts.Expression): boolean => readsClock(condition) || !namesLocal(condition, fn);
  if (!tsc.isBlock(fn.body)) return known(fn.body) ? limit(ev, fn.body, at) : undefined;
  for (const statement of fn.body.statements) {
    if (tsc.isReturnStatement(statement))
      return statement.expression !== undefined && known(statement.expression) ? limit(ev, statement.expression, at) : undefined;
    if (!tsc.isIfStatement(statement)) continue;
    const returned = lastReturn(statement.thenStatement);
    const ends = returned?.kind === (at.goesOn ? tsc.SyntaxKind.FalseKeyword : tsc.SyntaxKind.TrueKeyword);
    if (!ends) {
      if (returned !== undefined) return undefined;
      continue;
    }
    const hit = known(statement.expression) ? limit(ev, statement.expression, { ...at, goesOn: false }) : undefined;
    if (hit !== undefined) return hit;
  }
  return undefined;
}

/** What a branch returns in the end. */
function lastReturn(branch: ts.Statement): ts.Expression | undefined {
  const last = tsc.isBlock(branch) ? branch.statements.at(-1) : branch;
  return last !== undefined && tsc.isReturnStatement(last) ? last.expression : undefined;
}

function namesLocal(condition: ts.Expression, fn: FunctionNode): boolean {
  let local = false;
  walk(condition, node => {
    if (!tsc.isIdentifier(node) || (tsc.isPropertyAccessExpression(node.parent) && node.parent.name === node)) return;
    const binding = resolve(node);
    if (binding !== undefined && 'node' in binding && contains(fn, binding.node)) local = true;
  });
  return local;
}

function comparison(ev: Evaluator, node: ts.BinaryExpression, at: At): Limit | undefined {
  ev.budget.step();
  const { loop, goesOn } = at;
  const token = node.operatorToken.kind;
  const ordered = LESS.has(token) || MORE.has(token);
  if (!ordered && !SAME.has(token) && !OTHER.has(token)) return undefined;
  if (ordered && readsClock(node)) return deadlineMoves(node, loop) ? undefined : { bound: null, how: 'a deadline', basis: 'explicit' };
  for (const mirrored of [false, true]) {
    const [counter, bound] = mirrored ? [node.right, node.left] : [node.left, node.right];
    const less = mirrored ? MORE.has(token) : LESS.has(token);
    // To go on while `n < 5` the counter must rise; to leave at `n > 5` as well.
    const way: Way = !ordered ? 'either' : less === goesOn ? 'up' : 'down';
    if (!ordered && SAME.has(token) === goesOn) continue;
    const inclusive = INCLUSIVE.has(token);
    const found = againstLimit(ev, counter, bound, inclusive, way, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function againstLimit(
  ev: Evaluator,
  counter: ts.Expression,
  bound: ts.Expression,
  inclusive: boolean,
  way: Way,
  at: At,
): Limit | undefined {
  const found = withLimit(ev, counter, bound, inclusive, way, at);
  if (found === undefined || found.basis !== 'explicit' || !isSentLimit(ev, bound, at.loop)) return found;
  return { bound: null, how: 'a counter whose limit whoever asks may set', basis: 'soft' };
}

function withLimit(ev: Evaluator, counter: ts.Expression, bound: ts.Expression, inclusive: boolean, way: Way, at: At): Limit | undefined {
  const { loop, frame } = at;
  const values = ev.values(bound, frame);
  const numbers = numbersIn(values);
  if (values.some(v => v.kind === 'literal' && typeof v.value === 'number' && !Number.isFinite(v.value))) return undefined;
  // Number.MAX_SAFE_INTEGER and the like are no limits.
  if (
    values.some(
      v =>
        v.kind === 'foreign' && v.package === '' && v.steps[0]?.kind === 'member' && v.steps[0].name === 'Number' && v.steps.length === 2,
    )
  )
    return undefined;
  if (numbers.length === 0) {
    if (way === 'either' || isWritten(ev, bound, loop)) return undefined;
    if (tsc.isPropertyAccessExpression(bound) && (bound.name.text === 'length' || bound.name.text === 'size')) {
      const list = bound.expression.getText();
      if (touches(loop, list, 'grow') || counted(ev, counter, null, inclusive, way, at) === undefined) return undefined;
      return { bound: null, how: 'a loop over the items of a list', basis: 'data' };
    }
    return counted(ev, counter, null, inclusive, way, at);
  }
  if (isWritten(ev, bound, loop)) return undefined;
  return counted(ev, counter, Math.max(...numbers), inclusive, way, at);
}

/** Is a limit itself changed by the loop? */
function isWritten(ev: Evaluator, bound: ts.Expression, loop: ts.Node): boolean {
  if (!tsc.isIdentifier(bound) && !tsc.isPropertyAccessExpression(bound)) return false;
  const { up, down, resets } = stepsOf(loop, bound.getText());
  return up.length + down.length + resets.length > 0 || (!isConstant(bound) && isUndone(ev, bound, 'none', loop));
}

function isConstant(bound: ts.Expression): boolean {
  const binding = tsc.isIdentifier(bound) ? resolve(bound) : undefined;
  return binding?.kind === 'import' || (binding?.kind === 'variable' && (binding.node.parent.flags & tsc.NodeFlags.Const) !== 0);
}

/** A counter that moves one way in every round, and is not new in each. */
function counted(ev: Evaluator, counter: ts.Expression, bound: number | null, inclusive: boolean, way: Way, at: At): Limit | undefined {
  // Each counter is looked for in the whole loop.
  ev.budget.step(60);
  const { loop, frame, goesOn } = at;
  if (tsc.isParenthesizedExpression(counter)) return counted(ev, counter.expression, bound, inclusive, way, at);
  if (tsc.isPrefixUnaryExpression(counter) || tsc.isPostfixUnaryExpression(counter))
    return counted(ev, counter.operand, bound, inclusive, way, at);
  if (tsc.isBinaryExpression(counter) && counter.operatorToken.kind === tsc.SyntaxKind.PlusToken)
    return counted(ev, counter.left, bound, inclusive, way, at);
  if (tsc.isPropertyAccessExpression(counter) && (counter.name.text === 'length' || counter.name.text === 'size'))
    return growing(counter.expression, bound, way, loop);
  const entry = tsc.isElementAccessExpression(counter) && tsc.isStringLiteralLike(counter.argumentExpression);
  if (!tsc.isIdentifier(counter) && !tsc.isPropertyAccessExpression(counter) && !entry) return undefined;
  // `state["steps"]` counts as long as the state does.
  const holder = entry ? counter.expression : counter;
  if (tsc.isIdentifier(holder) && isNewInside(holder, loop)) return undefined;
  if (entry && stepsOf(loop, holder.getText()).resets.length > 0) return undefined;
  const { up, down, resets } = stepsOf(loop, counter.getText());
  const own = (node: ts.Node): boolean => !(tsc.isForStatement(loop) && loop.initializer !== undefined && contains(loop.initializer, node));
  if (resets.some(own) || (up.length > 0 && down.length > 0)) return undefined;
  const moves: 'up' | 'down' = up.length > 0 ? 'up' : 'down';
  if (way !== 'either' && way !== moves) return undefined;
  const taken = up.length > 0 ? up : down;
  if (!taken.some(node => everyRound(node, at) && !(at.from !== undefined && isPassedOver(node, loop, at.from, taken)))) return undefined;
  if (isUndone(ev, counter, moves, loop)) return undefined;
  if (bound === null) return { bound: null, how: 'a counter with a limit that a run decides', basis: 'explicit' };
  const start = startOf(ev, counter, frame);
  const distance = start === undefined ? (moves === 'up' ? bound : null) : Math.abs(bound - start);
  const rounds = distance === null ? null : Math.max(1, distance + (inclusive && goesOn ? 1 : 0));
  return {
    bound: rounds,
    how: rounds === null ? 'a counter that runs down' : `a counter that ends after ${rounds} round${rounds === 1 ? '' : 's'}`,
    basis: 'explicit',
  };
}

/** A list from outside the loop that only gets longer, against a limit. */
function growing(list: ts.Expression, bound: number | null, way: Way, loop: ts.Node): Limit | undefined {
  if (way !== 'up' || (bound !== null && bound <= 0)) return undefined;
  if (tsc.isIdentifier(list) && isNewInside(list, loop)) return undefined;
  const name = list.getText();
  if (!touches(loop, name, 'grow') || touches(loop, name, 'shrink')) return undefined;
  return {
    bound,
    how: bound === null ? 'a list with a limit that a run decides' : `a list that may hold ${bound} items`,
    basis: 'explicit',
  };
}

/** Is the variable declared in the body, so that every round begins anew? */
function isNewInside(id: ts.Identifier, loop: ts.Node): boolean {
  const binding = resolve(id);
  if (binding === undefined || !('node' in binding)) return true;
  if (tsc.isForStatement(loop) && loop.initializer !== undefined && contains(loop.initializer, binding.node)) return false;
  return contains(loop, binding.node);
}

/** Does every round that is followed by another pass this node? */
function everyRound(node: ts.Node, { loop }: At): boolean {
  for (let child = node, up = node.parent; up !== undefined && child !== loop; child = up, up = up.parent) {
    if (isFunctionNode(up) || tsc.isCaseClause(up)) return false;
    // A catch is passed when a round that succeeds has left.
    if (tsc.isCatchClause(up) && !leaves(up.parent.tryBlock.statements)) return false;
    if (tsc.isIfStatement(up) && child !== up.expression && !othersLeave(up, child)) return false;
    if (tsc.isConditionalExpression(up) && child !== up.condition) return false;
    if (tsc.isBinaryExpression(up) && child === up.right && SHORT.has(up.operatorToken.kind)) return false;
    if (up !== loop && (tsc.isForStatement(up) || tsc.isForOfStatement(up) || tsc.isWhileStatement(up) || tsc.isForInStatement(up)))
      return false;
  }
  return true;
}

/** Does the other branch of an if leave, or what follows it? */
function othersLeave(statement: ts.IfStatement, branch: ts.Node): boolean {
  const other = branch === statement.thenStatement ? statement.elseStatement : statement.thenStatement;
  if (other !== undefined) return leaves(tsc.isBlock(other) ? other.statements : [other]);
  const block = statement.parent;
  return tsc.isBlock(block) && leaves(block.statements.slice(block.statements.indexOf(statement) + 1));
}

function leaves(statements: readonly ts.Statement[]): boolean {
  const last = statements.at(-1);
  return last !== undefined && (tsc.isReturnStatement(last) || tsc.isThrowStatement(last) || tsc.isBreakStatement(last));
}

const SHORT = new Set<ts.SyntaxKind>([
  tsc.SyntaxKind.AmpersandAmpersandToken,
  tsc.SyntaxKind.BarBarToken,
  tsc.SyntaxKind.QuestionQuestionToken,
]);

/** The value of a counter before the loop. */
function startOf(ev: Evaluator, counter: ts.Expression, frame: Frame | undefined): number | undefined {
  if (!tsc.isIdentifier(counter)) return undefined;
  const binding = resolve(counter);
  const initial = binding?.kind === 'variable' ? binding.node.initializer : undefined;
  if (initial !== undefined) return numbersIn(ev.values(initial, frame))[0];
  if (binding?.kind !== 'parameter') return undefined;
  const given = frame?.params.get(binding.node);
  if (given !== undefined && given.length > 0) return numbersIn(ev.lazy(given))[0];
  return binding.node.initializer === undefined ? undefined : numbersIn(ev.values(binding.node.initializer))[0];
}

/** Does an expression compare with the clock: a deadline? */
export function readsClock(node: ts.Node): boolean {
  let clock = false;
  walk(node, inner => {
    if (isClock(inner)) clock = true;
    if (tsc.isIdentifier(inner)) {
      const binding = resolve(inner);
      const start = binding?.kind === 'variable' ? binding.node.initializer : undefined;
      if (start !== undefined && tsc.isBinaryExpression(start) && (isClockCall(start.left) || isClockCall(start.right))) clock = true;
    }
  });
  return clock;
}

function isClock(node: ts.Node): boolean {
  return isClockCall(node) || (tsc.isNewExpression(node) && tsc.isIdentifier(node.expression) && node.expression.text === 'Date');
}

function isClockCall(node: ts.Node): boolean {
  if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression) || node.expression.name.text !== 'now') return false;
  const owner = node.expression.expression;
  return tsc.isIdentifier(owner) && (owner.text === 'Date' || owner.text === 'performance');
}

/** A deadline that is taken anew, or moved, in each round ends nothing. */
function deadlineMoves(comparison: ts.BinaryExpression, loop: ts.Node): boolean {
  let moves = false;
  walk(comparison, node => {
    if (!tsc.isIdentifier(node) || (tsc.isPropertyAccessExpression(node.parent) && node.parent.name === node)) return;
    const binding = resolve(node);
    if (binding?.kind !== 'variable') return;
    const { up, down, resets } = stepsOf(loop, node.text);
    if (up.length + down.length + resets.length > 0) moves = true;
    // `const left = deadline - Date.now()` inside the loop is a reading, `const start = Date.now()` a new start.
    const initial = binding.node.initializer;
    if (contains(loop, binding.node) && initial !== undefined && isClockCall(initial)) moves = true;
  });
  return moves;
}
