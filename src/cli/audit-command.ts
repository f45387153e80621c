// `agent-ready audit`: runs the audit, writes the formats that were asked for, and says whether the gate is open.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { visible } from '../../templates/text.ts';
import { audit } from '../audit.ts';
import { exitCodeOf, type LiveRun, type Look, type Policy, type Report } from '../core/index.ts';
import type { LiveResult } from '../live-audit.ts';
import { UserError } from '../repository/errors.ts';
import type { Scan } from '../scan.ts';
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
  readonly live?: boolean;
  readonly probe: readonly string[];
  readonly config?: string;
  readonly agent?: string;
  readonly save?: string;
}

/** @returns the exit code: 0 when the gate is open, 1 when it is closed, 2 when the agent that was to be tested could not be */
export async function runAudit(path: string, flags: AuditFlags): Promise<number> {
  const targets = targetsOf(flags.format);
  const { CHECKS } = await import('../../checks/index.ts');
  const checks = selected(CHECKS, flags.only, flags.skip);
  const progress = await startProgress(flags.quiet === true, process.env);
  const live = flags.live === true || flags.probe.length > 0 ? startLive(path, flags, progress.say) : undefined;
  let report: Report;
  try {
    const run = await live?.prepare();
    report = await audit(path, {
      policy: flags.policy,
      checks,
      progress: progress.say,
      ...(flags.config === undefined ? {} : { config: flags.config }),
      ...(run === undefined ? {} : { live: run }),
    });
  } finally {
    progress.stop();
    live?.stop();
  }
  // What was interrupted is no audit: no report, and the shell's own code for it.
  if (live?.interrupted === true) {
    process.stderr.write('agent-ready: interrupted; the agent was ended, and there is no report.\n');
    return 130;
  }
  if (flags.quiet !== true) {
    const { ignoredSettings } = await import('../config/index.ts');
    for (const { file, reason } of ignoredSettings(resolve(path), flags.config))
      process.stderr.write(`agent-ready: ${visible(file)}: ${visible(reason)}.\n`);
  }
  const look = lookOf(process.stdout, process.env, flags.verbose === true);
  for (const target of targets) await write(target, report, look);
  const result = live?.result;
  if (flags.save !== undefined) save(flags.save, JSON.stringify(result === undefined ? { report } : { report, live: result.run }, null, 1));
  if (result?.found !== undefined && flags.quiet !== true)
    process.stderr.write(`agent-ready: found by trying; put it into agent-ready.yml to skip the search:\n\n${result.found}\n`);
  if (result?.failed !== undefined) {
    const { sentence, lastLines } = result.failed;
    process.stderr.write(`agent-ready: the agent could not be tested: ${visible(sentence)}\n`);
    for (const line of lastLines.slice(-8)) process.stderr.write(`  | ${visible(line).slice(0, 300)}\n`);
    return 2;
  }
  return exitCodeOf(report.gate);
}

interface Live {
  /** @throws UserError for what is wrong in the flags and the configuration */
  readonly prepare: () => Promise<(scan: Scan) => Promise<LiveRun>>;
  readonly result: LiveResult | undefined;
  readonly interrupted: boolean;
  readonly stop: () => void;
}

/** The live part, and Ctrl-C while it lasts: everything that was started ends before we do. */
function startLive(path: string, flags: AuditFlags, progress: (note: string) => void): Live {
  const abort = new AbortController();
  let result: LiveResult | undefined;
  const interrupt = (): void => {
    progress('Stopping the agent');
    abort.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return {
    prepare: async () => {
      const { prepareLive } = await import('../live-audit.ts');
      const { config, agent } = flags;
      const given = { ...(config === undefined ? {} : { config }), ...(agent === undefined ? {} : { agent }) };
      const run = await prepareLive(path, { probes: flags.probe, ...given, progress, signal: abort.signal });
      return async scan => {
        result = await run(scan);
        return result.run;
      };
    },
    get result() {
      return result;
    },
    get interrupted() {
      return abort.signal.aborted;
    },
    stop: () => {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    },
  };
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
  // A file has no width of its own and no colours.
  save(target.file, template.render(report, { ...look, columns: 100, colour: 0 }));
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be written';
    throw new UserError(
      `The report could not be written to "${file}" (${reason}); give a path in a folder that exists and that you may write to.`,
    );
  }
}
