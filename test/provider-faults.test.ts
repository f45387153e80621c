// The stand-in at the level of sockets: each fault as its client sees it, what the journal says of it, and the limits.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Step, status, text } from '../src/core/index.ts';
import { startProvider } from '../src/provider/index.ts';
import { NONCE, stand } from './support/provider.ts';

const it = stand();
const ASK = { model: 'gpt-5', messages: [{ role: 'user', content: 'hello' }] };

interface Got {
  readonly status: number | undefined;
  readonly body: string;
  /** Code of the error that ended the connection. */
  readonly error?: string;
  /** Milliseconds from the request to the end. */
  readonly ms: number;
  /** When each chunk came, in milliseconds from the request. */
  readonly chunks: readonly number[];
}

function send(
  body: unknown,
  options: { path?: string; headers?: Record<string, string>; url?: string; begun?: (request: ClientRequest) => void } = {},
): Promise<Got> {
  const began = performance.now();
  const since = () => performance.now() - began;
  return new Promise(resolve => {
    let answer: IncomingMessage | undefined;
    let read = '';
    const chunks: number[] = [];
    const done = (error?: NodeJS.ErrnoException) =>
      resolve({
        status: answer?.statusCode,
        body: read,
        ms: since(),
        chunks,
        ...(error === undefined ? {} : { error: error.code ?? error.message }),
      });
    const request = httpRequest(options.url ?? it.url, {
      method: 'POST',
      path: options.path ?? '/v1/chat/completions',
      headers: { authorization: 'Bearer canary', ...options.headers },
      agent: false,
    });
    request.on('response', response => {
      answer = response;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        chunks.push(since());
        read += chunk;
      });
      response.on('end', () => done());
      response.on('error', done);
    });
    request.on('error', done);
    request.end(Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body));
    options.begun?.(request);
  });
}

describe('faults', () => {
  test('a hang lasts until the client goes, and the journal says when', async () => {
    it.play({ kind: 'hang' });
    const got = await send(ASK, { begun: request => setTimeout(() => request.destroy(), 120) });
    expect(got).toMatchObject({ status: undefined, error: 'ECONNRESET' });
    const [exchange] = await it.settled();
    expect(exchange).toMatchObject({ step: 0, request: { model: 'gpt-5' } });
    expect(exchange?.status).toBeUndefined();
    expect(exchange?.endedAt).toBeUndefined();
    expect((exchange?.goneAt ?? 0) - (exchange?.at ?? 0)).toBeGreaterThan(90);
  });

  test('a reset arrives as a reset, not as an end', async () => {
    it.play({ kind: 'reset' });
    const code = await new Promise(resolve => {
      const body = JSON.stringify(ASK);
      const socket = connect(it.provider.port, '127.0.0.1', () =>
        socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
      );
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.on('end', () => resolve('end'));
    });
    expect(code).toBe('ECONNRESET');
    expect(it.seen()[0]?.goneAt).toBeUndefined();
    expect(it.seen()[0]?.status).toBeUndefined();
  });

  test.each([0, 1, 3])('a stream that is cut after %i events brings exactly those', async events => {
    it.play({ kind: 'cut', text: 'short', events });
    const got = await send({ ...ASK, stream: true });
    expect(got).toMatchObject({ status: 200, error: 'ECONNRESET' });
    expect(got.body.match(/^data: /gm) ?? []).toHaveLength(events);
    expect(got.body).not.toContain('[DONE]');
    const [exchange] = await it.settled();
    expect(exchange).toMatchObject({ status: 200, endedAt: expect.any(Number) });
    expect(exchange?.goneAt).toBeUndefined();
  });

  test('a cut stream is never complete, however many events it was to have', async () => {
    it.play({ kind: 'cut', text: 'ab', events: 1_000 });
    const got = await send({ ...ASK, stream: true });
    expect(got.body).not.toContain('finish_reason":"stop');
    expect(got.error).toBe('ECONNRESET');
  });

  test('a plain answer that is cut is half a JSON', async () => {
    it.play({ kind: 'cut', text: 'this will never be complete', events: 1 });
    const got = await send(ASK);
    expect(got).toMatchObject({ status: 200, error: 'ECONNRESET' });
    expect(got.body.startsWith('{"id"')).toBe(true);
    expect(() => JSON.parse(got.body)).toThrow();
  });

  test('slow: before the answer, and between events', async () => {
    it.play(text('abcd', { pieces: ['a', 'b', 'c', 'd'], after: 60, every: 20 }));
    const streamed = await send({ ...ASK, stream: true });
    expect(streamed.chunks[0]).toBeGreaterThan(55);
    // Seven events: the role, four pieces, the reason, the end.
    expect(streamed.chunks.length).toBeGreaterThan(4);
    expect(streamed.ms).toBeGreaterThan(170);
    expect((await send(ASK)).ms).toBeGreaterThan(170);
  });

  test('a client that leaves in the middle of a slow stream', async () => {
    it.play(text('abcd', { pieces: ['a', 'b', 'c', 'd'], every: 50 }));
    await send({ ...ASK, stream: true }, { begun: request => setTimeout(() => request.destroy(), 80) });
    const [exchange] = await it.settled();
    expect(exchange).toMatchObject({ status: 200, goneAt: expect.any(Number) });
    expect(exchange?.endedAt).toBeUndefined();
  });

  test('bytes as they are', async () => {
    it.play(
      { kind: 'raw', status: 502, type: 'text/html', body: '<html>{{nonce}}</html>' },
      { kind: 'raw', status: 200, type: 'application/json', body: '{"id":' },
    );
    expect(await send(ASK)).toMatchObject({ status: 502, body: `<html>${NONCE}</html>` });
    expect(await send(ASK)).toMatchObject({ status: 200, body: '{"id":' });
  });

  test('headers of the script, made harmless', async () => {
    it.play(status(429, { 'Retry-After': '3', 'x-odd': 'a\r\nb {{system}}' }));
    const answer = await fetch(`${it.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ ...ASK, messages: [{ role: 'system', content: 'Zeile\n\u{1F600}' }] }),
    });
    expect(answer.headers.get('retry-after')).toBe('3');
    expect(answer.headers.get('x-odd')).toMatch(/^a {2}b Zeile/);
  });

  test('placeholders, filled once', async () => {
    it.play(text('{{nonce}} {{system}} {{key}}'));
    const got = await send({ ...ASK, messages: [{ role: 'system', content: 'secret $& {{key}}' }] });
    expect(JSON.parse(got.body).choices[0].message.content).toBe(`${NONCE} secret $& {{key}} canary`);
    expect(JSON.stringify(it.seen())).not.toContain('canary');
  });

  test('another model gets its own steps', async () => {
    it.script({ steps: [text('main')], otherModels: [status(503), text('spare')] });
    const other = { ...ASK, model: 'gpt-5-mini' };
    const got = [await send(ASK), await send(other), await send(other), await send(ASK)];
    expect(got.map(answer => answer.status)).toEqual([200, 503, 200, 200]);
    expect(it.seen().map(exchange => exchange.step)).toEqual([0, 1, 2, 0]);
  });

  test('the journal says which tools were asked for; without tools the model can only speak', async () => {
    it.play({ kind: 'tools', asks: [{ pick: { kind: 'dangerous' }, args: { kind: 'valid', text: 'echo CANARY' } }] });
    const declared = (name: string) => ({
      type: 'function',
      function: { name, parameters: { type: 'object', properties: { command: { type: 'string' } } } },
    });
    await send({ ...ASK, tools: [declared('get_weather'), declared('run_shell')] });
    const harmless = await send({ ...ASK, tools: [declared('get_weather')] });
    expect(it.seen().map(exchange => exchange.asked)).toEqual([[{ tool: 'run_shell', args: '{"command":"echo CANARY"}' }], undefined]);
    expect(JSON.parse(harmless.body).choices[0].message.content).toBe(NONCE);
  });

  test('a huge answer arrives whole', async () => {
    it.play(text('x'.repeat(5_000_000)));
    expect(JSON.parse((await send(ASK)).body).choices[0].message.content).toHaveLength(5_000_000);
    expect((await send({ ...ASK, stream: true })).body.length).toBeGreaterThan(5_000_000);
  });
});

describe('what reaches it', () => {
  test('packed bodies', async () => {
    it.play(text('x'));
    expect(await send(gzipSync(JSON.stringify(ASK)), { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 200 });
    expect(it.seen()[0]).toMatchObject({ body: JSON.stringify(ASK), request: { messages: [{ text: 'hello' }] } });
    expect(await send('no gzip', { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 415 });
    const bomb = gzipSync(Buffer.alloc(60_000_000));
    expect(await send(bomb, { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 413 });
  });

  test('a body of 40 MB is answered and cut in the journal; one of 60 MB is refused', async () => {
    it.play(text('x'));
    const large = { ...ASK, messages: [{ role: 'user', content: 'y'.repeat(40_000_000) }] };
    expect(await send(large)).toMatchObject({ status: 200 });
    const [exchange] = it.seen();
    expect(exchange?.bytes).toBeGreaterThan(40_000_000);
    expect(exchange?.body.length).toBeLessThanOrEqual(1_000_000);
    expect(exchange?.request?.messages[0]?.text.length).toBeLessThanOrEqual(2_000_000);
    expect(await send(Buffer.alloc(60_000_000, ' '))).toMatchObject({ status: 413 });
    expect(it.seen()[1]).toMatchObject({ bytes: 60_000_000 });
    expect(it.seen()[1]?.step).toBeUndefined();
  });

  test('what is no JSON, or no object, gets a 400 and no step', async () => {
    it.play(text('first'));
    for (const body of ['{"model":', '[]', '"x"', '', `${'['.repeat(200_000)}`]) expect(await send(body)).toMatchObject({ status: 400 });
    expect(it.seen().every(exchange => exchange.request === undefined && exchange.step === undefined && exchange.status === 400)).toBe(
      true,
    );
    expect((await send(ASK)).body).toContain('first');
  });

  test('odd and deep JSON does no harm', async () => {
    it.play(text('fine'));
    const deep = `{"messages":[{"role":"user","content":${'['.repeat(50_000)}${']'.repeat(50_000)}}]}`;
    const odd = [
      deep,
      '{"messages":7,"tools":"x","system":3,"input":{},"contents":[null],"tool_choice":[],"response_format":1}',
      '{"tools":[null,{"function":null},{"input_schema":7}]}',
    ];
    for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/responses', '/v1beta/models/g:generateContent'])
      for (const body of odd) expect((await send(body, { path })).status, path).toBe(200);
  });

  test('an absolute target, and a call that a preload has moved', async () => {
    it.play(text('{{nonce}}'));
    expect(await send({ ...ASK, input: 'hello' }, { path: 'http://api.openai.com/v1/responses?a=1' })).toMatchObject({ status: 200 });
    expect(it.seen()[0]).toMatchObject({ path: '/v1/responses?a=1', request: { dialect: 'openai-responses' } });
    const moved = await send({}, { path: '/v1/unknown', headers: { 'x-agent-ready-host': 'api.anthropic.com' } });
    expect(JSON.parse(moved.body)).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
    for (const path of ['/openai/v1/chat/completions', '//v1/chat/completions/', '/chat/completions'])
      expect(await send(ASK, { path })).toMatchObject({ status: 200 });
  });

  test('a thread of the Assistants API is no message to Anthropic', async () => {
    it.play(text('x'));
    expect(await send({}, { path: '/v1/threads/t_1/messages' })).toMatchObject({ status: 404 });
  });

  test('credentials are not kept', async () => {
    it.play(text('x'));
    const headers = { 'x-api-key': 'canary-1', 'api-key': 'canary-2', 'x-goog-api-key': 'canary-3', cookie: 'canary-4', 'x-other': 'kept' };
    await send(ASK, { headers, path: '/v1/chat/completions?api-version=1&key=canary-5&api_key=canary-6' });
    expect(it.seen()[0]).toMatchObject({
      path: '/v1/chat/completions?api-version=1&key=present&api_key=present',
      headers: { authorization: 'present', 'x-api-key': 'present', 'x-other': 'kept' },
    });
    expect(JSON.stringify(it.seen())).not.toContain('canary');
  });

  test('a client that leaves before its body is complete', async () => {
    it.play(text('x'));
    await new Promise<void>(resolve => {
      const socket = connect(it.provider.port, '127.0.0.1', () => {
        socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"model":');
        setTimeout(() => socket.destroy(), 30);
      });
      socket.on('close', () => resolve());
    });
    const [exchange] = await it.settled();
    expect(exchange).toMatchObject({ body: '{"model":', goneAt: expect.any(Number) });
    expect(exchange?.step).toBeUndefined();
  });
});

describe('limits', () => {
  const own = (steps: readonly Step[], cap: number) =>
    startProvider({ script: { steps }, nonce: NONCE, cap, began: () => performance.now() });

  test('over the cap it hangs up, and says so', async () => {
    const provider = await own([text('x')], 2);
    const url = provider.url;
    const got = [await send(ASK, { url }), await send(ASK, { url }), await send(ASK, { url })];
    expect(got.map(answer => answer.status ?? answer.error)).toEqual([200, 200, 'ECONNRESET']);
    expect(provider.capped).toBe(true);
    expect(provider.exchanges.map(exchange => exchange.capped)).toEqual([undefined, undefined, true]);
    expect(provider.exchanges[2]).toMatchObject({ body: JSON.stringify(ASK) });
    expect(provider.exchanges[2]?.step).toBeUndefined();
    // Side requests go on; another script counts anew.
    expect(await send({ input: 'a' }, { url, path: '/v1/moderations' })).toMatchObject({ status: 200 });
    const mark = provider.mark();
    provider.play({ steps: [text('{{nonce}}')] }, 'other-word');
    expect(provider.capped).toBe(false);
    expect((await send(ASK, { url })).body).toContain('other-word');
    expect(provider.since(mark)).toHaveLength(1);
    expect(provider.since(0, mark)).toHaveLength(4);
    await provider.close();
  });

  test('closing ends hanging and slow answers at once, and blames no client', async () => {
    const provider = await own(
      [{ kind: 'hang' }, text('x', { after: 10_000 }), text('abc', { pieces: ['a', 'b', 'c'], every: 10_000 })],
      9,
    );
    const all = [1, 2, 3].map(() => send({ ...ASK, stream: true }, { url: provider.url }));
    while (provider.exchanges.filter(exchange => exchange.step !== undefined).length < 3)
      await new Promise(resolve => setTimeout(resolve, 5));
    const began = performance.now();
    await provider.close();
    await provider.close();
    expect((await Promise.all(all)).map(answer => answer.error)).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(provider.exchanges.map(exchange => exchange.goneAt)).toEqual([undefined, undefined, undefined]);
  });

  test('the journal has an end', async () => {
    const provider = await own([text('x')], 2);
    const agent = await import('node:http').then(http => new http.Agent({ keepAlive: true, maxSockets: 4 }));
    const one = () =>
      new Promise<void>(resolve => {
        httpRequest(`${provider.url}/v1/models`, { agent }, answer => answer.resume().on('end', () => resolve())).end();
      });
    const each = async () => {
      for (let at = 0; at < 1_260; at++) await one();
    };
    await Promise.all([each(), each(), each(), each()]);
    expect(provider.exchanges).toHaveLength(5_000);
    expect(provider.unkept).toBe(40);
    agent.destroy();
    await provider.close();
  });
});
