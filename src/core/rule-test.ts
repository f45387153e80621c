// Helpers that the rules about tests share: what a CI command covers, and why tests that exist do not stand in the way of a mistake.

import { chooses } from './choice.ts';
import type { ModelCall } from './fact.ts';
import type { CiRun, TestFile } from './fact-test.ts';
import { isPythonFile } from './language.ts';
import type { Location } from './location.ts';

/** Commands that run TypeScript or JavaScript files themselves. */
const PLAIN = /^(?:node|tsx|ts-node|ts-node-esm|bun|deno|jiti|esno|vite-node|swc-node|nodemon)$/;
/** Programs that find and run files of tests in languages that are not read. */
const OTHER_LANGUAGES = /^(?:go|cargo)$/;
/** Programs that find and run cases in Python files: pytest runs those of unittest as well, Django's runner both of its kinds. */
const PYTHON: Readonly<Record<string, RegExp>> = {
  pytest: /^/,
  deepeval: /^/,
  unittest: /^unittest$/,
  django: /^(?:unittest|django)$/,
  python: /^$/,
};

/** What is asked of a file of tests. */
type Ran = Pick<TestFile, 'location' | 'runner' | 'unread' | 'marks'>;

/** Is a file below a folder? '' is the root. */
export function isBelow(dir: string, file: string): boolean {
  return dir === '' || file === dir || file.startsWith(`${dir}/`);
}

/** Does a command run a file of tests, as far as its folder, its limits and its program tell? */
export function covers(run: CiRun, test: Ran): boolean {
  const { file } = test.location;
  if (run.runs.length === 0 || run.runner === undefined || !isBelow(run.dir, file)) return false;
  const path = run.dir === '' ? file : file.slice(run.dir.length + 1);
  if (run.except.some(part => path.includes(part)) || isMissed(run, file)) return false;
  if (isPythonFile(file) !== Object.hasOwn(PYTHON, run.runner)) return false;
  if (run.runner === 'python') return run.only.includes(file);
  if (!isChosen(run, test)) return false;
  if (PLAIN.test(run.runner) && run.only.some(part => file === part)) return true;
  // What a runner of Python is given are paths, and not parts of them.
  if (isPythonFile(file) && run.only.length > 0 && !run.only.some(part => path.startsWith(part))) return false;
  if (run.only.length > 0 && !run.only.some(part => path.includes(part))) return false;
  if (isPythonFile(file)) return PYTHON[run.runner]?.test(test.runner ?? 'unittest') === true;
  if (OTHER_LANGUAGES.test(run.runner)) return test.unread !== undefined;
  if (test.runner === undefined) return !PLAIN.test(run.runner) || run.runner === 'node' || run.runner === 'bun';
  // Bun runs what is written for vitest and jest, too.
  return test.runner === run.runner || (run.runner === 'bun' && /^(?:vitest|jest)$/.test(test.runner));
}

const missed = new WeakMap<readonly string[], ReadonlySet<string>>();

function isMissed(run: CiRun, file: string): boolean {
  if (run.missed === undefined) return false;
  const known = missed.get(run.missed) ?? new Set(run.missed);
  missed.set(run.missed, known);
  return known.has(file);
}

/** Does a run that chooses by marks take any case of a file? */
function isChosen({ marks: condition }: CiRun, { marks }: Ran): boolean {
  if (condition === undefined) return true;
  const sets = marks === undefined || marks.length === 0 ? [[]] : marks;
  return sets.some(set => chooses(condition, word => set.includes(word)));
}

/** Does a command run on every change, and does its failure fail the run? */
export function guards(run: CiRun): boolean {
  return run.by === 'ci' && run.on === 'change' && run.harmless === undefined;
}

/**
 * The agents (packages with model calls) that none of some tests belongs to: not in the package itself, nor above or below it.
 * @returns their folders, in the order of the calls
 */
export function agentsWithout(calls: readonly Pick<ModelCall, 'home'>[], tests: readonly Pick<TestFile, 'home'>[]): readonly string[] {
  const homes = [...new Set(calls.flatMap(call => call.home ?? []))];
  return homes.filter(home => !tests.some(({ home: near = '' }) => isBelow(near, home) || isBelow(home, near)));
}

/** How near the runs of some tests come to standing in the way of a mistake, the nearest first. */
export type RunStanding = 'guarded' | 'harmless' | 'filtered' | 'other-event' | 'script' | 'none';

/** May a change of one of these files start the run, as far as its path filters tell? */
export function startedBy(run: CiRun, files: readonly string[]): boolean {
  if (run.paths === undefined) return true;
  // What stands before the first star, and for `**/*.ts` the ending.
  return run.paths.some(pattern => {
    const star = pattern.indexOf('*');
    const start = star < 0 ? pattern : pattern.slice(0, star);
    const end = star < 0 ? '' : pattern.slice(pattern.lastIndexOf('*') + 1);
    return files.some(file => file.startsWith(start) && (star < 0 ? file === pattern : file.endsWith(end)));
  });
}

/**
 * What runs a test: the run that comes nearest to guarding it.
 * @param agent the files of the agent, a change of which must start the run
 */
export function runOf(runs: readonly CiRun[], test: Ran, agent: readonly string[]): { how: RunStanding; run?: CiRun } {
  const mine = runs.filter(run => covers(run, test));
  const pick = (how: RunStanding, choose: (run: CiRun) => boolean): { how: RunStanding; run: CiRun } | undefined => {
    const run = mine.find(choose);
    return run === undefined ? undefined : { how, run };
  };
  return (
    pick('guarded', run => guards(run) && startedBy(run, agent)) ??
    pick('harmless', run => run.by === 'ci' && run.on === 'change' && run.harmless !== undefined) ??
    pick('filtered', run => run.by === 'ci' && run.on === 'change') ??
    pick('other-event', run => run.by === 'ci') ??
    pick('script', () => true) ?? { how: 'none' }
  );
}

/** Why a run does not guard, in the reader's words, to stand behind "but". */
export function shortfall({ how, run }: { how: RunStanding; run?: CiRun }): string {
  if (how === 'harmless') return `a failure stops nothing: ${run?.harmless}`;
  if (how === 'filtered')
    return `a path filter keeps a change of the agent's code from starting them (${run?.paths?.slice(0, 4).join(', ')})`;
  if (how === 'script') return `only ${run?.label} runs them, and no CI job that was read starts it`;
  if (how === 'other-event')
    return `CI runs them ${run?.on === 'schedule' ? 'on a schedule only' : run?.on === 'manual' ? 'only when somebody starts it' : 'on events other than a change'}`;
  return 'nothing that was read runs them';
}

/** The place of a run, with what it runs. */
export function placeOfRun(run: CiRun): Location {
  return { ...run.location, note: run.label };
}

/** CI files of services that are not read: with one of them, "nothing runs" cannot be said. */
export function unreadServices(runs: readonly CiRun[]): readonly CiRun[] {
  return runs.filter(run => run.unread !== undefined);
}

/** Runs of tests that nothing starts, where CI is there and was read: nobody learns what they would say. undefined: at least one is started. */
export function idleRun(runs: readonly CiRun[], tests: readonly Ran[], agent: readonly string[]): ReturnType<typeof runOf> | undefined {
  if (!runs.some(run => run.by === 'ci') || unreadServices(runs).length > 0) return undefined;
  const found = tests.map(test => runOf(runs, test, agent));
  return found.every(({ how }) => how === 'script' || how === 'none') ? found[0] : undefined;
}

/**
 * A file of the agent that is written in another language than all of these tests, which can therefore not import it; undefined: there is none.
 * A repository may hold several agents, and the tests of one say nothing of the other.
 */
export function untestedByLanguage(agent: readonly string[], tests: readonly Pick<TestFile, 'location' | 'sort'>[]): string | undefined {
  // Through an interface, or with cases that are data, any language is tested.
  if (tests.some(({ sort, location }) => sort === 'end-to-end' || sort === 'evaluation' || !/\.(?:py|[mc]?[jt]sx?)$/.test(location.file)))
    return undefined;
  return agent.find(file => !tests.some(test => isPythonFile(test.location.file) === isPythonFile(file)));
}

/** Cases of a file that run and assert something. What asserts nothing passes whatever the agent says. */
export function assertingCases({ cases, silent = 0 }: Pick<TestFile, 'cases' | 'silent'>): number {
  return cases - silent;
}
