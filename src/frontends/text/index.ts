// The text frontend: searches every text file for secrets, whatever its language. Reads no code as code.
// In a large repository a thread of its own does so, beside the frontends that read code.
import { Worker } from 'node:worker_threads';
import type { Inventory } from '../../repository/index.ts';
import type { Extract, Frontend } from '../frontend.ts';
import { type Listed, type Searched, search } from './search.ts';
import type { Work } from './worker.ts';

/** From so many files on a thread costs less time than it saves. */
const MANY = 1000;
/** Threads run only what is compiled; the tests run the source. */
const COMPILED = import.meta.url.endsWith('.js');

/** Searches under way. */
const begun = new WeakMap<Inventory, Promise<Searched | undefined>>();

export const frontend: Frontend = { id: 'text', reads: [''], begin, extract };

function begin(inventory: Inventory): void {
  if (!COMPILED || inventory.files.length < MANY) return;
  const workerData: Work = { root: inventory.root, files: listed(inventory) };
  begun.set(
    inventory,
    new Promise(done => {
      const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
      worker.once('message', done);
      // Where no thread can be had, the main thread does the work.
      worker.once('error', () => done(undefined));
      worker.once('exit', () => done(undefined));
    }),
  );
}

async function extract(inventory: Inventory, _sdks: unknown, progress: (note: string) => void): Promise<Extract> {
  const { secrets, files, skipped } = (await begun.get(inventory)) ?? (await searchHere(inventory, progress));
  const folders = inventory.unread.filter(one => one.file.endsWith('/')).map(one => ({ ...one, matters: false }));
  const scan = { kind: 'secret-scan', location: { file: '.', line: 1 }, files, skipped: [...folders, ...skipped] } as const;
  return { facts: [...secrets, scan], languages: [], files: 0, lines: 0 };
}

function searchHere(inventory: Inventory, progress: (note: string) => void): Promise<Searched> {
  const files = listed(inventory);
  let rested = performance.now();
  return search(files, inventory.peek, count => {
    if (performance.now() - rested < 60) return undefined;
    rested = performance.now();
    progress(`Looking for secrets: ${count} of ${files.length} files`);
    return new Promise(resume => setImmediate(resume));
  });
}

function listed(inventory: Inventory): Listed[] {
  return inventory.files.map(file => [file, inventory.roleOf(file)]);
}
