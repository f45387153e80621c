import {
  armOf,
  defineCheck,
  died,
  exitWords,
  type Finding,
  fail,
  layersFor,
  mostTried,
  pass,
  placesOf,
  production,
  replyOf,
  retries,
  type Trial,
  time,
  unasked,
  unknown,
  waited,
} from '../../src/core/index.ts';

/** The provider rejects the request with `status` for ever. */
function triedOnce(trial: Trial, status: number): Finding {
  const tries = mostTried(trial);
  const [first] = tries;
  const reply = replyOf(trial);
  if (first === undefined) return unasked();
  // Anthropic's SDK fetches a fresh token and tries once more; with a key it does not.
  const fresh = status === 401 && first.request.dialect === 'anthropic-messages' && first.headers.authorization !== undefined;
  if (tries.length > (fresh ? 2 : 1)) return fail(`A request that was rejected with ${status} was sent ${tries.length} times`);
  // Nobody knows what it would have done next.
  if (died(trial)) return unknown(`At a ${status} the agent's process ended (${exitWords(trial)})`);
  if (reply === undefined || reply.end === 'late')
    return unknown(
      `At a ${status} the user had no reply${reply === undefined ? '' : ` after ${time(waited(reply))}`}, so another try may still have come`,
    );
  return pass(`A request that was rejected with ${status} was sent once, and the user heard after ${time(waited(reply))}`);
}

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

  observe: {
    'client-errors': seen => [
      triedOnce(armOf(seen, 'badRequest'), 400),
      triedOnce(armOf(seen, 'unauthorized'), 401),
      triedOnce(armOf(seen, 'notFound'), 404),
    ],
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
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
const ask = (messages) => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
export const reply = (messages) => ask(messages).catch(() => ask(messages));`,
      shows: 'a second try without a loop',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
const ask = (messages, model) => client.chat.completions.create({ model, max_completion_tokens: 800, messages });
export const reply = (messages) => ask(messages, 'gpt-5.6').catch(() => ask(messages, 'gpt-5.6-mini'));`,
      shows: 'another model is a fallback',
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
