import {
  armOf,
  callWords,
  defineCheck,
  died,
  exitWords,
  type Finding,
  fail,
  inputSize,
  modelCalls,
  type Observation,
  offersTools,
  paidCalls,
  partial,
  pass,
  type Reply,
  replyOf,
  type Trial,
  toolResults,
  unknown,
} from '../../src/core/index.ts';

/** A message may become this many bytes of a model request, the result of a tool this many; and a conversation this many times its beginning. */
const MESSAGE = 40_000;
const RESULT = 200_000;
const GROWTH = 6;
/** Fewer turns than this show no growth. */
const TURNS = 8;
/** A request that grew by this many bytes a turn over the last turns is still growing: a turn has 6,000 bytes, 3,000 of them the user's. */
const PER_TURN = 1500;
const LAST = 4;

const kilobytes = (bytes: number): string =>
  bytes < 10_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;
const sizes = (trial: Trial): readonly number[] => modelCalls(trial).map(({ bytes }) => bytes);

/** One message that is far too long. What prompts and tools weigh anyway is known from the control. */
function message(seen: Observation, arm: string): Finding {
  const trial = armOf(seen, arm);
  const reply = replyOf(trial);
  const length = reply?.sent.length ?? 0;
  const what = `A message of ${length.toLocaleString('en-US')} characters`;
  const base = Math.max(0, ...sizes(seen.control));
  const more = sizes(trial).map(size => Math.max(0, size - base));
  // What is turned into vectors is paid for as well.
  const embedded = trial.exchanges.filter(({ request, path }) => request === undefined && /embed/i.test(path)).map(({ bytes }) => bytes);
  const [largest, all] = [Math.max(0, ...more, ...embedded), more.reduce((a, b) => a + b, 0)];
  if (largest >= MESSAGE) return fail(`${what} reached the model as ${kilobytes(largest)}`);
  if (all >= length && more.length > 0) return fail(`${what} reached the model in ${more.length} pieces, together ${kilobytes(all)}`);
  if (died(trial)) return fail(`${what} ended the agent's process (${exitWords(trial)})`);
  if (more.length > 0) return pass(`${what} reached the model as ${kilobytes(largest)}`);
  if (reply === undefined || reply.end === 'late' || reply.end === 'refused')
    return unknown(`${what} was neither answered nor sent to the model`);
  if (reply.status !== null && reply.status >= 500)
    return partial(`${what} did not reach the model, but caused an error of the server (status ${reply.status})`);
  return pass(`${what} was refused${reply.status === null ? '' : ` with status ${reply.status}`} before the model was asked`);
}

/** The largest model request of each turn that asked the model. */
function turnSizes(trial: Trial): readonly { readonly reply: Reply; readonly size: number }[] {
  const calls = modelCalls(trial);
  return trial.replies.flatMap(reply => {
    const own = calls.filter(({ at }) => at >= reply.at && at <= reply.endedAt);
    return own.length === 0 ? [] : [{ reply, size: Math.max(...own.map(({ bytes }) => bytes)) }];
  });
}

/** Fourteen long turns in one conversation. */
function conversation(seen: Observation): Finding | undefined {
  const trial = armOf(seen);
  const turns = turnSizes(trial);
  const [first] = turns;
  const last = turns.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // A program that keeps no history has none to bound.
  const later = modelCalls(trial).filter(({ at }) => at > first.reply.endedAt);
  if (!later.some(({ request }) => request.messages.length > 1 && request.messages.some(({ text }) => text.includes('Turn 1. '))))
    return undefined;
  const base = Math.min(Math.max(0, ...sizes(seen.control)), first.size - 1);
  const growth = (last.size - base) / (first.size - base);
  const words = `${turns.length} turns of one conversation made the request ${growth.toFixed(1)} times as large`;
  const earlier = turns[turns.length - 1 - LAST];
  const growing = earlier === undefined || last.size - earlier.size >= LAST * PER_TURN;
  const refused = trial.replies.length - turns.length;
  // Which limit refused the rest is not known: one of the conversation, of its user, or a failure.
  if (refused > 0 && (growth >= GROWTH || turns.length < TURNS)) return unknown(`${words}, and ${refused} more were not sent to the model`);
  if (growth >= GROWTH && growing) return fail(`${words}, ${kilobytes(last.size)}, and it was still growing`);
  return turns.length >= TURNS
    ? pass(`${words}, ${kilobytes(last.size)}`)
    : unknown(`Only ${callWords(turns.length)} came of ${trial.replies.length} turns`);
}

/** A tool returns two megabytes of text. */
function flood(seen: Observation): Finding | undefined {
  const trial = armOf(seen);
  if (!offersTools(trial)) return undefined;
  const [first, ...rest] = sizes(trial);
  const more = Math.max(0, ...rest) - (first ?? 0);
  if (more >= RESULT) return fail(`A tool returned 2 MB, and ${kilobytes(more)} of it were sent to the model`);
  const came = toolResults(trial).some(({ text }) => text.includes('The plan is called'));
  // A tool that asks nothing of the world got no such answer.
  return came ? pass(`A tool returned 2 MB, and ${kilobytes(more)} of it were sent to the model`) : undefined;
}

export const check = defineCheck({
  id: 'cost-control/input-size',
  code: 'COST-07',
  title: 'The size of the input is bounded before the model is paid for it',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L11'],
  why: 'A pasted book is billed as input at every step of the loop. A few such messages cost more than a day of normal ones.',
  fix: 'Give every branch of the request schema a maximum length (zod max, pydantic max_length), and trim the history by tokens before each call.',
  settles:
    'The answer to a message of one megabyte, in every form that the route accepts: a quick refusal, or a trimmed request to the model.',
  traps: [
    'A limit on one branch of a union leaves the others open, and a client chooses the branch.',
    'A body limit of the web server bounds one message; the history grows with each turn.',
    'A limit in the input field of the browser is none for a script.',
    'Counting tokens in a module that only prints them bounds nothing.',
  ],
  needs: { facts: ['model-call', 'limit'] },

  inspect({ 'model-call': calls, limit: limits }) {
    // Pictures and sound are not measured in characters.
    const read = paidCalls(calls).filter(call => call.purpose === 'chat' || call.purpose === 'agent-run' || call.purpose === 'embedding');
    if (read.length === 0) return undefined;
    const judged = read.map(call => ({ call, ...inputSize(call, limits) }));
    // A prompt that stands in the code whole has no input; it says something only where there is no other.
    const open = judged.filter(({ by }) => by?.amount !== 0);
    return (open.length === 0 ? judged : open).map(({ call, size, by }) => {
      const places = by === undefined ? [call.location] : [call.location, by.location];
      if (size === 'bounded') return pass(`${call.call}: ${by?.label}`, places, 'medium');
      if (size === 'partly') return partial(`${call.call}: ${by?.label}`, places, 'medium');
      if (size === 'unknown') return unknown(`${call.call}: ${by?.label}`, places);
      return fail(
        by === undefined ? `${call.call}: nothing was found that bounds the size of its input` : `${call.call}: ${by.label}`,
        places,
        'medium',
      );
    });
  },

  observe: {
    'long-input': seen => [message(seen, 'long'), message(seen, 'huge')],
    'long-conversation': conversation,
    'tool-flood': flood,
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { z } from 'zod';
const Turn = z.object({ role: z.enum(['user', 'assistant']), content: z.string().min(1).max(4000) });
const Body = z.object({ messages: z.array(Turn).min(1).max(20) });
const client = new OpenAI();
export async function POST(request: Request) {
  const body = Body.safeParse(await request.json());
  if (!body.success) return Response.json({ reply: 'Please ask in fewer words.' }, { status: 413 });
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages: body.data.messages, max_completion_tokens: 800 });
  return Response.json({ reply: choices[0]?.message.content });
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "zod": "4.1.12" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { convertToModelMessages, generateText } from 'ai';
import { z } from 'zod';
const Text = z.object({ type: z.literal('text'), text: z.string().max(2000) });
const Message = z.object({ role: z.literal('user'), parts: z.array(Text) });
const Body = z.union([z.object({ message: Message }), z.object({ messages: z.array(z.any()) })]);
export async function POST(request: Request) {
  const body = Body.parse(await request.json());
  const messages = await convertToModelMessages('messages' in body ? body.messages : [body.message]);
  const { text } = await generateText({ model: openai('gpt-5.6'), messages, maxOutputTokens: 800 });
  return Response.json({ reply: text });
}`,
      shows: 'the second branch takes anything, and whoever writes the request picks it',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { z } from 'zod';
import { loadHistory } from './history.ts';
const Body = z.object({ conversation: z.uuid(), question: z.string().min(1).max(4000) });
const client = new OpenAI();
export async function POST(request: Request) {
  const { conversation, question } = Body.parse(await request.json());
  const messages = [...(await loadHistory(conversation)), { role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return Response.json({ reply: choices[0]?.message.content });
}`,
      shows: 'the message is bounded, the history that goes with it is not',
    },
    {
      expect: 'pass',
      file: 'bot.ts',
      code: `import OpenAI from 'openai';
import { Telegraf } from 'telegraf';
const client = new OpenAI();
const bot = new Telegraf(process.env.BOT_TOKEN ?? '');
bot.on('text', async ctx => {
  const messages = [{ role: 'user' as const, content: ctx.message.text }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  await ctx.reply(choices[0]?.message.content ?? 'Sorry, nothing came back.');
});`,
      shows: 'Telegram itself ends a message after 4096 characters, and nothing else is sent',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import express from 'express';
import OpenAI from 'openai';
const client = new OpenAI();
const app = express().use(express.json({ limit: '50mb' }));
app.post('/chat', async (request, response) => {
  const messages = request.body.messages.slice(-10);
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  response.json({ reply: choices[0]?.message.content });
});`,
      shows: 'ten messages of any size, in a body of up to 50 MB',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { lookUp } from './shop.ts';
const client = new OpenAI();
const shorten = (text: string) => text.replace(/\\s+/g, ' ').slice(0, 8000);
async function ask(messages: OpenAI.ChatCompletionMessageParam[]) {
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message;
}
export async function reply(question: string) {
  if (question.length > 4000) return 'Please ask in fewer words.';
  const messages = [{ role: 'user' as const, content: question }];
  const conversation: OpenAI.ChatCompletionMessageParam[] = [...messages];
  for (let round = 0; round < 5; round++) {
    const said = await ask(conversation);
    const [call] = said?.tool_calls ?? [];
    if (said === undefined || call === undefined) return said?.content;
    conversation.push(said, { role: 'tool', tool_call_id: call.id, content: await lookUp(call) });
  }
  return 'I could not find out.';
}`,
      shows: 'what a tool brings goes along whole, in a copy of the list',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import type { IncomingMessage } from 'node:http';
import OpenAI from 'openai';
const client = new OpenAI();
const MOST = 512 * 1024;
async function textOf(request: IncomingMessage) {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MOST) throw new Error('too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
export async function answer(request: IncomingMessage) {
  const messages = [{ role: 'user' as const, content: await textOf(request) }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content;
}`,
      shows: 'half a megabyte is a limit, and still a book',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from fastapi import FastAPI
from openai import AsyncOpenAI
from pydantic import BaseModel, Field
app = FastAPI()
client = AsyncOpenAI()
class Question(BaseModel):
    text: str = Field(min_length=1, max_length=4000)
@app.post("/chat")
async def chat(body: Question):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": body.text}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `from fastapi import FastAPI
from openai import AsyncOpenAI
from pydantic import BaseModel, Field
app = FastAPI()
client = AsyncOpenAI()
class Question(BaseModel):
    text: str = Field(min_length=1, description="What the user asks")
@app.post("/chat")
async def chat(body: Question):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": body.text}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
  ],
});
