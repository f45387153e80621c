// The parent's side of a trial: starts the worker, shut in where possible, and makes sure that nothing is left when it is over.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { authority } from './certificates.ts';
import { makeFolder, remove, sweep } from './folder.ts';
import { isolation, SHUT_IN } from './isolation.ts';
import { emptyTrial, type Isolation, type Job, type Order, type Problem, type TrialRecord } from './job.ts';
import { endMarked, kill } from './tree.ts';

/** What the worker gets beyond its own limit to end the agent and to write the record, in milliseconds. */
const BEYOND = 15_000;
/** Milliseconds for a worker that was asked to end. */
const GOODBYE = 3000;
/** Most characters of a record: a hostile agent must not fill our memory. */
const MOST = 400_000_000;

export interface WorkerOptions {
  /** Aborting ends the trial at once; its record says `aborted`. */
  readonly signal?: AbortSignal;
  /** Instead of the best that this machine offers. */
  readonly isolation?: Isolation;
}

/** Node 20 reads no TypeScript, so the built worker is run even when this file is not the built one. */
const WORKER = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/src/live/worker.js' : './worker.js', import.meta.url));

/**
 * Runs one trial in a process of its own. Never rejects for what the agent does: that is the record's `problem`.
 * When it settles, no process of the trial runs, none listens, and its folder is gone. The same holds soon after this process was killed.
 */
export async function startWorker(job: Job, options: WorkerOptions = {}): Promise<TrialRecord> {
  await sweep();
  const best = options.isolation ?? (await isolation());
  // What runs already runs outside of any namespace of ours.
  const outside = job.spec.way.kind === 'http' && job.spec.way.start === undefined;
  const shut: Isolation = outside && best.kind === 'namespace' ? { kind: 'guards', why: 'the agent was not started by us' } : best;
  const dir = makeFolder();
  try {
    return await supervise({ ...job, dir, isolation: shut, authority: await authority() }, options.signal);
  } finally {
    await endMarked(dir);
    await remove(dir);
  }
}

type Message = { readonly record?: TrialRecord; readonly started?: number; readonly failed?: string };

function supervise(order: Order, signal: AbortSignal | undefined): Promise<TrialRecord> {
  if (signal?.aborted === true) return Promise.resolve(failure(order, 'aborted', 'The trial was ended before it began.'));
  const node = [process.execPath, WORKER];
  const [file = '', ...args] = order.isolation.kind === 'namespace' ? [...SHUT_IN, ...node] : node;
  const { NODE_OPTIONS: _, ...env } = process.env;
  // A session of its own: Ctrl-C in a terminal reaches us, and we end it.
  const worker = spawn(file, args, { detached: true, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const groups: number[] = [];
  let record: TrialRecord | undefined;
  let said = '';
  let why: Problem['kind'] = 'runner';
  let goodbye: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (order.isolation.kind === 'namespace') kill(worker.pid ?? 0);
    else worker.stdin.end();
    goodbye ??= setTimeout(() => kill(-(worker.pid ?? 0)), GOODBYE);
  };
  const abort = (): void => {
    why = 'aborted';
    end();
  };
  const late = setTimeout(() => {
    why = 'out-of-time';
    end();
  }, order.caps.overall + BEYOND);
  signal?.addEventListener('abort', abort, { once: true });
  worker.stdin.on('error', () => {});
  worker.stdin.write(`${JSON.stringify(order)}\n`);
  worker.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2000);
  });
  readLines(worker.stdout, end, line => {
    const message = JSON.parse(line) as Message;
    // Where there is no /proc, groups are all that there is to go by; elsewhere the marker is safer than a number that may be used again.
    if (message.started !== undefined && process.platform !== 'linux') groups.push(message.started);
    if (message.record !== undefined) record = message.record;
    if (message.failed !== undefined) said = message.failed;
  });
  return new Promise(resolve => {
    const done = (error?: Error): void => {
      clearTimeout(late);
      clearTimeout(goodbye);
      signal?.removeEventListener('abort', abort);
      // A group may outlive its leader, and a dead worker has ended nothing.
      for (const pid of groups) kill(-pid);
      resolve(record ?? failure(order, why, sentenceOf(why, error?.message ?? said)));
    };
    worker.once('error', done);
    worker.once('close', () => done());
  });
}

/** Calls back for each complete line; gives up when there is too much. */
function readLines(stream: NodeJS.ReadableStream, end: () => void, take: (line: string) => void): void {
  let parts: string[] = [];
  let size = 0;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    size += chunk.length;
    if (size > MOST) return end();
    const pieces = chunk.split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      take(parts.join('') + piece);
      parts = [];
    }
    parts.push(last);
  });
}

function sentenceOf(kind: Problem['kind'], said: string): string {
  if (kind === 'aborted') return 'The trial was ended before it was complete.';
  if (kind === 'out-of-time') return 'The trial did not end in time and was killed.';
  return `The process that runs the trial ended without a record${said === '' ? '' : `: ${said.trim().split('\n').slice(-3).join(' ')}`}.`;
}

const failure = (order: Order, kind: Problem['kind'], sentence: string): TrialRecord => ({
  control: emptyTrial(order.nonce),
  treatment: emptyTrial(order.nonce),
  isolation: order.isolation,
  ways: [],
  unguarded: [],
  warnings: [],
  problem: { kind, sentence, lastLines: [] },
});
