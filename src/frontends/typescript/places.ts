// From a syntax node to a place in the report, and to the short name of what encloses it.
import type { ts } from 'ts-morph';
import type { Location } from '../../core/index.ts';
import { tsc } from './compiler.ts';
import { isFunctionNode } from './scope.ts';
import { propertyName } from './syntax.ts';

/** Where a node stands. `start` moves the first line to a token inside it, such as the called name. */
export function placeOf(node: ts.Node, start: ts.Node = node): Location {
  const file = node.getSourceFile();
  const from = file.getLineAndCharacterOfPosition(start.getStart(file));
  const to = file.getLineAndCharacterOfPosition(node.getEnd());
  const symbol = symbolOf(node);
  return {
    file: file.fileName,
    line: from.line + 1,
    endLine: to.line + 1,
    column: from.character + 1,
    ...(symbol === undefined ? {} : { symbol }),
  };
}

/** The names of the functions and classes around a node: `ChatService.reply`. */
export function symbolOf(node: ts.Node): string | undefined {
  const names: string[] = [];
  for (let up: ts.Node | undefined = node.parent; up !== undefined; up = up.parent) {
    if (tsc.isClassLike(up)) names.unshift(up.name?.text ?? 'class');
    else if (isFunctionNode(up)) {
      const name = functionName(up);
      if (name !== undefined) names.unshift(name);
    }
  }
  return names.length === 0 ? undefined : names.slice(-3).join('.');
}

function functionName(fn: ts.SignatureDeclaration): string | undefined {
  if (tsc.isConstructorDeclaration(fn)) return 'constructor';
  if (fn.name !== undefined && tsc.isIdentifier(fn.name)) return fn.name.text;
  const parent = fn.parent;
  if (tsc.isMethodDeclaration(fn)) return propertyName(fn);
  if (tsc.isVariableDeclaration(parent) && tsc.isIdentifier(parent.name)) return parent.name.text;
  if (tsc.isPropertyAssignment(parent) || tsc.isPropertyDeclaration(parent)) return propertyName(parent);
  if (tsc.isBinaryExpression(parent) && tsc.isPropertyAccessExpression(parent.left)) return parent.left.name.text;
  return undefined;
}
