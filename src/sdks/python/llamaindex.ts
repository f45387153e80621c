// LlamaIndex for Python: models, query and chat engines, agents and workflows of llama-index.
import { type CallShape, defineSdk, TRANSIENT, UNDECIDED } from '../../core/index.ts';

const MODELS = [
  'OpenAI',
  'OpenAILike',
  'OpenAIResponses',
  'AzureOpenAI',
  'Anthropic',
  'Gemini',
  'GoogleGenAI',
  'Vertex',
  'Groq',
  'MistralAI',
  'Cohere',
  'Ollama',
  'Bedrock',
  'BedrockConverse',
  'TogetherLLM',
  'Fireworks',
  'OpenRouter',
  'DeepSeek',
  'Perplexity',
  'Replicate',
  'HuggingFaceInferenceAPI',
  'LiteLLM',
  'LangChainLLM',
];
const INNER = ['model', 'index', 'retriever', 'query-engine', 'chat-engine', 'workflow', 'runner'];
const ASKS = [
  'chat',
  'complete',
  'predict',
  'structured_predict',
  'predict_and_call',
  'chat_with_tools',
  'stream_chat',
  'stream_complete',
  'stream_structured_predict',
];

const both = (on: string, name: string, kind: CallShape['kind'], positional: readonly string[], loops = false): readonly CallShape[] =>
  (name.startsWith('stream_') ? [name, `a${name}`] : [name, `a${name}`]).map(member => ({
    on,
    member,
    kind,
    streaming: name.startsWith('stream_') ? 'yes' : 'no',
    positional,
    ...(loops ? { loops } : {}),
  }));

export const sdk = defineSdk({
  id: 'llamaindex',
  title: 'LlamaIndex (Python)',
  layer: 'framework',
  provider: 'any',
  language: 'python',
  code: {
    packages: ['py:llama_index'],
    produces: [
      { role: 'embeddings', by: 'new', exports: ['*Embedding', '*EmbeddingModel'] },
      { role: 'model', by: 'new', exports: MODELS, positional: ['model'] },
      { role: 'model', by: 'new', exports: ['LLMPredictor'], carries: ['model'] },
      { role: 'model', by: 'call', on: 'model', members: ['as_structured_llm'], keeps: true },
      { role: 'index', by: 'new', exports: ['*Index'], carries: INNER },
      {
        role: 'index',
        by: 'call',
        exports: ['*Index.from_documents', '*Index.from_vector_store', 'load_index_from_storage'],
        carries: INNER,
      },
      { role: 'retriever', by: 'call', on: 'index', members: ['as_retriever'], carries: INNER },
      { role: 'query-engine', by: 'call', on: 'index', members: ['as_query_engine'], carries: INNER },
      { role: 'chat-engine', by: 'call', on: 'index', members: ['as_chat_engine'], carries: INNER },
      { role: 'query-engine', by: 'new', exports: ['*QueryEngine'], carries: INNER },
      {
        role: 'query-engine',
        by: 'call',
        exports: ['*QueryEngine.from_args', '*QueryEngine.from_defaults', 'get_response_synthesizer'],
        carries: INNER,
      },
      { role: 'chat-engine', by: 'new', exports: ['*ChatEngine'], carries: INNER },
      { role: 'chat-engine', by: 'call', exports: ['*ChatEngine.from_defaults'], carries: INNER },
      { role: 'workflow', by: 'new', exports: ['FunctionAgent', 'AgentWorkflow', 'CodeActAgent', 'ReActAgent'], carries: INNER },
      { role: 'workflow', by: 'call', exports: ['AgentWorkflow.from_tools_or_functions'], carries: INNER },
      { role: 'runner', by: 'call', exports: ['*Agent.from_tools', '*Agent.from_llm'], carries: INNER },
      { role: 'runner', by: 'new', exports: ['AgentRunner', 'OpenAIAgent', 'ParallelAgentRunner'], carries: INNER },
    ],
    calls: [
      ...ASKS.flatMap(name => both('model', name, 'chat', ['messages'])),
      ...both('query-engine', 'query', 'chat', ['str_or_query_bundle']),
      ...both('query-engine', 'synthesize', 'chat', ['query']),
      ...['chat', 'stream_chat'].flatMap(name => both('chat-engine', name, 'chat', ['message'])),
      ...['chat', 'stream_chat', 'query'].flatMap(name => both('runner', name, 'agent-run', ['message'], true)),
      { on: 'workflow', member: 'run', kind: 'agent-run', streaming: 'no', positional: ['user_msg'], loops: true },
      ...[
        'get_text_embedding',
        'get_text_embedding_batch',
        'get_query_embedding',
        'aget_text_embedding',
        'aget_text_embedding_batch',
        'aget_query_embedding',
      ].map((member): CallShape => ({ on: 'embeddings', member, kind: 'embedding', streaming: 'no' })),
      // Documents are embedded, many requests at once, with the model of Settings.
      { member: 'VectorStoreIndex.from_documents', kind: 'embedding', streaming: 'no' },
      { member: 'GPTVectorStoreIndex.from_documents', kind: 'embedding', streaming: 'no' },
    ],
  },
  retries: {
    options: [{ at: 'client.max_retries' }, { at: 'client.llm.max_retries' }],
    defaults: [
      { provider: 'anthropic', count: 10, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' },
      ...['openai', 'azure'].map(provider => ({ provider, count: 3, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }) as const),
      // The packages of the providers differ, and the model of an engine is often that of Settings, set elsewhere.
      { count: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown' },
    ],
  },
  timeout: {
    options: [
      { at: 'client.timeout', unit: 's' },
      { at: 'client.request_timeout', unit: 's' },
      { at: 'client.llm.timeout', unit: 's' },
      { at: 'client.llm.request_timeout', unit: 's' },
    ],
    defaults: [{ ms: 60_000 }],
  },
  outputCap: {
    options: ['', 'llm.'].flatMap(before => [
      { at: `client.${before}max_tokens` },
      { at: `client.${before}max_output_tokens` },
      { at: `client.${before}additional_kwargs.max_tokens` },
      { at: `client.${before}generation_config.max_output_tokens` },
    ]),
  },
  loop: {
    options: [{ at: 'request.max_iterations' }, { at: 'client.max_iterations' }, { at: 'client.max_function_calls' }],
    defaults: [
      { on: 'runner', kind: 'bounded', bound: 10 },
      { on: 'workflow', kind: 'bounded', bound: 20 },
    ],
  },
  model: ['client.model', 'client.model_name', 'client.llm'],
  source: 'llama-index-llms-anthropic (commit 0163b136) read; llama-index-llms-openai and the bounds of the agents as documented',
});
