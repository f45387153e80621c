// The words for tools: what the model may ask the agent to do, and what stands in its way.
import type { CodeRole, Tri } from './fact.ts';
import type { Location } from './location.ts';

export type Capability =
  | 'shell'
  | 'code-exec'
  | 'eval'
  | 'sql-read'
  | 'sql-write'
  | 'db-read'
  | 'db-write'
  | 'file-read'
  | 'file-write'
  | 'http-fixed'
  | 'http-arbitrary'
  | 'browser'
  | 'message-send'
  | 'payment'
  | 'llm'
  | 'client-side-ui'
  | 'provider-hosted'
  | 'pure';

/** A tool that a model is offered. */
export interface Tool {
  readonly kind: 'tool';
  readonly location: Location;
  readonly role: CodeRole;
  /** As the model sees it; `<dynamic: ...>` where the names are only known in a run. */
  readonly name: string;
  /** In the reader's words: "tool() of the AI SDK", "JSON schema", "MCP server". */
  readonly definedBy: string;
  readonly capabilities: readonly Capability[];
  /** Can it do harm that cannot be taken back, to others or to the machine? undefined: could not tell. */
  readonly dangerous: boolean | null;
  /** Approval, sandbox, allow-list or strict scope in the code path. */
  readonly guarded: Tri | 'partial';
  readonly guard?: string;
  /** Is a schema for its input enforced in a run? */
  readonly inputValidated: Tri | 'partial';
  /** Is its output checked, cut or cleaned before it goes back to the model? `fixed`: it only ever says what is written in the code. */
  readonly outputValidated: Tri | 'partial' | 'fixed';
  /** Does a failure of the tool become a tool result, by code or by the framework? */
  readonly errorsToModel: Tri | 'partial';
  /** Does every call that leaves the program end in time? `yes` too when none leaves it. */
  readonly timeLimited: Tri | 'partial';
  /** What the code counts or records of each call of the tool. */
  readonly recorded: Tri | 'partial';
  /** It hands the conversation to a person: is that counted, and are conversations counted as well? */
  readonly handover?: { readonly counted: Tri; readonly conversations: Tri };
  /** The form of a structured answer: the model must call it, what it says is the answer, and nothing runs. */
  readonly answers?: true;
  /** The code that runs, where it was found. */
  readonly runs?: Location;
}

/** A client of a database on the way of a request, and the account it uses. */
export interface Database {
  readonly kind: 'database';
  readonly location: Location;
  readonly role: CodeRole;
  /** For example "Prisma", "pg", "better-sqlite3". */
  readonly label: string;
  /** `read-only`: the account or connection cannot write; `scoped`: only written queries, no SQL of the model; `free`: the model writes SQL. */
  readonly access: 'read-only' | 'scoped' | 'free' | 'unknown';
  /** A file of the process itself, which has no account of its own. */
  readonly embedded?: boolean;
  readonly note?: string;
}
