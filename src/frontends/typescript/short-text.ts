// The first characters of a piece of code, without copying all of it: hostile files nest what is asked about again and again.
import type { ts } from 'ts-morph';
import { tsc } from './compiler.ts';

/** The text of a node, cut after a number of characters. */
export function startText(node: ts.Node, most = 300): string {
  const file = node.getSourceFile();
  const from = node.getStart(file);
  return file.text.slice(from, Math.min(node.end, from + most));
}

/** The last name of a member chain or call: `logger` of `this.logger`, `child` of `log.child()`; empty: something else. */
export function lastName(node: ts.Expression): string {
  let inner = node;
  for (let i = 0; i < 5 && (tsc.isCallExpression(inner) || tsc.isNonNullExpression(inner) || tsc.isParenthesizedExpression(inner)); i++)
    inner = inner.expression;
  if (tsc.isIdentifier(inner)) return inner.text;
  return tsc.isPropertyAccessExpression(inner) ? inner.name.text : '';
}

/** `a.b.c` of a short member chain; empty: anything else. */
export function dotted(node: ts.Node, depth = 0): string {
  if (tsc.isIdentifier(node)) return node.text;
  if (tsc.isMetaProperty(node)) return 'import.meta';
  if (depth > 4 || !tsc.isPropertyAccessExpression(node)) return '';
  const base = dotted(node.expression, depth + 1);
  return base === '' ? '' : `${base}.${node.name.text}`;
}
