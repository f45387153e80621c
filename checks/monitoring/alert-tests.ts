import { defineCheck } from '../../src/core/index.ts';

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

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
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
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const requests = new Counter({ name: 'agent_requests_total', help: 'Finished requests', labelNames: ['outcome'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const completion = await client.chat.completions.create(options).catch(() => undefined);
  requests.inc({ outcome: completion ? 'success' : 'failure' });
  return completion?.choices[0]?.message.content ?? 'That went wrong on our side. Please try again in a minute.';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
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
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const requests = new Counter({ name: 'agent_requests_total', help: 'Finished requests', labelNames: ['outcome'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const completion = await client.chat.completions.create(options).catch(() => undefined);
  requests.inc({ outcome: completion ? 'success' : 'failure' });
  return completion?.choices[0]?.message.content ?? 'That went wrong on our side. Please try again in a minute.';
}`,
      shows: 'the check reads the grammar only; it accepts this rule, whose value is always 1',
    },
  ],
});
