// Are calls of a tool counted and timed, also when they fail?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { leavesAlways } from '../retries/catches.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isMemberName, strip } from '../syntax.ts';
import { isOwnMetric } from '../telemetry/own-metrics.ts';
import { askerOf, functionsAround, type Place } from './calls.ts';
import { type Definition, isRunByProgram } from './definition.ts';
import type { Effects } from './effect.ts';
import type { Answer } from './results.ts';

/** Are name, outcome and duration of each call recorded, also when it fails? */
export function recordedOf(reading: Reading, definition: Definition, effects: Effects, places: readonly Place[], traced: boolean): Answer {
  // Where somebody else lets a call run that waited, the model has had its answer already.
  const asked = places.length < 2 ? places : places.filter(place => askerOf(reading, place.node) !== 'request');
  const mine = asked.length > 0 ? asked : places;
  const answers = mine.map(place => recordedAt(reading, definition, effects, place, traced));
  if (answers.length === 0) return recordedAt(reading, definition, effects, undefined, traced);
  const [first] = answers;
  return first !== undefined && answers.every(answer => answer === first) ? first : 'partial';
}

function recordedAt(reading: Reading, definition: Definition, effects: Effects, place: Place | undefined, traced: boolean): Answer {
  const fns = place === undefined ? [] : functionsAround(reading, place.node);
  const around = fns.flatMap(fn => recordsIn(reading, fn));
  const records = [...effects.records, ...around];
  if (records.length === 0) {
    if (traced) return 'partial';
    return definition.runs.length === 0 || (place === undefined && isRunByProgram(definition)) ? 'unknown' : 'no';
  }
  const name = definition.name ?? '';
  const texts = records.map(node => node.getText()).join('\n');
  const wrapped = effects.records.length > 0 && definition.runs.some(run => run.node.getText().includes(name));
  const isNamed = around.some(record => isOfCall(record, place)) || texts.includes(name) || wrapped;
  const at = records.map(node => placeIn(node));
  const both = at.includes('always') || (at.includes('success') && at.includes('failure'));
  // A span and a histogram know how long it took; a counter does not.
  const timed =
    /observe|startTimer|startSpan|startActiveSpan|start_span|start_as_current_span|\.time\(|record\(|histogram|timing|\bend\(/i.test(texts);
  return isNamed && both && timed && !swallowsBefore(effects, records) ? 'yes' : 'partial';
}

/** Does a record say something that depends on the call: what the function is given, or the tool that was found? */
function isOfCall(record: ts.Node, place: Place | undefined): boolean {
  let hit = false;
  const seen = new Set<ts.Node>();
  const look = (node: ts.Node, depth: number): void =>
    walk(node, inner => {
      if (hit || !tsc.isIdentifier(inner) || (tsc.isPropertyAccessExpression(inner.parent) && inner.parent.name === inner))
        return undefined;
      const binding = resolve(inner);
      if (binding?.kind === 'parameter') hit = true;
      else if (binding?.kind === 'variable' && !seen.has(binding.node)) {
        seen.add(binding.node);
        if (tsc.isForOfStatement(binding.node.parent.parent)) hit = true;
        else if (binding.node.initializer !== undefined && depth < 4) look(binding.node.initializer, depth + 1);
      }
      return undefined;
    });
  for (const arg of tsc.isCallExpression(record) ? record.arguments : []) look(arg, 0);
  // A record that takes nothing of the call is taken for one of it where a single case of a switch is meant.
  return hit || (place !== undefined && !tsc.isCallExpression(place.node) && isWithinNode(record, place.node));
}

function isWithinNode(node: ts.Node, holder: ts.Node): boolean {
  return node.pos >= holder.pos && node.end <= holder.end && node.getSourceFile() === holder.getSourceFile();
}

/** Calls of metrics libraries inside a function, not followed any further. */
function recordsIn(reading: Reading, fn: ts.Node | undefined): readonly ts.Node[] {
  const out: ts.Node[] = [];
  if (fn === undefined) return out;
  walk(fn, node => {
    if (
      !tsc.isCallExpression(node) ||
      !/^(?:inc|observe|startTimer|startSpan|startActiveSpan|start_span|start_as_current_span|time|record|add|end|timing|increment|histogram)$/.test(
        lastOf(node.expression),
      )
    )
      return undefined;
    if (reading.ev.values(node.expression).some(v => isMetric(v)) || isOwnMetric(reading.ev, node)) out.push(node);
    return undefined;
  });
  return out;
}

function isMetric(value: Value): boolean {
  return (
    value.kind === 'foreign' &&
    /^(?:prom-client|@opentelemetry\/|hot-shots|dd-trace|@aws-lambda-powertools\/metrics|statsd|py:(?:prometheus_client|opentelemetry|statsd|datadog|ddtrace)$)/.test(
      value.package,
    )
  );
}

function lastOf(node: ts.Expression): string {
  return tsc.isPropertyAccessExpression(node) ? node.name.text : tsc.isIdentifier(node) ? node.text : '';
}

function placeIn(node: ts.Node): 'always' | 'success' | 'failure' {
  for (let child = node, up = node.parent; up !== undefined; child = up, up = up.parent) {
    if (tsc.isTryStatement(up) && up.finallyBlock === child) return 'always';
    if (tsc.isCatchClause(up)) return 'failure';
    if (tsc.isBlock(up) && up.statements.some(before => before.end <= child.pos && comesOutOf(before, node))) return 'always';
    if (isFunctionNode(up)) break;
  }
  return 'success';
}

/** A try that is left in the same way by success and by failure, and a record behind it that says which of them it was. */
function comesOutOf(before: ts.Statement, record: ts.Node): boolean {
  if (!tsc.isTryStatement(before) || before.catchClause === undefined) return false;
  if (leavesAlways(before.tryBlock) || leavesAlways(before.catchClause.block)) return false;
  const said = new Set<string>();
  const look = (node: ts.Node, depth: number): void =>
    walk(node, inner => {
      if (!tsc.isIdentifier(inner) || isMemberName(inner) || said.has(inner.text)) return;
      said.add(inner.text);
      const binding = resolve(inner);
      const initializer = binding?.kind === 'variable' ? binding.node.initializer : undefined;
      if (initializer !== undefined && depth < 3) look(initializer, depth + 1);
    });
  // `CALLS.labels(tool, outcome).observe(seconds)`: the labels stand in front.
  look(record, 0);
  const { changed, fixed } = setIn(before.tryBlock);
  const failed = setIn(before.catchClause.block);
  // What a failure leaves behind must be a word of its own, as `outcome = 'error'` is; its text alone looks like any other result.
  return [...said].some(
    name => failed.fixed.has(name) || (!failed.changed.has(name) && (fixed.has(name) || (changed.has(name) && startsFixed(before, name)))),
  );
}

/** The names that a block gives a value, and those that it gives one that is written in the code. */
function setIn(block: ts.Block): { readonly changed: ReadonlySet<string>; readonly fixed: ReadonlySet<string> } {
  const changed = new Set<string>();
  const fixed = new Set<string>();
  walk(block, node => {
    if (isFunctionNode(node)) return 'skip';
    if (!tsc.isBinaryExpression(node) || node.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return undefined;
    if (!tsc.isIdentifier(node.left)) return undefined;
    changed.add(node.left.text);
    if (isFixed(node.right)) fixed.add(node.left.text);
    return undefined;
  });
  return { changed, fixed };
}

/** `let outcome = 'error'` before the try. */
function startsFixed(before: ts.TryStatement, name: string): boolean {
  let found = false;
  walk(enclosingFunction(before) ?? before.getSourceFile(), node => {
    if (node === before) return 'skip';
    if (tsc.isVariableDeclaration(node) && tsc.isIdentifier(node.name) && node.name.text === name)
      found ||= node.initializer !== undefined && isFixed(node.initializer);
    return undefined;
  });
  return found;
}

/** A text, a number, a truth value, or a record of the repository that begins with one. */
function isFixed(node: ts.Expression): boolean {
  const inner = strip(node) ?? node;
  if (tsc.isNewExpression(inner)) return inner.arguments?.some(isFixed) === true;
  if (tsc.isObjectLiteralExpression(inner)) return inner.properties.some(p => tsc.isPropertyAssignment(p) && isFixed(p.initializer));
  if (tsc.isPropertyAccessExpression(inner)) return tsc.isIdentifier(inner.expression) && /^[A-Z]/.test(inner.expression.text);
  return (
    tsc.isStringLiteralLike(inner) ||
    tsc.isNumericLiteral(inner) ||
    inner.kind === tsc.SyntaxKind.TrueKeyword ||
    inner.kind === tsc.SyntaxKind.FalseKeyword
  );
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
