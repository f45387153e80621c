// LiteLLM: one function for the models of all providers, and a router between them.
import { type CallKind, type CallShape, defineSdk, NOTHING, TRANSIENT, UNDECIDED } from '../../core/index.ts';

const FUNCTIONS: readonly (readonly [name: string, kind: CallKind, streaming: CallShape['streaming']])[] = [
  ['completion', 'chat', 'option'],
  ['responses', 'chat', 'option'],
  ['text_completion', 'chat', 'option'],
  ['embedding', 'embedding', 'no'],
  ['image_generation', 'image', 'no'],
  ['image_edit', 'image', 'no'],
  ['transcription', 'audio', 'no'],
  ['speech', 'audio', 'no'],
  ['moderation', 'moderation', 'no'],
  ['rerank', 'other', 'no'],
  ['completion_with_retries', 'chat', 'option'],
];
const CALLS = [
  ...FUNCTIONS.flatMap(([name, kind, streaming]) =>
    [name, `a${name}`].map((member): CallShape => ({ member, kind, streaming, positional: ['model', 'messages'] })),
  ),
  ...['batch_completion', 'batch_completion_models', 'batch_completion_models_all_responses'].map(
    (member): CallShape => ({ member, kind: 'chat', streaming: 'option', positional: ['model', 'messages'] }),
  ),
];

export const sdk = defineSdk({
  id: 'litellm',
  title: 'LiteLLM',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:litellm'],
    produces: [{ role: 'router', by: 'new', exports: ['Router', 'router.Router'], positional: ['model_list'] }],
    calls: [...CALLS, ...CALLS.map(call => ({ ...call, on: 'router' }))],
  },
  retries: {
    // max_retries reaches the SDKs of OpenAI and Azure only, where two are the default; for any other provider it is dropped.
    options: [{ at: 'body.num_retries' }, { at: 'client.num_retries' }, { at: 'module.num_retries' }],
    defaults: [
      { role: 'router', count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
      ...['openai', 'azure'].map(provider => ({ provider, count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }) as const),
      ...['anthropic', 'bedrock', 'google', 'cohere', 'mistral', 'groq', 'deepseek', 'together', 'replicate', 'local'].map(
        provider =>
          ({
            provider,
            count: 0,
            on: NOTHING,
            backoff: 'exponential',
            retryAfter: 'no',
            caveat: 'LiteLLM tries the models of this provider again only when num_retries says so; max_retries is dropped',
          }) as const,
      ),
      {
        count: null,
        on: UNDECIDED,
        backoff: 'unknown',
        retryAfter: 'unknown',
        caveat: 'two for models of OpenAI and Azure, none for others',
      },
    ],
  },
  timeout: {
    options: [
      { at: 'body.timeout', unit: 's' },
      { at: 'body.request_timeout', unit: 's' },
      { at: 'client.timeout', unit: 's' },
      { at: 'module.request_timeout', unit: 's' },
    ],
    defaults: [{ ms: 600_000 }],
  },
  outputCap: { options: [{ at: 'body.max_tokens' }, { at: 'body.max_completion_tokens' }, { at: 'body.max_output_tokens' }] },
  model: ['body.model'],
  source: 'litellm/constants.py and main.py, and issues 32895 and 32887 of its repository, as of July 2026: read',
});
