// Does anybody hear what an async function throws? A refusal in a promise that nobody waits for stops nothing.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { isAsync } from '../syntax.ts';

/** Calls that only start what they are given, or keep its errors for themselves. */
const STARTS = new Set(
  'create_task createTask ensure_future add_task start_soon run_coroutine_threadsafe all allSettled race any gather waitUntil'.split(' '),
);
const KEEPS = new Set(['allSettled']);

/** Is a function async, and its call left alone: `check(user);`, `asyncio.create_task(check(user))`, `Promise.allSettled([check(user)])`? */
export function isUnheard(fn: FunctionNode, call: ts.CallExpression): boolean {
  if (isGenerator(fn)) return !isKept(call);
  return isAsync(fn) && isLeft(call);
}

/** Is a promise left alone where it is made? */
export function isLeft(call: ts.CallExpression): boolean {
  let at: ts.Node = call;
  for (let up = call.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isExpressionStatement(up)) return true;
    if (tsc.isParenthesizedExpression(up) || tsc.isVoidExpression(up) || tsc.isArrayLiteralExpression(up)) continue;
    if (tsc.isPropertyAccessExpression(up)) {
      // What follows on `then` may be the call of the model.
      if (up.name.text !== 'catch' && up.name.text !== 'finally') return false;
    } else if (tsc.isCallExpression(up)) {
      if (up.expression === at) continue;
      const name = nameOf(up);
      if (KEEPS.has(name)) return !isKept(up);
      if (!STARTS.has(name)) return false;
    } else return false;
  }
  return false;
}

/** Is the promise of an async function asked itself, and not what it gives? A promise is always true, and no number. */
export function isPending(fn: FunctionNode, call: ts.CallExpression): boolean {
  return isAsync(fn) && !isGenerator(fn) && isAsked(call, 1);
}

/** Is a promise asked that nobody waits for: `if (!check(user))`, `const { ok } = check(user)`, `used(user) > LIMIT`? */
export function isAsked(promise: ts.Node, hops = 1): boolean {
  let at = promise;
  for (let up = at.parent; up !== undefined; at = up, up = up.parent) {
    // Brackets of Python stand for what runs a coroutine to its end, but for those of a negation.
    if (tsc.isParenthesizedExpression(up)) {
      if (isPython(up) && !tsc.isPrefixUnaryExpression(up.parent) && !tsc.isIfStatement(up.parent)) return false;
    } else if (tsc.isNonNullExpression(up) || tsc.isAsExpression(up)) continue;
    else if (tsc.isCallExpression(up) && up.expression !== at && tsc.isIdentifier(up.expression)) {
      if (!/^(?:Number|Boolean|parseInt|parseFloat)$/.test(up.expression.text)) return false;
    } else if (tsc.isPropertyAccessExpression(up)) return !/^(?:then|catch|finally)$/.test(up.name.text);
    else if (tsc.isBinaryExpression(up)) {
      if (up.left !== at && up.operatorToken.kind === tsc.SyntaxKind.EqualsToken) return false;
      if (/^(?:\?\?|\|\|)$/.test(up.operatorToken.getText())) continue;
      return true;
    } else if (tsc.isVariableDeclaration(up)) {
      if (!tsc.isIdentifier(up.name)) return true;
      const uses = hops > 0 ? usesOf(up, up.name.text) : [];
      return uses.length > 0 && uses.every(use => isAsked(use, hops - 1));
    } else return tsc.isPrefixUnaryExpression(up) || tsc.isIfStatement(up) || (tsc.isConditionalExpression(up) && up.condition === at);
  }
  return false;
}

function usesOf(declaration: ts.VariableDeclaration, name: string): ts.Identifier[] {
  const out: ts.Identifier[] = [];
  walk(enclosingFunction(declaration) ?? declaration.getSourceFile(), node => {
    if (!tsc.isIdentifier(node) || node.text !== name || node === declaration.name) return undefined;
    const binding = resolve(node);
    if (binding?.kind === 'variable' && binding.node === declaration) out.push(node);
    return undefined;
  });
  return out;
}

/** Python makes a coroutine of the call of an async function, which never begins unless somebody waits for it; a generator likewise. */
export function neverBegins(fn: FunctionNode, call: ts.Node): boolean {
  if (isGenerator(fn)) return tsc.isCallExpression(call) && !isKept(call);
  return isPython(call) && !isGenerator(fn) && isAsync(fn) && tsc.isExpressionStatement(call.parent);
}

/** Nothing of a generator runs before somebody asks for what it gives. */
function isGenerator(fn: FunctionNode): boolean {
  return 'asteriskToken' in fn && fn.asteriskToken !== undefined;
}

/** Is what comes out of it looked at? */
function isKept(call: ts.CallExpression): boolean {
  let up: ts.Node = call.parent;
  while (tsc.isAwaitExpression(up) || tsc.isParenthesizedExpression(up)) up = up.parent;
  return !tsc.isExpressionStatement(up);
}

function nameOf(call: ts.CallExpression): string {
  const { expression } = call;
  return tsc.isPropertyAccessExpression(expression) ? expression.name.text : tsc.isIdentifier(expression) ? expression.text : '';
}
