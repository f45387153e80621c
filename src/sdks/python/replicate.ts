// The replicate package of Python.
import { type CallShape, defineSdk, NOTHING } from '../../core/index.ts';

const CALLS: readonly CallShape[] = [
  ...['run', 'async_run'].map((member): CallShape => ({ member, kind: 'chat', streaming: 'no', positional: ['ref', 'input'] })),
  ...['stream', 'async_stream'].map((member): CallShape => ({ member, kind: 'chat', streaming: 'yes', positional: ['ref', 'input'] })),
  ...['predictions', 'models.predictions', 'deployments.predictions'].flatMap(area =>
    ['create', 'async_create'].map((verb): CallShape => ({ member: `${area}.${verb}`, kind: 'chat', streaming: 'no' })),
  ),
];

export const sdk = defineSdk({
  id: 'replicate',
  title: 'Replicate (Python)',
  layer: 'sdk',
  provider: 'replicate',
  language: 'python',
  code: {
    packages: ['py:replicate'],
    produces: [{ role: 'client', by: 'new', exports: ['Client', 'client.Client'], positional: ['api_token'] }],
    calls: [...CALLS, ...CALLS.map(call => ({ ...call, on: 'client' }))],
  },
  retries: {
    // What reads a prediction is tried again, what starts one is not.
    options: [],
    defaults: [{ count: 0, on: NOTHING, backoff: 'exponential', retryAfter: 'yes' }],
  },
  timeout: { options: [{ at: 'client.timeout', unit: 's' }], defaults: [{ ms: 30_000 }] },
  outputCap: {
    options: ['max_tokens', 'max_new_tokens', 'max_output_tokens', 'max_completion_tokens', 'max_length'].map(name => ({
      at: `body.input.${name}`,
    })),
  },
  model: ['body.ref', 'body.model', 'body.version'],
  source: 'replicate 1.0.7 (commit 0110c2c) read: client.py, prediction.py',
});
