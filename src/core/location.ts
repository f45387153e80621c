// Where something stands in the audited repository.

/** A place in a file. Lines and columns are 1-based; `file` is relative to the audited root, with forward slashes. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly endLine?: number;
  readonly column?: number;
  /** A few words on what stands here. */
  readonly note?: string;
  /** The enclosing function or symbol; part of a finding's identity, because it survives edits that move lines. */
  readonly symbol?: string;
}

/** Orders places by file, then line, then column, so that the same input gives the same report. */
export function compareLocations(a: Location, b: Location): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || (a.column ?? 0) - (b.column ?? 0);
}

/** The same place with a few words on it. */
export function noted(location: Location, note: string): Location {
  return { ...location, note };
}
