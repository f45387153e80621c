// The stand-in as LangChain sees it.
import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { type AIMessageChunk, HumanMessage, SystemMessage, type ToolMessage } from '@langchain/core/messages';
import { tool as toolOf } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { status, text, tool } from '../src/core/index.ts';
import { failure, NONCE, stand } from './support/provider.ts';

const it = stand();
const openAi = (useResponsesApi: boolean) => (maxRetries: number) =>
  new ChatOpenAI({ model: 'gpt-4.1', apiKey: 'canary', maxRetries, useResponsesApi, configuration: { baseURL: `${it.url}/v1` } });
const MODELS: Readonly<Record<string, (maxRetries: number) => BaseChatModel>> = {
  'anthropic-messages': maxRetries => new ChatAnthropic({ model: 'claude-test', apiKey: 'canary', maxRetries, anthropicApiUrl: it.url }),
  'openai-chat': openAi(false),
  'openai-responses': openAi(true),
};
const LONG = 'a reply that is long enough for several pieces';
const TOKENS = { tokens: { input: 777, output: 33 } };
const weather = toolOf(({ city }) => `sunny in ${city}`, {
  name: 'get_weather',
  description: 'The weather',
  schema: z.object({ city: z.string() }),
});

describe.each(Object.entries(MODELS))('%s', (dialect, model) => {
  test('plain', async () => {
    it.play(text('{{nonce}}', TOKENS));
    const answer = await model(0).invoke([new SystemMessage('You are terse.'), new HumanMessage('hello')]);
    expect(answer.text).toBe(NONCE);
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 777, output_tokens: 33 });
    expect(it.seen()[0]?.request).toMatchObject({ dialect, system: 'You are terse.', messages: [{ role: 'user', text: 'hello' }] });
  });

  test('streamed', async () => {
    it.play(text(LONG, TOKENS));
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await model(0).stream('hello')) chunks.push(chunk);
    expect(chunks.map(chunk => chunk.text).join('')).toBe(LONG);
    expect(chunks.length).toBeGreaterThan(2);
    const used = chunks.reduce(
      (sum, chunk) => sum + (z.object({ output_tokens: z.number() }).safeParse(chunk.usage_metadata).data?.output_tokens ?? 0),
      0,
    );
    // Anthropic names one token when the stream begins, and LangChain adds it.
    expect(used).toBeGreaterThanOrEqual(33);
  });

  test('a tool round trip', async () => {
    it.play(tool(), text('done'));
    const bound = model(0).bindTools?.([weather]);
    const ask = new HumanMessage('hello');
    const first = await bound?.invoke([ask]);
    const call = first?.tool_calls?.[0];
    expect(call).toMatchObject({ name: 'get_weather', args: { city: 'London' } });
    if (first === undefined || call === undefined) throw new Error('no call');
    const result: ToolMessage = await weather.invoke({ ...call, type: 'tool_call' });
    const second = await bound?.invoke([ask, first, result]);
    expect(second?.text).toBe('done');
    expect(it.seen()[1]?.request?.messages.at(-1)).toMatchObject({ role: 'tool', text: 'sunny in London' });
  });

  test('structured output', async () => {
    it.play(text('{{nonce}}'));
    const structured = model(0).withStructuredOutput(z.object({ reply: z.string() }), { name: 'reply' });
    expect(await structured.invoke('hello')).toEqual({ reply: NONCE });
  });

  test('an error, and one more try', async () => {
    it.play(status(400, { 'x-custom': 'seen' }, 'no such thing'));
    expect(await failure(model(3).invoke('hello'))).toMatchObject({ status: 400, message: expect.stringContaining('no such thing') });
    expect(it.seen()).toHaveLength(1);
    it.play(status(500), text('{{nonce}}'));
    expect((await model(1).invoke('hello')).text).toBe(NONCE);
    expect(it.seen()).toHaveLength(2);
  });

  test.each(['cut', 'stream-error'] as const)('a stream with a %s', async kind => {
    it.play({ kind, text: LONG, events: 6 });
    let said = '';
    const read = async () => {
      for await (const chunk of await model(0).stream('hello')) said += chunk.text;
    };
    await failure(read());
    expect(said.length).toBeGreaterThan(3);
    expect(said).not.toBe(LONG);
    expect(it.seen()).toHaveLength(1);
  });

  test('a refusal', async () => {
    it.play(text('I will not', { stop: 'refusal' }));
    const answer = await model(0).invoke('hello');
    const told = JSON.stringify([answer.response_metadata, answer.additional_kwargs, answer.content]);
    // LangChain drops the refusal of Chat Completions: an empty answer is all that its agents get.
    if (dialect === 'openai-chat') expect(answer.text).toBe('');
    else expect(told).toContain(dialect === 'anthropic-messages' ? '"stop_reason":"refusal"' : 'I will not');
  });
});

test('embeddings', async () => {
  const embeddings = new OpenAIEmbeddings({
    model: 'text-embedding-3-small',
    apiKey: 'canary',
    configuration: { baseURL: `${it.url}/v1` },
  });
  expect((await embeddings.embedDocuments(['one', 'two'])).map(vector => vector.length)).toEqual([1536, 1536]);
});
