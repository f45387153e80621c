// The kinds of failure, how an error is told to be of one, and what the user hears.
import Anthropic from '@anthropic-ai/sdk';

export type ErrorKind = 'api' | 'timeout' | 'tool' | 'parse' | 'safety' | 'budget' | 'loop' | 'limit' | 'input' | 'unknown';

export class AgentError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AgentError';
    this.kind = kind;
  }
}

/** The kind of anything that was thrown. */
export function classify(error: unknown): ErrorKind {
  if (error instanceof AgentError) return error.kind;
  if (error instanceof Anthropic.APIConnectionTimeoutError || error instanceof Anthropic.APIUserAbortError) return 'timeout';
  if (error instanceof Anthropic.APIError) return 'api';
  if (error instanceof SyntaxError) return 'parse';
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) return 'timeout';
  return 'unknown';
}

const HUMAN = 'You can also write to our support team, who will help you on the next working day.';

const REPLIES: Record<ErrorKind, string> = {
  api: `I cannot answer just now, because a service that I need is temporarily unavailable. Please try again in a few minutes. ${HUMAN}`,
  timeout: `This takes longer than it should, so I stopped. Please try again in a moment. ${HUMAN}`,
  tool: `I could not look that up. Please try again later. ${HUMAN}`,
  parse: `Something went wrong while I wrote the answer. Please ask again, perhaps in other words. ${HUMAN}`,
  safety: `I cannot help with this request. If you have a question about an order, please ask it plainly. ${HUMAN}`,
  budget: `This question needs more work than I may do at once. Please ask it in smaller parts. ${HUMAN}`,
  loop: `I did not get any further with this. I have handed it to our support team; please contact them if it is urgent.`,
  limit: `You have reached the limit of questions for now. Please try again in an hour. ${HUMAN}`,
  input: 'Please send your question as text that is neither empty nor longer than a page or two, then I can help.',
  unknown: `Something went wrong on our side. Please try again later. ${HUMAN}`,
};

/** What the user is told about a failure: never its details. */
export const replyTo = (kind: ErrorKind): string => REPLIES[kind];
