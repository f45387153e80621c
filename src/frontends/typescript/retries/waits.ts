// How long a retry waits before the next attempt, and whether it listens to the server.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { contains } from './catches.ts';

/** How a catch (or the loop around it) waits before the next attempt. */
export function backoffIn(ev: Evaluator, block: ts.Node, loop: ts.Node): 'exponential' | 'fixed' | 'none' | 'unknown' {
  let kind: 'exponential' | 'fixed' | 'none' | 'unknown' = 'none';
  const look = (root: ts.Node): void =>
    walk(root, node => {
      if (!tsc.isCallExpression(node)) return;
      const wait = waitOf(ev, node, 0);
      if (wait === undefined || isLost(node)) return;
      if (grows(ev, wait) || growsByVariable(ev, wait, loop)) kind = 'exponential';
      else if (kind === 'none') kind = 'fixed';
    });
  look(block);
  if (kind === 'none') look(loop);
  return kind;
}

/** `new Promise(done => setTimeout(done, 1000))` and `sleep(1000)` without `await`: nobody waits. In Python, what stands there waits. */
function isLost(wait: ts.CallExpression): boolean {
  if (isPython(wait)) return false;
  let node: ts.Node = wait;
  if (wait.expression.getText() === 'setTimeout') {
    while (node.parent !== undefined && !tsc.isNewExpression(node) && !tsc.isBlock(node.parent)) node = node.parent;
    // A timer of its own may make the next attempt.
    if (!tsc.isNewExpression(node)) return false;
  }
  return tsc.isExpressionStatement(node.parent);
}

/** The duration of a wait: setTimeout, a delay package, or a helper of the repository that uses one. */
function waitOf(ev: Evaluator, call: ts.CallExpression, depth: number): ts.Expression | undefined {
  if (tsc.isIdentifier(call.expression) && call.expression.text === 'setTimeout') return call.arguments[1] ?? call.arguments[0];
  if (depth > 2) return undefined;
  for (const value of ev.values(call.expression)) {
    if (value.kind === 'foreign' && /^(?:node:)?timers\/promises$|^delay$|^sleep-promise$|^@rabbit-company\/sleep$/.test(value.package))
      return call.arguments[0];
    if (value.kind === 'function' && value.node.body !== undefined) {
      let inner: ts.Expression | undefined;
      walk(value.node.body, node => {
        if (inner === undefined && tsc.isCallExpression(node)) inner = waitOf(ev, node, depth + 1);
      });
      if (inner !== undefined) return call.arguments[0] ?? inner;
    }
  }
  return undefined;
}

function grows(ev: Evaluator, duration: ts.Node, depth = 0): boolean {
  return contains(duration, n => {
    if (tsc.isBinaryExpression(n)) {
      const token = n.operatorToken.kind;
      if (token === tsc.SyntaxKind.AsteriskAsteriskToken || token === tsc.SyntaxKind.LessThanLessThanToken) return true;
      // `delay * attempt` grows as well, if more slowly.
      return (
        token === tsc.SyntaxKind.AsteriskToken && contains(n, m => tsc.isIdentifier(m) && !/^[A-Z][A-Z\d_]*$/.test(m.text) && !isOfMath(m))
      );
    }
    if (!tsc.isCallExpression(n)) return false;
    if (n.expression.getText() === 'Math.pow') return true;
    // A function of the repository that says how long.
    return depth < 2 && ev.values(n.expression).some(v => v.kind === 'function' && ev.returnsOf(v.node).some(r => grows(ev, r, depth + 1)));
  });
}

function isOfMath(id: ts.Identifier): boolean {
  return (
    id.text === 'Math' || (tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id && id.parent.expression.getText() === 'Math')
  );
}

/** `delay *= 2` in the loop, or a variable that was computed to grow. */
function growsByVariable(ev: Evaluator, duration: ts.Expression, loop: ts.Node): boolean {
  if (!tsc.isIdentifier(duration)) return false;
  const name = duration.text;
  return contains(loop, n => {
    if (tsc.isBinaryExpression(n) && n.left.getText() === name)
      return (
        n.operatorToken.kind === tsc.SyntaxKind.AsteriskEqualsToken ||
        (n.operatorToken.kind === tsc.SyntaxKind.EqualsToken && grows(ev, n.right))
      );
    return tsc.isVariableDeclaration(n) && n.name.getText() === name && n.initializer !== undefined && grows(ev, n.initializer);
  });
}

/** Is the retry-after header read anywhere in the code of the retry? */
export function heedsRetryAfter(root: ts.Node): boolean {
  let heeds = false;
  walk(root, node => {
    if (tsc.isStringLiteralLike(node) && /^retry-after(?:-ms)?$/i.test(node.text)) heeds = true;
    if (tsc.isPropertyAccessExpression(node) && node.name.text === 'retryAfter') heeds = true;
  });
  return heeds;
}
