// Helpers that the rules about model calls share, so that each rule is only its own question.
import { type Finding, fail, partial, pass, unknown } from './check.ts';
import type { CodeRole, DeadOption, FailureEnd, ModelCall, RetriedFailures, RetryLayer, Tri, Usage } from './fact.ts';
import type { Tool } from './fact-tool.ts';
import type { Location } from './location.ts';

/** Facts of production code: tests, evals, scripts and examples neither satisfy nor break a control. */
export function production<F extends { readonly role: CodeRole }>(facts: readonly F[]): readonly F[] {
  return facts.filter(fact => fact.role === 'production');
}

/** Tools of production code that do something when the model calls them. */
export function actingTools(tools: readonly Tool[]): readonly Tool[] {
  return production(tools).filter(tool => tool.answers !== true);
}

/** Findings on options of production calls that do nothing in the version in use, and were meant for this control. */
export function ignoredOptions(dead: readonly DeadOption[], meant: DeadOption['meant'], rule: typeof fail): readonly Finding[] {
  return production(dead)
    .filter(option => option.meant === meant)
    .map(option => rule(`${option.option} does nothing here: ${option.why}`, [option.location]));
}

/** Is a failure handled? Yes where every way ends in a deliberate reply, no where every way ends in nobody knowing. */
export function sumEnds(ends: readonly FailureEnd[]): Tri | 'partial' {
  if (ends.length === 0) return 'unknown';
  const known = ends.filter(end => end.how !== 'unknown');
  if (known.every(end => end.how === 'reply')) return known.length === ends.length ? 'yes' : 'unknown';
  return known.every(end => end.how === 'escapes' || end.how === 'silent') ? (known.length === ends.length ? 'no' : 'partial') : 'partial';
}

/** Are the tokens of a call recorded, in the words of the report? */
export function sumUsage({ how }: Usage): Tri | 'partial' {
  if (how === 'unknown') return 'unknown';
  return how === 'stored' ? 'yes' : how === 'none' ? 'no' : 'partial';
}

/** Does the layer try again, or may it? */
export function acts(layer: RetryLayer): boolean {
  return layer.attempts === null || layer.attempts > 1;
}

/** The call, and every layer that is written down somewhere. */
export function placesOf(call: ModelCall, layers: readonly RetryLayer[]): readonly Location[] {
  return [call.location, ...layers.flatMap(layer => layer.location ?? [])];
}

/** Does some layer of the call answer this failure with another attempt? `unknown` when one may. */
export function retries(call: ModelCall, failure: keyof RetriedFailures): Tri {
  const acting = call.retries.layers.filter(acts);
  if (acting.some(layer => layer.attempts !== null && layer.on[failure] === 'yes')) return 'yes';
  return acting.some(layer => layer.on[failure] !== 'no') ? 'unknown' : 'no';
}

/** The layers that answer a failure, those that may included. */
export function layersFor(call: ModelCall, failure: keyof RetriedFailures): readonly RetryLayer[] {
  return call.retries.layers.filter(layer => acts(layer) && layer.on[failure] !== 'no');
}

/** Rules on a failure that should be retried with backoff, call by call. `name` is the failure in the reader's words. */
export function retriedFinding(call: ModelCall, failure: 'rateLimit' | 'serverError' | 'overload', name: string): Finding {
  const answer = retries(call, failure);
  const layers = layersFor(call, failure);
  const by = layers.map(layer => layer.label).join(', around ');
  const places = placesOf(call, layers);
  const caveat = layers.find(layer => layer.caveat !== undefined)?.caveat;
  if (answer === 'no') return fail(`${call.call}: ${name} is not tried again (${describe(call)})`, places);
  if (answer === 'unknown') {
    return caveat === undefined
      ? unknown(`${call.call}: whether ${name} is tried again cannot be read (${by})`, places)
      : partial(`${call.call}: ${caveat} (${by})`, places);
  }
  const hasty = layers.every(layer => layer.backoff === 'none' || layer.backoff === 'fixed');
  if (hasty) return partial(`${call.call}: ${name} is tried again without growing waits (${by})`, places);
  return pass(`${call.call}: ${name} is tried again with growing waits (${by})`, places);
}

/** Names in a sentence: the first few, and how many more there are. */
export function someOf(names: readonly string[], most = 5): string {
  const shown = [...new Set(names)];
  return shown.length <= most ? shown.join(', ') : `${shown.slice(0, most).join(', ')} and ${shown.length - most} more`;
}

/** The retry stack of a call in a few words. */
export function describe(call: ModelCall): string {
  return call.retries.layers.map(layer => layer.label).join(', around ');
}
