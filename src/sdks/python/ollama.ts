// The ollama package of Python: models on a server of one's own.
import { type CallShape, defineSdk, NOTHING } from '../../core/index.ts';

const NAMES: readonly (readonly [name: string, kind: CallShape['kind']])[] = [
  ['chat', 'chat'],
  ['generate', 'chat'],
  ['embed', 'embedding'],
  ['embeddings', 'embedding'],
];
const CALLS = NAMES.map(
  ([member, kind]): CallShape => ({
    member,
    kind,
    streaming: kind === 'chat' ? 'option' : 'no',
    positional: ['model', member === 'chat' ? 'messages' : 'prompt'],
  }),
);

export const sdk = defineSdk({
  id: 'ollama',
  title: 'Ollama (Python)',
  layer: 'sdk',
  provider: 'local',
  language: 'python',
  code: {
    packages: ['py:ollama'],
    produces: [{ role: 'client', by: 'new', exports: ['Client', 'AsyncClient'], positional: ['host'] }],
    calls: [...CALLS, ...CALLS.map(call => ({ ...call, on: 'client' }))],
  },
  retries: { options: [], defaults: [{ count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' }] },
  timeout: { options: [{ at: 'client.timeout', unit: 's' }], defaults: [{ ms: null }] },
  outputCap: { options: [{ at: 'body.options.num_predict' }] },
  model: ['body.model'],
  source: 'ollama-python (commit 25b9329) read: _client.py',
});
