import {
  armOf,
  count,
  defineCheck,
  fail,
  labelsOf,
  linesOnPath,
  manyRequestsFinding,
  oneRequestFinding,
  partial,
  pass,
  placesOfFirst,
  running,
  talks,
  unknown,
  works,
} from '../../src/core/index.ts';

/** A service that binds the id of each request with loguru. */
const LOGURU = (setup: string): string => `import sys
import uuid
from fastapi import FastAPI
from loguru import logger
from openai import AsyncOpenAI
${setup}
app = FastAPI()
client = AsyncOpenAI()
@app.middleware("http")
async def bind(request, call_next):
    with logger.contextualize(request_id=str(uuid.uuid4())):
        return await call_next(request)
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    logger.info("model replied")
    return {"reply": answer.choices[0].message.content}`;
/** A service whose ids come from a package, with the format of its lines and what its app is given. */
const CORRELATED = (format: string, given: string): string => `import logging
from asgi_correlation_id import CorrelationIdFilter, CorrelationIdMiddleware
from fastapi import FastAPI
from openai import AsyncOpenAI
handler = logging.StreamHandler()
handler.addFilter(CorrelationIdFilter(uuid_length=32))
handler.setFormatter(logging.Formatter("${format}"))
logging.basicConfig(handlers=[handler], level=logging.INFO)
logger = logging.getLogger(__name__)
app = FastAPI()
${given}
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    logger.info("model replied")
    return {"reply": answer.choices[0].message.content}`;
/** A function of Lambda, with its decorator and what stands beside it. */
const POWERTOOLS = (decorator: string, beside: string): string => `from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging import correlation_paths
from openai import OpenAI
logger = Logger(service="support")
client = OpenAI()
${beside}
${decorator}
def handler(event, context):
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": event["question"]}]
    )
    logger.info("model replied")
    return {"statusCode": 200, "body": answer.choices[0].message.content}`;

export const check = defineCheck({
  id: 'observability/trace-id',
  code: 'OBS-02',
  title: 'Every log line and span of a request carries its one trace id',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L01'],
  why: 'Two requests at the same time weave their lines into each other. Without an id nobody can say which error belongs to which user.',
  fix: 'Make an id at the entry point, keep it in AsyncLocalStorage or contextvars, and let the logger read it there (the mixin of pino, merge_contextvars of structlog).',
  settles: 'The log lines of two concurrent requests: each must carry one id, and exactly two ids must appear.',
  traps: [
    'All three parts are needed: an id per request, a context that holds it, and a logger that reads that context.',
    'A UUID made for a database row, and a session or thread id that outlives the request, are no trace ids.',
    'An id in a module-level variable works until two requests overlap; a middleware that only sets a response header leaves the logs as they were.',
    'The id may come from the platform, in a header such as x-cloud-trace-context, and then the code creates none.',
  ],
  needs: { facts: ['model-call', 'log-call', 'telemetry'] },

  inspect({ 'model-call': calls, 'log-call': lines, telemetry }) {
    const on = linesOnPath(lines);
    const carry = on.filter(line => line.correlated === 'yes');
    const some = on.filter(line => line.correlated === 'partial');
    const unread = on.filter(line => line.correlated === 'unknown');
    const bare = on.filter(line => line.correlated === 'no');
    const spans = running(telemetry).filter(one => one.sees.includes('traces') && one.exports !== 'no');
    const traced = spans.filter(works);
    if (on.length > 0 && carry.length === on.length && carry.every(line => line.onError) && !traced.some(one => one.exports === 'yes'))
      return [partial('Only lines about errors are written on the way of a request; they carry an id of it', placesOfFirst(carry))];
    if (on.length > 0 && carry.length >= on.length * 0.9)
      return [pass(`The log lines on the way of a request carry an id of the request (${labelsOf(carry)})`, placesOfFirst(carry))];
    if (carry.length + some.length > 0)
      return [
        partial(
          `Some log lines carry an id of the request, ${count(bare.length + some.length, 'other')} may not`,
          placesOfFirst([...bare, ...some]),
        ),
      ];
    if (on.length > 0 && unread.length >= bare.length)
      return [unknown(`Whether the lines of ${labelsOf(unread)} carry an id of the request could not be read`, placesOfFirst(unread))];
    if (on.length > 0 && spans.length > 0)
      return [
        partial(
          `Spans have a trace id (${labelsOf(spans)}), the ${count(on.length, 'log line')} on the way of a request have none`,
          placesOfFirst(on),
        ),
      ];
    if (on.length > 0)
      return [
        fail(
          `None of the ${count(on.length, 'log line')} on the way of a request carries an id of the request`,
          placesOfFirst(on),
          'medium',
        ),
      ];
    const sent = traced.filter(one => one.exports === 'yes');
    if (sent.length > 0)
      return [pass(`Every request has a trace (${labelsOf(sent)}), and no log line stands beside it`, placesOfFirst(sent), 'medium')];
    if (spans.length > 0) return [partial(`Requests are traced (${labelsOf(spans)}), but not in every deployment`, placesOfFirst(spans))];
    return [
      fail(
        'Neither a log line nor a span is written on the way of a request, so nothing carries its id',
        placesOfFirst(talks(calls), 3),
        'medium',
      ),
    ];
  },

  observe: {
    'plain-question': seen => oneRequestFinding(seen, armOf(seen)),
    'six-at-once': seen => manyRequestsFinding(seen, armOf(seen)),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import pino from 'pino';
const request = new AsyncLocalStorage<{ traceId: string }>();
const log = pino({ mixin: () => ({ traceId: request.getStore()?.traceId }) });
const client = new OpenAI();
export const reply = (question: string) =>
  request.run({ traceId: randomUUID() }, async () => {
    const messages = [{ role: 'user' as const, content: question }];
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    log.info({ model: completion.model }, 'model replied');
    return completion.choices[0]?.message.content ?? '';
  });`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import pino from 'pino';
let traceId = '';
const log = pino({ mixin: () => ({ traceId }) });
const client = new OpenAI();
export async function reply(question: string) {
  traceId = randomUUID();
  const messages = [{ role: 'user' as const, content: question }];
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  log.info({ model: completion.model }, 'model replied');
  return completion.choices[0]?.message.content ?? '';
}`,
      shows: 'one variable for everybody: a request that waits for the model logs the id of the next one',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const client = new OpenAI();
export async function reply(question: string) {
  const own = log.child({ requestId: randomUUID() });
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: question }] });
  own.info({ model: completion.model }, 'model replied');
  return completion.choices[0]?.message.content ?? '';
}`,
      shows: 'a child logger for each request',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import { randomUUID } from 'node:crypto';
import express from 'express';
import OpenAI from 'openai';
import pino from 'pino';
const log = pino();
const client = new OpenAI();
const app = express();
app.use((request, response, next) => {
  response.setHeader('x-request-id', randomUUID());
  next();
});
app.post('/chat', async (request, response) => {
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages: [{ role: 'user', content: request.body.text }] });
  await db.replies.insert({ key: randomUUID(), session: request.body.sessionId });
  log.info({ sessionId: request.body.sessionId, model: completion.model }, 'model replied');
  response.json({ reply: completion.choices[0]?.message.content });
});`,
      shows: 'a response header, a key for the database and a session id, but no id in the log',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import uuid
import structlog
structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.JSONRenderer()])
logger = structlog.get_logger()
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.middleware("http")
async def bind(request, call_next):
    structlog.contextvars.bind_contextvars(request_id=request.headers.get("x-request-id", str(uuid.uuid4())))
    return await call_next(request)
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    logger.info("model replied", model=answer.model)
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `import structlog
structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.JSONRenderer()])
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
      shows: 'the logger reads the context, and nobody puts an id into it',
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
import uuid
REQUEST_ID = str(uuid.uuid4())
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    logger.info("model replied", extra={"request_id": REQUEST_ID})
    return {"reply": answer.choices[0].message.content}`,
      shows: 'an id of the process is none of a request',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: LOGURU('logger.remove()\nlogger.add(sys.stdout, serialize=True)'),
      shows: 'what loguru binds is part of its records',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: LOGURU(''),
      shows: 'the lines of loguru show what is bound only where a format asks for it',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: CORRELATED('[%(correlation_id)s] %(message)s', 'app.add_middleware(CorrelationIdMiddleware)'),
      shows: 'a middleware fills the context, a filter reads it, and the format shows it',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: CORRELATED('[%(correlation_id)s] %(message)s', ''),
      shows: 'the filter reads a context that no middleware fills',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: CORRELATED('%(levelname)s %(message)s', 'app.add_middleware(CorrelationIdMiddleware)'),
      shows: 'the id stands on the record, and no format shows it',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: CORRELATED('[%(correlation_id)s] %(message)s', 'app.add_middleware(CorrelationIdMiddleware)').replace(
        'handler.addFilter',
        'logging.getLogger().addFilter',
      ),
      shows: 'a filter of the root logger is not asked about the lines of others',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: POWERTOOLS('@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)', ''),
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: POWERTOOLS('', '@logger.inject_lambda_context\ndef health(event, context):\n    return {"statusCode": 200}'),
      shows: 'the decorator stands at another handler',
    },
  ],
});
