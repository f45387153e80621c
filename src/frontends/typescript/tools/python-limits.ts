// Does a request of a Python tool end in time? Some of Python's clients wait for ever unless they are told not to, others have a limit.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { keywordsIn } from '../evaluator/keywords.ts';
import type { Value } from '../evaluator/values.ts';
import type { Reading } from '../reader.ts';
import type { Effect } from './effect.ts';

/** Clients that end a request by themselves: httpx after five seconds without an answer, aiohttp after five minutes. */
const LIMITED = new Set(['py:httpx', 'py:httpx2', 'py:aiohttp']);
/** Clients that wait for ever. */
const ENDLESS = new Set(['py:requests', 'py:urllib', 'py:urllib3', 'py:http', 'py:requests_html', 'py:cloudscraper']);

/** The limit of one request; undefined: nothing is known of the client. */
export function pythonLimit(reading: Reading, effect: Effect): 'yes' | 'no' | undefined {
  const limited = LIMITED.has(effect.package);
  if (!limited && !ENDLESS.has(effect.package)) return undefined;
  const { node } = effect;
  if (!tsc.isCallExpression(node) && !tsc.isNewExpression(node)) return undefined;
  // A request of urllib is only described by its object; `urlopen` sends it, and waits.
  if (effect.package === 'py:urllib' && tsc.isNewExpression(node)) return 'yes';
  const own = timeoutIn(reading, node.arguments ?? []);
  if (own.length > 0) return own.some(isNone) ? 'no' : 'yes';
  // The client that the request is made with: `httpx.AsyncClient(timeout=None)`.
  for (const value of reading.near.values(node.expression)) {
    const made = value.kind === 'foreign' ? value.steps.find(step => step.kind !== 'member') : undefined;
    const given = made?.kind === 'new' || made?.kind === 'call' ? timeoutIn(reading, made.args ?? []) : [];
    if (given.length > 0 && limited) return given.some(isNone) ? 'no' : 'yes';
  }
  return limited ? 'yes' : 'no';
}

function timeoutIn(reading: Reading, args: readonly ts.Expression[]): readonly Value[] {
  const keywords = keywordsIn(args);
  if (keywords === undefined) return [];
  const values = reading.near.values(keywords);
  return reading.near.inside(values, 'timeout').found.flatMap(value => {
    // `aiohttp.ClientTimeout(total=None)`
    const made = value.kind === 'foreign' ? value.steps.findLast(step => step.kind !== 'member') : undefined;
    const inner = made?.kind === 'new' ? keywordsIn(made.args ?? []) : undefined;
    const total = inner === undefined ? [] : reading.near.inside(reading.near.values(inner), 'total').found;
    return total.length > 0 ? total : [value];
  });
}

function isNone(value: Value): boolean {
  return value.kind === 'literal' && (value.value === null || value.value === undefined);
}
