// Helpers for the rules about limits: does a limit of the right kind stand before every model call, and can it be relied on?
import { type Finding, fail, partial, pass, unknown } from './check.ts';
import type { ModelCall } from './fact.ts';
import type { Limit } from './fact-path.ts';
import type { Location } from './location.ts';
import { production } from './rule.ts';

export const HOUR = 3600;
export const DAY = 86_400;

/** Production calls that a limit should stand before: those that cost money. */
export function paidCalls(calls: readonly ModelCall[]): readonly ModelCall[] {
  return production(calls).filter(call => call.provider !== 'local');
}

/** What keeps a limit from being relied on, in whole words; empty: nothing. */
export function weaknesses(limit: Limit): readonly string[] {
  return [
    ...(limit.offUnless === undefined ? [] : [`it acts only if ${limit.offUnless}`]),
    ...(limit.failsOpen === undefined ? [] : [`it fails open: ${limit.failsOpen}`]),
    ...(limit.misses === undefined
      ? []
      : [`${limit.misses.length} model ${limit.misses.length === 1 ? 'call' : 'calls'} can be reached without it`]),
  ];
}

/** How a limit answers an item: fully, partly (with what is missing), not at all, or by what could not be told. */
export type Fit = { readonly full: true } | { readonly lacks: string } | { readonly unsure: string } | undefined;

export interface LimitQuestion {
  readonly calls: readonly ModelCall[];
  readonly limits: readonly Limit[];
  readonly judge: (limit: Limit) => Fit;
  /** What was looked for, for example "limit on what one user may cost". */
  readonly sought: string;
}

/** Rules on one kind of limit. undefined: nothing that costs money is called. */
export function limitFindings({ calls, limits, judge, sought }: LimitQuestion): readonly Finding[] | undefined {
  const paid = paidCalls(calls);
  const first = paid[0];
  if (first === undefined) return undefined;
  const fitting = production(limits).flatMap(limit => {
    const how = judge(limit);
    return how === undefined ? [] : [{ limit, lacks: 'lacks' in how ? [how.lacks] : [], unsure: 'unsure' in how ? how.unsure : undefined }];
  });
  const met = fitting.filter(({ limit }) => limit.reach !== 'unconnected');
  const sound = met.filter(
    ({ limit, lacks, unsure }) =>
      limit.reach === 'on-path' &&
      lacks.length === 0 &&
      unsure === undefined &&
      limit.offUnless === undefined &&
      limit.failsOpen === undefined,
  );
  const open = paid.filter(
    call => sound.length === 0 || sound.every(({ limit }) => limit.misses?.some(at => same(at, call.location)) === true),
  );
  if (open.length === 0) return sound.map(({ limit }) => pass(limit.label, [limit.location], 'medium'));
  if (met.length > 0)
    return met.map(({ limit, lacks, unsure }) => {
      if (limit.reach === 'unknown')
        return unknown(`${limit.label}: whether it stands before the model calls could not be told`, [limit.location]);
      if (unsure !== undefined && weaknesses(limit).length === 0) return unknown(`${limit.label}: ${unsure}`, [limit.location]);
      const why = [...lacks, ...weaknesses(limit)].join('; ');
      return partial(
        why === '' ? limit.label : `${limit.label}, but ${why}`,
        [limit.location, ...(limit.misses ?? []).slice(0, 3)],
        'medium',
      );
    });
  const places: Location[] = paid.slice(0, 3).map(call => call.location);
  const idle = fitting[0]?.limit;
  if (idle !== undefined)
    return [fail(`There is a limit (${idle.label}), but nothing on the way to a model call runs it`, [idle.location, ...places], 'medium')];
  return [
    fail(`No ${sought} was found on the way to ${paid.length === 1 ? first.call : `the ${paid.length} model calls`}`, places, 'medium'),
  ];
}

/** Limits on the size of what is sent, as they are written down: characters per request. */
function isSize(limit: Limit): boolean {
  return limit.scope === 'request' && limit.unit === 'characters';
}

/** Does a limit stand before a call, as far as was seen? */
export function reaches(limit: Limit, call: ModelCall): boolean {
  return limit.reach === 'on-path' && limit.misses?.some(at => same(at, call.location)) !== true;
}

/** What is known of the size of the input of a call, and the limit that tells. */
export function inputSize(
  call: ModelCall,
  limits: readonly Limit[],
): { readonly size: 'bounded' | 'partly' | 'open' | 'unknown'; readonly by?: Limit } {
  const all = production(limits).filter(isSize);
  const own = all.find(limit => same(limit.location, call.location));
  if (own !== undefined) return { size: own.amount === null ? 'partly' : Number.isFinite(own.amount) ? 'bounded' : 'open', by: own };
  const before = all.filter(limit => reaches(limit, call));
  const some = before.find(limit => limit.amount !== Number.POSITIVE_INFINITY);
  if (some !== undefined) return { size: 'partly', by: some };
  const unsure = all.find(limit => limit.reach === 'unknown' && limit.misses?.some(at => same(at, call.location)) !== true);
  if (unsure !== undefined) return { size: 'unknown', by: unsure };
  const [open] = before;
  return open === undefined ? { size: 'open' } : { size: 'open', by: open };
}

function same(a: Location, b: Location): boolean {
  return a.file === b.file && a.line <= (b.endLine ?? b.line) && b.line <= (a.endLine ?? a.line);
}
