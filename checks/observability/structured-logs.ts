import {
  armOf,
  CUT_LINE,
  count,
  defineCheck,
  type Finding,
  fail,
  hasLevel,
  hasTime,
  labelsOf,
  linesOnPath,
  partial,
  pass,
  placesOfFirst,
  production,
  quote,
  recordOf,
  requestLines,
  running,
  type Trial,
  talks,
  unknown,
} from '../../src/core/index.ts';

/** Share of the lines that must be records; the rest may be a word of the runtime. */
const NEARLY_ALL = 0.95;

/** logfmt is as good as JSON: time=... level=... msg="..." */
const LOGFMT = /^(?:[\w.@-]+=(?:"(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)){3,}$/;
const logfmt = (text: string): Readonly<Record<string, string>> | undefined =>
  LOGFMT.test(text.trim())
    ? Object.fromEntries([...text.matchAll(/([\w.@-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/g)].map(m => [m[1] ?? '', m[2] ?? m[3] ?? '']))
    : undefined;

/** How structured the log of a request is; undefined: nothing was logged here, which may go elsewhere. */
function structured(trial: Trial, what: string): Finding | undefined {
  // A record that we cut cannot be read, and is no loose text for that.
  const lines = requestLines(trial).filter(line => line.text.length < CUT_LINE || !line.text.startsWith('{'));
  const records = lines.flatMap(line => recordOf(line) ?? logfmt(line.text) ?? []);
  const loose = lines.find(line => recordOf(line) === undefined && logfmt(line.text) === undefined);
  if (lines.length === 0) return undefined;
  const of = `${lines.length} log line${lines.length === 1 ? '' : 's'} of ${what}`;
  if (records.length === 0) return fail(`None of ${of} is a structured record: ${quote(loose?.text ?? '')}`);
  if (loose !== undefined && records.length < lines.length * NEARLY_ALL)
    return partial(`${records.length} of ${of} are structured records, not ${quote(loose.text)}`);
  const missing = [
    ...(records.filter(hasTime).length < records.length * NEARLY_ALL ? ['time'] : []),
    ...(records.filter(hasLevel).length < records.length * NEARLY_ALL ? ['level'] : []),
  ];
  if (missing.length > 0) return partial(`${records.length} of ${of} are records, but not all have a ${missing.join(' and a ')}`);
  return pass(`${records.length} of ${of} are records with time and level`);
}

export const check = defineCheck({
  id: 'observability/structured-logs',
  code: 'OBS-01',
  title: 'Production logs are structured records, not loose text',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L01'],
  why: 'Loose text cannot be filtered by user, model or error. During an incident somebody reads it by eye while users wait.',
  fix: 'Use one logger module that writes JSON in production (pino, or structlog with JSONRenderer), and replace the console and print calls on the path of a request.',
  settles:
    'The standard output of one request: nearly every line after the start-up banner must parse as a JSON object with a time, a level and a message.',
  traps: [
    'A format string that looks like JSON stops being JSON at the first message that holds a quote or a line break.',
    'A JSON renderer in one branch proves nothing while the default setting chooses the console format.',
    'A well-made logger that the agent module never imports counts for nothing, and console calls beside a good one still leave as text.',
    'Some platforms set the format outside the code, the JSON log format of a Lambda function for instance, so its absence in the code is no proof.',
  ],
  needs: { facts: ['model-call', 'logger', 'log-call', 'telemetry'] },

  inspect({ 'model-call': calls, logger: loggers, 'log-call': lines, telemetry }) {
    const on = linesOnPath(lines);
    const records = on.filter(line => line.structured === 'yes');
    const levels = on.filter(line => line.structured === 'partial');
    const printed = on.filter(line => line.structured === 'no');
    const unread = on.filter(line => line.structured === 'unknown');
    const loose = [...levels, ...printed];
    const beside = count(printed.length, 'console line');
    if (records.length > 0) {
      const message = `${count(records.length, 'log line')} on the way of a request are structured (${labelsOf(records)})`;
      // A start-up message or two among many records is no loss.
      if (loose.length <= on.length * 0.1) return [pass(message, placesOfFirst(records))];
      return [partial(`${message}, but ${loose.length} beside them leave as text (${labelsOf(loose)})`, placesOfFirst(loose))];
    }
    if (levels.length > 0) {
      const note = levels.length < on.length ? `, with ${beside} beside them` : '';
      return [
        partial(
          `The log lines on the way of a request have levels, but are not structured in every setting (${labelsOf(levels)})${note}`,
          placesOfFirst(levels),
        ),
      ];
    }
    if (unread.length > 0 && unread.length >= printed.length)
      return [unknown(`What ${labelsOf(unread)} writes could not be read`, placesOfFirst(unread))];
    const idle = production(loggers);
    const unused = idle.length === 0 ? '' : `; ${labelsOf(idle)} is set up and not used there`;
    const what =
      printed.length > 0
        ? `Only console lines (${printed.length}) are written on the way of a request`
        : 'Nothing is logged on the way of a request';
    const places = printed.length > 0 ? placesOfFirst(printed) : placesOfFirst(talks(calls), 3);
    const traces = running(telemetry).filter(one => one.exports !== 'no' && one.sees.includes('traces'));
    if (traces.length > 0)
      return [
        partial(`${what}${unused}; traces are all that can be searched (${labelsOf(traces)})`, [...places, ...placesOfFirst(traces, 3)]),
      ];
    return [fail(`${what}${unused}, and no structured logger was found there`, places, printed.length > 0 ? 'high' : 'medium')];
  },

  observe: {
    'plain-question': seen => structured(armOf(seen), 'an ordinary request'),
    // What is logged about a failure often takes another way than the rest.
    'client-errors': seen => structured(armOf(seen, 'badRequest'), 'a request that failed'),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const log = pino({ level: process.env.LOG_LEVEL ?? 'info' });
const client = new OpenAI();
export async function reply(question: string) {
  const started = performance.now();
  const completion = await client.chat.completions.create({
    model: 'gpt-5.6',
    messages: [{ role: 'user', content: question }],
    max_completion_tokens: 800,
  });
  log.info({ model: completion.model, ms: Math.round(performance.now() - started) }, 'model replied');
  return completion.choices[0]?.message.content ?? '';
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
const log = (level: string, message: string) =>
  console.log(\`{"time":"\${new Date().toISOString()}","level":"\${level}","message":"\${message}"}\`);
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (error) {
    log('error', \`the model call failed: \${error}\`);
    throw error;
  }
}`,
      shows: 'this looks like JSON, and is none as soon as the message holds a quote',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'logger.ts': `import pino from 'pino';\nexport const log = pino();` },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }] });
  console.log('model replied', completion.id);
  return completion.choices[0]?.message.content ?? '';
}`,
      shows: 'a logger that the agent never imports',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { createLogger, format, transports } from 'winston';
const text = format.printf(({ level, message }) => \`{"level":"\${level}","message":"\${message}"}\`);
const log = createLogger({
  format: process.env.LOG_FORMAT === 'json' ? format.json() : text,
  transports: [new transports.Console()],
});
const client = new OpenAI();
export async function reply(question: string) {
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }] });
  log.info('model replied');
  return completion.choices[0]?.message.content ?? '';
}`,
      shows: 'JSON in one branch, and words that look like JSON in the one that holds by default',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const transport = process.env.NODE_ENV === 'production' ? undefined : { target: 'pino-pretty' };
const log = pino({ transport });
const client = new OpenAI();
export async function reply(question: string) {
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }] });
  log.info({ model: completion.model }, 'model replied');
  return completion.choices[0]?.message.content ?? '';
}`,
      shows: 'printed for people on the desk only',
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
      expect: 'partial',
      file: 'agent.py',
      code: `import logging
logging.basicConfig(level=logging.INFO, format='{"time": "%(asctime)s", "message": "%(message)s"}')
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
      shows: 'a format that looks like JSON is text at the first message with a quote',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import os
import structlog
renderer = structlog.processors.JSONRenderer() if os.getenv("JSON_LOGS") == "1" else structlog.dev.ConsoleRenderer()
structlog.configure(processors=[structlog.processors.add_log_level, renderer])
logger = structlog.get_logger()
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    logger.info("model replied", model=answer.model)
    return {"reply": answer.choices[0].message.content}`,
      shows: 'the renderer of records is off unless a variable is set',
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
    print("model replied", answer.model)
    return {"reply": answer.choices[0].message.content}`,
    },
  ],
});
