// What a tool does: its function is followed into everything that it calls, and what leaves the program is written down.
import type { ts } from 'ts-morph';
import type { Capability } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { ModelText } from '../conversation/model-text.ts';
import { isPython } from '../dialect.ts';
import { BUILT_IN_METHODS, FRAMEWORKS, HARMLESS, PLAIN_METHODS } from '../effects/harmless.ts';
import { pathOf, shapeFor } from '../effects/lookup.ts';
import { PATH_METHODS, PYTHON_FRAMEWORKS, PYTHON_HARMLESS, PYTHON_METHODS } from '../effects/python.ts';
import type { EffectShape } from '../effects/shapes.ts';
import type { Values } from '../evaluator/evaluate.ts';
import { type Foreign, type Frame, type FunctionNode, understood, type Value } from '../evaluator/values.ts';
import { isInside } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';
import type { Definition, Run } from './definition.ts';
import { type Effect, type Effects, effect, functionsAround, isInHelper, isOutOfMap, isRecord } from './effect.ts';
import { changeOf, decidingArguments, methodsOf } from './effect-arguments.ts';
import {
  addressOf,
  frameOf,
  isContext,
  isGivenByFramework,
  isGivenOutside,
  isImported,
  isSettling,
  LikelyFunctions,
  mayBeFunction,
  needsFrame,
  startOf,
} from './frames.ts';
import { inheritedOf, superOf } from './inherited.ts';
import { isProgramCall, programUse } from './programs.ts';
import { sqlEffect } from './sql.ts';
import { takenOut } from './tables.ts';

const MOST_BODIES = 60;
const MOST_CALLS = 2500;
const DEEPEST = 8;
/** Loggers lead into half of a program, and do nothing to the world. */
const LOGS = new Set(['info', 'warn', 'warning', 'error', 'exception', 'critical', 'debug', 'trace', 'verbose']);

/** What is written down while the code is followed. */
type Found = { -readonly [K in 'effects' | 'unseen' | 'blind' | 'asks' | 'interrupts' | 'records']: Effects[K][number][] };

interface Body {
  readonly node: ts.Node;
  readonly depth: number;
  /** What the parameters and `this` are on the way that was followed, so that nobody needs to look for all callers. */
  readonly frame: Frame;
}

type Called = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;

export class EffectReader {
  /** The functions that the tool which is being read stands in. */
  #around: ReadonlySet<ts.Node> = new Set();
  /** Many tools lead to the same functions. */
  readonly #inside = new Map<ts.Node, readonly Called[]>();
  readonly #reading: Reading;
  readonly #modelCalls: ReadonlySet<ts.Node>;
  readonly #likely: LikelyFunctions;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#likely = new LikelyFunctions(reading);
    this.#modelCalls = new Set<ts.Node>([...reading.sites.map(s => s.node), ...reading.requests.map(r => r.node)]);
  }

  /** Everything that the functions of a tool do. */
  read(definition: Definition): Effects {
    const dispatched = definition.runs.some(run => !isFunctionNode(run.node));
    const text = new ModelText(this.#reading.ev, this.#reading.near, dispatched);
    const out = {
      effects: [] as Effect[],
      unseen: [] as ts.Node[],
      blind: [] as ts.Node[],
      asks: [] as ts.Node[],
      interrupts: [] as ts.Node[],
      records: [] as ts.Node[],
    };
    this.#around = new Set(definition.runs.flatMap(run => functionsAround(run.node)));
    const bodies: Body[] = [];
    const seen = new Set<ts.Node>();
    for (const run of definition.runs) {
      this.#marked(run, text);
      bodies.push({ node: run.node, depth: 0, frame: startOf(run) });
      seen.add(run.node);
    }
    let calls = 0;
    for (let i = 0; i < bodies.length && i < MOST_BODIES; i++) {
      const body = bodies[i] as Body;
      for (const node of this.#callsIn(body.node)) {
        if (++calls > MOST_CALLS) {
          out.unseen.push(node);
          break;
        }
        this.#call(node, text, out, body, (next, frame) => {
          if (isInside(next, seen)) return;
          seen.add(next);
          bodies.push({ node: next, depth: body.depth + 1, frame });
        });
      }
    }
    for (const fn of definition.around ?? []) this.#asked(fn, out);
    // What lies beyond the limit matters where the model's text goes on.
    const beyond = bodies.slice(MOST_BODIES).find(b => isFunctionNode(b.node) && b.node.parameters.some(p => text.isMarked(p)));
    if (beyond !== undefined) out.unseen.push(beyond.node);
    return { ...out, bodies: bodies.map(b => b.node), text };
  }

  /** What a function around the tool does to its call: it may ask, interrupt or count. */
  #asked(fn: ts.Node, out: Found): void {
    for (const node of this.#callsIn(fn)) {
      if (tsc.isTaggedTemplateExpression(node)) continue;
      for (const value of this.#reading.ev.values(node.expression)) {
        const does = value.kind === 'foreign' ? shapeFor(value)?.does : undefined;
        if (does === 'ask') out.asks.push(node);
        else if (does === 'interrupt') out.interrupts.push(node);
        else if (does === 'record') out.records.push(node);
      }
    }
  }

  /** The calls in a body. A function inside is part of it; one that is only defined there and called elsewhere does no harm by being read. */
  #callsIn(body: ts.Node): readonly Called[] {
    const known = this.#inside.get(body);
    if (known !== undefined) return known;
    const out: Called[] = [];
    walk(body, node => {
      if (tsc.isCallExpression(node) || tsc.isNewExpression(node) || tsc.isTaggedTemplateExpression(node)) out.push(node);
      return out.length > MOST_CALLS ? 'skip' : undefined;
    });
    // What a helper inside is given stands in its calls, and often after it.
    const [own, inner] = [out.filter(node => !isInHelper(node, body)), out.filter(node => isInHelper(node, body))];
    const sorted = [...own, ...inner];
    this.#inside.set(body, sorted);
    return sorted;
  }

  /** The first parameter of a tool is what the model wrote; in a dispatcher every parameter of the function around may be. */
  #marked(run: Run, text: ModelText): void {
    const fn = isFunctionNode(run.node) ? run.node : undefined;
    if (fn !== undefined) {
      const each = isPython(fn);
      for (const [i, p] of fn.parameters.entries()) text.mark(p, each ? !isGivenByFramework(p) : i === 0);
      return;
    }
    for (let up: ts.Node | undefined = run.node.parent; up !== undefined; up = up.parent)
      if (isFunctionNode(up)) for (const p of up.parameters) text.mark(p, !isContext(p));
  }

  #call(
    node: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression,
    text: ModelText,
    out: Found,
    { node: body, depth, frame }: Body,
    follow: (next: ts.Node, frame: Frame) => void,
  ): void {
    if (this.#modelCalls.has(node)) {
      out.effects.push(effect({ packages: [], path: /./, does: 'llm' }, 'llm', node, ''));
      return;
    }
    const callee = tsc.isTaggedTemplateExpression(node) ? node.tag : node.expression;
    const args = tsc.isTaggedTemplateExpression(node) ? [] : (node.arguments ?? []);
    // Methods of texts and lists, which a tool's code is full of.
    if (tsc.isPropertyAccessExpression(callee) && PLAIN_METHODS.has(callee.name.text)) {
      this.#handed(callee, args, text, { node: body, depth, frame }, follow);
      return;
    }
    if (tsc.isPropertyAccessExpression(callee) && LOGS.has(callee.name.text)) return;
    if (isSettling(callee)) return;
    // `getattr(logger, level)(text)`
    if (tsc.isElementAccessExpression(callee) && this.#isHarmless(callee.expression)) return;
    const above = superOf(this.#reading, callee);
    if (above !== undefined) {
      // What a class of another package does there is its own code.
      if (shapeFor(above) !== undefined) this.#foreign(node, above, args, text, out);
      else (args.some(arg => text.reaches(arg)) ? out.unseen : out.blind).push(node);
      return;
    }
    let values = this.#valuesOf(callee, frame, body).flatMap(v => this.#unwrapped(v));
    if (!values.some(understood)) {
      const taken = takenOut(this.#reading, callee);
      if (taken.length > 0 && taken.every(v => v.kind === 'function' || v.kind === 'foreign')) values = [...taken];
    }
    let known = false;
    for (const value of values) {
      if (value.kind === 'function') {
        // An abstract method is whatever its subclasses make of it.
        if (value.node.body === undefined) continue;
        known = true;
        if (depth < DEEPEST) this.#into(value.node, args, text, frameOf(value.node, args, frame, value.self, value.frame), follow);
        else out.unseen.push(node);
      } else if (value.kind === 'class') {
        known = true;
        const own = value.node.members.find(m => tsc.isConstructorDeclaration(m));
        if (own !== undefined && tsc.isConstructorDeclaration(own) && depth < DEEPEST)
          this.#into(own, args, text, frameOf(own, args, frame, undefined, value.frame), follow);
      } else if (value.kind === 'foreign') known = this.#foreign(node, value, args, text, out) || known;
      else if (value.kind === 'object') known = true;
    }
    known ||= values.length > 0 && values.every(v => v.kind === 'literal');
    this.#handed(callee, args, text, { node: body, depth, frame }, follow);
    if (known) return;
    const inherited = inheritedOf(this.#reading, callee, root => this.#valuesOf(root, frame, body));
    if (inherited !== undefined && shapeFor(inherited) !== undefined && this.#foreign(node, inherited, args, text, out)) return;
    const name = lastName(callee);
    if (name !== undefined && tsc.isPropertyAccessExpression(callee)) {
      // `(root / name).write_text(text)`: nothing else has these methods.
      if (PATH_METHODS.test(name) && isPython(body)) {
        const steps = ['Path', name].map(one => ({ kind: 'member', name: one }) as const);
        const path: Foreign = { kind: 'foreign', package: 'py:pathlib', file: body.getSourceFile().fileName, steps };
        if (this.#foreign(node, path, args, text, out)) return;
      }
      // A method of another package is none of the program's that shares its name.
      const foreign = values.some(v => v.kind === 'foreign' && v.package !== '');
      const likely = depth < DEEPEST && !foreign && !BUILT_IN_METHODS.has(name) ? this.#likely.named(name) : [];
      for (const fn of likely) this.#into(fn, args, text, frameOf(fn, args, frame, undefined, undefined), follow);
      if (likely.length > 0) return;
      if (PYTHON_METHODS.has(name) && isPython(body)) return;
      // `schedules.delete(id)` of another module is no method of the language.
      if (BUILT_IN_METHODS.has(name) && !isImported(callee)) return;
    }
    const given = args.some(arg => text.reaches(tsc.isSpreadElement(arg) ? arg.expression : arg));
    (given ? out.unseen : out.blind).push(node);
  }

  /**
   * What a name in the code that is followed stands for. The frames tell what the parameters are, so callers are looked for only where a
   * function around the tool, which nobody followed, was given it.
   */
  #valuesOf(node: ts.Expression, frame: Frame, body: ts.Node): Values {
    const within = needsFrame(node, frame) ? frame : undefined;
    const found = this.#reading.near.values(node, within);
    // Where nothing is given, nothing is called.
    return found.some(v => understood(v) && v.kind !== 'literal') || !isGivenOutside(node, frame, body, this.#around)
      ? found
      : this.#reading.ev.values(node, within);
  }

  /** Functions that are handed over run as well: `lock.run(() => ...)` is part of the body, `map(scrape)` is followed here. */
  #handed(
    callee: ts.Expression,
    args: readonly ts.Expression[],
    text: ModelText,
    { node: body, depth, frame }: Body,
    follow: (next: ts.Node, frame: Frame) => void,
  ): void {
    if (depth >= DEEPEST) return;
    for (const arg of args) {
      const inner = strip(tsc.isSpreadElement(arg) ? arg.expression : arg);
      if (inner === undefined || !tsc.isIdentifier(inner) || !mayBeFunction(inner, frame)) continue;
      for (const value of this.#valuesOf(inner, frame, body)) {
        if (value.kind !== 'function') continue;
        const [first] = value.node.parameters;
        if (first !== undefined) text.mark(first, tsc.isPropertyAccessExpression(callee) && text.reaches(callee.expression));
        follow(value.node, frameOf(value.node, [], frame, value.self, value.frame));
      }
    }
  }

  /** Follows a call into a function of the repository, and remembers what its parameters are given. */
  #into(
    fn: FunctionNode,
    args: readonly ts.Expression[],
    text: ModelText,
    frame: Frame,
    follow: (next: ts.Node, frame: Frame) => void,
  ): void {
    fn.parameters.forEach((parameter, i) => {
      const arg = args[i];
      if (parameter.dotDotDotToken !== undefined)
        text.mark(
          parameter,
          args.slice(i).some(a => text.reaches(a)),
        );
      else if (arg !== undefined && !tsc.isSpreadElement(arg)) text.mark(parameter, text.reaches(arg), arg);
      else text.mark(parameter, arg !== undefined && text.reaches(arg));
    });
    follow(fn, frame);
  }

  #isHarmless(node: ts.Expression): boolean {
    const values = this.#reading.near.values(node);
    return values.length > 0 && values.every(v => v.kind === 'foreign' && PYTHON_HARMLESS.test(v.package));
  }

  /** `promisify(exec)` is exec. */
  #unwrapped(value: Value): readonly Value[] {
    if (value.kind !== 'foreign' || !/^(?:node:)?util$/.test(value.package)) return [value];
    const made = value.steps.find(step => step.kind === 'call');
    const first = made?.kind === 'call' ? made.args?.[0] : undefined;
    return first === undefined || tsc.isSpreadElement(first) ? [value] : this.#reading.ev.values(first);
  }

  /** @returns whether it is known what the call does */
  #foreign(
    node: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression,
    value: Foreign,
    args: readonly ts.Expression[],
    text: ModelText,
    out: Found,
  ): boolean {
    const path = pathOf(value);
    const shape = shapeFor(value);
    if (shape !== undefined) {
      if (shape.does === 'ask') out.asks.push(node);
      else if (shape.does === 'interrupt') out.interrupts.push(node);
      else if (shape.does === 'record') out.records.push(node);
      else if (shape.does !== 'none') out.effects.push(...this.#effect(shape, shape.does, node, value, args, text, path));
      return true;
    }
    // Globals of the language do no more than compute; what is unknown of a package may do anything with what it is given.
    if ((value.package === '' && !isOutOfMap(path)) || HARMLESS.test(value.package) || PYTHON_HARMLESS.test(value.package)) return true;
    if ((FRAMEWORKS.test(value.package) || PYTHON_FRAMEWORKS.test(value.package)) && value.steps.every(step => step.kind === 'member'))
      return true;
    if (/prisma/i.test(value.package) || /prisma/i.test(value.written ?? '')) {
      const last = path.slice(path.lastIndexOf('.') + 1);
      const write = /^(?:create|update|upsert|delete)/.test(last);
      out.effects.push({
        ...effect({ packages: [], path: /./, does: 'db-read' }, write ? 'db-write' : 'db-read', node, value.package),
        changes: last.startsWith('delete') ? 'delete' : write ? 'write' : undefined,
      });
      return true;
    }
    if (isRecord(node, value)) return true;
    if (args.some(arg => text.reaches(tsc.isSpreadElement(arg) ? arg.expression : arg))) return false;
    out.blind.push(node);
    return true;
  }

  #effect(
    shape: EffectShape,
    does: Capability,
    node: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression,
    value: Foreign,
    args: readonly ts.Expression[],
    text: ModelText,
    path: string,
  ): readonly Effect[] {
    const base = { ...effect(shape, does, node, value.package), changes: shape.changes };
    if (does === 'shell' && isProgramCall(path)) {
      const use = programUse(this.#reading, text, args);
      if (use !== 'free') return [{ ...base, bounded: use === 'bounded' }];
    }
    const deciding = decidingArguments(this.#reading, shape, args);
    if (shape.receiver === true && tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression))
      deciding.push(node.expression.expression);
    const model =
      deciding.some(arg => text.reaches(arg)) || (tsc.isTaggedTemplateExpression(node) && does === 'shell' && text.anywhere(node.template));
    if (does === 'sql-write') return [sqlEffect(this.#reading, text, base, node, args, path)];
    if (does === 'http-fixed' || does === 'browser') {
      const anyHost = deciding.some(arg => text.origin(addressOf(arg)) === 'model');
      const changes = shape.changes ?? changeOf(this.#reading, args, path);
      if (does === 'browser')
        return anyHost
          ? [
              { ...base, model, anyHost },
              { ...base, does: 'http-arbitrary', model, anyHost },
            ]
          : [{ ...base, model }];
      const anyMethod = model && methodsOf(args, path).some(arg => text.reaches(arg));
      return [{ ...base, does: anyHost ? 'http-arbitrary' : 'http-fixed', model, anyHost, changes, anyMethod }];
    }
    const content = !model && (shape.content ?? []).some(i => text.reaches(args[i]));
    return [{ ...base, model, ...(content ? { content } : {}) }];
  }

  /** Does a call ask a person? */
  asks(node: ts.CallExpression): boolean {
    const name = lastName(node.expression);
    if (name === undefined || PLAIN_METHODS.has(name)) return false;
    return this.#reading.ev.values(node.expression).some(value => {
      if (value.kind !== 'foreign') return false;
      return shapeFor(value)?.does === 'ask';
    });
  }
}
