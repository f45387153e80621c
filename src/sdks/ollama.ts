// The ollama package: models on the own machine, or on a host of one's own.
import { defineSdk, NOTHING } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'ollama',
  title: 'Ollama',
  layer: 'sdk',
  provider: 'local',
  code: {
    packages: ['ollama'],
    produces: [
      { role: 'client', by: 'new', exports: ['Ollama'] },
      { role: 'client', by: 'value', exports: ['default'] },
    ],
    calls: [
      { on: 'client', member: 'chat', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'generate', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'embed', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'embeddings', kind: 'embedding', streaming: 'no' },
    ],
  },
  retries: {
    options: [],
    dead: [{ at: 'client.maxRetries', why: 'this SDK never tries again and ignores it' }],
    defaults: [{ count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' }],
  },
  timeout: {
    // Only abort(), and a fetch of one's own, which may or may not set a deadline.
    options: [],
    dead: [
      { at: 'client.timeout', why: 'this SDK ignores it; give it a fetch with a deadline' },
      { at: 'body.timeout', why: 'this SDK ignores it; give it a fetch with a deadline' },
      { at: 'body.signal', why: 'this SDK ignores it; call abort(), or give it a fetch with a deadline' },
    ],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [{ at: 'body.options.num_predict' }],
    dead: [
      { at: 'body.num_predict', why: 'it belongs into options' },
      { at: 'body.max_tokens', why: 'this SDK names it options.num_predict' },
      { at: 'body.options.max_tokens', why: 'this SDK names it num_predict' },
    ],
  },
  model: ['body.model'],
  source: 'ollama 0.6.4, requests counted against a local server; 0.5.18 read',
});
