// Texts for the string fields of a JSON schema: a given text where the schema allows it, else something harmless of the right kind.

import type { Json } from './json.ts';
import { matches, sample } from './pattern.ts';

/** What the values should be like. */
export interface Wish {
  /** Each string holds this, where the schema allows it. */
  readonly text?: string;
  /** Values of different turns differ where they can; turn 0 is the plain one. */
  readonly turn: number;
  /** Yes-or-no fields and choices are such that an agent goes on: for answers, not for arguments of tools. */
  readonly polite?: boolean;
}

/** Formats of JSON schema: how a given text is known to keep it, and a text that does, for each turn. */
const FORMATS: Readonly<Record<string, readonly [test: RegExp, make: (turn: number) => string]>> = {
  'date-time': [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, turn => `${day(turn)}T12:00:00Z`],
  date: [/^\d{4}-\d\d-\d\d$/, day],
  time: [/^\d\d:\d\d:\d\d/, turn => `12:00:${String(turn % 60).padStart(2, '0')}Z`],
  duration: [/^P[\dTDHMSWY.]+$/, turn => `PT${turn + 1}M`],
  email: [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, turn => `user${turn === 0 ? '' : turn}@example.com`],
  uri: [/^[a-z][a-z0-9+.-]*:\S+$/i, turn => `https://example.com/${turn === 0 ? '' : turn}`],
  hostname: [/^[a-z0-9.-]{1,253}$/i, turn => `host${turn === 0 ? '' : turn}.example.com`],
  ipv4: [/^\d{1,3}(?:\.\d{1,3}){3}$/, turn => `192.0.2.${(turn % 250) + 1}`],
  ipv6: [/^[0-9a-f:]+$/i, turn => `2001:db8::${(turn + 1).toString(16)}`],
  uuid: [/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, turn => `00000000-0000-4000-8000-${turn.toString(16).padStart(12, '0')}`],
  'json-pointer': [/^(?:\/[^/]*)*$/, turn => `/field${turn}`],
};
const SAME: Readonly<Record<string, string>> = {
  url: 'uri',
  'uri-reference': 'uri',
  iri: 'uri',
  'idn-email': 'email',
  'idn-hostname': 'hostname',
  guid: 'uuid',
  datetime: 'date-time',
  ip: 'ipv4',
};

function day(turn: number): string {
  return `2026-01-${String((turn % 28) + 1).padStart(2, '0')}`;
}

const also = (turn: number): string => (turn === 0 ? '' : ` ${turn}`);

/** What a field is about, told by its name, for schemas that do not say more. Nothing here does harm when a tool runs it. */
const HINTS: readonly (readonly [RegExp, (turn: number) => string])[] = [
  [/ur[il]$|link|website|webpage/i, turn => `https://example.com/${turn === 0 ? '' : turn}`],
  [/e-?mail/i, turn => `user${turn === 0 ? '' : turn}@example.com`],
  [/path|file|filename/i, turn => (turn === 0 ? 'README.md' : `note-${turn}.md`)],
  [/^(?:dir|directory|folder|cwd)$/i, () => '.'],
  [/command|cmd|^script$|shell/i, turn => `echo agent-ready${also(turn)}`],
  [/sql/i, turn => `SELECT ${turn + 1}`],
  [/expression|formula|^expr$|equation/i, turn => `${turn + 1}+1`],
  [/city|location|^place$|town/i, turn => ['London', 'Paris', 'Berlin', 'Tokyo', 'Madrid'][turn % 5] + (turn < 5 ? '' : also(turn))],
  [/country/i, turn => ['France', 'Japan', 'Kenya'][turn % 3] ?? ''],
  [/(?:date|day)(?:$|_)|^(?:from|to|since|until)$/i, day],
  [/timezone|^tz$/i, () => 'UTC'],
  [/currency/i, turn => ['USD', 'EUR', 'GBP'][turn % 3] ?? ''],
  [/lang(?:uage)?$/i, turn => ['en', 'fr', 'de'][turn % 3] ?? ''],
  [/(?:^|_)id$|[a-z]Id$/, turn => String(turn + 1)],
  [/code$/i, turn => `print(${turn + 1})`],
];

const count = (value: unknown): number | undefined => {
  const read = typeof value === 'string' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) && read >= 0 ? read : undefined;
};

/** A text that keeps the schema of a string field. */
export function stringFor(schema: Json, name: string, wish: Wish): string {
  const format = typeof schema.format === 'string' ? FORMATS[SAME[schema.format] ?? schema.format] : undefined;
  const pattern = typeof schema.pattern === 'string' ? schema.pattern : undefined;
  const text = wish.text === undefined ? undefined : wish.text + also(wish.turn);
  const fitted = within(text ?? (format === undefined ? own(schema, name, wish.turn) : format[1](wish.turn)), schema, wish.turn);
  if (format !== undefined && !format[0].test(fitted)) return format[1](wish.turn);
  if (pattern === undefined || matches(pattern, fitted)) return fitted;
  return sample(pattern, Math.min(count(schema.minLength) ?? 0, 500)) ?? fitted;
}

/** A text of our own: what the schema gives as an example, what the name of the field hints at, or a plain word. */
function own(schema: Json, name: string, turn: number): string {
  const example = [schema.default, schema.example, Array.isArray(schema.examples) ? schema.examples[0] : undefined].find(
    (value): value is string => typeof value === 'string' && value !== '' && value.length < 200,
  );
  if (example !== undefined) return example + also(turn);
  return HINTS.find(([words]) => words.test(name))?.[1](turn) ?? `agent-ready${also(turn)}`;
}

/** The text within its lengths; when it is cut, the number of the turn stays. */
function within(text: string, schema: Json, turn: number): string {
  const most = count(schema.maxLength) ?? Infinity;
  const least = Math.min(count(schema.minLength) ?? 0, 100_000);
  const long = text.length < least ? text.padEnd(least, '.') : text;
  if (long.length <= most) return long;
  const tail = also(turn).trim().slice(0, most);
  return long.slice(0, most - tail.length) + tail;
}
