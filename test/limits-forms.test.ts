// The forms that limits have in real repositories, each beside a twin without the limit, which must not pass.
import { beforeAll, vi } from 'vitest';
import { type Files, forms } from './support/forms.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const { form, statusOf } = forms('limits-forms');

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await statusOf('COST-02', { 'agent.py': 'import openai\n' })));

/** A route handler that asks `check`, and charges what was used. */
const ts = (limits: string, gate: string, charge = 'await charge(session.user.id, usage?.total_tokens ?? 0);'): Files => ({
  'limits.ts': limits,
  'app/api/chat/route.ts': `import OpenAI from 'openai';
import { auth } from '../../../auth.ts';
import { charge, check } from '../../../limits.ts';
const client = new OpenAI();
export async function POST(request: Request) {
  const session = await auth();
  if (!session?.user) return new Response('Please sign in', { status: 401 });
  ${gate}
  const { question } = await request.json();
  const { choices, usage } = await client.chat.completions.create({
    model: 'gpt-5.6', max_completion_tokens: 800, messages: [{ role: 'user', content: question }],
  });
  ${charge}
  return Response.json({ reply: choices[0]?.message.content });
}
`,
});
const REFUSED = "return new Response('Enough for today', { status: 429 });";
const REDIS = `import { Redis } from 'ioredis';
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
const LIMIT = 100_000;
const keyOf = (userId: string) => \`tokens:\${userId}:\${new Date().toISOString().slice(0, 10)}\`;
`;
const CHARGE = `export async function charge(userId: string, tokens: number) {
  await redis.multi().incrby(keyOf(userId), tokens).expire(keyOf(userId), 172_800).exec();
}
`;

form(
  'a flag that a branch sets',
  'COST-02',
  ts(
    `${REDIS}export async function check(userId: string) {
  let allowed = true;
  let reason: string | undefined;
  const used = Number(await redis.get(keyOf(userId)));
  if (used >= LIMIT) { allowed = false; reason = 'tokens'; }
  return { allowed, reason };
}
${CHARGE}`,
    `const { allowed, reason } = await check(session.user.id);\n  if (!allowed) ${REFUSED}`,
  ),
  ['allowed = false; ', ''],
  ['allowed = false; ', 'allowed = true; '],
  ['if (!allowed)', 'if (allowed === undefined)'],
  ['if (!allowed)', 'if (allowed)'],
);

form(
  'one of two results',
  'COST-02',
  ts(
    `${REDIS}export async function check(userId: string) {
  const used = Number(await redis.get(keyOf(userId)));
  return used >= LIMIT ? { ok: false, message: 'Enough for today' } : { ok: true };
}
${CHARGE}`,
    `const limit = await check(session.user.id);\n  if (!limit.ok) ${REFUSED}`,
  ),
  ['{ ok: false,', '{ ok: true,'],
  ['!limit.ok', 'limit.ok'],
  ['if (!limit.ok)', 'if (limit.message?.includes("x"))'],
);

form(
  'what is left',
  'COST-02',
  ts(
    `${REDIS}export async function check(userId: string) {
  const used = Number((await redis.get(keyOf(userId))) ?? 0);
  const remaining = LIMIT - used;
  if (remaining <= 0) throw new Error('Enough for today');
  return remaining;
}
${CHARGE}`,
    'await check(session.user.id);',
  ),
  ['remaining <= 0', 'remaining >= 0'],
  ['redis.multi()', "new Redis('redis://other').multi()"],
  ['await check(session.user.id);', ''],
);

form(
  'a reason or null, of several keys at once',
  'COST-04',
  ts(
    `${REDIS}const hour = () => new Date().toISOString().slice(0, 13);
export async function check(userId: string): Promise<string | null> {
  const [mine, all] = await redis.mget(keyOf(userId), \`tokens:all:\${hour()}\`);
  if (Number(mine ?? 0) >= LIMIT) return 'Enough for today';
  if (Number(all ?? 0) >= 5_000_000) return 'Many people are asking just now';
  return null;
}
export async function charge(userId: string, tokens: number) {
  const batch = redis.pipeline();
  batch.incrby(keyOf(userId), tokens);
  batch.incrby(\`tokens:all:\${hour()}\`, tokens);
  batch.expire(\`tokens:all:\${hour()}\`, 7200);
  await batch.exec();
}
`,
    `const reason = await check(session.user.id);\n  if (reason !== null) ${REFUSED}`,
  ),
  [['batch.incrby(`tokens:all:$', '{hour()}`, tokens);'].join(''), ''],
  ['reason !== null', 'reason === null'],
);

const ROWS = (answer: string): string => `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export async function check(userId: string) {
  const since = new Date(Date.now() - 86_400_000);
  const rows = await prisma.usage.aggregate({ where: { userId, createdAt: { gte: since } }, _sum: { tokens: true }, _count: true });
  return ${answer};
}
export const charge = (userId: string, tokens: number) => prisma.usage.create({ data: { userId, tokens } });
`;
form('a number of rows beside a sum', 'COST-03', ts(ROWS('rows._count < 50'), `if (!(await check(session.user.id))) ${REFUSED}`), [
  'rows._count < 50',
  '(rows._sum.tokens ?? 0) < 50',
]);

form(
  'a field of a record that is saved',
  'COST-02',
  {
    'server.ts': `import express from 'express';
import jwt from 'jsonwebtoken';
import mongoose from 'mongoose';
import OpenAI from 'openai';
const User = mongoose.model('User', new mongoose.Schema({ day: String, tokensToday: Number }));
const client = new OpenAI();
const app = express().use(express.json());
app.post('/chat', async (request, response) => {
  const user = await User.findById(jwt.verify(request.headers.authorization, process.env.SECRET).sub);
  const today = new Date().toDateString();
  if (user.day !== today) { user.day = today; user.tokensToday = 0; }
  if (user.tokensToday >= 150_000) return response.status(429).send('Enough for today');
  const messages = [{ role: 'user' as const, content: request.body.question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
  user.tokensToday += usage?.total_tokens ?? 0;
  await user.save();
  response.json({ reply: choices[0]?.message.content });
});
`,
  },
  ['await user.save();', ''],
  ['user.tokensToday = 0; ', ''],
  ['user.tokensToday += usage?.total_tokens ?? 0;', ''],
  ['if (user.day !== today) { user.day = today; user.tokensToday = 0; }', 'user.tokensToday = 0;'],
);

const NEST = (body: string): Files => ({
  'quota.guard.ts': `import { type CanActivate, type ExecutionContext, HttpException, Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
@Injectable()
export class QuotaGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest();
    const key = \`requests:\${user.id}:\${new Date().toISOString().slice(0, 10)}\`;
    const count = await redis.incr(key);
    if (count === 1) await redis.expire(key, 86_400);
    ${body}
  }
}
`,
  'chat.controller.ts': `import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import OpenAI from 'openai';
import { QuotaGuard } from './quota.guard.ts';
const client = new OpenAI();
@Controller('chat')
@UseGuards(AuthGuard('jwt'), QuotaGuard)
export class ChatController {
  @Post()
  async send(@Body() body: { question: string }) {
    const messages = [{ role: 'user' as const, content: body.question }];
    const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
    return { reply: choices[0]?.message.content };
  }
}
`,
});
form(
  'a guard of NestJS that throws',
  'COST-03',
  NEST("if (count > 100) throw new HttpException('Enough for today', 429);\n    return true;"),
  [', QuotaGuard)', ')'],
  ['count > 100', 'count < 100'],
);
form(
  'a guard of NestJS that answers',
  'COST-03',
  NEST('return count <= 100;'),
  ['count <= 100', 'count > 100'],
  ['return count <= 100;', 'return true;'],
);
form('a guard of NestJS that answers early', 'COST-03', NEST('if (count <= 100) return true;\n    return false;'));

form(
  'a script of Redis',
  'COST-03',
  ts(
    `import { Redis } from 'ioredis';
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
const SCRIPT = \`
local current = redis.call('INCR', KEYS[1])
if current == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
if current > tonumber(ARGV[1]) then return 0 end
return 1
\`;
export async function check(userId: string): Promise<boolean> {
  const answer = await redis.eval(SCRIPT, 1, \`requests:\${userId}\`, 30, 60);
  return answer === 1;
}
`,
    `if (!(await check(session.user.id))) ${REFUSED}`,
    '',
  ),
  ['if current > tonumber(ARGV[1]) then return 0 end', ''],
  ["redis.call('INCR', KEYS[1])", "redis.call('GET', KEYS[1])"],
);

/** A route of FastAPI. */
const py = (top: string, before: string, after = '', given = 'question: str, user=Depends(current_user)', decorator = ''): Files => ({
  'agent.py': `import functools
import os
from datetime import date, datetime, timedelta, timezone
import redis
from fastapi import Depends, FastAPI, HTTPException
from flask import g
from openai import OpenAI
from sqlalchemy import func, select
from accounts import current_user
from models import Profile, Usage, session
app = FastAPI()
client = OpenAI()
store = redis.Redis.from_url(os.environ["REDIS_URL"])
${top}
@app.post("/chat")
${decorator}def chat(${given}):
    ${before}
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    ${after}
    return {"reply": answer.choices[0].message.content}
`,
});

form(
  'a sum that SQLAlchemy is asked for',
  'COST-02',
  py(
    `def check(user_id):
    since = datetime.now(timezone.utc) - timedelta(days=1)
    statement = select(func.coalesce(func.sum(Usage.cost_usd), 0)).where(Usage.user_id == user_id, Usage.created_at >= since)
    spent = session.execute(statement).scalar_one()
    if spent >= 2.0:
        raise HTTPException(429, "Enough for today")`,
    'check(user.id)',
    'session.add(Usage(user_id=user.id, cost_usd=answer.usage.total_tokens * 0.00001))\n    session.commit()',
  ),
  [', Usage.created_at >= since', ''],
  ['check(user.id)', 'check(question)'],
  ['spent >= 2.0', 'spent < 2.0'],
  ['check(user.id)', 'pass'],
);

form(
  'rows that SQLAlchemy counts',
  'COST-03',
  py(
    '',
    `since = datetime.now(timezone.utc) - timedelta(days=1)
    sent = session.query(func.count(Usage.id)).filter(Usage.user_id == user.id, Usage.created_at >= since).scalar()
    if sent >= 40:
        raise HTTPException(429, "Enough for today")`,
  ),
  ['raise HTTPException(429, "Enough for today")', 'print("many")'],
);

form(
  'rows that Django counts',
  'COST-03',
  {
    'views.py': `from datetime import timedelta
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.utils import timezone
from openai import OpenAI
from .models import Message
client = OpenAI()
@login_required
def chat(request):
    since = timezone.now() - timedelta(hours=24)
    sent = Message.objects.filter(user=request.user, created_at__gte=since).count()
    if sent >= 40:
        return JsonResponse({"error": "Enough for today"}, status=429)
    text = request.POST["message"]
    Message.objects.create(user=request.user, text=text)
    answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": text}])
    return JsonResponse({"reply": answer.choices[0].message.content})
`,
    'urls.py': 'from django.urls import path\nfrom .views import chat\nurlpatterns = [path("chat/", chat)]\n',
  },
  ['sent >= 40', 'sent < 40'],
  ['user=request.user, ', ''],
);

form(
  'a row of a day in SQL',
  'COST-03',
  {
    'bot.py': `import os
import sqlite3
from datetime import date
from openai import AsyncOpenAI
from telegram.ext import Application, MessageHandler, filters
client = AsyncOpenAI()
db = sqlite3.connect("usage.db")
def take(user_id):
    day = date.today().isoformat()
    row = db.execute("SELECT n FROM usage WHERE user_id = ? AND day = ?", (user_id, day)).fetchone()
    n = row[0] if row else 0
    if n >= 25:
        return False
    db.execute("INSERT INTO usage VALUES (?, ?, 1) ON CONFLICT (user_id, day) DO UPDATE SET n = n + 1", (user_id, day))
    db.commit()
    return True
async def answer(update, context):
    if not take(update.effective_user.id):
        await update.message.reply_text("Enough for today")
        return
    got = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": update.message.text}]
    )
    await update.message.reply_text(got.choices[0].message.content)
app = Application.builder().token(os.environ["TOKEN"]).build()
app.add_handler(MessageHandler(filters.TEXT, answer))
app.run_polling()
`,
  },
  ['DO UPDATE SET n = n + 1', 'DO NOTHING'],
  ['if not take(update.effective_user.id):', 'if take(update.effective_user.id):'],
);

form(
  'a document of Mongo',
  'COST-02',
  {
    'agent.py': `import os
from datetime import datetime, timezone
from fastapi import Depends, FastAPI, HTTPException
from motor.motor_asyncio import AsyncIOMotorClient
from openai import AsyncOpenAI
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
db = AsyncIOMotorClient(os.environ["MONGO_URL"])["app"]
def today():
    return datetime.now(timezone.utc).strftime("%Y-%m-%d")
@app.post("/chat")
async def chat(question: str, user=Depends(current_user)):
    kept = await db.usage.find_one({"user_id": user.id, "day": today()})
    if kept and kept["tokens"] >= 100_000:
        raise HTTPException(429, "Enough for today")
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    await db.usage.update_one({"user_id": user.id, "day": today()}, {"$inc": {"tokens": answer.usage.total_tokens}}, upsert=True)
    return {"reply": answer.choices[0].message.content}
`,
  },
  ['{"$inc": {"tokens": answer.usage.total_tokens}}', '{"$inc": {"calls": 1}}'],
  ['"day": today()})\n    if', '"day": question})\n    if'],
);

form(
  'a decorator that is made, with a batch',
  'COST-03',
  py(
    `def limited(most):
    def around(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            key = f"requests:{g.user.id}:{date.today().isoformat()}"
            batch = store.pipeline()
            batch.incr(key)
            batch.expire(key, 86400)
            count, _ = batch.execute()
            if count > most:
                return {"error": "Enough for today"}, 429
            return fn(*args, **kwargs)
        return inner
    return around`,
    '',
    '',
    'question: str',
    '@limited(100)\n',
  ),
  ['@limited(100)\n', ''],
  ['return {"error": "Enough for today"}, 429', 'print("many")'],
  ['            batch.incr(key)\n', ''],
);

form(
  'a key with the day in a hole, and an object that answers',
  'COST-02',
  py(
    `class Answer:
    def __init__(self, allowed, remaining):
        self.allowed = allowed
        self.remaining = remaining
class Quota:
    def __init__(self, kept, limit):
        self._kept = kept
        self._limit = limit
    def _key(self, user_id):
        return f"tokens:{user_id}:{datetime.now(timezone.utc):%Y-%m-%d}"
    def check(self, user_id):
        used = int(self._kept.get(self._key(user_id)) or 0)
        remaining = max(self._limit - used, 0)
        return Answer(allowed=remaining > 0, remaining=remaining)
    def charge(self, user_id, tokens):
        self._kept.pipeline().incrby(self._key(user_id), tokens).expire(self._key(user_id), 86400).execute()
quota = Quota(store, 100_000)`,
    'if not quota.check(user.id).allowed:\n        raise HTTPException(429, "Enough for today")',
    'quota.charge(user.id, answer.usage.total_tokens)',
  ),
  [':%Y-%m-%d}', ':%Y-%m-%dT%H:%M:%S}'],
  ['allowed=remaining > 0', 'allowed=True'],
);

form(
  'a script that was registered',
  'COST-03',
  py(
    `SCRIPT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return n
"""
count = store.register_script(SCRIPT)
class Limited(Exception):
    pass
def hit(user_id, limit=30):
    n = count(keys=[f"requests:{user_id}"], args=[60])
    if n > limit:
        raise Limited()`,
    'hit(user.id)',
  ),
  ['        raise Limited()', '        print("many")'],
  ["redis.call('INCR', KEYS[1])", "redis.call('GET', KEYS[1])"],
);

form(
  'a dependency of a class, with the seconds that it was made with',
  'COST-03',
  py(
    `class Limiter:
    def __init__(self, times, seconds):
        self.times = times
        self.seconds = seconds
    def __call__(self, user=Depends(current_user)):
        key = f"requests:{user.id}"
        n = store.incr(key)
        if n == 1:
            store.expire(key, self.seconds)
        if n > self.times:
            raise HTTPException(429, "Enough for now")
        return user
limiter = Limiter(times=30, seconds=60)`,
    '',
    '',
    'question: str, user=Depends(limiter)',
  ),
  ['            store.expire(key, self.seconds)', '            pass'],
  ['user=Depends(limiter)', 'user=Depends(current_user)'],
);

form(
  'the package limits',
  'COST-03',
  py(
    `from limits import parse
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
limiter = MovingWindowRateLimiter(RedisStorage(os.environ["REDIS_URL"]))
RATE = parse("30/minute")`,
    'if not limiter.hit(RATE, "chat", user.id):\n        raise HTTPException(429, "Enough for now")',
  ),
  ['not limiter.hit', 'limiter.hit'],
  ['limiter.hit(RATE, "chat", user.id)', 'limiter.test(RATE, "chat", user.id)'],
  ['"chat", user.id', '"chat", question'],
);
