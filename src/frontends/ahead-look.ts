// What can be said of a source file without its syntax tree: which modules it names, whether it mentions a model provider,
// and which of some patterns its text holds. Runs in a thread of its own for large repositories, so it must not load the compiler.
import type { CodeRole } from '../core/index.ts';
import { CLIENT_HINT, ENDPOINT_HINT } from '../providers/endpoints.ts';
import { specifiersOf } from './typescript/specifiers.ts';

/** The endings that hold JavaScript or TypeScript. */
export const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'] as const;

/** A source file by a first look at its text. */
export interface Glance {
  readonly file: string;
  /** Module specifiers as written, each once. */
  readonly specifiers: readonly string[];
  /** Does the text name the address of a model provider? */
  readonly hinted: boolean;
  /** Does it call something as a client of a provider is called? */
  readonly asks: boolean;
}

/** What somebody looks for in the texts of files of some roles. */
export interface Pattern {
  readonly id: string;
  /** Without the flags g and y. */
  readonly text: RegExp;
  readonly roles: readonly CodeRole[];
}

/** The files that hold a pattern, by its id. */
export type Hits = ReadonlyMap<string, ReadonlySet<string>>;

/** The JavaScript and TypeScript files of a list, declarations not counted. */
export function sourcesOf(files: readonly string[]): readonly string[] {
  return files.filter(file => ENDINGS.some(ending => file.endsWith(ending)) && !file.endsWith('.d.ts'));
}

export function glance(file: string, text: string): Glance {
  return { file, specifiers: specifiersOf(text), hinted: ENDPOINT_HINT.test(text), asks: CLIENT_HINT.test(text) };
}

/** Collects the files that hold a pattern. */
export class Sieve {
  readonly #hits: ReadonlyMap<string, Set<string>>;
  readonly #patterns: readonly Pattern[];

  constructor(patterns: readonly Pattern[]) {
    this.#patterns = patterns;
    this.#hits = new Map(patterns.map(({ id }) => [id, new Set()]));
  }

  get hits(): Hits {
    return this.#hits;
  }

  look(file: string, role: CodeRole, text: string): void {
    for (const { id, text: pattern, roles } of this.#patterns)
      if (roles.includes(role) && pattern.test(text)) this.#hits.get(id)?.add(file);
  }
}
