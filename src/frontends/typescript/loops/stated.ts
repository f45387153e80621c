// The bound of an SDK's own loop, as it is written: a number of steps, conditions that stop it, or an amount of money.
import type { Loop } from '../../../core/index.ts';
import { numbersIn, type Site } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import { foreignPath, isOpen, type Value } from '../evaluator/values.ts';
import { isSentLimit } from './from-client.ts';

type LoopShape = NonNullable<Site['classified']['sdk']['loop']>;

/**
 * Reads the bound that is written for the loop of an SDK: a number, or conditions that stop it.
 * @param at where it is written, in the descriptor's words
 */
export function stated(ev: Evaluator, values: Values, shape: LoopShape, at: string): Omit<Loop, 'location'> | undefined {
  const name = at.slice(at.lastIndexOf('.') + 1);
  const numbers = numbersIn(values);
  if (values.some(v => v.kind === 'literal' && (v.value === null || v.value === Number.POSITIVE_INFINITY)))
    return { status: 'unbounded', bound: null, how: `${name} switches the bound off`, basis: 'none' };
  if (numbers.length > 0)
    return { status: 'bounded', bound: Math.max(...numbers), how: `${name} ${Math.max(...numbers)}`, basis: 'explicit' };
  const sent = { status: 'bounded', bound: null, how: `${name}, which whoever asks may set`, basis: 'soft' } as const;
  if (values.some(v => v.kind === 'request')) return sent;
  const bounds: number[] = [];
  let chosen = false;
  let bounded = false;
  let unbounded = false;
  let open = false;
  const read = (value: Value): void => {
    if (value.kind === 'array') {
      if (value.node.elements.length === 0) unbounded = true;
      // One reached condition stops the loop, so a single bound in the list is enough.
      for (const inner of ev.anyMember([value])) read(inner);
    } else if (value.kind === 'foreign') {
      const call = value.steps.find(s => s.kind === 'call' || s.kind === 'new');
      const fn = foreignPath(value);
      // Conditions that are joined: one of them is enough.
      value.steps.forEach((step, i) => {
        const joined = value.steps[i + 1];
        if (step.kind !== 'member' || step.name !== 'pipe' || joined?.kind !== 'call') return;
        for (const arg of joined.args ?? []) if (!tsc.isSpreadElement(arg)) ev.values(arg, joined.frame).forEach(read);
      });
      if (shape.boundedBy?.includes(fn) === true && (call?.kind === 'call' || call?.kind === 'new')) {
        const arg = call.args?.[0];
        const values = arg === undefined ? [] : ev.values(arg, call.frame);
        const given = arg !== undefined && isKeywords(arg) ? numbersIn(ev.anyMember(values)) : numbersIn(values);
        if (given.length === 0 && arg !== undefined && values.some(v => v.kind === 'request') && isSentLimit(ev, arg, arg)) chosen = true;
        else if (given.some(n => !Number.isFinite(n))) unbounded = true;
        else bounded = true;
        bounds.push(...given.filter(n => Number.isFinite(n)));
      } else if (shape.unboundedBy?.includes(fn) === true) unbounded = true;
    } else open = true;
  };
  for (const value of values) read(value);
  if (bounded)
    return {
      status: 'bounded',
      bound: bounds.length === 0 ? null : Math.max(...bounds),
      how: `${name}${bounds.length === 0 ? '' : `, ${Math.max(...bounds)} steps`}`,
      basis: 'explicit',
    };
  if (chosen) return sent;
  if (unbounded) return { status: 'unbounded', bound: null, how: `${name} never stops it`, basis: 'none' };
  if (open && values.some(v => v.kind === 'function'))
    return {
      status: 'unknown',
      bound: null,
      how: `${name} is a function of the repository; whether it always stops cannot be read`,
      basis: 'none',
    };
  if (open && values.every(isOpen))
    return { status: 'unknown', bound: null, how: `${name} comes through a parameter whose callers are not seen`, basis: 'none' };
  return open ? { status: 'bounded', bound: null, how: `${name}, with a value that a run decides`, basis: 'explicit' } : undefined;
}

/** An amount of money ends the loop as well as a number of rounds does. */
export function budget(values: Values): Omit<Loop, 'location'> {
  const [usd] = numbersIn(values);
  return { status: 'bounded', bound: null, how: usd === undefined ? 'a budget in dollars' : `a budget of ${usd} USD`, basis: 'explicit' };
}
