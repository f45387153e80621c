// `agent-ready audit`: runs the audit, writes the formats that were asked for, and says whether the gate is open.
import { writeFileSync } from 'node:fs';
import { audit } from '../audit.ts';
import { exitCodeOf, type Look, type Policy, type Report } from '../core/index.ts';
import { UserError } from '../repository/errors.ts';
import { type Target, targetsOf } from './formats.ts';
import { lookOf } from './look.ts';
import { startProgress } from './progress.ts';
import { selected } from './select.ts';

export interface AuditFlags {
  readonly format: readonly string[];
  readonly policy: Policy;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

/** @returns the exit code: 0 when the gate is open, 1 when it is closed */
export async function runAudit(path: string, flags: AuditFlags): Promise<number> {
  const targets = targetsOf(flags.format);
  const { CHECKS } = await import('../../checks/index.ts');
  const checks = selected(CHECKS, flags.only, flags.skip);
  const progress = await startProgress(flags.quiet === true, process.env);
  let report: Report;
  try {
    report = await audit(path, { policy: flags.policy, checks, progress: progress.say });
  } finally {
    progress.stop();
  }
  const look = lookOf(process.stdout, process.env, flags.verbose === true);
  for (const target of targets) await write(target, report, look);
  return exitCodeOf(report.gate);
}

async function write(target: Target, report: Report, look: Look): Promise<void> {
  const { TEMPLATES } = await import('../../templates/index.ts');
  const entry = TEMPLATES.find(template => template.id === target.format);
  if (entry === undefined) throw new UserError(`--format ${target.format} does not exist.`);
  const template = await entry.load();
  if (target.file === undefined) {
    process.stdout.write(template.render(report, look));
    return;
  }
  try {
    // A file has no width of its own and no colours.
    writeFileSync(target.file, template.render(report, { ...look, columns: 100, colour: 0 }));
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be written';
    throw new UserError(
      `The report could not be written to "${target.file}" (${reason}); give a path in a folder that exists and that you may write to.`,
    );
  }
}
