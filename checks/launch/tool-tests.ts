import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'launch/tool-tests',
  code: 'TST-02',
  title: 'Tests drive every tool through the agent, also where it fails',
  severity: 'blocker',
  how: ['inspect'],
  lines: ['L15'],
  why: 'A tool can be right and its wiring wrong: the name, the schema, the way an error comes back. That is found in the loop, not in the function.',
  fix: "With a scripted model, drive each tool through the agent's loop: once with success, once with an error of the tool, once with bad arguments.",
  settles:
    'A test run, or its coverage, in which each tool that the agent offers was called through the loop with success, with an error and with bad arguments.',
  traps: [
    "A unit test of the tool's function leaves schema, dispatcher and result message untested.",
    "A tool's name in a prompt or a fixture is no call of it.",
    'An evaluation set with one greeting touches no tool.',
    'Tools that are registered at run time, from MCP servers for instance, are missing from any list made by reading.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'agent.test.ts': `import { expect, test, vi } from 'vitest';
import { reply } from './agent.ts';
const call = (name: string, args: string) => ({ id: 'c1', type: 'function', function: { name, arguments: args } });
test.each([
  ['find_order', '{"id":"A1"}', /on its way/],
  ['find_order', '{"id":"Z9"}', /no such order/],
  ['find_order', '{"id":', /arguments/],
  ['refund', '{"id":"A1","cents":500}', /waits for approval/],
  ['refund', '{"id":"Z9","cents":500}', /no such order/],
  ['refund', '{"id":"A1","cents":-5}', /arguments/],
])('%s %s goes round the loop', async (name, args, result) => {
  const create = vi.fn().mockResolvedValueOnce({ choices: [{ message: { role: 'assistant', tool_calls: [call(name, args)] } }] });
  create.mockResolvedValueOnce({ choices: [{ message: { role: 'assistant', content: 'done' } }] });
  expect(await reply('Where is my order?', { chat: { completions: { create } } } as never)).toBe('done');
  expect(create.mock.calls[1]?.[0].messages.at(-1).content).toMatch(result);
});`,
      },
      code: `import OpenAI from 'openai';
import { definitions, runTool } from './tools.ts'; // find_order and refund
export async function reply(question: string, client = new OpenAI()) {
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
  for (let step = 0; step < 5; step++) {
    const options = { model: 'gpt-5.6', messages, tools: definitions, max_completion_tokens: 800 };
    const message = (await client.chat.completions.create(options)).choices[0]?.message;
    if (!message?.tool_calls?.length) return message?.content ?? '';
    messages.push(message, ...(await Promise.all(message.tool_calls.map(runTool))));
  }
  return 'I could not find this out. A colleague will write to you.';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      files: {
        'tools.test.ts': `import { expect, test } from 'vitest';
import { findOrder } from './orders.ts';
test('find_order finds an order', async () => {
  expect(await findOrder('A1')).toMatchObject({ id: 'A1', status: 'on its way' });
});`,
      },
      code: `import OpenAI from 'openai';
import { definitions, runTool } from './tools.ts'; // find_order and refund
export async function reply(question: string, client = new OpenAI()) {
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
  for (let step = 0; step < 5; step++) {
    const options = { model: 'gpt-5.6', messages, tools: definitions, max_completion_tokens: 800 };
    const message = (await client.chat.completions.create(options)).choices[0]?.message;
    if (!message?.tool_calls?.length) return message?.content ?? '';
    messages.push(message, ...(await Promise.all(message.tool_calls.map(runTool))));
  }
  return 'I could not find this out. A colleague will write to you.';
}`,
      shows: 'the function is tested; the schema, the dispatcher, the errors and refund are not',
    },
  ],
});
