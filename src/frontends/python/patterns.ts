// What a pattern of Python says in the syntax of JavaScript.

/** A pattern in the syntax of JavaScript, or undefined where it means something that cannot be said there. */
export function translated(source: string, flags: string): { source: string; flags: string } | undefined {
  let text = source;
  let own = flags;
  const inline = /^\(\?([aiLmsux]+)\)/.exec(text);
  if (inline?.[1] !== undefined) {
    own += inline[1];
    text = text.slice(inline[0].length);
  }
  if (own.includes('x')) text = withoutLayout(text);
  text = text
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/\\A/g, '^')
    .replace(/\\Z/g, '$');
  // Atomic groups, possessive repeats and conditions are Python's own; `(?i:...)` is too new for this engine.
  if (/\(\?>|\(\?\(|[*+?}]\+|\(\?[aiLmsux-]+:/.test(text)) return undefined;
  const known = [...new Set([...own].map(flag => ({ i: 'i', m: 'm', s: 's' })[flag] ?? ''))].join('');
  // Letters beyond the first 65,536 are one letter each only where patterns are read so.
  for (const more of /[\ud800-\udfff]/.test(text) ? ['u', ''] : ['']) {
    try {
      new RegExp(text, known + more);
      return { source: text, flags: known + more };
    } catch {}
  }
  return undefined;
}

/** Takes out the blanks and comments of a pattern in verbose style. */
function withoutLayout(text: string): string {
  return text.replace(/(\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\])|\s+|#.*/g, (_, kept: string | undefined) => kept ?? '');
}
