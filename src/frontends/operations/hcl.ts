// Terraform's language, as far as configuration states plain values: blocks, their labels, their attributes. Nothing is evaluated;
// what is computed keeps its text. Depth and size are bounded: a file may be made to hurt.

export type HclValue = string | number | boolean | readonly HclValue[] | HclObject | HclRaw;
export interface HclObject {
  readonly [key: string]: HclValue;
}
/** An expression that is not a plain value. */
export class HclRaw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly line: number;
  readonly attributes: ReadonlyMap<string, HclValue>;
  readonly blocks: readonly HclBlock[];
}

const DEEPEST = 30;
const MOST_BLOCKS = 20_000;

/** The blocks of a file; what cannot be read is left out. */
export function parseHcl(text: string): HclBlock[] {
  return new Parser(text).body(0).blocks;
}

class Parser {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #left = MOST_BLOCKS;

  constructor(text: string) {
    this.#text = text;
  }

  body(depth: number): { attributes: Map<string, HclValue>; blocks: HclBlock[] } {
    const attributes = new Map<string, HclValue>();
    const blocks: HclBlock[] = [];
    while (this.#at < this.#text.length) {
      this.#blank(true);
      const sign = this.#text[this.#at];
      if (sign === undefined || sign === '}') break;
      const line = this.#line;
      const name = this.#word();
      if (name === '' || --this.#left < 0 || depth > DEEPEST) {
        if (depth > DEEPEST || this.#left < 0) {
          this.#at = this.#text.length;
          break;
        }
        this.#step();
        continue;
      }
      this.#blank(false);
      if (this.#text[this.#at] === '=' && this.#text[this.#at + 1] !== '=') {
        this.#at++;
        attributes.set(name, this.#value(depth + 1));
        continue;
      }
      const labels: string[] = [];
      for (;;) {
        this.#blank(false);
        const next = this.#text[this.#at];
        if (next === '"') labels.push(this.#string());
        else if (next !== undefined && /[\w-]/.test(next)) labels.push(this.#word());
        else break;
        if (labels.length > 10) break;
      }
      if (this.#text[this.#at] === '{') {
        this.#at++;
        const inner = this.body(depth + 1);
        if (this.#text[this.#at] === '}') this.#at++;
        blocks.push({ type: name, labels, line, ...inner });
      } else this.#rest();
    }
    return { attributes, blocks };
  }

  #value(depth: number): HclValue {
    this.#blank(false);
    const start = this.#at;
    const sign = this.#text[this.#at];
    const plain = this.#plain(depth);
    if (plain !== undefined) {
      this.#blank(false);
      const next = this.#text[this.#at];
      if (next === undefined || /[\n,\]})#]/.test(next) || this.#text.startsWith('//', this.#at)) return plain;
    }
    if (plain === undefined || (sign !== '{' && sign !== '[')) this.#rest();
    return new HclRaw(this.#text.slice(start, Math.min(this.#at, start + 2000)).trim());
  }

  #plain(depth: number): HclValue | undefined {
    const sign = this.#text[this.#at];
    if (sign === undefined || depth > DEEPEST) return undefined;
    if (sign === '"') return this.#string();
    if (this.#text.startsWith('<<', this.#at)) return this.#heredoc();
    if (sign === '[') return this.#list(depth);
    if (sign === '{') return this.#object(depth);
    const number = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/.exec(this.#text.slice(this.#at, this.#at + 40));
    if (number !== null) {
      this.#at += number[0].length;
      return Number(number[0]);
    }
    const word = /^(?:true|false|null)\b/.exec(this.#text.slice(this.#at, this.#at + 8));
    if (word !== null) {
      this.#at += word[0].length;
      return word[0] === 'null' ? new HclRaw('null') : word[0] === 'true';
    }
    const wrapped = /^(?:jsonencode|yamlencode|tostring|tonumber|toset|tolist)\s*\(/.exec(this.#text.slice(this.#at, this.#at + 30));
    if (wrapped !== null) {
      this.#at += wrapped[0].length;
      this.#blank(true);
      const inner = this.#plain(depth + 1);
      this.#blank(true);
      if (inner !== undefined && this.#text[this.#at] === ')') {
        this.#at++;
        return inner;
      }
    }
    return undefined;
  }

  #list(depth: number): HclValue | undefined {
    this.#at++;
    const out: HclValue[] = [];
    for (let round = 0; round < 5000; round++) {
      this.#blank(true);
      if (this.#text[this.#at] === ']') {
        this.#at++;
        return out;
      }
      if (this.#text[this.#at] === undefined) return undefined;
      const before = this.#at;
      out.push(this.#value(depth + 1));
      this.#blank(true);
      if (this.#text[this.#at] === ',') this.#at++;
      else if (this.#at === before) return undefined;
    }
    return undefined;
  }

  #object(depth: number): HclValue | undefined {
    this.#at++;
    const out: Record<string, HclValue> = Object.create(null) as Record<string, HclValue>;
    for (let round = 0; round < 5000; round++) {
      this.#blank(true);
      const sign = this.#text[this.#at];
      if (sign === '}') {
        this.#at++;
        return out;
      }
      if (sign === undefined) return undefined;
      const key = sign === '"' ? this.#string() : this.#word();
      this.#blank(false);
      if (key === '' || !/[=:]/.test(this.#text[this.#at] ?? '')) return undefined;
      this.#at++;
      out[key] = this.#value(depth + 1);
      this.#blank(true);
      if (this.#text[this.#at] === ',') this.#at++;
    }
    return undefined;
  }

  #string(): string {
    let out = '';
    this.#at++;
    let inside = 0;
    while (this.#at < this.#text.length) {
      const sign = this.#text[this.#at] as string;
      if (sign === '\\' && inside === 0) {
        const next = this.#text[this.#at + 1] ?? '';
        out += next === 'n' ? '\n' : next === 't' ? '\t' : next;
        this.#at += 2;
        continue;
      }
      if ((sign === '$' || sign === '%') && this.#text[this.#at + 1] === '{') inside++;
      if (sign === '}' && inside > 0) inside--;
      if (sign === '"' && inside === 0) break;
      if (sign === '\n') break;
      out += sign;
      this.#step();
    }
    if (this.#text[this.#at] === '"') this.#at++;
    return out;
  }

  #heredoc(): string | undefined {
    const head = /^<<-?\s*"?([A-Za-z_]\w*)"?[ \t]*\r?\n/.exec(this.#text.slice(this.#at, this.#at + 120));
    if (head === null) return undefined;
    const from = this.#at + head[0].length;
    const end = new RegExp(`^[ \\t]*${head[1]}[ \\t]*\\r?$`, 'm').exec(this.#text.slice(from));
    if (end === null) return undefined;
    const inner = this.#text.slice(from, from + end.index);
    this.#jump(from + end.index + end[0].length);
    return inner;
  }

  #word(): string {
    const found = /^[A-Za-z_][\w-]*/.exec(this.#text.slice(this.#at, this.#at + 200));
    this.#at += found?.[0].length ?? 0;
    return found?.[0] ?? '';
  }

  /** Skips blanks and comments; line ends only where they mean nothing. */
  #blank(lines: boolean): void {
    while (this.#at < this.#text.length) {
      const sign = this.#text[this.#at] as string;
      if (sign === '#' || this.#text.startsWith('//', this.#at)) {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (this.#text.startsWith('/*', this.#at)) {
        const end = this.#text.indexOf('*/', this.#at + 2);
        this.#jump(end < 0 ? this.#text.length : end + 2);
      } else if (sign === ' ' || sign === '\t' || sign === '\r' || (lines && sign === '\n')) this.#step();
      else return;
    }
  }

  /** To the end of an expression: the line's end, or the bracket or comma that closes it. */
  #rest(): void {
    let open = 0;
    while (this.#at < this.#text.length) {
      const sign = this.#text[this.#at] as string;
      if (sign === '"') {
        this.#string();
        continue;
      }
      if (/[([{]/.test(sign)) open++;
      else if (/[)\]}]/.test(sign)) {
        if (open === 0) return;
        open--;
      } else if (open === 0 && (sign === '\n' || sign === ',')) return;
      this.#step();
    }
  }

  #step(): void {
    if (this.#text[this.#at] === '\n') this.#line++;
    this.#at++;
  }

  #jump(to: number): void {
    for (let i = this.#text.indexOf('\n', this.#at); i >= 0 && i < to; i = this.#text.indexOf('\n', i + 1)) this.#line++;
    this.#at = to;
  }
}
