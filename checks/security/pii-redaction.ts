import {
  armOf,
  defineCheck,
  type Finding,
  fail,
  flawsOf,
  missedByAll,
  onSide,
  PERSONAL_COUNT,
  partial,
  pass,
  personalIn,
  production,
  quote,
  receivedText,
  replyOf,
  type Trial,
  talking,
  unknown,
  whereOf,
} from '../../src/core/index.ts';

/** What of the made-up personal data in an answer came through to the user. */
function redacted(trial: Trial, how: string): Finding {
  const reply = replyOf(trial);
  if (reply === undefined || reply.end !== 'answered')
    return unknown(`The answer with personal data${how} did not reach the user, and no other did`);
  const text = receivedText(reply);
  const through = personalIn(text);
  if (through.length === PERSONAL_COUNT) return fail(`Of an answer${how} the user received ${list(through)}`);
  if (through.length > 0) return partial(`Of an answer${how} the user received ${list(through)}; the rest was redacted`);
  // Without the harmless part of the answer we cannot tell a redactor from something that failed.
  if (!text.includes(trial.nonce)) return unknown(`The reply does not hold what the model said${how}: ${quote(reply.text)}`);
  if (!text.includes('HS-10482')) return partial(`Personal data in an answer${how} was redacted, and an order number with it`);
  return pass(`E-mail address, phone, card and id number in an answer${how} were redacted; an order number was not`);
}

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const HOLDING = (loop: string): string => `import OpenAI from 'openai';
import { SyncRedactor } from 'redact-pii';
const client = new OpenAI();
const redactor = new SyncRedactor();
export async function reply(question: string, show: (piece: string) => void) {
  const messages = [{ role: 'user' as const, content: question }];
  const stream = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800, stream: true });
  let held = '';
  for await (const { choices } of stream) {
    held += choices[0]?.delta.content ?? '';
${loop}
  }
  show(redactor.redact(held));
}`;

const CLEANING_IN_PYTHON = (body: string): string => `from fastapi import FastAPI
from openai import OpenAI
from presidio_analyzer import AnalyzerEngine
from presidio_anonymizer import AnonymizerEngine
from store import save
app = FastAPI()
client = OpenAI()
analyzer = AnalyzerEngine()
anonymizer = AnonymizerEngine()
def clean(text: str) -> str:
    found = analyzer.analyze(text=text, language="en")
    return anonymizer.anonymize(text=text, analyzer_results=found).text
${body}`;

const SAVING = (body: string): string => `import express from 'express';
import OpenAI from 'openai';
import { SyncRedactor } from 'redact-pii';
import { save } from './store.ts';
const app = express();
const client = new OpenAI();
const redactor = new SyncRedactor();
const clean = (text: string) => redactor.redact(text);
app.post('/chat', async (req, res) => {
  const messages = [{ role: 'user' as const, content: req.body.question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  const text = choices[0]?.message.content ?? '';
${body}
});`;

/** Functions that call one another so often that nobody follows them to the end. */
const CROWD = Array.from(
  { length: 7 },
  (_, i) => `function f${i}(piece: string) { ${i === 6 ? 'console.log(piece);' : `f${i + 1}(piece); `.repeat(16)} }`,
).join('\n');

export const check = defineCheck({
  id: 'security/pii-redaction',
  code: 'SEC-01',
  title: 'Personal data is redacted from every reply, streamed or not',
  severity: 'blocker',
  how: ['observe', 'inspect'],
  lines: ['L05'],
  why: 'The agent reads records of many people. One wrong look-up in a reply is a breach that must be reported, and that nobody can take back.',
  fix: 'Pass all text through one redactor where replies leave the agent, and hold back the end of a stream until a number or address in it is complete.',
  settles:
    'The replies that leave the agent when the model answers with made-up phone, id, card and e-mail data, also split over stream chunks: none may arrive, while order numbers and dates must survive.',
  traps: [
    'A redactor for what the user writes protects the provider; the reply goes out untouched.',
    'Redaction chunk by chunk misses what the chunk border cuts in two.',
    'A helper named sanitise may only escape HTML; a flag that is off by default redacts nothing.',
    'Patterns for one country, without word borders or a checksum, miss real numbers and black out order numbers.',
  ],
  needs: { facts: ['model-call', 'guard'] },

  inspect({ 'model-call': calls, guard: guards }) {
    const talks = production(calls).filter(talking);
    if (talks.length === 0) return undefined;
    const own = production(guards).filter(guard => guard.against === 'pii');
    const sound = onSide(own, 'output').filter(guard => flawsOf(guard).length === 0);
    const missed = missedByAll(sound);
    const passes = sound.map(guard => pass(`Replies pass ${guard.label}`, [guard.location], 'medium'));
    // A redactor that sees pieces lets out what is cut in two, whatever another one does with the whole.
    const cut = onSide(own, 'output').filter(guard => guard.piecewise === true && !sound.includes(guard));
    const cuts = cut.map(guard => partial(flawsOf(guard).join('. '), [guard.location], 'medium'));
    if (sound.length > 0 && missed.length === 0) return [...passes, ...cuts];
    if (sound.length > 0)
      return [...passes, fail('The answers of these calls reach the user past every redactor', missed.slice(0, 10), 'medium')];
    if (own.length > 0) {
      return own.map(guard => {
        const what = whereOf(guard);
        const side = what === undefined ? 'it could not be connected to the replies' : `only ${what} passes it, the replies do not`;
        return partial(
          [...(guard.sides.includes('output') ? [] : [`${guard.label}: ${side}`]), ...flawsOf(guard)].join('. '),
          [guard.location],
          'medium',
        );
      });
    }
    return [
      fail(
        `No redaction of personal data was found: ${talks.length === 1 ? 'the answer of this call goes' : `the answers of ${talks.length} calls go`} out as they come. Libraries, services, middleware and own patterns on the way to the user were looked for.`,
        talks.slice(0, 10).map(call => call.location),
        'medium',
      ),
    ];
  },

  observe: {
    'personal-data': seen => [redacted(armOf(seen, 'plain'), ''), redacted(armOf(seen, 'split'), ' in pieces')],
  },

  examples: [
    {
      expect: 'pass',
      file: 'agent.ts',
      files: {
        'redact.ts': `import { findPhoneNumbersInText } from 'libphonenumber-js';
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
}`,
      },
      code: `import OpenAI from 'openai';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return redact(choices[0]?.message.content ?? ''); // the only way out: this agent does not stream
}`,
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'redact.ts': `import { findPhoneNumbersInText } from 'libphonenumber-js';
export function redact(text: string): string {
  const safe = text
    .replace(/[\\p{L}\\d.+-]+@(?!\\dx\\.)[\\p{L}\\d-]+(?:\\.[\\p{L}\\d-]+)+(?![\\p{L}\\d:])/gu, '[e-mail]')
    .replace(/\\b[A-Z]{2}\\d{2}(?: ?[A-Z\\d]{4}){3,7}(?: ?[A-Z\\d]{1,3})?\\b/g, '[account]')
    .replace(/(?<![\\w-])(?:\\d{17}[\\dX]|\\d{15})(?![\\w-])/g, '[id]')
    .replace(/(?<![\\w-])\\d{3}-\\d{2}-\\d{4}(?![\\w-])/g, '[id]');
  const phones = findPhoneNumbersInText(safe, 'US').reverse();
  return phones.reduce((line, { startsAt, endsAt }) => \`\${line.slice(0, startsAt)}[phone]\${line.slice(endsAt)}\`, safe);
}`,
      },
      code: `import OpenAI from 'openai';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return redact(choices[0]?.message.content ?? '');
}`,
      shows: 'everything but card numbers',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'redact.ts': `import { findPhoneNumbersInText } from 'libphonenumber-js';
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
}`,
      },
      code: `import OpenAI from 'openai';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function* reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const stream = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800, stream: true });
  for await (const { choices } of stream) yield redact(choices[0]?.delta.content ?? '');
}`,
      shows: 'each chunk is clean, and a card number that spans two of them goes out whole',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'redact.ts': `import { findPhoneNumbersInText } from 'libphonenumber-js';
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
}`,
      },
      code: `import OpenAI from 'openai';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const content = process.env.REDACTION_ENABLED === 'true' ? redact(question) : question;
  const messages = [{ role: 'user' as const, content }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the question is redacted, the reply is not',
    },
    {
      expect: 'fail',
      file: 'agent.ts',
      files: {
        'text.ts': `export const sanitize = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/https?:\\/\\/\\S+/g, '');
export const slug = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');`,
      },
      code: `import OpenAI from 'openai';
import { sanitize, slug } from './text.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return { id: slug(question), text: sanitize(choices[0]?.message.content ?? '') };
}`,
      shows: 'escaped, and no less personal',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
const PATTERNS: Record<string, RegExp> = {
  mobile: /1[3-9][0-9]{9}/g,
  mail: /[\\w.%+-]+@[\\w.-]+\\.[a-z]{2,}/gi,
  card: /[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}/g,
};
function redact(text: string): string {
  let out = text;
  for (const [name, pattern] of Object.entries(PATTERNS)) out = out.replace(pattern, \`[\${name}]\`);
  return out;
}
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return redact(choices[0]?.message.content ?? '');
}`,
      shows: 'patterns without borders and checksums: they miss most numbers, and black out timestamps and order numbers',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'redact.ts': `import { findPhoneNumbersInText } from 'libphonenumber-js';
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
}`,
      },
      code: `import OpenAI from 'openai';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  console.log(redact(choices[0]?.message.content ?? ''));
  return choices[0]?.message.content ?? '';
}`,
      shows: 'the log is clean, the reply is not',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'redact.ts': `import { findPhoneNumbersInText } from 'libphonenumber-js';
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
}`,
      },
      code: `import OpenAI from 'openai';
import { redact } from './redact.ts';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return redact(choices[0]?.message.content ?? '');
}
export async function title(text: string) {
  const messages = [{ role: 'user' as const, content: text }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 20 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'one way out is guarded, another is not',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      files: {
        'redact.ts': `import { findPhoneNumbersInText } from 'libphonenumber-js';
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
}`,
      },
      code: `import OpenAI from 'openai';
const client = new OpenAI();
export async function reply(question: string) {
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content ?? '';
}`,
      shows: 'a redactor that nobody calls',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: `import OpenAI from 'openai';
import { SyncRedactor } from 'redact-pii';
const client = new OpenAI();
const redactor = new SyncRedactor();
export async function reply(question: string, show: (piece: string) => void) {
  const messages = [{ role: 'user' as const, content: question }];
  const stream = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800, stream: true });
  let text = '';
  for await (const { choices } of stream) {
    const piece = choices[0]?.delta.content ?? '';
    text += piece;
    show(piece);
  }
  return redactor.redact(text);
}`,
      shows: 'the whole reply is redacted after each piece of it was shown',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from presidio_analyzer import AnalyzerEngine
from presidio_anonymizer import AnonymizerEngine
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
analyzer = AnalyzerEngine()
anonymizer = AnonymizerEngine()
def redact(text: str) -> str:
    found = analyzer.analyze(text=text, language="en")
    return anonymizer.anonymize(text=text, analyzer_results=found).text
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": redact(answer.choices[0].message.content)}`,
    },
    {
      expect: 'fail',
      file: 'agent.py',
      code: `from presidio_analyzer import AnalyzerEngine
from fastapi import FastAPI
from openai import AsyncOpenAI
app = FastAPI()
client = AsyncOpenAI()
analyzer = AnalyzerEngine()
@app.post("/chat")
async def chat(question: str):
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    return {"reply": answer.choices[0].message.content}`,
      shows: 'an analyzer that is made and never asked hides nothing',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from openai import OpenAI
from presidio_analyzer import AnalyzerEngine
client = OpenAI()
analyzer = AnalyzerEngine()
def reply(question: str) -> str:
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    text = answer.choices[0].message.content
    if analyzer.analyze(text=text, language="en"):
        return "The answer holds personal data and cannot be shown."
    return text`,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from openai import OpenAI
from presidio_analyzer import AnalyzerEngine
from presidio_anonymizer import AnonymizerEngine
client = OpenAI()
analyzer = AnalyzerEngine()
anonymizer = AnonymizerEngine()
def reply(question: str) -> str:
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    text = answer.choices[0].message.content
    found = analyzer.analyze(text=text, entities=["PERSON", "EMAIL_ADDRESS"], language="en")
    return anonymizer.anonymize(text=text, analyzer_results=found).text`,
      shows: 'names and addresses are hidden; phone and card numbers are not looked for',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from openai import OpenAI
from llm_guard import scan_output
from llm_guard.output_scanners import Sensitive, Toxicity
SCANNERS = [Toxicity(), Sensitive(redact=True)]
client = OpenAI()
def reply(question: str) -> str:
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    text = answer.choices[0].message.content
    clean, valid, scores = scan_output(SCANNERS, question, text)
    return clean`,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from openai import OpenAI
from llm_guard import scan_output
from llm_guard.output_scanners import Sensitive, Toxicity
SCANNERS = [Toxicity(), Sensitive()]
client = OpenAI()
def reply(question: str) -> str:
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    text = answer.choices[0].message.content
    clean, valid, scores = scan_output(SCANNERS, question, text)
    return clean`,
      shows: 'this scanner tells of personal data, and leaves it where it is, unless it is told to redact',
    },
    {
      expect: 'pass',
      file: 'agent.py',
      code: `from openai import OpenAI
from guardrails import Guard, OnFailAction
from guardrails.hub import DetectPII
guard = Guard().use(DetectPII, pii_entities="pii", on_fail=OnFailAction.FIX)
client = OpenAI()
def reply(question: str) -> str:
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    text = answer.choices[0].message.content
    return guard.validate(text).validated_output`,
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from openai import OpenAI
from guardrails import Guard
from guardrails.hub import DetectPII, ValidLength
guard = Guard().use(ValidLength(max=2000, on_fail="fix")).use(DetectPII(pii_entities="pii"))
client = OpenAI()
def reply(question: str) -> str:
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    text = answer.choices[0].message.content
    return guard.validate(text).validated_output`,
      shows:
        'without an action on failure a validator of older versions changes nothing, and what is used first gives way to what is used next',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from llm_guard.output_scanners import Sensitive
from openai import OpenAI
client = OpenAI()
scanner = Sensitive(redact=True)
def reply(question: str):
    stream = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, stream=True, messages=[{"role": "user", "content": question}]
    )
    for chunk in stream:
        clean, valid, score = scanner.scan(question, chunk.choices[0].delta.content)
        yield clean`,
      shows: 'each chunk is clean, and a card number that spans two of them goes out whole',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: `from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from llm_guard.output_scanners import Sensitive
from openai import OpenAI
app = FastAPI()
client = OpenAI()
scanner = Sensitive(redact=True)
def pieces(question: str):
    text = ""
    stream = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, stream=True, messages=[{"role": "user", "content": question}]
    )
    for chunk in stream:
        piece = chunk.choices[0].delta.content or ""
        text += piece
        yield piece
    clean, valid, score = scanner.scan(question, text)
    keep(clean)
@app.post("/chat")
def chat(question: str):
    return StreamingResponse(pieces(question))`,
      shows: 'what is kept is redacted; what was streamed is not',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: HOLDING(`    const end = held.lastIndexOf(' ') + 1;
    if (end > 200) {
      show(redactor.redact(held.slice(0, end)));
      held = held.slice(end);
    }`),
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: HOLDING(`    if (held.length > 200 || held.endsWith('.')) {
      show(redactor.redact(held));
      held = '';
    }`),
      shows: 'what is held back is let go where enough has come, in the middle of a number as well',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: HOLDING(`    if (held.length > 64) {
      const ready = held.slice(0, -64);
      show(redactor.redact(ready));
      held = held.slice(-64);
    }`),
      shows: 'the border is anywhere',
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: HOLDING('    f0(held);\n    show(held);').replace('export async', `${CROWD}\nexport async`),
      shows: 'what takes too long to follow is not taken to be clean',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: CLEANING_IN_PYTHON(`def reply(question: str):
    messages = [{"role": "user", "content": question}]
    held = ""
    for chunk in client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, stream=True, messages=messages):
        held += chunk.choices[0].delta.content or ""
        if len(held) > 200:
            ready, held = held[:200], held[200:]
            yield clean(ready)
    yield clean(held)`),
      shows: 'pieces of 200 characters',
    },
    {
      expect: 'pass',
      file: 'agent.ts',
      code: SAVING('  await save(text);\n  res.json({ reply: clean(text), length: text.length });'),
    },
    {
      expect: 'partial',
      file: 'agent.ts',
      code: SAVING('  await save(clean(text));\n  res.json({ reply: text });'),
      shows: 'what is kept is clean, what the user gets is not',
    },
    {
      expect: 'partial',
      file: 'agent.py',
      code: CLEANING_IN_PYTHON(`@app.post("/chat")
def chat(question: str):
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    save(clean(answer.choices[0].message.content))
    return {"reply": answer.choices[0].message.content}`),
      shows: 'what is kept is clean, what the user gets is not',
    },
  ],
});
