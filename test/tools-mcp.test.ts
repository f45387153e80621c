// Tools of MCP servers that a program hands on in its own words: one object for each tool, or a copy under another name.
import { expect, test } from 'vitest';
import { scan } from '../src/scan.ts';
import { AI, layOut, type Tree } from './support/calls.ts';

const PACKAGE = {
  dependencies: { ai: '6.0.326', '@ai-sdk/openai': '3.0.141', '@ai-sdk/mcp': '1.0.0', '@modelcontextprotocol/sdk': '1.20.0' },
};
const CLIENT = `import { Client } from '@modelcontextprotocol/sdk/client/index.js';
export class Server {
  client = new Client({ name: 'x', version: '1' });
  tools: { name: string; description: string }[] = [];
  async call(name: string, input: any) { return this.client.callTool({ name, arguments: input }); }
}`;
const MANAGER = (made: string): string => `import { Server } from './server.ts';
export class Manager {
  servers = new Map<string, Server>();
  tools() { return [...this.servers.values()].flatMap(server => server.tools.map(tool => this.make(server, tool))); }
  make(server: Server, tool: { name: string; description: string }) { return ${made}; }
  async run(server: string, name: string, input: any) { return this.servers.get(server)?.call(name, input); }
}`;
const ASK = `${AI}import { Manager } from './manager.ts';
const manager = new Manager();
await generateText({ model: openai('gpt-5'), prompt: 'hi', tools: Object.fromEntries(manager.tools().map(t => [t.name, t])) });`;

async function tools(files: Tree): Promise<readonly string[]> {
  const { facts } = await scan(layOut(files), () => {});
  return facts.tool.map(t => `${t.location.file}:${t.location.line} ${t.name} ${t.dangerous}`);
}

test('an object made for each tool, whose function leads to the client through a table of servers', async () => {
  const files = {
    'package.json': PACKAGE,
    'server.ts': CLIENT,
    'manager.ts': MANAGER(
      "{\n name: 'mcp_' + tool.name, description: tool.description, parameters: {}, execute: async (input: any) => this.run('a', tool.name, input) }",
    ),
    'a.ts': ASK,
  };
  expect(await tools(files)).toEqual(['manager.ts:5 <dynamic: MCP> null']);
});

test('one tool of the program that asks a server has its own name', async () => {
  const files = {
    'package.json': PACKAGE,
    'server.ts': CLIENT,
    'a.ts': `${AI}import { tool } from 'ai';\nimport { z } from 'zod';\nimport { Server } from './server.ts';\nconst server = new Server();
await generateText({ model: openai('gpt-5'), prompt: 'hi', tools: { docs: tool({ description: 'x', inputSchema: z.object({}), execute: async input => server.call('docs', input) }) } });`,
  };
  expect((await tools(files)).map(t => t.split(' ')[1])).toEqual(['docs']);
});

test('a button that calls a server’s tool hands nothing to a model', async () => {
  const files = {
    'package.json': PACKAGE,
    'server.ts': CLIENT,
    'a.ts': `${AI}import { Server } from './server.ts';\nconst server = new Server();
export const button = { label: 'x', onClick: async () => server.call('refresh', {}) };
await generateText({ model: openai('gpt-5'), prompt: 'hi' });`,
  };
  expect(await tools(files)).toEqual([]);
});

const COPY = (body: string): Tree => ({
  'package.json': PACKAGE,
  'mcp.ts': `import { createMCPClient } from '@ai-sdk/mcp';
export async function build(servers: { url: string }[]) {
  const tools: any = {};
  for (const server of servers) {
    const client = await createMCPClient({ transport: { type: 'http', url: server.url } });
    const found = await client.tools();
    ${body}
  }
  return { tools };
}`,
  'a.ts': `${AI}import { build } from './mcp.ts';\nimport { tool } from 'ai';\nimport { z } from 'zod';
const add = tool({ description: 'x', inputSchema: z.object({}), execute: async ({ a }) => a + 1 });
const bundle = await build([]);
await generateText({ model: openai('gpt-5'), prompt: 'hi', tools: { add, ...bundle.tools } });`,
});

test('a copy of each tool under another name', async () => {
  const found = await tools(COPY("for (const [name, one] of Object.entries(found)) tools['mcp_' + name] = { ...one };"));
  expect(found).toContain('mcp.ts:7 <dynamic: MCP> null');
});

test('the names of a server’s tools, which are only shown', async () => {
  const found = await tools(COPY('console.log(Object.keys(found));'));
  expect(found.some(t => t.includes('MCP'))).toBe(false);
});
