// The forms that retries and deadlines have in real repositories, each beside a twin without them, which must not pass.
import { beforeAll, vi } from 'vitest';
import { type Files, forms } from './support/forms.ts';

// How long it takes is measured elsewhere.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const { form, statusOf } = forms('calls-forms');

// The compiler and the grammar are loaded once, which takes its time.
beforeAll(async () => void (await statusOf('ERR-01', { 'agent.py': 'import openai\n' })));

/** A loop around `fetch`. */
const fetched = (after: string, loop = 'for (let attempt = 0; attempt < 4; attempt++)', top = ''): Files => ({
  'llm.ts': `const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
${top}
export async function complete(messages: object[]) {
  ${loop} {
    const answer = await fetch('https://api.openai.com/v1/chat/completions', {
      method: 'POST',
      signal: AbortSignal.timeout(20_000),
      headers: { authorization: process.env.OPENAI_API_KEY ?? '' },
      body: JSON.stringify({ model: 'gpt-5.6', max_completion_tokens: 800, messages }),
    });
    ${after}
  }
  throw new Error('not available');
}
`,
});
const READ = 'return (await answer.json()).choices[0].message.content;';

form(
  'statuses after which a loop goes on',
  'ERR-01',
  fetched(`if (answer.status === 429 || answer.status >= 500) {
      await sleep(500 * 2 ** attempt);
      continue;
    }
    if (!answer.ok) throw new Error('refused');
    ${READ}`),
  ['continue;', "throw new Error('busy');"],
  ['answer.status === 429 || ', ''],
  ['answer.status === 429', 'answer.status !== 429'],
  [' * 2 ** attempt', ''],
  ['attempt < 4', 'attempt < 1'],
);
form(
  'statuses of a set after which a loop does not end',
  'ERR-01',
  fetched(
    `if (answer.ok) ${READ}
    if (!RETRYABLE.has(answer.status) || attempt >= 3) throw new Error('refused');
    const after = Number(answer.headers.get('retry-after'));
    await sleep(after ? after * 1000 : 500 * 2 ** attempt);`,
    'for (let attempt = 0; ; attempt++)',
    'const RETRYABLE = new Set([429, 500, 503, 529]);',
  ),
  ['[429, ', '['],
  ['!RETRYABLE', 'RETRYABLE'],
);
form(
  'no other try for what cannot be mended',
  'ERR-04',
  fetched(
    `if (isBusy(answer.status)) {
      await sleep(500 * 2 ** attempt);
      continue;
    }
    if (!answer.ok) throw new Error('refused');
    ${READ}`,
    undefined,
    'const isBusy = (status: number) => status === 429 || (status >= 500 && status <= 599);',
  ),
  ['status === 429 ||', 'status >= 400 ||'],
  ["if (!answer.ok) throw new Error('refused');", 'if (!answer.ok) continue;'],
);
form(
  'a status of httpx',
  'ERR-01',
  {
    'llm.py': `import asyncio
import os
import httpx
RETRYABLE = {429, 500, 503}
async def complete(messages):
    async with httpx.AsyncClient(timeout=30) as http:
        for attempt in range(4):
            answer = await http.post(
                "https://api.openai.com/v1/chat/completions",
                headers={"Authorization": os.environ["OPENAI_API_KEY"]},
                json={"model": "gpt-5.6", "max_completion_tokens": 800, "messages": messages},
            )
            if answer.status_code in RETRYABLE and attempt < 3:
                await asyncio.sleep(2 ** attempt)
                continue
            answer.raise_for_status()
            return answer.json()["choices"][0]["message"]["content"]
`,
  },
  ['{429, ', '{'],
  ['                continue\n', '                raise RuntimeError("busy")\n'],
);

form(
  'a model of a chain that tries again',
  'ERR-01',
  {
    'chain.ts': `import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { ChatOpenAI } from '@langchain/openai';
const model = new ChatOpenAI({ model: 'gpt-5.6', maxTokens: 800, timeout: 20_000, maxRetries: 0 }).withRetry({ stopAfterAttempt: 3 });
const chain = ChatPromptTemplate.fromTemplate('{q}').pipe(model).pipe(new StringOutputParser());
export const reply = (q: string) => chain.invoke({ q });
`,
  },
  ['.withRetry({ stopAfterAttempt: 3 })', ''],
  ['stopAfterAttempt: 3', 'stopAfterAttempt: 1'],
);

/** A call of Python whose client does not try again. */
const py = (top: string, call: string): Files => ({
  'llm.py': `import asyncio
import openai
from tenacity import AsyncRetrying, retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential
client = openai.AsyncOpenAI(max_retries=0, timeout=20)
RETRYABLE = (openai.RateLimitError, openai.APIConnectionError, openai.InternalServerError)
${top}
async def ask(question):
    return await client.chat.completions.create(
        model="gpt-5.6", max_completion_tokens=800, messages=[{"role": "user", "content": question}]
    )
${call}
`,
});
form(
  'attempts of tenacity that a function makes',
  'ERR-01',
  py(
    `def attempts():
    return AsyncRetrying(stop=stop_after_attempt(4), wait=wait_random_exponential(max=20), retry=retry_if_exception_type(RETRYABLE), reraise=True)`,
    `async def reply(question):
    async for attempt in attempts():
        with attempt:
            answer = await ask(question)
    return answer.choices[0].message.content`,
  ),
  ['stop_after_attempt(4)', 'stop_after_attempt(1)'],
  ['retry_if_exception_type(RETRYABLE)', 'retry_if_exception_type(ValueError)'],
);
form(
  'a decorator of tenacity that has a name',
  'ERR-05',
  {
    'llm.py':
      py(
        'again = retry(stop=stop_after_attempt(4), wait=wait_random_exponential(max=20), retry=retry_if_exception_type(RETRYABLE))\n@again',
        '',
      )['llm.py'] ?? '',
  },
  ['stop=stop_after_attempt(4), ', ''],
);
form(
  'errors that have one name',
  'ERR-01',
  py(
    `async def again(fn, attempts=4):
    for attempt in range(1, attempts + 1):
        try:
            return await fn()
        except RETRYABLE:
            if attempt == attempts:
                raise
            await asyncio.sleep(2 ** attempt)`,
    'async def reply(question):\n    return await again(lambda: ask(question))',
  ),
  ['openai.RateLimitError, ', ''],
  ['            await asyncio.sleep(2 ** attempt)', '            raise'],
);

/** A call that gets its signal from a function of the repository. */
const handed = (helper: string): Files => ({
  'deadline.ts': `export async function withDeadline<T>(ms: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
${helper}
}
`,
  'agent.ts': `import Anthropic from '@anthropic-ai/sdk';
import { withDeadline } from './deadline.ts';
const client = new Anthropic();
export const reply = (content: string) =>
  withDeadline(25_000, signal =>
    client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 800, messages: [{ role: 'user', content }] }, { signal }),
  );
`,
});
form(
  'a signal that a helper gives to what it was handed',
  'ERR-06',
  handed(`  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
  }`),
  ['  const timer = setTimeout(() => controller.abort(), ms);\n', '  const timer = undefined;\n'],
  ['run(controller.signal)', 'run(new AbortController().signal)'],
  ['{ signal }),', '{}),'],
);

form(
  'axios that tries again',
  'ERR-01',
  {
    'llm.ts': `import axios from 'axios';
import axiosRetry from 'axios-retry';
const http = axios.create({ baseURL: 'https://api.openai.com/v1', timeout: 20_000 });
axiosRetry(http, { retries: 3, retryDelay: axiosRetry.exponentialDelay, retryCondition: error => error.response?.status === 429 });
export async function complete(messages: object[]) {
  const { data } = await http.post('/chat/completions', { model: 'gpt-5.6', max_completion_tokens: 800, messages });
  return data.choices[0].message.content;
}
`,
  },
  ['axiosRetry(http,', 'axiosRetry(axios.create(),'],
  ['retries: 3', 'retries: 0'],
  [', retryCondition: error => error.response?.status === 429', ''],
  ['=== 429', '=== 503'],
  ['retryDelay: axiosRetry.exponentialDelay, ', ''],
);
form(
  'a session of requests that tries again',
  'ERR-01',
  {
    'llm.py': `import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry
session = requests.Session()
policy = Retry(total=4, backoff_factor=1, status_forcelist=[429, 500, 503], allowed_methods=["POST"])
session.mount("https://", HTTPAdapter(max_retries=policy))
def complete(messages):
    answer = session.post(
        "https://api.openai.com/v1/chat/completions",
        timeout=30,
        json={"model": "gpt-5.6", "max_completion_tokens": 800, "messages": messages},
    )
    answer.raise_for_status()
    return answer.json()["choices"][0]["message"]["content"]
`,
  },
  [', allowed_methods=["POST"]', ''],
  ['[429, ', '['],
  ['HTTPAdapter(max_retries=policy)', 'HTTPAdapter(max_retries=4)'],
  ['session.mount("https://", ', 'session.mount("http://", '],
);

/** A loop of tool calls. */
const looped = (state: string, loop: string, first: string): Files => ({
  'agent.py': `from openai import OpenAI
from tools import TOOLS, run_tool
client = OpenAI(timeout=30)
${state}
def run(question):
    messages = [{"role": "user", "content": question}]
    state = State(10)
    ${loop}:
        ${first}
        answer = client.chat.completions.create(model="gpt-5.6", max_completion_tokens=800, tools=TOOLS, messages=messages)
        message = answer.choices[0].message
        messages.append(message)
        if not message.tool_calls:
            return message.content
        for call in message.tool_calls:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": run_tool(call)})
    return "I could not finish this"
`,
});
form(
  'a loop that asks an object whether it is done',
  'ERR-10',
  looped(
    `class State:
    def __init__(self, most):
        self.most = most
        self.steps = 0
    def exhausted(self):
        return self.steps >= self.most`,
    'while not state.exhausted()',
    'state.steps += 1',
  ),
  ['        state.steps += 1\n', ''],
  ['self.steps >= self.most', 'self.steps <= self.most'],
  ['while not state', 'while state'],
  ['        state.steps += 1\n', '        state.steps = 1\n'],
  ['        state.steps += 1\n', '        state = State(10)\n        state.steps += 1\n'],
  ['        state.steps += 1\n', '        state.steps += 1\n        state.most += 1\n'],
);
form(
  'an object that counts and throws',
  'ERR-10',
  looped(
    `class State:
    def __init__(self, most):
        self.most = most
        self.steps = 0
    def spend(self):
        self.steps += 1
        if self.steps > self.most:
            raise RuntimeError("too many steps")`,
    'while True',
    'state.spend()',
  ),
  ['        state.spend()\n', ''],
  ['        self.steps += 1\n', ''],
  ['self.steps > self.most', 'self.steps < self.most'],
  ['            raise RuntimeError("too many steps")', '            print("too many steps")'],
  ['    def spend(self)', '    async def spend(self)'],
  ['        self.steps += 1\n', '        if self.most > 5:\n            return\n        self.steps += 1\n'],
);
