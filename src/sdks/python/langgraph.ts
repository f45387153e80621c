// LangGraph for Python: graphs, the prebuilt agents of langgraph and its sister packages.
import { type CallShape, defineSdk, TRANSIENT } from '../../core/index.ts';

const INNER = ['model', 'open-model', 'chain', 'agent', 'graph', 'builder'];
const RUNNABLES = ['graph', 'agent'] as const;
const RUNS = ['invoke', 'batch', 'stream', 'stream_events', 'stream_log'].flatMap(name => [name, `a${name}`]);
// The names under which the prebuilt agents take their model.
const MODELS = ['client.model', 'client.llm'];
const CAPS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_tokens_to_sample', 'num_predict'];

export const sdk = defineSdk({
  id: 'langgraph',
  title: 'LangGraph (Python)',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:langgraph', 'py:langgraph_*'],
    version: 'py:langgraph',
    produces: [
      { role: 'builder', by: 'new', exports: ['StateGraph', 'MessageGraph', 'Graph', 'graph.StateGraph'] },
      {
        role: 'builder',
        by: 'call',
        exports: ['create_supervisor'],
        packages: ['py:langgraph_supervisor'],
        positional: ['agents'],
        carries: INNER,
      },
      {
        role: 'builder',
        by: 'call',
        exports: ['create_swarm', 'add_active_agent_router'],
        packages: ['py:langgraph_swarm'],
        positional: ['agents'],
        carries: INNER,
      },
      {
        role: 'builder',
        by: 'call',
        on: 'builder',
        members: [
          'add_node',
          'add_sequence',
          'add_edge',
          'add_conditional_edges',
          'set_entry_point',
          'set_conditional_entry_point',
          'set_finish_point',
          'set_node_defaults',
        ],
        keeps: true,
      },
      { role: 'graph', by: 'call', on: 'builder', members: ['compile'], carries: ['builder'] },
      {
        role: 'agent',
        by: 'call',
        exports: [
          'create_react_agent',
          'prebuilt.create_react_agent',
          'chat_agent_executor.create_react_agent',
          'create_function_calling_executor',
          'create_tool_calling_executor',
          'create_agent_executor',
        ],
        positional: ['model', 'tools'],
        carries: INNER,
      },
      { role: 'graph', by: 'new', exports: ['RemoteGraph', 'Pregel'] },
      ...RUNNABLES.map(
        role =>
          ({
            role,
            by: 'call',
            on: role,
            // Each merges its own argument into the configuration of the receiver.
            members: ['with_config', 'with_retry', 'with_fallbacks', 'with_listeners', 'bind'],
            carries: [role],
            options: 0,
          }) as const,
      ),
    ],
    calls: RUNNABLES.flatMap(on =>
      RUNS.map(
        (member): CallShape => ({
          on,
          member,
          kind: 'agent-run',
          streaming: member.includes('stream') ? 'yes' : 'no',
          positional: ['input', 'config'],
          loops: true,
        }),
      ),
    ),
  },
  retries: {
    wrappers: [{ member: 'with_retry', option: 'stop_after_attempt', attempts: 3 }],
    // The retry_policy of a node stands in a call of the builder, out of reach.
    options: [{ at: 'client.stop_after_attempt', counts: 'attempts' }, ...MODELS.map(model => ({ at: `${model}.max_retries` }))],
    defaults: [
      {
        count: null,
        on: { ...TRANSIENT, rateLimit: 'unknown' },
        backoff: 'unknown',
        retryAfter: 'unknown',
        caveat: 'a graph repeats nothing itself; the chat models inside it may',
      },
    ],
  },
  timeout: {
    options: [
      ...MODELS.flatMap(model => [{ at: `${model}.timeout`, unit: 's' } as const, { at: `${model}.request_timeout`, unit: 's' } as const]),
      // The limit of one step of the graph, so of each model call in it.
      { at: 'client.step_timeout', unit: 's' },
    ],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [...MODELS.flatMap(model => CAPS.map(cap => ({ at: `${model}.${cap}` }))), ...CAPS.map(cap => ({ at: `client.${cap}` }))],
  },
  loop: {
    options: [{ at: 'request.config.recursion_limit' }, { at: 'client.recursion_limit' }, { at: 'client.config.recursion_limit' }],
    defaults: [
      { range: '<1.0.6', kind: 'bounded', bound: 25 },
      { kind: 'soft', bound: 10_007 },
    ],
  },
  model: ['client.model', 'client.llm'],
  source:
    'langgraph 1.2.11 and 1.2.12 and langgraph-prebuilt 1.1.0 read: _internal/_config.py, _internal/_retry.py, graph/state.py, prebuilt/chat_agent_executor.py; the change of 1.0.6 in its history',
});
