// Judges of values: is this a random secret, a placeholder, a password that somebody chose, a token whose checksum is right?

/** @param value what was matched; @param fixed how many of its first characters are the same in every such key */
export type Judge = (value: string, fixed: number) => boolean;

/** Words that nobody's random key holds by chance, in lower case. */
const DUMMY =
  /example|sample|placeholder|dummy|changeme|change[-_]me|replace|redacted|insert|your[-_]|yourkey|yourapi|yourtoken|[-_]here\b|xxxx|fake|test[-_]|[-_]test|mock|foobar|notreal|todo|abcdef|123456|qwerty|asdfgh|hunter2|supersecret|lorem|fixme|undefined|\.\.\.|\*\*|…|unused|sandbox/;

/** Values that local model servers and clients without a key are given. */
const NO_KEY =
  /^(?:empty|ollama|lm-?studio|none|null|nil|n\/?a|no[-_ ]?key.*|sk-no-key.*|not[-_ ]?(?:needed|used|required|set|applicable|provided|supplied).*|unused|local.*|anything|ignored?|optional|key|api[-_]?key|token|secret|password|xxx+|-+|\*+|_+|(?:sk-)?(?:test|fake|dummy|mock|local|placeholder)\b.*|(?:my|your)[-_ ].*|(?:true|false|string|str|bearer|default|undefined|anonymous|public|demo|guest))$/i;

/** Is the text made to be replaced, or made up: a template, a mask, a row of the same or of neighbouring characters? */
export function isPlaceholder(value: string): boolean {
  const lower = value.toLowerCase();
  if (DUMMY.test(lower) || NO_KEY.test(value) || /[<>{}$%()[\]]{1}[\w .-]*[<>{}%)\]]|\$\{|\{\{|%[({]|#\{|\s/.test(value)) return true;
  return isMonotonous(value);
}

/** Few different characters, long rows of one, counting up or down, or one piece over and over. */
export function isMonotonous(value: string): boolean {
  const length = value.length;
  if (length < 6) return false;
  let same = 1;
  let longest = 1;
  let steps = 0;
  for (let i = 1; i < length; i++) {
    const step = value.charCodeAt(i) - value.charCodeAt(i - 1);
    same = step === 0 ? same + 1 : 1;
    if (same > longest) longest = same;
    if (step === 1 || step === -1) steps++;
  }
  if (longest >= 6 || steps > (length - 1) * 0.35) return true;
  const different = new Set(value).size;
  if (different < Math.min(8, length * 0.4)) return true;
  return length <= 300 && /(.{3,20})\1\1|(..)\2\2\2/.test(value);
}

type Sort = 'lower' | 'upper' | 'digit' | 'other';

function sortOf(code: number): Sort {
  if (code >= 97 && code <= 122) return 'lower';
  if (code >= 65 && code <= 90) return 'upper';
  return code >= 48 && code <= 57 ? 'digit' : 'other';
}

export interface Mix {
  readonly digits: number;
  readonly letters: number;
  readonly uppers: number;
  /** How often small letters, capitals and digits take turns, as a share of all neighbours; in random text about one half. */
  readonly turns: number;
  /** The same, without a small letter after a capital, which is the way names are written. */
  readonly odd: number;
}

/** Counts what a piece of text is made of. */
export function mixOf(text: string, from = 0, to = text.length): Mix {
  let digits = 0;
  let uppers = 0;
  let letters = 0;
  let turns = 0;
  let odd = 0;
  let pairs = 0;
  let last: Sort = 'other';
  for (let i = from; i < to; i++) {
    const sort = sortOf(text.charCodeAt(i));
    if (sort === 'digit') digits++;
    else if (sort !== 'other') {
      letters++;
      if (sort === 'upper') uppers++;
    }
    if (sort !== 'other') {
      if (last !== 'other') {
        pairs++;
        if (sort !== last) {
          turns++;
          if (last !== 'upper' || sort !== 'lower') odd++;
        }
      }
    }
    last = sort;
  }
  const all = Math.max(1, pairs);
  return { digits, letters, uppers, turns: turns / all, odd: odd / all };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isUuid = (value: string): boolean => UUID.test(value);

/** Ids of agent platforms, hashes with their name, dates, versions: random or long, and no secret. */
const KNOWN_IDS =
  /^(?:chatcmpl|call|toolu|msg|asst|thread|run|resp|vs|file|org|proj|req|fp|batch|ftjob|gen|cus|price|prod|sub|pi|in|evt|acct|whd|user|usr|team|pk|phc|pub|G|GTM|UA)[-_]|^sha\d{1,3}[:-]|^0x|^\d{4}-\d\d|^v?\d+\.\d+|^(?:arn|urn|op|vault|gs|s3|https?|file):/;

/** Looks like what a generator of keys makes: at least 16 letters and digits in no order. */
export function isRandom(value: string): boolean {
  if (value.length < 16 || value.length > 200 || KNOWN_IDS.test(value)) return false;
  if (!/^[\w+/=.~-]+$/.test(value) || isPlaceholder(value)) return false;
  // Names are made of short words; a key is at least one long piece.
  const pieces = value.split(/[^A-Za-z0-9]+/);
  const longest = pieces.reduce((a, b) => (b.length > a.length ? b : a), '');
  if (longest.length < 12) return false;
  const mix = mixOf(value);
  if (mix.digits < 1 || mix.letters < 2 || new Set(value).size < 9) return false;
  return mix.odd >= (mix.digits === 1 ? 0.25 : mix.digits < 5 ? 0.2 : 0.16);
}

/** What passwords of examples are made of. */
const COMMON = /passw|pass\d*$|admin|secret|welcome|letmein|login|hello|user|root|postgres|mysql|redis/;
const LEET: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '@': 'a', $: 's' };

/** Looks like a password that was made up to be hard: several sorts of characters that take turns. */
export function isStrongPassword(value: string): boolean {
  if (value.length < 8 || value.length > 64 || isPlaceholder(value)) return false;
  if (!/^[\x21-\x7e]+$/.test(value) || /^[/.@#$]|:\/\/|[,;]$|["'`\\]/.test(value)) return false;
  const spelled = value.toLowerCase().replace(/[01345@$]/g, char => LEET[char] ?? char);
  if (COMMON.test(value.toLowerCase()) || COMMON.test(spelled)) return false;
  const mix = mixOf(value);
  const other = value.length - mix.digits - mix.letters;
  const sorts = [mix.digits > 0, mix.uppers > 0, mix.letters > mix.uppers, other > 0].filter(Boolean).length;
  if (sorts < 3 || mix.digits < 2) return false;
  return turnsOf(value) >= 0.34;
}

function turnsOf(value: string): number {
  let turns = 0;
  for (let i = 1; i < value.length; i++) if (sortOf(value.charCodeAt(i)) !== sortOf(value.charCodeAt(i - 1))) turns++;
  return turns / Math.max(1, value.length - 1);
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** GitHub and npm end their tokens with six base-62 digits of the CRC-32 of what comes before. */
export const crc62Ends: Judge = (value, fixed) => {
  const body = value.slice(fixed, -6);
  let c = ~0;
  for (let i = 0; i < body.length; i++) {
    c ^= body.charCodeAt(i);
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (0xedb88320 & -(c & 1));
  }
  let rest = ~c >>> 0;
  let sum = '';
  do {
    sum = `${BASE62[rest % 62]}${sum}`;
    rest = Math.floor(rest / 62);
  } while (rest > 0);
  return sum.padStart(6, '0') === value.slice(-6);
};

/** Before 2025: tokens that ended then open nothing any more. */
const LONG_AGO = 1_735_689_600;

/** A signed token that may still be taken: not the one of the standard's examples, not expired, not a public one. */
export function isLiveToken(value: string): boolean {
  const claims = claimsOf(value);
  if (claims === undefined || claims.role === 'anon' || claims.iss === 'supabase-demo' || claims.sub === '1234567890') return false;
  return typeof claims.exp !== 'number' || claims.exp > LONG_AGO;
}

/** What a JSON web token says; undefined when it is none. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload = ''] = token.split('.', 3);
  if (payload.length > 4000) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `service_role` in Base64, at the three places where it may begin. */
const SERVICE_ROLE = /c2VydmljZV9yb2xl|NlcnZpY2Vfcm9sZ|zZXJ2aWNlX3JvbG/;

/** The key that local Supabase ships with is the same for everybody and says so. */
export const supabaseServiceRole: Judge = value => {
  if (!SERVICE_ROLE.test(value)) return false;
  const claims = claimsOf(value);
  return claims?.role === 'service_role' && claims.iss !== 'supabase-demo';
};
