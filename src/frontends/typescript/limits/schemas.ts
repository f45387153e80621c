// How much text does a schema let in? Read from zod, valibot, yup, joi and TypeBox, as the evaluator sees them.
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import type { Foreign, Step, Value } from '../evaluator/values.ts';
import { propertyName, propertyValue } from '../syntax.ts';
import { longestOf } from './pattern-length.ts';

/** What a schema lets in. */
export interface Bound {
  /** Characters; Infinity: no end; null: could not be read. */
  readonly size: number | null;
  /** Something in it has an end. */
  readonly some: boolean;
  /** What has no end: names of fields, the weightiest first. `lists`: also lists or anything at all. */
  readonly open: readonly string[];
  readonly lists: boolean;
  /** Of a list: what one item may hold. */
  readonly perItem?: Bound;
}

export const SCHEMA_PACKAGES = new Set([
  'zod',
  'zod/v4',
  'zod/mini',
  'zod/v3',
  'valibot',
  'yup',
  'joi',
  '@sinclair/typebox',
  'arktype',
  '@hono/zod-openapi',
  'superstruct',
]);

const SMALL: Bound = { size: 40, some: false, open: [], lists: false };
const OPEN_TEXT: Bound = { size: Number.POSITIVE_INFINITY, some: false, open: [''], lists: false };
const ANYTHING: Bound = { size: Number.POSITIVE_INFINITY, some: false, open: [''], lists: true };
const UNREAD: Bound = { size: null, some: false, open: [], lists: false };

const TINY = new Set(
  'number boolean bool date bigint int int32 int64 integer float32 float64 enum nativeEnum picklist literal uuid guid cuid cuid2 ulid nanoid datetime isoDate null undefined nan void never symbol equal Enum Literal Number Integer Boolean Null Date uuidv4 uuidv7 ipv4 ipv6 e164 valid'.split(
    ' ',
  ),
);
const TEXTS = new Set(['string', 'email', 'url', 'httpUrl', 'String', 'String_', 'coerce', 'base64', 'jwt', 'nonempty', 'stringbool']);
const ENDLESS = new Set([
  'any',
  'unknown',
  'record',
  'map',
  'set',
  'custom',
  'instanceof',
  'mixed',
  'Any',
  'Unknown',
  'Record',
  'json',
  'looseObject',
  'file',
  'binary',
  'blob',
]);
const UNIONS = new Set(['union', 'discriminatedUnion', 'variant', 'alternatives', 'Union']);
const SUMS = new Set(['intersection', 'intersect', 'tuple', 'Intersect', 'Tuple']);
const OBJECTS = new Set(['object', 'strictObject', 'interface', 'shape', 'Object', 'type']);
const LISTS = new Set(['array', 'Array']);
const WRAPPERS = new Set([
  'optional',
  'nullable',
  'nullish',
  'lazy',
  'promise',
  'Optional',
  'readonly',
  'partial',
  'exactOptional',
  'Partial',
  'pipe',
  'preprocess',
  'effects',
  'optionalWith',
  'required',
]);
const DEEPEST = 12;

/** How much text a schema lets in. */
export function boundOf(ev: Evaluator, schema: Values, depth = 0): Bound {
  ev.budget.step();
  if (depth > DEEPEST) return UNREAD;
  const bounds = schema.map(value => ofValue(ev, value, depth));
  return bounds.length === 0 ? UNREAD : either(bounds);
}

function ofValue(ev: Evaluator, value: Value, depth: number): Bound {
  if (value.kind === 'object') return ofFields(ev, value, depth);
  if (value.kind !== 'foreign' || !(SCHEMA_PACKAGES.has(value.package) || value.package === 'elysia')) return UNREAD;
  const steps = value.steps;
  let bound: Bound | undefined;
  for (const [i, step] of steps.entries()) {
    if (step.kind !== 'member') continue;
    const call = steps[i + 1];
    const made = call !== undefined && call.kind !== 'member' ? call : undefined;
    if (bound === undefined) bound = base(ev, step.name, made, depth);
    else bound = narrowed(ev, value, bound, step.name, made, depth);
  }
  return bound ?? UNREAD;
}

type Made = Extract<Step, { kind: 'call' | 'new' }>;

function args(ev: Evaluator, made: Made | undefined): readonly Values[] {
  return (made?.args ?? []).map(arg => (tsc.isSpreadElement(arg) ? [] : ev.values(arg, made?.frame)));
}

/** What a schema starts as; undefined: a namespace, `z` or `yup`. */
function base(ev: Evaluator, name: string, made: Made | undefined, depth: number): Bound | undefined {
  if (made === undefined) return undefined;
  const given = args(ev, made);
  const first = given[0] ?? [];
  if (TINY.has(name)) return SMALL;
  if (TEXTS.has(name)) return withOptions(ev, OPEN_TEXT, given);
  if (ENDLESS.has(name)) return ANYTHING;
  if (OBJECTS.has(name)) return first.length === 0 ? ANYTHING : boundOf(ev, first, depth + 1);
  if (LISTS.has(name))
    return withOptions(ev, list(first.length === 0 ? ANYTHING : boundOf(ev, first, depth + 1), Number.POSITIVE_INFINITY), given);
  if (UNIONS.has(name)) {
    const options = given.flatMap(values => values.filter(v => v.kind === 'array'));
    const all = options.flatMap(v =>
      v.kind === 'array' ? v.node.elements.map(e => boundOf(ev, tsc.isSpreadElement(e) ? [] : ev.values(e, v.frame), depth + 1)) : [],
    );
    return all.length === 0 ? UNREAD : either(all);
  }
  if (SUMS.has(name))
    return sum(
      given.flatMap(values =>
        values.flatMap(v => (v.kind === 'array' ? ev.anyMember([v]).map(x => ofValue(ev, x, depth + 1)) : [ofValue(ev, v, depth + 1)])),
      ),
    );
  if (WRAPPERS.has(name)) {
    // `pipe(string(), maxLength(10))`, `preprocess(fn, schema)`: the schema is whichever argument is one.
    const bounds = given
      .map(values =>
        boundOf(
          ev,
          values.filter(v => v.kind === 'foreign'),
          depth + 1,
        ),
      )
      .filter(b => b.size !== null);
    const inner = bounds[0];
    if (inner === undefined) return UNREAD;
    const actions = given.flatMap(values => values.flatMap(v => (v.kind === 'foreign' ? action(ev, v) : [])));
    return actions.length === 0 ? inner : capped(inner, Math.min(...actions));
  }
  return UNREAD;
}

/** valibot: `maxLength(4000)` as an action of a pipe. */
function action(ev: Evaluator, value: Foreign): number[] {
  const at = value.steps.findIndex(s => s.kind === 'member' && /^(?:maxLength|length|maxBytes|maxGraphemes|maxSize)$/.test(s.name));
  const made = value.steps[at + 1];
  return at < 0 || made === undefined || made.kind === 'member' ? [] : numbersIn(args(ev, made)[0] ?? []);
}

/** TypeBox and Elysia: `t.String({ maxLength: 4000 })`, `t.Array(x, { maxItems: 20 })`. */
function withOptions(ev: Evaluator, bound: Bound, given: readonly Values[]): Bound {
  const options = given.flat().filter(v => v.kind === 'object');
  const numbers = ['maxLength', 'maxItems'].flatMap(name => numbersIn(ev.member(options, name)));
  return numbers.length === 0 ? bound : capped(bound, Math.min(...numbers));
}

/** What a method does to a schema. */
function narrowed(ev: Evaluator, whole: Foreign, bound: Bound, name: string, made: Made | undefined, depth: number): Bound {
  const given = args(ev, made);
  if (name === 'max' || name === 'length' || name === 'lte' || name === 'maxLength') {
    const numbers = numbersIn(given[0] ?? []);
    return numbers.length === 0 ? bound : capped(bound, Math.max(...numbers));
  }
  if (name === 'regex' || name === 'matches' || name === 'pattern') {
    const [pattern] = made?.args ?? [];
    const most = pattern === undefined || tsc.isSpreadElement(pattern) ? undefined : longestOf(pattern);
    return most === undefined || bound.size !== Number.POSITIVE_INFINITY ? bound : capped(bound, most);
  }
  if (name === 'array') return list(bound, Number.POSITIVE_INFINITY);
  if (name === 'or') return either([bound, boundOf(ev, given[0] ?? [], depth + 1)]);
  if (name === 'and' || name === 'merge' || name === 'extend' || name === 'safeExtend' || name === 'concat' || name === 'keys')
    return sum([bound, boundOf(ev, given[0] ?? [], depth + 1)]);
  if (name === 'of' || name === 'items') return list(boundOf(ev, given[0] ?? [], depth + 1), Number.POSITIVE_INFINITY);
  if (name === 'passthrough' || name === 'loose' || name === 'catchall' || name === 'unknown') return sum([bound, ANYTHING]);
  if ((name === 'object' || name === 'string') && whole.steps.filter(s => s.kind === 'member').length < 3 && made !== undefined)
    return base(ev, name, made, depth) ?? bound;
  if (name === 'uuid' || name === 'datetime' || name === 'cuid' || name === 'valid' || name === 'oneOf') return SMALL;
  return bound;
}

function capped(bound: Bound, most: number): Bound {
  if (bound.perItem !== undefined) return list(bound.perItem, most);
  return { size: most, some: true, open: [], lists: false };
}

function list(item: Bound, most: number): Bound {
  const size = item.size === null ? null : item.size * most;
  const endless = size === Number.POSITIVE_INFINITY;
  return {
    size,
    some: item.some || Number.isFinite(most),
    open: endless ? (item.open.length > 0 ? item.open : ['']) : [],
    lists: endless,
    perItem: item,
  };
}

function either(bounds: readonly Bound[]): Bound {
  return merged(bounds, sizes => Math.max(...sizes));
}

function sum(bounds: readonly Bound[]): Bound {
  return merged(bounds, sizes => sizes.reduce((a, b) => a + b, 0));
}

function merged(bounds: readonly Bound[], size: (sizes: readonly number[]) => number): Bound {
  const known = bounds.flatMap(b => b.size ?? []);
  const unread = bounds.some(b => b.size === null);
  const all = size(known);
  return {
    // What is endless stays so, whatever else could not be read.
    size: unread && all !== Number.POSITIVE_INFINITY ? null : all,
    some: bounds.some(b => b.some),
    open: [...new Set(bounds.flatMap(b => b.open))].slice(0, 8),
    lists: bounds.some(b => b.lists),
  };
}

function ofFields(ev: Evaluator, value: Extract<Value, { kind: 'object' }>, depth: number): Bound {
  const parts: Bound[] = [];
  for (const property of value.node.properties.slice(0, 100)) {
    if (tsc.isSpreadAssignment(property)) {
      parts.push(boundOf(ev, ev.values(property.expression, value.frame), depth + 1));
      continue;
    }
    const name = propertyName(property) ?? '?';
    const node = propertyValue(property);
    const bound = node === undefined ? UNREAD : boundOf(ev, ev.values(node, value.frame), depth + 1);
    parts.push({ ...bound, open: bound.open.length > 0 ? [name] : [] });
  }
  return sum(parts);
}
