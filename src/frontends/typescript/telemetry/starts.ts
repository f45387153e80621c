// What runs when the program starts, beside the requests: modules that are imported, preloaded, or loaded by a convention.
import type { ts } from 'ts-morph';
import type { Reach } from '../../../core/index.ts';
import { switchAround } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import type { Deployment } from '../paths/deployment.ts';
import { scopeOf } from '../paths/paths.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { specifiersOf } from '../specifiers.ts';

/** Files that a framework loads on the server before anything else. */
const LOADED =
  /(?:^|\/)(?:instrumentation(?:\.node|\.edge|\.server)?|sentry\.(?:server|edge)\.config|hooks\.server|entry\.server|entry-server|server\/plugins\/[^/]+)\.[cm]?[jt]sx?$/;
/** Files that run in the browser. */
const BROWSER = /(?:^|\/)(?:instrumentation-client|sentry\.client\.config|entry\.client|hooks\.client|[^/]+\.client)\.[cm]?[jt]sx?$/;
const MOST_FILES = 3000;

export class Starts {
  readonly #reading: Reading;
  readonly #deployment: Deployment;
  #above: ReadonlySet<string> | undefined;

  constructor(reading: Reading, deployment: Deployment) {
    this.#reading = reading;
    this.#deployment = deployment;
  }

  /** Does a node run before or during the requests that cause a model call? */
  reachOf(node: ts.Node): Reach {
    const file = node.getSourceFile().fileName;
    if (BROWSER.test(file) || startsInBrowser(node)) return 'unconnected';
    const fn = enclosingFunction(node);
    if (fn === undefined) return this.#loads(file) ? 'on-path' : 'unconnected';
    const on = this.#reading.paths.reachOf(node);
    return on === 'on-path' || this.#isRun(fn, 0) ? 'on-path' : on;
  }

  /** The switch without which a node does not run: around it, or around every place that runs its function. */
  switchOf(node: ts.Node, depth = 0): string | undefined {
    const isSet = (name: string): boolean => this.#deployment.sets(name);
    const own = switchAround(this.#reading.ev, node, isSet);
    const fn = enclosingFunction(node);
    if (own !== undefined || fn === undefined || depth > 3) return own;
    const uses = this.#reading.paths.usesOf(fn).filter(use => use.how === 'called');
    const switches = uses.slice(0, 10).map(use => this.switchOf(use.node, depth + 1));
    return switches.length > 0 && switches.every(s => s !== undefined) ? switches[0] : undefined;
  }

  /** Is the function run at the top level of a module that is loaded, or exported for the framework to run? */
  #isRun(fn: FunctionNode, depth: number): boolean {
    const file = fn.getSourceFile().fileName;
    if (LOADED.test(file) && exportedName(fn) !== undefined) return true;
    if (depth > 5) return false;
    return this.#reading.paths.usesOf(fn).some(use => {
      const scope = scopeOf(use.node);
      // A timer runs once the function that sets it has run.
      if (use.how === 'registered' && !(isFunctionNode(scope) && isTimer(use.node))) return this.#loads(use.node.getSourceFile().fileName);
      if (!isFunctionNode(scope)) return this.#loads(use.node.getSourceFile().fileName);
      return scope !== fn && (this.#reading.paths.reachOf(use.node) === 'on-path' || this.#isRun(scope, depth + 1));
    });
  }

  /** Is the module loaded by the program that calls the model? */
  #loads(file: string): boolean {
    if (BROWSER.test(file)) return false;
    if (LOADED.test(file) || this.above.has(file) || this.isPreloaded(file)) return true;
    return this.rootsOf(file).some(other => this.above.has(other) || LOADED.test(other));
  }

  /** Is the file named by `--import` or `-r`, or as an entry of its package beside others? */
  isPreloaded(file: string): boolean {
    const stem = file.replace(/\.[cm]?[jt]sx?$/, '');
    if (this.#deployment.preloads(stem)) return true;
    const main = /"main"\s{0,4}:\s{0,4}"([^"\n]{1,300})"/.exec(this.#reading.inventory.read(manifestOf(this.#reading, file)) ?? '')?.[1];
    const tail = stem.slice(stem.lastIndexOf('/') + 1);
    // Azure Functions loads every file of the pattern in `main`.
    return main?.includes('{') === true && main.includes(`${tail}.js`);
  }

  /** The files that import a file, directly or through others. */
  rootsOf(file: string): readonly string[] {
    const seen = new Set([file]);
    const queue = [file];
    for (let next = queue.pop(); next !== undefined && seen.size < MOST_FILES; next = queue.pop()) {
      for (const importer of this.#reading.index.importersOf(next)) {
        if (seen.has(importer) || this.#reading.inventory.roleOf(importer) !== 'production') continue;
        seen.add(importer);
        queue.push(importer);
      }
    }
    seen.delete(file);
    return [...seen];
  }

  /** The files of model calls, and all that import them. */
  get above(): ReadonlySet<string> {
    if (this.#above !== undefined) return this.#above;
    const out = new Set<string>();
    for (const { node } of [...this.#reading.sites, ...this.#reading.requests]) {
      const file = node.getSourceFile().fileName;
      if (out.has(file) || this.#reading.inventory.roleOf(file) !== 'production') continue;
      out.add(file);
      for (const root of this.rootsOf(file)) out.add(root);
    }
    this.#above = out;
    return out;
  }

  /** Why code that patches other modules comes too late: a module of the program is loaded before it. */
  lateness(node: ts.Node, isClient: (specifier: string) => boolean): string | undefined {
    const { inventory } = this.#reading;
    const file = node.getSourceFile().fileName;
    if (LOADED.test(file) || this.isPreloaded(file)) return undefined;
    const loadsClient = (from: string, specifier: string): boolean => {
      if (isClient(specifier)) return true;
      const target = inventory.resolveImport(from, specifier);
      return target !== undefined && this.above.has(target);
    };
    const own = specifiersOf(inventory.read(file) ?? '').find(s => loadsClient(file, s));
    if (own !== undefined) return `${own} is loaded before it starts, and cannot be patched afterwards`;
    const direct = this.#reading.index.importersOf(file).filter(f => inventory.roleOf(f) === 'production');
    for (const importer of direct) {
      for (const specifier of specifiersOf(inventory.read(importer) ?? '')) {
        if (inventory.resolveImport(importer, specifier) === file) break;
        if (loadsClient(importer, specifier)) return `${importer} loads ${specifier} before it, which cannot be patched afterwards`;
      }
    }
    return undefined;
  }
}

function isTimer(node: ts.Node): boolean {
  return tsc.isCallExpression(node) && /^(?:setInterval|setTimeout|setImmediate)$/.test(node.expression.getText());
}

function manifestOf(reading: Reading, file: string): string {
  const dir = reading.inventory.packageOf(file)?.dir ?? '';
  return dir === '' ? 'package.json' : `${dir}/package.json`;
}

/** `'use client'` at the top of the file. */
function startsInBrowser(node: ts.Node): boolean {
  const first = node.getSourceFile().statements[0];
  return (
    first !== undefined &&
    tsc.isExpressionStatement(first) &&
    tsc.isStringLiteralLike(first.expression) &&
    first.expression.text === 'use client'
  );
}

function exportedName(fn: FunctionNode): string | undefined {
  const holder = tsc.isVariableDeclaration(fn.parent) ? fn.parent.parent.parent : fn;
  const exported = tsc.canHaveModifiers(holder) && tsc.getModifiers(holder)?.some(m => m.kind === tsc.SyntaxKind.ExportKeyword);
  const inDefault = tsc.isExportAssignment(fn.parent) || tsc.isCallExpression(fn.parent);
  if (exported !== true && !inDefault) return undefined;
  return fn.name?.getText() ?? 'default';
}
