import {
  armOf,
  askedOf,
  defineCheck,
  died,
  endsRefused,
  type Finding,
  fail,
  type Limit,
  ordinal,
  partial,
  pass,
  production,
  rowOf,
  type Trial,
  time,
  unknown,
} from '../../src/core/index.ts';

/** Windows of limits are a minute or more; what took longer than this may have come into the next one. In milliseconds. */
const WINDOW = 30_000;

/** One user is at the limit, the agent is started again, and the user asks three times more; then another user asks once. */
function afterRestart(trial: Trial): Finding | undefined {
  const own = askedOf(trial, 'a');
  const after = own.filter(({ reply }) => reply.session.startsWith('after'));
  const before = own.filter(({ reply }) => !reply.session.startsWith('after'));
  const { refusedAt, trouble } = rowOf({ ...trial, replies: before.map(({ reply }) => reply) }, 'a');
  // Without a limit there is no count to keep: that is another item.
  if (refusedAt === undefined || trouble !== undefined) return undefined;
  const limit = `One user was refused from the ${ordinal(refusedAt)} request on`;
  if (!endsRefused(before)) return unknown(`${limit}, but not steadily`);
  const refused = before[refusedAt - 1]?.reply;
  const last = after.at(-1)?.reply;
  if (refused === undefined || last === undefined) return unknown(`${limit}; after the restart nothing was asked`);
  if (after.every(({ state }) => state === 'refused')) {
    // A service that refuses everybody after its start has kept no count.
    return askedOf(trial, 'b').at(-1)?.state === 'served'
      ? pass(`${limit}, and still after a restart, while another user was served`)
      : unknown(`${limit}; after the restart nobody was served`);
  }
  if (died(trial) || after.some(({ state }) => state !== 'served')) return unknown(`${limit}; what the restart did to it cannot be told`);
  const wait = Number(refused.headers['retry-after'] ?? Number.NaN) * 1000;
  const elapsed = last.endedAt - (before[0]?.reply.at ?? 0);
  if (last.endedAt - refused.at > wait || elapsed > WINDOW)
    return unknown(`${limit}, and served after a restart ${time(last.at - refused.at)} later, when the limit may have been over anyway`);
  return fail(`${limit}; after a restart ${after.length} more were served: the count was forgotten`);
}

export const check = defineCheck({
  id: 'cost-control/limit-state',
  code: 'COST-06',
  title: 'Limits are kept in a shared store and refuse when it is down',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L10'],
  why: 'A limit in memory forgets at every deployment and counts once per replica. A limit that allows everything when its store is down is off just when things go wrong.',
  fix: 'Keep the counters in Redis or a database with an expiry, and treat an error of the store as a refusal, or as a small local limit.',
  settles:
    'The answers of the agent after a restart, from a second instance, and with its limit store unreachable: the limit must hold in all three.',
  traps: [
    'A catch that returns "allowed" is easy to miss, since the limiter itself looks complete.',
    'Default stores of limiters are memory: express-rate-limit, slowapi without storage_uri, RateLimiterMemory.',
    'One process that is never scaled may do with memory; replicas, several workers and serverless may not.',
    'The limiter of Upstash lets a request pass when its store has not answered after five seconds, unless its timeout is set to 0.',
  ],
  needs: { facts: ['model-call', 'limit'] },

  notApplicable({ limit: limits }) {
    return kept(limits).length === 0
      ? 'No limit that counts from one request to the next was found, so there is no count to keep.'
      : undefined;
  },

  inspect({ 'model-call': calls, limit: limits }) {
    if (production(calls).length === 0) return undefined;
    return kept(limits).map(rule);
  },

  observe: { restart: seen => afterRestart(armOf(seen)) },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'limits.ts': `import { Redis } from 'ioredis';
import { log } from './log.ts';
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379', { maxRetriesPerRequest: 1 });
export async function allowed(userId: string): Promise<boolean> {
  const key = \`requests:\${userId}:\${new Date().toISOString().slice(0, 10)}\`;
  try {
    const count = await redis.incr(key);
    await redis.expire(key, 172_800);
    return count <= 50;
  } catch (err) {
    log.error({ err }, 'limits unreachable');
    return false;
  }
}`,
      },
      code: `import OpenAI from 'openai';
import { allowed } from './limits.ts';
const client = new OpenAI();
export async function reply(userId: string, question: string) {
  if (!(await allowed(userId))) return 'I cannot take more questions just now. Please try again later.';
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import { Redis } from 'ioredis';
import OpenAI from 'openai';
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379', { maxRetriesPerRequest: 1 });
const client = new OpenAI();
async function allowed(userId: string) {
  const key = \`requests:\${userId}:\${new Date().toISOString().slice(0, 10)}\`;
  try {
    return (await redis.incr(key)) <= 50;
  } catch {
    return true; // do not block users because of Redis
  }
}
export const reply = async (userId: string, question: string) => (await allowed(userId)) &&
  client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }], max_completion_tokens: 800 });`,
      shows: 'when the store is down, everything is allowed',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'deploy/agent.yml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: support-agent}
spec:
  replicas: 4
  selector: {matchLabels: {app: support-agent}}
  template:
    metadata: {labels: {app: support-agent}}
    spec:
      containers: [{name: agent, image: registry.shop.internal/support-agent:2.4.1}]`,
      },
      code: `import OpenAI from 'openai';
import { RateLimiterMemory } from 'rate-limiter-flexible';
const perUser = new RateLimiterMemory({ points: 50, duration: 86_400 });
const client = new OpenAI();
export async function reply(userId: string, question: string) {
  await perUser.consume(userId);
  return client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }], max_completion_tokens: 800 });
}`,
      shows: 'four replicas, four separate limits, all forgotten at the next deployment',
    },
    {
      expect: 'fail',
      file: 'app/api/chat/route.ts',
      code: `import OpenAI from 'openai';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { auth } from '../../../auth.ts';
const perUser = new RateLimiterMemory({ points: 50, duration: 86_400 });
const client = new OpenAI();
export async function POST(request: Request) {
  const session = await auth();
  await perUser.consume(session.user.id);
  const { question } = await request.json();
  const reply = await client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }], max_completion_tokens: 800 });
  return Response.json(reply.choices[0]?.message);
}`,
      shows: 'a route that is served by many short-lived instances',
    },
    {
      expect: 'not-applicable',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (question: string) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }], max_completion_tokens: 800 });`,
      shows: 'no limit at all: the items about limits say so',
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
async def check_quota(user=Depends(current_user)):
    key = f"requests:{user.id}"
    used = await store.incr(key)
    if used == 1:
        await store.expire(key, 86400)
    if used > 50:
        raise HTTPException(429, "Daily limit reached")
    return user
@app.post("/chat")
async def chat(question: str, user=Depends(check_quota)):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import time
from collections import defaultdict
from fastapi import Depends, FastAPI, HTTPException
from openai import AsyncOpenAI
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
times = defaultdict(list)
@app.post("/chat")
async def chat(question: str, user=Depends(current_user)):
    now = time.time()
    times[user.id] = [t for t in times[user.id] if now - t < 60]
    if len(times[user.id]) >= 10:
        raise HTTPException(429, "Slow down")
    times[user.id].append(now)
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
  ],
});

/** Limits that count from one request to the next, and that a request meets. */
function kept(limits: readonly Limit[]): readonly Limit[] {
  return production(limits).filter(limit => limit.scope !== 'request' && limit.reach !== 'unconnected');
}

/** Routes that platforms run in as many short-lived instances as there are requests. */
const SERVERLESS =
  /(?:^|\/)(?:app\/(?:.*\/)?route|pages\/api\/.*|api\/[^/]*|\+server|middleware|proxy)\.[cm]?[jt]sx?$|(?:^|\/)(?:netlify|supabase)\/functions\//;

function rule(limit: Limit): Finding {
  const places = [limit.location];
  if (limit.state === 'process') {
    return SERVERLESS.test(limit.location.file)
      ? fail(`${limit.label}: the count lives in the memory of a process, and this route is run by many`, places, 'medium')
      : partial(
          `${limit.label}: the count is kept in the memory of one process, lost at a restart and not shared between replicas`,
          places,
          'medium',
        );
  }
  if (limit.failsOpen !== undefined) return partial(`${limit.label}: it fails open: ${limit.failsOpen}`, places, 'medium');
  if (limit.state === 'unknown' || limit.reach === 'unknown')
    return unknown(`${limit.label}: where it is counted could not be told`, places);
  return pass(limit.label, places, 'medium');
}
