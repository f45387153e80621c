// Prices of models that the code keeps or imports.
import { PRICE_HINT, priceTables } from '../price-tables.ts';
import type { Reader } from '../reader.ts';

export const reader: Reader = {
  id: 'price-tables',
  wants: { text: PRICE_HINT },
  read: ({ ev }, nominated) => priceTables(ev, nominated),
};
