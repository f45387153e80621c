// What a person would read in the answer of an agent: JSON, events, the stream of the AI SDK in both of its forms, or plain text.
import { plain } from './log.ts';
import { findPath, type Path, textAt } from './reply-path.ts';

/** How an answer is to be read; `reply` and `form` may have been learnt from the control message. */
export interface Reader {
  readonly stream: 'none' | 'sse' | 'ai-sdk' | 'text' | 'auto';
  readonly reply: Path | undefined;
}

export interface Reading {
  readonly text: string;
  /** Pieces of a stream. */
  readonly parts?: readonly string[];
  /** An error that the answer itself declares. */
  readonly error?: string;
  /** What could be searched for a path. */
  readonly values: readonly unknown[];
}

type Form = 'json' | 'events' | 'prefixed' | 'lines' | 'text';
type Json = Record<string, unknown>;

/** Most pieces that are kept. */
const PARTS = 5000;

/** @param type the content type of the answer */
export function read(body: string, type: string, { stream, reply }: Reader): Reading {
  const form = formOf(body, type, stream);
  if (form === 'events') return fromEvents(eventsOf(body), reply);
  if (form === 'prefixed') return fromPrefixed(body);
  if (form === 'lines')
    return fromEvents(
      body
        .split('\n')
        .filter(Boolean)
        .map(line => ({ name: '', value: meant(line) })),
      reply,
    );
  const value = form === 'json' ? parsed(body) : body;
  const found = reply === undefined ? undefined : textAt(value, reply);
  const error = errorOf(value);
  return { text: plain(found ?? body), values: [value], ...(error === undefined ? {} : { error }) };
}

/** Learns where the reply is from an answer that holds the nonce; undefined: all of it is the reply. */
export function learn(reading: Reading, nonce: string): Path | undefined {
  return reading.values.some(value => typeof value === 'object') ? findPath(reading.values, nonce) : undefined;
}

function formOf(body: string, type: string, stream: Reader['stream']): Form {
  if (stream === 'text') return 'text';
  const prefixed = /^[0-9a-z]:["{[]/.test(body);
  if (stream === 'ai-sdk') return prefixed ? 'prefixed' : 'events';
  if (stream === 'sse') return 'events';
  if (stream === 'auto') {
    if (/event-stream/.test(type)) return 'events';
    if (/ndjson|jsonl|json-?lines/.test(type)) return 'lines';
    if (prefixed && /text\/plain/.test(type)) return 'prefixed';
    if (/^(?:data|event|id|retry):/.test(body) && !/json/.test(type)) return 'events';
  }
  return /^\s*[[{"]/.test(body) ? 'json' : 'text';
}

interface Event {
  readonly name: string;
  readonly value: unknown;
}

/** Events of a stream; the last one may be cut off. Fields: WHATWG HTML, server-sent events. */
function eventsOf(body: string): Event[] {
  return body
    .replace(/\r\n?/g, '\n')
    .split('\n\n')
    .flatMap(block => {
      const fields = block.split('\n').map(line => /^(\w+):? ?(.*)$/s.exec(line));
      const data = fields.flatMap(field => (field?.[1] === 'data' ? [field[2] ?? ''] : [])).join('\n');
      const name = fields.find(field => field?.[1] === 'event')?.[2] ?? '';
      return data === '' || data === '[DONE]' ? [] : [{ name, value: meant(data) }];
    });
}

function fromEvents(events: readonly Event[], reply: Path | undefined): Reading {
  const values = events.map(event => event.value);
  const error = events.map(({ name, value }) => (name === 'error' ? show(value) : errorOf(value))).find(one => one !== undefined);
  const ui = events.some(({ value }) => isPart(value) && /^(?:text-(?:start|delta|end)|start|finish|start-step)$/.test(value.type));
  const pieces = ui
    ? values.flatMap(value => (isPart(value) && value.type === 'text-delta' ? [String(value.delta ?? value.textDelta ?? '')] : []))
    : values.flatMap(value => {
        if (reply !== undefined) return textAt(value, reply) ?? [];
        return typeof value === 'string' ? [value] : [];
      });
  // Without a known place all data is the reply: nothing may be hidden from those who search it.
  const all = pieces.length > 0 || ui || reply !== undefined ? pieces : values.map(show);
  return { text: plain(all.join('')), parts: all.slice(0, PARTS), values, ...(error === undefined ? {} : { error }) };
}

/** The older form of the AI SDK: `0:"text"`, `3:"error"`, and other letters for tools and the end. */
function fromPrefixed(body: string): Reading {
  const lines = body.split('\n').flatMap(line => {
    const match = /^([0-9a-z]):(.*)$/s.exec(line);
    return match === null ? [] : [{ kind: match[1], value: parsed(match[2] ?? '') }];
  });
  const parts = lines.filter(line => line.kind === '0').map(line => String(line.value));
  const error = lines.find(line => line.kind === '3');
  return {
    text: plain(parts.join('')),
    parts: parts.slice(0, PARTS),
    values: [],
    ...(error === undefined ? {} : { error: show(error.value) }),
  };
}

/** An error in the words of the answer: `{"type":"error",...}` of a stream, or `{"error": ...}`. */
function errorOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, error, errorText, message } = value as Json;
  if (type === 'error') return show(errorText ?? error ?? message ?? value);
  if (error !== undefined && error !== null && error !== false && error !== '') return show(error);
  return undefined;
}

const isPart = (value: unknown): value is Json & { type: string } =>
  typeof value === 'object' && value !== null && typeof (value as Json).type === 'string';

const show = (value: unknown): string => plain(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 10_000);

/** Data of an event: JSON where that says more. A piece of text may look like a number, and stays a piece of text. */
function meant(data: string): unknown {
  const value = parsed(data);
  return typeof value === 'object' && value !== null ? value : typeof value === 'string' ? value : data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
