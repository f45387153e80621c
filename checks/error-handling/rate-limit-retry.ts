import {
  armOf,
  defineCheck,
  type Finding,
  ignoredOptions,
  isAnswered,
  mostTried,
  type Observation,
  partial,
  pass,
  production,
  recovered,
  replyOf,
  retriedFinding,
  type Trial,
  time,
  waitsBetween,
} from '../../src/core/index.ts';

/** What the provider asks for in the arm `once`, in milliseconds, with room for coarse timers. The own waits of common SDKs are below 2.1 s. */
const ASKED = 3000;
const KEPT = 2850;

/** The provider said when to come back: was that kept? */
function obeyed(trial: Trial): Finding {
  const found = recovered(trial, '429', 1, []);
  const [first] = waitsBetween(mostTried(trial));
  if (!isAnswered(trial, replyOf(trial)) || first === undefined) return found;
  if (first < KEPT) return partial(`The provider asked to wait ${time(ASKED)}, and the agent tried again after ${time(first)}`);
  return pass(`The provider asked to wait ${time(ASKED)}, the agent waited ${time(first)}, and recovered`);
}

/** More trials without a time to come back; a record of an older version has none. */
const more = ({ arms }: Observation): readonly Trial[] => ['again', 'long'].flatMap(name => arms[name] ?? []);

export const check = defineCheck({
  id: 'error-handling/rate-limit-retry',
  code: 'ERR-01',
  title: 'A rate limit (429) is tried again with growing waits',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'Every busy hour brings 429 answers. Without a second try each of them reaches a user as a failure.',
  fix: 'Leave the retries of the SDK on (two to four), or wrap the call in one bounded retry that waits longer each time and obeys Retry-After.',
  settles: 'A run in which the provider answers 429 twice and then recovers: the agent must wait longer each time and then answer.',
  traps: [
    'The Anthropic and OpenAI SDKs and the AI SDK try twice more by default: no retry code does not mean no retry.',
    'Google GenAI, Mistral 1.x and later, Ollama, openai 3 and raw fetch never try again.',
    'LangChain from core 1.2.8 on throws a 429 without a retry-after header at once.',
    'maxRetries inside the request body is sent to the API and changes nothing.',
    'A loop that catches the error and goes on without waiting is no backoff.',
  ],
  needs: { facts: ['model-call', 'dead-option'] },

  inspect({ 'model-call': calls, 'dead-option': dead }) {
    return [...production(calls).map(call => retriedFinding(call, 'rateLimit', 'a 429')), ...ignoredOptions(dead, 'retries', partial)];
  },

  observe: {
    'rate-limited': seen => [recovered(armOf(seen, 'twice'), '429', 2, more(seen)), obeyed(armOf(seen, 'once'))],
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
export const reply = (messages) => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 800, messages });`,
      shows: 'the default of the SDK: two retries with growing waits',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic({ maxRetries: 0 });
export const reply = (messages) => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 800, messages });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `export async function reply(messages) {
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: \`Bearer \${process.env.OPENAI_API_KEY}\` },
    body: JSON.stringify({ model: 'gpt-5.6', max_completion_tokens: 800, messages }),
  });
  return (await response.json()).choices[0].message.content;
}`,
      shows: 'fetch never tries again',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages) =>
  client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages, maxRetries: 5 });`,
      shows: 'in the body the option does nothing; the default of the SDK still holds',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: { 'package.json': '{ "dependencies": { "@langchain/openai": "1.5.8", "@langchain/core": "1.4.0" } }' },
      code: `import { ChatOpenAI } from '@langchain/openai';
const model = new ChatOpenAI({ model: 'gpt-5.6', maxTokens: 800 });
export const reply = (question) => model.invoke(question);`,
      shows: 'a 429 without retry-after is thrown at once',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
export async function reply(messages) {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      return await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
    } catch (error) {
      if (attempt === 2) throw error;
    }
  }
}`,
      shows: 'a loop of its own, but without a wait',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
export async function reply(messages) {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      return await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
    } catch (error) {
      if (error.status !== 429 && error.status < 500) throw error;
      await new Promise(resolve => setTimeout(resolve, 500 * 2 ** attempt));
    }
  }
  throw new Error('the model is overloaded');
}`,
      shows: 'one layer of its own in place of the SDK: no defect',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pRetry from 'p-retry';
const client = new OpenAI({ timeout: 20_000, maxRetries: 0 });
class RateLimitError extends Error {}
export const reply = (messages) =>
  pRetry(() => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }), {
    retries: 3,
    shouldRetry: ({ error }) => error instanceof RateLimitError,
  });`,
      shows: 'it waits for an error that nothing throws',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pRetry from 'p-retry';
const client = new OpenAI({ timeout: 20_000, maxRetries: 0 });
export const reply = (messages) =>
  pRetry(() => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }), {
    retries: 3,
    shouldRetry: ({ error }) => error instanceof OpenAI.APIError && (error.status === 429 || error.status >= 500),
  });`,
    },
  ],
});
