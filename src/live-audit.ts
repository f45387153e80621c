// The live part of an audit: which agent, how it is reached, and which experiments; the code was read before.
import { resolve } from 'node:path';
import { visible } from '../templates/text.ts';
import { readConfig } from './config/index.ts';
import { printConfig } from './config/print.ts';
import type { LiveRun, Probe, TargetSpec } from './core/index.ts';
import { experiment, firstThatAnswers } from './experiment.ts';
import { proposals } from './propose.ts';
import { UserError } from './repository/errors.ts';
import type { Scan } from './scan.ts';

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
  /** An agent-ready.yml with the target that was found by trying. */
  readonly found?: string;
  /** Set when the agent could not be tested: one sentence, and the agent's last lines. */
  readonly failed?: { readonly sentence: string; readonly lastLines: readonly string[] };
}

/**
 * Checks what was asked for, before anything is read or started: a mistake in it is told at once.
 * @returns the live part; call it when the code was read. It throws a UserError when no target is configured and none is found
 * @throws UserError when an experiment is not known, or the configuration is not as it must be
 */
export async function prepareLive(path: string, options: LiveOptions): Promise<(scan: Scan) => Promise<LiveResult>> {
  const root = resolve(path);
  const { PROBES } = await import('./probes/index.ts');
  const probes = named(PROBES, options.probes);
  const configured = configuredTarget(root, options);
  return async scan => {
    const { spec, found } = configured === undefined ? await foundTarget(root, scan, options) : { spec: configured, found: undefined };
    return liveAudit({ path, root, spec, probes, found }, options);
  };
}

interface Prepared {
  /** The path as the user gave it. */
  readonly path: string;
  readonly root: string;
  readonly spec: TargetSpec;
  readonly probes: readonly Probe[];
  readonly found: string | undefined;
}

async function liveAudit({ path, root, spec, probes, found }: Prepared, options: LiveOptions): Promise<LiveResult> {
  const rerun = `agent-ready audit ${quoted(path)} --live --probe `;
  const result = await experiment({
    root,
    spec,
    probes,
    rerun,
    progress: options.progress,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (result.kind === 'reached') {
    if (found === undefined) return { run: result.run };
    return { run: { ...result.run, notes: ['The target was found by trying what the repository suggests.', ...result.run.notes] }, found };
  }
  const { sentence, lastLines } = result.problem;
  const outcomes = probes.map(({ id, question }) => ({ kind: 'inconclusive' as const, probe: id, question, reason: sentence }));
  return { run: { outcomes, notes: result.notes, rerun }, failed: { sentence, lastLines } };
}

/** A target that the inspection suggests and that answers. @throws UserError when there is none */
async function foundTarget(root: string, scan: Scan, options: LiveOptions): Promise<{ readonly spec: TargetSpec; readonly found: string }> {
  const found = await firstThatAnswers(proposals(root, scan), { root, ...options });
  if (found.spec !== undefined) return { spec: found.spec, found: printConfig(nameOf(scan), found.spec) };
  throw new UserError(
    `Nothing in agent-ready.yml tells how to start and reach the agent, and nothing that was tried reached it${found.tried[0] === undefined ? '' : ` (${visible(found.tried[0]).slice(0, 300)})`}; agent-ready doctor shows what was tried.`,
  );
}

/** What the agent is called in a configuration that we propose. */
export const nameOf = (scan: Scan): string => scan.agents[0]?.name ?? 'agent';

/** The target that agent-ready.yml gives; undefined when it gives none. */
export function configuredTarget(root: string, options: Pick<LiveOptions, 'config' | 'agent'>): TargetSpec | undefined {
  const config = readConfig(root, options.config);
  const agents = (config?.agents ?? []).filter(agent => options.agent === undefined || agent.name === options.agent);
  const found = agents.find(agent => agent.target !== undefined)?.target;
  if (found !== undefined || options.agent === undefined) return found;
  throw new UserError(`No agent named "${options.agent}" has a target in agent-ready.yml; name one that has.`);
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
