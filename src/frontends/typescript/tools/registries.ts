// Registries of a program's own: `tools.map(t => ({ name: t.name, input_schema: t.schema }))` over objects that only a type tells of.
// The tools are the objects and classes of that type.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { ancestorsOf } from '../evaluator/hierarchy.ts';
import type { Value } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingClass, isFunctionNode, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';

type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration;

const MOST_FILES = 120;
const WRAPPERS = new Set(['Array', 'ReadonlyArray', 'Set', 'ReadonlySet', 'Promise', 'Iterable', 'Partial', 'Readonly']);
const TABLES = new Set(['Map', 'ReadonlyMap', 'Record']);
const SAME = new Set(['values', 'filter', 'slice', 'sort', 'concat', 'flat', 'get', 'find', 'from', 'entries', 'map']);

export class Registries {
  readonly #reading: Reading;
  readonly #done = new Set<Declaration>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** What declares the type of an expression, or of the items of the list that it is taken from. */
  declaring(node: ts.Expression): readonly Declaration[] {
    return this.#typesOf(node, 0).flatMap(type => this.#declared(type));
  }

  /** The objects and classes of the type that an expression has by its declaration, each type once. */
  behind(node: ts.Expression): readonly Value[] {
    return this.declaring(node).flatMap(declaration => {
      if (this.#done.has(declaration)) return [];
      this.#done.add(declaration);
      return this.#implementers(declaration);
    });
  }

  /** The written types of an expression, or of the list that it is an item of. */
  #typesOf(node: ts.Expression | undefined, depth: number): readonly ts.TypeNode[] {
    const inner = strip(node);
    if (inner === undefined || depth > 8) return [];
    this.#reading.ev.budget.step();
    const next = (n: ts.Expression | undefined): readonly ts.TypeNode[] => this.#typesOf(n, depth + 1);
    if (tsc.isIdentifier(inner)) return this.#typesOfName(inner, next);
    if (tsc.isCallExpression(inner)) {
      const callee = inner.expression;
      const own = this.#reading.ev.values(callee).flatMap(v => (v.kind === 'function' && v.node.type !== undefined ? [v.node.type] : []));
      if (own.length > 0) return own;
      if (tsc.isPropertyAccessExpression(callee) && SAME.has(callee.name.text))
        return callee.expression.getText() === 'Array' || callee.expression.getText() === 'Object'
          ? next(inner.arguments[0])
          : next(callee.expression);
      return [];
    }
    if (tsc.isNewExpression(inner)) return inner.typeArguments === undefined ? [] : [...inner.typeArguments].slice(-1);
    if (tsc.isArrayLiteralExpression(inner)) return inner.elements.flatMap(e => (tsc.isSpreadElement(e) ? next(e.expression) : []));
    if (tsc.isElementAccessExpression(inner)) return next(inner.expression);
    if (tsc.isPropertyAccessExpression(inner)) return this.#typesOfMember(inner, next);
    return [];
  }

  #typesOfName(name: ts.Identifier, next: (n: ts.Expression | undefined) => readonly ts.TypeNode[]): readonly ts.TypeNode[] {
    const binding = resolve(name);
    if (binding?.kind === 'parameter') {
      if (binding.node.type !== undefined && binding.element === undefined) return [binding.node.type];
      const call = binding.node.parent.parent;
      return tsc.isCallExpression(call) && tsc.isPropertyAccessExpression(call.expression) && isFunctionNode(binding.node.parent)
        ? next(call.expression.expression)
        : [];
    }
    if (binding?.kind !== 'variable') return [];
    if (binding.node.type !== undefined) return [binding.node.type];
    const list = binding.node.parent.parent;
    return tsc.isForOfStatement(list) ? next(list.expression) : next(binding.node.initializer);
  }

  #typesOfMember(
    node: ts.PropertyAccessExpression,
    next: (n: ts.Expression | undefined) => readonly ts.TypeNode[],
  ): readonly ts.TypeNode[] {
    if (node.expression.kind !== tsc.SyntaxKind.ThisKeyword) return [];
    const owner = enclosingClass(node);
    for (const member of owner?.members ?? []) {
      if (tsc.isPropertyDeclaration(member) && propertyName(member) === node.name.text)
        return member.type !== undefined ? [member.type] : next(member.initializer);
      if (!tsc.isConstructorDeclaration(member)) continue;
      const parameter = member.parameters.find(p => tsc.isIdentifier(p.name) && p.name.text === node.name.text);
      if (parameter?.type !== undefined) return [parameter.type];
    }
    return [];
  }

  /** The declarations in the repository that a type names, through lists, tables and promises. */
  #declared(type: ts.TypeNode, depth = 0): readonly Declaration[] {
    if (depth > 5) return [];
    if (tsc.isArrayTypeNode(type)) return this.#declared(type.elementType, depth + 1);
    if (tsc.isTypeOperatorNode(type) || tsc.isParenthesizedTypeNode(type)) return this.#declared(type.type, depth + 1);
    if (tsc.isUnionTypeNode(type)) return type.types.flatMap(t => this.#declared(t, depth + 1));
    if (!tsc.isTypeReferenceNode(type) || !tsc.isIdentifier(type.typeName)) return [];
    const name = type.typeName.text;
    const [first, second] = type.typeArguments ?? [];
    if (WRAPPERS.has(name) && first !== undefined) return this.#declared(first, depth + 1);
    if (TABLES.has(name) && second !== undefined) return this.#declared(second, depth + 1);
    return this.#named(this.#reading.program.unitOf(type), name, 0);
  }

  #named(unit: Unit, name: string, hops: number): readonly Declaration[] {
    if (hops > 6) return [];
    for (const statement of unit.ast.statements)
      if (
        (tsc.isInterfaceDeclaration(statement) || tsc.isTypeAliasDeclaration(statement) || tsc.isClassDeclaration(statement)) &&
        statement.name?.text === name
      )
        return [statement];
    const imported = unit.imports.get(name);
    const exported = unit.exports.get(name);
    const from = imported ?? (exported?.kind === 'from' ? exported : undefined);
    const specifiers = from === undefined ? unit.stars : [from.specifier];
    for (const specifier of specifiers) {
      const target = this.#reading.inventory.resolveImport(unit.file, specifier);
      const next = target === undefined ? undefined : this.#reading.program.unit(target);
      const found = next === undefined ? [] : this.#named(next, from?.name ?? name, hops + 1);
      if (found.length > 0) return found;
    }
    return [];
  }

  #implementers(declaration: Declaration): readonly Value[] {
    const name = declaration.name?.text;
    if (name === undefined) return [];
    const out = new Map<ts.Node, Value>();
    for (const file of this.#users(declaration.getSourceFile().fileName, name)) {
      const unit = this.#reading.program.unit(file);
      if (unit === undefined || this.#reading.inventory.roleOf(file) !== 'production') continue;
      for (const id of unit.names.get(name) ?? []) {
        const value = this.#typed(id.parent) ?? this.#subclass(id.parent, declaration);
        if (value?.kind === 'object') out.set(value.node, value);
        else if (value?.kind === 'instance') out.set(value.of, value);
      }
    }
    return [...out.values()];
  }

  /** `const read: Tool = { ... }`, `{ ... } satisfies Tool`, `(): Tool => ({ ... })`. */
  #typed(type: ts.Node): Value | undefined {
    if (!tsc.isTypeReferenceNode(type)) return undefined;
    const holder = type.parent;
    const object = (node: ts.Expression | undefined): Value | undefined => {
      const inner = strip(node);
      return inner !== undefined && tsc.isObjectLiteralExpression(inner) ? { kind: 'object', node: inner, frame: undefined } : undefined;
    };
    if (tsc.isVariableDeclaration(holder)) return object(holder.initializer);
    if (tsc.isSatisfiesExpression(holder) || tsc.isAsExpression(holder)) return object(holder.expression);
    if (isFunctionNode(holder) && holder.type === type)
      return this.#reading.ev
        .returnsOf(holder)
        .map(r => object(r))
        .find(v => v !== undefined);
    return undefined;
  }

  /** A class that stands below the type and can be made. */
  #subclass(clause: ts.Node, declaration: Declaration): Value | undefined {
    if (!tsc.isExpressionWithTypeArguments(clause) || !tsc.isClassDeclaration(clause.parent.parent)) return undefined;
    const owner = clause.parent.parent;
    if (!ancestorsOf(this.#reading.ev, owner).has(declaration) && !tsc.isTypeAliasDeclaration(declaration)) return undefined;
    const abstract = tsc.getModifiers(owner)?.some(m => m.kind === tsc.SyntaxKind.AbstractKeyword) === true;
    return abstract ? undefined : { kind: 'instance', of: owner, args: undefined, frame: undefined };
  }

  /** The files that may name a type: its own, its importers, theirs. */
  #users(file: string, name: string): readonly string[] {
    const seen = new Set([file]);
    let ring = [file];
    for (let depth = 0; depth < 4 && ring.length > 0 && seen.size < MOST_FILES * 6; depth++) {
      ring = ring.flatMap(f => this.#reading.index.importersOf(f)).filter(f => !seen.has(f));
      for (const f of ring) seen.add(f);
    }
    return [...seen]
      .filter(f => this.#reading.program.mentions(f, name))
      .sort()
      .slice(0, MOST_FILES);
  }
}
