// The stand-in as Google's official SDK sees it.
import { ApiError, type Content, GoogleGenAI } from '@google/genai';
import { describe, expect, test } from 'vitest';
import { status, text, tool } from '../src/core/index.ts';
import { failure, NONCE, stand, WEATHER } from './support/provider.ts';

const it = stand();
const client = () => new GoogleGenAI({ apiKey: 'AIza-canary', httpOptions: { baseUrl: it.url } });
const ASK = { model: 'gemini-2.5-flash', contents: 'hello' };
const LONG = 'a reply that is long enough for several pieces';
const TOKENS = { tokens: { input: 777, output: 33 } };
const TOOLS = [{ functionDeclarations: [{ name: 'get_weather', description: 'The weather', parametersJsonSchema: WEATHER }] }];

const ask = async (way: string, more: Partial<Parameters<GoogleGenAI['models']['generateContent']>[0]> = {}) => {
  if (way === 'plain') return [await client().models.generateContent({ ...ASK, ...more })];
  const all = [];
  for await (const chunk of await client().models.generateContentStream({ ...ASK, ...more })) all.push(chunk);
  return all;
};

describe.each(['plain', 'streamed'])('%s', way => {
  test('a text with its tokens', async () => {
    it.play(text(LONG, TOKENS));
    const all = await ask(way);
    expect(all.map(part => part.text ?? '').join('')).toBe(LONG);
    expect(all.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
    expect(all.at(-1)?.usageMetadata).toMatchObject({ promptTokenCount: 777, candidatesTokenCount: 33, totalTokenCount: 810 });
    expect(all.length).toBeGreaterThan(way === 'plain' ? 0 : 3);
  });

  test('a tool round trip', async () => {
    it.play(tool(), text('done'));
    const config = { systemInstruction: 'You are terse.', maxOutputTokens: 70, tools: TOOLS };
    const first = await ask(way, { config });
    expect(first.flatMap(part => part.functionCalls ?? [])).toMatchObject([
      { name: 'get_weather', args: { city: 'London', unit: 'celsius' } },
    ]);
    const contents: Content[] = [
      { role: 'user', parts: [{ text: 'hello' }] },
      { role: 'model', parts: [{ functionCall: { name: 'get_weather', args: {} } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'get_weather', response: { error: 'down' } } }] },
    ];
    const second = await ask(way, { contents, config });
    expect(second.map(part => part.text ?? '').join('')).toBe('done');
    expect(it.seen()[1]?.request).toMatchObject({
      dialect: 'gemini',
      model: 'gemini-2.5-flash',
      stream: way === 'streamed',
      maxTokens: 70,
      system: 'You are terse.',
      messages: [
        { role: 'user', text: 'hello' },
        { role: 'assistant', text: '' },
        { role: 'tool', text: 'down', isError: true },
      ],
      tools: [{ name: 'get_weather', schema: WEATHER }],
    });
    expect(JSON.stringify(it.seen())).not.toContain('AIza-canary');
  });

  test('a refusal and the end of the output', async () => {
    it.play(text('no', { stop: 'refusal' }), text('cut he', { stop: 'length' }));
    const refused = (await ask(way)).at(-1);
    expect(refused?.candidates?.[0]?.finishReason).toBe('SAFETY');
    expect(refused?.text).toBeUndefined();
    expect((await ask(way)).at(-1)?.candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
  });

  test.each([
    [400, 'INVALID_ARGUMENT'],
    [429, 'RESOURCE_EXHAUSTED'],
    [503, 'UNAVAILABLE'],
  ])('%i', async (code, name) => {
    it.play(status(code));
    const error = await failure(ask(way));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: code, message: expect.stringContaining(name) });
    expect(it.seen()).toHaveLength(1);
  });

  test('a text in the shape of a schema, whose types Google writes in capitals', async () => {
    it.play(text('{{nonce}}'));
    const responseSchema = {
      type: 'OBJECT',
      properties: { reply: { type: 'STRING' }, n: { type: 'INTEGER', minimum: 3 } },
      required: ['reply', 'n'],
    };
    const all = await ask(way, { config: { responseMimeType: 'application/json', responseSchema } as never });
    expect(JSON.parse(all.map(part => part.text ?? '').join(''))).toEqual({ reply: NONCE, n: 3 });
  });
});

test('a stream that is cut, and an error inside one', async () => {
  it.play({ kind: 'cut', text: LONG, events: 2 });
  let said = '';
  const read = async () => {
    for await (const chunk of await client().models.generateContentStream(ASK)) said += chunk.text ?? '';
  };
  await failure(read());
  expect(said.length).toBeGreaterThan(3);
  expect(LONG.startsWith(said)).toBe(true);
  it.play({ kind: 'stream-error', text: LONG, events: 2 });
  expect((await failure(read())).message).toContain('UNAVAILABLE');
});

test('without alt=sse the stream is one JSON array, failed or not', async () => {
  const post = async () => {
    const path = '/v1beta/models/gemini-2.5-flash:streamGenerateContent?key=AIza-canary';
    const body = JSON.stringify({ contents: [{ parts: [{ text: 'hello' }] }] });
    return JSON.parse(await (await fetch(`${it.url}${path}`, { method: 'POST', body })).text());
  };
  it.play(text('{{key}}'));
  expect(await post()).toMatchObject([
    { candidates: [{ content: { parts: [{ text: 'AIza-canary' }] } }] },
    { candidates: [{ finishReason: 'STOP' }] },
  ]);
  it.play({ kind: 'stream-error', text: LONG, events: 1 });
  expect((await post()).at(-1)).toMatchObject({ error: { status: 'UNAVAILABLE' } });
  it.play(status(429));
  expect(await post()).toMatchObject([{ error: { code: 429 } }]);
  expect(it.seen()[0]?.path).toBe('/v1beta/models/gemini-2.5-flash:streamGenerateContent?key=present');
});

test('beside the model: embeddings, counts of tokens, models', async () => {
  it.play(text('x'));
  const { embeddings } = await client().models.embedContent({
    model: 'gemini-embedding-001',
    contents: ['one', 'two'],
    config: { outputDimensionality: 256 },
  });
  expect(embeddings?.map(entry => entry.values?.length)).toEqual([256, 256]);
  expect((await client().models.countTokens(ASK)).totalTokens).toBeGreaterThan(0);
  expect((await client().models.get({ model: 'gemini-2.5-flash' })).name).toBe('models/gemini-2.5-flash');
  expect(it.seen().every(exchange => exchange.request === undefined)).toBe(true);
});

test('Vertex AI paths', async () => {
  it.play(text('{{nonce}}'));
  const path = '/v1/projects/p/locations/global/publishers/google/models/gemini-2.5-pro:generateContent';
  const answer = await fetch(`${it.url}${path}`, { method: 'POST', body: JSON.stringify({ contents: { parts: [{ text: 'hello' }] } }) });
  expect(await answer.json()).toMatchObject({ modelVersion: 'gemini-2.5-pro' });
});
