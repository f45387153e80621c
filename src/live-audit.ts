// The live part of an audit: which agent, how it is reached, and which experiments; the code was read before.
import { resolve } from 'node:path';
import { readConfig } from './config/index.ts';
import type { LiveRun, Probe, TargetSpec } from './core/index.ts';
import { experiment } from './experiment.ts';
import { UserError } from './repository/errors.ts';

export interface LiveOptions {
  /** Ids of experiments; empty: all of them. */
  readonly probes: readonly string[];
  /** The configuration file that the user named. */
  readonly config?: string;
  /** The agent of the configuration that the user named; default: its first with a target. */
  readonly agent?: string;
  readonly progress: (note: string) => void;
  readonly signal?: AbortSignal;
}

/** What came of the live part: a run, or why the agent could not be tested. Either goes into the report. */
export interface LiveResult {
  readonly run: LiveRun;
  /** Set when the agent could not be tested: one sentence, and the agent's last lines. */
  readonly failed?: { readonly sentence: string; readonly lastLines: readonly string[] };
}

/** @throws UserError when there is no target, or the configuration is not as it must be */
export async function liveAudit(path: string, options: LiveOptions): Promise<LiveResult> {
  const root = resolve(path);
  const spec = targetOf(root, options);
  const { PROBES } = await import('./probes/index.ts');
  const probes = named(PROBES, options.probes);
  const rerun = `agent-ready audit ${quoted(path)} --live --probe `;
  const result = await experiment({
    root,
    spec,
    probes,
    rerun,
    progress: options.progress,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (result.kind === 'reached') return { run: result.run };
  const { sentence, lastLines } = result.problem;
  const outcomes = probes.map(({ id, question }) => ({ kind: 'inconclusive' as const, probe: id, question, reason: sentence }));
  return { run: { outcomes, notes: result.notes, rerun }, failed: { sentence, lastLines } };
}

/** The target of the configuration. */
export function targetOf(root: string, options: Pick<LiveOptions, 'config' | 'agent'>): TargetSpec {
  const config = readConfig(root, options.config);
  const agents = (config?.agents ?? []).filter(agent => options.agent === undefined || agent.name === options.agent);
  const found = agents.find(agent => agent.target !== undefined)?.target;
  if (found !== undefined) return found;
  if (options.agent !== undefined)
    throw new UserError(`No agent named "${options.agent}" has a target in agent-ready.yml; name one that has.`);
  throw new UserError(
    `There is no target in ${root}/agent-ready.yml, so nothing tells how to start and reach the agent; agent-ready doctor proposes one.`,
  );
}

function named(probes: readonly Probe[], ids: readonly string[]): readonly Probe[] {
  for (const id of ids)
    if (!probes.some(probe => probe.id === id))
      throw new UserError(`"${id}" is no experiment; there are ${probes.map(p => p.id).join(', ')}.`);
  return ids.length === 0 ? probes : probes.filter(probe => ids.includes(probe.id));
}

/** A path as it may be typed into a shell again. */
function quoted(path: string): string {
  return /^[\w./@:+,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
