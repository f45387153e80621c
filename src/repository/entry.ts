// Where a package of the repository is entered: from what its package.json offers (`exports`, `main`, `imports`),
// often the output of a build that was never run here, back to the source that the output is made of.
import { isRecord } from './jsonc.ts';
import { inDir, joinPath } from './location.ts';
import type { PackageManifest } from './manifest.ts';

/** Source first; after these four, whatever else is there. */
const CONDITIONS = ['source', 'types', 'import', 'default'];
const MAX_TARGETS = 64;
const MAX_TARGET = 1000;

const OUTPUT = /^(?:dist|build|lib|out|output|es|esm|cjs|_esm|_cjs|_types)$/;
const FLAVOUR = /^(?:esm|cjs|es|mjs|types|node|browser|server|src|source|js|_esm|_cjs)$/;

/** The files that an import of `subpath` ('' for the package itself) may mean, most likely first, relative to the root. */
export function entryCandidates(manifest: PackageManifest, subpath: string): readonly string[] {
  const { entry, dir } = manifest;
  const offered = entry.exports === undefined ? [] : exportTargets(entry.exports, subpath === '' ? '.' : `./${subpath}`);
  const named = subpath === '' ? [entry.source, entry.types, entry.module, entry.main].filter(target => target !== undefined) : [];
  // A package with `exports` offers nothing else, but a source that is not built yet may lie beside what it names.
  const guesses =
    subpath === '' ? ['src/index', 'index', 'src/main', 'lib/index', 'source/index'] : [subpath, `src/${subpath}`, `lib/${subpath}`];
  return [...[...offered, ...named].flatMap(target => sourcesOf(target, dir)), ...guesses.map(guess => inDir(dir, guess))];
}

/** The files that a subpath import (`#db`) of a package may mean; those that name another package are left out. */
export function importCandidates(manifest: PackageManifest, specifier: string): readonly string[] {
  const targets = matchKeys(manifest.entry.imports, specifier);
  return targets.filter(target => target.startsWith('./')).flatMap(target => sourcesOf(target, manifest.dir));
}

function exportTargets(exports: unknown, key: string): readonly string[] {
  if (isRecord(exports) && Object.keys(exports).some(name => name.startsWith('.'))) return matchKeys(exports, key);
  return key === '.' ? flatten(exports) : [];
}

/** Finds a key in a map of subpaths, of which the exact one wins and then the one with the longest prefix before its `*`. */
function matchKeys(map: Readonly<Record<string, unknown>>, key: string): readonly string[] {
  if (Object.hasOwn(map, key) && !key.includes('*')) return flatten(map[key]);
  let best: { readonly prefix: string; readonly middle: string; readonly value: unknown } | undefined;
  for (const [pattern, value] of Object.entries(map)) {
    const star = pattern.indexOf('*');
    if (star < 0) continue;
    const prefix = pattern.slice(0, star);
    const suffix = pattern.slice(star + 1);
    if (!key.startsWith(prefix) || !key.endsWith(suffix) || key.length < prefix.length + suffix.length) continue;
    if (best && best.prefix.length >= prefix.length) continue;
    best = { prefix, middle: key.slice(prefix.length, key.length - suffix.length), value };
  }
  const { middle = '', value } = best ?? {};
  return flatten(value).map(target => target.replaceAll('*', () => middle));
}

/** All targets of nested conditions, in the order in which we prefer them. */
function flatten(value: unknown): string[] {
  const targets: string[] = [];
  const stack = [value];
  for (let steps = 0; stack.length > 0 && steps < 1000 && targets.length < MAX_TARGETS; steps++) {
    const next = stack.pop();
    if (typeof next === 'string') targets.push(next.slice(0, MAX_TARGET));
    else if (Array.isArray(next)) stack.push(...next.slice(0, MAX_TARGETS).reverse());
    else if (isRecord(next)) stack.push(...inOrder(next).slice(0, MAX_TARGETS).reverse());
  }
  return targets;
}

function inOrder(conditions: Readonly<Record<string, unknown>>): unknown[] {
  const rank = (name: string) => (CONDITIONS.includes(name) ? CONDITIONS.indexOf(name) : CONDITIONS.length);
  return Object.entries(conditions)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([, value]) => value);
}

/** A target itself, and where its source would be if it is output: `dist/esm/a.js` comes from `src/a`, or `a`. */
function sourcesOf(target: string, dir: string): readonly string[] {
  const path = joinPath('', target);
  if (path === undefined) return [];
  const stem = path.replace(/\.d\.[mc]?ts$|\.[mc]?[jt]sx?$/, '');
  const [top = '', ...rest] = stem.split('/');
  const candidates = /\.d\.[mc]?ts$/.test(path) ? [] : [path];
  if (OUTPUT.test(top) && rest.length > 0) {
    const [flavour = '', ...deeper] = rest;
    const plain = FLAVOUR.test(flavour) && deeper.length > 0 ? [deeper, rest] : [rest];
    for (const parts of plain) candidates.push(`src/${parts.join('/')}`, parts.join('/'));
  } else {
    candidates.push(stem);
  }
  return candidates.map(candidate => inDir(dir, candidate));
}
