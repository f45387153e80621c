// Finds the tools that a repository defines or hands to a model. Two ways lead there, and both are taken: from what frameworks and
// providers call a definition (a call, a class, a schema object), and from the lists of tools that model calls are given.
import type { ts } from 'ts-morph';
import { type Capability, isPythonFile } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Values } from '../evaluator/evaluate.ts';
import type { Foreign, Value } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { bedrockTools } from './bedrock-agents.ts';
import {
  bare,
  type Definition,
  dynamicOf,
  isHosted,
  madeBy,
  makerOf,
  named,
  placeOfName,
  REGISTERED,
  RUN_NAMES,
  type Run,
  wrapperOf,
} from './definition.ts';
import { type Entry, isSeenWhole, ToolLists } from './lists.ts';
import { mastraTools } from './mastra.ts';
import { mcpMade } from './mcp-made.ts';
import { ToolOffers } from './offers.ts';
import { ToolParts } from './parts.ts';
import { PythonTools } from './python.ts';
import { pythonOffers } from './python-offers.ts';
import { PythonSchemas } from './python-schemas.ts';
import { Registries } from './registries.ts';
import { nameIn, shapeOf } from './schemas.ts';
import { TOOL_MAKERS, type ToolMaker } from './shapes.ts';
import { FETCHED, HOSTED_MAKERS, READY_MADE } from './sources.ts';

const MEMBERS = new Set([...TOOL_MAKERS.filter(m => m.by !== 'extends').map(m => m.member), ...HOSTED_MAKERS.flatMap(h => h.members)]);
export class ToolFinder {
  readonly #reading: Reading;
  readonly lists: ToolLists;
  readonly #parts: ToolParts;
  readonly #handed: ToolOffers;
  readonly #found = new Map<ts.Node, Definition[]>();
  /** Keys under which definitions are handed out, by the node of the definition. */
  readonly #keys = new Map<ts.Node, string>();
  readonly #dynamic = new Set<string>();
  readonly #registries: Registries;
  readonly #python: PythonTools;
  readonly #pythonSchemas: PythonSchemas;
  /** The framework that is given the list of tools which is being read. */
  #taker: string | undefined;
  readonly #unresolved: ts.Node[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
    this.lists = new ToolLists(reading.ev);
    this.#parts = new ToolParts(reading, this.lists);
    this.#handed = new ToolOffers(reading);
    this.#registries = new Registries(reading);
    this.#python = new PythonTools(reading);
    this.#pythonSchemas = new PythonSchemas(reading, this.#parts, this.#python, this.#registries);
  }

  /** All tools, in the files that lead to a model call and in those that a reader nominated. */
  find(nominated: readonly string[]): readonly Definition[] {
    const { ev, program, files, inventory } = this.#reading;
    const units = [...new Set([...files, ...nominated])].sort().flatMap(file => program.unit(file) ?? []);
    const ask = (question: () => void, unit: Unit): void =>
      ev.budget.ask(question, () => inventory.giveUp(unit.file, 'a tool in it is too much to follow'));
    for (const unit of units) {
      if (isPythonFile(unit.file)) {
        this.#pythonUnit(unit, question => ask(question, unit));
        continue;
      }
      for (const call of unit.calls) ask(() => this.#call(unit, call), unit);
      ask(() => {
        for (const definition of this.#parts.classes(unit)) this.#add(definition);
      }, unit);
      ask(() => this.#schemas(unit), unit);
      for (const definition of [...mastraTools(this.#reading, unit), ...bedrockTools(this.#reading, unit)]) this.#add(definition);
    }
    for (const unit of units) {
      if (isPythonFile(unit.file))
        for (const { list, package: taker } of pythonOffers(this.#reading, unit, question => ask(question, unit)))
          ask(() => {
            this.#taker = taker;
            this.#offer(list);
          }, unit);
      else for (const offer of this.#handed.offers(unit)) ask(() => this.#offer(offer), unit);
    }
    this.#taker = undefined;
    for (const site of this.#reading.sites) ask(() => this.#site(site), program.unitOf(site.node));
    for (const unit of units) for (const call of unit.calls) ask(() => this.#fetched(call), unit);
    const isMcp = (d: Definition): boolean => d.name === '<dynamic: MCP>';
    const seenMcp = [...this.#found.values()]
      .flat()
      .some(d => isMcp(d) && inventory.roleOf(d.node.getSourceFile().fileName) === 'production');
    if (!seenMcp) for (const definition of mcpMade(this.#reading, units, ask)) if (!this.#found.has(definition.node)) this.#add(definition);
    // Something is handed to a model, and nothing in the repository looks like a tool: say so once instead of nothing.
    const [hidden] = this.#unresolved.filter(node => inventory.roleOf(node.getSourceFile().fileName) === 'production');
    if (hidden !== undefined && this.#found.size === 0)
      this.#add({ ...bare(hidden), seen: 'hidden', name: '<dynamic>', title: 'a list of tools that cannot be followed' });
    const all = [...this.#found.values()].flat().map(d => this.#settle(d));
    // A class that stands for each tool of a server is what its list of tools becomes.
    const bareMcp = (d: Definition): boolean => d.name === '<dynamic: MCP>' && d.runs.length === 0;
    return all.some(d => d.name === '<dynamic: MCP>' && !bareMcp(d)) ? all.filter(d => !bareMcp(d)) : all;
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

  #pythonUnit(unit: Unit, ask: (question: () => void) => void): void {
    for (const definition of this.#python.definitions(unit, ask)) this.#add(definition);
    for (const definition of this.#pythonSchemas.definitions(unit, ask)) if (!this.#found.has(definition.node)) this.#add(definition);
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
      else if (isHosted(value)) this.#add(this.#parts.hosted(node, this.#keys.get(node) ?? written, this.#reading.ev.values(node)));
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
    const { runs, seen } = this.#parts.runs(node, options, maker);
    const base = { maker, title: maker.title, options, call: node, runs, seen } as const;
    if (maker.name === 'key') {
      this.#add({ ...base, node, name: this.#parts.ownName(node) });
      return;
    }
    const nameExpression = typeof maker.name === 'number' ? args[maker.name] : this.#parts.optionNode(at, maker.name);
    const names = nameExpression === undefined ? this.#parts.optionNames(options, maker.name) : this.#parts.names(nameExpression);
    // `getTool(name)`, `client.tool(id)` without a definition: no function, no schema, no options.
    if (maker.name === 0 && args.length < 2) return;
    if (names.length === 0) this.#add({ ...base, node, name: maker.name === 'name' ? this.#parts.ownName(node) : undefined });
    for (const { text, node: at } of names) {
      const place = at === undefined ? node : placeOfName(node, at);
      if (place === node) this.#add({ ...base, node, name: text });
      else this.#add({ ...this.#parts.elsewhere(place, base), node: place, name: text, wrapper: wrapperOf(runs) });
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
    const names = this.#parts.names(nameNode);
    if (names.length === 0) this.#registered(nameNode);
    for (const { text, node, value } of names) {
      const place = node === undefined ? object : placeOfName(object, node);
      // The entry is made of a definition that a framework's call has already told of.
      if (value !== undefined && this.#entry({ value, key: undefined }, object)) continue;
      if (this.#found.has(place)) continue;
      if (place === object) {
        const options: Values = [{ kind: 'object', node: object, frame: undefined }];
        const runs = this.#parts.functionsIn(object);
        this.#add({ ...base, options, node: object, name: text, ...(runs.length > 0 ? { runs, seen: 'found' } : {}) });
      } else {
        const { runs, options } = this.#parts.elsewhere(place, base);
        this.#add({ ...base, node: place, name: text, options, runs, seen: runs.length > 0 ? 'found' : 'dispatched' });
      }
    }
    for (const value of this.#parts.namelessSource(nameNode)) this.#dynamicTool(value, object);
    for (const definition of this.#parts.beside(object)) this.#add(definition);
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
        const from =
          own === undefined && tsc.isObjectLiteralExpression(node) ? strip(this.#parts.optionNode(node, inner.name.text)) : undefined;
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

  // --- what model calls are given ----------------------------------------------------------------------------------------------

  #offer(node: ts.Expression): void {
    let known = false;
    for (const entry of this.lists.entries(node)) known = this.#entry(entry, node) || known;
    if (known) return;
    const source = this.#handed.sourceBehind(node, 0);
    if (source !== undefined) this.#dynamicTool(source, node, true);
    else if (!isSeenWhole(strip(node))) this.#unresolved.push(node);
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
    if (isPython(offered) && this.#pythonEntry(value)) return true;
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

  #pythonEntry(value: Value): boolean {
    const own = value.kind === 'function' || value.kind === 'class' || value.kind === 'object' ? value.node : undefined;
    const known = own !== undefined && this.#found.has(own);
    const listed = known ? undefined : this.#python.listed(value, this.#taker);
    if (listed !== undefined && !this.#found.has(listed.node)) this.#add(listed);
    return known || listed !== undefined;
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
    const runs = this.#parts.functionsIn(node);
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
        const list = this.#parts.optionNode(returned, 'tools');
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
}
