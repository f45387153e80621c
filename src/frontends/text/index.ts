// The text frontend: searches every text file for secrets, whatever its language. Reads no code as code.
// In a large repository a second thread has done so by the time this is asked.
import type { Secret } from '../../core/index.ts';
import type { Inventory } from '../../repository/index.ts';
import type { Ahead } from '../ahead.ts';
import type { Extract, Frontend } from '../frontend.ts';
import { restful } from '../rest.ts';
import { type Listed, type Searched, search } from './search.ts';

export const frontend: Frontend = { id: 'text', reads: [''], extract };

async function extract(inventory: Inventory, _sdks: unknown, progress: (note: string) => void, ahead?: Ahead): Promise<Extract> {
  const { secrets: found, files, skipped } = (await ahead?.secrets()) ?? (await searchHere(inventory, progress));
  const secrets = found.filter(one => !isTold(inventory, one, found));
  const folders = inventory.unread.filter(one => one.file.endsWith('/')).map(one => ({ ...one, matters: false }));
  const scan = { kind: 'secret-scan', location: { file: '.', line: 1 }, files, skipped: [...folders, ...skipped] } as const;
  return { facts: [...secrets, scan], languages: [], files: 0, lines: 0 };
}

/** Is a secret told under another path of the same file: that nearest to the root, where people look first? */
function isTold(inventory: Inventory, secret: Secret, others: readonly Secret[]): boolean {
  const own = secret.location;
  return others.some(({ location, rule, role, use }) => {
    if (location.line !== own.line || location.column !== own.column || location.file === own.file) return false;
    const same = (inventory.linkedTo(location.file) ?? location.file) === (inventory.linkedTo(own.file) ?? own.file);
    return same && rule === secret.rule && role === secret.role && use === secret.use && isBefore(inventory, location.file, own.file);
  });
}

function isBefore(inventory: Inventory, one: string, other: string): boolean {
  const depth = (file: string): number => file.split('/').length;
  const linked = (file: string): number => (inventory.linkedTo(file) === undefined ? 0 : 1);
  return (depth(one) - depth(other) || linked(one) - linked(other) || (one < other ? -1 : 1)) < 0;
}

function searchHere(inventory: Inventory, progress: (note: string) => void): Promise<Searched> {
  const listed = inventory.files.map((file): Listed => [file, inventory.roleOf(file)]);
  const rest = restful();
  return search(listed, inventory.peek, count => rest(() => progress(`Looking for secrets: ${count} of ${listed.length} files`)));
}
