// What a call of a database does: a query that the model writes, or one of the code.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { ModelText } from '../conversation/model-text.ts';
import { textOf } from '../evaluator/values.ts';
import type { Reading } from '../reader.ts';
import { propertyName, strip } from '../syntax.ts';
import type { Effect } from './effect.ts';

/** A query that the model writes is free SQL; a written one is access to data. */
export function sqlEffect(
  reading: Reading,
  text: ModelText,
  base: Effect,
  node: ts.Node,
  args: readonly ts.Expression[],
  path: string,
): Effect {
  const first = args[0];
  // What a prepared statement is run with are values, not SQL.
  if (/(?:^|\.)prepare\.(?:.*\.)?(?:all|get|run|each|iterate|execute|query)$/.test(path)) return { ...base, does: 'db-read' };
  if (first === undefined || tsc.isTaggedTemplateExpression(node)) return { ...base, does: 'db-read' };
  // `{ text: sql, values }`: only the text is the query.
  const object = strip(first);
  const query =
    object !== undefined && tsc.isObjectLiteralExpression(object)
      ? object.properties.flatMap(p =>
          tsc.isPropertyAssignment(p) &&
          ['text', 'sql', 'query', 'statement', 'sql_query', 'operation', 'cypher'].includes(propertyName(p) ?? '')
            ? [p.initializer]
            : [],
        )
      : [first];
  if (query.some(q => text.reaches(q))) return { ...base, does: 'sql-write', model: true };
  const words = query.flatMap(q => reading.ev.values(q).flatMap(v => textOf(v) ?? []));
  const writes = words.some(w => /^\s*(?:insert|update|delete|drop|alter|create|truncate|merge|replace)\b/i.test(w));
  const deletes = words.some(w => /^\s*(?:delete|drop|truncate)\b/i.test(w));
  if (/(?:^|\.)(?:get|all|each|iterate)$/.test(path) && words.length === 0) return { ...base, does: 'db-read' };
  return { ...base, does: writes ? 'db-write' : 'db-read', changes: deletes ? 'delete' : writes ? 'write' : undefined };
}
