import {
  armOf,
  defineCheck,
  type Finding,
  fail,
  ignoredOptions,
  modelCalls,
  type Observation,
  partial,
  pass,
  production,
  unasked,
  unknown,
} from '../../src/core/index.ts';

/** Output tokens that a chosen cap stays below; larger ones are mostly what an SDK sends when nobody chose: the maximum of the model. */
const LARGEST = 8192;

/** Every request that was seen, the control's included. One finding for each model and cap: a title may forget what the answer has. */
function caps(seen: Observation, arm: string): readonly Finding[] {
  const calls = [...modelCalls(seen.control), ...modelCalls(armOf(seen, arm))];
  const groups = new Map<string, { readonly model: string; readonly cap: number | null; count: number }>();
  for (const { request } of calls) {
    const key = `${request.model} ${request.maxTokens}`;
    const group = groups.get(key) ?? { model: request.model, cap: request.maxTokens, count: 0 };
    group.count++;
    groups.set(key, group);
  }
  if (groups.size === 0) return [unasked()];
  return [...groups.values()].map(({ model, cap, count }) => {
    const words = `${count} request${count === 1 ? '' : 's'} to ${model}`;
    if (cap === null) return fail(`${words} without an output cap`);
    return cap <= LARGEST ? pass(`${words} capped at ${cap} output tokens`) : partial(`${words} may be answered with ${cap} output tokens`);
  });
}

export const check = defineCheck({
  id: 'cost-control/max-tokens',
  code: 'COST-05',
  title: 'Every model call caps its output tokens',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L11'],
  why: 'Output tokens are the dear ones. Without a cap a single reply may run to the maximum of the model, and nobody chose that price.',
  fix: 'Set the output cap of the SDK in use on the call or on the shared client or model (max_tokens, max_completion_tokens, maxOutputTokens).',
  settles: 'The request bodies that the agent really sends: each must carry a cap.',
  traps: [
    'A table named MAX_TOKENS that trims the prompt caps nothing.',
    'maxTokens in AI SDK 5 and later, and maxOutputTokens before, are silently ignored.',
    'A cap that only the browser sends is no cap: whoever calls the route may leave it out.',
    'Titles, summaries and judges are model calls too.',
    'Where the SDK demands a cap, the maximum of the model is often what was written, and limits nothing.',
  ],
  needs: { facts: ['model-call', 'dead-option'] },

  inspect({ 'model-call': calls, 'dead-option': dead }) {
    // Embeddings, images and audio have no output tokens to cap; moderation answers are short by construction.
    const priced = production(calls).filter(call => call.purpose === 'chat' || call.purpose === 'agent-run');
    return [
      ...priced.map(({ location, call, outputCap }) => {
        const { tokens } = outputCap;
        if (outputCap.set === true && tokens !== null && tokens > LARGEST)
          return partial(
            `${call} may be answered with ${tokens} tokens: so large a cap is mostly the maximum of the model, which nobody chose. ${LARGEST} are taken for enough`,
            [location, ...(outputCap.location === undefined ? [] : [outputCap.location])],
          );
        if (outputCap.set === true) return pass(`${call} is capped${tokens === null ? '' : ` at ${tokens} tokens`}`, [location]);
        if (outputCap.offUnless !== undefined) return partial(`${call} is capped only if ${outputCap.offUnless}`, [location]);
        if (outputCap.set === false)
          return fail(`${call} has no output cap${outputCap.note === undefined ? '' : `: ${outputCap.note}`}`, [location]);
        return unknown(`Whether ${call} is capped could not be read${outputCap.note === undefined ? '' : `: ${outputCap.note}`}`, [
          location,
        ]);
      }),
      ...ignoredOptions(dead, 'output-cap', fail),
    ];
  },

  observe: { 'plain-question': seen => caps(seen, 'treatment'), 'tool-answers': seen => caps(seen, 'treatment') },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages });`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic();
export const reply = (messages) => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 64_000, messages });`,
      shows: 'Anthropic wants a cap, and gets the maximum of the model',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }' },
      code: `import { generateText } from 'ai';
import { openai } from '@ai-sdk/openai';
export const reply = (prompt) => generateText({ model: openai('gpt-5.6'), prompt, maxTokens: 800 });`,
      shows: 'the name of another major version',
    },
    {
      expect: 'pass',
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
      code: `from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
const max_completion_tokens = Number(process.env.MAX_TOKENS);
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens });`,
      shows: 'nothing is sent until somebody sets it',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import os
from openai import OpenAI
client = OpenAI()
CAP = os.environ.get("MAX_TOKENS")
def reply(messages):
    return client.chat.completions.create(model="gpt-5.6", max_completion_tokens=CAP, messages=messages)`,
      shows: 'nothing is sent until somebody sets it',
    },
  ],
});
