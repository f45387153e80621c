// Tracing that belongs to the model calls themselves: the telemetry of the AI SDK, gateways, and what frameworks trace by default.
import type { ts } from 'ts-morph';
import type { Telemetry, Tri } from '../../../core/index.ts';
import type { Site } from '../calls/options.ts';
import { envNamesIn, settle, settledProperty, UNSETTLED } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { textOf } from '../evaluator/values.ts';
import type { Deployment } from '../paths/deployment.ts';
import { placeOf } from '../places.ts';
import type { Reading } from '../reader.ts';
import { GATEWAY_HINT, GATEWAYS } from '../readers/telemetry-libraries.ts';

type Fact = Telemetry;
const OPTIONS = ['experimental_telemetry', 'telemetry'] as const;

/** @param started what was found to start tracing in the process */
export function modelTelemetry(reading: Reading, deployment: Deployment, started: readonly Fact[]): readonly Fact[] {
  const out: Fact[] = [];
  const add = (question: () => Fact | undefined): void => {
    const fact = reading.ev.budget.ask(question, () => undefined);
    if (fact !== undefined) out.push(fact);
  };
  for (const site of reading.sites) {
    if (reading.inventory.roleOf(site.node.getSourceFile().fileName) !== 'production') continue;
    if (site.classified.sdk.id === 'ai-sdk') add(() => ofAiSdk(reading, deployment, site, started));
  }
  add(() => ofAgents(reading, deployment));
  add(() => ofLangChain(reading, deployment));
  if (reading.files.some(file => GATEWAY_HINT.test(reading.inventory.read(file) ?? ''))) {
    for (const site of reading.sites) add(() => ofGateway(reading, site));
    for (const request of reading.requests) {
      const label = gatewayOf(request.url);
      if (label !== undefined) out.push(metered(reading, request.node, label));
    }
  }
  return out;
}

function roleOf(reading: Reading, node: ts.Node): Fact['role'] {
  return reading.inventory.roleOf(node.getSourceFile().fileName);
}

/** `experimental_telemetry: { isEnabled: true }`, with what it records of the content. */
function ofAiSdk(reading: Reading, deployment: Deployment, site: Site, started: readonly Fact[]): Fact | undefined {
  const { ev } = reading;
  const options = site.node.arguments[0];
  if (options === undefined || tsc.isSpreadElement(options)) return undefined;
  for (const name of OPTIONS) {
    const telemetry = settledProperty(ev, options, name);
    const enabled = telemetry.flatMap(t => settledProperty(ev, t, 'isEnabled'));
    const look = reading.options.look(site, `body.${name}.isEnabled`);
    const literal = look.found.find(v => v.kind === 'literal');
    if (enabled.length === 0 && look.found.length === 0) continue;
    const value = enabled[0] === undefined ? (literal?.kind === 'literal' ? literal.value : UNSETTLED) : settle(ev, enabled[0]);
    const names = enabled[0] === undefined ? [] : envNamesIn(ev, enabled[0]);
    if (value !== UNSETTLED && !value && names.length === 0) return undefined;
    const off = value !== UNSETTLED && !value && !names.every(n => deployment.sets(n)) ? `${names.join(' and ')} is not set` : undefined;
    const silent = (option: string): boolean => {
      const found = [
        ...telemetry.flatMap(t => settledProperty(ev, t, option)).map(e => settle(ev, e)),
        ...literals(reading, site, `body.${name}.${option}`),
      ];
      return found.length > 0 && found.every(v => v === false);
    };
    const content = !(silent('recordInputs') && silent('recordOutputs'));
    const providers = started.filter(s => s.role === 'production' && s.reach === 'on-path' && s.sees.includes('traces'));
    const own = telemetry.some(t => settledProperty(ev, t, 'tracer').length > 0 || settledProperty(ev, t, 'integrations').length > 0);
    const exports: Tri = own
      ? 'unknown'
      : providers.some(p => p.exports === 'yes')
        ? 'yes'
        : providers.some(p => p.exports === 'unknown')
          ? 'unknown'
          : 'no';
    const offAll = off ?? (providers.length > 0 && providers.every(p => p.offUnless !== undefined) ? providers[0]?.offUnless : undefined);
    return {
      kind: 'telemetry',
      location: placeOf(site.node),
      role: roleOf(reading, site.node),
      label: 'the telemetry of the AI SDK',
      sees: ['traces', 'tokens', 'latency', 'tools', 'errors', ...(content ? (['content'] as const) : [])],
      reach: 'on-path',
      exports,
      ...(offAll === undefined ? {} : { offUnless: offAll }),
    };
  }
  return undefined;
}

function literals(reading: Reading, site: Site, at: string): unknown[] {
  return reading.options.look(site, at).found.flatMap(v => (v.kind === 'literal' ? [v.value] : []));
}

/** The Agents SDK of OpenAI traces to its own service unless told not to. */
function ofAgents(reading: Reading, deployment: Deployment): Fact | undefined {
  const site = reading.sites.find(s => s.classified.sdk.id === 'openai-agents' && roleOf(reading, s.node) === 'production');
  if (site === undefined) return undefined;
  const disabled =
    /^(?:1|true)$/.test(deployment.valueOf('OPENAI_AGENTS_DISABLE_TRACING') ?? '') ||
    setsInCode(reading, 'OPENAI_AGENTS_DISABLE_TRACING') ||
    reading.files.some(file => {
      const unit = reading.program.unit(file);
      return [...(unit?.names.get('setTracingDisabled') ?? []), ...(unit?.names.get('set_tracing_disabled') ?? [])].some(
        id => tsc.isCallExpression(id.parent) && id.parent.arguments[0]?.getText() !== 'false',
      );
    });
  const runs = reading.sites.filter(s => s.classified.sdk.id === 'openai-agents' && roleOf(reading, s.node) === 'production');
  const dark = runs.filter(run => isRunDark(reading, run));
  if (disabled || dark.length === runs.length || dropsProcessors(reading)) return undefined;
  const part = dark.length > 0 ? 'some runs switch it off' : undefined;
  return {
    kind: 'telemetry',
    location: placeOf(site.node),
    role: roleOf(reading, site.node),
    label: 'the default tracing of the OpenAI Agents SDK',
    sees: ['traces', 'tokens', 'latency', 'tools', 'errors', 'content'],
    reach: 'on-path',
    exports: 'yes',
    sdk: site.classified.sdk.id,
    ...(part !== undefined
      ? { offUnless: part }
      : reading.sites.some(s => isOther(reading, s))
        ? { offUnless: 'it sees the runs of the Agents SDK only' }
        : {}),
  };
}

/** `Runner.run(agent, question, run_config=RunConfig(tracing_disabled=True))` */
function isRunDark({ ev }: Reading, site: Site): boolean {
  return site.node.arguments
    .flatMap(arg => settledProperty(ev, arg, 'run_config'))
    .flatMap(config => (tsc.isNewExpression(config) ? [...(config.arguments ?? [])] : [config]))
    .flatMap(config => settledProperty(ev, config, 'tracing_disabled'))
    .some(one => settle(ev, one) === true);
}

/** `set_trace_processors([])`: nobody is told what is traced. */
function dropsProcessors({ files, program }: Reading): boolean {
  return files.some(file => {
    const unit = program.unit(file);
    return [...(unit?.names.get('setTraceProcessors') ?? []), ...(unit?.names.get('set_trace_processors') ?? [])].some(id => {
      const list = tsc.isCallExpression(id.parent) ? id.parent.arguments[0] : undefined;
      return list !== undefined && tsc.isArrayLiteralExpression(list) && list.elements.length === 0;
    });
  });
}

/** A model call of the agent that is made without the Agents SDK, which then knows nothing of it. */
function isOther(reading: Reading, site: Site): boolean {
  return (
    site.classified.sdk.id !== 'openai-agents' &&
    /^(?:chat|agent-run)$/.test(site.shape.kind) &&
    roleOf(reading, site.node) === 'production'
  );
}

/** SDKs that trace to LangSmith by themselves, once the environment says so. */
export const LANGCHAIN = /^lang(?:chain|graph)(?:-js)?$/;
const LANGSMITH = ['LANGSMITH_TRACING', 'LANGCHAIN_TRACING_V2', 'LANGSMITH_TRACING_V2'];

/** Is the tracing of LangSmith switched on, or only offered by an example of the environment? */
export function langSmithOf(reading: Reading, deployment: Deployment): 'on' | 'offered' | undefined {
  if (LANGSMITH.some(name => /^(?:true|1)$/i.test(deployment.valueOf(name) ?? '') || setsInCode(reading, name, 'always'))) return 'on';
  if (LANGSMITH.some(name => setsInCode(reading, name))) return 'offered';
  const { inventory } = reading;
  const example = inventory.files.find(
    file =>
      /(?:^|\/)\.env[\w.-]*\.(?:example|sample|template|dist)$/.test(file) &&
      LANGSMITH.some(name => (inventory.read(file) ?? '').includes(name)),
  );
  // The server of LangGraph traces as soon as it is given a key.
  if (example === undefined && deployment.find(/\bLANGSMITH_API_KEY\b/) !== undefined) return 'offered';
  return example === undefined ? undefined : 'offered';
}

/**
 * Does production code give a variable of the environment a value that switches something on, or use a function of that name?
 * @param when `always`: at the top of a file, and neither behind a condition nor in a function
 */
export function setsInCode(reading: Reading, name: string, when: 'always' | 'perhaps' = 'perhaps'): boolean {
  const { inventory } = reading;
  return reading.sources.some(file => {
    const text = inventory.roleOf(file) === 'production' ? inventory.written(file) : undefined;
    if (text === undefined || !text.includes(name)) return false;
    if (/^[a-z_]+$/.test(name)) return new RegExp(`\\b${name}\\b`).test(text);
    const start = when === 'always' ? '^[\\w.]*' : '';
    return new RegExp(`${start}env(?:iron)?(?:\\.setdefault\\(|\\.|\\[)["']?${name}["']?\\]?\\s?[=,]\\s?["'](?:true|1|http)`, 'im').test(
      text,
    );
  });
}

/** LangChain traces to LangSmith when the environment says so. */
function ofLangChain(reading: Reading, deployment: Deployment): Fact | undefined {
  const site = reading.sites.find(s => LANGCHAIN.test(s.classified.sdk.id) && roleOf(reading, s.node) === 'production');
  const langSmith = site === undefined ? undefined : langSmithOf(reading, deployment);
  if (site === undefined || langSmith === undefined) return undefined;
  // Beside calls of other SDKs, what an example of the environment offers is the tracing of a part.
  const python = isPython(site.node);
  const rest = python && reading.sites.some(s => !LANGCHAIN.test(s.classified.sdk.id) && roleOf(reading, s.node) === 'production');
  if (rest && langSmith === 'offered') return undefined;
  return {
    kind: 'telemetry',
    location: placeOf(site.node),
    role: roleOf(reading, site.node),
    label: 'LangSmith',
    sees: ['traces', 'tokens', 'cost', 'latency', 'tools', 'errors', 'content'],
    reach: 'on-path',
    exports: 'yes',
    ...(langSmith === 'offered'
      ? { offUnless: 'LANGSMITH_TRACING is set in no file of the deployment' }
      : rest
        ? { offUnless: 'it sees the calls of LangChain only' }
        : {}),
  };
}

function ofGateway(reading: Reading, site: Site): Fact | undefined {
  if (roleOf(reading, site.node) !== 'production') return undefined;
  for (const at of [
    'client.baseURL',
    'client.base_url',
    'client.api_base',
    'client.configuration.baseURL',
    'client.basePath',
    'client.baseUrl',
  ]) {
    for (const value of reading.options.look(site, at).found) {
      const label = gatewayOf(textOf(value) ?? '');
      if (label !== undefined) return metered(reading, site.node, label);
    }
  }
  return undefined;
}

function gatewayOf(url: string): string | undefined {
  return GATEWAYS.find(gateway => gateway.host.test(url))?.label;
}

function metered(reading: Reading, node: ts.Node, label: string): Fact {
  return {
    kind: 'telemetry',
    location: placeOf(node),
    role: roleOf(reading, node),
    label,
    sees: ['traces', 'tokens', 'cost', 'latency', 'errors', 'content'],
    reach: 'on-path',
    exports: 'yes',
  };
}
