// What runs tests and when: the files of continuous-integration services, package scripts, and configurations of evaluations.
// Not a language: it adds no files and no lines to the report.
import type { CiRun, Fact } from '../../core/index.ts';
import { type Inventory, yamlOf } from '../../repository/index.ts';
import type { Extract, Frontend } from '../frontend.ts';
import { Commands, type Started } from './commands.ts';
import { githubJobs } from './github.ts';
import type { Job } from './jobs.ts';
import { promptfooFacts } from './promptfoo.ts';
import { Releases } from './releases.ts';
import { actionOf } from './runners.ts';
import { otherJobs, UNREAD } from './services.ts';

export const frontend: Frontend = { id: 'ci', reads: ['.yml', '.yaml', 'package.json', 'Jenkinsfile'], extract };

async function extract(inventory: Inventory): Promise<Extract> {
  const load = loader(inventory);
  const jobs = [...githubJobs(inventory, load), ...otherJobs(inventory.files, load)];
  const commands = new Commands(inventory);
  const started = jobs.map(job => ({
    job,
    steps: job.steps.flatMap((step, i) =>
      startedBy(commands, job, i).map(one => ({ ...one, step: i, source: step.script || (step.uses ?? '') })),
    ),
  }));
  const releases = new Releases(
    started.map(({ job, steps }) => ({ job, deploys: steps.filter(one => one.what === 'deploy').map(one => one.step) })),
  );
  const facts: Fact[] = [];
  for (const { job, steps } of started) {
    for (const one of steps) {
      if (one.what === 'deploy') continue;
      const line = lineOf(inventory, job.file, one.source);
      facts.push(
        fact(one, {
          by: 'ci',
          on: job.on,
          release: releases.of(job, one.step),
          file: job.file,
          line,
          ...(job.paths === undefined ? {} : { paths: job.paths }),
        }),
      );
    }
  }
  return {
    facts: [...unique(facts), ...scriptRuns(inventory, commands), ...unreadServices(inventory), ...promptfooFacts(inventory, load)],
    languages: [],
    files: 0,
    lines: 0,
  };
}

function startedBy(commands: Commands, job: Job, index: number): Started[] {
  const step = job.steps[index];
  if (step === undefined || step.dir === undefined) return [];
  const harmless = job.harmless ?? step.harmless;
  if (step.uses !== undefined) {
    const what = actionOf(step.uses);
    if (what === undefined) return [];
    const base = {
      dir: step.dir,
      only: [],
      except: [],
      env: step.env,
      line: step.uses,
      args: [],
      ...(harmless === undefined ? {} : { harmless }),
    };
    return [typeof what === 'string' ? { ...base, what } : { ...base, what: 'test', runner: what }];
  }
  const found = commands.of(step.script, step.dir, step.mode, step.env);
  return harmless === undefined ? found : found.map(one => ({ ...one, harmless }));
}

interface Around {
  readonly by: CiRun['by'];
  readonly on: CiRun['on'];
  readonly release: CiRun['release'];
  readonly file: string;
  readonly line: number;
  readonly name?: string;
  readonly paths?: readonly string[];
}

function fact(one: Started, { by, on, release, file, line, name, paths }: Around): CiRun {
  const rate = passRateOf(one);
  return {
    kind: 'ci-run',
    location: { file, line },
    by,
    label: name === undefined ? one.line : `${name} (${one.line})`,
    runs: one.runner?.runs ?? [],
    ...(one.runner === undefined ? {} : { runner: one.runner.id }),
    dir: one.dir,
    only: one.only,
    except: one.except,
    ...(one.missed === undefined ? {} : { missed: one.missed }),
    ...(one.marks === undefined ? {} : { marks: one.marks }),
    on,
    ...(one.harmless === undefined ? {} : { harmless: one.harmless }),
    release,
    ...(paths === undefined ? {} : { paths }),
    ...(rate === undefined ? {} : { passRate: rate }),
  };
}

/** promptfoo reads its pass rate in per cent; evalite reads its threshold from 0 to 100 as well. */
function passRateOf({ runner, env, args }: Started): number | undefined {
  if (runner?.id === 'promptfoo') {
    if (env.PROMPTFOO_FAILED_TEST_EXIT_CODE === '0') return 0;
    const written = env.PROMPTFOO_PASS_RATE_THRESHOLD;
    const percent = written === undefined || written.trim() === '' ? Number.NaN : Number(written);
    return Number.isFinite(percent) ? percent / 100 : undefined;
  }
  if (runner?.id === 'evalite') {
    const at = args.findIndex(word => word.startsWith('--threshold'));
    const percent = at < 0 ? Number.NaN : Number(args[at]?.split('=')[1] ?? args[at + 1]);
    return Number.isFinite(percent) ? percent / 100 : undefined;
  }
  return undefined;
}

/** A workflow with a matrix, or one that is called twice, says the same several times. */
function unique(facts: readonly Fact[]): Fact[] {
  const seen = new Map(facts.map(one => [JSON.stringify(one), one]));
  return [...seen.values()];
}

/** Scripts of packages that run tests: started by hand, unless a job was seen to start them. */
function scriptRuns(inventory: Inventory, commands: Commands): Fact[] {
  return inventory.packages.slice(0, 400).flatMap(pkg =>
    [...pkg.scripts].slice(0, 200).flatMap(([name, script]) => {
      // A script that only calls another is the other's.
      if (!/test|eval|spec|vitest|jest|mocha|playwright|cypress|promptfoo|check/i.test(`${name} ${script}`)) return [];
      const found = commands.of(script, pkg.dir, { errexit: false, pipefail: false }).filter(one => one.what === 'test');
      const line = lineOf(inventory, pkg.file, `"${name}"`);
      return unique(
        found
          .slice(0, 20)
          .map(one => fact(one, { by: 'script', on: 'manual', release: 'none', file: pkg.file, line, name: `the script "${name}"` })),
      );
    }),
  );
}

function unreadServices(inventory: Inventory): Fact[] {
  return inventory.files
    .filter(file => UNREAD.test(file))
    .slice(0, 20)
    .map(file => ({
      kind: 'ci-run',
      location: { file, line: 1 },
      by: 'ci',
      label: file,
      unread: `${file} is not read`,
      runs: [],
      dir: '',
      only: [],
      except: [],
      on: 'unknown',
      release: 'none',
    }));
}

function loader(inventory: Inventory): (file: string) => unknown {
  const known = new Map<string, unknown>();
  return file => {
    if (known.has(file)) return known.get(file);
    const result = yamlOf(inventory, file);
    if (result?.kind === 'unread') inventory.giveUp(file, result.reason);
    const value = result?.kind === 'value' ? result.value : undefined;
    known.set(file, value);
    return value;
  };
}

/** The line where a script stands in its file: its first line that is long enough to be told from others. */
function lineOf(inventory: Inventory, file: string, script: string): number {
  const source = inventory.read(file);
  const first = script
    .split('\n')
    .find(line => line.trim().length > 3)
    ?.trim();
  const at = source === undefined || first === undefined ? -1 : source.indexOf(first);
  if (source === undefined || at < 0) return 1;
  let line = 1;
  for (let i = source.indexOf('\n'); i >= 0 && i < at; i = source.indexOf('\n', i + 1)) line++;
  return line;
}
