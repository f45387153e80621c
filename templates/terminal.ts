// The report for a person at a terminal: the answer first, then what is broken and what to do about it.
// Everything that comes from the repository goes through `visible`; meaning is never carried by colour alone.
import { Chalk } from 'chalk';
import { defineTemplate, type Look, type Report, type ReportItem, type Status } from '../src/core/index.ts';
import { blank, more, type Page, type Paint, write } from './layout.ts';
import { cutEnd, cutMiddle, pad, visible, widest, width } from './text.ts';
import {
  attestedNote,
  auditedCalls,
  byUrgency,
  comfort,
  count,
  figure,
  type Group,
  groups,
  headline,
  isBroken,
  liveSentences,
  modules,
  nextCommand,
  remark,
  rerunOf,
  SYMBOL,
  sentence,
  silence,
  tally,
  worstOf,
} from './words.ts';

/** Lines longer than this are hard to read, however wide the window is. */
const WIDEST = 100;
/** Severity and basis stand in a column of their own at the right: two spaces, "blocker", two spaces, "inspected". */
const RIGHT = 20;
const PLACES = 3;
const GROUPS = 5;
const TERMS = 2;
const REASONS = 5;
const MESSAGE = 400;

const ASCII: Readonly<Record<Status, string>> = { fail: 'x', partial: '~', unknown: '?', pass: '+', 'not-applicable': '-' };

function open(look: Look): Page {
  const ink = new Chalk({ level: look.colour });
  const columns = Number.isFinite(look.columns) && look.columns > 0 ? Math.floor(look.columns) : 80;
  const moods: Readonly<Record<Status, Paint>> = {
    fail: ink.red,
    partial: ink.yellow,
    unknown: ink.cyan,
    pass: ink.green,
    'not-applicable': ink.gray,
  };
  return {
    // Below 30 columns nothing can be laid out; such a terminal wraps by itself.
    columns: Math.min(Math.max(columns, 30), WIDEST),
    ink,
    verbose: look.verbose,
    mark: status => moods[status](look.unicode ? SYMBOL[status] : ASCII[status]),
    mood: status => moods[status],
    signs: look.unicode
      ? { dot: ' · ', more: '…', arrow: '→', thick: '━', thin: '─' }
      : { dot: ', ', more: '...', arrow: '->', thick: '=', thin: '-' },
    out: [],
  };
}

function header(page: Page, report: Report): void {
  const { dot, more: ellipsis } = page.signs;
  const short = report.agents.map(({ name }) => visible(name)).join(', ');
  const long = report.agents.map(({ name, root }) => visible(root === '.' || root === name ? name : `${name} in ${root}`)).join(', ');
  const tool = `agent-ready ${visible(report.tool.version)}`;
  const rest = `${dot}${count(auditedCalls(report), 'model call')}${dot}${count(report.repository.files, 'file')} read`;
  // In a narrow window the agent's folder goes first, then the version, and only then the agent's name is cut.
  const room = (start: string): number => page.columns - width(start) - width(rest) - width(dot);
  const start = cutEnd(room(tool) >= width(short) ? tool : 'agent-ready', page.columns - 2, ellipsis);
  const names = width(long) <= room(start) ? long : short;
  const named = names === '' || room(start) < 4 ? '' : dot + cutMiddle(names, room(start), ellipsis);
  page.out.push(page.ink.bold(start) + cutEnd(named + rest, page.columns - width(start), ellipsis));
}

function answer(page: Page, report: Report): void {
  const { words, mood } = headline(report);
  const paint = page.mood(mood);
  const rule = paint(page.signs.thick.repeat(page.columns));
  page.out.push(rule);
  page.out.push(`  ${page.mark(mood)}  ${paint(page.ink.bold(words))}`);
  write(page, visible(sentence(report)), { indent: 5 });
  page.out.push(rule);
}

function questions(page: Page, report: Report): void {
  for (const asked of report.questions) {
    blank(page);
    write(page, visible(asked.title), { indent: 2, mark: page.mark(comfort(asked)), paint: page.ink.bold });
    write(page, visible(asked.text), { indent: 4 });
    if (asked.id === 'cost') worstRequest(page, report);
  }
}

/** The dearest request and what its figure is made of, in a few lines. */
function worstRequest(page: Page, report: Report): void {
  const { ink, signs } = page;
  const worst = report.cost?.requests[0];
  if (worst === undefined) return;
  const { each, terms, more: left, prices } = worstOf(report, page.verbose ? worst.terms.length : TERMS);
  if (each !== '') write(page, each, { indent: 4, paint: ink.gray });
  for (const { at, text } of terms) {
    // In a narrow window the formula stands below its place.
    const place = cutMiddle(at, page.columns - 6, signs.more);
    if (width(place) + 2 + width(text) + 6 <= page.columns) page.out.push(`      ${ink.cyan(place)}  ${ink.gray(text)}`);
    else {
      page.out.push(`      ${ink.cyan(place)}`);
      write(page, text, { indent: 8, paint: ink.gray });
    }
  }
  const rest = left > 0 ? `${more(page, left, left === 1 ? ' call' : ' calls')}. ` : '';
  if (rest + prices !== '') write(page, `${rest}${prices}`.trim(), { indent: 4, paint: ink.gray });
}

function heading(page: Page, title: string, statuses: readonly Status[]): void {
  blank(page);
  write(page, title, { paint: page.ink.bold.underline, tail: tally(statuses).join(page.signs.dot) });
}

function itemRow(page: Page, item: ReportItem): void {
  const { ink } = page;
  const severity = item.severity === 'medium' ? '' : item.severity;
  const basis = item.waived ? 'waived' : item.basis === 'none' ? '' : item.basis;
  const painted = severity === 'blocker' ? ink.red(severity) : ink.yellow(severity);
  const right = painted + (basis === '' ? '' : ' '.repeat('blocker'.length - severity.length + 2) + ink.gray(basis));
  const paint = isBroken(item) && !item.waived ? { paint: ink.bold } : {};
  const facts = page.columns < 50 ? { tail: [severity, basis].filter(Boolean).join(', ') } : { right, reserve: RIGHT };
  write(page, visible(item.title), { indent: 2, mark: page.mark(item.status), ...facts, ...paint });
}

function findings(page: Page, report: Report, found: readonly Group[]): void {
  const kept = page.verbose ? found : found.slice(0, GROUPS);
  for (const { message, places, probe } of kept) {
    write(page, cutEnd(message, MESSAGE, page.signs.more), { indent: 4 });
    const rerun = rerunOf(report, probe);
    // A command is not broken into lines: it is there to be copied.
    if (rerun !== undefined) page.out.push(`      ${page.ink.gray(rerun)}`);
    const listed = places.slice(0, page.verbose ? places.length : PLACES);
    const remarks = listed.map(place => remark(place));
    const room = page.columns - 6;
    // A remark gets at most half of the line; the place gets what is left of it.
    const spare = Math.min(widest(remarks), Math.floor(room / 2) - 2);
    const cells = listed.map(({ file, line }) => {
      const end = `:${line}`;
      return cutMiddle(visible(file), room - (spare > 0 ? spare + 2 : 0) - end.length, page.signs.more) + end;
    });
    const column = widest(cells);
    cells.forEach((cell, i) => {
      const words = spare < 4 ? '' : cutEnd(remarks[i] ?? '', room - column - 2, page.signs.more);
      page.out.push(`      ${page.ink.cyan(cell)}${words === '' ? '' : ' '.repeat(column - width(cell) + 2) + page.ink.gray(words)}`);
    });
    if (places.length > listed.length) page.out.push(`      ${page.ink.gray(more(page, places.length - listed.length))}`);
  }
  const left = found.length - kept.length;
  if (left > 0) write(page, more(page, left, ' kinds of finding'), { indent: 4, paint: page.ink.gray });
}

function brokenItem(page: Page, report: Report, item: ReportItem): void {
  const { ink, signs } = page;
  itemRow(page, item);
  if (page.verbose) write(page, visible(item.why), { indent: 4, paint: ink.gray });
  findings(page, report, groups(item.findings, page.verbose ? ['fail', 'partial', 'unknown', 'pass'] : ['fail', 'partial']));
  const others = tally(item.findings.map(finding => finding.status).filter(status => status === 'pass' || status === 'unknown'));
  if (!page.verbose && others.length > 0) write(page, `Elsewhere: ${others.join(', ')}`, { indent: 4, paint: ink.gray });
  const id = visible(item.id);
  // A waived item asks for nothing.
  if (item.waived) write(page, id, { indent: 4, paint: ink.gray });
  else write(page, visible(item.fix), { indent: 4, mark: ink.green(signs.arrow), markWidth: width(signs.arrow), tail: id });
  blank(page);
}

/** Items that ask nothing of the reader yet, in one paragraph: blockers first, the module named once. */
function compact(page: Page, items: readonly ReportItem[], status: 'unknown' | 'not-applicable', module: string): void {
  if (items.length === 0) return;
  const blockers = status === 'unknown' ? items.filter(item => item.severity === 'blocker').length : 0;
  const what = status === 'unknown' ? 'unknown' : 'not applicable';
  const serious = blockers === 0 ? '' : ` (${count(blockers, 'blocker')})`;
  const names = byUrgency(items).map(item => visible(item.id.slice(item.id.indexOf('/') + 1)));
  write(page, `${items.length} ${what} in ${module}${serious}: ${names.join(', ')}`, {
    indent: 2,
    mark: page.mark(status),
    paint: page.ink.gray,
  });
}

function module(page: Page, report: Report, { id, title, items }: ReturnType<typeof modules>[number]): void {
  heading(
    page,
    title,
    items.map(item => item.status),
  );
  const of = (status: Status): ReportItem[] => items.filter(item => item.status === status);
  const broken = items.filter(isBroken);
  if (broken.length > 0) blank(page);
  for (const item of broken) brokenItem(page, report, item);
  for (const status of ['unknown', 'pass', 'not-applicable'] as const) {
    if (!page.verbose && status !== 'pass') {
      compact(page, of(status), status, id);
      continue;
    }
    for (const item of of(status)) {
      itemRow(page, item);
      if (!page.verbose) continue;
      findings(page, report, groups(item.findings, ['unknown', 'pass']));
      const note = item.note === undefined ? '' : `${status === 'unknown' ? 'Would settle it: ' : ''}${visible(item.note)}`;
      write(page, note === '' ? visible(item.id) : note, { indent: 4, paint: page.ink.gray, tail: note === '' ? '' : visible(item.id) });
    }
  }
}

function list(page: Page, report: Report): void {
  if (report.lines.length === 0) return;
  heading(
    page,
    `The ${report.lines.length} lines of the pre-launch list`,
    report.lines.map(line => line.status),
  );
  const named = [...new Set(report.lines.map(line => line.group))];
  const column = widest(named.map(visible)) + 2;
  const beside = page.columns >= 72;
  for (const group of named) {
    const own = report.lines.filter(line => line.group === group);
    if (!beside) write(page, visible(group), { indent: 2 });
    own.forEach((line, i) => {
      const gutter = beside ? pad(i === 0 ? visible(group) : '', column) : '  ';
      write(page, `${line.id} ${visible(line.title)}`, { indent: 2, gutter, mark: page.mark(line.status) });
    });
  }
}

function footer(page: Page, report: Report): void {
  const { ink, signs, verbose } = page;
  const { words, mood } = headline(report);
  const { files, lines, languages, frameworks, unread } = report.repository;
  const { open: isOpen, policy, reasons } = report.gate;
  const grey = { indent: 2, paint: ink.gray };
  const few = <T>(all: readonly T[], limit: number): readonly T[] => (verbose ? all : all.slice(0, limit));
  blank(page);
  page.out.push(ink.gray(signs.thin.repeat(page.columns)));
  const [state, paint] = isOpen ? ['open', ink.green] : ['closed', ink.red];
  const rule = `(policy ${cutEnd(visible(policy), 12, signs.more)})`;
  const together = width(`? ${words}${signs.dot}gate ${state} ${rule}`) <= page.columns;
  const shout = `${page.mark(mood)} ${page.mood(mood)(ink.bold(words))}`;
  page.out.push(...(together ? [`${shout}${signs.dot}gate ${paint(state)} ${rule}`] : [shout, `  gate ${paint(state)} ${rule}`]));
  // An open gate must not comfort the owner of a repository in which nothing was understood.
  if (isOpen && auditedCalls(report) === 0) write(page, 'No item was checked: that the gate is open says nothing.', grey);
  for (const reason of few(reasons, REASONS)) write(page, visible(reason), { indent: 2, mark: '-' });
  if (reasons.length > few(reasons, REASONS).length) write(page, more(page, reasons.length - REASONS), grey);
  write(
    page,
    tally(
      report.items.map(item => item.status),
      true,
    ).join(signs.dot),
    { indent: 2 },
  );
  for (const note of [attestedNote(report.items), waivedNote(report.items)]) if (note !== undefined) write(page, note, grey);
  const read = [...languages, ...frameworks].map(visible).join(', ');
  write(page, `${count(files, 'file')} read${signs.dot}${count(lines, 'line')}${read === '' ? '' : signs.dot}${read}`, grey);
  for (const said of liveSentences(report)) write(page, said, grey);
  const spared = report.calls.length - auditedCalls(report);
  if (spared > 0) write(page, `${count(spared, 'model call')} in tests, scripts or examples not judged`, grey);
  if (unread.length > 0) {
    write(page, `Not read (${figure(unread.length)}):`, { indent: 2, paint: ink.yellow });
    for (const { file, reason } of few(unread, PLACES)) {
      const why = cutEnd(visible(reason), Math.floor(page.columns / 2), signs.more);
      page.out.push(`    ${cutMiddle(visible(file), page.columns - 6 - width(why), signs.more)}  ${ink.gray(why)}`);
    }
    const left = unread.length - few(unread, PLACES).length;
    if (left > 0) page.out.push(`    ${ink.gray(more(page, left))}`);
  }
  const next = nextCommand(report);
  if (next === undefined) return;
  blank(page);
  write(page, next, { mark: ink.green(signs.arrow), markWidth: width(signs.arrow), paint: ink.bold });
}

function waivedNote(items: readonly ReportItem[]): string | undefined {
  const waived = items.filter(item => item.waived).length;
  return waived === 0 ? undefined : `${count(waived, 'item')} waived`;
}

export const template = defineTemplate({
  id: 'terminal',
  summary: 'for people: the answer first, then what is broken and what to do (default)',
  render(report, look) {
    const page = open(look);
    header(page, report);
    blank(page);
    answer(page, report);
    if (auditedCalls(report) > 0 || report.experiments.length > 0 || look.verbose) {
      questions(page, report);
      for (const part of modules(report)) module(page, report, part);
      list(page, report);
    } else {
      blank(page);
      write(page, silence(report), { indent: 2 });
    }
    footer(page, report);
    return `${page.out.join('\n')}\n`;
  },
});
