import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'monitoring/dashboard',
  code: 'MON-09',
  title: 'A dashboard shows requests, errors, latency and tools',
  severity: 'high',
  how: ['inspect', 'attest'],
  lines: ['L02'],
  why: 'In an incident the first question is what changed and when. Without a dashboard the answer is a guess.',
  fix: 'Keep a dashboard as code with the request rate, the error share, a latency quantile and a tool metric, and provision it together with the deployment.',
  settles:
    'A provisioned dashboard whose panels query these four metrics of the agent, or a signed statement with the link to it, its owner and an expiry date.',
  traps: [
    'A scrape configuration collects numbers and shows none.',
    'Dashboards for the database, the proxy or the cluster are not dashboards of the agent.',
    'A dashboard file that no provisioning mentions has perhaps never been opened.',
    'The built-in dashboard of a tracing service may do; the repository cannot show it.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'grafana/support-agent.json': `{
  "title": "Support agent",
  "schemaVersion": 41,
  "panels": [
    { "type": "timeseries", "title": "Requests per second", "targets": [{ "refId": "A", "expr": "sum(rate(agent_requests_total[5m]))" }] },
    { "type": "timeseries", "title": "Share of failures", "targets": [{ "refId": "A", "expr": "sum(rate(agent_requests_total{outcome=\\"failure\\"}[5m])) / sum(rate(agent_requests_total[5m]))" }] },
    { "type": "timeseries", "title": "95th percentile", "targets": [{ "refId": "A", "expr": "histogram_quantile(0.95, sum by (le) (rate(agent_request_seconds_bucket[5m])))" }] },
    { "type": "timeseries", "title": "Tool calls", "targets": [{ "refId": "A", "expr": "sum by (tool, outcome) (rate(agent_tool_seconds_count[5m]))" }] }
  ]
}`,
        'grafana/provisioning/dashboards.yml': `apiVersion: 1
providers:
  - {name: support-agent, type: file, options: {path: /etc/grafana/dashboards}}`,
      },
      code: `import OpenAI from 'openai';
import { definitions, runTools } from './dispatcher.ts'; // observes agent_tool_seconds
import { requests, seconds } from './metrics.ts'; // agent_requests_total, agent_request_seconds
const client = new OpenAI();
export async function reply(question: string) {
  const end = seconds.startTimer();
  const ask = (messages: OpenAI.ChatCompletionMessageParam[]) =>
    client.chat.completions.create({ model: 'gpt-5.6', messages, tools: definitions, max_completion_tokens: 800 });
  const text = await runTools(ask, question).catch(() => undefined);
  requests.inc({ outcome: text === undefined ? 'failure' : 'success' });
  end();
  return text ?? 'That went wrong on our side. Please try again in a minute.';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'prometheus.yml': `scrape_configs:
  - job_name: support-agent
    static_configs: [{targets: ['agent:9464']}]`,
        'README.md': `## Monitoring

Open Grafana at http://localhost:3001 to see requests, errors and latency in real time.`,
      },
      code: `import OpenAI from 'openai';
import { requests, seconds } from './metrics.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const { choices } = await client.chat.completions.create(options).finally(seconds.startTimer());
  requests.inc();
  return choices[0]?.message.content ?? '';
}`,
      shows: 'numbers are collected, the README promises a dashboard, and there is none',
    },
  ],
});
