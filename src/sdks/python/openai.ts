// The openai package of Python, from 1.0 on: OpenAI, Azure OpenAI, and every provider that is reached through its base_url.
import { alsoRaw, type CallShape, defineSdk, STAINLESS_PYTHON, TRANSIENT } from '../../core/index.ts';

const CLIENTS = [
  'OpenAI',
  'AsyncOpenAI',
  'AzureOpenAI',
  'AsyncAzureOpenAI',
  'BedrockOpenAI',
  'AsyncBedrockOpenAI',
  'Client',
  'AsyncClient',
];
// Tracing libraries hand on the same clients under the same names.
const TWINS = ['py:langfuse', 'py:langsmith', 'py:posthog'];

const CALLS: readonly CallShape[] = [
  ...['', 'beta.'].flatMap((area): CallShape[] => [
    { member: `${area}chat.completions.create`, kind: 'chat', streaming: 'option' },
    { member: `${area}chat.completions.parse`, kind: 'chat', streaming: 'no' },
    { member: `${area}chat.completions.stream`, kind: 'chat', streaming: 'yes' },
  ]),
  { member: 'responses.create', kind: 'chat', streaming: 'option' },
  { member: 'responses.parse', kind: 'chat', streaming: 'no' },
  { member: 'responses.stream', kind: 'chat', streaming: 'yes' },
  { member: 'completions.create', kind: 'chat', streaming: 'option' },
  { member: 'embeddings.create', kind: 'embedding', streaming: 'no' },
  { member: 'images.generate', kind: 'image', streaming: 'option' },
  { member: 'images.edit', kind: 'image', streaming: 'option' },
  { member: 'images.create_variation', kind: 'image', streaming: 'no' },
  { member: 'videos.create', kind: 'image', streaming: 'no' },
  { member: 'videos.create_and_poll', kind: 'image', streaming: 'no' },
  { member: 'audio.transcriptions.create', kind: 'audio', streaming: 'option' },
  { member: 'audio.translations.create', kind: 'audio', streaming: 'no' },
  { member: 'audio.speech.create', kind: 'audio', streaming: 'no' },
  { member: 'moderations.create', kind: 'moderation', streaming: 'no' },
  { member: 'batches.create', kind: 'other', streaming: 'no' },
  ...['create', 'create_and_poll', 'submit_tool_outputs', 'submit_tool_outputs_and_poll'].map(
    (verb): CallShape => ({ member: `beta.threads.runs.${verb}`, kind: 'chat', streaming: 'option' }),
  ),
  ...['stream', 'create_and_stream', 'submit_tool_outputs_stream'].map(
    (verb): CallShape => ({ member: `beta.threads.runs.${verb}`, kind: 'chat', streaming: 'yes' }),
  ),
  { member: 'beta.threads.create_and_run', kind: 'chat', streaming: 'option' },
  { member: 'beta.threads.create_and_run_poll', kind: 'chat', streaming: 'no' },
  { member: 'beta.threads.create_and_run_stream', kind: 'chat', streaming: 'yes' },
];

export const sdk = defineSdk({
  id: 'openai-sdk',
  title: 'OpenAI SDK (Python)',
  layer: 'sdk',
  provider: 'openai',
  language: 'python',
  code: {
    packages: ['py:openai', ...TWINS],
    version: 'py:openai',
    produces: [
      { role: 'client', by: 'new', exports: [...CLIENTS, ...CLIENTS.map(name => `openai.${name}`)] },
      { role: 'client', by: 'call', exports: ['wrap_openai', 'wrappers.wrap_openai'], packages: ['py:langsmith'], carries: ['client'] },
      { role: 'client', by: 'value', exports: ['openai'], packages: ['py:langfuse'] },
      { role: 'client', by: 'call', on: 'client', members: ['with_options', 'copy'], carries: ['client'] },
    ],
    calls: [
      ...alsoRaw(CALLS).map(call => ({ ...call, on: 'client' })),
      // The module is a client itself: `openai.chat.completions.create(...)`.
      ...CALLS.map(call => ({ ...call, packages: ['py:openai'] })),
    ],
  },
  retries: {
    ...STAINLESS_PYTHON.retries,
    defaults: [
      {
        range: '>=3',
        count: 2,
        on: TRANSIENT,
        backoff: 'exponential',
        retryAfter: 'yes',
        caveat: 'an answer that asks to wait for more than 120 seconds is not tried again',
      },
      { count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
    ],
  },
  timeout: { ...STAINLESS_PYTHON.timeout, defaults: [{ ms: 600_000 }] },
  outputCap: {
    options: [
      { at: 'body.max_completion_tokens' },
      { at: 'body.max_tokens' },
      { at: 'body.max_output_tokens' },
      { at: 'body.extra_body.max_completion_tokens' },
      { at: 'body.extra_body.max_tokens' },
    ],
  },
  model: ['body.model'],
  source: 'openai 3.3.1 and 3.22.1 read: _constants.py, _base_client.py, __init__.py, resources',
});
