// voyageai.
import { defineSdk, type RetriedFailures, TRANSIENT } from '../core/index.ts';

// Only answers of the server are repeated: a dropped connection and a deadline end the call.
const RETRIED: RetriedFailures = { ...TRANSIENT, connection: 'no', timeout: 'no' };

export const sdk = defineSdk({
  id: 'voyageai',
  title: 'Voyage AI SDK',
  layer: 'sdk',
  provider: 'voyage',
  code: {
    packages: ['voyageai'],
    produces: [{ role: 'client', by: 'new', exports: ['VoyageAIClient'] }],
    calls: [
      { on: 'client', member: 'embed', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'multimodalEmbed', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'contextualizedEmbed', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'rerank', kind: 'other', streaming: 'no' },
    ],
  },
  retries: {
    options: [{ at: 'request.maxRetries' }, { at: 'client.maxRetries', range: '>=0.2' }],
    dead: [{ at: 'client.maxRetries', range: '<=0.1.0', why: 'this version reads it from the second argument of the call only' }],
    defaults: [
      { range: '<0.2', count: 2, on: RETRIED, backoff: 'exponential', retryAfter: 'no' },
      { range: '>=0.2', count: 2, on: RETRIED, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: {
    options: [
      { at: 'request.timeoutInSeconds', unit: 's' },
      { at: 'request.abortSignal' },
      { at: 'client.timeoutInSeconds', range: '>=0.2', unit: 's' },
    ],
    dead: [
      { at: 'client.timeout', why: 'this SDK names it timeoutInSeconds' },
      { at: 'request.timeout', why: 'this SDK names it timeoutInSeconds' },
    ],
    defaults: [{ ms: 60_000 }],
  },
  outputCap: { options: [] },
  source: 'voyageai 0.4.0, requests counted against a local server; 0.0.8, 0.1.0 and 0.2.1 read',
});
