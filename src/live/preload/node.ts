// Loaded into every Node process of the agent before its own code: sends connections to model providers to the stand-in, keeps all other
// connections on this machine, and writes down what was tried. Imports nothing but Node's own modules.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { hostname } from 'node:os';
import tls from 'node:tls';

interface Rules {
  /** Port of the stand-in. */
  readonly provider: number;
  /** Port of the gate, which takes the name of the host in a first line. */
  readonly gate: number;
  readonly file: string;
  readonly hosts: readonly string[];
  /** The trial's folder: sockets inside of it are the agent's own. */
  readonly dir: string;
}

/** What net.connect and tls.connect take, as far as it matters here. */
interface Options {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly path?: unknown;
  readonly socket?: unknown;
  readonly ALPNProtocols?: unknown;
  readonly timeout?: number;
  /** Set by Node's own HTTP client. */
  readonly _agentKey?: unknown;
}

type Callback = (...args: unknown[]) => void;

const rules: Rules | undefined = process.env.AGENT_READY_RULES === undefined ? undefined : JSON.parse(process.env.AGENT_READY_RULES);
if (rules !== undefined) guard(rules);

function guard({ provider, gate, file, hosts, dir }: Rules): void {
  const patterns = hosts.map(source => new RegExp(source));
  const own = hostname().toLowerCase();
  /** Ports on which HTTP is spoken without TLS. */
  const web = new Set([80, 3000, 4000, 5000, 8000, 8008, 8080, 8081, 8888, 9000]);
  let records = 0;

  const write = (record: object): void => {
    if (records++ > 1000) return;
    try {
      appendFileSync(file, `${JSON.stringify(record)}\n`);
    } catch {
      // A full disk must not change what the agent does.
    }
  };
  const denied = (host: string, port: number | null): void => write({ host, port, time: Date.now() });
  const isLocal = (host: string): boolean =>
    /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1|::|::ffff:127\.\d+\.\d+\.\d+)$/.test(host) || host === own;
  const isProvider = (host: string, port: number): boolean =>
    port !== provider && patterns.some(pattern => pattern.test(host) || pattern.test(`${host}:${port}`));
  const nameOf = (host: unknown): string =>
    String(host || 'localhost')
      .toLowerCase()
      .replace(/^\[|\]$/g, '');

  const connectSocket = net.Socket.prototype.connect as (this: net.Socket, ...args: unknown[]) => net.Socket;
  const connectTls = tls.connect as (...args: unknown[]) => tls.TLSSocket;

  /** Arguments as (options, callback), (port, host, callback), (path, callback), or the array that net.connect makes of them. */
  const parse = (args: readonly unknown[]): { options: Options; done: Callback | undefined } => {
    const list = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
    const last = list.at(-1);
    const done = typeof last === 'function' ? (last as Callback) : undefined;
    const [first, second, third] = list;
    const extra = [second, third].find(value => typeof value === 'object' && value !== null) ?? {};
    if (typeof first === 'object' && first !== null) return { options: first, done };
    if (typeof first === 'string' && !/^\d+$/.test(first)) return { options: { ...extra, path: first }, done };
    return { options: { host: typeof second === 'string' ? second : 'localhost', ...extra, port: Number(first) }, done };
  };

  /** Connects a socket to the stand-in or the gate instead. */
  const redirect = (socket: net.Socket, host: string, port: number, known: boolean, done?: Callback): net.Socket => {
    if (done !== undefined) socket.once('connect', done);
    connectSocket.call(socket, { host: '127.0.0.1', port: known ? provider : gate });
    if (!known) socket.write(`${host} ${port}\n`);
    return socket;
  };

  const refuse = (socket: net.Socket, host: string, port: number | null): net.Socket => {
    denied(host, port);
    const error = Object.assign(new Error(`connect ECONNREFUSED ${host}${port === null ? '' : `:${port}`}`), {
      code: 'ECONNREFUSED',
      errno: -111,
      syscall: 'connect',
      address: host,
      port,
    });
    Object.assign(socket, { connecting: true });
    process.nextTick(() => socket.destroy(error));
    return socket;
  };

  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
    const { options, done } = parse(args);
    if (typeof options.path === 'string' && options.path !== '') {
      // A socket in the file system may lead to a database or to Docker. Abstract ones and those of the trial's folder do not.
      if (process.platform === 'win32' || options.path.startsWith('\0') || !options.path.startsWith('/') || options.path.startsWith(dir))
        return connectSocket.apply(this, args);
      return refuse(this, `unix:${options.path}`, null);
    }
    const host = nameOf(options.host);
    const port = Number(options.port);
    if (isProvider(host, port)) return redirect(this, host, port, true, done);
    if (isLocal(host)) return connectSocket.apply(this, args);
    if (options._agentKey !== undefined || web.has(port)) return redirect(this, host, port, false, done);
    return refuse(this, host, port);
  } as typeof net.Socket.prototype.connect;

  // A connection with TLS becomes one without: what is behind it is HTTP in clear, with the original name in the header `host`.
  tls.connect = ((...args: unknown[]): tls.TLSSocket => {
    const { options, done } = parse(args);
    const host = nameOf(options.host);
    const port = Number(options.port ?? 443);
    const elsewhere = options.socket !== undefined && options.socket !== null;
    if (elsewhere || (typeof options.path === 'string' && options.path !== '') || (isLocal(host) && !isProvider(host, port)))
      return connectTls(...args);
    const socket = disguise(new net.Socket(), host);
    if (done !== undefined) socket.once('secureConnect', done);
    if (options.timeout !== undefined) socket.setTimeout(options.timeout);
    socket.once('connect', () => socket.emit('secureConnect'));
    // Only HTTP/2 is spoken by gRPC and by clients of Bedrock; the stand-in speaks HTTP/1.1.
    const alpn = options.ALPNProtocols;
    const onlyTwo = Array.isArray(alpn) && alpn.length > 0 && alpn.every(one => one === 'h2');
    return redirect(socket, host, port, isProvider(host, port) && !onlyTwo) as tls.TLSSocket;
  }) as typeof tls.connect;

  guardNames();
  guardDatagrams();
  syncBuiltinESMExports();
  write({ loaded: 'node-preload', pid: process.pid, time: Date.now() });

  /** A name that is looked up leaves the machine as well: data has been carried out that way. */
  function guardNames(): void {
    const missing = (name: string): Error =>
      Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
        code: 'ENOTFOUND',
        errno: -3008,
        syscall: 'getaddrinfo',
        hostname: name,
      });
    const stays = (name: unknown): boolean => typeof name !== 'string' || name === '' || net.isIP(name) !== 0 || isLocal(nameOf(name));
    const methods = ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveTxt', 'resolveMx', 'resolveSrv', 'resolveCname'];
    for (const target of [dns, dns.Resolver.prototype, dns.promises, dns.promises.Resolver.prototype] as unknown as Record<
      string,
      unknown
    >[]) {
      const promises = target === (dns.promises as unknown) || target === (dns.promises.Resolver.prototype as unknown);
      for (const method of methods) {
        const original = target[method];
        if (typeof original !== 'function') continue;
        target[method] = function (this: unknown, ...args: unknown[]): unknown {
          const [name] = args;
          if (stays(name)) return original.apply(this, args);
          denied(String(name), 53);
          const error = missing(String(name));
          if (promises) return Promise.reject(error);
          const done = args.at(-1);
          if (typeof done === 'function') process.nextTick(() => done(error));
          return {};
        };
      }
    }
  }

  function guardDatagrams(): void {
    const send = dgram.Socket.prototype.send as (...args: unknown[]) => unknown;
    dgram.Socket.prototype.send = function (this: dgram.Socket, ...args: unknown[]): void {
      // (message, [offset, length,] [port] [, address] [, callback]): the address is the text that follows a number.
      const at = args.findIndex((value, i) => i > 0 && typeof value === 'string' && typeof args[i - 1] === 'number');
      const host = at < 0 ? 'localhost' : nameOf(args[at]);
      if (isLocal(host)) {
        send.apply(this, args);
        return;
      }
      denied(host, Number(args[at - 1]));
      const done = args.at(-1);
      if (typeof done === 'function') process.nextTick(() => done(Object.assign(new Error('send ENETUNREACH'), { code: 'ENETUNREACH' })));
    } as typeof dgram.Socket.prototype.send;
    const connect = dgram.Socket.prototype.connect as (...args: unknown[]) => unknown;
    dgram.Socket.prototype.connect = function (this: dgram.Socket, port: number, host?: unknown, done?: unknown): void {
      if (typeof host !== 'string' || isLocal(nameOf(host))) {
        connect.call(this, port, host, done);
        return;
      }
      denied(nameOf(host), port);
      process.nextTick(() => this.emit('error', Object.assign(new Error('connect ENETUNREACH'), { code: 'ENETUNREACH' })));
    } as typeof dgram.Socket.prototype.connect;
  }

  /** What clients ask a TLS socket for. */
  function disguise(socket: net.Socket, host: string): net.Socket {
    const certificate = {
      subject: { CN: host },
      issuer: { CN: host },
      subjectaltname: `DNS:${host}`,
      valid_to: 'Jan  1 00:00:00 2100 GMT',
    };
    return Object.assign(socket, {
      encrypted: true,
      authorized: true,
      authorizationError: null,
      alpnProtocol: false,
      servername: host,
      getPeerCertificate: () => certificate,
      getCertificate: () => null,
      getCipher: () => ({ name: 'TLS_AES_128_GCM_SHA256', standardName: 'TLS_AES_128_GCM_SHA256', version: 'TLSv1.3' }),
      getProtocol: () => 'TLSv1.3',
      getSession: () => undefined,
      getEphemeralKeyInfo: () => ({}),
      isSessionReused: () => false,
      setSession: () => {},
      setServername: () => {},
      setMaxSendFragment: () => true,
      disableRenegotiation: () => {},
      exportKeyingMaterial: () => Buffer.alloc(32),
    });
  }
}
