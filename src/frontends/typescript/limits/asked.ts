// Limiters of packages that are asked before the work: `await ratelimit.limit(userId)`, `limiter.consume(key)`.
import type { ts } from 'ts-morph';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { type Foreign, foreignPath, type Step, textOf, type Value } from '../evaluator/values.ts';
import { propertyName, propertyValue, strip } from '../syntax.ts';
import { isFresh, SAME_KEY } from './fresh.ts';
import type { Decision } from './gates.ts';
import { type Key, keyOf } from './keys.ts';
import { LIBRARIES, type Library, libraryOf } from './libraries.ts';
import { ENDLESS, type Read } from './own.ts';
import type { Env } from './trace.ts';
import { isLargest, secondsOf } from './windows.ts';

/** The names of everything that is asked, and of what an answer is asked in turn. */
const QUESTIONS = new Set([
  ...LIBRARIES.flatMap(({ asks, askedAs }) => [...(asks ?? []).map(a => a.method), ...(askedAs ?? []).map(a => a.name)]),
  'isDenied',
  'isAllowed',
  'limit',
]);

type Made = Extract<Step, { kind: 'call' | 'new' }>;

/** Is a function one of a package that refuses by throwing? */
export function throwsWhenLimited(value: Value): boolean {
  if (value.kind !== 'foreign') return false;
  const last = value.steps.at(-1);
  return last?.kind === 'member' && libraryOf(value.package)?.asks?.some(ask => ask.throws === true && ask.method === last.name) === true;
}

/** The limit behind an answer of a package. */
export function askedLimit(ev: Evaluator, decision: Decision): Read | undefined {
  const { node, env } = decision;
  if (!tsc.isCallExpression(node)) return undefined;
  const callee = strip(node.expression);
  const name =
    callee === undefined ? '' : tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
  if (!QUESTIONS.has(name)) return undefined;
  for (const value of ev.values(node)) {
    if (value.kind !== 'foreign') continue;
    const library = libraryOf(value.package);
    if (library !== undefined) {
      const read = ofLibrary(ev, value, library, env);
      if (read !== undefined) return { ...read, ...whenSpent(decision) };
    }
  }
  const read = binding(ev, decision, node);
  return read === undefined ? undefined : { ...read, ...whenSpent(decision) };
}

/** What the member of an answer that is asked about says when the limit is reached. */
function whenSpent({ path }: Decision): Pick<Read, 'whenHigh'> {
  return path.length === 1 && (path[0] === 'success' || path[0] === 'ok') ? { whenHigh: false } : {};
}

function ofLibrary(ev: Evaluator, value: Foreign, library: Library, env: Env): Read | undefined {
  const name = value.package;
  const as = library.askedAs?.find(one => value.steps[0]?.kind === 'member' && value.steps[0].name === one.name);
  if (as !== undefined) {
    const call = value.steps[1];
    const given = call?.kind === 'call' ? argument(call, as.key) : undefined;
    const key: Key = given === undefined ? { scope: 'address' } : keyOf(ev, [{ node: given, env }]);
    return { scope: key.scope, note: key.note, unit: 'requests', amount: null, window: null, state: 'shared', what: name };
  }
  const at = value.steps.findIndex(
    (s, i) => s.kind === 'member' && library.asks?.some(a => a.method === s.name) && value.steps[i + 1]?.kind === 'call',
  );
  const asked = value.steps[at];
  const call = value.steps[at + 1];
  if (asked?.kind !== 'member' || call?.kind !== 'call') return undefined;
  const ask = library.asks?.find(a => a.method === asked.name);
  const made = value.steps.slice(0, at).findLast((s): s is Made => s.kind !== 'member');
  const options = (made?.args ?? []).filter(a => !tsc.isSpreadElement(a)).flatMap(a => ev.values(a, made?.frame));
  if (name.startsWith('@arcjet') || name === 'arcjet') return arcjet(ev, options, call, env);
  const keyNode = ask === undefined || ask.key === 'none' ? undefined : argument(call, ask.key);
  const key: Key = keyNode === undefined ? { scope: 'global' } : keyOf(ev, [{ node: keyNode, env }]);
  const fresh = keyNode !== undefined && isFresh(ev, { node: keyNode, env });
  const rule = name === '@upstash/ratelimit' ? upstash(ev, options) : ruled(ev, library, options);
  const opens =
    library.opens !== undefined && library.opens.how !== '' && !setsZero(ev, options, library.opens.unless) ? library.opens.how : undefined;
  return {
    scope: key.scope,
    note: key.note,
    unit: 'requests',
    ...rule,
    state: stateOf(ev, library, value, options),
    what: name,
    failsOpen: opens,
    ...((rule.amount ?? 0) >= ENDLESS.requests ? { amount: null, needs: 'a number that can be reached is set' } : {}),
    ...(fresh ? { needs: SAME_KEY } : {}),
  };
}

/** The expression at `0`, or at `2.key`: a property of the third argument. */
function argument(call: Made, where: number | `${number}.${string}`): ts.Expression | undefined {
  const [index, member] = String(where).split('.');
  const arg = call.args?.[Number(index)];
  if (arg === undefined || member === undefined) return arg;
  const object = strip(arg);
  if (object === undefined || !tsc.isObjectLiteralExpression(object)) return undefined;
  return propertyValue(object.properties.find(p => propertyName(p) === member));
}

/** `limiter: Ratelimit.slidingWindow(50, '1 d')` */
function upstash(ev: Evaluator, options: Values): Pick<Read, 'amount' | 'window'> {
  for (const rule of ev.member(options, 'limiter')) {
    const made = rule.kind === 'foreign' ? rule.steps.findLast((s): s is Made => s.kind !== 'member') : undefined;
    if (rule.kind !== 'foreign' || made === undefined) continue;
    const bucket = rule.steps.some(s => s.kind === 'member' && s.name === 'tokenBucket');
    const [first, second] = (made.args ?? []).map(a => ev.values(a, made.frame));
    return { amount: largest(first), window: seconds(second, 0.001), ...(bucket ? { amount: largest(first) } : {}) };
  }
  return { amount: null, window: null };
}

/** The numbers in the options of a limiter. */
export function ruled(ev: Evaluator, library: Library, options: Values): Pick<Read, 'amount' | 'window'> {
  const of = (names: readonly string[] | undefined): Values =>
    (names ?? []).flatMap(n => ev.member(options, n)).filter(v => v.kind === 'literal' || v.kind === 'text');
  return {
    amount: largest(of(library.amount)) ?? library.defaults?.amount ?? null,
    window: seconds(of(library.window), library.scale ?? 1) ?? library.defaults?.window ?? null,
  };
}

function largest(values: Values | undefined): number | null {
  if (values?.some(isLargest) === true) return Number.POSITIVE_INFINITY;
  const numbers = numbersIn(values ?? []);
  return numbers.length === 0 ? null : Math.max(...numbers);
}

function seconds(values: Values | undefined, scale: number): number | null {
  for (const value of values ?? []) {
    const given = value.kind === 'literal' && typeof value.value === 'number' ? value.value : textOf(value);
    const read = given === undefined ? undefined : secondsOf(given, scale);
    if (read !== undefined) return read;
  }
  return null;
}

function setsZero(ev: Evaluator, options: Values, name: string): boolean {
  return name !== '' && ev.member(options, name).some(v => v.kind === 'literal' && v.value === 0);
}

/** Where the count lives. */
export function stateOf(ev: Evaluator, library: Library, value: Foreign, options: Values): Read['state'] {
  const { state } = library;
  if (typeof state === 'string') return state;
  if ('name' in state) return state.name.test(foreignPath(value)) ? 'shared' : 'process';
  for (const option of state.option) {
    const found = option.split('.').reduce<Values>((values, name) => ev.member(values, name), options);
    const store = found.filter(v => !(v.kind === 'literal' && (v.value === undefined || v.value === null)));
    if (store.some(v => v.kind === 'foreign' && v.steps.some(s => s.kind === 'member' && /^MemoryStore$/.test(s.name)))) return 'process';
    if (store.some(v => v.kind === 'foreign' && v.package === '')) return 'process';
    if (store.length > 0 && store.some(v => v.kind !== 'unknown')) return 'shared';
  }
  return 'process';
}

const RULES = new Set(['fixedWindow', 'slidingWindow', 'tokenBucket', 'protectSignup']);

/** Arcjet: rules in the construction, characteristics say by what they count. */
function arcjet(ev: Evaluator, options: Values, call: Made, env: Env): Read | undefined {
  const rules = ev.anyMember(ev.member(options, 'rules'));
  for (const rule of rules) {
    if (rule.kind !== 'foreign') continue;
    const named = rule.steps.find(s => s.kind === 'member' && RULES.has(s.name));
    const made = rule.steps.findLast((s): s is Made => s.kind !== 'member');
    if (named === undefined || made === undefined) continue;
    const own = (made.args ?? []).flatMap(a => ev.values(a, made.frame));
    const by = [...ev.anyMember(ev.member(own, 'characteristics')), ...ev.anyMember(ev.member(options, 'characteristics'))].flatMap(
      v => textOf(v) ?? [],
    );
    const custom = by.find(name => !/^ip\.src|^http\./.test(name));
    const given = custom === undefined ? undefined : argument(call, `1.${custom}`);
    const key: Key =
      custom === undefined
        ? { scope: 'address' }
        : given === undefined
          ? { scope: 'unknown' }
          : keyOf(ev, [{ node: given, env, field: custom }]);
    const dry = ev.member(own, 'mode').every(v => textOf(v) !== 'LIVE');
    return {
      scope: key.scope,
      note: key.note,
      unit: 'requests',
      amount: largest([...ev.member(own, 'max'), ...ev.member(own, 'capacity')]),
      window: seconds([...ev.member(own, 'window'), ...ev.member(own, 'interval')], 1),
      state: 'shared',
      what: 'Arcjet',
      failsOpen: 'an error of the service lets the request through',
      ...(dry ? { needs: 'its mode is LIVE' } : {}),
    };
  }
  return undefined;
}

/** Cloudflare: `const { success } = await env.LIMITER.limit({ key })`. The number stands in wrangler's configuration. */
function binding(ev: Evaluator, decision: Decision, node: ts.CallExpression): Read | undefined {
  const callee = strip(node.expression);
  const first = strip(node.arguments[0]);
  if (decision.path[0] !== 'success' || callee === undefined || !tsc.isPropertyAccessExpression(callee) || callee.name.text !== 'limit')
    return undefined;
  if (first === undefined || !tsc.isObjectLiteralExpression(first)) return undefined;
  const key = argument({ kind: 'call', args: node.arguments, frame: undefined, node }, '0.key');
  if (key === undefined || ev.values(callee.expression).some(v => v.kind === 'foreign' && v.package !== '')) return undefined;
  const by = keyOf(ev, [{ node: key, env: decision.env }]);
  return {
    scope: by.scope,
    note: by.note,
    unit: 'requests',
    amount: null,
    window: null,
    state: 'shared',
    what: 'a rate limit binding of Cloudflare',
  };
}
