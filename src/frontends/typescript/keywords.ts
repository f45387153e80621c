// Keyword arguments of another language: one object literal at the end of the arguments, which is no options object of its own.
import type { ts } from 'ts-morph';

const KEYWORDS = new WeakSet<ts.Node>();

/** Notes that an object literal stands for the keyword arguments of its call. */
export function markKeywords(node: ts.ObjectLiteralExpression): void {
  KEYWORDS.add(node);
}

export function isKeywords(node: ts.Node): node is ts.ObjectLiteralExpression {
  return KEYWORDS.has(node);
}

/** The keyword arguments of a call, if it has any. */
export function keywordsIn(args: readonly ts.Expression[]): ts.ObjectLiteralExpression | undefined {
  const last = args.at(-1);
  return last !== undefined && isKeywords(last) ? last : undefined;
}
