// Code that changes a kept object in place: the function that has it, and those that are given it. `take(counts)`, `counts["n"] += 1`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';
import { bindCall, type Env, NO_ENV } from './trace.ts';

/** A function, and what its parameters stand for where it is called. */
export interface Room {
  readonly fn: ts.Node;
  readonly env: Env;
}

/** Something that code gives another value. */
export interface Change {
  readonly node: ts.Node;
  readonly target: ts.Expression;
  /** undefined: it is one more than before, or nothing at all. */
  readonly value: ts.Expression | undefined;
  readonly how: 'set' | 'add' | 'empty';
  readonly env: Env;
}

const DEEPEST = 3;
const MOST = 40;

/** The functions around some nodes, and those that they hand the object to. @param isKept is an expression the object, or a part of it? */
export function roomsAround(ev: Evaluator, nodes: readonly ts.Node[], isKept: (node: ts.Expression, env: Env) => boolean): Room[] {
  const out: Room[] = [];
  const seen = new Set<ts.Node>();
  const enter = (fn: ts.Node | undefined, env: Env, depth: number): void => {
    if (fn === undefined || seen.has(fn) || out.length >= MOST) return;
    seen.add(fn);
    out.push({ fn, env });
    if (depth >= DEEPEST) return;
    walk(fn, node => {
      if (!tsc.isCallExpression(node) || !node.arguments.some(arg => isName(arg) && isKept(arg, env))) return undefined;
      for (const value of ev.values(node.expression).slice(0, 4))
        if (value.kind === 'function') enter(value.node, bindCall(value.node, node, env), depth + 1);
      return undefined;
    });
  };
  for (const node of nodes) enter(isFunctionNode(node) ? node : enclosingFunction(node), NO_ENV, 0);
  return out;
}

/** Only what has a name can be changed by another function and looked at again. */
function isName(arg: ts.Expression): boolean {
  const node = strip(arg);
  return node !== undefined && (tsc.isIdentifier(node) || tsc.isPropertyAccessExpression(node) || tsc.isElementAccessExpression(node));
}

/** Everything that a function gives another value. */
export function changesIn({ fn, env }: Room): Change[] {
  const out: Change[] = [];
  walk(fn, node => {
    if (tsc.isPostfixUnaryExpression(node) || tsc.isPrefixUnaryExpression(node)) {
      if (node.operator === tsc.SyntaxKind.PlusPlusToken && isPart(node.operand))
        out.push({ node, target: node.operand, value: undefined, how: 'add', env });
    } else if (tsc.isBinaryExpression(node)) {
      const kind = node.operatorToken.kind;
      const how = kind === tsc.SyntaxKind.PlusEqualsToken ? 'add' : kind === tsc.SyntaxKind.EqualsToken ? 'set' : undefined;
      if (how !== undefined) for (const [target, value] of pairs(node)) if (isPart(target)) out.push({ node, target, value, how, env });
    } else if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'clear') {
      out.push({ node, target: node.expression.expression, value: undefined, how: 'empty', env });
    }
    return undefined;
  });
  return out;
}

/** `[a, b] = [x, y]` are two assignments. */
function pairs({ left, right }: ts.BinaryExpression): (readonly [ts.Expression, ts.Expression])[] {
  if (!tsc.isArrayLiteralExpression(left) || !tsc.isArrayLiteralExpression(right)) return [[left, right]];
  return left.elements.flatMap((target, i) => {
    const value = right.elements[i];
    return value === undefined || tsc.isSpreadElement(value) ? [] : [[target, value] as const];
  });
}

function isPart(node: ts.Node): boolean {
  return tsc.isPropertyAccessExpression(node) || tsc.isElementAccessExpression(node);
}
