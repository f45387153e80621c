// What is done for the frontends before they ask: the first look at every source file, and the search for secrets.
// In a large repository a second thread does it while this one loads the compiler and follows calls; else it is done when it is asked for.
import { Worker } from 'node:worker_threads';
import type { Inventory } from '../repository/index.ts';
import { type Glance, glance, type Hits, type Pattern, Sieve, sourcesOf } from './ahead-look.ts';
import type { Order, Told } from './ahead-thread.ts';
import { restful } from './rest.ts';
import type { Searched } from './text/search.ts';

export interface Ahead {
  /**
   * A first look at every source file that can be read, in the order of the inventory.
   * @param each called for some files at a time
   */
  readonly glances: (each: (glances: readonly Glance[]) => void, progress: (note: string) => void) => Promise<void>;
  /** Which source files hold which pattern. To be asked once, after the glances. */
  readonly hits: (patterns: readonly Pattern[]) => Promise<Hits>;
  /** Takes over the texts of the sources of other languages, as far as somebody has read them. */
  readonly others: () => Promise<void>;
  /** The secrets of all files; undefined: nobody has looked yet. */
  readonly secrets: () => Promise<Searched | undefined>;
  readonly stop: () => void;
}

/** Source files from which on a thread of its own saves more time than it takes to start. */
const MANY = 400;
/** Bytes of text that the thread may keep. */
const THREAD_MB = 256;
const HERE = import.meta.url;

/** Begins to read, in a thread where that pays. */
export function readAhead(inventory: Inventory): Ahead {
  const sources = sourcesOf(inventory.files);
  const others = inventory.files.filter(file => file.endsWith('.py'));
  const here = inOneThread(inventory, sources);
  // Tests run the sources as they are, which a thread of Node cannot.
  return sources.length + others.length < MANY || HERE.endsWith('.ts') ? here : inTwoThreads(inventory, { sources, others }, here);
}

/**
 * Does everything when it is asked for.
 * @param look the first look at a file of the language
 */
export function inOneThread(
  inventory: Pick<Inventory, 'files' | 'read' | 'roleOf'>,
  sources = sourcesOf(inventory.files),
  look: (file: string, text: string) => Glance = glance,
): Ahead {
  const rest = restful();
  return {
    glances: async (each, progress) => {
      for (const [i, file] of sources.entries()) {
        const text = inventory.read(file);
        if (text !== undefined) each([look(file, text)]);
        await rest(() => progress(`Reading: ${i + 1} of ${sources.length} files`));
      }
    },
    hits: async patterns => {
      const sieve = new Sieve(patterns);
      for (const file of sources) {
        const text = inventory.read(file);
        if (text !== undefined) sieve.look(file, inventory.roleOf(file), text);
        await rest();
      }
      return sieve.hits;
    },
    others: async () => {},
    secrets: async () => undefined,
    stop: () => {},
  };
}

/** Should the thread fail, what is missing is done here. */
function inTwoThreads(inventory: Inventory, files: Pick<Order, 'sources' | 'others'>, here: Ahead): Ahead {
  const { sources } = files;
  const order: Order = { root: inventory.root, listed: inventory.files.map(file => [file, inventory.roleOf(file)]), ...files };
  const worker = new Worker(new URL('./ahead-thread.js', HERE), {
    env: {},
    execArgv: [],
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MB, maxYoungGenerationSizeMb: 8 },
  });
  let failed = false;
  let told: Told[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const resume of waiting.splice(0)) resume();
  };
  worker.on('message', (one: Told) => {
    told.push(one);
    wake();
  });
  const fail = (): void => {
    failed = true;
    wake();
  };
  worker.on('error', fail).on('exit', fail);
  /** The next message of a kind; undefined: there will be none. */
  const next = async <K extends Told['kind']>(kind: K): Promise<Extract<Told, { kind: K }> | undefined> => {
    for (;;) {
      const found = told.find((one): one is Extract<Told, { kind: K }> => one.kind === kind);
      if (found !== undefined) told = told.filter(one => one !== found);
      if (found !== undefined || failed) return found;
      await new Promise<void>(resolve => waiting.push(resolve));
    }
  };
  return {
    glances: async (each, progress) => {
      const read = new Set<string>();
      for (let last = sources.length === 0; !last; ) {
        const batch = await next('pages');
        if (batch === undefined) return here.glances(glances => each(glances.filter(one => !read.has(one.file))), progress);
        for (const { file, result } of batch.pages) {
          inventory.learn(file, result);
          read.add(file);
        }
        each(batch.pages.flatMap(page => page.glance ?? []));
        last = batch.last;
        progress(`Reading: ${read.size} of ${sources.length} files`);
      }
    },
    others: async () => {
      for (let last = files.others.length === 0; !last; ) {
        const batch = await next('others');
        if (batch === undefined) return;
        for (const { file, result } of batch.pages) inventory.learn(file, result);
        last = batch.last;
      }
    },
    hits: async patterns => {
      if (!failed) worker.postMessage(patterns);
      return (await next('hits'))?.hits ?? here.hits(patterns);
    },
    secrets: async () => (await next('secrets'))?.searched,
    stop: () => void worker.terminate(),
  };
}
