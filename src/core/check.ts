// What a checklist item is, and the helpers that its file uses to rule on evidence.
import type { LineId, ModuleId } from './checklist.ts';
import type { FactKind, Facts } from './fact.ts';
import type { Location } from './location.ts';
import type { Observation } from './observation.ts';

export type Severity = 'blocker' | 'high' | 'medium';
export type Confidence = 'low' | 'medium' | 'high';
/** How an item can be proved, the strongest first. */
export type Witness = 'observe' | 'inspect' | 'attest';
/** What one witness says. `unknown` findings name what could not be decided and are never a pass. */
export type FindingStatus = 'pass' | 'partial' | 'fail' | 'unknown';

/** What one witness says about one item, with every place that matters. */
export interface Finding {
  readonly status: FindingStatus;
  readonly message: string;
  readonly confidence: Confidence;
  readonly locations: readonly Location[];
}

/** Code that an item's rule is run on by the tests, and that `explain` shows as good and bad code. */
export interface Example {
  readonly expect: FindingStatus | 'not-applicable';
  /** Name of the file that holds the code. */
  readonly file: string;
  readonly code: string;
  /** Further files, by name: package.json, a second module. */
  readonly files?: Readonly<Record<string, string>>;
  /** What this example is there to show, where it is not plain. */
  readonly shows?: string;
  /** How a reviewer reads it, where the rule itself cannot decide yet (`expect: 'unknown'`). */
  readonly reading?: 'good' | 'bad';
}

export type CheckId = `${ModuleId}/${string}`;

/** The facts that a rule declared it needs, and no others. */
export type Needed<K extends FactKind> = Pick<Facts, K>;

/** Rules on one experiment whose control worked. undefined: it shows nothing about this item. */
export type ObserveRule = (seen: Observation) => Finding | readonly Finding[] | undefined;

export interface CheckShape<K extends FactKind> {
  /** Module and file name, for example `cost-control/max-tokens`. */
  readonly id: CheckId;
  /** Stable short code, never reused; the SARIF rule id. */
  readonly code: string;
  /** A sentence that is true when the item passes. */
  readonly title: string;
  readonly severity: Severity;
  readonly how: readonly Witness[];
  /** The lines of the pre-launch list that this item answers. */
  readonly lines: readonly LineId[];
  /** The harm. */
  readonly why: string;
  /** The next action. */
  readonly fix: string;
  /** The evidence that would settle the item where it is unknown. */
  readonly settles: string;
  /** What fools a careless reader of the code, in either direction. */
  readonly traps?: readonly string[];
  readonly needs?: { readonly facts: readonly K[] };
  /** A reason when the item makes no sense for this agent; undefined when it applies. */
  readonly notApplicable?: (facts: Needed<K>) => string | undefined;
  /** Rules on the code. undefined: the code says nothing either way. */
  readonly inspect?: (facts: Needed<K>) => readonly Finding[] | undefined;
  /** Rules on the running agent, by the id of the experiment that they read. */
  readonly observe?: Readonly<Record<string, ObserveRule>>;
  readonly examples?: readonly Example[];
}

/** A check whose needs were forgotten by the type system, as the assessment runs it. */
export interface Check extends Omit<CheckShape<FactKind>, 'notApplicable' | 'inspect'> {
  readonly notApplicable?: (facts: Facts) => string | undefined;
  readonly inspect?: (facts: Facts) => readonly Finding[] | undefined;
}

/** Declares a checklist item. What `needs` names is what `inspect` receives; reading anything else does not compile. */
export function defineCheck<const K extends FactKind = never>(check: CheckShape<K>): Check {
  return check as unknown as Check;
}

/** The module that an item belongs to: the first part of its id. */
export function moduleOf(id: CheckId): ModuleId {
  return id.slice(0, id.indexOf('/')) as ModuleId;
}

export function finding(
  status: FindingStatus,
  message: string,
  locations: readonly Location[] = [],
  confidence: Confidence = 'high',
): Finding {
  return { status, message, locations, confidence };
}
export const pass = (message: string, locations: readonly Location[] = [], confidence: Confidence = 'high'): Finding =>
  finding('pass', message, locations, confidence);
export const partial = (message: string, locations: readonly Location[] = [], confidence: Confidence = 'high'): Finding =>
  finding('partial', message, locations, confidence);
export const fail = (message: string, locations: readonly Location[] = [], confidence: Confidence = 'high'): Finding =>
  finding('fail', message, locations, confidence);
export const unknown = (message: string, locations: readonly Location[] = [], confidence: Confidence = 'low'): Finding =>
  finding('unknown', message, locations, confidence);
