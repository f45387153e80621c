import {
  armOf,
  defineCheck,
  type Finding,
  type Fit,
  fail,
  HOUR,
  type Limit,
  limitFindings,
  type Observation,
  ordinal,
  partial,
  pass,
  rowOf,
  tokensOf,
  tokenWords,
  unknown,
} from '../../src/core/index.ts';

/** Forty users ask once each, from as many addresses, at high cost; in the arm `cheap` the same costs nothing to speak of. */
function together(seen: Observation): Finding {
  const [dear, cheap] = [rowOf(armOf(seen)), rowOf(armOf(seen, 'cheap'))];
  if (dear.trouble !== undefined) return unknown(dear.trouble);
  const used = tokenWords(tokensOf(dear.asked.flatMap(({ calls }) => calls)));
  const at = dear.refusedAt;
  if (at === undefined) return fail(`${dear.asked.length} users, together ${used}, were all served`);
  if (cheap.trouble !== undefined) return unknown(`With cheap requests: ${cheap.trouble}`);
  if (cheap.refusedAt !== undefined && cheap.refusedAt <= at)
    return partial(`The ${ordinal(at)} user was refused, and would have been with cheap requests as well: that limit counts requests`);
  // Who is refused must have come from another address than those before: else the limit may be one of each address.
  const addresses = dear.asked.slice(0, at).flatMap(({ reply }) => reply.address ?? []);
  if (new Set(addresses).size < addresses.length)
    return unknown(
      `After ${used} of others, the first request of the ${ordinal(at)} user was refused, but all came from one address, so it may be a limit by address`,
    );
  return pass(`After ${used} of others, the first request of the ${ordinal(at)} user was refused`);
}

export const check = defineCheck({
  id: 'cost-control/global-limit',
  code: 'COST-04',
  title: 'What all users together may cost in an hour is limited',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L10'],
  why: 'Limits per user do not help against a thousand new accounts, or against a mistake of your own that every request repeats.',
  fix: 'Keep one shared counter per hour for cost or requests, named after the hour so that it resets itself, and refuse new work when it is spent.',
  settles: 'The answer to a fresh user after others have used up the hour: it must be a refusal, and the next hour must start at zero.',
  traps: [
    'A variable in the process is multiplied by every replica; a timer that resets it does not run in a frozen serverless function.',
    'The rate limit of the provider bounds tokens per minute, and its spending limit a month.',
    'A gateway quota per day is weaker than an hourly one, and still much better than none.',
  ],
  needs: { facts: ['model-call', 'limit'] },

  inspect({ 'model-call': calls, limit: limits }) {
    return limitFindings({ calls, limits, judge, sought: 'limit on what all users together may use' });
  },

  observe: { 'costly-crowd': together },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'redis.ts': `import { Redis } from 'ioredis';
export const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379', { maxRetriesPerRequest: 1 });`,
        'prices.ts': `import type OpenAI from 'openai';
export const RESERVE = 0.05; // more than one reply can cost
export const dollars = (usage?: OpenAI.CompletionUsage) => ((usage?.prompt_tokens ?? 0) * 2.5 + (usage?.completion_tokens ?? 0) * 20) / 1e6;`,
      },
      code: `import OpenAI from 'openai';
import { dollars, RESERVE } from './prices.ts';
import { redis } from './redis.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const key = \`cost:everybody:\${new Date().toISOString().slice(0, 13)}\`; // one key per hour
  const spent = Number(await redis.incrbyfloat(key, RESERVE));
  await redis.expire(key, 7200);
  if (spent > 100) return 'Many people are asking just now. Please try again later.';
  const messages = [{ role: 'user' as const, content: question.slice(0, 8000) }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  await redis.incrbyfloat(key, dollars(usage) - RESERVE);
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'partial',
      file: 'api/chat.ts',
      files: {
        'vercel.json': '{ "functions": { "api/chat.ts": { "maxDuration": 60 } } }',
        'api/prices.ts': `import type OpenAI from 'openai';
export const RESERVE = 0.05; // more than one reply can cost
export const dollars = (usage?: OpenAI.CompletionUsage) => ((usage?.prompt_tokens ?? 0) * 2.5 + (usage?.completion_tokens ?? 0) * 20) / 1e6;`,
      },
      code: `import OpenAI from 'openai';
import { dollars } from './prices.ts';
const client = new OpenAI();
let hourlyCost = 0;
setInterval(() => { hourlyCost = 0; }, 3_600_000);
export async function POST(request: Request) {
  if (hourlyCost >= 100) return Response.json({ reply: 'Many people are asking just now.' }, { status: 503 });
  const messages = [{ role: 'user' as const, content: String((await request.json()).question) }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  hourlyCost += dollars(usage);
  return Response.json({ reply: choices[0]?.message.content });
}`,
      shows: 'a serverless function: every instance has its own total, and the timer sleeps with it',
    },
    {
      expect: 'unknown',
      file: 'agent.ts',
      code: `import { readFileSync, writeFileSync } from 'node:fs';
import OpenAI from 'openai';
const client = new OpenAI();
const FILE = 'spent.json';
export async function reply(question: string) {
  const hour = new Date().toISOString().slice(0, 13);
  const saved: { hour: string; spent: number } = JSON.parse(readFileSync(FILE, 'utf8'));
  const spent = saved.hour === hour ? saved.spent : 0;
  if (spent >= 100) return 'Many people are asking just now. Please try again later.';
  const messages = [{ role: 'user' as const, content: question.slice(0, 8000) }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  const dollars = ((usage?.prompt_tokens ?? 0) * 2.5 + (usage?.completion_tokens ?? 0) * 20) / 1e6;
  writeFileSync(FILE, JSON.stringify({ hour, spent: spent + dollars }));
  return choices[0]?.message.content ?? '';
}`,
      shows: 'a file counts for all instances only if they share the disk, and nothing says so',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import Bottleneck from 'bottleneck';
import OpenAI from 'openai';
const client = new OpenAI();
const queue = new Bottleneck({ maxConcurrent: 5, minTime: 200 });
export const reply = (question: string) => queue.schedule(() =>
  client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }], max_completion_tokens: 800 }));`,
      shows: 'a queue towards the provider smooths the spending and does not end it',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import os
import redis.asyncio as redis
from fastapi import Depends, FastAPI, HTTPException
from openai import AsyncOpenAI
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
store = redis.from_url(os.environ["REDIS_URL"])
@app.post("/chat")
async def chat(question: str):
    used = int(await store.get("tokens:all") or 0)
    if used > 5_000_000:
        raise HTTPException(503, "The budget of this hour is spent")
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    await store.incrby("tokens:all", answer.usage.total_tokens)
    await store.expire("tokens:all", 3600)
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import { Redis } from 'ioredis';
import OpenAI from 'openai';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
export async function reply(userId: string, question: string) {
  const used = Number(await redis.get(\`tokens:\${new Date().toISOString().slice(0, 13)}\`));
  if (used > 5_000_000) return 'Many people are asking just now. Please try again later.';
  const messages = [{ role: 'user' as const, content: question.slice(0, 8000) }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  await redis.incrby(\`tokens:\${userId}\`, usage?.total_tokens ?? 0);
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the count that is read is not the one that grows',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import os
import redis
from datetime import datetime
from openai import OpenAI
client = OpenAI()
store = redis.from_url(os.environ["REDIS_URL"])
def reply(question: str) -> str:
    key = f"tokens:{datetime.now().isoformat()}"
    if int(store.get(key) or 0) > 5_000_000:
        return "Many people are asking just now"
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    store.incrby(key, answer.usage.total_tokens)
    store.expire(key, 3600)
    return answer.choices[0].message.content`,
      shows: 'each request has a count of its own',
    },
  ],
});

function judge(limit: Limit): Fit {
  if (limit.scope !== 'global') return undefined;
  if (limit.window === Number.POSITIVE_INFINITY) return { lacks: 'it is never reset' };
  if (limit.state === 'process') return { lacks: 'each process and each restart counts for itself' };
  if (limit.window === null) return { lacks: 'after how long it starts again could not be read' };
  if (limit.state === 'unknown') return { unsure: 'whether all instances count together could not be told' };
  return limit.window > HOUR ? { lacks: 'it allows the use of many hours at once' } : { full: true };
}
