// Twins of agents with a redactor whose text comes back beside the old one: the one hands out the cleaned text, and the other the old.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('guards-slots', 'SEC-01', {
  'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\npresidio-analyzer==2.2.0\npresidio-anonymizer==2.2.0\n',
  'package.json': '{ "dependencies": { "openai": "6.49.0", "express": "5.0.0", "redact-pii": "3.4.0" } }',
});

const ts = (body: string, top = ''): Files => ({
  'app.ts': `import express from 'express';
import OpenAI from 'openai';
import { SyncRedactor } from 'redact-pii';
const app = express();
const client = new OpenAI();
const redactor = new SyncRedactor();
const clean = (text: string) => redactor.redact(text);
${top}
app.post('/chat', async (req, res) => {
  const messages = [{ role: 'user' as const, content: req.body.question }];
  const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  const message = completion.choices[0].message;
  const text = message.content ?? '';
  ${body}
});`,
});

const py = (body: string, top = ''): Files => ({
  'agent.py': `from dataclasses import dataclass
from fastapi import FastAPI
from openai import OpenAI
from presidio_analyzer import AnalyzerEngine
from presidio_anonymizer import AnonymizerEngine
app = FastAPI()
client = OpenAI()
analyzer = AnalyzerEngine()
anonymizer = AnonymizerEngine()
def clean(text: str) -> str:
    found = analyzer.analyze(text=text, language="en")
    return anonymizer.anonymize(text=text, analyzer_results=found).text
${top}
@app.post("/chat")
def chat(question: str):
    answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}])
    message = answer.choices[0].message.model_dump()
    text = message["content"]
    ${body}
`,
});

const REPLY = `class Reply {
  clean: string;
  constructor(readonly raw: string) { this.clean = clean(raw); }
  shown() { return this.clean; }
  said() { return this.raw; }
}`;
const REPLY_PY = `class Reply:
    def __init__(self, raw):
        self.raw = raw
        self.clean = clean(raw)
    def shown(self):
        return self.clean
    def said(self):
        return self.raw`;
const BOTH = 'function scrub(text: string) { return { clean: clean(text), raw: text }; }';
const PAIR = 'function scrub(text: string): [string, string] { return [clean(text), text]; }';
const BOTH_PY = 'def scrub(text):\n    return {"clean": clean(text), "raw": text}';
const PAIR_PY = 'def scrub(text):\n    return clean(text), text';
const DATA_PY = '@dataclass\nclass Safe:\n    clean: str\n    raw: str\ndef scrub(text):\n    return Safe(clean=clean(text), raw=text)';

twins(
  'a redactor that gives both back',
  'SEC-01',
  {
    'in a class': ts('const reply = new Reply(text);\n  res.json({ reply: reply.clean });', REPLY),
    'in a class, by a method': ts('res.json({ reply: new Reply(text).shown() });', REPLY),
    'in an object': ts('res.json({ reply: scrub(text).clean });', BOTH),
    'in an object that is taken apart': ts('const { clean: reply } = scrub(text);\n  res.json({ reply });', BOTH),
    'in a pair': ts('const [reply] = scrub(text);\n  res.json({ reply });', PAIR),
    'in a class (Python)': py('reply = Reply(text)\n    return {"reply": reply.clean}', REPLY_PY),
    'in a class, by a method (Python)': py('return {"reply": Reply(text).shown()}', REPLY_PY),
    'in an object (Python)': py('out = scrub(text)\n    return {"reply": out["clean"]}', BOTH_PY),
    'in a pair (Python)': py('reply, _ = scrub(text)\n    return {"reply": reply}', PAIR_PY),
    'in a dataclass (Python)': py('return {"reply": scrub(text).clean}', DATA_PY),
  },
  {
    'in a class': ts('const reply = new Reply(text);\n  res.json({ reply: reply.raw });', REPLY),
    'in a class, by a method': ts('res.json({ reply: new Reply(text).said() });', REPLY),
    'in an object': ts('res.json({ reply: scrub(text).raw });', BOTH),
    'in an object that is taken apart': ts('const { raw, clean } = scrub(text);\n  void clean;\n  res.json({ reply: raw });', BOTH),
    'in an object, all of it': ts('const out = scrub(text);\n  res.json(out);', BOTH),
    'in an object, for some': ts('const out = scrub(text);\n  res.json({ reply: req.query.debug ? out.raw : out.clean });', BOTH),
    'in a pair': ts('const [, reply] = scrub(text);\n  res.json({ reply });', PAIR),
    'in a class (Python)': py('reply = Reply(text)\n    return {"reply": reply.raw}', REPLY_PY),
    'in a class, by a method (Python)': py('return {"reply": Reply(text).said()}', REPLY_PY),
    'in an object (Python)': py('out = scrub(text)\n    return {"reply": out.get("raw")}', BOTH_PY),
    'in an object, all of it (Python)': py('return scrub(text)', BOTH_PY),
    'in a pair (Python)': py('_, reply = scrub(text)\n    return {"reply": reply}', PAIR_PY),
    'in a pair, by its place (Python)': py('return {"reply": scrub(text)[1]}', PAIR_PY),
    'in a dataclass (Python)': py('return {"reply": scrub(text).raw}', DATA_PY),
  },
);

const SAFE = 'const safe = { content: clean(message.content ?? "") };\n  ';
const SAFE_PY = 'safe = {"content": clean(message["content"])}\n    ';

twins(
  'a copy that is cleaned',
  'SEC-01',
  {
    'and put over the old one': ts(`${SAFE}res.json({ ...message, ...safe });`),
    'and assigned over the old one': ts(`${SAFE}res.json(Object.assign({}, message, safe));`),
    'and put over the old one (Python)': py(`${SAFE_PY}return {**message, **safe}`),
  },
  {
    'under the old one': ts(`${SAFE}res.json({ ...safe, ...message });`),
    'to which the old one is assigned': ts(`${SAFE}res.json(Object.assign({}, safe, message));`),
    'under the old one (Python)': py(`${SAFE_PY}return {**safe, **message}`),
    'that is updated by the old one (Python)': py(`${SAFE_PY}safe.update(message)\n    return safe`),
    'with the old one after it (Python)': py(`${SAFE_PY}return safe | message`),
  },
);

const logged = (line: string): Files => ({
  'agent.ts': `import OpenAI from 'openai';
import pino from 'pino';
import { SyncRedactor } from 'redact-pii';
const client = new OpenAI();
const redactor = new SyncRedactor();
const clean = (text: string) => redactor.redact(text);
${BOTH}
const log = pino();
export async function reply(question: string) {
  const both = scrub(question);
  ${line}
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content;
}
`,
});

twins(
  'a line of the log',
  'SEC-09',
  { 'with the cleaned text': logged("log.info({ question: both.clean }, 'asked');") },
  { 'with the text beside it': logged("log.info({ question: both.raw }, 'asked');") },
);
