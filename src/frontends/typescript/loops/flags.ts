// A loop that goes round again only once for each flag that it sets: "compact the conversation and try once more".
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { contains, isAnyAssignment, strip } from '../syntax.ts';
import { isLoop, type LoopStatement } from './bounds.ts';

/**
 * The most rounds of a loop whose body always leaves, but where a flag that nobody takes back lets it go on; undefined: it may go
 * on in some other way.
 */
export function roundsByFlags(loop: LoopStatement): number | undefined {
  const again: ts.ContinueStatement[] = [];
  walk(loop.statement, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isContinueStatement(node)) {
      if (node.label !== undefined || target(node) === loop) again.push(node);
    }
    return undefined;
  });
  if (again.length === 0 || !ends(loop.statement)) return undefined;
  const flags = new Set<string>();
  for (const one of again) {
    const flag = one.label === undefined ? flagOf(one, loop) : undefined;
    if (flag === undefined) return undefined;
    flags.add(flag);
  }
  return flags.size + 1;
}

function target(node: ts.ContinueStatement): ts.Node | undefined {
  for (let up: ts.Node | undefined = node.parent; up !== undefined; up = up.parent) if (isLoop(up)) return up;
  return undefined;
}

/** Does a statement never come to its end? Leaving and going round again both count. */
function ends(node: ts.Statement): boolean {
  if (tsc.isReturnStatement(node) || tsc.isThrowStatement(node) || tsc.isContinueStatement(node) || tsc.isBreakStatement(node)) return true;
  if (tsc.isBlock(node)) return node.statements.some(ends);
  if (tsc.isIfStatement(node)) return ends(node.thenStatement) && node.elseStatement !== undefined && ends(node.elseStatement);
  if (!tsc.isTryStatement(node)) return false;
  if (node.finallyBlock !== undefined && ends(node.finallyBlock)) return true;
  return ends(node.tryBlock) && (node.catchClause === undefined || ends(node.catchClause.block));
}

/** The flag behind which a `continue` stands: asked for in the condition, set before it, and never taken back in the loop. */
function flagOf(node: ts.ContinueStatement, loop: LoopStatement): string | undefined {
  for (let up: ts.Node = node; up !== loop; up = up.parent) {
    const branch = up.parent;
    if (!tsc.isIfStatement(branch) || branch.thenStatement !== up) continue;
    for (const flag of unset(branch.expression)) {
      const binding = resolve(flag);
      if (binding === undefined || !('node' in binding) || contains(loop, binding.node)) continue;
      if (isSet(branch.thenStatement, flag.text, node) && !isTakenBack(loop, flag.text)) return flag.text;
    }
  }
  return undefined;
}

/** The names that must be false for a condition to hold: `!a` in `!a && b`. */
function unset(condition: ts.Expression): ts.Identifier[] {
  const node = strip(condition);
  if (node === undefined) return [];
  if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken)
    return [...unset(node.left), ...unset(node.right)];
  if (!tsc.isPrefixUnaryExpression(node) || node.operator !== tsc.SyntaxKind.ExclamationToken) return [];
  const operand = strip(node.operand);
  return operand !== undefined && tsc.isIdentifier(operand) ? [operand] : [];
}

/** `flag = true` before a node, in the branch that it stands in. */
function isSet(branch: ts.Statement, flag: string, before: ts.Node): boolean {
  for (let up: ts.Node = before; up !== branch.parent; up = up.parent) {
    const block = up.parent;
    if (!tsc.isBlock(block)) continue;
    const earlier = block.statements.slice(0, block.statements.indexOf(up as ts.Statement));
    if (earlier.some(one => tsc.isExpressionStatement(one) && assigned(one.expression, flag) === 'true')) return true;
    if (block === branch) return false;
  }
  return false;
}

function isTakenBack(loop: LoopStatement, flag: string): boolean {
  let back = false;
  walk(loop, node => {
    if (tsc.isExpression(node) && assigned(node, flag) === 'other') back = true;
  });
  return back;
}

function assigned(node: ts.Node, flag: string): 'true' | 'other' | undefined {
  if (!tsc.isBinaryExpression(node) || !tsc.isIdentifier(node.left) || node.left.text !== flag) return undefined;
  const kind = node.operatorToken.kind;
  if (!isAnyAssignment(kind)) return undefined;
  return kind === tsc.SyntaxKind.EqualsToken && node.right.kind === tsc.SyntaxKind.TrueKeyword ? 'true' : 'other';
}
