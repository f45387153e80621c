// Does a branch leave the function, and how?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { resolve } from '../scope.ts';

function lastOf(branch: ts.Node): ts.Node | undefined {
  return tsc.isBlock(branch) ? branch.statements.at(-1) : branch;
}

/** Packages of Python whose `abort` raises the answer that ends a request, as it is imported. */
const ABORTS = /import \{ abort(?: as \w+)? \} from "py:(?:flask|quart|werkzeug(?:\/exceptions)?|flask_restful|flask_smorest|bottle)"/;

/** `abort(429)` */
function aborts(node: ts.Node): boolean {
  if (!tsc.isExpressionStatement(node)) return false;
  const call = node.expression;
  if (!tsc.isCallExpression(call) || !tsc.isIdentifier(call.expression) || call.expression.text !== 'abort') return false;
  return resolve(call.expression)?.kind === 'import' && ABORTS.test(node.getSourceFile().text);
}

/** Does a branch leave the function, the loop or the process at its end? */
export function exits(branch: ts.Node): boolean {
  let last = lastOf(branch);
  for (let deep = 0; last !== undefined && deep < 20; deep++) {
    if (tsc.isReturnStatement(last) || tsc.isThrowStatement(last) || tsc.isBreakStatement(last) || tsc.isContinueStatement(last))
      return true;
    if (tsc.isExpressionStatement(last)) return /^process\.exit\(/.test(last.expression.getText().slice(0, 40)) || aborts(last);
    // Both halves must leave; the second is looked at here, the first by its own last statement.
    if (!tsc.isIfStatement(last) || last.elseStatement === undefined || !leaves(last.thenStatement)) return false;
    last = lastOf(last.elseStatement);
  }
  return false;
}

function leaves(branch: ts.Node): boolean {
  const last = lastOf(branch);
  return last !== undefined && (tsc.isReturnStatement(last) || tsc.isThrowStatement(last) || aborts(last));
}

/** Does a branch end in an exception, whichever way it takes? */
export function throws(branch: ts.Node, depth = 0): boolean {
  const last = lastOf(branch);
  if (last === undefined || depth > 20) return false;
  if (!tsc.isIfStatement(last)) return tsc.isThrowStatement(last) || aborts(last);
  return last.elseStatement !== undefined && throws(last.thenStatement, depth + 1) && throws(last.elseStatement, depth + 1);
}
