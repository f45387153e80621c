// CloudFormation, SAM, and what the CDK makes of its code: alarms and dashboards of CloudWatch.
import type { Alert, Dashboard } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import { entries, get, isDict, list, text } from '../ci/jobs.ts';
import { cloudCondition } from './conditions.ts';
import { type Doc, Places, roleOfConfig } from './files.ts';
import type { Grammar } from './promql.ts';
import { wordsOf } from './terraform.ts';
import { cloudDashboard } from './widgets.ts';

export function formationFacts(inventory: Inventory, grammar: Grammar, docs: readonly Doc[]): (Alert | Dashboard)[] {
  return docs.flatMap(doc => {
    const places = new Places(doc);
    const role = roleOfConfig(inventory, doc.file);
    return entries(get(doc.value, 'Resources')).flatMap(([id, resource]): (Alert | Dashboard)[] => {
      const type = text(get(resource, 'Type'));
      const properties = get(resource, 'Properties');
      if (type === 'AWS::CloudWatch::Alarm') return [alarm(grammar, id, properties, places, role)];
      if (type !== 'AWS::CloudWatch::Dashboard') return [];
      const body = text(get(properties, 'DashboardBody'));
      const board = cloudDashboard(grammar, body === undefined ? get(properties, 'DashboardBody') : parsed(body), id, places.of(id), role);
      return board === undefined ? [] : [board];
    });
  });
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function alarm(grammar: Grammar, id: string, properties: unknown, places: Places, role: Alert['role']): Alert {
  const number = (value: unknown): number | undefined => {
    const plain = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof plain === 'number' && Number.isFinite(plain) ? plain : undefined;
  };
  const queries = list(get(properties, 'Metrics')).map(query => {
    const stat = get(query, 'MetricStat');
    return {
      id: text(get(query, 'Id')) ?? '',
      expression: text(get(query, 'Expression')),
      ...(isDict(stat)
        ? {
            namespace: text(get(get(stat, 'Metric'), 'Namespace')),
            name: text(get(get(stat, 'Metric'), 'MetricName')),
            stat: text(get(stat, 'Stat')),
            period: number(get(stat, 'Period')),
          }
        : {}),
      returned: get(query, 'ReturnData') !== false,
    };
  });
  const single = {
    id: 'only',
    namespace: text(get(properties, 'Namespace')),
    name: text(get(properties, 'MetricName')),
    stat: text(get(properties, 'ExtendedStatistic')) ?? text(get(properties, 'Statistic')),
    period: number(get(properties, 'Period')),
  };
  const condition = cloudCondition(grammar, {
    operator: text(get(properties, 'ComparisonOperator')),
    threshold: number(get(properties, 'Threshold')),
    watched: queries.find(query => query.returned)?.id ?? 'only',
    metrics: queries.length > 0 ? queries : [single],
  });
  const actions = list(get(properties, 'AlarmActions'));
  return {
    kind: 'alert',
    location: places.of(id),
    role,
    name: text(get(properties, 'AlarmName')) ?? id,
    system: 'CloudWatch',
    ...(condition === undefined ? {} : { condition }),
    hold: Math.max(0, ((number(get(properties, 'EvaluationPeriods')) ?? 1) - 1) * (single.period ?? 300)),
    labels: {},
    ...wordsOf(text(get(properties, 'AlarmDescription'))),
    loaded: 'yes',
    tells: actions.length === 0 || get(properties, 'ActionsEnabled') === false ? 'no' : 'unknown',
  };
}
