// Passwords that a person made up: too short to be noticed as random, but a name in front of them tells what they are.
import { isStrongPassword } from './judges.ts';
import { mask } from './mask.ts';
import { secrecyOf } from './names.ts';
import type { Hit, Source } from './scan-text.ts';

const NAME = /[aA][sS][sS][wWpP]|[pP][wW][dD]|[eE][cC][rR][eE][tT]/g;
/** From the end of the name to the value: closing quotes, a type, `=` or `:`, an opening quote. */
const GIVEN = /["'`\])\\]{0,4}[ \t]{0,8}(?::[ \t]{0,3}[A-Za-z][\w<>|[\], ]{0,30}(?==))?(?:=>|:=|[:=]|(?<=["'`]),)[ \t]{0,8}(\\?["'`])?/y;
const LONGEST = 64;

export function passwords({ text, kind }: Source): Hit[] {
  if (kind.docs || kind.data || kind.sample) return [];
  const out: Hit[] = [];
  NAME.lastIndex = 0;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    const [start, end] = wordAround(text, match.index, NAME.lastIndex);
    NAME.lastIndex = Math.max(end, NAME.lastIndex);
    GIVEN.lastIndex = end;
    const given = GIVEN.exec(text);
    if (given === null || end - start > 80) continue;
    const quote = given[1];
    if (quote === undefined && kind.code) continue;
    const value = valueAt(text, GIVEN.lastIndex, quote);
    if (value === undefined || !isStrongPassword(value) || secrecyOf(text.slice(start, end)) !== 'accepts') continue;
    const at = GIVEN.lastIndex;
    const label = `the value of ${text.slice(start, end)}`;
    out.push({ rule: 'password', label, start: at, end: at + value.length, masked: mask(value), by: 'place', use: 'live' });
  }
  return out;
}

const WORD = /[\w$-]/;

/** The whole word around a part of it. */
export function wordAround(text: string, from: number, to: number): readonly [number, number] {
  let start = from;
  while (start > 0 && from - start < 100 && WORD.test(text[start - 1] ?? ' ')) start--;
  let end = to;
  while (end < text.length && end - to < 100 && WORD.test(text[end] ?? ' ')) end++;
  return [start, end];
}

/** A value up to its quote, or up to the end of the line or a blank. */
export function valueAt(text: string, start: number, quote: string | undefined): string | undefined {
  const room = text.slice(start, start + LONGEST + 2);
  const end = quote === undefined ? room.search(/\s|$/) : room.indexOf(quote);
  const value = end < 0 ? undefined : room.slice(0, end);
  return value === undefined || value === '' || value.includes('\n') ? undefined : value;
}
