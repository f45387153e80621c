// A whole Python file in the common tree.
import type { PyNode } from '../tree.ts';
import { fixturesOf } from './fixtures.ts';
import { imports } from './imports.ts';
import { Lowering, type ModuleFinder } from './lowering.ts';
import { scopeOf } from './names.ts';
import { block, hoisted } from './statements.ts';

export interface Lowered {
  /** TypeScript text; its lines are those of the Python file as far as possible. */
  readonly text: string;
  /** From an offset of that text to one of the Python file. */
  readonly origin: (offset: number) => number;
  /** Offsets of the object literals that stand for keyword arguments. */
  readonly keywords: ReadonlySet<number>;
  /** Offsets of the parameters that collect keyword arguments. */
  readonly collects: ReadonlySet<number>;
}

/** Lowers a parsed file. */
export function lower(file: string, text: string, root: PyNode, modules: ModuleFinder): Lowered {
  const l = new Lowering(file, text, modules, scopeOf(text, 'module', root, undefined));
  imports(l, root);
  l.fixtures = fixturesOf(l, root);
  hoisted(l);
  block(l, root);
  // Other files ask for a name as Python writes it: `from jobs import process`, `jobs.delete(x)`.
  for (const name of l.scope.names.keys()) if (l.name(name) !== name) l.head.push(`export { ${l.name(name)} as ${name} };`);
  // What the head needs is known only now: it goes in front, on the same line.
  const head = [...l.head, ...[...l.needs].map(module => `import * as __${module.slice(5).replace(/\W/g, '_')} from "${module}";`)].join(
    ' ',
  );
  const shift = head.length;
  const origin = l.w.origins();
  return {
    text: head + l.w.text(),
    origin: offset => origin(Math.max(0, offset - shift)),
    keywords: new Set(l.keywords.map(at => at + shift)),
    collects: new Set(l.collects.map(at => at + shift)),
  };
}
