import {
  actingTools,
  agentBoards,
  defineCheck,
  fail,
  noted,
  panelSubjects,
  partial,
  pass,
  production,
  someOf,
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
  needs: { facts: ['dashboard', 'monitoring-stack', 'metric', 'tool'] },

  inspect({ dashboard: dashboards, 'monitoring-stack': stacks, metric: metrics, tool: tools }) {
    const emitted = production(metrics);
    const all = production(dashboards);
    const own = agentBoards(all, emitted);
    const [first] = own;
    if (first === undefined) {
      if (all.length > 0) {
        const places = all.slice(0, 5).map(board => noted(board.location, board.title));
        return [fail(`No panel of ${someOf(all.map(board => board.title))} shows a metric of the agent`, places, 'medium')];
      }
      const [stack] = production(stacks);
      return stack === undefined ? undefined : [fail(`${stack.label}, and no dashboard is in the repository`, [stack.location], 'medium')];
    }
    const seen = new Set(own.flatMap(board => board.panels.flatMap(panel => panelSubjects(panel, emitted))));
    const wanted = [
      { subject: 'requests', name: 'the rate of requests' },
      { subject: 'errors', name: 'failures' },
      { subject: 'latency', name: 'a quantile of the latency' },
      ...(actingTools(tools).length === 0 && !seen.has('tools') ? [] : [{ subject: 'tools', name: 'tool calls' } as const]),
    ] as const;
    const missing = wanted.filter(({ subject }) => !seen.has(subject)).map(({ name }) => name);
    const shown = own.filter(board => board.panels.some(panel => panelSubjects(panel, emitted).length > 0));
    const places = shown.slice(0, 5).map(board => noted(board.location, board.title));
    const titles = someOf(
      (shown.length > 0 ? shown : own).map(board => board.title),
      3,
    );
    if (missing.length === wanted.length) return [fail(`No panel of ${titles} shows ${someOf(missing)}`, places, 'medium')];
    if (missing.length > 0) return [partial(`${titles}: no panel shows ${someOf(missing)}`, places, 'medium')];
    if (own.every(board => board.provisioned === 'no'))
      return [partial(`${titles}: nothing in the repository brings it to the server that would show it`, places, 'medium')];
    return [pass(`${titles} shows ${someOf(wanted.map(({ name }) => name))}`, places, 'medium')];
  },

  examples: [
    {
      expect: 'pass',
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
      expect: 'fail',
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
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'grafana/agent.json': `{
  "title": "Support agent",
  "schemaVersion": 41,
  "panels": [
    { "type": "timeseries", "title": "Requests", "targets": [{ "refId": "A", "expr": "sum(rate(agent_requests_total[5m]))" }] },
    { "type": "timeseries", "title": "Failures", "targets": [{ "refId": "A", "expr": "sum(rate(agent_requests_total{outcome=\\"failure\\"}[5m])) / sum(rate(agent_requests_total[5m]))" }] }
  ]
}`,
        'grafana/provisioning/dashboards.yml': `apiVersion: 1
providers:
  - {name: support-agent, type: file, options: {path: /etc/grafana/dashboards}}`,
      },
      code: AGENT,
      shows: 'nothing shows how long users wait',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'grafana/redis.json': `{
  "title": "Support agent",
  "schemaVersion": 41,
  "panels": [
    { "type": "timeseries", "title": "Commands", "targets": [{ "refId": "A", "expr": "rate(redis_commands_processed_total[5m])" }] },
    { "type": "timeseries", "title": "Memory", "targets": [{ "refId": "A", "expr": "redis_memory_used_bytes" }] }
  ]
}`,
        'grafana/provisioning/dashboards.yml': `apiVersion: 1
providers:
  - {name: support-agent, type: file, options: {path: /etc/grafana/dashboards}}`,
      },
      code: AGENT,
      shows: 'a dashboard of the database is no dashboard of the agent',
    },
  ],
});
