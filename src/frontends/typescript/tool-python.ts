// The tools that a Python program declares: decorated functions, calls that make a tool of a function, subclasses of a framework's tool,
// and ready-made ones. Descriptions in the form of a provider's API are in tool-python-schemas.ts.
import type { ts } from 'ts-morph';
import type { Capability } from '../../core/index.ts';
import { tsc } from './compiler.ts';
import type { Values } from './evaluate.ts';
import { lastName } from './find.ts';
import { isKeywords, keywordsIn } from './keywords.ts';
import { type Unit, walk } from './program.ts';
import type { Reading } from './reader.ts';
import { isFunctionNode, resolve } from './scope.ts';
import { propertyName } from './syntax.ts';
import { bare, type Definition, type Name, named, type Run } from './tool-definition.ts';
import { decoratorOptions, functionsAroundTool } from './tool-python-decorators.ts';
import { isPackageOf, knownCall, memberOf, readyMade, toolkitOf } from './tool-python-known.ts';
import {
  AGENT_MAKERS_FROM,
  AGENTS_WITH_TOOLS,
  HANDED_METHODS,
  LOADED,
  LOADED_NAMES,
  PYTHON_DYNAMIC,
  PYTHON_HOSTED,
  PYTHON_READY,
} from './tool-ready-python.ts';
import type { ToolMaker } from './tool-shapes.ts';
import { listedIn, NAME_KEYWORDS, PYTHON_MAKERS } from './tool-shapes-python.ts';
import type { Foreign, FunctionNode, Value } from './values.ts';

const BY = (by: ToolMaker['by']): ReadonlyMap<string, readonly ToolMaker[]> => {
  const out = new Map<string, ToolMaker[]>();
  for (const maker of PYTHON_MAKERS)
    if (maker.by === by || (by === 'call' && maker.by === 'new')) out.set(maker.member, [...(out.get(maker.member) ?? []), maker]);
  return out;
};
const DECORATORS = BY('decorator');
const CALLS = BY('call');
const BASES = BY('extends');
const READY = new Set([...PYTHON_READY, ...PYTHON_HOSTED].flatMap(r => (r.onlyListed === true ? [] : Object.keys(r.tools))));
const DYNAMIC = new Set(PYTHON_DYNAMIC.flatMap(d => d.members));
const DIRECT = /^(?:run|arun|invoke|ainvoke|_run|_arun|forward|batch|abatch|results|aresults|call)$/;
const RUNS = ['_run', '_arun', 'forward', 'run', 'arun', 'run_async', 'execute', 'call', 'acall', '__call__', 'handle', 'invoke'];

type Call = ts.CallExpression | ts.NewExpression;

/** Is a file one of Python? */
export function isPython(file: string): boolean {
  return file.endsWith('.py');
}

export class PythonTools {
  readonly #reading: Reading;
  /** Decorated functions and classes, which calls that hand them on do not declare again. */
  readonly #declared = new Set<ts.Node>();
  readonly #fetched = new Set<string>();
  /** Ready-made tools by file and name: a tool that several agents are given is one. */
  readonly #known = new Map<string, Definition>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** The tools that a file declares. */
  definitions(unit: Unit, ask: (question: () => void) => void): readonly Definition[] {
    const out: Definition[] = [];
    const add = (definition: Definition | undefined): void => {
      if (definition !== undefined) out.push(definition);
    };
    for (const id of this.#written(unit, DECORATORS)) ask(() => add(this.#decorated(id)));
    for (const statement of unit.ast.statements) if (tsc.isClassDeclaration(statement)) ask(() => add(this.#subclass(statement)));
    for (const call of unit.calls) ask(() => out.push(...this.#called(unit, call)));
    for (const definition of out) this.#declared.add(definition.node);
    return out;
  }

  /** Identifiers that may name one of the makers, also under another name. */
  #written(unit: Unit, makers: ReadonlyMap<string, unknown>): readonly ts.Identifier[] {
    const names = new Set(makers.keys());
    for (const [local, { name }] of unit.imports) if (makers.has(name)) names.add(local);
    return [...names].flatMap(name => this.#reading.program.identifiers(unit, name)).sort((a, b) => a.pos - b.pos);
  }

  // --- decorated functions -----------------------------------------------------------------------------------------------------

  #decorated(id: ts.Identifier): Definition | undefined {
    const access = tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : undefined;
    const callee: ts.Expression = access ?? id;
    let at: ts.Node = callee.parent;
    const call = tsc.isCallExpression(at) && at.expression === callee ? at : undefined;
    if (call !== undefined) at = call.parent;
    while (tsc.isParenthesizedExpression(at)) at = at.parent;
    if (!tsc.isDecorator(at) || !isFunctionNode(at.parent)) return undefined;
    const fn = at.parent;
    for (const value of this.#reading.ev.values(callee)) {
      const maker = value.kind === 'foreign' ? this.#makerOf(value, DECORATORS) : undefined;
      if (maker === undefined) continue;
      const options = (call?.arguments ?? []).flatMap(arg => (isKeywords(arg) ? this.#reading.ev.values(arg) : []));
      this.#declared.add(fn);
      return {
        node: fn,
        name: this.#nameIn(call?.arguments ?? [], options) ?? nameOf(fn),
        maker,
        title: maker.title,
        options,
        call,
        runs: [{ node: fn }],
        seen: 'found',
        ...this.#wrapped(fn),
      };
    }
    return undefined;
  }

  #wrapped(fn: FunctionNode): Pick<Definition, 'around' | 'wrapper'> {
    const around = functionsAroundTool(this.#reading, fn);
    return around.length === 0 ? {} : { around, wrapper: around[0] };
  }

  #makerOf(value: Foreign, makers: ReadonlyMap<string, readonly ToolMaker[]>): ToolMaker | undefined {
    const member = memberOf(value);
    const before = value.steps.at(-2);
    return makers
      .get(member ?? '')
      ?.find(
        maker => isPackageOf(maker.packages, value) && (maker.of === undefined || (before?.kind === 'member' && before.name === maker.of)),
      );
  }

  /** The name that a declaration gives: its first argument, or a keyword. */
  #nameIn(args: readonly ts.Expression[], options: Values): string | undefined {
    const [first] = args;
    if (first !== undefined && !tsc.isSpreadElement(first) && !isKeywords(first)) {
      const [text] = this.#reading.ev.values(first).flatMap(v => named(v));
      if (text !== undefined) return text.text;
    }
    for (const keyword of NAME_KEYWORDS) {
      const [text] = this.#reading.ev.inside(options, keyword).found.flatMap(v => named(v));
      if (text !== undefined) return text.text;
    }
    return undefined;
  }

  // --- subclasses --------------------------------------------------------------------------------------------------------------

  /** The framework's class that a class stands under. */
  baseOf(node: ts.ClassLikeDeclaration, depth = 0): ToolMaker | undefined {
    const clause = node.heritageClauses?.find(c => c.token === tsc.SyntaxKind.ExtendsKeyword)?.types[0];
    if (clause === undefined || depth > 5) return undefined;
    for (const value of this.#reading.ev.values(clause.expression)) {
      const found =
        value.kind === 'foreign'
          ? this.#makerOf(value, BASES)
          : value.kind === 'class' && value.node !== node
            ? this.baseOf(value.node, depth + 1)
            : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #subclass(node: ts.ClassDeclaration): Definition | undefined {
    const maker = this.baseOf(node);
    if (maker === undefined) return undefined;
    const self: Value = { kind: 'instance', of: node, args: undefined, frame: undefined };
    const runs = this.runsOf(
      self,
      maker.runs.filter((r): r is string => typeof r === 'string'),
    );
    const [name] = [
      ...['name', 'request'].flatMap(field => this.#reading.ev.member([self], field).flatMap(v => named(v))),
      ...this.#superName(node),
    ];
    // Without code of its own it is a base class of the program's, or says no more than its own base.
    const ready = maker.member === 'RagTool' || maker.member === 'FunctionTool';
    if (runs.length === 0 && (!ready || name === undefined)) return undefined;
    if (name === undefined && !declaresRun(node)) return undefined;
    return {
      node,
      name: name?.text ?? node.name?.text,
      maker,
      title: maker.title,
      options: [self],
      call: undefined,
      runs,
      seen: runs.length > 0 ? 'found' : 'hidden',
    };
  }

  /** `super().__init__(Input, Output, "schedule_meeting", ...)` */
  #superName(node: ts.ClassDeclaration): readonly Name[] {
    const own = node.members.find(m => tsc.isConstructorDeclaration(m));
    const calls = own === undefined ? [] : superCallsIn(own);
    return calls.flatMap(call => {
      const keywords = keywordsIn(call.arguments);
      const given = keywords === undefined ? undefined : keywordOf(keywords, 'name');
      const texts = given === undefined ? call.arguments.filter(tsc.isStringLiteralLike) : [given];
      return texts.slice(0, 1).flatMap(text => this.#reading.ev.values(text).flatMap(v => named(v)));
    });
  }

  /** The methods of an object that run when the model asks for it. */
  runsOf(self: Value, names: readonly string[] = RUNS): readonly Run[] {
    return names.flatMap(name =>
      this.#reading.ev
        .member([self], name)
        .flatMap((v): Run[] => (v.kind === 'function' && !isStub(v.node) ? [{ node: v.node, self }] : [])),
    );
  }

  // --- calls ---------------------------------------------------------------------------------------------------------------------

  #called(unit: Unit, call: Call): readonly Definition[] {
    const written = lastName(call.expression);
    if (written === undefined) return [];
    const name = tsc.isIdentifier(call.expression) ? (unit.imports.get(written)?.name ?? written) : written;
    const wanted =
      CALLS.has(name) ||
      READY.has(name) ||
      DYNAMIC.has(name) ||
      Object.hasOwn(AGENTS_WITH_TOOLS, name) ||
      name === 'load_tools' ||
      knownCall(name) !== undefined;
    if (!wanted || inDecorator(call)) return [];
    for (const value of this.#reading.ev.values(call.expression)) {
      if (value.kind !== 'foreign') continue;
      const made = this.#madeBy(call, value, name);
      if (made.length > 0) return made;
    }
    return [];
  }

  #madeBy(call: Call, value: Foreign, name: string): readonly Definition[] {
    const maker = this.#makerOf(value, CALLS);
    if (maker !== undefined && (maker.by === 'new') === tsc.isNewExpression(call)) {
      const found = this.#made(call, maker);
      if (found !== undefined) return [found];
    }
    if (name === 'load_tools' && isPackageOf(AGENT_MAKERS_FROM, value)) return this.#loaded(call);
    const agent = Object.hasOwn(AGENTS_WITH_TOOLS, name) ? AGENTS_WITH_TOOLS[name] : undefined;
    if (agent !== undefined && isPackageOf(AGENT_MAKERS_FROM, value))
      return [this.#ready(call, value, agent.name, agent.can, `${name}() of ${value.package.slice(3)}`)];
    const known = knownCall(name, value);
    if (known !== undefined) {
      const own = this.#nameIn(call.arguments ?? [], this.#keywords(call)) ?? ownName(call) ?? name;
      return [this.#ready(call, value, own, known, `${name}() of ${value.package.slice(3)}`)];
    }
    const dynamic = this.#dynamic(call, value, name);
    if (dynamic !== undefined) return [dynamic];
    const can = tsc.isNewExpression(call) ? readyMade(value, false) : undefined;
    if (can === undefined || this.#isUsedDirectly(call)) return [];
    const own = this.#nameIn([], this.#keywords(call)) ?? name;
    return [this.#once(call, value, own, can, `${name} of ${value.package.slice(3)}`)];
  }

  #keywords(call: Call): Values {
    const keywords = keywordsIn(call.arguments ?? []);
    return keywords === undefined ? [] : this.#reading.ev.values(keywords);
  }

  #ready(call: Call, value: Foreign, name: string, can: readonly Capability[], title: string): Definition {
    return { ...bare(call, can), maker: listedIn(value.package), options: this.#keywords(call), name, title, seen: 'none' };
  }

  /** `calculator = tool(calculate)`, `calculator.name = "Calculator"` */
  #renamed(call: Call): string | undefined {
    const variable = call.parent;
    if (!tsc.isVariableDeclaration(variable) || !tsc.isIdentifier(variable.name)) return undefined;
    const { program, ev } = this.#reading;
    for (const id of program.identifiers(program.unitOf(call), variable.name.text)) {
      const access = id.parent;
      const set = access.parent;
      if (!tsc.isPropertyAccessExpression(access) || access.expression !== id || access.name.text !== 'name') continue;
      if (!tsc.isBinaryExpression(set) || set.left !== access || set.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) continue;
      const [text] = ev.values(set.right).flatMap(v => named(v));
      if (text !== undefined) return text.text;
    }
    return undefined;
  }

  #once(call: Call, value: Foreign, name: string, can: readonly Capability[], title: string): Definition {
    const key = `${call.getSourceFile().fileName}\0${name}`;
    const known = this.#known.get(key) ?? this.#ready(call, value, name, can, title);
    this.#known.set(key, known);
    return known;
  }

  /** A call that makes a tool of a function, a model class or a method of another package. */
  #made(call: Call, maker: ToolMaker): Definition | undefined {
    const args = call.arguments ?? [];
    const keywords = keywordsIn(args);
    const options = this.#keywords(call);
    const own = this.#nameIn(args, options);
    let hidden = false;
    for (const where of maker.runs) {
      const given = typeof where === 'number' ? args[where] : keywords === undefined ? undefined : keywordOf(keywords, where);
      if (given === undefined || tsc.isSpreadElement(given) || isKeywords(given)) continue;
      for (const value of this.#reading.ev.values(given)) {
        if (value.kind === 'function') {
          if (this.#declared.has(value.node)) return undefined;
          // `tool(search)` says no more than a decorator would.
          const plain = own === undefined && maker.by === 'call' && value.node.getSourceFile() === call.getSourceFile();
          return {
            node: plain ? value.node : call,
            name: own ?? this.#renamed(call) ?? nameOf(value.node),
            maker,
            title: maker.title,
            options,
            call,
            runs: [{ node: value.node, self: value.self }],
            seen: 'found',
          };
        }
        if (value.kind === 'class') return this.model(value.node, maker.packages[0]);
        if (value.kind === 'foreign') {
          const known = value.steps.flatMap(s =>
            s.kind === 'member' && Object.hasOwn(HANDED_METHODS, s.name) ? [HANDED_METHODS[s.name]] : [],
          );
          if (known[0] !== undefined && own !== undefined)
            return { ...bare(call, known[0]), maker, options, name: own, title: maker.title, seen: 'none' };
        }
        hidden ||= value.kind !== 'literal' && value.kind !== 'text' && value.kind !== 'object';
      }
    }
    if (!hidden || own === undefined) return undefined;
    return { ...bare(call), maker, options, name: own, title: maker.title, seen: 'hidden' };
  }

  /** A class whose fields are the arguments, without code of its own: what happens is written where the answer is read. */
  model(node: ts.ClassLikeDeclaration, pkg: string | undefined): Definition | undefined {
    const maker = this.baseOf(node);
    if (maker !== undefined || node.name === undefined) return undefined;
    const title = 'a class as the form of a tool';
    return { ...bare(node), maker: { ...listedIn(pkg), title }, name: node.name.text, title, seen: 'dispatched' };
  }

  #loaded(call: Call): readonly Definition[] {
    const list = call.arguments?.[0];
    if (list === undefined || !tsc.isArrayLiteralExpression(list)) return [];
    return list.elements.flatMap(element =>
      this.#reading.ev.values(element).flatMap((v): Definition[] => {
        const [text] = named(v);
        if (text === undefined) return [];
        const can = Object.hasOwn(LOADED, text.text) ? LOADED[text.text] : undefined;
        const shown = Object.hasOwn(LOADED_NAMES, text.text) ? LOADED_NAMES[text.text] : text.text;
        const title = 'load_tools() of langchain';
        return [{ ...bare(call, can), maker: listedIn('py:langchain'), name: shown, title, seen: can === undefined ? 'hidden' : 'none' }];
      }),
    );
  }

  /** Tools that a server or a toolkit lists in a run: once for each file. */
  #dynamic(call: Call, value: Foreign, name: string): Definition | undefined {
    const source = PYTHON_DYNAMIC.find(s => s.members.includes(name) && isPackageOf(s.packages, value));
    if (source === undefined) return undefined;
    // `server.list_tools(handler)` answers such a question, and asks none.
    const handed = (call.arguments ?? []).some(
      arg => tsc.isIdentifier(arg) && this.#reading.ev.values(arg).some(v => v.kind === 'function'),
    );
    if (handed) return undefined;
    const kit = source.label === 'toolkit' ? toolkitOf(value) : undefined;
    const key = `${call.getSourceFile().fileName}\0${kit?.name ?? source.label}`;
    if (this.#fetched.has(key)) return undefined;
    this.#fetched.add(key);
    const title = `tools of ${value.package.slice(3)}`;
    if (kit?.can !== undefined) return this.#ready(call, value, `<dynamic: ${kit.name}>`, kit.can, title);
    return { ...bare(call), seen: 'hidden', name: `<dynamic: ${kit?.name ?? source.label}>`, title };
  }

  /** `search.run(question)`: a helper of the program, that no model is told of. */
  #isUsedDirectly(call: Call): boolean {
    const { parent } = call;
    if (tsc.isPropertyAccessExpression(parent)) return DIRECT.test(parent.name.text);
    if (!tsc.isVariableDeclaration(parent) || !tsc.isIdentifier(parent.name)) return false;
    const { program } = this.#reading;
    const uses = program.identifiers(program.unitOf(call), parent.name.text).filter(id => id !== parent.name && isUseOf(id, parent));
    return (
      uses.length > 0 &&
      uses.every(id => tsc.isPropertyAccessExpression(id.parent) && id.parent.expression === id && DIRECT.test(id.parent.name.text))
    );
  }

  // --- lists ---------------------------------------------------------------------------------------------------------------------

  /** What an entry of a list of tools is, that is declared nowhere else. */
  listed(value: Value, pkg: string | undefined): Definition | undefined {
    if (value.kind === 'function') {
      const maker = listedIn(pkg);
      const name = nameOf(value.node);
      if (name === undefined || this.#declared.has(value.node)) return undefined;
      return {
        node: value.node,
        name,
        maker,
        title: maker.title,
        options: decoratorOptions(this.#reading, value.node),
        call: undefined,
        runs: [{ node: value.node, self: value.self }],
        seen: 'found',
        ...this.#wrapped(value.node),
      };
    }
    if (value.kind === 'class') return this.model(value.node, pkg);
    if (value.kind !== 'foreign') return undefined;
    const can = readyMade(value, true);
    const made = value.steps.findLast(s => s.kind !== 'member');
    const name = value.steps.findLast(s => s.kind === 'member');
    if (can === undefined || name?.kind !== 'member') return undefined;
    const node = made?.node;
    if (node === undefined || (!tsc.isCallExpression(node) && !tsc.isNewExpression(node))) return undefined;
    const own = this.#nameIn([], this.#keywords(node)) ?? name.name;
    return this.#once(node, value, own, can, `${name.name} of ${value.package.slice(3)}`);
  }
}

function superCallsIn(node: ts.Node): readonly ts.CallExpression[] {
  const out: ts.CallExpression[] = [];
  walk(node, inner => {
    if (tsc.isCallExpression(inner) && inner.expression.kind === tsc.SyntaxKind.SuperKeyword) out.push(inner);
    return undefined;
  });
  return out;
}

/** The name of a function, as the program writes it. */
export function nameOf(fn: FunctionNode): string | undefined {
  if (fn.name !== undefined && tsc.isIdentifier(fn.name)) return fn.name.text;
  const { parent } = fn;
  if (tsc.isVariableDeclaration(parent) && tsc.isIdentifier(parent.name)) return parent.name.text;
  if (tsc.isBinaryExpression(parent) && tsc.isIdentifier(parent.left)) return parent.left.text;
  return undefined;
}

function ownName(call: Call): string | undefined {
  const { parent } = call;
  return tsc.isVariableDeclaration(parent) && tsc.isIdentifier(parent.name) ? parent.name.text : undefined;
}

function inDecorator(node: ts.Node): boolean {
  let up: ts.Node = node.parent;
  while (tsc.isParenthesizedExpression(up) || tsc.isCallExpression(up)) up = up.parent;
  return tsc.isDecorator(up);
}

function isUseOf(id: ts.Identifier, declaration: ts.VariableDeclaration): boolean {
  const binding = resolve(id);
  return binding?.kind === 'variable' && binding.node === declaration;
}

/** The value of a keyword argument. */
export function keywordOf(keywords: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = keywords.properties.findLast(p => propertyName(p) === name);
  return property !== undefined && tsc.isPropertyAssignment(property) ? property.initializer : undefined;
}

function declaresRun(node: ts.ClassDeclaration): boolean {
  return node.members.some(m => tsc.isMethodDeclaration(m) && RUNS.includes(propertyName(m) ?? ''));
}

/** A body that only says that there is none: `raise NotImplementedError`, `...`, `pass`. */
export function isStub(fn: FunctionNode): boolean {
  const body = fn.body;
  if (body === undefined || !tsc.isBlock(body)) return false;
  const real = body.statements.filter(
    s =>
      !(tsc.isExpressionStatement(s) && (tsc.isStringLiteralLike(s.expression) || s.expression.kind === tsc.SyntaxKind.NullKeyword)) &&
      !tsc.isEmptyStatement(s),
  );
  const [only] = real;
  return (
    real.length === 0 || (real.length === 1 && only !== undefined && tsc.isThrowStatement(only) && /NotImplemented/.test(only.getText()))
  );
}
