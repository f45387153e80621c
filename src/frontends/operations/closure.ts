// The files that a file may run, by its imports: enough to say that a job by the clock leads to some code of the repository.
import type { Inventory } from '../../repository/index.ts';

const MOST_FILES = 300;
const SCRIPT = /(?:from|import|require)\s*\(?\s*["']([^"'\n]{1,200})["']/g;
const PYTHON = /^[ \t]*(?:from\s+(\.*[\w.]*)\s+import\s+([\w, ]{1,300})|import\s+([\w.]+))/gm;

/** What each file imports, kept because several jobs often lead to the same files. */
const KNOWN = new WeakMap<Inventory, Map<string, readonly string[]>>();

export function closureOf(inventory: Inventory, starts: readonly string[]): string[] {
  const seen = new Set(starts);
  const queue = [...starts];
  for (let file = queue.pop(); file !== undefined && seen.size < MOST_FILES; file = queue.pop()) {
    for (const next of importsOf(inventory, file)) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return [...seen].sort();
}

function importsOf(inventory: Inventory, file: string): readonly string[] {
  const known = KNOWN.get(inventory) ?? new Map<string, readonly string[]>();
  KNOWN.set(inventory, known);
  const kept = known.get(file);
  if (kept !== undefined) return kept;
  const text = inventory.read(file);
  const found =
    text === undefined ? [] : file.endsWith('.py') ? pythonImports(inventory, file, text) : scriptImports(inventory, file, text);
  known.set(file, found);
  return found;
}

function scriptImports(inventory: Inventory, file: string, text: string): string[] {
  return [...text.matchAll(SCRIPT)].slice(0, 200).flatMap(match => inventory.resolveImport(file, match[1] ?? '') ?? []);
}

function pythonImports(inventory: Inventory, file: string, text: string): string[] {
  const dir = file.split('/').slice(0, -1);
  return [...text.matchAll(PYTHON)].slice(0, 200).flatMap(match => {
    const name = match[1] ?? match[3] ?? '';
    const dots = /^\.*/.exec(name)?.[0].length ?? 0;
    const parts = name.slice(dots).split('.').filter(Boolean);
    const names = (match[2] ?? '').split(',').map(one => one.trim().split(' ')[0] ?? '');
    const bases = dots > 0 ? [dir.slice(0, dir.length - dots + 1)] : [[], dir, ['src']];
    return bases.flatMap(base => {
      const path = [...base, ...parts].join('/');
      const candidates = [`${path}.py`, `${path}/__init__.py`, ...names.map(one => `${path}/${one}.py`)];
      return candidates.map(one => one.replace(/^\//, '')).filter(one => inventory.has(one));
    });
  });
}
