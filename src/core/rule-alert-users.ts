// Three alerts of the checklist, each as a rule on one alert: how long users wait, how content they are, how much of the quota is left.
import type { Alert, Measure } from './fact-operations.ts';
import type { Metric } from './fact-telemetry.ts';
import { comparisonsOf, constant, everyPart, isOver, isUnder, metricsIn, type NamedSeries, spanOf, unscaled } from './measure.ts';
import { ownerIn, percent, type Ruling, spanText } from './rule-alert.ts';
import { bare, filledIn, NO_CONDITION, sure } from './rule-alert-kinds.ts';
import {
  isJudged,
  isMoney,
  isQuota,
  isRemaining,
  isSatisfaction,
  isTime,
  isTokens,
  metricNamed,
  partByName,
  secondsOfUnit,
} from './rule-metric.ts';

/** A quantile of a time that a measure computes. */
export interface Quantile {
  readonly q: number;
  readonly series: NamedSeries;
  /** Why it is always empty or never above some value. */
  readonly wrong?: string;
  /** The metric since the start of the process, and not of late. */
  readonly whole: boolean;
  readonly factor: number;
}

/** Reads a measure as a quantile of a time; undefined: it is none. */
export function quantileOfTime(metrics: readonly Metric[], measure: Measure): Quantile | undefined {
  const { of, factor } = unscaled(bare(measure));
  const inner = bare(of);
  const [series] = metricsIn(inner);
  if (series === undefined || !isTime(metrics, series)) return undefined;
  if (inner.is !== 'quantile') {
    // A summary keeps its quantiles as series.
    const label = series.matchers.find(one => one.label === 'quantile' && one.op === '=')?.value;
    return label === undefined || inner.is === 'quotient' ? undefined : { q: Number(label), series, whole: false, factor };
  }
  const { q, from } = inner;
  const grouped = everyPart(inner.of).find(part => part.is === 'aggregate');
  const lost =
    grouped?.is === 'aggregate' &&
    (grouped.by !== undefined ? !grouped.by.includes('le') : grouped.without === undefined || grouped.without.includes('le'));
  const buckets = from === 'buckets' && series.metric.endsWith('_bucket');
  return {
    q: q ?? 0.95,
    series,
    whole: from === 'buckets' && spanOf(inner.of) === undefined,
    factor,
    ...(buckets && lost ? { wrong: 'the sum drops the label "le", without which no quantile can be computed' } : {}),
  };
}

/** MON-03. The 95th percentile of whole requests above at most 10 seconds. */
export function latency(alert: Alert, metrics: readonly Metric[]): Ruling | undefined {
  const rulings = comparisonsOf(alert.condition ?? NO_CONDITION).flatMap(({ left, op, right }): Ruling[] => {
    const limit = constant(right);
    const owner = ownerIn(metrics, left);
    if (owner === 'others') return [];
    const quantile = quantileOfTime(metrics, left);
    if (limit === undefined) return quantile === undefined ? [] : [filledIn(right) ?? []].flat();
    if (quantile === undefined)
      return meanOfTime(metrics, left)
        ? [{ status: 'partial', message: 'it looks at a mean, which hides the slow requests', confidence: 'medium' }]
        : [];
    const ruling = quantileRuling(alert, metrics, quantile, { limit, rises: isOver(op), server: owner === 'server', left });
    return ruling === undefined ? [] : [ruling];
  });
  return rulings[0];
}

function meanOfTime(metrics: readonly Metric[], left: Measure): boolean {
  const inner = bare(unscaled(bare(left)).of);
  const series = metricsIn(left);
  if (series.length === 0 || !series.some(one => isTime(metrics, one))) return false;
  const averaged = everyPart(left).some(part => (part.is === 'aggregate' || part.is === 'past') && part.how === 'avg');
  return averaged || (inner.is === 'quotient' && metricsIn(inner.left).every(({ metric }) => metric.endsWith('_sum')));
}

function quantileRuling(
  alert: Alert,
  metrics: readonly Metric[],
  { q, series, wrong, whole, factor }: Quantile,
  { limit, rises, server, left }: { limit: number; rises: boolean; server: boolean; left: Measure },
): Ruling | undefined {
  if (wrong !== undefined) return { status: 'fail', message: wrong, confidence: 'high' };
  if (!rises) return { status: 'fail', message: 'it fires when answers are fast', confidence: 'high' };
  const own = metricNamed(metrics, series.metric);
  const unit = secondsOfUnit(metrics, series);
  const seconds = (limit / factor) * (unit ?? 1);
  const top = own?.buckets === undefined || own.buckets.length === 0 ? undefined : Math.max(...own.buckets.filter(Number.isFinite));
  if (top !== undefined && top <= limit / factor)
    return {
      status: 'fail',
      message: `the buckets of ${own?.name ?? series.metric} end at ${top}, so that the percentile is never above ${limit}`,
      confidence: 'high',
    };
  if (unit === undefined && limit / factor > 1)
    return { status: 'unknown', message: `whether ${series.metric} is in seconds or milliseconds is said nowhere`, confidence: 'low' };
  if (seconds > 50)
    return { status: 'fail', message: `it waits until answers take more than ${spanText(Math.round(seconds))}`, confidence: 'high' };
  const wants: string[] = [];
  if (seconds > 10.01)
    wants.push(`it waits until answers take more than ${spanText(Number(seconds.toPrecision(3)))}; 10 seconds are asked for`);
  if (seconds < 0.01) wants.push(`${limit} is ${spanText(Number(seconds.toPrecision(3)))}: it always fires`);
  if (q < 0.9) wants.push(`it looks at the ${Math.round(q * 100)}th percentile`);
  if (whole) wants.push('it looks at all requests since the start of the process');
  const part = own?.part ?? (own === undefined ? partByName(series) : undefined);
  if (part !== undefined) wants.push(`it measures ${part} and not the whole request`);
  if (server && own === undefined) wants.push('it measures what a server or platform sees, which may end before a stream does');
  const span = spanOf(left);
  if (span !== null && span !== undefined && span > 3600) wants.push(`it looks at ${spanText(span)}`);
  if (alert.hold !== null && alert.hold > 1800) wants.push(`it waits another ${spanText(alert.hold)}`);
  if (wants.length > 0) return { status: 'partial', message: wants.join('; '), confidence: 'medium' };
  return {
    status: 'pass',
    message: `fires when the ${Math.round(q * 100)}th percentile is above ${spanText(Number(seconds.toPrecision(3)))}`,
    confidence: sure(metrics, left),
  };
}

/** MON-04. The daily mean of ratings below 3.5 of 5. */
export function satisfaction(alert: Alert, metrics: readonly Metric[]): Ruling | undefined {
  for (const { left, op, right } of comparisonsOf(alert.condition ?? NO_CONDITION)) {
    const limit = constant(right);
    const series = metricsIn(left);
    if (limit === undefined || !series.some(isSatisfaction)) continue;
    const inner = bare(unscaled(bare(left)).of);
    const span = spanOf(left);
    const negative = series.some(({ metric, matchers }) =>
      /(?:^|_)(?:down|negative|bad|dislike|low)/i.test(`${metric}_${matchers.map(one => one.value).join('_')}`),
    );
    const share = inner.is === 'quotient' && negative;
    const mean =
      (inner.is === 'quotient' && !negative) ||
      everyPart(left).some(part => (part.is === 'aggregate' || part.is === 'past') && part.how === 'avg');
    if (!share && !mean) continue;
    if (share ? !isOver(op) : !isUnder(op)) return { status: 'fail', message: 'it fires when users are content', confidence: 'high' };
    const wants: string[] = [];
    if (share && limit > 0.5) wants.push(`it waits until ${percent(limit)} of the ratings are bad`);
    if (mean && limit > 1 && limit < 3.5) wants.push(`it waits until the mean is below ${limit}; 3.5 of 5 is asked for`);
    if (mean && limit <= 1 && limit < 0.7) wants.push(`it waits until the mean is below ${limit} of 1`);
    if (span === undefined) wants.push('it has no span of time');
    else if (span !== null && span < 3600) wants.push(`it looks at ${spanText(span)}, in which two ratings decide`);
    if (series.some(isJudged)) wants.push('the scores are those of a model and not of users');
    if (mean && limit > 1 && limit < 2) return { status: 'fail', message: wants.join('; '), confidence: 'medium' };
    if (wants.length > 0) return { status: 'partial', message: wants.join('; '), confidence: 'medium' };
    return {
      status: 'pass',
      message: share ? `fires when more than ${percent(limit)} of the ratings are bad` : `fires when the mean rating is below ${limit}`,
      confidence: sure(metrics, left),
    };
  }
  return undefined;
}

/** MON-05. Eighty per cent of the tokens of a day. */
export function quota(alert: Alert, metrics: readonly Metric[]): Ruling | undefined {
  for (const { left, op, right } of comparisonsOf(alert.condition ?? NO_CONDITION)) {
    const series = metricsIn(left);
    if (series.some(one => isRemaining(one)) && series.some(one => isTokens(one) || isQuota(one)))
      return isUnder(op)
        ? { status: 'pass', message: 'fires when little of the quota remains', confidence: 'medium' }
        : { status: 'fail', message: 'it fires when much of the quota remains', confidence: 'high' };
    if (!series.some(isTokens) && !series.some(isMoney)) continue;
    const limit = constant(right) ?? unscaledLimit(right);
    if (limit === undefined || !isOver(op)) continue;
    const used = usedShare(left, right, limit);
    const span = spanOf(left);
    if (used === undefined) {
      if (!series.some(isTokens) || span === undefined || span === null || span < 43_200) continue;
      return {
        status: 'partial',
        message: `it compares with a number (${limit}), and nothing says which share of the quota that is`,
        confidence: 'medium',
      };
    }
    if (used > 0.95) return { status: 'fail', message: `it waits until ${percent(used)} of the quota is used`, confidence: 'high' };
    if (used > 0.801)
      return { status: 'partial', message: `it waits until ${percent(used)} of the quota is used; 80 % is asked for`, confidence: 'high' };
    if (span !== null && span !== undefined && span < 43_200)
      return { status: 'partial', message: `it looks at ${spanText(span)}, and the quota is that of a day`, confidence: 'medium' };
    return { status: 'pass', message: `fires when ${percent(used)} of the quota is used`, confidence: sure(metrics, left) };
  }
  return undefined;
}

/** `0.8 * quota`. */
function unscaledLimit(right: Measure): number | undefined {
  const { of, factor } = unscaled(right);
  return metricsIn(of).length > 0 && metricsIn(of).every(isQuota) ? factor : undefined;
}

function usedShare(left: Measure, right: Measure, limit: number): number | undefined {
  if (constant(right) === undefined) return limit;
  const { of, factor } = unscaled(bare(left));
  const inner = bare(of);
  if (inner.is === 'quotient' && metricsIn(inner.right).length > 0 && metricsIn(inner.right).every(isQuota))
    return (limit / factor / unscaled(inner.left).factor) * unscaled(inner.right).factor;
  // `tokens / 20e6 > 0.8`: the quota is written as a number, perhaps times a hundred.
  if (factor < 0.001) return limit <= 1 ? limit : limit <= 100 ? limit / 100 : undefined;
  return undefined;
}
