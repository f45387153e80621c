// What stands between the model's wish and the effect: a person who approves, a sandbox, a list of what is allowed, a check of the path.
import type { ts } from 'ts-morph';
import type { Tri } from '../../../core/index.ts';
import { inRange } from '../calls/options.ts';
import { settle, UNSETTLED } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { foreignPath, textOf } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyName, strip, valueAt } from '../syntax.ts';
import { holdOf } from './check-holds.ts';
import type { Definition } from './definition.ts';
import type { Effect, Effects } from './effect.ts';
import { pythonCheck, relativeChecks } from './guards-python.ts';

export interface Guarded {
  readonly guarded: Tri | 'partial';
  readonly guard?: string;
}

/** Approvals that are written where the agent is made, not where the tool is. */
export class Approvals {
  readonly #reading: Reading;
  /** Tools that a middleware holds back until a person agrees; `*`: all. */
  readonly #names = new Set<string>();
  /** Files in which a graph stops before its tools run. */
  readonly #stops = new Set<string>();

  constructor(reading: Reading) {
    this.#reading = reading;
    for (const file of reading.files) {
      const unit = reading.program.unit(file);
      if (unit === undefined) continue;
      for (const name of ['humanInTheLoopMiddleware', 'interruptOn', 'interrupt_on', 'interruptBefore', 'interrupt_before'])
        for (const id of unit.names.get(name) ?? [])
          reading.ev.budget.ask(
            () => this.#read(name, id),
            () => {},
          );
    }
  }

  #read(name: string, id: ts.Identifier): void {
    const { ev } = this.#reading;
    const property = id.parent;
    if (name === 'humanInTheLoopMiddleware' || !tsc.isPropertyAssignment(property) || property.name !== id) return;
    if (name === 'interruptOn' || name === 'interrupt_on') {
      const call = property.parent.parent;
      const owner = tsc.isCallExpression(call) || tsc.isNewExpression(call) ? ev.values(call.expression) : [];
      if (
        !owner.some(
          v =>
            v.kind === 'foreign' &&
            /(?:humanInTheLoopMiddleware|HumanInTheLoopMiddleware|createDeepAgent|create_deep_agent)$/.test(foreignPath(v)),
        )
      )
        return;
      for (const value of ev.values(property.initializer)) {
        if (value.kind !== 'object') continue;
        for (const p of value.node.properties) {
          const key = propertyName(p);
          const off = tsc.isPropertyAssignment(p) && p.initializer.kind === tsc.SyntaxKind.FalseKeyword;
          if (key !== undefined && !off) this.#names.add(key);
        }
      }
      return;
    }
    const nodes = ev.values(property.initializer).flatMap(v => (v.kind === 'array' ? ev.anyMember([v]) : [v]));
    if (nodes.some(v => /tool/i.test(textOf(v) ?? ''))) this.#stops.add(id.getSourceFile().fileName);
  }

  /** The approval that holds for a tool from outside of its definition. */
  of(definition: Definition): Guarded | undefined {
    const { name, maker } = definition;
    if (name !== undefined && this.#names.has(name)) return { guarded: 'yes', guard: 'a person approves each call (middleware)' };
    if (this.#stops.size === 0 || maker === undefined || !/LangChain/.test(maker.title)) return undefined;
    const own = definition.node.getSourceFile().fileName;
    const here = this.#stops.has(own) || [...this.#stops].some(file => this.#imports(file, own));
    return here
      ? { guarded: 'yes', guard: 'the graph stops before its tools run' }
      : { guarded: 'partial', guard: 'some graph stops before its tools run' };
  }

  #imports(file: string, own: string): boolean {
    return this.#reading.index.importersOf(own).includes(file);
  }
}

/** What stands in the way of the dangerous effects of a tool. */
export function guardOf(
  reading: Reading,
  definition: Definition,
  effects: Effects,
  dangerous: readonly Effect[],
  approvals: Approvals,
): Guarded {
  const asked = approvalOption(reading, definition) ?? approvals.of(definition);
  if (asked?.guarded === 'yes') return asked;
  if (definition.held !== undefined) return definition.held;
  if (effects.interrupts.length > 0) return { guarded: 'yes', guard: 'the run is interrupted for a person' };
  if (dangerous.length > 0 && dangerous.every(e => e.shape.sandbox !== undefined))
    return { guarded: 'yes', guard: `runs in ${dangerous[0]?.shape.sandbox}` };
  const person = effects.asks.map(ask => askedBefore(ask)).find(g => g !== undefined);
  if (person !== undefined) return person;
  const checks = checksIn(effects, reading.near);
  const each = dangerous.map(e =>
    e.shape.sandbox !== undefined ? ({ guarded: 'yes', guard: `runs in ${e.shape.sandbox}` } as const) : checkFor(e, checks, effects),
  );
  const [first] = each;
  if (first !== undefined && each.every(g => g.guarded === 'yes')) return first;
  const some = each.find(g => g.guarded !== 'no');
  if (some !== undefined) return { guarded: 'partial', guard: some.guard ?? 'some of its effects are checked' };
  if (asked !== undefined) return asked;
  // What a package brings along runs as it is; only what is asked for above could hold it back.
  const ready = definition.known !== undefined && definition.maker !== undefined;
  if (definition.runs.length === 0 && !ready) return { guarded: 'unknown' };
  return { guarded: 'no' };
}

/** `needsApproval: true`, in a version that has it. */
export function approvalOption(reading: Reading, { maker, options, node }: Definition): Guarded | undefined {
  const shape = maker?.approval;
  if (shape === undefined) return undefined;
  const look = reading.ev.inside(options, shape.option);
  const on = look.found.filter(v => !(v.kind === 'literal' && (v.value === false || v.value === undefined || v.value === null)));
  if (on.length === 0) return undefined;
  const version = reading.inventory.versionOf(node.getSourceFile().fileName, shape.package)?.version;
  if (!inRange(version, shape.range))
    return { guarded: 'no', guard: `${shape.option} does nothing in version ${version ?? ''} of ${shape.package}` };
  // `needsApproval: process.env.APPROVE === '1'`
  const given = options.flatMap(v => (v.kind === 'object' ? (valueAt(v.node, shape.option) ?? []) : []));
  const settled = given.map(one => settle(reading.ev, one));
  if (settled.length > 0 && settled.every(value => value !== UNSETTLED && !value))
    return { guarded: 'partial', guard: `${shape.option} is off until a setting says otherwise` };
  const deciding = on.flatMap(v => (v.kind === 'function' ? [...reading.ev.returnsOf(v.node)] : []));
  if (deciding.length > 0 && deciding.every(one => settle(reading.ev, one) === false))
    return { guarded: 'no', guard: `${shape.option} never asks` };
  if (deciding.some(isThreshold)) return { guarded: 'partial', guard: `${shape.option} lets calls below a limit through` };
  if (on.some(v => v.kind === 'function')) return { guarded: 'yes', guard: `${shape.option} decides by a function` };
  return { guarded: look.absent || on.length < look.found.length ? 'partial' : 'yes', guard: `${shape.option}: a person approves` };
}

/** `amount > 100`: what stays below, and as often as the model likes, asks nobody. */
function isThreshold(node: ts.Expression): boolean {
  const inner = strip(node);
  if (inner === undefined || !tsc.isBinaryExpression(inner)) return false;
  const { kind } = inner.operatorToken;
  return (
    kind === tsc.SyntaxKind.GreaterThanToken ||
    kind === tsc.SyntaxKind.GreaterThanEqualsToken ||
    kind === tsc.SyntaxKind.LessThanToken ||
    kind === tsc.SyntaxKind.LessThanEqualsToken
  );
}

/** A question to a person whose answer decides. */
function askedBefore(ask: ts.Node): Guarded | undefined {
  const fn = enclosingFunction(ask);
  if (fn?.body === undefined) return undefined;
  let decides = false;
  walk(fn.body, node => {
    if (tsc.isIfStatement(node) && node.pos > ask.pos && leaves(node.thenStatement)) decides = true;
    if (tsc.isIfStatement(node) && ask.pos >= node.expression.pos && ask.end <= node.expression.end) decides = true;
    return undefined;
  });
  // A helper that only asks hands the answer to its caller.
  const returned = tsc.isReturnStatement(ask.parent) || tsc.isAwaitExpression(ask.parent);
  return decides || returned
    ? { guarded: decides ? 'yes' : 'partial', guard: 'a person is asked' }
    : { guarded: 'partial', guard: 'a person is asked, but the answer is not seen to decide' };
}

interface Check {
  readonly sort: 'list' | 'inside' | 'prefix' | 'pattern';
  readonly node: ts.Node;
}

/** Conditions on the model's text after which the function ends. */
function checksIn(effects: Effects, near: Evaluator): readonly Check[] {
  const out: Check[] = [];
  for (const body of effects.bodies) {
    for (const node of relativeChecks(body, effects.text)) out.push({ sort: 'inside', node });
    walk(body, node => {
      if (!tsc.isIfStatement(node) || !leaves(node.thenStatement)) return undefined;
      const sort = sortOf(node.expression, effects, near);
      if (sort !== undefined) out.push({ sort, node });
      return undefined;
    });
  }
  return out;
}

function sortOf(condition: ts.Expression, effects: Effects, near: Evaluator): Check['sort'] | undefined {
  let found: Check['sort'] | undefined;
  walk(condition, node => {
    if (found === 'list' || found === 'inside') return 'skip';
    const python = pythonCheck(node, effects.text, near);
    if (python !== undefined) found = python === 'pattern' ? (found ?? python) : python;
    if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression)) return undefined;
    const { name, expression } = node.expression;
    const [arg] = node.arguments;
    if (name.text === 'startsWith' && effects.text.reaches(expression)) {
      // `relative(root, path).startsWith('..')` and `path.startsWith(root + sep)` keep a path inside a folder.
      const climbs = arg !== undefined && tsc.isStringLiteralLike(arg) && arg.text.startsWith('..');
      const rooted = arg !== undefined && !tsc.isStringLiteralLike(arg) && negated(node);
      if (climbs || (rooted && /sep\b|['"`]\/['"`]|\/`/.test(arg?.getText() ?? ''))) found = 'inside';
      else found = rooted ? 'prefix' : (found ?? 'pattern');
    } else if ((name.text === 'includes' || name.text === 'has') && arg !== undefined && effects.text.reaches(arg)) {
      // A list of what is allowed is asked with a negation; a list of what is forbidden is none.
      if (negated(node) && !effects.text.reaches(expression)) found = 'list';
      else found ??= 'pattern';
    } else if (
      (name.text === 'test' && arg !== undefined && effects.text.reaches(arg)) ||
      (name.text === 'match' && effects.text.reaches(expression))
    )
      found ??= 'pattern';
    else if ((name.text === 'includes' || name.text === 'some' || name.text === 'every') && effects.text.reaches(node)) found ??= 'pattern';
    else if ((name.text === 'some' || name.text === 'every') && node.arguments.some(a => effects.text.anywhere(a))) found ??= 'pattern';
    return undefined;
  });
  return found;
}

function negated(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (tsc.isPrefixUnaryExpression(up) && up.operator === tsc.SyntaxKind.ExclamationToken) return true;
    if (!tsc.isParenthesizedExpression(up) && !tsc.isAwaitExpression(up)) return false;
  }
  return false;
}

/** Does a check protect against an effect? The beginning of a shell command is not the command. */
function checkFor(effect: Effect, all: readonly Check[], { text }: Effects): Guarded {
  const judged = all.map(check => ({ check, hold: holdOf(check.node, effect.node, text) }));
  const inFolder = (check: Check): boolean => check.sort === 'inside';
  const checks = judged.filter(({ check, hold }) => hold === 'yes' || (hold === 'unresolved' && !inFolder(check))).map(one => one.check);
  const has = (sort: Check['sort']): boolean => checks.some(c => c.sort === sort);
  if (effect.does === 'file-write' || effect.does === 'file-read') {
    if (has('inside')) return { guarded: 'yes', guard: 'the path is kept inside a folder' };
    const weak = judged.find(({ check, hold }) => inFolder(check) && (hold === 'asserted' || hold === 'unresolved'));
    if (weak?.hold === 'asserted') return { guarded: 'partial', guard: 'the path is only asserted to lie inside a folder' };
    if (weak !== undefined) return { guarded: 'partial', guard: 'the path is compared with a folder before its dots are resolved' };
    if (has('prefix')) return { guarded: 'partial', guard: 'the path must begin with a folder, whose neighbours begin the same way' };
  } else if (effect.does === 'http-arbitrary') {
    if (checks.some(c => c.sort === 'list' && namesHost(c.node))) return { guarded: 'yes', guard: 'a list of allowed hosts' };
  }
  // An allowed ending, kind or beginning narrows what comes, and leaves the rest open.
  if (has('list')) return { guarded: 'partial', guard: 'a list of allowed values for a part of it' };
  // A check of the scheme or of the length leaves every host open.
  if (
    effect.does === 'http-arbitrary' &&
    !checks.some(c => /host|127|169|192|10\\?\.|private|internal|isIP/i.test(c.node.getText().slice(0, 400)))
  )
    return { guarded: 'no' };
  if (has('pattern') || has('prefix') || has('inside')) return { guarded: 'partial', guard: 'a pattern refuses some inputs' };
  return { guarded: 'no' };
}

/** Is it the host of the address that is looked up in the list? */
function namesHost(check: ts.Node): boolean {
  if (!tsc.isIfStatement(check)) return false;
  let hit = false;
  walk(check.expression, node => {
    if (hit) return 'skip';
    if (tsc.isPropertyAccessExpression(node) && /^(?:hostname|host|origin)$/.test(node.name.text)) hit = true;
    const made = tsc.isIdentifier(node) ? variableOf(node) : undefined;
    if (made !== undefined)
      hit =
        /\.(?:hostname|host|origin)\b/.test(made.initializer?.getText() ?? '') ||
        /^\{[^}]*\b(?:hostname|host|origin)\b/.test(made.name.getText());
    return undefined;
  });
  return hit;
}

function variableOf(node: ts.Identifier): ts.VariableDeclaration | undefined {
  const binding = resolve(node);
  return binding?.kind === 'variable' ? binding.node : undefined;
}

/** Does a branch end the function: throw, return, or stop the process? */
export function leaves(statement: ts.Statement): boolean {
  let hit = false;
  walk(statement, node => {
    if (hit || isFunctionNode(node)) return 'skip';
    if (tsc.isThrowStatement(node) || tsc.isReturnStatement(node) || tsc.isContinueStatement(node)) hit = true;
    return undefined;
  });
  return hit;
}

/** Does the function around a dispatch, or what calls it, ask a person? Only asked for tools that nothing else holds back. */
export function asksAround(reading: Reading, at: ts.Node, isAsk: (node: ts.CallExpression) => boolean): boolean {
  let fn = enclosingFunction(at);
  for (let level = 0; level < 2 && fn !== undefined; level++) {
    if (asksIn(reading, fn, isAsk, 2)) return true;
    const use = reading.paths.usesOf(fn).find(u => u.how === 'called');
    fn = use === undefined ? undefined : enclosingFunction(use.node);
  }
  return false;
}

function asksIn(reading: Reading, fn: ts.Node, isAsk: (node: ts.CallExpression) => boolean, depth: number): boolean {
  let hit = false;
  walk(fn, node => {
    if (hit) return 'skip';
    if (!tsc.isCallExpression(node)) return undefined;
    if (isAsk(node)) hit = true;
    else if (depth > 0)
      for (const value of reading.ev.values(node.expression))
        if (value.kind === 'function' && value.node !== fn && asksIn(reading, value.node, isAsk, depth - 1)) hit = true;
    return undefined;
  });
  return hit;
}
