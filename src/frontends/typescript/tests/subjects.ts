// What a test file tests: the production code that it imports and does not replace by a mock, and whether that is the agent's.
import type { ts } from 'ts-morph';
import { isPythonFile } from '../../../core/index.ts';
import { namesSdk } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import type { Reading } from '../reader.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { runBehind } from './answers-python.ts';
import { isHollow, isReplaced, patchedBy } from './mocks-python.ts';

/** How near to the model call some code stands: it leads to one; it only runs on the way; neither. */
export type Nearness = 'agent' | 'helper' | undefined;

export interface Subject {
  /** The name in the test file; undefined: it is imported inside functions. */
  readonly local: string | undefined;
  /** As the other file exports it; `*` for the whole module. */
  readonly name: string;
  readonly file: string;
}

/** A React component or hook: testing how it draws is no test of the agent. */
const DRAWN = /^(?:[A-Z]|use[A-Z])/;
const HELPERS_DEEP = 3;
/** Functions whose uses are asked for across the repository, which takes time. */
const MOST_ASKED = 24;
const MOST_BEHIND = 40;
/** A file that may hand on what it imports. */
const BARREL = /\bexport\s{0,20}(?:type\s{1,20})?[*{]/;

export class Subjects {
  readonly #reading: Reading;
  readonly #near = new Map<string, Nearness>();
  readonly #asked = new Map<FunctionNode, Nearness>();
  readonly #callers = new Map<FunctionNode, readonly FunctionNode[]>();
  /** Files that lead to a model call, or hold what does. */
  readonly #carriers: ReadonlySet<string>;
  readonly #isSdk: (specifier: string) => boolean;
  readonly #leadFiles: ReadonlySet<string>;
  /** Files of tests and evals that call a model, or an agent, themselves. */
  readonly #calling: ReadonlySet<string>;
  readonly #toolFiles: ReadonlySet<string>;
  readonly #byTools = new Map<string, boolean>();
  #tests: ReadonlyMap<string, number> | undefined;

  /** @param toolFiles production files that import what makes tools */
  constructor(reading: Reading, toolFiles: readonly string[]) {
    this.#reading = reading;
    this.#toolFiles = new Set(toolFiles);
    const files = new Set<string>();
    for (const scope of reading.paths.leads.keys()) {
      const file = scope.getSourceFile().fileName;
      if (reading.inventory.roleOf(file) === 'production' && !(isFunctionNode(scope) && isDrawn(scope))) files.add(file);
    }
    for (const site of [...reading.sites, ...reading.requests]) files.add(site.node.getSourceFile().fileName);
    this.#leadFiles = files;
    this.#carriers = new Set(reading.files);
    this.#isSdk = namesSdk(reading.classifier.sdks);
    this.#calling = new Set(
      reading.sites.flatMap(site => {
        const file = site.node.getSourceFile().fileName;
        return reading.inventory.roleOf(site.classified.value.file) === 'production' ? [file] : [];
      }),
    );
  }

  /** Files on the way between an entry point and a model call. */
  get files(): ReadonlySet<string> {
    return this.#leadFiles;
  }

  /**
   * Files of tests and evals that may test the agent, because what they import leads to it, through barrels and helpers of tests too;
   * with the number of files between that and the model call.
   */
  get tests(): ReadonlyMap<string, number> {
    this.#tests ??= this.#reaching();
    return this.#tests;
  }

  #reaching(): ReadonlyMap<string, number> {
    const { inventory, program, index, sites, requests } = this.#reading;
    const out = new Map([...this.#calling].map(file => [file, 0]));
    const isProduction = (file: string): boolean => inventory.roleOf(file) === 'production';
    const sdk = [...this.#carriers].filter(file => {
      const imports = [...(program.unit(file)?.imports.values() ?? [])];
      return imports.some(one => this.#isSdk(one.specifier)) || /\b(?:import|require)\s{0,4}\(/.test(inventory.read(file) ?? '');
    });
    const roots = new Set([...sites, ...requests].map(site => site.node.getSourceFile().fileName).filter(isProduction));
    const seen = new Set(roots);
    let ring = [...roots];
    for (let steps = 0; ring.length > 0; steps++) {
      const next: string[] = [];
      for (const file of ring) {
        for (const importer of index.importersOf(file)) {
          if (seen.has(importer)) continue;
          const isTest = /^(?:test|eval)$/.test(inventory.roleOf(importer));
          if (!isTest && !this.#leadFiles.has(importer) && !BARREL.test(inventory.read(importer) ?? '')) continue;
          if (isTest && !out.has(importer)) out.set(importer, steps);
          seen.add(importer);
          next.push(importer);
        }
      }
      // Files that were led to by no import come behind the others.
      ring = next.length > 0 ? next : [...this.#leadFiles, ...sdk].filter(file => isProduction(file) && !seen.has(file));
      for (const file of ring) seen.add(file);
    }
    return out;
  }

  /** Does a test file run an agent of the repository itself, not only a function that does? */
  asks(unit: Unit): boolean {
    return this.#calling.has(unit.file);
  }

  /** The production code that a test file imports, also through helpers for tests, without what it mocks. */
  of(unit: Unit): readonly Subject[] {
    return this.#collect(unit, new Set([unit.file]), 0);
  }

  #collect(unit: Unit, seen: Set<string>, depth: number): Subject[] {
    const { inventory, program } = this.#reading;
    const mocked = mockedBy(this.#reading, unit);
    const patched = isPythonFile(unit.file) ? patchedBy(unit) : undefined;
    const out: Subject[] = [];
    for (const found of importsOf(unit)) {
      const file = inventory.resolveImport(unit.file, found.specifier);
      if (file === undefined || mocked.has(file)) continue;
      if (patched !== undefined && isReplaced(patched, file)) continue;
      if (patched !== undefined && found.name === '*' && found.local !== undefined && isHollow(patched, unit, found.local, file)) continue;
      const role = inventory.roleOf(file);
      if (role === 'production') out.push({ local: found.local, name: found.name, file });
      else if (depth < HELPERS_DEEP && !seen.has(file) && this.tests.has(file)) {
        seen.add(file);
        const helper = program.unit(file);
        if (helper !== undefined) for (const inner of this.#collect(helper, seen, depth + 1)) out.push({ ...inner, local: undefined });
      }
    }
    return out;
  }

  /** Does a test file test the agent's own code? */
  ofAgent(unit: Unit, subjects: readonly Subject[]): boolean {
    return this.#calling.has(unit.file) || subjects.some(subject => this.near(subject) === 'agent');
  }

  /** How near to a model call is what a file imports? What stands in a file on the way counts as the agent's. */
  near({ file, name }: Subject): Nearness {
    const key = `${file}\0${name}`;
    if (this.#near.has(key)) return this.#near.get(key);
    // Barrels may lead in circles.
    this.#near.set(key, undefined);
    const answer = this.#judge(file, name);
    this.#near.set(key, answer);
    return answer;
  }

  #judge(file: string, name: string): Nearness {
    if (this.#isScreen(file) && (name === 'default' || (name !== '*' && DRAWN.test(name)))) return undefined;
    if (this.#leadFiles.has(file)) return 'agent';
    const behind = this.#behind(file, name);
    if (behind.length > 0) return behind.some(one => this.near(one) === 'agent') ? 'agent' : undefined;
    return this.#carriers.has(file) && !this.#isScreen(file) && this.#makes(file) ? 'agent' : undefined;
  }

  /** Where a barrel has a name from: `export { a } from './a'`, `export * from './b'`. */
  #behind(file: string, name: string): Subject[] {
    const { program, inventory } = this.#reading;
    const unit = BARREL.test(inventory.read(file) ?? '') ? program.unit(file) : undefined;
    if (unit === undefined) return [];
    const found: { specifier: string; name: string }[] = [];
    for (const [exported, what] of unit.exports) if (what.kind === 'from' && (name === '*' || exported === name)) found.push(what);
    if (found.length === 0 && !unit.exports.has(name)) for (const specifier of unit.stars) found.push({ specifier, name });
    return found.slice(0, MOST_BEHIND).flatMap(one => {
      const target = inventory.resolveImport(file, one.specifier);
      return target === undefined || target === file ? [] : [{ local: undefined, name: one.name, file: target }];
    });
  }

  /** Does a file use something of an SDK besides its types: does it define a tool, a model, an agent? */
  #makes(file: string): boolean {
    const unit = this.#reading.program.unit(file);
    return unit !== undefined && importsOf(unit).some(one => this.#isSdk(one.specifier));
  }

  /** How near a function is: it leads to a model call, a tool's code included; or it runs on the way. */
  nearFunction(fn: FunctionNode): Nearness {
    const { paths, inventory, ev } = this.#reading;
    if (inventory.roleOf(fn.getSourceFile().fileName) !== 'production' || isDrawn(fn)) return undefined;
    if (paths.leads.has(fn)) return 'agent';
    // Who calls a function is asked across the repository, which takes time: not for every function of every test.
    const known = this.#asked.get(fn);
    if (known !== undefined || this.#asked.has(fn) || this.#asked.size >= MOST_ASKED) return known;
    const near = ev.budget.ask<Nearness>(
      () => {
        if (paths.usesOf(fn).some(use => use.how === 'run')) return 'agent';
        return paths.reachOf(fn.body ?? fn) === 'on-path' ? 'helper' : undefined;
      },
      () => undefined,
    );
    this.#asked.set(fn, near);
    return near;
  }

  /** The functions that call a function from where tools are made: a tool may only hand on to what a test calls. */
  callersOf(fn: FunctionNode): readonly FunctionNode[] {
    const known = this.#callers.get(fn);
    if (known !== undefined) return known;
    if (!this.#isByTools(fn.getSourceFile().fileName) || this.#callers.size >= MOST_ASKED) return [];
    const uses = this.#reading.paths.usesOf(fn).slice(0, 8);
    const found = uses.flatMap(use => (use.how === 'called' ? (enclosingFunction(use.node) ?? []) : []));
    this.#callers.set(fn, found);
    return found;
  }

  /** May tools use a file? Those of a dispatcher stand one file before the model call. */
  #isByTools(file: string): boolean {
    const { index } = this.#reading;
    const known = this.#byTools.get(file);
    if (known !== undefined) return known;
    const near =
      this.#holdsTools(file) ||
      index.importersOf(file).some(one => this.#holdsTools(one) || index.importersOf(one).some(other => this.#leadFiles.has(other)));
    this.#byTools.set(file, near);
    return near;
  }

  /** May a file hold tools, or run those that the model asks for? */
  #holdsTools(file: string): boolean {
    return this.#toolFiles.has(file) || this.#leadFiles.has(file) || this.#carriers.has(file);
  }

  /** Does a file hold what a browser draws? */
  #isScreen(file: string): boolean {
    const text = this.#reading.inventory.read(file) ?? '';
    if (/^\s*['"]use client['"]/m.test(text.slice(0, 2000))) return true;
    return /\.[jt]sx$/.test(file) && !/(?:^|\/)(?:route|\+server)\.[jt]sx$/.test(file);
  }

  /** The function that a callee in a test names, where it is one of the repository. */
  functionsOf(callee: ts.Expression): readonly FunctionNode[] {
    const { near: ev, inventory } = this.#reading;
    const values = ev.budget.ask<readonly Value[]>(
      () => ev.values(callee),
      () => [],
    );
    const behind = isPython(callee)
      ? ev.budget.ask<readonly FunctionNode[]>(
          () => runBehind(ev, callee),
          () => [],
        )
      : [];
    const own = values.flatMap(value => {
      const fn = value.kind === 'function' ? value.node : value.kind === 'class' ? constructorOf(value) : undefined;
      return fn === undefined ? [] : [fn];
    });
    return [...own, ...behind].filter(fn => inventory.roleOf(fn.getSourceFile().fileName) === 'production');
  }
}

function constructorOf(value: Extract<Value, { kind: 'class' }>): FunctionNode | undefined {
  return value.node.members.find(tsc.isConstructorDeclaration);
}

/** Is a function a component of a user interface? */
export function isDrawn(fn: FunctionNode): boolean {
  const file = fn.getSourceFile().fileName;
  const name =
    fn.name !== undefined && tsc.isIdentifier(fn.name)
      ? fn.name.text
      : tsc.isVariableDeclaration(fn.parent) && tsc.isIdentifier(fn.parent.name)
        ? fn.parent.name.text
        : '';
  return /\.[jt]sx$/.test(file) && DRAWN.test(name) && !/^(?:GET|POST|PUT|PATCH|DELETE)$/.test(name);
}

interface Import {
  readonly specifier: string;
  readonly local: string | undefined;
  readonly name: string;
}

/** The imports of a file that bring values: types are erased and test nothing. */
function importsOf(unit: Unit): Import[] {
  const out: Import[] = [];
  for (const statement of unit.ast.statements) {
    if (!tsc.isImportDeclaration(statement) || !tsc.isStringLiteralLike(statement.moduleSpecifier)) continue;
    const specifier = statement.moduleSpecifier.text;
    const clause = statement.importClause;
    if (clause === undefined) out.push({ specifier, local: undefined, name: '*' });
    if (clause === undefined || clause.isTypeOnly) continue;
    if (clause.name !== undefined) out.push({ specifier, local: clause.name.text, name: 'default' });
    const bindings = clause.namedBindings;
    if (bindings !== undefined && tsc.isNamespaceImport(bindings)) out.push({ specifier, local: bindings.name.text, name: '*' });
    else if (bindings !== undefined)
      for (const one of bindings.elements)
        if (!one.isTypeOnly) out.push({ specifier, local: one.name.text, name: (one.propertyName ?? one.name).text });
  }
  for (const node of unit.calls) {
    const first = node.arguments?.[0];
    if (!tsc.isCallExpression(node) || first === undefined || !tsc.isStringLiteralLike(first)) continue;
    const { expression } = node;
    const dynamic = expression.kind === tsc.SyntaxKind.ImportKeyword || (tsc.isIdentifier(expression) && expression.text === 'require');
    if (!dynamic || isMockArgument(node)) continue;
    const names = destructured(node);
    if (names === undefined) out.push({ specifier: first.text, local: undefined, name: '*' });
    else for (const name of names) out.push({ specifier: first.text, local: undefined, name });
  }
  return out;
}

/** The names in `const { POST } = await import('./route')`. */
function destructured(call: ts.CallExpression): readonly string[] | undefined {
  let up: ts.Node = call.parent;
  while (tsc.isAwaitExpression(up) || tsc.isParenthesizedExpression(up) || tsc.isAsExpression(up)) up = up.parent;
  if (tsc.isPropertyAccessExpression(up)) return [up.name.text];
  if (!tsc.isVariableDeclaration(up) || !tsc.isObjectBindingPattern(up.name)) return undefined;
  return up.name.elements.flatMap(one => {
    const name = one.propertyName ?? one.name;
    return tsc.isIdentifier(name) ? [name.text] : [];
  });
}

const MOCKS = /^(?:mock|doMock|unstable_mockModule|setMock)$/;

function isMockCall(node: ts.Node): node is ts.CallExpression {
  return (
    tsc.isCallExpression(node) &&
    tsc.isPropertyAccessExpression(node.expression) &&
    (MOCKS.test(node.expression.name.text) || (node.expression.name.text === 'module' && node.expression.expression.getText() === 'mock'))
  );
}

function isMockArgument(node: ts.Node): boolean {
  let depth = 0;
  for (let up = node.parent; up !== undefined && depth < 40; up = up.parent, depth++) if (isMockCall(up)) return true;
  return false;
}

/** Files that a test replaces: importing them brings the replacement. */
function mockedBy({ inventory }: Reading, unit: Unit): ReadonlySet<string> {
  const out = new Set<string>();
  for (const node of unit.calls) {
    if (!isMockCall(node)) continue;
    const first = node.arguments[0];
    const literal =
      first !== undefined && tsc.isCallExpression(first) && first.expression.kind === tsc.SyntaxKind.ImportKeyword
        ? first.arguments[0]
        : first;
    if (literal === undefined || !tsc.isStringLiteralLike(literal)) continue;
    // A factory that starts from the real module replaces a part only.
    const factory = node.arguments[1];
    if (factory !== undefined && /\b(?:importActual|importOriginal|requireActual|actual)\b/.test(factory.getText().slice(0, 4000)))
      continue;
    const file = inventory.resolveImport(unit.file, literal.text);
    if (file !== undefined) out.add(file);
  }
  return out;
}
