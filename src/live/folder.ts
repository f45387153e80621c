// The temporary folder of a trial: made under a name that tells whose it is, removed whatever the agent put into it.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endMarked } from './tree.ts';

const NAME = /^agent-ready-live-(\w+)-(\d+)-/;
/** Milliseconds after which a folder of another container is taken to be forgotten: its processes cannot be seen from here. */
const FORGOTTEN = 24 * 3600 * 1000;

/** The place where numbers of processes mean the same as here. */
function place(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? 'here';
  } catch {
    return 'here';
  }
}

/** A new, empty folder; a real path, free of links. */
export function makeFolder(): string {
  return mkdtempSync(join(realpathSync(tmpdir()), `agent-ready-live-${place()}-${process.pid}-`));
}

/** Removes a folder with all that is in it; links are removed, never followed. Never rejects. */
export async function remove(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  } catch {
    // Folders without permissions, or paths longer than a path may be: the tools of the system know how.
    await run('chmod', ['-R', 'u+rwx', dir]);
    await run('rm', ['-rf', dir]);
  }
}

function run(file: string, args: readonly string[]): Promise<void> {
  return new Promise(resolve => {
    execFile(file, [...args], { timeout: 30_000 }, () => resolve());
  });
}

let swept: Promise<void> | undefined;

/** Once per process: ends and removes what runs that died have left behind. */
export function sweep(): Promise<void> {
  swept ??= sweepNow();
  return swept;
}

/** @internal */
export async function sweepNow(): Promise<void> {
  const base = realpathSync(tmpdir());
  for (const name of readdirSync(base)) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const dir = join(base, name);
    const found = statSync(dir, { throwIfNoEntry: false });
    if (found === undefined || (process.getuid !== undefined && found.uid !== process.getuid())) continue;
    const stale = match[1] === place() ? !alive(Number(match[2])) : Date.now() - found.mtimeMs > FORGOTTEN;
    if (!stale) continue;
    await endMarked(dir);
    await remove(dir);
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
