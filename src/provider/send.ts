// Sends an answer over the wire, or fails to, exactly as the script says, and notes in the journal how it ended.
import type { ServerResponse } from 'node:http';
import type { Wire } from './dialects/index.ts';
import type { Entry } from './journal.ts';

/** Milliseconds in which the bytes before a cut reach the client: destroyed at once, they would be lost and look like no answer at all. */
const FLUSH = 50;

export interface Pace {
  /** Milliseconds before the first byte, the status included. */
  readonly after?: number;
  /** Milliseconds between events. */
  readonly every?: number;
}

/** One answer on its way. */
export class Sender {
  readonly #response: ServerResponse;
  readonly #entry: Entry;
  readonly #now: () => number;
  /** We broke off, or the provider was closed: then it was not the agent that went away. */
  #ours = false;
  #gone = false;
  readonly #closed: Promise<void>;

  constructor(response: ServerResponse, entry: Entry, now: () => number) {
    this.#response = response;
    this.#entry = entry;
    this.#now = now;
    response.on('finish', () => {
      entry.endedAt = now();
    });
    this.#closed = new Promise(resolve => {
      response.on('close', () => {
        this.#gone = true;
        if (!response.writableFinished && !this.#ours) entry.goneAt = now();
        resolve();
      });
    });
    // A client that has reset the connection is a client that is gone, and no error of ours.
    response.on('error', () => undefined);
  }

  /** From now on an end of the connection is our doing. */
  own(): void {
    this.#ours = true;
  }

  /** Waits, but not for a client that has gone. */
  async wait(ms: number): Promise<void> {
    if (ms <= 0 || this.#gone) return;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>(resolve => {
        timer = setTimeout(resolve, ms);
      }),
      this.#closed,
    ]);
    clearTimeout(timer);
  }

  #head(status: number, headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, headerText(value));
    this.#response.statusCode = status;
    this.#entry.status = status;
  }

  async #write(text: string): Promise<void> {
    if (this.#gone || this.#response.write(text)) return;
    // A reader that is slower than the answer must not make us keep all of it.
    await Promise.race([new Promise<void>(resolve => this.#response.once('drain', resolve)), this.#closed]);
  }

  /** A whole body. @param wait milliseconds before it */
  async plain(status: number, headers: Readonly<Record<string, string>>, body: string, wait = 0): Promise<void> {
    await this.wait(wait);
    if (this.#gone) return;
    this.#head(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
    this.#response.end(body);
  }

  /** The first half of a body that was announced whole, then the end of the connection. */
  async half(headers: Readonly<Record<string, string>>, body: string): Promise<void> {
    this.#head(200, { 'content-length': String(Buffer.byteLength(body)), ...headers });
    await this.#write(body.slice(0, Math.ceil(body.length / 2)));
    await this.#breakOff();
  }

  /** A stream, from its first to its last event. */
  async stream(headers: Readonly<Record<string, string>>, wire: Wire, pace: Pace = {}): Promise<void> {
    await this.wait(pace.after ?? 0);
    if (this.#gone) return;
    await this.#events(headers, wire, wire.events.length, pace.every ?? 0);
    if (!this.#gone) this.#response.end();
  }

  /** The first events of a stream, then the end of the connection. It comes before the events that say that the answer is complete. */
  async cut(headers: Readonly<Record<string, string>>, wire: Wire, count: number): Promise<void> {
    await this.#events(headers, wire, unfinished(wire, count), 0);
    await this.#breakOff();
  }

  /** The first events of a stream, then frames that say that the provider failed. */
  async failing(
    headers: Readonly<Record<string, string>>,
    wire: Wire,
    count: number,
    frames: (sent: number) => readonly string[],
  ): Promise<void> {
    const sent = await this.#events(headers, wire, unfinished(wire, count), 0);
    for (const frame of frames(sent)) await this.#write(frame);
    if (!this.#gone) this.#response.end();
  }

  /** Sends the first events. @returns how many */
  async #events(headers: Readonly<Record<string, string>>, wire: Wire, count: number, every: number): Promise<number> {
    this.#head(200, { 'content-type': wire.type, 'cache-control': 'no-cache', ...headers });
    this.#response.flushHeaders();
    for (let at = 0; at < count && !this.#gone; at++) {
      if (at > 0) await this.wait(every);
      await this.#write(wire.events[at] ?? '');
    }
    return count;
  }

  async #breakOff(): Promise<void> {
    await this.wait(FLUSH);
    if (this.#gone) return;
    this.#entry.endedAt = this.#now();
    this.hangUp();
  }

  /** Ends the connection without a word more. */
  hangUp(): void {
    this.#ours = true;
    this.#response.destroy();
  }

  /** Ends the connection with a reset. */
  reset(): void {
    this.#ours = true;
    this.#response.socket?.resetAndDestroy();
  }
}

/** How many events may be sent of a stream that must not be complete. */
const unfinished = (wire: Wire, count: number): number => Math.max(0, Math.min(count, wire.events.length - wire.closing));

/** Text that may stand in a header: the agent's own words may get there by a placeholder. */
const headerText = (value: string): string => value.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ').slice(0, 4_000);
