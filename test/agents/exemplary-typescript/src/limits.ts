// Limits that count from one request to the next: of each user, and of all together. The counts outlive a restart.
import { join } from 'node:path';
import { config } from './config.ts';
import { AgentError } from './errors.ts';
import { log } from './log.ts';
import { Store } from './store.ts';

interface Counts {
  readonly hour: string;
  readonly day: string;
  /** US dollars of all users in this hour. */
  readonly spent: number;
  /** Requests of each user in this hour, and US dollars in this day. */
  readonly requests: Readonly<Record<string, number>>;
  readonly costs: Readonly<Record<string, number>>;
}

const EMPTY: Counts = { hour: '', day: '', spent: 0, requests: {}, costs: {} };
const store = new Store<Counts>(join(config.stateFolder, 'limits.json'), EMPTY);

/** The counts as they are at this time: a new hour and a new day begin at nothing. */
function current(counts: Counts, now: Date): Counts {
  const hour = now.toISOString().slice(0, 13);
  const day = now.toISOString().slice(0, 10);
  return {
    hour,
    day,
    spent: counts.hour === hour ? counts.spent : 0,
    requests: counts.hour === hour ? counts.requests : {},
    costs: counts.day === day ? counts.costs : {},
  };
}

interface Taken {
  readonly used: number;
  /** Which limit is reached; undefined: none. */
  readonly reason?: string;
}

/** The counts with one more request of a user, or as they were when a limit is reached. */
function take(counts: Counts, userId: string): { value: Counts; result: Taken } {
  const count = counts.requests[userId] ?? 0;
  const used = counts.spent / config.budgetPerHour;
  if (count >= config.userRequestsPerHour) return { value: counts, result: { used, reason: 'requests of the user' } };
  if ((counts.costs[userId] ?? 0) >= config.userBudgetPerDay) return { value: counts, result: { used, reason: 'cost of the user' } };
  if (counts.spent >= config.budgetPerHour) return { value: counts, result: { used, reason: 'cost of all users' } };
  return { value: { ...counts, requests: { ...counts.requests, [userId]: count + 1 } }, result: { used } };
}

export interface Admission {
  /** Share of the hour's money that is spent, 0 to 1. */
  readonly used: number;
}

/**
 * Counts a request of a user, unless a limit is reached.
 * @throws AgentError of kind `limit` when one is, or when the counts cannot be read: without counts nothing is answered
 */
export async function admit(userId: string, now = new Date()): Promise<Admission> {
  const { used, reason } = await store.update(old => take(current(old, now), userId)).catch((error: NodeJS.ErrnoException) => {
    log.error({ error_name: error.name, error_code: error.code }, 'limits are unreachable');
    throw new AgentError('limit', 'limits are unreachable', { cause: error });
  });
  if (reason !== undefined) throw new AgentError('limit', `limit reached: ${reason}`);
  return { used };
}

/** Adds what a model call has cost. @throws Error when it cannot be written */
export async function charge(userId: string, usd: number, now = new Date()): Promise<void> {
  await store.update(old => {
    const counts = current(old, now);
    const costs = { ...counts.costs, [userId]: (counts.costs[userId] ?? 0) + usd };
    return { value: { ...counts, spent: counts.spent + usd, costs }, result: undefined };
  });
}
