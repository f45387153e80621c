// Are calls of a tool counted and timed, also when they fail?
import type { ts } from 'ts-morph';
import { tsc } from './compiler.ts';
import { instrumentClass } from './own-metrics.ts';
import { walk } from './program.ts';
import type { Reading } from './reader.ts';
import { isFunctionNode, resolve } from './scope.ts';
import { askerOf, functionsAround, type Place } from './tool-calls.ts';
import { type Definition, isRunByProgram } from './tool-definition.ts';
import type { Effects } from './tool-effect.ts';
import type { Answer } from './tool-results.ts';
import type { Value } from './values.ts';

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
    if (reading.ev.values(node.expression).some(v => isMetric(v)) || isOwnMetric(reading, node)) out.push(node);
    return undefined;
  });
  return out;
}

/** A method of an instrument that a class of the repository makes. */
function isOwnMetric({ ev }: Reading, call: ts.CallExpression): boolean {
  if (!tsc.isPropertyAccessExpression(call.expression)) return false;
  return ev.values(call.expression.expression).some(v => v.kind === 'instance' && instrumentClass(ev, v.of) !== undefined);
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
