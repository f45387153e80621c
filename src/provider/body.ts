// Reads the body of a request, packed or not, within limits.
import type { IncomingMessage } from 'node:http';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** Bytes of one body, unpacked. */
export const LARGEST_BODY = 50_000_000;
/** Bytes of all bodies that are being read at the same time. */
const LARGEST_TOGETHER = 400_000_000;
/** Bytes after which a body that is too large is no longer listened to. */
const DEAFNESS = 1_000_000_000;

export interface Body {
  readonly bytes: Buffer;
  /** Whole size in bytes, also of what was not kept. */
  readonly size: number;
  /** `large`: not kept whole; `packed`: it cannot be unpacked; `gone`: the agent went away meanwhile. */
  readonly trouble?: 'large' | 'packed' | 'gone';
}

type Unpack = (packed: Buffer, options: { maxOutputLength: number }, done: (error: Error | null, result: Buffer) => void) => void;
const UNPACK: Readonly<Record<string, Unpack>> = { gzip: gunzip, 'x-gzip': gunzip, deflate: inflate, br: brotliDecompress };

/** Reads bodies for one server. */
export class BodyReader {
  #together = 0;

  /** The body, unpacked. Never rejects. */
  async read(request: IncomingMessage): Promise<Body> {
    const body = await this.#receive(request);
    const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
    if (coding === 'identity' || coding === '' || body.trouble !== undefined) return body;
    const unpack = UNPACK[coding];
    if (unpack === undefined) return { ...body, trouble: 'packed' };
    return new Promise(resolve => {
      unpack(body.bytes, { maxOutputLength: LARGEST_BODY }, (error, bytes) => {
        if (error === null) resolve({ bytes, size: bytes.length });
        else resolve({ ...body, trouble: 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? 'large' : 'packed' });
      });
    });
  }

  #receive(request: IncomingMessage): Promise<Body> {
    return new Promise(resolve => {
      const chunks: Buffer[] = [];
      let size = 0;
      let kept = 0;
      let large = false;
      const settle = (trouble?: Body['trouble']): void => {
        this.#together -= kept;
        kept = 0;
        resolve({ bytes: Buffer.concat(chunks), size, ...(trouble === undefined ? {} : { trouble }) });
      };
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        large ||= size > LARGEST_BODY || this.#together + chunk.length > LARGEST_TOGETHER;
        if (size > DEAFNESS) request.destroy();
        // The beginning of what is too large stays, as evidence.
        if (large && kept > 1_000_000) return;
        chunks.push(chunk);
        kept += chunk.length;
        this.#together += chunk.length;
      });
      request.on('end', () => settle(large ? 'large' : undefined));
      // `close` after `end` changes nothing: a promise settles once.
      request.on('close', () => settle('gone'));
      request.on('error', () => settle('gone'));
    });
  }
}
