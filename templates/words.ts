// What the formats for people have in common: the words of the answer, the order of items, the grouping of findings.
import {
  eachRound,
  type FindingStatus,
  formula,
  type Location,
  MODULES,
  QUESTIONS,
  type Report,
  type ReportFinding,
  type ReportItem,
  type ReportQuestion,
  type Severity,
  type Status,
} from '../src/core/index.ts';
import { visible } from './text.ts';

export const STATUSES: readonly Status[] = ['pass', 'partial', 'fail', 'unknown', 'not-applicable'];

export const STATUS_WORD: Readonly<Record<Status, string>> = {
  pass: 'pass',
  partial: 'partial',
  fail: 'fail',
  unknown: 'unknown',
  'not-applicable': 'not applicable',
};

export const SYMBOL: Readonly<Record<Status, string>> = { pass: '✔', partial: '◐', fail: '✖', unknown: '?', 'not-applicable': '–' };

/** Number of model calls that were audited: those in tests, scripts and examples are listed and judge nothing. */
export function auditedCalls(report: Report): number {
  return report.calls.filter(call => !call.test).length;
}

/** The answer as it is shouted. Without a model call there is no agent to have an answer about, whatever the field says. */
export function headline(report: Report): { words: string; mood: Status } {
  if (auditedCalls(report) === 0) return { words: 'NO AGENT FOUND', mood: 'unknown' };
  if (report.answer === 'ready') return { words: 'READY', mood: 'pass' };
  if (report.answer === 'not-ready') return { words: 'NOT READY', mood: 'fail' };
  return { words: 'NOT PROVEN', mood: 'unknown' };
}

/** The sentence below the headline. */
export function sentence(report: Report): string {
  // A report that was edited must not claim more than its calls show.
  if (auditedCalls(report) > 0 || report.summary.includes('nothing was audited')) return report.summary;
  return 'No model call was found, so nothing was audited.';
}

/** Whether the answer to a question is the one that an owner hopes for: no is the good answer to "Will it leak?". */
export function comfort({ id, answer }: ReportQuestion): 'pass' | 'fail' | 'unknown' {
  if (answer === 'unknown') return 'unknown';
  return answer === QUESTIONS.find(question => question.id === id)?.reassuring ? 'pass' : 'fail';
}

/** What a report without an agent says instead of questions, items and lines that would all read "unknown". */
export function silence(report: Report): string {
  return `The ${report.questions.length} questions, ${report.items.length} items and ${report.lines.length} lines of the checklist stay unknown; silence is never a pass.`;
}

export const figure = (n: number): string => n.toLocaleString('en-US');
export const count = (n: number, noun: string): string => `${figure(n)} ${noun}${n === 1 ? '' : 's'}`;

/** "3 pass", "2 fail", …: every status that has a number, or all of them. */
export function tally(statuses: readonly Status[], all = false): string[] {
  return STATUSES.map(status => ({ status, n: statuses.filter(s => s === status).length }))
    .filter(({ n }) => all || n > 0)
    .map(({ status, n }) => `${n} ${STATUS_WORD[status]}`);
}

/** How much of the passes rests on a signature alone. */
export function attestedNote(items: readonly ReportItem[]): string | undefined {
  const signed = items.filter(item => item.status === 'pass' && item.basis === 'attested').length;
  if (signed === 0) return undefined;
  return `${signed} of the passes ${signed === 1 ? 'is' : 'are'} attested, not proven`;
}

export const isBroken = (item: ReportItem): boolean => item.status === 'fail' || item.status === 'partial';

/** What stands behind the sentence on the worst request: its dearest calls with their figures, and the prices. */
export function worstOf(
  report: Report,
  most: number,
): { each: string; terms: { at: string; text: string }[]; more: number; prices: string } {
  const worst = report.cost?.requests[0];
  const prices = report.cost?.prices ?? null;
  if (worst === undefined) return { each: '', terms: [], more: 0, prices: '' };
  const priced = worst.terms.some(term => term.usd !== null);
  const terms = worst.terms.slice(0, most).map(term => ({ at: visible(`${term.file}:${term.line}`), text: visible(formula(term)) }));
  return {
    each: visible(eachRound(worst)),
    terms,
    more: worst.terms.length - terms.length,
    prices: !priced || prices === null ? '' : visible(`Tokens in and out x USD per million, ${prices.source} of ${prices.date}`),
  };
}

const SEVERITY: Readonly<Record<Severity, number>> = { blocker: 0, high: 1, medium: 2 };
const URGENCY: Readonly<Record<Status, number>> = { fail: 0, partial: 1, unknown: 2, pass: 3, 'not-applicable': 4 };

/** Broken items first, then the unknown; waived ones after the others; then by severity. Ties keep the order of the report. */
export function byUrgency(items: readonly ReportItem[]): ReportItem[] {
  const group = (item: ReportItem): number => (isBroken(item) ? (item.waived ? 1 : 0) : URGENCY[item.status]);
  return [...items].sort(
    (a, b) => group(a) - group(b) || SEVERITY[a.severity] - SEVERITY[b.severity] || URGENCY[a.status] - URGENCY[b.status],
  );
}

/** The modules that have items, in order, each with its items, the most urgent first. */
export function modules(report: Report): { id: string; title: string; items: ReportItem[] }[] {
  return MODULES.map(({ id, title }) => ({ id, title, items: byUrgency(report.items.filter(item => item.module === id)) })).filter(
    ({ items }) => items.length > 0,
  );
}

/** Item ids are pasted into a shell, so one of an unusual shape (from an edited report file) is not offered. */
const PASTABLE = /^[a-z][a-z-]*\/[a-z0-9][a-z0-9-]*$/;

/** The next command to try, or undefined when nothing is left to do. */
export function nextCommand(report: Report): string | undefined {
  if (auditedCalls(report) === 0) return undefined;
  const worst = byUrgency(report.items).find(item => !item.waived && (isBroken(item) || item.status === 'unknown'));
  return worst !== undefined && PASTABLE.test(worst.id) ? `agent-ready explain ${worst.id}` : undefined;
}

/** Findings that say the same thing about different places. */
export interface Group {
  readonly status: FindingStatus;
  readonly message: string;
  readonly places: readonly Location[];
  /** The experiment that showed it. */
  readonly probe?: string;
}

/** What differs between messages of one pattern: quoted text, dotted names and numbers. Linear in the length of the message. */
const VARIABLE = /(`[^`]*`|"[^"]*"|(?<!\w)'[^']*'(?!\w)|(?<![\w$.])[A-Za-z_$][\w$]*(?:\.[\w$]+)+|\d+(?:[.,]\d+)*)/;

/** Longer messages are cut before they are looked at: no sentence of ours comes near it. */
const LONGEST = 2000;

/** Groups the findings that have one of these statuses by the pattern of their message, in the order of the findings. */
export function groups(findings: readonly ReportFinding[], statuses: readonly FindingStatus[]): Group[] {
  const found = new Map<string, ReportFinding[]>();
  for (const finding of findings.filter(f => statuses.includes(f.status))) {
    const fixed = finding.message
      .slice(0, LONGEST)
      .split(VARIABLE)
      .filter((_, i) => i % 2 === 0);
    const key = [finding.status, finding.probe ?? '', finding.confidence === 'low', ...fixed].join('\0');
    const members = found.get(key);
    if (members === undefined) found.set(key, [finding]);
    else members.push(finding);
  }
  return [...found.values()].flatMap(members => {
    const [first] = members;
    if (first === undefined) return [];
    const doubt = first.confidence === 'low' ? ' (low confidence)' : '';
    // One finding shows its whole chain of places; of several, each shows where it begins.
    const places = members.length === 1 ? first.locations : members.flatMap(member => member.locations.slice(0, 1));
    const message = `${merge(members.map(member => member.message.slice(0, LONGEST)))}${doubt}`;
    return [{ status: first.status, message, places, ...(first.probe === undefined ? {} : { probe: first.probe }) }];
  });
}

/** One sentence for all: the part that differs lists its values; where several parts differ the first message speaks for the rest. */
function merge(messages: readonly string[]): string {
  const [first = '', ...rest] = [...new Set(messages)];
  if (rest.length === 0) return visible(first);
  const split = [first, ...rest].map(message => message.split(VARIABLE));
  const differing = (split[0] ?? []).flatMap((part, i) => (split.some(parts => parts[i] !== part) ? [i] : []));
  const [slot] = differing;
  if (slot === undefined || differing.length > 1) return visible(`${first} (and ${rest.length} like it)`);
  const values = [...new Set(split.map(parts => parts[slot] ?? ''))];
  const listed = values.slice(0, 3).join(', ') + (values.length > 3 ? ` and ${values.length - 3} more` : '');
  return visible((split[0] ?? []).map((part, i) => (i === slot ? listed : part)).join(''));
}

/** The command that runs an experiment again, alone; undefined when the report does not hold it. */
export function rerunOf(report: Report, probe: string | undefined): string | undefined {
  const found = probe === undefined ? undefined : report.experiments.find(experiment => experiment.id === probe);
  return found === undefined ? undefined : visible(found.rerun);
}

/** How the live part went, in a few sentences; empty when the agent was not started. */
export function liveSentences(report: Report): readonly string[] {
  if (report.live === undefined) return [];
  const of = (...statuses: readonly string[]): number => report.experiments.filter(e => statuses.includes(e.status)).length;
  const void_ = report.experiments.filter(e => e.status === 'inconclusive');
  const parts = [`${of('pass')} held`, `${of('partial')} in part`, `${of('fail')} did not`, `${of('not-applicable')} do not apply`];
  return [
    `${count(report.experiments.length, 'experiment')} on the running agent: ${parts.join(', ')}${void_.length === 0 ? '' : `, ${void_.length} inconclusive`}.`,
    ...report.live.map(visible),
    ...[...new Set(void_.map(e => visible(e.reason ?? '')))].slice(0, 3).map(reason => `Inconclusive: ${reason}`),
  ];
}

/** A few words on a place: its note, or else the function that it is in. */
export function remark(place: Location): string {
  if (place.note !== undefined) return visible(place.note);
  return place.symbol === undefined ? '' : `in ${visible(place.symbol)}`;
}
