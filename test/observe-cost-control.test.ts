// COST-01 to 07 on a running agent: what passes, what fails, and the ways in which a bad agent looks good.
import { describe, expect, test } from 'vitest';
import { check as globalLimit } from '../checks/cost-control/global-limit.ts';
import { check as inputSize } from '../checks/cost-control/input-size.ts';
import { check as limitState } from '../checks/cost-control/limit-state.ts';
import { check as maxTokens } from '../checks/cost-control/max-tokens.ts';
import { check as requestCeiling } from '../checks/cost-control/request-ceiling.ts';
import { check as userCost } from '../checks/cost-control/user-cost.ts';
import { check as userRequests } from '../checks/cost-control/user-requests.ts';
import type { Check, Finding, Observation, Trial } from '../src/core/index.ts';
import { answered, call, reply, seen, trial } from './trials.ts';

type Arm = Partial<Trial>;

function found(check: Check, probe: string, observation: Observation): readonly Finding[] {
  const said = check.observe?.[probe]?.(observation);
  return said === undefined ? [] : 'status' in said ? [said] : said;
}
const status = (check: Check, probe: string, arms: Readonly<Record<string, Arm>>): string =>
  found(check, probe, seen(arms))
    .map(finding => finding.status)
    .join(' ') || 'nothing';

const TOOLS = [{ name: 'search', description: 'Searches', schema: {} }];
const LIMIT = 'That was a lot for today. Please come back tomorrow.';

describe('COST-01', () => {
  const rounds = (count: number, more: Arm = {}, cap: number | null = 1024): Arm => ({
    exchanges: Array.from({ length: count }, (_, i) =>
      call(i * 10, {
        tokens: { input: 400_000, output: 60_000 },
        request: { tools: TOOLS, maxTokens: cap, messages: i === 0 ? [] : [{ role: 'tool', text: 'Nothing was found.' }] },
      }),
    ),
    replies: [reply('I did not get any further.', { endedAt: count * 10 })],
    ...more,
  });
  const loop = (cheap: Arm, dear: Arm) => status(requestCeiling, 'costly-loop', { cheap, dear });
  test('sooner when it is expensive', () => {
    expect(loop(rounds(8), rounds(1))).toBe('pass');
    expect(loop(rounds(60, { capped: true }), rounds(2))).toBe('pass');
    expect(loop(rounds(8), rounds(6, { replies: [reply('This costs too much.', { endedAt: 60 })] }))).toBe('pass');
  });
  test('a cap of rounds is no ceiling', () => {
    expect(loop(rounds(8), rounds(8))).toBe('partial');
    expect(loop(rounds(8, {}, null), rounds(8, {}, null))).toBe('fail');
    expect(loop(rounds(60, { capped: true }), rounds(60, { capped: true }))).toBe('fail');
  });
  test('chance, death and patience are no ceilings', () => {
    expect(loop(rounds(50), rounds(48))).toBe('unknown');
    expect(loop(rounds(8), rounds(1, { exit: { at: 5, code: 1, signal: null, asked: false } }))).toBe('unknown');
    expect(loop(rounds(30), rounds(10, { replies: [reply('', { end: 'late', endedAt: 61_000 })] }))).toBe('fail');
    expect(loop(rounds(1), rounds(1))).toBe('unknown');
    expect(loop({ exchanges: [call(0)] }, { exchanges: [call(0)] })).toBe('nothing');
  });
});

/** Messages one after the other; `s` served, `r` refused, `e` an error of the server, `c` answered without the model, `x` refused after the call. */
function row(
  states: string,
  user = 'a',
  from = 0,
  session = user,
): { exchanges: ReturnType<typeof call>[]; replies: ReturnType<typeof reply>[] } {
  const at = (i: number): number => from + i * 100;
  const all = [...states];
  return {
    exchanges: all.flatMap((state, i) => ('sx'.includes(state) ? [call(at(i) + 10, { tokens: { input: 1000, output: 200 } })] : [])),
    replies: all.map((state, i) => {
      const more = { user, session: `${session}${i}`, at: at(i), endedAt: at(i) + 50 };
      if ('sc'.includes(state)) return answered(more);
      return reply(LIMIT, { ...more, status: state === 'e' ? 500 : 429 });
    }),
  };
}
const join = (...parts: readonly Arm[]): Arm => ({
  exchanges: parts.flatMap(part => part.exchanges ?? []),
  replies: parts.flatMap(part => part.replies ?? []),
});
const S60 = 's'.repeat(60);
const R40 = 'r'.repeat(40);

describe('COST-03', () => {
  const greedy = (states: string, other = 's') =>
    status(userRequests, 'greedy-user', { treatment: join(row(states), row(other, 'b', 9000)) });
  test('refused, and another user served', () => {
    expect(greedy('s'.repeat(20) + R40)).toBe('pass');
    const arm = join(row('s'.repeat(20) + R40), row('s', 'b', 9000));
    expect(found(userRequests, 'greedy-user', seen({ treatment: arm }))[0]?.message).toBe(
      'The 21st request of one user was refused, another user was served',
    );
  });
  test('a limit of all is partial, none fails', () => {
    expect(greedy('s'.repeat(20) + R40, 'r')).toBe('partial');
    expect(greedy(S60)).toBe('fail');
  });
  test('an agent that breaks down, refuses everything or answers from a cache has no limit', () => {
    expect(greedy(`sss${'e'.repeat(57)}`)).toBe('unknown');
    expect(greedy('r'.repeat(60))).toBe('unknown');
    expect(greedy(`s${'c'.repeat(59)}`)).toBe('unknown');
    expect(greedy('s'.repeat(20) + R40, 'e')).toBe('unknown');
  });
});

describe('COST-02', () => {
  const costly = (dear: string, cheap: string, other = 's') =>
    status(userCost, 'costly-user', { treatment: join(row(dear), row(other, 'b', 9000)), cheap: join(row(cheap), row('s', 'b', 9000)) });
  test('refused by cost, and another user served', () => {
    expect(costly('sssrrrrrrr', 'ssssssssss')).toBe('pass');
    expect(costly('sssrrrrrrr', 'ssssssssrr')).toBe('pass');
  });
  test('none fails; a limit of all is partial', () => {
    expect(costly('ssssssssss', 'ssssssssss')).toBe('fail');
    expect(costly('sssrrrrrrr', 'ssssssssss', 'r')).toBe('partial');
  });
  test('a limit of requests is no limit of cost; nor is a refusal after the model was paid', () => {
    expect(costly('sssrrrrrrr', 'sssrrrrrrr')).toBe('unknown');
    expect(costly('ssxxxxxxxx', 'ssssssssss')).toBe('unknown');
  });
});

describe('COST-04', () => {
  const crowd = (dear: string, cheap: string) => status(globalLimit, 'costly-crowd', { treatment: row(dear, 'u'), cheap: row(cheap, 'u') });
  test('refused by cost passes, by number of requests is partial, never fails', () => {
    expect(crowd(`s${'r'.repeat(39)}`, 's'.repeat(40))).toBe('pass');
    expect(crowd('s'.repeat(20) + 'r'.repeat(20), 's'.repeat(20) + 'r'.repeat(20))).toBe('partial');
    expect(crowd('s'.repeat(40), 's'.repeat(40))).toBe('fail');
    expect(crowd('e'.repeat(40), 's'.repeat(40))).toBe('unknown');
  });
  test('from one address, a limit by address looks the same', () => {
    const from = (states: string, address: (i: number) => string): Arm => {
      const { exchanges, replies } = row(states, 'u');
      return { exchanges, replies: replies.map((one, i) => ({ ...one, address: address(i) })) };
    };
    const refused = `s${'r'.repeat(39)}`;
    const cheap = row('s'.repeat(40), 'u');
    expect(status(globalLimit, 'costly-crowd', { treatment: from(refused, () => '127.0.0.1'), cheap })).toBe('unknown');
    expect(status(globalLimit, 'costly-crowd', { treatment: from(refused, i => `127.0.1.${i}`), cheap })).toBe('pass');
  });
});

describe('COST-05', () => {
  const caps = (...given: readonly (number | null)[]) =>
    status(maxTokens, 'plain-question', { treatment: { exchanges: given.map((cap, i) => call(i, { request: { maxTokens: cap } })) } });
  test('every request counts, the control included', () => {
    expect(caps(1024)).toBe('pass');
    expect(caps(1024, null)).toBe('pass fail');
    expect(caps(64_000)).toBe('pass partial');
  });
});

describe('COST-06', () => {
  const restart = (before: string, after: string, other = 's', more: Arm = {}) =>
    status(limitState, 'restart', {
      treatment: { ...join(row(before), row(after, 'a', 9000, 'after'), row(other, 'b', 9900)), ...more },
    });
  const at20 = 's'.repeat(20) + R40;
  test('kept passes, forgotten fails', () => {
    expect(restart(at20, 'rrr')).toBe('pass');
    expect(restart(at20, 'sss')).toBe('fail');
  });
  test('without a limit nothing is shown; a service that serves nobody kept nothing', () => {
    expect(restart(S60, 'sss')).toBe('nothing');
    expect(restart(at20, 'rrr', 'r')).toBe('unknown');
    expect(restart(at20, 'eee', 'e')).toBe('unknown');
  });
  test('a limit that was over by then, or fills up quickly, is no forgotten count', () => {
    expect(restart(`${'s'.repeat(20)}${'rs'.repeat(20)}`, 'sss')).toBe('unknown');
    expect(restart(at20, 'srr')).toBe('unknown');
    const arm = join(row(at20), row('sss', 'a', 9000, 'after'), row('s', 'b', 9900));
    const soon = arm.replies?.map(one => ({ ...one, headers: { 'retry-after': '2' } })) ?? [];
    expect(restart(at20, 'sss', 's', { replies: soon })).toBe('unknown');
    expect(restart(at20, 'sss', 's', join(row(at20), row('sss', 'a', 50_000, 'after'), row('s', 'b', 60_000)))).toBe('unknown');
  });
});

describe('COST-07', () => {
  const LONG = { sent: 'x'.repeat(60_000) };
  const long = (arm: Arm) => {
    const observation = { ...seen({ long: arm, huge: arm }), control: trial({ exchanges: [call(0, { bytes: 30_000 })] }) };
    return found(inputSize, 'long-input', observation)[0]?.status;
  };
  const sent = (...bytes: readonly number[]): Arm => ({
    exchanges: bytes.map((size, i) => call(i * 10, { bytes: size })),
    replies: [answered(LONG)],
  });
  test('refused or cut passes; a long prompt of its own is no long message', () => {
    expect(long({ exchanges: [], replies: [reply('Too long.', { ...LONG, status: 413 })] })).toBe('pass');
    expect(long({ exchanges: [], replies: [reply('', { ...LONG, end: 'broken', status: null })] })).toBe('pass');
    expect(long(sent(38_000))).toBe('pass');
  });
  test('sent whole or in pieces fails', () => {
    expect(long(sent(90_500))).toBe('fail');
    expect(long(sent(60_000, 60_000))).toBe('fail');
    const vectors = { ...call(5, { bytes: 60_100, path: '/v1/embeddings' }), request: undefined } as never;
    expect(long({ exchanges: [vectors], replies: [reply('Nothing found', LONG)] })).toBe('fail');
  });
  test('breaking down is no limit', () => {
    expect(long({ exchanges: [], replies: [reply('', { ...LONG, status: 500 })] })).toBe('partial');
    expect(long({ exchanges: [], replies: [reply('', { ...LONG, end: 'late' })] })).toBe('unknown');
    expect(long({ exchanges: [], replies: [reply('', LONG)], exit: { at: 9, code: 137, signal: null, asked: false } })).toBe('fail');
  });

  const turns = (sizes: readonly number[], memory = true): Arm => ({
    exchanges: sizes.map((bytes, i) =>
      call(i * 100 + 10, {
        bytes,
        request: {
          messages: memory
            ? [
                { role: 'user', text: 'Turn 1. A sentence' },
                { role: 'user', text: 'now' },
              ]
            : [{ role: 'user', text: 'now' }],
        },
      }),
    ),
    replies: Array.from({ length: 14 }, (_, i) => reply('A sentence.', { at: i * 100, endedAt: i * 100 + 50 })),
  });
  const talk = (sizes: readonly number[], memory = true) => status(inputSize, 'long-conversation', { treatment: turns(sizes, memory) });
  const growing = (count: number) => Array.from({ length: count }, (_, i) => 4000 + i * 6000);
  test('a conversation: bounded, growing for ever, or refused by whatever limit', () => {
    expect(talk(growing(14))).toBe('fail');
    expect(talk(growing(14).map(size => Math.min(size, 20_000)))).toBe('pass');
    expect(talk(growing(14).map(size => Math.min(size, 50_000)))).toBe('pass');
    expect(talk(growing(3))).toBe('unknown');
    expect(talk(growing(12))).toBe('unknown');
    expect(talk(growing(12).map(size => Math.min(size, 20_000)))).toBe('pass');
    expect(talk(growing(14), false)).toBe('nothing');
  });

  const flooded = (bytes: number, text: string): Arm => ({
    exchanges: [
      call(0, { bytes: 9000, request: { tools: TOOLS } }),
      call(10, { bytes, request: { tools: TOOLS, messages: [{ role: 'tool', text }] } }),
    ],
  });
  test('what a tool returns: cut or sent whole; a tool without that answer shows nothing', () => {
    expect(status(inputSize, 'tool-flood', { treatment: flooded(17_000, 'The plan is called vupolane. A sen') })).toBe('pass');
    expect(status(inputSize, 'tool-flood', { treatment: flooded(2_000_000, 'The plan is called vupolane.') })).toBe('fail');
    expect(status(inputSize, 'tool-flood', { treatment: flooded(9100, '42') })).toBe('nothing');
    expect(status(inputSize, 'tool-flood', { treatment: { exchanges: [call(0)] } })).toBe('nothing');
  });
});
