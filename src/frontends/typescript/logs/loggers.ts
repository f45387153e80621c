// What writes a log line: the console, the logger of a package, or a function of the repository that wraps one of these.
import type { ts } from 'ts-morph';
import type { LogCall } from '../../../core/index.ts';
import { settle, switchAround } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { distinct, type Foreign, type FunctionNode, understood, type Value } from '../evaluator/values.ts';
import { downwardOf } from '../paths/downward.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { CONSOLE, LEVELS, type LogLibrary } from '../readers/log-libraries.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { dotted, lastName, startText } from '../short-text.ts';
import { strip, valueAt } from '../syntax.ts';
import { isBoundBy } from './binders.ts';
import { debugIsOn, dropsInfo, redactedPaths, writtenBy } from './options.ts';
import { RequestIds } from './request-ids.ts';
import { isProcessWide, logSetupOf } from './setup.ts';
import { textShape } from './text.ts';
import { CONSOLE_INFO, isNamed, type LoggerInfo, levelMembers, libraryOf, mentionsLocal, replacesFields, together } from './values.ts';

/** A call that writes a line. */
export interface Sink {
  readonly call: ts.CallExpression;
  readonly info: LoggerInfo;
  readonly level: LogCall['level'];
  readonly args: readonly ts.Expression[];
}

/** Names that may be those of a function that logs. They only nominate; what the function does decides. */
const MAY_LOG = /log|debug|trace|warn|error|info|print|notice/i;
const PLAIN_LEVELS = new Set(['log', 'info', 'warn', 'error', 'debug', 'trace', 'fatal', 'verbose', 'silly']);
/** Calls of a function that tell which logger it is given. */
const MOST_CALLERS = 8;
/** Functions that hand a logger on to the next. */
const DEEPEST = 6;
/** A longer function does something else, and logs on the way. */
const LONGEST_WRAPPER = 4000;

const shared = new WeakMap<Reading, Loggers>();

/** The loggers of a reading: several readers ask for the same. */
export function loggersOf(reading: Reading): Loggers {
  let loggers = shared.get(reading);
  if (loggers === undefined) {
    loggers = new Loggers(reading);
    shared.set(reading, loggers);
  }
  return loggers;
}

export class Loggers {
  readonly ids: RequestIds;
  /** Functions of the repository that are loggers: what they call is no line of its own. */
  readonly wrappers = new Set<ts.Node>();
  readonly #reading: Reading;
  readonly #ev: Evaluator;
  readonly #near: Evaluator;
  readonly #own = new Map<FunctionNode, LoggerInfo | undefined>();
  readonly #made = new Map<ts.Node, LoggerInfo>();
  readonly #received = new Map<ts.Node, Map<string, Values>>();

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#ev = reading.ev;
    this.#near = reading.near;
    this.ids = new RequestIds(reading);
  }

  /** Could the call write a line, by its name alone? */
  static nominates(call: ts.CallExpression | ts.NewExpression): call is ts.CallExpression {
    if (!tsc.isCallExpression(call)) return false;
    const callee = call.expression;
    if (tsc.isIdentifier(callee)) return MAY_LOG.test(callee.text);
    if (tsc.isElementAccessExpression(callee)) return MAY_LOG.test(lastName(callee.expression)) && levelsIn(callee).length > 0;
    if (!tsc.isPropertyAccessExpression(callee)) return false;
    const name = callee.name.text;
    return PLAIN_LEVELS.has(name) || (MAY_LOG.test(lastName(callee.expression)) && name in LEVELS) || /log/i.test(name);
  }

  /** The line that a call writes, when it writes one. */
  sinkOf(call: ts.CallExpression): Sink | undefined {
    const callee = call.expression;
    if (tsc.isPropertyAccessExpression(callee)) return this.#onReceiver(call, callee.expression, callee.name.text);
    // `log[expected ? 'warn' : 'error'](...)`: a line of the lesser weight, as either may come.
    if (tsc.isElementAccessExpression(callee)) {
      const [first] = levelsIn(callee);
      return first === undefined ? undefined : this.#onReceiver(call, callee.expression, first);
    }
    if (!tsc.isIdentifier(callee)) return undefined;
    const infos = this.#ev.values(callee).flatMap(value => this.#ofFunction(value) ?? []);
    return infos.length === 0 ? undefined : this.#sink(call, infos, this.#levelOf(call, undefined), false);
  }

  #onReceiver(call: ts.CallExpression, receiver: ts.Expression, name: string): Sink | undefined {
    if (tsc.isIdentifier(receiver) && receiver.text === 'console' && resolve(receiver) === undefined) {
      if (!CONSOLE.has(name)) return undefined;
      // In Node.js console.debug prints like console.log.
      const level = name === 'warn' ? 'warn' : name === 'error' ? 'error' : 'info';
      const json = call.arguments[0] !== undefined && textShape(this.#ev, call.arguments[0]) === 'json';
      const info = json ? { ...CONSOLE_INFO, label: 'JSON on the console', structured: 'yes' as const } : CONSOLE_INFO;
      return { call, info, level, args: call.arguments };
    }
    const values = this.#valuesOf(receiver);
    const infos: LoggerInfo[] = [];
    let levels = false;
    for (const value of values) {
      if (value.kind === 'foreign') {
        const info = name in LEVELS ? this.#ofForeign(value) : undefined;
        if (info !== undefined) infos.push(info);
        continue;
      }
      if (value.kind === 'param' || value.kind === 'unknown') continue;
      levels ||= levelMembers(value) >= 2;
      for (const member of this.#ev.member([value], name)) {
        const info = this.#ofFunction(member);
        if (info !== undefined) infos.push(info);
      }
    }
    if (
      infos.length === 0 &&
      values.every(v => v.kind === 'param' || v.kind === 'unknown') &&
      PLAIN_LEVELS.has(name) &&
      /log(?:ger)?$/i.test(lastName(receiver))
    )
      infos.push({ label: startText(receiver, 40), structured: 'unknown', correlated: 'unknown', hides: [], debugOn: false });
    return this.#sink(call, infos, this.#levelOf(call, name), levels && name in LEVELS);
  }

  /** The labels of the loggers that an expression may be. */
  labelsOf(receiver: ts.Expression): readonly string[] {
    const infos = this.#valuesOf(receiver).flatMap(value => {
      if (value.kind === 'foreign') return this.#ofForeign(value) ?? [];
      if (value.kind === 'param' || value.kind === 'unknown') return [];
      return ['info', 'error', 'log'].flatMap(name => this.#ev.member([value], name).flatMap(member => this.#ofFunction(member) ?? []));
    });
    const [first] = infos;
    return first === undefined ? [] : [first.label, together(infos).label];
  }

  /** Receivers are few and calls are many. */
  #valuesOf(receiver: ts.Expression, depth = 0): Values {
    const root = tsc.isIdentifier(receiver) ? receiver : undefined;
    const binding = root === undefined ? undefined : resolve(root);
    if (root === undefined || binding === undefined || !('node' in binding)) return this.#ev.values(receiver);
    let known = this.#received.get(binding.node);
    if (known === undefined) {
      known = new Map();
      this.#received.set(binding.node, known);
    }
    let values = known.get(root.text);
    if (values === undefined) {
      values = this.#near.values(receiver);
      known.set(root.text, values);
      if (!values.some(understood)) values = this.#given(root, depth) ?? values;
      known.set(root.text, values);
    }
    return values;
  }

  /** A logger that a function is given: what is handed over where it was seen to be called on the way, or by the callers that lead there. */
  #given(name: ts.Identifier, depth: number): Values | undefined {
    const binding = resolve(name);
    if (binding?.kind !== 'parameter') return this.#ev.values(name);
    const { node: parameter, element } = binding;
    const fn = parameter.parent;
    if (!isFunctionNode(fn) || depth > DEEPEST) return undefined;
    const key = element === undefined ? undefined : (element.propertyName ?? element.name);
    if (key !== undefined && !tsc.isIdentifier(key)) return undefined;
    const values = this.#args(parameter).flatMap(arg =>
      (key === undefined ? this.#valuesOf(arg, depth + 1) : this.#memberOf(arg, key.text, depth + 1)).filter(understood),
    );
    if (values.length > 0) return distinct(values);
    return this.#reading.paths.leads.has(fn) ? this.#ev.values(name) : undefined;
  }

  /** What a parameter is given where its function was seen to be called on the way. */
  #args(parameter: ts.ParameterDeclaration): readonly ts.Expression[] {
    const fn = parameter.parent;
    if (!isFunctionNode(fn)) return [];
    const index = fn.parameters.indexOf(parameter);
    return (downwardOf(this.#reading).callsOf(fn) ?? []).slice(0, MOST_CALLERS).flatMap(call => strip(call.arguments?.[index]) ?? []);
  }

  /** A member of an object that is handed over: written in the call, kept in a variable, or handed on. */
  #memberOf(object: ts.Expression, key: string, depth: number): Values {
    if (depth > DEEPEST) return [];
    this.#ev.budget.step();
    if (tsc.isObjectLiteralExpression(object)) {
      const value = valueAt(object, key);
      if (value !== undefined) return this.#valuesOf(value, depth + 1);
      const spreads = object.properties.flatMap(p => (tsc.isSpreadAssignment(p) ? (strip(p.expression) ?? []) : []));
      return spreads.flatMap(spread => this.#memberOf(spread, key, depth + 1));
    }
    const binding = tsc.isIdentifier(object) ? resolve(object) : undefined;
    const made = binding?.kind === 'variable' && binding.element === undefined ? strip(binding.node.initializer) : undefined;
    if (made !== undefined) return this.#memberOf(made, key, depth + 1);
    if (binding?.kind === 'parameter' && binding.element === undefined)
      return this.#args(binding.node).flatMap(arg => this.#memberOf(arg, key, depth + 1));
    return this.#near.member(this.#near.values(object), key);
  }

  #sink(call: ts.CallExpression, infos: readonly LoggerInfo[], level: LogCall['level'], levels: boolean): Sink | undefined {
    const first = infos[0];
    if (first === undefined) return undefined;
    const text = levels || level !== 'unknown' ? 'partial' : 'no';
    const own = infos.map((info): LoggerInfo => (info.structured === 'no' && info !== CONSOLE_INFO ? { ...info, structured: text } : info));
    return { call, info: own.length === 1 && own[0] !== undefined ? own[0] : together(own), level, args: call.arguments };
  }

  /** By the method's name, or by a literal among the first arguments: `log('error', ...)`. */
  #levelOf(call: ts.CallExpression, method: string | undefined): LogCall['level'] {
    if (method !== undefined && method !== 'log' && method in LEVELS) return LEVELS[method] ?? 'unknown';
    for (const arg of call.arguments.slice(0, 2)) {
      if (!isNamed(arg)) continue;
      const value = settle(this.#ev, arg);
      const word = typeof value === 'string' ? value.toLowerCase() : '';
      if (Object.hasOwn(LEVELS, word)) return LEVELS[word] ?? 'unknown';
    }
    return method === 'log' ? 'info' : 'unknown';
  }

  /** The logger of a package, as a value. */
  #ofForeign(value: Foreign): LoggerInfo | undefined {
    const library = libraryOf(value);
    if (library === undefined) return undefined;
    const made = value.steps.flatMap(s => (s.kind === 'member' ? [] : [s]))[0];
    const base = this.made(library, value.package, made === undefined ? [] : made.args, made?.node);
    return this.#isChild(value) ? { ...base, correlated: 'yes' } : base;
  }

  /** The logger that a library makes with these arguments. */
  made(library: LogLibrary, name: string, args: readonly ts.Expression[] | undefined, node: ts.Node | undefined): LoggerInfo {
    const known = node === undefined ? undefined : this.#made.get(node);
    if (known !== undefined) return known;
    const setup = isProcessWide(library.writes) ? logSetupOf(this.#reading, this.ids).of(library.writes) : undefined;
    const written = setup ?? writtenBy(this.#ev, library, args);
    const hides = redactedPaths(this.#ev, args ?? []);
    const reads = (args ?? []).some(arg => this.ids.readsContext(arg));
    const info: LoggerInfo = {
      label: library.label || name,
      structured: written.structured,
      note: written.note,
      correlated: library.correlates === true || reads || isBoundBy(this.#reading, library, args) ? 'yes' : (setup?.correlated ?? 'no'),
      hides,
      ...(hides.length > 0 ? { redacts: `the fields ${hides.slice(0, 5).join(', ')}` } : {}),
      debugOn: setup?.debugOn ?? debugIsOn(this.#ev, args ?? []),
      ...(dropsInfo(this.#ev, args ?? []) ? { dropsInfo: true } : {}),
      made: node,
    };
    if (node !== undefined) this.#made.set(node, info);
    return info;
  }

  /** `logger.child({ requestId })`, and whatever a library calls it. */
  #isChild(value: Foreign): boolean {
    let made = false;
    for (const step of value.steps) {
      if (step.kind === 'member') continue;
      if (made && (step.args ?? []).some(arg => this.ids.holdsFresh(arg))) return true;
      made = true;
    }
    return false;
  }

  /** A function of the repository that hands what it is given to a logger or to the console. */
  #ofFunction(value: Value): LoggerInfo | undefined {
    if (value.kind === 'foreign') {
      const last = value.steps.at(-1);
      return last?.kind === 'member' && last.name in LEVELS ? this.#ofForeign({ ...value, steps: value.steps.slice(0, -1) }) : undefined;
    }
    if (value.kind !== 'function') return undefined;
    const fn = value.node;
    if (this.#own.has(fn)) return this.#own.get(fn);
    this.#own.set(fn, undefined);
    const info = this.#wraps(fn);
    this.#own.set(fn, info);
    if (info !== undefined) this.wrappers.add(fn);
    return info;
  }

  #wraps(fn: FunctionNode): LoggerInfo | undefined {
    if (fn.body === undefined || fn.parameters.length === 0 || fn.body.end - fn.body.pos > LONGEST_WRAPPER) return undefined;
    const inner: LoggerInfo[] = [];
    const writes: ts.CallExpression[] = [];
    let others = 0;
    let redacts: string | undefined;
    walk(fn.body, node => {
      if (isFunctionNode(node)) return 'skip';
      if (tsc.isAwaitExpression(node)) others++;
      if (!tsc.isCallExpression(node)) return undefined;
      const sink = Loggers.nominates(node) || isAllOf(fn, node) ? this.sinkOf(node) : this.#standardOutput(node);
      if (sink === undefined || !mentionsLocal(sink.args) || switchAround(this.#near, node, () => false) !== undefined) return undefined;
      redacts ??= sink.args.map(arg => this.#redactor(arg)).find(r => r !== undefined);
      inner.push(sink.info);
      writes.push(...(sink.info.writes ?? [node]));
      return 'skip';
    });
    // A function that waits for other work is no logger, but one that logs.
    if (inner.length === 0 || others > 0) return undefined;
    const sum = together(inner);
    const reads = this.ids.readsContext(fn.body);
    const symbol = fn.name !== undefined ? fn.name.getText() : tsc.isVariableDeclaration(fn.parent) ? fn.parent.name.getText() : undefined;
    return {
      ...sum,
      label:
        sum.label === 'console' || sum.label === 'JSON on the console'
          ? `the repository's own ${symbol === undefined ? 'logger' : `${symbol}()`}`
          : sum.label,
      correlated: reads ? 'yes' : sum.correlated,
      redacts: redacts ?? sum.redacts,
      made: sum.made ?? fn,
      writes,
    };
  }

  #standardOutput(call: ts.CallExpression): Sink | undefined {
    if (!/^process\.(?:stdout|stderr)\.write$/.test(dotted(call.expression))) return undefined;
    const json = call.arguments[0] !== undefined && textShape(this.#ev, call.arguments[0]) === 'json';
    return { call, info: { ...CONSOLE_INFO, structured: json ? 'yes' : 'no' }, level: 'unknown', args: call.arguments };
  }

  /** A function of the repository on the way to the sink that replaces the values of chosen fields. */
  #redactor(arg: ts.Expression): string | undefined {
    let found: string | undefined;
    walk(arg, node => {
      if (found !== undefined) return 'skip';
      if (!tsc.isCallExpression(node) || !tsc.isIdentifier(node.expression)) return undefined;
      const name = node.expression.text;
      const hides = this.#ev
        .values(node.expression)
        .some(v => v.kind === 'function' && v.node.body !== undefined && replacesFields(v.node.body));
      if (hides) found = `the fields that ${name}() replaces`;
      return undefined;
    });
    return found;
  }
}

/** `info: (message, fields) => emit('info', message, fields)`: is a call of one's own function all that a function does? */
function isAllOf(fn: FunctionNode, call: ts.CallExpression): boolean {
  const { expression: callee } = call;
  const own = tsc.isIdentifier(callee) || (tsc.isPropertyAccessExpression(callee) && callee.expression.kind === tsc.SyntaxKind.ThisKeyword);
  const { body } = fn;
  const [only, ...more] = body !== undefined && tsc.isBlock(body) ? body.statements : [];
  const done =
    body !== undefined && !tsc.isBlock(body) ? body : only !== undefined && tsc.isExpressionStatement(only) ? only.expression : undefined;
  return own && more.length === 0 && strip(done) === call;
}

const WEIGHT = ['info', 'warn', 'error', 'debug'];

/** The levels that are written in `log[expected ? 'warn' : 'error']`, the lightest that is kept first; none when one is no level. */
function levelsIn({ argumentExpression }: ts.ElementAccessExpression): readonly string[] {
  const key = strip(argumentExpression);
  const parts = key !== undefined && tsc.isConditionalExpression(key) ? [strip(key.whenTrue), strip(key.whenFalse)] : [key];
  const names = parts.flatMap(part =>
    part !== undefined && tsc.isStringLiteralLike(part) && Object.hasOwn(LEVELS, part.text) ? [part.text] : [],
  );
  const weight = (name: string): number => WEIGHT.indexOf(LEVELS[name] ?? 'debug');
  return names.length === parts.length ? names.sort((a, b) => weight(a) - weight(b)) : [];
}
