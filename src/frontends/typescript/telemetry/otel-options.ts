// Where the spans and metrics of OpenTelemetry go, by the exporters that it is given.
import type { ts } from 'ts-morph';
import type { Tri } from '../../../core/index.ts';
import { GIVEN, leavesOf, settle, settledProperty } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { usesOfVariable } from '../evaluator/variable-uses.ts';
import { deploymentOf } from '../paths/deployment.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { MODEL_INSTRUMENTATION, MODEL_STORES, PRINTS_ONLY } from '../readers/telemetry-libraries.ts';
import { lastName } from '../short-text.ts';

const SINKS =
  'traceExporter spanProcessor spanProcessors metricReader metricReaders exporter logRecordProcessors span_processors active_span_processor metric_readers span_exporter processor additional_span_processors'.split(
    ' ',
  );
const ADDS = new Set(['addSpanProcessor', 'add_span_processor']);

export interface Exported {
  readonly exports: Tri;
  /** The exporters and processors that send it, by class name. */
  readonly to: readonly string[];
  /** Do all of them belong to stores for model calls? */
  readonly models: boolean;
}

/** What the exporters in the options, and those added later, do with the spans. */
export function exportsOf(reading: Reading, node: ts.Node, options: ts.Expression | undefined): Exported {
  const made: ts.Expression[] = SINKS.flatMap(name => settledProperty(reading.ev, options, name));
  const holder = node.parent;
  if (tsc.isVariableDeclaration(holder)) {
    for (const use of usesOfVariable(reading, holder)) {
      const call = use.parent.parent;
      if (tsc.isPropertyAccessExpression(use.parent) && ADDS.has(use.parent.name.text) && tsc.isCallExpression(call))
        made.push(...call.arguments);
    }
  } else {
    // Kept in a member, or handed to `set_tracer_provider` at once: what the file adds to a provider is added to this one.
    for (const id of reading.program.unitOf(node).names.get('add_span_processor') ?? []) {
      const call = id.parent.parent;
      if (tsc.isCallExpression(call) && call.expression === id.parent) made.push(...call.arguments);
    }
  }
  const sinks = made.flatMap(expression => sinksIn(reading, expression));
  if (sinks.length === 0) return { exports: 'unknown', to: [], models: false };
  const sending = sinks.filter(sink => sink.sends !== 'no');
  const exports: Tri = sending.some(s => s.sends === 'yes') ? 'yes' : sending.length > 0 ? 'unknown' : 'no';
  return {
    exports,
    to: [...new Set(sending.map(s => s.name))],
    models: sending.length > 0 && sending.every(s => MODEL_STORES.test(s.name)),
  };
}

interface Sink {
  readonly name: string;
  readonly sends: Tri;
}

/** Processors hold exporters; what prints or keeps in memory sends nothing. */
function sinksIn(reading: Reading, expression: ts.Expression, depth = 0): Sink[] {
  if (depth > 5) return [];
  return leavesOf(reading.ev, expression).flatMap((leaf): Sink[] => {
    if (tsc.isArrayLiteralExpression(leaf))
      return leaf.elements.flatMap(e => sinksIn(reading, tsc.isSpreadElement(e) ? e.expression : e, depth + 1));
    if (tsc.isStringLiteralLike(leaf)) return leaf.text === 'console' ? [{ name: leaf.text, sends: 'no' }] : [];
    if (!tsc.isNewExpression(leaf)) return [];
    const name = lastName(leaf.expression);
    if (PRINTS_ONLY.has(name)) return [{ name, sends: 'no' }];
    const inner = (leaf.arguments ?? []).flatMap(a => [
      ...sinksIn(reading, a, depth + 1),
      ...['exporter', 'span_exporter'].flatMap(name => settledProperty(reading.ev, a, name).flatMap(e => sinksIn(reading, e, depth + 1))),
    ]);
    if (inner.length > 0) return inner;
    return [{ name, sends: /^OTLP/.test(name) ? otlp(reading, leaf) : 'yes' }];
  });
}

/** Without an address OTLP goes to this machine, where nobody need be listening. */
function otlp(reading: Reading, node: ts.NewExpression): Tri {
  const given = ['url', 'endpoint'].flatMap(name => [...settledProperty(reading.ev, node.arguments?.[0], name)]);
  const texts = given.map(url => settle(reading.ev, url, 0, name => (deploymentOf(reading).sets(name) ? GIVEN : undefined)));
  // An empty address of JavaScript is an error; in Python it is none.
  if (!isPython(node) && texts.length > 0 && texts.every(text => text === '')) return 'no';
  const urls = given.filter((_, i) => texts[i] !== undefined && texts[i] !== null && texts[i] !== '');
  if (urls.length === 0) return 'unknown';
  return urls.every(u => tsc.isStringLiteralLike(u) && /localhost|127\.0\.0\.1/.test(u.text)) ? 'unknown' : 'yes';
}

/** Does a file use an instrumentation that sees model calls? Imports that only a comment names do not count. */
export function modelInstrumented(reading: Reading, file: string): boolean {
  const unit = reading.program.unit(file);
  for (const [local, imported] of unit?.imports ?? []) {
    if (!MODEL_INSTRUMENTATION.test(imported.specifier)) continue;
    if (unit !== undefined && reading.program.identifiers(unit, local).some(id => tsc.isNewExpression(id.parent))) return true;
  }
  let found = false;
  if (unit?.names.has('getNodeAutoInstrumentations') === true) {
    walk(unit.ast, node => {
      if (tsc.isStringLiteralLike(node) && MODEL_INSTRUMENTATION.test(node.text)) found = true;
      return found ? 'skip' : undefined;
    });
  }
  return found;
}
