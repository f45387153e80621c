// A limit on the work that one question may cause: a repository can be written to make answers take for ever.
// The count is of steps, not of time, so that the same input gives the same report on every machine.

/** Steps for one question, and for all questions of an audit together. */
const ONE = 120_000;
const ALL = 12_000_000;
/** What a question still gets when the common store is empty. */
const LAST = 3000;

/** Thrown when a question has taken too many steps; the one who asked answers "unknown". */
export class TooMuch extends Error {}

export class Budget {
  #spent = 0;
  #limit = ONE;
  #steps = 0;
  #asking = false;

  /**
   * Work that was done, in steps.
   * @throws TooMuch
   */
  step(cost = 1): void {
    this.#steps += cost;
    if (this.#steps > this.#limit && this.#asking) throw new TooMuch('too much to follow');
  }

  /**
   * Asks a question within the limit. Questions inside a question share its limit.
   * @returns the answer, or the fallback when it takes too many steps or nests too deeply
   */
  ask<T>(question: () => T, fallback: () => T): T {
    if (this.#asking) return question();
    this.#asking = true;
    this.#steps = 0;
    this.#limit = this.#spent < ALL ? ONE : LAST;
    try {
      return question();
    } catch (error) {
      // Deep nesting ends in a RangeError of the engine: the stack, or a text that is too long.
      if (error instanceof TooMuch || error instanceof RangeError) return fallback();
      throw error;
    } finally {
      this.#asking = false;
      this.#spent += this.#steps;
    }
  }
}
