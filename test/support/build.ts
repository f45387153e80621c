// The built command line, made anew when the sources are younger than it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(PROJECT, 'bin/agent-ready.js');

/** A folder that only one process can make: test files run side by side, and a half-written build is no build. */
const LOCK = join(tmpdir(), `agent-ready-build-${createHash('sha256').update(PROJECT).digest('hex').slice(0, 12)}`);
/** Milliseconds after which a lock was left behind by a process that is gone. */
const FORGOTTEN = 60_000;

/** Builds when something in the sources is younger than the youngest built file. */
export async function build(): Promise<void> {
  while (!locked()) await setTimeout(100);
  try {
    const sources = Math.max(...['src', 'checks', 'templates', 'package.json', 'tsconfig.json'].map(name => youngest(join(PROJECT, name))));
    if (youngest(join(PROJECT, 'dist')) < sources) make(sources);
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function locked(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    if (Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0) > FORGOTTEN) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}

function make(sources: number): void {
  try {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: PROJECT, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    // An error of types is for `tsc --noEmit` to judge: the compiler has written its files all the same.
    if (youngest(join(PROJECT, 'dist')) < sources) throw new Error(`npm run build failed:\n${said}`);
    console.warn(`npm run build complained:\n${said}`);
  }
}

/** The time of the last change of a file, or of any file in a folder, in milliseconds; 0 when there is none. */
function youngest(path: string): number {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return files.reduce((last, entry) => Math.max(last, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
}
