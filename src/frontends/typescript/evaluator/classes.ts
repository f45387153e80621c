// Members of classes of the repository: fields, what constructors and methods assign, parameter properties, base classes.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { walk } from '../program.ts';
import { propertyName } from '../syntax.ts';
import type { Evaluator, Values } from './evaluate.ts';
import { given, keywordLazies } from './keywords.ts';
import { typeValue } from './types.ts';
import { type Frame, type Lazy, UNDEFINED, understood, unknownValue, type Value } from './values.ts';

type Instance = Extract<Value, { kind: 'instance' }>;

/** What `instance.name` may be. */
export function classMember(ev: Evaluator, instance: Instance, name: string): Values {
  ev.budget.step();
  const frame = frameOf(instance);
  const out: Value[] = [];
  let typed: ts.TypeNode | undefined;
  for (const member of instance.of.members) {
    if (propertyName(member) !== name || isStatic(member)) continue;
    if (tsc.isMethodDeclaration(member)) return [{ kind: 'function', node: member, frame, self: instance }];
    if (tsc.isGetAccessorDeclaration(member)) return ev.returned(member, [], frame, instance);
    if (tsc.isPropertyDeclaration(member)) {
      typed = member.type;
      if (member.initializer !== undefined) out.push(...ev.values(member.initializer, frame));
    }
  }
  const own = constructorOf(instance.of);
  const property = own?.parameters.find(
    p => tsc.isParameterPropertyDeclaration(p, own) && tsc.isIdentifier(p.name) && p.name.text === name,
  );
  if (property !== undefined && tsc.isIdentifier(property.name)) {
    typed ??= property.type;
    const given = frame.params.get(property);
    if (given !== undefined && given.length > 0) out.push(...ev.lazy(given));
    else out.push(...ev.values(property.name, frame));
  }
  for (const assigned of assignmentsOf(instance.of).get(name) ?? []) out.push(...ev.values(assigned, frame));
  const told = out.length > 1 ? out.filter(v => v !== UNDEFINED && !(v.kind === 'literal' && v.value === null)) : out;
  if (told.some(understood)) return told;
  if (typed !== undefined) {
    const value = typeValue(ev, ev.program.unitOf(instance.of), typed);
    if (value !== undefined) return [value];
  }
  if (told.length > 0) return told;
  const base = baseMember(ev, instance, name);
  if (base !== undefined) return base;
  return typed === undefined ? [unknownValue(`no member ${name} was found`)] : [unknownValue(`the field ${name} is set elsewhere`)];
}

/** What `Class.name` may be. */
export function staticMember(ev: Evaluator, node: ts.ClassLikeDeclaration, name: string): Values {
  ev.budget.step();
  for (const member of node.members) {
    if (propertyName(member) !== name || !isStatic(member)) continue;
    if (tsc.isMethodDeclaration(member))
      return [{ kind: 'function', node: member, frame: undefined, self: { kind: 'class', node, frame: undefined } }];
    if (tsc.isGetAccessorDeclaration(member)) return ev.returned(member, [], undefined, { kind: 'class', node, frame: undefined });
    if (tsc.isPropertyDeclaration(member)) {
      const out: Value[] = member.initializer === undefined ? [] : [...ev.values(member.initializer)];
      for (const assigned of assignmentsOf(node).get(name) ?? []) out.push(...ev.values(assigned));
      if (out.some(understood)) return out;
      const typed = member.type === undefined ? undefined : typeValue(ev, ev.program.unitOf(node), member.type);
      return typed === undefined ? [unknownValue('a static field')] : [typed];
    }
  }
  const base = heritage(node);
  if (base === undefined || ev.underWay.has(node)) return [unknownValue(`no static member ${name}`)];
  ev.underWay.add(node);
  try {
    return ev.member(ev.values(base), name);
  } finally {
    ev.underWay.delete(node);
  }
}

/** The class's own constructor, if it writes one. */
export function constructorOf(node: ts.ClassLikeDeclaration): ts.ConstructorDeclaration | undefined {
  return node.members.find((m): m is ts.ConstructorDeclaration => tsc.isConstructorDeclaration(m) && m.body !== undefined);
}

function frameOf(instance: Instance): Frame {
  const params = new Map<ts.ParameterDeclaration, readonly Lazy[]>(instance.frame?.params);
  const own = constructorOf(instance.of);
  if (instance.args !== undefined) {
    const args = instance.args;
    const named = keywordLazies(args.at(-1));
    const each = args.map(arg => [arg]);
    own?.parameters.forEach((parameter, i) => {
      params.set(parameter, given(parameter, i, each, named));
    });
  }
  return { params, self: instance, depth: (instance.frame?.depth ?? 0) + 1 };
}

function baseMember(ev: Evaluator, instance: Instance, name: string): Values | undefined {
  // Classes that extend each other in a circle have no base.
  if (ev.underWay.has(instance.of)) return undefined;
  ev.underWay.add(instance.of);
  try {
    return inherited(ev, instance, name);
  } finally {
    ev.underWay.delete(instance.of);
  }
}

function inherited(ev: Evaluator, instance: Instance, name: string): Values | undefined {
  const base = heritage(instance.of);
  if (base === undefined) return undefined;
  const frame = frameOf(instance);
  const superCall = superCallOf(instance.of);
  const out = ev.values(base).flatMap((value): Values => {
    if (value.kind === 'class') {
      const args = superCall === undefined ? instance.args : superCall.arguments.map(node => ({ node, frame }));
      return classMember(ev, { kind: 'instance', of: value.node, args, frame: superCall === undefined ? instance.frame : frame }, name);
    }
    if (value.kind !== 'foreign') return [];
    const args = superCall?.arguments ?? instance.args?.map(a => a.node);
    const step = { kind: 'new', args, frame: superCall === undefined ? instance.frame : frame, node: instance.of } as const;
    return [{ ...value, steps: [...value.steps, step, { kind: 'member', name }] }];
  });
  return out.length === 0 ? undefined : out;
}

/** The expression after `extends`. */
export function heritage(node: ts.ClassLikeDeclaration): ts.Expression | undefined {
  return node.heritageClauses?.find(clause => clause.token === tsc.SyntaxKind.ExtendsKeyword)?.types[0]?.expression;
}

function superCallOf(node: ts.ClassLikeDeclaration): ts.CallExpression | undefined {
  const body = constructorOf(node)?.body;
  for (const statement of body?.statements ?? []) {
    if (
      tsc.isExpressionStatement(statement) &&
      tsc.isCallExpression(statement.expression) &&
      statement.expression.expression.kind === tsc.SyntaxKind.SuperKeyword
    )
      return statement.expression;
  }
  return undefined;
}

const assignments = new WeakMap<ts.ClassLikeDeclaration, ReadonlyMap<string, readonly ts.Expression[]>>();

/** What the methods of a class assign to `this.name` (or `Class.name`), by name. */
function assignmentsOf(node: ts.ClassLikeDeclaration): ReadonlyMap<string, readonly ts.Expression[]> {
  const known = assignments.get(node);
  if (known !== undefined) return known;
  const out = new Map<string, ts.Expression[]>();
  for (const member of node.members) {
    walk(member, inner => {
      if (!tsc.isBinaryExpression(inner) || !tsc.isPropertyAccessExpression(inner.left)) return;
      const kind = inner.operatorToken.kind;
      if (
        kind !== tsc.SyntaxKind.EqualsToken &&
        kind !== tsc.SyntaxKind.QuestionQuestionEqualsToken &&
        kind !== tsc.SyntaxKind.BarBarEqualsToken
      )
        return;
      const owner = inner.left.expression;
      if (owner.kind !== tsc.SyntaxKind.ThisKeyword && !(tsc.isIdentifier(owner) && owner.text === node.name?.text)) return;
      const name = inner.left.name.text;
      const list = out.get(name);
      if (list === undefined) out.set(name, [inner.right]);
      else list.push(inner.right);
    });
  }
  assignments.set(node, out);
  return out;
}

function isStatic(member: ts.ClassElement): boolean {
  return tsc.canHaveModifiers(member) && (tsc.getModifiers(member)?.some(m => m.kind === tsc.SyntaxKind.StaticKeyword) ?? false);
}
