// The provider's own words under other names: cast, assigned, handed through functions; and who may read them.
import { AI, CHAT, GENERATE, OPENAI, table } from './support/calls.ts';

const route = (handler: string, more = ''): Record<string, string> => ({
  'app/api/chat/route.ts': `${OPENAI}${more}\nexport async function POST() {\n  try { await ${CHAT}; } catch (e) { ${handler} }\n}`,
});
const RAW = [{ fails: 'partial: raw-text' }];
const OWN = [{ fails: 'yes: reply' }];

const PLAN = (handler: string): string =>
  `${OPENAI}export async function plan(query: string) {\n  try { const { choices } = await ${CHAT}; return JSON.parse(choices[0].message.content); } catch (e) { ${handler} }\n}`;

table('the error under another name', [
  { name: 'cast where it is read', files: route('return Response.json({ error: (e as Error).message });'), calls: RAW },
  { name: 'cast into a variable', files: route('const error = e as Error; return Response.json({ error: error.message });'), calls: RAW },
  {
    name: 'a sentence around it, assigned',
    files: route("let text = 'The answer failed'; text += ': ' + String(e); return Response.json({ text });"),
    calls: RAW,
  },
  { name: 'added to a sentence', files: route("return Response.json({ error: 'The answer failed: ' + e });"), calls: RAW },
  { name: 'by a key', files: route("return Response.json({ error: 'The answer failed: ' + (e as any)['message'] });"), calls: RAW },
  {
    name: 'taken out of the error',
    files: route("const { message } = e as Error; return Response.json({ error: 'The answer failed: ' + message });"),
    calls: RAW,
  },
  {
    name: 'only the status taken out of the error',
    files: route("const { status } = e as any; return Response.json({ error: 'The answer failed, please try again', status });"),
    calls: OWN,
  },
  { name: 'all that it holds', files: route("return Response.json({ error: 'The answer failed here', ...(e as any) });"), calls: RAW },
  {
    name: 'written out by a package',
    files: route("return Response.json({ error: 'The answer failed: ' + inspect(e) });", "import { inspect } from 'node:util';"),
    calls: RAW,
  },
  {
    name: 'own words in place of a text that nobody has',
    files: route("return Response.json({ error: e instanceof Error ? e.message : 'Something has gone wrong here' });"),
    calls: RAW,
  },
  { name: 'a list that was prepared', files: { 'plan.ts': PLAN('return [{ question: query }];') }, calls: OWN },
  { name: 'a list with it in it', files: { 'plan.ts': PLAN('return [{ question: query }, { question: String(e) }];') }, calls: RAW },
  { name: 'a list of nothing', files: { 'plan.ts': PLAN('return [];') }, calls: [{ fails: 'partial: swallowed' }] },
  {
    name: 'own words but for one kind',
    files: route(
      "const { status, message } = e as any; return Response.json({ error: status === 400 ? (e as Error).message : 'Please try again in a minute' });",
    ),
    calls: OWN,
  },
]);

table('a function that is given the error', [
  {
    name: 'gives its text back',
    files: route(
      'const message = parseError(e); return Response.json({ error: message });',
      "function parseError(error: unknown) { if (error instanceof Error) return error.message; return 'That did not work out'; }",
    ),
    calls: RAW,
  },
  {
    name: 'gives it back where it is called',
    files: route(
      'return Response.json({ error: parseError(e) });',
      'const parseError = (error: any) => { const text = error?.message; return text; };',
    ),
    calls: RAW,
  },
  {
    name: 'reads it and has words of its own',
    files: route(
      'return Response.json({ error: explain(e) });',
      "function explain(error: any) { const text = error.message; if (text.includes('429')) return 'We are busy, please wait'; return 'Something has gone wrong here'; }",
    ),
    calls: OWN,
  },
  {
    name: 'sorts the text that it is given',
    files: route(
      'return Response.json({ error: sorted((e as Error).message) });',
      "function sorted(text: string) { return text.includes('429') ? 'We are busy, please wait' : 'Something has gone wrong here'; }",
    ),
    calls: OWN,
  },
  {
    name: 'has words of its own for three kinds, and hands on the rest',
    files: route(
      'return Response.json({ error: explain(e) });',
      "function explain(error: any) { if (error.status === 401) return 'The key is not valid'; if (error.status === 429) return 'We are busy, please wait'; if (error.status >= 500) return 'The provider is down, try later'; return error.message; }",
    ),
    calls: OWN,
  },
  {
    name: 'has words of its own for one kind, and hands on the rest',
    files: route(
      'return Response.json({ error: explain(e) });',
      "function explain(error: any) { if (error.status === 401) return 'The key is not valid'; return error.message; }",
    ),
    calls: RAW,
  },
  {
    name: 'calls itself',
    files: route(
      'return Response.json({ error: explain(e) });',
      'function explain(error: any): string { return error.cause ? explain(error.cause) : error.message; }',
    ),
    calls: RAW,
  },
]);

const TOOL = (body: string): string => `${AI}import { tool } from 'ai';\nimport { z } from 'zod';\n${body}`;
const SEARCH = `async function search(query: string) {\n  try { return await ${GENERATE}; } catch (e) { return { error: (e as Error).message }; }\n}`;

table('a model reads it', [
  {
    name: 'of a tool',
    files: TOOL(
      `${SEARCH}\nexport const find = tool({ inputSchema: z.object({ query: z.string() }), execute: async ({ query }) => search(query) });`,
    ),
    calls: OWN,
  },
  {
    name: 'of a tool, and a person elsewhere',
    files: {
      'app/api/find/route.ts': TOOL(
        `${SEARCH}\nexport const find = tool({ inputSchema: z.object({ query: z.string() }), execute: async ({ query }) => search(query) });\nexport async function POST() { return Response.json(await search('all')); }`,
      ),
    },
    calls: RAW,
  },
  {
    name: 'in a message of the role of tools',
    files: route("messages.push({ role: 'tool', tool_call_id: id, content: String(e) }); return again(messages);"),
    calls: OWN,
  },
  {
    name: 'in a message of another role',
    files: route("messages.push({ role: 'assistant', content: String(e) }); return Response.json({ reply: String(e) });"),
    calls: RAW,
  },
  {
    name: 'nothing at all is no answer for a model either',
    files: TOOL(
      `async function search(query: string) {\n  try { return await ${GENERATE}; } catch { return null; }\n}\nexport const find = tool({ inputSchema: z.object({ query: z.string() }), execute: async ({ query }) => search(query) });`,
    ),
    calls: [{ fails: 'partial: swallowed' }],
  },
]);

const GRAPH: Record<string, string> = {
  'langgraph.json': JSON.stringify({ graphs: { agent: './src/agent.ts:graph' } }),
  'src/agent.ts': `${OPENAI}import { StateGraph } from '@langchain/langgraph';\nasync function answer() { const reply = await ${CHAT}; return { messages: [reply] }; }\nexport const graph = new StateGraph({}).addNode('answer', answer).addEdge('__start__', 'answer').compile();`,
};
const STREAM = "export async function ask(id: string) { for await (const part of client.runs.stream(id, 'agent', {})) console.log(part); }";

table('a graph that a LangGraph server runs', [
  { name: 'nobody streams its runs', files: GRAPH, calls: [{ fails: 'no: escapes' }] },
  {
    name: 'the page streams its runs',
    files: { ...GRAPH, 'src/page.ts': `import { Client } from '@langchain/langgraph-sdk';\nconst client = new Client();\n${STREAM}` },
    calls: RAW,
  },
  {
    name: 'a test streams its runs',
    files: { ...GRAPH, 'test/page.test.ts': `import { Client } from '@langchain/langgraph-sdk';\nconst client = new Client();\n${STREAM}` },
    calls: [{ fails: 'no: escapes' }],
  },
  {
    name: 'a hook of the page',
    files: {
      ...GRAPH,
      'src/App.tsx':
        "import { useStream } from '@langchain/langgraph-sdk/react';\nexport const App = () => useStream<{ messages: string[] }>({});",
    },
    calls: RAW,
  },
]);
