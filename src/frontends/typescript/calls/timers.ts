// Timers that are to end a call: is one running while somebody waits for the call, and does it end anything?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { leavesAlways } from '../retries/catches.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isOfModuleClock, SHARED } from './held.ts';
import { numbersIn } from './options.ts';

interface Timed {
  /** null: only a run knows. */
  readonly ms: number | null;
  readonly timer: ts.CallExpression;
}

/** `setTimeout(() => controller.abort(), ms)` near the controller makes its signal a deadline, as long as the timer runs during the call. */
export function timedAbort(ev: Evaluator, made: ts.Node): Timed | undefined {
  const declaration = made.parent !== undefined && tsc.isVariableDeclaration(made.parent) ? made.parent : undefined;
  if (declaration === undefined || !tsc.isIdentifier(declaration.name)) return undefined;
  const scope = enclosingFunction(declaration) ?? declaration.getSourceFile();
  const { text } = declaration.name;
  const timers: ts.CallExpression[] = [];
  const signals: ts.Node[] = [];
  walk(scope, inner => {
    if (tsc.isPropertyAccessExpression(inner) && inner.name.text === 'signal' && inner.expression.getText() === text) signals.push(inner);
    if (isTimer(inner) && aborts(inner.arguments[0], text)) timers.push(inner);
  });
  let found: Timed | undefined;
  for (const timer of timers) {
    const { pos } = timer;
    const use = signals.find(signal => signal.pos > pos) ?? signals.at(-1);
    if (use === undefined || (isStarted(ev, timer, scope) && runsDuring(timer, use))) found = { ms: delayOf(ev, timer), timer };
  }
  return found;
}

/** Does what a timer calls abort the controller of this name? */
function aborts(callback: ts.Expression | undefined, name: string): boolean {
  if (callback === undefined) return false;
  // `const abort = () => controller.abort(reason); setTimeout(abort, ms)`
  const binding = tsc.isIdentifier(callback) ? resolve(callback) : undefined;
  const named = binding?.kind === 'variable' ? binding.node.initializer : binding?.kind === 'function' ? binding.node.body : undefined;
  let hit = false;
  walk(named ?? callback, part => {
    hit ||=
      tsc.isPropertyAccessExpression(part) &&
      part.name.text === 'abort' &&
      tsc.isIdentifier(part.expression) &&
      part.expression.text === name;
  });
  return hit;
}

/** The time that a race waits; `timer`: what counts it, where it stands there itself. */
type Waiting = Pick<Timed, 'ms'> & Partial<Pick<Timed, 'timer'>>;

const PAUSES = /^(?:(?:node:)?timers(?:\/promises)?|delay)$/;

/** Does the expression build a promise that a timer rejects or resolves, while the race that it stands in goes on? */
export function hasTimer(ev: Evaluator, node: ts.Expression, depth: number, race: ts.Node): Waiting | undefined {
  let found: Waiting | undefined;
  walk(node, inner => {
    if (isTimer(inner) && settles(inner) && runsDuring(inner, race)) found = { ms: delayOf(ev, inner), timer: inner };
  });
  if (found !== undefined || depth > 1) return found;
  if (tsc.isIdentifier(node)) {
    const binding = resolve(node);
    if (binding?.kind === 'variable' && binding.node.initializer !== undefined)
      return hasTimer(ev, binding.node.initializer, depth + 1, race);
  }
  // `sleep(ms).then(() => { throw late; })`
  if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'then')
    return hasTimer(ev, node.expression.expression, depth, race);
  if (tsc.isCallExpression(node)) {
    const numbers = node.arguments.flatMap(a => numbersIn(ev.values(a)));
    for (const callee of ev.values(node.expression)) {
      if (callee.kind === 'function') {
        for (const result of ev.returnsOf(callee.node)) {
          const timer = hasTimer(ev, result, depth + 1, race);
          if (timer !== undefined) return { ms: timer.ms ?? numbers[0] ?? null };
        }
      }
      // The promises of `node:timers/promises` are given the time first.
      if (callee.kind === 'foreign' && PAUSES.test(callee.package) && !node.arguments.slice(0, 1).some(isFunctionNode))
        return { ms: numbers[0] ?? null };
    }
  }
  return undefined;
}

/** `setTimeout(...)` */
export function isTimer(node: ts.Node): node is ts.CallExpression {
  return tsc.isCallExpression(node) && tsc.isIdentifier(node.expression) && node.expression.text === 'setTimeout';
}

function delayOf(ev: Evaluator, timer: ts.CallExpression): number | null {
  const ms = timer.arguments[1];
  return ms === undefined ? null : (numbersIn(ev.values(ms))[0] ?? null);
}

/** Does a timer, when it fires, settle the promise that it is made for: `new Promise((_, reject) => setTimeout(reject, ms))`? */
function settles(timer: ts.CallExpression): boolean {
  const [callback] = timer.arguments;
  if (callback === undefined) return false;
  let hit = false;
  walk(callback, node => {
    if (!tsc.isIdentifier(node) || hit) return;
    const binding = resolve(node);
    if (binding?.kind === 'parameter') {
      const fn = binding.node.parent;
      hit = tsc.isNewExpression(fn.parent) && fn.parent.expression.getText() === 'Promise' && isWithin(timer, fn);
    }
    // `const { promise, reject } = Promise.withResolvers()`
    else if (binding?.kind === 'variable') hit = /^Promise\.withResolvers\b/.test(binding.node.initializer?.getText() ?? '');
  });
  return hit;
}

/** A timer in a function with a name runs only if somebody calls that function. */
function isStarted(ev: Evaluator, timer: ts.Node, scope: ts.Node): boolean {
  const fn = enclosingFunction(timer);
  if (fn === undefined || fn === scope) return true;
  const holder = tsc.isVariableDeclaration(fn.parent) ? fn.parent.name : fn.name;
  if (holder === undefined || !tsc.isIdentifier(holder)) return true;
  return ev.program.identifiers(ev.program.unitOf(holder), holder.text).some(use => use !== holder);
}

/**
 * Does a timer run while somebody waits for what it is to end? Not if it is started after the waiting, or cleared before it.
 * @param ended what the timer is to end: the use of its signal, or a race
 */
function runsDuring(timer: ts.CallExpression, ended: ts.Node): boolean {
  const scope = enclosingFunction(ended) ?? ended.getSourceFile();
  const waits = awaitsIn(scope);
  if (timer.pos > ended.end && enclosingFunction(timer) === scope && waits.some(one => isWithin(ended, one) && one.end < timer.pos))
    return false;
  const name = nameOf(timer);
  if (name === undefined) return true;
  let cleared = false;
  walk(scope, node => {
    if (node !== scope && isFunctionNode(node)) return 'skip';
    if (!tsc.isCallExpression(node) || node.expression.getText() !== 'clearTimeout' || node.arguments[0]?.getText() !== name)
      return undefined;
    if (node.pos < timer.pos || endsThere(node, timer)) return undefined;
    cleared ||= !waits.some(one => one.end <= node.pos && one.end >= ended.end);
    return undefined;
  });
  return !cleared;
}

/** The name that a timer is kept under. */
function nameOf(timer: ts.CallExpression): string | undefined {
  const { parent } = timer;
  if (tsc.isVariableDeclaration(parent)) return parent.name.getText();
  return tsc.isBinaryExpression(parent) && parent.right === timer ? parent.left.getText() : undefined;
}

/** Where a function waits for something, not those inside it. */
function awaitsIn(scope: ts.Node): readonly ts.Node[] {
  const out: ts.Node[] = [];
  walk(scope, node => {
    if (node !== scope && isFunctionNode(node)) return 'skip';
    if (tsc.isAwaitExpression(node) || (tsc.isForOfStatement(node) && node.awaitModifier !== undefined)) out.push(node);
    return undefined;
  });
  return out;
}

/** `if (known) { clearTimeout(timer); return known; }`: where the timer is cleared, the function ends. */
function endsThere(clear: ts.Node, timer: ts.Node): boolean {
  for (let up = clear.parent; up !== undefined && !isFunctionNode(up) && !isWithin(timer, up); up = up.parent)
    if (tsc.isBlock(up) && !tsc.isTryStatement(up.parent) && leavesAlways(up)) return true;
  return false;
}

/** Is the outcome of a race waited for, or handed on? A race that stands alone is run beside the code. */
export function isWaitedFor(race: ts.Node): boolean {
  let at = race;
  while (
    tsc.isPropertyAccessExpression(at.parent) ||
    (tsc.isCallExpression(at.parent) && at.parent.expression === at) ||
    tsc.isParenthesizedExpression(at.parent)
  )
    at = at.parent;
  return !tsc.isExpressionStatement(at.parent) && !tsc.isVoidExpression(at.parent);
}

/** `race.catch(...)`, or a race in a try whose catch goes on behind it: that it was lost is no end. */
export function isCaught(race: ts.Node): boolean {
  for (let at = race, up = race.parent; up !== undefined && !isFunctionNode(up); at = up, up = up.parent) {
    if (tsc.isPropertyAccessExpression(up) && up.expression === at && up.name.text === 'catch') return true;
    if (tsc.isTryStatement(up) && up.tryBlock === at && up.catchClause !== undefined && !leavesAlways(up.catchClause.block)) return true;
  }
  return false;
}

/** Is a promise that ran in a race waited for once more behind it? */
export function isWaitedForAlone(ev: Evaluator, holder: ts.VariableDeclaration, race: ts.Node): boolean {
  if (!tsc.isIdentifier(holder.name)) return false;
  return ev.program
    .identifiers(ev.program.unitOf(holder), holder.name.text)
    .some(use => use.pos > race.end && (tsc.isAwaitExpression(use.parent) || tsc.isReturnStatement(use.parent)));
}

/** `async with asyncio.timeout(20): await call`, as it is lowered: a block that begins with its deadline. */
export function blockInTime(
  ev: Evaluator,
  call: ts.Node,
): { ms: number | null; node: ts.Node; within: ts.Block; why?: string } | undefined {
  if (!isPython(call)) return undefined;
  let waited = false;
  for (let up = call.parent; up !== undefined && !isFunctionNode(up); up = up.parent) {
    waited ||= tsc.isAwaitExpression(up) || (tsc.isForOfStatement(up) && up.awaitModifier !== undefined);
    if (!waited || !tsc.isBlock(up)) continue;
    for (const statement of up.statements) {
      if (statement.end > call.pos) break;
      const limit = tsc.isVariableStatement(statement) ? statement.declarationList.declarations[0] : undefined;
      if (limit?.name.getText() !== '__deadline' || limit.initializer === undefined || !tsc.isCallExpression(limit.initializer)) continue;
      const [given] = limit.initializer.arguments;
      const values = given === undefined ? [] : ev.values(given);
      if (isMoved(up)) return undefined;
      if (given !== undefined && !/^\(\s*null\b/.test(given.getText())) {
        const used = isOfModuleClock(ev, given, call);
        return { ms: numbersIn(values)[0] ?? null, node: statement, within: up, ...(used ? { why: SHARED } : {}) };
      }
    }
  }
  return undefined;
}

/** `limit.reschedule(...)`: the time is another one than was written. */
function isMoved(block: ts.Block): boolean {
  let moved = false;
  walk(block, node => {
    moved ||= tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'reschedule';
  });
  return moved;
}

export function isCallOf(call: ts.CallExpression, object: string, name: string): boolean {
  const callee = call.expression;
  return (
    tsc.isPropertyAccessExpression(callee) &&
    callee.name.text === name &&
    tsc.isIdentifier(callee.expression) &&
    callee.expression.text === object
  );
}

/** Does a function of the repository race one of its parameters (or what it returns) against a timer? */
export function racesParameter(
  ev: Evaluator,
  fn: ts.SignatureDeclaration & { body?: ts.Node | undefined },
  index: number,
  call: ts.CallExpression,
): boolean {
  const parameter = fn.parameters[index];
  if (parameter === undefined || fn.body === undefined || !tsc.isIdentifier(parameter.name)) return false;
  const name = parameter.name.text;
  let races = false;
  walk(fn.body, node => {
    if (!tsc.isCallExpression(node) || !isCallOf(node, 'Promise', 'race')) return;
    const list = node.arguments[0];
    if (list === undefined || !tsc.isArrayLiteralExpression(list)) return;
    const mentions = list.elements.some(e => e.getText().startsWith(name));
    if (mentions && list.elements.some(e => hasTimer(ev, e, 0, node) !== undefined && isGiven(e, fn, call))) races = true;
  });
  return races;
}

/** A timer whose delay is a parameter runs only when the call gives that parameter. */
function isGiven(timer: ts.Node, fn: ts.SignatureDeclaration, call: ts.CallExpression): boolean {
  let given = true;
  walk(timer, node => {
    if (!tsc.isCallExpression(node) || !tsc.isIdentifier(node.expression) || node.expression.text !== 'setTimeout') return;
    const delay = node.arguments[1];
    const at =
      delay === undefined || !tsc.isIdentifier(delay)
        ? -1
        : fn.parameters.findIndex(p => tsc.isIdentifier(p.name) && p.name.text === delay.text);
    if (at >= 0 && call.arguments[at] === undefined && fn.parameters[at]?.initializer === undefined) given = false;
  });
  return given;
}
