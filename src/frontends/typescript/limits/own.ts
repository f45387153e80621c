// Limits of the repository's own: a count of use that is compared with a number.
import type { ts } from 'ts-morph';
import type { Limit } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { stepsOf } from '../evaluator/writes.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { References } from '../paths/references.ts';
import { walk } from '../program.ts';
import { enclosingClass, enclosingFunction, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { exits } from './branches.ts';
import { idle, isRun } from './charged.ts';
import { chargeLacks } from './charges.ts';
import { type Condition, type Fall, fallOf } from './conditions.ts';
import { type Counter, counterOf } from './counters.ts';
import { givenToField, isField } from './fields.ts';
import type { Decision } from './gates.ts';
import { isAsked, isPending } from './heard.ts';
import { keptCount } from './kept.ts';
import { isLowered } from './lowered.ts';
import { savedField } from './records.ts';
import { mayBeMissing, settingOf } from './settings.ts';
import { type Entered, type Env, isComparison, type Leaf, NO_ENV, originOf } from './trace.ts';
import { unitOf } from './units.ts';
import { clockIn, clockUnit, isTime, numberOf } from './windows.ts';

/** What a decision says of a limit, before it is known where it stands. */
export interface Read {
  readonly scope: Limit['scope'];
  readonly note?: string | undefined;
  readonly unit: Limit['unit'];
  readonly amount: number | null;
  readonly window: number | null;
  readonly state: Limit['state'];
  readonly what: string;
  /** A setting without which the number is missing or infinite. */
  readonly needs?: string | undefined;
  readonly failsOpen?: string | undefined;
  /** Ways past the count, where the number is fetched. */
  readonly conditions?: readonly Condition[];
  /** What is counted ends with the request. */
  readonly perRequest?: boolean;
  /** What the comparison gives when much was used. */
  readonly whenHigh?: boolean;
}

/** What is asked of the whole repository, where a class keeps the count: who makes its objects and calls its methods. Dear. */
export interface Whole {
  readonly ev: Evaluator;
  readonly references: References;
  /** Does a node run in a request, and not once for the process? */
  readonly inRequest: (node: ts.Node) => boolean;
  /** What leads to the model in the function around a node. */
  readonly leadsIn: (node: ts.Node) => readonly ts.Node[];
}

/** The limit that a comparison enforces, if it compares a count of use. */
export function ownLimit(ev: Evaluator, decision: Decision, whole: Whole): Read | undefined {
  const { node, env } = decision;
  if (!isComparison(node)) return undefined;
  const timed = isTime(node.left) || isTime(node.right);
  for (const [side, other] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
    const found = counterIn(ev, side, env, node, whole);
    if (found === undefined) continue;
    if (timed) return cooldown(ev, node, found, env);
    const compared = given(whole, other) ?? amountOf(ev, other, env);
    // `LIMIT - used <= 0`: the limit is what was taken from.
    const amount =
      (compared.number === 0 &&
        found.falls === true &&
        found.from?.map(from => given(whole, from.node) ?? amountOf(ev, from.node, from.env)).find(a => a.number !== 0)) ||
      compared;
    // Nothing, or one: that is whether something exists, and not how much was used. Half a dollar is an amount.
    const least = found.unit === 'usd' ? Number.MIN_VALUE : 1;
    if (amount.number !== null && amount.number < least && found.balance !== true) return undefined;
    if (amount.number === 1 && found.state === 'shared' && found.what.startsWith('a count in the database')) return undefined;
    const infinite = amount.number === Number.POSITIVE_INFINITY;
    const endless = !infinite && amount.number !== null && isEndless(amount.number, found);
    const operator = node.operatorToken.kind;
    const more = operator === tsc.SyntaxKind.GreaterThanToken || operator === tsc.SyntaxKind.GreaterThanEqualsToken;
    // What is left becomes smaller with use.
    const rises = (found.falls === true) === (found.balance === true);
    const lowered = found.balance !== true && isLowered(side, originOf(ev, side, env, 'here').leaves);
    return {
      ...(lowered ? {} : { whenHigh: (more === (side === node.left)) === rises }),
      scope: found.key.scope,
      note: found.key.note,
      unit: found.unit,
      amount: infinite ? null : amount.number,
      window: found.window,
      state: found.state,
      what: found.what,
      ...(found.fall === undefined ? {} : { conditions: found.fall.conditions, failsOpen: found.fall.failsOpen }),
      ...(found.perRequest === true ? { perRequest: true } : {}),
      ...(found.needs === undefined ? {} : { needs: found.needs }),
      ...(endless ? { needs: `a number that can be reached is set, and not ${amount.number}` } : {}),
      ...(infinite ? { needs: amount.setting === undefined ? 'a finite number is configured' : `${amount.setting} is set` } : {}),
      ...(!infinite && amount.setting !== undefined && amount.number === null ? { needs: `${amount.setting} is set` } : {}),
    };
  }
  return undefined;
}

/** More than all users of a service use, whether money is counted in dollars or in millionths of them. */
export const ENDLESS = { usd: 1e12, tokens: 1e11, requests: 1e9 } as const;
/** More small requests than anybody makes in a day. */
const MOST_REQUESTS = 1e8;

/** Is a limit so far away that it is none? */
function isEndless(limit: number, { unit, adds }: Counter): boolean {
  const most = unit === 'usd' || unit === 'tokens' || unit === 'requests' ? ENDLESS[unit] : ENDLESS.usd;
  return limit >= most || (adds !== undefined && adds > 0 && limit / adds > MOST_REQUESTS);
}

type Found = Counter & {
  readonly perRequest?: boolean;
  /** It is taken away from something else. */
  readonly falls?: boolean;
  readonly from?: readonly Leaf[];
  readonly fall?: Pick<Fall, 'conditions' | 'failsOpen'>;
};

function counterIn(ev: Evaluator, side: ts.Expression, env: Env, decision: ts.Node, whole: Whole): Found | undefined {
  const direct = variableCounter(ev, side, env, whole);
  if (direct !== undefined && direct.perRequest !== true) return direct;
  const saved = savedField(ev, side, env, whole);
  if (saved !== undefined) return saved;
  if (direct !== undefined) return direct;
  const { leaves, entered } = originOf(ev, side, env, 'here');
  if (entered.some(step => isPending(step.fn, step.call))) return undefined;
  for (const leaf of leaves) {
    if (isPromiseOfStore(ev, leaf)) continue;
    const kept = keptCount(ev, leaf, { leaves, entered }, whole);
    if (kept === 'none') continue;
    const counter = kept ?? ofVariable(ev, leaf, whole) ?? counterOf(ev, leaf, whole);
    if (counter !== undefined)
      return {
        ...counter,
        falls: leaf.falls === true,
        from: leaves.filter(one => one.falls !== leaf.falls),
        fall: wayBack(ev, leaf, entered, decision),
      };
  }
  return undefined;
}

/** `Number(redis.get(key)) > LIMIT`: a promise is no number. */
function isPromiseOfStore(ev: Evaluator, { node }: Leaf): boolean {
  if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression) || isPython(node) || !isAsked(node)) return false;
  return ev.values(node.expression.expression).some(value => value.kind === 'foreign' && ASYNC_STORES.test(value.package));
}

/** Stores all of whose methods give promises. */
const ASYNC_STORES = /^(?:ioredis|redis|@redis\/client|@upstash\/redis|@vercel\/kv)$/;

/** `redis.incr(key).catch(() => 0)` */
function caughtAsNothing(leaf: ts.Node): boolean {
  const own = tsc.isCallExpression(leaf) ? leaf.expression : undefined;
  const access = own !== undefined && tsc.isPropertyAccessExpression(own) && own.name.text === 'catch' ? own : leaf.parent;
  if (!tsc.isPropertyAccessExpression(access) || access.name.text !== 'catch' || !tsc.isCallExpression(access.parent)) return false;
  const [handler] = access.parent.arguments;
  const given = handler !== undefined && tsc.isArrowFunction(handler) && !tsc.isBlock(handler.body) ? strip(handler.body) : undefined;
  if (given === undefined) return false;
  return given.kind === tsc.SyntaxKind.NullKeyword || /^(?:undefined|0|'0'|"0")$/.test(given.getText());
}

/** What stands around the count itself, in the functions between it and the comparison: `catch { return 0; }`. */
function wayBack(ev: Evaluator, leaf: Leaf, entered: readonly Entered[], decision: ts.Node): Pick<Fall, 'conditions' | 'failsOpen'> {
  const conditions: Condition[] = [];
  let failsOpen: string | undefined = caughtAsNothing(leaf.node) ? 'an error of the count is caught and counts as nothing' : undefined;
  let node: ts.Node = leaf.node;
  for (let hops = 0; hops < 8; hops++) {
    const fn = enclosingFunction(node);
    if (fn === undefined) break;
    if (isWithin(decision, fn)) {
      if (!isWithin(node, decision) && passesOver(node, fn, decision))
        failsOpen ??= 'an error of the count is caught and the request goes on';
      break;
    }
    const fall = fallOf(ev, node, fn, leaf.env, 'value', []);
    conditions.push(...fall.conditions);
    failsOpen ??= fall.failsOpen;
    const step = entered.find(e => e.fn === fn);
    if (step === undefined) break;
    node = step.call;
  }
  return { conditions, failsOpen };
}

/** Is a node in a try whose catch goes on to the comparison? */
function passesOver(node: ts.Node, fn: ts.Node, decision: ts.Node): boolean {
  let child = node;
  for (let up = node.parent; up !== undefined && up !== fn; child = up, up = up.parent) {
    if (!tsc.isTryStatement(up) || up.tryBlock !== child || up.catchClause === undefined || isWithin(decision, up)) continue;
    if (!exits(up.catchClause.block)) return true;
  }
  return false;
}

function ofVariable(ev: Evaluator, leaf: Leaf, whole: Whole): Found | undefined {
  return leaf.path.length === 0 ? variableCounter(ev, leaf.node, leaf.env, whole) : undefined;
}

/** A variable of the file, a field of an object or of a class, that is raised with each use. */
function variableCounter(ev: Evaluator, expression: ts.Expression, env: Env, whole: Whole): Found | undefined {
  const node = strip(expression);
  if (node === undefined) return undefined;
  const root = rootOf(node);
  if (root === undefined) return undefined;
  const steps = stepsOf(root, node.getText());
  if (steps.up.length === 0) return undefined;
  const home = homeOf(node, whole);
  // A sum that nobody adds to bounds nothing.
  const running = steps.up.filter(step => isRun(whole, step));
  const lacking = (step: ts.Node): string | undefined => chargeLacks(whole, step, tsc.isBinaryExpression(step) ? step.right : undefined);
  const live = running.find(step => lacking(step) === undefined) ?? running[0];
  const up = live ?? steps.up[0];
  if (up === undefined || (live === undefined && home.perRequest)) return undefined;
  const amount = tsc.isBinaryExpression(up) ? up.right : undefined;
  const unit = amount === undefined ? 'requests' : unitOf(ev, amount, env);
  const reset = steps.resets.find(r => enclosingFunction(r) !== undefined && !inConstructor(r));
  const clock = reset === undefined ? undefined : (clockIn(ev, timerAround(reset)) ?? null);
  // A number that only goes up by ones may count anything: steps, retries, lines. Money and tokens are use.
  if (home.perRequest && unit !== 'usd' && unit !== 'tokens') return undefined;
  const anew = home.perRequest && steps.resets.some(reset => isInRound(reset, up));
  const needs = live === undefined ? idle(up) : (lacking(live) ?? (anew ? 'the sum is kept from one round to the next' : undefined));
  return {
    key: { scope: home.perRequest ? 'request' : 'global' },
    unit,
    // What a request carries ends with it.
    window: home.perRequest ? null : clock === undefined ? Number.POSITIVE_INFINITY : clock,
    state: home.perRequest ? 'none' : 'process',
    what: home.perRequest ? 'a sum that the request carries' : 'a variable of the process',
    perRequest: home.perRequest,
    ...(needs === undefined ? {} : { needs }),
  };
}

/** Does a sum begin anew in each round of the loop in which something is added to it? */
function isInRound(reset: ts.Node, up: ts.Node): boolean {
  let at: ts.Node | undefined = up;
  while (at !== undefined && !tsc.isIterationStatement(at, false)) at = at.parent;
  if (at === undefined || !isWithin(reset, at.statement)) return false;
  for (let node = reset.parent; node !== at.statement && node !== undefined; node = node.parent)
    if (tsc.isIfStatement(node) || tsc.isConditionalExpression(node) || tsc.isIterationStatement(node, false)) return false;
  return true;
}

/** The code in which a variable is written. */
function rootOf(node: ts.Expression): ts.Node | undefined {
  if (isField(node)) return enclosingClass(node);
  const declaration = declarationOf(node);
  return declaration === undefined ? undefined : (enclosingFunction(declaration) ?? node.getSourceFile());
}

function declarationOf(node: ts.Expression): ts.VariableDeclaration | undefined {
  let root: ts.Expression = node;
  while (tsc.isPropertyAccessExpression(root)) root = root.expression;
  const binding = tsc.isIdentifier(root) ? resolve(root) : undefined;
  return binding?.kind === 'variable' && binding.element === undefined ? binding.node : undefined;
}

/** Does a variable end with its request? */
function homeOf(node: ts.Expression, whole: Whole): { perRequest: boolean } {
  if (!isField(node)) {
    const declaration = declarationOf(node);
    return { perRequest: declaration !== undefined && enclosingFunction(declaration) !== undefined };
  }
  const owner = enclosingClass(node);
  const made = owner === undefined ? [] : whole.ev.callers(owner);
  return { perRequest: made.length > 0 && made.every(call => whole.inRequest(call) && !isKept(call)) };
}

/** `this.budget = new Budget()`, `shared ??= new Budget()`: it outlives the function that makes it. */
function isKept(made: ts.Node): boolean {
  const { parent } = made;
  if (!tsc.isBinaryExpression(parent) || parent.right !== made) return false;
  const binding = tsc.isIdentifier(parent.left) ? resolve(parent.left) : undefined;
  return binding?.kind !== 'variable' || enclosingFunction(binding.node) !== enclosingFunction(made);
}

/** The number that an object was made with, where it is compared with a field: `this.limit`, set by the constructor. */
function given(whole: Whole, side: ts.Expression): ReturnType<typeof amountOf> | undefined {
  const node = strip(side);
  const amounts = (node === undefined ? [] : givenToField(whole.ev, node)).map(({ arg }) => amountOf(whole.ev, arg, NO_ENV));
  const [first] = amounts;
  if (first === undefined) return undefined;
  // The largest is the limit; where one cannot be read, nobody knows.
  const numbers = amounts.map(amount => amount.number);
  return { number: numbers.includes(null) ? null : Math.max(...numbers.map(Number)), setting: first.setting };
}

function inConstructor(node: ts.Node): boolean {
  const fn = enclosingFunction(node);
  return fn !== undefined && tsc.isConstructorDeclaration(fn);
}

/** The timer call around a reset, or else the function that makes it. */
function timerAround(node: ts.Node): ts.Node {
  const fn = enclosingFunction(node);
  return fn !== undefined && tsc.isCallExpression(fn.parent) ? fn.parent : (fn ?? node.getSourceFile());
}

/** `if (now - last.get(user) < WAIT) return`: one request in that time. */
function cooldown(ev: Evaluator, node: ts.BinaryExpression, counter: Counter, env: Env): Read | undefined {
  const branch = branchOf(node);
  // What resets a window or answers from a cache is no refusal.
  if (branch === undefined || /\.(?:set|delete)\(|[\w\])]\s*=[^=>]/.test(branch.getText()) || returnsKept(node, branch)) return undefined;
  let span: number | undefined;
  walk(node, part => {
    if (!tsc.isExpression(part) || span !== undefined || isTime(part)) return undefined;
    const value = numberOf(ev, part, env);
    const seconds = value === undefined ? undefined : value * clockUnit(part);
    if (seconds !== undefined && seconds >= 1) span = seconds;
    return span === undefined ? undefined : 'skip';
  });
  // Less than a second, or unreadable: that is how often something is drawn or logged.
  if (span === undefined) return undefined;
  return {
    scope: counter.key.scope,
    note: counter.key.note,
    unit: 'requests',
    amount: 1,
    window: span,
    state: counter.state,
    what: 'a pause between requests',
  };
}

function branchOf(node: ts.Node): ts.Node | undefined {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (tsc.isIfStatement(up)) return up.thenStatement;
    if (tsc.isReturnStatement(up)) return up;
    if (tsc.isStatement(up)) return undefined;
  }
  return undefined;
}

/** `return cached.answer`: the entry that is compared is what comes back. */
function returnsKept(node: ts.BinaryExpression, branch: ts.Node): boolean {
  const names = new Set<string>();
  walk(node, part => {
    if (tsc.isIdentifier(part) && !isTime(part) && resolve(part)?.kind === 'variable' && /^[a-z]/.test(part.text)) names.add(part.text);
    return undefined;
  });
  let kept = false;
  walk(branch, part => {
    if (!tsc.isReturnStatement(part) || part.expression === undefined || isWithin(node, part)) return undefined;
    const text = part.expression.getText();
    if ([...names].some(name => text === name || text.startsWith(`${name}.`))) kept = true;
    return undefined;
  });
  return kept;
}

/** The number that a count is compared with, and the setting that gives it. */
export function amountOf(ev: Evaluator, side: ts.Expression, env: Env): { number: number | null; setting: string | undefined } {
  const number = numberOf(ev, side, env);
  const setting = originOf(ev, side, env)
    .leaves.map(leaf => (mayBeMissing(leaf) ? settingOf(ev, leaf) : undefined))
    .find(name => name !== undefined);
  return { number: number ?? null, setting };
}
