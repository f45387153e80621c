import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'observability/request-cost',
  code: 'OBS-04',
  title: 'The cost of every request is computed and recorded',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L12'],
  why: 'A monthly invoice does not say which user, feature or prompt made it. Without a price per request nobody knows what to repair.',
  fix: 'Multiply input, cached and output tokens by their own rates from one price table, and write the sum into the event that closes the request.',
  settles:
    'The log event or metric of a request with known model and token counts: the cost in it must agree with the price list to the cent.',
  traps: [
    'One price for all tokens is wrong whenever the mix changes, because output costs several times as much as input.',
    'A total that lives at module or class level adds all users together and belongs to no request.',
    'Cached input has a rate of its own, and a default rate for unknown models hides the model that is missing.',
    'The price may come from elsewhere: a price library, the cost that the provider reports, or a tracing service that computes it on its side.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'prices.ts': "export const RATES = { 'gpt-5.6': { input: 2.5, cached: 0.25, output: 15 } };",
      },
      code: `import OpenAI from 'openai';
import pino from 'pino';
import { RATES } from './prices.ts'; // dollars per million tokens
const log = pino();
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  const { prompt_tokens: input = 0, completion_tokens: output = 0, prompt_tokens_details: details } = usage ?? {};
  const cached = details?.cached_tokens ?? 0;
  const rate = RATES['gpt-5.6'];
  log.info({ costUsd: ((input - cached) * rate.input + cached * rate.cached + output * rate.output) / 1e6 }, 'request complete');
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const DOLLARS_PER_TOKEN = 0.000003;
let costUsd = 0;
const log = pino();
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  costUsd += (usage?.total_tokens ?? 0) * DOLLARS_PER_TOKEN;
  log.info({ costUsd }, 'request complete');
  return choices[0]?.message.content ?? '';
}`,
      shows: 'one price for input and output, and a total that belongs to no request',
    },
  ],
});
