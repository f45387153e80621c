// The report as Markdown, for a comment on a pull request and for the summary of a CI job.
import { defineTemplate, type Location, type Report, type ReportCall, type ReportItem, type Status } from '../src/core/index.ts';
import { code, html, prose } from './markdown-escape.ts';
import { cutEnd, cutMiddle, visible } from './text.ts';
import {
  attestedNote,
  auditedCalls,
  byUrgency,
  comfort,
  count,
  figure,
  groups,
  headline,
  isBroken,
  liveSentences,
  modules,
  remark,
  rerunOf,
  STATUS_WORD,
  SYMBOL,
  sentence,
  silence,
  tally,
  worstOf,
} from './words.ts';

/** A comment may have 65,536 characters; the rest is left for whoever adds a line of their own. */
const LIMIT = 60_000;
const ROWS = 40;
const CALLS = 200;
const PLACES = 3;
const GROUPS = 3;
const TERMS = 3;
const REASONS = 10;

/** By this a later run finds its comment again, to write it anew instead of adding another one. */
const MARKER = '<!-- agent-ready -->';

/** What is left out of a report that is too long, the least useful first. */
const CUTS = ['passes', 'unknown', 'calls', 'modules', 'lines'] as const;

interface Page {
  readonly report: Report;
  readonly cut: ReadonlySet<(typeof CUTS)[number]>;
  /** The longest text from the report, in columns. */
  readonly longest: number;
}

const LENGTHS = [500, 120, 30] as const;

function render(report: Report): string {
  for (let n = 0; n <= CUTS.length; n++) {
    const whole = compose({ report, cut: new Set(CUTS.slice(0, n)), longest: LENGTHS[0] });
    if (whole.length <= LIMIT) return whole;
  }
  // Only texts of absurd length come here: what may never be cut is kept, in shorter words.
  const shorter = LENGTHS.slice(1).map(longest => compose({ report, cut: new Set(CUTS), longest }));
  return shorter.find(whole => whole.length <= LIMIT) ?? shorter.at(-1) ?? '';
}

function compose(page: Page): string {
  const { report } = page;
  const start = [MARKER, answer(page), gate(page)];
  if (auditedCalls(report) === 0) return join([...start, silence(report), footer(page)]);
  return join([
    ...start,
    questions(page),
    broken(page),
    ...moduleDetails(page),
    experiments(page),
    lines(page),
    unknown(page),
    calls(page),
    footer(page),
  ]);
}

const join = (parts: readonly string[]): string => `${parts.filter(part => part !== '').join('\n\n')}\n`;
const say = (page: Page, text: string): string => prose(cutEnd(visible(text), page.longest, '…'));
const details = (summary: string, body: string): string => `<details>\n<summary>${html(summary)}</summary>\n\n${body}\n\n</details>`;
const leftOut = (what: string): string => `_Left out, because the report is too long for a comment: ${what}._`;

/** `file:line`; a long path loses its middle. */
function place(page: Page, { file, line }: Pick<Location, 'file' | 'line'>): string {
  return code(`${cutMiddle(visible(file), Math.min(page.longest, 120), '…')}:${line}`);
}

function answer(page: Page): string {
  const { words, mood } = headline(page.report);
  return `## ${SYMBOL[mood]} agent-ready: ${words}\n\n${say(page, sentence(page.report))}`;
}

function gate(page: Page): string {
  const { open, policy, reasons } = page.report.gate;
  const line = `**Gate ${open ? 'open' : 'closed'}** (policy ${code(policy)})`;
  const more = reasons.length > REASONS ? [`- … and ${reasons.length - REASONS} more`] : [];
  const list = [...reasons.slice(0, REASONS).map(reason => `- ${say(page, reason)}`), ...more].join('\n');
  const empty = open && auditedCalls(page.report) === 0 ? ': no item was checked, so that the gate is open says nothing.' : '';
  return list === '' ? line + empty : `${line}\n\n${list}`;
}

function questions(page: Page): string {
  const rows = page.report.questions.map(asked => `- ${SYMBOL[comfort(asked)]} **${say(page, asked.title)}** ${say(page, asked.text)}`);
  return rows.length === 0 ? '' : `### The ${rows.length} questions\n\n${[...rows, ...worstRequest(page)].join('\n')}`;
}

/** The dearest request, as items below the last question. */
function worstRequest(page: Page): string[] {
  if (page.report.cost?.requests[0] === undefined) return [];
  const { each, terms, more, prices } = worstOf(page.report, TERMS);
  const rows = terms.map(({ at, text }) => `  - ${code(cutMiddle(at, Math.min(page.longest, 120), '…'))} ${say(page, text)}`);
  const rest = more === 0 ? [] : [`  - … and ${count(more, 'more call')}`];
  return [...(each === '' ? [] : [`  - ${say(page, each)}`]), ...rows, ...rest, ...(prices === '' ? [] : [`  - ${say(page, prices)}`])];
}

function broken(page: Page): string {
  const found = byUrgency(page.report.items).filter(isBroken);
  if (found.length === 0) return 'No item failed or is partial.';
  const rows = found.slice(0, ROWS).map(item => {
    const state = item.waived ? `${STATUS_WORD[item.status]}, waived` : STATUS_WORD[item.status];
    const severity = item.severity === 'blocker' ? '**blocker**' : item.severity;
    return `| ${severity} | ${SYMBOL[item.status]} ${state} | ${say(page, item.title)}<br>${code(item.id)} | ${evidence(page, item)} | ${say(page, item.fix)} |`;
  });
  const head = '### Failed and partial items\n\n| Severity | Status | Item | Evidence | What to do |\n| --- | --- | --- | --- | --- |';
  const more = found.length > ROWS ? `\n\n_The ${ROWS} most urgent of ${found.length} are shown._` : '';
  return `${head}\n${rows.join('\n')}${more}`;
}

/** The first place of a broken item, or in its absence what a witness said. */
function evidence(page: Page, item: ReportItem): string {
  const against = item.findings.filter(finding => finding.status === 'fail' || finding.status === 'partial');
  const places = against.flatMap(finding => finding.locations);
  const [first] = places;
  if (first === undefined) return against[0] === undefined ? item.basis : say(page, against[0].message);
  return `${place(page, first)}${places.length > 1 ? ` and ${places.length - 1} more` : ''}`;
}

function moduleDetails(page: Page): string[] {
  if (page.cut.has('modules')) return [leftOut('the details of every module')];
  return modules(page.report).map(({ title, items }) => {
    const hidden = (item: ReportItem): boolean =>
      (item.status === 'pass' && page.cut.has('passes')) || (item.status === 'unknown' && page.cut.has('unknown'));
    const missing = tally(items.filter(hidden).map(item => item.status));
    const rows = items.filter(item => !hidden(item)).map(item => itemText(page, item));
    const notes = missing.length === 0 ? [] : [leftOut(`${missing.join(', ')} of this module`)];
    const body = [...(rows.length > 0 ? [rows.join('\n')] : []), ...notes].join('\n\n');
    return details(`${title}: ${tally(items.map(item => item.status)).join(' · ')}`, body);
  });
}

function itemText(page: Page, item: ReportItem): string {
  const basis = item.waived ? 'waived' : item.basis === 'none' ? '' : item.basis;
  const facts = [STATUS_WORD[item.status], item.severity, basis].filter(Boolean).join(', ');
  const title = `- ${SYMBOL[item.status]} ${say(page, item.title)} (${facts}) ${code(item.id)}`;
  if (item.status === 'not-applicable' && item.note !== undefined) return `${title}\n  - ${say(page, item.note)}`;
  if (!isBroken(item)) return title;
  const found = groups(item.findings, ['fail', 'partial']);
  const more = found.length > GROUPS ? [`  - … and ${found.length - GROUPS} more kinds of finding`] : [];
  const said = found.slice(0, GROUPS).map(({ message, places, probe }) => {
    const shown = places.slice(0, PLACES).map(one => {
      const words = remark(one);
      return place(page, one) + (words === '' ? '' : ` ${say(page, words)}`);
    });
    const rest = places.length > PLACES ? ` … and ${places.length - PLACES} more` : '';
    const rerun = rerunOf(page.report, probe);
    const again = rerun === undefined ? '' : ` (${code(rerun)})`;
    return `  - ${say(page, message)}${shown.length === 0 ? '' : `: ${shown.join(', ')}${rest}`}${again}`;
  });
  return [title, ...said, ...more, ...(item.waived ? [] : [`  - → ${say(page, item.fix)}`])].join('\n');
}

function experiments(page: Page): string {
  const all = page.report.experiments;
  if (all.length === 0) return '';
  if (page.cut.has('calls')) return leftOut(`${count(all.length, 'experiment')}`);
  const rows = all.map(
    one =>
      `| ${code(one.id)} | ${say(page, one.question)} | ${one.status}${one.reason === undefined ? '' : `: ${say(page, one.reason)}`} |`,
  );
  const notes = liveSentences(page.report).map(said => `- ${say(page, said)}`);
  return details(
    `${count(all.length, 'experiment')} on the running agent`,
    `${notes.join('\n')}\n\n| Experiment | Question | Result |\n| --- | --- | --- |\n${rows.join('\n')}`,
  );
}

function lines(page: Page): string {
  const all = page.report.lines;
  if (all.length === 0) return '';
  if (page.cut.has('lines')) return leftOut(`the ${all.length} lines of the pre-launch list`);
  const parts = [...new Set(all.map(line => line.group))].map(group => {
    const own = all.filter(line => line.group === group);
    return `**${say(page, group)}**\n\n${own.map(line => `- ${mark(line.status)} ${code(line.id)} ${say(page, line.title)}`).join('\n')}`;
  });
  return details(`The ${all.length} lines of the pre-launch list: ${tally(all.map(line => line.status)).join(' · ')}`, parts.join('\n\n'));
}

const mark = (status: Status): string => `${SYMBOL[status]} ${STATUS_WORD[status]}:`;

function unknown(page: Page): string {
  const open = byUrgency(page.report.items.filter(item => item.status === 'unknown'));
  if (open.length === 0) return '';
  const title = `${count(open.length, 'unknown item')}, and what would settle each`;
  if (page.cut.has('unknown')) return leftOut(title);
  const rows = open.map(item => {
    const severity = item.severity === 'blocker' ? '**blocker**' : item.severity;
    return `- ${severity} ${say(page, item.title)} ${code(item.id)}${item.note === undefined ? '' : `\n  - ${say(page, item.note)}`}`;
  });
  return details(title, rows.join('\n'));
}

function calls(page: Page): string {
  const all = page.report.calls.filter(call => !call.test);
  const title = `${count(all.length, 'model call')} audited`;
  if (page.cut.has('calls')) return leftOut(title);
  const rows = all.slice(0, CALLS).map(call => `| ${callCells(page, call).join(' | ')} |`);
  const head = '| Place | Call | Model | Retries | Deadline | Output cap | Loop |\n| --- | --- | --- | --- | --- | --- | --- |';
  const more = all.length > CALLS ? `\n\n_The first ${CALLS} of ${all.length} are shown._` : '';
  return details(title, `${head}\n${rows.join('\n')}${more}`);
}

function callCells(page: Page, call: ReportCall): string[] {
  const tri = (value: boolean | null, yes: string): string => (value === null ? 'unknown' : value ? yes : 'none');
  const { retries, timeout, outputCap, loop } = call;
  return [
    place(page, call),
    code(cutEnd(visible(call.call), Math.min(page.longest, 60), '…')),
    call.model === null ? 'unknown' : code(cutEnd(visible(call.model), Math.min(page.longest, 60), '…')),
    tri(retries.effective, retries.count === null ? 'yes' : String(retries.count)),
    tri(timeout.explicit, timeout.ms === null ? 'yes' : `${timeout.ms} ms`),
    tri(outputCap.set, outputCap.tokens === null ? 'yes' : `${outputCap.tokens} tokens`),
    loop.bound === null ? loop.status.replaceAll('-', ' ') : `${loop.status} (${loop.bound})`,
  ];
}

function footer(page: Page): string {
  const { items, repository, gate: ruling, tool } = page.report;
  const { unread, files } = repository;
  const shown = unread
    .slice(0, PLACES)
    .map(one => `${code(cutMiddle(visible(one.file), Math.min(page.longest, 120), '…'))} (${say(page, one.reason)})`);
  const rest = unread.length > PLACES ? ` … and ${unread.length - PLACES} more` : '';
  const parts = [
    tally(
      items.map(item => item.status),
      true,
    ).join(' · '),
    attestedNote(items) ?? '',
    `${count(files, 'file')} read`,
  ];
  const missed = unread.length === 0 ? '' : `Not read (${figure(unread.length)}): ${shown.join(', ')}${rest}`;
  const again = ruling.policy === 'launch' ? 'npx agent-ready audit --policy launch' : 'npx agent-ready audit';
  return join([
    '---',
    parts.filter(Boolean).join('  \n'),
    missed,
    `agent-ready ${say(page, tool.version)}. To reproduce: ${code(again)}`,
  ]).trimEnd();
}

export const template = defineTemplate({
  id: 'markdown',
  summary: 'for a pull request comment or a job summary, at most 60,000 characters',
  render,
});
