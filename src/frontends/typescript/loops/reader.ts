// What repeats a model call: the loop inside the SDK's own agent, the loops around the call, those of its callers, recursion,
// and the agent loop that runs the tool which makes the call. The worst of them is the answer.
import type { ts } from 'ts-morph';
import type { Loop } from '../../../core/index.ts';
import { defaultFor, type Options, type Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, isOpen, type Value } from '../evaluator/values.ts';
import { callerIn, isExported, isInlineFunction, isJsx, isWithin, parameterCalls, repeats } from '../paths/call-sites.ts';
import type { References } from '../paths/references.ts';
import { methodOf } from '../paths/routes.ts';
import { placeOf } from '../places.ts';
import { libraryOf } from '../retries/calls.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import { toolsOfAgents } from '../tools/run-agents.ts';
import { boundOf, isLoop, NOT_IN_LOOP } from './bounds.ts';
import type { Graphs } from './graphs.ts';
import { type Given, givenTo, isListener, lacks } from './links.ts';
import { cycleOf } from './recursion.ts';
import { budget, stated } from './stated.ts';

const ITERATORS = new Set(['map', 'forEach', 'flatMap', 'filter', 'reduce', 'some', 'every', 'find', 'findIndex']);
const DATA_PACKAGES = new Set(['p-map', 'p-all', 'p-each-series', 'p-series', 'async', 'bluebird', 'modern-async']);
const MOST_CALLERS = 200;
const DEEPEST = 40;
/** The answer where a limit of ours ends the reading: what lies beyond may be a loop. */
const UNSEEN: Loop = { status: 'unknown', bound: null, how: 'more callers than are followed', basis: 'none' };
const RANK = { 'not-in-loop': 0, bounded: 1, unknown: 2, unbounded: 3 } as const;

export function worst(loops: readonly Loop[]): Loop {
  return loops.reduce((bad, next) => (RANK[next.status] > RANK[bad.status] ? next : bad), NOT_IN_LOOP);
}

export class Loops {
  readonly #ev: Evaluator;
  readonly #references: References;
  readonly #options: Options;
  readonly #graphs: Graphs;
  /** The agent calls that may run a tool, by the node that defines it. */
  readonly #tools = new Map<ts.Node, Site[]>();
  /** The runs of a graph, by the functions that are its nodes. */
  readonly #graphRuns = new Map<FunctionNode, Site[]>();
  readonly #known = new Map<ts.Node, Loop>();
  /** Links from a route of this repository to the code that calls it over HTTP. */
  readonly #routeCalls: (file: string) => readonly ts.CallExpression[];

  constructor(
    ev: Evaluator,
    references: References,
    options: Options,
    graphs: Graphs,
    routeCalls: (file: string) => readonly ts.CallExpression[],
  ) {
    this.#ev = ev;
    this.#references = references;
    this.#options = options;
    this.#graphs = graphs;
    this.#routeCalls = routeCalls;
  }

  /** Remembers which tools the agent calls hand out, before any loop is judged. */
  link(sites: readonly Site[]): void {
    for (const site of sites) {
      if (site.shape.loops !== true && site.shape.kind !== 'agent-run') continue;
      for (const fn of this.#graphs.nodesRunBy(site)) {
        const runs = this.#graphRuns.get(fn);
        if (runs === undefined) this.#graphRuns.set(fn, [site]);
        else runs.push(site);
      }
      for (const at of ['body.tools', 'client.tools', 'body.options.mcpServers', 'client.mcpServers'])
        for (const value of this.#options.look(site, at).found) this.#linkTool(site, value, 0);
      for (const value of toolsOfAgents(this.#ev, this.#options, site)) this.#linkTool(site, value, 0);
    }
  }

  #linkTool(site: Site, value: Value, depth: number): void {
    if (depth > 3) return;
    if (value.kind === 'array' || value.kind === 'object') {
      if (value.kind === 'object') this.#addTool(value.node, site);
      for (const inner of this.#ev.anyMember([value])) this.#linkTool(site, inner, depth + 1);
    } else if (value.kind === 'foreign') {
      for (const step of value.steps) if (step.kind !== 'member') this.#addTool(step.node, site);
      // A server of tools holds them in its own options.
      for (const inner of this.#options.path([value], ['tools']).found) this.#linkTool(site, inner, depth + 1);
    } else if (value.kind === 'function') this.#addTool(value.node, site);
  }

  /** The nodes that define tools which some agent call runs. */
  get tools(): Iterable<ts.Node> {
    return this.#tools.keys();
  }

  /** The agent calls that are given a tool, by the node that defines it: its object, its function, or the call that makes it. */
  runnersOf(node: ts.Node): readonly ts.CallExpression[] {
    return (this.#tools.get(node) ?? []).map(site => site.node);
  }

  #addTool(node: ts.Node, site: Site): void {
    const list = this.#tools.get(node);
    if (list === undefined) this.#tools.set(node, [site]);
    else if (!list.includes(site)) list.push(site);
  }

  /** The loop that a call stands in, its own agent loop included. */
  of(site: Site): Loop {
    return worst([this.inner(site), this.around(site.node)]);
  }

  readonly #inner = new Map<Site, Loop>();

  /** The loop that the SDK itself runs for this call. */
  inner(site: Site): Loop {
    const known = this.#inner.get(site);
    if (known !== undefined) return known;
    const loop = this.#ownLoop(site);
    this.#inner.set(site, loop);
    return loop;
  }

  #ownLoop(site: Site): Loop {
    const shape = site.classified.sdk.loop;
    if (site.shape.loops !== true || shape === undefined || !this.#runsTools(site, shape)) return NOT_IN_LOOP;
    const location = placeOf(site.node);
    const hit = this.#options.first(site, shape.options);
    const version = site.version;
    const role = site.classified.role;
    const defaults = shape.defaults.filter(d => d.on === undefined || d.on === role);
    const fallback = defaultFor(defaults, version);
    if (hit !== undefined) {
      const { look, option } = hit;
      if (look.found.length > 0) {
        const written = option.counts === 'usd' ? budget(look.found) : stated(this.#ev, look.found, shape, option.at);
        const mayEnd =
          written?.status === 'unbounded' ? shape.mayEnd?.find(at => this.#options.look(site, at).found.length > 0) : undefined;
        if (mayEnd !== undefined)
          return {
            status: 'unknown',
            bound: null,
            how: `${written?.how}, but ${mayEnd.slice(mayEnd.indexOf('.') + 1)} may end it in its own way`,
            basis: 'none',
            location,
          };
        // Where nobody is seen to set it, the default of the SDK may hold as well.
        if (written?.status === 'unknown' && fallback?.kind === 'bounded' && look.found.every(isOpen))
          return {
            status: 'bounded',
            bound: fallback.bound ?? null,
            how: `${option.at.slice(option.at.lastIndexOf('.') + 1)} or the default of the SDK`,
            basis: 'default',
            location,
          };
        if (written !== undefined && (!look.absent || fallback?.kind !== 'none')) return { ...written, location };
      }
      if (look.hidden !== undefined && look.found.length === 0 && (fallback === undefined || fallback.kind === 'none')) {
        return { status: 'unknown', bound: null, how: `the bound is out of sight: ${look.hidden}`, basis: 'none', location };
      }
    }
    if (this.#graphs.isStraight(site.classified.value)) return { ...NOT_IN_LOOP, how: 'a graph without a cycle' };
    switch (fallback?.kind) {
      case 'bounded':
        return {
          status: 'bounded',
          bound: fallback.bound ?? null,
          how: `the default of the SDK${fallback.bound === undefined ? '' : `, ${fallback.bound}`}`,
          basis: 'default',
          location,
        };
      case 'soft':
        return {
          status: 'bounded',
          bound: fallback.bound ?? null,
          how: `the default of the SDK, ${fallback.bound ?? 'large'}: too many to protect money`,
          basis: 'soft',
          location,
        };
      case 'none':
        return { status: 'unbounded', bound: null, how: 'the agent loop of the SDK has no bound by default', basis: 'none', location };
      default:
        return NOT_IN_LOOP;
    }
  }

  /** Some SDKs run their loop only for tools that they can call themselves; a mere declaration is handed to the model and no more. */
  #runsTools(site: Site, shape: NonNullable<Site['classified']['sdk']['loop']>): boolean {
    const only = shape.onlyWith;
    if (only === undefined) return true;
    const look = this.#options.look(site, only.at);
    if (look.found.length === 0) return look.hidden !== undefined;
    const items = look.found.flatMap(v => (v.kind === 'array' ? this.#ev.anyMember([v]) : [v]));
    return items.some(item => item.kind !== 'object' || item.node.properties.some(p => !only.passive.includes(propertyName(p) ?? '')));
  }

  /** The loops around a node: in its function, and in everything that calls that function. */
  around(node: ts.Node, stack: readonly FunctionNode[] = []): Loop {
    if (stack.length > DEEPEST) return UNSEEN;
    const cached = stack.length === 0 ? this.#known.get(node) : undefined;
    if (cached !== undefined) return cached;
    const found: Loop[] = [];
    let child: ts.Node = node;
    for (let up = node.parent; up !== undefined; child = up, up = up.parent) {
      if (isLoop(up) && repeats(up, child)) found.push(boundOf(this.#ev, up, undefined, node));
      if (this.#tools.has(up)) found.push(...(this.#tools.get(up) ?? []).filter(s => s.node !== node).map(s => viaTool(this.inner(s))));
      if (!isFunctionNode(up)) continue;
      // An event handler in JSX runs when a person acts, however often the element is drawn.
      if (tsc.isJsxExpression(up.parent)) break;
      const graph = this.#graphs.loopOf(up);
      if (graph !== undefined) found.push(this.#limited(up, graph));
      // A listener is run by what happens, and not by the code that registered it.
      if (isListener(this.#ev, up)) break;
      const callback = this.#callback(up);
      if (callback !== undefined) {
        if (callback !== 'inline') found.push(callback);
        // `const ask = traced(async () => ...)`: a function that is called by that name.
        else if (tsc.isCallExpression(up.parent)) found.push(...this.#aroundHeld(up.parent, [...stack, up]));
        continue;
      }
      found.push(...this.#callers(up, stack, givenTo(node, up)));
      if (!isInlineFunction(up)) break;
    }
    const loop = worst(found);
    if (stack.length === 0) this.#known.set(node, loop);
    return loop;
  }

  /** A cycle of a graph ends where its runs say so; where one run says nothing, the default holds for the node. */
  #limited(fn: FunctionNode, cycle: Loop): Loop {
    const own = (this.#graphRuns.get(fn) ?? []).map(site => this.inner(site));
    const stated = own.filter(loop => loop.basis === 'explicit' && loop.status === 'bounded');
    if (own.length === 0 || stated.length < own.length) return cycle;
    const bounds = stated.map(loop => loop.bound);
    const bound = bounds.includes(null) ? null : Math.max(...bounds.map(Number));
    const how = `a cycle of the graph, which its run ends (${stated[0]?.how})`;
    return { ...cycle, bound, how, basis: 'explicit' };
  }

  /** A function that is handed to another call right where it is written. */
  #callback(fn: FunctionNode): Loop | 'inline' | undefined {
    const call = fn.parent;
    if (!tsc.isCallExpression(call) || !call.arguments.includes(fn as ts.Expression)) return undefined;
    return this.runs(call, call.arguments.indexOf(fn as ts.Expression));
  }

  /** How often does a call run the function that it is given as an argument? */
  runs(call: ts.CallExpression, index: number): Loop | 'inline' {
    const location = placeOf(call);
    const data: Loop = { status: 'bounded', bound: null, how: 'once for each item of a list', basis: 'data', location };
    if (tsc.isPropertyAccessExpression(call.expression) && ITERATORS.has(call.expression.name.text)) return data;
    for (const callee of this.#ev.values(call.expression)) {
      if (callee.kind === 'foreign' && libraryOf(callee) !== undefined)
        return { status: 'bounded', bound: null, how: `the retries of ${callee.package}`, basis: 'explicit', location };
      if (callee.kind === 'foreign' && DATA_PACKAGES.has(callee.package)) return data;
      if (callee.kind === 'function') {
        const frame = {
          params: new Map(callee.node.parameters.map((p, i) => [p, this.#ev.bind(call.arguments, undefined)[i] ?? []])),
          self: callee.self,
          depth: 1,
        };
        for (const use of parameterCalls(this.#ev, callee.node, index)) {
          for (let up: ts.Node | undefined = use; up !== undefined && up !== callee.node; up = up.parent)
            if (up.parent !== undefined && isLoop(up.parent) && repeats(up.parent, up)) return boundOf(this.#ev, up.parent, frame);
          // A wrapper that hands it on to a retry library; what it was handed itself is none, and everybody would be asked for it.
          const called = tsc.isCallExpression(use) ? use.expression : undefined;
          if (called === undefined || (tsc.isIdentifier(called) && resolve(called)?.kind === 'parameter')) continue;
          if (this.#ev.values(called).some(v => v.kind === 'foreign' && libraryOf(v) !== undefined)) {
            return { status: 'bounded', bound: null, how: 'the retries of a wrapper', basis: 'explicit', location };
          }
        }
      }
    }
    return 'inline';
  }

  /** The loops around the calls of a constant that holds what a function was wrapped into. A call that gives and awaits nothing takes it back. */
  #aroundHeld(wrapping: ts.CallExpression, stack: readonly FunctionNode[]): Loop[] {
    const holder = wrapping.parent;
    if (!tsc.isVariableDeclaration(holder) || holder.initializer !== wrapping || (holder.parent.flags & tsc.NodeFlags.Const) === 0)
      return [];
    const calls = this.#references.named(holder).flatMap(id => {
      const call = id.parent;
      if (!tsc.isCallExpression(call) || call.expression !== id) return [];
      return call.arguments.length > 0 || tsc.isAwaitExpression(call.parent) ? [call] : [];
    });
    return calls
      .slice(0, MOST_CALLERS)
      .filter(call => callerIn(call, stack) === undefined)
      .map(call => this.around(call, stack));
  }

  #isProduction(node: ts.Node): boolean {
    return this.#ev.program.inventory.roleOf(node.getSourceFile().fileName) === 'production';
  }

  /** The functions on the way whose caller was matched by its name alone. */
  readonly #guessed = new Set<FunctionNode>();
  readonly #callersOf = new Map<ts.Node, readonly Loop[]>();

  /** @param by the use inside the function, where it is that of a parameter: only who gives that parameter leads there */
  #callers(fn: FunctionNode, stack: readonly FunctionNode[], by: Given | undefined): readonly Loop[] {
    const key = by?.use ?? fn;
    const known = this.#callersOf.get(key);
    if (known !== undefined) return known;
    this.#ev.budget.step();
    const loops = this.#findCallers(fn, stack, by);
    this.#callersOf.set(key, loops);
    return loops;
  }

  #findCallers(fn: FunctionNode, stack: readonly FunctionNode[], by: Given | undefined): Loop[] {
    const out: Loop[] = [];
    // How often a test or an evaluation asks decides nothing; its next callers are enough.
    if (stack.length > 0 && !this.#isProduction(fn)) return out;
    const uses = this.#references.uses(fn);
    const inner = [...stack, fn];
    if (uses.truncated || uses.calls.length > MOST_CALLERS || uses.passed.length > MOST_CALLERS) out.push(UNSEEN);
    if (uses.calls.length === 0 && uses.passed.length === 0 && this.#behindInterface(fn)) {
      out.push({
        status: 'unknown',
        bound: null,
        how: 'it is called through an interface, and nobody who does so was found',
        basis: 'none',
        location: placeOf(fn),
      });
    }
    for (const call of uses.calls.slice(0, MOST_CALLERS)) {
      // A call that was matched by its name alone closes no cycle: that would be an accusation on a guess.
      if (isWithin(call, fn)) {
        if (!uses.likely.has(call)) out.push(cycleOf(this.#ev, [fn], call));
        continue;
      }
      const again = callerIn(call, inner);
      const callback = this.#reentered(call);
      if (callback !== undefined) out.push(cycleOf(this.#ev, [callback], call));
      if (again !== undefined) {
        const round = inner.slice(inner.indexOf(again));
        const guess = uses.likely.has(call) || round.some(one => this.#guessed.has(one));
        if (!guess && !(by !== undefined && lacks(call, by))) out.push(cycleOf(this.#ev, round, call));
      } else if (uses.likely.has(call)) {
        this.#guessed.add(fn);
        out.push(this.around(call, inner));
        this.#guessed.delete(fn);
      } else out.push(this.around(call, inner));
    }
    for (const passed of uses.passed.slice(0, MOST_CALLERS)) {
      if (callerIn(passed, inner) !== undefined || isWithin(passed, fn) || isJsx(passed.parent)) continue;
      const call = passed.parent;
      if (tsc.isCallExpression(call) && call.arguments.includes(passed)) {
        const runs = this.runs(call, call.arguments.indexOf(passed));
        out.push(...(runs === 'inline' ? this.#aroundHeld(call, inner) : [runs]));
      }
      out.push(this.around(passed, inner));
    }
    const file = fn.getSourceFile().fileName;
    for (const call of this.#routeCalls(file)) {
      if (!isExported(fn)) break;
      // `GET` and `POST` of one route are called by different requests.
      const method = methodOf(call);
      const handler = tsc.isFunctionDeclaration(fn)
        ? fn.name?.text
        : tsc.isVariableDeclaration(fn.parent)
          ? fn.parent.name.getText()
          : undefined;
      if (method !== undefined && handler !== undefined && /^[A-Z]+$/.test(handler) && handler !== method) continue;
      const again = callerIn(call, inner);
      if (again === undefined) out.push(this.around(call, inner));
    }
    return out;
  }

  #behindInterface(fn: FunctionNode): boolean {
    const name = tsc.isMethodDeclaration(fn) ? propertyName(fn) : undefined;
    return name !== undefined && this.#references.overridden(fn, name).size > 0;
  }

  /** The callback that a call hands over and that itself makes the call again: `onFinish` that asks for the next part. */
  #reentered(call: ts.CallExpression | ts.NewExpression): FunctionNode | undefined {
    for (const arg of call.arguments ?? []) {
      if (tsc.isSpreadElement(arg)) continue;
      for (const value of this.#ev.values(arg)) {
        if ((value.kind !== 'object' && value.kind !== 'function') || !isWithin(call, value.node)) continue;
        for (let up: ts.Node = call; up !== value.node.parent; up = up.parent) if (isFunctionNode(up)) return up;
      }
    }
    return undefined;
  }
}

function viaTool(loop: Loop): Loop {
  return loop.status === 'not-in-loop' ? loop : { ...loop, how: `a tool of the agent loop (${loop.how})` };
}
