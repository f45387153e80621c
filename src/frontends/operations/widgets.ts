// Dashboards of CloudWatch: widgets with metrics in a short hand.
import type { CodeRole, Dashboard, Location, Measure, Panel } from '../../core/index.ts';
import { get, list, text } from '../ci/jobs.ts';
import { cloudCondition } from './conditions.ts';
import type { Grammar } from './promql.ts';

/** The dashboard in the body of a resource; undefined: it has no widgets. */
export function cloudDashboard(grammar: Grammar, body: unknown, title: string, location: Location, role: CodeRole): Dashboard | undefined {
  const widgets = get(body, 'widgets');
  if (!Array.isArray(widgets)) return undefined;
  const panels = widgets.slice(0, 400).flatMap((widget): Panel[] => {
    const properties = get(widget, 'properties');
    if (text(get(widget, 'type')) !== 'metric') return [];
    const stat = text(get(properties, 'stat')) ?? 'Average';
    const period = get(properties, 'period');
    const queries = list(wrap(get(properties, 'metrics'))).flatMap((row): Measure[] => {
      const [namespace, name] = Array.isArray(row) ? row.map(one => text(one)) : [];
      const options = Array.isArray(row) ? row.at(-1) : undefined;
      if (namespace === undefined || name === undefined) return [];
      const own = text(get(options, 'stat')) ?? stat;
      const measure = cloudCondition(grammar, {
        operator: 'GreaterThanThreshold',
        threshold: 0,
        watched: 'only',
        metrics: [{ id: 'only', namespace, name, stat: own, period: typeof period === 'number' ? period : 300 }],
      });
      return measure?.is === 'comparison' ? [measure.left] : [];
    });
    return [
      {
        title: text(get(properties, 'title')) ?? '',
        location,
        overTime: (text(get(properties, 'view')) ?? 'timeSeries') === 'timeSeries',
        queries,
        unread: queries.length === 0 ? 1 : 0,
      },
    ];
  });
  return { kind: 'dashboard', location, role, title, system: 'CloudWatch', panels, provisioned: 'yes' };
}

/** Lists of lists are kept as rows. */
function wrap(value: unknown): unknown {
  return Array.isArray(value) ? value.slice(0, 200).map(row => [row]) : undefined;
}
