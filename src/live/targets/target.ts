// What every way to reach an agent offers: the trial knows nothing of HTTP, commands or modules.
import type { Reply, Say, Trial } from '../../core/index.ts';
import type { Child, Exit } from '../child.ts';
import type { Log } from '../log.ts';
import type { Tree } from '../tree.ts';

/** Where and with what an agent runs. */
export interface Ground {
  /** Its folder inside of the copy. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly tree: Tree;
  /** Date.now() at the beginning of the trial. */
  readonly began: number;
  readonly port: number | undefined;
  readonly grace: number;
  /** Model requests so far, and those that have no answer yet. */
  readonly traffic: () => { readonly begun: number; readonly open: number };
}

export type Page = Trial['pages'][number];

export interface Target {
  /** Starts the agent and waits until it is ready. @throws TrialError */
  start(): Promise<void>;
  /** Says one thing as one user; never rejects, a failure is a reply as well. */
  say(say: Heard): Promise<Reply>;
  /** Remembers where in its replies the words are, from one that holds the nonce; answers with that reply as it is to be read. */
  learn(reply: Reply, nonce: string): Reply;
  look(path: string): Promise<Page>;
  /** Ends the agent; it may be started again. */
  stop(): Promise<void>;
  /** What in the configuration does not fit what it answered. */
  readonly warnings?: readonly string[];
  /** When the agent's process ended, be it by itself or by us. */
  readonly exit: (Exit & { readonly at: number; readonly asked: boolean }) | undefined;
}

/** A message with all of its defaults. */
export interface Heard extends Say {
  readonly user: string;
  readonly session: string;
  readonly limit: number;
}

/** Longest text and body of a reply that are kept, in characters. */
export const KEPT = 100_000;
/** Bytes after which a reply is cut off. */
export const ENDLESS = 60_000_000;
/** Bytes of a reply that are read for its meaning. */
export const UNDERSTOOD = 2_000_000;

/** Watches for the end of a process. */
export function watch(child: Child, began: number, note: (exit: NonNullable<Target['exit']>) => void): void {
  child.process.once('exit', (code, signal) => note({ at: Date.now() - began, code, signal, asked: child.asked }));
}

/** Collects a body: what is kept is bounded, what came is counted. */
export class Body {
  bytes = 0;
  readonly #parts: Buffer[] = [];
  #kept = 0;

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.#kept >= UNDERSTOOD) return;
    this.#parts.push(chunk);
    this.#kept += chunk.length;
  }

  text(): string {
    return Buffer.concat(this.#parts).subarray(0, UNDERSTOOD).toString('utf8');
  }
}
