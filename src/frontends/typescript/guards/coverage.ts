// Which model calls does a guard not stand before, or after? One way past it is enough to be unguarded.
import type { ts } from 'ts-morph';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import { type Paths, type Scope, scopeOf } from '../paths/paths.ts';
import { isFunctionNode } from '../scope.ts';
import { comesFrom } from './flow.ts';
import type { Stand } from './stands.ts';

/** Is every way from an entry point to this call, or from its answer to the user, guarded by one of the stands? */
export function isCovered(ev: Evaluator, paths: Paths, call: ts.Node, side: 'input' | 'output', stands: readonly Stand[]): boolean {
  const byScope = new Map<Scope, Stand[]>();
  for (const stand of stands) {
    const list = byScope.get(stand.scope);
    if (list === undefined) byScope.set(stand.scope, [stand]);
    else list.push(stand);
  }
  const known = new Map<Scope, boolean>();
  const guarded = (lead: ts.Node): boolean => {
    ev.budget.step();
    const scope = scopeOf(lead);
    for (const stand of byScope.get(scope) ?? []) {
      if (side === 'input' && stand.node !== lead && (stand.node.getStart() < lead.getStart() || isWithin(stand.node, lead))) return true;
      if (side === 'output' && comesFrom(ev.program, stand.node, new Set([lead]))) return true;
    }
    if (!isFunctionNode(scope)) return false;
    const before = known.get(scope);
    if (before !== undefined) return before;
    // Round a cycle, the way in decides.
    known.set(scope, true);
    const uses = paths.usesOf(scope);
    const all =
      uses.length > 0 &&
      !paths.isCut(scope) &&
      uses.every(use => (use.how === 'registered' ? stands.some(stand => stand.chain.includes(use.node)) : guarded(use.node)));
    known.set(scope, all);
    return all;
  };
  return guarded(call);
}
