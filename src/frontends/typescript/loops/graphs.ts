// State graphs (LangGraph): which functions are nodes, and which of them stand on a cycle. A node on a cycle runs again and again,
// until the recursion limit of the graph; a node on no cycle runs once.
import type { ts } from 'ts-morph';
import type { Loop, LoopDefault } from '../../../core/index.ts';
import type { Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordOf, keywordsIn } from '../evaluator/keywords.ts';
import { type Foreign, type FunctionNode, foreignPath, HOLE, textOf, type Value } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import { type Unit, walk } from '../program.ts';
import { isPaced } from './pace.ts';

/** The methods of a builder, as JavaScript and as Python write them. */
const BUILDERS: ReadonlyMap<string, 'node' | 'edge' | 'conditional' | 'compile'> = new Map([
  ['addNode', 'node'],
  ['add_node', 'node'],
  ['addEdge', 'edge'],
  ['add_edge', 'edge'],
  ['addConditionalEdges', 'conditional'],
  ['add_conditional_edges', 'conditional'],
  ['compile', 'compile'],
]);
/** The nodes before or after which a compiled graph stops for a person. */
const STOPS = ['interruptBefore', 'interruptAfter', 'interrupt_before', 'interrupt_after'];

/** After how many super-steps a graph stops unless told otherwise; each round of a cycle takes at least one. */
export type LimitOf = (graph: Foreign) => LoopDefault | undefined;

interface Graph {
  readonly nodes: Map<string, FunctionNode[]>;
  readonly edges: [from: string, to: string][];
  /** A step whose targets cannot be read may lead anywhere. */
  readonly open: Set<string>;
  /** The nodes where a run waits for a person. */
  readonly waits: Set<string>;
  /** A node or an edge whose name cannot be read. */
  unclear: boolean;
}

interface Root {
  readonly node: ts.Node;
  readonly value: Foreign;
}

const LANGGRAPH = /^(?:@langchain\/|py:)langgraph/;

const emptyGraph = (): Graph => ({ nodes: new Map(), edges: [], open: new Set(), waits: new Set(), unclear: false });

export class Graphs {
  readonly #ev: Evaluator;
  readonly #limitOf: LimitOf;
  readonly #known = new Map<ts.Node, { readonly root: Root; readonly graph: Graph }>();
  #settled = true;
  readonly #straight = new Set<ts.Node>();
  readonly #loops = new Map<FunctionNode, Loop>();
  readonly #nodesOf = new Map<ts.Node, readonly FunctionNode[]>();

  /** @param limitOf what the version in use says of its own accord */
  constructor(ev: Evaluator, limitOf: LimitOf) {
    this.#ev = ev;
    this.#limitOf = limitOf;
  }

  /** Reads what a file says of the graphs that it builds or compiles; one graph may be put together in several files. */
  add(unit: Unit): void {
    for (const [name, does] of BUILDERS) {
      for (const id of this.#ev.program.identifiers(unit, name)) {
        const access = id.parent;
        if (!tsc.isPropertyAccessExpression(access) || access.name !== id || !tsc.isCallExpression(access.parent)) continue;
        const root = this.#rootOf(access.expression);
        if (root === undefined) continue;
        const known = this.#known.get(root.node) ?? { root, graph: emptyGraph() };
        this.#known.set(root.node, known);
        this.#settled = false;
        this.#read(known.graph, does, access.parent.arguments);
      }
    }
  }

  /** Once all files are read: which nodes stand on a cycle. */
  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const { root, graph } of this.#known.values()) this.#finish(root, graph);
  }

  /** The loop that a node function stands in because its graph has a cycle through it. */
  loopOf(fn: FunctionNode): Loop | undefined {
    this.#settle();
    return this.#loops.get(fn);
  }

  /** The node functions of the graphs that a call may run. */
  nodesRunBy({ classified, others }: Pick<Site, 'classified' | 'others'>): readonly FunctionNode[] {
    return [...new Set([classified, ...others].flatMap(one => this.#nodesIn(one.value)))];
  }

  #nodesIn(value: Foreign): readonly FunctionNode[] {
    this.#settle();
    const made = value.steps.find(step => step.kind === 'new');
    return made?.kind === 'new' ? (this.#nodesOf.get(made.node) ?? []) : [];
  }

  /** Does each node of a compiled graph run once at most? Only where all of its steps could be read. */
  isStraight(value: Foreign): boolean {
    this.#settle();
    const made = value.steps.find(step => step.kind === 'new');
    return made?.kind === 'new' && this.#straight.has(made.node);
  }

  /** The construction that a builder call goes back to. */
  #rootOf(receiver: ts.Expression): Root | undefined {
    for (const value of this.#ev.values(receiver)) {
      if (value.kind !== 'foreign' || !LANGGRAPH.test(value.package) || !/Graph$/.test(foreignPath(value))) continue;
      const made = value.steps.find(step => step.kind === 'new');
      if (made?.kind === 'new') return { node: made.node, value };
    }
    return undefined;
  }

  #read(graph: Graph, builder: 'node' | 'edge' | 'conditional' | 'compile', args: readonly ts.Expression[]): void {
    if (builder === 'compile') {
      const [options] = args;
      if (options === undefined) return;
      for (const stop of STOPS)
        for (const value of this.#ev.inside(this.#ev.values(options), stop).found)
          for (const name of this.#nameOf(value)) graph.waits.add(name);
      return;
    }
    const keywords = keywordsIn(args);
    const [first, second, third] = keywords === undefined ? args : args.slice(0, -1);
    if (first === undefined || (builder === 'edge' && second === undefined)) {
      graph.unclear = true;
      return;
    }
    const named = this.#names(first);
    if (named.length === 0 && (builder !== 'node' || second !== undefined)) graph.unclear = true;
    if (builder === 'edge' && second !== undefined && this.#names(second).length === 0) graph.unclear = true;
    if (builder === 'node') {
      // `add_node(ask)` names the node after the function.
      if (second === undefined)
        for (const fn of this.#functions(this.#ev.values(first)))
          if (fn.name !== undefined && tsc.isIdentifier(fn.name)) graph.nodes.set(fn.name.text, [fn]);
      for (const name of this.#names(first)) graph.nodes.set(name, second === undefined ? [] : this.#functions(this.#ev.values(second)));
      for (const value of this.#ev.values(first)) if (value.kind === 'object') this.#readNodes(graph, value);
    } else if (builder === 'edge' && second !== undefined) {
      for (const from of this.#names(first)) for (const to of this.#names(second)) graph.edges.push([from, to]);
    } else if (builder === 'conditional') {
      const targets = this.#targets(second, third ?? keywordOf(keywords, 'path_map'));
      for (const from of this.#names(first)) {
        if (targets.length === 0) graph.open.add(from);
        for (const to of targets) graph.edges.push([from, to]);
      }
    }
  }

  /** `addNode({ agent, tools })` */
  #readNodes(graph: Graph, value: Extract<Value, { kind: 'object' }>): void {
    for (const property of value.node.properties) {
      const name =
        property.name !== undefined && (tsc.isIdentifier(property.name) || tsc.isStringLiteralLike(property.name))
          ? property.name.text
          : undefined;
      if (name !== undefined) graph.nodes.set(name, this.#functions(this.#ev.member([value], name)));
    }
  }

  #functions(values: readonly Value[]): FunctionNode[] {
    return values.flatMap(value => (value.kind === 'function' ? [value.node] : []));
  }

  /** Node names that an expression stands for; lists count with all their items. */
  #names(node: ts.Expression): string[] {
    return this.#ev.values(node).flatMap(value => this.#nameOf(value));
  }

  #nameOf(value: Value): string[] {
    if (value.kind === 'array') return this.#ev.anyMember([value]).flatMap(v => this.#nameOf(v));
    const text = textOf(value);
    if (text !== undefined) return text.includes(HOLE) ? [] : [text];
    // START and END are constants of the package.
    return value.kind === 'foreign' ? [foreignPath(value)] : [];
  }

  /** Where a conditional edge may lead: the values of its map, or what its function returns. */
  #targets(decide: ts.Expression | undefined, map: ts.Expression | undefined): string[] {
    if (map !== undefined) {
      const values = this.#ev.values(map);
      const named = values.flatMap(value => (value.kind === 'object' || value.kind === 'array' ? this.#ev.anyMember([value]) : []));
      return named.flatMap(value => this.#nameOf(value));
    }
    if (decide === undefined) return [];
    const out: string[] = [];
    for (const value of this.#ev.values(decide)) {
      if (value.kind !== 'function') return [];
      for (const returned of this.#ev.returnsOf(value.node)) {
        const names = this.#names(returned);
        if (names.length === 0) return [];
        out.push(...names);
      }
    }
    return out;
  }

  #finish(root: Root, graph: Graph): void {
    this.#nodesOf.set(root.node, [...graph.nodes.values()].flat());
    for (const [name, functions] of graph.nodes) {
      if (functions.length > 0 && functions.every(fn => fn.body !== undefined && isPaced(this.#ev, fn.body))) graph.waits.add(name);
      for (const fn of functions) for (const to of this.#gotos(fn)) graph.edges.push([name, to]);
    }
    const next = (name: string): string[] =>
      graph.open.has(name) ? [...graph.nodes.keys()] : graph.edges.flatMap(([from, to]) => (from === name ? [to] : []));
    // A round that waits for a person goes at that person's pace.
    const alone = (name: string): string[] => (graph.waits.has(name) ? [] : next(name));
    const limit = this.#limitOf(root.value);
    const bound = limit?.bound ?? null;
    const default_ = bound === null ? 'its own default' : `${bound} by default`;
    let cycles = false;
    for (const [name, functions] of graph.nodes) {
      if (reaches(next, name)) cycles = true;
      if (!reaches(alone, name)) continue;
      const how = `a cycle of the graph, which its recursion limit ends (${default_}${limit?.kind === 'soft' ? ': too many to protect money' : ''})`;
      const basis = limit?.kind === 'soft' ? 'soft' : 'default';
      for (const fn of functions) this.#loops.set(fn, { status: 'bounded', bound, how, basis, location: placeOf(root.node) });
    }
    const known = graph.edges.length > 0 && [...graph.nodes.values()].every(functions => functions.length > 0 && !functions.some(leads));
    if (known && !cycles && !graph.unclear && graph.open.size === 0) this.#straight.add(root.node);
  }

  /** `return new Command({ goto: 'agent' })` inside a node. */
  #gotos(fn: FunctionNode): string[] {
    return this.#ev.returnsOf(fn).flatMap(returned =>
      this.#ev.values(returned).flatMap(value => {
        const made =
          value.kind === 'foreign' && foreignPath(value) === 'Command' ? value.steps.find(step => step.kind === 'new') : undefined;
        const options = made?.kind === 'new' ? made.args?.[0] : undefined;
        return options === undefined ? [] : this.#ev.inside(this.#ev.values(options), 'goto').found.flatMap(v => this.#nameOf(v));
      }),
    );
  }
}

/** Does a node lead back to itself? */
function reaches(next: (name: string) => string[], start: string): boolean {
  const seen = new Set<string>();
  const queue = next(start);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (name === start) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    queue.push(...next(name));
  }
  return false;
}

/** Does a node of a graph name its own next step? */
function leads(fn: FunctionNode): boolean {
  let found = false;
  walk(fn, node => {
    if (tsc.isIdentifier(node) && (node.text === 'Command' || node.text === 'Send')) found = true;
  });
  return found;
}
