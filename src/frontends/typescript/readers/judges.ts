// Judges outside of tests and evaluations: grading that is attached to production code, or that a script starts.

import type { Reader } from '../reader.ts';
import { judgesOf, namesGrader } from '../tests/judges.ts';

export const reader: Reader = {
  id: 'judges',
  wants: { roles: ['production', 'script'], specifier: namesGrader },
  read: (reading, nominated) =>
    nominated.slice(0, 100).flatMap(file => {
      const unit = reading.program.unit(file);
      return unit === undefined ? [] : judgesOf(reading, unit, 0, false, false);
    }),
};
