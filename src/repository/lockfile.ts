// The common face of all lockfiles: which version was installed, for a package that asks.

/** Finds the lockfiles' own words for: this package, seen from that directory. */
export interface Lockfile {
  readonly file: string;
  /**
   * The version that an import in a package resolves to. `importer` is the directory of its package relative to
   * the lockfile, '' for the lockfile's own. `range` is what the manifest of the package says: only a package that
   * the lockfile knows gets an answer. Without it the question is what an undeclared import would find there.
   */
  direct(importer: string, name: string, range: string | undefined): string | undefined;
  /** Every version of the package in the lockfile, in no particular order. */
  versions(name: string): readonly string[];
}

/** Collects versions by package name. */
export class VersionSets {
  readonly #sets = new Map<string, Set<string>>();

  add(name: string, version: string): void {
    const set = this.#sets.get(name);
    if (set) set.add(version);
    else this.#sets.set(name, new Set([version]));
  }

  get(name: string): readonly string[] {
    return [...(this.#sets.get(name) ?? [])];
  }
}

/** Splits `@scope/name@rest` at the `@` after the name; undefined when there is none. */
export function splitAt(spec: string): readonly [name: string, rest: string] | undefined {
  const at = spec.indexOf('@', 1);
  return at < 0 ? undefined : [spec.slice(0, at), spec.slice(at + 1)];
}
