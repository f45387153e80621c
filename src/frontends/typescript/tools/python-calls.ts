// Calls of a Python program that declare tools: what makes a tool of a function, brings one along, or fetches some in a run.
import type { ts } from 'ts-morph';
import type { Capability } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import type { Values } from '../evaluator/evaluate.ts';
import { isKeywords, keywordOf, keywordsIn } from '../evaluator/keywords.ts';
import type { Foreign } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { resolve } from '../scope.ts';
import { bare, type Definition, named } from './definition.ts';
import { type Call, makerOf, makersBy, nameIn, nameOf } from './python-common.ts';
import { isPackageOf, knownCall, readyMade, toolkitOf } from './python-known.ts';
import {
  AGENT_MAKERS_FROM,
  AGENTS_WITH_TOOLS,
  CODE_AGENTS,
  HANDED_METHODS,
  LOADED,
  LOADED_NAMES,
  PYTHON_DYNAMIC,
  PYTHON_HOSTED,
  PYTHON_READY,
} from './ready-python.ts';
import type { ToolMaker } from './shapes.ts';
import { listedIn } from './shapes-python.ts';

const CALLS = makersBy('call');
const READY = new Set([...PYTHON_READY, ...PYTHON_HOSTED].flatMap(r => (r.onlyListed === true ? [] : Object.keys(r.tools))));
const DYNAMIC = new Set(PYTHON_DYNAMIC.flatMap(d => d.members));
const DIRECT = /^(?:run|arun|invoke|ainvoke|_run|_arun|forward|batch|abatch|results|aresults|call)$/;

export class PythonCalls {
  readonly #reading: Reading;
  readonly #declared: ReadonlySet<ts.Node>;
  readonly #baseOf: (node: ts.ClassLikeDeclaration) => ToolMaker | undefined;
  readonly #fetched = new Set<string>();
  /** Ready-made tools by file and name: a tool that several agents are given is one. */
  readonly #known = new Map<string, Definition>();

  /**
   * @param declared decorated functions and classes, which calls that hand them on do not declare again
   * @param baseOf the framework's class that a class stands under
   */
  constructor(reading: Reading, declared: ReadonlySet<ts.Node>, baseOf: (node: ts.ClassLikeDeclaration) => ToolMaker | undefined) {
    this.#reading = reading;
    this.#declared = declared;
    this.#baseOf = baseOf;
  }

  /** What a call declares. */
  called(unit: Unit, call: Call): readonly Definition[] {
    const written = lastName(call.expression);
    if (written === undefined) return [];
    const name = tsc.isIdentifier(call.expression) ? (unit.imports.get(written)?.name ?? written) : written;
    const wanted =
      CALLS.has(name) ||
      READY.has(name) ||
      DYNAMIC.has(name) ||
      Object.hasOwn(AGENTS_WITH_TOOLS, name) ||
      name === 'load_tools' ||
      CODE_AGENTS.some(one => one.make === name) ||
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
    const maker = makerOf(value, CALLS);
    if (maker !== undefined && (maker.by === 'new') === tsc.isNewExpression(call)) {
      const found = this.#made(call, maker);
      if (found !== undefined) return [found];
    }
    if (name === 'load_tools' && isPackageOf(AGENT_MAKERS_FROM, value)) return this.#loaded(call);
    const agent = Object.hasOwn(AGENTS_WITH_TOOLS, name) ? AGENTS_WITH_TOOLS[name] : undefined;
    if (agent !== undefined && isPackageOf(AGENT_MAKERS_FROM, value))
      return [this.#ready(call, value, agent.name, agent.can, `${name}() of ${value.package.slice(3)}`)];
    const coder = CODE_AGENTS.find(one => one.make === name && isPackageOf(one.packages, value));
    if (coder !== undefined) return [this.#coder(call, value, coder)];
    const known = knownCall(name, value);
    if (known !== undefined) {
      const own = nameIn(this.#reading, call.arguments ?? [], this.keywords(call)) ?? ownName(call) ?? name;
      return [this.#ready(call, value, own, known, `${name}() of ${value.package.slice(3)}`)];
    }
    const dynamic = this.#dynamic(call, value, name);
    if (dynamic !== undefined) return [dynamic];
    const can = tsc.isNewExpression(call) ? readyMade(value, false) : undefined;
    if (can === undefined || this.#isUsedDirectly(call)) return [];
    const own = nameIn(this.#reading, [], this.keywords(call)) ?? name;
    return [this.once(call, value, own, can, `${name} of ${value.package.slice(3)}`)];
  }

  /** An agent that runs the code it writes: here, or where an option says. */
  #coder(call: Call, value: Foreign, { option, stays, local }: (typeof CODE_AGENTS)[number]): Definition {
    const title = `code that an agent of ${value.package.slice(3)} writes`;
    const ready = this.#ready(call, value, '<implicit: code-exec>', ['code-exec'], title);
    const where = option === '' ? [] : this.#reading.ev.inside(this.keywords(call), option).found.flatMap(v => named(v));
    const [place] = where;
    const away = place !== undefined && where.every(one => !stays.test(one.text));
    if (away) return { ...ready, held: { guarded: 'yes', guard: `its code is sent to ${place.text}` } };
    if (local === undefined || this.#reading.ev.inside(this.keywords(call), local.off).found.length > 0) return ready;
    return { ...ready, held: { guarded: 'partial', guard: local.guard } };
  }

  /** The keyword arguments of a call. */
  keywords(call: Call): Values {
    const keywords = keywordsIn(call.arguments ?? []);
    return keywords === undefined ? [] : this.#reading.ev.values(keywords);
  }

  #ready(call: Call, value: Foreign, name: string, can: readonly Capability[], title: string): Definition {
    return { ...bare(call, can), maker: listedIn(value.package), options: this.keywords(call), name, title, seen: 'none' };
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

  /** One tool for all places of a file that are given the same. */
  once(call: Call, value: Foreign, name: string, can: readonly Capability[], title: string): Definition {
    const key = `${call.getSourceFile().fileName}\0${name}`;
    const known = this.#known.get(key) ?? this.#ready(call, value, name, can, title);
    this.#known.set(key, known);
    return known;
  }

  /** A call that makes a tool of a function, a model class or a method of another package. */
  #made(call: Call, maker: ToolMaker): Definition | undefined {
    const args = call.arguments ?? [];
    // A decorator that is called by hand has what it decorates at the end.
    const keywords = args.flatMap(arg => (isKeywords(arg) ? [arg] : []))[0];
    const options = keywords === undefined ? [] : this.#reading.ev.values(keywords);
    const own = nameIn(this.#reading, args, options);
    let hidden = false;
    const last = maker.by === 'call' ? [args.length - 1] : [];
    for (const where of [...maker.runs, ...last]) {
      const given = typeof where === 'number' ? args[where] : keywordOf(keywords, where);
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
    const maker = this.#baseOf(node);
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
