// What a function is given before it is called: `ask.bind(null, 8)`, `ask.call(self, messages, 8)`, `ask.apply(self, [messages, 8])`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';

/** The argument that a parameter is given where the function is named without a call of its own. */
export function handedTo(use: ts.Identifier, index: number): ts.Expression | undefined {
  const callee = tsc.isPropertyAccessExpression(use.parent) && use.parent.name === use ? use.parent : use;
  const member = callee.parent;
  if (!tsc.isPropertyAccessExpression(member) || member.expression !== callee) return undefined;
  const call = member.parent;
  if (!tsc.isCallExpression(call) || call.expression !== member) return undefined;
  if (member.name.text === 'bind' || member.name.text === 'call') return plainAt(call.arguments, index + 1);
  const [, list] = call.arguments;
  return member.name.text === 'apply' && list !== undefined && tsc.isArrayLiteralExpression(list)
    ? plainAt(list.elements, index)
    : undefined;
}

/** The item at an index, where nothing before it is spread. */
export function plainAt(items: readonly ts.Expression[], index: number): ts.Expression | undefined {
  return items.slice(0, index + 1).some(tsc.isSpreadElement) ? undefined : items[index];
}
