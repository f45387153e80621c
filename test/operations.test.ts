// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its templates that way.
// Alerts, dashboards, routes, releases and pages about them, as facts: what is read, what is refused, and what hostile files cost.
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, test, vi } from 'vitest';
import {
  type Alert,
  comparisonsOf,
  constant,
  costSpike,
  errorShare,
  type Facts,
  latency,
  type Measure,
  metricsIn,
  quota,
  satisfaction,
  spanOf,
  stemOf,
  tellsOf,
  unscaled,
} from '../src/core/index.ts';
import { datadogCondition } from '../src/frontends/operations/conditions.ts';
import { parseHcl } from '../src/frontends/operations/hcl.ts';
import { readQuery, secondsOf } from '../src/frontends/operations/promql.ts';
import { scan } from '../src/scan.ts';
import { type Files, openShelf } from './support/lay-out.ts';

vi.setConfig({ testTimeout: 30_000 });
const shelf = openShelf('operations');
const facts = async (files: Files): Promise<Facts> => (await scan(shelf.layOut(files), () => {})).facts;

const query = (text: string) => readQuery(parser, text);
function measure(text: string): Measure {
  const { measure: found, broken } = query(text);
  if (found === undefined) throw new Error(`${text}: ${broken ?? 'not read'}`);
  return found;
}
const alert = (condition: Measure | undefined, more: Partial<Alert> = {}): Alert => ({
  kind: 'alert',
  location: { file: 'alerts.yml', line: 1 },
  role: 'production',
  name: 'A',
  system: 'Prometheus',
  hold: 0,
  labels: { severity: 'critical' },
  loaded: 'unknown',
  ...(condition === undefined ? {} : { condition }),
  ...more,
});

describe('queries of Prometheus', () => {
  test.each([
    ['sum(rate(x_total[5m]))', 300],
    ['sum(increase(x_total[1h30m]))', 5400],
    ['avg_over_time(sum(rate(x_total[5m]))[7d:1h])', 604_800],
    ['sum(rate(x_total[$__rate_interval]))', null],
    ['x', undefined],
  ])('%s looks back over %s seconds', (text, span) => expect(spanOf(measure(text))).toBe(span));

  test.each([
    ['rate(x_total) > 1', 'rate() needs a span of time in brackets, such as [5m]'],
    ['x_total[5m] > 1', 'a span of time in brackets is compared or computed with directly'],
    ['1 > 2', 'two plain numbers are compared without "bool"'],
    ['sum(x) > 99 and >= 98', 'it does not parse near "sum(x) > 99 and >= 98"'],
    ['sum(x', 'it does not parse near "sum(x"'],
  ])('%s is refused', (text, why) => expect(query(text).broken).toBe(why));

  test.each([
    'sum by (le) (rate(x_bucket[5m])) # as long as nobody sleeps',
    'sum(rate(x{a=~"b|c", "d"!="e"}[5m] offset 1h)) / on() group_left() max(y) > bool 5e-2',
    'absent(up{job="agent"}) == 1 unless (hour() < 5)',
    'quantile_over_time(0.95, x[1h]) > 10',
    '-x ^ 2 > Inf',
    'histogram_quantile(0.95, sum(rate(x[5m])) without (le)) @ 5 > 1',
  ])('%s is read', text => expect(query(text)).toMatchObject({ templated: false, measure: expect.anything() }));

  test('what a template fills in is not called broken', () => {
    expect(query('sum(x) > {{ .Values.limit }}')).toMatchObject({ templated: true, measure: { is: 'comparison' } });
    expect(query('{{ .Values.expr }} )')).toEqual({ templated: true });
  });

  test('constants, factors and sides', () => {
    expect(constant(measure('5 / 100 * 2'))).toBeCloseTo(0.1);
    expect(unscaled(measure('100 * (x / 4)')).factor).toBe(25);
    expect(comparisonsOf(measure('0.05 < x and y > 3 unless z > 1')).map(one => one.op)).toEqual(['>', '>']);
  });

  test('deep and long queries end', () => {
    const started = performance.now();
    expect(query(`${'('.repeat(3000)}x${')'.repeat(3000)}`).broken ?? 'unread').toBeDefined();
    expect(query('x+'.repeat(3900).concat('x')).measure).toBeUndefined();
    expect(query('x '.repeat(100_000)).measure).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('spans', () =>
    expect(['1d', '1w', '90s', '1h30m', '500ms', 'soon', ''].map(secondsOf)).toEqual([86_400, 604_800, 90, 5400, 0.5, null, null]));

  test('names without what exporters add', () =>
    expect(['agent.calls.failed', 'agent_calls_failed_total', 'agent_request_duration_seconds_bucket', 'total'].map(stemOf)).toEqual([
      'agent_calls_failed',
      'agent_calls_failed',
      'agent_request_duration',
      'total',
    ]));
});

describe('the five alerts', () => {
  const rule = (how: typeof errorShare, text: string, more: Partial<Alert> = {}) => how(alert(measure(text), more), [])?.status;
  test.each([
    ['sum(rate(e_failed_total[5m])) / sum(rate(e_total[5m])) > 0.05', 'pass'],
    ['0.05 < sum(rate(e_failed_total[5m])) / sum(rate(e_total[5m]))', 'pass'],
    ['sum by (route) (rate(e_total{status=~"5.."}[5m])) / sum by (route) (rate(e_total[5m])) > 0.03', 'pass'],
    ['sum(rate(e_total{status!="ok"}[5m])) / sum(rate(e_total[5m])) * 100 > 5', 'pass'],
    ['1 - sum(rate(e_total{status="ok"}[5m])) / sum(rate(e_total[5m])) > 0.05', 'pass'],
    ['sum(rate(e_total{status="ok"}[5m])) / sum(rate(e_total[5m])) < 0.95', 'pass'],
    ['(sum(rate(e_failed_total[5m])) or vector(0)) / sum(rate(e_total[5m])) > 0.05 and sum(rate(e_total[5m])) > 1', 'pass'],
    ['rate(e_failed_total[5m]) / (rate(e_ok_total[5m]) + rate(e_failed_total[5m])) > 0.05', 'pass'],
    ['sum by (a) (rate(e_failed_total[5m])) / sum by (b) (rate(e_total[5m])) > 0.05', 'fail'],
    ['rate(e_total{status="error"}[5m]) / rate(e_total[5m]) > 0.05', 'fail'],
    ['sum(e_failed_total) / sum(e_total) > 0.05', 'partial'],
    ['sum(rate(e_failed_total[1d])) / sum(rate(e_total[1d])) > 0.05', 'partial'],
    ['sum(rate(e_total{error="timeout"}[5m])) / sum(rate(e_total{error!=""}[5m])) > 0.05', 'pass'],
    ['sum(rate(redis_errors_total[5m])) / sum(rate(redis_commands_total[5m])) > 0.05', undefined],
    ['up == 0', undefined],
    ['sum(rate(cache_hits_total[5m])) / sum(rate(cache_requests_total[5m])) < 0.5', undefined],
  ])('errors: %s is %s', (text, status) => expect(rule(errorShare, text)).toBe(status));

  test.each([
    ['sum(increase(llm_cost_usd_total[1h])) > 2 * sum(increase(llm_cost_usd_total[24h])) / 24', 'pass'],
    ['sum(rate(llm_cost_usd_total[1h])) > 2 * sum(rate(llm_cost_usd_total[1h] offset 1w))', 'pass'],
    ['sum(rate(llm_tokens_total[1h])) > 5 * avg_over_time(sum(rate(llm_tokens_total[1h]))[7d:1h])', 'partial'],
    ['sum(llm_cost_usd_total) > 100', 'fail'],
    ['llm_daily_cost_usd > 100', 'partial'],
    ['sum(rate(llm_cost_usd_total[1h])) < 2 * sum(rate(llm_cost_usd_total[7d]))', 'fail'],
    ['sum(increase(auth_tokens_total[1h])) > 2 * sum(increase(auth_tokens_total[1h] offset 1d))', undefined],
  ])('cost: %s is %s', (text, status) => expect(rule(costSpike, text)).toBe(status));

  test.each([
    ['histogram_quantile(0.95, sum by (le) (rate(agent_request_duration_milliseconds_bucket[5m]))) > 10000', 'pass'],
    ['histogram_quantile(0.99, rate(agent_request_duration_seconds_bucket[5m])) > 8', 'pass'],
    ['agent_request_duration_seconds{quantile="0.95"} > 10', 'pass'],
    ['histogram_quantile(0.95, sum by (le) (rate(agent_request_duration_bucket[5m]))) > 5000', 'unknown'],
    ['histogram_quantile(0.95, sum by (le) (rate(llm_call_duration_seconds_bucket[5m]))) > 10', 'partial'],
    ['histogram_quantile(0.95, sum by (le) (agent_request_duration_seconds_bucket)) > 10', 'partial'],
    ['histogram_quantile(0.95, sum by (le) (rate(agent_request_duration_seconds_bucket[5m]))) < 10', 'fail'],
    ['histogram_quantile(0.95, sum by (le) (rate(traefik_request_duration_seconds_bucket[5m]))) > 10', undefined],
  ])('latency: %s is %s', (text, status) => expect(rule(latency, text)).toBe(status));

  test.each([
    ['avg_over_time(csat_score[1d]) < 3.5', 'pass'],
    ['sum(increase(feedback_total{value="thumbs_down"}[1d])) / sum(increase(feedback_total[1d])) > 0.3', 'pass'],
    ['avg(csat_score) < 1.5', 'fail'],
    ['avg_over_time(judge_rating[1d]) < 3.5', 'partial'],
  ])('satisfaction: %s is %s', (text, status) => expect(rule(satisfaction, text)).toBe(status));

  test.each([
    ['sum(increase(llm_tokens_total[1d])) > 0.8 * max(llm_token_quota)', 'pass'],
    ['100 * sum(increase(llm_tokens_total[1d])) / max(llm_token_quota) > 80', 'pass'],
    ['anthropic_ratelimit_tokens_remaining < 10000', 'pass'],
    ['sum(increase(llm_tokens_total[1d])) > 16e6', 'partial'],
    ['kube_resourcequota{type="used"} / kube_resourcequota{type="hard"} > 0.8', undefined],
  ])('quota: %s is %s', (text, status) => expect(rule(quota, text)).toBe(status));
});

describe('other systems', () => {
  test('monitors of Datadog', () => {
    const read = datadogCondition(
      parser,
      'sum(last_5m):sum:agent.errors{service:x}.as_count() / sum:agent.requests{service:x}.as_count() > 0.05',
    );
    expect(errorShare(alert(read, { system: 'Datadog' }), [])?.status).toBe('pass');
    expect(latency(alert(datadogCondition(parser, 'avg(last_5m):p95:agent.request.duration.ms{env:prod} > 10000')), [])?.status).toBe(
      'pass',
    );
    expect(datadogCondition(parser, 'logs("status:error").index("*").rollup("count").last("5m") > 10')).toBeUndefined();
  });

  test('Terraform is read without being evaluated', () => {
    const [block] = parseHcl(
      'resource "a" "b" {\n  # note\n  name = "x-${var.env}"\n  list = ["a", var.b, 3]\n  body = jsonencode({ k = [1, { "m" : true }] })\n  text = <<-EOT\n    one }\n  EOT\n  number = -1.5\n  computed = var.on ? 1 : 2\n  inner {\n    deep = true\n  }\n}\n',
    );
    expect(block?.labels).toEqual(['a', 'b']);
    expect(block?.attributes.get('name')).toBe('x-${var.env}');
    expect(block?.attributes.get('number')).toBe(-1.5);
    expect(block?.attributes.get('text')).toBe('    one }\n');
    expect(block?.attributes.get('computed')).toMatchObject({ text: 'var.on ? 1 : 2' });
    expect(JSON.stringify(block?.attributes.get('body'))).toBe('{"k":[1,{"m":true}]}');
    expect(block?.blocks.map(one => one.type)).toEqual(['inner']);
  });

  test('alarms of clouds: thresholds that are variables, and alarms of a database', async () => {
    const { alert: found } = await facts({
      'infra/variables.tf': 'variable "slow" {\n  default = 8000\n}\nvariable "open" {}\n',
      'infra/alarms.tf': `resource "aws_cloudwatch_metric_alarm" "slow" {
  alarm_name          = "slow"
  namespace           = "Agent"
  metric_name         = "RequestDurationMs"
  extended_statistic  = "p95"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.slow
  alarm_actions       = [aws_sns_topic.pager.arn]
}
resource "azurerm_monitor_metric_alert" "cpu" {
  name = "cpu"
  criteria {
    metric_namespace = "Microsoft.DBforPostgreSQL/flexibleServers"
    metric_name      = "cpu_percent"
    aggregation      = "Average"
    operator         = "GreaterThan"
    threshold        = var.open
  }
  action { action_group_id = var.group }
}
resource "google_monitoring_alert_policy" "slow" {
  display_name          = "slow"
  notification_channels = []
  conditions {
    condition_threshold {
      filter          = "resource.type = \\"cloud_run_revision\\" AND metric.type = \\"run.googleapis.com/request_latencies\\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.open
      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_PERCENTILE_95"
      }
    }
  }
}
`,
    });
    expect(found.map(one => [one.system, one.condition !== undefined, one.tells, latency(one, [])?.status])).toEqual([
      ['CloudWatch', true, 'unknown', 'pass'],
      ['azurerm', true, 'yes', undefined],
      ['google', true, 'no', 'unknown'],
    ]);
  });

  test('Terraform that is made to hurt ends', () => {
    const started = performance.now();
    for (const text of [
      'a {'.repeat(50_000),
      `x = ${'['.repeat(100_000)}`,
      `x = "${'${'.repeat(50_000)}`,
      'a "b" '.repeat(50_000),
      `x = <<E\n${'y\n'.repeat(100_000)}`,
    ])
      parseHcl(text);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('rules of Grafana: a query, a reduction, a threshold', async () => {
    const { alert: found } = await facts({
      'grafana/alerting.yml': `apiVersion: 1
groups:
  - name: agent
    rules:
      - title: Errors
        condition: C
        for: 2m
        labels: {severity: critical}
        annotations: {runbook_url: docs/errors.md}
        data:
          - {refId: A, model: {expr: 'sum(rate(agent_failed_total[5m])) / sum(rate(agent_requests_total[5m]))'}}
          - {refId: B, model: {type: reduce, expression: A, reducer: last}}
          - {refId: C, model: {type: threshold, expression: B, conditions: [{evaluator: {type: gt, params: [0.05]}}]}}`,
    });
    expect(found.map(one => [one.name, one.system, errorShare(one, [])?.status])).toEqual([['Errors', 'Grafana', 'pass']]);
  });
});

describe('what surrounds the rules', () => {
  test('a rule inside of a template, a ConfigMap of the operator, and two documents in a file', async () => {
    const { alert: found } = await facts({
      'chart/templates/rules.yaml': `{{- if .Values.on }}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {{ include "x.name" . }}
spec:
  groups:
    - name: agent
      rules:
        - alert: Cost
          expr: sum(increase(llm_cost_usd_total[1h])) > {{ .Values.limit }}
{{- end }}
`,
      'rules.yml': 'groups: []\n---\ngroups:\n  - name: a\n    rules:\n      - {alert: Down, expr: "up == 0"}\n',
    });
    expect(found.map(one => [one.name, one.location.file, one.location.line, one.templated === true, one.condition !== undefined])).toEqual(
      [
        ['Cost', 'chart/templates/rules.yaml', 10, true, true],
        ['Down', 'rules.yml', 6, false, true],
      ],
    );
  });

  test('one broken rule spoils its file', async () => {
    const { alert: found } = await facts({
      'rules.yml': 'groups:\n  - name: a\n    rules:\n      - {alert: Good, expr: "x > 1"}\n      - {alert: Bad, expr: "x > > 1"}\n',
    });
    expect(found.map(one => [one.name, one.loaded, one.broken !== undefined])).toEqual([
      ['Good', 'no', false],
      ['Bad', 'unknown', true],
    ]);
  });

  test('routes lead to receivers', async () => {
    const { 'alert-routing': found } = await facts({
      'alertmanager.yml': `route:
  receiver: quiet
  routes:
    - match: {severity: critical}
      receiver: pager
      continue: true
    - match_re: {severity: warning|info}
      receiver: chat
receivers:
  - {name: quiet}
  - {name: pager, pagerduty_configs: [{routing_key: 'YOUR_KEY_HERE'}]}
  - {name: chat, slack_configs: [{api_url_file: /etc/slack}]}`,
    });
    const tells = (severity: string) => tellsOf(alert(undefined, { labels: { severity } }), found);
    expect(['warning', 'critical', 'other'].map(one => tells(one).tells)).toEqual(['yes', 'no', 'no']);
    expect(tells('critical').why).toBe('the receiver "pager" reaches nobody (its pagerduty integration sends to a placeholder)');
  });

  test('a page that was never filled in, and words that mean something else', async () => {
    const { page } = await facts({
      'docs/on-call.md': '# On-call\n\n| role | contact |\n|---|---|\n| On-call | TODO |\n',
      'docs/security/operations.md': '# Privilege escalation\n\n1. Never run as root within 5 minutes.\n',
      'prompts/on-call.md': '# On-call\n\nPrimary: you. Secondary: 10 minutes https://x.pagerduty.com/schedules\n',
      CODEOWNERS: '* @team',
    });
    expect(page.map(one => [one.location.file, one.blanks.length])).toEqual([['docs/on-call.md', 1]]);
  });

  test('metrics that stand in the text of other languages', async () => {
    const { 'metric-use': uses } = await facts({
      'rules.yml':
        'groups:\n  - name: a\n    rules:\n      - {alert: A, expr: "sum(rate(agent_calls_failed_total[5m])) > 1 or gone_total > 1"}\n',
      'app/main.py': "FAILED = meter.create_counter('agent.calls.failed')\n",
    });
    expect(uses.map(one => [one.name, one.inText?.file])).toEqual([
      ['agent_calls_failed_total', 'app/main.py'],
      ['gone_total', undefined],
    ]);
  });

  test('files that are made to hurt', async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `${'bcdefghij'[i]}: &${'bcdefghij'[i]} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`).join('\n')}\ngroups: *j\n`;
    const records = Array.from({ length: 40 }, (_, i) => `      - {record: 'r${i}', expr: 'r${i + 1} + r${i + 1}'}`).join('\n');
    const started = performance.now();
    const found = await facts({
      'alerts/bomb.yml': `${bomb}      - alert: x\n`,
      'alerts/records.yml': `groups:\n  - name: a\n    rules:\n${records}\n      - {alert: A, expr: 'r0 > 1'}\n      - {record: 'r40', expr: 'r0'}\n`,
      'alerts/deep.yml': `${'- '.repeat(5000)}alert: x\n`,
      'grafana/dashboard.json': `{"title":"x","uid":"x","panels":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'grafana/wide.json': `{"title":"x","uid":"x","panels":[${Array(20_000).fill('{"targets":[{"expr":"sum(x)"}]}').join(',')}]}`,
      '__proto__/alerts.yml':
        'groups:\n  - name: __proto__\n    rules:\n      - {alert: __proto__, expr: "x > 1", labels: {__proto__: {severity: critical}}}\n',
    });
    expect(performance.now() - started).toBeLessThan(8000);
    expect(found.alert.map(one => one.name)).toEqual(['__proto__', 'A']);
    expect(metricsIn(found.alert[1]?.condition ?? { is: 'number', value: 0 }).length).toBeLessThan(6000);
    expect(found.dashboard.map(one => one.panels.length)).toEqual([0, 400]);
  });
});
