// LangChain for Python: chat models, chains and agents of langchain, langchain-core, langchain-community and the packages of the
// providers (LangGraph is its own descriptor). Unlike its JavaScript twin it leaves retries and timeouts to the SDK of the provider.
import { type CallShape, defineSdk, NOTHING, TRANSIENT, UNDECIDED } from '../../core/index.ts';

// Chat models are all named Chat...; the others are completion models of the older generation.
const MODELS = [
  'Chat*',
  'AzureChatOpenAI',
  'BaseChatOpenAI',
  'BaseChatModel',
  'BaseLanguageModel',
  'BaseLLM',
  'LLM',
  'OpenAI',
  'AzureOpenAI',
  'OpenAIChat',
  'VLLMOpenAI',
  'PromptLayerOpenAI',
  'Anthropic',
  'AnthropicLLM',
  'Ollama',
  'OllamaLLM',
  'Bedrock',
  'BedrockLLM',
  'BedrockChat',
  'Cohere',
  'HuggingFaceHub',
  'HuggingFaceEndpoint',
  'HuggingFaceTextGenInference',
  'VertexAI',
  'GoogleGenerativeAI',
  'GooglePalm',
  'Replicate',
  'Groq',
  'Together',
  'Fireworks',
  'MistralAI',
  'NVIDIA',
  'DeepInfra',
  'WatsonxLLM',
  'AzureMLOnlineEndpoint',
  'AzureAIChatCompletionsModel',
  'SagemakerEndpoint',
  'Databricks',
  'Tongyi',
  'FakeListChatModel',
];
const RUNS = [
  'invoke',
  'batch',
  'batch_as_completed',
  'predict',
  'generate',
  'generate_prompt',
  'predict_messages',
  'run',
  'apply',
  'call_as_llm',
  'stream',
  'stream_events',
  'stream_log',
  'transform',
];
const STREAMS = /stream|transform/;
const ASYNC = RUNS.map(name => (name === 'call_as_llm' ? 'acall' : `a${name}`));
const INNER = ['model', 'open-model', 'chain', 'agent'];
const KEPT = [
  'with_structured_output',
  'with_retry',
  'with_fallbacks',
  'with_listeners',
  'with_alisteners',
  'with_types',
  'configurable_fields',
  'configurable_alternatives',
];

const runs = (on: string, kind: 'chat' | 'agent-run') =>
  // A chain or model of the older generation is called like a function: `chain({...})`.
  [...RUNS, ...ASYNC, ''].map(
    (member): CallShape => ({
      on,
      member,
      kind,
      streaming: STREAMS.test(member) ? 'yes' : 'no',
      positional: ['input', 'config'],
      ...(kind === 'agent-run' ? { loops: true } : {}),
    }),
  );

// Those that wrap an SDK with two retries of its own, given as max_retries or left at its default.
const WRAPPERS = [
  'py:langchain_openai',
  'py:langchain_anthropic',
  'py:langchain_groq',
  'py:langchain_xai',
  'py:langchain_deepseek',
  'py:langchain_openrouter',
  'openai',
  'azure',
  'anthropic',
  'groq',
];

const GOOGLE = ['py:langchain_google_genai', 'py:langchain_google_vertexai', 'google'];

export const sdk = defineSdk({
  id: 'langchain',
  title: 'LangChain (Python)',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:langchain', 'py:langchain_*', 'py:deepagents'],
    version: 'py:langchain_core',
    versionElse: ['py:langchain', 'py:langchain_openai', 'py:langchain_anthropic', 'py:langchain_community'],
    produces: [
      { role: 'embeddings', by: 'new', exports: ['*Embeddings', 'Embeddings'] },
      { role: 'embeddings', by: 'call', exports: ['init_embeddings'], positional: ['model'] },
      { role: 'chain', by: 'new', exports: ['ChatVectorDBChain'], carries: INNER },
      {
        role: 'other',
        by: 'new',
        exports: ['ChatPromptTemplate', 'ChatMessage*', 'ChatGeneration*', 'ChatPromptValue', 'ChatResult', 'ChatSession', 'ChatLoader'],
      },
      { role: 'model', by: 'new', exports: MODELS, positional: ['model'] },
      { role: 'model', by: 'new', exports: ['NVIDIA', 'VLLM'], positional: ['model'] },
      { role: 'open-model', by: 'call', exports: ['init_chat_model', 'chat_models.init_chat_model'], positional: ['model'] },
      ...['model', 'open-model'].flatMap(
        role =>
          [
            { role, by: 'call', on: role, members: KEPT, keeps: true },
            // What is bound goes along with each call.
            { role, by: 'call', on: role, members: ['bind', 'bind_tools', 'bind_functions'], carries: [role] },
          ] as const,
      ),
      // A model that is chosen by the configuration takes its options from there; any other ignores them there.
      { role: 'open-model', by: 'call', on: 'open-model', members: ['with_config'], carries: ['open-model'], options: 0 },
      { role: 'model', by: 'call', on: 'model', members: ['with_config'], keeps: true },
      // A chain goes on with what it has, or with the model that is added.
      { role: 'chain', by: 'call', on: 'chain', members: ['pipe'], carries: INNER.filter(role => role !== 'chain'), keeps: true },
      {
        role: 'chain',
        by: 'call',
        on: 'chain',
        members: ['bind', 'with_config', 'pick', 'assign', 'map', ...KEPT],
        keeps: true,
      },
      { role: 'chain', by: 'call', on: '*', members: ['pipe'], carries: INNER, mustCarry: true },
      {
        role: 'chain',
        by: 'call',
        exports: ['RunnablePassthrough.assign', 'RunnableParallel.from', 'RunnableSequence.from', 'RunnableLambda.pipe'],
        carries: INNER,
        mustCarry: true,
      },
      {
        role: 'chain',
        by: 'new',
        exports: [
          'RunnableSequence',
          'RunnableMap',
          'RunnableParallel',
          'RunnableWithMessageHistory',
          'RunnableBranch',
          'RunnableWithFallbacks',
        ],
        carries: INNER,
        mustCarry: true,
      },
      { role: 'chain', by: 'new', exports: ['*Chain', 'RetrievalQA', 'VectorDBQA'], carries: INNER },
      {
        role: 'chain',
        by: 'call',
        exports: [
          '*Chain.from_llm',
          '*Chain.from_chain_type',
          '*Chain.from_string',
          '*Chain.from_llm_and_api_docs',
          '*Chain.from_orm',
          'RetrievalQA.from_llm',
          'RetrievalQA.from_chain_type',
          'VectorDBQA.from_llm',
          'VectorDBQA.from_chain_type',
          'load_*chain',
          'create_*_chain',
          'create_history_aware_retriever',
          'MultiQueryRetriever.from_llm',
          'LLMChainExtractor.from_llm',
        ],
        carries: INNER,
      },
      {
        role: 'agent',
        by: 'call',
        exports: ['create_agent', 'agents.create_agent', 'create_deep_agent', 'async_create_deep_agent'],
        positional: ['model', 'tools'],
        carries: INNER,
      },
      {
        role: 'agent',
        by: 'call',
        on: 'agent',
        members: ['with_config', 'with_retry', 'with_fallbacks', 'bind'],
        carries: ['agent'],
        options: 0,
      },
      { role: 'executor', by: 'new', exports: ['AgentExecutor', 'agents.AgentExecutor', 'PlanAndExecute'], carries: INNER },
      { role: 'executor', by: 'call', exports: ['AgentExecutor.from_agent_and_tools'], carries: INNER },
      {
        role: 'executor',
        by: 'call',
        exports: [
          'initialize_agent',
          'agents.initialize_agent',
          'create_sql_agent',
          'create_csv_agent',
          'create_json_agent',
          'create_openapi_agent',
          'create_pandas_dataframe_agent',
          'create_spark_dataframe_agent',
          'create_spark_sql_agent',
          'create_pbi_agent',
          'create_python_agent',
          'create_vectorstore_agent',
          'create_vectorstore_router_agent',
          'create_xorbits_agent',
          'create_conversational_retrieval_agent',
          'load_agent_executor',
        ],
        positional: ['llm'],
        carries: INNER,
      },
      // One step of an agent, which an executor runs again and again.
      { role: 'chain', by: 'call', exports: ['create_*_agent', '*Agent.from_llm_and_tools', 'RunnableAgent'], carries: INNER },
      { role: 'chain', by: 'new', exports: ['*Agent', 'RunnableAgent', 'RunnableMultiActionAgent'], carries: INNER },
    ],
    calls: [
      ...runs('model', 'chat'),
      ...runs('open-model', 'chat'),
      ...runs('chain', 'chat'),
      ...runs('agent', 'agent-run'),
      ...runs('executor', 'agent-run'),
      ...['embed_query', 'embed_documents', 'aembed_query', 'aembed_documents'].map(
        (member): CallShape => ({ on: 'embeddings', member, kind: 'embedding', streaming: 'no' }),
      ),
    ],
  },
  retries: {
    wrappers: [{ member: 'with_retry', option: 'stop_after_attempt', attempts: 3 }],
    options: ['client.max_retries', 'client.configurable.max_retries'].flatMap(at => [
      // The chat models of Google give it on as the number of attempts.
      { at, counts: 'attempts' as const, providers: GOOGLE },
      { at },
    ]),
    defaults: [
      // Only the chat models of Google have the loop of their own below.
      ...GOOGLE.map(
        provider => ({ role: 'embeddings', provider, count: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown' }) as const,
      ),
      // Their own loop around the SDK of Google: six attempts.
      ...GOOGLE.map(provider => ({ provider, count: 5, on: TRANSIENT, backoff: 'exponential', retryAfter: 'unknown' }) as const),
      ...['py:langchain_aws', 'bedrock'].map(
        provider => ({ provider, count: 4, on: { ...TRANSIENT, overload: 'unknown' }, backoff: 'exponential', retryAfter: 'no' }) as const,
      ),
      ...['py:langchain_ollama', 'local'].map(
        provider => ({ provider, count: 0, on: NOTHING, backoff: 'none', retryAfter: 'no' }) as const,
      ),
      ...WRAPPERS.map(provider => ({ provider, count: 2, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }) as const),
      { count: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown', caveat: 'it is the SDK of the provider that tries again' },
    ],
  },
  timeout: {
    options: [
      { at: 'request.timeout', unit: 's' },
      { at: 'client.timeout', unit: 's' },
      { at: 'client.request_timeout', unit: 's' },
      { at: 'client.default_request_timeout', unit: 's' },
      { at: 'client.configurable.timeout', unit: 's' },
      { at: 'client.client_kwargs.timeout', unit: 's' },
      { at: 'client.step_timeout', unit: 's' },
    ],
    // That of the OpenAI and Anthropic packages; others may have none.
    defaults: [{ ms: 600_000 }],
  },
  outputCap: {
    options: [
      ...['body', 'client', 'client.model_kwargs', 'client.configurable', 'client.generation_config'].flatMap(place =>
        ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_tokens_to_sample', 'max_new_tokens', 'num_predict'].map(name => ({
          at: `${place}.${name}`,
        })),
      ),
      { at: 'client.max_length' },
      { at: 'client.n_predict' },
    ],
  },
  loop: {
    options: [
      { at: 'request.config.recursion_limit' },
      { at: 'client.recursion_limit' },
      { at: 'client.max_iterations' },
      { at: 'client.agent_executor_kwargs.max_iterations' },
      { at: 'client.middleware' },
    ],
    // The limit of tool calls ends the tools, not the rounds.
    boundedBy: ['ModelCallLimitMiddleware'],
    defaults: [
      { on: 'executor', kind: 'bounded', bound: 15 },
      { kind: 'soft', bound: 9999 },
    ],
  },
  model: [
    'client.model',
    'client.model_name',
    'client.model_id',
    'client.azure_deployment',
    'client.deployment_name',
    'client.configurable.model',
    'client.llm',
  ],
  source:
    'langchain 1.4.2, langchain-core 1.6.5, langchain-openai 1.6.6 and langchain-community 0.4.2 read; langchain-anthropic and langchain-google-genai in their repositories',
});
