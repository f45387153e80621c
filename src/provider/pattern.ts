// A text that matches a regular expression, for string fields whose JSON schema has a pattern. Best effort: what is not understood
// (looking around, back references, Unicode classes) gives undefined.

/** Longest text that is made, in characters. */
const LONGEST = 1_000;

class NotUnderstood extends Error {}

/** Reads an expression from left to right and writes the shortest text that matches, one choice at a time. */
class Sampler {
  readonly #source: string;
  /** How many more repetitions than the fewest, where there is no limit to them. */
  readonly #extra: number;
  #at = 0;
  #depth = 0;
  /** Repetitions without a limit. */
  endless = 0;
  /** Something repeated holds something repeated or a choice: matching may take exponential time. */
  risky = false;

  constructor(source: string, extra: number) {
    this.#source = source;
    this.#extra = extra;
  }

  /** The text for the whole expression. @throws NotUnderstood */
  all(): string {
    const text = this.#choice();
    if (this.#at < this.#source.length) throw new NotUnderstood();
    return text;
  }

  #choice(): string {
    if (++this.#depth > 20) throw new NotUnderstood();
    const first = this.#sequence();
    while (this.#source[this.#at] === '|') {
      this.#at++;
      this.#sequence();
    }
    this.#depth--;
    return first;
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      const from = this.#at;
      const endless = this.endless;
      const atom = this.#atom();
      const nested = this.endless > endless || /^\([\s\S]*\|/.test(this.#source.slice(from, this.#at));
      const times = this.#times(nested);
      if (text.length + atom.length * times > LONGEST) throw new NotUnderstood();
      text += atom.repeat(times);
    }
    return text;
  }

  #times(nested: boolean): number {
    const match = /^(?:([*+?])|\{(\d{1,6})(?:(,)(\d{0,6}))?\})\??/.exec(this.#source.slice(this.#at, this.#at + 20));
    if (match === null) return 1;
    this.#at += match[0].length;
    const open = match[1] === '*' || match[1] === '+' || (match[3] !== undefined && match[4] === '');
    if (nested && match[1] !== '?') this.risky = true;
    if (open) this.endless++;
    const least = match[1] === '+' ? 1 : Number(match[2] ?? 0);
    if (open) return least + this.#extra;
    const most = match[1] === '?' ? 1 : Number(match[4] ?? least);
    return Math.min(most, least + this.#extra);
  }

  #atom(): string {
    const char = this.#source[this.#at++] ?? '';
    if (char === '^' || char === '$') return '';
    if (char === '.') return 'a';
    if (char === '(') return this.#group();
    if (char === '[') return this.#class();
    if (char === '\\') return this.#escape();
    if ('*+?{'.includes(char)) throw new NotUnderstood();
    return char;
  }

  #group(): string {
    const opening = /^\?(?::|<[A-Za-z]\w*>)/.exec(this.#source.slice(this.#at, this.#at + 60));
    if (opening !== null) this.#at += opening[0].length;
    else if (this.#source[this.#at] === '?') throw new NotUnderstood();
    const text = this.#choice();
    if (this.#source[this.#at++] !== ')') throw new NotUnderstood();
    return text;
  }

  #escape(): string {
    const char = this.#source[this.#at++] ?? '';
    const known: Readonly<Record<string, string>> = { d: '1', w: 'a', s: ' ', D: 'a', W: '-', S: 'a', b: '', n: '\n', t: '\t', r: '\r' };
    if (char in known) return known[char] ?? '';
    if (char === '' || /[A-Za-z0-9]/.test(char)) throw new NotUnderstood();
    return char;
  }

  #class(): string {
    // The class itself, with the rules of the language, decides which of some likely characters belongs to it.
    const end = /^\^?\]?(?:\\.|[^\]\\])*\]/.exec(this.#source.slice(this.#at));
    if (end === null) throw new NotUnderstood();
    this.#at += end[0].length;
    const one = new RegExp(`^[${end[0]}$`);
    const literal = end[0].replace(/^\^/, '').slice(0, 200);
    const found = [...'a1A- _0.z9Z', ...literal].find(char => one.test(char));
    if (found === undefined) throw new NotUnderstood();
    return found;
  }
}

/** The shortest matching text of at least `atLeast` characters, or undefined when the expression is not understood. */
export function sample(pattern: string, atLeast = 0): string | undefined {
  for (const extra of [0, atLeast]) {
    const text = attempt(pattern, extra)?.text;
    if (text === undefined) return undefined;
    if (text.length >= atLeast) return text;
  }
  return undefined;
}

/** Does the text match? False also where finding out might take long: the expression comes from the agent under test. */
export function matches(pattern: string, text: string): boolean {
  const seen = attempt(pattern, 0);
  if (seen === undefined || seen.risky || seen.endless > 2 || text.length > 256) return false;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return false;
  }
}

function attempt(pattern: string, extra: number): { readonly text: string; readonly risky: boolean; readonly endless: number } | undefined {
  if (pattern.length > 500) return undefined;
  const sampler = new Sampler(pattern, extra);
  try {
    return { text: sampler.all(), risky: sampler.risky, endless: sampler.endless };
  } catch {
    // Not understood, or no regular expression at all.
    return undefined;
  }
}
