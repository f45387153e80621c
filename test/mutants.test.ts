// Every protection counts: a good agent from which one is taken must look worse, in the item of that protection.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { CHECKS } from '../checks/index.ts';
import { MUTANTS } from './agents/mutants/index.ts';
import { OVERLOOKED } from './agents/mutants/overlooked.ts';
import { type Statuses, tryMutant, tryOriginal } from './support/mutants.ts';

// Agents are started by other files at the same time: seconds say nothing here.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 });

const TRIAL = { agent: 'exemplary-typescript', language: 'typescript' } as const;
const MINE = MUTANTS.filter(mutant => mutant.edits.typescript !== undefined);
const { unrecognised = [], assured = {} } = OVERLOOKED.typescript ?? {};

let original: { readonly inspected: Statuses };
beforeAll(async () => {
  original = await tryOriginal(TRIAL);
});

describe('the lists are sound', () => {
  test('ids are distinct, codes exist', () => {
    expect(new Set(MUTANTS.map(mutant => mutant.id)).size).toBe(MUTANTS.length);
    const codes: string[] = CHECKS.map(check => check.code);
    for (const { inspected, observed } of MUTANTS) expect(codes).toEqual(expect.arrayContaining([...inspected, ...observed]));
  });
  test('what is said to be overlooked belongs to a mutant that expects it', () => {
    for (const [id, codes] of Object.entries(assured))
      expect(MINE.find(mutant => mutant.id === id)?.inspected, id).toEqual(expect.arrayContaining([...codes]));
  });
});

test('the good agent passes, except for what is known not to be recognised', () => {
  const open = [...original.inspected].filter(([, status]) => status !== 'pass' && status !== 'not-applicable').map(([code]) => code);
  expect(open.sort()).toEqual([...unrecognised].sort());
});

describe('reading the code misses what was taken', () => {
  test.each(MINE.map(mutant => [mutant.id, mutant] as const))('%s', async (id, mutant) => {
    const { worse } = await tryMutant(TRIAL, mutant, original);
    const due = mutant.inspected.filter(code => original.inspected.get(code) === 'pass');
    // Equal, not contained: a gap that is closed must leave the list of what is overlooked.
    const missed = due.filter(code => !worse.includes(code));
    expect(missed, mutant.removes).toEqual(assured[id] ?? []);
  });
});
