// The processes of a trial: found by descent and by a marker in their environment, and ended. Linux only; elsewhere groups must do.
import { readdirSync, readFileSync } from 'node:fs';

/** The variable that every process of a trial carries; its value is the trial's folder. */
export const MARKER = 'AGENT_READY_TRIAL';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since boot: with the pid it names a process for good. */
  readonly born: string;
  readonly command: string;
}

/** All living processes that this user may see; empty where there is no /proc. Zombies are left out: they run nothing. */
export function processes(): Process[] {
  return pids().flatMap(pid => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The name may hold spaces and brackets: the fields begin behind the last bracket.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 300);
      return [{ pid, parent: Number(fields[1]), born: fields[19] ?? '', command }];
    } catch {
      return [];
    }
  });
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Does its environment hold the marker of this trial? undefined when it may not be read. */
export function marked(pid: number, dir: string): boolean | undefined {
  try {
    const env = readFileSync(`/proc/${pid}/environ`, 'utf8');
    return env.split('\0').includes(`${MARKER}=${dir}`);
  } catch {
    return undefined;
  }
}

/** Follows the tree below some processes, so that a child is known even after its parent is gone and its environment is another. */
export class Tree {
  readonly #dir: string;
  readonly #started: (pid: number) => void;
  readonly #known = new Map<number, Process>();
  readonly #unguarded = new Map<string, string>();

  /** @param started is told of each process that we start ourselves */
  constructor(dir: string, started: (pid: number) => void = () => {}) {
    this.#dir = dir;
    this.#started = started;
  }

  /** A process that we started. */
  add(pid: number): void {
    this.#started(pid);
    this.#known.set(pid, { pid, parent: process.pid, born: bornOf(pid), command: '' });
  }

  /** Looks around once; a few milliseconds. */
  look(): void {
    const all = processes();
    const living = new Map(all.map(one => [one.pid, one.born]));
    for (const [pid, one] of this.#known) if (living.get(pid) !== one.born) this.#known.delete(pid);
    for (let grew = true; grew; ) {
      grew = false;
      for (const one of all) {
        if (this.#known.has(one.pid) || one.pid === process.pid) continue;
        if (!this.#known.has(one.parent) && marked(one.pid, this.#dir) !== true) continue;
        this.#known.set(one.pid, one);
        grew = true;
      }
    }
    for (const one of all) {
      if (!this.#known.has(one.pid) || one.command === '' || marked(one.pid, this.#dir) !== false) continue;
      this.#unguarded.set(`${one.pid} ${one.born}`, one.command);
    }
  }

  /** Command lines of those that ran without our environment. */
  get unguarded(): string[] {
    return [...new Set(this.#unguarded.values())];
  }

  /** Is any of them left? */
  lives(): boolean {
    this.look();
    return this.#known.size > 0;
  }

  /** Asks all that is left to end, and kills what is not gone after the grace in milliseconds. @returns whether all went by themselves */
  async stop(grace: number): Promise<boolean> {
    const until = Date.now() + grace;
    this.look();
    for (const pid of this.#known.keys()) kill(pid, 'SIGTERM');
    while (this.lives() && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 50));
    const went = !this.lives();
    await this.end();
    return went;
  }

  /** Kills all that is known and all that they started meanwhile; at most a second. */
  async end(): Promise<void> {
    for (let round = 0; round < 20; round++) {
      this.look();
      if (this.#known.size === 0) return;
      for (const pid of this.#known.keys()) kill(pid);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}

function bornOf(pid: number): string {
  return processes().find(one => one.pid === pid)?.born ?? '';
}

/** Kills every process that carries the marker of a trial, and those that they start meanwhile; at most a second. */
export async function endMarked(dir: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const found = pids().filter(pid => pid !== process.pid && marked(pid, dir) === true);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** SIGKILL to a process or, with a negative number, to its group; one that is gone is no error. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  // 0 is our own group, and -1 is everybody.
  if (pid === 0 || pid === -1) return;
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}
