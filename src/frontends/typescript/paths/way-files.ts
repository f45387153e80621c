// The files through which a request goes in Python, where a model is often asked by a request of one's own: nothing of an SDK is handed
// on from file to file there, so what a file exports does not tell that it leads to a model call. The ways that were followed do.

import { isPythonFile } from '../../../core/index.ts';
import type { Inventory } from '../../../repository/index.ts';
import type { Program } from '../program.ts';
import type { Paths } from './paths.ts';

/** Files that are read beside those on the way; beyond them a repository is large and its agent a small part of it. */
const MOST = 60;
/** A function on the way uses a file, which uses another: a limit and its store. */
const STEPS = 2;

/** The files that were found, those on the way to a model call, and those that these use; all of the latter in Python. */
export function filesOnWay(found: readonly string[], paths: Paths, program: Program, inventory: Inventory): readonly string[] {
  if (!found.some(file => isPythonFile(file))) return found;
  const files = new Set(found);
  const isOurs = (file: string): boolean => isPythonFile(file) && inventory.roleOf(file) === 'production';
  const way = new Set<string>();
  for (const scope of paths.leads.keys()) {
    const { fileName } = scope.getSourceFile();
    if (isOurs(fileName)) way.add(fileName);
  }
  for (const file of way) files.add(file);
  let border: readonly string[] = [...way];
  let beside = 0;
  for (let step = 0; step < STEPS; step++) {
    const next: string[] = [];
    for (const file of border) {
      const unit = program.unit(file);
      for (const { specifier } of unit?.imports.values() ?? []) {
        const target = inventory.resolveImport(file, specifier);
        if (target === undefined || files.has(target) || !isOurs(target) || beside >= MOST) continue;
        beside++;
        files.add(target);
        next.push(target);
      }
    }
    border = next;
  }
  return [...files].sort();
}
