// Keyword arguments of another language: one object literal at the end of the arguments, which is no options object of its own.
import type { ts } from 'ts-morph';
import { tsc } from './compiler.ts';

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

/** A keyword argument that was given by position, where the names of the positions are known. */
export function positionalIn(
  args: readonly ts.Expression[],
  names: readonly string[] | undefined,
  name: string | undefined,
): ts.Expression | undefined {
  const index = name === undefined || names === undefined ? -1 : names.indexOf(name);
  if (index < 0 || args.slice(0, index + 1).some(tsc.isSpreadElement)) return undefined;
  const arg = args[index];
  return arg === undefined || isKeywords(arg) ? undefined : arg;
}
