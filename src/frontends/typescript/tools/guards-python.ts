// Conditions on the text of a model in the words of Python: what keeps a path inside a folder, and what asks a list.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { ModelText } from '../conversation/model-text.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { foreignPath, understood } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';

/** What a part of a condition checks. Asked of Python files only. */
export function pythonCheck(node: ts.Node, text: ModelText, near: Evaluator): 'list' | 'inside' | 'pattern' | undefined {
  // `path.is_relative_to(root)`; without a negation it names what is forbidden.
  if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && isPython(node)) {
    const { name, expression } = node.expression;
    if (name.text === 'is_relative_to' && text.reaches(expression)) return isNegated(node) ? 'inside' : 'pattern';
    // `root not in path.parents`
    if (name.text === 'includes' && isParents(expression) && text.reaches(expression)) return isNegated(node) ? 'inside' : 'pattern';
    return undefined;
  }
  if (!tsc.isBinaryExpression(node) || !isPython(node)) return undefined;
  if (node.operatorToken.kind === tsc.SyntaxKind.InKeyword) {
    if (isParents(node.right) && text.reaches(node.right)) return isNegated(node) ? 'inside' : 'pattern';
    if (!text.reaches(node.left)) return undefined;
    return text.reaches(node.right) ? undefined : askedList(node, near);
  }
  // `os.path.commonpath([root, path]) != root`
  const differs = /^ExclamationEquals/.test(tsc.SyntaxKind[node.operatorToken.kind]);
  return differs && /\bcommonpath\(/.test(node.getText()) && text.anywhere(node) ? 'inside' : undefined;
}

/** `x in y` looks into a list as well as into a text, and only a list says what is allowed. */
function askedList(node: ts.BinaryExpression, near: Evaluator): 'list' | 'pattern' | undefined {
  const values = near.values(node.right);
  const listed = values.some(
    v =>
      v.kind === 'array' ||
      v.kind === 'object' ||
      v.kind === 'merged' ||
      (v.kind === 'foreign' && v.package === '' && foreignPath(v) === 'Set'),
  );
  if (listed) return isNegated(node) ? 'list' : 'pattern';
  // What the settings name may be either.
  const open = values.every(v => !understood(v)) && tsc.isPropertyAccessExpression(node.right);
  return open ? 'pattern' : undefined;
}

/** `path.relative_to(root)` raises where the path is outside. */
export function relativeChecks(body: ts.Node, text: ModelText): readonly ts.Node[] {
  const out: ts.Node[] = [];
  if (!isPython(body)) return out;
  walk(body, node => {
    if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression)) return undefined;
    if (node.expression.name.text === 'relative_to' && text.reaches(node.expression.expression) && ends(node)) out.push(node);
    return undefined;
  });
  return out;
}

/** Does the function end when a call raises? */
function ends(node: ts.Node): boolean {
  for (let child = node, up = node.parent; up !== undefined && !isFunctionNode(up); child = up, up = up.parent) {
    if (!tsc.isTryStatement(up) || up.tryBlock !== child || up.catchClause === undefined) continue;
    let leaves = false;
    walk(up.catchClause.block, inner => {
      if (tsc.isReturnStatement(inner) || tsc.isThrowStatement(inner)) leaves = true;
      return leaves || isFunctionNode(inner) ? 'skip' : undefined;
    });
    return leaves;
  }
  return true;
}

function isParents(node: ts.Expression): boolean {
  return tsc.isPropertyAccessExpression(node) && node.name.text === 'parents';
}

function isNegated(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (tsc.isPrefixUnaryExpression(up) && up.operator === tsc.SyntaxKind.ExclamationToken) return true;
    if (!tsc.isParenthesizedExpression(up)) return false;
  }
  return false;
}
