// groq-sdk.
import { capIsNamed, defineSdk, STAINLESS, TRANSIENT } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'groq',
  title: 'Groq SDK',
  layer: 'sdk',
  provider: 'groq',
  code: {
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
  source: 'groq-sdk 0.37.0 and 1.6.0, requests counted against a local server; 0.3.3 read',
});
