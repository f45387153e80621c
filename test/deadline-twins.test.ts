// Deadlines that are written and do not hold: made once for many calls, over before the answer is there, or no limit at all. Beside each
// stands a twin whose deadline holds.
import { type Files, openTwins } from './support/twins.ts';

const { twins } = openTwins('deadline-twins', 'ERR-06', {
  'package.json': '{ "engines": { "node": ">=24" }, "dependencies": { "openai": "6.49.0" } }',
  'requirements.txt': 'openai==1.99.0\naiohttp==3.12.0\nrequests==2.32.0\n',
});

const ts = (code: string, more: Files = {}): Files => ({
  'agent.ts': `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
${code}`,
  ...more,
});
const create = (signal: string): string =>
  `client.chat.completions.create({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }, { signal: ${signal} })`;
const reply = (signal: string, before = ''): string => `${before}\nexport const reply = (messages: any) => ${create(signal)};`;
const agent = (inner: string, signal: string, after: string): string =>
  `class Agent {\n  ${inner}\n  reply(messages: any) { return ${create(signal)}; }\n}\n${after}`;
const ONE = 'const agent = new Agent();\nexport const handle = (messages: any) => agent.reply(messages);';
const EACH = 'export const handle = (messages: any) => { const agent = new Agent(); return agent.reply(messages); };';
const FIELD = 'private signal = AbortSignal.timeout(20_000);';
const SET = 'private signal: AbortSignal;\n  constructor() { this.signal = AbortSignal.timeout(20_000); }';

const py = (code: string): Files => ({
  'agent.py': `import asyncio
import os
import time
import aiohttp
import requests
from openai import AsyncOpenAI, OpenAI
client = AsyncOpenAI(max_retries=0)
${code}
`,
});
const ASKED = 'client.chat.completions.create(model="gpt-5.6", messages=messages, max_completion_tokens=800)';

twins(
  'a deadline of its own for each call',
  'ERR-06',
  {
    'an object for each request': ts(agent(FIELD, 'this.signal', EACH)),
    'an object for each request, by its constructor': ts(agent(SET, 'this.signal', EACH)),
    'a moment of each call (Python)': py(
      `async def reply(messages):\n    until = time.monotonic() + 20\n    return await asyncio.wait_for(${ASKED}, timeout=until - time.monotonic())`,
    ),
  },
  {
    'one object for all': ts(agent(FIELD, 'this.signal', ONE)),
    'one object for all, by its constructor': ts(agent(SET, 'this.signal', ONE)),
    'an object of a function that runs once': ts(
      agent(
        FIELD,
        'this.signal',
        'const make = () => new Agent();\nconst agent = make();\nexport const handle = (messages: any) => agent.reply(messages);',
      ),
    ),
    'a field of the class': ts(agent('static signal = AbortSignal.timeout(20_000);', 'Agent.signal', EACH)),
    'an object that nobody is seen to make': ts(`export ${agent(FIELD, 'this.signal', '')}`),
    'a variable that is filled once': ts(
      reply('deadline()', 'let signal: AbortSignal | undefined;\nconst deadline = () => (signal ??= AbortSignal.timeout(20_000));'),
    ),
    'a constant of another file': ts(reply('signal', "import { signal } from './limits.ts';"), {
      'limits.ts': 'export const signal = AbortSignal.timeout(20_000);\n',
    }),
    'a moment of the object (Python)': py(
      `class Agent:\n    def __init__(self):\n        self.until = time.monotonic() + 20\n\n    async def reply(self, messages):\n        return await asyncio.wait_for(${ASKED}, timeout=self.until - time.monotonic())\n\n\nagent = Agent()\n\n\nasync def handle(messages):\n    return await agent.reply(messages)`,
    ),
    'a moment of the module (Python)': py(
      `UNTIL = time.monotonic() + 20\n\n\nasync def reply(messages):\n    return await asyncio.wait_for(${ASKED}, timeout=UNTIL - time.monotonic())`,
    ),
  },
);

const ADDRESS = "'https://api.openai.com/v1/chat/completions'";
const INIT = (signal: string): string =>
  `{ method: 'POST', ${signal}headers: { authorization: \`Bearer \${process.env.OPENAI_API_KEY}\` }, body: JSON.stringify({ model: 'gpt-5.6', messages, max_completion_tokens: 800 }) }`;
const fetched = `await fetch(${ADDRESS}, ${INIT('signal: controller.signal, ')})`;
const timed = (body: string): Files => ({
  'agent.ts': `export async function reply(messages: any) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 20_000);
  ${body}
}
`,
});
const LATE = "const late = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 20_000));";

twins(
  'a deadline that holds to the end of the body',
  'ERR-06',
  {
    'cleared behind the body': timed(`try {
    const response = ${fetched};
    if (!response.ok) throw new Error(String(response.status));
    const data = await response.json();
    return data.choices[0].message.content;
  } finally { clearTimeout(timer); }`),
    'cleared behind the body, the status asked later': timed(
      `const response = ${fetched};\n  const data = await response.json();\n  clearTimeout(timer);\n  if (response.status !== 200) throw new Error('failed');\n  return data;`,
    ),
    'cleared behind the body, the head read by a function later': {
      'agent.ts': `const pauseOf = (response: Response) => Number(response.headers.get('retry-after') ?? response.status);
${timed(`let response: Response; let text: string;\n  try { response = ${fetched}; text = await response.text(); } finally { clearTimeout(timer); }\n  if (!response.ok) throw new Error(String(pauseOf(response)));\n  return JSON.parse(text);`)['agent.ts']}`,
    },
    'cleared behind the body, the head read by an error': {
      'agent.ts': `class Refused extends Error { constructor(response: Response, text: string) { super(response.status + ': ' + text); } }
${timed(`let response: Response; let text: string;\n  try { response = ${fetched}; text = await response.text(); } finally { clearTimeout(timer); }\n  if (!response.ok) throw new Refused(response, text);\n  return JSON.parse(text);`)['agent.ts']}`,
    },
    'a race that the body is part of': {
      'agent.ts': `${LATE}
async function ask(messages: any) {
  const response = await fetch(${ADDRESS}, ${INIT('')});
  return response.json();
}
export const reply = async (messages: any) => (await Promise.race([ask(messages), late()])).choices[0].message.content;
`,
    },
  },
  {
    'cleared before the body': timed(`const response = ${fetched};\n  clearTimeout(timer);\n  return (await response.json()).choices[0];`),
    'cleared before the body, whatever happens': timed(
      `let response: Response;\n  try { response = ${fetched}; } finally { clearTimeout(timer); }\n  return (await response.json()).choices[0];`,
    ),
    'cleared before the body, which a function reads': {
      'agent.ts': `const bodyOf = async (response: Response) => (response.ok ? response.json() : undefined);
${timed(`let response: Response;\n  try { response = ${fetched}; } finally { clearTimeout(timer); }\n  return bodyOf(response);`)['agent.ts']}`,
    },
    'cleared by a helper': {
      'agent.ts': `async function timed(url: string, init: RequestInit, ms: number) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try { return await fetch(url, { ...init, signal: controller.signal }); } finally { clearTimeout(timer); }
}
export async function reply(messages: any) {
  const response = await timed(${ADDRESS}, ${INIT('')}, 20_000);
  return (await response.json()).choices[0];
}
`,
    },
    'a race for the head only': {
      'agent.ts': `${LATE}
export async function reply(messages: any) {
  const response = await Promise.race([fetch(${ADDRESS}, ${INIT('')}), late()]);
  return (await response.json()).choices[0];
}
`,
    },
    'a race for the head only (Python)': py(`async def reply(messages):
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        asked = session.post(${ADDRESS}, headers={"Authorization": os.environ["KEY"]}, json={"model": "gpt-5.6", "messages": messages, "max_completion_tokens": 800})
        response = await asyncio.wait_for(asked, timeout=20)
        return (await response.json())["choices"][0]`),
  },
);

const posted = (timeout: string): Files =>
  py(`def reply(messages):
    answer = requests.post(${ADDRESS}, headers={"Authorization": os.environ["KEY"]}, json={"model": "gpt-5.6", "messages": messages, "max_completion_tokens": 800}, timeout=${timeout})
    return answer.json()["choices"][0]["message"]["content"]`);
const called = (timeout: string): Files =>
  py(`sync = OpenAI(timeout=20, max_retries=0)


def reply(messages):
    return sync.${ASKED.slice('client.'.length, -1)}, timeout=${timeout})`);

twins(
  'a limit',
  'ERR-06',
  { 'a pair (Python)': posted('(5, 20)'), 'a number at the call (Python)': called('15') },
  {
    'a pair without one (Python)': posted('(5, None)'),
    'None at the call (Python)': called('None'),
    'hours at the call (Python)': called('36000'),
  },
);
