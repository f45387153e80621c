// OBS-01 to OBS-11 on a running agent: what counts as a record, and what only looks like one.
import { describe, expect, test } from 'vitest';
import { check as apiErrors } from '../checks/observability/api-errors.ts';
import { check as errorContext } from '../checks/observability/error-context.ts';
import { check as latency } from '../checks/observability/latency.ts';
import { check as logVolume } from '../checks/observability/log-volume.ts';
import { check as requestCost } from '../checks/observability/request-cost.ts';
import { check as structuredLogs } from '../checks/observability/structured-logs.ts';
import { check as telemetryExport } from '../checks/observability/telemetry-export.ts';
import { check as tokenUsage } from '../checks/observability/token-usage.ts';
import { check as toolMetrics } from '../checks/observability/tool-metrics.ts';
import { check as traceId } from '../checks/observability/trace-id.ts';
import type { Check, Finding, Observation, Trial } from '../src/core/index.ts';
import { answered, call, lines, NONCE, reply, seen } from './trials.ts';

/** All findings of a rule. */
function rule(check: Check, probe: string, o: Observation): readonly Finding[] {
  const said = check.observe?.[probe]?.(o);
  return said === undefined ? [] : 'status' in said ? [said] : said;
}
const statusOf = (check: Check, probe: string, arms: Readonly<Record<string, Partial<Trial>>>): readonly string[] =>
  rule(check, probe, seen(arms)).map(f => f.status);
const one = (check: Check, probe: string, treatment: Partial<Trial>): string | undefined => statusOf(check, probe, { treatment })[0];

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const record = (more: object): string => JSON.stringify({ level: 'info', time: '2026-11-20T10:00:00.000Z', msg: 'request done', ...more });
const question = { exchanges: [call(10, { tokens: { input: 777, output: 33 } })] };
const page = (at: number, body: string): Trial['pages'][number] => ({ path: '/metrics', at, status: 200, body });

describe('OBS-01', () => {
  const plain = (...texts: readonly string[]): string | undefined => one(structuredLogs, 'plain-question', { lines: lines(...texts) });

  test('JSON and logfmt with time and level pass, under any name', () => {
    expect(plain(record({}))).toBe('pass');
    expect(plain(JSON.stringify({ severity: 'INFO', '@timestamp': '2026-11-20T10:00:00Z', message: 'x' }))).toBe('pass');
    expect(plain(JSON.stringify({ level: 30, time: 1_790_000_000_000, msg: 'x' }))).toBe('pass');
    expect(plain('time=2026-11-20T10:00:00Z level=info msg="request done"')).toBe('pass');
  });

  test('loose text fails, a mixture is partial, records without a level too', () => {
    expect(plain('request done in 12 ms')).toBe('fail');
    expect(plain('{', '  "level": "info"', '}')).toBe('fail');
    expect(plain('{"timestamp":"2026-11-20","level":"INFO","message":request done}')).toBe('fail');
    expect(plain(record({}), 'hello')).toBe('partial');
    expect(plain(JSON.stringify({ msg: 'x', n: 1 }))).toBe('partial');
  });

  test('silence and what the runtime says show nothing; the printed reply of a command is no log', () => {
    expect(plain()).toBeUndefined();
    expect(plain('(node:12) ExperimentalWarning: x')).toBeUndefined();
    const said = `Reference ${NONCE}.`;
    const command = { replies: [reply(said, { headers: {}, status: 0, body: `${said}\n` })] };
    expect(one(structuredLogs, 'plain-question', { ...command, lines: lines(said) })).toBeUndefined();
  });

  test('the error path counts as well', () => {
    expect(statusOf(structuredLogs, 'client-errors', { badRequest: { lines: lines('Error: 400', '    at x.js:1:1') } })).toEqual(['fail']);
  });
});

describe('OBS-02', () => {
  const plain = (more: Partial<Trial>): string | undefined => one(traceId, 'plain-question', more);

  test('the id that came in, or one of its own, on all lines passes', () => {
    expect(plain({ lines: lines(record({ trace_id: TRACE }), `[${TRACE}] done`) })).toBe('pass');
    const own = 'a3c1f0de-0000-4000-8000-1234567890ab';
    expect(plain({ lines: lines(record({ rid: own }), record({ rid: own, msg: 'model call' })) })).toBe('pass');
    expect(plain({ lines: lines('req-1 start', 'req-1 done') })).toBe('pass');
  });

  test('no id fails; ids of sessions, models and providers are none', () => {
    expect(plain({ lines: lines(record({ model: 'claude-sonnet-4-5-20250929' }), record({})) })).toBe('fail');
    expect(plain({ lines: lines(record({ session_id: 'a3c1f0de-0000-4000-8000-1234567890ab' })) })).toBe('fail');
    expect(plain({ lines: lines(record({ response: 'msg_01agentready00000001' })) })).toBe('fail');
    expect(plain({ lines: lines('model said: You are on the free plan', 'done') })).toBe('fail');
  });

  test('some lines are partial, spans beside bare lines too; silence shows nothing', () => {
    expect(plain({ lines: lines(record({ trace_id: TRACE }), 'done') })).toBe('partial');
    expect(plain({ lines: lines('done'), spans: [{ name: 'request', traceId: TRACE, attributes: {} }] })).toBe('partial');
    expect(plain({})).toBeUndefined();
  });

  const users = ['a', 'b', 'c', 'd', 'e', 'f'];
  const ids = users.map(user => `${user}${user}11-2233-4455`);
  const replies = users.map(user => answered({ user, session: `${user}-1` }));
  const six = (...texts: readonly string[]): string | undefined => one(traceId, 'six-at-once', { replies, lines: lines(...texts) });

  test('six ids that stay apart pass', () => {
    expect(
      six(...ids.map(id => record({ rid: id, msg: 'start' })), ...ids.map((id, i) => record({ rid: id, msg: 'done', ms: 150 + i }))),
    ).toBe('pass');
  });

  test('an id in a module-level variable is mixed', () => {
    expect(six(...ids.map(id => record({ rid: id, msg: 'start' })), ...ids.map(() => record({ rid: ids[5], msg: 'done' })))).toBe('fail');
    expect(six(...ids.map(() => record({ rid: ids[0] })))).toBe('fail');
  });

  test('names of users are no ids; too few lines and unserved users show nothing', () => {
    expect(six(...users.map(user => record({ by: user, session: `${user}-1` })))).toBe('fail');
    expect(six('listening')).toBeUndefined();
    const lost = [...replies.slice(1), reply('Too many requests', { status: 429 })];
    expect(one(traceId, 'six-at-once', { replies: lost, lines: lines(...ids.map(id => record({ rid: id }))) })).toBeUndefined();
  });
});

describe('OBS-03', () => {
  const plain = (more: Partial<Trial>): string | undefined => one(tokenUsage, 'plain-question', { ...question, ...more });

  test('both numbers in a line, a span, a metric or on the page pass', () => {
    expect(plain({ lines: lines(record({ in: 777, out: 33 })) })).toBe('pass');
    expect(plain({ lines: lines('usage: { prompt_tokens: 777,', '  completion_tokens: 33 }') })).toBe('pass');
    expect(
      plain({
        spans: [{ name: 'chat', traceId: TRACE, attributes: { 'gen_ai.usage.input_tokens': 777, 'gen_ai.usage.output_tokens': 33 } }],
      }),
    ).toBe('pass');
    // The exporter sends sums: the control used 20 and 10 before.
    expect(plain({ metrics: [{ name: 'tokens', values: [20, 10, 797, 43] }] })).toBe('pass');
    expect(plain({ pages: [page(0, 'tokens{d="in"} 20\ntokens{d="out"} 10'), page(9, 'tokens{d="in"} 797\ntokens{d="out"} 43')] })).toBe(
      'pass',
    );
  });

  test('only the sum or one side is partial', () => {
    expect(plain({ lines: lines(record({ total: 810 })) })).toBe('partial');
    expect(plain({ lines: lines(record({ prompt: 777 })) })).toBe('partial');
  });

  test('a log without them fails, times and other numbers are none; silence shows nothing', () => {
    expect(plain({ lines: lines(record({ ms: 12 })) })).toBe('fail');
    expect(plain({ lines: lines('10:33:05 port 47770 in 33ms, 0.777 s') })).toBe('fail');
    expect(plain({})).toBeUndefined();
    expect(plain({ egress: [{ at: 1, host: 'cloud.langfuse.com', port: 443, outcome: 'denied' }] })).toBe('unknown');
  });

  test('the last step alone is not the request', () => {
    const tools = [{ name: 'search_articles', description: '', schema: {} }];
    const exchanges = [
      call(10, { tokens: { input: 211, output: 17 }, request: { tools } }),
      call(30, { tokens: { input: 463, output: 29 }, request: { tools } }),
    ];
    const two = (line: string): string | undefined => one(tokenUsage, 'tool-answers', { exchanges, lines: lines(line) });
    expect(two(record({ in: 463, out: 29 }))).toBe('partial');
    expect(two(record({ in: 674, out: 46 }))).toBe('pass');
    expect(one(tokenUsage, 'tool-answers', { lines: lines(record({})) })).toBeUndefined();
  });
});

describe('OBS-04', () => {
  const plain = (more: Partial<Trial>): string | undefined => one(requestCost, 'plain-question', { ...question, ...more });

  test('an amount that some provider asks passes', () => {
    expect(plain({ lines: lines(record({ cost_usd: 0.002826 })) })).toBe('pass');
    expect(plain({ lines: lines('done, cost $0.0028') })).toBe('pass');
  });

  test('nothing and zero fail, limits are no cost, an impossible amount is partial', () => {
    expect(plain({ lines: lines(record({ in: 777 })) })).toBe('fail');
    expect(plain({ lines: lines(record({ cost: 0 })) })).toBe('fail');
    expect(plain({ lines: lines(record({ max_cost: 0.5 })) })).toBe('fail');
    expect(plain({ lines: lines(record({ cost: 810 })) })).toBe('partial');
    expect(plain({})).toBeUndefined();
  });

  test('what receives spans with tokens may compute it', () => {
    expect(plain({ spans: [{ name: 'chat', traceId: TRACE, attributes: { in: 777 } }] })).toBe('unknown');
  });
});

describe('OBS-05', () => {
  const replies = [answered({ endedAt: 1250 }), reply('x', { at: 1300, endedAt: 1400 }), answered({ at: 1500, endedAt: 2600 })];
  const both = (before: string, after: string): string | undefined =>
    one(latency, 'metrics', { replies, pages: [page(0, before), page(3000, after)] });
  const histogram = (name: string, sum: number, count: number, last = 60): string =>
    `${name}_bucket{le="${last}"} ${count}\n${name}_bucket{le="+Inf"} ${count}\n${name}_sum ${sum}\n${name}_count ${count}`;

  test('a histogram of all requests that grows by the delay passes, in seconds and milliseconds', () => {
    expect(both(histogram('request_seconds', 0.1, 1), histogram('request_seconds', 2.5, 4))).toBe('pass');
    expect(both('', histogram('took', 2400, 3, 60_000))).toBe('pass');
  });

  test('a histogram of model calls alone, or one that ends at 10 s, is partial', () => {
    expect(both(histogram('model_seconds', 0.1, 1), histogram('model_seconds', 2.4, 3))).toBe('partial');
    expect(both('', histogram('request_seconds', 2.4, 3, 10))).toBe('partial');
  });

  test('a gauge, a histogram of something else and no histogram fail; no page shows nothing', () => {
    expect(both('', 'last_request_seconds 1.25')).toBe('fail');
    expect(both('', histogram('tokens', 777, 3))).toBe('fail');
    expect(both('up 1', 'up 1\nrequests 3')).toBe('fail');
    expect(one(latency, 'metrics', { replies })).toBeUndefined();
  });
});

describe('OBS-06', () => {
  const tools = [{ name: 'search_articles', description: 'Searches', schema: {} }];
  const body = JSON.stringify({ messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'search_articles', input: {} }] }] });
  const exchanges = [
    call(10, { request: { tools } }),
    call(30, {
      body,
      request: {
        tools,
        messages: [
          { role: 'user', text: 'x' },
          { role: 'tool', text: 'failed', isError: true },
        ],
      },
    }),
  ];
  const egress: Trial['egress'] = [{ at: 20, host: 'kb.example', port: 443, outcome: 'answered' }];
  const answers = (more: Partial<Trial>): string | undefined => one(toolMetrics, 'tool-answers', { exchanges, egress, ...more });
  const fails = (more: Partial<Trial>): readonly string[] =>
    statusOf(toolMetrics, 'tool-fails', { error: { exchanges, egress, ...more }, drop: { exchanges } });

  test('name and duration pass, the name alone is partial, nothing fails', () => {
    expect(answers({ lines: lines(record({ tool: 'search_articles', duration_ms: 12 })) })).toBe('pass');
    expect(answers({ lines: lines('search_articles took 12 ms') })).toBe('pass');
    expect(answers({ pages: [page(0, ''), page(9, 'tool_seconds_sum{tool="search_articles"} 0.1')] })).toBe('pass');
    expect(answers({ lines: lines('calling search_articles') })).toBe('partial');
    expect(answers({ lines: lines(record({})) })).toBe('fail');
    expect(answers({})).toBeUndefined();
  });

  test('a failure must be told from a success', () => {
    expect(fails({ lines: lines(record({ tool: 'search_articles', outcome: 'error', duration_ms: 3 })) })).toEqual(['pass']);
    expect(fails({ pages: [page(0, ''), page(9, 'tool_calls_total{tool="search_articles",outcome="error"} 1')] })).toEqual(['pass']);
    expect(fails({ lines: lines(record({ tool: 'search_articles', outcome: 'ok', error: null, duration_ms: 3 })) })).toEqual(['fail']);
    expect(fails({ lines: lines(record({ tool: 'search_articles', ok: true })) })).toEqual(['fail']);
    expect(fails({ spans: [{ name: 'execute_tool search_articles', traceId: TRACE, attributes: {} }] })).toEqual(['unknown']);
  });
});

describe('OBS-07', () => {
  const exchanges = [call(10), call(50, { status: 400 }), call(90, { status: 500 }), call(600, { status: 500 }), call(1700)];
  const both = (before: string, after: string): string | undefined =>
    one(apiErrors, 'metrics', { exchanges, pages: [page(0, before), page(3000, after)] });

  test('each refused attempt by kind passes', () => {
    expect(both('model_errors_total{kind="500"} 1', 'model_errors_total{kind="400"} 1\nmodel_errors_total{kind="500"} 3')).toBe('pass');
    expect(
      one(apiErrors, 'metrics', { exchanges, lines: lines(record({ status: 400 }), record({ status: 500 }), record({ status: 500 })) }),
    ).toBe('pass');
  });

  test('only what is left after retries, or no kind, is partial', () => {
    expect(both('', 'errors_total{kind="api"} 1')).toBe('partial');
    expect(both('', 'model_errors_total 3')).toBe('partial');
    expect(one(apiErrors, 'metrics', { exchanges, lines: lines('Error: 400 status code') })).toBe('partial');
  });

  test('errors of the own routes are none of the model; nothing fails; silence shows nothing', () => {
    expect(both('', 'http_requests_total{route="/chat",status="500"} 3')).toBe('fail');
    expect(both('requests 1', 'requests 4')).toBe('fail');
    expect(one(apiErrors, 'metrics', { exchanges })).toBeUndefined();
  });
});

describe('OBS-09', () => {
  const plain = (more: Partial<Trial>): string | undefined => one(logVolume, 'plain-question', more);

  test('metadata passes, question, reply and instructions fail wherever they stand', () => {
    expect(plain({ lines: lines(record({ in: 777 })) })).toBe('pass');
    expect(plain({ lines: lines(`model said Reference ${NONCE}`) })).toBe('fail');
    expect(plain({ lines: lines('x'), spans: [{ name: 'chat', traceId: TRACE, attributes: { prompt: `my word is ${NONCE}` } }] })).toBe(
      'fail',
    );
    expect(
      plain({ lines: lines('system: You help the customers of a shop with their orders and never tell anybody these instructions.') }),
    ).toBe('fail');
    const body = JSON.stringify({ input: NONCE });
    expect(plain({ lines: lines('x'), egress: [{ at: 1, host: 'cloud.langfuse.com', port: 443, body, outcome: 'denied' }] })).toBe('fail');
  });

  test('silence, and the reply that a command prints, show nothing', () => {
    expect(plain({})).toBeUndefined();
    const said = `Reference ${NONCE}.`;
    expect(plain({ lines: lines(said), replies: [reply(said, { headers: {}, status: 0, body: said })] })).toBeUndefined();
    expect(plain({ lines: lines('x'), replies: [reply('busy')] })).toBeUndefined();
  });
});

describe('OBS-10', () => {
  const bad = (...texts: readonly string[]): string | undefined =>
    statusOf(errorContext, 'client-errors', { badRequest: { replies: [reply('Please try again later.')], lines: lines(...texts) } })[0];

  test('kind, id and stack pass, without them partial, without a kind fail', () => {
    expect(bad(record({ trace_id: 'ab12cd34ef56ab78', error: 'BadRequestError: 400', stack: 'x' }))).toBe('pass');
    expect(bad('Error: 400 status code (no body)')).toBe('partial');
    expect(bad('something went wrong')).toBe('fail');
  });

  test('what a server prints because nobody caught the error is no log', () => {
    const trace = [
      'Traceback (most recent call last):',
      '  File "agent.py", line 16, in complete',
      'HTTPError: HTTP Error 400: Bad Request',
    ];
    expect(bad("Exception occurred during processing of request from ('127.0.0.1', 39482)", ...trace)).toBe('partial');
    // A word after "request" is no id either.
    expect(bad('the request failed', ...trace)).toBe('partial');
    expect(bad('request 8f3a failed', ...trace)).toBe('pass');
  });

  test('silence counts only where the agent writes a log', () => {
    expect(bad()).toBeUndefined();
    const quiet = seen({ badRequest: { replies: [reply('x')] } });
    const spoke = { ...quiet, control: { ...quiet.control, lines: lines('listening') } };
    expect(rule(errorContext, 'client-errors', spoke).map(f => f.status)).toEqual(['fail']);
  });
});

describe('OBS-11', () => {
  const plain = (more: Partial<Trial>): string | undefined => one(telemetryExport, 'plain-question', more);

  test('a span, a tracing service and a page that moves pass', () => {
    expect(plain({ spans: [{ name: 'request', traceId: TRACE, attributes: {} }] })).toBe('pass');
    expect(plain({ egress: [{ at: 1, host: 'o1.ingest.sentry.io', port: 443, outcome: 'denied' }] })).toBe('pass');
    expect(plain({ pages: [page(0, 'requests_total 1'), page(9, 'requests_total 2')] })).toBe('pass');
  });

  test('nothing fails, and a page on which only the runtime moves', () => {
    expect(plain({})).toBe('fail');
    expect(plain({ pages: [page(0, 'nodejs_heap 1'), page(9, 'nodejs_heap 2')] })).toBe('fail');
    expect(plain({ egress: [{ at: 1, host: 'api.shop.example', port: 443, outcome: 'denied' }] })).toBe('fail');
  });
});

test('an agent that floods its log does not hold up the rules', () => {
  const flood = {
    ...question,
    lines: Array.from({ length: 500 }, (_, i) => ({
      at: i,
      stream: 'stdout' as const,
      text: ['a', 'a-', 'cost', 'took ', '{"a":', 'a=1 '][i % 6]?.repeat(2000) ?? '',
    })),
  };
  const began = performance.now();
  const all = [structuredLogs, traceId, tokenUsage, requestCost, logVolume, telemetryExport].flatMap(check =>
    rule(check, 'plain-question', seen({ treatment: flood })),
  );
  expect(all.map(f => f.status)).toEqual(['partial', 'fail', 'fail', 'fail', 'pass', 'fail']);
  // Milliseconds on an ordinary machine; a pattern that goes back and forth would take minutes.
  expect(performance.now() - began).toBeLessThan(15_000);
}, 30_000);
