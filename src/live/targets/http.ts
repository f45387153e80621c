// An agent behind HTTP: JSON or any of the usual streams, started by us or running already.
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import type { Reply, Way } from '../../core/index.ts';
import { type Child, start } from '../child.ts';
import { Cookies } from '../cookies.ts';
import { TrialError } from '../job.ts';
import { learn, type Reading, read } from '../reading.ts';
import { type Path, parsePath, textAt } from '../reply-path.ts';
import { asText, fill, fillBody, inHeader, inUrl } from '../template.ts';
import { Body, ENDLESS, type Ground, KEPT, type Page, type Target, watch } from './target.ts';

type Http = Extract<Way, { kind: 'http' }>;

/** Configured headers that say who the user is. */
const CREDENTIAL = /^(?:authorization|cookie|proxy-authorization)$|api-?key|token|secret|auth|session/i;
/** Milliseconds between two looks whether it is ready. */
/** How long a port may stay taken after its process was killed, in milliseconds. */
const RELEASE = 2000;
const POLL = 100;

export function httpTarget(way: Http, ground: Ground): Target {
  const { log, began, grace } = ground;
  let child: Child | undefined;
  let exit: Target['exit'];
  const warnings: string[] = [];
  const users: string[] = [];
  let several: Promise<boolean> | undefined;
  /** What was started has put the agent into the background and ended. */
  let background = false;
  const cookies = new Cookies();
  let learnt: Path | undefined = way.reply === undefined ? undefined : parsePath(way.reply);

  async function ready(): Promise<boolean> {
    if (way.ready.log !== undefined) return log.holds(way.ready.log);
    if (way.ready.url !== undefined) {
      const page = await exchange(way.ready.url, { method: 'GET', headers: {}, limit: 2000 });
      return page.status !== null && page.status < 500;
    }
    return accepts(new URL(fill(way.url, { message: '', user: '', session: '' }, inUrl)));
  }

  /** An address for one user, of those that all mean this machine; undefined where there is but one, or the agent does not take the others. */
  async function addressOf(user: string): Promise<string | undefined> {
    several ??= accepts(new URL(fill(way.url, { message: '', user: '', session: '' }, inUrl)), '127.0.1.1');
    if (!(await several)) return undefined;
    if (!users.includes(user)) users.push(user);
    const number = users.indexOf(user) + 1;
    return `127.0.${1 + Math.floor(number / 250)}.${1 + (number % 250)}`;
  }

  const reading = (body: string, type: string): Reading => read(body, type, { stream: way.stream, reply: learnt });

  return {
    warnings,
    get exit() {
      return exit;
    },
    async start() {
      const url = new URL(fill(way.url, { message: '', user: '', session: '' }, inUrl));
      if (!isLoopback(url.hostname)) throw new TrialError('not-started', `The agent is asked at ${url.host}, which is not this machine.`);
      exit = undefined;
      const until = Date.now() + way.ready.within;
      if (way.start !== undefined) {
        // After a restart, what was killed may hold its port for a moment.
        const free = Date.now() + RELEASE;
        while ((await accepts(url)) && Date.now() < free) await new Promise(resolve => setTimeout(resolve, POLL));
        if (await accepts(url)) throw new TrialError('not-started', `Port ${url.port || '80'} is already in use by another program.`);
        child = await start({ argv: way.start, cwd: ground.cwd, env: ground.env, log, tree: ground.tree });
        watch(child, began, end => {
          exit = end;
        });
      }
      while (!(await ready())) {
        if (child?.exit !== undefined) {
          await child.ended;
          const { code, signal } = child.exit;
          background = code === 0 && ground.tree.lives();
          if (!background)
            throw new TrialError('exited', `The agent ended before it was ready (${signal === null ? `exit code ${code}` : signal}).`);
        }
        if (Date.now() > until) throw new TrialError('never-ready', `The agent was not ready within ${way.ready.within / 1000} s.`);
        await new Promise(resolve => setTimeout(resolve, POLL));
      }
      background ||= child?.exit?.code === 0 && ground.tree.lives();
      if (background) exit = undefined;
    },
    async say(say): Promise<Reply> {
      const values = { message: say.text, user: say.user, session: say.session };
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(way.headers))
        if (say.anonymous !== true || !CREDENTIAL.test(name)) headers[name.toLowerCase()] = inHeader(fill(value, values, text => text));
      for (const [name, value] of Object.entries(say.headers ?? {})) headers[name.toLowerCase()] = inHeader(value);
      // A body that is a text is sent as it is written, for example that of a form; its values are encoded as its type wants them.
      const form = /x-www-form-urlencoded/i.test(headers['content-type'] ?? '');
      const raw = typeof way.body === 'string' && way.body !== '{{message}}';
      const json = !raw && (way.body !== undefined || typeof say.text !== 'string');
      const body =
        way.body === undefined
          ? asText(say.text)
          : raw
            ? fill(way.body as string, values, form ? inUrl : text => text)
            : (JSON.stringify(fillBody(way.body, values)) ?? '');
      const bare = way.method === 'GET' || way.method === 'HEAD';
      if (!bare) headers['content-type'] ??= json ? 'application/json' : 'text/plain; charset=utf-8';
      const from = say.apart === true ? await addressOf(say.user) : undefined;
      const cookie = say.anonymous === true ? undefined : cookies.header(say.session, headers.cookie);
      if (cookie !== undefined) headers.cookie = cookie;
      const at = Date.now() - began;
      const came = await exchange(fill(way.url, values, inUrl), {
        method: way.method,
        headers,
        limit: say.limit,
        ...(from === undefined ? {} : { from }),
        ...(bare ? {} : { body }),
        ...(say.leaveAfter === undefined ? {} : { leaveAfter: say.leaveAfter }),
      });
      cookies.take(say.session, came.cookies);
      if (background && exit === undefined && came.end !== 'answered' && !ground.tree.lives())
        exit = { at: Date.now() - began, code: null, signal: null, asked: false };
      const { text, parts, error } = reading(came.body, came.headers['content-type'] ?? '');
      return {
        user: say.user,
        session: say.session,
        sent: asText(say.text),
        address: from ?? '127.0.0.1',
        at,
        endedAt: Date.now() - began,
        end: came.end,
        status: came.status,
        headers: came.headers,
        text: text.slice(0, KEPT),
        body: came.body.slice(0, KEPT),
        bytes: came.bytes,
        ...(parts === undefined ? {} : { parts }),
        ...(error === undefined ? {} : { error }),
      };
    },
    learn(reply, nonce) {
      if (way.reply !== undefined) {
        const { values, parts } = reading(reply.body, reply.headers['content-type'] ?? '');
        const path = learnt;
        if (parts === undefined && path !== undefined && !values.some(value => textAt(value, path) !== undefined))
          warnings.push(
            `reply: ${way.reply} matches nothing in the answer to a plain question, so all of the answer was taken for the reply; correct it, or leave it out.`,
          );
        return reply;
      }
      const type = reply.headers['content-type'] ?? '';
      learnt = learn(reading(reply.body, type), nonce);
      const { text, parts } = reading(reply.body, type);
      return { ...reply, text: text.slice(0, KEPT), ...(parts === undefined ? {} : { parts }) };
    },
    async look(path): Promise<Page> {
      const at = Date.now() - began;
      const base = fill(way.url, { message: '', user: '', session: '' }, inUrl);
      const { status, body } = await exchange(new URL(path, base).href, { method: 'GET', headers: {}, limit: 5000 });
      return { path, at, status, body: body.slice(0, KEPT) };
    },
    async stop() {
      await child?.stop(grace);
      if (background) {
        const went = await ground.tree.stop(grace);
        exit ??= { at: Date.now() - began, code: null, signal: went ? 'SIGTERM' : 'SIGKILL', asked: true };
      }
      child = undefined;
      background = false;
    },
  };
}

export const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|.*\.localhost)$/.test(host);

/** Does something accept connections there? @param from address of version 4 of this machine; default: as the system likes */
export function accepts(url: URL, from?: string): Promise<boolean> {
  return new Promise(resolve => {
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, ...fromAddress(from) });
    const done = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(1000, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

interface Came {
  /** What it sets, line by line. */
  readonly cookies?: readonly string[];
  readonly end: Reply['end'];
  readonly status: number | null;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly bytes: number;
}

interface Asking {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly limit: number;
  readonly leaveAfter?: number;
  readonly from?: string;
}

const fromAddress = (from: string | undefined): { localAddress?: string; family?: number } =>
  from === undefined ? {} : { localAddress: from, family: 4 };

/** One request on a connection of its own; never rejects. */
function exchange(url: string, { method, headers, body, limit, leaveAfter, from }: Asking): Promise<Came> {
  return new Promise(resolve => {
    const came = new Body();
    let answer: IncomingMessage | undefined;
    const finish = (end: Reply['end']): void => {
      clearTimeout(late);
      clearTimeout(leave);
      const set = answer?.headers['set-cookie'];
      resolve({
        ...(set === undefined ? {} : { cookies: set }),
        end,
        status: answer?.statusCode ?? null,
        headers: flat(answer?.headers ?? {}),
        body: came.text(),
        bytes: came.bytes,
      });
      request.destroy();
    };
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    // A connection of its own, and closed at once: hanging up must be felt by the agent.
    const options = { method, headers: { accept: '*/*', ...headers, ...length }, agent: false as const, ...fromAddress(from) };
    const request = (url.startsWith('https:') ? secureRequest : plainRequest)(url, options);
    const late = setTimeout(() => finish('late'), limit);
    const leave = leaveAfter === undefined ? undefined : setTimeout(() => finish('left'), leaveAfter);
    request.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ECONNREFUSED' && answer === undefined ? 'refused' : 'broken'),
    );
    request.on('response', response => {
      answer = response;
      response.on('data', (chunk: Buffer) => {
        came.add(chunk);
        if (came.bytes > ENDLESS) finish('late');
      });
      response.on('end', () => finish(response.complete ? 'answered' : 'broken'));
      response.on('error', () => finish('broken'));
      response.on('aborted', () => finish('broken'));
    });
    request.end(body);
  });
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, (Array.isArray(value) ? value.join(', ') : value).slice(0, 2000)]],
    ),
  );
}
