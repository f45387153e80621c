// @azure-rest/ai-inference: client.path('/chat/completions').post({ body }).
import { defineSdk, TRANSIENT } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'azure-ai-inference',
  title: 'Azure AI Inference',
  layer: 'sdk',
  provider: 'azure',
  code: {
    packages: ['@azure-rest/ai-inference'],
    produces: [
      { role: 'client', by: 'call', exports: ['default', 'createClient', 'ModelClient'], options: 2 },
      { role: 'route', by: 'call', on: 'client', members: ['path'], keeps: true },
    ],
    calls: [
      // The path stands in the call before and is not told apart, so a request for embeddings counts as chat as well.
      // An answer of 4xx or 5xx is returned, not thrown.
      { on: 'route', member: 'post', kind: 'chat', streaming: 'option', streamOption: 'body.body.stream' },
    ],
  },
  retries: {
    options: [{ at: 'client.retryOptions.maxRetries' }],
    dead: [{ at: 'client.maxRetries', why: 'it belongs into retryOptions' }],
    defaults: [
      {
        count: 3,
        on: { ...TRANSIENT, rateLimit: 'unknown', timeout: 'no' },
        backoff: 'exponential',
        retryAfter: 'yes',
        caveat: 'a 429 without a retry-after header is returned at once',
      },
    ],
  },
  timeout: {
    options: [{ at: 'body.abortSignal' }, { at: 'body.timeout' }],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [{ at: 'body.body.max_tokens' }, { at: 'body.body.max_completion_tokens' }],
    dead: [
      { at: 'body.max_tokens', why: 'it belongs into body' },
      { at: 'body.body.maxTokens', why: 'the API names it max_tokens' },
    ],
  },
  model: ['body.body.model'],
  source: '@azure-rest/ai-inference 1.0.0-beta.6, requests counted against a local server; @azure/core-rest-pipeline 1.18.2 read',
});
