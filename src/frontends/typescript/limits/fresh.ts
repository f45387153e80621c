// Is the key of a count another one at each request, or each second? Then the count never grows.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { foreignPath } from '../evaluator/values.ts';
import { enclosingFunction } from '../scope.ts';
import type { Part } from './keys.ts';
import { originOf } from './trace.ts';
import { spanOf } from './windows.ts';

/** What a count lacks whose key is always new. */
export const SAME_KEY = 'its key stays the same for longer than one request';

/** What a count lacks whose key keeps the time at which the process was started. */
const NEW_TIME = 'the time in its key is asked at each request, and not once when the process starts';
const TIME = /\bDate\b|\btoISOString\b|\bdatetime\b|\bTemporal\b|\bstrftime\b/;

/** Packages that make what nobody had before; of the platform, some functions do. */
const RANDOM = /^(?:uuid|nanoid(?:\/.+)?|cuid|@paralleldrive\/cuid2|ulid|ulidx|uniqid|py:(?:uuid|secrets|random|nanoid|ulid|shortuuid))$/;
const RANDOM_OF_PLATFORM = /(?:^|\.)(?:randomUUID|randomBytes|randomInt|getRandomValues|random)$/;
const PLATFORM = /^(?:(?:node:)?crypto)?$/;
/** Parts of a second, or all parts of a time. */
const SECONDS = /get(?:UTC)?(?:Seconds|Milliseconds)\(|strftime\(\s*f?['"`][^'"`]*%[SfscXTr]/;
const CUT = /to(?:ISO|JSON|Date)\w*\(\)\s*\.\s*(?:slice|substring|substr)\(\s*0\s*,\s*(\d+)\s*\)/;
const WHOLE = /^(?:Date\.now\(\)|performance\.now\(\)|new Date\(\))$|\.(?:toISOString|toJSON|getTime|valueOf|timestamp)\(\)$/;
/** Characters of `2030-01-31T12:30`. */
const TO_THE_MINUTE = 16;

/** What the key of a count lacks, if anything. */
export function keyLacks(ev: Evaluator, key: Part): { readonly needs?: string } {
  if (isFresh(ev, key)) return { needs: SAME_KEY };
  return isStale(ev, key) ? { needs: NEW_TIME } : {};
}

/** Is the time in a key asked once, when the process starts? Then no day ever follows. */
function isStale(ev: Evaluator, { node, env }: Part): boolean {
  if (enclosingFunction(node) === undefined || typeof spanOf(ev, node, env) !== 'number') return false;
  const { leaves, entered } = originOf(ev, node, env);
  const times = leaves.filter(leaf => TIME.test(leaf.node.getText().slice(0, 200)) && !tsc.isTemplateExpression(leaf.node));
  return (
    times.length > 0 &&
    times.every(leaf => {
      const fn = enclosingFunction(leaf.node);
      const steps = fn === undefined ? [] : entered.filter(step => step.fn === fn);
      return fn === undefined || (steps.length > 0 && steps.every(step => enclosingFunction(step.call) === undefined));
    })
  );
}

/** Is a key made anew for each request, or for each second? */
export function isFresh(ev: Evaluator, { node, env }: Part): boolean {
  const { leaves } = originOf(ev, node, env);
  const span = spanOf(ev, node, env);
  if (typeof span === 'number' && span <= 1) return true;
  return leaves.some(leaf => isRandom(ev, leaf.node) || (!tsc.isTemplateExpression(leaf.node) && isToTheSecond(leaf.node, span)));
}

function isToTheSecond(node: ts.Expression, span: number | null | undefined): boolean {
  const text = node.getText().slice(0, 400);
  if (SECONDS.test(text)) return true;
  const cut = CUT.exec(text)?.[1];
  if (cut !== undefined) return Number(cut) > TO_THE_MINUTE;
  // A time whose parts were read is not the whole of it.
  return span === null && WHOLE.test(text);
}

function isRandom(ev: Evaluator, node: ts.Expression): boolean {
  if (!tsc.isCallExpression(node)) return false;
  return ev.values(node.expression).some(value => {
    if (value.kind !== 'foreign') return false;
    return RANDOM.test(value.package) || (PLATFORM.test(value.package) && RANDOM_OF_PLATFORM.test(foreignPath(value)));
  });
}
