// An agent that is an exported function: called inside of a process of its own, of Node or of Python, never inside of ours.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Reply, Way } from '../../core/index.ts';
import { type Child, start } from '../child.ts';
import { TrialError } from '../job.ts';
import { learn, read } from '../reading.ts';
import type { Path } from '../reply-path.ts';
import { asText } from '../template.ts';
import { type Ground, KEPT, type Target, watch } from './target.ts';

type Module = Extract<Way, { kind: 'module' }>;

/** What the runner inside of the agent's process sends. */
export type FromRunner =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly why: string }
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly body: string;
      readonly bytes: number;
      readonly parts?: readonly string[];
      readonly error?: string;
    };
export interface ToRunner {
  readonly id: number;
  readonly message: unknown;
  readonly user: string;
  readonly session: string;
}

/** Longest wait for the module to be loaded, in milliseconds. */
const LOADED = 60_000;
const PYTHON = process.platform === 'win32' ? 'python' : 'python3';
// Not compiled, so it stays where it is written; this file runs from dist/src/live/targets.
const PYTHON_RUNNER = fileURLToPath(new URL('../../../../src/live/preload/python/agent_ready_runner.py', import.meta.url));
const RUNNER = fileURLToPath(new URL('./module-runner.js', import.meta.url));

export function moduleTarget(way: Module, ground: Ground): Target {
  const { began } = ground;
  const waiting = new Map<number, (message: Extract<FromRunner, { kind: 'reply' }>) => void>();
  let child: Child | undefined;
  let exit: Target['exit'];
  let reply: Path | undefined;
  let count = 0;
  return {
    get exit() {
      return exit;
    },
    async start() {
      exit = undefined;
      const file = join(ground.cwd, way.path);
      if (!existsSync(file)) throw new TrialError('not-started', `There is no file ${way.path}.`);
      const argv = file.endsWith('.py')
        ? [PYTHON, PYTHON_RUNNER, file, way.export]
        : [process.execPath, ...loaderOf(file, ground.cwd), RUNNER, file, way.export];
      const started = await start({ argv, cwd: ground.cwd, env: ground.env, log: ground.log, tree: ground.tree, ipc: true });
      child = started;
      watch(started, began, end => {
        exit = end;
      });
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new TrialError('never-ready', `${way.path} was not loaded within ${LOADED / 1000} s.`)),
          LOADED,
        );
        started.process.on('message', (message: FromRunner) => {
          if (message.kind === 'ready') resolve();
          if (message.kind === 'failed') reject(new TrialError('not-started', `${way.path} could not be used: ${message.why}.`));
          if (message.kind === 'reply') waiting.get(message.id)?.(message);
        });
        void started.ended.then(({ code, signal }) => {
          clearTimeout(late);
          reject(new TrialError('exited', `The agent ended while it was loaded (${signal === null ? `exit code ${code}` : signal}).`));
        });
      });
    },
    async say(say): Promise<Reply> {
      const id = count++;
      const at = Date.now() - began;
      const base = { user: say.user, session: say.session, sent: asText(say.text), at, headers: {}, status: null };
      const nothing = (end: Reply['end']): Reply => ({ ...base, endedAt: Date.now() - began, end, text: '', body: '', bytes: 0 });
      const process = child;
      if (process === undefined || process.exit !== undefined) return nothing('refused');
      return new Promise<Reply>(resolve => {
        const timers: NodeJS.Timeout[] = [];
        const done = (said: Reply): void => {
          for (const timer of timers) clearTimeout(timer);
          waiting.delete(id);
          resolve(said);
        };
        timers.push(setTimeout(() => done(nothing('late')), say.limit));
        if (say.leaveAfter !== undefined) timers.push(setTimeout(() => done(nothing('left')), say.leaveAfter));
        void process.ended.then(() => done(nothing('broken')));
        waiting.set(id, message => {
          const { text, error } = read(message.body, '', { stream: 'none', reply });
          done({
            ...base,
            endedAt: Date.now() - began,
            end: message.error === undefined ? 'answered' : 'broken',
            text: (message.parts?.join('') ?? text).slice(0, KEPT),
            body: message.body.slice(0, KEPT),
            bytes: message.bytes,
            ...(message.parts === undefined ? {} : { parts: message.parts }),
            ...((message.error ?? error) === undefined ? {} : { error: String(message.error ?? error) }),
          });
        });
        const order: ToRunner = { id, message: say.text, user: say.user, session: say.session };
        process.process.send(order, failed => {
          if (failed !== null) done(nothing('broken'));
        });
      });
    },
    learn(said, nonce) {
      reply = learn(read(said.body, '', { stream: 'none', reply: undefined }), nonce);
      return said.parts === undefined ? { ...said, text: read(said.body, '', { stream: 'none', reply }).text.slice(0, KEPT) } : said;
    },
    async look(path) {
      return { path, at: Date.now() - began, status: null, body: '' };
    },
    async stop() {
      await child?.stop(ground.grace);
      child = undefined;
    },
  };
}

/** Arguments for Node that let it read the file: the repository's own tsx before Node's way before ours. */
function loaderOf(file: string, cwd: string): string[] {
  if (!/^\.[mc]?tsx?$|^\.jsx$/.test(extname(file))) return [];
  for (let folder = cwd; folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules/tsx/package.json');
    if (!existsSync(manifest)) continue;
    const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: Record<string, unknown> };
    const main = exports?.['.'];
    const entry = typeof main === 'string' ? main : './dist/loader.mjs';
    return ['--import', pathToFileURL(join(dirname(manifest), entry)).href];
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if ((major > 22 || (major === 22 && minor >= 18)) && /^\.[mc]?ts$/.test(extname(file))) return [];
  return ['--import', new URL('../preload/typescript.js', import.meta.url).href];
}
