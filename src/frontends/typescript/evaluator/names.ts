// The identifiers of a file by their text. Every parsed file has such a list as long as the audit lasts, and most names stand in it
// once or a few times: a list of one is kept as the identifier itself, and the others without the room that a growing list has to spare.
import type { ts } from 'ts-morph';

export const byPlace = (a: ts.Node, b: ts.Node): number => a.pos - b.pos;

export class Names {
  readonly #known = new Map<string, ts.Identifier | ts.Identifier[]>();

  add(id: ts.Identifier): void {
    const known = this.#known.get(id.text);
    if (known === undefined) this.#known.set(id.text, id);
    else if (Array.isArray(known)) known.push(id);
    else this.#known.set(id.text, [known, id]);
  }

  /** Puts each list into the order of the text, once all are in. */
  settle(): void {
    for (const [name, list] of this.#known) if (Array.isArray(list)) this.#known.set(name, list.slice().sort(byPlace));
  }

  has(name: string): boolean {
    return this.#known.has(name);
  }

  get(name: string): readonly ts.Identifier[] | undefined {
    const known = this.#known.get(name);
    return known === undefined || Array.isArray(known) ? known : [known];
  }

  *[Symbol.iterator](): IterableIterator<readonly [name: string, ids: readonly ts.Identifier[]]> {
    for (const [name, known] of this.#known) yield [name, Array.isArray(known) ? known : [known]];
  }
}
