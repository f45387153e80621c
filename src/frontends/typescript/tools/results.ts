// What becomes of a tool's answer and of its failure: is the answer checked or cut before the model reads it, does a failure become an
// answer, does every outgoing call end in time, and is the call recorded?
import type { ts } from 'ts-morph';
import { isPythonFile, type Tri } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { isMadeOnce } from '../calls/held.ts';
import { inRange } from '../calls/options.ts';
import { deadlineIn, racedBy } from '../calls/timeouts.ts';
import { tsc } from '../compiler.ts';
import { keywordsIn } from '../evaluator/keywords.ts';
import { type FunctionNode, foreignPath } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { askerOf, type Place } from './calls.ts';
import { containedBy } from './contained.ts';
import { givenDeadline, givenSignal, limitedAt } from './deadlines.ts';
import { type Definition, isRunByProgram } from './definition.ts';
import { containedAt, dispatcherOf, throwsAgain } from './dispatch.ts';
import type { Effects } from './effect.ts';
import { isModelOf, isSchemaCall } from './output.ts';
import { pythonLimit } from './python-limits.ts';

export type Answer = Tri | 'partial';

/** Is a schema for the input enforced in a run? */
export function inputOf(reading: Reading, definition: Definition, effects: Effects, places: readonly Place[]): Answer {
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
    if (look.some(l => l.found.length > 0) || (maker.signature === true && (definition.runs.length > 0 || known !== undefined)))
      return maker.enforced ? 'yes' : 'partial';
    return look.some(l => l.hidden !== undefined) ? 'unknown' : 'no';
  }
  if (definition.runs.length === 0) return 'unknown';
  if (parses(reading, effects)) return 'yes';
  if (places.length > 0 && places.every(place => place.args.some(arg => isParsed(reading, arg)))) return 'yes';
  if (places.length === 0 && isRunByProgram(definition)) return 'unknown';
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
      if (hit) return 'skip';
      if (tsc.isNewExpression(node) ? !isModelOf(reading, node) : !tsc.isCallExpression(node) || !isSchemaCall(reading, node))
        return undefined;
      hit = ((node as ts.CallExpression | ts.NewExpression).arguments ?? []).some(arg => effects.text.reaches(arg));
      return undefined;
    });
    return hit;
  });
}

/** `tool.run(input.data)` after `const input = tool.schema.safeParse(call.input)`, or `tool.run(tool.schema.parse(call.input))` */
function isParsed(reading: Reading, node: ts.Expression): boolean {
  let at = strip(node);
  while (at !== undefined && tsc.isPropertyAccessExpression(at)) at = strip(at.expression);
  if (at !== undefined && tsc.isIdentifier(at)) {
    const binding = resolve(at);
    at = binding?.kind === 'variable' ? strip(binding.node.initializer) : undefined;
  }
  if (at === undefined || !tsc.isCallExpression(at) || !isSchemaCall(reading, at)) return false;
  // `safeParse` says whether it fits, and nobody needs to listen.
  const safe = tsc.isPropertyAccessExpression(at.expression) && at.expression.name.text.startsWith('safeParse');
  const holder = tsc.isAwaitExpression(at.parent) ? at.parent.parent : at.parent;
  if (!safe) return true;
  return tsc.isVariableDeclaration(holder) && tsc.isIdentifier(holder.name) && isAskedFor(reading, holder.name);
}

/** `if (!input.success) return ...`: is the verdict of a schema a part of some condition? */
function isAskedFor(reading: Reading, name: ts.Identifier): boolean {
  return reading.program.identifiers(reading.program.unitOf(name), name.text).some(use => {
    const access = use.parent;
    if (!tsc.isPropertyAccessExpression(access) || !/^(?:success|error|issues)$/.test(access.name.text)) return false;
    for (let at: ts.Node = access, up: ts.Node = at.parent; up !== undefined && !isFunctionNode(up); at = up, up = up.parent) {
      if (tsc.isIfStatement(up) || tsc.isConditionalExpression(up)) return at === (tsc.isIfStatement(up) ? up.expression : up.condition);
      if (tsc.isStatement(up)) return false;
    }
    return false;
  });
}

/** Does a failure become a result for the model? */
export function errorsOf(reading: Reading, definition: Definition, places: readonly Place[], runsTools: boolean): Answer {
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
    const contained = containedBy(reading.inventory, maker, definition.node.getSourceFile().fileName);
    if (contained !== 'unknown') return contained;
    return runsTools ? 'yes' : 'unknown';
  }
  if (places.length === 0) return definition.known?.includes('provider-hosted') === true ? 'yes' : runsTools ? 'yes' : 'unknown';
  // A failure where somebody else lets a call run that waited reaches that somebody, and not the model.
  const asked = places.length < 2 ? places : places.filter(place => askerOf(reading, place.node) !== 'request');
  const answers = (asked.length > 0 ? asked : places).map(place =>
    caughtByPromise(place.node) ? 'yes' : containedAbove(reading, place.node, 0),
  );
  if (answers.every(answer => answer === 'yes')) return 'yes';
  return answers.includes('no') ? (answers.includes('yes') ? 'partial' : 'no') : 'unknown';
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
export function timeLimitOf(reading: Reading, definition: Definition, effects: Effects, places: readonly Place[]): Answer {
  const leaving = effects.effects.filter(e => LEAVES.has(e.does));
  if (leaving.length === 0) return effects.unseen.length > 0 ? 'unknown' : 'yes';
  if (places.length > 0 && places.every(place => timedAround(reading, place.node))) return 'yes';

  const answers = leaving.map((e): Answer => {
    if (!tsc.isCallExpression(e.node) && !tsc.isNewExpression(e.node)) return 'unknown';
    if (racedBy(reading.ev, e.node) !== undefined || timedAround(reading, e.node)) return 'yes';
    const python = pythonLimit(reading, e);
    if (python !== undefined) {
      const handed = python === 'no' || places.length === 0 ? undefined : givenDeadline(reading, definition, e.node);
      return handed === undefined || limitedAt(reading, places, handed) ? python : 'no';
    }
    // A bare request or process has no limit of its own, so that callers who hand one over matter; a client of a service may have been
    // given one where it was made, and nothing follows from a call without.
    const bare = e.does === 'shell' || ((e.does === 'http-fixed' || e.does === 'http-arbitrary') && BARE.has(e.package));
    const ev = bare ? reading.ev : reading.near;
    for (const arg of e.node.arguments ?? []) {
      if (tsc.isSpreadElement(arg)) return 'unknown';
      if (tsc.isStringLiteralLike(arg) || tsc.isTemplateExpression(arg)) continue;
      const values = ev.values(arg);
      for (const option of ['signal', 'timeout', 'timeoutMs', 'requestTimeout', 'abortSignal']) {
        const look = ev.inside(values, option);
        if (look.found.length === 0) continue;
        // A signal that comes with the request ends the tool together with the request.
        const given = places.length === 0 ? undefined : givenSignal(definition, arg, option);
        if (given !== undefined) return limitedAt(reading, places, given) ? 'yes' : 'no';
        const deadline = deadlineIn(ev, { found: look.found, absent: look.absent, hidden: look.hidden }, 1);
        if (deadline.kind === 'time') return deadline.made !== undefined && isMadeOnce(ev, deadline.made, e.node) ? 'no' : 'yes';
      }
    }
    return bare ? 'no' : 'unknown';
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

/** LangGraph's node for tools turned every exception into an answer before its version 1; since then only wrong arguments. */
function pythonRunsTools(reading: Reading): boolean {
  return reading.files.some(file => {
    const unit = isPythonFile(file) && reading.inventory.roleOf(file) === 'production' ? reading.program.unit(file) : undefined;
    return (unit?.calls ?? []).some(call => {
      const name = lastName(call.expression);
      if (name !== 'ToolNode' && name !== 'create_react_agent') return false;
      const keywords = keywordsIn(call.arguments ?? []);
      const [own] = keywords === undefined ? [] : reading.ev.inside(reading.ev.values(keywords), 'handle_tool_errors').found;
      if (!reading.ev.values(call.expression).some(v => v.kind === 'foreign' && v.package === 'py:langgraph')) return false;
      if (own !== undefined) return own.kind === 'literal' && own.value !== false && own.value !== null;
      const version = reading.inventory.versionOf(file, 'py:langgraph')?.version;
      return version !== undefined && inRange(version, '<1');
    });
  });
}

/** Does some call that is given tools run them in a framework which turns errors into results? */
export function runsToolsItself(reading: Reading): boolean {
  if (reading.files.some(file => isPythonFile(file)) && pythonRunsTools(reading)) return true;
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
