// The cap on the tokens of an answer: set, set for some of the models only, or only when somebody has set it in the environment.
import type { OutputCap } from '../../../core/index.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isOpen, isRequiredNumber, type Value } from '../evaluator/values.ts';
import { bareSetting } from '../limits/settings.ts';
import { placeOf } from '../places.ts';
import { propertyValue } from '../syntax.ts';
import { asAmount, type Look, numbersIn, type Options, onlyRequest, type Site } from './options.ts';

/** The setting without which an option is missing, in the words of a cap. */
export function unlessSet(ev: Evaluator, { node }: Look): Pick<OutputCap, 'note' | 'offUnless'> | undefined {
  if (node === undefined) return undefined;
  const value = propertyValue(node);
  const name =
    value === undefined
      ? undefined
      : ev.budget.ask(
          () => bareSetting(ev, value),
          () => undefined,
        );
  return name === undefined ? undefined : { note: `nothing is sent unless ${name} is set`, offUnless: `${name} is set` };
}

/** The condition of a cap that some of the models have which a call may use; undefined: all of them, or none. */
function onlyWith(lacking: ReturnType<Options['lacking']>): string | undefined {
  if (lacking === undefined || lacking.without === 0 || lacking.without === lacking.of) return undefined;
  return `it uses one of ${lacking.of - lacking.without} of its ${lacking.of} models: the others have none`;
}

/** Is a value part of `config.configurable`, which the client of a LangGraph server sends with each run? */
function comesWithRun(value: Value): boolean {
  if (value.kind !== 'foreign' || !/^(?:@langchain\/|py:lang(?:chain|graph))/.test(value.package)) return false;
  const names = value.steps.flatMap(step => (step.kind === 'member' ? [step.name] : []));
  return /RunnableConfig$/.test(names[0] ?? '') && names.includes('configurable');
}

/** The cap on the tokens of an answer. */
export function capOf(ev: Evaluator, options: Options, site: Site): OutputCap {
  if (site.shape.kind !== 'chat' && site.shape.kind !== 'agent-run')
    return { set: false, tokens: null, note: 'this call has no output tokens to cap' };
  const hit = options.first(site, site.classified.sdk.outputCap.options);
  // An explicit null or Infinity is no cap: it asks for the maximum of the model.
  const look = hit === undefined ? undefined : asAmount(hit.look);
  if (look === undefined || (look.found.length === 0 && look.hidden === undefined)) return { set: false, tokens: null };
  if (onlyRequest(look)) return { set: false, tokens: null, note: 'only the caller of the route may send one' };
  const location = look.node === undefined ? {} : { location: placeOf(look.node) };
  if (look.found.length === 0) return { set: null, tokens: null, note: look.hidden ?? 'it cannot be seen' };
  const numbers = numbersIn(look.found);
  const partly = look.absent ? onlyWith(options.lacking(site, site.classified.sdk.outputCap.options)) : undefined;
  if (partly !== undefined) return { set: false, tokens: null, offUnless: partly, ...location };
  if (look.absent)
    return { set: null, tokens: numbers.length === 0 ? null : Math.max(...numbers), note: 'it is set on some ways only', ...location };
  if (numbers.length === 0 && look.found.every(v => isOpen(v) && !isRequiredNumber(v)))
    return { set: null, tokens: null, note: 'it comes through a parameter whose callers are not seen', ...location };
  const sent = numbers.length === 0 ? look.found.find(comesWithRun) : undefined;
  if (sent !== undefined)
    return { set: null, tokens: null, note: 'it comes with the configuration of a run, which whoever starts the run writes', ...location };
  const missing = numbers.length === 0 ? unlessSet(ev, look) : undefined;
  if (missing !== undefined) return { set: null, tokens: null, ...missing, ...location };
  return { set: true, tokens: numbers.length === 0 ? null : Math.max(...numbers), ...location };
}
