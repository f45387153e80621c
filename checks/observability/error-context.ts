import {
  armOf,
  defineCheck,
  type FailureEnd,
  type Finding,
  fail,
  hasRequestId,
  type LogCall,
  logLines,
  type ModelCall,
  type Observation,
  outputOf,
  partial,
  pass,
  production,
  quote,
  sentToServices,
  type Trial,
  unknown,
} from '../../src/core/index.ts';

/** Names of the failures that are played, beside the number of the status. */
const KINDS: Readonly<Record<number, RegExp>> = { 400: /bad.?request|invalid.?request/i, 529: /overload|unavailable|server.?error/i };

/** The last line of Node before it ends, and the first one of servers in the standard library of Python before they go on. */
const UNCAUGHT = /^Node\.js v\d+\.\d+|^Exception occurred during processing of request from |^Exception in thread /;

/** Does what was logged about a failed model call tell what failed, for which request, and how it came about? */
function contextFinding(seen: Observation, trial: Trial, status: number): Finding | undefined {
  const lines = logLines(trial);
  const said = lines.map(line => line.text).join('\n');
  if (lines.length === 0) {
    const [service] = sentToServices(trial);
    if (service !== undefined) return unknown(`Nothing was logged about a ${status} here; the agent turned to ${service.host}`);
    // An agent that never writes a line may keep its log elsewhere.
    return logLines(seen.control).length === 0
      ? undefined
      : fail(`The provider answered ${status}, and the agent wrote nothing about it`, [], 'medium');
  }
  const kind = new RegExp(`(?<!\\d)${status}(?!\\d)`).test(said) || KINDS[status]?.test(said) === true;
  if (!kind) return fail(`The provider answered ${status}, and the log does not say what failed: ${quote(said)}`);
  // What the runtime prints when nobody caught the error is no log, however much it holds.
  if (trial.lines.some(line => UNCAUGHT.test(line.text))) return partial(`At a ${status} nobody caught the error: the runtime printed it`);
  const missing = [
    ...(hasRequestId(seen, trial, lines) ? [] : ['an id of the request']),
    ...(/\bat \S+ \(?\S+:\d+:\d+\)?|\bat \S+:\d+:\d+|Traceback|File ".*", line \d+|"stack/.test(outputOf(trial)) ||
    /which plan am i on/i.test(said)
      ? []
      : ['a stack and the content that led to it']),
  ];
  return missing.length === 0
    ? pass(`The log about a ${status} holds its kind, an id of the request and how it came about`)
    : partial(`The log about a ${status} names its kind, but lacks ${missing.join(', and ')}`);
}

/** A function of Lambda that logs with Powertools. */
const POWERTOOLS = (decorator: string, line: string): string => `from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging import correlation_paths
from openai import OpenAI
logger = Logger(service="support")
client = OpenAI(timeout=20)
${decorator}
def handler(event, context):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": event["question"]}])
        return {"statusCode": 200, "body": answer.choices[0].message.content}
    except Exception:
        ${line}
        return {"statusCode": 503, "body": "I cannot answer just now. Please try again in a minute."}`;
/** A service that binds the id of a request. @param merges the processor that puts it on the lines */
const BOUND = (merges: string): string => `import uuid
import structlog
from fastapi import FastAPI
from openai import OpenAI
structlog.configure(processors=[${merges}structlog.processors.JSONRenderer()])
log = structlog.get_logger()
app = FastAPI()
client = OpenAI(timeout=20)
@app.post("/chat")
def chat(question: str):
    structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()))
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
        return {"reply": answer.choices[0].message.content}
    except Exception:
        log.exception("the model call failed")
        return {"reply": "I cannot answer just now. Please try again in a minute."}`;

export const check = defineCheck({
  id: 'observability/error-context',
  code: 'OBS-10',
  title: 'A failed request leaves enough in the logs to repair it',
  severity: 'medium',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'A line that says only that something failed cannot be repaired. The conversation that broke it is gone by the time somebody looks.',
  fix: 'In the catch at the entry point, log the error with its stack, the trace id, the steps so far and the last messages, redacted.',
  settles:
    'The log of a request that was made to fail: it must hold the trace id, the kind of the error and the redacted content that led to it.',
  traps: [
    'A message alone loses the stack, the status and the cause; some loggers drop an error object that is passed under the wrong key.',
    'A catch without a variable has nothing that it could log.',
    'The same redaction applies here as everywhere: content on an error is wanted, secrets are not.',
  ],

  needs: { facts: ['model-call', 'log-call'] },
  inspect({ 'model-call': calls, 'log-call': lines }) {
    const errors = production(lines).filter(line => line.onError && line.reach !== 'unconnected' && line.level !== 'debug');
    return production(calls).map(call => ruleOn(call, errors));
  },

  observe: {
    'client-errors': seen => contextFinding(seen, armOf(seen, 'badRequest'), 400),
    'provider-down': seen => contextFinding(seen, armOf(seen), 529),
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { log } from './log.ts';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function reply(question: string, traceId: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (err) {
    log.error({ err, traceId, messages: messages.map(({ role, content }) => ({ role, content: redact(content) })) }, 'reply failed');
    throw err;
  }
}`,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { log } from './log.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch {
    log.error('the model call failed');
    return 'I cannot answer just now. Please ask again in a few minutes.';
  }
}`,
      shows: 'neither the error nor the request can be found from this line',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (error) {
    console.error('the model call failed', error);
    return 'I cannot answer just now. Please ask again in a few minutes.';
  }
}`,
      shows: 'the error is there, and nothing tells whose request it was',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `import logging
logger = logging.getLogger(__name__)
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
@app.post("/chat")
async def chat(question: str):
    try:
        answer = await client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    except Exception as error:
        logger.error("the model call failed: %s", error)
        return {"reply": "Please try again later."}
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
    try:
        answer = await client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
    except Exception:
        return {"reply": "Please try again later."}
    return {"reply": answer.choices[0].message.content}`,
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `import logging
import time
logger = logging.getLogger(__name__)
from fastapi import FastAPI
from openai import OpenAI, RateLimitError
from redaction import redact
app = FastAPI()
client = OpenAI(max_retries=0)
def ask(question: str):
    for attempt in range(3):
        try:
            return client.chat.completions.create(model="gpt-5.6", messages=[{"role": "user", "content": question}])
        except RateLimitError:
            wait = 2**attempt
            if attempt == 2:
                raise
        time.sleep(wait)
@app.post("/chat")
def chat(question: str, session: str):
    try:
        answer = ask(question)
    except Exception as error:
        logger.error("the model call failed", exc_info=error, extra={"session": session, "question": redact(question)})
        return {"reply": "Please try again later."}
    return {"reply": answer.choices[0].message.content}`,
      shows: 'an attempt that is followed by another one need not be logged',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from aws_lambda_powertools import Logger
from openai import OpenAI
logger = Logger(service="support")
client = OpenAI(timeout=20)
def handler(event, context):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": event["question"]}])
        return {"statusCode": 200, "body": answer.choices[0].message.content}
    except Exception:
        logger.exception("the model call failed", extra={"session": event["session"]})
        return {"statusCode": 503, "body": "I cannot answer just now. Please try again in a minute."}`,
      shows: 'exception() writes the error that is being handled, with its stack',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from aws_lambda_powertools import Logger
from openai import OpenAI
logger = Logger(service="support")
client = OpenAI(timeout=20)
def handler(event, context):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": event["question"]}])
        return {"statusCode": 200, "body": answer.choices[0].message.content}
    except Exception:
        logger.error("the model call failed", exc_info=True)
        return {"statusCode": 503, "body": "I cannot answer just now. Please try again in a minute."}`,
      shows: 'the error and its stack, and nothing that tells whose request it was',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `from aws_lambda_powertools import Logger
from openai import OpenAI
logger = Logger(service="support")
client = OpenAI(timeout=20)
def handler(event, context):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": event["question"]}])
        return {"statusCode": 200, "body": answer.choices[0].message.content}
    except Exception:
        logger.error("the model call failed")
        return {"statusCode": 503, "body": "I cannot answer just now. Please try again in a minute."}`,
      shows: 'a line without the error',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: POWERTOOLS(
        '@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)',
        'logger.exception("the model call failed")',
      ),
      shows: 'the decorator puts the id of the request on every line',
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: POWERTOOLS('@logger.inject_lambda_context', 'logger.error("the model call failed")'),
      shows: 'the id of the request, and not the error',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: POWERTOOLS('@tracer.capture_lambda_handler', 'logger.exception("the model call failed")')
        .replace(
          'client =',
          `tracer = Tracer()
@logger.inject_lambda_context
def health(event, context):
    return {"statusCode": 200}
client =`,
        )
        .replace('import Logger', 'import Logger, Tracer'),
      shows: 'the decorator stands at another handler',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: BOUND('structlog.contextvars.merge_contextvars, '),
      shows: 'what structlog binds at the entry stands on the line about the error',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: BOUND(''),
      shows: 'nothing merges what was bound into the lines',
    },
  ],
});

/** What a handler writes; a logger that puts the id of the request on every line does so on that of the error, too. */
function loggedAt(end: FailureEnd, errors: readonly LogCall[]): FailureEnd['logged'] {
  if (end.logged !== 'error') return end.logged;
  const beside = errors.filter(line => line.location.file === end.location.file);
  return beside.length > 0 && beside.every(line => line.correlated === 'yes') ? 'context' : 'error';
}

function ruleOn(call: ModelCall, errors: readonly LogCall[]): Finding {
  const known = call.failures.filter(end => end.logged !== 'unknown');
  const places = [call.location, ...known.map(end => end.location)].slice(0, 8);
  if (known.length === 0) return unknown(`${call.call}: what is logged when it fails could not be followed`, [call.location]);
  if (known.every(end => end.logged === 'nothing')) return fail(`${call.call}: nothing is logged when it fails`, places, 'medium');
  if (known.every(end => loggedAt(end, errors) === 'context') && known.length === call.failures.length)
    return pass(`${call.call}: the error is logged together with what tells the request`, places, 'medium');
  return known.some(end => end.logged === 'nothing')
    ? partial(`${call.call}: on some ways nothing is logged when it fails`, places, 'medium')
    : partial(`${call.call}: the error is logged without anything that tells which request it was`, places, 'medium');
}
