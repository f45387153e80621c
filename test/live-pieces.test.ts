// The small parts of the runner, each on its own: the copy, the environment, paths of replies, output, and telemetry.
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startCollector } from '../src/live/collector.ts';
import { copyRepository } from '../src/live/copy.ts';
import { canaryKeys, environment } from '../src/live/env.ts';
import { Log, plain } from '../src/live/log.ts';
import { metricsOfProtobuf, spansOfProtobuf } from '../src/live/otlp.ts';
import { read } from '../src/live/reading.ts';
import { findPath, parsePath, textAt } from '../src/live/reply-path.ts';
import { openShelf } from './support/lay-out.ts';

const shelf = openShelf('live-pieces');

test('the copy: secrets hidden, packages linked, workspaces inside, nothing from outside', async () => {
  const home = shelf.layOut({
    'secret.txt': 'outside',
    'node_modules/above/index.js': '',
    'repo/package.json': '{}',
    'repo/.env': 'KEY=real',
    'repo/.env.local': 'KEY=real',
    'repo/.env.example': 'KEY=',
    'repo/.git/config': 'url = https://token@host',
    'repo/dist/main.js': '1',
    'repo/packages/lib/index.js': 'lib',
    'repo/packages/app/.env': 'KEY=real',
    'repo/packages/app/node_modules/dep/index.js': 'dep',
    'repo/node_modules/left/index.js': 'left',
    'repo/node_modules/.cache/x': '',
    'repo/node_modules/@org/right/index.js': 'right',
    'repo/.venv/pyvenv.cfg': '',
  });
  const root = join(home, 'repo');
  symlinkSync('../../packages/lib', join(root, 'node_modules/@org/lib'));
  symlinkSync(join(home, 'secret.txt'), join(root, 'out.txt'));
  symlinkSync('packages/lib', join(root, 'inside'));
  symlinkSync(join(root, 'package.json'), join(root, 'absolute.json'));
  symlinkSync('.env', join(root, 'settings'));
  symlinkSync('loop', join(root, 'loop'));
  symlinkSync('.git/config', join(root, 'git-config'));
  const pipe = createServer();
  await new Promise<void>(resolve => pipe.listen(join(root, 'agent.sock'), resolve));
  const to = join(shelf.layOut({}), 'copy');
  await copyRepository(root, to, 1000);
  pipe.close();
  expect(readdirSync(to).sort()).toEqual(
    [
      '.env',
      '.env.example',
      '.env.local',
      '.venv',
      'absolute.json',
      'dist',
      'inside',
      'node_modules',
      'package.json',
      'packages',
      'settings',
    ].sort(),
  );
  for (const hidden of ['.env', '.env.local', 'packages/app/.env', 'settings']) expect(readFileSync(join(to, hidden), 'utf8')).toBe('');
  expect(readFileSync(join(to, '.env.example'), 'utf8')).toBe('KEY=');
  expect(readdirSync(join(to, 'node_modules')).sort()).toEqual(['@org', 'left']);
  const real = (path: string): string => realpathSync(join(to, path));
  expect(real('node_modules/left')).toBe(join(root, 'node_modules/left'));
  expect(real('packages/app/node_modules/dep')).toBe(join(root, 'packages/app/node_modules/dep'));
  expect([real('node_modules/@org/lib'), real('inside')]).toEqual([join(to, 'packages/lib'), join(to, 'packages/lib')]);
  expect(real('absolute.json')).toBe(join(to, 'package.json'));
  expect(readlinkSync(join(to, '.venv'))).toBe(join(root, '.venv'));
  expect(realpathSync(join(to, '../node_modules/above'))).toBe(join(home, 'node_modules/above'));
  expect(lstatSync(join(to, 'packages')).isSymbolicLink()).toBe(false);
});

test('the copy: too large, not there', async () => {
  const root = shelf.layOut({ 'a.bin': 'x'.repeat(2_000_000) });
  const to = join(shelf.layOut({}), 'copy');
  await expect(copyRepository(root, to, 1_000_000)).rejects.toThrow(
    'The repository is larger than 1 MB, which is too large to copy for a trial.',
  );
  await expect(copyRepository(join(root, 'no'), to, 1)).rejects.toThrow(/does not exist/);
});

test('the environment holds no secret of ours, and nothing of the target changes what keeps the trial safe', () => {
  const keys = canaryKeys('seed');
  const env = environment({
    own: {
      PATH: '/bin',
      LANG: 'C',
      AWS_SECRET_ACCESS_KEY: 'real',
      OPENAI_API_KEY: 'sk-real',
      GITHUB_TOKEN: 'real',
      HOME: '/root',
      NODE_OPTIONS: '--inspect',
      DATABASE_URL: 'postgres://prod',
    },
    target: {
      HOME: '/root',
      NODE_OPTIONS: '--max-old-space-size=200',
      PYTHONPATH: 'lib',
      OPENAI_MODEL: 'x',
      AGENT_READY_RULES: '',
      OPENAI_BASE_URL: 'http://127.0.0.1:1/own',
    },
    keys,
    dir: '/tmp/t',
    provider: 'http://127.0.0.1:5',
    collector: 'http://127.0.0.1:6',
    baseUrls: ['OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL', 'NOT_KNOWN'],
    preload: { node: 'file:///p.js', python: '/py' },
    rules: '{}',
    port: 99,
    programs: ['/repo/.venv/bin'],
    authority: '/tmp/t/authority.pem',
    proxy: 'http://127.0.0.1:7',
  });
  expect(env).toMatchObject({
    PATH: '/repo/.venv/bin:/bin',
    SSL_CERT_FILE: '/tmp/t/authority.pem',
    https_proxy: 'http://127.0.0.1:7',
    LANG: 'C',
    HOME: '/tmp/t/home',
    TMPDIR: '/tmp/t/tmp',
    NODE_OPTIONS: '--import=file:///p.js --max-old-space-size=200',
    PYTHONPATH: '/py:lib',
    OPENAI_MODEL: 'x',
    // What the configuration says wins where it is only a way in.
    OPENAI_BASE_URL: 'http://127.0.0.1:1/own',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:5',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:6',
    AGENT_READY_RULES: '{}',
    AGENT_READY_TRIAL: '/tmp/t',
    PORT: '99',
  });
  expect(Object.values(env).filter(value => /real|prod|\/root/.test(value))).toEqual([]);
  expect(env.NOT_KNOWN).toBeUndefined();
  expect(env.OPENAI_API_KEY).toBe(keys.OPENAI_API_KEY);
  expect(new Set(Object.values(keys)).size).toBe(Object.keys(keys).length);
  expect(canaryKeys('other').OPENAI_API_KEY).not.toBe(keys.OPENAI_API_KEY);
  expect(canaryKeys('seed')).toEqual(keys);
});

test('paths of replies', () => {
  const value = { a: { 'b c': [{ d: 'x' }, 2] }, n: null };
  expect(textAt(value, parsePath('$.a["b c"][0].d'))).toBe('x');
  expect(textAt(value, parsePath("a['b c'][1]"))).toBe('2');
  expect(textAt(value, parsePath('$.a'))).toBe('{"b c":[{"d":"x"},2]}');
  expect(textAt(value, parsePath('$.n'))).toBeUndefined();
  expect(textAt(value, parsePath('$.a.constructor'))).toBeUndefined();
  expect(() => parsePath('$.a[*]')).toThrow(/is no path like/);
  expect(findPath([{ history: 'hi, NONCE it is', reply: 'NONCE' }], 'NONCE')).toEqual(['reply']);
  expect(findPath([{ d: { t: 'NO' } }, { d: { t: 'NCE' } }, { done: true }], 'NONCE')).toEqual(['d', 't']);
  expect(findPath([{ a: 'x' }], 'NONCE')).toBeUndefined();
});

test('errors that an answer declares', () => {
  const reader = { stream: 'auto', reply: undefined } as const;
  const events =
    'data: {"type":"start"}\n\ndata: {"type":"text-delta","delta":"a"}\n\ndata: {"type":"error","errorText":"overloaded"}\n\ndata: [DONE]\n\n';
  expect(read(events, 'text/event-stream', reader)).toMatchObject({ text: 'a', parts: ['a'], error: 'overloaded' });
  expect(read('0:"he"\n0:"llo"\n3:"sorry"\nd:{"finishReason":"error"}\n', 'text/plain', reader)).toMatchObject({
    text: 'hello',
    error: 'sorry',
  });
  expect(read('event: error\ndata: it broke\n\n', 'text/event-stream', reader).error).toBe('it broke');
  expect(read('data: {"error":{"message":"no"}}\n\n', 'text/event-stream', reader).error).toBe('{"message":"no"}');
  expect(read('{"error":"x"}', 'application/json', reader).error).toBe('x');
  expect(read('{"error":null,"reply":"fine"}', 'application/json', reader).error).toBeUndefined();
  expect(read('data: cut in the mid', 'text/event-stream', reader).text).toBe('cut in the mid');
  expect(read('data: word\n\ndata: 12\n\ndata: true\n\n', 'text/event-stream', reader).text).toBe('word12true');
  expect(read('{"half": "js', 'application/json', reader).text).toBe('{"half": "js');
});

test('output: escapes, long lines, split characters, no end of line', () => {
  expect(plain('\x1b]8;;http://x\x07link\x1b]8;;\x07 \x1b[1;31mred\x07\x1b[0m \x9b2Jx\x1bcy')).toBe('link red xy');
  const log = new Log(Date.now());
  const out = log.reader('stdout');
  const bytes = Buffer.from('gr\u00fc\u00dfe\nnext');
  out.write(bytes.subarray(0, 3));
  out.write(bytes.subarray(3));
  expect([log.lines.map(line => line.text), log.holds('next'), log.last()]).toEqual([
    ['gr\u00fc\u00dfe'],
    true,
    ['gr\u00fc\u00dfe', 'next'],
  ]);
  out.write(Buffer.from(`${'x'.repeat(50_000)}\nafter\n`));
  out.end();
  expect(log.lines.map(line => line.text.length)).toEqual([5, 10_000, 5]);
  const err = log.reader('stderr');
  for (let i = 0; i < 80; i++) err.write(Buffer.from('y'.repeat(99_999).replace(/.{100}/g, '$&\n')));
  err.write(Buffer.from('\nthe last\nword'));
  expect(log.bytes).toBeGreaterThan(8_000_000);
  expect(log.lines.reduce((sum, line) => sum + line.text.length, 0)).toBeLessThan(5_010_000);
  expect(log.last().slice(-2)).toEqual(['the last', 'word']);
});

/** A field of protobuf that holds bytes. */
const field = (number: number, value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value);
  const size = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...size]), bytes]);
};
const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};

test('telemetry reaches the collector as JSON and as protobuf; nonsense is refused', async () => {
  const collector = await startCollector(shelf.layOut({}), Date.now());
  const send = async (path: string, body: string | Buffer, type: string, more: Record<string, string> = {}): Promise<number> =>
    (await fetch(collector.url + path, { method: 'POST', body, headers: { 'content-type': type, ...more } })).status;
  const attributes = [
    { key: 'gen_ai.request.model', value: { stringValue: 'm' } },
    { key: 'gen_ai.usage.input_tokens', value: { intValue: '12' } },
    { key: 'cost', value: { doubleValue: 0.5 } },
    { key: 'ok', value: { boolValue: true } },
  ];
  const traces = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'chat', traceId: 'abc', attributes }] }] }] });
  const metrics = { name: 'tokens', sum: { dataPoints: [{ asInt: '7' }, { asDouble: 1.5 }] } };
  const histogram = { name: 'latency', histogram: { dataPoints: [{ count: '2', sum: 30 }] } };
  expect(await send('/v1/traces', gzipSync(traces), 'application/json', { 'content-encoding': 'gzip' })).toBe(200);
  expect(
    await send(
      '/v1/metrics',
      JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [metrics, histogram] }] }] }),
      'application/json',
    ),
  ).toBe(200);
  const any = (number: number, bytes: Buffer): Buffer => field(9, Buffer.concat([field(1, `k${number}`), field(2, bytes)]));
  const span = Buffer.concat([
    field(1, Buffer.from('00ff', 'hex')),
    field(5, 'chat two'),
    any(1, field(1, 'text')),
    any(3, Buffer.from([3 << 3, 0xac, 0x02])),
    any(2, Buffer.from([2 << 3, 1])),
    any(4, Buffer.concat([Buffer.from([(4 << 3) | 1]), double(2.5)])),
  ]);
  const wrapped = (inner: Buffer): Buffer => field(1, field(2, field(2, inner)));
  expect(await send('/v1/traces', wrapped(span), 'application/x-protobuf')).toBe(200);
  expect(await send('/v1/traces', 'nonsense', 'application/x-protobuf')).toBe(400);
  expect(await send('/v1/traces', '{', 'application/json')).toBe(400);
  expect(collector.spans).toEqual([
    { name: 'chat', traceId: 'abc', attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 12, cost: 0.5, ok: true } },
    { name: 'chat two', traceId: '00ff', attributes: { k1: 'text', k3: 300, k2: true, k4: 2.5 } },
  ]);
  expect(collector.metrics).toEqual([
    { name: 'tokens', values: [7, 1.5] },
    { name: 'latency', values: [30] },
  ]);
  const point = Buffer.concat([Buffer.from([(4 << 3) | 1]), double(4.5)]);
  expect(metricsOfProtobuf(wrapped(Buffer.concat([field(1, 'up'), field(5, field(1, point))])))).toEqual([{ name: 'up', values: [4.5] }]);
  expect(spansOfProtobuf(Buffer.alloc(0))).toEqual([]);
  await collector.close();
  expect(existsSync(collector.file)).toBe(true);
});
