// Twins of agents with limits: the one passes an item, and the other, which differs in one respect, must not.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('limits-twins', 'COST-02', {
  'requirements.txt': 'openai==1.99.0\nfastapi==0.115.0\n',
  'package.json': '{ "dependencies": { "openai": "6.49.0", "ioredis": "5.4.0" } }',
});

interface Parts {
  readonly key?: string;
  readonly asked?: string;
  readonly charged?: string;
  /** Code of the file, and what is imported for it. */
  readonly top?: string;
  /** The parameters of the handler, or what stands at its beginning. */
  readonly given?: string;
}

/** A route of FastAPI with a count in Redis. */
const py = ({
  key,
  asked = 'used > 200_000',
  charged = 'key',
  top = '',
  given = 'question: str, user=Depends(current_user)',
}: Parts): Files => ({
  'agent.py': `import os
import time
import jwt
import redis.asyncio as redis
from datetime import date, datetime, timezone
from typing import Annotated
from uuid import uuid4
from fastapi import Body, Depends, FastAPI, Header, HTTPException, Request, Security
from openai import AsyncOpenAI
from pydantic import BaseModel
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
store = redis.from_url(os.environ["REDIS_URL"])
${top}
@app.post("/chat")
async def chat(${given}):
    key = ${key ?? 'f"tokens:{user.id}:{date.today().isoformat()}"'}
    used = int(await store.get(key) or 0)
    if ${asked}:
        raise HTTPException(429, "Budget reached")
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    await store.incrby(${charged}, answer.usage.total_tokens)
    await store.expire(key, 86400)
    return {"reply": answer.choices[0].message.content}
`,
});

/** A route handler with a count in Redis. */
const ts = ({
  key = `\`tokens:\${session.user.id}:\${today()}\``,
  asked = 'used > LIMIT',
  charged = 'key',
  top = '',
  given = `const session = await auth();
  if (!session?.user) return new Response('Please sign in', { status: 401 });
  const { question } = await request.json();`,
}: Parts): Files => ({
  'app/api/chat/route.ts': `import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import OpenAI from 'openai';
import { auth } from '../../../auth.ts';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
const LIMIT = 200_000;
const today = () => new Date().toISOString().slice(0, 10);
${top}
export async function POST(request: Request) {
  ${given}
  const key = ${key};
  const used = Number(await redis.get(key));
  if (${asked}) return new Response('Enough for today', { status: 429 });
  const { choices, usage } = await client.chat.completions.create({
    model: 'gpt-5.6', max_completion_tokens: 800, messages: [{ role: 'user', content: question }],
  });
  await redis.incrby(${charged}, usage?.total_tokens ?? 0);
  await redis.expire(key, 172_800);
  return Response.json({ reply: choices[0]?.message.content });
}
`,
});

/** A limit in functions of its own: who is let in, what is charged, and both for whom. */
const pyApart = (admit: string, charge = 'user.id', given = 'user.id', top = ''): Files => ({
  'agent.py': `import os
import redis.asyncio as redis
from datetime import date
from fastapi import Depends, FastAPI, HTTPException
from openai import AsyncOpenAI
from accounts import current_user
app = FastAPI()
client = AsyncOpenAI()
store = redis.from_url(os.environ["REDIS_URL"])
${top}
def key_of(who):
    return f"tokens:{who}:{date.today().isoformat()}"
async def admit(who):
${admit}
async def charge(who, tokens):
    await store.incrby(key_of(who), tokens)
@app.post("/chat")
async def chat(question: str, user=Depends(current_user)):
    await admit(${given})
    answer = await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    await charge(${charge}, answer.usage.total_tokens)
    return {"reply": answer.choices[0].message.content}
`,
});
const ADMIT = '        if int(await store.get(key_of(who)) or 0) > 200_000:\n            raise HTTPException(429, "Budget reached")';

/** A question that a function answers. */
const tsAsked = (answer: string, refuses: string): Files =>
  ts({
    top: `async function check(userId: string) {
  const used = Number(await redis.get(\`tokens:\${userId}:\${today()}\`));
  ${answer}
}`,
    given: `const session = await auth();
  const { question } = await request.json();
  const quota = await check(session.user.id);`,
    asked: refuses,
  });

twins(
  'a comparison',
  'COST-02',
  {
    'that refuses above the limit (Python)': py({}),
    'that is turned round (Python)': py({ asked: 'not 200_000 > used' }),
    'that refuses above the limit': ts({}),
    'of what is allowed': tsAsked('return { allowed: used < LIMIT };', '!quota.allowed'),
    'in two returns': tsAsked('if (used > LIMIT) return { ok: false };\n  return { ok: true };', 'quota.ok === false'),
  },
  {
    'that refuses below the limit (Python)': py({ asked: 'used < 200_000' }),
    'that is turned round once too often (Python)': py({ asked: 'not 200_000 < used' }),
    'that refuses below the limit': ts({ asked: 'used < LIMIT' }),
    'of what is left, the wrong way': ts({ asked: 'LIMIT - used > 10' }),
    'of what is allowed, which is refused': tsAsked('return { allowed: used < LIMIT };', 'quota.allowed'),
    'in two returns, the wrong way': tsAsked('if (used > LIMIT) return { ok: true };\n  return { ok: false };', '!quota.ok'),
  },
);

const BUCKET = (asked: string): Files =>
  ts({
    top: 'const buckets = new Map<string, number>();\nsetInterval(() => buckets.clear(), 60_000);',
    given: `const session = await auth();
  const { question } = await request.json();
  const left = buckets.get(session.user.id) ?? 10;
  if (${asked}) return new Response('Slowly', { status: 429 });
  buckets.set(session.user.id, left - 1);`,
  });
twins('a count of what is left', 'COST-03', { 'that is lowered': BUCKET('left < 2') }, {});

twins(
  'what is charged',
  'COST-02',
  {
    'goes to the key that is read, written out again (Python)': py({ charged: 'f"tokens:{user.id}:{date.today().isoformat()}"' }),
    'goes to the key that is read, written out again': ts({ charged: `\`tokens:\${session.user.id}:\${today()}\`` }),
    'is charged by a function (Python)': pyApart(ADMIT.replace(/^ {4}/gm, '')),
  },
  {
    'goes to one count of all (Python)': py({ charged: 'f"tokens:all:{date.today().isoformat()}"' }),
    'goes to a key of the question (Python)': py({ charged: 'f"tokens:{question}:{date.today().isoformat()}"' }),
    'goes to another prefix (Python)': py({ charged: 'f"spent:{user.id}:{date.today().isoformat()}"' }),
    'is charged to a constant by a function (Python)': pyApart(ADMIT.replace(/^ {4}/gm, ''), '"all"'),
    'goes to one count of all': ts({ charged: "'tokens:all'" }),
    'goes to the team': ts({ charged: `\`tokens:\${session.user.teamId}:\${today()}\`` }),
    'goes to what the client sends': ts({ charged: `\`tokens:\${question}:\${today()}\`` }),
  },
);

twins(
  'a refusal',
  'COST-02',
  {
    'with a finally that looks on (Python)': pyApart(`    try:\n${ADMIT}\n    finally:\n        print("looked")`),
  },
  {
    'that a finally takes back (Python)': pyApart(`    try:\n${ADMIT}\n    finally:\n        return`),
    'that a finally takes back at times (Python)': pyApart(`    try:\n${ADMIT}\n    finally:\n        if who:\n            return True`),
    'that a jump in a finally takes back (Python)': pyApart(`    while True:\n      try:\n${ADMIT}\n      finally:\n          break`),
    'in a generator that nobody runs (Python)': {
      'agent.py': (pyApart(`    yield "looking"\n${ADMIT.replace(/^ {4}/gm, '')}`)['agent.py'] ?? '').replace('await admit(', 'admit('),
    },
    'that a finally takes back': ts({
      top: `async function admit(userId: string) {
  try {
    if (Number(await redis.get(\`tokens:\${userId}:\${today()}\`)) > LIMIT) throw new Error('budget');
  } finally {
    return;
  }
}`,
      given: `const session = await auth();
  const { question } = await request.json();
  await admit(session.user.id);`,
      asked: 'question === ""',
    }),
    'after the first chunk': {
      'agent.ts': `import { Redis } from 'ioredis';
import OpenAI from 'openai';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
export async function* reply(userId: string, question: string) {
  const key = \`tokens:\${userId}:\${new Date().toISOString().slice(0, 10)}\`;
  const messages = [{ role: 'user' as const, content: question }];
  const stream = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, stream: true, messages });
  for await (const chunk of stream) {
    yield chunk.choices[0]?.delta.content ?? '';
    await redis.incrby(key, chunk.usage?.total_tokens ?? 0);
    if (Number(await redis.get(key)) > 200_000) return;
  }
}`,
    },
  },
);

const BY = (who: string): string => `f"tokens:{${who}}:{date.today().isoformat()}"`;
const DECODED = 'def who(authorization: str = Header()):\n    return jwt.decode(authorization, ';
twins(
  'a user of FastAPI',
  'COST-02',
  {
    'of a dependency by a name for its type': py({
      top: 'class User(BaseModel):\n    id: str\nCurrentUser = Annotated[User, Depends(current_user)]',
      given: 'question: str, user: CurrentUser',
    }),
    'of a dependency with scopes': py({
      top: 'class User(BaseModel):\n    id: str',
      given: 'question: str, user: User = Security(current_user, scopes=["chat"])',
    }),
    'of a token that is verified': py({
      key: BY("user['sub']"),
      top: `${DECODED}os.environ["SECRET"], algorithms=["HS256"])`,
      given: 'question: str, user=Depends(who)',
    }),
    'whom a service names that has the key': py({
      key: BY('body.user_id'),
      top: `class Ask(BaseModel):\n    user_id: str\ndef service(x_key: str = Header()):\n    if x_key != os.environ["SERVICE_KEY"]:\n        raise HTTPException(401)`,
      given: 'question: str, body: Ask, caller=Depends(service)',
    }),
  },
  {
    'who names another one': py({
      key: BY('body.user_id'),
      top: `class Ask(BaseModel):\n    user_id: str\n${DECODED}os.environ["SECRET"], algorithms=["HS256"])`,
      given: 'question: str, body: Ask, caller=Depends(who)',
    }),
    'who is a parameter': py({ key: BY('user_id'), given: 'question: str, user_id: str' }),
    'who is a header': py({ key: BY('user'), given: 'question: str, user: str = Header(alias="X-User")' }),
    'who stands in the body': py({
      key: BY('body.user_id'),
      top: 'class Ask(BaseModel):\n    user_id: str\ndef get_db():\n    return store',
      given: 'question: str, body: Ask, db=Depends(get_db)',
    }),
    'whom a dependency reads from a header': py({
      key: BY('user'),
      top: 'def who(x_user_id: str = Header()):\n    return x_user_id',
      given: 'question: str, user=Depends(who)',
    }),
    'whom a dependency makes of a header': py({
      top: 'class User(BaseModel):\n    id: str\ndef who(request: Request):\n    return User(id=request.headers["x-user"])',
      given: 'question: str, user=Depends(who)',
    }),
    'of a token that nobody verified': py({
      key: BY("user['sub']"),
      top: `${DECODED}options={"verify_signature": False})`,
      given: 'question: str, user=Depends(who)',
    }),
    'whom a middleware takes from a header': py({
      key: BY('request.state.user_id'),
      top: '@app.middleware("http")\nasync def who(request: Request, call_next):\n    request.state.user_id = request.headers["x-user"]\n    return await call_next(request)',
      given: 'request: Request, question: str',
    }),
  },
);

/** A route of Express. @param who the user in the key */
const express = (who: string, top = ''): Files => ({
  'server.ts': `import express from 'express';
import { Redis } from 'ioredis';
import jwt from 'jsonwebtoken';
import { jwtDecode } from 'jwt-decode';
import OpenAI from 'openai';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
const app = express().use(express.json());
${top}
app.post('/chat', async (request, response) => {
  const key = \`tokens:\${${who}}:\${new Date().toISOString().slice(0, 10)}\`;
  if (Number(await redis.get(key)) > 200_000) return response.status(429).send('Enough for today');
  const messages = [{ role: 'user' as const, content: request.body.question }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-5.6', max_completion_tokens: 800, messages });
  await redis.incrby(key, usage?.total_tokens ?? 0);
  response.json({ reply: choices[0]?.message.content });
});
`,
});
const PUT = (who: string): string => `app.use((request, response, next) => { request.user = { id: ${who} }; next(); });`;
twins(
  'a user of Express',
  'COST-02',
  {
    'whom a middleware knows': express('request.user.id', PUT('jwt.verify(request.headers.authorization, process.env.SECRET).sub')),
    'of a verified token': express('jwt.verify(request.headers.authorization, process.env.SECRET).sub'),
    'who wrote to a bot': express('request.body.message.from.id'),
  },
  {
    'in the body': express('request.body.user.id'),
    'whom a middleware takes from a header': express('request.user.id', PUT("request.headers['x-user']")),
    'of a token that is only read': express('jwt.decode(request.headers.authorization).sub'),
    'of a token that is only read by another package': express('jwtDecode(request.headers.authorization).sub'),
  },
);

twins(
  'a key of an hour',
  'COST-04',
  {
    'of Python': py({ key: 'f"tokens:{datetime.now(timezone.utc).strftime(\'%Y-%m-%dT%H\')}"' }),
    'by division (Python)': py({ key: 'f"tokens:{int(time.time() // 3600)}"' }),
    'of TypeScript': ts({ key: `\`tokens:\${new Date().toISOString().slice(0, 13)}\`` }),
    'by division': ts({ key: `\`tokens:\${Math.floor(Date.now() / 3_600_000)}\`` }),
  },
  {
    'that is one of a second (Python)': py({ key: 'f"tokens:{datetime.now().strftime(\'%Y-%m-%dT%H:%M:%S\')}"' }),
    'that is one of a second, by division (Python)': py({ key: 'f"tokens:{int(time.time() // 1)}"' }),
    'and a charge to the day (Python)': py({
      key: 'f"tokens:{datetime.now(timezone.utc).strftime(\'%Y-%m-%dT%H\')}"',
      charged: 'f"tokens:{date.today().isoformat()}"',
    }),
    'that is one of a second': ts({ key: `\`tokens:\${new Date().toISOString().slice(0, 19)}\`` }),
    'that is one of a second, by division': ts({ key: `\`tokens:\${Math.floor(Date.now() / 1000)}\`` }),
    'that is one of a second, by parts': ts({ key: `\`tokens:\${new Date().getHours()}:\${new Date().getSeconds()}\`` }),
    'and a charge to the user': ts({
      key: `\`tokens:\${new Date().toISOString().slice(0, 13)}\``,
      charged: `\`tokens:\${session.user.id}:\${today()}\``,
    }),
  },
);

twins(
  'a key of a user',
  'COST-02',
  { 'and a day': ts({}) },
  {
    'and a request (Python)': py({ key: 'f"tokens:{user.id}:{uuid4()}"' }),
    'and a moment (Python)': py({ key: 'f"tokens:{user.id}:{datetime.now().isoformat()}"' }),
    'and a request': ts({ key: `\`tokens:\${session.user.id}:\${randomUUID()}\`` }),
    'and a moment': ts({ key: `\`tokens:\${session.user.id}:\${Date.now()}\`` }),
  },
);

twins(
  'a number of the environment',
  'COST-02',
  { 'that must be there': py({ asked: 'used > LIMIT', top: 'LIMIT = int(os.environ["LIMIT"])' }) },
  {
    'that may be missing': py({ asked: 'LIMIT and used > int(LIMIT)', top: 'LIMIT = os.environ.get("LIMIT")' }),
    'that is infinite without it': py({ asked: 'used > LIMIT', top: 'LIMIT = float(os.environ.get("LIMIT", "inf"))' }),
  },
);

/** A cap of the environment. */
const capped = (cap: string, top = ''): Files => ({
  'agent.ts': `import OpenAI from 'openai';
const client = new OpenAI();
${top}
export const reply = (messages: OpenAI.ChatCompletionMessageParam[]) =>
  client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: ${cap} });
`,
});
const pyCapped = (cap: string): Files => ({
  'agent.py': `import os
from openai import OpenAI
client = OpenAI()
CAP = ${cap}
def reply(messages):
    return client.chat.completions.create(model="gpt-5.6", messages=messages, max_completion_tokens=CAP)
`,
});
twins(
  'a cap of the environment',
  'COST-05',
  {
    'that must be there (Python)': pyCapped('int(os.environ["CAP"])'),
    'that cannot be None (Python)': pyCapped('int(os.environ.get("CAP"))'),
    'with a default (Python)': pyCapped('int(os.getenv("CAP", "800"))'),
    'with a default': capped('Number(process.env.CAP ?? 800)'),
    'that is asked for': capped('CAP', "if (!process.env.CAP) throw new Error('CAP is missing');\nconst CAP = Number(process.env.CAP);"),
  },
  {
    'that may be missing (Python)': pyCapped('os.environ.get("CAP")'),
    'that may be missing, by another name (Python)': pyCapped('os.getenv("CAP")'),
    'that may be missing': capped('Number(process.env.CAP)'),
    'that may be missing, in a constant': capped('CAP', 'const CAP = Number.parseInt(process.env.CAP, 10);'),
  },
);

/** A choice between two models by what the day has used. */
const chosen = (model: string, before = ''): Files => ({
  'agent.ts': `import { Redis } from 'ioredis';
import OpenAI from 'openai';
const client = new OpenAI();
const redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379');
export async function reply(content: string) {
  const key = \`tokens:\${new Date().toISOString().slice(0, 10)}\`;
  const used = Number(await redis.get(key));
  ${before}
  const { choices, usage } = await client.chat.completions.create({
    model: ${model}, max_completion_tokens: 800, messages: [{ role: 'user', content }],
  });
  await redis.incrby(key, usage?.total_tokens ?? 0);
  return choices[0]?.message.content;
}
`,
});
const pyChosen = (model: string): Files => ({
  'agent.py': `from datetime import datetime
from openai import OpenAI
client = OpenAI()
spent = {}
def pick(used):
${model}
def reply(question):
    hour = datetime.now().strftime("%Y-%m-%dT%H")
    used = spent.get(hour, 0)
    answer = client.chat.completions.create(
        model=pick(used), max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
    spent[hour] = used + answer.usage.total_tokens
    return answer.choices[0].message.content
`,
});
twins(
  'a model for when little is left',
  'COST-08',
  {
    'that is cheaper': chosen("used > 8_000_000 ? 'gpt-5-mini' : 'gpt-5'"),
    'that is cheaper, by what is left': chosen("10_000_000 - used < 2_000_000 ? 'gpt-5-mini' : 'gpt-5'"),
    'that is cheaper (Python)': pyChosen('    return "gpt-5-mini" if used >= 1_600_000 else "gpt-5"'),
    'that is cheaper, in two returns (Python)': pyChosen('    if used >= 1_600_000:\n        return "gpt-5-mini"\n    return "gpt-5"'),
  },
  {
    'that is dearer': chosen("used > 8_000_000 ? 'gpt-5' : 'gpt-5-mini'"),
    'that is dearer, by an assignment': chosen('model', "let model = 'gpt-5-mini';\n  if (used > 8_000_000) model = 'gpt-5';"),
    'that is dearer (Python)': pyChosen('    return "gpt-5-mini" if used < 1_600_000 else "gpt-5"'),
    'that is dearer, in two returns (Python)': pyChosen('    if used >= 1_600_000:\n        return "gpt-5"\n    return "gpt-5-mini"'),
  },
);
