// What ends a loop? Counters, deadlines, finite data, a person who types, or nothing.
import { ts } from 'ts-morph';
import type { Loop } from '../../core/index.ts';
import type { Evaluator } from './evaluate.ts';
import { numbersIn } from './options.ts';
import { placeOf } from './places.ts';
import { walk } from './program.ts';
import { isFunctionNode, resolve } from './scope.ts';
import type { Frame } from './values.ts';

export type LoopStatement = ts.ForStatement | ts.ForOfStatement | ts.ForInStatement | ts.WhileStatement | ts.DoStatement;

export function isLoop(node: ts.Node): node is LoopStatement {
  return (
    ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)
  );
}

export const NOT_IN_LOOP: Loop = { status: 'not-in-loop', bound: null, how: 'nothing repeats it', basis: 'none' };

/** Functions of those packages that wait for the answer; `intro` and `log` of the same packages only print. */
const QUESTIONS = new Set([
  'question',
  'prompt',
  'text',
  'select',
  'multiselect',
  'confirm',
  'input',
  'editor',
  'password',
  'default',
  'questionAsync',
  'ask',
  'autocomplete',
]);
/** Packages that wait for a person: a loop that asks one each round goes at the person's pace. */
const ASKS =
  /^(?:node:)?readline(?:\/promises)?$|^readline-sync$|^(?:@inquirer\/.*|inquirer|enquirer|prompts|@clack\/prompts|@topcli\/prompts)$/;

/** Judges one loop around a call. */
export function boundOf(ev: Evaluator, loop: LoopStatement, frame?: Frame): Loop {
  const location = placeOf(loop);
  const bounded = (bound: number | null, how: string, basis: Loop['basis']): Loop => ({ status: 'bounded', bound, how, basis, location });
  if (asksPerson(ev, loop)) return { ...NOT_IN_LOOP, how: 'a loop that waits for a person in each round', location };
  if (ts.isForInStatement(loop)) return bounded(null, 'a loop over the members of an object', 'data');
  if (ts.isForOfStatement(loop)) return bounded(null, loop.awaitModifier ? 'a loop over a stream of items' : 'a loop over a list', 'data');
  const condition = ts.isForStatement(loop) ? loop.condition : loop.expression;
  const byCondition = condition === undefined ? undefined : judgeCondition(ev, condition, loop, frame);
  if (byCondition !== undefined) return bounded(byCondition.bound, byCondition.how, byCondition.basis);
  const guard = guardIn(ev, loop.statement, loop, frame);
  if (guard !== undefined) return bounded(guard.bound, guard.how, 'explicit');
  if (condition !== undefined && drainsList(condition, loop)) return bounded(null, 'a loop that empties a list', 'data');
  return { status: 'unbounded', bound: null, how: 'a loop that only the answers of the model end', basis: 'none', location };
}

interface Bound {
  readonly bound: number | null;
  readonly how: string;
  readonly basis: 'explicit' | 'data';
}

/** Does a condition that must hold for another round contain a bound? In `a && b` either side will do, in `a || b` both must. */
function judgeCondition(ev: Evaluator, condition: ts.Expression, loop: ts.Node, frame: Frame | undefined): Bound | undefined {
  if (ts.isParenthesizedExpression(condition)) return judgeCondition(ev, condition.expression, loop, frame);
  if (!ts.isBinaryExpression(condition)) {
    // `while (retries--)` counts down.
    if (ts.isPostfixUnaryExpression(condition) || ts.isPrefixUnaryExpression(condition)) {
      const down = condition.operator === ts.SyntaxKind.MinusMinusToken;
      return down
        ? { bound: numbersIn(ev.values(condition.operand, frame))[0] ?? null, how: 'a counter that ends at zero', basis: 'explicit' }
        : undefined;
    }
    return undefined;
  }
  const token = condition.operatorToken.kind;
  if (token === ts.SyntaxKind.AmpersandAmpersandToken)
    return judgeCondition(ev, condition.left, loop, frame) ?? judgeCondition(ev, condition.right, loop, frame);
  if (token === ts.SyntaxKind.BarBarToken) {
    const [a, b] = [judgeCondition(ev, condition.left, loop, frame), judgeCondition(ev, condition.right, loop, frame)];
    return a !== undefined && b !== undefined ? a : undefined;
  }
  return comparison(ev, condition, loop, frame);
}

const ORDER = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);
const EQUAL = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

/** A comparison of a counter or a clock with a limit. */
function comparison(ev: Evaluator, node: ts.BinaryExpression, loop: ts.Node, frame: Frame | undefined): Bound | undefined {
  const ordered = ORDER.has(node.operatorToken.kind);
  if (!ordered && !EQUAL.has(node.operatorToken.kind)) return undefined;
  if (readsClock(node)) return ordered ? { bound: null, how: 'a deadline', basis: 'explicit' } : undefined;
  for (const [counter, limit] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
    if (!counts(counter, loop)) continue;
    const numbers = numbersIn(ev.values(limit, frame));
    if (!ordered && numbers.length === 0) continue;
    if (numbers.length === 0 && endsWithLength(limit)) return { bound: null, how: 'a loop over the items of a list', basis: 'data' };
    const bound = numbers.length === 0 ? null : Math.max(...numbers);
    return {
      bound,
      how: bound === null ? 'a counter with a limit that a run decides' : `a counter that ends at ${bound}`,
      basis: 'explicit',
    };
  }
  return undefined;
}

/** Does an expression compare with the clock: a deadline? */
export function readsClock(node: ts.Node): boolean {
  let clock = false;
  walk(node, inner => {
    if (ts.isPropertyAccessExpression(inner) && inner.name.text === 'now') clock = true;
    if (ts.isNewExpression(inner) && ts.isIdentifier(inner.expression) && inner.expression.text === 'Date') clock = true;
    if (ts.isIdentifier(inner) && isClockVariable(inner)) clock = true;
  });
  return clock;
}

function isClockVariable(id: ts.Identifier): boolean {
  const binding = resolve(id);
  const start = binding?.kind === 'variable' ? binding.node.initializer : undefined;
  return start !== undefined && ts.isBinaryExpression(start) && /\b(?:Date|performance)\.now\(\)/.test(start.getText());
}

/** Is this something that moves in the loop: `i`, `++i`, `this.rounds`, `messages.length`? */
function counts(node: ts.Expression, loop: ts.Node): boolean {
  if (ts.isParenthesizedExpression(node)) return counts(node.expression, loop);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
  }
  if (ts.isPropertyAccessExpression(node))
    return node.name.text === 'length' || node.name.text === 'size' ? growsIn(node.expression, loop) : changedIn(node.getText(), loop);
  if (ts.isBinaryExpression(node)) return counts(node.left, loop) || counts(node.right, loop);
  return ts.isIdentifier(node) && changedIn(node.text, loop);
}

function changedIn(name: string, loop: ts.Node): boolean {
  let changed = false;
  walk(loop, node => {
    if (
      (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
      (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
    ) {
      if (node.operand.getText() === name) changed = true;
    }
    if (ts.isBinaryExpression(node) && node.left.getText() === name) {
      const token = node.operatorToken.kind;
      if (token === ts.SyntaxKind.PlusEqualsToken || token === ts.SyntaxKind.MinusEqualsToken) changed = true;
      if (token === ts.SyntaxKind.EqualsToken && ts.isBinaryExpression(node.right) && node.right.getText().includes(name)) changed = true;
    }
  });
  return changed;
}

function growsIn(list: ts.Expression, loop: ts.Node): boolean {
  const name = list.getText();
  let grows = false;
  walk(loop, node => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'push' &&
      node.expression.expression.getText() === name
    )
      grows = true;
  });
  return grows;
}

function endsWithLength(node: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(node) && (node.name.text === 'length' || node.name.text === 'size');
}

/** `while (queue.length > 0)` with a shift or pop inside, and nothing that refills it. */
function drainsList(condition: ts.Expression, loop: ts.Node): boolean {
  let drained = false;
  walk(condition, node => {
    if (!ts.isPropertyAccessExpression(node) || !endsWithLength(node)) return;
    const name = node.expression.getText();
    let takes = false;
    walk(loop, inner => {
      if (!ts.isCallExpression(inner) || !ts.isPropertyAccessExpression(inner.expression)) return;
      const verb = inner.expression.name.text;
      if ((verb === 'shift' || verb === 'pop' || verb === 'splice') && inner.expression.expression.getText() === name) takes = true;
    });
    if (takes && !growsIn(node.expression, loop)) drained = true;
  });
  return drained;
}

/** An `if` with a limit whose branch leaves: break, return, throw. Functions inside are left out. */
function guardIn(ev: Evaluator, body: ts.Node, counted: ts.Node, frame?: Frame): Bound | undefined {
  let found: Bound | undefined;
  walk(body, node => {
    if (isFunctionNode(node) && node !== body) return 'skip';
    if (found === undefined && ts.isIfStatement(node) && leaves(node.thenStatement)) found = limitIn(ev, node.expression, counted, frame);
    return undefined;
  });
  return found;
}

/** The first comparison with a limit inside a condition. */
function limitIn(ev: Evaluator, condition: ts.Node, counted: ts.Node, frame?: Frame): Bound | undefined {
  let found: Bound | undefined;
  walk(condition, node => {
    if (isFunctionNode(node)) return 'skip';
    if (found === undefined && ts.isBinaryExpression(node)) found = comparison(ev, node, counted, frame);
    return undefined;
  });
  return found;
}

/** Does a statement leave the loop or function on some way? */
function leaves(statement: ts.Node): boolean {
  let out = false;
  walk(statement, node => {
    if (isFunctionNode(node)) return 'skip';
    if (ts.isBreakStatement(node) || ts.isReturnStatement(node) || ts.isThrowStatement(node)) out = true;
    // process.exit ends a command-line agent just as well.
    if (ts.isCallExpression(node) && node.expression.getText() === 'process.exit') out = true;
    return undefined;
  });
  return out;
}

/** Does the loop ask a person something in each round? */
function asksPerson(ev: Evaluator, loop: LoopStatement): boolean {
  if (ts.isForOfStatement(loop) && loop.awaitModifier) {
    return ev
      .values(loop.expression)
      .some(
        v =>
          v.kind === 'foreign' &&
          (ASKS.test(v.package) || (v.package === '' && v.steps.some(s => s.kind === 'member' && s.name === 'stdin'))),
      );
  }
  if (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) return false;
  return asksIn(ev, loop.statement, 0);
}

/** A question that every round reaches: one behind a condition (an approval) does not set the pace. */
export function asksIn(ev: Evaluator, node: ts.Node, depth: number): boolean {
  let asks = false;
  walk(node, inner => {
    if (asks) return 'skip';
    if (ts.isIfStatement(inner) || ts.isConditionalExpression(inner) || ts.isCaseBlock(inner)) return 'skip';
    if (!ts.isCallExpression(inner)) return undefined;
    for (const callee of ev.values(inner.expression)) {
      if (callee.kind === 'foreign') {
        const last = callee.steps.findLast(s => s.kind === 'member');
        const name = last?.kind === 'member' ? last.name : 'default';
        if (ASKS.test(callee.package) && QUESTIONS.has(name)) asks = true;
        if (callee.package === '' && callee.steps.length === 1 && name === 'prompt') asks = true;
      } else if (callee.kind === 'function' && depth < 1 && callee.node.body !== undefined && asksIn(ev, callee.node.body, depth + 1))
        asks = true;
    }
    return undefined;
  });
  return asks;
}
