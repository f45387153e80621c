// Passwords that a person made up: too short to be noticed as random, but a name in front of them tells what they are.
import { isStrongPassword } from './judges.ts';
import { mask } from './mask.ts';
import { secrecyOf, shownName } from './names.ts';
import type { Hit, Source } from './scan-text.ts';

/** Parts of `password`, `passwd` and `pwd` whose first letter is rare, and what goes before: found ten times faster than the words. */
const MARKS: readonly (readonly [mark: string, before: string])[] = [
  ['word', 's'],
  ['WORD', 'S'],
  ['wd', 'ps'],
  ['WD', 'PS'],
];
const NAME = /[aA][sS][sS][wWpP]|[pP][wW][dD]|[eE][cC][rR][eE][tT]/g;
/** From the end of the name to the value: closing quotes, a type, `=` or `:`, an opening quote. */
const GIVEN = /["'`\])\\]{0,4}[ \t]{0,8}(?::[ \t]{0,3}[A-Za-z][\w<>|[\], ]{0,30}(?==))?(?:=>|:=|[:=]|(?<=["'`]),)[ \t]{0,8}(\\?["'`])?/y;
const LONGEST = 64;

export function passwords(source: Source): Hit[] {
  const { text, kind } = source;
  if (kind.docs || kind.data || kind.sample) return [];
  const out: Hit[] = [];
  if (!kind.code) {
    NAME.lastIndex = 0;
    for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
      const end = judge(source, match.index, NAME.lastIndex, out);
      NAME.lastIndex = Math.max(end, NAME.lastIndex);
    }
    return out;
  }
  for (const [mark, before] of MARKS) {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length))
      if (before.includes(text[at - 1] ?? ' ')) judge(source, at, at + mark.length, out);
  }
  return out;
}

/** Looks at the word around a mark and at what it is given. Answers with the end of the word. */
function judge({ text, kind }: Source, from: number, to: number, out: Hit[]): number {
  const [start, end] = wordAround(text, from, to);
  if (end - start > 80) return end;
  GIVEN.lastIndex = end;
  const given = GIVEN.exec(text);
  if (given === null || (given[1] === undefined && kind.code)) return end;
  const at = GIVEN.lastIndex;
  const value = valueAt(text, at, given[1]);
  if (value === undefined || !isStrongPassword(value) || (given[1] === undefined && /[{}$<>]/.test(value))) return end;
  const name = text.slice(start, end);
  if (secrecyOf(name) !== 'accepts') return end;
  out.push({
    rule: 'password',
    label: `the value of ${shownName(name)}`,
    start: at,
    end: at + value.length,
    masked: mask(value),
    by: 'place',
    use: 'live',
  });
  return end;
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
