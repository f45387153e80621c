// The thread that searches a large repository for secrets while the main thread reads its code.
import { parentPort, workerData } from 'node:worker_threads';
import { readText } from '../../repository/read.ts';
import { type Listed, search } from './search.ts';

export interface Work {
  /** A real path. */
  readonly root: string;
  readonly files: readonly Listed[];
}

const { root, files } = workerData as Work;
parentPort?.postMessage(await search(files, (file, limit) => readText(root, file, limit)));
