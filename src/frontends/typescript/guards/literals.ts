// From an expression to the literals that it may denote: patterns, lists and tables of them, also through imports, loops and callbacks.
// The evaluator follows clients and options; patterns are only data, and need the place where they are written.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { fieldsMade } from '../limits/made.ts';
import { type Binding, isFunctionNode, resolve } from '../scope.ts';
import { propertyName, propertyValue, strip } from '../syntax.ts';

const DEEPEST = 8;
const MOST = 200;
const MOST_CALLERS = 20;
/** Methods that hand each item of a list to their callback, and the position at which it arrives. */
const EACH: Readonly<Record<string, number>> = {
  some: 0,
  every: 0,
  find: 0,
  findIndex: 0,
  filter: 0,
  forEach: 0,
  map: 0,
  flatMap: 0,
  reduce: 1,
};
/** Methods that give the same items, or the same text in other letters. */
const SAME_ITEMS = new Set(['filter', 'slice', 'concat', 'sort', 'toLowerCase', 'toLocaleLowerCase', 'trim']);
const OR: ReadonlySet<ts.SyntaxKind> = new Set([tsc.SyntaxKind.BarBarToken, tsc.SyntaxKind.QuestionQuestionToken]);
const SAME = new Set(['freeze', 'from', 'Set', 'Map', 'values']);

/** The literal expressions behind an expression: regular expressions, `new RegExp`, strings, lists, objects. */
export function literalsOf(ev: Evaluator, node: ts.Expression | undefined, depth = 0): readonly ts.Expression[] {
  const inner = strip(node);
  if (inner === undefined || depth > DEEPEST) return [];
  ev.budget.step();
  const next = (expression: ts.Expression | undefined): readonly ts.Expression[] => literalsOf(ev, expression, depth + 1);
  if (tsc.isIdentifier(inner)) return ofIdentifier(ev, inner, depth + 1);
  if (tsc.isPropertyAccessExpression(inner)) {
    if (inner.expression.kind === tsc.SyntaxKind.ThisKeyword) return ofClass(ev, inner, inner.name.text, depth + 1);
    const named = inner.name.text;
    if (named === 'source') return next(inner.expression);
    const base = next(inner.expression);
    const own = base.flatMap(literal => memberOf(ev, literal, named, depth + 1));
    return own.length > 0 ? own : staticOf(ev, inner, depth + 1);
  }
  if (tsc.isElementAccessExpression(inner)) return next(inner.expression).flatMap(literal => itemsOf(ev, literal, depth + 1));
  if (tsc.isConditionalExpression(inner)) return [...next(inner.whenTrue), ...next(inner.whenFalse)];
  // `rules or RULES`
  if (tsc.isBinaryExpression(inner) && OR.has(inner.operatorToken.kind)) return [...next(inner.left), ...next(inner.right)];
  if (
    tsc.isCallExpression(inner) ||
    (tsc.isNewExpression(inner) && tsc.isIdentifier(inner.expression) && inner.expression.text !== 'RegExp')
  ) {
    const callee = inner.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
    if (SAME.has(name) || name === 'entries')
      return next(inner.arguments?.[0] ?? (tsc.isPropertyAccessExpression(callee) ? callee.expression : undefined));
    if (name === 'RegExp' || isMapped(inner) || isJoined(inner)) return [inner];
    if (tsc.isPropertyAccessExpression(callee) && SAME_ITEMS.has(name)) return next(callee.expression);
    // A record of several parts: `Rule("mail", re.compile(...))`.
    if (tsc.isNewExpression(inner) && (inner.arguments ?? []).length !== 1) return [inner];
    // A function of one list, such as one that folds its case, is about that list.
    return tsc.isIdentifier(callee) && inner.arguments?.length === 1 ? next(inner.arguments[0]) : [];
  }
  return [inner];
}

/** `LIST.map(text => new RegExp(text, 'i'))`, as the list that it makes. */
export function isMapped(node: ts.Expression): node is ts.CallExpression {
  return methodOf(node) === 'map';
}

/** `LIST.join('|')` */
export function isJoined(node: ts.Expression): node is ts.CallExpression {
  return methodOf(node) === 'join';
}

function methodOf(node: ts.Expression): string | undefined {
  return tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) ? node.expression.name.text : undefined;
}

/** The texts that an expression may be, put together where the code does so; undefined items are left out. */
export function textsFrom(ev: Evaluator, node: ts.Expression | undefined, depth = 0): readonly string[] {
  if (node === undefined || depth > DEEPEST) return [];
  return literalsOf(ev, node, depth).flatMap((literal): readonly string[] => {
    const next = (part: ts.Expression): readonly string[] => textsFrom(ev, part, depth + 1);
    if (tsc.isStringLiteralLike(literal)) return [literal.text];
    if (tsc.isBinaryExpression(literal) && literal.operatorToken.kind === tsc.SyntaxKind.PlusToken)
      return product(next(literal.left), next(literal.right));
    if (tsc.isTemplateExpression(literal))
      return literal.templateSpans.reduce<readonly string[]>(
        (before, span) => product(product(before, next(span.expression)), [span.literal.text]),
        [literal.head.text],
      );
    if (!isJoined(literal) || !tsc.isPropertyAccessExpression(literal.expression)) return [];
    const [between] = literal.arguments;
    const items = literalsOf(ev, literal.expression.expression, depth).flatMap(list => itemsOf(ev, list, depth));
    const texts = items.flatMap(next);
    const glue = between === undefined ? ',' : tsc.isStringLiteralLike(between) ? between.text : undefined;
    return glue === undefined || texts.length === 0 ? [] : [texts.join(glue)];
  });
}

function product(left: readonly string[], right: readonly string[]): readonly string[] {
  return left.flatMap(one => right.map(other => one + other)).slice(0, MOST);
}

/** The items of a list, or the values of an object. */
export function itemsOf(ev: Evaluator, literal: ts.Expression, depth = 0): readonly ts.Expression[] {
  if (isMapped(literal)) {
    const [mapper] = literal.arguments;
    if (mapper === undefined || !(tsc.isArrowFunction(mapper) || tsc.isFunctionExpression(mapper))) return [];
    return ev
      .returnsOf(mapper)
      .flatMap(value => literalsOf(ev, value, depth + 1))
      .slice(0, MOST);
  }
  const parts = tsc.isArrayLiteralExpression(literal)
    ? literal.elements
    : tsc.isObjectLiteralExpression(literal)
      ? literal.properties.flatMap(property => (tsc.isPropertyAssignment(property) ? [property.initializer] : []))
      : [];
  return parts
    .flatMap(part => {
      if (!tsc.isSpreadElement(part)) return literalsOf(ev, part, depth + 1);
      return literalsOf(ev, part.expression, depth + 1).flatMap(inner => itemsOf(ev, inner, depth + 1));
    })
    .slice(0, MOST);
}

function memberOf(ev: Evaluator, literal: ts.Expression, name: string, depth: number): readonly ts.Expression[] {
  if (tsc.isNewExpression(literal))
    return fieldsMade(literal, ev).flatMap(([field, value]) => (field === name ? literalsOf(ev, value, depth) : []));
  if (!tsc.isObjectLiteralExpression(literal)) return [];
  const value = propertyValue(literal.properties.find(p => propertyName(p) === name));
  return value === undefined ? [] : literalsOf(ev, value, depth);
}

function ofIdentifier(ev: Evaluator, id: ts.Identifier, depth: number): readonly ts.Expression[] {
  const binding = resolve(id);
  if (binding === undefined) return [];
  if (binding.kind === 'import') return imported(ev, id, depth);
  return ofBinding(ev, binding, id, depth);
}

function ofBinding(ev: Evaluator, binding: Binding, id: ts.Identifier, depth: number): readonly ts.Expression[] {
  if (depth > DEEPEST) return [];
  if (binding.kind === 'variable') {
    const list = binding.node.parent;
    const loop = list.parent;
    const loops = tsc.isVariableDeclarationList(list) && tsc.isForOfStatement(loop);
    const whole = loops
      ? literalsOf(ev, loop.expression, depth).flatMap(literal => itemsOf(ev, literal, depth))
      : literalsOf(ev, binding.node.initializer, depth);
    return destructured(ev, whole, binding.element, depth);
  }
  if (binding.kind !== 'parameter') return [];
  const fn = binding.node.parent;
  const call = fn.parent;
  if (isFunctionNode(fn) && tsc.isConstructorDeclaration(fn))
    return destructured(ev, given(ev, binding.node, depth), binding.element, depth);
  if (binding.node.initializer !== undefined) return destructured(ev, given(ev, binding.node, depth), binding.element, depth);
  if (!isFunctionNode(fn) || !tsc.isCallExpression(call) || call.arguments[0] !== (fn as ts.Node)) return [];
  const callee = call.expression;
  if (!tsc.isPropertyAccessExpression(callee) || EACH[callee.name.text] !== fn.parameters.indexOf(binding.node)) return [];
  if (tsc.isIdentifier(callee.expression) && callee.expression.text === id.text) return [];
  const items = literalsOf(ev, callee.expression, depth).flatMap(literal => itemsOf(ev, literal, depth));
  return destructured(ev, items, binding.element, depth);
}

/** `{ pattern }` of an object, `[, pattern]` of a pair, or of an entry whose value it is. */
function destructured(
  ev: Evaluator,
  whole: readonly ts.Expression[],
  element: ts.BindingElement | undefined,
  depth: number,
): readonly ts.Expression[] {
  if (element === undefined) return whole;
  const pattern = element.parent;
  if (tsc.isObjectBindingPattern(pattern)) {
    const key = element.propertyName ?? element.name;
    return tsc.isIdentifier(key) ? whole.flatMap(literal => memberOf(ev, literal, key.text, depth)) : [];
  }
  const index = pattern.elements.indexOf(element);
  return whole.flatMap(literal => {
    if (!tsc.isArrayLiteralExpression(literal)) return index === 1 ? [literal] : [];
    const item = literal.elements[index];
    return item === undefined ? [] : literalsOf(ev, item, depth);
  });
}

/** What a parameter is given by the callers of its function, and what it is where they give nothing. */
function given(ev: Evaluator, parameter: ts.ParameterDeclaration, depth: number): readonly ts.Expression[] {
  const fn = parameter.parent as FunctionNode;
  const index = fn.parameters.indexOf(parameter);
  const calls = ev.callers(tsc.isConstructorDeclaration(fn) ? fn.parent : fn).slice(0, MOST_CALLERS);
  const args = calls.flatMap(call => call.arguments?.[index] ?? []);
  const own = args.length < calls.length || calls.length === 0 ? [parameter.initializer] : [];
  return [...own, ...args].flatMap(arg => (arg !== undefined && tsc.isSpreadElement(arg) ? [] : literalsOf(ev, arg, depth + 1)));
}

/** What `this.patterns` is: by its initialiser, or by what the constructor puts there. */
function ofClass(ev: Evaluator, at: ts.Node, name: string, depth: number): readonly ts.Expression[] {
  let owner: ts.Node | undefined = at;
  while (owner !== undefined && !tsc.isClassLike(owner)) owner = owner.parent;
  if (owner === undefined || depth > DEEPEST) return [];
  const member = owner.members.find(m => tsc.isPropertyDeclaration(m) && propertyName(m) === name);
  if (member !== undefined && tsc.isPropertyDeclaration(member) && member.initializer !== undefined)
    return literalsOf(ev, member.initializer, depth);
  const maker = owner.members.find(tsc.isConstructorDeclaration);
  // `constructor(private readonly rules = RULES) {}`
  const taken = maker?.parameters.find(p => p.modifiers !== undefined && p.name.getText() === name);
  if (taken !== undefined) return given(ev, taken, depth);
  const out: ts.Expression[] = [];
  for (const statement of maker?.body?.statements ?? []) {
    const set = tsc.isExpressionStatement(statement) ? statement.expression : undefined;
    if (set === undefined || !tsc.isBinaryExpression(set) || set.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) continue;
    if (set.left.getText() === `this.${name}`) out.push(...literalsOf(ev, set.right, depth + 1));
  }
  return out;
}

/** The initialiser of `Guard.PATTERNS`. */
function staticOf(ev: Evaluator, access: ts.PropertyAccessExpression, depth: number): readonly ts.Expression[] {
  return ev.values(access.expression).flatMap(value => {
    if (value.kind !== 'class') return [];
    const member = value.node.members.find(m => tsc.isPropertyDeclaration(m) && propertyName(m) === access.name.text);
    return member !== undefined && tsc.isPropertyDeclaration(member) ? literalsOf(ev, member.initializer, depth) : [];
  });
}

/** The initialiser of a constant that another file exports. */
function imported(ev: Evaluator, id: ts.Identifier, depth: number): readonly ts.Expression[] {
  if (depth > DEEPEST) return [];
  const unit = ev.program.unitOf(id);
  const from = unit.imports.get(id.text);
  const file = from === undefined ? undefined : ev.program.inventory.resolveImport(unit.file, from.specifier);
  if (from === undefined || file === undefined) return [];
  return exported(ev, file, from.name, depth);
}

function exported(ev: Evaluator, file: string, name: string, depth: number): readonly ts.Expression[] {
  const unit = ev.program.unit(file);
  if (unit === undefined || depth > DEEPEST) return [];
  const what = unit.exports.get(name);
  if (what?.kind === 'expression') return literalsOf(ev, what.node, depth + 1);
  if (what?.kind === 'from') {
    const next = ev.program.inventory.resolveImport(file, what.specifier);
    return next === undefined ? [] : exported(ev, next, what.name, depth + 1);
  }
  const local = what?.kind === 'local' ? what.name : undefined;
  if (local === undefined) {
    return unit.stars.flatMap(star => {
      const next = ev.program.inventory.resolveImport(file, star);
      return next === undefined ? [] : exported(ev, next, name, depth + 1);
    });
  }
  for (const statement of unit.ast.statements) {
    if (!tsc.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations)
      if (tsc.isIdentifier(declaration.name) && declaration.name.text === local) return literalsOf(ev, declaration.initializer, depth + 1);
  }
  return [];
}
