// The whole story on one screen: a repository becomes facts, facts become verdicts, verdicts become the report.
import { resolve } from 'node:path';
import { assess, type Check, type LiveRun, modelsSeen, type Policy, type Report } from './core/index.ts';
import { type Scan, scan } from './scan.ts';
import { VERSION } from './version.ts';

export interface AuditOptions {
  readonly policy?: Policy;
  /** The items to rule on; default: all of them. READY needs them all. */
  readonly checks?: readonly Check[];
  /** Told what is going on, for a spinner. */
  readonly progress?: (note: string) => void;
  /** The time to write into the report; default: now. */
  readonly time?: Date;
  /** The configuration file that the user named; what of it has no effect is listed. */
  readonly config?: string;
  /** Experiments on the running agent, made after the inspection of its code. */
  readonly live?: (scan: Scan) => Promise<LiveRun>;
}

/**
 * Audits the agent in a repository by reading its code. Executes nothing, opens no connection, writes nothing, unless `live` does.
 * @param path folder of the repository
 * @throws UserError when the path cannot be audited
 */
export async function audit(path: string, options: AuditOptions = {}): Promise<Report> {
  const read = await scan(path, options.progress ?? (() => {}));
  const { facts, agents, unreadLanguages } = read;
  const { ignoredSettings } = await import('./config/index.ts');
  const repository = { ...read.repository, unread: [...ignoredSettings(resolve(path), options.config), ...read.repository.unread] };
  const live = await options.live?.(read);
  const { CHECKS } = await import('../checks/index.ts');
  const checks = options.checks ?? CHECKS;
  const leftOut = CHECKS.filter(check => !checks.includes(check));
  // The price list is loaded only where there is something to price.
  const priced = facts['model-call'].filter(call => call.role === 'production' && call.models.length > 0);
  const asked = [...priced, ...modelsSeen(live?.outcomes ?? [])];
  const prices = asked.length === 0 ? undefined : (await import('./prices/index.ts')).priceList(asked);
  const time = (options.time ?? new Date()).toISOString();
  return assess(
    { facts, repository, agents, policy: options.policy ?? 'pr', version: VERSION, time, leftOut, unreadLanguages, prices, live },
    checks,
  );
}
