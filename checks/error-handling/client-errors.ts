import { defineCheck, fail, layersFor, pass, placesOf, production, retries, unknown } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'error-handling/client-errors',
  code: 'ERR-04',
  title: 'Client errors (400, 401, 403, 404) are not tried again',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'A wrong key or a malformed request stays wrong. Trying it again keeps the user waiting and hammers the provider.',
  fix: 'Try again on 408, 409, 429, from 500 on, and on connection errors only; throw everything else at once.',
  settles: 'A run in which the provider answers 400 and 401: exactly one request must arrive for each.',
  traps: [
    'A catch of the base class of all API errors inside a retry loop tries a 401 again.',
    'p-retry tries every error again unless shouldRetry or an AbortError says otherwise.',
    'The Claude Agent SDK tries a 401 again by itself.',
  ],
  needs: { facts: ['model-call'] },

  inspect({ 'model-call': calls }) {
    return production(calls).map(call => {
      const answer = retries(call, 'clientError');
      const layers = layersFor(call, 'clientError');
      const by = layers.map(layer => layer.label).join(' and ');
      const places = placesOf(call, layers);
      if (answer === 'yes') return fail(`${call.call}: client errors are tried again by ${by}`, places);
      if (answer === 'unknown') return unknown(`${call.call}: whether ${by} tries client errors again cannot be read`, places);
      return pass(`${call.call}: a client error is thrown at once`, [call.location]);
    });
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
export const reply = (messages) => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 800, messages });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
import pRetry from 'p-retry';
const client = new Anthropic({ maxRetries: 0 });
export const reply = (messages) =>
  pRetry(() => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 800, messages }), { retries: 3 });`,
      shows: 'p-retry without shouldRetry tries a 401 again',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(messages) {
  for (let attempt = 0; attempt < 4; attempt++) {
    try {
      return await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
    } catch (error) {
      console.error('attempt failed', error);
      await new Promise(resolve => setTimeout(resolve, 1000 * 2 ** attempt));
    }
  }
}`,
      shows: 'a catch of everything',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
const passing = error => error.status === 429 || error.status >= 500;
export async function reply(messages) {
  for (let attempt = 0; attempt < 4; attempt++) {
    try {
      return await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
    } catch (error) {
      if (!passing(error)) throw error;
      await new Promise(resolve => setTimeout(resolve, 1000 * 2 ** attempt));
    }
  }
}`,
      shows: 'the condition is in a function of its own',
    },
  ],
});
