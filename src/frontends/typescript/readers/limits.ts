// Limits that are checked before money is spent on a model: by packages, by the repository's own counts, by frameworks.

import { ceilings } from '../limits/ceilings.ts';
import { Limits } from '../limits/found.ts';
import { namesLimiter } from '../limits/libraries.ts';
import { readMounted } from '../limits/mounted.ts';
import { readNest } from '../limits/nest.ts';
import { readNext } from '../limits/next.ts';
import { readPython } from '../limits/python.ts';
import { readPresets } from '../limits/python-presets.ts';
import type { Reader } from '../reader.ts';

export const reader: Reader = {
  id: 'limits',
  wants: { specifier: namesLimiter },
  read: (reading, nominated) => {
    const limits = new Limits(reading);
    limits.onTheWay();
    readMounted(reading, limits, nominated);
    readNest(reading, limits, nominated);
    readNext(reading, limits);
    readPython(reading, limits);
    readPresets(reading, limits);
    return [...limits.facts(), ...ceilings(reading)];
  },
};
