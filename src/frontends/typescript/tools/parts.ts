// The parts of a definition: its names with the places where they are written, and the functions that run.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Values } from '../evaluator/evaluate.ts';
import type { Foreign, Value } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { propertyName, strip, valueAt } from '../syntax.ts';
import { bare, type Definition, listOf, makerOf, type Name, named, RUN_NAMES, type Run, unique } from './definition.ts';
import type { ToolLists } from './lists.ts';
import { shapeOf } from './schemas.ts';
import { TOOL_MAKERS, type ToolMaker } from './shapes.ts';

/** Base classes of tools. */
const BASES = [...new Set(TOOL_MAKERS.filter(m => m.by === 'extends').map(m => m.member))];

export class ToolParts {
  readonly #reading: Reading;
  readonly #lists: ToolLists;

  constructor(reading: Reading, lists: ToolLists) {
    this.#reading = reading;
    this.#lists = lists;
  }

  /** A tool whose object or call stands apart from the framework's own call, which it shares with others. */
  elsewhere(place: ts.Node, base: Omit<Definition, 'node' | 'name'>): Omit<Definition, 'node' | 'name'> {
    const options: Values = tsc.isObjectLiteralExpression(place)
      ? [{ kind: 'object', node: place, frame: undefined }]
      : tsc.isCallExpression(place)
        ? place.arguments.flatMap(arg => (tsc.isSpreadElement(arg) ? [] : this.#reading.ev.values(arg))).filter(v => v.kind === 'object')
        : [];
    const runs = this.functionsIn(place);
    return runs.length === 0 ? base : { ...base, options: options.length > 0 ? options : base.options, runs, seen: 'found' };
  }

  /** The functions that an object holds or a call is given. */
  functionsIn(place: ts.Node): readonly Run[] {
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
        return [...take(values), ...values.flatMap(v => (v.kind === 'object' ? this.functionsIn(v.node) : []))];
      });
    return [];
  }

  runs(node: ts.CallExpression | ts.NewExpression, options: Values, maker: ToolMaker): Pick<Definition, 'runs' | 'seen'> {
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
      const written = arg ?? (typeof where === 'string' ? this.optionNode(args[maker.options ?? 0], where) : undefined);
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

  optionNode(options: ts.Expression | undefined, name: string): ts.Expression | undefined {
    const inner = strip(options);
    if (inner === undefined || !tsc.isObjectLiteralExpression(inner)) return undefined;
    return valueAt(inner, name);
  }

  optionNames(options: Values, name: string | number): readonly Name[] {
    if (typeof name === 'number') return [];
    return this.#reading.ev.inside(options, name).found.flatMap(v => named(v));
  }

  /** What the code itself calls a tool that is handed to nobody we can see. */
  ownName(node: ts.Node): string | undefined {
    for (let up = node.parent; up !== undefined; up = up.parent) {
      if (tsc.isPropertyAssignment(up)) return propertyName(up);
      if (tsc.isVariableDeclaration(up) && tsc.isIdentifier(up.name)) return up.name.text;
      if (tsc.isFunctionDeclaration(up)) return up.name?.text;
      if (tsc.isMethodDeclaration(up)) return propertyName(up);
      if (tsc.isSourceFile(up)) return undefined;
    }
    return undefined;
  }

  /** `tools.map(t => ({ name: t.name, ... }))` over what a server lists. */
  namelessSource(name: ts.Expression): readonly Foreign[] {
    const inner = strip(name);
    const items = inner !== undefined && tsc.isPropertyAccessExpression(inner) ? this.#lists.items(inner.expression) : [];
    return items.flatMap(({ value }) => (value.kind === 'foreign' ? [value] : []));
  }

  /** The texts that a name may be, each with the place where it is written. */
  names(node: ts.Expression): readonly Name[] {
    const inner = strip(node);
    if (inner === undefined) return [];
    const keys = this.#entryKeys(inner);
    if (keys.length > 0) return keys;
    if (tsc.isPropertyAccessExpression(inner)) {
      const items = this.#lists.items(inner.expression);
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
    return this.#lists.entries(first).flatMap(({ key, value }) => {
      if (key === undefined) return [];
      return [{ text: key, node: value.kind === 'object' ? value.node : undefined, value }];
    });
  }

  /** Tools of the provider in the list that also holds declared ones. */
  beside(object: ts.Node): readonly Definition[] {
    let list: ts.Node | undefined = object.parent;
    for (let hops = 0; list !== undefined && !tsc.isArrayLiteralExpression(list) && hops < 12; hops++) list = list.parent;
    if (list === undefined || !tsc.isArrayLiteralExpression(list)) return [];
    return list.elements.flatMap(element => {
      const shape = shapeOf(element);
      return shape?.known === undefined ? [] : [{ ...bare(element, shape.known), name: shape.text, title: shape.title }];
    });
  }

  /** A tool that the provider runs, or that it declares and a function of the program runs. */
  hosted(node: ts.CallExpression | ts.NewExpression, name: string, values: Values): Definition {
    const at = node.arguments?.[0];
    const options = at === undefined || tsc.isSpreadElement(at) ? [] : this.#reading.ev.values(at);
    const runs = options.flatMap(v => (v.kind === 'object' ? this.functionsIn(v.node) : []));
    const owner = values.find(v => v.kind === 'foreign');
    return {
      ...bare(node, runs.length > 0 ? undefined : ['provider-hosted']),
      options,
      runs,
      seen: runs.length > 0 ? 'found' : 'none',
      name,
      title: `tool of ${owner?.kind === 'foreign' ? owner.package : 'the provider'}`,
    };
  }

  /** The classes of a file that extend a framework's tool. */
  classes(unit: Unit): readonly Definition[] {
    const out: Definition[] = [];
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
        out.push({
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
    return out;
  }
}
