// What an earlier question has settled about a name: behind `if (agent instanceof Lazy) return agent.graph`, an `agent` is none of that class.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isAssignment, strip } from '../syntax.ts';
import type { Evaluator, Values } from './evaluate.ts';
import { ancestorsOf } from './hierarchy.ts';
import type { Value } from './values.ts';

/**
 * The alternatives of a name that are left where it stands, by the classes of the repository that it was asked for on the way there.
 * A question whose answer would leave nothing is not believed.
 */
export function narrowed(ev: Evaluator, use: ts.Identifier, values: Values): Values {
  if (values.length < 2 || !values.some(value => value.kind === 'instance') || isSetAgain(ev, use)) return values;
  let left = values;
  for (const { asked, holds } of questionsAround(use)) {
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

/** Is the name given another value somewhere? Then it may be another one behind the question. */
function isSetAgain(ev: Evaluator, use: ts.Identifier): boolean {
  return ev.program
    .identifiers(ev.program.unitOf(use), use.text)
    .some(
      ({ parent: up }) =>
        tsc.isBinaryExpression(up) && isAssignment(up.operatorToken.kind) && up.left.getText() === use.text && sameName(up.left, use),
    );
}

function sameName(left: ts.Expression, use: ts.Identifier): boolean {
  return tsc.isIdentifier(left) && sameBinding(left, use);
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
function* questionsAround(use: ts.Identifier): Generator<Question> {
  for (let child: ts.Node = use, up = use.parent; up !== undefined && !isFunctionNode(child); child = up, up = up.parent) {
    if (tsc.isIfStatement(up) && child !== up.expression) yield* asked(up.expression, use, child === up.thenStatement);
    else if (tsc.isConditionalExpression(up) && child !== up.condition) yield* asked(up.condition, use, child === up.whenTrue);
    else if (tsc.isBlock(up)) {
      const at = up.statements.indexOf(child as ts.Statement);
      for (const before of up.statements.slice(Math.max(0, at - MOST_BEFORE), Math.max(0, at))) {
        if (tsc.isIfStatement(before) && before.elseStatement === undefined && leaves(before.thenStatement))
          yield* asked(before.expression, use, false);
      }
    }
  }
}

function* asked(condition: ts.Expression, use: ts.Identifier, holds: boolean): Generator<Question> {
  const inner = strip(condition);
  if (inner === undefined) return;
  if (tsc.isPrefixUnaryExpression(inner) && inner.operator === tsc.SyntaxKind.ExclamationToken) yield* asked(inner.operand, use, !holds);
  if (!tsc.isBinaryExpression(inner)) return;
  const { operatorToken, left, right } = inner;
  // Of `a && b` that is not true, nobody knows which part it was.
  if (operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken && holds) {
    yield* asked(left, use, true);
    yield* asked(right, use, true);
  } else if (operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword) {
    const name = strip(left);
    if (name !== undefined && tsc.isIdentifier(name) && name.text === use.text && sameBinding(name, use)) yield { asked: right, holds };
  }
}

function sameBinding(one: ts.Identifier, other: ts.Identifier): boolean {
  const [first, second] = [resolve(one), resolve(other)];
  return first !== undefined && second !== undefined && 'node' in first && 'node' in second && first.node === second.node;
}

function leaves(statement: ts.Statement): boolean {
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (tsc.isReturnStatement(last) || tsc.isThrowStatement(last) || tsc.isContinueStatement(last));
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
