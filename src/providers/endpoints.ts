// Model providers as URLs: which hosts and paths cost money, and how each names its options. Data, shared by every language.
import type { CallKind } from '../core/index.ts';

export interface Endpoint {
  readonly provider: string;
  /** Tested against the host, with its port. Absent: the path alone tells (a gateway or self-hosted server). */
  readonly host?: RegExp;
  readonly path: RegExp;
  readonly kind: CallKind;
  /** Paths of the output cap inside the JSON body. */
  readonly cap: readonly string[];
  /** What the JSON body of such a request always holds, where services that are no models have the same path. */
  readonly body?: string;
}

const OPENAI_CAP = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'];
const GEMINI_CAP = ['generationConfig.maxOutputTokens', 'generation_config.max_output_tokens', 'generationConfig.max_output_tokens'];
const CHAT = /\/chat\/completions\/?$/;

const openAiLike = (provider: string, host: RegExp): readonly Endpoint[] => [
  { provider, host, path: CHAT, kind: 'chat', cap: OPENAI_CAP },
  { provider, host, path: /\/responses\/?$/, kind: 'chat', cap: OPENAI_CAP },
  { provider, host, path: /(?<!chat)\/completions\/?$/, kind: 'chat', cap: OPENAI_CAP },
  { provider, host, path: /\/messages\/?$/, kind: 'chat', cap: ['max_tokens'] },
  { provider, host, path: /\/embeddings\/?$/, kind: 'embedding', cap: [] },
  { provider, host, path: /\/images\/(?:generations|edits|variations)\/?$/, kind: 'image', cap: [] },
  { provider, host, path: /\/audio\/(?:transcriptions|translations|speech)\/?$/, kind: 'audio', cap: [] },
  { provider, host, path: /\/moderations\/?$/, kind: 'moderation', cap: [] },
  { provider, host, path: /\/threads(?:\/[^/]+)?\/runs\/?$/, kind: 'agent-run', cap: ['max_completion_tokens'] },
];

/** In the order of trial: hosts first, then paths that no other service uses. Hosts as of November 2026. */
export const ENDPOINTS: readonly Endpoint[] = [
  { provider: 'anthropic', host: /^api\.anthropic\.com$/, path: /\/v1\/messages\/?$/, kind: 'chat', cap: ['max_tokens'] },
  { provider: 'anthropic', host: /^api\.anthropic\.com$/, path: /\/v1\/complete\/?$/, kind: 'chat', cap: ['max_tokens_to_sample'] },
  { provider: 'anthropic', host: /^api\.anthropic\.com$/, path: /\/v1\/messages\/batches\/?$/, kind: 'other', cap: [] },
  ...openAiLike('openai', /^api\.openai\.com$/),
  ...openAiLike('azure', /\.openai\.azure\.com$|\.services\.ai\.azure\.com$|\.cognitiveservices\.azure\.com$/),
  ...openAiLike('openrouter', /^openrouter\.ai$/),
  ...openAiLike('mistral', /^api\.mistral\.ai$/),
  ...openAiLike('groq', /^api\.groq\.com$/),
  ...openAiLike('together', /^api\.together\.(?:ai|xyz)$/),
  ...openAiLike('deepseek', /^api\.deepseek\.com$/),
  ...openAiLike('xai', /^api\.x\.ai$/),
  ...openAiLike('perplexity', /^api\.perplexity\.ai$/),
  ...openAiLike('fireworks', /^api\.fireworks\.ai$/),
  ...openAiLike('cerebras', /^api\.cerebras\.ai$/),
  ...openAiLike('huggingface', /^router\.huggingface\.co$|^api-inference\.huggingface\.co$/),
  ...openAiLike('moonshot', /^api\.moonshot\.(?:ai|cn)$/),
  ...openAiLike('dashscope', /^dashscope(?:-intl)?\.aliyuncs\.com$/),
  ...openAiLike('zhipu', /^open\.bigmodel\.cn$|^api\.z\.ai$/),
  ...openAiLike('siliconflow', /^api\.siliconflow\.(?:cn|com)$/),
  ...openAiLike('github-models', /^models\.github\.ai$|^models\.inference\.ai\.azure\.com$/),
  ...openAiLike('vercel-gateway', /^ai-gateway\.vercel\.sh$/),
  { provider: 'cohere', host: /^api\.cohere\.(?:com|ai)$/, path: /\/v\d\/(?:chat|generate)\/?$/, kind: 'chat', cap: ['max_tokens'] },
  { provider: 'cohere', host: /^api\.cohere\.(?:com|ai)$/, path: /\/v\d\/(?:embed|rerank)\/?$/, kind: 'embedding', cap: [] },
  {
    provider: 'google',
    host: /generativelanguage\.googleapis\.com$/,
    path: /:(?:streamGenerateContent|generateContent)/,
    kind: 'chat',
    cap: GEMINI_CAP,
  },
  {
    provider: 'google',
    host: /generativelanguage\.googleapis\.com$/,
    path: /:(?:embedContent|batchEmbedContents)/,
    kind: 'embedding',
    cap: [],
  },
  { provider: 'google', host: /generativelanguage\.googleapis\.com$/, path: CHAT, kind: 'chat', cap: OPENAI_CAP },
  {
    provider: 'google',
    host: /aiplatform\.googleapis\.com$/,
    path: /:(?:streamGenerateContent|generateContent|rawPredict|streamRawPredict|predict)/,
    kind: 'chat',
    cap: [...GEMINI_CAP, 'max_tokens'],
  },
  {
    provider: 'bedrock',
    host: /^bedrock-runtime\..*amazonaws\.com$/,
    path: /\/(?:converse|converse-stream|invoke|invoke-with-response-stream)\/?$/,
    kind: 'chat',
    cap: ['inferenceConfig.maxTokens', 'max_tokens'],
  },
  {
    provider: 'replicate',
    host: /^api\.replicate\.com$/,
    path: /\/predictions\/?$/,
    kind: 'chat',
    cap: ['input.max_tokens', 'input.max_new_tokens'],
  },
  {
    provider: 'huggingface',
    host: /^api-inference\.huggingface\.co$/,
    path: /^\/models\//,
    kind: 'chat',
    cap: ['parameters.max_new_tokens'],
  },
  { provider: 'cloudflare', host: /^api\.cloudflare\.com$/, path: /\/ai\/run\//, kind: 'chat', cap: ['max_tokens'] },
  { provider: 'voyage', host: /^api\.voyageai\.com$/, path: /\/embeddings\/?$/, kind: 'embedding', cap: [] },
  { provider: 'elevenlabs', host: /^api\.elevenlabs\.io$/, path: /\/text-to-speech\//, kind: 'audio', cap: [] },
  { provider: 'deepgram', host: /^api\.deepgram\.com$/, path: /\/v1\/(?:listen|speak)/, kind: 'audio', cap: [] },
  { provider: 'local', host: /:11434$/, path: /\/api\/(?:chat|generate)\/?$/, kind: 'chat', cap: ['options.num_predict'] },
  { provider: 'local', host: /:11434$/, path: /\/api\/embed(?:dings)?\/?$/, kind: 'embedding', cap: [] },
  // No host can be read: only paths that belong to a model API and to nothing else.
  { provider: 'any', path: CHAT, kind: 'chat', cap: OPENAI_CAP },
  // Lark, 360dialog and Vonage send people's messages to a path of this name.
  { provider: 'any', path: /\/v1\/messages\/?$/, kind: 'chat', cap: ['max_tokens'], body: 'messages' },
  { provider: 'any', path: /\/v1\/responses\/?$/, kind: 'chat', cap: OPENAI_CAP },
  { provider: 'any', path: /\/models\/[^/]*:(?:streamGenerateContent|generateContent)/, kind: 'chat', cap: GEMINI_CAP },
  // Ollama on another machine; an app's own route of this name is given no model.
  { provider: 'local', path: /\/api\/generate\/?$/, kind: 'chat', cap: ['options.num_predict'], body: 'model' },
  { provider: 'local', path: /\/api\/embed(?:dings)?\/?$/, kind: 'embedding', cap: [], body: 'model' },
  { provider: 'any', path: /\/v1\/embeddings\/?$/, kind: 'embedding', cap: [] },
  { provider: 'any', path: /\/embeddings\/?$/, kind: 'embedding', cap: [], body: 'input' },
  { provider: 'any', path: /\/v1\/audio\/(?:transcriptions|speech|translations)\/?$/, kind: 'audio', cap: [] },
  { provider: 'any', path: /\/v1\/images\/generations\/?$/, kind: 'image', cap: [] },
];

/**
 * The endpoint that a URL means.
 * @param url absolute, with U+FFFC for parts that cannot be read; a relative URL is a route of the app itself and costs nothing here
 */
export function endpointOf(url: string): Endpoint | undefined {
  const absolute = /^(?:https?:\/\/)([^/?#]*)([^?#]*)/i.exec(url);
  const hidden = /^(\uFFFC)([^?#]*)/.exec(url);
  const [, host = '', path = ''] = absolute ?? hidden ?? [];
  if (absolute === null && hidden === null) return undefined;
  const known = ENDPOINTS.find(e => e.host?.test(host.toLowerCase()) === true && e.path.test(path));
  if (known !== undefined) return known;
  // A host that we know as a provider but a path that we do not know costs nothing that we could name.
  if (ENDPOINTS.some(e => e.host?.test(host.toLowerCase()) === true)) return undefined;
  const like = ENDPOINTS.find(e => e.host === undefined && e.path.test(path));
  return like !== undefined && LOCAL.test(host.toLowerCase()) ? { ...like, provider: 'local' } : like;
}

const LOCAL = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal)(?::|$)/;

/** The provider behind a base URL, for SDK clients that are pointed elsewhere. */
export function providerOfHost(url: string): string | undefined {
  const host = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1]?.toLowerCase();
  if (host === undefined) return undefined;
  if (LOCAL.test(host)) return 'local';
  return ENDPOINTS.find(e => e.host?.test(host) === true)?.provider;
}

/** Hints in a text that make a file worth parsing: provider hosts and API paths. */
export const ENDPOINT_HINT =
  /api\.(?:anthropic|openai|mistral|groq|cohere|deepseek|perplexity|fireworks|cerebras|replicate|voyageai|elevenlabs|deepgram|together|x|moonshot|siliconflow|z)\.(?:com|ai|xyz|io|cn)|openrouter\.ai|openai\.azure\.com|services\.ai\.azure\.com|googleapis\.com|bedrock-runtime|huggingface\.co|bigmodel\.cn|dashscope|ai-gateway\.vercel|models\.github\.ai|models\.inference\.ai|api\.cloudflare\.com|:11434|\/chat\/completions|\/v1\/messages|\/v1\/responses|:generateContent|:streamGenerateContent|\/embeddings\b|\/api\/(?:generate|embed)\b|\/v1\/audio\//;

/** Calls on a client that a file may have got from elsewhere. */
export const CLIENT_HINT =
  /\.chat\.completions\.|\.(?:responses|messages)\.(?:create|stream|parse)\(|\.models\.generate_content|\.kickoff(?:_async|_for_each)?\(/;
