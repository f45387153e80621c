// Which functions lead down to the one that cleans a text, and whether they do so at once or keep what they are given until there is more.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { leavesAtOnce } from '../syntax.ts';

const MOST_FUNCTIONS = 40;
const DEEPEST = 5;

/** Which functions lead down to the one that cleans. */
export class Ways {
  readonly #ev: Evaluator;
  readonly #guard: ts.Node;
  readonly #known = new Map<ts.Node, boolean>();

  /** The call in the function that cleans, where that is not the function's only work. */
  readonly cleaner: ts.Node | undefined;

  constructor(ev: Evaluator, guard: ts.Node, cleaner?: ts.Node) {
    this.#ev = ev;
    this.#guard = guard;
    this.cleaner = cleaner;
  }

  leads(fn: FunctionNode, depth: number): boolean {
    if (fn === this.#guard) return true;
    const known = this.#known.get(fn);
    if (known !== undefined || depth > DEEPEST || this.#known.size > MOST_FUNCTIONS || fn.body === undefined) return known ?? false;
    this.#known.set(fn, false);
    let found = false;
    walk(fn.body, node => {
      if (found) return 'skip';
      if (tsc.isCallExpression(node)) found = this.called(node).some(inner => this.leads(inner, depth + 1));
      return undefined;
    });
    this.#known.set(fn, found);
    return found;
  }

  /** Does every run of a function clean something, so that nothing is held back until more has come? */
  atOnce(fn: FunctionNode, depth: number): boolean {
    if (fn.body === undefined || depth > DEEPEST) return false;
    if (!tsc.isBlock(fn.body)) return this.#cleans(fn.body, fn, depth);
    for (const statement of fn.body.statements) {
      // `if (end === 0) return`: whatever comes after it waits.
      if (tsc.isIfStatement(statement) && leavesAtOnce(statement.thenStatement)) return false;
      if (this.#cleans(statement, fn, depth)) return true;
    }
    return false;
  }

  #cleans(node: ts.Node, fn: FunctionNode, depth: number): boolean {
    let found = false;
    walk(node, inner => {
      if (found || (isFunctionNode(inner) && inner !== fn)) return 'skip';
      // Under a condition, unless it only asks whether there is anything.
      if (tsc.isIfStatement(inner) && !asksForText(inner.expression)) return 'skip';
      if (tsc.isWhileStatement(inner) || tsc.isForStatement(inner) || tsc.isConditionalExpression(inner)) return 'skip';
      if (!tsc.isCallExpression(inner)) return undefined;
      found = this.called(inner).some(
        called => called === this.#guard || (this.leads(called, depth + 1) && this.#throughAtOnce(called, depth)),
      );
      return undefined;
    });
    return found;
  }

  /** A function that itself only cleans what it is given, or one that does so at once. */
  #throughAtOnce(fn: FunctionNode, depth: number): boolean {
    return this.atOnce(fn, depth + 1) || !this.collects(fn);
  }

  /** Does a function add to a text that outlives it? */
  collects(fn: FunctionNode): boolean {
    let found = false;
    if (fn.body === undefined) return false;
    walk(fn.body, node => {
      if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.PlusEqualsToken) {
        const { left } = node;
        const binding = tsc.isIdentifier(left) ? resolve(left) : undefined;
        found ||= !tsc.isIdentifier(left) || (binding?.kind === 'variable' && enclosingFunction(binding.node) !== fn);
      }
      return undefined;
    });
    return found;
  }

  /** The functions that a call runs. */
  called(call: ts.CallExpression): readonly FunctionNode[] {
    this.#ev.budget.step();
    const runs = (value: Value): readonly Value[] =>
      // Python calls an object by one of its methods.
      value.kind === 'instance' ? this.#ev.member([value], '__call__') : [value];
    return this.#ev
      .values(call.expression)
      .flatMap(runs)
      .flatMap(value => (value.kind === 'function' && !isWithin(call, value.node) ? [value.node] : []));
  }
}

/** `if (held)`, `if (held !== '')`, `if (text.length > 0)` */
function asksForText(condition: ts.Expression): boolean {
  if (tsc.isIdentifier(condition) || tsc.isPropertyAccessExpression(condition)) return true;
  if (!tsc.isBinaryExpression(condition)) return false;
  if (condition.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken)
    return asksForText(condition.left) && asksForText(condition.right);
  const { right } = condition;
  return (tsc.isStringLiteralLike(right) && right.text === '') || (tsc.isNumericLiteral(right) && right.text === '0');
}
