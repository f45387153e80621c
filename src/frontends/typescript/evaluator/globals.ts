// The globals of the language and the platform that the evaluator sees through, and how a request's own data is known.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from './evaluate.ts';
import { type Foreign, type Frame, foreignPath, HOLE, textOf, unknownValue, type Value } from './values.ts';

/** Functions that hand back their first argument, as far as we are concerned. */
const IDENTITY = new Set([
  'Object.freeze',
  'Object.seal',
  'structuredClone',
  'Promise.resolve',
  'Promise.all',
  'Promise.allSettled',
  'JSON.stringify',
  'JSON.parse',
  'Array.from',
  'Object.entries',
  'Object.values',
  'Object.fromEntries',
  'String',
]);
const NUMBERS = new Set([
  'Number',
  'parseInt',
  'parseFloat',
  'Number.parseInt',
  'Number.parseFloat',
  'Math.floor',
  'Math.ceil',
  'Math.round',
  'Math.trunc',
]);
/** Wrappers of packages that return the function they were given, made lazy or memoised. */
const KEEPERS = new Set([
  'react cache',
  'lodash once',
  'lodash memoize',
  'lodash/once default',
  'lodash/memoize default',
  'p-memoize default',
  'server-only-context default',
]);

/** What a call of a foreign function returns when it is one that we see through; undefined for all others. */
export function callGlobal(ev: Evaluator, callee: Foreign, node: ts.CallExpression, frame: Frame | undefined): Values | undefined {
  const last = callee.steps.at(-1);
  const first = node.arguments[0];
  if (last?.kind === 'member' && VALIDATES.has(last.name) && first !== undefined && !tsc.isSpreadElement(first)) {
    if (ev.values(first, frame).some(v => v.kind === 'request')) return [{ kind: 'request' }];
  }
  if (callee.steps.some(step => step.kind !== 'member')) return undefined;
  const path = foreignPath(callee);
  if (callee.package !== '') return KEEPERS.has(`${callee.package} ${path}`) && first !== undefined ? ev.values(first, frame) : undefined;
  if (IDENTITY.has(path)) return first === undefined ? [] : ev.values(first, frame);
  if (NUMBERS.has(path)) return first === undefined ? [] : ev.values(first, frame).map(toNumber);
  if (path === 'Object.assign')
    return [
      {
        kind: 'merged',
        parts: node.arguments.map(a => (tsc.isSpreadElement(a) ? [unknownValue('spread arguments')] : ev.values(a, frame))),
        node,
      },
    ];
  if (path === 'Math.min') {
    // The smallest readable bound holds whatever the others are; of alternatives, the largest.
    const bounds = node.arguments.flatMap(argument => {
      const values = ev.values(argument, frame);
      const numbers = values.flatMap(v => (v.kind === 'literal' && typeof v.value === 'number' ? [v.value] : []));
      return numbers.length === 0 || numbers.length < values.length ? [] : [Math.max(...numbers)];
    });
    return bounds.length === 0 ? undefined : [{ kind: 'literal', value: Math.min(...bounds), node }];
  }
  if (path === 'readBody' || path === 'readValidatedBody' || path === 'getQuery') return [{ kind: 'request' }];
  return undefined;
}

/** `new URL(path, base)` is text; everything else is built by the package it comes from. */
export function constructGlobal(ev: Evaluator, callee: Foreign, node: ts.NewExpression, frame: Frame | undefined): Values | undefined {
  if (callee.package !== '' || foreignPath(callee) !== 'URL') return undefined;
  const [path, base] = (node.arguments ?? []).map(a => ev.values(a, frame).map(v => textOf(v) ?? HOLE)[0] ?? HOLE);
  if (path === undefined) return undefined;
  if (base === undefined || /^https?:/.test(path)) return [{ kind: 'text', text: path, node }];
  const origin = path.startsWith('/') ? (/^https?:\/\/[^/]{1,300}/.exec(base)?.[0] ?? HOLE) : base.slice(0, base.lastIndexOf('/') + 1);
  return [{ kind: 'text', text: origin + path, node }];
}

function toNumber(value: Value): Value {
  if (value.kind !== 'literal') return value.kind === 'request' ? value : unknownValue('a number that only a run knows');
  const number = Number(value.value);
  return Number.isNaN(number) ? unknownValue('not a number') : { ...value, value: number };
}

const VALIDATES = new Set(['parse', 'safeParse', 'parseAsync', 'safeParseAsync', 'validate', 'validateSync', 'cast']);
const BODIES = new Set(['body', 'query', 'rawBody', 'searchParams', 'queryStringParameters']);
const READERS = new Set(['json', 'formData', 'text', 'param', 'query', 'parseBody', 'valid']);

/** Is this member path of a parameter the data of a request: `req.body`, `event.body`, `ctx.request.body`? */
export function isRequestPath(path: readonly string[]): boolean {
  return BODIES.has(path.at(-1) ?? '');
}

/** Is this call how a handler reads its request: `await req.json()`, `c.req.json()`? */
export function isRequestCall(ev: Evaluator, node: ts.CallExpression, frame: Frame | undefined): boolean {
  const callee = node.expression;
  if (!tsc.isPropertyAccessExpression(callee) || !READERS.has(callee.name.text)) return false;
  return ev.values(callee.expression, frame).some(v => v.kind === 'param' && v.path.every(p => p === 'req' || p === 'request'));
}
