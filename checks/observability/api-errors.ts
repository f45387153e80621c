import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'observability/api-errors',
  code: 'OBS-07',
  title: 'Failed attempts at the model API are counted by kind',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L02'],
  why: 'Retries and friendly fallbacks hide a provider that is failing. The first sign is then a slow product and a doubled bill.',
  fix: 'Count every failed attempt with its kind (status, timeout, connection) in the wrapper around the client, not only the error that is left after all retries.',
  settles:
    'The metrics or logs of a request whose first attempts at the model API were refused: each refused attempt must be counted with its kind.',
  traps: [
    'A fallback that answers with status 200 makes HTTP error rates blind to the model API.',
    'A counter in the catch around an SDK call sees one error where the provider refused three attempts.',
    "Server errors of the agent's own routes are not errors of the model API.",
    'An instrumentation that marks spans with an error type, or a proxy with its own metrics, counts without a line in the code.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'metrics.ts': `import { Counter } from 'prom-client';
const errors = new Counter({ name: 'llm_api_errors_total', help: 'Failed attempts at the model API', labelNames: ['kind'] });
export const counted: typeof fetch = async (input, init) => {
  try {
    const response = await fetch(input, init);
    if (!response.ok) errors.inc({ kind: String(response.status) });
    return response;
  } catch (error) {
    errors.inc({ kind: error instanceof Error ? error.name : 'unknown' });
    throw error;
  }
};`,
      },
      code: `import OpenAI from 'openai';
import { counted } from './metrics.ts';
const client = new OpenAI({ fetch: counted });
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return completion.choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import express from 'express';
import promBundle from 'express-prom-bundle';
import OpenAI from 'openai';
const client = new OpenAI();
const app = express().use(express.json(), promBundle({ includeMethod: true, includePath: true }));
app.post('/chat', async (request, response) => {
  try {
    const messages = [{ role: 'user' as const, content: String(request.body.question) }];
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    response.json({ reply: completion.choices[0]?.message.content });
  } catch {
    response.json({ reply: 'I cannot answer just now. Please ask again in a few minutes.' });
  }
});`,
      shows: 'every failure leaves as a 200, and the middleware counts statuses only',
    },
  ],
});
