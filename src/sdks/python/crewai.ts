// CrewAI: crews of agents, single agents, and their models.
import { type CallShape, defineSdk, NOTHING, TRANSIENT, UNDECIDED } from '../../core/index.ts';

const KICKS = ['kickoff', 'kickoff_async', 'akickoff'];
const EACH = ['kickoff_for_each', 'kickoff_for_each_async', 'akickoff_for_each', 'train', 'test', 'replay'];
const run =
  (on: string) =>
  (member: string): CallShape => ({ on, member, kind: 'agent-run', streaming: 'option', streamOption: 'client.stream', loops: true });
// LLM() hands a model to the SDK of its provider; before 1.0, and for other providers, to LiteLLM.
const WITH_SDK = ['openai', 'azure', 'anthropic', 'deepseek', 'openrouter', 'cerebras'];
const RERUN = 'an agent runs a task that failed again as a whole, twice by default (max_retry_limit)';

export const sdk = defineSdk({
  id: 'crewai',
  title: 'CrewAI',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:crewai'],
    produces: [
      // A name of capitals alone does not tell that it is a class.
      { role: 'llm', by: 'call', exports: ['LLM', 'llm.LLM'], positional: ['model'] },
      { role: 'llm', by: 'new', exports: ['LLM', 'llm.LLM', 'BaseLLM'], positional: ['model'] },
      { role: 'agent', by: 'new', exports: ['Agent', 'LiteAgent'], carries: ['llm'] },
      { role: 'task', by: 'new', exports: ['Task', 'ConditionalTask'], carries: ['agent'] },
      { role: 'crew', by: 'new', exports: ['Crew', 'crew.Crew'], carries: ['agent', 'task', 'llm'] },
      { role: 'crew', by: 'call', on: 'crew', members: ['copy'], carries: ['crew'] },
    ],
    calls: [
      ...[...KICKS, ...EACH].map(run('crew')),
      ...[...KICKS, 'execute_task', 'aexecute_task'].map(run('agent')),
      ...['execute_sync', 'execute_async', 'aexecute_sync'].map(run('task')),
      { on: 'llm', member: 'call', kind: 'chat', streaming: 'option', streamOption: 'client.stream' },
      { on: 'llm', member: 'acall', kind: 'chat', streaming: 'option', streamOption: 'client.stream' },
    ],
  },
  retries: {
    options: [
      { at: 'client.llm.max_retries', range: '>=1' },
      { at: 'client.max_retries', range: '>=1' },
      { at: 'client.llm.num_retries', range: '<1' },
      { at: 'client.num_retries', range: '<1' },
    ],
    defaults: [
      ...WITH_SDK.map(
        provider =>
          ({ range: '>=1', provider, count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes', caveat: RERUN }) as const,
      ),
      { range: '>=1', provider: 'google', count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no', caveat: RERUN },
      { range: '<1', provider: 'openai', count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes', caveat: RERUN },
      { range: '<1', provider: 'azure', count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes', caveat: RERUN },
      ...['anthropic', 'google', 'bedrock', 'local'].map(
        provider => ({ range: '<1', provider, count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no', caveat: RERUN }) as const,
      ),
      { count: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown', caveat: RERUN },
    ],
  },
  timeout: {
    options: [
      { at: 'client.llm.timeout', unit: 's' },
      { at: 'client.timeout', unit: 's' },
      // The limit of a whole task, which ends its requests as well.
      { at: 'client.max_execution_time', unit: 's' },
    ],
    defaults: [{ ms: 600_000 }],
  },
  outputCap: {
    options: ['max_tokens', 'max_completion_tokens', 'max_output_tokens'].flatMap(name => [
      { at: `client.llm.${name}` },
      { at: `client.${name}` },
    ]),
  },
  loop: {
    // For each task of each agent; max_rpm only slows it down.
    options: [{ at: 'client.max_iter' }],
    defaults: [{ kind: 'bounded', bound: 25 }],
  },
  model: ['client.llm', 'client.model'],
  source: 'crewai 1.15.17 (commit f4731f50) read: crew.py, agent/core.py, agents/agent_builder/base_agent.py, llm.py, llms/providers',
});
