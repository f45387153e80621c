// What an agent leaves behind about a request: log lines, spans, metrics, its metrics page, and what it sends to tracing services.

import { sum } from './numbers.ts';
import type { Line, Observation, Trial } from './observation.ts';
import { leavesOf, modelCalls } from './rule-observe.ts';

/** Lines of the runtime and of package runners, which no agent wrote. */
const RUNTIME = /^\s*$|^\(node:\d+\)|^\(Use `node|^Debugger |^(?:npm|yarn|pnpm|bun) |^> |^Warning: |^Waiting for the debugger/;

/** Longest line that the runner keeps, in characters (src/live/log.ts); a record of this length was cut and cannot be parsed. */
export const CUT_LINE = 9_990;

/** A line that is one JSON object, or undefined. */
export function recordOf({ text }: Pick<Line, 'text'>): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

const LEVEL = /^(?:trace|debug|verbose|info|information|notice|warn|warning|err|error|critical|crit|fatal|alert|emergency)$/i;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** Does a record say when it was written? Seconds, milliseconds and nanoseconds since 1970, or a date as text, under any name. */
export const hasTime = (record: unknown): boolean =>
  leavesOf(record).some(([, value]) =>
    typeof value === 'string' ? TIME.test(value) || /^1[5-9]\d{8}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?$/.test(value) : isEpoch(value),
  );
const isEpoch = (value: unknown): boolean =>
  typeof value === 'number' && [1, 1e3, 1e6, 1e9].some(unit => value > 1.5e9 * unit && value < 3e9 * unit);

/** Does a record say how bad it is? As a word under any name, or as a number of pino or syslog under the usual names. */
export const hasLevel = (record: unknown): boolean =>
  leavesOf(record).some(([path, value]) =>
    typeof value === 'string'
      ? LEVEL.test(value.trim())
      : typeof value === 'number' && /(?:^|\.)(?:level|severity\w*|lvl|levelno)$/i.test(path),
  );

/** Is the standard output of this agent its reply, as it is for a command? `maybe`: some lines of it are in the reply. */
export function printsReplies(trial: Trial): 'yes' | 'maybe' | 'no' {
  const bare = trial.replies.filter(reply => Object.keys(reply.headers).length === 0 && reply.body !== '');
  if (bare.some(reply => reply.status !== null)) return 'yes';
  return bare.length > 0 && trial.lines.some(line => isPrinted(trial, line)) ? 'maybe' : 'no';
}

function isPrinted(trial: Trial, { stream, text }: Line): boolean {
  const said = text.trim();
  return (
    stream === 'stdout' && said !== '' && trial.replies.some(reply => Object.keys(reply.headers).length === 0 && reply.body.includes(said))
  );
}

/** The lines that the agent wrote as a log: not what the runtime said, and not the reply of a command on its standard output. */
export function logLines(trial: Trial): readonly Line[] {
  const prints = printsReplies(trial) !== 'no';
  return trial.lines.filter(line => {
    if (RUNTIME.test(line.text)) return false;
    if (!prints || !isPrinted(trial, line)) return true;
    const record = recordOf(line);
    return record !== undefined && (hasTime(record) || hasLevel(record));
  });
}

/** The log lines that can be about a request: what an agent says when it is asked to end counts only where it said nothing else. */
export function requestLines(trial: Trial): readonly Line[] {
  const all = logLines(trial);
  const before = all.filter(line => trial.endingAt === undefined || line.at < trial.endingAt);
  return before.length === 0 ? all : before;
}

/** Services that keep traces, logs, errors and usage. A connection to one of them is telemetry that leaves the process. */
const SERVICES =
  /(?:^|\.)(?:langfuse|langsmith|langchain|sentry|datadoghq|ddog-gov|posthog|honeycomb|axiom|logtail|betterstack(?:data)?|newrelic|nr-data|helicone|traceloop|braintrust(?:data)?|arize|loggly|logz|grafana|lmnr|wandb|comet|portkey|agentops|applicationinsights|signalfx|elastic-cloud|lightstep|dynatrace|rollbar|bugsnag|mixpanel|segment|amplitude|logfire)\.[a-z.]+$/i;

/** Is this host one of a service that keeps traces, logs or errors? */
export const isService = (host: string): boolean => SERVICES.test(host.replace(/:\d+$/, ''));

/** Hosts of tracing services that the agent turned to, with all that was sent to them. */
export function sentToServices(trial: Trial): readonly { readonly host: string; readonly body: string }[] {
  const found = new Map<string, string>();
  for (const { host, url = '', body = '' } of trial.egress)
    if (isService(host)) found.set(host, `${found.get(host) ?? ''}${url}\n${body}\n`);
  return [...found].map(([host, body]) => ({ host, body }));
}

/** One value of a metrics page. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The values of a page in the text format of Prometheus, or the numbers of a JSON page with their path as name. */
export function seriesOf(body: string): readonly Series[] {
  if (body.trimStart().startsWith('{')) {
    try {
      return leavesOf(JSON.parse(body)).flatMap(([name, value]) => (typeof value === 'number' ? [{ name, labels: {}, value }] : []));
    } catch {
      return [];
    }
  }
  return body.split('\n').flatMap(line => {
    const parts = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+([-+]?(?:\d[\d.]*(?:e[-+]?\d+)?|Inf|NaN))(?:\s+\d+)?\s*$/i.exec(line);
    if (parts === null) return [];
    const labels = Object.fromEntries(
      [...(parts[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(pair => [pair[1] ?? '', pair[2] ?? '']),
    );
    const value = Number(parts[3]);
    return Number.isFinite(value) ? [{ name: parts[1] ?? '', labels, value }] : [];
  });
}

/** Pages with values that could be read, in the order of time. */
const metricPages = (trial: Trial): Trial['pages'] =>
  trial.pages.filter(page => /metrics/.test(page.path) && page.status === 200 && seriesOf(page.body).length > 0);

/** Does the agent have a page of metrics? */
export const hasMetricsPage = (trial: Trial): boolean => metricPages(trial).length > 0;

/** What rose between the first and the last look at each page of metrics, by how much. Series that are new rose from zero. */
export function rises(trial: Trial): readonly Series[] {
  const pages = metricPages(trial);
  return [...new Set(pages.map(page => page.path))].flatMap(path => {
    // A page that appears only at the end counts from zero, one that was seen once shows no rise.
    const own = pages.filter(page => page.path === path);
    const looks = trial.pages.filter(page => page.path === path);
    const [first, last] = [looks[0], own.at(-1)];
    if (last === undefined || first === undefined || first === last) return [];
    const before = new Map((first.status === 200 ? seriesOf(first.body) : []).map(one => [keyOf(one), one.value]));
    return seriesOf(last.body).flatMap(one => {
      const more = one.value - (before.get(keyOf(one)) ?? 0);
      return more > 0 ? [{ ...one, value: more }] : [];
    });
  });
}
const keyOf = ({ name, labels }: Series): string => `${name}${JSON.stringify(Object.entries(labels).sort())}`;

/** Does a text hold this number by itself, neither as part of another one nor of a time? */
export function holdsNumber(text: string, value: number): boolean {
  return text.includes(String(value)) && new RegExp(`(?<![\\w.-]|\\d:)${value}(?![\\w-]|[.:]\\d|,\\d{3}(?!\\d))`).test(text);
}

/** Lines that one call of a console may fill when it prints an object. */
const SPREAD = 8;

/** The log in pieces: each line with those that may belong to it. */
function piecesOf(lines: readonly Line[]): readonly string[] {
  return lines.map((line, i) =>
    recordOf(line) !== undefined
      ? line.text
      : lines
          .slice(i, i + SPREAD)
          .map(one => one.text)
          .join('\n'),
  );
}

/** Where all of some numbers were recorded together, as words for the report; undefined: nowhere. */
export function whereRecorded(trial: Trial, numbers: readonly number[], before: readonly number[] = []): string | undefined {
  if (piecesOf(logLines(trial)).some(piece => numbers.every(n => holdsNumber(piece, n)))) return 'the log';
  if (trial.spans.some(span => numbers.every(n => Object.values(span.attributes).some(value => value === n || value === String(n)))))
    return 'a span';
  // An exporter sends sums, so that what was counted before is in them.
  const sent = new Set(trial.metrics.flatMap(metric => metric.values));
  if (numbers.every((n, i) => sent.has(n) || sent.has(n + (before[i] ?? 0)))) return 'exported metrics';
  const risen = new Set(rises(trial).map(one => one.value));
  if (numbers.every(n => risen.has(n))) return 'the metrics page';
  return sentToServices(trial).find(({ body }) => numbers.every(n => holdsNumber(body, n)))?.host;
}

/** Is there anything at all in which a record of the request could be? */
export const leftTraces = (trial: Trial): boolean =>
  logLines(trial).length + trial.spans.length + trial.metrics.length > 0 || hasMetricsPage(trial);

/** "3 log lines, 2 spans and the metrics page": what was looked at. */
export function tracesWords(trial: Trial): string {
  const some = (count: number, word: string): string[] => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]);
  const parts = [
    ...some(logLines(trial).length, 'log line'),
    ...some(trial.spans.length, 'span'),
    ...some(new Set(trial.metrics.map(m => m.name)).size, 'exported metric'),
    ...(hasMetricsPage(trial) ? ['the metrics page'] : []),
  ];
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** Input and output tokens of all model calls before the arm. */
export function tokensBefore(seen: Observation): readonly [input: number, output: number] {
  const calls = modelCalls(seen.control);
  return [sum(calls.map(c => c.tokens?.input ?? 0)), sum(calls.map(c => c.tokens?.output ?? 0))];
}
