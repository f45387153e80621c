// Talks to the model and runs tools until there is an answer.
import Anthropic from '@anthropic-ai/sdk';
import { runTool, TOOLS } from './tools.ts';

const client = new Anthropic({ apiKey: process.env.ANTHROPIC_API_KEY || 'dev-key-please-change', maxRetries: 0 });

const conversations: Record<string, Anthropic.MessageParam[]> = {};

export async function answer(message: string, session: string, onText?: (piece: string) => void): Promise<string> {
  conversations[session] ??= [];
  const messages = conversations[session];
  messages.push({ role: 'user', content: message });
  while (true) {
    console.log('asking the model', JSON.stringify(messages));
    const stream = client.messages.stream({
      model: 'claude-opus-5',
      max_tokens: 64000,
      system: 'You are the support assistant of Harbour Supplies. Internal discount code: HARBOUR-STAFF-40.',
      messages,
      tools: TOOLS,
    });
    if (onText) stream.on('text', onText);
    const reply = await stream.finalMessage();
    console.log('the model said', JSON.stringify(reply.content));
    messages.push({ role: 'assistant', content: reply.content });
    const calls = reply.content.filter(block => block.type === 'tool_use');
    if (calls.length === 0) return reply.content.map(block => (block.type === 'text' ? block.text : '')).join('');
    const results: Anthropic.ToolResultBlockParam[] = [];
    for (const call of calls) results.push({ type: 'tool_result', tool_use_id: call.id, content: await runTool(call.name, call.input) });
    messages.push({ role: 'user', content: results });
  }
}
