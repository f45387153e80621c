// A function that is taken out of a table by a key: `const op = OPERATORS.get(type(node))` and then `op(left, right)`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { UNDEFINED, type Value } from '../evaluator/values.ts';
import type { Reading } from '../reader.ts';
import { resolve } from '../scope.ts';
import { strip } from '../syntax.ts';

const MOST_USES = 20;

/** All that a table holds from which a callee was taken; none where it was not, or the table is not seen whole. */
export function takenOut(reading: Reading, callee: ts.Expression): readonly Value[] {
  const binding = tsc.isIdentifier(callee) ? resolve(callee) : undefined;
  if (binding?.kind !== 'variable' || binding.element !== undefined || !tsc.isIdentifier(binding.node.name)) return [];
  const { program, ev } = reading;
  const given: ts.Expression[] = binding.node.initializer === undefined ? [] : [binding.node.initializer];
  for (const use of program.identifiers(program.unitOf(binding.node), binding.node.name.text)) {
    const { parent } = use;
    if (!tsc.isBinaryExpression(parent) || parent.left !== use || parent.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) continue;
    const to = resolve(use);
    if (to?.kind === 'variable' && to.node === binding.node) given.push(parent.right);
    if (given.length > MOST_USES) return [];
  }
  const out: Value[] = [];
  for (const source of given) {
    const inner = strip(source);
    if (inner === undefined || !tsc.isCallExpression(inner) || !tsc.isPropertyAccessExpression(inner.expression)) return [];
    const tables = inner.expression.name.text === 'get' ? ev.values(inner.expression.expression) : [];
    // What is given instead of a missing entry runs as well.
    const instead = inner.arguments.slice(1).flatMap(arg => ev.values(arg));
    if (tables.length === 0 || !tables.every(t => t.kind === 'object')) return [];
    out.push(...ev.anyMember(tables), ...instead);
  }
  return out.filter(v => v !== UNDEFINED && !(v.kind === 'literal' && v.value === null));
}
