// What becomes of a tool's answer and of its failure: is the answer checked or cut before the model reads it, does a failure become an
// answer, does every outgoing call end in time, and is the call recorded?
import type { ts } from 'ts-morph';
import type { Tri } from '../../core/index.ts';
import { tsc } from './compiler.ts';
import { inRange } from './options.ts';
import { walk } from './program.ts';
import type { Reading } from './reader.ts';
import { isFunctionNode, resolve } from './scope.ts';
import { strip } from './syntax.ts';
import { deadlineIn, racedBy } from './timeouts.ts';
import type { Definition } from './tool-definitions.ts';
import { containedAt, type Dispatched, dispatcherOf, throwsAgain } from './tool-dispatch.ts';
import type { Effects } from './tool-effects.ts';
import { type FunctionNode, foreignPath, isGlobal, type Value } from './values.ts';

export type Answer = Tri | 'partial';

/** Is a schema for the input enforced in a run? */
export function inputOf(reading: Reading, definition: Definition, effects: Effects): Answer {
  const { maker, options, call, known } = definition;
  if (known?.includes('provider-hosted') === true) return 'yes';
  if (maker !== undefined) {
    const look = maker.schema.map(at => {
      if (typeof at === 'string') return reading.ev.inside(options, at);
      const arg = call?.arguments?.[at];
      return {
        found:
          arg === undefined || tsc.isSpreadElement(arg) || isFunctionLike(reading, arg) || tsc.isStringLiteralLike(arg)
            ? []
            : reading.ev.values(arg),
        hidden: undefined,
      };
    });
    if (look.some(l => l.found.length > 0)) return maker.enforced ? 'yes' : 'partial';
    return look.some(l => l.hidden !== undefined) ? 'unknown' : 'no';
  }
  if (definition.runs.length === 0) return 'unknown';
  if (parses(reading, effects)) return 'yes';
  const strict = reading.ev.inside(options, 'strict').found.some(v => v.kind === 'literal' && v.value === true);
  return strict ? 'partial' : 'no';
}

function isFunctionLike(reading: Reading, node: ts.Expression): boolean {
  return reading.ev.values(node).some(v => v.kind === 'function');
}

/** Does some function of the tool put the model's text through a schema? */
function parses(reading: Reading, effects: Effects): boolean {
  return effects.bodies.some(body => {
    let hit = false;
    walk(body, node => {
      if (hit || !tsc.isCallExpression(node) || !isSchemaCall(reading, node)) return undefined;
      hit = node.arguments.some(arg => effects.text.reaches(arg));
      return undefined;
    });
    return hit;
  });
}

const SCHEMA_LIBRARIES = /^(?:zod|@?zod\/.*|valibot|yup|joi|ajv|superstruct|arktype|@sinclair\/typebox|@effect\/schema|io-ts)$/;

function isSchemaCall(reading: Reading, node: ts.CallExpression): boolean {
  const callee = node.expression;
  if (
    !tsc.isPropertyAccessExpression(callee) ||
    !/^(?:parse|safeParse|parseAsync|safeParseAsync|validate|validateSync|cast|assert|Check)$/.test(callee.name.text)
  )
    return false;
  return reading.ev.values(callee).some(v => v.kind === 'foreign' && SCHEMA_LIBRARIES.test(v.package));
}

type Care = 'schema' | 'size' | 'clean';

/** Is what the tool returns checked, cut or cleaned first? Size alone or schema alone is half of it. */
export function outputOf(reading: Reading, definition: Definition): Answer {
  const { maker, options, runs } = definition;
  if (runs.length === 0) return definition.seen === 'none' || definition.known !== undefined ? 'no' : 'unknown';
  const declared = maker?.output?.some(name => reading.ev.inside(options, name).found.length > 0) === true;
  const all: ReadonlySet<Care>[] = [];
  for (const run of runs) {
    const fn = isFunctionNode(run.node) ? run.node : undefined;
    const returned = fn === undefined ? returnsIn(run.node) : reading.ev.returnsOf(fn);
    for (const node of returned) if (!isPlain(node) && !inCatch(node)) all.push(careOf(reading, node, 0));
    // A generator hands out what it yields.
    if (fn?.body !== undefined && fn.asteriskToken !== undefined)
      walk(fn.body, node => {
        if (tsc.isYieldExpression(node) && node.expression !== undefined && !isPlain(node.expression))
          all.push(careOf(reading, node.expression, 0));
        return undefined;
      });
  }
  const shaped = maker?.packages.includes('ai') === true && reading.ev.inside(options, 'toModelOutput').found.length > 0;
  if (all.length === 0) return declared || shaped ? 'partial' : definition.maker === undefined ? 'unknown' : 'no';
  const counts = all.map(care => care.size + (declared && !care.has('schema') ? 1 : 0));
  if (counts.every(n => n >= 2)) return 'yes';
  return shaped || counts.some(n => n > 0) ? 'partial' : 'no';
}

function returnsIn(clause: ts.Node): readonly ts.Expression[] {
  const out: ts.Expression[] = [];
  walk(clause, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isReturnStatement(node) && node.expression !== undefined) out.push(node.expression);
    return undefined;
  });
  return out;
}

function inCatch(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); up = up.parent) if (tsc.isCatchClause(up)) return true;
  return false;
}

/** A fixed text or object carries nothing of another system. */
function isPlain(node: ts.Expression): boolean {
  const inner = strip(node);
  if (inner === undefined || tsc.isStringLiteralLike(inner) || tsc.isNumericLiteral(inner)) return true;
  if (tsc.isObjectLiteralExpression(inner)) return inner.properties.every(p => tsc.isPropertyAssignment(p) && isPlain(p.initializer));
  return (
    inner.kind === tsc.SyntaxKind.TrueKeyword || inner.kind === tsc.SyntaxKind.FalseKeyword || inner.kind === tsc.SyntaxKind.NullKeyword
  );
}

/** What is done to a value on its way out. */
function careOf(reading: Reading, node: ts.Expression, depth: number): ReadonlySet<Care> {
  const out = new Set<Care>();
  const inner = strip(node);
  if (inner === undefined || depth > 5) return out;
  reading.ev.budget.step();
  if (tsc.isObjectLiteralExpression(inner) || tsc.isArrayLiteralExpression(inner)) {
    const parts = tsc.isArrayLiteralExpression(inner)
      ? inner.elements
      : inner.properties.flatMap(p =>
          tsc.isPropertyAssignment(p) ? [p.initializer] : tsc.isShorthandPropertyAssignment(p) ? [p.name] : [],
        );
    const dynamic = parts.filter(p => !isPlain(p));
    const cares = dynamic.map(p => careOf(reading, p, depth + 1));
    for (const care of ['schema', 'size', 'clean'] as const) if (cares.length > 0 && cares.every(c => c.has(care))) out.add(care);
    return out;
  }
  if (tsc.isConditionalExpression(inner)) {
    const [a, b] = [careOf(reading, inner.whenTrue, depth + 1), careOf(reading, inner.whenFalse, depth + 1)];
    for (const care of [...a, ...b]) out.add(care);
    return out;
  }
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    if (binding?.kind === 'variable' && binding.node.initializer !== undefined) {
      for (const care of careOf(reading, binding.node.initializer, depth + 1)) out.add(care);
      for (const use of reading.program.identifiers(reading.program.unitOf(inner), inner.text)) {
        const { parent } = use;
        if (tsc.isBinaryExpression(parent) && parent.left === use && parent.operatorToken.kind === tsc.SyntaxKind.EqualsToken)
          for (const care of careOf(reading, parent.right, depth + 1)) out.add(care);
      }
    }
    return out;
  }
  if (tsc.isPropertyAccessExpression(inner)) return careOf(reading, inner.expression, depth + 1);
  if (!tsc.isCallExpression(inner)) return out;
  return careOfCall(reading, inner, depth);
}

function careOfCall(reading: Reading, node: ts.CallExpression, depth: number): ReadonlySet<Care> {
  const out = new Set<Care>();
  const callee = node.expression;
  if (isSchemaCall(reading, node)) out.add('schema');
  if (tsc.isPropertyAccessExpression(callee)) {
    const name = callee.name.text;
    // A limit on the number of results is no limit on their size.
    if (name === 'substring' || name === 'substr' || (name === 'slice' && isText(callee.expression, 0))) out.add('size');
    if ((name === 'replace' || name === 'replaceAll') && removes(node)) out.add('clean');
    for (const care of careOf(reading, callee.expression, depth + 1)) out.add(care);
  }
  for (const value of reading.ev.values(callee)) {
    if (value.kind === 'foreign' && value.package === '' && (isGlobal(value, 'JSON.stringify') || isGlobal(value, 'String'))) {
      const [first] = node.arguments;
      if (first !== undefined) for (const care of careOf(reading, first, depth + 1)) out.add(care);
    }
    if (value.kind !== 'function') continue;
    const cares = reading.ev
      .returnsOf(value.node)
      .filter(r => !isPlain(r) && !inCatch(r))
      .map(r => careOf(reading, r, depth + 1));
    for (const care of ['schema', 'size', 'clean'] as const) if (cares.some(c => c.has(care))) out.add(care);
  }
  return out;
}

/** Is an expression plainly a text? */
function isText(node: ts.Expression, depth: number): boolean {
  const inner = strip(node);
  if (inner === undefined || depth > 4) return false;
  if (tsc.isTemplateExpression(inner) || tsc.isStringLiteralLike(inner)) return true;
  if (tsc.isCallExpression(inner)) {
    const callee = inner.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
    return /^(?:stringify|text|join|replace|replaceAll|toString|trim|toLowerCase|toUpperCase|String|substring|html|textContent|innerText|markdown|turndown)$/.test(
      name,
    );
  }
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    if (binding?.kind === 'variable' && binding.node.initializer !== undefined) return isText(binding.node.initializer, depth + 1);
    if (binding?.kind === 'parameter') return binding.node.type?.kind === tsc.SyntaxKind.StringKeyword;
  }
  return false;
}

/** A replacement that takes something out: a pattern that is more than white space. */
function removes(node: ts.CallExpression): boolean {
  const [pattern] = node.arguments;
  const inner = strip(pattern);
  if (inner === undefined) return false;
  if (tsc.isRegularExpressionLiteral(inner)) return /[a-z0-9<@]{2}|\\d|\\w|<|@|\[/i.test(inner.text.replace(/\\[snrt]/g, ''));
  return tsc.isIdentifier(inner);
}

/** Does a failure become a result for the model? */
export function errorsOf(reading: Reading, definition: Definition, dispatched: Dispatched | undefined, runsTools: boolean): Answer {
  const { maker, runs, options } = definition;
  const own =
    runs.length > 0 &&
    runs.every(run => (isFunctionNode(run.node) ? isContained(run.node) : containedAt(run.node) || holdsItself(run.node)));
  if (own || (definition.wrapper !== undefined && isContained(definition.wrapper))) return 'yes';
  if (maker?.letsThrough !== undefined) {
    const look = reading.ev.inside(options, maker.letsThrough);
    if (look.found.some(v => v.kind === 'literal' && v.value === null)) return 'no';
  }
  if (maker !== undefined) {
    const version = reading.inventory.versionOf(
      definition.node.getSourceFile().fileName,
      maker.version ?? maker.packages[0] ?? '',
    )?.version;
    const contained = maker.errors.find(e => inRange(version, e.range))?.contained ?? 'unknown';
    if (contained !== 'unknown') return contained;
    return runsTools ? 'yes' : 'unknown';
  }
  if (dispatched === undefined) return definition.known?.includes('provider-hosted') === true ? 'yes' : runsTools ? 'yes' : 'unknown';
  return containedAbove(reading, dispatched.at, 0);
}

/** Is the place, or every call of the function around it, inside a try that keeps errors? */
function containedAbove(reading: Reading, at: ts.Node, depth: number): Answer {
  if (containedAt(at)) return 'yes';
  const fn = dispatcherOf(at);
  if (fn === undefined || !isFunctionNode(fn) || depth > 3) return 'unknown';
  const uses = reading.paths.usesOf(fn).filter(use => use.how === 'called');
  if (uses.length === 0) return depth === 0 ? 'unknown' : 'no';
  const answers = uses.map(use => (caughtByPromise(use.node) ? 'yes' : containedAbove(reading, use.node, depth + 1)));
  if (answers.every(a => a === 'yes')) return 'yes';
  return answers.includes('no') ? (answers.includes('yes') ? 'partial' : 'no') : 'unknown';
}

/** `run(call).catch(error => ...)` */
function caughtByPromise(node: ts.Node): boolean {
  const access = node.parent;
  return tsc.isPropertyAccessExpression(access) && access.name.text === 'catch' && tsc.isCallExpression(access.parent);
}

function holdsItself(clause: ts.Node): boolean {
  const statements = tsc.isCaseOrDefaultClause(clause) ? clause.statements : tsc.isBlock(clause) ? clause.statements : undefined;
  return statements?.some(s => tsc.isTryStatement(s) && s.catchClause !== undefined && !throwsAgain(s.catchClause.block)) === true;
}

/** Do all calls of a function stand inside a try that keeps errors? */
function isContained(fn: FunctionNode): boolean {
  const body = fn.body;
  if (body === undefined || !tsc.isBlock(body)) return false;
  let tried = false;
  for (const statement of body.statements) {
    if (tsc.isTryStatement(statement)) {
      if (statement.catchClause === undefined || throwsAgain(statement.catchClause.block)) return false;
      tried = true;
    } else if (awaits(statement)) return false;
  }
  return tried;
}

/** Does a statement wait for something, which may fail? */
function awaits(statement: ts.Statement): boolean {
  let hit = false;
  walk(statement, node => {
    if (hit || isFunctionNode(node)) return 'skip';
    if (tsc.isAwaitExpression(node) || (tsc.isForOfStatement(node) && node.awaitModifier !== undefined)) hit = true;
    return undefined;
  });
  return hit;
}

const LEAVES = new Set([
  'http-fixed',
  'http-arbitrary',
  'browser',
  'shell',
  'message-send',
  'payment',
  'sql-read',
  'sql-write',
  'db-read',
  'db-write',
  'code-exec',
]);

/** Does every call that leaves the program end in time? */
export function timeLimitOf(reading: Reading, effects: Effects, dispatched: Dispatched | undefined): Answer {
  const leaving = effects.effects.filter(e => LEAVES.has(e.does));
  if (leaving.length === 0) return effects.unseen.length > 0 ? 'unknown' : 'yes';
  if (dispatched !== undefined && timedAround(reading, dispatched.at)) return 'yes';
  const answers = leaving.map((e): Answer => {
    if (!tsc.isCallExpression(e.node) && !tsc.isNewExpression(e.node)) return 'unknown';
    if (racedBy(reading.ev, e.node) !== undefined || timedAround(reading, e.node)) return 'yes';
    for (const arg of e.node.arguments ?? []) {
      if (tsc.isSpreadElement(arg)) return 'unknown';
      const values = reading.ev.values(arg);
      for (const option of ['signal', 'timeout', 'timeoutMs', 'requestTimeout', 'abortSignal']) {
        const look = reading.ev.inside(values, option);
        if (look.found.length === 0) continue;
        const deadline = deadlineIn(reading.ev, { found: look.found, absent: look.absent, hidden: look.hidden }, 1);
        if (deadline.kind === 'time') return 'yes';
      }
    }
    // A bare request or process has no limit of its own; a client of a service may have been given one.
    return (e.does === 'http-fixed' || e.does === 'http-arbitrary') && BARE.has(e.package) ? 'no' : e.does === 'shell' ? 'no' : 'unknown';
  });
  if (answers.every(a => a === 'yes')) return effects.unseen.length > 0 ? 'unknown' : 'yes';
  if (answers.includes('no')) return answers.includes('yes') ? 'partial' : 'no';
  return 'unknown';
}

const BARE = new Set(['', 'node-fetch', 'cross-fetch', 'isomorphic-fetch', 'undici', 'http', 'https', 'node:http', 'node:https']);

/** Is the place inside a function whose call races against a timer? */
function timedAround(reading: Reading, node: ts.Node): boolean {
  for (let up: ts.Node | undefined = node; up !== undefined && !tsc.isSourceFile(up); up = up.parent)
    if (tsc.isCallExpression(up) && racedBy(reading.ev, up) !== undefined) return true;
  return false;
}

/** Are name, outcome and duration of each call recorded, also when it fails? */
export function recordedOf(
  reading: Reading,
  definition: Definition,
  effects: Effects,
  dispatched: Dispatched | undefined,
  traced: boolean,
): Answer {
  const around = dispatched === undefined ? [] : recordsIn(reading, dispatcherOf(dispatched.at));
  const records = [...effects.records, ...around];
  if (records.length === 0) {
    if (traced) return 'partial';
    return definition.runs.length === 0 ? 'unknown' : 'no';
  }
  const name = definition.name ?? '';
  const texts = records.map(node => node.getText()).join('\n');
  const wrapped = definition.runs.some(run => run.node.getText().includes(name));
  const isNamed = around.length > 0 || texts.includes(name) || wrapped;
  const places = records.map(node => placeIn(node));
  const both = places.includes('always') || (places.includes('success') && places.includes('failure'));
  // A span and a histogram know how long it took; a counter does not.
  const timed = /observe|startTimer|startSpan|startActiveSpan|record\(|histogram|timing|\bend\(/i.test(texts);
  return isNamed && both && timed && !swallowsBefore(effects, records) ? 'yes' : 'partial';
}

/** Calls of metrics libraries inside a function, not followed any further. */
function recordsIn(reading: Reading, fn: ts.Node | undefined): readonly ts.Node[] {
  const out: ts.Node[] = [];
  if (fn === undefined) return out;
  walk(fn, node => {
    if (
      !tsc.isCallExpression(node) ||
      !/^(?:inc|observe|startTimer|startSpan|startActiveSpan|record|add|end|timing|increment|histogram)$/.test(lastOf(node.expression))
    )
      return undefined;
    if (reading.ev.values(node.expression).some(v => isMetric(v))) out.push(node);
    return undefined;
  });
  return out;
}

function isMetric(value: Value): boolean {
  return (
    value.kind === 'foreign' &&
    /^(?:prom-client|@opentelemetry\/|hot-shots|dd-trace|@aws-lambda-powertools\/metrics|statsd)/.test(value.package)
  );
}

function lastOf(node: ts.Expression): string {
  return tsc.isPropertyAccessExpression(node) ? node.name.text : tsc.isIdentifier(node) ? node.text : '';
}

function placeIn(node: ts.Node): 'always' | 'success' | 'failure' {
  for (let child = node, up = node.parent; up !== undefined; child = up, up = up.parent) {
    if (tsc.isTryStatement(up) && up.finallyBlock === child) return 'always';
    if (tsc.isCatchClause(up)) return 'failure';
    if (isFunctionNode(up)) break;
  }
  return 'success';
}

/** A failure that was turned into a text before the record is taken counts as a success. */
function swallowsBefore(effects: Effects, records: readonly ts.Node[]): boolean {
  return effects.bodies.some(body => {
    let hit = false;
    walk(body, node => {
      if (hit || !tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression)) return undefined;
      if (node.expression.name.text === 'catch' && records.some(r => r.pos > node.end && r.getSourceFile() === node.getSourceFile()))
        hit = true;
      return undefined;
    });
    return hit;
  });
}

/** Does some call that is given tools run them in a framework which turns errors into results? */
export function runsToolsItself(reading: Reading): boolean {
  const names = ['ToolNode', 'createReactAgent', 'createAgent', 'AgentExecutor', 'createToolCallingExecutor', 'createDeepAgent'];
  return reading.files.some(file => {
    const unit = reading.inventory.roleOf(file) === 'production' ? reading.program.unit(file) : undefined;
    if (unit === undefined) return false;
    return names.some(name =>
      (unit.names.get(name) ?? []).some(id => {
        const call = id.parent;
        if ((!tsc.isCallExpression(call) && !tsc.isNewExpression(call)) || call.expression !== id) return false;
        const off = (call.arguments ?? []).some(
          arg =>
            !tsc.isSpreadElement(arg) &&
            reading.ev.inside(reading.ev.values(arg), 'handleToolErrors').found.some(v => v.kind === 'literal' && v.value === false),
        );
        return (
          !off &&
          reading.ev
            .values(id)
            .some(v => v.kind === 'foreign' && /langchain|langgraph|deepagents/.test(v.package) && foreignPath(v).endsWith(name))
        );
      }),
    );
  });
}
