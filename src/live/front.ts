// The front of the trial for connections that mean another host: ends TLS with a certificate of the run and hands what is inside, byte for
// byte, to the stand-in when a model provider was meant and to the gate otherwise. It is reached in three ways: by a preload that names the
// host in a first line, as an HTTP proxy, and by the names and ports of the network in which the agent is shut in.
import { createServer as createHttp, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, createServer, isIP, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { type Authority, certificateFor } from './certificates.ts';
import type { WayIn } from './job.ts';

/** Longest wait for the first byte of a client, in milliseconds: a protocol in which the server speaks first is none that we play. */
const SILENT = 2000;
/** Most hosts that get a certificate in one trial. */
const HOSTS = 200;
/** The word that begins a first line of a preload. */
const GREETING = 'agent-ready ';
/** Longest such line. */
const LINE = 500;

export type Way = Extract<WayIn['name'], 'python-preload' | 'network' | 'proxy'>;

export interface Front {
  /** Where preloads and clients of a proxy connect to, on 127.0.0.1. */
  readonly port: number;
  /** Takes what is sent to a port of any address; for a network of our own. Rejects when the port is taken. */
  listen(port: number): Promise<void>;
  /** By which way a connection came that the stand-in knows by its port. */
  wayOf(clientPort: number | undefined): Way | undefined;
  close(): Promise<void>;
}

export interface FrontOptions {
  readonly authority: Authority;
  /** Ports of the stand-in and of the gate. */
  readonly provider: number;
  readonly gate: number;
  /** Sources of regular expressions, tried on `host` and on `host:port`. */
  readonly hosts: readonly string[];
  /** The name that was looked up when a connection to this address is made. */
  readonly nameOf: (address: string) => string | undefined;
}

/** What a connection means to reach; the host may still be told by the client. */
interface Meant {
  readonly host: string | undefined;
  readonly port: number;
  readonly way: Way;
}

export async function startFront(options: FrontOptions): Promise<Front> {
  const front = new Door(options);
  await front.open();
  return front;
}

class Door implements Front {
  readonly #options: FrontOptions;
  readonly #patterns: readonly RegExp[];
  readonly #contexts = new Map<string, Promise<SecureContext>>();
  readonly #ways = new Map<number, Way>();
  readonly #open = new Set<Socket>();
  readonly #servers: Server[] = [];
  readonly #proxy = createHttp((asked, response) => this.#forward(asked, response));
  port = 0;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#patterns = options.hosts.map(source => new RegExp(source));
    this.#proxy.on('connect', (asked: IncomingMessage, socket: Socket, head: Buffer) => void this.#tunnel(asked, socket, head));
    this.#proxy.on('clientError', (_, socket) => socket.destroy());
  }

  async open(): Promise<void> {
    this.port = await this.#server(0, '127.0.0.1', socket => void this.#greet(socket));
  }

  async listen(port: number): Promise<void> {
    const { nameOf } = this.#options;
    await this.#server(port, '0.0.0.0', socket => {
      const address = socket.localAddress ?? '';
      const host = nameOf(address) ?? (/^127\./.test(address) ? 'localhost' : address);
      // Nothing of the agent listens there, so this is what it would have met.
      if (host === 'localhost' && !this.#isProvider(host, port)) return void socket.resetAndDestroy();
      void this.#serve(socket, { host, port, way: 'network' });
    });
  }

  wayOf(clientPort: number | undefined): Way | undefined {
    return clientPort === undefined ? undefined : this.#ways.get(clientPort);
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await Promise.all(this.#servers.map(server => new Promise(resolve => server.close(resolve))));
  }

  #server(port: number, host: string, take: (socket: Socket) => void): Promise<number> {
    const server = createServer({ pauseOnConnect: true }, socket => {
      this.#keep(socket);
      take(socket);
    });
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  #keep<T extends Socket>(socket: T): T {
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    socket.on('error', () => {});
    return socket;
  }

  #isProvider(host: string, port: number): boolean {
    return this.#patterns.some(pattern => pattern.test(host) || pattern.test(`${host}:${port}`));
  }

  /** The main door: a first line of a preload, or a request to a proxy. */
  async #greet(socket: Socket): Promise<void> {
    let first = await firstBytes(socket);
    if (first === undefined) return void socket.destroy();
    if (!first.subarray(0, GREETING.length).equals(Buffer.from(GREETING))) {
      socket.unshift(first);
      this.#proxy.emit('connection', socket);
      socket.resume();
      return;
    }
    while (!first.includes(10) && first.length < LINE) {
      const more = await firstBytes(socket);
      if (more === undefined) return void socket.destroy();
      first = Buffer.concat([first, more]);
    }
    const line = first.subarray(0, Math.max(0, first.indexOf(10))).toString('latin1');
    const [host, port] = line.slice(GREETING.length).split(' ');
    const rest = first.subarray(line.length + 1);
    if (rest.length > 0) socket.unshift(rest);
    void this.#serve(socket, { host, port: Number(port), way: 'python-preload' });
  }

  /** CONNECT: from now on the connection is one to the host that is named. */
  async #tunnel(asked: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const [, name = '', port = '443'] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(asked.url ?? '') ?? [];
    const host = name.toLowerCase();
    socket.pause();
    if (head.length > 0) socket.unshift(head);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    // A client that heeds no exceptions asks us for what is on this machine.
    if (isLocal(host) && !this.#isProvider(host, Number(port)))
      return join(socket, socket, this.#keep(connect(Number(port), host.includes(':') ? '::1' : '127.0.0.1')));
    void this.#serve(socket, { host, port: Number(port), way: 'proxy' });
  }

  /** A request in clear to a proxy; such a connection may ask for many hosts, so it goes on request by request. */
  #forward(asked: IncomingMessage, response: ServerResponse): void {
    const drop = (): void => {
      asked.socket.resetAndDestroy();
    };
    if (!URL.canParse(asked.url ?? '')) {
      drop();
      return;
    }
    const url = new URL(asked.url ?? '');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const known = this.#isProvider(host, port);
    const direct = isLocal(host) && !known;
    const { 'proxy-connection': _, 'proxy-authorization': __, ...headers } = asked.headers;
    const socket = direct ? connect(port, '127.0.0.1') : this.#upstream({ host, port, way: 'proxy' }, known);
    const onward = request({
      createConnection: () => this.#keep(socket),
      method: asked.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, connection: 'close' },
    });
    onward.on('error', drop);
    onward.on('response', answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('aborted', drop);
    });
    response.on('close', () => onward.destroy());
    asked.pipe(onward);
  }

  /** A connection whose host is known, or told inside of TLS. */
  async #serve(socket: Socket, meant: Meant): Promise<void> {
    const first = await firstBytes(socket);
    if (first !== undefined) socket.unshift(first);
    // The first byte of a TLS record of a handshake (RFC 8446, section 5.1).
    if (first?.[0] === 0x16) return this.#secure(socket, meant);
    this.#handOver(socket, socket, { ...meant, host: meant.host ?? '' });
  }

  async #secure(socket: Socket, meant: Meant): Promise<void> {
    const named = meant.host ?? 'localhost';
    try {
      const secureContext = await this.#contextOf(named);
      const secure = new TLSSocket(socket, {
        isServer: true,
        secureContext,
        ALPNProtocols: ['http/1.1'],
        SNICallback: (name, done) => {
          this.#contextOf(name).then(
            context => done(null, context),
            (error: Error) => done(error),
          );
        },
      });
      this.#keep(secure);
      const refused = (): void => this.#refused(socket, meant);
      secure.once('close', refused);
      secure.once('secure', async () => {
        secure.off('close', refused);
        const asked = (secure as TLSSocket & { readonly servername?: string | false }).servername;
        const host = (asked || named).toLowerCase();
        // Some clients look at the certificate only now, and go.
        const first = await firstBytes(secure);
        if (first !== undefined) secure.unshift(first);
        this.#handOver(secure, socket, { ...meant, host });
      });
    } catch {
      this.#refused(socket, meant);
    }
  }

  /** To the stand-in or to the gate; one that has left without a word is only listed, and the gate does that. */
  #handOver(client: Socket, raw: Socket, meant: Meant & { readonly host: string }): void {
    const gone = client.destroyed || client.readableEnded;
    join(client, raw, this.#upstream(meant, this.#isProvider(meant.host, meant.port) && !gone));
  }

  /** The client trusts other authorities only, or speaks HTTP/2 only: the gate is told who was meant, and the connection ends. */
  #refused(socket: Socket, { host = '', port, way }: Meant): void {
    this.#upstream({ host, port, way }, false).end();
    socket.destroy();
  }

  /** A connection to the stand-in, or to the gate with the line that it reads first. */
  #upstream({ host, port, way }: Meant & { readonly host: string }, known: boolean): Socket {
    const upstream = this.#keep(connect(known ? this.#options.provider : this.#options.gate, '127.0.0.1'));
    if (known) upstream.once('connect', () => this.#ways.set(upstream.localPort ?? 0, way));
    // A name may be anything that the client has sent.
    else upstream.write(`${host.replace(/[^\x21-\x7e]/g, '').slice(0, 300)} ${port}\n`);
    return upstream;
  }

  #contextOf(host: string): Promise<SecureContext> {
    const known = this.#contexts.get(host);
    if (known !== undefined) return known;
    if (this.#contexts.size >= HOSTS) return Promise.reject(new Error('too many hosts'));
    const { authority } = this.#options;
    const made = certificateFor(host, authority).then(cert => createSecureContext({ key: authority.hostKey, cert }));
    this.#contexts.set(host, made);
    return made;
  }
}

/** The bytes that a client sends first, taken out of the socket; undefined when it stays silent or goes. The socket is paused. */
function firstBytes(socket: Socket): Promise<Buffer | undefined> {
  return new Promise(resolve => {
    const done = (bytes: Buffer | undefined): void => {
      clearTimeout(late);
      socket.off('data', take).off('close', gone).off('end', gone);
      socket.pause();
      resolve(bytes);
    };
    const take = (chunk: Buffer): void => done(chunk);
    const gone = (): void => done(undefined);
    const late = setTimeout(gone, SILENT);
    socket.on('data', take).on('close', gone).on('end', gone);
    socket.resume();
  });
}

/**
 * Lets two connections speak to one another. How one ends, the other ends: a reset stays a reset, because agents tell the two apart.
 * @param raw the socket below the client's TLS, or the client itself
 */
function join(client: Socket, raw: Socket, upstream: Socket): void {
  upstream.on('error', () => raw.resetAndDestroy());
  upstream.on('end', () => client.end());
  // What was written before still goes out: the gate must read who was meant.
  if (client.destroyed) upstream.destroySoon();
  client.on('close', () => upstream.destroySoon());
  client.pipe(upstream);
  upstream.pipe(client, { end: false });
}

const isLocal = (host: string): boolean =>
  /^(?:localhost|.*\.localhost)$/.test(host) || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
