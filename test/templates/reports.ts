// Reports made by hand for the tests of the output formats.
import {
  type FindingStatus,
  gateOf,
  LINES,
  type Location,
  type Report,
  type ReportCall,
  type ReportFinding,
  type ReportItem,
  weighLine,
} from '../../src/core/index.ts';

export const at = (file: string, line: number, more: Partial<Location> = {}): Location => ({
  file,
  line,
  endLine: line,
  column: 3,
  ...more,
});

export const found = (
  status: FindingStatus,
  message: string,
  locations: readonly Location[],
  more: Partial<ReportFinding> = {},
): ReportFinding => ({
  witness: 'inspect',
  status,
  message,
  confidence: 'high',
  fingerprint: '0123456789abcdef',
  locations,
  ...more,
});

type ItemStart = Pick<ReportItem, 'id' | 'code' | 'title' | 'severity' | 'status'>;
export function item(start: ItemStart, more: Partial<ReportItem> = {}): ReportItem {
  const silent = start.status === 'unknown';
  return {
    ...start,
    module: start.id.slice(0, start.id.indexOf('/')) as ReportItem['module'],
    basis: silent ? 'none' : 'inspected',
    confidence: silent ? 'low' : 'high',
    waived: false,
    why: 'Without it nobody learns of the harm before the bill or the customer tells.',
    fix: 'Do the next sensible thing, on every path that leads from the entry point to the model.',
    ...(silent ? { note: 'A request to the running agent whose log can be read.' } : {}),
    findings: [],
    ...more,
  };
}

export const call = (file: string, line: number, more: Partial<ReportCall> = {}): ReportCall => ({
  file,
  line,
  endLine: line + 6,
  column: 18,
  in: 'reply',
  sdk: 'anthropic',
  package: '@anthropic-ai/sdk 0.71.0',
  call: 'messages.create',
  kind: 'chat',
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  streaming: false,
  test: false,
  retries: { effective: true, count: 2, how: 'sdk-default' },
  timeout: { explicit: false, ms: null },
  outputCap: { set: true, tokens: 1024 },
  errorHandled: 'partial',
  loop: { status: 'unbounded', bound: null, how: 'while (true) around the call' },
  usageRecorded: 'no',
  ...more,
});

const question = (id: 'breaks' | 'leaks' | 'cost', title: string, answer: 'yes' | 'no' | 'unknown', text: string) => ({
  id,
  title,
  answer,
  text,
});

export const QUESTIONS_OPEN = [
  question(
    'breaks',
    'Will we know when it breaks, and what happens then?',
    'no',
    'No: 1 of 5 model calls never retried, 4 of 5 model calls without a deadline of their own; 3 of its items do not hold (1 blocker) and 2 are unproven.',
  ),
  question('leaks', 'Will it leak data?', 'unknown', 'Unknown: 2 are unproven.'),
  question(
    'cost',
    'Can we keep the monthly cost within budget?',
    'no',
    'No: 2 of 5 model calls without an output cap, 1 call in a loop without end; 1 of its items do not hold.',
  ),
];

/** Puts a report together; the gate and the lines follow from the items, as they do in an audit. */
export function report(parts: Partial<Report>, lineOf: (item: ReportItem, line: string) => boolean = () => false): Report {
  const items = parts.items ?? [];
  const answer = parts.answer ?? 'not-ready';
  return {
    schema: 'agent-ready/report@1',
    tool: { name: 'agent-ready', version: '0.1.0' },
    time: '2026-11-22T16:38:00.000Z',
    repository: { languages: ['TypeScript'], frameworks: ['next'], files: 1234, lines: 187654, unread: [] },
    agents: [{ name: 'shop-assistant', root: 'apps/shop' }],
    answer,
    summary: 'Of the blocker and high items, 2 failed, 2 only partly met, 4 unproven (5 model calls audited).',
    gate: gateOf(items, answer, 'pr'),
    questions: QUESTIONS_OPEN,
    items,
    lines: LINES.map(line => {
      const own = items.filter(one => lineOf(one, line.id));
      return { ...line, status: weighLine(own.map(one => one.status)), items: own.map(one => one.id) };
    }),
    calls: [call('src/agent.ts', 41)],
    tools: [],
    secrets: [],
    experiments: [],
    ...parts,
  };
}

const LONG = 'packages/assistant/src/features/conversation/orchestrator/internal/strategies/customer-support/handle-incoming-message.ts';

export const notReady = report(
  {
    items: [
      item({
        id: 'observability/trace-id',
        code: 'OBS-02',
        title: 'One trace id per request is on every log line and span',
        severity: 'blocker',
        status: 'unknown',
      }),
      item(
        {
          id: 'observability/structured-logs',
          code: 'OBS-01',
          title: 'Logs are structured and can be searched',
          severity: 'high',
          status: 'pass',
        },
        { findings: [found('pass', 'pino writes JSON', [at('src/log.ts', 3)])] },
      ),
      item(
        {
          id: 'observability/token-usage',
          code: 'OBS-03',
          title: 'The token consumption of every request is recorded',
          severity: 'blocker',
          status: 'partial',
        },
        {
          findings: [
            found('partial', '`usage` of messages.create is only printed', [at('src/agent.ts', 52, { symbol: 'reply' })]),
            found('pass', '`usage` of responses.create is stored', [at('src/summary.ts', 12)]),
            found('unknown', 'Whether `usage` is recorded could not be read', [at('src/judge.ts', 7)], { confidence: 'low' }),
          ],
          fix: 'Record the usage field of every reply next to the trace id.',
        },
      ),
      item(
        { id: 'error-handling/loops', code: 'ERR-10', title: 'A tool-call loop ends at a limit', severity: 'blocker', status: 'fail' },
        {
          basis: 'observed',
          findings: [
            found(
              'fail',
              'The agent called search_orders 60 times and did not stop',
              [at('src/agent.ts', 41, { note: 'the loop starts here' }), at(LONG, 1288, { note: 'and nothing in it counts the rounds' })],
              { witness: 'observe' },
            ),
          ],
          fix: 'Stop after a fixed number of turns and give the fallback answer.',
        },
      ),
      item(
        {
          id: 'error-handling/rate-limit-retry',
          code: 'ERR-01',
          title: 'Overload and rate limits are retried with exponential backoff, and Retry-After is honoured',
          severity: 'blocker',
          status: 'pass',
        },
        { basis: 'observed' },
      ),
      item({
        id: 'error-handling/fallback',
        code: 'ERR-07',
        title: 'A user gets a fallback answer when the provider is down',
        severity: 'blocker',
        status: 'unknown',
      }),
      item({
        id: 'error-handling/error-classes',
        code: 'ERR-08',
        title: 'Errors are told apart by kind',
        severity: 'medium',
        status: 'unknown',
      }),
      item(
        {
          id: 'cost-control/max-tokens',
          code: 'COST-05',
          title: 'Every model call caps its output tokens',
          severity: 'high',
          status: 'partial',
        },
        {
          findings: [
            found('fail', 'messages.create has no output cap', [at(LONG, 77, { symbol: 'summarise' })]),
            found('fail', 'chat.completions.create has no output cap', [at('src/title.ts', 9)]),
            found('fail', 'chat.completions.create has no output cap', [at('src/tags.ts', 10)]),
            found('fail', 'messages.create has no output cap', [at('src/translate.ts', 31)]),
            found('fail', 'maxTokens does nothing here: ai 6.0.326 calls it maxOutputTokens', [at('src/route.ts', 18)], {
              confidence: 'low',
            }),
            found('pass', 'messages.create is capped at 1024 tokens', [at('src/agent.ts', 41)]),
          ],
          fix: 'Set the output cap of the SDK in use on the call or on the shared client or model (max_tokens, max_completion_tokens, maxOutputTokens).',
        },
      ),
      item(
        {
          id: 'security/database-access',
          code: 'SEC-07',
          title: "The agent's database account is read-only",
          severity: 'blocker',
          status: 'not-applicable',
        },
        { note: 'The agent opens no database.' },
      ),
      item({
        id: 'security/pii-redaction',
        code: 'SEC-01',
        title: 'Personal data is redacted from replies, streamed ones too',
        severity: 'blocker',
        status: 'unknown',
      }),
      item(
        { id: 'security/api-keys', code: 'SEC-05', title: 'No API key is written into the code', severity: 'blocker', status: 'fail' },
        { waived: true, findings: [found('fail', 'A key of OpenAI stands in the code', [at('scripts/seed.ts', 4)])] },
      ),
      item(
        {
          id: 'launch/on-call',
          code: 'OPS-03',
          title: 'On-call rotation and escalation paths are documented',
          severity: 'high',
          status: 'pass',
        },
        { basis: 'attested' },
      ),
    ],
    calls: [
      call('src/agent.ts', 41),
      call(LONG, 77, { outputCap: { set: false, tokens: null } }),
      call('test/agent.test.ts', 5, { test: true }),
    ],
    repository: {
      languages: ['TypeScript', 'Python'],
      frameworks: ['next', 'ai'],
      files: 1234,
      lines: 187654,
      unread: [1, 2, 3, 4, 5].map(n => ({ file: `${LONG.replace('.ts', `-${n}.min.js`)}`, reason: 'larger than 2 MB' })),
    },
  },
  (one, line) =>
    one.module === 'observability'
      ? line === 'L01'
      : one.module === 'error-handling'
        ? line === 'L04'
        : one.module === 'launch' && line === 'L21',
);

export const ready = report({
  answer: 'ready',
  summary: 'Every blocker and high item holds (1 model call audited).',
  questions: [
    question('breaks', 'Will we know when it breaks, and what happens then?', 'yes', 'Yes: every item holds.'),
    question('leaks', 'Will it leak data?', 'no', 'No: every item holds.'),
    question('cost', 'Can we keep the monthly cost within budget?', 'yes', 'Yes: every item holds.'),
  ],
  items: [
    item({
      id: 'observability/structured-logs',
      code: 'OBS-01',
      title: 'Logs are structured and can be searched',
      severity: 'high',
      status: 'pass',
    }),
    item({
      id: 'cost-control/max-tokens',
      code: 'COST-05',
      title: 'Every model call caps its output tokens',
      severity: 'high',
      status: 'pass',
    }),
  ],
});

const NOTHING = 'No model call was found in the code that was read, so there is nothing that this item could be checked on.';
export const noAgent = report({
  agents: [],
  answer: 'not-proven',
  summary: 'No model call was found, so nothing was audited.',
  questions: QUESTIONS_OPEN.map(one => ({ ...one, answer: 'unknown', text: 'Unknown: no model call was found.' })),
  items: notReady.items.map(one => ({
    ...one,
    status: 'unknown',
    basis: 'none',
    confidence: 'low',
    waived: false,
    note: NOTHING,
    findings: [],
  })),
  calls: [],
});

/** What a hostile repository puts into its names: escapes, forged lines, Markdown, HTML, mentions, direction marks. */
export const EVIL =
  'a\u001b[2J\u009b31m\r\n✔ READY\u2028## READY\u202egnp.exe\u2066\u200b\ufeff|`</details><script>`` @team #123 GH-7 https://evil.example/x [x](y) ![i](j) $z$ \\| \ud800 *b* _c_ ~~d~~ &lt;';

export const hostile = report({
  agents: [{ name: EVIL, root: EVIL }],
  summary: EVIL,
  questions: QUESTIONS_OPEN.map(one => ({ ...one, title: EVIL, text: EVIL })),
  gate: { policy: 'pr', open: false, reasons: [EVIL, `# ${EVIL}`, `- ${EVIL}`] },
  repository: { languages: [EVIL], frameworks: [EVIL], files: 3, lines: 9, unread: [{ file: EVIL, reason: EVIL }] },
  items: notReady.items.map(one => ({
    ...one,
    title: EVIL,
    why: EVIL,
    fix: EVIL,
    note: EVIL,
    findings: [
      found('fail', EVIL, [at(EVIL, 3, { note: EVIL }), at(`日本語/${'絵文字🎉'.repeat(30)}.ts`, 5, { symbol: EVIL })]),
      found('pass', EVIL, []),
    ],
  })),
  calls: [
    call(EVIL, 1, { in: EVIL, sdk: EVIL, call: EVIL, model: EVIL, provider: EVIL, loop: { status: 'unknown', bound: null, how: EVIL } }),
  ],
});

/** Far too much for a comment: 5,000 findings in words that no pattern joins, and long names everywhere. */
export const huge = report({
  items: notReady.items.map(one => ({
    ...one,
    findings: Array.from({ length: 500 }, (_, n) =>
      found('fail', `${'@|<`'.repeat(20)} ${String.fromCodePoint(97 + (n % 26), 97 + (Math.floor(n / 26) % 26))} ${'word '.repeat(30)}`, [
        at(`${'deep|er/'.repeat(40)}${n}.ts`, n + 1),
      ]),
    ),
  })),
  calls: Array.from({ length: 2000 }, (_, n) => call(`${'deep|er/'.repeat(10)}${n}.ts`, n + 1)),
});
