import { acts, defineCheck, describe, fail, partial, pass, placesOf, production, unknown } from '../../src/core/index.ts';

/** One user message may cause this many requests to a failing provider before it is a smell, and before it is a defect. */
const MANY = 8;
const TOO_MANY = 20;

export const check = defineCheck({
  id: 'error-handling/retry-budget',
  code: 'ERR-05',
  title: 'Retries are bounded, and layers of them do not multiply',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'Three tries of the SDK inside four of a wrapper are twelve requests for one message, just when the provider is down.',
  fix: 'Let one layer retry and set the others to zero, with at most four attempts in all and one overall deadline.',
  settles: 'A run in which the provider never recovers: the number of requests until the agent gives up.',
  traps: [
    'A wrapper around a default client multiplies: 3 x 3 requests.',
    '.withRetry() of LangChain is up to 3 x 7.',
    'maxRetries: 0 next to a retry loop of its own is right, not a defect.',
    'p-retry counts retries, exponential-backoff counts attempts.',
  ],
  needs: { facts: ['model-call'] },

  inspect({ 'model-call': calls }) {
    return production(calls).map(call => {
      const { layers, count } = call.retries;
      const places = placesOf(call, layers);
      const acting = layers.filter(acts);
      if (count === null) return unknown(`${call.call}: the number of attempts cannot be read (${describe(call)})`, places);
      const attempts = count + 1;
      const sum =
        acting.length > 1
          ? `${acting.map(layer => layer.attempts).join(' x ')} = ${attempts} attempts`
          : `${attempts} attempt${attempts === 1 ? '' : 's'}`;
      if (!Number.isFinite(attempts)) return fail(`${call.call}: nothing ends the retries (${describe(call)})`, places);
      if (attempts > TOO_MANY) return fail(`${call.call}: ${sum} for one message (${describe(call)})`, places);
      if (attempts > MANY) return partial(`${call.call}: ${sum} for one message (${describe(call)})`, places);
      return pass(`${call.call}: at most ${sum} (${describe(call)})`, [call.location]);
    });
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 3 });
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pRetry from 'p-retry';
const client = new OpenAI();
export const reply = (messages) =>
  pRetry(() => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages }));`,
      shows: '11 attempts of p-retry times 3 of the SDK',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(messages) {
  for (let attempt = 0; attempt < 4; attempt++) {
    try {
      return await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
    } catch (error) {
      if (error.status < 500 || attempt === 3) throw error;
      await new Promise(resolve => setTimeout(resolve, 1000 * 2 ** attempt));
    }
  }
}`,
      shows: 'a loop around a client that also retries: 4 x 3',
    },
  ],
});
