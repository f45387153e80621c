// LangChain.js: chat models, chains and agents of `langchain` and the `@langchain/*` packages (LangGraph is its own descriptor).
import { defineSdk, TRANSIENT } from '../core/index.ts';

// Chat models are exported by some sixty packages, all named Chat…; the others are completion models of the older generation.
const MODELS = [
  'Chat*',
  'AzureChatOpenAI',
  'BaseChatModel',
  'BaseLanguageModel',
  'BaseLLM',
  'LLM',
  'OpenAI',
  'AzureOpenAI',
  'Ollama',
  'Bedrock',
  'BedrockChat',
  'Cohere',
  'HuggingFaceInference',
  'GoogleVertexAI',
  'Replicate',
  'Anthropic',
  'Groq',
  'FakeListChatModel',
];
const RUNS: readonly string[] = [
  'invoke',
  'stream',
  'batch',
  'streamEvents',
  'streamLog',
  'call',
  'predict',
  'generate',
  'predictMessages',
  'generatePrompt',
  'run',
  'apply',
  'transform',
];
const STREAMS = new Set(['stream', 'streamEvents', 'streamLog', 'transform']);
const INNER = ['model', 'chain', 'agent'];

const runs = (role: string, kind: 'chat' | 'agent-run', names: readonly string[]) =>
  names.map(
    member =>
      ({
        on: role,
        member,
        kind,
        streaming: STREAMS.has(member) ? 'yes' : 'no',
        ...(STREAMS.has(member) ? { lazy: true } : {}),
        ...(kind === 'agent-run' ? { loops: true } : {}),
      }) as const,
  );

export const sdk = defineSdk({
  id: 'langchain-js',
  title: 'LangChain.js',
  layer: 'framework',
  provider: 'any',
  code: {
    packages: ['langchain', '@langchain/*'],
    version: '@langchain/core',
    versionElse: ['langchain', '@langchain/openai', '@langchain/anthropic'],
    produces: [
      { role: 'embeddings', by: 'new', exports: ['*Embeddings', 'Embeddings'] },
      {
        role: 'other',
        by: 'new',
        exports: [
          'ChatPromptTemplate',
          'ChatMessageHistory',
          'ChatMessage',
          'ChatMessagePromptTemplate',
          'ChatGenerationChunk',
          'ChatPromptValue',
          'ChatMessageChunk',
        ],
      },
      { role: 'model', by: 'new', exports: MODELS },
      { role: 'model', by: 'call', exports: ['initChatModel'], options: 1 },
      {
        role: 'model',
        by: 'call',
        on: 'model',
        members: [
          'bindTools',
          'bind',
          'withStructuredOutput',
          'withConfig',
          'withRetry',
          'withFallbacks',
          'withListeners',
          'bindFunctions',
        ],
        keeps: true,
      },
      { role: 'chain', by: 'call', on: '*', members: ['pipe'], carries: INNER, mustCarry: true },
      {
        role: 'chain',
        by: 'call',
        on: 'chain',
        members: ['pipe', 'bind', 'withConfig', 'withRetry', 'withFallbacks', 'withListeners', 'pick', 'assign'],
        keeps: true,
      },
      {
        role: 'chain',
        by: 'call',
        exports: [
          'RunnableSequence.from',
          'RunnableMap.from',
          'RunnableParallel.from',
          'RunnablePassthrough.assign',
          'RunnableBranch.from',
        ],
        carries: INNER,
        mustCarry: true,
      },
      {
        role: 'chain',
        by: 'new',
        exports: ['RunnableSequence', 'RunnableMap', 'RunnableWithMessageHistory', 'RunnableBranch'],
        carries: INNER,
        mustCarry: true,
      },
      { role: 'chain', by: 'new', exports: ['*Chain'], carries: INNER },
      {
        role: 'chain',
        by: 'call',
        exports: [
          '*Chain.fromLLM',
          '*Chain.fromLLMAndPrompts',
          '*Chain.fromChainType',
          'load*Chain',
          'create*Chain',
          'createHistoryAwareRetriever',
        ],
        carries: INNER,
      },
      { role: 'agent', by: 'call', exports: ['createAgent', 'createDeepAgent'], carries: INNER },
      { role: 'executor', by: 'new', exports: ['AgentExecutor', 'PlanAndExecuteAgentExecutor'], carries: INNER },
      {
        role: 'executor',
        by: 'call',
        exports: ['AgentExecutor.fromAgentAndTools', 'PlanAndExecuteAgentExecutor.fromLLMAndTools'],
        carries: INNER,
      },
      {
        role: 'executor',
        by: 'call',
        exports: [
          'initializeAgentExecutorWithOptions',
          'initializeAgentExecutor',
          'createOpenAIFunctionsExecutor',
          'createSqlAgent',
          'createVectorStoreAgent',
        ],
        options: 2,
        carries: INNER,
      },
      { role: 'chain', by: 'call', exports: ['create*Agent'], carries: INNER },
      { role: 'agent', by: 'call', on: 'agent', members: ['withConfig', 'withRetry', 'withFallbacks', 'withListeners'], keeps: true },
    ],
    calls: [
      ...runs('model', 'chat', RUNS),
      ...runs('chain', 'chat', RUNS),
      ...runs('agent', 'agent-run', ['invoke', 'stream', 'streamEvents', 'batch']),
      ...runs('executor', 'agent-run', ['invoke', 'stream', 'streamEvents', 'call', 'run', 'batch']),
      { on: 'embeddings', member: 'embedQuery', kind: 'embedding', streaming: 'no' },
      { on: 'embeddings', member: 'embedDocuments', kind: 'embedding', streaming: 'no' },
    ],
  },
  retries: {
    wrappers: [{ member: 'withRetry', option: 'stopAfterAttempt', attempts: 3 }],
    options: [{ at: 'client.maxRetries' }],
    dead: [
      {
        at: 'client.clientOptions.maxRetries',
        why: 'LangChain calls the SDK with zero retries and does its own; set maxRetries on the model',
      },
      {
        at: 'client.configuration.maxRetries',
        why: 'LangChain calls the SDK with zero retries and does its own; set maxRetries on the model',
      },
    ],
    defaults: [
      { range: '<1.2.8', count: 6, on: TRANSIENT, backoff: 'exponential', retryAfter: 'no' },
      {
        range: '>=1.2.8',
        count: 6,
        on: { ...TRANSIENT, rateLimit: 'unknown' },
        backoff: 'exponential',
        retryAfter: 'yes',
        caveat: 'a 429 without a retry-after header is thrown at once',
      },
    ],
  },
  timeout: {
    options: [
      { at: 'request.timeout' },
      { at: 'request.signal' },
      { at: 'client.timeout' },
      { at: 'client.clientOptions.timeout' },
      { at: 'client.configuration.timeout' },
    ],
    defaults: [{ ms: 600_000 }],
  },
  outputCap: {
    options: [
      { at: 'client.maxTokens' },
      { at: 'client.maxCompletionTokens' },
      { at: 'client.maxOutputTokens' },
      { at: 'client.numPredict' },
      { at: 'client.modelKwargs.max_tokens' },
      { at: 'client.modelKwargs.max_completion_tokens' },
      { at: 'client.max_tokens' },
      { at: 'client.max_completion_tokens' },
      { at: 'client.maxLength' },
    ],
  },
  loop: {
    options: [{ at: 'request.recursionLimit' }, { at: 'client.recursionLimit' }, { at: 'client.maxIterations' }],
    defaults: [
      { on: 'executor', kind: 'bounded', bound: 15 },
      { kind: 'bounded', bound: 25 },
    ],
  },
  model: ['client.model', 'client.modelName', 'client.azureOpenAIApiDeploymentName', 'client.deploymentName'],
  source:
    '@langchain/core 0.3.80 and 1.4.0, @langchain/openai 0.6.17 and 1.5.8, @langchain/anthropic 0.3.34 and 1.5.11, langchain 1.5.14, requests counted against a local server',
});
