// What the readers of manifests, lockfiles and path mappings need of the repository: its list of files, and their text.
import type { Unread } from '../core/report.ts';

export interface Files {
  has(file: string): boolean;
  /** The text, or undefined when the file is not listed or could not be read (then it is noted as unread). */
  read(file: string): string | undefined;
  /** Like `read`, for files that are large by nature, such as lockfiles. */
  readLarge(file: string): string | undefined;
  /** Records that a file, or a part of it, was not understood. */
  note(unread: Unread): void;
}
