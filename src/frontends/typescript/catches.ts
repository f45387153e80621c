// What a catch does: which failures go on to another attempt, how long it waits, whether it listens to the server.
import type { ts } from 'ts-morph';
import { type RetriedFailures, TRANSIENT, UNDECIDED } from '../../core/index.ts';
import { isInside } from './call-sites.ts';
import { tsc } from './compiler.ts';
import { allBut, classOf, type Fit, type Named, onlyThose } from './error-classes.ts';
import type { Evaluator } from './evaluate.ts';
import { walk } from './program.ts';
import type { Handler } from './repeats.ts';
import { isFunctionNode } from './scope.ts';
import { strip } from './syntax.ts';

/** Whatever fails is tried again. */
export const EVERYTHING: RetriedFailures = { ...TRANSIENT, clientError: 'yes' };

/** Does a block always leave its function or loop? Then nothing is tried again. */
export function leavesAlways(block: ts.Block): boolean {
  return block.statements.some(always);
}

function always(statement: ts.Statement): boolean {
  if (tsc.isBlock(statement)) return leavesAlways(statement);
  if (tsc.isThrowStatement(statement) || tsc.isReturnStatement(statement) || tsc.isBreakStatement(statement)) return true;
  if (tsc.isExpressionStatement(statement)) return statement.expression.getText().startsWith('process.exit(');
  if (tsc.isIfStatement(statement))
    return statement.elseStatement !== undefined && always(statement.thenStatement) && always(statement.elseStatement);
  if (!tsc.isSwitchStatement(statement)) return false;
  const { clauses } = statement.caseBlock;
  // Every case must leave the function: a break ends only the switch.
  const leaves = (clause: ts.CaseOrDefaultClause): boolean =>
    clause.statements.length === 0 || clause.statements.some(s => always(s) && !tsc.isBreakStatement(s));
  return clauses.some(tsc.isDefaultClause) && clauses.every(leaves);
}

/** Does a catch end the loop around it by its condition: `catch { going = false }`? */
export function endsByFlag(block: ts.Block, condition: ts.Expression | undefined): boolean {
  if (condition === undefined) return false;
  return block.statements.some(statement => {
    if (!tsc.isExpressionStatement(statement) || !tsc.isBinaryExpression(statement.expression)) return false;
    const { left, right, operatorToken } = statement.expression;
    if (operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return false;
    const stops =
      right.kind === tsc.SyntaxKind.FalseKeyword
        ? condition.getText() === left.getText()
        : right.kind === tsc.SyntaxKind.TrueKeyword && condition.getText() === `!${left.getText()}`;
    return stops;
  });
}

/**
 * Which failures does a retrying catch, or the handler of a promise, try again?
 * A condition that leaves names what is given up (or, negated, what is kept); without any condition everything is tried again.
 * @param again the call in the handler that is the next try, where there is one: a branch that returns it does not leave
 * @returns what is tried again, by the package of the client whose errors arrive
 */
export function failuresOf(ev: Evaluator, handler: Handler, again?: ts.Node): Fit {
  const body = bodyOf(handler);
  if (body === undefined) return () => EVERYTHING;
  let verdict: Fit | undefined;
  let conditions = 0;
  for (const { condition, hit } of branchesIn(body, again !== undefined)) {
    const repeats = again !== undefined && isInside(again, new Set([hit]));
    const leaving =
      !repeats &&
      (tsc.isExpression(hit) || contains(hit, n => tsc.isThrowStatement(n) || tsc.isReturnStatement(n) || tsc.isBreakStatement(n)));
    const named = namedIn(ev, condition, 0);
    if (!tells(named)) {
      if (mentionsError(condition, handler)) conditions++;
      continue;
    }
    const but = leaving !== named.negated && (leaving || repeats);
    verdict ??= client => (but ? allBut(named, client) : onlyThose(named, client));
  }
  return verdict ?? (() => (conditions > 0 ? UNDECIDED : EVERYTHING));
}

/** The code that a handler runs. */
export function bodyOf(handler: Handler): ts.Node | undefined {
  return tsc.isCatchClause(handler) ? handler.block : isFunctionNode(handler) ? handler.body : undefined;
}

/** `if (...)`, and where wanted `... ? ... : ...`, with what is done when the condition holds. */
function branchesIn(body: ts.Node, outcomes: boolean): { condition: ts.Expression; hit: ts.Node }[] {
  const out: { condition: ts.Expression; hit: ts.Node }[] = [];
  walk(body, node => {
    if (isFunctionNode(node) && node !== body) return 'skip';
    if (tsc.isIfStatement(node)) out.push({ condition: node.expression, hit: node.thenStatement });
    // Only as the outcome of the handler: elsewhere it chooses a word or a time.
    if (outcomes && tsc.isConditionalExpression(node) && (node === strip(body as ts.Expression) || tsc.isReturnStatement(node.parent)))
      out.push({ condition: node.condition, hit: node.whenTrue });
    return undefined;
  });
  return out;
}

function mentionsError(condition: ts.Expression, handler: Handler): boolean {
  const name = tsc.isCatchClause(handler)
    ? handler.variableDeclaration?.name
    : isFunctionNode(handler)
      ? handler.parameters[0]?.name
      : undefined;
  return name !== undefined && tsc.isIdentifier(name) && contains(condition, n => tsc.isIdentifier(n) && n.text === name.text);
}

function contains(root: ts.Node, test: (node: ts.Node) => boolean): boolean {
  let hit = false;
  walk(root, node => {
    if (test(node)) hit = true;
    return hit || isFunctionNode(node) ? 'skip' : undefined;
  });
  return hit;
}

function namedIn(ev: Evaluator, condition: ts.Node, depth: number): Named {
  const named: Named = {
    statuses: new Set(),
    fiveHundreds: false,
    classes: new Set(),
    codes: new Set(),
    retryable: false,
    negated: tsc.isPrefixUnaryExpression(condition) && condition.operator === tsc.SyntaxKind.ExclamationToken,
  };
  walk(condition, node => {
    if (tsc.isBinaryExpression(node)) {
      const token = node.operatorToken.kind;
      const number = [node.left, node.right].flatMap(side => (tsc.isNumericLiteral(side) ? [Number(side.text)] : []))[0];
      const ordered = token === tsc.SyntaxKind.GreaterThanEqualsToken || token === tsc.SyntaxKind.GreaterThanToken;
      if (number !== undefined && number >= 499 && number <= 500 && ordered) named.fiveHundreds = true;
      else if (number !== undefined && number >= 400 && number < 600) {
        named.statuses.add(number);
        if (token === tsc.SyntaxKind.ExclamationEqualsEqualsToken || token === tsc.SyntaxKind.ExclamationEqualsToken) named.negated = true;
        if (number === 500 && (token === tsc.SyntaxKind.LessThanToken || token === tsc.SyntaxKind.LessThanEqualsToken)) {
          named.statuses.delete(500);
          named.fiveHundreds = true;
          named.negated = true;
        }
      }
      if (token === tsc.SyntaxKind.InstanceOfKeyword) {
        for (const value of ev.values(node.right)) if (value.kind === 'foreign') named.classes.add(classOf(value));
      }
    }
    if (tsc.isNumericLiteral(node) && tsc.isArrayLiteralExpression(node.parent)) {
      const number = Number(node.text);
      if (number >= 400 && number < 600) named.statuses.add(number);
    }
    if (tsc.isStringLiteralLike(node) && /^E[A-Z]{4,}$|^UND_ERR_/.test(node.text)) named.codes.add(node.text);
    if (tsc.isPropertyAccessExpression(node) && node.name.text === 'isRetryable') named.retryable = true;
    if (tsc.isIdentifier(node) && depth < 3) inline(ev, node, named, depth);
    return isFunctionNode(node) && depth > 0 && node !== condition ? 'skip' : undefined;
  });
  return named;
}

/** A predicate of the repository (`isRetryable(error)`), or a list of statuses kept in a constant. */
function inline(ev: Evaluator, id: ts.Identifier, named: Named, depth: number): void {
  const parent = id.parent;
  const called = tsc.isCallExpression(parent) && parent.expression === id;
  const listed =
    tsc.isPropertyAccessExpression(parent) && parent.expression === id && (parent.name.text === 'includes' || parent.name.text === 'has');
  if (!called && !listed) return;
  for (const value of ev.values(id)) {
    const body = value.kind === 'function' ? value.node.body : value.kind === 'array' ? value.node : undefined;
    const made = value.kind === 'foreign' ? value.steps.find(s => s.kind === 'new') : undefined;
    const target = body ?? (made?.kind === 'new' ? made.args?.[0] : undefined);
    if (target === undefined) continue;
    const inner = namedIn(ev, target, depth + 1);
    for (const status of inner.statuses) named.statuses.add(status);
    for (const name of inner.classes) named.classes.add(name);
    for (const code of inner.codes) named.codes.add(code);
    named.fiveHundreds ||= inner.fiveHundreds;
    named.retryable ||= inner.retryable;
  }
}

function tells(named: Named): boolean {
  return named.statuses.size > 0 || named.fiveHundreds || named.classes.size > 0 || named.codes.size > 0 || named.retryable;
}

/** How a catch (or the loop around it) waits before the next attempt. */
export function backoffIn(ev: Evaluator, block: ts.Node, loop: ts.Node): 'exponential' | 'fixed' | 'none' | 'unknown' {
  let kind: 'exponential' | 'fixed' | 'none' | 'unknown' = 'none';
  const look = (root: ts.Node): void =>
    walk(root, node => {
      if (!tsc.isCallExpression(node)) return;
      const wait = waitOf(ev, node, 0);
      if (wait === undefined) return;
      if (grows(wait) || growsByVariable(wait, loop)) kind = 'exponential';
      else if (kind === 'none') kind = 'fixed';
    });
  look(block);
  if (kind === 'none') look(loop);
  return kind;
}

/** The duration of a wait: setTimeout, a delay package, or a helper of the repository that uses one. */
function waitOf(ev: Evaluator, call: ts.CallExpression, depth: number): ts.Expression | undefined {
  if (tsc.isIdentifier(call.expression) && call.expression.text === 'setTimeout') return call.arguments[1] ?? call.arguments[0];
  if (depth > 2) return undefined;
  for (const value of ev.values(call.expression)) {
    if (value.kind === 'foreign' && /^(?:node:)?timers\/promises$|^delay$|^sleep-promise$|^@rabbit-company\/sleep$/.test(value.package))
      return call.arguments[0];
    if (value.kind === 'function' && value.node.body !== undefined) {
      let inner: ts.Expression | undefined;
      walk(value.node.body, node => {
        if (inner === undefined && tsc.isCallExpression(node)) inner = waitOf(ev, node, depth + 1);
      });
      if (inner !== undefined) return call.arguments[0] ?? inner;
    }
  }
  return undefined;
}

function grows(duration: ts.Node): boolean {
  return contains(duration, n => {
    if (tsc.isBinaryExpression(n)) {
      const token = n.operatorToken.kind;
      if (token === tsc.SyntaxKind.AsteriskAsteriskToken || token === tsc.SyntaxKind.LessThanLessThanToken) return true;
      // `delay * attempt` grows as well, if more slowly.
      return token === tsc.SyntaxKind.AsteriskToken && contains(n, m => tsc.isIdentifier(m) && !/^[A-Z_]+$/.test(m.text));
    }
    return tsc.isCallExpression(n) && n.expression.getText() === 'Math.pow';
  });
}

/** `delay *= 2` in the loop, or a variable that was computed to grow. */
function growsByVariable(duration: ts.Expression, loop: ts.Node): boolean {
  if (!tsc.isIdentifier(duration)) return false;
  const name = duration.text;
  return contains(loop, n => {
    if (tsc.isBinaryExpression(n) && n.left.getText() === name)
      return (
        n.operatorToken.kind === tsc.SyntaxKind.AsteriskEqualsToken ||
        (n.operatorToken.kind === tsc.SyntaxKind.EqualsToken && grows(n.right))
      );
    return tsc.isVariableDeclaration(n) && n.name.getText() === name && n.initializer !== undefined && grows(n.initializer);
  });
}

/** Is the retry-after header read anywhere in the code of the retry? */
export function heedsRetryAfter(root: ts.Node): boolean {
  let heeds = false;
  walk(root, node => {
    if (tsc.isStringLiteralLike(node) && /^retry-after(?:-ms)?$/i.test(node.text)) heeds = true;
    if (tsc.isPropertyAccessExpression(node) && node.name.text === 'retryAfter') heeds = true;
  });
  return heeds;
}
