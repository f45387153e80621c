// From a list or a map of tools, as it is handed to a model, to the single entries: through names, imports, spreads, `map`, `push`
// and loops. Not capped like the evaluator's alternatives, because an agent may have a hundred tools.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator, Values } from '../evaluator/evaluate.ts';
import { distinct, understood, type Value } from '../evaluator/values.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyName, strip } from '../syntax.ts';

/** One entry of a list of tools, with the key that it has in a map of tools. */
export interface Entry {
  readonly value: Value;
  readonly key: string | undefined;
}

const SAME = new Set(['filter', 'slice', 'sort', 'reverse', 'flat', 'concat', 'toSorted', 'values']);
const EACH = new Set(['map', 'forEach', 'flatMap', 'filter']);
const DEEPEST = 12;
const MOST = 400;

export class ToolLists {
  readonly #ev: Evaluator;
  /** Names that are being followed right now: lists may be built of themselves. */
  readonly #active = new Set<ts.Node>();

  constructor(ev: Evaluator) {
    this.#ev = ev;
  }

  /** The entries of a list or map that an expression stands for. */
  entries(node: ts.Expression, depth = 0): readonly Entry[] {
    const inner = strip(node);
    if (inner === undefined || depth > DEEPEST || this.#active.has(inner)) return [];
    this.#ev.budget.step();
    this.#active.add(inner);
    try {
      return this.#entries(inner, depth + 1).slice(0, MOST);
    } finally {
      this.#active.delete(inner);
    }
  }

  #entries(node: ts.Expression, depth: number): readonly Entry[] {
    if (tsc.isArrayLiteralExpression(node))
      return node.elements.flatMap(element =>
        tsc.isSpreadElement(element)
          ? this.entries(element.expression, depth)
          : tsc.isOmittedExpression(element)
            ? []
            : this.#one(element, undefined, depth),
      );
    if (tsc.isObjectLiteralExpression(node)) return this.ofObject(node, depth);
    if (tsc.isConditionalExpression(node)) return [...this.entries(node.whenTrue, depth), ...this.entries(node.whenFalse, depth)];
    if (tsc.isBinaryExpression(node)) {
      const and = node.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken;
      return [...(and ? [] : this.entries(node.left, depth)), ...this.entries(node.right, depth)];
    }
    if (tsc.isIdentifier(node)) return this.#named(node, depth);
    if (tsc.isCallExpression(node)) return this.#called(node, depth);
    return this.#evaluated(this.#ev.values(node), depth);
  }

  /** An element that may itself be a list: `[...a, cond && b]`. */
  #one(node: ts.Expression, key: string | undefined, depth: number): readonly Entry[] {
    const inner = strip(node);
    if (inner === undefined) return [];
    const values = this.#ev
      .values(inner)
      .filter(v => !(v.kind === 'literal' && (v.value === undefined || v.value === false || v.value === null)));
    if (values.length > 0 && values.every(v => v.kind === 'array')) return this.#evaluated(values, depth);
    if (values.every(v => !understood(v)) && depth < DEEPEST) {
      const found = tsc.isIdentifier(inner) || tsc.isCallExpression(inner) ? this.entries(inner, depth + 1) : [];
      if (found.some(e => understood(e.value))) return found.map(e => ({ ...e, key: e.key ?? key }));
    }
    return values.map(value => ({ value, key }));
  }

  /** The members of a map of tools. */
  ofObject(node: ts.ObjectLiteralExpression, depth = 0): readonly Entry[] {
    return node.properties.flatMap((property): readonly Entry[] => {
      if (tsc.isSpreadAssignment(property)) return this.entries(property.expression, depth + 1);
      const key = propertyName(property) ?? this.#computedKey(property);
      if (tsc.isPropertyAssignment(property)) return this.#one(property.initializer, key, depth);
      if (tsc.isShorthandPropertyAssignment(property)) return this.#one(property.name, key, depth);
      if (tsc.isMethodDeclaration(property)) return [{ value: { kind: 'function', node: property, frame: undefined }, key }];
      return [];
    });
  }

  #computedKey(property: ts.ObjectLiteralElementLike): string | undefined {
    if (property.name === undefined || !tsc.isComputedPropertyName(property.name)) return undefined;
    const [value] = this.#ev.values(property.name.expression);
    return value?.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;
  }

  #named(node: ts.Identifier, depth: number): readonly Entry[] {
    const declaration = this.declarationOf(node);
    if (declaration === undefined) return this.#evaluated(this.#ev.values(node), depth);
    const out: Entry[] = [];
    if (declaration.initializer !== undefined) out.push(...this.entries(declaration.initializer, depth));
    out.push(...this.#added(declaration, depth));
    return out.length > 0 ? out : this.#evaluated(this.#ev.values(node), depth);
  }

  /** What is put into a list or map after its declaration: `tools.push(x)`, `tools.name = x`, `tools = [...]`. */
  #added(declaration: ts.VariableDeclaration, depth: number): readonly Entry[] {
    if (!tsc.isIdentifier(declaration.name)) return [];
    const unit = this.#ev.program.unitOf(declaration);
    const out: Entry[] = [];
    for (const use of this.#ev.program.identifiers(unit, declaration.name.text)) {
      const { parent } = use;
      if (use === declaration.name) continue;
      if (tsc.isBinaryExpression(parent) && parent.left === use && parent.operatorToken.kind === tsc.SyntaxKind.EqualsToken)
        out.push(...this.entries(parent.right, depth));
      if (tsc.isCallExpression(parent) && parent.arguments[0] === use && parent.expression.getText().endsWith('Object.assign'))
        for (const more of parent.arguments.slice(1)) if (!tsc.isSpreadElement(more)) out.push(...this.entries(more, depth));
      const access =
        (tsc.isPropertyAccessExpression(parent) || tsc.isElementAccessExpression(parent)) && parent.expression === use ? parent : undefined;
      if (access === undefined) continue;
      const call = access.parent;
      if (
        tsc.isCallExpression(call) &&
        tsc.isPropertyAccessExpression(access) &&
        (access.name.text === 'push' || access.name.text === 'unshift')
      )
        for (const arg of call.arguments)
          out.push(...(tsc.isSpreadElement(arg) ? this.entries(arg.expression, depth) : this.#one(arg, undefined, depth)));
      if (tsc.isBinaryExpression(call) && call.left === access && call.operatorToken.kind === tsc.SyntaxKind.EqualsToken) {
        const key = tsc.isPropertyAccessExpression(access)
          ? access.name.text
          : tsc.isStringLiteralLike(access.argumentExpression)
            ? access.argumentExpression.text
            : undefined;
        out.push(...this.#one(call.right, key, depth));
      }
    }
    return out;
  }

  #called(node: ts.CallExpression, depth: number): readonly Entry[] {
    const callee = node.expression;
    if (tsc.isPropertyAccessExpression(callee)) {
      const name = callee.name.text;
      const owner = tsc.isIdentifier(callee.expression) ? callee.expression.text : undefined;
      const first = node.arguments[0];
      if (owner === 'Object' && (name === 'values' || name === 'entries' || name === 'fromEntries') && first !== undefined)
        return this.entries(first, depth);
      if (owner === 'Object' && name === 'assign')
        return node.arguments.flatMap(arg => (tsc.isSpreadElement(arg) ? [] : this.entries(arg, depth)));
      if (owner === 'Promise' && name === 'all' && first !== undefined) return this.entries(first, depth);
      if (SAME.has(name) || name === 'map' || name === 'flatMap') {
        const own = this.#ev.values(node).filter(understood);
        if (own.length > 0 && own.some(v => v.kind !== 'foreign')) return this.#evaluated(own, depth);
        const items = this.entries(callee.expression, depth);
        const more = name === 'concat' ? node.arguments.flatMap(arg => (tsc.isSpreadElement(arg) ? [] : this.entries(arg, depth))) : [];
        // A list that is mapped keeps its items for us: what the callback makes of them is the form that the provider wants.
        return [...items, ...more];
      }
    }
    const values = this.#ev.values(callee).filter(v => v.kind === 'function');
    const out = values.flatMap(v => (v.kind === 'function' ? this.#ev.returnsOf(v.node).flatMap(r => this.entries(r, depth)) : []));
    return out.some(e => understood(e.value)) ? out : this.#evaluated(this.#ev.values(node), depth);
  }

  #evaluated(values: Values, depth: number): readonly Entry[] {
    return values.flatMap((value): readonly Entry[] => {
      if (value.kind === 'array' && depth < DEEPEST)
        return value.node.elements.flatMap(element =>
          tsc.isSpreadElement(element)
            ? value.frame === undefined
              ? this.entries(element.expression, depth + 1)
              : this.#evaluated(this.#ev.values(element.expression, value.frame), depth + 1)
            : this.#ev.values(element, value.frame).map(v => ({ value: v, key: undefined })),
        );
      if (value.kind === 'merged') return value.parts.flatMap(part => this.#evaluated(part, depth + 1));
      return [{ value, key: undefined }];
    });
  }

  /** The variable that a name stands for, here or in the file that it is imported from. */
  declarationOf(node: ts.Identifier): ts.VariableDeclaration | undefined {
    const binding = resolve(node);
    if (binding?.kind === 'variable') return binding.element === undefined ? binding.node : undefined;
    if (binding?.kind !== 'import') return undefined;
    let unit = this.#ev.program.unitOf(node);
    const imported = unit.imports.get(binding.name);
    let name = imported?.name;
    let specifier = imported?.specifier;
    for (let hop = 0; hop < 6 && name !== undefined && specifier !== undefined; hop++) {
      const target = this.#ev.program.inventory.resolveImport(unit.file, specifier);
      const next = target === undefined ? undefined : this.#ev.program.unit(target);
      if (next === undefined) return undefined;
      unit = next;
      const exported = next.exports.get(name);
      if (exported?.kind === 'from') [name, specifier] = [exported.name, exported.specifier];
      else return exported?.kind === 'local' ? this.#topLevel(next.ast, exported.name) : undefined;
    }
    return undefined;
  }

  #topLevel(file: ts.SourceFile, name: string): ts.VariableDeclaration | undefined {
    for (const statement of file.statements) {
      if (!tsc.isVariableStatement(statement)) continue;
      const found = statement.declarationList.declarations.find(d => tsc.isIdentifier(d.name) && d.name.text === name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * What a name may hold that stands for one item of a list: the variable of a `for ... of`, the parameter of a `map` callback,
   * or a parameter that is given one of these. Otherwise what the evaluator sees.
   */
  items(node: ts.Expression, depth = 0): readonly Entry[] {
    const inner = strip(node);
    if (inner === undefined || depth > 6) return [];
    if (!tsc.isIdentifier(inner)) return this.#ev.values(inner).map(value => ({ value, key: undefined }));
    const binding = resolve(inner);
    if (binding?.kind === 'variable' && tsc.isForOfStatement(binding.node.parent.parent))
      return this.entries(binding.node.parent.parent.expression, depth + 1);
    if (binding?.kind === 'parameter') {
      const fn = binding.node.parent;
      const list = isFunctionNode(fn) ? iterated(fn) : undefined;
      if (list !== undefined && fn.parameters[0] === binding.node) return this.entries(list, depth + 1);
      if (binding.element === undefined && isFunctionNode(fn)) {
        const index = fn.parameters.indexOf(binding.node);
        const out = this.#ev.callers(fn).flatMap(call => {
          const arg = call.arguments?.[index];
          return arg === undefined || tsc.isSpreadElement(arg) ? [] : this.items(arg, depth + 1);
        });
        if (out.length > 0) return out;
        // Handed over by name: `tools.map(toOpenAi)`.
        const handed = this.#handedTo(fn);
        if (handed !== undefined && index === 0) return this.entries(handed, depth + 1);
      }
    }
    return distinct(this.#ev.values(inner)).map(value => ({ value, key: undefined }));
  }

  #handedTo(fn: ts.SignatureDeclaration): ts.Expression | undefined {
    const name = tsc.isFunctionDeclaration(fn) ? fn.name : tsc.isVariableDeclaration(fn.parent) ? fn.parent.name : undefined;
    if (name === undefined || !tsc.isIdentifier(name)) return undefined;
    for (const use of this.#ev.program.identifiers(this.#ev.program.unitOf(fn), name.text)) {
      const call = use.parent;
      if (!tsc.isCallExpression(call) || call.arguments[0] !== use || !tsc.isPropertyAccessExpression(call.expression)) continue;
      if (EACH.has(call.expression.name.text)) return call.expression.expression;
    }
    return undefined;
  }
}

/** The list that an inline callback goes through. */
function iterated(fn: ts.Node): ts.Expression | undefined {
  const call = fn.parent;
  if (!tsc.isCallExpression(call) || call.arguments[0] !== fn || !tsc.isPropertyAccessExpression(call.expression)) return undefined;
  return EACH.has(call.expression.name.text) && enclosingFunction(call) !== fn ? call.expression.expression : undefined;
}

/** Does a list stand there, or a map without anything in it? */
export function isSeenWhole(node: ts.Expression | undefined): boolean {
  return (
    node !== undefined && (tsc.isArrayLiteralExpression(node) || (tsc.isObjectLiteralExpression(node) && node.properties.length === 0))
  );
}
