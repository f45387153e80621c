// What is counted: money, tokens or requests? Judged by what is added.
import type { ts } from 'ts-morph';
import type { Limit } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { strip } from '../syntax.ts';
import { type Env, NO_ENV, originOf } from './trace.ts';

/** The names of the providers and SDKs for what a call used. */
export const TOKENS =
  /^(?:(?:prompt|completion|total|input|output|reasoning|cached(?:_?input)?|cache_\w+|response|candidates)_?tokens?(?:_?count)?|(?:prompt|completion|total|input|output|candidates)TokenCount|totalTokens|tokens_?used|token_?count|tokens)$/i;
/** What an SDK itself reports in dollars, and how columns of money are called. */
const MONEY = /cost|usd|dollar|spen[dt]|cents|price/i;

/** The unit of an amount that is added to a count. */
export function unitOf(ev: Evaluator, amount: ts.Expression | undefined, env: Env): Limit['unit'] {
  const node = strip(amount);
  if (node === undefined) return 'unknown';
  const names = new Set<string>();
  let priced = false;
  let one = false;
  const look = (root: ts.Node): void =>
    walk(root, part => {
      ev.budget.step();
      if (tsc.isIdentifier(part)) names.add(part.text);
      if (tsc.isBinaryExpression(part) && /^[*/]$/.test(part.operatorToken.getText())) priced = true;
      if (tsc.isNumericLiteral(part) && part.text === '1') one = true;
      return undefined;
    });
  look(node);
  const { leaves, entered } = originOf(ev, node, env);
  for (const leaf of leaves) {
    for (const name of leaf.path) names.add(name);
    if (tsc.isNumericLiteral(leaf.node) && leaf.node.text === '1') one = true;
    climb(leaf.node, node).forEach(up => {
      if (tsc.isBinaryExpression(up) && /^[*/]$/.test(up.operatorToken.getText())) priced = true;
    });
  }
  for (const { fn } of entered.slice(0, 6)) if (fn.body !== undefined) look(fn.body);
  const tokens = [...names].some(name => TOKENS.test(name));
  if (tokens) return priced ? 'usd' : 'tokens';
  if ([...names].some(name => MONEY.test(name))) return 'usd';
  return one || tsc.isNumericLiteral(node) ? 'requests' : 'unknown';
}

/** `redis.set(key, cost)`: what one call used is certainly written over what was used before it. */
export function isOverwritten(ev: Evaluator, write: ts.CallExpression, method: string): boolean {
  const value = /^(?:set|put|setex)$/.test(method) ? write.arguments[method === 'setex' ? 2 : 1] : undefined;
  if (value === undefined) return false;
  const { leaves } = originOf(ev, value, NO_ENV);
  const used = leaves.filter(leaf => leaf.path.some(name => TOKENS.test(name)));
  return used.length > 0 && leaves.every(leaf => used.includes(leaf) || tsc.isLiteralExpression(leaf.node));
}

/** The unit that the name of a column or a field tells. */
export function unitOfName(name: string): Limit['unit'] {
  if (/tokens?(?:$|_|[A-Z])/i.test(name)) return 'tokens';
  return MONEY.test(name) ? 'usd' : 'unknown';
}

/** The expressions around a leaf, in its own function. */
function climb(leaf: ts.Node, stop: ts.Node): ts.Node[] {
  const out: ts.Node[] = [];
  for (let up = leaf.parent; up !== undefined && up !== stop && tsc.isExpression(up) && out.length < 20; up = up.parent) out.push(up);
  return out;
}
