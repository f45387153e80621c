// What dashboards show: which of them are about the agent, and what their panels are about.
import type { Dashboard, Measure, Panel } from './fact-operations.ts';
import type { Metric } from './fact-telemetry.ts';
import { everyPart, metricsIn } from './measure.ts';
import { shareOfFailures } from './rule-alert-kinds.ts';
import { quantileOfTime } from './rule-alert-users.ts';
import { countsFailures, isCost, isOfTools, isTime, ownerOf } from './rule-metric.ts';

/** The dashboards with at least one panel that is not about the machine, the cluster, a database or a proxy. */
export function agentBoards(boards: readonly Dashboard[], metrics: readonly Metric[]): readonly Dashboard[] {
  return boards.filter(board =>
    board.panels.some(panel =>
      panel.queries.some(query => metricsIn(query).some(({ metric }) => metric !== '' && ownerOf(metrics, metric) !== 'others')),
    ),
  );
}

export type Subject = 'requests' | 'errors' | 'latency' | 'tools';

/** What a panel is about, as far as its queries tell. */
export function panelSubjects(panel: Panel, metrics: readonly Metric[]): Subject[] {
  return panel.queries.flatMap((query): Subject[] => {
    const series = metricsIn(query).filter(({ metric }) => ownerOf(metrics, metric) !== 'others');
    if (series.length === 0) return [];
    const out: Subject[] = [];
    if (
      series.some(isOfTools) ||
      everyPart(query).some(part => part.is === 'aggregate' && part.by?.some(label => /^tool(?:_name)?$/.test(label)) === true)
    )
      out.push('tools');
    const quantile = quantileOfTime(metrics, query);
    if (quantile !== undefined && quantile.wrong === undefined) out.push('latency');
    if (shareOfFailures(metrics, query) !== undefined || series.every(one => countsFailures(metrics, one))) out.push('errors');
    const counts = everyPart(query).some(part => part.is === 'growth') && quantile === undefined;
    const plain = series.filter(
      one => !countsFailures(metrics, one) && !isCost(one) && !isOfTools(one) && (!isTime(metrics, one) || one.metric.endsWith('_count')),
    );
    if (counts && plain.length > 0 && !isQuotient(query)) out.push('requests');
    return out;
  });
}

const isQuotient = (query: Measure): boolean => everyPart(query).some(part => part.is === 'quotient');

export interface CostPanel {
  readonly panel: Panel;
  readonly queries: readonly Measure[];
  /** The labels that tell its curves apart. */
  readonly by: readonly string[];
}

/** The panels whose queries are about money, or the tokens that money is paid for. */
export function costPanels(board: Dashboard): CostPanel[] {
  return board.panels.flatMap(panel => {
    const queries = panel.queries.filter(query => metricsIn(query).some(isCost));
    const by = queries.flatMap(query =>
      everyPart(query).flatMap(part => (part.is === 'aggregate' ? (part.by ?? []).filter(label => label !== 'le') : [])),
    );
    return queries.length === 0 ? [] : [{ panel, queries, by: [...new Set(by)] }];
  });
}
