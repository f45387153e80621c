// The words for what can be seen of a running agent: logs, traces, metrics, reports of errors.
import type { CodeRole, Tri } from './fact.ts';
import type { Reach, Standing } from './fact-path.ts';
import type { Location } from './location.ts';

/** A logger that the code makes, and how it writes. */
export interface Logger {
  readonly kind: 'logger';
  readonly location: Location;
  readonly role: CodeRole;
  /** For example "pino", "console". */
  readonly label: string;
  /** Are its lines readable by machines in production? `partial`: levels, but plain text. */
  readonly structured: Tri | 'partial';
  /** Does every line carry an id of the request? */
  readonly correlated: Tri | 'partial';
  /** Fields that it hides, in the reader's words; undefined: none. */
  readonly redacts?: string;
  /** What a reader must know about `structured`, for example "JSON only when LOG_FORMAT is set". */
  readonly note?: string;
}

/** A line that is written to a log on the way of a request. */
export interface LogCall {
  readonly kind: 'log-call';
  readonly location: Location;
  readonly role: CodeRole;
  /** `console` or the name of the logger. */
  readonly label: string;
  readonly structured: Tri | 'partial';
  readonly reach: Reach;
  /** Does the line carry an id of the request, by its logger or by itself? */
  readonly correlated: Tri | 'partial';
  /** Is it written when something failed? */
  readonly onError: boolean;
  /** Fields that its logger hides; undefined: none. */
  readonly redacts?: string;
  /** What of the conversation it carries, in the reader's words, for example "the whole prompt"; undefined: none that was seen. */
  readonly carries?: string;
  /** Where the logger of the repository that is called writes what it is given; undefined: it is no such logger, or one of several. */
  readonly through?: readonly Location[];
  /** It is given a value of which too little is known to say that it carries nothing. */
  readonly opaque?: true;
  /** `debug` is off in production unless somebody switches it on. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'unknown';
}

/** Tracing, metrics or error reports that are started in the code. */
export interface Telemetry extends Standing {
  readonly kind: 'telemetry';
  readonly location: Location;
  readonly role: CodeRole;
  /** For example "Langfuse", "OpenTelemetry NodeSDK", "Sentry". */
  readonly label: string;
  /** What it sees of a model call. */
  readonly sees: readonly ('traces' | 'tokens' | 'cost' | 'latency' | 'tools' | 'errors' | 'content')[];
  /** The id of the one SDK whose calls it sees; undefined: it sees them whatever they are made with. */
  readonly sdk?: string;
  /** Is what it sees sent somewhere, and where? undefined: not said in the code. */
  readonly exports: Tri;
  /** Why it starts too late to see everything, for example "openai is loaded before it can be patched". */
  readonly late?: string;
  /** Why it is over before it saw anything, for example "it is shut down as soon as it was started"; it then is not on the path. */
  readonly ended?: string;
}

/** A number that the code counts or measures under a name. */
export interface Metric {
  readonly kind: 'metric';
  readonly location: Location;
  readonly role: CodeRole;
  /** As the code names it. */
  readonly name: string;
  readonly sort: 'counter' | 'histogram' | 'gauge' | 'summary';
  readonly reach: Reach;
  /** Upper ends of a histogram's buckets, in its own unit. */
  readonly buckets?: readonly number[];
  /** What the code gives it: a span of time, or one for each failure of the model API; undefined: something else. */
  readonly measures?: 'time' | 'errors';
  /** A counter of errors that is raised elsewhere, too: its labels tell them apart. */
  readonly countsOthers?: true;
  /** Seconds that one unit of a span of time lasts: 1 or 0.001. */
  readonly unit?: number;
  /** A span of time that is less than the whole request, in the reader's words, for example "one call of a tool". */
  readonly part?: string;
  /** Where failures are counted: for each attempt, or once after all attempts of the SDK. */
  readonly counts?: 'attempts' | 'calls';
  /** It is declared, and nothing in the code uses it. */
  readonly idle?: true;
  /** The names that tell its series apart, for example `kind`. */
  readonly labels?: readonly string[];
  /** They are declared: there are no others. */
  readonly allLabels?: true;
}
