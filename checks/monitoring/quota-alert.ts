import { bestAlert, defineCheck, quota } from '../../src/core/index.ts';

// Code that several examples share.
const AGENT = `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const tokens = new Counter({ name: 'llm_tokens_total', help: 'Tokens of all model calls' });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  tokens.inc(usage?.total_tokens ?? 0);
  return choices[0]?.message.content ?? '';
}`;

export const check = defineCheck({
  id: 'monitoring/quota-alert',
  code: 'MON-05',
  title: "An alert fires when a day's tokens pass 80 % of the quota",
  severity: 'medium',
  how: ['inspect', 'attest'],
  lines: ['L03'],
  why: 'At the end of the quota every request is refused at once. An hour of warning is enough to slow down or to switch.',
  fix: 'Alert on the tokens of the day divided by the quota above 0.8, or on the remaining-quota headers of the provider exported as a gauge.',
  settles:
    'A rule on the tokens of a day against the quota, or a signed statement with the link to the notification set at the provider, its owner and an expiry date.',
  traps: [
    'A panel that turns red at 80 % alerts only whoever happens to look.',
    'Quotas of disks and of Kubernetes namespaces are other quotas.',
    'A limit per minute is no quota per day, and the threshold must follow when the quota is raised.',
  ],
  needs: { facts: ['alert', 'monitoring-stack', 'metric'] },

  inspect({ alert: alerts, 'monitoring-stack': stacks, metric: metrics }) {
    return bestAlert({ alerts, stacks, metrics }, { what: 'the tokens of a day against the quota', rule: quota, expected: false });
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: quota
    rules:
      - alert: TokenQuotaNearlyUsed
        expr: sum(increase(llm_tokens_total[1d])) / 20e6 > 0.8 # 20 million tokens a day, see docs/quota.md
        labels: {severity: info}
        annotations:
          action: Move the summaries to the Batch API
          runbook_url: https://docs.shop.internal/runbooks/support-agent#quota`,
      },
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const tokens = new Counter({ name: 'llm_tokens_total', help: 'Tokens of all model calls', labelNames: ['direction'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  tokens.inc({ direction: 'input' }, usage?.prompt_tokens ?? 0);
  tokens.inc({ direction: 'output' }, usage?.completion_tokens ?? 0);
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'grafana/quota.json': `{
  "title": "Token quota",
  "schemaVersion": 41,
  "panels": [{
    "type": "gauge",
    "title": "Share of the daily quota",
    "targets": [{ "refId": "A", "expr": "sum(increase(llm_tokens_total[1d])) / 20e6" }],
    "fieldConfig": { "defaults": { "unit": "percentunit", "thresholds": { "mode": "absolute", "steps": [{ "value": null, "color": "green" }, { "value": 0.8, "color": "red" }] } } }
  }]
}`,
      },
      code: AGENT,
      shows: 'red at 80 %, for whoever happens to look at the screen',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: quota
    rules:
      - alert: TokenQuota
        expr: sum(increase(llm_tokens_total[1d])) / 20e6 > 0.99
        labels: {severity: info}`,
      },
      code: AGENT,
      shows: 'at 99 % the warning and the refusals come together',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: quota
    rules:
      - alert: TokenQuota
        expr: sum(increase(llm_tokens_total[5m])) / 20e6 > 0.8
        labels: {severity: info}`,
      },
      code: AGENT,
      shows: 'five minutes against the quota of a day',
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: quota
    rules:
      - alert: TokenQuota
        expr: kubelet_volume_stats_used_bytes / kubelet_volume_stats_capacity_bytes > 0.8
        labels: {severity: info}`,
      },
      code: AGENT,
      shows: 'the quota of a disk is another quota',
    },
  ],
});
