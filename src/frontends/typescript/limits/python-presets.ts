// Limits that a limiter of Python puts before every route of its app: `Limiter(key, app=app, default_limits=["50/hour"])` of
// Flask-Limiter, and the same of slowapi where its middleware is added. A route with a limit of its own is read elsewhere.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import { isPython } from '../dialect.ts';
import { keywordOf, keywordsIn } from '../evaluator/keywords.ts';
import { type Foreign, foreignPath, textOf, type Value } from '../evaluator/values.ts';
import type { Entry } from '../paths/paths.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import type { Limits } from './found.ts';
import { keyOfLimit, rateOf } from './python.ts';

const LIMITERS = /^py:(?:slowapi|flask_limiter)$/;
const APPS = /^py:(?:flask|fastapi|starlette)$/;
/** The lists of limits that hold without a word at the route. */
const LISTS = ['default_limits', 'application_limits'];
const MOST_FILES = 60;

/** Finds the limiters that guard all routes of an app. */
export function readPresets(reading: Reading, limits: Limits): void {
  const entries = reading.paths.entries.filter(({ scope, registration }) => registration !== undefined && isPython(scope));
  if (entries.length > 0)
    reading.ev.budget.ask(
      () => find(reading, limits, entries),
      () => {},
    );
}

function find(reading: Reading, limits: Limits, entries: readonly Entry[]): void {
  const { ev, index, inventory, program } = reading;
  const files = new Set(entries.flatMap(({ registration }) => registration?.getSourceFile().fileName ?? []));
  for (const file of [...files]) for (const importer of index.importersOf(file)) files.add(importer);
  const calls = [...files]
    .slice(0, MOST_FILES)
    .filter(file => inventory.roleOf(file) === 'production')
    .flatMap(file => program.unit(file)?.calls ?? []);
  const made = calls.filter(call => tsc.isNewExpression(call)).map(call => ({ call, value: foreignOf(reading, call.expression) }));
  const apps = made.filter(
    ({ value }) => value !== undefined && APPS.test(value.package) && /(?:^|\.)(?:Flask|FastAPI)$/.test(foreignPath(value)),
  );
  // Of several apps nobody can tell here which one a router belongs to.
  if (apps.length > 1) return;
  const limiters = new Map<ts.Node, Foreign>();
  for (const { call, value } of made) if (value !== undefined && isLimiter(value)) limiters.set(call, value);
  // A limiter in a file of its own, which the routes import.
  for (const call of calls) {
    const on = tsc.isPropertyAccessExpression(call.expression) ? call.expression.expression : undefined;
    for (const value of on === undefined ? [] : ev.values(on)) {
      const step = value.kind === 'foreign' && isLimiter(value) ? value.steps.find(s => s.kind === 'new') : undefined;
      if (value.kind === 'foreign' && step?.kind === 'new') limiters.set(step.node, value);
    }
  }
  for (const [node, value] of limiters) {
    if (!tsc.isNewExpression(node) || !isBound(reading, node, value, calls) || exempts(reading, calls)) continue;
    const options = keywordsIn(node.arguments ?? []);
    const option = (name: string): readonly Value[] => {
      const given = keywordOf(options, name);
      return given === undefined ? [] : ev.values(given);
    };
    const rates = LISTS.flatMap(option).flatMap(v => (v.kind === 'array' ? ev.anyMember([v]) : [v]));
    const rate = rateOf(rates);
    if (rate === undefined || option('enabled').some(v => v.kind === 'literal' && v.value === false)) continue;
    const positional = (node.arguments ?? []).filter(arg => arg !== options).flatMap(arg => ev.values(arg));
    const key = keyOfLimit(reading, [...option('key_func'), ...positional]) ?? { scope: 'address' };
    const storage = option('storage_uri').flatMap(v => textOf(v) ?? 'set elsewhere');
    const guarded = entries.filter(entry => !isOwn(reading, entry)).map(({ scope }) => scope);
    const opens = option('swallow_errors').some(v => v.kind === 'literal' && v.value === true);
    limits.put(
      node,
      {
        scope: key.scope,
        note: key.note,
        unit: 'requests',
        ...rate,
        state: storage.some(text => !text.startsWith('memory')) ? 'shared' : 'process',
        what: value.package.slice(3),
        ...(option('enabled').some(v => v.kind !== 'literal') ? { needs: 'its option enabled is on' } : {}),
        ...(opens ? { failsOpen: 'an error of its store lets the request through' } : {}),
      },
      guarded,
    );
  }
}

function foreignOf({ ev }: Reading, node: ts.Expression): Foreign | undefined {
  return ev.values(node).find(v => v.kind === 'foreign');
}

function isLimiter(value: Foreign): boolean {
  const [first] = value.steps;
  return LIMITERS.test(value.package) && first?.kind === 'member' && first.name === 'Limiter';
}

/** Is a limiter given to an app? Flask: by its option or by `init_app`; slowapi: by its middleware. */
function isBound(
  { ev }: Reading,
  node: ts.NewExpression,
  value: Foreign,
  calls: readonly (ts.CallExpression | ts.NewExpression)[],
): boolean {
  if (value.package === 'py:slowapi')
    return calls.some(call =>
      (call.arguments ?? []).some(arg =>
        ev.values(arg).some(v => v.kind === 'foreign' && v.package === 'py:slowapi' && /SlowAPI(?:ASGI)?Middleware$/.test(foreignPath(v))),
      ),
    );
  const isApp = (given: ts.Expression): boolean => ev.values(given).some(v => v.kind === 'foreign' && APPS.test(v.package));
  const app = keywordOf(keywordsIn(node.arguments ?? []), 'app');
  if ([...(app === undefined ? [] : [app]), ...(node.arguments ?? [])].some(isApp)) return true;
  return calls.some(
    call =>
      tsc.isPropertyAccessExpression(call.expression) &&
      call.expression.name.text === 'init_app' &&
      ev.values(call.expression.expression).some(v => v.kind === 'foreign' && v.steps.some(s => s.kind === 'new' && s.node === node)),
  );
}

/** `limiter.exempt(blueprint)`: whole parts of the app go without. */
function exempts({ ev }: Reading, calls: readonly (ts.CallExpression | ts.NewExpression)[]): boolean {
  return calls.some(
    call =>
      tsc.isPropertyAccessExpression(call.expression) &&
      call.expression.name.text === 'exempt' &&
      (call.arguments ?? []).some(arg => ev.values(arg).some(v => v.kind === 'foreign')),
  );
}

/** Has a route a limit of its own, or none by its own word? */
function isOwn({ ev }: Reading, { scope }: Entry): boolean {
  if (!isFunctionNode(scope)) return true;
  return decoratorsOf(scope).some(one =>
    ev.values(tsc.isCallExpression(one) ? one.expression : one).some(v => v.kind === 'foreign' && LIMITERS.test(v.package)),
  );
}
