// Agents that start, listen or speak in ways of their own: in the background, slowly, at a fixed port, with cookies, in Gemini's format.
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Act, text } from '../src/core/index.ts';
import { Cookies } from '../src/live/cookies.ts';
import { type Isolation, isolation, type Job, startWorker } from '../src/live/index.ts';
import { build, PROJECT } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';
import { agent, GUARDS, http, job, running, SAY, until } from './support/live/trial.ts';

const shelf = openShelf('live-untried');
vi.setConfig({ testTimeout: 40_000, hookTimeout: 120_000 });
beforeAll(build);
const best = await isolation();
const KINDS: readonly Isolation[] = best.kind === 'namespace' ? [best, GUARDS] : [GUARDS];

describe.runIf(process.platform === 'linux').each(KINDS)('an agent that goes into the background ($kind)', kind => {
  const tag = `daemon${process.pid}${kind.kind}`;
  const start = (end = ''): readonly string[] => ['sh', '-c', `setsid node agent.mjs ${tag} & ${end}`];

  test('is reached, restarted and ended', async () => {
    const handle = 'console.log("asked"); reply(200, { reply: await ask(message), pid: process.pid });';
    const acts: readonly Act[] = [SAY, { kind: 'restart' }, SAY];
    const root = shelf.layOut({ 'agent.mjs': agent({ handle }) });
    const record = await startWorker(job({ root, way: http({ start: start() }), acts }), { isolation: kind });
    expect(record.problem).toBeUndefined();
    expect(record.treatment.replies.map(one => one.text)).toEqual([`word ${record.treatment.nonce}`, `word ${record.treatment.nonce}`]);
    const [before, after] = record.treatment.replies.map(one => (JSON.parse(one.body) as { pid: number }).pid);
    expect(after).not.toBe(before);
    // Its output is read although what was started has ended.
    expect(record.treatment.lines.some(line => line.text === 'asked')).toBe(true);
    expect(record.treatment.exit).toMatchObject({ asked: true });
    expect(await until(() => running(tag).length === 0)).toBe(true);
  });

  test('is seen to die', async () => {
    const handle = "if (message === 'die') process.exit(3); reply(200, { reply: await ask(message) });";
    const root = shelf.layOut({ 'agent.mjs': agent({ handle }) });
    const acts: readonly Act[] = [SAY, { kind: 'say', text: 'die' }, { kind: 'wait', ms: 200 }, SAY];
    const record = await startWorker(job({ root, way: http({ start: start('exit 0') }), acts }), { isolation: kind });
    expect(record.problem).toBeUndefined();
    expect(record.treatment.replies.map(one => one.end)).toEqual(['answered', 'broken', 'refused']);
    expect(record.treatment.exit).toMatchObject({ asked: false });
  });

  test('and one that ends without leaving anything behind is told', async () => {
    const way = http({ start: ['sh', '-c', 'echo nothing to do'] });
    const { problem } = await startWorker(job({ root: shelf.layOut({ 'agent.mjs': '' }), way }), { isolation: kind });
    expect(problem).toMatchObject({ kind: 'exited', lastLines: ['nothing to do'] });
  });
});

test.runIf(best.kind === 'namespace')('a fixed port that another program of this machine has is free where the agent runs', async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const way = http({ url: `http://127.0.0.1:${port}/chat` });
  const root = shelf.layOut({ 'agent.mjs': agent() });
  const record = await startWorker(job({ root, way, env: { PORT: String(port) } }));
  other.close();
  expect(record.problem).toBeUndefined();
  expect(record.treatment.replies[0]?.status).toBe(200);
});

test('the ports of the web, taken by the agent itself', async () => {
  if (best.kind !== 'namespace') return;
  const root = shelf.layOut({ 'agent.mjs': agent() });
  const record = await startWorker(job({ root, way: http({ url: 'http://localhost/chat' }), env: { PORT: '80' } }));
  expect(record.problem).toBeUndefined();
  expect(record.treatment.replies[0]?.status).toBe(200);
});

test('a start that takes eight seconds', async () => {
  const extra = 'await new Promise(ok => setTimeout(ok, 8000));';
  const way = http({ ready: { within: 20_000 } });
  const record = await startWorker(job({ root: shelf.layOut({ 'agent.mjs': agent({ extra }) }), way }));
  expect(record.problem).toBeUndefined();
  expect(record.treatment.replies[0]?.status).toBe(200);
});

describe('cookies', () => {
  const handle = `const own = /sid=(\\w+)/.exec(request.headers.cookie ?? '')?.[1];
    const turns = (seen.get(own) ?? 0) + 1;
    const sid = own ?? Math.random().toString(36).slice(2);
    seen.set(sid, turns);
    if (own === undefined) response.setHeader('set-cookie', ['sid=' + sid + '; Path=/; HttpOnly', 'theme=dark']);
    reply(200, { reply: await ask(message), turns, sent: request.headers.cookie ?? null });`;
  test('are kept for each conversation, beside those that are configured, and left out where nobody is signed in', async () => {
    const say = (user: string, more = {}): Act => ({ kind: 'say', text: 'x', user, ...more });
    const acts = [say('a'), say('a'), say('b'), say('a', { session: 'other' }), say('a', { anonymous: true })];
    const root = shelf.layOut({ 'agent.mjs': agent({ extra: 'const seen = new Map();', handle }) });
    const record = await startWorker(job({ root, way: http({ headers: { cookie: 'lang=en' } }), acts }));
    expect(record.problem).toBeUndefined();
    const said = record.treatment.replies.map(one => JSON.parse(one.body) as { turns: number; sent: string | null });
    expect(said.map(one => one.turns)).toEqual([1, 2, 1, 1, 1]);
    expect(said[0]?.sent).toBe('lang=en');
    expect(said[1]?.sent).toMatch(/^lang=en; sid=\w+; theme=dark$/);
    expect(said[4]?.sent).toBeNull();
  });

  test('what is taken back, nonsense, and too many', () => {
    const jar = new Cookies();
    jar.take('s', ['a=1; Path=/', 'b=x=y', '=no', 'nothing', 'bad=line\nbreak', 'c=3']);
    expect(jar.header('s', undefined)).toBe('a=1; b=x=y; c=3');
    jar.take('s', ['a=; Max-Age=0', 'b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'c=4; Max-Age=60']);
    expect(jar.header('s', 'own=1')).toBe('own=1; c=4');
    expect(jar.header('t', undefined)).toBeUndefined();
    jar.take(
      's',
      Array.from({ length: 1000 }, (_, i) => `n${i}=1`),
    );
    expect(jar.header('s', undefined)?.split('; ')).toHaveLength(50);
  });
});

describe('an agent that asks Gemini', () => {
  const GEMINI = ['generativelanguage\\.googleapis\\.com$'];
  /** With the stand-in that ships, which speaks Gemini. */
  const real = (wanted: Parameters<typeof job>[0]): Job => {
    const { provider: _, ...rest } = job({ ...wanted, steps: [text('Reference {{nonce}}.')] });
    return { ...rest, hosts: GEMINI };
  };
  const withPackages = (files: Record<string, string>): string => {
    const root = shelf.layOut(files);
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules/@google'), join(root, 'node_modules/@google'));
    return root;
  };
  const sdk = (call: string): string =>
    agent({
      extra: `import { GoogleGenAI } from '@google/genai';
        const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY, httpOptions: { baseUrl: 'https://generativelanguage.googleapis.com' } });`,
      handle: call,
    });
  test.each([
    [
      'a plain answer, by its SDK',
      sdk("const a = await ai.models.generateContent({ model: 'gemini-2.5-flash', contents: message }); reply(200, { reply: a.text });"),
      false,
    ],
    [
      'a stream, by its SDK',
      sdk(
        "let all = ''; for await (const a of await ai.models.generateContentStream({ model: 'gemini-2.5-flash', contents: message })) all += a.text ?? ''; reply(200, { reply: all });",
      ),
      true,
    ],
    [
      'fetch',
      agent({
        handle: `const a = await (await fetch('https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent?key=' + process.env.GEMINI_API_KEY, { method: 'POST', body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: message }] }] }) })).json();
          reply(200, { reply: a.candidates[0].content.parts[0].text });`,
      }),
      false,
    ],
  ])('%s', async (_, code, stream) => {
    const record = await startWorker(real({ root: withPackages({ 'agent.mjs': code }) }));
    expect(record.problem).toBeUndefined();
    expect(record.treatment.replies[0]?.text).toBe(`Reference ${record.treatment.nonce}.`);
    expect(record.treatment.exchanges[0]?.request).toMatchObject({ dialect: 'gemini', model: 'gemini-2.5-flash', stream });
    // A key in the query is not kept.
    expect(JSON.stringify(record)).not.toMatch(/key=AIza/);
  });
});
