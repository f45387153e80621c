// Deadlines: what ends a model call that hangs? An abort signal counts when it fires on time, not when the user leaves.
import type { ts } from 'ts-morph';
import type { Timeout } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { COMPUTED } from '../evaluator/computed.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordsIn, positionalIn } from '../evaluator/keywords.ts';
import { type Foreign, type FunctionNode, foreignPath, type Value } from '../evaluator/values.ts';
import { parameterCalls } from '../paths/call-sites.ts';
import { placeOf } from '../places.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { isAsync } from '../syntax.ts';
import { isOfModuleClock, type MadeOf, madeOnce, OVER_EARLY, OVER_HEAD, outlivesBlock, outlivesTimer, SHARED } from './held.ts';
import { isOlderThan } from './node-version.ts';
import { asAmount, defaultFor, isMoulded, type Look, numbersIn, type Options, onlyRequest, type Site } from './options.ts';
import { blockInTime, hasTimer, isCallOf, isCaught, isWaitedFor, isWaitedForAlone, racesParameter, timedAbort } from './timers.ts';

/**
 * Tried with --expose-gc: in 20.19.0, 20.20.2, 22.14.0 and 22.15.0 a timeout signal inside AbortSignal.any() is collected before it
 * fires; in 22.16.0, 24.0.0 and later it is kept (nodejs/node#57736, mended by #57867).
 */
const KEEPS_TIMEOUTS = '>=22.16.0 <23.0.0 || >=24.0.0';
const LOST = 'before Node.js 22.16 and 24.0, AbortSignal.timeout() inside AbortSignal.any() may be garbage collected and never fire';

export type Deadline =
  | ({ kind: 'time'; ms: number | null; inAny?: true } & MadeOf)
  | { kind: 'leaving' }
  | { kind: 'unknown'; why: string };

/** The deadline of a model call. @param streams does its answer come piece by piece? */
export function timeoutOf(ev: Evaluator, options: Options, site: Site, streams: boolean): Timeout {
  const { timeout } = site.classified.sdk;
  const defaultMs = defaultFor(timeout.defaults, site.version)?.ms ?? null;
  const raced = racedTimeout(ev, site.node, streams, defaultMs);
  if (raced !== undefined) return raced;
  let leaving = false;
  let unclear: string | undefined;
  for (const option of timeout.options) {
    const hit = options.first(site, [option]);
    if (hit === undefined) continue;
    const { look } = hit;
    if (onlyRequest(look)) continue;
    // The clients of Python that are made from one mould take None for "no limit", and not for their default.
    if (isNone(look) && isMoulded(site.classified.value)) return { explicit: false, ms: null, defaultMs: null, note: 'None is no limit' };
    if (look.found.length === 0) {
      unclear ??= look.hidden;
      continue;
    }
    const deadline = deadlineIn(ev, look, option.unit === 's' ? 1000 : 1, site.classified.sdk.language !== 'python');
    const complete = !look.absent && asAmount(look).found.length === look.found.length;
    if (deadline.kind === 'time' && complete) {
      const early = streams && option.untilBegun === true ? { lost: { why: OVER_EARLY, certain: true } } : {};
      const lost = { ...lostOf(ev, site.node, deadline, look.node, streams), ...early };
      return { explicit: true, ms: deadline.ms, defaultMs, ...(look.node === undefined ? {} : { location: placeOf(look.node) }), ...lost };
    }
    if (deadline.kind === 'time') {
      const lacking = options.lacking(site, timeout.options);
      if (lacking !== undefined && lacking.without > 0 && lacking.without < lacking.of)
        return {
          explicit: false,
          ms: null,
          defaultMs,
          partly: true,
          note: `${lacking.without} of ${lacking.of} that it may use have none`,
        };
      unclear ??= 'it is set on some ways only';
    }
    if (deadline.kind === 'leaving') leaving = true;
    if (deadline.kind === 'unknown') unclear ??= deadline.why;
  }
  if (unclear !== undefined) return { explicit: null, ms: null, defaultMs, note: unclear };
  return { explicit: false, ms: null, defaultMs, ...(leaving ? { note: 'its abort signal fires when the user leaves, not on time' } : {}) };
}

function isNone({ found, absent }: Look): boolean {
  return !absent && found.length > 0 && found.every(value => value.kind === 'literal' && value.value === null);
}

/** The deadline of a call that runs in a race or in a block with a time limit. */
export function racedTimeout(
  ev: Evaluator,
  call: ts.Node,
  streams: boolean,
  defaultMs: number | null,
  early = OVER_EARLY,
): Timeout | undefined {
  const raced = racedBy(ev, call);
  if (raced === undefined) return undefined;
  const lost = raced.why ?? (streams && outlives(ev, call, raced, early === OVER_HEAD) ? early : undefined);
  return {
    explicit: true,
    ms: raced.ms,
    defaultMs,
    location: placeOf(raced.node),
    note: 'a race against a timer',
    ...(lost === undefined ? {} : { lost: { why: lost, certain: true } }),
  };
}

/** Is something of the answer waited for behind the time? @param headFirst is there more to wait for, though nothing is streamed? */
function outlives(ev: Evaluator, call: ts.Node, { from, within }: Raced, headFirst: boolean): boolean {
  if (!headFirst || enclosingFunction(from) === enclosingFunction(call)) return outlivesBlock(ev, from, within);
  // The function that asks is what has the time: it may read the body itself.
  return outlivesBlock(ev, call, within, enclosingFunction(call));
}

/** Why a deadline that an option sets may not hold. @param option the value of the option */
export function lostOf(
  ev: Evaluator,
  call: ts.Node,
  deadline: Extract<Deadline, { kind: 'time' }>,
  option: ts.Node | undefined,
  streams: boolean,
  early = OVER_EARLY,
): Pick<Timeout, 'lost'> {
  const { timer, made, ms, inAny } = deadline;
  const once = made === undefined ? undefined : madeOnce(ev, made, call);
  if (once !== undefined) return { lost: { why: once, certain: true } };
  if (made === undefined && ms === null && option !== undefined && isOfModuleClock(ev, option, call))
    return { lost: { why: SHARED, certain: true } };
  if (streams && timer !== undefined && outlivesTimer(ev, call, timer)) return { lost: { why: early, certain: true } };
  const older = inAny === true ? isOlderThan(ev.program.inventory, KEEPS_TIMEOUTS) : false;
  return inAny !== true || older === false ? {} : { lost: { why: LOST, certain: older === true } };
}

/**
 * Which of the alternatives of an option is a deadline.
 * @param signals may the option be an abort signal? In Python a deadline is always a number or an object of numbers.
 */
export function deadlineIn(ev: Evaluator, look: Look, unit: number, signals = true): Deadline {
  const usable = asAmount(look).found;
  if (usable.length === 0) return { kind: 'leaving' };
  const deadlines = usable.map(value => (signals ? deadlineOf(ev, value, unit) : numberOfSeconds(ev, value, unit)));
  // Every alternative must end the call in time; the longest of them is the deadline.
  const timed = deadlines.some(d => d.kind === 'time');
  const other = deadlines.find(d => d.kind === 'leaving') ?? (timed ? undefined : deadlines.find(d => d.kind === 'unknown'));
  if (other !== undefined) return timed ? { kind: 'unknown', why: 'it ends in time on some ways only' } : other;
  const times = deadlines.flatMap(d => (d.kind === 'time' && d.ms !== null ? [d.ms] : []));
  const inAny = deadlines.some(d => d.kind === 'time' && d.inAny === true);
  const [first] = deadlines.flatMap(d => (d.kind === 'time' ? [d] : []));
  const { timer, made } = first ?? {};
  const madeOf = { ...(timer === undefined ? {} : { timer }), ...(made === undefined ? {} : { made }) };
  return { kind: 'time', ms: times.length > 0 ? Math.max(...times) : null, ...(inAny ? { inAny: true } : {}), ...madeOf };
}

/** A deadline that can only be a number: what a setting or a field of another object says is one as well. */
function numberOfSeconds(ev: Evaluator, value: Value, unit: number): Deadline {
  if (value.kind === 'request' || (value.kind === 'param' && value.path.length > 0)) return { kind: 'time', ms: null };
  // `timeout=(5, 20)`: to connect, and to read.
  const [read] = value.kind === 'array' ? value.node.elements.slice(-1) : [];
  if (value.kind === 'array' && read !== undefined) {
    const found = ev.values(read, value.frame);
    if (found.length > 0 && found.every(v => v.kind === 'literal' && v.value === null))
      return { kind: 'unknown', why: 'a pair that sets no limit for the answer' };
    return { kind: 'time', ms: numbersIn(found).map(one => one * unit)[0] ?? null };
  }
  if (value.kind === 'foreign' && foreignPath(value) !== 'AbortSignal.timeout') {
    const known = deadlineOf(ev, value, unit);
    return known.kind === 'time' || isTimeoutObject(value) ? known : { kind: 'time', ms: null };
  }
  return deadlineOf(ev, value, unit);
}

/** What kind of deadline a value is: a number, a timed signal, a signal of the request. */
function deadlineOf(ev: Evaluator, value: Value, unit: number): Deadline {
  if (value.kind === 'literal' && typeof value.value === 'number') return { kind: 'time', ms: value.value * unit };
  const handed = value.kind === 'param' ? handedSignal(ev, value, unit) : undefined;
  if (handed !== undefined) return handed;
  if (value.kind === 'param')
    return value.path.length > 0 || /signal|abort/i.test(value.node.name.getText())
      ? { kind: 'leaving' }
      : { kind: 'unknown', why: `it comes through the parameter ${value.node.name.getText()}` };
  if (value.kind === 'request') return { kind: 'leaving' };
  if (value.kind === 'object' || value.kind === 'merged') {
    // AI SDK 6 and later: { totalMs, stepMs, chunkMs, ... }
    const parts = ['totalMs', 'stepMs', 'requestTimeout', 'totalTimeout'].flatMap(name => numbersIn(ev.inside([value], name).found));
    return { kind: 'time', ms: parts.length > 0 ? Math.max(...parts) * unit : null };
  }
  // What is left of a longer time: no arithmetic gives a signal, or "no limit".
  if (value.kind === 'unknown') return value.why === COMPUTED ? { kind: 'time', ms: null } : { kind: 'unknown', why: value.why };
  if (value.kind !== 'foreign') return { kind: 'time', ms: null };
  if (isTimeoutObject(value)) return timeoutObject(ev, value);
  if (value.package !== '') {
    // A signal that a framework hands over belongs to its request.
    const last = value.steps.at(-1);
    const signal = last?.kind === 'member' && /signal/i.test(last.name);
    return signal ? { kind: 'leaving' } : { kind: 'unknown', why: `a value of ${value.package.replace(/^py:/, '')}` };
  }
  const path = foreignPath(value);
  const made = value.steps.find(step => step.kind !== 'member');
  const args = made?.kind === 'call' || made?.kind === 'new' ? (made.args ?? []) : [];
  const first = args[0];
  if (path === 'AbortSignal.timeout')
    return { kind: 'time', ms: first === undefined ? null : (numbersIn(ev.values(first, frameOf(made)))[0] ?? null), ...nodeOf(made) };
  if (path === 'AbortSignal.any' && first !== undefined) {
    const parts = ev
      .values(first, frameOf(made))
      .flatMap(v => (v.kind === 'array' ? v.node.elements.flatMap(e => ev.values(e, v.frame)) : [v]));
    const part = parts.find(p => deadlineOf(ev, p, unit).kind === 'time');
    if (part === undefined) return { kind: 'leaving' };
    const deadline = deadlineOf(ev, part, unit);
    const forgotten = part.kind === 'foreign' && foreignPath(part) === 'AbortSignal.timeout';
    return deadline.kind === 'time' && forgotten ? { ...deadline, inAny: true } : deadline;
  }
  if (path === 'AbortController' && made !== undefined) {
    const timed = 'node' in made ? timedAbort(ev, made.node) : undefined;
    return timed === undefined ? { kind: 'leaving' } : { kind: 'time', ...timed, ...nodeOf(made) };
  }
  if (path === 'process.env' || path.startsWith('process.env.')) return { kind: 'time', ms: null };
  return { kind: 'unknown', why: 'an abort signal that is made elsewhere' };
}

/** `withDeadline(20_000, signal => create(body, { signal }))`: the signal that a function of the repository gives to what it was handed. */
function handedSignal(ev: Evaluator, value: Extract<Value, { kind: 'param' }>, unit: number): Deadline | undefined {
  const fn = value.node.parent;
  const call = fn.parent;
  if (!(tsc.isArrowFunction(fn) || tsc.isFunctionExpression(fn)) || !tsc.isCallExpression(call) || value.path.length > 1) return undefined;
  const [index, at] = [call.arguments.indexOf(fn), fn.parameters.indexOf(value.node)];
  const runs = ev.values(call.expression).flatMap(callee => (callee.kind === 'function' ? parameterCalls(ev, callee.node, index) : []));
  const found = runs.map(run => {
    const given = run.arguments[at];
    const values = given === undefined ? [] : ev.values(given);
    const signals = value.path.length === 0 ? values : ev.inside(values, value.path[0] ?? '').found;
    const ends = signals.flatMap(signal => (signal.kind === 'param' ? [] : [deadlineOf(ev, signal, unit)]));
    return ends.length > 0 && ends.every(end => end.kind === 'time') ? ends[0] : undefined;
  });
  const [first] = found;
  if (first?.kind !== 'time' || found.includes(undefined)) return undefined;
  const ms = first.ms ?? call.arguments.flatMap(arg => numbersIn(ev.values(arg)))[0] ?? null;
  return { ...first, ms };
}

/** The HTTP clients of Python whose `Timeout` object stands where a number of seconds may stand, and the SDKs that hand it on. */
const PYTHON_HTTP = new Set(['py:httpx', 'py:httpx2', 'py:openai', 'py:anthropic', 'py:groq', 'py:aiohttp']);

function isTimeoutObject(value: Foreign): boolean {
  return PYTHON_HTTP.has(value.package) && foreignPath(value).endsWith('Timeout');
}

/** `httpx.Timeout(60.0, connect=5)`: the first number holds for everything that has none of its own; reading is what waits for the model. */
function timeoutObject(ev: Evaluator, value: Foreign): Deadline {
  const made = value.steps.find(step => step.kind !== 'member');
  const args = made?.kind === 'call' || made?.kind === 'new' ? made.args : undefined;
  if (args === undefined) return { kind: 'time', ms: null };
  const keywords = keywordsIn(args);
  const named = (name: string) => (keywords === undefined ? [] : ev.inside(ev.values(keywords, frameOf(made)), name).found);
  const own = ['read', 'total', 'sock_read'].map(named).find(found => found.length > 0);
  const first = positionalIn(args, ['timeout'], 'timeout');
  const found = own ?? (first === undefined ? named('timeout') : ev.values(first, frameOf(made)));
  if (found.length === 0 || found.every(v => v.kind === 'literal' && v.value === null))
    return { kind: 'unknown', why: 'a Timeout that sets no limit for the answer' };
  const numbers = numbersIn(found);
  return { kind: 'time', ms: numbers.length > 0 ? Math.max(...numbers) * 1000 : null };
}

function nodeOf(step: { kind: string } | undefined): MadeOf {
  return step !== undefined && 'node' in step ? { made: (step as { node: ts.Node }).node } : {};
}

function frameOf(step: { kind: string } | undefined) {
  return step !== undefined && 'frame' in step ? (step as { frame: undefined }).frame : undefined;
}

interface Raced {
  readonly ms: number | null;
  readonly node: ts.Node;
  /** The call, or what leads to it, and the code that the time is over: the race or a block. */
  readonly from: ts.Node;
  readonly within: ts.Node;
  /** Why the time does not hold. */
  readonly why?: string;
}

/** `Promise.race([call, timer])`, `withTimeout(call, ms)` and `pTimeout(call, { milliseconds })`, also through a variable. */
export function racedBy(ev: Evaluator, call: ts.Node, depth = 0): Raced | undefined {
  const direct = racedAround(ev, call) ?? (depth < FARTHEST ? racedByCallers(ev, call, depth) : undefined);
  if (direct !== undefined) return direct;
  const holder = call.parent;
  if (!tsc.isVariableDeclaration(holder) || holder.initializer !== call || !tsc.isIdentifier(holder.name)) return undefined;
  for (const use of ev.program.identifiers(ev.program.unitOf(holder), holder.name.text)) {
    const binding = resolve(use);
    const raced = use !== holder.name && binding?.kind === 'variable' && binding.node === holder ? racedAround(ev, use) : undefined;
    if (raced !== undefined && !(isCaught(raced.node) && isWaitedForAlone(ev, holder, raced.node))) return raced;
  }
  return undefined;
}

/** How many functions that only hand on the promise of a call are followed to their callers, and how many callers of each. */
const FARTHEST = 3;
const MOST_CALLERS = 12;

/** `const ask = () => client.create(...)`, where everybody who calls it races it against a timer: the longest of them counts. */
function racedByCallers(ev: Evaluator, call: ts.Node, depth: number): Raced | undefined {
  const fn = waiting(call);
  if (fn === undefined) return undefined;
  const callers = ev.callers(fn);
  // Whoever is handed the function runs it without the race.
  if (callers.length === 0 || callers.length > MOST_CALLERS || ev.isHandedOn(fn)) return undefined;
  const raced: Raced[] = [];
  for (const one of callers) {
    const found = racedBy(ev, one, depth + 1);
    if (found === undefined) return undefined;
    raced.push(found);
  }
  const [first] = raced;
  const times = raced.map(one => one.ms);
  return first === undefined ? undefined : { ...first, ms: times.includes(null) ? null : Math.max(...times.map(Number)) };
}

/** The function that does not end before the call does: it hands on its promise, or waits for it. */
function waiting(call: ts.Node): FunctionNode | undefined {
  let at = call.parent;
  while (tsc.isParenthesizedExpression(at)) at = at.parent;
  const returned = tsc.isReturnStatement(at) || (tsc.isArrowFunction(at) && at.body === call);
  const fn = returned || tsc.isAwaitExpression(at) ? enclosingFunction(call) : undefined;
  return fn !== undefined && (returned || isAsync(fn)) ? fn : undefined;
}

function racedAround(ev: Evaluator, call: ts.Node): Raced | undefined {
  const found = blockInTime(ev, call) ?? raceAround(ev, call);
  return found === undefined ? undefined : { within: found.node, ...found, from: call };
}

function raceAround(ev: Evaluator, call: ts.Node): { ms: number | null; node: ts.Node; why?: string } | undefined {
  for (let node: ts.Node = call; node.parent !== undefined; node = node.parent) {
    const parent = node.parent;
    if (tsc.isArrayLiteralExpression(parent) && tsc.isCallExpression(parent.parent) && isCallOf(parent.parent, 'Promise', 'race')) {
      const timer = parent.elements.find(e => e !== node && hasTimer(ev, e, 0, parent.parent) !== undefined);
      const timed = timer === undefined ? undefined : hasTimer(ev, timer, 0, parent.parent);
      if (timed !== undefined && isWaitedFor(parent.parent)) {
        const delay = timed.timer?.arguments[1];
        const used = delay !== undefined && isOfModuleClock(ev, delay, call);
        return { ms: timed.ms, node: parent.parent, ...(used ? { why: SHARED } : {}) };
      }
    }
    if (tsc.isCallExpression(parent) && parent.expression !== node) {
      const index = parent.arguments.indexOf(node as ts.Expression);
      if (index < 0) continue;
      for (const callee of ev.values(parent.expression)) {
        if (callee.kind === 'foreign' && callee.package === 'p-timeout') return { ms: pTimeoutMs(ev, parent), node: parent };
        if (callee.kind === 'function' && racesParameter(ev, callee.node, index, parent)) {
          const given = parent.arguments.flatMap((a, i) => (i === index ? [] : numbersIn(ev.values(a))))[0];
          // A function of Python is given seconds.
          return { ms: given === undefined ? null : given * (isPython(parent) ? 1000 : 1), node: parent };
        }
      }
    }
    const passing =
      tsc.isReturnStatement(parent) ||
      tsc.isExpressionStatement(parent) ||
      tsc.isBlock(parent) ||
      tsc.isVariableStatement(parent) ||
      tsc.isTryStatement(parent);
    if (tsc.isStatement(parent) && !passing) return undefined;
    if (
      tsc.isBlock(parent) &&
      !(tsc.isArrowFunction(parent.parent) || tsc.isFunctionExpression(parent.parent) || tsc.isTryStatement(parent.parent))
    )
      return undefined;
    if (tsc.isFunctionDeclaration(parent) || tsc.isMethodDeclaration(parent)) return undefined;
  }
  return undefined;
}

function pTimeoutMs(ev: Evaluator, call: ts.CallExpression): number | null {
  const option = call.arguments[1];
  if (option === undefined) return null;
  const values = ev.values(option);
  return numbersIn(values)[0] ?? numbersIn(ev.inside(values, 'milliseconds').found)[0] ?? null;
}
