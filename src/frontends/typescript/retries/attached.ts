// Retries that are put on an HTTP client beside the call: `axiosRetry(client, { retries: 3 })`, and `session.mount(...)` of requests with
// an adapter that tries again. Read in the packages: axios-retry 4.5.0, requests 2.32.5, urllib3 2.5.0.
import type { ts } from 'ts-morph';
import { NOTHING, type RetriedFailures, UNDECIDED } from '../../../core/index.ts';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordOf, keywordsIn } from '../evaluator/keywords.ts';
import { type Foreign, foreignPath, textOf, type Value } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import { contains, failuresNamed } from './catches.ts';
import type { ReadLayer } from './sum.ts';

const UNSAFE = /^(?:post|put|patch)$/i;

/** The layers on the client that a request is sent with. */
export function attachedTo(ev: Evaluator, request: ts.CallExpression): readonly ReadLayer[] {
  for (const value of ev.values(request.expression)) {
    if (value.kind !== 'foreign' || !/^(?:axios|py:requests)$/.test(value.package)) continue;
    const made = madeAt(value);
    // The client is made ready in the file in which it is made.
    for (const call of ev.program.unitOf(made ?? request).calls) {
      if (!tsc.isCallExpression(call)) continue;
      const layer = value.package === 'axios' ? ofAxios(ev, call, made) : ofRequests(ev, call, made);
      if (layer !== undefined) return [layer];
    }
  }
  return [];
}

function madeAt(value: Foreign): ts.Node | undefined {
  const step = value.steps.find(one => one.kind !== 'member');
  return step?.node;
}

/** Is an expression the same client: made by the same call, or the package itself? */
function isClient(ev: Evaluator, node: ts.Expression | undefined, pkg: string, made: ts.Node | undefined): boolean {
  return node !== undefined && ev.values(node).some(v => v.kind === 'foreign' && v.package === pkg && madeAt(v) === made);
}

function ofAxios(ev: Evaluator, call: ts.CallExpression, made: ts.Node | undefined): ReadLayer | undefined {
  const [client, given] = call.arguments;
  const puts = ev
    .values(call.expression)
    .some(v => v.kind === 'foreign' && v.package === 'axios-retry' && /^(?:default)?$/.test(foreignPath(v)));
  if (!puts || !isClient(ev, client, 'axios', made)) return undefined;
  const options = given === undefined ? [] : ev.values(given);
  const asked = (name: string): readonly Value[] => ev.inside(options, name).found;
  const retries = asked('retries');
  const count = retries.length === 0 ? 3 : (numbersIn(retries)[0] ?? null);
  const condition = asked('retryCondition').find(v => v.kind === 'function');
  // Without a condition, a POST is tried again only where the network failed.
  const network: RetriedFailures = { ...NOTHING, connection: 'yes' };
  const named = condition?.kind === 'function' ? failuresNamed(ev, condition.node) : undefined;
  const unread = asked('retryCondition').length > 0 && named === undefined;
  const delays = asked('retryDelay');
  const grows = delays.some(v => v.kind === 'foreign' && /(?:exponential|linear)Delay/.test(foreignPath(v)));
  return {
    by: 'library',
    label: 'axios-retry',
    attempts: count === null ? null : count + 1,
    on: unread ? UNDECIDED : named === undefined ? network : { ...named, connection: isOfNetwork(condition) ? 'yes' : named.connection },
    backoff: grows ? 'exponential' : delays.length === 0 ? 'none' : 'unknown',
    retryAfter: grows ? 'yes' : 'unknown',
    location: placeOf(call),
  };
}

/** `isNetworkOrIdempotentRequestError(error) || ...`, `!error.response || ...` */
function isOfNetwork(condition: Value | undefined): boolean {
  if (condition?.kind !== 'function' || condition.node.body === undefined) return false;
  return contains(
    condition.node.body,
    node =>
      (tsc.isIdentifier(node) && /^isNetwork(?:OrIdempotentRequest)?Error$/.test(node.text)) ||
      (tsc.isPrefixUnaryExpression(node) && /^!\w+\.response$/.test(node.getText())),
  );
}

function ofRequests(ev: Evaluator, call: ts.CallExpression, made: ts.Node | undefined): ReadLayer | undefined {
  const callee = call.expression;
  if (made === undefined || !tsc.isPropertyAccessExpression(callee) || callee.name.text !== 'mount') return undefined;
  if (!isClient(ev, callee.expression, 'py:requests', made)) return undefined;
  const [prefix, adapter] = call.arguments;
  const under = prefix === undefined ? [] : ev.values(prefix).map(textOf);
  if (under.some(text => text === 'http://')) return undefined;
  for (const value of adapter === undefined ? [] : ev.values(adapter)) {
    if (value.kind !== 'foreign' || !foreignPath(value).endsWith('HTTPAdapter')) continue;
    const given = argumentOf(value, 'max_retries', 2);
    for (const policy of given === undefined ? [] : ev.values(given)) {
      const layer = policy.kind === 'foreign' && /(?:^|\.)Retry$/.test(foreignPath(policy)) ? ofPolicy(ev, policy) : undefined;
      if (layer !== undefined) return { ...layer, location: placeOf(call) };
      // A number alone is one of failed connections.
      const number = numbersIn([policy])[0];
      if (number !== undefined) return { ...BARE, attempts: number + 1, on: { ...NOTHING, connection: 'yes' }, location: placeOf(call) };
    }
  }
  return undefined;
}

const BARE = { by: 'library', label: 'an adapter of requests', backoff: 'none', retryAfter: 'no' } as const;

function argumentOf(value: Foreign, name: string, at: number): ts.Expression | undefined {
  const step = value.steps.findLast(one => one.kind !== 'member');
  const args = step?.args ?? [];
  const keywords = keywordsIn(args);
  const arg = args[at];
  return keywordOf(keywords, name) ?? (arg === keywords ? undefined : arg);
}

/** `Retry(total=4, backoff_factor=1, status_forcelist=[429], allowed_methods=["POST"])`: without methods, a POST is not sent again. */
function ofPolicy(ev: Evaluator, policy: Foreign): ReadLayer {
  const total = argumentOf(policy, 'total', 0);
  const methods = argumentOf(policy, 'allowed_methods', 7) ?? argumentOf(policy, 'method_whitelist', 7);
  const every = methods !== undefined && ev.values(methods).some(v => v.kind === 'literal' && (v.value === null || v.value === false));
  const sends =
    every || (methods !== undefined && contains(methods, node => tsc.isStringLiteralLike(node) && UNSAFE.test(node.text))) ? 'yes' : 'no';
  const list = argumentOf(policy, 'status_forcelist', 8);
  const statuses = list === undefined ? [] : ev.anyMember(ev.values(list)).flatMap(v => numbersIn([v]));
  const has = (...wanted: readonly number[]) => (sends === 'yes' && wanted.some(one => statuses.includes(one)) ? 'yes' : 'no');
  const factor = argumentOf(policy, 'backoff_factor', 9);
  const waits = factor === undefined ? 0 : (numbersIn(ev.values(factor))[0] ?? 1);
  const count = total === undefined ? 10 : (numbersIn(ev.values(total))[0] ?? null);
  return {
    ...BARE,
    attempts: count === null ? null : count + 1,
    on: {
      rateLimit: has(429),
      serverError: has(500, 503),
      overload: has(529),
      connection: 'yes',
      timeout: sends,
      clientError: has(400, 401, 403, 404),
    },
    backoff: waits > 0 ? 'exponential' : 'none',
    retryAfter: 'yes',
  };
}
