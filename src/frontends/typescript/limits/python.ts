// Limits that Python code puts before a handler: decorators (`@limiter.limit("10/minute")`), dependencies (`Depends(RateLimiter(...))`,
// `Depends(check_quota)`), and functions that a framework runs before each request.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import { isPython } from '../dialect.ts';
import { isKeywords, keywordsIn } from '../evaluator/keywords.ts';
import { type Foreign, type FunctionNode, foreignPath, textOf, type Value } from '../evaluator/values.ts';
import type { Entry, Scope } from '../paths/paths.ts';
import { isForAll, isRegistration } from '../paths/registrations.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import type { Limits } from './found.ts';
import { type Key, keyOf } from './keys.ts';
import type { Read } from './own.ts';
import { NO_ENV } from './trace.ts';
import { secondsOf } from './windows.ts';

interface Decorated {
  readonly packages: RegExp;
  /** The path of members that ends in the call. */
  readonly path: RegExp;
  /** By whom it counts when nothing says so. */
  readonly by: Key;
  /** `rate`: a text such as "10/minute"; otherwise the names of the numbers. */
  readonly amount: 'rate' | { readonly amount: string; readonly window: string };
}

const DECORATORS: readonly Decorated[] = [
  {
    packages: /^py:(?:slowapi|flask_limiter|quart_rate_limiter)$/,
    path: /(?:^|\.)(?:limit|shared_limit|rate_limit)$/,
    by: { scope: 'address' },
    amount: 'rate',
  },
  { packages: /^py:(?:django_ratelimit|ratelimit\.decorators)$/, path: /^ratelimit$/, by: { scope: 'address' }, amount: 'rate' },
  {
    packages: /^py:(?:ratelimit|ratelimiter)$/,
    path: /^(?:limits|RateLimiter|RateLimitDecorator)$/,
    by: { scope: 'global' },
    amount: { amount: 'calls', window: 'period' },
  },
  { packages: /^py:fastapi_limiter$/, path: /^RateLimiter$/, by: { scope: 'address' }, amount: { amount: 'times', window: 'seconds' } },
];
const ADDRESS_KEYS = /^(?:util\.)?(?:get_remote_address|get_ipaddr)$/;
/** `dependencies=[Depends(check)]` of a route, of a router or of the whole app. */
const BEFORE = 'dependencies';

/** Finds the limits that stand before the handlers of Python. */
export function readPython(reading: Reading, limits: Limits): void {
  if (!reading.sources.some(file => isPythonFile(file))) return;
  const ask = (question: () => void): void => reading.ev.budget.ask(question, () => {});
  const entries = reading.paths.entries.filter(({ scope }) => isFunctionNode(scope) && isPython(scope));
  for (const scope of reading.paths.leads.keys())
    if (isFunctionNode(scope) && isPython(scope)) {
      ask(() => decorators(reading, limits, scope));
      ask(() => defaults(reading, limits, scope));
    }
  for (const entry of entries) ask(() => dependencies(reading, limits, entry));
  ask(() => around(reading, limits, entries));
}

function decorators(reading: Reading, limits: Limits, fn: FunctionNode): void {
  const { ev } = reading;
  const list = decoratorsOf(fn);
  // Decorators work from below: what stands above the route's own is not in the function that the route was given.
  const route = list.findIndex(one => tsc.isCallExpression(one) && isRegistration(ev, one));
  for (const [i, one] of list.entries()) {
    if (!tsc.isCallExpression(one)) continue;
    for (const value of ev.values(one.expression)) {
      const read = value.kind === 'foreign' ? decorated(reading, value, one) : undefined;
      if (read !== undefined) limits.put(one, read, i < route ? [] : [fn]);
    }
    // A decorator of the repository: the function that it puts around this one.
    if (i >= route) for (const value of ev.values(one)) before(reading, limits, value, [fn]);
  }
  for (const [i, one] of list.entries())
    if (i > route || !tsc.isCallExpression(one))
      for (const value of ev.values(one))
        if (value.kind === 'function')
          for (const inner of ev.returnsOf(value.node)) for (const wrapper of ev.values(inner)) before(reading, limits, wrapper, [fn]);
}

/** A function of the repository that runs before others. */
function before(reading: Reading, limits: Limits, value: Value, guarded: readonly Scope[]): void {
  if (value.kind === 'function' && !reading.paths.leads.has(value.node)) limits.before(value.node, guarded);
}

function decorated(reading: Reading, value: Foreign, call: ts.CallExpression | ts.NewExpression): Read | undefined {
  const path = value.steps.flatMap(s => (s.kind === 'member' ? [s.name] : [])).join('.');
  const library = DECORATORS.find(one => one.packages.test(value.package) && one.path.test(path));
  if (library === undefined) return undefined;
  const { ev } = reading;
  const args = call.arguments ?? [];
  const made = value.steps.find(s => s.kind === 'new');
  const options = [keywordsIn(args), made?.kind === 'new' ? keywordsIn(made.args ?? []) : undefined];
  const option = (...names: readonly string[]): readonly Value[] =>
    options.flatMap(o => (o === undefined ? [] : names.flatMap(n => property(reading, o, n))));
  const first = args[0] === undefined || args[0] === options[0] ? [] : ev.values(args[0]);
  const rate = library.amount === 'rate' ? rateOf([...first, ...option('limit_value', 'rate')]) : undefined;
  const number = (name: string): number | null => numbersIn(option(name))[0] ?? null;
  const numbers =
    library.amount === 'rate'
      ? rate
      : { amount: number(library.amount.amount), window: number(library.amount.window) ?? minutes(number('minutes')) };
  const storage = option('storage_uri', 'storage', 'storage_options').flatMap(v => textOf(v) ?? 'set elsewhere');
  const key =
    keyOfLimit(reading, [...option('key_func', 'key', 'identifier'), ...(made?.kind === 'new' ? positional(reading, made.args) : [])]) ??
    library.by;
  const shared = /fastapi_limiter|django/.test(value.package) || storage.some(text => !text.startsWith('memory'));
  return {
    scope: key.scope,
    note: key.note,
    unit: 'requests',
    amount: numbers?.amount ?? null,
    window: numbers?.window ?? null,
    state: shared ? 'shared' : 'process',
    what: value.package.slice(3),
  };
}

const minutes = (n: number | null): number | null => (n === null ? null : n * 60);

function positional(reading: Reading, args: readonly ts.Expression[] | undefined): readonly Value[] {
  const [first] = args ?? [];
  return first === undefined || first === keywordsIn(args ?? []) ? [] : reading.ev.values(first);
}

function property(reading: Reading, object: ts.ObjectLiteralExpression, name: string): readonly Value[] {
  const found = object.properties.find(p => propertyName(p) === name);
  return found !== undefined && tsc.isPropertyAssignment(found) ? reading.ev.values(found.initializer) : [];
}

/** "10/minute", "5 per 2 hours", "100/day;10/hour": the first of them. */
export function rateOf(values: readonly Value[]): { amount: number | null; window: number | null } | undefined {
  for (const value of values) {
    const text = textOf(value);
    const match = text === undefined ? null : /^\s*(\d+)\s*(?:\/|per)\s*(\d+)?\s*([a-z]+)/i.exec(text);
    if (match === null) continue;
    const span = secondsOf(`${match[2] ?? 1} ${(match[3] ?? '').toLowerCase()}`, 1);
    return { amount: Number(match[1]), window: span ?? null };
  }
  return undefined;
}

/** By whom a limiter counts, from the function that makes its key; undefined: none is given. */
export function keyOfLimit(reading: Reading, makers: readonly Value[]): Key | undefined {
  const { ev } = reading;
  for (const maker of makers) {
    if (maker.kind === 'foreign' && ADDRESS_KEYS.test(foreignPath(maker))) return { scope: 'address' };
    const word = textOf(maker);
    // Django: `key="user"`, `key="ip"`, `key="user_or_ip"`.
    if (word !== undefined)
      return /^user$/.test(word)
        ? { scope: 'user' }
        : /ip/.test(word)
          ? { scope: 'address' }
          : { scope: 'unknown', note: 'a value of the request' };
    if (maker.kind === 'function') {
      const parts = ev.returnsOf(maker.node).map(node => ({ node, env: NO_ENV }));
      if (parts.length > 0) return keyOf(ev, parts);
    }
  }
  return undefined;
}

/** `user = Depends(check)` as a parameter: what it calls runs before the handler. */
function defaults(reading: Reading, limits: Limits, fn: FunctionNode): void {
  const { ev } = reading;
  for (const { initializer } of fn.parameters) {
    const call = strip(initializer);
    if (call === undefined || !tsc.isCallExpression(call)) continue;
    for (const value of ev.values(call.expression)) dependency(reading, limits, value, call, [fn]);
  }
}

/** Something that a framework calls before a handler: a function of the repository, or a limiter of a package. */
function dependency(reading: Reading, limits: Limits, value: Value, node: ts.Node, guarded: readonly Scope[]): void {
  before(reading, limits, value, guarded);
  // An object of the repository that is called: `Depends(RateLimit(10))`.
  if (value.kind === 'instance') for (const called of reading.ev.member([value], '__call__')) before(reading, limits, called, guarded);
  if (value.kind !== 'foreign') return;
  const made = value.steps.findLast(s => s.kind !== 'member');
  const maker =
    made === undefined || !('node' in made) || !(tsc.isCallExpression(made.node) || tsc.isNewExpression(made.node)) ? undefined : made.node;
  const read = maker === undefined ? undefined : decorated(reading, { ...value, steps: value.steps.filter(s => s !== made) }, maker);
  if (read !== undefined) limits.put(maker ?? node, read, guarded);
}

/** `dependencies=[Depends(...)]` of the route, of its router, of the app, or of the call that takes the router into the app. */
function dependencies(reading: Reading, limits: Limits, { scope, registration }: Entry): void {
  if (registration === undefined) return;
  const { ev, program, index, inventory } = reading;
  const calls: (ts.CallExpression | ts.NewExpression)[] = [registration];
  const receiver = tsc.isPropertyAccessExpression(registration.expression) ? registration.expression.expression : undefined;
  const made =
    receiver === undefined
      ? []
      : ev.values(receiver).flatMap(v => (v.kind === 'foreign' ? v.steps.flatMap(s => (s.kind === 'new' ? [s.node] : [])) : []));
  for (const node of made) if (tsc.isNewExpression(node)) calls.push(node);
  for (const file of [registration.getSourceFile().fileName, ...index.importersOf(registration.getSourceFile().fileName)].slice(0, 30)) {
    if (inventory.roleOf(file) !== 'production') continue;
    for (const call of program.unit(file)?.calls ?? []) {
      if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression) || call.expression.name.text !== 'include_router')
        continue;
      const [router] = call.arguments;
      const same =
        router !== undefined &&
        ev.values(router).some(v => v.kind === 'foreign' && v.steps.some(s => s.kind === 'new' && made.includes(s.node)));
      if (same) calls.push(call);
    }
  }
  for (const call of calls) {
    // A decorator's own keywords stand before the function that it is given.
    const keywords = (call.arguments ?? []).flatMap(arg => (isKeywords(arg) ? [arg] : []))[0];
    const given = keywords === undefined ? [] : property(reading, keywords, BEFORE);
    for (const item of ev.anyMember(given.filter(v => v.kind === 'array'))) {
      // `Depends(check)` is a construction of the framework's; what it is given runs.
      const depends = item.kind === 'foreign' ? item.steps.findLast(s => s.kind !== 'member') : undefined;
      const [what] = depends === undefined || !('args' in depends) ? [] : (depends.args ?? []);
      if (what !== undefined) for (const value of ev.values(what)) dependency(reading, limits, value, call, [scope]);
    }
  }
}

/** `@app.before_request`, `@app.middleware("http")`, middleware classes: functions around every request of an app. */
function around(reading: Reading, limits: Limits, entries: readonly Entry[]): void {
  const { ev, program, inventory, index } = reading;
  const http = entries.filter(entry => entry.registration !== undefined);
  const files = new Set(http.flatMap(({ registration }) => registration?.getSourceFile().fileName ?? []));
  for (const file of [...files]) for (const importer of index.importersOf(file)) files.add(importer);
  for (const file of [...files].slice(0, 60)) {
    if (inventory.roleOf(file) !== 'production') continue;
    for (const call of program.unit(file)?.calls ?? []) {
      if (!tsc.isCallExpression(call) || !isForAll(call) || !isRegistration(ev, call)) continue;
      const guarded = http.map(entry => entry.scope);
      for (const arg of call.arguments) {
        for (const value of tsc.isSpreadElement(arg) ? [] : ev.values(arg)) {
          before(reading, limits, value, guarded);
          if (value.kind !== 'class') continue;
          for (const name of ['dispatch', '__call__', 'process_request', 'on_request'])
            for (const method of ev.member([{ kind: 'instance', of: value.node, args: undefined, frame: undefined }], name))
              before(reading, limits, method, guarded);
        }
      }
    }
  }
}
