import {
  agentAlerts,
  defineCheck,
  type Finding,
  fail,
  noted,
  partial,
  pass,
  production,
  severityOf,
  someOf,
  tellsOf,
  unknown,
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
  id: 'monitoring/alert-routing',
  code: 'MON-07',
  title: 'Every alert has a severity, an action and somebody who gets it',
  severity: 'high',
  how: ['inspect', 'attest'],
  lines: ['L03'],
  why: 'An alert that ends in an empty receiver or an unread channel is an alert that never happened.',
  fix: 'Label each rule with a severity, link a runbook that says what to do, and route critical alerts to the pager through a receiver with a real integration.',
  settles:
    'The route from each severity to a receiver with a working integration, or a signed statement with the link to a test page that arrived, its owner and an expiry date.',
  traps: [
    'A receiver without any integration is valid configuration and tells nobody.',
    'An alarm topic whose subscription is optional and empty by default has no listeners.',
    'A runbook link that was copied from a template leads nowhere; an action such as "investigate" says nothing.',
    'Placeholders for a webhook are accepted by every syntax check.',
  ],
  needs: { facts: ['alert', 'metric', 'alert-routing'] },

  inspect({ alert: alerts, metric: metrics, 'alert-routing': routings }) {
    const own = agentAlerts(alerts, metrics);
    if (own.length === 0) return undefined;
    const names = (some: readonly { name: string }[]): string => someOf(some.map(one => one.name));
    const places = (some: typeof own) => some.slice(0, 5).map(alert => noted(alert.location, alert.name));
    const ways = own.map(alert => ({ alert, way: tellsOf(alert, production(routings)) }));
    const deaf = ways.filter(({ way }) => way.tells === 'no');
    const open = ways.filter(({ way }) => way.tells === 'unknown').map(({ alert }) => alert);
    const mute = own.filter(alert => severityOf(alert) === undefined && alert.tells === undefined);
    const helpless = own.filter(alert => alert.action === undefined && alert.runbook === undefined);
    const lost = own.filter(alert => alert.noRunbook !== undefined);
    const [first] = deaf;
    if (first !== undefined && deaf.length === own.length)
      return [
        fail(
          `Nobody gets ${own.length === 1 ? 'the alert' : 'any of the alerts'}: ${first.way.why}`,
          [...(first.way.at ?? []), ...places(own)].slice(0, 6),
        ),
      ];
    const findings: Finding[] = [];
    if (first !== undefined)
      findings.push(
        partial(
          `Nobody gets ${names(deaf.map(({ alert }) => alert))}: ${first.way.why}`,
          [...(first.way.at ?? []), ...places(deaf.map(({ alert }) => alert))].slice(0, 6),
        ),
      );
    if (mute.length > 0) findings.push(partial(`No severity: ${names(mute)}`, places(mute)));
    if (helpless.length > 0) findings.push(partial(`No word on what to do: ${names(helpless)}`, places(helpless)));
    if (lost.length > 0)
      findings.push(partial(`The page that says what to do is missing: ${names(lost)} (${lost[0]?.noRunbook})`, places(lost)));
    if (open.length > 0) findings.push(unknown(`Who gets the alerts is not in the repository: ${names(open)}`, places(open)));
    return findings.length > 0
      ? findings
      : [pass(`Every alert has a severity, says what to do, and reaches somebody (${names(own)})`, places(own))];
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
        labels: {severity: critical}
        annotations:
          action: Switch the flag support-agent-fallback on, then look at the status page of the provider
          runbook_url: https://docs.shop.internal/runbooks/support-agent#errors`,
        'alertmanager.yml': `route:
  receiver: team-chat
  routes:
    - {matchers: ['severity="critical"'], receiver: on-call}
receivers:
  - name: on-call
    pagerduty_configs: [{routing_key_file: /etc/alertmanager/pagerduty.key}]
  - name: team-chat
    slack_configs: [{api_url_file: /etc/alertmanager/slack.url, channel: '#support-agent'}]`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
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
      - alert: AgentErrorShareHigh
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {severity: critical}
        annotations: {summary: The error rate is high, please investigate}`,
        'alertmanager.yml': `route:
  receiver: default
  group_by: [alertname]
receivers:
  - name: default # TODO: add the webhook`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'valid, routed, and received by nobody',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrorShareHigh
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {severity: critical}
        annotations: {runbook_url: docs/errors.md}`,
        'docs/errors.md': `# Errors

Switch the fallback on.`,
        'alertmanager.yml': `route:
  receiver: team
  routes:
    - {matchers: ['severity="critical"'], receiver: on-call}
receivers:
  - name: on-call
    webhook_configs: [{url: 'https://your-pager-webhook.example.com/TODO'}]
  - name: team
    slack_configs: [{api_url_file: /etc/alertmanager/slack.url, channel: '#support-agent'}]`,
      },
      code: AGENT,
      shows: 'the critical ones go to a placeholder',
    },
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
        labels: {severity: critical}
        annotations: {runbook_url: docs/errors.md}`,
        'docs/errors.md': `# Errors

Switch the fallback on.`,
      },
      code: AGENT,
      shows: 'whole rules; who gets them is kept elsewhere',
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
        labels: {severity: critical}
        annotations: {runbook_url: docs/errors.md}`,
        'alertmanager.yml': `route:
  receiver: team
  routes:
    - {matchers: ['severity="critical"'], receiver: on-call}
receivers:
  - name: on-call
    pagerduty_configs: [{routing_key_file: /etc/alertmanager/pagerduty.key}]
  - name: team
    slack_configs: [{api_url_file: /etc/alertmanager/slack.url, channel: '#support-agent'}]`,
      },
      code: AGENT,
      shows: 'the runbook that it names is not there',
    },
  ],
});
