// OpenAI Agents SDK for Python; it is imported as `agents`.
import { type CallShape, defineSdk, TRANSIENT } from '../../core/index.ts';

// An own OpenAI client reaches a run inside the model of the agent, or inside the provider of the run.
const CLIENTS = ['body.starting_agent.model.openai_client', 'request.run_config.model_provider.openai_client'];
// The client for all runs whose agent names its model by a text.
const PRESET = { at: 'module.set_default_openai_client()', unless: 'body.starting_agent.model' } as const;
const SETTINGS = ['request.run_config.model_settings', 'body.starting_agent.model_settings'];

const runs = (on: string | undefined, prefix: string): readonly CallShape[] =>
  ['run', 'run_sync', 'run_streamed'].map(verb => ({
    ...(on === undefined ? {} : { on }),
    member: `${prefix}${verb}`,
    kind: 'agent-run',
    streaming: verb === 'run_streamed' ? 'yes' : 'no',
    positional: ['starting_agent', 'input', 'context', 'max_turns'].slice(0, verb === 'run_streamed' ? 4 : 2),
    loops: true,
    // The run goes on while its events are read.
    ...(verb === 'run_streamed' ? { lazy: true } : {}),
  }));

export const sdk = defineSdk({
  id: 'openai-agents',
  title: 'OpenAI Agents SDK (Python)',
  layer: 'framework',
  provider: 'openai',
  language: 'python',
  code: {
    packages: ['py:agents'],
    produces: [
      { role: 'agent', by: 'new', exports: ['Agent', 'SandboxAgent', 'agent.Agent'], positional: ['name'] },
      { role: 'agent', by: 'call', on: 'agent', members: ['clone'], carries: ['agent'] },
      { role: 'runner', by: 'new', exports: ['Runner'] },
      {
        role: 'model',
        by: 'new',
        exports: ['OpenAIChatCompletionsModel', 'OpenAIResponsesModel', 'LitellmModel'],
        positional: ['model', 'openai_client'],
      },
      { role: 'provider', by: 'new', exports: ['OpenAIProvider', 'MultiProvider'] },
      { role: 'voice', by: 'new', exports: ['VoicePipeline', 'RealtimeRunner'], positional: ['starting_agent'] },
    ],
    calls: [
      ...runs(undefined, 'Runner.'),
      ...runs('runner', ''),
      // The rounds of a spoken conversation are those of the speaker.
      { on: 'voice', member: 'run', kind: 'audio', streaming: 'yes' },
    ],
  },
  retries: {
    // ModelSettings(retry=...) adds rounds of its own, but only where its policy says so, which cannot be read. The retries of the
    // openai package hold for the first round in any case.
    options: [...CLIENTS.map(client => ({ at: `${client}.max_retries` })), { ...PRESET, at: `${PRESET.at}.max_retries` }],
    defaults: [{ count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }],
  },
  timeout: {
    options: [
      ...SETTINGS.map(settings => ({ at: `${settings}.timeout`, unit: 's' as const })),
      ...SETTINGS.map(settings => ({ at: `${settings}.extra_args.timeout`, unit: 's' as const })),
      ...CLIENTS.map(client => ({ at: `${client}.timeout`, unit: 's' as const })),
      { ...PRESET, at: `${PRESET.at}.timeout`, unit: 's' },
    ],
    defaults: [{ ms: 600_000 }],
  },
  outputCap: {
    options: SETTINGS.map(settings => ({ at: `${settings}.max_tokens` })),
  },
  loop: {
    options: [{ at: 'request.max_turns' }],
    defaults: [{ kind: 'bounded', bound: 10 }],
  },
  model: ['request.run_config.model', 'body.starting_agent.model'],
  source: 'openai-agents 0.22.0 read: run.py, run_config.py, agent.py, model_settings.py, models/openai_provider.py, _config.py',
});
