// All mutants, in the order of the modules.
import type { Mutant } from '../mutant.ts';
import { ERRORS } from './errors.ts';
import { LIMITS_AND_COST } from './limits.ts';
import { OPERATION } from './operation.ts';
import { SECURITY } from './security.ts';

export const MUTANTS: readonly Mutant[] = [...ERRORS, ...LIMITS_AND_COST, ...SECURITY, ...OPERATION];
