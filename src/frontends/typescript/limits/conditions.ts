// When a control is skipped: the conditions around it, the early ways out before it, and the catches that let a request through.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { isMemberName, propertyName, propertyValue, strip } from '../syntax.ts';
import { exits, leavesFor, throws } from './branches.ts';
import { isOfMissing, mayCatch } from './caught.ts';
import { fieldsMade } from './made.ts';
import { settingsIn } from './settings.ts';
import { type Env, isComparison } from './trace.ts';

/** Something that decides whether a control acts at all; read only when somebody reports it. */
export interface Condition {
  readonly node: ts.Expression;
  readonly env: Env;
}

export interface Fall {
  readonly conditions: readonly Condition[];
  /** How an error lets everything through. */
  readonly failsOpen: string | undefined;
  /** The refusal is thrown, and caught again before anybody sees it. */
  readonly swallowed: boolean;
}

/** `path`: leaving the function ends the request; `value`: its result is looked at; `call`: it is only called, and may throw. */
export type Mode = 'path' | 'value' | 'call';

/** The condition as the code has it, cut short, and the settings of the environment that decide it. */
export function told(ev: Evaluator, { node, env }: Condition): { readonly text: string; readonly settings: readonly string[] } {
  return { text: short(node), settings: settingsIn(ev, node, env) };
}

/** What stands around a node inside a function. */
export function fallOf(ev: Evaluator, node: ts.Node, scope: ts.Node, env: Env, mode: Mode, leads: readonly ts.Node[]): Fall {
  const conditions: Condition[] = [];
  let known: ReadonlySet<string> | undefined;
  const refusals = (): ReadonlySet<string> => {
    known ??= mode === 'path' ? NONE : refusalsBy(node, scope);
    return known;
  };
  let failsOpen: string | undefined;
  let swallowed = false;
  let child = node;
  for (let up = node.parent; up !== undefined && child !== scope; child = up, up = up.parent) {
    ev.budget.step();
    // What leads to the model on the same way is not protected less by a condition around both.
    const shared = leads.some(lead => isWithin(lead, child));
    if (tsc.isIfStatement(up) && child !== up.expression && !shared && !beginsAnew(up, child))
      conditions.push({ node: up.expression, env });
    else if (tsc.isConditionalExpression(up) && child !== up.condition && !shared) conditions.push({ node: up.condition, env });
    else if (isRight(up, child) && !shared) conditions.push({ node: up.left, env });
    else if (tsc.isTryStatement(up) && child === up.tryBlock && up.catchClause !== undefined) {
      const { block } = up.catchClause;
      if (mode === 'call' && !throws(block)) swallowed ||= mayCatch(ev, block, node);
      if (letsPass(up, mode, refusals(), leads)) failsOpen ??= OPEN;
    }
    if (tsc.isTryStatement(up) && child !== up.finallyBlock && up.finallyBlock !== undefined)
      swallowed ||= takesBack(up.finallyBlock, mode, leads);
    if (tsc.isBlock(up) && mode !== 'path') {
      for (const before of earlier(up.statements, child)) {
        const passed = waysOut(before).some(way => !isRefusal(way, refusals()));
        if (passed && tsc.isIfStatement(before)) conditions.push({ node: before.expression, env });
        // `try { count = await store.incr(key) } catch { return }` before `if (count > 20) throw ...`
        if (tsc.isTryStatement(before) && leavesOpen(before, child, refusals())) failsOpen ??= OPEN;
      }
    }
    if (isCatch(up, child) && !tsc.isAwaitExpression(child)) {
      const handler = up.parent.arguments[0];
      if (handler !== undefined && returnsPass(handler, refusals())) failsOpen ??= OPEN;
    }
  }
  return { conditions, failsOpen, swallowed };
}

/** `if (seen === undefined || now >= seen.resetAt) windows.set(key, first); else if (seen.count >= 50) ...`: the first way counts as well. */
function beginsAnew(up: ts.IfStatement, child: ts.Node): boolean {
  if (child !== up.elseStatement || !tsc.isIfStatement(child) || !COUNTS.test(up.thenStatement.getText())) return false;
  const names = new Set<string>();
  walk(up.expression, node => {
    if (tsc.isIdentifier(node) && !isMemberName(node)) names.add(node.text);
  });
  return mentions(child.expression, names);
}

const OPEN = 'an error in the check is caught and the request goes on';
const NONE: ReadonlySet<string> = new Set();
/** Writes to a store of counts. */
const COUNTS = /\.(?:set|incr\w*|put|push|create|insert\w*|upsert|update\w*|add)\(|\+\+|[\w\])]\s*\+?=[^=>]/i;

function isRight(up: ts.Node, child: ts.Node): up is ts.BinaryExpression {
  if (!tsc.isBinaryExpression(up) || up.right !== child) return false;
  const kind = up.operatorToken.kind;
  if (kind !== tsc.SyntaxKind.AmpersandAmpersandToken) return false;
  // Inside the condition of a branch, the branch itself is asked about its other halves.
  for (let node: ts.Node = up; ; node = node.parent) {
    if (tsc.isIfStatement(node.parent) || tsc.isConditionalExpression(node.parent)) return false;
    if (!tsc.isBinaryExpression(node.parent) && !tsc.isParenthesizedExpression(node.parent) && !tsc.isPrefixUnaryExpression(node.parent))
      return true;
  }
}

function isCatch(up: ts.Node, child: ts.Node): up is ts.PropertyAccessExpression & { readonly parent: ts.CallExpression } {
  return tsc.isPropertyAccessExpression(up) && up.expression === child && up.name.text === 'catch' && tsc.isCallExpression(up.parent);
}

function earlier(statements: ts.NodeArray<ts.Statement>, child: ts.Node): readonly ts.Statement[] {
  const at = statements.indexOf(child as ts.Statement);
  return at < 0 ? [] : statements.slice(0, at);
}

/** Does a finally end what it follows on, so that nobody learns of the refusal, or lead to the model itself? */
function takesBack(block: ts.Block, mode: Mode, leads: readonly ts.Node[]): boolean {
  if (leads.some(lead => isWithin(lead, block))) return true;
  // On the way itself a `return` ends the request as well; a `break` goes on behind the loop.
  return leavesFor(block, mode === 'path' ? 'loop' : 'function');
}

/** Does the catch of a try let the request go on? */
function letsPass(node: ts.TryStatement, mode: Mode, refusals: ReadonlySet<string>, leads: readonly ts.Node[]): boolean {
  const block = node.catchClause?.block;
  if (block === undefined || throws(block) || isOfMissing(block)) return false;
  if (mode === 'path') return !exits(block) && leads.some(lead => !isWithin(lead, node.tryBlock));
  const ways = returnsIn(block);
  return ways.length === 0 || ways.some(way => !isRefusal(way, refusals));
}

/** Does a try get what a later statement asks about, and its catch leave without a refusal? */
function leavesOpen(attempt: ts.TryStatement, asked: ts.Node, refusals: ReadonlySet<string>): boolean {
  const block = attempt.catchClause?.block;
  if (block === undefined || throws(block) || isOfMissing(block)) return false;
  const names = new Set<string>();
  walk(attempt.tryBlock, node => {
    if (isFunctionNode(node)) return 'skip';
    const target = tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken ? node.left : undefined;
    if (target !== undefined && tsc.isIdentifier(target)) names.add(target.text);
    return undefined;
  });
  return names.size > 0 && mentions(asked, names) && returnsIn(block).some(way => !isRefusal(way, refusals));
}

function returnsPass(handler: ts.Node, refusals: ReadonlySet<string>): boolean {
  if (!isFunctionNode(handler) || handler.body === undefined) return true;
  if (!tsc.isBlock(handler.body)) return !isRefusal(outcomeOf(handler.body), refusals);
  if (throws(handler.body)) return false;
  const ways = returnsIn(handler.body);
  return ways.length === 0 || ways.some(way => !isRefusal(way, refusals));
}

/** What an `if` that leaves the function hands back. */
function waysOut(statement: ts.Statement): (readonly string[])[] {
  if (!tsc.isIfStatement(statement) || !exits(statement.thenStatement) || throws(statement.thenStatement)) return [];
  // `if (now > entry.resetAt) { counts.set(key, first); return true; }` counts as well.
  return COUNTS.test(statement.thenStatement.getText()) ? [] : returnsIn(statement.thenStatement);
}

function returnsIn(root: ts.Node): (readonly string[])[] {
  const out: (readonly string[])[] = [];
  walk(root, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isReturnStatement(node)) out.push(outcomeOf(node.expression));
    return undefined;
  });
  return out;
}

function isRefusal(outcome: readonly string[], refusals: ReadonlySet<string>): boolean {
  return outcome.some(o => refusals.has(o));
}

/** What a result looks like to those who ask: `false`, `allowed=true`, `new Response`. */
function outcomeOf(expression: ts.Expression | undefined): readonly string[] {
  const node = strip(expression);
  if (node === undefined) return ['undefined'];
  if (tsc.isObjectLiteralExpression(node)) return membersOf(node, '', 0);
  if (isComparison(node)) return [refusing(node)];
  // A reason, where there may be none: `return 'limit'` beside `return null`.
  if (tsc.isStringLiteralLike(node) && node.text !== '') return [node.getText().slice(0, 80), '+'];
  const made = tsc.isNewExpression(node) && isPython(node) ? fieldsMade(node) : [];
  if (made.length > 0) return made.flatMap(([name, value]) => toldBy(name, value, 0));
  if (tsc.isCallExpression(node) || tsc.isNewExpression(node)) return [node.expression.getText().slice(0, 80)];
  return [node.getText().slice(0, 80)];
}

/** The members of a result, those of the results in it included; `+reason`: it is given at all. */
function membersOf(node: ts.ObjectLiteralExpression, before: string, depth: number): string[] {
  return node.properties.flatMap(p => {
    if (!tsc.isPropertyAssignment(p) || propertyName(p) === undefined) return [];
    return toldBy(`${before}${propertyName(p)}`, p.initializer, depth);
  });
}

function toldBy(name: string, given: ts.Expression, depth: number): string[] {
  const value = strip(given) ?? given;
  if (isComparison(value)) return [`${name}=${refusing(value)}`];
  if (isBoolean(value)) return [`${name}=${value.getText()}`];
  if (tsc.isObjectLiteralExpression(value)) return depth < 2 ? membersOf(value, `${name}.`, depth + 1) : [];
  return tsc.isStringLiteralLike(value) ? [`${name}=${value.getText()}`, `+${name}`] : [];
}

function isBoolean(node: ts.Node): boolean {
  return node.kind === tsc.SyntaxKind.TrueKeyword || node.kind === tsc.SyntaxKind.FalseKeyword;
}

/** What a comparison of a count with a limit gives when the limit is reached: `count <= 50` is then false. */
function refusing(node: ts.BinaryExpression): string {
  const less = node.operatorToken.kind === tsc.SyntaxKind.LessThanToken || node.operatorToken.kind === tsc.SyntaxKind.LessThanEqualsToken;
  const flipped = tsc.isNumericLiteral(node.left);
  return less === flipped ? 'true' : 'false';
}

/** The results by which the code around a node refuses. */
function refusalsBy(node: ts.Node, scope: ts.Node): ReadonlySet<string> {
  const out = new Set<string>();
  const add = (ways: readonly (readonly string[])[]): void => {
    for (const way of ways) for (const one of way) out.add(one);
  };
  const gate = gateAround(node, scope);
  if (gate !== undefined && tsc.isIfStatement(gate)) add(returnsIn(gate.thenStatement));
  if (gate !== undefined && tsc.isReturnStatement(gate)) add([outcomeOf(gate.expression)]);
  if (tsc.isIfStatement(node)) add(chosenIn(node.thenStatement, scope));
  const names = namesGiven(node, scope);
  if (names.size > 0)
    walk(scope, other => {
      if (other !== scope && isFunctionNode(other)) return 'skip';
      if (tsc.isIfStatement(other) && mentions(other.expression, names)) add(returnsIn(other.thenStatement));
      if (tsc.isReturnStatement(other) && other.expression !== undefined && mentions(other.expression, names))
        add([outcomeOf(other.expression)]);
      return undefined;
    });
  return onlyTelling(out, scope);
}

/** `{ used, reason: 'limit' }` beside `{ used }`: that there is a reason is the refusal. Where a flag says so, the flag alone counts. */
function onlyTelling(refusals: ReadonlySet<string>, scope: ts.Node): ReadonlySet<string> {
  const given = [...refusals].filter(one => one.startsWith('+'));
  if (given.length === 0) return refusals;
  const flagged = [...refusals].some(one => one.endsWith('=true') || one.endsWith('=false'));
  const body = isFunctionNode(scope) ? scope.body : scope;
  const all = flagged || body === undefined ? [] : returnsIn(body);
  const telling = (one: string): boolean => !one.startsWith('+') || (!flagged && all.some(way => !way.includes(one)));
  return new Set([...refusals].filter(telling));
}

/** `allowed = false` in a branch, and `return { allowed }` after it: the result that is chosen. */
function chosenIn(branch: ts.Node, scope: ts.Node): (readonly string[])[] {
  const given = new Map<string, ts.Expression>();
  walk(branch, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.EqualsToken && tsc.isIdentifier(node.left))
      given.set(node.left.text, node.right);
    return undefined;
  });
  const out: (readonly string[])[] = [];
  if (given.size === 0) return out;
  walk(scope, node => {
    if (node !== scope && isFunctionNode(node)) return 'skip';
    const returned = tsc.isReturnStatement(node) ? strip(node.expression) : undefined;
    if (returned !== undefined && tsc.isIdentifier(returned)) out.push(outcomeOf(given.get(returned.text)));
    if (returned !== undefined && tsc.isObjectLiteralExpression(returned))
      for (const p of returned.properties) {
        const value = strip(propertyValue(p));
        const chosen = value !== undefined && tsc.isIdentifier(value) ? given.get(value.text) : undefined;
        if (chosen !== undefined) out.push(toldBy(propertyName(p) ?? '', chosen, 0));
      }
    return undefined;
  });
  return out;
}

function gateAround(node: ts.Node, scope: ts.Node): ts.Node | undefined {
  for (let up: ts.Node | undefined = node; up !== undefined && up !== scope; up = up.parent) {
    if (tsc.isReturnStatement(up)) return up;
    if (tsc.isIfStatement(up)) return up === node || isWithin(node, up.expression) ? up : undefined;
    if (tsc.isStatement(up)) return undefined;
  }
  return undefined;
}

/** The names of the variables that a node's value goes into. */
function namesGiven(node: ts.Node, scope: ts.Node): ReadonlySet<string> {
  const out = new Set<string>();
  for (let up: ts.Node | undefined = node; up !== undefined && up !== scope; up = up.parent) {
    if (tsc.isVariableDeclaration(up)) {
      walk(up.name, id => {
        if (tsc.isIdentifier(id)) out.add(id.text);
      });
      break;
    }
    if (tsc.isBinaryExpression(up) && tsc.isIdentifier(up.left) && up.operatorToken.kind === tsc.SyntaxKind.EqualsToken)
      out.add(up.left.text);
    if (tsc.isStatement(up)) break;
  }
  return out;
}

function mentions(root: ts.Node, names: ReadonlySet<string>): boolean {
  let found = false;
  walk(root, node => {
    if (tsc.isIdentifier(node) && names.has(node.text)) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

/** A piece of code for a message: one line, and not long. */
export function short(node: ts.Node, most = 60): string {
  const text = node.getText().replace(/\s+/g, ' ');
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
