// A catch in a loop of attempts: what falls through it is tried again, so the failure ends where the loop does.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { leavesAlways } from '../retries/catches.ts';
import { isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';

/** What follows on the last attempt: nothing (the loop has no end), or the statement that leaves the code behind the loop. */
export type LastTry = { readonly how: 'never' } | { readonly how: 'leaves'; readonly statement: ts.ThrowStatement | ts.ReturnStatement };

/**
 * Is a try an attempt, after whose success a loop is over: `for (...) { try { return await ask(); } catch { await pause(); } }`?
 * A loop over things to do, which goes on after each of them, is none.
 * @returns what happens after the last attempt; undefined where it is no attempt, or what happens then is not said by one statement
 */
export function afterLastTry(ev: Evaluator, attempt: ts.TryStatement): LastTry | undefined {
  if (attempt.catchClause === undefined || leavesAlways(attempt.catchClause.block)) return undefined;
  const block = attempt.parent;
  const loop = loopAround(attempt);
  if (loop === undefined || !tsc.isBlock(block)) return undefined;
  const stop = block.statements[block.statements.indexOf(attempt) + 1];
  const stops = stop !== undefined && (tsc.isReturnStatement(stop) || tsc.isBreakStatement(stop));
  if (!stops && !leavesAlways(attempt.tryBlock)) return undefined;
  if (throwsOnLast(ev, loop, attempt.catchClause.block)) return { how: 'never' };
  if (isEndless(loop) && !isBroken(loop, [attempt.tryBlock, stop])) return { how: 'never' };
  const around = loop.parent;
  if (!tsc.isBlock(around)) return undefined;
  for (const next of around.statements.slice(around.statements.indexOf(loop) + 1)) {
    if (tsc.isThrowStatement(next) || tsc.isReturnStatement(next)) return { how: 'leaves', statement: next };
    if (!tsc.isExpressionStatement(next) && !tsc.isVariableStatement(next)) return undefined;
  }
  return undefined;
}

/** The statements of a block that are never reached, because one before them always leaves. */
export function neverReached(block: ts.Block): readonly ts.Statement[] {
  const at = block.statements.findIndex(
    one => tsc.isThrowStatement(one) || tsc.isReturnStatement(one) || tsc.isBreakStatement(one) || tsc.isContinueStatement(one),
  );
  return at < 0 ? [] : block.statements.slice(at + 1);
}

function loopAround(node: ts.Node): ts.IterationStatement | undefined {
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); up = up.parent) {
    if (tsc.isIterationStatement(up, false)) return up;
    // A catch around it may be the one that decides.
    if (tsc.isTryStatement(up)) return undefined;
  }
  return undefined;
}

function isEndless(loop: ts.IterationStatement): boolean {
  if (tsc.isForStatement(loop)) return loop.condition === undefined;
  return (tsc.isWhileStatement(loop) || tsc.isDoStatement(loop)) && loop.expression.kind === tsc.SyntaxKind.TrueKeyword;
}

/** Does anything break a loop, beside the parts that run after a success? */
function isBroken(loop: ts.IterationStatement, success: readonly (ts.Node | undefined)[]): boolean {
  let broken = false;
  walk(loop.statement, node => {
    if (success.includes(node) || isFunctionNode(node)) return 'skip';
    broken ||= tsc.isBreakStatement(node);
    return undefined;
  });
  return broken;
}

/** `for (let i = 0; i < most; i++)` whose catch says `if (i === most - 1) throw error`: the loop never runs out. */
function throwsOnLast(ev: Evaluator, loop: ts.IterationStatement, handler: ts.Block): boolean {
  if (!tsc.isForStatement(loop) || loop.condition === undefined || !tsc.isBinaryExpression(loop.condition)) return false;
  const { left: counter, operatorToken, right: bound } = loop.condition;
  const below = operatorToken.kind === tsc.SyntaxKind.LessThanToken;
  if (!tsc.isIdentifier(counter) || (!below && operatorToken.kind !== tsc.SyntaxKind.LessThanEqualsToken)) return false;
  const isLast = (condition: ts.Expression): boolean => {
    const inner = strip(condition);
    if (inner === undefined || !tsc.isBinaryExpression(inner)) return false;
    if (inner.operatorToken.kind === tsc.SyntaxKind.BarBarToken) return isLast(inner.left) || isLast(inner.right);
    const asked = strip(inner.left);
    if (!LAST.has(inner.operatorToken.kind) || asked === undefined || !tsc.isIdentifier(asked) || asked.text !== counter.text) return false;
    return below ? isOneLess(ev, inner.right, bound) : isSame(ev, inner.right, bound);
  };
  // Each class of errors that is caught here must be thrown on in the end.
  const throws = (statements: readonly ts.Statement[]): boolean =>
    statements.some(one => {
      if (tsc.isBlock(one)) return throws(one.statements);
      if (tsc.isThrowStatement(one)) return true;
      if (!tsc.isIfStatement(one)) return false;
      if (isLast(one.expression)) return throws([one.thenStatement]);
      return one.elseStatement !== undefined && throws([one.thenStatement]) && throws([one.elseStatement]);
    });
  return throws(handler.statements);
}

const LAST: ReadonlySet<ts.SyntaxKind> = new Set([
  tsc.SyntaxKind.EqualsEqualsEqualsToken,
  tsc.SyntaxKind.EqualsEqualsToken,
  tsc.SyntaxKind.GreaterThanEqualsToken,
]);

function isSame(ev: Evaluator, a: ts.Expression, b: ts.Expression): boolean {
  return bare(a) === bare(b) || (numberOf(ev, a) ?? Number.NaN) === numberOf(ev, b);
}

/** `2` and `3`; `most - 1` and `most`; `most` and `most + 1`. */
function isOneLess(ev: Evaluator, less: ts.Expression, more: ts.Expression): boolean {
  return (
    bare(less) === `${bare(more)}-1` || `${bare(less)}+1` === bare(more) || (numberOf(ev, less) ?? Number.NaN) + 1 === numberOf(ev, more)
  );
}

function bare(node: ts.Expression): string {
  return (strip(node) ?? node).getText().replace(/[\s()]/g, '');
}

function numberOf(ev: Evaluator, node: ts.Expression): number | undefined {
  const [value, ...more] = ev.values(node);
  return more.length === 0 && value?.kind === 'literal' && typeof value.value === 'number' ? value.value : undefined;
}
