// How much does one small request add to a count? What is added is worked out for a short question and a short answer: a sum that is
// rounded to nothing, or multiplied by a price of nothing, never grows. Where a part of it cannot be worked out, nothing is said.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isWholeNumber } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { elementPath, propertyName, strip, valueAt } from '../syntax.ts';
import { settingOf } from './settings.ts';
import { bindCall, type Env, NO_ENV, originOf } from './trace.ts';
import { TOKENS } from './units.ts';

const DEEPEST = 24;
const MOST_ENTRIES = 12;
const MOST_CALLERS = 6;

export interface Size {
  /** In the unit of the count; undefined: cannot be worked out. */
  readonly amount: number | undefined;
  /** It is nothing for a model that a table of prices does not name, and such a model may be asked. */
  readonly unpriced: boolean;
}

/** A question for the entry of a table. */
interface Lookup {
  readonly tables: readonly ts.ObjectLiteralExpression[];
  readonly key: ts.Expression;
}

/** What a charge adds for a request of 200 tokens and an answer of 100. */
export function sizeOf(ev: Evaluator, amount: ts.Expression, env: Env): Size {
  const sum = new Sum(ev);
  return { amount: sum.of(amount, env, 0), unpriced: sum.unpriced };
}

/** Tokens by the name of the member that tells them. */
function tokensNamed(name: string): number | undefined {
  if (!TOKENS.test(name)) return undefined;
  if (/cache|reason/i.test(name)) return 0;
  if (/prompt|input/i.test(name)) return 200;
  return /completion|output|response|candidates/i.test(name) ? 100 : 300;
}

class Sum {
  unpriced = false;
  readonly #ev: Evaluator;

  constructor(ev: Evaluator) {
    this.#ev = ev;
  }

  of(expression: ts.Expression, env: Env, depth: number): number | undefined {
    this.#ev.budget.step();
    const node = strip(expression) ?? expression;
    if (depth > DEEPEST) return undefined;
    if (tsc.isNumericLiteral(node)) return Number(node.text);
    if (tsc.isAwaitExpression(node)) return this.of(node.expression, env, depth + 1);
    if (tsc.isIdentifier(node)) return this.#named(node, env, depth);
    if (tsc.isPropertyAccessExpression(node) || tsc.isElementAccessExpression(node)) return this.#member(node, env, depth);
    if (tsc.isPrefixUnaryExpression(node)) {
      const value = this.of(node.operand, env, depth + 1);
      if (value === undefined) return undefined;
      if (node.operator === tsc.SyntaxKind.MinusToken) return -value;
      if (node.operator === tsc.SyntaxKind.TildeToken) return ~value;
      return node.operator === tsc.SyntaxKind.PlusToken ? value : undefined;
    }
    if (tsc.isBinaryExpression(node)) return this.#binary(node, env, depth);
    if (tsc.isConditionalExpression(node))
      return largest([this.of(node.whenTrue, env, depth + 1), this.of(node.whenFalse, env, depth + 1)]);
    if (tsc.isCallExpression(node)) return this.#call(node, env, depth);
    return undefined;
  }

  #binary(node: ts.BinaryExpression, env: Env, depth: number): number | undefined {
    const kind = node.operatorToken.kind;
    if (kind === tsc.SyntaxKind.QuestionQuestionToken || kind === tsc.SyntaxKind.BarBarToken) {
      this.#defaults(node.left, node.right, env, depth);
      const value = this.of(node.left, env, depth + 1);
      // What a setting is when nobody sets it.
      const open = value === undefined && originOf(this.#ev, node.left, env).leaves.some(leaf => settingOf(this.#ev, leaf) !== undefined);
      return open ? this.of(node.right, env, depth + 1) : value;
    }
    const [a, b] = [this.of(node.left, env, depth + 1), this.of(node.right, env, depth + 1)];
    const nothing = kind === tsc.SyntaxKind.AsteriskToken && (a === 0 || b === 0);
    if (nothing) return 0;
    if (a === undefined || b === undefined) return undefined;
    switch (kind) {
      case tsc.SyntaxKind.AsteriskToken:
        return a * b;
      case tsc.SyntaxKind.SlashToken:
        return b === 0 ? undefined : a / b;
      case tsc.SyntaxKind.PlusToken:
        return a + b;
      case tsc.SyntaxKind.MinusToken:
        return a - b;
      case tsc.SyntaxKind.AsteriskAsteriskToken:
        return a ** b;
      case tsc.SyntaxKind.BarToken:
        return a | b;
      default:
        return undefined;
    }
  }

  #call(node: ts.CallExpression, env: Env, depth: number): number | undefined {
    const [first, second] = node.arguments;
    const callee = strip(node.expression) ?? node.expression;
    const text = tsc.isPropertyAccessExpression(callee) || tsc.isIdentifier(callee) ? callee.getText().slice(0, 40) : '';
    const value = (): number | undefined => (first === undefined ? undefined : this.of(first, env, depth + 1));
    if (/^(?:Math\.(?:floor|trunc|round)|(?:Number\.)?parseInt)$/.test(text) || isWholeNumber(node)) {
      const places = text === 'Math.round' && second !== undefined ? this.of(second, env, depth + 1) : 0;
      return rounded(value(), places, text === 'Math.round' ? Math.round : Math.trunc);
    }
    if (/^(?:Number|String|BigInt|(?:Number\.)?parseFloat|Math\.abs)$/.test(text)) return value();
    if (text === 'Math.ceil') return rounded(value(), 0, Math.ceil);
    if (text === 'Math.max') return largest(node.arguments.map(arg => this.of(arg, env, depth + 1)));
    if (text === 'Math.min') {
      const all = node.arguments.map(arg => this.of(arg, env, depth + 1));
      return all.includes(undefined) ? undefined : Math.min(...all.map(Number));
    }
    if (tsc.isPropertyAccessExpression(callee) && callee.name.text === 'toFixed')
      return rounded(this.of(callee.expression, env, depth + 1), first === undefined ? 0 : value(), Math.round);
    const entries = this.#entries(node, depth);
    if (entries.length > 0) {
      if (second !== undefined) this.#defaults(node, second, env, depth);
      return largest(entries.map(entry => this.of(entry, NO_ENV, depth + 1)));
    }
    const functions = this.#ev.values(callee).flatMap(v => (v.kind === 'function' ? [v.node] : []));
    const [fn] = functions;
    if (fn === undefined || functions.length > 1 || fn.body === undefined) return undefined;
    const inner = bindCall(fn, node, env);
    const returned = this.#ev.returnsOf(fn);
    const all = returned.map(one => {
      const said = this.of(one, inner, depth + 1);
      if (said === 0 && this.#isUnpriced(one, fn, inner, depth)) this.unpriced = true;
      return said;
    });
    return all.length === 0 ? undefined : largest(all);
  }

  #named(node: ts.Identifier, env: Env, depth: number): number | undefined {
    const binding = resolve(node);
    if (binding?.kind === 'variable') {
      const { initializer } = binding.node;
      if (binding.element !== undefined) return this.#element(binding.element, initializer, env, depth);
      const fixed = (binding.node.parent.flags & tsc.NodeFlags.Const) !== 0;
      return fixed && initializer !== undefined ? this.of(initializer, env, depth + 1) : undefined;
    }
    if (binding?.kind === 'parameter') {
      if (binding.element !== undefined) return this.#element(binding.element, env.get(binding.node)?.node, env, depth);
      const given = env.get(binding.node);
      if (given !== undefined) return this.of(given.node, given.env, depth + 1) ?? tokensNamed(node.text);
      return this.#given(binding.node, depth) ?? tokensNamed(node.text);
    }
    if (binding?.kind === 'import') {
      const leaves = originOf(this.#ev, node, env, 'here').leaves;
      const [leaf] = leaves;
      return leaves.length === 1 && leaf !== undefined && tsc.isNumericLiteral(leaf.node) ? Number(leaf.node.text) : undefined;
    }
    return undefined;
  }

  /** What the callers of a function give for a parameter. */
  #given(parameter: ts.ParameterDeclaration, depth: number): number | undefined {
    const fn = parameter.parent;
    if (!isFunctionNode(fn) || tsc.isConstructorDeclaration(fn)) return undefined;
    const index = fn.parameters.indexOf(parameter);
    const args = this.#ev
      .callers(fn)
      .slice(0, MOST_CALLERS)
      .map(call => call.arguments?.[index]);
    if (args.length === 0) return undefined;
    return largest(args.map(arg => (arg === undefined || tsc.isSpreadElement(arg) ? undefined : this.of(arg, NO_ENV, depth + 1))));
  }

  #element(element: ts.BindingElement, from: ts.Expression | undefined, env: Env, depth: number): number | undefined {
    const path = elementPath(element);
    const tokens = tokensNamed(path.at(-1) ?? '');
    if (tokens !== undefined) return tokens;
    const [name] = path;
    if (from === undefined || name === undefined || path.length > 1) return undefined;
    return largest(this.#parts(from, env, depth + 1).map(part => this.#at(part, name, depth)));
  }

  #member(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, env: Env, depth: number): number | undefined {
    const key = tsc.isPropertyAccessExpression(node) ? node.name : strip(node.argumentExpression);
    const name = key !== undefined && (tsc.isIdentifier(key) || tsc.isStringLiteralLike(key) || tsc.isNumericLiteral(key)) ? key.text : '';
    const fixed = tsc.isPropertyAccessExpression(node) || (key !== undefined && !tsc.isIdentifier(key));
    const tokens = fixed ? tokensNamed(name) : undefined;
    if (tokens !== undefined) return tokens;
    const entries = fixed ? [] : this.#entries(node, depth);
    if (entries.length > 0) return largest(entries.map(entry => this.of(entry, NO_ENV, depth + 1)));
    if (!fixed || name === '') return undefined;
    return largest(this.#parts(node.expression, env, depth + 1).map(part => this.#at(part, name, depth)));
  }

  /** A member of an object, or an item of a list, that stands in the code. */
  #at(part: ts.Expression, name: string, depth: number): number | undefined {
    const value = tsc.isObjectLiteralExpression(part)
      ? valueAt(part, name)
      : tsc.isArrayLiteralExpression(part)
        ? part.elements[Number(name)]
        : undefined;
    return value === undefined || tsc.isSpreadElement(value) ? undefined : this.of(value, NO_ENV, depth + 1);
  }

  /** The objects and lists in the code that an expression may be; none: it cannot be told. */
  #parts(expression: ts.Expression, env: Env, depth: number): readonly ts.Expression[] {
    this.#ev.budget.step();
    const node = strip(expression) ?? expression;
    if (depth > DEEPEST) return [];
    if (tsc.isObjectLiteralExpression(node) || tsc.isArrayLiteralExpression(node)) return [node];
    if (tsc.isBinaryExpression(node) && /^(?:\?\?|\|\|)$/.test(node.operatorToken.getText())) {
      this.#defaults(node.left, node.right, env, depth);
      return this.#parts(node.left, env, depth + 1);
    }
    const entries = this.#entries(node, depth);
    if (entries.length > 0) {
      const [, other] = tsc.isCallExpression(node) ? node.arguments : [];
      if (other !== undefined) this.#defaults(node, other, env, depth);
      return entries;
    }
    if (tsc.isIdentifier(node)) {
      const binding = resolve(node);
      if (binding?.kind === 'variable' && binding.element === undefined && binding.node.initializer !== undefined)
        return this.#parts(binding.node.initializer, env, depth + 1);
      const given = binding?.kind === 'parameter' && binding.element === undefined ? env.get(binding.node) : undefined;
      if (given !== undefined) return this.#parts(given.node, given.env, depth + 1);
    }
    return tsc.isIdentifier(node) || tsc.isPropertyAccessExpression(node)
      ? this.#ev.values(node).flatMap(value => (value.kind === 'object' ? [value.node] : []))
      : [];
  }

  /** The table and the key of `PRICES[model]` and `PRICES.get(model)`. */
  #lookup(expression: ts.Expression): Lookup | undefined {
    const node = strip(expression) ?? expression;
    let [on, key]: readonly (ts.Expression | undefined)[] = [];
    if (tsc.isElementAccessExpression(node)) [on, key] = [node.expression, node.argumentExpression];
    else if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'get')
      [on, key] = [node.expression.expression, node.arguments[0]];
    if (on === undefined || key === undefined || tsc.isStringLiteralLike(key) || tsc.isNumericLiteral(key)) return undefined;
    const tables = this.#ev.values(on).flatMap(value => (value.kind === 'object' ? [value.node] : []));
    return tables.length === 0 ? undefined : { tables, key };
  }

  #entries(node: ts.Expression, depth: number): readonly ts.Expression[] {
    if (depth > DEEPEST) return [];
    const tables = this.#lookup(node)?.tables ?? [];
    return tables
      .flatMap(table => table.properties.flatMap(p => (tsc.isPropertyAssignment(p) ? [p.initializer] : [])))
      .slice(0, MOST_ENTRIES);
  }

  /** `PRICES[model] ?? 0` */
  #defaults(lookup: ts.Expression, other: ts.Expression, env: Env, depth: number): void {
    const found = this.#lookup(lookup);
    if (found !== undefined && this.#isNothing(other, env, depth) && !this.#isListed(found, env)) this.unpriced = true;
  }

  #isNothing(expression: ts.Expression, env: Env, depth: number): boolean {
    const node = strip(expression) ?? expression;
    if (tsc.isObjectLiteralExpression(node))
      return (
        node.properties.length > 0 &&
        node.properties.every(p => tsc.isPropertyAssignment(p) && this.#isNothing(p.initializer, env, depth + 1))
      );
    if (tsc.isArrayLiteralExpression(node)) return node.elements.length > 0 && node.elements.every(e => this.#isNothing(e, env, depth + 1));
    if (depth < DEEPEST && tsc.isIdentifier(node)) {
      const parts = this.#parts(node, env, depth + 1);
      if (parts.length > 0) return parts.every(part => part !== node && this.#isNothing(part, env, depth + 1));
    }
    return this.of(node, env, depth + 1) === 0;
  }

  /** Is every key that may be looked up named by the table? */
  #isListed({ tables, key }: Lookup, env: Env): boolean {
    const names = new Set(tables.flatMap(table => table.properties.map(p => propertyName(p) ?? '')));
    const { leaves } = originOf(this.#ev, key, env);
    return leaves.length > 0 && leaves.every(({ node }) => tsc.isStringLiteralLike(node) && names.has(node.text));
  }

  /** `if (!(model in PRICES)) return 0;`, `catch (KeyError) return 0`: nothing is returned because a table does not name the model. */
  #isUnpriced(returned: ts.Expression, fn: ts.Node, env: Env, depth: number): boolean {
    if (depth > DEEPEST) return false;
    for (let child: ts.Node = returned, up = returned.parent; up !== undefined && child !== fn; child = up, up = up.parent) {
      const asked = tsc.isIfStatement(up) && child !== up.expression ? up.expression : undefined;
      const tried = tsc.isCatchClause(up) ? up.parent.tryBlock : undefined;
      const where = asked ?? tried;
      if (where === undefined) continue;
      let open = false;
      walk(where, node => {
        if (open) return 'skip';
        if (tsc.isExpression(node)) {
          const found = this.#lookup(node) ?? (asked === undefined ? undefined : this.#asksTable(node));
          open = found !== undefined && !this.#isListed(found, env);
        }
        return undefined;
      });
      if (open) return true;
    }
    return false;
  }

  /** `model in PRICES`, and `price` of `const price = PRICES[model]`. */
  #asksTable(node: ts.Expression): Lookup | undefined {
    if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.InKeyword) {
      const tables = this.#ev.values(node.right).flatMap(value => (value.kind === 'object' ? [value.node] : []));
      return tables.length === 0 ? undefined : { tables, key: node.left };
    }
    const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
    if (binding?.kind !== 'variable' || binding.node.initializer === undefined) return undefined;
    return enclosingFunction(binding.node) === enclosingFunction(node) ? this.#lookup(binding.node.initializer) : undefined;
  }
}

function largest(all: readonly (number | undefined)[]): number | undefined {
  return all.length === 0 || all.includes(undefined) ? undefined : Math.max(...all.map(Number));
}

function rounded(value: number | undefined, places: number | undefined, how: (value: number) => number): number | undefined {
  if (value === undefined || places === undefined) return undefined;
  const scale = 10 ** Math.min(Math.max(places, 0), 12);
  return how(value * scale) / scale;
}
