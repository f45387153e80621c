// ERR-01, 02 and 04 to 11 on a running agent: what passes, what fails, and the ways in which a bad agent looks good.
import { describe, expect, test } from 'vitest';
import { check as clientErrors } from '../checks/error-handling/client-errors.ts';
import { check as deadlines } from '../checks/error-handling/deadlines.ts';
import { check as errorClasses } from '../checks/error-handling/error-classes.ts';
import { check as fallback } from '../checks/error-handling/fallback.ts';
import { check as loops } from '../checks/error-handling/loops.ts';
import { check as malformed } from '../checks/error-handling/malformed-output.ts';
import { check as rateLimit } from '../checks/error-handling/rate-limit-retry.ts';
import { check as budget } from '../checks/error-handling/retry-budget.ts';
import { check as timeouts } from '../checks/error-handling/timeout-retry.ts';
import { check as toolFailures } from '../checks/error-handling/tool-failures.ts';
import type { Check, Finding, Observation, SentMessage, Trial } from '../src/core/index.ts';
import { answered, call, lines, NONCE, reply, seen } from './trials.ts';

type Arm = Partial<Trial>;

function found(check: Check, probe: string, observation: Observation): readonly Finding[] {
  const said = check.observe?.[probe]?.(observation);
  return said === undefined ? [] : 'status' in said ? [said] : said;
}
const status = (check: Check, probe: string, arms: Readonly<Record<string, Arm>>): readonly string[] =>
  found(check, probe, seen(arms)).map(finding => finding.status);
const alone = (check: Check, probe: string, treatment: Arm): string => status(check, probe, { treatment })[0] ?? 'nothing';

const SORRY = 'I cannot answer just now. Please try again in a few minutes.';
const dead = { exit: { at: 40, code: 1, signal: null, asked: false }, replies: [reply('', { end: 'broken', status: null, body: '' })] };
const silent = { exchanges: [], replies: [reply(SORRY)] };
const bad = (at: number, code: number, headers = {}) => call(at, { status: code, headers });

describe('ERR-01', () => {
  const twice = { exchanges: [bad(0, 429), bad(520, 429), call(1600)], replies: [answered()] };
  const kept = { exchanges: [bad(0, 429), call(3010)], replies: [answered()] };
  test('growing waits, and Retry-After as it was asked for', () => {
    expect(status(rateLimit, 'rate-limited', { twice, once: kept })).toEqual(['pass', 'pass']);
  });
  test('an own wait instead of the one that was asked for is partial', () => {
    const early = { exchanges: [bad(0, 429), call(800)], replies: [answered()] };
    expect(status(rateLimit, 'rate-limited', { twice, once: early })).toEqual(['pass', 'partial']);
  });
  test('a guard beside the answer makes no waits of nothing', () => {
    const guard = (at: number, more = {}) => call(at, { request: { system: 'You are a guard.' }, ...more });
    const both = { exchanges: [bad(0, 429), guard(1, { status: 429 }), call(520), guard(530)], replies: [answered()] };
    expect(status(rateLimit, 'rate-limited', { twice: both, once: kept })).toEqual(['pass', 'pass']);
  });
  test('giving up fails; another model at once is no wait; nothing asked is unknown', () => {
    const gaveUp = { exchanges: [bad(0, 429)], replies: [reply(SORRY)] };
    const other = { exchanges: [bad(0, 429), call(20, { request: { model: 'other' } })], replies: [answered()] };
    expect(status(rateLimit, 'rate-limited', { twice: gaveUp, once: gaveUp })).toEqual(['fail', 'fail']);
    expect(status(rateLimit, 'rate-limited', { twice: other, once: silent })).toEqual(['partial', 'unknown']);
  });
});

describe('ERR-02', () => {
  const hung = call(0, { status: undefined, endedAt: undefined, goneAt: 10_000 } as never);
  test('a dropped connection is tried again, however soon', () => {
    expect(alone(timeouts, 'connection-drops', { exchanges: [bad(0, 0), call(6)], replies: [answered()] })).toBe('pass');
    expect(alone(timeouts, 'connection-drops', { exchanges: [bad(0, 0)], replies: [reply(SORRY)] })).toBe('fail');
    expect(alone(timeouts, 'connection-drops', { exchanges: [bad(0, 0)], ...dead })).toBe('fail');
  });
  test('a timeout is tried again; waiting for ever is another item', () => {
    const again = { exchanges: [hung, call(10_500)], replies: [answered({ endedAt: 10_600 })] };
    expect(alone(timeouts, 'provider-hangs', again)).toBe('pass');
    expect(alone(timeouts, 'provider-hangs', { exchanges: [hung], replies: [reply(SORRY, { endedAt: 10_010 })] })).toBe('fail');
    expect(alone(timeouts, 'provider-hangs', { exchanges: [hung], replies: [reply('', { end: 'late', endedAt: 61_000 })] })).toBe(
      'nothing',
    );
  });
});

describe('ERR-04', () => {
  const once = (code: number): Arm => ({ exchanges: [bad(0, code)], replies: [reply(SORRY)] });
  const all = { badRequest: once(400), unauthorized: once(401), notFound: once(404) };
  test('once each passes, also with a guard or a second model', () => {
    expect(status(clientErrors, 'client-errors', all)).toEqual(['pass', 'pass', 'pass']);
    const other = { exchanges: [bad(0, 400), call(9, { status: 400, request: { model: 'b' } })], replies: [reply(SORRY)] };
    expect(status(clientErrors, 'client-errors', { ...all, badRequest: other })).toEqual(['pass', 'pass', 'pass']);
  });
  test('a second time fails, except with a fresh token', () => {
    const more = { exchanges: [bad(0, 400), bad(900, 400)], replies: [reply(SORRY)] };
    expect(status(clientErrors, 'client-errors', { ...all, badRequest: more })).toEqual(['fail', 'pass', 'pass']);
    const token = [bad(0, 401, { authorization: 'present' }), bad(50, 401, { authorization: 'present' })];
    expect(status(clientErrors, 'client-errors', { ...all, unauthorized: { exchanges: token, replies: [reply(SORRY)] } })[1]).toBe('pass');
  });
  test('one request of a process that died, or is still waiting, is no proof', () => {
    const died = { exchanges: [bad(0, 400)], ...dead };
    const late = { exchanges: [bad(0, 404)], replies: [reply('', { end: 'late' })] };
    expect(status(clientErrors, 'client-errors', { badRequest: died, unauthorized: silent, notFound: late })).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
});

describe('ERR-05', () => {
  const tries = (count: number, series: (i: number) => number = i => i): Arm => ({
    exchanges: Array.from({ length: count }, (_, i) => bad(i * 600, 529, { 'x-stainless-retry-count': String(series(i)) })),
    replies: [reply(SORRY, { endedAt: count * 600 })],
  });
  test('few tries pass, many are partial, too many fail', () => {
    expect([3, 9, 21].map(count => alone(budget, 'provider-down', tries(count)))).toEqual(['pass', 'partial', 'fail']);
  });
  test('two layers are seen in a small number already; a loop around a client that does not retry is one layer', () => {
    const stacked = tries(6, i => i % 3);
    expect(alone(budget, 'provider-down', stacked)).toBe('partial');
    expect(found(budget, 'provider-down', seen({ treatment: stacked }))[0]?.message).toContain('2 rounds of up to 3 tries');
    expect(
      alone(
        budget,
        'provider-down',
        tries(4, () => 0),
      ),
    ).toBe('pass');
  });
  test('not given up is no pass; nor is a process that died', () => {
    expect(alone(budget, 'provider-down', { ...tries(5), replies: [reply('', { end: 'late', endedAt: 61_000 })] })).toBe('partial');
    expect(alone(budget, 'provider-down', { ...tries(3), ...dead })).toBe('unknown');
    expect(alone(budget, 'provider-down', silent)).toBe('unknown');
  });
  test('a storm is judged by its average', () => {
    const storm = (each: number): Arm => ({ ...tries(20 * each), replies: Array.from({ length: 20 }, () => reply(SORRY)) });
    expect(alone(budget, 'outage-storm', storm(3))).toBe('pass');
    expect(alone(budget, 'outage-storm', storm(9))).toBe('partial');
    expect(alone(budget, 'outage-storm', { ...storm(15), capped: true })).toBe('fail');
  });
});

describe('ERR-06', () => {
  const hang = (headers = {}, gone?: number) => call(0, { headers, status: undefined, endedAt: undefined, goneAt: gone } as never);
  const late = [reply('', { end: 'late', status: null, endedAt: 61_000, body: '' })];
  test('a reply in time passes, whatever the client announces', () => {
    const arm = { exchanges: [hang({ 'x-stainless-timeout': '600' }, 20_000)], replies: [reply(SORRY, { endedAt: 20_010 })] };
    expect(alone(deadlines, 'provider-hangs', arm)).toBe('pass');
  });
  test('no reply fails, unless a short limit was announced and kept', () => {
    expect(alone(deadlines, 'provider-hangs', { exchanges: [hang()], replies: late })).toBe('fail');
    expect(alone(deadlines, 'provider-hangs', { exchanges: [hang({ 'x-stainless-timeout': '600' })], replies: late })).toBe('fail');
    expect(alone(deadlines, 'provider-hangs', { exchanges: [hang({ 'x-stainless-timeout': '30' }, 30_000)], replies: late })).toBe('pass');
    expect(alone(deadlines, 'provider-hangs', { exchanges: [hang({ 'x-stainless-timeout': '30' })], replies: late })).toBe('fail');
  });
  test('a reply before the model could answer shows no deadline', () => {
    expect(alone(deadlines, 'provider-hangs', { exchanges: [hang()], replies: [reply('I am on it.', { endedAt: 80 })] })).toBe('unknown');
  });
  test('a slow answer: ended passes, nothing to see fails, growing text is no defect', () => {
    expect(alone(deadlines, 'slow-answer', { replies: [reply(SORRY, { endedAt: 20_000 })] })).toBe('pass');
    expect(alone(deadlines, 'slow-answer', { replies: late })).toBe('fail');
    expect(alone(deadlines, 'slow-answer', { replies: [reply('word0 word1', { end: 'late', endedAt: 61_000 })] })).toBe('nothing');
  });
});

describe('ERR-07', () => {
  const down = (text: string, more = {}): Arm => ({ exchanges: [bad(0, 529)], replies: [reply(text, more)] });
  test('a sentence with a next step passes, also as a 503 and with an id to quote', () => {
    expect(alone(fallback, 'provider-down', down(SORRY))).toBe('pass');
    expect(alone(fallback, 'provider-down', down(SORRY, { status: 503, body: JSON.stringify({ error: SORRY, request_id: '9f3' }) }))).toBe(
      'pass',
    );
  });
  test.each([
    ["the provider's words behind a polite sentence", `${SORRY} Details: node ${NONCE} is busy.`, 'fail'],
    ['the key', `${SORRY} sk-ant-api03-canary-0123456789`, 'fail'],
    ['an error type', '529 overloaded_error', 'fail'],
    ['nothing', '', 'fail'],
    ['null', '{"reply":null,"session":"a-1"}', 'fail'],
    ['no next step', 'Something went wrong here.', 'partial'],
  ])('%s', (_name, text, expected) => {
    expect(alone(fallback, 'provider-down', down(text))).toBe(expected);
  });
  test('a dead process fails; no reply in our time is unknown', () => {
    expect(alone(fallback, 'provider-down', { exchanges: [bad(0, 529)], ...dead })).toBe('fail');
    expect(alone(fallback, 'provider-down', down('', { end: 'late' }))).toBe('unknown');
  });
  test('one sentence for everything is partial', () => {
    const other = 'I cannot help with that. Please contact our support.';
    expect(status(fallback, 'empty-answer', { down: down(SORRY), refusal: down(SORRY) })).toEqual(['partial']);
    expect(status(fallback, 'empty-answer', { down: down(SORRY), refusal: down(other) })).toEqual(['pass']);
    expect(status(fallback, 'empty-answer', { down: down(SORRY), refusal: down('') })).toEqual([]);
  });
  test('a stream that breaks: told, marked, or silently taken for complete', () => {
    const half = `This is sentence 1 of a long answer with the word ${NONCE}. This is sentence 2 of`;
    const cut = (text: string, more = {}): Arm => ({ replies: [reply(text, more)] });
    const both = (arm: Arm) => status(fallback, 'stream-breaks', { cut: arm, error: arm })[0];
    expect(both(cut(`${half} ${SORRY}`))).toBe('pass');
    expect(both(cut(half, { error: 'An error occurred.' }))).toBe('partial');
    expect(both(cut(half, { error: 'overloaded_error' }))).toBe('fail');
    expect(both(cut(half))).toBe('fail');
    expect(both(cut('This is sen'))).toBe('fail');
    expect(both(cut(half, { end: 'late' }))).toBe('fail');
    expect(both(cut(SORRY))).toBe('pass');
    expect(both(dead)).toBe('fail');
  });
  test('the turn after a failed one', () => {
    const turns = (second: string): Arm => ({ exchanges: [bad(0, 400), call(90)], replies: [reply(SORRY), reply(second)] });
    expect(alone(fallback, 'failed-turn', turns(`The free plan, ${NONCE}.`))).toBe('pass');
    expect(alone(fallback, 'failed-turn', turns(SORRY))).toBe('fail');
  });
  test('a loop that was stopped without a word; one without end is another item', () => {
    const result: SentMessage = { role: 'tool', text: 'Nothing was found.' };
    const loop = (text: string, more: Arm = {}): Arm => ({
      exchanges: [call(0), call(9, { request: { messages: [result] } })],
      replies: [reply(text)],
      ...more,
    });
    expect(status(fallback, 'tool-loop', { changing: loop('') })).toEqual(['fail']);
    expect(status(fallback, 'tool-loop', { changing: loop(SORRY) })).toEqual(['pass']);
    expect(status(fallback, 'tool-loop', { changing: loop('', { capped: true }) })).toEqual([]);
  });
});

describe('ERR-08', () => {
  const arm = (...texts: readonly string[]): Arm => ({ exchanges: [call(0)], lines: lines(...texts) });
  const kind = (word: string) => arm(`{"level":"error","kind":"${word}","trace_id":"4bf92f35${word}9","msg":"request failed"}`);
  test('a kind of its own for each failure passes; two are partial', () => {
    expect(status(errorClasses, 'empty-answer', { down: kind('api'), empty: kind('parse'), refusal: kind('safety') })).toEqual(['pass']);
    expect(status(errorClasses, 'empty-answer', { down: kind('api'), empty: kind('parse'), refusal: kind('parse') })).toEqual(['partial']);
    expect(status(errorClasses, 'empty-answer', { down: kind('api'), empty: kind('api'), refusal: kind('api') })).toEqual(['fail']);
    expect(status(errorClasses, 'empty-answer', { down: kind('api'), empty: kind('parse'), refusal: arm() })).toEqual(['partial']);
  });
  test('messages, ids and the class of an SDK are no kinds', () => {
    const sdk = arm('{"level":"error","err":{"type":"OverloadedError","message":"529 overloaded"},"id":"abc"}');
    expect(status(errorClasses, 'empty-answer', { down: sdk, empty: arm('{"outcome":"ok"}'), refusal: arm('{"outcome":"ok"}') })).toEqual([
      'fail',
    ]);
  });
  test('logs that say nothing of failures may go elsewhere', () => {
    expect(status(errorClasses, 'empty-answer', { down: arm(), empty: arm(), refusal: arm() })).toEqual([]);
    expect(status(errorClasses, 'empty-answer', { down: arm('listening'), empty: arm(), refusal: arm() })).toEqual([]);
  });
});

describe('ERR-09', () => {
  const got = (text: string, more = {}): Arm => ({ exchanges: [call(0)], replies: [reply(text, more)] });
  const both = (arm: Arm) => status(malformed, 'malformed-answer', { broken: arm, shapeless: arm })[0];
  const empty = (arm: Arm) => status(malformed, 'empty-answer', { empty: arm, refusal: arm })[0];
  test('any plain sentence passes; silence, the inside of the program and death fail', () => {
    expect(both(got(SORRY))).toBe('pass');
    expect(both(got('Something went wrong here.'))).toBe('pass');
    expect(both(got('Unexpected end of JSON input'))).toBe('fail');
    expect(both(got('Internal Server Error', { status: 500 }))).toBe('fail');
    expect(both(dead)).toBe('fail');
    expect(both(got('', { end: 'late' }))).toBe('fail');
    for (const nothing of ['', 'undefined', 'No response', '[object Object]', '{"reply":""}']) expect(empty(got(nothing))).toBe('fail');
    expect(empty(got("I can't help with that."))).toBe('pass');
  });
  test('asking again and again is a loop', () => {
    const often = (count: number): Arm => ({ exchanges: Array.from({ length: count }, (_, i) => call(i * 9)), replies: [reply(SORRY)] });
    expect([2, 5, 30].map(count => empty(often(count)))).toEqual(['pass', 'partial', 'fail']);
  });
  test('half an answer: marked, gone on with, or passed off as whole', () => {
    const half = `The first half of the answer with ${NONCE} ends in the`;
    const cut = (text: string, more: Arm = {}) => alone(malformed, 'cut-off-answer', { ...got(text), ...more });
    expect(cut(half)).toBe('fail');
    expect(cut(`${half} (This answer was cut short.)`)).toBe('pass');
    expect(cut(half, { exchanges: [call(0), call(9)] })).toBe('pass');
    expect(cut(half, { replies: [reply(half, { body: '{"finishReason":"length"}' })] })).toBe('pass');
    expect(cut('')).toBe('fail');
  });
});

const TOOLS = [{ name: 'search', description: 'Searches', schema: {} }];
const asks = (at: number) => call(at, { request: { tools: TOOLS } });
const tells = (at: number, text: string, isError = false) =>
  call(at, {
    request: {
      tools: TOOLS,
      messages: [
        { role: 'user', text: 'Which plan?' },
        { role: 'tool', text, isError },
      ],
    },
  });

describe('ERR-10', () => {
  const rounds = (count: number, more: Arm = {}): Arm => ({
    exchanges: [asks(0), ...Array.from({ length: count - 1 }, (_, i) => tells(10 + i * 10, 'Nothing was found.'))],
    replies: [reply('', { endedAt: count * 10 })],
    ...more,
  });
  const loop = (changing: Arm, same: Arm = rounds(3)) => status(loops, 'tool-loop', { changing, same });
  test('stopped soon passes, whatever the reply; late is partial; never fails', () => {
    expect(loop(rounds(8))).toEqual(['pass', 'pass']);
    expect(loop(rounds(40))).toEqual(['partial', 'pass']);
    expect(loop(rounds(60, { capped: true }))).toEqual(['fail']);
  });
  test('a slow loop that outlives our patience is one without end; a death is no limit', () => {
    const slow = rounds(12).exchanges?.map(one => ({ ...one, at: one.at * 500 })) ?? [];
    expect(loop({ exchanges: slow, replies: [reply('', { end: 'late', endedAt: 61_000 })] })).toEqual(['fail']);
    expect(loop(rounds(5, dead))).toEqual(['fail']);
    expect(loop(rounds(5, { replies: [reply('', { end: 'late', endedAt: 61_000 })] }))).toEqual(['unknown', 'pass']);
  });
  test('without tools nothing is shown; without a result there was no loop', () => {
    expect(loop({ exchanges: [call(0)] }, { exchanges: [call(0)] })).toEqual([]);
    expect(loop({ exchanges: [asks(0)] }, { exchanges: [asks(0)] })).toEqual(['unknown', 'unknown']);
  });
});

describe('ERR-11', () => {
  const went = (text: string, more: Arm = {}): Arm => ({ exchanges: [asks(0), tells(30, text)], replies: [answered()], ...more });
  const out = [{ at: 10, host: 'kb.example', port: 443, outcome: 'answered' as const }];
  test('an unknown tool: told, told nothing, or run', () => {
    expect(alone(toolFailures, 'unknown-tool', went('There is no such tool.'))).toBe('pass');
    expect(alone(toolFailures, 'unknown-tool', went('x', { exchanges: [asks(0), tells(30, 'x', true)] }))).toBe('pass');
    expect(alone(toolFailures, 'unknown-tool', went('All users were deleted.'))).toBe('partial');
    expect(alone(toolFailures, 'unknown-tool', went('There is no such tool.', { egress: out }))).toBe('fail');
    expect(alone(toolFailures, 'unknown-tool', { exchanges: [asks(0)], replies: [reply(SORRY)] })).toBe('pass');
    expect(alone(toolFailures, 'unknown-tool', { exchanges: [asks(0)], ...dead })).toBe('fail');
    expect(alone(toolFailures, 'unknown-tool', { exchanges: [call(0)] })).toBe('nothing');
  });
  test('arguments that cannot be used', () => {
    const wrong = { exchanges: [asks(0)], replies: [reply('Unexpected token', { status: 500 })] };
    expect(status(toolFailures, 'broken-arguments', { broken: went('Wrong arguments'), mistyped: wrong })).toEqual(['pass', 'fail']);
  });
  test('a tool that fails: only one that asked the world has failed', () => {
    const good = went('The tool failed.', { egress: out });
    const late = { exchanges: [asks(0)], egress: out, replies: [reply('', { end: 'late', endedAt: 61_000 })] };
    const trace = went('Error: 500\n    at run (/app/tools.js:3:9)', { egress: out });
    expect(status(toolFailures, 'tool-fails', { error: good, drop: went('42'), hang: late })).toEqual(['pass', 'fail']);
    expect(status(toolFailures, 'tool-fails', { error: trace, drop: { ...late, replies: [reply(SORRY)] }, hang: good })).toEqual([
      'partial',
      'partial',
      'pass',
    ]);
    const telemetry = went('42', { egress: [{ ...out[0], host: 'cloud.langfuse.com' } as never] });
    expect(status(toolFailures, 'tool-fails', { error: telemetry, drop: telemetry, hang: telemetry })).toEqual([]);
  });
});
