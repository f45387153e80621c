// The together package of Python, before and after it was generated anew (2.0).
import { alsoRaw, defineSdk, STAINLESS_PYTHON, TRANSIENT } from '../../core/index.ts';

export const sdk = defineSdk({
  id: 'together',
  title: 'Together SDK (Python)',
  layer: 'sdk',
  provider: 'together',
  language: 'python',
  code: {
    packages: ['py:together'],
    produces: [
      { role: 'client', by: 'new', exports: ['Together', 'AsyncTogether', 'Client', 'AsyncClient'] },
      { role: 'client', by: 'call', on: 'client', members: ['with_options', 'copy'], carries: ['client'] },
    ],
    calls: alsoRaw([
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'embeddings.create', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'images.generate', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'rerank.create', kind: 'other', streaming: 'no' },
      { on: 'client', member: 'audio.speech.create', kind: 'audio', streaming: 'option' },
      { on: 'client', member: 'audio.transcriptions.create', kind: 'audio', streaming: 'no' },
    ]),
  },
  retries: {
    ...STAINLESS_PYTHON.retries,
    defaults: [
      { range: '<2', count: 5, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
      { count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: { ...STAINLESS_PYTHON.timeout, defaults: [{ range: '<2', ms: 600_000 }, { ms: 60_000 }] },
  outputCap: { options: [{ at: 'body.max_tokens' }] },
  model: ['body.model'],
  source: 'together 1.5.34 (commit eba5e5f) read: constants.py, client.py; 2.0 and later as documented',
});
