// Twins of agents with budgets: each use is added in full in the one, and in the other something keeps the budget from filling up.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('charges-twins', 'COST-02', {
  'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\n',
  'package.json': '{ "dependencies": { "openai": "6.49.0", "ioredis": "5.4.0" } }',
});

interface Parts {
  readonly limit?: string;
  /** The statement that charges; `cost` is what the answer cost. */
  readonly charge?: string;
  /** How the cost is worked out. */
  readonly price?: string;
  readonly model?: string;
  readonly key?: string;
  readonly expire?: string;
  readonly refuse?: string;
  /** Code of the file. */
  readonly top?: string;
}

const ts = ({
  limit = '2',
  charge = 'await redis.incrbyfloat(key, cost(usage, model));',
  price = `function cost(usage, model) {
  const price = PRICES[model];
  if (price === undefined) throw new Error('no price');
  return ((usage?.prompt_tokens ?? 0) * price.input + (usage?.completion_tokens ?? 0) * price.output) / 1e6;
}`,
  model = "'gpt-5.6'",
  key = `\`cost:\${session.user.id}:\${new Date().toISOString().slice(0, 10)}\``,
  expire = 'await redis.expire(key, 172_800);',
  refuse = 'spent >= LIMIT',
  top = '',
}: Parts): Files => ({
  'app/api/chat/route.ts': `import { Redis } from 'ioredis';
import OpenAI from 'openai';
import { auth } from '../../../auth.ts';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
const LIMIT = ${limit};
const PRICES = { 'gpt-5.6': { input: 2.5, output: 20 } };
${price}
${top}
export async function POST(request: Request) {
  const session = await auth();
  if (!session?.user) return new Response('Please sign in', { status: 401 });
  const { question } = await request.json();
  const model = ${model};
  const key = ${key};
  const spent = Number(await redis.get(key));
  if (${refuse}) return new Response('Enough for today', { status: 429 });
  const { choices, usage } = await client.chat.completions.create({
    model, max_completion_tokens: 800, messages: [{ role: 'user', content: question }],
  });
  ${charge}
  ${expire}
  return Response.json({ reply: choices[0]?.message.content });
}
`,
});

const py = ({
  limit = '2.0',
  charge = 'await store.incrbyfloat(key, cost(answer.usage, MODEL))',
  price = 'return usage.total_tokens * PRICES[model] / 1e6',
  model = '"gpt-5.6"',
  key = 'f"cost:{user.id}:{date.today().isoformat()}"',
  expire = 'await store.expire(key, 86400)',
  refuse = 'if spent >= LIMIT:\n        raise HTTPException(429, "Budget reached")',
  top = '',
}: Parts): Files => ({
  'agent.py': `import math
import os
import random
import sys
import redis.asyncio as redis
from datetime import date, datetime
from fastapi import Depends, FastAPI, HTTPException
from openai import AsyncOpenAI
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
store = redis.from_url(os.environ["REDIS_URL"])
LIMIT = ${limit}
MODEL = ${model}
PRICES = {"gpt-5.6": 2.5}
PAIRS = {"gpt-5.6": (2.5, 20.0)}
def cost(usage, model):
    ${price}
${top}
@app.post("/chat")
async def chat(question: str, user=Depends(current_user)):
    key = ${key}
    spent = float(await store.get(key) or 0)
    ${refuse}
    answer = await client.chat.completions.create(
        model=MODEL, max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    ${charge}
    ${expire}
    return {"reply": answer.choices[0].message.content}
`,
});

const ANY = "process.env.MODEL ?? 'gpt-5.6'";
const ANY_PY = 'os.environ.get("MODEL", "gpt-5.6")';
const total = (price: string): string => `const cost = (usage, model) => ((usage?.total_tokens ?? 0) * ${price}) / 1e6;`;

twins(
  'a price',
  'COST-02',
  {
    'of the only model': ts({}),
    'that others have as well': ts({ model: ANY, price: total('(PRICES[model]?.input ?? 100)') }),
    'whose default no model needs': ts({ price: total('(PRICES[model]?.input ?? 0)') }),
    'of the only model (Python)': py({}),
    'that others have as well (Python)': py({ model: ANY_PY, price: 'return usage.total_tokens * PRICES.get(model, 100) / 1e6' }),
    'whose default no model needs (Python)': py({ price: 'return usage.total_tokens * PRICES.get(model, 0) / 1e6' }),
  },
  {
    'of nothing for other models': ts({
      model: ANY,
      price: `const FLAT = { 'gpt-5.6': 2.5 };\n${total('(FLAT[model] ?? 0)')}`,
    }),
    'of nothing in each part': ts({
      model: ANY,
      price: `const cost = (usage, model) => {
  const price = PRICES[model] ?? { input: 0, output: 0 };
  return (usage.prompt_tokens * price.input + usage.completion_tokens * price.output) / 1e6;
};`,
    }),
    'that other models do not get to': ts({
      model: ANY,
      price: `function cost(usage, model) {
  const price = PRICES[model];
  if (!price) return 0;
  return (usage.prompt_tokens * price.input + usage.completion_tokens * price.output) / 1e6;
}`,
    }),
    'of nothing': ts({ price: `const PRICE = 0;\n${total('PRICE')}` }),
    'of nothing until somebody sets it': ts({ price: `const PRICE = Number(process.env.PRICE ?? 0);\n${total('PRICE')}` }),
    'of nothing for other models (Python)': py({ model: ANY_PY, price: 'return usage.total_tokens * PRICES.get(model, 0.0) / 1e6' }),
    'of nothing in each part (Python)': py({
      model: ANY_PY,
      price: 'i, o = PAIRS.get(model, (0, 0))\n    return (usage.prompt_tokens * i + usage.completion_tokens * o) / 1e6',
    }),
    'that is looked for in vain (Python)': py({
      model: ANY_PY,
      price: 'try:\n        return usage.total_tokens * PRICES[model] / 1e6\n    except KeyError:\n        return 0.0',
    }),
    'that other models do not get to (Python)': py({
      model: ANY_PY,
      price: 'if model not in PRICES:\n        return 0.0\n    return usage.total_tokens * PRICES[model] / 1e6',
    }),
  },
);

twins(
  'what is added',
  'COST-02',
  {
    'in millionths': ts({ limit: '2_000_000', charge: 'await redis.incrby(key, Math.round(cost(usage, model) * 1e6));' }),
    'rounded up': ts({ charge: 'await redis.incrby(key, Math.ceil(cost(usage, model)));' }),
    'with six places': ts({ charge: 'await redis.incrbyfloat(key, Number(cost(usage, model).toFixed(6)));' }),
    'to what was there': ts({ charge: 'await redis.set(key, spent + cost(usage, model));' }),
    'however long a window is': ts({
      top: 'const WINDOW = Number(process.env.WINDOW_MS);\nlet opened = Date.now();',
      charge:
        'if (Date.now() - opened >= WINDOW) { opened = Date.now(); await redis.incrbyfloat(key, cost(usage, model)); } else await redis.incrbyfloat(key, cost(usage, model));',
    }),
    'if there is any': ts({ charge: 'const usd = cost(usage, model);\n  if (usd > 0) await redis.incrbyfloat(key, usd);' }),
    'in millionths (Python)': py({
      limit: '2_000_000',
      charge: 'await store.incrby(key, int(cost(answer.usage, MODEL) * 1_000_000))',
    }),
    'with six places (Python)': py({ charge: 'await store.incrbyfloat(key, round(cost(answer.usage, MODEL), 6))' }),
  },
  {
    'in whole dollars': ts({ charge: 'await redis.incrby(key, Math.floor(cost(usage, model)));' }),
    'in whole dollars, by a name': ts({
      charge: 'const usd = cost(usage, model);\n  const whole = Math.round(usd);\n  await redis.incrby(key, whole);',
    }),
    'as a whole number': ts({ charge: 'await redis.incrby(key, cost(usage, model) | 0);' }),
    'with two places': ts({ charge: 'await redis.incrbyfloat(key, Number(cost(usage, model).toFixed(2)));' }),
    'times nothing': ts({ charge: 'await redis.incrbyfloat(key, cost(usage, model) * 0);' }),
    'in place of what was there': ts({ charge: 'await redis.set(key, cost(usage, model));' }),
    'above a dollar': ts({ charge: 'const usd = cost(usage, model);\n  if (usd > 1) await redis.incrbyfloat(key, usd);' }),
    'in whole dollars (Python)': py({ charge: 'await store.incrby(key, int(cost(answer.usage, MODEL)))' }),
    'in whole dollars, rounded (Python)': py({ charge: 'await store.incrby(key, round(cost(answer.usage, MODEL)))' }),
    'with two places (Python)': py({ charge: 'await store.incrbyfloat(key, round(cost(answer.usage, MODEL), 2))' }),
    'by floor division (Python)': py({ charge: 'await store.incrby(key, int(cost(answer.usage, MODEL) // 1))' }),
  },
);

const APART = (first: string): Parts => ({
  top: `async function charge(key, usd) {\n  ${first}\n  await redis.incrbyfloat(key, usd);\n}`,
  charge: 'await charge(key, cost(usage, model));',
});

twins(
  'a charge',
  'COST-02',
  {
    'of what was used': ts({ charge: 'if (usage) await redis.incrbyfloat(key, cost(usage, model));' }),
    'in a function': ts(APART('')),
    'of what was used (Python)': py({ charge: 'if answer.usage:\n        await store.incrbyfloat(key, cost(answer.usage, MODEL))' }),
  },
  {
    'behind a switch': ts({ charge: "if (process.env.BILLING === '1') await redis.incrbyfloat(key, cost(usage, model));" }),
    'behind a switch of its function': ts(APART('if (!process.env.BILLING) return;')),
    'that is switched off': ts({ top: 'const BILLING = false;', charge: 'if (BILLING) await redis.incrbyfloat(key, cost(usage, model));' }),
    'of one request in ten': ts({ charge: 'if (Math.random() < 0.1) await redis.incrbyfloat(key, cost(usage, model));' }),
    'behind a switch (Python)': py({
      charge: 'if os.environ.get("BILLING") == "1":\n        await store.incrbyfloat(key, cost(answer.usage, MODEL))',
    }),
    'that is switched off (Python)': py({
      top: 'BILLING = False',
      charge: 'if BILLING:\n        await store.incrbyfloat(key, cost(answer.usage, MODEL))',
    }),
    'of one request in ten (Python)': py({
      charge: 'if random.random() < 0.1:\n        await store.incrbyfloat(key, cost(answer.usage, MODEL))',
    }),
  },
);

twins(
  'a limit',
  'COST-02',
  {
    'of two dollars': ts({ limit: '2' }),
    'that is raised by name (Python)': py({ refuse: 'if spent >= LIMIT:\n        raise AssertionError("Budget reached")' }),
  },
  {
    'of a million million dollars': ts({ limit: '1e12' }),
    'of a million dollars': ts({ limit: '1_000_000' }),
    'of the largest number': ts({ limit: 'Number.MAX_SAFE_INTEGER' }),
    'of so many tokens': ts({ limit: '1e15', charge: 'await redis.incrby(key, usage?.total_tokens ?? 0);' }),
    'for a minute, by its key': ts({ key: `\`cost:\${session.user.id}:\${new Date().toISOString().slice(0, 16)}\`` }),
    'for a minute, by its end': ts({ key: `\`cost:\${session.user.id}\``, expire: 'await redis.expire(key, 60);' }),
    'of the largest number (Python)': py({ limit: 'sys.maxsize' }),
    'of infinity (Python)': py({ limit: 'math.inf' }),
    'for a minute (Python)': py({ key: 'f"cost:{user.id}"', expire: 'await store.expire(key, 60)' }),
    'that is asserted (Python)': py({ refuse: 'assert spent < LIMIT, "Budget reached"' }),
    'that is asserted elsewhere (Python)': py({ top: 'def check(spent):\n    assert spent < LIMIT', refuse: 'check(spent)' }),
  },
);

const rounds = (before: string, after: string): Files => ({
  'agent.ts': `import OpenAI from 'openai';
import { runTools } from './tools.ts';
const client = new OpenAI();
export async function reply(messages: OpenAI.ChatCompletionMessageParam[]) {
  let spent = 0;
  for (let step = 0; step < 12; step++) {
    ${before}
    const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    ${after}
    if (!choices[0]?.message.tool_calls) return choices[0]?.message.content;
    messages.push(choices[0].message, ...(await runTools(choices[0].message.tool_calls)));
  }
  return 'This became too long for me.';
}
`,
});
const roundsPy = (after: string): Files => ({
  'agent.py': `from openai import OpenAI
from tools import run
client = OpenAI()
def reply(messages: list) -> str:
    spent = 0
    for step in range(12):
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=messages)
        ${after}
        message = answer.choices[0].message
        if not message.tool_calls:
            return message.content
        messages.append(message)
        messages.extend(run(message.tool_calls))
    return "This became too long for me."
`,
});
const ADDED = 'spent += usage?.total_tokens ?? 0;';
const ADDED_PY = 'spent += answer.usage.total_tokens\n        ';

twins(
  'a sum of all rounds',
  'COST-01',
  {
    'that ends them': rounds('', `${ADDED}\n    if (spent > 60_000) break;`),
    'that ends them (Python)': roundsPy(`${ADDED_PY}if spent > 60_000:\n            break`),
  },
  {
    'that begins anew in each': rounds('spent = 0;', `${ADDED}\n    if (spent > 60_000) break;`),
    'that goes on with the next': rounds('', `${ADDED}\n    if (spent > 60_000) continue;`),
    'of whole dollars': rounds('', 'spent += Math.floor(((usage?.total_tokens ?? 0) * 5) / 1e6);\n    if (spent > 1) break;'),
    'behind a switch': rounds('', `if (process.env.BUDGET) ${ADDED}\n    if (spent > 60_000) break;`),
    'that goes on with the next (Python)': roundsPy(`${ADDED_PY}if spent > 60_000:\n            continue`),
    'that is asserted (Python)': roundsPy(`${ADDED_PY}assert spent < 60_000`),
    'of whole dollars (Python)': roundsPy(`spent += int(answer.usage.total_tokens * 5 / 1e6)\n        if spent > 1:\n            break`),
  },
);

const asked = (counted: string, after = ''): Files => ({
  'app/api/chat/route.ts': `import { Redis } from 'ioredis';
import OpenAI from 'openai';
import { auth } from '../../../auth.ts';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
export async function POST(request: Request) {
  const session = await auth();
  if (!session?.user) return new Response('Please sign in', { status: 401 });
  const { question } = await request.json();
  const key = \`requests:\${session.user.id}:\${new Date().toISOString().slice(0, 10)}\`;
  ${counted}
  const messages = [{ role: 'user', content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
  ${after}
  return Response.json({ reply: choices[0]?.message.content });
}
`,
});
const COUNTED = 'const count = await redis.incr(key);\n  await redis.expire(key, 172_800);\n  ';
const REFUSED = "return new Response('Enough', { status: 429 })";

/** The same route with code of the module before it. */
const beside = (top: string, counted: string): Files =>
  Object.fromEntries(Object.entries(asked(counted)).map(([file, text]) => [file, text.replace('export async', `${top}export async`)]));
const STORE = 'const windows = new Map<string, { begun: number; count: number }>();\n';
const BEGIN = 'windows.set(session.user.id, { begun: Date.now(), count: 1 });';
const choice = (first: string, then: string): string => `const seen = windows.get(session.user.id);
  if (${first}) ${then}
  else if (seen.count >= 50) ${REFUSED};
  else seen.count += 1;`;
/** A count of the process, begun anew by a condition. */
const windows = (anew: string): Files =>
  beside(
    `${STORE}const WINDOW_MS = Number(process.env.WINDOW_SEC ?? 3600) * 1000;
function take(key: string): boolean {
  const seen = windows.get(key);
  if (${anew}) {
    windows.set(key, { begun: Date.now(), count: 1 });
    return true;
  }
  if (seen.count >= 50) return false;
  seen.count += 1;
  return true;
}
`,
    `if (!take(session.user.id)) ${REFUSED};`,
  );

twins(
  'a count of requests',
  'COST-03',
  {
    'that stays': asked(`${COUNTED}if (count > 50) ${REFUSED};`),
    'in windows, in one choice': beside(STORE, choice('seen === undefined || Date.now() - seen.begun >= 3_600_000', BEGIN)),
    'in windows whose length is a setting': windows('seen === undefined || Date.now() - seen.begun >= WINDOW_MS'),
  },
  {
    'that is taken back': asked(`${COUNTED}if (count > 50) ${REFUSED};`, 'await redis.decr(key);'),
    'that begins anew with a refusal': asked(`${COUNTED}if (count > 50) {\n    await redis.del(key);\n    ${REFUSED};\n  }`),
    'that is nothing when the store is down': asked(
      `const count = await redis.incr(key).catch(() => 0);\n  await redis.expire(key, 172_800);\n  if (count > 50) ${REFUSED};`,
    ),
    'in windows, but not of some': beside(
      STORE,
      choice("session.user.role === 'tester'", "windows.set('testers', { begun: 0, count: 1 });"),
    ),
    'in windows that a setting turns on': windows(
      'process.env.LIMITS !== undefined && (seen === undefined || Date.now() - seen.begun >= WINDOW_MS)',
    ),
    'of a thousand million': asked(`${COUNTED}if (count > 1e9) ${REFUSED};`),
  },
);
