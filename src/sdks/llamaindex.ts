// LlamaIndex.TS: models, agents, engines and embeddings of `llamaindex` and the `@llamaindex/*` packages.
import { defineSdk, TRANSIENT, UNDECIDED } from '../core/index.ts';

// Each provider package exports a class and mostly a function that makes one.
const CLASSES = [
  'OpenAI',
  'OpenAIResponses',
  'AzureOpenAI',
  'Anthropic',
  'Gemini',
  'Groq',
  'MistralAI',
  'Ollama',
  'Bedrock',
  'DeepInfra',
  'Portkey',
  'HuggingFaceInferenceAPI',
  '*LLM',
];
const FUNCTIONS = ['openai', 'openaiResponses', 'anthropic', 'gemini', 'groq', 'mistral', 'ollama', 'bedrock', 'deepseek', 'together'];
const INNER = ['model', 'workflow', 'function-agent'];

export const sdk = defineSdk({
  id: 'llamaindex',
  title: 'LlamaIndex.TS',
  layer: 'framework',
  provider: 'any',
  code: {
    packages: ['llamaindex', '@llamaindex/*'],
    produces: [
      { role: 'embeddings', by: 'new', exports: ['*Embedding', '*Embeddings'] },
      { role: 'embeddings', by: 'value', exports: ['Settings.embedModel'] },
      { role: 'model', by: 'value', exports: ['Settings.llm'] },
      { role: 'function-agent', by: 'new', exports: ['FunctionAgent'], carries: INNER },
      { role: 'runner', by: 'new', exports: ['OpenAIAgent', 'AnthropicAgent', 'ReActAgent', 'LLMAgent'], carries: INNER },
      { role: 'workflow', by: 'call', exports: ['agent', 'multiAgent', 'AgentWorkflow.fromTools'], carries: INNER },
      { role: 'workflow', by: 'new', exports: ['AgentWorkflow'], carries: INNER },
      { role: 'chat-engine', by: 'new', exports: ['*ChatEngine'], carries: INNER },
      { role: 'query-engine', by: 'new', exports: ['*QueryEngine'], carries: INNER },
      { role: 'query-engine', by: 'call', exports: ['*QueryEngine.fromDefaults'], carries: INNER },
      { role: 'index', by: 'call', exports: ['*Index.fromDocuments', '*Index.init', '*Index.fromVectorStore', '*Index.fromVectorStores'] },
      { role: 'chat-engine', by: 'call', on: 'index', members: ['asChatEngine'], carries: INNER },
      { role: 'query-engine', by: 'call', on: 'index', members: ['asQueryEngine'], carries: INNER },
      { role: 'model', by: 'new', exports: CLASSES },
      { role: 'model', by: 'call', exports: FUNCTIONS },
    ],
    calls: [
      { on: 'model', member: 'chat', kind: 'chat', streaming: 'option' },
      { on: 'model', member: 'complete', kind: 'chat', streaming: 'option' },
      { on: 'model', member: 'exec', kind: 'chat', streaming: 'option' },
      { on: 'model', member: 'streamExec', kind: 'chat', streaming: 'yes' },
      { on: 'chat-engine', member: 'chat', kind: 'chat', streaming: 'option' },
      { on: 'query-engine', member: 'query', kind: 'chat', streaming: 'option' },
      { on: 'runner', member: 'chat', kind: 'agent-run', streaming: 'option', loops: true },
      { on: 'workflow', member: 'run', kind: 'agent-run', streaming: 'no', places: { input: 0, body: 1 }, loops: true },
      { on: 'workflow', member: 'runStream', kind: 'agent-run', streaming: 'yes', places: { input: 0, body: 1 }, loops: true, lazy: true },
      { on: 'embeddings', member: 'getTextEmbedding', kind: 'embedding', streaming: 'no' },
      { on: 'embeddings', member: 'getTextEmbeddings', kind: 'embedding', streaming: 'no' },
      { on: 'embeddings', member: 'getTextEmbeddingsBatch', kind: 'embedding', streaming: 'no' },
      { on: 'embeddings', member: 'getQueryEmbedding', kind: 'embedding', streaming: 'no' },
      // Documents are embedded, many requests at once, with the model of Settings.
      { member: 'VectorStoreIndex.fromDocuments', kind: 'embedding', streaming: 'no' },
    ],
  },
  retries: {
    options: [{ at: 'client.maxRetries' }, { at: 'client.llm.maxRetries' }],
    defaults: [
      // The packages of the providers differ, and only these two were read: the SDK of the provider, with 10 retries instead of 2.
      // The model of an engine is often that of Settings, set elsewhere: then nothing is known.
      ...['openai', 'anthropic', '@llamaindex/openai', '@llamaindex/anthropic'].map(
        provider => ({ provider, count: 10, on: TRANSIENT, backoff: 'exponential', retryAfter: 'yes' }) as const,
      ),
      { count: null, on: UNDECIDED, backoff: 'unknown', retryAfter: 'unknown' },
    ],
  },
  timeout: {
    // agent() takes a timeout too, in seconds, and does nothing with it.
    options: [{ at: 'client.timeout' }, { at: 'client.llm.timeout' }, { at: 'client.additionalSessionOptions.timeout' }],
    // That of the OpenAI and Anthropic models; others may have none.
    defaults: [{ ms: 60_000 }],
  },
  outputCap: {
    options: [
      { at: 'client.maxTokens' },
      { at: 'client.llm.maxTokens' },
      { at: 'body.additionalChatOptions.max_tokens' },
      { at: 'body.additionalChatOptions.max_completion_tokens' },
      { at: 'client.additionalChatOptions.max_tokens' },
      { at: 'client.additionalChatOptions.max_completion_tokens' },
    ],
  },
  loop: {
    options: [],
    defaults: [
      { on: 'runner', kind: 'bounded', bound: 10 },
      { on: 'workflow', kind: 'none' },
    ],
  },
  model: ['client.model', 'client.llm'],
  source:
    'llamaindex 0.12.1 with @llamaindex/openai 0.4.23, anthropic 0.3.27 and workflow 1.1.24, requests counted against a local server; llamaindex 0.5.25 and @llamaindex/core 0.4.23 and 0.6.23 read',
});
