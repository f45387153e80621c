import {
  armOf,
  askedOf,
  DAY,
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

/** One user asks ten times, each time at three times the cost; in the arm `cheap` the same costs nothing to speak of. */
function perUser(seen: Observation): Finding {
  const [dear, cheap] = [rowOf(armOf(seen), 'a'), rowOf(armOf(seen, 'cheap'), 'a')];
  if (dear.trouble !== undefined) return unknown(dear.trouble);
  const used = tokenWords(tokensOf(dear.asked.flatMap(({ calls }) => calls)));
  const at = dear.refusedAt;
  if (at === undefined) return fail(`${dear.asked.length} requests of one user, together ${used}, were all served`);
  if (cheap.trouble !== undefined) return unknown(`With cheap requests: ${cheap.trouble}`);
  // A limit of requests stops both at the same request, and hides whether there is one of cost.
  if (cheap.refusedAt !== undefined && cheap.refusedAt <= at)
    return unknown(
      `The ${ordinal(cheap.refusedAt)} request of one user is refused even when it costs nothing, so a limit of cost was not reached`,
    );
  const words = `After ${used} the ${ordinal(at)} request of one user was refused`;
  const other = askedOf(armOf(seen), 'b').at(-1)?.state;
  if (other === 'served') return pass(`${words}, another user was served`);
  return other === 'refused'
    ? partial(`${words}, and another user was refused as well`)
    : unknown(`${words}; what another user got cannot be told`);
}

export const check = defineCheck({
  id: 'cost-control/user-cost',
  code: 'COST-02',
  title: 'What one user may cost per day is limited',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L10'],
  why: 'One user with a script, or a stolen account, can spend the budget of everybody in a night.',
  fix: 'Keep a shared counter per user and day (Redis with an expiry, or a sum in SQL), reserve before the model call, and settle with the real cost afterwards.',
  settles:
    'The answers to one user whose requests are reported as expensive: the user must be refused after the limit while another user is still served.',
  traps: [
    'A limit that is called daily and never reset locks people out for ever, or forgets everything at the next restart.',
    'The key must be the signed-in user; an IP address or a chat id is easily changed or shared.',
    'A limit that exists with an infinite default is no limit until somebody sets it.',
    'Checking first and adding afterwards lets two requests at the same time pass together; a stream that was broken off still costs money.',
  ],
  needs: { facts: ['model-call', 'limit'] },

  inspect({ 'model-call': calls, limit: limits }) {
    return limitFindings({ calls, limits, judge, sought: 'limit on what one user may cost' });
  },

  observe: { 'costly-user': perUser },

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
export async function reply(userId: string, question: string) {
  const key = \`cost:\${userId}:\${new Date().toISOString().slice(0, 10)}\`;
  const spent = Number(await redis.incrbyfloat(key, RESERVE));
  await redis.expire(key, 172_800);
  if (spent > 2) return 'That was all for today. You can go on tomorrow.';
  const messages = [{ role: 'user' as const, content: question.slice(0, 8000) }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  await redis.incrbyfloat(key, dollars(usage) - RESERVE);
  return choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'prices.ts': `import type OpenAI from 'openai';
export const RESERVE = 0.05; // more than one reply can cost
export const dollars = (usage?: OpenAI.CompletionUsage) => ((usage?.prompt_tokens ?? 0) * 2.5 + (usage?.completion_tokens ?? 0) * 20) / 1e6;`,
      },
      code: `import OpenAI from 'openai';
import { dollars } from './prices.ts';
const DAILY_LIMIT_USD = 2;
const dailyCost = new Map<string, number>();
const client = new OpenAI();
export async function reply(userId: string, question: string) {
  const spent = dailyCost.get(userId) ?? 0;
  if (spent >= DAILY_LIMIT_USD) return 'That was all for today. You can go on tomorrow.';
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  dailyCost.set(userId, spent + dollars(usage));
  return choices[0]?.message.content ?? '';
}`,
      shows: 'called daily, but no day ever begins; each replica and each restart has its own table',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'budget.ts': `import { Redis } from 'ioredis';
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379', { maxRetriesPerRequest: 1 });
const keyOf = (userId: string) => \`cost:\${userId}:\${new Date().toISOString().slice(0, 10)}\`;
export class Budget {
  async check(userId: string) {
    if (Number(await redis.get(keyOf(userId))) >= 2) throw new Error('That was all for today.');
  }
  async charge(userId: string, usd: number) {
    await redis.incrbyfloat(keyOf(userId), usd);
    await redis.expire(keyOf(userId), 172_800);
  }
}`,
      },
      code: `import OpenAI from 'openai';
import { Budget } from './budget.ts';
const client = new OpenAI();
const budget = new Budget();
export async function reply(userId: string, question: string) {
  await budget.check(userId);
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the budget is asked, and nobody charges it',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'budget.ts': `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
const today = () => new Date().toISOString().slice(0, 10);
export async function check(userId: string) {
  const row = await prisma.quota.findUnique({ where: { userId_day: { userId, day: today() } } });
  if ((row?.spentUsd ?? 0) >= 2) throw new Error('That was all for today.');
}
export async function charge(userId: string, usd: number) {
  await prisma.quota.update({ where: { userId_day: { userId: 'global', day: today() } }, data: { spentUsd: { increment: usd } } });
}`,
      },
      code: `import OpenAI from 'openai';
import { charge, check } from './budget.ts';
const client = new OpenAI();
export async function reply(userId: string, question: string) {
  await check(userId);
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  await charge(userId, ((usage?.prompt_tokens ?? 0) * 2.5 + (usage?.completion_tokens ?? 0) * 20) / 1e6);
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the row of the user is read, and that of everybody is written',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: {
        'budget.py': `import os
from datetime import date

import redis

store = redis.from_url(os.environ["REDIS_URL"])


class Budget:
    def key(self, user_id):
        return f"cost:{user_id}:{date.today().isoformat()}"

    def check(self, user_id):
        if float(store.get(self.key(user_id)) or 0) >= 2:
            raise RuntimeError("That was all for today.")

    def charge(self, user_id, usd):
        store.incrbyfloat(self.key(user_id), usd)
        store.expire(self.key(user_id), 172800)
`,
      },
      code: `from openai import OpenAI
from budget import Budget

client = OpenAI()
budget = Budget()


def reply(user_id: str, question: str) -> str:
    budget.check(user_id)
    result = client.chat.completions.create(
        model="gpt-5.6", messages=[{"role": "user", "content": question}], max_completion_tokens=800
    )
    return result.choices[0].message.content or ""
`,
      shows: 'the budget is asked, and nobody charges it',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'redis.ts': `import { Redis } from 'ioredis';
export const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379', { maxRetriesPerRequest: 1 });`,
        'prices.ts': `import type OpenAI from 'openai';
export const RESERVE = 0.05; // more than one reply can cost
export const dollars = (usage?: OpenAI.CompletionUsage) => ((usage?.prompt_tokens ?? 0) * 2.5 + (usage?.completion_tokens ?? 0) * 20) / 1e6;`,
      },
      code: `import OpenAI from 'openai';
import { dollars } from './prices.ts';
import { redis } from './redis.ts';
const LIMIT = Number(process.env.DAILY_USD_PER_USER ?? Infinity);
const client = new OpenAI();
export async function reply(userId: string, question: string) {
  const key = \`cost:\${userId}:\${new Date().toISOString().slice(0, 10)}\`;
  if (Number(await redis.get(key)) >= LIMIT) return 'That was all for today. You can go on tomorrow.';
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  await redis.incrbyfloat(key, dollars(usage));
  return choices[0]?.message.content ?? '';
}`,
      shows: 'infinite until somebody sets it',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
const history = new Map<string, { role: 'user'; content: string }[]>();
export async function reply(userId: string, question: string) {
  const messages = history.get(userId) ?? [];
  if (messages.length > 50) return 'Please start a new conversation.';
  messages.push({ role: 'user' as const, content: question });
  history.set(userId, messages);
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the length of a history is no use of money',
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
async def chat(question: str, user=Depends(current_user)):
    key = f"tokens:{user.id}"
    used = int(await store.get(key) or 0)
    if used > 200_000:
        raise HTTPException(429, "Daily budget reached")
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    await store.incrby(key, answer.usage.total_tokens)
    await store.expire(key, 86400)
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'fail',
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
      expect: 'pass',
      file: 'agent.py',
      code: `import json
import os
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from fastapi import Depends, FastAPI, HTTPException
from openai import AsyncOpenAI
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
FILE = Path(os.environ["STATE_FOLDER"]) / "limits.json"
@contextmanager
def editing():
    counts = json.loads(FILE.read_text())
    yield counts
    FILE.write_text(json.dumps(counts))
def admit(user: str) -> None:
    with editing() as counts:
        today = date.today().isoformat()
        if counts["day"] != today:
            counts["day"] = today
            counts["tokens"] = {}
        if counts["tokens"].get(user, 0) >= 200_000:
            raise HTTPException(429, "Daily budget reached")
def charge(user: str, tokens: int) -> None:
    with editing() as counts:
        counts["tokens"][user] = counts["tokens"].get(user, 0) + tokens
@app.post("/chat")
async def chat(question: str, user=Depends(current_user)):
    admit(user.id)
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    charge(user.id, answer.usage.total_tokens)
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import json
import os
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from fastapi import Depends, FastAPI, HTTPException
from openai import AsyncOpenAI
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
FILE = Path(os.environ["STATE_FOLDER"]) / "limits.json"
@contextmanager
def editing():
    counts = json.loads(FILE.read_text())
    yield counts
    FILE.write_text(json.dumps(counts))
def admit(user: str) -> None:
    with editing() as counts:
        today = date.today().isoformat()
        if counts["tokens"].get(user, 0) >= 200_000:
            raise HTTPException(429, "Daily budget reached")
def charge(user: str, tokens: int) -> None:
    with editing() as counts:
        counts["tokens"][user] = counts["tokens"].get(user, 0) + tokens
@app.post("/chat")
async def chat(question: str, user=Depends(current_user)):
    admit(user.id)
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    charge(user.id, answer.usage.total_tokens)
    return {"reply": answer.choices[0].message.content}`,
      shows: 'a count in which each user runs out for ever',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import { Redis } from 'ioredis';
import OpenAI from 'openai';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
export async function reply(userId: string, question: string) {
  const key = \`tokens:\${userId}:\${new Date().toISOString().slice(0, 10)}\`;
  if (Number(await redis.get(key)) < 200_000) return 'That was all for today. You can go on tomorrow.';
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  await redis.incrby(key, usage?.total_tokens ?? 0);
  return choices[0]?.message.content ?? '';
}`,
      shows: 'turns away those who have used little',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import os
import redis.asyncio as redis
from datetime import date
from fastapi import FastAPI, Header, HTTPException
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
store = redis.from_url(os.environ["REDIS_URL"])
@app.post("/chat")
async def chat(question: str, x_user_id: str = Header()):
    key = f"tokens:{x_user_id}:{date.today().isoformat()}"
    if int(await store.get(key) or 0) > 200_000:
        raise HTTPException(429, "Daily budget reached")
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    await store.incrby(key, answer.usage.total_tokens)
    return {"reply": answer.choices[0].message.content}`,
      shows: 'the client says who it is, and nobody asks whether that is true',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import os
import redis
from datetime import date
from openai import OpenAI
client = OpenAI()
store = redis.from_url(os.environ["REDIS_URL"])
def admit(key):
    used = 0
    try:
        used = int(store.get(key) or 0)
        if used > 200_000:
            raise RuntimeError("daily budget reached")
    finally:
        return used
def reply(user_id: str, question: str) -> str:
    key = f"tokens:{user_id}:{date.today().isoformat()}"
    admit(key)
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    store.incrby(key, answer.usage.total_tokens)
    return answer.choices[0].message.content`,
      shows: 'the return of a finally takes the refusal back',
    },
  ],
});

function judge(limit: Limit): Fit {
  if (limit.unit !== 'usd' && limit.unit !== 'tokens')
    return limit.unit === 'unknown' && limit.scope === 'user' ? { lacks: 'what it counts could not be told' } : undefined;
  if (limit.scope === 'address') return { lacks: 'it counts by address, which is not a user' };
  if (limit.scope === 'unknown') return { lacks: 'whose use it counts could not be told' };
  if (limit.scope !== 'user') return undefined;
  if (limit.window === Number.POSITIVE_INFINITY) return { lacks: 'it is never reset' };
  if (limit.window === null) return { lacks: 'after how long it starts again could not be read' };
  // Two dollars a minute are nearly three thousand a day.
  if (limit.window < HOUR) return { lacks: `it starts again so often that a day allows ${Math.floor(DAY / limit.window)} times as much` };
  return limit.window > DAY ? { lacks: 'it allows the use of many days at once' } : { full: true };
}
