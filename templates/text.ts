// Text that strangers wrote, made safe to show and measured: the escaper, the width in columns, wrapping and cutting.
// Why no dependency: string-width 9 needs Node 22, and what we need of it fits on a screen. Where terminals disagree
// (an emoji made of several) the width here is the larger one, so a line may come out short but never too long.

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * What must not reach a terminal or a page as it is: control characters (C1 included, some terminals obey them), line and
 * paragraph separators, bidi marks, everything invisible, halves of surrogate pairs, and the fifth and later marks stacked
 * on one letter. Variation selectors 15 and 16 stay, for they belong to ordinary emoji.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}|(?<=\p{M}{4})\p{M}/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Makes hidden characters visible, so that a hostile name can neither move the cursor nor forge a line. */
export function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(HIDDEN, char => SHORT[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** East Asian wide and full-width characters, by Unicode 17; emoji have a property of their own. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18df2}\u{1aff0}-\u{1b2fb}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6fc}\u{1f7e0}-\u{1f7f0}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const STACKED = /[\p{Mn}\p{Me}]/u;

/** Columns that the text takes in a terminal. */
export function width(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let columns = 0;
  let last = 0;
  for (const char of text) {
    // Variation selector 16 turns a narrow symbol into an emoji.
    if (char === '\ufe0f') columns += last === 1 ? 1 : 0;
    if (char === '\ufe0f') last = 2;
    if (STACKED.test(char)) continue;
    last = WIDE.test(char) ? 2 : 1;
    columns += last;
  }
  return columns;
}

/** The longest beginning that fits, cut between characters; `from` the end when asked. */
function fitting(text: string, columns: number, from: 'start' | 'end' = 'start'): string {
  const chars = [...text];
  if (from === 'end') chars.reverse();
  let used = 0;
  let count = 0;
  for (const char of chars) {
    used += width(char);
    if (used > columns) break;
    count++;
  }
  const kept = chars.slice(0, count);
  return (from === 'end' ? kept.reverse() : kept).join('');
}

/** Cuts the middle out of a text that is too wide. The end keeps more than the beginning: it holds the name of the file. */
export function cutMiddle(text: string, columns: number, ellipsis: string): string {
  if (width(text) <= columns) return text;
  const room = Math.max(columns - width(ellipsis), 1);
  const end = fitting(text, Math.ceil((room * 2) / 3), 'end');
  return fitting(text, room - width(end)) + ellipsis + end;
}

/** Cuts the end off a text that is too wide, after a whole word where there is one. */
export function cutEnd(text: string, columns: number, ellipsis: string): string {
  // A character is at most two columns and usually one: cutting by length first keeps a megabyte from being measured.
  if (text === '' || (text.length <= columns && width(text) <= columns)) return text;
  const kept = fitting(text.slice(0, Math.max(columns, 0)), columns - width(ellipsis) - 1);
  const space = kept.lastIndexOf(' ');
  return space > kept.length / 2 ? `${kept.slice(0, space)} ${ellipsis}` : kept + ellipsis;
}

/** Breaks a text into lines at its spaces; a word that is wider than a line is broken where the line ends. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ').filter(Boolean)) {
    const wide = width(word);
    if (used > 0 && used + 1 + wide <= columns) {
      line += ` ${word}`;
      used += 1 + wide;
      continue;
    }
    if (used > 0) lines.push(line);
    line = word;
    while (width(line) > columns) {
      const piece = fitting(line, columns) || [...line].slice(0, 1).join('');
      if (piece === line) break;
      lines.push(piece);
      line = line.slice(piece.length);
    }
    used = width(line);
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** Fills up with spaces to a width in columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** Columns of the widest of some texts. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, width(text)), 0);
}
