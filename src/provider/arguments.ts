// Arguments of a tool call, made from the JSON schema that the agent itself sent. Own code: libraries that make random values from
// schemas cannot put a given text where the schema allows it, and bring more than the rest of this program weighs.
import { isRecord, type Json, list, record, string } from './json.ts';
import { stringFor, type Wish } from './strings.ts';

export type { Wish } from './strings.ts';

/** Most values that one schema may give: a schema may be built to explode. */
const MOST_VALUES = 5_000;
/** Below this depth only what is required is made, and below twice that nothing. */
const DEEP = 6;

const number = (value: unknown): number | undefined => {
  // Google sends whole numbers of 64 bits as text.
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
};

/** Answers to yes-or-no questions that let an agent go on. */
const GOOD =
  /(?:^|_|is|was)(?:safe|valid|allow(?:ed)?|ok|success(?:ful)?|relevant|appropriate|approved?|compliant|complete[d]?|done|finished|sufficient|pass(?:ed)?|correct)(?:$|_)/i;
const GOOD_WORD = /^(?:safe|ok|allow(?:ed)?|pass(?:ed)?|valid|approved?|success|end|finish(?:ed)?|done|final|respond|__end__)$/i;

class Maker {
  readonly #root: unknown;
  readonly #wish: Wish;
  #left = MOST_VALUES;

  constructor(root: unknown, wish: Wish) {
    this.#root = root;
    this.#wish = wish;
  }

  /** @param name of the field, which tells what its text is about */
  value(given: unknown, name: string, depth: number, turn: number): unknown {
    if (this.#left-- <= 0 || depth > 2 * DEEP) return null;
    const schema = resolve(given, this.#root);
    if ('const' in schema) return schema.const;
    if (Array.isArray(schema.enum) && schema.enum.length > 0) return this.#oneOf(schema.enum, turn);
    switch (typeOf(schema)) {
      case 'object':
        return this.#object(schema, depth, turn);
      case 'array':
        return this.#array(schema, name, depth, turn);
      case 'string':
        return this.#left > 0 ? stringFor(schema, name, { ...this.#wish, turn }) : '';
      case 'integer':
      case 'number':
        return numberFor(schema, turn);
      case 'boolean':
        return this.#wish.polite === true && GOOD.test(name);
      case 'null':
        return null;
      default:
        // Anything goes: a text is what agents expect most.
        return stringFor({}, name, { ...this.#wish, turn });
    }
  }

  #oneOf(values: readonly unknown[], turn: number): unknown {
    const good = this.#wish.polite === true ? values.find(value => typeof value === 'string' && GOOD_WORD.test(value)) : undefined;
    return good ?? values.filter(value => value !== null)[turn % Math.max(1, values.filter(value => value !== null).length)] ?? null;
  }

  #object(schema: Json, depth: number, turn: number): Json {
    const properties = Object.entries(record(schema.properties));
    const required = new Set(list(schema.required));
    const isText = ([, inner]: readonly [string, unknown]) => typeOf(resolve(inner, this.#root)) === 'string';
    const needed = properties.filter(([name]) => required.has(name));
    // With nothing to write in among what is required, the optional fields are used too: a call must be able to say something.
    const chosen = needed.some(isText) || depth > DEEP ? needed : properties;
    const fields = chosen.map(([name, inner]): [string, unknown] => [name, this.value(inner, name, depth + 1, turn)]);
    const extra = schema.additionalProperties;
    for (const name of required)
      if (typeof name === 'string' && !properties.some(([known]) => known === name))
        fields.push([name, this.value(isRecord(extra) ? extra : {}, name, depth + 1, turn)]);
    const least = Math.min(number(schema.minProperties) ?? 0, 50);
    while (fields.length < least && extra !== false)
      fields.push([`field${fields.length + 1}`, this.value(isRecord(extra) ? extra : {}, '', depth + 1, turn)]);
    return Object.fromEntries(fields);
  }

  #array(schema: Json, name: string, depth: number, turn: number): readonly unknown[] {
    // A tuple names each item; `items` as a list is how older schemas say it.
    const tuple = Array.isArray(schema.prefixItems) ? schema.prefixItems : Array.isArray(schema.items) ? schema.items : [];
    const items = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
    const least = number(schema.minItems) ?? 0;
    const wanted = Math.min(number(schema.maxItems) ?? Infinity, Math.max(least, depth > DEEP ? 0 : 1, tuple.length), 100);
    const made: unknown[] = [];
    for (let at = 0; at < wanted && (at < least || this.#left > 0); at++)
      made.push(this.value(tuple[at] ?? items ?? {}, name, depth + 1, turn + (schema.uniqueItems === true || least > 1 ? at : 0)));
    return made;
  }
}

/** The schema with its references followed, its parts joined and one of its alternatives taken. */
function resolve(given: unknown, root: unknown, depth = 0): Json {
  const schema = record(given);
  if (depth > 20) return {};
  if (typeof schema.$ref === 'string') {
    const { $ref, ...beside } = schema;
    return { ...resolve(pointed(root, $ref), root, depth + 1), ...beside };
  }
  const parts = list(schema.allOf);
  if (parts.length > 0) {
    const { allOf: _, ...own } = schema;
    return resolve([...parts.slice(0, 100).map(part => resolve(part, root, depth + 1)), own].reduce<Json>(join, {}), root, depth + 1);
  }
  const choices = list(schema.anyOf ?? schema.oneOf);
  if (choices.length === 0) return schema;
  const { anyOf: _, oneOf: __, ...own } = schema;
  const open = choices.slice(0, 100).map(choice => resolve(choice, root, depth + 1));
  return join(open.find(choice => typeOf(choice) !== 'null') ?? {}, own);
}

/** Both schemas at once. */
const join = (a: Json, b: unknown): Json => {
  const other = record(b);
  const both = { ...a, ...other };
  if (!isRecord(a.properties) && !Array.isArray(a.required)) return both;
  return {
    ...both,
    properties: { ...record(a.properties), ...record(other.properties) },
    required: [...list(a.required), ...list(other.required)],
  };
};

function pointed(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#')) return {};
  let found = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const name = decodeURIComponent(part.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'))
      .replaceAll('~1', '/')
      .replaceAll('~0', '~');
    found = Array.isArray(found) ? found[Number(name)] : Object.hasOwn(record(found), name) ? record(found)[name] : undefined;
  }
  return found;
}

/** The type in small letters (Google writes them large); of several the first that is not null; guessed where none is named. */
function typeOf(schema: Json): string {
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).map(type => string(type).toLowerCase());
  const named = types.find(type => type !== 'null' && type !== '' && type !== 'type_unspecified');
  if (named !== undefined) return named;
  if (types.includes('null')) return 'null';
  if ('properties' in schema || 'required' in schema || 'additionalProperties' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema || 'minItems' in schema) return 'array';
  if ('pattern' in schema || 'format' in schema || 'minLength' in schema || 'maxLength' in schema) return 'string';
  return 'minimum' in schema || 'maximum' in schema || 'multipleOf' in schema ? 'number' : '';
}

/** A number that keeps the schema: 1 where it may be, else the nearest to a bound; other turns count up from there. */
function numberFor(schema: Json, turn: number): number {
  const whole = string(schema.type).toLowerCase() === 'integer' || list(schema.type).includes('integer');
  const grid = number(schema.multipleOf) ?? (whole ? 1 : undefined);
  const step = grid !== undefined && grid > 0 ? grid : 1;
  const low = Math.max(number(schema.minimum) ?? -Infinity, number(schema.exclusiveMinimum) ?? -Infinity);
  const high = Math.min(number(schema.maximum) ?? Infinity, number(schema.exclusiveMaximum) ?? Infinity);
  // In older schemas `exclusiveMinimum: true` says that `minimum` itself is too small.
  const lowOut = schema.exclusiveMinimum === true || number(schema.exclusiveMinimum) === low;
  const highOut = schema.exclusiveMaximum === true || number(schema.exclusiveMaximum) === high;
  const keeps = (value: number): boolean =>
    Number.isFinite(value) &&
    (lowOut ? value > low : value >= low) &&
    (highOut ? value < high : value <= high) &&
    // Validators divide; 1.2 is no multiple of 0.1 for those that do it plainly.
    (grid === undefined || Number.isInteger(value / step));
  const near = [1, 0, low, high, (low + high) / 2];
  const onGrid = near.flatMap(value => [0, 1, -1].map(more => tidy((Math.ceil(value / step) + more) * step)));
  const first = [1, ...near, ...onGrid].find(keeps) ?? (Number.isFinite(low) ? low : 1);
  const room = Number.isFinite(high) ? Math.floor((high - first) / step) : Infinity;
  const moved = tidy(first + (room === Infinity ? turn : turn % (Math.max(0, room) + 1)) * step);
  return keeps(moved) ? moved : first;
}

/** Without the dust of binary fractions: 0.1 three times is 0.3. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** A value that keeps the schema. The same schema and wish give the same value. Arguments of tools are always an object. */
export const valueFor = (schema: unknown, wish: Wish): unknown => new Maker(schema, wish).value(schema, '', 0, wish.turn);

/** Arguments that keep the schema of a tool. */
export function argumentsFor(schema: unknown, wish: Wish): Json {
  const root = { type: 'object', ...record(schema) };
  return record(new Maker(root, wish).value(root, '', 0, wish.turn));
}

const WRONG: readonly unknown[] = [12_345, 'not what the schema says', true, { wrong: true }, ['wrong']];
const typeName = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/** All types that a schema accepts; empty when it accepts anything. */
function accepted(given: unknown, root: unknown, depth = 0): readonly string[] {
  const schema = record(given);
  const choices = list(schema.anyOf ?? schema.oneOf);
  if (choices.length > 0 && depth < 10) return choices.slice(0, 100).flatMap(choice => accepted(choice, root, depth + 1));
  const inner = resolve(schema, root);
  const values = 'const' in inner ? [inner.const] : list(inner.enum);
  if (values.length > 0) return values.map(typeName);
  const types = Array.isArray(inner.type) ? inner.type.map(type => string(type).toLowerCase()) : [typeOf(inner)];
  return types.filter(type => type !== '').map(type => (type === 'integer' ? 'number' : type));
}

/** Arguments as JSON that breaks the schema of a tool: each field has a wrong type. */
export function mistypedFor(schema: unknown): Json {
  const fields = Object.entries(record(resolve(schema, schema).properties)).slice(0, 1_000);
  // A tool without fields can only be given one that it did not declare.
  if (fields.length === 0) return { undeclared: { wrong: true } };
  return Object.fromEntries(
    fields.map(([name, inner]) => {
      const types = accepted(inner, schema);
      return [name, WRONG.find(value => !types.includes(typeName(value))) ?? null];
    }),
  );
}
