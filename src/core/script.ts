// What the stand-in provider plays: an exact script, one step for each model request; the last step repeats.

/** Tokens that an answer reports as used. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/**
 * How a tool call is made. Tools are learnt from the request that the agent itself sends.
 * `any`: the first declared tool that looks harmless, else the first; `dangerous`: the declared tool whose name and description
 * say that it deletes, sends, pays, runs commands or writes; `named`: a tool of this name, declared or not.
 */
export type ToolPick = { readonly kind: 'any' } | { readonly kind: 'dangerous' } | { readonly kind: 'named'; readonly name: string };

/**
 * Arguments of a tool call. `valid`: made from the tool's own JSON schema, each string holding `text` where the schema allows it;
 * `changing`: valid, and different in each call; `broken`: text that is no JSON; `mistyped`: JSON that breaks the schema; `exact`: as given.
 */
export type ToolArguments =
  | { readonly kind: 'valid'; readonly text?: string }
  | { readonly kind: 'changing' }
  | { readonly kind: 'broken' }
  | { readonly kind: 'mistyped' }
  | { readonly kind: 'exact'; readonly value: unknown };

export interface ToolAsk {
  readonly pick: ToolPick;
  readonly args: ToolArguments;
  /** The same call this many times in one answer; default 1. */
  readonly times?: number;
}

/** Why the model stopped. `refusal` is Anthropic's and OpenAI's refusal, SAFETY for Gemini; `length` is the output cap. */
export type Stop = 'end' | 'length' | 'refusal';

/**
 * One answer of the stand-in. In every text `{{nonce}}` becomes the random word of the trial, `{{system}}` the system text of the
 * request that is answered, `{{key}}` the credential that it carried.
 */
export type Step =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly tokens?: Tokens;
      readonly stop?: Stop;
      /** Pieces that a stream sends one by one, instead of pieces of the stand-in's own choice; they make up the text. */
      readonly pieces?: readonly string[];
      /** Milliseconds before the answer begins. */
      readonly after?: number;
      /** Milliseconds between the events of a stream; a plain answer waits for as long as its stream would take. */
      readonly every?: number;
    }
  | { readonly kind: 'tools'; readonly asks: readonly ToolAsk[]; readonly text?: string; readonly tokens?: Tokens }
  /** An error in the provider's own envelope, with any headers (retry-after, retry-after-ms). */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly message?: string;
    }
  /** Bytes as they are: a gateway's HTML page, broken JSON. */
  | { readonly kind: 'raw'; readonly status: number; readonly type: string; readonly body: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Takes the request and closes the connection with a reset before any byte. */
  | { readonly kind: 'reset' }
  /** Begins to answer and closes the connection after this many events; a plain answer ends in the middle of its JSON. */
  | { readonly kind: 'cut'; readonly text: string; readonly events: number }
  /** Begins a stream and sends the provider's error event after this many events; a plain request gets status 500. */
  | { readonly kind: 'stream-error'; readonly text: string; readonly events: number };

export interface Script {
  readonly steps: readonly Step[];
  /** Played instead for requests that name another model than the first request of the trial did. */
  readonly otherModels?: readonly Step[];
}

export const text = (said: string, more: Omit<Extract<Step, { kind: 'text' }>, 'kind' | 'text'> = {}): Step => ({
  kind: 'text',
  text: said,
  ...more,
});
export const status = (code: number, headers: Readonly<Record<string, string>> = {}, message?: string): Step => ({
  kind: 'status',
  status: code,
  headers,
  ...(message === undefined ? {} : { message }),
});
/** Asks for one declared tool with valid arguments, the same in each call. */
export const tool = (tokens?: Tokens): Step => ({
  kind: 'tools',
  asks: [{ pick: { kind: 'any' }, args: { kind: 'valid' } }],
  ...(tokens === undefined ? {} : { tokens }),
});
