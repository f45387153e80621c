// What may become of a number, from nothing at all to a store, and what a function of the repository does with numbers.
import type { Usage } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, foreignPath } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { receiverName } from '../syntax.ts';
import { isSilent, LOGGERS } from './words.ts';

export type Recorded = Usage['how'];

export const WORTH: Readonly<Record<Recorded, number>> = { none: 0, unknown: 1, shown: 2, printed: 3, traced: 4, logged: 5, stored: 6 };
export const best = (list: readonly Recorded[]): Recorded =>
  list.reduce<Recorded>((top, next) => (WORTH[next] > WORTH[top] ? next : top), 'none');

/** Does a function of the repository store, send or print something? */
export function keptInside(ev: Evaluator, fn: FunctionNode, depth: number): Recorded {
  if (depth > 3 || fn.body === undefined) return 'none';
  let found: Recorded = 'none';
  walk(fn.body, node => {
    if (found === 'stored') return 'skip';
    if (!tsc.isCallExpression(node)) return undefined;
    const root = receiverName(node.expression);
    if (LOGGERS.test(root)) {
      found = best([found, root === 'console' ? 'printed' : 'logged']);
      return undefined;
    }
    for (const value of ev.values(node.expression)) {
      if (value.kind === 'foreign' && value.package !== '' && !isSilent(value)) found = 'stored';
      else if (value.kind === 'foreign' && foreignPath(value) === 'fetch') found = 'stored';
      else if (value.kind === 'function' && value.node !== fn) found = best([found, keptInside(ev, value.node, depth + 1)]);
    }
    return undefined;
  });
  return found;
}
