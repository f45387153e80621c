// From a syntax node to a place in the report, and to the short name of what encloses it.
import { ts } from 'ts-morph';
import type { Location } from '../../core/index.ts';
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
    if (ts.isClassLike(up)) names.unshift(up.name?.text ?? 'class');
    else if (isFunctionNode(up)) {
      const name = functionName(up);
      if (name !== undefined) names.unshift(name);
    }
  }
  return names.length === 0 ? undefined : names.slice(-3).join('.');
}

function functionName(fn: ts.SignatureDeclaration): string | undefined {
  if (ts.isConstructorDeclaration(fn)) return 'constructor';
  if (fn.name !== undefined && ts.isIdentifier(fn.name)) return fn.name.text;
  const parent = fn.parent;
  if (ts.isMethodDeclaration(fn)) return propertyName(fn);
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return propertyName(parent);
  if (ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left)) return parent.left.name.text;
  return undefined;
}
