// An agent that is a command: one process for each message, which comes as an argument or on standard input; what it prints is the reply.
import type { Reply, Way } from '../../core/index.ts';
import { type Child, start } from '../child.ts';
import { TrialError } from '../job.ts';
import { plain } from '../log.ts';
import { asText } from '../template.ts';
import { Body, ENDLESS, type Ground, type Heard, KEPT, type Target } from './target.ts';

type Command = Extract<Way, { kind: 'command' }>;

/** Milliseconds that a program gets to answer a line before its standard input is closed: some read to the end first. */
const LINE = 1500;
/** Milliseconds without output and without a model request after which a program that stays is taken to wait for more. */
const IDLE = 4000;

export function commandTarget(way: Command, ground: Ground): Target {
  const running = new Set<Child>();
  /** What the program did with its input, once we know. */
  let reads: 'line' | 'all' | undefined;
  /** Lines that it prints whatever is asked: a greeting, a prompt. */
  let frame: ReadonlySet<string> = new Set();
  const said = (printed: string): string =>
    frame.size === 0
      ? printed
      : printed
          .split('\n')
          .filter(line => !frame.has(line.trim()))
          .join('\n')
          .trim();

  /** Gives the message, and ends programs that wait for another one. Returns how it ended. */
  async function talk(child: Child, say: Heard, body: Body): Promise<Reply['end']> {
    const began = Date.now();
    const before = ground.traffic().begun;
    let heard = 0;
    let open = way.input === 'stdin' && reads !== 'all';
    let quiet = began;
    const close = (): void => {
      open = false;
      child.stdin?.end();
    };
    child.stdin?.write(way.input === 'stdin' ? `${asText(say.text)}\n` : '');
    if (!open) child.stdin?.end();
    while (child.exit === undefined) {
      await Promise.race([child.ended, new Promise(resolve => setTimeout(resolve, 50))]);
      const now = Date.now();
      if (say.leaveAfter !== undefined && now - began >= say.leaveAfter) return 'left';
      if (now - began >= say.limit || body.bytes > ENDLESS) return 'late';
      const traffic = ground.traffic();
      const asked = traffic.begun > before;
      if (asked) reads ??= open ? 'line' : 'all';
      if (body.bytes !== heard || traffic.open > 0) quiet = now;
      heard = body.bytes;
      if (open && !asked && now - began >= LINE) close();
      if (asked && heard > 0 && now - quiet >= IDLE) {
        if (!open) return 'answered';
        quiet = now;
        close();
      }
    }
    await child.ended;
    return 'answered';
  }

  return {
    // Its processes come and go with the messages.
    exit: undefined,
    async start() {},
    async say(say): Promise<Reply> {
      const at = Date.now() - ground.began;
      const body = new Body();
      const message = asText(say.text);
      const named = way.run.some(part => part.includes('{{message}}'));
      // An argument cannot hold NUL: the system would refuse to start the program.
      const safe = message.replaceAll('\0', '');
      const filled = way.run.map(part =>
        part
          .replaceAll('{{message}}', () => safe)
          .replaceAll('{{user}}', say.user)
          .replaceAll('{{session}}', say.session),
      );
      const argv = way.input === 'argument' && !named ? [...filled, safe] : filled;
      const reply = (end: Reply['end'], status: number | null): Reply => ({
        user: say.user,
        session: say.session,
        sent: message,
        at,
        endedAt: Date.now() - ground.began,
        end,
        status,
        headers: {},
        text: said(plain(body.text())).slice(0, KEPT),
        body: body.text().slice(0, KEPT),
        bytes: body.bytes,
      });
      let child: Child;
      try {
        const onOutput = (chunk: Buffer, stream: 'stdout' | 'stderr'): void => {
          if (stream === 'stdout') body.add(chunk);
        };
        child = await start({ argv, cwd: ground.cwd, env: ground.env, log: ground.log, tree: ground.tree, onOutput });
      } catch (error) {
        // The first message tells whether it can be started at all; later ones are answered by nobody.
        if (error instanceof TrialError && say.user === 'control') throw error;
        return reply('refused', null);
      }
      running.add(child);
      const end = await talk(child, say, body);
      await child.stop(end === 'answered' ? 1000 : ground.grace);
      running.delete(child);
      return reply(
        end === 'answered' && child.exit?.signal != null && !child.asked ? 'broken' : end,
        child.asked ? null : (child.exit?.code ?? null),
      );
    },
    learn(reply, nonce) {
      frame = new Set(
        reply.text
          .split('\n')
          .map(line => line.trim())
          .filter(line => line !== '' && !line.includes(nonce)),
      );
      return reply;
    },
    async look(path) {
      return { path, at: Date.now() - ground.began, status: null, body: '' };
    },
    async stop() {
      await Promise.all([...running].map(child => child.stop(ground.grace)));
    },
  };
}
