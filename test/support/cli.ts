// Runs the built command line as a user does, in an environment that says nothing about colours.
import { execa, type Options } from 'execa';
import { BIN } from './build.ts';

export interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const QUIET_ENVIRONMENT = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', LANG: 'C.UTF-8' };

/** Runs `agent-ready` with the arguments. */
export async function agentReady(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Promise<Ran> {
  return run(process.execPath, [BIN, ...args], env, cwd === undefined ? {} : { cwd });
}

/** Runs a line of bash in which `$AGENT_READY` is the command. */
export async function bash(line: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return run('bash', ['-c', line], { AGENT_READY: `${process.execPath} ${BIN}`, ...env }, {});
}

async function run(file: string, args: readonly string[], env: Readonly<Record<string, string>>, more: Options): Promise<Ran> {
  const { exitCode, stdout, stderr } = await execa(file, args, {
    ...more,
    env: { ...QUIET_ENVIRONMENT, ...env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    timeout: 60_000,
    stdin: 'ignore',
  });
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

const known = new Map<string, Promise<Ran>>();

/** As `agentReady`, but each question is asked once: the same input gives the same answer, which is a test of its own. */
export function ran(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Promise<Ran> {
  const key = JSON.stringify([args, env, cwd]);
  const answer = known.get(key) ?? agentReady(args, env, cwd);
  known.set(key, answer);
  return answer;
}
