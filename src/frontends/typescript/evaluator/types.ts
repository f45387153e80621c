// What a type annotation tells when the value itself cannot be followed: `constructor(private readonly client: OpenAI)`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Unit } from '../program.ts';
import type { Evaluator } from './evaluate.ts';
import type { Frame, Value } from './values.ts';

/** The value that a type promises: an object of a package's class, or of a class of the repository. Its options are not seen. */
export function typeValue(ev: Evaluator, unit: Unit, type: ts.TypeNode): Value | undefined {
  // A type may mean itself, by way of another.
  if (ev.underWay.has(type)) return undefined;
  ev.underWay.add(type);
  try {
    return meant(ev, unit, type);
  } finally {
    ev.underWay.delete(type);
  }
}

function meant(ev: Evaluator, unit: Unit, type: ts.TypeNode): Value | undefined {
  ev.budget.step();
  if (tsc.isUnionTypeNode(type) || tsc.isIntersectionTypeNode(type)) {
    for (const part of type.types) {
      const value = typeValue(ev, unit, part);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  if (tsc.isParenthesizedTypeNode(type)) return typeValue(ev, unit, type.type);
  if (tsc.isTypeLiteralNode(type)) return { kind: 'shape', node: type };
  // `typeof Handler`: the class itself, of which somebody makes an object.
  if (tsc.isTypeQueryNode(type) && tsc.isIdentifier(type.exprName)) return ev.values(type.exprName).find(value => value.kind === 'class');
  if (!tsc.isTypeReferenceNode(type)) return undefined;
  const names = entityNames(type.typeName);
  const first = names[0];
  if (first === undefined) return undefined;
  const argument = type.typeArguments?.[0];
  if (names.length === 1 && (first === 'Promise' || first === 'Awaited' || first === 'Readonly') && argument !== undefined)
    return typeValue(ev, unit, argument);
  if (
    names.length === 1 &&
    first === 'ReturnType' &&
    argument !== undefined &&
    tsc.isTypeQueryNode(argument) &&
    tsc.isIdentifier(argument.exprName)
  ) {
    return ev.values(argument.exprName).flatMap(v => (v.kind === 'function' ? ev.returned(v.node, [], v.frame, v.self) : []))[0];
  }
  return namedType(ev, unit, names, type);
}

/** What a method returns of which only the signature is seen: `getChat(): Promise<Chat>` of an interface. */
export function promisedValue(ev: Evaluator, callee: ts.Expression, frame: Frame | undefined): Value | undefined {
  if (!tsc.isPropertyAccessExpression(callee)) return undefined;
  for (const value of ev.values(callee.expression, frame)) {
    const member = value.kind === 'shape' ? memberNamed(value.node, callee.name.text) : undefined;
    const promised = member === undefined ? undefined : returnOf(ev, member);
    if (promised !== undefined) return promised;
  }
  return undefined;
}

/** The member of a type by its name. */
export function memberNamed(type: ts.InterfaceDeclaration | ts.TypeLiteralNode, name: string): ts.TypeElement | undefined {
  return type.members.find(one => one.name !== undefined && tsc.isIdentifier(one.name) && one.name.text === name);
}

/** What a member of a type returns when it is called, by its signature. */
export function returnOf(ev: Evaluator, member: ts.TypeElement): Value | undefined {
  const signature = tsc.isPropertySignature(member) ? member.type : member;
  const type =
    signature !== undefined && (tsc.isMethodSignature(signature) || tsc.isFunctionTypeNode(signature)) ? signature.type : undefined;
  return type === undefined ? undefined : typeValue(ev, ev.program.unitOf(member), type);
}

/** What a type name of a file means, by its import or its declaration. */
export function namedType(ev: Evaluator, unit: Unit, names: readonly string[], type: ts.Node): Value | undefined {
  const first = names[0] ?? '';
  if (unit.imports.has(first)) {
    const value = ev.imported(unit, first)[0];
    if (value?.kind === 'foreign') {
      const members = names.slice(1).map(name => ({ kind: 'member', name }) as const);
      return { ...value, steps: [...value.steps, ...members, { kind: 'new', args: undefined, frame: undefined, node: type }] };
    }
    if (value?.kind === 'shape' || value?.kind === 'instance') return value;
    return value?.kind === 'class' ? { kind: 'instance', of: value.node, args: undefined, frame: undefined } : undefined;
  }
  for (const statement of unit.ast.statements) {
    if (tsc.isClassDeclaration(statement) && statement.name?.text === first)
      return { kind: 'instance', of: statement, args: undefined, frame: undefined };
    if (tsc.isInterfaceDeclaration(statement) && statement.name.text === first) return { kind: 'shape', node: statement };
    if (tsc.isTypeAliasDeclaration(statement) && statement.name.text === first && statement.type !== type)
      return typeValue(ev, unit, statement.type);
  }
  return undefined;
}

function entityNames(name: ts.EntityName): string[] {
  return tsc.isIdentifier(name) ? [name.text] : [...entityNames(name.left), name.right.text];
}
