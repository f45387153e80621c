// Counts in DynamoDB, as Python raises them: `table.update_item(Key={...}, UpdateExpression="ADD requests :one", ...)`, whose answer
// holds the new number.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { keywordOf, keywordsIn } from '../evaluator/keywords.ts';
import { textOf } from '../evaluator/values.ts';
import { propertyName, strip } from '../syntax.ts';
import type { Counter } from './counters.ts';
import { keyOf, type Part } from './keys.ts';
import type { Env } from './trace.ts';
import { unitOf, unitOfName } from './units.ts';
import { spanOf } from './windows.ts';

/** The count that an update raises and answers with. */
export function dynamoCount(ev: Evaluator, node: ts.CallExpression, path: readonly string[], env: Env): Counter | undefined {
  const callee = strip(node.expression);
  if (callee === undefined || !tsc.isPropertyAccessExpression(callee) || callee.name.text !== 'update_item') return undefined;
  const [place, field] = path;
  if (place !== 'Attributes' || field === undefined) return undefined;
  if (!ev.values(callee.expression).some(v => v.kind === 'foreign' && /^py:(?:boto3|aioboto3|aiobotocore)$/.test(v.package)))
    return undefined;
  const options = keywordsIn(node.arguments);
  const given = (name: string): ts.Expression | undefined => keywordOf(options, name);
  const added = amountOf(ev, given('UpdateExpression'), given('ExpressionAttributeNames'), field);
  // Without it the answer holds nothing, or what was there before.
  const returned = given('ReturnValues');
  if (added === undefined || returned === undefined || !ev.values(returned).some(v => /^(?:UPDATED|ALL)_NEW$/.test(textOf(v) ?? '')))
    return undefined;
  const amount = entryOf(given('ExpressionAttributeValues'), added);
  const parts: Part[] = (objectOf(given('Key'))?.properties ?? []).flatMap(p =>
    tsc.isPropertyAssignment(p) ? [{ node: p.initializer, env, field: propertyName(p) ?? '' }] : [],
  );
  const spans = parts.map(part => spanOf(ev, part.node, env));
  const window = spans.find(span => span !== undefined);
  const unit = unitOfName(field);
  return {
    key: keyOf(
      ev,
      parts.filter((_, i) => spans[i] === undefined),
    ),
    unit: unit === 'unknown' ? unitOf(ev, amount, env) : unit,
    window: window === undefined ? Number.POSITIVE_INFINITY : window,
    state: 'shared',
    what: 'a count in DynamoDB',
  };
}

/** The name of the value that an expression adds to a field: `ADD #n :one`, `SET n = if_not_exists(n, :zero) + :one`. */
function amountOf(ev: Evaluator, update: ts.Expression | undefined, names: ts.Expression | undefined, field: string): string | undefined {
  if (update === undefined) return undefined;
  for (const value of ev.values(update)) {
    const text = textOf(value) ?? '';
    for (const match of text.matchAll(
      /(?:\bADD\s+|,\s*)([#\w]+)\s+(:\w+)|([#\w]+)\s*=\s*(?:if_not_exists\([^)]*\)|[#\w]+)\s*\+\s*(:\w+)/gi,
    )) {
      const written = match[1] ?? match[3] ?? '';
      const alias = written.startsWith('#') ? entryOf(names, written) : undefined;
      const meant = alias === undefined ? written : ev.values(alias).map(v => textOf(v) ?? '')[0];
      if (meant === field) return match[2] ?? match[4];
    }
  }
  return undefined;
}

function objectOf(node: ts.Expression | undefined): ts.ObjectLiteralExpression | undefined {
  const inner = strip(node);
  return inner !== undefined && tsc.isObjectLiteralExpression(inner) ? inner : undefined;
}

function entryOf(node: ts.Expression | undefined, name: string): ts.Expression | undefined {
  const property = objectOf(node)?.properties.find(p => propertyName(p) === name);
  return property !== undefined && tsc.isPropertyAssignment(property) ? property.initializer : undefined;
}
