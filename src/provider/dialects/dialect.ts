// What the stand-in must know of a wire format; each dialect is one file.
import type { ModelRequest } from '../../core/index.ts';
import type { Answer } from '../answer.ts';
import type { Json } from '../json.ts';

/** A request that reached the stand-in, before its body is understood. */
export interface Target {
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The host that the agent meant, when it is known: a header of the preload, or an absolute request target. */
  readonly host: string;
  /** Lower-case names. Holds credentials: never journaled as it is. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a model request asks for beyond what the journal keeps. */
export interface Asked {
  readonly request: ModelRequest;
  /** The tool that must be called: its name, or true for any. */
  readonly forced: string | true | undefined;
  /** JSON schema that the text of the answer must follow; `{}` for any JSON object. */
  readonly format: unknown;
  /** What only the dialect itself needs, to write the answer in the way that was asked for. */
  readonly way: Readonly<Record<string, boolean>>;
}

/** How a dialect writes a stream. */
export interface Wire {
  /** Content type of the stream. */
  readonly type: string;
  /** Each event as it goes over the wire. */
  readonly events: readonly string[];
  /** How many events at the end say that the answer is complete: a cut comes before them. */
  readonly closing: number;
}

export interface Dialect {
  readonly id: ModelRequest['dialect'];
  /** Does this path ask a model for an answer? */
  accepts(target: Target): boolean;
  /** Does this request, although it asks no model, come from a client of this dialect? For the envelope of errors. */
  owns(target: Target): boolean;
  read(body: Json, target: Target): Asked;
  /** The body of a plain answer. */
  plain(answer: Answer, asked: Asked): Json;
  stream(answer: Answer, asked: Asked): Wire;
  /** The event of a stream that has begun, which says that the provider failed; several frames where the provider sends several. */
  streamError(answer: Answer, asked: Asked, sent: number): readonly string[];
  /** The provider's envelope of an error. @param asked undefined when no model was asked, or the request was not understood */
  error(status: number, message: string, asked?: Asked): unknown;
  /** Message of an error that the script gives no words. */
  message(status: number): string;
  /** Headers of each answer. */
  headers(id: string): Readonly<Record<string, string>>;
}

/** A server-sent event. */
export const sse = (data: unknown, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** The moment that answers name as theirs, in seconds: always the same, so that the same script gives the same bytes. */
export const CREATED = 1_767_225_600;
