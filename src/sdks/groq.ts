// groq-sdk.
import { defineSdk, TRANSIENT } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'groq',
  title: 'Groq SDK',
  layer: 'sdk',
  provider: 'groq',
  npm: {
    packages: ['groq-sdk'],
    produces: [
      { role: 'client', by: 'new', exports: ['default', 'Groq'] },
      { role: 'client', by: 'call', on: 'client', members: ['withOptions'], keeps: true },
    ],
    calls: [
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'embeddings.create', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'audio.transcriptions.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'audio.translations.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'audio.speech.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'batches.create', kind: 'other', streaming: 'no' },
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
  source: 'groq-sdk 0.37.0 and 1.6.0, requests counted against a local server; 0.3.3 read',
});
