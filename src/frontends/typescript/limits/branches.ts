// Does a branch leave the function, and how?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';

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

/**
 * Is there a way out of a block, other than by an exception? Such a way out of a finally takes back whatever was thrown.
 * @param out `loop`: only `break` and `continue` of a loop around it; `function`: `return` as well
 */
export function leavesFor(block: ts.Block, out: 'loop' | 'function'): boolean {
  let found = false;
  walk(block, node => {
    if (found || isFunctionNode(node) || tsc.isClassLike(node)) return 'skip';
    if (tsc.isReturnStatement(node)) found ||= out === 'function';
    if (tsc.isBreakStatement(node) || tsc.isContinueStatement(node)) found ||= !isOfInner(node, block);
    return undefined;
  });
  return found;
}

/** Does a jump stay inside a block: the `break` of a loop or a switch in it? */
function isOfInner(jump: ts.BreakOrContinueStatement, block: ts.Block): boolean {
  for (let up: ts.Node = jump.parent; up !== block; up = up.parent) {
    if (jump.label !== undefined) {
      if (tsc.isLabeledStatement(up) && up.label.text === jump.label.text) return true;
    } else if (tsc.isIterationStatement(up, false) || (tsc.isSwitchStatement(up) && tsc.isBreakStatement(jump))) return true;
  }
  return false;
}
