// What is put into the fields of an object after it was made: `state.last = answer`, `fields.update(text=answer)`, `setattr(state, "last", x)`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Program } from '../program.ts';
import { resolve } from '../scope.ts';
import { propertyName, propertyValue } from '../syntax.ts';

export interface FieldWrite {
  /** undefined: which one only a run knows. */
  readonly field: string | undefined;
  readonly value: ts.Expression;
}

const MOST = 200;

/** What is put into an object that a variable holds, in the file of its declaration. */
export function writesInto(program: Program, declaration: ts.VariableDeclaration): readonly FieldWrite[] {
  if (!tsc.isIdentifier(declaration.name)) return [];
  const { text } = declaration.name;
  return program
    .identifiers(program.unitOf(declaration), text)
    .slice(0, MOST)
    .flatMap(id => {
      if (id === declaration.name) return [];
      const binding = resolve(id);
      return binding?.kind === 'variable' && binding.node === declaration ? intoObject(id) : [];
    });
}

/** What an expression that stands for an object is given at its place. */
export function intoObject(object: ts.Expression): readonly FieldWrite[] {
  const { parent } = object;
  const access = tsc.isPropertyAccessExpression(parent) || tsc.isElementAccessExpression(parent) ? parent : undefined;
  if (access !== undefined && access.expression === object) {
    const field = tsc.isPropertyAccessExpression(access)
      ? access.name.text
      : tsc.isStringLiteralLike(access.argumentExpression)
        ? access.argumentExpression.text
        : undefined;
    const value = assignedTo(access);
    if (value !== undefined) return [{ field, value }];
    const call = access.parent;
    if (!tsc.isCallExpression(call) || call.expression !== access) return [];
    return field === 'update' ? call.arguments.flatMap(merged) : [];
  }
  if (!tsc.isCallExpression(parent) || parent.arguments[0] !== object) return [];
  const [, second, third] = parent.arguments;
  const callee = parent.expression.getText();
  if (callee === 'Object.assign') return parent.arguments.slice(1).flatMap(merged);
  if (callee !== 'setattr' || second === undefined || third === undefined) return [];
  return [{ field: tsc.isStringLiteralLike(second) ? second.text : undefined, value: third }];
}

function merged(arg: ts.Expression): readonly FieldWrite[] {
  if (!tsc.isObjectLiteralExpression(arg)) return [{ field: undefined, value: tsc.isSpreadElement(arg) ? arg.expression : arg }];
  return arg.properties.flatMap((property): readonly FieldWrite[] => {
    if (tsc.isSpreadAssignment(property)) return [{ field: undefined, value: property.expression }];
    const value = propertyValue(property);
    return value === undefined ? [] : [{ field: propertyName(property), value }];
  });
}

/** The value of `target = value`. */
export function assignedTo(target: ts.Expression): ts.Expression | undefined {
  const { parent } = target;
  return tsc.isBinaryExpression(parent) && parent.left === target && parent.operatorToken.kind === tsc.SyntaxKind.EqualsToken
    ? parent.right
    : undefined;
}

/** What is put into a member of this name in some files, by anybody but the object itself, with the object that it is put into. */
export function memberWrites(
  program: Program,
  files: readonly string[],
  name: string,
): readonly { readonly object: ts.Expression; readonly value: ts.Expression }[] {
  const out: { object: ts.Expression; value: ts.Expression }[] = [];
  for (const file of files) {
    const unit = program.mentions(file, name) ? program.unit(file) : undefined;
    if (unit === undefined) continue;
    for (const id of program.identifiers(unit, name).slice(0, MOST)) {
      const { parent } = id;
      if (tsc.isPropertyAccessExpression(parent) && parent.name === id && parent.expression.kind !== tsc.SyntaxKind.ThisKeyword) {
        const value = assignedTo(parent);
        if (value !== undefined) out.push({ object: parent.expression, value });
      }
      // `Object.assign(state, { last: answer })`
      const call = tsc.isPropertyAssignment(parent) || tsc.isShorthandPropertyAssignment(parent) ? parent.parent.parent : undefined;
      const [object] = call !== undefined && tsc.isCallExpression(call) ? call.arguments : [];
      if (object !== undefined && object !== parent.parent)
        out.push(...intoObject(object).flatMap(one => (one.field === name ? [{ object, value: one.value }] : [])));
    }
    for (const id of program.identifiers(unit, 'setattr').slice(0, MOST)) {
      const [object] = tsc.isCallExpression(id.parent) && id.parent.expression === id ? id.parent.arguments : [];
      for (const { field, value } of object === undefined ? [] : intoObject(object))
        if (object !== undefined && (field === undefined || field === name)) out.push({ object, value });
    }
  }
  return out;
}
