import { bestAlert, defineCheck, errorShare } from '../../src/core/index.ts';

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
  id: 'monitoring/error-rate-alert',
  code: 'MON-01',
  title: 'An alert fires when more than 5 % of requests fail in 5 minutes',
  severity: 'blocker',
  how: ['inspect', 'attest'],
  lines: ['L03'],
  why: 'Without it the first report of an outage is a customer. Every minute until then is lost for everybody who asks.',
  fix: 'Alert on failed requests divided by all requests over five minutes, both sides summed, above 0.05, with severity critical.',
  settles:
    'The rule in the alerting system, or a signed statement with a link to it, its owner and an expiry date: a share of failed requests over about five minutes, at most 5 %, severity critical.',
  traps: [
    'A rate of errors alone is errors per second; 0.1 means one error in ten seconds and no share of anything.',
    'A quotient without sums pairs each failed series with itself and is always exactly 1.',
    'The share of HTTP errors stays at zero where a fallback answers with 200.',
    'Error rates of the proxy or the database say nothing about the agent; rules quoted in a runbook are not deployed.',
  ],
  needs: { facts: ['alert', 'monitoring-stack', 'metric'] },

  inspect({ alert: alerts, 'monitoring-stack': stacks, metric: metrics }) {
    return bestAlert({ alerts, stacks, metrics }, { what: 'the share of requests that fail', rule: errorShare, expected: true });
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
        for: 2m
        labels: {severity: critical}
        annotations:
          summary: '{{ $value | humanizePercentage }} of the requests fail'
          runbook_url: https://docs.shop.internal/runbooks/support-agent#errors`,
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
      },
      code: AGENT,
      shows: 'without sums each failed series is divided by itself: the value is always 1',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: HighErrorRate
        expr: rate(agent_errors_total[5m]) > 0.1
        labels: {severity: critical}`,
      },
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const errors = new Counter({ name: 'agent_errors_total', help: 'Failed requests' });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const completion = await client.chat.completions.create(options).catch(() => undefined);
  if (!completion) errors.inc();
  return completion?.choices[0]?.message.content ?? 'That went wrong on our side. Please try again in a minute.';
}`,
      shows: 'errors per second: silent in a quiet night, always on at noon',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.5
        labels: {severity: critical}`,
      },
      code: AGENT,
      shows: 'the alert sleeps until half of the requests fail',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) < 0.05
        labels: {severity: critical}`,
      },
      code: AGENT,
      shows: 'it fires all day, except in an outage',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 5
        labels: {severity: critical}`,
      },
      code: AGENT,
      shows: 'a share is never above 1: five per cent are 0.05',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: 100 * (1 - sum(rate(agent_requests_total{outcome="success"}[5m])) / sum(rate(agent_requests_total[5m]))) >= 5
        labels: {severity: critical}`,
      },
      code: AGENT,
      shows: 'the same in per cent, from the side of the successes',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {severity: critical}`,
      },
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const requests = new Counter({ name: 'agent_requests_total', help: 'Finished requests', labelNames: ['outcome'] });
const client = new OpenAI();
export async function reply(question: string) {
  try {
    const messages = [{ role: 'user' as const, content: question }];
    const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    requests.inc({ outcome: 'success' });
    return choices[0]?.message.content;
  } catch (error) {
    requests.inc({ outcome: 'failure' });
    throw error;
  }
}`,
      shows: 'one counter for both outcomes, raised in two places',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {team: support}`,
      },
      code: AGENT,
      shows: 'no severity: nobody is woken',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {severity: critical}`,
        'prometheus.yml': `rule_files: ['/etc/prometheus/rules/*.rules']
scrape_configs:
  - job_name: agent
    static_configs: [{targets: ['agent:9464']}]`,
      },
      code: AGENT,
      shows: 'the server loads other files than this',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules: []
    #  - alert: AgentErrors
    #    expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05`,
      },
      code: AGENT,
      shows: 'the only rule is commented out',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(traefik_service_requests_total{code=~"5.."}[5m])) / sum(rate(traefik_service_requests_total[5m])) > 0.05
        labels: {severity: critical}`,
      },
      code: AGENT,
      shows: 'the share of errors of a proxy, where a fallback answers with 200',
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'docs/runbook.md': `# Errors

\`\`\`yaml
groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(agent_requests_total{outcome="failure"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
\`\`\``,
      },
      code: AGENT,
      shows: 'a rule that is quoted in a runbook is not deployed',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'alarms.tf': `resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "agent-errors"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.pager.arn]
  metric_query {
    id          = "share"
    expression  = "100 * errors / invocations"
    return_data = true
  }
  metric_query {
    id = "errors"
    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      stat        = "Sum"
      period      = 300
    }
  }
  metric_query {
    id = "invocations"
    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Invocations"
      stat        = "Sum"
      period      = 300
    }
  }
}`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the share is right, but the platform sees a fallback as a success, and nothing says how urgent it is',
    },
  ],
});
