// Reads one file as text, or says why not. The file comes from an untrusted repository: it may be huge, binary,
// a pipe that never answers, or a link to somewhere else.
import { isAscii, isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

export type ReadResult = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unread'; readonly reason: string };

export const MAX_BYTES = 2 * 1024 * 1024;
const MINIFIED_BYTES = 200_000;
const MINIFIED_AVERAGE = 500;
const BINARY_PROBE = 8192;
// Missing on Windows, where `lstat` stands in for the first and pipes are not files.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OPEN_FLAGS = constants.O_RDONLY | NO_FOLLOW | (constants.O_NONBLOCK ?? 0);

// All reading is synchronous, so one buffer serves every file.
let shared: Buffer | undefined;

/** Reads a file of the repository; `root` must be a real path, `file` is relative to it. `limit` is in bytes. */
export function readText(root: string, file: string, limit = MAX_BYTES): ReadResult {
  let bytes: Buffer | string;
  try {
    bytes = readBytes(root, join(root, file), limit);
  } catch (error) {
    return unread(describeError(error));
  }
  if (typeof bytes === 'string') return unread(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xfe && !(bytes[2] === 0 && bytes[3] === 0)) return text(bytes.toString('utf16le', 2));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return text(bigEndian(bytes.subarray(2)));
  if (bytes.subarray(0, BINARY_PROBE).includes(0)) return unread('binary');
  if (limit <= MAX_BYTES && isMinified(bytes)) return unread('minified');
  if (isAscii(bytes)) return text(bytes.toString('latin1'));
  // Old files in Windows-1252 or Latin-1 keep their line and column numbers, which replacement characters would too, but not their letters.
  if (!isUtf8(bytes)) return text(bytes.toString('latin1'));
  return text(bytes.toString('utf8', bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0));
}

/** Says in the reader's words why the file system refused. */
export function describeError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read';
  if (code === 'ENOENT') return 'cannot be opened';
  if (code === 'ENAMETOOLONG') return 'its path is too long';
  if (code === 'ELOOP') return 'a link in a circle';
  return code === '' ? 'cannot be read' : `cannot be read (${code})`;
}

/** The bytes, or the reason why they were not read. The answer is only valid until the next call. */
function readBytes(root: string, path: string, limit: number): Buffer | string {
  const fd = openFile(root, path);
  if (typeof fd === 'string') return fd;
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return 'not a regular file';
    if (stat.size > limit) return `larger than ${Math.round(limit / 1024 / 1024)} MB`;
    if (stat.size > MAX_BYTES) return fill(fd, Buffer.allocUnsafe(stat.size));
    shared ??= Buffer.allocUnsafe(MAX_BYTES);
    return fill(fd, shared.subarray(0, stat.size));
  } finally {
    closeSync(fd);
  }
}

function fill(fd: number, buffer: Buffer): Buffer {
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(fd, buffer, length, buffer.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

/** Opens without following a link; a link is followed only when its end lies inside the root. */
function openFile(root: string, path: string): number | string {
  try {
    if (NO_FOLLOW === 0 && lstatSync(path).isSymbolicLink()) return openLink(root, path);
    return openSync(path, OPEN_FLAGS);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ELOOP' || code === 'EMLINK') return openLink(root, path);
    // Opening a socket fails with ENXIO.
    if (code === 'ENXIO') return 'not a regular file';
    throw error;
  }
}

function openLink(root: string, path: string): number | string {
  const target = realpathSync(path);
  if (!isInside(root, target)) return 'a link that leads out of the repository';
  return openSync(target, OPEN_FLAGS);
}

/** Does a real path lie inside a real directory? */
export function isInside(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function isMinified(bytes: Buffer): boolean {
  if (bytes.length < MINIFIED_BYTES) return false;
  let lines = 0;
  let longest = 0;
  for (let at = 0; at < bytes.length; lines++) {
    const end = bytes.indexOf(10, at);
    const next = end < 0 ? bytes.length : end + 1;
    longest = Math.max(longest, next - at);
    at = next;
  }
  return longest > MINIFIED_BYTES || bytes.length / lines > MINIFIED_AVERAGE;
}

function bigEndian(bytes: Buffer): string {
  const even = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return even.swap16().toString('utf16le');
}

function text(value: string): ReadResult {
  return { kind: 'text', text: value };
}

function unread(reason: string): ReadResult {
  return { kind: 'unread', reason };
}
