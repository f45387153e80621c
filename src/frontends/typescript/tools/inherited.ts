// Members that a class of the program has from a class of another package: `super.run(...)`, and `slack.webClient.chat.postMessage(...)`
// where `slack` is an instance of a class that is built upon that package's adapter.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Foreign, Value } from '../evaluator/values.ts';
import type { Reading } from '../reader.ts';
import { propertyName, strip } from '../syntax.ts';

const DEEPEST = 6;

/** What `super.run` stands for where the class is built upon one of another package. */
export function superOf(reading: Reading, callee: ts.Expression): Foreign | undefined {
  if (!tsc.isPropertyAccessExpression(callee) || callee.expression.kind !== tsc.SyntaxKind.SuperKeyword) return undefined;
  let owner: ts.Node | undefined = callee.parent;
  while (owner !== undefined && !tsc.isClassLike(owner)) owner = owner.parent;
  return owner === undefined || !tsc.isClassLike(owner)
    ? undefined
    : reached(baseOf(reading, owner, callee.name.text, 0), [callee.name.text]);
}

/** What a chain of members stands for that begins with an instance of such a class, and whose first member the class has not itself. */
export function inheritedOf(
  reading: Reading,
  callee: ts.Expression,
  values: (node: ts.Expression) => readonly Value[],
): Foreign | undefined {
  const names: string[] = [];
  let root: ts.Expression = callee;
  while (tsc.isPropertyAccessExpression(root) && names.length < DEEPEST) {
    names.unshift(root.name.text);
    root = strip(root.expression) ?? root.expression;
  }
  const [first] = names;
  if (first === undefined || (!tsc.isIdentifier(root) && root.kind !== tsc.SyntaxKind.ThisKeyword)) return undefined;
  for (const value of values(root)) {
    if (value.kind !== 'instance' || value.of.members.some(m => propertyName(m) === first)) continue;
    const found = reached(baseOf(reading, value.of, first, 0), names);
    if (found !== undefined) return found;
  }
  return undefined;
}

function reached(base: Foreign | undefined, names: readonly string[]): Foreign | undefined {
  return base === undefined ? undefined : { ...base, steps: [...base.steps, ...names.map(name => ({ kind: 'member', name }) as const)] };
}

/** The class of another package from which a class has a member; undefined where a class of the program has it. */
function baseOf(reading: Reading, owner: ts.ClassLikeDeclaration, member: string, depth: number): Foreign | undefined {
  const base = owner.heritageClauses?.find(c => c.token === tsc.SyntaxKind.ExtendsKeyword)?.types[0]?.expression;
  if (base === undefined || depth > DEEPEST) return undefined;
  for (const value of reading.ev.values(base)) {
    if (value.kind === 'foreign') return value;
    if (value.kind === 'class' && !value.node.members.some(m => propertyName(m) === member))
      return baseOf(reading, value.node, member, depth + 1);
  }
  return undefined;
}
