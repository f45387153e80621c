import { bestAlert, costSpike, defineCheck } from '../../src/core/index.ts';

// Code that several examples share.
const AGENT = `import OpenAI from 'openai';
import { Counter } from 'prom-client';
import { dollars } from './prices.ts';
const cost = new Counter({ name: 'llm_cost_usd_total', help: 'Cost of all model calls', labelNames: ['model'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, model, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  cost.inc({ model }, dollars(usage));
  return choices[0]?.message.content ?? '';
}`;

export const check = defineCheck({
  id: 'monitoring/cost-alert',
  code: 'MON-02',
  title: 'An alert fires when an hour costs twice what it usually does',
  severity: 'high',
  how: ['inspect', 'attest'],
  lines: ['L03'],
  why: 'A prompt that doubled, a loop or an abuser shows in the cost of an hour. Without an alert it shows on the invoice.',
  fix: 'Compare the cost of the last hour with twice its own average over some days, and send a warning to the owner.',
  settles:
    'The rule in the alerting system, or a signed statement with a link to it, its owner and an expiry date: the cost of an hour against at most twice its own past.',
  traps: [
    'A fixed sum per hour or day is too high at night and too low at noon.',
    'A counter compared without increase only grows: the alert fires once and never ends.',
    'A number of requests says little about cost, and a share of the monthly budget moves too slowly.',
    'Anomaly detectors of a cloud or a monitoring service do the same without a factor in the rule.',
  ],
  needs: { facts: ['alert', 'monitoring-stack', 'metric'] },

  inspect({ alert: alerts, 'monitoring-stack': stacks, metric: metrics }) {
    return bestAlert({ alerts, stacks, metrics }, { what: 'the cost against its own past', rule: costSpike, expected: true });
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: cost
    rules:
      - record: llm:cost_usd:increase1h
        expr: sum(increase(llm_cost_usd_total[1h]))
      - alert: AgentCostDoubled
        expr: llm:cost_usd:increase1h > 2 * avg_over_time(llm:cost_usd:increase1h[7d] offset 1h)
        for: 10m
        labels: {severity: warning}
        annotations: {runbook_url: 'https://docs.shop.internal/runbooks/support-agent#cost'}`,
      },
      code: AGENT,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: cost
    rules:
      - alert: HighHourlyCost
        expr: sum by (model) (llm_cost_usd_total) > 100
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'a counter only grows: from the hundredth dollar on, this alert never ends',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: cost
    rules:
      - alert: AgentCost
        expr: sum(increase(llm_cost_usd_total[1h])) / sum(increase(llm_cost_usd_total[1h] offset 1d)) > 2
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'the same hour of the day before',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: cost
    rules:
      - alert: AgentCost
        expr: sum(increase(llm_cost_usd_total[1h])) > 100
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'a fixed sum: too high at night, too low at noon',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: cost
    rules:
      - alert: AgentCost
        expr: sum(increase(llm_cost_usd_total[1h])) > 2 * sum(increase(llm_cost_usd_total[7d]))
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'an hour never costs twice as much as the week that it is part of',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: cost
    rules:
      - alert: AgentCost
        expr: sum(rate(agent_requests_total[5m])) > 100
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'a number of requests says little about cost',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'monitors.tf': `resource "datadog_monitor" "cost" {
  name    = "Cost of the support agent"
  type    = "query alert"
  query   = "avg(last_4h):anomalies(sum:llm.cost.usd{service:support-agent}.as_count(), 'agile', 2) >= 1"
  message = "Look for a user or a loop, then lower the budget. @slack-support-agent"
}`,
      },
      code: AGENT,
      shows: 'an anomaly detector compares with the past as well',
    },
  ],
});
