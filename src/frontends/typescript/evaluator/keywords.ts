// Keyword arguments of another language: one object literal at the end of the arguments, which is no options object of its own.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { resolve } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import type { Lazy } from './values.ts';

const KEYWORDS = new WeakSet<ts.Node>();

/** Notes that an object literal stands for the keyword arguments of its call. */
export function markKeywords(node: ts.ObjectLiteralExpression): void {
  KEYWORDS.add(node);
}

export function isKeywords(node: ts.Node): node is ts.ObjectLiteralExpression {
  return KEYWORDS.has(node);
}

/** The keyword arguments of a call, if it has any. */
export function keywordsIn(args: readonly ts.Expression[]): ts.ObjectLiteralExpression | undefined {
  const last = args.at(-1);
  return last !== undefined && isKeywords(last) ? last : undefined;
}

/** The value of a keyword argument by its name, if there are any; of two, the last counts. */
export function keywordOf(keywords: ts.ObjectLiteralExpression | undefined, name: string): ts.Expression | undefined {
  const property = keywords?.properties.findLast(p => propertyName(p) === name);
  return property !== undefined && tsc.isPropertyAssignment(property) ? property.initializer : undefined;
}

/** A keyword argument that was given by position, where the names of the positions are known. */
export function positionalIn(
  args: readonly ts.Expression[],
  names: readonly string[] | undefined,
  name: string | undefined,
): ts.Expression | undefined {
  const index = name === undefined || names === undefined ? -1 : names.indexOf(name);
  if (index < 0 || args.slice(0, index + 1).some(tsc.isSpreadElement)) return undefined;
  const arg = args[index];
  return arg === undefined || isKeywords(arg) ? undefined : arg;
}

const COLLECTORS = new WeakSet<ts.Node>();

/** Notes that a parameter collects the keyword arguments that no other parameter takes. */
export function markCollector(node: ts.ParameterDeclaration): void {
  COLLECTORS.add(node);
}

/** The keyword arguments among evaluated-when-needed arguments: the last of them, if it is one. */
export function keywordLazies(last: Lazy | undefined): Lazy | undefined {
  return last !== undefined && isKeywords(last.node) ? last : undefined;
}

/** What a parameter is given, by its position or its name. */
export function given(
  parameter: ts.ParameterDeclaration,
  index: number,
  args: readonly (readonly Lazy[])[],
  named: Lazy | undefined,
): readonly Lazy[] {
  const own = args[index];
  if (named === undefined) return own ?? [];
  if (COLLECTORS.has(parameter)) return [named];
  const byName = valueNamed(named.node, parameter);
  if (byName !== undefined) return [{ node: byName, frame: named.frame }];
  return own === undefined || own[0] === named ? [] : own;
}

/** The argument of a call that a parameter is given. */
export function givenTo(parameter: ts.ParameterDeclaration, index: number, args: readonly ts.Expression[]): ts.Expression | undefined {
  const named = keywordsIn(args);
  if (named === undefined) return args[index];
  if (COLLECTORS.has(parameter)) return named;
  const own = args[index];
  return valueNamed(named, parameter) ?? (own === named ? undefined : own);
}

/** The keyword argument of a parameter's name, wherever it stands. */
export function givenByName(parameter: ts.ParameterDeclaration, args: readonly ts.Expression[]): ts.Expression | undefined {
  const named = keywordsIn(args);
  return named === undefined || COLLECTORS.has(parameter) ? undefined : valueNamed(named, parameter);
}

function valueNamed(keywords: ts.Expression, parameter: ts.ParameterDeclaration): ts.Expression | undefined {
  if (!tsc.isObjectLiteralExpression(keywords) || !tsc.isIdentifier(parameter.name)) return undefined;
  const name = parameter.name.text;
  for (const property of keywords.properties) {
    if (!tsc.isPropertyAssignment(property) || !tsc.isIdentifier(property.name)) continue;
    // A name that means something else in the common tree was given a stroke at its end.
    if (property.name.text === name || `${property.name.text}_` === name) return property.initializer;
  }
  // `ask(messages, **OPTIONS)`
  for (const property of keywords.properties) {
    const spread = tsc.isSpreadAssignment(property) && tsc.isIdentifier(property.expression) ? resolve(property.expression) : undefined;
    const held = spread?.kind === 'variable' && spread.element === undefined ? spread.node.initializer : undefined;
    if (held === undefined || !tsc.isObjectLiteralExpression(held)) continue;
    for (const inner of held.properties) if (propertyName(inner) === name && tsc.isPropertyAssignment(inner)) return inner.initializer;
  }
  return undefined;
}
