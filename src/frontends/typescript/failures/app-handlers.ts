// Who is told of a failure that a handler of an app or a bot lets out: `app.onError(fn)`, `bot.catch(fn)`, `@app.exception_handler(Exception)`.
import type { ts } from 'ts-morph';
import { lastName } from '../calls/find.ts';
import { inRange } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, foreignPath } from '../evaluator/values.ts';
import type { Program, Unit } from '../program.ts';
import type { ImportIndex } from '../specifiers.ts';
import { isAsync } from '../syntax.ts';
import { functionsOf } from './surface.ts';

/** A function that is given what a handler threw. */
export interface AppHandler {
  readonly fn: FunctionNode;
  /** The position of the parameter that holds the error. */
  readonly at: number;
}

/** How frameworks are told of such a function, and which of its parameters is the error. */
interface Way {
  readonly family: string;
  readonly packages: RegExp;
  readonly names: ReadonlySet<string>;
  readonly at: number;
  /** The first argument says which errors it takes. */
  readonly byClass?: true;
}

const WAYS: readonly Way[] = [
  {
    family: 'fastapi',
    packages: /^py:(?:fastapi|starlette)$/,
    names: new Set(['exception_handler', 'add_exception_handler']),
    at: 1,
    byClass: true,
  },
  { family: 'flask', packages: /^py:(?:flask|quart)$/, names: new Set(['errorhandler', 'register_error_handler']), at: 0, byClass: true },
  { family: 'telegram', packages: /^py:telegram$/, names: new Set(['add_error_handler']), at: 1 },
  { family: 'express', packages: /^express$/, names: new Set(['use']), at: 0 },
  { family: 'hono', packages: /^hono$|^@hono\//, names: new Set(['onError']), at: 0 },
  { family: 'fastify', packages: /^fastify$/, names: new Set(['setErrorHandler']), at: 0 },
];
/** The errors that a failed request to a provider is one of. */
const EVERY = /^(?:Exception|BaseException|500)$/;
/** What takes a part of the requests only, and tells of its own. */
const PART = /Router|Blueprint/;
/** Methods of an app or a bot by which it is told in every framework. */
const TOLD = new Set(['onError', 'setErrorHandler', 'catch', 'error']);

/** Files that are looked at between a router and its app. */
const MOST_FILES = 2000;

/** Knows the apps of a program and whom they tell. */
export class AppHandlers {
  readonly #ev: Evaluator;
  readonly #index: ImportIndex;
  readonly #ofFiles = new WeakMap<Unit, Map<string, readonly AppHandler[]>>();
  readonly #elsewhere = new Map<string, readonly (AppHandler & { readonly told: string })[]>();

  /** @param index who imports whom */
  constructor(ev: Evaluator, index: ImportIndex) {
    this.#ev = ev;
    this.#index = index;
  }

  /** The functions that are told what the handler of a registration throws: by the same app or bot, or by the app that takes in its router. */
  of(registration: ts.Node): readonly AppHandler[] {
    // `application.add_handler(MessageHandler(filters.VOICE, transcribe))`
    let call = registration;
    while (tsc.isCallExpression(call.parent) && call.parent.expression !== call) call = call.parent;
    const callee = tsc.isCallExpression(call) ? call.expression : call;
    if (!tsc.isPropertyAccessExpression(callee)) return [];
    const own = this.#byName(this.#ev.program.unitOf(registration), callee.expression.getText());
    if (own.length > 0) return own;
    const family = this.#inFamily(callee.expression);
    if (family.length === 0) return [];
    // Of several apps in one repository, the one that takes in the router tells of it.
    const above = this.#above(registration.getSourceFile().fileName);
    return family.filter(({ told }) => above.has(told));
  }

  /**
   * Is nobody told because the framework does not wait for its handlers? Express before version 5 hears of no rejected promise, unless
   * something wraps the handler or the framework (Express 5.0: "rejected promises are handled").
   */
  ignores(registration: ts.Node, handler: FunctionNode): boolean {
    if (!tsc.isCallExpression(registration) || !tsc.isPropertyAccessExpression(registration.expression) || !isAsync(handler)) return false;
    const { fileName } = registration.getSourceFile();
    const { inventory } = this.#ev.program;
    const version = inventory.versionOf(fileName, 'express')?.version;
    if (version === undefined || !inRange(version, '<5.0.0-0') || inventory.versionOf(fileName, 'express-async-errors') !== undefined)
      return false;
    const given = registration.arguments.flatMap(arg => (tsc.isArrayLiteralExpression(arg) ? [...arg.elements] : [arg]));
    const bare = given.some(arg => arg === handler || (tsc.isIdentifier(arg) && functionsOf(this.#ev, arg).includes(handler)));
    return bare && this.#wayOf(registration.expression.expression)?.family === 'express';
  }

  /** Whom the app that a file calls by this name tells; every route of it asks. */
  #byName(unit: Unit, receiver: string): readonly AppHandler[] {
    const here = this.#ofFiles.get(unit) ?? new Map<string, readonly AppHandler[]>();
    this.#ofFiles.set(unit, here);
    let told = here.get(receiver);
    if (told === undefined) {
      told = unit.calls.flatMap((call): readonly AppHandler[] => {
        if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression)) return [];
        return call.expression.expression.getText() === receiver ? this.#told(call, call.expression.name.text) : [];
      });
      here.set(receiver, told);
    }
    return told;
  }

  #told(call: ts.CallExpression, name: string): readonly AppHandler[] {
    const last = call.arguments.at(-1);
    if (last === undefined) return [];
    if (isPython(call)) {
      const way = WAYS.find(one => one.names.has(name) && one.packages.source.startsWith('^py:'));
      if (way === undefined || (way.byClass === true && !takesEvery(call))) return [];
      return functionsOf(this.#ev, last).map(fn => ({ fn, at: way.at }));
    }
    if (TOLD.has(name)) return functionsOf(this.#ev, last).map(fn => ({ fn, at: 0 }));
    // Express knows a handler of errors by its four parameters.
    return name === 'use' && !hasPath(call)
      ? functionsOf(this.#ev, last)
          .filter(fn => fn.parameters.length === 4)
          .map(fn => ({ fn, at: 0 }))
      : [];
  }

  /** The handlers of the apps of the same framework, which take in the routers of other files. */
  #inFamily(receiver: ts.Expression): readonly (AppHandler & { readonly told: string })[] {
    const way = this.#wayOf(receiver);
    if (way === undefined) return [];
    const known = this.#elsewhere.get(way.family);
    if (known !== undefined) return known;
    // Whoever looks for it while it is looked for learns nothing.
    this.#elsewhere.set(way.family, []);
    const found = production(this.#ev.program)
      .filter(file => isAsking(this.#ev.program, file, way))
      .flatMap(file => this.#ev.program.unit(file)?.calls ?? [])
      .flatMap(call => {
        const name = tsc.isCallExpression(call) ? lastName(call.expression) : undefined;
        if (name === undefined || !way.names.has(name) || !tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression))
          return [];
        const told = this.#told(call, name);
        if (told.length === 0 || this.#wayOf(call.expression.expression, PART) !== way) return [];
        return told.map(one => ({ ...one, told: call.getSourceFile().fileName }));
      });
    this.#elsewhere.set(way.family, found);
    return found;
  }

  /** A file and all that import it, directly or by way of others. */
  #above(file: string): ReadonlySet<string> {
    const seen = new Set([file]);
    for (const one of seen) {
      if (seen.size > MOST_FILES) break;
      for (const importer of this.#index.importersOf(one)) seen.add(importer);
    }
    return seen;
  }

  /** @param but what the receiver must not be */
  #wayOf(receiver: ts.Expression, but?: RegExp): Way | undefined {
    for (const value of this.#ev.values(receiver)) {
      if (value.kind !== 'foreign' || but?.test(foreignPath(value)) === true) continue;
      const way = WAYS.find(one => one.packages.test(value.package));
      if (way !== undefined) return way;
    }
    return undefined;
  }
}

/** Does a file name the framework, and call something as it is told? Most files need not be parsed for the question. */
function isAsking(program: Program, file: string, { names, packages }: Way): boolean {
  const modules = packages.source.match(/[a-z]{4,}/g) ?? [];
  const text = program.inventory.written(file) ?? '';
  return [...names].some(name => text.includes(`.${name}(`)) && modules.some(name => text.includes(name));
}

function takesEvery(call: ts.CallExpression): boolean {
  const [first] = call.arguments;
  return first !== undefined && call.arguments.length > 1 && EVERY.test(first.getText());
}

/** `app.use('/admin', onError)` hears of what stands below that path, `app.use(onError)` of everything. */
function hasPath(call: ts.CallExpression): boolean {
  const [first] = call.arguments;
  return (
    first !== undefined && (tsc.isStringLiteralLike(first) || tsc.isArrayLiteralExpression(first) || tsc.isRegularExpressionLiteral(first))
  );
}

function production({ inventory }: Program): readonly string[] {
  return inventory.files.filter(file => /\.(?:py|[cm]?[jt]sx?)$/.test(file) && inventory.roleOf(file) === 'production');
}
