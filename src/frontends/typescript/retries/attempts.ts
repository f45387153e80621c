// What a try around a call does with its failure: is it awaited there, does a success end the loop, is it thrown again?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { failsAtOnce } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Value } from '../evaluator/values.ts';
import { isLoop, type LoopStatement } from '../loops/bounds.ts';
import { throwsIn } from '../paths/exits.ts';
import { boundNames, walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';

/** After a success the loop must end, or its rounds are turns of a conversation and not attempts. */
export function endsOnSuccess(attempt: ts.TryStatement, loop: LoopStatement): boolean {
  let ends = false;
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node) || (isLoop(node) && node !== loop)) return;
    if (tsc.isReturnStatement(node) || tsc.isBreakStatement(node)) ends = true;
    tsc.forEachChild(node, visit);
  };
  visit(attempt.tryBlock);
  if (ends || attempt.catchClause === undefined) return ends;
  // The success may be tested after the try (`if (result) return result`), unless the catch puts something in its place.
  const kept = assignedIn(attempt.tryBlock);
  const replaced = assignedIn(attempt.catchClause.block);
  if ([...kept].some(name => replaced.has(name))) return false;
  const block = attempt.parent;
  if (tsc.isBlock(block)) for (const statement of block.statements.slice(block.statements.indexOf(attempt) + 1)) visit(statement);
  return ends;
}

/** `throw new AbortError(...)`, `bail(error)`: the wrapped function itself stops hopeless tries. */
export function stopsItself(call: ts.CallExpression): boolean {
  let stops = false;
  const visit = (node: ts.Node): void => {
    if (tsc.isNewExpression(node) && tsc.isIdentifier(node.expression) && node.expression.text === 'AbortError') stops = true;
    if (
      tsc.isCallExpression(node) &&
      tsc.isIdentifier(node.expression) &&
      (node.expression.text === 'bail' || node.expression.text === 'abort')
    )
      stops = true;
    tsc.forEachChild(node, visit);
  };
  for (const arg of call.arguments) visit(arg);
  return stops;
}

/** `catch (e) { throw new AbortError(e); }`: whatever fails, no other try is made. */
export function alwaysStops(call: ts.CallExpression): boolean {
  return call.arguments.some(arg => {
    const body = isFunctionNode(arg) && arg.body !== undefined && tsc.isBlock(arg.body) ? arg.body.statements : [];
    return body.some(statement => {
      const first = tsc.isTryStatement(statement) ? statement.catchClause?.block.statements.find(tsc.isThrowStatement) : undefined;
      const before = tsc.isTryStatement(statement) ? (statement.catchClause?.block.statements ?? []) : [];
      const plain = before.every(one => one === first || tsc.isExpressionStatement(one));
      return first !== undefined && plain && /^new AbortError\b/.test(first.expression.getText().slice(0, 40));
    });
  });
}

/** `() => false` */
export function saysNo(value: Value): boolean {
  if (value.kind !== 'function') return false;
  const { body } = value.node;
  const only = body !== undefined && tsc.isBlock(body) ? body.statements[0] : body;
  const said = only !== undefined && tsc.isReturnStatement(only) ? only.expression : only;
  return said?.kind === tsc.SyntaxKind.FalseKeyword;
}

/** Is the failure of a call seen inside a try: awaited there, or, for a result that is read later, read there? */
export function isAwaited(node: ts.Node, attempt: ts.TryStatement, lazy: boolean): boolean {
  if (lazy) {
    let reads = false;
    walk(attempt.tryBlock, inner => {
      if (tsc.isForOfStatement(inner) && failsAtOnce(inner)) reads = true;
      if ((tsc.isForOfStatement(inner) && inner.awaitModifier !== undefined) || (tsc.isAwaitExpression(inner) && inner.expression !== node))
        reads = true;
    });
    return reads;
  }
  if (failsAtOnce(node)) return true;
  for (let child = node, up = node.parent; up !== undefined && up !== attempt; child = up, up = up.parent) {
    if (tsc.isAwaitExpression(up) || tsc.isForOfStatement(up) || tsc.isYieldExpression(up)) return true;
    // A promise kept in a variable is usually awaited a line further on.
    if (tsc.isVariableDeclaration(up) || (tsc.isBinaryExpression(up) && child === up.right)) return true;
    if (tsc.isReturnStatement(up)) return false;
    if (isFunctionNode(up)) return true;
  }
  return true;
}

/** Does a catch let the failure out again on some way? */
export function rethrows(clause: ts.CatchClause): boolean {
  return throwsIn(clause.block);
}

/** The names that a block assigns to. */
function assignedIn(block: ts.Block): ReadonlySet<string> {
  const names = new Set<string>();
  walk(block, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken) names.add(node.left.getText());
    return undefined;
  });
  return names;
}

/** Is a round of a loop over items about its item: is that used before or in the attempt? A list of waits is not. */
export function usesItem(loop: ts.ForOfStatement, attempt: ts.TryStatement): boolean {
  const { initializer } = loop;
  if (!tsc.isVariableDeclarationList(initializer)) return true;
  const names = new Set(initializer.declarations.flatMap(d => boundNames(d.name)));
  let used = false;
  walk(loop.statement, node => {
    if (node.pos >= attempt.tryBlock.end) return 'skip';
    if (tsc.isIdentifier(node) && names.has(node.text)) used = true;
    return undefined;
  });
  return used;
}

/** How many rounds a loop over a written list makes. */
export function itemsOf(ev: Evaluator, loop: LoopStatement): number | null {
  if (!tsc.isForOfStatement(loop)) return null;
  const counts = ev
    .values(loop.expression)
    .map(v => (v.kind === 'array' && !v.node.elements.some(tsc.isSpreadElement) ? v.node.elements.length : null));
  return counts.length === 1 ? (counts[0] ?? null) : null;
}

/** What decides whether a loop goes on. */
export function conditionOf(loop: LoopStatement): ts.Expression | undefined {
  if (tsc.isForStatement(loop)) return loop.condition;
  return tsc.isForOfStatement(loop) || tsc.isForInStatement(loop) ? undefined : loop.expression;
}
