// A second opinion on wire shapes: the same request to @copilotkit/aimock and to the stand-in; what aimock sends, the stand-in sends too.
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Step, text, tool } from '../src/core/index.ts';
import { stand, WEATHER } from './support/provider.ts';

const it = stand();
const mock = new LLMock({ port: 0 });
beforeAll(async () => {
  mock.onMessage('say it', { content: 'a reply that is long enough', usage: { input_tokens: 20, output_tokens: 10 } });
  mock.onMessage('use it', { toolCalls: [{ name: 'get_weather', arguments: '{"city":"London","unit":"celsius"}' }] });
  await mock.start();
});
afterAll(() => mock.stop());

/** Every path of the value with the type of what is there; lists count as their items together. */
function shape(value: unknown, path = '$'): readonly string[] {
  if (Array.isArray(value)) return [`${path}[]`, ...value.flatMap(item => shape(item, `${path}[]`))];
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
  return [path];
}

/** The type of each event of a stream with its shape. */
function eventShapes(stream: string): readonly string[] {
  return stream.split(/\r?\n\r?\n/).flatMap(frame => {
    const event = /^event: (.*)$/m.exec(frame)?.[1];
    const data = /^data: (.*)$/m.exec(frame)?.[1];
    if (data === undefined) return [];
    if (!data.startsWith('{')) return [data];
    const value: { type?: string } = JSON.parse(data);
    return [`event ${event}`, ...shape(value, value.type ?? '$')];
  });
}

const CHAT_TOOL = { type: 'function', function: { name: 'get_weather', parameters: WEATHER } };
const chat = (say: string, stream: boolean) => ({
  model: 'gpt-5',
  stream,
  ...(stream ? { stream_options: { include_usage: true } } : {}),
  messages: [{ role: 'user', content: say }],
  tools: [CHAT_TOOL],
});
const REQUESTS: Readonly<Record<string, (say: string, stream: boolean) => readonly [path: string, body: unknown]>> = {
  'anthropic-messages': (say, stream) => [
    '/v1/messages',
    {
      model: 'claude-test',
      max_tokens: 99,
      stream,
      messages: [{ role: 'user', content: say }],
      tools: [{ name: 'get_weather', input_schema: WEATHER }],
    },
  ],
  'openai-chat': (say, stream) => ['/v1/chat/completions', chat(say, stream)],
  'openai-responses': (say, stream) => [
    '/v1/responses',
    {
      model: 'gpt-5',
      stream,
      input: [{ role: 'user', content: say }],
      tools: [{ type: 'function', name: 'get_weather', parameters: WEATHER }],
    },
  ],
  gemini: (say, stream) => [
    `/v1beta/models/gemini-2.5-flash:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    {
      contents: [{ role: 'user', parts: [{ text: say }] }],
      tools: [{ functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: WEATHER }] }],
    },
  ],
};

const CASES = Object.keys(REQUESTS).flatMap(dialect =>
  (['say it', 'use it'] as const).flatMap(say => [false, true].map(stream => [dialect, say, stream ? 'streamed' : 'plain'] as const)),
);

test.each(CASES)('%s: %s, %s', async (dialect, say, way) => {
  const step: Step = say === 'say it' ? text('a reply that is long enough') : tool();
  it.play(step);
  const [path, body] = REQUESTS[dialect]?.(say, way === 'streamed') ?? ['', {}];
  const post = async (base: string) => {
    const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': 'x' };
    const answer = await fetch(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    const read = await answer.text();
    return [...new Set(way === 'streamed' ? eventShapes(read) : shape(JSON.parse(read)))];
  };
  const ours = new Set(await post(it.url));
  const theirs = await post(mock.url);
  // Both must have given the answer that was asked for, or nothing is compared.
  expect(theirs.length).toBeGreaterThan(8);
  const missing = theirs.filter(entry => !ours.has(entry));
  expect(missing).toEqual([]);
});
