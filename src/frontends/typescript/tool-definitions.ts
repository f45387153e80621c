// Finds the tools that a repository defines or hands to a model. Two ways lead there, and both are taken: from what frameworks and
// providers call a definition (a call, a class, a schema object), and from the lists of tools that model calls are given.
import type { ts } from 'ts-morph';
import type { Capability } from '../../core/index.ts';
import { matches } from './classify.ts';
import { tsc } from './compiler.ts';
import type { Values } from './evaluate.ts';
import { lastName } from './find.ts';
import { type Unit, walk } from './program.ts';
import type { Reading } from './reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from './scope.ts';
import { propertyName, strip } from './syntax.ts';
import { type Entry, ToolLists } from './tool-lists.ts';
import { Registries } from './tool-registries.ts';
import { nameIn, shapeOf } from './tool-schemas.ts';
import { DYNAMIC_SOURCES, HOSTED_MAKERS, READY_MADE, TOOL_MAKERS, type ToolMaker } from './tool-shapes.ts';
import { type Foreign, type FunctionNode, foreignPath, HOLE, textOf, type Value } from './values.ts';

/** How a tool is called that was found through the type of a registry. */
export const REGISTERED = 'an entry of a registry of tools';

/** A function that runs when the model asks for the tool. */
export interface Run {
  readonly node: FunctionNode | ts.CaseOrDefaultClause | ts.Statement;
  readonly self?: Value | undefined;
}

/** A tool as it was found, before anything is said about it. */
export interface Definition {
  /** Where it starts: the call, the object, the class. */
  readonly node: ts.Node;
  name: string | undefined;
  readonly maker: ToolMaker | undefined;
  readonly title: string;
  /** The options object of the definition. */
  readonly options: Values;
  readonly call: ts.CallExpression | ts.NewExpression | undefined;
  readonly runs: readonly Run[];
  /** `none`: there is no function to run; `hidden`: there is one, out of sight. */
  readonly seen: 'found' | 'none' | 'hidden' | 'dispatched';
  /** What it can do, where that is known without its code. */
  readonly known?: readonly Capability[];
  /** The function around the runs that is given to the framework, when several tools share it. */
  readonly wrapper?: FunctionNode | undefined;
}

const MEMBERS = new Set([...TOOL_MAKERS.filter(m => m.by !== 'extends').map(m => m.member), ...HOSTED_MAKERS.flatMap(h => h.members)]);
const BASES = [...new Set(TOOL_MAKERS.filter(m => m.by === 'extends').map(m => m.member))];
/** Sources of tools that are only ever asked for in order to hand the answer to a model. */
const FETCHED = new Set([
  'loadMcpTools',
  'getTools',
  'getToolsets',
  'getAllMcpTools',
  'getAITools',
  'unstable_getAITools',
  'get_tools',
  'getVercelAITools',
  'getLangChainTools',
  'getOnChainTools',
]);
const SOURCES = new Set(DYNAMIC_SOURCES.flatMap(s => s.members));
const RUN_NAMES = ['execute', 'handler', 'run', 'func', 'function', 'invoke', 'call', 'callback', '_call', 'fn'];

export class ToolFinder {
  readonly #reading: Reading;
  readonly lists: ToolLists;
  readonly #found = new Map<ts.Node, Definition[]>();
  /** Keys under which definitions are handed out, by the node of the definition. */
  readonly #keys = new Map<ts.Node, string>();
  readonly #dynamic = new Set<string>();
  readonly #registries: Registries;
  readonly #unresolved: ts.Node[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
    this.lists = new ToolLists(reading.ev);
    this.#registries = new Registries(reading);
  }

  /** All tools, in the files that lead to a model call and in those that a reader nominated. */
  find(nominated: readonly string[]): readonly Definition[] {
    const { ev, program, files, inventory } = this.#reading;
    const units = [...new Set([...files, ...nominated])].sort().flatMap(file => program.unit(file) ?? []);
    const ask = (question: () => void, unit: Unit): void =>
      ev.budget.ask(question, () => inventory.giveUp(unit.file, 'a tool in it is too much to follow'));
    for (const unit of units) {
      for (const call of unit.calls) ask(() => this.#call(unit, call), unit);
      ask(() => this.#classes(unit), unit);
      ask(() => this.#schemas(unit), unit);
    }
    for (const unit of units) for (const offer of this.#offers(unit)) ask(() => this.#offer(offer), unit);
    for (const site of this.#reading.sites) ask(() => this.#site(site), program.unitOf(site.node));
    for (const unit of units) for (const call of unit.calls) ask(() => this.#fetched(call), unit);
    // Something is handed to a model, and nothing in the repository looks like a tool: say so once instead of nothing.
    const [hidden] = this.#unresolved.filter(node => inventory.roleOf(node.getSourceFile().fileName) === 'production');
    if (hidden !== undefined && this.#found.size === 0)
      this.#add({ ...bare(hidden), seen: 'hidden', name: '<dynamic>', title: 'a list of tools that cannot be followed' });
    return [...this.#found.values()].flat().map(d => this.#settle(d));
  }

  /** The name under which the model sees it, once all lists have been read. */
  #settle(definition: Definition): Definition {
    if (definition.maker?.name !== 'key') return definition;
    return { ...definition, name: this.#keys.get(definition.node) ?? definition.name };
  }

  #add(definition: Definition): void {
    const list = this.#found.get(definition.node);
    if (list === undefined) this.#found.set(definition.node, [definition]);
    else if (!list.some(d => d.name === definition.name)) list.push(definition);
  }

  // --- definitions -----------------------------------------------------------------------------------------------------------

  #call(unit: Unit, node: ts.CallExpression | ts.NewExpression): void {
    const callee = node.expression;
    const written = lastName(callee);
    if (written === undefined) return;
    const name = tsc.isIdentifier(callee) ? (unit.imports.get(written)?.name ?? written) : written;
    const hosted =
      tsc.isPropertyAccessExpression(callee) &&
      tsc.isPropertyAccessExpression(callee.expression) &&
      callee.expression.name.text === 'tools';
    if (name === 'setRequestHandler') this.#listed(node);
    if (!MEMBERS.has(name) && !hosted && name !== 'default') return;
    for (const value of this.#reading.ev.values(callee)) {
      if (value.kind !== 'foreign') continue;
      const maker = makerOf(value, tsc.isNewExpression(node) ? 'new' : 'call');
      if (maker !== undefined) this.#made(node, maker);
      else if (isHosted(value)) this.#hosted(node, written, this.#reading.ev.values(node));
      else continue;
      return;
    }
    // `createMcpHandler(server => { server.tool('name', ...) })`: the server is the framework's.
    const maker = TOOL_MAKERS.find(m => m.member === name && m.title === 'tool of an MCP server');
    if (maker !== undefined && tsc.isPropertyAccessExpression(callee) && this.#isServerOfCallback(callee.expression))
      this.#made(node, maker);
  }

  #isServerOfCallback(receiver: ts.Expression): boolean {
    const binding = tsc.isIdentifier(receiver) ? resolve(receiver) : undefined;
    if (binding?.kind !== 'parameter') return false;
    const call = binding.node.parent.parent;
    if (!tsc.isCallExpression(call)) return false;
    return this.#reading.ev.values(call.expression).some(v => v.kind === 'foreign' && /mcp/.test(v.package));
  }

  #made(node: ts.CallExpression | ts.NewExpression, maker: ToolMaker): void {
    const args = node.arguments ?? [];
    const at = args[maker.options ?? 0];
    const options = at === undefined || tsc.isSpreadElement(at) ? [] : this.#reading.ev.values(at);
    const { runs, seen } = this.#runs(node, options, maker);
    const base = { maker, title: maker.title, options, call: node, runs, seen } as const;
    if (maker.name === 'key') {
      this.#add({ ...base, node, name: this.#ownName(node) });
      return;
    }
    const nameExpression = typeof maker.name === 'number' ? args[maker.name] : this.#optionNode(at, maker.name);
    const names = nameExpression === undefined ? this.#optionNames(options, maker.name) : this.names(nameExpression);
    // `getTool(name)`, `client.tool(id)` without a definition: no function, no schema, no options.
    if (maker.name === 0 && args.length < 2) return;
    if (names.length === 0) this.#add({ ...base, node, name: maker.name === 'name' ? this.#ownName(node) : undefined });
    for (const { text, node: at } of names) {
      const place = at === undefined ? node : placeOfName(node, at);
      if (place === node) this.#add({ ...base, node, name: text });
      else this.#add({ ...this.#elsewhere(place, base), node: place, name: text, wrapper: wrapperOf(runs) });
    }
  }

  /** A tool whose object or call stands apart from the framework's own call, which it shares with others. */
  #elsewhere(place: ts.Node, base: Omit<Definition, 'node' | 'name'>): Omit<Definition, 'node' | 'name'> {
    const options: Values = tsc.isObjectLiteralExpression(place)
      ? [{ kind: 'object', node: place, frame: undefined }]
      : tsc.isCallExpression(place)
        ? place.arguments.flatMap(arg => (tsc.isSpreadElement(arg) ? [] : this.#reading.ev.values(arg))).filter(v => v.kind === 'object')
        : [];
    const runs = this.#functionsIn(place);
    return runs.length === 0 ? base : { ...base, options: options.length > 0 ? options : base.options, runs, seen: 'found' };
  }

  /** The functions that an object holds or a call is given. */
  #functionsIn(place: ts.Node): readonly Run[] {
    const { ev } = this.#reading;
    const take = (values: Values): Run[] => values.flatMap(v => (v.kind === 'function' ? [{ node: v.node, self: v.self }] : []));
    if (tsc.isObjectLiteralExpression(place))
      return place.properties.flatMap(p => {
        const name = propertyName(p);
        if (name === undefined || !RUN_NAMES.includes(name)) return [];
        return take(ev.member([{ kind: 'object', node: place, frame: undefined }], name));
      });
    if (tsc.isCallExpression(place) || tsc.isNewExpression(place))
      return (place.arguments ?? []).flatMap(arg => {
        if (tsc.isSpreadElement(arg)) return [];
        const values = ev.values(arg);
        return [...take(values), ...values.flatMap(v => (v.kind === 'object' ? this.#functionsIn(v.node) : []))];
      });
    return [];
  }

  #runs(node: ts.CallExpression | ts.NewExpression, options: Values, maker: ToolMaker): Pick<Definition, 'runs' | 'seen'> {
    const { ev } = this.#reading;
    const args = node.arguments ?? [];
    let hidden = false;
    for (const where of maker.runs) {
      const arg = where === 'last' ? args.at(-1) : typeof where === 'number' ? args[where] : undefined;
      if (typeof where === 'number' && arg === undefined) continue;
      const look =
        typeof where === 'string' && where !== 'last'
          ? ev.inside(options, where)
          : { found: arg === undefined || tsc.isSpreadElement(arg) ? [] : ev.values(arg), hidden: undefined };
      const written = arg ?? (typeof where === 'string' ? this.#optionNode(args[maker.options ?? 0], where) : undefined);
      const runs = this.#functions(look.found, written);
      if (runs.length > 0) return { runs, seen: 'found' };
      hidden ||= look.hidden !== undefined || look.found.some(v => v.kind !== 'literal' && v.kind !== 'object' && v.kind !== 'array');
    }
    return { runs: [], seen: hidden ? 'hidden' : 'none' };
  }

  /** The functions among values; a wrapper of another package hands on those that it is given. */
  #functions(values: Values, written: ts.Expression | undefined): Run[] {
    const out = values.flatMap((v): Run[] => {
      if (v.kind === 'function') return [{ node: v.node, self: v.self }];
      if (v.kind !== 'instance') return [];
      const method = this.#reading.ev.member([v], 'invoke').find(m => m.kind === 'function');
      return method?.kind === 'function' ? [{ node: method.node, self: v }] : [];
    });
    if (out.length > 0) return out;
    const call = strip(written);
    if (call === undefined || !tsc.isCallExpression(call)) return [];
    return call.arguments.flatMap(arg =>
      tsc.isSpreadElement(arg)
        ? []
        : this.#reading.ev.values(arg).flatMap(v => (v.kind === 'function' ? [{ node: v.node, self: v.self }] : [])),
    );
  }

  #optionNode(options: ts.Expression | undefined, name: string): ts.Expression | undefined {
    const inner = strip(options);
    if (inner === undefined || !tsc.isObjectLiteralExpression(inner)) return undefined;
    const property = inner.properties.findLast(p => propertyName(p) === name);
    if (property === undefined) return undefined;
    return tsc.isPropertyAssignment(property)
      ? property.initializer
      : tsc.isShorthandPropertyAssignment(property)
        ? property.name
        : undefined;
  }

  #optionNames(options: Values, name: string | number): readonly Name[] {
    if (typeof name === 'number') return [];
    return this.#reading.ev.inside(options, name).found.flatMap(v => named(v));
  }

  /** What the code itself calls a tool that is handed to nobody we can see. */
  #ownName(node: ts.Node): string | undefined {
    for (let up = node.parent; up !== undefined; up = up.parent) {
      if (tsc.isPropertyAssignment(up)) return propertyName(up);
      if (tsc.isVariableDeclaration(up) && tsc.isIdentifier(up.name)) return up.name.text;
      if (tsc.isFunctionDeclaration(up)) return up.name?.text;
      if (tsc.isMethodDeclaration(up)) return propertyName(up);
      if (tsc.isSourceFile(up)) return undefined;
    }
    return undefined;
  }

  #classes(unit: Unit): void {
    for (const base of BASES) {
      for (const id of this.#reading.program.identifiers(unit, base)) {
        const clause = id.parent;
        if (!tsc.isExpressionWithTypeArguments(clause) || !tsc.isClassLike(clause.parent.parent)) continue;
        const owner = clause.parent.parent;
        const value = this.#reading.ev.values(clause.expression).find(v => v.kind === 'foreign');
        const maker = value?.kind === 'foreign' ? makerOf(value, 'extends') : undefined;
        if (maker === undefined) continue;
        const self: Value = { kind: 'instance', of: owner, args: undefined, frame: undefined };
        const runs = this.#reading.ev.member([self], '_call').flatMap(v => (v.kind === 'function' ? [{ node: v.node, self }] : []));
        const [name] = this.#reading.ev.member([self], 'name').flatMap(v => named(v));
        this.#add({
          node: owner,
          name: name?.text,
          maker,
          title: maker.title,
          options: [self],
          call: undefined,
          runs,
          seen: runs.length > 0 ? 'found' : 'hidden',
        });
      }
    }
  }

  /** Objects in the form that a provider's API wants for a tool. */
  #schemas(unit: Unit): void {
    for (const hint of ['input_schema', 'toolSpec', 'functionDeclarations', 'function', 'parameters', 'inputSchema']) {
      for (const id of this.#reading.program.identifiers(unit, hint)) {
        const property = id.parent;
        if ((!tsc.isPropertyAssignment(property) && !tsc.isShorthandPropertyAssignment(property)) || property.name !== id) continue;
        const object = property.parent;
        const shape = shapeOf(object);
        if (shape === undefined) {
          if (hint === 'functionDeclarations' && tsc.isPropertyAssignment(property)) this.#declarations(property.initializer);
          continue;
        }
        this.#shaped(object, shape.name, shape.title);
      }
    }
  }

  /** Gemini: `functionDeclarations: [{ name, description, parameters }]`. */
  #declarations(list: ts.Expression): void {
    for (const { value } of this.lists.entries(list))
      if (value.kind === 'object') {
        const name = nameIn(value.node);
        if (name !== undefined) this.#shaped(value.node, name, 'function declaration');
      }
  }

  #shaped(object: ts.ObjectLiteralExpression, nameNode: ts.Expression, title: string): void {
    const base = { maker: undefined, title, options: [], call: undefined, runs: [], seen: 'dispatched' } as const;
    const names = this.names(nameNode);
    if (names.length === 0) this.#registered(nameNode);
    for (const { text, node, value } of names) {
      const place = node === undefined ? object : placeOfName(object, node);
      // The entry is made of a definition that a framework's call has already told of.
      if (value !== undefined && this.#entry({ value, key: undefined }, object)) continue;
      if (this.#found.has(place)) continue;
      if (place === object) {
        const options: Values = [{ kind: 'object', node: object, frame: undefined }];
        const runs = this.#functionsIn(object);
        this.#add({ ...base, options, node: object, name: text, ...(runs.length > 0 ? { runs, seen: 'found' } : {}) });
      } else {
        const { runs, options } = this.#elsewhere(place, base);
        this.#add({ ...base, node: place, name: text, options, runs, seen: runs.length > 0 ? 'found' : 'dispatched' });
      }
    }
    for (const value of this.#namelessSource(nameNode)) this.#dynamicTool(value, object);
    this.#beside(object);
  }

  /** The name is a member of something of which only the type is seen: the tools are what has that type. */
  #registered(name: ts.Expression): void {
    const inner = strip(name);
    if (inner === undefined || !tsc.isPropertyAccessExpression(inner)) return;
    const queue: ts.Expression[] = [inner.expression];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const value of this.#registries.behind(next)) {
        const node = value.kind === 'object' ? value.node : value.kind === 'instance' ? value.of : undefined;
        if (node === undefined || this.#found.has(node)) continue;
        const [own] = this.#reading.ev.member([value], inner.name.text).flatMap(v => named(v));
        // A copy of another description: what it is copied from is looked at instead.
        const from = own === undefined && tsc.isObjectLiteralExpression(node) ? strip(this.#optionNode(node, inner.name.text)) : undefined;
        if (from !== undefined && tsc.isPropertyAccessExpression(from)) queue.push(from.expression);
        if (own === undefined) continue;
        const runs = RUN_NAMES.flatMap(run =>
          this.#reading.ev.member([value], run).flatMap((v): Run[] => (v.kind === 'function' ? [{ node: v.node, self: value }] : [])),
        );
        this.#add({
          node,
          name: own.text,
          maker: undefined,
          title: REGISTERED,
          options: [value],
          call: undefined,
          runs,
          seen: runs.length > 0 ? 'found' : 'dispatched',
        });
      }
    }
  }

  /** Tools of the provider in the list that also holds declared ones. */
  #beside(object: ts.Node): void {
    let list: ts.Node | undefined = object.parent;
    for (let hops = 0; list !== undefined && !tsc.isArrayLiteralExpression(list) && hops < 12; hops++) list = list.parent;
    if (list === undefined || !tsc.isArrayLiteralExpression(list)) return;
    for (const element of list.elements) {
      const shape = shapeOf(element);
      if (shape?.known !== undefined) this.#add({ ...bare(element, shape.known), name: shape.text, title: shape.title });
    }
  }

  /** `tools.map(t => ({ name: t.name, ... }))` over what a server lists. */
  #namelessSource(name: ts.Expression): readonly Foreign[] {
    const inner = strip(name);
    const items = inner !== undefined && tsc.isPropertyAccessExpression(inner) ? this.lists.items(inner.expression) : [];
    return items.flatMap(({ value }) => (value.kind === 'foreign' ? [value] : []));
  }

  // --- what model calls are given ----------------------------------------------------------------------------------------------

  /** Expressions in a file that are handed to a model as its tools. */
  #offers(unit: Unit): readonly ts.Expression[] {
    const out: ts.Expression[] = [];
    for (const id of this.#reading.program.identifiers(unit, 'tools')) {
      const property = id.parent;
      if (!(tsc.isPropertyAssignment(property) || tsc.isShorthandPropertyAssignment(property)) || property.name !== id) continue;
      if (this.#isGiven(property.parent)) out.push(tsc.isPropertyAssignment(property) ? property.initializer : property.name);
    }
    for (const name of ['bindTools', 'ToolNode', 'withTools'])
      for (const id of this.#reading.program.identifiers(unit, name)) {
        const callee = tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
        const call = callee.parent;
        if (!(tsc.isCallExpression(call) || tsc.isNewExpression(call)) || call.expression !== callee) continue;
        const first = call.arguments?.[0];
        if (first !== undefined && !tsc.isSpreadElement(first) && this.#toModel(call)) out.push(first);
      }
    return out;
  }

  /** Is the object an argument of a call that a package with models makes, or of a function that leads to one? */
  #isGiven(object: ts.Node): boolean {
    let node: ts.Node = object;
    for (let up = object.parent; up !== undefined; node = up, up = up.parent) {
      if ((tsc.isCallExpression(up) || tsc.isNewExpression(up)) && up.expression !== node) return this.#toModel(up);
      if (tsc.isPropertyAssignment(up) || tsc.isShorthandPropertyAssignment(up) || isFunctionNode(up) || tsc.isStatement(up)) return false;
    }
    return false;
  }

  #toModel(call: ts.CallExpression | ts.NewExpression): boolean {
    const { ev, classifier, paths } = this.#reading;
    return ev.budget.ask(
      () =>
        ev.values(call.expression).some(v => {
          if (v.kind === 'foreign') return classifier.sdksOf(v.package).length > 0;
          return v.kind === 'function' ? paths.leads.has(v.node) : false;
        }),
      () => false,
    );
  }

  #offer(node: ts.Expression): void {
    let known = false;
    for (const entry of this.lists.entries(node)) known = this.#entry(entry, node) || known;
    if (known) return;
    const source = this.#sourceBehind(node, 0);
    if (source !== undefined) this.#dynamicTool(source, node, true);
    else if (strip(node)?.kind !== tsc.SyntaxKind.ArrayLiteralExpression) this.#unresolved.push(node);
  }

  /** The call inside a function of the repository that fetches the tools which the function hands out. */
  #sourceBehind(node: ts.Expression, depth: number): Foreign | undefined {
    const inner = strip(node);
    if (inner === undefined || depth > 5) return undefined;
    const { ev } = this.#reading;
    ev.budget.step();
    if (tsc.isIdentifier(inner)) {
      const binding = resolve(inner);
      if (binding?.kind === 'variable' && binding.node.initializer !== undefined)
        return this.#sourceBehind(binding.node.initializer, depth + 1);
      if (binding?.kind !== 'parameter' || binding.element !== undefined || !isFunctionNode(binding.node.parent)) return undefined;
      const index = binding.node.parent.parameters.indexOf(binding.node);
      for (const call of ev.callers(binding.node.parent).slice(0, 8)) {
        const arg = call.arguments?.[index];
        const found = arg === undefined || tsc.isSpreadElement(arg) ? undefined : this.#sourceBehind(arg, depth + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (tsc.isPropertyAccessExpression(inner)) return this.#sourceBehind(inner.expression, depth + 1);
    if (!tsc.isCallExpression(inner)) return undefined;
    for (const value of ev.values(inner.expression)) {
      const body = value.kind === 'function' ? value.node.body : undefined;
      if (body === undefined) continue;
      let found: Foreign | undefined;
      walk(body, inside => {
        if (found !== undefined) return 'skip';
        if (tsc.isCallExpression(inside) && SOURCES.has(lastName(inside.expression) ?? ''))
          found = ev.values(inside).find((v): v is Foreign => v.kind === 'foreign' && dynamicOf(v) !== undefined);
        return undefined;
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #site(site: Reading['sites'][number]): void {
    for (const at of ['body.tools', 'client.tools', 'body.functions', 'body.config.tools', 'client.config.tools', 'request.tools'])
      for (const value of this.#reading.options.look(site, at).found) {
        if (value.kind === 'object') for (const entry of this.lists.ofObject(value.node)) this.#entry(entry, site.node);
        else if (value.kind === 'array') for (const entry of this.lists.entries(value.node)) this.#entry(entry, site.node);
        else this.#entry({ value, key: undefined }, site.node);
      }
  }

  /** One thing in a list of tools. @returns whether it is a tool that is known */
  #entry({ value, key }: Entry, offered: ts.Node): boolean {
    if (value.kind === 'foreign') {
      const made = value.steps.findLast(step => step.kind !== 'member');
      const node = made?.kind === 'call' || made?.kind === 'new' ? made.node : undefined;
      if (node !== undefined && this.#found.has(node)) {
        if (key !== undefined) this.#keys.set(node, key);
        return true;
      }
      if (this.#dynamicTool(value, offered)) return true;
      const name = value.steps.findLast(step => step.kind === 'member');
      const ready = name?.kind === 'member' && Object.hasOwn(READY_MADE, name.name) ? READY_MADE[name.name] : undefined;
      if (node !== undefined && name?.kind === 'member' && ready !== undefined) {
        this.#add({
          ...bare(node, ready as readonly Capability[]),
          name: key ?? name.name,
          title: `${name.name} of ${value.package}`,
        });
        return true;
      }
      return false;
    }
    if (value.kind === 'instance') return this.#found.has(value.of);
    if (value.kind !== 'object') return false;
    if (this.#found.has(value.node)) return true;
    return this.#plain(value, key, offered);
  }

  /** A plain object in a list of tools: an AI SDK tool without `tool()`, a hosted tool, a name with a function. */
  #plain(value: Extract<Value, { kind: 'object' }>, key: string | undefined, offered: ts.Node): boolean {
    const { node } = value;
    const shape = shapeOf(node);
    if (shape !== undefined && shape.known !== undefined) {
      this.#add({ ...bare(node, shape.known), name: shape.text, title: shape.title });
      return true;
    }
    const has = (name: string): boolean => node.properties.some(p => propertyName(p) === name);
    const described = has('description') || has('inputSchema') || has('parameters') || has('schema') || has('input_schema');
    if (!described) {
      // A wrapper around lists: `{ functionDeclarations: [...] }`, or a nested map.
      const list = node.properties.find(p => propertyName(p) === 'tools' || propertyName(p) === 'functionDeclarations');
      if (list !== undefined && tsc.isPropertyAssignment(list))
        for (const e of this.lists.entries(list.initializer)) this.#entry(e, offered);
      return false;
    }
    const runs = this.#functionsIn(node);
    const ai = TOOL_MAKERS.find(m => m.member === 'tool' && m.packages.includes('ai'));
    const [name] = key === undefined ? this.#reading.ev.inside([value], 'name').found.flatMap(v => named(v)) : [{ text: key }];
    if (name === undefined) return false;
    this.#add({
      node,
      name: name.text,
      maker: key === undefined ? undefined : ai && { ...ai, name: 'name' },
      title: key === undefined ? 'an object in a list of tools' : 'an object in the tools of the AI SDK',
      options: [value],
      call: undefined,
      runs,
      seen: runs.length > 0 ? 'found' : has('execute') || has('func') ? 'hidden' : key === undefined ? 'dispatched' : 'none',
    });
    return true;
  }

  /** `setRequestHandler(ListToolsRequestSchema, () => ({ tools }))` of an MCP server. */
  #listed(call: ts.CallExpression | ts.NewExpression): void {
    const [schema, handler] = call.arguments ?? [];
    if (schema === undefined || handler === undefined || lastName(schema) !== 'ListToolsRequestSchema') return;
    for (const value of this.#reading.ev.values(handler)) {
      if (value.kind !== 'function') continue;
      for (const returned of this.#reading.ev.returnsOf(value.node)) {
        const list = this.#optionNode(returned, 'tools');
        if (list === undefined) continue;
        for (const entry of this.lists.entries(list))
          if (entry.value.kind === 'object' && nameIn(entry.value.node) !== undefined)
            this.#shaped(entry.value.node, nameIn(entry.value.node) as ts.Expression, 'tool of an MCP server');
      }
    }
  }

  // --- tools that only a run knows -----------------------------------------------------------------------------------------------

  #fetched(call: ts.CallExpression | ts.NewExpression): void {
    const name = lastName(call.expression);
    if (name === undefined || !FETCHED.has(name) || !tsc.isCallExpression(call)) return;
    for (const value of this.#reading.ev.values(call)) if (value.kind === 'foreign') this.#dynamicTool(value, call);
  }

  #dynamicTool(value: Foreign, offered: ts.Node, handed = false): boolean {
    const hit = dynamicOf(value);
    if (hit === undefined) return false;
    const near = !handed && hit.node.getSourceFile() === offered.getSourceFile();
    const node = near ? hit.node : offered;
    const label = hit.label === 'toolkit' ? (madeBy(value) ?? hit.label) : hit.label;
    const key = `${label}\0${node.getSourceFile().fileName}\0${near ? hit.node.pos : handed ? offered.pos : 0}`;
    if (this.#dynamic.has(key)) return true;
    this.#dynamic.add(key);
    this.#add({ ...bare(node), seen: 'hidden', name: `<dynamic: ${label}>`, title: `tools of ${value.package}` });
    return true;
  }

  #hosted(node: ts.CallExpression | ts.NewExpression, name: string, values: Values): void {
    const at = node.arguments?.[0];
    const options = at === undefined || tsc.isSpreadElement(at) ? [] : this.#reading.ev.values(at);
    const runs = options.flatMap(v => (v.kind === 'object' ? this.#functionsIn(v.node) : []));
    const owner = values.find(v => v.kind === 'foreign');
    this.#add({
      ...bare(node, runs.length > 0 ? undefined : ['provider-hosted']),
      options,
      runs,
      seen: runs.length > 0 ? 'found' : 'none',
      name: this.#keys.get(node) ?? name,
      title: `tool of ${owner?.kind === 'foreign' ? owner.package : 'the provider'}`,
    });
  }

  // --- names -----------------------------------------------------------------------------------------------------------------------

  /** The texts that a name may be, each with the place where it is written. */
  names(node: ts.Expression): readonly Name[] {
    const inner = strip(node);
    if (inner === undefined) return [];
    const keys = this.#entryKeys(inner);
    if (keys.length > 0) return keys;
    if (tsc.isPropertyAccessExpression(inner)) {
      const items = this.lists.items(inner.expression);
      const field = inner.name.text;
      const out = items.flatMap(({ value }): Name[] => {
        if (value.kind === 'foreign') return [];
        return this.#reading.ev.member([value], field).flatMap(v => named(v).map(n => ({ ...n, value })));
      });
      if (out.length > 0) return unique(out);
    }
    return unique(this.#reading.ev.values(inner).flatMap(v => named(v)));
  }

  /** `Object.entries(tools).map(([name, tool]) => ...)` */
  #entryKeys(node: ts.Expression): readonly Name[] {
    const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
    if (binding === undefined || (binding.kind !== 'parameter' && binding.kind !== 'variable')) return [];
    const { element } = binding;
    if (element === undefined || !tsc.isArrayBindingPattern(element.parent) || element.parent.elements[0] !== element) return [];
    const list =
      binding.kind === 'variable'
        ? tsc.isForOfStatement(binding.node.parent.parent)
          ? binding.node.parent.parent.expression
          : undefined
        : listOf(enclosingFunction(element));
    const call = strip(list);
    if (call === undefined || !tsc.isCallExpression(call) || call.expression.getText() !== 'Object.entries') return [];
    const first = call.arguments[0];
    if (first === undefined) return [];
    return this.lists.entries(first).flatMap(({ key, value }) => {
      if (key === undefined) return [];
      return [{ text: key, node: value.kind === 'object' ? value.node : undefined, value }];
    });
  }
}

/** A name as the code writes it. */
interface Name {
  readonly text: string;
  readonly node?: ts.Node | undefined;
  /** The object that it is the name of. */
  readonly value?: Value | undefined;
}

function named(value: Value): Name[] {
  const text = textOf(value);
  if (text === undefined || text === '') return [];
  if (text.includes(HOLE)) return [];
  return [{ text, node: value.kind === 'literal' || value.kind === 'text' ? value.node : undefined }];
}

function unique(names: readonly Name[]): readonly Name[] {
  const seen = new Set<string>();
  return names.filter(n => {
    const key = `${n.text}\0${n.node?.pos ?? ''}\0${n.node?.getSourceFile().fileName ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function listOf(fn: FunctionNode | undefined): ts.Expression | undefined {
  const call = fn?.parent;
  if (fn === undefined || call === undefined || !tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression))
    return undefined;
  return call.arguments[0] === fn ? call.expression.expression : undefined;
}

/** Where a tool starts whose name is written outside of the call that makes it: its own object or call. */
function placeOfName(definition: ts.Node, name: ts.Node): ts.Node {
  if (name.getSourceFile() === definition.getSourceFile() && name.pos >= definition.pos && name.end <= definition.end) return definition;
  if (tsc.isObjectLiteralExpression(name)) return name;
  const property = name.parent;
  if (tsc.isPropertyAssignment(property)) {
    const key = propertyName(property);
    const object = property.parent;
    const described = object.properties.some(p =>
      ['description', 'parameters', 'schema', 'inputSchema', ...RUN_NAMES].includes(propertyName(p) ?? ''),
    );
    const call = object.parent;
    if (described && (key === 'name' || key === 'id' || key === 'toolName'))
      return (tsc.isCallExpression(call) || tsc.isNewExpression(call)) && call.expression !== object ? call : object;
  }
  if ((tsc.isCallExpression(property) || tsc.isNewExpression(property)) && property.arguments?.includes(name as ts.Expression))
    return property;
  return definition;
}

function wrapperOf(runs: readonly Run[]): FunctionNode | undefined {
  const [first] = runs;
  return first !== undefined && isFunctionNode(first.node) ? first.node : undefined;
}

function bare(node: ts.Node, known?: readonly Capability[]): Omit<Definition, 'title' | 'name'> {
  return { node, maker: undefined, options: [], call: undefined, runs: [], seen: 'none', ...(known === undefined ? {} : { known }) };
}

function lastMember(value: Foreign): string | undefined {
  const step = value.steps.at(-1);
  return step?.kind === 'member' ? step.name : step === undefined ? 'default' : undefined;
}

/** The way of defining a tool that a callee is, if any. */
export function makerOf(value: Foreign, by: ToolMaker['by']): ToolMaker | undefined {
  const member = lastMember(value);
  const of = value.steps.at(-2);
  return TOOL_MAKERS.find(
    m =>
      m.by === by &&
      m.member === member &&
      m.packages.some(p => matches(p, value.package)) &&
      (m.of === undefined || (of?.kind === 'member' && of.name === m.of)) &&
      // A member of something made (`server.tool`) takes a name first; a bare export (`tool`) is called as it is.
      (value.package !== 'agents' || value.steps.length > 1),
  );
}

function isHosted(value: Foreign): boolean {
  const member = lastMember(value);
  if (value.package.startsWith('@ai-sdk/') || value.package === '@openrouter/ai-sdk-provider')
    return /(?:^|\.)tools\.\w+$/.test(memberPath(value));
  return HOSTED_MAKERS.some(h => h.packages.includes(value.package) && h.members.includes(member ?? ''));
}

function memberPath(value: Foreign): string {
  return value.steps.flatMap(step => (step.kind === 'member' ? [step.name] : [])).join('.');
}

/** The call that asks for tools which only a run knows. */
function dynamicOf(value: Foreign): { readonly label: string; readonly node: ts.Node } | undefined {
  for (let i = 1; i < value.steps.length; i++) {
    const [member, call] = [value.steps[i - 1], value.steps[i]];
    if (member?.kind !== 'member' || call?.kind !== 'call') continue;
    const source = DYNAMIC_SOURCES.find(s => s.members.includes(member.name) && s.packages.some(p => matches(p, value.package)));
    if (source === undefined) continue;
    // `generateText(...)` and a plain `tool` of these packages are no sources; a client that was made is one.
    if (i === 1 && !/^(?:load|get|mcp)/i.test(member.name)) continue;
    return { label: source.label, node: call.node };
  }
  return undefined;
}

function madeBy(value: Foreign): string | undefined {
  const path = foreignPath(value);
  return path === '' ? undefined : path;
}
