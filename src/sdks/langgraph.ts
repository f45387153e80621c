// LangGraph.js: graphs, the prebuilt agents of `@langchain/langgraph` and its sister packages, and deep agents.
import { defineSdk, type RetriedFailures, TRANSIENT } from '../core/index.ts';

// A graph repeats nothing itself; the chat models inside do, as LangChain does, and those that are called in a node are calls of
// their own. So the number stays open unless the model is seen. The retryPolicy of a node stands in a call of the builder, out of
// reach.
const RETRIED: RetriedFailures = { ...TRANSIENT, rateLimit: 'unknown' };

const SUPERVISOR = ['@langchain/langgraph-supervisor'];
const SWARM = ['@langchain/langgraph-swarm'];
const DEEP = ['deepagents'];
const INNER = ['model', 'chain', 'agent', 'graph', 'builder'];
const RUNNABLES = ['graph', 'agent', 'deep-agent'] as const;
// The names under which the prebuilt agents take their model.
const MODELS = ['client.llm', 'client.model'];
const CAPS = ['maxTokens', 'maxCompletionTokens', 'maxOutputTokens', 'numPredict', 'max_tokens'];

export const sdk = defineSdk({
  id: 'langgraph-js',
  title: 'LangGraph.js',
  layer: 'framework',
  provider: 'any',
  code: {
    packages: ['@langchain/langgraph', '@langchain/langgraph-*', ...DEEP],
    version: '@langchain/langgraph',
    produces: [
      { role: 'builder', by: 'new', exports: ['StateGraph', 'MessageGraph', 'Graph'] },
      { role: 'builder', by: 'call', exports: ['createSupervisor'], packages: SUPERVISOR, carries: INNER },
      { role: 'builder', by: 'call', exports: ['createSwarm', 'addActiveAgentRouter'], packages: SWARM, carries: INNER },
      {
        role: 'builder',
        by: 'call',
        on: 'builder',
        members: ['addNode', 'addSequence', 'addEdge', 'addConditionalEdges', 'setEntryPoint', 'setFinishPoint', 'setNodeDefaults'],
        keeps: true,
      },
      // compile() takes nothing that counts here, and ignores a recursionLimit; so no argument of it is read as options.
      { role: 'graph', by: 'call', on: 'builder', members: ['compile'], carries: ['builder'], options: 1 },
      { role: 'agent', by: 'call', exports: ['createReactAgent', 'createFunctionCallingExecutor', 'createAgentExecutor'], carries: INNER },
      { role: 'deep-agent', by: 'call', exports: ['createDeepAgent'], packages: DEEP, carries: INNER },
      { role: 'graph', by: 'call', exports: ['entrypoint'] },
      { role: 'graph', by: 'new', exports: ['RemoteGraph', 'Pregel'] },
      ...RUNNABLES.map(
        role =>
          ({
            role,
            by: 'call',
            on: role,
            // Each merges its own argument into the config of the receiver.
            members: ['withConfig', 'withRetry', 'withFallbacks', 'withListeners', 'bind'],
            carries: [role],
          }) as const,
      ),
    ],
    calls: RUNNABLES.flatMap(
      on =>
        [
          { on, member: 'invoke', kind: 'agent-run', streaming: 'no', loops: true },
          { on, member: 'batch', kind: 'agent-run', streaming: 'no', loops: true },
          { on, member: 'stream', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
          { on, member: 'streamEvents', kind: 'agent-run', streaming: 'yes', loops: true, lazy: true },
        ] as const,
    ),
  },
  retries: {
    wrappers: [{ member: 'withRetry', option: 'stopAfterAttempt', attempts: 3 }],
    options: [
      { at: 'client.stopAfterAttempt', counts: 'attempts' },
      ...MODELS.map(model => ({ at: `${model}.maxRetries` })),
      { at: 'client.maxRetries' },
    ],
    defaults: [
      {
        count: null,
        on: RETRIED,
        backoff: 'unknown',
        retryAfter: 'unknown',
        caveat: 'a graph repeats nothing itself; the chat models inside it may',
      },
    ],
  },
  timeout: {
    options: [
      { at: 'request.timeout' },
      { at: 'request.signal' },
      { at: 'client.timeout' },
      ...MODELS.map(model => ({ at: `${model}.timeout` })),
    ],
    defaults: [{ ms: null }],
  },
  outputCap: {
    options: [...MODELS.flatMap(model => CAPS.map(cap => ({ at: `${model}.${cap}` }))), ...CAPS.map(cap => ({ at: `client.${cap}` }))],
  },
  loop: {
    options: [{ at: 'request.recursionLimit' }, { at: 'client.recursionLimit' }, { at: 'client.config.recursionLimit' }],
    defaults: [
      // createDeepAgent() sets 10000 since some version after 1.1, and left it at 25 before.
      { on: 'deep-agent', kind: 'soft', bound: 10_000 },
      { kind: 'bounded', bound: 25 },
    ],
  },
  model: ['client.llm', 'client.model', 'client.modelName'],
  source:
    '@langchain/langgraph 0.4.10 and 1.7.3, model calls counted; 0.0.34 and 0.2.74 and langgraph-supervisor 1.1.3, langgraph-swarm 1.0.4, deepagents 1.1.0, 1.10.0 and 1.14.1 read',
});
