import { defineCheck, fail, inputSize, paidCalls, partial, pass, unknown } from '../../src/core/index.ts';

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
  ],
});
