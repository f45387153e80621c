import {
  armOf,
  callWords,
  defineCheck,
  died,
  type Finding,
  fail,
  inputSize,
  type Limit,
  type ModelCall,
  modelCalls,
  type Observation,
  offersTools,
  paidCalls,
  partial,
  pass,
  production,
  reaches,
  replyOf,
  sameReply,
  tokensOf,
  tokenWords,
  toolResults,
  unknown,
} from '../../src/core/index.ts';

/** Above this nobody chose the cap of an answer; and above this many model calls nobody chose the number of rounds. */
const CAP = 8192;
const ROUNDS = 25;

/** The same endless loop twice: in the arm `dear` every round reports 460,000 tokens. A cap of the rounds stops both at the same round. */
function ceiling(seen: Observation): Finding | undefined {
  const [cheap, dear] = [armOf(seen, 'cheap'), armOf(seen, 'dear')];
  if (!offersTools(cheap)) return undefined;
  const [many, few] = [modelCalls(cheap).length, modelCalls(dear).length];
  if (toolResults(cheap).length === 0 || few === 0)
    return unknown('No result of a tool was sent back to the model, so there was no loop that could become expensive');
  const [said, saidDear] = [replyOf(cheap), replyOf(dear)];
  const tokens = tokenWords(tokensOf(modelCalls(dear)));
  if (died(dear)) return unknown(`When rounds were expensive, the agent's process ended after ${callWords(few)}`);
  if (saidDear === undefined || saidDear.end === 'late')
    return fail(`A request that had cost ${tokens} in ${callWords(few)} was not stopped`);
  const otherWords = said !== undefined && saidDear.end === 'answered' && !sameReply(said, saidDear);
  if (few < many) {
    // Where time ended both, one call more or less is chance.
    return few * 2 <= many || otherWords
      ? pass(`A request was stopped after ${callWords(few)} that cost ${tokens}; with cheap rounds it went on for ${many}`)
      : unknown(`With expensive rounds there were ${callWords(few)}, with cheap ones ${many}: that may be chance`);
  }
  if (dear.capped || few > ROUNDS) return fail(`A request that had cost ${tokens} in ${callWords(few)} was not stopped`);
  const bounded = modelCalls(dear).every(({ request }) => request.maxTokens !== null && request.maxTokens <= CAP);
  const words = `A request went on until it had cost ${tokens} in ${callWords(few)}, as many as with cheap rounds`;
  return bounded ? partial(`${words}; only its rounds and its output are bounded`) : fail(words);
}

export const check = defineCheck({
  id: 'cost-control/request-ceiling',
  code: 'COST-01',
  title: 'A request stops before it costs more than its ceiling',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L11'],
  why: 'One request that runs in circles can cost more than a day of normal traffic. Monthly limits notice it when the money is gone.',
  fix: 'Carry a budget through the loop: compare what the request has cost with the ceiling before each model call, and end in a prepared reply (a stopWhen condition, max_budget_usd, or a few lines of your own).',
  settles:
    'The number of model calls and their price when a scripted model keeps asking for tools and reports large usage: the agent must stop at the ceiling.',
  traps: [
    'A check before the loop, or between retries only, does not see what happens inside the loop.',
    'Budgets per month, per key or per user are other items; a step cap alone bounds nothing when each step is large.',
    'Sub-agents that run side by side need one budget together, not one each.',
    'Where steps, output and context are all capped, the worst case can be computed, and may be low enough without any counter.',
  ],
  needs: { facts: ['model-call', 'limit'] },

  inspect({ 'model-call': calls, limit: limits }) {
    const talking = paidCalls(calls).filter(call => call.purpose === 'chat' || call.purpose === 'agent-run');
    return talking.length === 0 ? undefined : talking.map(call => rule(call, production(limits)));
  },

  observe: { 'costly-loop': ceiling },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
class Budget {
  #spent = 0;
  readonly #limit: number;
  constructor(limit: number) { this.#limit = limit; }
  check() { if (this.#spent >= this.#limit) throw new Error('budget'); }
  charge(usd: number) { this.#spent += usd; }
}
export async function reply(question: string) {
  const budget = new Budget(0.5);
  const messages = [{ role: 'user' as const, content: question }];
  for (let round = 0; round < 8; round++) {
    budget.check();
    const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    budget.charge((usage.prompt_tokens * 2 + usage.completion_tokens * 10) / 1e6);
    if (!choices[0].message.tool_calls) return choices[0].message.content;
    messages.push(choices[0].message);
  }
}`,
      shows: 'half a dollar, kept in an object of the request',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
class Budget {
  #spent = 0;
  readonly #limit: number;
  constructor(limit: number) { this.#limit = limit; }
  check() { if (this.#spent >= this.#limit) throw new Error('budget'); }
  charge(usd: number) { this.#spent += usd; }
}
export async function reply(question: string) {
  const budget = new Budget(0.5);
  const messages = [{ role: 'user' as const, content: question }];
  for (let round = 0; round < 8; round++) {
    budget.check();
    const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    if (!choices[0].message.tool_calls) return choices[0].message.content;
    messages.push(choices[0].message);
  }
}`,
      shows: 'nothing is ever added to the sum',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
class Budget {
  #spent = 0;
  readonly #limit: number;
  constructor(limit: number) { this.#limit = limit; }
  check() { if (this.#spent >= this.#limit) throw new Error('budget'); }
  charge(usd: number) { this.#spent += usd; }
}
const budget = new Budget(0.5);
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  for (let round = 0; round < 8; round++) {
    budget.check();
    const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    budget.charge((usage.prompt_tokens * 2 + usage.completion_tokens * 10) / 1e6);
    if (!choices[0].message.tool_calls) return choices[0].message.content;
    messages.push(choices[0].message);
  }
}`,
      shows: 'one budget for the life of the process is no ceiling of a request',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, type LanguageModelUsage, stepCountIs } from 'ai';
import { tools } from './tools.ts';
const CEILING = 0.2; // dollars per request
const dollars = ({ inputTokens = 0, outputTokens = 0 }: LanguageModelUsage) => (inputTokens * 2.5 + outputTokens * 15) / 1e6;
const spent = (steps: { usage: LanguageModelUsage }[]) => steps.reduce((sum, { usage }) => sum + dollars(usage), 0);
export async function reply(prompt: string) {
  const { text } = await generateText({
    model: openai('gpt-5.6'), prompt, tools, maxOutputTokens: 800,
    stopWhen: [stepCountIs(12), ({ steps }) => spent(steps) >= CEILING],
  });
  return text || 'This became too long for me. A colleague will write to you.';
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs } from 'ai';
import { monthlyCost, PLAN_LIMIT } from './billing.ts';
import { tools } from './tools.ts';
export async function reply(userId: string, prompt: string) {
  if ((await monthlyCost(userId)) >= PLAN_LIMIT) return 'Your plan is used up for this month.';
  const { text } = await generateText({ model: openai('gpt-5.6'), prompt, tools, stopWhen: stepCountIs(50) });
  return text;
}`,
      shows: 'a monthly budget, looked at once: nothing stops the fifty steps that follow',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import { query } from '@anthropic-ai/claude-agent-sdk';
export async function reply(prompt: string) {
  for await (const message of query({ prompt, options: { maxTurns: 20, maxBudgetUsd: 0.5 } })) if (message.type === 'result') return message;
}`,
      shows: 'the SDK itself ends the run at a budget in dollars',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { runTools } from './tools.ts';
const client = new OpenAI();
export async function reply(messages: OpenAI.ChatCompletionMessageParam[]) {
  let spent = 0;
  for (let step = 0; step < 12; step++) {
    const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    spent += usage?.total_tokens ?? 0;
    if (spent > 60_000) break;
    if (!choices[0]?.message.tool_calls) return choices[0]?.message.content;
    messages.push(choices[0].message, ...(await runTools(choices[0].message.tool_calls)));
  }
  return 'This became too long for me. A colleague will write to you.';
}`,
      shows: 'a sum of tokens, looked at in each round',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { runTools } from './tools.ts';
const client = new OpenAI();
export async function reply(messages: OpenAI.ChatCompletionMessageParam[]) {
  let spent = 0;
  for (let step = 0; step < 50; step++) {
    const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    spent += usage?.total_tokens ?? 0;
    if (!choices[0]?.message.tool_calls) break;
    messages.push(choices[0].message, ...(await runTools(choices[0].message.tool_calls)));
  }
  if (spent > 60_000) console.warn('an expensive request');
  return messages.at(-1);
}`,
      shows: 'the sum is looked at when the money is gone',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from fastapi import FastAPI
from openai import AsyncOpenAI
from pydantic import BaseModel, Field
app = FastAPI()
client = AsyncOpenAI()
class Question(BaseModel):
    text: str = Field(max_length=4000)
@app.post("/chat")
async def chat(body: Question):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": body.text}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `from openai import OpenAI
client = OpenAI()
def reply(question: str) -> str:
    messages = [{"role": "user", "content": question}]
    while True:
        answer = client.chat.completions.create(model="gpt-5.6", messages=messages).choices[0].message
        if not answer.tool_calls:
            return answer.content
        messages.append(answer)`,
    },
  ],
});

function rule(call: ModelCall, limits: readonly Limit[]): Finding {
  const ceiling = limits.find(
    limit => limit.scope === 'request' && (limit.unit === 'usd' || limit.unit === 'tokens') && reaches(limit, call),
  );
  if (ceiling !== undefined) {
    const places = [ceiling.location, call.location];
    const off = ceiling.offUnless ?? ceiling.failsOpen;
    return off === undefined
      ? pass(`${call.call} stops at a ceiling (${ceiling.label})`, places, 'medium')
      : partial(`${call.call} stops at a ceiling (${ceiling.label}), but not always: ${off}`, places, 'medium');
  }
  const { size, by } = inputSize(call, limits);
  const capped = call.outputCap.set;
  const places = by === undefined ? [call.location] : [call.location, by.location];
  if (call.loop.status === 'not-in-loop' && capped === true) {
    if (size === 'bounded')
      return pass(
        `${call.call} runs once, with an output cap and a bounded input (${by?.label}): its worst case is fixed`,
        places,
        'medium',
      );
    return partial(`${call.call} runs once and its output is capped, but the size of its input is open`, places, 'medium');
  }
  if (call.loop.status === 'bounded' && capped === true && size === 'bounded')
    return partial(
      `${call.call}: rounds, output and input are bounded (${call.loop.how}), but nothing adds up what a request costs`,
      places,
      'medium',
    );
  if (capped === null && call.loop.status === 'not-in-loop')
    return unknown(`${call.call} runs once; whether its output is capped could not be read`, places);
  const why = capped === true ? '' : ', and its output has no cap';
  const rounds = call.loop.status === 'not-in-loop' ? 'runs once' : `is repeated (${call.loop.how})`;
  return fail(`${call.call} ${rounds}${why}: nothing was found that ends a request when it has cost too much`, places, 'medium');
}
