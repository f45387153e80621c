// Does the code run that adds to a count? A method that nobody calls fills no budget. Only what is certain counts: code that is handed
// to a framework, to an event or to a queue runs, and so may code that is called by its name on something unknown.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { answersHttp } from '../failures/entries.ts';
import { isExported, isWithin } from '../paths/call-sites.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyName } from '../syntax.ts';
import { neverBegins } from './heard.ts';
import type { Whole } from './own.ts';

/** What a count lacks that only such code raises. */
export function idle(node: ts.Node): string {
  let fn = enclosingFunction(node);
  let name = fn === undefined ? undefined : nameOf(fn);
  for (let deep = 0; fn !== undefined && name === undefined && deep < 8; deep++) {
    fn = enclosingFunction(fn);
    name = fn === undefined ? undefined : nameOf(fn);
  }
  return name === undefined ? 'something runs the code that adds to the count' : `something calls ${name}, which adds to the count`;
}

/** May a node run at all, when the program does? */
export function isRun(whole: Whole, node: ts.Node): boolean {
  return whole.ev.budget.ask(
    () => new Runs(whole).of(node),
    () => true,
  );
}

/** Functions that are followed upwards, and files that are looked through for one name. */
const MOST = 60;
/** Functions that a platform calls by their names. */
const ENTRIES = /^(?:main|handler|lambda_handler|\w+_handler|__\w+__)$/;
/** Classes of the language from which nobody is called back. */
const SILENT = /^(?:Error|EventEmitter|ABC|Protocol|Generic|BaseModel|Enum|object|TypedDict)$/;

class Runs {
  readonly #whole: Whole;
  readonly #seen = new Set<ts.Node>();
  readonly #given = new Set<ts.Node>();

  constructor(whole: Whole) {
    this.#whole = whole;
  }

  of(node: ts.Node): boolean {
    const { ev, inRequest } = this.#whole;
    ev.budget.step();
    if (inRequest(node)) return true;
    const fn = enclosingFunction(node);
    if (fn === undefined) return true;
    if (this.#seen.has(fn)) return false;
    this.#seen.add(fn);
    return this.#seen.size > MOST || this.#isStarted(fn);
  }

  #isStarted(fn: FunctionNode): boolean {
    const { references } = this.#whole;
    if (tsc.isGetAccessorDeclaration(fn) || tsc.isSetAccessorDeclaration(fn) || isDecorated(fn)) return true;
    const name = nameOf(fn);
    if (name !== undefined && ENTRIES.test(name)) return true;
    const uses = references.uses(tsc.isConstructorDeclaration(fn) ? fn.parent : fn);
    if (uses.truncated || uses.calls.some(call => !isWithin(call, fn) && !neverBegins(fn, call) && this.of(call))) return true;
    if (uses.passed.some(id => !isWithin(id, fn) && this.#isHanded(id, fn))) return true;
    if (tsc.isConstructorDeclaration(fn)) return false;
    if (tsc.isFunctionDeclaration(fn)) return isExported(fn) && answersHttp(fn);
    if (tsc.isMethodDeclaration(fn) && tsc.isClassLike(fn.parent))
      return name === undefined || this.#isOverride(fn.parent) || (uses.calls.length === 0 && this.#isNamed(name, fn));
    const { parent } = fn;
    if (tsc.isObjectLiteralExpression(parent)) return this.#escapes(parent) || (name !== undefined && this.#isNamed(name, fn));
    if (tsc.isVariableDeclaration(parent)) return isExported(fn) && answersHttp(fn);
    if (tsc.isPropertyDeclaration(parent)) return name === undefined || this.#isNamed(name, fn);
    return this.#escapes(fn);
  }

  /** Is a function that is named here run from here, or given to somebody who may run it? */
  #isHanded(id: ts.Identifier, fn: FunctionNode): boolean {
    const value = tsc.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
    const { parent } = value;
    if (tsc.isExportAssignment(parent)) return answersHttp(fn);
    if (tsc.isShorthandPropertyAssignment(parent) || (tsc.isPropertyAssignment(parent) && parent.initializer === value)) {
      const key = propertyName(parent);
      const object = parent.parent;
      const calls = key === undefined ? [] : this.#whole.references.throughMember(object, key, fn);
      return calls.some(call => !neverBegins(fn, call) && this.of(call)) || this.#escapes(object);
    }
    return !isModuleExports(value) && this.of(id);
  }

  /** Is a value given to somebody of whom it is not known what they do with it? */
  #escapes(value: ts.Node): boolean {
    this.#whole.ev.budget.step();
    if (this.#given.has(value)) return false;
    this.#given.add(value);
    if (this.#given.size > MOST) return true;
    let node = value;
    for (let up = value.parent; up !== undefined; node = up, up = up.parent) {
      if (tsc.isCallExpression(up) || tsc.isNewExpression(up)) return this.of(up);
      if (tsc.isVariableDeclaration(up)) return !tsc.isIdentifier(up.name) || this.#isGiven(up);
      if (tsc.isReturnStatement(up) || (tsc.isArrowFunction(up) && up.body === node)) {
        const factory = tsc.isArrowFunction(up) ? up : enclosingFunction(up);
        return factory === undefined || this.#whole.references.uses(factory).calls.some(call => this.#escapes(call));
      }
      if (tsc.isExportAssignment(up)) return true;
      if (tsc.isExpressionStatement(up)) return !isModuleExports(node) && node !== value && this.of(up);
      if (tsc.isStatement(up) || isFunctionNode(up)) return this.of(up);
    }
    return true;
  }

  /** Is a variable used other than for its members? */
  #isGiven(declaration: ts.VariableDeclaration): boolean {
    return this.#whole.references.named(declaration).some(id => {
      const { parent } = id;
      if (tsc.isPropertyAccessExpression(parent) && parent.expression === id) return false;
      return id !== declaration.name && this.#escapes(id);
    });
  }

  /** Does a class stand under one of a package, which calls its methods? */
  #isOverride(owner: ts.ClassLikeDeclaration): boolean {
    return (owner.heritageClauses ?? [])
      .flatMap(clause => [...clause.types])
      .some(({ expression }) => {
        if (SILENT.test(expression.getText().replace(/^.*\./, ''))) return false;
        const known = this.#whole.ev.values(expression);
        const local = tsc.isIdentifier(expression) ? resolve(expression) : undefined;
        return local?.kind !== 'class' && !known.some(value => value.kind === 'class') && !this.#isInterface(expression);
      });
  }

  #isInterface(name: ts.Expression): boolean {
    if (!tsc.isIdentifier(name)) return false;
    const unit = this.#whole.ev.program.unitOf(name);
    const imported = unit.imports.get(name.text);
    if (imported === undefined) return new RegExp(`\\binterface\\s+${name.text}\\b`).test(unit.ast.text);
    return this.#whole.ev.program.inventory.resolveImport(unit.file, imported.specifier) !== undefined;
  }

  /** Is a member of this name called on something that could not be followed? */
  #isNamed(name: string, fn: FunctionNode): boolean {
    const { ev } = this.#whole;
    const { program } = ev;
    let looked = 0;
    for (const file of program.inventory.files) {
      if (!/\.(?:[cm]?[jt]sx?|py)$/.test(file) || program.inventory.roleOf(file) !== 'production' || !program.mentions(file, name, '.'))
        continue;
      if (++looked > MOST) return true;
      const unit = program.unit(file);
      for (const id of unit === undefined ? [] : program.identifiers(unit, name)) {
        const access = id.parent;
        if (!tsc.isPropertyAccessExpression(access) || access.name !== id || isWithin(access, fn)) continue;
        const open = ev.values(access).every(value => value.kind === 'unknown' || value.kind === 'param');
        if (open && !isAbandoned(access, fn) && this.of(access)) return true;
      }
    }
    return false;
  }
}

function isAbandoned(access: ts.Node, fn: FunctionNode): boolean {
  return tsc.isCallExpression(access.parent) && access.parent.expression === access && neverBegins(fn, access.parent);
}

function nameOf(fn: FunctionNode): string | undefined {
  const holder = fn.name === undefined ? fn.parent : fn;
  if (tsc.isFunctionDeclaration(holder) || tsc.isFunctionExpression(holder)) return holder.name?.text;
  if (tsc.isVariableDeclaration(holder)) return tsc.isIdentifier(holder.name) ? holder.name.text : undefined;
  return tsc.isClassElement(holder) || tsc.isObjectLiteralElement(holder) ? propertyName(holder as ts.ObjectLiteralElementLike) : undefined;
}

function isDecorated(fn: FunctionNode): boolean {
  return 'modifiers' in fn && fn.modifiers?.some(tsc.isDecorator) === true;
}

/** `module.exports = value`, `exports.charge = value` */
function isModuleExports(value: ts.Node): boolean {
  const assigned = tsc.isBinaryExpression(value) ? value : value.parent;
  return tsc.isBinaryExpression(assigned) && /^(?:module\.)?exports\b/.test(assigned.left.getText());
}
