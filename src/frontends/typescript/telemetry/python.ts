// What takes tracing in Python back again: switches in options and in the environment, providers that nobody is given, and providers for
// which nothing makes a span. A tracer that is started and sees nothing gives the feeling of sight.
import type { ts } from 'ts-morph';
import type { Telemetry } from '../../../core/index.ts';
import { settle, settledProperty } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { foreignPath } from '../evaluator/values.ts';
import { usesOfVariable } from '../evaluator/variable-uses.ts';
import type { Deployment } from '../paths/deployment.ts';
import type { Reading } from '../reader.ts';
import { lastName } from '../short-text.ts';
import { exportsOf } from './otel-options.ts';

const PROVIDER = /^OpenTelemetry tracer provider/;
const LANGFUSE = /Langfuse$/;
/** Variables of the environment that switch a tracer off, and the value that does. */
const SWITCHES: readonly (readonly [label: RegExp, name: string, off: RegExp])[] = [
  [LANGFUSE, 'LANGFUSE_TRACING_ENABLED', /^(?:false|0)$/i],
  [/^Traceloop$/, 'TRACELOOP_TRACING_ENABLED', /^(?:false|0)$/i],
  [/^Logfire$/, 'LOGFIRE_SEND_TO_LOGFIRE', /^(?:false|0)$/i],
  [/^OpenTelemetry|^an instrumentation of the model SDK$|^the instrumentation of OpenTelemetry$/, 'OTEL_SDK_DISABLED', /^(?:true|1)$/i],
];
/** What adds processors to the provider of a program, beside the provider's own code. */
const ADDS =
  /add_span_processor\(|active_span_processor|\b(?:langfuse|logfire|traceloop|phoenix|openlit|lmnr|azure\.monitor|ddtrace|sentry_sdk|agentops|langwatch)\b/;
/** What makes spans, in a program that has a provider. It only acquits. */
const MAKES =
  /\bget_tracer\(|\bstart_(?:as_current_)?(?:span|observation)\b|Instrumentor\(|\binstrument(?:_\w+)?\(|@\w*\.?instrument\b|\binstrument(?:_all)?\s?=\s?(?!False|None)|\.span\(|auto_instrument|OpenTelemetryMiddleware|@(?:\w+\.)?(?:observe|traceable|traced)\b|@\w*tracer\.|logfire\.(?:info|notice|debug|trace|warn|warning|error|exception|fatal|log|with_\w+|install_\w+|LogfireLoggingHandler)\b|["']otel["']|LANGSMITH_OTEL/;
/** Frameworks that make spans by themselves as soon as there is a provider. */
const MAKES_ITSELF = /^(?:google-adk|autogen|semantic-kernel|strands|haystack|crewai|claude-agent-sdk)/;
/** Methods of a provider that give it to nobody. */
const OWN_METHODS = new Set(['add_span_processor', 'shutdown', 'force_flush', 'resource']);

/** A fact about tracing in Python, corrected by what switches it off or leaves it idle. */
export function corrected(
  reading: Reading,
  deployment: Deployment,
  fact: Telemetry,
  node: ts.Node,
  options: ts.Expression | undefined,
): Telemetry {
  const off = fact.offUnless ?? switchedOff(reading, deployment, fact.label) ?? idle(reading, fact, node);
  const exports = fact.exports === 'no' ? 'no' : sends(reading, deployment, fact, node, options);
  const spanless = (PROVIDER.test(fact.label) || fact.label === 'Logfire') && fact.exports !== 'no' && !makesSpans(reading, deployment);
  return {
    ...fact,
    exports,
    ...(spanless ? { sees: [], offUnless: off ?? 'nothing in the code makes a span' } : off === undefined ? {} : { offUnless: off }),
  };
}

/** By the environment of a deployment, or by the client that all of a program share. */
function switchedOff(reading: Reading, deployment: Deployment, label: string): string | undefined {
  for (const [labels, name, value] of SWITCHES) {
    const set = labels.test(label) ? deployment.valueOf(name) : undefined;
    if (set !== undefined && value.test(set)) return `${name} is ${set} in a file of the deployment`;
  }
  if (!LANGFUSE.test(label)) return undefined;
  const { sources, inventory, index, program, near } = reading;
  const client = sources
    .filter(file => inventory.roleOf(file) === 'production' && index.namedBy(file).includes('py:langfuse'))
    .flatMap(file => program.unit(file)?.calls ?? [])
    .find(
      call =>
        lastName(call.expression) === 'Langfuse' &&
        near.values(call.expression).some(v => v.kind === 'foreign' && v.package === 'py:langfuse' && foreignPath(v) === 'Langfuse') &&
        settledProperty(near, call.arguments?.at(-1), 'tracing_enabled').some(one => settle(near, one) === false),
    );
  return client === undefined ? undefined : 'its client is made with tracing_enabled=False';
}

/** Where what is traced goes, by the options of those that bring an exporter of their own. */
function sends(
  reading: Reading,
  deployment: Deployment,
  fact: Telemetry,
  node: ts.Node,
  options: ts.Expression | undefined,
): Telemetry['exports'] {
  const given = (name: string): readonly ts.Expression[] => settledProperty(reading.ev, options, name);
  const endpoint = deployment.sets('OTEL_EXPORTER_OTLP_ENDPOINT') || deployment.sets('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  if (fact.label === 'Traceloop') {
    if (given('exporter').length + given('processor').length === 0) return fact.exports;
    const { exports } = exportsOf(reading, node, options);
    return exports === 'unknown' && endpoint ? 'yes' : exports;
  }
  if (fact.label === 'Logfire') {
    const [send] = given('send_to_logfire').map(one => settle(reading.ev, one));
    if (send !== false && send !== 'if-token-present') return fact.exports;
    const others = given('additional_span_processors').length > 0 ? exportsOf(reading, node, options).exports : 'no';
    if (endpoint || others === 'yes') return 'yes';
    if (send === false) return others;
    return deployment.sets('LOGFIRE_TOKEN') ? 'yes' : 'unknown';
  }
  if (PROVIDER.test(fact.label) && fact.exports === 'unknown' && !isFed(reading, deployment)) return 'no';
  return fact.exports;
}

/** Does anything give a processor to a provider of the program? */
function isFed({ sources, inventory }: Reading, deployment: Deployment): boolean {
  if (deployment.find(/(?<![\w-])opentelemetry-instrument(?![\w-])/) !== undefined) return true;
  return sources.some(file => file.endsWith('.py') && inventory.roleOf(file) === 'production' && ADDS.test(inventory.written(file) ?? ''));
}

/** A provider that is kept in a variable, and given neither to the program nor to an instrumentation. */
function idle(reading: Reading, fact: Telemetry, node: ts.Node): string | undefined {
  const holder = node.parent;
  if (!PROVIDER.test(fact.label) || !tsc.isVariableDeclaration(holder) || !tsc.isIdentifier(holder.name)) return undefined;
  const uses = usesOfVariable(reading, holder);
  const kept = uses.every(use => {
    const access = use.parent;
    return tsc.isPropertyAccessExpression(access) && access.expression === use && OWN_METHODS.has(access.name.text);
  });
  return kept ? 'the provider is given to nobody (set_tracer_provider is missing)' : undefined;
}

/** `OpenAIInstrumentor().uninstrument()` at the top of a file: what it started makes no span. */
function withoutTakenOut(text: string): string {
  let out = text;
  for (const [, name = ''] of text.matchAll(/^(\w{1,80})\(\)\.uninstrument\(/gm))
    out = out.replaceAll(`${name}().instrument(`, '').replaceAll(`${name}().uninstrument(`, '');
  return out;
}

const makers = new WeakMap<Reading, boolean>();

function makesSpans(reading: Reading, deployment: Deployment): boolean {
  let makes = makers.get(reading);
  if (makes === undefined) {
    const { sources, inventory, sites } = reading;
    makes =
      sites.some(site => MAKES_ITSELF.test(site.classified.sdk.id)) ||
      deployment.find(/(?<![\w-])opentelemetry-instrument(?![\w-])|LANGSMITH_OTEL/) !== undefined ||
      sources.some(
        file =>
          file.endsWith('.py') &&
          inventory.roleOf(file) === 'production' &&
          MAKES.test(withoutTakenOut((inventory.written(file) ?? '').replace(/^[^\S\n]*(?:#|import\b|from\b).*$/gm, ''))),
      );
    makers.set(reading, makes);
  }
  return makes;
}
