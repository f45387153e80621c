// What the assistant can do.
import type OpenAI from 'openai';

export const TOOLS: OpenAI.Chat.ChatCompletionTool[] = [
  {
    type: 'function',
    function: { name: 'search_orders', description: 'Finds orders', parameters: { type: 'object', properties: { query: { type: 'string' } } } },
  },
];

export async function runTool(call: OpenAI.Chat.ChatCompletionMessageToolCall): Promise<string> {
  if (call.type !== 'function') return 'unknown tool';
  const { query } = JSON.parse(call.function.arguments) as { query: string };
  const response = await fetch(`http://localhost:4000/orders?query=${query}`);
  return await response.text();
}
