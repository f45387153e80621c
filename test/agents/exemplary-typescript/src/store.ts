// A small JSON file that several processes may change: each change happens under a lock, and replaces the file as a whole.
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds to wait for the lock, and after which a lock is taken to be left over from a process that died. */
const PATIENCE = 2000;
const STALE = 5000;

export class Store<T> {
  readonly #file: string;
  readonly #empty: T;

  constructor(file: string, empty: T) {
    this.#file = file;
    this.#empty = empty;
  }

  /** Reads the value, lets `change` make a new one, and writes that. @throws Error when the file cannot be read, locked or written */
  async update<R>(change: (value: T) => { value: T; result: R }): Promise<R> {
    const unlock = await this.#lock();
    try {
      const { value, result } = change(await this.#read());
      const draft = `${this.#file}.${process.pid}.tmp`;
      await writeFile(draft, JSON.stringify(value), { mode: 0o600 });
      await rename(draft, this.#file);
      return result;
    } finally {
      await unlock();
    }
  }

  async #read(): Promise<T> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8')) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return structuredClone(this.#empty);
      throw error;
    }
  }

  async #lock(): Promise<() => Promise<void>> {
    const path = `${this.#file}.lock`;
    await mkdir(dirname(path), { recursive: true });
    const until = Date.now() + PATIENCE;
    while (Date.now() < until) {
      try {
        const handle = await open(path, 'wx');
        await handle.close();
        return () => rm(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const since = await stat(path).catch(() => undefined);
        if (since !== undefined && Date.now() - since.mtimeMs > STALE) await rm(path, { force: true });
        await sleep(10);
      }
    }
    throw new Error(`${path} is held by another process`);
  }
}
