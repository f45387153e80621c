// Conditions of alarms of Azure and Google Cloud, as Terraform holds them: one metric, one comparison.
import type { Comparator, Measure } from '../../core/index.ts';
import { threshold } from './conditions.ts';
import { type HclBlock, HclRaw } from './hcl.ts';
import { secondsOf } from './promql.ts';
import { numberOf, textOf } from './terraform.ts';

const AZURE: Readonly<Record<string, Comparator>> = {
  GreaterThan: '>',
  GreaterThanOrEqual: '>=',
  LessThan: '<',
  LessThanOrEqual: '<=',
  Equals: '==',
};

/** `criteria { metric_namespace, metric_name, operator, threshold }`. */
export function azureCondition(block: HclBlock): Measure | undefined {
  const criteria = block.blocks.find(one => one.type === 'criteria');
  if (criteria === undefined) return undefined;
  const name = textOf(criteria, 'metric_name');
  const op = AZURE[textOf(criteria, 'operator') ?? ''];
  if (name === undefined || op === undefined) return undefined;
  const span = /^PT(\d+)(M|H)$/.exec(textOf(block, 'window_size') ?? 'PT5M');
  const over = span === null ? null : Number(span[1]) * (span[2] === 'H' ? 3600 : 60);
  const series: Measure = { is: 'series', metric: `${textOf(criteria, 'metric_namespace') ?? ''}/${name}`, matchers: [] };
  const total = /^(?:Total|Count)$/.test(textOf(criteria, 'aggregation') ?? '');
  const left: Measure = total ? { is: 'growth', per: 'span', over, of: series } : { is: 'past', how: 'avg', over, of: series };
  return { is: 'comparison', op, left, right: threshold(numberOf(criteria, 'threshold')) };
}

/** The filter as text, also where it is joined from parts. */
function filterOf(block: HclBlock): string {
  const value = block.attributes.get('filter');
  return (value instanceof HclRaw ? value.text : typeof value === 'string' ? value : '').replaceAll('\\"', '"');
}

/** `conditions { condition_threshold { filter, comparison, threshold_value, aggregations } }`. */
export function googleCondition(block: HclBlock): Measure | undefined {
  const limit = block.blocks
    .filter(one => one.type === 'conditions')
    .flatMap(one => one.blocks.filter(inner => inner.type === 'condition_threshold'))[0];
  // A ratio of two metrics has a filter for the denominator as well.
  if (limit === undefined || limit.attributes.has('denominator_filter')) return undefined;
  const metric = /metric\.type\s*=\s*"([^"]{3,200})"/.exec(filterOf(limit))?.[1];
  const comparison = textOf(limit, 'comparison');
  if (metric === undefined || comparison === undefined) return undefined;
  const aggregation = limit.blocks.find(one => one.type === 'aggregations');
  const aligner = aggregation === undefined ? '' : (textOf(aggregation, 'per_series_aligner') ?? '');
  const reducer = aggregation === undefined ? '' : (textOf(aggregation, 'cross_series_reducer') ?? '');
  const over = aggregation === undefined ? null : secondsOf(textOf(aggregation, 'alignment_period') ?? '');
  const series: Measure = { is: 'series', metric, matchers: [] };
  const q = /PERCENTILE_(\d+)/.exec(`${aligner} ${reducer}`);
  const left: Measure =
    q !== null
      ? { is: 'quantile', q: Number(q[1]) / 100, from: 'samples', of: { is: 'past', how: 'range', over, of: series } }
      : /RATE/.test(aligner)
        ? { is: 'growth', per: 'second', over, of: series }
        : /DELTA|SUM|COUNT/.test(aligner)
          ? { is: 'growth', per: 'span', over, of: series }
          : { is: 'past', how: 'avg', over, of: series };
  return { is: 'comparison', op: comparison === 'COMPARISON_LT' ? '<' : '>', left, right: threshold(numberOf(limit, 'threshold_value')) };
}
