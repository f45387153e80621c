// Every protection counts: a good agent from which one is taken must look worse, in the item of that protection.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { CHECKS } from '../checks/index.ts';
import type { Language } from './agents/mutant.ts';
import { MUTANTS } from './agents/mutants/index.ts';
import { OVERLOOKED } from './agents/mutants/overlooked.ts';
import { edited, pathOfAgent } from './support/agents.ts';
import { type Statuses, type Trial, tryMutant, tryOriginal } from './support/mutants.ts';

// Agents are started by other files at the same time: seconds say nothing here.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 120_000 });

interface Good extends Trial {
  /** Why its code is not judged yet; experiments on it are made all the same. */
  readonly unread?: string;
}

const GOOD: readonly Good[] = [
  { agent: 'exemplary-typescript', language: 'typescript' },
  { agent: 'exemplary-python', language: 'python' },
];

const mine = (language: Language) => MUTANTS.filter(mutant => mutant.edits[language] !== undefined);

describe('the lists are sound', () => {
  test('ids are distinct, codes exist', () => {
    expect(new Set(MUTANTS.map(mutant => mutant.id)).size).toBe(MUTANTS.length);
    const codes: string[] = CHECKS.map(check => check.code);
    for (const { inspected, observed } of MUTANTS) expect(codes).toEqual(expect.arrayContaining([...inspected, ...observed]));
  });
  test.each(GOOD)('what is said to be overlooked in $agent belongs to a mutant that expects it', ({ language }) => {
    for (const [id, codes] of Object.entries(OVERLOOKED[language]?.assured ?? {}))
      expect(mine(language).find(mutant => mutant.id === id)?.inspected, id).toEqual(expect.arrayContaining([...codes]));
  });
  test.each(GOOD)('each protection of $agent is where its mutant takes it away', ({ agent, language }) => {
    for (const { edits } of mine(language)) {
      const texts = new Map<string, string>();
      for (const edit of edits[language] ?? []) {
        const text = texts.get(edit.file) ?? readFileSync(join(pathOfAgent(agent), edit.file), 'utf8');
        texts.set(edit.file, edited(text, edit));
      }
    }
  });
});

describe.each(GOOD.filter(good => good.unread === undefined))('$agent', trial => {
  const { unrecognised = [], assured = {} } = OVERLOOKED[trial.language] ?? {};
  let original: { readonly inspected: Statuses };
  beforeAll(async () => {
    original = await tryOriginal(trial);
  });

  test('the good agent passes, except for what is known not to be recognised', () => {
    const open = [...original.inspected].filter(([, status]) => status !== 'pass' && status !== 'not-applicable').map(([code]) => code);
    expect(open.sort()).toEqual([...unrecognised].sort());
  });

  describe('reading the code misses what was taken', () => {
    test.each(mine(trial.language).map(mutant => [mutant.id, mutant] as const))('%s', async (id, mutant) => {
      const { worse } = await tryMutant(trial, mutant, original);
      const due = mutant.inspected.filter(code => original.inspected.get(code) === 'pass');
      // Equal, not contained: a gap that is closed must leave the list of what is overlooked.
      const missed = due.filter(code => !worse.includes(code));
      expect(missed, mutant.removes).toEqual(assured[id] ?? []);
    });
  });
});

for (const { agent, unread } of GOOD.filter(good => good.unread !== undefined)) test.skip(`${agent} is not judged by reading: ${unread}`);
