// Pydantic AI: agents, and requests without an agent (pydantic_ai.direct).
import { type CallShape, defineSdk, NOTHING, TRANSIENT, UNDECIDED } from '../../core/index.ts';

const RUNS = [
  'run',
  'run_sync',
  'run_stream',
  'run_stream_sync',
  'run_stream_events',
  'iter',
  'to_cli',
  'to_cli_sync',
  'to_ag_ui',
  'to_a2a',
  'to_web',
];
const DIRECT = ['model_request', 'model_request_sync', 'model_request_stream', 'model_request_stream_sync'];
const STREAMS = /stream|to_cli|to_ag_ui|to_web/;
const SETTINGS = ['request.model_settings', 'client.model_settings', 'client.model.settings'];
// The clients that a provider may be given: Agent(OpenAIChatModel('gpt-5', provider=OpenAIProvider(openai_client=client))).
const CLIENTS = ['openai_client', 'anthropic_client', 'groq_client', 'mistral_client'].map(name => `client.model.provider.${name}`);

export const sdk = defineSdk({
  id: 'pydantic-ai',
  title: 'Pydantic AI',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:pydantic_ai'],
    produces: [
      { role: 'agent', by: 'new', exports: ['Agent', 'agent.Agent'], positional: ['model', 'output_type'] },
      { role: 'model', by: 'new', exports: ['*Model'], positional: ['model_name'] },
      { role: 'provider', by: 'new', exports: ['*Provider'] },
    ],
    calls: [
      ...RUNS.map(
        (member): CallShape => ({
          on: 'agent',
          member,
          kind: 'agent-run',
          streaming: STREAMS.test(member) ? 'yes' : 'no',
          positional: ['user_prompt'],
          loops: true,
        }),
      ),
      ...DIRECT.flatMap(name =>
        [name, `direct.${name}`].map(
          (member): CallShape => ({
            member,
            kind: 'chat',
            streaming: STREAMS.test(member) ? 'yes' : 'no',
            positional: ['model', 'messages'],
          }),
        ),
      ),
    ],
  },
  retries: {
    // Agent(retries=...) asks the model once more after an answer that does not fit, and tries no failed request again.
    options: CLIENTS.map(client => ({ at: `${client}.max_retries` })),
    defaults: [
      ...['openai', 'azure', 'anthropic', 'groq', 'deepseek', 'openrouter', 'together', 'fireworks', 'xai', 'cerebras'].map(
        provider => ({ provider, count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }) as const,
      ),
      { provider: 'google', count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' },
      { provider: 'bedrock', count: 4, on: { ...TRANSIENT, overload: 'unknown' }, backoff: 'exponential', retryAfter: 'no' },
      { count: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown', caveat: 'it is the SDK of the provider that tries again' },
    ],
  },
  timeout: {
    options: [
      ...SETTINGS.map(settings => ({ at: `${settings}.timeout`, unit: 's' as const })),
      ...CLIENTS.map(client => ({ at: `${client}.timeout`, unit: 's' as const })),
      { at: 'client.model.provider.http_client.timeout', unit: 's' },
    ],
    defaults: [{ ms: 600_000 }],
  },
  outputCap: { options: SETTINGS.map(settings => ({ at: `${settings}.max_tokens` })) },
  loop: {
    options: [{ at: 'request.usage_limits.request_limit' }],
    defaults: [{ kind: 'bounded', bound: 50 }],
  },
  model: ['request.model', 'client.model', 'body.model'],
  source: 'pydantic-ai 2.33.0 (commit 4fda3898) read: usage.py, _http.py, agent/__init__.py, agent/abstract.py, providers',
});
