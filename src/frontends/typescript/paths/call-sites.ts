// Where a call stands: inside which function, how a function is held, who calls a parameter.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';

/** Is the child the part of a loop that runs each round? */
export function repeats(loop: ts.Node, child: ts.Node): boolean {
  if (tsc.isForStatement(loop)) return child !== loop.initializer;
  if (tsc.isForOfStatement(loop) || tsc.isForInStatement(loop)) return child === loop.statement;
  return true;
}

export function isInlineFunction(fn: FunctionNode): boolean {
  return (tsc.isArrowFunction(fn) || tsc.isFunctionExpression(fn)) && !tsc.isVariableDeclaration(fn.parent);
}

/** A component that is drawn, or a handler in an attribute: neither runs as often as the list around it has items. */
export function isJsx(node: ts.Node): boolean {
  return tsc.isJsxExpression(node) || tsc.isJsxOpeningElement(node) || tsc.isJsxSelfClosingElement(node) || tsc.isJsxClosingElement(node);
}

export function isWithin(node: ts.Node, fn: ts.Node): boolean {
  for (let up: ts.Node | undefined = node; up !== undefined; up = up.parent) if (up === fn) return true;
  return false;
}

/** Does a node stand in one of these? */
export function isInside(node: ts.Node, holders: ReadonlySet<ts.Node>): boolean {
  for (let up: ts.Node | undefined = node; up !== undefined; up = up.parent) if (holders.has(up)) return true;
  return false;
}

/** The function of the chain that a node stands in, if any: calling it closes a cycle. */
export function callerIn(node: ts.Node, stack: readonly FunctionNode[]): FunctionNode | undefined {
  for (let up: ts.Node | undefined = node.parent; up !== undefined; up = up.parent) {
    const hit = stack.find(fn => fn === up);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

export function isExported(fn: FunctionNode): boolean {
  const holder = tsc.isFunctionDeclaration(fn)
    ? fn
    : tsc.isVariableDeclaration(fn.parent)
      ? fn.parent.parent.parent
      : tsc.isExportAssignment(fn.parent)
        ? fn.parent
        : undefined;
  if (holder === undefined) return false;
  return (
    tsc.isExportAssignment(holder) ||
    (tsc.canHaveModifiers(holder) && (tsc.getModifiers(holder)?.some(m => m.kind === tsc.SyntaxKind.ExportKeyword) ?? false))
  );
}

/** Calls of a parameter inside a function, and calls that hand the parameter on. */
export function parameterCalls(ev: Evaluator, fn: FunctionNode, index: number): ts.CallExpression[] {
  const parameter = fn.parameters[index];
  if (parameter === undefined || fn.body === undefined || !tsc.isIdentifier(parameter.name)) return [];
  const name = parameter.name.text;
  return ev.program.identifiers(ev.program.unitOf(fn), name).flatMap(id => {
    if (!isWithin(id, fn) || !tsc.isCallExpression(id.parent)) return [];
    return [id.parent];
  });
}
