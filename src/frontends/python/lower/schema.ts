// What a pydantic model lets in, as the schema that it would be in the common tree: `static __schema = z.object({ message: z.string().max(4000) })`.
import { dotted, field, fields, kids, type PyNode } from '../tree.ts';
import { argsOf } from './calls.ts';
import { expression, put } from './expressions.ts';
import type { Field } from './fields.ts';
import type { Lowering } from './lowering.ts';
import { plainText } from './strings.ts';

const IMPORT = 'import { z as __z } from "zod";';
const DEEPEST = 10;
/** Bases that bring no fields of their own. */
const ROOTS = /(?:^|\.)(?:BaseModel|SQLModel|Schema|Struct|RootModel|GenericModel)$/;
const TEXTS = new Set(['str', 'bytes', 'SecretStr', 'StrictStr', 'AnyStr']);
const TINY = new Set(
  'int float bool None datetime date time timedelta UUID UUID1 UUID4 Decimal PositiveInt NonNegativeInt PositiveFloat NonNegativeFloat StrictInt StrictBool StrictFloat conint confloat IPvAnyAddress AwareDatetime NaiveDatetime FutureDatetime PastDatetime'.split(
    ' ',
  ),
);
/** Texts that their own form keeps short. */
const SHORT: Readonly<Record<string, number>> = { EmailStr: 320, HttpUrl: 2083, AnyHttpUrl: 2083, AnyUrl: 2083 };
const LISTS = new Set([
  'list',
  'List',
  'Sequence',
  'set',
  'Set',
  'tuple',
  'Tuple',
  'frozenset',
  'Iterable',
  'deque',
  'Collection',
  'conlist',
  'conset',
]);
const RECORDS = new Set(['dict', 'Dict', 'Mapping', 'Any', 'object', 'Json', 'TypedDict', 'MutableMapping', 'JsonValue']);

/** Writes the schema of a class that lists its fields, as a static member. */
export function writeSchema(l: Lowering, body: PyNode, own: readonly Field[], bases: readonly PyNode[]): void {
  const base = bases.find(
    one => !ROOTS.test(l.of(one)) && /^[\w.]+$/.test(l.of(one)) && !/^(?:ABC|str|Enum|Generic|Protocol)$/.test(l.of(one)),
  );
  if (base === undefined && !bases.some(one => ROOTS.test(l.of(one)))) return;
  if (!l.head.includes(IMPORT)) l.head.push(IMPORT);
  const checked = lengthsChecked(l, body);
  put(l, ' static __schema = ', ...(base === undefined ? ['__z.object({'] : [base, '.__schema.extend({']));
  own.forEach((one, i) => {
    put(l, i > 0 ? ', ' : ' ', `${l.name(one.name)}: `);
    const value = one.value?.kind === 'call' ? one.value : undefined;
    typed(l, one.type, [value === undefined ? undefined : mostOf(l, value), checked.get(one.name)], 0);
  });
  l.w.write(' });');
}

/** Where a framework fills a parameter in, the value is that of another function, or the request's. */
export const FROM_REQUEST = /^(?:fastapi|litestar|flask)\b.*\.(?:Body|Query|Form|Header|Path|Cookie|File|Security)$/;

/**
 * What a framework lets into a parameter, as a check at the beginning of its function: `q: str = Query(max_length=50)`,
 * `q: Annotated[str, Form(max_length=50)]`.
 */
export function writeCheck(l: Lowering, name: string, type: PyNode | undefined, value: PyNode | undefined): void {
  const given = value === undefined ? annotated(type) : [value];
  const stated = given.find(one => FROM_REQUEST.test(l.meaning(field(one, 'function') ?? one) ?? '') && mostOf(l, one) !== undefined);
  if (type === undefined || stated === undefined) return;
  if (!l.head.includes(IMPORT)) l.head.push(IMPORT);
  l.w.write(' ');
  typed(l, type, value === undefined ? [] : [mostOf(l, stated)], 0);
  l.w.write(`.check(${l.name(name)});`);
}

/** The calls in `Annotated[str, Query(...)]`. */
function annotated(type: PyNode | undefined): readonly PyNode[] {
  const inner = type?.kind === 'type' ? kids(type)[0] : type;
  const parts =
    inner?.kind === 'generic_type' ? kids(kids(inner)[1] ?? inner) : inner?.kind === 'subscript' ? fields(inner, 'subscript') : [];
  return parts.flatMap(one => (one.kind === 'type' ? (kids(one)[0] ?? []) : one)).filter(one => one.kind === 'call');
}

/** The bound that a call states: `Field(max_length=4000)`, `constr(max_length=50)`, `Field(le=10)`. */
function mostOf(l: Lowering, node: PyNode): PyNode | undefined {
  const { keywords } = argsOf(l, node);
  return keywords.get('max_length') ?? keywords.get('max_items') ?? keywords.get('le') ?? keywords.get('lt');
}

function typed(l: Lowering, node: PyNode | undefined, bounds: readonly (PyNode | undefined)[], depth: number): void {
  const inner = node?.kind === 'type' ? kids(node)[0] : node;
  const most = bounds.find(one => one !== undefined);
  const cap = (): void => {
    if (most !== undefined) put(l, '.max(', () => expression(l, most), ')');
  };
  if (inner === undefined || depth > DEEPEST) {
    l.w.write('__z.any()');
    cap();
    return;
  }
  if (inner.kind === 'none') l.w.write('__z.null()');
  else if (inner.kind === 'identifier' || inner.kind === 'attribute') {
    named(l, inner);
    cap();
  } else if (inner.kind === 'binary_operator' || inner.kind === 'union_type') either(l, kids(inner), bounds, depth);
  else if (inner.kind === 'call') {
    const callee = field(inner, 'function');
    const name = lastOf(callee === undefined ? '' : l.of(callee));
    const [first] = argsOf(l, inner).positional;
    generic(l, name, first === undefined ? [] : [first], [mostOf(l, inner), ...bounds], depth);
  } else if (inner.kind === 'generic_type') {
    const [base, parameters] = kids(inner);
    generic(l, base === undefined ? '' : lastOf(l.of(base)), parameters === undefined ? [] : kids(parameters), bounds, depth);
  } else if (inner.kind === 'subscript') {
    const base = field(inner, 'value');
    generic(l, lastOf(base === undefined ? '' : (dotted(l.text, base) ?? '')), fields(inner, 'subscript'), bounds, depth);
  } else if (inner.kind === 'string' && /^\w+$/.test(plainText(l, inner))) {
    ofName(l, plainText(l, inner), plainText(l, inner));
    cap();
  } else l.w.write('__z.any()');
}

function named(l: Lowering, node: PyNode): void {
  const name = dotted(l.text, node) ?? '';
  ofName(l, lastOf(name), () => expression(l, node));
}

function ofName(l: Lowering, last: string, whole: string | (() => void)): void {
  if (TEXTS.has(last)) l.w.write('__z.string()');
  else if (TINY.has(last)) l.w.write('__z.number()');
  else if (Object.hasOwn(SHORT, last)) l.w.write(`__z.string().max(${SHORT[last]})`);
  else if (LISTS.has(last)) l.w.write('__z.array(__z.any())');
  else if (RECORDS.has(last)) l.w.write('__z.any()');
  // A class of the repository, or an enumeration, which has no such member.
  else put(l, whole, '.__schema');
}

function generic(l: Lowering, name: string, given: readonly PyNode[], bounds: readonly (PyNode | undefined)[], depth: number): void {
  const most = bounds.find(one => one !== undefined);
  const cap = (): void => {
    if (most !== undefined) put(l, '.max(', () => expression(l, most), ')');
  };
  const [first, ...rest] = given;
  if (name === 'Annotated') {
    const stated = rest.flatMap(one => {
      const call = one.kind === 'type' ? kids(one)[0] : one;
      return call?.kind === 'call' ? (mostOf(l, call) ?? []) : [];
    });
    typed(l, first, [...stated, ...bounds], depth + 1);
  } else if (name === 'Optional' || name === 'Final' || name === 'Required' || name === 'NotRequired') typed(l, first, bounds, depth + 1);
  else if (name === 'Union') either(l, given, bounds, depth);
  else if (name === 'Literal') l.w.write('__z.literal("")');
  else if (name === 'constr' || TEXTS.has(name)) put(l, '__z.string()', cap);
  else if (LISTS.has(name)) {
    l.w.write('__z.array(');
    typed(l, first, [], depth + 1);
    put(l, ')', cap);
  } else if (TINY.has(name)) put(l, '__z.number()', cap);
  else put(l, '__z.any()', cap);
}

function either(l: Lowering, given: readonly PyNode[], bounds: readonly (PyNode | undefined)[], depth: number): void {
  const told = given.filter(one => l.of(one) !== 'None');
  const [only] = told;
  if (told.length === 1) {
    typed(l, only, bounds, depth + 1);
    return;
  }
  l.w.write('__z.union([');
  told.forEach((one, i) => {
    if (i > 0) l.w.write(', ');
    typed(l, one, bounds, depth + 1);
  });
  l.w.write('])');
}

const lastOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** Fields whose length a validator of the class refuses: `if len(v) > 4000: raise ValueError(...)`. */
function lengthsChecked(l: Lowering, body: PyNode): ReadonlyMap<string, PyNode> {
  const out = new Map<string, PyNode>();
  for (const statement of kids(body)) {
    if (statement.kind !== 'decorated_definition') continue;
    const names = kids(statement).flatMap(one => (one.kind === 'decorator' ? validated(l, one) : []));
    const definition = field(statement, 'definition');
    const bound = names.length === 0 || definition === undefined ? undefined : refusedLength(l, definition);
    if (bound !== undefined) for (const name of names) out.set(name, bound);
  }
  return out;
}

function validated(l: Lowering, node: PyNode): readonly string[] {
  const call = kids(node)[0];
  const callee = call?.kind === 'call' ? field(call, 'function') : undefined;
  if (call === undefined || callee === undefined || !/(?:^|\.)(?:field_validator|validator)$/.test(l.of(callee))) return [];
  return argsOf(l, call).positional.flatMap(one => (one.kind === 'string' ? [plainText(l, one)] : []));
}

function refusedLength(l: Lowering, fn: PyNode): PyNode | undefined {
  const stack = [fn];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'if_statement') {
      const condition = field(node, 'condition');
      const then = field(node, 'consequence');
      const text = condition === undefined ? '' : l.of(condition);
      if (
        condition?.kind === 'comparison_operator' &&
        /^len\([\w.()]{1,60}\)\s*>=?\s*[\w.]+$/.test(text) &&
        then !== undefined &&
        /\braise\b/.test(l.of(then))
      )
        return kids(condition).at(-1);
    }
    stack.push(...kids(node));
  }
  return undefined;
}
