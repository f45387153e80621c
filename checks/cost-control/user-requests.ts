import {
  armOf,
  askedOf,
  defineCheck,
  endsRefused,
  type Finding,
  type Fit,
  fail,
  type Limit,
  limitFindings,
  ordinal,
  partial,
  pass,
  rowOf,
  type Trial,
  time,
  unknown,
} from '../../src/core/index.ts';

/** One user asks sixty times in a row, then another one once. */
function perUser(trial: Trial): Finding {
  const { asked, refusedAt, trouble } = rowOf(trial, 'a');
  if (trouble !== undefined) return unknown(trouble);
  const took = (asked.at(-1)?.reply.endedAt ?? 0) - (asked[0]?.reply.at ?? 0);
  if (refusedAt === undefined) return fail(`${asked.length} requests of one user within ${time(took)} were all served`);
  const words = `The ${ordinal(refusedAt)} request of one user was refused`;
  // Who sheds load at random refuses now and then, and not this user.
  if (!endsRefused(asked)) return unknown(`${words}, but later ones were not`);
  const other = askedOf(trial, 'b').at(-1)?.state;
  if (other === 'served') return pass(`${words}, another user was served`);
  return other === 'refused'
    ? partial(`${words}, and another user was refused as well`)
    : unknown(`${words}; what another user got cannot be told`);
}

/** A user who is known by a token. @param key what is counted by */
const KNOWN = (key: string, before = ''): string => `import os
import jwt
import redis.asyncio as redis
from fastapi import Depends, FastAPI, Header, HTTPException
from openai import AsyncOpenAI
from pydantic import BaseModel
app = FastAPI()
client = AsyncOpenAI()
store = redis.from_url(os.environ["REDIS_URL"])
class User(BaseModel):
    id: str
class ChatIn(BaseModel):
    user_id: str
    question: str
def current_user(authorization: str = Header()):
    try:
        claims = jwt.decode(authorization.removeprefix("Bearer "), os.environ["JWT_KEY"], algorithms=["HS256"])
    except jwt.PyJWTError:
        raise HTTPException(401)
    return User(id=claims["sub"])
@app.post("/chat")
async def chat(body: ChatIn, user=Depends(current_user)):
${before}    used = await store.incr(f"requests:{${key}}")
    if used == 1:
        await store.expire(f"requests:{${key}}", 86400)
    if used > 50:
        raise HTTPException(429, "Daily limit reached")
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": body.question}]
    )
    return {"reply": answer.choices[0].message.content}`;

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
  needs: { facts: ['model-call', 'limit'] },

  inspect({ 'model-call': calls, limit: limits }) {
    return limitFindings({ calls, limits, judge, sought: 'limit on how often one user may ask' });
  },

  observe: { 'greedy-user': seen => perUser(armOf(seen)) },

  examples: [
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
function count(seen: Map<string, number>, name: string) {
  const times = (seen.get(name) ?? 0) + 1;
  seen.set(name, times);
  if (times >= 3) throw new Error('the model goes round in circles');
}
export async function reply(question: string) {
  const seen = new Map<string, number>();
  const messages = [{ role: 'user' as const, content: question }];
  for (let round = 0; round < 8; round++) {
    const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, tools, max_completion_tokens: 800 });
    const calls = choices[0].message.tool_calls ?? [];
    if (calls.length === 0) return choices[0].message.content;
    for (const call of calls) count(seen, call.function.name);
    messages.push(choices[0].message, ...(await Promise.all(calls.map(call => run(call)))));
  }
}`,
      shows: 'a count of repeated tool calls inside one request',
    },
    {
      expect: 'pass',
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
      expect: 'pass',
      file: 'agent.ts',
      code: `import { and, count, eq, gte } from 'drizzle-orm';
import OpenAI from 'openai';
import { auth } from './auth.ts';
import { db, messages as table } from './db.ts';
const client = new OpenAI();
async function sentToday(userId: string) {
  const since = new Date(Date.now() - 24 * 60 * 60 * 1000);
  const [row] = await db.select({ n: count(table.id) }).from(table).where(and(eq(table.userId, userId), gte(table.createdAt, since)));
  return row?.n ?? 0;
}
export async function POST(request: Request) {
  const session = await auth();
  if (!session?.user) return new Response('Please sign in', { status: 401 });
  if ((await sentToday(session.user.id)) >= 50) return new Response('Enough for today', { status: 429 });
  const messages = [{ role: 'user' as const, content: String((await request.json()).question) }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return Response.json({ reply: choices[0]?.message.content });
}`,
      shows: 'a count in the database, without any library',
    },
    {
      expect: 'partial',
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
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import express from 'express';
import rateLimit from 'express-rate-limit';
import OpenAI from 'openai';
import { login } from './login.ts';
const client = new OpenAI();
const app = express().use(express.json());
app.post('/login', rateLimit({ windowMs: 60_000, limit: 5 }), login);
app.post('/chat', async (request, response) => {
  const messages = [{ role: 'user' as const, content: String(request.body.question) }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  response.json({ reply: choices[0]?.message.content });
});`,
      shows: 'guards the login and not the chat',
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
      code: `from fastapi import FastAPI, Request
from openai import AsyncOpenAI
from slowapi import Limiter
from slowapi.util import get_remote_address
limiter = Limiter(key_func=get_remote_address, storage_uri="redis://redis:6379")
app = FastAPI()
app.state.limiter = limiter
client = AsyncOpenAI()
@app.post("/chat")
@limiter.limit("10/minute")
async def chat(request: Request, question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `from fastapi import FastAPI, Request
from openai import AsyncOpenAI
from slowapi import Limiter
from slowapi.util import get_remote_address
limiter = Limiter(key_func=get_remote_address, storage_uri="redis://redis:6379")
app = FastAPI()
app.state.limiter = limiter
client = AsyncOpenAI()
@limiter.limit("10/minute")
@app.post("/chat")
async def chat(request: Request, question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
      shows: 'a decorator above that of the route is not in the function that the route was given',
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
      expect: 'fail',
      file: 'agent.py',
      code: `from datetime import date
from fastapi import Depends, FastAPI, HTTPException
from openai import AsyncOpenAI
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
tokens = {}
@app.post("/chat")
async def chat(question: str, user=Depends(current_user)):
    key = (user.id, date.today())
    if tokens.get(key, 0) >= 200_000:
        raise HTTPException(429, "Daily budget reached")
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    charge(key, answer.usage.total_tokens)
    return {"reply": answer.choices[0].message.content}
def charge(key, used):
    tokens[key] = tokens.get(key, 0) + used`,
      shows: 'it counts tokens, and not requests',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import os
import time
import redis
from openai import OpenAI
client = OpenAI()
store = redis.from_url(os.environ["REDIS_URL"])
def reply(user_id: str, question: str) -> str:
    key = f"requests:{user_id}:{time.time()}"
    used = store.incr(key)
    store.expire(key, 86400)
    if used > 50:
        return "Enough for today"
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return answer.choices[0].message.content`,
      shows: 'each request has a count of its own',
    },
    { expect: 'pass', file: 'agent.py', code: KNOWN('user.id') },
    {
      expect: 'partial',
      file: 'agent.py',
      code: KNOWN('body.user_id'),
      shows: 'the user is known, and what is counted by is another name that he sends',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: KNOWN('body.user_id', '    if body.user_id != user.id:\n        raise HTTPException(403)\n'),
      shows: 'the name that is sent is compared with the user',
    },
  ],
});

function judge(limit: Limit): Fit {
  if (limit.unit !== 'requests') return undefined;
  if (limit.scope === 'address') return { lacks: 'it counts by address, which many users may share and one user may change' };
  if (limit.scope === 'unknown') return { lacks: 'what it counts by is not shown to be the signed-in user' };
  if (limit.scope !== 'user') return undefined;
  return limit.window === Number.POSITIVE_INFINITY ? { lacks: 'it is never reset' } : { full: true };
}
