// An experiment as data: what is said to the agent, and what its model provider does meanwhile.
import type { Observation } from './observation.ts';
import type { Script } from './script.ts';

/** A message of a user. In every text `{{nonce}}` becomes the random word of the trial. */
export interface Say {
  readonly kind: 'say';
  /** What is said; anything but a string is sent as that JSON value in the place of the message. */
  readonly text: unknown;
  /** Who says it; default `a`. Different letters are different users. */
  readonly user?: string;
  /** The conversation; default: the user's first. */
  readonly session?: string;
  /** Hang up after this many milliseconds. */
  readonly leaveAfter?: number;
  /** Longest wait for the reply in milliseconds; default 25,000. */
  readonly limit?: number;
  /** Headers beside the configured ones: a traceparent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** From an address of this user alone, where this machine and the agent allow it. Without it all users have the same one. */
  readonly apart?: boolean;
  /** Leave out the configured credentials. */
  readonly anonymous?: boolean;
}

export type Act =
  | Say
  /** All at once. */
  | { readonly kind: 'together'; readonly says: readonly Say[] }
  /** Begins to say something, does the acts meanwhile, then waits for the reply. */
  | { readonly kind: 'during'; readonly say: Say; readonly acts: readonly Act[] }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Fetches pages of the agent: health and metrics. */
  | { readonly kind: 'look'; readonly paths: readonly string[]; readonly times?: number }
  /** Ends the process with SIGTERM and waits for its exit. */
  | { readonly kind: 'stop' }
  /** Ends the process and starts it again in the same folder. */
  | { readonly kind: 'restart' };

/** What the world beyond the provider answers to the agent's tools; default: every connection is denied. */
export type World =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly bytes?: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

export interface Arm {
  readonly acts: readonly Act[];
  readonly script: Script;
  readonly world?: World;
}

export interface Probe {
  /** File name. */
  readonly id: string;
  /** What is asked of the agent, as a question that a person would ask. */
  readonly question: string;
  /** Arms by name; most experiments have one, `treatment`. Each runs in a process of its own, after a control message of its own. */
  readonly arms: Readonly<Record<string, Arm>>;
  /** What a target must offer; the experiment does not apply to others. */
  readonly needs?: readonly ('server' | 'users' | 'tools' | 'stream' | 'memory')[];
  /** Cap of model requests per arm; default 200. */
  readonly requests?: number;
  /** A reason why nothing may be concluded although the control worked. */
  readonly void?: (observation: Observation) => string | undefined;
}

export function defineProbe<const P extends Probe>(probe: P): P {
  return probe;
}
