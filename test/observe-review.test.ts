// Agents that look good in the records and are not, and one that is good and looks odd: found by a review of the rules.
import { expect, test } from 'vitest';
import { check as userRequests } from '../checks/cost-control/user-requests.ts';
import { check as clientErrors } from '../checks/error-handling/client-errors.ts';
import { check as fallback } from '../checks/error-handling/fallback.ts';
import { check as overload } from '../checks/error-handling/overload-retry.ts';
import type { Check, Finding, Observation, Reply } from '../src/core/index.ts';
import { answered, call, reply, seen } from './trials.ts';

function said(check: Check, probe: string, o: Observation): readonly Finding[] {
  const found = check.observe?.[probe]?.(o);
  return found === undefined ? [] : 'status' in found ? [found] : found;
}

test('a hammer whose prompt holds a new id each time is still a hammer', () => {
  const exchanges = ['3f2a9c1e-77aa', 'b81d0c44-90fe', 'cafe12ab-0001'].map((id, i) =>
    call(i * 10, { status: 400, request: { system: `You help. Request ${id}.` } }),
  );
  const arm = { exchanges, replies: [reply('Please try again later.')] };
  const [first] = said(clientErrors, 'client-errors', seen({ badRequest: arm, unauthorized: arm, notFound: arm }));
  expect(first?.status).toBe('fail');
  expect(first?.message).toContain('3 times');
});

const greedy = (of: (i: number) => Partial<Reply>): readonly Finding[] => {
  const replies = Array.from({ length: 60 }, (_, i) => ({ ...answered({ at: i * 10, endedAt: i * 10 + 5 }), ...of(i) }));
  const exchanges = replies.flatMap(one => (one.text.includes('free plan') ? [call(one.at + 1, { endedAt: one.at + 3 })] : []));
  const other = answered({ user: 'b', session: 'b', at: 700, endedAt: 705 });
  return said(
    userRequests,
    'greedy-user',
    seen({ treatment: { replies: [...replies, other], exchanges: [...exchanges, call(701, { endedAt: 703 })] } }),
  );
};

test('who refuses every seventh request, whoever asks, has no limit of users', () => {
  expect(greedy(i => (i % 7 === 6 ? { text: 'Busy.', status: 503 } : {}))[0]?.status).toBe('unknown');
});

test('an empty answer that claims success is no refusal', () => {
  expect(greedy(i => (i >= 30 ? { text: '', body: '', status: 200 } : {}))[0]?.status).toBe('unknown');
});

test('a limit that stays is one', () => {
  expect(greedy(i => (i >= 30 ? { text: 'That was a lot. Please come back in an hour.', status: 429 } : {}))[0]?.status).toBe('pass');
});

test('two equal waits do not grow because the machine was slower the second time', () => {
  const arm = (first: number, second: number) => ({
    exchanges: [call(0, { status: 500 }), call(5 + first, { status: 500 }), call(10 + first + second)],
    replies: [answered()],
  });
  const of = (first: number, second: number): string | undefined =>
    said(overload, 'overloaded', seen({ error: arm(first, second), unavailable: arm(first, second), overload: arm(first, second) }))[0]
      ?.status;
  expect(of(321, 323)).toBe('partial');
  expect(of(25, 60)).toBe('partial');
  expect(of(412, 841)).toBe('pass');
});

test.each([
  ['Bitte versuchen Sie es in ein paar Minuten noch einmal.', 'pass'],
  ['Das hat nicht geklappt. Bitte wenden Sie sich an unseren Kundendienst.', 'pass'],
  ['服务暂时不可用，请稍后再试。', 'pass'],
  ['Please try again later. psycopg2.OperationalError: could not connect to db-prod-3 (10.0.12.7:5432)', 'fail'],
  ['Please try again later (C:\\agent\\llm.py line 88).', 'fail'],
])('%s: %s', (text, expected) => {
  const down = seen({ treatment: { exchanges: [call(0, { status: 529 })], replies: [reply(text)] } });
  expect(said(fallback, 'provider-down', down)[0]?.status).toBe(expected);
});
