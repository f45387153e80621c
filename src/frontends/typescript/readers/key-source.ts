// Where the clients of the model calls get their key.
import { KeySources } from '../key-sources.ts';
import type { Reader } from '../reader.ts';

export const reader: Reader = {
  id: 'key-source',
  read: reading => new KeySources(reading).read(),
};
