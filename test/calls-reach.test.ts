// Ways to reach an SDK, each beside something that looks alike and spends nothing.
import { AI, ANTHROPIC, CHAT, GENERATE, manifest, OPENAI, table } from './support/calls.ts';

const MODEL = { model: 'gpt-5' } as const;

table('imports', [
  {
    name: 'a default import',
    files: `${OPENAI}await ${CHAT};`,
    calls: [{ at: 'a.ts:3', call: 'chat.completions.create', sdk: 'openai-sdk', ...MODEL }],
  },
  {
    name: 'a named import',
    files: `import { OpenAI } from 'openai';\nawait new OpenAI().${CHAT.slice(7)};`,
    calls: [{ at: 'a.ts:2', ...MODEL }],
  },
  {
    name: 'a renamed import',
    files: `import { OpenAI as O } from 'openai';\nconst client = new O();\nawait ${CHAT};`,
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'a default import under its own name',
    files: `import { default as O } from 'openai';\nconst client = new O();\nawait ${CHAT};`,
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'a namespace import',
    files: `import * as ai from 'ai';\nimport { openai } from '@ai-sdk/openai';\nawait ai.${GENERATE};`,
    calls: [{ at: 'a.ts:3', call: 'generateText', ...MODEL }],
  },
  {
    name: 'a namespace import of a class',
    files: `import * as A from '@anthropic-ai/sdk';\nconst client = new A.Anthropic();\nawait client.messages.create({ model: 'claude-opus-5', max_tokens: 5, messages: [] });`,
    calls: [{ at: 'a.ts:3', provider: 'anthropic' }],
  },
  {
    name: 'import = require',
    files: {
      'a.cts': `import OpenAI = require('openai');\nconst client = new OpenAI();\nclient.chat.completions.create({ model: 'gpt-5', messages: [] });`,
    },
    calls: [{ at: 'a.cts:3' }],
  },
  {
    name: 'require',
    files: { 'a.cjs': `const OpenAI = require('openai');\nconst client = new OpenAI();\n${CHAT};` },
    calls: [{ at: 'a.cjs:3' }],
  },
  {
    name: 'require with destructuring',
    files: { 'a.cjs': `const { OpenAI: O } = require('openai');\nconst client = new O();\n${CHAT};` },
    calls: [{ at: 'a.cjs:3' }],
  },
  {
    name: 'require with destructuring of a function',
    files: { 'a.cjs': `const { generateText } = require('ai');\nconst { openai } = require('@ai-sdk/openai');\n${GENERATE};` },
    calls: [{ at: 'a.cjs:3', ...MODEL }],
  },
  {
    name: 'require().default',
    files: { 'a.cjs': `const OpenAI = require('openai').default;\nconst client = new OpenAI();\n${CHAT};` },
    calls: [{ at: 'a.cjs:3' }],
  },
  {
    name: 'a member of require',
    files: { 'a.cjs': `const ai = require('ai');\nconst { openai } = require('@ai-sdk/openai');\nexports.ask = () => ai.${GENERATE};` },
    calls: [{ at: 'a.cjs:3' }],
  },
  {
    name: 'a require that is a function of the file',
    files: {
      'a.cjs': `const require = name => ({ OpenAI: class { chat = { completions: { create() {} } } } });\nconst { OpenAI } = require('openai');\nconst client = new OpenAI();\n${CHAT};`,
    },
    calls: [],
  },
  {
    name: 'a dynamic import with destructuring',
    files: `export async function ask() {\n  const { default: OpenAI } = await import('openai');\n  const client = new OpenAI();\n  return ${CHAT};\n}`,
    calls: [{ at: 'a.ts:4' }],
  },
  {
    name: 'a dynamic import of a function',
    files: `import { openai } from '@ai-sdk/openai';\nexport async function ask() {\n  const { generateText: g } = await import('ai');\n  return g({ model: openai('gpt-5'), prompt: '' });\n}`,
    calls: [{ at: 'a.ts:4' }],
  },
  {
    name: 'a member of a dynamic import',
    files: `import { openai } from '@ai-sdk/openai';\nexport const ask = async () => (await import('ai')).${GENERATE};`,
    calls: [{ at: 'a.ts:2' }],
  },
  {
    name: 'a dynamic import with then',
    files: `import { openai } from '@ai-sdk/openai';\nexport const ask = () => import('ai').then(ai => ai.${GENERATE});`,
    calls: [{ at: 'a.ts:2' }],
    wrong: 'the parameter of then() is not followed, so the call is missed',
  },
  {
    name: 'a subpath',
    files: `import { OpenAI } from 'openai/index.mjs';\nconst client = new OpenAI();\nawait ${CHAT};`,
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'a specifier of npm:',
    files: `import OpenAI from 'npm:openai@4.20.1';\nconst client = new OpenAI();\nawait ${CHAT};`,
    calls: [{ at: 'a.ts:3', package: 'openai 4.20.1' }],
  },
  {
    name: 'a specifier of jsr:',
    files: `import OpenAI from 'jsr:@openai/openai@^4';\nconst client = new OpenAI();\nawait ${CHAT};`,
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'a specifier of esm.sh',
    files: `import OpenAI from 'https://esm.sh/openai@3.3.0';\nimport { OpenAIApi } from 'https://esm.sh/openai@3.3.0';\nawait new OpenAIApi().createChatCompletion({ model: 'gpt-4', messages: [] });`,
    calls: [{ at: 'a.ts:3', package: 'openai 3.3.0', retries: 'none 0' }],
  },
  {
    name: 'a specifier of another site',
    files: `import OpenAI from 'https://example.com/openai@4.0.0';\nconst client = new OpenAI();\nawait ${CHAT};`,
    calls: [],
  },
  {
    name: 'an aliased package',
    files: {
      ...manifest({ 'my-openai': 'npm:openai@4.104.0' }),
      'a.ts': `import OpenAI from 'my-openai';\nconst client = new OpenAI();\nawait ${CHAT};`,
    },
    calls: [{ at: 'a.ts:3', package: 'openai 4.104.0', retries: 'sdk-default 2' }],
  },
  {
    name: 'an aliased package of an old version',
    files: {
      ...manifest({ 'openai-old': 'npm:openai@3.3.0' }),
      'a.ts': `import { OpenAIApi } from 'openai-old';\nconst client = new OpenAIApi();\nawait client.createChatCompletion({ model: 'gpt-4', messages: [] });`,
    },
    calls: [{ at: 'a.ts:3', retries: 'none 0' }],
  },
  {
    name: '#imports under a folder',
    files: {
      ...manifest({ openai: '6.49.0' }, { imports: { '#lib/*': './lib/*.js' } }),
      'lib/llm.ts': `import OpenAI from 'openai';\nexport const client = new OpenAI();`,
      'src/a.ts': `import { client } from '#lib/llm';\nawait ${CHAT};`,
    },
    calls: [{ at: 'src/a.ts:2' }],
  },
  {
    name: 'a subpath of a package of the workspace under another name',
    files: {
      'package.json': { name: 'root', workspaces: ['packages/*'] },
      'packages/llm/package.json': { name: '@acme/llm', exports: { './chat': './src/openai.ts' }, dependencies: { openai: '4.104.0' } },
      'packages/llm/src/openai.ts': `import OpenAI from 'openai';\nexport const client = new OpenAI();`,
      'packages/app/package.json': { name: '@acme/app', dependencies: { '@acme/llm': 'workspace:*' } },
      'packages/app/src/a.ts': `import { client } from '@acme/llm/chat';\nawait ${CHAT};`,
    },
    calls: [{ at: 'packages/app/src/a.ts:2' }],
  },
  {
    name: 'a package of that name that is something else',
    files: { ...manifest({ openai: 'npm:tiny-mock@1.0.0' }), 'a.ts': `${OPENAI}await ${CHAT};` },
    calls: [],
  },
  {
    name: 'types only',
    files: {
      'a.ts': `import type OpenAI from 'openai';\nimport { type ChatModel } from 'openai';\nexport function show(r: OpenAI.ChatCompletion) { return r.choices.map(c => c.message).join(); }`,
    },
    calls: [],
  },
  {
    name: 'a commented import',
    files: `// import OpenAI from 'openai';\nconst client = { chat: { completions: { create: async (o: object) => o } } };\nawait ${CHAT};`,
    calls: [],
  },
]);

table('exports and paths', [
  {
    name: 'export { x as y } from',
    files: {
      'llm.ts': `export { OpenAI as Client } from 'openai';`,
      'a.ts': `import { Client } from './llm';\nconst client = new Client();\nawait ${CHAT};`,
    },
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'a star through two files',
    files: {
      'x/one.ts': `export * from './two';`,
      'x/two.ts': `export * from './three';`,
      'x/three.ts': `import OpenAI from 'openai';\nexport const client = new OpenAI();`,
      'a.ts': `import { client } from './x/one';\nawait ${CHAT};`,
    },
    calls: [{ at: 'a.ts:2' }],
  },
  {
    name: 'a star of a package',
    files: {
      'llm.ts': `export * from 'ai';`,
      'a.ts': `import { generateText } from './llm';\nimport { openai } from '@ai-sdk/openai';\nawait ${GENERATE};`,
    },
    calls: [{ at: 'a.ts:3', call: 'generateText' }],
  },
  {
    name: 'a star under a name',
    files: {
      'llm.ts': `export * as ai from 'ai';`,
      'a.ts': `import { ai } from './llm';\nimport { openai } from '@ai-sdk/openai';\nawait ai.${GENERATE};`,
    },
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'a star that stops before the client',
    files: {
      'one.ts': `export * from './two';`,
      'two.ts': `export const client = { chat: { completions: { create: (o: object) => o } } };`,
      'llm.ts': `import OpenAI from 'openai';\nexport const client = new OpenAI();`,
      'a.ts': `import { client } from './one';\nawait ${CHAT};`,
    },
    calls: [],
  },
  {
    name: 'paths of tsconfig',
    files: {
      'tsconfig.json': { compilerOptions: { paths: { '@llm': ['./lib/llm.ts'] } } },
      'lib/llm.ts': `import OpenAI from 'openai';\nexport default new OpenAI();`,
      'src/a.ts': `import client from '@llm';\nawait ${CHAT};`,
    },
    calls: [{ at: 'src/a.ts:2' }],
  },
  {
    name: 'a path that hides the package of the same name',
    files: {
      'tsconfig.json': { compilerOptions: { paths: { openai: ['./lib/mock.ts'] } } },
      'lib/mock.ts': `export default class { chat = { completions: { create: (o: object) => o } } }`,
      'a.ts': `${OPENAI}await ${CHAT};`,
    },
    calls: [],
  },
  {
    name: '#imports',
    files: {
      ...manifest({ openai: '6.49.0' }, { imports: { '#llm': './lib/llm.js' } }),
      'lib/llm.ts': `import OpenAI from 'openai';\nexport const client = new OpenAI();`,
      'src/a.ts': `import { client } from '#llm';\nawait ${CHAT};`,
    },
    calls: [{ at: 'src/a.ts:2' }],
  },
  {
    name: '#imports of a package',
    files: {
      ...manifest({ openai: '6.49.0' }, { imports: { '#openai': 'openai' } }),
      'a.ts': `import OpenAI from '#openai';\nconst client = new OpenAI();\nawait ${CHAT};`,
    },
    calls: [{ at: 'a.ts:3' }],
    wrong: 'an entry of imports that names a package is not followed',
  },
  {
    name: 'a package of the workspace',
    files: {
      'package.json': { name: 'root', workspaces: ['packages/*'] },
      'packages/llm/package.json': { name: '@acme/llm', dependencies: { openai: '4.104.0' } },
      'packages/llm/src/index.ts': `import OpenAI from 'openai';\nexport const client = new OpenAI();`,
      'packages/app/package.json': { name: '@acme/app', dependencies: { '@acme/llm': 'workspace:*' } },
      'packages/app/src/a.ts': `import { client } from '@acme/llm';\nawait ${CHAT};`,
    },
    calls: [{ at: 'packages/app/src/a.ts:2', package: 'openai 4.104.0' }],
  },
  {
    name: 'a client exported by CommonJS',
    files: {
      'llm.js': `const OpenAI = require('openai');\nmodule.exports = { client: new OpenAI() };`,
      'a.js': `const { client } = require('./llm');\n${CHAT};`,
    },
    calls: [{ at: 'a.js:2' }],
  },
  {
    name: 'a client that is module.exports',
    files: {
      'llm.js': `const OpenAI = require('openai');\nmodule.exports = new OpenAI();`,
      'a.js': `const client = require('./llm');\n${CHAT};`,
    },
    calls: [{ at: 'a.js:2' }],
  },
  {
    name: 'a function on exports',
    files: {
      'llm.js': `const OpenAI = require('openai');\nexports.getClient = () => new OpenAI();`,
      'a.js': `const llm = require('./llm');\nllm.getClient().${CHAT.slice(7)};`,
    },
    calls: [{ at: 'a.js:2' }],
  },
]);

table('classes', [
  {
    name: 'a field',
    files: `import OpenAI from 'openai';\nexport class Bot {\n  client = new OpenAI({ maxRetries: 4 });\n  ask() { return this.${CHAT}; }\n}`,
    calls: [{ at: 'a.ts:4', retries: 'option 4' }],
  },
  {
    name: 'a private field',
    files: `import OpenAI from 'openai';\nexport class Bot {\n  #client = new OpenAI({ maxRetries: 4 });\n  ask() { return this.#${CHAT}; }\n}`,
    calls: [{ at: 'a.ts:4', retries: 'option 4' }],
  },
  {
    name: 'a private field that the constructor sets',
    files: `import OpenAI from 'openai';\nexport class Bot {\n  #client;\n  constructor(key: string) { this.#client = new OpenAI({ apiKey: key, timeout: 5000 }); }\n  ask() { return this.#${CHAT}; }\n}`,
    calls: [{ at: 'a.ts:5', timeout: 5000 }],
  },
  {
    name: 'a static field',
    files: `import OpenAI from 'openai';\nexport class Bot {\n  static client = new OpenAI();\n  static ask() { return Bot.${CHAT}; }\n}`,
    calls: [{ at: 'a.ts:4' }],
  },
  {
    name: 'a static field through this',
    files: `import OpenAI from 'openai';\nexport class Bot {\n  static client = new OpenAI();\n  static ask() { return this.${CHAT}; }\n}`,
    calls: [{ at: 'a.ts:4' }],
  },
  {
    name: 'a getter',
    files: `import OpenAI from 'openai';\nexport class Bot {\n  get client() { return new OpenAI(); }\n  ask() { return this.${CHAT}; }\n}`,
    calls: [{ at: 'a.ts:4' }],
  },
  {
    name: 'a typed parameter property',
    files: `import type OpenAI from 'openai';\nexport class Bot {\n  constructor(private readonly client: OpenAI) {}\n  ask() { return this.${CHAT}; }\n}`,
    calls: [{ at: 'a.ts:4', call: 'chat.completions.create' }],
  },
  {
    name: 'an untyped parameter property',
    files: {
      'bot.ts': `export class Bot {\n  constructor(private readonly client) {}\n  ask() { return this.${CHAT}; }\n}`,
      'a.ts': `import OpenAI from 'openai';\nimport { Bot } from './bot';\nexport const bot = new Bot(new OpenAI({ maxRetries: 1 }));\nbot.ask();`,
    },
    calls: [{ at: 'bot.ts:3', retries: 'option 1' }],
  },
  {
    name: 'a base class of the repository',
    files: {
      'base.ts': `import OpenAI from 'openai';\nexport abstract class Base {\n  protected client = new OpenAI();\n}`,
      'a.ts': `import { Base } from './base';\nexport class Bot extends Base {\n  ask() { return this.${CHAT}; }\n}`,
    },
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'a subclass of the client of the SDK',
    files: `import OpenAI from 'openai';\nclass Mine extends OpenAI {\n  constructor() { super({ maxRetries: 7, timeout: 9000 }); }\n}\nconst client = new Mine();\nawait ${CHAT};`,
    calls: [{ at: 'a.ts:6', retries: 'option 7', timeout: 9000 }],
  },
  {
    name: 'a local class called OpenAI',
    files: {
      'fake.ts': `export class OpenAI { chat = { completions: { create: async (o: object) => o } }; }`,
      'a.ts': `import { OpenAI } from './fake';\nimport type { ChatModel } from 'openai';\nconst client = new OpenAI();\nawait ${CHAT};`,
    },
    calls: [],
  },
  {
    name: 'a method of one’s own called create',
    files: `import OpenAI from 'openai';\nclass Bot {\n  messages = { create: (o: object) => o };\n  client = new OpenAI();\n  ask() { return this.messages.create({ model: 'gpt-5' }); }\n}\nnew Bot().ask();`,
    calls: [],
  },
  {
    name: 'a field that is set twice',
    files: `import OpenAI, { AzureOpenAI } from 'openai';\nexport class Bot {\n  client: OpenAI;\n  constructor(azure: boolean) {\n    if (azure) this.client = new AzureOpenAI({ maxRetries: 1 });\n    else this.client = new OpenAI({ maxRetries: 1 });\n  }\n  ask() { return this.${CHAT}; }\n}`,
    calls: [{ at: 'a.ts:8', retries: 'option 1' }],
  },
]);

table('clients that are made elsewhere', [
  {
    name: 'a part of a client that a method of a type hands out',
    files: {
      'service.ts': `import type { Chat, Embeddings } from 'openai/resources/index';\nexport type Service = { getChat(): Promise<Chat>; getEmbeddings: () => Promise<Embeddings>; getToken(): Promise<string> };`,
      'ask.ts': `import type { Service } from './service';\nexport class Ask {\n  constructor(private openai: Service) {}\n  async run() {\n    const chat = await this.openai.getChat();\n    await this.openai.getToken();\n    return chat.completions.create({ model: 'gpt-5', messages: [] });\n  }\n  async embed() {\n    const parts = await this.openai.getEmbeddings();\n    return parts.create({ model: 'small', input: 'hi' });\n  }\n}`,
    },
    calls: [{ call: 'completions.create', timeout: null }, { call: 'embeddings.create' }],
  },
  {
    name: 'a type of an SDK without any calls leads nowhere',
    files: {
      'service.ts': `import type { CompletionUsage } from 'openai/resources/index';\nexport type Service = { getUsage(): Promise<CompletionUsage> };`,
      'ask.ts': `import type { Service } from './service';\nexport async function run(service: Service) {\n  const usage: any = await service.getUsage();\n  return usage.create({ model: 'gpt-5' });\n}`,
    },
    calls: [],
  },
  {
    name: 'a singleton that is made when first needed',
    files: `import OpenAI from 'openai';\nlet client: OpenAI | undefined;\nfunction get() { return (client ??= new OpenAI({ maxRetries: 3 })); }\nexport const ask = () => get().${CHAT.slice(7)};`,
    calls: [{ at: 'a.ts:4', retries: 'option 3' }],
  },
  {
    name: 'a singleton behind an if',
    files: `import OpenAI from 'openai';\nlet client: OpenAI | null = null;\nfunction get() {\n  if (!client) client = new OpenAI({ maxRetries: 3 });\n  return client;\n}\nexport const ask = () => get().${CHAT.slice(7)};`,
    calls: [{ at: 'a.ts:7', retries: 'option 3' }],
  },
  {
    name: 'a singleton on globalThis',
    files: `import OpenAI from 'openai';\nconst store = globalThis as unknown as { openai?: OpenAI };\nexport const client = store.openai ?? new OpenAI({ maxRetries: 3 });\nexport const ask = () => ${CHAT};`,
    calls: [{ at: 'a.ts:4', retries: 'option 3' }],
  },
  {
    name: 'a factory',
    files: `import OpenAI from 'openai';\nconst make = () => new OpenAI({ maxRetries: 3 });\nexport const ask = () => make().${CHAT.slice(7)};`,
    calls: [{ at: 'a.ts:3', retries: 'option 3' }],
  },
  {
    name: 'an asynchronous factory',
    files: `import OpenAI from 'openai';\nasync function make() { return new OpenAI({ maxRetries: 3 }); }\nexport async function ask() {\n  const client = await make();\n  return ${CHAT};\n}`,
    calls: [{ at: 'a.ts:5', retries: 'option 3' }],
  },
  {
    name: 'a factory in another file that takes options',
    files: {
      'make.ts': `import OpenAI from 'openai';\nexport function make(options: { retries: number; timeout?: number }) {\n  return new OpenAI({ maxRetries: options.retries, timeout: options.timeout ?? 20000 });\n}`,
      'a.ts': `import { make } from './make';\nconst client = make({ retries: 4 });\nawait ${CHAT};`,
    },
    calls: [{ at: 'a.ts:3', retries: 'option 4', timeout: 20000 }],
  },
  {
    name: 'a factory with other options at another place',
    files: {
      'make.ts': `import OpenAI from 'openai';\nexport const make = (maxRetries: number) => new OpenAI({ maxRetries });`,
      'a.ts': `import { make } from './make';\nconst client = make(4);\nawait ${CHAT};`,
      'b.ts': `import { make } from './make';\nconst client = make(0);\nawait ${CHAT};`,
    },
    calls: [
      { at: 'a.ts:3', retries: 'option 4' },
      { at: 'b.ts:3', retries: 'no option 0' },
    ],
  },
  {
    name: 'a map of clients',
    files: `import OpenAI from 'openai';\nconst clients = { fast: new OpenAI({ maxRetries: 1 }), slow: new OpenAI({ maxRetries: 5 }) };\nexport const ask = (which: 'fast' | 'slow') => clients[which].${CHAT.slice(7)};`,
    calls: [{ at: 'a.ts:3', call: 'chat.completions.create' }],
  },
  {
    name: 'a map of clients, of which the worst holds',
    files: `import OpenAI from 'openai';\nconst clients = { fast: new OpenAI({ maxRetries: 5 }), slow: new OpenAI({ maxRetries: 0 }) };\nexport const ask = (which: 'fast' | 'slow') => clients[which].${CHAT.slice(7)};`,
    calls: [{ at: 'a.ts:3', retries: 'no option 0' }],
  },
  {
    name: 'a Map of clients',
    files: `import OpenAI from 'openai';\nconst clients = new Map<string, OpenAI>();\nexport function ask(key: string) {\n  let client = clients.get(key);\n  if (!client) {\n    client = new OpenAI({ apiKey: key });\n    clients.set(key, client);\n  }\n  return ${CHAT};\n}`,
    calls: [{ at: 'a.ts:9' }],
  },
  {
    name: 'a switch that returns models',
    files: `${AI}import { anthropic } from '@ai-sdk/anthropic';\nfunction pick(name: string) {\n  switch (name) {\n    case 'a': return anthropic('claude-opus-5');\n    default: return openai('gpt-5');\n  }\n}\nexport const ask = (name: string) => generateText({ model: pick(name), prompt: '' });`,
    calls: [{ at: 'a.ts:10', model: '? claude-opus-5 gpt-5', provider: 'any' }],
  },
  {
    name: 'destructured members',
    files: `${OPENAI}const { completions } = client.chat;\nawait completions.create({ model: 'gpt-5', messages: [] });`,
    calls: [{ at: 'a.ts:4', ...MODEL }],
  },
  {
    name: 'destructured members of something else',
    files: `${OPENAI}const { completions } = { completions: { create: (o: object) => o } };\nawait completions.create({ model: 'gpt-5', messages: [] });`,
    calls: [],
  },
  {
    name: 'a bound method',
    files: `${OPENAI}const create = client.chat.completions.create.bind(client.chat.completions);\nawait create({ model: 'gpt-5', messages: [] });`,
    calls: [{ at: 'a.ts:4', ...MODEL }],
  },
  {
    name: 'an element access',
    files: `${OPENAI}await client['chat'].completions['create']({ model: 'gpt-5', messages: [] });`,
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'an optional chain',
    files: `import OpenAI from 'openai';\nconst client = process.env.KEY ? new OpenAI() : undefined;\nawait client?.chat.completions.create({ model: 'gpt-5', messages: [] });`,
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'a function typed by what it returns',
    files: `import type OpenAI from 'openai';\ndeclare function resolve(key: string): unknown;\nfunction get(): OpenAI { return resolve('openai') as never; }\nexport const ask = () => get().${CHAT.slice(7)};`,
    calls: [{ at: 'a.ts:4' }],
  },
  {
    name: 'a parameter of type ReturnType',
    files: `import OpenAI from 'openai';\nfunction getClient() { return new OpenAI({ maxRetries: 6 }); }\nexport function ask(client: ReturnType<typeof getClient>) { return ${CHAT}; }`,
    calls: [{ at: 'a.ts:3', retries: 'option 6' }],
  },
  {
    name: 'a typed parameter',
    files: `import OpenAI from 'openai';\nexport function ask(client: OpenAI) { return ${CHAT}; }`,
    calls: [{ at: 'a.ts:2', retries: 'sdk-default 2' }],
  },
  {
    name: 'a member of a typed parameter',
    files: `import OpenAI from 'openai';\ninterface Deps { openai: OpenAI }\nexport function ask({ openai }: Deps) { return openai.${CHAT.slice(7)}; }`,
    calls: [{ at: 'a.ts:3' }],
  },
  {
    name: 'a member of a parameter with a type literal',
    files: `import OpenAI from 'openai';\nexport function ask(deps: { openai: OpenAI }) { return deps.openai.${CHAT.slice(7)}; }`,
    calls: [{ at: 'a.ts:2' }],
  },
  {
    name: 'a parameter of another type',
    files: `import OpenAI from 'openai';\ninterface Store { chat: { completions: { create(o: object): void } } }\nexport function ask(client: Store) { return ${CHAT}; }\nexport const unused = OpenAI;`,
    calls: [],
  },
  {
    name: 'a cast',
    files: `import OpenAI from 'openai';\nexport const ask = (ctx: { get(k: string): unknown }) => (ctx.get('openai') as OpenAI).${CHAT.slice(7)};`,
    calls: [{ at: 'a.ts:2' }],
  },
  {
    name: 'cache() of React',
    files: `import { cache } from 'react';\nimport OpenAI from 'openai';\nconst get = cache(() => new OpenAI({ maxRetries: 3 }));\nexport const ask = () => get().${CHAT.slice(7)};`,
    calls: [{ at: 'a.ts:4', retries: 'option 3' }],
  },
  {
    name: 'an object that holds the client',
    files: {
      'deps.ts': `import OpenAI from 'openai';\nexport const deps = { llm: { openai: new OpenAI() } };`,
      'a.ts': `import { deps } from './deps';\nawait deps.llm.openai.${CHAT.slice(7)};`,
    },
    calls: [{ at: 'a.ts:2' }],
  },
  {
    name: 'a client handed to a function',
    files: {
      'ask.ts': `export async function ask(client) {\n  return ${CHAT};\n}`,
      'a.ts': `import OpenAI from 'openai';\nimport { ask } from './ask';\nawait ask(new OpenAI());`,
    },
    calls: [{ at: 'ask.ts:2' }],
  },
  {
    name: 'a client handed to a function that names the SDK',
    files: {
      'ask.ts': `import type { ChatModel } from 'openai';\nexport async function ask(client) {\n  return ${CHAT};\n}`,
      'a.ts': `import OpenAI from 'openai';\nimport { ask } from './ask';\nawait ask(new OpenAI({ maxRetries: 8 }));`,
    },
    calls: [{ at: 'ask.ts:3', retries: 'option 8' }],
  },
]);

table('names that mean something else', [
  {
    name: 'a wrapper called generateText is none, its inner call is',
    files: {
      'llm.ts': `import { generateText as inner } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nexport async function generateText(prompt: string) {\n  return inner({ model: openai('gpt-5'), prompt });\n}`,
      'a.ts': `import { generateText } from './llm';\nawait generateText('hi');`,
    },
    calls: [{ at: 'llm.ts:4', ...MODEL }],
  },
  {
    name: 'messages.create of Twilio',
    files: `import twilio from 'twilio';\nimport Anthropic from '@anthropic-ai/sdk';\nexport type M = Anthropic.Message;\nconst client = twilio('a', 'b');\nawait client.messages.create({ to: '1', from: '2', body: 'hi' });`,
    calls: [],
  },
  {
    name: 'both in one file',
    files: `${ANTHROPIC}import twilio from 'twilio';\nconst sms = twilio('a', 'b');\nawait sms.messages.create({ to: '1', body: 'hi' });\nawait client.messages.create({ model: 'claude-opus-5', max_tokens: 9, messages: [] });`,
    calls: [{ at: 'a.ts:6' }],
  },
  {
    name: 'create of Prisma',
    files: `${OPENAI}import { PrismaClient } from '@prisma/client';\nconst db = new PrismaClient();\nawait db.embeddings.create({ data: {} });\nawait db.completions.create({ data: { model: 'gpt-5' } });`,
    calls: [],
  },
  {
    name: 'a route of the application',
    files: `${AI}export const go = () => fetch('/api/chat', { method: 'POST', body: JSON.stringify({ model: 'gpt-5' }) });\nexport const unused = generateText;`,
    calls: [],
  },
  {
    name: 'reading what was made',
    files: `${OPENAI}await client.models.list();\nawait client.files.create({ file: null, purpose: 'batch' });\nawait client.chat.completions.list();\nawait client.responses.retrieve('r');`,
    calls: [],
  },
  { name: 'a client that is only made', files: `${OPENAI}export { client };`, calls: [] },
  {
    name: 'a parameter that hides the import',
    files: `${AI}export const run = (generateText: (o: object) => void) => generateText({ prompt: 'hi' });\nexport const x = openai;`,
    calls: [],
  },
  {
    name: 'a variable that hides the client',
    files: `${OPENAI}export function f() {\n  const client = { chat: { completions: { create: (o: object) => o } } };\n  return ${CHAT};\n}`,
    calls: [],
  },
  {
    name: 'a mock in a test is marked as a test',
    files: { 'a.test.ts': `${OPENAI}await ${CHAT};` },
    calls: [{ at: 'a.test.ts:3', role: 'test' }],
  },
  {
    name: 'scripts and examples are marked',
    files: {
      'scripts/seed.ts': `${OPENAI}await ${CHAT};`,
      'examples/a.ts': `${OPENAI}await ${CHAT};`,
      'src/a.ts': `${OPENAI}await ${CHAT};`,
    },
    calls: [{ role: 'example' }, { role: 'script' }, { role: 'production' }],
  },
  {
    name: 'a string that holds code',
    files: `${OPENAI}export const doc = "client.chat.completions.create({ model: 'gpt-5' })";`,
    calls: [],
  },
]);

table('attributes of the call', [
  {
    name: 'a base URL names the provider',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ baseURL: 'https://api.groq.com/openai/v1' });\nawait ${CHAT};`,
    calls: [{ provider: 'groq' }],
  },
  {
    name: 'a base URL of a local server',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ baseURL: 'http://localhost:1234/v1' });\nawait ${CHAT};`,
    calls: [{ provider: 'local' }],
  },
  {
    name: 'a base URL that nobody knows',
    files: `import OpenAI from 'openai';\nconst client = new OpenAI({ baseURL: 'https://llm.acme.dev/v1' });\nawait ${CHAT};`,
    calls: [{ provider: 'any' }],
  },
  {
    name: 'streaming as an option',
    files: `${OPENAI}await client.chat.completions.create({ model: 'gpt-5', stream: true, messages: [] });\nawait ${CHAT};`,
    calls: [{ streaming: true }, { streaming: false }],
  },
  {
    name: 'streaming that a caller decides',
    files: `${OPENAI}export const ask = (stream: boolean) => client.chat.completions.create({ model: 'gpt-5', stream, messages: [] });`,
    calls: [{ streaming: null }],
  },
  {
    name: 'a model from the environment with a default',
    files: `${OPENAI}await client.chat.completions.create({ model: process.env.MODEL ?? 'gpt-5', messages: [] });`,
    calls: [{ model: '? gpt-5' }],
  },
  {
    name: 'a model that the route’s caller names',
    files: `${OPENAI}export async function POST(req: Request) {\n  const { model } = await req.json();\n  return client.chat.completions.create({ model, messages: [] });\n}`,
    calls: [{ model: '?' }],
  },
  {
    name: 'a template of a model',
    files: `${OPENAI}const size = 'mini';\nawait client.chat.completions.create({ model: \`gpt-5-\${size}\`, messages: [] });`,
    calls: [{ model: 'gpt-5-mini' }],
  },
  {
    name: 'a model as text for the gateway',
    files: `${AI}await generateText({ model: 'anthropic/claude-opus-5', prompt: '' });\nexport const x = openai;`,
    calls: [{ model: 'anthropic/claude-opus-5', provider: 'anthropic' }],
  },
]);
