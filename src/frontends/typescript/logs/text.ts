// Is a text that is printed a record that a machine can read, or loose words?
import type { ts } from 'ts-morph';
import { leavesOf } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { STRINGIFIERS } from '../readers/log-libraries.ts';
import { dotted } from '../short-text.ts';
import { strip } from '../syntax.ts';

/** `json`: made by a serialiser; `text`: anything else, also a template that looks like JSON and is none. */
export type TextShape = 'json' | 'text' | 'unknown';

export function textShape(ev: Evaluator, node: ts.Expression): TextShape {
  const leaves = leavesOf(ev, node);
  if (leaves.length === 0) return 'unknown';
  const shapes = leaves.map(leaf => shapeOf(ev, leaf));
  if (shapes.every(s => s === 'json')) return 'json';
  return shapes.some(s => s === 'text') ? 'text' : 'unknown';
}

function shapeOf(ev: Evaluator, leaf: ts.Expression): TextShape {
  if (isSerialised(ev, leaf)) return 'json';
  if (tsc.isTemplateExpression(leaf)) {
    // A line break around one serialised value is still a record; words around it are not.
    const [span] = leaf.templateSpans;
    const bare = leaf.head.text.trim() === '' && leaf.templateSpans.length === 1 && span?.literal.text.trim() === '';
    return bare && span !== undefined ? textShape(ev, span.expression) : 'text';
  }
  if (tsc.isBinaryExpression(leaf) && leaf.operatorToken.kind === tsc.SyntaxKind.PlusToken) {
    const right = strip(leaf.right);
    return right !== undefined && tsc.isStringLiteralLike(right) && right.text.trim() === '' ? textShape(ev, leaf.left) : 'text';
  }
  if (tsc.isIdentifier(leaf) || tsc.isPropertyAccessExpression(leaf)) return 'unknown';
  return 'text';
}

/** `JSON.stringify({...})` of something that is not itself a text. */
function isSerialised(ev: Evaluator, leaf: ts.Expression): boolean {
  if (!tsc.isCallExpression(leaf)) return false;
  const callee = leaf.expression;
  // Spread over many lines, for people.
  if (leaf.arguments[2] !== undefined) return false;
  const first = strip(leaf.arguments[0]);
  if (first === undefined || tsc.isStringLiteralLike(first) || tsc.isTemplateExpression(first)) return false;
  if (tsc.isPropertyAccessExpression(callee) && dotted(callee.expression) === 'JSON' && callee.name.text === 'stringify') return true;
  return ev.values(callee).some(v => v.kind === 'foreign' && STRINGIFIERS.has(v.package));
}
