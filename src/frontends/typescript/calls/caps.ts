// A cap that is only there when somebody has set it in the environment: without a value it is not sent at all.
import type { OutputCap } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { bareSetting } from '../limits/settings.ts';
import type { Look, Options } from './options.ts';

/** The setting without which an option is missing, in the words of a cap. */
export function unlessSet(ev: Evaluator, { node }: Look): Pick<OutputCap, 'note' | 'offUnless'> | undefined {
  if (node === undefined) return undefined;
  const value = tsc.isPropertyAssignment(node) ? node.initializer : tsc.isShorthandPropertyAssignment(node) ? node.name : undefined;
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
export function onlyWith(lacking: ReturnType<Options['lacking']>): string | undefined {
  if (lacking === undefined || lacking.without === 0 || lacking.without === lacking.of) return undefined;
  return `it uses one of ${lacking.of - lacking.without} of its ${lacking.of} models: the others have none`;
}
