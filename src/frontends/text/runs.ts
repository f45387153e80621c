// Finds long runs of the characters that keys are made of. Looks at about one character in sixteen, because prose and code
// hardly ever go on for so long without a space or a sign: a single pass over a repository costs milliseconds.

/** The shortest run worth a look. */
export const SHORTEST = 16;

const IS_KEY = new Uint8Array(65536);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-') IS_KEY[char.charCodeAt(0)] = 1;

/** Calls back with the start and end of every run of letters, digits, `_` and `-` that is long enough, in order. */
export function eachRun(text: string, found: (start: number, end: number) => void): void {
  const { length } = text;
  let floor = 0;
  for (let at = SHORTEST - 1; at < length; ) {
    if (IS_KEY[text.charCodeAt(at)] === 0) {
      at += SHORTEST;
      continue;
    }
    let start = at;
    while (start > floor && IS_KEY[text.charCodeAt(start - 1)] === 1) start--;
    // What ends here was too short, and so is everything that begins before this character.
    const reach = start + SHORTEST - 1;
    if (IS_KEY[text.charCodeAt(reach)] !== 1) {
      floor = reach;
      at = reach + SHORTEST;
      continue;
    }
    let end = at + 1;
    while (end < length && IS_KEY[text.charCodeAt(end)] === 1) end++;
    if (end - start >= SHORTEST) found(start, end);
    floor = end;
    at = end + SHORTEST;
  }
}

/** Is there a digit? Names in code have hardly any. */
export function hasDigit(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) return true;
  }
  return false;
}
