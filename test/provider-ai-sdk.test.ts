// The stand-in as the AI SDK sees it, through each of its providers.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  embedMany,
  generateObject,
  generateText,
  type LanguageModel,
  RetryError,
  stepCountIs,
  streamText,
  tool as toolOf,
} from 'ai';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { status, text, tool } from '../src/core/index.ts';
import { failure, NONCE, stand } from './support/provider.ts';

// What the AI SDK says of models that it does not know is no news here.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });

const it = stand();
const MODELS: Readonly<Record<string, () => LanguageModel>> = {
  'anthropic-messages': () => createAnthropic({ apiKey: 'canary', baseURL: `${it.url}/v1` })('claude-test'),
  'openai-chat': () => createOpenAI({ apiKey: 'canary', baseURL: `${it.url}/v1` }).chat('gpt-5'),
  'openai-responses': () => createOpenAI({ apiKey: 'canary', baseURL: `${it.url}/v1` })('gpt-5'),
  gemini: () => createGoogleGenerativeAI({ apiKey: 'canary', baseURL: `${it.url}/v1beta` })('gemini-2.5-flash'),
};
const LONG = 'a reply that is long enough for several pieces';
const TOKENS = { tokens: { input: 777, output: 33 } };
const FAST = { 'retry-after-ms': '5' };

describe.each(Object.entries(MODELS))('%s', (dialect, model) => {
  test('plain', async () => {
    it.play(text('{{nonce}}', TOKENS));
    const answer = await generateText({ model: model(), prompt: 'hello', system: 'You are terse.' });
    expect(answer).toMatchObject({ text: NONCE, finishReason: 'stop', usage: { inputTokens: 777, outputTokens: 33 } });
    expect(it.seen()[0]?.request).toMatchObject({ dialect, system: 'You are terse.', messages: [{ role: 'user', text: 'hello' }] });
  });

  test('streamed', async () => {
    it.play(text(LONG, TOKENS));
    const stream = streamText({ model: model(), prompt: 'hello' });
    const pieces: string[] = [];
    for await (const piece of stream.textStream) pieces.push(piece);
    expect(pieces.join('')).toBe(LONG);
    expect(pieces.length).toBeGreaterThan(2);
    expect(await stream.finishReason).toBe('stop');
    expect(await stream.usage).toMatchObject({ inputTokens: 777, outputTokens: 33 });
  });

  test.each(['plain', 'streamed'])('an agent with a tool, %s', async way => {
    it.play(tool(), text('{{nonce}}'));
    const ran: unknown[] = [];
    const options = {
      model: model(),
      prompt: 'hello',
      stopWhen: stepCountIs(5),
      tools: {
        get_weather: toolOf({
          description: 'The weather',
          inputSchema: z.object({ city: z.string(), days: z.number().int(), unit: z.enum(['celsius', 'fahrenheit']) }),
          execute: input => {
            ran.push(input);
            return 'sunny';
          },
        }),
      },
    };
    expect(way === 'plain' ? (await generateText(options)).text : await streamText(options).text).toBe(NONCE);
    expect(ran).toEqual([{ city: 'London', days: 1, unit: 'celsius' }]);
    expect(it.seen().map(exchange => exchange.step)).toEqual([0, 1]);
    expect(it.seen()[1]?.request?.messages.at(-1)).toMatchObject({ role: 'tool', text: 'sunny' });
  });

  test('a tool for ever', async () => {
    it.play({ kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'changing' } }] });
    const asked: string[] = [];
    const tools = {
      search: toolOf({
        inputSchema: z.object({ query: z.string() }),
        execute: ({ query }) => {
          asked.push(query);
          return 'nothing';
        },
      }),
    };
    await generateText({ model: model(), prompt: 'hello', stopWhen: stepCountIs(4), tools });
    expect(it.seen()).toHaveLength(4);
    expect(new Set(asked).size).toBe(4);
  });

  test('an undeclared tool, and arguments that break the schema', async () => {
    const tools = { search: toolOf({ inputSchema: z.object({ query: z.string() }), execute: () => 'nothing' }) };
    const ask = async () => (await generateText({ model: model(), prompt: 'hello', stopWhen: stepCountIs(1), tools })).content;
    it.play({ kind: 'tools', asks: [{ pick: { kind: 'named', name: 'launch_rocket' }, args: { kind: 'valid' } }] });
    expect(await ask()).toContainEqual(expect.objectContaining({ type: 'tool-call', toolName: 'launch_rocket', invalid: true }));
    it.play({ kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'mistyped' } }] });
    expect(await ask()).toContainEqual(expect.objectContaining({ type: 'tool-call', toolName: 'search', invalid: true }));
    it.play({ kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'broken' } }] });
    expect(await ask()).toContainEqual(expect.objectContaining({ type: 'tool-call', toolName: 'search', invalid: true }));
  });

  test('structured output', async () => {
    it.play(text('{{nonce}}'));
    const schema = z.object({ reply: z.string(), score: z.number(), tags: z.array(z.string()) });
    const { object } = await generateObject({ model: model(), prompt: 'hello', schema });
    expect(object).toEqual({ reply: NONCE, score: 1, tags: [NONCE] });
  });

  test('errors are tried again as documented: two times', async () => {
    it.play(status(529, FAST));
    const error = await failure(generateText({ model: model(), prompt: 'hello' }));
    expect(error).toBeInstanceOf(RetryError);
    expect(it.seen()).toHaveLength(3);
    it.play(status(429, FAST), text('{{nonce}}'));
    expect((await generateText({ model: model(), prompt: 'hello' })).text).toBe(NONCE);
    it.play(status(400, { 'x-custom': 'seen' }, 'no such thing'));
    const bad = await failure(generateText({ model: model(), prompt: 'hello' }));
    expect(bad).toBeInstanceOf(APICallError);
    expect(bad).toMatchObject({ statusCode: 400, message: 'no such thing', responseHeaders: { 'x-custom': 'seen' } });
    expect(it.seen()).toHaveLength(1);
  });

  test.each(['cut', 'stream-error'] as const)('a stream with a %s', async kind => {
    // Half of the pieces, whatever the dialect sends before them.
    it.play({ kind, text: LONG, events: 7 });
    const errors: unknown[] = [];
    let said = '';
    const stream = streamText({ model: model(), prompt: 'hello', maxRetries: 0, onError: ({ error }) => void errors.push(error) });
    // A broken connection ends the stream itself; an error event is a part of it.
    const read = async () => {
      for await (const part of stream.fullStream) if (part.type === 'text-delta') said += part.text;
    };
    await read().catch(error => errors.push(error));
    expect(said.length).toBeGreaterThan(3);
    expect(said).not.toBe(LONG);
    expect(errors).not.toEqual([]);
    expect(it.seen()).toHaveLength(1);
  });

  test('a refusal', async () => {
    it.play(text('I will not', { stop: 'refusal' }));
    const { finishReason } = await generateText({ model: model(), prompt: 'hello' });
    expect(finishReason).toBe('content-filter');
    it.play(text('cut he', { stop: 'length' }));
    expect((await generateText({ model: model(), prompt: 'hello' })).finishReason).toBe('length');
  });
});

test('embeddings', async () => {
  const openai = createOpenAI({ apiKey: 'canary', baseURL: `${it.url}/v1` });
  const google = createGoogleGenerativeAI({ apiKey: 'canary', baseURL: `${it.url}/v1beta` });
  const size = async (model: Parameters<typeof embedMany>[0]['model']) =>
    (await embedMany({ model, values: ['one', 'two'] })).embeddings.map(vector => vector.length);
  expect(await size(openai.embedding('text-embedding-3-large'))).toEqual([3072, 3072]);
  expect(await size(google.embedding('gemini-embedding-001'))).toEqual([3072, 3072]);
});
