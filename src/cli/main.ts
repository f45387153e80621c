// The command line: parses arguments, runs one command, turns errors into one sentence and an exit code.
// 0: gate open; 1: gate closed; 2: the audit could not be made (usage, configuration, unreadable path).
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../version.ts';
import type { AuditFlags } from './audit-command.ts';
import type { DoctorFlags } from './doctor-command.ts';
import { tuneEngine } from './engine.ts';
import { FORMAT_HELP } from './formats.ts';

const ABOUT =
  'Audits the LLM agent inside a repository before its launch: a checklist whose items are each proved, disproved or openly unknown. (It does not prepare a repository for coding agents.)';

/**
 * Runs the command line.
 * @param argv arguments without node and script
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  quietOnClosedPipe();
  let exitCode = 0;
  const program = build(code => {
    exitCode = code;
  });
  try {
    if (argv.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already written its sentence; --help and --version end here as well.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return complain(error);
  }
}

function build(done: (exitCode: number) => void): Command {
  const program = new Command('agent-ready')
    .description(ABOUT)
    .version(VERSION)
    .showHelpAfterError('(agent-ready --help lists what there is)');
  program.exitOverride().configureHelp({ sortSubcommands: false });
  program
    .command('audit')
    .description('audit the agent in a repository; reads code, and executes nothing unless --live asks for it')
    .argument('[path]', 'folder of the repository', '.')
    .addOption(
      new Option('--format <format[=file]>', `output format, repeatable: ${FORMAT_HELP}; without a file it goes to standard output`)
        .argParser(collect)
        .default([], 'terminal'),
    )
    .addOption(
      new Option('--policy <policy>', 'pr: closes on blocker and high failures; launch: opens only on READY')
        .choices(['pr', 'launch'])
        .default('pr'),
    )
    .addOption(new Option('--only <item>', 'rule on this item or module only, repeatable').argParser(collect).default([], 'all'))
    .addOption(new Option('--skip <item>', 'leave this item or module out, repeatable').argParser(collect).default([], 'none'))
    .option(
      '--live',
      'also start the agent and experiment on it: its model provider is a stand-in that misbehaves on purpose; no key, no cost',
    )
    .addOption(new Option('--probe <experiment>', 'only this experiment, repeatable; implies --live').argParser(collect).default([], 'all'))
    .option('--agent <name>', 'the agent of the configuration to test')
    .option('--config <file>', 'configuration (default: agent-ready.yml in the repository)')
    .option('--save <file>', 'write the report and the whole record of the experiments as JSON')
    .option('--verbose', 'show every item, finding and unread file')
    .option('--quiet', 'no progress and no notes on standard error')
    .exitOverride()
    .action(async (path: string, flags: AuditFlags) => {
      tuneEngine();
      const { runAudit } = await import('./audit-command.ts');
      done(await runAudit(path, flags));
    });
  program
    .command('list')
    .description('the checklist: modules, items, severity, and how each item is proved')
    .option('--json', 'as JSON')
    .exitOverride()
    .action(async (flags: { json?: boolean }) => {
      const { runList } = await import('./list-command.ts');
      runList(flags);
    });
  program
    .command('explain')
    .description('why an item matters, how we know, what fools a reader, how to mend it, good and bad code; offline')
    .argument('<item>', 'id or code, for example error-handling/loops, loops or ERR-10')
    .exitOverride()
    .action(async (item: string) => {
      const { runExplain } = await import('./explain-command.ts');
      runExplain(item);
    });
  program
    .command('doctor')
    .description('start the agent as --live does, and say step by step whether it was found, started and reached; proposes a target')
    .argument('[path]', 'folder of the repository', '.')
    .option('--agent <name>', 'the agent of the configuration')
    .option('--config <file>', 'configuration (default: agent-ready.yml in the repository)')
    .option('--quiet', 'no progress on standard error')
    .exitOverride()
    .action(async (path: string, flags: DoctorFlags) => {
      const { runDoctor } = await import('./doctor-command.ts');
      done(await runDoctor(path, flags));
    });
  return program;
}

function collect(value: string, previous: readonly string[]): string[] {
  if (value === '') throw new InvalidArgumentError('It must not be empty.');
  return [...previous, value];
}

function complain(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'UserError') process.stderr.write(`agent-ready: ${message}\n`);
  else {
    const stack = process.env.AGENT_READY_DEBUG && error instanceof Error ? `\n${error.stack ?? ''}` : '';
    process.stderr.write(
      `agent-ready: this is a mistake of ours, please report it: ${message} (AGENT_READY_DEBUG=1 shows where)${stack}\n`,
    );
  }
  return 2;
}

/** `agent-ready audit | head` closes the pipe before the end, which is no error. */
function quietOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    // The report did not arrive, so its exit code must not be read as an answer.
    process.stderr.write(
      `agent-ready: the report could not be written to standard output (${error.code ?? error.message}); free some space, or write it elsewhere with --format FORMAT=FILE.\n`,
    );
    process.exitCode = 2;
    outputFailed = true;
  });
  process.stderr.on('error', () => {
    // Nobody reads our complaints; the exit code still tells.
  });
}

let outputFailed = false;

/** Did standard output refuse the report? Then the exit code is 2, whatever the gate says. */
export function failedToPrint(): boolean {
  return outputFailed;
}
