// Experiments on whole agents: the exemplary one passes what they see, the hurried one does not, and a mutant turns its item red.
// These are the quick experiments; `npm run mutants:observed` makes all of them on all mutants.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../src/core/index.ts';
import { MUTANTS } from './agents/mutants/index.ts';
import { build } from './support/build.ts';
import { outcomesOf, seenIn } from './support/observe.ts';

const QUICK = [
  'attacks',
  'client-errors',
  'costly-user',
  'dangerous-tool',
  'empty-answer',
  'greedy-user',
  'malformed-answer',
  'odd-input',
  'overloaded',
  'personal-data',
  'plain-question',
  'poisoned-tool',
  'prompt-leak',
  'tool-loop',
];
/** What a hurried agent gets right by doing nothing: it tries nothing twice, and prints every error whole. */
const LUCKY = ['ERR-04', 'OBS-10'];

beforeAll(build, 120_000);

const failed = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.flatMap(one => (one.kind === 'inconclusive' ? [`${one.probe}: ${one.reason}`] : []));

describe('the exemplary agent', () => {
  test('passes every item that is seen', async () => {
    const outcomes = await outcomesOf('exemplary-typescript', [], QUICK);
    expect(failed(outcomes)).toEqual([]);
    const seen = seenIn(outcomes);
    expect([...seen].filter(([, status]) => status !== 'pass')).toEqual([]);
    expect(seen.size).toBeGreaterThanOrEqual(20);
  }, 120_000);
});

describe('the hurried agent', () => {
  test('passes no item but by luck', async () => {
    const outcomes = await outcomesOf('hurried-typescript', [], QUICK);
    expect(failed(outcomes)).toEqual([]);
    const passed = [...seenIn(outcomes)].filter(([, status]) => status === 'pass').map(([code]) => code);
    expect(passed.filter(code => !LUCKY.includes(code))).toEqual([]);
  }, 120_000);
});

describe('mutants', () => {
  test.each([
    ['retries-off', ['overloaded'], 'ERR-03'],
    ['cards-not-redacted', ['personal-data'], 'SEC-01'],
    ['key-in-the-log', ['plain-question'], 'SEC-06'],
    ['log-without-trace-id', ['plain-question'], 'OBS-02'],
  ] as const)(
    '%s',
    async (id, probes, code) => {
      const mutant = MUTANTS.find(one => one.id === id);
      const seen = seenIn(await outcomesOf('exemplary-typescript', mutant?.edits.typescript ?? [], probes));
      expect(['fail', 'partial']).toContain(seen.get(code));
    },
    60_000,
  );
});
