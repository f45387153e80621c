// Deadlines that are there and do not hold: over before the stream that they are for, or made once and used up by the first minute.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { enclosingClass, enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

/** What a deadline is made of, as far as it is code: a timer, or where its signal is made. */
export interface MadeOf {
  readonly timer?: ts.CallExpression;
  readonly made?: ts.Node;
}

export const OVER_EARLY = 'it is over when the stream begins, so it does not end a stream that stops in the middle';
export const OVER_HEAD = 'it is over when the head of the answer is there, so it does not end an answer that never comes to its end';
export const OF_OBJECT = 'it is made once for an object that answers many requests, and used up when its time is over';
export const SHARED = 'it is made once for all requests, and used up when its time is over';

const DEEPEST = 4;
const MOST_CALLERS = 12;

/** A stretch of code that a deadline is running in. */
interface Stretch {
  /** Is a use of the stream still in time? */
  readonly holds: (use: ts.Node) => boolean;
  /** Does something stand in it? */
  readonly has: (node: ts.Node) => boolean;
  /** Is the time over when a function hands the stream out here? */
  readonly endsAt: (returned: ts.Node) => boolean;
}

/**
 * Is a stream read on behind the race, the function or the block that limits how it is opened?
 * @param opened the call, or what leads to it
 * @param waiting a function that runs in that time as well
 */
export function outlivesBlock(ev: Evaluator, opened: ts.Node, block: ts.Node, waiting?: ts.Node): boolean {
  const has = (use: ts.Node): boolean => use !== block && isWithin(use, block);
  const holds = (use: ts.Node): boolean => has(use) || (waiting !== undefined && isWithin(use, waiting));
  return goesOn(ev, opened, { holds, has, endsAt: () => true }, 0);
}

/** Is a stream read on where the timer that limits it was cleared? */
export function outlivesTimer(ev: Evaluator, opened: ts.Node, timer: ts.CallExpression): boolean {
  const scope = enclosingFunction(timer) ?? timer.getSourceFile();
  const { parent } = timer;
  const name = tsc.isVariableDeclaration(parent)
    ? parent.name.getText()
    : tsc.isBinaryExpression(parent)
      ? parent.left.getText()
      : undefined;
  if (name === undefined) return false;
  const clears: ts.CallExpression[] = [];
  let last = timer.pos;
  walk(scope, node => {
    if (!tsc.isCallExpression(node) || !tsc.isIdentifier(node.expression)) return;
    const kept = tsc.isBinaryExpression(node.parent) && node.parent.left.getText() === name;
    if (node.expression.text === 'setTimeout' && kept) last = Math.max(last, node.pos);
    if (
      node.expression.text === 'clearTimeout' &&
      node.arguments[0]?.getText() === name &&
      enclosingFunction(node) === enclosingFunction(timer)
    )
      clears.push(node);
  });
  // A timer that is set again gives each piece its own time.
  return clears.some(clear => clear.pos > last && !isInCatch(clear, scope) && goesOn(ev, opened, until(clear, scope), 0));
}

function until(clear: ts.Node, scope: ts.Node): Stretch {
  const guarded = triesEndingIn(clear, scope);
  return {
    holds: use => {
      // What is given the signal runs while the function that has the timer waits.
      if (!isWithin(use, scope)) return true;
      for (let up: ts.Node | undefined = clear; up !== undefined && up !== scope; up = up.parent)
        if (tsc.isForOfStatement(up) && isWithin(use, up.expression)) return false;
      // `return new ReadableStream({ async start() { for await ... } })`: it runs when the function is over.
      const later = functionsAround(use, scope).at(-1) ?? use;
      if (guarded.some(block => isWithin(later, block)) && isHandedOut(later, scope)) return false;
      return use.pos < clear.pos;
    },
    has: node => node !== scope && isWithin(node, scope),
    endsAt: returned => !isWithin(returned, scope) || guarded.some(block => isWithin(returned, block)),
  };
}

/** The blocks of a try whose `finally` holds a node. */
function triesEndingIn(node: ts.Node, scope: ts.Node): ts.Block[] {
  const out: ts.Block[] = [];
  for (let at = node; at !== scope && at.parent !== undefined; at = at.parent)
    if (tsc.isTryStatement(at.parent) && at.parent.finallyBlock === at) out.push(at.parent.tryBlock);
  return out;
}

function isInCatch(node: ts.Node, scope: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && up !== scope; up = up.parent) if (tsc.isCatchClause(up)) return true;
  return false;
}

/** The functions between a node and the one around it, the innermost first. */
function functionsAround(node: ts.Node, scope: ts.Node): ts.Node[] {
  const out: ts.Node[] = [];
  for (let up = node.parent; up !== undefined && up !== scope; up = up.parent) if (isFunctionNode(up)) out.push(up);
  return out;
}

/** Is it part of what the function around it returns, with nobody waiting for it? */
function isHandedOut(node: ts.Node, scope: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && up !== scope; up = up.parent) {
    if (tsc.isAwaitExpression(up)) return false;
    if (tsc.isReturnStatement(up)) return true;
  }
  return false;
}

/** Follows a stream from where it is opened: is it read where the stretch is over? */
function goesOn(ev: Evaluator, opened: ts.Node, stretch: Stretch, depth: number): boolean {
  if (depth > DEEPEST) return false;
  ev.budget.step();
  let at = opened;
  for (let up = at.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isParenthesizedExpression(up) || tsc.isAwaitExpression(up) || tsc.isAsExpression(up) || tsc.isNonNullExpression(up)) continue;
    if (tsc.isConditionalExpression(up) || (tsc.isArrayLiteralExpression(up) && stretch.holds(up))) continue;
    if (tsc.isReturnStatement(up) || (tsc.isArrowFunction(up) && up.body === at)) return leaves(ev, up, stretch, depth);
    if (tsc.isPropertyAccessExpression(up)) {
      // `create(...).withResponse()` is the stream as well.
      if (!/^(?:withResponse|asResponse|catch|finally)$/.test(up.name.text)) return !stretch.holds(up);
      continue;
    }
    if (tsc.isCallExpression(up) && up.expression === at) continue;
    const names = tsc.isVariableDeclaration(up)
      ? namesIn(up.name)
      : tsc.isBinaryExpression(up) && up.right === at && tsc.isIdentifier(up.left)
        ? [up.left]
        : undefined;
    if (names !== undefined) return names.some(name => isUsedLater(ev, name, stretch, depth));
    // What is given to a function is read there.
    return tsc.isExpression(up) || tsc.isForOfStatement(up) ? !stretch.holds(tsc.isForOfStatement(up) ? at : up) : false;
  }
  return false;
}

function leaves(ev: Evaluator, returned: ts.Node, stretch: Stretch, depth: number): boolean {
  const fn = tsc.isArrowFunction(returned) ? returned : enclosingFunction(returned);
  if (fn === undefined) return false;
  if (!stretch.has(fn)) {
    const called = isFunctionNode(fn) ? ev.callers(fn).filter(one => stretch.has(one)) : [];
    return called.length > 0 ? called.some(one => goesOn(ev, one, stretch, depth + 1)) : stretch.endsAt(returned);
  }
  let at: ts.Node = fn;
  while (tsc.isParenthesizedExpression(at.parent)) at = at.parent;
  // A function that is called where it stands, or given to the one that sets the time.
  if (tsc.isCallExpression(at.parent))
    return at.parent.expression === at ? goesOn(ev, at.parent, stretch, depth + 1) : !stretch.holds(at.parent);
  return false;
}

function isUsedLater(ev: Evaluator, name: ts.Identifier, stretch: Stretch, depth: number): boolean {
  const declared = declarationOf(name);
  if (declared === undefined) return false;
  return ev.program.identifiers(ev.program.unitOf(name), name.text).some(use => {
    if (use === name || use.pos < name.pos || declarationOf(use) !== declared || isWritten(use)) return false;
    if (isOfHead(ev, use)) return false;
    return !stretch.holds(use) || (depth < DEEPEST && isPassedOn(use) && goesOn(ev, use, stretch, depth + 1));
  });
}

/** `response.status`, or `waitFor(response)` and `new Refused(response)` of what reads no more than that: it is known before the body comes. */
function isOfHead(ev: Evaluator, use: ts.Identifier, depth = 0): boolean {
  const { parent } = use;
  if (tsc.isPropertyAccessExpression(parent))
    return /^(?:ok|status|statusText|status_code|headers|url|redirected|reason)$/.test(parent.name.text);
  if (!(tsc.isCallExpression(parent) || tsc.isNewExpression(parent)) || parent.expression === use || depth > 1) return false;
  const functions = tsc.isNewExpression(parent)
    ? ev.values(parent).flatMap(value => (value.kind === 'instance' ? (value.of.members.find(tsc.isConstructorDeclaration) ?? []) : []))
    : ev.values(parent.expression).flatMap(value => (value.kind === 'function' ? [value.node] : []));
  const index = parent.arguments?.indexOf(use) ?? -1;
  return (
    functions.length > 0 &&
    functions.every(fn => {
      const parameter = fn.parameters[index];
      if (parameter === undefined || !tsc.isIdentifier(parameter.name)) return false;
      return ev.program.identifiers(ev.program.unitOf(parameter), parameter.name.text).every(one => {
        const binding = one === parameter.name ? undefined : resolve(one);
        return binding?.kind !== 'parameter' || binding.node !== parameter || isOfHead(ev, one, depth + 1);
      });
    })
  );
}

/** `return stream`, `const body = stream`: another name, or another function. */
function isPassedOn({ parent }: ts.Identifier): boolean {
  return tsc.isReturnStatement(parent) || tsc.isVariableDeclaration(parent) || tsc.isArrayLiteralExpression(parent);
}

function isWritten({ parent }: ts.Identifier): boolean {
  if (tsc.isVariableDeclaration(parent)) return parent.initializer === undefined;
  return tsc.isBinaryExpression(parent) && parent.operatorToken.kind === tsc.SyntaxKind.EqualsToken && tsc.isIdentifier(parent.left);
}

function declarationOf(name: ts.Identifier): ts.Node | undefined {
  const binding = resolve(name);
  return binding?.kind === 'variable' ? (binding.element ?? binding.node) : undefined;
}

function namesIn(name: ts.BindingName): ts.Identifier[] {
  if (tsc.isIdentifier(name)) return [name];
  return name.elements.flatMap(element => (tsc.isBindingElement(element) ? namesIn(element.name) : []));
}

/** Is something made when the module is loaded, or with an object, for a call that comes again and again? */
export function isMadeOnce(ev: Evaluator, made: ts.Node, call: ts.Node): boolean {
  return madeOnce(ev, made, call) !== undefined;
}

/** How a deadline is made once for many calls, in words; undefined: each call has its own. */
export function madeOnce(ev: Evaluator, made: ts.Node, call: ts.Node): string | undefined {
  if (isKept(made)) return runsOnce(ev, call, 0) ? undefined : SHARED;
  const owner = ownerOf(made);
  if (owner === undefined) return enclosingFunction(made) !== undefined || runsOnce(ev, call, 0) ? undefined : SHARED;
  return isForOneCall(ev, owner, 0) || runsOnce(ev, call, 0) ? undefined : OF_OBJECT;
}

/** The class whose objects something is made with: in a field, or in the constructor. What is static belongs to the module. */
function ownerOf(made: ts.Node): ts.ClassLikeDeclaration | undefined {
  const fn = enclosingFunction(made);
  if (fn !== undefined) return tsc.isConstructorDeclaration(fn) ? enclosingClass(fn) : undefined;
  for (let up = made.parent; up !== undefined; up = up.parent) {
    if (tsc.isPropertyDeclaration(up) && up.modifiers?.some(one => one.kind === tsc.SyntaxKind.StaticKeyword) === true) return undefined;
    if (tsc.isClassStaticBlockDeclaration(up)) return undefined;
    if (tsc.isClassLike(up)) return up;
  }
  return undefined;
}

/** Are the objects of a class made by functions that run for each request, as far as is seen? */
function isForOneCall(ev: Evaluator, owner: ts.ClassLikeDeclaration, depth: number): boolean {
  const made = depth < DEEPEST ? ev.callers(owner) : [];
  return (
    made.length > 0 &&
    made.every(one => {
      const fn = enclosingFunction(one);
      if (fn === undefined || isKept(one)) return false;
      const around = ownerOf(one);
      if (around !== undefined) return isForOneCall(ev, around, depth + 1);
      // A function that hands the object out, to the top of a module.
      const handed = tsc.isReturnStatement(one.parent) || (tsc.isArrowFunction(fn) && fn.body === one);
      return !handed || !ev.callers(fn).some(call => enclosingFunction(call) === undefined);
    })
  );
}

/** `signal ??= AbortSignal.timeout(ms)`, `if (!signal) signal = ...`: kept for the next call in a variable that outlives this one. */
function isKept(made: ts.Node): boolean {
  let at = made;
  while (tsc.isAwaitExpression(at.parent) || tsc.isParenthesizedExpression(at.parent)) at = at.parent;
  const set = at.parent;
  if (set === undefined || !tsc.isBinaryExpression(set) || set.right !== at) return false;
  const { left, operatorToken } = set;
  const name = left.getText().slice(0, 100);
  const binding = tsc.isIdentifier(left) ? resolve(left) : undefined;
  const outlives = tsc.isIdentifier(left)
    ? binding?.kind === 'variable' && enclosingFunction(binding.node) === undefined
    : tsc.isPropertyAccessExpression(left) && left.expression.kind === tsc.SyntaxKind.ThisKeyword;
  if (!outlives || enclosingFunction(made) === undefined) return false;
  if (/^(?:\?\?=|\|\|=)$/.test(operatorToken.getText())) return true;
  if (operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return false;
  for (let up = set.parent; up !== undefined && !isFunctionNode(up); up = up.parent)
    if (tsc.isIfStatement(up) && up.expression.getText().slice(0, 300).includes(name)) return true;
  return false;
}

/** Code at the top of a module, and functions that are called from there only: a program that does its work and ends. */
function runsOnce(ev: Evaluator, node: ts.Node, depth: number): boolean {
  const fn = enclosingFunction(node);
  if (fn === undefined) return true;
  const callers = depth < DEEPEST ? ev.callers(fn) : [];
  return callers.length > 0 && callers.length <= MOST_CALLERS && callers.every(one => runsOnce(ev, one, depth + 1));
}

const CLOCK = /(?:^|\.)(?:now|monotonic|time|perf_counter)$/;

/** `DEADLINE - now()`, with a moment that was set when the module was loaded. */
export function isOfModuleClock(ev: Evaluator, node: ts.Node, call: ts.Node, depth = 0, seen = new Set<ts.Node>()): boolean {
  let found = false;
  walk(node, inner => {
    ev.budget.step();
    if (found || isFunctionNode(inner)) return 'skip';
    if (tsc.isPropertyAccessExpression(inner) && inner.expression.kind === tsc.SyntaxKind.ThisKeyword) {
      found = setInConstructor(inner).some(made => readsClock(made) && isMadeOnce(ev, made, call));
      return 'skip';
    }
    if (!tsc.isIdentifier(inner) || depth > DEEPEST) return undefined;
    const binding = resolve(inner);
    const made = binding?.kind === 'variable' && binding.element === undefined ? strip(binding.node.initializer) : undefined;
    if (made === undefined || seen.has(made)) return undefined;
    seen.add(made);
    found =
      enclosingFunction(made) !== undefined
        ? isOfModuleClock(ev, made, call, depth + 1, seen)
        : readsClock(made) && isConstant(made) && isMadeOnce(ev, made, call);
    return undefined;
  });
  return found;
}

/** What the constructor of its class gives a field. */
function setInConstructor(field: ts.PropertyAccessExpression): ts.Expression[] {
  const maker = enclosingClass(field)?.members.find(tsc.isConstructorDeclaration);
  return (maker?.body?.statements ?? []).flatMap(statement => {
    const set = tsc.isExpressionStatement(statement) ? statement.expression : undefined;
    return set !== undefined && tsc.isBinaryExpression(set) && set.left.getText() === `this.${field.name.text}` ? [set.right] : [];
  });
}

function readsClock(made: ts.Expression): boolean {
  if (!tsc.isBinaryExpression(made)) return false;
  let hit = false;
  walk(made, node => {
    hit ||= tsc.isCallExpression(node) && CLOCK.test(node.expression.getText());
  });
  return hit;
}

/** A variable that nobody sets again. */
function isConstant(made: ts.Node): boolean {
  const list = made.parent.parent;
  return tsc.isVariableDeclarationList(list) && (list.flags & tsc.NodeFlags.Const) !== 0;
}
