// Batches of commands to a store, which are put together first and sent at once.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { chainOf } from './chains.ts';

const BATCHES = /^(?:multi|pipeline|batch|transaction)$/;

/** The store that something is asked of, by its text: that of `redis.multi().incr(key)`, and of `pipe` after `pipe = redis.pipeline()`, is `redis`. */
export function storeText(on: ts.Expression): string {
  let node: ts.Expression | undefined = strip(on) ?? on;
  for (let hops = 0; hops < 20 && node !== undefined; hops++) {
    if (tsc.isIdentifier(node)) {
      const binding = resolve(node);
      const made: ts.Expression | undefined =
        binding?.kind === 'variable' && binding.element === undefined ? strip(binding.node.initializer) : undefined;
      const callee: ts.Expression | undefined = made !== undefined && tsc.isCallExpression(made) ? strip(made.expression) : undefined;
      if (callee === undefined || !tsc.isPropertyAccessExpression(callee) || !BATCHES.test(callee.name.text)) break;
      node = strip(callee.expression);
    } else if (tsc.isCallExpression(node)) {
      // `pipe.incr(key).expire(key, 60)`: each call of a batch gives the batch.
      const names = chainOf(node);
      const batch = names.find(one => BATCHES.test(one.name));
      const root: ts.Expression | undefined = batch?.on ?? names.at(-1)?.on;
      const next = root === undefined ? undefined : strip(root);
      if (next === undefined || (batch === undefined && !tsc.isIdentifier(next))) break;
      node = next;
    } else break;
  }
  return (node ?? on).getText();
}
