// Where the clients of the model calls get their key, and the lines of a log that write it.
import { answeredKeys, loggedKeys } from '../keys/logs.ts';
import { KeySources } from '../keys/sources.ts';
import type { Reader } from '../reader.ts';

/** A source that is a variable of the environment, or several. */
const VARIABLE = /^[A-Z][A-Z0-9_]*(?:, [A-Z][A-Z0-9_]*)*$/;

export const reader: Reader = {
  id: 'key-source',
  read(reading) {
    const sources = new KeySources(reading).read();
    const names = sources.flatMap(s => (s.kind === 'key-source' && s.from === 'environment' && VARIABLE.test(s.label) ? s.label : []));
    const variables = new Set(names.flatMap(label => label.split(', ')));
    return [...sources, ...loggedKeys(reading, variables), ...answeredKeys(reading, variables)];
  },
};
