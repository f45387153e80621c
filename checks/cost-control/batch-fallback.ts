import {
  defineCheck,
  type Fallback,
  type Finding,
  fail,
  type ModelCall,
  partial,
  pass,
  production,
  type Tri,
  unknown,
} from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'cost-control/batch-fallback',
  code: 'COST-08',
  title: 'A cheaper way is ready for when the quota runs short',
  severity: 'medium',
  how: ['inspect', 'attest'],
  lines: ['L13'],
  why: 'When the quota is nearly gone, the choice without a plan is to turn users away. Work that can wait until tomorrow costs about half in a batch.',
  fix: 'Name the work that can wait, route it to the Batch API or a cheaper model when the quota nears, and write down trigger, switch and owner.',
  settles:
    'A batch or cheaper-model path in the code that a quota decides on, or a signed statement with the link to the runbook that names trigger, switch and owner, with an expiry date.',
  traps: [
    'The batch method of LangChain, a DataLoader and requests grouped with Promise.all run side by side at the full price.',
    'Batches that only the evaluation uses are no fallback for production.',
    'A purely interactive agent has nothing that can wait; there the plan is a cheaper model.',
  ],

  needs: { facts: ['model-call', 'fallback'] },

  notApplicable({ 'model-call': calls }) {
    const paid = production(calls).filter(call => call.provider !== 'local');
    return paid.length === 0 ? 'Only local models are called, and no quota of a provider ends them.' : undefined;
  },

  inspect({ 'model-call': calls, fallback }) {
    const audited = production(calls).filter(call => call.provider !== 'local');
    const [first] = audited;
    if (first === undefined) return undefined;
    const found = production(fallback).flatMap(way => ruleOn(way, audited));
    // One way that is ready is enough; what else there is takes nothing from it.
    const ready = found.filter(({ status }) => status === 'pass');
    if (ready.length > 0) return ready;
    if (found.length > 0) return found;
    return [
      fail(
        'No batch interface, no second model that takes over and no wrapper that goes on to one was found in the code that was read',
        [first.location],
        'medium',
      ),
    ];
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
import { quotaUsed } from './quota.ts';
const client = new Anthropic();
const params = (text: string) => ({
  model: 'claude-sonnet-4-5',
  max_tokens: 300,
  messages: [{ role: 'user' as const, content: \`Summarise this ticket:\\n\${text}\` }],
});
export async function summarise(tickets: { id: string; text: string }[]) {
  if ((await quotaUsed()) > 0.8) // the summaries may come tomorrow; a worker collects them
    return client.messages.batches.create({ requests: tickets.map(({ id, text }) => ({ custom_id: id, params: params(text) })) });
  return Promise.all(tickets.map(({ text }) => client.messages.create(params(text))));
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
const summarise = (text: string) =>
  client.messages.create({
    model: 'claude-sonnet-4-5',
    max_tokens: 300,
    messages: [{ role: 'user', content: \`Summarise this ticket:\\n\${text}\` }],
  });
export async function processBatch(tickets: string[], batchSize = 10) {
  const summaries = [];
  for (let start = 0; start < tickets.length; start += batchSize)
    summaries.push(...(await Promise.all(tickets.slice(start, start + batchSize).map(summarise))));
  return summaries;
}`,
      shows: 'called a batch, and is ten ordinary calls at once for the ordinary price',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
const params = (text: string) => ({ model: 'claude-sonnet-4-5', max_tokens: 300, messages: [{ role: 'user' as const, content: text }] });
export async function summarise(tickets: { id: string; text: string }[]) {
  if (process.env.USE_BATCH === 'on')
    return client.messages.batches.create({ requests: tickets.map(({ id, text }) => ({ custom_id: id, params: params(text) })) });
  return Promise.all(tickets.map(({ text }) => client.messages.create(params(text))));
}`,
      shows: 'a switch that somebody has to set first',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(messages: OpenAI.ChatCompletionMessageParam[]) {
  try {
    return await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  } catch {
    return client.chat.completions.create({ model: 'gpt-5.6-mini', messages, max_completion_tokens: 800 });
  }
}`,
      shows: 'a second model for failures: it also answers a used-up quota, but only after an error, and by no plan',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
const ask = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
export async function reply(messages: OpenAI.ChatCompletionMessageParam[]) {
  try {
    return await ask(messages);
  } catch {
    return ask(messages.slice(-2));
  }
}`,
      shows: 'the same model once more is a retry',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'evals/run.ts': `import OpenAI from 'openai';
const client = new OpenAI();
export const grade = (id: string) =>
  client.batches.create({ input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' });`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
      shows: 'only the evaluation uses batches',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'redis.ts': `import { Redis } from 'ioredis';
export const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379', { maxRetriesPerRequest: 1 });`,
      },
      code: `import OpenAI from 'openai';
import { redis } from './redis.ts';
const client = new OpenAI();
const ask = ({ model, text }: { model: string; text: string }) =>
  client.chat.completions.create({ model, max_completion_tokens: 800, messages: [{ role: 'user', content: text }] });
export async function reply(text: string) {
  const key = \`tokens:\${new Date().toISOString().slice(0, 10)}\`;
  const used = Number(await redis.get(key));
  const model = used > 8_000_000 ? 'gpt-5.6-mini' : 'gpt-5.6';
  const answer = await ask({ model, text });
  await redis.incrby(key, answer.usage?.total_tokens ?? 0);
  return answer.choices[0]?.message.content;
}`,
      shows: 'a cheaper model for what remains of the day',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
const ask = ({ model, text }: { model: string; text: string }) =>
  client.chat.completions.create({ model, max_completion_tokens: 800, messages: [{ role: 'user', content: text }] });
export function reply(text: string, plan: string, attempt: number) {
  if (plan === 'free' || attempt > 2) return ask({ model: 'gpt-5.6-mini', text });
  return ask({ model: text.length > 2000 ? 'gpt-5.6' : 'gpt-5.6-mini', text });
}`,
      shows: 'two models, chosen by the plan and the length of the question: the quota has no say in it',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from datetime import datetime, timezone
from fastapi import Depends, FastAPI, HTTPException
from openai import AsyncOpenAI
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
spent = {}
@app.post("/chat")
async def chat(question: str, user=Depends(current_user)):
    hour = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H")
    used = spent.get(hour, 0)
    if used >= 2_000_000:
        raise HTTPException(429, "Nothing is left for this hour")
    model = "gpt-5-mini" if used >= 1_600_000 else "gpt-5"
    answer = await client.chat.completions.create(
        model=model, max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    spent[hour] = used + answer.usage.total_tokens
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import asyncio
from anthropic import AsyncAnthropic
client = AsyncAnthropic()
async def summarise(text):
    return await client.messages.create(
        model="claude-sonnet-4-5", max_tokens=300, messages=[{"role": "user", "content": f"Summarise this ticket: {text}"}]
    )
async def process_batch(tickets, batch_size=10):
    summaries = []
    for start in range(0, len(tickets), batch_size):
        summaries += await asyncio.gather(*[summarise(text) for text in tickets[start:start + batch_size]])
    return summaries`,
      shows: 'called a batch, and is ten ordinary calls at once for the ordinary price',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import os
from anthropic import Anthropic
client = Anthropic()
def params(text):
    return {"model": "claude-sonnet-4-5", "max_tokens": 300, "messages": [{"role": "user", "content": text}]}
def summarise(tickets):
    if os.environ.get("USE_BATCH") == "on":
        return client.messages.batches.create(requests=[{"custom_id": one["id"], "params": params(one["text"])} for one in tickets])
    return [client.messages.create(**params(one["text"])) for one in tickets]`,
      shows: 'a switch that somebody has to set first',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `from openai import OpenAI
client = OpenAI()
def reply(question):
    model = "gpt-5-mini" if len(question) < 200 else "gpt-5"
    answer = client.chat.completions.create(model=model, max_completion_tokens=800, messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content`,
      shows: 'a choice that no quota decides',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import { Redis } from 'ioredis';
import OpenAI from 'openai';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
export async function reply(content: string) {
  const key = \`tokens:\${new Date().toISOString().slice(0, 10)}\`;
  const model = Number(await redis.get(key)) > 8_000_000 ? 'gpt-5' : 'gpt-5-mini';
  const messages = [{ role: 'user' as const, content }];
  const { choices, usage } = await client.chat.completions.create({ model, messages, max_completion_tokens: 800 });
  await redis.incrby(key, usage?.total_tokens ?? 0);
  return choices[0]?.message.content;
}`,
      shows: 'the dearer model is asked when little is left',
    },
  ],
});

/** What one way is worth; nothing when it leads to the model that it came from. */
function ruleOn(way: Fallback, calls: readonly ModelCall[]): Finding[] {
  const { label, location, trigger, reach, offUnless } = way;
  if (way.sort === 'batch') {
    if (reach === 'unconnected') return [partial(`${label} is called by nobody`, [location])];
    if (offUnless !== undefined) return [partial(`${label} is used only when ${offUnless}`, [location])];
    if (trigger !== 'condition')
      return [partial(`${label} is used, and nothing that was read sends work there when the quota runs short`, [location], 'medium')];
    if (reach === 'unknown') return [unknown(`${label} stands behind a condition; who runs it could not be followed`, [location])];
    return [pass(`${label} takes the work over when a condition asks for it`, [location], 'medium')];
  }
  const of = (places: Fallback['from']): ModelCall[] =>
    calls.filter(call =>
      places.some(
        ({ file, line, column }) => file === call.location.file && line === call.location.line && column === call.location.column,
      ),
    );
  const [from, to] = [of(way.from), of(way.to)];
  if (trigger === 'condition') {
    const models = [...new Set(to.flatMap(call => call.models))];
    if (models.length < 2) return [];
    const words = `Which model is asked (${models.join(', ')}) depends on ${label}`;
    if (way.dearer === true)
      return [fail(`${words}, and when little is left, it is the dearer one (${way.sides?.short.join(', ')})`, [location])];
    return [
      offUnless === undefined ? pass(words, [location], 'medium') : partial(`${words}, and only when ${offUnless}`, [location], 'medium'),
    ];
  }
  if (way.to.length > 0 && to.length === 0) return [];
  const other = to.length === 0 ? 'yes' : differs(from, to);
  if (other === 'no') return [];
  if (other === 'unknown')
    return [unknown(`After a failure the next of a list is tried; whether it is another model cannot be read`, [location])];
  const lone = to.length === 0 && way.from.length > 0 && from.length === 0;
  if (lone) return [];
  return [partial(`Another model is tried after a failure (${label}), not when the quota or the budget runs short`, [location], 'medium')];
}

/** Do the later calls go to another model than the first ones? For one call that is made round by round: may its model change? */
function differs(from: readonly ModelCall[], to: readonly ModelCall[]): Tri {
  if (from.length === 0) {
    if (to.some(call => call.models.length > 1)) return 'yes';
    return to.some(call => call.models.length === 0 && call.model.state !== 'absent') ? 'unknown' : 'no';
  }
  const first = new Set(from.flatMap(call => call.models));
  return to.some(call => call.models.some(model => !first.has(model)) || (call.sdk !== from[0]?.sdk && call.models.length === 0))
    ? 'yes'
    : 'no';
}
