// Counts of use in a database: rows that are counted or summed, and fields of a record that are raised or lowered.
import type { ts } from 'ts-morph';
import type { Limit } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { resolve } from '../scope.ts';
import { isAssignment, propertyName, strip } from '../syntax.ts';
import { callsOf, chainOf } from './chains.ts';
import { type Counter, stateOf } from './counters.ts';
import { keyOf, type Part } from './keys.ts';
import type { Whole } from './own.ts';
import { rowsLack } from './rows.ts';
import type { Env } from './trace.ts';
import { unitOfName } from './units.ts';
import { spanOf } from './windows.ts';

const COUNTING = new Set(['count', 'countDocuments', 'estimatedDocumentCount', '$count', 'countBy', 'count_documents']);
const SUMMING = new Set(['aggregate', 'sum', 'groupBy']);
const RAW = new Set([
  'query',
  'execute',
  'run',
  'get',
  'all',
  '$queryRaw',
  '$queryRawUnsafe',
  'raw',
  'unsafe',
  'prepare',
  'first',
  'one',
  'oneOrNone',
  'sql',
  'rpc',
  'fetchval',
  'fetchrow',
  'fetch_one',
  'fetch_val',
  'text',
]);
/** Methods that run a statement which was put together before. */
const RUNS = new Set(['execute', 'scalar', 'scalars', 'exec']);
const ROWS = new Set(['findMany', 'find', 'collect', 'toArray', 'getMany', 'select', 'list', 'execute', 'lean', 'take', 'getDocs']);
const ONE_ROW = new Set([
  'findUnique',
  'findUniqueOrThrow',
  'findFirst',
  'findFirstOrThrow',
  'findOne',
  'findById',
  'findOneBy',
  'single',
  'maybeSingle',
  'first',
  'unique',
  'get',
  'limit',
  'execute',
  'where',
  'upsert',
  'findOneAndUpdate',
  'executeTakeFirst',
  'findByPk',
  'find_one',
  'find_one_and_update',
  'fetchone',
  'fetchrow',
  'fetch_one',
  'fetchval',
  'fetch_val',
  'scalar',
  'scalar_one',
  'scalar_one_or_none',
  'one',
  'one_or_none',
  'get_or_create',
  'get_or_none',
]);
/** What selects rows by conditions that are written as comparisons: `where(Row.user_id == user_id)` of Python. */
const SELECTS = /^(?:where|filter|and_|and|having|join)$/;
const NOT_EARLIER = new Set(['gte', 'gt', '$gte', '$gt', 'MoreThan', 'MoreThanOrEqual', 'after', 'since', 'between', 'Between']);

/** A query that counts rows or sums a column. */
export function databaseCount(
  ev: Evaluator,
  node: ts.CallExpression | ts.TaggedTemplateExpression,
  path: readonly string[],
  env: Env,
  whole: Whole,
): Counter | undefined {
  const roots = statementsOf(ev, node);
  const sql = roots.map(sqlIn).join(' ');
  const chain = roots.flatMap(callsOf);
  const names = chain.map(c => c.name);
  const counts =
    path[0] === '_count' ||
    names.some(n => COUNTING.has(n)) ||
    /\bcount\s*\(/i.test(sql) ||
    selects(chain, 'count') ||
    asksForCount(chain, path);
  // Prisma answers with several numbers at once: `{ _sum: { tokens }, _count }`.
  const summed = path[0] === '_count' ? undefined : path[0] === '_sum' ? path[1] : sumOf(chain, sql);
  const rows = path.at(-1) === 'length' && names.some(n => ROWS.has(n)) && chain.length > 1;
  if (!counts && summed === undefined && !rows) return undefined;
  const root = tsc.isCallExpression(node) ? chainOf(node).at(-1)?.on : undefined;
  // A count of things in memory is none in a database.
  if (root !== undefined && ['process', 'local'].includes(stateOf(ev, root))) return undefined;
  if (sql === '' && chain.length === 0) return undefined;
  const { parts, since } = filtersOf(ev, roots, env);
  // The length of a list of rows is mostly that of a history; only rows since some time are use.
  if (rows && !counts && since === undefined) return undefined;
  const key = keyOf(ev, parts);
  // All rows of a table, of nobody and of no time, are things that exist.
  if (since === undefined && key.scope !== 'user') return undefined;
  const unit: Limit['unit'] = summed === undefined ? 'requests' : unitOfName(summed);
  const needs = rowsLack(ev, whole, { roots, env, parts });
  return {
    key,
    unit,
    window: since === undefined ? Number.POSITIVE_INFINITY : since,
    state: 'shared',
    what: summed === undefined ? 'a count in the database' : 'a sum in the database',
    ...(needs === undefined ? {} : { needs }),
  };
}

/** A query, and the statement that it runs: `statement = select(...)` before `session.execute(statement)`. */
function statementsOf(ev: Evaluator, node: ts.CallExpression | ts.TaggedTemplateExpression): readonly ts.Node[] {
  const out: ts.Node[] = [node];
  if (!tsc.isCallExpression(node)) return out;
  for (const { name, call } of chainOf(node)) {
    const given = RUNS.has(name) ? strip(call.arguments[0]) : undefined;
    if (given === undefined) continue;
    if (tsc.isCallExpression(given)) out.push(given);
    const binding = tsc.isIdentifier(given) ? resolve(given) : undefined;
    const made = binding?.kind === 'variable' && binding.element === undefined ? binding.node : undefined;
    if (made?.initializer !== undefined) out.push(strip(made.initializer) ?? made.initializer);
    // `statement = statement.where(...)`
    const unit = made === undefined ? undefined : ev.program.unitOf(made);
    for (const use of unit === undefined || !tsc.isIdentifier(given) ? [] : ev.program.identifiers(unit, given.text)) {
      const { parent } = use;
      if (!tsc.isBinaryExpression(parent) || parent.left !== use || !isAssignment(parent.operatorToken.kind)) continue;
      const other = resolve(use);
      if (other?.kind === 'variable' && other.node === made) out.push(strip(parent.right) ?? parent.right);
    }
  }
  return out.slice(0, 8);
}

/** The text of a query, of all its string parts. */
function sqlIn(node: ts.Node): string {
  let text = '';
  const root = tsc.isTaggedTemplateExpression(node) ? node : node;
  walk(root, part => {
    if (text.length > 4000) return 'skip';
    if (tsc.isStringLiteralLike(part) || tsc.isTemplateHead(part) || tsc.isTemplateMiddleOrTemplateTail(part)) text += ` ${part.text}`;
    return undefined;
  });
  return /\bselect\b|\bcount\s*\(|\bsum\s*\(/i.test(text) ? text : '';
}

/** Drizzle: `select({ n: count(x) })`. */
function selects(chain: ReturnType<typeof chainOf>, fn: string): boolean {
  return chain.some(
    ({ name, call }) =>
      (name === 'select' || name === 'query') && call.arguments.some(a => new RegExp(`\\b${fn}(?:Distinct)?\\(`).test(a.getText())),
  );
}

/** Supabase: `select('*', { count: 'exact', head: true })`. */
function asksForCount(chain: ReturnType<typeof chainOf>, path: readonly string[]): boolean {
  return (
    path[0] === 'count' && chain.some(({ name, call }) => name === 'select' && /count:\s*['"`]/.test(call.arguments[1]?.getText() ?? ''))
  );
}

/** The column that is summed, if any. */
function sumOf(chain: ReturnType<typeof chainOf>, sql: string): string | undefined {
  const inSql = /\bsum\s*\(\s*(?:coalesce\s*\(\s*)?["`]?(?:\w+["`]?\.["`]?)?(\w+)/i.exec(sql)?.[1];
  if (inSql !== undefined) return inSql;
  for (const { name, call } of chain) {
    if (!SUMMING.has(name) && name !== 'select' && name !== 'query') continue;
    const text = call.arguments
      .map(a => a.getText())
      .join(' ')
      .slice(0, 2000);
    const column =
      /_sum:\s*\{\s*(\w+)/.exec(text)?.[1] ??
      /\bSum\(\s*['"](\w+)/.exec(text)?.[1] ??
      /\$sum:\s*['"]\$(\w+)/.exec(text)?.[1] ??
      /\bsum\(\s*(?:\$\{\s*)?(?:\w+\.)*(\w+)/.exec(text)?.[1];
    if (column !== undefined) return column;
    if (name === 'sum') return text.replace(/\W/g, '');
  }
  return undefined;
}

/** The values that rows are selected by, and the time since which. */
function filtersOf(ev: Evaluator, roots: readonly ts.Node[], env: Env): { parts: Part[]; since: number | null | undefined } {
  const parts: Part[] = [];
  let since: number | null | undefined;
  const time = (expression: ts.Expression): boolean => {
    const span = spanOf(ev, expression, env);
    if (span === undefined) return false;
    since = since === undefined || since === null ? span : span === null ? since : Math.min(since, span);
    return true;
  };
  const look = (part: ts.Node): unknown => {
    ev.budget.step();
    if (parts.length > 40) return 'skip';
    if (tsc.isPropertyAssignment(part)) {
      const name = propertyName(part);
      const value = strip(part.initializer) ?? part.initializer;
      if (tsc.isObjectLiteralExpression(value) || tsc.isArrayLiteralExpression(value) || tsc.isLiteralExpression(value)) return undefined;
      // Django writes `created__gte=since` and `created__date=today`.
      const [, lookup] = /^\w+?__(?:\w+__)?(gte|gt|date|range)$/.exec(name ?? '') ?? [];
      if (name !== undefined && (NOT_EARLIER.has(name) || lookup !== undefined) && time(value)) return 'skip';
      // What comes back is no filter.
      if (inside(part, 'where') || inside(part, '$match') || isFilter(part))
        parts.push({ node: value, env, ...(name === undefined ? {} : { field: name }) });
      return undefined;
    }
    if (tsc.isShorthandPropertyAssignment(part)) {
      if (inside(part, 'where') || inside(part, '$match') || isFilter(part)) parts.push({ node: part.name, env, field: part.name.text });
      return undefined;
    }
    if (tsc.isTemplateSpan(part)) {
      if (!time(part.expression)) parts.push({ node: part.expression, env });
      return undefined;
    }
    if (tsc.isCallExpression(part)) {
      const callee = part.expression;
      const name = tsc.isIdentifier(callee) ? callee.text : tsc.isPropertyAccessExpression(callee) ? callee.name.text : '';
      const last = part.arguments.at(-1);
      if (last === undefined) return undefined;
      if (NOT_EARLIER.has(name) || (/^(?:where|andWhere|filter)$/.test(name) && /^['"]>=?['"]$/.test(part.arguments[1]?.getText() ?? '')))
        time(last);
      else if (SELECTS.test(name))
        for (const arg of part.arguments) {
          const one = strip(arg);
          if (one === undefined || !tsc.isBinaryExpression(one)) continue;
          const operator = one.operatorToken.getText();
          if (/^>=?$/.test(operator)) time(one.right);
          else if (/^={2,3}$/.test(operator) && !time(one.right))
            parts.push({ node: one.right, env, field: one.left.getText().slice(0, 80) });
        }
      else if (/^(?:eq|equals|is|match|contains)$/.test(name)) parts.push({ node: last, env, field: part.arguments[0]?.getText() ?? '' });
      else if (RAW.has(name)) {
        for (const arg of part.arguments.slice(1)) {
          const list = strip(arg);
          const items = list !== undefined && tsc.isArrayLiteralExpression(list) ? list.elements : [arg];
          for (const item of items.flatMap(valuesOf)) if (!time(item)) parts.push({ node: item, env });
        }
      } else if (name === 'bind') for (const arg of part.arguments) if (!time(arg)) parts.push({ node: arg, env });
    }
    return undefined;
  };
  for (const root of roots) walk(root, look);
  const sql = roots.map(sqlIn).join(' ');
  if (since === undefined && /interval|date_trunc|current_date|date\(\s*'now'|curdate/i.test(sql)) since = spanInSql(sql);
  return { parts, since };
}

/** The values of named parameters: `{"user": user_id}`. Options are no values of a query. */
function valuesOf(item: ts.Expression): readonly ts.Expression[] {
  const object = strip(item);
  if (object === undefined || !tsc.isObjectLiteralExpression(object)) return [item];
  return isPython(object) ? object.properties.flatMap(p => (tsc.isPropertyAssignment(p) ? [p.initializer] : [])) : [];
}

function spanInSql(sql: string): number | null {
  const interval = /interval\s*'?\s*(\d+)\s*(second|minute|hour|day|week|month)/i.exec(sql);
  if (interval !== null)
    return (
      Number(interval[1]) *
      ({ s: 1, h: 3600, d: 86_400, w: 604_800 }[interval[2]?.[0]?.toLowerCase() ?? ''] ??
        (interval[2]?.toLowerCase() === 'minute' ? 60 : 2_592_000))
    );
  const part = /date_trunc\(\s*'(\w+)'/i.exec(sql)?.[1]?.toLowerCase();
  if (part !== undefined) return { hour: 3600, day: 86_400, week: 604_800, month: 2_592_000 }[part] ?? null;
  return 86_400;
}

/** Does a property stand below one of this name? */
function inside(node: ts.Node, name: string): boolean {
  for (let up = node.parent; up !== undefined && !tsc.isStatement(up); up = up.parent)
    if (tsc.isPropertyAssignment(up) && propertyName(up) === name) return true;
  return false;
}

/** Mongo's `countDocuments({ userId })`, `find({ userId })`: the first argument is the filter itself. */
function isFilter(property: ts.ObjectLiteralElementLike): boolean {
  let object: ts.Node = property.parent;
  while (tsc.isPropertyAssignment(object.parent)) object = object.parent.parent;
  const call = object.parent;
  if (!tsc.isCallExpression(call) || call.arguments[0] !== object || !tsc.isPropertyAccessExpression(call.expression)) return false;
  const name = call.expression.name.text;
  if (property.parent === object && /^(?:where|select|data|orderBy|include|take|skip|_sum|_count)$/.test(propertyName(property) ?? ''))
    return false;
  return COUNTING.has(name) || /^(?:find|findOne|find_one|find_one_and_update|where|filter|filter_by|a?get|get_or_create)$/.test(name);
}

/** A field of a record that some code raises with each use, or a balance that it lowers. */
export function recordField(ev: Evaluator, node: ts.CallExpression, path: readonly string[], env: Env, whole: Whole): Counter | undefined {
  const field = path.findLast(p => !/^\d+$/.test(p) && p !== 'data' && p !== 'rows' && p !== 'value') ?? columnOf(node, path);
  if (field === undefined || field === 'length') return undefined;
  if (!isOneRow(ev, node)) return undefined;
  const moved = moves(ev, node, field);
  if (moved === undefined) return undefined;
  const roots = statementsOf(ev, node);
  const { parts, since } = filtersOf(ev, roots, env);
  const needs = moved === 'up' ? rowsLack(ev, whole, { roots, env, parts, raised: field }) : undefined;
  // A record of one day is another one on the next day.
  const spans = [since ?? [], ...parts.map(part => spanOf(ev, part.node, part.env) ?? [])].flat();
  return {
    key: keyOf(ev, parts.length > 0 ? parts : chainOf(node).flatMap(c => c.call.arguments.map(a => ({ node: a, env })))),
    unit: moved === 'up' && unitOfName(field) === 'unknown' ? 'requests' : unitOfName(field),
    window: spans.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...spans),
    state: 'shared',
    what: moved === 'up' ? `the field ${field} of a record` : `a balance in the field ${field}`,
    balance: moved === 'down',
    ...(needs === undefined ? {} : { needs }),
  };
}

/** Does a call fetch one record of a database? */
export function isOneRow(ev: Evaluator, node: ts.CallExpression): boolean {
  const chain = chainOf(node);
  const root = chain.at(-1)?.on;
  return root !== undefined && chain.some(c => ONE_ROW.has(c.name)) && !['process', 'local'].includes(stateOf(ev, root));
}

/** The values by which a record is found. */
export function rowFilters(ev: Evaluator, node: ts.CallExpression, env: Env): readonly Part[] {
  const { parts } = filtersOf(ev, statementsOf(ev, node), env);
  return parts.length > 0 ? parts : chainOf(node).flatMap(c => c.call.arguments.map(a => ({ node: a, env })));
}

/** `SELECT used FROM quota WHERE user_id = ?`: the column behind a place in the row. */
function columnOf(node: ts.CallExpression, path: readonly string[]): string | undefined {
  const at = path.find(p => /^\d+$/.test(p)) ?? (path.length === 0 ? '0' : undefined);
  const columns = /^\s*select\s+([\w\s,."`]+?)\s+from\b/i.exec(sqlIn(node))?.[1]?.split(',') ?? [];
  return at === undefined ? undefined : /(\w+)["`]?\s*$/.exec(columns[Number(at)] ?? '')?.[1];
}

/** Is a field raised or lowered somewhere in the files that were read? */
function moves(ev: Evaluator, node: ts.Node, field: string): 'up' | 'down' | undefined {
  if (!/^\w+$/.test(field)) return undefined;
  const own = node.getSourceFile().fileName;
  for (const file of [own, ...neighbours(ev, own)]) {
    const unit = ev.program.unit(file);
    if (unit === undefined) continue;
    for (const id of ev.program.identifiers(unit, field)) {
      const property = id.parent;
      if (!tsc.isPropertyAssignment(property) || property.name !== id) continue;
      const text = property.initializer.getText().slice(0, 200);
      if (/\bincrement\b|\$inc\b/.test(text) || new RegExp(`\\b${field}\\b[^,]{0,40}\\+`).test(text)) return 'up';
      if (/\bdecrement\b/.test(text) || new RegExp(`\\b${field}\\b[^,]{0,40}-`).test(text)) return 'down';
      if (tsc.isPropertyAssignment(property.parent.parent) && propertyName(property.parent.parent) === '$inc')
        return text.startsWith('-') ? 'down' : 'up';
    }
    // Python's keys are texts.
    const added = new RegExp(`["']\\$inc["']\\s*:\\s*\\{[^}]{0,300}["']${field}["']\\s*:\\s*(-?)`).exec(unit.ast.text);
    if (added !== null) return added[1] === '-' ? 'down' : 'up';
    const sql = new RegExp(`\\b${field}"?\\s*=\\s*"?(?:\\w+\\.)?${field}"?\\s*([+-])`).exec(unit.ast.text);
    if (sql !== null) return sql[1] === '+' ? 'up' : 'down';
  }
  return undefined;
}

/** The files that a file imports, or that lie beside it. */
function neighbours(ev: Evaluator, file: string): string[] {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const out = new Set<string>();
  for (const imported of ev.program.unit(file)?.imports.values() ?? []) {
    const target = ev.program.inventory.resolveImport(file, imported.specifier);
    if (target !== undefined) out.add(target);
  }
  for (const other of ev.program.inventory.files) {
    if (out.size > 30) break;
    if (other.startsWith(folder) && !other.slice(folder.length).includes('/') && /\.[cm]?[jt]sx?$/.test(other) && other !== file)
      out.add(other);
  }
  return [...out].slice(0, 30);
}
