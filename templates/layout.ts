// The page that the terminal format writes on: wrapped, indented lines with marks, in painted words.
// The paint is handed in, so that only templates/terminal.ts knows chalk.
import type { Status } from '../src/core/index.ts';
import { width, wrap } from './text.ts';

export type Paint = (text: string) => string;

/** The paints in use; an instance of chalk is one. */
export type Ink = Readonly<Record<'red' | 'yellow' | 'green' | 'cyan' | 'gray' | 'bold', Paint>> & {
  readonly bold: { readonly underline: Paint };
};

export interface Page {
  readonly columns: number;
  readonly ink: Ink;
  readonly verbose: boolean;
  readonly mark: (status: Status) => string;
  readonly mood: (status: Status) => Paint;
  readonly signs: { readonly dot: string; readonly more: string; readonly arrow: string; readonly thick: string; readonly thin: string };
  readonly out: string[];
}

export interface Style {
  readonly indent?: number;
  /** Stands before the mark of the first line; the others are indented as far. */
  readonly gutter?: string;
  /** Stands before the first line; the others are indented as far. One column wide, but for the arrow in ASCII. */
  readonly mark?: string;
  readonly markWidth?: number;
  readonly paint?: Paint;
  /** Words at the right of the first line, already painted, and the space that every line leaves for them. */
  readonly right?: string;
  readonly reserve?: number;
  /** A few words after the last line, or below it where they do not fit. */
  readonly tail?: string;
}

/** Wraps a text that is safe already and writes it. */
export function write(page: Page, text: string, style: Style = {}): void {
  const { gutter = '', mark = '', paint = (plain: string) => plain, right = '', reserve = 0, tail = '' } = style;
  const indent = (style.indent ?? 0) + width(gutter);
  const lead = mark === '' ? 0 : (style.markWidth ?? 1) + 1;
  const room = page.columns - indent - lead - reserve;
  const lines = wrap(text, room);
  const fits = tail !== '' && width(lines.at(-1) ?? '') + 2 + width(tail) <= room;
  lines.forEach((line, i) => {
    const start =
      (i === 0 ? ' '.repeat(style.indent ?? 0) + gutter : ' '.repeat(indent)) + (lead === 0 ? '' : i === 0 ? `${mark} ` : ' '.repeat(lead));
    const body = right !== '' && i === 0 ? paint(line) + ' '.repeat(room - width(line) + 2) + right : paint(line);
    page.out.push(start + body + (fits && i === lines.length - 1 ? `  ${page.ink.gray(tail)}` : ''));
  });
  if (tail !== '' && !fits) for (const line of wrap(tail, room)) page.out.push(' '.repeat(indent + lead) + page.ink.gray(line));
}

export function blank(page: Page): void {
  if (page.out.at(-1) !== '') page.out.push('');
}

export function more(page: Page, left: number, noun = ''): string {
  return `${page.signs.more} and ${left} more${noun}`;
}
