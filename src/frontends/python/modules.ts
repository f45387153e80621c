// Which file of the repository a Python module is: relative names, the folders that Python searches, packages and their parts.
import type { Inventory } from '../../repository/index.ts';
import type { ModuleFinder } from './lower/lowering.ts';
import type { Signatures } from './lower/signatures.ts';

/** Folders in which absolute names are looked for, from the file's own up to the root, each also with `src` below it. */
function searched(file: string): string[] {
  const out: string[] = [];
  const parts = file.split('/').slice(0, -1);
  for (let size = parts.length; size >= 0; size--) {
    const dir = parts.slice(0, size).join('/');
    const front = dir === '' ? '' : `${dir}/`;
    out.push(front);
    out.push(`${front}src/`);
  }
  return out;
}

const INSTALLED = new WeakMap<Inventory, readonly string[]>();

/**
 * Folders whose packages are installed for the whole repository: those of a Python manifest, each also with `src` below it (`pip install -e`,
 * workspaces), and those called `python`, the root of a layer of AWS Lambda.
 */
function installed(inventory: Inventory): readonly string[] {
  let out = INSTALLED.get(inventory);
  if (out === undefined) {
    const found = new Set<string>();
    for (const file of inventory.files) {
      const front = file.slice(0, file.lastIndexOf('/') + 1);
      if (/(?:^|\/)(?:pyproject\.toml|setup\.(?:py|cfg))$/.test(file)) found.add(front).add(`${front}src/`);
      const layer = file.endsWith('.py') ? /^(?:.*\/)?python\/(?=[^/]+\/)/.exec(file)?.[0] : undefined;
      if (layer !== undefined) found.add(layer);
    }
    out = [...found];
    INSTALLED.set(inventory, out);
  }
  return out;
}

/** The file of a module at a path without ending. */
function at(has: (file: string) => boolean, path: string): string | undefined {
  return [`${path}.py`, `${path}/__init__.py`].find(has);
}

/** The names that a file binds at its top level, roughly: enough to tell a name of a package from a module inside it. */
const BINDS = /^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]{0,200})?=(?!=)/gm;
const IMPORTS = /^[ \t]{0,8}(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(\([^)]{0,4000}\)|[^\n]{1,500})/gm;

/** Does a file import a module of its own name, which then is a package of others? */
function importsOwnName(inventory: Inventory, file: string, module: string): boolean {
  if (module.includes('.') || !file.endsWith(`/${module}.py`)) return false;
  return new RegExp(`^[ \\t]{0,8}(?:from|import)[ \\t]+${module.replace(/\W/g, '')}[ \\t.]`, 'm').test(inventory.read(file) ?? '');
}

/**
 * The module finder of one file.
 * @param packages names of packages of others that stay theirs inside a package: Python never looks beside the file there
 */
export function finderOf(
  inventory: Inventory,
  file: string,
  boundBy: (file: string) => ReadonlySet<string>,
  signatures: (file: string) => Signatures,
  packages: ReadonlySet<string> = new Set(),
): ModuleFinder {
  const dirs = searched(file);
  const known = new Map<string, string | undefined>();
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const look = (module: string): string | undefined => {
    const relative = /^(\.+)(.*)$/.exec(module);
    if (relative === null) {
      const path = module.replaceAll('.', '/');
      const theirs = packages.has(module.split('.', 1)[0] ?? '');
      for (const dir of dirs) {
        // `llm/openai.py` beside `llm/__init__.py` is `llm.openai`, and nothing else.
        if (theirs && inventory.has(`${dir}__init__.py`)) continue;
        const found = at(inventory.has, `${dir}${path}`);
        // A file never imports itself: `import openai` in openai.py means the package.
        // Nor does one that is named like a package which it imports: `agents.py` with `from agents import Agent`.
        if (found !== undefined && found !== file && !importsOwnName(inventory, found, module)) return found;
      }
      // A module alone may be one of the standard library's; of two packages with the name nobody knows which is meant.
      const far = theirs ? [] : installed(inventory).flatMap(root => at(inventory.has, `${root}${path}`) ?? []);
      const [only] = new Set(far.filter(one => module.includes('.') || one.endsWith('/__init__.py')));
      return far.length === 1 ? only : undefined;
    }
    const parts = folder.split('/').slice(0, -1);
    const up = (relative[1] ?? '.').length - 1;
    if (up > parts.length) return undefined;
    const base = parts.slice(0, parts.length - up);
    const path = [...base, ...(relative[2] ?? '').split('.').filter(part => part !== '')].join('/');
    return (relative[2] ?? '') === '' ? [`${path === '' ? '' : `${path}/`}__init__.py`].find(inventory.has) : at(inventory.has, path);
  };
  return {
    find: module => {
      if (!known.has(module)) known.set(module, look(module));
      return known.get(module);
    },
    binds: (target, name) => boundBy(target).has(name),
    names: target => [...boundBy(target)].filter(name => !name.startsWith('_')),
    signature: (target, name) => signatures(target).get(name),
    isPackage: file.endsWith('__init__.py'),
    specifier: target => `/${target}`,
  };
}

/** The top-level names of a Python text. */
export function boundNames(text: string): ReadonlySet<string> {
  const out = new Set<string>();
  for (const match of text.matchAll(BINDS)) out.add(match[1] ?? match[2] ?? '');
  for (const match of text.matchAll(IMPORTS))
    for (const part of (match[1] ?? '').replace(/[()]|#[^\n]*/g, ' ').split(',')) {
      const name = /(?:\bas\s+)?(\w+)\s*$/.exec(part.trim())?.[1];
      if (name !== undefined) out.add(name);
    }
  return out;
}
