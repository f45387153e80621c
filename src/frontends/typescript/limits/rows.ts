// Are the rows of a database that a limit counts written, and for the one they are counted for? The writes of the same table are looked
// for in all production code. Only what is certain counts: where no write of the table is seen, nobody knows who writes it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { textOf } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';
import { callsOf, chainOf } from './chains.ts';
import { idle, isRun } from './charged.ts';
import { NOTHING_ADDED } from './counters.ts';
import { isFresh } from './fresh.ts';
import type { Part } from './keys.ts';
import type { Whole } from './own.ts';
import { isOtherKey } from './same-key.ts';
import { columnsOf, statementOf } from './sql-rows.ts';
import { type Env, NO_ENV, originOf } from './trace.ts';

/** A query of one table. */
export interface Query {
  /** The query, and the statements that it runs. */
  readonly roots: readonly ts.Node[];
  readonly env: Env;
  /** The values by which its rows are found, each with its field. */
  readonly parts: readonly Part[];
  /** The field that writes must raise; undefined: each row counts. */
  readonly raised?: string;
}

interface Write {
  readonly node: ts.Node;
  readonly keys: ReadonlyMap<string, ts.Expression>;
  readonly data: ReadonlyMap<string, ts.Expression>;
  /** Rows that are there already are changed. */
  readonly changes: boolean;
}

const INSERTS =
  /^(?:a?create|createMany|createManyAndReturn|insert|insertOne|insertMany|insert_one|insert_many|upsert|a?bulk_create|a?get_or_create|a?update_or_create|addDoc|setDoc)$/;
const UPDATES =
  /^(?:a?update|updateOne|updateMany|update_one|update_many|findOneAndUpdate|find_one_and_update|findByIdAndUpdate|increment)$/;
const PICKS = /^(?:from|from_|select|select_from|query|collection|table|into|model|join)$/;
const RAISES = /increment|\$inc\b|\+|\bF\(|\bsql\b/;
const MOST_FILES = 40;

/** What the rows lack that a limit counts: nothing writes them, or they are written for somebody else. undefined: nothing, or nobody knows. */
export function rowsLack(ev: Evaluator, whole: Whole, query: Query): string | undefined {
  return whole.ev.budget.ask(
    () => lack(ev, whole, query),
    () => undefined,
  );
}

function lack(ev: Evaluator, whole: Whole, query: Query): string | undefined {
  const name = tableOf(ev, query.roots);
  if (name === undefined) return undefined;
  const writes = writesTo(whole.ev, name, query.raised);
  if (writes === undefined || writes.length === 0) return undefined;
  const read = keysOf(whole.ev, query);
  const own = writes.filter(write => !isElsewhere(whole.ev, read, write));
  const [first] = own;
  if (first === undefined) return NOTHING_ADDED;
  return own.some(write => isRun(whole, write.node)) ? undefined : idle(first.node);
}

/** `user_id`, `userId` and `usage.userId` are one field. */
function fieldOf(name: string): string {
  return (name.split('.').at(-1) ?? name).replace(/\W|_/g, '').toLowerCase();
}

function keysOf(ev: Evaluator, { roots, env, parts }: Query): Map<string, Part> {
  const out = new Map<string, Part>();
  for (const part of parts) if (part.field !== undefined && !out.has(fieldOf(part.field))) out.set(fieldOf(part.field), part);
  for (const root of roots) {
    const statement = readBy(ev, root);
    for (const [column, node] of statement === undefined ? [] : columnsOf(statement).keys)
      if (!out.has(fieldOf(column))) out.set(fieldOf(column), { node, env });
  }
  return out;
}

/** The statement of a query: `db.execute("SELECT ...").fetchone()`. */
function readBy(ev: Evaluator, root: ts.Node): ReturnType<typeof statementOf> {
  for (const node of tsc.isCallExpression(root) ? [root, ...chainOf(root).map(one => one.call)] : [root]) {
    const statement = statementOf(node, one => textIn(ev, one));
    if (statement !== undefined && /\bselect\b/i.test(statement.text)) return statement;
  }
  return undefined;
}

function textIn(ev: Evaluator, node: ts.Expression): string | undefined {
  return ev
    .values(node)
    .map(textOf)
    .find(text => text !== undefined);
}

function isElsewhere(ev: Evaluator, read: ReadonlyMap<string, Part>, { keys, data, changes }: Write): boolean {
  for (const [field, part] of read) {
    const written = keys.get(field) ?? data.get(field);
    if (written !== undefined && isOtherKey(ev, part, { node: written, env: NO_ENV })) return true;
  }
  // A row that nobody has written before cannot be changed.
  return changes && [...keys.values()].some(node => isFresh(ev, { node, env: NO_ENV }));
}

/** The name of the table that a query reads: of a member, of a class, of a text. */
function tableOf(ev: Evaluator, roots: readonly ts.Node[]): string | undefined {
  for (const root of roots) {
    const text = readBy(ev, root)?.text;
    const inSql = text === undefined ? undefined : /\bfrom\s+["`[]?(?:\w+["`\]]?\.["`[]?)?(\w+)/i.exec(text)?.[1];
    if (inSql !== undefined) return inSql;
    if (!tsc.isCallExpression(root)) continue;
    const chain = chainOf(root);
    for (const { name, call } of callsOf(root)) {
      if (!PICKS.test(name)) continue;
      for (const arg of call.arguments) {
        const named = nameIn(arg);
        if (named !== undefined) return named;
      }
    }
    const on = strip(chain.at(-1)?.on);
    const named = on === undefined ? undefined : memberTable(on);
    if (named !== undefined) return named;
  }
  return undefined;
}

/** `'usage'`, `usage`, `func.sum(Usage.cost)`: the table or the class that is named. */
function nameIn(arg: ts.Expression): string | undefined {
  const node = strip(arg);
  if (node === undefined) return undefined;
  if (tsc.isStringLiteralLike(node)) return /^\w+$/.test(node.text) ? node.text : undefined;
  if (tsc.isIdentifier(node)) return isTable(node) ? node.text : undefined;
  let found: string | undefined;
  walk(node, part => {
    if (found !== undefined || tsc.isObjectLiteralExpression(part)) return 'skip';
    if (!tsc.isPropertyAccessExpression(part) || !tsc.isIdentifier(part.expression) || !isTable(part.expression)) return undefined;
    if (!(tsc.isCallExpression(part.parent) && part.parent.expression === part)) found = part.expression.text;
    return undefined;
  });
  return found;
}

function isTable(id: ts.Identifier): boolean {
  const binding = resolve(id);
  return binding?.kind === 'import' || binding?.kind === 'class' || (binding?.kind === 'variable' && binding.element === undefined);
}

/** `prisma.usage`, `Usage.objects`, `Usage`, `db["usage"]` */
function memberTable(on: ts.Expression): string | undefined {
  if (tsc.isElementAccessExpression(on)) return tsc.isStringLiteralLike(on.argumentExpression) ? on.argumentExpression.text : undefined;
  if (tsc.isIdentifier(on)) return /^[A-Z]/.test(on.text) && isTable(on) ? on.text : undefined;
  if (!tsc.isPropertyAccessExpression(on)) return undefined;
  if (on.name.text !== 'objects') return on.name.text;
  return tsc.isIdentifier(on.expression) ? on.expression.text : undefined;
}

/** Every query of a table asks for its writes. */
const known = new WeakMap<Evaluator, Map<string, Write[] | undefined>>();

/** All writes of a table; undefined: there are some that could not be read. */
function writesTo(ev: Evaluator, table: string, raised: string | undefined): Write[] | undefined {
  const all = known.get(ev) ?? new Map<string, Write[] | undefined>();
  known.set(ev, all);
  const key = `${table} ${raised ?? ''}`;
  if (!all.has(key)) all.set(key, findWrites(ev, table, raised));
  return all.get(key);
}

function findWrites(ev: Evaluator, table: string, raised: string | undefined): Write[] | undefined {
  if (!/^\w+$/.test(table)) return undefined;
  const { program } = ev;
  const { inventory } = program;
  const sql = new RegExp(`\\b(?:into|update)\\s+["\`[]?(?:\\w+["\`\\]]?\\.["\`[]?)?${table}s?\\b`, 'i');
  const nested = new RegExp(`\\b${table}s?\\s*:\\s*\\{\\s*(?:create|upsert|update|connectOrCreate)`, 'i');
  const named = new RegExp(`\\b${table}`, 'i');
  const out: Write[] = [];
  let looked = 0;
  for (const file of inventory.files) {
    if (!/\.(?:[cm]?[jt]sx?|py)$/.test(file) || inventory.roleOf(file) !== 'production' || !program.matches(file, named)) continue;
    const unit = ++looked > MOST_FILES ? undefined : program.unit(file);
    if (unit === undefined || nested.test(unit.ast.text)) return undefined;
    const inSql = sql.test(unit.ast.text);
    let said = 0;
    for (const call of unit.calls) {
      ev.budget.step();
      const write = inSql ? sqlWrite(ev, call, sql) : undefined;
      if (write !== undefined) said++;
      const one = write ?? ownWrite(ev, call, table);
      if (one !== undefined && (raised === undefined || raises(one.node, raised))) out.push(one);
    }
    walk(unit.ast, node => {
      if (!tsc.isTaggedTemplateExpression(node) || !sql.test(node.template.getText())) return undefined;
      said++;
      const write = sqlWrite(ev, node, sql);
      if (write !== undefined && !isInCall(node) && (raised === undefined || raises(node, raised))) out.push(write);
      return undefined;
    });
    if (said === 0 && inSql) return undefined;
  }
  return out;
}

/** A template in a call was read with its call. */
function isInCall(node: ts.Node): boolean {
  return tsc.isCallExpression(node.parent) && node.parent.arguments[0] === node;
}

function raises(node: ts.Node, field: string): boolean {
  if (!/^\w+$/.test(field)) return false;
  const text = wholeOf(node).getText().slice(0, 4000);
  return RAISES.test(text) && new RegExp(`\\b${field}\\b`, 'i').test(text);
}

function sqlWrite(ev: Evaluator, node: ts.Node, sql: RegExp): Write | undefined {
  const statement = statementOf(node, one => (tsc.isIdentifier(one) ? textIn(ev, one) : undefined));
  if (statement === undefined || !sql.test(statement.text)) return undefined;
  const { keys, data } = columnsOf(statement);
  return { node, keys: fields(keys), data: fields(data), changes: !/\binto\b/i.test(statement.text) };
}

const fields = (from: ReadonlyMap<string, ts.Expression>): Map<string, ts.Expression> =>
  new Map([...from].map(([name, value]) => [fieldOf(name), value]));

function ownWrite(ev: Evaluator, call: ts.CallExpression | ts.NewExpression, table: string): Write | undefined {
  const callee = strip(call.expression);
  if (callee === undefined) return undefined;
  if (tsc.isNewExpression(call))
    return tsc.isIdentifier(callee) && callee.text === table ? { node: call, changes: false, ...valuesIn(ev, call, false) } : undefined;
  const method = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
  const changes = UPDATES.test(method);
  if (!changes && !INSERTS.test(method)) return undefined;
  const chain = chainOf(call);
  const on = strip(chain.at(-1)?.on);
  const isNamed = (arg: ts.Expression): boolean => {
    const node = strip(arg);
    return node !== undefined && (tsc.isIdentifier(node) || tsc.isStringLiteralLike(node)) && node.text === table;
  };
  if (!(on !== undefined && memberTable(on) === table) && ![call, ...chain.map(one => one.call)].some(one => one.arguments.some(isNamed)))
    return undefined;
  return { node: call, changes, ...valuesIn(ev, wholeOf(call), changes) };
}

/** The whole chain that a call is a part of: `db.insert(usage).values(row)`. */
function wholeOf(node: ts.Node): ts.Node {
  let at = node;
  while (
    tsc.isPropertyAccessExpression(at.parent) &&
    at.parent.expression === at &&
    tsc.isCallExpression(at.parent.parent) &&
    at.parent.parent.expression === at.parent
  )
    at = at.parent.parent;
  return at;
}

/** The values of a write, by their fields. @param changes the first object of `updateOne(filter, change)` finds the row */
function valuesIn(ev: Evaluator, root: ts.Node, changes: boolean): Pick<Write, 'keys' | 'data'> {
  const keys = new Map<string, ts.Expression>();
  const data = new Map<string, ts.Expression>();
  const put = (into: Map<string, ts.Expression>, name: string, value: ts.Expression): void => {
    if (!into.has(fieldOf(name))) into.set(fieldOf(name), value);
  };
  const look = (from: ts.Node, depth: number): void =>
    walk(from, part => {
      ev.budget.step();
      if (isFunctionNode(part)) return 'skip';
      const named = tsc.isPropertyAssignment(part) || tsc.isShorthandPropertyAssignment(part);
      const name = named ? propertyName(part) : undefined;
      if (named && name !== undefined) {
        const value = tsc.isPropertyAssignment(part) ? (strip(part.initializer) ?? part.initializer) : part.name;
        const made =
          tsc.isIdentifier(value) && depth === 0 && /^(?:data|create|update|where|defaults)$/.test(name) ? objectsOf(ev, value) : [];
        for (const object of made) look(object, 1);
        if (!tsc.isObjectLiteralExpression(value) && !tsc.isArrayLiteralExpression(value))
          put(isKey(part, changes) ? keys : data, name, value);
      } else if (tsc.isBinaryExpression(part) && /^={2,3}$/.test(part.operatorToken.getText())) put(keys, part.left.getText(), part.right);
      else if (tsc.isCallExpression(part)) {
        const callee = part.expression;
        const method = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
        const [first, second, third] = part.arguments;
        if (/^(?:eq|equals)$/.test(method) && first !== undefined && second !== undefined) put(keys, plain(first), second);
        else if (method === 'where' && first !== undefined && third !== undefined) put(keys, plain(first), third);
        else if (depth === 0)
          for (const arg of part.arguments) if (tsc.isIdentifier(arg)) for (const object of objectsOf(ev, arg)) look(object, 1);
      }
      return undefined;
    });
  look(root, 0);
  return { keys, data };
}

/** `'user_id'`, `usage.userId` */
const plain = (node: ts.Expression): string => (tsc.isStringLiteralLike(node) ? node.text : node.getText().slice(0, 80));

function objectsOf(ev: Evaluator, node: ts.Expression): readonly ts.Node[] {
  return originOf(ev, node, NO_ENV).leaves.flatMap(leaf =>
    tsc.isObjectLiteralExpression(leaf.node) && leaf.path.length === 0 ? [leaf.node] : [],
  );
}

/** Does a field find a row, and is not written? */
function isKey(property: ts.Node, changes: boolean): boolean {
  let object = property.parent;
  for (let up = object.parent; up !== undefined && !tsc.isStatement(up); up = up.parent) {
    if (tsc.isPropertyAssignment(up)) {
      const name = propertyName(up);
      if (name === 'where') return true;
      if (name === 'data' || name === 'create' || name === 'defaults' || name?.startsWith('$')) return false;
    } else if (tsc.isObjectLiteralExpression(up)) object = up;
    else if (tsc.isCallExpression(up)) {
      const method = tsc.isPropertyAccessExpression(up.expression) ? up.expression.name.text : '';
      if (/^(?:filter|filter_by|where|match)$/.test(method)) return true;
      return changes && up.arguments.length > 1 && up.arguments[0] === object;
    }
  }
  return false;
}
