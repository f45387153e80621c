// The stand-in as the official Anthropic SDK sees it.
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { status, text, tool } from '../src/core/index.ts';
import { failure, NONCE, stand, WEATHER } from './support/provider.ts';

const it = stand();
const client = (maxRetries = 0) => new Anthropic({ apiKey: 'sk-ant-canary', baseURL: it.url, maxRetries });
const ASK = { model: 'claude-test', max_tokens: 100, messages: [{ role: 'user' as const, content: 'hello' }] };
const TOOLS = [{ name: 'get_weather', description: 'The weather', input_schema: { ...WEATHER, required: [...WEATHER.required] } }];
const FAST = { 'retry-after-ms': '5' };

describe('answers', () => {
  test('plain, with its tokens', async () => {
    it.play(text('{{nonce}} and {{nonce}}', { tokens: { input: 777, output: 33 } }));
    const { data, response } = await client().messages.create(ASK).withResponse();
    expect(data).toMatchObject({
      type: 'message',
      model: 'claude-test',
      content: [{ type: 'text', text: `${NONCE} and ${NONCE}` }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 777, output_tokens: 33 },
    });
    expect(response.headers.get('request-id')).toMatch(/^req_/);
  });

  test('streamed, with its tokens', async () => {
    it.play(text('a reply that is long enough for several pieces', { tokens: { input: 777, output: 33 } }));
    const stream = client().messages.stream(ASK);
    const pieces: string[] = [];
    stream.on('text', piece => pieces.push(piece));
    const message = await stream.finalMessage();
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('')).toBe('a reply that is long enough for several pieces');
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { input_tokens: 777, output_tokens: 33 } });
  });

  test('tokens are never 0 by themselves', async () => {
    it.play(text('x'));
    expect((await client().messages.create(ASK)).usage).toMatchObject({ input_tokens: 20, output_tokens: 10 });
  });

  test.each(['plain', 'streamed'])('a refusal and the end of the output, %s', async way => {
    it.play(text('I will not', { stop: 'refusal' }), text('cut he', { stop: 'length' }));
    const ask = () => (way === 'plain' ? client().messages.create(ASK) : client().messages.stream(ASK).finalMessage());
    expect((await ask()).stop_reason).toBe('refusal');
    expect((await ask()).stop_reason).toBe('max_tokens');
  });

  test('a text in the shape of a forced JSON schema', async () => {
    it.play(text('{{nonce}}'));
    const format = {
      type: 'json_schema' as const,
      schema: { type: 'object', properties: { reply: { type: 'string' } }, required: ['reply'] },
    };
    const message = await client().messages.create({ ...ASK, output_config: { format } });
    expect(message.content).toMatchObject([{ type: 'text', text: JSON.stringify({ reply: NONCE }) }]);
  });

  test('a text as the call of a forced tool', async () => {
    it.play(text('{{nonce}}'));
    const message = await client().messages.create({ ...ASK, tools: TOOLS, tool_choice: { type: 'tool', name: 'get_weather' } });
    expect(message).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name: 'get_weather', input: { city: NONCE, unit: 'celsius' } }],
    });
  });
});

describe('tools', () => {
  test.each(['plain', 'streamed'])('a round trip, %s', async way => {
    it.play(tool(), text('done'));
    const ask = (messages: Anthropic.MessageParam[]) => {
      const body = { ...ASK, messages, system: [{ type: 'text' as const, text: 'You are terse.' }], tools: TOOLS };
      return way === 'plain' ? client().messages.create(body) : client().messages.stream(body).finalMessage();
    };
    const first = await ask(ASK.messages);
    expect(first.stop_reason).toBe('tool_use');
    const [call] = first.content;
    if (call?.type !== 'tool_use') throw new Error('no call');
    expect(call).toMatchObject({ name: 'get_weather', input: { city: 'London', unit: 'celsius' } });
    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'down', is_error: true };
    const second = await ask([...ASK.messages, { role: 'assistant', content: first.content }, { role: 'user', content: [result] }]);
    expect(second.content).toMatchObject([{ type: 'text', text: 'done' }]);
    const [, exchange] = it.seen();
    expect(exchange).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      step: 1,
      status: 200,
      headers: { authorization: 'present', 'x-stainless-retry-count': '0' },
      request: {
        dialect: 'anthropic-messages',
        model: 'claude-test',
        stream: way === 'streamed',
        maxTokens: 100,
        system: 'You are terse.',
        messages: [
          { role: 'user', text: 'hello' },
          { role: 'assistant', text: '' },
          { role: 'tool', text: 'down', isError: true },
        ],
        tools: [{ name: 'get_weather', description: 'The weather', schema: WEATHER }],
      },
    });
    expect(JSON.stringify(it.seen())).not.toContain('sk-ant-canary');
  });

  test('several calls in one answer, and one that nobody declared', async () => {
    it.play({
      kind: 'tools',
      text: 'let me see',
      asks: [
        { pick: { kind: 'any' }, args: { kind: 'valid', text: 'Oslo' }, times: 2 },
        { pick: { kind: 'named', name: 'launch_rocket' }, args: { kind: 'exact', value: { to: '{{nonce}}' } } },
      ],
    });
    const { content } = await client().messages.create({ ...ASK, tools: TOOLS });
    expect(content.map(block => (block.type === 'tool_use' ? [block.name, block.input] : block.type))).toEqual([
      'text',
      ['get_weather', { city: 'Oslo', unit: 'celsius' }],
      ['get_weather', { city: 'Oslo', unit: 'celsius' }],
      ['launch_rocket', { to: NONCE }],
    ]);
    expect(new Set(content.map(block => (block.type === 'tool_use' ? block.id : ''))).size).toBe(4);
  });

  test('broken arguments are no JSON in a stream, and no object in a plain answer', async () => {
    it.play({ kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'broken' } }] });
    let sent = '';
    for await (const event of await client().messages.create({ ...ASK, tools: TOOLS, stream: true }))
      if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta') sent += event.delta.partial_json;
    expect(() => JSON.parse(sent)).toThrow();
    const plain = await client().messages.create({ ...ASK, tools: TOOLS });
    expect(plain.content).toMatchObject([{ type: 'tool_use', input: expect.any(String) }]);
  });

  test('mistyped arguments break the schema', async () => {
    it.play({ kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'mistyped' } }] });
    const { content } = await client().messages.create({ ...ASK, tools: TOOLS });
    expect(content).toMatchObject([{ input: { city: 12345, unit: 12345 } }]);
  });
});

describe('failures', () => {
  test('the envelope of Anthropic, with all headers of the script', async () => {
    it.play(status(529, { 'retry-after': '7', 'x-should-retry': 'false' }));
    const error = await failure(client(2).messages.create(ASK));
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(error).toMatchObject({ status: 529, error: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } });
    expect((error.headers as Headers).get('retry-after')).toBe('7');
    expect(it.seen()).toHaveLength(1);
  });

  test.each([
    [400, Anthropic.BadRequestError, 'invalid_request_error'],
    [401, Anthropic.AuthenticationError, 'authentication_error'],
    [403, Anthropic.PermissionDeniedError, 'permission_error'],
    [404, Anthropic.NotFoundError, 'not_found_error'],
    [429, Anthropic.RateLimitError, 'rate_limit_error'],
    [500, Anthropic.InternalServerError, 'api_error'],
  ] as const)('%i', async (code, type, name) => {
    it.play(status(code));
    const error = await failure(client().messages.create(ASK));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ error: { error: { type: name } } });
  });

  test('a message that repeats the key', async () => {
    it.play(status(401, {}, 'invalid key {{key}}'));
    expect((await failure(client().messages.create(ASK))).message).toContain('invalid key sk-ant-canary');
  });

  test.each([429, 500, 503, 529])('%i is tried again, and the header counts', async code => {
    it.play(status(code, FAST), status(code, FAST), text('{{nonce}}'));
    expect((await client(2).messages.create(ASK)).content).toMatchObject([{ text: NONCE }]);
    expect(it.seen().map(exchange => [exchange.step, exchange.status, exchange.headers['x-stainless-retry-count']])).toEqual([
      [0, code, '0'],
      [1, code, '1'],
      [2, 200, '2'],
    ]);
  });

  test('the last step repeats', async () => {
    it.play(text('a'), status(529, FAST));
    await client().messages.create(ASK);
    expect(await failure(client(2).messages.create(ASK))).toMatchObject({ status: 529 });
    expect(it.seen().map(exchange => exchange.step)).toEqual([0, 1, 1, 1]);
  });

  test('a stream that is cut', async () => {
    it.play({ kind: 'cut', text: 'this will never be complete', events: 4 });
    const pieces: string[] = [];
    const stream = client(2).messages.stream(ASK);
    stream.on('text', piece => pieces.push(piece));
    await failure(stream.finalMessage());
    // message_start, content_block_start and two pieces got through: it is a cut stream, not a failed connection.
    expect(pieces).toHaveLength(2);
    expect(it.seen()).toHaveLength(1);
    expect(it.seen()[0]).toMatchObject({ status: 200 });
    expect(it.seen()[0]?.goneAt).toBeUndefined();
  });

  test('a plain answer that is cut', async () => {
    it.play({ kind: 'cut', text: 'this will never be complete', events: 4 });
    const error = await failure(client().messages.create(ASK));
    expect(error.name).not.toBe('SyntaxError');
  });

  test('an error inside a stream', async () => {
    it.play({ kind: 'stream-error', text: 'this will never be complete', events: 4 });
    const error = await failure(client(2).messages.stream(ASK).finalMessage());
    expect(error.message).toContain('overloaded_error');
    expect(it.seen()).toHaveLength(1);
    expect(await failure(client().messages.create(ASK))).toMatchObject({ status: 500 });
  });
});

describe('beside the model', () => {
  test('tokens are counted and models listed, at the cost of no step', async () => {
    it.play(text('first'));
    expect((await client().messages.countTokens({ model: ASK.model, messages: ASK.messages })).input_tokens).toBeGreaterThan(0);
    expect((await client().models.list()).data[0]).toMatchObject({ type: 'model', id: expect.stringContaining('claude') });
    expect(await client().models.retrieve('claude-x')).toMatchObject({ id: 'claude-x' });
    expect(await failure(client().messages.batches.list())).toMatchObject({ status: 404, error: { type: 'error' } });
    expect(it.seen().every(exchange => exchange.request === undefined && exchange.step === undefined)).toBe(true);
    expect((await client().messages.create(ASK)).content).toMatchObject([{ text: 'first' }]);
  });

  test('the same on Vertex AI', async () => {
    it.play(text('{{nonce}}'));
    const path = '/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-test@20260101';
    const post = (verb: string) => fetch(`${it.url}${path}:${verb}`, { method: 'POST', body: JSON.stringify({ messages: ASK.messages }) });
    expect(await (await post('rawPredict')).json()).toMatchObject({ type: 'message', model: 'claude-test@20260101' });
    expect(await (await post('streamRawPredict')).text()).toContain('event: message_stop');
  });
});
