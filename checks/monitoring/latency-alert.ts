import { bestAlert, defineCheck, latency } from '../../src/core/index.ts';

// Code that several examples share.
const AGENT = `import OpenAI from 'openai';
import { Histogram } from 'prom-client';
const seconds = new Histogram({ name: 'agent_request_seconds', help: 'Whole request', buckets: [0.5, 1, 2, 5, 8, 10, 15, 20, 30, 60, 120] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const { choices } = await client.chat.completions.create(options).finally(seconds.startTimer());
  return choices[0]?.message.content ?? '';
}`;

export const check = defineCheck({
  id: 'monitoring/latency-alert',
  code: 'MON-03',
  title: 'An alert fires when one request in twenty takes over 10 seconds',
  severity: 'high',
  how: ['inspect', 'attest'],
  lines: ['L03'],
  why: 'Slow answers lose users as surely as wrong ones, and slowness often comes an hour before the outage.',
  fix: 'Alert on the 95th percentile of the whole request above 10 seconds, from a histogram whose buckets reach well beyond that.',
  settles:
    'The rule in the alerting system, or a signed statement with a link to it, its owner and an expiry date: the 95th percentile of whole requests against at most 10 seconds, on a metric that can show more than that.',
  traps: [
    'With the default buckets, which end at 10 seconds, the percentile never exceeds 10 and the alert never fires.',
    'An average hides the slow requests that the percentile is there to show.',
    'A threshold of 10 on a metric in milliseconds fires for ever, and one of 10000 on a metric in seconds never does.',
    'Time to the first byte is short for a stream, however long the stream takes.',
  ],
  needs: { facts: ['alert', 'monitoring-stack', 'metric'] },

  inspect({ alert: alerts, 'monitoring-stack': stacks, metric: metrics }) {
    return bestAlert({ alerts, stacks, metrics }, { what: 'the latency of requests', rule: latency, expected: true });
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentSlow
        expr: histogram_quantile(0.95, sum by (le) (rate(agent_request_seconds_bucket[5m]))) > 10
        for: 5m
        labels: {severity: warning}
        annotations: {runbook_url: 'https://docs.shop.internal/runbooks/support-agent#slow'}`,
      },
      code: `import OpenAI from 'openai';
import { Histogram } from 'prom-client';
const seconds = new Histogram({ name: 'agent_request_seconds', help: 'Whole request', buckets: [0.5, 1, 2, 5, 8, 10, 15, 20, 30, 60] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const { choices } = await client.chat.completions.create(options).finally(seconds.startTimer());
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentSlow
        expr: histogram_quantile(0.95, sum by (le) (rate(agent_request_seconds_bucket[5m]))) > 10
        for: 5m
        labels: {severity: warning}`,
      },
      code: `import OpenAI from 'openai';
import { Histogram } from 'prom-client';
const seconds = new Histogram({ name: 'agent_request_seconds', help: 'Whole request' });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const { choices } = await client.chat.completions.create(options).finally(seconds.startTimer());
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the default buckets end at 10 seconds, so this percentile is never above 10',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentSlow
        expr: histogram_quantile(0.95, sum by (le) (rate(agent_request_seconds_bucket[5m]))) > 60
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'users are gone long before a minute',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentSlow
        expr: histogram_quantile(0.95, sum(rate(agent_request_seconds_bucket[5m]))) > 10
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'the sum drops the label le, and no quantile is left',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentSlow
        expr: sum(rate(agent_request_seconds_sum[5m])) / sum(rate(agent_request_seconds_count[5m])) > 10
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'an average hides the slow requests',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentSlow
        expr: histogram_quantile(0.5, sum by (le) (rate(agent_request_seconds_bucket[5m]))) > 10
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'half of the users are waiting when the median moves',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentSlow
        expr: histogram_quantile(0.95, sum by (le) (rate(agent_request_seconds_bucket[5m]))) > 10000
        labels: {severity: warning}`,
      },
      code: AGENT,
      shows: 'ten thousand seconds: the metric is not in milliseconds',
    },
  ],
});
