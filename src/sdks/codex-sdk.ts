// @openai/codex-sdk: runs the codex executable.
import { defineSdk, type RetriedFailures, TRANSIENT } from '../core/index.ts';

// Retrying happens in the executable, which no package of JavaScript shows. Its source repeats a request for 5xx and for dropped
// connections, not for 429; the number is a matter of the user's config.toml.
const RETRIED: RetriedFailures = { ...TRANSIENT, rateLimit: 'unknown', timeout: 'unknown' };

export const sdk = defineSdk({
  id: 'codex-sdk',
  title: 'Codex SDK',
  layer: 'framework',
  provider: 'openai',
  code: {
    packages: ['@openai/codex-sdk'],
    produces: [
      { role: 'codex', by: 'new', exports: ['Codex'] },
      { role: 'thread', by: 'call', on: 'codex', members: ['startThread'], carries: ['codex'] },
      { role: 'thread', by: 'call', on: 'codex', members: ['resumeThread'], carries: ['codex'], options: 1 },
    ],
    calls: [
      { on: 'thread', member: 'run', kind: 'agent-run', streaming: 'no', loops: true },
      { on: 'thread', member: 'runStreamed', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
    ],
  },
  retries: {
    options: [],
    defaults: [{ count: null, on: RETRIED, backoff: 'exponential', retryAfter: 'unknown' }],
  },
  timeout: {
    options: [{ at: 'request.signal' }],
    defaults: [{ ms: null }],
  },
  outputCap: { options: [] },
  loop: { options: [], defaults: [{ kind: 'none' }] },
  model: ['client.model', 'client.config.model'],
  source: '@openai/codex-sdk 0.163.0 read; retrying: model_provider_info.rs of the codex source',
});
