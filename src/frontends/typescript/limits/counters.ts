// Is a value a count of use that is kept from one request to the next? In Redis, in a database, in the memory of the process.
import type { ts } from 'ts-morph';
import type { Limit } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { foreignPath, type Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { storeText } from './batches.ts';
import { chainOf } from './chains.ts';
import { idle, isRun } from './charged.ts';
import { addedBy, chargeLacks, isReplaced, reservedLacks, sizeAdded } from './charges.ts';
import { databaseCount, recordField } from './database.ts';
import { dynamoCount } from './dynamo.ts';
import { givenToField } from './fields.ts';
import { isFresh, keyLacks, SAME_KEY } from './fresh.ts';
import { type Key, keyOf, type Part } from './keys.ts';
import { PROCESS_STORES, SHARED_STORES } from './libraries.ts';
import type { Whole } from './own.ts';
import { isOtherKey } from './same-key.ts';
import { scriptCount } from './scripts.ts';
import { type Env, type Leaf, NO_ENV, originOf } from './trace.ts';
import { unitOf, unitOfName } from './units.ts';
import { clockIn, numberOf, spanOf } from './windows.ts';

/** A count of use. */
export interface Counter {
  readonly key: Key;
  readonly unit: Limit['unit'];
  readonly window: number | null;
  readonly state: Limit['state'];
  /** In the reader's words: "a count in Redis". */
  readonly what: string;
  /** The number that is compared is what is left, and not what was used. */
  readonly balance?: boolean;
  /** Something that is missing, without which it counts nothing. */
  readonly needs?: string;
  /** What a small request adds. */
  readonly adds?: number;
}

/** What is added goes to the count of somebody else. */
export const NOTHING_ADDED = 'something is added to the count that is compared, and not to another one';

const COUNTS_UP = new Set(['incr', 'incrby', 'incrbyfloat', 'hincrby', 'hincrbyfloat', 'zincrby']);
const COUNTED = new Set(['zcard', 'zcount', 'llen', 'scard']);
const READS = new Set(['get', 'mget', 'hget', 'hgetall', 'getitem', 'peek']);
const WRITES = new Set([
  'set',
  'put',
  'setex',
  'hset',
  'hincrby',
  'hincrbyfloat',
  'incr',
  'incrby',
  'incrbyfloat',
  'push',
  'lpush',
  'setitem',
]);
/** What is done to a list of times on the way to its length. */
const LISTS = new Set(['filter', 'slice', 'map', 'reduce', 'at', 'find', 'sort', 'flat', 'exec', 'then', 'split', 'values']);

/** The counter that a leaf of a comparison is, if it is one. @param whole knows the callers of functions, who tell what is added */
export function counterOf(ev: Evaluator, leaf: Leaf, whole: Whole, depth = 0): Counter | undefined {
  ev.budget.step();
  const { node, path, env } = leaf;
  if (depth > 6) return undefined;
  if (tsc.isCallExpression(node)) {
    const kept = inStore(ev, node, path, env, whole);
    // The length of what is kept for somebody is that of a history, unless old entries fall out by the clock.
    if (kept !== undefined) {
      const length = path.at(-1) === 'length' && (kept.window === Number.POSITIVE_INFINITY || clockIn(ev, bodyAround(node)) === undefined);
      // Less than a second is how often something is drawn or written, and not how often somebody asks.
      return length || (kept.window !== null && kept.window < 1) ? undefined : kept;
    }
    return (
      scriptCount(ev, node, env) ??
      dynamoCount(ev, node, path, env) ??
      databaseCount(ev, node, path, env, whole) ??
      recordField(ev, node, path, env, whole) ??
      throughList(ev, { ...leaf, node }, whole, depth)
    );
  }
  if (tsc.isTaggedTemplateExpression(node)) return databaseCount(ev, node, path, env, whole);
  if (tsc.isElementAccessExpression(node)) return inRecord(ev, node, path, env, whole);
  return undefined;
}

/** What a parameter was given on the way here: a map that is made in the request and handed to a helper. */
function givenBy(receiver: ts.Expression, env: Env): ts.Expression {
  let node = receiver;
  let known = env;
  for (let hops = 0; hops < 6 && tsc.isIdentifier(node); hops++) {
    const binding = resolve(node);
    const given = binding?.kind === 'parameter' && binding.element === undefined ? known.get(binding.node) : undefined;
    if (given === undefined) break;
    node = strip(given.node) ?? given.node;
    known = given.env;
  }
  return node;
}

/** What an object keeps things in. */
export function stateOf(ev: Evaluator, receiver: ts.Expression): 'shared' | 'process' | 'local' | 'unknown' {
  for (const value of ev.values(receiver)) {
    if (value.kind !== 'foreign') continue;
    if (SHARED_STORES.test(value.package)) return 'shared';
    if (PROCESS_STORES.test(value.package)) return lives(value) ? 'process' : 'local';
    if (value.package === '' && /^(?:Map|WeakMap|Set|Object)$/.test(foreignPath(value))) return lives(value) ? 'process' : 'local';
    if (value.package === '' && /^(?:localStorage|sessionStorage|window|document)/.test(foreignPath(value))) return 'local';
  }
  return 'unknown';
}

/** Is an object made once, and not anew for each request? In a class or a factory it is taken to be. */
function lives(value: Extract<Value, { kind: 'foreign' }>): boolean {
  const made = value.steps.findLast(s => s.kind !== 'member');
  if (made?.kind !== 'call' && made?.kind !== 'new') return true;
  const fn = enclosingFunction(made.node);
  if (fn === undefined || tsc.isConstructorDeclaration(fn)) return true;
  // A factory hands out functions that keep the object: those that name it.
  const holder = made.node.parent;
  const name = tsc.isVariableDeclaration(holder) && tsc.isIdentifier(holder.name) ? holder.name.text : undefined;
  let keeps = false;
  walk(fn, node => {
    if (keeps) return 'skip';
    const inner =
      node !== fn &&
      (tsc.isArrowFunction(node) || tsc.isFunctionExpression(node) || tsc.isFunctionDeclaration(node) || tsc.isMethodDeclaration(node));
    if (inner) keeps = name === undefined || new RegExp(`\\b${name.replace(/\$/g, '\\$&')}\\b`).test(node.getText());
    return inner ? 'skip' : undefined;
  });
  return keeps;
}

function inStore(ev: Evaluator, node: ts.CallExpression, path: readonly string[], env: Env, whole: Whole): Counter | undefined {
  const wide = whole.ev;
  const chain = chainOf(node);
  for (const { name, call, on } of chain) {
    const method = name.toLowerCase();
    const state = COUNTS_UP.has(method) || COUNTED.has(method) || READS.has(method) ? stateOf(ev, givenBy(on, env)) : 'local';
    if (state === 'local') continue;
    const key = keyRead(call, path);
    if (key === undefined) continue;
    const by = COUNTS_UP.has(method) ? call.arguments[method.startsWith('h') ? 2 : 1] : undefined;
    // Only stores have methods with these names; where the store is unknown, it is still one of its kind.
    const kept = state === 'unknown' && !READS.has(method) ? 'shared' : state;
    if (COUNTS_UP.has(method)) {
      const counted = stored(ev, call, key, env, kept, by === undefined ? 'requests' : unitOfAll(ev, call, on, by, env), wide);
      const lacks = reservedLacks(whole, call, by, env);
      return lacks === undefined ? counted : { needs: lacks, ...counted };
    }
    if (COUNTED.has(method))
      return { ...stored(ev, call, key, env, kept, 'requests', wide), window: clockIn(ev, bodyAround(call)) ?? null };
    const bumps = bumpsOf(call, on);
    const own = bumps.filter(bump => !isElsewhere(wide, bump.arguments[0], { node: key, env }) && !isReplaced(whole, bump));
    const running = own.filter(bump => isRun(whole, bump));
    const lacking = (bump: ts.CallExpression): string | undefined => chargeLacks(whole, bump, addedBy(bump));
    const live = running.find(bump => lacking(bump) === undefined) ?? running[0];
    const bumped = live ?? own[0] ?? bumps[0];
    if (bumped === undefined) continue;
    const amount = addedBy(bumped) ?? bumped.arguments[0];
    const unit = COUNTS_UP.has(lastName(bumped)) && bumped.arguments.length < 2 ? 'requests' : unitOf(ev, amount, env);
    // The field of a hash tells more than what else is added to it.
    const field = method.startsWith('h') ? unitOfName(path.at(-1) ?? '') : 'unknown';
    const counter = stored(ev, call, key, env, kept, field === 'unknown' ? unit : field, wide);
    // Anything may be kept under a key; without a unit and without a clock it is no count of use.
    if (unit === 'unknown' && counter.window === Number.POSITIVE_INFINITY) continue;
    const lacks = live === undefined ? (own[0] === undefined ? NOTHING_ADDED : idle(own[0])) : lacking(live);
    const needs = lacks === undefined ? {} : { needs: lacks };
    const adds = live === undefined ? undefined : sizeAdded(whole, addedBy(live));
    return { ...counter, unit: counter.unit === 'unknown' ? 'requests' : counter.unit, ...needs, ...(adds === undefined ? {} : { adds }) };
  }
  // `pipeline.incr(key); const [count] = await pipeline.exec()`
  const last = chain[0];
  if ((last?.name === 'exec' || last?.name === 'execute') && tsc.isIdentifier(last.on)) {
    const text = last.on.text;
    const counting = callsIn(bodyAround(node)).find(
      c =>
        tsc.isPropertyAccessExpression(c.expression) &&
        c.expression.expression.getText() === text &&
        (COUNTS_UP.has(lastName(c)) || COUNTED.has(lastName(c))),
    );
    const key = counting?.arguments[0];
    if (counting !== undefined && key !== undefined) return stored(ev, counting, key, env, 'shared', 'requests', wide);
  }
  return undefined;
}

/** The key of a read; of one that asks for several, the key whose answer is taken: `const [mine, all] = await redis.mget(a, b)`. */
function keyRead(call: ts.CallExpression, path: readonly string[]): ts.Expression | undefined {
  const first = call.arguments[0];
  const at = lastName(call) === 'mget' ? Number(path[0]) : Number.NaN;
  if (!Number.isInteger(at) || first === undefined) return first;
  const list = strip(first);
  return list !== undefined && tsc.isArrayLiteralExpression(list) ? list.elements[at] : call.arguments[at];
}

/** The unit of a count: what is reserved may be a bare number, and what is added afterwards tells what it means. */
function unitOfAll(ev: Evaluator, call: ts.CallExpression, on: ts.Expression, by: ts.Expression, env: Env): Limit['unit'] {
  const key = call.arguments[0]?.getText();
  const others = callsIn(call.getSourceFile()).filter(
    c =>
      tsc.isPropertyAccessExpression(c.expression) &&
      storeText(c.expression.expression) === storeText(on) &&
      COUNTS_UP.has(lastName(c)) &&
      c.arguments[0]?.getText() === key,
  );
  const index = call.arguments.indexOf(by);
  const units = [by, ...others.flatMap(c => c.arguments[index] ?? [])].map(amount => unitOf(ev, amount, env));
  return (['usd', 'tokens', 'requests'] as const).find(unit => units.includes(unit)) ?? 'unknown';
}

function stored(
  ev: Evaluator,
  call: ts.CallExpression,
  key: ts.Expression,
  env: Env,
  state: 'shared' | 'process' | 'unknown',
  unit: Limit['unit'],
  wide: Evaluator,
): Counter {
  const ends = expiry(ev, call, env, wide);
  const span = spanOf(ev, key, env) ?? ends ?? undefined;
  const where = state === 'shared' ? 'a shared store' : state === 'process' ? 'the memory of the process' : 'a store';
  const clock = span === undefined ? (clockIn(ev, bodyAround(call)) ?? clockIn(ev, call.getSourceFile())) : span;
  const cleared = /\.clear\(\)|\.flushall\(/i.test(call.getSourceFile().text);
  // It ends after a time that cannot be read.
  const window = clock === undefined ? (cleared || ends === null ? null : Number.POSITIVE_INFINITY) : clock;
  const needs = keyLacks(ev, { node: key, env });
  return { key: keyOf(ev, [{ node: key, env }]), unit, window, state, what: `a count in ${where}`, ...needs };
}

/** `redis.expire(key, 86400)`, `{ ex: 60 }` beside the count. */
function expiry(ev: Evaluator, call: ts.CallExpression, env: Env, wide: Evaluator): number | null | undefined {
  let found: number | null | undefined;
  for (const other of callsIn(bodyAround(call))) {
    const name = lastName(other);
    const scale = name === 'expire' || name === 'setex' ? 1 : name === 'pexpire' || name === 'psetex' ? 0.001 : undefined;
    const seconds = other.arguments[1];
    if (scale !== undefined && seconds !== undefined) {
      const value = numberOf(ev, seconds, env) ?? givenToField(wide, seconds).flatMap(({ arg }) => numberOf(wide, arg, NO_ENV) ?? [])[0];
      found ??= value === undefined ? null : value * scale;
    } else if (name === 'expireat' || name === 'pexpireat') found ??= null;
    else if (name === 'set' || name === 'put') {
      for (const arg of other.arguments.slice(2)) {
        const option = /\b(?:ex|EX|px|PX|expirationTtl|ttl)\b/.exec(arg.getText());
        if (option === null) continue;
        const object = strip(arg);
        const property =
          object !== undefined && tsc.isObjectLiteralExpression(object)
            ? object.properties.find(p => tsc.isPropertyAssignment(p) && p.name.getText() === option[0])
            : undefined;
        const value = property !== undefined && tsc.isPropertyAssignment(property) ? numberOf(ev, property.initializer, env) : undefined;
        found ??= value === undefined ? null : /px/i.test(option[0]) ? value / 1000 : value;
      }
    }
  }
  return found;
}

/** Is a count raised under a key that is certainly not the one by which it is read? */
function isElsewhere(wide: Evaluator, raised: ts.Expression | undefined, read: Part): boolean {
  if (raised === undefined) return false;
  const same = enclosingFunction(raised) === enclosingFunction(read.node) && raised.getText() === read.node.getText();
  return !same && isOtherKey(wide, read, { node: raised, env: NO_ENV });
}

/** The calls that write what another call reads, in the same file; first those that count. */
function bumpsOf(read: ts.CallExpression, on: ts.Expression): readonly ts.CallExpression[] {
  const receiver = storeText(on);
  const writes = callsIn(read.getSourceFile()).filter(
    c =>
      c !== read &&
      tsc.isPropertyAccessExpression(c.expression) &&
      storeText(c.expression.expression) === receiver &&
      WRITES.has(lastName(c)),
  );
  return [...writes.filter(c => COUNTS_UP.has(lastName(c))), ...writes.filter(c => !COUNTS_UP.has(lastName(c)))];
}

/** `(hits.get(ip) ?? []).filter(recent).length` */
function throughList(
  ev: Evaluator,
  { node, path, env }: Leaf & { readonly node: ts.CallExpression },
  whole: Whole,
  depth: number,
): Counter | undefined {
  const callee = strip(node.expression);
  if (callee === undefined || !tsc.isPropertyAccessExpression(callee) || !LISTS.has(callee.name.text)) return undefined;
  const inner = originOf(ev, callee.expression, env, 'here').leaves;
  // A sum over several keys is over several spans.
  const several = callee.name.text === 'reduce' || callee.name.text === 'map';
  for (const leaf of inner) {
    if (leaf.node === node) continue;
    const counter = counterOf(ev, { ...leaf, path: [...leaf.path, ...path] }, whole, depth + 1);
    if (counter !== undefined) return several ? { ...counter, window: null } : counter;
  }
  return undefined;
}

/** `counts[userId]` of an object that the file keeps. */
function inRecord(ev: Evaluator, node: ts.ElementAccessExpression, path: readonly string[], env: Env, whole: Whole): Counter | undefined {
  const wide = whole.ev;
  const root = strip(node.expression);
  if (root === undefined) return undefined;
  const text = root.getText();
  const file = node.getSourceFile();
  const local = tsc.isIdentifier(root) && ev.values(root).some(v => v.kind === 'object' && enclosingFunction(v.node) !== undefined);
  if (local || tsc.isCallExpression(root)) return undefined;
  let bumped: ts.Expression | undefined;
  let other: ts.Expression | undefined;
  let asleep: ts.Expression | undefined;
  let little: { readonly amount: ts.Expression; readonly lacks: string } | undefined;
  // Times that are kept for somebody, from which old ones fall out by the clock: `hits[user].push(now)`.
  if (path.at(-1) === 'length') {
    if (clockIn(ev, bodyAround(node)) === undefined || !isPushed(file, text)) return undefined;
    bumped = node;
  }
  const raises = (target: ts.Expression, amount: ts.Expression): void => {
    const entry = entryOf(target, text);
    if (entry === undefined) return;
    if (isElsewhere(wide, entry.argumentExpression, { node: node.argumentExpression, env })) other ??= amount;
    else if (isRun(whole, target)) {
      const step = target.parent;
      const added = tsc.isBinaryExpression(step) && step.operatorToken.kind === tsc.SyntaxKind.PlusEqualsToken ? step.right : undefined;
      const lacks = chargeLacks(whole, target, added, env);
      if (lacks === undefined) bumped = amount;
      else little ??= { amount, lacks };
    } else asleep ??= amount;
  };
  walk(file, part => {
    if (bumped !== undefined) return 'skip';
    if (tsc.isPostfixUnaryExpression(part) || tsc.isPrefixUnaryExpression(part)) raises(part.operand, part.operand);
    else if (tsc.isBinaryExpression(part) && /^(?:\+|-|\?\?|\|\|)?=$/.test(part.operatorToken.getText())) raises(part.left, part.right);
    return undefined;
  });
  const key: Part = { node: node.argumentExpression, env };
  const lacks = little?.lacks ?? (asleep === undefined ? NOTHING_ADDED : idle(asleep));
  const needs = bumped === undefined ? { needs: lacks } : isFresh(ev, key) ? { needs: SAME_KEY } : {};
  bumped ??= little?.amount ?? asleep ?? other;
  if (bumped === undefined) return undefined;
  const unit = bumped === node ? 'requests' : unitOf(wide, bumped, env);
  const window = spanOf(ev, node.argumentExpression, env) ?? clockIn(ev, bodyAround(node)) ?? clockIn(ev, file);
  return {
    key: keyOf(ev, [key]),
    unit: unit === 'unknown' ? 'requests' : unit,
    window: window === undefined ? Number.POSITIVE_INFINITY : window,
    state: 'process',
    what: 'a count in the memory of the process',
    ...needs,
  };
}

/** Is something added to the list that an entry holds, by its place or by a name that was given to it? */
function isPushed(file: ts.SourceFile, text: string): boolean {
  let found = false;
  walk(file, other => {
    if (found) return 'skip';
    if (!tsc.isCallExpression(other) || !tsc.isPropertyAccessExpression(other.expression) || other.expression.name.text !== 'push')
      return undefined;
    const on = strip(other.expression.expression);
    const binding = on !== undefined && tsc.isIdentifier(on) ? resolve(on) : undefined;
    const held = binding?.kind === 'variable' ? binding.node.initializer : undefined;
    found = on !== undefined && (entryOf(on, text) ?? (held === undefined ? undefined : entryOf(held, text))) !== undefined;
    return undefined;
  });
  return found;
}

/** The entry that an expression is, or is a member of. */
function entryOf(node: ts.Expression, text: string): ts.ElementAccessExpression | undefined {
  let inner: ts.Expression | undefined = strip(node);
  while (inner !== undefined && tsc.isPropertyAccessExpression(inner)) inner = strip(inner.expression);
  return inner !== undefined && tsc.isElementAccessExpression(inner) && inner.expression.getText() === text ? inner : undefined;
}

/** The function around a node, or its file. */
export function bodyAround(node: ts.Node): ts.Node {
  return enclosingFunction(node) ?? node.getSourceFile();
}

function lastName(call: ts.CallExpression): string {
  return tsc.isPropertyAccessExpression(call.expression) ? call.expression.name.text.toLowerCase() : '';
}

function callsIn(root: ts.Node): ts.CallExpression[] {
  const out: ts.CallExpression[] = [];
  walk(root, node => {
    if (tsc.isCallExpression(node)) out.push(node);
    return undefined;
  });
  return out;
}
