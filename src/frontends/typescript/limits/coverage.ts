// Which model calls does a control stand before, on every way that leads to them?
import type { ts } from 'ts-morph';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { Paths, Scope } from '../paths/paths.ts';
import { scopeOf } from '../paths/paths.ts';
import { isFunctionNode } from '../scope.ts';

/** Where a control acts: inside functions on the way, or before whole entry points. */
export interface Standpoint {
  /** Branches and calls, by the function that they stand in. */
  readonly gates: ReadonlyMap<Scope, readonly ts.Node[]>;
  /** Functions that only run when the control has let the request in. */
  readonly guarded: ReadonlySet<Scope>;
}

const MOST_SCOPES = 400;

/** The model calls that can be reached without meeting the control; `null`: too many ways to tell. */
export function missedCalls(ev: Evaluator, paths: Paths, calls: readonly ts.Node[], at: Standpoint): readonly ts.Node[] | null {
  let unsure = false;
  const missed = calls.filter(call => {
    const run = new Run(paths, at);
    const open = ev.budget.ask(
      () => run.open(call),
      () => {
        unsure = true;
        return false;
      },
    );
    if (run.count > MOST_SCOPES) unsure = true;
    return open;
  });
  return unsure ? null : missed;
}

class Run {
  count = 0;
  readonly #paths: Paths;
  readonly #at: Standpoint;
  readonly #seen = new Set<ts.Node>();

  constructor(paths: Paths, at: Standpoint) {
    this.#paths = paths;
    this.#at = at;
  }

  /** Is there a way from an entry point to this node that does not meet the control? */
  open(node: ts.Node): boolean {
    if (this.#seen.has(node) || ++this.count > MOST_SCOPES) return false;
    this.#seen.add(node);
    const scope = scopeOf(node);
    if (this.#at.guarded.has(scope)) return false;
    const gates = this.#at.gates.get(scope) ?? [];
    // What a call is given is made before it runs.
    if (gates.some(gate => gate.getStart() < node.getStart() || isWithin(node, gate) || isWithin(gate, node))) return false;
    if (!isFunctionNode(scope)) return true;
    const uses = this.#paths.usesOf(scope);
    if (uses.length === 0) return true;
    // An entry point of its own is open even where others that share the function are not.
    return uses.some(use => use.how === 'registered' || this.open(use.node));
  }
}
