// Texts with places that are filled from outside: `"%s/chat" % base`, `"{}/chat".format(base)`.
import type { PyNode } from '../tree.ts';
import { put } from './expressions.ts';
import type { Lowering } from './lowering.ts';
import { hasHoles, plainText } from './strings.ts';

/** Writes a text whose places are filled in turn as a template; false where the text is no plain one, or has other places. */
export function filled(l: Lowering, text: PyNode, place: RegExp, values: readonly PyNode[]): boolean {
  if (text.kind !== 'string' || hasHoles(text)) return false;
  const parts = plainText(l, text).split(place);
  if (parts.length !== values.length + 1 || parts.some(part => /[%{}`\\$\n]/.test(part))) return false;
  l.w.write('`');
  parts.forEach((part, i) => {
    l.w.write(part);
    const value = values[i];
    if (value !== undefined) put(l, '${', value, '}');
  });
  l.w.write('`');
  return true;
}
