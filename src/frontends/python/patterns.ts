// What a pattern of Python says in the syntax of JavaScript. `translated` gives one that finds the same, letters of all alphabets
// included; what has no twin is not translated at all. `asLiteral` gives the short form that stands in the lowered text.

export interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** Letters, digits and `_` of all alphabets: what `\w` stands for, inside a class. */
const WORD = '\\p{L}\\p{N}_';
const PLAIN_WORD = 'A-Za-z0-9_';
const SPACE = ' \\t-\\r\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const PLAIN_SPACE = ' \\t-\\r';
const START = '(?<![^])';
const END = '(?![^])';
const LONGEST = 10_000;
const MOST_OPEN = 100;
const CONTROLS: Readonly<Record<string, string>> = { a: '\\x07', f: '\\f', n: '\\n', r: '\\r', t: '\\t', v: '\\v' };

/** Thrown where a pattern means something that cannot be said. */
class NoTwin extends Error {}

/**
 * A pattern that finds in JavaScript what it finds in Python.
 * @param flags those of Python by their small letters (`aimsx`), also those of JavaScript that mean the same (`u`, `g`)
 * @returns undefined where it says something that JavaScript cannot, or is none
 */
export function translated(source: string, flags: string): Pattern | undefined {
  if (source.length > LONGEST) return undefined;
  try {
    const { text, ignoresCase } = new Translation(source, flags).whole();
    const known = `${ignoresCase ? 'i' : ''}u`;
    new RegExp(text, known);
    return { source: text, flags: known };
  } catch (error) {
    if (error instanceof NoTwin || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A pattern as a literal that is read like one, or undefined where `translated` has none either. */
export function asLiteral(source: string, flags: string): Pattern | undefined {
  if (translated(source, flags) === undefined) return undefined;
  let text = source;
  let own = flags;
  for (let inline = INLINE.exec(text); inline !== null; inline = INLINE.exec(text)) {
    own += inline[1] ?? '';
    text = text.slice(inline[0].length);
  }
  // Scoped flags, atoms and the alphabet of ASCII cannot be said in short.
  if (own.includes('a') || /\(\?>|[*+?}]\+|\(\?[aimsux-]+:|\\U|\(\?#/.test(text)) return undefined;
  if (own.includes('x')) text = withoutLayout(text);
  text = text
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(
      /(\\[^AZz])|\\([AZz])/gs,
      (_, other: string | undefined, end: string) => other ?? ENDS[own.includes('m') ? 'm' : ''][end === 'A' ? 0 : 1],
    );
  const known = [...new Set([...own].filter(flag => /[ims]/.test(flag)))].join('');
  // Letters beyond the first 65,536 are one letter each only where patterns are read so.
  for (const more of /[\ud800-\udfff]/.test(text) ? ['u', ''] : ['']) {
    try {
      new RegExp(text, known + more);
      return { source: text, flags: known + more };
    } catch {}
  }
  return undefined;
}

const INLINE = /^\(\?([aiLmsux]+)\)/;

/** The begin and the end of a text, where `^` and `$` are those of a line and where not. Before a last end of line, `$` says a little more. */
const ENDS = { m: ['(?<![\\s\\S])', '(?![\\s\\S])'], '': ['^', '$'] } as const;

/** Takes out the blanks and comments of a pattern in verbose style. */
function withoutLayout(text: string): string {
  return text.replace(/(\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\])|\s+|#.*/g, (_, kept: string | undefined) => kept ?? '');
}

/**
 * The text that takes the place of a match, as JavaScript says it: `\1` and `\g<name>` hold what was found.
 * @returns undefined where it cannot be told
 */
export function replacement(text: string): string | undefined {
  let wrong = false;
  const said = text.replace(/\$|\\(?:g<(\w+)>|(\d{1,2})|(.))/gs, (whole, name?: string, digits?: string, letter?: string) => {
    if (whole === '$') return '$$';
    const group = name ?? digits;
    if (group !== undefined) return /^0+$/.test(group) ? '$&' : /^\d+$/.test(group) ? `$${Number(group)}` : `$<${group}>`;
    if (letter === 'n') return '\n';
    if (letter === 't') return '\t';
    if (letter === '\\') return '\\';
    if (letter !== undefined && /[a-z]/i.test(letter)) wrong = true;
    return whole;
  });
  return wrong ? undefined : said;
}

/** One pattern on its way from left to right. */
class Translation {
  readonly #source: string;
  #at = 0;
  #flags: ReadonlySet<string>;
  /** What was written, atom by atom: a possessive count takes back the last one. */
  #out: string[] = [];
  readonly #open: { readonly out: string[]; readonly flags: ReadonlySet<string>; readonly begin: string; readonly atomic: boolean }[] = [];
  #groups = 0;
  #atoms = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = new Set(flags);
  }

  whole(): { readonly text: string; readonly ignoresCase: boolean } {
    for (let inline = INLINE.exec(this.#rest()); inline !== null; inline = INLINE.exec(this.#rest())) {
      this.#flags = new Set([...this.#flags, ...(inline[1] ?? '')]);
      this.#at += inline[0].length;
    }
    // Patterns for bytes know no alphabets but this.
    if (this.#flags.has('L')) throw new NoTwin('locale');
    const ignoresCase = this.#flags.has('i');
    while (this.#at < this.#source.length) this.#next();
    if (this.#open.length > 0) throw new NoTwin('a group without an end');
    // A group for an atom moves the numbers of the others.
    if (this.#atoms > 0 && this.#groups > 0) throw new NoTwin('atoms beside groups');
    return { text: this.#out.join(''), ignoresCase };
  }

  #rest(): string {
    return this.#source.slice(this.#at, this.#at + 80);
  }

  #next(): void {
    const letter = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    if (this.#flags.has('x') && /\s/.test(letter)) this.#at++;
    else if (this.#flags.has('x') && letter === '#') {
      const end = this.#source.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#source.length : end + 1;
    } else if (letter === '\\') this.#out.push(this.#escape());
    else if (letter === '[') this.#out.push(this.#class());
    else if (letter === '(') this.#group();
    else if (letter === ')') this.#close();
    else if (/[*+?]/.test(letter)) this.#count(letter);
    else if (letter === '{') this.#braces();
    else {
      this.#at += letter.length;
      this.#out.push(this.#plain(letter));
    }
  }

  #plain(letter: string): string {
    if (letter === '.') return this.#flags.has('s') ? '[^]' : '[^\\n]';
    if (letter === '^') return this.#flags.has('m') ? '(?<![^\\n])' : START;
    if (letter === '$') return this.#flags.has('m') ? '(?![^\\n])' : `(?=\\n?${END})`;
    return letter === '|' ? letter : literally(letter);
  }

  #word(): string {
    return this.#flags.has('a') ? PLAIN_WORD : WORD;
  }

  #digits(): string {
    return this.#flags.has('a') ? '0-9' : '\\p{Nd}';
  }

  #spaces(): string {
    return this.#flags.has('a') ? PLAIN_SPACE : SPACE;
  }

  /** An escape outside of classes. */
  #escape(): string {
    const letter = this.#source[this.#at + 1] ?? '';
    const word = `[${this.#word()}]`;
    const border = `(?<=${word})(?!${word})|(?<!${word})(?=${word})`;
    const short: Readonly<Record<string, string>> = {
      A: START,
      Z: END,
      z: END,
      b: `(?:${border})`,
      B: `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`,
      w: word,
      W: `[^${this.#word()}]`,
      d: `[${this.#digits()}]`,
      D: `[^${this.#digits()}]`,
      s: `[${this.#spaces()}]`,
      S: `[^${this.#spaces()}]`,
    };
    const known = Object.hasOwn(short, letter) ? short[letter] : undefined;
    if (known !== undefined) {
      this.#at += 2;
      return known;
    }
    const named = /^\\k<(\w+)>/.exec(this.#rest());
    if (named !== null) {
      this.#at += named[0].length;
      return `(?:${named[0]})`;
    }
    const back = /^\\([1-9]\d?)/.exec(this.#rest())?.[1];
    if (back !== undefined && !/^\\[1-3][0-7]{2}/.test(this.#rest())) {
      this.#at += 1 + back.length;
      return `(?:\\${back})`;
    }
    return this.#letter();
  }

  /** An escape that stands for one letter, in classes and outside. */
  #letter(inClass = false): string {
    const hex = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/.exec(this.#rest());
    const octal = hex === null ? /^\\(0[0-7]{0,2}|[1-3][0-7]{2})/.exec(this.#rest()) : null;
    if (hex !== null || octal !== null) {
      this.#at += (hex ?? octal)?.[0].length ?? 0;
      const code = hex === null ? Number.parseInt(octal?.[1] ?? '0', 8) : Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '0', 16);
      if (code > 0x10ffff) throw new NoTwin('no letter');
      return `\\u{${code.toString(16)}}`;
    }
    // `\p{L}` is known to the package `regex`.
    const property = /^\\[pP]\{\^?[\w= ]+\}/.exec(this.#rest())?.[0];
    const letter = String.fromCodePoint(this.#source.codePointAt(this.#at + 1) ?? 0);
    this.#at += property?.length ?? 1 + letter.length;
    if (property !== undefined) return property;
    const control = CONTROLS[letter];
    if (control !== undefined) return control;
    if (/[a-zA-Z0-9\0]/.test(letter)) throw new NoTwin(`\\${letter}`);
    return literally(letter, inClass);
  }

  #class(): string {
    this.#at++;
    const turned = this.#source[this.#at] === '^';
    if (turned) this.#at++;
    let inside = '';
    // What is not a letter, a digit, a blank: it cannot stand in a class of all the others.
    const not: string[] = [];
    for (let first = true; ; first = false) {
      const letter = this.#source[this.#at];
      if (letter === undefined) throw new NoTwin('a class without an end');
      if (letter === ']' && !first) break;
      const from = this.#member(not);
      if (from.range && this.#source[this.#at] === '-' && !/^-(?:\]|$)/.test(this.#rest())) {
        this.#at++;
        const to = this.#member(not);
        if (!to.range) throw new NoTwin('a range without an end');
        inside += `${from.text}-${to.text}`;
      } else inside += from.text;
    }
    this.#at++;
    if (not.length === 0) return `[${turned ? '^' : ''}${inside}]`;
    const others = not.map(set => `[^${set}]`);
    if (turned) return `(?:(?![${inside}]|${others.join('|')})[^])`;
    return `(?:${[...(inside === '' ? [] : [`[${inside}]`]), ...others].join('|')})`;
  }

  #member(not: string[]): { readonly text: string; readonly range: boolean } {
    const letter = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    if (letter !== '\\') {
      this.#at += letter.length;
      return { text: literally(letter, true), range: true };
    }
    const sets: Readonly<Record<string, string>> = { w: this.#word(), d: this.#digits(), s: this.#spaces() };
    const name = this.#source[this.#at + 1] ?? '';
    const set = sets[name.toLowerCase()];
    if (set !== undefined) {
      this.#at += 2;
      if (name === name.toLowerCase()) return { text: set, range: false };
      not.push(set);
      return { text: '', range: false };
    }
    if (name === 'b') {
      this.#at += 2;
      return { text: '\\x08', range: true };
    }
    const text = this.#letter(true);
    return { text, range: !/^\\[pP]\{/.test(text) };
  }

  #group(): void {
    if (this.#open.length > MOST_OPEN) throw new NoTwin('too deep');
    const rest = this.#rest();
    const comment = /^\(\?#[^)]*\)/.exec(this.#source.slice(this.#at, this.#at + 500))?.[0];
    if (comment !== undefined) {
      this.#at += comment.length;
      return;
    }
    const back = /^\(\?P=(\w+)\)/.exec(rest);
    if (back !== null) {
      this.#at += back[0].length;
      this.#out.push(`(?:\\k<${back[1]}>)`);
      return;
    }
    const begin = /^\((?:\?(?:P?<(?![=!])(\w+)>|:|<?[=!]|>|([aimsux]*)(?:-([imsx]+))?:)|(?!\?))/.exec(rest);
    if (begin === null) throw new NoTwin('a group of its own kind');
    this.#at += begin[0].length;
    const [all, name, on = '', off = ''] = begin;
    const plain = all === '(';
    if (plain || name !== undefined) this.#groups++;
    const atomic = all === '(?>';
    const flags = new Set([...this.#flags, ...on].filter(flag => !off.includes(flag)));
    if (flags.has('i') !== this.#flags.has('i')) throw new NoTwin('a part of another case');
    if (on.includes('u')) flags.delete('a');
    const said = atomic || on !== '' || off !== '' ? '(?:' : name === undefined ? all : `(?<${name}>`;
    this.#open.push({ out: this.#out, flags: this.#flags, begin: said, atomic });
    this.#out = [];
    this.#flags = flags;
  }

  #close(): void {
    const group = this.#open.pop();
    if (group === undefined) throw new NoTwin('an end without a group');
    this.#at++;
    const text = `${group.begin}${this.#out.join('')})`;
    this.#out = group.out;
    this.#flags = group.flags;
    this.#out.push(group.atomic ? this.#atom(text) : text);
  }

  /** What a look ahead has found, it does not look for again. */
  #atom(text: string): string {
    // An atom in an atom would have the first number.
    if (text.includes('(?=(')) throw new NoTwin('atoms in an atom');
    this.#atoms++;
    return `(?:(?=(${text}))\\${this.#atoms})`;
  }

  /** @param length of what the pattern says for the sign */
  #count(sign: string, length = sign.length): void {
    this.#at += length;
    const last = this.#out.pop();
    if (last === undefined || last === '|') throw new NoTwin('nothing to repeat');
    const next = this.#source[this.#at];
    if (next === '?' || next === '+') this.#at++;
    this.#out.push(next === '+' ? this.#atom(`${last}${sign}`) : `${last}${sign}${next === '?' ? '?' : ''}`);
  }

  #braces(): void {
    const [all, least = '', comma = '', most = ''] = /^\{(\d*)(,?)(\d*)\}/.exec(this.#rest()) ?? [];
    if (all === undefined || all === '{}') {
      this.#at++;
      this.#out.push('\\{');
    } else this.#count(`{${least === '' ? '0' : least}${comma}${most}}`, all.length);
  }
}

/** A letter that stands for itself. */
function literally(letter: string, inClass = false): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(letter) || (inClass && letter === '-') ? `\\${letter}` : letter;
}
