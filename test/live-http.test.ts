// Agents behind HTTP: every act of an experiment, every form of an answer, and answers that are too much.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Act, text } from '../src/core/index.ts';
import { startWorker } from '../src/live/index.ts';
import { build } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';
import { agent, http, job, type Wanted } from './support/live/trial.ts';

const shelf = openShelf('live-http');
vi.setConfig({ testTimeout: 30_000 });
beforeAll(build, 120_000);

const trial = async (files: Record<string, string>, wanted: Omit<Wanted, 'root'> = {}) => {
  const record = await startWorker(job({ root: shelf.layOut(files), ...wanted }));
  expect(record.problem).toBeUndefined();
  return record;
};

describe('HTTP', () => {
  test('what a user says arrives unharmed, and the reply is found by itself', async () => {
    const nasty = 'a "quote", a \\ and \u0000, \ud800 alone, {{user}} and $& {{nonce}}';
    const body = { input: { text: '{{message}}' }, who: 'id-{{user}}', thread: '{{session}}', fixed: 3 };
    const handle =
      "const { input, who, thread, fixed } = JSON.parse(text); reply(200, { log: 'told: ' + text, reply: [{ said: await ask(input.text) }], who, thread, fixed, input });";
    const { treatment } = await trial(
      { 'agent.mjs': agent({ handle }) },
      { way: http({ body }), acts: [{ kind: 'say', text: nasty, user: 'b', session: 's2' }] },
    );
    const [reply] = treatment.replies;
    expect(JSON.parse(reply?.body ?? '')).toMatchObject({
      who: 'id-b',
      thread: 's2',
      fixed: 3,
      input: { text: nasty.replace('{{nonce}}', treatment.nonce) },
    });
    expect(reply).toMatchObject({ user: 'b', session: 's2', status: 200, end: 'answered', text: `word ${treatment.nonce}` });
  });

  test('a path in the configuration is followed; a message that is no text stands in its place', async () => {
    const handle = "reply(200, { a: { b: [0, await ask('x')] }, got: message });";
    const acts: Act[] = [{ kind: 'say', text: [{ role: 'user', content: '{{nonce}}' }] }];
    const { treatment } = await trial({ 'agent.mjs': agent({ handle }) }, { way: http({ reply: '$.a.b[1]' }), acts });
    expect(treatment.replies[0]?.text).toBe(`word ${treatment.nonce}`);
    expect(JSON.parse(treatment.replies[0]?.body ?? '').got).toEqual([{ role: 'user', content: treatment.nonce }]);
  });

  test('a path that matches nothing is told, and all of the answer is the reply', async () => {
    const root = shelf.layOut({ 'agent.mjs': agent() });
    const wrong = await startWorker(job({ root, way: http({ reply: '$.answer.text' }) }));
    expect(wrong.problem).toBeUndefined();
    expect(wrong.warnings).toEqual([expect.stringMatching(/^reply: \$\.answer\.text matches nothing in the answer to a plain question/)]);
    const right = await startWorker(job({ root, way: http({ reply: '$.reply' }) }));
    expect(right.warnings).toEqual([]);
  });

  test('users who are to differ by address do, and the others do not', async () => {
    const handle = "reply(200, { reply: await ask(message), from: request.socket.remoteAddress.replace('::ffff:', '') });";
    const say = (user: string, apart: boolean): Act => ({ kind: 'say', text: 'x', user, ...(apart ? { apart } : {}) });
    const acts = [say('a', true), say('b', true), say('a', true), say('c', false), say('d', false)];
    const fixed = http({ url: 'http://localhost:{{port}}/chat' });
    for (const way of [http(), fixed]) {
      const { treatment } = await trial({ 'agent.mjs': agent({ handle }) }, { way, acts });
      const from = treatment.replies.map(one => (JSON.parse(one.body) as { from: string }).from);
      expect(treatment.replies.slice(0, 3).map(one => one.address)).toEqual(from.slice(0, 3));
      if (process.platform === 'linux') expect(new Set(from.slice(0, 2)).size).toBe(2);
      expect(from[2]).toBe(from[0]);
      expect(from[4]).toBe(from[3]);
      expect(treatment.replies[3]?.address).toBe(treatment.replies[4]?.address);
    }
  });

  test('several at once, in between, hanging up, pages, credentials left out, stop and restart', async () => {
    const extra = 'let gone = 0;';
    const handle = `request.socket.on('close', () => { if (!response.writableFinished) gone++; });
      if (message === 'slow') await new Promise(ok => setTimeout(ok, 1500));
      reply(200, { reply: await ask(message), auth: request.headers.authorization ?? null, trace: request.headers.traceparent, gone, pid: process.pid });`;
    const say = (words: string, more = {}) => ({ kind: 'say', text: words, ...more }) as const;
    const acts: Act[] = [
      { kind: 'together', says: [say('1'), say('2', { user: 'b' })] },
      { kind: 'during', say: say('slow'), acts: [say('meanwhile')] },
      say('slow', { leaveAfter: 200 }),
      { kind: 'wait', ms: 100 },
      say('x', { anonymous: true, headers: { traceparent: '00-{{nonce}}' } }),
      { kind: 'look', paths: ['/health', '/metrics'], times: 2 },
      { kind: 'restart' },
      say('again'),
      say('slow', { limit: 300 }),
      { kind: 'stop' },
      say('anybody?'),
    ];
    const way = http({ headers: { Authorization: 'Bearer t', 'X-App': 'web' } });
    const { treatment } = await trial({ 'agent.mjs': agent({ extra, handle }) }, { way, acts });
    expect(treatment.replies.map(reply => `${reply.sent} ${reply.end}`)).toEqual([
      '1 answered',
      '2 answered',
      'meanwhile answered',
      'slow answered',
      'slow left',
      'x answered',
      'again answered',
      'slow late',
      'anybody? refused',
    ]);
    const said = treatment.replies.map(reply => (reply.body === '' ? {} : JSON.parse(reply.body)));
    expect([said[0].auth, said[5].auth, said[5].trace]).toEqual(['Bearer t', null, `00-${treatment.nonce}`]);
    // It felt that we hung up, and it is another process after the restart.
    expect(said[5].gone).toBe(1);
    expect(said[6].gone).toBe(0);
    expect(treatment.pages.map(page => `${page.path} ${page.status} ${page.body}`)).toEqual(
      Array.from({ length: 2 }, () => ['/health 200 fine', '/metrics 200 fine']).flat(),
    );
    expect(treatment.exit?.asked).toBe(true);
  });

  test('fifty megabytes are counted and not kept; a reply without end is cut off; escapes of a terminal are taken out', async () => {
    const handle = `if (message === 'big') return response.end(Buffer.alloc(50_000_000, 'x'));
      if (message === 'endless') { response.on('error', () => {}); const block = Buffer.alloc(1 << 20, 'y'); const more = () => { while (!response.destroyed && response.write(block)); }; response.on('drain', more); return more(); }
      if (message === 'cut') { response.write('half'); return setTimeout(() => request.socket.destroy(), 100); }
      if (message === 'red') { await ask(message); return response.end('\\u001b[2J\\u001b[31mred\\u0007'); }
      response.end(await ask(message));`;
    const acts = ['big', 'endless', 'cut', 'red'].map((words): Act => ({ kind: 'say', text: words }));
    const { treatment } = await trial({ 'agent.mjs': agent({ handle }) }, { acts });
    const [big, endless, cut, red] = treatment.replies;
    expect(big).toMatchObject({ end: 'answered', bytes: 50_000_000 });
    expect([big?.body.length, big?.text.length]).toEqual([100_000, 100_000]);
    expect(endless?.end).toBe('late');
    expect(endless?.bytes).toBeGreaterThan(60_000_000);
    expect(endless?.bytes).toBeLessThan(70_000_000);
    expect(cut).toMatchObject({ end: 'broken', body: 'half' });
    expect(red?.text).toBe('red');
  });

  test('an agent that floods its provider is capped', async () => {
    const handle =
      "if (message.startsWith('Hello')) return reply(200, { reply: await ask(message) }); for (let i = 0; i < 30; i++) await ask(message).catch(() => 0); reply(200, { reply: 'done' });";
    const { control, treatment } = await trial({ 'agent.mjs': agent({ handle }) }, { caps: { requests: 10 } });
    expect([control.capped, treatment.capped]).toEqual([false, true]);
    expect(treatment.exchanges.filter(one => one.capped === true)).toHaveLength(20);
  });
});

describe('streams', () => {
  const streaming = (head: string, send: string): string =>
    agent({
      handle: `const words = await ask(message); response.writeHead(200, { ${head} }); for (const piece of words.match(/.{1,3}/gs)) { ${send} } response.end();`,
    });
  const FORMS: Readonly<Record<string, readonly [string, string]>> = {
    'events with text': ["'content-type': 'text/event-stream'", "response.write('data: ' + piece + '\\n\\n');"],
    'events with JSON': [
      "'content-type': 'text/event-stream'",
      "response.write('event: delta\\ndata: ' + JSON.stringify({ id: 'x', choices: [{ delta: { content: piece } }] }) + '\\n\\n');",
    ],
    'the AI SDK': [
      "'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1'",
      "response.write('data: ' + JSON.stringify({ type: 'text-delta', id: '0', delta: piece }) + '\\n\\n');",
    ],
    'the AI SDK of old': ["'content-type': 'text/plain; charset=utf-8'", "response.write('0:' + JSON.stringify(piece) + '\\n');"],
    'lines of JSON': ["'content-type': 'application/x-ndjson'", "response.write(JSON.stringify({ token: piece }) + '\\n');"],
    'plain text': ["'content-type': 'text/plain'", 'response.write(piece);'],
  };
  test.each(Object.entries(FORMS))('%s', async (_, [head, send]) => {
    const { treatment } = await trial({ 'agent.mjs': streaming(head, send) }, { steps: [text('wörd {{nonce}}.')] });
    expect(treatment.replies[0]?.text.trim()).toBe(`wörd ${treatment.nonce}.`);
  });
});
