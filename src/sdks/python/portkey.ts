// Portkey, a gateway to the models of many providers.
import { defineSdk, UNDECIDED } from '../../core/index.ts';

export const sdk = defineSdk({
  id: 'portkey',
  title: 'Portkey (Python)',
  layer: 'sdk',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:portkey_ai'],
    produces: [
      { role: 'client', by: 'new', exports: ['Portkey', 'AsyncPortkey'] },
      { role: 'client', by: 'call', on: 'client', members: ['with_options', 'copy'], carries: ['client'] },
    ],
    calls: [
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'beta.chat.completions.parse', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'responses.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'messages.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'prompts.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'embeddings.create', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'images.generate', kind: 'image', streaming: 'no' },
    ],
  },
  retries: {
    options: [{ at: 'client.config.retry.attempts' }],
    // The gateway tries again where its configuration says so, which may be stored there.
    defaults: [{ count: null, on: UNDECIDED, backoff: 'exponential', retryAfter: 'unknown' }],
  },
  timeout: {
    options: [
      { at: 'request.timeout', unit: 's' },
      { at: 'client.request_timeout', unit: 's' },
      { at: 'client.timeout', unit: 's' },
      { at: 'client.config.request_timeout', unit: 'ms' },
    ],
    defaults: [{ ms: null }],
  },
  outputCap: { options: [{ at: 'body.max_tokens' }, { at: 'body.max_completion_tokens' }, { at: 'body.max_output_tokens' }] },
  model: ['body.model'],
  source: 'portkey-ai as documented, and the gateway as in its JavaScript twin',
});
