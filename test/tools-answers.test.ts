// Tools that are the form of an answer: the model must call them and nothing runs, so nothing about running them is asked.
import { describe, expect, test } from 'vitest';
import { scan } from '../src/scan.ts';
import { openShelf } from './support/lay-out.ts';

const shelf = openShelf('tools-answers');
const manifests = {
  'package.json': '{ "dependencies": { "openai": "6.49.0", "@anthropic-ai/sdk": "1.12.0", "@langchain/openai": "1.5.8" } }',
  'requirements.txt': 'anthropic==0.90.0\n',
};
const TITLE = "const title = { name: 'title', description: 'Name the talk', schema: z.object({ title: z.string() }) };";
const LANGCHAIN = (bound: string): Record<string, string> => ({
  'title.ts': `import { ChatOpenAI } from '@langchain/openai';\nimport { z } from 'zod';\n${TITLE}\nconst model = new ChatOpenAI({ model: 'gpt-5' })${bound};\nexport const name = async (text: string) => (await model.invoke(text)).tool_calls?.[0]?.args.title;`,
});
const ANTHROPIC = (choice: string, more = ''): Record<string, string> => ({
  'read.ts': `import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\nconst record = { name: 'record', description: 'Record the invoice', input_schema: { type: 'object', properties: { sum: { type: 'number' } } } };\nconst tools = [record];\nexport async function read(text: string) {\n  const answer = await client.messages.create({ model: 'claude-sonnet-5', max_tokens: 500, messages: [{ role: 'user', content: text }], tools${choice} });\n  return answer.content.find(part => part.type === 'tool_use')?.input;\n}\n${more}`,
});
const PYTHON = (choice: string): Record<string, string> => ({
  'read.py': `import anthropic\n\nclient = anthropic.Anthropic()\nRECORD = {"name": "record", "description": "Record the invoice", "input_schema": {"type": "object", "properties": {"sum": {"type": "number"}}}}\n\ndef read(text):\n    answer = client.messages.create(model="claude-sonnet-5", max_tokens=500, messages=[{"role": "user", "content": text}], tools=[RECORD]${choice})\n    return answer.content[0].input\n`,
});

async function answers(files: Record<string, string>): Promise<(boolean | undefined)[]> {
  const { facts } = await scan(shelf.layOut({ ...manifests, ...files }), () => {});
  return facts.tool.map(tool => tool.answers);
}

describe('an answer in the form of a tool', () => {
  test.each<[string, Record<string, string>]>([
    ['bound and named', LANGCHAIN(".bindTools([title], { tool_choice: 'title' })")],
    ['bound alone, with any', LANGCHAIN(".bindTools([title], { tool_choice: 'any' })")],
    ['named in the request', ANTHROPIC(", tool_choice: { type: 'tool', name: 'record' }")],
    ['named in the request (Python)', PYTHON(', tool_choice={"type": "tool", "name": "record"}')],
  ])('%s', async (_, files) => expect(await answers(files)).toEqual([true]));

  test.each<[string, Record<string, string>]>([
    ['that the model may leave', LANGCHAIN('.bindTools([title])')],
    ['that the model may leave, said so', ANTHROPIC(", tool_choice: { type: 'auto' }")],
    ['of another name', LANGCHAIN(".bindTools([title], { tool_choice: 'topic' })")],
    ['that the model may leave (Python)', PYTHON('')],
    [
      'that one request leaves to the model',
      ANTHROPIC(
        ", tool_choice: { type: 'tool', name: 'record' }",
        "export const chat = (text: string) => client.messages.create({ model: 'claude-sonnet-5', max_tokens: 500, messages: [{ role: 'user', content: text }], tools });",
      ),
    ],
  ])('%s is a tool', async (_, files) => expect(await answers(files)).toEqual([undefined]));

  test('one with code that runs is a tool', async () => {
    const files = ANTHROPIC(", tool_choice: { type: 'tool', name: 'record' }");
    const run = {
      'read.ts': `${files['read.ts']}\nexport async function act(part: { name: string; input: { sum: number } }) {\n  switch (part.name) {\n    case 'record': return fetch('https://books.example/sums', { method: 'POST', body: String(part.input.sum) });\n  }\n}`,
    };
    expect(await answers(run)).toEqual([undefined]);
  });
});
