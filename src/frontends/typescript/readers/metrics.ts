// Numbers that the code counts or measures under a name, where it does so, and what they measure.
import type { ts } from 'ts-morph';
import type { Fact, Metric, Reach } from '../../../core/index.ts';
import { settledProperty } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { isKeywords, keywordsIn } from '../evaluator/keywords.ts';
import { usesOfVariable } from '../evaluator/variable-uses.ts';
import { isLoop } from '../loops/bounds.ts';
import { elapsed } from '../loops/elapsed.ts';
import { packageOf } from '../modules.ts';
import { isWithin } from '../paths/call-sites.ts';
import { Deployment } from '../paths/deployment.ts';
import { scopeOf } from '../paths/paths.ts';
import { placeOf } from '../places.ts';
import type { Reader, Reading } from '../reader.ts';
import { endsOnSuccess } from '../retries/attempts.ts';
import { isFunctionNode } from '../scope.ts';
import { lastName } from '../short-text.ts';
import { filesOfOwnMetrics, listsOf, ownInstrument } from '../telemetry/own-metrics.ts';
import { Starts } from '../telemetry/starts.ts';
import { timedPart } from '../telemetry/timed-part.ts';
import { HTTP_METRICS, METRIC_LIBRARIES, type MetricLibrary } from './metric-libraries.ts';

const PACKAGES = new Set([...METRIC_LIBRARIES.flatMap(l => l.packages), ...HTTP_METRICS.map(m => m.package)]);
const METHODS = new Set(METRIC_LIBRARIES.flatMap(l => [...Object.keys(l.makes ?? {}), ...Object.keys(l.writes ?? {})]));

export const reader: Reader = {
  id: 'metrics',
  wants: { specifier: specifier => PACKAGES.has(packageOf(specifier).name ?? '') },
  read: (reading, nominated) => {
    const starts = new Starts(reading, new Deployment(reading.inventory));
    const own = filesOfOwnMetrics(reading);
    return [...new Set([...nominated, ...own])].flatMap(file => metricsIn(reading, starts, file, own.includes(file)));
  },
};

function metricsIn(reading: Reading, starts: Starts, file: string, own: boolean): Fact[] {
  const unit = reading.program.unit(file);
  const out: Fact[] = [];
  for (const node of unit?.calls ?? []) {
    const name = tsc.isPropertyAccessExpression(node.expression) ? node.expression.name.text : lastName(node.expression);
    const imported = unit?.imports.get(name);
    const nominates =
      (own && tsc.isNewExpression(node)) ||
      METHODS.has(name) ||
      (imported !== undefined && (METHODS.has(imported.name) || PACKAGES.has(imported.specifier))) ||
      name === 'metrics';
    if (!nominates) continue;
    reading.ev.budget.ask(
      () => {
        const fact =
          metricOf(reading, node) ??
          (own ? ownMetric(reading, node) : undefined) ??
          httpMetric(reading, starts, node) ??
          endpoint(reading, starts, node);
        if (fact !== undefined) out.push(fact);
      },
      () => {},
    );
  }
  return out;
}

function metricOf(reading: Reading, node: ts.CallExpression | ts.NewExpression): Metric | undefined {
  for (const callee of reading.ev.values(node.expression)) {
    if (callee.kind !== 'foreign') continue;
    const last = callee.steps.at(-1);
    const member = last?.kind === 'member' ? last.name : '';
    const library = METRIC_LIBRARIES.find(
      l => l.packages.includes(callee.package) && (Object.hasOwn(l.makes ?? {}, member) || Object.hasOwn(l.writes ?? {}, member)),
    );
    if (library === undefined) continue;
    const made = library.makes?.[member];
    const sort = made ?? library.writes?.[member];
    const name = nameOf(reading, library, node);
    if (sort === undefined || name === undefined) continue;
    const uses = made === undefined ? [node] : usesOf(reading, node);
    const fact = describe(reading, library, node, name, sort, uses);
    return made !== undefined && uses.length === 0 && isIdle(reading, node) ? { ...fact, idle: true } : fact;
  }
  return undefined;
}

/** An instrument of a class of the repository. */
function ownMetric(reading: Reading, node: ts.CallExpression | ts.NewExpression): Metric | undefined {
  const made = ownInstrument(reading.ev, node);
  if (made === undefined) return undefined;
  const uses = usesOf(reading, node);
  const { buckets, labels } = listsOf(reading.ev, node);
  return {
    ...describe(reading, OWN, node, made.name, made.sort, uses),
    ...(made.sort === 'histogram' && buckets.length > 0 ? { buckets } : {}),
    ...(labels.length > 0 ? { labels, allLabels: true as const } : {}),
    ...(uses.length === 0 && isIdle(reading, node) ? { idle: true } : {}),
  };
}

const OWN: MetricLibrary = { packages: [], name: 'argument' };

function nameOf(reading: Reading, library: MetricLibrary, node: ts.CallExpression | ts.NewExpression): string | undefined {
  const first = node.arguments?.[0];
  if (first === undefined) return undefined;
  const named = library.name === 'option' || isKeywords(first);
  const found = named ? ['name', 'metric', 'stat'].flatMap(key => [...settledProperty(reading.ev, first, key)]) : [first];
  for (const expression of found)
    for (const value of reading.ev.values(expression)) if (value.kind === 'literal' && typeof value.value === 'string') return value.value;
  return undefined;
}

/** The calls on an instrument: `inc`, `observe`, `startTimer`, `add`, `record`, `set`. */
function usesOf(reading: Reading, node: ts.Node): ts.CallExpression[] {
  const holder = node.parent;
  const calls = (access: ts.Node): ts.CallExpression[] =>
    tsc.isPropertyAccessExpression(access) && tsc.isCallExpression(access.parent) && access.parent.expression === access
      ? [outermost(access.parent)]
      : [];
  if (tsc.isVariableDeclaration(holder)) return usesOfVariable(reading, holder).flatMap(use => calls(use.parent));
  // A field of a class or an object: by its name in the files that hold or import it.
  const name =
    tsc.isPropertyDeclaration(holder) || tsc.isPropertyAssignment(holder)
      ? holder.name.getText()
      : tsc.isBinaryExpression(holder) && tsc.isPropertyAccessExpression(holder.left)
        ? holder.left.name.text
        : undefined;
  if (name === undefined) return [];
  const file = node.getSourceFile().fileName;
  return [file, ...reading.index.importersOf(file).slice(0, 50)].flatMap(other => {
    if (reading.inventory.roleOf(other) !== 'production' || !reading.program.mentions(other, name)) return [];
    const unit = reading.program.unit(other);
    return unit === undefined
      ? []
      : reading.program
          .identifiers(unit, name)
          .flatMap(id => (tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? calls(id.parent.parent) : []));
  });
}

/** `requests.labels(kind).inc()`: the last call of the chain gives the number. */
function outermost(call: ts.CallExpression): ts.CallExpression {
  const access = call.parent;
  const next = access?.parent;
  return tsc.isPropertyAccessExpression(access) && next !== undefined && tsc.isCallExpression(next) && next.expression === access
    ? next
    : call;
}

function describe(
  reading: Reading,
  library: MetricLibrary,
  node: ts.CallExpression | ts.NewExpression,
  name: string,
  sort: Metric['sort'],
  uses: readonly (ts.CallExpression | ts.NewExpression)[],
): Metric {
  const on = uses.filter(use => isOnPath(reading, use));
  const reach: Reach = on.length > 0 ? 'on-path' : 'unconnected';
  const timing = on.flatMap(use => {
    const span = elapsed(reading, use);
    return span === undefined ? [] : [{ use, span }];
  });
  const times = timing[0]?.span;
  const parts = timing.map(({ use }) => (fetchOfClient(reading, use) ? 'one attempt of a model call' : timedPart(reading, use)));
  const part = parts.includes(undefined) ? undefined : parts[0];
  const counted = on.map(use => failuresCounted(reading, use));
  const errors = counted.find(c => c !== undefined);
  const args = node.arguments ?? [];
  const options = keywordsIn(args) ?? args[library.name === 'option' ? 0 : 1];
  const buckets = sort === 'histogram' ? (bucketsOf(reading, options) ?? library.buckets) : undefined;
  const unit = settledProperty(reading.ev, options, 'unit')[0];
  const named = unit !== undefined && tsc.isStringLiteralLike(unit) ? unit.text : undefined;
  const seconds = named === 's' || named === 'seconds' ? 1 : named === 'ms' ? 0.001 : times?.unit;
  // prometheus_client takes the names by position too.
  const third = args[2] !== undefined && tsc.isArrayLiteralExpression(args[2]) ? [args[2]] : [];
  const labels = [
    ...settledProperty(reading.ev, options, 'labelNames'),
    ...settledProperty(reading.ev, options, 'labelnames'),
    ...third,
  ].flatMap(e => (tsc.isArrayLiteralExpression(e) ? e.elements.flatMap(l => (tsc.isStringLiteralLike(l) ? [l.text] : [])) : []));
  const given = on.flatMap(use => labelsGiven(use));
  return {
    kind: 'metric',
    location: placeOf(node),
    role: reading.inventory.roleOf(node.getSourceFile().fileName),
    name,
    sort,
    reach,
    ...(buckets === undefined ? {} : { buckets }),
    ...(times !== undefined
      ? { measures: 'time' as const }
      : errors !== undefined && sort === 'counter'
        ? { measures: 'errors' as const, counts: errors, ...(counted.includes(undefined) ? { countsOthers: true as const } : {}) }
        : {}),
    ...(times !== undefined && seconds !== undefined ? { unit: seconds } : {}),
    ...(part === undefined ? {} : { part }),
    ...(labels.length + given.length > 0 ? { labels: [...new Set([...labels, ...given])] } : {}),
    // A library of Prometheus takes no label that was not declared.
    ...(labels.length > 0 ? { allLabels: true as const } : {}),
  };
}

const MOST_SOURCES = 3000;

/** Is an instrument kept under a name that stands nowhere else in the production code? One that measures by itself is at work. */
function isIdle(reading: Reading, node: ts.CallExpression | ts.NewExpression): boolean {
  const holder = node.parent;
  if (!tsc.isVariableDeclaration(holder) || !tsc.isIdentifier(holder.name)) return false;
  if (settledProperty(reading.ev, node.arguments?.[0], 'collect').length > 0 || /collect\s*\(/.test(node.getText())) return false;
  const name = holder.name.text;
  const { inventory } = reading;
  const own = node.getSourceFile().fileName;
  if (/\bcreateObservable/.test(node.expression.getText())) return false;
  const sources = inventory.files.filter(file => /\.(?:[cm]?[jt]sx?|py)$/.test(file) && inventory.roleOf(file) === 'production');
  if (sources.length > MOST_SOURCES) return false;
  const unit = reading.program.unitOf(holder);
  if (reading.program.identifiers(unit, name).length > 1) return false;
  const word = new RegExp(`\\b${name.replaceAll('$', '\\$')}\\b`);
  return sources.every(file => file === own || !reading.program.mentions(file, name) || !word.test(inventory.read(file) ?? ''));
}

/** The function around a use leads to a model call, runs on the way to one, or is the `fetch` of a client. */
function isOnPath(reading: Reading, use: ts.Node): boolean {
  return reading.paths.leads.has(scopeOf(use)) || reading.paths.reachOf(use) === 'on-path' || fetchOfClient(reading, use);
}

/** Is the code inside a function that a client of a model SDK is given as its `fetch`? */
function fetchOfClient(reading: Reading, use: ts.Node): boolean {
  return reading.sites.some(site =>
    ['client.fetch', 'client.configuration.fetch'].some(at =>
      reading.options.look(site, at).found.some(v => v.kind === 'function' && isWithin(use, v.node)),
    ),
  );
}

/** Is a failure of the model API counted here: for each attempt, or once when the SDK has given up? */
function failuresCounted(reading: Reading, use: ts.Node): Metric['counts'] | undefined {
  if (fetchOfClient(reading, use)) return 'attempts';
  for (let up: ts.Node = use; up.parent !== undefined; up = up.parent) {
    const { parent } = up;
    if (tsc.isCatchClause(up) && tsc.isTryStatement(parent)) {
      if (!leadsToCall(reading, parent.tryBlock)) return undefined;
      // A request of one's own is never tried again inside: what a loop around the catch tries again is seen each time.
      return reading.sites.length === 0 && isEachAttempt(parent) ? 'attempts' : 'calls';
    }
    if (tsc.isCallExpression(parent) && tsc.isPropertyAccessExpression(parent.expression) && parent.expression.name.text === 'catch')
      return leadsToCall(reading, parent.expression.expression) ? 'calls' : undefined;
  }
  return undefined;
}

/** Does a loop make the attempt again when it fails, the catch included? */
function isEachAttempt(attempt: ts.TryStatement): boolean {
  for (let up: ts.Node = attempt.parent; up !== undefined && !isFunctionNode(up); up = up.parent)
    if (isLoop(up)) return endsOnSuccess(attempt, up);
  return false;
}

function leadsToCall(reading: Reading, block: ts.Node): boolean {
  for (const nodes of reading.paths.leads.values())
    for (const node of nodes) if (node.pos >= block.pos && node.end <= block.end && isWithin(node, block)) return true;
  return false;
}

function bucketsOf(reading: Reading, options: ts.Expression | undefined): number[] | undefined {
  const lists = [
    ...settledProperty(reading.ev, options, 'buckets'),
    ...settledProperty(reading.ev, options, 'explicit_bucket_boundaries_advisory'),
    ...settledProperty(reading.ev, options, 'advice').flatMap(a => settledProperty(reading.ev, a, 'explicitBucketBoundaries')),
  ];
  for (const list of lists) {
    if (tsc.isArrayLiteralExpression(list)) return list.elements.flatMap(e => (tsc.isNumericLiteral(e) ? [Number(e.text)] : []));
    // `linearBuckets(...)` and the like: they end where only a run knows.
    return [];
  }
  return undefined;
}

function labelsGiven(use: ts.CallExpression | ts.NewExpression): string[] {
  const inner = tsc.isPropertyAccessExpression(use.expression) ? use.expression.expression : undefined;
  const chosen = inner !== undefined && tsc.isCallExpression(inner) ? inner.arguments : [];
  return [...(use.arguments ?? []), ...chosen].flatMap(arg =>
    tsc.isObjectLiteralExpression(arg)
      ? arg.properties.flatMap(p => (p.name === undefined ? [] : [tsc.isStringLiteralLike(p.name) ? p.name.text : p.name.getText()]))
      : [],
  );
}

function httpMetric(reading: Reading, starts: Starts, node: ts.CallExpression | ts.NewExpression): Metric | undefined {
  for (const callee of reading.ev.values(node.expression)) {
    const known = callee.kind === 'foreign' ? HTTP_METRICS.find(m => m.package === callee.package && m.name !== '') : undefined;
    if (known === undefined) continue;
    // It measures only where it is handed to the app.
    const mounted =
      tsc.isCallExpression(node.parent) || (tsc.isVariableDeclaration(node.parent) && usesOfVariable(reading, node.parent).length > 0);
    return {
      kind: 'metric',
      location: placeOf(node),
      role: reading.inventory.roleOf(node.getSourceFile().fileName),
      name: known.name,
      sort: 'histogram',
      reach: mounted ? starts.reachOf(node) : 'unconnected',
      buckets: known.buckets,
      measures: 'time',
      unit: 1,
      labels: ['http'],
    };
  }
  return undefined;
}

/** `register.metrics()`: the page from which a collector reads the numbers. */
function endpoint(reading: Reading, starts: Starts, node: ts.CallExpression | ts.NewExpression): Fact | undefined {
  const callee = node.expression;
  if (!tsc.isPropertyAccessExpression(callee) || callee.name.text !== 'metrics') return undefined;
  if (!reading.ev.values(callee.expression).some(v => v.kind === 'foreign' && v.package === 'prom-client')) return undefined;
  return {
    kind: 'telemetry',
    location: placeOf(node),
    role: reading.inventory.roleOf(node.getSourceFile().fileName),
    label: 'a page of metrics for Prometheus',
    sees: [],
    reach: isRoute(node) ? 'on-path' : starts.reachOf(node),
    exports: 'yes',
  };
}

/** A handler that a framework finds by the name of its file. */
function isRoute(node: ts.Node): boolean {
  return /(?:^|\/)(?:route|\+server)\.[cm]?[jt]s$|(?:^|\/)pages\/api\//.test(node.getSourceFile().fileName);
}
