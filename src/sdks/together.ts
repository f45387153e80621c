// together-ai.
import { capIsNamed, defineSdk, STAINLESS, TRANSIENT } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'together',
  title: 'Together SDK',
  layer: 'sdk',
  provider: 'together',
  code: {
    packages: ['together-ai'],
    produces: [
      { role: 'client', by: 'new', exports: ['default', 'Together'] },
      { role: 'client', by: 'call', on: 'client', members: ['withOptions'], keeps: true },
    ],
    calls: [
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'chat.completions.stream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'embeddings.create', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'images.create', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'images.generate', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'videos.create', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'audio.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'audio.speech.create', kind: 'audio', streaming: 'option' },
      { on: 'client', member: 'audio.transcriptions.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'audio.translations.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'rerank.create', kind: 'other', streaming: 'no' },
      { on: 'client', member: 'batches.create', kind: 'other', streaming: 'no' },
    ],
  },
  retries: {
    ...STAINLESS.retries,
    defaults: [
      // Read up to 0.28 and from 0.30 on; 0.29 was not read and is taken to be as cautious as the later ones.
      { range: '<0.29', count: 5, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
      {
        range: '>=0.29',
        count: 2,
        on: { ...TRANSIENT, serverError: 'unknown' },
        backoff: 'exponential',
        retryAfter: 'yes',
        caveat: 'a plain 500 is not tried again; 502, 503 and 504 are',
      },
    ],
  },
  timeout: {
    ...STAINLESS.timeout,
    defaults: [{ ms: 60_000 }],
  },
  outputCap: {
    options: [{ at: 'body.max_tokens' }],
    dead: capIsNamed('max_tokens', 'maxTokens', 'maxOutputTokens'),
  },
  source: 'together-ai 0.52.0, requests counted against a local server; 0.6.0, 0.22.0 to 0.30.0, 0.33.0 and 0.40.0 read',
});
