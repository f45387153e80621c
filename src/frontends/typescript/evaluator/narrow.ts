// What an earlier question has settled about a name: behind `if (agent instanceof Lazy) return agent.graph`, an `agent` is none of that class.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { leavesAtOnce, strip } from '../syntax.ts';
import { assignments } from './bindings.ts';
import type { Evaluator, Values } from './evaluate.ts';
import { ancestorsOf } from './hierarchy.ts';
import type { Value } from './values.ts';

/**
 * The alternatives of a name that are left where it stands, by the classes of the repository that it was asked for on the way there.
 * A question whose answer would leave nothing is not believed.
 * @param declaration what the name is bound to
 */
export function narrowed(ev: Evaluator, use: ts.Identifier, declaration: ts.Node, values: Values): Values {
  if (values.length < 2 || !values.some(value => value.kind === 'instance')) return values;
  // What is given another value somewhere may be another one behind the question.
  if (assignments(ev, declaration, use).length > 0) return values;
  let left = values;
  for (const { asked, holds } of questionsAround(use, declaration)) {
    ev.budget.step();
    const meant = ev.values(asked);
    const classes = meant.flatMap(value => (value.kind === 'class' ? [value.node] : []));
    // Of several classes, or one that is not seen, nobody knows which one was asked for.
    if (classes.length !== 1 || meant.length !== 1) continue;
    const kept = left.filter(value => fits(ev, value, classes, holds));
    if (kept.length > 0) left = kept;
  }
  return left;
}

/** Statements before a use that are looked through, in each block around it. */
const MOST_BEFORE = 100;

interface Question {
  /** The class that was asked for. */
  readonly asked: ts.Expression;
  /** Was the answer yes? */
  readonly holds: boolean;
}

/** The questions that were answered before the program comes to a use of a name, in its own function. */
function* questionsAround(use: ts.Identifier, declaration: ts.Node): Generator<Question> {
  const about = (condition: ts.Expression, holds: boolean): Generator<Question> => asked(condition, use.text, declaration, holds);
  for (let child: ts.Node = use, up = use.parent; up !== undefined && !isFunctionNode(child); child = up, up = up.parent) {
    if (tsc.isIfStatement(up) && child !== up.expression) yield* about(up.expression, child === up.thenStatement);
    else if (tsc.isConditionalExpression(up) && child !== up.condition) yield* about(up.condition, child === up.whenTrue);
    else if (tsc.isBlock(up)) {
      const at = up.statements.indexOf(child as ts.Statement);
      for (const before of up.statements.slice(Math.max(0, at - MOST_BEFORE), Math.max(0, at))) {
        if (tsc.isIfStatement(before) && before.elseStatement === undefined && leaves(before.thenStatement))
          yield* about(before.expression, false);
      }
    }
  }
}

function* asked(condition: ts.Expression, name: string, declaration: ts.Node, holds: boolean): Generator<Question> {
  const inner = strip(condition);
  if (inner === undefined) return;
  if (tsc.isPrefixUnaryExpression(inner) && inner.operator === tsc.SyntaxKind.ExclamationToken)
    yield* asked(inner.operand, name, declaration, !holds);
  if (!tsc.isBinaryExpression(inner)) return;
  const { operatorToken, left, right } = inner;
  // Of `a && b` that is not true, nobody knows which part it was.
  if (operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken && holds) {
    yield* asked(left, name, declaration, true);
    yield* asked(right, name, declaration, true);
  } else if (operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword) {
    const about = strip(left);
    const binding = about !== undefined && tsc.isIdentifier(about) && about.text === name ? resolve(about) : undefined;
    if (binding !== undefined && 'node' in binding && binding.node === declaration) yield { asked: right, holds };
  }
}

function leaves(statement: ts.Statement): boolean {
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : statement;
  return leavesAtOnce(statement) || (last !== undefined && tsc.isContinueStatement(last));
}

/** May a value be, or not be, an object of one of these classes? */
function fits(ev: Evaluator, value: Value, classes: readonly ts.ClassLikeDeclaration[], holds: boolean): boolean {
  switch (value.kind) {
    case 'instance':
      return [value.of, ...ancestorsOf(ev, value.of)].some(node => classes.some(one => one === node)) === holds;
    case 'foreign':
    case 'literal':
    case 'text':
    case 'array':
    case 'function':
    case 'class':
      return !holds;
    default:
      return true;
  }
}
