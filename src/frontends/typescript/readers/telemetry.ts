// Tracing, metering and error reports: what starts them, what they see of a model call, and whether it leaves the process.
import type { ts } from 'ts-morph';
import type { Telemetry } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { Deployment } from '../deployment.ts';
import { modelTelemetry } from '../model-telemetry.ts';
import { packageOf } from '../modules.ts';
import { exportsOf, modelInstrumented } from '../otel-options.ts';
import { placeOf } from '../places.ts';
import type { Unit } from '../program.ts';
import type { Reader, Reading } from '../reader.ts';
import { settle, settledProperty, UNSETTLED } from '../settle.ts';
import { startText } from '../short-text.ts';
import { Starts } from '../starts.ts';
import type { Foreign } from '../values.ts';
import { usesOfVariable } from '../variable-uses.ts';
import { GATEWAY_HINT, TELEMETRY_LIBRARIES, type TelemetryLibrary } from './telemetry-libraries.ts';

const PACKAGES = new Set(TELEMETRY_LIBRARIES.flatMap(library => library.packages));
/** Packages that are imported for other things; their own exports nominate. */
const BUSY = new Set(['ai', 'axiom']);
const STARTS_TEXT = new RegExp(`registerTelemetry|initAxiomAI|${GATEWAY_HINT.source}`);

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
  const deployment = new Deployment(reading.inventory);
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
    for (const statement of unit.ast.statements) {
      if (!tsc.isImportDeclaration(statement) || !tsc.isStringLiteralLike(statement.moduleSpecifier)) continue;
      const library = loadedBy(statement.moduleSpecifier.text);
      if (library !== undefined) out.push(factOf(reading, deployment, starts, library, library.label, statement, undefined));
    }
  }
  const whole = out.map(fact => sentBy(fact, out));
  return [...whole, ...modelTelemetry(reading, deployment, whole)];
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

/** Calls and constructions that may start something, by the last name of the callee or by what its name was imported as. */
function candidates(unit: Unit): (ts.CallExpression | ts.NewExpression)[] {
  return unit.calls.filter(call => {
    const callee = call.expression;
    if (tsc.isPropertyAccessExpression(callee)) return NAMES.has(callee.name.text);
    if (!tsc.isIdentifier(callee)) return false;
    const imported = unit.imports.get(callee.text);
    return (
      NAMES.has(callee.text) ||
      (imported !== undefined && (NAMES.has(imported.name) || PACKAGES.has(packageOf(imported.specifier).name ?? '')))
    );
  });
}

function startedBy(
  reading: Reading,
  deployment: Deployment,
  starts: Starts,
  node: ts.CallExpression | ts.NewExpression,
): Telemetry | undefined {
  if (tsc.isCallExpression(node.parent) && node.parent.expression === node) return undefined;
  for (const callee of reading.ev.values(node.expression)) {
    if (callee.kind !== 'foreign' || callee.steps.some(s => s.kind !== 'member')) continue;
    const library = startOf(callee);
    if (library === undefined) continue;
    if (tsc.isNewExpression(node) && library.exports === 'otel' && library.patches === true && !isStarted(reading, node)) return undefined;
    return factOf(reading, deployment, starts, library, labelOf(reading, library, node), node, node.arguments?.[0]);
  }
  return undefined;
}

function startOf(callee: Foreign): TelemetryLibrary | undefined {
  const path = callee.steps.flatMap(s => (s.kind === 'member' ? [s.name] : [])).join('.') || 'default';
  return TELEMETRY_LIBRARIES.find(l => l.packages.includes(callee.package) && l.starts.some(s => s === path || `default.${s}` === path));
}

/** An SDK object that is made and never started does nothing. */
function isStarted(reading: Reading, node: ts.NewExpression): boolean {
  const up = node.parent;
  if (tsc.isPropertyAccessExpression(up)) return up.name.text === 'start';
  if (!tsc.isVariableDeclaration(up)) return true;
  return usesOfVariable(reading, up).some(use => tsc.isPropertyAccessExpression(use.parent) && use.parent.name.text === 'start');
}

function labelOf(reading: Reading, library: TelemetryLibrary, node: ts.CallExpression | ts.NewExpression): string {
  if (library.exports !== 'otel') return library.label;
  const to = exportsOf(reading, node, node.arguments?.[0]).to;
  return to.length === 0 ? library.label : `${library.label} with ${to.slice(0, 2).join(' and ')}`;
}

function factOf(
  reading: Reading,
  deployment: Deployment,
  starts: Starts,
  library: TelemetryLibrary,
  label: string,
  node: ts.Node,
  options: ts.Expression | undefined,
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
  const off = starts.switchOf(node) ?? disabledBy(reading, options, isSet);
  // Spans that the code itself makes do not need what patches modules.
  const patches = library.patches === true && (library.exports !== 'otel' || instruments);
  const isClient = (specifier: string): boolean => classifier.sdksOf(packageOf(specifier).name ?? '').length > 0;
  const reach = starts.reachOf(node);
  const late = patches && reach === 'on-path' ? starts.lateness(node, isClient) : undefined;
  const endpoint = isSet('OTEL_EXPORTER_OTLP_ENDPOINT') || isSet('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  return {
    kind: 'telemetry',
    location: placeOf(node),
    role: inventory.roleOf(node.getSourceFile().fileName),
    label,
    sees: [...sees],
    reach,
    exports:
      otel === undefined
        ? library.exports === 'provider'
          ? 'unknown'
          : 'yes'
        : otel.exports === 'unknown' && endpoint
          ? 'yes'
          : otel.exports,
    ...(off === undefined ? {} : { offUnless: off }),
    ...(late === undefined ? {} : { late }),
  };
}

/** Sentry times requests only when asked to sample some. */
function traces(reading: Reading, options: ts.Expression | undefined): boolean {
  const rate = settledProperty(reading.ev, options, 'tracesSampleRate').map(e => settle(reading.ev, e));
  return (
    rate.some(r => r === UNSETTLED || (typeof r === 'number' && r > 0)) || settledProperty(reading.ev, options, 'tracesSampler').length > 0
  );
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
