// Runs regular expressions of the audited repository on our own texts, in a thread of its own with a hard limit of time:
// a pattern can be written to take for ever. Nothing else of the repository is executed: a pattern is data.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** One thing that is done to a text. Steps of one pipeline run one after the other. */
export type Step =
  | { readonly op: 'replace'; readonly source: string; readonly flags: string; readonly by: string; readonly literally: boolean }
  | { readonly op: 'test'; readonly source: string; readonly flags: string }
  | { readonly op: 'lower' | 'normalize' };

/** What a pipeline did to a text: the text after it, and which of its tests hit. */
export interface Outcome {
  readonly text: string;
  readonly hits: readonly number[];
  /** What the tests among the hits matched. */
  readonly matched: readonly string[];
}

export type Ran = { readonly kind: 'ran'; readonly outcomes: readonly Outcome[] } | { readonly kind: 'too-slow' | 'broken' | 'not-tried' };

/** Many patterns that are tried one by one on the same texts. */
export interface Sieve {
  readonly patterns: readonly { readonly source: string; readonly flags: string }[];
  /** A pattern that hits it hides nothing. */
  readonly prose: string;
  readonly hiding: readonly string[];
  /** A pattern that hits one of them finds no attacks. */
  readonly everyday: readonly string[];
  readonly orders: readonly string[];
}

/** What a pattern did: the texts of `hiding` that it changed, as it left them, and what it matched in the orders. */
export interface Sifted {
  readonly hidden: readonly { readonly at: number; readonly text: string }[];
  readonly ordered: readonly string[];
}

/** Milliseconds for all texts of one pipeline. Squares of the length take far less, cubes and powers far more. */
export const LIMIT = 3000;
const START = 20_000;
/** Milliseconds for a whole sieve: it only saves work, and there is a way without it. */
const SIEVE = 1000;
/** After so many pipelines that ran out of time, no more are tried: an audit has to end. */
const MOST_SLOW = 2;

const CODE = `
const { workerData, parentPort } = require('node:worker_threads');
const { port, flag } = workerData;
const done = new Int32Array(flag);
const tell = () => { Atomics.store(done, 0, 1); Atomics.notify(done, 0); };
const sifted = (sieve, { source, flags }) => {
  let regex;
  try { regex = new RegExp(source, flags); } catch { return { hidden: [], ordered: [] }; }
  const find = text => { regex.lastIndex = 0; return regex.exec(text); };
  const hidden = [];
  if (find(sieve.prose) === null)
    sieve.hiding.forEach((text, at) => { if (find(text) !== null) { regex.lastIndex = 0; hidden.push({ at, text: text.replace(regex, () => '[x]') }); } });
  const ordered = [];
  const found = sieve.orders.map(find).filter(match => match !== null);
  if (found.length > 0 && !sieve.everyday.some(text => find(text) !== null)) for (const match of found) ordered.push(match[0].slice(0, 500));
  return { hidden, ordered };
};
port.on('message', ({ steps, texts, sieve }) => {
  let reply;
  try {
    if (sieve !== undefined) { port.postMessage(sieve.patterns.map(pattern => sifted(sieve, pattern))); return tell(); }
    const made = steps.map(s => s.source === undefined ? s : { ...s, regex: new RegExp(s.source, s.flags) });
    reply = { kind: 'ran', outcomes: texts.map(text => {
      const hits = [];
      const matched = [];
      made.forEach((step, i) => {
        if (step.op === 'lower') text = text.toLowerCase();
        else if (step.op === 'normalize') text = text.normalize('NFKC');
        else if (step.op === 'test') { step.regex.lastIndex = 0; const match = step.regex.exec(text); if (match !== null) { hits.push(i); matched.push(match[0].slice(0, 500)); } }
        else {
          step.regex.lastIndex = 0;
          const next = step.literally ? text.replace(step.regex, () => step.by) : text.replace(step.regex, step.by);
          if (next !== text) hits.push(i);
          text = next.slice(0, 20000);
        }
      });
      return { text, hits, matched };
    }) };
  } catch { reply = { kind: 'broken' }; }
  port.postMessage(reply);
  tell();
});
tell();
`;

export class RegexRunner {
  #worker: Worker | undefined;
  #port: MessagePort | undefined;
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  #slow = 0;
  #dead = false;

  /** Runs a pipeline on every text; the thread is started when it is first needed. */
  run(steps: readonly Step[], texts: readonly string[]): Ran {
    if (this.#dead || this.#slow >= MOST_SLOW) return { kind: 'not-tried' };
    const port = this.#port ?? this.#start();
    if (port === undefined) return { kind: 'not-tried' };
    Atomics.store(this.#flag, 0, 0);
    port.postMessage({ steps, texts });
    if (!this.#wait(LIMIT)) {
      this.#slow++;
      this.stop();
      return { kind: 'too-slow' };
    }
    const reply = receiveMessageOnPort(port);
    return reply === undefined ? { kind: 'not-tried' } : (reply.message as Ran);
  }

  /** Tries many patterns at once; undefined: that took too long, or cannot be done. */
  sift(sieve: Sieve): readonly Sifted[] | undefined {
    if (this.#dead) return undefined;
    const port = this.#port ?? this.#start();
    if (port === undefined) return undefined;
    Atomics.store(this.#flag, 0, 0);
    port.postMessage({ sieve });
    if (!this.#wait(SIEVE)) {
      this.stop();
      return undefined;
    }
    const reply = receiveMessageOnPort(port);
    return reply === undefined || !Array.isArray(reply.message) ? undefined : (reply.message as readonly Sifted[]);
  }

  /** Ends the thread, if there is one. */
  stop(): void {
    void this.#worker?.terminate();
    this.#port?.close();
    this.#worker = undefined;
    this.#port = undefined;
  }

  #start(): MessagePort | undefined {
    const { port1, port2 } = new MessageChannel();
    Atomics.store(this.#flag, 0, 0);
    this.#worker = new Worker(CODE, {
      eval: true,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 64 },
      workerData: { port: port2, flag: this.#flag.buffer },
      transferList: [port2],
    });
    // A thread that dies is answered by a time-out; without a listener its error would end the audit.
    this.#worker.on('error', () => {});
    this.#worker.unref();
    port1.unref();
    this.#port = port1;
    if (this.#wait(START)) return port1;
    this.#dead = true;
    this.stop();
    return undefined;
  }

  #wait(ms: number): boolean {
    return Atomics.wait(this.#flag, 0, 0, ms) !== 'timed-out';
  }
}
