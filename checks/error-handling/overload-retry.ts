import {
  armOf,
  defineCheck,
  modelCalls,
  type Observation,
  production,
  recovered,
  retriedFinding,
  sumUp,
  type Trial,
} from '../../src/core/index.ts';

/** The waits at a failure of the server are the same whatever its number is. */
const others = (seen: Observation, own: string): readonly Trial[] =>
  Object.entries(seen.arms).flatMap(([name, trial]) => (name === own ? [] : [trial]));

export const check = defineCheck({
  id: 'error-handling/overload-retry',
  code: 'ERR-03',
  title: 'Overload and server errors are tried again with growing waits',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'Overload passes in seconds. Without another try each of those seconds reaches a user as a failure.',
  fix: 'Leave the retries of the SDK on, or wrap the call in one bounded retry that waits longer after every attempt, for every status from 500 on.',
  settles: 'A run in which the provider answers 529 and 500 twice and then recovers: the agent must wait longer each time and then answer.',
  traps: [
    'A list of 429 and 529 forgets 500, 502 and 503.',
    'Google GenAI and Mistral leave 529 out of the statuses that they try again.',
    'together-ai does not try a plain 500 again, although it comes from the same generator as openai.',
    'An error event inside a stream that began with 200 is not covered by the retries of any SDK.',
  ],
  needs: { facts: ['model-call'] },

  inspect({ 'model-call': calls }) {
    return production(calls).map(call => {
      const server = retriedFinding(call, 'serverError', 'a 500');
      // 529 is Anthropic's own status; other providers never send it.
      if (call.provider !== 'anthropic' && call.provider !== 'any') return server;
      const overload = retriedFinding(call, 'overload', 'a 529');
      const together = sumUp([server, overload]);
      return together?.status === server.status ? server : overload;
    });
  },

  observe: {
    overloaded: seen => [
      recovered(armOf(seen, 'error'), '500', 2, others(seen, 'error')),
      recovered(armOf(seen, 'unavailable'), '503', 1, others(seen, 'unavailable')),
      // 529 is Anthropic's own status: others never send it, so it proves nothing there.
      ...(modelCalls(armOf(seen, 'overload'))[0]?.request.dialect === 'anthropic-messages'
        ? [recovered(armOf(seen, 'overload'), '529', 2, others(seen, 'overload'))]
        : []),
    ],
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import { generateText } from 'ai';
import { anthropic } from '@ai-sdk/anthropic';
export const reply = (prompt) => generateText({ model: anthropic('claude-sonnet-5'), prompt, maxOutputTokens: 800 });`,
      shows: 'the default of the SDK',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import { generateText } from 'ai';
import { anthropic } from '@ai-sdk/anthropic';
export const reply = (prompt) => generateText({ model: anthropic('claude-sonnet-5'), prompt, maxOutputTokens: 800, maxRetries: 0 });`,
    },
    {
      expect: 'fail',
      file: 'agent.js',
      files: { 'package.json': '{ "dependencies": { "openai": "3.3.0" } }' },
      code: `const { Configuration, OpenAIApi } = require('openai');
const client = new OpenAIApi(new Configuration({ apiKey: process.env.OPENAI_API_KEY }));
exports.reply = (messages) => client.createChatCompletion({ model: 'gpt-4', max_tokens: 800, messages });`,
      shows: 'version 3 of openai has no retries',
    },
  ],
});
