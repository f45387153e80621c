import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'observability/latency',
  code: 'OBS-05',
  title: 'The time that a request takes is recorded as a distribution',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L02'],
  why: 'An average looks calm while one user in twenty waits half a minute. Only a distribution shows the slow ones.',
  fix: 'Time the whole request, the end of the stream included, in a histogram whose buckets go well beyond every alert threshold, to 60 seconds or more.',
  settles: 'The metrics of some requests that were delayed on purpose: the counts of the buckets for those delays must rise.',
  traps: [
    'A gauge keeps the last value only, and an average cannot be turned into a percentile afterwards.',
    'The default buckets of prom-client end at 10 seconds, so a 95th percentile can never be read as more than 10.',
    'HTTP middleware often stops its clock at the response headers and misses the whole stream; some of it is never mounted.',
    'Platform metrics, a tracing service or a duration field in the logs with a metric filter may do the work without a histogram in the code.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Histogram } from 'prom-client';
const seconds = new Histogram({ name: 'agent_request_seconds', help: 'Whole request', buckets: [0.5, 1, 2, 5, 10, 15, 30, 60, 120] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const end = seconds.startTimer();
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } finally {
    end();
  }
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Gauge } from 'prom-client';
const seconds = new Gauge({ name: 'agent_latency_seconds', help: 'Latency of the agent' });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const started = Date.now();
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  seconds.set((Date.now() - started) / 1000);
  return completion.choices[0]?.message.content ?? '';
}`,
      shows: 'a gauge remembers the last request only, and failed requests are not timed at all',
    },
  ],
});
