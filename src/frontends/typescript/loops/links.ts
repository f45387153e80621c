// What links a function to those that run it: a listener to what happens, a use of a parameter to whoever gives that parameter.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { resolve } from '../scope.ts';

const LISTENS = new Set(['on', 'once', 'addListener', 'prependListener', 'addEventListener']);

/** `socket.on('message', handler)`, of an object that is none of the repository's. */
export function isListener(ev: Evaluator, fn: FunctionNode): boolean {
  const call = fn.parent;
  if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression)) return false;
  const [event] = call.arguments;
  if (!LISTENS.has(call.expression.name.text) || event === undefined || event === fn || !tsc.isStringLiteralLike(event)) return false;
  return !ev.values(call.expression).some(value => value.kind === 'function');
}

/** A use of what a function got through a parameter: `deps.run(...)` in `createTools(mode, deps)`. */
export interface Given {
  readonly use: ts.Node;
  readonly index: number;
}

export function givenTo(node: ts.Node, fn: FunctionNode): Given | undefined {
  // The use is the call, or the name that it is called by.
  let root: ts.Node = tsc.isCallExpression(node) ? node.expression : node;
  if (tsc.isPropertyAccessExpression(root.parent) && root.parent.name === root) root = root.parent;
  while (tsc.isPropertyAccessExpression(root) || tsc.isNonNullExpression(root) || tsc.isParenthesizedExpression(root))
    root = root.expression;
  const binding = tsc.isIdentifier(root) ? resolve(root) : undefined;
  const index = binding?.kind === 'parameter' ? fn.parameters.indexOf(binding.node) : -1;
  return index < 0 || fn.parameters[index]?.dotDotDotToken !== undefined ? undefined : { use: node, index };
}

/** Does a caller leave out the parameter that leads on? Then nothing of it is called from there. */
export function lacks(call: ts.CallExpression | ts.NewExpression, by: Given): boolean {
  const args = call.arguments ?? [];
  if (args.some(arg => tsc.isSpreadElement(arg) || isKeywords(arg))) return false;
  return args[by.index] === undefined;
}
