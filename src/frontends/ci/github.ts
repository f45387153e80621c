// GitHub Actions: workflows, their jobs and steps, composite actions and reusable workflows of the repository.
import type { Inventory } from '../../repository/index.ts';
import { holdsOn, unwrapped } from './github-conditions.ts';
import { entries, get, isDict, type Job, type JobStep, list, text, variables, type When } from './jobs.ts';
import { join } from './workspace.ts';

export const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$/;

export type Load = (file: string) => unknown;

const DEEPEST = 4;
const MOST_STEPS = 400;

interface Call {
  readonly on: When;
  /** The events that are changes. */
  readonly events: readonly string[];
  readonly harmless?: string;
  readonly paths?: readonly string[];
}

/** The jobs of all workflows, those of reusable workflows as their callers run them. */
export function githubJobs(inventory: Inventory, load: Load): Job[] {
  const files = inventory.files.filter(file => WORKFLOW.test(file));
  return files.flatMap(file => {
    const workflow = load(file);
    const events = get(workflow, 'on') ?? get(workflow, 'true');
    const on = triggerOf(events);
    const paths = on === 'change' ? pathsOf(events) : undefined;
    return on === undefined
      ? []
      : jobsOf(inventory, load, file, workflow, { on, events: changesIn(events), ...(paths === undefined ? {} : { paths }) }, 0);
  });
}

function jobsOf(inventory: Inventory, load: Load, file: string, workflow: unknown, call: Call, depth: number): Job[] {
  return entries(get(workflow, 'jobs')).flatMap(([id, job]): Job[] => {
    const condition = conditionOf(get(job, 'if'), call);
    const harmless = call.harmless ?? condition.harmless ?? goesOn(get(job, 'continue-on-error'), call, 'job');
    const why = { ...(harmless === undefined ? {} : { harmless }), ...(call.paths === undefined ? {} : { paths: call.paths }) };
    const uses = text(get(job, 'uses'));
    if (uses?.startsWith('./') === true && depth < DEEPEST) {
      const target = uses.slice(2).split('@')[0] ?? '';
      return WORKFLOW.test(target) && inventory.has(target)
        ? jobsOf(inventory, load, target, load(target), { on: condition.on, events: call.events, ...why }, depth + 1)
        : [];
    }
    const frame = { workflow, job, on: condition.on, events: call.events };
    const steps = stepsOf(inventory, load, get(job, 'steps'), frame, 0);
    return [{ id, file, on: condition.on, ...why, needs: list(get(job, 'needs')).flatMap(one => text(one) ?? []), steps }];
  });
}

interface FrameOf {
  readonly workflow: unknown;
  readonly job: unknown;
  readonly on: When;
  readonly events: readonly string[];
}

function stepsOf(inventory: Inventory, load: Load, steps: unknown, frame: FrameOf, depth: number): JobStep[] {
  return list(steps)
    .slice(0, MOST_STEPS)
    .flatMap((step): JobStep[] => {
      const condition = conditionOf(get(step, 'if'), frame);
      const harmless =
        condition.harmless ??
        goesOn(get(step, 'continue-on-error'), frame, 'step') ??
        (condition.on !== frame.on ? `its step only runs ${condition.on === 'manual' ? 'by hand' : 'on other events'}` : undefined);
      const why = harmless === undefined ? {} : { harmless };
      const env = variables(get(frame.workflow, 'env'), get(frame.job, 'env'), get(step, 'env'));
      const defaults = [frame.job, frame.workflow].map(holder => get(get(holder, 'defaults'), 'run'));
      const folder =
        text(get(step, 'working-directory')) ??
        defaults.map(run => text(get(run, 'working-directory'))).find(one => one !== undefined) ??
        '';
      const shell = text(get(step, 'shell')) ?? defaults.map(run => text(get(run, 'shell'))).find(one => one !== undefined);
      const mode = { errexit: true, pipefail: shell === 'bash' || shell?.includes('pipefail') === true };
      const make = (script: string, more: Partial<JobStep> = {}): JobStep[] =>
        filled(script, frame.job).flatMap(one =>
          filled(folder, frame.job).map(at => ({ script: one, dir: join('', at), mode, env, ...why, ...more })),
        );
      const run = text(get(step, 'run'));
      if (run !== undefined) return make(run);
      const uses = text(get(step, 'uses'));
      if (uses === undefined) return [];
      const given = get(step, 'with');
      if (uses.startsWith('./') && depth < DEEPEST) {
        const dir = join('', uses);
        const action = [`${dir}/action.yml`, `${dir}/action.yaml`].find(one => inventory.has(one));
        const inner = action === undefined ? undefined : get(load(action), 'runs');
        return stepsOf(inventory, load, get(inner, 'steps'), frame, depth + 1).map(one => ({ ...one, ...why }));
      }
      // Wrappers that take a command: nick-fields/retry, devcontainers/ci, xvfb-action, docker-run.
      const command = ['command', 'run', 'runCmd', 'script']
        .map(key => text(get(given, key)))
        .find(one => one !== undefined && /\s/.test(one));
      const at = text(get(given, 'working-directory')) ?? text(get(given, 'working_directory')) ?? text(get(given, 'context'));
      // A folder that only a run knows may be any.
      const place = at === undefined ? {} : { dir: join('', at) };
      return [...(command === undefined ? [] : make(command, place)), ...make('', { uses, ...place })];
    });
}

/** Puts the values of the matrix into a script; one that is not written in the file stays as it is. */
function filled(script: string, job: unknown): string[] {
  const name = /\$\{\{\s{0,8}matrix\.([\w-]{1,60})\s{0,8}\}\}/.exec(script)?.[1];
  if (name === undefined) return [script];
  const matrix = get(get(job, 'strategy'), 'matrix');
  const values = [...list(get(matrix, name)), ...list(get(matrix, 'include')).map(one => get(one, name))].flatMap(one => text(one) ?? []);
  const pattern = new RegExp(`\\$\\{\\{\\s{0,8}matrix\\.${name}\\s{0,8}\\}\\}`, 'g');
  return values.length === 0 ? [script] : [...new Set(values)].slice(0, 12).map(value => script.replace(pattern, () => value));
}

/** When a workflow runs; undefined: only when another calls it. */
function triggerOf(on: unknown): When | undefined {
  const events = new Map<string, unknown>(
    isDict(on) ? entries(on) : list(on).flatMap(one => (typeof one === 'string' ? [[one, undefined] as const] : [])),
  );
  const push = events.get('push');
  const branches = get(push, 'branches') !== undefined || get(push, 'branches-ignore') !== undefined || get(push, 'tags') === undefined;
  const types = list(get(events.get('pull_request') ?? events.get('pull_request_target'), 'types')).flatMap(one => text(one) ?? []);
  const pull = events.has('pull_request') || events.has('pull_request_target');
  const changes = pull && (types.length === 0 || types.some(type => /^(?:opened|synchronize|reopened|ready_for_review)$/.test(type)));
  if (changes || events.has('merge_group') || (events.has('push') && branches)) return 'change';
  if (events.has('schedule')) return 'schedule';
  if (events.size === 1 && events.has('workflow_call')) return undefined;
  const manual = ['workflow_dispatch', 'repository_dispatch', 'issue_comment', 'workflow_call'];
  if ([...events.keys()].every(name => manual.includes(name)) && events.size > 0) return 'manual';
  return 'unknown';
}

/** The path filters of the events that are changes; undefined when one of them has none. */
function pathsOf(on: unknown): readonly string[] | undefined {
  const found = ['pull_request', 'pull_request_target', 'push', 'merge_group']
    .filter(name => isDict(on) && Object.hasOwn(on, name))
    .map(name => get(get(on, name), 'paths'));
  if (found.length === 0 || found.some(one => one === undefined)) return undefined;
  return found
    .flatMap(one => list(one))
    .flatMap(one => text(one) ?? [])
    .filter(one => !one.startsWith('!'))
    .slice(0, 200);
}

/** The events of a workflow that are changes. */
function changesIn(on: unknown): readonly string[] {
  const names = isDict(on) ? entries(on).map(([name]) => name) : list(on).flatMap(one => text(one) ?? []);
  return names.filter(name => /^(?:pull_request(?:_target)?|push|merge_group)$/.test(name));
}

/** Does a failure count as a success? A matrix may let some of its jobs fail. */
function goesOn(value: unknown, { events }: Pick<Call, 'events'>, of: string): string | undefined {
  const written = unwrapped(text(value) ?? 'false');
  const always = events.length > 0 ? events.every(event => holdsOn(written, event) !== false) : holdsOn(written, '') !== false;
  return always && !/\bmatrix\./.test(written) ? `continue-on-error of the ${of}` : undefined;
}

/** What a condition leaves of the event: never, by hand only, or depending on a secret or a switch. */
function conditionOf(value: unknown, { on, events }: Pick<Call, 'on' | 'events'>): { on: When; harmless?: string } {
  const written = text(value);
  if (written === undefined) return { on };
  const condition = unwrapped(written);
  const event = /^github\.event_name\s{0,4}==\s{0,4}'(\w+)'$/.exec(condition)?.[1];
  if (event === 'workflow_dispatch') return { on: 'manual' };
  if (event === 'schedule') return { on: 'schedule' };
  const outcomes = (events.length === 0 ? [''] : events).map(one => holdsOn(condition, one));
  if (outcomes.every(one => one === false) && (on === 'change' || holdsOn(condition, '') === false))
    return { on, harmless: `"if: ${condition.slice(0, 80)}": it never runs${/\bfailure\(\)/.test(condition) ? ' while all is well' : ''}` };
  if (/\b(?:secrets|env|vars)\.\w/.test(condition) && !/\b(?:always|failure)\(\)/.test(condition))
    return { on, harmless: `it is skipped, and counts as passed, where a setting is missing (if: ${condition.slice(0, 80)})` };
  if (
    /\bgithub\.event\.label|contains\(github\.event\.(?:pull_request\.labels|comment|head_commit)/.test(condition) &&
    !condition.includes('!')
  )
    return { on: on === 'change' ? 'manual' : on };
  return { on };
}
