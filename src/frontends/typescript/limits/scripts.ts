// Counts that a Lua script keeps in Redis: `redis.eval(SCRIPT, 1, key, limit, window)`, and scripts of Python that were registered before.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordsIn } from '../evaluator/keywords.ts';
import { textOf } from '../evaluator/values.ts';
import { propertyName, strip } from '../syntax.ts';
import type { Counter } from './counters.ts';
import { isFresh, SAME_KEY } from './fresh.ts';
import type { Decision } from './gates.ts';
import { keyOf } from './keys.ts';
import { amountOf, type Read } from './own.ts';
import type { Env } from './trace.ts';
import { unitOf } from './units.ts';
import { numberOf, spanOf } from './windows.ts';

/** A call of a script: its text, and what it is given. */
interface Run {
  readonly text: string;
  readonly keys: readonly ts.Expression[];
  readonly args: readonly ts.Expression[];
}

const COUNTS = /['"](?:H?INCR(?:BY(?:FLOAT)?)?|ZADD)['"]/i;
/** `if current > tonumber(ARGV[1]) then return 0`: the script itself refuses. */
const REFUSES =
  /\bif\b[^\n]*?(?:[<>]=?\s*(?:tonumber\(\s*)?(?:ARGV\[(\d+)\]|(\d+)|(\w+))|(?:tonumber\(\s*)?(?:ARGV\[(\d+)\]|(\w+))\s*\)?\s*[<>]=?)[^\n]*?\bthen\b(?:(?!\bend\b)[\s\S])*?\breturn\b/i;

/** The count that a script raises; what it answers may be the count itself, or whether there is still room. */
export function scriptCount(ev: Evaluator, node: ts.Expression, env: Env): Counter | undefined {
  const run = runOf(ev, node);
  const [key] = run?.keys ?? [];
  if (run === undefined || key === undefined || !COUNTS.test(run.text)) return undefined;
  const units = run.args.map(arg => unitOf(ev, arg, env));
  const unit = /INCRBY/i.test(run.text) ? (['usd', 'tokens'] as const).find(one => units.includes(one)) : undefined;
  const ends = expiryOf(ev, run, env);
  return {
    key: keyOf(ev, [{ node: key, env }]),
    unit: unit ?? 'requests',
    window: spanOf(ev, key, env) ?? (ends === undefined ? Number.POSITIVE_INFINITY : ends),
    state: 'shared',
    what: 'a count in Redis, kept by a script',
    ...(isFresh(ev, { node: key, env }) ? { needs: SAME_KEY } : {}),
  };
}

/** The limit that a script enforces, where its answer is asked whether a request may go on. */
export function scriptLimit(ev: Evaluator, { node, env }: Decision): Read | undefined {
  const run = runOf(ev, node);
  const refuses = run === undefined ? null : REFUSES.exec(run.text);
  const counter = refuses === null ? undefined : scriptCount(ev, node, env);
  if (run === undefined || refuses === null || counter === undefined) return undefined;
  const name = refuses[3] ?? refuses[5];
  const named = name === undefined ? undefined : new RegExp(`\\b${name}\\s*=\\s*(?:tonumber\\(\\s*)?ARGV\\[(\\d+)\\]`).exec(run.text)?.[1];
  const given = run.args[Number(refuses[1] ?? refuses[4] ?? named ?? 0) - 1];
  const number = refuses[2] !== undefined ? Number(refuses[2]) : given === undefined ? null : amountOf(ev, given, env).number;
  // Nothing, or one: that is whether something exists.
  if (number !== null && number < 2 && counter.unit === 'requests') return undefined;
  const { key, unit, window, state, what, needs } = counter;
  return { scope: key.scope, note: key.note, unit, amount: number, window, state, what, ...(needs === undefined ? {} : { needs }) };
}

function runOf(ev: Evaluator, node: ts.Expression): Run | undefined {
  if (!tsc.isCallExpression(node)) return undefined;
  const callee = strip(node.expression);
  const [first, second, third] = node.arguments;
  if (callee !== undefined && tsc.isPropertyAccessExpression(callee) && callee.name.text === 'eval' && first !== undefined) {
    const text = ev.values(first).flatMap(value => textOf(value) ?? [])[0];
    if (text === undefined || !/redis\.call/.test(text)) return undefined;
    const options = strip(second);
    // node-redis: `{ keys, arguments }`; Upstash: two lists; the others: how many keys there are, and then all of them.
    if (options !== undefined && tsc.isObjectLiteralExpression(options))
      return { text, keys: listed(options, 'keys'), args: listed(options, 'arguments') };
    if (options !== undefined && tsc.isArrayLiteralExpression(options)) return { text, keys: [...options.elements], args: itemsOf(third) };
    const count = second === undefined ? 0 : (numberOf(ev, second, new Map()) ?? 1);
    return { text, keys: node.arguments.slice(2, 2 + count), args: node.arguments.slice(2 + count) };
  }
  const keywords = keywordsIn(node.arguments);
  if (keywords === undefined || !keywords.properties.some(p => propertyName(p) === 'keys')) return undefined;
  for (const value of ev.values(node.expression)) {
    const made = value.kind === 'foreign' ? value.steps.at(-1) : undefined;
    const script = made?.kind === 'call' ? made.args?.[0] : undefined;
    const text = script === undefined ? undefined : ev.values(script).flatMap(one => textOf(one) ?? [])[0];
    if (text !== undefined && /redis\.call/.test(text)) return { text, keys: listed(keywords, 'keys'), args: listed(keywords, 'args') };
  }
  return undefined;
}

function listed(object: ts.ObjectLiteralExpression, name: string): readonly ts.Expression[] {
  const property = object.properties.find(p => propertyName(p) === name);
  return property !== undefined && tsc.isPropertyAssignment(property) ? itemsOf(property.initializer) : [];
}

function itemsOf(list: ts.Expression | undefined): readonly ts.Expression[] {
  const inner = strip(list);
  return inner !== undefined && tsc.isArrayLiteralExpression(inner) ? [...inner.elements] : [];
}

/** The seconds after which the script lets the count end; null: unreadable; undefined: never. */
function expiryOf(ev: Evaluator, { text, args }: Run, env: Env): number | null | undefined {
  const found = /['"](P?)EXPIRE['"]\s*,\s*KEYS\[\d+\]\s*,\s*(?:tonumber\(\s*)?(?:(\d+)|ARGV\[(\d+)\])?/i.exec(text);
  if (found === null) return /ZREMRANGEBYSCORE|EXPIREAT|['"]EX['"]|['"]PX['"]/i.test(text) ? null : undefined;
  const given = found[3] === undefined ? undefined : args[Number(found[3]) - 1];
  const number = found[2] !== undefined ? Number(found[2]) : given === undefined ? undefined : numberOf(ev, given, env);
  return number === undefined ? null : found[1] === '' ? number : number / 1000;
}
