// What not every round of a loop comes by: `continue` before it; and what functions that the loop calls do to its counter.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { stepsOf } from '../evaluator/writes.ts';
import { walk } from '../program.ts';
import { enclosingClass, isFunctionNode, isSameBinding, resolve } from '../scope.ts';
import { contains } from '../syntax.ts';

/**
 * Do rounds begin anew, after they did what is to be limited, before they come to a place?
 * @param from what is to be limited
 * @param same places that do the same: a way to the next round that comes by one of them leaves nothing out
 */
export function isPassedOver(place: ts.Node, loop: ts.Node, from: ts.Node, same: readonly ts.Node[] = []): boolean {
  for (let child = place, up = place.parent; up !== undefined && child !== loop; child = up, up = up.parent) {
    if (!tsc.isBlock(up)) continue;
    for (const before of up.statements) {
      if (before === child) break;
      if (waysOn(before, loop).some(way => way.pos > from.pos && !same.some(one => comesBy(way, one)))) return true;
    }
  }
  return false;
}

/** The `continue`s of a loop in a statement. */
function waysOn(statement: ts.Node, loop: ts.Node): ts.ContinueStatement[] {
  const out: ts.ContinueStatement[] = [];
  walk(statement, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isContinueStatement(node) && (node.label !== undefined || loopOf(node) === loop)) out.push(node);
    return undefined;
  });
  return out;
}

function loopOf(node: ts.Node): ts.Node | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent) if (tsc.isIterationStatement(up, false)) return up;
  return undefined;
}

/** Does the way to a `continue` lead over a place: does it stand before it in a block around it? */
function comesBy(way: ts.ContinueStatement, place: ts.Node): boolean {
  if (place.pos > way.pos) return false;
  for (let up = place.parent; up !== undefined; up = up.parent) if (tsc.isBlock(up)) return contains(up, way);
  return false;
}

const MOST_CALLS = 60;

/** Does a function that the loop calls set its counter back, or move it the other way? @param moves the way that the counter goes */
export function isUndone(ev: Evaluator, counter: ts.Expression, moves: 'up' | 'down' | 'none', loop: ts.Node): boolean {
  const text = counter.getText();
  const seen = new Set<ts.Node>();
  let left = MOST_CALLS;
  const look = (root: ts.Node, depth: number): boolean => {
    let found = false;
    walk(root, node => {
      if (found || left <= 0) return 'skip';
      if (!tsc.isCallExpression(node)) return undefined;
      left--;
      for (const fn of calledBy(ev, node)) {
        if (seen.has(fn) || fn.body === undefined || contains(fn, loop) || !sharesScope(fn, counter)) continue;
        seen.add(fn);
        const { up, down, resets } = stepsOf(fn.body, text);
        const back = moves === 'none' ? [...up, ...down] : moves === 'up' ? down : up;
        found ||= [...resets, ...back].some(write => isSame(write, counter)) || (depth < 2 && look(fn.body, depth + 1));
      }
      return undefined;
    });
    return found;
  };
  return look(loop, 0);
}

/** Functions beside the loop, and methods of its object. */
function calledBy(ev: Evaluator, { expression }: ts.CallExpression): readonly FunctionNode[] {
  const ownMethod = tsc.isPropertyAccessExpression(expression) && expression.expression.kind === tsc.SyntaxKind.ThisKeyword;
  if (!ownMethod && !tsc.isIdentifier(expression)) return [];
  if (!ownMethod && tsc.isIdentifier(expression) && !/^(?:function|variable)$/.test(resolve(expression)?.kind ?? '')) return [];
  return ev.values(expression).flatMap(value => (value.kind === 'function' ? [value.node] : []));
}

/** Can a function write to the same thing: in the same file, and for a field in the same class? */
function sharesScope(fn: FunctionNode, counter: ts.Expression): boolean {
  if (fn.getSourceFile() !== counter.getSourceFile()) return false;
  return tsc.isIdentifier(counter) || enclosingClass(fn) === enclosingClass(counter);
}

function isSame(write: ts.Node, counter: ts.Expression): boolean {
  if (!tsc.isIdentifier(counter)) return true;
  const target = tsc.isBinaryExpression(write)
    ? write.left
    : tsc.isPrefixUnaryExpression(write) || tsc.isPostfixUnaryExpression(write)
      ? write.operand
      : undefined;
  return target !== undefined && tsc.isIdentifier(target) && isSameBinding(resolve(target), resolve(counter));
}
