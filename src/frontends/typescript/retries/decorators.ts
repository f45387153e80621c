// Retries that Python puts on a function or around a block by a library: `@retry(stop=stop_after_attempt(3))` of tenacity, backoff,
// stamina, retrying, retry; `for attempt in Retrying(...)`. Read in the packages: tenacity 9.1.4, backoff 2.2.1, stamina 26.1.0,
// retrying 1.4.2, retry 0.9.2.
import type { ts } from 'ts-morph';
import { NOTHING, UNDECIDED } from '../../../core/index.ts';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordOf, keywordsIn } from '../evaluator/keywords.ts';
import { type Foreign, type Frame, type FunctionNode, foreignPath } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import { EVERYTHING } from './catches.ts';
import { bothOf, classOf, type Fit, failuresOfClasses } from './error-classes.ts';
import type { ReadLayer } from './sum.ts';

interface Library {
  /** Attempts in all when nothing is said. */
  readonly attempts: number | null;
  /** The arguments that say how often, and what they count. */
  readonly option: string;
  readonly counts: 'attempts' | 'retries';
  readonly backoff: 'exponential' | 'fixed' | 'none';
  /** Where the classes of errors stand: a position, or a keyword. */
  readonly kinds: number | string;
}

const LIBRARIES: Readonly<Record<string, Library>> = {
  'py:backoff on_exception': {
    attempts: Number.POSITIVE_INFINITY,
    option: 'max_tries',
    counts: 'attempts',
    backoff: 'exponential',
    kinds: 1,
  },
  'py:stamina retry': { attempts: 10, option: 'attempts', counts: 'attempts', backoff: 'exponential', kinds: 'on' },
  'py:stamina retry_context': { attempts: 10, option: 'attempts', counts: 'attempts', backoff: 'exponential', kinds: 'on' },
  'py:retrying retry': {
    attempts: Number.POSITIVE_INFINITY,
    option: 'stop_max_attempt_number',
    counts: 'attempts',
    backoff: 'none',
    kinds: 'retry_on_exception',
  },
  'py:retry retry': { attempts: Number.POSITIVE_INFINITY, option: 'tries', counts: 'attempts', backoff: 'fixed', kinds: 0 },
  'py:google.api_core Retry': { attempts: null, option: 'attempts', counts: 'attempts', backoff: 'exponential', kinds: 'predicate' },
};
const TENACITY = /^(?:retry|Retrying|AsyncRetrying|asyncio\.AsyncRetrying)$/;

/** The layer that a decorator, or a loop over one of those objects, puts around what it holds; undefined: it is none. */
export function layerOfLibrary(ev: Evaluator, expression: ts.Expression, depth = 0): ReadLayer | undefined {
  const call = tsc.isCallExpression(expression) || tsc.isNewExpression(expression) ? expression : undefined;
  const callee = call === undefined ? expression : call.expression;
  for (const value of ev.values(callee)) {
    // A function of the repository that makes one: `for attempt in retrying():`
    if (value.kind === 'function' && call !== undefined && depth < 2) {
      const made = ev.returnsOf(value.node).flatMap(returned => layerOfLibrary(ev, returned, depth + 1) ?? []);
      if (made[0] !== undefined) return made[0];
    }
    if (value.kind !== 'foreign') continue;
    const path = foreignPath(value);
    // One that is kept in a variable was made where its options stand.
    const kept = call === undefined ? value.steps.findLast(step => step.kind !== 'member') : undefined;
    const args = call?.arguments ?? (kept !== undefined && 'args' in kept ? kept.args : undefined) ?? [];
    if (value.package === 'py:tenacity' && TENACITY.test(path)) return tenacity(ev, args, expression);
    const library = LIBRARIES[`${value.package} ${path}`];
    if (library !== undefined) return ofLibrary(ev, library, value, args, expression);
  }
  return undefined;
}

function tenacity(ev: Evaluator, args: readonly ts.Expression[], at: ts.Node): ReadLayer {
  const stop = keywordOf(keywordsIn(args), 'stop');
  const wait = keywordOf(keywordsIn(args), 'wait');
  const retry = keywordOf(keywordsIn(args), 'retry');
  const stops = stop === undefined ? [] : callsTo(ev, stop, /^stop_after_attempt$/);
  const numbers = stops.flatMap(call => numbersIn(first(call) === undefined ? [] : ev.values(first(call) as ts.Expression)));
  const endless = stop === undefined || namesOf(ev, stop).includes('stop_never');
  const attempts = numbers.length > 0 ? Math.min(...numbers) : endless ? Number.POSITIVE_INFINITY : null;
  const grows =
    wait !== undefined && callsTo(ev, wait, /^wait_(?:random_)?exponential|^wait_incrementing$|^wait_exponential_jitter$/).length > 0;
  return {
    by: 'library',
    label: 'tenacity',
    attempts,
    ...failuresBy(retry === undefined ? () => EVERYTHING : chosen(ev, retry)),
    backoff: grows ? 'exponential' : wait === undefined ? 'none' : callsTo(ev, wait, /^wait_/).length > 0 ? 'fixed' : 'unknown',
    retryAfter: 'no',
    location: placeOf(at),
  };
}

/** A layer's failures as they are for any client, and for each. */
export function failuresBy(fits: Fit): Pick<ReadLayer, 'on' | 'fits'> {
  return { on: fits(undefined), fits };
}

/** Which failures a predicate of tenacity tries again. */
function chosen(ev: Evaluator, retry: ts.Expression): Fit {
  const named = callsTo(ev, retry, /^retry_if_exception_type$/);
  const but = callsTo(ev, retry, /^retry_if_not_exception_type$/);
  if (named.length + but.length === 0) {
    const all = callsTo(ev, retry, /^retry_/);
    // A look at what came back is no look at what was raised.
    if (all.length > 0 && all.length === callsTo(ev, retry, /^retry_if_(?:not_)?result$/).length) return () => NOTHING;
    return () => (all.length > 0 ? { ...UNDECIDED, clientError: 'unknown' } : UNDECIDED);
  }
  const only = named.map(call => classesIn(ev, call));
  const others = but.map(call => classesIn(ev, call));
  // A class of the repository, or one that is not seen: it may stand for any.
  if ([...only, ...others].some(list => list.length === 0)) return () => ({ ...UNDECIDED, clientError: 'unknown' });
  // `retry_if_exception_type(APIError) & retry_if_not_exception_type(RateLimitError)`
  return client =>
    others.reduce(
      (on, list) => bothOf(on, failuresOfClasses(list, true)(client)),
      only.length === 0 ? EVERYTHING : failuresOfClasses(only.flat(), false)(client),
    );
}

function ofLibrary(ev: Evaluator, library: Library, value: Foreign, args: readonly ts.Expression[], at: ts.Node): ReadLayer {
  const said = keywordOf(keywordsIn(args), library.option);
  const numbers = said === undefined ? [] : numbersIn(ev.values(said));
  const count =
    numbers.length > 0 ? Math.max(...numbers) + (library.counts === 'retries' ? 1 : 0) : said === undefined ? library.attempts : null;
  // A limit of time ends it as well, after nobody knows how many tries.
  const timed = ['max_time', 'timeout', 'stop_max_delay'].some(name => keywordOf(keywordsIn(args), name) !== undefined);
  const kinds = typeof library.kinds === 'number' ? args[library.kinds] : keywordOf(keywordsIn(args), library.kinds);
  const names = kinds === undefined ? [] : classesIn(ev, kinds);
  return {
    by: 'library',
    label: value.package.slice(3),
    attempts: timed && (count === null || !Number.isFinite(count)) ? null : count,
    ...failuresBy(
      kinds === undefined
        ? () => EVERYTHING
        : names.length === 0
          ? () => ({ ...UNDECIDED, clientError: 'unknown' })
          : failuresOfClasses(names, false),
    ),
    backoff: library.backoff,
    retryAfter: 'no',
    location: placeOf(at),
  };
}

function first(call: ts.CallExpression | ts.NewExpression): ts.Expression | undefined {
  const arg = call.arguments?.[0];
  return arg === undefined || tsc.isObjectLiteralExpression(arg) ? keywordOf(keywordsIn(call.arguments ?? []), 'max_attempt_number') : arg;
}

/** The calls of tenacity's functions inside an expression, however they are joined: `a | b`, `a & b`, `a + b`. */
function callsTo(ev: Evaluator, root: ts.Expression, names: RegExp): (ts.CallExpression | ts.NewExpression)[] {
  const out: (ts.CallExpression | ts.NewExpression)[] = [];
  walk(root, node => {
    if (!tsc.isCallExpression(node) && !tsc.isNewExpression(node)) return;
    for (const value of ev.values(node.expression))
      if (value.kind === 'foreign' && value.package === 'py:tenacity' && names.test(lastOf(foreignPath(value)))) out.push(node);
  });
  // A strategy that is kept in a variable.
  if (out.length === 0)
    for (const value of ev.values(root)) {
      if (value.kind !== 'foreign' || value.package !== 'py:tenacity' || !names.test(lastOf(foreignPath(value)))) continue;
      const made = value.steps.find(step => step.kind !== 'member');
      if (made?.kind === 'call' || made?.kind === 'new')
        if (tsc.isCallExpression(made.node) || tsc.isNewExpression(made.node)) out.push(made.node);
    }
  return out;
}

/** The names of tenacity that an expression stands for itself. */
function namesOf(ev: Evaluator, node: ts.Expression): string[] {
  return ev.values(node).flatMap(v => (v.kind === 'foreign' && v.package === 'py:tenacity' ? [lastOf(foreignPath(v))] : []));
}

/** The classes that an expression holds. */
function classesIn(ev: Evaluator, root: ts.Node): string[] {
  const out: string[] = [];
  walk(root, node => {
    if (!tsc.isIdentifier(node) && !tsc.isPropertyAccessExpression(node)) return undefined;
    const own: string[] = [];
    for (const value of ev.values(node)) {
      if (value.kind === 'foreign' && value.steps.every(step => step.kind === 'member')) {
        if (/^[A-Z]/.test(lastOf(foreignPath(value)))) own.push(classOf(value));
      } else if (value.kind === 'array') own.push(...value.node.elements.flatMap(element => classesIn(ev, element)));
    }
    out.push(...own);
    return own.length > 0 ? 'skip' : undefined;
  });
  return out;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** A wrapper of the repository behind a decorator: the function that is given the decorated one, and the frame it runs in. */
export function ownDecorator(
  ev: Evaluator,
  expression: ts.Expression,
): { readonly fn: FunctionNode; readonly frame: Frame | undefined } | undefined {
  for (const value of ev.values(expression)) if (value.kind === 'function') return { fn: value.node, frame: value.frame };
  return undefined;
}
