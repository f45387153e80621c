// portkey-ai: one interface to the Portkey gateway.
import { defineSdk, type RetriedFailures, UNDECIDED } from '../core/index.ts';

// The SDK itself repeats what never reached the gateway, once. The gateway repeats failures of the provider when its config says
// so, and a config is mostly kept there and only named here.
const RETRIED: RetriedFailures = { ...UNDECIDED, connection: 'yes', clientError: 'no' };

// The second argument overrides the settings of the client.
const PLACES = { body: 0, config: 1, request: 2 } as const;

export const sdk = defineSdk({
  id: 'portkey',
  title: 'Portkey SDK',
  layer: 'sdk',
  provider: 'any',
  code: {
    packages: ['portkey-ai'],
    produces: [{ role: 'client', by: 'new', exports: ['default', 'Portkey'] }],
    calls: [
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option', places: PLACES },
      { on: 'client', member: 'chat.completions.parse', kind: 'chat', streaming: 'no', places: PLACES },
      { on: 'client', member: 'chat.completions.stream', kind: 'chat', streaming: 'yes', places: PLACES },
      { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option', places: PLACES },
      { on: 'client', member: 'prompts.completions.create', kind: 'chat', streaming: 'option', places: PLACES },
      { on: 'client', member: 'responses.create', kind: 'chat', streaming: 'option', places: PLACES },
      { on: 'client', member: 'generations.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'embeddings.create', kind: 'embedding', streaming: 'no', places: PLACES },
      { on: 'client', member: 'images.generate', kind: 'image', streaming: 'no', places: PLACES },
      { on: 'client', member: 'images.edit', kind: 'image', streaming: 'no', places: PLACES },
      { on: 'client', member: 'images.createVariation', kind: 'image', streaming: 'no', places: PLACES },
      { on: 'client', member: 'audio.transcriptions.create', kind: 'audio', streaming: 'no', places: PLACES },
      { on: 'client', member: 'audio.translations.create', kind: 'audio', streaming: 'no', places: PLACES },
      { on: 'client', member: 'audio.speech.create', kind: 'audio', streaming: 'no', places: PLACES },
      { on: 'client', member: 'moderations.create', kind: 'moderation', streaming: 'no', places: PLACES },
    ],
  },
  retries: {
    options: [{ at: 'config.config.retry.attempts' }, { at: 'client.config.retry.attempts' }],
    dead: [{ at: 'client.maxRetries', why: 'this SDK does not know it; set config: { retry: { attempts } }' }],
    defaults: [
      {
        count: 1,
        on: RETRIED,
        backoff: 'none',
        retryAfter: 'unknown',
        caveat: 'the gateway tries again when its config says so, which may be kept outside the code',
      },
    ],
  },
  timeout: {
    options: [
      { at: 'request.signal' },
      { at: 'config.requestTimeout' },
      { at: 'client.requestTimeout' },
      { at: 'config.config.request_timeout' },
      { at: 'client.config.request_timeout' },
    ],
    dead: [{ at: 'client.timeout', why: 'this SDK names it requestTimeout' }],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [{ at: 'body.max_completion_tokens' }, { at: 'body.max_tokens' }, { at: 'body.max_output_tokens' }],
    dead: [{ at: 'body.maxTokens', why: 'the API names it max_completion_tokens' }],
  },
  source: 'portkey-ai 3.1.0, requests counted against a local server; 1.10.4 read',
});
