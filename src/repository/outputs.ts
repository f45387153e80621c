// Which directories are never the agent's own code, and which only look that way.
import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Names that nobody gives to a folder of their own source. */
const FOREIGN: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  '.git',
  '.hg',
  '.svn',
  '.next',
  '.nuxt',
  '.output',
  '.svelte-kit',
  '.turbo',
  '.vercel',
  '.yarn',
  '.pnpm-store',
  'third_party',
  '.venv',
  'venv',
  '__pycache__',
  'site-packages',
]);

/** Plain English words that are also customary for output. */
const AMBIGUOUS: ReadonlyMap<string, string> = new Map([
  ['dist', 'taken for build output'],
  ['build', 'taken for build output'],
  ['out', 'taken for build output'],
  ['coverage', 'taken for a coverage report'],
  ['vendor', 'taken for code of others'],
]);

const MANIFESTS: ReadonlySet<string> = new Set(['package.json', 'pyproject.toml', 'composer.json', 'go.mod', 'Gemfile']);
const OWN_PROJECT = /^(package|tsconfig.*|jsconfig)\.json$|^pyproject\.toml$/;
const TYPESCRIPT = /(?<!\.d)\.[mc]?tsx?$/;
const CODE = /\.(?:[mc]?jsx?|py|html)$/;
const PROBE_NAMES = 2000;

/** Are these the entries of a directory that is a package, beside which a build would put its output? */
export function isPackageDir(entries: readonly Dirent[]): boolean {
  return entries.some(entry => MANIFESTS.has(entry.name));
}

export function isForeign(name: string): boolean {
  return FOREIGN.has(name);
}

/**
 * Why a directory that git does not ignore is nevertheless not read; '' when nobody misses it; undefined: read it.
 *
 * `dist`, `build`, `out`, `coverage` and `vendor` are output where tools put output: next to the manifest of a package.
 * Deeper down (`src/build/`, `app/vendor/`) they are words of the author: an agent that builds, a shop with vendors.
 * Next to the manifest they are still source when they are a project of their own (package.json, tsconfig), or when
 * they hold TypeScript, which a build consumes and does not produce; vendored code is TypeScript too, so not for `vendor`.
 */
export function outputReason(name: string, path: string, parentIsPackage: boolean): string | undefined {
  const reason = AMBIGUOUS.get(name);
  if (reason === undefined || !parentIsPackage) return undefined;
  const entries = list(path);
  if (entries === undefined || entries.some(entry => OWN_PROJECT.test(entry.name))) return undefined;
  if (name === 'vendor') return reason;
  const found = probe(path, entries);
  return found === 'typescript' ? undefined : found === 'code' ? reason : '';
}

/** What lies below, judged by the first few thousand names. */
function probe(path: string, entries: readonly Dirent[]): 'typescript' | 'code' | 'other' {
  const queue: { readonly path: string; readonly entries: readonly Dirent[] }[] = [{ path, entries }];
  let code = false;
  let seen = 0;
  for (const directory of queue) {
    for (const entry of directory.entries) {
      if (++seen > PROBE_NAMES) return code ? 'code' : 'other';
      if (entry.isFile()) {
        if (TYPESCRIPT.test(entry.name)) return 'typescript';
        code ||= CODE.test(entry.name);
      } else if (entry.isDirectory() && !isForeign(entry.name)) {
        const inner = join(directory.path, entry.name);
        queue.push({ path: inner, entries: list(inner) ?? [] });
      }
    }
  }
  return code ? 'code' : 'other';
}

function list(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return undefined;
  }
}
