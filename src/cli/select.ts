// Which items do words on the command line mean: an id, a code, a module, or the last part of an id.
import { type Check, MODULES, moduleOf } from '../core/index.ts';
import { nearest } from '../core/nearest.ts';
import { UserError } from '../repository/errors.ts';

/** The items that a word means: one item, or all of a module. @throws UserError when it means none */
export function itemsNamed(word: string, checks: readonly Check[]): readonly Check[] {
  const asked = word.trim().toLowerCase();
  const exact = checks.filter(check => check.id === asked || check.code.toLowerCase() === asked);
  if (exact.length > 0) return exact;
  const byModule = checks.filter(check => moduleOf(check.id) === asked);
  if (byModule.length > 0) return byModule;
  const byName = checks.filter(check => check.id.endsWith(`/${asked}`));
  if (byName.length > 0) return byName;
  const known = [
    ...checks.flatMap(check => [check.id, check.code, check.id.slice(check.id.indexOf('/') + 1)]),
    ...MODULES.map(module => module.id),
  ];
  throw new UserError(`"${word}" is no item of the checklist${nearest(asked, known)}; agent-ready list shows them all.`);
}

/** The items left by --only and --skip. @throws UserError when none is left */
export function selected(checks: readonly Check[], only: readonly string[], skip: readonly string[]): readonly Check[] {
  const wanted = only.length === 0 ? checks : only.flatMap(word => itemsNamed(word, checks));
  const unwanted = skip.flatMap(word => itemsNamed(word, checks));
  const left = checks.filter(check => wanted.includes(check) && !unwanted.includes(check));
  if (left.length === 0) throw new UserError('--only and --skip leave no item to rule on; drop one of them.');
  return left;
}
