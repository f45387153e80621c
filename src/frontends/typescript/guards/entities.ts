// The sorts of personal data that a redactor is told to look for: `entities=["EMAIL_ADDRESS"]` leaves all the others where they are.

import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isKeywords } from '../evaluator/keywords.ts';
import { textOf, type Value } from '../evaluator/values.ts';

const OPTIONS = ['entities', 'entity_types', 'pii_entities', 'allowed_entities'];
/** What every redactor of personal data must know, as Presidio and those that use it call it. */
const REQUIRED: readonly (readonly [start: string, name: string])[] = [
  ['EMAIL', 'e-mail addresses'],
  ['PHONE', 'phone numbers'],
  ['CREDIT_CARD', 'card numbers'],
];
const NAME = /^[A-Z][A-Z_]{2,}$/;
const DEEPEST = 3;

/** What a redactor does not look for, as a sentence; undefined: it looks for all, or does not say. @param calls the arguments of the calls that make and run it */
export function onlySome(ev: Evaluator, calls: readonly (readonly ts.Expression[])[]): string | undefined {
  const names = new Set<string>();
  for (const args of calls) for (const arg of args) if (!tsc.isSpreadElement(arg)) collect(ev, ev.values(arg), names, 0);
  const missed = names.size === 0 ? [] : REQUIRED.filter(([start]) => ![...names].some(name => name.startsWith(start)));
  return missed.length === 0 ? undefined : `it is not told to look for ${missed.map(([, name]) => name).join(' and ')}`;
}

function collect(ev: Evaluator, values: readonly Value[], names: Set<string>, depth: number): void {
  if (depth > DEEPEST) return;
  for (const value of values) {
    ev.budget.step();
    if (value.kind === 'object' && isKeywords(value.node))
      for (const option of OPTIONS) collect(ev, ev.inside([value], option).found, names, depth + 1);
    else if (value.kind === 'array')
      for (const item of ev.anyMember([value])) {
        const text = textOf(item);
        if (text !== undefined && NAME.test(text)) names.add(text);
        else if (item.kind === 'foreign') collect(ev, [item], names, depth + 1);
      }
    // What an analyzer found, a scanner in a list, a validator: the calls that made it say what it looks for.
    if (value.kind === 'foreign')
      for (const step of value.steps)
        if (step.kind !== 'member')
          for (const arg of step.args ?? []) if (!tsc.isSpreadElement(arg)) collect(ev, ev.values(arg, step.frame), names, depth + 1);
    if (value.kind === 'object' && isKeywords(value.node))
      for (const property of value.node.properties)
        if (tsc.isPropertyAssignment(property))
          collect(
            ev,
            ev.values(property.initializer).filter(one => one.kind === 'foreign'),
            names,
            depth + 1,
          );
  }
}
