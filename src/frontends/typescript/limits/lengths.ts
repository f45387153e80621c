// A text that is measured before the model is called: `if (text.length > 4000) return refuse()`.
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { strip } from '../syntax.ts';
import type { Decision } from './gates.ts';
import { isComparison } from './trace.ts';
import { numberOf } from './windows.ts';

/** Beyond this many characters a limit bounds no bill: that is more than a context window holds. */
export const USEFUL = 1_000_000;
/** Smaller numbers count messages or words. */
const LEAST = 200;

/** The number of characters beyond which a text is refused, if that is what a decision compares. */
export function textLength(ev: Evaluator, { node, env }: Decision): number | undefined {
  if (!isComparison(node)) return undefined;
  for (const [side, other] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
    const measured = strip(side);
    if (measured === undefined) continue;
    const name = tsc.isPropertyAccessExpression(measured)
      ? measured.name.text
      : tsc.isCallExpression(measured) && tsc.isPropertyAccessExpression(measured.expression)
        ? measured.expression.name.text
        : tsc.isBinaryExpression(measured) && tsc.isPropertyAccessExpression(measured.right)
          ? measured.right.name.text
          : '';
    if (name !== 'length' && name !== 'byteLength') continue;
    const most = numberOf(ev, other, env);
    if (most !== undefined && most >= LEAST && most <= USEFUL) return most;
  }
  return undefined;
}
