// The words for controls on the way of a request, and for where that way begins.
import type { CodeRole } from './fact.ts';
import type { Location } from './location.ts';

/** Does a control run on the way from an entry point to a model call, or from the answer back to the user? */
export type Reach = 'on-path' | 'unconnected' | 'unknown';

/** How far a control can be relied on. It holds only when it is on the path, not off by default, and does not fail open. */
export interface Standing {
  readonly reach: Reach;
  /** The switch or setting without which it does nothing, for example "UPSTASH_REDIS_REST_URL is not set". */
  readonly offUnless?: string;
  /** It lets everything through when it itself fails; says how. */
  readonly failsOpen?: string;
  /** Model calls that can be reached without it; undefined: none that was seen. */
  readonly misses?: readonly Location[];
}

/** Where a request comes in. */
export interface EntryPoint {
  readonly kind: 'entry-point';
  readonly location: Location;
  readonly role: CodeRole;
  readonly sort: 'http' | 'chat-bot' | 'queue' | 'cron' | 'mcp' | 'cli' | 'ui' | 'other';
  /** In the reader's words, for example "POST /api/chat (Next.js)". */
  readonly label: string;
}

/** A limit that is checked before money is spent. */
export interface Limit extends Standing {
  readonly kind: 'limit';
  readonly location: Location;
  readonly role: CodeRole;
  /** Whose use is counted. `address`: an IP address, which is not a user. */
  readonly scope: 'request' | 'user' | 'address' | 'global' | 'unknown';
  readonly unit: 'usd' | 'tokens' | 'requests' | 'characters' | 'unknown';
  readonly amount: number | null;
  /** Seconds after which the count starts again; null: not known; Infinity: never. */
  readonly window: number | null;
  /** Where the count lives. */
  readonly state: 'shared' | 'process' | 'none' | 'unknown';
  /** In the reader's words, for example "@upstash/ratelimit: 10 requests per user and day". */
  readonly label: string;
}

/** Something that looks at text on its way and can stop or change it. */
export interface Guard extends Standing {
  readonly kind: 'guard';
  readonly location: Location;
  readonly role: CodeRole;
  readonly against: 'pii' | 'injection' | 'harm' | 'internal-data' | 'size';
  /** `input`: what the user says; `output`: what the user gets; `tool-output`: what tools give back to the model; `log`; `provider`: what is sent to the model. */
  readonly sides: readonly ('input' | 'output' | 'tool-output' | 'log' | 'provider')[];
  /** `prompt`: only a sentence that asks the model to behave. */
  readonly by: 'library' | 'model' | 'pattern' | 'service' | 'prompt';
  readonly label: string;
  /** Inputs on which its patterns do the wrong thing, in whole sentences; empty: none was found; undefined: it was not tried. */
  readonly counterexamples?: readonly string[];
  /** Known inputs that were tried, and how many went right. */
  readonly tried?: { readonly right: number; readonly of: number };
  /** Sorts of personal data of which it hides nothing at all, in the reader's words: "card number". */
  readonly blind?: readonly string[];
  /** Model calls in production that it does not stand before (input) or after (output); undefined: not worked out for its sides. */
  readonly misses?: readonly Location[];
  /** It sees a stream piece by piece, and misses what the border of two pieces cuts in two. */
  readonly piecewise?: boolean;
  /** For the side `log`: the lines whose text it cleans; undefined: it is part of a logger, or cannot be told. */
  readonly lines?: readonly Location[];
  /** For the side `input`: what goes to the model past it, in whole words; undefined: nothing that was seen. */
  readonly past?: string;
  /** It is a part of a logger, and does not see what is written past that: `print(question)`. */
  readonly ofLogger?: true;
}
