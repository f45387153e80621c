import {
  armOf,
  defineCheck,
  type Finding,
  fail,
  type ModelCall,
  offersTools,
  partial,
  pass,
  production,
  type Telemetry,
  tokensFinding,
  unknown,
} from '../../src/core/index.ts';

const LOGGED = (body: string): string => `import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const answer = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  const fields: Record<string, unknown> = { model: answer.model, tokens: answer.usage?.total_tokens };
${body}
  return answer.choices[0]?.message.content ?? '';
}`;

const LOGGED_IN_PYTHON = (body: string): string => `import structlog
from openai import OpenAI
log = structlog.get_logger()
client = OpenAI()
def reply(question: str):
    messages = [{"role": "user", "content": question}]
    answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=messages)
${body}
    return answer.choices[0].message.content`;

export const check = defineCheck({
  id: 'observability/token-usage',
  code: 'OBS-03',
  title: 'The tokens of every request are recorded',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L12'],
  why: 'Tokens are the bill. A prompt that grew overnight or a request that loops shows here days before the invoice does.',
  fix: 'Record the usage that the SDK returns in a log field, metric or span, once in a wrapper around the client; add up all steps of a request, and ask for usage on streams.',
  settles:
    'The logs, metrics or spans of a request whose replies report known token counts: the sums of input and output tokens must appear in them.',
  traps: [
    'Chat completions of OpenAI that stream carry no usage unless stream_options.include_usage is set, so the code that reads it records nothing.',
    'In AI SDK 5 and 6 the usage of a result is that of the last step; totalUsage is the sum.',
    'Usage that is only sent to the chat window is shown, not recorded.',
    'An instrumentation, a metering proxy or a wrapped client records tokens although no line of the repository reads them.',
  ],

  needs: { facts: ['model-call', 'telemetry'] },
  inspect({ 'model-call': calls, telemetry }) {
    // An instrumentation or a metering proxy sees the tokens although no line of the code reads them.
    const seers = production(telemetry).filter(one => one.sees.includes('tokens'));
    return production(calls).map(call => ruleOn(call, seers));
  },

  observe: {
    'plain-question': seen => tokensFinding(seen, armOf(seen)),
    // Two steps with different numbers: a record of the last one alone is not the request.
    'tool-answers': seen => (offersTools(armOf(seen)) ? tokensFinding(seen, armOf(seen)) : undefined),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const client = new OpenAI();
export async function* reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const stream = await client.chat.completions.create({ ...options, stream: true, stream_options: { include_usage: true } });
  for await (const { usage, choices } of stream) {
    if (usage) log.info({ inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens }, 'model replied');
    yield choices[0]?.delta.content ?? '';
  }
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const client = new OpenAI();
export async function* reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  const stream = await client.chat.completions.create({ ...options, stream: true });
  for await (const { usage, choices } of stream) {
    if (usage) log.info({ inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens }, 'model replied');
    yield choices[0]?.delta.content ?? '';
  }
}`,
      shows: 'without include_usage no chunk carries usage: the log line is never written',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const cost = new Counter({ name: 'cost_usd_total', help: 'US dollars' });
const client = new OpenAI();
const dollars = ({ prompt_tokens, completion_tokens }) => (prompt_tokens * 1.25 + completion_tokens * 10) / 1e6;
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  cost.inc(dollars(usage));
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the cost is kept, and the tokens that it is made of are not',
    },
    {
      expect: 'unknown',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Histogram } from 'prom-client';
const seconds = new Histogram({ name: 'model_seconds', help: 'Model calls' });
const client = new OpenAI();
function record(started: number, usage) {
  seconds.observe((performance.now() - started) / 1000);
  return usage.total_tokens > 100_000;
}
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const started = performance.now();
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  if (record(started, usage)) throw new Error('too long');
  return choices[0]?.message.content ?? '';
}`,
      reading: 'bad',
      shows: 'the function that is given the usage stores something else',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { Counter } from 'prom-client';
const tokens = new Counter({ name: 'tokens_total', help: 'Tokens', labelNames: ['direction'] });
const client = new OpenAI();
function record({ usage, model }) {
  const { prompt_tokens: input, completion_tokens: output } = usage;
  tokens.inc({ direction: 'input', model }, input);
  tokens.inc({ direction: 'output', model }, output);
}
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  record({ model: 'gpt-5.6', usage });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'handed on inside an object',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141", "pino": "10.1.0" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText, stepCountIs } from 'ai';
import pino from 'pino';
import { tools } from './tools.ts';
const log = pino();
export async function reply(prompt: string) {
  const { text, usage } = await generateText({ model: openai('gpt-5.6'), prompt, tools, stopWhen: stepCountIs(8), maxOutputTokens: 800 });
  log.info({ inputTokens: usage.inputTokens, outputTokens: usage.outputTokens }, 'request complete');
  return text;
}`,
      shows: 'in this version usage is the last step of up to eight; totalUsage is the sum',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import logging
from pythonjsonlogger.json import JsonFormatter
handler = logging.StreamHandler()
handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(message)s"))
logging.basicConfig(level=logging.INFO, handlers=[handler])
logger = logging.getLogger(__name__)
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    logger.info("model replied", extra={"tokens": answer.usage.total_tokens})
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from langfuse.openai import AsyncOpenAI
from fastapi import FastAPI
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
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import litellm
async def ask(text):
    first = await litellm.acompletion(model="gpt-5.6", messages=[{"role": "user", "content": text}])
    return first.choices[0].message.content
`,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import litellm
from agents import Agent, Runner
async def ask(text):
    first = await Runner.run(Agent(name="a", instructions="Help."), text)
    last = await litellm.acompletion(model="gpt-5.6", messages=[{"role": "user", "content": first.final_output}])
    return last.choices[0].message.content
`,
      shows: 'the tracing of the Agents SDK sees its own runs, and nothing of a call beside them',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import logging
from openai import OpenAI
logger = logging.getLogger(__name__)
client = OpenAI()
def ask(text):
    reply = client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": text}], max_completion_tokens=800)
    logger.debug("tokens %s", reply.usage.total_tokens)
    return reply.choices[0].message.content
`,
      shows: 'a debug line is left out in production',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import json
import logging
import urllib.request
log = logging.getLogger(__name__)
def post(body):
    request = urllib.request.Request("https://api.anthropic.com/v1/messages", data=json.dumps(body).encode())
    return urllib.request.urlopen(request, timeout=20)
def whole(body):
    data = bytearray()
    with post(body) as response:
        while part := response.read(65536):
            data += part
    return json.loads(data)
def attempt(body, limited):
    return limited.run(lambda: whole(body))
def ask(body, limited):
    answer = attempt(body, limited)
    log.info("model call", extra={"input_tokens": answer["usage"]["input_tokens"], "output_tokens": answer["usage"]["output_tokens"]})
    return answer
def reply(question: str, limited) -> str:
    body = {"model": "claude-sonnet-4-6", "max_tokens": 800, "messages": [{"role": "user", "content": question}]}
    return ask(body, limited)["content"][0]["text"]`,
      shows: 'Python: the answer is read in parts, in a function that another one runs',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import json
import logging
import urllib.request
log = logging.getLogger(__name__)
def reply(question: str) -> str:
    body = {"model": "claude-sonnet-4-6", "max_tokens": 800, "messages": [{"role": "user", "content": question}]}
    request = urllib.request.Request("https://api.anthropic.com/v1/messages", data=json.dumps(body).encode())
    data = bytearray()
    with urllib.request.urlopen(request, timeout=20) as response:
        while part := response.read(65536):
            data += part
    log.info("model call", extra={"bytes": len(data)})
    return json.loads(data)["content"][0]["text"]`,
      shows: 'Python: the size of an answer is not what it cost',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: LOGGED("  log.info({ tokens: 0, ...fields }, 'replied');"),
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: LOGGED("  fields.tokens = 0;\n  log.info(fields, 'replied');"),
      shows: 'the number is replaced before it is logged',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: LOGGED("  const EMPTY = { tokens: 0, steps: 0 };\n  log.info({ ...fields, ...EMPTY }, 'replied');"),
      shows: 'what is merged in last wins',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: LOGGED("  log.info({ model: fields.model }, 'replied');"),
      shows: 'another member of the same object is logged',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: LOGGED_IN_PYTHON(`    fields = {"model": answer.model}
    fields["tokens"] = answer.usage.total_tokens
    log.info("replied", **fields)`),
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: LOGGED_IN_PYTHON(`    fields = {"model": answer.model, "tokens": answer.usage.total_tokens}
    fields.update(tokens=0)
    log.info("replied", **fields)`),
      shows: 'Python: the number is replaced before it is logged',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: LOGGED_IN_PYTHON(`    tokens = answer.usage.total_tokens
    tokens = 0
    log.info("replied", tokens=tokens)`),
      shows: 'Python: the name holds something else by then',
    },
  ],
});

function ruleOn(call: ModelCall, seers: readonly Telemetry[]): Finding {
  const { usage } = call;
  const places = [call.location, ...(usage.location === undefined ? [] : [usage.location])];
  const seer = seers.find(one => one.sdk === undefined || one.sdk === call.sdk);
  if (usage.how === 'stored' || usage.how === 'logged') {
    const what = usage.how === 'stored' ? 'stored' : 'logged';
    if (usage.caveat !== undefined) return partial(`${call.call}: its tokens are ${what}, but ${usage.caveat}`, places);
    return pass(`${call.call}: its tokens are ${what}`, places, 'medium');
  }
  if (seer !== undefined)
    // What an SDK traces itself it sees without fail; what is said against it is about other calls.
    return (seer.offUnless === undefined || seer.sdk === call.sdk) && seer.reach === 'on-path' && seer.exports === 'yes'
      ? pass(`${call.call}: ${seer.label} records its tokens`, [call.location, seer.location], 'medium')
      : partial(`${call.call}: ${seer.label} would record its tokens${seer.offUnless === undefined ? '' : `, once ${seer.offUnless}`}`, [
          call.location,
          seer.location,
        ]);
  switch (usage.how) {
    case 'traced':
      return partial(`${call.call}: its tokens are handed to a tracer; that it is configured cannot be seen`, places, 'medium');
    case 'printed':
      return partial(`${call.call}: its tokens are printed on the console and not recorded`, places);
    case 'shown':
      return partial(`${call.call}: its tokens are read, and where they are recorded cannot be seen`, places, 'medium');
    case 'unknown':
      return unknown(`${call.call}: what becomes of its tokens could not be followed`, places);
    default:
      return fail(
        `${call.call}: the tokens of its answers are dropped${usage.caveat === undefined ? '' : `; ${usage.caveat}`}`,
        places,
        'medium',
      );
  }
}
