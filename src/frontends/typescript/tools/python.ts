// The tools that a Python program declares: decorated functions, calls that make a tool of a function, subclasses of a framework's tool,
// and ready-made ones. Descriptions in the form of a provider's API are in tool-python-schemas.ts.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isKeywords, keywordOf, keywordsIn } from '../evaluator/keywords.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import { type Definition, type Name, named, type Run } from './definition.ts';
import { PythonCalls } from './python-calls.ts';
import { isStub, makerOf, makersBy, nameIn, nameOf } from './python-common.ts';
import { decoratorOptions, functionsAroundTool } from './python-decorators.ts';
import { readyMade } from './python-known.ts';
import type { ToolMaker } from './shapes.ts';
import { listedIn } from './shapes-python.ts';

const DECORATORS = makersBy('decorator');
const BASES = makersBy('extends');
const RUNS = ['_run', '_arun', 'forward', 'run', 'arun', 'run_async', 'execute', 'call', 'acall', '__call__', 'handle', 'invoke'];

export class PythonTools {
  readonly #reading: Reading;
  /** Decorated functions and classes, which calls that hand them on do not declare again. */
  readonly #declared = new Set<ts.Node>();
  readonly #calls: PythonCalls;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#calls = new PythonCalls(reading, this.#declared, node => this.baseOf(node));
  }

  /** The tools that a file declares. */
  definitions(unit: Unit, ask: (question: () => void) => void): readonly Definition[] {
    const out: Definition[] = [];
    const add = (definition: Definition | undefined): void => {
      if (definition !== undefined) out.push(definition);
    };
    for (const id of this.#written(unit, DECORATORS)) ask(() => add(this.#decorated(id)));
    for (const statement of unit.ast.statements) if (tsc.isClassDeclaration(statement)) ask(() => add(this.#subclass(statement)));
    for (const call of unit.calls) ask(() => out.push(...this.#calls.called(unit, call)));
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
      const maker = value.kind === 'foreign' ? makerOf(value, DECORATORS) : undefined;
      if (maker === undefined) continue;
      const options = (call?.arguments ?? []).flatMap(arg => (isKeywords(arg) ? this.#reading.ev.values(arg) : []));
      this.#declared.add(fn);
      return {
        node: fn,
        name: nameIn(this.#reading, call?.arguments ?? [], options) ?? nameOf(fn),
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

  // --- subclasses --------------------------------------------------------------------------------------------------------------

  /** The framework's class that a class stands under. */
  baseOf(node: ts.ClassLikeDeclaration, depth = 0): ToolMaker | undefined {
    const clause = node.heritageClauses?.find(c => c.token === tsc.SyntaxKind.ExtendsKeyword)?.types[0];
    if (clause === undefined || depth > 5) return undefined;
    for (const value of this.#reading.ev.values(clause.expression)) {
      const found =
        value.kind === 'foreign'
          ? makerOf(value, BASES)
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
      const given = keywordOf(keywords, 'name');
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
    if (value.kind === 'class') return this.#calls.model(value.node, pkg);
    if (value.kind !== 'foreign') return undefined;
    const can = readyMade(value, true);
    const made = value.steps.findLast(s => s.kind !== 'member');
    const name = value.steps.findLast(s => s.kind === 'member');
    if (can === undefined || name?.kind !== 'member') return undefined;
    const node = made?.node;
    if (node === undefined || (!tsc.isCallExpression(node) && !tsc.isNewExpression(node))) return undefined;
    const own = nameIn(this.#reading, [], this.#calls.keywords(node)) ?? name.name;
    return this.#calls.once(node, value, own, can, `${name.name} of ${value.package.slice(3)}`);
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

function declaresRun(node: ts.ClassDeclaration): boolean {
  return node.members.some(m => tsc.isMethodDeclaration(m) && RUNS.includes(propertyName(m) ?? ''));
}
