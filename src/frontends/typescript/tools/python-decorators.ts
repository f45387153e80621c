// Decorators on the function of a Python tool: those of the program itself run around it, and may ask, count or catch.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import type { Values } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';

/** The keyword arguments of the decorators of a function. */
export function decoratorOptions(reading: Reading, fn: ts.Node): Values {
  return decoratorsOf(fn).flatMap(one =>
    tsc.isCallExpression(one) ? one.arguments.flatMap(arg => (isKeywords(arg) ? reading.ev.values(arg) : [])) : [],
  );
}

/** The functions that the program's own decorators put around a function: those that call what they are given. */
export function functionsAroundTool(reading: Reading, fn: ts.Node): readonly FunctionNode[] {
  return decoratorsOf(fn).flatMap(one => {
    const callee = tsc.isCallExpression(one) ? one.expression : one;
    return reading.ev.values(callee).flatMap(value => (value.kind === 'function' ? wrappersIn(value.node) : []));
  });
}

function wrappersIn(decorator: FunctionNode): readonly FunctionNode[] {
  const out = new Set<FunctionNode>();
  walk(decorator, node => {
    if (!tsc.isCallExpression(node) || !tsc.isIdentifier(node.expression)) return undefined;
    const binding = resolve(node.expression);
    const around = enclosingFunction(node);
    // Called in a function inside of the one that was given it.
    if (binding?.kind !== 'parameter' || around === undefined || !isFunctionNode(around) || around === decorator) return undefined;
    if (binding.node.parent !== around) out.add(around);
    return undefined;
  });
  return [...out];
}
