// Conditions of alarms that are not PromQL: metrics with a statistic and a threshold (CloudWatch), and queries of Datadog.
// What computes with them is arithmetic, which the grammar of PromQL reads as well.
import type { Comparator, Measure } from '../../core/index.ts';
import { type Grammar, readQuery } from './promql.ts';

const OPERATORS: Readonly<Record<string, Comparator>> = {
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '>=',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '<=',
  GreaterThanUpperThreshold: '>',
  LessThanLowerOrGreaterThanUpperThreshold: '>',
};

export interface CloudMetric {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly stat?: string | undefined;
  readonly period?: number | undefined;
  readonly expression?: string | undefined;
}

/** The number on the right of a comparison; one that is filled in elsewhere stays open. */
export function threshold(value: number | undefined): Measure {
  return value === undefined ? { is: 'other', how: 'filled in elsewhere', of: [] } : { is: 'number', value };
}

/** One metric of CloudWatch with its statistic. */
function statistic({ namespace = '', name = '', stat = 'Average', period = 300 }: CloudMetric): Measure {
  const series: Measure = { is: 'series', metric: `${namespace}/${name}`, matchers: [] };
  const p = /^(?:p|tm|TM|PR)\(?(\d+(?:\.\d+)?)/.exec(stat);
  if (/^p\d/.test(stat) && p !== null)
    return { is: 'quantile', q: Number(p[1]) / 100, from: 'samples', of: { is: 'past', how: 'range', over: period, of: series } };
  if (stat === 'Sum' || stat === 'SampleCount') return { is: 'growth', per: 'span', over: period, of: series };
  return { is: 'past', how: stat === 'Average' ? 'avg' : stat.toLowerCase().slice(0, 20), over: period, of: series };
}

/** The condition of an alarm; undefined: not readable. */
export function cloudCondition(
  grammar: Grammar,
  alarm: { operator: string | undefined; threshold: number | undefined; watched: string; metrics: readonly CloudMetric[] },
): Measure | undefined {
  const byId = new Map(alarm.metrics.map(one => [one.id.toLowerCase(), one]));
  const open = new Set<string>();
  const of = (id: string): Measure | undefined => {
    const metric = byId.get(id.toLowerCase());
    if (metric === undefined || open.has(id)) return undefined;
    if (metric.expression === undefined) return metric.name === undefined ? undefined : statistic(metric);
    open.add(id);
    const band = /^\s*ANOMALY_DETECTION_BAND\s*\(\s*(\w+)/.exec(metric.expression);
    const inner = band === null ? undefined : of(band[1] ?? '');
    const measure =
      band !== null
        ? inner === undefined
          ? undefined
          : ({ is: 'anomaly', of: inner } as const)
        : readQuery(grammar, metric.expression.replace(/\bFILL\s*\(\s*(\w+)\s*,[^)]*\)/g, '$1'), of).measure;
    open.delete(id);
    return measure;
  };
  const left = of(alarm.watched) ?? undefined;
  const anomalous = [...byId.values()].find(one => one.expression?.includes('ANOMALY_DETECTION_BAND') === true);
  if (anomalous !== undefined) return of(anomalous.id);
  const op = alarm.operator === undefined ? undefined : OPERATORS[alarm.operator];
  if (left === undefined || op === undefined) return undefined;
  return { is: 'comparison', op, left, right: threshold(alarm.threshold) };
}

const METRIC = /(?:(\w+):)?([a-zA-Z][\w.]{2,120})\{([^{}]{0,300})\}(?:\s*by\s*\{([^{}]{0,200})\})?((?:\.\w{1,30}\([^()]{0,100}\))*)/g;

/** A query of a monitor of Datadog, such as `sum(last_5m):sum:errors{*}.as_count() / sum:requests{*}.as_count() > 0.05`. */
export function datadogCondition(grammar: Grammar, query: string): Measure | undefined {
  if (query.length > 4000) return undefined;
  const span = /^\s*\w+\(last_(\d+)(m|h|d|w)\):/.exec(query);
  const over = span === null ? null : Number(span[1]) * ({ m: 60, h: 3600, d: 86_400, w: 604_800 }[span[2] ?? 'm'] ?? 60);
  const rest = query.slice(span?.[0].length ?? 0).replace(/\{\{[^{}]*\}\}|\$\{[^{}]*\}/g, '1');
  const metrics: Measure[] = [];
  const arithmetic = rest.replace(
    METRIC,
    (_, how: string | undefined, metric: string, scope: string, by: string | undefined, suffix: string) => {
      metrics.push(datadogMetric({ how: how ?? 'avg', metric, scope, by, suffix, over }));
      return `metric_${metrics.length - 1}`;
    },
  );
  const known = (name: string): Measure | undefined => (name.startsWith('metric_') ? metrics[Number(name.slice(7))] : undefined);
  const detector = /^\s*(?:anomalies|outliers|forecast)\s*\(\s*([^,]+),/.exec(arithmetic);
  if (detector !== null) {
    const of = readQuery(grammar, detector[1] ?? '', known).measure;
    return of === undefined ? undefined : { is: 'anomaly', of };
  }
  return readQuery(grammar, arithmetic.replace(/default_zero\s*\(([^()]{0,200})\)/g, '($1)'), known).measure;
}

interface DatadogMetric {
  readonly how: string;
  readonly metric: string;
  readonly scope: string;
  readonly by: string | undefined;
  readonly suffix: string;
  readonly over: number | null;
}

function datadogMetric({ how, metric, scope, by, suffix, over }: DatadogMetric): Measure {
  const matchers = scope
    .split(',')
    .map(part => part.trim())
    .flatMap(part => {
      const at = part.indexOf(':');
      const negative = part.startsWith('!');
      return at < 1
        ? []
        : [{ label: part.slice(negative ? 1 : 0, at), op: negative ? ('!=' as const) : ('=' as const), value: part.slice(at + 1) }];
    });
  const series: Measure = { is: 'series', metric, matchers };
  const p = /^p(\d{2,3})$/.exec(how);
  if (p !== null)
    return {
      is: 'quantile',
      q: Number(p[1]) / (p[1]?.length === 3 ? 1000 : 100),
      from: 'samples',
      of: { is: 'past', how: 'range', over, of: series },
    };
  const counted = suffix.includes('.as_count') ? 'span' : suffix.includes('.as_rate') ? 'second' : undefined;
  const of: Measure =
    counted === undefined ? { is: 'past', how: 'avg', over, of: series } : { is: 'growth', per: counted, over, of: series };
  return { is: 'aggregate', how, ...(by === undefined ? {} : { by: by.split(',').map(one => one.trim()) }), of };
}
