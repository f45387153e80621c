// Limits before the money is spent: libraries, counts of a repository's own, what skips them, and where they stand.
import { describe, expect, test } from 'vitest';
import type { Limit } from '../src/core/index.ts';
import { scan } from '../src/scan.ts';
import { layOut, type Tree } from './support/calls.ts';

/** Scope, unit, amount, seconds and state; then what weakens it: `off`, `open`, `misses N`, or a reach other than on-path. */
type Line = string;
interface Case {
  readonly name: string;
  readonly files: Tree;
  readonly limits: readonly Line[];
}

function line(limit: Limit): Line {
  return [
    limit.scope,
    limit.unit,
    limit.amount ?? '?',
    limit.window ?? '?',
    limit.state,
    ...(limit.reach === 'on-path' ? [] : [limit.reach]),
    ...(limit.offUnless === undefined ? [] : ['off']),
    ...(limit.failsOpen === undefined ? [] : ['open']),
    ...(limit.misses === undefined ? [] : [`misses ${limit.misses.length}`]),
  ].join(' ');
}

const limitsOf = async (files: Tree): Promise<readonly Limit[]> => (await scan(layOut(files), () => {})).facts.limit;

function table(title: string, cases: readonly Case[], size = false): void {
  describe(title, () => {
    for (const { name, files, limits } of cases)
      test(name, async () => {
        const found = await limitsOf(files);
        expect(found.filter(limit => (limit.unit === 'characters') === size).map(line)).toEqual(limits);
      });
  });
}

const OPENAI = `import OpenAI from 'openai';\nconst client = new OpenAI();\n`;
const CALL = `client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: 'hi' }] })`;
const SESSION = `import { auth } from './auth';\n`;
const AUTH = { 'auth.ts': `import NextAuth from 'next-auth';\nexport const { auth } = NextAuth({});` };
/** A route that asks `check` first; it may use `user` and `req`. */
const route = (imports: string, check: string): string =>
  `${OPENAI}${SESSION}${imports}\nexport async function POST(req: Request) {\n  const session = await auth();\n  const user = session.user;\n  ${check}\n  return Response.json(await ${CALL});\n}`;
const REDIS = `import { Redis } from '@upstash/redis';\nconst redis = Redis.fromEnv();`;
const UPSTASH = `import { Ratelimit } from '@upstash/ratelimit';\n${REDIS}`;
const REFUSE = `return new Response('no', { status: 429 });`;

table('limiters of packages that are asked', [
  {
    name: '@upstash/ratelimit by user, with its timeout off',
    files: {
      ...AUTH,
      'a.ts': route(
        `${UPSTASH}\nconst rl = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(50, '1 d'), timeout: 0 });`,
        `const { success } = await rl.limit(user.id); if (!success) ${REFUSE}`,
      ),
    },
    limits: ['user requests 50 86400 shared'],
  },
  {
    name: 'the default of @upstash/ratelimit lets requests pass after five seconds',
    files: {
      ...AUTH,
      'a.ts': route(
        `${UPSTASH}\nconst rl = new Ratelimit({ redis, limiter: Ratelimit.fixedWindow(10, '1 m') });`,
        `const { success } = await rl.limit(user.id); if (!success) ${REFUSE}`,
      ),
    },
    limits: ['user requests 10 60 shared open'],
  },
  {
    name: 'an address from a header is no user',
    files: {
      ...AUTH,
      'a.ts': route(
        `${UPSTASH}\nconst rl = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(10, '10 s'), timeout: 0 });`,
        `const ip = req.headers.get('x-forwarded-for') ?? '127.0.0.1'; const { success } = await rl.limit(\`chat_\${ip}\`); if (!success) ${REFUSE}`,
      ),
    },
    limits: ['address requests 10 10 shared'],
  },
  {
    name: 'a user id that the client sends is no user',
    files: {
      ...AUTH,
      'a.ts': route(
        `${UPSTASH}\nconst rl = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(10, '10 s'), timeout: 0 });`,
        `const { userId } = await req.json(); const { success } = await rl.limit(userId); if (!success) ${REFUSE}`,
      ),
    },
    limits: ['unknown requests 10 10 shared'],
  },
  {
    name: 'a constant key counts for everybody',
    files: {
      ...AUTH,
      'a.ts': route(
        `${UPSTASH}\nconst rl = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(1000, '1 h'), timeout: 0 });`,
        `const { success } = await rl.limit('everybody'); if (!success) ${REFUSE}`,
      ),
    },
    limits: ['global requests 1000 3600 shared'],
  },
  {
    name: 'off without its store',
    files: {
      ...AUTH,
      'limit.ts': `${UPSTASH}\nexport async function limited(id: string) {\n  if (!process.env.UPSTASH_REDIS_REST_URL) return false;\n  const rl = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(50, '1 d'), timeout: 0 });\n  const { success } = await rl.limit(id);\n  return !success;\n}`,
      'a.ts': route(`import { limited } from './limit';`, `if (await limited(user.id)) ${REFUSE}`),
    },
    limits: ['user requests 50 86400 shared off'],
  },
  {
    name: 'the answer is not looked at',
    files: {
      ...AUTH,
      'a.ts': route(
        `${UPSTASH}\nconst rl = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(50, '1 d') });`,
        `const { success } = await rl.limit(user.id); console.log(success);`,
      ),
    },
    limits: [],
  },
  {
    name: 'rate-limiter-flexible throws by itself',
    files: {
      ...AUTH,
      'a.ts': route(
        `import { RateLimiterRedis } from 'rate-limiter-flexible';\nconst rl = new RateLimiterRedis({ storeClient: {}, points: 20, duration: 3600 });`,
        `await rl.consume(user.id);`,
      ),
    },
    limits: ['user requests 20 3600 shared'],
  },
  {
    name: 'RateLimiterMemory is lost at a restart',
    files: {
      ...AUTH,
      'a.ts': route(
        `import { RateLimiterMemory } from 'rate-limiter-flexible';\nconst rl = new RateLimiterMemory({ points: 20, duration: 3600 });`,
        `try { await rl.consume(user.id); } catch { ${REFUSE} }`,
      ),
    },
    limits: ['user requests 20 3600 process'],
  },
  {
    name: 'a rejection that is only logged lets the request through',
    files: {
      ...AUTH,
      'a.ts': route(
        `import { RateLimiterRedis } from 'rate-limiter-flexible';\nconst rl = new RateLimiterRedis({ storeClient: {}, points: 20, duration: 3600 });`,
        `try { await rl.consume(user.id); } catch (error) { console.warn(error); }`,
      ),
    },
    limits: ['user requests 20 3600 shared open'],
  },
  {
    name: 'Arcjet with a characteristic of its own',
    files: {
      ...AUTH,
      'a.ts': route(
        `import arcjet, { slidingWindow } from '@arcjet/next';\nconst aj = arcjet({ key: 'k', characteristics: ['userId'], rules: [slidingWindow({ mode: 'LIVE', interval: 3600, max: 60 })] });`,
        `const decision = await aj.protect(req, { userId: user.id }); if (decision.isDenied()) ${REFUSE}`,
      ),
    },
    limits: ['user requests 60 3600 shared open'],
  },
  {
    name: 'a rate limit binding of Cloudflare',
    files: {
      'a.ts': `${OPENAI}export default { async fetch(req, env) {\n  const { success } = await env.LIMITER.limit({ key: req.headers.get('cf-connecting-ip') });\n  if (!success) ${REFUSE}\n  return Response.json(await ${CALL});\n} };`,
    },
    limits: ['address requests ? ? shared'],
  },
  {
    name: 'a queue towards the provider is no limit',
    files: `${OPENAI}import pLimit from 'p-limit';\nconst limit = pLimit(3);\nexport const reply = () => limit(() => ${CALL});`,
    limits: [],
  },
]);

const EXPRESS = `import express from 'express';\nconst app = express();\n`;
const RATE = `import rateLimit from 'express-rate-limit';\n`;
const HANDLER = `async (req, res) => { res.json(await ${CALL}); }`;

table('middleware, plugins and guards', [
  {
    name: 'for all routes, before them',
    files: `${OPENAI}${EXPRESS}${RATE}app.use(rateLimit({ windowMs: 60_000, limit: 20 }));\napp.post('/chat', ${HANDLER});`,
    limits: ['address requests 20 60 process'],
  },
  {
    name: 'mounted after the route',
    files: `${OPENAI}${EXPRESS}${RATE}app.post('/chat', ${HANDLER});\napp.use(rateLimit({ windowMs: 60_000, limit: 20 }));`,
    limits: ['address requests 20 60 process unconnected'],
  },
  {
    name: 'on the login only',
    files: `${OPENAI}${EXPRESS}${RATE}app.use('/login', rateLimit({ windowMs: 60_000, limit: 20 }));\napp.post('/chat', ${HANDLER});`,
    limits: ['address requests 20 60 process unconnected'],
  },
  {
    name: 'made and mounted nowhere',
    files: `${OPENAI}${EXPRESS}${RATE}export const limiter = rateLimit({ windowMs: 60_000, limit: 20 });\napp.post('/chat', ${HANDLER});`,
    limits: ['address requests 20 60 process unconnected'],
  },
  {
    name: 'on the route, by user, in a store',
    files: `${OPENAI}${EXPRESS}${RATE}import { RedisStore } from 'rate-limit-redis';\nconst limiter = rateLimit({ windowMs: 86_400_000, max: 50, keyGenerator: req => req.user.id, store: new RedisStore({}) });\napp.post('/chat', limiter, ${HANDLER});`,
    limits: ['user requests 50 86400 shared'],
  },
  {
    name: 'a router of a file, mounted under a prefix that is limited',
    files: {
      'chat.ts': `${OPENAI}import { Router } from 'express';\nexport const chat = Router();\nchat.post('/', ${HANDLER});`,
      'server.ts': `${EXPRESS}${RATE}import { chat } from './chat';\napp.use('/api', rateLimit({ windowMs: 60_000, limit: 20 }));\napp.use('/api/chat', chat);`,
    },
    limits: ['address requests 20 60 process'],
  },
  {
    name: 'another router is limited',
    files: {
      'chat.ts': `${OPENAI}import { Router } from 'express';\nexport const chat = Router();\nchat.post('/', ${HANDLER});`,
      'server.ts': `${EXPRESS}${RATE}import { chat } from './chat';\nconst login = express.Router();\nlogin.use(rateLimit({ windowMs: 60_000, limit: 20 }));\napp.use('/login', login);\napp.use('/chat', chat);`,
    },
    limits: ['address requests 20 60 process unconnected'],
  },
  {
    name: 'a plugin of Fastify',
    files: `${OPENAI}import Fastify from 'fastify';\nimport rateLimit from '@fastify/rate-limit';\nconst app = Fastify();\nawait app.register(rateLimit, { max: 100, timeWindow: '1 minute' });\napp.post('/chat', async () => ${CALL});`,
    limits: ['address requests 100 60 process'],
  },
  {
    name: 'middleware of the repository itself',
    files: `${OPENAI}${EXPRESS}const hits = new Map();\nfunction limiter(req, res, next) {\n  const now = Date.now();\n  const recent = (hits.get(req.ip) ?? []).filter(t => now - t < 60_000);\n  if (recent.length >= 10) return res.status(429).end();\n  recent.push(now);\n  hits.set(req.ip, recent);\n  next();\n}\napp.post('/chat', limiter, ${HANDLER});`,
    limits: ['address requests 10 60 process'],
  },
  {
    name: 'a throttling guard of Nest that counts by user',
    files: {
      'guard.ts': `import { ThrottlerGuard } from '@nestjs/throttler';\nexport class UserGuard extends ThrottlerGuard {\n  async getTracker(req) { return req.user.id; }\n}`,
      'chat.ts': `${OPENAI}import { Controller, Post, UseGuards } from '@nestjs/common';\nimport { Throttle } from '@nestjs/throttler';\nimport { UserGuard } from './guard';\n@Controller('chat')\nexport class Chat {\n  @Post() @UseGuards(UserGuard) @Throttle({ default: { limit: 20, ttl: 300_000 } })\n  async reply() { return ${CALL}; }\n}`,
    },
    limits: ['user requests 20 300 process'],
  },
  {
    name: 'the middleware file of Next.js, whose matcher names the route',
    files: {
      ...AUTH,
      'middleware.ts': `${UPSTASH}\nconst rl = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(10, '1 m'), timeout: 0 });\nexport async function middleware(req) {\n  const { success } = await rl.limit(req.ip);\n  if (!success) ${REFUSE}\n}\nexport const config = { matcher: '/api/:path*' };`,
      'app/api/chat/route.ts': `${OPENAI}export async function POST() { return Response.json(await ${CALL}); }`,
    },
    limits: ['address requests 10 60 shared'],
  },
  {
    name: 'the middleware file of Next.js, whose matcher names another route',
    files: {
      'middleware.ts': `${UPSTASH}\nconst rl = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(10, '1 m'), timeout: 0 });\nexport async function middleware(req) {\n  const { success } = await rl.limit(req.ip);\n  if (!success) ${REFUSE}\n}\nexport const config = { matcher: '/login' };`,
      'app/api/chat/route.ts': `${OPENAI}export async function POST() { return Response.json(await ${CALL}); }`,
    },
    limits: [],
  },
  {
    name: 'a wrapper around the handler',
    files: {
      ...AUTH,
      'wrap.ts': `${UPSTASH}\n${SESSION}const rl = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(5, '1 m'), timeout: 0 });\nexport const limited = handler => async req => {\n  const session = await auth();\n  const { success } = await rl.limit(session.user.id);\n  if (!success) ${REFUSE}\n  return handler(req);\n};`,
      'a.ts': `${OPENAI}import { limited } from './wrap';\nexport const POST = limited(async req => Response.json(await ${CALL}));`,
    },
    limits: ['user requests 5 60 shared'],
  },
]);

table('counts of the repository itself', [
  {
    name: 'rows of the last day, compared with an entitlement',
    files: {
      ...AUTH,
      'count.ts': `import { drizzle } from 'drizzle-orm/postgres-js';\nimport { and, count, eq, gte } from 'drizzle-orm';\nimport { message } from './schema';\nconst db = drizzle('');\nexport async function countOf({ id, hours }) {\n  try {\n    const since = new Date(Date.now() - hours * 60 * 60 * 1000);\n    const [stats] = await db.select({ count: count(message.id) }).from(message).where(and(eq(message.userId, id), gte(message.createdAt, since))).execute();\n    return stats?.count ?? 0;\n  } catch { throw new Error('no count'); }\n}`,
      'a.ts': route(
        `import { countOf } from './count';\nconst PLAN = { guest: { most: 20 }, regular: { most: 100 } };`,
        `const used = await countOf({ id: user.id, hours: 24 }); if (used > PLAN[user.type].most) ${REFUSE}`,
      ),
    },
    limits: ['user requests 100 86400 shared'],
  },
  {
    name: 'prisma counts messages since midnight',
    files: {
      ...AUTH,
      'a.ts': route(
        `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();`,
        `const since = new Date(); since.setHours(0, 0, 0, 0);\n  const n = await prisma.message.count({ where: { userId: user.id, createdAt: { gte: since } } });\n  if (n >= 25) throw new Error('enough');`,
      ),
    },
    limits: ['user requests 25 86400 shared'],
  },
  {
    name: 'a sum of money in SQL',
    files: {
      ...AUTH,
      'a.ts': route(
        `import { Pool } from 'pg';\nconst pool = new Pool();`,
        `const { rows } = await pool.query("SELECT SUM(cost_usd) AS spent FROM calls WHERE user_id = $1 AND at > now() - interval '1 day'", [user.id]);\n  if (rows[0].spent >= 5) ${REFUSE}`,
      ),
    },
    limits: ['user usd 5 86400 shared'],
  },
  {
    name: 'how many things somebody has is no use, and one is only existence',
    files: {
      ...AUTH,
      'a.ts': route(
        `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();`,
        `if ((await prisma.rule.count()) > 10) ${REFUSE}\n  if ((await prisma.profile.count({ where: { userId: user.id } })) < 1) ${REFUSE}`,
      ),
    },
    limits: [],
  },
  {
    name: 'a key named after the day, and a store that fails open',
    files: {
      ...AUTH,
      'limit.ts': `${REDIS}\nexport async function check(userId: string) {\n  const key = \`n:\${userId}:\${new Date().toISOString().split('T')[0]}\`;\n  try {\n    const n = await redis.incr(key);\n    return { allowed: n <= 30 };\n  } catch {\n    return { allowed: true };\n  }\n}`,
      'a.ts': route(`import { check } from './limit';`, `const result = await check(user.id); if (!result.allowed) ${REFUSE}`),
    },
    limits: ['user requests 30 86400 shared open'],
  },
  {
    name: 'the same, refusing when the store fails',
    files: {
      ...AUTH,
      'limit.ts': `${REDIS}\nexport async function check(userId: string) {\n  const key = \`n:\${userId}:\${new Date().toISOString().split('T')[0]}\`;\n  try {\n    const n = await redis.incr(key);\n    return { allowed: n <= 30 };\n  } catch {\n    return { allowed: false };\n  }\n}`,
      'a.ts': route(`import { check } from './limit';`, `const result = await check(user.id); if (!result.allowed) ${REFUSE}`),
    },
    limits: ['user requests 30 86400 shared'],
  },
  {
    name: 'a count that is nought when its store fails, fetched elsewhere',
    files: {
      ...AUTH,
      'count.ts': `${REDIS}\nconst keyOf = (userId: string) => \`n:\${userId}:\${new Date().toISOString().slice(0, 10)}\`;\nexport async function usedBy(userId: string) {\n  try {\n    return Number(await redis.get(keyOf(userId)));\n  } catch {\n    return 0;\n  }\n}\nexport const bump = (userId: string) => redis.incr(keyOf(userId));`,
      'a.ts': route(
        `import { bump, usedBy } from './count';`,
        `const used = await usedBy(user.id); if (used >= 30) ${REFUSE} await bump(user.id);`,
      ),
    },
    limits: ['user requests 30 86400 shared open'],
  },
  {
    name: 'a count that is nought without its store, fetched elsewhere',
    files: {
      ...AUTH,
      'count.ts': `${REDIS}\nexport async function usedBy(userId: string) {\n  if (!process.env.REDIS_URL) return 0;\n  return redis.incr(\`n:\${userId}:\${new Date().toISOString().slice(0, 10)}\`);\n}`,
      'a.ts': route(`import { usedBy } from './count';`, `const used = await usedBy(user.id); if (used >= 30) ${REFUSE}`),
    },
    limits: ['user requests 30 86400 shared off'],
  },
  {
    name: 'never reset',
    files: {
      ...AUTH,
      'a.ts': route(`${REDIS}`, `const n = await redis.incr(\`n:\${user.id}\`); if (n > 30) ${REFUSE}`),
    },
    limits: ['user requests 30 Infinity shared'],
  },
  {
    name: 'a field of a record that is raised with each use, and only for those who do not pay',
    files: {
      ...AUTH,
      'limit.ts': `import { PrismaClient } from '@prisma/client';\nimport { auth } from './auth';\nconst prisma = new PrismaClient();\nexport const used = async () => {\n  const session = await auth();\n  const row = await prisma.use.findUnique({ where: { userId: session.user.id } });\n  await prisma.use.update({ where: { userId: session.user.id }, data: { count: { increment: 1 } } });\n  if (!row || row.count < 5) return true;\n  return false;\n};`,
      'a.ts': route(
        `import { used } from './limit';\nimport { isPro } from './plan';`,
        `const free = await used(); const pro = await isPro(); if (!free && !pro) ${REFUSE}`,
      ),
    },
    limits: ['user requests 5 Infinity shared off'],
  },
  {
    name: 'a pause between the messages of one user of a bot',
    files: `${OPENAI}import { Client } from 'discord.js';\nconst bot = new Client({});\nconst last = new Map();\nbot.on('messageCreate', async message => {\n  if (Date.now() - (last.get(message.author.id) ?? 0) < 10_000) return message.reply('slow down');\n  last.set(message.author.id, Date.now());\n  await ${CALL};\n});`,
    limits: ['user requests 1 10 process'],
  },
  {
    name: 'an answer from a cache is no refusal',
    files: `${OPENAI}const cache = new Map();\nexport async function reply(userId) {\n  const kept = cache.get(userId);\n  if (kept && Date.now() - kept.at < 60_000) return kept.answer;\n  const answer = await ${CALL};\n  cache.set(userId, { answer, at: Date.now() });\n  return answer;\n}`,
    limits: [],
  },
  {
    name: 'the length of a history is no use',
    files: `${OPENAI}const history = new Map();\nexport async function reply(userId, text) {\n  const turns = history.get(userId) ?? [];\n  if (turns.length > 50) return 'start again';\n  turns.push(text);\n  history.set(userId, turns);\n  return ${CALL};\n}`,
    limits: [],
  },
  {
    name: 'looked at after the call',
    files: {
      ...AUTH,
      'a.ts': `${OPENAI}${SESSION}${REDIS}\nexport async function POST() {\n  const session = await auth();\n  const answer = await ${CALL};\n  if ((await redis.incr(\`n:\${session.user.id}\`)) > 5) return new Response('', { status: 429 });\n  return Response.json(answer);\n}`,
    },
    limits: [],
  },
  {
    name: 'only in the browser',
    files: {
      'chat.tsx': `'use client';\nimport { ask } from './ask';\nlet used = 0;\nexport function send() {\n  if (used >= 5) return;\n  used += 1;\n  return ask();\n}`,
      'ask.ts': `'use server';\n${OPENAI}export const ask = async () => ${CALL};`,
    },
    limits: [],
  },
  {
    name: 'a class that nobody calls',
    files: {
      'budget.ts': `${REDIS}\nexport class Budget {\n  async check(userId: string) {\n    if ((await redis.incr(\`n:\${userId}:\${new Date().toISOString().slice(0, 10)}\`)) > 5) throw new Error('enough');\n  }\n}`,
      'a.ts': `${OPENAI}export const reply = () => ${CALL};`,
    },
    limits: [],
  },
  {
    name: 'one route of two',
    files: {
      ...AUTH,
      'a.ts': route(REDIS, `if ((await redis.incr(\`n:\${user.id}:\${new Date().toISOString().slice(0, 10)}\`)) > 5) ${REFUSE}`),
      'b.ts': `${OPENAI}export const title = () => ${CALL};`,
    },
    limits: ['user requests 5 86400 shared misses 1'],
  },
]);

table('what one request may cost', [
  {
    name: 'a condition over the usage of the steps',
    files: `import { generateText, stepCountIs } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nconst price = u => (u.inputTokens * 2 + u.outputTokens * 10) / 1e6;\nexport const reply = prompt => generateText({ model: openai('gpt-5'), prompt, stopWhen: [stepCountIs(9), ({ steps }) => steps.reduce((s, x) => s + price(x.usage), 0) > 0.5] });`,
    limits: ['request usd 0.5 ? none'],
  },
  {
    name: 'a condition over the number of steps is none',
    files: `import { generateText } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nexport const reply = prompt => generateText({ model: openai('gpt-5'), prompt, stopWhen: [({ steps }) => steps.length > 20] });`,
    limits: [],
  },
  {
    name: 'a sum of tokens in the loop',
    files: `${OPENAI}export async function reply(messages) {\n  let used = 0;\n  while (true) {\n    const r = await client.chat.completions.create({ model: 'gpt-5', messages });\n    used += r.usage.total_tokens;\n    if (used > 50_000 || !r.choices[0].message.tool_calls) break;\n  }\n}`,
    limits: ['request tokens 50000 ? none'],
  },
  {
    name: 'looked at before the loop only',
    files: `${OPENAI}export async function reply(messages) {\n  let used = 0;\n  used += messages.usage.total_tokens;\n  if (used > 50_000) return;\n  for (let i = 0; i < 20; i++) await client.chat.completions.create({ model: 'gpt-5', messages });\n}`,
    limits: [],
  },
]);

const ZOD = `import { z } from 'zod';\n`;
/** A handler that has its request checked by `parse`. */
const handed = (
  parse: string,
  schema = 'z.object({ text: z.string().max(4000) })',
  handler = 'return answer(parse(await req.json()));',
): string =>
  `${OPENAI}${ZOD}const Body = ${schema};\n${parse}\nconst answer = ({ text }) => client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: text }] });\nexport async function POST(req) {\n  ${handler}\n}`;
const SAFE = `function parse(body: unknown) { const parsed = Body.safeParse(body); if (!parsed.success) throw new Error('no'); return parsed.data; }`;
/** A history of which a function gives the last turns. */
const recent = (loop: string): string =>
  `${OPENAI}const turns: { role: 'user'; content: string }[] = [];\nfunction recent() {\n  const kept: typeof turns = [];\n  let size = 0;\n  for (const turn of turns.slice(-12).reverse()) {\n    ${loop}\n  }\n  return kept.length === 0 ? [] : kept.slice(kept.findIndex(t => t.role === 'user'));\n}\nexport const POST = async () => client.chat.completions.create({ model: 'gpt-5', messages: [...recent()] });`;
const parsed = (schema: string, use = 'body.text'): string =>
  `${OPENAI}${ZOD}const Body = ${schema};\nexport async function POST(req) {\n  const body = Body.parse(await req.json());\n  return client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: ${use} }] });\n}`;

table(
  'the size of the input',
  [
    {
      name: 'a maximum',
      files: parsed('z.object({ text: z.string().max(4000) })'),
      limits: ['request characters 4000 ? none', 'request characters 4000 ? none'],
    },
    {
      name: 'a list without an end of texts with one',
      files: parsed('z.object({ parts: z.array(z.string().max(2000)) })', 'body.parts.join(" ")'),
      limits: ['request characters Infinity ? none'],
    },
    {
      name: 'a branch without an end',
      files: parsed(
        'z.union([z.object({ text: z.string().max(100) }), z.object({ messages: z.array(z.any()) })])',
        'body.text ?? body.messages',
      ),
      limits: ['request characters Infinity ? none'],
    },
    {
      name: 'cut before the call',
      files: `${OPENAI}export const reply = text => client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: text.slice(0, 8000) }] });`,
      limits: ['request characters 8000 ? none'],
    },
    {
      name: 'a body of 50 MB is no limit, and the default of express is nobody s choice',
      files: {
        'a.ts': `${OPENAI}${EXPRESS}app.use(express.json({ limit: '50mb' }));\napp.post('/chat', async (req, res) => { res.json(await client.chat.completions.create({ model: 'gpt-5', messages: req.body.messages })); });`,
        'b.ts': `${OPENAI}${EXPRESS}app.use(express.json());\napp.post('/chat', async (req, res) => { res.json(await client.chat.completions.create({ model: 'gpt-5', messages: req.body.messages })); });`,
      },
      limits: ['request characters Infinity ? none misses 1', 'request characters ? ? none unknown misses 1'],
    },
    ...(
      [
        ['a schema in a function that throws', handed(SAFE), ['request characters 4000 ? none', 'request characters 4000 ? none']],
        [
          'a pattern that says how long',
          handed(SAFE, 'z.object({ text: z.string().regex(/^[\\w .-]{1,300}$/) })'),
          ['request characters 300 ? none', 'request characters 300 ? none'],
        ],
        [
          'a pattern without an end',
          handed(SAFE, 'z.object({ text: z.string().regex(/^[\\w .-]+$/) })'),
          ['request characters Infinity ? none'],
        ],
        [
          'nobody looks at the verdict',
          handed(SAFE.replace(`if (!parsed.success) throw new Error('no');`, '').replace('parsed.data', 'parsed.data ?? body')),
          [],
        ],
        ['the wrong way round', handed(SAFE.replace('!parsed.success', 'parsed.success')), []],
        [
          'a refusal that is caught, and gone on without',
          handed(
            SAFE,
            undefined,
            'let body = await req.json();\n  try { parse(body); } catch { console.warn(1); }\n  return answer(body);',
          ),
          [],
        ],
        [
          'another branch goes past it',
          handed(
            SAFE,
            undefined,
            `const body = await req.json();\n  if (body.version === 1) return answer(body);\n  return answer(parse(body));`,
          ),
          ['request characters 4000 ? none misses 1'],
        ],
        [
          'a history that is filled up to a size',
          recent('size += turn.content.length;\n    if (size > 16_000) break;\n    kept.unshift(turn);'),
          ['request characters 16000 ? none'],
        ],
        [
          'asked before it is added',
          recent('if (size + turn.content.length > 16_000) break;\n    size += turn.content.length;\n    kept.unshift(turn);'),
          ['request characters 16000 ? none'],
        ],
        [
          'asked too late: the last one may be of any size',
          recent('size += turn.content.length;\n    kept.unshift(turn);\n    if (size > 16_000) break;'),
          ['request characters Infinity ? none'],
        ],
        [
          'a sum that begins anew',
          recent('let size = 0;\n    size += turn.content.length;\n    if (size > 16_000) break;\n    kept.unshift(turn);'),
          ['request characters Infinity ? none'],
        ],
        [
          'the length of something else',
          recent('size += turns.length;\n    if (size > 16_000) break;\n    kept.unshift(turn);'),
          ['request characters Infinity ? none'],
        ],
      ] as [string, string, string[]][]
    ).map(([name, files, limits]) => ({ name, files, limits })),
    {
      name: 'a prompt that grows by parts that are not followed is not bounded',
      files: `${OPENAI}import { Telegraf } from 'telegraf';\nconst bot = new Telegraf('');\nconst all = [];\nbot.on('text', async ctx => {\n  all.push({ role: 'user', content: ctx.message.text });\n  let text = '';\n  for (const m of all) text += m.content;\n  await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: text }] });\n});`,
      limits: [],
    },
  ],
  true,
);

describe('repositories that are made to break us', () => {
  const start = `${OPENAI}export async function reply(userId) {\n`;
  const end = `return ${CALL};\n}`;
  const cases: Readonly<Record<string, Tree>> = {
    'functions that check each other in a circle': `${OPENAI}const a = n => (b(n) > 3 ? a(n) : b(n));\nconst b = n => (a(n) < 2 ? b(n) : a(n));\nexport async function reply(n) { if (a(n) > 5) throw new Error(); return ${CALL}; }`,
    'a variable that is made of itself': `${start}let limit = limit + limit; let x = () => x(); if (x() > limit) return;\n${end}`,
    'a condition of ten thousand parts': `${start}if (${Array.from({ length: 10_000 }, (_, i) => `userId > ${i}`).join(' && ')}) return;\n${end}`,
    'a deep chain of calls': `${start}if (userId${'.a()'.repeat(5000)} > 3) return;\n${end}`,
    'ten thousand branches': `${start}${Array.from({ length: 10_000 }, (_, i) => `if (f${i}(userId) > ${i}) return;`).join('\n')}\n${end}`,
    'nested schemas': `${OPENAI}import { z } from 'zod';\nconst S = ${'z.array('.repeat(400)}z.any()${')'.repeat(400)};\nexport async function POST(req) { const b = S.parse(await req.json()); return client.chat.completions.create({ model: 'gpt-5', messages: b }); }`,
    'a schema that holds itself': `${OPENAI}import { z } from 'zod';\nconst S = z.object({ s: z.lazy(() => S), t: S });\nexport async function POST(req) { const b = S.parse(await req.json()); return client.chat.completions.create({ model: 'gpt-5', messages: b }); }`,
    'routers in a circle': `${OPENAI}${EXPRESS}${RATE}const a = express.Router(); const b = express.Router();\na.use('/b', b); b.use('/a', a);\na.post('/chat', ${HANDLER});\napp.use(rateLimit({ limit: 3 }));`,
    'functions by the hundred that call each other': [
      ...Array.from({ length: 300 }, (_, i) => {
        const calls = Array.from({ length: 5 }, (_, k) => `f${(i * 7 + k) % 300}(x + 1);`).join(' ');
        return `function f${i}(x) { if (limit${i} > x) throw 1; ${calls} }`;
      }),
      `${OPENAI}export async function reply(x) { f0(x); return ${CALL}; }`,
    ].join('\n'),
  };
  test.each(Object.entries(cases))('%s', { timeout: 20_000 }, async (_name, files) => {
    const began = performance.now();
    await limitsOf(files);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
