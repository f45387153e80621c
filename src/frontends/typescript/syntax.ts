// Small questions about syntax nodes that many readers ask.
import type { ts } from 'ts-morph';
import { tsc } from './compiler.ts';

/** The expression without parentheses, casts and awaits. */
export function strip(node: ts.Expression | undefined): ts.Expression | undefined {
  let inner = node;
  while (
    inner !== undefined &&
    (tsc.isParenthesizedExpression(inner) ||
      tsc.isAsExpression(inner) ||
      tsc.isSatisfiesExpression(inner) ||
      tsc.isNonNullExpression(inner) ||
      tsc.isAwaitExpression(inner))
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** The name of a property as it is written, or undefined when it is computed. */
export function propertyName(property: ts.ObjectLiteralElementLike | ts.ClassElement): string | undefined {
  const name = property.name;
  if (name === undefined) return undefined;
  if (tsc.isIdentifier(name) || tsc.isStringLiteralLike(name) || tsc.isNumericLiteral(name) || tsc.isPrivateIdentifier(name))
    return name.text;
  if (tsc.isComputedPropertyName(name) && tsc.isStringLiteralLike(name.expression)) return name.expression.text;
  return undefined;
}

/** The value of a property, `name: x` or `name` alone; undefined for methods, accessors and spreads, and for nodes that are no property. */
export function propertyValue(property: ts.Node | undefined): ts.Expression | undefined {
  if (property === undefined) return undefined;
  if (tsc.isPropertyAssignment(property)) return property.initializer;
  return tsc.isShorthandPropertyAssignment(property) ? property.name : undefined;
}

/** The value of the property of that name in an object; of several, the last one. */
export function valueAt(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  return propertyValue(object.properties.findLast(p => propertyName(p) === name));
}

/** Does an operator change what stands to its left: `=`, `+=`, `??=` and all the others? */
export function isAnyAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= tsc.SyntaxKind.FirstAssignment && kind <= tsc.SyntaxKind.LastAssignment;
}

/** Is a function declared with `async`? */
export function isAsync(fn: ts.Node): boolean {
  return tsc.canHaveModifiers(fn) && (tsc.getModifiers(fn) ?? []).some(one => one.kind === tsc.SyntaxKind.AsyncKeyword);
}

/** What stands behind a name that is declared, or that an operator changes: `items` of `items = [1]`. */
export function valueBehind(id: ts.Identifier): ts.Expression | undefined {
  const { parent } = id;
  if (tsc.isVariableDeclaration(parent) && parent.name === id) return parent.initializer;
  return tsc.isBinaryExpression(parent) && parent.left === id ? parent.right : undefined;
}

/** The expression that a chain of members and calls begins with: `app` of `app.get('/').use(x)`. */
export function chainRoot(chain: ts.Expression): ts.Expression {
  let root = chain;
  while (tsc.isPropertyAccessExpression(root) || tsc.isCallExpression(root)) root = root.expression;
  return root;
}

/** Is a value put in place of what was there: `=`, `??=`, `||=`? */
export function isAssignment(kind: ts.SyntaxKind): boolean {
  return (
    kind === tsc.SyntaxKind.EqualsToken || kind === tsc.SyntaxKind.QuestionQuestionEqualsToken || kind === tsc.SyntaxKind.BarBarEqualsToken
  );
}

/** Is an identifier the name of a member or property, and no value of its own? */
export function isMemberName(id: ts.Identifier): boolean {
  const { parent } = id;
  if (tsc.isPropertyAccessExpression(parent)) return parent.name === id;
  return (
    (tsc.isPropertyAssignment(parent) ||
      tsc.isMethodDeclaration(parent) ||
      tsc.isPropertyDeclaration(parent) ||
      tsc.isBindingElement(parent)) &&
    ('propertyName' in parent && parent.propertyName !== undefined
      ? parent.propertyName === id
      : parent.name === id && !tsc.isBindingElement(parent))
  );
}

/** The name at the beginning of a callee, or that of the field for `this.logger.info`; '' where it begins with no name. */
export function receiverName(callee: ts.Expression): string {
  let node: ts.Expression = callee;
  while (tsc.isPropertyAccessExpression(node) || tsc.isElementAccessExpression(node) || tsc.isCallExpression(node)) {
    if (tsc.isPropertyAccessExpression(node) && node.expression.kind === tsc.SyntaxKind.ThisKeyword) return node.name.text;
    node = node.expression;
  }
  return tsc.isIdentifier(node) ? node.text : '';
}

/**
 * The identifier that a callee begins with: `client` of `(await client.messages).create`.
 * @param most members, calls and casts that are looked through
 */
export function rootName(callee: ts.Expression, most = Number.POSITIVE_INFINITY): ts.Identifier | undefined {
  let node = callee;
  for (let steps = 0; steps < most; steps++) {
    if (tsc.isIdentifier(node)) return node;
    if (
      tsc.isPropertyAccessExpression(node) ||
      tsc.isElementAccessExpression(node) ||
      tsc.isCallExpression(node) ||
      tsc.isNewExpression(node) ||
      tsc.isNonNullExpression(node) ||
      tsc.isAsExpression(node) ||
      tsc.isParenthesizedExpression(node) ||
      tsc.isAwaitExpression(node)
    )
      node = node.expression;
    else return undefined;
  }
  return undefined;
}

/** Does a node's text lie in that of another? */
export function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.getSourceFile() === inner.getSourceFile() && outer.pos <= inner.pos && inner.end <= outer.end;
}

/** Is a node a regular expression? It is looked for in a text, and is no part of it. */
export function isPattern(node: ts.Expression): boolean {
  return tsc.isRegularExpressionLiteral(node) || (tsc.isNewExpression(node) && node.expression.getText() === 'RegExp');
}

/** Does a branch end by leaving the function: its last statement returns or throws? */
export function leavesAtOnce(statement: ts.Statement): boolean {
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (tsc.isReturnStatement(last) || tsc.isThrowStatement(last));
}

/** The member names that a destructuring pattern takes: `{ a: { b } }` gives a, b. */
export function elementPath(element: ts.BindingElement): string[] {
  const out: string[] = [];
  for (let up: ts.Node = element; tsc.isBindingElement(up); up = up.parent.parent) {
    if (tsc.isArrayBindingPattern(up.parent)) out.unshift(String(up.parent.elements.indexOf(up)));
    else {
      const name = up.propertyName ?? up.name;
      if (tsc.isIdentifier(name) || tsc.isStringLiteralLike(name)) out.unshift(name.text);
    }
  }
  return out;
}
