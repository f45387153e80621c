// What runs with a model call, asked downwards: the functions on the way to a call, and everything that they run in turn. Only files that
// were read are looked at and no callers are looked for, so the answer for a thousand places costs little more than that for one.
import type { ts } from 'ts-morph';
import type { Reach } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { type FunctionNode, understood } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { LikelyFunctions } from '../tools/frames.ts';
import { isExported } from './call-sites.ts';
import { type Scope, scopeOf } from './paths.ts';
import { isForAll, isRegistration } from './registrations.ts';

/** Functions that are read; beyond them, what runs is unknown. */
const MOST_SCOPES = 2000;
const MOST_CALLS = 40_000;
/** Calls of one function that are kept. */
const MOST_CALLERS = 24;

const shared = new WeakMap<Reading, Downward>();

/** What runs with the model calls of a reading: read once, for all who ask. */
export function downwardOf(reading: Reading): Downward {
  const known = shared.get(reading) ?? new Downward(reading);
  shared.set(reading, known);
  return known;
}

/**
 * Who calls a function: everybody for one that leads to a model call, which is known already; of another only those whose calls were seen
 * on the way, because the others are not asked about and looking for them is dear.
 */
export function callersOnWay(reading: Reading, fn: FunctionNode): readonly (ts.CallExpression | ts.NewExpression)[] {
  const seen = reading.paths.leads.has(fn) ? undefined : downwardOf(reading).callsOf(fn);
  return seen ?? reading.ev.callers(fn);
}

/** Steps of a chain of members and calls that are followed back to its beginning. */
const LONGEST_CHAIN = 24;

export class Downward {
  readonly #reading: Reading;
  readonly #files: ReadonlySet<string>;
  readonly #likely: LikelyFunctions;
  readonly #reached = new Set<FunctionNode>();
  readonly #queue: FunctionNode[] = [];
  readonly #callsOf = new Map<FunctionNode, (ts.CallExpression | ts.NewExpression)[]>();
  readonly #registrations: ReadonlySet<ts.Node>;
  #calls = 0;
  #cut = false;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#files = new Set(reading.files);
    this.#likely = new LikelyFunctions(reading);
    this.#registrations = new Set(reading.paths.entries.flatMap(entry => entry.registration ?? []));
    const { ev } = reading;
    const ask = (question: () => void): void =>
      ev.budget.ask(question, () => {
        this.#cut = true;
      });
    for (const scope of reading.paths.leads.keys()) if (isFunctionNode(scope)) this.#add(scope);
    ask(() => this.#registered());
    ask(() => this.#run());
    for (let fn = this.#queue.pop(); fn !== undefined; fn = this.#queue.pop()) {
      const next = fn;
      ask(() => this.#read(next));
    }
  }

  /** How a function or the top level of a file stands to the model calls. */
  reachOf(scope: Scope): Reach {
    if (this.#reading.paths.leads.has(scope)) return 'on-path';
    if (!isFunctionNode(scope)) return 'unconnected';
    return this.#reached.has(scope) ? 'on-path' : this.#cut ? 'unknown' : 'unconnected';
  }

  /** The calls of a function that were seen on the way; undefined: it was not seen to run there. */
  callsOf(fn: FunctionNode): readonly (ts.CallExpression | ts.NewExpression)[] | undefined {
    return this.#callsOf.get(fn) ?? (this.#reached.has(fn) ? [] : undefined);
  }

  #add(fn: FunctionNode, by?: ts.CallExpression | ts.NewExpression): void {
    const calls = by === undefined ? undefined : this.#callsOf.get(fn);
    if (by !== undefined && calls === undefined) this.#callsOf.set(fn, [by]);
    else if (by !== undefined && calls?.includes(by) === false && calls.length < MOST_CALLERS) calls.push(by);
    if (fn.body === undefined || this.#reached.has(fn) || !this.#files.has(fn.getSourceFile().fileName)) return;
    if (this.#reached.size >= MOST_SCOPES) {
      this.#cut = true;
      return;
    }
    this.#reached.add(fn);
    this.#queue.push(fn);
  }

  /** Functions beside the handler of a route, and those for all routes of an app. */
  #registered(): void {
    const { program } = this.#reading;
    if (this.#registrations.size === 0) return;
    for (const file of this.#files)
      for (const call of program.unit(file)?.calls ?? [])
        if (this.#registrations.has(call) || isForAll(call)) for (const arg of call.arguments ?? []) this.#handed(arg);
  }

  /** The functions of tools that an agent call runs, and the nodes of graphs. */
  #run(): void {
    const { graphs, loops, sites, paths } = this.#reading;
    const leads = (node: ts.Node): boolean => paths.leads.has(scopeOf(node));
    for (const node of loops.tools)
      if (loops.runnersOf(node).some(leads))
        walk(node, inner => {
          if (isFunctionNode(inner)) this.#add(inner);
          return undefined;
        });
    for (const site of sites) if (leads(site.node)) for (const fn of graphs.nodesRunBy(site)) this.#add(fn as FunctionNode);
  }

  #read(fn: FunctionNode): void {
    walk(fn, node => {
      if (node !== fn && isFunctionNode(node)) {
        // A function without a name of its own runs where it stands; one with a name runs when it is called.
        if (isNameless(node) && !this.#isElsewhere(node.parent)) this.#add(node);
        return 'skip';
      }
      if (tsc.isCallExpression(node) || tsc.isNewExpression(node)) this.#called(node);
      return undefined;
    });
  }

  #called(call: ts.CallExpression | ts.NewExpression): void {
    if (++this.#calls > MOST_CALLS) {
      this.#cut = true;
      return;
    }
    const callee = call.expression;
    if (!this.#isElsewhere(call)) for (const arg of call.arguments ?? []) this.#handed(arg);
    if (!this.#leadsIn(callee) || isBind(callee)) return;
    const values = this.#reading.near.values(callee);
    for (const value of values) {
      if (value.kind === 'function') this.#add(value.node, call);
      else if (value.kind === 'class')
        for (const member of value.node.members) if (tsc.isConstructorDeclaration(member)) this.#add(member, call);
    }
    // A receiver that cannot be followed: by a name that nothing else has.
    if (tsc.isPropertyAccessExpression(callee) && !values.some(understood))
      for (const fn of this.#likely.named(callee.name.text)) this.#add(fn, call);
  }

  /** A function that is handed on by its name runs as well. */
  #handed(arg: ts.Expression): void {
    const inner = strip(tsc.isSpreadElement(arg) ? arg.expression : arg);
    if (inner === undefined) return;
    if (isFunctionNode(inner)) this.#add(inner);
    if (tsc.isCallExpression(inner) && isBind(inner.expression) && this.#leadsIn(inner))
      for (const value of this.#reading.near.values(inner)) if (value.kind === 'function') this.#add(value.node);
    if (!tsc.isIdentifier(inner)) return;
    const binding = resolve(inner);
    const made = binding?.kind === 'variable' ? strip(binding.node.initializer) : undefined;
    if (binding?.kind === 'function') this.#add(binding.node);
    else if (made !== undefined && isFunctionNode(made)) this.#add(made);
    else if (binding?.kind === 'import' && this.#leadsIn(inner))
      for (const value of this.#reading.near.values(inner)) if (value.kind === 'function') this.#add(value.node);
  }

  /** Does a call hand a function to a framework that runs it for something else: the handler of another route? */
  #isElsewhere(call: ts.Node): boolean {
    if (!tsc.isCallExpression(call) && !tsc.isNewExpression(call)) return false;
    return !this.#registrations.has(call) && !isForAll(call) && isRegistration(this.#reading.near, call);
  }

  /** May an expression stand for something of the files that were read? What a package or an unread file exports may not. */
  #leadsIn(callee: ts.Expression): boolean {
    let root: ts.Expression = callee;
    let steps = 0;
    while (tsc.isPropertyAccessExpression(root) || tsc.isCallExpression(root) || tsc.isNonNullExpression(root)) {
      // Builders go on for ever, and what stands at their end is theirs.
      if (++steps > LONGEST_CHAIN) return false;
      root = root.expression;
    }
    if (!tsc.isIdentifier(root)) return true;
    const binding = resolve(root);
    if (binding === undefined) return false;
    if (binding.kind !== 'import') return true;
    const { inventory, program } = this.#reading;
    const unit = program.unitOf(root);
    const imported = unit.imports.get(root.text);
    const file = imported === undefined ? undefined : inventory.resolveImport(unit.file, imported.specifier);
    return (
      file !== undefined &&
      (this.#files.has(file) || /\bexport\s+(?:type\s+)?(?:\*|\{[^}]{0,4000}\})(?:\s+as\s+\w+)?\s*from\b/.test(inventory.read(file) ?? ''))
    );
  }
}

/** A function that nothing in the text can call by a name. */
function isNameless(fn: FunctionNode): boolean {
  if (tsc.isMethodDeclaration(fn)) return tsc.isObjectLiteralExpression(fn.parent);
  if (!tsc.isArrowFunction(fn) && !tsc.isFunctionExpression(fn)) return false;
  return !tsc.isVariableDeclaration(fn.parent) && !tsc.isPropertyDeclaration(fn.parent) && !isExported(fn);
}

/** `handler.bind(this)` */
function isBind(callee: ts.Expression): boolean {
  return tsc.isPropertyAccessExpression(callee) && callee.name.text === 'bind';
}
