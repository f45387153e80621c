// The words for tests and for what runs them.
import type { CodeRole, Tri } from './fact.ts';
import type { Location } from './location.ts';

export type TestKind = 'unit' | 'integration' | 'end-to-end' | 'evaluation';
export type EdgeCase = 'empty' | 'over-long' | 'malicious';

/** A file of tests, or of evaluation cases. */
export interface TestFile {
  readonly kind: 'test-file';
  readonly location: Location;
  readonly role: CodeRole;
  /** The folder of the package that holds it, '' for the root. */
  readonly home?: string;
  readonly sort: TestKind;
  /** The library that runs it, for example `vitest`; undefined: not known. */
  readonly runner?: string;
  /** The marks of its cases (`slow`, `integration`), each combination once: a run may choose by them. */
  readonly marks?: readonly (readonly string[])[];
  /** Why its cases could not be read, for example "it is in Python"; `cases` is then 0, or counted by the look of the text. */
  readonly unread?: string;
  /** Tests or cases in it that are neither skipped nor left as a to-do. */
  readonly cases: number;
  /** How many of these assert nothing that could ever be wrong: they pass as long as nothing is thrown. */
  readonly silent?: number;
  readonly skipped: number;
  /** Does it import production code of the agent: a file on the way between an entry point and a model call?
   *  Of an unread file whose cases were counted: its imports lead there, and whether a mock replaces them was not looked at. */
  readonly ofAgent: boolean;
  /** Tools that a test drives through the agent, or whose function it calls: one entry for each such call. */
  readonly tools: readonly DrivenTool[];
  /** Edge cases that are fed to the code under test as values, with their places. */
  readonly edges: readonly FedEdge[];
}

/** Stands for the tools that a real model chose in a test that runs the agent. */
export const UNKNOWN_TOOL = '<chosen by the model>';

/** One call of a tool by a test. */
export interface DrivenTool {
  /** As the model would name it (through the agent), or the name of the function. */
  readonly name: string;
  readonly through: 'agent' | 'function';
  /** Where the function stands that is called, or a caller of it: the tool whose code lies there is meant. */
  readonly at?: Location;
  /** Does the test assert nothing that could ever be wrong? */
  readonly silent?: true;
}

/** A value at the edge of what users send, as a test feeds it. */
export interface FedEdge {
  readonly edge: EdgeCase;
  readonly location: Location;
  /** `agent`: a function that leads to a model call, the agent itself, or a tool; `helper`: something that these use. */
  readonly to: 'agent' | 'helper';
  /** Does the test assert nothing of what comes back, or, of an attack, only that something does? */
  readonly silent?: true;
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
  /** Is the graded answer one that the agent itself gave in this run? */
  readonly ofAgent: Tri;
}

/** A command of a continuous-integration job that runs tests or evaluations, or only builds and lints; or a script that does when started by hand. */
export interface CiRun {
  readonly kind: 'ci-run';
  readonly location: Location;
  /** `ci`: a job of a service; `script`: only a script of a package, which nobody was seen to start. */
  readonly by: 'ci' | 'script';
  /** What it runs, in the reader's words, for example "npm test (vitest run)". */
  readonly label: string;
  readonly runs: readonly TestKind[];
  /** The program that runs them in the end, for example `vitest`; undefined where nothing is run but builds and linters. */
  readonly runner?: string;
  /** The folder it works in, relative to the audited root ('' for the root): what lies below can be run by it. */
  readonly dir: string;
  /** Parts of paths that it is limited to; empty: everything that its runner finds. */
  readonly only: readonly string[];
  /** Parts of paths that it leaves out. */
  readonly except: readonly string[];
  /** Files of tests, by their whole paths, that the configuration of its runner leaves out. */
  readonly missed?: readonly string[];
  /** A condition on the marks of cases, as pytest writes it: `not slow and not live`. */
  readonly marks?: string;
  /** `change`: on every pull request or push; `schedule`; `manual`: only when somebody starts it. */
  readonly on: 'change' | 'schedule' | 'manual' | 'unknown';
  /** Patterns of paths: only a change of such a file starts it; undefined: any change does. */
  readonly paths?: readonly string[];
  /** Why what it runs is not known, for example "Jenkinsfile is not read"; `runs` is then empty and says nothing. */
  readonly unread?: string;
  /** Why its failure stops nothing, for example "continue-on-error"; undefined: a failure fails the run. */
  readonly harmless?: string;
  /** Do the jobs that deploy or publish wait for this one? `none`: no such job was seen. */
  readonly release: 'waits' | 'free' | 'none';
  /** The share of cases that the job asks an evaluation to pass, 0 to 1, where it says so beside the command. */
  readonly passRate?: number;
}
