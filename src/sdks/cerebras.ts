// @cerebras/cerebras_cloud_sdk.
import { defineSdk, TRANSIENT } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'cerebras',
  title: 'Cerebras SDK',
  layer: 'sdk',
  provider: 'cerebras',
  npm: {
    packages: ['@cerebras/cerebras_cloud_sdk'],
    produces: [{ role: 'client', by: 'new', exports: ['default', 'Cerebras'] }],
    calls: [
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option' },
    ],
  },
  retries: {
    options: [{ at: 'request.maxRetries' }, { at: 'client.maxRetries' }],
    dead: [
      {
        at: 'body.maxRetries',
        why: 'inside the body it is sent to the API as an unknown field; it belongs into the second argument or the client',
      },
    ],
    defaults: [{ count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }],
  },
  timeout: {
    options: [{ at: 'request.timeout' }, { at: 'request.signal' }, { at: 'client.timeout' }],
    dead: [
      {
        at: 'body.timeout',
        why: 'inside the body it is sent to the API as an unknown field; it belongs into the second argument or the client',
      },
    ],
    defaults: [{ ms: 60_000 }],
  },
  outputCap: {
    options: [{ at: 'body.max_completion_tokens' }, { at: 'body.max_tokens' }],
    dead: [
      { at: 'body.maxTokens', why: 'the API names it max_completion_tokens' },
      { at: 'body.maxOutputTokens', why: 'the API names it max_completion_tokens' },
    ],
  },
  source: '@cerebras/cerebras_cloud_sdk 1.91.0, requests counted against a local server',
});
