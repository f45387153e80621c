import { defineCheck, fail, partial, pass, production, unknown } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'cost-control/price-table',
  code: 'COST-09',
  title: 'The price table knows every model that can be selected',
  severity: 'medium',
  how: ['inspect'],
  lines: [],
  why: 'A model without a price costs nothing in the books. Every limit and every dashboard behind it is then wrong.',
  fix: 'Keep one price table (or a maintained price package) with input and output rates for each model id that the code or its configuration can select, and fail at start for a model without a price.',
  settles: 'The list of models that the configuration can select, compared with the price table in use.',
  traps: [
    'A table of context windows or output limits is no price table.',
    'A default rate for unknown models hides the gap.',
    'Dated snapshots, aliases and provider prefixes of one model must be recognised as that model.',
    'One price for all tokens ignores that output costs several times as much.',
  ],
  needs: { facts: ['model-call', 'price-table'] },

  notApplicable({ 'model-call': calls }) {
    const paid = production(calls).filter(call => call.provider !== 'local');
    return paid.length === 0 ? 'Only local models are called, and they have no price per token.' : undefined;
  },

  inspect({ 'model-call': calls, 'price-table': tables }) {
    const paid = production(calls).filter(call => call.provider !== 'local');
    const kept = production(tables);
    const first = paid[0];
    if (first === undefined) return undefined;
    if (kept.length === 0)
      return [fail('No price table and no price package was found in the code that was read', [first.location], 'medium')];
    const library = kept.find(table => table.source === 'library');
    if (library !== undefined)
      return [
        partial(
          `Prices come from ${library.label}; whether it knows every model that is selected was not checked`,
          [library.location],
          'medium',
        ),
      ];
    const known = kept.flatMap(table => table.models.map(plain));
    const places = kept.map(table => table.location);
    return paid.map(call => {
      const missing = call.models.filter(model => !known.includes(plain(model)));
      if (missing.length > 0)
        return fail(`${call.call} can select ${missing.join(', ')}, which the price table lacks`, [call.location, ...places], 'medium');
      if (call.models.length === 0 || (call.model.state !== 'set' && call.modelsComplete !== true))
        return unknown(`${call.call}: the model is decided at run time`, [call.location, ...places]);
      return pass(`${call.call}: ${call.models.join(', ')} ${call.models.length === 1 ? 'has' : 'have'} a price`, [
        call.location,
        ...places,
      ]);
    });
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const PRICES = { 'gpt-5.6': { input: 2.5, output: 20 }, 'gpt-5.6-mini': { input: 0.5, output: 4 } };
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const PRICES = { 'gpt-4o': { input: 2.5, output: 10 }, 'gpt-5.6': { input: 0, output: 0 } };
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });`,
      shows: 'the model was entered, and its price was not',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const PRICES = { 'gpt-4o': { input: 2.5, output: 10 } };
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });`,
      shows: 'the table was not updated with the model',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const LIMITS = { 'gpt-5.6': { input: 400000, output: 128000 } };
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });`,
      shows: 'token limits are no prices',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const PRICES = { 'gpt-5.6': { input: 2.5, output: 20 }, 'gpt-5.6-mini': { input: 0.5, output: 4 } };
interface Question { readonly model: string; readonly text: string }
const ask = ({ model, text }: Question) =>
  client.chat.completions.create({ model, max_completion_tokens: 800, messages: [{ role: 'user', content: text }] });
export function reply(text: string) {
  const model = text.length > 2000 ? 'gpt-5.6' : 'gpt-5.6-mini';
  return ask({ model, text });
}`,
      shows: 'a choice between two models, both of which have a price',
    },
    {
      expect: 'unknown',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const PRICES = { 'gpt-5.6': { input: 2.5, output: 20 }, 'gpt-5.6-mini': { input: 0.5, output: 4 } };
const ask = ({ model, text }) =>
  client.chat.completions.create({ model, max_completion_tokens: 800, messages: [{ role: 'user', content: text }] });
export function reply(text: string) {
  const model = text.length > 2000 ? (process.env.LARGE_MODEL ?? 'gpt-5.6') : 'gpt-5.6-mini';
  return ask({ model, text });
}`,
      shows: 'a setting may name any other model',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const PRICES = { 'gpt-5.6': { input: 2.5, output: 20 } };
const ask = ({ model, text }) =>
  client.chat.completions.create({ model, max_completion_tokens: 800, messages: [{ role: 'user', content: text }] });
export const reply = (text: string) => ask({ model: text.length > 2000 ? 'gpt-5.6' : 'gpt-5.6-mini', text });`,
      shows: 'one of two models lacks a price',
    },
    {
      expect: 'not-applicable',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI({ baseURL: 'http://localhost:11434/v1', apiKey: 'ollama' });
export const reply = (messages) => client.chat.completions.create({ model: 'llama3.3', max_completion_tokens: 800, messages });`,
      shows: 'a local server',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `PRICES = {
    "gpt-5.6": {"input": 2.5, "output": 10.0},
}
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    usage = answer.usage
    price = PRICES["gpt-5.6"]
    cost = (usage.prompt_tokens * price["input"] + usage.completion_tokens * price["output"]) / 1_000_000
    print(cost)
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
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
  ],
});

/** A model id without provider prefix, region and date. */
function plain(model: string): string {
  return model
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:us|eu|apac|global)\./, '')
    .replace(/^(?:anthropic|meta|amazon|mistral|cohere)\./, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/, '')
    .replaceAll('.', '-');
}
