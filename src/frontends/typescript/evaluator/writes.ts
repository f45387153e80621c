// Who changes a variable or a list inside a piece of code, and how.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { walk } from '../program.ts';

const GROWS = new Set(['push', 'unshift', 'add', 'append', 'enqueue']);
const SHRINKS = new Set(['shift', 'pop', 'splice', 'dequeue', 'delete', 'clear']);

/** Is this a method that takes items out of a list? */
export function takesFrom(method: string): boolean {
  return SHRINKS.has(method);
}

/** Does code make a list longer, make it shorter (or put another in its place), or hand it to a function that may do either? */
export function touches(root: ts.Node, list: string, how: 'grow' | 'shrink' | 'handed on'): boolean {
  let found = false;
  walk(root, node => {
    if (found) return 'skip';
    if (tsc.isCallExpression(node)) {
      const callee = node.expression;
      if (tsc.isPropertyAccessExpression(callee) && callee.expression.getText() === list) {
        if ((how === 'grow' && GROWS.has(callee.name.text)) || (how === 'shrink' && SHRINKS.has(callee.name.text))) found = true;
      } else if (how === 'handed on' && node.arguments.some(a => a.getText() === list)) found = true;
    }
    if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken) {
      const target = node.left.getText();
      // `list = [...list, item]` grows, any other new value may be shorter.
      const extends_ =
        tsc.isArrayLiteralExpression(node.right) &&
        node.right.elements.some(e => tsc.isSpreadElement(e) && e.expression.getText() === list);
      if (target === list && ((how === 'grow' && extends_) || (how === 'shrink' && !extends_))) found = true;
      if (target === `${list}.length` && how === 'shrink') found = true;
    }
    return undefined;
  });
  return found;
}

export interface Steps {
  /** Changes by a fixed amount, each with the node that makes it. */
  readonly up: readonly ts.Node[];
  readonly down: readonly ts.Node[];
  /** Anything else that is written to it. */
  readonly resets: readonly ts.Node[];
}

/** All writes to a variable or property inside a piece of code. */
export function stepsOf(root: ts.Node, text: string): Steps {
  const up: ts.Node[] = [];
  const down: ts.Node[] = [];
  const resets: ts.Node[] = [];
  walk(root, node => {
    if ((tsc.isPrefixUnaryExpression(node) || tsc.isPostfixUnaryExpression(node)) && node.operand.getText() === text) {
      if (node.operator === tsc.SyntaxKind.PlusPlusToken) up.push(node);
      if (node.operator === tsc.SyntaxKind.MinusMinusToken) down.push(node);
    }
    if (!tsc.isBinaryExpression(node) || node.left.getText() !== text) return;
    switch (node.operatorToken.kind) {
      case tsc.SyntaxKind.PlusEqualsToken:
        up.push(node);
        break;
      case tsc.SyntaxKind.MinusEqualsToken:
        down.push(node);
        break;
      case tsc.SyntaxKind.EqualsToken: {
        const sum = node.right;
        const own = tsc.isBinaryExpression(sum) && sum.left.getText() === text;
        if (own && sum.operatorToken.kind === tsc.SyntaxKind.PlusToken) up.push(node);
        else if (own && sum.operatorToken.kind === tsc.SyntaxKind.MinusToken) down.push(node);
        else resets.push(node);
        break;
      }
      case tsc.SyntaxKind.AsteriskEqualsToken:
      case tsc.SyntaxKind.SlashEqualsToken:
        resets.push(node);
        break;
      default:
    }
  });
  return { up, down, resets };
}
