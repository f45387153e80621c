// ERR-03 on a running agent: what counts as trying again.
import { expect, test } from 'vitest';
import { check } from '../checks/error-handling/overload-retry.ts';
import type { Finding, Observation } from '../src/core/index.ts';
import { answered, call, reply, seen } from './trials.ts';

const rule = (o: Observation): readonly Finding[] => check.observe?.overloaded?.(o) as readonly Finding[];
const good = { exchanges: [call(0, { status: 500 }), call(520, { status: 500 }), call(1600)], replies: [answered()] };
const once = { exchanges: [call(0, { status: 503 }), call(520)], replies: [answered()] };

test('growing waits and the answer pass, with the numbers', () => {
  const findings = rule(seen({ error: good, unavailable: once, overload: good }));
  expect(findings.map(f => f.status)).toEqual(['pass', 'pass', 'pass']);
  expect(findings[0]?.message).toContain('waited 515 ms, then 1.1 s');
});

test('giving up at once fails, the same wait again is partial, an answer of its own is no recovery', () => {
  const gaveUp = { exchanges: [call(0, { status: 500 })], replies: [reply('Please try again later.')] };
  const steady = { exchanges: [call(0, { status: 500 }), call(505, { status: 500 }), call(1010)], replies: [answered()] };
  const lost = { exchanges: [call(0, { status: 503 }), call(520)], replies: [reply('Please try again later.')] };
  expect(rule(seen({ error: gaveUp, unavailable: lost, overload: steady })).map(f => f.status)).toEqual(['fail', 'fail', 'partial']);
});

test('529 says nothing about an agent of another provider', () => {
  const openai = { exchanges: [call(0, { request: { dialect: 'openai-chat' } })], replies: [answered()] };
  expect(rule(seen({ error: good, unavailable: once, overload: openai }))).toHaveLength(2);
});
