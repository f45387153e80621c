// A result that is an object of a small class: `Status(allowed=False, reason="limit")`. Its fields are the parameters of the constructor.
import type { ts } from 'ts-morph';
import { constructorOf } from '../classes.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluate.ts';
import { isKeywords } from '../keywords.ts';
import { resolve } from '../scope.ts';
import { propertyName } from '../syntax.ts';

/** The fields of an object that is made, with what they are given. @param ev finds classes of other files as well */
export function fieldsMade(node: ts.NewExpression, ev?: Evaluator): readonly (readonly [name: string, value: ts.Expression])[] {
  const binding = tsc.isIdentifier(node.expression) ? resolve(node.expression) : undefined;
  const known =
    binding?.kind === 'class' ? binding.node : ev?.values(node.expression).flatMap(v => (v.kind === 'class' ? [v.node] : []))[0];
  const parameters = known === undefined ? [] : (constructorOf(known)?.parameters ?? []);
  return (node.arguments ?? []).flatMap((arg, i): (readonly [string, ts.Expression])[] => {
    if (isKeywords(arg))
      return arg.properties.flatMap(p => (tsc.isPropertyAssignment(p) ? [[propertyName(p) ?? '', p.initializer] as const] : []));
    const name = parameters[i]?.name;
    return name !== undefined && tsc.isIdentifier(name) ? [[name.text, arg]] : [];
  });
}
