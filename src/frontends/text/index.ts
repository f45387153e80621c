// The text frontend: searches every text file for secrets, whatever its language. Reads no code as code.
// In a large repository a second thread has done so by the time this is asked.
import type { Inventory } from '../../repository/index.ts';
import type { Ahead } from '../ahead.ts';
import type { Extract, Frontend } from '../frontend.ts';
import { restful } from '../rest.ts';
import { type Listed, type Searched, search } from './search.ts';

export const frontend: Frontend = { id: 'text', reads: [''], extract };

async function extract(inventory: Inventory, _sdks: unknown, progress: (note: string) => void, ahead?: Ahead): Promise<Extract> {
  const { secrets, files, skipped } = (await ahead?.secrets()) ?? (await searchHere(inventory, progress));
  const folders = inventory.unread.filter(one => one.file.endsWith('/')).map(one => ({ ...one, matters: false }));
  const scan = { kind: 'secret-scan', location: { file: '.', line: 1 }, files, skipped: [...folders, ...skipped] } as const;
  return { facts: [...secrets, scan], languages: [], files: 0, lines: 0 };
}

function searchHere(inventory: Inventory, progress: (note: string) => void): Promise<Searched> {
  const listed = inventory.files.map((file): Listed => [file, inventory.roleOf(file)]);
  const rest = restful();
  return search(listed, inventory.peek, count => rest(() => progress(`Looking for secrets: ${count} of ${listed.length} files`)));
}
