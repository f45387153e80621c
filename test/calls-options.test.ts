// How an option is written, and where: what reaches the request counts, what looks like it does not.
import { AI, ANTHROPIC, CHAT, manifest, OPENAI, table } from './support/calls.ts';

const ask = (options: string): string => `client.chat.completions.create({ model: 'gpt-5', messages: [], ${options} })`;
const CAPPED = (tokens: number | boolean | null) => [{ cap: tokens }];

table('how a value is written', [
  { name: 'a literal', files: `${OPENAI}await ${ask('max_tokens: 500')};`, calls: CAPPED(500) },
  { name: 'nothing', files: `${OPENAI}await ${CHAT};`, calls: CAPPED(false) },
  { name: 'a number with separators, and arithmetic', files: `${OPENAI}await ${ask('max_tokens: 2 * 1_000')};`, calls: CAPPED(2000) },
  { name: 'a constant', files: `${OPENAI}const MAX = 500;\nawait ${ask('max_tokens: MAX')};`, calls: CAPPED(500) },
  { name: 'a shorthand', files: `${OPENAI}const max_tokens = 500;\nawait ${ask('max_tokens')};`, calls: CAPPED(500) },
  {
    name: 'a constant of another file',
    files: {
      'config.ts': `export const LIMITS = { chat: { tokens: 700 } } as const;`,
      'a.ts': `${OPENAI}import { LIMITS } from './config';\nawait ${ask('max_tokens: LIMITS.chat.tokens')};`,
    },
    calls: CAPPED(700),
  },
  {
    name: 'the environment with a default',
    files: `${OPENAI}await ${ask(`max_tokens: Number(process.env.MAX ?? 800)`)};\nawait ${ask(`max_tokens: parseInt(process.env.MAX || '900', 10)`)};`,
    calls: [{ cap: 800 }, { cap: 900 }],
  },
  {
    name: 'the environment without a default',
    files: `${OPENAI}await ${ask(`max_tokens: Number(process.env.MAX)`)};`,
    calls: CAPPED(null),
  },
  {
    name: 'the environment, which must say it',
    files: `${OPENAI}if (!process.env.MAX) throw new Error('MAX is missing');\nawait ${ask(`max_tokens: Number(process.env.MAX)`)};`,
    calls: CAPPED(true),
  },
  {
    name: 'the environment, or nothing',
    files: `${OPENAI}await ${ask(`max_tokens: process.env.MAX ? Number(process.env.MAX) : undefined`)};`,
    calls: CAPPED(null),
  },
  {
    name: 'one of two numbers',
    files: `${OPENAI}export const f = (long: boolean) => ${ask('max_tokens: long ? 4000 : 1000')};`,
    calls: CAPPED(4000),
  },
  {
    name: 'what a function outside says',
    wrong: 'a function without a body (declare, abstract) is taken to return undefined, so the cap is said to be missing',
    files: `${OPENAI}declare function setting(name: string): number;\nawait ${ask(`max_tokens: setting('max')`)};`,
    calls: CAPPED(true),
  },
  {
    name: 'what a file of settings says, if it does',
    files: `import { readFileSync } from 'node:fs';\n${OPENAI}const settings: { max?: number } = JSON.parse(readFileSync('x.json', 'utf8'));\nawait ${ask('max_tokens: settings.max')};`,
    calls: CAPPED(null),
    wrong: 'a member of a value from outside counts as set, although it may be missing',
  },
  { name: 'undefined', files: `${OPENAI}await ${ask('max_tokens: undefined')};`, calls: CAPPED(false) },
  {
    name: 'null',
    files: `${OPENAI}await ${ask('max_tokens: null')};`,
    calls: CAPPED(false),
  },
  {
    name: 'null or a number',
    files: `${OPENAI}export const f = (short: boolean) => ${ask('max_tokens: short ? 100 : null')};`,
    calls: CAPPED(null),
  },
  { name: 'Infinity', files: `${OPENAI}await ${ask('max_tokens: Infinity')};`, calls: CAPPED(false) },
  {
    name: '-1, which means no limit to LangChain',
    files: `import { ChatOpenAI } from '@langchain/openai';\nconst model = new ChatOpenAI({ model: 'gpt-5', maxTokens: -1 });\nawait model.invoke('hi');`,
    calls: CAPPED(false),
  },
  { name: 'a comment', files: `${OPENAI}await ${ask('/* max_tokens: 500 */')};`, calls: CAPPED(false) },
  {
    name: 'a value of a number’s name in a message',
    files: `${OPENAI}await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: 'max_tokens: 5' }] });`,
    calls: CAPPED(false),
  },
]);

table('objects of options', [
  { name: 'a spread of a constant', files: `${OPENAI}const base = { max_tokens: 500 };\nawait ${ask('...base')};`, calls: CAPPED(500) },
  {
    name: 'a spread of a constant without it',
    files: `${OPENAI}const base = { temperature: 0 };\nawait ${ask('...base')};`,
    calls: CAPPED(false),
  },
  {
    name: 'a spread of what a function returns',
    files: `${OPENAI}const base = (n: number) => ({ max_tokens: n });\nawait ${ask('...base(600)')};`,
    calls: CAPPED(600),
  },
  {
    name: 'a spread from another file',
    files: {
      'config.ts': `export default { max_tokens: 500 };`,
      'a.ts': `${OPENAI}import base from './config';\nawait ${ask('...base')};`,
    },
    calls: CAPPED(500),
  },
  {
    name: 'a spread that is overwritten',
    files: `${OPENAI}const base = { max_tokens: 500 };\nawait ${ask('...base, max_tokens: 50')};`,
    calls: CAPPED(50),
  },
  {
    name: 'a spread that overwrites',
    files: `${OPENAI}const base = { max_tokens: undefined };\nawait ${ask('max_tokens: 50, ...base')};`,
    calls: CAPPED(false),
  },
  {
    name: 'a body that a caller builds',
    files: `${OPENAI}export const f = (body: OpenAI.ChatCompletionCreateParams) => client.chat.completions.create(body);`,
    calls: CAPPED(null),
  },
  {
    name: 'arguments that are spread',
    files: `${OPENAI}export const f = (...args: [never]) => client.chat.completions.create(...args);`,
    calls: CAPPED(null),
  },
  {
    name: 'a conditional spread',
    files: `${OPENAI}export const f = (n?: number) => ${ask('...(n ? { max_tokens: 500 } : {})')};`,
    calls: CAPPED(null),
  },
  {
    name: 'a conditional spread with &&',
    files: `${OPENAI}export const f = (n?: number) => ${ask('...(n && { max_tokens: 500 })')};`,
    calls: CAPPED(null),
  },
  {
    name: 'a conditional spread that has it on both ways',
    files: `${OPENAI}export const f = (n?: number) => ${ask('...(n ? { max_tokens: 500 } : { max_tokens: 100 })')};`,
    calls: CAPPED(500),
  },
  {
    name: 'old and new name, one on each way',
    files: `${OPENAI}export const f = (o1: boolean) => ${ask('...(o1 ? { max_completion_tokens: 500 } : { max_tokens: 100 })')};`,
    calls: CAPPED(500),
  },
  {
    name: 'Object.assign',
    files: `${OPENAI}await client.chat.completions.create(Object.assign({ model: 'gpt-5', messages: [] }, { max_tokens: 500 }));`,
    calls: [{ model: 'gpt-5', cap: 500 }],
  },
  {
    name: 'Object.assign, of which the last wins',
    files: `${OPENAI}await client.chat.completions.create(Object.assign({ max_tokens: 500 }, { model: 'gpt-5', messages: [], max_tokens: 5 }));`,
    calls: CAPPED(5),
  },
  {
    name: 'a later assignment',
    files: `${OPENAI}const options: Record<string, unknown> = { model: 'gpt-5', messages: [] };\noptions.max_tokens = 5;\nawait client.chat.completions.create(options as never);`,
    calls: CAPPED(5),
  },
  {
    name: 'a later assignment on some ways',
    files: `${OPENAI}export function f(n?: number) {\n  const options: Record<string, unknown> = { model: 'gpt-5', messages: [] };\n  if (n) options.max_tokens = n;\n  return client.chat.completions.create(options as never);\n}`,
    calls: CAPPED(null),
  },
  {
    name: 'a later assignment to another object',
    files: `${OPENAI}const options = { model: 'gpt-5', messages: [] };\nconst other: Record<string, unknown> = {};\nother.max_tokens = 5;\nawait client.chat.completions.create(options);`,
    calls: CAPPED(false),
  },
  {
    name: 'a later assignment by its name as text',
    files: `${OPENAI}const options: Record<string, unknown> = { model: 'gpt-5', messages: [] };\noptions['max_tokens'] = 5;\nawait client.chat.completions.create(options as never);`,
    calls: CAPPED(null),
    wrong: 'element assignments are not seen',
  },
  {
    name: 'an object that is spread, behind which hidden options stand',
    files: `${OPENAI}const prepared = (extra?: object) => ({ model: 'gpt-5', messages: [], max_tokens: 5, ...extra });\nexport const f = (extra: object) => ${ask('...prepared(extra)')};`,
    calls: CAPPED(5),
  },
  {
    name: 'an object that is spread, of which nothing is seen',
    files: `${OPENAI}export const f = (extra: object, some: boolean) => ${ask('...(some ? { max_tokens: 5 } : extra)')};`,
    calls: CAPPED(null),
  },
  {
    name: 'a removal',
    files: `${OPENAI}const options: Record<string, unknown> = { model: 'gpt-5', messages: [], max_tokens: 5 };\ndelete options.max_tokens;\nawait client.chat.completions.create(options as never);`,
    calls: CAPPED(null),
  },
  {
    name: 'a removal by destructuring',
    files: `${OPENAI}const { max_tokens, ...rest } = { model: 'gpt-5', messages: [], max_tokens: 5 };\nawait client.chat.completions.create(rest);\nexport { max_tokens };`,
    calls: CAPPED(false),
    wrong: 'the rest of a destructuring keeps what was taken out',
  },
  {
    name: 'the rest of a destructuring',
    files: `${OPENAI}const { user, ...rest } = { model: 'gpt-5', messages: [], max_tokens: 5, user: 'u' };\nawait client.chat.completions.create(rest);\nexport { user };`,
    calls: [{ cap: 5, model: 'gpt-5' }],
  },
  {
    name: 'an object behind a key',
    files: `${OPENAI}const presets = { short: { max_tokens: 5 }, long: { max_tokens: 9 } };\nexport const f = (p: 'short' | 'long') => ${ask('...presets[p]')};`,
    calls: CAPPED(9),
  },
  {
    name: 'an object behind a key, one without',
    files: `${OPENAI}const presets = { short: { max_tokens: 5 }, free: {} };\nexport const f = (p: 'short' | 'free') => ${ask('...presets[p]')};`,
    calls: CAPPED(null),
  },
  {
    name: 'an object frozen and typed',
    files: `${OPENAI}const base = Object.freeze({ max_tokens: 5 } as const);\nawait ${ask('...base')};`,
    calls: CAPPED(5),
  },
]);

table('parameters and fields', [
  {
    name: 'a parameter that all callers give',
    files: `${OPENAI}const f = (n: number) => ${ask('max_tokens: n')};\nf(100);\nf(200);`,
    calls: CAPPED(200),
  },
  {
    name: 'a parameter that one caller leaves out',
    files: `${OPENAI}const f = (n?: number) => ${ask('max_tokens: n')};\nf(100);\nf();`,
    calls: CAPPED(null),
  },
  { name: 'a parameter with a default', files: `${OPENAI}export const f = (n = 300) => ${ask('max_tokens: n')};`, calls: CAPPED(300) },
  { name: 'a parameter without one', files: `${OPENAI}export const f = (n?: number) => ${ask('max_tokens: n')};`, calls: CAPPED(null) },
  {
    name: 'an option with a default by destructuring',
    files: `${OPENAI}export const f = ({ maxTokens = 300 } = {}) => ${ask('max_tokens: maxTokens')};`,
    calls: CAPPED(300),
  },
  {
    name: 'an option with ??',
    files: `${OPENAI}export const f = (o: { max?: number }) => ${ask('max_tokens: o.max ?? 300')};`,
    calls: CAPPED(300),
  },
  {
    name: 'options of a caller in another file',
    files: {
      'llm.ts': `${OPENAI}export const f = (o: { max?: number }) => ${ask('max_tokens: o.max')};`,
      'a.ts': `import { f } from './llm';\nawait f({ max: 40 });`,
    },
    calls: CAPPED(40),
  },
  {
    name: 'options spread into the body',
    files: {
      'llm.ts': `${OPENAI}export const f = (o: object) => ${ask('...o')};`,
      'a.ts': `import { f } from './llm';\nawait f({ max_tokens: 40 });`,
      'b.ts': `import { f } from './llm';\nawait f({});`,
    },
    calls: CAPPED(null),
  },
  {
    name: 'a field of the configuration with a default in the constructor',
    files: `import OpenAI from 'openai';\nexport class Bot {\n  private client = new OpenAI();\n  private config: { max: number };\n  constructor(config: { max?: number } = {}) { this.config = { max: 256, ...config }; }\n  ask() { return this.${ask('max_tokens: this.config.max')}; }\n}`,
    calls: CAPPED(256),
  },
  {
    name: 'a field with ?? in the constructor',
    files: `import OpenAI from 'openai';\nexport class Bot {\n  private client = new OpenAI();\n  private max: number;\n  constructor(o: { max?: number }) { this.max = o.max ?? 256; }\n  ask() { return this.${ask('max_tokens: this.max')}; }\n}`,
    calls: CAPPED(256),
  },
  {
    name: 'a field without a default',
    files: `import OpenAI from 'openai';\nexport class Bot {\n  private client = new OpenAI();\n  constructor(private o: { max?: number }) {}\n  ask() { return this.${ask('max_tokens: this.o.max')}; }\n}`,
    calls: CAPPED(null),
  },
]);

table('what the caller of a route sends', [
  {
    name: 'is no cap',
    files: `${OPENAI}export async function POST(req: Request) {\n  const { maxTokens } = await req.json();\n  return ${ask('max_tokens: maxTokens')};\n}`,
    calls: CAPPED(false),
  },
  {
    name: 'is no cap in Express',
    files: `${OPENAI}app.post('/x', async (req, res) => { res.json(await ${ask('max_tokens: req.body.maxTokens')}); });`,
    calls: CAPPED(false),
  },
  {
    name: 'is one with a default behind it',
    files: `${OPENAI}export async function POST(req: Request) {\n  const { maxTokens } = await req.json();\n  return ${ask('max_tokens: maxTokens ?? 1000')};\n}`,
    calls: CAPPED(1000),
  },
  {
    name: 'is one below a maximum',
    files: `${OPENAI}export async function POST(req: Request) {\n  const { maxTokens } = await req.json();\n  return ${ask('max_tokens: Math.min(maxTokens, 1000)')};\n}`,
    calls: CAPPED(1000),
  },
  {
    name: 'a body that is passed on',
    files: `${OPENAI}export async function POST(req: Request) {\n  return client.chat.completions.create(await req.json());\n}`,
    calls: CAPPED(false),
  },
  {
    name: 'a body spread before the cap',
    files: `${OPENAI}export async function POST(req: Request) {\n  const body = await req.json();\n  return client.chat.completions.create({ ...body, max_tokens: 1000 });\n}`,
    calls: CAPPED(1000),
  },
  {
    name: 'a body spread over the cap',
    files: `${OPENAI}export async function POST(req: Request) {\n  const body = await req.json();\n  return client.chat.completions.create({ model: 'gpt-5', messages: [], max_tokens: 1000, ...body });\n}`,
    calls: CAPPED(null),
  },
  {
    name: 'a parameter spread over the cap',
    files: `${OPENAI}export const f = (more: object) => client.chat.completions.create({ model: 'gpt-5', messages: [], max_tokens: 1000, ...more });`,
    calls: CAPPED(1000),
  },
  {
    name: 'a schema without a default',
    files: `${OPENAI}import { z } from 'zod';\nconst Body = z.object({ max: z.number().optional() });\nexport async function POST(req: Request) {\n  const body = Body.parse(await req.json());\n  return ${ask('max_tokens: body.max')};\n}`,
    calls: CAPPED(false),
  },
]);

table('the wrong place or name', [
  {
    name: 'maxRetries in the body',
    files: `${ANTHROPIC}await client.messages.create({ model: 'claude-opus-5', max_tokens: 5, messages: [], maxRetries: 0 });`,
    calls: [{ retries: 'sdk-default 2', cap: 5 }],
  },
  {
    name: 'maxRetries in the second argument',
    files: `${ANTHROPIC}await client.messages.create({ model: 'claude-opus-5', max_tokens: 5, messages: [] }, { maxRetries: 0 });`,
    calls: [{ retries: 'no option 0' }],
  },
  { name: 'a timeout in the body', files: `${OPENAI}await ${ask('timeout: 5000')};`, calls: [{ timeout: false }] },
  {
    name: 'max_tokens on the client',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ max_tokens: 50 } as never);\nawait ${CHAT};`,
    calls: CAPPED(false),
  },
  { name: 'maxTokens instead of max_tokens', files: `${OPENAI}await ${ask('maxTokens: 50')};`, calls: CAPPED(false) },
  {
    name: 'max_output_tokens of responses',
    files: `${OPENAI}await client.responses.create({ model: 'gpt-5', input: '', max_output_tokens: 50 });`,
    calls: CAPPED(50),
  },
  {
    name: 'max_tokens of responses, which it does not know',
    files: `${OPENAI}await client.responses.create({ model: 'gpt-5', input: '', max_tokens: 50 } as never);`,
    calls: CAPPED(false),
    wrong: 'all three names count for every call; responses.create knows only max_output_tokens',
  },
  {
    name: 'maxOutputTokens, AI SDK 6',
    files: `${AI}await generateText({ model: openai('gpt-5'), prompt: '', maxOutputTokens: 50 });`,
    calls: CAPPED(50),
  },
  {
    name: 'maxTokens, AI SDK 6',
    files: `${AI}await generateText({ model: openai('gpt-5'), prompt: '', maxTokens: 50 } as never);`,
    calls: CAPPED(false),
  },
  {
    name: 'maxTokens, AI SDK 5',
    files: { ...manifest({ ai: '5.0.277' }), 'a.ts': `${AI}await generateText({ model: openai('gpt-5'), prompt: '', maxTokens: 50 });` },
    calls: CAPPED(false),
  },
  {
    name: 'maxTokens, AI SDK 4',
    files: { ...manifest({ ai: '4.3.19' }), 'a.ts': `${AI}await generateText({ model: openai('gpt-5'), prompt: '', maxTokens: 50 });` },
    calls: CAPPED(50),
  },
  {
    name: 'maxOutputTokens, AI SDK 4',
    files: {
      ...manifest({ ai: '4.3.19' }),
      'a.ts': `${AI}await generateText({ model: openai('gpt-5'), prompt: '', maxOutputTokens: 50 });`,
    },
    calls: CAPPED(false),
  },
  {
    name: 'maxOutputTokens as an option of the provider',
    files: `${AI}await generateText({ model: openai('gpt-5'), prompt: '', providerOptions: { openai: { maxOutputTokens: 50 } } });`,
    calls: CAPPED(false),
  },
  {
    name: 'maxRetries on createOpenAI',
    files: `import { generateText } from 'ai';\nimport { createOpenAI } from '@ai-sdk/openai';\nconst openai = createOpenAI({ maxRetries: 9 } as never);\nawait generateText({ model: openai('gpt-5'), prompt: '' });`,
    calls: [{ retries: 'sdk-default 2', provider: 'openai' }],
  },
  {
    name: 'a cap for embeddings is none',
    files: `${OPENAI}await client.embeddings.create({ model: 'text-embedding-3-small', input: '', max_tokens: 5 } as never);`,
    calls: [{ cap: false }],
  },
  {
    name: 'withOptions: what it sets holds',
    files: `${OPENAI}await client.withOptions({ maxRetries: 0, timeout: 5000 }).${CHAT.slice(7)};`,
    calls: [{ retries: 'no option 0', timeout: 5000 }],
  },
  {
    name: 'withOptions: what it leaves holds',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ maxRetries: 7 });\nawait client.withOptions({ timeout: 5000 }).${CHAT.slice(7)};`,
    calls: [{ retries: 'option 7' }],
  },
  {
    name: 'the nearest option wins',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ maxRetries: 7, timeout: 9000 });\nawait client.chat.completions.create({ model: 'gpt-5', messages: [] }, { maxRetries: 1, timeout: 100 });`,
    calls: [{ retries: 'option 1', timeout: 100 }],
  },
]);

const LC = `import { ChatOpenAI } from '@langchain/openai';\nconst model = new ChatOpenAI({ model: 'gpt-5', maxTokens: 64, maxRetries: 3, timeout: 7000 });\n`;
const LC_SEEN = { cap: 64, retries: 'option 3', timeout: 7000, model: 'gpt-5', provider: 'openai' } as const;

table('LangChain models', [
  { name: 'straight', files: `${LC}await model.invoke('hi');`, calls: [{ ...LC_SEEN, at: 'a.ts:3', call: 'model.invoke' }] },
  { name: 'through bindTools', files: `${LC}await model.bindTools([]).invoke('hi');`, calls: [LC_SEEN] },
  { name: 'through withStructuredOutput', files: `${LC}await model.withStructuredOutput({}).invoke('hi');`, calls: [LC_SEEN] },
  {
    name: 'through withConfig',
    files: `${LC}await model.withConfig({ tags: [] }).stream('hi');`,
    calls: [{ ...LC_SEEN, streaming: true }],
  },
  {
    name: 'through pipe',
    files: `${LC}import { ChatPromptTemplate } from '@langchain/core/prompts';\nconst chain = ChatPromptTemplate.fromTemplate('{q}').pipe(model);\nawait chain.invoke({ q: '' });`,
    calls: [{ ...LC_SEEN, at: 'a.ts:5', call: 'chain.invoke' }],
  },
  {
    name: 'through two pipes',
    wrong: 'the provider is looked for one level deep only',
    files: `${LC}import { StringOutputParser } from '@langchain/core/output_parsers';\nimport { ChatPromptTemplate } from '@langchain/core/prompts';\nawait ChatPromptTemplate.fromTemplate('{q}').pipe(model).pipe(new StringOutputParser()).invoke({ q: '' });`,
    calls: [LC_SEEN],
  },
  {
    name: 'through RunnableSequence.from',
    files: `${LC}import { RunnableSequence } from '@langchain/core/runnables';\nawait RunnableSequence.from([(x: string) => x, model]).invoke('hi');`,
    calls: [LC_SEEN],
  },
  {
    name: 'through an inner chain',
    files: `${LC}import { RunnableSequence, RunnablePassthrough } from '@langchain/core/runnables';\nconst inner = RunnableSequence.from([(x: string) => x, model]);\nconst chain = RunnablePassthrough.assign({ answer: inner });\nawait chain.invoke({});`,
    calls: [LC_SEEN],
  },
  {
    name: 'a pipe without a model calls none',
    files: `${LC}import { StringOutputParser } from '@langchain/core/output_parsers';\nimport { ChatPromptTemplate } from '@langchain/core/prompts';\nawait ChatPromptTemplate.fromTemplate('{q}').pipe(new StringOutputParser()).invoke({ q: '' });\nexport { model };`,
    calls: [],
  },
  {
    name: 'a prompt, a parser and a retriever are no models',
    files: `${LC}import { ChatPromptTemplate } from '@langchain/core/prompts';\nawait ChatPromptTemplate.fromTemplate('{q}').invoke({ q: '' });\nexport { model };`,
    calls: [],
  },
  {
    name: 'a runnable function is no model',
    files: `${LC}import { RunnableLambda } from '@langchain/core/runnables';\nawait RunnableLambda.from((x: string) => x).invoke('hi');\nexport { model };`,
    calls: [],
  },
  {
    name: 'a tool is no model',
    files: `${LC}import { tool } from '@langchain/core/tools';\nconst add = tool(() => '', { name: 'add' });\nawait add.invoke({});\nexport { model };`,
    calls: [],
  },
  {
    name: 'maxTokens as a call option through bind',
    files: `import { ChatOpenAI } from '@langchain/openai';\nconst model = new ChatOpenAI({ model: 'gpt-5' });\nawait model.bind({ max_tokens: 10 } as never).invoke('hi');`,
    calls: [{ cap: false }],
  },
  {
    name: 'a timeout as an option of the call',
    files: `import { ChatOpenAI } from '@langchain/openai';\nconst model = new ChatOpenAI({ model: 'gpt-5' });\nawait model.invoke('hi', { timeout: 3000 });`,
    calls: [{ timeout: 3000 }],
  },
  {
    name: 'maxRetries in clientOptions does nothing',
    files: `import { ChatOpenAI } from '@langchain/openai';\nconst model = new ChatOpenAI({ model: 'gpt-5', configuration: { maxRetries: 0 } } as never);\nawait model.invoke('hi');`,
    calls: [{ retries: 'sdk-default 6' }],
  },
  {
    name: 'initChatModel',
    files: `import { initChatModel } from 'langchain';\nconst model = await initChatModel('openai:gpt-5', { maxTokens: 64, maxRetries: 3, timeout: 7000 });\nawait model.invoke('hi');`,
    calls: [{ at: 'a.ts:3', cap: 64, retries: 'option 3', timeout: 7000, model: 'openai:gpt-5' }],
  },
  {
    name: 'initChatModel without options',
    files: `import { initChatModel } from 'langchain';\nconst model = await initChatModel('openai:gpt-5');\nawait model.invoke('hi');`,
    calls: [{ cap: false, retries: 'sdk-default 6', timeout: false }],
  },
  {
    name: 'initChatModel names the provider',
    files: `import { initChatModel } from 'langchain';\nconst model = await initChatModel('anthropic:claude-opus-5');\nawait model.invoke('hi');`,
    calls: [{ provider: 'anthropic' }],
  },
  {
    name: 'an agent takes the options of its model',
    files: `${LC}import { createAgent } from 'langchain';\nconst agent = createAgent({ model, tools: [] });\nawait agent.invoke({ messages: [] });`,
    calls: [{ ...LC_SEEN, loop: 'bounded 25 default' }],
  },
  {
    name: 'a graph node with a model',
    files: `${LC}import { StateGraph } from '@langchain/langgraph';\nconst node = async (s: { messages: [] }) => ({ messages: [await model.invoke(s.messages)] });\nconst graph = new StateGraph({} as never).addNode('llm', node).compile();\nawait graph.invoke({ messages: [] });`,
    calls: [
      { at: 'a.ts:4', cap: 64 },
      { at: 'a.ts:6', sdk: 'langgraph-js', loop: 'bounded 25 default' },
    ],
  },
]);

const either = (one: string, other: string): string =>
  `import { ChatOpenAI } from '@langchain/openai';\nconst pick = (fast: boolean) => (fast ? new ChatOpenAI({ model: 'a'${one} }) : new ChatOpenAI({ model: 'b'${other} }));\nexport const run = (fast: boolean, text: string) => pick(fast).invoke(text);`;

table('one of several models', [
  {
    name: 'all have a deadline and a cap',
    files: either(', timeout: 9000, maxTokens: 70', ', timeout: 8000, maxTokens: 60'),
    calls: [{ timeout: 9000, cap: 70 }],
  },
  { name: 'one has no deadline', files: either(', timeout: 9000, maxTokens: 70', ', maxTokens: 60'), calls: [{ timeout: false, cap: 70 }] },
  { name: 'one has no cap', files: either(', timeout: 9000, maxTokens: 70', ', timeout: 8000'), calls: [{ timeout: 9000, cap: false }] },
  {
    name: 'one whose deadline is out of sight',
    files: either(', timeout: 9000', ', ...settings').replace('const pick', 'declare const settings: object;\nconst pick'),
    calls: [{ timeout: null }],
  },
]);

const RACE = `async function within<T>(work: () => Promise<T>, ms: number): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), ms));
  return Promise.race([work(), late]);
}
`;
const asked = (uses: string): string =>
  `import OpenAI from 'openai';\nconst client = new OpenAI();\n${RACE}const ask = (content: string) => client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content }] });\n${uses}`;

table('a deadline around a function that only hands the call on', [
  {
    name: 'where it is called',
    files: asked(`export const run = (q: string) => within(() => ask(q), 9000);`),
    calls: [{ timeout: 9000 }],
  },
  {
    name: 'wherever it is called, the longest',
    files: asked(
      `export const run = (q: string) => within(() => ask(q), 9000);\nexport const slow = (q: string) => within(() => ask(q), 12000);`,
    ),
    calls: [{ timeout: 12000 }],
  },
  {
    name: 'in one of two places',
    files: asked(`export const run = (q: string) => within(() => ask(q), 9000);\nexport const bare = (q: string) => ask(q);`),
    calls: [{ timeout: false }],
  },
]);

table('a race against a pause', [
  {
    name: 'of node:timers/promises',
    files: `import OpenAI from 'openai';\nimport { setTimeout as pause } from 'node:timers/promises';\nconst client = new OpenAI();\nexport const run = (messages: []) => Promise.race([client.chat.completions.create({ model: 'gpt-5', messages }), pause(5000).then(() => { throw new Error('late'); })]);`,
    calls: [{ timeout: 5000 }],
  },
]);

table('lists of models', [
  {
    name: 'each with its own retries',
    files: `import { Agent } from '@mastra/core/agent';\nconst agent = new Agent({ name: 'a', instructions: '', model: [{ model: 'openai/gpt-5', maxRetries: 3 }] });\nexport const run = (q: string) => agent.generate(q);`,
    calls: [{ retries: 'option 3' }],
  },
]);
