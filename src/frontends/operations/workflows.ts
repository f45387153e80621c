// What workflows of GitHub do for operations: the way back to the version before, traffic that is shifted, and code that runs by the clock.
import type { OperationsFact, Rollout, Scheduled, WayBack } from '../../core/index.ts';
import { type Inventory, yamlOf } from '../../repository/index.ts';
import { WORKFLOW } from '../ci/github.ts';
import { entries, get, list, text } from '../ci/jobs.ts';
import { commandsOf } from '../ci/shell.ts';
import { join } from '../ci/workspace.ts';
import { closureOf } from './closure.ts';
import { vercelStages } from './rollouts.ts';

const MODE = { errexit: true, pipefail: false };
const MOST = 200;

/** The commands that bring the version before back, by their first words. */
const BACK: readonly RegExp[] = [
  /^kubectl (?:-\S+ \S+ )*rollout (?:-\S+ \S+ )*undo\b/,
  /^kubectl[- ]argo[- ]rollouts (?:-\S+ \S+ )*(?:undo|abort)\b/,
  /^helm (?:-\S+ \S+ )*rollback\b/,
  /^helm .*\bupgrade\b.* --(?:atomic|rollback-on-failure)\b/,
  /^(?:vercel|wrangler|kamal|argocd app) (?:.* )?rollback\b/,
  /^gcloud (?:beta )?run services update-traffic\b.* --to-revisions\b/,
  /^heroku (?:releases:)?rollback\b/,
  /^aws deploy (?:stop-deployment\b.*--auto-rollback-enabled|create-deployment\b.*auto-rollback)/,
  /^aws lambda update-alias\b/,
  /^(?:fly|flyctl) .*\b(?:releases rollback|deploy\b.*--image)\b/,
];
const VERIFIES =
  /^(?:curl\b.*(?:\s--fail\b|\s-[a-zA-Z]*f)|(?:npm|pnpm|yarn|bun) (?:run |test\b)|pytest\b|k6 run|newman run|npx (?:playwright|vitest|wait-on|promptfoo)\b|kubectl .*rollout status|kubectl argo rollouts status|.*\bsmoke\S*\.(?:sh|py|ts|js|mjs)\b)/;

const RUNTIME = /^(?:node|tsx|ts-node|bun|deno|python3?|npx)$/;

interface Step {
  readonly words: string;
  readonly harmless: boolean;
  readonly onFailure: boolean;
  readonly dead?: string | undefined;
}

export function workflowFacts(inventory: Inventory): OperationsFact[] {
  const files = inventory.files.filter(file => WORKFLOW.test(file)).slice(0, MOST);
  return files.flatMap(file => {
    const source = inventory.read(file);
    const result = yamlOf(inventory, file);
    return source === undefined || result?.kind !== 'value' ? [] : ofWorkflow(inventory, file, source, result.value);
  });
}

function ofWorkflow(inventory: Inventory, file: string, source: string, workflow: unknown): OperationsFact[] {
  const on = eventsOf(get(workflow, 'on') ?? get(workflow, 'true'));
  const out: OperationsFact[] = [];
  const owner = /^[^\n]*#.*?\bowner:\s*([^;,\n]{2,80})/im.exec(source)?.[1]?.trim();
  const jobs = get(workflow, 'jobs');
  for (const [, job] of entries(jobs)) {
    const condition = text(get(job, 'if')) ?? '';
    const deadJob = deadOf(condition, job, jobs);
    const steps = stepsOf(inventory, job, deadJob, /\bfailure\(\)|always\(\)/.test(condition) && get(job, 'needs') !== undefined);
    steps.forEach((step, i) => {
      const place = { location: { file, line: lineOf(source, step.words) }, role: 'production' as const };
      if (BACK.some(pattern => pattern.test(step.words))) {
        const verifies = steps.slice(i + 1).find(one => !one.harmless && VERIFIES.test(one.words))?.words;
        const when: WayBack['when'] = step.onFailure
          ? 'failure'
          : on.has('schedule') || (on.has('push') && !/^helm .*upgrade/.test(step.words))
            ? 'drill'
            : /^helm .*upgrade/.test(step.words)
              ? 'failure'
              : 'manual';
        out.push({
          kind: 'way-back',
          ...place,
          label: step.words.slice(0, 100),
          when,
          ...(verifies === undefined ? {} : { verifies: verifies.slice(0, 80) }),
          ...(step.dead === undefined ? {} : { dead: step.dead }),
        });
      }
      const shift = shiftOf(step.words);
      if (shift !== undefined) out.push({ kind: 'rollout', ...place, watched: false, ...shift });
    });
    // On a change of certain files: articles, perhaps. On any change everything is built and tried, which says nothing.
    const push = get(get(workflow, 'on') ?? get(workflow, 'true'), 'push');
    if (on.has('schedule') || get(push, 'paths') !== undefined) {
      for (const step of steps) {
        const started = startedFiles(inventory, step.words.split(' '), '');
        if (started.length === 0) continue;
        const fact: Scheduled = {
          kind: 'scheduled',
          location: { file, line: lineOf(source, step.words) },
          role: 'production',
          label: step.words.slice(0, 100),
          on: on.has('schedule') ? 'schedule' : 'change',
          files: closureOf(inventory, started),
          ...(step.harmless ? { harmless: 'its failure is ignored' } : {}),
          ...(step.dead === undefined ? {} : { dead: step.dead }),
          ...(owner === undefined ? {} : { owner }),
        };
        out.push(fact);
      }
    }
  }
  return out;
}

function eventsOf(on: unknown): Set<string> {
  const names = typeof on === 'object' && on !== null && !Array.isArray(on) ? Object.keys(on) : list(on).flatMap(one => text(one) ?? []);
  return new Set(names);
}

/** Why a job or step can never run. */
function deadOf(condition: string, job: unknown, jobs: unknown): string | undefined {
  const plain = condition.replace(/^\$\{\{|\}\}$/g, '').trim();
  if (plain === 'false') return 'its condition is "false"';
  if (!/^failure\(\)(?:\s*&&|$)/.test(plain)) return undefined;
  const needs = list(get(job, 'needs')).flatMap(one => text(one) ?? []);
  if (needs.length === 0) return 'it waits for the failure of a job, and needs none';
  const shielded = needs.every(name => get(get(jobs, name), 'continue-on-error') === true);
  return shielded ? `"${needs.join(', ')}" has continue-on-error, so that it never counts as failed` : undefined;
}

function stepsOf(inventory: Inventory, job: unknown, dead: string | undefined, onFailure: boolean): Step[] {
  const all = list(get(job, 'steps')).slice(0, MOST);
  return all.flatMap((step, i): Step[] => {
    const condition = (text(get(step, 'if')) ?? '').replace(/^\$\{\{|\}\}$/g, '').trim();
    const failing = /\bfailure\(\)/.test(condition);
    const before = all.slice(0, i).filter(one => get(one, 'uses') === undefined || get(one, 'run') !== undefined);
    const shielded = failing && before.length > 0 && before.every(one => get(one, 'continue-on-error') === true);
    const why =
      dead ??
      (condition === 'false'
        ? 'its condition is "false"'
        : shielded
          ? 'all steps before it have continue-on-error, so that none counts as failed'
          : undefined);
    const script = text(get(step, 'run'));
    if (script === undefined) return [];
    const dir = text(get(step, 'working-directory')) ?? '';
    const harmless = get(step, 'continue-on-error') === true;
    return scriptSteps(inventory, script, dir, 0).map(one => ({
      words: one.words,
      harmless: harmless || one.harmless,
      onFailure: onFailure || failing,
      dead: why,
    }));
  });
}

/** Commands of a script; shell files and package scripts of the repository are followed. */
function scriptSteps(inventory: Inventory, script: string, dir: string, depth: number): { words: string; harmless: boolean }[] {
  if (depth > 3 || script.length > 40_000) return [];
  return commandsOf(script, MODE)
    .slice(0, MOST)
    .flatMap(command => {
      const words = command.words;
      const own = { words: words.join(' '), harmless: command.harmless !== undefined };
      const [name = '', second = '', third = ''] = words;
      const path = /\.(?:sh|bash)$/.test(name) ? name : /^(?:sh|bash)$/.test(name) && /\.(?:sh|bash)$/.test(second) ? second : undefined;
      const file = path === undefined ? undefined : join(dir, path);
      const inner = file === undefined || !inventory.has(file) ? undefined : inventory.read(file);
      if (inner !== undefined) return [own, ...scriptSteps(inventory, inner, '', depth + 1)];
      const managed = /^(?:npm|pnpm|yarn|bun)$/.test(name) ? (second === 'run' ? third : second) : undefined;
      const text = managed === undefined ? undefined : inventory.packages.find(pkg => pkg.dir === dir)?.scripts.get(managed);
      return text === undefined ? [own] : [own, ...scriptSteps(inventory, text, dir, depth + 1)];
    });
}

/** Source files that a command starts. */
function startedFiles(inventory: Inventory, given: readonly string[], dir: string): string[] {
  // `uv run --frozen python scripts/ingest.py`: what starts a program, and no test runner.
  const from = given.findIndex(word => RUNTIME.test(word));
  if (from < 0 || from > 4 || /^(?:echo|printf|log)/.test(given[0] ?? '')) return [];
  const words = given.slice(from);
  if (words.some(word => /^(?:pytest|--test|vitest|jest)$/.test(word))) return [];
  const at = words.indexOf('-m');
  const module = /^python3?$/.test(words[0] ?? '') && at > 0 ? words[at + 1] : undefined;
  const modules = module === undefined ? [] : [`${module.replaceAll('.', '/')}.py`, `${module.replaceAll('.', '/')}/__main__.py`];
  return [...words.filter(word => /\.(?:[cm]?[jt]sx?|py)$/.test(word)), ...modules].flatMap(word => {
    const path = join(dir, word);
    const candidates = path === undefined ? [] : [path, path.replace(/^(?:dist|build)\//, 'src/').replace(/\.js$/, '.ts')];
    return candidates.filter(one => inventory.has(one)).slice(0, 1);
  });
}

function shiftOf(words: string): Pick<Rollout, 'label' | 'steps'> | undefined {
  const cloudRun = /^gcloud (?:beta )?run (?:services )?(?:update-traffic)\b.*--to-tags[= ]\S*?=(\d+)/.exec(words);
  if (cloudRun !== null) return { label: 'the traffic of Cloud Run', steps: [{ share: Number(cloudRun[1]), hold: null }] };
  const vercel = /^(?:npx )?vercel\b/.test(words) ? vercelStages(words) : undefined;
  return vercel === undefined || vercel.length === 0 ? undefined : { label: 'a rolling release of Vercel', steps: vercel };
}

function lineOf(source: string, words: string): number {
  const start = words.split(' ').slice(0, 3).join(' ');
  const at = source.indexOf(start);
  return at < 0 ? 1 : source.slice(0, at).split('\n').length;
}

/** Addresses that Vercel calls by the clock. */
export function vercelCrons(inventory: Inventory, docs: readonly { file: string; value: unknown }[]): Scheduled[] {
  return docs.flatMap(({ file, value }) =>
    !/(?:^|\/)vercel\.json$/.test(file)
      ? []
      : list(get(value, 'crons')).flatMap((cron): Scheduled[] => {
          const path = text(get(cron, 'path'))?.replace(/\?.*$/, '').replace(/^\//, '');
          const dir = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
          if (path === undefined) return [];
          const names = ['app', 'src/app'].flatMap(root => ['ts', 'js'].map(ending => `${dir}${root}/${path}/route.${ending}`));
          const pages = ['pages', 'src/pages', ''].flatMap(root =>
            ['ts', 'js', 'py'].map(ending => `${dir}${root === '' ? '' : `${root}/`}${path}.${ending}`),
          );
          const route = [...names, ...pages].find(one => inventory.has(one));
          if (route === undefined) return [];
          return [
            {
              kind: 'scheduled',
              location: { file, line: 1 },
              role: 'production',
              label: `/${path} by the clock (vercel.json)`,
              on: 'schedule',
              files: closureOf(inventory, [route]),
            },
          ];
        }),
  );
}
