// Errors that are the user's to mend, as opposed to our own mistakes: they are shown as one sentence, without a stack.

/** The message is one sentence: what is wrong, where, and what to do about it. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
