// How a test uses a variable: what gives it a value, what decides about that, and whether other code can change what it holds.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { isAnyAssignment, isMemberName } from '../syntax.ts';

/** The assignment that gives a name a value: `said = ...`, `[said, rest] = ...`. */
export function settingOf(id: ts.Identifier): ts.BinaryExpression | undefined {
  let node: ts.Node = id;
  while (
    tsc.isArrayLiteralExpression(node.parent) ||
    tsc.isSpreadElement(node.parent) ||
    tsc.isShorthandPropertyAssignment(node.parent) ||
    tsc.isObjectLiteralExpression(node.parent)
  )
    node = node.parent;
  const { parent } = node;
  return tsc.isBinaryExpression(parent) && parent.left === node && isAnyAssignment(parent.operatorToken.kind) ? parent : undefined;
}

/** What decides whether a statement runs: `if (said === 'a') found = true`, `catch { failed = true }`. */
export function conditionsAround(node: ts.Node): readonly ts.Node[] {
  const out: ts.Node[] = [];
  let child = node;
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); child = up, up = up.parent) {
    if (tsc.isIfStatement(up) && up.expression !== child) out.push(up.expression);
    if (tsc.isForOfStatement(up) && up.expression !== child) out.push(up.expression);
    if (tsc.isWhileStatement(up) && up.expression !== child) out.push(up.expression);
    if (tsc.isCatchClause(up)) out.push(up.parent.tryBlock);
  }
  return out;
}

/** A text, a number, a template: nobody changes it. */
export function isPlainValue(variable: ts.VariableDeclaration): boolean {
  const made = stripped(variable.initializer);
  if (made === undefined) return false;
  return (
    tsc.isLiteralExpression(made) ||
    tsc.isTemplateExpression(made) ||
    made.kind === tsc.SyntaxKind.TrueKeyword ||
    made.kind === tsc.SyntaxKind.FalseKeyword ||
    made.kind === tsc.SyntaxKind.NullKeyword
  );
}

/** Does a name stand in what a test asserts? */
export function isAsserted(id: ts.Identifier): boolean {
  for (let up: ts.Node = id; up.parent !== undefined; up = up.parent) {
    if (tsc.isIfStatement(up.parent) && up.parent.expression === up) return true;
    if (isFunctionNode(up) || tsc.isBlock(up)) return false;
    if (
      tsc.isCallExpression(up) &&
      /^(?:expect|assert|should|console|print)\b|^(?:this|self|t)\.(?:assert|is|not)/.test(up.getText().slice(0, 40))
    )
      return true;
  }
  return false;
}

/** Is a value given to other code: as an argument, or as a part of what is given? A member of it that is called may change it as well. */
export function isHandedOn(id: ts.Identifier): boolean {
  if (isMemberName(id)) return false;
  let node: ts.Node = id;
  for (let steps = 0; steps < 30; steps++) {
    const { parent } = node;
    if ((tsc.isCallExpression(parent) || tsc.isNewExpression(parent)) && parent.expression !== node) return true;
    if (tsc.isCallExpression(parent)) return node !== id;
    if (tsc.isBinaryExpression(parent))
      return parent.right === node && isAnyAssignment(parent.operatorToken.kind) ? true : parent.left === node && node !== id;
    if (tsc.isReturnStatement(parent) || tsc.isVariableDeclaration(parent)) return true;
    if (tsc.isExpressionStatement(parent) || tsc.isIfStatement(parent) || tsc.isBlock(parent)) return false;
    if (isFunctionNode(parent)) return true;
    node = parent;
  }
  return false;
}

/** In a function inside: one that only asserts changes nothing. */
export function isUsedInside(id: ts.Identifier, home: ts.Node | undefined): boolean {
  return !isMemberName(id) && enclosingFunction(id) !== home && (isHandedOn(id) || tsc.isPropertyAccessExpression(id.parent));
}

export function bound(name: ts.BindingName): ts.Identifier[] {
  if (tsc.isIdentifier(name)) return [name];
  return name.elements.flatMap(one => (tsc.isBindingElement(one) ? bound(one.name) : []));
}

export function stripped(node: ts.Expression | undefined): ts.Expression | undefined {
  let at = node;
  while (
    at !== undefined &&
    (tsc.isParenthesizedExpression(at) || tsc.isAsExpression(at) || tsc.isAwaitExpression(at) || tsc.isNonNullExpression(at))
  )
    at = at.expression;
  return at;
}
