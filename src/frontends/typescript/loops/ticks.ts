// A step that each round of a loop takes in a function of its own, and that throws at a limit: `this.tick()`.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { stepsOf } from '../evaluator/writes.ts';
import { walk } from '../program.ts';
import { strip } from '../syntax.ts';
import type { LoopStatement } from './bounds.ts';
import { type Limit, limitToLeave } from './counters.ts';

/**
 * The limit at which a function throws that every round of a loop calls, and that counts the rounds itself.
 * @param isCaught does a try inside the loop catch what a node of the body throws?
 */
export function limitByTick(ev: Evaluator, loop: LoopStatement, isCaught: (node: ts.Node) => boolean): Limit | undefined {
  const { statement: body } = loop;
  if (!tsc.isBlock(body)) return undefined;
  for (const statement of body.statements) {
    // What stands behind a way to the next round is not reached by all of them.
    if (tsc.isIfStatement(statement) && goesOn(statement)) return undefined;
    if (!tsc.isExpressionStatement(statement) || isCaught(statement)) continue;
    const call = strip(tsc.isAwaitExpression(statement.expression) ? statement.expression.expression : statement.expression);
    if (call === undefined || !tsc.isCallExpression(call) || !isOwn(call.expression)) continue;
    const [value, ...others] = ev.values(call.expression);
    const limit = value?.kind === 'function' && others.length === 0 ? thrownIn(ev, value.node, loop) : undefined;
    if (limit !== undefined) return limit;
  }
  return undefined;
}

/** A function beside the loop, or a method of the same object: its counter is the one that is kept from round to round. */
function isOwn(callee: ts.Expression): boolean {
  return tsc.isIdentifier(callee) || (tsc.isPropertyAccessExpression(callee) && callee.expression.kind === tsc.SyntaxKind.ThisKeyword);
}

function goesOn(statement: ts.IfStatement): boolean {
  let found = false;
  walk(statement, node => {
    if (tsc.isContinueStatement(node)) found = true;
  });
  return found;
}

function thrownIn(ev: Evaluator, fn: FunctionNode, loop: LoopStatement): Limit | undefined {
  const { body } = fn;
  if (body === undefined || !tsc.isBlock(body)) return undefined;
  for (const statement of body.statements) {
    if (tsc.isReturnStatement(statement)) return undefined;
    if (!tsc.isIfStatement(statement)) continue;
    const { thenStatement: branch } = statement;
    const last = tsc.isBlock(branch) ? branch.statements.at(-1) : branch;
    if (last !== undefined && tsc.isReturnStatement(last)) return undefined;
    if (last === undefined || !tsc.isThrowStatement(last)) continue;
    const limit = limitToLeave(ev, statement.expression, body, undefined);
    if (limit !== undefined && !isReset(statement.expression, loop)) return limit;
  }
  return undefined;
}

/** Does the loop itself set the counter anew? */
function isReset(condition: ts.Expression, loop: LoopStatement): boolean {
  let reset = false;
  walk(condition, node => {
    if (tsc.isPropertyAccessExpression(node) || tsc.isIdentifier(node)) reset ||= stepsOf(loop, node.getText()).resets.length > 0;
  });
  return reset;
}
