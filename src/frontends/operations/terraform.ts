// Terraform: alarms, monitors, dashboards, rotations and escalations that are resources. A sort of alert that is known and not understood
// is an alert without a condition: it is there, and nobody here can say what it watches.
import type { Alert, CodeRole, Dashboard, Measure, OnCall, OperationsFact, Tri } from '../../core/index.ts';
import { cloudCondition, datadogCondition } from './conditions.ts';
import { azureCondition, googleCondition } from './conditions-clouds.ts';
import { conditionOf } from './grafana.ts';
import { type HclBlock, HclRaw, type HclValue, parseHcl } from './hcl.ts';
import { type Grammar, secondsOf } from './promql.ts';
import { cloudRollouts } from './rollouts-cloud.ts';
import { cloudDashboard } from './widgets.ts';

export interface Resource {
  readonly file: string;
  readonly type: string;
  readonly name: string;
  readonly block: HclBlock;
}

const UNREAD_ALERTS =
  /^(?:google_monitoring_(?:alert_policy|slo)|azurerm_monitor_(?:metric_alert|scheduled_query_rules_alert(?:_v2)?)|newrelic_nrql_alert_condition|sentry_(?:metric|issue)_alert|honeycombio_trigger|aws_cloudwatch_composite_alarm|aws_ce_anomaly_subscription|datadog_service_level_objective)$/;

/** The resources of all files; a value that is a variable of its folder is the default of that variable. */
export function resourcesOf(
  files: readonly { file: string; text: string }[],
  variables: readonly { file: string; text: string }[],
): Resource[] {
  const defaults = new Map<string, HclValue>();
  const dirOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
  for (const { file, text } of variables)
    for (const { type, labels, attributes } of parseHcl(text)) {
      const value = attributes.get('default');
      if (type === 'variable' && value !== undefined && !(value instanceof HclRaw)) defaults.set(`${dirOf(file)}${labels[0] ?? ''}`, value);
    }
  return files.flatMap(({ file, text }) => {
    const settle = (block: HclBlock): HclBlock => ({
      ...block,
      blocks: block.blocks.map(settle),
      attributes: new Map([...block.attributes].map(([key, value]) => [key, settled(value, dirOf(file))] as const)),
    });
    const settled = (value: HclValue, dir: string): HclValue => {
      const name = value instanceof HclRaw ? /^var\.(\w+)$/.exec(value.text)?.[1] : undefined;
      return name === undefined ? value : (defaults.get(`${dir}${name}`) ?? value);
    };
    return parseHcl(text).flatMap(block =>
      block.type === 'resource' && block.labels.length === 2
        ? [{ file, type: block.labels[0] ?? '', name: block.labels[1] ?? '', block: settle(block) }]
        : [],
    );
  });
}

export function terraformFacts(
  grammar: Grammar,
  resources: readonly Resource[],
  roleOf: (file: string) => CodeRole,
  known: (name: string) => Measure | undefined,
): OperationsFact[] {
  const subscribed = resources.some(
    ({ type, block }) => type === 'aws_sns_topic_subscription' && !block.attributes.has('count') && !block.attributes.has('for_each'),
  );
  const steps = resources.filter(one => one.type === 'grafana_oncall_escalation').length;
  return resources.flatMap((resource): OperationsFact[] => {
    const { file, type, block } = resource;
    const base = { location: { file, line: block.line }, role: roleOf(file) };
    if (type === 'aws_cloudwatch_metric_alarm') return [cloudwatch(grammar, resource, base, subscribed)];
    if (type === 'datadog_monitor') return [datadog(grammar, resource, base)];
    if (type === 'grafana_rule_group')
      return block.blocks.filter(one => one.type === 'rule').map(rule => grafanaRule(grammar, file, rule, base.role, known));
    if (type === 'aws_cloudwatch_dashboard') return dashboard(grammar, resource, base);
    if (UNREAD_ALERTS.test(type)) {
      const name = textOf(block, 'display_name') ?? textOf(block, 'name') ?? resource.name;
      const condition =
        type === 'azurerm_monitor_metric_alert'
          ? azureCondition(block)
          : type === 'google_monitoring_alert_policy'
            ? googleCondition(block)
            : undefined;
      const common = {
        hold: null,
        labels: stringsOf(block.attributes.get('user_labels') ?? block.attributes.get('tags')),
        loaded: 'yes',
        tells: told(block),
      } as const;
      return [
        { kind: 'alert', ...base, name, system: type.split('_')[0] ?? type, ...common, ...(condition === undefined ? {} : { condition }) },
      ];
    }
    return [...onCall(resource, base, steps), ...cloudRollouts(resource, base)];
  });
}

/** Does an alarm name a channel or a group of actions? Where that leads, another resource says. */
function told(block: HclBlock): Tri {
  const channels = block.attributes.get('notification_channels');
  if (Array.isArray(channels)) return channels.length > 0 ? 'yes' : 'no';
  return block.blocks.some(one => one.type === 'action') ? 'yes' : 'unknown';
}

type Base = { readonly location: Alert['location']; readonly role: CodeRole };

export function textOf(block: HclBlock, key: string): string | undefined {
  const value = block.attributes.get(key);
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(block: HclBlock, key: string): number | undefined {
  const value = block.attributes.get(key);
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** The page and the action that the words of an alarm name. */
export function wordsOf(message: string | undefined): Pick<Alert, 'action' | 'runbook'> {
  if (message === undefined) return {};
  const link = /https?:\/\/\S{4,300}/.exec(message)?.[0].replace(/[).,>\]}]+$/, '');
  const runbook = link !== undefined && /runbook|playbook|wiki|docs|confluence|notion|\.md\b/i.test(link) ? link : undefined;
  const action = message.replace(/@\S+|https?:\/\/\S+|\{\{[^{}]*\}\}/g, ' ').trim();
  return { ...(action.split(/\s+/).length >= 8 ? { action } : {}), ...(runbook === undefined ? {} : { runbook }) };
}

function cloudwatch(grammar: Grammar, { name, block }: Resource, base: Base, subscribed: boolean): Alert {
  const queries = block.blocks.filter(one => one.type === 'metric_query');
  const metrics = queries.map(query => {
    const metric = query.blocks.find(one => one.type === 'metric');
    return {
      id: textOf(query, 'id') ?? '',
      expression: textOf(query, 'expression'),
      ...(metric === undefined
        ? {}
        : {
            namespace: textOf(metric, 'namespace'),
            name: textOf(metric, 'metric_name'),
            stat: textOf(metric, 'stat'),
            period: numberOf(metric, 'period'),
          }),
    };
  });
  const returned = queries.find(query => query.attributes.get('return_data') === true) ?? queries.at(-1);
  const single = {
    id: 'only',
    namespace: textOf(block, 'namespace'),
    name: textOf(block, 'metric_name'),
    stat: textOf(block, 'extended_statistic') ?? textOf(block, 'statistic'),
    period: numberOf(block, 'period'),
  };
  const condition = cloudCondition(grammar, {
    operator: textOf(block, 'comparison_operator'),
    threshold: numberOf(block, 'threshold'),
    watched: returned === undefined ? 'only' : (textOf(returned, 'id') ?? ''),
    metrics: queries.length > 0 ? metrics : [single],
  });
  const actions = block.attributes.get('alarm_actions');
  const off = block.attributes.get('actions_enabled') === false;
  const none = actions === undefined || (Array.isArray(actions) && actions.length === 0);
  return {
    kind: 'alert',
    ...base,
    name: textOf(block, 'alarm_name') ?? name,
    system: 'CloudWatch',
    ...(condition === undefined ? {} : { condition }),
    hold: Math.max(0, ((numberOf(block, 'evaluation_periods') ?? 1) - 1) * (single.period ?? 300)),
    labels: stringsOf(block.attributes.get('tags')),
    ...wordsOf(textOf(block, 'alarm_description')),
    loaded: 'yes',
    tells: none || off ? 'no' : subscribed ? 'yes' : 'unknown',
  };
}

function datadog(grammar: Grammar, { name, block }: Resource, base: Base): Alert {
  const query = textOf(block, 'query');
  const condition = query === undefined ? undefined : datadogCondition(grammar, query);
  const message = textOf(block, 'message');
  const tags = listOf(block.attributes.get('tags')).filter((tag): tag is string => typeof tag === 'string');
  const severity =
    tags.map(tag => /^(?:severity|priority):(.+)$/.exec(tag)?.[1]).find(one => one !== undefined) ?? priority(numberOf(block, 'priority'));
  const tells: Tri = message === undefined ? 'no' : /@[\w.-]+/.test(message) ? 'yes' : message.includes('${') ? 'unknown' : 'no';
  return {
    kind: 'alert',
    ...base,
    name: textOf(block, 'name') ?? name,
    system: 'Datadog',
    ...(condition === undefined ? {} : { condition }),
    hold: 0,
    labels: severity === undefined ? {} : { severity },
    ...wordsOf(message),
    loaded: 'yes',
    tells,
  };
}

const priority = (level: number | undefined): string | undefined =>
  level === undefined ? undefined : level <= 2 ? 'critical' : level === 3 ? 'warning' : 'info';

function grafanaRule(grammar: Grammar, file: string, rule: HclBlock, role: CodeRole, known: (name: string) => Measure | undefined): Alert {
  const data = rule.blocks
    .filter(one => one.type === 'data')
    .map(one => ({ refId: textOf(one, 'ref_id') ?? '', model: plain(one.attributes.get('model')) }));
  const { measure, broken } = conditionOf(grammar, { condition: textOf(rule, 'condition') ?? '', data }, known);
  const annotations = stringsOf(rule.attributes.get('annotations'));
  const hold = textOf(rule, 'for');
  return {
    kind: 'alert',
    location: { file, line: rule.line },
    role,
    name: textOf(rule, 'name') ?? '',
    system: 'Grafana',
    ...(measure === undefined ? {} : { condition: measure }),
    ...(broken === undefined ? {} : { broken }),
    hold: hold === undefined ? 0 : secondsOf(hold),
    labels: stringsOf(rule.attributes.get('labels')),
    ...(annotations.action === undefined ? {} : { action: annotations.action }),
    ...(annotations.runbook_url === undefined ? {} : { runbook: annotations.runbook_url }),
    loaded: rule.attributes.get('is_paused') === true ? 'no' : 'yes',
    ...(rule.attributes.get('is_paused') === true ? { notLoaded: 'it is paused' } : {}),
  };
}

function dashboard(grammar: Grammar, { file, name, block }: Resource, base: Base): Dashboard[] {
  const body = block.attributes.get('dashboard_body');
  const value = typeof body === 'string' ? parsed(body) : plain(body);
  const made = cloudDashboard(grammar, value, textOf(block, 'dashboard_name') ?? name, { file, line: block.line }, base.role);
  return made === undefined ? [] : [made];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value as JSON would hold it; what is computed is left out. */
function plain(value: HclValue | undefined, depth = 0): unknown {
  if (value instanceof HclRaw) return value.text;
  if (value === undefined || depth > 20) return undefined;
  if (Array.isArray(value)) return value.map(one => plain(one as HclValue, depth + 1));
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, depth + 1)]));
  return value;
}

function listOf(value: HclValue | undefined): readonly HclValue[] {
  return Array.isArray(value) ? (value as readonly HclValue[]) : [];
}

function stringsOf(value: HclValue | undefined): Record<string, string> {
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof HclRaw) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([key, one]) => (typeof one === 'string' ? [[key, one]] : [])));
}

function onCall({ type, block }: Resource, base: Base, oncallSteps: number): OnCall[] {
  const make = (label: string, rotation: boolean, levels: number): OnCall[] => [{ kind: 'on-call', ...base, label, rotation, levels }];
  const count = (name: string): number => block.blocks.filter(one => one.type === name).length;
  if (/^(?:pagerduty|opsgenie|incident)_schedule$|^pagerduty_schedulev2$|^opsgenie_schedule_rotation$|^grafana_oncall_schedule$/.test(type))
    return make(type, true, 0);
  if (type === 'pagerduty_escalation_policy') return make(type, false, count('rule'));
  if (type === 'opsgenie_escalation') return make(type, false, count('rules'));
  if (type === 'grafana_oncall_escalation_chain') return make(type, false, oncallSteps);
  return [];
}
