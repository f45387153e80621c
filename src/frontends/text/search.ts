// Searches files, one after the other, for secrets.
import type { CodeRole, Secret, SecretScan } from '../../core/index.ts';
import type { ReadResult } from '../../repository/read.ts';
import { isHushed } from './hush.ts';
import { isSilent, kindOf, roleFor } from './kinds.ts';
import { scanText } from './scan-text.ts';

/** A file by its path, and its role. */
export type Listed = readonly [file: string, role: CodeRole];

export interface Searched {
  readonly secrets: readonly Secret[];
  /** Text files that were searched. */
  readonly files: number;
  readonly skipped: SecretScan['skipped'];
}

/** Bytes up to which a file is read, and those of large files that are read in all. */
const LARGEST = 16 * 1024 * 1024;
const LARGE = 2 * 1024 * 1024 + 1;
const LARGE_TOTAL = 128 * 1024 * 1024;

/**
 * Searches the files that hold text.
 * @param read the text of a file of at most so many bytes
 * @param rest called after each file
 */
export async function search(
  files: readonly Listed[],
  read: (file: string, limit: number) => ReadResult,
  rest?: (count: number) => Promise<void> | undefined,
): Promise<Searched> {
  const secrets: Secret[] = [];
  const skipped: SecretScan['skipped'][number][] = [];
  let count = 0;
  let room = LARGE_TOTAL;
  for (const [i, [file, role]] of files.entries()) {
    if (isSilent(file)) continue;
    const result = read(file, room > 0 ? LARGEST : LARGE);
    if (result.kind === 'text') {
      count++;
      if (result.text.length > LARGE) room -= result.text.length;
      secrets.push(...secretsOf(file, role, result.text));
    } else if (result.reason !== 'binary') skipped.push({ file, reason: result.reason, matters: !kindOf(file).data });
    // Nobody waits between two files when there is no need to: that costs more than a small file.
    const pause = rest?.(i + 1);
    if (pause !== undefined) await pause;
  }
  return { secrets, files: count, skipped };
}

function secretsOf(file: string, listed: CodeRole, text: string): Secret[] {
  const kind = kindOf(file);
  const role = roleFor(listed, kind);
  const out: Secret[] = [];
  let line = 1;
  let lineAt = 0;
  for (const hit of scanText({ text, kind, role })) {
    for (let at = text.indexOf('\n', lineAt); at >= 0 && at < hit.start; at = text.indexOf('\n', lineAt)) {
      line++;
      lineAt = at + 1;
    }
    const { rule, label, masked, by, use } = hit;
    const location = { file, line, column: hit.start - lineAt + 1, symbol: rule };
    const fact: Secret = { kind: 'secret', location, role, rule, label, masked, by, use };
    out.push(isHushed(text, hit.start) ? { ...fact, hushed: true } : fact);
  }
  return out;
}
