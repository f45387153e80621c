// Resolves an import to a file of the repository, as TypeScript, Node and the usual bundlers would.
// Asked tens of thousands of times, mostly with the same few questions, so every answer is kept by directory.
import { entryCandidates, importCandidates } from './entry.ts';
import type { Files } from './files.ts';
import { dirOf, inDir, joinPath } from './location.ts';
import type { PackageManifest } from './manifest.ts';
import { openPathConfigs, type PathConfig } from './tsconfig.ts';
import type { Workspaces } from './workspace.ts';

/** What may stand in the import where the repository has something else: TypeScript is imported by the name of its output. */
const REWRITES: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
};
const EXTENSIONS = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.cts', '.cjs', '.json', '.vue', '.svelte', '.astro', '.d.ts'];

// Longer than any path that a file system takes.
const MAX_SPECIFIER = 4096;

/** Makes a resolver; it answers undefined for packages of others and for what it cannot find. */
export function openResolver(files: Files, workspaces: Workspaces): (fromFile: string, specifier: string) => string | undefined {
  const configOf = openPathConfigs(files, workspaces);
  const byDir = new Map<string, Map<string, string | undefined>>();
  const located = new Map<string, string | undefined>();

  function resolveImport(fromFile: string, specifier: string): string | undefined {
    const dir = dirOf(fromFile);
    let known = byDir.get(dir);
    if (known === undefined) {
      known = new Map();
      byDir.set(dir, known);
    }
    const answer = known.get(specifier);
    if (answer !== undefined || known.has(specifier)) return answer;
    // Bundlers hang questions on a name: `./prompt.md?raw`.
    const query = specifier.indexOf('?');
    const found = resolve(dir, query > 0 ? specifier.slice(0, query) : specifier);
    known.set(specifier, found);
    return found;
  }

  function resolve(dir: string, specifier: string): string | undefined {
    if (specifier === '' || specifier.length > MAX_SPECIFIER || /^[a-z][a-z+.-]*:/i.test(specifier)) return undefined;
    if (/^\.{1,2}(?:\/|$)/.test(specifier)) return locate(joinPath(dir, specifier));
    const nearest = workspaces.above(dir)[0];
    // An address of the server's root, as in Vite's index.html.
    if (specifier.startsWith('/')) return locate(joinPath(nearest?.dir ?? '', specifier));
    const config = configOf(dir);
    const { file, configured } = mapped(config, specifier);
    if (file !== undefined) return file;
    const based = config?.baseUrl === undefined ? undefined : locate(joinPath(config.baseUrl, specifier));
    if (based !== undefined) return based;
    if (specifier.startsWith('#') && nearest) return firstOf(importCandidates(nearest, specifier));
    return fromWorkspace(dir, specifier) ?? (configured ? undefined : byConvention(nearest, specifier));
  }

  function mapped(config: PathConfig | undefined, specifier: string): { file: string | undefined; configured: boolean } {
    for (const { prefix, suffix, targets } of config?.mappings ?? []) {
      if (suffix === undefined ? specifier !== prefix : !specifier.startsWith(prefix) || !specifier.endsWith(suffix)) continue;
      const end = specifier.length - (suffix?.length ?? 0);
      if (end < prefix.length) continue;
      const star = specifier.slice(prefix.length, end);
      const places = targets.map(target =>
        joinPath(
          '',
          target.replace('*', () => star),
        ),
      );
      // Only the best pattern is tried; `*` alone configures nothing in particular.
      return { file: firstOf(places), configured: prefix !== '' };
    }
    return { file: undefined, configured: false };
  }

  function fromWorkspace(dir: string, specifier: string): string | undefined {
    const parts = specifier.split('/');
    const length = specifier.startsWith('@') ? 2 : 1;
    const member = workspaces.member(dir, parts.slice(0, length).join('/'));
    return member && firstOf(entryCandidates(member, parts.slice(length).join('/')));
  }

  function byConvention(nearest: PackageManifest | undefined, specifier: string): string | undefined {
    const [, alias, rest = ''] = /^(~|@|\$lib)(?:\/(.*))?$/.exec(specifier) ?? [];
    const home = nearest?.dir ?? '';
    if (alias === '$lib') return locate(joinPath(inDir(home, 'src/lib'), rest));
    if (alias === undefined || rest === '') return undefined;
    return firstOf(['src', '.', 'app'].map(base => joinPath(home, `${base}/${rest}`)));
  }

  function firstOf(paths: readonly (string | undefined)[]): string | undefined {
    for (const path of paths) {
      const file = locate(path);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  /** The file that a path means: itself, with an extension, or the index of a directory. */
  function locate(path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    const known = located.get(path);
    if (known !== undefined || located.has(path)) return known;
    const found = asFile(path) ?? asDirectory(path);
    located.set(path, found);
    return found;
  }

  function asFile(path: string): string | undefined {
    const [extension = ''] = /\.[a-z]+$/.exec(path) ?? [];
    const stem = path.slice(0, path.length - extension.length);
    for (const other of Object.hasOwn(REWRITES, extension) ? (REWRITES[extension] ?? []) : []) {
      if (files.has(stem + other)) return stem + other;
    }
    if (files.has(path)) return path;
    for (const other of path === '' ? [] : EXTENSIONS) if (files.has(path + other)) return path + other;
    return undefined;
  }

  function asDirectory(path: string): string | undefined {
    const own = workspaces.at(path);
    for (const candidate of own ? entryCandidates(own, '') : []) {
      // Not `locate`: a package that names itself as its entry would never end.
      const file = asFile(candidate) ?? asFile(inDir(candidate, 'index'));
      if (file !== undefined) return file;
    }
    return asFile(inDir(path, 'index'));
  }

  return resolveImport;
}
