// Whether what a part of a logger cleaned is what is written in the end: put back into the line, given back, or handed on.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { isAssignment } from '../syntax.ts';
import { reaches } from './flow.ts';

/**
 * Why a method that looks at each line (`filter`, `format`, `emit`) writes something else than what was cleaned in it; undefined: it does not.
 * @param node what cleans in it
 */
export function unusedIn(ev: Evaluator, name: string, method: FunctionNode, node: ts.Node): string | undefined {
  const takes = name === 'emit' ? isHandedOn : isPutBack;
  return placesIn(ev, node, method).some(place => takes(place, method)) ? undefined : UNUSED;
}

/** The same for a function that is given the line as an object, and gives it back: a processor of structlog, a patcher of loguru. */
export function unusedOf(ev: Evaluator, scope: FunctionNode, node: ts.Node): string | undefined {
  if (!placesIn(ev, node, scope).some(place => isPutBack(place, scope))) return UNUSED;
  const only = fieldOf(node);
  return only === undefined ? undefined : `it cleans ${only}, and nothing else of a line`;
}

const UNUSED = 'what it cleaned is not what is written';

/** Where a value goes inside a function, out of the callbacks that make it. */
function placesIn(ev: Evaluator, node: ts.Node, method: FunctionNode): readonly ts.Node[] {
  const out: ts.Node[] = [];
  for (let at: ts.Node | undefined = node; at !== undefined && at !== method; at = enclosingFunction(at))
    out.push(...reaches(ev.program, at));
  return out;
}

/** `event["question"] = clean`: the one member of a line that is cleaned. */
function fieldOf(place: ts.Node): string | undefined {
  for (let at = place, up = place.parent; up !== undefined && !isFunctionNode(up); at = up, up = up.parent) {
    if (!tsc.isBinaryExpression(up) || up.right !== at || !isAssignment(up.operatorToken.kind)) continue;
    const key = tsc.isElementAccessExpression(up.left) ? up.left.argumentExpression : undefined;
    return key !== undefined && tsc.isStringLiteralLike(key) ? key.text : undefined;
  }
  return undefined;
}

/** `record.msg = clean`, `event["question"] = clean`, `return clean`: the cleaned text is what others see of the line. */
function isPutBack(place: ts.Node, method: FunctionNode): boolean {
  for (let at = place, up = place.parent; up !== undefined; at = up, up = up.parent) {
    if (up === method) return tsc.isArrowFunction(up) && up.body === at && !tsc.isBlock(at);
    if (tsc.isReturnStatement(up) && enclosingFunction(up) === method) return true;
    if (tsc.isBinaryExpression(up) && up.right === at && isAssignment(up.operatorToken.kind)) {
      const target = tsc.isArrayLiteralExpression(up.left) ? up.left.elements : [up.left];
      if (target.some(one => tsc.isElementAccessExpression(one) || (tsc.isPropertyAccessExpression(one) && LINE.test(one.name.text))))
        return true;
    }
    if (
      tsc.isCallExpression(up) &&
      up.expression !== at &&
      /(?:^|\.)(?:setattr|update|__setattr__)$/.test(up.expression.getText().slice(-40))
    )
      return true;
  }
  return false;
}

function isHandedOn(place: ts.Node, method: FunctionNode): boolean {
  for (let at = place, up = place.parent; up !== undefined && up !== method; at = up, up = up.parent)
    if (tsc.isCallExpression(up) && up.expression !== at) return true;
  return isPutBack(place, method);
}

/** Members of a record of Python's logging from which the line is made. */
const LINE = /^(?:msg|args|message|exc_text|stack_info)$/;
