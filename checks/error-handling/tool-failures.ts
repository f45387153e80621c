import { defineCheck } from '../../src/core/index.ts';

export const check = defineCheck({
  id: 'error-handling/tool-failures',
  code: 'ERR-11',
  title: 'A tool that fails or hangs does not take the request with it',
  severity: 'high',
  how: ['observe', 'inspect'],
  lines: ['L04'],
  why: 'Tools reach into other systems, and one of them is always down. Without containment its failure ends the conversation, or its stack trace is read by the model.',
  fix: 'In the dispatcher, answer unknown names, bad arguments, errors and overdue calls with a short error result for the model, and give every tool a time limit.',
  settles:
    "The agent's behaviour when the model asks for an unknown tool, gives wrong arguments, and calls a tool that errors or never returns: each must end in a reply in time.",
  traps: [
    'The text of an exception may carry a host, a query or a connection string, first to the model and then to the user.',
    'A table look-up with an unknown tool name throws outside of the try that was meant to protect it.',
    'A time limit that the tool does not listen to limits nothing.',
    'Several frameworks contain tool errors by themselves, so missing code is no proof either way.',
  ],

  examples: [
    {
      expect: 'unknown',
      reading: 'good',
      file: 'agent.ts',
      files: {
        'tools.ts': `import type Anthropic from '@anthropic-ai/sdk';
import { log } from './log.ts';
import { tools } from './registry.ts'; // a Map; every tool checks its input and passes the signal to its requests
export { definitions } from './registry.ts';
export async function runTool(call: Anthropic.ToolUseBlock): Promise<Anthropic.ToolResultBlockParam> {
  const result = (content: string, is_error = false) => ({ type: 'tool_result' as const, tool_use_id: call.id, content, is_error });
  const tool = tools.get(call.name);
  if (!tool) return result('There is no such tool.', true);
  try {
    return result(await tool(call.input, AbortSignal.timeout(10_000)));
  } catch (err) {
    log.warn({ err, tool: call.name }, 'tool failed');
    return result('The tool failed. Answer without it, and say what is missing.', true);
  }
}`,
      },
      code: `import Anthropic from '@anthropic-ai/sdk';
import { definitions, runTool } from './tools.ts';
const client = new Anthropic();
export async function reply(question: string) {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
  for (let step = 0; step < 6; step++) {
    const { content } = await client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 800, tools: definitions, messages });
    const calls = content.filter(block => block.type === 'tool_use');
    if (calls.length === 0) return content.map(block => (block.type === 'text' ? block.text : '')).join('');
    messages.push({ role: 'assistant', content }, { role: 'user', content: await Promise.all(calls.map(runTool)) });
  }
  return 'This takes me too long. A colleague will write to you.';
}`,
    },
    {
      expect: 'unknown',
      reading: 'bad',
      file: 'agent.ts',
      code: `import Anthropic from '@anthropic-ai/sdk';
import { definitions, tools } from './registry.ts';
const client = new Anthropic();
const runTool = async (call: Anthropic.ToolUseBlock): Promise<Anthropic.ToolResultBlockParam> => ({
  type: 'tool_result',
  tool_use_id: call.id,
  content: await tools[call.name](call.input).catch((error: Error) => String(error.stack)),
});
export async function step(messages: Anthropic.MessageParam[]) {
  const { content } = await client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 800, tools: definitions, messages });
  const calls = content.filter(block => block.type === 'tool_use');
  messages.push({ role: 'assistant', content }, { role: 'user', content: await Promise.all(calls.map(runTool)) });
}`,
      shows: 'a hanging tool hangs the request, and the stack with its hosts goes to the model',
    },
  ],
});
