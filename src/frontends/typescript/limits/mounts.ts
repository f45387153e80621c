// What is mounted before which entry point: apps, routers in apps, prefixes, and the order of registration.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { textOf } from '../evaluator/values.ts';
import type { Scope } from '../paths/paths.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

/** A call that gives something to an app or a router. */
export interface Mount {
  readonly call: ts.CallExpression;
  /** What stands for the app: the call that makes it, or the function that is given it. */
  readonly app: ts.Node | undefined;
  readonly method: string;
  readonly path: string | undefined;
  /** The arguments without the path. */
  readonly given: readonly ts.Expression[];
}

interface Entry {
  readonly scope: Scope;
  readonly mount: Mount;
}

const MOUNTING = new Set(['use', 'register', 'addHook', 'route', 'all', 'mount']);
const MOUNTS = new RegExp(`\\.\\s*(?:${[...MOUNTING].join('|')})\\b`);
const MOST_FILES = 60;

export class Mounts {
  /** Everything that is mounted for more than one route. */
  readonly mounts: readonly Mount[];
  /** The routes that lead to a model call. */
  readonly routes: readonly Entry[];
  readonly #ev: Evaluator;

  constructor(reading: Reading, nominated: readonly string[]) {
    const { ev, paths, index, inventory, program } = reading;
    this.#ev = ev;
    this.routes = paths.entries.flatMap(({ scope, registration }) =>
      registration !== undefined && tsc.isCallExpression(registration) ? [{ scope, mount: this.#mountOf(registration) }] : [],
    );
    const files = new Set(nominated);
    let ring = [...new Set(this.routes.map(route => route.mount.call.getSourceFile().fileName))];
    for (const file of ring) files.add(file);
    for (let depth = 0; depth < 3 && files.size < MOST_FILES; depth++) {
      ring = ring.flatMap(file => index.importersOf(file)).filter(file => !files.has(file) && inventory.roleOf(file) === 'production');
      for (const file of ring) files.add(file);
    }
    const calls = [...files]
      .slice(0, MOST_FILES)
      .filter(file => MOUNTS.test(inventory.read(file) ?? ''))
      .flatMap(file => program.unit(file)?.calls ?? []);
    this.mounts = calls.flatMap(call => {
      if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression)) return [];
      return MOUNTING.has(call.expression.name.text) ? [this.#mountOf(call)] : [];
    });
  }

  #mountOf(call: ts.CallExpression): Mount {
    const callee = call.expression;
    // `defineEventHandler(handler)`, `serve(handler)`: the handler is an app of its own.
    if (!tsc.isPropertyAccessExpression(callee)) return { call, app: undefined, method: '', path: undefined, given: call.arguments };
    const on = strip(callee.expression);
    let path: string | undefined;
    let given: readonly ts.Expression[] = call.arguments;
    const first = call.arguments[0];
    const text = first === undefined ? undefined : this.#text(first);
    if (text !== undefined && callee.name.text !== 'addHook') {
      path = text;
      given = call.arguments.slice(1);
    } else if (
      on !== undefined &&
      tsc.isCallExpression(on) &&
      tsc.isPropertyAccessExpression(on.expression) &&
      on.expression.name.text === 'route'
    ) {
      path = on.arguments[0] === undefined ? undefined : this.#text(on.arguments[0]);
    }
    return { call, app: this.#identity(callee.expression), method: callee.name.text, path, given };
  }

  #text(node: ts.Expression): string | undefined {
    return this.#ev.budget.ask(
      () => this.#ev.values(node).flatMap(v => textOf(v) ?? [])[0],
      () => undefined,
    );
  }

  /** The node that stands for an app or a router, however it is named. */
  #identity(expression: ts.Expression, depth = 0): ts.Node | undefined {
    const node = strip(expression) ?? expression;
    if (tsc.isIdentifier(node)) {
      const binding = resolve(node);
      if (binding?.kind === 'parameter' && binding.element === undefined && depth < 4 && isFunctionNode(binding.node.parent)) {
        const fn = binding.node.parent;
        const index = fn.parameters.indexOf(binding.node);
        const given = this.#ev.callers(fn).flatMap(call => call.arguments?.[index] ?? []);
        const known = given.length === 1 && given[0] !== undefined ? this.#identity(given[0], depth + 1) : undefined;
        return known ?? fn;
      }
    }
    for (const value of this.#ev.budget.ask(
      () => this.#ev.values(node),
      () => [],
    )) {
      if (value.kind === 'foreign') {
        const made = value.steps.find(s => s.kind !== 'member');
        if (made !== undefined) return made.node;
      }
      if (value.kind === 'function' || value.kind === 'instance') return value.kind === 'function' ? value.node : value.of;
    }
    return undefined;
  }

  /** The functions behind the routes that lead to a model call and that something mounted stands before. */
  guarded(mount: Mount): Scope[] {
    return this.routes.filter(route => this.#covers(mount, route.mount)).map(route => route.scope);
  }

  #covers(mount: Mount, route: Mount): boolean {
    if (mount.call === route.call) return true;
    if (mount.app === undefined) return false;
    let at: { app: ts.Node | undefined; path: string | undefined; call: ts.CallExpression } = route;
    for (let hops = 0; hops < 6 && at.app !== undefined; hops++) {
      if (at.app === mount.app && startsWith(at.path, mount.path) && before(mount.call, at.call)) return true;
      const app: ts.Node = at.app;
      const up = this.mounts.find(m => m.app !== app && m.given.some(arg => this.#identity(arg) === app));
      if (up === undefined) return false;
      at = { app: up.app, path: joined(up.path ?? prefixOf(up), at.path), call: up.call };
      // `app.use('/api', limiter, router)`
      if (up.call === mount.call) return true;
    }
    return false;
  }
}

/** Registered earlier; in another file the order is not seen, and middleware is taken to come first. */
function before(a: ts.CallExpression, b: ts.CallExpression): boolean {
  return a.getSourceFile() !== b.getSourceFile() || a.getEnd() < b.getEnd();
}

function startsWith(path: string | undefined, prefix: string | undefined): boolean {
  if (prefix === undefined) return true;
  const wanted = prefix.replace(/[*:(].*$/, '').replace(/\/+$/, '');
  if (wanted === '') return true;
  return path !== undefined && (path === wanted || path.startsWith(`${wanted}/`));
}

function joined(prefix: string | undefined, path: string | undefined): string | undefined {
  if (prefix === undefined) return path;
  return `${prefix.replace(/\/+$/, '')}/${(path ?? '').replace(/^\/+/, '')}`.replace(/(.)\/$/, '$1');
}

/** Fastify: `app.register(routes, { prefix: '/api' })`. */
function prefixOf(mount: Mount): string | undefined {
  const options = mount.given[1];
  return options === undefined ? undefined : /prefix:\s*['"`]([^'"`]{1,200})['"`]/.exec(options.getText().slice(0, 1000))?.[1];
}
