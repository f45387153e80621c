// Limits of time that can be cancelled. A plain timer: Node 20 may forget AbortSignal.timeout() once it is inside AbortSignal.any().

export interface Deadline {
  /** Aborted when the time is over, or when the parent is. */
  readonly signal: AbortSignal;
  /** Ends the timer; call it when the work is done. */
  clear(): void;
}

export function deadline(ms: number, parent: AbortSignal): Deadline {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new DOMException('the time is over', 'TimeoutError'));
  const timer = setTimeout(abort, ms);
  if (parent.aborted) abort();
  parent.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      parent.removeEventListener('abort', abort);
    },
  };
}
