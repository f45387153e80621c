// From findings to verdict, from verdicts to answer, gate and exit code: the table of the weighing, row by row, and what may never be READY.
import { describe, expect, test } from 'vitest';
import { CHECKS } from '../checks/index.ts';
import { answerOf, exitCodeOf, gateOf, questionsOf } from '../src/core/answer.ts';
import { assess } from '../src/core/assess.ts';
import { type Check, type Confidence, type Finding, type FindingStatus, finding } from '../src/core/check.ts';
import { MODULES, type ModuleId, QUESTION_OF } from '../src/core/checklist.ts';
import { type Fact, groupFacts, type ModelCall } from '../src/core/fact.ts';
import { compareLocations } from '../src/core/location.ts';
import type { ReportItem } from '../src/core/report.ts';
import { type Evidence, type Status, sumUp, type Verdict, weakest, weigh, weighLine } from '../src/core/weigh.ts';
import { call, item as reportItem } from './templates/reports.ts';

const STATUSES = ['pass', 'partial', 'fail', 'unknown', 'not-applicable'] as const;
const at = { file: 'src/agent.ts', line: 1 };

const observed = (status: Status, confidence: Confidence = 'high'): Verdict => ({ status, basis: 'observed', confidence });
const inspected = (status: Status, confidence: Confidence = 'high'): Verdict => ({ status, basis: 'inspected', confidence });

describe('the weighing table', () => {
  // Observed, inspected, attested, verdict, basis. `any` is every value that a column can have, none included.
  const INSPECTED = [undefined, 'pass', 'partial', 'fail', 'unknown', 'does not apply'] as const;
  const ATTESTED = [undefined, 'valid', 'expired'] as const;
  type Inspected = (typeof INSPECTED)[number];
  type Attested = (typeof ATTESTED)[number];
  interface Row {
    readonly observed: readonly (Status | undefined)[];
    readonly inspected: readonly Inspected[];
    readonly attested: readonly Attested[];
    readonly verdict: (observed: Status | undefined, inspected: Inspected) => Status;
    readonly basis: Verdict['basis'];
  }
  const SILENT = [undefined, 'unknown'] as const;
  const OTHER = INSPECTED.filter(one => one !== 'fail');
  const ROWS: Readonly<Record<string, Row>> = {
    'seen to fail': { observed: ['fail'], inspected: INSPECTED, attested: ATTESTED, verdict: () => 'fail', basis: 'observed' },
    'seen to hold, read to fail': {
      observed: ['pass'],
      inspected: ['fail'],
      attested: ATTESTED,
      verdict: () => 'partial',
      basis: 'observed',
    },
    'seen to hold': { observed: ['pass'], inspected: OTHER, attested: ATTESTED, verdict: () => 'pass', basis: 'observed' },
    'seen to hold partly': { observed: ['partial'], inspected: INSPECTED, attested: ATTESTED, verdict: () => 'partial', basis: 'observed' },
    'makes no sense here': {
      observed: SILENT,
      inspected: ['does not apply'],
      attested: ATTESTED,
      verdict: () => 'not-applicable',
      basis: 'inspected',
    },
    'only read': {
      observed: SILENT,
      inspected: ['pass', 'partial', 'fail'],
      attested: ATTESTED,
      verdict: (_, read) => read as Status,
      basis: 'inspected',
    },
    'only told, and it still holds': { observed: SILENT, inspected: SILENT, attested: ['valid'], verdict: () => 'pass', basis: 'attested' },
    'only told, and it ran out': { observed: SILENT, inspected: SILENT, attested: ['expired'], verdict: () => 'fail', basis: 'attested' },
    'nothing is known': { observed: SILENT, inspected: SILENT, attested: [undefined], verdict: () => 'unknown', basis: 'none' },
  };

  const evidence = (seen: Status | undefined, read: Inspected, told: Attested): Evidence => ({
    observe: seen === undefined ? undefined : observed(seen),
    inspect: read === undefined || read === 'does not apply' ? undefined : inspected(read),
    attest: told,
    notApplicable: read === 'does not apply',
  });

  test.each(Object.entries(ROWS))('%s', (_name, row) => {
    for (const seen of row.observed) {
      for (const read of row.inspected) {
        for (const told of row.attested) {
          const { status, basis } = weigh(evidence(seen, read, told));
          expect({ seen, read, told, status, basis }).toEqual({ seen, read, told, status: row.verdict(seen, read), basis: row.basis });
        }
      }
    }
  });

  test('the rows cover every combination exactly once', () => {
    const covered = Object.values(ROWS).flatMap(row =>
      row.observed.flatMap(seen => row.inspected.flatMap(read => row.attested.map(told => `${seen} ${read} ${told}`))),
    );
    const all = [undefined, 'pass', 'partial', 'fail', 'unknown'].flatMap(seen =>
      INSPECTED.flatMap(read => ATTESTED.map(told => `${seen} ${read} ${told}`)),
    );
    expect(covered.sort()).toEqual(all.sort());
  });

  test('a verdict is as sure as the witness that decides it', () => {
    expect(weigh({ observe: observed('fail', 'medium'), inspect: inspected('pass', 'high') }).confidence).toBe('medium');
    expect(weigh({ inspect: inspected('fail', 'low'), attest: 'valid' })).toEqual({
      status: 'fail',
      basis: 'inspected',
      confidence: 'low',
    });
    expect(weigh({}).confidence).toBe('low');
  });
});

describe('what one witness says over all its findings', () => {
  const findings = (...parts: readonly (FindingStatus | readonly [FindingStatus, Confidence])[]): Finding[] =>
    parts.map(part => (typeof part === 'string' ? finding(part, 'm', [at]) : finding(part[0], 'm', [at], part[1])));

  test('no finding is silence, not a pass', () => {
    expect(sumUp([])).toBeUndefined();
    expect(weigh({ inspect: sumUp([]) }).status).toBe('unknown');
  });

  test.each([
    ['all hold', ['pass', 'pass'], 'pass'],
    ['none holds', ['fail', 'fail'], 'fail'],
    ['some hold', ['pass', 'fail'], 'partial'],
    ['one holds partly', ['pass', 'partial'], 'partial'],
    ['one holds partly, others do not', ['fail', 'partial'], 'partial'],
    ['one is undecided', ['pass', 'unknown'], 'unknown'],
    ['all are undecided', ['unknown', 'unknown'], 'unknown'],
    ['it fails here and is undecided there', ['fail', 'unknown'], 'partial'],
    ['it holds partly here and is undecided there', ['partial', 'unknown'], 'partial'],
    ['all three', ['pass', 'fail', 'unknown'], 'partial'],
  ] as const)('%s', (_name, parts, status) => {
    expect(sumUp(findings(...parts))).toMatchObject({ status, basis: 'inspected' });
    expect(sumUp(findings(...[...parts].reverse()))).toMatchObject({ status, basis: 'inspected' });
  });

  test('pass means that every finding passes', () => {
    const kinds = ['pass', 'partial', 'fail', 'unknown'] as const;
    for (const a of kinds) {
      for (const b of kinds) {
        for (const c of kinds) expect(sumUp(findings(a, b, c))?.status === 'pass').toBe([a, b, c].every(one => one === 'pass'));
      }
    }
  });

  test('the confidence is the lowest of the findings that decide, and of no others', () => {
    expect(sumUp(findings(['pass', 'high'], ['pass', 'medium']))?.confidence).toBe('medium');
    expect(sumUp(findings(['fail', 'high'], ['pass', 'low']))?.confidence).toBe('high');
    expect(sumUp(findings(['fail', 'medium'], ['unknown', 'low']))?.confidence).toBe('medium');
    expect(weakest(['high', 'low', 'medium'])).toBe('low');
    expect(weakest([])).toBe('high');
  });
});

describe('a line of the pre-launch list', () => {
  test.each([
    ['all that apply pass', ['pass', 'pass', 'not-applicable'], 'pass'],
    ['none passes even partly', ['fail', 'fail'], 'fail'],
    ['none that is known passes even partly', ['fail', 'unknown'], 'fail'],
    ['nothing is known', ['unknown', 'unknown', 'not-applicable'], 'unknown'],
    ['no item answers it', [], 'unknown'],
    ['some pass', ['pass', 'fail'], 'partial'],
    ['the rest is unknown', ['pass', 'unknown'], 'partial'],
    ['one holds partly', ['partial'], 'partial'],
    ['one holds partly, the rest fails', ['partial', 'fail', 'fail'], 'partial'],
    ['none applies', ['not-applicable', 'not-applicable'], 'not-applicable'],
  ] as const)('%s', (_name, statuses, line) => {
    expect(weighLine(statuses)).toBe(line);
    expect(weighLine([...statuses].reverse())).toBe(line);
  });

  test('a line whose own item does not apply does not apply, whatever stands beside it', () => {
    expect(weighLine(['not-applicable', 'fail'], 'not-applicable')).toBe('not-applicable');
    expect(weighLine(['not-applicable', 'pass'], 'not-applicable')).toBe('not-applicable');
    expect(weighLine(['partial', 'not-applicable'], 'partial')).toBe('partial');
  });

  test('a line whose own item is unknown is not failed by the items that feed it', () => {
    expect(weighLine(['unknown', 'fail', 'fail'], 'unknown')).toBe('unknown');
    expect(weighLine(['unknown', 'fail', 'partial'], 'unknown')).toBe('partial');
    expect(weighLine(['fail', 'fail', 'fail'], 'fail')).toBe('fail');
  });

  test('pass means that every item that applies passes, and that there is one', () => {
    for (const a of STATUSES) {
      for (const b of STATUSES) {
        for (const c of STATUSES) {
          const apply = [a, b, c].filter(one => one !== 'not-applicable');
          expect(weighLine([a, b, c]) === 'pass').toBe(apply.length > 0 && apply.every(one => one === 'pass'));
        }
      }
    }
  });
});

const item = (id: string, status: Status, more: Partial<ReportItem> = {}): ReportItem =>
  reportItem(
    { id: id as ReportItem['id'], code: `X-${id}`, title: id, severity: more.severity ?? 'high', status: status as ReportItem['status'] },
    more,
  );
const some = { production: 3, others: 0, leftOut: 0 };

describe('the answer', () => {
  test.each([
    ['everything holds', ['pass', 'pass'], 'ready'],
    ['what does not apply does not hinder', ['pass', 'not-applicable'], 'ready'],
    ['one fails', ['pass', 'fail'], 'not-ready'],
    ['one holds only partly', ['pass', 'partial'], 'not-ready'],
    ['one is unknown', ['pass', 'unknown'], 'not-proven'],
    ['one fails and one is unknown', ['unknown', 'fail'], 'not-ready'],
  ] as const)('%s', (_name, statuses, answer) => {
    for (const severity of ['blocker', 'high'] as const) {
      const items = statuses.map((status, i) => item(`security/i${i}`, status, { severity }));
      expect(answerOf(items, some).answer).toBe(answer);
    }
  });

  test('items of medium severity do not decide it', () => {
    const items = [item('security/a', 'pass'), item('security/b', 'fail', { severity: 'medium' })];
    expect(answerOf(items, some).answer).toBe('ready');
  });

  test('a waived item does not hinder, whatever its status', () => {
    for (const status of ['fail', 'partial', 'unknown'] as const) {
      expect(answerOf([item('security/a', 'pass'), item('security/b', status, { waived: true })], some).answer).toBe('ready');
    }
  });

  test('it is never READY without a model call in production code', () => {
    const items = [item('security/a', 'pass')];
    for (const others of [0, 7]) {
      const { answer, summary } = answerOf(items, { production: 0, others, leftOut: 0 });
      expect(answer).toBe('not-proven');
      expect(summary).toContain('nothing was audited');
      expect(summary).toMatch(others === 0 ? /^No model call was found/ : /only in tests, evals, scripts or examples \(7\)/);
    }
  });

  test('it is never READY when items were left out, and says how many', () => {
    const { answer, summary } = answerOf([item('security/a', 'pass')], { ...some, leftOut: 59 });
    expect(answer).toBe('not-proven');
    expect(summary).toContain('59 items were left out');
    expect(answerOf([item('security/a', 'fail')], { ...some, leftOut: 59 }).answer).toBe('not-ready');
  });

  test('the sentence counts what hinders', () => {
    const items = [item('security/a', 'fail'), item('security/b', 'partial'), item('security/c', 'unknown'), item('security/d', 'pass')];
    expect(answerOf(items, some).summary).toBe(
      'Of the blocker and high items, 1 failed, 1 only partly met, 1 unproven (3 model calls audited).',
    );
    expect(answerOf(items.slice(3), { ...some, production: 1 }).summary).toBe('Every blocker and high item holds (1 model call audited).');
  });

  test('the sentence is right in the singular too', () => {
    expect(answerOf([item('security/a', 'fail')], { ...some, leftOut: 1 }).summary).toContain('1 item was left out');
    expect(answerOf([item('security/a', 'unknown')], some).summary).not.toContain('1 are unproven');
  });
});

describe('the gate', () => {
  const pr = (...items: ReportItem[]): boolean => gateOf(items, answerOf(items, some).answer, 'pr').open;

  test('pr closes on failures of blocker and high items', () => {
    expect(pr(item('security/a', 'fail', { severity: 'blocker' }))).toBe(false);
    expect(pr(item('security/a', 'fail', { severity: 'high' }))).toBe(false);
    expect(pr(item('security/a', 'fail', { severity: 'medium' }))).toBe(true);
  });

  test('pr stays open on all that is no failure', () => {
    for (const status of ['pass', 'partial', 'unknown', 'not-applicable'] as const) expect(pr(item('security/a', status))).toBe(true);
    expect(pr()).toBe(true);
  });

  test('pr wants at least medium confidence', () => {
    expect(pr(item('security/a', 'fail', { confidence: 'low' }))).toBe(true);
    expect(pr(item('security/a', 'fail', { confidence: 'medium' }))).toBe(false);
  });

  test('pr lets a waived failure through', () => {
    expect(pr(item('security/a', 'fail', { waived: true }))).toBe(true);
    expect(pr(item('security/a', 'fail', { waived: true }), item('security/b', 'fail'))).toBe(false);
  });

  test('a doubtful failure beside a certain one does not open the gate', () => {
    const verdict = sumUp([finding('fail', 'certain', [at], 'high'), finding('fail', 'doubtful', [at], 'low')]);
    expect(verdict?.status).toBe('fail');
    expect(pr(item('security/a', 'fail', { confidence: verdict?.confidence ?? 'low' }))).toBe(false);
  });

  test('launch opens only on READY', () => {
    const failed = [item('security/a', 'fail', { confidence: 'low' })];
    expect(gateOf([], 'ready', 'launch').open).toBe(true);
    expect(gateOf([], 'not-proven', 'launch').open).toBe(false);
    expect(gateOf(failed, 'not-ready', 'launch').open).toBe(false);
  });

  test('a closed gate gives its reasons, an open one has none', () => {
    const failed = gateOf([item('security/a', 'fail', { severity: 'blocker' }), item('cost-control/b', 'pass')], 'not-ready', 'pr');
    expect(failed.reasons).toEqual(['security/a failed (blocker)']);
    expect(gateOf([], 'not-proven', 'launch').reasons).toHaveLength(1);
    for (const policy of ['pr', 'launch'] as const) expect(gateOf([], 'ready', policy)).toEqual({ policy, open: true, reasons: [] });
  });

  test('the exit code is the gate', () => {
    expect(exitCodeOf({ policy: 'pr', open: true, reasons: [] })).toBe(0);
    expect(exitCodeOf({ policy: 'pr', open: false, reasons: [] })).toBe(1);
  });
});

const modelCall = (more: Partial<ModelCall> = {}): ModelCall => ({
  kind: 'model-call',
  location: at,
  role: 'production',
  sdk: 'openai',
  call: 'chat.completions.create',
  purpose: 'chat',
  provider: 'openai',
  model: { state: 'set', value: 'gpt' },
  models: ['gpt'],
  streaming: false,
  retries: { effective: true, count: 2, how: 'sdk-default', layers: [] },
  timeout: { explicit: true, ms: 1000, defaultMs: null },
  outputCap: { set: true, tokens: 100 },
  loop: { status: 'not-in-loop', bound: null, how: '', basis: 'none' },
  errorHandled: 'yes',
  failures: [],
  usageRecorded: 'yes',
  usage: { how: 'stored' },
  ...more,
});

describe('the three questions', () => {
  const everything = (status: Status): ReportItem[] => CHECKS.map(check => item(check.id, status, { severity: check.severity }));
  const answers = (items: readonly ReportItem[], calls: readonly ModelCall[] = [modelCall()], leftOut: readonly Check[] = []) =>
    Object.fromEntries(questionsOf(items, calls, leftOut).map(({ id, answer }) => [id, answer]));

  test('the reassuring answer needs every blocker and high item behind it', () => {
    expect(answers(everything('pass'))).toEqual({ breaks: 'yes', leaks: 'no', cost: 'yes' });
    expect(answers(everything('unknown'))).toEqual({ breaks: 'unknown', leaks: 'unknown', cost: 'unknown' });
    expect(answers(everything('fail'))).toEqual({ breaks: 'no', leaks: 'yes', cost: 'no' });
  });

  test.each(
    MODULES.map(module => module.id).filter(module => QUESTION_OF[module] !== undefined),
  )('one broken item of %s', (module: ModuleId) => {
    const question = QUESTION_OF[module] ?? '';
    const one = CHECKS.find(check => check.id.startsWith(`${module}/`) && check.severity !== 'medium');
    const but = (status: Status) => everything('pass').map(other => (other.id === one?.id ? { ...other, status } : other));
    const good = answers(everything('pass'));
    expect(one).toBeDefined();
    for (const status of ['fail', 'partial'] as const) {
      expect(answers(but(status))).toEqual({ ...good, [question]: question === 'leaks' ? 'yes' : 'no' });
    }
    expect(answers(but('unknown'))).toEqual({ ...good, [question]: 'unknown' });
    // Left out on request: nobody knows about it.
    const rest = everything('pass').filter(other => other.id !== one?.id);
    expect(answers(rest, [modelCall()], one === undefined ? [] : [one])).toEqual({ ...good, [question]: 'unknown' });
  });

  test('without a model call in production code every answer is unknown', () => {
    for (const status of STATUSES)
      expect(answers(everything(status), [])).toEqual({ breaks: 'unknown', leaks: 'unknown', cost: 'unknown' });
  });

  test('each is one sentence that begins with its answer', () => {
    for (const status of STATUSES) {
      for (const { answer, text } of questionsOf(everything(status), [
        modelCall(),
        modelCall({ outputCap: { set: false, tokens: null } }),
      ])) {
        expect(text).toMatch(answer === 'unknown' ? /^Unknown: / : answer === 'yes' ? /^Yes: / : /^No: /);
        expect(text).toMatch(/[^.]\.$/);
        expect(text).not.toMatch(/undefined|NaN|null|\b1 (?:items|calls|are)\b/);
      }
    }
  });
});

describe('an assessment', () => {
  const run = (facts: readonly Fact[], checks: readonly Check[] = CHECKS, leftOut: readonly Check[] = []) =>
    assess(
      {
        facts: groupFacts(facts, compareLocations),
        repository: { languages: [], frameworks: [], files: 1, lines: 1, unread: [] },
        agents: [],
        policy: 'pr',
        version: '0',
        time: '2026-11-22T00:00:00.000Z',
        leftOut,
      },
      checks,
    );

  test('without a model call everything is unknown, nothing is left out of the report and the gate is open', () => {
    for (const facts of [[], [modelCall({ role: 'test' })]]) {
      const report = run(facts);
      expect(new Set(report.items.map(one => one.status))).toEqual(new Set(['unknown']));
      expect(new Set(report.lines.map(one => one.status))).toEqual(new Set(['unknown']));
      expect(report.items).toHaveLength(CHECKS.length);
      expect(report.lines).toHaveLength(22);
      expect(report.answer).toBe('not-proven');
      expect(report.gate.open).toBe(true);
    }
  });

  test('a line with an item that was left out is not a pass', () => {
    const [kept, ...others] = CHECKS.filter(check => check.lines.includes('L11'));
    if (kept === undefined) throw new Error('no item answers L11');
    const passing: Check = { ...kept, inspect: () => [finding('pass', 'm', [at])], notApplicable: () => undefined };
    expect(run([modelCall()], [passing], []).lines.find(line => line.id === 'L11')?.status).toBe('pass');
    const missing = others.length > 0 ? others : [kept];
    expect(run([modelCall()], [passing], missing).lines.find(line => line.id === 'L11')?.status).not.toBe('pass');
  });

  test('a rule that throws makes its own item unknown, with the message, and the others go on', () => {
    const [first, second] = CHECKS;
    if (first === undefined || second === undefined) throw new Error('no checks');
    const broken: Check = {
      ...first,
      severity: 'high',
      inspect: () => {
        throw new Error('a plum in the gears');
      },
      notApplicable: () => undefined,
    };
    const fine: Check = { ...second, inspect: () => [finding('pass', 'm', [at])], notApplicable: () => undefined };
    const { items, answer } = run([modelCall()], [broken, fine]);
    expect(items.find(one => one.id === first.id)).toMatchObject({
      status: 'unknown',
      note: expect.stringContaining('a plum in the gears'),
    });
    expect(items.find(one => one.id === second.id)).toMatchObject({ status: 'pass' });
    expect(answer).not.toBe('ready');
  });

  test('an unknown item says what would settle it; one that does not apply says why', () => {
    const report = run([modelCall()]);
    for (const one of report.items) {
      if (one.status === 'unknown' || one.status === 'not-applicable') expect(one.note, one.id).toBeTruthy();
      if (one.status === 'unknown') expect(one.basis, one.id).toBe('none');
    }
  });

  test('the order of the facts does not change a byte', () => {
    const facts = [1, 2, 3].map(line => modelCall({ location: { file: 'b.ts', line }, outputCap: { set: line === 2, tokens: null } }));
    expect(JSON.stringify(run(facts))).toBe(JSON.stringify(run([...facts].reverse())));
  });

  test('a finding keeps its identity when lines move, and no two are the same', () => {
    const prints = (offset: number) =>
      run(
        [1, 2, 3].map(line =>
          modelCall({ location: { file: 'b.ts', line: line + offset, symbol: 'go' }, outputCap: { set: false, tokens: null } }),
        ),
      ).items.flatMap(one => one.findings.map(found => `${one.id} ${found.fingerprint}`));
    expect(prints(0).length).toBeGreaterThan(0);
    expect(prints(40)).toEqual(prints(0));
    expect(new Set(prints(0)).size).toBe(prints(0).length);
  });

  test('a report call has what the report of an audit has', () => {
    const { calls } = run([modelCall({ retries: { effective: true, count: Number.POSITIVE_INFINITY, how: 'wrapper', layers: [] } })]);
    expect(calls[0]?.retries.count, 'JSON knows no Infinity').toBeNull();
    expect(Object.keys(calls[0] ?? {}).sort()).toEqual(
      Object.keys(call('a.ts', 1))
        .filter(key => key !== 'in' && key !== 'package')
        .sort(),
    );
  });
});
