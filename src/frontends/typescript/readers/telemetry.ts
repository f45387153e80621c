// Tracing, metering and error reports: what starts them, what they see of a model call, and whether it leaves the process.
import type { ts } from 'ts-morph';
import type { Telemetry } from '../../../core/index.ts';
import { settle, settledProperty, UNSETTLED } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { keywordsIn } from '../evaluator/keywords.ts';
import type { Foreign } from '../evaluator/values.ts';
import { usesOfVariable } from '../evaluator/variable-uses.ts';
import { packageOf } from '../modules.ts';
import { type Deployment, deploymentOf } from '../paths/deployment.ts';
import { placeOf } from '../places.ts';
import type { Unit } from '../program.ts';
import type { Reader, Reading } from '../reader.ts';
import { startText } from '../short-text.ts';
import { chainRoot } from '../syntax.ts';
import { endedEarly } from '../telemetry/ended.ts';
import { modelTelemetry, setsInCode } from '../telemetry/model.ts';
import { exportsOf, modelInstrumented } from '../telemetry/otel-options.ts';
import { OTLP_BODY, ownTraces } from '../telemetry/own-traces.ts';
import { corrected } from '../telemetry/python.ts';
import { Starts } from '../telemetry/starts.ts';
import { tracerCoverageOf } from '../telemetry/tracer-coverage.ts';
import { undoneBy } from '../telemetry/undone.ts';
import { GATEWAY_HINT, TELEMETRY_LIBRARIES, type TelemetryLibrary } from './telemetry-libraries.ts';
import { HANDED, WHOLE, WRAPPERS } from './telemetry-libraries-python.ts';

const PACKAGES = new Set(TELEMETRY_LIBRARIES.flatMap(library => library.packages));
/** Packages that are imported for other things; their own exports nominate. */
const BUSY = new Set(['ai', 'axiom']);
const STARTS_TEXT = new RegExp(`registerTelemetry|initAxiomAI|${OTLP_BODY}|${GATEWAY_HINT.source}`);

export const reader: Reader = {
  id: 'telemetry',
  wants: {
    specifier: specifier => {
      const { name } = packageOf(specifier);
      return name !== undefined && PACKAGES.has(name) && !BUSY.has(name);
    },
    text: STARTS_TEXT,
  },
  read,
};

function read(reading: Reading, nominated: readonly string[]): readonly Telemetry[] {
  const deployment = deploymentOf(reading);
  const starts = new Starts(reading, deployment);
  const out: Telemetry[] = [];
  for (const file of nominated) {
    const unit = reading.program.unit(file);
    if (unit === undefined) continue;
    for (const node of candidates(unit)) {
      reading.ev.budget.ask(
        () => {
          const fact = startedBy(reading, deployment, starts, node);
          if (fact !== undefined) out.push(fact);
        },
        () => {},
      );
    }
    out.push(
      ...reading.ev.budget.ask(
        () => ownTraces(reading, deployment, starts, unit),
        () => [],
      ),
    );
    for (const [local, imported] of unit.imports) {
      if (!PATH_PACKAGES.has(packageOf(imported.specifier).name ?? '')) continue;
      for (const id of reading.program.identifiers(unit, local)) {
        const decorated = bareDecorator(id);
        const library =
          decorated === undefined
            ? undefined
            : reading.ev.values(decorated).flatMap(v => (v.kind === 'foreign' ? (byPath(v) ?? []) : []))[0];
        if (library !== undefined && decorated !== undefined)
          out.push(factOf(reading, deployment, starts, library, library.label, decorated, undefined));
      }
    }
    for (const statement of unit.ast.statements) {
      if (!tsc.isImportDeclaration(statement) || !tsc.isStringLiteralLike(statement.moduleSpecifier)) continue;
      const library = loadedBy(statement.moduleSpecifier.text);
      if (library !== undefined) out.push(factOf(reading, deployment, starts, library, library.label, statement, undefined));
    }
  }
  out.push(...wrapped(deployment));
  const whole = out.map(fact => sentBy(covered(reading, fact), out));
  const coverage = tracerCoverageOf(reading);
  for (const fact of whole) {
    const sdks = WHOLE.find(([label]) => label.test(fact.label))?.[1];
    if (sdks !== undefined && fact.role === 'production' && fact.sees.includes('tokens')) coverage.addWhole(sdks, fact);
  }
  const own = modelTelemetry(reading, deployment, whole);
  for (const fact of own) if (fact.sdk !== undefined && fact.role === 'production') coverage.addWhole(new RegExp(`^${fact.sdk}$`), fact);
  return [...whole, ...own];
}

/** A tracer that is handed to runs sees those alone: where some run without it, it says nothing about the agent as a whole. */
function covered(reading: Reading, fact: Telemetry): Telemetry {
  if (!HANDED.has(fact.label) || !/\.py$/.test(fact.location.file) || tracerCoverageOf(reading).isComplete) return fact;
  return { ...fact, offUnless: fact.offUnless ?? 'it is handed to some runs only' };
}

/** `@observe` without a call: the expression that decorates. */
function bareDecorator(id: ts.Identifier): ts.Expression | undefined {
  let node: ts.Expression = id;
  for (let up: ts.Node = id.parent; ; up = up.parent) {
    if (tsc.isDecorator(up)) return node;
    if (!tsc.isParenthesizedExpression(up) && !tsc.isPropertyAccessExpression(up)) return undefined;
    if (tsc.isPropertyAccessExpression(up) && up.expression !== node) return undefined;
    node = up;
  }
}

/** Programs that a file of the deployment starts under the command of a tracer. */
function wrapped(deployment: Deployment): Telemetry[] {
  return WRAPPERS.flatMap(({ command, label, exports }): Telemetry[] => {
    const location = deployment.find(command);
    if (location === undefined) return [];
    const sent =
      exports === 'yes' || deployment.sets('OTEL_EXPORTER_OTLP_ENDPOINT') || deployment.sets('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
    return [
      {
        kind: 'telemetry',
        location,
        role: 'production',
        label,
        sees: ['traces', 'latency', 'errors'],
        reach: 'on-path',
        exports: sent ? 'yes' : 'unknown',
      },
    ];
  });
}

/** Spans that a library makes leave by what the process has started. */
function sentBy(fact: Telemetry, all: readonly Telemetry[]): Telemetry {
  if (!PROVIDED.has(fact.label)) return fact;
  const providers = all.filter(
    one => !PROVIDED.has(one.label) && one.role === 'production' && one.reach === 'on-path' && one.sees.includes('traces'),
  );
  const exports = (['yes', 'unknown'] as const).find(state => providers.some(one => one.exports === state)) ?? 'no';
  const off =
    fact.offUnless ?? (providers.length > 0 && providers.every(one => one.offUnless !== undefined) ? providers[0]?.offUnless : undefined);
  return { ...fact, exports, ...(off === undefined ? {} : { offUnless: off }) };
}

/** `import 'newrelic'`, `import 'dd-trace/init'`: loading the module starts it. */
function loadedBy(specifier: string): TelemetryLibrary | undefined {
  const { name } = packageOf(specifier);
  const rest = name === undefined ? '' : specifier.slice(name.length).replace(/\.[cm]?js$/, '');
  return TELEMETRY_LIBRARIES.find(
    l => name !== undefined && l.packages.includes(name) && l.starts.includes(`import${rest === '' ? '' : ` ${rest}`}`),
  );
}

const PROVIDED = new Set(TELEMETRY_LIBRARIES.filter(l => l.exports === 'provider').map(l => l.label));
const NAMES = new Set(TELEMETRY_LIBRARIES.flatMap(l => l.starts.map(s => s.split('.').at(-1) ?? s)));
const BY_PATH = TELEMETRY_LIBRARIES.filter(l => l.path !== undefined);
const PATH_PACKAGES = new Set(BY_PATH.flatMap(l => l.packages));
/** The last names of paths that end in a call on what was made. */
const ENDS =
  /^(?:instrument\w*|init|initialize|enable|expose|autolog|start_\w+|trace|generation|span|langchain_callback|run|capture_lambda_handler|configure|setup|register)$/;

/** Calls and constructions that may start something, by the last name of the callee or by what its name was imported as. */
function candidates(unit: Unit): (ts.CallExpression | ts.NewExpression)[] {
  return unit.calls.filter(call => {
    const callee = call.expression;
    if (tsc.isPropertyAccessExpression(callee)) return NAMES.has(callee.name.text) || ofPython(unit, callee) || ENDS.test(callee.name.text);
    if (!tsc.isIdentifier(callee)) return false;
    const imported = unit.imports.get(callee.text);
    return (
      NAMES.has(callee.text) ||
      (imported !== undefined && (NAMES.has(imported.name) || PACKAGES.has(packageOf(imported.specifier).name ?? '')))
    );
  });
}

/** `langfuse.CallbackHandler()`: a member of a module whose paths are known. */
function ofPython(unit: Unit, callee: ts.PropertyAccessExpression): boolean {
  const root = chainRoot(callee);
  const imported = tsc.isIdentifier(root) ? unit.imports.get(root.text) : undefined;
  return imported !== undefined && PATH_PACKAGES.has(packageOf(imported.specifier).name ?? '');
}

function startedBy(
  reading: Reading,
  deployment: Deployment,
  starts: Starts,
  node: ts.CallExpression | ts.NewExpression,
): Telemetry | undefined {
  if (tsc.isCallExpression(node.parent) && node.parent.expression === node) return undefined;
  for (const callee of reading.ev.values(node.expression)) {
    if (callee.kind !== 'foreign') continue;
    const library = byPath(callee) ?? (callee.steps.some(s => s.kind !== 'member') ? undefined : startOf(callee));
    if (library === undefined) continue;
    const object = tsc.isNewExpression(node) && library.exports === 'otel' && library.patches === true ? startsOf(reading, node) : [node];
    if (object.length === 0) return undefined;
    return factOf(reading, deployment, starts, library, labelOf(reading, library, node), node, optionsOf(node), object);
  }
  return undefined;
}

function byPath(callee: Foreign): TelemetryLibrary | undefined {
  if (!PATH_PACKAGES.has(callee.package)) return undefined;
  const path = callee.steps.flatMap(s => (s.kind === 'member' ? [s.name] : [])).join('.');
  return BY_PATH.find(l => l.packages.includes(callee.package) && l.path?.test(path) === true);
}

function startOf(callee: Foreign): TelemetryLibrary | undefined {
  const path = callee.steps.flatMap(s => (s.kind === 'member' ? [s.name] : [])).join('.') || 'default';
  return TELEMETRY_LIBRARIES.find(l => l.packages.includes(callee.package) && l.starts.some(s => s === path || `default.${s}` === path));
}

/** Where an SDK object that was made is started; one that never is does nothing. What is handed on may be started by whoever gets it. */
function startsOf(reading: Reading, node: ts.NewExpression): readonly ts.Node[] {
  const up = node.parent;
  if (tsc.isPropertyAccessExpression(up)) return up.name.text === 'start' ? [node] : [];
  if (!tsc.isVariableDeclaration(up)) return [node];
  return usesOfVariable(reading, up).filter(use => tsc.isPropertyAccessExpression(use.parent) && use.parent.name.text === 'start');
}

function labelOf(reading: Reading, library: TelemetryLibrary, node: ts.CallExpression | ts.NewExpression): string {
  if (library.exports !== 'otel') return library.label;
  const to = exportsOf(reading, node, optionsOf(node)).to;
  return to.length === 0 ? library.label : `${library.label} with ${to.slice(0, 2).join(' and ')}`;
}

/** Keyword arguments, or the first argument. */
function optionsOf(node: ts.CallExpression | ts.NewExpression): ts.Expression | undefined {
  return keywordsIn(node.arguments ?? []) ?? node.arguments?.[0];
}

function factOf(
  reading: Reading,
  deployment: Deployment,
  starts: Starts,
  library: TelemetryLibrary,
  label: string,
  node: ts.Node,
  options: ts.Expression | undefined,
  launches: readonly ts.Node[] = [node],
): Telemetry {
  const { ev, inventory, classifier } = reading;
  const isSet = (name: string): boolean => deployment.sets(name);
  const otel = library.exports === 'otel' ? exportsOf(reading, node, options) : undefined;
  const sees = new Set(library.sees);
  if (library.label === 'Sentry' && traces(reading, options)) for (const s of ['traces', 'latency'] as const) sees.add(s);
  // A store for model calls shows what is traced of these; it times no requests by itself.
  if (otel?.models === true) for (const s of ['latency', 'errors'] as const) sees.delete(s);
  const instruments = options !== undefined && settledProperty(ev, options, 'instrumentations').length > 0;
  if (library.exports === 'otel' && library.patches === true && instruments) for (const s of ['latency', 'errors'] as const) sees.add(s);
  if (library.exports === 'otel' && modelInstrumented(reading, node.getSourceFile().fileName))
    for (const s of ['tokens', 'latency', 'tools', 'errors', 'content'] as const) sees.add(s);
  if (library.label === 'Phoenix' && isTrue(reading, options, 'auto_instrument'))
    for (const s of ['tokens', 'latency', 'tools', 'errors', 'content'] as const) sees.add(s);
  const switches = launches.map(one => starts.switchOf(one));
  const around = switches.every(one => one !== undefined) ? switches[0] : undefined;
  const off = starts.switchOf(node) ?? around ?? disabledBy(reading, options, isSet) ?? lacking(reading, deployment, library.needs);
  // Spans that the code itself makes do not need what patches modules.
  const patches = library.patches === true && (library.exports !== 'otel' || instruments);
  const isClient = (specifier: string): boolean => classifier.sdksOf(packageOf(specifier).name ?? '').length > 0;
  const reaches = launches.map(one => starts.reachOf(one));
  const reach = (['on-path', 'unknown'] as const).find(one => reaches.includes(one)) ?? 'unconnected';
  const undone = reach === 'on-path' ? undoneBy(reading, deployment, node, launches, options, label) : {};
  const ended = reach === 'on-path' ? (endedEarly(reading, node) ?? undone.ended) : undefined;
  const offUnless = off ?? undone.off;
  const late = patches && reach === 'on-path' ? starts.lateness(node, isClient) : undefined;
  const endpoint = isSet('OTEL_EXPORTER_OTLP_ENDPOINT') || isSet('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const fact: Telemetry = {
    kind: 'telemetry',
    location: placeOf(node),
    role: inventory.roleOf(node.getSourceFile().fileName),
    label,
    sees: [...sees],
    reach: ended === undefined ? reach : 'unconnected',
    exports:
      otel === undefined
        ? library.exports === 'provider'
          ? 'unknown'
          : 'yes'
        : otel.exports === 'unknown' && endpoint
          ? 'yes'
          : otel.exports,
    ...(offUnless === undefined ? {} : { offUnless }),
    ...(late === undefined ? {} : { late }),
    ...(ended === undefined ? {} : { ended }),
  };
  return isPython(node) ? corrected(reading, deployment, fact, node, options) : fact;
}

function isTrue(reading: Reading, options: ts.Expression | undefined, name: string): boolean {
  return settledProperty(reading.ev, options, name).some(e => e.kind === tsc.SyntaxKind.TrueKeyword);
}

/** What must be set, in the deployment or by the code itself, and is not. */
function lacking(reading: Reading, deployment: Deployment, needs: readonly string[] | undefined): string | undefined {
  if (needs === undefined || needs.some(name => deployment.sets(name) || setsInCode(reading, name))) return undefined;
  return `${needs[0] ?? ''} is set in no file of the deployment`;
}

/** Sentry times requests only when asked to sample some. */
function traces(reading: Reading, options: ts.Expression | undefined): boolean {
  const { ev } = reading;
  const asked = (...names: readonly string[]): readonly ts.Expression[] => names.flatMap(name => [...settledProperty(ev, options, name)]);
  const rate = asked('tracesSampleRate', 'traces_sample_rate').map(e => settle(ev, e));
  if (isTrue(reading, options, 'enable_tracing')) return true;
  return rate.some(r => r === UNSETTLED || (typeof r === 'number' && r > 0)) || asked('tracesSampler', 'traces_sampler').length > 0;
}

/** `enabled: false`, or an `enabled` that depends on a variable that nothing sets. */
function disabledBy(reading: Reading, options: ts.Expression | undefined, isSet: (name: string) => boolean): string | undefined {
  for (const found of settledProperty(reading.ev, options, 'enabled')) {
    const value = settle(reading.ev, found);
    if (value === UNSETTLED || value) continue;
    const name = startText(found, 60);
    return [...name.matchAll(/[A-Z][A-Z0-9_]{2,}/g)].some(m => isSet(m[0])) ? undefined : `its option enabled is ${name}`;
  }
  return undefined;
}
