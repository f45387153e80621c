import {
  armOf,
  defineCheck,
  type Finding,
  fail,
  hasMetricsPage,
  partial,
  pass,
  placesOfFirst,
  production,
  rises,
  sentToServices,
  type Trial,
  talks,
  unknown,
} from '../../src/core/index.ts';

/** What left the process while one request ran: to our collector, to a tracing service, or onto a page that is scraped. */
function exportFinding(trial: Trial): Finding {
  const metrics = new Set(trial.metrics.map(metric => metric.name)).size;
  if (trial.spans.length + metrics > 0)
    return pass(`${trial.spans.length} spans and ${metrics} metrics reached a collector during one request`);
  const [service] = sentToServices(trial);
  if (service !== undefined) return pass(`The agent sent to ${service.host} during one request`, [], 'medium');
  // The runtime's own values, and a count of the looks at the page, move without the agent.
  const moved = rises(trial).filter(one => !/^(?:nodejs|process|python|go)_|^http_|scrape/.test(one.name));
  if (moved.length > 0) return pass(`${moved[0]?.name ?? ''} on the metrics page moved with one request`, [], 'medium');
  if (hasMetricsPage(trial)) return fail('A metrics page exists, and no value of the agent on it moved with a request');
  return fail(
    'During one request nothing reached the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, no tracing service was contacted, and there is no metrics page. If a variable switches telemetry on, set it in the env of the target',
    [],
    'medium',
  );
}

const OWN_TRACES = `import json
import os
import queue
import threading
import time
import urllib.request
from contextlib import contextmanager
ENDPOINT = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
finished = queue.Queue()
@contextmanager
def span(name: str):
    began = time.time_ns()
    try:
        yield
    finally:
        finished.put({"name": name, "startTimeUnixNano": str(began), "endTimeUnixNano": str(time.time_ns())})
def send():
    while True:
        body = {"resourceSpans": [{"scopeSpans": [{"spans": [finished.get()]}]}]}
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{ENDPOINT}/v1/traces", data=json.dumps(body).encode(), headers=headers)
        with urllib.request.urlopen(request, timeout=2):
            pass
def start():
    if ENDPOINT:
        threading.Thread(target=send, daemon=True).start()`;

/** An agent of Pydantic AI, and what is said to Logfire. */
const LOGFIRE = (setup: string): string => `import logfire
from fastapi import FastAPI
from pydantic_ai import Agent
${setup}
agent = Agent("openai:gpt-5.6", instructions="Be brief.")
app = FastAPI()
@app.post("/chat")
def chat(question: str):
    return {"reply": agent.run_sync(question).output}`;
const SENDS = 'provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint="https://otel.example.com/v1/traces")))';
const SET = 'trace.set_tracer_provider(provider)';
/** An agent with a provider of OpenTelemetry. @param exports what is added to it @param set what makes it that of the program */
const PROVIDED = (exports: string, set: string): string => `from fastapi import FastAPI
from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
provider = TracerProvider()
${exports}
${set}
OpenAIInstrumentor().instrument()
${ASKS}`;
const ASKS = `app = FastAPI()
client = OpenAI()
@app.post("/chat")
def chat(question: str):
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`;
const TRACELOOP = (option: string): string => `from fastapi import FastAPI
from openai import OpenAI
from opentelemetry.sdk.trace.export import ConsoleSpanExporter
from traceloop.sdk import Traceloop
Traceloop.init(app_name="support", ${option})
${ASKS}`;
const LANGFUSE = (setup: string): string => `from fastapi import FastAPI
from langfuse import Langfuse
from langfuse.openai import OpenAI
${setup}
${ASKS}`;
const RUNS = (option: string): string => `from agents import Agent, RunConfig, Runner
from fastapi import FastAPI
agent = Agent(name="support", instructions="Be brief.", model="gpt-5.6")
app = FastAPI()
@app.post("/chat")
async def chat(question: str):
    result = await Runner.run(agent, question, max_turns=5, ${option})
    return {"reply": result.final_output}`;

// Code that several examples share.
const AGENT_PYTHON = `from openai import OpenAI
from tracing import span, start
client = OpenAI()
start()
def reply(question: str):
    with span("reply"):
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content
`;

const SENT_TO = 'FROM python:3.13-slim\nENV OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318\nCMD ["python", "agent.py"]\n';
const START = '    if ENDPOINT:\n        threading.Thread(target=send, daemon=True).start()';
/** Spans that the code sends itself, by a sender that is started in another way. */
const STARTED = (start: string): Readonly<Record<string, string>> => ({
  'tracing.py': OWN_TRACES.replace(START, start),
  Dockerfile: SENT_TO,
});

/** The SDK of OpenTelemetry for Node.js, and what is done with it. */
const SDK_STARTED = (start: string): Readonly<Record<string, string>> => ({
  'telemetry.ts': `import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
${start}`,
  Dockerfile: 'FROM node:22-slim\nENV OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318\nCMD ["node", "dist/agent.js"]\n',
});
const TRACED_BY_HAND = `import './telemetry.ts';
import OpenAI from 'openai';
import { trace } from '@opentelemetry/api';
const client = new OpenAI();
const tracer = trace.getTracer('support');
export const reply = (messages) =>
  tracer.startActiveSpan('reply', async span => {
    try {
      return await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    } finally {
      span.end();
    }
  });`;

export const check = defineCheck({
  id: 'observability/telemetry-export',
  code: 'OBS-11',
  title: 'Traces and metrics are started first and really leave the process',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L01'],
  why: 'A tracing package that is installed and never exports gives the feeling of sight. The blindness is found during the first incident.',
  fix: 'Start the telemetry before the model client is loaded (--import, instrumentation.ts, the first import in Python), give it an endpoint in the deployment, and flush at shutdown.',
  settles: 'What arrives at a collector while one request runs: at least one span or metric of the agent must reach it.',
  traps: [
    'A dependency in the manifest starts nothing.',
    'A start behind an environment variable that no deployment file sets never runs.',
    'An exporter to the console exports to nobody; instrumentation that loads after the model client may patch nothing.',
    'Serverless functions freeze before a batch is sent unless they flush it.',
  ],
  needs: { facts: ['model-call', 'telemetry'] },

  inspect({ 'model-call': calls, telemetry }) {
    const all = production(telemetry);
    if (all.length === 0) {
      const where = placesOfFirst(talks(calls), 3);
      return [fail('Nothing in the code starts tracing, metrics or reports of errors', where, 'medium')];
    }
    const findings = all.map(one => {
      const at = [one.location];
      if (one.ended !== undefined) return fail(`${one.label} sees nothing: ${one.ended}`, at, 'medium');
      if (one.reach === 'unconnected') return fail(`${one.label} is set up in code that the agent never runs`, at, 'medium');
      if (one.exports === 'no') return fail(`${one.label} sends nothing anywhere: no exporter, or only one that prints`, at);
      if (one.reach === 'unknown') return unknown(`Whether ${one.label} is started could not be read`, at);
      if (one.offUnless !== undefined) return partial(`${one.label} is off by default: ${one.offUnless}`, at);
      if (one.late !== undefined) return partial(`${one.label} starts too late: ${one.late}`, at);
      if (one.sees.length === 1 && one.sees[0] === 'errors') return partial(`${one.label} reports errors, and no traces or metrics`, at);
      if (one.exports === 'unknown') return unknown(`Where ${one.label} sends its traces is not said in the repository`, at);
      return pass(`${one.label} is started with the agent and sends what it sees`, at, 'medium');
    });
    // One way out of the process is enough; a second one that is off or idle takes nothing away.
    const best = (['pass', 'partial', 'unknown', 'fail'] as const).find(status => findings.some(f => f.status === status));
    // What would trace the model calls, and does not, is the part that matters.
    const models = all.filter(one => one.reach === 'on-path' && one.sees.includes('tokens'));
    const idle = models.length > 0 && models.every(one => one.offUnless !== undefined) ? models[0] : undefined;
    const missing = best === 'pass' && idle !== undefined ? findings.filter(f => f.locations[0] === idle.location) : [];
    return [...findings.filter(f => f.status === best).slice(0, 10), ...missing];
  },

  observe: { 'plain-question': seen => exportFinding(armOf(seen)) },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'telemetry.ts': `import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
const metricReaders = [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })];
const sdk = new NodeSDK({ serviceName: 'support-agent', traceExporter: new OTLPTraceExporter(), metricReaders });
sdk.start();
process.once('SIGTERM', () => sdk.shutdown().finally(() => process.exit(0)));`,
        Dockerfile: `FROM node:22-slim
WORKDIR /app
COPY . .
ENV OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318
CMD ["node", "--import", "./dist/telemetry.js", "dist/server.js"]`,
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "@opentelemetry/sdk-node": "0.208.0" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';
const experimental_telemetry = { isEnabled: true, recordInputs: false, recordOutputs: false };
export const reply = (prompt: string) =>
  generateText({ model: openai('gpt-5.6'), prompt, maxOutputTokens: 800, experimental_telemetry });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: SDK_STARTED('sdk.start();\nawait sdk.shutdown();'),
      code: TRACED_BY_HAND,
      shows: 'it is shut down as soon as it was started',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: SDK_STARTED("sdk.start();\nprocess.on('SIGTERM', sdk.shutdown());"),
      code: TRACED_BY_HAND,
      shows: 'what was to be done at the end is done at once',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: SDK_STARTED("sdk.start();\nconst stop = () => sdk.shutdown();\nprocess.on('beforeExit', stop);"),
      code: TRACED_BY_HAND,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: PROVIDED(`${SENDS}\n${SET}`, 'provider.shutdown()'),
      shows: 'Python: it is shut down as soon as it was started',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import atexit\n${PROVIDED(`${SENDS}\n${SET}`, 'atexit.register(provider.shutdown)')}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ConsoleSpanExporter } from '@opentelemetry/sdk-trace-node';
const client = new OpenAI();
if (process.env.TRACING) new NodeSDK({ serviceName: 'support-agent', traceExporter: new ConsoleSpanExporter() }).start();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return completion.choices[0]?.message.content ?? '';
}`,
      shows: 'nothing sets TRACING, and the spans would only be printed',
    },
    {
      expect: 'partial',
      file: 'instrumentation.ts',
      files: {
        'agent.ts': `import OpenAI from 'openai';
import { observeOpenAI } from 'langfuse';
const client = process.env.TRACING ? observeOpenAI(new OpenAI()) : new OpenAI();
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages });`,
      },
      code: `export function register() {}`,
      shows: 'nothing sets TRACING',
    },
    {
      expect: 'partial',
      file: 'server.ts',
      files: {
        'telemetry.ts': `import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
const traceExporter = new OTLPTraceExporter({ url: 'https://traces.example.com/v1/traces' });
new NodeSDK({ traceExporter, instrumentations: [getNodeAutoInstrumentations()] }).start();`,
        'agent.ts': `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages });`,
      },
      code: `import { reply } from './agent.ts';
import './telemetry.ts';
export const POST = async (request: Request) => Response.json(await reply(await request.json()));`,
      shows: 'it patches modules, and is loaded after the client',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'package.json': '{ "dependencies": { "openai": "6.49.0", "@opentelemetry/sdk-node": "0.208.0", "langfuse": "3.38.0" } }' },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages });`,
      shows: 'a dependency starts nothing',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint="https://otel.example.com/v1/traces")))
trace.set_tracer_provider(provider)
from fastapi import FastAPI
from openai import AsyncOpenAI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
app = FastAPI()
FastAPIInstrumentor.instrument_app(app)
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
      code: `from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
trace.set_tracer_provider(provider)
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
      shows: 'an exporter to the console exports to nobody',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import os
import sentry_sdk
if os.getenv("SENTRY_DSN"):
    sentry_sdk.init(dsn=os.getenv("SENTRY_DSN"), traces_sample_rate=0.2)
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
      shows: 'no file of the deployment sets the variable',
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
    {
      expect: 'pass',
      file: 'agent.py',
      files: {
        'tracing.py': OWN_TRACES,
        Dockerfile: 'FROM python:3.13-slim\nENV OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318\nCMD ["python", "agent.py"]\n',
      },
      code: AGENT_PYTHON,
      shows: 'spans as OTLP without a library, to an address that the deployment sets',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: { 'tracing.py': OWN_TRACES },
      code: AGENT_PYTHON,
      shows: 'nothing sets the address, so the thread that sends is never started',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: {
        'tracing.py': OWN_TRACES,
        Dockerfile: 'FROM python:3.13-slim\nENV OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318\nCMD ["python", "agent.py"]\n',
      },
      code: `from openai import OpenAI
from tracing import span
client = OpenAI()
def reply(question: str):
    with span("reply"):
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content
`,
      shows: 'the spans wait in a queue, and nobody starts what would send them',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: {
        'tracing.py': OWN_TRACES,
        Dockerfile: 'FROM python:3.13-slim\nENV OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318\nCMD ["python", "agent.py"]\n',
      },
      code: `from openai import OpenAI
from tracing import start
client = OpenAI()
start()
def reply(question: str):
    answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content
`,
      shows: 'what would send spans is started, and no request makes any',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: LOGFIRE('logfire.configure()\nlogfire.instrument_pydantic_ai()'),
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: LOGFIRE('logfire.configure(send_to_logfire=False)\nlogfire.instrument_pydantic_ai()'),
      shows: 'Logfire is told to send nothing, and has no other exporter',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: LOGFIRE('logfire.configure()'),
      shows: 'Logfire is started, and nothing makes a span for it',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: LOGFIRE('logfire.instrument_pydantic_ai()'),
      shows: 'the instrumentation has nothing that sends',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: PROVIDED(
        'provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint="https://otel.example.com/v1/traces")))',
        SET,
      ),
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: PROVIDED('exporter = OTLPSpanExporter(endpoint="https://otel.example.com/v1/traces")', SET),
      shows: 'the exporter is made, and no processor holds it',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: PROVIDED('provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter()))', SET),
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: PROVIDED(
        'provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint="https://otel.example.com/v1/traces")))',
        '',
      ),
      shows: 'the provider that has the exporter is not the one of the program',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: TRACELOOP('exporter=ConsoleSpanExporter()'),
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: { Dockerfile: 'FROM python:3.12\nENV TRACELOOP_TRACING_ENABLED=false\nCOPY . .\nCMD ["uvicorn", "agent:app"]\n' },
      code: TRACELOOP('disable_batch=True'),
      shows: 'a file of the deployment switches it off',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: TRACELOOP('disable_batch=True'),
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: LANGFUSE('Langfuse(tracing_enabled=False)'),
      shows: 'the client that all decorators share is off',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: LANGFUSE('Langfuse(environment="production")'),
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: RUNS('run_config=RunConfig(tracing_disabled=True)'),
      shows: 'each run of the agent switches its own tracing off',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: RUNS('run_config=RunConfig(workflow_name="support")'),
    },
    {
      expect: 'pass',
      file: 'agent.py',
      files: STARTED('    if not ENDPOINT:\n        return\n    worker = threading.Thread(target=send, daemon=True)\n    worker.start()'),
      code: AGENT_PYTHON,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: STARTED('    if ENDPOINT:\n        worker = threading.Thread(target=send, daemon=True)'),
      code: AGENT_PYTHON,
      shows: 'the thread that sends is made and never started',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: STARTED('    if not ENDPOINT:\n        threading.Thread(target=send, daemon=True).start()'),
      code: AGENT_PYTHON,
      shows: 'the condition is the wrong way round: what the deployment sets switches it off',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      files: STARTED('    if ENDPOINT:\n        return\n    threading.Thread(target=send, daemon=True).start()'),
      code: AGENT_PYTHON,
      shows: 'it leaves where it should go on',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: SDK_STARTED('if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT) sdk.start();'),
      code: TRACED_BY_HAND,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: SDK_STARTED('if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT) sdk.start();'),
      code: TRACED_BY_HAND,
      shows: 'the condition is the wrong way round',
    },
  ],
});
