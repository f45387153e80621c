// @openrouter/sdk.
import { defineSdk, NOTHING, TRANSIENT } from '../core/index.ts';

// What a request is wrapped in changed twice.
const CHAT = ['body', 'body.chatGenerationParams', 'body.chatRequest'];
const RESPONSES = ['body.openResponsesRequest', 'body.responsesRequest'];

export const sdk = defineSdk({
  id: 'openrouter',
  title: 'OpenRouter SDK',
  layer: 'sdk',
  provider: 'openrouter',
  code: {
    packages: ['@openrouter/sdk'],
    produces: [{ role: 'client', by: 'new', exports: ['OpenRouter'] }],
    calls: [
      { on: 'client', member: 'chat.send', kind: 'chat', streaming: 'option', range: '<0.8' },
      {
        on: 'client',
        member: 'chat.send',
        kind: 'chat',
        streaming: 'option',
        streamOption: 'body.chatGenerationParams.stream',
        range: '>=0.8 <0.12',
      },
      { on: 'client', member: 'chat.send', kind: 'chat', streaming: 'option', streamOption: 'body.chatRequest.stream', range: '>=0.12' },
      { on: 'client', member: 'responses.send', kind: 'chat', streaming: 'option', streamOption: 'body.responsesRequest.stream' },
      { on: 'client', member: 'beta.responses.send', kind: 'chat', streaming: 'option', streamOption: 'body.responsesRequest.stream' },
      { on: 'client', member: 'callModel', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
      { on: 'client', member: 'embeddings.generate', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'images.generate', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'videoGeneration.generate', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'tts.createSpeech', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'stt.createTranscription', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'rerank.rerank', kind: 'other', streaming: 'no' },
    ],
  },
  retries: {
    options: [
      // The budget is a time and not a number; one retry is what can be relied on.
      { at: 'request.retries.backoff', otherwise: 1 },
      { at: 'request.retries' },
      { at: 'client.retryConfig.backoff', otherwise: 1 },
      { at: 'client.retryConfig' },
    ],
    dead: [
      { at: 'client.maxRetries', why: "this SDK does not know it; set retryConfig: { strategy: 'backoff' }" },
      { at: 'request.maxRetries', why: "this SDK does not know it; set retries: { strategy: 'backoff' }" },
    ],
    defaults: [
      // 0.11 was not read and is taken to be as the versions before it.
      { range: '<0.12', count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' },
      {
        range: '>=0.12',
        // Waits grow from half a second to a minute until an hour is over.
        count: 70,
        on: { ...TRANSIENT, rateLimit: 'no' },
        backoff: 'exponential',
        retryAfter: 'yes',
        caveat: 'a 429 is thrown at once, and any 5xx is tried again for up to an hour',
      },
    ],
  },
  timeout: {
    options: [{ at: 'request.timeoutMs' }, { at: 'request.signal' }, { at: 'request.fetchOptions.signal' }, { at: 'client.timeoutMs' }],
    dead: [
      { at: 'client.timeout', why: 'this SDK names it timeoutMs' },
      { at: 'request.timeout', why: 'this SDK names it timeoutMs' },
    ],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [
      ...CHAT.flatMap(body => [{ at: `${body}.maxCompletionTokens` }, { at: `${body}.maxTokens` }]),
      { at: 'body.maxOutputTokens' },
      ...RESPONSES.map(body => ({ at: `${body}.maxOutputTokens` })),
    ],
    dead: CHAT.map(body => ({ at: `${body}.max_tokens`, why: 'this SDK names it maxTokens' })),
  },
  loop: {
    options: [{ at: 'body.stopWhen' }, { at: 'body.maxToolRounds', range: '<0.3' }],
    defaults: [{ kind: 'bounded', bound: 5 }],
    boundedBy: ['stepCountIs'],
  },
  model: [...CHAT, ...RESPONSES].map(body => `${body}.model`),
  source: '@openrouter/sdk 1.3.19, requests counted against a local server; 0.0.1 to 0.13.67 read',
});
