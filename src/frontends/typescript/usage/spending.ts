// What one request can spend: the tree of model calls below each entry point, with the loops and branches on the way.
// Read downwards from what `Paths` found upwards, so that only scopes that lead to a model call are looked at.
import type { ts } from 'ts-morph';
import type { Location, Loop, Request, Spending } from '../../../core/index.ts';
import { numbersIn, type Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import { all, cases, empty, NOTHING, oneOf, sequence, triesInTurn } from '../evaluator/branches.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { entryPlace, nameOf, nameOfCallee } from '../logs/request-names.ts';
import { boundOf, isLoop } from '../loops/bounds.ts';
import { cycleOf } from '../loops/recursion.ts';
import { repeated } from '../loops/rounds.ts';
import { isExported, isJsx, isWithin, repeats } from '../paths/call-sites.ts';
import { type Scope, scopeOf, type Use } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';

const DEEPEST = 200;
const MOST_LEADS = 400;
const MOST_TANGLED = 100;
const MOST_CYCLES = 5;
const PROMISES = new Set(['then', 'catch', 'finally']);

export class Spender {
  readonly #reading: Reading;
  /** The scopes that a call, a handing over or an agent run leads down to. */
  readonly #below = new Map<ts.Node, Scope[]>();
  readonly #entries: { scope: Scope; registration?: ts.Node }[] = [];
  readonly #sites = new Map<ts.Node, Site>();
  readonly #calls = new Set<ts.Node>();
  readonly #known = new Map<Scope, Spending>();
  /** Recursions that were met while a scope was read, by the scope that they lead back to. */
  readonly #again = new Map<Scope, Loop[]>();
  /** What ends a recursion, by the call that closes it. */
  readonly #cycles = new Map<ts.Node, Loop>();
  readonly #direct = new Map<FunctionNode, boolean>();
  readonly #cut = new Set<Scope>();
  #tangled = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
    for (const site of reading.sites) this.#sites.set(site.node, site);
    for (const { node } of [...reading.sites, ...reading.requests])
      if (reading.inventory.roleOf(node.getSourceFile().fileName) === 'production') this.#calls.add(node);
    for (const scope of reading.paths.leads.keys())
      reading.ev.budget.ask(
        () => this.#link(scope),
        () => this.#cut.add(scope),
      );
    this.#enterCycles();
  }

  /** Functions that only call each other have no first caller; the first of them is taken for one. */
  #enterCycles(): void {
    const seen = new Set<Scope>(this.#entries.map(({ scope }) => scope));
    const spread = (): void => {
      for (const one of seen)
        for (const lead of this.#reading.paths.leads.get(one) ?? []) for (const below of this.#below.get(lead) ?? []) seen.add(below);
    };
    spread();
    const scopes = [...this.#reading.paths.leads.keys()]
      .filter(isFunctionNode)
      .sort((a, b) => Number(isExported(b)) - Number(isExported(a)));
    for (const scope of scopes) {
      if (seen.has(scope)) continue;
      this.#entries.push({ scope });
      seen.add(scope);
      spread();
    }
  }

  /** Every kind of request that leads to a model call. */
  requests(): Request[] {
    return this.#entries.flatMap(({ scope, registration }) => {
      const spends = this.#reading.ev.budget.ask(
        () => this.#of(scope, []),
        () => this.#flat(scope),
      );
      if (empty(spends)) return [];
      const location = registration === undefined ? entryPlace(scope) : placeOf(registration);
      return {
        kind: 'request',
        location,
        role: this.#reading.inventory.roleOf(location.file),
        label: registration === undefined ? nameOf(scope) : this.#registered(registration),
        spends,
        files: this.#filesBelow(scope),
      } satisfies Request;
    });
  }

  /** The files of all scopes that a scope leads down to. */
  #filesBelow(scope: Scope): string[] {
    const seen = new Set<Scope>([scope]);
    for (const one of seen)
      for (const lead of this.#reading.paths.leads.get(one) ?? []) for (const below of this.#below.get(lead) ?? []) seen.add(below);
    return [...new Set([...seen].map(one => one.getSourceFile().fileName))].sort();
  }

  /** Notes what runs a scope, and whether requests come in here. */
  #link(scope: Scope): void {
    const { paths } = this.#reading;
    const uses: readonly Use[] = isFunctionNode(scope) ? running(paths.usesOf(scope)) : [];
    if (isFunctionNode(scope) && paths.isCut(scope)) this.#cut.add(scope);
    const registrations = new Set<ts.Node>();
    let handler = uses.length === 0;
    for (const use of uses) {
      if (use.how === 'registered' || isListener(use)) registrations.add(use.node);
      // A handler in an element runs when a person acts: that is a request, and not the drawing of the page.
      // A function inside options that a module hands over when it is loaded runs later, whenever somebody asks for it.
      else if (inElement(use.node) || (use.how === 'handed' && isFunctionNode(scope) && atLoad(use.node) && inOptions(scope)))
        handler = true;
      else {
        const list = this.#below.get(use.node);
        if (list === undefined) this.#below.set(use.node, [scope]);
        else if (!list.includes(scope)) list.push(scope);
      }
    }
    if (handler) this.#entries.push({ scope });
    for (const registration of registrations) this.#entries.push({ scope, registration });
  }

  /** What a scope spends each time it runs. `stack`: the scopes that are being read. */
  #of(scope: Scope, stack: readonly Scope[]): Spending {
    const known = this.#known.get(scope);
    if (known !== undefined) return known;
    if (stack.length > DEEPEST || this.#cut.has(scope)) return this.#flat(scope);
    this.#reading.ev.budget.step(1 + (this.#reading.paths.leads.get(scope)?.size ?? 0));
    const inner = [...stack, scope];
    const before = this.#again.size;
    let spends = this.#inScope(scope, inner);
    const loops = this.#again.get(scope);
    this.#again.delete(scope);
    for (const loop of distinctPlaces(loops ?? [])) spends = repeated(this.#reading.ev, loop, scope, spends);
    // Inside a cycle that leads further up, the answer lacks what is still being read, so it is read anew from every side; in code
    // where everything calls everything it is kept all the same: the recursion is what counts there.
    if (this.#again.size <= before || this.#tangled++ > MOST_TANGLED) this.#known.set(scope, spends);
    return spends;
  }

  /** Where a limit of ours ends the reading: the calls of the scope itself, and the word that there may be more. */
  #flat(scope: Scope): Spending {
    const calls = [...(this.#reading.paths.leads.get(scope) ?? [])].filter(node => this.#calls.has(node));
    const of: Spending = { do: 'all', of: calls.map(node => this.#call(node)) };
    return { do: 'repeat', of, times: null, without: 'unread', how: 'code that is too much to follow', location: entryPlace(scope) };
  }

  /** The leads of a scope, put together along its loops and branches. */
  #inScope(scope: Scope, stack: readonly Scope[]): Spending {
    const leads = this.#reading.paths.leads.get(scope) ?? new Set();
    const flat = leads.size > MOST_LEADS;
    const marked = new Map<ts.Node, number>();
    for (const lead of leads) {
      const way: ts.Node[] = [];
      for (let up = lead; up !== scope.parent && up !== undefined && !marked.has(up); up = up.parent) way.push(up);
      const top = way.at(-1);
      const from = top === undefined || top.parent === undefined ? 0 : (marked.get(top.parent) ?? 0);
      way.reverse().forEach((node, i) => {
        marked.set(node, from + i + 1);
      });
    }
    const value = new Map<ts.Node, Spending>();
    const order = [...marked.keys()].sort((a, b) => (marked.get(b) ?? 0) - (marked.get(a) ?? 0));
    for (const node of order) {
      const inside = this.#around(node, child => value.get(child), flat);
      value.set(node, leads.has(node) ? all([inside, this.#lead(node, stack)]) : inside);
    }
    return value.get(scope) ?? NOTHING;
  }

  /** What is spent inside a node, from what is spent inside its children. */
  #around(node: ts.Node, of: (child: ts.Node) => Spending | undefined, flat: boolean): Spending {
    const { ev } = this.#reading;
    const part = (child: ts.Node | undefined): Spending => (child === undefined ? NOTHING : (of(child) ?? NOTHING));
    if (tsc.isIfStatement(node)) return all([part(node.expression), oneOf([part(node.thenStatement), part(node.elseStatement)])]);
    if (tsc.isConditionalExpression(node)) return all([part(node.condition), oneOf([part(node.whenTrue), part(node.whenFalse)])]);
    if (tsc.isCaseBlock(node)) return oneOf(cases(node).map(group => all(group.map(part))));
    if (tsc.isBlock(node) && !flat) return sequence(node.statements, part);
    const children: ts.Node[] = [];
    tsc.forEachChild(node, child => {
      children.push(child);
    });
    if (isLoop(node)) {
      const often = all(children.filter(child => repeats(node, child)).map(part));
      const once = all(children.filter(child => !repeats(node, child)).map(part));
      if (empty(often)) return once;
      const loop = boundOf(ev, node);
      const rounds = repeated(ev, loop, node, often);
      // The next model, key or address of a list, and only after a failure: more attempts, not more work.
      const fallback = loop.basis === 'data' && loop.bound === null && rounds.do === 'repeat' && rounds.times === null && triesInTurn(node);
      return all([once, fallback ? { ...rounds, without: 'unread', how: 'a list that is tried one by one until one works' } : rounds]);
    }
    return all(children.map(part));
  }

  /** A model call, or a place that runs another scope. */
  #lead(node: ts.Node, stack: readonly Scope[]): Spending {
    const below = (this.#below.get(node) ?? []).map(scope => this.#down(node, scope, stack));
    if (!this.#calls.has(node)) return all(below);
    const site = this.#sites.get(node);
    if (site === undefined) return all([this.#call(node), ...below]);
    // A graph spends nothing itself: its nodes do, and its limit ends their cycles.
    const graph = this.#reading.graphs.nodesRunBy(site);
    const nodes = graph.filter(fn => this.#reading.paths.leads.has(fn));
    if (nodes.length > 0) return all([{ do: 'run', location: callPlace(node) }, ...below]);
    const rounds = this.#reading.loops.inner(site);
    const own = repeated(this.#reading.ev, rounds, node, this.#call(node));
    const tools = all(below);
    if (empty(tools)) return own;
    const round = repeated(this.#reading.ev, rounds, node, tools);
    return all([own, round.do === 'repeat' && round.of === tools ? { ...round, assumes: 'each tool is called once in a round' } : round]);
  }

  /** What a use of a scope spends: the scope, as often as the use runs it. */
  #down(node: ts.Node, scope: Scope, stack: readonly Scope[]): Spending {
    const { ev, loops, graphs } = this.#reading;
    if (stack.includes(scope)) {
      const chain = stack.slice(stack.indexOf(scope)).filter((fn): fn is FunctionNode => isFunctionNode(fn));
      const use = isFunctionNode(scope) ? this.#reading.paths.usesOf(scope).find(one => one.node === node) : undefined;
      // A call that was matched by its name alone closes no cycle; neither does a run by an agent, or a handler that a framework keeps.
      if (use?.how === 'called' && !use.likely && chain.every(fn => fn === scope || this.#atOnce(fn))) {
        const list = this.#again.get(scope) ?? [];
        this.#again.set(scope, list);
        // A few ways round say enough.
        if (list.length < MOST_CYCLES) {
          const loop = this.#cycles.get(node) ?? cycleOf(ev, chain, node);
          this.#cycles.set(node, loop);
          list.push(loop);
        }
      }
      return NOTHING;
    }
    const spends = this.#of(scope, stack);
    if (!isFunctionNode(scope) || empty(spends)) return spends;
    const cycle = graphs.loopOf(scope);
    if (cycle !== undefined) return repeated(ev, cycle, node, spends);
    // `Promise.all(list.map(item => ask(item)))`: every call between the function and its use may run it several times.
    let often = spends;
    for (let at: ts.Node = this.#handedAt(node, scope), up = at.parent; at !== node && up !== undefined; at = up, up = at.parent) {
      if (!tsc.isCallExpression(up) || up.expression === at) continue;
      const runs = loops.runs(up, up.arguments.indexOf(at as ts.Expression));
      if (runs !== 'inline') often = repeated(ev, runs, up, often);
    }
    return often;
  }

  /** Where a function stands inside its use: itself, its name among the arguments, or the use. */
  #handedAt(use: ts.Node, scope: FunctionNode): ts.Node {
    if (isWithin(scope, use)) return scope;
    if (!tsc.isCallExpression(use)) return use;
    return use.arguments.find(arg => namesScope(this.#reading, arg, scope)) ?? use;
  }

  /** Is a function only run by whoever calls it, or by a call that runs what it is given at once? */
  #atOnce(fn: FunctionNode): boolean {
    const known = this.#direct.get(fn) ?? this.#isDirect(fn);
    this.#direct.set(fn, known);
    return known;
  }

  #isDirect(fn: FunctionNode): boolean {
    return running(this.#reading.paths.usesOf(fn)).every(({ how, node }) => {
      if (how !== 'handed' || !tsc.isCallExpression(node)) return how !== 'registered';
      const callee = node.expression;
      const values = this.#reading.ev.values(callee);
      return (
        (tsc.isPropertyAccessExpression(callee) && PROMISES.has(callee.name.text)) ||
        values.some(value => value.kind === 'function') ||
        this.#reading.loops.runs(
          node,
          node.arguments.findIndex(arg => isWithin(fn, arg)),
        ) !== 'inline'
      );
    });
  }

  #call(node: ts.Node): Spending {
    const site = this.#sites.get(node);
    const budget = site === undefined ? undefined : this.#budget(site);
    return { do: 'call', location: callPlace(node), ...(budget === undefined ? {} : { budget }) };
  }

  /** A budget in dollars that the SDK itself keeps. */
  #budget(site: Site): number | undefined {
    const options = site.classified.sdk.loop?.options.filter(option => option.counts === 'usd') ?? [];
    const hit = options.length === 0 ? undefined : this.#reading.options.first(site, options);
    const amounts = hit === undefined || hit.look.absent ? [] : numbersIn(hit.look.found);
    return amounts.length === 0 ? undefined : Math.max(...amounts);
  }

  /** `app.post('/chat')` */
  #registered(registration: ts.Node): string {
    if (!tsc.isCallExpression(registration) && !tsc.isNewExpression(registration)) return 'a handler';
    const first = registration.arguments?.[0];
    const path = first !== undefined && tsc.isStringLiteralLike(first) ? `'${first.text.slice(0, 80)}'` : '';
    return `${nameOfCallee(registration.expression)}(${path})`;
  }
}

/** Where the fact of a model call stands. */
export function callPlace(node: ts.Node): Location {
  const callee = tsc.isCallExpression(node) ? node.expression : node;
  return placeOf(node, tsc.isPropertyAccessExpression(callee) ? callee.name : callee);
}

/** The uses that run a function, without those that only show where it is kept: a node is handed to its graph, and run by the run of it. */
function running(uses: readonly Use[]): readonly Use[] {
  const run = uses.some(use => use.how === 'run' || use.how === 'node');
  const called = uses.some(use => use.how === 'called');
  return uses.filter(use => use.how !== 'handed' || !(run || (called && (atLoad(use.node) || !tsc.isCallExpression(use.node)))));
}

function distinctPlaces(loops: readonly Loop[]): readonly Loop[] {
  const places = new Map(loops.map(loop => [`${loop.location?.file}:${loop.location?.line}`, loop]));
  return [...places.values()];
}

/** `bot.onAction(…, handler)`: kept, and run when something happens. */
function isListener(use: Use): boolean {
  return (
    use.how === 'handed' &&
    tsc.isCallExpression(use.node) &&
    tsc.isPropertyAccessExpression(use.node.expression) &&
    /^on[A-Z]/.test(use.node.expression.name.text)
  );
}

const atLoad = (node: ts.Node): boolean => tsc.isSourceFile(scopeOf(node));
const inOptions = (fn: FunctionNode): boolean => tsc.isPropertyAssignment(fn.parent) || tsc.isObjectLiteralExpression(fn.parent);

function namesScope(reading: Reading, arg: ts.Expression, scope: FunctionNode): boolean {
  return tsc.isIdentifier(arg) && reading.ev.values(arg).some(value => value.kind === 'function' && value.node === scope);
}

function inElement(node: ts.Node): boolean {
  for (let up: ts.Node | undefined = node; up !== undefined; up = up.parent) {
    if (isJsx(up) || tsc.isJsxAttribute(up)) return true;
    if (tsc.isStatement(up) || (up !== node && isFunctionNode(up))) return false;
  }
  return false;
}
