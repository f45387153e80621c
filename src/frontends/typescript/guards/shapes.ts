// How what is known of guards is written down: the shape of a row, and the makers of the rows that are most.
import type { Guard } from '../../../core/index.ts';

type Side = Guard['sides'][number];

/** One way in which a package guards. */
export interface GuardShape {
  /** The exported name, or names; `*` stands for any part of a name. */
  readonly exports: readonly string[];
  /** The export makes a value, and one of these members of it does the work; absent: calling the export is the work. */
  readonly members?: readonly string[];
  readonly against: Guard['against'];
  readonly by: Guard['by'];
  /** `clean`: answers with the cleaned text; `judge`: with a verdict that somebody must ask; `throw`: throws on a hit;
   *  `part`: is handed to an agent, a model or a client, which runs it. */
  readonly does: 'clean' | 'judge' | 'throw' | 'part';
  /** Parts: the sides that it sees by itself. Otherwise the flow of the text decides. */
  readonly sides?: readonly Side[];
  /** Parts: options that switch sides on and off, with what holds without them. */
  readonly switches?: readonly { readonly option: string; readonly at: number; readonly side: Side; readonly default: boolean }[];
  /** Parts: the property of the agent under which it stands decides the side. */
  readonly under?: Readonly<Record<string, Side>>;
  /** An option with these values only reports, and stops nothing. */
  readonly idle?: { readonly option: string; readonly at: number; readonly values: readonly string[] };
  /** What its construction must name in a text: one model of many. */
  readonly given?: RegExp;
  /** What it must be handed: something of one of these exports, given `given` in a text where that decides. */
  readonly holds?: Held;
  readonly label: string;
  /** What it leaves open, whoever asks it. */
  readonly open?: string;
}

/** What a guard is handed. */
export interface Held {
  readonly exports: readonly string[];
  readonly given?: RegExp;
  /** Handed by the last of these members alone, each of which takes the place of the one before, unless it says this. */
  readonly last?: { readonly members: readonly string[]; readonly unless: RegExp };
}

export interface GuardLibrary {
  readonly packages: readonly string[];
  readonly shapes: readonly GuardShape[];
  /** Where these facts were read. */
  readonly source: string;
}

/** Answers with a text without personal data. */
export const redactor = (label: string, exports: readonly string[], members?: readonly string[]): GuardShape => ({
  exports,
  ...(members === undefined ? {} : { members }),
  against: 'pii',
  by: 'library',
  does: 'clean',
  label,
});
/** Answers with a verdict about attacks. */
export const judge = (label: string, exports: readonly string[], members?: readonly string[], by: Guard['by'] = 'library'): GuardShape => ({
  exports,
  ...(members === undefined ? {} : { members }),
  against: 'injection',
  by,
  does: 'judge',
  label,
});
