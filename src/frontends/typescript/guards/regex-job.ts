// What patterns are for, and where they err: decided by running them on texts of which we know what should happen.
// A word in a name proves nothing; a pattern that hides a card number hides card numbers.
import type { RegexRunner, Step } from './regex-runner.ts';
import {
  ATTACK_SAMPLES,
  type AttackSample,
  type Kind,
  PROSE,
  PUMP_LENGTH,
  PUMPS,
  REDACT_SAMPLES,
  type RedactSample,
  WORDS,
} from './samples.ts';

/** What one function does to a text with patterns, in the order of its code. */
export interface Pipeline {
  readonly steps: readonly Step[];
  /** Steps whose code decides again what is replaced, for example after a checksum. */
  readonly conditional: ReadonlySet<number>;
  /** Kinds that a library called in the same function takes care of. */
  readonly covers: readonly Kind[];
  /** Was every step read? Otherwise nobody can say what it misses. */
  readonly complete: boolean;
}

export interface Job {
  readonly against: 'pii' | 'internal-data' | 'injection';
  /** The steps that do this work, by index. */
  readonly steps: readonly number[];
  readonly counterexamples: readonly string[];
  readonly tried: { readonly right: number; readonly of: number };
  /** Sorts of personal data of which it hides nothing at all. */
  readonly blind?: readonly string[];
}

export interface Samples {
  readonly redact: readonly RedactSample[];
  readonly attacks: readonly AttackSample[];
}
const OWN: Samples = { redact: REDACT_SAMPLES, attacks: ATTACK_SAMPLES };

const PERSONAL: readonly Kind[] = ['phone', 'id', 'card', 'e-mail', 'bank'];
const INTERNAL: readonly Kind[] = ['dsn', 'url'];
/** Whole and line by line: a pattern may be bound to the ends of its text. */
const EVERYDAY: readonly string[] = [PROSE, WORDS, ...PROSE.split('\n'), ...WORDS.split('\n')];
const ENDLESS = 'the patterns take seconds and more on plain sentences with a long number in them';
/** An eighth of the length, and the milliseconds of which eight to the third still is no more than the limit of the runner. */
const SHORT_PUMPS = PUMPS.map(pump => `${pump.slice(0, PUMP_LENGTH / 8)}${pump.slice(-2)}`);
const QUICK = 5;
/** What every redactor of personal data must know; accounts are a matter of the country. */
const REQUIRED: readonly Kind[] = ['phone', 'id', 'card', 'e-mail'];
const NAMES: Readonly<Record<Kind, string>> = {
  phone: 'phone',
  id: 'id number',
  card: 'card number',
  'e-mail': 'e-mail',
  bank: 'IBAN',
  dsn: 'connection string',
  url: 'internal address',
  harmless: 'first',
};

/** The work that a pipeline does, by running it; empty: none that is a guard's. */
export function jobsOf(runner: RegexRunner, pipeline: Pipeline, samples: Samples = OWN): readonly Job[] {
  const kinds = new Map<number, Kind>();
  const finders: number[] = [];
  const others: number[] = [];
  const ready = pipeline.steps.filter(step => step.op === 'lower' || step.op === 'normalize');
  pipeline.steps.forEach((step, i) => {
    if (step.op === 'replace') {
      const kind = kindOf(runner, step, samples);
      if (kind !== undefined) kinds.set(i, kind);
    } else if (step.op === 'test') {
      const finds = finding(runner, [...ready, step], samples);
      if (finds === 'attacks') finders.push(i);
      else if (finds === 'something') others.push(i);
    }
  });
  // What stands in one list with patterns against attacks is meant against attacks, whatever it finds.
  if (finders.length > 0) finders.push(...others);
  const jobs: Job[] = [];
  for (const [against, own] of [
    ['pii', PERSONAL],
    ['internal-data', INTERNAL],
  ] as const) {
    const steps = [...kinds].filter(([, kind]) => own.includes(kind)).map(([i]) => i);
    if (steps.length > 0) jobs.push(redacting(runner, pipeline, { against, own, steps, kinds, samples }));
  }
  if (finders.length > 0) jobs.push(detecting(runner, pipeline, finders, samples));
  return jobs;
}

const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');

/** Is everything gone that had to go? Digits that were only put in another order of blanks and dashes are still there. */
function hidden(sample: RedactSample, text: string): boolean {
  return sample.hide.every(part => !text.includes(part) && !letters(text).includes(letters(part)));
}

/** The kind of text that a single replacement hides, if that is its work. */
function kindOf(runner: RegexRunner, step: Step, { redact }: Samples): Kind | undefined {
  const tried = redact.filter(sample => sample.hide.length > 0);
  const ran = runner.run([step], [PROSE, ...tried.map(sample => sample.text)]);
  if (ran.kind !== 'ran' || ran.outcomes[0]?.text !== PROSE) return undefined;
  const count = new Map<Kind, number>();
  tried.forEach((sample, i) => {
    const text = ran.outcomes[i + 1]?.text;
    if (text !== undefined && text !== sample.text && hidden(sample, text) && sample.keep.some(part => text.includes(part)))
      count.set(sample.kind, (count.get(sample.kind) ?? 0) + 1);
  });
  // An e-mail pattern hides a database password by accident, as a part of an address.
  if (count.has('e-mail')) return 'e-mail';
  return [...count].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function finding(runner: RegexRunner, steps: readonly Step[], { attacks }: Samples): 'attacks' | 'something' | 'nothing' {
  const wrong = attacks.filter(sample => sample.attack);
  const fine = attacks.filter(sample => !sample.attack);
  const ran = runner.run(steps, [...EVERYDAY, ...[...wrong, ...fine].map(sample => sample.text)]);
  if (ran.kind !== 'ran') return 'nothing';
  if (ran.outcomes.slice(0, EVERYDAY.length).some(outcome => outcome.hits.length > 0)) return 'nothing';
  const outcomes = ran.outcomes.slice(EVERYDAY.length);
  const hit = (i: number): boolean => (outcomes[i]?.hits.length ?? 0) > 0;
  // Two words of an order, in one match: a single word, a colon or a full stop is hit by patterns for much else.
  const orders = wrong.some((sample, i) => sample.words === true && outcomes[i]?.matched.some(text => /\p{L}\P{L}+\p{L}/u.test(text)));
  return orders ? 'attacks' : outcomes.some((_, i) => hit(i)) ? 'something' : 'nothing';
}

interface Redacting {
  readonly against: 'pii' | 'internal-data';
  readonly own: readonly Kind[];
  readonly steps: readonly number[];
  readonly kinds: ReadonlyMap<number, Kind>;
  readonly samples: Samples;
}

function redacting(runner: RegexRunner, pipeline: Pipeline, { against, own, steps, kinds, samples }: Redacting): Job {
  const tried = samples.redact.filter(sample => sample.kind === 'harmless' || own.includes(sample.kind));
  const ran = runner.run(
    pipeline.steps,
    tried.map(sample => sample.text),
  );
  if (ran.kind !== 'ran') return { against, steps, counterexamples: ran.kind === 'too-slow' ? [ENDLESS] : [], tried: { right: 0, of: 0 } };
  const results = tried.map((sample, i) => {
    const { text = '', hits = [] } = ran.outcomes[i] ?? {};
    const by = hits.filter(hit => steps.includes(hit));
    const gone = hidden(sample, text) || pipeline.covers.includes(sample.kind);
    return { sample, by, gone, kept: sample.keep.every(part => text.includes(part)) };
  });
  const hides = own.filter(kind => {
    const of = results.filter(({ sample }) => sample.kind === kind);
    return of.filter(({ gone }) => gone).length / of.length >= 0.75;
  });
  // Where a step could not be read, it may hide what the others miss; but only who is seen to hide much is believed to hide more.
  const trusted = !pipeline.complete && hides.length > own.length / 2;
  const wrong: string[] = [];
  const missed: string[] = [];
  const seen = new Map<Kind, boolean>();
  const firstOnly = new Set<Kind>();
  let of = 0;
  for (const { sample, by, gone, kept } of results) {
    const decides = by.some(hit => pipeline.conditional.has(hit));
    // What its own code decides after a match cannot be seen from the pattern; it is trusted with what the pattern is for.
    const guessed =
      gone && sample.hide.length > 0 && by.length > 0 && by.every(hit => pipeline.conditional.has(hit) && kinds.get(hit) !== sample.kind);
    // A pattern that hid the first of two, and is not applied again, is no matter of trust.
    const once = sample.twice === true && by.length > 0 && !decides;
    if (once && !gone) firstOnly.add(sample.kind);
    if (guessed || (!gone && trusted && !once) || (!kept && decides)) continue;
    of++;
    seen.set(sample.kind, gone || (seen.get(sample.kind) ?? false));
    const name = NAMES[kinds.get(by[0] ?? -1) ?? 'harmless'];
    if (!gone) missed.push(`no pattern hides ${sample.name}`);
    else if (!kept)
      wrong.push(`the ${name} pattern ${sample.kind === 'harmless' ? 'rewrites' : 'also takes what stands beside'} ${sample.name}`);
  }
  const blind = [
    ...REQUIRED.filter(kind => seen.get(kind) === false).map(kind => NAMES[kind]),
    ...[...firstOnly].filter(kind => seen.get(kind) === true).map(kind => `${NAMES[kind]} but the first`),
  ];
  const tally = { right: of - wrong.length - missed.length, of };
  return { against, steps, counterexamples: [...wrong, ...missed], tried: tally, ...(blind.length === 0 ? {} : { blind }) };
}

function detecting(runner: RegexRunner, pipeline: Pipeline, finders: readonly number[], { attacks }: Samples): Job {
  const ran = runner.run(
    pipeline.steps,
    attacks.map(sample => sample.text),
  );
  if (ran.kind !== 'ran')
    return { against: 'injection', steps: finders, counterexamples: ran.kind === 'too-slow' ? [ENDLESS] : [], tried: { right: 0, of: 0 } };
  const wrong: string[] = [];
  let right = 0;
  let of = 0;
  attacks.forEach((sample, i) => {
    const hit = ran.outcomes[i]?.hits.some(step => finders.includes(step)) ?? false;
    if (!hit && sample.attack && !pipeline.complete) return;
    of++;
    if (hit === sample.attack) right++;
    else wrong.push(sample.attack ? `the list misses "${sample.name}"` : `the list stops the harmless message "${sample.name}"`);
  });
  return { against: 'injection', steps: finders, counterexamples: wrong, tried: { right, of } };
}

/** Sentences on the patterns of a job that take too long on a text of a few thousand characters. Costs time: only for what is in use. */
export function slowIn(runner: RegexRunner, pipeline: Pipeline, job: Job): readonly string[] {
  return job.steps.flatMap(i => {
    const step = pipeline.steps[i];
    if (step === undefined || !isSlow(runner, step)) return [];
    return [`pattern ${job.steps.indexOf(i) + 1} takes seconds and more on a text of ${PUMP_LENGTH} characters that was made for it`];
  });
}

/** Who is quick on short texts takes at most the cube of the length, and no seconds on the long ones. */
function isSlow(runner: RegexRunner, step: Step): boolean {
  const begun = performance.now();
  const short = runner.run([step], SHORT_PUMPS);
  if (short.kind === 'ran' && performance.now() - begun < QUICK) return false;
  return short.kind === 'too-slow' || runner.run([step], PUMPS).kind === 'too-slow';
}
