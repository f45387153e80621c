// What belongs to the request in hand, wherever the code is: its trace id, for logs and replies.
import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestContext {
  readonly traceId: string;
}

export const context = new AsyncLocalStorage<RequestContext>();

export const traceId = (): string | undefined => context.getStore()?.traceId;
