import {
  agentBoards,
  costPanels,
  defineCheck,
  fail,
  metricNamed,
  metricsIn,
  noted,
  partial,
  pass,
  production,
  someOf,
  unknown,
} from '../../src/core/index.ts';

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
  id: 'monitoring/cost-dashboard',
  code: 'MON-10',
  title: 'A dashboard shows what the agent costs, by model or user',
  severity: 'high',
  how: ['inspect', 'attest'],
  lines: ['L12'],
  why: 'Cost creeps. Without a curve the increase is noticed a month late, and nobody can say which model or customer caused it.',
  fix: 'Plot cost or tokens over time by model, and by tenant where there are some, from a metric that every model call increments.',
  settles:
    'A provisioned dashboard with a series of cost or tokens over time by model or user, or a signed statement with the link to it, its owner and an expiry date.',
  traps: [
    'A counter that is registered and never incremented gives a beautiful dashboard of zeros.',
    'A total without a breakdown shows that it rises and not why.',
    'The invoice page of the provider shows yesterday, for all keys together.',
  ],
  needs: { facts: ['dashboard', 'monitoring-stack', 'metric'] },

  inspect({ dashboard: dashboards, 'monitoring-stack': stacks, metric: metrics }) {
    const emitted = production(metrics);
    const own = agentBoards(production(dashboards), emitted);
    const panels = own.flatMap(board => costPanels(board).map(one => ({ board, ...one })));
    const places = panels.slice(0, 5).map(({ panel }) => noted(panel.location, panel.title));
    if (panels.length === 0) {
      const boards = own.slice(0, 5).map(board => noted(board.location, board.title));
      if (own.length > 0) return [fail(`No panel of ${someOf(own.map(board => board.title))} shows cost or tokens`, boards, 'medium')];
      const [stack] = production(stacks);
      return stack === undefined ? undefined : [unknown(`${stack.label}, and no dashboard in the repository shows cost`, [stack.location])];
    }
    const names = [...new Set(panels.flatMap(({ queries }) => queries.flatMap(query => metricsIn(query).map(({ metric }) => metric))))];
    const idle = names.flatMap(name => metricNamed(emitted, name) ?? []).filter(metric => metric.idle === true);
    if (idle.length > 0 && idle.length === names.length)
      return [
        fail(`${someOf(idle.map(metric => metric.name))}: declared, and nothing ever counts it, so that the panels stay empty`, [
          ...places,
          ...idle.map(metric => metric.location),
        ]),
      ];
    const curves = panels.filter(({ panel }) => panel.overTime);
    if (curves.length === 0) return [partial('The panels of cost show one number each, and no curve', places, 'medium')];
    const divided = curves.filter(({ by }) => by.length > 0);
    const [best] = divided;
    if (best === undefined) return [partial('The curves of cost show a total, by no model and by no user', places, 'medium')];
    if (panels.every(({ board }) => board.provisioned === 'no'))
      return [partial('Nothing in the repository brings the dashboard of cost to the server that would show it', places, 'medium')];
    return [pass(`${best.board.title}: "${best.panel.title}" shows cost by ${someOf(best.by)}`, [best.panel.location], 'medium')];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'grafana/cost.json': `{
  "title": "Cost of the support agent",
  "schemaVersion": 41,
  "panels": [
    { "type": "timeseries", "title": "Dollars per hour by model", "targets": [{ "refId": "A", "expr": "sum by (model) (increase(llm_cost_usd_total[1h]))" }] },
    { "type": "timeseries", "title": "Dollars per day by feature", "targets": [{ "refId": "A", "expr": "sum by (feature) (increase(llm_cost_usd_total[1d]))" }] }
  ]
}`,
        'grafana/provisioning/dashboards.yml': `apiVersion: 1
providers:
  - {name: cost, type: file, options: {path: /etc/grafana/dashboards}}`,
      },
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
import { dollars } from './prices.ts';
const cost = new Counter({ name: 'llm_cost_usd_total', help: 'Cost of all model calls', labelNames: ['model', 'feature'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, model, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  cost.inc({ model, feature: 'reply' }, dollars(usage));
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'grafana/cost.json': `{
  "title": "Cost (waiting for data)",
  "schemaVersion": 41,
  "panels": [
    { "type": "timeseries", "title": "Dollars per hour", "targets": [{ "refId": "A", "expr": "sum by (model) (increase(llm_cost_usd_total[1h]))" }] }
  ]
}`,
      },
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
export const cost = new Counter({ name: 'llm_cost_usd_total', help: 'Cost of all model calls', labelNames: ['model'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the counter is never incremented: a dashboard of zeros, said to be waiting for data',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'grafana/agent.json': `{
  "title": "Support agent",
  "schemaVersion": 41,
  "panels": [
    { "type": "timeseries", "title": "Requests", "targets": [{ "refId": "A", "expr": "sum(rate(agent_requests_total[5m]))" }] }
  ]
}`,
        'grafana/provisioning/dashboards.yml': `apiVersion: 1
providers:
  - {name: support-agent, type: file, options: {path: /etc/grafana/dashboards}}`,
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
      shows: 'requests are shown, and what they cost is not',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'grafana/cost.json': `{
  "title": "Support agent",
  "schemaVersion": 41,
  "panels": [
    { "type": "timeseries", "title": "Dollars per hour", "targets": [{ "refId": "A", "expr": "sum(increase(llm_cost_usd_total[1h]))" }] }
  ]
}`,
        'grafana/provisioning/dashboards.yml': `apiVersion: 1
providers:
  - {name: support-agent, type: file, options: {path: /etc/grafana/dashboards}}`,
      },
      code: AGENT,
      shows: 'a total says that it rises, and not why',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'grafana/cost.json': `{
  "title": "Support agent",
  "schemaVersion": 41,
  "panels": [
    { "type": "timeseries", "title": "Dollars per hour", "targets": [{ "refId": "A", "expr": "sum by (model) (increase(llm_cost_usd_total[1h]))" }] }
  ]
}`,
      },
      code: AGENT,
      shows: 'nothing brings the file to a server',
    },
  ],
});
