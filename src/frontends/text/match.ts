// Tries the known forms of keys on a run of characters. Only the few forms that begin like the run are tried.
import { FORMATS, type Format } from './formats.ts';
import { isPlaceholder, mixOf } from './judges.ts';
import { mask } from './mask.ts';
import { placeBefore } from './places.ts';
import type { Hit } from './scan-text.ts';

/** A hit; `none`: it has the form of a key and is none, whatever its place says; undefined: no known form. */
export type Match = Hit | 'none' | undefined;

const BY_PAIR = new Map<number, { readonly format: Format; readonly start: string }[]>();
const DOTTED: { readonly format: Format; readonly start: string; readonly back: number }[] = [];
const PAIRS = new Uint8Array(128 * 128);

for (const format of FORMATS) {
  for (const start of format.starts) {
    const back = start.lastIndexOf('.') + 1;
    if (back > 0) DOTTED.push({ format, start, back });
    else if (start.length > 1) file(start.charCodeAt(0), start.charCodeAt(1), format, start);
    else if (start !== '') for (let second = 48; second < 123; second++) file(start.charCodeAt(0), second, format, start);
  }
}

function file(first: number, second: number, format: Format, start: string): void {
  const pair = first * 128 + second;
  PAIRS[pair] = 1;
  const list = BY_PAIR.get(pair);
  if (list === undefined) BY_PAIR.set(pair, [{ format, start }]);
  else list.push({ format, start });
}

const AZURE = FORMATS.find(format => format.id === 'azure-openai-key');
const AZURE_MARK = 'JQQJ9';
const AZURE_AT = 52;

/** Cheap: may a key of a known form begin here? Escapes and dots before it count as perhaps. */
export function beginsLikeKey(text: string, start: number): boolean {
  if (PAIRS[text.charCodeAt(start) * 128 + text.charCodeAt(start + 1)] === 1) return true;
  const before = text.charCodeAt(start - 1);
  return before === 46 || before === 92 || before === 37;
}

/** The key that begins a run, if it has the form of one. */
export function matchFormat(text: string, start: number, end: number): Match {
  const before = text.charCodeAt(start - 1);
  // `.` goes before the rest of SG. and AQ. keys; `\n` and `%20` are escapes whose letter belongs to the run.
  if (before === 46) {
    for (const { format, start: begin, back } of DOTTED) {
      if (!text.startsWith(begin, start - back)) continue;
      const hit = tryOne(text, start - back, format);
      if (hit !== undefined) return hit;
    }
  }
  const first = tryAt(text, start);
  if (first !== undefined) return first;
  if (before === 92) return tryAt(text, start + 1);
  if (before === 37) return tryAt(text, start + 2);
  if (AZURE !== undefined && end - start === 84 && text.startsWith(AZURE_MARK, start + AZURE_AT)) return tryOne(text, start, AZURE);
  return undefined;
}

function tryAt(text: string, at: number): Match {
  const pair = text.charCodeAt(at) * 128 + text.charCodeAt(at + 1);
  if (PAIRS[pair] !== 1) return undefined;
  let match: Match;
  for (const { format, start } of BY_PAIR.get(pair) ?? []) {
    if (!text.startsWith(start, at)) continue;
    const one = tryOne(text, at, format);
    if (one !== undefined && one !== 'none') return one;
    match ??= one;
  }
  return match;
}

/** A key is not the end of a longer word; `_` and `-` may stand before it. */
const WORD = /[A-Za-z0-9]/;

function tryOne(text: string, at: number, format: Format): Match {
  const { form, fixed, id, label, judge, use = 'live' } = format;
  form.lastIndex = at;
  if (!form.test(text)) return undefined;
  const end = form.lastIndex;
  const value = text.slice(at, end);
  const body = value.slice(fixed);
  if (isPlaceholder(body) || !isMixed(body)) return 'none';
  // What a token without the role is worth, its place decides.
  if (judge !== undefined && !judge(value, fixed)) return id === 'supabase-service-role' ? undefined : 'none';
  if (id === 'google-api-key' && isPublicGoogleKey(text, at, end)) return 'none';
  const before = text[at - 1] ?? ' ';
  const escaped = text[at - 2] === '\\' || text[at - 3] === '%';
  if (id !== 'telegram-bot-token' && WORD.test(before) && !escaped) return undefined;
  return { rule: id, label, start: at, end, masked: mask(value), by: 'format', use };
}

function isMixed(body: string): boolean {
  const { letters, uppers, turns } = mixOf(body);
  // Few digits among capitals only, as in AWS key ids: the turns are too few to tell.
  return (uppers === letters && letters > 0) || turns >= (uppers === 0 ? 0.06 : 0.15);
}

const FIREBASE =
  /authDomain|firebaseapp|messagingSenderId|measurementId|storageBucket|mobilesdk_app_id|GOOGLE_APP_ID|maps\.google(?:apis)?\.com\/maps/;

/** The web configuration of Firebase and the key of a map are sent to every visitor by design. */
function isPublicGoogleKey(text: string, at: number, end: number): boolean {
  const name = placeBefore(text, at)?.name ?? '';
  if (/gemini|palm|generative|google_?ai|vertex|llm|genai/i.test(name)) return false;
  if (/firebase|maps?_|maps?Api|maps?Key/i.test(name)) return true;
  return FIREBASE.test(text.slice(Math.max(0, at - 400), end + 400));
}
