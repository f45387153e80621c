// What the name of a setting says: is its value something that must stay secret, and who checks it?

/**
 * `accepts`: our own side checks it (a password, a signing secret), so a weak value lets everybody in.
 * `presents`: it is shown to somebody else (an API key), so a made-up value merely does not work.
 */
export type Secrecy = 'accepts' | 'presents';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Words at the end of a name that say nothing. */
const TAILS = words(
  'value val default fallback prod production dev development live str string b64 base64 env plain raw text new old my the',
);
const PASSWORDS = words('password passwd pwd passphrase passwort passcode');
/** What goes before `token` in the names of secrets. */
const TOKENS = words(
  'subscription api access auth bot bearer refresh service secret personal pat app user client admin webhook deploy integration static private account session id oauth jwt',
);
/** What goes before `token` in names of other things. */
const NO_TOKENS = words(
  'next page continuation sync cancel cancellation csrf xsrf eos bos pad unk max min num input output total prompt design reset invite push device contract mint first last special stop start end mask per of count csp nonce completion reasoning cached cache parent previous prev resume cursor change lock fencing abort symbol lp erc20 idempotency test fake mock dummy',
);
const KEYS = words(
  'api secret private access auth service account license subscription encryption signing signature jwt session cookie master admin hmac aes cipher role storage shared primary authorization app server client bearer webhook crypto',
);
/** What goes before `key` in names of other things, `api` or not. */
const NO_KEYS = words('public publishable pub anon cache query storage session_storage sort partition index translation react');
/** Names of services whose keys are called after them. */
export const SERVICES = words(
  'openai anthropic claude gemini google mistral cohere groq xai grok perplexity openrouter deepseek together fireworks cerebras nvidia voyage jina azure bedrock aws huggingface hf replicate serper serpapi exa tavily brave bing firecrawl e2b pinecone weaviate qdrant supabase upstash langsmith langfuse helicone wandb elevenlabs deepgram assemblyai twilio sendgrid mailgun resend stripe slack discord telegram whatsapp github gitlab notion linear airtable jira datadog sentry posthog mem0 zep composio browserbase rapidapi weather openweather openweathermap alphavantage polygon finnhub newsapi moralis infura alchemy portkey litellm zhipu qwen dashscope moonshot minimax',
);
const SIGNING = words('jwt signing signature encryption session cookie hmac aes cipher master crypto');
/** Names that end so name something about a secret, not the secret. */
const ABOUT =
  /(?:hash|hashed|id|ids|name|names|field|prefix|suffix|path|file|url|uri|arn|ref|type|label|placeholder|length|len|size|count|index|regex|pattern|header|param|env|var|variable|hint|message|error|title|description|schema|selector|policy|expires|expiry|ttl|version|status|input|provider|source|location|format|slug|domain|endpoint|host)$/i;

/** Splits a name into its words, in lower case: `dbPassword`, `DB_PASSWORD` and `db-password` are the same. */
export function wordsOf(name: string): string[] {
  return name
    .slice(0, 120)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
}

/** What a name says of its value; undefined: nothing about a secret. */
export function secrecyOf(name: string): Secrecy | undefined {
  const list = wordsOf(name);
  while (list.length > 1 && (TAILS.has(list.at(-1) ?? '') || /^\d+$|^v\d$/.test(list.at(-1) ?? ''))) list.pop();
  const last = list.at(-1)?.replace(/^(password|passwd|pwd|pass|secret|token|key)\d{1,2}$/, '$1');
  if (last === undefined || ABOUT.test(last)) return undefined;
  const before = list.at(-2) ?? '';
  const all = (set: ReadonlySet<string>): boolean => list.slice(0, -1).some(word => set.has(word));
  if (PASSWORDS.has(last) || (last === 'pass' && list.length > 1)) return 'accepts';
  if (last === 'secret' || last === 'secrets') return before === 'client' || before === 'api' || before === 'app' ? 'presents' : 'accepts';
  if (last === 'token') {
    if (before === 'verify' || before === 'verification') return 'accepts';
    if (NO_TOKENS.has(before)) return undefined;
    return before === '' || TOKENS.has(before) || all(SERVICES) || name === name.toUpperCase() ? 'presents' : undefined;
  }
  if (last === 'key' || last === 'keys') {
    if (NO_KEYS.has(before) || all(words('publishable public anon'))) return undefined;
    if (before === 'secret' || SIGNING.has(before)) return 'accepts';
    return KEYS.has(before) || SERVICES.has(before) ? 'presents' : undefined;
  }
  if (last === 'appid') return 'presents';
  if (last === 'apikey' || last === 'authtoken' || last === 'accesstoken' || last === 'secretkey' || last === 'bearer') return 'presents';
  if (last === 'authorization' || last === 'credential' || last === 'credentials') return 'presents';
  return undefined;
}

/** A name as it may be shown; sometimes a key is pasted where a name belongs. */
export function shownName(name: string): string {
  return name.length <= 50 && (name.match(/\d/g)?.length ?? 0) < 6 ? name : 'a setting';
}
