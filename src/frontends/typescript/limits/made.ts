// Objects that are made where they stand: results of a small class, `Status(allowed=False, reason="limit")`, whose fields are the
// parameters of the constructor, and the paths of Python.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { constructorOf } from '../evaluator/classes.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
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

/** Calls that put a path together out of their arguments, and methods that give another form of the path that they are of. */
const JOINS = /^(?:os\.path\.(?:join|abspath|expanduser|realpath|normpath)|pathlib\.(?:Path|PurePath))$/;
const FORMS = new Set(['joinpath', 'resolve', 'expanduser', 'absolute', 'with_suffix', 'with_name']);

/** The parts of a path of Python: `Path(root)`, `os.path.join(root, name)`, `root.joinpath(name)`. */
export function partsOfPath(node: ts.Expression): readonly ts.Expression[] {
  if (!(tsc.isCallExpression(node) || tsc.isNewExpression(node)) || !isPython(node)) return [];
  const callee = node.expression;
  const args = (node.arguments ?? []).filter(arg => !tsc.isSpreadElement(arg) && !isKeywords(arg));
  const isPath = tsc.isNewExpression(node) && tsc.isIdentifier(callee) && /^(?:Pure)?Path$/.test(callee.text);
  if (isPath || JOINS.test(callee.getText().slice(0, 60))) return args;
  const method = tsc.isPropertyAccessExpression(callee) && FORMS.has(callee.name.text) ? callee : undefined;
  return method === undefined ? [] : [method.expression, ...args];
}
