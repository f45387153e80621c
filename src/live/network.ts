// The network of a trial that is shut in by the kernel: every name has an address there, every address is this machine, and what is sent to
// the ports of the web reaches the front. It needs nothing from the client: no variable, no proxy, no preload.
import { execFile } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Egress } from '../core/index.ts';
import { NAME_HASH } from './certificates.ts';
import type { Front } from './front.ts';

/** HTTPS, HTTP, and the usual port of a model on the same machine. */
const PORTS = [443, 80, 11434];
/** Most names that get an address: 198.18.0.0/15 is kept for tests of networks (RFC 2544). */
const NAMES = 60_000;
/** Where systems keep the authorities that they trust, as one file. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
/** Sockets of services outside that look names up or run programs for whoever asks: doors in the wall. */
const DOORS = ['/run/nscd', '/run/systemd/resolve', '/run/dbus', '/run/docker.sock', '/run/podman/podman.sock', '/run/containerd'];

export interface Names {
  readonly port: number;
  /** The name that has this address; called when a connection to it is made. */
  nameOf(address: string): string | undefined;
  /** Names that were looked up and not connected to in a way that is listed elsewhere: data has been carried out by looking up names. */
  egress(): Egress[];
  close(): void;
}

/** Answers every question for an address, one for each name. Listens on port 53 of 127.0.0.1. @param began Date.now() at the beginning */
export async function startNames(began: number, port = 53): Promise<Names> {
  const own = hostname().toLowerCase();
  const lookedUp = new Map<string, number>();
  const met = new Set<string>();
  const addresses = new Map<string, number>();
  const names = new Map<string, string>();
  const addressOf = (name: string): readonly number[] | undefined => {
    if (name === own || /^(?:.*\.)?localhost$/.test(name)) return [127, 0, 0, 1];
    const known = addresses.get(name) ?? (addresses.size < NAMES ? addresses.size + 1 : undefined);
    if (known === undefined) return undefined;
    addresses.set(name, known);
    if (!lookedUp.has(name)) lookedUp.set(name, Date.now() - began);
    const address = [198, 18 + (known >> 16), (known >> 8) & 255, known & 255];
    names.set(address.join('.'), name);
    return address;
  };
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const answer = answerTo(question, addressOf);
    if (answer !== undefined) socket.send(answer, from.port, from.address);
  });
  await bound(socket, port);
  socket.on('error', () => {});
  return {
    port: socket.address().port,
    nameOf: address => {
      const name = names.get(address);
      if (name !== undefined) met.add(name);
      return name;
    },
    egress: () => [...lookedUp].flatMap(([host, at]) => (met.has(host) ? [] : [{ at, host, port: 53, outcome: 'denied' as const }])),
    close: () => void socket.close(),
  };
}

function bound(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', resolve);
  });
}

/**
 * The answer to a question of DNS (RFC 1035, section 4): an address of version 4, and no records of any other kind.
 * @returns undefined for what is no question
 */
export function answerTo(question: Buffer, addressOf: (name: string) => readonly number[] | undefined): Buffer | undefined {
  if (question.length < 17 || (question.readUInt16BE(2) & 0x8000) !== 0 || question.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length !== 0; length = question[at] ?? 0) {
    // Longer would be a pointer, which has no place in a question.
    if (length > 63 || at + length + 5 > question.length) return undefined;
    labels.push(question.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += length + 1;
  }
  if (at + 5 > question.length) return undefined;
  const name = labels.join('.').toLowerCase();
  const [ADDRESS, INTERNET] = [1, 1];
  const asks = question.readUInt16BE(at + 1) === ADDRESS && question.readUInt16BE(at + 3) === INTERNET;
  const address = asks ? addressOf(name) : undefined;
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  // An answer, recursion as it was desired, recursion available.
  head.writeUInt16BE(0x8080 | (question.readUInt16BE(2) & 0x0100), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(address === undefined ? 0 : 1, 6);
  const asked = question.subarray(12, at + 5);
  if (address === undefined) return Buffer.concat([head, asked]);
  // The name by a pointer to the question, type, class, 60 seconds, four bytes.
  return Buffer.concat([head, asked, Buffer.from([0xc0, 0x0c, 0, ADDRESS, 0, INTERNET, 0, 0, 0, 60, 0, 4, ...address])]);
}

export interface Enclosure {
  /** The trial's folder. */
  readonly dir: string;
  /** PEM text of the authority of the run. */
  readonly certificate: string;
  /** Ports that the agent itself listens on. */
  readonly taken: readonly number[];
}

/**
 * Makes the network of the namespace that this process runs in: only there, because it covers files of the system with others.
 * Each part helps some clients, and none is needed by all, so one that this system does not allow is left out.
 */
export async function enclose(front: Front, { dir, certificate, taken }: Enclosure): Promise<void> {
  const folder = join(dir, 'net');
  for (const name of ['empty', 'certs', 'resolve']) mkdirSync(join(folder, name), { recursive: true });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const resolv = write('resolv.conf', 'nameserver 127.0.0.1\noptions attempts:1 timeout:2\n');
  for (const name of ['stub-resolv.conf', 'resolv.conf']) write(`resolve/${name}`, readFileSync(resolv, 'utf8'));
  const bundle = write('certs/ca-certificates.crt', certificate);
  write(`certs/${NAME_HASH}.0`, certificate);
  // Every address of version 4 is this machine.
  await run('ip', ['route', 'add', 'local', 'default', 'dev', 'lo']);
  await cover('/etc/resolv.conf', resolv);
  if (existsSync('/etc/nsswitch.conf'))
    await cover(
      '/etc/nsswitch.conf',
      write('nsswitch.conf', readFileSync('/etc/nsswitch.conf', 'utf8').replace(/^hosts:.*$/m, 'hosts: files dns')),
    );
  for (const path of DOORS)
    await cover(path, path.endsWith('.sock') ? '/dev/null' : join(folder, path.endsWith('/resolve') ? 'resolve' : 'empty'));
  // Files first: a file of ours that is covered itself could not be removed.
  for (const path of BUNDLES) await cover(path, bundle);
  await cover('/etc/ssl/certs', join(folder, 'certs'));
  for (const port of PORTS) if (!taken.includes(port)) await front.listen(port).catch(() => {});
}

/** Puts a file or folder in the place of another, for this namespace only. */
async function cover(path: string, by: string): Promise<void> {
  if (!existsSync(path)) return;
  const real = realpathSync(path);
  if (statSync(real).isDirectory() === statSync(by).isDirectory()) await run('mount', ['--bind', by, real]);
}

function run(file: string, args: readonly string[]): Promise<void> {
  return new Promise(resolve => {
    execFile(file, [...args], { timeout: 5000, killSignal: 'SIGKILL' }, () => resolve());
  });
}
