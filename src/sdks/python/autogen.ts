// AutoGen from 0.4 on: autogen_agentchat, autogen_ext and autogen_core.
import { type CallShape, defineSdk, NOTHING, TRANSIENT, UNDECIDED } from '../../core/index.ts';

const TEAMS = ['RoundRobinGroupChat', 'SelectorGroupChat', 'Swarm', 'GraphFlow', 'MagenticOne'];
const runs = (on: string, names: readonly string[]) =>
  names.map((member): CallShape => ({ on, member, kind: 'agent-run', streaming: member.endsWith('stream') ? 'yes' : 'no', loops: true }));

export const sdk = defineSdk({
  id: 'autogen',
  title: 'AutoGen',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:autogen_agentchat', 'py:autogen_ext', 'py:autogen_core'],
    produces: [
      { role: 'model', by: 'new', exports: ['*ChatCompletionClient'] },
      // From a configuration, which is mostly a file.
      { role: 'model', by: 'call', exports: ['*ChatCompletionClient.load_component'], positional: ['model'] },
      { role: 'agent', by: 'call', exports: ['*Agent.load_component'], positional: ['model'] },
      { role: 'team', by: 'call', exports: TEAMS.map(team => `${team}.load_component`), positional: ['model'] },
      {
        role: 'agent',
        by: 'new',
        exports: [
          'AssistantAgent',
          'CodeExecutorAgent',
          'SocietyOfMindAgent',
          'MultimodalWebSurfer',
          'FileSurfer',
          'OpenAIAgent',
          'OpenAIAssistantAgent',
        ],
        positional: ['name', 'model_client'],
        carries: ['model', 'team', 'magentic'],
      },
      {
        role: 'magentic',
        by: 'new',
        exports: ['MagenticOneGroupChat'],
        positional: ['participants', 'model_client'],
        carries: ['model', 'agent'],
      },
      { role: 'team', by: 'new', exports: TEAMS, positional: ['participants', 'model_client'], carries: ['model', 'agent', 'team'] },
    ],
    calls: [
      ...runs('agent', ['run', 'run_stream', 'on_messages', 'on_messages_stream']),
      ...runs('team', ['run', 'run_stream']),
      ...runs('magentic', ['run', 'run_stream']),
      { on: 'model', member: 'create', kind: 'chat', streaming: 'no', positional: ['messages'] },
      { on: 'model', member: 'create_stream', kind: 'chat', streaming: 'yes', positional: ['messages'] },
    ],
  },
  retries: {
    options: [{ at: 'client.model_client.max_retries' }, { at: 'client.max_retries' }],
    defaults: [
      ...['openai', 'azure', 'anthropic'].map(
        provider => ({ provider, count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }) as const,
      ),
      { provider: 'local', count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' },
      { count: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown', caveat: 'it is the SDK of the provider that tries again' },
    ],
  },
  timeout: {
    options: [
      { at: 'client.model_client.timeout', unit: 's' },
      { at: 'client.timeout', unit: 's' },
    ],
    defaults: [{ ms: 600_000 }],
  },
  outputCap: {
    options: ['max_tokens', 'max_completion_tokens'].flatMap(name => [
      { at: `body.extra_create_args.${name}` },
      { at: `client.model_client.${name}` },
      { at: `client.${name}` },
    ]),
  },
  loop: {
    options: [{ at: 'client.max_turns' }, { at: 'client.termination_condition' }, { at: 'client.max_tool_iterations' }],
    boundedBy: ['MaxMessageTermination', 'TokenUsageTermination', 'TimeoutTermination'],
    // The model decides whether it ever writes the text.
    unboundedBy: [
      'TextMentionTermination',
      'StopMessageTermination',
      'HandoffTermination',
      'SourceMatchTermination',
      'TextMessageTermination',
      'FunctionCallTermination',
    ],
    defaults: [
      { on: 'agent', kind: 'single' },
      { on: 'magentic', kind: 'bounded', bound: 20 },
      { on: 'team', kind: 'none' },
    ],
  },
  model: ['client.model', 'client.model_client'],
  source:
    'autogen-agentchat and autogen-ext 0.7.5 (commit 027ecf0a) read: agents/_assistant_agent.py, teams/_group_chat, conditions/_terminations.py, models/*/config',
});
