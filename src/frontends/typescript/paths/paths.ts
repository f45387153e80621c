// What runs in a request: the functions between the entry points and the model calls, and whether some other piece of code
// runs on that way as well. Asked upwards, from the code to its callers, so that only what matters is read.
import type { ts } from 'ts-morph';
import type { Reach } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { isExported, isJsx, isWithin } from './call-sites.ts';
import type { References } from './references.ts';
import { isForAll, isRegistration } from './registrations.ts';

/** A function, or the top level of a file. */
export type Scope = FunctionNode | ts.SourceFile;

/** A place that runs a function: a call of it, or the place where it is handed to something that runs it. */
export interface Use {
  /** `called`; `handed`: given to code that runs it; `registered`: given to a framework that runs it for each request or event;
   *  `run`: a tool, run by an agent call; `node`: a node of a graph, run by a call of the graph. */
  readonly how: 'called' | 'handed' | 'registered' | 'run' | 'node';
  readonly node: ts.Node;
  /** Taken for a use by its name alone. */
  readonly likely: boolean;
}

/** Where a request comes in. */
export interface Entry {
  /** The function that handles it, or the file that is started. */
  readonly scope: Scope;
  /** The call that registers it with a framework; undefined: exported, started or merely called by nobody. */
  readonly registration?: ts.CallExpression | ts.NewExpression;
}

/** The first place on the way to a model call that some code leads to. */
export interface Meeting {
  readonly scope: Scope;
  /** The node inside the scope that is, or leads to, the code that was asked about. */
  readonly node: ts.Node;
}

const MOST_USES = 200;
/** Methods by which a middleware class takes part in each request. */
const MIDDLEWARE = /^(?:dispatch|__call__|process_request|process_response|process_view|on_request|on_response)$/;
const DEEPEST = 40;

export class Paths {
  readonly #ev: Evaluator;
  readonly #references: References;
  readonly #runners: (node: ts.Node) => readonly ts.Node[];
  readonly #graphRuns: (node: ts.Node) => readonly ts.Node[];
  readonly #calls: readonly ts.Node[];
  readonly #uses = new Map<FunctionNode, readonly Use[]>();
  readonly #cut = new Set<FunctionNode>();
  #leads: ReadonlyMap<Scope, ReadonlySet<ts.Node>> | undefined;
  readonly #entries: Entry[] = [];
  readonly #met = new Map<Scope, Meeting | 'unknown' | undefined>();

  /**
   * @param calls the model calls in production code
   * @param runners the agent calls that may run a tool, by the node that defines it
   * @param graphRuns the calls that run a graph, by the functions that are its nodes
   */
  constructor(
    ev: Evaluator,
    references: References,
    calls: readonly ts.Node[],
    runners: (node: ts.Node) => readonly ts.Node[],
    graphRuns: (node: ts.Node) => readonly ts.Node[],
  ) {
    this.#ev = ev;
    this.#references = references;
    this.#calls = calls;
    this.#runners = runners;
    this.#graphRuns = graphRuns;
  }

  /**
   * The scopes that lead to a model call, callers included, each with the nodes in it that do:
   * the model call itself, or the place that runs the next function.
   */
  get leads(): ReadonlyMap<Scope, ReadonlySet<ts.Node>> {
    this.#leads ??= this.#lead();
    return this.#leads;
  }

  /** Where requests that cause a model call come in. */
  get entries(): readonly Entry[] {
    void this.leads;
    return this.#entries;
  }

  /** Does a node run on the way to or from a model call? `unknown`: more callers than are followed. */
  reachOf(node: ts.Node): Reach {
    const met = this.meet(node);
    return met === 'unknown' ? 'unknown' : met === undefined ? 'unconnected' : 'on-path';
  }

  /** Where a node, or what runs it, meets the way to a model call; undefined: nowhere. */
  meet(node: ts.Node): Meeting | 'unknown' | undefined {
    void this.leads;
    return this.#ev.budget.ask(
      () => this.#meet(node, []),
      () => 'unknown' as const,
    );
  }

  /** Does a node run before the model is called, as far as the order of the text tells? Middleware does. */
  runsBefore(node: ts.Node): boolean {
    const met = this.meet(node);
    if (met === undefined || met === 'unknown') return false;
    const leads = this.leads.get(met.scope);
    if (leads === undefined) return true;
    return [...leads].every(lead => met.node.getStart() < lead.getStart() || isWithin(lead, met.node));
  }

  /** The places that run a function. */
  usesOf(fn: FunctionNode): readonly Use[] {
    const known = this.#uses.get(fn);
    if (known !== undefined) return known;
    this.#uses.set(fn, []);
    const uses = this.#findUses(fn);
    this.#uses.set(fn, uses);
    return uses;
  }

  /** Are there more uses of a function than are followed? */
  isCut(fn: FunctionNode): boolean {
    return this.#cut.has(fn);
  }

  #lead(): ReadonlyMap<Scope, ReadonlySet<ts.Node>> {
    const leads = new Map<Scope, Set<ts.Node>>();
    const queue: ts.Node[] = [...this.#calls];
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      const scope = scopeOf(node);
      const known = leads.get(scope);
      if (known !== undefined) {
        known.add(node);
        continue;
      }
      leads.set(scope, new Set([node]));
      const uses = isFunctionNode(scope)
        ? this.#ev.budget.ask(
            () => this.usesOf(scope),
            () => {
              this.#cut.add(scope);
              return [];
            },
          )
        : [];
      if (uses.length === 0) this.#entries.push({ scope });
      for (const use of uses) {
        if (use.how === 'registered') this.#entries.push({ scope, registration: use.node as ts.CallExpression });
        else queue.push(use.node);
      }
    }
    return leads;
  }

  #meet(node: ts.Node, stack: readonly Scope[]): Meeting | 'unknown' | undefined {
    const scope = scopeOf(node);
    if (this.leads.has(scope) && isFunctionNode(scope)) return { scope, node };
    if (stack.includes(scope)) return undefined;
    if (stack.length > DEEPEST) return 'unknown';
    if (this.#met.has(scope)) return this.#met.get(scope);
    this.#ev.budget.step();
    const met = isFunctionNode(scope) ? this.#meetThrough(scope, [...stack, scope]) : undefined;
    if (stack.length === 0 || met !== undefined) this.#met.set(scope, met);
    return met;
  }

  #meetThrough(fn: FunctionNode, stack: readonly Scope[]): Meeting | 'unknown' | undefined {
    let best: Meeting | 'unknown' | undefined;
    for (const use of this.usesOf(fn)) {
      const met = use.how === 'registered' ? this.#meetRegistered(fn, use.node) : this.#meet(use.node, stack);
      if (met !== undefined && met !== 'unknown') return met;
      best ??= met;
    }
    return best ?? (this.#cut.has(fn) ? 'unknown' : undefined);
  }

  /** A function beside the handler of a route, or one for all routes of an app. */
  #meetRegistered(fn: FunctionNode, registration: ts.Node): Meeting | undefined {
    if (this.leads.has(fn)) return { scope: fn, node: registration };
    const everywhere = isForAll(registration);
    for (const entry of this.entries) {
      if (entry.registration === undefined) continue;
      if (entry.registration === registration || everywhere) return { scope: registration.getSourceFile(), node: registration };
    }
    return undefined;
  }

  #findUses(fn: FunctionNode): Use[] {
    const out: Use[] = [];
    const uses = this.#references.uses(tsc.isConstructorDeclaration(fn) ? fn.parent : fn);
    if (uses.truncated || uses.calls.length > MOST_USES || uses.passed.length > MOST_USES) this.#cut.add(fn);
    for (const call of uses.calls.slice(0, MOST_USES))
      if (!isWithin(call, fn)) out.push({ how: 'called', node: call, likely: uses.likely.has(call) });
    const anonymous = isAnonymous(fn) ? this.#handed(fn) : [];
    // `const server = createServer(handler)`: `server.close()` in another function does not run the handler.
    const registered = anonymous.some(use => use.how === 'registered');
    for (const passed of uses.passed.slice(0, MOST_USES))
      if (!isWithin(passed, fn) && !(registered && isReceiver(passed))) out.push(...this.#handed(passed));
    out.push(...this.#ofFramework(fn));
    for (const runner of this.#runners(fn)) out.push({ how: 'run', node: runner, likely: false });
    const runs = this.#graphRuns(fn).map((node): Use => ({ how: 'node', node, likely: false }));
    if (runs.length > 0) return [...out.filter(use => use.how === 'called'), ...runs];
    out.push(...anonymous);
    // Handed over while a module is loaded, it runs where it is called.
    const known = out.filter(use => use.how !== 'handed' || !tsc.isSourceFile(scopeOf(use.node)));
    return known.length > 0 ? known : out;
  }

  /** A method that a framework was given with its class (`app.add_middleware(Limits)`), or by its decorator (`@commands.command()`). */
  #ofFramework(fn: FunctionNode): Use[] {
    if (!tsc.isMethodDeclaration(fn) || !tsc.isClassLike(fn.parent) || !isPython(fn)) return [];
    const calls = (tsc.getDecorators(fn) ?? []).flatMap(one => {
      const call = strip(one.expression);
      return call !== undefined && tsc.isCallExpression(call) && isRegistration(this.#ev, call) ? [call] : [];
    });
    const given = MIDDLEWARE.test(propertyName(fn) ?? '') ? this.#references.uses(fn.parent).passed : [];
    const registered = given.slice(0, MOST_USES).flatMap(id => this.#handed(id).filter(use => use.how === 'registered'));
    return [...calls.map((node): Use => ({ how: 'registered', node, likely: false })), ...registered];
  }

  /** What happens to a function that stands somewhere as a value. */
  #handed(value: ts.Node): Use[] {
    let node = value;
    for (let up = value.parent; up !== undefined; node = up, up = up.parent) {
      for (const runner of this.#runners(up)) if (runner !== up) return [{ how: 'run', node: runner, likely: false }];
      if ((tsc.isCallExpression(up) || tsc.isNewExpression(up)) && up.expression !== node) {
        if (isRegistration(this.#ev, up)) return [{ how: 'registered', node: up, likely: false }];
        // Wrapped once more: `app.post('/chat', rateLimited(handler))`.
        if (scopeOf(up) === scopeOf(value) && isArgument(up)) continue;
        return [{ how: 'handed', node: up, likely: false }];
      }
      const factory = tsc.isReturnStatement(up) ? scopeOf(up) : tsc.isArrowFunction(up) && up.body === node ? up : undefined;
      if (factory !== undefined && isFunctionNode(factory)) {
        const made = this.#made(factory);
        if (made.length > 0) return made;
      }
      if (isFunctionNode(up) || tsc.isStatement(up) || isJsx(up)) break;
    }
    return tsc.isSourceFile(scopeOf(value)) ? [] : [{ how: 'handed', node: value, likely: false }];
  }

  /** The calls of the functions that a factory returns: `const ask = makeAsk(model); await ask(question)`. */
  #made(factory: FunctionNode): Use[] {
    const out: Use[] = [];
    for (const use of this.usesOf(factory)) {
      if (use.how !== 'called') continue;
      const call = use.node;
      const { parent } = call;
      if (tsc.isCallExpression(parent) && parent.expression === call) out.push({ ...use, node: parent });
      const holder = tsc.isAwaitExpression(parent) ? parent.parent : parent;
      if (!tsc.isVariableDeclaration(holder) || !tsc.isIdentifier(holder.name)) continue;
      for (const id of this.#ev.program.identifiers(this.#ev.program.unitOf(call), holder.name.text)) {
        const binding = resolve(id);
        if (binding?.kind !== 'variable' || binding.node !== holder || id === holder.name) continue;
        if (tsc.isCallExpression(id.parent) && id.parent.expression === id) out.push({ ...use, node: id.parent });
        else out.push(...this.#handed(id));
      }
    }
    return out;
  }
}

function isReceiver(id: ts.Node): boolean {
  return tsc.isPropertyAccessExpression(id.parent) && id.parent.expression === id;
}

/** The function around a node, or its file. */
export function scopeOf(node: ts.Node): Scope {
  return enclosingFunction(node) ?? node.getSourceFile();
}

/** A function that has no name to be called by. */
function isAnonymous(fn: FunctionNode): boolean {
  if (!tsc.isArrowFunction(fn) && !tsc.isFunctionExpression(fn)) {
    // A method of an object literal: whoever gets the object runs it.
    return tsc.isObjectLiteralExpression(fn.parent) && propertyName(fn as ts.MethodDeclaration) !== undefined;
  }
  const parent = fn.parent;
  return !(tsc.isVariableDeclaration(parent) || isExported(fn));
}

function isArgument(call: ts.Node): boolean {
  const { parent } = call;
  return (tsc.isCallExpression(parent) || tsc.isNewExpression(parent)) && parent.expression !== call;
}
