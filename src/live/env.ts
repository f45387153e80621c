// The environment that the agent gets: an allow-list, fake keys that are canaries, and the variables that lead it to the stand-in.
import { createHash } from 'node:crypto';
import { delimiter, join } from 'node:path';
import { MARKER } from './tree.ts';

/** Taken over from our own environment; nothing else is. What finds programs and says how text is written, no secrets. */
const ALLOWED =
  /^(?:PATH|LANG|LANGUAGE|LC_[A-Z]+|TZ|SHELL|USER|LOGNAME|NODE_PATH|NODE_VERSION|NVM_(?:DIR|BIN)|VOLTA_HOME|FNM_DIR|ASDF_(?:DIR|DATA_DIR)|MISE_DATA_DIR|PYENV_(?:ROOT|VERSION)|PYTHONHOME|VIRTUAL_ENV|CONDA_PREFIX|JAVA_HOME|SystemRoot|SYSTEMROOT|windir|ComSpec|COMSPEC|PATHEXT|NUMBER_OF_PROCESSORS)$/;

/** Base-URL variables that libraries were seen to honour, and what they expect behind the host. Measured in November 2026. */
export const BASE_URLS: Readonly<Record<string, string>> = {
  // The AI SDK wants /v1 behind it and the SDK of Anthropic does not: the stand-in serves both /v1/messages and /messages.
  ANTHROPIC_BASE_URL: '',
  ANTHROPIC_API_URL: '',
  OPENAI_BASE_URL: '/v1',
  OPENAI_API_BASE: '/v1',
  GOOGLE_GEMINI_BASE_URL: '',
  GROQ_BASE_URL: '',
  TOGETHER_BASE_URL: '/v1',
};

/** Variables of keys, and how a key looks; `*` becomes random letters and digits. */
const KEYS: Readonly<Record<string, string>> = {
  ANTHROPIC_API_KEY: `sk-ant-api03-${'*'.repeat(80)}`,
  OPENAI_API_KEY: `sk-proj-${'*'.repeat(48)}`,
  GEMINI_API_KEY: `AIza${'*'.repeat(35)}`,
  GOOGLE_API_KEY: `AIza${'*'.repeat(35)}`,
  GOOGLE_GENERATIVE_AI_API_KEY: `AIza${'*'.repeat(35)}`,
  MISTRAL_API_KEY: '*'.repeat(32),
  GROQ_API_KEY: `gsk_${'*'.repeat(52)}`,
  OPENROUTER_API_KEY: `sk-or-v1-${'*'.repeat(64)}`,
  TOGETHER_API_KEY: '*'.repeat(64),
  COHERE_API_KEY: '*'.repeat(40),
  CO_API_KEY: '*'.repeat(40),
  DEEPSEEK_API_KEY: `sk-${'*'.repeat(32)}`,
  XAI_API_KEY: `xai-${'*'.repeat(80)}`,
  PERPLEXITY_API_KEY: `pplx-${'*'.repeat(48)}`,
  FIREWORKS_API_KEY: `fw_${'*'.repeat(24)}`,
  CEREBRAS_API_KEY: `csk-${'*'.repeat(48)}`,
  AZURE_OPENAI_API_KEY: '*'.repeat(32),
  AI_GATEWAY_API_KEY: `vck_${'*'.repeat(48)}`,
};

/**
 * Fake keys with the right look, different in each trial and never real: finding one outside of the agent is proof of a leak.
 * @param seed the trial's nonce; the same seed gives the same keys
 */
export function canaryKeys(seed: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(KEYS).map(([name, look]) => {
      const noise = letters(`${seed}/${name}`, 100);
      let used = 0;
      return [name, look.replace(/\*/g, () => noise[used++] ?? 'x')];
    }),
  );
}

/** Letters and digits made from a seed. */
function letters(seed: string, count: number): string {
  let text = '';
  for (let round = 0; text.length < count; round++)
    text += createHash('sha256')
      .update(`${seed}#${round}`)
      .digest('base64')
      .replace(/[^A-Za-z0-9]/g, '');
  return text.slice(0, count);
}

export interface Surroundings {
  /** Our own environment, of which little is taken. */
  readonly own: Readonly<Record<string, string | undefined>>;
  /** The target's `env`, placeholders filled. */
  readonly target: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
  /** The trial's folder. */
  readonly dir: string;
  readonly provider: string;
  readonly collector: string;
  readonly baseUrls: readonly string[];
  /** URL of the preload for Node, and the folder of the one for Python. */
  readonly preload: { readonly node: string; readonly python: string };
  /** JSON for both. */
  readonly rules: string;
  readonly port: number | undefined;
  /** Folders of programs, before those of our own PATH. */
  readonly programs: readonly string[];
  /** File with the authority of the run. */
  readonly authority: string;
  /** URL of the proxy; undefined where the network itself leads to the front. */
  readonly proxy: string | undefined;
}

/** Where libraries and programs look for authorities. Nothing else can be reached, so no other is needed. */
export const TRUST = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'AWS_CA_BUNDLE',
  'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
  'DENO_CERT',
  'GIT_SSL_CAINFO',
] as const;
/** Programs differ in how they write them: curl reads `http_proxy` in small letters only. */
export const PROXY = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'] as const;
const NO_PROXY = 'localhost,127.0.0.1,::1,.localhost';

/** Everything that a process of the agent sees. What the configuration sets wins, except over what keeps the trial safe. */
export function environment(around: Surroundings): Record<string, string> {
  const { own, target, dir, collector, preload } = around;
  const taken = Object.entries(own).filter((entry): entry is [string, string] => ALLOWED.test(entry[0]) && entry[1] !== undefined);
  const home = join(dir, 'home');
  const temp = join(dir, 'tmp');
  const paths = [preload.python, target.PYTHONPATH].filter(part => part !== undefined && part !== '');
  return {
    ...Object.fromEntries(taken),
    PATH: [...around.programs, own.PATH].filter(Boolean).join(delimiter),
    TERM: 'dumb',
    NO_COLOR: '1',
    ...around.keys,
    ...Object.fromEntries(
      around.baseUrls.flatMap(name => (BASE_URLS[name] === undefined ? [] : [[name, around.provider + BASE_URLS[name]]])),
    ),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    OTEL_METRIC_EXPORT_TIMEOUT: '400',
    // It sends traces to a fixed host whatever the base URL is; nothing is learnt from refusing it.
    OPENAI_AGENTS_DISABLE_TRACING: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    NO_UPDATE_NOTIFIER: '1',
    npm_config_update_notifier: 'false',
    ...(around.port === undefined ? {} : { PORT: String(around.port) }),
    ...target,
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local/share'),
    TMPDIR: temp,
    TEMP: temp,
    TMP: temp,
    NODE_OPTIONS: [`--import=${preload.node}`, target.NODE_OPTIONS].filter(Boolean).join(' '),
    PYTHONPATH: paths.join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    ...Object.fromEntries(TRUST.map(name => [name, around.authority])),
    ...(around.proxy === undefined ? {} : { ...Object.fromEntries(PROXY.map(name => [name, around.proxy])), NO_PROXY, no_proxy: NO_PROXY }),
    [MARKER]: dir,
    AGENT_READY_RULES: around.rules,
  };
}
