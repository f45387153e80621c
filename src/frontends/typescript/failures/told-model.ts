// Is what a function gives back read by the model? The text of an error helps a model to go another way; only a person must not get it raw.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import type { Paths } from '../paths/paths.ts';
import { enclosingFunction } from '../scope.ts';
import { failureOfMade } from '../tools/contained.ts';

const DEEPEST = 4;
/** What only changes the form of a result: `JSON.stringify(await search(query))`. */
const FORMS = /^(?:JSON\.stringify|String)$/;

/** Is a function run as a tool of a model and as nothing else, so that all that it returns goes to the model? */
export function answersModel(ev: Evaluator, paths: Paths, fn: FunctionNode, depth = 0): boolean {
  if (depth > DEEPEST) return false;
  const uses = paths.usesOf(fn);
  if (uses.length === 0 || paths.isCut(fn)) return false;
  return uses.every(use => {
    const { node } = use;
    if (use.how === 'run') return true;
    if (use.how === 'called') {
      const outer = tsc.isCallExpression(node) ? handsBack(node) : undefined;
      return outer !== undefined && outer !== fn && answersModel(ev, paths, outer, depth + 1);
    }
    return (tsc.isCallExpression(node) || tsc.isNewExpression(node)) && failureOfMade(ev, node) !== undefined;
  });
}

/** The function that returns the result of a call as it is. */
function handsBack(call: ts.CallExpression): FunctionNode | undefined {
  let at: ts.Node = call;
  for (let up = at.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isReturnStatement(up)) return enclosingFunction(up);
    if (tsc.isArrowFunction(up) && up.body === at) return up;
    if (tsc.isAwaitExpression(up) || tsc.isParenthesizedExpression(up) || tsc.isAsExpression(up)) continue;
    if (tsc.isCallExpression(up) && up.expression !== at && FORMS.test(up.expression.getText())) continue;
    return undefined;
  }
  return undefined;
}
