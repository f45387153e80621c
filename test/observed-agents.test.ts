// Experiments on whole agents: the exemplary one passes what they see, the hurried one does not, and a mutant turns its item red.
// These are the quick experiments; `npm run mutants:observed` makes all of them on all mutants.
import { execFileSync } from 'node:child_process';
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

/** The agents in Python need 3.11 or newer. */
function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const LANGUAGES = hasPython() ? (['typescript', 'python'] as const) : (['typescript'] as const);
if (!hasPython()) test.skip('there is no python3 of version 3.11 or newer here, so the agents in Python are not started');

beforeAll(build, 120_000);

const failed = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.flatMap(one => (one.kind === 'inconclusive' ? [`${one.probe}: ${one.reason}`] : []));

describe.each(LANGUAGES)('the exemplary agent in %s', language => {
  test('passes every item that is seen', async () => {
    const outcomes = await outcomesOf(`exemplary-${language}`, [], QUICK);
    expect(failed(outcomes)).toEqual([]);
    const seen = seenIn(outcomes);
    expect([...seen].filter(([, status]) => status !== 'pass')).toEqual([]);
    expect(seen.size).toBeGreaterThanOrEqual(20);
  }, 120_000);

  test.each([
    ['retries-off', ['overloaded'], 'ERR-03'],
    ['cards-not-redacted', ['personal-data'], 'SEC-01'],
    ['key-in-the-log', ['plain-question'], 'SEC-06'],
    ['log-without-trace-id', ['plain-question'], 'OBS-02'],
  ] as const)(
    'mutant %s',
    async (id, probes, code) => {
      const mutant = MUTANTS.find(one => one.id === id);
      const seen = seenIn(await outcomesOf(`exemplary-${language}`, mutant?.edits[language] ?? [], probes));
      expect(['fail', 'partial']).toContain(seen.get(code));
    },
    60_000,
  );
});

/** What an agent gets right by doing nothing: it tries nothing twice. */
const LUCKY = ['ERR-04'];
/** The naive one has the address of its provider in its code, so only the preload leads it to the stand-in. */
const CARELESS = [
  ['hurried', 'typescript', QUICK],
  ['hurried', 'python', QUICK],
  ['naive', 'python', ['client-errors', 'empty-answer', 'overloaded', 'personal-data', 'plain-question']],
] as const;

describe.each(
  CARELESS.filter(([, language]) => LANGUAGES.some(one => one === language)),
)('the %s agent in %s', (kind, language, probes) => {
  test('passes no item but by luck', async () => {
    const outcomes = await outcomesOf(`${kind}-${language}`, [], probes);
    expect(failed(outcomes)).toEqual([]);
    const seen = seenIn(outcomes);
    expect([...seen].filter(([, status]) => status === 'pass').map(([code]) => code)).toEqual(LUCKY);
    expect(seen.size).toBeGreaterThanOrEqual(12);
  }, 120_000);
});
