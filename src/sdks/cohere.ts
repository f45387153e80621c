// cohere-ai.
import { defineSdk, type RetriedFailures, TRANSIENT, UNDECIDED } from '../core/index.ts';

// Only answers of the server are repeated: a dropped connection and a deadline end the call.
const RETRIED: RetriedFailures = { ...TRANSIENT, connection: 'no', timeout: 'no' };

const on = 'client';

export const sdk = defineSdk({
  id: 'cohere',
  title: 'Cohere SDK',
  layer: 'sdk',
  provider: 'cohere',
  code: {
    packages: ['cohere-ai'],
    produces: [{ role: on, by: 'new', exports: ['CohereClient', 'CohereClientV2', 'BedrockClient', 'SagemakerClient'] }],
    calls: [
      ...(['', 'v2.'] as const).flatMap(
        version =>
          [
            { on, member: `${version}chat`, kind: 'chat', streaming: 'no' },
            { on, member: `${version}chatStream`, kind: 'chat', streaming: 'yes' },
            { on, member: `${version}embed`, kind: 'embedding', streaming: 'no' },
            { on, member: `${version}rerank`, kind: 'other', streaming: 'no' },
            { on, member: `${version}parse`, kind: 'other', streaming: 'no' },
          ] as const,
      ),
      { on, member: 'generate', kind: 'chat', streaming: 'no' },
      { on, member: 'generateStream', kind: 'chat', streaming: 'yes' },
      { on, member: 'summarize', kind: 'chat', streaming: 'no' },
      { on, member: 'classify', kind: 'other', streaming: 'no' },
      { on, member: 'embedJobs.create', kind: 'embedding', streaming: 'no' },
      {
        on,
        member: 'audio.transcriptions.create',
        kind: 'audio',
        streaming: 'no',
        places: { file: 0, body: 1, request: 2 },
      },
      // Version 6 and earlier export one ready object, whose methods look like functions of the package.
      { member: 'generate', kind: 'chat', streaming: 'no', range: '<7' },
      { member: 'summarize', kind: 'chat', streaming: 'no', range: '<7' },
      { member: 'embed', kind: 'embedding', streaming: 'no', range: '<7' },
      { member: 'classify', kind: 'other', streaming: 'no', range: '<7' },
    ],
  },
  retries: {
    options: [
      { at: 'request.maxRetries', range: '>=7' },
      { at: 'client.maxRetries', range: '>=7.20' },
    ],
    dead: [
      { at: 'client.maxRetries', range: '>=7 <=7.18', why: 'this version reads it from the second argument of the call only' },
      { at: 'body.maxRetries', range: '>=7', why: 'inside the request it is dropped; it belongs into the second argument or the client' },
    ],
    defaults: [
      { range: '<7', count: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown' },
      { range: '>=7 <7.20', count: 2, on: RETRIED, backoff: 'exponential', retryAfter: 'no' },
      { range: '>=7.20', count: 2, on: RETRIED, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: {
    options: [
      { at: 'request.timeoutInSeconds', range: '>=7', unit: 's' },
      { at: 'request.abortSignal', range: '>=7' },
      { at: 'client.timeoutInSeconds', range: '>=7.20', unit: 's' },
    ],
    dead: [
      { at: 'client.timeoutInSeconds', range: '>=7 <=7.18', why: 'this version reads it from the second argument of the call only' },
      { at: 'client.timeout', range: '>=7', why: 'this SDK names it timeoutInSeconds' },
      { at: 'request.timeout', range: '>=7', why: 'this SDK names it timeoutInSeconds' },
    ],
    defaults: [
      { range: '<7', ms: null },
      { range: '>=7 <=7.7', ms: 60_000 },
      { range: '>7.7', ms: 300_000 },
    ],
  },
  outputCap: {
    options: [
      { at: 'body.maxTokens', range: '>=7' },
      { at: 'body.max_tokens', range: '<7' },
    ],
    dead: [
      { at: 'body.max_tokens', range: '>=7', why: 'from version 7 on it is named maxTokens' },
      { at: 'body.maxOutputTokens', why: 'this SDK names it maxTokens' },
    ],
  },
  source: 'cohere-ai 7.21.0 and 8.1.0, requests counted against a local server; 6.2.2, 7.7.0, 7.10.0, 7.14.0, 7.18.0 and 7.20.0 read',
});
