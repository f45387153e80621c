// One trial: copy, stand-in, agent, control message, acts, end. Runs inside of the worker and returns a record whatever happens.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Trial, text } from '../core/index.ts';
import { heard, type Notes, perform } from './acts.ts';
import { type Collector, startCollector } from './collector.ts';
import { copyRepository } from './copy.ts';
import { BASE_URLS, canaryKeys, environment } from './env.ts';
import { type Front, startFront } from './front.ts';
import { emptyTrial, type Order, type Problem, type StandIn, type StartProvider, TrialError, type TrialRecord } from './job.ts';
import { Log } from './log.ts';
import { enclose, type Names, startNames } from './network.ts';
import { commandTarget } from './targets/command.ts';
import { httpTarget } from './targets/http.ts';
import { moduleTarget } from './targets/module.ts';
import type { Ground, Target } from './targets/target.ts';
import { mapStrings, withPort } from './template.ts';
import { Tree } from './tree.ts';
import { waysOf } from './ways.ts';

/** The user and the words of the control message. The nonce is not in it: an echo must not look like an answer of the model. */
export const CONTROL = { user: 'control', text: 'Hello! Please answer in one short sentence.' };
/** Milliseconds between two looks at the tree of processes. */
const LOOK = 500;
/** Milliseconds that late spans, lines and requests get before the agent is asked to end. */
const SETTLE = 300;

/** Folders of programs that are installed for a repository. */
const PROGRAMS = ['node_modules/.bin', '.venv/bin', 'venv/bin', '.venv/Scripts', 'venv/Scripts'];

const SHIPPED = new URL('../../../', import.meta.url);
const PROVIDER = new URL('../provider/index.js', import.meta.url).href;
const NODE_PRELOAD = new URL('./preload/node.js', import.meta.url).href;
// Not compiled, so it stays where it is written; this file runs from dist/src/live.
const PYTHON_PRELOAD = fileURLToPath(new URL('src/live/preload/python', SHIPPED));

/** What there is so far; all of it may be missing when something failed early. */
interface Scene {
  readonly began: number;
  readonly log: Log;
  readonly tree: Tree;
  readonly keys: Record<string, string>;
  readonly notes: Notes;
  provider?: StandIn;
  collector?: Collector;
  front?: Front;
  names?: Names;
  target?: Target;
  /** What belongs to the control, taken when the treatment began. */
  split?: Trial;
  /** When the agent was asked to end, after everything else. */
  endingAt?: number;
}

/**
 * Runs one trial. Never rejects: what goes wrong is the `problem` of the record.
 * @param signal ends the trial early; the record then holds what was seen so far
 * @param started is told of each process that is started, so that somebody else can end it
 */
export async function runTrial(order: Order, signal: AbortSignal, started?: (pid: number) => void): Promise<TrialRecord> {
  const began = Date.now();
  const scene: Scene = {
    began,
    log: new Log(began),
    tree: new Tree(order.dir, started),
    keys: canaryKeys(order.nonce),
    notes: { replies: [], pages: [] },
  };
  const over = new AbortController();
  const late = setTimeout(() => over.abort('time'), order.caps.overall);
  signal.addEventListener('abort', () => over.abort('parent'));
  const look = setInterval(() => scene.tree.look(), LOOK);
  let problem: Problem | undefined;
  try {
    const stopped = new Promise<never>((_, reject) => {
      over.signal.addEventListener('abort', () => reject(stoppedBy(over.signal, order.caps.overall)));
    });
    await Promise.race([play(order, scene, over.signal), stopped]);
  } catch (error) {
    problem = problemOf(error, scene);
  }
  clearTimeout(late);
  clearInterval(look);
  over.abort('end');
  return close(order, scene, problem);
}

async function play(order: Order, scene: Scene, over: AbortSignal): Promise<void> {
  const { spec, nonce, caps, arm, dir } = order;
  const copy = join(dir, 'copy', 'repository');
  mkdirSync(join(dir, 'home'), { recursive: true });
  mkdirSync(join(dir, 'tmp'), { recursive: true });
  mkdirSync(join(dir, 'copy'), { recursive: true });
  await copyRepository(order.root, copy, caps.copyBytes);
  const own = controlNonce(nonce);
  const { startProvider } = (await import(order.provider ?? PROVIDER)) as { startProvider: StartProvider };
  const provider = await startProvider({
    script: { steps: [text('{{nonce}}')] },
    nonce: own,
    cap: caps.requests,
    began: () => Date.now() - scene.began,
  });
  scene.provider = provider;
  const collector = await startCollector(dir, scene.began);
  scene.collector = collector;
  const port = await portOf(order);
  const front = await frontOf(order, scene, { provider: Number(new URL(provider.url).port), gate: collector.gate });
  const cwd = join(copy, spec.root);
  if (cwd !== copy && !cwd.startsWith(copy + sep)) throw new TrialError('copy', `The folder ${spec.root} is outside of the repository.`);
  const fill = (value: string): string => (port === undefined ? value : withPort(value, port));
  const certificate = join(dir, 'authority.pem');
  writeFileSync(certificate, order.authority.certificate);
  const env = environment({
    own: process.env,
    target: mapStrings(spec.env, fill) as Record<string, string>,
    keys: scene.keys,
    dir,
    provider: provider.url,
    collector: collector.url,
    baseUrls: order.baseUrls ?? Object.keys(BASE_URLS),
    preload: { node: NODE_PRELOAD, python: PYTHON_PRELOAD },
    authority: certificate,
    proxy: order.isolation.kind === 'namespace' ? undefined : `http://127.0.0.1:${front.port}`,
    // What is installed for the repository comes first, as in a shell where its environment is active.
    programs: [...new Set([cwd, copy])].flatMap(folder => PROGRAMS.map(name => join(folder, name)).filter(path => existsSync(path))),
    rules: JSON.stringify({
      provider: Number(new URL(provider.url).port),
      gate: collector.gate,
      front: front.port,
      authority: certificate,
      enclosed: order.isolation.kind === 'namespace',
      file: collector.file,
      hosts: order.hosts,
      dir,
    }),
    port,
  });
  const traffic = (): { begun: number; open: number } => ({
    begun: provider.exchanges.length,
    open: provider.exchanges.filter(one => one.endedAt === undefined && one.goneAt === undefined && one.capped !== true).length,
  });
  const ground: Ground = { cwd, env, log: scene.log, tree: scene.tree, began: scene.began, port, grace: caps.grace, traffic };
  const target = targetOf(mapStrings(spec.way, fill) as Order['spec']['way'], ground);
  scene.target = target;
  await target.start();
  await control(target, own, caps.control, scene);
  // Lines and spans of the control that come late would be taken for the treatment's.
  await new Promise(resolve => setTimeout(resolve, SETTLE));
  if (over.aborted) return;
  scene.split = trialOf(scene, own);
  provider.play(arm.script, nonce);
  const { world } = arm;
  collector.setWorld(world?.kind === 'answer' ? { ...world, text: world.text.replaceAll('{{nonce}}', nonce) } : world);
  await perform(arm.acts, { target, nonce, notes: scene.notes, over });
}

/** Says the control message and insists on the nonce. @throws TrialError with the reason when it did not come back */
async function control(target: Target, nonce: string, limit: number, scene: Scene): Promise<void> {
  const said = await target.say({ ...heard({ kind: 'say', ...CONTROL, limit }, nonce), session: 'control-1' });
  const reply = target.learn(said, nonce);
  scene.notes.replies.push(reply);
  // A connection breaks a little before the end of the process is known.
  if (reply.end === 'broken' || reply.end === 'refused') await new Promise(resolve => setTimeout(resolve, SETTLE));
  if (target.exit !== undefined && reply.end !== 'answered') {
    const { code, signal } = target.exit;
    throw new TrialError('exited', `The agent ended on its first message (${signal === null ? `exit code ${code}` : signal}).`);
  }
  const asked = scene.provider?.exchanges.length ?? 0;
  const tried = [...new Set(scene.collector?.egress().map(one => one.host))].slice(0, 3).join(', ');
  const elsewhere = tried === '' ? '' : ` It tried to reach ${tried}.`;
  const how = {
    answered: `was answered with ${reply.status === null ? 'nothing' : `status ${reply.status}`}`,
    late: `had no answer after ${limit / 1000} s`,
    left: 'was left',
    broken: 'broke off',
    refused: 'was refused',
  }[reply.end];
  if (reply.text.includes(nonce)) return;
  const failed =
    reply.end !== 'answered' ||
    reply.error !== undefined ||
    (reply.status !== null && (reply.status >= 400 || (reply.status !== 0 && reply.status < 100)));
  if (asked === 0)
    throw new TrialError(
      'provider-not-called',
      `The agent asked its model provider for nothing on the control message, which ${how}: it did not take the message, or no way to the stand-in works for it.${elsewhere}`,
    );
  if (failed) throw new TrialError('control-failed', `The control message ${how}, although the model provider answered.${elsewhere}`);
  throw new TrialError('no-nonce', 'The reply to the control message does not hold what the model said.');
}

/** Ends the agent, lets late records in, and puts the record together. */
async function close(order: Order, scene: Scene, problem: Problem | undefined): Promise<TrialRecord> {
  const { target, tree, provider, collector, front, names } = scene;
  try {
    if (problem === undefined) await new Promise(resolve => setTimeout(resolve, SETTLE));
    // Children whose parents end are nobody's: they must be known before.
    tree.look();
    scene.endingAt = Date.now() - scene.began;
    // Nobody waits for an agent's goodbye when the run was broken off.
    if (problem?.kind !== 'aborted') await target?.stop();
  } finally {
    await tree.end();
  }
  const whole = trialOf(scene, order.nonce);
  const first = scene.split;
  const record: TrialRecord = {
    control: first ?? { ...whole, nonce: controlNonce(order.nonce) },
    treatment: first === undefined ? emptyTrial(order.nonce, whole.canaries) : without(whole, first),
    isolation: order.isolation,
    ways: waysOf(order, { exchanges: provider?.exchanges ?? [], loaded: collector?.loaded() ?? {}, wayOf: port => front?.wayOf(port) }),
    unguarded: tree.unguarded,
    warnings: target?.warnings ?? [],
    ...(problem === undefined ? {} : { problem }),
  };
  names?.close();
  await Promise.all([front?.close(), provider?.close(), collector?.close()]);
  return record;
}

/** All that was seen until now. */
function trialOf({ log, provider, collector, names, target, notes, keys, endingAt }: Scene, nonce: string): Trial {
  return {
    nonce,
    canaries: Object.values(keys),
    exchanges: [...(provider?.exchanges ?? [])],
    replies: [...notes.replies],
    lines: [...log.lines],
    outputBytes: log.bytes,
    egress: [...(collector?.egress() ?? []), ...(names?.egress() ?? [])].sort((a, b) => a.at - b.at),
    spans: [...(collector?.spans ?? [])],
    metrics: [...(collector?.metrics ?? [])],
    pages: [...notes.pages],
    ...(target?.exit === undefined ? {} : { exit: target.exit }),
    ...(endingAt === undefined ? {} : { endingAt }),
    capped: provider?.capped ?? false,
  };
}

/** What came after the control. */
function without(whole: Trial, first: Trial): Trial {
  return {
    ...whole,
    exchanges: whole.exchanges.slice(first.exchanges.length),
    replies: whole.replies.slice(first.replies.length),
    lines: whole.lines.slice(first.lines.length),
    outputBytes: whole.outputBytes - first.outputBytes,
    // Two sources write them, so their order is not that of their arrival here.
    egress: whole.egress.filter(
      one => !first.egress.some(known => known.at === one.at && known.host === one.host && known.url === one.url),
    ),
    spans: whole.spans.slice(first.spans.length),
    metrics: whole.metrics.slice(first.metrics.length),
    pages: whole.pages.slice(first.pages.length),
  };
}

/** The front, and where the kernel shuts the agent in, the names and ports of its network. */
async function frontOf(order: Order, scene: Scene, ports: { provider: number; gate: number }): Promise<Front> {
  const { authority, hosts, dir, isolation } = order;
  // No names where another program answers for them already.
  const names = isolation.kind === 'namespace' ? await startNames(scene.began).catch(() => undefined) : undefined;
  const front = await startFront({
    authority,
    provider: ports.provider,
    gate: ports.gate,
    hosts,
    nameOf: address => names?.nameOf(address),
  });
  scene.front = front;
  if (names !== undefined) {
    scene.names = names;
    await enclose(front, { dir, certificate: authority.certificate, taken: ownPorts(order.spec) });
  }
  return front;
}

function targetOf(way: Order['spec']['way'], ground: Ground): Target {
  if (way.kind === 'http') return httpTarget(way, ground);
  return way.kind === 'command' ? commandTarget(way, ground) : moduleTarget(way, ground);
}

/** Ports that the configuration names: the agent may listen on them, so we must not. */
function ownPorts({ way, env }: Order['spec']): number[] {
  const url = way.kind === 'http' && URL.canParse(way.url) ? Number(new URL(way.url).port || '80') : 0;
  return [url, ...Object.values(env).map(Number)];
}

/** The port that the agent is to listen on: a free one for `{{port}}`, or the fixed one of its URL; undefined when it has none. */
async function portOf({ spec }: Order): Promise<number | undefined> {
  if (JSON.stringify(spec).includes('{{port}}')) return freePort();
  const port = spec.way.kind === 'http' ? Number(/^https?:\/\/[^/]*?:(\d+)/.exec(spec.way.url)?.[1]) : Number.NaN;
  return Number.isNaN(port) ? undefined : port;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** The control's own random word, so that an answer that was kept from it is not taken for a new one. */
export const controlNonce = (nonce: string): string => `c${createHash('sha256').update(`control ${nonce}`).digest('hex').slice(0, 11)}`;

function stoppedBy(signal: AbortSignal, overall: number): TrialError {
  return signal.reason === 'time'
    ? new TrialError('out-of-time', `The trial did not end within ${overall / 1000} s.`)
    : new TrialError('aborted', 'The trial was ended before it was complete.');
}

function problemOf(error: unknown, { log }: Scene): Problem {
  const lastLines = log.last();
  if (error instanceof TrialError) return { kind: error.kind, sentence: error.message, lastLines };
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'runner', sentence: `The trial could not be run: ${why}.`, lastLines };
}
