// replicate.
import { defineSdk, NOTHING } from '../core/index.ts';

// run() and predictions.create() serve models of every kind and only the model's name tells which, so they are not taken for chat.
const RUN = { ref: 0, body: 1 } as const;

export const sdk = defineSdk({
  id: 'replicate',
  title: 'Replicate',
  layer: 'sdk',
  provider: 'replicate',
  code: {
    packages: ['replicate'],
    produces: [{ role: 'client', by: 'new', exports: ['default', 'Replicate'] }],
    calls: [
      { on: 'client', member: 'run', kind: 'other', streaming: 'no', places: RUN },
      { on: 'client', member: 'stream', kind: 'chat', streaming: 'yes', places: RUN, lazy: true },
      { on: 'client', member: 'predictions.create', kind: 'other', streaming: 'no' },
      {
        on: 'client',
        member: 'deployments.predictions.create',
        kind: 'other',
        streaming: 'no',
        places: { owner: 0, ref: 1, body: 2 },
      },
    ],
  },
  retries: {
    options: [],
    dead: [{ at: 'client.maxRetries', why: 'this SDK does not know it: it makes up to five retries of its own' }],
    defaults: [
      {
        count: 5,
        on: { ...NOTHING, rateLimit: 'yes', connection: 'yes' },
        backoff: 'none',
        retryAfter: 'no',
        caveat: 'it waits nowhere between its tries, so a rate limit is hit six times at once; a 5xx answer is not tried again',
      },
    ],
  },
  timeout: {
    // The signal is looked at between polls and cancels the prediction. Whether it also ends a hung request depends on the version.
    options: [{ at: 'body.signal' }],
    dead: [{ at: 'client.timeout', why: 'this SDK does not know it; give the call signal: AbortSignal.timeout(ms)' }],
    defaults: [{ ms: null }],
  },
  outputCap: {
    // The input of each model has names of its own.
    options: [
      { at: 'body.input.max_tokens' },
      { at: 'body.input.max_new_tokens' },
      { at: 'body.input.max_output_tokens' },
      { at: 'body.input.max_completion_tokens' },
      { at: 'body.input.max_length' },
    ],
  },
  model: ['ref', 'body.model', 'body.version'],
  source: 'replicate 0.22.0 and 1.4.0, requests counted against a local server; 0.34.1 read',
});
