// Every way of giving a model a tool, each beside something that looks alike and is none.
import { describe, expect, test } from 'vitest';
import { scan } from '../src/scan.ts';
import { AI, layOut, type Tree } from './support/calls.ts';

const Z = `import { z } from 'zod';\n`;
const CLAUDE = `import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\n`;
const ASK = (tools: string): string => `await client.messages.create({ model: 'claude-opus-5', max_tokens: 5, messages: [], ${tools} });`;
const CHAT = (tools: string): string => `await client.chat.completions.create({ model: 'gpt-5', messages: [], ${tools} });`;
const OPENAI = `import OpenAI from 'openai';\nconst client = new OpenAI();\n`;
const RUN = (tools: string): string => `await generateText({ model: openai('gpt-5'), prompt: 'hi', ${tools} });`;

/** Tools as `file:line name`, tests marked. */
async function toolsOf(files: Tree): Promise<string[]> {
  const { facts } = await scan(layOut(files), () => {});
  return facts.tool.map(t => `${t.role === 'production' ? '' : '(test) '}${t.location.file}:${t.location.line} ${t.name}`);
}

interface Case {
  readonly name: string;
  readonly files: Tree;
  readonly tools: readonly string[];
}

const FOUND: readonly Case[] = [
  {
    name: 'AI SDK: named by its key in the map, not by its variable',
    files: `${AI}import { tool } from 'ai';\n${Z}const lookUp = tool({ description: 'x', inputSchema: z.object({}), execute: async () => 1 });\n${RUN('tools: { weather: lookUp }')}`,
    tools: ['a.ts:5 weather'],
  },
  {
    name: 'AI SDK: made by a factory in another file',
    files: {
      'a.ts': `${AI}import { makeSearch } from './search.ts';\n${RUN("tools: { search: makeSearch('x') }")}`,
      'search.ts': `import { tool } from 'ai';\n${Z}export const makeSearch = (key: string) =>\n  tool({ description: 'x', inputSchema: z.object({}), execute: async () => key });`,
    },
    tools: ['search.ts:4 search'],
  },
  {
    name: 'AI SDK: a plain object in the map',
    files: `${AI}${Z}${RUN("tools: { clock: { description: 'x', inputSchema: z.object({}), execute: async () => 1 } }")}`,
    tools: ['a.ts:4 clock'],
  },
  {
    name: 'AI SDK: a tool of the provider',
    files: `${AI}${RUN('tools: { web_search: openai.tools.webSearch({}) }')}`,
    tools: ['a.ts:3 webSearch'],
  },
  {
    name: 'OpenAI chat: functions with a schema',
    files: `${OPENAI}${CHAT("tools: [{ type: 'function', function: { name: 'get_time', parameters: {} } }]")}`,
    tools: ['a.ts:3 get_time'],
  },
  {
    name: 'OpenAI responses: flat, beside one that the provider runs',
    files: `${OPENAI}await client.responses.create({ model: 'gpt-5', input: 'x', tools: [{ type: 'function', name: 'get_time', parameters: {} }, { type: 'file_search', vector_store_ids: [] }] });`,
    tools: ['a.ts:3 get_time', 'a.ts:3 file_search'],
  },
  {
    name: 'a list that is mapped into the form of the provider',
    files: `${OPENAI}const list = [\n  { name: 'one', description: '1' },\n  { name: 'two', description: '2' },\n];\n${CHAT("tools: list.map(t => ({ type: 'function', function: { name: t.name, description: t.description, parameters: {} } }))")}`,
    tools: ['a.ts:4 one', 'a.ts:5 two'],
  },
  {
    name: 'Anthropic: a list of its own file',
    files: {
      'a.ts': `${CLAUDE}import { tools } from './tools.ts';\n${ASK('tools')}`,
      'tools.ts': `export const tools = [\n  { name: 'read', description: 'x', input_schema: { type: 'object' } },\n];`,
    },
    tools: ['tools.ts:2 read'],
  },
  {
    name: 'Gemini: function declarations',
    files: `import { GoogleGenAI } from '@google/genai';\nconst ai = new GoogleGenAI({});\nawait ai.models.generateContent({ model: 'gemini-2.5-pro', contents: 'x', config: { tools: [{ functionDeclarations: [{ name: 'dim', description: 'x' }] }, { googleSearch: {} }] } });`,
    tools: ['a.ts:3 dim', 'a.ts:3 googleSearch'],
  },
  {
    name: 'Bedrock: toolSpec',
    files: {
      'package.json': { dependencies: { '@aws-sdk/client-bedrock-runtime': '3.900.0' } },
      'a.ts': `import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';\nconst client = new BedrockRuntimeClient({});\nawait client.send(new ConverseCommand({ modelId: 'x', messages: [], toolConfig: { tools: [{ toolSpec: { name: 'top', inputSchema: { json: {} } } }] } }));`,
    },
    tools: ['a.ts:3 top'],
  },
  {
    name: 'LangChain: tool(), DynamicStructuredTool and a subclass',
    files: `import { ChatOpenAI } from '@langchain/openai';\nimport { DynamicStructuredTool, StructuredTool, tool } from '@langchain/core/tools';\n${Z}const a = tool(async () => '1', { name: 'one', schema: z.object({}) });\nconst b = new DynamicStructuredTool({ name: 'two', description: 'x', schema: z.object({}), func: async () => '2' });\nclass C extends StructuredTool {\n  name = 'three';\n  description = 'x';\n  schema = z.object({});\n  async _call() { return '3'; }\n}\nawait new ChatOpenAI({ model: 'gpt-5' }).bindTools([a, b, new C()]).invoke('x');`,
    tools: ['a.ts:4 one', 'a.ts:5 two', 'a.ts:6 three'],
  },
  {
    name: 'OpenAI Agents SDK',
    files: `import { Agent, run, tool, webSearchTool } from '@openai/agents';\n${Z}const a = tool({ name: 'order', description: 'x', parameters: z.object({}), execute: async () => '1' });\nawait run(new Agent({ name: 'x', tools: [a, webSearchTool()] }), 'hi');`,
    tools: ['a.ts:3 order', 'a.ts:4 webSearchTool'],
  },
  {
    name: 'Mastra: named by its id',
    files: `import { Agent } from '@mastra/core/agent';\nimport { createTool } from '@mastra/core/tools';\nconst a = createTool({ id: 'get-rate', description: 'x', execute: async () => 1 });\nawait new Agent({ name: 'x', instructions: 'x', model: 'openai/gpt-5', tools: { a } }).generate('hi');`,
    tools: ['a.ts:3 get-rate'],
  },
  {
    name: 'Claude Agent SDK: own tools of a server, and built-in ones that need no approval',
    files: `import { createSdkMcpServer, query, tool } from '@anthropic-ai/claude-agent-sdk';\nconst own = tool('ticket', 'x', {}, async () => ({ content: [] }));\nconst server = createSdkMcpServer({ name: 'x', tools: [own] });\nfor await (const m of query({ prompt: 'x', options: { mcpServers: { server }, allowedTools: ['mcp__server__ticket', 'Bash'] } })) console.log(m);`,
    tools: ['a.ts:2 ticket', 'a.ts:4 Bash'],
  },
  {
    name: 'MCP server: by name, and all of a list in one loop',
    files: {
      'package.json': { dependencies: { '@modelcontextprotocol/sdk': '1.20.0', openai: '6.49.0' } },
      'a.ts': `${OPENAI}${CHAT('')}`,
      'server.ts': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { tools } from './list.ts';\nconst server = new McpServer({ name: 'x', version: '1' });\nserver.registerTool('ping', { description: 'x' }, async () => ({ content: [] }));\nfor (const t of tools) server.tool(t.name, t.description, async () => ({ content: await t.handler() }));`,
      'list.ts': `export const tools = [\n  { name: 'one', description: '1', handler: async () => [] },\n  { name: 'two', description: '2', handler: async () => [] },\n];`,
    },
    tools: ['list.ts:2 one', 'list.ts:3 two', 'server.ts:4 ping'],
  },
  {
    name: 'MCP client: names that only a run knows',
    files: {
      'package.json': {
        dependencies: { '@langchain/mcp-adapters': '1.0.0', '@langchain/openai': '1.5.8', '@langchain/langgraph': '1.7.3' },
      },
      'a.ts': `import { MultiServerMCPClient } from '@langchain/mcp-adapters';\nimport { ChatOpenAI } from '@langchain/openai';\nconst client = new MultiServerMCPClient({});\nconst tools = await client.getTools();\nawait new ChatOpenAI({}).bindTools(tools).invoke('x');`,
    },
    tools: ['a.ts:4 <dynamic: MCP>'],
  },
  {
    name: 'a registry of the program: the objects and classes of the type that is mapped',
    files: {
      'types.ts': `export interface Tool { name: string; description: string; schema: object; execute(input: unknown): Promise<string> }`,
      'tools.ts': `import type { Tool } from './types.ts';\nexport const read: Tool = { name: 'read', description: 'x', schema: {}, execute: async () => '' };\nexport class Write implements Tool {\n  name = 'write';\n  description = 'x';\n  schema = {};\n  async execute() { return ''; }\n}`,
      'a.ts': `${CLAUDE}import type { Tool } from './types.ts';\nexport const ask = (tools: Tool[]) =>\n  client.messages.create({ model: 'claude-opus-5', max_tokens: 5, messages: [], tools: tools.map(t => ({ name: t.name, description: t.description, input_schema: t.schema })) });`,
    },
    tools: ['tools.ts:2 read', 'tools.ts:3 write'],
  },
  {
    name: 'in a test only',
    files: {
      'a.ts': `${AI}${RUN('')}`,
      'a.test.ts': `${AI}import { tool } from 'ai';\n${Z}const x = tool({ description: 'x', inputSchema: z.object({}), execute: async () => 1 });\n${RUN('tools: { x }')}`,
    },
    tools: ['(test) a.test.ts:5 x'],
  },
];

describe('is a tool', () => {
  test.each(FOUND.map(c => [c.name, c] as const))('%s', async (_name, { files, tools }) => {
    expect((await toolsOf(files)).sort()).toEqual([...tools].sort());
  });
});

const NOT: readonly Omit<Case, 'tools'>[] = [
  {
    name: 'a schema of zod',
    files: `${OPENAI}${Z}export const Answer = z.object({ type: z.literal('function'), name: z.string(), parameters: z.any() });\n${CHAT('')}`,
  },
  {
    name: 'a component, a toolbar and a list of texts that are called tools',
    files: `${OPENAI}const tool = (p: { name: string }) => p.name;\nexport const tools = ['pen', 'brush'];\nexport const toolbar = { tools: [{ name: 'pen', icon: 'p' }, { name: 'brush', icon: 'b' }] };\ntool({ name: 'x' });\n${CHAT('')}`,
  },
  {
    name: 'a call of a tool in a recorded conversation, and a forced choice',
    files: `${OPENAI}export const past = [{ role: 'assistant', tool_calls: [{ id: '1', type: 'function', function: { name: 'x', arguments: '{}' } }] }];\n${CHAT("tool_choice: { type: 'function', function: { name: 'x' } }")}`,
  },
  {
    name: 'a function named tool of another package',
    files: `${OPENAI}import { tool } from 'some-toolbox';\ntool({ name: 'x', execute: () => 1 });\n${CHAT('')}`,
  },
  {
    name: 'an answer in a fixed form',
    files: `${AI}import { generateObject } from 'ai';\n${Z}await generateObject({ model: openai('gpt-5'), schema: z.object({ name: z.string() }), prompt: 'x' });`,
  },
  {
    name: 'a type',
    files: `${OPENAI}export interface Tool { type: 'function'; function: { name: string; parameters: object } }\n${CHAT('')}`,
  },
  {
    name: 'an event of a server whose method is called tool',
    files: `${OPENAI}class Bench { tool(name: string, run: () => void) { run(); } }\nnew Bench().tool('saw', () => {});\n${CHAT('')}`,
  },
];

describe('is none', () => {
  test.each(NOT.map(c => [c.name, c] as const))('%s', async (_name, { files }) => {
    expect(await toolsOf(files)).toEqual([]);
  });
});

describe('hostile', () => {
  const spin = (files: Tree): Promise<string[]> => toolsOf(files);
  test('lists that hold themselves end', async () => {
    const files = `${AI}let a: any = [];\nlet b: any = [...a];\na = [...b, ...a];\nconst make = () => make();\n${RUN('tools: [...a, ...b, ...make()]')}`;
    expect((await spin(files)).length).toBeLessThan(3);
  });
  test('handlers that call each other in circles end', async () => {
    const chain = Array.from(
      { length: 300 },
      (_, i) => `async function f${i}(x: any) { await f${(i + 1) % 300}(x); await f${(i * 7) % 300}(x.y); }`,
    ).join('\n');
    const files = `${AI}import { tool } from 'ai';\n${Z}${chain}\n${RUN("tools: { t: tool({ description: 'x', inputSchema: z.object({}), execute: f0 }) }")}`;
    const begun = performance.now();
    expect(await spin(files)).toHaveLength(1);
    expect(performance.now() - begun).toBeLessThan(4000);
  });
  test('names that no object should have do no harm', async () => {
    const files = `${AI}${Z}${RUN("tools: { __proto__: { description: 'x', inputSchema: z.object({}) }, constructor: { description: 'x', inputSchema: z.object({}), execute: async () => 1 } }")}`;
    expect(await spin(files)).toContain('a.ts:4 constructor');
  });
  test('interfaces that extend themselves end', async () => {
    const files = `${CLAUDE}interface A extends B { name: string }\ninterface B extends A {}\nclass C extends D { name = 'c' }\nclass D extends C {}\nexport const ask = (tools: A[]) =>\n  client.messages.create({ model: 'claude-opus-5', max_tokens: 5, messages: [], tools: tools.map(t => ({ name: t.name, input_schema: {} })) });`;
    expect(Array.isArray(await spin(files))).toBe(true);
  });
});
