// Two alerts of the checklist, each as a rule on one alert: the share of failures, and cost that jumps.
import type { Alert, Measure } from './fact-operations.ts';
import type { Metric } from './fact-telemetry.ts';
import { type Comparison, comparisonsOf, constant, everyPart, isOver, isUnder, metricsIn, spanOf, unscaled } from './measure.ts';
import { ownerIn, percent, type Ruling, severityOf, spanText } from './rule-alert.ts';
import { countsFailures, countsSuccesses, isCost, isMoney, isQuota, metricNamed } from './rule-metric.ts';

/** Takes off what does not change the form: outer aggregates, roundings, a value in place of none. */
export function bare(measure: Measure, depth = 0): Measure {
  if (depth > 50) return measure;
  if (measure.is === 'aggregate') return bare(measure.of, depth + 1);
  if (measure.is === 'logic' && measure.op === 'or' && constant(measure.right) !== undefined) return bare(measure.left, depth + 1);
  if (
    measure.is === 'other' &&
    /^(?:clamp\w*|round|abs|ceil|floor|label_replace|label_join|sort\w*)$/.test(measure.how) &&
    measure.of[0] !== undefined
  )
    return bare(measure.of[0], depth + 1);
  return measure;
}

/** The share of failures that a measure computes. */
export interface Share {
  /** The value of the measure for a share of 1: 100 for per cent. */
  readonly factor: number;
  readonly parts: Measure;
  /** Why it computes something else than its author meant. */
  readonly wrong?: string;
  /** It falls when failures grow: the share of successes. */
  readonly turned: boolean;
}

/** Reads a measure as a share of failures, or of successes; undefined: it is neither. */
export function shareOfFailures(metrics: readonly Metric[], measure: Measure): Share | undefined {
  const { of, factor } = unscaled(bare(measure));
  const inner = bare(of);
  if (inner.is === 'sum-of' && inner.op === '-') {
    const whole = constant(inner.left);
    const rest = whole === undefined ? undefined : shareOfFailures(metrics, inner.right);
    return rest?.turned === true ? { ...rest, factor: rest.factor * factor, turned: false } : undefined;
  }
  if (inner.is !== 'quotient') return undefined;
  const upper = metricsIn(inner.left);
  const lower = metricsIn(inner.right);
  if (upper.length === 0 || lower.length === 0) return undefined;
  const failing = upper.every(one => countsFailures(metrics, one)) && !lower.every(one => countsFailures(metrics, one));
  const holding = upper.every(one => countsSuccesses(metrics, one)) && !lower.every(one => countsSuccesses(metrics, one));
  if (!failing && !holding) return undefined;
  const [over, under] = [unscaled(inner.left), unscaled(inner.right)];
  const wrong = mismatch(over.of, under.of, inner.matched, metrics);
  return {
    factor: (factor * over.factor) / under.factor,
    parts: inner,
    turned: holding && !failing,
    ...(wrong === undefined ? {} : { wrong }),
  };
}

/** Why the two sides of a quotient are never paired as meant. */
function mismatch(left: Measure, right: Measure, matched: boolean, metrics: readonly Metric[]): string | undefined {
  if (matched) return undefined;
  const [a, b] = [groupsOf(left), groupsOf(right)];
  const [x] = metricsIn(left);
  const [y] = metricsIn(right);
  if (a === 'each' && b === 'each') {
    if (x?.metric !== undefined && x.metric === y?.metric && !x.metric.includes('/') && metricsIn(right).length === 1)
      return 'without sums each failed series is divided by itself, so that the value is always 1';
    const labels = [x, y].map(one => metricNamed(metrics, one?.metric ?? '')?.labels);
    const [of, over] = labels;
    const differ = of !== undefined && over !== undefined && [...of].sort().join() !== [...over].sort().join();
    return differ ? 'without sums the labels of both sides differ, so that no pair is ever found' : undefined;
  }
  if (a === 'each' || b === 'each' || a === undefined || b === undefined) return undefined;
  return a.join() === b.join()
    ? undefined
    : `both sides are grouped by other labels (${a.join(', ') || 'none'} and ${b.join(', ') || 'none'}), so that no pair is ever found`;
}

/** The labels that are left of a measure; `each`: those of its series; undefined: cannot be told. */
function groupsOf(measure: Measure, depth = 0): readonly string[] | 'each' | undefined {
  if (depth > 50) return undefined;
  if (measure.is === 'aggregate') return measure.without !== undefined ? undefined : [...(measure.by ?? [])].sort();
  if (measure.is === 'series') return measure.metric.includes('/') || measure.metric.includes('.') ? undefined : 'each';
  if (measure.is === 'growth' || measure.is === 'past' || measure.is === 'earlier') return groupsOf(measure.of, depth + 1);
  if (measure.is === 'sum-of') {
    const left = constant(measure.left) === undefined ? groupsOf(measure.left, depth + 1) : undefined;
    return left ?? groupsOf(measure.right, depth + 1);
  }
  return undefined;
}

/** MON-01. At most 5 % within about five minutes, critical. */
export function errorShare(alert: Alert, metrics: readonly Metric[]): Ruling | undefined {
  const rulings = comparisonsOf(alert.condition ?? NO_CONDITION).flatMap(one => errorComparison(alert, metrics, one) ?? []);
  return rulings[0];
}

export const NO_CONDITION: Measure = { is: 'other', how: 'nothing', of: [] };

function errorComparison(alert: Alert, metrics: readonly Metric[], { left, op, right }: Comparison): Ruling | undefined {
  const share = shareOfFailures(metrics, left);
  if (share === undefined) return constant(right) === undefined ? undefined : rateOfErrors(metrics, left, op);
  const owner = ownerIn(metrics, share.parts);
  if (owner === 'others') return undefined;
  const limit = constant(right);
  if (limit === undefined) return filledIn(right);
  if (share.wrong !== undefined) return { status: 'fail', message: share.wrong, confidence: 'high' };
  const written = limit / share.factor;
  const least = share.turned ? 1 - written : written;
  const rises = share.turned ? isUnder(op) : isOver(op);
  if (!rises) return { status: 'fail', message: `it fires when few requests fail (${op} ${limit})`, confidence: 'high' };
  if (least >= 1)
    return { status: 'fail', message: `a share is never above ${percent(1)}, and it waits for ${percent(least)}`, confidence: 'high' };
  if (least > 0.25)
    return { status: 'fail', message: `it waits until more than ${percent(least)} of the requests fail`, confidence: 'high' };
  const span = spanOf(share.parts);
  const wants: string[] = [];
  if (least > 0.0501) wants.push(`it waits until more than ${percent(least)} of the requests fail; 5 % is asked for`);
  if (span === undefined) wants.push('it looks at all requests since the start of the process');
  else if (span !== null && span > 900) wants.push(`it looks at ${spanText(span)}, in which an outage drowns`);
  else if (span !== null && span < 60) wants.push(`it looks at ${spanText(span)} only`);
  if (alert.hold !== null && alert.hold > 600) wants.push(`it waits another ${spanText(alert.hold)}`);
  const severity = severityOf(alert);
  if (severity !== 'critical') wants.push(severity === undefined ? 'it has no severity' : 'its severity is not critical');
  if (owner === 'server') wants.push('it sees codes of HTTP, and a fallback that answers with 200 is no failure to it');
  if (wants.length > 0) return { status: 'partial', message: wants.join('; '), confidence: 'medium' };
  const over = span === null || span === undefined ? '' : ` of ${spanText(span)}`;
  return {
    status: 'pass',
    message: `fires when more than ${percent(least)} of the requests${over} fail`,
    confidence: sure(metrics, share.parts),
  };
}

/** A threshold that stands somewhere else; undefined: it is no threshold but another measure. */
export function filledIn(right: Measure): Ruling | undefined {
  return metricsIn(right).length > 0
    ? undefined
    : { status: 'unknown', message: 'its threshold is filled in elsewhere', confidence: 'low' };
}

/** Errors per second, which are no share of anything. */
function rateOfErrors(metrics: readonly Metric[], left: Measure, op: Comparison['op']): Ruling | undefined {
  const series = metricsIn(left);
  const grows = everyPart(left).some(part => part.is === 'growth');
  if (!isOver(op) || !grows || series.length === 0 || !series.every(one => countsFailures(metrics, one))) return undefined;
  if (
    !['code', 'models'].includes(ownerIn(metrics, left)) &&
    !series.some(one => /(?:^|_)(?:agent|llm|ai|model|chat|request)s?_/i.test(one.metric))
  )
    return undefined;
  return {
    status: 'partial',
    message: 'it counts errors and not their share of the requests: quiet at night, always on at noon',
    confidence: 'medium',
  };
}

/** High where the code that feeds every metric was read; names alone give less. */
export function sure(metrics: readonly Metric[], measure: Measure): Ruling['confidence'] {
  return metricsIn(measure).every(({ metric }) => metricNamed(metrics, metric) !== undefined) ? 'high' : 'medium';
}

/** MON-02. The cost of an hour against twice its own past. */
export function costSpike(alert: Alert, metrics: readonly Metric[]): Ruling | undefined {
  const { condition } = alert;
  if (condition === undefined) return undefined;
  const detector = everyPart(condition).find(part => part.is === 'anomaly' && metricsIn(part).some(isCost));
  if (detector !== undefined)
    return { status: 'pass', message: 'fires when the cost leaves what its own past makes one expect', confidence: 'medium' };
  for (const { left, op, right } of comparisonsOf(condition)) {
    const paid = metricsIn(left).filter(isCost);
    if (paid.length === 0 || metricsIn(left).some(isQuota) || !metricsIn(left).every(one => isCost(one))) continue;
    if (!isOver(op)) {
      if (isUnder(op) && metricsIn(left).some(isMoney))
        return { status: 'fail', message: 'it fires when the cost is low', confidence: 'high' };
      continue;
    }
    const limit = constant(right) ?? (metricsIn(right).length === 0 ? Number.NaN : undefined);
    if (limit !== undefined) {
      const times = timesOfPast(left);
      if (times) return Number.isNaN(limit) ? filledIn(right) : judgeTimes(limit, metrics, left);
      if (!metricsIn(left).some(isMoney)) continue;
      return absolute(metrics, left, limit);
    }
    const same = metricsIn(right).some(({ metric }) => paid.some(one => one.metric === metric));
    if (!same) continue;
    return judgeTimes(factorOf(left, right), metrics, left);
  }
  return undefined;
}

/** `x / x offset 1d`: how many times its own past it is. */
function timesOfPast(left: Measure): boolean {
  const { of } = unscaled(bare(left));
  const inner = bare(of);
  if (inner.is !== 'quotient') return false;
  const upper = new Set(metricsIn(inner.left).map(({ metric }) => metric));
  const looksBack =
    everyPart(inner.right).some(part => part.is === 'earlier' || part.is === 'past') ||
    (spanOf(inner.right) ?? 0) > (spanOf(inner.left) ?? 0);
  return looksBack && metricsIn(inner.right).some(({ metric }) => upper.has(metric));
}

/** How often the past must be exceeded; sums over spans of different length are brought to one length. undefined: no plain factor. */
function factorOf(left: Measure, right: Measure): number | undefined {
  const { of, factor } = unscaled(right);
  const scaled = unscaled(left);
  const [l, r] = [bare(scaled.of), bare(of)];
  if (r.is === 'sum-of') return undefined;
  const lengths =
    l.is === 'growth' && l.per === 'span' && r.is === 'growth' && r.per === 'span' && l.over !== null && r.over !== null
      ? r.over / l.over
      : 1;
  return (factor / scaled.factor) * lengths;
}

function judgeTimes(times: number | undefined, metrics: readonly Metric[], left: Measure): Ruling {
  const span = spanOf(left);
  if (times === undefined) return { status: 'pass', message: 'fires when the cost is far above its own past', confidence: 'medium' };
  const said = `${Number(times.toPrecision(3))} times`;
  if (times <= 1)
    return { status: 'partial', message: `it fires at ${said} its own past, that is about half of the time`, confidence: 'medium' };
  if (times > 10) return { status: 'fail', message: `it waits for ${said} the usual cost`, confidence: 'medium' };
  if (times > 2.001) return { status: 'partial', message: `it waits for ${said} the usual cost; twice is asked for`, confidence: 'medium' };
  if (span !== null && span !== undefined && span > 86_400 && metricsIn(left).length === 1)
    return { status: 'partial', message: `it looks at ${spanText(span)} at once, so that an hour does not show`, confidence: 'medium' };
  return { status: 'pass', message: `fires when the cost is ${said} its own past`, confidence: sure(metrics, left) };
}

function absolute(metrics: readonly Metric[], left: Measure, limit: number): Ruling {
  const grows = everyPart(left).some(part => part.is === 'growth');
  const counter = metricsIn(left).some(
    ({ metric }) => (metricNamed(metrics, metric)?.sort ?? (metric.endsWith('_total') ? 'counter' : 'gauge')) === 'counter',
  );
  if (!grows && counter)
    return { status: 'fail', message: 'it compares a counter that only grows: it fires once and never ends', confidence: 'high' };
  return {
    status: 'partial',
    message: `it compares with a fixed sum${Number.isNaN(limit) ? '' : ` (${limit})`} and not with its own past`,
    confidence: 'high',
  };
}
