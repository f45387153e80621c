// Reads a YAML mapping field by field, so that everything wrong is one sentence with file, line and column.
import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import { nearest } from '../core/nearest.ts';
import { UserError } from '../repository/errors.ts';

/** Where a sentence about a node points. */
export interface Source {
  readonly file: string;
  readonly lines: LineCounter;
  readonly document: Document;
}

/** One value of the configuration, and the names by which it was reached. */
export class Field {
  readonly #node: Node | null;
  readonly #source: Source;
  readonly name: string;

  constructor(node: Node | null, source: Source, name: string) {
    this.#node = node;
    this.#source = source;
    this.name = name;
  }

  /** An error about this field. */
  wrong(what: string): UserError {
    const at = this.#node?.range?.[0] ?? 0;
    const { line, col } = this.#source.lines.linePos(at);
    return new UserError(`${this.#source.file}:${line}:${col}: ${this.name === '' ? 'the configuration' : this.name} ${what}`);
  }

  /**
   * The fields of a mapping by name.
   * @throws UserError when it is none, or holds a name that is not known
   */
  map(known: readonly string[]): ReadonlyMap<string, Field> {
    const fields = this.any();
    for (const [key, field] of fields) {
      if (!known.includes(key)) throw field.wrong(`is not known here${nearest(key, known)}; known are ${known.join(', ')}.`);
    }
    return fields;
  }

  /** The fields of a mapping whose names may be anything. */
  any(): ReadonlyMap<string, Field> {
    if (!isMap(this.#node)) throw this.wrong(`must be a mapping.`);
    const out = new Map<string, Field>();
    for (const { key, value } of this.#node.items) {
      const word = isScalar(key) ? String(key.value) : '';
      const name = this.name === '' ? word : `${this.name}.${word}`;
      // An unknown name is pointed at, not its value.
      out.set(word, new Field((value ?? key) as Node | null, this.#source, name));
    }
    return out;
  }

  list(): readonly Field[] {
    if (!isSeq(this.#node)) throw this.wrong(`must be a list.`);
    return this.#node.items.map((item, i) => new Field(item as Node | null, this.#source, `${this.name}[${i}]`));
  }

  text(): string {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'string') throw this.wrong('must be a text.');
    return value;
  }

  /** A text; numbers and true or false are taken as they are written. */
  word(): string {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return isScalar(this.#node) ? (this.#node.source ?? String(value)) : '';
    throw this.wrong(`must be a text.`);
  }

  /** A text or list of texts. */
  words(): readonly string[] {
    return this.list().map(field => field.word());
  }

  oneOf<const T extends string>(...allowed: readonly T[]): T {
    const value = this.text();
    const found = allowed.find(one => one === value);
    if (found === undefined) throw this.wrong(`must be one of ${allowed.join(', ')}${nearest(value, allowed)}.`);
    return found;
  }

  /** A length of time such as `60s`, `500ms` or `2m`, in milliseconds. */
  duration(): number {
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(this.word());
    if (match === null) throw this.wrong('must be a time such as 60s, 500ms or 2m.');
    const factor = { ms: 1, s: 1000, m: 60_000 }[match[2] ?? 's'] ?? 1000;
    return Number(match[1]) * factor;
  }

  /** The value as plain data. */
  plain(): unknown {
    return this.#node === null ? null : this.#node.toJS(this.#source.document);
  }
}
