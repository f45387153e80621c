// Is a value a text, and not a list of them, which is as short as it has items? Said by methods that only texts have, and by types
// that somebody checks.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { type Env, originOf } from './trace.ts';

/** A variable or a parameter, and the member of it that is meant. */
export interface Place {
  readonly root: ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement;
  readonly names: readonly string[];
}

/** Methods that lists do not have: with one of them, anything but a text fails. */
const OF_TEXTS =
  /^(?:trim|trimStart|trimEnd|toLowerCase|toUpperCase|startsWith|endsWith|replace|replaceAll|split|normalize|charCodeAt|localeCompare|splitlines|isspace|title|capitalize|removeprefix|removesuffix|partition)$/;

/** `request.body.text`, `data["text"]` as the variable that it begins with, and the names after it. */
export function placeIn(expression: ts.Expression, path: readonly string[]): Place | undefined {
  const names = [...path];
  let node = strip(expression) ?? expression;
  for (let deep = 0; deep < 12; deep++) {
    if (tsc.isPropertyAccessExpression(node)) names.unshift(node.name.text);
    else if (tsc.isElementAccessExpression(node)) {
      const at = strip(node.argumentExpression);
      if (at === undefined || !tsc.isStringLiteralLike(at)) return undefined;
      names.unshift(at.text);
    } else break;
    node = strip(node.expression) ?? node.expression;
  }
  if (!tsc.isIdentifier(node)) return undefined;
  const binding = resolve(node);
  if (binding?.kind !== 'variable' && binding?.kind !== 'parameter') return undefined;
  return { root: binding.element ?? binding.node, names };
}

/** Are two places the same? */
export function same(a: Place | undefined, b: Place): boolean {
  return a !== undefined && a.root === b.root && a.names.length === b.names.length && a.names.every((name, i) => name === b.names[i]);
}

/** Is a method of texts called on an expression where it stands? */
export function isTextMethod(node: ts.Expression, path: readonly string[]): boolean {
  if (path.length > 0) return false;
  let at: ts.Node = node;
  while (tsc.isParenthesizedExpression(at.parent) || tsc.isAsExpression(at.parent)) at = at.parent;
  const access = at.parent;
  return (
    tsc.isPropertyAccessExpression(access) &&
    access.expression === at &&
    OF_TEXTS.test(access.name.text) &&
    tsc.isCallExpression(access.parent) &&
    access.parent.expression === access
  );
}

/** Does everything that a place may hold come from where only a text comes from? */
export function isTyped(ev: Evaluator, place: Place, env: Env): boolean {
  const { root } = place;
  if (tsc.isVariableDeclaration(root) && root.initializer !== undefined && place.names.length === 0 && isText(root.initializer))
    return true;
  if (!tsc.isIdentifier(root.name)) return false;
  const declared = declaredAs(ev, root, place.names);
  if (declared === 'checked') return true;
  if (declared !== 'text' && !tsc.isVariableDeclaration(root)) return false;
  const { leaves } = originOf(ev, root.name, env, 'callers', place.names);
  return (
    leaves.length > 0 &&
    leaves.every(leaf => {
      if (isText(leaf.node)) return true;
      const at = placeIn(leaf.node, leaf.path);
      // A parameter of a function that nobody of the repository calls is what its type says.
      return at !== undefined && tsc.isParameter(at.root) && declaredAs(ev, at.root, at.names) !== undefined;
    })
  );
}

/** A text by what it is: a literal, a template, `String(...)`, or what a method of texts gives. */
function isText(expression: ts.Expression): boolean {
  const node = strip(expression) ?? expression;
  if (tsc.isStringLiteralLike(node) || tsc.isTemplateExpression(node)) return true;
  if (!tsc.isCallExpression(node)) return false;
  const callee = strip(node.expression);
  if (callee === undefined) return false;
  if (tsc.isIdentifier(callee)) return callee.text === 'String' && resolve(callee) === undefined;
  return (
    tsc.isPropertyAccessExpression(callee) &&
    /^(?:trim|trimStart|trimEnd|toLowerCase|toUpperCase|replace|replaceAll|normalize)$/.test(callee.name.text)
  );
}

/** What the type of a parameter says: a text, or a text that a schema checks before the function runs. */
function declaredAs(ev: Evaluator, root: Place['root'], names: readonly string[]): 'text' | 'checked' | undefined {
  const type = tsc.isBindingElement(root) ? undefined : root.type;
  if (type === undefined) return undefined;
  if (names.length === 0) return type.kind === tsc.SyntaxKind.StringKeyword ? 'text' : undefined;
  const [name] = names;
  if (names.length !== 1 || !tsc.isTypeReferenceNode(type) || !tsc.isIdentifier(type.typeName)) return undefined;
  for (const value of ev.values(type.typeName)) {
    if (value.kind !== 'class') continue;
    const field = value.node.members.find(m => tsc.isPropertyDeclaration(m) && propertyName(m) === name && !isStatic(m));
    if (field === undefined || !tsc.isPropertyDeclaration(field) || field.type?.kind !== tsc.SyntaxKind.StringKeyword) return undefined;
    return value.node.members.some(m => propertyName(m) === '__schema') ? 'checked' : 'text';
  }
  return undefined;
}

function isStatic(member: ts.PropertyDeclaration): boolean {
  return member.modifiers?.some(m => m.kind === tsc.SyntaxKind.StaticKeyword) === true;
}
