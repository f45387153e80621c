// Lists that are filled until the texts in them are long enough: `size += turn.content.length; if (size > 16000) break; kept.push(turn)`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluate.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import type { Env } from './trace.ts';
import { numberOf } from './windows.ts';

const READS =
  /^(?:slice|length|map|filter|find|findIndex|findLast|findLastIndex|some|every|at|concat|join|flatMap|reduce|reverse|toReversed|includes|indexOf|forEach|entries)$/;

/** The characters after which nothing more is put into a list by this call; undefined: nothing like that was seen. */
export function filledTo(ev: Evaluator, push: ts.CallExpression, env: Env): number | undefined {
  const [item] = push.arguments;
  const statement = push.parent;
  if (push.arguments.length !== 1 || item === undefined || !tsc.isExpressionStatement(statement)) return undefined;
  const block = statement.parent;
  if (
    !tsc.isBlock(block) ||
    !(tsc.isForOfStatement(block.parent) || tsc.isForStatement(block.parent) || tsc.isWhileStatement(block.parent))
  )
    return undefined;
  const before = block.statements.slice(0, block.statements.indexOf(statement));
  for (const check of before) {
    if (!tsc.isIfStatement(check) || !leaves(check.thenStatement)) continue;
    const compared = comparison(check.expression);
    if (compared === undefined) continue;
    const most = numberOf(ev, compared.most, env);
    // `if (size + text.length > MOST) break`, or `size += text.length` in the statement before.
    if (most !== undefined && sums(compared.sum, block, before.slice(0, before.indexOf(check)), item)) return most;
  }
  return undefined;
}

/** Is a list only filled by such calls, and handed to nobody who could put more into it? */
export function isOnlyFilled(ev: Evaluator, list: ts.VariableDeclaration, env: Env): boolean {
  if (!tsc.isIdentifier(list.name)) return false;
  let filled = false;
  for (const use of ev.program.identifiers(ev.program.unitOf(list), list.name.text)) {
    const binding = use === list.name ? undefined : resolve(use);
    if (binding?.kind !== 'variable' || binding.node !== list) continue;
    const { parent } = use;
    if (tsc.isReturnStatement(parent) || tsc.isSpreadElement(parent)) continue;
    if (!tsc.isPropertyAccessExpression(parent) || parent.expression !== use) return false;
    if (READS.test(parent.name.text)) continue;
    const call = parent.parent;
    if (!/^(?:push|unshift)$/.test(parent.name.text) || !tsc.isCallExpression(call) || filledTo(ev, call, env) === undefined) return false;
    filled = true;
  }
  return filled;
}

/** `size > MOST`, `MOST < size`: going beyond leads out. */
function comparison(condition: ts.Expression): { readonly sum: ts.Expression; readonly most: ts.Expression } | undefined {
  const inner = strip(condition);
  if (inner === undefined || !tsc.isBinaryExpression(inner)) return undefined;
  const kind = inner.operatorToken.kind;
  if (kind === tsc.SyntaxKind.GreaterThanToken || kind === tsc.SyntaxKind.GreaterThanEqualsToken)
    return { sum: inner.left, most: inner.right };
  if (kind === tsc.SyntaxKind.LessThanToken || kind === tsc.SyntaxKind.LessThanEqualsToken) return { sum: inner.right, most: inner.left };
  return undefined;
}

/** Is an expression the length of everything in the list, with the item that comes next? */
function sums(sum: ts.Expression, loop: ts.Block, before: readonly ts.Statement[], item: ts.Expression): boolean {
  const inner = strip(sum);
  if (inner === undefined) return false;
  const adds = (node: ts.Node | undefined, total: ts.Identifier): boolean => {
    if (node === undefined || !tsc.isExpressionStatement(node)) return false;
    const assigned = node.expression;
    return (
      tsc.isBinaryExpression(assigned) &&
      assigned.operatorToken.kind === tsc.SyntaxKind.PlusEqualsToken &&
      isSame(assigned.left, total) &&
      isLengthOf(assigned.right, item)
    );
  };
  if (tsc.isIdentifier(inner)) return isOutside(inner, loop) && before.some(statement => adds(statement, inner));
  if (!tsc.isBinaryExpression(inner) || inner.operatorToken.kind !== tsc.SyntaxKind.PlusToken) return false;
  const total = strip(inner.left);
  return (
    total !== undefined &&
    tsc.isIdentifier(total) &&
    isOutside(total, loop) &&
    isLengthOf(inner.right, item) &&
    loop.statements.some(statement => adds(statement, total))
  );
}

/** A sum that begins anew in each round sums nothing. */
function isOutside(name: ts.Identifier, loop: ts.Block): boolean {
  const binding = resolve(name);
  return binding?.kind === 'variable' && (binding.node.end < loop.pos || binding.node.pos > loop.end);
}

/** `turn.content.length` of `turn`, or of an object that is made of it. */
function isLengthOf(node: ts.Expression, item: ts.Expression): boolean {
  let at = strip(node);
  if (at === undefined || !tsc.isPropertyAccessExpression(at) || at.name.text !== 'length') return false;
  while (at !== undefined && tsc.isPropertyAccessExpression(at)) at = strip(at.expression);
  if (at === undefined || !tsc.isIdentifier(at)) return false;
  const root = at;
  const whole = strip(item);
  if (whole === undefined) return false;
  if (tsc.isObjectLiteralExpression(whole))
    return whole.properties.every(p => {
      const value = tsc.isPropertyAssignment(p) ? strip(p.initializer) : tsc.isShorthandPropertyAssignment(p) ? p.name : undefined;
      return value !== undefined && (tsc.isLiteralExpression(value) || rootIs(value, root));
    });
  return rootIs(whole, root);
}

function rootIs(node: ts.Expression, root: ts.Identifier): boolean {
  let at = strip(node);
  while (at !== undefined && tsc.isPropertyAccessExpression(at)) at = strip(at.expression);
  return at !== undefined && isSame(at, root);
}

function isSame(a: ts.Node, b: ts.Identifier): boolean {
  if (!tsc.isIdentifier(a)) return false;
  const [one, other] = [resolve(a), resolve(b)];
  return one !== undefined && other !== undefined && 'node' in one && 'node' in other && one.node === other.node;
}

function leaves(statement: ts.Statement): boolean {
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : statement;
  if (last === undefined || isFunctionNode(last)) return false;
  return tsc.isBreakStatement(last) || tsc.isReturnStatement(last) || tsc.isThrowStatement(last);
}
