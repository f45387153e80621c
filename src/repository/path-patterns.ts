// Patterns of paths by which runners of tests choose their files: globs (`**/*.{test,spec}.?(c|m)[jt]s?(x)`), those of fnmatch, and simple
// regular expressions (`(/__tests__/|\.test\.ts$)`). They are read into parts and matched place by place, in time that a hostile
// pattern cannot stretch; what uses more of its language than that is not read.

/** One part of a pattern. `many`: any number of characters, `across`: slashes as well. */
type Part =
  | { readonly kind: 'one'; readonly is: (char: string) => boolean }
  | { readonly kind: 'many'; readonly across: boolean }
  | { readonly kind: 'either'; readonly choices: readonly (readonly Part[])[]; readonly again: boolean };

export type PathPattern = (path: string) => boolean;

const LONGEST = 400;
/** Places that one pattern is tried at, in all paths together: after that it holds for none. */
const MOST_TRIES = 5_000_000;
const LONGEST_PATH = 600;
const DEEPEST = 6;

/** A glob of vitest, jest or mocha; undefined: it cannot be read. */
export function glob(pattern: string): PathPattern | undefined {
  return matcher(new Reader(pattern.replace(/^(?:\.\/)+/, ''), 'glob').whole());
}

/** A pattern of Python's fnmatch, whose star crosses slashes. */
export function fnmatch(pattern: string): PathPattern | undefined {
  return matcher(new Reader(pattern, 'fnmatch').whole());
}

/** A regular expression, found anywhere in a path unless it says where. */
export function expression(pattern: string): PathPattern | undefined {
  const parts = new Reader(pattern, 'expression').whole();
  return matcher(parts === undefined ? undefined : [ANY, ...parts, ANY], true);
}

/** Does a pattern hold for a path or for one of the folders above it? */
export function holdsAbove(pattern: PathPattern, path: string): boolean {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) if (pattern(path.slice(0, at))) return true;
  return false;
}

const ANY: Part = { kind: 'many', across: true };
/** Where a text starts and ends. */
const START = '\u0002';
const END = '\u0003';

function matcher(parts: readonly Part[] | undefined, framed = false): PathPattern | undefined {
  if (parts === undefined) return undefined;
  const tries = { left: MOST_TRIES };
  return path => {
    const text = framed ? `${START}${path}${END}` : path;
    return text.length <= LONGEST_PATH && ended(parts, text, new Set([0]), 0, tries).has(text.length);
  };
}

/** The places at which a row of parts can end that starts at one of some places. */
function ended(
  parts: readonly Part[],
  text: string,
  from: ReadonlySet<number>,
  depth: number,
  tries: { left: number },
): ReadonlySet<number> {
  let places = from;
  for (const part of parts) {
    tries.left -= part.kind === 'many' ? text.length : places.size;
    if (places.size === 0 || depth > DEEPEST || tries.left < 0) return new Set();
    const next = new Set<number>();
    if (part.kind === 'one') {
      for (const at of places) if (at < text.length && part.is(text[at] as string)) next.add(at + 1);
    } else if (part.kind === 'many') {
      let open = false;
      for (let at = 0; at <= text.length; at++) {
        if (at > 0 && open && !part.across && text[at - 1] === '/') open = false;
        open ||= places.has(at);
        if (open) next.add(at);
      }
    } else {
      let round = places;
      for (let rounds = 0; round.size > 0 && rounds <= (part.again ? 40 : 0); rounds++) {
        const more = new Set<number>();
        for (const choice of part.choices)
          for (const at of ended(choice, text, round, depth + 1, tries))
            if (!next.has(at)) {
              next.add(at);
              more.add(at);
            }
        round = more;
      }
    }
    places = next;
  }
  return places;
}

/** Reads one pattern from left to right. */
class Reader {
  readonly #text: string;
  readonly #style: 'glob' | 'fnmatch' | 'expression';
  #at = 0;
  #failed = false;

  constructor(text: string, style: 'glob' | 'fnmatch' | 'expression') {
    this.#text = text;
    this.#style = style;
  }

  whole(): readonly Part[] | undefined {
    if (this.#text.length > LONGEST) return undefined;
    const rows = this.#rows('', 0);
    if (this.#failed || this.#at < this.#text.length) return undefined;
    return rows.length === 1 ? rows[0] : [{ kind: 'either', choices: rows, again: false }];
  }

  /** Rows of parts up to the end of a group: more than one where something divides them. */
  #rows(end: string, depth: number): Part[][] {
    const rows: Part[][] = [[]];
    if (depth > DEEPEST) this.#failed = true;
    while (this.#at < this.#text.length && !this.#failed) {
      const char = this.#text[this.#at] as string;
      const row = rows.at(-1) ?? [];
      if (char === end) break;
      if ((end === ')' || this.#style === 'expression') && char === '|') {
        this.#at++;
        rows.push([]);
      } else if (end === '}' && char === ',') {
        this.#at++;
        rows.push([]);
      } else row.push(...(this.#style === 'expression' ? this.#ofExpression(depth) : this.#ofGlob(depth)));
    }
    return rows;
  }

  #group(end: string, depth: number): Part[][] {
    const rows = this.#rows(end, depth + 1);
    if (this.#text[this.#at] !== end) this.#failed = true;
    this.#at++;
    return rows;
  }

  #ofGlob(depth: number): Part[] {
    const char = this.#text[this.#at++] as string;
    const next = this.#text[this.#at];
    if (this.#style === 'glob' && next === '(' && /[?*+@!]/.test(char)) {
      this.#at++;
      const choices = this.#group(')', depth);
      if (char === '!') this.#failed = true;
      return [{ kind: 'either', choices: /[?*]/.test(char) ? [[], ...choices] : choices, again: /[*+]/.test(char) }];
    }
    if (this.#style === 'glob' && char === '(') return [{ kind: 'either', choices: this.#group(')', depth), again: false }];
    if (this.#style === 'glob' && char === '{') return [{ kind: 'either', choices: this.#group('}', depth), again: false }];
    if (char === '[') return [this.#class()];
    if (char === '?') return [{ kind: 'one', is: one => one !== '/' && one !== START && one !== END }];
    if (char !== '*') return [literal(char === '\\' ? (this.#text[this.#at++] ?? '') : char)];
    if (this.#style === 'fnmatch') return [ANY];
    if (next !== '*') return [{ kind: 'many', across: false }];
    this.#at++;
    if (this.#text[this.#at] !== '/') return [ANY];
    this.#at++;
    return [{ kind: 'either', choices: [[], [ANY, literal('/')]], again: false }];
  }

  #ofExpression(depth: number): Part[] {
    const char = this.#text[this.#at++] as string;
    let part: Part;
    if (char === '^') part = literal(START);
    else if (char === '$') part = literal(END);
    else if (char === '.') part = { kind: 'one', is: one => one !== START && one !== END };
    else if (char === '[') part = this.#class();
    else if (char === '(') {
      const said = /^\?:/.test(this.#text.slice(this.#at, this.#at + 2));
      if (said) this.#at += 2;
      else if (this.#text[this.#at] === '?') this.#failed = true;
      part = { kind: 'either', choices: this.#group(')', depth), again: false };
    } else if (char === '\\') {
      const escaped = this.#text[this.#at++] ?? '';
      if (escaped === 'w') part = { kind: 'one', is: one => /\w/.test(one) };
      else if (escaped === 'd') part = { kind: 'one', is: one => /\d/.test(one) };
      else {
        if (/[A-Za-z0-9]/.test(escaped)) this.#failed = true;
        part = literal(escaped);
      }
    } else {
      if (/[?*+{})\]]/.test(char)) this.#failed = true;
      part = literal(char);
    }
    const count = this.#text[this.#at];
    if (count === '{') this.#failed = true;
    if (count === undefined || !/[?*+]/.test(count)) return [part];
    this.#at++;
    if (/[?+]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return [{ kind: 'either', choices: count === '+' ? [[part]] : [[], [part]], again: count !== '?' }];
  }

  /** `[jt]`, `[^/]`, `[a-z]` */
  #class(): Part {
    const end = this.#text.indexOf(']', this.#at + 1);
    if (end < 0) {
      this.#failed = true;
      return ANY;
    }
    let inner = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    const not = /^[!^]/.test(inner);
    if (not) inner = inner.slice(1);
    if (/\\[A-Za-z]/.test(inner)) this.#failed = true;
    const chars = new Set<string>();
    const text = inner.replaceAll('\\', '');
    for (let i = 0; i < text.length; i++) {
      const last = text[i + 1] === '-' ? text.charCodeAt(i + 2) : Number.NaN;
      if (Number.isNaN(last)) chars.add(text[i] as string);
      else {
        for (let code = text.charCodeAt(i); code <= Math.min(last, 0x17f); code++) chars.add(String.fromCharCode(code));
        i += 2;
      }
    }
    return { kind: 'one', is: char => char !== START && char !== END && chars.has(char) !== not };
  }
}

function literal(char: string): Part {
  return { kind: 'one', is: one => one === char };
}
