// Collects the lowered text, and remembers which place of the Python file each part of it comes from.
export class Writer {
  readonly #parts: string[] = [];
  readonly #made: number[] = [];
  readonly #from: number[] = [];
  #length = 0;
  #line = 0;

  /** Characters written so far. */
  get length(): number {
    return this.#length;
  }

  write(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#line++;
  }

  /** Notes that what comes next (or has just ended) is at this offset of the Python file. */
  mark(from: number): void {
    this.#made.push(this.#length);
    this.#from.push(from);
  }

  /** Starts new lines until the given one is reached, so that lowered statements stand where the Python ones do. */
  toLine(row: number): void {
    while (this.#line < row) this.write('\n');
  }

  text(): string {
    return this.#parts.join('');
  }

  /** From an offset of the lowered text to one of the Python file. */
  origins(): (offset: number) => number {
    // Kept as long as the program: a list takes twice the memory.
    const made = Uint32Array.from(this.#made);
    const from = Uint32Array.from(this.#from);
    return offset => {
      let low = 0;
      let high = made.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((made[middle] as number) <= offset) low = middle + 1;
        else high = middle;
      }
      if (low === 0) return 0;
      const at = low - 1;
      const next = from[low];
      const origin = (from[at] as number) + (offset - (made[at] as number));
      return next === undefined || next < (from[at] as number) ? origin : Math.min(origin, next);
    };
  }
}
