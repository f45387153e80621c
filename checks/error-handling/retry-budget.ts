import {
  acts,
  armOf,
  callWords,
  defineCheck,
  describe,
  died,
  exitWords,
  type Finding,
  fail,
  modelCalls,
  partial,
  pass,
  placesOf,
  production,
  replyOf,
  stackedRetries,
  type Trial,
  time,
  triesOf,
  unasked,
  unknown,
  waited,
} from '../../src/core/index.ts';

/** One user message may cause this many requests to a failing provider before it is a smell, and before it is a defect. */
const MANY = 8;
const TOO_MANY = 20;

/** The provider fails for ever, and one user asked once. */
function bounded(trial: Trial): Finding {
  const calls = modelCalls(trial).length;
  const reply = replyOf(trial);
  if (calls === 0) return unasked();
  const stack = triesOf(trial).flatMap(tries => stackedRetries(tries) ?? [])[0];
  const layers = stack === undefined ? '' : ` (${stack.runs} rounds of up to ${stack.length} tries: two layers retry)`;
  if (trial.capped) return fail(`While the provider was down, one message caused ${callWords(calls)} and the agent did not stop${layers}`);
  if (calls > TOO_MANY) return fail(`While the provider was down, one message caused ${callWords(calls)}${layers}`);
  if (calls > MANY || stack !== undefined) return partial(`While the provider was down, one message caused ${callWords(calls)}${layers}`);
  // Nobody knows what another part of it would have done next.
  if (died(trial)) return unknown(`While the provider was down, the agent's process ended after ${callWords(calls)} (${exitWords(trial)})`);
  if (reply === undefined || reply.end === 'late') {
    const after = `${callWords(calls)}${reply === undefined ? '' : ` in ${time(waited(reply))}`}`;
    return calls > 1
      ? partial(`While the provider was down, the agent had made ${after} and had not given up`)
      : unknown(`While the provider was down, the agent had made ${after} and had not answered`);
  }
  return pass(`While the provider was down, one message caused ${callWords(calls)} and ended after ${time(waited(reply))}`);
}

/** The same for many users at once, on average. */
function storm(trial: Trial): Finding {
  const calls = modelCalls(trial);
  const users = trial.replies.length;
  if (calls.length === 0 || users === 0) return unasked();
  const words = `While the provider was down, ${users} users at once caused ${callWords(calls.length)}`;
  if (calls.length > users * TOO_MANY) return fail(words);
  if (trial.capped) return fail(`${words} and the agent did not stop`);
  if (died(trial)) return unknown(`${words}, then the agent's process ended (${exitWords(trial)})`);
  if (calls.length > users * MANY) return partial(words);
  const late = trial.replies.filter(reply => reply.end === 'late').length;
  if (late * 2 > users) return partial(`${words}, and ${late} had no reply after ${time(Math.max(...trial.replies.map(waited)))}`);
  const seconds = calls.slice(users, 2 * users).map(({ at }) => at);
  const spread =
    seconds.length < users ? '' : `; the second tries came within ${time(Math.max(...seconds) - Math.min(...seconds))} of each other`;
  return pass(`${words}${spread}`);
}

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

  observe: {
    'provider-down': seen => bounded(armOf(seen)),
    'outage-storm': seen => storm(armOf(seen)),
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
