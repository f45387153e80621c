// The limiters of the package `limits`, which are asked: `limiter.hit(parse("30/minute"), "chat", user_id)`. Read in limits 5.6.0.
import type { ts } from 'ts-morph';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import { type Foreign, foreignPath, type Value } from '../evaluator/values.ts';
import { strip } from '../syntax.ts';
import { isFresh, SAME_KEY } from './fresh.ts';
import type { Decision } from './gates.ts';
import { keyOf } from './keys.ts';
import type { Read } from './own.ts';
import { rateOf } from './python.ts';
import { DAY } from './windows.ts';

const PACKAGE = 'py:limits';
const SPANS: Readonly<Record<string, number>> = { Second: 1, Minute: 60, Hour: 3600, Day: DAY, Month: 30 * DAY, Year: 365 * DAY };

/** The limit behind an answer of `hit`; `test` alone counts nothing. */
export function askedInPython(ev: Evaluator, { node, env, path }: Decision): Read | undefined {
  if (!tsc.isCallExpression(node) || path.length > 0) return undefined;
  const callee = strip(node.expression);
  if (callee === undefined || !tsc.isPropertyAccessExpression(callee) || callee.name.text !== 'hit') return undefined;
  for (const value of ev.values(callee.expression)) {
    if (value.kind !== 'foreign' || value.package !== PACKAGE || !/RateLimiter$/.test(foreignPath(value))) continue;
    const [rate, ...by] = node.arguments.filter(arg => !isKeywords(arg));
    const parts = by.map(one => ({ node: one, env }));
    const key = keyOf(ev, parts);
    return {
      scope: key.scope,
      note: key.note,
      unit: 'requests',
      ...(rate === undefined ? NOTHING : rated(ev, rate)),
      state: stateOf(ev, value),
      what: 'limits',
      whenHigh: false,
      ...(parts.some(part => isFresh(ev, part)) ? { needs: SAME_KEY } : {}),
    };
  }
  return undefined;
}

const NOTHING = { amount: null, window: null };

/** `parse("30/minute")`, `RateLimitItemPerMinute(30)` */
function rated(ev: Evaluator, rate: ts.Expression): Pick<Read, 'amount' | 'window'> {
  for (const value of ev.values(rate)) {
    if (value.kind !== 'foreign' || value.package !== PACKAGE) continue;
    const [first] = argsOf(value);
    const given: readonly Value[] = first === undefined ? [] : ev.values(first);
    const span = SPANS[/RateLimitItemPer(\w+)$/.exec(foreignPath(value))?.[1] ?? ''];
    if (span !== undefined) return { amount: numbersIn(given)[0] ?? null, window: span };
    return rateOf(given) ?? NOTHING;
  }
  return NOTHING;
}

function stateOf(ev: Evaluator, limiter: Foreign): Read['state'] {
  const [storage] = argsOf(limiter);
  for (const value of storage === undefined ? [] : ev.values(storage)) {
    if (value.kind !== 'foreign' || value.package !== PACKAGE) continue;
    const name = foreignPath(value);
    if (/MemoryStorage$/.test(name)) return 'process';
    if (/Storage$/.test(name)) return 'shared';
  }
  return 'unknown';
}

function argsOf(value: Foreign): readonly ts.Expression[] {
  return value.steps.find(step => step.kind !== 'member')?.args ?? [];
}
