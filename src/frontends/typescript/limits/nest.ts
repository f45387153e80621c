// NestJS: @nestjs/throttler, as a guard of the whole application, of a controller or of one method.
import type { ts } from 'ts-morph';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import { heritage } from '../evaluator/classes.ts';
import type { Values } from '../evaluator/evaluate.ts';
import type { Scope } from '../paths/paths.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { propertyName } from '../syntax.ts';
import type { Limits } from './found.ts';
import { type Key, keyOf } from './keys.ts';
import { NEST } from './libraries.ts';
import type { Read } from './own.ts';
import { NO_ENV } from './trace.ts';

interface Settings {
  readonly amount: number | null;
  readonly ttl: number | null;
}

/** Finds the throttling of the handlers that lead to a model call. */
export function readNest(reading: Reading, limits: Limits, nominated: readonly string[]): void {
  const { ev, program } = reading;
  const handlers = reading.paths.entries.flatMap(({ scope }) =>
    tsc.isMethodDeclaration(scope) && tsc.isClassLike(scope.parent) ? [scope] : [],
  );
  for (const handler of handlers) for (const guard of guardsOf(handler)) ownGuard(reading, limits, guard, handler);
  const units = nominated
    .flatMap(file => program.unit(file) ?? [])
    .filter(unit => [...unit.imports.values()].some(i => i.specifier === NEST));
  if (units.length === 0) return;
  const shared = { amount: null, ttl: null } as Settings;
  let module: Settings = shared;
  let stored = false;
  const globals: { node: ts.Node; guard: Values }[] = [];
  for (const unit of units) {
    for (const call of unit.calls) {
      const made = ev.budget.ask(
        () => ev.values(call.expression),
        () => [],
      );
      if (!made.some(v => v.kind === 'foreign' && v.package === NEST && v.steps.some(s => s.kind === 'member' && /^forRoot/.test(s.name))))
        continue;
      module = settingsIn(reading, call.arguments ?? []) ?? module;
      stored ||= (call.arguments ?? []).some(a => /\bstorage\b/.test(a.getText()));
    }
    walk(unit.ast, node => {
      if (!tsc.isObjectLiteralExpression(node)) return;
      const provides = node.properties.some(
        p => propertyName(p) === 'provide' && tsc.isPropertyAssignment(p) && p.initializer.getText() === 'APP_GUARD',
      );
      const use = node.properties.find(p => propertyName(p) === 'useClass' || propertyName(p) === 'useExisting');
      if (provides && use !== undefined && tsc.isPropertyAssignment(use)) globals.push({ node: use, guard: ev.values(use.initializer) });
    });
  }
  for (const { node, guard } of globals) {
    const key = trackerOf(reading, guard);
    if (key !== undefined) limits.put(node, readOf(key, module, stored), handlers.filter(h => !skips(h)) as Scope[]);
  }
  for (const handler of handlers) {
    if (skips(handler)) continue;
    for (const arg of guardsOf(handler)) {
      const key = trackerOf(reading, ev.values(arg));
      if (key !== undefined) limits.put(arg, readOf(key, throttleOf(reading, handler) ?? module, stored), [handler]);
    }
  }
}

/** What `@UseGuards(...)` puts before a method. */
function guardsOf(method: ts.MethodDeclaration): readonly ts.Expression[] {
  return decoratorsOf(method).flatMap(decorator => named(decorator, 'UseGuards')?.arguments ?? []);
}

/** A guard of the repository, whose `canActivate` answers whether the handler may run. */
function ownGuard({ ev }: Reading, limits: Limits, guard: ts.Expression, handler: ts.MethodDeclaration): void {
  ev.budget.ask(
    () => {
      for (const value of ev.values(guard)) {
        const node = value.kind === 'class' ? value.node : value.kind === 'instance' ? value.of : undefined;
        const asked = node?.members.find(m => tsc.isMethodDeclaration(m) && propertyName(m) === 'canActivate');
        if (asked !== undefined && tsc.isMethodDeclaration(asked)) limits.before(asked, [handler], 'answers');
      }
    },
    () => {},
  );
}

function readOf(key: Key, { amount, ttl }: Settings, stored: boolean): Read {
  return { scope: key.scope, note: key.note, unit: 'requests', amount, window: ttl, state: stored ? 'shared' : 'process', what: NEST };
}

/** Decorators of a method and of its class. */
function decoratorsOf(method: ts.MethodDeclaration): readonly ts.Decorator[] {
  const own = tsc.getDecorators(method) ?? [];
  return tsc.isClassDeclaration(method.parent) ? [...own, ...(tsc.getDecorators(method.parent) ?? [])] : own;
}

function named(decorator: ts.Decorator, name: string): ts.CallExpression | undefined {
  const call = decorator.expression;
  return tsc.isCallExpression(call) && call.expression.getText() === name ? call : undefined;
}

function skips(method: ts.MethodDeclaration): boolean {
  return decoratorsOf(method).some(d => named(d, 'SkipThrottle') !== undefined);
}

function throttleOf(reading: Reading, method: ts.MethodDeclaration): Settings | undefined {
  for (const decorator of decoratorsOf(method)) {
    const call = named(decorator, 'Throttle');
    if (call !== undefined) return settingsIn(reading, call.arguments);
  }
  return undefined;
}

/** `[{ ttl: 60_000, limit: 10 }]`, `{ default: { limit, ttl } }`, and `(limit, ttl)` of old versions, in seconds. */
function settingsIn(reading: Reading, args: readonly ts.Expression[]): Settings | undefined {
  const { ev } = reading;
  let found: Settings | undefined;
  for (const arg of args) {
    walk(arg, node => {
      if (found !== undefined || !tsc.isObjectLiteralExpression(node)) return;
      const values = ev.values(node);
      const [limit, ttl] = ['limit', 'ttl'].map(name => Math.max(...numbersIn(ev.member(values, name))));
      if (limit === undefined || ttl === undefined || !Number.isFinite(limit)) return;
      found = { amount: limit, ttl: Number.isFinite(ttl) ? (ttl >= 1000 ? ttl / 1000 : ttl) : null };
    });
  }
  const [limit, ttl] = args.map(a => numbersIn(ev.values(a))[0]);
  return found ?? (limit !== undefined && ttl !== undefined ? { amount: limit, ttl } : undefined);
}

/** By what a throttling guard counts; undefined: it is none. */
function trackerOf(reading: Reading, guard: Values, depth = 0): Key | undefined {
  const { ev } = reading;
  for (const value of guard) {
    if (value.kind === 'foreign') {
      if (value.package === NEST && value.steps.some(s => s.kind === 'member' && s.name === 'ThrottlerGuard')) return { scope: 'address' };
      continue;
    }
    if (value.kind !== 'class' || depth > 3) continue;
    const base = heritage(value.node);
    const inherited = base === undefined ? undefined : trackerOf(reading, ev.values(base), depth + 1);
    if (inherited === undefined) continue;
    const own = value.node.members.find(m => tsc.isMethodDeclaration(m) && propertyName(m) === 'getTracker');
    if (own === undefined || !tsc.isMethodDeclaration(own)) return inherited;
    return keyOf(
      ev,
      ev.returnsOf(own).map(node => ({ node, env: NO_ENV })),
    );
  }
  return undefined;
}
