// Experiments on an agent of test/agents, with an edit or without: which items do they show as worse than before?
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKS } from '../../checks/index.ts';
import { readConfig } from '../../src/config/index.ts';
import { type Outcome, observedOf, type Status, sumUp } from '../../src/core/index.ts';
import { experiment } from '../../src/experiment.ts';
import { PROBES } from '../../src/probes/index.ts';
import type { Edit } from '../agents/mutant.ts';
import { buildAgent, copyAgent } from './agents.ts';

/** What experiments say alone, by the code of the item; an item that they say nothing about is missing. */
export type Seen = ReadonlyMap<string, Status>;

/**
 * Makes experiments on a copy of an agent.
 * @param probes ids of experiments; undefined: all
 * @param target the agent of its agent-ready.yml; undefined: the first
 * @throws Error when the agent did not answer a plain question
 */
export async function outcomesOf(
  agent: string,
  edits: readonly Edit[],
  probes?: readonly string[],
  target?: string,
): Promise<readonly Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-ready-observed-'));
  try {
    await copyAgent(agent, folder, edits);
    await buildAgent(folder);
    const spec = readConfig(folder)?.agents.find(one => target === undefined || one.name === target)?.target;
    if (spec === undefined) throw new Error(`${agent} has no target`);
    const chosen = PROBES.filter(probe => probes === undefined || probes.includes(probe.id));
    const result = await experiment({ root: folder, spec, probes: chosen, rerun: '', progress: () => {} });
    if (result.kind === 'not-reached') throw new Error(`${result.problem.sentence} ${result.problem.lastLines.slice(-3).join(' | ')}`);
    return result.run.outcomes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What some of the outcomes say. */
export function seenIn(outcomes: readonly Outcome[], probes?: readonly string[]): Seen {
  const chosen = outcomes.filter(outcome => probes === undefined || probes.includes(outcome.probe));
  return new Map(
    CHECKS.flatMap(check => {
      const verdict = sumUp(observedOf(check, chosen).map(one => one.finding));
      return verdict === undefined ? [] : [[check.code, verdict.status] as const];
    }),
  );
}
