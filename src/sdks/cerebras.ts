// @cerebras/cerebras_cloud_sdk.
import { capIsNamed, defineSdk, STAINLESS, TRANSIENT } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'cerebras',
  title: 'Cerebras SDK',
  layer: 'sdk',
  provider: 'cerebras',
  code: {
    packages: ['@cerebras/cerebras_cloud_sdk'],
    produces: [{ role: 'client', by: 'new', exports: ['default', 'Cerebras'] }],
    calls: [
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option' },
    ],
  },
  retries: {
    ...STAINLESS.retries,
    defaults: [{ count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }],
  },
  timeout: {
    ...STAINLESS.timeout,
    defaults: [{ ms: 60_000 }],
  },
  outputCap: {
    options: [{ at: 'body.max_completion_tokens' }, { at: 'body.max_tokens' }],
    dead: capIsNamed('max_completion_tokens', 'maxTokens', 'maxOutputTokens'),
  },
  source: '@cerebras/cerebras_cloud_sdk 1.91.0, requests counted against a local server',
});
