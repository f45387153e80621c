// Probes against a target: each arm is a trial of its own, some run side by side, and what comes back becomes observations.
import { cpus } from 'node:os';
import { type Arm, type LiveRun, type Observation, type Outcome, type Probe, type TargetSpec, type Trial, wayWords } from './core/index.ts';
import { CAPS, isolation, type Job, startWorker, type TrialRecord } from './live/index.ts';
import { ENDPOINTS } from './providers/endpoints.ts';

export interface ExperimentOptions {
  /** Absolute path of the audited repository. */
  readonly root: string;
  readonly spec: TargetSpec;
  readonly probes: readonly Probe[];
  /** The command that repeats one experiment, without its id at the end. */
  readonly rerun: string;
  readonly progress: (note: string) => void;
  /** Ends everything at once. */
  readonly signal?: AbortSignal;
}

/** The agent could not be brought to answer one plain question through our stand-in. */
export interface NotReached {
  readonly kind: 'not-reached';
  readonly problem: NonNullable<TrialRecord['problem']>;
  readonly notes: readonly string[];
}

export interface Reached {
  readonly kind: 'reached';
  readonly run: LiveRun;
}

/** Seconds are spent waiting, not computing; more side by side than this and the agents slow each other down. */
const SIDE_BY_SIDE = 3;
const HOSTS = [...new Set(ENDPOINTS.flatMap(endpoint => endpoint.host?.source ?? []))];
/** Trouble that may be the machine's and not the agent's: tried once more. */
const PASSING = new Set(['never-ready', 'control-failed', 'out-of-time', 'runner']);

/**
 * Asks the agent one plain question, and when it answers, runs every probe that applies to it.
 * Nothing of it rejects for what the agent does; what cannot be concluded is an inconclusive outcome.
 */
export async function experiment(options: ExperimentOptions): Promise<NotReached | Reached> {
  const { spec, probes, progress, signal } = options;
  progress('Starting the agent and asking it a plain question');
  const first = await trial(options, BASELINE.arms.treatment, 'baseline', 20);
  const notes = notesOf(first);
  if (first.problem !== undefined) return { kind: 'not-reached', problem: first.problem, notes };
  if (!heard(first)) return { kind: 'not-reached', problem: { kind: 'not-heard', sentence: NOT_HEARD, lastLines: [] }, notes };
  const offers = offersOf(first, spec);
  const outcomes = new Map<string, Outcome>();
  const queue: Task[] = [];
  for (const probe of probes) {
    const lacking = probe.needs?.find(need => !offers.has(need));
    if (lacking !== undefined) outcomes.set(probe.id, { kind: 'not-applicable', ...of(probe), reason: LACKS[lacking] });
    else for (const [name, arm] of Object.entries(probe.arms)) queue.push({ probe, name, arm });
  }
  // What takes long begins first, so that nobody waits for it alone at the end.
  queue.sort((a, b) => patience(b.arm) - patience(a.arm));
  const all = queue.length;
  const records = new Map<string, TrialRecord>();
  const lane = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined && signal?.aborted !== true; task = queue.shift()) {
      records.set(`${task.probe.id} ${task.name}`, await attempt(options, task));
      progress(`Experiments: ${records.size} of ${all} trials (${task.probe.id})`);
    }
  };
  await Promise.all(Array.from({ length: await lanes(spec) }, lane));
  for (const probe of probes) if (!outcomes.has(probe.id)) outcomes.set(probe.id, conclude(probe, records));
  return {
    kind: 'reached',
    run: { outcomes: probes.flatMap(probe => outcomes.get(probe.id) ?? []), notes, rerun: options.rerun },
  };
}

interface Task {
  readonly probe: Probe;
  readonly name: string;
  readonly arm: Arm;
}

const of = (probe: Probe): { probe: string; question: string } => ({ probe: probe.id, question: probe.question });

/** Asks one plain question and nothing else. */
export function knock(options: Omit<ExperimentOptions, 'probes' | 'rerun'>): Promise<TrialRecord> {
  return trial({ ...options, probes: [], rerun: '' }, { acts: [], script: { steps: [] } }, 'knock', 20);
}

/**
 * Tries targets one after another until one answers a plain question with the word that only our stand-in knows.
 * What does not start by one command is not tried again with another body.
 */
export async function firstThatAnswers(
  specs: readonly TargetSpec[],
  options: Omit<ExperimentOptions, 'probes' | 'rerun' | 'spec'>,
): Promise<{ readonly spec: TargetSpec; readonly record: TrialRecord } | { readonly spec: undefined; readonly tried: readonly string[] }> {
  const tried: string[] = [];
  const dead = new Set<string>();
  for (const [i, proposed] of specs.entries()) {
    let spec = proposed;
    const start = JSON.stringify([spec.way.kind, spec.way.kind === 'http' ? spec.way.start : '']);
    if (dead.has(start) || options.signal?.aborted === true) continue;
    options.progress(`Trying to reach the agent: ${i + 1} of ${specs.length}`);
    let record = await knock({ ...options, spec });
    for (let tries = 0; tries < 5 && record.problem !== undefined; tries++) {
      const missing = missingVariable(record.problem, spec);
      if (missing === undefined) break;
      spec = { ...spec, env: { ...spec.env, [missing]: 'dummy-for-the-audit' } };
      record = await knock({ ...options, spec });
    }
    if (record.problem === undefined) {
      if (heard(record)) return { spec, record };
      tried.push(`${described(spec)}: ${NOT_HEARD}`);
      continue;
    }
    tried.push(
      `${described(spec)}: ${record.problem.sentence}${record.problem.lastLines.length === 0 ? '' : ` (${record.problem.lastLines.slice(-2).join(' / ').slice(0, 200)})`}`,
    );
    if (NEVER_UP.has(record.problem.kind)) dead.add(start);
  }
  return { spec: undefined, tried: [...new Set(tried)] };
}

const NOT_HEARD = 'The agent answered, but its model was not sent the message: it stands in another place than where the agent reads it.';

/** Did the words of the control message reach the model, in whatever part of a request? */
export function heard({ control }: TrialRecord): boolean {
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  const said = letters(control.replies[0]?.sent ?? '');
  return control.exchanges.some(exchange => letters(exchange.body).includes(said));
}

/** A target in a few words, with the names in its body. */
function described({ way }: TargetSpec): string {
  if (way.kind !== 'http') return wayWords(way);
  const names = typeof way.body === 'object' && way.body !== null ? Object.keys(way.body).join(', ') : 'text';
  return `${wayWords(way)} {${names}}`;
}

/** The environment variable that the agent says it lacks, as most programs and SDKs word it. */
function missingVariable({ sentence, lastLines }: NonNullable<TrialRecord['problem']>, spec: TargetSpec): string | undefined {
  const said = [sentence, ...lastLines].join('\n');
  if (!/environment|env\b|missing|required|not set|must be set|no .{0,30}key/i.test(said)) return undefined;
  return (said.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []).find(
    name => !/^(?:ERR|NODE|E[A-Z]{4,})_/.test(name) && spec.env[name] === undefined,
  );
}

const NEVER_UP = new Set(['copy', 'not-started', 'exited', 'never-ready']);

/** Two turns of one conversation: what does the agent offer, and does it remember? */
const BASELINE = {
  arms: {
    treatment: {
      acts: [
        { kind: 'say' as const, text: 'My word is {{nonce}}. Which plan am I on?' },
        { kind: 'say' as const, text: 'And what does it cost?' },
      ],
      script: { steps: [{ kind: 'text' as const, text: 'You are on the free plan.' }] },
    },
  },
};

type Offer = 'server' | 'users' | 'tools' | 'stream' | 'memory';
const LACKS: Readonly<Record<Offer, string>> = {
  server: 'The agent is a command that answers one message and ends.',
  users: 'The target does not say who asks: put {{user}} into its body, headers or url, and users can be told apart.',
  tools: 'No model request of the agent declares a tool.',
  stream: 'The agent does not ask its model for a stream.',
  memory: 'The agent sends its model nothing of the turn before.',
};

function offersOf({ control, treatment }: TrialRecord, spec: TargetSpec): ReadonlySet<Offer> {
  const asked = [...control.exchanges, ...treatment.exchanges].flatMap(exchange => exchange.request ?? []);
  const out = new Set<Offer>();
  if (spec.way.kind !== 'command') out.add('server');
  if (spec.way.kind === 'module' || JSON.stringify(spec.way).includes('{{user}}')) out.add('users');
  if (asked.some(request => request.tools.length > 0)) out.add('tools');
  if (asked.some(request => request.stream)) out.add('stream');
  const last = treatment.exchanges.findLast(exchange => exchange.request !== undefined)?.request;
  const turns = last?.messages ?? [];
  if (turns.some(turn => turn.text.includes(treatment.nonce)) && turns.some(turn => turn.text.includes('what does it cost')))
    out.add('memory');
  return out;
}

async function attempt(options: ExperimentOptions, { probe, arm }: Task): Promise<TrialRecord> {
  const record = await trial(options, arm, probe.id, probe.requests);
  if (record.problem === undefined || !PASSING.has(record.problem.kind) || options.signal?.aborted === true) return record;
  return trial(options, arm, probe.id, probe.requests);
}

/** Nothing is concluded unless every arm was preceded by a control that worked. */
function conclude(probe: Probe, records: ReadonlyMap<string, TrialRecord>): Outcome {
  const arms: Record<string, Trial> = {};
  let control: Trial | undefined;
  for (const name of Object.keys(probe.arms)) {
    const record = records.get(`${probe.id} ${name}`);
    if (record === undefined) return { kind: 'inconclusive', ...of(probe), reason: 'The audit was ended before this experiment.' };
    if (record.problem !== undefined) {
      const last = record.problem.lastLines.at(-1);
      const reason = `${record.problem.sentence}${last === undefined ? '' : ` Its last line: ${last}`}`;
      return { kind: 'inconclusive', ...of(probe), reason };
    }
    control ??= record.control;
    arms[name] = record.treatment;
  }
  if (control === undefined) throw new Error(`the experiment ${probe.id} has no arms`);
  const observation: Observation = { control, arms };
  const reason = probe.void?.(observation);
  return reason === undefined ? { kind: 'done', ...of(probe), observation } : { kind: 'inconclusive', ...of(probe), reason };
}

let count = 0;

function trial(options: ExperimentOptions, arm: Arm, probe: string, requests = CAPS.requests): Promise<TrialRecord> {
  const job: Job = {
    spec: options.spec,
    root: options.root,
    arm,
    nonce: wordOf(`${probe} ${count++}`),
    caps: { ...CAPS, requests },
    hosts: HOSTS,
  };
  return startWorker(job, options.signal === undefined ? {} : { signal: options.signal });
}

/** A word that no text holds by chance, of letters alone: digits look like personal data to a filter. */
function wordOf(seed: string): string {
  let state = 2166136261;
  for (const char of `${seed}${process.pid}${process.hrtime.bigint()}`) state = Math.imul(state ^ char.charCodeAt(0), 16777619) >>> 0;
  let word = '';
  for (let i = 0; i < 5; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    word += 'bdfgklmnprstvz'[(state >>> 24) % 14];
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    word += 'aeiou'[(state >>> 24) % 5];
  }
  return word;
}

/** The longest wait of an arm for a reply, in milliseconds. */
function patience(arm: Arm): number {
  return arm.acts.reduce((most, act) => Math.max(most, act.kind === 'say' ? (act.limit ?? 0) : 0), 0);
}

async function lanes(spec: TargetSpec): Promise<number> {
  const free = (await isolation()).kind === 'namespace' || spec.way.kind !== 'http' || spec.way.url.includes('{{port}}');
  return free ? Math.max(1, Math.min(8, cpus().length * SIDE_BY_SIDE)) : 1;
}

const WAYS: Readonly<Record<TrialRecord['ways'][number]['name'], string>> = {
  'base-url': 'base-URL variables',
  'node-preload': 'a preload for Node',
  'python-preload': 'a preload for Python',
  network: 'the names of the network that it was shut in, with TLS ended by an authority of this run',
  proxy: 'an HTTPS proxy with an authority of this run',
};

function notesOf({ ways, isolation: shut, unguarded, warnings }: TrialRecord): readonly string[] {
  const used = ways.filter(way => way.used > 0).map(way => WAYS[way.name]);
  return [
    used.length === 0 ? 'No model request reached the stand-in.' : `Model requests came through ${used.join(' and ')}.`,
    shut.kind === 'namespace'
      ? 'The agent ran in a network namespace with nothing but loopback: nothing could leave.'
      : `The agent was held back by preloads only, so a process that ignores them could reach the network (${shut.why ?? 'no namespaces'}).`,
    ...warnings,
    ...(unguarded.length === 0 ? [] : [`Processes without our environment: ${unguarded.slice(0, 3).join('; ')}.`]),
  ];
}
