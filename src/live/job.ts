// What the runner is asked to do and what it hands back: plain data, because both cross the border of a process.

import type { Arm, Exchange, Script, TargetSpec, Trial } from '../core/index.ts';
import type { Authority } from './certificates.ts';

/** Bounds of one trial. Times in milliseconds, sizes in bytes. */
export interface Caps {
  /** Model requests of the arm; the control message has as many of its own. */
  readonly requests: number;
  /** Everything, from the copy to the end. */
  readonly overall: number;
  /** The wait for the reply to the control message. */
  readonly control: number;
  /** From SIGTERM to SIGKILL. */
  readonly grace: number;
  /** Files of the repository that are copied. */
  readonly copyBytes: number;
}

export const CAPS: Caps = { requests: 200, overall: 300_000, control: 30_000, grace: 5000, copyBytes: 500_000_000 };

export interface Job {
  readonly spec: TargetSpec;
  /** Absolute path of the audited repository; nothing is ever written there. */
  readonly root: string;
  readonly arm: Arm;
  /** The random word of the treatment; the control has one that is made from it. */
  readonly nonce: string;
  readonly caps: Caps;
  /** Names of base-URL variables to set, of those that BASE_URLS knows; undefined: all of them. */
  readonly baseUrls?: readonly string[];
  /** Sources of regular expressions, tried on `host` and on `host:port`: the hosts of model providers. */
  readonly hosts: readonly string[];
  /** URL of the module that exports `startProvider`; undefined: the stand-in that ships with this package. */
  readonly provider?: string;
}

/** A job with what the parent decided for the worker. */
export interface Order extends Job {
  readonly authority: Authority;
  /** The trial's own temporary folder; it exists, is empty, and both sides may remove it. */
  readonly dir: string;
  readonly isolation: Isolation;
}

/**
 * `namespace`: the kernel lets nothing leave and ends the whole tree; `guards`: preloads refuse connections, strays are searched for by
 * a marker. What no preload reaches can leave then, and the reader must be told so.
 */
export interface Isolation {
  readonly kind: 'namespace' | 'guards';
  /** Why it is no better. */
  readonly why?: string;
}

/** A way by which the agent's model requests can reach the stand-in. */
export interface WayIn {
  readonly name: 'base-url' | 'node-preload' | 'python-preload' | 'network' | 'proxy';
  /** Names of the variables that were set for it. */
  readonly variables: readonly string[];
  /** Processes that loaded it; undefined where that cannot be seen. */
  readonly loaded?: number;
  /** Model requests that came by it. */
  readonly used: number;
}

/** Why nothing may be concluded from a trial. */
export interface Problem {
  readonly kind:
    | 'copy'
    | 'not-started'
    | 'exited'
    | 'never-ready'
    | 'control-failed'
    | 'provider-not-called'
    | 'no-nonce'
    | 'not-heard'
    | 'out-of-time'
    | 'aborted'
    | 'runner';
  /** One sentence for the reader. */
  readonly sentence: string;
  /** What the agent wrote last, escapes removed. */
  readonly lastLines: readonly string[];
}

export interface TrialRecord {
  /** From the start of the agent to the reply to the control message. */
  readonly control: Trial;
  /** What followed; empty when there was a problem before it. */
  readonly treatment: Trial;
  readonly isolation: Isolation;
  readonly ways: readonly WayIn[];
  /** Command lines of the agent's processes that ran without our environment, so that no preload guarded them. */
  readonly unguarded: readonly string[];
  /** What in the configuration does not fit what was seen, though the agent was reached: sentences. */
  readonly warnings: readonly string[];
  readonly problem?: Problem;
}

/** A failure that is the target's or the configuration's, not ours. */
export class TrialError extends Error {
  readonly kind: Problem['kind'];
  constructor(kind: Problem['kind'], sentence: string) {
    super(sentence);
    this.kind = kind;
  }
}

/** The stand-in for the model provider, as the runner needs it. */
export interface StandIn {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** Plays another script from its first step on. */
  play(script: Script, nonce?: string): void;
  readonly exchanges: readonly Exchange[];
  readonly capped: boolean;
  close(): Promise<void>;
}

export type StartProvider = (options: {
  readonly script: Script;
  readonly nonce: string;
  readonly cap: number;
  /** Milliseconds since the trial began. */
  readonly began: () => number;
}) => Promise<StandIn>;

export const emptyTrial = (nonce: string, canaries: readonly string[] = []): Trial => ({
  nonce,
  canaries,
  exchanges: [],
  replies: [],
  lines: [],
  outputBytes: 0,
  egress: [],
  spans: [],
  metrics: [],
  pages: [],
  capped: false,
});
