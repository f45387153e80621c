// From a callee to what is known of it.

import { isPythonFile } from '../../../core/index.ts';
import { matches } from '../calls/classify.ts';
import type { Foreign } from '../evaluator/values.ts';
import { EFFECTS, type EffectShape } from './shapes.ts';

/** The members on the way to a value, calls left out. */
export function pathOf(value: Foreign): string {
  return value.steps.flatMap(step => (step.kind === 'member' ? [step.name] : [])).join('.') || 'default';
}

const byPackage = new Map<string, readonly EffectShape[]>();

/** What a call of a package does, as far as it is known. */
export function shapeFor(value: Foreign): EffectShape | undefined {
  let shapes = byPackage.get(value.package);
  if (shapes === undefined) {
    shapes = EFFECTS.filter(e => e.packages.some(p => p === value.package || (p.includes('*') && matches(p, value.package))));
    byPackage.set(value.package, shapes);
  }
  const path = pathOf(value);
  return shapes.find(e => e.path.test(path) && (e.python !== true || isPythonFile(value.file)));
}
