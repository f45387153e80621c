import {
  armOf,
  count,
  defineCheck,
  type Finding,
  fail,
  inLogs,
  isAnswered,
  labelsOf,
  leftTraces,
  linesOnPath,
  modelCalls,
  partial,
  pass,
  placesOfFirst,
  printsReplies,
  repeats,
  replyOf,
  running,
  type Trial,
  tracesWords,
  unknown,
  works,
} from '../../src/core/index.ts';

/** Characters of the instructions in a row that are no accident. */
const RUN = 60;

/** Question, reply and tool results hold the nonce of the trial: a record of a normal request does not. */
function contentFinding(trial: Trial): Finding | undefined {
  if (!isAnswered(trial, replyOf(trial))) return undefined;
  const words = inLogs(trial, text => text.includes(trial.nonce));
  if (words.length > 0) return fail(`What was said in a normal request stands in ${words.join(' and in ')}`);
  const system = modelCalls(trial)[0]?.request.system ?? '';
  const instructions = inLogs(trial, text => repeats(text, system, RUN));
  if (instructions.length > 0) return fail(`The instructions of the model stand in ${instructions.join(' and in ')}`);
  if (!leftTraces(trial)) return undefined;
  if (printsReplies(trial) === 'maybe') return unknown('The output of the agent holds its reply; whether that is a log cannot be told');
  return pass(`${tracesWords(trial)} of a normal request hold nothing of question, reply and instructions`);
}

/** A service that keeps a request in a record, and writes a line about it. */
const RECORD = (line: string): string => `import logging
from dataclasses import asdict, dataclass
from fastapi import FastAPI, Request
from openai import OpenAI
log = logging.getLogger(__name__)
app = FastAPI()
client = OpenAI()
@dataclass(frozen=True)
class Chat:
    message: str
    user: str
def answer(request: Chat) -> str:
    ${line}
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": request.message}]
    )
    return answer.choices[0].message.content
@app.post("/chat")
async def chat(http: Request):
    body = await http.json()
    return {"reply": answer(Chat(str(body["message"]), str(body["user"])))}`;

/** A service whose lines go through pino, with code behind the answer of the model. */
const ANSWERED = (body: string, before = ''): string => `import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const client = new OpenAI();
${before}
export async function POST(request: Request) {
  const { messages, chatId } = await request.json();
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  const answer = completion.choices[0]?.message.content ?? '';
${body}
  return Response.json({ answer });
}`;
const OWN_LOGGER = `class Lines {
  fields: Record<string, unknown> = {};
  info(message: string) {
    log.info(this.fields, message);
  }
}
const lines = new Lines();`;

/** The same in Python, with a class that keeps a number. */
const ANSWERED_IN_PYTHON = (body: string): string => `import structlog
from openai import OpenAI
client = OpenAI()
log = structlog.get_logger()
class Budget:
    def __init__(self) -> None:
        self.left = 0
    def charge(self, cents: int) -> None:
        self.left -= cents
def reply(question: str) -> str:
    messages = [{"role": "user", "content": question}]
    answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=messages)
    text = answer.choices[0].message.content
    budget = Budget()
${body}
    return text`;

export const check = defineCheck({
  id: 'observability/log-volume',
  code: 'OBS-09',
  title: 'A normal request leaves metadata in the logs, not its content',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L01'],
  why: 'Full prompts and replies bury the lines that matter under gigabytes, and copy what users wrote to a place that was never meant for it.',
  fix: 'Log ids, model, counts, lengths and durations; switch content off in the tracing (recordInputs and recordOutputs false, or the hide switch of the vendor).',
  settles:
    'All logs and traces of one normal request with a marked word in the question, the reply and a tool result: none of the three words may appear.',
  traps: [
    'The telemetry of AI SDK 6 records prompts and replies as soon as it is enabled; only an explicit false for both switches it off.',
    'Fields such as prompt_tokens, a prompt version or the length of a prompt are metadata and no leak.',
    "Debug logging of an SDK or HTTP client, and request loggers that print the body, write content without any call in the agent's code.",
    'Content in an error branch, or behind a debug level that production does not use, is allowed here.',
  ],
  needs: { facts: ['log-call', 'telemetry'] },

  notApplicable({ 'log-call': lines, telemetry }) {
    return linesOnPath(lines).length === 0 && running(telemetry).length === 0
      ? 'Nothing was found that logs or traces a request, so no log holds its content. This item counts once there are logs.'
      : undefined;
  },

  inspect({ 'log-call': lines, telemetry }) {
    const normal = linesOnPath(lines).filter(line => !line.onError && line.level !== 'debug' && line.level !== 'error');
    const telling = normal.filter(line => line.carries !== undefined);
    const open = telling.filter(line => line.redacts === undefined);
    const files = [...new Set(open.map(line => line.location.file))];
    const traces = running(telemetry).filter(works);
    // A trace that is off by default is there to be switched on.
    const recorded = running(telemetry).filter(one => one.sees.includes('content') && one.exports !== 'no');
    const bad = [
      ...files.map(file => {
        const own = open.filter(line => line.location.file === file);
        const what = [...new Set(own.map(line => line.carries))].join(', ');
        return fail(`${count(own.length, 'log line')} of a normal request hold ${what}`, placesOfFirst(own), 'medium');
      }),
      ...telling
        .filter(line => line.redacts !== undefined)
        .slice(0, 5)
        .map(line => unknown(`This line is given ${line.carries}; whether ${line.redacts} hide it could not be read`, [line.location])),
      ...(recorded.length === 0
        ? []
        : [partial(`Prompts and replies are recorded in traces where these are on (${labelsOf(recorded)})`, placesOfFirst(recorded))]),
    ];
    if (bad.length > 0) return bad;
    const metadata = normal.filter(line => line.structured !== 'no');
    if (metadata.length + traces.length === 0)
      return [
        unknown(
          'The console lines that were read hold no content, but no logger or trace leaves metadata of a normal request either',
          placesOfFirst(linesOnPath(lines), 3),
        ),
      ];
    const opaque = normal.filter(line => line.opaque === true);
    if (opaque.length > 0) {
      const message = `No content was seen in the log lines of a normal request, but some of what they are given could not be followed (${count(opaque.length, 'line')})`;
      return [unknown(message, placesOfFirst(opaque))];
    }
    return [
      pass(
        'What is logged and traced of a normal request holds no prompt and no reply',
        placesOfFirst([...metadata, ...traces], 5),
        'medium',
      ),
    ];
  },

  observe: {
    'plain-question': seen => contentFinding(armOf(seen)),
    'tool-answers': seen => contentFinding(armOf(seen)),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'instrumentation.ts': `import { OTLPHttpJsonTraceExporter, registerOTel } from '@vercel/otel';
export function register() {
  registerOTel({ serviceName: 'support', traceExporter: new OTLPHttpJsonTraceExporter({ url: 'https://traces.example.com/v1' }) });
}`,
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';
export const reply = (prompt: string) =>
  generateText({
    model: openai('gpt-5.6'),
    prompt,
    maxOutputTokens: 800,
    experimental_telemetry: { isEnabled: true, functionId: 'support-reply', recordInputs: false, recordOutputs: false },
  });`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'instrumentation.ts': `import { OTLPHttpJsonTraceExporter, registerOTel } from '@vercel/otel';
export function register() {
  registerOTel({ serviceName: 'support', traceExporter: new OTLPHttpJsonTraceExporter({ url: 'https://traces.example.com/v1' }) });
}`,
        'package.json': '{ "dependencies": { "ai": "6.0.326", "@ai-sdk/openai": "3.0.141" } }',
      },
      code: `import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';
export const reply = (prompt: string) =>
  generateText({
    model: openai('gpt-5.6'),
    prompt,
    maxOutputTokens: 800,
    experimental_telemetry: { isEnabled: true, functionId: 'support-reply' },
  });`,
      shows: 'enabled telemetry records the whole prompt and reply by default',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const client = new OpenAI();
export async function POST(request: Request) {
  const { messages, chat } = await request.json();
  log.info({ chat, messages }, 'asked');
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages });
  const answer = completion.choices[0]?.message.content ?? '';
  console.log(\`answered: \${answer.slice(0, 200)}\`);
  return Response.json({ answer });
}`,
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const client = new OpenAI();
export async function POST(request: Request) {
  const { messages, chatId } = await request.json();
  log.debug({ messages }, 'asked');
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages });
    const answer = completion.choices[0]?.message.content ?? '';
    log.info({ chatId, turns: messages.length, tokens: completion.usage, characters: answer.length }, 'answered');
    return Response.json({ answer });
  } catch (error) {
    log.error({ error, messages }, 'not answered');
    return Response.json({ error: 'Please try again.' }, { status: 502 });
  }
}`,
      shows: 'counts and lengths; the content only when debugging, and when it failed',
    },
    {
      expect: 'not-applicable',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export const reply = (messages) => client.chat.completions.create({ model: 'gpt-5.6', messages });`,
      shows: 'where nothing is logged there is no log to keep clean',
    },
    {
      expect: 'fail',
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
    logger.info("question %s", question)
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
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
    logger.info("model replied", extra={"model": answer.model})
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import json
import logging
import sys
from typing import Literal
from openai import OpenAI
Outcome = Literal["ok", "api", "bug"]
class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({"level": record.levelname, "msg": record.getMessage(), **record.__dict__.get("fields", {})})
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(JsonFormatter())
logging.basicConfig(level="INFO", handlers=[handler])
log = logging.getLogger(__name__)
client = OpenAI()
class Budget:
    def __init__(self) -> None:
        self.left = 0.5
    def charge(self, usd: float) -> None:
        self.left -= usd
def reply(question: str) -> str:
    budget = Budget()
    outcome: Outcome = "ok"
    answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
    log.info("request done", extra={"fields": {"outcome": outcome, "left": budget.left}})
    return answer.choices[0].message.content`,
      shows: 'Python: one of three words, and a number that its class keeps',
    },
    {
      expect: 'unknown',
      file: 'agent.py',
      code: `import json
import logging
import sys
from openai import OpenAI
class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({"level": record.levelname, "msg": record.getMessage(), **record.__dict__.get("fields", {})})
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(JsonFormatter())
logging.basicConfig(level="INFO", handlers=[handler])
log = logging.getLogger(__name__)
client = OpenAI()
class State:
    def __init__(self) -> None:
        self.last = 0
    def keep(self, what) -> None:
        self.last = what
def reply(question: str, state: State) -> str:
    answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
    log.info("request done", extra={"fields": {"last": state.last}})
    return answer.choices[0].message.content`,
      shows: 'Python: what begins as a number may be given anything later',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: RECORD('log.info("question", extra={"question": request.message})'),
      shows: 'a field of a record that holds the question',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: RECORD('log.info("question", extra=asdict(request))'),
      shows: 'all fields of the record',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: RECORD('log.info("question", extra={"user": request.user, "length": len(request.message)})'),
      shows: 'the other field of the record, and the length of the question',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: ANSWERED("  const fields: Record<string, unknown> = { chatId };\n  fields.said = answer;\n  log.info(fields, 'answered');"),
      shows: 'the field is set after the object was made',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: ANSWERED("  const own = log.child({ answer });\n  own.info({ chatId }, 'answered');"),
      shows: 'each line of the child has the answer',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: ANSWERED("  const own = log.child({ chatId });\n  own.info({ characters: answer.length }, 'answered');"),
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: ANSWERED("  lines.fields.answer = answer;\n  lines.info('answered');", OWN_LOGGER),
      shows: 'the field of an own logger is set outside of its class',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: ANSWERED("  lines.fields.characters = answer.length;\n  lines.info('answered');", OWN_LOGGER),
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: ANSWERED_IN_PYTHON('    budget.charge(1)\n    log.info("answered", left=budget.left)'),
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: ANSWERED_IN_PYTHON('    budget.left = text\n    log.info("answered", left=budget.left)'),
      shows: 'Python: what its class keeps as a number is set outside of it',
    },
    {
      expect: 'unknown',
      file: 'agent.py',
      code: ANSWERED_IN_PYTHON('    keep(budget, text)\n    log.info("answered", left=budget.left)').replace(
        'def reply',
        'def keep(budget, value):\n    budget.left = value\ndef reply',
      ),
      shows: 'Python: a function puts what it is given into the field',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: ANSWERED_IN_PYTHON('    fields = {"model": answer.model}\n    fields.update(said=text)\n    log.info("answered", **fields)'),
      shows: 'Python: the dictionary is filled after it was made',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: ANSWERED_IN_PYTHON('    structlog.contextvars.bind_contextvars(said=text)\n    log.info("answered")'),
      shows: 'Python: the text is bound to every line',
    },
  ],
});
