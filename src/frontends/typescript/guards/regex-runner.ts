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
const tell = () => { Atomics.add(done, 0, 1); Atomics.notify(done, 0); };
const sifted = (sieve, { source, flags }) => {
  let regex;
  try { regex = new RegExp(source, flags); } catch { return { hidden: [], ordered: [] }; }
  const find = text => { regex.lastIndex = 0; return regex.exec(text); };
  // One look at all texts together is enough for a pattern that does not ask what stands around it.
  const free = !/[\\^$]|\\(\\?[^:]/.test(source.replaceAll('[^', '['));
  const some = texts => !free || find(texts.join('\\n')) !== null;
  const hidden = [];
  if (find(sieve.prose) === null && some(sieve.hiding))
    sieve.hiding.forEach((text, at) => { if (find(text) !== null) { regex.lastIndex = 0; hidden.push({ at, text: text.replace(regex, () => '[x]') }); } });
  const ordered = [];
  if (some(sieve.orders)) {
    const found = sieve.orders.map(find).filter(match => match !== null);
    if (found.length > 0 && !sieve.everyday.some(text => find(text) !== null)) for (const match of found) ordered.push(match[0].slice(0, 500));
  }
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
  /** Counts what the thread has told: that it runs, and each answer. */
  #told = new Int32Array(new SharedArrayBuffer(4));
  #expected = 0;
  #slow = 0;
  #dead = false;

  /** Runs a pipeline on every text; the thread is started when it is first needed. */
  run(steps: readonly Step[], texts: readonly string[]): Ran {
    if (this.#dead || this.#slow >= MOST_SLOW) return { kind: 'not-tried' };
    const port = this.#port ?? this.#open();
    if (!this.#runs()) return { kind: 'not-tried' };
    this.#ask(port, { steps, texts });
    if (!this.#wait(LIMIT)) {
      this.#slow++;
      this.stop();
      return { kind: 'too-slow' };
    }
    const reply = receiveMessageOnPort(port);
    return reply === undefined ? { kind: 'not-tried' } : (reply.message as Ran);
  }

  /**
   * Begins to try many patterns at once, while the caller does something else than run pipelines.
   * @returns waits for the answers; undefined: that took too long, or cannot be done
   */
  sift(sieve: Sieve): () => readonly Sifted[] | undefined {
    if (this.#dead) return () => undefined;
    const port = this.#port ?? this.#open();
    port.postMessage({ sieve });
    return () => {
      if (port !== this.#port || !this.#runs()) return undefined;
      this.#expected++;
      if (!this.#wait(SIEVE)) {
        this.stop();
        return undefined;
      }
      const reply = receiveMessageOnPort(port);
      return reply === undefined || !Array.isArray(reply.message) ? undefined : (reply.message as readonly Sifted[]);
    };
  }

  /** Ends the thread, if there is one. */
  stop(): void {
    void this.#worker?.terminate();
    this.#port?.close();
    this.#worker = undefined;
    this.#port = undefined;
  }

  /** Starts the thread, and does not wait for it. */
  #open(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#told = new Int32Array(new SharedArrayBuffer(4));
    this.#expected = 0;
    this.#worker = new Worker(CODE, {
      eval: true,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 64 },
      workerData: { port: port2, flag: this.#told.buffer },
      transferList: [port2],
    });
    // A thread that dies is answered by a time-out; without a listener its error would end the audit.
    this.#worker.on('error', () => {});
    this.#worker.unref();
    port1.unref();
    this.#port = port1;
    return port1;
  }

  /** Waits until the thread runs, which it says first of all. */
  #runs(): boolean {
    if (this.#expected > 0) return true;
    this.#expected = 1;
    if (this.#wait(START)) return true;
    this.#dead = true;
    this.stop();
    return false;
  }

  #ask(port: MessagePort, message: unknown): void {
    this.#expected++;
    port.postMessage(message);
  }

  /** Waits until everything that is expected was told. */
  #wait(ms: number): boolean {
    const end = performance.now() + ms;
    for (let told = Atomics.load(this.#told, 0); told < this.#expected; told = Atomics.load(this.#told, 0)) {
      const left = end - performance.now();
      if (left <= 0 || Atomics.wait(this.#told, 0, told, left) === 'timed-out') return Atomics.load(this.#told, 0) >= this.#expected;
    }
    return true;
  }
}
