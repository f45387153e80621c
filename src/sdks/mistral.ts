// @mistralai/mistralai: MistralClient of version 0, Mistral from version 1 on.
import { defineSdk, NOTHING, type RetriedFailures, TRANSIENT } from '../core/index.ts';

// The deadline of version 0 covers all tries together, so nothing follows a timeout.
const OLD_RETRIED: RetriedFailures = { ...TRANSIENT, overload: 'no', timeout: 'no' };

export const sdk = defineSdk({
  id: 'mistral',
  title: 'Mistral SDK',
  layer: 'sdk',
  provider: 'mistral',
  code: {
    packages: ['@mistralai/mistralai'],
    produces: [
      { role: 'client', by: 'new', exports: ['Mistral'] },
      // new MistralClient(key, endpoint, maxRetries, timeout): one position can be named, and the retries matter more.
      { role: 'client-v0', by: 'new', exports: ['default', 'MistralClient'], options: 2 },
    ],
    calls: [
      { on: 'client', member: 'chat.complete', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'chat.stream', kind: 'chat', streaming: 'yes' },
      { on: 'client', member: 'chat.parse', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'chat.parseStream', kind: 'chat', streaming: 'yes' },
      { on: 'client', member: 'agents.complete', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'agents.stream', kind: 'chat', streaming: 'yes' },
      { on: 'client', member: 'fim.complete', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'fim.stream', kind: 'chat', streaming: 'yes' },
      // The service runs the agent; the SDK sends one request.
      { on: 'client', member: 'beta.conversations.start', kind: 'agent-run', streaming: 'no' },
      { on: 'client', member: 'beta.conversations.append', kind: 'agent-run', streaming: 'no' },
      { on: 'client', member: 'beta.conversations.restart', kind: 'agent-run', streaming: 'no' },
      { on: 'client', member: 'beta.conversations.startStream', kind: 'agent-run', streaming: 'yes' },
      { on: 'client', member: 'beta.conversations.appendStream', kind: 'agent-run', streaming: 'yes' },
      { on: 'client', member: 'beta.conversations.restartStream', kind: 'agent-run', streaming: 'yes' },
      { on: 'client', member: 'embeddings.create', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'classifiers.moderate', kind: 'moderation', streaming: 'no' },
      { on: 'client', member: 'classifiers.moderateChat', kind: 'moderation', streaming: 'no' },
      { on: 'client', member: 'classifiers.classify', kind: 'other', streaming: 'no' },
      { on: 'client', member: 'classifiers.classifyChat', kind: 'other', streaming: 'no' },
      { on: 'client', member: 'ocr.process', kind: 'other', streaming: 'no' },
      { on: 'client', member: 'audio.transcriptions.complete', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'audio.transcriptions.stream', kind: 'audio', streaming: 'yes' },
      { on: 'client', member: 'audio.speech.complete', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'batch.jobs.create', kind: 'other', streaming: 'no' },
      { on: 'client-v0', member: 'chat', kind: 'chat', streaming: 'no' },
      { on: 'client-v0', member: 'chatStream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'client-v0', member: 'completion', kind: 'chat', streaming: 'no' },
      { on: 'client-v0', member: 'completionStream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'client-v0', member: 'embeddings', kind: 'embedding', streaming: 'no' },
    ],
  },
  retries: {
    options: [
      // It counts all tries in spite of its name: 5, the default, makes five requests.
      { at: 'client', range: '<1', counts: 'attempts' },
      // The budget is a time and not a number; one retry is what can be relied on.
      { at: 'request.retries.backoff', range: '>=1', otherwise: 1 },
      { at: 'request.retries', range: '>=1' },
      { at: 'client.retryConfig.backoff', range: '>=1', otherwise: 1 },
      { at: 'client.retryConfig', range: '>=1' },
    ],
    dead: [
      { at: 'client.maxRetries', range: '>=1', why: "this SDK does not know it; set retryConfig: { strategy: 'backoff' }" },
      { at: 'request.maxRetries', range: '>=1', why: "this SDK does not know it; set retries: { strategy: 'backoff' }" },
    ],
    defaults: [
      { range: '<1', count: 4, on: OLD_RETRIED, backoff: 'exponential', retryAfter: 'no' },
      {
        range: '>=1',
        count: 0,
        on: NOTHING,
        backoff: 'exponential',
        retryAfter: 'yes',
        whenSet: { rateLimit: 'yes', serverError: 'yes', overload: 'no', connection: 'unknown', timeout: 'no', clientError: 'no' },
      },
    ],
  },
  timeout: {
    options: [
      { at: 'request.timeoutMs', range: '>=1' },
      { at: 'request.fetchOptions.signal', range: '>=1' },
      { at: 'client.timeoutMs', range: '>=1' },
      { at: 'request.signal' },
    ],
    dead: [
      { at: 'client.timeout', range: '>=1', why: 'this SDK names it timeoutMs' },
      { at: 'request.timeout', range: '>=1', why: 'this SDK names it timeoutMs' },
    ],
    defaults: [
      { range: '<1', ms: 120_000 },
      // Read as 300 s in 2.3.0 and as none in 2.0.0.
      { range: '>=1 <2.3', ms: null },
      { range: '>=2.3', ms: 300_000 },
    ],
  },
  outputCap: {
    options: [{ at: 'body.maxTokens' }, { at: 'body.completionArgs.maxTokens' }],
    dead: [
      { at: 'body.max_tokens', why: 'this SDK names it maxTokens' },
      { at: 'body.maxOutputTokens', why: 'this SDK names it maxTokens' },
    ],
  },
  model: ['body.model', 'body.agentId'],
  source:
    '@mistralai/mistralai 0.5.0, 1.15.1 and 2.7.0, requests counted against a local server; 0.1.3, 1.1.0, 2.0.0, 2.3.0 and 2.5.0 read',
});
