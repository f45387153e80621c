// A shop assistant as it works on a laptop: it answers, it calls tools, and nothing holds it back.
import OpenAI from 'openai';
import { runTool, TOOLS } from './tools.ts';

const client = new OpenAI();

export async function reply(question: string): Promise<string> {
  const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
    { role: 'system', content: 'You are the assistant of a shop. Help with orders.' },
    { role: 'user', content: question },
  ];
  while (true) {
    const completion = await client.chat.completions.create({ model: 'gpt-5.6', messages, tools: TOOLS });
    const message = completion.choices[0]!.message;
    messages.push(message);
    console.log('model said', message);
    if (!message.tool_calls) return message.content ?? '';
    for (const call of message.tool_calls) {
      messages.push({ role: 'tool', tool_call_id: call.id, content: await runTool(call) });
    }
  }
}

export async function title(question: string): Promise<string> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      const completion = await client.chat.completions.create({
        model: 'gpt-5.6-mini',
        messages: [{ role: 'user', content: `A title of three words for: ${question}` }],
      });
      return completion.choices[0]!.message.content ?? question;
    } catch (error) {
      console.error('no title yet', error);
    }
  }
  return question;
}
