// The scripts of a repository by name: of packages, of a workspace's members, of makefiles. What a package manager's command line
// chooses is told here; what the scripts do is followed in commands.ts.
import type { Inventory, PackageManifest } from '../../repository/index.ts';

/** What a package manager is asked to run, and in which folders. */
export interface ManagerCall {
  readonly name: string;
  readonly extra: readonly string[];
  readonly dirs: readonly string[];
  /** Where no script has the name, does the manager start a program of it (`pnpm vitest`)? */
  readonly bin: boolean;
  /** `pnpm exec x`, `npm exec x`: a program in the first place. */
  readonly exec?: readonly string[];
}

export interface Recipe {
  readonly needs: readonly string[];
  readonly lines: readonly { readonly text: string; readonly ignored: boolean }[];
}

const MOST_PACKAGES = 400;
/** Words that a package manager keeps for itself. */
const OWN =
  /^(?:install|i|ci|add|remove|rm|uninstall|update|up|upgrade|audit|init|create|link|pack|publish|version|why|list|ls|outdated|cache|config|set|store|login|whoami|view|info|dedupe|import|prune|rebuild|approve-builds|setup|env|fetch|patch|pm|x)$/;

export class Workspace {
  readonly #inventory: Inventory;
  readonly #byDir: ReadonlyMap<string, PackageManifest>;
  readonly #makefiles = new Map<string, ReadonlyMap<string, Recipe>>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    this.#byDir = new Map(inventory.packages.map(one => [one.dir, one]));
  }

  /** A script of the package that a folder belongs to. */
  script(dir: string, name: string): { readonly dir: string; readonly text: string } | undefined {
    const pkg = this.#byDir.get(dir) ?? this.#inventory.packageOf(dir === '' ? 'package.json' : `${dir}/package.json`);
    const text = pkg?.scripts.get(name);
    return pkg === undefined || text === undefined ? undefined : { dir: pkg.dir, text };
  }

  /** The names of scripts that a pattern such as `test:*` means. */
  scriptsLike(dir: string, pattern: string): readonly string[] {
    if (!pattern.includes('*')) return [pattern];
    const start = pattern.slice(0, pattern.indexOf('*'));
    const pkg = this.#byDir.get(dir) ?? this.#inventory.packageOf(dir === '' ? 'package.json' : `${dir}/package.json`);
    return [...(pkg?.scripts.keys() ?? [])].filter(name => name.startsWith(start)).slice(0, 50);
  }

  /** Reads the command line of npm, pnpm, yarn, bun or deno; undefined: it runs no script. */
  call(manager: string, args: readonly string[], from: string): ManagerCall | undefined {
    let dir: string | undefined = from;
    const filters: string[] = [];
    let all = false;
    const words: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const word = args[i] as string;
      const [option = '', inline] =
        word.startsWith('--') && word.includes('=') ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word];
      const value = (): string => inline ?? args[++i] ?? '';
      const told = words.filter(w => w !== 'run' && w !== 'run-script').length > 0;
      // Behind the script's name the options are the script's, except for those that npm takes anywhere.
      if (told && !(manager === 'npm' && /^(?:-w|--workspaces?|-ws|--if-present|--prefix|--silent|-s)$/.test(option))) {
        words.push(word);
        continue;
      }
      if (/^(?:--prefix|-C|--dir|--cwd)$/.test(option)) dir = join(dir ?? '', value());
      else if (/^(?:-w|--workspace)$/.test(option) && manager === 'npm') filters.push(value());
      else if (/^(?:--filter|-F|--filter-prod)$/.test(option)) filters.push(value());
      else if (/^(?:-r|--recursive|--workspaces|-ws)$/.test(option)) all = true;
      else if (/^(?:-w|--workspace-root)$/.test(option)) dir = '';
      else if (!option.startsWith('-')) words.push(word);
    }
    if (dir === undefined) return undefined;
    let [name = '', ...extra] = words;
    if (manager === 'yarn' && name === 'workspace') {
      filters.push(extra[0] ?? '');
      [name = '', ...extra] = extra.slice(1);
    } else if (manager === 'yarn' && name === 'workspaces') {
      all = true;
      [name = '', ...extra] = extra.filter(
        word => word !== 'foreach' && word !== 'run' && !/^-[A-Za-z]*$/.test(word) && !word.startsWith('--'),
      );
    }
    const dirs = filters.length > 0 ? this.chosen(filters, dir) : all ? this.members(dir) : [dir];
    if (name === 'exec' || name === 'dlx' || (manager === 'bun' && name === 'x')) {
      const exec = extra[0] === '--' ? extra.slice(1) : extra;
      return { name, extra, dirs, bin: true, exec };
    }
    const run = name === 'run' || name === 'run-script' || (manager === 'deno' && name === 'task');
    if (run) [name = '', ...extra] = extra;
    else if (manager === 'npm') {
      if (name === 't' || name === 'tst') name = 'test';
      if (name !== 'test' && name !== 'start') return undefined;
    } else if (OWN.test(name)) return undefined;
    if (name === 't' && manager === 'pnpm') name = 'test';
    if (extra[0] === '--') extra = extra.slice(1);
    return name === '' ? undefined : { name, extra, dirs, bin: manager !== 'npm' };
  }

  /** Names of tasks and the packages that `turbo`, `nx` or `lerna` run them in. */
  tasks(
    tool: string,
    args: readonly string[],
    dir: string,
  ): { names: readonly string[]; dirs: readonly string[]; extra: readonly string[] } {
    const divider = args.indexOf('--');
    const own = divider < 0 ? args : args.slice(0, divider);
    const extra = divider < 0 ? [] : args.slice(divider + 1);
    const filters: string[] = [];
    const names: string[] = [];
    let targets = false;
    for (let i = 0; i < own.length; i++) {
      const word = own[i] as string;
      const [option = '', inline] =
        word.startsWith('--') && word.includes('=') ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word];
      if (/^(?:--filter|-F|--scope|--projects?|-p)$/.test(option)) filters.push(...(inline ?? own[++i] ?? '').split(','));
      else if (/^(?:-t|--targets?)$/.test(option)) {
        targets = true;
        names.push(...(inline ?? own[++i] ?? '').split(','));
      } else if (!option.startsWith('-')) {
        if (targets && tool === 'nx') names.push(option);
        else names.push(word);
      }
    }
    const [first, ...rest] = names;
    if (tool === 'nx') {
      if (first === 'run-many' || first === 'affected' || targets) {
        return {
          names: names.filter(name => name !== 'run-many' && name !== 'affected'),
          dirs: filters.length > 0 ? this.chosen(filters, dir) : this.members(dir),
          extra,
        };
      }
      // `nx test web`, `nx run web:test`.
      const [project = '', target = ''] = first === 'run' ? (rest[0] ?? '').split(':') : [rest[0] ?? '', first ?? ''];
      return { names: [target], dirs: project === '' ? [dir] : this.chosen([project], dir), extra };
    }
    const wanted = first === 'run' || first === 'run-script' || first === 'exec' ? rest : names;
    return { names: wanted, dirs: filters.length > 0 ? this.chosen(filters, dir) : this.members(dir), extra };
  }

  /** Every package below a folder but the one in it; a workspace of one is that one. */
  members(dir: string): readonly string[] {
    const below = [...this.#byDir.keys()].filter(one => one !== dir && (dir === '' || one.startsWith(`${dir}/`)));
    return (below.length === 0 ? [dir] : below).slice(0, MOST_PACKAGES);
  }

  /** The packages that filters choose: by name, by a name with a star, by path. */
  chosen(filters: readonly string[], dir: string): readonly string[] {
    const out = new Set<string>();
    for (const filter of filters.slice(0, 50)) {
      if (filter.startsWith('!')) continue;
      const bare = filter
        .replace(/^\.{3}\^?|\^?\.{3}$/g, '')
        .replace(/\[.*\]$/, '')
        .replace(/^\{(.*)\}$/, '$1');
      // Only what changed: any package may be meant.
      if (bare === '') for (const member of this.members(dir)) out.add(member);
      const path = bare.startsWith('.') || bare.includes('/') ? join(dir, bare.replace(/\/?\*\*?$/, '')) : undefined;
      for (const [at, pkg] of this.#byDir) {
        if (pkg.name !== undefined && named(pkg.name, bare)) out.add(at);
        else if (path !== undefined && !bare.startsWith('@') && (at === path || (bare.includes('*') && at.startsWith(`${path}/`))))
          out.add(at);
        // nx names a project by its folder.
        else if (at !== '' && at.slice(at.lastIndexOf('/') + 1) === bare) out.add(at);
      }
    }
    return [...out].slice(0, MOST_PACKAGES);
  }

  /** The executor of a target in a project.json of nx. */
  executor(dir: string, target: string): string | undefined {
    const text = this.#inventory.read(dir === '' ? 'project.json' : `${dir}/project.json`);
    if (text === undefined) return undefined;
    try {
      const json = JSON.parse(text) as { targets?: Record<string, { executor?: unknown }> };
      const executor = json.targets !== undefined && Object.hasOwn(json.targets, target) ? json.targets[target]?.executor : undefined;
      return typeof executor === 'string' ? executor : undefined;
    } catch {
      return undefined;
    }
  }

  /** The recipe of a target in a Makefile or justfile. */
  recipe(tool: string, dir: string, name: string): Recipe | undefined {
    const file = (tool === 'make' ? ['Makefile', 'makefile', 'GNUmakefile'] : ['justfile', 'Justfile', '.justfile'])
      .map(one => (dir === '' ? one : `${dir}/${one}`))
      .find(one => this.#inventory.has(one));
    if (file === undefined) return undefined;
    let recipes = this.#makefiles.get(file);
    if (recipes === undefined) {
      recipes = recipesOf(this.#inventory.read(file) ?? '');
      this.#makefiles.set(file, recipes);
    }
    return recipes.get(name);
  }
}

function recipesOf(text: string): ReadonlyMap<string, Recipe> {
  const out = new Map<string, { needs: string[]; lines: { text: string; ignored: boolean }[] }>();
  let open: { needs: string[]; lines: { text: string; ignored: boolean }[] }[] = [];
  const variables = new Map<string, string>();
  const filled = (line: string): string =>
    line.replace(/\$[({]([\w.-]{1,60})[)}]/g, (whole, name: string) => (name === 'MAKE' ? 'make' : (variables.get(name) ?? whole)));
  for (const raw of text.slice(0, 100_000).replace(/\\\n/g, ' ').split('\n')) {
    const set = /^(?:export )?([\w.-]{1,60})\s{0,10}[:?]{0,2}=\s{0,10}([^\n]{0,300})$/.exec(raw);
    if (set?.[1] !== undefined) variables.set(set[1], filled(set[2]?.replace(/\s#.*$/, '').trim() ?? ''));
    const line = filled(raw);
    if (/^(?:\t| {2,})/.test(line)) {
      const start = /^[@\-+\s]*/.exec(line)?.[0] ?? '';
      const command = line.slice(start.length);
      if (command !== '' && !command.startsWith('#'))
        for (const recipe of open) recipe.lines.push({ text: command, ignored: start.includes('-') });
      continue;
    }
    const head = /^([\w.\-/ ]{1,200}?)\s{0,20}(?:\s\*?\w[^:=]{0,100})?:(?!=)([^=#]{0,500})/.exec(line);
    if (head === null) {
      if (line.trim() !== '' && !line.startsWith('#')) open = [];
      continue;
    }
    open = (head[1] ?? '').split(/\s+/).flatMap(name => {
      if (name === '' || name.startsWith('.')) return [];
      const recipe = out.get(name) ?? { needs: [], lines: [] };
      recipe.needs.push(
        ...(head[2] ?? '')
          .split(/\s+/)
          .filter(need => /^[\w.-]+$/.test(need))
          .slice(0, 50),
      );
      out.set(name, recipe);
      return [recipe];
    });
  }
  return out;
}

function named(name: string, filter: string): boolean {
  if (name === filter) return true;
  const star = filter.indexOf('*');
  return star >= 0 && name.startsWith(filter.slice(0, star)) && name.endsWith(filter.slice(star + 1)) && filter.length > 1;
}

/** A path below a folder; undefined when it leaves the repository or depends on a variable. */
export function join(dir: string, to: string): string | undefined {
  const path = to.replace(/^\$\{?\{?\s*(?:github\.workspace|GITHUB_WORKSPACE|CI_PROJECT_DIR|PWD|BITBUCKET_CLONE_DIR)\s*\}?\}?\/?/, './');
  if (path.startsWith('/') || path.startsWith('~') || path.includes('$')) return undefined;
  const parts = dir === '' ? [] : dir.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
