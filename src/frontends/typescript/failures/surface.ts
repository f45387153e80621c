// Where the failure of a promise or a stream comes up: at an await, in a loop over it, at whoever gets it, or nowhere.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { failsAtOnce } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { boundNames } from '../program.ts';
import { isFunctionNode, isSameBinding, resolve } from '../scope.ts';
import { isMemberName } from '../syntax.ts';

export type Surface =
  /** It is thrown here. */
  | { readonly kind: 'thrown'; readonly node: ts.Node; readonly member?: string }
  /** It is handed to the caller of the function. */
  | { readonly kind: 'returned'; readonly node: ts.Node }
  /** A function that is given it: `.catch(handler)`. What that throws comes up at `next`. */
  | { readonly kind: 'handled'; readonly handler: ts.Expression; readonly next: ts.Expression }
  /** A method is called on the result: `stream.toResponse(...)`. */
  | { readonly kind: 'method'; readonly name: string; readonly call: ts.CallExpression }
  /** Collected without being thrown: `Promise.allSettled`. */
  | { readonly kind: 'collected'; readonly node: ts.Node }
  /** Given to a response or another object that reads it later. */
  | { readonly kind: 'sent'; readonly node: ts.Node }
  /** Nobody waits for it. */
  | { readonly kind: 'floating'; readonly node: ts.Node };

const DEEPEST = 12;

/** Follows the promise that an expression makes to where its rejection comes up in the same function. */
export function surfaces(ev: Evaluator, node: ts.Expression): readonly Surface[] {
  // A call that nobody collects fails where it stands.
  if (failsAtOnce(node) && !isCollected(node)) return [thrown(node, undefined)];
  return follow(ev, node, false, new Set());
}

/** Is a call handed to something that runs it later or beside others: `asyncio.gather`, `create_task`? */
function isCollected(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && !isFunctionNode(up) && !tsc.isStatement(up); up = up.parent) {
    if (tsc.isAwaitExpression(up)) return false;
    if (tsc.isCallExpression(up) && up.expression.getText().startsWith('Promise.')) return true;
  }
  return false;
}

/** Follows a stream, or the object that holds one, to where it is read in the same function. */
export function readings(ev: Evaluator, node: ts.Expression): readonly Surface[] {
  return follow(ev, node, true, new Set());
}

function follow(ev: Evaluator, start: ts.Expression, stream: boolean, seen: Set<ts.Node>, member?: string): Surface[] {
  if (seen.has(start) || seen.size > 60) return [];
  seen.add(start);
  let at: ts.Node = start;
  for (let steps = 0; steps < DEEPEST * 3; steps++) {
    const up: ts.Node | undefined = at.parent;
    if (up === undefined) return [];
    if (
      tsc.isParenthesizedExpression(up) ||
      tsc.isAsExpression(up) ||
      tsc.isNonNullExpression(up) ||
      tsc.isSatisfiesExpression(up) ||
      tsc.isArrayLiteralExpression(up) ||
      tsc.isSpreadElement(up) ||
      tsc.isObjectLiteralExpression(up) ||
      tsc.isPropertyAssignment(up) ||
      tsc.isShorthandPropertyAssignment(up) ||
      (tsc.isConditionalExpression(up) && up.condition !== at)
    ) {
      at = up;
      continue;
    }
    if (tsc.isAwaitExpression(up)) {
      if (!stream || member !== undefined) return [thrown(up, member)];
      at = up;
      continue;
    }
    if (tsc.isBinaryExpression(up)) {
      if (up.right === at && up.operatorToken.kind === tsc.SyntaxKind.EqualsToken)
        return tsc.isIdentifier(up.left) ? ofName(ev, up.left, stream, seen, member) : [{ kind: 'sent', node: up }];
      at = up;
      continue;
    }
    if (tsc.isPropertyAccessExpression(up) && up.expression === at) {
      const call = up.parent;
      if (!tsc.isCallExpression(call) || call.expression !== up) {
        member = up.name.text;
        at = up;
        continue;
      }
      const name = up.name.text;
      const handler = name === 'catch' ? call.arguments[0] : name === 'then' ? call.arguments[1] : undefined;
      if (handler !== undefined) return [{ kind: 'handled', handler, next: call }];
      if (stream && name !== 'then' && name !== 'finally')
        // `stream.on('text', ...)` is still the stream; what `await stream.finalMessage()` waits for is a promise of it.
        return [{ kind: 'method', name, call }, ...follow(ev, call, stream, seen, name === 'on' ? member : `${name}()`)];
      at = call;
      continue;
    }
    if (tsc.isForOfStatement(up) && up.expression === at) return [thrown(up, member)];
    if (tsc.isReturnStatement(up) || (tsc.isArrowFunction(up) && up.body === at) || tsc.isYieldExpression(up))
      return [{ kind: 'returned', node: up }];
    if (tsc.isVariableDeclaration(up) && up.initializer === at) return ofDeclaration(ev, up, stream, seen, member);
    if (tsc.isCallExpression(up) || tsc.isNewExpression(up)) {
      if (up.expression === at) {
        at = up;
        continue;
      }
      const callee = up.expression.getText();
      if (callee === 'Promise.allSettled') return [{ kind: 'collected', node: up }];
      // What is read of a finished stream (its usage, its text) is a promise of its own.
      if (stream) return member === undefined || /stream/i.test(member) ? [{ kind: 'sent', node: up }] : [];
      at = up;
      continue;
    }
    if (tsc.isExpressionStatement(up) || tsc.isVoidExpression(up)) return stream ? [] : [{ kind: 'floating', node: up }];
    return [];
  }
  return [];
}

function thrown(node: ts.Node, member: string | undefined): Surface {
  return member === undefined ? { kind: 'thrown', node } : { kind: 'thrown', node, member };
}

function ofDeclaration(
  ev: Evaluator,
  declaration: ts.VariableDeclaration,
  stream: boolean,
  seen: Set<ts.Node>,
  member: string | undefined,
): Surface[] {
  if (tsc.isIdentifier(declaration.name)) return ofName(ev, declaration.name, stream, seen, member);
  // `const { fullStream } = streamText(...)`
  const out: Surface[] = [];
  for (const name of boundNames(declaration.name)) {
    const element = tsc.isObjectBindingPattern(declaration.name)
      ? declaration.name.elements.find(e => tsc.isIdentifier(e.name) && e.name.text === name)
      : undefined;
    const original = element?.propertyName?.getText() ?? name;
    const id = element?.name;
    if (id !== undefined && tsc.isIdentifier(id)) out.push(...ofName(ev, id, stream, seen, original));
  }
  return out;
}

/** All uses of a variable in its file. */
function ofName(ev: Evaluator, name: ts.Identifier, stream: boolean, seen: Set<ts.Node>, member: string | undefined): Surface[] {
  const unit = ev.program.unitOf(name);
  const own = resolve(name);
  const out: Surface[] = [];
  for (const id of ev.program.identifiers(unit, name.text)) {
    if (id === name || isMemberName(id) || (tsc.isVariableDeclaration(id.parent) && id.parent.name === id)) continue;
    if (!isSameBinding(resolve(id), own)) continue;
    if (tsc.isBinaryExpression(id.parent) && id.parent.left === id) continue;
    out.push(...follow(ev, id, stream, seen, member));
  }
  // `call.catch(() => undefined)` beside `await Promise.race([call, late])`: nothing but a word against "unhandled".
  const told = out.some(one => one.kind === 'thrown' || one.kind === 'returned') ? out.filter(one => !isHushed(one)) : out;
  if (told.length > 0 || stream) return told;
  return [{ kind: 'floating', node: name }];
}

/** Is it a `.catch` that does nothing, and whose own promise nobody keeps? */
function isHushed(surface: Surface): boolean {
  if (surface.kind !== 'handled') return false;
  const { handler, next } = surface;
  if (!tsc.isExpressionStatement(next.parent) && !tsc.isVoidExpression(next.parent)) return false;
  if (!isFunctionNode(handler) || handler.body === undefined) return false;
  if (tsc.isBlock(handler.body)) return handler.body.statements.length === 0;
  return (
    handler.body.kind === tsc.SyntaxKind.NullKeyword ||
    tsc.isVoidExpression(handler.body) ||
    (tsc.isIdentifier(handler.body) && handler.body.text === 'undefined') ||
    (tsc.isObjectLiteralExpression(handler.body) && handler.body.properties.length === 0)
  );
}

/** The functions that an expression may stand for. */
export function functionsOf(ev: Evaluator, expression: ts.Expression): FunctionNode[] {
  if (isFunctionNode(expression)) return [expression as FunctionNode];
  return ev.values(expression).flatMap(v => (v.kind === 'function' ? [v.node] : []));
}
