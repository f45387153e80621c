// Which provider do names mean: of packages, of classes, of model ids?

export const PROVIDERS = new Set([
  'openai',
  'anthropic',
  'google',
  'mistral',
  'groq',
  'cohere',
  'bedrock',
  'azure',
  'xai',
  'deepseek',
  'together',
  'fireworks',
  'replicate',
  'perplexity',
  'cerebras',
  'openrouter',
  'ollama',
  'huggingface',
]);

export const ALIASES: Readonly<Record<string, string>> = {
  'google-genai': 'google',
  'google-vertexai': 'google',
  google_genai: 'google',
  vertex: 'google',
  mistralai: 'mistral',
  ollama: 'local',
  aws: 'bedrock',
  azure_openai: 'azure',
  gemini: 'google',
  claude: 'anthropic',
  'google-gla': 'google',
  'google-vertex': 'google',
  vertex_ai: 'google',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  huggingface_hub: 'huggingface',
  bedrock_converse: 'bedrock',
};

/** `openai/gpt-5.6` and `anthropic:claude-sonnet-5` begin with their provider; `meta/llama` and `accounts/...` do not. */
export function prefixOf(model: string): string | undefined {
  const prefix = /^([a-z_-]+)[/:]/.exec(model)?.[1];
  if (prefix === undefined) return undefined;
  const name = ALIASES[prefix] ?? prefix;
  return PROVIDERS.has(name) || name === 'local' ? name : undefined;
}

/** `ChatOpenAI`, `AzureChatOpenAI`, `Replicate`: the class names the provider where the package is a collection. */
export function providerOfClass(name: string): string | undefined {
  if (name.startsWith('Azure')) return 'azure';
  const plain = name
    .replace(/^Chat/, '')
    .replace(/Embeddings?$|LLM$|(?:Chat)?Completion(?:s)?Client$|(?:Chat|Server|Responses)?Model$/, '')
    .toLowerCase();
  const alias = ALIASES[plain] ?? plain;
  if (alias.startsWith('google') || alias.startsWith('vertex')) return 'google';
  return PROVIDERS.has(alias) || alias === 'local' ? alias : undefined;
}

/** `@ai-sdk/anthropic`, `@langchain/openai`: the package names the provider. */
export function providerOfPackage(name: string): string | undefined {
  const match = /^@(?:ai-sdk|langchain|genkit-ai|llamaindex)\/(.+)$/.exec(name)?.[1];
  if (
    match === undefined ||
    [
      'core',
      'langgraph',
      'community',
      'classic',
      'react',
      'ui-utils',
      'workflow',
      'openai-compatible',
      'textsplitters',
      'provider',
      'gateway',
    ].includes(match)
  )
    return undefined;
  if (match.startsWith('google')) return 'google';
  if (match === 'amazon-bedrock' || match === 'aws') return 'bedrock';
  return match === 'mistralai' ? 'mistral' : match;
}
