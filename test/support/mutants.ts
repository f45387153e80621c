// Audits a good agent and its mutants in this process, and tells which items are worse in each mutant.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit, type Report, type Status } from '../../src/index.ts';
import type { Language, Mutant } from '../agents/mutant.ts';
import { copyAgent } from './agents.ts';

export type Statuses = ReadonlyMap<string, Status>;

export interface Tried {
  readonly mutant: Mutant;
  /** Codes of the items that reading reports as worse. */
  readonly worse: readonly string[];
}

const ORDER: readonly Status[] = ['pass', 'not-applicable', 'partial', 'unknown', 'fail'];

export const statusesOf = (report: Report): Statuses => new Map(report.items.map(item => [item.code, item.status]));

/**
 * What is worse than before. `unknown` after a `pass` is worse, too: nothing is passed without proof. But a `fail` that becomes `unknown` is not.
 */
export function worseThan(before: Statuses, after: Statuses): string[] {
  return [...after].flatMap(([code, status]) => (ORDER.indexOf(status) > ORDER.indexOf(before.get(code) ?? 'fail') ? [code] : []));
}

/** Lays out the agent with the edits of a mutant, or as it is, and hands the folder on. */
async function within<R>(agent: string, language: Language, mutant: Mutant | undefined, use: (folder: string) => Promise<R>): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-ready-mutant-'));
  try {
    await copyAgent(agent, folder, mutant?.edits[language] ?? []);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Trial {
  readonly agent: string;
  readonly language: Language;
}

/** The good agent by reading. */
export async function tryOriginal({ agent, language }: Trial): Promise<{ inspected: Statuses }> {
  return within(agent, language, undefined, async folder => ({ inspected: statusesOf(await audit(folder)) }));
}

/** Tries one mutant against what was found in the good agent. @throws Error when an edit does not apply */
export async function tryMutant({ agent, language }: Trial, mutant: Mutant, original: { readonly inspected: Statuses }): Promise<Tried> {
  return within(agent, language, mutant, async folder => ({
    mutant,
    worse: worseThan(original.inspected, statusesOf(await audit(folder))),
  }));
}
