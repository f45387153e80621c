// Types whose values cannot hold a conversation: numbers, answers of yes and no, and a choice among words that stand in the code.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { type Program, type Unit, walk } from '../program.ts';
import { resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration | ts.EnumDeclaration;

interface Typed {
  readonly type: ts.TypeNode;
  readonly unit: Unit;
}

const DEEPEST = 5;

/**
 * Is an expression declared to be nothing but numbers, answers and words of the code?
 * @param others what code outside of a class puts into a member of this name; Python checks no types
 */
export function hasPlainType(program: Program, node: ts.Expression, others: (name: string) => readonly ts.Expression[]): boolean {
  const typed = typeOf(program, node, 0);
  const inner = strip(node);
  const member = inner !== undefined && tsc.isPropertyAccessExpression(inner) ? inner : undefined;
  const unsure = member !== undefined && (typed === undefined || isPython(member));
  if (unsure && !others(member.name.text).every(value => isPlainValue(program, value))) return false;
  if (typed !== undefined) return isPlainType(program, typed, 0);
  const owner = member === undefined ? undefined : declarationOf(program, member.expression, 1);
  return owner !== undefined && member !== undefined && isOnlyPlain(program, owner, member.name.text);
}

/** A number, an answer, a word of the code, a length, or what is declared to be one. */
function isPlainValue(program: Program, node: ts.Expression): boolean {
  const inner = strip(node);
  if (inner === undefined) return false;
  if (tsc.isNumericLiteral(inner) || tsc.isStringLiteralLike(inner) || /^(?:true|false|null|undefined)$/.test(inner.getText())) return true;
  if (tsc.isPropertyAccessExpression(inner) && inner.name.text === 'length') return true;
  if (tsc.isBinaryExpression(inner)) return isPlainValue(program, inner.left) && isPlainValue(program, inner.right);
  const typed = typeOf(program, inner, 1);
  return typed !== undefined && isPlainType(program, typed, 1);
}

/** A member without a declaration, as Python's are: is all that its class puts into it plain, as in `this.spent = 0; this.spent += usd`? */
function isOnlyPlain(program: Program, { members }: Declared, name: string): boolean {
  let first = false;
  let all = true;
  for (const member of members)
    walk(member, node => {
      if (!tsc.isBinaryExpression(node) || node.operatorToken.kind < tsc.SyntaxKind.FirstAssignment) return;
      if (node.operatorToken.kind > tsc.SyntaxKind.LastAssignment || !isOwnMember(node.left, name)) return;
      const right = strip(node.right);
      const fixed = right !== undefined && (tsc.isNumericLiteral(right) || /^(?:true|false)$/.test(right.getText()));
      first ||= fixed;
      const typed = right === undefined || fixed ? undefined : typeOf(program, right, 1);
      all &&= fixed || (typed !== undefined && isPlainType(program, typed, 1));
    });
  return first && all;
}

function isOwnMember(left: ts.Expression, name: string): boolean {
  return tsc.isPropertyAccessExpression(left) && left.expression.kind === tsc.SyntaxKind.ThisKeyword && left.name.text === name;
}

/** The type that the code writes for an expression. */
function typeOf(program: Program, node: ts.Expression | undefined, depth: number): Typed | undefined {
  const inner = strip(node);
  if (inner === undefined || depth > DEEPEST) return undefined;
  if (tsc.isPropertyAccessExpression(inner)) {
    const owner = declarationOf(program, inner.expression, depth + 1);
    return owner === undefined ? undefined : memberOf(owner, inner.name.text);
  }
  const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
  if (binding?.kind !== 'variable' && binding?.kind !== 'parameter') return undefined;
  const unit = program.unitOf(inner);
  const { type } = binding.node;
  if (binding.element === undefined) return type === undefined ? undefined : { type, unit };
  const key = binding.element.propertyName ?? binding.element.name;
  const whole = type === undefined ? undefined : declared(program, { type, unit }, depth + 1);
  return whole !== undefined && tsc.isIdentifier(key) && binding.element.parent === binding.node.name
    ? memberOf(whole, key.text)
    : undefined;
}

/** The interface or class that an expression is one of: by its type, or by how it is made. */
function declarationOf(program: Program, node: ts.Expression, depth: number): Declared | undefined {
  const inner = strip(node);
  if (inner === undefined || depth > DEEPEST) return undefined;
  const typed = typeOf(program, inner, depth + 1);
  if (typed !== undefined) return declared(program, typed, depth + 1);
  const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
  const made = binding?.kind === 'variable' && binding.element === undefined ? strip(binding.node.initializer) : undefined;
  if (made === undefined || !tsc.isNewExpression(made) || !tsc.isIdentifier(made.expression)) return undefined;
  return named(program, program.unitOf(made), made.expression.text, 0);
}

interface Declared {
  readonly members: readonly (ts.TypeElement | ts.ClassElement)[];
  readonly unit: Unit;
}

function declared(program: Program, { type, unit }: Typed, depth: number): Declared | undefined {
  if (depth > DEEPEST) return undefined;
  if (tsc.isParenthesizedTypeNode(type)) return declared(program, { type: type.type, unit }, depth + 1);
  if (tsc.isTypeLiteralNode(type)) return { members: [...type.members], unit };
  if (!tsc.isTypeReferenceNode(type) || !tsc.isIdentifier(type.typeName)) return undefined;
  const [argument] = type.typeArguments ?? [];
  if (type.typeName.text === 'Readonly' && argument !== undefined) return declared(program, { type: argument, unit }, depth + 1);
  return named(program, unit, type.typeName.text, depth);
}

function named(program: Program, unit: Unit, name: string, depth: number): Declared | undefined {
  const found = find(program, unit, name, 0);
  if (found === undefined) return undefined;
  const { declaration } = found;
  if (tsc.isInterfaceDeclaration(declaration) || tsc.isClassDeclaration(declaration))
    return { members: [...declaration.members], unit: found.unit };
  return tsc.isTypeAliasDeclaration(declaration) ? declared(program, { type: declaration.type, unit: found.unit }, depth + 1) : undefined;
}

function memberOf({ members, unit }: Declared, name: string): Typed | undefined {
  for (const member of members) {
    const own = tsc.isPropertySignature(member) || tsc.isPropertyDeclaration(member) || tsc.isGetAccessorDeclaration(member);
    if (own && tsc.isIdentifier(member.name) && member.name.text === name)
      return member.type === undefined ? undefined : { type: member.type, unit };
    if (!tsc.isConstructorDeclaration(member)) continue;
    const parameter = member.parameters.find(
      p => tsc.isParameterPropertyDeclaration(p, member) && tsc.isIdentifier(p.name) && p.name.text === name,
    );
    if (parameter?.type !== undefined) return { type: parameter.type, unit };
  }
  return undefined;
}

function isPlainType(program: Program, { type, unit }: Typed, depth: number): boolean {
  if (depth > DEEPEST) return false;
  const K = tsc.SyntaxKind;
  if (type.kind === K.NumberKeyword || type.kind === K.BooleanKeyword || type.kind === K.BigIntKeyword || type.kind === K.UndefinedKeyword)
    return true;
  // A text in a type is a text in the code; a template holds what may be anything.
  if (tsc.isLiteralTypeNode(type)) return true;
  if (tsc.isParenthesizedTypeNode(type)) return isPlainType(program, { type: type.type, unit }, depth + 1);
  if (tsc.isUnionTypeNode(type)) return type.types.every(part => isPlainType(program, { type: part, unit }, depth + 1));
  if (!tsc.isTypeReferenceNode(type) || !tsc.isIdentifier(type.typeName) || type.typeArguments !== undefined) return false;
  const found = find(program, unit, type.typeName.text, 0);
  if (found === undefined) return false;
  if (tsc.isEnumDeclaration(found.declaration)) return true;
  return (
    tsc.isTypeAliasDeclaration(found.declaration) && isPlainType(program, { type: found.declaration.type, unit: found.unit }, depth + 1)
  );
}

/** The declaration that a type name means, here or in the file of the repository that it is imported from. */
function find(
  program: Program,
  unit: Unit,
  name: string,
  hops: number,
): { readonly declaration: Declaration; readonly unit: Unit } | undefined {
  for (const statement of unit.ast.statements)
    if (
      (tsc.isInterfaceDeclaration(statement) ||
        tsc.isTypeAliasDeclaration(statement) ||
        tsc.isClassDeclaration(statement) ||
        tsc.isEnumDeclaration(statement)) &&
      statement.name?.text === name
    )
      return { declaration: statement, unit };
  const imported = unit.imports.get(name);
  const exported = unit.exports.get(name);
  const from = imported ?? (exported?.kind === 'from' ? exported : undefined);
  const file = from === undefined || hops > 4 ? undefined : program.inventory.resolveImport(unit.file, from.specifier);
  const next = file === undefined ? undefined : program.unit(file);
  return next === undefined || from === undefined ? undefined : find(program, next, from.name, hops + 1);
}
