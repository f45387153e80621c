import {
  armOf,
  defineCheck,
  fail,
  labelsOf,
  modelErrorsFinding,
  partial,
  pass,
  placesOfFirst,
  production,
  running,
  talks,
  unknown,
  works,
} from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'observability/api-errors',
  code: 'OBS-07',
  title: 'Failed attempts at the model API are counted by kind',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L02'],
  why: 'Retries and friendly fallbacks hide a provider that is failing. The first sign is then a slow product and a doubled bill.',
  fix: 'Count every failed attempt with its kind (status, timeout, connection) in the wrapper around the client, not only the error that is left after all retries.',
  settles:
    'The metrics or logs of a request whose first attempts at the model API were refused: each refused attempt must be counted with its kind.',
  traps: [
    'A fallback that answers with status 200 makes HTTP error rates blind to the model API.',
    'A counter in the catch around an SDK call sees one error where the provider refused three attempts.',
    "Server errors of the agent's own routes are not errors of the model API.",
    'An instrumentation that marks spans with an error type, or a proxy with its own metrics, counts without a line in the code.',
  ],
  needs: { facts: ['model-call', 'metric', 'telemetry'] },

  inspect({ 'model-call': calls, metric: metrics, telemetry }) {
    const counters = production(metrics).filter(metric => metric.measures === 'errors' && metric.reach === 'on-path');
    const own = talks(calls);
    const retried = own.filter(call => call.retries.effective !== false);
    const found = counters.map(metric => {
      if ((metric.labels ?? []).length === 0)
        return partial(`${metric.name} counts failures of the model API, but not by kind`, [metric.location]);
      if (metric.counts !== 'attempts' && retried.length > 0)
        return partial(`${metric.name} counts one failure where the SDK was refused several times: it stands outside of the retries`, [
          metric.location,
        ]);
      return pass(`${metric.name} counts failed attempts at the model API by kind`, [metric.location]);
    });
    if (found.some(f => f.status === 'pass')) return found.filter(f => f.status === 'pass');
    const watching = running(telemetry).filter(one => one.sees.includes('errors') && one.exports !== 'no');
    const spans = watching.filter(one => works(one) && one.sees.includes('traces'));
    const sent = spans.filter(one => one.exports === 'yes');
    const models = sent.filter(one => one.sees.includes('tokens'));
    if (models.length > 0)
      return [pass(`Model calls that fail are marked in the traces (${labelsOf(models)})`, placesOfFirst(models, 5), 'medium')];
    if (found.length > 0) return found;
    if (sent.length > 0)
      return [
        partial(`${labelsOf(sent)} traces requests in general; model calls are not told apart there`, placesOfFirst(sent, 5), 'medium'),
      ];
    const reports = watching.filter(works).filter(one => !one.sees.includes('traces'));
    if (reports.length > 0)
      return [
        partial(
          `${labelsOf(reports)} is told of errors that reach it; attempts that a retry or a fallback hides are not counted`,
          placesOfFirst(reports, 5),
        ),
      ];
    const off = watching.find(one => one.offUnless !== undefined);
    if (off !== undefined && off.offUnless !== undefined)
      return [partial(`${off.label} would see failed calls, but is off by default: ${off.offUnless}`, [off.location])];
    if (spans.length > 0)
      return [unknown(`Where ${labelsOf(spans)} sends failed calls is not said in the repository`, placesOfFirst(spans, 5))];
    const http = production(metrics).filter(metric => metric.labels?.includes('http') === true);
    if (http.length > 0)
      return [
        fail("The metrics count the agent's own HTTP statuses only; a call of the model API that fails behind them is not counted", [
          ...placesOfFirst(http, 3),
          ...placesOfFirst(own, 3),
        ]),
      ];
    return [fail('No counter, trace or proxy was found that counts failed calls of the model API', placesOfFirst(own, 5), 'medium')];
  },

  observe: { metrics: seen => modelErrorsFinding(armOf(seen)) },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'metrics.ts': `import { Counter } from 'prom-client';
const errors = new Counter({ name: 'llm_api_errors_total', help: 'Failed attempts at the model API', labelNames: ['kind'] });
export const counted: typeof fetch = async (input, init) => {
  try {
    const response = await fetch(input, init);
    if (!response.ok) errors.inc({ kind: String(response.status) });
    return response;
  } catch (error) {
    errors.inc({ kind: error instanceof Error ? error.name : 'unknown' });
    throw error;
  }
};`,
      },
      code: `import OpenAI from 'openai';
import { counted } from './metrics.ts';
const client = new OpenAI({ fetch: counted });
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return completion.choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import express from 'express';
import promBundle from 'express-prom-bundle';
import OpenAI from 'openai';
const client = new OpenAI();
const app = express().use(express.json(), promBundle({ includeMethod: true, includePath: true }));
app.post('/chat', async (request, response) => {
  try {
    const messages = [{ role: 'user' as const, content: String(request.body.question) }];
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    response.json({ reply: completion.choices[0]?.message.content });
  } catch {
    response.json({ reply: 'I cannot answer just now. Please ask again in a few minutes.' });
  }
});`,
      shows: 'every failure leaves as a 200, and the middleware counts statuses only',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const errors = new Counter({ name: 'llm_api_errors_total', help: 'Failures of the model API', labelNames: ['kind'] });
const client = new OpenAI();
export async function reply(question: string) {
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }] });
    return completion.choices[0]?.message.content ?? '';
  } catch (error) {
    errors.inc({ kind: error instanceof OpenAI.APIError ? String(error.status) : 'other' });
    return 'I cannot answer just now.';
  }
}`,
      shows: 'outside of the retries of the SDK: one error is counted where three attempts were refused',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from openai import APIError
from prometheus_client import Counter
ERRORS = Counter("model_errors_total", "Failed calls of the model", ["kind"])
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    try:
        answer = await client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    except APIError as error:
        ERRORS.labels(kind=type(error).__name__).inc()
        return {"reply": "Please try again later."}
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import logfire
logfire.configure()
logfire.instrument_openai()
from fastapi import FastAPI
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
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
    },
  ],
});
