// Does a branch leave the function, and how?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';

function lastOf(branch: ts.Node): ts.Node | undefined {
  return tsc.isBlock(branch) ? branch.statements.at(-1) : branch;
}

/** Does a branch leave the function, the loop or the process at its end? */
export function exits(branch: ts.Node): boolean {
  let last = lastOf(branch);
  for (let deep = 0; last !== undefined && deep < 20; deep++) {
    if (tsc.isReturnStatement(last) || tsc.isThrowStatement(last) || tsc.isBreakStatement(last) || tsc.isContinueStatement(last))
      return true;
    if (tsc.isExpressionStatement(last)) return /^process\.exit\(/.test(last.expression.getText().slice(0, 40));
    // Both halves must leave; the second is looked at here, the first by its own last statement.
    if (!tsc.isIfStatement(last) || last.elseStatement === undefined || !leaves(last.thenStatement)) return false;
    last = lastOf(last.elseStatement);
  }
  return false;
}

function leaves(branch: ts.Node): boolean {
  const last = lastOf(branch);
  return last !== undefined && (tsc.isReturnStatement(last) || tsc.isThrowStatement(last));
}

/** Does a branch end in an exception, whichever way it takes? */
export function throws(branch: ts.Node, depth = 0): boolean {
  const last = lastOf(branch);
  if (last === undefined || depth > 20) return false;
  if (!tsc.isIfStatement(last)) return tsc.isThrowStatement(last);
  return last.elseStatement !== undefined && throws(last.thenStatement, depth + 1) && throws(last.elseStatement, depth + 1);
}
