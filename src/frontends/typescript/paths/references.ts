// Who calls a function? The other direction of the evaluator: from a declaration to its uses, across files.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { heritage } from '../evaluator/classes.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { ancestorsOf, declares } from '../evaluator/hierarchy.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { type Program, type Unit, walk } from '../program.ts';
import { enclosingFunction, resolve } from '../scope.ts';
import type { ImportIndex } from '../specifiers.ts';
import { isMemberName, propertyName } from '../syntax.ts';

export interface Uses {
  /** Calls and constructions. */
  readonly calls: readonly (
    | ts.CallExpression
    | ts.NewExpression
  )[] /** Places where the function is handed on as a value: a callback, a property, a JSX attribute. */;
  readonly passed: readonly ts.Identifier[];
  /** More files name it than are looked through. */
  readonly truncated: boolean;
  /** Calls that were taken for this function by their name alone. */
  readonly likely: ReadonlySet<ts.Node>;
}

/** Files looked through for the uses of one name; beyond it, callers are unknown. */
const MOST_FILES = 200;
const NONE: Uses = { calls: [], passed: [], truncated: false, likely: new Set() };

export class References {
  readonly #ev: Evaluator;
  readonly #program: Program;
  readonly #index: ImportIndex;
  readonly #uses = new Map<ts.Node, Uses>();
  #cut = false;
  readonly #likely = new Map<ts.Node, ReadonlySet<ts.Identifier>>();

  constructor(ev: Evaluator, index: ImportIndex) {
    this.#ev = ev;
    this.#program = ev.program;
    this.#index = index;
    ev.callers = fn => this.uses(fn).calls;
    ev.handedOn = fn => this.uses(fn).passed;
    ev.isHandedOn = fn => {
      const { passed, truncated } = this.uses(fn);
      return truncated || passed.length > 0;
    };
  }

  /** Everything that uses a function or class in code of the same role: tests call nothing in production. */
  uses(fn: FunctionNode | ts.ClassLikeDeclaration): Uses {
    const known = this.#uses.get(fn);
    if (known !== undefined) return known;
    this.#uses.set(fn, NONE);
    const uses = this.#find(fn);
    this.#uses.set(fn, uses);
    return uses;
  }

  #find(fn: FunctionNode | ts.ClassLikeDeclaration): Uses {
    const unit = this.#program.unitOf(fn);
    const identifiers: ts.Identifier[] = [];
    const holder = holderOf(fn);
    const before = this.#cut;
    this.#cut = false;
    if (holder?.kind === 'name') identifiers.push(...this.#named(unit, holder.name, holder.declaration));
    else if (holder?.kind === 'default') identifiers.push(...this.#exportUses(unit.file, 'default', new Set()));
    else if (holder?.kind === 'member') identifiers.push(...this.#memberUses(unit, holder.name, fn as FunctionNode));
    const truncated = this.#cut;
    this.#cut = before || truncated;
    const uses = sortUses(this.#unbound(identifiers), this.#likely.get(fn) ?? NO_LIKELY);
    return tsc.isClassLike(fn) ? { ...uses, calls: [...uses.calls, ...madeByItself(fn)], truncated } : { ...uses, truncated };
  }

  /** Every place that names a variable, in code of the same role. */
  named(declaration: ts.VariableDeclaration): readonly ts.Identifier[] {
    const { name } = declaration;
    return tsc.isIdentifier(name) ? this.#named(this.#program.unitOf(declaration), name.text, declaration) : [];
  }

  /** `const ask = this.ask.bind(this)`: who uses that name uses the method. */
  #unbound(identifiers: readonly ts.Identifier[]): readonly ts.Identifier[] {
    return identifiers.flatMap(id => {
      const holder = boundTo(id);
      return holder === undefined ? [id] : this.#named(this.#program.unitOf(id), holder.name.text, holder);
    });
  }

  /** Uses of a declared name: in its file, and of every name it is exported under elsewhere. */
  #named(unit: Unit, name: string, declaration: ts.Node): ts.Identifier[] {
    const out: ts.Identifier[] = [];
    const local = enclosingFunction(declaration) !== undefined;
    for (const id of this.#program.identifiers(unit, name)) {
      // `other.ask` is no use of a function that is named `ask`.
      if (isMemberName(id)) continue;
      const binding = resolve(id);
      if (binding !== undefined && 'node' in binding && binding.node === declaration && !isDeclarationName(id)) out.push(id);
    }
    if (local) return out;
    for (const [exported, what] of unit.exports) {
      const same =
        (what.kind === 'local' && what.name === name) ||
        (what.kind === 'declaration' && what.node === declaration) ||
        (what.kind === 'expression' && tsc.isIdentifier(what.node) && what.node.text === name);
      if (same) out.push(...this.#exportUses(unit.file, exported, new Set()));
    }
    if (unit.commonjs !== undefined) {
      const whole = unit.commonjs;
      if (tsc.isIdentifier(whole) && whole.text === name) out.push(...this.#exportUses(unit.file, 'default', new Set()));
      else if (tsc.isObjectLiteralExpression(whole) && whole.properties.some(p => propertyName(p) === name))
        out.push(...this.#exportUses(unit.file, name, new Set()));
    }
    return out;
  }

  /** Identifiers in other files that stand for an export. */
  #exportUses(file: string, name: string, seen: Set<string>): ts.Identifier[] {
    const key = `${file}\0${name}`;
    if (seen.has(key)) return [];
    seen.add(key);
    const out: ts.Identifier[] = [];
    let looked = 0;
    for (const importer of this.#index.importersOf(file).filter(other => this.#counts(file, other))) {
      if (name !== 'default' && !this.#program.mentions(importer, name) && !this.#program.matches(importer, /export\s*\*/)) continue;
      if (++looked > MOST_FILES) {
        this.#cut = true;
        break;
      }
      const unit = this.#program.unit(importer);
      if (unit !== undefined) out.push(...this.#usesIn(unit, file, name, seen));
    }
    return out;
  }

  /** Tests, evals and scripts call nothing in production; among themselves they count. */
  #counts(file: string, user: string): boolean {
    const role = this.#program.inventory.roleOf(user);
    return role === 'production' || role === this.#program.inventory.roleOf(file);
  }

  #usesIn(unit: Unit, file: string, name: string, seen: Set<string>): ts.Identifier[] {
    const out: ts.Identifier[] = [];
    const comesFrom = (specifier: string): boolean => this.#program.inventory.resolveImport(unit.file, specifier) === file;
    for (const [local, imported] of unit.imports) {
      if (!comesFrom(imported.specifier)) continue;
      if (imported.name === name || (imported.commonjs && name === 'default')) {
        for (const id of this.#program.identifiers(unit, local))
          if (!isMemberName(id) && resolve(id)?.kind === 'import' && !isDeclarationName(id)) out.push(id);
      } else if (imported.name === '*') out.push(...this.#throughNamespace(unit, local, name));
    }
    for (const [exported, what] of unit.exports) {
      if (what.kind === 'from' && what.name === name && comesFrom(what.specifier)) out.push(...this.#exportUses(unit.file, exported, seen));
      if (what.kind === 'local') {
        const imported = unit.imports.get(what.name);
        if (imported !== undefined && imported.name === name && comesFrom(imported.specifier))
          out.push(...this.#exportUses(unit.file, exported, seen));
      }
    }
    if (name !== 'default' && unit.stars.some(comesFrom)) out.push(...this.#exportUses(unit.file, name, seen));
    out.push(...this.#dynamicUses(unit, file, name));
    return out;
  }

  #throughNamespace(unit: Unit, local: string, name: string): ts.Identifier[] {
    return this.#program.identifiers(unit, name).filter(id => {
      const access = id.parent;
      return (
        tsc.isPropertyAccessExpression(access) &&
        access.name === id &&
        tsc.isIdentifier(access.expression) &&
        access.expression.text === local
      );
    });
  }

  /** `const { name } = require('./x')`, `const { name } = await import('./x')`, and calls straight on them. */
  #dynamicUses(unit: Unit, file: string, name: string): ts.Identifier[] {
    const out: ts.Identifier[] = [];
    for (const id of this.#program.identifiers(unit, name)) {
      const binding = resolve(id);
      const callee = tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
      if (!tsc.isCallExpression(callee.parent) || callee.parent.expression !== callee) continue;
      if (binding?.kind === 'import' || (callee === id && binding?.kind !== 'variable')) continue;
      const target = this.#ev.exported(file, name);
      const own = this.#ev.values(callee as ts.Expression);
      if (own.some(v => (v.kind === 'function' || v.kind === 'class') && target.some(t => t.kind === v.kind && t.node === v.node)))
        out.push(id);
    }
    return out;
  }

  /** Calls of a function through a member of an object, wherever the function is written: `tool.run(input)` of `{ run: refund }`. */
  throughMember(object: ts.Node, name: string, fn: FunctionNode): readonly ts.CallExpression[] {
    const { sure } = this.#members(this.#program.unitOf(object), name, fn);
    return sortUses(sure, NO_LIKELY).calls.filter(tsc.isCallExpression);
  }

  /** Calls of a method or of a function in an object: by name, kept when the callee evaluates to that very function. */
  #memberUses(unit: Unit, name: string, fn: FunctionNode): ts.Identifier[] {
    const { sure, likely } = this.#members(unit, name, fn);
    // A receiver that cannot be followed counts only when nothing better is known, and the name is distinct.
    if (sure.length > 0 || !DISTINCT.test(name)) return sure;
    this.#likely.set(fn, new Set(likely));
    return likely;
  }

  #members(unit: Unit, name: string, fn: FunctionNode): { readonly sure: ts.Identifier[]; readonly likely: ts.Identifier[] } {
    const sure: ts.Identifier[] = [];
    const likely: ts.Identifier[] = [];
    const above = this.overridden(fn, name);
    const files = new Set(
      [unit.file, ...[...above].map(node => node.getSourceFile().fileName)].flatMap(file => this.#neighbours(file, name)),
    );
    for (const file of files) {
      const other = this.#program.unit(file);
      if (other === undefined) continue;
      for (const id of this.#program.identifiers(other, name)) {
        const access = id.parent;
        if (!tsc.isPropertyAccessExpression(access) || access.name !== id) continue;
        const values = this.#ev.values(access);
        if (values.some(v => v.kind === 'function' && v.node === fn)) sure.push(id);
        else if (above.size > 0 && this.#callsAncestor(access, above)) sure.push(id);
        else if (values.every(v => v.kind === 'unknown' || v.kind === 'param') && tsc.isCallExpression(access.parent)) likely.push(id);
      }
    }
    return { sure, likely };
  }

  /** The classes and interfaces above a method's class that declare the method as well. */
  overridden(fn: FunctionNode, name: string): ReadonlySet<ts.Node> {
    if (!tsc.isClassLike(fn.parent)) return new Set();
    return new Set([...ancestorsOf(this.#ev, fn.parent)].filter(node => declares(node, name)));
  }

  /** Is the receiver only known as one of these classes or interfaces? */
  #callsAncestor(access: ts.PropertyAccessExpression, above: ReadonlySet<ts.Node>): boolean {
    if (!tsc.isCallExpression(access.parent)) return false;
    return this.#ev
      .values(access.expression)
      .some(v => (v.kind === 'instance' && above.has(v.of)) || (v.kind === 'shape' && above.has(v.node)));
  }

  /** The file, its importers and theirs, as far as they mention the name. */
  #neighbours(file: string, name: string): string[] {
    // What the file itself imports counts too: a handler in an object is called by the module it is handed to.
    const imported = [...(this.#program.unit(file)?.imports.values() ?? [])].flatMap(
      i => this.#program.inventory.resolveImport(file, i.specifier) ?? [],
    );
    const seen = new Set([file, ...imported]);
    let ring = [file];
    for (let depth = 0; depth < 3 && seen.size < MOST_FILES * 4; depth++) {
      ring = ring.flatMap(f => this.#index.importersOf(f)).filter(f => !seen.has(f) && this.#counts(file, f));
      for (const f of ring) seen.add(f);
    }
    return [...seen].filter(f => f === file || this.#program.mentions(f, name, '.')).slice(0, MOST_FILES);
  }
}

/** A name of two words or more is rarely shared by chance; `fetch` or `generate` is everybody's. */
const DISTINCT = /^[a-z]+[A-Z]\w*[a-z]{2}|^[a-z]+_[a-z]\w*[a-z]$|^\w{12,}$/;

type Holder = { kind: 'name'; name: string; declaration: ts.Node } | { kind: 'member'; name: string } | { kind: 'default' };

/** The name under which a function or class is reached. */
function holderOf(fn: FunctionNode | ts.ClassLikeDeclaration): Holder | undefined {
  if (tsc.isFunctionDeclaration(fn) || tsc.isClassDeclaration(fn))
    return fn.name === undefined ? { kind: 'default' } : { kind: 'name', name: fn.name.text, declaration: fn };
  if (tsc.isMethodDeclaration(fn) || tsc.isGetAccessorDeclaration(fn) || tsc.isSetAccessorDeclaration(fn)) {
    const name = propertyName(fn);
    return name === undefined ? undefined : { kind: 'member', name };
  }
  if (tsc.isConstructorDeclaration(fn)) return undefined;
  let node: ts.Node = fn;
  // `const f = useCallback(async () => ...)`: the wrapped function is reached by the variable's name.
  while (
    tsc.isParenthesizedExpression(node.parent) ||
    tsc.isAsExpression(node.parent) ||
    tsc.isSatisfiesExpression(node.parent) ||
    (tsc.isCallExpression(node.parent) && (node.parent.arguments[0] === node || isTaskOf(node.parent, node)))
  )
    node = node.parent;
  const parent = node.parent;
  if (tsc.isVariableDeclaration(parent) && tsc.isIdentifier(parent.name))
    return { kind: 'name', name: parent.name.text, declaration: parent };
  if (node !== fn) return undefined;
  if (tsc.isPropertyAssignment(parent) || tsc.isPropertyDeclaration(parent)) {
    const name = propertyName(parent);
    return name === undefined ? undefined : { kind: 'member', name };
  }
  if (tsc.isBinaryExpression(parent) && tsc.isPropertyAccessExpression(parent.left)) return { kind: 'member', name: parent.left.name.text };
  return tsc.isExportAssignment(parent) ? { kind: 'default' } : undefined;
}

/** `const ask = task('ask', async messages => ...)` of LangGraph: the function runs when the task is called. */
function isTaskOf({ expression, arguments: args }: ts.CallExpression, fn: ts.Node): boolean {
  if (args[1] !== fn || !tsc.isIdentifier(expression)) return false;
  const binding = resolve(expression);
  return binding?.kind === 'import' && /^(?:task|entrypoint)$/.test(binding.name);
}

/** The constant that holds a method with its object. */
function boundTo(id: ts.Identifier): (ts.VariableDeclaration & { readonly name: ts.Identifier }) | undefined {
  const callee = tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
  const bind = callee.parent;
  if (!tsc.isPropertyAccessExpression(bind) || bind.expression !== callee || bind.name.text !== 'bind') return undefined;
  const holder = bind.parent.parent;
  if (!tsc.isCallExpression(bind.parent) || !tsc.isVariableDeclaration(holder) || !tsc.isIdentifier(holder.name)) return undefined;
  // What else it is bound to would have to be counted among the arguments.
  return holder.initializer === bind.parent && bind.parent.arguments.length < 2
    ? (holder as ts.VariableDeclaration & { readonly name: ts.Identifier })
    : undefined;
}

function isDeclarationName(id: ts.Identifier): boolean {
  const parent = id.parent;
  if (tsc.isImportSpecifier(parent) || tsc.isImportClause(parent) || tsc.isNamespaceImport(parent) || tsc.isExportSpecifier(parent))
    return true;
  return (tsc.isFunctionDeclaration(parent) || tsc.isClassDeclaration(parent) || tsc.isVariableDeclaration(parent)) && parent.name === id;
}

const NO_LIKELY: ReadonlySet<ts.Identifier> = new Set();

function sortUses(identifiers: readonly ts.Identifier[], guessed: ReadonlySet<ts.Identifier>): Omit<Uses, 'truncated'> {
  const calls: (ts.CallExpression | ts.NewExpression)[] = [];
  const passed: ts.Identifier[] = [];
  const likely = new Set<ts.Node>();
  for (const id of new Set(identifiers)) {
    const callee: ts.Node = tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
    const parent = callee.parent;
    if ((tsc.isCallExpression(parent) || tsc.isNewExpression(parent)) && parent.expression === callee) {
      calls.push(parent);
      if (guessed.has(id)) likely.add(parent);
    } else if (tsc.isExpressionWithTypeArguments(parent)) calls.push(...superCalls(parent));
    else if (!tsc.isTypeReferenceNode(parent) && !tsc.isTypeQueryNode(parent)) passed.push(id);
  }
  return { calls, passed, likely };
}

/** `static of(client) { return new this(client); }`: a class that makes its own instances, as class methods of Python do. */
function madeByItself(node: ts.ClassLikeDeclaration): ts.NewExpression[] {
  const out: ts.NewExpression[] = [];
  for (const member of node.members) {
    if (!tsc.isMethodDeclaration(member) || member.modifiers?.some(m => m.kind === tsc.SyntaxKind.StaticKeyword) !== true) continue;
    walk(member, inner => {
      if (tsc.isNewExpression(inner) && inner.expression.kind === tsc.SyntaxKind.ThisKeyword) out.push(inner);
    });
  }
  return out;
}

/** A class that extends another constructs it. */
function superCalls(clause: ts.ExpressionWithTypeArguments): ts.CallExpression[] {
  const node = clause.parent.parent;
  if (!tsc.isClassLike(node) || heritage(node) !== clause.expression) return [];
  for (const member of node.members) {
    if (!tsc.isConstructorDeclaration(member)) continue;
    for (const statement of member.body?.statements ?? []) {
      if (
        tsc.isExpressionStatement(statement) &&
        tsc.isCallExpression(statement.expression) &&
        statement.expression.expression.kind === tsc.SyntaxKind.SuperKeyword
      )
        return [statement.expression];
    }
  }
  return [];
}
