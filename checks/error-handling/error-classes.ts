import {
  armOf,
  defineCheck,
  type Finding,
  fail,
  kindsOf,
  logsTrouble,
  type ModelCall,
  modelCalls,
  type Observation,
  partial,
  pass,
  production,
  unknown,
} from '../../src/core/index.ts';

/** Of the seven kinds, those that one model call can end in: API, timeout, parse, safety, budget; four of them are a taxonomy. */
const ENOUGH = 4;

/** Three failures that need three different people: are they told apart in one field of the logs? */
function logged(seen: Observation): Finding | undefined {
  const arms = ['down', 'empty', 'refusal'].map(name => armOf(seen, name));
  // Logs may go elsewhere. Only an agent that logs failures can be blamed for how.
  if (arms.some(arm => modelCalls(arm).length === 0) || !arms.some(logsTrouble)) return undefined;
  const kinds = kindsOf(arms);
  const words = kinds?.words ?? [];
  if (words.length === arms.length)
    return pass(`An outage, an empty answer and a refusal are logged with kinds of their own: ${words.join(', ')} (${kinds?.field})`);
  if (words.length === 2)
    return partial(
      `Of an outage, an empty answer and a refusal, only some are told apart in the logs: ${words.join(', ')} (${kinds?.field})`,
      [],
      'medium',
    );
  return fail('An outage, an empty answer and a refusal are logged without a word that tells them apart', [], 'medium');
}

const KINDS = `import OpenAI from 'openai';
export type Kind = 'api' | 'timeout' | 'tool' | 'parse' | 'safety' | 'budget' | 'loop';
/** Thrown by the tool dispatcher, the guard, the budget and the loop detector. */
export class AgentError extends Error {
  constructor(readonly kind: Kind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
export function classify(error: unknown): Kind | 'bug' {
  if (error instanceof AgentError) return error.kind;
  if (error instanceof OpenAI.APIConnectionTimeoutError) return 'timeout';
  if (error instanceof OpenAI.APIError) return 'api';
  return error instanceof SyntaxError ? 'parse' : 'bug';
}`;

const SORTED = `import OpenAI from 'openai';
import { classify } from './errors.ts';
import { log } from './log.ts';
const client = new OpenAI({ timeout: 30_000 });
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (err) {
    log.error({ err, kind: classify(err) }, 'reply failed');
    throw err;
  }
}`;

const SORTING_IN_PYTHON = (classify: string): string => `import json
import logging
from fastapi import FastAPI
from openai import APIConnectionError, APIError, APITimeoutError, OpenAI
app = FastAPI()
client = OpenAI(timeout=20)
log = logging.getLogger(__name__)
class BudgetError(Exception):
    pass
def classify(error: BaseException) -> str:
${classify}
@app.post("/chat")
def chat(question: str):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
        return {"reply": answer.choices[0].message.content}
    except Exception as error:
        log.error("request failed", exc_info=error, extra={"kind": classify(error)})
        return {"reply": "I cannot answer just now. Please try again in a minute."}`;

const KINDS_IN_PYTHON = `import json
import logging
from fastapi import FastAPI
from openai import APIConnectionError, APIError, APITimeoutError, OpenAI
app = FastAPI()
client = OpenAI(timeout=20)
log = logging.getLogger(__name__)
class AgentError(Exception):
    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
def classify(error: BaseException) -> str:
    if isinstance(error, AgentError):
        return error.kind
    if isinstance(error, APITimeoutError):
        return "timeout"
    if isinstance(error, APIError):
        return "api"
    return "parse" if isinstance(error, json.JSONDecodeError) else "bug"
@app.post("/chat")
def chat(question: str):
    try:
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
        return {"reply": answer.choices[0].message.content}
    except Exception as error:`;

export const check = defineCheck({
  id: 'error-handling/error-classes',
  code: 'ERR-08',
  title: 'Every error is put into one of seven kinds, and the kind is logged',
  severity: 'medium',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'An alert that only says "error" cannot be acted on. A provider that is down, a broken tool and a spent budget need different people.',
  fix: 'Define one union or enum with the seven kinds (API, timeout, tool, parse, safety, budget, loop), classify in one function, and use its result in log, metric and reply.',
  settles: 'The logs of one failure of each kind: each must carry its own of the seven kinds.',
  traps: [
    'A list of HTTP statuses is not such a taxonomy; a broken tool or a spent budget has no status.',
    'An enum that is exported and never used looks complete and records nothing.',
    'Class names of an SDK cover the first two kinds only.',
  ],

  needs: { facts: ['model-call'] },
  inspect({ 'model-call': calls }) {
    return production(calls).map(ruleOn);
  },

  observe: { 'empty-answer': logged },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'errors.ts': KINDS,
      },
      code: SORTED,
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { log } from './log.ts';
export enum ErrorKind { Api, Timeout, Tool, Parse, Safety, Budget, Loop }
const client = new OpenAI({ timeout: 30_000 });
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (err) {
    log.error({ err }, 'reply failed');
    throw err;
  }
}`,
      shows: 'the seven kinds exist, and no error is ever given one',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: { 'errors.ts': KINDS },
      code: `import OpenAI from 'openai';
import { classify, type Kind } from './errors.ts';
import { log } from './log.ts';
import { errors } from './metrics.ts';
const client = new OpenAI({ timeout: 30_000 });
function fail(kind: Kind | 'bug', error: unknown) {
  errors.inc({ kind });
  log.error({ error, kind }, 'reply failed');
}
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  let outcome: Kind | 'bug' | 'ok' = 'ok';
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (err) {
    outcome = classify(err);
    fail(outcome, err);
    throw err;
  }
}`,
      shows: 'the kind goes to the log by way of a variable and a function',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'errors.ts': KINDS },
      code: `import OpenAI from 'openai';
import { classify, type Kind } from './errors.ts';
import { log } from './log.ts';
import { errors } from './metrics.ts';
const client = new OpenAI({ timeout: 30_000 });
function fail(kind: Kind | 'bug', error: unknown) {
  errors.inc({ kind });
  log.error({ error }, 'reply failed');
}
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  let outcome: Kind | 'bug' | 'ok' = 'ok';
  try {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
    return completion.choices[0]?.message.content ?? '';
  } catch (err) {
    outcome = classify(err);
    fail(outcome, err);
    throw err;
  }
}`,
      shows: 'the kind is counted, and the line in the log does not say it',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `${KINDS_IN_PYTHON}
        log.error("request failed", exc_info=error, extra={"kind": classify(error)})
        return {"reply": "I cannot answer just now. Please try again in a minute."}`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `${KINDS_IN_PYTHON}
        log.error("request failed", exc_info=error)
        return {"reply": "I cannot answer just now. Please try again in a minute."}`,
      shows: 'the function that sorts errors exists, and nobody calls it',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'errors.ts': KINDS.replace(
          '  if (error instanceof AgentError)',
          "  if (error instanceof Error) return 'api';\n  if (error instanceof AgentError)",
        ),
      },
      code: SORTED,
      shows: 'every error is an Error: nobody gets to the classes behind it',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'errors.ts': `import OpenAI from 'openai';
class AgentError extends Error {}
export class ToolError extends AgentError {}
export class BudgetError extends AgentError {}
export const classify = (error: unknown) =>
  error instanceof OpenAI.APIError
    ? 'api'
    : error instanceof OpenAI.APIConnectionTimeoutError
      ? 'timeout'
      : error instanceof AgentError
        ? 'agent'
        : error instanceof ToolError
          ? 'tool'
          : error instanceof BudgetError
            ? 'budget'
            : 'bug';`,
      },
      code: SORTED,
      shows: 'classes that are asked for behind the class above them',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: SORTING_IN_PYTHON(`    match error:
        case BudgetError():
            return "budget"
        case APITimeoutError() | TimeoutError():
            return "timeout"
        case APIError():
            return "api"
        case json.JSONDecodeError():
            return "parse"
        case _:
            return "bug"`),
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: SORTING_IN_PYTHON(`    if isinstance(error, (ValueError, Exception)):
        return "api"
    if isinstance(error, BudgetError):
        return "budget"
    if isinstance(error, APITimeoutError):
        return "timeout"
    return "parse" if isinstance(error, json.JSONDecodeError) else "bug"`),
      shows: 'every error is an Exception: nobody gets to the classes behind it',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: SORTING_IN_PYTHON(`    match error:
        case APIError():
            return "api"
        case APITimeoutError():
            return "timeout"
        case APIConnectionError():
            return "network"
        case _:
            return "bug"`),
      shows: 'the class above the others is asked for first',
    },
  ],
});

function ruleOn(call: ModelCall): Finding {
  const handled = call.failures.filter(end => end.how !== 'unknown' || end.logged !== 'unknown');
  const places = [call.location, ...handled.map(end => end.location)].slice(0, 8);
  if (handled.length === 0) return unknown(`${call.call}: what becomes of its errors could not be followed`, [call.location]);
  const logged = handled.every(end => end.logged === 'error' || end.logged === 'context');
  if (logged && handled.every(end => end.kinds >= ENOUGH))
    return pass(`${call.call}: its errors are sorted into kinds where they are logged`, places, 'medium');
  if (handled.some(end => end.kinds > 0 || end.byType))
    return partial(`${call.call}: some of its errors are told apart, not all of them or not in the log`, places, 'medium');
  return fail(`${call.call}: its errors are all treated alike`, places, 'medium');
}
