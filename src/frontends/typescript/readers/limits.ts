// Limits that are checked before money is spent on a model: by packages, by the repository's own counts, by frameworks.

import { Limits } from '../limits/found.ts';
import { namesLimiter } from '../limits/libraries.ts';
import type { Reader } from '../reader.ts';

export const reader: Reader = {
  id: 'limits',
  wants: { specifier: namesLimiter },
  read: reading => {
    const limits = new Limits(reading);
    limits.onTheWay();
    return limits.facts();
  },
};
