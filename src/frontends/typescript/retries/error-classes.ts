// Classes of errors: which failures they stand for, and which of them the client of a model ever raises. A retry that waits for the
// errors of another package never happens. Read in the packages: openai 2, anthropic 0.75, groq 0.37, litellm 1.80, google-genai 1.52.
import type { RetriedFailures, Tri } from '../../../core/index.ts';
import { type Foreign, foreignPath } from '../evaluator/values.ts';

/** What a condition on an error names. */
export interface Named {
  statuses: Set<number>;
  fiveHundreds: boolean;
  /** As `classOf` tells them. */
  classes: Set<string>;
  codes: Set<string>;
  retryable: boolean;
  /** Does it take whatever it does not name, as a predicate does that ends with `return true`? */
  others: boolean;
  negated: boolean;
}

/** What is tried again when the errors are those of a client; undefined: of any client. */
export type Fit = (client: string | undefined) => RetriedFailures;

/** A class of errors: its package, and its name. */
export function classOf(value: Foreign): string {
  const path = foreignPath(value);
  return `${value.package} ${path.slice(path.lastIndexOf('.') + 1)}`;
}

/** Clients that raise errors of their own for whatever happens, and nothing else. */
const OWN = ['py:openai', 'py:anthropic', 'py:groq', 'py:cerebras', 'py:together', 'py:litellm', 'py:google.genai'];
/** Whose errors those of a client are as well. */
const ALSO: Readonly<Record<string, readonly string[]>> = { 'py:litellm': ['py:openai'] };
/** Carriers that these clients do not use. */
const FOREIGN = /^py:(?:requests|urllib3|urllib|http|aiohttp|botocore|boto3|google\.api_core|grpc)$/;
/** The carrier that they use, and the language's own: errors come through only in the middle of a stream, or from a deadline around the call. */
const BELOW = new Set(['py:httpx', 'py:httpcore', 'py:asyncio', 'py:socket', 'py:concurrent.futures', '']);
/** Classes of the language that take every error. */
const ROOTS = new Set(['Exception', 'BaseException', 'Error']);

/** Does a client raise errors of a class? */
function raised(known: string, client: string | undefined): Tri {
  if (client === undefined || !OWN.includes(client)) return 'yes';
  const [pkg = '', name = ''] = known.split(' ');
  if (pkg === client || ALSO[client]?.includes(pkg) === true) return 'yes';
  if (BELOW.has(pkg)) return pkg === '' && ROOTS.has(name) ? 'yes' : 'unknown';
  if (client === 'py:google.genai' && pkg === 'py:aiohttp') return 'unknown';
  return FOREIGN.test(pkg) || OWN.includes(pkg) ? 'no' : 'yes';
}

export function nothingNamed(): Named {
  return {
    statuses: new Set(),
    fiveHundreds: false,
    classes: new Set(),
    codes: new Set(),
    retryable: false,
    others: false,
    negated: false,
  };
}

/** Does a class, as `classOf` tells it, stand for every failure? */
export function isRoot(known: string): boolean {
  return EVERY_CLASS.includes(known.slice(known.indexOf(' ') + 1));
}

/** The failures that classes of errors name, or (negated) all others. */
export function failuresOfClasses(classes: readonly string[], negated: boolean): Fit {
  const named: Named = { ...nothingNamed(), classes: new Set(classes) };
  return client => (negated ? allBut(named, client) : onlyThose(named, client));
}

/** Classes of Python's clients that stand for more than one failure, or for one under another name. */
const EVERY_CLASS = [
  'APIError',
  'Error',
  'Exception',
  'BaseException',
  'OpenAIError',
  'AnthropicError',
  'RequestException',
  'HTTPError',
  'URLError',
];
/** Classes for every answer that tells of an error; what does not answer is none of them. */
const STATUS_CLASSES = ['APIStatusError', 'HTTPStatusError'];
const TIMEOUT_CLASSES = [
  'APIConnectionError',
  'APIConnectionTimeoutError',
  'APITimeoutError',
  'Timeout',
  'TimeoutError',
  'TimeoutException',
  'ReadTimeout',
  'ConnectTimeout',
  'DeadlineExceeded',
  'OSError',
];
const CONNECTION_CLASSES = [
  'APIConnectionError',
  'ConnectionError',
  'ConnectError',
  'NetworkError',
  'TransportError',
  'ClientError',
  'OSError',
];
const SERVER_CLASSES = ['InternalServerError', 'ServiceUnavailableError', 'ServiceUnavailable', 'BadGatewayError', 'ServerError'];

const yes = (condition: boolean): Tri => (condition ? 'yes' : 'no');

/** Only what the condition names is tried again. */
export function onlyThose(n: Named, client?: string): RetriedFailures {
  const those = (wanted: Tri): Set<string> => new Set([...n.classes].filter(known => raised(known, client) === wanted));
  const sure = only(n, those('yes'));
  const perhaps = only(
    { ...n, statuses: new Set(), codes: new Set(), fiveHundreds: false, retryable: false, others: false },
    those('unknown'),
  );
  const join = (a: Tri, b: Tri): Tri => (a === 'no' && b !== 'no' ? 'unknown' : a);
  return {
    rateLimit: join(sure.rateLimit, perhaps.rateLimit),
    serverError: join(sure.serverError, perhaps.serverError),
    overload: join(sure.overload, perhaps.overload),
    connection: join(sure.connection, perhaps.connection),
    timeout: join(sure.timeout, perhaps.timeout),
    clientError: join(sure.clientError, perhaps.clientError),
  };
}

function only(n: Named, classes: ReadonlySet<string>): RetriedFailures {
  const names = new Set([...classes].map(known => known.slice(known.indexOf(' ') + 1)));
  const any = (list: readonly string[]): boolean => list.some(name => names.has(name));
  const every = any(EVERY_CLASS);
  // The class of both clients under this name is that of answers, not of connections.
  const refused = classes.has('py:google.genai ClientError') || classes.has('py:botocore ClientError');
  const status = any(STATUS_CLASSES) || classes.has('py:botocore ClientError');
  const server = every || status || n.fiveHundreds || any(SERVER_CLASSES) || n.retryable;
  return {
    rateLimit: yes(
      every || status || refused || n.statuses.has(429) || any(['RateLimitError', 'ResourceExhausted', 'TooManyRequests']) || n.retryable,
    ),
    serverError: yes(server || n.statuses.has(500) || n.statuses.has(503)),
    overload: yes(server || n.statuses.has(529) || names.has('OverloadedError')),
    connection: yes(
      every ||
        n.others ||
        n.codes.has('ECONNRESET') ||
        n.codes.has('ECONNREFUSED') ||
        any(CONNECTION_CLASSES.filter(name => name !== 'ClientError' || !refused)),
    ),
    timeout: yes(every || n.others || n.codes.has('ETIMEDOUT') || n.statuses.has(408) || any(TIMEOUT_CLASSES)),
    // After a 401 alone, it is mostly a fresh token that the next try is made with.
    clientError:
      every || status || refused || [400, 403, 404].some(s => n.statuses.has(s)) ? 'yes' : n.statuses.has(401) ? 'unknown' : 'no',
  };
}

/** Everything but what the condition names is tried again. */
export function allBut(n: Named, client?: string): RetriedFailures {
  const given = onlyThose(n, client);
  const flip = (t: Tri): Tri => (t === 'yes' ? 'no' : t === 'no' ? 'yes' : 'unknown');
  const refused = [400, 401, 403, 404].filter(s => n.statuses.has(s)).length;
  const names = [...n.classes].map(known => known.slice(known.indexOf(' ') + 1));
  return {
    rateLimit: flip(given.rateLimit),
    serverError: flip(given.serverError),
    overload: flip(given.overload),
    connection: flip(given.connection),
    timeout: flip(given.timeout),
    // Giving up on a 401 alone still tries a 400 again.
    clientError:
      given.clientError === 'yes' || refused >= 2 || names.includes('BadRequestError') || names.includes('AuthenticationError')
        ? 'no'
        : 'unknown',
  };
}

const KINDS = ['rateLimit', 'serverError', 'overload', 'connection', 'timeout', 'clientError'] as const;

/** The failures that two conditions both let through. */
export function bothOf(a: RetriedFailures, b: RetriedFailures): RetriedFailures {
  return joined(a, b, 'no');
}

/** The failures that one of two conditions lets through. */
export function eitherOf(a: RetriedFailures, b: RetriedFailures): RetriedFailures {
  return joined(a, b, 'yes');
}

/** Of two answers the strong one decides; without it, not to know is an answer. */
function joined(a: RetriedFailures, b: RetriedFailures, strong: Tri): RetriedFailures {
  const one = (x: Tri, y: Tri): Tri => (x === strong || y === strong ? strong : x === 'unknown' || y === 'unknown' ? 'unknown' : x);
  const out = { ...a };
  for (const key of KINDS) out[key] = one(a[key], b[key]);
  return out;
}
