// The stand-in as the official OpenAI SDK sees it: Chat Completions and Responses.
import OpenAI, { AzureOpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { status, text, tool } from '../src/core/index.ts';
import { failure, NONCE, stand, WEATHER } from './support/provider.ts';

const it = stand();
const client = (maxRetries = 0) => new OpenAI({ apiKey: 'sk-canary', baseURL: `${it.url}/v1`, maxRetries });
const MESSAGES = [{ role: 'user' as const, content: 'hello' }];
const CHAT = { model: 'gpt-5', messages: MESSAGES };
const CHAT_TOOLS = [{ type: 'function' as const, function: { name: 'get_weather', description: 'The weather', parameters: WEATHER } }];
const RESPONSE = { model: 'gpt-5', input: 'hello' };
const TOOLS = [{ type: 'function' as const, name: 'get_weather', description: 'The weather', parameters: WEATHER, strict: true }];
const FAST = { 'retry-after-ms': '5' };
const TOKENS = { tokens: { input: 777, output: 33 } };
const LONG = 'a reply that is long enough for several pieces';

describe('Chat Completions', () => {
  test('plain, with its tokens', async () => {
    it.play(text('{{nonce}}', TOKENS));
    const answer = await client().chat.completions.create(CHAT);
    expect(answer.choices).toMatchObject([
      { index: 0, message: { role: 'assistant', content: NONCE, refusal: null }, finish_reason: 'stop' },
    ]);
    expect(answer.usage).toMatchObject({ prompt_tokens: 777, completion_tokens: 33, total_tokens: 810 });
  });

  test('streamed; tokens only when they are asked for', async () => {
    it.play(text(LONG, TOKENS));
    const read = async (include_usage: boolean) => {
      const chunks = await client().chat.completions.create({ ...CHAT, stream: true, stream_options: { include_usage } });
      const seen: OpenAI.ChatCompletionChunk[] = [];
      for await (const chunk of chunks) seen.push(chunk);
      return { said: seen.map(chunk => chunk.choices[0]?.delta.content ?? '').join(''), usage: seen.at(-1)?.usage, pieces: seen.length };
    };
    const withUsage = await read(true);
    expect(withUsage.said).toBe(LONG);
    expect(withUsage.pieces).toBeGreaterThan(4);
    expect(withUsage.usage).toMatchObject({ prompt_tokens: 777, completion_tokens: 33 });
    const without = await read(false);
    expect(without).toMatchObject({ said: LONG });
    expect(without.usage).toBeUndefined();
  });

  test('the pieces of the script', async () => {
    it.play(text('4111 1111', { pieces: ['41', '11 {{nonce}}'] }));
    const pieces: string[] = [];
    const runner = client().chat.completions.stream(CHAT);
    runner.on('content', piece => pieces.push(piece));
    await runner.finalChatCompletion();
    expect(pieces).toEqual(['41', `11 ${NONCE}`]);
  });

  test.each(['plain', 'streamed'])('a tool round trip, %s', async way => {
    it.play(tool(), text('done'));
    const ask = (messages: OpenAI.ChatCompletionMessageParam[]) => {
      const body = { ...CHAT, max_completion_tokens: 50, messages, tools: CHAT_TOOLS };
      return way === 'plain' ? client().chat.completions.create(body) : client().chat.completions.stream(body).finalChatCompletion();
    };
    const system = { role: 'developer' as const, content: 'You are terse.' };
    const first = await ask([system, ...MESSAGES]);
    expect(first.choices[0]?.finish_reason).toBe('tool_calls');
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    if (message === undefined || call?.type !== 'function') throw new Error('no call');
    expect(JSON.parse(call.function.arguments)).toEqual({ city: 'London', unit: 'celsius' });
    const second = await ask([system, ...MESSAGES, message, { role: 'tool', tool_call_id: call.id, content: 'sunny' }]);
    expect(second.choices[0]?.message.content).toBe('done');
    expect(it.seen()[1]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'present' },
      request: {
        dialect: 'openai-chat',
        model: 'gpt-5',
        stream: way === 'streamed',
        maxTokens: 50,
        system: 'You are terse.',
        messages: [
          { role: 'user', text: 'hello' },
          { role: 'assistant', text: '' },
          { role: 'tool', text: 'sunny' },
        ],
        tools: [{ name: 'get_weather', description: 'The weather', schema: WEATHER }],
      },
    });
    expect(JSON.stringify(it.seen())).not.toContain('sk-canary');
  });

  test('several calls in one stream, with broken arguments', async () => {
    it.play({ kind: 'tools', asks: [{ pick: { kind: 'any' }, args: { kind: 'broken' }, times: 2 }] });
    const answer = await client()
      .chat.completions.stream({ ...CHAT, tools: CHAT_TOOLS })
      .finalChatCompletion();
    const calls = answer.choices[0]?.message.tool_calls ?? [];
    expect(calls).toHaveLength(2);
    for (const call of calls) expect(() => JSON.parse(call.type === 'function' ? call.function.arguments : '{}')).toThrow();
  });

  test('functions, as they were before tools', async () => {
    it.play(tool());
    const functions = [{ name: 'get_weather', parameters: WEATHER }];
    const answer = await client().chat.completions.create({ ...CHAT, functions });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'function_call', message: { function_call: { name: 'get_weather' } } });
  });

  test.each(['plain', 'streamed'])('a refusal and the end of the output, %s', async way => {
    it.play(text('I will not', { stop: 'refusal' }), text('cut he', { stop: 'length' }));
    const ask = async () =>
      way === 'plain' ? await client().chat.completions.create(CHAT) : await client().chat.completions.stream(CHAT).finalChatCompletion();
    expect((await ask()).choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: null, refusal: 'I will not' } });
    expect((await ask()).choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'cut he' } });
  });

  test('a text in the shape of a JSON schema, and as the call of a forced tool', async () => {
    it.play(text('{{nonce}}'));
    const schema = { type: 'object', properties: { safe: { type: 'boolean' }, reply: { type: 'string' } }, required: ['safe', 'reply'] };
    const shaped = await client().chat.completions.create({
      ...CHAT,
      response_format: { type: 'json_schema', json_schema: { name: 'reply', schema } },
    });
    expect(JSON.parse(shaped.choices[0]?.message.content ?? '')).toEqual({ safe: true, reply: NONCE });
    const object = await client().chat.completions.create({ ...CHAT, response_format: { type: 'json_object' } });
    expect(JSON.parse(object.choices[0]?.message.content ?? '')).toEqual({ text: NONCE });
    const forced = await client().chat.completions.create({ ...CHAT, tools: CHAT_TOOLS, tool_choice: 'required' });
    expect(forced.choices[0]?.message.tool_calls).toMatchObject([
      { function: { arguments: JSON.stringify({ city: NONCE, unit: 'celsius' }) } },
    ]);
  });

  test.each([
    [400, OpenAI.BadRequestError, null],
    [401, OpenAI.AuthenticationError, 'invalid_api_key'],
    [429, OpenAI.RateLimitError, 'rate_limit_exceeded'],
    [500, OpenAI.InternalServerError, null],
  ] as const)('%i', async (code, type, name) => {
    it.play(status(code, { 'x-custom': '{{nonce}}' }));
    const error = await failure(client().chat.completions.create(CHAT));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status: code, code: name });
    expect((error.headers as Headers).get('x-custom')).toBe(NONCE);
  });

  test('it is tried again, and the header counts', async () => {
    it.play(status(429, FAST), status(503, FAST), text('{{nonce}}'));
    await client(2).chat.completions.create(CHAT);
    expect(it.seen().map(exchange => exchange.headers['x-stainless-retry-count'])).toEqual(['0', '1', '2']);
  });

  test('a context that is too long, and a quota that is used up', async () => {
    it.play(status(400, {}, "This model's maximum context length is 128000 tokens."), status(429, {}, 'You exceeded your current quota.'));
    expect(await failure(client().chat.completions.create(CHAT))).toMatchObject({ code: 'context_length_exceeded' });
    expect(await failure(client().chat.completions.create(CHAT))).toMatchObject({ code: 'insufficient_quota' });
  });

  test('a stream that is cut, and an error inside one', async () => {
    it.play({ kind: 'cut', text: LONG, events: 3 });
    let said = '';
    const error = await failure(
      (async () => {
        for await (const chunk of await client(2).chat.completions.create({ ...CHAT, stream: true }))
          said += chunk.choices[0]?.delta.content ?? '';
      })(),
    );
    expect(said.length).toBeGreaterThan(5);
    expect(LONG.startsWith(said)).toBe(true);
    expect(error).toBeInstanceOf(Error);
    it.play({ kind: 'stream-error', text: LONG, events: 3 });
    expect((await failure(client(2).chat.completions.stream(CHAT).finalChatCompletion())).message).toContain('server had an error');
    expect(it.seen()).toHaveLength(1);
  });

  test('Azure and OpenRouter paths', async () => {
    it.play(text('{{nonce}}'));
    const azure = new AzureOpenAI({
      endpoint: it.url,
      apiKey: 'azure-canary',
      apiVersion: '2025-04-01-preview',
      deployment: 'my-gpt',
      maxRetries: 0,
    });
    expect((await azure.chat.completions.create(CHAT)).choices[0]?.message.content).toBe(NONCE);
    const router = new OpenAI({ apiKey: 'x', baseURL: `${it.url}/api/v1`, maxRetries: 0 });
    expect((await router.chat.completions.create(CHAT)).choices[0]?.message.content).toBe(NONCE);
    expect(it.seen().map(exchange => exchange.path)).toEqual([
      '/openai/deployments/my-gpt/chat/completions?api-version=2025-04-01-preview',
      '/api/v1/chat/completions',
    ]);
    expect(it.seen()[0]?.headers['api-key']).toBe('present');
  });
});

describe('Responses', () => {
  test('plain, with its tokens', async () => {
    it.play(text('{{nonce}}', TOKENS));
    const answer = await client().responses.create(RESPONSE);
    expect(answer).toMatchObject({
      output_text: NONCE,
      status: 'completed',
      usage: { input_tokens: 777, output_tokens: 33, total_tokens: 810 },
    });
  });

  test('streamed: every event in order, numbered', async () => {
    it.play(text(LONG, TOKENS));
    const types: string[] = [];
    const numbers: number[] = [];
    for await (const event of await client().responses.create({ ...RESPONSE, stream: true })) {
      if (types.at(-1) !== event.type) types.push(event.type);
      numbers.push(event.sequence_number);
    }
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(numbers).toEqual(numbers.map((_, at) => at));
    const final = await client().responses.stream(RESPONSE).finalResponse();
    expect(final).toMatchObject({ output_text: LONG, usage: { input_tokens: 777 } });
  });

  test.each(['plain', 'streamed'])('a tool round trip, %s', async way => {
    it.play(tool(), text('done'));
    const ask = async (input: OpenAI.Responses.ResponseInput) => {
      const body = { ...RESPONSE, input, instructions: 'You are terse.', max_output_tokens: 60, tools: TOOLS };
      return way === 'plain' ? await client().responses.create(body) : await client().responses.stream(body).finalResponse();
    };
    const first = await ask(MESSAGES);
    const call = first.output[0];
    if (call?.type !== 'function_call') throw new Error('no call');
    expect(call).toMatchObject({ name: 'get_weather', arguments: JSON.stringify({ city: 'London', unit: 'celsius' }) });
    const result = { type: 'function_call_output' as const, call_id: call.call_id, output: 'sunny' };
    const { call_id, name, arguments: args } = call;
    const second = await ask([...MESSAGES, { type: 'function_call', call_id, name, arguments: args }, result]);
    expect(second.output_text).toBe('done');
    expect(it.seen()[1]?.request).toMatchObject({
      dialect: 'openai-responses',
      maxTokens: 60,
      system: 'You are terse.',
      messages: [
        { role: 'user', text: 'hello' },
        { role: 'tool', text: 'sunny' },
      ],
      tools: [{ name: 'get_weather', schema: WEATHER }],
    });
  });

  test.each(['plain', 'streamed'])('a refusal and the end of the output, %s', async way => {
    it.play(text('I will not', { stop: 'refusal' }), text('cut he', { stop: 'length' }));
    const ask = async () =>
      way === 'plain' ? await client().responses.create(RESPONSE) : await client().responses.stream(RESPONSE).finalResponse();
    expect((await ask()).output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'I will not' }] }]);
    expect(await ask()).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  test('a text in the shape of a JSON schema', async () => {
    it.play(text('{{nonce}}'));
    const schema = { type: 'object', properties: { reply: { type: 'string' } }, required: ['reply'], additionalProperties: false };
    const answer = await client().responses.create({ ...RESPONSE, text: { format: { type: 'json_schema', name: 'r', schema } } });
    expect(JSON.parse(answer.output_text)).toEqual({ reply: NONCE });
  });

  test('errors, and how often it is tried', async () => {
    it.play(status(500, FAST));
    expect(await failure(client(2).responses.create(RESPONSE))).toMatchObject({ status: 500, type: 'server_error' });
    expect(it.seen()).toHaveLength(3);
  });

  test('a stream that is cut, and an error inside one', async () => {
    it.play({ kind: 'cut', text: LONG, events: 6 });
    let said = '';
    await failure(
      (async () => {
        for await (const event of await client(2).responses.create({ ...RESPONSE, stream: true }))
          if (event.type === 'response.output_text.delta') said += event.delta;
      })(),
    );
    expect(said.length).toBeGreaterThan(5);
    expect(LONG.startsWith(said)).toBe(true);
    it.play({ kind: 'stream-error', text: LONG, events: 6 });
    expect((await failure(client(2).responses.stream(RESPONSE).finalResponse())).message).toContain('server had an error');
    expect(it.seen()).toHaveLength(1);
  });
});

describe('beside the model', () => {
  test.each(['base64', 'float'] as const)('embeddings as %s', async encoding_format => {
    it.play(text('x'));
    const embed = (model: string, dimensions?: number) =>
      client().embeddings.create({ model, input: ['one', 'two'], encoding_format, ...(dimensions === undefined ? {} : { dimensions }) });
    const { data } = await embed('text-embedding-3-small');
    const values = (at: number): number[] => {
      const raw: unknown = data[at]?.embedding;
      return typeof raw === 'string' ? [...new Float32Array(Uint8Array.from(Buffer.from(raw, 'base64')).buffer)] : (raw as number[]);
    };
    expect(values(0)).toHaveLength(1536);
    expect(Math.hypot(...values(0))).toBeCloseTo(1, 4);
    const alike = values(0).reduce((sum, value, at) => sum + value * (values(1)[at] ?? 0), 0);
    expect(alike).toBeGreaterThan(0.95);
    expect(alike).toBeLessThan(1);
    expect((await embed('text-embedding-3-small', 256)).data).toHaveLength(2);
    expect(it.seen().every(exchange => exchange.request === undefined)).toBe(true);
  });

  test('moderation flags nothing, models are listed, the unknown is not found', async () => {
    expect((await client().moderations.create({ input: ['a', 'b'] })).results.map(result => result.flagged)).toEqual([false, false]);
    expect((await client().models.list()).data.length).toBeGreaterThan(2);
    expect(await failure(client().files.list())).toMatchObject({ status: 404, type: 'invalid_request_error' });
  });
});
