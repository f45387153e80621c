// One process of the agent: started without a shell in a group of its own, its output read, and ended for certain.
import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { TrialError } from './job.ts';
import type { Log } from './log.ts';
import { kill, type Tree } from './tree.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly process: ChildProcess;
  readonly stdin: Writable | null;
  /** Resolves when it has ended and its output is read; never rejects. */
  readonly ended: Promise<Exit>;
  /** Set as soon as the process is gone. */
  exit: Exit | undefined;
  /** It ended because we asked it to. */
  asked: boolean;
  /** SIGTERM, and SIGKILL to the whole group after the grace; returns when it is gone. */
  stop(grace: number): Promise<void>;
}

export interface Spawning {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly tree: Tree;
  /** Called with each chunk of output beside the log. */
  readonly onOutput?: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
  /** A channel for messages between two Node processes. */
  readonly ipc?: boolean;
}

/** How long output may still come after the end of a process, in milliseconds: a grandchild may hold the pipe open for ever. */
const AFTERGLOW = 300;

/** @throws TrialError `not-started` when the program cannot be started at all */
export async function start({ argv, cwd, env, log, tree, onOutput, ipc = false }: Spawning): Promise<Child> {
  const [file = '', ...args] = argv;
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new TrialError('not-started', 'The folder that the agent runs in does not exist.');
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['pipe', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', error => reject(new TrialError('not-started', `The agent could not be started: ${reason(error, file)}.`)));
  });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  if (child.pid !== undefined) tree.add(child.pid);
  for (const stream of ['stdout', 'stderr'] as const) {
    const reader = log.reader(stream);
    child[stream]?.on('data', (chunk: Buffer) => {
      reader.write(chunk);
      onOutput?.(chunk, stream);
    });
    child[stream]?.once('close', () => reader.end());
  }
  const started: Child = {
    process: child,
    stdin: child.stdin,
    exit: undefined,
    asked: false,
    ended: new Promise(resolve => {
      child.once('exit', (code, signal) => {
        started.exit = { code, signal };
        // What it leaves behind may still write: its output is read until it is stopped.
        const done = setTimeout(() => resolve({ code, signal }), AFTERGLOW);
        child.once('close', () => {
          clearTimeout(done);
          resolve({ code, signal });
        });
      });
    }),
    async stop(grace) {
      const group = -(child.pid ?? 0);
      if (started.exit === undefined) {
        started.asked = true;
        // To the process itself, as a platform does: what it does with its children is its own affair.
        if (child.pid !== undefined) kill(child.pid, 'SIGTERM');
        const late = setTimeout(() => kill(group), grace);
        await started.ended;
        clearTimeout(late);
      }
      kill(group);
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
  };
  return started;
}

function reason(error: NodeJS.ErrnoException, file: string): string {
  if (error.code === 'ENOENT') return `there is no program ${JSON.stringify(file)}`;
  if (error.code === 'EACCES') return `${JSON.stringify(file)} may not be run`;
  return error.message;
}
