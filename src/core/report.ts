// The report: everything that an audit found, as plain data. Formats are functions of it and change nothing.
// Version 1 of the schema; its JSON Schema is templates/report.schema.json.
import type { CheckId, Confidence, FindingStatus, Severity, Witness } from './check.ts';
import type { LineId, ModuleId, QuestionId } from './checklist.ts';
import type { CallKind, Loop, Retries, Tri } from './fact.ts';
import type { Secret } from './fact-secret.ts';
import type { Capability } from './fact-tool.ts';
import type { Location } from './location.ts';
import type { Basis, Status } from './weigh.ts';

export type Answer = 'ready' | 'not-ready' | 'not-proven';
export type Policy = 'pr' | 'launch';

export interface ReportFinding {
  readonly witness: Witness;
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
  readonly experiments: readonly unknown[];
}
