// Cases that leave before they ask anything: `if (!process.env.API_KEY) return;` at their start, and hooks that skip them.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import type { Unit } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { calleeName } from './answers.ts';

export type Leaving = 'on' | 'off' | 'conditional';

const HOOK = /^(?:before|beforeAll|beforeEach|setup|suiteSetup)$/;
const SETTING = /\b(?:process|import\.meta|Bun|Deno)\s{0,2}\??\.\s{0,2}env\b/;
const FIRST = 3;

/** What a case does first: it leaves where a setting is missing. */
export function leavesEarly(fn: FunctionNode): Leaving {
  const body = fn.body !== undefined && tsc.isBlock(fn.body) ? fn.body.statements : [];
  for (const statement of body.slice(0, FIRST)) {
    if (!tsc.isIfStatement(statement) || !asksSetting(statement.expression)) continue;
    const first = tsc.isBlock(statement.thenStatement) ? statement.thenStatement.statements.at(-1) : statement.thenStatement;
    if (first !== undefined && tsc.isReturnStatement(first) && !saysSomething(first)) return 'conditional';
  }
  return 'on';
}

function saysSomething({ expression }: ts.ReturnStatement): boolean {
  return (
    expression !== undefined &&
    expression.kind !== tsc.SyntaxKind.NullKeyword &&
    !tsc.isVoidExpression(expression) &&
    expression.getText() !== 'undefined'
  );
}

/** Does a condition ask for a setting of the process, itself or by a name? */
function asksSetting(condition: ts.Expression): boolean {
  if (SETTING.test(condition.getText().slice(0, 500))) return true;
  let node = condition;
  while (tsc.isPrefixUnaryExpression(node) || tsc.isParenthesizedExpression(node))
    node = tsc.isPrefixUnaryExpression(node) ? node.operand : node.expression;
  const binding = tsc.isIdentifier(node) ? resolve(node) : undefined;
  return binding?.kind === 'variable' && SETTING.test(binding.node.initializer?.getText().slice(0, 500) ?? '');
}

/** What hooks of a file do to the cases in a group, or in all of it: `beforeEach(context => context.skip())`. */
export function skippingHooks(unit: Unit): readonly { readonly within: ts.Node; readonly state: Leaving }[] {
  return unit.calls.flatMap(call => {
    if (!tsc.isCallExpression(call) || !HOOK.test(calleeName(call.expression))) return [];
    const fn = call.arguments.find(isFunctionNode);
    if (fn === undefined || !isFunctionNode(fn) || fn.body === undefined) return [];
    const state = tsc.isBlock(fn.body) ? ofStatements(fn.body.statements) : isSkip(fn.body) ? 'off' : 'on';
    if (state === 'on') return [];
    let within: ts.Node = call;
    do within = within.parent;
    while (within.parent !== undefined && !isFunctionNode(within));
    return [{ within, state }];
  });
}

function ofStatements(statements: readonly ts.Statement[]): Leaving {
  let state: Leaving = 'on';
  for (const one of statements) {
    if (tsc.isReturnStatement(one)) break;
    if (tsc.isExpressionStatement(one) && isSkip(one.expression)) return state === 'on' ? 'off' : state;
    if (!tsc.isIfStatement(one)) continue;
    const leaves = tsc.isBlock(one.thenStatement) ? one.thenStatement.statements : [one.thenStatement];
    const skips = leaves.some(inner => tsc.isExpressionStatement(inner) && isSkip(inner.expression));
    const returns = leaves.some(tsc.isReturnStatement);
    // A condition of another sort is about the case.
    if ((skips || returns) && !asksSetting(one.expression)) return 'on';
    if (skips || returns) state = 'conditional';
    if (skips) return state;
  }
  return 'on';
}

/** `this.skip()`, `context.skip()`, `t.skip()` */
function isSkip(node: ts.Node): boolean {
  return tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'skip';
}
