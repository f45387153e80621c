// Does anybody hear what an async function throws? A refusal in a promise that nobody waits for stops nothing.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isAsync } from '../syntax.ts';

/** Calls that only start what they are given, or keep its errors for themselves. */
const STARTS = new Set(
  'create_task createTask ensure_future add_task start_soon run_coroutine_threadsafe all allSettled race any gather waitUntil'.split(' '),
);
const KEEPS = new Set(['allSettled']);

/** Is a function async, and its call left alone: `check(user);`, `asyncio.create_task(check(user))`, `Promise.allSettled([check(user)])`? */
export function isUnheard(fn: FunctionNode, call: ts.CallExpression): boolean {
  if (isGenerator(fn)) return !isKept(call);
  if (!isAsync(fn)) return false;
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
