// How well a trial can be shut in on this machine: in namespaces of the kernel where they may be made, behind preloads elsewhere.
import { execFile } from 'node:child_process';
import type { Isolation } from './job.ts';

/**
 * The words before a command that shut it in: a network with nothing but loopback, and a tree of processes that ends as a whole.
 * The shell stays as the first process of the tree, because somebody must collect what orphans leave behind.
 */
export const SHUT_IN = [
  'unshare',
  '--user',
  '--map-root-user',
  '--net',
  '--pid',
  '--mount-proc',
  '--fork',
  '--kill-child',
  'sh',
  '-c',
  'ip link set lo up && "$@"; exit $?',
  'sh',
] as const;

let decided: Promise<Isolation> | undefined;

/** Tries it once and remembers. Never rejects. */
export function isolation(): Promise<Isolation> {
  decided ??= decide();
  return decided;
}

function decide(): Promise<Isolation> {
  if (process.platform !== 'linux')
    return Promise.resolve({ kind: 'guards', why: `network namespaces exist on Linux, and this is ${process.platform}` });
  const [file, ...args] = SHUT_IN;
  return new Promise(resolve => {
    execFile(file, [...args, 'ip', '-o', 'link', 'show', 'lo'], { timeout: 5000, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null && /\bUP\b/.test(stdout)) return resolve({ kind: 'namespace' });
      const missing = error !== null && 'code' in error && (error as NodeJS.ErrnoException).code === 'ENOENT';
      const said = stderr.trim().split('\n')[0] ?? '';
      resolve({ kind: 'guards', why: missing ? 'there is no unshare here' : said || 'unshare did not work' });
    });
  });
}
