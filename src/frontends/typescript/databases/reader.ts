// The databases that the agent's process is connected to, and what its account may do: may the model write queries, does the code, and
// can the connection write at all?
import type { ts } from 'ts-morph';
import { type Database, isPythonFile } from '../../../core/index.ts';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import { type Foreign, HOLE, textOf, type Value } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import type { ReadTool } from '../tools/facts.ts';
import { Accounts } from './roles.ts';
import { DATABASE_HINT, DATABASE_MODULE, DATABASE_NAMES, DATABASES, type DatabaseShape } from './shapes.ts';
import { PYTHON_DATABASE_HINT, PYTHON_DATABASE_MODULE, PYTHON_DATABASE_NAMES } from './shapes-python.ts';

const MOST_FILES = 900;

/** The clients in files that run together with the model calls or the tools. */
export function databaseFacts(reading: Reading, tools: readonly ReadTool[]): readonly Database[] {
  let accounts: Accounts | undefined;
  const free = freeQueries(tools);
  const out: Database[] = [];
  for (const file of databaseFiles(reading, tools)) {
    for (const call of reading.program.unit(file)?.calls ?? []) {
      const shape = reading.ev.budget.ask(
        () => clientOf(reading, call),
        () => undefined,
      );
      if (shape === undefined) continue;
      accounts ??= new Accounts(reading.inventory);
      const { access, note } = reading.ev.budget.ask(
        () => accessOf(reading, call, shape, free, accounts as Accounts),
        () => ({ access: 'unknown' as const, note: 'its connection is too much to follow' }),
      );
      out.push({
        kind: 'database',
        location: placeOf(call),
        role: reading.inventory.roleOf(file),
        label: shape.label,
        access,
        ...(shape.embedded === true || isFile(reading, call) ? { embedded: true } : {}),
        ...(note === undefined ? {} : { note }),
      });
    }
  }
  return withoutInner(out);
}

/** `create_engine("sqlite:///notes.db")`: a file of the process itself. */
function isFile(reading: Reading, call: ts.CallExpression | ts.NewExpression): boolean {
  if (!isPython(call)) return false;
  const args = call.arguments ?? [];
  const texts = args.flatMap(arg => {
    if (tsc.isSpreadElement(arg)) return [];
    const values = reading.ev.values(arg);
    return [...values, ...ADDRESSES.flatMap(name => reading.ev.inside(values, name).found)].flatMap(v => textOf(v) ?? []);
  });
  return texts.length > 0 && texts.every(text => /^(?:sqlite|duckdb)(?:\+\w+)?:/.test(text));
}

const ADDRESSES = ['url', 'database_uri', 'dsn'];

/** One client handed to another (`drizzle(pool)`) is one connection: the fact about the inner one says all there is. */
function withoutInner(found: readonly Database[]): readonly Database[] {
  const wraps = new Set(['Drizzle', 'Kysely', 'SqlDatabase of LangChain', 'SQLDatabase of LangChain']);
  return found.filter(
    db => !wraps.has(db.label) || !found.some(other => other !== db && !wraps.has(other.label) && other.location.file === db.location.file),
  );
}

/** The files with a client among those that the entry points, the model calls and the tools import, directly or through others. */
function databaseFiles(reading: Reading, tools: readonly ReadTool[]): readonly string[] {
  const { index, inventory, paths } = reading;
  const out: string[] = [];
  const queue: string[] = [];
  const seen = new Set<string>();
  const add = (file: string): void => {
    if (seen.has(file) || seen.size >= MOST_FILES || inventory.roleOf(file) !== 'production') return;
    seen.add(file);
    queue.push(file);
  };
  for (const scope of paths.leads.keys()) add(scope.getSourceFile().fileName);
  for (const tool of tools) for (const body of tool.effects.bodies) add(body.getSourceFile().fileName);
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const specifiers = index.namedBy(file);
    for (const specifier of specifiers) {
      const target = inventory.resolveImport(file, specifier);
      if (target !== undefined) add(target);
    }
    const [module, hint] = isPythonFile(file) ? [PYTHON_DATABASE_MODULE, PYTHON_DATABASE_HINT] : [DATABASE_MODULE, DATABASE_HINT];
    if (specifiers.some(s => module.test(s)) && hint.test(inventory.read(file) ?? '')) out.push(file);
  }
  return out.sort();
}

function clientOf(reading: Reading, call: ts.CallExpression | ts.NewExpression): DatabaseShape | undefined {
  const by = tsc.isNewExpression(call) ? 'new' : 'call';
  const name = lastName(call.expression);
  if (name === undefined) return undefined;
  // Every call of the file is asked, so the cheap question comes first: does the name, or where it is imported from, fit?
  const python = isPython(call);
  const [module, names] = python ? [PYTHON_DATABASE_MODULE, PYTHON_DATABASE_NAMES] : [DATABASE_MODULE, DATABASE_NAMES];
  const imported = tsc.isIdentifier(call.expression) ? reading.program.unitOf(call).imports.get(name) : undefined;
  const fits = imported === undefined ? names.test(name) : module.test(imported.specifier) || names.test(imported.name);
  if (!fits) return undefined;
  for (const value of reading.ev.values(call.expression)) {
    const generated = value.kind !== 'foreign' && name === 'PrismaClient' && by === 'new';
    if (generated) return DATABASES.find(d => d.label === 'Prisma');
    if (value.kind !== 'foreign' || value.steps.some(step => step.kind !== 'member')) continue;
    const path = value.steps.flatMap(s => (s.kind === 'member' ? [s.name] : [])).join('.') || 'default';
    const shape = DATABASES.find(d => d.packages.includes(value.package) && d.make.test(path) && (d.by === 'any' || d.by === by));
    if (shape !== undefined) return shape;
    if (/prisma/i.test(value.written ?? value.package) && name === 'PrismaClient' && by === 'new')
      return DATABASES.find(d => d.label === 'Prisma');
  }
  return undefined;
}

/** Packages that the model's own SQL reaches, by the tool that lets it. */
function freeQueries(tools: readonly ReadTool[]): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const { effects, fact } of tools)
    for (const effect of effects.effects)
      if (effect.does === 'sql-write' && effect.model && fact.role === 'production') out.set(effect.package, fact.name);
  for (const { definition, fact } of tools)
    if (definition.known?.includes('sql-write') === true && fact.role === 'production')
      for (const db of DATABASES) if (db.sql) for (const p of db.packages) out.set(p, fact.name);
  return out;
}

function accessOf(
  reading: Reading,
  call: ts.CallExpression | ts.NewExpression,
  shape: DatabaseShape,
  free: ReadonlyMap<string, string>,
  accounts: Accounts,
): Pick<Database, 'access' | 'note'> {
  const closed = readOnlyBy(reading, call, shape);
  if (closed !== undefined) return { access: 'read-only', note: closed };
  const variables = variablesIn(reading, call);
  const known = variables.flatMap(v => accounts.of(v) ?? []);
  if (variables.length > 0 && known.length === variables.length && known.every(a => a.rights === 'read-only'))
    return { access: 'read-only', note: known[0]?.note ?? '' };
  const tool =
    shape.packages.map(p => free.get(p)).find(t => t !== undefined) ??
    (shape.sql || shape.label === 'Prisma' || shape.label === 'Drizzle' ? wrapped(free) : undefined);
  const about = known.find(a => a.rights !== 'read-only')?.note;
  if (tool !== undefined)
    return { access: 'free', note: `the model's own SQL reaches it through ${tool}${about === undefined ? '' : `; ${about}`}` };
  return { access: 'scoped', ...(about === undefined ? {} : { note: about }) };
}

/** SQL that goes through a wrapper of another package reaches every client that takes SQL. */
function wrapped(free: ReadonlyMap<string, string>): string | undefined {
  return (
    free.get('py:pandas') ??
    free.get('py:langchain_community') ??
    free.get('py:langchain') ??
    free.get('@prisma/client') ??
    free.get('drizzle-orm') ??
    free.get('@langchain/community') ??
    free.get('langchain') ??
    free.get('@langchain/classic')
  );
}

/** What makes a connection refuse writes. */
function readOnlyBy(reading: Reading, call: ts.CallExpression | ts.NewExpression, shape: DatabaseShape): string | undefined {
  const args = (call.arguments ?? []).filter(arg => !tsc.isSpreadElement(arg));
  for (const arg of args) {
    const values = reading.ev.values(arg);
    for (const option of shape.readOnly ?? []) {
      const look = reading.ev.inside(values, option);
      if (look.found.length > 0 && !look.absent && look.found.every(v => v.kind === 'literal' && v.value === true))
        return `${option}: true`;
    }
    if (values.length > 0 && values.every(v => isReadOnlyAddress(v))) return 'the connection string opens it read-only';
    const options = reading.ev.inside(values, 'options').found;
    if (options.length > 0 && options.every(v => /default_transaction_read_only\s*=\s*(?:on|true)/.test(textOf(v) ?? '')))
      return 'default_transaction_read_only';
    // asyncpg, SQLAlchemy
    for (const holder of ['server_settings', 'execution_options', 'connect_args']) {
      const held = reading.ev.inside(values, holder).found;
      const set = ['default_transaction_read_only', 'postgresql_readonly'].flatMap(name => reading.ev.inside(held, name).found);
      const options = reading.ev.inside(held, 'options').found.map(v => textOf(v) ?? '');
      const on = set.some(v => (v.kind === 'literal' && v.value === true) || /^(?:on|true)$/.test(textOf(v) ?? ''));
      if (on || options.some(text => /default_transaction_read_only\s*=\s*(?:on|true)/.test(text))) return `${holder} make it read-only`;
    }
    if (
      shape.label === 'SQLite' &&
      values.some(v => v.kind === 'foreign' && (v as Foreign).steps.some(s => s.kind === 'member' && s.name === 'OPEN_READONLY'))
    )
      return 'OPEN_READONLY';
  }
  return undefined;
}

function isReadOnlyAddress(value: Value): boolean {
  const text = textOf(value);
  return (
    text !== undefined &&
    (/[?&]mode=ro(?:&|$)/.test(text) || /default_transaction_read_only(?:=|%3D)(?:on|true)/.test(text)) &&
    text !== HOLE
  );
}

/** The environment variables that a connection may be made from. */
function variablesIn(reading: Reading, call: ts.CallExpression | ts.NewExpression): readonly string[] {
  const out = new Set<string>();
  const take = (value: Value, depth: number): void => {
    if (value.kind === 'foreign' && value.package === '') {
      const names = value.steps.flatMap(s => (s.kind === 'member' ? [s.name] : []));
      const last = names.at(-1);
      if (names.includes('env') && last !== undefined && last !== 'env') out.add(last);
    }
    if (depth > 0 && (value.kind === 'object' || value.kind === 'merged'))
      for (const name of [
        'connectionString',
        'url',
        'uri',
        'datasourceUrl',
        'connection',
        'connectionUri',
        'dsn',
        'conninfo',
        'database_uri',
        'host',
      ])
        for (const inner of reading.ev.inside([value], name).found) take(inner, depth - 1);
  };
  for (const arg of call.arguments ?? []) {
    if (tsc.isSpreadElement(arg)) continue;
    for (const value of reading.ev.values(arg)) take(value, 2);
    // Variables in a text that is put together are seen by their names alone.
    if (out.size === 0)
      walk(arg, node => {
        if (tsc.isPropertyAccessExpression(node) && /\benv$/.test(node.expression.getText()) && /(?:URL|URI|DSN)$/.test(node.name.text))
          out.add(node.name.text);
        return undefined;
      });
  }
  return [...out];
}
