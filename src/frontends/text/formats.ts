// The forms of keys that tell themselves apart: one line of data each. Made from what the providers document and what the
// open secret scanners agree on, as of November 2026. Public halves of pairs (pk_live_, pk-lf-, phc_, anon) are left out on purpose.
import { crc62Ends, type Judge, supabaseServiceRole } from './judges.ts';

export interface Format {
  readonly id: string;
  /** In the reader's words. */
  readonly label: string;
  /** What the key begins with; everything else of it is in `form`. */
  readonly starts: readonly string[];
  /** Sticky, over the whole key, end of the key included. */
  readonly form: RegExp;
  /** Characters at the beginning that every key of this kind has: they say nothing about whether the rest is random. */
  readonly fixed: number;
  /** Says no to what has the form and is no key. */
  readonly judge?: Judge;
  readonly use?: 'test-mode';
}

const A = '[A-Za-z0-9]';
const W = '[A-Za-z0-9_-]';
const H = '[0-9a-f]';
const UUID = `${H}{8}-${H}{4}-${H}{4}-${H}{4}-${H}{12}`;

/** @param body the form after the beginning; @param end characters that would make the key go on */
function format(id: string, label: string, starts: string, body: string, end = A, more: Partial<Format> = {}): Format {
  const list = starts.split(' ');
  const form = new RegExp(`(?:${list.map(literal).join('|')})${body}(?!${end})`, 'y');
  return { id, label, starts: list, form, fixed: Math.min(...list.map(start => start.length)), ...more };
}

function literal(text: string): string {
  return text.replace(/[.+?]/g, '\\$&');
}

export const FORMATS: readonly Format[] = [
  // Model providers.
  format('anthropic-api-key', 'an Anthropic API key', 'sk-ant-api', `\\d\\d-${W}{80,128}`, W),
  format('anthropic-admin-key', 'an Anthropic admin key', 'sk-ant-admin', `\\d\\d-${W}{80,128}`, W),
  format('anthropic-oauth-token', 'an Anthropic OAuth token', 'sk-ant-oat sk-ant-ort', `\\d\\d-${W}{80,128}`, W),
  format('openai-api-key', 'an OpenAI API key', 'sk-proj- sk-svcacct- sk-admin-', `(?=${W}{20,120}T3BlbkFJ${W}{20})${W}{48,260}`, W),
  format('openai-legacy-key', 'an OpenAI API key', 'sk-', `${A}{20}T3BlbkFJ${A}{20}`),
  format('openrouter-api-key', 'an OpenRouter API key', 'sk-or-v1-', `${H}{64}`),
  format('langfuse-secret-key', 'a Langfuse secret key', 'sk-lf-', UUID),
  format('helicone-api-key', 'a Helicone API key', 'sk-helicone-', '[a-z0-9]{7}(?:-[a-z0-9]{7}){3}'),
  format('minimax-api-key', 'a MiniMax API key', 'sk-api-', `${W}{100,130}`, W),
  format('cartesia-api-key', 'a Cartesia API key', 'sk_car_', `${A}{20,40}`),
  format('elevenlabs-api-key', 'an ElevenLabs API key', 'sk_', `${H}{48}`),
  format('sk-key', 'an API key that begins with sk- (DeepSeek and others)', 'sk-', `(?:${H}{32}|${A}{48})`, W),
  format('google-api-key', 'a Google API key', 'AIza', `${W}{35}`, W),
  format('gemini-api-key', 'a Gemini API key', 'AQ.', `Ab8RN6${W}{44}`, W),
  format('aws-bedrock-key', 'an Amazon Bedrock API key', 'ABSK', '[A-Za-z0-9+/]{109,269}={0,2}', '[A-Za-z0-9+/=]'),
  format('groq-api-key', 'a Groq API key', 'gsk_', `${A}{52}`),
  format('xai-api-key', 'an xAI API key', 'xai-', `${A}{70,120}`),
  format('perplexity-api-key', 'a Perplexity API key', 'pplx-', `${A}{48}`),
  format('huggingface-token', 'a Hugging Face token', 'hf_ api_org_', `${A}{34}`),
  format('replicate-token', 'a Replicate token', 'r8_', `${A}{37}`),
  format('together-api-key', 'a Together API key', 'tgp_v1_', `${W}{43}`, W),
  format('fireworks-api-key', 'a Fireworks API key', 'fw_', `${A}{24}`),
  format('cerebras-api-key', 'a Cerebras API key', 'csk-', '[a-z0-9]{48}'),
  format('nvidia-api-key', 'an NVIDIA API key', 'nvapi-', `${W}{60,70}`, W),
  format('voyage-api-key', 'a Voyage API key', 'pa-', `${W}{43}`, W),
  format('jina-api-key', 'a Jina API key', 'jina_', `${A}{60}`),
  // Around agents: traces, vectors, search, sandboxes, tools.
  format('langsmith-key', 'a LangSmith API key', 'lsv2_pt_ lsv2_sk_', `${H}{32}_${H}{10}`),
  format('pinecone-api-key', 'a Pinecone API key', 'pcsk_', `${A}{5,6}_${A}{63}`),
  format('tavily-api-key', 'a Tavily API key', 'tvly-', `(?:dev-|prod-)?${W}{32,60}`, W),
  format('firecrawl-api-key', 'a Firecrawl API key', 'fc-', `${H}{32}`),
  format('e2b-api-key', 'an E2B API key', 'e2b_', `${H}{40}`),
  format('wandb-api-key', 'a Weights & Biases API key', 'wandb_v1_', `${W}{77}`, W),
  format('mem0-api-key', 'a Mem0 API key', 'm0-', `${A}{40}`),
  format('apify-token', 'an Apify token', 'apify_api_', `${A}{36}`),
  format('browserbase-api-key', 'a Browserbase API key', 'bb_live_', `${W}{20,40}`, W),
  format('posthog-secret-key', 'a PostHog personal key', 'phx_', `${W}{40,60}`, W),
  format('sentry-token', 'a Sentry token', 'sntrys_ sntryu_', `[A-Za-z0-9+/=_-]{40,300}`, '[A-Za-z0-9+/=_-]'),
  // Code, packages, hosting.
  format('github-token', 'a GitHub token', 'ghp_ gho_ ghu_ ghs_ ghr_', `${A}{36}`, A, { judge: crc62Ends }),
  format('github-fine-grained-token', 'a GitHub token', 'github_pat_', `${A}{22}_${A}{59}`),
  format('gitlab-token', 'a GitLab token', 'glpat-', `${W}{20,64}`, W),
  format('npm-token', 'an npm token', 'npm_', `${A}{36}`, A, { judge: crc62Ends }),
  format('pypi-token', 'a PyPI token', 'pypi-AgEIcHlwaS5vcmc', `${W}{50,250}`, W),
  format('vercel-gateway-key', 'a Vercel AI Gateway key', 'vck_', `${W}{56}`, W),
  format('digitalocean-token', 'a DigitalOcean token', 'dop_v1_ doo_v1_ dor_v1_', `${H}{64}`),
  format('doppler-token', 'a Doppler token', 'dp.pt. dp.st. dp.sa.', `(?:[\\w-]{1,40}\\.)?${A}{40,44}`),
  format('vault-token', 'a Vault token', 'hvs.', `${W}{90,120}`, W),
  format('aws-access-key-id', 'an AWS access key id', 'AKIA ASIA ABIA ACCA', '[A-Z2-7]{16}', '[A-Za-z0-9]'),
  // Databases.
  format('supabase-secret-key', 'a Supabase secret key', 'sb_secret_', `${W}{31,50}`, W),
  format('supabase-token', 'a Supabase access token', 'sbp_', `${H}{40}`),
  format('neon-password', 'a Neon database password', 'npg_', `${A}{12}`),
  format('planetscale-password', 'a PlanetScale password', 'pscale_pw_ pscale_tkn_', `${W}{32,64}`, W),
  format('databricks-token', 'a Databricks token', 'dapi', `${H}{32}(?:-\\d)?`),
  format('airtable-token', 'an Airtable token', 'pat', `${A}{14}\\.${H}{64}`),
  // Messages, payments, office.
  format('slack-token', 'a Slack token', 'xoxb- xoxp- xoxa- xoxr- xoxs-', `(?:\\d-)?(?:\\d{9,14}-){1,3}${A}{24,64}`),
  format('slack-refresh-token', 'a Slack token', 'xoxe- xoxe.xoxb- xoxe.xoxp-', `\\d-${A}{100,250}`),
  format('slack-app-token', 'a Slack app token', 'xapp-', `\\d-A[A-Z0-9]{8,12}-\\d{9,14}-${H}{64}`),
  format('stripe-secret-key', 'a secret key of Stripe or Clerk', 'sk_live_ rk_live_', `${A}{24,247}`),
  format('stripe-test-key', 'a test-mode secret key of Stripe or Clerk', 'sk_test_ rk_test_', `${A}{24,247}`, A, { use: 'test-mode' }),
  format('shopify-token', 'a Shopify token', 'shpat_ shpss_ shpca_ shppa_', `${H}{32}`),
  format('sendgrid-api-key', 'a SendGrid API key', 'SG.', `${W}{22}\\.${W}{43}`, W),
  format('resend-api-key', 'a Resend API key', 're_', `${A}{8}_${A}{24}`),
  format('webhook-secret', 'a secret that signs webhooks', 'whsec_', '[A-Za-z0-9+/]{32,44}={0,2}', '[A-Za-z0-9+/=]'),
  format('notion-token', 'a Notion token', 'ntn_', `${A}{46}`),
  format('linear-api-key', 'a Linear API key', 'lin_api_', `${A}{40}`),
  format('figma-token', 'a Figma token', 'figd_', `${W}{40}`, W),
  format('atlassian-token', 'an Atlassian API token', 'ATATT3', `[\\w=-]{180,200}`, '[\\w=-]'),
  format('google-oauth-secret', 'a Google OAuth client secret', 'GOCSPX-', `${W}{28}`, W),
  format('inngest-signing-key', 'an Inngest signing key', 'signkey-prod-', `${H}{64}`),
  {
    ...format('telegram-bot-token', 'a Telegram bot token', 'AA', ''),
    form: new RegExp(`(?<=(?<![A-Za-z0-9])\\d{8,10}:)AA${W}{33}(?!${W})`, 'y'),
  },
  format('discord-bot-token', 'a Discord bot token', 'M N O', `${W}{23,27}\\.${W}{6}\\.${W}{27,40}`, W),
  format('azure-openai-key', 'an Azure OpenAI or AI services key', '', `${A}{52}JQQJ9[9DH]${A}[A-L]${A}{16}[A-Za-z]${A}{7}`),
  format(
    'supabase-service-role',
    'a Supabase service-role key (full access to the database)',
    'eyJ',
    `${W}{10,400}\\.eyJ${W}{10,2000}\\.${W}{20,1000}`,
    W,
    {
      judge: supabaseServiceRole,
    },
  ),
];
