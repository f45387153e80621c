// openai-edge: the version 3 API of openai over fetch, for edge runtimes; widespread in apps of 2023.
import { defineSdk, NOTHING } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'openai-edge',
  title: 'openai-edge',
  layer: 'sdk',
  provider: 'openai',
  code: {
    packages: ['openai-edge'],
    produces: [{ role: 'client', by: 'new', exports: ['OpenAIApi', 'default'] }],
    calls: [
      { on: 'client', member: 'createChatCompletion', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'createCompletion', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'createEmbedding', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'createImage', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'createTranscription', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'createModeration', kind: 'moderation', streaming: 'no' },
    ],
  },
  retries: { options: [], defaults: [{ count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' }] },
  timeout: { options: [], defaults: [{ ms: null }] },
  outputCap: { options: [{ at: 'body.max_tokens' }] },
  source: 'openai-edge 1.2.2, read: a bare fetch of the given configuration',
});
