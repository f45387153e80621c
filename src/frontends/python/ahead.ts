// A first look at Python files: what they import and which patterns their text holds, without a syntax tree. Only files that somebody
// then asks for are parsed and lowered.
import { CLIENT_HINT, ENDPOINT_HINT } from '../../providers/endpoints.ts';
import type { Inventory } from '../../repository/index.ts';
import { type Ahead, inOneThread } from '../ahead.ts';
import { foreignSpecifier } from './lower/imports.ts';
import type { ModuleFinder } from './lower/lowering.ts';

const FROM = /^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]{0,8000}\)|[^\n]{1,1000})/gm;
// The word comes first: what stands before it is looked at only where it stands.
const WHOLE = /import(?<=^[ \t]*(?:[^#'"\n]{0,80}:[ \t]*)?import)[ \t]+([^\n(]{1,500})/gm;

/** The module specifiers that a Python text names, as its lowered form writes them. Text and comments may add some that are not real. */
export function specifiersIn(text: string, modules: ModuleFinder): string[] {
  const out = new Set<string>();
  for (const match of text.matchAll(FROM)) {
    const module = match[1] ?? '';
    const file = modules.find(module);
    for (const part of (match[2] ?? '').replace(/[()\\]|#[^\n]*/g, ' ').split(',')) {
      const asked = /^\s*(\w+|\*)/.exec(part)?.[1];
      if (asked === undefined) continue;
      const joined = module.endsWith('.') ? `${module}${asked}` : `${module}.${asked}`;
      const below = asked === '*' ? undefined : modules.find(joined);
      if (below !== undefined) out.add(modules.specifier(below));
      if (file !== undefined) out.add(modules.specifier(file));
      else if (below === undefined && !module.startsWith('.')) {
        out.add(foreignSpecifier(module));
        out.add(foreignSpecifier(joined));
      }
    }
  }
  for (const match of text.matchAll(WHOLE))
    for (const part of (match[1] ?? '').split(/[,;]/)) {
      const module = /^\s*([.\w]+)/.exec(part)?.[1];
      if (module === undefined) continue;
      const file = modules.find(module);
      out.add(file === undefined ? foreignSpecifier(module) : modules.specifier(file));
    }
  return [...out];
}

/** The first look, made when it is asked for. */
export function aheadOf(
  inventory: Pick<Inventory, 'files' | 'read' | 'roleOf'>,
  sources: readonly string[],
  finderOf: (file: string) => ModuleFinder,
): Ahead {
  return inOneThread(inventory, sources, (file, text) => ({
    file,
    specifiers: specifiersIn(text, finderOf(file)),
    hinted: ENDPOINT_HINT.test(text),
    asks: CLIENT_HINT.test(text),
  }));
}
