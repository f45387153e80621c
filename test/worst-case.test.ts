// The worst case of one request: exact figures for small agents, and what is said where there is no figure.
import { describe, expect, test } from 'vitest';
import { audit } from '../src/audit.ts';
import { costSentence, dollars, formula } from '../src/core/cost-words.ts';
import type { ModelCall } from '../src/core/fact.ts';
import type { Request, Spending } from '../src/core/fact-request.ts';
import type { RequestCost } from '../src/core/index.ts';
import { worstCase } from '../src/core/worst-case.ts';
import { AI, layOut, OPENAI, type Tree } from './support/calls.ts';

/** gpt-4o: 128,000 tokens in at 2.50 and 1,000 out at 10 dollars per million. */
const ONE = 0.33;
const CALL = `client.chat.completions.create({ model: 'gpt-4o', max_completion_tokens: 1000, messages })`;
/** The same with a model of a tenth of the price and more: 0.15 and 0.60. */
const MINI = `client.chat.completions.create({ model: 'gpt-4o-mini', max_completion_tokens: 1000, messages })`;
const CHEAP = 0.0198;
const fn = (body: string, params = 'messages: never[]'): string => `${OPENAI}export async function POST(${params}) {\n${body}\n}`;

async function requests(files: Tree): Promise<readonly RequestCost[]> {
  return (await audit(layOut(files))).cost?.requests ?? [];
}

interface Case {
  readonly name: string;
  readonly files: Tree;
  readonly usd: number;
  /** Attempts included; the OpenAI SDK tries three times. */
  readonly calls: number;
  readonly limit?: RequestCost['limit'];
  /** A part of what is said of the first gap. */
  readonly gap?: string;
}

const BOUNDED: readonly Case[] = [
  { name: 'one call', files: fn(`return ${CALL};`), usd: ONE, calls: 3 },
  { name: 'two calls', files: fn(`await ${CALL};\nreturn ${CALL};`), usd: 2 * ONE, calls: 6 },
  { name: 'a loop with a number', files: fn(`for (let i = 0; i < 5; i++) await ${CALL};`), usd: 5 * ONE, calls: 15 },
  {
    name: 'nested loops multiply',
    files: fn(`for (let i = 0; i < 5; i++) {\n  await ${CALL};\n  for (let j = 0; j < 4; j++) await ${CALL};\n}`),
    usd: 25 * ONE,
    calls: 75,
  },
  {
    name: 'a loop in a caller multiplies',
    files: {
      'ask.ts': `${OPENAI}export async function ask(messages: never[]) {\n  for (let i = 0; i < 3; i++) await ${CALL};\n}`,
      'a.ts': `import { ask } from './ask';\nexport async function POST() {\n  for (let i = 0; i < 4; i++) await ask([]);\n}`,
    },
    usd: 12 * ONE,
    calls: 36,
  },
  { name: 'branches: the dearer one', files: fn(`if (messages.length > 3) return ${CALL};\nelse return ${MINI};`), usd: ONE, calls: 3 },
  { name: 'a branch that leaves', files: fn(`if (messages.length > 3) return ${CALL};\nreturn ${MINI};`), usd: ONE, calls: 3 },
  { name: 'a branch that goes on', files: fn(`if (messages.length > 3) await ${CALL};\nreturn ${MINI};`), usd: ONE + CHEAP, calls: 6 },
  { name: 'a choice', files: fn(`return messages.length > 3 ? ${CALL} : ${MINI};`), usd: ONE, calls: 3 },
  {
    name: 'a switch, with a case that falls through',
    files: fn(
      `switch (messages.length) {\n  case 1: return ${CALL};\n  case 2: await ${CALL};\n  case 3: return ${MINI};\n  default: return ${CALL};\n}`,
    ),
    usd: ONE + CHEAP,
    calls: 6,
  },
  {
    name: 'the branch with more calls and the dearer branch are counted each on its own',
    files: fn(`if (messages.length > 3) return ${CALL};\nfor (let i = 0; i < 4; i++) await ${MINI};`),
    usd: ONE,
    calls: 12,
  },
  {
    name: 'a failure is followed by a second call',
    files: fn(`try {\n  return await ${CALL};\n} catch {\n  return ${MINI};\n}`),
    usd: ONE + CHEAP,
    calls: 6,
  },
  {
    name: 'a list of known length',
    files: fn(`await Promise.all(['a', 'b', 'c'].map(() => ${CALL}));`),
    usd: 3 * ONE,
    calls: 9,
  },
  {
    name: 'the first items of a list',
    files: fn(`await Promise.all(messages.slice(0, 6).map(() => ${CALL}));`),
    usd: 6 * ONE,
    calls: 18,
  },
  {
    name: 'a constant list in a loop',
    files: `const ALL = ['a', 'b'];\n${fn(`for (const one of ALL) await ${CALL};`)}`,
    usd: 2 * ONE,
    calls: 6,
  },
  {
    name: 'the retries of the SDK are calls and no money',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ maxRetries: 5 });\nexport async function POST(messages: never[]) {\n  return ${CALL};\n}`,
    usd: ONE,
    calls: 6,
  },
  {
    name: 'a retry loop of its own may pay again',
    files: fn(`for (let i = 0; i < 4; i++) {\n  try {\n    return JSON.parse(String(await ${CALL}));\n  } catch {}\n}`),
    usd: 4 * ONE,
    calls: 12,
  },
  {
    name: 'steps of an agent, and a tool that calls a model in each',
    files: {
      'a.ts': `${AI}import { tool } from 'ai';
const look = tool({ execute: async () => generateText({ model: openai('gpt-4o-mini'), maxOutputTokens: 1000, prompt: '' }) });
export async function POST(prompt: string) {
  return generateText({ model: openai('gpt-4o'), maxOutputTokens: 1000, prompt, tools: { look }, stopWhen: stepCountIs(7) });
}`,
    },
    usd: 7 * (ONE + CHEAP),
    calls: 42,
  },
  {
    name: 'no cap: the longest answer of the model',
    files: fn(`return client.chat.completions.create({ model: 'gpt-4o', messages });`),
    usd: 0.48384,
    calls: 3,
  },
  {
    name: 'the dearest of the models',
    files: fn(
      `const model = messages.length > 3 ? 'gpt-4o' : 'gpt-4o-mini';\nreturn client.chat.completions.create({ model, max_completion_tokens: 1000, messages });`,
    ),
    usd: ONE,
    calls: 3,
  },
  {
    name: 'a person sets the pace: each round is a request',
    files: `${OPENAI}import * as readline from 'node:readline/promises';\nconst rl = readline.createInterface({ input: process.stdin });\nexport async function chat(messages: never[]) {\n  while (true) {\n    await rl.question('> ');\n    await ${CALL};\n  }\n}`,
    usd: ONE,
    calls: 3,
  },
];

const OPEN: readonly Case[] = [
  { name: 'an endless loop', files: fn(`while (true) await ${CALL};`), usd: ONE, calls: 3, limit: 'none', gap: 'a loop' },
  {
    name: 'a list of any length',
    files: fn(`await Promise.all(messages.map(() => ${CALL}));`),
    usd: ONE,
    calls: 3,
    limit: 'none',
    gap: 'list',
  },
  {
    name: 'a list that grows',
    files: fn(`const all = ['a'];\nall.push(...messages);\nfor (const one of all) await ${CALL};`),
    usd: ONE,
    calls: 3,
    limit: 'none',
    gap: 'list',
  },
  {
    name: 'recursion',
    files: `${OPENAI}export async function POST(messages: never[]) {\n  await ${CALL};\n  await POST(messages);\n}`,
    usd: ONE,
    calls: 3,
    limit: 'none',
    gap: 'recursion',
  },
  {
    name: 'two functions that call each other',
    files: `${OPENAI}export async function POST(messages: never[]) {\n  await ${CALL};\n  await more(messages);\n}\nasync function more(messages: never[]) {\n  await ${MINI};\n  await POST(messages);\n}`,
    usd: ONE + CHEAP,
    calls: 6,
    limit: 'none',
    gap: 'recursion',
  },
  {
    name: 'a number that a run decides',
    files: fn(`for (let i = 0; i < max; i++) await ${CALL};`, 'messages: never[], max: number'),
    usd: ONE,
    calls: 3,
    limit: 'unknown',
  },
  {
    name: 'an open loop around a bounded one',
    files: fn(`for (const one of messages) for (let i = 0; i < 3; i++) await ${CALL};`),
    usd: 3 * ONE,
    calls: 9,
    limit: 'none',
    gap: 'list',
  },
];

describe('figures', () => {
  test.each([...BOUNDED, ...OPEN])('$name', async ({ files, usd, calls, limit = 'known', gap }) => {
    const [worst, ...others] = await requests(files);
    expect({ usd: worst?.usd, calls: worst?.calls, limit: worst?.limit }).toEqual({ usd: expect.closeTo(usd, 5) as number, calls, limit });
    if (gap !== undefined) expect(worst?.gaps[0]?.why).toContain(gap);
    expect(others).toEqual([]);
  });

  test('two routes are two requests, and the one without a limit comes first', async () => {
    const found = await requests({
      'app/api/one/route.ts': fn(`return ${CALL};`),
      'app/api/two/route.ts': fn(`while (true) await ${MINI};`),
    });
    expect(found.map(({ file, limit }) => [file, limit])).toEqual([
      ['app/api/two/route.ts', 'none'],
      ['app/api/one/route.ts', 'known'],
    ]);
  });

  test('the terms carry the formula and its places', async () => {
    const [worst] = await requests(fn(`for (let i = 0; i < 5; i++)\n  await ${CALL};`));
    const [term] = worst?.terms ?? [];
    expect(term).toMatchObject({
      file: 'a.ts',
      line: 5,
      model: 'gpt-4o',
      rounds: 5,
      attempts: 3,
      inputTokens: 128_000,
      outputTokens: 1000,
      inputPrice: 2.5,
      outputPrice: 10,
      usd: 1.65,
      sources: [{ file: 'a.ts', line: 4 }],
    });
    expect(term && formula(term)).toBe('5 x (128,000 x 2.5 + 1,000 x 10) = 1.65 USD');
  });

  test('what has no price is counted and named, never taken for free', async () => {
    const [worst] = await requests(
      fn(`await ${CALL};\nreturn client.chat.completions.create({ model: 'my-own-model', max_completion_tokens: 9, messages });`),
    );
    expect(worst).toMatchObject({ usd: ONE, calls: 6, unpriced: 1, limit: 'known' });
    expect(worst?.terms[0]).toMatchObject({ usd: null, model: 'my-own-model' });
  });

  test('a model of the own machine costs nothing', async () => {
    const [worst] = await requests(
      `import OpenAI from 'openai';\nconst client = new OpenAI({ baseURL: 'http://localhost:11434/v1' });\nexport const POST = (messages: never[]) => ${CALL};`,
    );
    expect(worst).toMatchObject({ usd: 0, unpriced: 0 });
  });

  test('tests and examples are no requests', async () => {
    expect(await requests({ 'a.test.ts': fn(`return ${CALL};`) })).toEqual([]);
  });
});

describe('words', () => {
  test('the third question says it in one sentence', async () => {
    const text = async (files: Tree): Promise<string> => {
      const { cost } = await audit(layOut(files));
      return cost === undefined ? '' : costSentence(cost);
    };
    expect(await text(fn(`for (let i = 0; i < 5; i++) await ${CALL};`))).toBe(
      'one request can cause up to 15 model calls and 1.65 USD (POST, a.ts:3)',
    );
    expect(await text(fn(`while (true) await ${CALL};`))).toBe(
      'what one request can cost is unbounded, because a.ts:4 has no limit: a loop that only the answers of the model end',
    );
    expect(await text(fn(`return client.chat.completions.create({ model: 'mine', messages });`))).toBe(
      'one request can cause up to 3 model calls, price unknown (POST, a.ts:3)',
    );
  });

  test.each([
    [0, '0.00'],
    [0.00001234, '0.000012'],
    [0.0123, '0.01'],
    [0.5, '0.50'],
    [4.1, '4.10'],
    [1234.5, '1,235'],
    [1e-9, 'less than 0.000001'],
  ])('%d dollars are written %s', (usd, words) => expect(dollars(usd)).toBe(words));
});

describe('hostile', () => {
  const location = { file: 'a.ts', line: 1, column: 1 };
  const call = {
    kind: 'model-call',
    location,
    role: 'production',
    call: 'create',
    purpose: 'chat',
    provider: 'openai',
    models: [],
    model: { state: 'absent' },
    retries: { layers: [] },
    outputCap: { set: false, tokens: null },
    loop: { status: 'not-in-loop' },
  } as unknown as ModelCall;
  const request = (spends: Spending): Request => ({ kind: 'request', location, role: 'production', label: 'r', spends, files: [] });
  const cost = (spends: Spending): RequestCost | undefined => worstCase([call], [request(spends)])?.requests[0];

  test('a tree as deep as the stack, and shared nodes that would double at each level', () => {
    let deep: Spending = { do: 'call', location };
    for (let i = 0; i < 100_000; i++) deep = { do: 'repeat', of: deep, times: 1, how: 'once', location };
    expect(cost(deep)?.calls).toBe(1);
    let shared: Spending = { do: 'call', location };
    for (let i = 0; i < 40; i++) shared = { do: 'all', of: [shared, shared] };
    expect(cost(shared)?.calls).toBe(2 ** 40);
  });

  test('numbers that are none', async () => {
    for (const times of [-5, 0, 1e308])
      expect(cost({ do: 'repeat', of: { do: 'call', location }, times, how: '', location })?.calls).toBeGreaterThanOrEqual(0);
    const [worst] = await requests(fn(`for (let i = 0; i < 1e300; i++) for (let j = 0; j < 1e300; j++) await ${CALL};`));
    expect(JSON.parse(JSON.stringify(worst ?? {}))).toMatchObject({ limit: 'none' });
  });

  test('many functions that all call each other end in a report', async () => {
    const n = 30;
    const bodies = Array.from({ length: n }, (_, i) => {
      const others = Array.from({ length: n }, (_, j) => `  await f${j}(messages);`).join('\n');
      return `export async function f${i}(messages: never[]) {\n  await ${CALL};\n${others}\n}`;
    });
    const started = performance.now();
    const found = await requests(OPENAI + bodies.join('\n'));
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(found.every(one => one.limit !== 'known')).toBe(true);
  });

  test('a long chain of functions, and branches nested deeply', async () => {
    const chain = Array.from({ length: 2000 }, (_, i) => `async function f${i}(messages: never[]) {\n  await f${i + 1}(messages);\n}`).join(
      '\n',
    );
    const end = `async function f2000(messages: never[]) {\n  await ${CALL};\n}`;
    const [far] = await requests(`${OPENAI}${chain}\n${end}\nexport const POST = (messages: never[]) => f0(messages);`);
    expect(far).toMatchObject({ limit: 'unknown' });
    const nested = await requests(fn(`${'if (messages) {'.repeat(400)} await ${CALL}; ${'}'.repeat(400)}`));
    expect(nested[0]?.calls).toBe(3);
  });
});
