// Python's texts: plain, raw, formatted, joined.
import { field, kids, type PyNode } from '../tree.ts';
import { expression } from './expressions.ts';
import type { Lowering } from './lowering.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};

/** What a text literal without holes says. */
export function plainText(l: Lowering, node: PyNode): string {
  if (node.kind === 'concatenated_string')
    return kids(node)
      .map(part => plainText(l, part))
      .join('');
  const start = node.children.find(child => child.kind === 'string_start');
  const end = node.children.find(child => child.kind === 'string_end');
  if (start === undefined || end === undefined) return '';
  const raw = /r/i.test(l.of(start));
  return decode(l.text.slice(start.to, end.from), raw);
}

/** Does a text literal hold expressions? */
export function hasHoles(node: PyNode): boolean {
  if (node.kind === 'concatenated_string') return kids(node).some(hasHoles);
  return node.children.some(child => child.kind === 'interpolation');
}

function decode(source: string, raw: boolean): string {
  if (raw) return source;
  return source.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{[^}]{1,80}\}|([\s\S]))/g, (_, x, u, long, one) => {
    const code = x ?? u ?? long;
    if (code !== undefined) {
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '';
    }
    return one === undefined ? '' : (ESCAPES[one] ?? `\\${one}`);
  });
}

/** A text as a literal of the common tree. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function templatePart(text: string): string {
  return text.replace(/[\\`]|\$\{/g, found => `\\${found}`);
}

/** Writes a text literal, with its holes if it has any. */
export function text(l: Lowering, node: PyNode): void {
  if (!hasHoles(node)) {
    l.w.write(quoted(plainText(l, node)));
    return;
  }
  l.w.write('`');
  for (const part of node.kind === 'concatenated_string' ? kids(node) : [node]) formatted(l, part);
  l.w.write('`');
}

function formatted(l: Lowering, node: PyNode): void {
  const start = node.children.find(child => child.kind === 'string_start');
  const end = node.children.find(child => child.kind === 'string_end');
  if (start === undefined || end === undefined) return;
  const raw = /r/i.test(l.of(start));
  const isFormatted = /f/i.test(l.of(start));
  let at = start.to;
  const plain = (to: number): void => {
    const source = l.text.slice(at, to);
    const said = decode(source, raw);
    l.w.write(templatePart(isFormatted ? said.replaceAll('{{', '{').replaceAll('}}', '}') : said));
  };
  for (const child of node.children) {
    if (child.kind !== 'interpolation') continue;
    plain(child.from);
    l.w.write('${');
    const inner = field(child, 'expression') ?? kids(child)[0];
    if (inner === undefined) l.w.write('""');
    else expression(l, inner);
    // `{now:%Y-%m-%d}`: only times are written by such a form.
    const form = kids(child).find(part => part.kind === 'format_specifier');
    const parts = form === undefined ? '' : l.of(form).replace(/^:/, '');
    if (/^[\w\s:./%-]*%[A-Za-z][\w\s:./%-]*$/.test(parts)) l.w.write(`.strftime("${parts}")`);
    l.w.write('}');
    at = child.to;
  }
  plain(end.from);
}
