// What a running agent was seen to do: one shape for all experiments, so that many checks read one and one check may read many.

/** The wire formats that the stand-in speaks. */
export type Dialect = 'anthropic-messages' | 'openai-chat' | 'openai-responses' | 'gemini';

export interface SentTool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of its arguments. */
  readonly schema: unknown;
}

/** One message of a model request, whatever the dialect. */
export interface SentMessage {
  readonly role: 'user' | 'assistant' | 'tool';
  /** All text of the message; of a tool message the result. */
  readonly text: string;
  /** Of a tool message: did the agent mark the result as an error, where the dialect can say so? */
  readonly isError?: boolean;
}

/** A model request in the words of no provider. */
export interface ModelRequest {
  readonly dialect: Dialect;
  readonly model: string;
  readonly stream: boolean;
  /** max_tokens, max_completion_tokens, max_output_tokens or maxOutputTokens as sent. */
  readonly maxTokens: number | null;
  readonly system: string;
  readonly messages: readonly SentMessage[];
  readonly tools: readonly SentTool[];
}

/** One request that the agent made to its provider, and what it got. Times are milliseconds since the trial began. */
export interface Exchange {
  readonly at: number;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** Lower-case names; credentials are replaced by `present`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came, cut after 1 MB. */
  readonly body: string;
  /** Its whole size in bytes. */
  readonly bytes: number;
  /** undefined for requests that ask no model for an answer: lists of models, embeddings, token counts. */
  readonly request?: ModelRequest;
  /** Number of the step that was played; undefined for side requests, which get a polite default. */
  readonly step?: number;
  /** What the answer said that it used. */
  readonly tokens?: { readonly input: number; readonly output: number };
  /** Tools that the answer asked for, with their arguments as text (at most 10,000 characters); undefined when it asked for none. */
  readonly asked?: readonly { readonly tool: string; readonly args: string }[];
  /** The status that was sent; undefined when nothing was. */
  readonly status?: number;
  /** When the last byte of the answer was sent. */
  readonly endedAt?: number;
  /** When the agent closed the connection before the answer was complete. */
  readonly goneAt?: number;
  /** Refused because the trial had reached its cap of requests. */
  readonly capped?: boolean;
  /** The port of the connection on the client's side; tells by which way the request came. */
  readonly clientPort?: number;
}

/** What a user got for one message. */
export interface Reply {
  /** Key of the user and of the conversation, as in the probe. */
  readonly user: string;
  readonly session: string;
  readonly sent: string;
  /** The address that it was sent from, where the agent is asked over HTTP. */
  readonly address?: string;
  readonly at: number;
  readonly endedAt: number;
  /** How the exchange ended: `late` when our limit of time ended it, `left` when the probe hung up on purpose, `broken` when the connection was. */
  readonly end: 'answered' | 'late' | 'left' | 'broken' | 'refused';
  /** HTTP status, or the exit code of a command; null when there was none. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** What a person would read: the configured part of the body, or all of it. At most 100,000 characters. */
  readonly text: string;
  /** The body as it came, at most 100,000 characters. */
  readonly body: string;
  /** The whole size of the body in bytes. */
  readonly bytes: number;
  /** The parts of a streamed reply as they came. */
  readonly parts?: readonly string[];
  /** An error that the reply itself declares: an error event of a stream. */
  readonly error?: string;
}

/** A connection that the agent tried to open to something that is neither itself nor the stand-in. */
export interface Egress {
  readonly at: number;
  readonly host: string;
  readonly port: number | null;
  readonly method?: string;
  readonly url?: string;
  /** Body, at most 10,000 characters. */
  readonly body?: string;
  /** `denied`, or `answered` by the scripted world. */
  readonly outcome: 'denied' | 'answered';
}

export interface Line {
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** A span that reached our collector. */
export interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** A metric that reached our collector. */
export interface SentMetric {
  readonly name: string;
  readonly values: readonly number[];
}

/** What happened between start and stop of one arm of an experiment. */
export interface Trial {
  /** The random word that `{{nonce}}` stood for. */
  readonly nonce: string;
  /** The fake credentials that the agent was given. */
  readonly canaries: readonly string[];
  readonly exchanges: readonly Exchange[];
  readonly replies: readonly Reply[];
  readonly lines: readonly Line[];
  /** Bytes of output, lines that were not kept included. */
  readonly outputBytes: number;
  readonly egress: readonly Egress[];
  readonly spans: readonly SentSpan[];
  readonly metrics: readonly SentMetric[];
  /** Pages that the probe fetched: health, metrics. */
  readonly pages: readonly { readonly path: string; readonly at: number; readonly status: number | null; readonly body: string }[];
  /** Set when the agent's process ended before we asked it to; `asked` when it ended on our signal. */
  readonly exit?: { readonly at: number; readonly code: number | null; readonly signal: string | null; readonly asked: boolean };
  /** When we asked the agent to end: what it says from then on may be its goodbye, and no word about a request. */
  readonly endingAt?: number;
  /** The cap of requests was reached: a loop that only our cap stopped is a loop. */
  readonly capped: boolean;
}

/** Both arms of one experiment. Nothing may be concluded where the control did not work. */
export interface Observation {
  readonly control: Trial;
  /** By the name of the arm in the probe. */
  readonly arms: Readonly<Record<string, Trial>>;
}
