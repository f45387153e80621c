// Which classes and interfaces does a class stand under? A call through an interface is a call of every class that implements it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { propertyName } from '../syntax.ts';
import type { Evaluator } from './evaluate.ts';
import { namedType } from './types.ts';

/** The classes and interfaces above a class, transitively, by their declarations. */
export function ancestorsOf(
  ev: Evaluator,
  node: ts.ClassLikeDeclaration | ts.InterfaceDeclaration,
  seen = new Set<ts.Node>(),
): ReadonlySet<ts.Node> {
  for (const clause of node.heritageClauses ?? []) {
    for (const type of clause.types) {
      if (!tsc.isIdentifier(type.expression)) continue;
      const named = namedType(ev, ev.program.unitOf(node), [type.expression.text], type);
      const above = named?.kind === 'instance' ? named.of : named?.kind === 'shape' ? named.node : undefined;
      if (above === undefined || seen.has(above)) continue;
      seen.add(above);
      if (!tsc.isTypeLiteralNode(above)) ancestorsOf(ev, above, seen);
    }
  }
  return seen;
}

/** Does a class or interface declare a member of this name? */
export function declares(node: ts.Node, name: string): boolean {
  if (tsc.isClassLike(node)) return node.members.some(m => propertyName(m) === name);
  if (!tsc.isInterfaceDeclaration(node) && !tsc.isTypeLiteralNode(node)) return false;
  return node.members.some(m => m.name !== undefined && tsc.isIdentifier(m.name) && m.name.text === name);
}
