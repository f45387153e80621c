// A redactor that works, and a reply that goes past it: which of two texts leaves the agent?
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { audit } from '../src/audit.ts';
import { openShelf } from './support/lay-out.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const shelf = openShelf('raw-ways');

async function statusOf(files: Readonly<Record<string, string>>): Promise<string | undefined> {
  const { items } = await audit(shelf.layOut(files));
  return items.find(item => item.code === 'SEC-01')?.status;
}

const TS = (code: string): Readonly<Record<string, string>> => ({
  'agent.ts': `import express from 'express';
import OpenAI from 'openai';
import { SyncRedactor } from 'redact-pii';
import { save } from './store.ts';
const app = express();
const client = new OpenAI();
const redactor = new SyncRedactor();
const clean = (text: string) => redactor.redact(text);
${code}`,
});
const ASKED = "await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 })";
const REPLY = (body: string): Readonly<Record<string, string>> =>
  TS(`export async function reply(messages: OpenAI.ChatCompletionMessageParam[]) {
  const answer = ${ASKED};
  const message = answer.choices[0].message;
  const text = message.content ?? '';
${body}
}`);
const SERVED = (body: string, before = ''): Readonly<Record<string, string>> =>
  TS(`${before}
app.post('/chat', async (req, res) => {
  const messages = [{ role: 'user' as const, content: req.body.question }];
  const asked = client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
${body}
});`);
const PYTHON = (body: string, before = ''): Readonly<Record<string, string>> => ({
  'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\n',
  'agent.py': `from fastapi import BackgroundTasks, FastAPI
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
${before}
@app.post("/chat")
def chat(question: str, tasks: BackgroundTasks):
    answer = client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    text = answer.choices[0].message.content or ""
${body}
`,
});
const TEXT = "  const text = (await asked).choices[0]?.message.content ?? '';\n";
const TEXTS = "  const texts = asked.then(answer => answer.choices[0]?.message.content ?? '');\n";
const KEEP = 'function keep(safe: string, raw: string) { save(safe); return raw; }\n';
const SEND = (sent: string): string =>
  `function send(res: express.Response, safe: string, raw: string) { res.json({ reply: ${sent} }); }\n`;

const GOOD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the cleaned text, and what the answer cost': REPLY('  return { reply: clean(text), usage: answer.usage };'),
  'the message with the cleaned text in it': REPLY('  return { ...message, content: clean(text) };'),
  'the answer that was changed': REPLY("  message.content = clean(message.content ?? '');\n  return message;"),
  'the one of two members': REPLY('  const both = { safe: clean(text), raw: text };\n  await save(both.raw);\n  return both.safe;'),
  'a text where there is none': REPLY('  return text ? clean(text) : text;'),
  'both are cleaned': REPLY('  await save(clean(text));\n  return clean(text);'),
  'a chain of promises': SERVED(`${TEXTS}  texts.then(clean).then(safe => res.json({ reply: safe }));`),
  'two chains': SERVED(`${TEXTS}  texts.then(save);\n  texts.then(clean).then(safe => res.json({ reply: safe }));`),
  'a sender of the cleaned text': SERVED(`${TEXT}  send(res, clean(text), text);`, SEND('safe')),
  'a member that was given the cleaned text': PYTHON('    out = {"reply": text}\n    out["reply"] = clean(text)\n    return out'),
  'the raw text is only kept': PYTHON('    tasks.add_task(save, answer)\n    return {"reply": clean(text), "model": answer.model}'),
};

const BAD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the whole answer beside it': REPLY('  return { reply: clean(text), answer };'),
  'the message, with one member more': REPLY('  return { ...message, safe: clean(text) };'),
  'the message over the cleaned text': REPLY('  return { content: clean(text), ...message };'),
  'an object with both': REPLY('  const out = { reply: clean(text), raw: text };\n  return out;'),
  'the other of two members': REPLY('  const both = { safe: clean(text), raw: text };\n  await save(both.safe);\n  return both.raw;'),
  'a text around it': REPLY(`  await save(clean(text));\n  return \`Bot: \${text}\`;`),
  'for some': REPLY('  return text.length < 100 ? text : clean(text);'),
  'a function that keeps the one and gives the other back': TS(`${KEEP}export async function reply(messages) {
  const text = (${ASKED}).choices[0]?.message.content ?? '';
  return keep(clean(text), text);
}`),
  'a promise that is cleaned beside it': SERVED(
    `${TEXTS}  texts.then(clean).then(save);\n  texts.then(text => res.json({ reply: text }));`,
  ),
  'a promise that ends with the raw text': TS(`export async function reply(messages) {
  const text = (${ASKED}).choices[0]?.message.content ?? '';
  return Promise.resolve(text).then(clean).then(save).then(() => text);
}`),
  'a callback that drops it': TS(`export const reply = messages =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 })
    .then(answer => answer.choices[0]?.message.content ?? '')
    .then(text => { clean(text); return text; });`),
  'a sender of the raw text': SERVED(`${TEXT}  send(res, clean(text), text);`, SEND('raw')),
  'one of two formats': SERVED(`${TEXT}  if (req.query.html) return res.send(\`<p>\${text}</p>\`);\n  res.json({ reply: clean(text) });`),
  'the answer as it came': PYTHON('    save(clean(text))\n    return answer'),
  'a member more': PYTHON('    out = {"reply": text}\n    out["safe"] = clean(text)\n    return out'),
  'a task in the background': PYTHON('    tasks.add_task(lambda: save(clean(text)))\n    return {"reply": text}'),
  'a text with it inside': PYTHON('    save(clean(text))\n    return {"reply": f"Bot: {text}"}'),
  'a function that gives the other back': PYTHON(
    '    return {"reply": keep(safe=clean(text), raw=text)}',
    'def keep(*, safe, raw):\n    save(safe)\n    return raw',
  ),
};

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await statusOf({ 'agent.py': 'import openai\n' })));

describe('the cleaned text is what leaves the agent', () => {
  test.each(Object.entries(GOOD))('%s', async (_, files) => expect(await statusOf(files)).toBe('pass'));
});
describe('the raw text leaves the agent', () => {
  test.each(Object.entries(BAD))('%s', async (_, files) => expect(await statusOf(files)).toBe('partial'));
});

const PATTERNS = (flags: string): Readonly<Record<string, string>> => ({
  'agent.ts': String.raw`import OpenAI from 'openai';
import { findPhoneNumbersInText } from 'libphonenumber-js';
const client = new OpenAI();
function luhn(digits: string): boolean {
  const values = [...digits].reverse().map((digit, at) => Number(digit) * (at % 2 === 0 ? 1 : 2));
  return values.reduce((sum, value) => sum + (value > 9 ? value - 9 : value), 0) % 10 === 0;
}
function redact(text: string): string {
  const safe = text
    .replace(/[\p{L}\d.+-]+@(?!\dx\.)[\p{L}\d-]+(?:\.[\p{L}\d-]+)+(?![\p{L}\d:])/${flags}u, '[e-mail]')
    .replace(/\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?\b/g, '[account]')
    .replace(/(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])/g, found => (luhn(found.replace(/\D/g, '')) ? '[card]' : found))
    .replace(/(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g, '[id]');
  const phones = findPhoneNumbersInText(safe, 'US').reverse();
  return phones.reduce((line, { startsAt, endsAt }) => line.slice(0, startsAt) + '[phone]' + line.slice(endsAt), safe);
}
export async function reply(messages: OpenAI.ChatCompletionMessageParam[]) {
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return redact(choices[0]?.message.content ?? '');
}`,
});
test('every address is hidden', async () => expect(await statusOf(PATTERNS('g'))).toBe('pass'));
test('only the first address is hidden', async () => expect(await statusOf(PATTERNS(''))).toBe('partial'));
