// A number that was put under a name or into a field, and is replaced before anybody takes it: `fields.tokens = 0; log.info(fields)`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { memberOf } from './parts.ts';

/**
 * The uses of a name that may still hold what it was given at a place.
 * @param field the member that it is, where the name holds an object
 */
export function usesLeft(uses: readonly ts.Identifier[], from: ts.Node, field: string | undefined): readonly ts.Identifier[] {
  const replaced = uses.flatMap(use => {
    const by = use.pos < from.end ? undefined : replacing(use, field);
    return by === undefined ? [] : [by];
  });
  return uses.filter(use => {
    const member = memberOf(use.parent, use);
    // Another member of the object, unless it is a method that hands the whole on.
    if (field !== undefined && member !== undefined && member !== field && !isCalled(use.parent)) return false;
    return !replaced.some(one => use.pos >= one.pos && isWithin(use, one.parent));
  });
}

function isCalled(access: ts.Node): boolean {
  return tsc.isCallExpression(access.parent) && access.parent.expression === access;
}

/** The statement that puts something else in the place of what a name, or its field, holds. */
function replacing(use: ts.Identifier, field: string | undefined): ts.Statement | undefined {
  const { parent } = use;
  const whole = parentStatement(parent);
  if (tsc.isBinaryExpression(parent) && parent.left === use) return isNew(parent, use) ? whole : undefined;
  if (field === undefined) return undefined;
  const target = memberOf(parent, use) === field ? parent.parent : undefined;
  if (target !== undefined && tsc.isBinaryExpression(target) && target.left === parent)
    return isNew(target, use) ? parentStatement(target) : undefined;
  if (target !== undefined && tsc.isDeleteExpression(target)) return parentStatement(target);
  // `fields.update(tokens=0)`, `fields.pop("tokens")`, `Object.assign(fields, { tokens: 0 })`
  const call = tsc.isPropertyAccessExpression(parent) && parent.expression === use && isCalled(parent) ? parent.parent : parent;
  if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression)) return undefined;
  const method = call.expression.name.text;
  if (method === 'pop' && call.expression.expression === use) return sayings(call).includes(field) ? parentStatement(call) : undefined;
  const merges = method === 'update' ? call.expression.expression === use : method === 'assign' && call.arguments[0] === use;
  if (!merges) return undefined;
  const given = call.arguments.some(
    arg =>
      arg !== use && tsc.isObjectLiteralExpression(arg) && arg.properties.some(p => propertyName(p) === field && !mentions(p, use.text)),
  );
  return given ? parentStatement(call) : undefined;
}

function sayings({ arguments: [first] }: ts.CallExpression): readonly string[] {
  return first !== undefined && tsc.isStringLiteralLike(first) ? [first.text] : [];
}

/** `x = 0`, and not `x = x + 1` or `x += 1`. */
function isNew({ operatorToken, right }: ts.BinaryExpression, name: ts.Identifier): boolean {
  return operatorToken.kind === tsc.SyntaxKind.EqualsToken && !mentions(right, name.text);
}

function mentions(root: ts.Node, name: string): boolean {
  let hit = false;
  walk(root, node => {
    hit ||= tsc.isIdentifier(node) && node.text === name;
  });
  return hit;
}

/** The statement that is nothing but this expression. */
function parentStatement(node: ts.Node): ts.Statement | undefined {
  let at = node;
  while (tsc.isParenthesizedExpression(at.parent) || tsc.isAwaitExpression(at.parent)) at = at.parent;
  return tsc.isExpressionStatement(at.parent) && tsc.isBlock(at.parent.parent) ? at.parent : undefined;
}

/** `{ tokens: used, ...defaults, tokens: 0 }`: is what stands in an object under a name replaced by what comes after it? */
export function isCoveredIn(ev: Evaluator, element: ts.Node, field: string): boolean {
  const object = element.parent;
  if (!tsc.isObjectLiteralExpression(object)) return false;
  const after = object.properties.slice(object.properties.indexOf(element as ts.ObjectLiteralElementLike) + 1);
  return after.some(one => {
    if (!tsc.isSpreadAssignment(one)) return propertyName(one) === field;
    const spread = strip(one.expression);
    if (spread === undefined) return false;
    const look = ev.inside(ev.values(spread), field);
    return !look.absent && look.hidden === undefined && look.found.length > 0 && look.found.every(value => value.kind === 'literal');
  });
}

/** `fields.tokens = used` of an object that the function itself made. */
export function madeHere(target: ts.Expression): { readonly name: ts.Identifier; readonly field: string } | undefined {
  const left = strip(target);
  if (left === undefined || !(tsc.isPropertyAccessExpression(left) || tsc.isElementAccessExpression(left))) return undefined;
  const name = strip(left.expression);
  const field = memberOf(left, left.expression);
  if (field === undefined || name === undefined || !tsc.isIdentifier(name)) return undefined;
  const binding = resolve(name);
  const made = binding?.kind === 'variable' && binding.element === undefined ? strip(binding.node.initializer) : undefined;
  const fn = made === undefined ? undefined : enclosingFunction(made);
  return made !== undefined && tsc.isObjectLiteralExpression(made) && fn !== undefined && fn === enclosingFunction(left)
    ? { name, field }
    : undefined;
}
