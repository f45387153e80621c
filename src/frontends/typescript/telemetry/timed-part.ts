// Is a span of time that of a whole request, or of a part: one attempt, one tool, one of several rounds of an agent?
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { boundOf, isLoop } from '../loops/bounds.ts';
import { isWithin, repeats } from '../paths/call-sites.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode } from '../scope.ts';

const MOST_SCOPES = 60;

/** What a place times instead of the whole request, in the reader's words; undefined: nothing less was seen. */
export function timedPart(reading: Reading, use: ts.Node): string | undefined {
  const { paths, ev } = reading;
  const scope = scopeOf(use);
  if (isFunctionNode(scope) && paths.usesOf(scope).some(one => one.how === 'run')) return 'one call of a tool';
  const met = paths.meet(use);
  if (met === undefined || met === 'unknown' || !isFunctionNode(met.scope)) return undefined;
  // The rounds of an agent: a loop with a limit, which holds both a model call and what is timed, above or in the same function.
  const queue: { node: ts.Node; scope: Scope }[] = [met];
  const seen = new Set<Scope>();
  for (let next = queue.pop(); next !== undefined && seen.size < MOST_SCOPES; next = queue.pop()) {
    if (seen.has(next.scope)) continue;
    seen.add(next.scope);
    const leads = [...(paths.leads.get(next.scope) ?? [])];
    let child = next.node;
    for (let up = child.parent; up !== undefined && child !== next.scope; child = up, up = up.parent) {
      if (!isLoop(up) || !repeats(up, child) || !leads.some(lead => isWithin(lead, up))) continue;
      const { basis } = boundOf(ev, up);
      if (basis === 'explicit') return 'one of the rounds that a request may take';
      // Without a limit it may as well be the loop that takes one request after the other, unless a framework hands the requests in.
      if (basis === 'none' && paths.entries.some(entry => entry.registration !== undefined))
        return 'one of the rounds that a request may take';
    }
    if (!isFunctionNode(next.scope)) continue;
    for (const one of paths.usesOf(next.scope)) {
      const above = one.how === 'registered' ? undefined : scopeOf(one.node);
      if (above !== undefined && !tsc.isSourceFile(above) && paths.leads.has(above)) queue.push({ node: one.node, scope: above });
    }
  }
  return undefined;
}
