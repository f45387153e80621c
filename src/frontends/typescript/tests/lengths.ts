// Texts in tests that are long on purpose: made by repetition, in TypeScript or in Python.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { textOf } from '../evaluator/values.ts';
import { propertyName, strip } from '../syntax.ts';

/** Characters from which a text that is made by repetition is long on purpose. */
const LONG = 500;

/** `'a'.repeat(5000)`, `'x'.padEnd(5000)`, `Array(5000).fill('a').join('')`; a number that cannot be read is a limit. */
export function isLong(ev: Evaluator, node: ts.Node): boolean {
  if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.AsteriskToken) {
    // Python's `"word " * 5000`, `LIMIT * "x"`.
    const texts = [node.left, node.right]
      .map(side => strip(side))
      .map(side => (side === undefined ? [] : ev.values(side).flatMap(v => textOf(v) ?? [])));
    const [left = [], right = []] = texts;
    if (left.length === 0 && right.length === 0) return false;
    const width = Math.max(1, ...left.map(t => t.length), ...right.map(t => t.length));
    return size(ev, left.length > 0 ? node.right : node.left) * width >= LONG;
  }
  if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression)) return false;
  const { name, expression } = node.expression;
  const amount = node.arguments[0];
  if ((name.text === 'repeat' || name.text === 'padEnd' || name.text === 'padStart') && amount !== undefined) {
    const texts = ev.values(expression).flatMap(v => textOf(v) ?? []);
    const width = name.text === 'repeat' ? Math.max(1, ...texts.map(t => t.length)) : 1;
    return size(ev, amount) * width >= LONG;
  }
  if (name.text !== 'join') return false;
  // `" ".join(["word"] * 5000)`
  const repeated = strip(expression);
  if (repeated !== undefined && tsc.isBinaryExpression(repeated) && repeated.operatorToken.kind === tsc.SyntaxKind.AsteriskToken) {
    const [list, times] = tsc.isArrayLiteralExpression(repeated.left) ? [repeated.left, repeated.right] : [repeated.right, repeated.left];
    return tsc.isArrayLiteralExpression(list) && size(ev, times) >= LONG / 4;
  }
  let inner: ts.Expression = expression;
  for (let steps = 0; steps < 6; steps++) {
    const made = tsc.isCallExpression(inner) || tsc.isNewExpression(inner) ? inner : undefined;
    if (made === undefined) return false;
    const [first] = made.arguments ?? [];
    if (tsc.isIdentifier(made.expression) && made.expression.text === 'Array') return first !== undefined && size(ev, first) >= LONG / 4;
    if (tsc.isPropertyAccessExpression(made.expression)) {
      if (made.expression.name.text === 'from' && first !== undefined && tsc.isObjectLiteralExpression(first)) {
        const length = first.properties.find(p => propertyName(p) === 'length');
        return length !== undefined && tsc.isPropertyAssignment(length) && size(ev, length.initializer) >= LONG / 4;
      }
      inner = made.expression.expression;
    } else return false;
  }
  return false;
}

function size(ev: Evaluator, node: ts.Expression): number {
  const numbers = ev.values(node).flatMap(v => (v.kind === 'literal' && typeof v.value === 'number' ? [v.value] : []));
  if (numbers.length > 0) return Math.max(...numbers);
  // `LIMIT + 1`: whoever computes a length from a limit means to pass it.
  if (tsc.isBinaryExpression(node)) return Math.max(size(ev, node.left), size(ev, node.right));
  return tsc.isIdentifier(node) || tsc.isPropertyAccessExpression(node) ? LONG : 0;
}
