// Whether tokens and costs of model calls were recorded: numbers that the stand-in reported, looked for wherever an agent leaves records.
import { type Finding, fail, partial, pass, unknown } from './check.ts';
import type { Observation, Trial } from './observation.ts';
import { leftTraces, logLines, recordOf, rises, sentToServices, tokensBefore, tracesWords, whereRecorded } from './observe-records.ts';
import { callWords, leavesOf, modelCalls } from './rule-observe.ts';

type Pair = readonly [input: number, output: number];

const pairsOf = (trial: Trial): readonly Pair[] =>
  modelCalls(trial).flatMap(({ tokens, status }) =>
    tokens === undefined || (status ?? 200) >= 400 ? [] : [[tokens.input, tokens.output]],
  );
const sumOf = (pairs: readonly Pair[]): Pair => [pairs.reduce((n, p) => n + p[0], 0), pairs.reduce((n, p) => n + p[1], 0)];

/** Were the tokens of an answered request recorded? undefined: the agent leaves no records that could be read. */
export function tokensFinding(seen: Observation, trial: Trial): Finding | undefined {
  const pairs = pairsOf(trial);
  if (pairs.length === 0) return undefined;
  const before = tokensBefore(seen);
  const whole = sumOf(pairs);
  const where = (pair: Pair): string | undefined => whereRecorded(trial, pair, before);
  const words = (pair: Pair): string => `${pair[0]} input and ${pair[1]} output tokens`;
  const all = where(whole);
  if (all !== undefined) return pass(`${capital(words(whole))} of ${callWords(pairs.length)} were recorded in ${all}`);
  const found = pairs.filter(pair => where(pair) !== undefined);
  if (found.length === pairs.length)
    return pass(`The tokens of each of ${callWords(pairs.length)} were recorded in ${where(pairs[0] as Pair)}`);
  if (found.length > 0)
    return partial(`Of ${callWords(pairs.length)} for one request the tokens of ${found.length} were recorded: the sum is ${words(whole)}`);
  const total = whole[0] + whole[1];
  const together = whereRecorded(trial, [total], [before[0] + before[1]]);
  if (together !== undefined)
    return partial(`Only the sum of ${total} tokens was recorded in ${together}, and output costs several times as much`);
  const one = whereRecorded(trial, [whole[0]], before);
  if (one !== undefined) return partial(`${whole[0]} input tokens were recorded in ${one}, the ${whole[1]} output tokens were not`);
  const [service] = sentToServices(trial);
  if (service !== undefined) return unknown(`The agent turned to ${service.host}; whether it sends tokens there could not be read`);
  if (!leftTraces(trial)) return undefined;
  return fail(`The model reported ${words(whole)}; ${tracesWords(trial)} of the request do not hold them`, [], 'medium');
}

/** A name of money that was spent, and no limit of it. */
const COST = /cost|usd|price|spen[dt]|dollar|eur(?:o|\b)/i;
const LIMIT = /limit|max|budget|remain|quota|threshold|ceiling|allow|per_|rate/i;
const SMALL = /micro|nano|milli|cent/i;
/** The cheapest and the dearest price of a token that any provider asks, in dollars: a hundredth of a dollar and 1000 for a million. */
const CHEAPEST = 0.01e-6;
const DEAREST = 1000e-6;

interface Cost {
  readonly name: string;
  readonly value: number;
  readonly where: string;
}

function costsOf(trial: Trial): readonly Cost[] {
  const isCost = (name: string): boolean => COST.test(name) && !LIMIT.test(name);
  const read = (name: string, value: unknown, where: string): Cost[] => {
    const number =
      typeof value === 'number'
        ? value
        : typeof value === 'string' && /^\s*\$?\d/.test(value)
          ? Number(value.replace('$', ''))
          : Number.NaN;
    return isCost(name) && Number.isFinite(number) ? [{ name, value: number, where }] : [];
  };
  const fromLine = (text: string): Cost[] =>
    [
      ...text.matchAll(/([A-Za-z_. ]{0,30}(?:cost|usd|price|spen[dt])[A-Za-z_]{0,30})["'\s:=~]{0,10}\$?(\d+(?:\.\d+)?(?:e-?\d+)?)/gi),
    ].flatMap(match => read(match[1] ?? '', Number(match[2]), 'the log'));
  return [
    ...logLines(trial).flatMap(line => {
      const record = recordOf(line);
      return record === undefined ? fromLine(line.text) : leavesOf(record).flatMap(([path, value]) => read(path, value, 'the log'));
    }),
    ...trial.spans.flatMap(span => Object.entries(span.attributes).flatMap(([name, value]) => read(name, value, 'a span'))),
    ...trial.metrics.flatMap(metric => metric.values.slice(-1).flatMap(value => read(metric.name, value, 'exported metrics'))),
    ...rises(trial)
      .filter(one => !/_(?:bucket|count|created)$/.test(one.name))
      .flatMap(one => read(one.name, one.value, 'the metrics page')),
  ];
}

/** Was what an answered request cost recorded? The price list is not asked: the amount must only be one that some provider asks. */
export function costFinding(trial: Trial): Finding | undefined {
  const pairs = pairsOf(trial);
  if (pairs.length === 0) return undefined;
  const [input, output] = sumOf(pairs);
  const least = Math.min(...pairs.map(pair => pair[0] + pair[1]));
  const costs = costsOf(trial);
  const tokens = `${input} input and ${output} output tokens`;
  const fits = ({ name, value }: Cost): boolean =>
    value > 0 && (SMALL.test(name) || (value >= least * CHEAPEST && value <= (input + output) * DEAREST));
  const good = costs.find(fits);
  if (good !== undefined)
    return pass(`The cost of ${tokens} was recorded in ${good.where} (${good.name.trim()}: ${good.value})`, [], 'medium');
  const zero = costs.find(cost => cost.value === 0);
  const odd = costs.find(cost => cost.value !== 0);
  if (odd !== undefined)
    return partial(`${odd.name.trim()} is ${odd.value} in ${odd.where}, which no provider asks for ${tokens} in dollars`, [], 'medium');
  if (zero !== undefined) return fail(`The cost of ${tokens} was recorded as 0 in ${zero.where} (${zero.name.trim()})`);
  // A tracing service may compute the cost on its side from the tokens that it is sent.
  const [service] = sentToServices(trial);
  if (service !== undefined) return unknown(`The agent turned to ${service.host}, which may compute costs; the agent itself records none`);
  if (trial.spans.some(span => Object.values(span.attributes).some(value => value === input)))
    return unknown('Spans carry the tokens, and what receives them may compute the cost; the agent itself records none');
  if (!leftTraces(trial)) return undefined;
  return fail(`${capital(tracesWords(trial))} of a request of ${tokens} hold no cost`, [], 'medium');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
