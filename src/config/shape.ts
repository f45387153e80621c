// The pieces that the configuration is declared with. Each reads a value, with errors that have a place, and says the same as JSON Schema:
// there is one declaration, and the schema cannot differ from what is read.
import type { Field } from './reader.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Shape<T> {
  readonly schema: JsonSchema;
  /** @throws UserError with file, line and column when the value is not as it must be */
  read(field: Field): T;
}

/** What a shape reads. */
export type Read<S> = S extends Shape<infer T> ? T : never;

/** A text; `pattern` tells editors how it must look, and `check` tells people. */
export const text = (description: string, pattern?: string): Shape<string> => ({
  schema: { type: 'string', description, ...(pattern === undefined ? {} : { pattern }) },
  read: field => field.text(),
});

/** A text; numbers and true or false are taken as they are written. */
export const word = (description: string): Shape<string> => ({
  schema: { type: ['string', 'number', 'boolean'], description },
  read: field => field.word(),
});

export const oneOf = <const T extends string>(description: string, ...allowed: readonly T[]): Shape<T> => ({
  schema: { enum: allowed, description },
  read: field => field.oneOf(...allowed),
});

/** A length of time, read as milliseconds. */
export const duration = (description: string): Shape<number> => ({
  schema: { type: ['string', 'number'], pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|m)?$', description },
  read: field => field.duration(),
});

/** Any value. */
export const anything = (description: string): Shape<unknown> => ({ schema: { description }, read: field => field.plain() });

export const list = <T>(description: string, items: Shape<T>): Shape<readonly T[]> => ({
  schema: { type: 'array', items: items.schema, description },
  read: field => field.list().map(item => items.read(item)),
});

/** A mapping whose names are the user's own. */
export const mapping = <T>(description: string, values: Shape<T>, names?: string): Shape<Readonly<Record<string, T>>> => ({
  schema: {
    type: 'object',
    additionalProperties: values.schema,
    ...(names === undefined ? {} : { propertyNames: { pattern: names } }),
    description,
  },
  read: field => Object.fromEntries([...field.any()].map(([key, value]) => [key, values.read(value)])),
});

type Entries = Readonly<Record<string, Shape<unknown>>>;
type Values<E extends Entries> = { readonly [K in keyof E]?: Read<E[K]> };

/** A mapping with names that are known; others are errors. @param more of the schema: what must be there */
export const object = <E extends Entries>(description: string, entries: E, more: JsonSchema = {}): Shape<Values<E>> => ({
  schema: {
    type: 'object',
    properties: Object.fromEntries(Object.entries(entries).map(([key, shape]) => [key, shape.schema])),
    additionalProperties: false,
    ...more,
    description,
  },
  read: field => {
    const fields = field.map(Object.keys(entries));
    return Object.fromEntries(
      [...fields].flatMap(([key, value]) => (entries[key] === undefined ? [] : [[key, entries[key].read(value)]])),
    ) as Values<E>;
  },
});

/** A shape with a rule that a schema cannot say, or says less plainly. @param rule throws what `field.wrong` makes */
export const ruled = <T>(shape: Shape<T>, rule: (value: T, field: Field) => void): Shape<T> => ({
  schema: shape.schema,
  read: field => {
    const value = shape.read(field);
    rule(value, field);
    return value;
  },
});

const UNUSED = new WeakSet<JsonSchema>();

/** A setting that is accepted and has no effect. */
export function unused<T>(shape: Shape<T>): Shape<T> {
  const schema = { ...shape.schema, description: `${String(shape.schema.description)} Accepted, and not used by this version.` };
  UNUSED.add(schema);
  return { schema, read: field => shape.read(field) };
}

/** Names of the settings in a value that have no effect, each once. */
export function unusedIn(value: unknown, schema: JsonSchema): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return [...new Set(value.flatMap(item => unusedIn(item, (schema.items ?? {}) as JsonSchema)))];
  const known = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = known[key];
    if (own === undefined) return [];
    return UNUSED.has(own) ? [key] : unusedIn(inner, own);
  });
}
