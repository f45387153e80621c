// What became of an experiment, and how the report shows it: numbers that a person can repeat, and the command that repeats them.
import type { Check, CheckId, Finding, FindingStatus, ObserveRule } from './check.ts';
import { sum } from './numbers.ts';
import type { Observation, Trial } from './observation.ts';

/** What the runner brings back from one probe. */
export type Outcome =
  | { readonly kind: 'done'; readonly probe: string; readonly question: string; readonly observation: Observation }
  /** The agent does not offer what the experiment needs. */
  | { readonly kind: 'not-applicable'; readonly probe: string; readonly question: string; readonly reason: string }
  /** The control did not work, so nothing may be concluded. */
  | { readonly kind: 'inconclusive'; readonly probe: string; readonly question: string; readonly reason: string };

/** All that was seen of one agent. */
export interface LiveRun {
  readonly outcomes: readonly Outcome[];
  /** How the agent was reached and how well it was shut in, in sentences. */
  readonly notes: readonly string[];
  /** The command that repeats one experiment alone, without its id at the end. */
  readonly rerun: string;
}

/** An arm of an experiment in numbers. Times are milliseconds. */
export interface ReportArm {
  readonly name: string;
  /** Model calls that arrived at the stand-in. */
  readonly calls: number;
  /** Between the end of one call and the beginning of the next, the first 20. */
  readonly waits: readonly number[];
  readonly tokens: { readonly input: number; readonly output: number };
  /** The first five replies. */
  readonly replies: readonly { readonly end: string; readonly status: number | null; readonly ms: number; readonly text: string }[];
  /** Hosts that the agent tried to reach. */
  readonly hosts: readonly string[];
  readonly died: boolean;
}

export interface ReportExperiment {
  readonly id: string;
  readonly question: string;
  /** What its findings say together; `informational` when no item reads it, or it showed nothing about one. */
  readonly status: FindingStatus | 'not-applicable' | 'inconclusive' | 'informational';
  /** Why nothing was concluded. */
  readonly reason?: string;
  readonly items: readonly CheckId[];
  /** A plain question, to know that the agent works at all; absent when nothing was concluded. */
  readonly control?: ReportArm;
  readonly treatment: readonly ReportArm[];
  readonly rerun: string;
}

/** A finding with the experiment that it comes from. */
export interface Observed {
  readonly finding: Finding;
  readonly probe: string;
}

/**
 * What the experiments say about one item.
 * An experiment from which nothing may be concluded is an `unknown` finding with its reason; one that does not apply says nothing.
 */
export function observedOf(check: Check, outcomes: readonly Outcome[]): readonly Observed[] {
  if (check.observe === undefined) return [];
  const rules = check.observe;
  return outcomes.flatMap(outcome => {
    const rule = rules[outcome.probe];
    if (rule === undefined || outcome.kind === 'not-applicable') return [];
    if (outcome.kind === 'inconclusive') {
      const finding: Finding = { status: 'unknown', message: outcome.reason, confidence: 'low', locations: [] };
      return [{ finding, probe: outcome.probe }];
    }
    return ruled(rule, outcome.observation).map(finding => ({ finding, probe: outcome.probe }));
  });
}

/** A rule that throws decides nothing, and says so. */
function ruled(rule: ObserveRule, seen: Observation): readonly Finding[] {
  try {
    const said = rule(seen);
    return said === undefined ? [] : 'status' in said ? [said] : said;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      { status: 'unknown', message: `The rule on this experiment failed (${reason}); please report it`, confidence: 'low', locations: [] },
    ];
  }
}

/** One experiment for the report. `said` are the findings that came from it, by item. */
export function reportExperiment(
  outcome: Outcome,
  said: readonly { readonly item: CheckId; readonly status: FindingStatus }[],
  rerun: string,
): ReportExperiment {
  const base = {
    id: outcome.probe,
    question: outcome.question,
    items: [...new Set(said.map(s => s.item))],
    rerun: `${rerun}${outcome.probe}`,
  };
  if (outcome.kind !== 'done') return { ...base, status: outcome.kind, reason: outcome.reason, treatment: [] };
  const worst = (['fail', 'partial', 'unknown', 'pass'] as const).find(status => said.some(s => s.status === status));
  const { control, arms } = outcome.observation;
  const treatment = Object.entries(arms).map(([name, trial]) => reportArm(name, trial));
  return { ...base, status: worst ?? 'informational', control: reportArm('control', control), treatment };
}

function reportArm(name: string, trial: Trial): ReportArm {
  const calls = trial.exchanges.filter(exchange => exchange.request !== undefined);
  return {
    name,
    calls: calls.length,
    waits: calls.slice(1, 21).map((call, i) => Math.max(0, Math.round(call.at - endOf(calls[i] as (typeof calls)[number])))),
    tokens: { input: sum(calls.map(c => c.tokens?.input ?? 0)), output: sum(calls.map(c => c.tokens?.output ?? 0)) },
    replies: trial.replies
      .slice(0, 5)
      .map(({ end, status, at, endedAt, text }) => ({ end, status, ms: Math.round(endedAt - at), text: text.slice(0, 200) })),
    hosts: [...new Set(trial.egress.map(e => e.host))].sort(),
    died: trial.exit !== undefined && !trial.exit.asked,
  };
}

/** When a call was over, for the agent or for the stand-in. */
export function endOf(call: Trial['exchanges'][number]): number {
  return call.endedAt ?? call.goneAt ?? call.at;
}
