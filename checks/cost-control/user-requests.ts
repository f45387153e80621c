import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'cost-control/user-requests',
  code: 'COST-03',
  title: 'How often one user may ask is limited',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L10'],
  why: 'Without a limit a single client in a loop takes the rate limit of the provider away from everybody else.',
  fix: 'Limit requests by the signed-in user on every route that calls a model, with a shared store (Upstash Ratelimit, rate-limiter-flexible, slowapi with a key function for the user).',
  settles: 'The answers to one user who asks more often than allowed: refusals after the limit, while a second user is not affected.',
  traps: [
    'Many limiters count by IP address unless told otherwise; behind a proxy that may be one address for all users.',
    'A limiter that is defined and not mounted, or guards the login and not the chat, limits nothing.',
    "A count of a user's messages in the database is a limit too, without any library.",
    'The default store is the memory of one process.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      code: `import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from '@upstash/redis';
import OpenAI from 'openai';
import { signedInUser } from './auth.ts'; // throws when nobody is signed in
const perUser = new Ratelimit({ redis: Redis.fromEnv(), limiter: Ratelimit.slidingWindow(50, '1 d'), timeout: 0 });
const client = new OpenAI();
export async function POST(request: Request) {
  const { success } = await perUser.limit((await signedInUser(request)).id);
  if (!success) return Response.json({ reply: 'That was a lot for one day. Please come back tomorrow.' }, { status: 429 });
  const messages = [{ role: 'user' as const, content: String((await request.json()).question) }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return Response.json({ reply: choices[0]?.message.content });
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import express from 'express';
import rateLimit from 'express-rate-limit';
import OpenAI from 'openai';
const client = new OpenAI();
const app = express().use(express.json());
app.use('/chat', rateLimit({ windowMs: 60_000, limit: 20 }));
app.post('/chat', async (request, response) => {
  const messages = [{ role: 'user' as const, content: String(request.body.question) }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  response.json({ reply: choices[0]?.message.content });
});`,
      shows: 'counts by IP address, in the memory of one process',
    },
  ],
});
