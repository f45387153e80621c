// The anthropic package of Python and its Bedrock, Vertex and Foundry clients.
import { alsoRaw, type CallShape, defineSdk, STAINLESS_PYTHON, TRANSIENT } from '../../core/index.ts';

const CLOUDS = ['', 'Bedrock', 'BedrockMantle', 'Vertex', 'Foundry', 'AWS'];
const CALLS: readonly CallShape[] = [
  ...['', 'beta.', 'beta.prompt_caching.', 'beta.tools.'].flatMap((area): CallShape[] => [
    { on: 'client', member: `${area}messages.create`, kind: 'chat', streaming: 'option' },
    { on: 'client', member: `${area}messages.stream`, kind: 'chat', streaming: 'yes' },
    { on: 'client', member: `${area}messages.parse`, kind: 'chat', streaming: 'no' },
  ]),
  { on: 'client', member: 'messages.batches.create', kind: 'other', streaming: 'no' },
  { on: 'client', member: 'beta.messages.batches.create', kind: 'other', streaming: 'no' },
  { on: 'client', member: 'beta.messages.tool_runner', kind: 'agent-run', streaming: 'option', loops: true },
  { on: 'client', member: 'completions.create', kind: 'chat', streaming: 'option' },
  { on: 'client', member: 'completion', kind: 'chat', streaming: 'no' },
  { on: 'client', member: 'acompletion', kind: 'chat', streaming: 'no' },
];

export const sdk = defineSdk({
  id: 'anthropic-sdk',
  title: 'Anthropic SDK (Python)',
  layer: 'sdk',
  provider: 'anthropic',
  language: 'python',
  code: {
    packages: ['py:anthropic', 'py:langsmith'],
    version: 'py:anthropic',
    produces: [
      {
        role: 'client',
        by: 'new',
        exports: [...CLOUDS.flatMap(cloud => [`Anthropic${cloud}`, `AsyncAnthropic${cloud}`]), 'Client', 'AsyncClient'],
        packages: ['py:anthropic'],
      },
      {
        role: 'client',
        by: 'call',
        exports: ['wrap_anthropic', 'wrappers.wrap_anthropic'],
        packages: ['py:langsmith'],
        carries: ['client'],
      },
      { role: 'client', by: 'call', on: 'client', members: ['with_options', 'copy'], carries: ['client'] },
    ],
    calls: alsoRaw(CALLS),
  },
  retries: {
    ...STAINLESS_PYTHON.retries,
    defaults: [{ count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }],
  },
  timeout: { ...STAINLESS_PYTHON.timeout, defaults: [{ ms: 600_000 }] },
  outputCap: { options: [{ at: 'body.max_tokens' }, { at: 'body.max_tokens_to_sample' }] },
  loop: { options: [{ at: 'body.max_iterations' }], defaults: [{ kind: 'none' }] },
  model: ['body.model'],
  source: 'anthropic 0.121.0 and 1.13.0 read: _constants.py, _base_client.py, resources, lib/tools/_beta_runner.py',
});
