// Limits that a framework runs before a route: middleware and plugins of packages, the repository's own middleware.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Values } from '../evaluator/evaluate.ts';
import type { Foreign, FunctionNode, Value } from '../evaluator/values.ts';
import type { Scope } from '../paths/paths.ts';
import type { Reading } from '../reader.ts';
import { ruled, stateOf } from './asked.ts';
import type { Limits } from './found.ts';
import { type Key, keyOf } from './keys.ts';
import { BY_SENDER, type Library, libraryOf } from './libraries.ts';
import { type Mount, Mounts } from './mounts.ts';
import type { Read } from './own.ts';
import { NO_ENV } from './trace.ts';

/** Options of a route under which frameworks take what runs before it. */
const HOOKS = ['preHandler', 'onRequest', 'preValidation', 'beforeHandle', 'middleware', 'middlewares'];

/** Finds what is mounted before the routes that lead to a model call. */
export function readMounted(reading: Reading, limits: Limits, nominated: readonly string[]): void {
  const { ev, program } = reading;
  const all = new Mounts(reading, nominated);
  const seen = new Set<ts.Node>();
  for (const mount of [...all.mounts, ...all.routes.map(route => route.mount)]) {
    if (seen.has(mount.call)) continue;
    seen.add(mount.call);
    let scopes: Scope[] | undefined;
    const guarded = (): Scope[] => {
      scopes ??= ev.budget.ask(
        () => all.guarded(mount),
        () => [],
      );
      return scopes;
    };
    for (const value of given(reading, mount)) {
      if (value.kind === 'foreign') {
        const library = libraryOf(value.package);
        if (library?.mounted === true)
          limits.put(nodeOf(value, mount), readOf(reading, value, library, mount), atRoutes(reading, value, mount, all) ?? guarded());
      } else if (value.kind === 'function' && !reading.paths.leads.has(value.node)) limits.before(value.node as FunctionNode, guarded());
    }
  }
  // Made and mounted nowhere, or nowhere that matters.
  for (const file of nominated) {
    for (const call of program.unit(file)?.calls ?? []) {
      const value = ev.budget
        .ask(
          () => ev.values(call.expression),
          () => [],
        )
        .find(v => v.kind === 'foreign');
      const library = value?.kind === 'foreign' ? libraryOf(value.package) : undefined;
      if (value?.kind !== 'foreign' || library?.mounted !== true || value.steps.some(s => s.kind !== 'member')) continue;
      const made: Foreign = { ...value, steps: [...value.steps, { kind: 'call', args: call.arguments, frame: undefined, node: call }] };
      limits.put(call, readOf(reading, made, library, undefined), []);
    }
  }
}

/** Everything that a mount is given: its arguments, the items of lists, the hooks of a route. */
function given(reading: Reading, mount: Mount): Values {
  const { ev } = reading;
  return ev.budget.ask(
    () =>
      mount.given.flatMap((arg): Values => {
        const values = tsc.isSpreadElement(arg) ? [] : ev.values(arg);
        const objects = values.filter(v => v.kind === 'object');
        const hooks = objects.length === 0 ? [] : HOOKS.flatMap(name => ev.member(objects, name));
        return [...values, ...hooks].flatMap((v): Values => (v.kind === 'array' ? ev.anyMember([v]) : [v]));
      }),
    () => [],
  );
}

function nodeOf(value: Foreign, mount: Mount): ts.Node {
  const made = value.steps.findLast(s => s.kind !== 'member');
  return made === undefined ? mount.call : made.node;
}

function optionsOf(reading: Reading, value: Foreign, mount: Mount | undefined): Values {
  const made = value.steps.findLast(s => s.kind !== 'member');
  const args = made === undefined ? [] : (made.args ?? []).map(node => ({ node, frame: made.frame }));
  // A plugin is handed over bare, with its options beside it: `app.register(rateLimit, { max: 100 })`.
  const beside = made === undefined ? (mount?.given.slice(1) ?? []).map(node => ({ node, frame: undefined })) : [];
  return [...args, ...beside].flatMap(({ node, frame }) => (tsc.isSpreadElement(node) ? [] : reading.ev.values(node, frame)));
}

function readOf(reading: Reading, value: Foreign, library: Library, mount: Mount | undefined): Read {
  const { ev } = reading;
  return ev.budget.ask(
    (): Read => {
      const options = optionsOf(reading, value, mount);
      const makers = (library.keys ?? []).flatMap(name => ev.member(options, name));
      const keys = makers.flatMap(v => (v.kind === 'function' ? ev.returnsOf(v.node) : []));
      const fallback: Key = { scope: BY_SENDER.has(value.package) ? 'user' : 'address' };
      const key =
        keys.length === 0
          ? fallback
          : keyOf(
              ev,
              keys.map(node => ({ node, env: NO_ENV })),
            );
      const skipped = ['skip', 'allowList'].some(name => ev.member(options, name).some(v => v.kind === 'function' || v.kind === 'array'));
      const opens =
        ev.member(options, 'skipOnError').some(v => v.kind === 'literal' && v.value === true) ||
        ev.member(options, 'passOnStoreError').some(v => v.kind === 'literal' && v.value === true);
      return {
        scope: key.scope,
        note: key.note,
        unit: 'requests',
        ...ruled(ev, library, options),
        state: stateOf(ev, library, value, options),
        what: value.package,
        ...(skipped ? { needs: 'its option skip or allowList lets it' } : {}),
        ...(opens ? { failsOpen: 'an error of its store lets the request through' } : {}),
      };
    },
    (): Read => ({ scope: 'unknown', unit: 'requests', amount: null, window: null, state: 'unknown', what: value.package }),
  );
}

/** `global: false`: only the routes that ask for it. undefined: all. */
function atRoutes(reading: Reading, value: Foreign, mount: Mount, all: Mounts): Scope[] | undefined {
  if (!value.package.includes('fastify')) return undefined;
  const options = optionsOf(reading, value, mount);
  if (!reading.ev.member(options, 'global').some((v: Value) => v.kind === 'literal' && v.value === false)) return undefined;
  return all.routes
    .filter(route => /\brateLimit\b/.test(route.mount.given.map(g => g.getText().slice(0, 2000)).join(' ')))
    .map(route => route.scope);
}
