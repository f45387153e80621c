import {
  armOf,
  defineCheck,
  describe,
  died,
  endOf,
  exitWords,
  type Finding,
  fail,
  isAnswered,
  mostTried,
  partial,
  pass,
  production,
  recovered,
  replyOf,
  retries,
  type Trial,
  time,
  unasked,
  unknown,
  waited,
} from '../../src/core/index.ts';

/** A reply that comes sooner than this did not wait for the model. In milliseconds. */
const SOON = 1000;

/** The provider never answers the first request. An agent that waits on and on has no timeout to try again: that is another item. */
function afterHang(trial: Trial): Finding | undefined {
  const [first, second] = mostTried(trial);
  const reply = replyOf(trial);
  if (first === undefined) return unasked();
  if (died(trial)) return fail(`When a model call was never answered, the agent's process ended (${exitWords(trial)})`);
  if (second !== undefined) {
    const words = `A model call without an answer was given up and tried again after ${time(second.at - first.at)}`;
    if (isAnswered(trial, reply)) return pass(`${words}, and the user got the answer`);
    return reply?.end === 'late' ? undefined : partial(`${words}, but the user did not get the answer`);
  }
  if (reply === undefined || reply.end === 'late' || waited(reply) < SOON) return undefined;
  return fail(
    `A model call without an answer was given up after ${time(Math.min(endOf(first), reply.endedAt) - first.at)} and not tried again`,
  );
}

export const check = defineCheck({
  id: 'error-handling/timeout-retry',
  code: 'ERR-02',
  title: 'Dropped connections and timeouts are tried again',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'Connections drop and calls hang every day. A second try a moment later nearly always succeeds.',
  fix: 'Use the timeout option of the SDK, which tries again, instead of an abort signal, which ends the call for good; or retry connection errors and timeouts in a wrapper.',
  settles: 'A run in which the provider drops the connection once, and hangs once: the agent must try again each time.',
  traps: [
    'The AI SDK tries a dropped connection again, but never an aborted call: AbortSignal.timeout ends it.',
    'A list of statuses to retry says nothing about failures that have no status.',
    'cohere-ai tries statuses again, and connection errors never.',
  ],
  needs: { facts: ['model-call'] },

  inspect({ 'model-call': calls }) {
    return production(calls).map(call => {
      const [connection, timeout] = [retries(call, 'connection'), retries(call, 'timeout')];
      const stack = describe(call);
      if (connection === 'no' && timeout === 'no')
        return fail(`${call.call}: neither a dropped connection nor a timeout is tried again (${stack})`, [call.location]);
      if (connection === 'unknown' || timeout === 'unknown')
        return unknown(`${call.call}: whether dropped connections and timeouts are tried again cannot be read (${stack})`, [call.location]);
      // Without a deadline of its own there is no timeout to try again; the missing deadline is the business of error-handling/deadlines.
      if (timeout === 'no' && call.timeout.explicit === false)
        return pass(`${call.call}: a dropped connection is tried again (${stack})`, [call.location], 'medium');
      if (connection === 'no')
        return partial(`${call.call}: a timeout is tried again, a dropped connection is not (${stack})`, [call.location]);
      if (timeout === 'no')
        return partial(`${call.call}: a dropped connection is tried again, a timeout is not (${stack})`, [call.location]);
      return pass(`${call.call}: dropped connections and timeouts are tried again (${stack})`, [call.location]);
    });
  },

  observe: {
    'connection-drops': seen => recovered(armOf(seen), 'dropped connection', 1),
    'provider-hangs': seen => afterHang(armOf(seen)),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ timeout: 30_000 });
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ timeout: 30_000, maxRetries: 0 });
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import { generateText } from 'ai';
import { openai } from '@ai-sdk/openai';
export const reply = (prompt) => generateText({ model: openai('gpt-5.6'), prompt, maxOutputTokens: 800, abortSignal: AbortSignal.timeout(30_000) });`,
      shows: 'the aborted call is not tried again',
    },
  ],
});
