// The SDK of Cerebras for Python: `from cerebras.cloud.sdk import Cerebras`.
import { alsoRaw, defineSdk, STAINLESS_PYTHON, TRANSIENT } from '../../core/index.ts';

export const sdk = defineSdk({
  id: 'cerebras',
  title: 'Cerebras SDK (Python)',
  layer: 'sdk',
  provider: 'cerebras',
  language: 'python',
  code: {
    packages: ['py:cerebras'],
    produces: [
      { role: 'client', by: 'new', exports: ['Cerebras', 'AsyncCerebras'] },
      { role: 'client', by: 'call', on: 'client', members: ['with_options', 'copy'], carries: ['client'] },
    ],
    calls: alsoRaw([
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option' },
    ]),
  },
  retries: { ...STAINLESS_PYTHON.retries, defaults: [{ count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }] },
  timeout: { ...STAINLESS_PYTHON.timeout, defaults: [{ ms: 60_000 }] },
  outputCap: { options: [{ at: 'body.max_completion_tokens' }, { at: 'body.max_tokens' }] },
  model: ['body.model'],
  source: 'cerebras-cloud-sdk as documented',
});
