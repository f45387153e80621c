// smolagents: agents that write code or call tools, and their models.
import { type CallShape, defineSdk, type RetriedFailures, TRANSIENT } from '../../core/index.ts';

// Its own three attempts are for rate limits only; everything else is left to the SDK of the provider.
const OWN: RetriedFailures = {
  rateLimit: 'yes',
  serverError: 'unknown',
  overload: 'unknown',
  connection: 'unknown',
  timeout: 'unknown',
  clientError: 'no',
};
const SLOW = 'after a rate limit it waits for a minute and more';

export const sdk = defineSdk({
  id: 'smolagents',
  title: 'smolagents',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:smolagents'],
    produces: [
      { role: 'model', by: 'new', exports: ['*Model'], positional: ['model_id'] },
      {
        role: 'agent',
        by: 'new',
        exports: ['CodeAgent', 'ToolCallingAgent', 'MultiStepAgent'],
        positional: ['tools', 'model'],
        carries: ['model'],
      },
    ],
    calls: [
      {
        on: 'agent',
        member: 'run',
        kind: 'agent-run',
        streaming: 'option',
        streamOption: 'body.stream',
        positional: ['task'],
        loops: true,
      },
      ...['generate', 'generate_stream', ''].map(
        (member): CallShape => ({
          on: 'model',
          member,
          kind: 'chat',
          streaming: member.endsWith('stream') ? 'yes' : 'no',
          positional: ['messages'],
        }),
      ),
    ],
  },
  retries: {
    options: [{ at: 'client.model.client_kwargs.max_retries' }, { at: 'client.client_kwargs.max_retries' }],
    defaults: [
      ...['openai', 'azure'].map(
        provider => ({ provider, count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes', caveat: SLOW }) as const,
      ),
      { count: 2, on: OWN, backoff: 'exponential', retryAfter: 'no', caveat: SLOW },
    ],
  },
  timeout: {
    options: ['client.model.client_kwargs.timeout', 'client.client_kwargs.timeout', 'client.model.timeout', 'client.timeout'].map(at => ({
      at,
      unit: 's' as const,
    })),
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: ['max_tokens', 'max_completion_tokens', 'max_new_tokens'].flatMap(name => [
      { at: `body.${name}` },
      { at: `client.model.${name}` },
      { at: `client.${name}` },
    ]),
  },
  loop: {
    options: [{ at: 'request.max_steps' }, { at: 'client.max_steps' }],
    defaults: [{ kind: 'bounded', bound: 20 }],
  },
  model: ['client.model_id', 'client.model'],
  source: 'smolagents 1.27.0.dev0 (commit e3a5b899) read: agents.py, models.py, utils.py',
});
