// AutoGen 0.2 and its successor AG2, both imported as `autogen`: agents that answer each other until one of them stops.
import { type CallShape, defineSdk, TRANSIENT } from '../../core/index.ts';

const CONFIGS = ['client.llm_config', 'body.recipient.llm_config'];
const runs = (names: readonly string[], positional: readonly string[]) =>
  names
    .flatMap(name => [name, `a_${name}`])
    .map((member): CallShape => ({ on: 'agent', member, kind: 'agent-run', streaming: 'no', positional, loops: true }));

export const sdk = defineSdk({
  id: 'autogen-v0',
  title: 'AutoGen 0.2 and AG2',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:autogen', 'py:ag2', 'py:pyautogen'],
    produces: [
      { role: 'agent', by: 'new', exports: ['*Agent', 'agentchat.*Agent', 'GroupChatManager'], positional: ['name'] },
      { role: 'chat', by: 'new', exports: ['GroupChat'], positional: ['agents', 'messages', 'max_round'] },
      { role: 'client', by: 'new', exports: ['OpenAIWrapper'] },
    ],
    calls: [
      ...runs(['initiate_chat', 'run'], ['recipient']),
      ...runs(['initiate_chats'], ['chat_queue']),
      ...runs(['generate_reply'], ['messages']),
      { on: 'client', member: 'create', kind: 'chat', streaming: 'option' },
    ],
  },
  retries: {
    options: CONFIGS.map(config => ({ at: `${config}.max_retries` })),
    defaults: [{ count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }],
  },
  timeout: {
    options: CONFIGS.flatMap(config => ['timeout', 'request_timeout'].map(name => ({ at: `${config}.${name}`, unit: 's' as const }))),
    defaults: [{ ms: 600_000 }],
  },
  outputCap: { options: CONFIGS.flatMap(config => ['max_tokens', 'max_completion_tokens'].map(name => ({ at: `${config}.${name}` }))) },
  loop: {
    options: [
      { at: 'request.max_turns' },
      { at: 'request.recipient.groupchat.max_round' },
      { at: 'client.groupchat.max_round' },
      { at: 'client.max_consecutive_auto_reply' },
      { at: 'request.recipient.max_consecutive_auto_reply' },
    ],
    defaults: [{ kind: 'soft', bound: 100 }],
  },
  model: CONFIGS.flatMap(config => [`${config}.model`, `${config}.config_list.model`]),
  source:
    'pyautogen 0.2 as documented: agents answer a hundred times in a row unless told otherwise; requests go through the openai package',
});
