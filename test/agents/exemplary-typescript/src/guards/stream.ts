// Cleans a reply that comes in pieces: a piece goes out when its sentence is complete, so that nothing is cut in two.
import { clean } from './outbound.ts';

/** A text without any end of a sentence goes out at a space, and keeps this much back. */
const LONGEST = 1500;
const KEEP = 300;

export class StreamFilter {
  readonly #emit: (text: string) => void;
  #held = '';

  constructor(emit: (text: string) => void) {
    this.#emit = emit;
  }

  push(piece: string): void {
    this.#held += piece;
    const end = this.#border();
    if (end === 0) return;
    const ready = this.#held.slice(0, end);
    this.#held = this.#held.slice(end);
    this.#emit(clean(ready));
  }

  /** Sends what was kept back. */
  end(): void {
    if (this.#held !== '') this.#emit(clean(this.#held));
    this.#held = '';
  }

  /** Where the last complete sentence ends; 0: nowhere yet. */
  #border(): number {
    const sentence = Math.max(...['. ', '! ', '? ', '\n'].map(mark => this.#held.lastIndexOf(mark) + mark.length * Number(this.#held.includes(mark))));
    if (sentence > 0) return sentence;
    return this.#held.length > LONGEST ? this.#held.lastIndexOf(' ', LONGEST - KEEP) + 1 : 0;
  }
}
