// What listens beside the stand-in: the sink of OpenTelemetry, and the gate where connections to the rest of the world end.
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createPlain, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Egress, SentMetric, SentSpan, World } from '../core/index.ts';
import { metricsOfJson, metricsOfProtobuf, spansOfJson, spansOfProtobuf } from './otlp.ts';

/** Most bytes of a body that are read, and most characters that are kept. */
const READ = 8_000_000;
const KEPT = 10_000;
/** Most records of one kind. */
const MOST = 5000;
/** Longest wait for the line that names the host, and for a first request, in milliseconds. */
const GREETING = 2000;

export interface Collector {
  /** URL of the sink, without a slash at the end. */
  readonly url: string;
  /** Port of the gate. */
  readonly gate: number;
  /** File to which preloads write one JSON record per line. */
  readonly file: string;
  readonly spans: readonly SentSpan[];
  readonly metrics: readonly SentMetric[];
  /** Connections to the outside so far, in the order of time. */
  egress(): Egress[];
  /** Processes that loaded a preload, by its name. */
  loaded(): Readonly<Record<string, number>>;
  /** From now on the world answers so; undefined: every connection is denied. */
  setWorld(world: World | undefined): void;
  close(): Promise<void>;
}

/** @param dir folder for the file of records */
export async function startCollector(dir: string, began: number): Promise<Collector> {
  const file = join(dir, 'records.jsonl');
  appendFileSync(file, '');
  const spans: SentSpan[] = [];
  const metrics: SentMetric[] = [];
  const seen: Egress[] = [];
  const hosts = new WeakMap<Socket, { host: string; port: number }>();
  const answered = new WeakSet<Socket>();
  let world: World | undefined;
  const note = (egress: Egress): void => {
    if (seen.length < MOST) seen.push(egress);
  };

  const sink = createServer(async (request, response) => {
    const { bytes } = await bodyOf(request);
    try {
      const json = /json/.test(request.headers['content-type'] ?? '');
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes, { maxOutputLength: READ }) : bytes;
      const path = request.url ?? '';
      if (/\/v1\/traces$/.test(path)) keep(spans, json ? spansOfJson(JSON.parse(body.toString('utf8'))) : spansOfProtobuf(body));
      if (/\/v1\/metrics$/.test(path)) keep(metrics, json ? metricsOfJson(JSON.parse(body.toString('utf8'))) : metricsOfProtobuf(body));
      response.writeHead(200, { 'content-type': json ? 'application/json' : 'application/x-protobuf' }).end(json ? '{}' : '');
    } catch {
      response.writeHead(400).end();
    }
  });

  const gate = createServer(async (request, response) => {
    const at = Date.now() - began;
    const { host, port } = hosts.get(request.socket) ?? { host: String(request.headers.host ?? ''), port: null };
    answered.add(request.socket);
    const { bytes } = await bodyOf(request);
    const outcome = world === undefined ? 'denied' : 'answered';
    const body = bytes.toString('utf8').slice(0, KEPT);
    const path = (request.url ?? '').replace(/^[a-z]+:\/\/[^/]*/i, '');
    const url = `${port === 443 ? 'https' : 'http'}://${host}${port === 443 || port === 80 || port === null ? '' : `:${port}`}${path}`;
    note({ at, host, port, method: request.method ?? '', url: url.slice(0, KEPT), ...(body === '' ? {} : { body }), outcome });
    answer(world, request, response);
  });
  // Not HTTP of the first version, or nothing at all: a database, gRPC, mail. It is not answered, and it is listed once.
  const unheard = (socket: Socket): void => {
    const named = hosts.get(socket);
    if (named !== undefined && !answered.has(socket)) {
      answered.add(socket);
      note({ at: Date.now() - began, ...named, outcome: 'denied' });
      socket.resetAndDestroy();
    }
  };
  gate.on('clientError', (_, socket) => {
    unheard(socket as Socket);
    socket.destroy();
  });
  const door = createPlain(socket => {
    const silent = setTimeout(() => unheard(socket), GREETING);
    socket.once('close', () => {
      clearTimeout(silent);
      unheard(socket);
    });
    greet(socket, named => hosts.set(socket, named), gate);
  });
  const open = new Set<Socket>();
  for (const server of [sink, door]) server.on('connection', (socket: Socket) => open.add(socket.on('close', () => open.delete(socket))));
  const sinkPort = await listen(sink);
  const gatePort = await listen(door);
  return {
    url: `http://127.0.0.1:${sinkPort}`,
    gate: gatePort,
    file,
    spans,
    metrics,
    egress: () => [...seen, ...records(file).flatMap(one => egressOf(one, began))].sort((a, b) => a.at - b.at).slice(0, MOST),
    loaded: () => {
      const count: Record<string, number> = {};
      for (const { loaded } of records(file)) if (typeof loaded === 'string') count[loaded] = (count[loaded] ?? 0) + 1;
      return count;
    },
    setWorld: next => {
      world = next;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      await Promise.all([sink, door].map(server => new Promise(resolve => server.close(resolve))));
    },
  };
}

function keep<T>(list: T[], more: readonly T[]): void {
  list.push(...more.slice(0, MOST - list.length));
}

/** The first line names the host that was meant; then the connection is one of HTTP. */
function greet(socket: Socket, named: (host: { host: string; port: number }) => void, http: Server): void {
  let head = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.setTimeout(GREETING, () => socket.destroy());
  const read = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(10);
    if (end < 0) {
      if (head.length > 1000) socket.destroy();
      return;
    }
    socket.off('data', read);
    socket.setTimeout(0);
    const [host = '', port] = head.subarray(0, end).toString('utf8').split(' ');
    named({ host, port: Number(port) });
    socket.pause();
    const rest = head.subarray(end + 1);
    if (rest.length > 0) socket.unshift(rest);
    http.emit('connection', socket);
    socket.resume();
  };
  socket.on('data', read);
}

function answer(world: World | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (world?.kind === 'hang') return;
  if (world?.kind !== 'answer') {
    request.socket.resetAndDestroy();
    return;
  }
  const text = world.bytes === undefined ? world.text : world.text + ' '.repeat(Math.max(0, world.bytes - Buffer.byteLength(world.text)));
  const body = world.status === 200 && typeOf(text).startsWith('text/plain') ? anyShape(text) : text;
  response.on('error', () => {});
  response.writeHead(world.status, { 'content-type': typeOf(body) }).end(body);
}

/**
 * A text in the fields where clients of search, weather, shop and message services look for one. Clients that want JSON of their own
 * shape often take this; those that want text get one that holds it. A client that takes neither fails, which the rules must not call a defence.
 */
function anyShape(text: string): string {
  // Two megabytes are sent once, not in every field.
  const brief = text.length > 10_000 ? text.slice(0, 100) : text;
  const item = {
    id: '1',
    title: brief,
    name: brief,
    text: brief,
    content: text,
    snippet: brief,
    description: brief,
    url: 'https://example.org/1',
  };
  const list = [item];
  return JSON.stringify({
    ok: true,
    success: true,
    status: 'ok',
    answer: brief,
    message: brief,
    text: brief,
    results: list,
    ...(brief === text ? { items: list, data: list } : {}),
    images: [],
  });
}

const typeOf = (text: string): string =>
  /^\s*[[{]/.test(text) ? 'application/json' : /^\s*</.test(text) ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';

async function bodyOf(request: IncomingMessage): Promise<{ bytes: Buffer }> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request) {
      const chunk = part as Buffer;
      size += chunk.length;
      if (size <= READ) parts.push(chunk);
    }
  } catch {
    // Hung up in the middle: what came is what there is.
  }
  return { bytes: Buffer.concat(parts) };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

/** What preloads wrote. A line that is no record was not written by one. */
function records(file: string): Record<string, unknown>[] {
  let text = '';
  try {
    text = readFileSync(file, 'utf8').slice(0, READ);
  } catch {
    return [];
  }
  return text.split('\n').flatMap(line => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : [];
    } catch {
      return [];
    }
  });
}

function egressOf(record: Record<string, unknown>, began: number): Egress[] {
  if (typeof record.host !== 'string') return [];
  const port = typeof record.port === 'number' ? record.port : null;
  const at = typeof record.time === 'number' ? Math.max(0, record.time - began) : 0;
  return [{ at, host: record.host.slice(0, 300), port, outcome: 'denied' }];
}
