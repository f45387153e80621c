// Reading experiments in which the provider fails: tries of one call, waits between them, and what the user got in the end.
import { type Finding, fail, partial, pass, unknown } from './check.ts';
import { endOf } from './experiment.ts';
import type { Reply, Trial } from './observation.ts';
import { growthOf } from './observe-waits.ts';
import {
  callWords,
  died,
  exitWords,
  fallbackOf,
  isAnswered,
  type ModelCallSeen,
  modelCalls,
  replyOf,
  time,
  waited,
  waitWords,
} from './rule-observe.ts';

/** Waits below this are no waits: a program that goes on at once needs a few milliseconds as well. */
const AT_ONCE = 150;

/** Prompts hold ids, the time of day and numbers of tries: without words that hold a digit they are the same in each try. */
const sameWords = (text: string): string =>
  text
    .replace(/[\p{L}\p{N}_+/=-]*\d[\p{L}\p{N}_+/=-]*/gu, '')
    .replace(/\s+/g, ' ')
    .slice(0, 2000);

/**
 * The model calls, grouped into tries of the same question to the same model. An agent may make several calls for one message (a guard,
 * a title, a second model): those are no repetitions of each other.
 */
export function triesOf(trial: Trial): readonly (readonly ModelCallSeen[])[] {
  const groups = new Map<string, ModelCallSeen[]>();
  for (const call of modelCalls(trial)) {
    const { dialect, model, system, messages } = call.request;
    const key = JSON.stringify([dialect, model, sameWords(system), sameWords(messages[0]?.text ?? '')]);
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()];
}

/** The tries of the call that was tried most often; empty when the model was never asked. */
export function mostTried(trial: Trial): readonly ModelCallSeen[] {
  return triesOf(trial).reduce<readonly ModelCallSeen[]>((most, tries) => (tries.length > most.length ? tries : most), []);
}

/** How long the agent waited between the end of one try and the beginning of the next. */
export function waitsBetween(tries: readonly ModelCallSeen[]): readonly number[] {
  return tries.slice(1).map((call, i) => Math.max(0, Math.round(call.at - endOf(tries[i] as ModelCallSeen))));
}

/** The finding for an experiment that never came to its point. */
export const unasked = (): Finding => unknown('The agent asked its model provider for nothing in this experiment');

/**
 * The provider failed `failures` times and then answered: did the agent try again, and did the user get the answer?
 * @param failure as in "at a 429"
 * @param others more trials with the same failure, for their waits; undefined: the waits need not grow
 */
export function recovered(trial: Trial, failure: string, failures: number, others?: readonly Trial[]): Finding {
  const tries = mostTried(trial);
  const reply = replyOf(trial);
  if (tries.length === 0) return unasked();
  if (died(trial)) return fail(`At a ${failure} the agent's process ended (${exitWords(trial)})`);
  const answered = isAnswered(trial, reply);
  if (tries.length === 1) {
    if (answered) return partial(`At a ${failure} the agent asked another model instead of trying again`);
    return reply?.end === 'late'
      ? fail(`At a ${failure} the agent did not try again within ${time(waited(reply))}`)
      : fail(`The agent gave up at the first ${failure}`);
  }
  if (!answered) {
    return tries.length <= failures
      ? partial(`The agent tried ${callWords(tries.length)} against ${failures} times ${failure} and gave up`)
      : fail(`After ${failures} times ${failure} the provider recovered, but the user did not get its answer`);
  }
  const waits = waitsBetween(tries);
  if (others === undefined) return pass(`At a ${failure} the agent tried again after ${time(waits[0] ?? 0)}, and recovered`);
  const series = [trial, ...others].map(one => waitsBetween(mostTried(one))).filter(one => one.length > 0);
  const firsts = series.map(([first = 0]) => first);
  // One short wait may be chance where waits are random; three first ones are not.
  if ((firsts.length >= 3 ? firsts : series.flat()).every(wait => wait < AT_ONCE))
    return partial(`At a ${failure} the agent tried again at once`);
  const words = `At a ${failure} the agent ${waitWords(waits)}, and recovered`;
  // One failure, or an agent that tries again only once: nothing could grow.
  if (waits.length < 2) return pass(words);
  const growth = growthOf(series);
  if (growth === 'steady') return partial(`At a ${failure} the agent tried again without growing waits: ${waitWords(waits)}`);
  if (growth === 'grow') return pass(words);
  return unknown(`${words}; whether its waits grow cannot be told from so few, because they are random`);
}

/**
 * Retries of two layers: the client counts its own retries in a header, and the series begins again at 0 when something above it tries
 * again (0,1,2,0,1,2). A loop around a client that does not retry (0,0,0) is one layer. undefined: no such thing was seen.
 */
export function stackedRetries(tries: readonly ModelCallSeen[]): { readonly runs: number; readonly length: number } | undefined {
  const series = tries.flatMap(({ headers }) => {
    const count = Number(headers['x-stainless-retry-count'] ?? Number.NaN);
    return Number.isInteger(count) ? [count] : [];
  });
  const runs = series.filter(count => count === 0).length;
  const length = Math.max(0, ...series) + 1;
  return runs > 1 && length > 1 ? { runs, length } : undefined;
}

/** Does the reply hold what only the provider's error text, or the environment of the agent, can have told? */
function leaked(trial: Trial, reply: Reply): string | undefined {
  const all = `${reply.text}\n${reply.body}\n${reply.error ?? ''}`;
  if (trial.canaries.some(canary => all.includes(canary))) return 'the user got the API key';
  return all.includes(trial.nonce) ? "the user got the provider's own error text" : undefined;
}

/**
 * Was the reply to a failure fit for a user? In scripts of such experiments the nonce is in the provider's error text and nowhere else.
 * @param when as in "While the provider was down"
 */
export function fallbackFinding(trial: Trial, reply: Reply | undefined, when: string): Finding {
  if (died(trial)) return fail(`${when} the agent's process ended (${exitWords(trial)})`);
  if (modelCalls(trial).length === 0) return unasked();
  // No reply in our time: that is judged by the items about deadlines and retries.
  if (reply?.end === 'late') return unknown(`${when} the user had no reply after ${time(waited(reply))}, so none could be judged`);
  const leak = reply === undefined ? undefined : leaked(trial, reply);
  if (leak !== undefined) return fail(`${when} ${leak}`);
  const { kind, words } = fallbackOf(reply);
  if (kind === 'good') return pass(`${when} ${words}`);
  return kind === 'bare' ? partial(`${when} ${words}`) : fail(`${when} ${words}`);
}

/** Two replies with the same words, numbers and punctuation aside. */
export function sameReply(a: Reply, b: Reply): boolean {
  const words = ({ text, error }: Reply): string =>
    `${text} ${error ?? ''}`
      .toLowerCase()
      .replace(/[^\p{L}]+/gu, ' ')
      .trim();
  return words(a) === words(b);
}
