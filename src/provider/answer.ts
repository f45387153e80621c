// An answer of the stand-in in the words of no provider; a dialect writes it on the wire.
import type { Tokens } from '../core/index.ts';

export interface Call {
  /** Number of the call, unique within the provider. */
  readonly id: string;
  readonly name: string;
  /** The arguments as text: JSON, or text that is no JSON where the script wants it broken. */
  readonly text: string;
  /** The arguments as a value. Broken ones are a string here: a dialect whose arguments are JSON values cannot send broken JSON alone. */
  readonly value: unknown;
}

/** Why the model stopped. */
export type Finish = 'end' | 'length' | 'refusal' | 'tools';

export interface Answer {
  /** Unique within the provider; a dialect puts its own prefix before it. */
  readonly id: string;
  readonly model: string;
  readonly text: string;
  /** The text in the pieces that a stream sends. */
  readonly pieces: readonly string[];
  readonly calls: readonly Call[];
  readonly finish: Finish;
  readonly tokens: Tokens;
}

/** Tokens of an answer whose script names none; never 0, so that a ceiling of cost can be reached. */
export const DEFAULT_TOKENS: Tokens = { input: 20, output: 10 };

const HIGH_SURROGATE = /[\uD800-\uDBFF]$/;

/**
 * `text` in pieces as a stream would bring it: about 12 characters each, and at most 200 pieces.
 * @param atLeast no fewer pieces than this, where the text is long enough
 */
export function piecesOf(text: string, atLeast = 1): readonly string[] {
  const size = Math.max(1, Math.min(Math.max(12, Math.ceil(text.length / 200)), Math.floor(text.length / Math.max(1, atLeast))));
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + size);
    // A character outside the basic plane stays in one piece, as it does in the streams of real providers.
    if (to < text.length && HIGH_SURROGATE.test(text.slice(from, to))) to++;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
