// The report: everything that an audit found, as plain data. Formats are functions of it and change nothing.
// Version 1 of the schema; its JSON Schema is templates/report.schema.json.
import type { CheckId, Confidence, FindingStatus, Severity, Witness } from './check.ts';
import type { LineId, ModuleId, QuestionId } from './checklist.ts';
import type { ReportExperiment } from './experiment.ts';
import type { CallKind, Loop, Retries, Tri } from './fact.ts';
import type { Secret } from './fact-secret.ts';
import type { Capability } from './fact-tool.ts';
import type { Location } from './location.ts';
import type { MeasuredCost } from './measured-cost.ts';
import type { Basis, Status } from './weigh.ts';

export type Answer = 'ready' | 'not-ready' | 'not-proven';
export type Policy = 'pr' | 'launch';

export interface ReportFinding {
  readonly witness: Witness;
  /** The experiment that it comes from, where it was seen. */
  readonly probe?: string;
  readonly status: FindingStatus;
  readonly message: string;
  readonly confidence: Confidence;
  readonly fingerprint: string;
  readonly locations: readonly Location[];
}

export interface ReportItem {
  readonly code: string;
  readonly id: CheckId;
  readonly title: string;
  readonly module: ModuleId;
  readonly severity: Severity;
  readonly status: Status;
  readonly basis: Basis;
  readonly confidence: Confidence;
  readonly waived: boolean;
  readonly why: string;
  readonly fix: string;
  /** For an unknown item: the evidence that would settle it. For one that does not apply: the reason. */
  readonly note?: string;
  readonly findings: readonly ReportFinding[];
}

export interface ReportLine {
  readonly id: LineId;
  readonly group: string;
  readonly title: string;
  readonly status: Status;
  readonly items: readonly CheckId[];
}

export interface ReportQuestion {
  readonly id: QuestionId;
  readonly title: string;
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly text: string;
}

/** A model call as product.md, section 4, defines it. */
export interface ReportCall {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: number;
  readonly in?: string;
  readonly sdk: string;
  readonly package?: string;
  readonly call: string;
  readonly kind: CallKind;
  readonly provider: string;
  readonly model: string | null;
  readonly streaming: boolean | null;
  readonly test: boolean;
  readonly retries: { readonly effective: boolean | null; readonly count: number | null; readonly how: Retries['how'] };
  readonly timeout: { readonly explicit: boolean | null; readonly ms: number | null };
  readonly outputCap: { readonly set: boolean | null; readonly tokens: number | null };
  readonly errorHandled: Tri | 'partial';
  readonly loop: { readonly status: Loop['status']; readonly bound: number | null; readonly how: string };
  readonly usageRecorded: Tri | 'partial';
}

/** A tool as product.md, section 4, defines it. */
export interface ReportTool {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly name: string;
  readonly definedBy: string;
  readonly capabilities: readonly Capability[];
  readonly dangerous: boolean | null;
  readonly guarded: Tri | 'partial';
  readonly test: boolean;
}

/** A secret as product.md, section 4, defines it; the value itself is never in a report. */
export interface ReportSecret {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Id of the rule, for example `anthropic-api-key`. */
  readonly kind: string;
  readonly masked: string;
  readonly use: Secret['use'];
  readonly test: boolean;
}

/** Something on the way to a model call that has no limit, or none that could be read. */
export interface CostGap {
  /** `data`: once for each item of a list of any length; `endless`: nothing ends it; `unread`: could not tell. */
  readonly sort: 'data' | 'endless' | 'unread';
  /** In the reader's words what repeats, for example "a loop over a list". */
  readonly why: string;
  readonly location: Location;
}

/** One model call of a request: attempts x rounds are its calls; rounds x tokens x price its money. */
export interface CostTerm {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly call: string;
  /** The dearest model that the code can select; null: not known. */
  readonly model: string | null;
  /** How often one request makes it, loops multiplied. */
  readonly rounds: number;
  /** Tries of each round, all retry layers multiplied; null: cannot be read. */
  readonly attempts: number | null;
  /** Tokens of one round at most; null: not known. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** USD per million tokens. */
  readonly inputPrice: number | null;
  readonly outputPrice: number | null;
  /** null: price unknown. */
  readonly usd: number | null;
  /** What the figures assume. */
  readonly notes: readonly string[];
  /** The loops that make the rounds, the outermost first. */
  readonly sources: readonly Location[];
}

/** The worst case of one kind of request. Every figure is an upper bound, with what has no limit counted once. */
export interface RequestCost {
  readonly file: string;
  readonly line: number;
  readonly label: string;
  /** `known`: the figures are the ceiling; `none`: something has no limit; `unknown`: something could not be read. */
  readonly limit: 'known' | 'none' | 'unknown';
  readonly gaps: readonly CostGap[];
  readonly calls: number;
  readonly usd: number;
  /** Terms that are not in `usd` because their price is not known. */
  readonly unpriced: number;
  readonly terms: readonly CostTerm[];
}

export interface ReportCost {
  /** Where the prices come from; null: none were read. */
  readonly prices: { readonly source: string; readonly date: string } | null;
  /** Requests that reach a model call. */
  readonly count: number;
  /** Those of them that have no limit. */
  readonly limitless: number;
  /** The worst of them, those without a limit first. */
  readonly requests: readonly RequestCost[];
  /** What one message was seen to cost; absent when the agent was not started. */
  readonly measured?: MeasuredCost;
}

export interface Unread {
  readonly file: string;
  readonly reason: string;
}

export interface Repository {
  readonly languages: readonly string[];
  readonly frameworks: readonly string[];
  readonly files: number;
  readonly lines: number;
  readonly unread: readonly Unread[];
}

export interface Agent {
  readonly name: string;
  readonly root: string;
}

export interface Gate {
  readonly policy: Policy;
  readonly open: boolean;
  readonly reasons: readonly string[];
}

export interface Report {
  readonly schema: 'agent-ready/report@1';
  readonly tool: { readonly name: 'agent-ready'; readonly version: string };
  /** ISO 8601; the only field that differs between two runs on the same input. */
  readonly time: string;
  readonly repository: Repository;
  readonly agents: readonly Agent[];
  readonly answer: Answer;
  /** The answer in one sentence. */
  readonly summary: string;
  readonly gate: Gate;
  readonly questions: readonly ReportQuestion[];
  readonly items: readonly ReportItem[];
  readonly lines: readonly ReportLine[];
  readonly calls: readonly ReportCall[];
  readonly tools: readonly ReportTool[];
  readonly secrets: readonly ReportSecret[];
  /** What was tried on the running agent; empty when it was not started. */
  readonly experiments: readonly ReportExperiment[];
  /** How the agent was reached and shut in; absent when it was not started. */
  readonly live?: readonly string[];
  /** What one request can cost at most; absent without a model call in production code. */
  readonly cost?: ReportCost;
}
