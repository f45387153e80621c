// Fields of objects, and what the makers of the objects gave for them.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { enclosingClass, resolve } from '../scope.ts';

/** `this.name` */
export const isField = (node: ts.Node): node is ts.PropertyAccessExpression =>
  tsc.isPropertyAccessExpression(node) && node.expression.kind === tsc.SyntaxKind.ThisKeyword;

/** What the constructions of a class give for a field that its constructor only takes over, each with the construction. */
export function givenToField(ev: Evaluator, node: ts.Expression): { readonly arg: ts.Expression; readonly made: ts.Node }[] {
  const owner = isField(node) ? enclosingClass(node) : undefined;
  const maker = owner?.members.find(tsc.isConstructorDeclaration);
  if (!isField(node) || owner === undefined || maker === undefined) return [];
  const text = node.getText();
  let index = maker.parameters.findIndex(p => p.modifiers !== undefined && p.name.getText() === node.name.text);
  for (const statement of maker.body?.statements ?? []) {
    const set = tsc.isExpressionStatement(statement) ? statement.expression : undefined;
    if (set === undefined || !tsc.isBinaryExpression(set) || set.left.getText() !== text || !tsc.isIdentifier(set.right)) continue;
    const binding = resolve(set.right);
    if (binding?.kind === 'parameter' && binding.element === undefined) index = maker.parameters.indexOf(binding.node);
  }
  return (index < 0 ? [] : ev.callers(owner)).flatMap(made => {
    const arg = made.arguments?.[index];
    return arg === undefined || tsc.isSpreadElement(arg) ? [] : [{ arg, made }];
  });
}
