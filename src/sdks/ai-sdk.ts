// The AI SDK (package `ai`) and its provider packages.
import { defineSdk, type RetriedFailures, TRANSIENT } from '../core/index.ts';

// A timeout is the caller's own abort signal here, and an aborted call is not tried again.
const RETRIED: RetriedFailures = { ...TRANSIENT, timeout: 'no' };

const PROVIDERS = [
  '@ai-sdk/*',
  '@openrouter/ai-sdk-provider',
  'ollama-ai-provider',
  'ollama-ai-provider-v2',
  'workers-ai-provider',
  '@portkey-ai/vercel-provider',
];
const AGENTS = ['Experimental_Agent', 'ToolLoopAgent', 'Agent'];

export const sdk = defineSdk({
  id: 'ai-sdk',
  title: 'AI SDK',
  layer: 'framework',
  provider: 'any',
  code: {
    packages: ['ai', ...PROVIDERS],
    version: 'ai',
    produces: [
      { role: 'agent', by: 'new', exports: AGENTS, packages: ['ai'] },
      { role: 'model', by: 'call', exports: ['wrapLanguageModel', 'gateway', 'gateway.*', 'wrapEmbeddingModel'], packages: ['ai'] },
      {
        role: 'provider',
        by: 'call',
        exports: [
          'customProvider',
          'createProviderRegistry',
          'experimental_customProvider',
          'experimental_createProviderRegistry',
          'createGateway',
        ],
        packages: ['ai'],
      },
      { role: 'provider', by: 'call', exports: ['create*'], packages: PROVIDERS },
      { role: 'provider', by: 'new', exports: ['*'], packages: PROVIDERS },
      { role: 'model', by: 'call', exports: ['*', '*.*'], packages: PROVIDERS },
      {
        role: 'model',
        by: 'call',
        on: 'provider',
        members: [
          '',
          'chat',
          'responses',
          'completion',
          'languageModel',
          'chatModel',
          'completionModel',
          'embedding',
          'embeddingModel',
          'textEmbedding',
          'textEmbeddingModel',
          'image',
          'imageModel',
          'transcription',
          'transcriptionModel',
          'speech',
          'speechModel',
          'messages',
        ],
      },
    ],
    calls: [
      { member: 'generateText', kind: 'chat', streaming: 'no', loops: true, packages: ['ai'] },
      { member: 'streamText', kind: 'chat', streaming: 'yes', loops: true, lazy: true, packages: ['ai'] },
      { member: 'experimental_generateText', kind: 'chat', streaming: 'no', loops: true, packages: ['ai'] },
      { member: 'experimental_streamText', kind: 'chat', streaming: 'yes', loops: true, lazy: true, packages: ['ai'] },
      { member: 'generateObject', kind: 'chat', streaming: 'no', packages: ['ai'] },
      { member: 'experimental_generateObject', kind: 'chat', streaming: 'no', packages: ['ai'] },
      { member: 'streamObject', kind: 'chat', streaming: 'yes', lazy: true, packages: ['ai'] },
      { member: 'experimental_streamObject', kind: 'chat', streaming: 'yes', lazy: true, packages: ['ai'] },
      { member: 'embed', kind: 'embedding', streaming: 'no', packages: ['ai'] },
      { member: 'embedMany', kind: 'embedding', streaming: 'no', packages: ['ai'] },
      { member: 'rerank', kind: 'other', streaming: 'no', packages: ['ai'] },
      { member: 'generateImage', kind: 'image', streaming: 'no', packages: ['ai'] },
      { member: 'experimental_generateImage', kind: 'image', streaming: 'no', packages: ['ai'] },
      { member: 'experimental_generateVideo', kind: 'image', streaming: 'no', packages: ['ai'] },
      { member: 'experimental_generateSpeech', kind: 'audio', streaming: 'no', packages: ['ai'] },
      { member: 'generateSpeech', kind: 'audio', streaming: 'no', packages: ['ai'] },
      { member: 'experimental_transcribe', kind: 'audio', streaming: 'no', packages: ['ai'] },
      { member: 'transcribe', kind: 'audio', streaming: 'no', packages: ['ai'] },
      { on: 'agent', member: 'generate', kind: 'agent-run', streaming: 'no', loops: true },
      { on: 'agent', member: 'stream', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
    ],
  },
  retries: {
    options: [{ at: 'body.maxRetries' }, { at: 'client.maxRetries' }],
    defaults: [
      { range: '<5', count: 2, on: RETRIED, backoff: 'exponential', retryAfter: 'no' },
      { range: '>=5', count: 2, on: RETRIED, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: {
    options: [
      { at: 'body.abortSignal' },
      { at: 'client.abortSignal' },
      { at: 'body.timeout', range: '>=6' },
      { at: 'client.timeout', range: '>=6' },
    ],
    dead: [{ at: 'body.timeout', range: '<6', why: 'before version 6 it is ignored; give abortSignal: AbortSignal.timeout(ms)' }],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [
      { at: 'body.maxOutputTokens', range: '>=5' },
      { at: 'client.maxOutputTokens', range: '>=5' },
      { at: 'body.maxTokens', range: '<5' },
    ],
    dead: [
      { at: 'body.maxTokens', range: '>=5', why: 'from version 5 on it is named maxOutputTokens, and the old name is ignored' },
      { at: 'client.maxTokens', range: '>=5', why: 'from version 5 on it is named maxOutputTokens, and the old name is ignored' },
      { at: 'body.maxOutputTokens', range: '<5', why: 'before version 5 it is named maxTokens, and this name is ignored' },
      { at: 'body.max_tokens', why: 'this SDK names it maxOutputTokens (maxTokens before version 5)' },
    ],
  },
  loop: {
    options: [
      { at: 'body.stopWhen', range: '>=5' },
      { at: 'client.stopWhen', range: '>=5' },
      { at: 'body.maxSteps', range: '<5' },
      { at: 'body.maxToolRoundtrips', range: '<4' },
      { at: 'body.maxAutomaticRoundtrips', range: '<4' },
    ],
    dead: [
      {
        at: 'body.maxSteps',
        range: '>=5',
        why: 'from version 5 on it is ignored and the call makes one step; use stopWhen: stepCountIs(n)',
      },
      { at: 'client.maxSteps', range: '>=5', why: 'from version 5 on it is ignored; use stopWhen: stepCountIs(n)' },
      { at: 'body.stopWhen', range: '<5', why: 'before version 5 it does not exist; use maxSteps' },
    ],
    defaults: [
      { on: 'agent', range: '>=6', kind: 'bounded', bound: 20 },
      { kind: 'single', bound: 1 },
    ],
    boundedBy: ['stepCountIs', 'isStepCount'],
    // hasToolCall leaves the end to the model.
    unboundedBy: ['isLoopFinished', 'hasToolCall'],
    mayEnd: ['body.prepareStep', 'client.prepareStep'],
  },
  model: ['body.model', 'client.model'],
  source: 'ai 3.4.33, 4.3.19, 5.0.277, 6.0.326 and 7.0.173, requests counted against a local server',
});
