// The version of this package, from its own package.json.
import { readFileSync } from 'node:fs';

const found = ['../package.json', '../../package.json'].flatMap(path => {
  try {
    const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { name?: string; version?: string };
    return name === 'agent-ready' && version !== undefined ? [version] : [];
  } catch {
    // The source tree and the built tree lie at different depths; the other path holds it.
    return [];
  }
});

export const VERSION = found[0] ?? '0.0.0';
