// Weighing: the findings of an item become one verdict. One pure function and one table; no item writes its own.
import type { Confidence, Finding, FindingStatus } from './check.ts';

export type Status = 'pass' | 'partial' | 'fail' | 'unknown' | 'not-applicable';
export type Basis = 'observed' | 'inspected' | 'attested' | 'none';

export interface Verdict {
  readonly status: Status;
  readonly basis: Basis;
  readonly confidence: Confidence;
}

const RANK: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 };

/** The lowest confidence of those given: a verdict is as sure as its weakest part. */
export function weakest(confidences: readonly Confidence[]): Confidence {
  return confidences.reduce<Confidence>((low, next) => (RANK[next] < RANK[low] ? next : low), 'high');
}

/** The highest confidence of those given. */
function strongest(confidences: readonly Confidence[]): Confidence {
  return confidences.reduce<Confidence>((high, next) => (RANK[next] > RANK[high] ? next : high), 'low');
}

/**
 * What one witness says over all its findings.
 * All pass: pass. None holds even partly and all were decided: fail. Some hold, some do not: partial.
 * Something undecided hides a pass, and hides a complete fail, because we do not know that it fails everywhere.
 */
export function sumUp(findings: readonly Finding[]): Verdict | undefined {
  if (findings.length === 0) return undefined;
  const some = (status: FindingStatus): boolean => findings.some(f => f.status === status);
  const of = (...statuses: FindingStatus[]): Confidence =>
    weakest(findings.filter(f => statuses.includes(f.status)).map(f => f.confidence));
  // One certain failure is enough, however doubtful the others are.
  const surest = (...statuses: FindingStatus[]): Confidence =>
    strongest(findings.filter(f => statuses.includes(f.status)).map(f => f.confidence));
  const verdict = (status: Status, confidence: Confidence): Verdict => ({ status, basis: 'inspected', confidence });
  if (some('partial') || (some('fail') && (some('pass') || some('unknown')))) return verdict('partial', surest('partial', 'fail'));
  if (some('fail')) return verdict('fail', surest('fail'));
  if (some('unknown')) return verdict('unknown', of('unknown'));
  return verdict('pass', of('pass'));
}

export interface Evidence {
  readonly observe?: Verdict | undefined;
  readonly inspect?: Verdict | undefined;
  readonly attest?: 'valid' | 'expired' | undefined;
  /** Set when the item makes no sense for this agent. */
  readonly notApplicable?: boolean;
}

const known = (verdict: Verdict | undefined): verdict is Verdict => verdict !== undefined && verdict.status !== 'unknown';

/**
 * The weighing table: seen beats read, read beats told.
 * An attestation answers a silence and never overturns a finding.
 */
export function weigh({ observe, inspect, attest, notApplicable = false }: Evidence): Verdict {
  if (known(observe)) {
    const status = observe.status === 'pass' && inspect?.status === 'fail' ? 'partial' : observe.status;
    return { status, basis: 'observed', confidence: observe.confidence };
  }
  if (notApplicable) return { status: 'not-applicable', basis: 'inspected', confidence: 'high' };
  if (known(inspect)) return { status: inspect.status, basis: 'inspected', confidence: inspect.confidence };
  if (attest === 'valid') return { status: 'pass', basis: 'attested', confidence: 'high' };
  if (attest === 'expired') return { status: 'fail', basis: 'attested', confidence: 'high' };
  return { status: 'unknown', basis: 'none', confidence: 'low' };
}

/**
 * A line of the pre-launch list from its items: pass when all that apply pass, fail when none passes even partly,
 * unknown when nothing is known, not-applicable when none applies, else partial.
 * @param lead the status of the item that the line is about, if it has one: while that is unknown, the others alone do not fail the line,
 *   and where it does not apply, the line does not
 */
export function weighLine(statuses: readonly Status[], lead?: Status): Status {
  if (lead === 'not-applicable') return lead;
  const applicable = statuses.filter(status => status !== 'not-applicable');
  if (applicable.length === 0) return statuses.length === 0 ? 'unknown' : 'not-applicable';
  const decided = applicable.filter(status => status !== 'unknown');
  if (decided.length === 0) return 'unknown';
  if (decided.length === applicable.length && decided.every(status => status === 'pass')) return 'pass';
  if (!decided.every(status => status === 'fail')) return 'partial';
  return lead === 'unknown' ? 'unknown' : 'fail';
}
