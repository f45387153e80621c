// Whatever an agent does and whoever is killed: afterwards nothing of it runs, listens, or lies in the temporary folder.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Isolation, isolation, startWorker } from '../src/live/index.ts';
import { build, PROJECT } from './support/build.ts';
import { openShelf } from './support/lay-out.ts';
import { agent, folders, GUARDS, http, job, running, until } from './support/live/trial.ts';

const shelf = openShelf('live-left');
vi.setConfig({ testTimeout: 30_000 });
beforeAll(build, 120_000);

const best = await isolation();
const KINDS: readonly Isolation[] = best.kind === 'namespace' ? [best, GUARDS] : [GUARDS];

/** Children of every kind: plain, detached, without our environment, deaf to signals; and a grandchild of one that is gone. */
const BROOD = `
import { spawn } from 'node:child_process';
const deaf = "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); setInterval(() => {}, 1000);";
const run = (name, options) => spawn(process.execPath, ['-e', deaf + '//' + name], { stdio: 'ignore', ...options });
run(TAG + 'plain');
run(TAG + 'detached', { detached: true }).unref();
run(TAG + 'bare', { env: { PATH: process.env.PATH } });
run(TAG + 'far', { detached: true, env: {} }).unref();
spawn('sh', ['-c', process.execPath + ' -e "' + deaf.replaceAll('"', '') + '//' + TAG + 'orphan" & exit 0'], { stdio: 'ignore' });
process.on('SIGTERM', () => console.log('no'));
`;
const brood = (tag: string, extra = ''): string =>
  agent({ extra: `const TAG = '${tag}';\n${BROOD.replace(/^import.*$/m, '')}${extra}` }).replace(
    'import',
    "import { spawn } from 'node:child_process';\nimport",
  );

let count = 0;
const newTag = (): string => `brood${process.pid}x${count++}-`;

describe.each(KINDS)('$kind', kind => {
  test('children of every kind end with the trial, and those that no preload guards are named', async () => {
    const tag = newTag();
    const root = shelf.layOut({ 'agent.mjs': brood(tag) });
    const { problem, treatment, unguarded } = await startWorker(
      job({
        root,
        acts: [
          { kind: 'wait', ms: 1500 },
          { kind: 'say', text: 'x' },
        ],
      }),
      { isolation: kind },
    );
    expect(problem).toBeUndefined();
    expect(treatment.replies[0]?.status).toBe(200);
    expect(treatment.exit).toMatchObject({ signal: 'SIGKILL', asked: true });
    expect(
      unguarded
        .filter(line => line.includes(tag))
        .map(line => line.slice(line.indexOf(tag) + tag.length))
        .sort(),
    ).toEqual(['bare', 'far']);
    expect(running(tag)).toEqual([]);
    expect(folders()).toEqual([]);
  });

  test('an abort ends all of it at once', async () => {
    const tag = newTag();
    const root = shelf.layOut({ 'agent.mjs': brood(tag) });
    const stop = new AbortController();
    const trial = startWorker(job({ root, acts: [{ kind: 'wait', ms: 20_000 }] }), { isolation: kind, signal: stop.signal });
    expect(await until(() => running(tag).length >= 5)).toBe(true);
    const began = Date.now();
    stop.abort();
    expect((await trial).problem?.kind).toBe('aborted');
    expect(Date.now() - began).toBeLessThan(6000);
    expect(running(tag)).toEqual([]);
    expect(folders()).toEqual([]);
  });

  test('the parent is killed in the middle', async () => {
    const tag = newTag();
    const root = shelf.layOut({ 'agent.mjs': brood(tag) });
    const order = JSON.stringify(job({ root, acts: [{ kind: 'wait', ms: 20_000 }] }));
    const args = [join(PROJECT, 'test/support/live/parent.mjs'), order, JSON.stringify({ isolation: kind })];
    const parent = spawn(process.execPath, args, { stdio: 'ignore' });
    // Long enough for the tree to be seen by the worker: it looks around once a second.
    expect(await until(() => running(tag).length >= 5)).toBe(true);
    await new Promise(resolve => setTimeout(resolve, 1200));
    expect(folders(parent.pid)).toHaveLength(1);
    parent.kill('SIGKILL');
    expect(await until(() => running(tag).length === 0 && folders(parent.pid).length === 0)).toBe(true);
  });

  test('a gigabyte of logs is counted and not kept', async () => {
    const tag = newTag();
    const extra = `const block = Buffer.alloc(1 << 20, 'a'.repeat(199) + '\\n');
let left = ${kind.kind === 'namespace' ? 1000 : 50};
const more = () => { while (left-- > 0) if (!process.stdout.write(block)) return process.stdout.once('drain', more); console.error('done'); };
more(); // ${tag}`;
    const root = shelf.layOut({ 'agent.mjs': agent({ extra }) });
    const { control, treatment, problem } = await startWorker(
      job({ root, way: http({ ready: { log: 'done', within: 20_000 } }), acts: [] }),
      { isolation: kind },
    );
    expect(problem).toBeUndefined();
    const bytes = control.outputBytes + treatment.outputBytes;
    expect(bytes).toBeGreaterThan(kind.kind === 'namespace' ? 1_000_000_000 : 50_000_000);
    expect(control.lines.reduce((sum, line) => sum + line.text.length, 0)).toBeLessThan(5_100_000);
  });
});

test('folders of runs that died are removed at the next start; those of living ones stay', async () => {
  const { remove, sweepNow } = await import('../src/live/folder.ts');
  const gone = spawn(process.execPath, ['-e', '']);
  await new Promise(resolve => gone.once('exit', resolve));
  const place = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  const stale = join(tmpdir(), `agent-ready-live-${place}-${gone.pid}-abcdef`);
  const own = join(tmpdir(), `agent-ready-live-${place}-${process.pid}-abcdef`);
  for (const folder of [stale, own]) {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    writeFileSync(join(folder, 'sub/file'), '');
  }
  const env = { PATH: process.env.PATH, AGENT_READY_TRIAL: stale };
  const stray = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env, detached: true, stdio: 'ignore' });
  const ended = new Promise(resolve => stray.once('exit', (_, signal) => resolve(signal)));
  await new Promise(resolve => setTimeout(resolve, 200));
  await sweepNow();
  expect(await ended).toBe('SIGKILL');
  expect([existsSync(stale), existsSync(own)]).toEqual([false, true]);
  await remove(own);
});
