// What one request may cost: conditions on the usage of an agent run, and budgets in its options.
import type { ts } from 'ts-morph';
import type { Limit } from '../../../core/index.ts';
import { asAmount, numbersIn, type Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { throws } from './branches.ts';
import { isComparison, NO_ENV } from './trace.ts';
import { unitOf } from './units.ts';
import { numberOf } from './windows.ts';

/** Options that hold a budget in dollars. */
const BUDGETS = ['maxBudgetUsd', 'max_budget_usd'].flatMap(name => [`body.options.${name}`, `client.options.${name}`]);
/** Options that hold a number of tokens after which a run is ended: one for all of them, or one for each direction. */
const TOKENS: readonly (readonly (readonly string[])[])[] = [
  [['total_tokens_limit']],
  [
    ['input_tokens_limit', 'request_tokens_limit'],
    ['output_tokens_limit', 'response_tokens_limit'],
  ],
];
/** Options that hold conditions which end a run, and those whose exception does. */
const STOPS = ['body.stopWhen', 'client.stopWhen', 'request.stopWhen'];
const PREPARES = ['body.prepareStep', 'client.prepareStep'];

interface Ceiling {
  readonly unit: 'usd' | 'tokens';
  readonly amount: number | null;
  readonly node: ts.Node;
  readonly what: string;
}

/** The ceilings that stand in the options of agent runs. */
export function ceilings(reading: Reading): Limit[] {
  const { inventory, ev } = reading;
  const production = reading.sites.filter(site => inventory.roleOf(site.node.getSourceFile().fileName) === 'production');
  const all = [...production.map(s => s.node), ...reading.requests.map(r => r.node)];
  return production.flatMap(site => {
    const ceiling = ev.budget.ask(
      () => ceilingOf(reading, site),
      () => undefined,
    );
    if (ceiling === undefined) return [];
    const others = all.filter(node => node !== site.node && inventory.roleOf(node.getSourceFile().fileName) === 'production');
    const limit: Limit = {
      kind: 'limit',
      location: placeOf(ceiling.node),
      role: 'production',
      scope: 'request',
      unit: ceiling.unit,
      amount: ceiling.amount,
      window: null,
      state: 'none',
      reach: 'on-path',
      label: `${ceiling.what}: ${ceiling.amount ?? 'a number of'} ${ceiling.unit === 'usd' ? 'dollars' : 'tokens'} per request`,
      ...(others.length === 0 ? {} : { misses: others.map(node => placeOf(node)) }),
    };
    return [limit];
  });
}

function ceilingOf(reading: Reading, site: Site): Ceiling | undefined {
  const { ev, options } = reading;
  for (const at of BUDGETS) {
    const look = options.look(site, at);
    if (look.found.length === 0 || look.absent) continue;
    const [amount = null] = numbersIn(look.found);
    return { unit: 'usd', amount, node: look.node ?? site.node, what: at.slice(at.lastIndexOf('.') + 1) };
  }
  for (const parts of TOKENS) {
    const ceiling = tokensOf(reading, site, parts);
    if (ceiling !== undefined) return ceiling;
  }
  for (const at of [...STOPS, ...PREPARES]) {
    const found = options.look(site, at).found.flatMap(v => (v.kind === 'array' ? ev.anyMember([v]) : [v]));
    for (const value of found) {
      if (value.kind !== 'function') continue;
      const ceiling = comparedUsage(ev, value.node, PREPARES.includes(at));
      if (ceiling !== undefined) return { ...ceiling, what: at.slice(at.lastIndexOf('.') + 1) };
    }
  }
  return undefined;
}

/** `usage_limits=UsageLimits(total_tokens_limit=20_000)` */
function tokensOf({ options }: Reading, site: Site, parts: readonly (readonly string[])[]): Ceiling | undefined {
  let amount = 0;
  let node: ts.Node | undefined;
  for (const names of parts) {
    const looks = names.map(name => asAmount(options.look(site, `request.usage_limits.${name}`)));
    const set = looks.find(look => look.found.length > 0 && !look.absent);
    const numbers = numbersIn(set?.found ?? []);
    if (set === undefined || numbers.length === 0) return undefined;
    amount += Math.max(...numbers);
    node ??= set.node;
  }
  return { unit: 'tokens', amount, node: node ?? site.node, what: parts.map(names => names[0]).join(' and ') };
}

/** A comparison of what was used with a number, inside a function. */
function comparedUsage(ev: Evaluator, fn: FunctionNode, mustThrow: boolean): Omit<Ceiling, 'what'> | undefined {
  let found: Omit<Ceiling, 'what'> | undefined;
  if (fn.body === undefined) return undefined;
  walk(fn.body, node => {
    if (found !== undefined || !isComparison(node)) return undefined;
    if (mustThrow && !endsInThrow(node)) return undefined;
    for (const [side, other] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
      const unit = unitOf(ev, side, NO_ENV);
      if (unit !== 'usd' && unit !== 'tokens') continue;
      found ??= { unit, amount: numberOf(ev, other, NO_ENV) ?? null, node };
    }
    return undefined;
  });
  return found;
}

function endsInThrow(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined && !tsc.isBlock(up); up = up.parent)
    if (tsc.isIfStatement(up)) return throws(up.thenStatement);
  return false;
}
