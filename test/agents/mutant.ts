// A mutant: a good agent from which one protection was taken. The item of that protection must turn red, and as little else as possible.

/** One place of a file that is replaced. */
export interface Edit {
  /** Path inside the agent. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

export type Language = 'typescript' | 'python';

export interface Mutant {
  /** The same in all languages. */
  readonly id: string;
  /** What is taken away, as a sentence without the word "not". */
  readonly removes: string;
  /** How it is taken away; a language is missing where the agent in it never had the protection. */
  readonly edits: Readonly<Partial<Record<Language, readonly Edit[]>>>;
  /** Codes of the items that reading the code must report as worse; empty: reading cannot know. */
  readonly inspected: readonly string[];
  /** Codes of the items that experiments must report as worse; empty: no experiment can know, or another protection holds in its place. */
  readonly observed: readonly string[];
  /** The agent in agent-ready.yml that shows it, where it is not the first. */
  readonly target?: string;
}

/** What reading the code does not see yet, of an agent in one language. The lists may only become shorter. */
export interface Overlooked {
  /** Items that are not `pass` for the good agent although it does what they ask: their mutants cannot turn red. */
  readonly unrecognised: readonly string[];
  /** Items that stay `pass` in a mutant from which their protection was taken, by mutant: false assurances. */
  readonly assured: Readonly<Record<string, readonly string[]>>;
}
