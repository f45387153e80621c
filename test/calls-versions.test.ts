// Which version decides: lockfiles, ranges, workspaces, nothing at all.
import { AI, CHAT, GENERATE, manifest, OPENAI, type Tree, table } from './support/calls.ts';

const V3 = `import { Configuration, OpenAIApi } from 'openai';\nconst client = new OpenAIApi(new Configuration());\nawait client.createChatCompletion({ model: 'gpt-4', messages: [] });`;
const STEPS = `${AI}await generateText({ model: openai('gpt-5'), prompt: '', maxSteps: 5, tools: {} } as never);`;
const tree = (range: string, more: Exclude<Tree, string> = {}): Tree => ({ ...manifest({ ai: range }), 'a.ts': STEPS, ...more });

table('lockfiles', [
  {
    name: 'package-lock.json',
    files: tree('^5.0.0', {
      'package-lock.json': {
        lockfileVersion: 3,
        packages: { '': { dependencies: { ai: '^5.0.0' } }, 'node_modules/ai': { version: '5.0.277' } },
      },
    }),
    calls: [{ package: 'ai 5.0.277', loop: 'no' }],
  },
  {
    name: 'pnpm-lock.yaml',
    files: tree('^4.0.0', {
      'pnpm-lock.yaml': `lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      ai:\n        specifier: ^4.0.0\n        version: 4.3.19(react@19.0.0)(zod@3.25.0)\npackages:\n  ai@4.3.19:\n    resolution: {integrity: sha512-x}\n`,
    }),
    calls: [{ package: 'ai 4.3.19', loop: 'bounded 5' }],
  },
  {
    name: 'yarn.lock',
    files: tree('^4.0.0', {
      'yarn.lock': `# yarn lockfile v1\n\n\nai@^4.0.0:\n  version "4.2.1"\n  resolved "https://registry.yarnpkg.com/ai/-/ai-4.2.1.tgz"\n`,
    }),
    calls: [{ package: 'ai 4.2.1', loop: 'bounded 5' }],
  },
  {
    name: 'yarn.lock of Berry',
    files: tree('^5.0.0', {
      'yarn.lock': `__metadata:\n  version: 8\n\n"ai@npm:^5.0.0":\n  version: 5.0.60\n  resolution: "ai@npm:5.0.60"\n  languageName: node\n  linkType: hard\n`,
    }),
    calls: [{ package: 'ai 5.0.60', loop: 'no' }],
  },
  {
    name: 'bun.lock',
    files: tree('^4.0.0', {
      'bun.lock': `{\n  "lockfileVersion": 1,\n  "workspaces": { "": { "name": "tiny", "dependencies": { "ai": "^4.0.0", }, }, },\n  "packages": {\n    "ai": ["ai@4.3.2", "", { "dependencies": {} }, "sha512-x"],\n  },\n}\n`,
    }),
    calls: [{ package: 'ai 4.3.2', loop: 'bounded 5' }],
  },
  {
    name: 'a lockfile that is stale gives way to what the manifest allows',
    files: tree('^6.0.0', {
      'package-lock.json': {
        lockfileVersion: 3,
        packages: { '': { dependencies: { ai: '^6.0.0' } }, 'node_modules/ai': { version: '6.0.100' } },
      },
    }),
    calls: [{ package: 'ai 6.0.100' }],
  },
]);

table('manifests', [
  { name: 'a range without a lockfile means its lower end', files: tree('^4.2.0'), calls: [{ package: 'ai 4.2.0', loop: 'bounded 5' }] },
  { name: 'an exact version', files: tree('5.0.0'), calls: [{ package: 'ai 5.0.0', loop: 'no' }] },
  { name: 'latest is no version', files: tree('latest'), calls: [{ package: 'ai', loop: 'no' }] },
  {
    name: 'a package that no manifest names',
    files: { ...manifest({}), 'a.ts': `${OPENAI}await ${CHAT};` },
    calls: [{ package: 'openai', retries: 'sdk-default 2' }],
  },
  {
    name: 'no manifest',
    files: { 'package.json': '{}', 'a.ts': `${OPENAI}await ${CHAT};` },
    calls: [{ package: 'openai', retries: 'sdk-default 2', timeout: false }],
  },
  {
    name: 'devDependencies',
    files: { 'package.json': { devDependencies: { openai: '3.2.1' } }, 'a.ts': V3 },
    calls: [{ package: 'openai 3.2.1', retries: 'none 0' }],
  },
  {
    name: 'packages of a workspace differ',
    files: {
      'package.json': { name: 'root', workspaces: ['apps/*'] },
      'apps/old/package.json': { name: 'old', dependencies: { ai: '4.3.19' } },
      'apps/old/a.ts': STEPS,
      'apps/new/package.json': { name: 'new', dependencies: { ai: '6.0.0' } },
      'apps/new/a.ts': STEPS,
    },
    calls: [
      { at: 'apps/new/a.ts:3', package: 'ai 6.0.0', loop: 'no' },
      { at: 'apps/old/a.ts:3', package: 'ai 4.3.19', loop: 'bounded 5' },
    ],
  },
  {
    name: 'a catalog of pnpm',
    files: {
      'package.json': { name: 'root' },
      'pnpm-workspace.yaml': `packages: ['apps/*']\ncatalog:\n  ai: ^4.1.0\n`,
      'apps/x/package.json': { name: 'x', dependencies: { ai: 'catalog:' } },
      'apps/x/a.ts': STEPS,
    },
    calls: [{ package: 'ai 4.1.0', loop: 'bounded 5' }],
  },
]);

table('defaults by version', [
  {
    name: 'openai 3 never retries and never ends',
    files: { ...manifest({ openai: '3.3.0' }), 'a.ts': V3 },
    calls: [{ call: 'client-v3.createChatCompletion', retries: 'none 0', timeout: false }],
  },
  {
    name: 'openai 4 retries twice',
    files: { ...manifest({ openai: '^4.0.0' }), 'a.ts': `${OPENAI}await ${CHAT};` },
    calls: [{ retries: 'sdk-default 2' }],
  },
  {
    name: 'openai 7 retries twice',
    files: { ...manifest({ openai: '7.57.0' }), 'a.ts': `${OPENAI}await ${CHAT};` },
    calls: [{ retries: 'sdk-default 2' }],
  },
  {
    name: 'LangChain before 1.2.8',
    files: {
      ...manifest({ '@langchain/core': '0.3.80', '@langchain/openai': '0.6.17' }),
      'a.ts': `import { ChatOpenAI } from '@langchain/openai';\nawait new ChatOpenAI({}).invoke('hi');`,
    },
    calls: [{ package: '@langchain/core 0.3.80', retries: 'sdk-default 6' }],
  },
  {
    name: 'LangChain from 1.2.8 on',
    files: {
      ...manifest({ '@langchain/core': '1.4.0', '@langchain/openai': '1.5.8' }),
      'a.ts': `import { ChatOpenAI } from '@langchain/openai';\nawait new ChatOpenAI({}).invoke('hi');`,
    },
    calls: [{ package: '@langchain/core 1.4.0', retries: 'sdk-default 6' }],
  },
  {
    name: 'AI SDK',
    files: `${AI}await ${GENERATE};`,
    calls: [{ package: 'ai 6.0.326', retries: 'sdk-default 2', timeout: false, loop: 'no' }],
  },
  {
    name: 'Mastra 0.19 retries',
    files: {
      ...manifest({ '@mastra/core': '0.19.1' }),
      'a.ts': `import { Agent } from '@mastra/core/agent';\nconst agent = new Agent({ name: 'a', model: 'openai/gpt-5' });\nawait agent.generate('hi');`,
    },
    calls: [{ retries: 'sdk-default 2', loop: 'bounded 5 default' }],
  },
  {
    name: 'Mastra 1.71 does not',
    files: {
      ...manifest({ '@mastra/core': '1.71.0' }),
      'a.ts': `import { Agent } from '@mastra/core/agent';\nconst agent = new Agent({ name: 'a', model: 'openai/gpt-5' });\nawait agent.generate('hi');`,
    },
    calls: [{ retries: 'none 0', loop: 'bounded 5 default', provider: 'openai' }],
  },
  {
    name: 'Google never retries',
    files: `import { GoogleGenAI } from '@google/genai';\nconst ai = new GoogleGenAI({});\nawait ai.models.generateContent({ model: 'gemini-3', contents: '' });`,
    calls: [{ retries: 'none 0', timeout: false }],
  },
  {
    name: 'Google retries when asked',
    files: `import { GoogleGenAI } from '@google/genai';\nconst ai = new GoogleGenAI({ httpOptions: { retryOptions: { attempts: 4 }, timeout: 9000 } });\nawait ai.models.generateContent({ model: 'gemini-3', contents: '', config: { maxOutputTokens: 5 } });`,
    calls: [{ retries: 'option 3', timeout: 9000, cap: 5 }],
  },
  {
    name: 'stopWhen before AI SDK 5 does nothing',
    files: {
      ...manifest({ ai: '4.3.19' }),
      'a.ts': `${AI}await generateText({ model: openai('gpt-5'), prompt: '', stopWhen: stepCountIs(5) } as never);`,
    },
    calls: [{ loop: 'no' }],
  },
]);
