// What a language frontend is: it turns files of the repository into facts and knows no check.
import type { Fact, Sdk } from '../core/index.ts';
import type { Inventory } from '../repository/index.ts';
import type { Ahead } from './ahead.ts';

export interface Frontend {
  /** The language, as the report names it. */
  readonly id: string;
  /** File endings that this frontend reads, with the dot. */
  readonly reads: readonly string[];
  /**
   * Reads what can matter and says what it found.
   * @param progress called now and then with a few words on what is going on
   * @param ahead what was begun before; default: nothing
   */
  readonly extract: (inventory: Inventory, sdks: readonly Sdk[], progress: (note: string) => void, ahead?: Ahead) => Promise<Extract>;
}

export interface Extract {
  readonly facts: readonly Fact[];
  /** Languages that were met, in lower case. */
  readonly languages: readonly string[];
  /** Files of this language that were read. */
  readonly files: number;
  /** Lines of the files of this language, as far as they were read. */
  readonly lines: number;
}
