// Whether log lines carry an id of their request: judged by the values, because every agent has another name for it.
import { type Finding, fail, partial, pass } from './check.ts';
import type { Line, Observation, Trial } from './observation.ts';
import { recordOf, requestLines } from './observe-records.ts';
import { isAnswered, leavesOf, quote } from './rule-observe.ts';

/** The trace id that the experiment `plain-question` sends in a traceparent header. */
export const SENT_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
/** Lines and characters that are read: an agent may write millions. */
const MOST_LINES = 500;
const MOST_TEXT = 200_000;
/** Share of the lines that must carry an id: a line of the server itself now and then is no harm. */
const MOST = 0.9;

/** Ids that live longer than a request. */
const LONGER = /session|thread|conversation|chat|user|customer|account|tenant|host|service|version|model|commit|release|instance/i;
/** Ids of a provider, dates, addresses, plain numbers. */
const NO_ID = /^(?:msg|chatcmpl|resp|toolu|call|fc|rs)[_-]|agentready\d|^\d{4}-\d\d-\d\d|^\d+$|^\d+(?:\.\d+)+(?::\d+)?$|^\d\d:\d\d/i;
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** In loose text: a UUID, a long hexadecimal number, a word with a digit after "request" or "trace", or a long mixture of letters and digits. */
const LOOSE = new RegExp(
  `(?<!\\w)(\\w{0,30})[^\\w]{0,3}(?<![\\w-])(${UUID}|[0-9a-f]{16,64}|(?:req|request|trace|rid|corr)[-_:=# ]{1,3}(?=[\\w-]*\\d)[\\w-]{1,64}|(?=[\\w-]*\\d)(?=[\\w-]*[A-Za-z])[\\w-]{10,64})(?![\\w-])`,
  'gi',
);

interface Found {
  /** Where in a line: the key of a JSON record, or the word before. */
  readonly slot: string;
  readonly id: string;
}

/** Values in a line that could be the id of a request. */
function idsIn(line: Line, known: (value: string) => boolean): readonly Found[] {
  const usable = ({ slot, id }: Found): boolean => !LONGER.test(slot) && !NO_ID.test(id) && !known(id);
  const record = recordOf(line);
  if (record === undefined)
    return [...line.text.matchAll(LOOSE)].map(match => ({ slot: match[1] ?? '', id: (match[2] ?? '').toLowerCase() })).filter(usable);
  return leavesOf(record)
    .flatMap(([slot, id]) =>
      typeof id === 'string' && /^(?=.*\d)[\w.:+/=-]{3,128}$|^[A-Za-z_-]{16,64}$/.test(id) ? [{ slot, id: id.toLowerCase() }] : [],
    )
    .filter(usable);
}

/** What was there before the request, or was said in it, is no id of it. */
function knownIn(seen: Observation, trial: Trial): (value: string) => boolean {
  const said = [
    ...seen.control.lines.map(line => line.text),
    ...trial.replies.flatMap(reply => [reply.sent, reply.text, reply.user, reply.session]),
    ...trial.exchanges.map(exchange => exchange.request?.model ?? ''),
  ]
    .join('\n')
    .slice(0, MOST_TEXT)
    .toLowerCase();
  return value => said.includes(value) || value.includes(trial.nonce);
}

/** Lines of one request with no other beside it: is there one id that they carry? */
export function oneRequestFinding(seen: Observation, trial: Trial): Finding | undefined {
  const lines = requestLines(trial).slice(0, MOST_LINES);
  const traced = trial.spans.length > 0;
  if (lines.length === 0)
    return traced
      ? pass(`The request left ${trial.spans.length} spans with a trace id and no log line beside them`, [], 'medium')
      : undefined;
  const { count, sent } = coverage(seen, trial, lines);
  const what = sent ? 'the trace id that came with the request' : 'an id of the request';
  const all = `${lines.length} log line${lines.length === 1 ? '' : 's'}`;
  if (count >= lines.length * MOST) return pass(`${count} of ${all} carry ${what}`);
  if (count > 0) return partial(`${count} of ${all} carry ${what}, ${quote(bare(seen, trial, lines))} does not`);
  if (traced) return partial(`Spans have a trace id, none of ${all} of the request has one: ${quote(lines[0]?.text ?? '')}`);
  return fail(`None of ${all} carries an id of the request: ${quote(lines[0]?.text ?? '')}`);
}

/** Does a set of lines carry one id? */
function coverage(seen: Observation, trial: Trial, lines: readonly Line[]): { readonly count: number; readonly sent: boolean } {
  const withSent = lines.filter(line => line.text.toLowerCase().includes(SENT_TRACE)).length;
  if (withSent > 0) return { count: withSent, sent: true };
  const known = knownIn(seen, trial);
  const counts = new Map<string, number>();
  for (const line of lines) for (const id of new Set(idsIn(line, known).map(one => one.id))) counts.set(id, (counts.get(id) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  // An id in one line of many names something in that line, not the request.
  return { count: most === 1 && lines.length > 1 ? 0 : most, sent: false };
}

function bare(seen: Observation, trial: Trial, lines: readonly Line[]): string {
  const known = knownIn(seen, trial);
  return lines.find(line => !line.text.includes(SENT_TRACE) && idsIn(line, known).length === 0)?.text ?? lines.at(-1)?.text ?? '';
}

/** Is there an id of its own request in any of the lines? For a request that failed. */
export const hasRequestId = (seen: Observation, trial: Trial, lines: readonly Line[]): boolean =>
  lines.slice(0, MOST_LINES).some(line => idsIn(line, knownIn(seen, trial)).length > 0);

/** Lines of requests at the same time: does each carry one id, and are the ids kept apart? */
export function manyRequestsFinding(seen: Observation, trial: Trial): Finding | undefined {
  const requests = trial.replies.length;
  const lines = requestLines(trial).slice(0, MOST_LINES);
  if (requests < 2 || !trial.replies.every(reply => isAnswered(trial, reply))) return undefined;
  // Fewer lines than requests say nothing about each of them.
  if (lines.length < requests) return undefined;
  const known = knownIn(seen, trial);
  const users = new Set(trial.replies.flatMap(reply => [reply.user, reply.session]));
  const tagged = lines.map(line => ({ line, ids: idsIn(line, id => known(id) || users.has(id)) }));
  const slots = [...new Set(tagged.flatMap(({ ids }) => ids.map(one => one.slot)))].map(slot => {
    const ids = tagged.flatMap(({ line, ids }) =>
      ids
        .filter(one => one.slot === slot)
        .slice(0, 1)
        .map(one => ({ line, id: one.id })),
    );
    return { ids, distinct: new Set(ids.map(one => one.id)).size };
  });
  const all = `${lines.length} log lines of ${requests} users at once`;
  // More ids than requests name something smaller: spans, tool calls.
  const best = slots.filter(slot => slot.distinct <= requests).sort((a, b) => b.distinct - a.distinct || b.ids.length - a.ids.length)[0];
  if (best === undefined) return fail(`None of ${all} says which request it belongs to: ${quote(lines[0]?.text ?? '')}`);
  if (best.distinct < requests)
    return best.ids.length < lines.length * 0.5
      ? fail(`None of ${all} says which request it belongs to: ${quote(lines[0]?.text ?? '')}`)
      : fail(`${all} carry ${best.distinct} id${best.distinct === 1 ? '' : 's'} instead of ${requests}: the requests are mixed`);
  const mixed = mixedShape(best.ids, requests);
  if (mixed !== undefined)
    return fail(`${all} are mixed: the line ${quote(mixed)} came once for each user, and carries the same id more than once`);
  if (best.ids.length < lines.length * MOST) return partial(`${best.ids.length} of ${all} carry an id of their request, the others none`);
  return pass(`${best.ids.length} of ${all} carry an id of their request, and ${requests} ids occur`);
}

/** A kind of line that was written once for each request, and twice under one id. */
function mixedShape(tagged: readonly { readonly line: Line; readonly id: string }[], requests: number): string | undefined {
  const shapes = new Map<string, { readonly line: Line; readonly id: string }[]>();
  for (const one of tagged) {
    const shape = shapeOf(one.line, one.id);
    shapes.set(shape, [...(shapes.get(shape) ?? []), one]);
  }
  for (const own of shapes.values())
    if (own.length === requests && new Set(own.map(one => one.id)).size < requests) return own[0]?.line.text.replace(/\d/g, '#');
  return undefined;
}

/** A line without what differs from request to request. */
const shapeOf = ({ text }: Line, id: string): string =>
  text
    .toLowerCase()
    .replaceAll(id, '#')
    .replace(/[\w-]*\d[\w.:-]*/g, '#')
    .replace(/(["=: ])[a-f](?=["\s,]|$)/g, '$1#');
