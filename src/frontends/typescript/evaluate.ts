// The evaluator: what can an expression stand for? It follows names through scopes, files, classes, factories and calls,
// on demand and without types, and answers with every alternative it can see. It never guesses: what it cannot follow is unknown.
import { ts } from 'ts-morph';
import { callGlobal, constructGlobal, isRequestCall, isRequestPath } from './globals.ts';
import { classMember, staticMember } from './classes.ts';
import type { Program, Unit } from './program.ts';
import { walk } from './program.ts';
import { enclosingFunction, isFunctionNode, resolve } from './scope.ts';
import { typeValue } from './types.ts';
import { distinct, type Foreign, type Frame, type FunctionNode, HOLE, type Lazy, textOf, UNDEFINED, unknownValue, type Value } from './values.ts';

/** Deeper call chains are not followed. */
const DEEPEST = 10;
/** Expressions looked at for one question; a hostile repository must not make one question endless. */
const FUEL = 6000;

export type Values = readonly Value[];

export class Evaluator {
  readonly program: Program;
  /** Finds the calls of a function; set by the reference finder, which itself needs the evaluator. */
  callers: (fn: FunctionNode | ts.ClassLikeDeclaration) => readonly (ts.CallExpression | ts.NewExpression)[] = () => [];
  readonly #known = new WeakMap<ts.Node, Values>();
  readonly #framed = new WeakMap<Frame, Map<ts.Node, Values>>();
  readonly #active = new Set<ts.Node>();
  readonly #asked = new WeakMap<ts.Node, Set<string>>();
  readonly #returns = new WeakMap<FunctionNode, readonly ts.Expression[]>();
  #fuel = FUEL;
  #depth = 0;

  constructor(program: Program) {
    this.program = program;
  }

  /** Everything that an expression can stand for, in the given call frame. */
  values(node: ts.Expression, frame?: Frame): Values {
    const cache = frame === undefined ? undefined : this.#cacheOf(frame);
    const known = cache === undefined ? this.#known.get(node) : cache.get(node);
    if (known !== undefined) return known;
    if (this.#active.has(node) && (frame === undefined || this.#depth > 60)) return [];
    if (this.#depth === 0) this.#fuel = FUEL;
    if (this.#fuel-- <= 0 || this.#depth > 120) return [unknownValue('too much to follow')];
    const entered = !this.#active.has(node);
    if (entered) this.#active.add(node);
    this.#depth++;
    let result: Values;
    try {
      result = distinct(this.#evaluate(node, frame));
    } finally {
      this.#depth--;
      if (entered) this.#active.delete(node);
    }
    if (cache === undefined) this.#known.set(node, result);
    else cache.set(node, result);
    return result;
  }

  lazy(lazies: readonly Lazy[]): Values {
    return lazies.flatMap(({ node, frame }) => this.values(node, frame));
  }

  #cacheOf(frame: Frame): Map<ts.Node, Values> {
    let cache = this.#framed.get(frame);
    if (cache === undefined) {
      cache = new Map();
      this.#framed.set(frame, cache);
    }
    return cache;
  }

  #evaluate(node: ts.Expression, frame: Frame | undefined): Values {
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node) || ts.isAwaitExpression(node) || ts.isTypeAssertionExpression(node)) {
      return this.values(node.expression, frame);
    }
    if (ts.isIdentifier(node)) return this.#identifier(node, frame);
    if (ts.isStringLiteralLike(node)) return [{ kind: 'literal', value: node.text, node }];
    if (ts.isNumericLiteral(node)) return [{ kind: 'literal', value: Number(node.text), node }];
    if (ts.isTemplateExpression(node)) return this.#template(node, frame);
    if (ts.isObjectLiteralExpression(node)) return [{ kind: 'object', node, frame }];
    if (ts.isArrayLiteralExpression(node)) return [{ kind: 'array', node, frame }];
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return [{ kind: 'function', node, frame, self: frame?.self }];
    if (ts.isClassExpression(node)) return [{ kind: 'class', node, frame }];
    if (ts.isPropertyAccessExpression(node)) return this.#access(node, frame);
    if (ts.isElementAccessExpression(node)) return this.#element(node, frame);
    if (ts.isCallExpression(node)) return this.call(node, frame);
    if (ts.isNewExpression(node)) return this.#construct(node, frame);
    if (ts.isConditionalExpression(node)) return [...this.values(node.whenTrue, frame), ...this.values(node.whenFalse, frame)];
    if (ts.isBinaryExpression(node)) return this.#binary(node, frame);
    if (ts.isPrefixUnaryExpression(node)) return this.#prefix(node, frame);
    if (ts.isMetaProperty(node)) return [this.#global(node, 'import.meta')];
    switch (node.kind) {
      case ts.SyntaxKind.TrueKeyword:
        return [{ kind: 'literal', value: true }];
      case ts.SyntaxKind.FalseKeyword:
        return [{ kind: 'literal', value: false }];
      case ts.SyntaxKind.NullKeyword:
        return [{ kind: 'literal', value: null }];
      case ts.SyntaxKind.ThisKeyword:
        return [this.#self(node, frame)];
      default:
        return [unknownValue('an expression that is not followed')];
    }
  }

  #global(node: ts.Node, name: string): Foreign {
    return { kind: 'foreign', package: '', file: node.getSourceFile().fileName, steps: [{ kind: 'member', name }] };
  }

  #self(node: ts.Node, frame: Frame | undefined): Value {
    if (frame?.self !== undefined) return frame.self;
    for (let up = node.parent; up !== undefined; up = up.parent) {
      if (ts.isClassLike(up)) return { kind: 'instance', of: up, args: undefined, frame: undefined };
      // Arrow functions and object literals have no `this` of their own; a method of an object has the object.
      if (!isFunctionNode(up) || ts.isArrowFunction(up)) continue;
      const owner = ts.isPropertyAssignment(up.parent) ? up.parent.parent : up.parent;
      if (ts.isObjectLiteralExpression(owner)) return { kind: 'object', node: owner, frame: undefined };
      if (!ts.isClassLike(owner)) return unknownValue('this');
    }
    return unknownValue('this');
  }

  #identifier(node: ts.Identifier, frame: Frame | undefined): Values {
    const binding = resolve(node);
    if (binding === undefined) {
      if (node.text === 'undefined') return [UNDEFINED];
      if (node.text === 'Infinity') return [{ kind: 'literal', value: Number.POSITIVE_INFINITY }];
      return [this.#global(node, node.text)];
    }
    switch (binding.kind) {
      case 'import':
        return this.imported(this.program.unitOf(node), binding.name);
      case 'variable':
        return this.variable(binding.node, binding.element, frame);
      case 'parameter':
        return this.#parameter(binding.node, binding.element, frame);
      case 'function':
        return [{ kind: 'function', node: binding.node, frame: this.#outer(binding.node, frame) }];
      case 'class':
        return [{ kind: 'class', node: binding.node, frame: this.#outer(binding.node, frame) }];
      default:
        return [unknownValue(binding.kind === 'catch' ? 'a caught error' : 'an enum')];
    }
  }

  /** A declaration at the top level of a file does not depend on who calls what. */
  #outer(node: ts.Node, frame: Frame | undefined): Frame | undefined {
    return frame !== undefined && enclosingFunction(node) !== undefined ? frame : undefined;
  }

  /** What a name imported by a file stands for. */
  imported(unit: Unit, local: string): Values {
    const imported = unit.imports.get(local);
    if (imported === undefined) return [unknownValue(`the import ${local}`)];
    return this.fromModule(unit, imported.specifier, imported.name);
  }

  /** What a module that a file names exports; `*` is the module itself. */
  fromModule(unit: Unit, specifier: string, name: string): Values {
    const target = this.program.inventory.resolveImport(unit.file, specifier);
    if (target !== undefined) return name === '*' ? [{ kind: 'namespace', file: target }] : this.exported(target, name);
    const { name: pkg, version } = packageOf(specifier);
    if (pkg === undefined) return [unknownValue(`the file ${specifier}`)];
    return [{ kind: 'foreign', package: this.program.inventory.realName(unit.file, pkg), version, file: unit.file, steps: name === '*' ? [] : [{ kind: 'member', name }] }];
  }

  /** What a file of the repository exports under a name. */
  exported(file: string, name: string, seen: ReadonlySet<string> = new Set()): Values {
    const unit = this.program.unit(file);
    if (unit === undefined) return [unknownValue(`${file} could not be read`)];
    const found = unit.exports.get(name);
    if (found !== undefined) {
      if (found.kind === 'from') return this.fromModule(unit, found.specifier, found.name);
      if (found.kind === 'expression') return this.values(found.node);
      if (found.kind === 'local') return this.#localName(unit, found.name);
      return ts.isClassLike(found.node) ? [{ kind: 'class', node: found.node, frame: undefined }] : isFunctionNode(found.node) ? [{ kind: 'function', node: found.node, frame: undefined }] : [];
    }
    if (unit.commonjs !== undefined) {
      const whole = this.values(unit.commonjs);
      return name === 'default' ? whole : this.member(whole, name);
    }
    for (const star of unit.stars) {
      if (name === 'default') break;
      const target = this.program.inventory.resolveImport(file, star);
      if (target === undefined || seen.has(target)) continue;
      const values = this.exported(target, name, new Set([...seen, file]));
      if (values.some(v => v.kind !== 'unknown')) return values;
    }
    const outside = unit.stars.filter(star => this.program.inventory.resolveImport(file, star) === undefined);
    if (outside.length === 1 && outside[0] !== undefined) return this.fromModule(unit, outside[0], name);
    return [unknownValue(`${file} has no export ${name}`)];
  }

  #localName(unit: Unit, name: string): Values {
    for (const identifier of this.program.identifiers(unit, name)) {
      const binding = resolve(identifier);
      if (binding === undefined) continue;
      const top = binding.kind === 'import' || (binding.kind !== 'catch' && enclosingFunction(binding.node) === undefined);
      if (top) return this.#identifier(identifier, undefined);
    }
    return [unknownValue(`the name ${name}`)];
  }

  /** What a variable may hold: its initialiser and every later assignment in its file. */
  variable(declaration: ts.VariableDeclaration, element: ts.BindingElement | undefined, frame: Frame | undefined): Values {
    const inner = this.#outer(declaration, frame);
    const out: Value[] = [];
    if (declaration.initializer !== undefined) {
      const held = this.values(declaration.initializer, inner).map(v => (v.kind === 'object' && element === undefined && v.node === strip(declaration.initializer) ? { ...v, holder: declaration } : v));
      out.push(...(element === undefined ? held : this.#bound(element, held, inner)));
    } else if (ts.isForOfStatement(declaration.parent.parent)) {
      const items = this.anyMember(this.values(declaration.parent.parent.expression, inner));
      out.push(...(element === undefined ? items : this.#bound(element, items, inner)));
    }
    const constant = (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
    if (!constant && ts.isIdentifier(declaration.name)) {
      for (const assigned of this.#assignments(declaration, declaration.name)) out.push(...this.values(assigned, enclosingFunction(assigned) === undefined ? undefined : inner));
    }
    // `let client` and then an assignment: the missing start value says nothing about the use.
    const told = out.length > 1 ? out.filter(v => v !== UNDEFINED && !(v.kind === 'literal' && v.value === null)) : out;
    if (declaration.type !== undefined && !told.some(understood)) {
      const typed = typeValue(this, this.program.unitOf(declaration), declaration.type);
      if (typed !== undefined) return [typed];
    }
    return told.length === 0 ? [unknownValue('a variable without a value')] : told;
  }

  #assignments(declaration: ts.VariableDeclaration, name: ts.Identifier): ts.Expression[] {
    const unit = this.program.unitOf(declaration);
    const out: ts.Expression[] = [];
    for (const use of this.program.identifiers(unit, name.text)) {
      const parent = use.parent;
      if (!ts.isBinaryExpression(parent) || parent.left !== use || !isAssignment(parent.operatorToken.kind)) continue;
      const binding = resolve(use);
      if (binding?.kind === 'variable' && binding.node === declaration) out.push(parent.right);
    }
    return out;
  }

  #parameter(node: ts.ParameterDeclaration, element: ts.BindingElement | undefined, frame: Frame | undefined): Values {
    let given = this.#given(node, frame);
    if (node.type !== undefined && !given.some(understood)) {
      const typed = typeValue(this, this.program.unitOf(node), node.type);
      if (typed !== undefined) given = [typed];
    }
    return element === undefined ? given : this.#bound(element, given, frame);
  }

  #given(node: ts.ParameterDeclaration, frame: Frame | undefined): Values {
    const fallback = node.initializer === undefined ? [] : this.values(node.initializer, frame);
    const lazies = frame?.params.get(node);
    if (lazies !== undefined) {
      if (lazies.length === 0) return fallback.length > 0 ? fallback : [UNDEFINED];
      const values = this.lazy(lazies);
      return values.some(v => v === UNDEFINED) && fallback.length > 0 ? [...values.filter(v => v !== UNDEFINED), ...fallback] : values;
    }
    if (this.#active.has(node)) return [{ kind: 'param', node, path: [] }];
    this.#active.add(node);
    try {
      const fn = node.parent;
      const owner = ts.isConstructorDeclaration(fn) ? fn.parent : isFunctionNode(fn) ? fn : undefined;
      const index = fn.parameters.indexOf(node);
      const out: Value[] = [];
      for (const call of owner === undefined || node.dotDotDotToken ? [] : this.callers(owner).slice(0, 16)) {
        const args = call.arguments ?? [];
        if (args.slice(0, index + 1).some(ts.isSpreadElement)) out.push(unknownValue('spread arguments'));
        else {
          const arg = args[index];
          out.push(...(arg === undefined ? (fallback.length > 0 ? fallback : [UNDEFINED]) : this.values(arg)));
        }
      }
      const known = distinct(out.filter(v => v.kind !== 'unknown'));
      if (known.length > 0) return out.length > known.length && out.some(v => v.kind === 'unknown') ? [...known, unknownValue('some callers')] : known;
      return [...fallback, { kind: 'param', node, path: [] }];
    } finally {
      this.#active.delete(node);
    }
  }

  /** The part of a value that a destructuring pattern takes out. */
  #bound(element: ts.BindingElement, values: Values, frame: Frame | undefined): Values {
    const chain: ts.BindingElement[] = [];
    for (let up: ts.Node = element; ts.isBindingElement(up); up = up.parent.parent) chain.unshift(up);
    let current = values;
    for (const part of chain) {
      if (part.dotDotDotToken) continue;
      const pattern = part.parent;
      if (ts.isArrayBindingPattern(pattern)) current = this.item(current, pattern.elements.indexOf(part));
      else {
        const name = part.propertyName ?? part.name;
        current = ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? this.member(current, name.text) : [unknownValue('a computed name')];
      }
      if (part.initializer !== undefined && !current.every(v => understood(v) && v !== UNDEFINED)) {
        current = [...current.filter(v => v !== UNDEFINED), ...this.values(part.initializer, frame)];
      }
    }
    return current;
  }

  #access(node: ts.PropertyAccessExpression, frame: Frame | undefined): Values {
    if (ts.isIdentifier(node.expression)) {
      const binding = resolve(node.expression);
      if (binding?.kind === 'enum') {
        const member = binding.node.members.find(m => (ts.isIdentifier(m.name) || ts.isStringLiteralLike(m.name)) && m.name.text === node.name.text);
        return member?.initializer === undefined ? [unknownValue('an enum member')] : this.values(member.initializer, frame);
      }
    }
    if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return this.member([this.#self(node, frame)], node.name.text);
    return this.member(this.values(node.expression, frame), node.name.text);
  }

  #element(node: ts.ElementAccessExpression, frame: Frame | undefined): Values {
    const base = this.values(node.expression, frame);
    const keys = this.values(node.argumentExpression, frame);
    const key = keys.length === 1 ? keys[0] : undefined;
    if (key?.kind === 'literal' && typeof key.value === 'string') return this.member(base, key.value);
    if (key?.kind === 'literal' && typeof key.value === 'number') return this.item(base, key.value);
    return this.anyMember(base);
  }

  /** `values.name`, over all alternatives. */
  member(values: Values, name: string): Values {
    return distinct(values.flatMap(value => this.#memberOf(value, name)));
  }

  #memberOf(value: Value, name: string): Values {
    switch (value.kind) {
      case 'object':
      case 'merged': {
        const { found, absent, hidden } = this.property(value, name);
        const rest: Value[] = [];
        if (hidden !== undefined) rest.push(unknownValue(hidden));
        if (absent) rest.push(UNDEFINED);
        return [...found, ...rest];
      }
      case 'instance':
        return classMember(this, value, name);
      case 'class':
        return staticMember(this, value.node, name);
      case 'namespace':
        return this.exported(value.file, name);
      case 'foreign':
        return [{ ...value, steps: [...value.steps, { kind: 'member', name }] }];
      case 'param': {
        const path = [...value.path, name];
        return isRequestPath(path) ? [{ kind: 'request' }] : [{ ...value, path }];
      }
      case 'request':
        return [value];
      case 'array':
        return [unknownValue('a member of a list')];
      case 'function':
        return name === 'bind' ? [value] : [unknownValue('a member of a function')];
      case 'literal':
        return value.value === undefined || value.value === null || value.value === false ? [UNDEFINED] : [unknownValue('a member of a literal')];
      default:
        return [value.kind === 'unknown' ? value : unknownValue('a member of a text')];
    }
  }

  /** The item at a position of a list. */
  item(values: Values, index: number): Values {
    return values.flatMap((value): Values => {
      if (value.kind === 'array') {
        const elements = value.node.elements;
        if (elements.slice(0, index + 1).some(ts.isSpreadElement)) return [unknownValue('a list with a spread')];
        const element = elements[index];
        return element === undefined ? [UNDEFINED] : this.values(element, value.frame);
      }
      return value.kind === 'object' ? this.member([value], String(index)) : value.kind === 'request' ? [value] : [unknownValue('an item of a list that is not seen')];
    });
  }

  /** Any member of an object or item of a list: what `table[key]` may be when the key is not known. */
  anyMember(values: Values): Values {
    return distinct(
      values.flatMap((value): Values => {
        if (value.kind === 'array') return value.node.elements.flatMap(e => (ts.isSpreadElement(e) ? this.anyMember(this.values(e.expression, value.frame)) : this.values(e, value.frame)));
        if (value.kind !== 'object') return [value.kind === 'request' ? value : unknownValue('a member that is not seen')];
        return value.node.properties.flatMap((p): Values => {
          if (ts.isPropertyAssignment(p)) return this.values(p.initializer, value.frame);
          if (ts.isShorthandPropertyAssignment(p)) return this.values(p.name, value.frame);
          if (ts.isSpreadAssignment(p)) return this.anyMember(this.values(p.expression, value.frame));
          return ts.isMethodDeclaration(p) ? [{ kind: 'function', node: p, frame: value.frame, self: value }] : [];
        });
      }),
    );
  }

  /**
   * Looks a property up in an object: last writer wins, spreads are followed, later assignments to the variable count.
   * `absent`: some alternative lacks it; `hidden`: what keeps us from seeing whether it is there.
   */
  property(value: Extract<Value, { kind: 'object' | 'merged' }>, name: string): { found: Value[]; absent: boolean; hidden: string | undefined; node?: ts.Node } {
    const site = value.node;
    const key = `${name}\0${value.kind}`;
    const asked = this.#asked.get(site) ?? new Set();
    // `options = { ...options, more }`: the spread leads back to the same object.
    if (asked.has(key)) return { found: [], absent: true, hidden: undefined };
    this.#asked.set(site, asked.add(key));
    try {
      return value.kind === 'merged' ? this.#mergedProperty(value, name) : this.#objectProperty(value, name);
    } finally {
      asked.delete(key);
    }
  }

  #objectProperty(value: Extract<Value, { kind: 'object' }>, name: string): { found: Value[]; absent: boolean; hidden: string | undefined; node?: ts.Node } {
    const found: Value[] = [];
    let hidden: string | undefined;
    let node: ts.Node | undefined;
    for (const assigned of this.#memberAssignments(value, name)) {
      found.push(...this.values(assigned.right, value.frame));
      node = assigned;
    }
    for (let i = value.node.properties.length - 1; i >= 0; i--) {
      const property = value.node.properties[i] as ts.ObjectLiteralElementLike;
      if (ts.isSpreadAssignment(property)) {
        const inner = this.inside(this.values(property.expression, value.frame), name);
        found.push(...inner.found);
        hidden ??= inner.hidden;
        node ??= inner.found.length > 0 ? (inner.node ?? property) : undefined;
        if (inner.found.length > 0 && !inner.absent && inner.hidden === undefined) return { found, absent: false, hidden, node: node ?? property };
      } else if (propertyName(property) === name) {
        const own = this.#own(property, value);
        return { found: [...found, ...own], absent: false, hidden: undefined, node: property };
      }
    }
    return { found, absent: true, hidden, ...(node === undefined ? {} : { node }) };
  }

  #own(property: ts.ObjectLiteralElementLike, value: Extract<Value, { kind: 'object' }>): Values {
    if (ts.isPropertyAssignment(property)) return this.values(property.initializer, value.frame);
    if (ts.isShorthandPropertyAssignment(property)) return this.values(property.name, value.frame);
    if (ts.isMethodDeclaration(property)) return [{ kind: 'function', node: property, frame: value.frame, self: value }];
    if (ts.isGetAccessorDeclaration(property)) return this.returned(property, [], value.frame, value);
    return [unknownValue('a setter')];
  }

  #mergedProperty(value: Extract<Value, { kind: 'merged' }>, name: string): { found: Value[]; absent: boolean; hidden: string | undefined } {
    const found: Value[] = [];
    let hidden: string | undefined;
    for (let i = value.parts.length - 1; i >= 0; i--) {
      const inner = this.inside(value.parts[i] ?? [], name);
      found.push(...inner.found);
      hidden ??= inner.hidden;
      if (inner.found.length > 0 && !inner.absent) return { found, absent: false, hidden };
    }
    return { found, absent: true, hidden };
  }

  /** Looks a property up in every alternative of an object-like value. */
  inside(values: Values, name: string): { found: Value[]; absent: boolean; hidden: string | undefined; node?: ts.Node } {
    const found: Value[] = [];
    let absent = values.length === 0;
    let hidden: string | undefined;
    let node: ts.Node | undefined;
    for (const value of values) {
      if (value.kind === 'object' || value.kind === 'merged') {
        const inner = this.property(value, name);
        found.push(...inner.found);
        absent ||= inner.absent;
        hidden ??= inner.hidden;
        node ??= inner.node;
      } else if (value.kind === 'instance') {
        const members = classMember(this, value, name);
        if (members.some(understood)) found.push(...members);
        else hidden ??= 'an object of a class';
      } else if (value.kind === 'literal') absent = true;
      else if (value.kind === 'request') hidden ??= REQUEST;
      else if (value.kind === 'unknown') hidden ??= value.why;
      else hidden ??= value.kind === 'param' ? `the parameter ${value.node.name.getText()}` : 'a value from outside';
    }
    return { found, absent, hidden, ...(node === undefined ? {} : { node }) };
  }

  #memberAssignments(value: Extract<Value, { kind: 'object' }>, name: string): ts.BinaryExpression[] {
    const holder = value.holder;
    if (holder === undefined || !ts.isIdentifier(holder.name)) return [];
    const out: ts.BinaryExpression[] = [];
    for (const use of this.program.identifiers(this.program.unitOf(holder), name)) {
      const access = use.parent;
      if (!ts.isPropertyAccessExpression(access) || access.name !== use || !ts.isIdentifier(access.expression)) continue;
      const assignment = access.parent;
      if (!ts.isBinaryExpression(assignment) || assignment.left !== access || !isAssignment(assignment.operatorToken.kind)) continue;
      const binding = resolve(access.expression);
      if (binding?.kind === 'variable' && binding.node === holder) out.push(assignment);
    }
    return out;
  }

  /** What a call returns. */
  call(node: ts.CallExpression, frame: Frame | undefined): Values {
    const callee = node.expression;
    if (callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require' && resolve(callee) === undefined)) {
      const specifier = node.arguments[0];
      if (specifier !== undefined && ts.isStringLiteralLike(specifier)) return this.fromModule(this.program.unitOf(node), specifier.text, '*');
    }
    if (isRequestCall(this, node, frame)) return [{ kind: 'request' }];
    return distinct(
      this.values(callee, frame).flatMap((value): Values => {
        if (value.kind === 'function') return this.returned(value.node, this.bind(node.arguments, frame), value.frame, value.self);
        if (value.kind === 'foreign') return callGlobal(this, value, node, frame) ?? [{ ...value, steps: [...value.steps, { kind: 'call', args: node.arguments, frame, node }] }];
        if (value.kind === 'request') return [value];
        // A CommonJS module may itself be the function.
        if (value.kind === 'namespace') return this.exported(value.file, 'default').flatMap(v => (v.kind === 'function' ? this.returned(v.node, this.bind(node.arguments, frame), v.frame, v.self) : []));
        return [unknownValue(value.kind === 'unknown' ? value.why : 'what a function that was passed in returns')];
      }),
    );
  }

  /** The arguments of a call, each to be evaluated when needed. */
  bind(args: readonly ts.Expression[] | undefined, frame: Frame | undefined): readonly (readonly Lazy[])[] {
    return (args ?? []).map(node => (ts.isSpreadElement(node) ? [] : [{ node, frame }]));
  }

  #construct(node: ts.NewExpression, frame: Frame | undefined): Values {
    return distinct(
      this.values(node.expression, frame).flatMap((value): Values => {
        if (value.kind === 'class') return [{ kind: 'instance', of: value.node, args: this.bind(node.arguments, frame).flat(), frame }];
        if (value.kind === 'foreign') return constructGlobal(this, value, node, frame) ?? [{ ...value, steps: [...value.steps, { kind: 'new', args: node.arguments ?? [], frame, node }] }];
        if (value.kind === 'namespace') return this.exported(value.file, 'default').flatMap(v => (v.kind === 'class' ? [{ kind: 'instance', of: v.node, args: this.bind(node.arguments, frame).flat(), frame } as const] : []));
        return [unknownValue('an object of an unknown class')];
      }),
    );
  }

  /** What a function returns for the given arguments. */
  returned(fn: FunctionNode, args: readonly (readonly Lazy[])[], outer: Frame | undefined, self: Value | undefined): Values {
    const depth = (outer?.depth ?? 0) + 1;
    if (depth > DEEPEST) return [unknownValue('too many calls deep')];
    const params = new Map(outer?.params);
    fn.parameters.forEach((parameter, i) => {
      if (!parameter.dotDotDotToken) params.set(parameter, args[i] ?? []);
    });
    const frame: Frame = { params, self: self ?? outer?.self, depth };
    const out = distinct(this.returnsOf(fn).flatMap(node => this.values(node, frame)));
    if (fn.type !== undefined && !out.some(understood)) {
      const typed = typeValue(this, this.program.unitOf(fn), fn.type);
      if (typed !== undefined) return [typed];
    }
    return out.length === 0 ? [UNDEFINED] : out;
  }

  /** The expressions that a function may return, not those of functions inside it. */
  returnsOf(fn: FunctionNode): readonly ts.Expression[] {
    const known = this.#returns.get(fn);
    if (known !== undefined) return known;
    const out: ts.Expression[] = [];
    const body = fn.body;
    if (body !== undefined && !ts.isBlock(body)) out.push(body);
    else if (body !== undefined) {
      walk(body, node => {
        if (isFunctionNode(node) || ts.isClassLike(node)) return 'skip';
        if (ts.isReturnStatement(node) && node.expression !== undefined) out.push(node.expression);
        return undefined;
      });
    }
    this.#returns.set(fn, out);
    return out;
  }

  #template(node: ts.TemplateExpression, frame: Frame | undefined): Values {
    let texts = [node.head.text];
    for (const span of node.templateSpans) {
      const parts = this.values(span.expression, frame)
        .map(v => textOf(v) ?? (v.kind === 'literal' && typeof v.value === 'number' ? String(v.value) : HOLE))
        .slice(0, 4);
      const options = parts.length === 0 ? [HOLE] : parts;
      texts = texts.flatMap(text => options.map(option => text + option + span.literal.text)).slice(0, 8);
    }
    return texts.map(text => ({ kind: 'text', text, node }));
  }

  #binary(node: ts.BinaryExpression, frame: Frame | undefined): Values {
    const { left, right } = node;
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken: {
        const first = this.values(left, frame).filter(v => !(v.kind === 'literal' && (v.value === undefined || v.value === null || v.value === false)));
        return [...first, ...this.values(right, frame)];
      }
      case ts.SyntaxKind.AmpersandAmpersandToken:
        return [...this.values(right, frame), { kind: 'literal', value: false }];
      case ts.SyntaxKind.CommaToken:
        return this.values(right, frame);
      case ts.SyntaxKind.PlusToken:
      case ts.SyntaxKind.MinusToken:
      case ts.SyntaxKind.AsteriskToken:
      case ts.SyntaxKind.SlashToken:
        return this.#arithmetic(node, frame);
      default:
        return isAssignment(node.operatorToken.kind) ? this.values(right, frame) : [unknownValue('a computed value')];
    }
  }

  #arithmetic(node: ts.BinaryExpression, frame: Frame | undefined): Values {
    const one = (e: ts.Expression): Value | undefined => {
      const values = this.values(e, frame);
      return values.length === 1 ? values[0] : undefined;
    };
    const [a, b] = [one(node.left), one(node.right)];
    if (a?.kind === 'literal' && b?.kind === 'literal' && typeof a.value === 'number' && typeof b.value === 'number') {
      const [x, y] = [a.value, b.value];
      const token = node.operatorToken.kind;
      const value = token === ts.SyntaxKind.PlusToken ? x + y : token === ts.SyntaxKind.MinusToken ? x - y : token === ts.SyntaxKind.AsteriskToken ? x * y : x / y;
      return [{ kind: 'literal', value, node }];
    }
    if (node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return [unknownValue('a computed number')];
    const [s, t] = [a && textOf(a), b && textOf(b)];
    return s === undefined && t === undefined ? [unknownValue('a computed value')] : [{ kind: 'text', text: (s ?? HOLE) + (t ?? HOLE), node }];
  }

  #prefix(node: ts.PrefixUnaryExpression, frame: Frame | undefined): Values {
    if (node.operator !== ts.SyntaxKind.MinusToken && node.operator !== ts.SyntaxKind.PlusToken) return [unknownValue('a computed value')];
    return this.values(node.operand, frame).map(v =>
      v.kind === 'literal' && typeof v.value === 'number' ? { ...v, value: node.operator === ts.SyntaxKind.MinusToken ? -v.value : v.value } : unknownValue('a computed number'),
    );
  }
}

/** The reason given when only the browser or the user decides a value. */
export const REQUEST = 'only the caller of the route sends it';

/** Does the value say anything? */
export function understood(value: Value): boolean {
  return value.kind !== 'unknown' && value.kind !== 'param' && value !== UNDEFINED;
}

/** The expression without parentheses, casts and awaits. */
export function strip(node: ts.Expression | undefined): ts.Expression | undefined {
  let inner = node;
  while (inner !== undefined && (ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner) || ts.isSatisfiesExpression(inner) || ts.isNonNullExpression(inner) || ts.isAwaitExpression(inner))) {
    inner = inner.expression;
  }
  return inner;
}

/** The name of a property as it is written, or undefined when it is computed. */
export function propertyName(property: ts.ObjectLiteralElementLike | ts.ClassElement): string | undefined {
  const name = property.name;
  if (name === undefined) return undefined;
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) || ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression)) return name.expression.text;
  return undefined;
}

export function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.EqualsToken || kind === ts.SyntaxKind.QuestionQuestionEqualsToken || kind === ts.SyntaxKind.BarBarEqualsToken;
}

const URL_PACKAGE = /^https?:\/\/(?:esm\.sh|cdn\.skypack\.dev|esm\.run|cdn\.jsdelivr\.net\/npm|unpkg\.com|deno\.land\/x)\/(?:v\d+\/)?((?:@[^/@]+\/)?[^/@?]+)(?:@([^/?]+))?/;

/** The package that a bare specifier names, and the version written in it. Relative and absolute paths name none. */
export function packageOf(specifier: string): { name: string | undefined; version?: string | undefined } {
  const url = URL_PACKAGE.exec(specifier);
  if (url !== null) return { name: url[1], version: url[2]?.replace(/^v/, '') };
  const bare = specifier.startsWith('npm:') ? specifier.slice(4).replace(/^\//, '') : specifier;
  if (/^[./]/.test(bare) || bare === '') return { name: undefined };
  const match = /^((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?/.exec(bare);
  return { name: match?.[1], version: specifier.startsWith('npm:') ? match?.[2] : undefined };
}
