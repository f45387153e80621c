// Helpers that the rules on logs, traces and metrics share.
import type { ModelCall } from './fact.ts';
import type { LogCall, Telemetry } from './fact-telemetry.ts';
import type { Location } from './location.ts';
import { production } from './rule.ts';

/** The lines that production code writes on the way of a request. */
export function linesOnPath(lines: readonly LogCall[]): readonly LogCall[] {
  return production(lines).filter(line => line.reach === 'on-path');
}

/** What production code starts, and where it runs beside or in the requests. */
export function running(telemetry: readonly Telemetry[]): readonly Telemetry[] {
  return production(telemetry).filter(one => one.reach === 'on-path');
}

/** Does it work as the repository stands: not off by default, not printing to nobody? */
export function works(one: Telemetry): boolean {
  return one.offUnless === undefined && one.exports !== 'no';
}

/** Each label once, in words. */
export function labelsOf(facts: readonly { readonly label: string }[], most = 3): string {
  const labels = [...new Set(facts.map(fact => fact.label))];
  return labels.length <= most ? labels.join(', ') : `${labels.slice(0, most).join(', ')} and ${labels.length - most} more`;
}

/** The first places of some facts. */
export function placesOfFirst(facts: readonly { readonly location: Location }[], most = 10): readonly Location[] {
  return facts.slice(0, most).map(fact => fact.location);
}

/** The production calls that an agent answers with; where there are none, all production calls. */
export function talks(calls: readonly ModelCall[]): readonly ModelCall[] {
  const own = production(calls);
  const chat = own.filter(call => call.purpose === 'chat' || call.purpose === 'agent-run');
  return chat.length > 0 ? chat : own;
}

/** `1 log line`, `3 log lines`. */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
