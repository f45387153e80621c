// Counters and histograms that a repository makes itself, in the text format of Prometheus: classes whose instances take a name and write
// it behind `# TYPE`. What such a class is, its own word for that line says; its name says nothing.
import type { ts } from 'ts-morph';
import type { Metric } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { heritage } from '../evaluator/classes.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { propertyName } from '../syntax.ts';

/** The line that tells a collector of a metric. */
export const TYPE_LINE = /# TYPE /;
const SORTS: readonly Metric['sort'][] = ['counter', 'histogram', 'gauge', 'summary'];
const NAME = /^[a-zA-Z_:][\w:]*$/;
/** Classes over a class that are looked at. */
const HIGHEST = 6;

/** The files that hold such classes, and those that import them. */
export function filesOfOwnMetrics(reading: Reading): readonly string[] {
  const { index, inventory, files } = reading;
  const out = new Set<string>();
  for (const file of files) {
    if (inventory.roleOf(file) !== 'production' || !TYPE_LINE.test(inventory.read(file) ?? '')) continue;
    out.add(file);
    for (const other of index.importersOf(file)) if (inventory.roleOf(other) === 'production') out.add(other);
  }
  return [...out];
}

/** The sort and the name of the instrument that a class of the repository makes; undefined: it makes none. */
export function ownInstrument(
  ev: Evaluator,
  made: ts.CallExpression | ts.NewExpression,
): { readonly sort: Metric['sort']; readonly name: string } | undefined {
  const [first] = made.arguments ?? [];
  if (!tsc.isNewExpression(made) || first === undefined) return undefined;
  for (const value of ev.values(made.expression)) {
    const sort = value.kind === 'class' ? instrumentClass(ev, value.node) : undefined;
    if (sort === undefined) continue;
    const name = ev.values(first).find(v => v.kind === 'literal' && typeof v.value === 'string' && NAME.test(v.value));
    if (name?.kind === 'literal') return { sort, name: String(name.value) };
  }
  return undefined;
}

/** What a class writes behind `# TYPE`: a word of its own, or one that a class over it has. */
export function instrumentClass(ev: Evaluator, node: ts.ClassLikeDeclaration): Metric['sort'] | undefined {
  let sort: Metric['sort'] | undefined;
  let writes = false;
  let at: ts.ClassLikeDeclaration | undefined = node;
  for (let steps = 0; at !== undefined && steps < HIGHEST; steps++) {
    walk(at, inner => {
      const line = tsc.isTemplateExpression(inner) ? inner.getText() : undefined;
      if (line === undefined || !TYPE_LINE.test(line)) return undefined;
      writes = true;
      sort ??= SORTS.find(one => line.includes(` ${one}`));
      return undefined;
    });
    for (const member of at.members) {
      const said = tsc.isPropertyDeclaration(member) ? member.initializer : undefined;
      if (said !== undefined && tsc.isStringLiteralLike(said) && propertyName(member) !== 'name')
        sort ??= SORTS.find(one => one === said.text);
    }
    const base: ts.Expression | undefined = heritage(at);
    const over = base === undefined ? undefined : ev.values(base).find(v => v.kind === 'class');
    at = over?.kind === 'class' ? over.node : undefined;
  }
  return writes ? sort : undefined;
}

/** The numbers of the buckets, and the names of the labels, among the arguments by which an instrument is made. */
export function listsOf(
  ev: Evaluator,
  made: ts.CallExpression | ts.NewExpression,
): { readonly buckets: number[]; readonly labels: string[] } {
  const buckets: number[] = [];
  const labels: string[] = [];
  for (const arg of (made.arguments ?? []).slice(1))
    for (const value of ev.values(arg))
      if (value.kind === 'array')
        for (const element of value.node.elements) {
          if (tsc.isNumericLiteral(element)) buckets.push(Number(element.text));
          else if (tsc.isStringLiteralLike(element)) labels.push(element.text);
        }
  return { buckets, labels };
}

/** Is a method called of an instrument that a class of the repository makes? */
export function isOwnMetric(ev: Evaluator, call: ts.CallExpression): boolean {
  if (!tsc.isPropertyAccessExpression(call.expression)) return false;
  return ev.values(call.expression.expression).some(v => v.kind === 'instance' && instrumentClass(ev, v.of) !== undefined);
}
