// Settings of a package that are assigned to the module itself: `litellm.num_retries = 3`. They hold for all calls of the package.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../core/index.ts';
import { tsc } from './compiler.ts';
import type { Evaluator, Values } from './evaluate.ts';

export interface ModuleSetting {
  readonly values: Values;
  readonly node: ts.Node;
}

const KNOWN = new WeakMap<Evaluator, Map<string, readonly ModuleSetting[]>>();

/** What production code assigns to a setting of a package, wherever it does. */
export function moduleSettings(ev: Evaluator, pkg: string, name: string): readonly ModuleSetting[] {
  const kept = KNOWN.get(ev) ?? new Map<string, readonly ModuleSetting[]>();
  KNOWN.set(ev, kept);
  const key = `${pkg}\0${name}`;
  let found = kept.get(key);
  if (found === undefined) {
    kept.set(key, []);
    found = find(ev, pkg, name);
    kept.set(key, found);
  }
  return found;
}

function find(ev: Evaluator, pkg: string, name: string): readonly ModuleSetting[] {
  const { inventory } = ev.program;
  const assigns = new RegExp(`\\.${name} = `);
  const sets = new RegExp(`\\.${name}\\b[^\\n=]{0,200}=`);
  // As Python writes it: `py:google.genai` may be imported by its last name.
  const written = pkg.slice(Math.max(pkg.lastIndexOf(':'), pkg.lastIndexOf('.')) + 1);
  const out: ModuleSetting[] = [];
  for (const file of inventory.files) {
    if (!isPythonFile(file) || inventory.roleOf(file) !== 'production') continue;
    if (inventory.written(file)?.includes(written) !== true || !ev.program.matches(file, assigns, sets)) continue;
    if (inventory.read(file)?.includes(pkg) !== true) continue;
    const unit = ev.program.unit(file);
    if (unit === undefined) continue;
    for (const id of ev.program.identifiers(unit, name)) {
      const target = id.parent;
      const assignment = target?.parent;
      if (!tsc.isPropertyAccessExpression(target) || target.name !== id || assignment === undefined) continue;
      if (!tsc.isBinaryExpression(assignment) || assignment.left !== target || assignment.operatorToken.kind !== tsc.SyntaxKind.EqualsToken)
        continue;
      const module = ev.values(target.expression).some(v => v.kind === 'foreign' && v.package === pkg && v.steps.length === 0);
      if (module) out.push({ values: ev.values(assignment.right), node: assignment });
    }
  }
  return out;
}
