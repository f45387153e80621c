// The stand-in for a model provider: an HTTP server on loopback that plays a script and writes down every request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Exchange, Script } from '../core/index.ts';
import { BodyReader } from './body.ts';
import { type Asked, type Dialect, modelDialect, ownerDialect, type Target } from './dialects/index.ts';
import { type Entry, Journal, keyOf } from './journal.ts';
import { isRecord, type Json, jsonText, parseJson } from './json.ts';
import { fill, Player, type Words } from './script-player.ts';
import { Sender } from './send.ts';
import { sideAnswer } from './side.ts';
import { targetOf } from './target.ts';

/** Milliseconds before a request over the cap is hung up on: a loop without any wait must not eat the machine until the trial ends. */
const CAPPED_WAIT = 100;

export interface ProviderOptions {
  readonly script: Script;
  /** What `{{nonce}}` stands for. */
  readonly nonce: string;
  /** Model requests that are answered of each script; those after them are hung up on. */
  readonly cap: number;
  /** Milliseconds since the trial began. */
  readonly began: () => number;
}

export interface Provider {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /**
   * Plays another script from its first step on, and counts towards the cap anew. Requests that are being answered go on with the
   * script that they began with.
   */
  play(script: Script, nonce?: string): void;
  /** All exchanges in the order of arrival. Live: those that go on change. */
  readonly exchanges: readonly Exchange[];
  /** A place in the journal: what has arrived by now is before it. */
  mark(): number;
  /** Copies of the exchanges between two marks, as they are now. */
  since(from: number, to?: number): readonly Exchange[];
  /** A request of the script that plays now was refused, because the cap was reached. */
  readonly capped: boolean;
  /** Requests that came after the journal was full (5,000 exchanges). */
  readonly unkept: number;
  /** Ends all connections at once, answers that are on their way included. */
  close(): Promise<void>;
}

/** Starts the stand-in on a free port of 127.0.0.1. @throws when no port can be had */
export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const stand = new StandIn(options);
  await stand.listen();
  return stand;
}

class StandIn implements Provider {
  readonly #cap: number;
  readonly #now: () => number;
  readonly #player: Player;
  readonly #journal = new Journal();
  readonly #bodies = new BodyReader();
  readonly #sockets = new Set<Socket>();
  readonly #senders = new Set<Sender>();
  // Tests and agents send long headers; a provider never closes an idle connection while the client may be about to use it.
  readonly #server = createServer(
    { maxHeaderSize: 65_536, keepAliveTimeout: 0 },
    (request, response) => void this.#take(request, response),
  );
  #asked = 0;
  #capped = false;
  #closing = false;
  #port = 0;

  constructor(options: ProviderOptions) {
    this.#cap = options.cap;
    this.#now = options.began;
    this.#player = new Player(options.script, options.nonce);
    this.#server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get exchanges(): readonly Exchange[] {
    return this.#journal.exchanges;
  }

  get capped(): boolean {
    return this.#capped;
  }

  get unkept(): number {
    return this.#journal.unkept;
  }

  mark(): number {
    return this.#journal.mark();
  }

  since(from: number, to?: number): readonly Exchange[] {
    return this.#journal.since(from, to);
  }

  play(script: Script, nonce?: string): void {
    this.#player.play(script, nonce);
    this.#asked = 0;
    this.#capped = false;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const sender of this.#senders) sender.own();
    await new Promise<void>(resolve => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** One request, from its arrival to the end of its answer. Never rejects: an agent cannot make the stand-in fall over. */
  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = targetOf(request);
    const entry = this.#journal.arrive(this.#now(), request.method ?? '', target.shown, target.headers, request.socket.remotePort);
    const sender = new Sender(response, entry, this.#now);
    this.#senders.add(sender);
    response.on('close', () => this.#senders.delete(sender));
    if (this.#closing) return sender.hangUp();
    try {
      await this.#answer(request, target, entry, sender);
    } catch {
      // Reached only by a body that is built to break its reader; it gets what a provider's own crash looks like.
      sender.hangUp();
    }
  }

  async #answer(request: IncomingMessage, target: Target, entry: Entry, sender: Sender): Promise<void> {
    const dialect = request.method === 'POST' ? modelDialect(target) : undefined;
    const body = await this.#bodies.read(request);
    const text = body.bytes.toString('utf8');
    this.#journal.body(entry, text, body.size);
    if (body.trouble === 'gone') return;
    const owner = dialect ?? ownerDialect(target);
    const refuse = (status: number, message: string): Promise<void> =>
      sender.plain(
        status,
        { 'content-type': 'application/json', ...owner.headers(this.#player.id()) },
        jsonText(owner.error(status, message)),
      );
    if (body.trouble === 'large') return refuse(413, owner.message(413));
    if (body.trouble === 'packed') return refuse(415, 'The body of the request cannot be decoded.');
    const parsed = parseJson(text)?.value;
    const json = isRecord(parsed) ? parsed : undefined;
    if (dialect === undefined) {
      const side = sideAnswer(request.method ?? '', target, json, owner);
      const headers = { 'content-type': 'application/json', ...owner.headers(this.#player.id()) };
      return sender.plain(side.status, headers, jsonText(side.body));
    }
    // The cap counts what asks for a model, understood or not.
    if (++this.#asked > this.#cap) return this.#refuseOverCap(entry, sender);
    const asked = json === undefined ? undefined : understood(dialect, json, target);
    if (asked === undefined) return refuse(400, 'We could not parse the JSON body of your request.');
    this.#journal.request(entry, asked.request);
    return this.#play(dialect, asked, target, entry, sender);
  }

  async #refuseOverCap(entry: Entry, sender: Sender): Promise<void> {
    this.#capped = true;
    entry.capped = true;
    await sender.wait(CAPPED_WAIT);
    sender.hangUp();
  }

  async #play(dialect: Dialect, asked: Asked, target: Target, entry: Entry, sender: Sender): Promise<void> {
    const played = this.#player.next(asked.request.model);
    // A script without steps says nothing, ever.
    if (played === undefined) return;
    const { step, number } = played;
    entry.step = number;
    const words: Words = { nonce: this.#player.nonce, system: asked.request.system, key: keyOf(target) };
    const id = this.#player.id();
    const headers = { 'content-type': 'application/json', ...dialect.headers(id) };
    const fail = (status: number, message: string, more: Readonly<Record<string, string>> = {}): Promise<void> => {
      const own = Object.fromEntries(Object.entries(more).map(([name, value]) => [name.toLowerCase(), fill(value, words)]));
      return sender.plain(status, { ...headers, ...own }, jsonText(dialect.error(status, fill(message, words), asked)));
    };
    const answer = this.#player.answer(step, asked, words);
    const stream = asked.request.stream;
    switch (step.kind) {
      case 'hang':
        return;
      case 'reset':
        return sender.reset();
      case 'raw':
        return sender.plain(step.status, { ...headers, 'content-type': step.type }, fill(step.body, words));
      case 'status':
        return fail(step.status, step.message ?? dialect.message(step.status), step.headers);
    }
    if (answer === undefined) return;
    if (answer.calls.length > 0) entry.asked = answer.calls.map(call => ({ tool: call.name, args: call.text.slice(0, 10_000) }));
    const wire = dialect.stream(answer, asked);
    const streamed = { ...dialect.headers(id), 'content-type': wire.type };
    switch (step.kind) {
      case 'cut':
        return stream ? sender.cut(streamed, wire, step.events) : sender.half(headers, jsonText(dialect.plain(answer, asked)));
      case 'stream-error':
        if (!stream) return fail(500, dialect.message(500));
        return sender.failing(streamed, wire, step.events, sent => dialect.streamError(answer, asked, sent));
      default: {
        entry.tokens = { ...answer.tokens };
        const after = step.kind === 'text' ? (step.after ?? 0) : 0;
        const every = step.kind === 'text' ? (step.every ?? 0) : 0;
        if (stream) return sender.stream(streamed, wire, { after, every });
        return sender.plain(200, headers, jsonText(dialect.plain(answer, asked)), after + every * (wire.events.length - 1));
      }
    }
  }
}

/** What is asked, or undefined for JSON that is built to break its reader: nested so deeply that it cannot be walked. */
function understood(dialect: Dialect, json: Json, target: Target): Asked | undefined {
  try {
    return dialect.read(json, target);
  } catch {
    return undefined;
  }
}
