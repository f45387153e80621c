// What a request is called, and where it stands: the handler's name, the call that registers it, or the file.
import type { ts } from 'ts-morph';
import type { Location } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import type { Scope } from '../paths/paths.ts';
import { placeOf } from '../places.ts';

/** Where a scope begins: its name, or the file. */
export function entryPlace(scope: Scope): Location {
  if (tsc.isSourceFile(scope)) return { file: scope.fileName, line: 1 };
  const name = nameNode(scope);
  return name === undefined ? placeOf(scope) : { ...placeOf(scope, name), symbol: nameOf(scope) };
}

export function nameNode(scope: FunctionNode): ts.Node | undefined {
  if (scope.name !== undefined) return scope.name;
  const { parent } = scope;
  return tsc.isVariableDeclaration(parent) || tsc.isPropertyAssignment(parent) || tsc.isPropertyDeclaration(parent)
    ? parent.name
    : undefined;
}

/** `app.post`, `client….action`: the first and the last name of a callee. */
export function nameOfCallee(callee: ts.Expression): string {
  if (!tsc.isPropertyAccessExpression(callee)) return tsc.isIdentifier(callee) ? callee.text : '…';
  let first: ts.Expression = callee.expression;
  while (tsc.isPropertyAccessExpression(first) || tsc.isCallExpression(first)) first = first.expression;
  const direct = callee.expression === first || tsc.isPropertyAccessExpression(callee.expression);
  return `${tsc.isIdentifier(first) ? first.text : first.kind === tsc.SyntaxKind.ThisKeyword ? 'this' : ''}${direct ? '' : '…'}.${callee.name.text}`;
}

export function nameOf(scope: Scope): string {
  if (tsc.isSourceFile(scope)) return 'the program';
  return nameNode(scope)?.getText().replace(/\s+/g, ' ').slice(0, 80) ?? 'a function without a name';
}
