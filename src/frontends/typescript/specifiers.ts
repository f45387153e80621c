// A cheap first look at every file: which modules does it name, and does it mention a model provider?
// Nothing is judged from this; it only decides which files are worth parsing.
import type { Inventory } from '../../repository/index.ts';

const SPECIFIER =
  /\b(?:from|import|require)[ \t]{0,8}[\r\n]{0,4}[ \t]{0,40}\(?[\s]{0,40}(?:\/\*[^*]{0,200}\*\/\s{0,40})?["'`]([^"'`\n]{1,300})["'`]/g;

export interface FirstLook {
  /** Module specifiers as written, each once. */
  readonly specifiers: readonly string[];
  /** Does the text hold one of the hints that make a file worth parsing? */
  readonly hinted: boolean;
}

/** Module specifiers that a text seems to name; comments and strings may add some that are not real. */
export function specifiersOf(text: string): string[] {
  const out = new Set<string>();
  for (const match of text.matchAll(SPECIFIER)) if (match[1] !== undefined) out.add(match[1]);
  return [...out];
}

/** Who imports whom, resolved only where somebody asks. */
export class ImportIndex {
  /** Files by the last part of a specifier that they name: `./llm/client.js` is under `client`. */
  readonly #byTail = new Map<string, { file: string; specifier: string }[]>();
  /** Files by what they mean with names that end in a part, by that part. */
  readonly #meanings = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
  readonly #named = new Map<string, readonly string[]>();
  readonly #importers = new Map<string, readonly string[]>();
  #byTarget: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  readonly #inventory: Inventory;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** Files by what their aliases mean (`@llm` for lib/openai.ts): the last part of such a name tells nothing. */
  #aliased(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.#byTarget !== undefined) return this.#byTarget;
    const targets = new Map<string, Set<string>>();
    const outside = new Set<string>();
    for (const list of this.#byTail.values()) {
      for (const { file, specifier } of list) {
        if (!mayBeAlias(specifier)) continue;
        // Most bare names are packages of others, everywhere below the same manifest.
        const key = `${this.#inventory.packageOf(file)?.dir ?? ''}\0${specifier}`;
        if (outside.has(key)) continue;
        const target = this.#inventory.resolveImport(file, specifier);
        if (target === undefined) outside.add(key);
        else if (tailOf(target) !== tailOf(specifier)) targets.set(target, (targets.get(target) ?? new Set()).add(file));
      }
    }
    this.#byTarget = targets;
    return targets;
  }

  /** The files that name something with this last part, by what it means; worked out once, not for each file that is asked about. */
  #meaning(tail: string): ReadonlyMap<string, ReadonlySet<string>> {
    const known = this.#meanings.get(tail);
    if (known !== undefined) return known;
    const meaning = new Map<string, Set<string>>();
    for (const { file, specifier } of this.#byTail.get(tail) ?? []) {
      const target = this.#inventory.resolveImport(file, specifier);
      if (target !== undefined) meaning.set(target, (meaning.get(target) ?? new Set()).add(file));
    }
    this.#meanings.set(tail, meaning);
    return meaning;
  }

  /** The module specifiers that a file seems to name. */
  namedBy(file: string): readonly string[] {
    return this.#named.get(file) ?? [];
  }

  add(file: string, specifiers: readonly string[]): void {
    this.#named.set(file, specifiers);
    for (const specifier of specifiers) {
      const tail = tailOf(specifier);
      const list = this.#byTail.get(tail);
      if (list === undefined) this.#byTail.set(tail, [{ file, specifier }]);
      else list.push({ file, specifier });
    }
  }

  /** The files that import a file of the repository directly. */
  importersOf(target: string): readonly string[] {
    const known = this.#importers.get(target);
    if (known !== undefined) return known;
    const tails = new Set([tailOf(target)]);
    // `index` files are named by their folder, and a package's entry by the package.
    const folder = target.slice(0, Math.max(0, target.lastIndexOf('/')));
    tails.add(tailOf(folder)).add('.').add('..');
    for (let dir = folder; dir !== ''; dir = dir.slice(0, Math.max(0, dir.lastIndexOf('/')))) tails.add(tailOf(dir));
    const name = this.#inventory.packageOf(target)?.name;
    if (name !== undefined) tails.add(tailOf(name));
    const out = new Set<string>();
    for (const tail of tails) for (const file of this.#meaning(tail).get(target) ?? []) if (file !== target) out.add(file);
    for (const file of this.#aliased().get(target) ?? []) if (file !== target) out.add(file);
    const importers = [...out].sort();
    this.#importers.set(target, importers);
    return importers;
  }
}

/** Could the name be an alias or a package of the workspace: no relative path, no URL, no built-in? */
function mayBeAlias(specifier: string): boolean {
  return !/^(?:\.|\/|node:|https?:|npm:|jsr:|data:)/.test(specifier);
}

function tailOf(specifier: string): string {
  const last = specifier.slice(specifier.lastIndexOf('/') + 1);
  return last.replace(/\.(?:[cm]?[jt]sx?)$/, '');
}
