// Which Node.js does the repository run on, as far as it says so: .nvmrc, .node-version, the image of its Dockerfile, engines.
import semver from 'semver';
import type { Inventory } from '../../../repository/index.ts';

const NAMED: Readonly<Record<string, string>> = { hydrogen: '18', iron: '20', jod: '22', krypton: '24' };
const IMAGE = /^\s*FROM\s+(?:--platform=\S+\s+)?(?:[\w.-]+\/)*node:v?(\d+(?:\.\d+){0,2})\b/gim;
const LONGEST = 256;

/** Does the repository name a Node.js that is older than a range? undefined: it names none, or one that may be both. */
export function isOlderThan(inventory: Inventory, mended: string): boolean | undefined {
  const ranges = [...named(inventory)].filter(range => semver.validRange(range) !== null);
  if (ranges.some(range => !semver.intersects(range, mended))) return true;
  // A major version alone is its newest release.
  return ranges.some(range => semver.subset(/^\d+$/.test(range) ? `${range}.999.0` : range, mended)) ? false : undefined;
}

function* named(inventory: Inventory): Iterable<string> {
  for (const file of ['.nvmrc', '.node-version']) {
    const text = inventory.read(file)?.trim().slice(0, LONGEST);
    const version =
      text === undefined ? undefined : (NAMED[text.replace(/^lts\//, '').toLowerCase()] ?? /^v?(\d+(?:\.\d+){0,2})$/.exec(text)?.[1]);
    if (version !== undefined) yield version;
  }
  // The last stage is the one that runs.
  const image = [...(inventory.read('Dockerfile') ?? '').matchAll(IMAGE)].at(-1)?.[1];
  if (image !== undefined) yield image;
  const engines = /"engines"\s*:\s*\{[^}]*"node"\s*:\s*"([^"]{1,256})"/.exec(inventory.read('package.json') ?? '')?.[1];
  if (engines !== undefined) yield engines;
}
