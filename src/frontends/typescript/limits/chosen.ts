// What chooses a value: the condition of `total > MAX ? refused : allowed`, and that of the branch in `if (total > MAX) allowed = false;`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isAssignment } from '../syntax.ts';
import type { Env, Origin } from './trace.ts';

/** A condition by which a value is one thing or another. */
export interface Choice {
  /** The choice, or the branch with the assignment. */
  readonly at: ts.Node;
  readonly condition: ts.Expression;
  readonly env: Env;
}

const MOST = 12;

/** What chooses between the values that an expression may have. */
export function chosenBy(ev: Evaluator, { choices, passed, entered }: Origin, env: Env): readonly Choice[] {
  const out: Choice[] = choices.map(choice => ({ at: choice.node, condition: choice.node.condition, env: choice.env }));
  for (const declaration of passed) {
    const fn = enclosingFunction(declaration);
    if ((declaration.parent.flags & tsc.NodeFlags.Const) !== 0 || fn === undefined || !tsc.isIdentifier(declaration.name)) continue;
    const known = entered.find(step => isWithin(declaration, step.fn))?.env ?? env;
    for (const use of ev.program.identifiers(ev.program.unitOf(declaration), declaration.name.text)) {
      const { parent } = use;
      if (!tsc.isBinaryExpression(parent) || parent.left !== use || !isAssignment(parent.operatorToken.kind)) continue;
      const binding = resolve(use);
      if (binding?.kind !== 'variable' || binding.node !== declaration || enclosingFunction(use) !== fn) continue;
      for (const branch of branchesAround(parent)) out.push({ at: branch, condition: branch.expression, env: known });
    }
  }
  return out.slice(0, MOST);
}

/** The branches around a node, inside its function. */
function branchesAround(node: ts.Node): ts.IfStatement[] {
  const out: ts.IfStatement[] = [];
  for (let child = node, up = node.parent; up !== undefined && !isFunctionNode(up); child = up, up = up.parent)
    if (tsc.isIfStatement(up) && child !== up.expression) out.push(up);
  return out;
}
