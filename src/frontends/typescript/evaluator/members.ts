// Members of values: properties of objects, items of lists, fields of classes, names of modules.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { resolve } from '../scope.ts';
import { isAssignment, propertyName } from '../syntax.ts';
import { classMember, staticMember } from './classes.ts';
import type { Evaluator, Values } from './evaluate.ts';
import { isRequestPath } from './globals.ts';
import { memberNamed, typeValue } from './types.ts';
import { distinct, foreignPath, MORE, ONLY_TYPE, REQUEST, textOf, UNDEFINED, understood, unknownValue, type Value } from './values.ts';

/** What is known of one property. `absent`: some alternative lacks it; `hidden`: what keeps us from seeing it. */
export interface Property {
  readonly found: Value[];
  readonly absent: boolean;
  readonly hidden: string | undefined;
  readonly node?: ts.Node;
}

/** `values.name`, over all alternatives. */
export function memberValues(ev: Evaluator, values: Values, name: string): Values {
  ev.budget.step();
  return distinct(values.flatMap(value => memberOf(ev, value, name)));
}

function memberOf(ev: Evaluator, value: Value, name: string): Values {
  ev.budget.step();
  switch (value.kind) {
    case 'object':
    case 'merged': {
      const { found, absent, hidden } = propertyOf(ev, value, name);
      const rest: Value[] = [];
      if (hidden !== undefined) rest.push(unknownValue(hidden));
      if (absent) rest.push(UNDEFINED);
      return [...found, ...rest];
    }
    case 'instance':
      return classMember(ev, value, name);
    case 'class':
      return staticMember(ev, value.node, name);
    case 'namespace':
      return ev.exported(value.file, name);
    case 'foreign':
      return [{ ...value, steps: [...value.steps, { kind: 'member', name }] }];
    case 'param': {
      const path = [...value.path, name];
      return isRequestPath(path) ? [{ kind: 'request' }] : [{ ...value, path }];
    }
    case 'request':
      return [value];
    // The address of `new URL(...)`, which is read as its text.
    case 'text':
      return [name === 'href' ? value : unknownValue('a member of a text')];
    case 'shape': {
      const member = memberNamed(value.node, name);
      const type = member !== undefined && tsc.isPropertySignature(member) ? member.type : undefined;
      const typed = type === undefined ? undefined : typeValue(ev, ev.program.unitOf(value.node), type);
      return [typed ?? unknownValue(ONLY_TYPE)];
    }
    case 'enum': {
      const member = value.node.members.find(m => (tsc.isIdentifier(m.name) || tsc.isStringLiteralLike(m.name)) && m.name.text === name);
      return member?.initializer === undefined ? [unknownValue('an enum member')] : ev.values(member.initializer);
    }
    case 'array':
      return [unknownValue('a member of a list')];
    case 'function':
      return name === 'bind' ? [value] : [unknownValue('a member of a function')];
    case 'literal':
      return value.value === undefined || value.value === null || value.value === false
        ? [UNDEFINED]
        : [unknownValue('a member of a literal')];
    default:
      return [value.kind === 'unknown' ? value : unknownValue('a member of a text')];
  }
}

/** The item at a position of a list. */
export function itemValues(ev: Evaluator, values: Values, index: number): Values {
  return values.flatMap((value): Values => {
    if (value.kind === 'array') {
      const elements = value.node.elements;
      if (elements.slice(0, index + 1).some(tsc.isSpreadElement)) return [unknownValue('a list with a spread')];
      const element = elements[index];
      return element === undefined ? [UNDEFINED] : ev.values(element, value.frame);
    }
    return value.kind === 'foreign'
      ? [{ ...value, steps: [...value.steps, { kind: 'member', name: '[]' }] }]
      : value.kind === 'object'
        ? ev.member([value], String(index))
        : value.kind === 'request'
          ? [value]
          : [unknownValue('an item of a list that is not seen')];
  });
}

/** Any member of an object or item of a list: what `table[key]` may be when the key is not known. */
export function anyMemberValues(ev: Evaluator, values: Values): Values {
  ev.budget.step();
  const fresh = values.filter(value => (value.kind !== 'object' && value.kind !== 'array') || !ev.spreading.has(value.node));
  const entered = fresh.flatMap(value => (value.kind === 'object' || value.kind === 'array' ? [value.node] : []));
  // `list = [...list, item]` spreads itself.
  for (const node of entered) ev.spreading.add(node);
  try {
    return anyOf(ev, fresh);
  } finally {
    for (const node of entered) ev.spreading.delete(node);
  }
}

function anyOf(ev: Evaluator, values: Values): Values {
  return distinct(
    values.flatMap((value): Values => {
      if (value.kind === 'array')
        return value.node.elements.flatMap(e =>
          tsc.isSpreadElement(e) ? ev.anyMember(ev.values(e.expression, value.frame)) : ev.values(e, value.frame),
        );
      if (value.kind === 'enum') return value.node.members.flatMap(m => (m.initializer === undefined ? [] : ev.values(m.initializer)));
      if (value.kind !== 'object') return [value.kind === 'request' ? value : unknownValue('a member that is not seen')];
      return value.node.properties.flatMap((p): Values => {
        if (tsc.isPropertyAssignment(p)) return ev.values(p.initializer, value.frame);
        if (tsc.isShorthandPropertyAssignment(p)) return ev.values(p.name, value.frame);
        if (tsc.isSpreadAssignment(p)) return ev.anyMember(ev.values(p.expression, value.frame));
        return tsc.isMethodDeclaration(p) ? [{ kind: 'function', node: p, frame: value.frame, self: value }] : [];
      });
    }),
  );
}

type ObjectValue = Extract<Value, { kind: 'object' }>;

/**
 * Looks a property up in an object: last writer wins, spreads are followed, later assignments to the variable count.
 * `absent`: some alternative lacks it; `hidden`: what keeps us from seeing whether it is there.
 */
function propertyOf(
  ev: Evaluator,
  value: Extract<Value, { kind: 'object' | 'merged' }>,
  name: string,
): { found: Value[]; absent: boolean; hidden: string | undefined; node?: ts.Node } {
  const site = value.node;
  const key = `${name}\0${value.kind}`;
  const asked = ev.asked.get(site) ?? new Set();
  // `options = { ...options, more }`: the spread leads back to the same object.
  if (asked.has(key)) return { found: [], absent: true, hidden: undefined };
  ev.asked.set(site, asked.add(key));
  try {
    return value.kind === 'merged' ? mergedProperty(ev, value, name) : objectProperty(ev, value, name);
  } finally {
    asked.delete(key);
  }
}

function objectProperty(
  ev: Evaluator,
  value: ObjectValue,
  name: string,
): { found: Value[]; absent: boolean; hidden: string | undefined; node?: ts.Node } {
  const found: Value[] = [];
  let hidden: string | undefined;
  let node: ts.Node | undefined;
  const assigned = memberAssignments(ev, value, name);
  const taken = isTakenOut(ev, value, name);
  for (const assignment of assigned) {
    found.push(...ev.values(assignment.right, value.frame));
    node = assignment;
  }
  const writes: ts.Node[] = [...assigned];
  for (const call of updatesOf(ev, value)) {
    const inner = ev.inside(
      call.arguments.slice(-1).flatMap(arg => ev.values(arg, value.frame)),
      name,
    );
    hidden ??= inner.hidden;
    if (inner.found.length === 0) continue;
    found.push(...inner.found);
    node = call;
    if (!inner.absent && inner.hidden === undefined) writes.push(call);
  }
  if (value.holder !== undefined && always(writes, value.holder))
    return { found, absent: taken, hidden: undefined, ...(node === undefined ? {} : { node }) };
  for (let i = value.node.properties.length - 1; i >= 0; i--) {
    const property = value.node.properties[i] as ts.ObjectLiteralElementLike;
    if (tsc.isSpreadAssignment(property)) {
      const spread = ev.values(property.expression, value.frame);
      const inner = ev.inside(spread, name);
      found.push(...inner.found);
      hidden ??= inner.hidden;
      node ??= inner.found.length > 0 ? (inner.node ?? property) : undefined;
      // What is hidden inside an object that is seen may change the property, and cannot take it away.
      const seen = inner.hidden === undefined || spread.every(v => v.kind === 'object' || v.kind === 'merged');
      if (inner.found.length > 0 && !inner.absent && seen) return { found, absent: taken, hidden, node: node ?? property };
    } else if (propertyName(property) === name) {
      const own = ownProperty(ev, property, value);
      // A later spread that cannot be seen may take it back.
      return { found: [...found, ...own], absent: taken, hidden, node: property };
    } else if (property.name !== undefined && tsc.isComputedPropertyName(property.name)) {
      // `{ [isNew ? 'max_completion_tokens' : 'max_tokens']: 300 }`
      const keys = ev.values(property.name.expression, value.frame).map(textOf);
      if (!keys.includes(name)) continue;
      found.push(...ownProperty(ev, property, value));
      node ??= property;
      if (keys.every(key => key === name)) return { found, absent: taken, hidden, node };
    }
  }
  return { found, absent: true, hidden, ...(node === undefined ? {} : { node }) };
}

function ownProperty(ev: Evaluator, property: ts.ObjectLiteralElementLike, value: ObjectValue): Values {
  if (tsc.isPropertyAssignment(property)) return ev.values(property.initializer, value.frame);
  if (tsc.isShorthandPropertyAssignment(property)) return ev.values(property.name, value.frame);
  if (tsc.isMethodDeclaration(property)) return [{ kind: 'function', node: property, frame: value.frame, self: value }];
  if (tsc.isGetAccessorDeclaration(property)) return ev.returned(property, [], value.frame, value);
  return [unknownValue('a setter')];
}

function mergedProperty(
  ev: Evaluator,
  value: Extract<Value, { kind: 'merged' }>,
  name: string,
): { found: Value[]; absent: boolean; hidden: string | undefined } {
  const found: Value[] = [];
  let hidden: string | undefined;
  // The parts are values already, which cost nothing to ask for: merged with themselves, they double.
  ev.budget.step();
  for (let i = value.parts.length - 1; i >= 0; i--) {
    const inner = ev.inside(value.parts[i] ?? [], name);
    found.push(...inner.found);
    hidden ??= inner.hidden;
    if (inner.found.length > 0 && !inner.absent) return { found, absent: false, hidden };
  }
  return { found, absent: true, hidden };
}

/** Looks a property up in every alternative of an object-like value. */
export function propertyInside(
  ev: Evaluator,
  values: Values,
  name: string,
): { found: Value[]; absent: boolean; hidden: string | undefined; node?: ts.Node } {
  const found: Value[] = [];
  let absent = values.length === 0;
  let hidden: string | undefined;
  let node: ts.Node | undefined;
  for (const value of values) {
    if (value.kind === 'object' || value.kind === 'merged') {
      const inner = propertyOf(ev, value, name);
      found.push(...inner.found);
      absent ||= inner.absent;
      hidden ??= inner.hidden;
      node ??= inner.node;
    } else if (value.kind === 'instance') {
      const members = classMember(ev, value, name);
      if (members.some(understood)) found.push(...members);
      else hidden ??= 'an object of a class';
    } else if (value.kind === 'literal' || value.kind === 'text' || value.kind === 'array' || value.kind === 'function' || isPlain(value))
      absent = true;
    else if (value.kind === 'request') hidden ??= REQUEST;
    else if (value === MORE) absent = true;
    else if (value.kind === 'unknown') hidden ??= value.why;
    else hidden ??= value.kind === 'param' ? `the parameter ${value.node.name.getText()}` : 'a value from outside';
  }
  return { found, absent, hidden, ...(node === undefined ? {} : { node }) };
}

/**
 * What is done with the variable that holds an object, use by use.
 * @param pick what a use is, or undefined; asked before the use is resolved, which costs more
 */
function usesWith<T extends ts.Node>(ev: Evaluator, { holder }: ObjectValue, pick: (use: ts.Identifier) => T | undefined): T[] {
  if (holder === undefined || !tsc.isIdentifier(holder.name)) return [];
  return ev.program.identifiers(ev.program.unitOf(holder), holder.name.text).flatMap(use => {
    const picked = pick(use);
    if (picked === undefined) return [];
    const binding = resolve(use);
    return binding?.kind === 'variable' && binding.node === holder ? [picked] : [];
  });
}

function memberAssignments(ev: Evaluator, value: ObjectValue, name: string): ts.BinaryExpression[] {
  return usesWith(ev, value, use => {
    const access = use.parent;
    const named =
      (tsc.isPropertyAccessExpression(access) && access.expression === use && access.name.text === name) ||
      (tsc.isElementAccessExpression(access) &&
        access.expression === use &&
        tsc.isStringLiteralLike(access.argumentExpression) &&
        access.argumentExpression.text === name);
    if (!named) return undefined;
    const assignment = access.parent;
    return tsc.isBinaryExpression(assignment) && assignment.left === access && isAssignment(assignment.operatorToken.kind)
      ? assignment
      : undefined;
  });
}

/** What is merged into an object after it was made: `Object.assign(options, more)`, Python's `options.update(more)`. */
function updatesOf(ev: Evaluator, value: ObjectValue): ts.CallExpression[] {
  return usesWith(ev, value, use => {
    const { parent } = use;
    const access = tsc.isPropertyAccessExpression(parent) && parent.expression === use && parent.name.text === 'update' && isPython(use);
    const call = access ? parent.parent : parent;
    if (!tsc.isCallExpression(call)) return undefined;
    const merges = access
      ? call.expression === parent && call.arguments.length === 1
      : call.arguments[0] === use && call.arguments.length === 2 && call.expression.getText() === 'Object.assign';
    return merges ? call : undefined;
  });
}

/** Is the member taken out of the object on some way: `delete options.limit`, `options.pop("limit")`? */
function isTakenOut(ev: Evaluator, value: ObjectValue, name: string): boolean {
  const takings = usesWith(ev, value, use => {
    const access = use.parent;
    if (!(tsc.isPropertyAccessExpression(access) || tsc.isElementAccessExpression(access)) || access.expression !== use) return undefined;
    const key = tsc.isPropertyAccessExpression(access) ? access.name : access.argumentExpression;
    const { parent } = access;
    const [first] = tsc.isCallExpression(parent) && parent.expression === access ? parent.arguments : [];
    const taken = tsc.isDeleteExpression(parent)
      ? key.getText().replace(/^['"]|['"]$/g, '') === name
      : first !== undefined && key.getText() === 'pop' && tsc.isStringLiteralLike(first) && first.text === name;
    return taken ? access : undefined;
  });
  return takings.length > 0;
}

/** Do assignments reach the object on every way: one outside any condition, or one in each branch of an if? */
function always(assignments: readonly ts.Node[], holder: ts.Node): boolean {
  const scope = blockOf(holder);
  return assignments.some(assignment => {
    const block = blockOf(assignment);
    if (block === scope) return !tsc.isIfStatement(assignment.parent.parent) && assignment.pos > holder.pos;
    const branch = branchOf(assignment);
    return (
      branch !== undefined &&
      blockOf(branch.statement) === scope &&
      assignments.some(
        other => other !== assignment && branchOf(other)?.statement === branch.statement && branchOf(other)?.first !== branch.first,
      )
    );
  });
}

function blockOf(node: ts.Node): ts.Node | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent) if (tsc.isBlock(up) || tsc.isSourceFile(up)) return up;
  return undefined;
}

function branchOf(node: ts.Node): { statement: ts.IfStatement; first: boolean } | undefined {
  for (let child = node, up = node.parent; up !== undefined; child = up, up = up.parent) {
    if (tsc.isIfStatement(up)) return { statement: up, first: up.thenStatement === child };
    if (tsc.isBlock(up) && !tsc.isIfStatement(up.parent)) return undefined;
  }
  return undefined;
}

/** A parameter that is declared as a text, a number or a list can hold no options, nor can a variable of the environment. */
function isPlain(value: Value): boolean {
  if (value.kind === 'foreign') return value.package === '' && /^process\.env\.[^.]+$/.test(foreignPath(value));
  if (value.kind !== 'param' || value.path.length > 0 || value.node.type === undefined) return false;
  const type = value.node.type;
  return (
    type.kind === tsc.SyntaxKind.StringKeyword ||
    type.kind === tsc.SyntaxKind.NumberKeyword ||
    type.kind === tsc.SyntaxKind.BooleanKeyword ||
    tsc.isArrayTypeNode(type)
  );
}
