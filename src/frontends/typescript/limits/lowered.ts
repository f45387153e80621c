// Is a number ever made smaller? Then it may be what is left, as in a bucket of tokens, and not what was used.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { walk } from '../program.ts';
import { strip } from '../syntax.ts';
import type { Leaf } from './trace.ts';

const { SyntaxKind } = tsc;

/** Is what stands on the side of a comparison, or what it is read from, made smaller in one of their files? */
export function isLowered(side: ts.Expression, leaves: readonly Leaf[]): boolean {
  const names = new Set([lastName(side), ...leaves.flatMap(({ node, path }) => [path.findLast(p => !/^\d+$/.test(p)), lastName(node)])]);
  const files = new Set([side, ...leaves.map(leaf => leaf.node)].map(node => node.getSourceFile()));
  return [...files].some(file => lowersOne(file, names));
}

function lowersOne(file: ts.SourceFile, names: ReadonlySet<string | undefined>): boolean {
  const meant = (node: ts.Expression): boolean => {
    const name = lastName(node);
    return name !== undefined && names.has(name);
  };
  let found = false;
  walk(file, node => {
    if (found) return 'skip';
    if (tsc.isPrefixUnaryExpression(node) || tsc.isPostfixUnaryExpression(node))
      found = node.operator === SyntaxKind.MinusMinusToken && meant(node.operand);
    else if (tsc.isBinaryExpression(node)) found = /^-=?$/.test(node.operatorToken.getText()) && meant(node.left);
    else if (tsc.isCallExpression(node))
      found = tsc.isPropertyAccessExpression(node.expression) && /^decr/i.test(node.expression.name.text);
    return undefined;
  });
  return found;
}

/** `bucket.tokens`, `left[user]`, `left[user] ?? 10` */
function lastName(expression: ts.Expression): string | undefined {
  let node = strip(expression);
  for (let deep = 0; node !== undefined && deep < 20; deep++) {
    if (tsc.isIdentifier(node)) return node.text;
    if (tsc.isPropertyAccessExpression(node)) return node.name.text;
    if (tsc.isElementAccessExpression(node)) node = strip(node.expression);
    else if (tsc.isBinaryExpression(node) && /^(?:\?\?|\|\|)$/.test(node.operatorToken.getText())) node = strip(node.left);
    else return undefined;
  }
  return undefined;
}
