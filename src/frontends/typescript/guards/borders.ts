// A stream that is held back before it is cleaned: up to where? What is cut where enough has come, and not at a border that was looked
// for in the text, is cut in the middle of a number or an address as well.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { leavesAlways } from '../retries/catches.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { leavesAtOnce, strip } from '../syntax.ts';
import type { Ways } from './ways.ts';

const DEEPEST = 3;
/** Methods that look at what a text holds. */
const LOOKS =
  /^(?:lastIndexOf|indexOf|findLastIndex|rfind|rindex|find|index|search|match|matchAll|fullmatch|exec|test|split|rsplit|splitlines|partition|rpartition|endsWith|endswith|startsWith|startswith|includes|at|charAt|charCodeAt|codePointAt|segment|isspace)$/;
const CUTS = /^(?:slice|substring|substr|subarray)$/;
const COMPARES: ReadonlySet<ts.SyntaxKind> = new Set([
  tsc.SyntaxKind.LessThanToken,
  tsc.SyntaxKind.LessThanEqualsToken,
  tsc.SyntaxKind.GreaterThanToken,
  tsc.SyntaxKind.GreaterThanEqualsToken,
  tsc.SyntaxKind.EqualsEqualsEqualsToken,
  tsc.SyntaxKind.EqualsEqualsToken,
]);

/** A condition, and whether it holds where the text is cleaned. */
interface Condition {
  readonly asked: ts.Expression;
  readonly holds: boolean;
}

/**
 * Is a text that was put together cut where enough of it has come, whatever stands there?
 * @param node the call that cleans it, or leads there
 * @param region the loop or the function in which it is put together
 */
export function cutsAnywhere(
  ev: Evaluator,
  ways: Ways,
  node: ts.Node,
  region: ts.Node,
  before: readonly Condition[] = [],
  depth = 0,
): boolean {
  ev.budget.step();
  if (!tsc.isCallExpression(node) || depth > DEEPEST) return false;
  const conditions = [...before, ...conditionsAt(node, region)];
  const [given] = node.arguments;
  if (given === undefined || tsc.isSpreadElement(given)) {
    // `this.flush()`: what it cleans is said there.
    return ways
      .called(node)
      .some(fn => fn.body !== undefined && leadingCalls(ways, fn).some(call => cutsAnywhere(ev, ways, call, fn, conditions, depth + 1)));
  }
  const position = cutIn(ev, given, 0);
  if (position !== undefined) return !position.some(at => looks(ev, at, 0)) && position.every(at => isAmount(ev, at, 0));
  if (!isEmptied(given, region)) return false;
  return !conditions.some(one => ensures(ev, one.asked, one.holds)) && conditions.some(one => compares(ev, one.asked));
}

/** The calls of a function that lead to what cleans. */
export function leadingCalls(ways: Ways, fn: FunctionNode): readonly ts.CallExpression[] {
  const out: ts.CallExpression[] = [];
  if (fn.body === undefined) return out;
  walk(fn.body, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isCallExpression(node) && (node === ways.cleaner || ways.called(node).some(one => ways.leads(one, 0)))) out.push(node);
    return undefined;
  });
  return out;
}

/** What must be so for a node to be reached: the conditions around it, and those before it that leave otherwise. */
export function conditionsAt(node: ts.Node, region: ts.Node): readonly Condition[] {
  const out: Condition[] = [];
  for (let at = node, up = node.parent; up !== undefined && at !== region; at = up, up = up.parent) {
    if (tsc.isIfStatement(up) && at !== up.expression) out.push({ asked: up.expression, holds: at === up.thenStatement });
    else if (tsc.isWhileStatement(up) && at !== up.expression) out.push({ asked: up.expression, holds: true });
    else if (tsc.isConditionalExpression(up) && at !== up.condition) out.push({ asked: up.condition, holds: at === up.whenTrue });
    else if (tsc.isBlock(up))
      for (const statement of up.statements) {
        if (statement.pos >= at.pos) break;
        if (!tsc.isIfStatement(statement) || statement.elseStatement !== undefined) continue;
        const then = statement.thenStatement;
        if (leavesAtOnce(then) || tsc.isContinueStatement(then) || (tsc.isBlock(then) && leaves(then)))
          out.push({ asked: statement.expression, holds: false });
      }
    if (isFunctionNode(up)) break;
  }
  return out;
}

function leaves(block: ts.Block): boolean {
  return leavesAlways(block) || block.statements.some(tsc.isContinueStatement);
}

/** Does a condition see to it that the text ends at a border? */
function ensures(ev: Evaluator, condition: ts.Expression, holds: boolean): boolean {
  const node = strip(condition) ?? condition;
  if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken) return ensures(ev, node.operand, !holds);
  if (tsc.isBinaryExpression(node)) {
    const or = node.operatorToken.kind === tsc.SyntaxKind.BarBarToken;
    if (or || node.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken) {
      const a = ensures(ev, node.left, holds);
      const b = ensures(ev, node.right, holds);
      return or === holds ? a && b : a || b;
    }
  }
  // What does not measure says that something has ended: the stream, or a part of it.
  return looks(ev, node, 0) || !compares(ev, node);
}

/** Does a condition ask how much there is, or how long it took? */
function compares(ev: Evaluator, condition: ts.Expression): boolean {
  let hit = false;
  walk(condition, node => {
    hit ||=
      tsc.isBinaryExpression(node) && COMPARES.has(node.operatorToken.kind) && [node.left, node.right].some(side => isAmount(ev, side, 0));
  });
  return hit;
}

/** Does an expression look at what a text holds? */
function looks(ev: Evaluator, root: ts.Node, depth: number): boolean {
  let hit = false;
  walk(root, node => {
    if (hit) return 'skip';
    ev.budget.step();
    if (tsc.isRegularExpressionLiteral(node)) hit = true;
    if (tsc.isElementAccessExpression(node)) hit = true;
    if (tsc.isCallExpression(node)) {
      const callee = node.expression;
      if (tsc.isPropertyAccessExpression(callee) && LOOKS.test(callee.name.text)) hit = true;
      else if (depth < DEEPEST)
        hit = ev
          .values(callee)
          .some(value => value.kind === 'function' && value.node.body !== undefined && looks(ev, value.node.body, depth + 1));
    }
    if (tsc.isIdentifier(node) && depth < DEEPEST) {
      const binding = resolve(node);
      const made = binding?.kind === 'variable' ? binding.node.initializer : undefined;
      if (made !== undefined && !isFunctionNode(made)) hit ||= looks(ev, made, depth + 1);
    }
    return undefined;
  });
  return hit;
}

/** The positions at which a text is cut: `held.slice(0, 200)`, also by way of a variable. */
function cutIn(ev: Evaluator, node: ts.Expression, depth: number): readonly ts.Expression[] | undefined {
  const inner = strip(node);
  if (inner === undefined || depth > DEEPEST) return undefined;
  if (tsc.isCallExpression(inner) && tsc.isPropertyAccessExpression(inner.expression))
    return CUTS.test(inner.expression.name.text) ? [...inner.arguments] : cutIn(ev, inner.expression.expression, depth + 1);
  const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
  if (binding?.kind !== 'variable' || binding.element !== undefined || !tsc.isIdentifier(inner)) return undefined;
  const written = binding.node.initializer ?? assignedTo(inner.text, enclosingFunction(inner) ?? inner.getSourceFile());
  return written === undefined ? undefined : cutIn(ev, written, depth + 1);
}

/** What `ready = ...` or `[ready, held] = [..., ...]` gives to a name that is declared without a value, where there is one such place. */
function assignedTo(name: string, scope: ts.Node): ts.Expression | undefined {
  const found: ts.Expression[] = [];
  walk(scope, node => {
    if (!tsc.isBinaryExpression(node) || node.operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return;
    if (node.left.getText() === name) found.push(node.right);
    if (!tsc.isArrayLiteralExpression(node.left) || !tsc.isArrayLiteralExpression(node.right)) return;
    const value = node.right.elements[node.left.elements.findIndex(element => element.getText() === name)];
    if (value !== undefined) found.push(value);
  });
  return found.length === 1 ? found[0] : undefined;
}

/** Is a value a number, a length, a time, or computed from such? */
function isAmount(ev: Evaluator, node: ts.Expression, depth: number): boolean {
  const inner = strip(node);
  if (inner === undefined || depth > DEEPEST * 2) return false;
  if (tsc.isNumericLiteral(inner)) return true;
  if (tsc.isPrefixUnaryExpression(inner)) return isAmount(ev, inner.operand, depth + 1);
  if (tsc.isBinaryExpression(inner)) return isAmount(ev, inner.left, depth + 1) || isAmount(ev, inner.right, depth + 1);
  if (tsc.isPropertyAccessExpression(inner)) return /^(?:length|size|byteLength)$/.test(inner.name.text);
  if (tsc.isConditionalExpression(inner)) return isAmount(ev, inner.whenTrue, depth + 1) && isAmount(ev, inner.whenFalse, depth + 1);
  if (tsc.isCallExpression(inner)) {
    if (/^(?:Date\.now|performance\.now|Math\.\w+|len|Number|parseInt|Buffer\.byteLength)$/.test(inner.expression.getText())) return true;
    const functions = ev.values(inner.expression).flatMap(value => (value.kind === 'function' ? [value.node] : []));
    const answers = functions.flatMap(fn => ev.returnsOf(fn));
    return answers.length > 0 && answers.every(answer => isAmount(ev, answer, depth + 1));
  }
  const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
  return binding?.kind === 'variable' && binding.node.initializer !== undefined && isAmount(ev, binding.node.initializer, depth + 1);
}

/** Is nothing of the text kept for the next time: `held = ''`? */
function isEmptied(given: ts.Expression, region: ts.Node): boolean {
  const names = new Set<string>();
  walk(given, node => {
    if (tsc.isIdentifier(node) || tsc.isPropertyAccessExpression(node)) names.add(node.getText());
    const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
    if (binding?.kind === 'variable' && binding.node.initializer !== undefined) names.add(binding.node.initializer.getText());
  });
  let emptied = false;
  const around = isFunctionNode(region) ? region : (enclosingFunction(region) ?? region.getSourceFile());
  walk(around, node => {
    if (!tsc.isBinaryExpression(node) || node.operatorToken.kind !== tsc.SyntaxKind.EqualsToken || !names.has(node.left.getText())) return;
    emptied ||= tsc.isStringLiteralLike(node.right) && node.right.text === '';
  });
  return emptied;
}
