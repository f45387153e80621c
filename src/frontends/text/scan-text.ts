// Searches one text for secrets. Every step is a single pass, or looks at a bounded piece of text around a find,
// so the time grows with the length of the text and with nothing else.
import type { CodeRole, Secret } from '../../core/index.ts';
import { accounts, fallbacks, settings } from './defaults.ts';
import { isLiveToken, isRandom, isUuid, mixOf } from './judges.ts';
import type { FileKind } from './kinds.ts';
import { mask } from './mask.ts';
import { beginsLikeKey, matchFormat } from './match.ts';
import { secrecyOf, shownName } from './names.ts';
import { passwords } from './passwords.ts';
import { privateKeys } from './pem.ts';
import { extentOf, placeBefore } from './places.ts';
import { eachRun, hasDigit } from './runs.ts';
import { settingsFields } from './settings-fields.ts';
import { urlSecrets } from './urls.ts';

/** Where a secret stands. The value itself stays in the text. */
export interface Hit {
  readonly rule: string;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly masked: string;
  readonly by: Secret['by'];
  readonly use: Secret['use'];
}

export interface Source {
  readonly text: string;
  readonly kind: FileKind;
  readonly role: CodeRole;
}

const LONGEST = 200;
/** Who has more in one file has generated it, or wants to flood the report. */
const MOST = 100;

/** The secrets of a text, in the order of their places. */
export function scanText(source: Source): Hit[] {
  const { text } = source;
  const hits: Hit[] = [];
  let covered = 0;
  let long = false;
  eachRun(text, (start, end) => {
    // Most long runs are names; they begin like no key and hold no digit.
    if (!beginsLikeKey(text, start) && !hasDigit(text, start, end)) return;
    if (end - start >= 24) long = true;
    if (start < covered || hits.length >= MOST) return;
    const hit = matchFormat(text, start, end) ?? (end - start <= LONGEST ? byPlace(source, start, end) : undefined);
    if (hit === undefined || hit === 'none') return;
    covered = hit.end;
    hits.push(hit);
  });
  // A private key is made of long runs as well.
  if (long) hits.push(...privateKeys(text));
  hits.push(...urlSecrets(source));
  if (source.role !== 'test')
    hits.push(...passwords(source), ...settings(source), ...fallbacks(source), ...accounts(source), ...settingsFields(source));
  return distinct(hits).slice(0, MOST);
}

/** A random value whose place says that it is a secret. */
function byPlace(source: Source, from: number, to: number): Hit | undefined {
  const { text, kind, role } = source;
  if (kind.data || role === 'test') return undefined;
  const mix = mixOf(text, from, to);
  if (mix.digits < 1 || mix.letters < 2 || mix.odd < 0.12) return undefined;
  const extent = extentOf(text, from, to);
  if (extent === undefined) return undefined;
  const { start, end, quote } = extent;
  const value = text.slice(start, end);
  const token = value.startsWith('eyJ') && value.length < 4000 && isLiveToken(value);
  if (!token && !isRandom(value)) return undefined;
  // Guides are full of made-up keys; only what no hand typed counts there.
  if (kind.docs && (token || !/^[A-Za-z0-9]{32,}$/.test(value))) return undefined;
  const left = text.slice(Math.max(0, start - 120), start);
  if (quote === '' && kind.code && !/[;?&"'`][\w-]{1,40}=$/.test(left)) return undefined;
  if (/ENV=test/.test(left.slice(left.lastIndexOf('\n') + 1))) return undefined;
  const place = placeBefore(text, start);
  const secrecy = place === undefined ? undefined : secrecyOf(place.name);
  if (place === undefined || secrecy === undefined) return undefined;
  if (isUuid(value) && (kind.docs || !/key|secret/i.test(place.name))) return undefined;
  const use = place.fallback && secrecy === 'accepts' ? 'default' : kind.sample ? 'default' : 'live';
  const rule = token ? 'jwt' : secrecy === 'accepts' ? (/pass/i.test(place.name) ? 'password' : 'generic-secret') : 'generic-api-key';
  return { rule, label: `the value of ${shownName(place.name)}`, start, end, masked: mask(value), by: 'place', use };
}

/** One hit for each place: known forms before places, and the first of those that overlap. */
function distinct(hits: readonly Hit[]): Hit[] {
  const sorted = [...hits].sort((a, b) => a.start - b.start || b.end - a.end);
  const out: Hit[] = [];
  for (const hit of sorted) {
    const last = out.at(-1);
    if (last === undefined || hit.start >= last.end) out.push(hit);
    else if (last.by === 'place' && hit.by === 'format') out[out.length - 1] = hit;
  }
  return out;
}
