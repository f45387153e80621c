// GitLab, CircleCI, Azure Pipelines, Bitbucket and Travis: their files as jobs.
import type { Load } from './github.ts';
import { entries, get, isDict, type Job, type JobStep, joined, list, text, variables, type When } from './jobs.ts';
import { join } from './workspace.ts';

/** Every service but GitHub, by the name of its file. */
export const SERVICES: readonly (readonly [file: RegExp, read: (file: string, yaml: unknown) => Job[]])[] = [
  [/^\.gitlab-ci\.ya?ml$/, gitlab],
  [/^\.circleci\/config\.ya?ml$/, circle],
  [
    /^(?:[\w.-]+\/)?\.?azure-pipelines(?:[-.][\w.-]*)?\.ya?ml$|^\.azure\/pipelines\/[\w./-]+\.ya?ml$|^\.azdo\/(?:pipelines\/)?[\w.-]+\.ya?ml$/,
    azure,
  ],
  [/^bitbucket-pipelines\.ya?ml$/, bitbucket],
  [/^\.travis\.ya?ml$/, travis],
];

/** Files of services that are not read: that there is nothing can then not be said. */
export const UNREAD =
  /^(?:Jenkinsfile|\.drone\.ya?ml|\.woodpecker(?:\.ya?ml|\/.+\.ya?ml)|\.buildkite\/.+\.ya?ml|appveyor\.ya?ml|\.semaphore\/.+\.ya?ml|cloudbuild\.ya?ml|buildspec\.ya?ml|\.teamcity\/.+|\.cirrus\.ya?ml|wercker\.ya?ml|codefresh\.ya?ml|\.forgejo\/workflows\/.+|\.gitea\/workflows\/.+)$/;

export function otherJobs(files: readonly string[], load: Load): Job[] {
  return files.flatMap(file => {
    const read = SERVICES.find(([pattern]) => pattern.test(file))?.[1];
    return read === undefined ? [] : read(file, load(file));
  });
}

const ERREXIT = { errexit: true, pipefail: false };

function step(script: string, more: Partial<JobStep> = {}): JobStep {
  return { script, dir: '', mode: ERREXIT, env: {}, ...more };
}

const GITLAB_OWN = new Set(
  'image services stages types before_script after_script variables cache include workflow default pages:deploy spec'.split(' '),
);

function gitlab(file: string, yaml: unknown): Job[] {
  const shared = variables(get(yaml, 'variables'));
  return entries(yaml).flatMap(([id, own]): Job[] => {
    if (GITLAB_OWN.has(id) || id.startsWith('.') || !isDict(own)) return [];
    const job = inherited(yaml, own, 0);
    const script = joined(get(job, 'script'));
    if (script === '') return [];
    const allow = get(job, 'allow_failure');
    const before = joined(get(job, 'before_script') ?? get(get(yaml, 'default'), 'before_script') ?? get(yaml, 'before_script'));
    return [
      {
        id,
        file,
        on: gitlabWhen(job),
        ...(allow === true ? { harmless: 'allow_failure of the job' } : {}),
        needs: list(get(job, 'needs')).flatMap(one => text(one) ?? text(get(one, 'job')) ?? []),
        // One shell for both, so that a `cd` before holds behind.
        steps: [step(`${before}\n${script}`, { env: { ...shared, ...variables(get(job, 'variables')) } })],
      },
    ];
  });
}

/** `extends`: what the job itself says is stronger. */
function inherited(yaml: unknown, job: unknown, depth: number): unknown {
  const bases = depth > 6 ? [] : list(get(job, 'extends')).flatMap(name => text(name) ?? []);
  return bases.reduce<unknown>((all, name) => ({ ...(inherited(yaml, get(yaml, name), depth + 1) as object), ...(all as object) }), job);
}

function gitlabWhen(job: unknown): When {
  const rules = list(get(job, 'rules'));
  const when = (value: unknown): When | undefined => {
    const word = text(get(value, 'when'));
    return word === 'never'
      ? undefined
      : word === 'manual'
        ? 'manual'
        : /\$CI_PIPELINE_SOURCE\s*==\s*["']schedule["']/.test(text(get(value, 'if')) ?? '')
          ? 'schedule'
          : 'change';
  };
  if (rules.length > 0) {
    const found = rules.flatMap(rule => when(rule) ?? []);
    return found.includes('change') ? 'change' : (found[0] ?? 'manual');
  }
  if (text(get(job, 'when')) === 'manual') return 'manual';
  const only = get(job, 'only');
  const refs = list(isDict(only) ? get(only, 'refs') : only).flatMap(one => text(one) ?? []);
  if (refs.length > 0 && refs.every(ref => ref === 'schedules')) return 'schedule';
  if (refs.length > 0 && refs.every(ref => ref === 'tags' || ref === 'triggers' || ref === 'web')) return 'unknown';
  return 'change';
}

function circle(file: string, yaml: unknown): Job[] {
  const jobs = get(yaml, 'jobs');
  const commands = get(yaml, 'commands');
  const steps = (value: unknown, dir: string, env: Record<string, string>, depth: number): JobStep[] =>
    list(value).flatMap((one): JobStep[] => {
      const run = get(one, 'run');
      const name = text(one) ?? entries(one)[0]?.[0];
      if (run === undefined) {
        const command = name === undefined ? undefined : get(commands, name);
        return command === undefined || depth > 4 ? [] : steps(get(command, 'steps'), dir, env, depth + 1);
      }
      const at = text(get(run, 'working_directory'));
      return [
        step(text(run) ?? text(get(run, 'command')) ?? '', {
          dir: at === undefined ? dir : join(dir, at),
          env: { ...env, ...variables(get(run, 'environment')) },
          mode: { errexit: true, pipefail: true },
        }),
      ];
    });
  const make = (id: string, name: string, on: When, needs: readonly string[]): Job[] => {
    const job = get(jobs, name);
    if (!isDict(job)) return [];
    const dir = join('', (text(get(job, 'working_directory')) ?? '').replace(/^~\/[\w.-]+\/?/, '')) ?? '';
    return [{ id, file, on, needs, steps: steps(get(job, 'steps'), dir, variables(get(job, 'environment')), 0) }];
  };
  const flows = entries(get(yaml, 'workflows')).filter(([, flow]) => isDict(flow));
  if (flows.length === 0) return entries(jobs).flatMap(([name]) => make(name, name, name === 'build' ? 'change' : 'unknown', []));
  return flows.flatMap(([, flow]) => {
    const scheduled = list(get(flow, 'triggers')).some(one => get(one, 'schedule') !== undefined);
    return list(get(flow, 'jobs')).flatMap(one => {
      const [name, options] = text(one) !== undefined ? [text(one) ?? '', undefined] : (entries(one)[0] ?? ['', undefined]);
      const needs = list(get(options, 'requires')).flatMap(need => text(need) ?? []);
      return make(text(get(options, 'name')) ?? name, name, scheduled ? 'schedule' : 'change', needs);
    });
  });
}

function azure(file: string, yaml: unknown): Job[] {
  const none = (value: unknown): boolean => value === 'none' || value === null;
  const trigger = get(yaml, 'trigger');
  // Without a word on it, every push runs the pipeline.
  const pushes = !none(trigger) || (get(yaml, 'pr') !== undefined && !none(get(yaml, 'pr')));
  const on: When = pushes ? 'change' : get(yaml, 'schedules') !== undefined ? 'schedule' : 'manual';
  const stages = list(get(yaml, 'stages'));
  const holders = stages.length > 0 ? stages.flatMap(stage => list(get(stage, 'jobs'))) : list(get(yaml, 'jobs'));
  const all = holders.length > 0 ? holders : [yaml];
  return all.map((job, i): Job => {
    const deploys = get(get(get(job, 'strategy'), 'runOnce'), 'deploy');
    const steps = list(get(job, 'steps') ?? get(deploys, 'steps')).flatMap((one): JobStep[] => {
      const inputs = get(one, 'inputs');
      const npm = text(get(inputs, 'customCommand'));
      const script =
        ['script', 'bash', 'pwsh', 'powershell'].map(key => text(get(one, key))).find(s => s !== undefined) ??
        text(get(inputs, 'script')) ??
        (npm === undefined ? undefined : `npm ${npm}`);
      const at = text(get(one, 'workingDirectory')) ?? text(get(inputs, 'workingDir')) ?? text(get(inputs, 'workingDirectory')) ?? '';
      const dir = join('', at.replace(/^\$\((?:System\.DefaultWorkingDirectory|Build\.SourcesDirectory)\)\/?/, ''));
      const harmless = get(one, 'continueOnError') === true ? { harmless: 'continueOnError of the step' } : {};
      return script === undefined
        ? []
        : [step(script, { dir, env: variables(get(one, 'env')), mode: { errexit: false, pipefail: false }, ...harmless })];
    });
    const harmless = get(job, 'continueOnError') === true ? { harmless: 'continueOnError of the job' } : {};
    return {
      id: text(get(job, 'job')) ?? text(get(job, 'deployment')) ?? `job ${i + 1}`,
      file,
      on,
      ...harmless,
      needs: list(get(job, 'dependsOn')).flatMap(n => text(n) ?? []),
      steps,
    };
  });
}

function bitbucket(file: string, yaml: unknown): Job[] {
  const out: Job[] = [];
  const add = (id: string, value: unknown, on: When): void => {
    const steps = list(value)
      .flatMap(one => (get(one, 'parallel') === undefined ? [one] : list(get(get(one, 'parallel'), 'steps') ?? get(one, 'parallel'))))
      .map(one => get(one, 'step'));
    // The steps of a pipeline run one after the other.
    for (const [i, one] of steps.entries()) {
      const manual = text(get(one, 'trigger')) === 'manual';
      out.push({
        id: `${id} ${i}`,
        file,
        on: manual ? 'manual' : on,
        needs: i === 0 ? [] : [`${id} ${i - 1}`],
        steps: [step(joined(get(one, 'script')))],
      });
    }
  };
  for (const [kind, value] of entries(get(yaml, 'pipelines'))) {
    if (kind === 'default') add(kind, value, 'change');
    else
      for (const [name, inner] of entries(value))
        add(`${kind} ${name}`, inner, kind === 'custom' ? 'manual' : kind === 'tags' ? 'unknown' : 'change');
  }
  return out;
}

function travis(file: string, yaml: unknown): Job[] {
  const script = get(yaml, 'script');
  const node = list(get(yaml, 'language')).some(one => one === 'node_js');
  // Travis goes on after a failed line of `script`, and fails in the end.
  const lines = script === undefined ? (node ? ['npm test'] : []) : list(script).flatMap(one => text(one) ?? []);
  return [{ id: 'travis', file, on: 'change', needs: [], steps: lines.map(line => step(line)) }];
}
