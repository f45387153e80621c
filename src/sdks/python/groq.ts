// The groq package of Python.
import { alsoRaw, defineSdk, STAINLESS_PYTHON, TRANSIENT } from '../../core/index.ts';

export const sdk = defineSdk({
  id: 'groq',
  title: 'Groq SDK (Python)',
  layer: 'sdk',
  provider: 'groq',
  language: 'python',
  code: {
    packages: ['py:groq'],
    produces: [
      { role: 'client', by: 'new', exports: ['Groq', 'AsyncGroq', 'Client', 'AsyncClient'] },
      { role: 'client', by: 'call', on: 'client', members: ['with_options', 'copy'], carries: ['client'] },
    ],
    calls: alsoRaw([
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'embeddings.create', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'audio.transcriptions.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'audio.translations.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'audio.speech.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'batches.create', kind: 'other', streaming: 'no' },
    ]),
  },
  retries: { ...STAINLESS_PYTHON.retries, defaults: [{ count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }] },
  timeout: { ...STAINLESS_PYTHON.timeout, defaults: [{ ms: 60_000 }] },
  outputCap: { options: [{ at: 'body.max_completion_tokens' }, { at: 'body.max_tokens' }] },
  model: ['body.model'],
  source: 'groq 1.7.0 read: _constants.py, resources',
});
