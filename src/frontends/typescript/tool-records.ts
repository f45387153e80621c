// Are calls of a tool counted and timed, also when they fail?
import type { ts } from 'ts-morph';
import { tsc } from './compiler.ts';
import { walk } from './program.ts';
import type { Reading } from './reader.ts';
import { isFunctionNode } from './scope.ts';
import type { Definition } from './tool-definition.ts';
import { type Dispatched, dispatcherOf } from './tool-dispatch.ts';
import type { Effects } from './tool-effect.ts';
import type { Answer } from './tool-results.ts';
import type { Value } from './values.ts';

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
