// A cleaned copy that is only kept, while the text itself is what the function answers: `store(clean(text)); return text`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Scope } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { comesFrom, reaches } from './flow.ts';

/** What writes to files and databases. */
const STORES =
  /^(?:node:)?fs(?:\/promises)?$|^(?:pg|mysql2?|mongodb|mongoose|redis|ioredis|@prisma\/client|better-sqlite3|sqlite3|drizzle-orm|knex|@supabase\/supabase-js)\b|^py:(?:sqlalchemy|sqlmodel|psycopg2?|asyncpg|pymongo|motor|redis|sqlite3|aiosqlite|aiofiles)\b/;

/** Does a cleaned text go nowhere but into a file or a database, in a function that returns what the leads answered? */
export function isKeptCopy(ev: Evaluator, node: ts.Node, scope: Scope, leads: ReadonlySet<ts.Node>): boolean {
  if (!isFunctionNode(scope) || scope.body === undefined) return false;
  const ends = reaches(ev.program, node).map(place => endOf(ev, place));
  if (!ends.includes('kept') || ends.includes('elsewhere')) return false;
  let returned = false;
  walk(scope.body, inner => {
    if (returned || isFunctionNode(inner)) return 'skip';
    if (tsc.isReturnStatement(inner) && inner.expression !== undefined) returned = comesFrom(ev.program, inner.expression, leads);
    return undefined;
  });
  return returned;
}

/** Where a value is used: given to what keeps it, given a name whose uses are asked by themselves, or anywhere else. */
function endOf(ev: Evaluator, place: ts.Node): 'kept' | 'named' | 'elsewhere' {
  for (let at = place, up = place.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isVariableDeclaration(up)) return 'named';
    if (tsc.isCallExpression(up) && up.expression !== at) {
      const stores = ev.values(up.expression).some(value => value.kind === 'foreign' && STORES.test(value.package));
      if (stores) return 'kept';
      // `JSON.stringify(text)` inside of it.
      if (tsc.isExpressionStatement(up.parent) || tsc.isAwaitExpression(up.parent)) return 'elsewhere';
      continue;
    }
    if (tsc.isStatement(up) || isFunctionNode(up)) return 'elsewhere';
  }
  return 'elsewhere';
}
