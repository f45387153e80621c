// What moved in the metrics of an agent while requests were slow and failed, and what it recorded about a tool call.
import { type Finding, fail, partial, pass, unknown } from './check.ts';
import type { Line, Trial } from './observation.ts';
import {
  hasMetricsPage,
  isService,
  leftTraces,
  logLines,
  recordOf,
  rises,
  type Series,
  sentToServices,
  seriesOf,
  tracesWords,
} from './observe-records.ts';
import { calledTools, resultsSent } from './observe-tools.ts';
import { leavesOf, modelCalls, quote, time } from './rule-observe.ts';

/** How long the experiment `metrics` keeps its first request waiting, in milliseconds; clocks may run a little apart. */
const DELAY = 1150;
/** No alert on latency can look further than the largest finite bucket; 10 s is where default buckets end. */
const SHORT_BUCKET = 10;

/** Was the time of the requests kept as a distribution? */
export function latencyFinding(trial: Trial): Finding | undefined {
  const slow = trial.replies.find(reply => reply.endedAt - reply.at >= DELAY);
  if (slow === undefined) return undefined;
  const total = trial.replies.reduce((sum, reply) => sum + reply.endedAt - reply.at, 0) + 1000;
  const inTime = (value: number): boolean => (value >= DELAY / 1000 && value <= total / 1000) || (value >= DELAY && value <= total);
  const risen = rises(trial);
  const sums = risen.filter(one => one.name.endsWith('_sum'));
  const distributions = [...new Set(sums.map(one => one.name.slice(0, -'_sum'.length)))].flatMap(name => {
    const rose = (suffix: string): number => risen.filter(one => one.name === name + suffix).reduce((n, one) => n + one.value, 0);
    return inTime(rose('_sum')) ? [{ name, seconds: rose('_sum') < DELAY, count: rose('_count') }] : [];
  });
  const best = distributions.sort((a, b) => b.count - a.count)[0];
  const asked = trial.replies.length;
  if (best !== undefined) {
    const last = largestBucket(trial, best.name);
    const limit = best.seconds ? SHORT_BUCKET : SHORT_BUCKET * 1000;
    if (best.count < asked) return partial(`${best.name} grew by the delay, but only ${best.count} of ${asked} requests were timed`);
    if (last !== undefined && last <= limit)
      return partial(`${best.name} cannot tell more than ${last} ${best.seconds ? 's' : 'ms'}: its largest bucket ends there`);
    return pass(`${best.name} grew by the delay of ${time(1200)} and counted ${asked} requests`);
  }
  const exported = trial.metrics.find(metric => metric.values.some(inTime));
  if (exported !== undefined) return pass(`${exported.name}, an exported metric, grew by the delay of ${time(1200)}`, [], 'medium');
  if (trial.spans.length > 0) return pass(`${trial.spans.length} spans with their times were exported for ${asked} requests`, [], 'medium');
  if (!hasMetricsPage(trial)) return undefined;
  const gauge = risen.find(one => inTime(one.value));
  return gauge === undefined
    ? fail(`A request took ${time(1200)}, and no histogram of the metrics page grew by it`)
    : fail(`${gauge.name} holds the time of a request, but no distribution of times`);
}

function largestBucket(trial: Trial, name: string): number | undefined {
  const bounds = trial.pages
    .filter(page => page.status === 200)
    .flatMap(page => seriesOf(page.body))
    .filter(one => one.name === `${name}_bucket`)
    .map(one => Number(one.labels.le))
    .filter(Number.isFinite);
  return bounds.length === 0 ? undefined : Math.max(...bounds);
}

const FAILURE =
  /(?<![a-z])err|error|fail|exception|refus|reject|invalid|bad_?request|timeout|unavailable|overload|denied|crash|\b[45]\d\d\b|[45]xx/i;
/** Labels of a web framework: what it counts are answers of the agent, not of the model. */
const OWN_ROUTE = ['route', 'path', 'handler', 'url', 'endpoint', 'uri'];
const ownRoute = ({ name, labels }: Series): boolean =>
  OWN_ROUTE.some(label => label in labels) ||
  /^(?:http_server|http_request|express_|fastify_|flask_|starlette_|nodejs_|process_|python_)/.test(name);

/** Were failed attempts at the model API counted, each of them and by kind? */
export function modelErrorsFinding(trial: Trial): Finding | undefined {
  const failed = modelCalls(trial).filter(call => (call.status ?? 0) >= 400).length;
  if (failed === 0) return undefined;
  const of = `${failed} refused attempt${failed === 1 ? '' : 's'} at the model API`;
  const counted = errorCounts(trial).sort((a, b) => b.count - a.count || Number(b.kinds) - Number(a.kinds))[0];
  const spans = trial.spans.filter(span =>
    Object.entries(span.attributes).some(
      ([name, value]) => /^(?:400|500)$/.test(String(value)) || /^(?:error\.type|exception\.type)$/.test(name),
    ),
  ).length;
  if (counted !== undefined && counted.count >= failed)
    return counted.kinds ? pass(`${counted.name} counted ${of} by kind`) : partial(`${counted.name} counted ${of}, without their kind`);
  if (spans >= failed) return pass(`${spans} spans carry the errors of ${of}`, [], 'medium');
  const lines = logLines(trial).filter(line => /\b(?:400|500)\b/.test(line.text) && recordOf(line) !== undefined).length;
  if (lines >= failed) return pass(`${lines} structured log lines name the status of ${of}`, [], 'medium');
  const most = Math.max(counted?.count ?? 0, spans, lines);
  if (most > 0)
    return partial(
      `Of ${of} ${most} ${most === 1 ? 'was' : 'were'} counted${counted?.count === most ? ` in ${counted.name}` : ''}; retries hide the others`,
    );
  const exported = trial.metrics.find(metric => FAILURE.test(metric.name));
  if (exported !== undefined) return unknown(`${exported.name} is exported; whether it counted ${of} cannot be told from it`);
  const loose = logLines(trial).find(line => /\b(?:400|500)\b/.test(line.text));
  if (loose !== undefined) return partial(`${capital(of)} left only loose text: ${quote(loose.text)}`, [], 'medium');
  const [service] = sentToServices(trial);
  if (service !== undefined) return unknown(`The agent turned to ${service.host}; whether it counts errors there could not be read`);
  return leftTraces(trial) ? fail(`None of ${tracesWords(trial)} shows any of ${of}`, [], 'medium') : undefined;
}

/** Counters of errors that rose, by name. */
function errorCounts(trial: Trial): { readonly name: string; readonly count: number; readonly kinds: boolean }[] {
  const own = rises(trial).filter(
    one =>
      !ownRoute(one) &&
      !/_(?:bucket|sum|created)$/.test(one.name) &&
      (FAILURE.test(one.name) || Object.values(one.labels).some(value => FAILURE.test(value))),
  );
  return [...new Set(own.map(one => one.name))].map(name => {
    const same = own.filter(one => one.name === name);
    // A JSON page has no labels; there the path says the kind.
    const kinds =
      same.some(one => Object.values(one.labels).some(value => FAILURE.test(value) || value !== '')) ||
      (same.length > 1 && name.includes('.'));
    return { name, count: same.reduce((n, one) => n + one.value, 0), kinds };
  });
}

/** Keys and words of a duration. */
const DURATION = /(?:^|[._])(?:\w*(?:ms|millis\w*|seconds?|secs?|dur(?:ation)?|elapsed|latency|took|time_?taken)\w*)$/i;
const LOOSE_DURATION = /\b\d+(?:\.\d+)?\s?(?:ms|s|sec|seconds|millis(?:econds)?)\b|(?:dur|elapsed|latency|took)\w{0,30}["'\s:=]{1,10}\d/i;

const hasDuration = (line: Line): boolean => {
  const record = recordOf(line);
  return record === undefined
    ? LOOSE_DURATION.test(line.text)
    : leavesOf(record).some(([path, value]) => typeof value === 'number' && DURATION.test(path)) || LOOSE_DURATION.test(line.text);
};

/** A log line, span or series about a tool, found by the tool's name. */
interface ToolRecord {
  readonly where: string;
  readonly timed: boolean;
  readonly failed: boolean;
}

function toolRecords(trial: Trial, tool: string): readonly ToolRecord[] {
  const named = (text: string): boolean => new RegExp(`(?<![\\w-])${tool.replace(/[^\w]/g, '\\$&')}(?![\\w-])`).test(text);
  const risen = rises(trial).filter(one => Object.values(one.labels).some(named) || named(one.name.replaceAll('.', ' ')));
  const series = risen.map(one => ({ name: one.name, labels: Object.values(one.labels).filter(value => !named(value)) }));
  return [
    ...logLines(trial)
      .filter(line => named(line.text))
      .map(line => ({ where: 'the log', timed: hasDuration(line), failed: tellsFailure(line) })),
    ...trial.spans
      .filter(span => named(span.name) || Object.values(span.attributes).some(value => value === tool))
      .map(span => ({
        where: 'a span',
        timed: true,
        failed: Object.entries(span.attributes).some(([name, value]) => /error|exception/i.test(name) && value !== false && value !== ''),
      })),
    ...(series.length === 0
      ? []
      : [
          {
            where: 'the metrics page',
            timed: series.some(one => /_(?:sum|bucket)$/.test(one.name)),
            failed: series.some(one => FAILURE.test(one.name) || one.labels.some(value => FAILURE.test(value))),
          },
        ]),
  ];
}

/** Does a line say that something failed? In a record by a value or a key that says so, in loose text by a word. */
function tellsFailure(line: Line): boolean {
  const record = recordOf(line);
  if (record === undefined) return FAILURE.test(line.text);
  return leavesOf(record).some(([path, value]) =>
    typeof value === 'string'
      ? value !== '' && (FAILURE.test(value) || (/err|fail|exception/i.test(path) && !/^(?:none|no|false|ok)$/i.test(value)))
      : typeof value === 'boolean'
        ? value === /err|fail/i.test(path) && /err|fail|ok$|success/i.test(path)
        : typeof value === 'number' && value > 0 && /err|fail/i.test(path),
  );
}

/** Was a tool call recorded under the tool's name, with its duration? */
export function toolRecordedFinding(trial: Trial): Finding | undefined {
  const tool = calledTools(trial)[0];
  if (tool === undefined || resultsSent(trial).length === 0) return undefined;
  const records = toolRecords(trial, tool);
  const timed = records.find(one => one.timed);
  if (timed !== undefined) return pass(`A call of ${tool} was recorded with its duration in ${timed.where}`);
  if (records[0] !== undefined) return partial(`A call of ${tool} was recorded in ${records[0].where}, without its duration`);
  return nothingOf(trial, `a call of ${tool}`);
}

/** Was a tool call that failed recorded as a failure of that tool? Only calls that were seen to meet a failing world count. */
export function toolFailureFinding(trial: Trial): Finding | undefined {
  const tool = calledTools(trial)[0];
  if (tool === undefined || trial.egress.every(one => isService(one.host))) return undefined;
  const records = toolRecords(trial, tool);
  const failed = records.find(one => one.failed);
  if (failed !== undefined) return pass(`A failed call of ${tool} was recorded as failed in ${failed.where}`);
  if (records[0] !== undefined && records.every(one => one.where === 'a span'))
    return unknown(`A failed call of ${tool} left a span; whether it is marked as failed was not read`);
  if (records[0] !== undefined) return fail(`A call of ${tool} failed, and its record in ${records[0].where} says nothing about that`);
  return nothingOf(trial, `a failed call of ${tool}`);
}

function nothingOf(trial: Trial, what: string): Finding | undefined {
  const [service] = sentToServices(trial);
  if (service !== undefined) return unknown(`The agent turned to ${service.host}; whether ${what} is recorded there could not be read`);
  return leftTraces(trial) ? fail(`None of ${tracesWords(trial)} names ${what}`, [], 'medium') : undefined;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
