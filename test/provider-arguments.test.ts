// Arguments of tool calls made from JSON schemas: valid ones pass a validator, mistyped ones do not.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { argumentsFor, mistypedFor, valueFor } from '../src/provider/arguments.ts';
import { matches, sample } from '../src/provider/pattern.ts';
import { danger, pickTool } from '../src/provider/tools.ts';

const TEXT = 'echo CANARY';
const valid = (schema: object, value: unknown): boolean => new Ajv2020({ strict: false, validateFormats: false }).compile(schema)(value);
const object = (properties: object, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const SCHEMAS: Readonly<Record<string, object>> = {
  text: object({ query: { type: 'string' } }),
  'a choice': object({ unit: { type: 'string', enum: ['c', 'f'] }, kind: { const: 'x' } }),
  numbers: object({
    a: { type: 'number' },
    b: { type: 'integer', minimum: 3, maximum: 9 },
    c: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    d: { type: 'integer', multipleOf: 7, minimum: 15 },
    e: { type: 'number', maximum: -2 },
    f: { type: 'integer', exclusiveMinimum: 4, exclusiveMaximum: 6 },
    g: { type: 'number', multipleOf: 0.1, minimum: 0.25 },
    h: { type: 'integer', minimum: 2.5, maximum: 3.5 },
  }),
  lengths: object({ a: { type: 'string', minLength: 20 }, b: { type: 'string', maxLength: 3 }, c: { type: 'string', maxLength: 0 } }),
  'a list': object({
    a: { type: 'array', items: { type: 'string' }, minItems: 2 },
    b: { type: 'array', items: object({ n: { type: 'integer' } }) },
  }),
  'a list of different things': object({ a: { type: 'array', items: { type: 'string' }, minItems: 3, uniqueItems: true } }),
  'a tuple': object({ a: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], minItems: 2, items: false } }),
  nested: object({ a: object({ b: object({ c: { type: 'boolean' }, d: { type: 'null' } }) }) }),
  'one of several': object({
    a: { anyOf: [{ type: 'null' }, { type: 'integer', minimum: 5 }] },
    b: { oneOf: [object({ x: { type: 'string' } }), { type: 'number' }] },
  }),
  'several types': object({ a: { type: ['null', 'string'] }, b: { type: ['integer', 'null'] } }),
  'all of them': object({
    a: {
      allOf: [object({ x: { type: 'string' } }), { properties: { y: { type: 'number' } }, required: ['y'] }].map(part => ({
        ...part,
        additionalProperties: true,
      })),
    },
  }),
  references: {
    ...object({ a: { $ref: '#/$defs/A' }, b: { $ref: '#/definitions/B%20b' } }),
    $defs: { A: { type: 'object', properties: { n: { $ref: '#/definitions/B%20b' } }, required: ['n'] } },
    definitions: { 'B b': { type: 'integer', minimum: 2 } },
  },
  'a tree': {
    ...object({ node: { $ref: '#/$defs/Node' } }),
    $defs: { Node: object({ name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/Node' } } }) },
  },
  patterns: object({
    a: { type: 'string', pattern: '^[A-Z]{3}-\\d{4}$' },
    b: { type: 'string', pattern: '^(?:foo|bar)+$' },
    c: { type: 'string', pattern: '^[^\\s@]+@[^\\s@]+$' },
    d: { type: 'string', pattern: '^[a-z0-9-]+$', minLength: 8 },
  }),
  'a dictionary': object({ a: { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 2 } }),
  'what is required but not described': { type: 'object', required: ['mystery'] },
  'optional fields only': object({ query: { type: 'string' }, limit: { type: 'integer' } }, []),
  nothing: { type: 'object', properties: {} },
};

describe('valid arguments', () => {
  test.each(Object.entries(SCHEMAS))('%s', (_, schema) => {
    for (const turn of [0, 1, 2, 7])
      for (const wish of [{ turn }, { turn, text: TEXT }]) {
        const value = argumentsFor(schema, wish);
        expect(valid(schema, value), JSON.stringify(value)).toBe(true);
      }
  });

  test('the text is in every string that may hold it, and in no other', () => {
    const schema = object({
      command: { type: 'string' },
      inner: object({
        note: { type: 'string' },
        unit: { enum: ['c'] },
        mail: { type: 'string', format: 'email' },
        short: { type: 'string', maxLength: 4 },
      }),
      list: { type: 'array', items: { type: 'string' } },
    });
    expect(argumentsFor(schema, { text: TEXT, turn: 0 })).toEqual({
      command: TEXT,
      inner: { note: TEXT, unit: 'c', mail: 'user@example.com', short: 'echo' },
      list: [TEXT],
    });
    const url = argumentsFor(object({ u: { type: 'string', format: 'uri' } }), { text: 'http://169.254.169.254/x', turn: 0 });
    expect(url).toEqual({ u: 'http://169.254.169.254/x' });
  });

  test('optional fields are left out, unless there would be nothing to write in', () => {
    const fields = { q: { type: 'string' }, page: { type: 'integer' } };
    expect(argumentsFor(object(fields, ['q']), { turn: 0 })).toEqual({ q: 'agent-ready' });
    expect(argumentsFor(object(fields, []), { turn: 0 })).toEqual({ q: 'agent-ready', page: 1 });
  });

  test('names tell what a field is about; examples tell better; Google writes types in capitals', () => {
    const schema = {
      type: 'OBJECT',
      properties: {
        city: { type: 'STRING' },
        url: { type: 'STRING' },
        command: { type: 'STRING' },
        tone: { type: 'STRING', examples: ['kind'] },
        n: { type: 'INTEGER' },
      },
      required: ['city', 'url', 'command', 'tone', 'n'],
    };
    expect(argumentsFor(schema, { turn: 0 })).toEqual({
      city: 'London',
      url: 'https://example.com/',
      command: 'echo agent-ready',
      tone: 'kind',
      n: 1,
    });
  });

  test('turns differ', () => {
    const schema = object({ city: { type: 'string' } });
    const all = Array.from({ length: 20 }, (_, turn) => JSON.stringify(argumentsFor(schema, { turn })));
    expect(new Set(all).size).toBe(20);
  });

  test('answers, unlike arguments, say yes to what lets an agent go on', () => {
    const schema = object({ is_safe: { type: 'boolean' }, flagged: { type: 'boolean' }, verdict: { enum: ['unsafe', 'safe'] } });
    expect(valueFor(schema, { turn: 0, polite: true })).toEqual({ is_safe: true, flagged: false, verdict: 'safe' });
    expect(valueFor(schema, { turn: 0 })).toEqual({ is_safe: false, flagged: false, verdict: 'unsafe' });
  });

  test('schemas that are built to explode, or are no schemas, give something in no time', () => {
    const began = performance.now();
    const bomb = {
      $defs: { A: object(Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}`, { $ref: '#/$defs/A' }]))) },
      $ref: '#/$defs/A',
    };
    argumentsFor(bomb, { turn: 0 });
    argumentsFor({ $defs: { A: { $ref: '#/$defs/A' } }, $ref: '#/$defs/A' }, { turn: 0 });
    argumentsFor(object({ a: { type: 'array', minItems: 1e9, items: { type: 'string', minLength: 1e9 } } }), { turn: 0 });
    argumentsFor(object({ a: { type: 'string', pattern: '(a+)+$' } }), { turn: 0, text: 'a'.repeat(5_000) });
    for (const odd of [null, 7, 'x', [], { type: 5, enum: 'x', properties: 'y', required: 3, anyOf: {}, pattern: '(' }])
      expect(argumentsFor(odd, { turn: 0 })).toBeTypeOf('object');
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(
      Object.keys(argumentsFor({ properties: JSON.parse('{"__proto__": {"type": "string"}}'), required: ['__proto__'] }, { turn: 0 })),
    ).toEqual(['__proto__']);
  });
});

describe('mistyped arguments', () => {
  const closed = Object.entries(SCHEMAS).filter(([name]) => !name.startsWith('what is'));
  test.each(closed)('%s', (name, schema) => {
    // Nothing breaks a schema that allows everything, so that one is closed here as agents close it.
    const value = mistypedFor(schema);
    expect(valid(name === 'nothing' ? { ...schema, additionalProperties: false } : schema, value), JSON.stringify(value)).toBe(false);
  });
});

test.each([
  '^abc$',
  'a|b',
  '[^a]',
  '\\d{2,4}x?',
  '(?<year>\\d{4})-(?:0[1-9]|1[0-2])',
  '^#[0-9a-fA-F]{6}$',
  '^[\\w.-]+@[\\w-]+\\.\\w+$',
  '\\.txt$',
])('a sample of %s', pattern => {
  const text = sample(pattern);
  expect(text).toMatch(new RegExp(pattern));
});

test('patterns that are not understood, or might take for ever, are not tried', () => {
  for (const pattern of ['(?=x)y', '(a)\\1', '[', 'a{1000000}', '('.repeat(50)]) expect(sample(pattern)).toBeUndefined();
  for (const pattern of ['(a+)+b', '(a|aa)*b', '.*.*.*=']) expect(matches(pattern, 'a'.repeat(200))).toBe(false);
  expect(matches('^echo .*$', TEXT)).toBe(true);
});

describe('which tool is meant', () => {
  const tool = (name: string, description = '') => ({ name, description, schema: {} });
  test.each([
    'deleteUser',
    'send_email',
    'gmail_send_message',
    'execute_sql',
    'run-command',
    'bash',
    'refund',
    'writeFile',
    'get_and_delete',
  ])('%s is dangerous', name => {
    expect(danger(tool(name))).toBeGreaterThan(0);
  });
  test.each([
    ['get_order', 'Gets an order that was sent.'],
    ['search_email', 'Searches e-mail.'],
    ['order_status', 'Tells where an order is.'],
    ['weather', 'Runs a search for the weather.'],
    ['calculate', 'Computes what you write.'],
  ])('%s is not', (name, description) => {
    expect(danger(tool(name, description))).toBe(0);
  });
  test('a description tells too', () => {
    expect(danger(tool('fs', 'Permanently deletes a folder.'))).toBe(1);
    expect(danger(tool('terminal_tool', 'Executes shell commands.'))).toBe(3);
  });
  test('any is the first harmless one, dangerous the worst, named need not be declared', () => {
    const tools = [tool('send_email'), tool('get_weather'), tool('run_shell', 'Executes a shell command.')];
    expect(pickTool({ kind: 'any' }, tools)?.name).toBe('get_weather');
    expect(pickTool({ kind: 'any' }, tools.slice(0, 1))?.name).toBe('send_email');
    expect(pickTool({ kind: 'dangerous' }, tools)?.name).toBe('run_shell');
    expect(pickTool({ kind: 'dangerous' }, tools.slice(1, 2))).toBeUndefined();
    expect(pickTool({ kind: 'named', name: 'x' }, tools)?.name).toBe('x');
    expect(pickTool({ kind: 'any' }, [])).toBeUndefined();
  });
});
