// Calls of tools that wait for a colleague. They are kept in a file, so that a restart loses none.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { config } from './config.ts';
import { Store } from './store.ts';

export interface Pending {
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
  readonly userId: string;
  readonly since: string;
}

const store = new Store<readonly Pending[]>(join(config.stateFolder, 'approvals.json'), []);

/** More are not kept waiting: somebody should look first. */
const MOST = 200;

/** Asks a colleague for approval. @throws Error when too many calls wait already */
export function askApproval(tool: string, input: unknown, userId: string): Promise<string> {
  const id = randomUUID();
  return store.update(waiting => {
    if (waiting.length >= MOST) throw new Error('too many approvals are open');
    return { value: [...waiting, { id, tool, input, userId, since: new Date().toISOString() }], result: id };
  });
}

export const openApprovals = (): Promise<readonly Pending[]> => store.update(waiting => ({ value: waiting, result: waiting }));

/** Takes a call off the list, to be run or dropped; undefined: it is not there, or was decided already. */
export function takeApproval(id: string): Promise<Pending | undefined> {
  return store.update(waiting => ({ value: waiting.filter(one => one.id !== id), result: waiting.find(one => one.id === id) }));
}
