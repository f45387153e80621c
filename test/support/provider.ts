// One stand-in per test file: each test plays its own script and reads its own part of the journal.
import { afterAll, beforeAll } from 'vitest';
import type { Exchange, Script, Step } from '../../src/core/index.ts';
import { type Provider, startProvider } from '../../src/provider/index.ts';

export const NONCE = 'heron-4711';

export interface Stand {
  readonly provider: Provider;
  readonly url: string;
  /** Plays these steps from now on; what came before is out of sight. */
  play(...steps: readonly Step[]): void;
  script(script: Script): void;
  /** What the agent asked since the last `play`. */
  seen(): readonly Exchange[];
  /** The same, once the last exchange has ended or its client is gone. */
  settled(): Promise<readonly Exchange[]>;
}

/** Starts before the tests of the file, and stops after them. */
export function stand(cap = 50): Stand {
  let provider: Provider | undefined;
  let mark = 0;
  const began = performance.now();
  const running = (): Provider => {
    if (provider === undefined) throw new Error('the stand-in is not running');
    return provider;
  };
  beforeAll(async () => {
    provider = await startProvider({ script: { steps: [] }, nonce: NONCE, cap, began: () => performance.now() - began });
  });
  afterAll(() => provider?.close());
  const made: Stand = {
    get provider() {
      return running();
    },
    get url() {
      return running().url;
    },
    play: (...steps) => made.script({ steps }),
    script: script => {
      running().play(script, NONCE);
      mark = running().mark();
    },
    seen: () => running().since(mark),
    settled: async () => {
      for (let tries = 0; tries < 200; tries++) {
        const all = made.seen();
        if (all.every(exchange => exchange.endedAt !== undefined || exchange.goneAt !== undefined || exchange.capped)) return all;
        await new Promise(resolve => setTimeout(resolve, 5));
      }
      return made.seen();
    },
  };
  return made;
}

/** A schema as agents send it, with all that a tool may need. */
export const WEATHER = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Name of the city' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  required: ['city', 'unit'],
  additionalProperties: false,
} as const;

/** What the promise was rejected with. */
export async function failure(promise: PromiseLike<unknown>): Promise<Error & Readonly<Record<string, unknown>>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Readonly<Record<string, unknown>>;
  }
  throw new Error('it did not fail');
}
