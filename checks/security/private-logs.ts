import {
  armOf,
  askedWorld,
  defineCheck,
  type Finding,
  fail,
  flawsOf,
  inLogs,
  keyInLogs,
  type Location,
  type LogCall,
  leftTraces,
  onSide,
  partial,
  pass,
  personalIn,
  production,
  type Trial,
  talking,
  tracesWords,
} from '../../src/core/index.ts';

const KEY_LOGGED = fail('The key of the agent stands in its own log after the provider refused a request');

/** Does something private stand in logs or traces? undefined: there are none that could be read. */
function quietFinding(trial: Trial, found: (text: string) => boolean, what: string): Finding | undefined {
  if (keyInLogs(trial)) return fail('The key of the agent stands in its own output');
  const places = inLogs(trial, found);
  if (places.length > 0) return fail(`${what} stands in ${places.join(' and in ')}`);
  return leftTraces(trial) ? pass(`${what} does not stand in ${tracesWords(trial)}`) : undefined;
}

/** A redactor of the examples. */
const REDACT = `import { findPhoneNumbersInText } from 'libphonenumber-js';
function luhn(digits: string): boolean {
  const values = [...digits].reverse().map((digit, at) => Number(digit) * (at % 2 === 0 ? 1 : 2));
  return values.reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 0) % 10 === 0;
}
export function redact(text: string): string {
  const safe = text
    .replace(/[\\p{L}\\d.+-]+@(?!\\dx\\.)[\\p{L}\\d-]+(?:\\.[\\p{L}\\d-]+)+(?![\\p{L}\\d:])/gu, '[e-mail]')
    .replace(/\\b[A-Z]{2}\\d{2}(?: ?[A-Z\\d]{4}){3,7}(?: ?[A-Z\\d]{1,3})?\\b/g, '[account]')
    .replace(/(?<![\\w-])\\d(?:[ -]?\\d){12,18}(?![\\w-])/g, found => (luhn(found.replace(/\\D/g, '')) ? '[card]' : found))
    .replace(/(?<![\\w-])\\d{3}-\\d{2}-\\d{4}(?![\\w-])/g, '[id]');
  const phones = findPhoneNumbersInText(safe, 'US').reverse();
  return phones.reduce((line, { startsAt, endsAt }) => \`\${line.slice(0, startsAt)}[phone]\${line.slice(endsAt)}\`, safe);
}`;

/** The same for Python. */
const REDACT_PYTHON = `import re
def _luhn(digits: str) -> bool:
    values = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in values) % 10 == 0
_MAIL = re.compile(r"[\\w.%+-]+@(?!\\dx\\.)[\\w-]+(?:\\.[\\w-]+)+(?![^\\W_]|:\\w)")
_IBAN = re.compile(r"\\b[A-Z]{2}\\d{2}(?: ?[A-Z\\d]{4}){3,7}(?: ?[A-Z\\d]{1,3})?\\b")
_CARD = re.compile(r"(?<![\\w-])\\d(?:[ -]?\\d){12,18}(?![\\w-])")
_ID = re.compile(r"(?<![\\w-])(?:\\d{3}-\\d{2}-\\d{4}|\\d{17}[\\dX]|\\d{15})(?![\\w-])")
_PHONE = re.compile(
    r"(?<![\\w.-])(?:\\+\\d{1,3}[ ./-]?(?:\\(?\\d{1,4}\\)?[ ./-]?){2,4}\\d{2,4}"
    r"|(?:\\(\\d{3}\\) ?|\\d{3}[-. ])\\d{3}[-. ]\\d{4}|1[3-9]\\d(?:[- ]?\\d{4}){2})(?![\\w-])"
)
def redact(text: str) -> str:
    text = _MAIL.sub("[e-mail]", text)
    text = _IBAN.sub("[account]", text)
    text = _CARD.sub(lambda found: "[card]" if _luhn(re.sub(r"\\D", "", found[0])) else found[0], text)
    text = _ID.sub("[id]", text)
    return _PHONE.sub("[phone]", text)
`;
/** An agent that asks the model, and logs what it was asked. */
const LOGS_PYTHON = (line: string): string => `import logging
from openai import OpenAI
from redact import redact
log = logging.getLogger(__name__)
client = OpenAI()
def reply(user: str, question: str) -> str:
    ${line}
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return answer.choices[0].message.content`;
/** A service that puts a filter into the logger before it answers. */
const FILTERED = (filter: string, put: string): string => `import logging
from fastapi import FastAPI
from agent import reply
from redact import redact
class PersonalData(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        ${filter}
        return True
handler = logging.StreamHandler()
${put}
app = FastAPI()
@app.post("/chat")
def chat(user: str, question: str):
    return {"reply": reply(user, question)}`;

/** The body of a filter that cleans the whole text of a line. */
const CLEANS = 'record.msg, record.args = redact(record.getMessage()), None';
/** A set-up as data, with what its handler and its root logger are given. */
const DICTIONARY = (handler: string, root: string): string => `import logging.config
logging.config.dictConfig({
    "version": 1,
    "filters": {"personal": {"()": PersonalData}},
    "handlers": {"out": {"class": "logging.StreamHandler", ${handler}}},
    "root": {"level": "INFO", "handlers": ["out"]${root}},
})`;
/** A service whose handler uses a formatter by its name. */
const FORMATTED = (name: string): string => `import logging
import logging.config
from fastapi import FastAPI
from agent import reply
from redact import redact
class Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))
CONFIG = {
    "version": 1,
    "formatters": {"safe": {"()": "server.Redacting", "format": "%(message)s"}, "plain": {"format": "%(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": ${name}}},
    "root": {"level": "INFO", "handlers": ["out"]},
}
logging.config.dictConfig(CONFIG)
app = FastAPI()
@app.post("/chat")
def chat(user: str, question: str):
    return {"reply": reply(user, question)}`;

/** A filter that is put into the handler of all loggers, and what is done afterwards. */
const TAKEN = (after: string): string =>
  FILTERED(
    CLEANS,
    `personal = PersonalData()\nhandler.addFilter(personal)\nlogging.basicConfig(level="INFO", handlers=[handler])\n${after}`,
  );
/** An agent that writes its lines with a function of its own. */
const OWN_LOG = (setup: string, call = "log('question', question)"): string => `import OpenAI from 'openai';
import { redact } from './redact.ts';
${setup}
const client = new OpenAI();
export async function reply(question: string) {
  ${call};
  const messages = [{ role: 'user' as const, content: question }];
  return client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
}`;
const CLEAN_LINE = '(event: string, text: string) => console.log(JSON.stringify({ event, text: redact(text) }))';
const BARE_LINE = '(event: string, text: string) => console.log(JSON.stringify({ event, text }))';

const placeKey = ({ file, line, column }: Location): string => `${file}:${line}:${column ?? 0}`;

export const check = defineCheck({
  id: 'security/private-logs',
  code: 'SEC-09',
  title: 'Personal data and secrets stay out of logs and traces',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L05'],
  why: 'Logs are read by more people, kept longer and copied further than any database. What is in them has already left.',
  fix: 'Put the redactor into the logger and the trace exporter (redact paths and a serialiser, a structlog processor, a mask function), so that no call can forget it.',
  settles:
    'All logs and traces of a normal and of a failing request with made-up personal data and a made-up secret in them: neither may appear in any.',
  traps: [
    'Redaction paths match exactly: a rule for email leaves user.email alone, and free text is not covered by any path.',
    'Success paths are often clean while the error path logs the whole request.',
    'Error objects of HTTP clients carry headers, and with them the key.',
    'Error trackers and trace stores have switches of their own, apart from the logger.',
  ],
  needs: { facts: ['model-call', 'guard', 'logger', 'log-call', 'telemetry'] },

  inspect({ 'model-call': calls, guard: guards, logger: loggers, 'log-call': lines, telemetry: traces }) {
    const talks = production(calls).filter(talking);
    if (talks.length === 0) return undefined;
    const masks = onSide(production(guards), 'log').filter(guard => guard.against === 'pii');
    const hiding = production(loggers).filter(logger => logger.redacts !== undefined);
    const written = production(lines).filter(line => line.reach !== 'unconnected' && line.level !== 'debug');
    const watched = production(traces).filter(
      trace => trace.reach !== 'unconnected' && trace.offUnless === undefined && trace.sees.includes('content'),
    );
    const sound = masks.filter(guard => flawsOf(guard).length === 0);
    // A mask that stands in a line says nothing about another; one in a logger of the repository hides what that is given, and one that is
    // part of a logger, or stands where no line was seen, may hide what any line is given.
    const places = (all: readonly Location[]): ReadonlySet<string> => new Set(all.map(placeKey));
    const known = places(production(lines).flatMap(line => [line.location, ...(line.through ?? [])]));
    const masked = places(masks.flatMap(guard => guard.lines ?? []));
    const wide = masks.some(({ lines: own }) => own === undefined);
    const elsewhere = masks.some(({ lines: own = [] }) => own.some(place => !known.has(placeKey(place))));
    const hidden = ({ through }: LogCall): boolean =>
      through === undefined ? elsewhere : through.every(place => masked.has(placeKey(place)));
    // What goes to the console goes past it.
    const past = masks.every(guard => guard.ofLogger === true);
    const leaks = written.filter(
      line => line.carries !== undefined && line.redacts === undefined && !hidden(line) && (!wide || (past && line.label === 'console')),
    );
    const findings = [
      ...leaks.map(line => fail(`${line.label} writes ${line.carries}, and nothing hides personal data in it`, [line.location], 'medium')),
      ...(masks.length > 0
        ? []
        : watched.map(trace =>
            fail(`${trace.label} keeps what users and models say, and nothing hides personal data in it`, [trace.location], 'medium'),
          )),
      ...masks
        .filter(guard => !sound.includes(guard))
        .map(guard => partial([`${guard.label} hides something`, ...flawsOf(guard)].join('. '), [guard.location], 'medium')),
      ...(masks.length > 0 ? [] : hiding).map(logger =>
        partial(`${logger.label} hides ${logger.redacts}; a path matches exactly, and free text has none`, [logger.location], 'medium'),
      ),
    ];
    return findings.length > 0 ? findings : sound.map(guard => pass(`${guard.label} cleans what is written`, [guard.location], 'medium'));
  },

  observe: {
    'plain-question': seen =>
      quietFinding(armOf(seen), text => text.includes(`ana.${armOf(seen).nonce}@example.org`), 'The e-mail address of a user'),
    'client-errors': seen => [
      ...['badRequest', 'notFound'].flatMap(arm => (keyInLogs(armOf(seen, arm)) ? [KEY_LOGGED] : [])),
      ...[
        quietFinding(
          armOf(seen, 'unauthorized'),
          text => text.includes('ana.sommer@example.org'),
          'The e-mail address of a user whose request failed',
        ),
      ].flatMap(finding => finding ?? []),
    ],
    'personal-data': seen => quietFinding(armOf(seen, 'plain'), text => personalIn(text).length > 0, 'Personal data of a reply'),
    'tool-secrets': seen =>
      askedWorld(armOf(seen))
        ? quietFinding(armOf(seen), text => text.includes('s3cr3t'), 'A connection string that a tool returned')
        : undefined,
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'redact.ts': REDACT,
      },
      code: `import OpenAI from 'openai';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function reply(user: { id: string; email: string }, question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  return client.chat.completions.create(options).catch((error: Error) => {
    console.error(JSON.stringify({ user: user.id, error: redact(error.message), question: redact(question) }));
    throw error;
  });
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import pino from 'pino';
const log = pino({ redact: ['email', 'phone', 'password'] });
const client = new OpenAI();
export async function reply(user: { id: string; email: string; phone: string }, question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const options = { model: 'gpt-5.6', messages, max_completion_tokens: 800 };
  return client.chat.completions.create(options).catch(err => {
    log.error({ err, user, question }, 'reply failed');
    throw err;
  });
}`,
      shows: 'the rule hides a field named email at the top; this one is user.email, and the question is free text',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'redact.ts': REDACT },
      code: `import OpenAI from 'openai';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function reply(question: string) {
  console.log('question', question);
  const messages = [{ role: 'user' as const, content: question }];
  return client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }).catch((error: Error) => {
    console.error('failed', redact(error.message), redact(question));
    throw error;
  });
}`,
      shows: 'the redactor of the line about the failure hides nothing in the line before',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'redact.ts': REDACT,
        'log.ts': `import { redact } from './redact.ts';
export const log = (event: string, text: string) => console.log(JSON.stringify({ event, text: redact(text) }));`,
      },
      code: `import OpenAI from 'openai';
import { log } from './log.ts';
const client = new OpenAI();
export async function reply(question: string) {
  log('question', question);
  const messages = [{ role: 'user' as const, content: question }];
  return client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
}`,
      shows: 'the logger itself redacts',
    },
    {
      expect: 'fail',
      file: 'server.ts',
      files: {
        'redact.ts': REDACT,
        'agent.ts': `import OpenAI from 'openai';
import { z } from 'zod';
import { redact } from './redact.ts';
const client = new OpenAI();
const question = z.object({ message: z.string().max(4000), user: z.string() });
function parse(body: unknown) {
  const parsed = question.safeParse(body);
  if (!parsed.success) throw new Error('wrong');
  return parsed.data;
}
async function answer({ message }: { message: string }) {
  const messages = [{ role: 'user' as const, content: message }];
  return client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
}
export async function reply(body: unknown) {
  try {
    return await answer(parse(body));
  } catch (error) {
    console.error('failed', { request: body, error: redact(String(error)) });
    throw error;
  }
}`,
      },
      code: `import express from 'express';
import { reply } from './agent.ts';
const app = express();
app.use(express.json());
app.post('/chat', async (req, res) => res.json(await reply(req.body)));
app.listen(8080);`,
      shows: 'the line about a failure redacts the error, and holds the whole request',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  console.log('question', question);
  const messages = [{ role: 'user' as const, content: question }];
  return client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
}`,
      shows: 'every question is kept in the log, word for word',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      files: { 'redact.py': REDACT_PYTHON },
      code: LOGS_PYTHON('log.info("asked", extra={"user": user, "question": redact(question)})'),
    },
    {
      expect: 'fail',
      file: 'agent.py',
      files: { 'redact.py': REDACT_PYTHON },
      code: LOGS_PYTHON('log.info("%s asked: %s", redact(user), question)'),
      shows: 'the redactor cleans the name of the user, and not the question beside it',
    },
    {
      expect: 'pass',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(
        'record.msg, record.args = redact(record.getMessage()), None',
        'handler.addFilter(PersonalData())\nlogging.basicConfig(level="INFO", handlers=[handler])',
      ),
      shows: 'a filter of the handler sees what all loggers write',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(
        'record.msg, record.args = redact(record.getMessage()), None',
        'logging.basicConfig(level="INFO", handlers=[handler])\nlogging.getLogger().addFilter(PersonalData())',
      ),
      shows: 'a filter of the root logger is not asked about what other loggers hand up to it',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(
        'record.msg = redact(record.msg)',
        'handler.addFilter(PersonalData())\nlogging.basicConfig(level="INFO", handlers=[handler])',
      ),
      shows: 'the filter sees "asked: %s"; the question is put in after it',
    },
    {
      expect: 'fail',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(
        'record.msg, record.args = redact(record.getMessage()), None',
        'logging.basicConfig(level="INFO", handlers=[handler])',
      ),
      shows: 'a filter that nobody puts into a logger',
    },
    {
      expect: 'fail',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(CLEANS, 'handler.addFilter(PersonalData())\nlogging.basicConfig(level="INFO")'),
      shows: 'the handler with the filter is attached to no logger',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(CLEANS, 'handler.addFilter(PersonalData())\nlogging.getLogger("uvicorn.access").addHandler(handler)'),
      shows: 'the handler sees the lines of another logger',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(
        CLEANS,
        'logging.basicConfig(level="INFO")\nhandler.addFilter(PersonalData())\nlogging.getLogger().addHandler(handler)',
      ),
      shows: 'basicConfig made a handler of its own, which writes the line before the filter sees it',
    },
    {
      expect: 'pass',
      file: 'server.py',
      files: {
        'redact.py': REDACT_PYTHON,
        'agent.py': LOGS_PYTHON('log.info("asked: %s", question)').replace('__name__', '"agent"'),
      },
      code: FILTERED(CLEANS, 'logging.basicConfig(level="INFO")\nlogging.getLogger("agent").addFilter(PersonalData())'),
      shows: 'a filter of the one logger to which the program writes',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: {
        'redact.py': REDACT_PYTHON,
        'agent.py': LOGS_PYTHON('log.info("asked: %s", question)').replace('__name__', '"agent.chat"'),
      },
      code: FILTERED(CLEANS, 'logging.basicConfig(level="INFO")\nlogging.getLogger("agent").addFilter(PersonalData())'),
      shows: 'a filter of a logger is not asked about the lines of its children',
    },
    {
      expect: 'pass',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(CLEANS, DICTIONARY('"filters": ["personal"]', '')),
      shows: 'a filter that the dictionary gives to the handler of all loggers',
    },
    {
      expect: 'fail',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(CLEANS, DICTIONARY('"level": "INFO"', '')),
      shows: 'the dictionary declares the filter, and gives it to nobody',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FILTERED(CLEANS, DICTIONARY('"level": "INFO"', ', "filters": ["personal"]')),
      shows: 'the dictionary gives the filter to the root logger, and what comes from others passes it by',
    },
    {
      expect: 'pass',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FORMATTED('"safe"'),
      shows: 'a formatter, named by its path, that cleans what is written',
    },
    {
      expect: 'fail',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: FORMATTED('"plain"'),
      shows: 'the handler uses another formatter',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      files: { 'redact.py': REDACT_PYTHON },
      code: `import structlog
from openai import OpenAI
from redact import redact
def hide(logger, method, event):
    return {name: redact(value) if isinstance(value, str) else value for name, value in event.items()}
structlog.configure(processors=[structlog.processors.add_log_level, hide, structlog.processors.JSONRenderer()])
log = structlog.get_logger()
client = OpenAI()
def reply(question: str) -> str:
    log.info("asked", question=question)
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return answer.choices[0].message.content`,
      shows: 'a processor of structlog sees every line',
    },
    {
      expect: 'fail',
      file: 'server.py',
      files: {
        'redact.py': REDACT_PYTHON,
        'agent.py': `import logging
from dataclasses import dataclass
from typing import Any
import requests
from redact import redact
log = logging.getLogger(__name__)
@dataclass(frozen=True)
class Request:
    user: str
    message: str
def parse(body: Any) -> Request:
    return Request(str(body["user"]), str(body["message"]))
def answer(request: Request) -> str:
    response = requests.post(
        "https://api.openai.com/v1/chat/completions",
        json={"model": "gpt-5.6", "max_completion_tokens": 800, "messages": [{"role": "user", "content": request.message}]},
        timeout=20,
    )
    response.raise_for_status()
    return response.json()["choices"][0]["message"]["content"]
def reply(body: Any) -> str:
    try:
        return answer(parse(body))
    except requests.RequestException as error:
        log.error("failed", extra={"request": body, "error": redact(str(error))})
        raise
`,
      },
      code: `from fastapi import FastAPI, Request
from agent import reply
app = FastAPI()
@app.post("/chat")
async def chat(request: Request):
    return {"reply": reply(await request.json())}`,
      shows: 'the line about a failure redacts the error, and holds the whole request',
    },
    {
      expect: 'pass',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: TAKEN('def quiet():\n    handler.removeFilter(personal)'),
      shows: 'what would take the filter away is never run',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: TAKEN('handler.removeFilter(personal)'),
      shows: 'the filter is taken away again',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: TAKEN('handler.filters = []'),
      shows: 'the list of filters is replaced',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: TAKEN('logging.basicConfig(level="INFO", force=True)'),
      shows: 'another handler takes the place of the one with the filter',
    },
    {
      expect: 'partial',
      file: 'server.py',
      files: { 'redact.py': REDACT_PYTHON, 'agent.py': LOGS_PYTHON('log.info("asked: %s", question)') },
      code: TAKEN('logging.getLogger().handlers.clear()\nlogging.getLogger().addHandler(logging.StreamHandler())'),
      shows: 'the handler with the filter is thrown away',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      files: { 'redact.ts': REDACT },
      code: OWN_LOG(`const log = ${CLEAN_LINE};`),
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'redact.ts': REDACT },
      code: OWN_LOG(`let log = ${CLEAN_LINE};\nlog = ${BARE_LINE};`),
      shows: 'another function takes the place of the one that cleans',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'redact.ts': REDACT },
      code: OWN_LOG(
        `const base = { info: ${CLEAN_LINE} };\nconst log = { ...base, info: ${BARE_LINE} };`,
        "log.info('question', question)",
      ),
      shows: 'the member that cleans is written over',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: { 'redact.ts': REDACT },
      code: OWN_LOG(`const log = { info: ${BARE_LINE}, error: ${CLEAN_LINE} };`, "log.info('question', question)"),
      shows: 'the line about errors is clean, and this one is not',
    },
  ],
});
