// What repeats a call and what ends it; a bound that is none is the worst answer of all.
import { AI, CHAT, GENERATE, manifest, OPENAI, type Seen, table } from './support/calls.ts';

const LOOP = (loop: string): readonly Seen[] => [{ loop }];
const fn = (body: string, params = ''): string => `${OPENAI}export async function run(${params}) {\n${body}\n}`;
const gen = (options: string): string => `generateText({ model: openai('gpt-5'), prompt: '', tools: {}, ${options} })`;

table('counters', [
  { name: 'no loop', files: fn(`return ${CHAT};`), calls: LOOP('no') },
  { name: 'a loop beside the call', files: fn(`for (let i = 0; i < 9; i++) console.log(i);\nreturn ${CHAT};`), calls: LOOP('no') },
  { name: 'for with a number', files: fn(`for (let i = 0; i < 9; i++) await ${CHAT};`), calls: LOOP('bounded 9') },
  {
    name: 'for with a constant of another file',
    files: {
      'limits.ts': `export const MAX_STEPS = 12;`,
      'a.ts': `import { MAX_STEPS } from './limits';\n${fn(`for (let i = 0; i < MAX_STEPS; i++) await ${CHAT};`)}`,
    },
    calls: LOOP('bounded 12'),
  },
  { name: 'for with a parameter', files: fn(`for (let i = 0; i < max; i++) await ${CHAT};`, 'max: number'), calls: LOOP('bounded') },
  {
    name: 'for with a parameter that has a default',
    files: fn(`for (let i = 0; i < max; i++) await ${CHAT};`, 'max = 8'),
    calls: LOOP('bounded 8'),
  },
  {
    name: 'for over the length of a list',
    files: fn(`for (let i = 0; i < items.length; i++) await ${CHAT};`, 'items: string[]'),
    calls: LOOP('bounded data'),
  },
  {
    name: 'for without a condition',
    files: fn(`for (;;) { const r = await ${CHAT}; if (!r.choices[0].message.tool_calls) return r; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'for that counts but never compares',
    files: fn(`for (let i = 0; ; i++) { const r = await ${CHAT}; console.log(i); if (!r.choices) return r; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'for with a counter that stands still',
    files: fn(`for (let i = 0; i < 5; ) { const r = await ${CHAT}; if (!r.choices) return r; }`),
    calls: LOOP('unbounded'),
  },
  { name: 'while with a counter', files: fn(`let n = 0;\nwhile (n < 6) { n++; await ${CHAT}; }`), calls: LOOP('bounded 6') },
  { name: 'while with a counter in the condition', files: fn(`let n = 0;\nwhile (n++ < 6) await ${CHAT};`), calls: LOOP('bounded 6') },
  {
    name: 'while with a counter that goes down',
    files: fn(`let left = 6;\nwhile (left > 0) { left--; await ${CHAT}; }`),
    calls: LOOP('bounded 6'),
  },
  {
    name: 'while with && and a counter',
    files: fn(`let n = 0, going = true;\nwhile (going && n < 6) { n += 1; const r = await ${CHAT}; going = !!r; }`),
    calls: LOOP('bounded 6'),
  },
  {
    name: 'while with || and a counter',
    files: fn(`let n = 0, going = true;\nwhile (going || n < 6) { n += 1; const r = await ${CHAT}; going = !!r; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'while with a flag',
    files: fn(`let going = true;\nwhile (going) { const r = await ${CHAT}; going = !!r.choices; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'while with the answer of the model',
    files: fn(`let r = await ${CHAT};\nwhile (r.choices[0].finish_reason === 'tool_calls') r = await ${CHAT};`),
    calls: [{ loop: 'no' }, { loop: 'unbounded' }],
  },
  {
    name: 'while with a number of the answer',
    files: fn(`let r = await ${CHAT};\nwhile (r.choices.length > 0) { r = await ${CHAT}; }`),
    calls: [{ loop: 'no' }, { loop: 'unbounded' }],
  },
  {
    name: 'while with a comparison of things that stand still',
    files: fn(`while (min < max) { const r = await ${CHAT}; if (!r) break; }`, 'min: number, max: number'),
    calls: LOOP('unbounded'),
  },
  { name: 'do-while with a counter', files: fn(`let n = 0;\ndo { await ${CHAT}; n++; } while (n < 4);`), calls: LOOP('bounded 4') },
  {
    name: 'do-while without',
    files: fn(`let r;\ndo { r = await ${CHAT}; } while (r.choices[0].message.tool_calls);`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a counter in a field',
    files: `${OPENAI}export class Bot {\n  steps = 0;\n  async run() { while (this.steps < 5) { this.steps++; await ${CHAT}; } }\n}`,
    calls: LOOP('bounded 5'),
  },
  {
    name: 'a counter that is set back',
    files: fn(`let errors = 0;\nwhile (errors < 3) {\n  try { await ${CHAT}; errors = 0; } catch { errors++; }\n}`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a counter of failures only',
    files: fn(
      `let errors = 0;\nwhile (true) {\n  try { const r = await ${CHAT}; if (!r.choices[0].message.tool_calls) return r; }\n  catch (e) { if (++errors > 3) throw e; }\n}`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a counter that rises on one way only',
    files: fn(`let n = 0;\nwhile (n < 6) {\n  const r = await ${CHAT};\n  if (r.choices[0].finish_reason === 'stop') n++;\n}`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a counter that is taken back',
    files: fn(`for (let i = 0; i < 5; i++) { const r = await ${CHAT}; if (r.choices[0].message.tool_calls) i--; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a limit that is raised',
    files: fn(`let max = 5;\nfor (let i = 0; i < max; i++) { const r = await ${CHAT}; if (r.choices[0].message.tool_calls) max += 5; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a limit negated',
    files: fn(`let n = 0;\nwhile (!(n >= 5)) { n++; await ${CHAT}; }`),
    calls: LOOP('bounded 5'),
  },
  {
    name: 'a counter that is not the compared one',
    files: fn(`let n = 0, m = 0;\nwhile (n < 6) { m++; const r = await ${CHAT}; if (!r) return m; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'Infinity',
    files: fn(`for (let i = 0; i < Infinity; i++) { const r = await ${CHAT}; if (!r.choices) return; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a limit that may be Infinity',
    files: fn(`for (let i = 0; i < max; i++) { const r = await ${CHAT}; if (!r.choices) return; }`, 'max = Infinity'),
    calls: LOOP('unbounded'),
  },
  {
    name: 'Number.MAX_SAFE_INTEGER',
    files: fn(`for (let i = 0; i < Number.MAX_SAFE_INTEGER; i++) { const r = await ${CHAT}; if (!r.choices) return; }`),
    calls: LOOP('unbounded'),
  },
]);

table('guards inside', [
  {
    name: 'a counter that breaks',
    files: fn(`let n = 0;\nwhile (true) { if (n++ >= 7) break; await ${CHAT}; }`),
    calls: LOOP('bounded 7'),
  },
  {
    name: 'a counter that throws',
    files: fn(`let n = 0;\nwhile (true) { n += 1; if (n > 7) throw new Error('too long'); await ${CHAT}; }`),
    calls: LOOP('bounded 7'),
  },
  {
    name: 'a counter that only warns',
    files: fn(`let n = 0;\nwhile (true) { n++; if (n > 7) console.warn('long'); const r = await ${CHAT}; if (!r) break; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a counter that goes on',
    files: fn(`let n = 0;\nwhile (true) { n++; if (n > 7) { n = 0; continue; } const r = await ${CHAT}; if (!r) break; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a budget',
    files: fn(`let spent = 0;\nwhile (true) { const r = await ${CHAT}; spent += r.usage.total_tokens; if (spent > 100_000) break; }`),
    calls: LOOP('bounded 100000'),
  },
  {
    name: 'the length of the conversation',
    files: fn(
      `const messages: object[] = [];\nwhile (true) { const r = await ${CHAT}; messages.push(r); if (messages.length > 40) break; }`,
    ),
    calls: LOOP('bounded 40'),
  },
  {
    name: 'the length of a conversation that is cut',
    files: fn(
      `const messages: object[] = [];\nwhile (messages.length < 40) { const r = await ${CHAT}; messages.push(r); if (messages.length > 30) messages.splice(0, 20); }`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'the length of a conversation that is replaced',
    files: fn(
      `let messages: object[] = [];\nwhile (messages.length < 40) { const r = await ${CHAT}; messages.push(r); if (messages.length > 30) messages = messages.slice(-5); }`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'the length of the answer',
    files: fn(`while (true) { const r = await ${CHAT}; const text = r.choices[0].message.content; if (text.length > 40) return text; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a number of the answer',
    files: fn(`while (true) { const r = await ${CHAT}; if (r.usage.total_tokens > 1000) break; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a break of an inner loop',
    files: fn(
      `while (true) {\n  const r = await ${CHAT};\n  let tries = 0;\n  for (const call of r.choices) { if (++tries > 5) break; console.log(call); }\n}`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a break in a loop under the guard',
    files: fn(`let n = 0;\nwhile (true) {\n  const r = await ${CHAT};\n  if (++n > 5) { for (const c of r.choices) { if (c) break; } }\n}`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a break of a switch under the guard',
    files: fn(
      `let n = 0;\nwhile (true) {\n  const r = await ${CHAT};\n  if (++n > 5) { switch (r.object) { case 'x': console.log(n); break; } }\n}`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a list of this round that is empty',
    files: fn(
      `while (true) {\n  const r = await ${CHAT};\n  const results: string[] = [];\n  for (const c of r.choices) results.push(String(c));\n  if (results.length === 0) return r;\n}`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a list of this round that is not empty',
    files: fn(
      `let going = true;\nwhile (going) {\n  const calls: object[] = [];\n  for await (const c of await client.chat.completions.create({ model: 'gpt-5', stream: true, messages: [] })) calls.push(c);\n  if (calls.length < 1) break;\n}`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a counter of this round',
    files: fn(`while (true) {\n  const r = await ${CHAT};\n  let n = 0;\n  for (const c of r.choices) if (c) n++;\n  if (n > 3) break;\n}`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a labelled break that only some rounds can reach',
    files: fn(
      `let n = 0;\nouter: while (true) {\n  const r = await ${CHAT};\n  for (const c of r.choices) { if (++n > 5) break outer; console.log(c); }\n}`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a guard in a callback',
    files: fn(`let n = 0;\nwhile (true) {\n  const r = await ${CHAT};\n  r.choices.forEach(() => { if (++n > 5) return; });\n}`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a guard with an else that leaves',
    files: fn(`let n = 0;\nwhile (true) {\n  n++;\n  if (n < 5) { await ${CHAT}; } else break;\n}`),
    calls: LOOP('bounded 5'),
  },
  {
    name: 'a guard behind another condition',
    files: fn(
      `let n = 0;\nwhile (true) {\n  const r = await ${CHAT};\n  n++;\n  if (n > 5 && r.choices[0].finish_reason === 'stop') return r;\n}`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a guard within a condition',
    files: fn(`let n = 0;\nwhile (true) {\n  const r = await ${CHAT};\n  n++;\n  if (debug) { if (n > 5) return r; }\n}`, 'debug: boolean'),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a guard with ||',
    files: fn(`let n = 0;\nwhile (true) {\n  const r = await ${CHAT};\n  if (++n > 5 || !r.choices[0].message.tool_calls) return r;\n}`),
    calls: LOOP('bounded 5'),
  },
  {
    name: 'a guard on something that must come first',
    files: fn(`let n = 10;\nwhile (true) {\n  const r = await ${CHAT};\n  n++;\n  if (n < 5) break;\n}`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a deadline',
    files: fn(`const start = Date.now();\nwhile (Date.now() - start < 60_000) await ${CHAT};`),
    calls: LOOP('bounded'),
  },
  {
    name: 'a deadline in a variable',
    files: fn(`const end = Date.now() + 60_000;\nwhile (true) { if (Date.now() > end) break; await ${CHAT}; }`),
    calls: LOOP('bounded'),
  },
  {
    name: 'a clock that is only logged',
    files: fn(`while (true) { const t = Date.now(); const r = await ${CHAT}; console.log(Date.now() - t); if (!r.choices) break; }`),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a deadline that is moved',
    files: fn(
      `let end = Date.now() + 60_000;\nwhile (Date.now() < end) { const r = await ${CHAT}; if (r.choices[0].message.tool_calls) end = Date.now() + 60_000; }`,
    ),
    calls: LOOP('unbounded'),
  },
  {
    name: 'the duration of one round',
    files: fn(`while (true) {\n  const t = Date.now();\n  const r = await ${CHAT};\n  if (Date.now() - t > 5000) return r;\n}`),
    calls: LOOP('unbounded'),
  },
]);

table('data', [
  {
    name: 'for-of',
    files: fn(`for (const item of items) { await ${CHAT}; console.log(item); }`, 'items: string[]'),
    calls: LOOP('bounded data'),
  },
  {
    name: 'for-of over a fixed list',
    files: fn(`for (const m of ['a', 'b']) await client.chat.completions.create({ model: m, messages: [] });`),
    calls: LOOP('bounded data'),
  },
  { name: 'for-of whose head calls', files: fn(`for (const c of (await ${CHAT}).choices) console.log(c);`), calls: LOOP('no') },
  {
    name: 'for-of over a list that grows',
    files: fn(`for (const task of tasks) { const r = await ${CHAT}; tasks.push(...r.choices, task); }`, 'tasks: object[]'),
    calls: LOOP('unbounded'),
  },
  {
    name: 'for-of over a generator without an end',
    files: `${OPENAI}function* forever() { while (true) yield 1; }\nexport async function run() { for (const n of forever()) { const r = await ${CHAT}; if (!r.choices) return n; } }`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'for-in',
    files: fn(`for (const key in table) { await ${CHAT}; console.log(key); }`, 'table: object'),
    calls: LOOP('bounded data'),
  },
  {
    name: 'for-await over a stream',
    files: fn(`for await (const chunk of stream) { await ${CHAT}; console.log(chunk); }`, 'stream: AsyncIterable<string>'),
    calls: LOOP('bounded data'),
  },
  {
    name: 'reading the answer of a stream',
    files: fn(
      `const s = await client.chat.completions.create({ model: 'gpt-5', stream: true, messages: [] });\nfor await (const c of s) console.log(c);`,
    ),
    calls: LOOP('no'),
  },
  {
    name: 'map in Promise.all',
    files: fn(`return Promise.all(items.map(() => ${CHAT}));`, 'items: string[]'),
    calls: LOOP('bounded data'),
  },
  {
    name: 'map with a function by name',
    files: `${OPENAI}const ask = async () => ${CHAT};\nexport const run = (items: string[]) => Promise.all(items.map(ask));`,
    calls: LOOP('bounded data'),
  },
  { name: 'forEach', files: fn(`items.forEach(async () => { await ${CHAT}; });`, 'items: string[]'), calls: LOOP('bounded data') },
  {
    name: 'p-map',
    files: `import pMap from 'p-map';\n${fn(`return pMap(items, () => ${CHAT}, { concurrency: 3 });`, 'items: string[]')}`,
    calls: LOOP('bounded data'),
  },
  {
    name: 'a list that is emptied',
    files: fn(`while (queue.length > 0) { const item = queue.shift(); await ${CHAT}; console.log(item); }`, 'queue: string[]'),
    calls: LOOP('bounded data'),
  },
  {
    name: 'a list that is emptied and filled',
    files: fn(`while (queue.length > 0) { queue.shift(); const r = await ${CHAT}; queue.push(...r.choices); }`, 'queue: object[]'),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a list that is emptied and filled by unshift',
    files: fn(`while (queue.length > 0) { queue.shift(); const r = await ${CHAT}; queue.unshift(...r.choices); }`, 'queue: object[]'),
    calls: LOOP('unbounded'),
  },
  {
    name: 'a list that is emptied and filled in a function',
    files: fn(
      `const add = (o: object) => { queue.push(o); };\nwhile (queue.length) { queue.pop(); add(await ${CHAT}); }`,
      'queue: object[]',
    ),
    calls: LOOP('unbounded'),
    wrong: 'a list filled in a function beside the loop is not seen',
  },
]);

table('recursion', [
  {
    name: 'with a depth',
    files: `${OPENAI}export async function step(depth = 0): Promise<unknown> {\n  if (depth >= 5) return null;\n  await ${CHAT};\n  return step(depth + 1);\n}`,
    calls: LOOP('bounded 5'),
  },
  {
    name: 'with a depth around the call',
    files: `${OPENAI}export async function step(depth = 0): Promise<unknown> {\n  await ${CHAT};\n  if (depth < 5) return step(depth + 1);\n  return null;\n}`,
    calls: LOOP('bounded 5'),
  },
  {
    name: 'with a depth among options',
    files: `${OPENAI}export async function step(o: { depth: number }): Promise<unknown> {\n  if (o.depth > 5) throw new Error('deep');\n  await ${CHAT};\n  return step({ depth: o.depth + 1 });\n}`,
    calls: LOOP('bounded 5'),
  },
  {
    name: 'with a depth that counts down',
    files: `${OPENAI}export async function step(left = 5): Promise<unknown> {\n  if (left <= 0) return null;\n  await ${CHAT};\n  return step(left - 1);\n}`,
    calls: LOOP('bounded 5'),
  },
  {
    name: 'that takes the tools away at a depth',
    files: `${OPENAI}export async function step(messages: object[], times = 0): Promise<unknown> {\n  const r = await client.chat.completions.create({ model: 'gpt-5', messages: messages as never, tool_choice: times < 5 ? 'auto' : 'none' });\n  if (r.choices[0].message.tool_calls) return step([...messages, r], times + 1);\n  return r;\n}`,
    calls: LOOP('bounded 6'),
  },
  {
    name: 'that gives tools only from a depth on',
    files: `${OPENAI}export async function step(messages: object[], times = 0): Promise<unknown> {\n  const r = await client.chat.completions.create({ model: 'gpt-5', messages: messages as never, tool_choice: times < 5 ? 'none' : 'auto' });\n  if (r.choices[0].message.tool_calls) return step([...messages, r], times + 1);\n  return r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'that only prepares a request without tools',
    files: `${OPENAI}export async function step(messages: object[], times = 0): Promise<unknown> {\n  const last = { tool_choice: times < 5 ? 'auto' : 'none' };\n  const r = await client.chat.completions.create({ model: 'gpt-5', messages: messages as never });\n  if (r.choices[0].message.tool_calls) return step([...messages, r, last], times + 1);\n  return r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'whose tools come back with what is spread later',
    files: `${OPENAI}export async function step(messages: object[], more: object, times = 0): Promise<unknown> {\n  const r = await client.chat.completions.create({ model: 'gpt-5', messages: messages as never, tool_choice: times < 5 ? 'auto' : 'none', ...more });\n  if (r.choices[0].message.tool_calls) return step([...messages, r], more, times + 1);\n  return r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'that forces a tool at first only',
    files: `${OPENAI}export async function step(messages: object[], times = 0): Promise<unknown> {\n  const r = await client.chat.completions.create({ model: 'gpt-5', messages: messages as never, tool_choice: times < 1 ? 'required' : 'auto' });\n  if (r.choices[0].message.tool_calls) return step([...messages, r], times + 1);\n  return r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'without a depth',
    files: `${OPENAI}export async function step(messages: object[]): Promise<unknown> {\n  const r = await ${CHAT};\n  if (r.choices[0].message.tool_calls) return step([...messages, r]);\n  return r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'while there are tool calls',
    files: `${OPENAI}export async function step(messages: object[]): Promise<unknown> {\n  const r = await ${CHAT};\n  const calls = r.choices[0].message.tool_calls ?? [];\n  if (calls.length > 0) return step([...messages, r]);\n  return r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'while there are results of this call',
    files: `${OPENAI}export async function step(messages: object[]): Promise<unknown> {\n  const r = await ${CHAT};\n  const results: object[] = [];\n  for (const c of r.choices) results.push(c);\n  if (results.length > 0) return step([...messages, ...results]);\n  return r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'with a conversation that may not grow longer',
    files: `${OPENAI}export async function step(messages: object[]): Promise<unknown> {\n  if (messages.length > 20) return null;\n  const r = await ${CHAT};\n  messages.push(r);\n  return step(messages);\n}`,
    calls: LOOP('bounded 20'),
  },
  {
    name: 'until there are no tool calls',
    files: `${OPENAI}export async function step(messages: object[]): Promise<unknown> {\n  const r = await ${CHAT};\n  const calls = r.choices[0].message.tool_calls ?? [];\n  if (calls.length < 1) return r;\n  return step([...messages, r]);\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'with a depth that stands still',
    files: `${OPENAI}export async function step(depth = 0): Promise<unknown> {\n  if (depth >= 5) return null;\n  const r = await ${CHAT};\n  return r ? step(depth) : r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'with a depth that is left out',
    files: `${OPENAI}export async function step(messages: object[], depth = 0): Promise<unknown> {\n  if (depth >= 5) return null;\n  const r = await ${CHAT};\n  return r ? step([...messages, r]) : r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'with a check of another parameter',
    files: `${OPENAI}export async function step(text: string, max: number): Promise<unknown> {\n  if (max < 1) return null;\n  const r = await ${CHAT};\n  return r ? step(text, max) : r;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'mutual',
    files: `${OPENAI}export async function think(): Promise<unknown> { const r = await ${CHAT}; return act(r); }\nasync function act(r: unknown): Promise<unknown> { return r ? think() : null; }`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'mutual with a depth',
    files: `${OPENAI}export async function think(depth: number): Promise<unknown> { if (depth > 4) return null; const r = await ${CHAT}; return act(r, depth + 1); }\nasync function act(r: unknown, depth: number): Promise<unknown> { return r ? think(depth) : null; }`,
    calls: LOOP('bounded 4'),
  },
  {
    name: 'over two files',
    files: {
      'think.ts': `${OPENAI}import { act } from './act';\nexport async function think(): Promise<unknown> { return act(await ${CHAT}); }`,
      'act.ts': `import { think } from './think';\nexport async function act(r: unknown): Promise<unknown> { return r ? think() : null; }`,
    },
    calls: LOOP('unbounded'),
  },
  {
    name: 'of a method',
    files: `${OPENAI}export class Bot {\n  async step(): Promise<unknown> { const r = await ${CHAT}; return r.choices ? this.step() : r; }\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'of another function of the same name',
    files: `${OPENAI}import { step as other } from './other';\nexport async function step() { await ${CHAT}; return other(); }`,
    calls: LOOP('no'),
  },
  {
    name: 'by setTimeout',
    files: `${OPENAI}export async function poll() { await ${CHAT}; setTimeout(poll, 1000); }`,
    calls: LOOP('unbounded'),
    wrong: 'a function that hands itself to a timer is not seen as a loop',
  },
]);

table('callers', [
  {
    name: 'in a loop of the same file',
    files: `${OPENAI}const ask = () => ${CHAT};\nexport async function run() { while (true) { const r = await ask(); if (!r.choices) return; } }`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'in a loop of another file',
    files: {
      'llm.ts': `${OPENAI}export const ask = () => ${CHAT};`,
      'a.ts': `import { ask } from './llm';\nexport async function run() { for (let i = 0; i < 3; i++) await ask(); }`,
    },
    calls: LOOP('bounded 3'),
  },
  {
    name: 'two files up',
    files: {
      'llm.ts': `${OPENAI}export const ask = () => ${CHAT};`,
      'mid.ts': `import { ask } from './llm';\nexport async function plan() { return ask(); }`,
      'a.ts': `import { plan } from './mid';\nexport async function run() { while (true) { const r = await plan(); if (!r) return; } }`,
    },
    calls: LOOP('unbounded'),
  },
  {
    name: 'the worst of two callers',
    files: {
      'llm.ts': `${OPENAI}export const ask = () => ${CHAT};`,
      'a.ts': `import { ask } from './llm';\nexport const one = () => ask();`,
      'b.ts': `import { ask } from './llm';\nexport async function run() { for (;;) { if (!(await ask())) return; } }`,
    },
    calls: LOOP('unbounded'),
  },
  {
    name: 'a loop of a test does not count',
    files: {
      'llm.ts': `${OPENAI}export const ask = () => ${CHAT};`,
      'a.test.ts': `import { ask } from './llm';\nwhile (true) await ask();`,
    },
    calls: LOOP('no'),
  },
  {
    name: 'a loop around a function of the same name',
    files: {
      'llm.ts': `${OPENAI}export const ask = () => ${CHAT};`,
      'a.ts': `const ask = async () => 1;\nexport async function run() { while (true) await ask(); }`,
    },
    calls: LOOP('no'),
  },
  {
    name: 'a method',
    files: `${OPENAI}class Bot { ask() { return ${CHAT}; } }\nconst bot = new Bot();\nexport async function run() { while (true) { if (!(await bot.ask())) return; } }`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'a generator that a loop reads',
    files: `${OPENAI}async function* answers() { while (true) { yield await ${CHAT}; } }\nexport async function run() { for await (const a of answers()) { if (!a.choices) return; } }`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'a generator with a limit',
    files: `${OPENAI}async function* answers() { for (let i = 0; i < 3; i++) yield await ${CHAT}; }\nexport async function run() { for await (const a of answers()) console.log(a); }`,
    calls: LOOP('bounded 3'),
  },
  {
    name: 'a helper that never ends',
    files: {
      'util.ts': `export async function forever(fn: () => Promise<void>) { while (true) await fn(); }`,
      'a.ts': `${OPENAI}import { forever } from './util';\nawait forever(async () => { await ${CHAT}; });`,
    },
    calls: LOOP('unbounded'),
  },
  {
    name: 'a helper that runs it once',
    files: {
      'util.ts': `export async function timed(fn: () => Promise<void>) { const t = Date.now(); await fn(); while (Date.now() - t < 10) {} }`,
      'a.ts': `${OPENAI}import { timed } from './util';\nawait timed(async () => { await ${CHAT}; });`,
    },
    calls: LOOP('no'),
  },
  {
    name: 'a retry counts as a bounded loop',
    files: `${OPENAI}import pRetry from 'p-retry';\nawait pRetry(() => ${CHAT}, { retries: 4 });`,
    calls: LOOP('bounded'),
  },
  {
    name: 'a route that a loop of the browser calls',
    files: {
      'app/api/chat/route.ts': `${OPENAI}export async function POST() { return Response.json(await ${CHAT}); }`,
      'app/page.tsx': `export async function poll() { while (true) { const r = await fetch('/api/chat', { method: 'POST' }); if (!r.ok) return; } }`,
    },
    calls: LOOP('unbounded'),
  },
]);

table('people and time', [
  {
    name: 'a REPL with readline',
    files: `import * as readline from 'node:readline/promises';\n${OPENAI}const rl = readline.createInterface({ input: process.stdin });\nwhile (true) {\n  const text = await rl.question('> ');\n  await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: text }] });\n}`,
    calls: LOOP('no'),
  },
  {
    name: 'a REPL with an agent loop inside',
    files: `import * as readline from 'node:readline/promises';\n${OPENAI}const rl = readline.createInterface({ input: process.stdin });\nwhile (true) {\n  await rl.question('> ');\n  while (true) { const r = await ${CHAT}; if (!r.choices[0].message.tool_calls) break; }\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'a question behind a condition does not set the pace',
    files: `import * as readline from 'node:readline/promises';\n${OPENAI}const rl = readline.createInterface({ input: process.stdin });\nwhile (true) {\n  const r = await ${CHAT};\n  if (r.choices[0].message.refusal) await rl.question('go on?');\n  if (!r.choices) break;\n}`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'the lines of standard input',
    files: `import * as readline from 'node:readline';\n${OPENAI}const rl = readline.createInterface({ input: process.stdin });\nfor await (const line of rl) { await ${CHAT}; console.log(line); }`,
    calls: LOOP('no'),
  },
  {
    name: 'prompts of inquirer',
    files: `import { input } from '@inquirer/prompts';\n${OPENAI}while (true) { const q = await input({ message: '?' }); if (q === 'exit') break; await ${CHAT}; }`,
    calls: LOOP('no'),
  },
  {
    name: 'polling with a sleep',
    files: `${OPENAI}const sleep = (ms: number) => new Promise(r => setTimeout(r, ms));\nexport async function run() { while (true) { await ${CHAT}; await sleep(60_000); } }`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'polling for a state, the call outside',
    files: `${OPENAI}export async function run() {\n  const run = await client.beta.threads.runs.create('t', { assistant_id: 'a' });\n  while (run.status === 'queued') await new Promise(r => setTimeout(r, 500));\n}`,
    calls: LOOP('no'),
  },
  {
    name: 'setInterval',
    files: `${OPENAI}setInterval(async () => { await ${CHAT}; }, 60_000);`,
    calls: LOOP('unbounded'),
    wrong: 'a timer that repeats is not seen as a loop',
  },
  { name: 'setTimeout', files: `${OPENAI}setTimeout(async () => { await ${CHAT}; }, 60_000);`, calls: LOOP('no') },
  {
    name: 'a handler in JSX',
    files: {
      'a.tsx': `${OPENAI}export function List({ items }: { items: string[] }) {\n  const ask = async () => { await ${CHAT}; };\n  return <ul>{items.map(i => <li key={i} onClick={ask}>{i}</li>)}</ul>;\n}`,
    },
    calls: LOOP('no'),
  },
  {
    name: 'a handler written in JSX',
    files: {
      'a.tsx': `${OPENAI}export function List({ items }: { items: string[] }) {\n  return <ul>{items.map(i => <li key={i} onClick={async () => { await ${CHAT}; }}>{i}</li>)}</ul>;\n}`,
    },
    calls: LOOP('no'),
  },
  {
    name: 'a handler of events',
    files: `${OPENAI}import { EventEmitter } from 'node:events';\nconst bus = new EventEmitter();\nbus.on('message', async () => { await ${CHAT}; });`,
    calls: LOOP('no'),
  },
]);

table('agent loops of SDKs', [
  { name: 'stopWhen', files: `${AI}await ${gen('stopWhen: stepCountIs(6)')};`, calls: LOOP('bounded 6') },
  {
    name: 'stopWhen, a list',
    files: `${AI}import { hasToolCall } from 'ai';\nawait ${gen(`stopWhen: [hasToolCall('done'), stepCountIs(6)]`)};`,
    calls: LOOP('bounded 6'),
  },
  {
    name: 'stopWhen, a constant',
    files: `${AI}const MAX = 6;\nconst stop = stepCountIs(MAX);\nawait ${gen('stopWhen: stop')};`,
    calls: LOOP('bounded 6'),
  },
  {
    name: 'stopWhen with a tool only',
    files: `${AI}import { hasToolCall } from 'ai';\nawait ${gen(`stopWhen: hasToolCall('done')`)};`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'stopWhen with a tool only, for an agent',
    files: `import { ToolLoopAgent, hasToolCall } from 'ai';\nconst agent = new ToolLoopAgent({ model: 'openai/gpt-5', stopWhen: hasToolCall('done') });\nawait agent.generate({ prompt: '' });`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'stopWhen, an empty list',
    files: `${AI}await ${gen('stopWhen: []')};`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'stopWhen with a function of one’s own',
    files: `${AI}await ${gen('stopWhen: ({ steps }) => steps.length >= 5')};`,
    calls: LOOP('unknown'),
  },
  {
    name: 'stopWhen that never stops',
    files: `${AI}import { isLoopFinished } from 'ai';\nawait ${gen('stopWhen: isLoopFinished()')};`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'stopWhen with Infinity',
    files: `${AI}await ${gen('stopWhen: stepCountIs(Infinity)')};`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'a name like stepCountIs of one’s own',
    files: `import { generateText } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nconst stepCountIs = (n: number) => () => n < 0;\nawait ${gen('stopWhen: stepCountIs(5)')};`,
    calls: LOOP('unknown'),
  },
  { name: 'tools without stopWhen make one step', files: `${AI}await ${gen('')};`, calls: LOOP('no') },
  { name: 'maxSteps in AI SDK 6 makes one step', files: `${AI}await ${gen('maxSteps: 5')};`, calls: LOOP('no') },
  {
    name: 'maxSteps in AI SDK 4',
    files: { ...manifest({ ai: '4.3.19' }), 'a.ts': `${AI}await ${gen('maxSteps: 5')};` },
    calls: LOOP('bounded 5'),
  },
  {
    name: 'one step in a loop without an end',
    files: `${AI}export async function run() { while (true) { const r = await ${gen('stopWhen: stepCountIs(6)')}; if (r.finishReason === 'stop') return r; } }`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'ToolLoopAgent by default',
    files: `import { ToolLoopAgent } from 'ai';\nconst agent = new ToolLoopAgent({ model: 'openai/gpt-5' });\nawait agent.generate({ prompt: '' });`,
    calls: LOOP('bounded 20 default'),
  },
  {
    name: 'Claude Agent SDK by default',
    files: `import { query } from '@anthropic-ai/claude-agent-sdk';\nfor await (const m of query({ prompt: 'hi' })) console.log(m);`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'Claude Agent SDK with turns',
    files: `import { query } from '@anthropic-ai/claude-agent-sdk';\nfor await (const m of query({ prompt: 'hi', options: { maxTurns: 8 } })) console.log(m);`,
    calls: LOOP('bounded 8'),
  },
  {
    name: 'Claude Agent SDK with turns in the wrong place',
    files: `import { query } from '@anthropic-ai/claude-agent-sdk';\nfor await (const m of query({ prompt: 'hi', maxTurns: 8 } as never)) console.log(m);`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'Claude Agent SDK with a budget, which is no number of rounds',
    files: `import { query } from '@anthropic-ai/claude-agent-sdk';\nfor await (const m of query({ prompt: 'hi', options: { maxBudgetUsd: 2 } })) console.log(m);`,
    calls: LOOP('bounded'),
  },
  {
    name: 'Claude Agent SDK with turns that may be missing',
    files: `import { query } from '@anthropic-ai/claude-agent-sdk';\nexport async function run(o: { turns?: number } = {}) { for await (const m of query({ prompt: 'hi', options: { ...(o.turns ? { maxTurns: 8 } : {}) } })) console.log(m); }`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'OpenAI Agents by default',
    files: `import { Agent, run } from '@openai/agents';\nawait run(new Agent({ name: 'a' }), 'hi');`,
    calls: LOOP('bounded 10 default'),
  },
  {
    name: 'OpenAI Agents with turns',
    files: `import { Agent, run } from '@openai/agents';\nawait run(new Agent({ name: 'a' }), 'hi', { maxTurns: 3 });`,
    calls: LOOP('bounded 3'),
  },
  {
    name: 'OpenAI Agents with turns switched off',
    files: `import { Agent, run } from '@openai/agents';\nawait run(new Agent({ name: 'a' }), 'hi', { maxTurns: null });`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'OpenAI Agents with turns on the agent, where they do nothing',
    files: `import { Agent, run } from '@openai/agents';\nawait run(new Agent({ name: 'a', maxTurns: 3 } as never), 'hi');`,
    calls: LOOP('bounded 10 default'),
  },
  {
    name: 'runTools of OpenAI by default',
    files: `${OPENAI}await client.chat.completions.runTools({ model: 'gpt-5', messages: [], tools: [] }).finalContent();`,
    calls: LOOP('bounded 10 default'),
  },
  {
    name: 'toolRunner of Anthropic by default',
    files: `import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\nawait client.beta.messages.toolRunner({ model: 'claude-opus-5', max_tokens: 9, messages: [], tools: [] });`,
    calls: LOOP('unbounded'),
  },
  {
    name: 'toolRunner of Anthropic with a number',
    files: `import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\nawait client.beta.messages.toolRunner({ model: 'claude-opus-5', max_tokens: 9, max_iterations: 4, messages: [], tools: [] });`,
    calls: LOOP('bounded 4'),
  },
  {
    name: 'a local function called run',
    files: `import { Agent } from '@openai/agents';\nconst run = (a: unknown, s: string) => [a, s];\nrun(new Agent({ name: 'a' }), 'hi');`,
    calls: [],
  },
  {
    name: 'LangGraph with a recursion limit',
    files: `import { createReactAgent } from '@langchain/langgraph/prebuilt';\nimport { ChatOpenAI } from '@langchain/openai';\nconst agent = createReactAgent({ llm: new ChatOpenAI({}), tools: [] });\nawait agent.invoke({ messages: [] }, { recursionLimit: 12 });`,
    calls: LOOP('bounded 12'),
  },
  {
    name: 'a tool that calls a model takes the loop of its agent',
    files: `${AI}import { tool } from 'ai';\nconst ask = tool({ execute: async () => ${GENERATE} });\nawait generateText({ model: openai('gpt-5'), prompt: '', tools: { ask }, stopWhen: stepCountIs(4) });`,
    calls: [
      { at: 'a.ts:4', loop: 'bounded 4' },
      { at: 'a.ts:5', loop: 'bounded 4' },
    ],
  },
  {
    name: 'a tool of an agent without a bound',
    files: `import { query, tool, createSdkMcpServer } from '@anthropic-ai/claude-agent-sdk';\nimport { generateText } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nexport const ask = tool('ask', '', {}, async () => ${GENERATE});\nexport const server = createSdkMcpServer({ name: 's', tools: [ask] });\nfor await (const m of query({ prompt: '', options: { mcpServers: { s: server } } })) console.log(m);`,
    calls: [
      { at: 'a.ts:4', loop: 'unbounded' },
      { at: 'a.ts:6', loop: 'unbounded' },
    ],
  },
  {
    name: 'a tool that nobody hands out',
    files: `${AI}import { tool } from 'ai';\nexport const ask = tool({ execute: async () => ${GENERATE} });`,
    calls: LOOP('no'),
  },
]);
