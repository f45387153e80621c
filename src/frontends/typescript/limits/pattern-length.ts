// How long can a text be that a pattern lets in as a whole? `^[\w-]{1,64}$` says so itself.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

/** An upper bound of the characters that the pattern lets in; undefined: none, or it cannot be told. */
export function longestOf(node: ts.Expression | undefined): number | undefined {
  let pattern = strip(node);
  const binding = pattern !== undefined && tsc.isIdentifier(pattern) ? resolve(pattern) : undefined;
  if (binding?.kind === 'variable' && binding.element === undefined) pattern = strip(binding.node.initializer);
  if (pattern === undefined || !tsc.isRegularExpressionLiteral(pattern)) return undefined;
  const end = pattern.text.lastIndexOf('/');
  // With the flag m, the ends of a line are enough.
  return pattern.text.slice(end + 1).includes('m') ? undefined : longest(pattern.text.slice(1, end));
}

/** Atoms times the largest counts: more than it can be where groups and alternatives are nested, never less. */
function longest(source: string): number | undefined {
  if (!source.startsWith('^') || !source.endsWith('$') || source.endsWith('\\$') || splits(source)) return undefined;
  let atoms = 0;
  let factor = 1;
  for (let at = 1; at < source.length - 1; at++) {
    const letter = source[at];
    if (letter === '\\') {
      // What a group held is repeated; a backreference has no length of its own.
      if (/[1-9k]/.test(source[at + 1] ?? '')) return undefined;
      at += 1;
      atoms += 1;
    } else if (letter === '[') {
      at = classEnd(source, at);
      if (at < 0) return undefined;
      atoms += 1;
    } else if (letter === '*' || letter === '+') return undefined;
    else if (letter === '{') {
      const count = /^\{(\d+)(,(\d*))?\}/.exec(source.slice(at, at + 20));
      if (count === null) atoms += 1;
      else {
        const most = count[2] === undefined ? count[1] : count[3];
        if (most === undefined || most === '') return undefined;
        factor *= Math.max(1, Number(most));
        at += count[0].length - 1;
      }
    } else if (letter !== '(' && letter !== ')' && letter !== '|' && letter !== '?') atoms += 1;
  }
  const size = atoms * factor;
  return size <= 100_000 ? size : undefined;
}

function classEnd(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === ']') return at;
  }
  return -1;
}

/** `^a|b$`: an alternative outside of all groups is bound to one end only. */
function splits(source: string): boolean {
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    const letter = source[at];
    if (letter === '\\') at++;
    else if (letter === '[') {
      at = classEnd(source, at);
      if (at < 0) return true;
    } else if (letter === '(') depth++;
    else if (letter === ')') depth--;
    else if (letter === '|' && depth === 0) return true;
  }
  return false;
}
