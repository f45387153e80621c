// Loops that go through the pages of a list: each round asks for the page behind the last one, and the last page names no other.
import type { ts } from 'ts-morph';
import { lastName } from '../calls/find.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { isMemberName, strip } from '../syntax.ts';
import type { LoopStatement } from './bounds.ts';
import type { Limit } from './counters.ts';

/** How clients name what gives a page. What makes a model answer is not among them. */
const LISTS = /^(?:list|get|fetch|query|scan|search|find|select|read|paginate)/i;

/**
 * The end of a loop whose condition to leave is a cursor: `if (!nextPageToken) break`, where the page was asked for with it.
 * @param from what the loop repeats: who asks the model for the next cursor goes through no pages
 */
export function limitByPages(ev: Evaluator, loop: LoopStatement, from: ts.Node | undefined): Limit | undefined {
  if (!tsc.isBlock(loop.statement)) return undefined;
  const { statements } = loop.statement;
  const condition = tsc.isDoStatement(loop) || tsc.isWhileStatement(loop) ? cursorIn(loop.expression) : undefined;
  const left = statements.flatMap(one =>
    tsc.isIfStatement(one) && leaves(one.thenStatement) ? (cursorIn(one.expression, true) ?? []) : [],
  );
  for (const cursor of condition === undefined ? left : [...left, condition])
    if (isPaged(ev, statements, cursor, from)) return { bound: null, how: 'a loop over the pages of a list', basis: 'data' };
  return undefined;
}

/** The variable that a condition asks for: `token`, `token !== null`; for a way out `!token`, `token === null`. */
function cursorIn(condition: ts.Expression, none = false): string | undefined {
  const node = strip(condition);
  if (node === undefined) return undefined;
  if (none && tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken) return nameOf(node.operand);
  if (!none && tsc.isIdentifier(node)) return node.text;
  if (!tsc.isBinaryExpression(node) || !/^(?:null|undefined|''|"")$/.test(node.right.getText())) return undefined;
  const sign = node.operatorToken.getText();
  return sign.startsWith(none ? '=' : '!') ? nameOf(node.left) : undefined;
}

function nameOf(expression: ts.Expression): string | undefined {
  const node = strip(expression);
  return node !== undefined && tsc.isIdentifier(node) ? node.text : undefined;
}

function leaves(statement: ts.Statement): boolean {
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (tsc.isBreakStatement(last) || tsc.isReturnStatement(last));
}

/** Is the cursor set in each round, once, from a page that was asked for with it? */
function isPaged(ev: Evaluator, statements: readonly ts.Statement[], cursor: string, from: ts.Node | undefined): boolean {
  const set = statements.flatMap(one => assigned(one, cursor));
  let others = 0;
  for (const statement of statements)
    walk(statement, node => {
      if (isAssigned(node) && node.left.getText() === cursor && !set.includes(node)) others++;
    });
  const [only, ...more] = set;
  if (only === undefined || more.length > 0 || others > 0) return false;
  return asksWith(ev, statements, cursor, from).some(page => mentions(only.right, new Set([page])));
}

function assigned(statement: ts.Statement, cursor: string): readonly ts.BinaryExpression[] {
  const node = tsc.isExpressionStatement(statement) ? statement.expression : undefined;
  return node !== undefined && isAssigned(node) && node.left.getText() === cursor ? [node] : [];
}

function isAssigned(node: ts.Node): node is ts.BinaryExpression {
  return tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken;
}

/** The names in a round that hold a page asked for with the cursor. */
function asksWith(ev: Evaluator, statements: readonly ts.Statement[], cursor: string, from: ts.Node | undefined): readonly string[] {
  const carries = new Set([cursor]);
  const pages = new Set<string>();
  const take = (name: string, value: ts.Expression): void => {
    if (name === cursor) return;
    if (isPage(ev, value, carries, from) || mentions(value, pages)) pages.add(name);
    else if (mentions(value, carries)) carries.add(name);
  };
  for (const statement of statements)
    walk(statement, node => {
      if (isFunctionNode(node)) return 'skip';
      if (tsc.isVariableDeclaration(node) && node.initializer !== undefined && tsc.isIdentifier(node.name))
        take(node.name.text, node.initializer);
      if (isAssigned(node) && tsc.isIdentifier(node.left)) take(node.left.text, node.right);
      return undefined;
    });
  return [...pages];
}

/** Does a value come from a call that lists something, given the cursor? */
function isPage(ev: Evaluator, value: ts.Expression, carries: ReadonlySet<string>, from: ts.Node | undefined): boolean {
  const call = strip(value);
  if (call === undefined || !tsc.isCallExpression(call) || (from !== undefined && isWithin(from, call))) return false;
  if (!LISTS.test(lastName(call.expression) ?? '') || !call.arguments.some(arg => mentions(arg, carries))) return false;
  const callees = ev.values(call.expression);
  return (
    callees.length > 0 && callees.every(callee => callee.kind === 'foreign' || (callee.kind === 'function' && onlyFetches(ev, callee.node)))
  );
}

/** Does a function of the repository only send a request: `fetchWithAccount(...)` around `fetch`? */
function onlyFetches(ev: Evaluator, fn: ts.Node): boolean {
  let sends = false;
  let own = false;
  walk(fn, node => {
    if (!tsc.isCallExpression(node)) return;
    for (const callee of ev.values(node.expression)) {
      if (callee.kind === 'foreign') sends ||= callee.package === '' && lastName(node.expression) === 'fetch';
      else own = true;
    }
  });
  return sends && !own;
}

function mentions(root: ts.Node, names: ReadonlySet<string>): boolean {
  let found = false;
  walk(root, node => {
    if (tsc.isIdentifier(node) && names.has(node.text) && !isMemberName(node)) found = true;
  });
  return found;
}
