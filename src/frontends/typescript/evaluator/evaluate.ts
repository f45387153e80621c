// The evaluator: what can an expression stand for? It follows names through scopes, files, classes, factories and calls,
// on demand and without types, and answers with every alternative it can see. It never guesses: what it cannot follow is unknown.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { exportedValues, importedValues, moduleValues } from '../modules.ts';
import { type Program, type Unit, walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { outerFrame, parameterValues, variableValues } from './bindings.ts';
import { Budget } from './budget.ts';
import { binary, prefixed, template } from './computed.ts';
import { callGlobal, constructGlobal, isRequestCall } from './globals.ts';
import { given, keywordLazies } from './keywords.ts';
import { anyMemberValues, itemValues, memberValues, type Property, propertyInside } from './members.ts';
import { narrowed } from './narrow.ts';
import { pickedValues } from './picked.ts';
import { textValues } from './texts.ts';
import { promisedValue, typeValue } from './types.ts';
import {
  distinct,
  type Foreign,
  type Frame,
  type FunctionNode,
  type Lazy,
  ONLY_TYPE,
  type Step,
  UNDEFINED,
  understood,
  unknownValue,
  type Value,
} from './values.ts';

/** Deeper call chains are not followed. */
const DEEPEST = 10;
/** Expressions looked at for one question; a hostile repository must not make one question endless. */
const FUEL = 6000;

export type Values = readonly Value[];

export class Evaluator {
  readonly program: Program;
  readonly budget: Budget;
  /** Finds the calls of a function; set by the reference finder, which itself needs the evaluator. */
  callers: (fn: FunctionNode | ts.ClassLikeDeclaration) => readonly (ts.CallExpression | ts.NewExpression)[] = () => [];
  /** Is a function also handed on as a value, or called in more places than are looked at? */
  isHandedOn: (fn: FunctionNode) => boolean = () => false;
  /** Where a function is named without being called. */
  handedOn: (fn: FunctionNode | ts.ClassLikeDeclaration) => readonly ts.Identifier[] = () => [];
  readonly #known = new WeakMap<ts.Node, Values>();
  readonly #framed = new WeakMap<Frame, Map<ts.Node, Values>>();
  readonly #active = new Set<ts.Node>();
  /** Properties and parameters that are being looked up right now: the guard against going round in circles. */
  readonly asked = new WeakMap<ts.Node, Set<string>>();
  readonly underWay = new Set<ts.Node>();
  readonly exporting = new Set<string>();
  readonly spreading = new Set<ts.Node>();
  readonly #returns = new WeakMap<FunctionNode, readonly ts.Expression[]>();
  readonly #tank: number;
  #fuel = FUEL;
  #depth = 0;

  /** @param fuel expressions to look at for one question */
  constructor(program: Program, fuel = FUEL, budget = new Budget()) {
    this.program = program;
    this.budget = budget;
    this.#tank = fuel;
  }

  /** Everything that an expression can stand for, in the given call frame. */
  values(node: ts.Expression, frame?: Frame): Values {
    this.budget.step();
    const cache = frame === undefined ? undefined : this.#cacheOf(frame);
    const known = cache === undefined ? this.#known.get(node) : cache.get(node);
    if (known !== undefined) return known;
    if (this.#active.has(node) && (frame === undefined || this.#depth > 60)) return [];
    if (this.#depth === 0) this.#fuel = this.#tank;
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
    if (
      tsc.isParenthesizedExpression(node) ||
      tsc.isAsExpression(node) ||
      tsc.isSatisfiesExpression(node) ||
      tsc.isNonNullExpression(node) ||
      tsc.isAwaitExpression(node) ||
      tsc.isTypeAssertionExpression(node)
    ) {
      const inner = this.values(node.expression, frame);
      if (!tsc.isAsExpression(node) || inner.some(understood)) return inner;
      // A cast tells what its author knows of a value that cannot be followed.
      const typed = typeValue(this, this.program.unitOf(node), node.type);
      return typed === undefined ? inner : [typed];
    }
    if (tsc.isIdentifier(node)) return this.identifier(node, frame);
    if (tsc.isStringLiteralLike(node)) return [{ kind: 'literal', value: node.text, node }];
    if (tsc.isNumericLiteral(node)) return [{ kind: 'literal', value: Number(node.text), node }];
    if (tsc.isTemplateExpression(node)) return template(this, node, frame);
    if (tsc.isObjectLiteralExpression(node)) return [{ kind: 'object', node, frame }];
    if (tsc.isArrayLiteralExpression(node)) return [{ kind: 'array', node, frame }];
    if (tsc.isArrowFunction(node) || tsc.isFunctionExpression(node)) return [{ kind: 'function', node, frame, self: frame?.self }];
    if (tsc.isClassExpression(node)) return [{ kind: 'class', node, frame }];
    if (tsc.isPropertyAccessExpression(node)) return this.#access(node, frame);
    if (tsc.isElementAccessExpression(node)) return this.#element(node, frame);
    if (tsc.isCallExpression(node)) return this.call(node, frame);
    if (tsc.isNewExpression(node)) return this.#construct(node, frame);
    if (tsc.isConditionalExpression(node)) return [...this.values(node.whenTrue, frame), ...this.values(node.whenFalse, frame)];
    if (tsc.isBinaryExpression(node)) return binary(this, node, frame);
    if (tsc.isPrefixUnaryExpression(node)) return prefixed(this, node, frame);
    if (tsc.isMetaProperty(node)) return [this.#global(node, 'import.meta')];
    switch (node.kind) {
      case tsc.SyntaxKind.TrueKeyword:
        return [{ kind: 'literal', value: true }];
      case tsc.SyntaxKind.FalseKeyword:
        return [{ kind: 'literal', value: false }];
      case tsc.SyntaxKind.NullKeyword:
        return [{ kind: 'literal', value: null }];
      case tsc.SyntaxKind.ThisKeyword:
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
      if (
        tsc.isClassElement(up) &&
        tsc.isClassLike(up.parent) &&
        tsc.canHaveModifiers(up) &&
        tsc.getModifiers(up)?.some(m => m.kind === tsc.SyntaxKind.StaticKeyword)
      ) {
        return { kind: 'class', node: up.parent, frame: undefined };
      }
      if (tsc.isClassLike(up)) return { kind: 'instance', of: up, args: undefined, frame: undefined };
      // Arrow functions and object literals have no `this` of their own; a method of an object has the object.
      if (!isFunctionNode(up) || tsc.isArrowFunction(up)) continue;
      const owner = tsc.isPropertyAssignment(up.parent) ? up.parent.parent : up.parent;
      if (tsc.isObjectLiteralExpression(owner)) return { kind: 'object', node: owner, frame: undefined };
      if (!tsc.isClassLike(owner)) return unknownValue('this');
    }
    return unknownValue('this');
  }

  identifier(node: ts.Identifier, frame: Frame | undefined): Values {
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
        return narrowed(this, node, binding.node, variableValues(this, binding.node, binding.element, frame));
      case 'parameter':
        return narrowed(this, node, binding.node, parameterValues(this, binding.node, binding.element, frame));
      case 'function':
        return [{ kind: 'function', node: binding.node, frame: outerFrame(binding.node, frame) }];
      case 'class':
        return [{ kind: 'class', node: binding.node, frame: outerFrame(binding.node, frame) }];
      default:
        return binding.kind === 'enum' ? [{ kind: 'enum', node: binding.node }] : [unknownValue('a caught error')];
    }
  }

  #access(node: ts.PropertyAccessExpression, frame: Frame | undefined): Values {
    if (node.expression.kind === tsc.SyntaxKind.SuperKeyword) return this.member([this.#self(node, frame)], node.name.text);
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

  /** What a name imported by a file stands for. */
  imported(unit: Unit, local: string): Values {
    return importedValues(this, unit, local);
  }

  /** What a module that a file names exports; `*` is the module itself. */
  fromModule(unit: Unit, specifier: string, name: string): Values {
    return moduleValues(this, unit, specifier, name);
  }

  /** What a file of the repository exports under a name. */
  exported(file: string, name: string): Values {
    return exportedValues(this, file, name);
  }

  /** `values.name`, over all alternatives. */
  member(values: Values, name: string): Values {
    return memberValues(this, values, name);
  }

  /** The item at a position of a list. */
  item(values: Values, index: number): Values {
    return itemValues(this, values, index);
  }

  /** Any member of an object or item of a list. */
  anyMember(values: Values): Values {
    return anyMemberValues(this, values);
  }

  /** Looks a property up in every alternative of an object-like value. */
  inside(values: Values, name: string): Property {
    return propertyInside(this, values, name);
  }

  /** What a call returns. */
  call(node: ts.CallExpression, frame: Frame | undefined): Values {
    const callee = node.expression;
    if (
      callee.kind === tsc.SyntaxKind.ImportKeyword ||
      (tsc.isIdentifier(callee) && callee.text === 'require' && resolve(callee) === undefined)
    ) {
      const specifier = node.arguments[0];
      if (specifier !== undefined && tsc.isStringLiteralLike(specifier))
        return this.fromModule(this.program.unitOf(node), specifier.text, '*');
    }
    if (isRequestCall(this, node, frame)) return [{ kind: 'request' }];
    const picked = pickedValues(this, node, frame);
    if (picked !== undefined) return picked;
    const text = textValues(this, node, frame);
    if (text !== undefined) return text;
    return distinct(
      this.values(callee, frame).flatMap((value): Values => {
        if (value.kind === 'function') return this.returned(value.node, this.bind(node.arguments, frame), value.frame, value.self);
        if (value.kind === 'foreign' && value.steps.length > 1 && isMember(value.steps.at(-1), 'bind'))
          return [{ ...value, steps: value.steps.slice(0, -1) }];
        if (value.kind === 'foreign')
          return (
            callGlobal(this, value, node, frame) ?? [
              { ...value, steps: [...value.steps, { kind: 'call', args: node.arguments, frame, node }] },
            ]
          );
        if (value.kind === 'request') return [value];
        // Python makes an object by calling the class: `request.param()`, `self.client_class()`.
        if (value.kind === 'class') return [{ kind: 'instance', of: value.node, args: this.bind(node.arguments, frame).flat(), frame }];
        // A CommonJS module may itself be the function.
        if (value.kind === 'namespace')
          return this.exported(value.file, 'default').flatMap(v =>
            v.kind === 'function' ? this.returned(v.node, this.bind(node.arguments, frame), v.frame, v.self) : [],
          );
        const promised = value.kind === 'unknown' && value.why === ONLY_TYPE ? promisedValue(this, callee, frame) : undefined;
        if (promised !== undefined) return [promised];
        return [unknownValue(value.kind === 'unknown' ? value.why : 'what a function that was passed in returns')];
      }),
    );
  }

  /** The arguments of a call, each to be evaluated when needed. */
  bind(args: readonly ts.Expression[] | undefined, frame: Frame | undefined): readonly (readonly Lazy[])[] {
    return (args ?? []).map(node => (tsc.isSpreadElement(node) ? [] : [{ node, frame }]));
  }

  #construct(node: ts.NewExpression, frame: Frame | undefined): Values {
    return distinct(
      this.values(node.expression, frame).flatMap((value): Values => {
        if (value.kind === 'class') return [{ kind: 'instance', of: value.node, args: this.bind(node.arguments, frame).flat(), frame }];
        if (value.kind === 'foreign')
          return (
            constructGlobal(this, value, node, frame) ?? [
              { ...value, steps: [...value.steps, { kind: 'new', args: node.arguments ?? [], frame, node }] },
            ]
          );
        if (value.kind === 'namespace')
          return this.exported(value.file, 'default').flatMap(v =>
            v.kind === 'class' ? [{ kind: 'instance', of: v.node, args: this.bind(node.arguments, frame).flat(), frame } as const] : [],
          );
        return [unknownValue('an object of an unknown class')];
      }),
    );
  }

  /** What a function returns for the given arguments. */
  returned(fn: FunctionNode, args: readonly (readonly Lazy[])[], outer: Frame | undefined, self: Value | undefined): Values {
    this.budget.step();
    const depth = (outer?.depth ?? 0) + 1;
    if (depth > DEEPEST) return [unknownValue('too many calls deep')];
    const params = new Map(outer?.params);
    const named = keywordLazies(args.at(-1)?.[0]);
    fn.parameters.forEach((parameter, i) => {
      if (!parameter.dotDotDotToken) params.set(parameter, given(parameter, i, args, named));
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
    if (body !== undefined && !tsc.isBlock(body)) out.push(body);
    else if (body !== undefined) {
      walk(body, node => {
        if (isFunctionNode(node) || tsc.isClassLike(node)) return 'skip';
        if (tsc.isReturnStatement(node) && node.expression !== undefined) out.push(node.expression);
        return undefined;
      });
    }
    this.#returns.set(fn, out);
    return out;
  }
}

function isMember(step: Step | undefined, name: string): boolean {
  return step?.kind === 'member' && step.name === name;
}
