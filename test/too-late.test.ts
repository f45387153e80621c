// Checks that come too late: behind a `yield`, behind `await next()`, or when the text has gone out or the model was asked.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('too-late', 'SEC-01', {
  'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\n',
});

const ASK = (stream = ''): string =>
  `client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, ${stream}messages=[{"role": "user", "content": question}])`;
const TEXT = `    text = ${ASK()}.choices[0].message.content or ""\n`;
const py = (body: string, scanner = 'input_scanners import PromptInjection as Scanner'): Files => ({
  'agent.py': `import os
import redis
from contextlib import contextmanager
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from llm_guard.${scanner}
from openai import OpenAI
from presidio_analyzer import AnalyzerEngine
from presidio_anonymizer import AnonymizerEngine
from accounts import current_user
from store import save
app = FastAPI()
client = OpenAI()
scanner = Scanner()
store = redis.from_url(os.environ["REDIS_URL"])
analyzer = AnalyzerEngine()
anonymizer = AnonymizerEngine()
def clean(text: str) -> str:
    return anonymizer.anonymize(text=text, analyzer_results=analyzer.analyze(text=text, language="en")).text
def charge(who):
    used = store.incr(f"requests:{who}")
    if used == 1:
        store.expire(f"requests:{who}", 86400)
    if used > 50:
        raise HTTPException(429)
${body}
`,
});
const SCAN = (what: string): string =>
  `    safe, valid, score = scanner.scan(${what})\n    if not valid:\n        raise HTTPException(400)\n`;
const CHAT = (given: string, body: string): string =>
  `@app.post("/chat")\ndef chat(question: str${given}):\n${body}    return {"reply": text}`;
const QUOTA = (body: string): string => `def quota(user=Depends(current_user)):\n${body}${CHAT(', user=Depends(quota)', TEXT)}`;
const WITH_QUOTA = (body: string): string =>
  `@contextmanager\ndef quota(user):\n${body}${CHAT(', user=Depends(current_user)', `    with quota(user):\n    ${TEXT}`)}`;
const SENSITIVE = 'output_scanners import Sensitive as Scanner';
const PIECES = `def pieces(question):\n    for chunk in ${ASK('stream=True, ')}:\n        yield chunk.choices[0].delta.content or ""\n`;
const HONO = (body: string): Files => ({
  'agent.ts': `import { Hono } from 'hono';
import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from '@upstash/redis';
import OpenAI from 'openai';
import { auth } from './auth.ts';
const perUser = new Ratelimit({ redis: Redis.fromEnv(), limiter: Ratelimit.slidingWindow(50, '1 d'), timeout: 0 });
const client = new OpenAI();
const app = new Hono();
app.use('/chat', auth);
app.use('/chat', async (c, next) => {
${body}
});
app.post('/chat', async c => {
  const { question } = await c.req.json();
  const messages = [{ role: 'user' as const, content: question }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return c.json({ reply: choices[0]?.message.content });
});
export default app;
`,
});
const LIMITED = "  const { success } = await perUser.limit(c.get('user').id);\n  if (!success) return c.json({ reply: 'Enough' }, 429);";
const ts = (body: string): Files => ({
  'agent.ts': `import OpenAI from 'openai';
import { SyncRedactor } from 'redact-pii';
import { save } from './store.ts';
const client = new OpenAI();
const redactor = new SyncRedactor();
export async function* reply(messages: OpenAI.ChatCompletionMessageParam[]) {
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  let text = choices[0]?.message.content ?? '';
${body}
}`,
});

twins(
  'a limit',
  'COST-03',
  {
    'before the yield of a dependency': py(QUOTA('    charge(user.id)\n    yield user\n')),
    'before the yield of a context': py(WITH_QUOTA('    charge(user.id)\n    yield user\n')),
    'before the next one': HONO(`${LIMITED}\n  await next();`),
    'behind a way round it': HONO(`  if (c.req.path === '/health') return next();\n${LIMITED}\n  await next();`),
  },
  {
    'behind the yield of a dependency': py(QUOTA('    yield user\n    charge(user.id)\n')),
    'behind the yield of a context': py(WITH_QUOTA('    yield user\n    charge(user.id)\n')),
    'in the end of a context': py(WITH_QUOTA('    try:\n        yield user\n    finally:\n        charge(user.id)\n')),
    'behind the next one': HONO(`  await next();\n${LIMITED}`),
  },
);

twins(
  'a guard',
  'SEC-02',
  {
    'before the model': py(CHAT('', `${SCAN('question')}${TEXT}`)),
    'in a dependency': py(`def guard(question: str):\n${SCAN('question')}    return question\n${CHAT(' = Depends(guard)', TEXT)}`),
  },
  {
    'behind the model': py(CHAT('', `${TEXT}${SCAN('question')}`)),
    'behind the yield of a dependency': py(
      `def guard(question: str):\n    yield question\n${SCAN('question')}${CHAT(' = Depends(guard)', TEXT)}`,
    ),
    'over a text of the code': py(`SYSTEM = "Be brief."\n${CHAT('', `${SCAN('SYSTEM')}${TEXT}`)}`),
  },
);

twins(
  'a redactor',
  'SEC-01',
  {
    'before the text goes out': py(`def reply(question: str):\n${TEXT}    yield clean(text)`),
    'whose text takes the place of the old one': ts('  text = redactor.redact(text);\n  yield text;'),
    'that stops the text': py(`def reply(question: str):\n${TEXT}${SCAN('question, text')}    yield text`, SENSITIVE),
  },
  {
    'behind the text': py(`def reply(question: str):\n${TEXT}    yield text\n    text = clean(text)\n    yield "done"`),
    'for the last event': py(
      `def reply(question: str):\n${TEXT}    yield {"data": text}\n    text = clean(text)\n    yield {"data": text}`,
    ),
    'of what is saved': ts('  yield text;\n  text = redactor.redact(text);\n  await save(text);'),
    'that stops the text when it is out': py(`def reply(question: str):\n${TEXT}    yield text\n${SCAN('question, text')}`, SENSITIVE),
    'behind the pieces, in another function': py(
      `def whole(parts):\n    text = ""\n    for part in parts:\n        text += part\n        yield part\n    yield clean(text)\n${PIECES}@app.post("/chat")\ndef chat(question: str):\n    return StreamingResponse(whole(pieces(question)))`,
    ),
  },
);
