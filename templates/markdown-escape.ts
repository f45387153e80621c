// Text that strangers wrote, made safe inside Markdown and inside the HTML that GitHub and GitLab allow in it.
import { visible } from './text.ts';

/** A zero-width space as an entity: the usual way to keep a host from making a link (and a notification) of a text. */
const APART = '&#8203;';

const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '|': '&#124;',
  '`': '&#96;',
  '\\': '&#92;',
  $: '&#36;',
  '#': '&#35;',
};

// Entities do not stop a mention or `#123`: hosts look for those in the finished page. So these are taken apart.
const SPECIAL = /@|#(?=\w)|:(?=\/\/)|\bwww(?=\.)|\bGH-(?=\d)|[&<>"|`\\$#]/gi;

/** For text between HTML tags, where Markdown is not read. */
export function html(text: string): string {
  return visible(text).replace(SPECIAL, (found, at: number, whole: string) =>
    ENTITY[found] === undefined || (found === '#' && /\w/.test(whole[at + 1] ?? '')) ? found + APART : ENTITY[found],
  );
}

/** What Markdown would read inside a line. */
const span = (text: string): string => html(text).replace(/[*_[\]~]/g, '\\$&');
/** What Markdown would read at the beginning of a block: lists and underlines. Headings and quotes are entities by now. */
const start = (escaped: string): string => escaped.replace(/^[-+=]/, '\\$&').replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');

/** For text in a Markdown paragraph, list item or table cell. Never more than one line, never the beginning of a block. */
export function inline(text: string): string {
  return start(span(visible(text).trim()));
}

/** A sentence of a check: as `inline`, but what it puts between backticks becomes a code span. */
export function prose(text: string): string {
  const parts = visible(text)
    .trim()
    .split(/`([^`]+)`/);
  return start(parts.map((part, i) => (i % 2 === 1 ? code(part) : span(part))).join(''));
}

/**
 * A code span. Plain text gets backticks; where Markdown, a table or HTML could read something into it, the tag is used,
 * because no number of backticks helps against a pipe in a table.
 */
export function code(text: string): string {
  const safe = visible(text);
  return safe === '' || safe !== safe.trim() || /[`|\\<>&$]/.test(safe) ? `<code>${inline(safe)}</code>` : `\`${safe}\``;
}
