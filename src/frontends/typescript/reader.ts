// What a reader is: it looks for one kind of thing around the model calls (tools, limits, logs, ...) and says what it found
// as facts. One file in readers/ each; the list of them is generated.
import type { CodeRole, Fact } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import type { Classifier } from './calls/classify.ts';
import type { HttpReader, HttpSite } from './calls/http.ts';
import type { Options, Site } from './calls/options.ts';
import type { Evaluator } from './evaluator/evaluate.ts';
import type { Failures } from './failures/failures.ts';
import type { Graphs } from './loops/graphs.ts';
import type { Loops } from './loops/reader.ts';
import type { Paths } from './paths/paths.ts';
import type { References } from './paths/references.ts';
import type { Program } from './program.ts';
import type { ImportIndex } from './specifiers.ts';
import type { UsageReader } from './usage/reader.ts';

/** Everything that a reader may ask. */
export interface Reading {
  readonly inventory: Inventory;
  readonly program: Program;
  readonly ev: Evaluator;
  /** Does not look for the callers of a function to learn what its parameters are: cheap, for questions asked of many places. */
  readonly near: Evaluator;
  readonly references: References;
  readonly index: ImportIndex;
  readonly classifier: Classifier;
  readonly options: Options;
  /** Every source file of the repository that this frontend reads, parsed or not. */
  readonly sources: readonly string[];
  /** Files that lead to a model call, all of them parsed. */
  readonly files: readonly string[];
  /** The model calls through SDKs. */
  readonly sites: readonly Site[];
  /** The model calls by raw requests. */
  readonly requests: readonly HttpSite[];
  /** Reads them. */
  readonly http: HttpReader;
  /** What runs between the entry points and the model calls. */
  readonly paths: Paths;
  /** Where failures end; remembers each function, so that nobody follows one twice. */
  readonly failures: Failures;
  /** What repeats a call. */
  readonly loops: Loops;
  readonly graphs: Graphs;
  /** Where the numbers of tokens go. */
  readonly usage: UsageReader;
}

export interface Reader {
  readonly id: string;
  /** Nominates files in the first look at every file: by a module that it imports, or by its text. Must be cheap. */
  readonly wants?: {
    readonly specifier?: (specifier: string) => boolean;
    /** Without the flags g and y; anything that is not in the text cannot be found by this reader. */
    readonly text?: RegExp;
    /** Default: production code only. */
    readonly roles?: readonly CodeRole[];
  };
  /** Starts what a thread of its own can do, before the first reader reads. */
  readonly begin?: (reading: Reading, nominated: readonly string[]) => void;
  /** @param nominated the files that `wants` named, in the order of the repository; they are parsed when asked for */
  readonly read: (reading: Reading, nominated: readonly string[]) => readonly Fact[];
}
