import {
  defineCheck,
  emittedElsewhere,
  type Finding,
  fail,
  metricNamed,
  namesAgent,
  noted,
  ownLabels,
  pass,
  production,
  someOf,
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
  id: 'monitoring/metric-names',
  code: 'MON-08',
  title: 'Every metric in alerts and panels is really emitted',
  severity: 'high',
  how: ['inspect', 'observe'],
  lines: ['L02'],
  why: 'A rule on a metric that does not exist stays silent for ever, and silence looks like health.',
  fix: 'Compare the names and labels in rules and panels with what the code emits, correct the dead ones, and check the metrics endpoint after a test run.',
  settles: 'The metrics endpoint after a run with failures: every metric of the agent that a rule or a panel names must be there.',
  traps: [
    'OpenTelemetry names change on the way out: dots become underscores, units and _total are added.',
    'Label names and values must match as well; a matcher for status="error" finds nothing where the code says outcome.',
    'Metrics of exporters (node, container, proxy) are emitted by others and are not dead.',
    'A counter that is declared and never incremented exists, and says nothing.',
  ],
  needs: { facts: ['metric-use', 'metric'] },

  inspect({ 'metric-use': uses, metric: metrics }) {
    const asked = production(uses).filter(use => !emittedElsewhere(use.name));
    if (asked.length === 0) return undefined;
    const emitted = production(metrics);
    const places = (some: typeof asked) => some.slice(0, 10).map(use => noted(use.location, use.name));
    const known = asked.filter(use => metricNamed(emitted, use.name) !== undefined);
    const strange = asked.filter(use => !known.includes(use));
    const findings: Finding[] = [];
    // Where no metric at all was found, they are counted in a way or a language that is not read.
    // A file without a single metric of the code may be about another program.
    const about = new Set(known.flatMap(use => use.files));
    const ours = (use: (typeof asked)[number]): boolean => use.files.some(file => about.has(file)) || namesAgent(emitted, use.name);
    const dead = emitted.length === 0 ? [] : strange.filter(use => use.inText === undefined && ours(use));
    const open = strange.filter(use => !dead.includes(use));
    if (dead.length > 0)
      findings.push(
        fail(
          `Asked for, and emitted by no code that was read: ${someOf(
            dead.map(use => use.name),
            8,
          )}`,
          places(dead),
          'medium',
        ),
      );
    for (const use of known) {
      const metric = metricNamed(emitted, use.name);
      const labels = metric?.allLabels === true ? metric.labels : undefined;
      const never = metric?.idle === true;
      if (never) findings.push(fail(`${use.name} is declared, and nothing ever counts it`, [use.location, metric.location]));
      const missing = labels === undefined ? [] : ownLabels(use.asks).filter(label => !labels.includes(label));
      if (missing.length > 0 && metric !== undefined)
        findings.push(
          fail(
            `${use.name} has no label ${someOf(missing)}; its labels are ${someOf(labels ?? [])}`,
            [use.location, metric.location],
            'medium',
          ),
        );
    }
    if (open.length > 0)
      findings.push(
        unknown(
          `Whether the code emits ${someOf(open.map(use => use.name))} could not be read`,
          [...places(open), ...open.flatMap(use => use.inText ?? [])].slice(0, 10),
        ),
      );
    return findings.length > 0
      ? findings
      : [pass(`All ${known.length} metrics of the agent that alerts and panels ask for are emitted`, places(known))];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: ModelApiTimesOut
        expr: sum(increase(llm_api_errors_total{kind="timeout"}[10m])) > 5
        labels: {severity: warning}`,
      },
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const errors = new Counter({ name: 'llm_api_errors_total', help: 'Failed calls of the model API', labelNames: ['kind'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  return client.chat.completions.create(options).catch(error => {
    errors.inc({ kind: error instanceof OpenAI.APIConnectionTimeoutError ? 'timeout' : 'api' });
    throw error;
  });
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: ModelApiTimesOut
        expr: sum(increase(llm_provider_errors_total{error_type="timeout"}[10m])) > 5
        labels: {severity: warning}`,
      },
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const errors = new Counter({ name: 'agent_calls_failed_total', help: 'Failed calls of the model API', labelNames: ['kind'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  return client.chat.completions.create(options).catch(error => {
    errors.inc({ kind: error instanceof OpenAI.APIConnectionTimeoutError ? 'timeout' : 'api' });
    throw error;
  });
}`,
      shows: 'the alert waits for llm_provider_errors_total, which nothing emits',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(agent_requests_total{status="error"}[5m])) / sum(rate(agent_requests_total[5m])) > 0.05
        labels: {severity: critical}`,
      },
      code: AGENT,
      shows: 'the code says outcome, and the rule asks for status',
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'alerts.yml': `groups:
  - name: agent
    rules:
      - alert: AgentErrors
        expr: sum(rate(support_errors_total[5m])) > 1
        labels: {severity: critical}`,
      },
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const prefix = process.env.METRIC_PREFIX;
export const errors = new Counter({ name: \`\${prefix}_errors_total\`, help: 'Failed requests' });
const requests = new Counter({ name: 'agent_requests_total', help: 'Finished requests', labelNames: ['outcome'] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const completion = await client.chat.completions.create(options).catch(() => undefined);
  requests.inc({ outcome: completion ? 'success' : 'failure' });
  return completion?.choices[0]?.message.content ?? 'That went wrong on our side. Please try again in a minute.';
}`,
      shows: 'the name is put together at run time',
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
      - alert: PodRestarts
        expr: increase(kube_pod_container_status_restarts_total{container="agent"}[1h]) > 3`,
      },
      code: AGENT,
      shows: 'what the cluster emits is not dead',
    },
  ],
});
