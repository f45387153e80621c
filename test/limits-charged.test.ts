// Twins of agents with a limit that code of its own fills: the one runs that code, and in the other it lies beside the way.
import { describe, expect, test } from 'vitest';
import { type Files, openTwins } from './support/twins.ts';

const { statusOf, twins } = openTwins(
  'limits-charged',
  'COST-02',
  {
    'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\n',
    'package.json': '{ "dependencies": { "openai": "6.49.0", "ioredis": "5.4.0" } }',
  },
  'partial',
);

const BUDGETS = {
  'in Redis': `import { Redis } from 'ioredis';
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
const keyOf = (user: string) => \`cost:\${user}:\${new Date().toISOString().slice(0, 10)}\`;
export class Budget {
  async check(user: string) {
    const spent = Number(await redis.get(keyOf(user)) ?? 0);
    if (spent >= 2) throw new Error('budget');
  }
  async charge(user: string, usd: number) {
    await redis.incrbyfloat(keyOf(user), usd);
    await redis.expire(keyOf(user), 172_800);
  }
}
export const budget = new Budget();
`,
  'in Redis, by functions': `import { Redis } from 'ioredis';
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
const keyOf = (user: string) => \`cost:\${user}:\${new Date().toISOString().slice(0, 10)}\`;
async function check(user: string) {
  const spent = Number(await redis.get(keyOf(user)) ?? 0);
  if (spent >= 2) throw new Error('budget');
}
async function charge(user: string, usd: number) {
  await redis.incrbyfloat(keyOf(user), usd);
}
export const budget = { check, charge };
`,
  'in the rows of Prisma': `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
export class Budget {
  async check(user: string) {
    const since = new Date();
    since.setHours(0, 0, 0, 0);
    const { _sum } = await prisma.usage.aggregate({ _sum: { costUsd: true }, where: { userId: user, createdAt: { gte: since } } });
    if ((_sum.costUsd ?? 0) >= 2) throw new Error('budget');
  }
  async charge(user: string, usd: number) {
    await prisma.usage.create({ data: { userId: user, costUsd: usd } });
  }
}
export const budget = new Budget();
`,
  'in a field of Prisma': `import { PrismaClient } from '@prisma/client';
const prisma = new PrismaClient();
const today = () => new Date().toISOString().slice(0, 10);
export class Budget {
  async check(user: string) {
    const row = await prisma.quota.findUnique({ where: { userId_day: { userId: user, day: today() } } });
    if ((row?.spentUsd ?? 0) >= 2) throw new Error('budget');
  }
  async charge(user: string, usd: number) {
    await prisma.quota.update({ where: { userId_day: { userId: user, day: today() } }, data: { spentUsd: { increment: usd } } });
  }
}
export const budget = new Budget();
`,
};
const PRICED = `const usd = ((usage?.prompt_tokens ?? 0) * 2.5 + (usage?.completion_tokens ?? 0) * 20) / 1e6;`;

/** A route of Next.js that asks a budget. @param charges what it does with the cost */
const route = (budget: string, charges: string, more: Files = {}): Files => ({
  'lib/budget.ts': budget,
  'app/api/chat/route.ts': `import OpenAI from 'openai';
import { after } from 'next/server';
import { auth } from '../../../auth.ts';
import { budget } from '../../../lib/budget.ts';
const client = new OpenAI();
export async function POST(request: Request) {
  const session = await auth();
  if (!session?.user) return new Response('Please sign in', { status: 401 });
  const { question } = await request.json();
  await budget.check(session.user.id);
  const { choices, usage } = await client.chat.completions.create({
    model: 'gpt-5.6', max_completion_tokens: 800, messages: [{ role: 'user', content: question }],
  });
  ${PRICED}
  ${charges}
  return Response.json({ reply: choices[0]?.message.content });
}
`,
  ...more,
});

for (const [where, budget] of Object.entries(BUDGETS))
  twins(
    `a budget ${where}`,
    'COST-02',
    {
      'that is charged': route(budget, 'await budget.charge(session.user.id, usd);'),
      'that is charged after the answer': route(budget, 'after(() => budget.charge(session.user.id, usd));'),
    },
    {
      'that nobody charges': route(budget, "console.log(JSON.stringify({ event: 'cost', usd }));"),
      'that a test charges': route(budget, '', {
        'test/budget.test.ts': "import { budget } from '../lib/budget.ts';\ntest('charges', () => budget.charge('a', 1));\n",
      }),
    },
  );

twins(
  'a budget of a class',
  'COST-02',
  {
    'that a handler of events charges': route(BUDGETS['in Redis'], "bus.emit('cost', session.user.id, usd);", {
      'lib/meter.ts':
        "import { EventEmitter } from 'node:events';\nimport { budget } from './budget.ts';\nexport const bus = new EventEmitter();\nbus.on('cost', (user, usd) => budget.charge(user, usd));\n",
    }),
    'that a worker of a queue charges': route(BUDGETS['in Redis'], "await queue.add('cost', { user: session.user.id, usd });", {
      'lib/worker.ts':
        "import { Worker } from 'bullmq';\nimport { budget } from './budget.ts';\nexport const worker = new Worker('costs', async job => {\n  await budget.charge(job.data.user, job.data.usd);\n});\n",
    }),
    'that hooks of a client charge': route(BUDGETS['in Redis'], 'await meter.send({ user: session.user.id, usd });', {
      'lib/meter.ts':
        "import { createMeter } from 'some-meter';\nimport { budget } from './budget.ts';\nconst hooks = { onCost: async (event: { user: string; usd: number }) => budget.charge(event.user, event.usd) };\nexport const meter = createMeter({ hooks });\n",
    }),
  },
  {
    'that a function charges which nobody calls': route(BUDGETS['in Redis'], '', {
      'lib/settle.ts':
        "import { budget } from './budget.ts';\nexport async function settle(user: string, usd: number) {\n  await budget.charge(user, usd);\n}\n",
    }),
  },
);

const PY_BUDGETS = {
  'in Redis': `import os
from datetime import date
import redis.asyncio as redis
store = redis.from_url(os.environ["REDIS_URL"])
class Budget:
    def key(self, user):
        return f"cost:{user}:{date.today().isoformat()}"
    async def check(self, user):
        if float(await store.get(self.key(user)) or 0) >= 2:
            raise RuntimeError("budget")
    async def charge(self, user, usd):
        await store.incrbyfloat(self.key(user), usd)
        await store.expire(self.key(user), 172800)
budget = Budget()
`,
  'in rows of SQLAlchemy': `import os
from datetime import date, datetime
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from models import Usage
engine = create_engine(os.environ["DATABASE_URL"])
class Budget:
    async def check(self, user):
        since = datetime.combine(date.today(), datetime.min.time())
        with Session(engine) as session:
            spent = session.scalar(select(func.sum(Usage.cost_usd)).where(Usage.user_id == user, Usage.created_at >= since))
        if (spent or 0) >= 2:
            raise RuntimeError("budget")
    async def charge(self, user, usd):
        with Session(engine) as session:
            session.add(Usage(user_id=user, cost_usd=usd))
            session.commit()
budget = Budget()
`,
  'in rows of SQL': `import os
import psycopg
db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
class Budget:
    async def check(self, user):
        row = db.execute("SELECT COALESCE(SUM(cost_usd), 0) FROM usage WHERE user_id = %s AND created_at >= CURRENT_DATE", (user,)).fetchone()
        if row[0] >= 2:
            raise RuntimeError("budget")
    async def charge(self, user, usd):
        db.execute("INSERT INTO usage (user_id, cost_usd, created_at) VALUES (%s, %s, now())", (user, usd))
budget = Budget()
`,
};

/** A route of FastAPI that asks a budget. @param charges what it does with the cost */
const fast = (budget: string, charges: string, more: Files = {}): Files => ({
  'budget.py': budget,
  'models.py': `from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase):
    pass
class Usage(Base):
    __tablename__ = "usage"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    cost_usd: Mapped[float]
`,
  'agent.py': `from fastapi import BackgroundTasks, Depends, FastAPI
from openai import AsyncOpenAI
from accounts import current_user
from budget import budget
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str, tasks: BackgroundTasks, user=Depends(current_user)):
    await budget.check(user.id)
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    usd = (answer.usage.prompt_tokens * 2.5 + answer.usage.completion_tokens * 20) / 1e6
    ${charges}
    return {"reply": answer.choices[0].message.content}
`,
  ...more,
});

for (const [where, budget] of Object.entries(PY_BUDGETS))
  twins(
    `a budget of Python ${where}`,
    'COST-02',
    {
      'that is charged': fast(budget, 'await budget.charge(user.id, usd)'),
      'that is charged after the answer': fast(budget, 'tasks.add_task(budget.charge, user.id, usd)'),
    },
    {
      'that nobody charges': fast(budget, 'print(usd)'),
      'that a test charges': fast(budget, 'print(usd)', {
        'tests/test_budget.py': 'from budget import budget\nasync def test_charges():\n    await budget.charge("a", 1)\n',
      }),
      'whose charge nobody waits for': fast(budget, 'budget.charge(user.id, usd)'),
    },
  );

/** The twin of a budget in rows whose charge goes to another row. */
const elsewhere = (budget: string, written: string, instead: string): string => {
  expect(budget).toContain(written);
  return budget.replace(written, instead);
};
const IN_ROWS = (budget: string) => route(budget, 'await budget.charge(session.user.id, usd);');
const FIELD = BUDGETS['in a field of Prisma'];
const ROWS = BUDGETS['in the rows of Prisma'];
const CHARGED_ROW = 'userId_day: { userId: user, day: today() } }, data';
twins(
  'rows of a budget',
  'COST-02',
  {
    'that are written with upsert': IN_ROWS(
      elsewhere(
        FIELD,
        'prisma.quota.update({ where: { userId_day: { userId: user, day: today() } }, data: { spentUsd: { increment: usd } } })',
        'prisma.quota.upsert({ where: { userId_day: { userId: user, day: today() } }, create: { userId: user, day: today(), spentUsd: usd }, update: { spentUsd: { increment: usd } } })',
      ),
    ),
    'that a helper writes': IN_ROWS(
      elsewhere(
        ROWS,
        'await prisma.usage.create({ data: { userId: user, costUsd: usd } });',
        'const data = { userId: user, costUsd: usd };\n    await prisma.usage.create({ data });',
      ),
    ),
  },
  {
    'that are those of everybody': IN_ROWS(elsewhere(FIELD, CHARGED_ROW, "userId_day: { userId: 'global', day: today() } }, data")),
    'that are found by a new name': IN_ROWS(elsewhere(FIELD, CHARGED_ROW, 'id: crypto.randomUUID() }, data')),
    'that belong to nobody': IN_ROWS(elsewhere(ROWS, '{ userId: user, costUsd: usd }', "{ userId: 'system', costUsd: usd }")),
  },
);

const DRIZZLE = (written: string) => `import { and, eq, gte, sum } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { usage } from './schema.ts';
const db = drizzle(process.env.DATABASE_URL ?? '');
const today = () => new Date(new Date().toISOString().slice(0, 10));
export const budget = {
  async check(user: string) {
    const [row] = await db.select({ spent: sum(usage.costUsd) }).from(usage).where(and(eq(usage.userId, user), gte(usage.createdAt, today())));
    if (Number(row?.spent ?? 0) >= 2) throw new Error('budget');
  },
  async charge(user: string, team: string, usd: number) {
    await db.insert(usage).values({ userId: ${written}, costUsd: usd });
  },
};
`;
const SQL = (written: string) => `import { Pool } from 'pg';
const pool = new Pool();
export const budget = {
  async check(user: string) {
    const { rows } = await pool.query("SELECT COALESCE(SUM(cost_usd), 0) AS spent FROM usage WHERE user_id = $1 AND created_at >= date_trunc('day', now())", [user]);
    if (Number(rows[0].spent) >= 2) throw new Error('budget');
  },
  async charge(user: string, team: string, usd: number) {
    await pool.query('INSERT INTO usage (cost_usd, user_id) VALUES ($1, $2)', [usd, ${written}]);
  },
};
`;
const IN_TEAM = (budget: string) => route(budget, 'await budget.charge(session.user.id, session.user.teamId, usd);');
for (const [where, budget] of [
  ['Drizzle', DRIZZLE],
  ['SQL', SQL],
] as const)
  twins(
    `rows of ${where}`,
    'COST-02',
    { 'of the user': IN_TEAM(budget('user')) },
    { 'of the team': IN_TEAM(budget('team')), 'of everybody': IN_TEAM(budget("'all'")) },
  );

const ALCHEMY = PY_BUDGETS['in rows of SQLAlchemy'];
const RAW = PY_BUDGETS['in rows of SQL'];
const DJANGO = (written: string) => `from django.db.models import Sum
from django.utils import timezone
from models import Usage
class Budget:
    async def check(self, user):
        spent = Usage.objects.filter(user_id=user, created_at__date=timezone.now().date()).aggregate(total=Sum("cost_usd"))["total"]
        if (spent or 0) >= 2:
            raise RuntimeError("budget")
    async def charge(self, user, usd):
        Usage.objects.create(user_id=${written}, cost_usd=usd)
budget = Budget()
`;
const CHARGED = (budget: string) => fast(budget, 'await budget.charge(user.id, usd)');
twins(
  'rows of Python',
  'COST-02',
  { 'of Django': CHARGED(DJANGO('user')) },
  {
    'of SQLAlchemy, of everybody': CHARGED(elsewhere(ALCHEMY, 'Usage(user_id=user,', 'Usage(user_id="all",')),
    'of SQL, of everybody': CHARGED(elsewhere(RAW, '(user, usd))', '("all", usd))')),
    'of Django, of everybody': CHARGED(DJANGO('"all"')),
    'of Django, which nobody writes': fast(DJANGO('user'), 'print(usd)'),
  },
);

const KEPT = `import { readFileSync, writeFileSync } from 'node:fs';
const read = () => JSON.parse(readFileSync('/data/costs.json', 'utf8')) as { day: string; usd: Record<string, number> };
const today = () => new Date().toISOString().slice(0, 10);
export const budget = {
  async check(user: string) {
    const costs = read();
    if (costs.day === today() && (costs.usd[user] ?? 0) >= 2) throw new Error('budget');
  },
  async charge(user: string, usd: number) {
    const costs = read();
    const spent = costs.day === today() ? costs.usd : {};
    writeFileSync('/data/costs.json', JSON.stringify({ day: today(), usd: { ...spent, [user]: (spent[user] ?? 0) + usd } }));
  },
};
`;
const SAVED = `from datetime import date
from models import Profile
class Budget:
    async def check(self, user):
        profile = Profile.objects.get(user_id=user)
        if profile.day != date.today():
            profile.cost_usd = 0
            profile.day = date.today()
            profile.save()
        if profile.cost_usd >= 2:
            raise RuntimeError("budget")
    async def charge(self, user, usd):
        profile = Profile.objects.get(user_id=user)
        profile.cost_usd += usd
        profile.save()
budget = Budget()
`;
describe('COST-02: what code writes that nobody calls', () => {
  test.each<[string, Files]>([
    ['a file', route(KEPT, '')],
    ['a record that is saved', fast(SAVED, 'print(usd)')],
  ])('%s', async (_, files) => expect(await statusOf('COST-02', files)).toBe('partial'));
  test('a record that is saved and charged', async () => expect(await statusOf('COST-02', CHARGED(SAVED))).toBe('pass'));
});

/** A route that asks Redis itself. */
const asking = (top: string, asks: string, charges = 'await redis.incrbyfloat(key, usd);'): Files => ({
  'app/api/chat/route.ts': `import { Redis } from 'ioredis';
import OpenAI from 'openai';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { auth } from '../../../auth.ts';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
const keyOf = (user: string) => \`cost:\${user}:\${new Date().toISOString().slice(0, 10)}\`;
${top}
export async function POST(request: Request) {
  const session = await auth();
  if (!session?.user) return new Response('Please sign in', { status: 401 });
  const { question } = await request.json();
  const key = keyOf(session.user.id);
  ${asks}
  const { choices, usage } = await client.chat.completions.create({
    model: 'gpt-5.6', max_completion_tokens: 800, messages: [{ role: 'user', content: question }],
  });
  ${PRICED}
  ${charges}
  return Response.json({ reply: choices[0]?.message.content });
}
`,
});
const WITHIN = 'async function within(key: string) { return Number(await redis.get(key)) < 2; }';
const SPENT = 'async function spent(key: string) { return Number(await redis.get(key)); }';
const NO = "return new Response('Enough for today', { status: 429 });";
const LIMITER = 'const limiter = new RateLimiterRedis({ storeClient: redis, points: 50, duration: 86_400, insuranceLimiter: undefined });';
const PY_WITHIN = `async def within(user):
    return float(await store.get(f"cost:{user}:{date.today().isoformat()}") or 0) < 2
`;
const pyAsking = (asks: string, charges = 'await store.incrbyfloat(f"cost:{user.id}:{date.today().isoformat()}", usd)'): Files => {
  const imports = 'import os\nfrom datetime import date\nimport redis.asyncio as redis\nfrom fastapi import HTTPException';
  const agent = (fast('', charges)['agent.py'] ?? '')
    .replace('from budget import budget', imports)
    .replace('client = AsyncOpenAI()', `client = AsyncOpenAI()\nstore = redis.from_url(os.environ["REDIS_URL"])\n${PY_WITHIN}`)
    .replace('await budget.check(user.id)', asks);
  return { 'agent.py': agent };
};
describe('a promise that nobody waits for refuses nothing', () => {
  const GOOD: [string, string, Files][] = [
    ['an answer', 'COST-02', asking(WITHIN, `if (!(await within(key))) ${NO}`)],
    ['an answer with a name', 'COST-02', asking(WITHIN, `const asked = within(key); if (!(await asked)) ${NO}`)],
    ['a number', 'COST-02', asking(SPENT, `if ((await spent(key)) >= 2) ${NO}`)],
    ['an answer of Python', 'COST-02', pyAsking('if not await within(user.id):\n        raise HTTPException(429)')],
    ['a limiter', 'COST-03', asking(LIMITER, 'await limiter.consume(session.user.id);')],
  ];
  const BAD: [string, string, Files][] = [
    ['an answer', 'COST-02', asking(WITHIN, `if (!within(key)) ${NO}`)],
    ['an answer with a name', 'COST-02', asking(WITHIN, `const ok = within(key); if (!ok) ${NO}`)],
    ['a number', 'COST-02', asking(SPENT, `if (spent(key) >= 2) ${NO}`)],
    ['a number of the store', 'COST-02', asking('', `if (Number(redis.get(key)) >= 2) ${NO}`)],
    ['an answer of Python', 'COST-02', pyAsking('if not within(user.id):\n        raise HTTPException(429)')],
    ['a limiter', 'COST-03', asking(LIMITER, 'limiter.consume(session.user.id);')],
  ];
  test.each(GOOD)('%s that is waited for', async (_, code, files) => expect(await statusOf(code, files)).toBe('pass'));
  test.each(BAD)('%s', async (_, code, files) => expect(await statusOf(code, files)).toBe('fail'));
});

twins(
  'what is written to the store',
  'COST-02',
  {
    'is added': asking(
      '',
      `const used = Number(await redis.get(key)); if (used >= 2) ${NO}`,
      "await redis.set(key, used + usd, 'EX', 86_400);",
    ),
  },
  {
    'is the cost of the last call': asking('', `if (Number(await redis.get(key)) >= 2) ${NO}`, "await redis.set(key, usd, 'EX', 86_400);"),
    'is the cost of the last call (Python)': pyAsking(
      'if not await within(user.id):\n        raise HTTPException(429)',
      'await store.set(f"cost:{user.id}:{date.today().isoformat()}", usd, ex=86400)',
    ),
  },
);

twins(
  'a key of a day',
  'COST-02',
  {
    'that is asked at each request': asking(
      'const day = () => new Date().toISOString().slice(0, 10);',
      `const own = \`own:\${session.user.id}:\${day()}\`; if (Number(await redis.get(own)) >= 2) ${NO}`,
      'await redis.incrbyfloat(own, usd);',
    ),
  },
  {
    'that is asked once': asking(
      'const DAY = new Date().toISOString().slice(0, 10);',
      `const own = \`own:\${session.user.id}:\${DAY}\`; if (Number(await redis.get(own)) >= 2) ${NO}`,
      'await redis.incrbyfloat(own, usd);',
    ),
    'that a function is asked for once': asking(
      'const day = () => new Date().toISOString().slice(0, 10);\nconst DAY = day();',
      `const own = \`own:\${session.user.id}:\${DAY}\`; if (Number(await redis.get(own)) >= 2) ${NO}`,
      'await redis.incrbyfloat(own, usd);',
    ),
    'that is asked once (Python)': {
      'agent.py': (pyAsking('if not await within(user.id):\n        raise HTTPException(429)')['agent.py'] ?? '')
        .replace('app = FastAPI()', 'app = FastAPI()\nDAY = date.today().isoformat()')
        .replaceAll('{date.today().isoformat()}', '{DAY}'),
    },
  },
);
