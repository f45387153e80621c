// Keys that were never issued, made when a test runs: nothing that looks like a key stands in the repository.
const HEX = '0123456789abcdef';
const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const LETTERS = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${LOWER}`;
const ALNUM = `${LETTERS}${DIGITS}`;
const URL_SAFE = `${ALNUM}_-`;
const BASE64 = `${ALNUM}+/`;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A stream of numbers from 0 to 1 that is the same for the same seed. */
function stream(seed: string): () => number {
  let h = 2166136261;
  for (const char of seed) h = Math.imul(h ^ (char.codePointAt(0) ?? 0), 16777619);
  return () => {
    h = (h + 0x6d2b79f5) | 0;
    let t = Math.imul(h ^ (h >>> 15), 1 | h);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Maker {
  readonly #next: () => number;

  constructor(seed: string) {
    this.#next = stream(seed);
  }

  of(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[Math.floor(this.#next() * alphabet.length)]).join('');
  }
  hex = (n: number): string => this.of(HEX, n);
  alnum = (n: number): string => this.of(ALNUM, n);
  url = (n: number): string => `${this.of(URL_SAFE, n - 1)}${this.of(ALNUM, 1)}`;
  base64 = (n: number): string => this.of(BASE64, n);
  uuid = (): string => [8, 4, 4, 4, 12].map(n => this.hex(n)).join('-');
}

/** The six base-62 digits with which GitHub and npm end their tokens. */
export function checksum(text: string): string {
  let c = ~0;
  for (const b of Buffer.from(text)) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1));
  }
  let n = ~c >>> 0;
  const digits = `${DIGITS}${LETTERS}`;
  let out = '';
  for (; n > 0; n = Math.floor(n / 62)) out = `${digits[n % 62]}${out}`;
  return out.padStart(6, '0');
}

export function jwt(m: Maker, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'HS256', typ: 'JWT' }), part(claims), m.url(43)].join('.');
}

export function pem(m: Maker, kind: string, eol = '\n', length = 20): string {
  const dash = '-'.repeat(5);
  const body = Array.from({ length }, () => m.base64(64)).join(eol);
  return `${dash}BEGIN ${kind}PRIVATE${' '}KEY${dash}${eol}${body}${eol}${dash}END ${kind}PRIVATE${' '}KEY${dash}`;
}

const checked = (start: string) => (m: Maker) => {
  const body = m.alnum(30);
  return `${start}${body}${checksum(body)}`;
};

/** One maker for each known form, by its id. */
export const KEYS: Readonly<Record<string, (m: Maker) => string>> = {
  'anthropic-api-key': m => `sk-${'ant-api03-'}${m.url(93)}AA`,
  'anthropic-admin-key': m => `sk-${'ant-admin01-'}${m.url(93)}AA`,
  'anthropic-oauth-token': m => `sk-${'ant-oat01-'}${m.url(93)}AA`,
  'openai-api-key': m => `sk-${'proj-'}${m.of(URL_SAFE, 74)}T3Blbk${'FJ'}${m.url(74)}`,
  'openai-legacy-key': m => `sk-${m.alnum(20)}T3Blbk${'FJ'}${m.alnum(20)}`,
  'openrouter-api-key': m => `sk-${'or-v1-'}${m.hex(64)}`,
  'langfuse-secret-key': m => `sk-${'lf-'}${m.uuid()}`,
  'helicone-api-key': m => `sk-${'helicone-'}${[7, 7, 7, 7].map(n => m.of(`${LOWER}${DIGITS}`, n)).join('-')}`,
  'minimax-api-key': m => `sk-${'api-'}${m.url(119)}`,
  'cartesia-api-key': m => `sk_${'car_'}${m.alnum(24)}`,
  'elevenlabs-api-key': m => `sk${'_'}${m.hex(48)}`,
  'sk-key': m => `sk${'-'}${m.hex(32)}`,
  'google-api-key': m => `AI${'za'}${m.url(35)}`,
  'gemini-api-key': m => `AQ${'.Ab8RN6'}${m.url(44)}`,
  'aws-bedrock-key': m => `AB${'SK'}${m.alnum(30)}${m.base64(98)}${m.alnum(4)}`,
  'groq-api-key': m => `gs${'k_'}${m.alnum(20)}WGdyb${'3FY'}${m.alnum(24)}`,
  'xai-api-key': m => `xa${'i-'}${m.alnum(80)}`,
  'perplexity-api-key': m => `pp${'lx-'}${m.alnum(48)}`,
  'huggingface-token': m => `h${'f_'}${m.of(LETTERS, 34)}`,
  'replicate-token': m => `r${'8_'}${m.alnum(37)}`,
  'together-api-key': m => `tg${'p_v1_'}${m.url(43)}`,
  'fireworks-api-key': m => `f${'w_'}${m.alnum(24)}`,
  'cerebras-api-key': m => `cs${'k-'}${m.of(`${LOWER}${DIGITS}`, 48)}`,
  'nvidia-api-key': m => `nv${'api-'}${m.url(64)}`,
  'voyage-api-key': m => `p${'a-'}${m.url(43)}`,
  'jina-api-key': m => `ji${'na_'}${m.alnum(60)}`,
  'langsmith-key': m => `lsv2${'_pt_'}${m.hex(32)}_${m.hex(10)}`,
  'pinecone-api-key': m => `pc${'sk_'}${m.alnum(5)}_${m.alnum(63)}`,
  'tavily-api-key': m => `tv${'ly-dev-'}${m.alnum(32)}`,
  'firecrawl-api-key': m => `f${'c-'}${m.hex(32)}`,
  'e2b-api-key': m => `e2${'b_'}${m.hex(40)}`,
  'wandb-api-key': m => `wandb${'_v1_'}${m.url(77)}`,
  'mem0-api-key': m => `m${'0-'}${m.alnum(40)}`,
  'apify-token': m => `apify${'_api_'}${m.alnum(36)}`,
  'browserbase-api-key': m => `bb${'_live_'}${m.url(27)}`,
  'posthog-secret-key': m => `ph${'x_'}${m.url(47)}`,
  'sentry-token': m => `sntr${'ys_'}${m.alnum(80)}`,
  'github-token': checked(`gh${'p_'}`),
  'github-fine-grained-token': m => `github${'_pat_'}${m.alnum(22)}_${m.alnum(59)}`,
  'gitlab-token': m => `gl${'pat-'}${m.url(20)}`,
  'npm-token': checked(`np${'m_'}`),
  'pypi-token': m => `pypi${'-AgEIcHlwaS5vcmc'}${m.url(120)}`,
  'vercel-gateway-key': m => `vc${'k_'}${m.url(56)}`,
  'digitalocean-token': m => `dop${'_v1_'}${m.hex(64)}`,
  'doppler-token': m => `dp${'.pt.'}${m.alnum(43)}`,
  'vault-token': m => `hv${'s.'}${m.url(95)}`,
  'aws-access-key-id': m => `AK${'IA'}${m.of(BASE32, 16)}`,
  'supabase-secret-key': m => `sb${'_secret_'}${m.url(31)}`,
  'supabase-token': m => `sb${'p_'}${m.hex(40)}`,
  'neon-password': m => `np${'g_'}${m.alnum(12)}`,
  'planetscale-password': m => `pscale${'_pw_'}${m.url(43)}`,
  'databricks-token': m => `da${'pi'}${m.hex(32)}`,
  'airtable-token': m => `pa${'t'}${m.alnum(14)}.${m.hex(64)}`,
  'slack-token': m => `xo${'xb-'}7${m.of(DIGITS, 11)}-8${m.of(DIGITS, 12)}-${m.alnum(24)}`,
  'slack-refresh-token': m => `xo${'xe-'}1-${m.alnum(146)}`,
  'slack-app-token': m => `xa${'pp-'}1-A0${m.of(BASE32, 9)}-${m.of(DIGITS, 13)}-${m.hex(64)}`,
  'stripe-secret-key': m => `sk${'_live_'}51${m.alnum(97)}`,
  'stripe-test-key': m => `sk${'_test_'}51${m.alnum(97)}`,
  'shopify-token': m => `shp${'at_'}${m.hex(32)}`,
  'sendgrid-api-key': m => `S${'G.'}${m.url(22)}.${m.url(43)}`,
  'resend-api-key': m => `r${'e_'}${m.alnum(8)}_${m.alnum(24)}`,
  'webhook-secret': m => `wh${'sec_'}${m.alnum(32)}`,
  'notion-token': m => `nt${'n_'}${m.alnum(46)}`,
  'linear-api-key': m => `lin${'_api_'}${m.alnum(40)}`,
  'figma-token': m => `fi${'gd_'}${m.url(40)}`,
  'atlassian-token': m => `ATA${'TT3'}${m.url(186)}`,
  'google-oauth-secret': m => `GOC${'SPX-'}${m.url(28)}`,
  'inngest-signing-key': m => `signkey${'-prod-'}${m.hex(64)}`,
  'telegram-bot-token': m => `7${m.of(DIGITS, 9)}:${'AA'}${m.url(33)}`,
  'discord-bot-token': m => `M${m.alnum(25)}.${m.alnum(6)}.${m.url(38)}`,
  'azure-openai-key': m => `${m.alnum(52)}${'JQQ'}J99BDAC${m.alnum(10)}AAAB${'ACOG'}${m.alnum(4)}`,
  'supabase-service-role': m => jwt(m, { iss: 'supabase', role: 'service_role', iat: 1717430000, exp: 2033006000 }),
};

/** The seed of the keys. Each other one makes other keys: one value in some hundreds looks typed by chance and is missed. */
export const RUN = process.env.SECRETS_SEED ?? '1';
