// The vocabulary of facts: what a frontend may say about a repository, in words that fit every language.
// A new kind of fact is a new word, and is added with care: its type here, a frontend that finds it, a check that needs it.
import type { CostFigure, Fallback } from './fact-cost.ts';
import { NO_OPERATIONS, type OperationsFact } from './fact-operations.ts';
import type { EntryPoint, Guard, Limit } from './fact-path.ts';
import type { Request } from './fact-request.ts';
import type { KeySource, Secret, SecretScan } from './fact-secret.ts';
import type { LogCall, Logger, Metric, Telemetry } from './fact-telemetry.ts';
import type { CiRun, JudgeEvaluation, TestFile } from './fact-test.ts';
import type { Database, Tool } from './fact-tool.ts';
import type { Location } from './location.ts';

/** Yes, no, or we could not tell. */
export type Tri = 'yes' | 'no' | 'unknown';

/** An option of a call as the code states it. */
export type Setting<T> =
  | { readonly state: 'set'; readonly value: T; readonly location?: Location }
  /** Set, to a value that only a run can know. */
  | { readonly state: 'dynamic'; readonly location?: Location; readonly note?: string }
  | { readonly state: 'absent'; readonly note?: string }
  /** We could not see whether it is set: the reason says what hides it. */
  | { readonly state: 'unknown'; readonly reason: string; readonly location?: Location };

/** What sort of code a file holds. Only `production` code satisfies a control or is judged by one. */
export type CodeRole = 'production' | 'test' | 'eval' | 'script' | 'example';

export type CallKind = 'chat' | 'embedding' | 'image' | 'audio' | 'moderation' | 'agent-run' | 'other';

/** The failures that a retry layer may answer with another attempt. */
export interface RetriedFailures {
  /** HTTP 429. */
  readonly rateLimit: Tri;
  /** HTTP 500, 502, 503, 504. */
  readonly serverError: Tri;
  /** HTTP 529, Anthropic's "overloaded". */
  readonly overload: Tri;
  /** A dropped or refused connection. */
  readonly connection: Tri;
  readonly timeout: Tri;
  /** HTTP 400, 401, 403, 404, which another attempt cannot mend. */
  readonly clientError: Tri;
}

/** One layer that may repeat a model call; the attempts of nested layers multiply. */
export interface RetryLayer {
  readonly by: 'sdk-default' | 'option' | 'framework' | 'library' | 'own-loop';
  /** In the reader's words, for example "the default of openai 6.49.0". */
  readonly label: string;
  /** All tries together, the first included; null when the number cannot be read; Infinity when nothing ends it. */
  readonly attempts: number | null;
  readonly on: RetriedFailures;
  readonly backoff: 'exponential' | 'fixed' | 'none' | 'unknown';
  /** Is the server's Retry-After obeyed? */
  readonly retryAfter: Tri;
  /** Something a reader must know about this layer, for example "a 429 without retry-after is not retried". */
  readonly caveat?: string;
  readonly location?: Location;
}

export interface Retries {
  /** Is at least one transient failure answered by another attempt? null: could not tell. */
  readonly effective: boolean | null;
  /** Retries (not attempts) of the whole stack; null when a layer's number is unknown. */
  readonly count: number | null;
  readonly how: 'sdk-default' | 'option' | 'wrapper' | 'framework' | 'none';
  readonly layers: readonly RetryLayer[];
}

export interface Timeout {
  /** Is a deadline written in the code? A deadline that only fires when the user leaves does not count. */
  readonly explicit: boolean | null;
  /** The written deadline, in milliseconds, for one attempt. */
  readonly ms: number | null;
  /** What applies when nothing is written, in milliseconds; null: nothing ends a hung call. */
  readonly defaultMs: number | null;
  readonly note?: string;
  readonly location?: Location;
  /** Some of the clients or models that the call may use have one; `explicit` is then false, and the note says how many have not. */
  readonly partly?: true;
  /** Why the written deadline may not fire; `certain`: the repository names a runtime where that happens. */
  readonly lost?: { readonly why: string; readonly certain: boolean };
}

export interface OutputCap {
  readonly set: boolean | null;
  readonly tokens: number | null;
  readonly note?: string;
  /** A setting without which there is none, for example "MAX_TOKENS is set". */
  readonly offUnless?: string;
  readonly location?: Location;
}

export interface Loop {
  readonly status: 'not-in-loop' | 'bounded' | 'unbounded' | 'unknown';
  /** The largest number of rounds, where it can be read. */
  readonly bound: number | null;
  /** In the reader's words: what repeats the call and what ends it. */
  readonly how: string;
  /** `explicit`: a number in the code; `default`: the framework's own; `soft`: a default too large to protect money;
   *  `data`: the loop ends with finite data; `none`: nothing. */
  readonly basis: 'explicit' | 'default' | 'soft' | 'data' | 'none';
  readonly location?: Location;
}

/** One end of the ways that a failure of a model call can take. */
export interface FailureEnd {
  /**
   * `reply`: a deliberate answer or fallback. `raw-text`: the provider's own error text. `bare`: an error without words for a person.
   * `swallowed`: caught, and nobody is told. `silent`: nothing is thrown, so that the failure looks like success.
   * `framework`: the framework answers with its own error. `escapes`: nobody catches it. `unknown`: it could not be followed.
   */
  readonly how: 'reply' | 'raw-text' | 'bare' | 'swallowed' | 'silent' | 'framework' | 'escapes' | 'unknown';
  readonly location: Location;
  /** Does the handler say different things for different errors? */
  readonly byType: boolean;
  /** What the handler writes for the operator: the error with something that tells which request it was, the error, or nothing. */
  readonly logged: 'context' | 'error' | 'nothing' | 'unknown';
  /** Into how many kinds a function of the repository sorts the error here; 0: no such function is asked. */
  readonly kinds: number;
}

/** What becomes of the numbers of tokens, or the cost, that come with an answer. */
export interface Usage {
  /**
   * `stored`: in a store, a metric or a service. `logged`: on a line of a logger. `traced`: the call is handed to a tracer that has to
   * be configured. `printed`: on the console. `shown`: to the user, or kept where we could not follow. `none`: dropped.
   */
  readonly how: 'stored' | 'logged' | 'traced' | 'printed' | 'shown' | 'none' | 'unknown';
  readonly location?: Location;
  /** Why the numbers are not those of the whole request. */
  readonly caveat?: string;
}

/** Where code reads an answer, or the arguments of a tool call, as data: model output that may be cut, empty or of the wrong form. */
export interface OutputParse {
  readonly kind: 'output-parse';
  readonly location: Location;
  readonly role: CodeRole;
  /** `json`: parsed by hand; `structured`: the SDK parses and throws; `text`: an answer that is used as it is. */
  readonly how: 'json' | 'structured' | 'text';
  /** In the reader's words, for example "JSON.parse of the answer". */
  readonly label: string;
  /** Where it ends when the output cannot be read; nothing for text. */
  readonly ends: readonly FailureEnd[];
  /** For text: what the code asks before it goes on, with a branch that does something about it; undefined: no reason for an end is named. */
  readonly asks?: readonly ('empty' | 'cut' | 'refused')[];
}

/** A place where code of the repository spends money on a model. */
export interface ModelCall {
  readonly kind: 'model-call';
  readonly location: Location;
  readonly role: CodeRole;
  /** The folder of the package that holds it, '' for the root: one repository may hold several agents. */
  readonly home?: string;
  /** Id of the SDK descriptor, for example `anthropic`. */
  readonly sdk: string;
  /** The package and version that decide the defaults, for example "ai 6.0.326"; undefined when no manifest names it. */
  readonly package?: string;
  /** The shape of the call, for example `messages.create`. */
  readonly call: string;
  readonly purpose: CallKind;
  readonly provider: string;
  readonly model: Setting<string>;
  /** Every model id that may be selected here, as far as it can be read. */
  readonly models: readonly string[];
  /** `models` is the whole list: every alternative could be read, and a run cannot select another. */
  readonly modelsComplete?: true;
  readonly streaming: boolean | null;
  readonly retries: Retries;
  readonly timeout: Timeout;
  readonly outputCap: OutputCap;
  readonly loop: Loop;
  readonly errorHandled: Tri | 'partial';
  /** Where its failures end, as far as they were followed. */
  readonly failures: readonly FailureEnd[];
  readonly usageRecorded: Tri | 'partial';
  readonly usage: Usage;
}

/** An option that the SDK, in the version in use, silently ignores. */
export interface DeadOption {
  readonly kind: 'dead-option';
  readonly location: Location;
  readonly role: CodeRole;
  readonly sdk: string;
  readonly package?: string;
  /** As written, for example `maxSteps`. */
  readonly option: string;
  /** What its author wanted: the item that it seems to answer. */
  readonly meant: 'retries' | 'timeout' | 'output-cap' | 'loop';
  /** Why it does nothing, and what does. */
  readonly why: string;
  /** The call that it was meant for. */
  readonly call?: Location;
}

/** Prices per model that the code keeps or imports, so that it can compute a cost. */
export interface PriceTable {
  readonly kind: 'price-table';
  readonly location: Location;
  readonly role: CodeRole;
  /** `own`: a table in the code; `library`: a package that ships one. */
  readonly source: 'own' | 'library';
  readonly label: string;
  /** The models that an own table names. */
  readonly models: readonly string[];
}

export type Fact =
  | ModelCall
  | DeadOption
  | PriceTable
  | CostFigure
  | Fallback
  | OutputParse
  | EntryPoint
  | Request
  | Limit
  | Guard
  | Tool
  | Database
  | Secret
  | SecretScan
  | KeySource
  | Logger
  | LogCall
  | Telemetry
  | Metric
  | TestFile
  | JudgeEvaluation
  | CiRun
  | OperationsFact;
export type FactKind = Fact['kind'];

/** All facts of a repository, by kind, in the order of their places. */
export type Facts = { readonly [K in FactKind]: readonly Extract<Fact, { kind: K }>[] };

/** Every kind once: the compiler refuses a list that forgets one. */
const NONE: { readonly [K in FactKind]: readonly never[] } = {
  'model-call': [],
  'dead-option': [],
  'price-table': [],
  'cost-figure': [],
  fallback: [],
  'output-parse': [],
  'entry-point': [],
  request: [],
  limit: [],
  guard: [],
  tool: [],
  database: [],
  secret: [],
  'secret-scan': [],
  'key-source': [],
  logger: [],
  'log-call': [],
  telemetry: [],
  metric: [],
  'test-file': [],
  'judge-evaluation': [],
  'ci-run': [],
  ...NO_OPERATIONS,
};
export const FACT_KINDS = Object.keys(NONE) as readonly FactKind[];

/** Groups facts by kind and orders each group by place. */
export function groupFacts(facts: readonly Fact[], order: (a: Location, b: Location) => number): Facts {
  const groups = Object.fromEntries(FACT_KINDS.map(kind => [kind, []])) as unknown as Record<FactKind, Fact[]>;
  for (const fact of facts) groups[fact.kind].push(fact);
  for (const kind of FACT_KINDS) groups[kind].sort((a, b) => order(a.location, b.location));
  return groups as unknown as Facts;
}
