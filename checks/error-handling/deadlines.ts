import {
  armOf,
  defineCheck,
  died,
  exitWords,
  type Finding,
  fail,
  ignoredOptions,
  isAnswered,
  modelCalls,
  partial,
  pass,
  production,
  replyOf,
  type Trial,
  time,
  unasked,
  unknown,
  waited,
} from '../../src/core/index.ts';

/** The longest that one attempt may take, and all of them together, in milliseconds, before a user has left. */
const PATIENCE = 60_000;
const OVERALL = 300_000;

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

/** A reply that comes sooner than this did not wait for the model. In milliseconds. */
const SOON = 1000;

/** The provider never answers the first request: when does the user hear something? */
function whenHanging(trial: Trial): Finding {
  const [hung] = modelCalls(trial);
  const reply = replyOf(trial);
  if (hung === undefined || reply === undefined) return unasked();
  // SDKs of OpenAI and Anthropic tell their limit with each request, in seconds; without the header it must be waited for.
  const told = Number(hung.headers['x-stainless-timeout'] ?? Number.NaN);
  const announced = Number.isFinite(told) ? `; its client announces ${seconds(told * 1000)}` : '';
  if (died(trial)) return unknown(`A model call was never answered, and the agent's process ended (${exitWords(trial)})${announced}`);
  if (reply.end === 'broken' && !(told * 1000 <= PATIENCE))
    return unknown(`A model call was never answered, and the connection to the user broke after ${time(waited(reply))}${announced}`);
  if (reply.end !== 'late') {
    // Somebody who answers at once did not show how long a model call may take.
    if (waited(reply) < SOON && !isAnswered(trial, reply)) return unknown('The user had a reply before the model call was over');
    return pass(`A model call was never answered, and the user had a reply after ${time(waited(reply))}`);
  }
  const waiting = `A model call was never answered, and the user had no reply after ${time(waited(reply))}`;
  if (told * 1000 > PATIENCE || !Number.isFinite(told)) return fail(`${waiting}${announced}`);
  const open = hung.goneAt === undefined || hung.goneAt > reply.endedAt;
  // An announcement that should have come true within the experiment and did not is none.
  return open && hung.at + told * 1000 < reply.endedAt - SOON
    ? fail(`${waiting}${announced}, but the call was still open`)
    : pass(`A model call that is never answered is given up${announced}`);
}

/**
 * The answer comes for longer than anybody waits. Users who see it grow are served, and may stop it themselves: nothing is said about that.
 */
function whenSlow(trial: Trial): Finding | undefined {
  const reply = replyOf(trial);
  if (modelCalls(trial).length === 0 || reply === undefined) return unasked();
  if (died(trial)) return unknown(`While an answer came slowly, the agent's process ended (${exitWords(trial)})`);
  if (reply.end !== 'late')
    return waited(reply) < SOON
      ? undefined
      : pass(`A model call that went on and on was ended, and the user had a reply after ${time(waited(reply))}`);
  return reply.text.trim() === '' && reply.body.trim() === ''
    ? fail(`A model call went on and on, and the user saw nothing for ${time(waited(reply))}`)
    : undefined;
}

const IN_PYTHON = (body: string): string => `import asyncio
from openai import AsyncOpenAI
from store import load
client = AsyncOpenAI(max_retries=0)
async def reply(question: str):
${body}
    return answer.choices[0].message.content`;
const ASKED =
  'client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])';

const TIMED = (body: string): string => `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
export async function reply(messages) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 20_000);
${body}
}`;
const TIMED_CALL =
  "client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }, { signal: controller.signal })";

const STREAMED = TIMED_CALL.replace('messages,', 'messages, stream: true,');

export const check = defineCheck({
  id: 'error-handling/deadlines',
  code: 'ERR-06',
  title: 'Every model call has a deadline that a user would wait for',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'The default deadline of most SDKs is ten minutes, three times over. A hung provider then holds requests, memory and users for half an hour.',
  fix: 'Set a timeout of 30 to 60 seconds on the client or call (timeout, AbortSignal.timeout), below the limit of the gateway in front.',
  settles: 'A run in which the provider never answers: the seconds until the user gets a reply.',
  traps: [
    'Before Node.js 22.16 and 24.0, AbortSignal.timeout() inside AbortSignal.any() may be garbage collected and never fire.',
    'An abort signal that fires when the user leaves is no deadline.',
    'A maxDuration of the platform kills the request without a fallback.',
    'The timeout of an SDK holds for one attempt: with two retries it is three times as long.',
    'timeout is ignored by the AI SDK before version 6.',
    'The timeout of the SDKs of OpenAI and Anthropic for JavaScript is over when the first byte is there: a stream needs a signal.',
  ],
  needs: { facts: ['model-call', 'dead-option'] },

  inspect({ 'model-call': calls, 'dead-option': dead }) {
    return [
      ...production(calls).map(call => {
        const { explicit, ms, defaultMs, note, lost } = call.timeout;
        const places = [call.location, ...(call.timeout.location === undefined ? [] : [call.timeout.location])];
        const why = note === undefined ? '' : `: ${note}`;
        if (explicit === null) return unknown(`${call.call}: whether a deadline is set cannot be read${why}`, places);
        const attempts = call.retries.count === null || !Number.isFinite(call.retries.count) ? 1 : call.retries.count + 1;
        if (call.timeout.partly === true)
          return partial(`${call.call} has a deadline with some of the clients that it may use${why}`, places);
        if (!explicit) {
          if (defaultMs === null) return fail(`${call.call} has no deadline${why}`, places);
          if (defaultMs <= PATIENCE) return overall(call.call, defaultMs, attempts, 'the default of the SDK', places);
          return fail(
            `${call.call} has only the default deadline of the SDK, ${seconds(defaultMs)}${attempts > 1 ? ` for each of ${attempts} attempts` : ''}${why}`,
            places,
          );
        }
        if (lost?.certain === true) return partial(`${call.call} has a deadline that may not hold: ${lost.why}`, places);
        const finding =
          ms === null
            ? pass(`${call.call} has a deadline, set at run time`, places, 'medium')
            : ms > PATIENCE * 2
              ? partial(`${call.call} has a deadline of ${seconds(ms)}, longer than users wait`, places)
              : overall(call.call, ms, attempts, 'its deadline', places);
        return lost === undefined || finding.status !== 'pass' ? finding : pass(`${finding.message}. But ${lost.why}`, places, 'medium');
      }),
      ...ignoredOptions(dead, 'timeout', fail),
    ];
  },

  observe: {
    'provider-hangs': seen => whenHanging(armOf(seen)),
    'slow-answer': seen => whenSlow(armOf(seen)),
  },

  examples: [
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0, timeout: 20_000 });
export async function* reply(messages) {
  const stream = await client.chat.completions.create({ model: 'gpt-5.6', messages, stream: true, max_completion_tokens: 800 });
  for await (const part of stream) yield part.choices[0]?.delta?.content ?? '';
}`,
      shows: 'the timeout of the SDK is over when the stream begins',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0, timeout: 20_000 });
export async function* reply(messages) {
  const signal = AbortSignal.timeout(20_000);
  const stream = await client.chat.completions.create({ model: 'gpt-5.6', messages, stream: true, max_completion_tokens: 800 }, { signal });
  for await (const part of stream) yield part.choices[0]?.delta?.content ?? '';
}`,
      shows: 'a signal ends the stream as well',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic({ timeout: 30_000 });
export const reply = (messages) => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 800, messages });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
export const reply = (messages) => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 800, messages });`,
      shows: 'ten minutes, three times over',
    },
    {
      expect: 'fail',
      file: 'app/api/chat/route.ts',
      code: `import { streamText } from 'ai';
import { openai } from '@ai-sdk/openai';
export const maxDuration = 60;
export async function POST(req: Request) {
  const { messages } = await req.json();
  return streamText({ model: openai('gpt-5.6'), messages, maxOutputTokens: 800, abortSignal: req.signal }).toTextStreamResponse();
}`,
      shows: 'the signal of the request fires when the user leaves',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import { generateText } from 'ai';
import { openai } from '@ai-sdk/openai';
export const reply = (prompt, signal) =>
  generateText({ model: openai('gpt-5.6'), prompt, maxOutputTokens: 800, abortSignal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]) });`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: { Dockerfile: 'FROM node:22 AS build\nRUN npm ci\nFROM node:20.19-alpine\nCOPY --from=build /app /app\n' },
      code: `import { generateText } from 'ai';
import { openai } from '@ai-sdk/openai';
export const reply = (prompt, signal) =>
  generateText({ model: openai('gpt-5.6'), prompt, maxOutputTokens: 800, abortSignal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]) });`,
      shows: 'Node.js 20 forgets the timeout inside AbortSignal.any()',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: { '.nvmrc': 'lts/jod\n', 'package.json': '{ "engines": { "node": ">=20" } }' },
      code: `import { generateText } from 'ai';
import { openai } from '@ai-sdk/openai';
export const reply = (prompt, signal) =>
  generateText({ model: openai('gpt-5.6'), prompt, maxOutputTokens: 800, abortSignal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]) });`,
      shows: 'the newest Node.js 22 keeps it',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'package.json': '{ "dependencies": { "ai": "5.0.277", "@ai-sdk/openai": "2.0.131" } }' },
      code: `import { generateText } from 'ai';
import { openai } from '@ai-sdk/openai';
export const reply = (prompt) => generateText({ model: openai('gpt-5.6'), prompt, maxOutputTokens: 800, timeout: 20_000 });`,
      shows: 'an option that this version ignores',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: TIMED(`  try {
    return await ${TIMED_CALL};
  } finally {
    clearTimeout(timer);
  }`),
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: TIMED(`  try {
    return ${TIMED_CALL};
  } finally {
    clearTimeout(timer);
  }`),
      shows: 'without await the timer is cleared as soon as the call has begun',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
export async function reply(messages) {
  const asked = client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 20_000));
  Promise.race([asked, late]).catch(() => {});
  return await asked;
}`,
      shows: 'a race that nobody waits for',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
export async function reply(messages) {
  const late = new Promise(() => setTimeout(() => console.warn('late'), 20_000));
  return await Promise.race([client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }), late]);
}`,
      shows: 'a timer that only tells',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: IN_PYTHON(`    async with asyncio.timeout(20):
        answer = await ${ASKED}`),
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: IN_PYTHON(`    async with asyncio.timeout(20):
        question = await load(question)
    answer = await ${ASKED}`),
      shows: 'the time is over something else',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: IN_PYTHON(`    async with asyncio.timeout(20) as limit:
        limit.reschedule(None)
        answer = await ${ASKED}`),
      shows: 'the time was taken away again',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: TIMED(`  const stream = await ${STREAMED};
  clearTimeout(timer);
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;`),
      shows: 'the timer is cleared when the stream begins',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: TIMED(`  try {
    const stream = await ${STREAMED};
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    return text;
  } finally {
    clearTimeout(timer);
  }`),
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: TIMED(`  try {
    const stream = await ${STREAMED};
    return new Response(stream.toReadableStream());
  } finally {
    clearTimeout(timer);
  }`),
      shows: 'the function is over long before the stream',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: TIMED(`  const stream = await ${STREAMED};
  return new Response(new ReadableStream({
    async start(out) {
      try {
        for await (const chunk of stream) out.enqueue(chunk.choices[0]?.delta.content ?? '');
        out.close();
      } finally {
        clearTimeout(timer);
      }
    },
  }));`),
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
const signal = AbortSignal.timeout(30_000);
export const reply = (messages) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }, { signal });`,
      shows: 'one signal for all requests: half a minute after the start each of them is aborted at once',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
const limit = () => AbortSignal.timeout(30_000);
export const reply = (messages) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }, { signal: limit() });`,
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
const signal = AbortSignal.timeout(30_000);
async function main(question: string | undefined) {
  const messages = [{ role: 'user' as const, content: question ?? '' }];
  const answer = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }, { signal });
  console.log(answer.choices[0]?.message.content);
}
await main(process.argv[2]);`,
      shows: 'a program that asks once and ends',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import asyncio
from openai import AsyncOpenAI
client = AsyncOpenAI(max_retries=0)
async def reply(messages):
    async with asyncio.timeout(30):
        stream = await client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=messages, stream=True)
    async for chunk in stream:
        yield chunk.choices[0].delta.content or ""`,
      shows: 'the stream is read outside of the block that has the time limit',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import asyncio
from openai import AsyncOpenAI
client = AsyncOpenAI(max_retries=0)
async def reply(messages):
    async with asyncio.timeout(30):
        stream = await client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=messages, stream=True)
        async for chunk in stream:
            yield chunk.choices[0].delta.content or ""`,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: IN_PYTHON(`    async with asyncio.timeout_at(DEADLINE):
        answer = await ${ASKED}`).replace('async def', 'DEADLINE = asyncio.new_event_loop().time() + 20\nasync def'),
      shows: 'a moment that is set when the module is loaded',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: IN_PYTHON(`    async with asyncio.timeout_at(asyncio.get_running_loop().time() + 20):
        answer = await ${ASKED}`),
    },
  ],
});

function overall(call: string, ms: number, attempts: number, what: string, places: Parameters<typeof pass>[1]) {
  const total = ms * attempts;
  if (total > OVERALL)
    return partial(`${call}: ${what} of ${seconds(ms)} holds for each of ${attempts} attempts, ${seconds(total)} in all`, places);
  return pass(`${call}: ${what} is ${seconds(ms)}${attempts > 1 ? `, for each of ${attempts} attempts` : ''}`, places);
}
