// How a piece of code is left, and where it lets others go on in its middle.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { dotted } from '../short-text.ts';

/** Does a piece of code throw on some way? What the functions inside it do is their own. */
export function throwsIn(root: ts.Node): boolean {
  let found = false;
  walk(root, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isThrowStatement(node)) found = true;
    return undefined;
  });
  return found;
}

/**
 * Where a function has let its caller go on for good, so that nothing behind it comes before what the caller does: behind the last `yield`.
 * @param middleware also behind the call of its last parameter, `await next()`
 */
export function handsOverAt(fn: ts.Node, middleware: boolean): number {
  const never = Number.POSITIVE_INFINITY;
  if (!isFunctionNode(fn) || fn.body === undefined) return never;
  if ((tsc.isFunctionDeclaration(fn) || tsc.isFunctionExpression(fn) || tsc.isMethodDeclaration(fn)) && fn.asteriskToken !== undefined) {
    let last: ts.Node | undefined;
    walk(fn.body, node => {
      if (isFunctionNode(node)) return 'skip';
      if (tsc.isYieldExpression(node)) last = node;
      return undefined;
    });
    return last === undefined ? never : loopsAround(last, fn).getEnd();
  }
  // What is before `with lock():` is left at the `yield` of a context manager of Python, which stands as a `return`.
  if (isContext(fn) && tsc.isBlock(fn.body)) {
    const left = statementsOf(fn.body).find(tsc.isReturnStatement);
    return left === undefined ? never : left.getEnd();
  }
  const next = middleware ? fn.parameters.at(-1) : undefined;
  if (next === undefined || next.initializer !== undefined || !tsc.isIdentifier(next.name) || !tsc.isBlock(fn.body)) return never;
  const { text } = next.name;
  for (const statement of statementsOf(fn.body)) if (callsAtOnce(statement, text)) return statement.getEnd();
  return never;
}

/** The outermost loop around a node inside a function, or the node. */
function loopsAround(node: ts.Node, fn: ts.Node): ts.Node {
  let out = node;
  for (let up = node.parent; up !== undefined && up !== fn; up = up.parent) if (tsc.isIterationStatement(up, false)) out = up;
  return out;
}

/** The statements of a block that always run, also those inside `try`. */
function statementsOf(block: ts.Block): readonly ts.Statement[] {
  return block.statements.flatMap(one =>
    tsc.isBlock(one) ? statementsOf(one) : tsc.isTryStatement(one) ? statementsOf(one.tryBlock) : [one],
  );
}

/** `await next();`, `const response = await next(request);` */
function callsAtOnce(statement: ts.Statement, name: string): boolean {
  const given = tsc.isExpressionStatement(statement)
    ? statement.expression
    : tsc.isVariableStatement(statement)
      ? statement.declarationList.declarations[0]?.initializer
      : undefined;
  const call = given !== undefined && tsc.isAwaitExpression(given) ? given.expression : given;
  return call !== undefined && tsc.isCallExpression(call) && tsc.isIdentifier(call.expression) && call.expression.text === name;
}

function isContext(fn: ts.Node): boolean {
  return decoratorsOf(fn).some(one => /(?:^|\.)(?:async)?contextmanager$/.test(dotted(one)));
}
