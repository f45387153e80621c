// Recursion: a function that leads back to itself, and what ends it. A counter that is new in every call ends nothing.
import { ts } from 'ts-morph';
import type { Loop } from '../../core/index.ts';
import { asksIn, NOT_IN_LOOP, readsClock } from './bounds.ts';
import type { Evaluator } from './evaluate.ts';
import { numbersIn } from './options.ts';
import { placeOf } from './places.ts';
import { walk } from './program.ts';
import { isFunctionNode, resolve } from './scope.ts';
import { propertyName } from './syntax.ts';
import type { FunctionNode } from './values.ts';

interface Limit {
  readonly bound: number | null;
  readonly how: string;
}

/** A chain of functions that ends where it began: bounded when something counts across the calls and leaves. */
export function cycleOf(ev: Evaluator, functions: readonly FunctionNode[], call: ts.Node): Loop {
  const location = placeOf(call);
  for (const fn of functions) {
    if (fn.body === undefined) continue;
    if (asksIn(ev, fn.body, 0)) return { ...NOT_IN_LOOP, how: 'a function that calls itself after it asked a person', location };
    const limit = limitOf(ev, fn, call);
    if (limit !== undefined)
      return { status: 'bounded', bound: limit.bound, how: `recursion with ${limit.how}`, basis: 'explicit', location };
  }
  return { status: 'unbounded', bound: null, how: 'recursion without a limit', basis: 'none', location };
}

/** `if (depth >= 5) return` before the call, or the call inside `if (depth < 5)`. */
function limitOf(ev: Evaluator, fn: FunctionNode, call: ts.Node): Limit | undefined {
  let found: Limit | undefined;
  walk(fn.body ?? fn, node => {
    if (isFunctionNode(node) && node !== fn) return 'skip';
    if (found !== undefined || !ts.isIfStatement(node)) return undefined;
    const guards = leavesAtOnce(node.thenStatement) || contains(node.thenStatement, call);
    if (guards) found = comparisonIn(ev, node.expression, fn);
    return undefined;
  });
  return found;
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.getSourceFile() === inner.getSourceFile() && outer.pos <= inner.pos && inner.end <= outer.end;
}

function leavesAtOnce(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
}

const ORDERED = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

function comparisonIn(ev: Evaluator, condition: ts.Expression, fn: FunctionNode): Limit | undefined {
  let found: Limit | undefined;
  walk(condition, node => {
    if (found !== undefined || !ts.isBinaryExpression(node) || !ORDERED.has(node.operatorToken.kind)) return;
    if (readsClock(node)) {
      found = { bound: null, how: 'a deadline' };
      return;
    }
    const sides = [[node.left, node.right] as const, [node.right, node.left] as const];
    for (const [counter, limit] of sides) {
      if (!persists(ev, counter, fn)) continue;
      const numbers = numbersIn(ev.values(limit));
      const bound = numbers.length === 0 ? null : Math.max(...numbers);
      found ??= { bound, how: bound === null ? 'a limit that a run decides' : `a limit of ${bound}` };
    }
  });
  return found;
}

/** Does a counter keep its count from one call to the next? */
function persists(ev: Evaluator, counter: ts.Expression, fn: FunctionNode): boolean {
  if (ts.isParenthesizedExpression(counter)) return persists(ev, counter.expression, fn);
  if (ts.isPrefixUnaryExpression(counter) || ts.isPostfixUnaryExpression(counter)) return persists(ev, counter.operand, fn);
  if (ts.isIdentifier(counter)) {
    const binding = resolve(counter);
    if (binding === undefined || !('node' in binding)) return false;
    // A parameter counts when some call hands it on raised or lowered.
    if (binding.kind === 'parameter') return steps(fn, counter.text);
    return !contains(fn, binding.node) && steps(fn.getSourceFile(), counter.text);
  }
  if (!ts.isPropertyAccessExpression(counter)) return false;
  if (counter.name.text === 'length' || counter.name.text === 'size') return grows(fn, counter.expression.getText());
  return steps(fn.getSourceFile(), counter.getText()) || steppedInClass(ev, counter);
}

/** `count++`, `count += 1`, `count + 1` somewhere inside a node. */
function steps(root: ts.Node, text: string): boolean {
  let found = false;
  walk(root, node => {
    if (
      (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
      STEP.has(node.operator) &&
      node.operand.getText() === text
    )
      found = true;
    if (ts.isBinaryExpression(node) && SUM.has(node.operatorToken.kind) && node.left.getText() === text) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

const STEP = new Set<ts.SyntaxKind>([ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken]);
const SUM = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.PlusEqualsToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
]);

function grows(root: ts.Node, list: string): boolean {
  let found = false;
  walk(root, node => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'push' &&
      node.expression.expression.getText() === list
    )
      found = true;
  });
  return found;
}

/** `stream.switches`, where the class of the stream counts them itself, directly or behind a getter. */
function steppedInClass(ev: Evaluator, access: ts.PropertyAccessExpression): boolean {
  return ev.values(access.expression).some(value => {
    if (value.kind !== 'instance') return false;
    const names = [`this.${access.name.text}`];
    for (const member of value.of.members) {
      if (!ts.isGetAccessorDeclaration(member) || propertyName(member) !== access.name.text) continue;
      for (const returned of ev.returnsOf(member)) names.push(returned.getText());
    }
    return names.some(name => steps(value.of, name));
  });
}
