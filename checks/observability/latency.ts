import {
  armOf,
  defineCheck,
  fail,
  labelsOf,
  latencyFinding,
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
  id: 'observability/latency',
  code: 'OBS-05',
  title: 'The time that a request takes is recorded as a distribution',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L02'],
  why: 'An average looks calm while one user in twenty waits half a minute. Only a distribution shows the slow ones.',
  fix: 'Time the whole request, the end of the stream included, in a histogram whose buckets go well beyond every alert threshold, to 60 seconds or more.',
  settles: 'The metrics of some requests that were delayed on purpose: the counts of the buckets for those delays must rise.',
  traps: [
    'A gauge keeps the last value only, and an average cannot be turned into a percentile afterwards.',
    'The default buckets of prom-client end at 10 seconds, so a 95th percentile can never be read as more than 10.',
    'HTTP middleware often stops its clock at the response headers and misses the whole stream; some of it is never mounted.',
    'The time of a model call or of a tool is a part: a request may hold several, and what waits between them.',
    'Platform metrics, a tracing service or a duration field in the logs with a metric filter may do the work without a histogram in the code.',
  ],
  needs: { facts: ['model-call', 'entry-point', 'metric', 'telemetry'] },

  inspect({ 'model-call': calls, 'entry-point': entries, metric: metrics, telemetry }) {
    const timed = production(metrics).filter(metric => metric.measures === 'time');
    const used = timed.filter(metric => metric.reach === 'on-path');
    const spread = used.filter(metric => metric.sort === 'histogram' || metric.sort === 'summary');
    const found = spread.map(metric => {
      if (metric.part !== undefined) return partial(`${metric.name} times ${metric.part}, and not the whole request`, [metric.location]);
      const last = metric.buckets?.at(-1);
      const seconds = last === undefined ? undefined : last * (metric.unit ?? 1);
      if (metric.labels?.includes('http') === true)
        return partial(`${metric.name} times HTTP requests as the framework sees them, which may end before the stream does`, [
          metric.location,
        ]);
      if (seconds !== undefined && seconds <= 10)
        return partial(`${metric.name} cannot tell more than ${seconds} s: its largest bucket ends there`, [metric.location]);
      return pass(`${metric.name} keeps the distribution of the time that a request takes`, [metric.location]);
    });
    const traces = running(telemetry).filter(one => one.sees.includes('latency') && one.exports !== 'no');
    const sent = traces.filter(one => works(one) && one.exports === 'yes');
    if (found.some(f => f.status === 'pass')) return found.filter(f => f.status === 'pass');
    if (sent.length > 0) return [pass(`Every request is timed in a trace (${labelsOf(sent)})`, placesOfFirst(sent, 5), 'medium')];
    if (found.length > 0) return found;
    const off = traces.find(one => one.offUnless !== undefined);
    if (off !== undefined && off.offUnless !== undefined)
      return [partial(`${off.label} would time requests, but is off by default: ${off.offUnless}`, [off.location])];
    if (traces.length > 0)
      return [unknown(`Where the times that ${labelsOf(traces)} takes are kept is not said in the repository`, placesOfFirst(traces, 5))];
    if (used.length > 0)
      return used.map(metric => fail(`${metric.name} is a ${metric.sort}: it keeps no distribution of the times`, [metric.location]));
    if (timed.length > 0)
      return timed.map(metric => fail(`${metric.name} is declared and never given the time of a request`, [metric.location], 'medium'));
    const where = placesOfFirst(talks(calls), 3);
    const sorts = production(entries).map(entry => entry.sort);
    // Hosts of HTTP services time every request without a line in the code; nobody does so for bots, workers and programs.
    if (sorts.length === 0 || sorts.some(sort => sort === 'http' || sort === 'ui' || sort === 'other'))
      return [unknown('Nothing in the code times a request; the platform that serves it may', where)];
    return [fail('Nothing in the code times a request, and no platform does so for this kind of program', where, 'medium')];
  },

  observe: { metrics: seen => latencyFinding(armOf(seen)) },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Histogram } from 'prom-client';
const seconds = new Histogram({ name: 'agent_request_seconds', help: 'Whole request', buckets: [0.5, 1, 2, 5, 10, 15, 30, 60, 120] });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const end = seconds.startTimer();
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } finally {
    end();
  }
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Histogram } from 'prom-client';
import { run } from './tools.ts';
const buckets = [0.5, 1, 2, 5, 10, 15, 30, 60, 120];
const modelSeconds = new Histogram({ name: 'model_seconds', help: 'Model calls', buckets });
const toolSeconds = new Histogram({ name: 'tool_seconds', help: 'Tools', buckets });
const client = new OpenAI();
async function ask(messages) {
  const end = modelSeconds.startTimer();
  try {
    return await client.chat.completions.create({ model: 'gpt-5.6', messages, tools, max_completion_tokens: 800 });
  } finally {
    end();
  }
}
async function runTool(call) {
  const started = Date.now();
  const content = await run(call);
  toolSeconds.observe((Date.now() - started) / 1000);
  return { role: 'tool', tool_call_id: call.id, content };
}
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  for (let round = 0; round < 8; round++) {
    const { choices: [{ message }] } = await ask(messages);
    if (!message.tool_calls) return message.content;
    messages.push(message, ...(await Promise.all(message.tool_calls.map(call => runTool(call)))));
  }
}`,
      shows: 'model calls and tools are timed, and nobody knows how long a user waited',
    },
    {
      expect: 'pass',
      file: 'worker.ts',
      code: `import OpenAI from 'openai';
import { Histogram } from 'prom-client';
import { next } from './queue.ts';
const seconds = new Histogram({ name: 'job_seconds', help: 'Whole job', buckets: [0.5, 1, 2, 5, 10, 15, 30, 60, 120] });
const client = new OpenAI();
async function work(question: string) {
  const end = seconds.startTimer();
  const messages = [{ role: 'user' as const, content: question }];
  await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  end();
}
export async function run() {
  while (true) await work(await next());
}`,
      shows: 'a loop that takes one request after the other',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Gauge } from 'prom-client';
const seconds = new Gauge({ name: 'agent_latency_seconds', help: 'Latency of the agent' });
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const started = Date.now();
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  seconds.set((Date.now() - started) / 1000);
  return completion.choices[0]?.message.content ?? '';
}`,
      shows: 'a gauge remembers the last request only, and failed requests are not timed at all',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Histogram } from 'prom-client';
const seconds = new Histogram({ name: 'agent_request_seconds', help: 'Whole request' });
const client = new OpenAI();
export async function reply(question: string) {
  const end = seconds.startTimer();
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }] });
  end();
  return completion.choices[0]?.message.content ?? '';
}`,
      shows: 'the default buckets end at 10 seconds',
    },
    {
      expect: 'unknown',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function POST(request: Request) {
  const { question } = await request.json();
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }] });
  return Response.json({ reply: completion.choices[0]?.message.content });
}`,
      shows: 'nothing in the code; the host of the route may time it',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import time
from prometheus_client import Histogram, make_asgi_app
LATENCY = Histogram("request_seconds", "Time of a request", buckets=(0.5, 1, 2, 5, 10, 30, 60))
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
app.mount("/metrics", make_asgi_app())
@app.post("/chat")
async def chat(question: str):
    started = time.perf_counter()
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    LATENCY.observe(time.perf_counter() - started)
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import time
from prometheus_client import Histogram
LATENCY = Histogram("request_seconds", "Time of a request", buckets=(0.5, 1, 2, 5))
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    started = time.perf_counter()
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    LATENCY.observe(time.perf_counter() - started)
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import time
from prometheus_client import Gauge
LAST = Gauge("request_seconds", "Time of the last request")
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    started = time.perf_counter()
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    LAST.set(time.perf_counter() - started)
    return {"reply": answer.choices[0].message.content}`,
      shows: 'a gauge keeps the last value only',
    },
  ],
});
