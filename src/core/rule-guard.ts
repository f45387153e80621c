// Helpers that the rules about guards share: what is wrong with a guard, and which calls no sound guard covers.
import { type Finding, partial, unknown } from './check.ts';
import type { ModelCall } from './fact.ts';
import type { Guard } from './fact-path.ts';
import type { Tool } from './fact-tool.ts';
import type { Location } from './location.ts';

export type GuardSide = Guard['sides'][number];

/** Share of the known inputs on which own patterns must do the right thing. */
const GOOD = 0.85;
/** With fewer known inputs that could be decided, nothing is proved. */
const ENOUGH = 12;
/** A list of patterns that gets nearly every one of so many known inputs right, in several languages and disguises, is more than a gesture. */
const STRONG = 0.95;
const MANY = 20;
const MOST_SHOWN = 4;

/** Why a guard cannot be relied on, in whole sentences; empty: nothing was found against it. */
export function flawsOf(guard: Guard): readonly string[] {
  const { label, tried, counterexamples = [], blind = [] } = guard;
  const flaws: string[] = [];
  if (guard.reach === 'unconnected') flaws.push(`${label}: nothing on the way of a request runs it`);
  if (guard.reach === 'unknown') flaws.push(`${label}: whether a request passes it could not be followed`);
  if (guard.offUnless !== undefined) flaws.push(`${label}: does nothing unless ${guard.offUnless}`);
  if (guard.failsOpen !== undefined) flaws.push(`${label}: fails open, ${guard.failsOpen}`);
  if (guard.past !== undefined) flaws.push(`${label}: ${guard.past}`);
  if (guard.piecewise === true) flaws.push(`${label}: sees a stream piece by piece, and misses what the border of two pieces cuts in two`);
  if (guard.by === 'prompt') flaws.push(`${label}: asks the model to behave, and detects nothing`);
  if (counterexamples.length > 0 && (tried === undefined || tried.of === 0 || tried.right / tried.of < GOOD)) flaws.push(errors(guard));
  // Right in most cases, and for one sort of data in none.
  else if (blind.length > 0) flaws.push(`${label}: hides no ${blind.join(' and no ')}`);
  else if (tried !== undefined && tried.of < ENOUGH) flaws.push(`${label}: what it hides depends on code that was not run`);
  return flaws;
}

/**
 * What own patterns against attacks are worth where nothing else was found against them. They are passed by any wording that nobody
 * thought of; how many that are, is not to be read where they withstand all that is known.
 */
export function wordOfPatterns({ label, tried, location }: Guard): Finding {
  if (tried === undefined || tried.of < MANY || tried.right / tried.of < STRONG)
    return partial(`${label}: a list of patterns is passed by any other wording`, [location], 'medium');
  return unknown(
    `${label}: right on ${tried.right} of ${tried.of} known inputs; whether they hold against other wordings, only an experiment can tell`,
    [location],
  );
}

/** What its patterns do wrong, the first few of it. */
function errors({ label, tried, counterexamples = [] }: Guard): string {
  const shown = counterexamples.slice(0, MOST_SHOWN).join('; ');
  const more = counterexamples.length > MOST_SHOWN ? `; and ${counterexamples.length - MOST_SHOWN} more` : '';
  const score = tried === undefined || tried.of === 0 ? '' : ` (right on ${tried.right} of ${tried.of} known inputs)`;
  return `${label}: ${shown}${more}${score}`;
}

/** The guards that stand on a side. */
export function onSide(guards: readonly Guard[], ...sides: readonly GuardSide[]): readonly Guard[] {
  return guards.filter(guard => guard.sides.some(side => sides.includes(side)));
}

/** The model calls that none of the guards covers. */
export function missedByAll(guards: readonly Guard[]): readonly Location[] {
  const [first, ...others] = guards;
  const key = (place: Location): string => `${place.file}:${place.line}:${place.column ?? 0}`;
  const known = others.map(guard => new Set((guard.misses ?? []).map(key)));
  return (first?.misses ?? []).filter(place => known.every(missed => missed.has(key(place))));
}

/** Does the call talk: is its answer read by people, or does it run tools? */
export function talking(call: ModelCall): boolean {
  return call.purpose === 'chat' || call.purpose === 'agent-run';
}

/** Does what the tool returns go back to a model? */
export function returnsToModel(tool: Tool): boolean {
  if (tool.outputValidated === 'fixed' || tool.answers === true) return false;
  return !tool.capabilities.includes('client-side-ui') && !tool.capabilities.includes('provider-hosted');
}

const WHERE: Readonly<Record<GuardSide, string>> = {
  input: 'what users write',
  output: 'the replies',
  'tool-output': 'what tools return',
  log: 'what is logged',
  provider: 'what is sent to the model',
};

/** What passes a guard, in a few words; undefined: it could not be connected to anything. */
export function whereOf(guard: Guard): string | undefined {
  return guard.sides.length === 0 ? undefined : guard.sides.map(side => WHERE[side]).join(' and ');
}
