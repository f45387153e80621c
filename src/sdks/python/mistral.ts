// The mistralai package of Python, with its older client (before 1.0).
import { type CallShape, defineSdk, NOTHING, TRANSIENT } from '../../core/index.ts';

const both = (area: string, names: readonly string[], kind: CallShape['kind']): readonly CallShape[] =>
  names
    .flatMap(name => [name, `${name}_async`])
    .map(name => ({ on: 'client', member: `${area}.${name}`, kind, streaming: name.includes('stream') ? 'yes' : 'no' }));

export const sdk = defineSdk({
  id: 'mistral',
  title: 'Mistral SDK (Python)',
  layer: 'sdk',
  provider: 'mistral',
  language: 'python',
  code: {
    packages: ['py:mistralai'],
    produces: [
      { role: 'client', by: 'new', exports: ['Mistral', 'MistralAzure', 'MistralGoogleCloud', 'MistralGCP'] },
      { role: 'old-client', by: 'new', exports: ['MistralClient', 'MistralAsyncClient'] },
    ],
    calls: [
      ...both('chat', ['complete', 'stream', 'parse', 'parse_stream'], 'chat'),
      ...both('agents', ['complete', 'stream'], 'chat'),
      ...both('fim', ['complete', 'stream'], 'chat'),
      ...both('beta.conversations', ['start', 'start_stream', 'append', 'append_stream', 'restart', 'restart_stream'], 'chat'),
      { on: 'client', member: 'beta.conversations.run_async', kind: 'agent-run', streaming: 'no', loops: true },
      { on: 'client', member: 'beta.conversations.run_stream_async', kind: 'agent-run', streaming: 'yes', loops: true },
      ...both('embeddings', ['create'], 'embedding'),
      ...both('ocr', ['process'], 'other'),
      ...both('audio.transcriptions', ['complete', 'stream'], 'audio'),
      ...both('classifiers', ['moderate', 'moderate_chat'], 'moderation'),
      { on: 'old-client', member: 'chat', kind: 'chat', streaming: 'no' },
      { on: 'old-client', member: 'chat_stream', kind: 'chat', streaming: 'yes' },
      { on: 'old-client', member: 'completion', kind: 'chat', streaming: 'no' },
      { on: 'old-client', member: 'embeddings', kind: 'embedding', streaming: 'no' },
    ],
  },
  retries: {
    // A RetryConfig bounds the time and not the number of tries.
    options: [{ at: 'request.retries' }, { at: 'client.retry_config' }, { at: 'client.max_retries', range: '<1' }],
    defaults: [
      { role: 'old-client', count: 5, on: TRANSIENT, backoff: 'exponential', retryAfter: 'no' },
      { count: 0, on: NOTHING, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: {
    options: [{ at: 'request.timeout_ms' }, { at: 'client.timeout_ms' }, { at: 'client.timeout', unit: 's' }],
    defaults: [{ range: '>=2', ms: 300_000 }, { ms: null }],
  },
  outputCap: { options: [{ at: 'body.max_tokens' }, { at: 'body.completion_args.max_tokens' }] },
  loop: { options: [], defaults: [{ kind: 'none' }] },
  model: ['body.model', 'body.agent_id'],
  source:
    'mistralai 2.5.1 (commit 05629d23) read: client/basesdk.py, client/chat.py, client/conversations.py, extra/run; 0.x as documented',
});
