// Twins of agents with a limit that code of its own fills: the one runs that code, and in the other it lies beside the way.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { audit } from '../src/audit.ts';
import { openShelf } from './support/lay-out.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const shelf = openShelf('limits-charged');

type Files = Readonly<Record<string, string>>;

async function statusOf(code: string, files: Files): Promise<string | undefined> {
  const { items } = await audit(
    shelf.layOut({
      'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\n',
      'package.json': '{ "dependencies": { "openai": "6.49.0", "ioredis": "5.4.0" } }',
      ...files,
    }),
  );
  return items.find(item => item.code === code)?.status;
}

function twins(what: string, code: string, good: Readonly<Record<string, Files>>, bad: Readonly<Record<string, Files>>): void {
  describe(`${code}: ${what}`, () => {
    test.each(Object.entries(good))('%s', async (_, files) => expect(await statusOf(code, files)).toBe('pass'));
    test.each(Object.entries(bad))('%s does not pass', async (_, files) => expect(await statusOf(code, files)).toBe('partial'));
  });
}

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await statusOf('COST-02', { 'agent.py': 'import openai\n' })));

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
};

/** A route of FastAPI that asks a budget. @param charges what it does with the cost */
const fast = (budget: string, charges: string, more: Files = {}): Files => ({
  'budget.py': budget,
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
