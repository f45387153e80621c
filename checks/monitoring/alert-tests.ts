import {
  type Alert,
  type AlertTest,
  agentAlerts,
  type CiRun,
  defineCheck,
  type Finding,
  fail,
  noted,
  partial,
  pass,
  someOf,
  unknown,
  unreadServices,
} from '../../src/core/index.ts';

// Code that several examples share.
const AGENT = `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const requests = new Counter({ name: 'agent_requests_total', help: 'Finished requests', labelNames: ['outcome'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const completion = await client.chat.completions.create(options).catch(() => undefined);
  requests.inc({ outcome: completion ? 'success' : 'failure' });
  return completion?.choices[0]?.message.content ?? 'That went wrong on our side. Please try again in a minute.';
}`;
const RULE_TEST = `rule_files: [alerts.yml]
evaluation_interval: 1m
tests:
  - input_series:
      - {series: 'agent_requests_total{outcome="success"}', values: 0+90x15}
      - {series: 'agent_requests_total{outcome="failure"}', values: 0+10x15}
    alert_rule_test:
      - {eval_time: 10m, alertname: AgentErrorShareHigh, exp_alerts: [{exp_labels: {severity: critical}}]}
      - {eval_time: 0m, alertname: AgentErrorShareHigh, exp_alerts: []}`;

export const check = defineCheck({
  id: 'monitoring/alert-tests',
  code: 'MON-06',
  title: 'Every alert rule has a test that fires it and one that does not',
  severity: 'high',
  how: ['inspect', 'attest'],
  lines: ['L03'],
  why: 'An alert that cannot fire looks exactly like a system without problems. Many rules in use are wrong, and nobody ever saw them fire.',
  fix: 'Write a firing and a silent case for each alert (promtool test rules, or assertions on the Terraform or CDK code), and run them in CI.',
  settles:
    'Test results with one firing and one silent case for each alert, or a signed statement with the link to a drill in which the alerts arrived, and an expiry date.',
  traps: [
    'A syntax check accepts rules that can never fire.',
    'A test file that no CI step runs, or whose rule_files point nowhere, tests nothing.',
    'Tests whose input series the code never emits prove a rule for another system.',
    'A suite that only fires does not notice a rule that fires always.',
  ],
  needs: { facts: ['alert', 'metric', 'alert-test', 'ci-run'] },

  inspect({ alert: alerts, metric: metrics, 'alert-test': tests, 'ci-run': runs }) {
    const own = agentAlerts(alerts, metrics);
    const mine = own.filter(alert => alert.system === 'Prometheus');
    if (mine.length === 0) return undefined;
    const findings: Finding[] = mine
      .filter(alert => alert.broken !== undefined)
      .slice(0, 10)
      .map(alert => fail(`${alert.name} can never fire: ${alert.broken}`, [alert.location]));
    const places = mine.slice(0, 5).map(alert => noted(alert.location, alert.name));
    const hidden = tests.filter(test => test.missing.length > 0);
    if (tests.length === 0)
      return [
        ...findings,
        fail(`${mine.length === 1 ? 'The alert rule has' : `The ${mine.length} alert rules have`} no test`, places, 'medium'),
      ];
    const ways = mine.map(alert => ({ alert, how: provedBy(alert, tests) }));
    const without = ways.filter(({ how }) => how === 'none').map(({ alert }) => alert);
    const oneSided = ways.filter(({ how }) => how === 'fires' || how === 'silent').map(({ alert }) => alert);
    if (without.length > 0 && hidden.length > 0) {
      const [first] = hidden;
      findings.push(
        unknown(
          `${first?.location.file} loads rules that are not in the repository (${someOf(first?.missing ?? [])})`,
          hidden.map(test => test.location),
        ),
      );
    } else if (without.length === mine.length) findings.push(fail('The tests of rules name none of the alerts', places, 'medium'));
    else if (without.length > 0)
      findings.push(
        partial(
          `No test for ${someOf(without.map(alert => alert.name))}`,
          without.slice(0, 5).map(alert => alert.location),
        ),
      );
    if (oneSided.length > 0)
      findings.push(
        partial(
          `Tests fire ${someOf(oneSided.map(alert => alert.name))}, or keep it silent, but not both`,
          oneSided.slice(0, 5).map(alert => alert.location),
        ),
      );
    const used = tests.filter(test => test.cases.some(one => mine.some(alert => alert.name === one.alert)));
    const files = used.map(test => test.location.file);
    const idle = files.filter(file => !runs.some(run => runsRules(run, file)));
    if (idle.length > 0 && without.length < mine.length) {
      const [service] = unreadServices(runs);
      const where = used.filter(test => idle.includes(test.location.file)).map(test => test.location);
      const weak = runs.find(run => run.runner === 'promtool' && run.by === 'ci');
      if (service !== undefined) findings.push(unknown(`Whether ${service.label} runs the tests of the rules is not read`, where));
      else
        findings.push(
          partial(
            weak?.harmless === undefined
              ? `No CI job that was read runs ${someOf(idle)}`
              : `A failure of the tests of the rules stops nothing: ${weak.harmless}`,
            where,
          ),
        );
    }
    return findings.length > 0
      ? findings
      : [
          pass(
            `Tests fire every alert and keep it silent, and CI runs them (${someOf(files)})`,
            used.map(test => test.location),
          ),
        ];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrorShareHigh
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {severity: critical}`,
        'alerts.test.yml': `rule_files: [alerts.yml]
evaluation_interval: 1m
tests:
  - name: one request in ten fails
    input_series:
      - {series: 'agent_requests_total{outcome="success"}', values: 0+90x15}
      - {series: 'agent_requests_total{outcome="failure"}', values: 0+10x15}
    alert_rule_test:
      - {eval_time: 10m, alertname: AgentErrorShareHigh, exp_alerts: [{exp_labels: {severity: critical}}]}
  - name: one request in a hundred fails
    input_series:
      - {series: 'agent_requests_total{outcome="success"}', values: 0+99x15}
      - {series: 'agent_requests_total{outcome="failure"}', values: 0+1x15}
    alert_rule_test:
      - {eval_time: 10m, alertname: AgentErrorShareHigh, exp_alerts: []}`,
        '.github/workflows/alerts.yml': `on: pull_request
jobs:
  alerts:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: docker run --rm -v "$PWD:/rules" --entrypoint promtool prom/prometheus:v3.5.0 test rules /rules/alerts.test.yml`,
      },
      code: AGENT,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrorShareHigh
        expr: rate(agent_requests_total{outcome="failure"}[5m]) / rate(agent_requests_total[5m]) > 0.05
        labels: {severity: critical}`,
        '.github/workflows/alerts.yml': `on: pull_request
jobs:
  alerts:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: docker run --rm -v "$PWD:/rules" --entrypoint promtool prom/prometheus:v3.5.0 check rules /rules/alerts.yml`,
      },
      code: AGENT,
      shows: 'the check reads the grammar only; it accepts this rule, whose value is always 1',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrorShareHigh
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {severity: critical}`,
        'alerts.test.yml': RULE_TEST,
      },
      code: AGENT,
      shows: 'a test that nothing runs tests nothing',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrorShareHigh
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {severity: critical}`,
        'alerts.test.yml': RULE_TEST,
        '.github/workflows/alerts.yml': `on: pull_request
jobs:
  alerts:
    runs-on: ubuntu-latest
    continue-on-error: true
    steps:
      - uses: actions/checkout@v4
      - run: promtool test rules alerts.test.yml`,
      },
      code: AGENT,
      shows: 'its failure stops nothing',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrorShareHigh
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {severity: critical}`,
        'alerts.test.yml': `rule_files: [alerts.yml]
evaluation_interval: 1m
tests:
  - input_series:
      - {series: 'agent_requests_total{outcome="success"}', values: 0+90x15}
      - {series: 'agent_requests_total{outcome="failure"}', values: 0+10x15}
    alert_rule_test:
      - {eval_time: 10m, alertname: AgentErrorShareHigh, exp_alerts: [{exp_labels: {severity: critical}}]}`,
        '.github/workflows/alerts.yml': `on: pull_request
jobs:
  alerts:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: promtool test rules alerts.test.yml`,
      },
      code: AGENT,
      shows: 'a rule that fires always would pass this test',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrorShareHigh
        expr: rate(agent_requests_total{outcome="failure"}) / rate(agent_requests_total) > 0.05
        labels: {severity: critical}`,
      },
      code: AGENT,
      shows: 'rate needs a span of time: the server refuses the whole file',
    },
  ],
});

/** What tests show of an alert. */
function provedBy({ name, location }: Alert, tests: readonly AlertTest[]): 'both' | 'fires' | 'silent' | 'none' {
  const cases = tests.filter(test => test.ruleFiles.includes(location.file)).flatMap(test => test.cases.filter(one => one.alert === name));
  const fires = cases.some(one => one.fires > 0);
  const silent = cases.some(one => one.silent > 0);
  return fires && silent ? 'both' : fires ? 'fires' : silent ? 'silent' : 'none';
}

/** Does a CI job run this file of tests, so that its failure is a failure of the job? */
function runsRules(run: CiRun, file: string): boolean {
  if (run.runner !== 'promtool' || run.by !== 'ci' || run.harmless !== undefined || run.on === 'manual') return false;
  const named = run.only.filter(word => word !== 'test' && word !== 'rules');
  const name = file.slice(file.lastIndexOf('/') + 1);
  return named.length === 0 || named.some(word => file.includes(word.replace(/^[/.]+/, '')) || word.endsWith(`/${name}`) || word === name);
}
