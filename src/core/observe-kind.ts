// Reading logs for the kind of a failure: the same field, another word for each kind.
import type { Trial } from './observation.ts';
import { jsonLines, leavesOf } from './rule-observe.ts';

/** Names of fields in which a kind may stand. */
const FIELD = /kind|class|categor|type|code|reason|outcome|failure|error|tag|label|event/i;
/** Words that name no kind, because they fit every failure, or none. */
const GENERAL =
  /^(?:ok|okay|success|succeeded|done|finished|completed?|error|errors|err|fail|failed|failure|exception|true|false|null|none|unknown|info|warn|warning|debug|fatal|request|response|http|object|string|[a-z]*request[._-]?(?:done|failed|error)|error|typeerror|apierror)$/i;
/** A line that is about something that went wrong. */
const TROUBLE = /error|fail|exception|overload|refus|empty|invalid|unavailable|\b5\d\d\b|parse|safety/i;

/** A single word, as programs write kinds: `api`, `provider_down`, `SafetyError`. Ids and numbers are none. */
function wordOf(value: unknown, nonce: string): string | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z][A-Za-z_.:-]{1,39}$/.test(value)) return undefined;
  return value.includes(nonce) || GENERAL.test(value) ? undefined : value;
}

/** For each field (path in a JSON line, name in `name=word`, attribute of a span) the words that stood there. */
function kindsIn(trial: Trial): ReadonlyMap<string, ReadonlySet<string>> {
  const plain = trial.lines.filter(({ text }) => !text.trimStart().startsWith('{'));
  const pairs: (readonly [string, unknown])[] = [
    ...jsonLines(trial).flatMap(line => leavesOf(line)),
    ...trial.spans.flatMap(span => Object.entries(span.attributes)),
    ...plain.flatMap(({ text }) =>
      [...text.slice(0, 2000).matchAll(/\b([\w.]{2,40})=["']?([A-Za-z][\w.:-]*)/g)].map(m => [m[1] ?? '', m[2]] as const),
    ),
  ];
  const kinds = new Map<string, Set<string>>();
  for (const [path, value] of pairs) {
    const word = wordOf(value, trial.nonce);
    if (word === undefined || !FIELD.test(path.split('.').at(-1) ?? '')) continue;
    kinds.set(path, (kinds.get(path) ?? new Set()).add(word));
  }
  return kinds;
}

/** Did the agent log anything that is about a failure? */
export const logsTrouble = (trial: Trial): boolean => trial.lines.some(({ text }) => TROUBLE.test(text));

export interface KindsSeen {
  readonly field: string;
  /** Different words that stood there, those of each kind of failure joined. */
  readonly words: readonly string[];
}

/** The field that tells most of these failures apart. Words that stand there in all trials tell nothing. */
export function kindsOf(trials: readonly Trial[]): KindsSeen | undefined {
  const all = trials.map(kindsIn);
  const fields = [...new Set(all.flatMap(kinds => [...kinds.keys()]))].sort();
  const seen = fields.map(field => {
    const sets = all.map(kinds => kinds.get(field) ?? new Set<string>());
    const own = sets.map(words => [...words].filter(word => !sets.every(other => other.has(word))));
    return { field, words: [...new Set(own.filter(words => words.length > 0).map(words => words.sort().join('+')))] };
  });
  return seen.reduce<KindsSeen | undefined>((best, next) => (next.words.length > (best?.words.length ?? 0) ? next : best), undefined);
}
