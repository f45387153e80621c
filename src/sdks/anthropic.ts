// @anthropic-ai/sdk and its Bedrock and Vertex clients.
import { capIsNamed, defineSdk, STAINLESS, TRANSIENT } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'anthropic-sdk',
  title: 'Anthropic SDK',
  layer: 'sdk',
  provider: 'anthropic',
  code: {
    packages: ['@anthropic-ai/sdk', '@anthropic-ai/bedrock-sdk', '@anthropic-ai/vertex-sdk', '@anthropic-ai/foundry-sdk'],
    produces: [
      {
        role: 'client',
        by: 'new',
        exports: ['default', 'Anthropic', 'BaseAnthropic', 'AnthropicBedrock', 'AnthropicVertex', 'AnthropicFoundry', 'Client'],
      },
      { role: 'client', by: 'call', on: 'client', members: ['withOptions'], carries: ['client'] },
    ],
    calls: [
      { on: 'client', member: 'messages.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'messages.stream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'client', member: 'messages.parse', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'messages.batches.create', kind: 'other', streaming: 'no' },
      { on: 'client', member: 'beta.messages.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'beta.messages.stream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'client', member: 'beta.messages.parse', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'beta.messages.batches.create', kind: 'other', streaming: 'no' },
      { on: 'client', member: 'beta.messages.toolRunner', kind: 'agent-run', streaming: 'option', loops: true, lazy: true },
      { on: 'client', member: 'beta.promptCaching.messages.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'complete', kind: 'chat', streaming: 'no', range: '<0.5.0' },
    ],
  },
  retries: {
    ...STAINLESS.retries,
    defaults: [
      { range: '>=0.5.0', count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
      { count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: {
    ...STAINLESS.timeout,
    defaults: [{ ms: 600_000 }],
  },
  outputCap: {
    options: [{ at: 'body.max_tokens' }, { at: 'body.max_tokens_to_sample' }],
    dead: capIsNamed('max_tokens', 'maxTokens', 'max_output_tokens'),
  },
  loop: { options: [{ at: 'body.max_iterations' }], defaults: [{ kind: 'none' }] },
  source: '@anthropic-ai/sdk 0.39.0, 0.137.0 and 1.12.0, requests counted against a local server',
});
