// The model calls behind a run of a graph: those in its node functions, and in what these call. A graph asks no model itself, so
// what holds for its run is what holds for the worst of them.
import type { ts } from 'ts-morph';
import type { OutputCap, Timeout } from '../../../core/index.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import type { Graphs } from '../loops/graphs.ts';
import type { References } from '../paths/references.ts';
import { enclosingFunction } from '../scope.ts';
import type { Site } from './options.ts';

/** Callers up to this many calls away from a model call are looked at. */
const FARTHEST = 6;
const MOST = 200;

export class InnerCalls {
  readonly #references: References;
  readonly #graphs: Graphs;
  readonly #sites: readonly Site[];
  readonly #above = new Map<Site, ReadonlySet<ts.Node>>();

  constructor(references: References, graphs: Graphs, sites: readonly Site[]) {
    this.#references = references;
    this.#graphs = graphs;
    this.#sites = sites;
  }

  /** The calls that a run of a graph makes; none for every other call. */
  of(site: Site): readonly Site[] {
    const nodes = this.#graphs.nodesRunBy(site);
    if (nodes.length === 0) return [];
    return this.#sites.filter(
      other => other !== site && other.shape.kind !== 'embedding' && nodes.some(node => this.#functionsAbove(other).has(node)),
    );
  }

  /** The functions that a call stands in, and those that call them. */
  #functionsAbove(site: Site): ReadonlySet<ts.Node> {
    const known = this.#above.get(site);
    if (known !== undefined) return known;
    const out = new Set<ts.Node>();
    this.#above.set(site, out);
    let ring: FunctionNode[] = [];
    const add = (node: ts.Node): void => {
      for (let fn = enclosingFunction(node); fn !== undefined; fn = enclosingFunction(fn)) {
        if (out.has(fn) || out.size > MOST) return;
        out.add(fn);
        ring.push(fn);
      }
    };
    add(site.node);
    for (let depth = 0; depth < FARTHEST && ring.length > 0; depth++) {
      const now = ring;
      ring = [];
      for (const fn of now) {
        const { calls } = this.#references.uses(fn);
        for (const call of calls.slice(0, MOST)) add(call);
      }
    }
    return out;
  }
}

/** The cap of a run: set only where every inner call has one. */
export function worstCap(own: OutputCap, inner: readonly OutputCap[]): OutputCap {
  if (own.set === true || inner.length === 0) return own;
  const open = inner.find(cap => cap.set === false) ?? inner.find(cap => cap.set === null);
  if (open !== undefined) return open;
  return inner.reduce((worst, cap) => ((cap.tokens ?? 0) > (worst.tokens ?? 0) ? cap : worst));
}

/** The deadline of a run: written only where every inner call has one. */
export function worstTimeout(own: Timeout, inner: readonly Timeout[]): Timeout {
  if (own.explicit === true || inner.length === 0) return own;
  const open = inner.find(one => one.explicit === false) ?? inner.find(one => one.explicit === null);
  if (open !== undefined) return open;
  return inner.reduce((worst, one) => ((one.ms ?? 0) > (worst.ms ?? 0) ? one : worst));
}
