// A handler that only gives a variable a value: is that the reply of the code behind it, or a note such as the time to wait?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { Program } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { lastName } from '../short-text.ts';
import { isMemberName, receiverName } from '../syntax.ts';
import { OPERATOR } from './written.ts';

const DEEPEST = 4;
const MOST_USES = 60;
/** What is given to these is waited for, or asked about, and told to nobody. */
const KEEPS_TO_ITSELF = /^(?:setTimeout|setInterval|sleep|delay|wait|pause|clearTimeout|max|min|isinstance|bool|Boolean|len)$/i;

/** Does the code behind a handler hand out what the handler puts into a variable, or into a field? */
export function handsOut(program: Program, handler: ts.Block, target: ts.Expression, depth = 0): boolean {
  const path = pathOf(target);
  if (path === undefined) return false;
  const around = enclosingFunction(handler);
  const uses = path.root === undefined ? fieldUses(program, around, path.field) : usesOf(program, path.root, around);
  return uses.some(use => !isWithin(use, handler) && !isTarget(use) && isHandedOut(program, handler, use, depth));
}

/** `text`, `state.reply`, `this.reply`: a name, or a field of the instance. */
function pathOf(target: ts.Expression): { readonly root?: ts.Identifier; readonly field: string } | undefined {
  let at: ts.Expression = target;
  let field = '';
  while (tsc.isPropertyAccessExpression(at) || tsc.isElementAccessExpression(at)) {
    field = tsc.isPropertyAccessExpression(at) ? at.name.text : '';
    at = at.expression;
  }
  if (tsc.isIdentifier(at)) return { root: at, field };
  return at.kind === tsc.SyntaxKind.ThisKeyword && field !== '' ? { field } : undefined;
}

function usesOf(program: Program, name: ts.Identifier, around: ts.Node | undefined): readonly ts.Node[] {
  const own = resolve(name);
  if (own === undefined || !('node' in own)) return [];
  return program
    .identifiers(program.unitOf(name), name.text)
    .slice(0, MOST_USES)
    .filter(id => {
      if (id === name || isMemberName(id) || (around !== undefined && !isWithin(id, around))) return false;
      const binding = resolve(id);
      return binding !== undefined && 'node' in binding && binding.node === own.node;
    });
}

/** `this.reply`, in the same function. */
function fieldUses(program: Program, around: ts.Node | undefined, field: string): readonly ts.Node[] {
  if (around === undefined) return [];
  return program
    .identifiers(program.unitOf(around), field)
    .slice(0, MOST_USES)
    .flatMap(id => {
      const access = id.parent;
      const own = tsc.isPropertyAccessExpression(access) && access.name === id && access.expression.kind === tsc.SyntaxKind.ThisKeyword;
      return own && isWithin(access, around) ? [access] : [];
    });
}

/** Is a use the left side of an assignment? */
function isTarget(use: ts.Node): boolean {
  let at = use;
  while ((tsc.isPropertyAccessExpression(at.parent) || tsc.isElementAccessExpression(at.parent)) && at.parent.expression === at)
    at = at.parent;
  return tsc.isBinaryExpression(at.parent) && at.parent.left === at && at.parent.operatorToken.kind === tsc.SyntaxKind.EqualsToken;
}

/** Is a value returned, or given to whoever sends it? */
function isHandedOut(program: Program, handler: ts.Block, use: ts.Node, depth: number): boolean {
  for (let at = use, up = use.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isReturnStatement(up) || tsc.isYieldExpression(up) || (tsc.isArrowFunction(up) && up.body === at)) return true;
    if (tsc.isConditionalExpression(up) && up.condition === at) return false;
    if (tsc.isBinaryExpression(up)) {
      const kind = up.operatorToken.kind;
      if (kind === tsc.SyntaxKind.EqualsToken && up.right === at)
        return depth < DEEPEST && !isWithin(up, handler) && handsOut(program, handler, up.left, depth + 1);
      if (COMPARES.has(kind)) return false;
    }
    if (tsc.isVariableDeclaration(up))
      return depth < DEEPEST && tsc.isIdentifier(up.name) && handsOut(program, handler, up.name, depth + 1);
    if ((tsc.isCallExpression(up) || tsc.isNewExpression(up)) && up.expression !== at) {
      const name = lastName(up.expression);
      if (KEEPS_TO_ITSELF.test(name) || OPERATOR.test(name) || OPERATOR.test(receiverName(up.expression))) return false;
      // `send(text)` as a statement tells somebody; inside a larger expression the rest of it decides.
      if (tsc.isExpressionStatement(up.parent) || tsc.isAwaitExpression(up.parent)) return true;
    }
    if (isFunctionNode(up) || (tsc.isStatement(up) && !tsc.isExpressionStatement(up))) return false;
  }
  return false;
}

const COMPARES: ReadonlySet<ts.SyntaxKind> = new Set([
  tsc.SyntaxKind.EqualsEqualsToken,
  tsc.SyntaxKind.EqualsEqualsEqualsToken,
  tsc.SyntaxKind.ExclamationEqualsToken,
  tsc.SyntaxKind.ExclamationEqualsEqualsToken,
  tsc.SyntaxKind.LessThanToken,
  tsc.SyntaxKind.LessThanEqualsToken,
  tsc.SyntaxKind.GreaterThanToken,
  tsc.SyntaxKind.GreaterThanEqualsToken,
]);
