// What stands above a function: its decorators, as expressions. Functions of Python hold them too, which no TypeScript does.
import type { ts } from 'ts-morph';
import { tsc } from './compiler.ts';
import { strip } from './syntax.ts';

/** The decorators of a function, a method or a class from top to bottom, without brackets around them. */
export function decoratorsOf(node: ts.Node): readonly ts.Expression[] {
  if (!tsc.canHaveModifiers(node) && !tsc.canHaveDecorators(node)) return [];
  const modifiers = (node as { readonly modifiers?: readonly ts.ModifierLike[] }).modifiers ?? [];
  return modifiers.flatMap(one => (tsc.isDecorator(one) ? [strip(one.expression) ?? one.expression] : []));
}
