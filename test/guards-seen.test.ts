// Twins of agents with a guard of what comes in: in the one it looks at all that the model gets, in the other something goes past it.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('guards-seen', 'SEC-02', {
  'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\n',
  'package.json': '{ "dependencies": { "openai": "6.49.0", "express": "5.0.0", "zod": "4.1.0" } }',
});

const GUARD = (parameter: string, messages: string): string => `import { log } from './log.ts';
export async function isAttack(${parameter}): Promise<boolean> {
  try {
    const headers = { Authorization: \`Bearer \${process.env.LAKERA_GUARD_API_KEY}\`, 'Content-Type': 'application/json' };
    const options = { method: 'POST', headers, body: JSON.stringify({ messages: ${messages} }), signal: AbortSignal.timeout(3000) };
    const response = await fetch('https://api.lakera.ai/v2/guard', options);
    return (await response.json()).flagged !== false;
  } catch (err) {
    log.error({ err }, 'guard unreachable');
    return true;
  }
}`;

/** A route of Express. @param given what the guard is given @param messages what the model is given */
const ts = (given: string, messages: string, before = '', guard = GUARD('text: unknown', 'text'), more = ''): Files => ({
  'guard.ts': guard,
  'app.ts': `${more}import express from 'express';
import OpenAI from 'openai';
import { isAttack } from './guard.ts';
const app = express();
const client = new OpenAI();
const SYSTEM = 'You are a support agent.';
app.post('/chat', async (req, res) => {
  ${before}
  if (await isAttack(${given})) return res.status(400).json({ error: 'I cannot help with that.' });
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages: ${messages}, max_completion_tokens: 800 });
  res.json({ reply: choices[0]?.message.content ?? '' });
});
app.listen(3000);
`,
});
const user = (content: string): string => `[{ role: 'system', content: SYSTEM }, { role: 'user', content: ${content} }]`;
const ALL = 'const { messages } = req.body;';

/** The model is asked in a function of its own, which is given a name as well. */
const apart = (given: string): Files => ({
  'guard.ts': GUARD('text: unknown', 'text'),
  'agent.ts': `import OpenAI from 'openai';
const client = new OpenAI();
export async function answer(input: { name: string; message: string }) {
  const messages = [{ role: 'user' as const, content: input.message }];
  const { choices } = await client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 });
  return choices[0]?.message.content;
}`,
  'app.ts': `import express from 'express';
import { answer } from './agent.ts';
import { isAttack } from './guard.ts';
const app = express();
app.post('/chat', async (req, res) => {
  if (await isAttack(${given})) return res.status(400).json({ error: 'I cannot help with that.' });
  res.json({ reply: await answer({ name: req.body.name, message: req.body.message }) });
});
`,
});

const py = (given: string, messages: string, refuse = 'raise HTTPException(400, "This cannot be answered")'): Files => ({
  'agent.py': `from fastapi import FastAPI, HTTPException
from openai import AsyncOpenAI
from pydantic import BaseModel
from transformers import pipeline
app = FastAPI()
client = AsyncOpenAI()
classifier = pipeline("text-classification", model="protectai/deberta-v3-base-prompt-injection-v2")
SYSTEM = "You are a support agent."
class Ask(BaseModel):
    name: str
    message: str
    age: int
    messages: list[dict]
@app.post("/chat")
async def chat(body: Ask):
    if classifier(${given})[0]["label"] == "INJECTION":
        ${refuse}
    answer = await client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, messages=${messages})
    return {"reply": answer.choices[0].message.content}
`,
});
const userPy = (content: string): string => `[{"role": "system", "content": SYSTEM}, {"role": "user", "content": ${content}}]`;
const asserted: Files = {
  'agent.py': (py('body.message', userPy('body.message'))['agent.py'] ?? '').replace(
    /if classifier[^\n]*\n[^\n]*\n/,
    'assert classifier(body.message)[0]["label"] != "INJECTION"\n',
  ),
};

twins(
  'a guard',
  'SEC-02',
  {
    'of the message': ts('req.body.message', user('req.body.message')),
    'of the message, by other names': ts('text', user('message'), 'const { message } = req.body;\n  const text = String(message).trim();'),
    'of the whole request': ts('req.body', user('req.body.message')),
    'of all messages': ts('messages', `[{ role: 'system', content: SYSTEM }, ...messages]`, ALL),
    'of the texts of all messages': ts("messages.map(m => m.content).join('\\n')", 'messages', ALL),
    'of as much as the model gets': ts('text', user('text'), 'const text = req.body.message.slice(0, 2000);'),
    'of two fields together': ts("req.body.name + ' ' + req.body.message", user("req.body.name + ' asks: ' + req.body.message")),
    'of two fields, one by one': ts('req.body.name) || await isAttack(req.body.message', user("req.body.name + ': ' + req.body.message")),
    'of what is new, beside what is stored': ts(
      'req.body.message',
      `[...history, { role: 'user', content: req.body.message }]`,
      'const history = await load(req.body.id);',
    ),
    'of a checked message': ts('message', user('message'), 'const { message } = Schema.parse(req.body);'),
    'of the message that a function sends': apart('req.body.message'),
    'piece by piece': {
      ...ts('', user('text'), 'const text = String(req.body.message);'),
      'app.ts': (ts('text.slice(at, at + 4000)', user('text'), 'const text = String(req.body.message);')['app.ts'] ?? '').replace(
        'if (await',
        'for (let at = 0; at < text.length; at += 4000) if (await',
      ),
    },
    'past which one of two languages comes': ts(
      'message',
      user("'In ' + language + ': ' + message"),
      "const { message, language } = z.object({ message: z.string(), language: z.enum(['en', 'de']) }).parse(req.body);",
      undefined,
      "import { z } from 'zod';\n",
    ),
    'of the texts of the user': ts("messages.filter(m => m.role === 'user').map(m => m.content).join(' ')", 'messages', ALL),
    'past which a number comes (Python)': py('body.message', userPy('f"{body.age}: {body.message}"')),
    'of the message (Python)': py('body.message', userPy('body.message')),
    'of the texts of all messages (Python)': py('"\\n".join(m["content"] for m in body.messages)', 'body.messages'),
  },
  {
    'of another field': ts('req.body.name', user('req.body.message')),
    'of another checked field': ts('name', user('message'), 'const { name, message } = Schema.parse(req.body);'),
    'of a header': ts("req.headers['user-agent']", user('req.body.message')),
    'of the system prompt': ts('SYSTEM', user('req.body.message')),
    'of the first message': ts('messages[0].content', 'messages', ALL),
    'of the last message of many': ts('messages.at(-1).content', 'messages', ALL),
    'of the beginning': ts('req.body.message.slice(0, 100)', user('req.body.message')),
    'of the first line': ts("text.split('\\n')[0]", user('text'), 'const text = String(req.body.message);'),
    'of the first word': ts('req.body.message.match(/^\\w+/)[0]', user('req.body.message')),
    'of what no user wrote': ts("messages.filter(m => m.role === 'system').map(m => m.content).join(' ')", 'messages', ALL),
    'past which any language comes': ts(
      'message',
      user("'In ' + language + ': ' + message"),
      'const { message, language } = z.object({ message: z.string(), language: z.string() }).parse(req.body);',
      undefined,
      "import { z } from 'zod';\n",
    ),
    'that takes the first message': ts('messages', 'messages', ALL, GUARD('all: { content: string }[]', '[all[0]]')),
    'that takes the beginning': ts('req.body.message', user('req.body.message'), '', GUARD('text: string', 'text.slice(0, 500)')),
    'past which a history comes': ts('req.body.message', `[...req.body.history, { role: 'user', content: req.body.message }]`),
    'past which a name comes': ts('req.body.message', user("req.body.name + ' asks: ' + req.body.message")),
    'of another field than a function sends': apart('req.body.name'),
    'of another field (Python)': py('body.name', userPy('body.message')),
    'of the first message (Python)': py('body.messages[0]["content"]', 'body.messages'),
    'of the last message of many (Python)': py('body.messages[-1]["content"]', 'body.messages'),
    'of the beginning (Python)': py('body.message[:100]', userPy('body.message')),
    'past which messages come (Python)': py('body.message', '[*body.messages, {"role": "user", "content": body.message}]'),
    'whose verdict is only printed (Python)': py('body.message', userPy('body.message'), 'print("attack", body.message)'),
    'whose verdict is asserted (Python)': asserted,
  },
);
