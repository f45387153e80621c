// One Python file on its way to the common syntax tree: its text, its scopes, its imports, and what was written so far.
// The common tree is that of TypeScript: what the TypeScript frontend knows of calls, loops, failures and ways then holds for Python.
import { dotted, type PyNode } from '../tree.ts';
import type { Fixtures } from './fixtures.ts';
import type { Scope } from './names.ts';
import { Writer } from './writer.ts';

/** Finds files of the repository by the names that Python gives them. */
export interface ModuleFinder {
  /** The file of a module; dots at the start are relative to the file that imports. */
  readonly find: (module: string) => string | undefined;
  /** Does a module bind a name itself, other than through a module below it? */
  readonly binds: (file: string, name: string) => boolean;
  /** The names that `from module import *` brings. */
  readonly names: (file: string) => readonly string[];
  /** The parameters of a function, a class (`Client`) or a method (`Client.ask`) of a file; undefined: not known, or open-ended. */
  readonly signature: (file: string, name: string) => readonly string[] | undefined;
  /** Is this file a package's `__init__.py`? */
  readonly isPackage: boolean;
  /** The specifier of a file of the repository, as the importing file writes it. */
  readonly specifier: (file: string) => string;
}

/** Words that mean something else in the common tree. */
const RESERVED = new Set(
  (
    'arguments break case catch const constructor debugger default delete do enum eval export extends false function import instanceof ' +
    'interface let new null private protected prototype public static super switch this throw true typeof undefined var void package ' +
    'implements Infinity NaN Promise Object Array String Number JSON Math Date process console module exports require fetch window globalThis'
  ).split(' '),
);

export class Lowering {
  readonly text: string;
  readonly modules: ModuleFinder;
  readonly w = new Writer();
  /** Offsets of the object literals that stand for keyword arguments. */
  readonly keywords: number[] = [];
  /** Offsets of parameters that collect keyword arguments. */
  readonly collects: number[] = [];
  /** What imported names mean, as dotted names of Python: `sleep` -> `asyncio.sleep`. */
  readonly imported = new Map<string, string>();
  /** Local names of imported modules of the repository by their dotted names: `app.llm` -> `app$llm`. */
  readonly aliases = new Map<string, string>();
  /** Names that come from files of the repository: the file, and the name there; `*` for the whole file. */
  readonly own = new Map<string, { readonly file: string; readonly name: string }>();
  /** The classes around, the innermost last. */
  readonly classes: string[] = [];
  /** Import and export lines, which stand before everything else. */
  readonly head: string[] = [];
  /** Names that hold a console of `rich`, whose `print` is the one of the language in colours. */
  readonly consoles = new Set<string>();
  /** Imports that are written where they stand, by the offset of their statement. */
  readonly inside = new Map<number, string>();
  /** Modules of the platform that lowered code needs. */
  readonly needs = new Set<string>();
  /** Module-level names that hold a compiled pattern. */
  readonly patterns = new Set<string>();
  /** Names that hold lists of compiled patterns. */
  readonly patternLists = new Set<string>();
  /** In files of tests: what pytest fills parameters with. */
  fixtures: Fixtures | undefined;
  /** Does a `yield` of the function around hand over the one value that it makes? */
  hands = false;
  scope: Scope;
  /** Names of the errors that the clauses around catch, the innermost last. */
  readonly caught: string[] = [];
  depth = 0;

  readonly file: string;

  constructor(file: string, text: string, modules: ModuleFinder, scope: Scope) {
    this.file = file;
    this.text = text;
    this.modules = modules;
    this.scope = scope;
  }

  of(node: PyNode): string {
    return this.text.slice(node.from, node.to);
  }

  /** How a Python name is written in the common tree. */
  name(python: string): string {
    if (RESERVED.has(python)) return `${python}_`;
    return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(python) ? python : `_${python.replace(/[^\p{ID_Continue}]/gu, '_')}`;
  }

  /** Is a name bound by the code around it, so that it is no builtin and no import? */
  bound(name: string): boolean {
    for (let scope: Scope | undefined = this.scope; scope !== undefined; scope = scope.parent) {
      if (scope.foreign.has(name) && scope.kind !== 'module') return true;
      if (scope.kind !== 'class' && scope.names.has(name)) return true;
    }
    return false;
  }

  /** Does a name stand for the object whose method this is? */
  isSelf(name: string): boolean {
    for (let scope: Scope | undefined = this.scope; scope !== undefined; scope = scope.parent) {
      if (scope.self === name) return true;
      if (scope.foreign.has(name) || scope.names.has(name)) return false;
    }
    return false;
  }

  /** What an expression means as a dotted name of Python: an import, or a builtin; undefined: something else. */
  meaning(node: PyNode): string | undefined {
    const name = dotted(this.text, node);
    if (name === undefined) return undefined;
    const root = name.split('.', 1)[0] as string;
    const rest = name.slice(root.length);
    const imported = this.imported.get(root);
    if (imported !== undefined) return this.boundInside(root) ? undefined : imported + rest;
    return this.bound(root) ? undefined : name;
  }

  /** Does a scope inside the module hide an import of the same name? */
  boundInside(name: string): boolean {
    for (let scope: Scope | undefined = this.scope; scope !== undefined && scope.kind !== 'module'; scope = scope.parent)
      if (scope.foreign.has(name) || (scope.kind !== 'class' && scope.names.has(name))) return true;
    return false;
  }

  /** The parameters of the function or class of the repository that a callee is, where the name alone tells. */
  signature(callee: PyNode): readonly string[] | undefined {
    const name = dotted(this.text, callee);
    if (name === undefined) return undefined;
    const [root = '', ...rest] = name.split('.');
    if (this.isSelf(root)) {
      const owner = this.classes.at(-1);
      return owner === undefined || rest.length > 1 ? undefined : this.modules.signature(this.file, [owner, ...rest].join('.'));
    }
    const own = this.own.get(root);
    if (own !== undefined) {
      if (this.boundInside(root)) return undefined;
      return this.modules.signature(own.file, own.name === '*' ? rest.join('.') : [own.name, ...rest].join('.'));
    }
    if (this.imported.has(root) || this.boundInside(root)) return undefined;
    return this.modules.signature(this.file, name);
  }

  /** Uses a module of the platform, such as `node:fs`. */
  need(module: string): string {
    this.needs.add(module);
    return `__${module.slice(5).replace(/\W/g, '_')}`;
  }
}
