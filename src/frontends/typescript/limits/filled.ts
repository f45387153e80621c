// Lists that are filled until the texts in them are long enough: `size += turn.content.length; if (size > 16000) break; kept.push(turn)`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isFunctionNode, isSameBinding, resolve } from '../scope.ts';
import { isAssignment, propertyValue, strip } from '../syntax.ts';
import type { Env } from './trace.ts';
import { numberOf } from './windows.ts';

const READS =
  /^(?:slice|length|map|filter|find|findIndex|findLast|findLastIndex|some|every|at|concat|join|flatMap|reduce|reverse|toReversed|includes|indexOf|forEach|entries|pop|shift|clear)$/;

/** Methods that make a list, a table or an object of them larger. */
const CHANGES = /^(?:push|unshift|append|insert|splice|extend|update|set|add|setdefault)$/;

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

/** What a person is asked for the next turn with, or the next message is waited for. */
const WAITS = /\b(?:input|question|prompt|readline|receive\w*|recv|get|next)\(/;

/** Is something put into a list that outlives the request, or turn after turn of a conversation without an end? */
export function isForEver(push: ts.CallExpression, list: ts.Node): boolean {
  let inFunction = false;
  for (let up: ts.Node = push; up.parent !== undefined; up = up.parent) {
    if (up.pos <= list.pos && list.end <= up.end) return false;
    if (isFunctionNode(up)) inFunction = true;
    const endless = tsc.isWhileStatement(up) && up.expression.kind === tsc.SyntaxKind.TrueKeyword;
    if (endless && WAITS.test(up.getSourceFile().text.slice(up.pos, up.end))) return true;
  }
  return inFunction;
}

/** Is a list only filled by such calls, and handed to nobody who could put more into it? */
export function isOnlyFilled(ev: Evaluator, list: ts.VariableDeclaration, env: Env): boolean {
  if (!tsc.isIdentifier(list.name)) return false;
  let filled = false;
  for (const use of ev.program.identifiers(ev.program.unitOf(list), list.name.text)) {
    const binding = use === list.name ? undefined : resolve(use);
    if (binding?.kind !== 'variable' || binding.node !== list) continue;
    const { parent } = use;
    if (tsc.isReturnStatement(parent) || tsc.isSpreadElement(parent) || isAsked(use) || isItemRead(use)) continue;
    if (!tsc.isPropertyAccessExpression(parent) || parent.expression !== use) return false;
    if (READS.test(parent.name.text)) continue;
    const call = parent.parent;
    if (!/^(?:push|unshift)$/.test(parent.name.text) || !tsc.isCallExpression(call) || filledTo(ev, call, env) === undefined) return false;
    filled = true;
  }
  return filled;
}

/** `while (list && ...)`: is there anything in it? */
function isAsked(use: ts.Node): boolean {
  let at = use;
  for (let up = at.parent; isLogic(up); up = up.parent) at = up;
  const { parent } = at;
  return (tsc.isIfStatement(parent) || tsc.isWhileStatement(parent)) && parent.expression === at;
}

function isLogic(node: ts.Node): boolean {
  if (tsc.isParenthesizedExpression(node)) return true;
  if (tsc.isPrefixUnaryExpression(node)) return node.operator === tsc.SyntaxKind.ExclamationToken;
  return tsc.isBinaryExpression(node) && /^(?:&&|\|\|)$/.test(node.operatorToken.getText());
}

/** `list[0].role`: an item is looked at, and neither replaced nor changed. */
function isItemRead(use: ts.Node): boolean {
  return isItemOf(use) && !isItemWritten(use);
}

function isItemOf(use: ts.Node): boolean {
  return tsc.isElementAccessExpression(use.parent) && use.parent.expression === use;
}

/** `list[0] = text`, `list[0].parts.push(text)` */
export function isItemWritten(use: ts.Node): boolean {
  if (!isItemOf(use)) return false;
  let at = use.parent;
  while ((tsc.isPropertyAccessExpression(at.parent) || tsc.isElementAccessExpression(at.parent)) && at.parent.expression === at)
    at = at.parent;
  const { parent } = at;
  if (tsc.isCallExpression(parent) && parent.expression === at) return tsc.isPropertyAccessExpression(at) && CHANGES.test(at.name.text);
  return (
    tsc.isBinaryExpression(parent) &&
    parent.left === at &&
    (isAssignment(parent.operatorToken.kind) || parent.operatorToken.kind === tsc.SyntaxKind.PlusEqualsToken)
  );
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
  const measured = strip(node);
  if (measured === undefined || !tsc.isPropertyAccessExpression(measured) || measured.name.text !== 'length') return false;
  const root = rootOf(measured);
  if (root === undefined || !tsc.isIdentifier(root)) return false;
  const whole = strip(item);
  if (whole === undefined) return false;
  if (tsc.isObjectLiteralExpression(whole))
    return whole.properties.every(p => {
      const value = strip(propertyValue(p));
      return value !== undefined && (tsc.isLiteralExpression(value) || rootIs(value, root));
    });
  return rootIs(whole, root);
}

function rootIs(node: ts.Expression, root: ts.Identifier): boolean {
  const at = rootOf(node);
  return at !== undefined && isSame(at, root);
}

/** `turn` of `turn.content`, `turn["content"]` */
function rootOf(node: ts.Expression): ts.Expression | undefined {
  let at = strip(node);
  while (at !== undefined && (tsc.isPropertyAccessExpression(at) || isEntry(at))) at = strip(at.expression);
  return at;
}

function isEntry(node: ts.Expression): node is ts.ElementAccessExpression {
  return tsc.isElementAccessExpression(node) && tsc.isStringLiteralLike(node.argumentExpression);
}

function isSame(a: ts.Node, b: ts.Identifier): boolean {
  return tsc.isIdentifier(a) && isSameBinding(resolve(a), resolve(b));
}

function leaves(statement: ts.Statement): boolean {
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : statement;
  if (last === undefined || isFunctionNode(last)) return false;
  return tsc.isBreakStatement(last) || tsc.isReturnStatement(last) || tsc.isThrowStatement(last);
}
