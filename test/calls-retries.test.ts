// What tries a failed call again: the SDK, a package, a loop of the repository; and what only looks like it.
import { AI, ANTHROPIC, CHAT, GENERATE, manifest, OPENAI, type Seen, table } from './support/calls.ts';

const RETRIED = (retries: string): readonly Seen[] => [{ retries }];
/** A client that never tries again by itself, so that what is around it shows. */
const BARE = `import OpenAI from 'openai';\nconst client = new OpenAI({ maxRetries: 0 });\n`;
const SLEEP = `const sleep = (ms: number) => new Promise(r => setTimeout(r, ms));\n`;

table('the SDK and its option', [
  { name: 'the default', files: `${OPENAI}await ${CHAT};`, calls: RETRIED('sdk-default 2') },
  {
    name: 'five on the client',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ maxRetries: 5 });\nawait ${CHAT};`,
    calls: RETRIED('option 5'),
  },
  { name: 'none on the client', files: `${BARE}await ${CHAT};`, calls: RETRIED('no option 0') },
  {
    name: 'five on the call',
    files: `${BARE}await client.chat.completions.create({ model: 'gpt-5', messages: [] }, { maxRetries: 5 });`,
    calls: RETRIED('option 5'),
  },
  {
    name: 'none on the call',
    files: `${OPENAI}await client.chat.completions.create({ model: 'gpt-5', messages: [] }, { maxRetries: 0 });`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'options that a caller gives',
    files: `import OpenAI, { type ClientOptions } from 'openai';\nexport const f = (o: ClientOptions) => new OpenAI(o).${CHAT.slice(7)};`,
    calls: [{ retries: 'sdk-default 2', timeout: null }],
  },
  {
    name: 'null',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ maxRetries: null as never });\nawait ${CHAT};`,
    calls: RETRIED('perhaps option ?'),
  },
  {
    name: 'undefined',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ maxRetries: undefined });\nawait ${CHAT};`,
    calls: RETRIED('sdk-default 2'),
  },
  {
    name: 'a number of the environment',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ maxRetries: Number(process.env.RETRIES) });\nawait ${CHAT};`,
    calls: RETRIED('perhaps option ?'),
  },
  {
    name: 'none or five',
    files: `import OpenAI from 'openai';\nexport const f = (fast: boolean) => new OpenAI({ maxRetries: fast ? 0 : 5 }).${CHAT.slice(7)};`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'none on some ways, the default on others',
    files: `import OpenAI from 'openai';\nexport const f = (fast: boolean) => new OpenAI({ maxRetries: fast ? 0 : undefined }).${CHAT.slice(7)};`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'none with the AI SDK',
    files: `${AI}await generateText({ model: openai('gpt-5'), prompt: '', maxRetries: 0 });`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'the number of an unrelated object',
    files: `${OPENAI}export const settings = { maxRetries: 0 };\nawait ${CHAT};`,
    calls: RETRIED('sdk-default 2'),
  },
]);

table('packages', [
  {
    name: 'p-retry',
    files: `${BARE}import pRetry from 'p-retry';\nawait pRetry(() => ${CHAT}, { retries: 4 });`,
    calls: RETRIED('wrapper 4'),
  },
  {
    name: 'p-retry without options',
    files: `${BARE}import pRetry from 'p-retry';\nawait pRetry(() => ${CHAT});`,
    calls: RETRIED('wrapper 10'),
  },
  {
    name: 'p-retry over the default multiplies',
    files: `${OPENAI}import pRetry from 'p-retry';\nawait pRetry(() => ${CHAT}, { retries: 1 });`,
    calls: RETRIED('wrapper 5'),
  },
  {
    name: 'p-retry that is told not to',
    files: `${BARE}import pRetry from 'p-retry';\nawait pRetry(() => ${CHAT}, { retries: 0 });`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'p-retry around something else',
    files: `${BARE}import pRetry from 'p-retry';\nawait pRetry(() => Promise.resolve(), { retries: 4 });\nawait ${CHAT};`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'p-retry with a function by name',
    files: `${BARE}import pRetry from 'p-retry';\nconst ask = () => ${CHAT};\nawait pRetry(ask, { retries: 4 });`,
    calls: RETRIED('wrapper 4'),
  },
  {
    name: 'a call in a callback of the options is not retried',
    files: `${BARE}import pRetry from 'p-retry';\nawait pRetry(() => fetch('/x'), { onFailedAttempt: () => ${CHAT} });`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'async-retry',
    files: `${BARE}import retry from 'async-retry';\nawait retry(async bail => ${CHAT}, { retries: 4 });`,
    calls: RETRIED('wrapper 4'),
  },
  {
    name: 'exponential-backoff',
    files: `${BARE}import { backOff } from 'exponential-backoff';\nawait backOff(() => ${CHAT}, { numOfAttempts: 4 });`,
    calls: RETRIED('wrapper 3'),
  },
  {
    name: 'retry of async',
    files: `${BARE}import { retry } from 'async';\nawait retry(4, async () => ${CHAT});`,
    calls: RETRIED('wrapper 3'),
  },
  {
    name: 'retry of async with options',
    files: `${BARE}import async from 'async';\nawait async.retry({ times: 4 }, async () => ${CHAT});`,
    calls: RETRIED('wrapper 3'),
  },
  {
    name: 'eachLimit of async retries nothing',
    files: `${BARE}import async from 'async';\nexport const f = (items: string[]) => async.eachLimit(items, 5, async item => { await ${CHAT}; });`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'p-retry with a promise that runs already',
    files: `${BARE}import pRetry from 'p-retry';\nconst running = ${CHAT};\nawait pRetry(() => running, { retries: 4 });`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'p-limit retries nothing',
    files: `${BARE}import pLimit from 'p-limit';\nconst limit = pLimit(3);\nawait limit(() => ${CHAT});`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a policy of cockatiel cannot be told',
    files: `${BARE}import { retry, handleAll } from 'cockatiel';\nawait retry(handleAll, { maxAttempts: 3 }).execute(() => ${CHAT});`,
    calls: RETRIED('perhaps wrapper ?'),
  },
  {
    name: 'a wrapper of the repository around p-retry',
    files: {
      'retry.ts': `import pRetry from 'p-retry';\nexport const withRetry = <T>(fn: () => Promise<T>, retries = 2) => pRetry(fn, { retries });`,
      'a.ts': `${BARE}import { withRetry } from './retry';\nawait withRetry(() => ${CHAT}, 6);`,
    },
    calls: RETRIED('wrapper 6'),
  },
]);

table('own loops', [
  {
    name: 'with a wait and a limit',
    files: `${BARE}${SLEEP}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await ${CHAT}; }\n    catch (e) { if (i === 2) throw e; await sleep(2 ** i * 500); }\n  }\n}`,
    calls: [{ retries: 'wrapper 2', loop: 'bounded 3' }],
  },
  {
    name: 'over the default multiplies',
    files: `${OPENAI}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await ${CHAT}; } catch {}\n  }\n}`,
    calls: RETRIED('wrapper 8'),
  },
  {
    name: 'with a filter',
    files: `${BARE}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await ${CHAT}; }\n    catch (e) { if (e.status !== 429 && e.status < 500) throw e; }\n  }\n}`,
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'with a filter that lets only client errors through',
    files: `${BARE}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await ${CHAT}; }\n    catch (e) { if (e.status !== 400) throw e; }\n  }\n}`,
    calls: RETRIED('no wrapper 2'),
  },
  {
    name: 'that counts from one',
    files: `${BARE}export async function ask() {\n  for (let i = 1; i <= 3; i++) {\n    try { return await ${CHAT}; } catch {}\n  }\n}`,
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'that counts to a number inclusively',
    files: `${BARE}export async function ask(max = 3) {\n  for (let i = 0; i <= max; i++) {\n    try { return await ${CHAT}; } catch {}\n  }\n}`,
    calls: RETRIED('wrapper 3'),
  },
  {
    name: 'that counts down',
    files: `${BARE}export async function ask() {\n  let left = 3;\n  while (left-- > 0) {\n    try { return await ${CHAT}; } catch {}\n  }\n}`,
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'with a guard in the catch that counts from zero',
    files: `${BARE}export async function ask() {\n  for (let i = 0; ; i++) {\n    try { return await ${CHAT}; }\n    catch (e) { if (i >= 2) throw e; }\n  }\n}`,
    calls: [{ retries: 'wrapper 2', loop: 'bounded 3' }],
  },
  {
    name: 'with catch() on the promise',
    files: `${BARE}export const ask = () => ${CHAT}.catch(() => ask());`,
    calls: [{ retries: 'wrapper Infinity', loop: 'unbounded' }],
  },
  {
    name: 'without an end',
    files: `${BARE}export async function ask() {\n  while (true) {\n    try { return await ${CHAT}; } catch {}\n  }\n}`,
    calls: [{ retries: 'wrapper Infinity', loop: 'unbounded' }],
  },
  {
    name: 'with an end in the catch',
    files: `${BARE}export async function ask() {\n  let tries = 0;\n  while (true) {\n    try { return await ${CHAT}; }\n    catch (e) { if (++tries >= 4) throw e; }\n  }\n}`,
    calls: [{ retries: 'wrapper 3', loop: 'bounded 4' }],
  },
  {
    name: 'with a success that is tested after the try',
    files: `${BARE}export async function ask() {\n  let result;\n  for (let i = 0; i < 3; i++) {\n    try { result = await ${CHAT}; } catch {}\n    if (result) break;\n  }\n  return result;\n}`,
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'over a list of waits',
    files: `${BARE}${SLEEP}export async function ask() {\n  for (const wait of [0, 500, 2000]) {\n    await sleep(wait);\n    try { return await ${CHAT}; } catch {}\n  }\n}`,
    calls: RETRIED('wrapper 2'),
    wrong: 'a for-of is never taken for a retry, even when a success leaves it and the item is no input of the call',
  },
  {
    name: 'over items is no retry',
    files: `${BARE}export async function all(items: string[]) {\n  for (const item of items) {\n    try { await ${CHAT}; console.log(item); } catch { continue; }\n  }\n}`,
    calls: [{ retries: 'no option 0', loop: 'bounded data' }],
  },
  {
    name: 'over items by index is no retry',
    files: `${BARE}export async function all(items: string[]) {\n  for (let i = 0; i < items.length; i++) {\n    try { await ${CHAT}; } catch (e) { console.error(items[i], e); }\n  }\n}`,
    calls: [{ retries: 'no option 0', loop: 'bounded data' }],
  },
  {
    name: 'over models is a fallback, no retry',
    files: `${BARE}export async function ask() {\n  for (const model of ['a', 'b']) {\n    try { return await client.chat.completions.create({ model, messages: [] }); } catch {}\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a catch that throws',
    files: `${BARE}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await ${CHAT}; } catch (e) { console.error(e); throw e; }\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a catch that returns',
    files: `${BARE}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await ${CHAT}; } catch { return null; }\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a catch that ends the program',
    files: `${BARE}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await ${CHAT}; } catch { process.exit(1); }\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a catch that throws inside a block',
    files: `${BARE}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await ${CHAT}; } catch (e) { { throw e; } }\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a catch that throws from every case',
    files: `${BARE}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await ${CHAT}; }\n    catch (e) { switch (e.status) { case 401: throw new Error('key'); default: throw e; } }\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a catch that ends the loop by its flag',
    files: `${BARE}export async function ask() {\n  let going = true;\n  while (going) {\n    try {\n      const r = await ${CHAT};\n      if (!r.choices[0].message.tool_calls) return r;\n    } catch { going = false; }\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a loop in the middle of a conversation is no retry',
    files: `${BARE}export async function chat(say: (s: string) => void, next: () => Promise<string>) {\n  while (true) {\n    const text = await next();\n    try { await ${CHAT}; say(text); } catch { say('sorry'); }\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a promise that is returned without await',
    files: `${BARE}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return ${CHAT}; } catch {}\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a promise that is only begun in the try',
    files: `${BARE}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { const answer = ${CHAT}; return answer; } catch {}\n  }\n}`,
    calls: RETRIED('no option 0'),
    wrong: 'as above',
  },
  {
    name: 'a stream that fails when it is read',
    files: `${AI}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return streamText({ model: openai('gpt-5'), prompt: '', maxRetries: 0 }).toTextStreamResponse(); } catch {}\n  }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a stream that is read in the try',
    files: `${AI}export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { const r = streamText({ model: openai('gpt-5'), prompt: '', maxRetries: 0 }); return await r.text; } catch {}\n  }\n}`,
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'a try around the loop',
    files: `${BARE}export async function ask() {\n  try {\n    for (let i = 0; i < 3; i++) { const r = await ${CHAT}; if (r) return r; }\n  } catch {}\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a call in the catch',
    files: `${BARE}export async function ask() {\n  try { return await fetch('/x'); } catch { return ${CHAT}; }\n}`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a second call in the catch of the first',
    files: `${BARE}export async function ask() {\n  try { return await ${CHAT}; }\n  catch { return await ${CHAT}; }\n}`,
    calls: [{ retries: 'wrapper 1' }, { retries: 'no option 0' }],
  },
]);

const ASK = `${BARE}const ask = (q: string, model = 'gpt-5') => client.chat.completions.create({ model, messages: [{ role: 'user', content: q }] });\n`;

table('catches that ask again', [
  {
    name: 'with catch() on the promise, twice',
    files: `${ASK}export const run = (q: string) => ask(q).catch(() => ask(q)).catch(() => ask(q));`,
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'over the default multiply',
    files: `${OPENAI}export const run = async () => await ${CHAT}.catch(() => ${CHAT});`,
    calls: [{ retries: 'wrapper 5' }, { retries: 'sdk-default 2' }],
  },
  {
    name: 'in the second function of then()',
    files: `${ASK}export const run = (q: string) => ask(q).then(a => a.choices, () => ask(q));`,
    calls: RETRIED('wrapper 1'),
  },
  {
    name: 'with the function itself as handler',
    files: `${BARE}const ask = () => ${CHAT};\nexport const run = () => ask().catch(ask);`,
    calls: RETRIED('wrapper 1'),
  },
  {
    name: 'in a catch inside a catch',
    files: `${ASK}export async function run(q: string) {\n  try { return await ask(q); }\n  catch {\n    try { return await ask(q); } catch { return await ask(q); }\n  }\n}`,
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'in a branch or in the other are one',
    files: `${ASK}${SLEEP}export async function run(q: string) {\n  try { return await ask(q); }\n  catch (e) {\n    if (e.status === 429) { await sleep(1000); return ask(q); }\n    return ask(q);\n  }\n}`,
    calls: RETRIED('wrapper 1'),
  },
  {
    name: 'only for what is named',
    files: `${ASK}export const run = (q: string) => ask(q).catch(e => { if (e.status === 400) return ask(q); throw e; });`,
    calls: RETRIED('no wrapper 1'),
  },
  {
    name: 'only for what is named in the outcome',
    files: `${ASK}export const run = (q: string) => ask(q).catch(e => (e.status !== 400 ? Promise.reject(e) : ask(q)));`,
    calls: RETRIED('no wrapper 1'),
  },
  {
    name: 'another model is a fallback, no retry',
    files: `${ASK}export const run = (q: string) => ask(q).catch(() => ask(q, 'gpt-5-mini'));`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a shorter question is no retry',
    files: `${ASK}export const run = (q: string) => ask(q).catch(() => ask(q.slice(0, 1000)));`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'an answer in place of the failure is no retry',
    files: `${ASK}export const run = (q: string) => ask(q).catch(() => 'sorry');`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'a second question after the first is no retry',
    files: `${ASK}export const run = (q: string) => ask(q).then(() => ask(q));`,
    calls: RETRIED('no option 0'),
  },
]);

const WITH_RETRY = `export async function withRetry<T>(fn: () => Promise<T>, { attempts = 3 } = {}): Promise<T> {
  for (let i = 0; ; i++) {
    try { return await fn(); }
    catch (e) { if (i >= attempts - 1) throw e; await new Promise(r => setTimeout(r, 2 ** i * 100)); }
  }
}`;
const PLAIN_RETRY = `export async function withRetry<T>(fn: () => Promise<T>, attempts = 3): Promise<T> {
  let last: unknown;
  for (let i = 0; i < attempts; i++) {
    try { return await fn(); }
    catch (e) { last = e; await new Promise(r => setTimeout(r, 2 ** i * 100)); }
  }
  throw last;
}`;

table('own wrappers', [
  {
    name: 'with attempts as a parameter',
    files: { 'retry.ts': PLAIN_RETRY, 'a.ts': `${BARE}import { withRetry } from './retry';\nawait withRetry(() => ${CHAT}, 5);` },
    calls: [{ retries: 'wrapper 4', loop: 'bounded 5' }],
  },
  {
    name: 'with its default',
    files: { 'retry.ts': PLAIN_RETRY, 'a.ts': `${BARE}import { withRetry } from './retry';\nawait withRetry(() => ${CHAT});` },
    calls: [{ retries: 'wrapper 2', loop: 'bounded 3' }],
  },
  {
    name: 'with attempts among options',
    files: {
      'retry.ts': WITH_RETRY,
      'a.ts': `${BARE}import { withRetry } from './retry';\nawait withRetry(() => ${CHAT}, { attempts: 5 });`,
    },
    calls: [{ retries: 'wrapper 4', loop: 'bounded 5' }],
  },
  {
    name: 'over a function of another file',
    files: {
      'retry.ts': PLAIN_RETRY,
      'llm.ts': `${BARE}export const ask = () => ${CHAT};`,
      'a.ts': `import { ask } from './llm';\nimport { withRetry } from './retry';\nawait withRetry(() => ask(), 5);`,
    },
    calls: [{ at: 'llm.ts:3', retries: 'wrapper 4' }],
  },
  {
    name: 'over a function by name',
    files: {
      'retry.ts': PLAIN_RETRY,
      'llm.ts': `${BARE}export const ask = () => ${CHAT};`,
      'a.ts': `import { ask } from './llm';\nimport { withRetry } from './retry';\nawait withRetry(ask, 5);`,
    },
    calls: [{ at: 'llm.ts:3', retries: 'wrapper 4' }],
  },
  {
    name: 'two functions up',
    files: {
      'retry.ts': PLAIN_RETRY,
      'a.ts': `${BARE}import { withRetry } from './retry';\nconst ask = () => ${CHAT};\nconst plan = async () => { const r = await ask(); return r.choices; };\nexport const run = () => withRetry(() => plan());`,
    },
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'on one of two ways counts for neither',
    files: {
      'retry.ts': PLAIN_RETRY,
      'a.ts': `${BARE}import { withRetry } from './retry';\nconst ask = () => ${CHAT};\nexport const one = () => withRetry(() => ask());\nexport const two = () => ask();`,
    },
    calls: RETRIED('no option 0'),
  },
  {
    name: 'in a test counts for nothing',
    files: {
      'retry.ts': PLAIN_RETRY,
      'llm.ts': `${BARE}export const ask = () => ${CHAT};`,
      'a.test.ts': `import { ask } from './llm';\nimport { withRetry } from './retry';\nawait withRetry(() => ask());`,
    },
    calls: [{ at: 'llm.ts:3', retries: 'no option 0' }],
  },
  {
    name: 'that only names itself so',
    files: `${BARE}async function withRetry<T>(fn: () => Promise<T>) { console.log('go'); return fn(); }\nawait withRetry(() => ${CHAT});`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'that throws at the first failure',
    files: `${BARE}async function withRetry<T>(fn: () => Promise<T>) {\n  for (let i = 0; i < 3; i++) {\n    try { return await fn(); } catch (e) { throw new Error('failed', { cause: e }); }\n  }\n}\nawait withRetry(() => ${CHAT});`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'for which the call is the fallback',
    files: `${BARE}async function withRetry<T>(fn: () => Promise<T>, fallback: () => Promise<T>) {\n  for (let i = 0; i < 3; i++) {\n    try { return await fn(); } catch {}\n  }\n  return fallback();\n}\nawait withRetry(() => fetch('/x') as never, () => ${CHAT});`,
    calls: [{ retries: 'no option 0', loop: 'no' }],
  },
  {
    name: 'a method of a class',
    files: `${BARE}class Runner {\n  async retry<T>(fn: () => Promise<T>) {\n    for (let i = 0; i < 4; i++) {\n      try { return await fn(); } catch {}\n    }\n  }\n  ask() { return this.retry(() => ${CHAT}); }\n}\nexport const r = new Runner();`,
    calls: RETRIED('wrapper 3'),
  },
  {
    name: 'recursion in the catch',
    files: `${BARE}export async function ask(left = 3): Promise<unknown> {\n  try { return await ${CHAT}; }\n  catch (e) { if (left === 0) throw e; return ask(left - 1); }\n}`,
    calls: [{ retries: 'perhaps wrapper ?', loop: 'bounded' }],
    wrong: 'a limit that is tested with === is not seen in a recursion',
  },
  {
    name: 'recursion in the catch with an ordered limit',
    files: `${BARE}export async function ask(tries = 0): Promise<unknown> {\n  try { return await ${CHAT}; }\n  catch (e) { if (tries >= 3) throw e; return ask(tries + 1); }\n}`,
    calls: [{ retries: 'wrapper 3', loop: 'bounded 4' }],
  },
  {
    name: 'recursion in the catch without an end',
    files: `${BARE}export async function ask(): Promise<unknown> {\n  try { return await ${CHAT}; } catch { return ask(); }\n}`,
    calls: [{ retries: 'wrapper Infinity', loop: 'unbounded' }],
  },
  {
    name: 'no retries of the SDK and an own loop',
    files: `${AI}export async function ask() {\n  for (let i = 0; i < 4; i++) {\n    try { return await generateText({ model: openai('gpt-5'), prompt: '', maxRetries: 0 }); } catch {}\n  }\n}`,
    calls: RETRIED('wrapper 3'),
  },
  {
    name: 'fallbacks of LangChain are no retry',
    files: `import { ChatOpenAI } from '@langchain/openai';\nconst model = new ChatOpenAI({ maxRetries: 0 }).withFallbacks([new ChatOpenAI({ maxRetries: 0 })]);\nawait model.invoke('hi');`,
    calls: RETRIED('no option 0'),
  },
  {
    name: 'withRetry of LangChain',
    files: `import { ChatOpenAI } from '@langchain/openai';\nconst model = new ChatOpenAI({ maxRetries: 0 }).withRetry({ stopAfterAttempt: 3 });\nawait model.invoke('hi');`,
    calls: RETRIED('wrapper 2'),
  },
]);

table('raw requests', [
  {
    name: 'fetch never tries again',
    files: `await fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: '{}' });`,
    calls: RETRIED('none 0'),
  },
  {
    name: 'fetch in a loop that looks at the answer',
    files: `export async function ask() {\n  for (let i = 0; i < 3; i++) {\n    const r = await fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: '{}' });\n    if (r.ok) return r.json();\n    if (r.status !== 429) throw new Error('no');\n  }\n}`,
    calls: [{ retries: 'wrapper 2', loop: 'bounded 3' }],
  },
  {
    name: 'fetch in a wrapper',
    files: {
      'retry.ts': PLAIN_RETRY,
      'a.ts': `import { withRetry } from './retry';\nawait withRetry(() => fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body: '{}' }));`,
    },
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'an unknown SDK of an old version',
    files: {
      ...manifest({ openai: '3.1.0' }),
      'a.ts': `import { OpenAIApi } from 'openai';\nconst c = new OpenAIApi();\nexport async function ask() {\n  for (let i = 0; i < 3; i++) {\n    try { return await c.createCompletion({ model: 'x' }); } catch {}\n  }\n}`,
    },
    calls: RETRIED('wrapper 2'),
  },
  {
    name: 'the default of the AI SDK in a stream',
    files: `${AI}const r = streamText({ model: openai('gpt-5'), prompt: '' });\nawait r.text;\nawait ${GENERATE};\nexport const s = stepCountIs;`,
    calls: [
      { retries: 'sdk-default 2', streaming: true },
      { retries: 'sdk-default 2', streaming: false },
    ],
  },
  {
    name: 'messages.stream',
    files: `${ANTHROPIC}const s = client.messages.stream({ model: 'claude-opus-5', max_tokens: 5, messages: [] });\nawait s.finalMessage();`,
    calls: [{ retries: 'sdk-default 2', streaming: true }],
  },
]);
