// The identity of a finding: it survives edits that move lines, so that baselines and code scanning can follow it.
import { createHash } from 'node:crypto';
import type { Location } from './location.ts';

/**
 * Identity of one finding of an item.
 * Made from the item's code, the file, the enclosing symbol and the finding's status, never from line numbers or wording.
 * @param occurrence 0 for the first finding with the same parts, 1 for the second, and so on
 * @returns 16 hexadecimal digits
 */
export function fingerprint(code: string, status: string, location: Location | undefined, occurrence: number): string {
  const parts = [code, status, location?.file ?? '', location?.symbol ?? '', String(occurrence)];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
