// Helpers that the rules on experiments share: reading one trial. All times are milliseconds.
import { endOf } from './experiment.ts';
import type { Exchange, Observation, Reply, Trial } from './observation.ts';

/** A request that asked a model for an answer. */
export type ModelCallSeen = Exchange & { readonly request: NonNullable<Exchange['request']> };

/** The arm of an experiment that has one arm, or the named one. */
export function armOf(seen: Observation, name = 'treatment'): Trial {
  const trial = seen.arms[name];
  if (trial === undefined) throw new Error(`the experiment has no arm ${name}`);
  return trial;
}

/** The requests that asked a model for an answer, in the order in which they came. */
export function modelCalls(trial: Trial): readonly ModelCallSeen[] {
  return trial.exchanges.filter((exchange): exchange is ModelCallSeen => exchange.request !== undefined);
}

/** How long the agent waited between the end of one model call and the beginning of the next. */
export function waitsOf(trial: Trial): readonly number[] {
  const calls = modelCalls(trial);
  return calls.slice(1).map((call, i) => Math.max(0, Math.round(call.at - endOf(calls[i] as ModelCallSeen))));
}

/** The last reply, or the one of a session. */
export function replyOf(trial: Trial, session?: string): Reply | undefined {
  const own = session === undefined ? trial.replies : trial.replies.filter(reply => reply.session === session);
  return own.at(-1);
}

/** Did the user get what the model said? */
export function isAnswered(trial: Trial, reply: Reply | undefined): boolean {
  return reply !== undefined && reply.end === 'answered' && reply.text.includes(trial.nonce);
}

/** Did the agent's process end by itself? */
export function died(trial: Trial): boolean {
  return trial.exit !== undefined && !trial.exit.asked;
}

/** "exit code 1", "SIGSEGV". */
export function exitWords(trial: Trial): string {
  const { exit } = trial;
  return exit === undefined ? 'still running' : exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : exit.signal;
}

/** How long the user waited. */
export function waited(reply: Reply): number {
  return Math.round(reply.endedAt - reply.at);
}

/** "512 ms", "3.1 s". */
export function time(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** "waited 512 ms, then 1.0 s". */
export function waitWords(waits: readonly number[]): string {
  const shown = waits.slice(0, 5).map(time);
  const rest = waits.length > shown.length ? `, and ${waits.length - shown.length} more times` : '';
  return `waited ${shown.join(', then ')}${rest}`;
}

/** "1 model call", "3 model calls". */
export function callWords(count: number): string {
  return `${count} model call${count === 1 ? '' : 's'}`;
}

/** A short quotation of what the agent said, on one line. */
export function quote(text: string, most = 80): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line === '' ? 'nothing' : `"${line.length > most ? `${line.slice(0, most)}...` : line}"`;
}

/** All output of the agent as one text. */
export function outputOf(trial: Trial): string {
  return trial.lines.map(line => line.text).join('\n');
}

/** Lines that are JSON objects. */
export function jsonLines(trial: Trial): readonly Readonly<Record<string, unknown>>[] {
  return trial.lines.flatMap(({ text }) => {
    if (!text.trimStart().startsWith('{')) return [];
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? [value as Readonly<Record<string, unknown>>] : [];
    } catch {
      return [];
    }
  });
}

/** All keys and values of a JSON value, however deep, as [path, value]. */
export function leavesOf(value: unknown, path = ''): readonly (readonly [path: string, value: unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}

/** Words that tell a user what to do next, in the languages that agents are written in. */
const NEXT_STEP =
  /try (?:it |this )?again|again (?:later|in)|retry|later|in a (?:moment|minute|few)|support|contact|human|colleague|agent will|team|hotline|call us|write to|e-?mail|temporar|unavailable|overload|busy|shortly|nochmal|noch einmal|erneut|später|wenden Sie|Kundendienst|melden Sie|riprova|più tardi|assistenza|opnieuw|probeer|ponownie|później|novamente|mais tarde|suporte|réessay|plus tard|intentar|más tarde|de nuevo|soporte|再试|稍后|客服|後で|もう一度|お問い合わせ|다시|나중에/i;

/**
 * Traces of the inside: stack lines, error types, providers, paths of files, status phrases of SDKs. An id of the request is none: a user may
 * quote it to support. Only ids of the provider count, which begin with `req_`.
 */
const INTERNALS =
  /(?:\n|\\n)\s+at \S.*:\d+|\bat \S+ \(.*:\d+:\d+\)|\bat (?:async )?(?:file:|node:|\/)\S+:\d+:\d+|\b(?:Type|Reference|Syntax|Range|API|APIConnection|InternalServer|Authentication|BadRequest|RateLimit|NotFound|Overloaded)Error\b|\b(?:overloaded|api|authentication|invalid_request|rate_limit|not_found)_error\b|\bAI_\w+Error\b|anthropic|openai|\bapi\.[a-z]|x-api-key|node_modules|(?:^|[\s"'(=])\/(?:home|app|usr|var|tmp|src)\/|ECONN\w+|\bstatus code \d{3}\b|^\s*[45]\d\d\b|\breq_\w{6,}|<html|Traceback|Internal Server Error|Unexpected (?:token|end of JSON)|Cannot read propert|\b[a-z]\w*\.[\w.]*(?:Error|Exception)\b|\b\w+(?:Error|Exception):\s|\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}\b|\b[\w-]+\.(?:internal|svc|local)\b|\b[a-z]:\\\w|\.(?:py|[jt]s)\b,? line \d+/i;

/** What programs print for nothing. */
const NOTHING = /^["']?(?:null|undefined|none|nan|\[object object\]|\{\}|\[\]|no response|)["']?$/i;

/** Is there nothing in it that a person could read? A JSON object without a sentence is nothing. */
export function isBlank(said: string): boolean {
  // A sign before it makes nothing more of it.
  const text = said.replace(/^[\p{S}\p{M}\s]+(?=\p{L})/u, '').trim() || said.trim();
  if (NOTHING.test(text)) return true;
  if (!/^[[{]/.test(text)) return false;
  try {
    return !leavesOf(JSON.parse(text)).some(([, value]) => typeof value === 'string' && /\p{L}.*\s.*\p{L}|\p{Lo}/su.test(value));
  } catch {
    return false;
  }
}

export interface FallbackVerdict {
  readonly kind: 'good' | 'bare' | 'empty' | 'internals' | 'none';
  /** What was seen, in a sentence without a full stop. */
  readonly words: string;
}

/** How good a reply to a failure is: a text for a person that says what to do next, without the inside of the program. */
export function fallbackOf(reply: Reply | undefined): FallbackVerdict {
  if (reply === undefined || reply.end === 'late') {
    return { kind: 'none', words: `the user got no reply${reply === undefined ? '' : ` within ${time(waited(reply))}`}` };
  }
  if (reply.end !== 'answered') return { kind: 'none', words: 'the connection to the user broke' };
  const said = (reply.text === '' ? (reply.error ?? '') : reply.text).trim();
  const status = reply.status === null ? '' : ` with status ${reply.status}`;
  if (isBlank(said)) return { kind: 'empty', words: `the user got an empty reply${said === '' ? '' : ` (${quote(said, 40)})`}${status}` };
  if (INTERNALS.test(reply.body === '' ? said : reply.body))
    return { kind: 'internals', words: `the user got the inside of the program${status}: ${quote(said)}` };
  // Scripts without blanks say in ten signs what takes thirty letters elsewhere.
  const brief = said.length < (/\p{Lo}/u.test(said) ? 8 : 20);
  if (brief || !NEXT_STEP.test(said))
    return { kind: 'bare', words: `the user got ${quote(said)}${status}, which does not say what to do next` };
  return { kind: 'good', words: `the user got ${quote(said)}${status}` };
}
