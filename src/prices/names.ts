// The names under which a price list may know a model. Code writes one model in many ways: with the provider in front
// (`anthropic/claude-sonnet-4.5`, `openrouter:openai/gpt-5`), for a region of Bedrock (`us.anthropic.claude-…-v1:0`), with a date or `-latest` behind.

/** Our names of providers as the price list has them, where they differ; and words that stand before a model id. */
const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai',
  'openai-codex': 'openai',
  anthropic: 'anthropic',
  google: 'google',
  gemini: 'google',
  'google-genai': 'google',
  google_genai: 'google',
  googleai: 'google',
  vertex: 'google',
  vertexai: 'google',
  'google-vertexai': 'google',
  models: 'google',
  mistral: 'mistral',
  mistralai: 'mistral',
  groq: 'groq',
  cohere: 'cohere',
  bedrock: 'aws',
  aws: 'aws',
  'amazon-bedrock': 'aws',
  azure: 'azure',
  azure_openai: 'azure',
  xai: 'x-ai',
  'x-ai': 'x-ai',
  deepseek: 'deepseek',
  together: 'together',
  togetherai: 'together',
  fireworks: 'fireworks',
  perplexity: 'perplexity',
  cerebras: 'cerebras',
  openrouter: 'openrouter',
  moonshotai: 'moonshotai',
  minimax: 'minimax',
  zai: 'zai',
  voyageai: 'voyageai',
};

/** Gateways that charge what the provider charges, or nearly: the model's own name follows. */
const GATEWAYS = new Set(['gateway', 'vercel', 'litellm', 'helicone', 'portkey']);

export interface Candidate {
  readonly id: string;
  /** As the price list names it; undefined: found by the model's name. */
  readonly provider: string | undefined;
}

const LONGEST = 120;
const MOST_PREFIXES = 3;

/** The names to try, the most exact first. */
export function candidates(provider: string, model: string): readonly Candidate[] {
  const out: Candidate[] = [];
  const add = (id: string, at: string | undefined): void => {
    if (id !== '' && !out.some(c => c.id === id && c.provider === at)) out.push({ id, provider: at });
  };
  let id = model.trim().slice(0, LONGEST);
  let at = own(provider);
  for (let i = 0; i <= MOST_PREFIXES; i++) {
    for (const form of forms(id)) add(form, at);
    const cut = /^([a-z0-9_-]+)[/:](.+)$/i.exec(id);
    const prefix = cut?.[1]?.toLowerCase();
    const rest = cut?.[2];
    if (prefix === undefined || rest === undefined) break;
    if (GATEWAYS.has(prefix)) at = undefined;
    else if (own(prefix) !== undefined) at = own(prefix);
    else break;
    id = rest;
  }
  // Bedrock writes region and maker before the model: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`.
  const bedrock = /^(?:(?:us|eu|apac|global|jp|au)\.)?(?:anthropic|meta|amazon|mistral|cohere|deepseek|ai21|openai)\.(.+)$/.exec(id);
  if (bedrock !== null) {
    add(id, 'aws');
    add((bedrock[1] ?? '').replace(/-v\d+(?::\d+)?$/, ''), undefined);
  }
  // A self-hosted or unknown address: the price of the model's maker is the best guess, where its name tells the maker.
  if (at !== 'openrouter') for (const form of forms(id)) add(form, undefined);
  if (model.includes('/')) add(model.trim().slice(0, LONGEST), 'openrouter');
  return out;
}

const own = (name: string): string | undefined => (Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined);

/** One id with and without dots, date and `-latest`. */
function forms(id: string): string[] {
  const undated = id.replace(/[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|latest|\d{4})$/, '');
  const dashed = (name: string): string => name.replace(/(\d)\.(\d)/g, '$1-$2');
  return [...new Set([id, id.toLowerCase(), dashed(id), undated, dashed(undated)])];
}
