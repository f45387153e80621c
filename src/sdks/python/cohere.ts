// The cohere package of Python, both generations of its API.
import { type CallShape, defineSdk, NOTHING, TRANSIENT } from '../../core/index.ts';

const NAMES: readonly (readonly [name: string, kind: CallShape['kind']])[] = [
  ['chat', 'chat'],
  ['chat_stream', 'chat'],
  ['generate', 'chat'],
  ['generate_stream', 'chat'],
  ['summarize', 'chat'],
  ['classify', 'other'],
  ['embed', 'embedding'],
  ['rerank', 'other'],
];

export const sdk = defineSdk({
  id: 'cohere',
  title: 'Cohere SDK (Python)',
  layer: 'sdk',
  provider: 'cohere',
  language: 'python',
  code: {
    packages: ['py:cohere'],
    produces: [
      {
        role: 'client',
        by: 'new',
        exports: ['', 'Async'].flatMap(before =>
          ['Client', 'ClientV2', 'BedrockClient', 'BedrockClientV2', 'SagemakerClient', 'SagemakerClientV2'].map(
            name => `${before}${name}`,
          ),
        ),
      },
    ],
    calls: ['', 'v2.'].flatMap(area =>
      NAMES.map(
        ([name, kind]): CallShape => ({
          on: 'client',
          member: `${area}${name}`,
          kind,
          streaming: name.endsWith('_stream') ? 'yes' : 'no',
        }),
      ),
    ),
  },
  retries: {
    options: [{ at: 'request.request_options.max_retries' }, { at: 'client.max_retries', range: '<5 || >=7' }],
    defaults: [
      // Up to 5.20 nothing is tried again unless request_options asks for it.
      { range: '<5.21', count: 0, on: NOTHING, backoff: 'exponential', retryAfter: 'yes' },
      { count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes', caveat: 'it waits a minute at most' },
    ],
  },
  timeout: {
    options: [
      { at: 'request.request_options.timeout', unit: 's' },
      { at: 'request.request_options.timeout_in_seconds', unit: 's' },
      { at: 'client.timeout', unit: 's' },
    ],
    defaults: [{ ms: 300_000 }],
  },
  outputCap: { options: [{ at: 'body.max_tokens' }] },
  model: ['body.model'],
  source:
    'cohere 7.0.9 (commit bc495daa) and the commit before 7.0.0 read: base_client.py, core/http_client.py, core/request_options.py; the last two of 5.0.0, 5.13.12, 5.20.0 and 5.21.0',
});
