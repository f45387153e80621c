// Prices of models that the code keeps or imports.

import type { Reader } from '../reader.ts';
import { PRICE_HINT, priceTables } from '../usage/price-tables.ts';

export const reader: Reader = {
  id: 'price-tables',
  wants: { text: PRICE_HINT },
  read: ({ ev }, nominated) => priceTables(ev, nominated),
};
