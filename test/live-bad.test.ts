// Agents that cannot be tested, each for its own reason: one clear sentence, the agent's last words, and nothing left behind.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startWorker } from '../src/live/index.ts';
import { build } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';
import { agent, folders, GUARDS, http, job, running, type Wanted } from './support/live/trial.ts';

const shelf = openShelf('live-bad');
vi.setConfig({ testTimeout: 30_000 });
beforeAll(build, 120_000);
afterAll(() => {
  expect(folders()).toEqual([]);
  expect(running(shelf.home)).toEqual([]);
});

interface Case extends Omit<Wanted, 'root'> {
  readonly name: string;
  readonly code?: string;
  readonly kind: string;
  readonly sentence: RegExp;
  readonly lines?: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'a program that is not there',
    way: http({ start: ['no-such-program-at-all'] }),
    kind: 'not-started',
    sentence: /there is no program "no-such-program-at-all"/,
  },
  {
    name: 'a script that is not there',
    way: http({ start: ['node', 'missing.mjs'] }),
    kind: 'exited',
    sentence: /ended before it was ready \(exit code 1\)/,
    lines: /Cannot find module/,
  },
  {
    name: 'starts and dies',
    code: "console.error('cannot go on: \\u001b[31mno licence\\u001b[0m'); process.exit(7);",
    kind: 'exited',
    sentence: /exit code 7/,
    lines: /^cannot go on: no licence$/m,
  },
  {
    name: 'needs a database that is not there',
    code: "import { connect } from 'node:net'; connect(1, '127.0.0.1');",
    kind: 'exited',
    sentence: /ended before it was ready/,
    lines: /ECONNREFUSED/,
  },
  {
    name: 'never gets ready',
    way: http({ ready: { within: 700 } }),
    code: "console.log('waiting for godot'); setInterval(() => {}, 1000);",
    kind: 'never-ready',
    sentence: /not ready within 0\.7 s/,
    lines: /waiting for godot/,
  },
  {
    name: 'never prints that it is ready',
    way: http({ ready: { within: 700, log: 'listening' } }),
    code: agent(),
    kind: 'never-ready',
    sentence: /not ready within/,
  },
  {
    name: 'answers 500 to the control without having asked the model',
    code: agent({ handle: "throw new Error('no table users');" }),
    kind: 'provider-not-called',
    sentence: /asked its model provider for nothing.*status 500/,
    lines: /no table users/,
  },
  {
    name: 'answers 500 although the model answered',
    code: agent({ handle: "await ask(message); throw new Error('boom');" }),
    kind: 'control-failed',
    sentence: /answered with status 500, although the model provider answered/,
    lines: /boom/,
  },
  {
    name: 'repeats what the user says instead of asking the model',
    code: agent({ handle: 'reply(200, { reply: message });' }),
    kind: 'provider-not-called',
    sentence: /asked its model provider for nothing/,
  },
  {
    name: 'asks the model and says something else',
    code: agent({ handle: "await ask(message); reply(200, { reply: 'Sorry.' });" }),
    kind: 'no-nonce',
    sentence: /does not hold what the model said/,
  },
  {
    name: 'asks a host that is no model provider we know',
    env: { HARDCODED: 'https://llm.example.org/v1' },
    code: agent(),
    kind: 'provider-not-called',
    sentence: /It tried to reach llm\.example\.org/,
  },
  {
    name: 'dies on the first message',
    code: agent({ handle: "console.error('last words'); process.exit(3);" }),
    kind: 'exited',
    sentence: /ended on its first message \(exit code 3\)/,
    lines: /last words/,
  },
  {
    name: 'never answers',
    code: agent({ handle: 'await ask(message);' }),
    caps: { control: 800 },
    kind: 'control-failed',
    sentence: /had no answer after 0\.8 s/,
  },
  {
    name: 'is asked at another machine',
    way: http({ url: 'http://shop.example.org/chat' }),
    code: agent(),
    kind: 'not-started',
    sentence: /not this machine/,
  },
  {
    name: 'is in a repository that is larger than may be copied',
    way: http(),
    caps: { copyBytes: 10 },
    code: agent(),
    kind: 'copy',
    sentence: /larger than 0 MB/,
  },
  {
    name: 'takes longer than the trial may',
    code: agent(),
    acts: [{ kind: 'wait', ms: 20_000 }],
    caps: { overall: 1500 },
    kind: 'out-of-time',
    sentence: /did not end within 1\.5 s/,
  },
];

test.concurrent.each(CASES)('$name', { concurrent: true }, async ({ name: _, code, kind, sentence, lines, ...wanted }) => {
  const root = shelf.layOut(code === undefined ? { 'README.md': '' } : { 'agent.mjs': code });
  const { problem, treatment } = await startWorker(job({ root, ...wanted }));
  expect(problem?.sentence).toMatch(sentence);
  expect(problem?.kind).toBe(kind);
  if (lines !== undefined) expect(problem?.lastLines.join('\n')).toMatch(lines);
  if (kind !== 'out-of-time') expect(treatment.exchanges).toEqual([]);
});

test('a port that is in use already', async () => {
  const { createServer } = await import('node:http');
  const other = createServer((_, response) => response.end('somebody else'));
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const root = shelf.layOut({ 'agent.mjs': agent() });
  const { problem } = await startWorker(job({ root, way: http({ url: `http://127.0.0.1:${port}/chat` }) }), { isolation: GUARDS });
  other.close();
  expect(problem?.sentence).toBe(`Port ${port} is already in use by another program.`);
});
