// Audits in processes of their own, each killed when it takes too long: an endless loop in ours could not be stopped.
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/core/index.ts';

export interface Audited {
  readonly report: Report;
  /** Characters of the JSON report. */
  readonly size: number;
  readonly json: string;
  readonly markdown: string;
  readonly terminal: string;
  readonly ms: number;
}

type Reply =
  | ({ readonly kind: 'report' } & Audited)
  | { readonly kind: 'refused'; readonly name: string; readonly message: string; readonly stack: string; readonly ms: number };

const CHILD = fileURLToPath(new URL('auditor-child.mjs', import.meta.url));
/** As many as a small machine has cores. */
const PROCESSES = 2;
/** Megabytes; an audit is promised to need less than half of it. */
const MEMORY = 1024;

export class Auditor {
  readonly #idle: ChildProcess[] = [];
  readonly #waiting: ((child: ChildProcess | undefined) => void)[] = [];
  #started = 0;

  /** Audits a folder of files; the command line must have been built. @throws Error that says whether it crashed, died, or took more than `limit` milliseconds of processor time */
  async audit(root: string, limit: number): Promise<Audited> {
    let child: ChildProcess | undefined;
    let reply: Reply;
    try {
      child = (await this.#take()) ?? (await start());
      reply = await answerOf(child, root, limit);
    } catch (error) {
      child?.removeAllListeners().kill('SIGKILL');
      this.#started--;
      this.#waiting.shift()?.(undefined);
      throw error;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(child);
    else next(child);
    if (reply.kind === 'report') return reply;
    const where = reply.name === 'UserError' ? '' : `\n${reply.stack.split('\n').slice(1, 8).join('\n')}`;
    throw new Error(`${reply.name}: ${reply.message.slice(0, 500)}${where}`);
  }

  stop(): void {
    for (const child of this.#idle.splice(0)) child.removeAllListeners().kill('SIGKILL');
  }

  /** A process that has nothing to do; undefined: one may be started. */
  async #take(): Promise<ChildProcess | undefined> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#started < PROCESSES) {
      this.#started++;
      return undefined;
    }
    const child = await new Promise<ChildProcess | undefined>(resolve => this.#waiting.push(resolve));
    if (child === undefined) this.#started++;
    return child;
  }
}

async function start(): Promise<ChildProcess> {
  const child = fork(CHILD, {
    execArgv: [`--max-old-space-size=${MEMORY}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error('the process that audits did not start')));
  });
  return child.removeAllListeners();
}

function answerOf(child: ChildProcess, root: string, limit: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const begun = { work: workOf(child), wall: performance.now() };
    // On a machine that has much else to do, the clock on the wall says little.
    const timer = setInterval(() => {
      const wall = performance.now() - begun.wall;
      const work = workOf(child);
      const spent = work === undefined || begun.work === undefined ? wall : work - begun.work;
      if (spent > limit || wall > limit * 10) end(() => reject(new Error(`no report after ${Math.round(spent)} ms`)));
    }, 50);
    const end = (settle: () => void): void => {
      clearInterval(timer);
      child.removeAllListeners();
      settle();
    };
    child.once('message', reply => end(() => resolve(reply as Reply)));
    child.once('exit', (code, signal) => {
      end(() => reject(new Error(`the process ended by itself: ${signal ?? `exit ${code}`} (out of memory, or of stack)`)));
    });
    child.send({ root });
  });
}

/** Milliseconds for which a process has used a processor; undefined where the system does not tell. */
function workOf(child: ChildProcess): number | undefined {
  try {
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: the user's and the system's share, in hundredths of a second.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}
