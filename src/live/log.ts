// The output of the agent as lines with times: bounded, without terminal escapes, every byte counted.
import type { Line } from '../core/index.ts';

/** Longest line that is kept, in characters; the rest of it is dropped. */
const LINE = 10_000;
/** All that is kept, in characters. */
const ALL = 5_000_000;
/** Bytes of the end that are remembered when all that is kept is full. */
const TAIL = 8000;

export class Log {
  readonly lines: Line[] = [];
  /** Bytes that the agent wrote, those that were not kept included. */
  bytes = 0;
  /** When it last wrote, milliseconds since the trial began. */
  lastAt = 0;
  #kept = 0;
  readonly #began: number;
  readonly #open: { text: string; stream: Line['stream'] }[] = [];
  /** The end of what was not kept, for the last words of an agent that writes without end. */
  #tail = Buffer.alloc(0);
  #awaited: { readonly text: Buffer; seen: boolean } | undefined;

  constructor(began: number) {
    this.#began = began;
  }

  /** A reader for one stream of one process; the decoder survives characters that are split over two chunks. */
  reader(stream: Line['stream']): { write(chunk: Buffer): void; end(): void } {
    const decoder = new TextDecoder();
    const open = { text: '', stream };
    this.#open.push(open);
    const take = (text: string): void => {
      const parts = text.split('\n');
      open.text = clip(open.text, parts.shift() ?? '');
      for (const part of parts) {
        this.#add(stream, open.text);
        open.text = clip('', part);
        if (this.#kept >= ALL) break;
      }
    };
    return {
      write: chunk => {
        this.bytes += chunk.length;
        this.lastAt = Date.now() - this.#began;
        // A gigabyte is counted, not decoded.
        if (this.#kept < ALL) take(decoder.decode(chunk, { stream: true }));
        else {
          const end = Buffer.concat([this.#tail, chunk]);
          if (this.#awaited !== undefined && end.includes(this.#awaited.text)) this.#awaited.seen = true;
          this.#tail = Buffer.from(end.subarray(-TAIL));
        }
      },
      end: () => {
        const at = this.#open.indexOf(open);
        if (at < 0) return;
        this.#open.splice(at, 1);
        if (open.text !== '') this.#add(stream, open.text);
      },
    };
  }

  /** Does the output hold this text, unfinished lines included? Asked again and again for the same text, it misses nothing in between. */
  holds(text: string): boolean {
    this.#awaited ??= { text: Buffer.from(text), seen: false };
    if (this.#awaited.seen) return true;
    return this.lines.some(line => line.text.includes(text)) || this.#open.some(open => plain(open.text).includes(text));
  }

  /** The last lines, the unfinished ones included, for people: without the steps of a stack that lie inside of Node or a package. */
  last(count = 15): string[] {
    const open = this.#open.map(({ text }) => plain(text));
    const tail = this.#tail.length === 0 ? [] : this.#tail.toString('utf8').split('\n').slice(1).map(plain);
    return [...this.lines.slice(-200).map(line => line.text), ...open, ...tail]
      .filter(text => text.trim() !== '' && !/^\s+at .*(?:node:|node_modules)/.test(text))
      .slice(-count);
  }

  #add(stream: Line['stream'], raw: string): void {
    if (this.#kept >= ALL) return;
    const text = plain(raw);
    this.#kept += text.length + 1;
    this.lines.push({ at: Date.now() - this.#began, stream, text });
  }
}

/**
 * Sequences of ECMA-48: control sequences, strings up to their end, and single ones. Node's own stripVTControlCharacters takes words
 * that stand before a bell for a part of the sequence, and a word must not be lost.
 */
const ESCAPES = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]/g;

/** Text that a terminal cannot take for a command. */
export function plain(text: string): string {
  return text.replace(ESCAPES, '').replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '');
}

// A little more than the limit while escapes are still in it.
const clip = (start: string, more: string): string => (start.length >= LINE ? start : (start + more).slice(0, LINE));
