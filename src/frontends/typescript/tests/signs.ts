// The signs of an edge case in a text: what only somebody who attacks would send, what is empty, what is very long.
import type { EdgeCase } from '../../../core/index.ts';

/** Characters from which on a text is very long. */
export const VERY_LONG = 8000;

const SHELL = /(?:^|[;&|`])\s*(?:sudo\s+)?rm\s+-rf(?:\s+[/~*.]|$)|[;&|`]\s*(?:curl|wget)\s+http|\$\((?:rm|curl|cat|whoami)\b/;
/** Texts that only somebody who attacks would send. Read in values, where a title or a comment is not looked at. */
const ATTACKS = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|directives?|safety)\b/i,
  /\b(?:reveal|print|show|repeat|leak|output|expose)\b.{0,30}\b(?:system prompt|your (?:system )?instructions|hidden (?:prompt|instructions)|initial prompt)\b/i,
  /\byou are now\b.{0,60}\b(?:admin\w*|developer mode|DAN|unrestricted|root|jailbroken)\b/i,
  /\b(?:do anything now|jailbreak|developer mode enabled)\b/i,
  /<script\b|<img\b[^>]{0,80}\bonerror\s*=|<svg\b[^>]{0,80}\bonload\s*=|\bjavascript:\s*\w/i,
  /['"]\s*;?\s*(?:drop|delete|truncate|alter)\s+(?:table|from|database)\b|['"]\s+or\s+['"]?1['"]?\s*=\s*['"]?1|\bunion\s+select\b/i,
  /(?:\.\.\/){1,20}(?:etc|windows|root|\.ssh|\.env|secrets?)\b|\/etc\/(?:passwd|shadow)|169\.254\.169\.254/i,
  SHELL,
  /\{\{\s*7\s*\*\s*7\s*\}\}|\x00|\u202e/,
];

/** The same in code, where a text may stand behind a quote or be escaped. */
const SIGNS = [
  ...ATTACKS.filter(pattern => pattern !== SHELL),
  /\brm\s+-rf\b|\b(?:curl|wget)\s+http|\$\((?:rm|curl|cat|whoami)\b/,
  /\\(?:x00|0|u0000|u202e|u\{202e\})/i,
];

/** Cheap: may the text of a file hold such a case? */
export function hasSign(text: string, edge: EdgeCase, python: boolean): boolean {
  if (edge === 'empty') return /(["'`])(?:\s|\\[nrt])*\1/.test(text);
  if (edge === 'malicious') return SIGNS.some(pattern => pattern.test(text));
  // Python: `"x" * 5000`, `LIMIT * "x"`.
  if (python && /["'`\])]\s{0,4}\*\s{0,4}[\w(]|\b\w+\s{0,4}\*\s{0,4}["'[]/.test(text)) return true;
  return /\.(?:repeat|padEnd|padStart)\s*\(|\bArray\s*(?:\.from\s*)?\(/.test(text) || (text.length > VERY_LONG && holdsLong(text));
}

/** The same of a Python file as its authors wrote it, and a little more than that: whether to lower it for a closer look. */
export function mayHaveSign(written: string, edge: EdgeCase): boolean {
  // A text that goes over lines is one line when it is lowered.
  if (edge === 'malicious') return SIGNS.some(pattern => pattern.test(written.replace(/\s*\n\s*/g, ' ')));
  // Not the quotes around a docstring, nor those between two texts.
  if (edge === 'empty') return /(?<![\w"'])[bfru]{0,2}(["'])(?:\s|\\[nrt])*\1(?!["'])|"""\s*"""|'''\s*'''/i.test(written);
  return hasSign(written, edge, true) || /\brange\s*\(/.test(written) || ['"""', "'''"].some(quotes => holdsLongBetween(written, quotes));
}

function holdsLongBetween(text: string, quotes: string): boolean {
  return text.length > VERY_LONG && text.split(quotes).some((part, i) => i % 2 === 1 && part.length >= VERY_LONG);
}

/** A text of thousands of characters, whether on one line or in a template of many. */
function holdsLong(text: string): boolean {
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    if (end - at >= VERY_LONG) return true;
  }
  return text.split('`').some(part => part.length >= VERY_LONG);
}

/** Would only somebody who attacks send this? */
export function isAttack(text: string): boolean {
  const sample = text.slice(0, 4000);
  return ATTACKS.some(pattern => pattern.test(sample));
}
