// Settings of a package that are assigned to the module itself, `litellm.num_retries = 3`, or given to a function of it,
// `set_default_openai_client(client)`. They hold for all calls of the package.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { foreignPath } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import { isFunctionNode } from '../scope.ts';

export interface ModuleSetting {
  readonly values: Values;
  readonly node: ts.Node;
  /** Whether the code that sets it runs is not certain. */
  readonly perhaps?: boolean;
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
    found = name.endsWith('()') ? findGiven(ev, pkg, name.slice(0, -2)) : find(ev, pkg, name);
    kept.set(key, found);
  }
  return found;
}

/** Production files of Python that name a package and hold a text. */
function* filesWith(ev: Evaluator, pkg: string, ...texts: readonly RegExp[]): Generator<Unit> {
  const { inventory } = ev.program;
  // As Python writes it: `py:google.genai` may be imported by its last name.
  const written = pkg.slice(Math.max(pkg.lastIndexOf(':'), pkg.lastIndexOf('.')) + 1);
  const [first, ...more] = texts;
  for (const file of inventory.files) {
    if (!isPythonFile(file) || inventory.roleOf(file) !== 'production' || first === undefined) continue;
    if (inventory.written(file)?.includes(written) !== true || !ev.program.matches(file, first, ...more)) continue;
    if (inventory.read(file)?.includes(pkg) !== true) continue;
    const unit = ev.program.unit(file);
    if (unit !== undefined) yield unit;
  }
}

function find(ev: Evaluator, pkg: string, name: string): readonly ModuleSetting[] {
  const out: ModuleSetting[] = [];
  for (const unit of filesWith(ev, pkg, new RegExp(`\\.${name} = `), new RegExp(`\\.${name}\\b[^\\n=]{0,200}=`))) {
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

function findGiven(ev: Evaluator, pkg: string, name: string): readonly ModuleSetting[] {
  const out: ModuleSetting[] = [];
  for (const unit of filesWith(ev, pkg, new RegExp(`\\b${name}\\(`))) {
    for (const call of unit.calls) {
      const [first] = call.arguments ?? [];
      if (!tsc.isCallExpression(call) || first === undefined || !call.expression.getText().endsWith(name)) continue;
      const same = ev.values(call.expression).some(v => v.kind === 'foreign' && v.package === pkg && foreignPath(v).endsWith(name));
      if (same) out.push({ values: ev.values(first), node: call, perhaps: !runsAlways(ev, call) });
    }
  }
  return out;
}

/** Does a call stand at the top of a file, or at the top of a function that somebody calls? */
function runsAlways(ev: Evaluator, call: ts.CallExpression): boolean {
  const block = tsc.isExpressionStatement(call.parent) ? call.parent.parent : undefined;
  if (block === undefined || tsc.isSourceFile(block)) return block !== undefined;
  return tsc.isBlock(block) && isFunctionNode(block.parent) && ev.callers(block.parent).length > 0;
}
