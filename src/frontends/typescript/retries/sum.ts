// The layers of a call put together: their attempts multiply.
import type { RetriedFailures, Retries, RetryLayer } from '../../../core/index.ts';
import type { Fit } from './error-classes.ts';

/** A layer as it was read: what it tries again may hang on whose errors arrive. */
export interface ReadLayer extends RetryLayer {
  readonly fits?: Fit;
}

/**
 * Puts the layers of a call together. The inner layer comes first.
 * @param client the package whose errors arrive
 */
export function sumLayers(own: RetryLayer, outer: readonly ReadLayer[], client?: string): Retries {
  const around = outer.map(({ fits, ...layer }): RetryLayer => (fits === undefined ? layer : { ...layer, on: fits(client) }));
  const layers = [own, ...around];
  const acting = layers.filter(layer => layer.attempts === null || layer.attempts > 1);
  const certain = acting.some(layer => layer.attempts !== null && transient(layer.on).includes('yes'));
  const possible = acting.some(layer => transient(layer.on).some(t => t !== 'no'));
  const effective = certain ? true : possible ? null : false;
  const counts = layers.map(layer => layer.attempts);
  const count = counts.includes(null) ? null : counts.reduce<number>((all, next) => all * (next ?? 1), 1) - 1;
  const how = around.some(layer => acting.includes(layer))
    ? 'wrapper'
    : own.by === 'option'
      ? 'option'
      : effective === false
        ? 'none'
        : 'sdk-default';
  return { effective, count, how, layers };
}

export function transient(on: RetriedFailures): readonly RetriedFailures['timeout'][] {
  return [on.rateLimit, on.serverError, on.overload, on.connection, on.timeout];
}

export function allUnknown(on: RetriedFailures): RetriedFailures {
  const soften = (t: RetriedFailures['timeout']): RetriedFailures['timeout'] => (t === 'no' ? 'no' : 'unknown');
  return {
    rateLimit: soften(on.rateLimit),
    serverError: soften(on.serverError),
    overload: soften(on.overload),
    connection: soften(on.connection),
    timeout: soften(on.timeout),
    clientError: on.clientError,
  };
}
