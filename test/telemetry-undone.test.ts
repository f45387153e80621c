// Twins of agents with tracing: in the one it runs, and in the other something takes it back.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('telemetry-undone', 'OBS-11', {
  'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\n',
  'package.json': '{ "dependencies": { "openai": "6.49.0", "@opentelemetry/sdk-node": "0.208.0" } }',
});

const SENT = 'ENV OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4318';
/** @param start the code that starts tracing @param env of the container */
const ts = (start: string, env = SENT): Files => ({
  'telemetry.ts': `import { trace, ProxyTracerProvider } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { AlwaysOffSampler, BatchSpanProcessor, NodeTracerProvider, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-node';
${start}`,
  Dockerfile: `FROM node:22-slim\n${env}\nCMD ["node", "dist/agent.js"]\n`,
  'agent.ts': `import './telemetry.ts';
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
  });`,
});
const SDK = (options = 'traceExporter: new OTLPTraceExporter()'): string => `const sdk = new NodeSDK({ ${options} });`;
const PROVIDER = 'const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });';

const SET = 'trace.set_tracer_provider(provider)';
const INSTRUMENT = 'OpenAIInstrumentor().instrument()';
const TO = 'endpoint="https://otel.example.com/v1/traces"';
const py = (set: string, to = TO, made = '', after = INSTRUMENT): Files => ({
  'agent.py': `import os
from fastapi import FastAPI
from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, TraceIdRatioBased
from opentelemetry.trace import NoOpTracerProvider
provider = TracerProvider(${made})
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(${to})))
${set}
${after}
app = FastAPI()
client = OpenAI()
@app.post("/chat")
def chat(question: str):
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}
`,
});

twins(
  'tracing',
  'OBS-11',
  {
    'that is started': ts(`${SDK()}\nsdk.start();`),
    'whose failure is told': ts(`${SDK()}\ntry {\n  sdk.start();\n} catch (err) {\n  console.error('no tracing', err);\n}`),
    'with a sampler': ts(`${SDK('traceExporter: new OTLPTraceExporter(), sampler: new TraceIdRatioBasedSampler(0.1)')}\nsdk.start();`),
    'with an address of the deployment': ts(
      `${SDK('traceExporter: new OTLPTraceExporter({ url: process.env.TRACES })')}\nsdk.start();`,
      'ENV TRACES=http://otel:4318/v1/traces',
    ),
    'by a provider': ts(`${PROVIDER}\nprovider.register();`),
    'that is started (Python)': py(SET),
    'whose failure is raised (Python)': py(`try:\n    ${SET}\nexcept Exception:\n    raise`),
    'with a sampler (Python)': py(SET, TO, 'sampler=TraceIdRatioBased(0.1)'),
  },
  {
    'whose failure is swallowed': ts(`${SDK()}\ntry {\n  sdk.start();\n} catch {}`),
    'whose failure is swallowed by a function': ts(
      `function start() {\n  try {\n    ${SDK()}\n    sdk.start();\n  } catch {}\n}\nstart();`,
    ),
    'that is disabled': ts(`${SDK()}\nsdk.start();\ntrace.disable();`),
    'that comes after one that does nothing': ts(`trace.setGlobalTracerProvider(new ProxyTracerProvider());\n${SDK()}\nsdk.start();`),
    'with a sampler that keeps nothing': ts(
      `${SDK('traceExporter: new OTLPTraceExporter(), sampler: new AlwaysOffSampler()')}\nsdk.start();`,
    ),
    'with a sampler of nothing': ts(
      `${SDK('traceExporter: new OTLPTraceExporter(), sampler: new TraceIdRatioBasedSampler(0)')}\nsdk.start();`,
    ),
    'to an empty address': ts(`${SDK("traceExporter: new OTLPTraceExporter({ url: '' })")}\nsdk.start();`),
    'to an address that nobody sets': ts(`${SDK('traceExporter: new OTLPTraceExporter({ url: process.env.TRACES })')}\nsdk.start();`, ''),
    'to an address that is set to nothing': ts(`${SDK()}\nsdk.start();`, 'ENV OTEL_EXPORTER_OTLP_ENDPOINT=""'),
    'that the container switches off': ts(`${SDK()}\nsdk.start();`, `${SENT}\nENV OTEL_SDK_DISABLED=true`),
    'of which the container keeps nothing': ts(`${SDK()}\nsdk.start();`, `${SENT}\nENV OTEL_TRACES_SAMPLER=always_off`),
    'by a provider that is not registered': ts(PROVIDER),
    'whose failure is swallowed (Python)': py(`try:\n    ${SET}\nexcept Exception:\n    pass`),
    'that is taken out again (Python)': py(SET, TO, '', `${INSTRUMENT}\nOpenAIInstrumentor().uninstrument()`),
    'that comes after one that does nothing (Python)': py(`trace.set_tracer_provider(NoOpTracerProvider())\n${SET}`),
    'with a sampler that keeps nothing (Python)': py(SET, TO, 'sampler=ALWAYS_OFF'),
    'to an empty address (Python)': py(SET, 'endpoint=""'),
    'to an address that nobody sets (Python)': py(SET, 'endpoint=os.environ.get("TRACES", "")'),
    'that the code switches off (Python)': py(SET, TO, '', `${INSTRUMENT}\nos.environ["OTEL_SDK_DISABLED"] = "true"`),
  },
);
