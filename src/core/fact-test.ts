// The words for tests and for what runs them.
import type { CodeRole } from './fact.ts';
import type { Location } from './location.ts';

export type TestKind = 'unit' | 'integration' | 'end-to-end' | 'evaluation';
export type EdgeCase = 'empty' | 'over-long' | 'malicious';

/** A file of tests, or of evaluation cases. */
export interface TestFile {
  readonly kind: 'test-file';
  readonly location: Location;
  readonly role: CodeRole;
  readonly sort: TestKind;
  /** The library that runs it, for example `vitest`; undefined: not known. */
  readonly runner?: string;
  /** Tests or cases in it that are neither skipped nor left as a to-do. */
  readonly cases: number;
  readonly skipped: number;
  /** Does it import production code of the agent: a file on the way between an entry point and a model call? */
  readonly ofAgent: boolean;
  /** Names of tools that a test drives through the agent, or whose function it calls. */
  readonly tools: readonly { readonly name: string; readonly through: 'agent' | 'function' }[];
  /** Edge cases that are fed to the code under test as values, with their places. */
  readonly edges: readonly { readonly edge: EdgeCase; readonly location: Location }[];
}

/** A model that grades answers, and what its grades decide. */
export interface JudgeEvaluation {
  readonly kind: 'judge-evaluation';
  readonly location: Location;
  readonly role: CodeRole;
  readonly label: string;
  /** Share of cases that must pass, 0 to 1; null: nothing fails, whatever the judge says. */
  readonly threshold: number | null;
  /** Number of cases, where it can be read. */
  readonly cases: number | null;
}

/** A job of a continuous-integration service that runs tests or evaluations. */
export interface CiRun {
  readonly kind: 'ci-run';
  readonly location: Location;
  /** What it runs, in the reader's words, for example "npm test (vitest run)". */
  readonly label: string;
  readonly runs: readonly TestKind[];
  /** `change`: on every pull request or push; `schedule`; `manual`: only when somebody starts it. */
  readonly on: 'change' | 'schedule' | 'manual' | 'unknown';
  /** Why its failure stops nothing, for example "continue-on-error"; undefined: a failure fails the run. */
  readonly harmless?: string;
}
