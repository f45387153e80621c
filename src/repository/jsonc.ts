// JSON as tsconfig.json and bun.lock are written: with comments, trailing commas and a byte order mark.

/** Parses JSON with comments and trailing commas; undefined when it is not that. */
export function parseJsonc(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Most such files are plain JSON, so the slower way is the second.
  }
  try {
    return JSON.parse(withoutTrailingCommas(withoutComments(text)));
  } catch {
    return undefined;
  }
}

/** One pass without going back, since the text may be made to make a regular expression go back for ever. */
function withoutComments(text: string): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const end = endOfToken(text, at);
    const isComment = text[at] === '/' && (text[at + 1] === '/' || text[at + 1] === '*');
    result += isComment ? ' ' : text.slice(at, end);
    at = end;
  }
  return result;
}

function withoutTrailingCommas(text: string): string {
  let result = '';
  // A comma, and the blanks behind it, wait until it is known what follows.
  let comma = '';
  for (let at = 0; at < text.length; ) {
    const end = endOfToken(text, at);
    const token = text.slice(at, end);
    at = end;
    if (comma !== '' && /^\s/.test(token)) comma += token;
    else if (token === ',') {
      result += comma;
      comma = token;
    } else {
      result += token === ']' || token === '}' ? comma.slice(1) + token : comma + token;
      comma = '';
    }
  }
  return result + comma;
}

/** Where the token that begins here ends: a string, a comment, a run of blanks or of letters, or one sign. */
function endOfToken(text: string, start: number): number {
  if (text[start] === '"') {
    for (let at = start + 1; at < text.length; at++) {
      if (text[at] === '\\') at++;
      else if (text[at] === '"') return at + 1;
      else if (text[at] === '\n') return at;
    }
    return text.length;
  }
  if (text.startsWith('//', start)) return orEnd(text, text.indexOf('\n', start));
  if (text.startsWith('/*', start)) return orEnd(text, text.indexOf('*/', start + 2), 2);
  RUN.lastIndex = start;
  return RUN.test(text) ? RUN.lastIndex : start + 1;
}

const RUN = /\s+|[\w.+-]+/y;

function orEnd(text: string, found: number, width = 0): number {
  return found < 0 ? text.length : found + width;
}

/** A plain object, as opposed to null, a list or a bare value. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a text of JSON holds; undefined when it holds another value, or is no JSON. */
export function parseRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(json) ? json : undefined;
}

/** The value when it is a string. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The strings of a list; none when it is not a list. */
export function asStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

/** The entries of an object whose values are strings; none when it is not an object. */
export function stringEntries(value: unknown): readonly (readonly [string, string])[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}
