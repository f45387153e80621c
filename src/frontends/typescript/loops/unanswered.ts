// What is said of a call when the code around it is too much to follow.
import type { Loop, OutputCap, Retries, Timeout } from '../../../core/index.ts';
import { UNDECIDED } from '../../../core/index.ts';
import type { Named } from '../calls/model-names.ts';
import type { Values } from '../evaluator/evaluate.ts';

const WHY = 'the code around it is too much to follow';
export const NO_RETRIES: Retries = {
  effective: null,
  count: null,
  how: 'none',
  layers: [{ by: 'own-loop', label: WHY, attempts: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown' }],
};
export const NO_TIMEOUT: Timeout = { explicit: null, ms: null, defaultMs: null, note: WHY };
export const NO_CAP: OutputCap = { set: null, tokens: null, note: WHY };
export const NO_LOOP: Loop = { status: 'unknown', bound: null, how: WHY, basis: 'none' };
export const NO_MODELS: Named & { readonly values: Values } = {
  setting: { state: 'unknown', reason: WHY },
  names: [],
  complete: false,
  values: [],
};
