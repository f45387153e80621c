// What ends a call that hangs, and what only ends it when a person leaves.
import { AI, ANTHROPIC, CHAT, manifest, OPENAI, type Seen, table } from './support/calls.ts';

const ENDS = (timeout: number | boolean | null): readonly Seen[] => [{ timeout }];
const request = (options: string): string => `client.chat.completions.create({ model: 'gpt-5', messages: [] }, { ${options} })`;
const generate = (options: string): string => `generateText({ model: openai('gpt-5'), prompt: '', ${options} })`;
const URL = `'https://api.openai.com/v1/chat/completions'`;

table('options', [
  { name: 'nothing', files: `${OPENAI}await ${CHAT};`, calls: ENDS(false) },
  {
    name: 'on the client',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ timeout: 30 * 1000 });\nawait ${CHAT};`,
    calls: ENDS(30_000),
  },
  { name: 'on the request', files: `${OPENAI}await ${request('timeout: 20_000')};`, calls: ENDS(20_000) },
  {
    name: 'from the environment with a default',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ timeout: Number(process.env.T ?? 9000) });\nawait ${CHAT};`,
    calls: ENDS(9000),
  },
  {
    name: 'undefined',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ timeout: undefined });\nawait ${CHAT};`,
    calls: ENDS(false),
  },
  {
    name: 'null',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ timeout: null as never });\nawait ${CHAT};`,
    calls: ENDS(false),
  },
  {
    name: 'Infinity',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ timeout: Infinity });\nawait ${CHAT};`,
    calls: ENDS(false),
  },
  {
    name: 'on some ways',
    files: `import OpenAI from 'openai';\nexport const f = (fast: boolean) => new OpenAI(fast ? { timeout: 5000 } : {}).${CHAT.slice(7)};`,
    calls: ENDS(null),
  },
  {
    name: 'of an HTTP agent',
    files: `import OpenAI from 'openai';\nimport { Agent } from 'node:https';\nconst client = new OpenAI({ httpAgent: new Agent({ timeout: 5000 }) } as never);\nawait ${CHAT};`,
    calls: ENDS(false),
  },
  { name: 'timeout of AI SDK 6', files: `${AI}await ${generate('timeout: 8000')};`, calls: ENDS(8000) },
  { name: 'timeout of AI SDK 6 in parts', files: `${AI}await ${generate('timeout: { totalMs: 8000 }')};`, calls: ENDS(8000) },
  {
    name: 'timeout of AI SDK 5 does nothing',
    files: { ...manifest({ ai: '5.0.277' }), 'a.ts': `${AI}await ${generate('timeout: 8000')};` },
    calls: ENDS(false),
  },
  {
    name: 'seconds of another option',
    files: `${AI}await ${generate('providerOptions: { openai: { timeout: 8000 } }')};`,
    calls: ENDS(false),
  },
]);

table('signals', [
  { name: 'AbortSignal.timeout', files: `${AI}await ${generate('abortSignal: AbortSignal.timeout(15_000)')};`, calls: ENDS(15_000) },
  {
    name: 'AbortSignal.timeout from a constant',
    files: `${AI}const LIMIT = 15_000;\nawait ${generate('abortSignal: AbortSignal.timeout(LIMIT)')};`,
    calls: ENDS(15_000),
  },
  {
    name: 'AbortSignal.any with a timer',
    files: `${AI}export const POST = (req: Request) => ${generate('abortSignal: AbortSignal.any([req.signal, AbortSignal.timeout(5000)])')};`,
    calls: ENDS(5000),
  },
  {
    name: 'AbortSignal.any without one',
    files: `${AI}export const POST = (req: Request, s: AbortSignal) => ${generate('abortSignal: AbortSignal.any([req.signal, s])')};`,
    calls: ENDS(false),
  },
  {
    name: 'the signal of the request',
    files: `${AI}export const POST = (req: Request) => ${generate('abortSignal: req.signal')};`,
    calls: ENDS(false),
  },
  {
    name: 'the signal of the request of Hono',
    files: `${AI}import { Hono } from 'hono';\nnew Hono().post('/', c => ${generate('abortSignal: c.req.raw.signal')} as never);`,
    calls: ENDS(false),
  },
  {
    name: 'the signal of the request that a framework hands out',
    files: `${AI}import { getRequest } from '@tanstack/react-start/server';\nexport const ask = () => ${generate('abortSignal: getRequest().signal')};`,
    calls: ENDS(false),
  },
  {
    name: 'the signal of a query',
    files: `${AI}import { useSignal } from 'some-hooks';\nexport const useAsk = () => { const signal = useSignal(); return ${generate('abortSignal: signal')}; };`,
    calls: ENDS(null),
  },
  {
    name: 'a controller with a timer',
    files: `${AI}export async function ask() {\n  const controller = new AbortController();\n  const timer = setTimeout(() => controller.abort(), 10_000);\n  try { return await ${generate('abortSignal: controller.signal')}; } finally { clearTimeout(timer); }\n}`,
    calls: ENDS(10_000),
  },
  {
    name: 'a controller without a timer',
    files: `${AI}export async function ask(stop: EventTarget) {\n  const controller = new AbortController();\n  stop.addEventListener('stop', () => controller.abort());\n  return ${generate('abortSignal: controller.signal')};\n}`,
    calls: ENDS(false),
  },
  {
    name: 'a controller beside a timer for something else',
    files: `${AI}export async function ask() {\n  const controller = new AbortController();\n  const other = new AbortController();\n  setTimeout(() => other.abort(), 10_000);\n  return ${generate('abortSignal: controller.signal')};\n}`,
    calls: ENDS(false),
  },
  {
    name: 'a controller whose timer only warns',
    files: `${AI}export async function ask() {\n  const controller = new AbortController();\n  setTimeout(() => console.warn('slow', controller.signal.aborted), 10_000);\n  return ${generate('abortSignal: controller.signal')};\n}`,
    calls: ENDS(false),
  },
  {
    name: 'a controller of a class',
    files: `${AI}export class Bot {\n  private controller = new AbortController();\n  stop() { this.controller.abort(); }\n  ask() { return ${generate('abortSignal: this.controller.signal')}; }\n}`,
    calls: ENDS(false),
  },
  {
    name: 'a helper that makes a signal',
    files: {
      'signal.ts': `export function deadline(ms: number) {\n  const controller = new AbortController();\n  setTimeout(() => controller.abort(), ms);\n  return controller.signal;\n}`,
      'a.ts': `${AI}import { deadline } from './signal';\nawait ${generate('abortSignal: deadline(3000)')};`,
    },
    calls: ENDS(3000),
  },
  {
    name: 'a parameter called signal',
    files: `${AI}export const ask = (signal?: AbortSignal) => ${generate('abortSignal: signal')};`,
    calls: ENDS(false),
  },
  {
    name: 'a parameter that callers fill with a timer',
    files: `${AI}const ask = (signal: AbortSignal) => ${generate('abortSignal: signal')};\nask(AbortSignal.timeout(4000));`,
    calls: ENDS(4000),
  },
  {
    name: 'a parameter with a timer as its default',
    files: `${AI}export const ask = (signal: AbortSignal = AbortSignal.timeout(4000)) => ${generate('abortSignal: signal')};`,
    calls: ENDS(null),
  },
  {
    name: 'null',
    files: `${AI}await ${generate('abortSignal: null as never')};`,
    calls: ENDS(false),
  },
  {
    name: 'a timer or nothing',
    files: `${AI}export const ask = (slow: boolean) => ${generate('abortSignal: slow ? undefined : AbortSignal.timeout(4000)')};`,
    calls: ENDS(null),
  },
  {
    name: 'a timer or the signal of the request',
    files: `${AI}export const POST = (req: Request) => ${generate('abortSignal: req.signal ?? AbortSignal.timeout(4000)')};`,
    calls: ENDS(null),
  },
  {
    name: 'a signal in the body of the OpenAI SDK',
    files: `${OPENAI}await client.chat.completions.create({ model: 'gpt-5', messages: [], signal: AbortSignal.timeout(5) } as never);`,
    calls: ENDS(false),
  },
  {
    name: 'a signal in the second argument',
    files: `${ANTHROPIC}await client.messages.create({ model: 'claude-opus-5', max_tokens: 5, messages: [] }, { signal: AbortSignal.timeout(500) });`,
    calls: ENDS(500),
  },
]);

const TIMER = `new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 5000))`;
const WITH_TIMEOUT = `export function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  return Promise.race([promise, new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), ms))]);
}`;

table('races', [
  {
    name: 'Promise.race with a timer',
    files: `${OPENAI}const r = await Promise.race([${CHAT}, ${TIMER}]);\nexport { r };`,
    calls: ENDS(5000),
  },
  {
    name: 'Promise.race with a helper',
    files: `${OPENAI}const late = (ms: number) => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), ms));\nawait Promise.race([${CHAT}, late(5000)]);`,
    calls: ENDS(5000),
  },
  {
    name: 'Promise.race with a timer in a variable',
    files: `${OPENAI}const late = ${TIMER};\nawait Promise.race([${CHAT}, late]);`,
    calls: ENDS(5000),
  },
  {
    name: 'Promise.race with the call in a variable',
    files: `${OPENAI}const answer = ${CHAT};\nawait Promise.race([answer, ${TIMER}]);`,
    calls: ENDS(5000),
  },
  {
    name: 'Promise.race between two models',
    files: `${OPENAI}await Promise.race([${CHAT}, ${CHAT}]);`,
    calls: [{ timeout: false }, { timeout: false }],
  },
  {
    name: 'Promise.race between the call and a person',
    files: `${OPENAI}export const f = (stop: Promise<never>) => Promise.race([${CHAT}, stop]);`,
    calls: ENDS(false),
  },
  { name: 'Promise.all with a timer is no race', files: `${OPENAI}await Promise.all([${CHAT}, ${TIMER}]);`, calls: ENDS(false) },
  {
    name: 'withTimeout',
    files: { 'util.ts': WITH_TIMEOUT, 'a.ts': `${OPENAI}import { withTimeout } from './util';\nawait withTimeout(${CHAT}, 7000);` },
    calls: ENDS(7000),
  },
  {
    name: 'withTimeout around a function that waits',
    files: {
      'util.ts': WITH_TIMEOUT,
      'a.ts': `${OPENAI}import { withTimeout } from './util';\nasync function ask() { return ${CHAT}; }\nawait withTimeout(ask(), 7000);`,
    },
    calls: ENDS(7000),
  },
  {
    name: 'withTimeout around a block',
    files: {
      'util.ts': WITH_TIMEOUT,
      'a.ts': `${OPENAI}import { withTimeout } from './util';\nawait withTimeout((async () => {\n  const r = await ${CHAT};\n  return r.choices;\n})(), 7000);`,
    },
    calls: ENDS(7000),
  },
  {
    name: 'a function called withTimeout that only waits',
    files: `${OPENAI}async function withTimeout<T>(p: Promise<T>, ms: number) { await new Promise(r => setTimeout(r, ms)); return p; }\nawait withTimeout(${CHAT}, 7000);`,
    calls: ENDS(false),
  },
  {
    name: 'p-timeout',
    files: `${OPENAI}import pTimeout from 'p-timeout';\nawait pTimeout(${CHAT}, { milliseconds: 6000 });`,
    calls: ENDS(6000),
  },
  {
    name: 'p-timeout with a number',
    files: `${OPENAI}import pTimeout from 'p-timeout';\nawait pTimeout(${CHAT}, 6000);`,
    calls: ENDS(6000),
  },
  {
    name: 'p-timeout around something else',
    files: `${OPENAI}import pTimeout from 'p-timeout';\nawait pTimeout(fetch('/x'), { milliseconds: 6000 });\nawait ${CHAT};`,
    calls: ENDS(false),
  },
]);

table('raw requests', [
  { name: 'fetch without anything', files: `await fetch(${URL}, { method: 'POST', body: '{}' });`, calls: ENDS(false) },
  {
    name: 'fetch with a signal',
    files: `await fetch(${URL}, { method: 'POST', signal: AbortSignal.timeout(2500), body: '{}' });`,
    calls: ENDS(2500),
  },
  {
    name: 'fetch with the signal of the request',
    files: `export const POST = (req: Request) => fetch(${URL}, { method: 'POST', signal: req.signal, body: '{}' });`,
    calls: ENDS(false),
  },
  {
    name: 'fetch with a timeout, which it does not know',
    files: `await fetch(${URL}, { method: 'POST', timeout: 5000, body: '{}' } as never);`,
    calls: ENDS(false),
  },
  {
    name: 'fetch with a signal on some ways',
    files: `export const f = (t: boolean) => fetch(${URL}, { method: 'POST', body: '{}', ...(t ? { signal: AbortSignal.timeout(9) } : {}) });`,
    calls: ENDS(null),
  },
  {
    name: 'axios with a timeout',
    files: `import axios from 'axios';\nawait axios.post(${URL}, {}, { timeout: 4000 });`,
    calls: ENDS(4000),
  },
  {
    name: 'axios with a timeout of 0, which means none',
    files: `import axios from 'axios';\nawait axios.post(${URL}, {}, { timeout: 0 });`,
    calls: ENDS(false),
  },
  {
    name: 'axios with a timeout in the body',
    files: `import axios from 'axios';\nawait axios.post(${URL}, { timeout: 4000 });`,
    calls: ENDS(false),
  },
  {
    name: 'axios.create with a timeout',
    files: `import axios from 'axios';\nconst api = axios.create({ baseURL: 'https://api.openai.com/v1', timeout: 4000 });\nawait api.post('/chat/completions', {});`,
    calls: ENDS(4000),
  },
  {
    name: 'got with a timeout',
    files: `import got from 'got';\nawait got.post(${URL}, { json: {}, timeout: { request: 4000 } });`,
    calls: ENDS(4000),
  },
  {
    name: 'ky with its timeout switched off',
    files: `import ky from 'ky';\nawait ky.post(${URL}, { json: {}, timeout: false });`,
    calls: ENDS(false),
  },
  { name: 'ky with a timeout', files: `import ky from 'ky';\nawait ky.post(${URL}, { json: {}, timeout: 4000 });`, calls: ENDS(4000) },
]);

table('a function that waits for the call, and is given a time itself', [
  {
    name: 'everybody who calls it races it',
    files: `${OPENAI}async function collect() {\n  const reply = await ${CHAT};\n  return reply.choices[0];\n}\nexport const ask = () => Promise.race([collect(), new Promise((_, no) => setTimeout(() => no(new Error('late')), 9000))]);\n`,
    calls: [{ timeout: 9000 }],
  },
  {
    name: 'somebody does not',
    files: `${OPENAI}async function collect() {\n  const reply = await ${CHAT};\n  return reply.choices[0];\n}\nexport const ask = () => Promise.race([collect(), new Promise((_, no) => setTimeout(() => no(new Error('late')), 9000))]);\nexport const other = async () => await collect();\n`,
    calls: [{ timeout: false }],
  },
  {
    name: 'somebody is handed the function and runs it without a race',
    files: `${OPENAI}async function collect() {\n  const reply = await ${CHAT};\n  return reply.choices[0];\n}\nexport const ask = () => Promise.race([collect(), new Promise((_, no) => setTimeout(() => no(new Error('late')), 9000))]);\nexport const all = (list: string[]) => Promise.all(list.map(collect));\n`,
    calls: [{ timeout: false }],
  },
  {
    name: 'it does not wait for the call',
    files: `${OPENAI}async function collect() {\n  void ${CHAT};\n  return 1;\n}\nexport const ask = () => Promise.race([collect(), new Promise((_, no) => setTimeout(() => no(new Error('late')), 9000))]);\n`,
    calls: [{ timeout: false }],
  },
  {
    name: 'asyncio.wait_for in Python',
    files: {
      'a.py': `import asyncio\nfrom openai import AsyncOpenAI\nclient = AsyncOpenAI()\n\nasync def collect():\n    reply = await client.chat.completions.create(model="gpt-5", messages=[])\n    return reply.choices[0]\n\nasync def ask():\n    return await asyncio.wait_for(collect(), 9)\n`,
    },
    calls: [{ timeout: 9000 }],
  },
]);
