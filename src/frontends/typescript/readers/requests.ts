// What each request that comes in can spend on models.
import type { Reader } from '../reader.ts';
import { Spender } from '../usage/spending.ts';

export const reader: Reader = { id: 'requests', read: reading => new Spender(reading).requests() };
