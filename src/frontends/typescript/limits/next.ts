// Next.js: the middleware (proxy) file runs before the routes that its matcher names.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { textOf } from '../evaluator/values.ts';
import type { Scope } from '../paths/paths.ts';
import type { Reading } from '../reader.ts';
import type { Limits } from './found.ts';

const MIDDLEWARE = /^(.*?)(?:src\/)?(?:middleware|proxy)\.[cm]?[jt]s$/;
const ROUTE = /(?:^|\/)(?:src\/)?(?:app\/(.*)\/route|pages\/(api\/.*?)(?:\/index)?)\.[cm]?[jt]sx?$/;

/** Finds limits in middleware files. */
export function readNext(reading: Reading, limits: Limits): void {
  const { ev, inventory, program, sources } = reading;
  for (const file of sources) {
    const root = MIDDLEWARE.exec(file)?.[1];
    if (root === undefined || inventory.roleOf(file) !== 'production') continue;
    const unit = program.unit(file);
    if (unit === undefined) continue;
    const functions = ['middleware', 'proxy', 'default'].flatMap(name =>
      ev.budget
        .ask(
          () => ev.exported(file, name),
          () => [],
        )
        .flatMap(v => (v.kind === 'function' && v.node.getSourceFile().fileName === file ? [v.node] : [])),
    );
    const matchers = ev.budget.ask(
      () => matchersOf(reading, file),
      () => [],
    );
    for (const fn of new Set(functions)) limits.before(fn, routesBehind(reading, root, matchers));
  }
}

function matchersOf(reading: Reading, file: string): string[] {
  const { ev } = reading;
  const found = ev.member(ev.exported(file, 'config'), 'matcher');
  return found.flatMap(v => (v.kind === 'array' ? ev.anyMember([v]) : [v])).flatMap(v => textOf(v) ?? []);
}

function routesBehind(reading: Reading, root: string, matchers: readonly string[]): Scope[] {
  return reading.paths.entries.flatMap(({ scope }) => {
    const file = (scope as ts.Node).getSourceFile().fileName;
    const match = ROUTE.exec(file);
    const path = match?.[1] ?? match?.[2];
    if (path === undefined || !file.startsWith(root) || tsc.isSourceFile(scope)) return [];
    const url = `/${path
      .split('/')
      .filter(part => !/^\(.*\)$/.test(part))
      .join('/')}`;
    return matchers.length === 0 || matchers.some(matcher => matches(matcher, url)) ? [scope] : [];
  });
}

/** `/api/:path*`, `/((?!_next).*)`: compared up to the first variable part; a negative look-ahead is taken to let routes through. */
function matches(matcher: string, url: string): boolean {
  const fixed = matcher.replace(/[:(*].*$/, '').replace(/\/$/, '');
  if (/\(\?!/.test(matcher)) return !/\(\?![^)]*\bapi\b/.test(matcher) && url.startsWith(fixed);
  return fixed === matcher.replace(/\/$/, '') ? url === fixed : url === fixed || url.startsWith(`${fixed}/`);
}
