// The openai package: OpenAI, Azure OpenAI, and every provider that is reached through its baseURL.
import { capIsNamed, defineSdk, NOTHING, STAINLESS, STAINLESS_CLIENT_TIMEOUT, STAINLESS_TIMEOUT, TRANSIENT } from '../core/index.ts';

export const sdk = defineSdk({
  id: 'openai-sdk',
  title: 'OpenAI SDK',
  layer: 'sdk',
  provider: 'openai',
  code: {
    packages: ['openai'],
    produces: [
      { role: 'client', by: 'new', exports: ['default', 'OpenAI', 'AzureOpenAI', 'OpenAIClient'] },
      { role: 'client', by: 'call', on: 'client', members: ['withOptions'], carries: ['client'] },
      // Parts of a client that are handed on by their types: `function ask(chat: OpenAI.Chat)`.
      { role: 'chat', by: 'new', exports: ['Chat', 'OpenAI.Chat'] },
      { role: 'embeddings', by: 'new', exports: ['Embeddings', 'OpenAI.Embeddings'] },
      { role: 'responses', by: 'new', exports: ['Responses', 'OpenAI.Responses'] },
      { role: 'client-v3', by: 'new', exports: ['OpenAIApi'] },
    ],
    calls: [
      { on: 'client', member: 'chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'chat.completions.stream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'client', member: 'chat.completions.parse', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'chat.completions.runTools', kind: 'agent-run', streaming: 'option', loops: true, lazy: true },
      { on: 'client', member: 'beta.chat.completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'beta.chat.completions.parse', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'beta.chat.completions.stream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'client', member: 'beta.chat.completions.runTools', kind: 'agent-run', streaming: 'option', loops: true, lazy: true },
      { on: 'client', member: 'beta.chat.completions.runFunctions', kind: 'agent-run', streaming: 'option', loops: true, lazy: true },
      { on: 'chat', member: 'completions.create', kind: 'chat', streaming: 'option' },
      { on: 'chat', member: 'completions.stream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'chat', member: 'completions.parse', kind: 'chat', streaming: 'no' },
      { on: 'embeddings', member: 'create', kind: 'embedding', streaming: 'no' },
      { on: 'responses', member: 'create', kind: 'chat', streaming: 'option' },
      { on: 'responses', member: 'stream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'responses', member: 'parse', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'responses.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'responses.stream', kind: 'chat', streaming: 'yes', lazy: true },
      { on: 'client', member: 'responses.parse', kind: 'chat', streaming: 'no' },
      { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option' },
      { on: 'client', member: 'embeddings.create', kind: 'embedding', streaming: 'no' },
      { on: 'client', member: 'images.generate', kind: 'image', streaming: 'option' },
      { on: 'client', member: 'images.edit', kind: 'image', streaming: 'option' },
      { on: 'client', member: 'images.createVariation', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'videos.create', kind: 'image', streaming: 'no' },
      { on: 'client', member: 'audio.transcriptions.create', kind: 'audio', streaming: 'option' },
      { on: 'client', member: 'audio.translations.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'audio.speech.create', kind: 'audio', streaming: 'no' },
      { on: 'client', member: 'moderations.create', kind: 'moderation', streaming: 'no' },
      { on: 'client', member: 'batches.create', kind: 'other', streaming: 'no' },
      ...(['create', 'createAndPoll', 'createAndStream', 'stream'] as const).map(
        verb =>
          ({
            on: 'client',
            member: `beta.threads.runs.${verb}`,
            kind: 'chat',
            streaming: verb.toLowerCase().endsWith('stream') ? 'yes' : 'no',
            places: { thread: 0, body: 1, request: 2 },
            ...(verb.toLowerCase().endsWith('stream') ? { lazy: true } : {}),
          }) as const,
      ),
      ...(['createAndRun', 'createAndRunPoll', 'createAndRunStream'] as const).map(
        verb =>
          ({
            on: 'client',
            member: `beta.threads.${verb}`,
            kind: 'chat',
            streaming: verb === 'createAndRunStream' ? 'yes' : 'no',
          }) as const,
      ),
      ...(['submitToolOutputs', 'submitToolOutputsAndPoll', 'submitToolOutputsStream'] as const).map(
        verb =>
          ({
            on: 'client',
            member: `beta.threads.runs.${verb}`,
            kind: 'chat',
            streaming: 'no',
            places: { thread: 0, run: 1, body: 2, request: 3 },
          }) as const,
      ),
      { on: 'client-v3', member: 'createChatCompletion', kind: 'chat', streaming: 'option' },
      { on: 'client-v3', member: 'createCompletion', kind: 'chat', streaming: 'option' },
      { on: 'client-v3', member: 'createEmbedding', kind: 'embedding', streaming: 'no' },
      { on: 'client-v3', member: 'createImage', kind: 'image', streaming: 'no' },
      { on: 'client-v3', member: 'createTranscription', kind: 'audio', streaming: 'no' },
      { on: 'client-v3', member: 'createModeration', kind: 'moderation', streaming: 'no' },
    ],
  },
  retries: {
    options: [
      { at: 'request.maxRetries', range: '>=4' },
      { at: 'client.maxRetries', range: '>=4' },
    ],
    dead: [...STAINLESS.retries.dead, { at: 'client.maxRetries', range: '<4', why: 'version 3 is a bare HTTP client without retries' }],
    defaults: [
      { range: '<4', count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' },
      { range: '>=4', count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: {
    options: [{ at: 'request.signal' }, STAINLESS_TIMEOUT, { ...STAINLESS_CLIENT_TIMEOUT, range: '>=4' }],
    dead: STAINLESS.timeout.dead,
    defaults: [
      { range: '<4', ms: null },
      { range: '>=4', ms: 600_000 },
    ],
  },
  outputCap: {
    options: [{ at: 'body.max_completion_tokens' }, { at: 'body.max_tokens' }, { at: 'body.max_output_tokens' }],
    dead: capIsNamed('max_completion_tokens (chat) or max_output_tokens (responses)', 'maxTokens', 'maxOutputTokens'),
  },
  loop: { options: [{ at: 'request.maxChatCompletions' }], defaults: [{ kind: 'bounded', bound: 10 }] },
  source: 'openai 3.3.0, 4.104.0, 5.23.2, 6.49.0 and 7.57.0, requests counted against a local server',
});
