// Calls that hang together: `redis.multi().incr(key).exec()`, `select(func.count()).where(...)`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { strip } from '../syntax.ts';

/** A method call, its receivers included: `redis.multi().incr(key).exec()` has three. */
export function chainOf(call: ts.Expression): { name: string; call: ts.CallExpression; on: ts.Expression }[] {
  const out: { name: string; call: ts.CallExpression; on: ts.Expression }[] = [];
  let node: ts.Expression | undefined = strip(call);
  while (node !== undefined && out.length < 30) {
    if (tsc.isCallExpression(node)) {
      const callee: ts.Expression | undefined = strip(node.expression);
      if (callee === undefined || !tsc.isPropertyAccessExpression(callee)) break;
      out.push({ name: callee.name.text, call: node, on: callee.expression });
      node = strip(callee.expression);
    } else if (tsc.isPropertyAccessExpression(node)) node = strip(node.expression);
    else break;
  }
  return out;
}

/** The calls that a statement is put together of, the first included: `select(func.count())` of SQLAlchemy. */
export function callsOf(root: ts.Node): ReturnType<typeof chainOf> {
  if (!tsc.isCallExpression(root)) return [];
  const chain = chainOf(root);
  const first = strip(chain.at(-1)?.on ?? root);
  const isFirst = first !== undefined && tsc.isCallExpression(first) && tsc.isIdentifier(first.expression);
  return isFirst ? [...chain, { name: first.expression.text, call: first, on: first.expression }] : chain;
}
