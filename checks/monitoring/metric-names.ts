import { defineCheck } from '../../src/core/index.ts';

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

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
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
      expect: 'unknown',
      reading: 'bad',
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
  ],
});
