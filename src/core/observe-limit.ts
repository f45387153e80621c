// Reading experiments on limits: which messages of which user were served, and which were refused before the model was asked.
import type { Reply, Trial } from './observation.ts';
import { died, isAnswered, isBlank, type ModelCallSeen, modelCalls } from './rule-observe.ts';

/** `refused`: an orderly reply without a model call; `failed`: anything else without the model's answer. */
export interface Asked {
  readonly reply: Reply;
  readonly state: 'served' | 'refused' | 'failed';
  readonly calls: readonly ModelCallSeen[];
}

/** The messages of a trial one after the other; for acts that do not overlap. */
export function askedOf(trial: Trial, user?: string): readonly Asked[] {
  const calls = modelCalls(trial);
  return trial.replies
    .filter(reply => user === undefined || reply.user === user)
    .map(reply => {
      const own = calls.filter(call => call.at >= reply.at && call.at <= reply.endedAt);
      return { reply, calls: own, state: isAnswered(trial, reply) ? 'served' : isRefusal(reply, own.length) ? 'refused' : 'failed' };
    });
}

/** An error of the server is no limit, whatever it says; 503 is how some limits answer. */
function isRefusal(reply: Reply, calls: number): boolean {
  // An empty answer that claims success is a mistake of the agent and no limit.
  if ((reply.status ?? 0) < 400 && (reply.text.trim() === '' || isBlank(reply.text))) return false;
  return calls === 0 && reply.end === 'answered' && (reply.status === null || reply.status < 500 || reply.status === 503);
}

/** How a row of messages went: `refusedAt` is the number of the first refused one, from 1. */
export interface Row {
  readonly asked: readonly Asked[];
  readonly refusedAt: number | undefined;
  /** Why nothing can be concluded from it. */
  readonly trouble: string | undefined;
}

/** Reads a row of messages up to the first refusal. Everything before it must have been served by the model, else nothing is known. */
export function rowOf(trial: Trial, user?: string): Row {
  const asked = askedOf(trial, user);
  const at = asked.findIndex(({ state }) => state === 'refused');
  const before = at < 0 ? asked : asked.slice(0, at);
  const failed = before.findIndex(({ state }) => state === 'failed');
  const refusedAt = at < 0 ? undefined : at + 1;
  const trouble =
    asked.length === 0
      ? 'Nobody was answered in this experiment'
      : died(trial)
        ? "The agent's process ended during the experiment"
        : at === 0
          ? 'The very first request was refused'
          : failed >= 0
            ? `Request ${failed + 1} failed in another way than by a limit`
            : before.filter(({ calls }) => calls.length > 0).length * 2 < before.length
              ? 'Most requests were answered without the model, perhaps from a cache'
              : undefined;
  return { asked, refusedAt, trouble };
}

/** So many refusals in a row are a limit: a bucket that fills up quickly lets some pass in between, and who sheds load refuses at random. */
const STEADY = 3;

/** Were the last messages of a row all refused? */
export const endsRefused = (asked: readonly Asked[]): boolean => asked.slice(-STEADY).every(({ state }) => state === 'refused');

/** 1st, 2nd, 3rd, 21st. */
export function ordinal(count: number): string {
  const tail =
    count % 100 >= 11 && count % 100 <= 13 ? 'th' : (({ 1: 'st', 2: 'nd', 3: 'rd' } as Record<number, string>)[count % 10] ?? 'th');
  return `${count}${tail}`;
}
