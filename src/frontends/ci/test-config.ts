// What the configuration of vitest or jest lets a run take: `include: ['src/**/*.test.ts']`, `exclude: ['**/agent.test.ts']`. The file is
// not run; only lists of plain texts are taken from it, and whatever else stands there limits nothing.
import type { Inventory } from '../../repository/index.ts';

/** Parts of paths, of which a run takes those with one, and leaves out those with another. */
export interface Limits {
  readonly only: readonly string[];
  readonly except: readonly string[];
}

const NONE: Limits = { only: [], except: [] };
const ENDINGS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];
const MOST_TEXT = 40_000;

/** The limits that the configuration in a folder sets, where the command names no other one. */
export function configured(inventory: Inventory, runner: string, dir: string, args: readonly string[]): Limits {
  if (args.some(arg => /^(?:-c|--config|--root|--dir|--project|--workspace)(?:=|$)/.test(arg))) return NONE;
  const key = `${runner} ${dir}`;
  const here = known.get(inventory) ?? new Map<string, Limits>();
  known.set(inventory, here);
  const found = here.get(key) ?? read(inventory, runner, dir);
  here.set(key, found);
  return found;
}

/** Every command of a workflow asks for it. */
const known = new WeakMap<Inventory, Map<string, Limits>>();

function read(inventory: Inventory, runner: string, dir: string): Limits {
  const names = runner === 'vitest' ? ['vitest.config', 'vite.config'] : runner === 'jest' ? ['jest.config'] : [];
  for (const name of names)
    for (const ending of ENDINGS) {
      const text = inventory.read(`${dir === '' ? '' : `${dir}/`}${name}.${ending}`);
      if (text !== undefined) return runner === 'vitest' ? ofVitest(bare(text)) : ofJest(bare(text));
    }
  return NONE;
}

/** Without comments; what looks like one in a pattern is none. */
function bare(whole: string): string {
  const text = whole.slice(0, MOST_TEXT).replace(/(^|\s)\/\/[^\n]*/g, '$1');
  let out = '';
  let at = 0;
  let quote = -1;
  for (let start = text.indexOf('/*'); start >= 0; start = text.indexOf('/*', at)) {
    const end = text.indexOf('*/', start + 2);
    if (end < 0) break;
    if (quote < start) quote = start + Math.max(0, text.slice(start).search(/['"`]|$/));
    const opens = start === 0 || /[\s,{[]/.test(text[start - 1] ?? '');
    const isComment = opens && quote > end;
    out += text.slice(at, isComment ? start : start + 2);
    at = isComment ? end + 2 : start + 2;
  }
  return out + text.slice(at);
}

function ofVitest(text: string): Limits {
  const start = /\btest\s*:\s*\{/.exec(text);
  if (start === null) return NONE;
  const own = topOf(text.slice(start.index + start[0].length));
  // Projects have lists of their own, and another root means other paths.
  if (/\b(?:projects|workspace|root|dir)\s*:/.test(own)) return NONE;
  return limits(listIn(own, 'include'), listIn(own, 'exclude'));
}

function ofJest(text: string): Limits {
  if (/\b(?:projects|rootDir)\s*:/.test(text)) return NONE;
  return limits(listIn(text, 'testMatch'), []);
}

/** What stands in an object itself, the objects in it left out. */
function topOf(text: string): string {
  let out = '';
  let depth = 1;
  let quote = '';
  for (const char of text) {
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (/['"`]/.test(char)) quote = char;
    else if (char === '{') depth++;
    else if (char === '}') depth--;
    if (depth === 0) break;
    if (depth === 1) out += char;
  }
  return out;
}

/** The texts of a list; undefined: there is none, or not all of it can be read. */
function listIn(text: string, name: string): readonly string[] | undefined {
  const inside = new RegExp(`\\b${name}\\s*:\\s*\\[((?:[^\\]'"\`]|'[^'\\n]*'|"[^"\\n]*"|\`[^\`$]*\`){0,4000})\\]`).exec(text)?.[1];
  if (inside === undefined) return undefined;
  const texts = [...inside.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`$]*)`/g)].map(match => match[1] ?? match[2] ?? match[3] ?? '');
  const rest = inside.replace(/'[^'\n]*'|"[^"\n]*"|`[^`$]*`/g, '').replace(/\.\.\.configDefaults\.exclude/g, '');
  return /[^\s,]/.test(rest) ? undefined : texts;
}

function limits(include: readonly string[] | undefined, exclude: readonly string[] | undefined): Limits {
  const only = (include ?? []).map(pattern => /^[^*?{[(!]*/.exec(pattern.replace(/^(?:<rootDir>|\.)\//, ''))?.[0] ?? '');
  const except = (exclude ?? []).flatMap(pattern => exceptOf(pattern) ?? []);
  return { only: only.includes('') ? [] : only, except };
}

/** `**\/agent.test.ts`, `e2e/**`, `**\/*.live.test.ts`: what is in the path of every file that is left out, and of no other. */
function exceptOf(pattern: string): string | undefined {
  const part = pattern.replace(/^(?:\.\/|\*\*\/)+/, '').replace(/\*\*(?:\/\*)?$/, '');
  const end = /^\*(\.[\w.-]+)$/.exec(part)?.[1] ?? part;
  return /[*?{[(!]/.test(end) || end.length < 3 ? undefined : end;
}
