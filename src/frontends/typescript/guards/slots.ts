// A function, or a class, that hands back both the cleaned text and the text as it was: `{ clean, raw }`, `return clean(text), text`,
// `this.raw = raw`. It protects only those who take the cleaned one.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import { fieldsMade } from '../limits/made.ts';
import { isWithin } from '../paths/call-sites.ts';
import { scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { isFunctionNode, isSameBinding, resolve } from '../scope.ts';
import { elementPath, propertyName, propertyValue, strip } from '../syntax.ts';
import { reaches } from './flow.ts';
import { type RawWays, settledIn } from './raw-ways.ts';

const MOST_USES = 60;

/**
 * Does a function hand out the text as it was, which it got beside the cleaned one?
 * @param node the call that leads to the redactor, in the function on the way
 * @param chain the calls in between, the redactor first and `node` last
 * @param inner do others of the repository take what the function returns?
 */
export function takesRaw(ev: Evaluator, node: ts.Node, chain: readonly ts.Node[], ways: RawWays, inner: boolean): boolean {
  const link = chain.at(-2);
  if (link === undefined || !(tsc.isCallExpression(node) || tsc.isNewExpression(node)) || scopeOf(link) === scopeOf(node)) return false;
  const raw = rawSlots(ev, link);
  if (raw.size === 0) return false;
  const scope = scopeOf(node);
  return taken(ev, node, raw).some(({ use, whole }) => {
    if (scopeOf(use) !== scope && settledIn(use) !== scope) return false;
    const out = ways.of(use);
    return out !== undefined && (!whole || !inner || tsc.isCallExpression(out));
  });
}

/** The members of what a function gives that hold the text as it was; empty where no member holds the cleaned one. */
export function rawSlots(ev: Evaluator, link: ts.Node): ReadonlySet<string> {
  const fn = scopeOf(link);
  const out = new Set<string>();
  if (!isFunctionNode(fn) || fn.body === undefined) return out;
  const places = new Set(reaches(ev.program, link));
  const subjects = subjectsOf(link);
  let cleaned = false;
  const put = (name: string, value: ts.Expression): void => {
    if (holds(value, places)) cleaned = true;
    else if (subjects.some(subject => isSame(subject, value))) out.add(name);
  };
  if (tsc.isConstructorDeclaration(fn)) {
    for (const parameter of fn.parameters)
      if (tsc.isParameterPropertyDeclaration(parameter, fn) && tsc.isIdentifier(parameter.name)) put(parameter.name.text, parameter.name);
    walk(fn.body, inner => {
      if (!tsc.isBinaryExpression(inner) || inner.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return undefined;
      const { left } = inner;
      if (tsc.isPropertyAccessExpression(left) && left.expression.kind === tsc.SyntaxKind.ThisKeyword) put(left.name.text, inner.right);
      return undefined;
    });
    for (const member of fn.parent.members) {
      const name = propertyName(member);
      if (name === undefined || !(tsc.isMethodDeclaration(member) || tsc.isGetAccessorDeclaration(member))) continue;
      const returned = ev.returnsOf(member).map(one => strip(one) ?? one);
      const isRaw = (one: ts.Expression): boolean =>
        tsc.isPropertyAccessExpression(one) && one.expression.kind === tsc.SyntaxKind.ThisKeyword && out.has(one.name.text);
      if (returned.length > 0 && returned.every(isRaw)) out.add(name);
    }
    return cleaned ? out : new Set();
  }
  for (const returned of ev.returnsOf(fn)) {
    const value = strip(returned) ?? returned;
    if (tsc.isObjectLiteralExpression(value))
      for (const property of value.properties) {
        const [name, given] = [propertyName(property), propertyValue(property)];
        if (name !== undefined && given !== undefined) put(name, given);
      }
    else if (tsc.isArrayLiteralExpression(value)) value.elements.forEach((element, i) => void put(String(i), element));
    else if (tsc.isNewExpression(value)) for (const [name, given] of fieldsMade(value, ev)) put(name, given);
  }
  return cleaned ? out : new Set();
}

/** Where a function takes the raw members of what a call gives, or all of it. */
function taken(
  ev: Evaluator,
  made: ts.Expression,
  raw: ReadonlySet<string>,
): readonly { readonly use: ts.Expression; readonly whole: boolean }[] {
  let at: ts.Expression = made;
  while (tsc.isAwaitExpression(at.parent) || tsc.isParenthesizedExpression(at.parent) || tsc.isAsExpression(at.parent)) at = at.parent;
  const holder = at.parent;
  if (!tsc.isVariableDeclaration(holder) || holder.initializer !== at) return partOf(at, raw);
  const out: { use: ts.Expression; whole: boolean }[] = [];
  for (const { name, path } of namesIn(holder.name)) {
    if (path.length > 1 || (path[0] !== undefined && !raw.has(path[0]))) continue;
    const declared = resolve(name);
    for (const use of ev.program.identifiers(ev.program.unitOf(name), name.text).slice(0, MOST_USES)) {
      const other = use === name ? undefined : resolve(use);
      if (other?.kind !== 'variable' || declared?.kind !== 'variable' || other.node !== declared.node || other.element !== declared.element)
        continue;
      if (path.length === 0) out.push(...partOf(use, raw));
      else out.push({ use, whole: false });
    }
  }
  return out;
}

/** `made.raw`, `made["raw"]`, `made.text()`, or all of `made`. */
function partOf(use: ts.Expression, raw: ReadonlySet<string>): readonly { readonly use: ts.Expression; readonly whole: boolean }[] {
  const up = use.parent;
  const access = (tsc.isPropertyAccessExpression(up) || tsc.isElementAccessExpression(up)) && up.expression === use ? up : undefined;
  if (access === undefined) return [{ use, whole: true }];
  const key = tsc.isPropertyAccessExpression(access) ? access.name : access.argumentExpression;
  const name = tsc.isIdentifier(key) || tsc.isStringLiteralLike(key) || tsc.isNumericLiteral(key) ? key.text : undefined;
  if (name === undefined || !raw.has(name)) return [];
  const call = access.parent;
  return [{ use: tsc.isCallExpression(call) && call.expression === access ? call : access, whole: false }];
}

function namesIn(name: ts.BindingName): readonly { readonly name: ts.Identifier; readonly path: readonly string[] }[] {
  if (tsc.isIdentifier(name)) return [{ name, path: [] }];
  return name.elements.flatMap(element =>
    tsc.isBindingElement(element) && tsc.isIdentifier(element.name) ? [{ name: element.name, path: elementPath(element) }] : [],
  );
}

function subjectsOf(link: ts.Node): readonly ts.Expression[] {
  if (!tsc.isCallExpression(link)) return [];
  const { expression } = link;
  const given = link.arguments.flatMap(arg => (isKeywords(arg) ? arg.properties.flatMap(p => propertyValue(p) ?? []) : [arg]));
  return [...given, ...(tsc.isPropertyAccessExpression(expression) ? [expression.expression] : [])];
}

function holds(value: ts.Expression, places: ReadonlySet<ts.Node>): boolean {
  return [...places].some(place => place === value || isWithin(place, value));
}

/** Is it the same text: `text`, or the same member of the same object? */
function isSame(subject: ts.Expression, value: ts.Expression): boolean {
  const [one, two] = [strip(subject) ?? subject, strip(value) ?? value];
  if (!(tsc.isIdentifier(two) || tsc.isPropertyAccessExpression(two) || tsc.isElementAccessExpression(two))) return false;
  if (one.getText() !== two.getText()) return false;
  return !tsc.isIdentifier(one) || !tsc.isIdentifier(two) || isSameBinding(resolve(one), resolve(two));
}
