// Waits between tries: growth, no growth, and chance, for the ways in which real agents wait.
import { describe, expect, test } from 'vitest';
import { check as rateLimit } from '../checks/error-handling/rate-limit-retry.ts';
import { type Finding, growthOf, type Trial } from '../src/core/index.ts';
import { answered, call, seen } from './trials.ts';

/** Random numbers from 0 to 1, the same in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Two trials with two failures and one with five, as the experiments have them; an agent that tries `tries` times. */
const trials = (wait: (round: number, random: () => number) => number, tries: number, seed: number): number[][] => {
  const random = dice(seed);
  // The machine adds a few milliseconds to each.
  return [2, 2, 5].map(failures =>
    Array.from({ length: Math.min(failures, tries - 1) }, (_, i) => Math.round(wait(i, random) + random() * 15)),
  );
};

/** How often each answer is given in 500 runs, in percent. */
function shares(wait: (round: number, random: () => number) => number, tries: number): { grow: number; steady: number; unclear: number } {
  const count = { grow: 0, steady: 0, unclear: 0 };
  for (let seed = 1; seed <= 500; seed++) count[growthOf(trials(wait, tries, seed * 7919))] += 0.2;
  return count;
}

describe('waits that grow are never called steady, or almost never', () => {
  const GROWING: readonly (readonly [name: string, wait: (round: number, random: () => number) => number])[] = [
    ['doubled, a quarter taken away at most (the SDKs of Anthropic and OpenAI)', (i, random) => 500 * 2 ** i * (1 - random() / 4)],
    ['doubled, exact (the AI SDK)', i => 2000 * 2 ** i],
    ['doubled, up to twice as long (p-retry, LangChain)', (i, random) => 1000 * 2 ** i * (1 + random())],
    ['longer by the same each time', i => 1000 * (i + 1)],
    ['doubled, full jitter (tenacity, AWS)', (i, random) => 1000 * 2 ** i * random()],
    ['doubled, full jitter, short', (i, random) => 300 * 2 ** i * random()],
  ];
  test.each(GROWING)('%s', (name, wait) => {
    for (const tries of [3, 4, 6]) {
      const { grow, steady } = shares(wait, tries);
      expect(steady, `${tries} tries`).toBeLessThanOrEqual(2.5);
      if (!name.includes('full')) expect(grow, `${tries} tries`).toBeGreaterThan(name.includes('twice') ? 50 : 99);
    }
    // Who tries often enough is recognised, jitter or not.
    expect(shares(wait, 6).grow).toBeGreaterThan(85);
  });
});

describe('waits that do not grow are never called growing, or seldom where they are random', () => {
  const STEADY: readonly (readonly [name: string, wait: (round: number, random: () => number) => number, grow: number, steady: number])[] =
    [
      ['the same', () => 500, 0, 99],
      ['the same, short', () => 200, 0, 99],
      ['shorter each time', i => 4000 / 2 ** i, 0, 99],
      ['between one and two seconds', (_, random) => 1000 + 1000 * random(), 10, 0],
      ['any, up to a second', (_, random) => 1000 * random(), 25, 0],
    ];
  test.each(STEADY)('%s', (_, wait, grow, steady) => {
    for (const tries of [3, 4, 6]) {
      const share = shares(wait, tries);
      expect(share.grow, `${tries} tries`).toBeLessThanOrEqual(grow);
      expect(share.steady, `${tries} tries`).toBeGreaterThanOrEqual(steady);
    }
  });
});

describe('the finding', () => {
  const arm = (...waits: readonly number[]): Partial<Trial> => {
    let at = 0;
    const exchanges = [0, ...waits].map((wait, i) => {
      at += wait + (i === 0 ? 0 : 5);
      return call(at, { status: i === waits.length ? 200 : 429 });
    });
    return { exchanges, replies: [answered()] };
  };
  const said = (twice: readonly number[], again: readonly number[], long: readonly number[]): Finding | undefined => {
    const found = rateLimit.observe?.['rate-limited']?.(
      seen({ twice: arm(...twice), again: arm(...again), long: arm(...long), once: arm(3005) }),
    );
    return Array.isArray(found) ? (found as readonly Finding[])[0] : undefined;
  };
  test('random waits are no fault, and no proof', () => {
    expect(said([900, 400], [300, 1500], [700, 1900])).toMatchObject({
      status: 'unknown',
      message: expect.stringContaining('cannot be told from so few'),
    });
    expect(said([900, 400], [300, 1500], [700, 1200, 3900, 2000, 9000])?.status).toBe('pass');
    expect(said([1900, 1400], [1300, 1500], [1700, 1200, 1800, 1100, 1300])?.status).toBe('partial');
  });
  test('the same waits twice are not random', () => {
    expect(said([900, 400], [905, 410], [902, 404])?.status).toBe('partial');
    expect(said([400, 900], [405, 910], [402, 904])?.status).toBe('pass');
  });
  test('at once is at once, and a single short wait is not', () => {
    expect(said([5, 900], [8, 905], [2, 1000])).toMatchObject({ status: 'partial', message: expect.stringContaining('at once') });
    expect(said([5, 8], [8, 2], [2, 4])?.status).toBe('partial');
    expect(said([80, 900], [400, 1900], [700, 1800])?.status).toBe('pass');
  });
});
