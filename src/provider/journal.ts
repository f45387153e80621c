// What the agent asked its provider, as it came, within limits: the agent under test may send anything, and as much as it likes.
import type { Exchange, ModelRequest, SentMessage } from '../core/index.ts';
import type { Target } from './dialects/index.ts';

/** Characters of one body that are kept. */
export const BODY_KEPT = 1_000_000;
/** Characters of all bodies of a trial that are kept; after that only the beginning of each. */
const ALL_BODIES_KEPT = 64_000_000;
const BEGINNING = 2_000;
/** Exchanges that are kept. Model requests have a cap of their own, far below. */
const EXCHANGES_KEPT = 5_000;
/** Bodies larger than this may hold messages that are not kept whole. */
const LARGE = 2_000_000;
const MESSAGES_KEPT = 10_000;

/** An exchange that is still going on. */
export type Entry = { -readonly [K in keyof Exchange]: Exchange[K] };

const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'ocp-apim-subscription-key',
  'cookie',
]);
const SECRET_QUERY = /([?&](?:key|api[-_]?key|access_token|token|subscription-key)=)[^&#]+/gi;

/** The credential that a request carries, or ''. It is used in answers and never kept. */
export function keyOf(target: Target): string {
  const { headers } = target;
  const header = headers.authorization ?? headers['x-api-key'] ?? headers['api-key'] ?? headers['x-goog-api-key'];
  return header === undefined ? (target.query.get('key') ?? '') : header.replace(/^(?:Bearer|Basic|Token)\s+/i, '');
}

const cleanHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADERS.has(name) && value.trim() !== '' ? 'present' : value]),
  );

export class Journal {
  readonly #entries: Entry[] = [];
  #left = ALL_BODIES_KEPT;
  #unkept = 0;

  /** All exchanges, in the order of their arrival; those that still go on change. */
  get exchanges(): readonly Exchange[] {
    return this.#entries;
  }

  /** Requests that came after the journal was full. */
  get unkept(): number {
    return this.#unkept;
  }

  /** A place in the journal, for `since`. */
  mark(): number {
    return this.#entries.length;
  }

  /** Copies of the exchanges that arrived between two marks, as they are now. */
  since(from: number, to?: number): readonly Exchange[] {
    return this.#entries.slice(from, to).map(entry => ({ ...entry }));
  }

  /** Notes that a request has arrived. Its headers are cleaned here: no credential gets any further. */
  arrive(at: number, method: string, path: string, headers: Readonly<Record<string, string>>, clientPort?: number): Entry {
    const entry: Entry = {
      at,
      method,
      path: path.replace(SECRET_QUERY, '$1present').slice(0, 10_000),
      headers: cleanHeaders(headers),
      body: '',
      bytes: 0,
      ...(clientPort === undefined ? {} : { clientPort }),
    };
    if (this.#entries.length < EXCHANGES_KEPT) this.#entries.push(entry);
    else this.#unkept++;
    return entry;
  }

  /** Notes the body of a request. @param bytes its whole size */
  body(entry: Entry, text: string, bytes: number): void {
    entry.bytes = bytes;
    // Cut as bytes may leave half a character at the end.
    entry.body = text.slice(0, this.#left > 0 ? BODY_KEPT : BEGINNING);
    this.#left -= entry.body.length;
  }

  /** Notes what was asked; of large requests the last messages, because those are new. */
  request(entry: Entry, request: ModelRequest): void {
    entry.request = entry.bytes <= LARGE && this.#left > 0 ? request : bounded(request, this.#left > 0 ? LARGE : BEGINNING);
  }
}

function bounded(request: ModelRequest, most: number): ModelRequest {
  let left = most;
  const kept: SentMessage[] = [];
  for (let at = request.messages.length - 1; at >= 0 && left > 0 && kept.length < MESSAGES_KEPT; at--) {
    const message = request.messages[at];
    if (message === undefined) continue;
    kept.unshift({ ...message, text: message.text.slice(0, left) });
    left -= message.text.length;
  }
  return {
    ...request,
    system: request.system.slice(0, most),
    messages: kept,
    tools: request.tools
      .slice(0, 1_000)
      .map(tool => ({ name: tool.name.slice(0, 200), description: tool.description.slice(0, 1_000), schema: {} })),
  };
}
