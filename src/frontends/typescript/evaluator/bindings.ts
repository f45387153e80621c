// What a variable or parameter may hold: its initialiser, later assignments, what callers give, or what its type promises.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isAssignment, strip } from '../syntax.ts';
import type { Evaluator, Values } from './evaluate.ts';
import { handedTo, plainAt } from './handed.ts';
import { givenByName, givenTo } from './keywords.ts';
import { typeValue } from './types.ts';
import { distinct, type Frame, MORE, UNDEFINED, understood, unknownValue, type Value } from './values.ts';

/** A declaration at the top level of a file does not depend on who calls what. */
export function outerFrame(node: ts.Node, frame: Frame | undefined): Frame | undefined {
  return frame !== undefined && enclosingFunction(node) !== undefined ? frame : undefined;
}

/** What a variable may hold: its initialiser and every later assignment in its file. */
export function variableValues(
  ev: Evaluator,
  declaration: ts.VariableDeclaration,
  element: ts.BindingElement | undefined,
  frame: Frame | undefined,
): Values {
  const inner = outerFrame(declaration, frame);
  const out: Value[] = [];
  if (declaration.initializer !== undefined) {
    const held = ev
      .values(declaration.initializer, inner)
      .map(v =>
        v.kind === 'object' && element === undefined && v.node === strip(declaration.initializer) ? { ...v, holder: declaration } : v,
      );
    out.push(...(element === undefined ? held : bound(ev, element, held, inner)));
  } else if (tsc.isForOfStatement(declaration.parent.parent)) {
    const items = ev.anyMember(ev.values(declaration.parent.parent.expression, inner));
    out.push(...(element === undefined ? items : bound(ev, element, items, inner)));
  }
  const constant = (declaration.parent.flags & tsc.NodeFlags.Const) !== 0;
  if (!constant && tsc.isIdentifier(declaration.name)) {
    for (const { value, item } of assignments(ev, declaration, declaration.name)) {
      const given = ev.values(value, enclosingFunction(value) === undefined ? undefined : inner);
      out.push(...(item === undefined ? given : ev.item(given, item)));
    }
  }
  // `let client` and then an assignment: the missing start value says nothing about the use. What a constant is, it stays:
  // `const most = setting ? Number(setting) : null`.
  const told =
    out.length > 1 && !(constant && element === undefined)
      ? out.filter(v => v !== UNDEFINED && !(v.kind === 'literal' && v.value === null))
      : out;
  if (declaration.type !== undefined && !told.some(understood)) {
    const typed = typeValue(ev, ev.program.unitOf(declaration), declaration.type);
    if (typed !== undefined) return [typed];
  }
  return told.length === 0 ? [unknownValue('a variable without a value')] : told;
}

/** What is put into a variable: a value, or one of several in a list. */
export interface Assigned {
  readonly value: ts.Expression;
  readonly item?: number;
}

/** What a variable or parameter is given after its declaration, in its file. */
export function assignments(ev: Evaluator, declaration: ts.Node, name: ts.Identifier): Assigned[] {
  const unit = ev.program.unitOf(declaration);
  return ev.program.identifiers(unit, name.text).flatMap(use => {
    const assigned = assignedTo(use);
    if (assigned === undefined) return [];
    const binding = resolve(use);
    return binding !== undefined && 'node' in binding && binding.node === declaration ? [assigned] : [];
  });
}

/** `client = make()`, `[client, settings] = make()` */
function assignedTo(use: ts.Identifier): Assigned | undefined {
  const { parent } = use;
  if (tsc.isBinaryExpression(parent))
    return parent.left === use && isAssignment(parent.operatorToken.kind) ? { value: parent.right } : undefined;
  if (!tsc.isArrayLiteralExpression(parent) || !tsc.isBinaryExpression(parent.parent)) return undefined;
  const { left, operatorToken, right } = parent.parent;
  if (left !== parent || operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return undefined;
  // Behind a rest the places are not known.
  const item = parent.elements.indexOf(use);
  return parent.elements.slice(0, item).some(tsc.isSpreadElement) ? undefined : { value: right, item };
}

export function parameterValues(
  ev: Evaluator,
  node: ts.ParameterDeclaration,
  element: ts.BindingElement | undefined,
  frame: Frame | undefined,
): Values {
  let given = givenValues(ev, node, frame);
  if (node.type !== undefined && !given.some(understood)) {
    const typed = typeValue(ev, ev.program.unitOf(node), node.type);
    if (typed !== undefined) given = [typed];
  } else if (node.type !== undefined && node.initializer !== undefined && given.some(v => v.kind === 'param' && v.node === node)) {
    // Others than the default come from callers that are not known: `handler: Type[Handler] = ChatHandler`.
    const typed = typeValue(ev, ev.program.unitOf(node), node.type);
    if (typed?.kind === 'class' || typed?.kind === 'instance') given = distinct([...given.filter(v => v.kind !== 'param'), typed]);
  }
  return element === undefined ? given : bound(ev, element, given, frame);
}

/** Callers whose arguments are looked at; the others may give anything. */
const MOST_CALLERS = 24;

function givenValues(ev: Evaluator, node: ts.ParameterDeclaration, frame: Frame | undefined): Values {
  const fallback = node.initializer === undefined ? [] : ev.values(node.initializer, frame);
  const lazies = frame?.params.get(node);
  if (lazies !== undefined) {
    if (lazies.length === 0) return fallback.length > 0 ? fallback : [UNDEFINED];
    const values = ev.lazy(lazies);
    return values.some(v => v === UNDEFINED) && fallback.length > 0 ? [...values.filter(v => v !== UNDEFINED), ...fallback] : values;
  }
  if (ev.underWay.has(node)) return [{ kind: 'param', node, path: [] }];
  ev.underWay.add(node);
  try {
    const fn = node.parent;
    const owner = tsc.isConstructorDeclaration(fn) ? fn.parent : isFunctionNode(fn) ? fn : undefined;
    const index = fn.parameters.indexOf(node);
    const out: Value[] = [];
    const callers = owner === undefined || node.dotDotDotToken ? [] : ev.callers(owner);
    if (callers.length > MOST_CALLERS) out.push(MORE);
    for (const call of callers.slice(0, MOST_CALLERS)) {
      const args = call.arguments ?? [];
      const named = givenByName(node, args);
      if (named !== undefined) out.push(...ev.values(named));
      else if (args.slice(0, index + 1).some(tsc.isSpreadElement)) out.push(...spreadAt(ev, args, index));
      else {
        const arg = givenTo(node, index, args);
        out.push(...(arg === undefined ? (fallback.length > 0 ? fallback : [UNDEFINED]) : ev.values(arg)));
      }
    }
    const handed = owner === undefined || node.dotDotDotToken ? [] : ev.handedOn(owner).slice(0, MOST_CALLERS);
    for (const use of handed) {
      const arg = handedTo(use, index);
      if (arg !== undefined) out.push(...ev.values(arg));
    }
    const known = distinct(out.filter(v => v.kind !== 'unknown' || v === MORE));
    if (known.length > 0)
      return out.length > known.length && out.some(v => v.kind === 'unknown') ? [...known, unknownValue('some callers')] : known;
    return [...fallback, { kind: 'param', node, path: [] }];
  } finally {
    ev.underWay.delete(node);
  }
}

/** What `ask(...args)` gives at a place, where the list is written out. */
function spreadAt(ev: Evaluator, args: readonly ts.Expression[], index: number): Values {
  const at = args.findIndex(tsc.isSpreadElement);
  const spread = args[at];
  const lists = spread !== undefined && tsc.isSpreadElement(spread) ? ev.values(spread.expression) : [];
  const [list] = lists;
  const item = list?.kind === 'array' && lists.length === 1 ? plainAt(list.node.elements, index - at) : undefined;
  return item === undefined || list?.kind !== 'array' ? [unknownValue('spread arguments')] : ev.values(item, list.frame);
}

/** The part of a value that a destructuring pattern takes out. */
function bound(ev: Evaluator, element: ts.BindingElement, values: Values, frame: Frame | undefined): Values {
  const chain: ts.BindingElement[] = [];
  for (let up: ts.Node = element; tsc.isBindingElement(up); up = up.parent.parent) chain.unshift(up);
  let current = values;
  for (const part of chain) {
    if (part.dotDotDotToken) continue;
    const pattern = part.parent;
    if (tsc.isArrayBindingPattern(pattern)) current = ev.item(current, pattern.elements.indexOf(part));
    else {
      const name = part.propertyName ?? part.name;
      current = tsc.isIdentifier(name) || tsc.isStringLiteralLike(name) ? ev.member(current, name.text) : [unknownValue('a computed name')];
    }
    if (part.initializer !== undefined && !current.every(v => understood(v) && v !== UNDEFINED)) {
      current = [...current.filter(v => v !== UNDEFINED), ...ev.values(part.initializer, frame)];
    }
  }
  return current;
}
