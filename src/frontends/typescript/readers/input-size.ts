// How much text can one request send to the model? Limits on the size of what comes in, and on what is sent.
import { sizes } from '../limits/sizes.ts';
import type { Reader } from '../reader.ts';

export const reader: Reader = { id: 'input-size', read: reading => sizes(reading) };
