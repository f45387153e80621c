// Secrets inside addresses: passwords before the host, and webhook addresses that are a secret themselves.
import type { CodeRole } from '../../core/index.ts';
import { isMonotonous, isPlaceholder, isRandom, isStrongPassword, mixOf } from './judges.ts';
import type { FileKind } from './kinds.ts';
import { mask } from './mask.ts';
import type { Hit } from './scan-text.ts';

interface Source {
  readonly text: string;
  readonly kind: FileKind;
  readonly role: CodeRole;
}

const MARK = '://';
const USER = /:\/\/([^\s:/@'"`<>(){}$\\?#%[\]]{0,64}):([^\s/@'"`<>(){}$\\?#[\]]{3,120})@([A-Za-z0-9.-]{1,120})/y;
const WEBHOOK =
  /:\/\/(?:hooks\.slack\.com\/services\/T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/([A-Za-z0-9]{24})|(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/([\w-]{60,80}))(?![\w-])/y;

/** Hosts of examples. */
const EXAMPLE =
  /(?:^|\.)(?:example(?:\.\w+)?|host|hostname|server|domain\.com|yourdomain\.com|mysite\.com|proxy\.com|acme\.com|foo\.\w+|bar\.\w+|test|invalid)$|example|your|placeholder/i;
const WEAK =
  /^(?:pass|passw(?:or)?d?|p[a@]ss(?:w[o0]rd)?\d{0,4}|pwd|secret|token|key|admin|root|user|guest|test|postgres|mysql|redis|mongo|rabbitmq|default|x-oauth-basic|x-access-token|oauth2?|changeme|xxx+|\*+|api[-_]?key|\d{1,8})$/i;

/** Passwords in addresses, and addresses of webhooks. */
export function urlSecrets(source: Source): Hit[] {
  const { text } = source;
  const out: Hit[] = [];
  for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + MARK.length)) {
    const hit = passwordAt(source, at) ?? webhookAt(text, at);
    if (hit !== undefined) out.push(hit);
  }
  return out;
}

function passwordAt({ text, kind, role }: Source, at: number): Hit | undefined {
  USER.lastIndex = at;
  const match = USER.exec(text);
  if (match === null) return undefined;
  const [, user = '', password = '', host = ''] = match;
  if (user === password || WEAK.test(password) || password.toLowerCase().includes('password') || isPlaceholder(password)) return undefined;
  if (EXAMPLE.test(host) || isMonotonous(password)) return undefined;
  const own = isLocal(host);
  const chosen = isRandom(password) || isStrongPassword(password) || isMade(password);
  // A simple password of a database on the same machine, or in a text or a test, is there to be read.
  if (!chosen && (own || kind.docs || kind.data || kind.sample || role === 'test' || role === 'example')) return undefined;
  const start = at + MARK.length + user.length + 1;
  const use = own || kind.sample ? 'default' : 'live';
  return {
    rule: 'url-password',
    label: 'a password in an address',
    start,
    end: start + password.length,
    masked: mask(password),
    by: 'place',
    use,
  };
}

/** At least twelve characters in which letters and digits take turns. */
function isMade(password: string): boolean {
  const { digits, letters, odd } = mixOf(password);
  return password.length >= 12 && letters > 1 && odd >= 0.2 && (digits > 0 || odd >= 0.3);
}

function isLocal(host: string): boolean {
  return (
    !host.includes('.') ||
    /^(?:127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|\.(?:local|localhost|internal|test|docker\.internal)$/.test(host)
  );
}

function webhookAt(text: string, at: number): Hit | undefined {
  WEBHOOK.lastIndex = at;
  const match = WEBHOOK.exec(text);
  const value = match?.[1] ?? match?.[2];
  if (match === null || value === undefined || isPlaceholder(value) || mixOf(value).turns < 0.15) return undefined;
  const end = WEBHOOK.lastIndex;
  const start = end - value.length;
  return { rule: 'webhook-url', label: 'the address of a webhook', start, end, masked: mask(value), by: 'format', use: 'live' };
}
