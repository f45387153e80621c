// The thread that reads ahead of the frontends. First every source file, whose text goes over to the main thread with a glance at it;
// then it looks for secrets, and for the patterns that the main thread sends. Opens files of the repository and nothing else.
import { parentPort, workerData } from 'node:worker_threads';
import type { CodeRole } from '../core/index.ts';
import { type ReadResult, readText } from '../repository/read.ts';
import { type Glance, glance, type Hits, type Pattern, Sieve } from './ahead-look.ts';
import { type Searched, search } from './text/search.ts';

/** What the thread is told when it is started. */
export interface Order {
  /** A real path. */
  readonly root: string;
  readonly listed: readonly (readonly [file: string, role: CodeRole])[];
  readonly sources: readonly string[];
  /** Sources of other languages: they are read for the main thread, which looks at them itself. */
  readonly others: readonly string[];
}

export interface Page {
  readonly file: string;
  readonly result: ReadResult;
  /** Absent: the file cannot be read. */
  readonly glance?: Glance;
}

export type Told =
  | { readonly kind: 'others'; readonly pages: readonly Page[]; readonly last: boolean }
  | { readonly kind: 'pages'; readonly pages: readonly Page[]; readonly last: boolean }
  | { readonly kind: 'secrets'; readonly searched: Searched }
  | { readonly kind: 'hits'; readonly hits: Hits };

const BATCH = 100;
/** Characters of text that are kept; what is beyond is read again. */
const KEPT = 48 * 1024 * 1024;

async function run(port: NonNullable<typeof parentPort>, { root, listed, sources, others }: Order): Promise<void> {
  const tell = (told: Told): void => port.postMessage(told);
  const roles = new Map(listed);
  const texts = new Map<string, string>();
  let room = KEPT;
  const kept = (file: string, limit?: number): ReadResult => {
    const text = texts.get(file);
    return text === undefined ? readText(root, file, limit) : { kind: 'text', text };
  };
  port.on('message', (patterns: readonly Pattern[]) => {
    const sieve = new Sieve(patterns);
    for (const file of sources) {
      const result = kept(file);
      if (result.kind === 'text') sieve.look(file, roles.get(file) ?? 'production', result.text);
    }
    tell({ kind: 'hits', hits: sieve.hits });
    port.close();
  });
  const inBatches = (kind: 'pages' | 'others', files: readonly string[], page: (file: string, result: ReadResult) => Page): void => {
    for (let at = 0; at < files.length; at += BATCH) {
      const pages = files.slice(at, at + BATCH).map(file => page(file, readText(root, file)));
      tell({ kind, pages, last: at + BATCH >= files.length });
    }
  };
  // The frontends take their turns in this order.
  inBatches('others', others, (file, result) => ({ file, result }));
  inBatches('pages', sources, (file, result) => {
    if (result.kind !== 'text') return { file, result };
    room -= result.text.length;
    if (room > 0) texts.set(file, result.text);
    return { file, result, glance: glance(file, result.text) };
  });
  tell({ kind: 'secrets', searched: await search(listed, kept) });
}

if (parentPort !== null) await run(parentPort, workerData as Order);
