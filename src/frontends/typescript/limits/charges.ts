// Is something added to a count at every use, and is it more than nothing? A charge behind a switch that nobody sets, one that is left to
// chance, and one that is rounded to nothing leave the budget as it was.
import type { ts } from 'ts-morph';
import { settle, UNSETTLED } from '../calls/settle.ts';
import { tsc } from '../compiler.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';
import { exits, throws } from './branches.ts';
import { sizeOf } from './charge-size.ts';
import { short } from './conditions.ts';
import type { Whole } from './own.ts';
import { settingsIn } from './settings.ts';
import { type Env, isComparison, NO_ENV, originOf } from './trace.ts';
import { isOverwritten } from './units.ts';

const DEEPEST = 4;
const MOST_CALLERS = 6;
/** More than what a short question costs, in any unit. */
const SMALL = 0.001;

/**
 * What a charge lacks to fill its budget, in words that follow on "it acts only if"; undefined: nothing that was seen.
 * @param at the write to the count
 * @param amount what is added; undefined: one
 */
export function chargeLacks(whole: Whole, at: ts.Node, amount: ts.Expression | undefined, env: Env = NO_ENV): string | undefined {
  return whole.ev.budget.ask(
    () => takenBack(at) ?? switchOf(whole, at, 0) ?? (amount === undefined ? undefined : tooLittle(whole, amount, env)),
    () => undefined,
  );
}

/** What a count lacks that is raised and looked at in one: the conditions around it are known already. */
export function reservedLacks(whole: Whole, at: ts.CallExpression, amount: ts.Expression | undefined, env: Env): string | undefined {
  return takenBack(at) ?? (amount === undefined ? undefined : tooLittle(whole, amount, env));
}

function takenBack(at: ts.Node): string | undefined {
  return tsc.isCallExpression(at) && isTakenBack(at) ? 'what was counted is left as it is, and not taken back' : undefined;
}

/** Why an amount adds nothing to a budget; undefined: it adds something, or cannot be worked out. */
function tooLittle({ ev }: Whole, amount: ts.Expression, env: Env): string | undefined {
  const { amount: size, unpriced } = ev.budget.ask(
    () => sizeOf(ev, amount, env),
    () => ({ amount: undefined, unpriced: false }),
  );
  if (size !== undefined && size <= 0) return `a small request adds more than nothing: "${short(amount)}" does not`;
  return unpriced ? 'the model is in the table of prices: what another one costs is counted as nothing' : undefined;
}

/** What a small request adds; undefined: cannot be worked out, or what is written is more than that. */
export function sizeAdded({ ev }: Whole, amount: ts.Expression | undefined): number | undefined {
  if (amount === undefined) return undefined;
  return ev.budget.ask(
    () => sizeOf(ev, amount, NO_ENV).amount,
    () => undefined,
  );
}

/** Is what was counted taken back in the same function, whatever comes of the request: `await redis.decr(key)`, `redis.delete(key)`? */
function isTakenBack(bump: ts.CallExpression): boolean {
  const fn = enclosingFunction(bump);
  const key = bump.arguments[0]?.getText();
  const on = tsc.isPropertyAccessExpression(bump.expression) ? bump.expression.expression.getText() : undefined;
  let taken = false;
  if (fn === undefined || key === undefined || on === undefined) return false;
  walk(fn, node => {
    if (taken || (node !== fn && isFunctionNode(node))) return 'skip';
    if (!tsc.isCallExpression(node) || node.pos < bump.end || node.arguments[0]?.getText() !== key) return undefined;
    const callee = node.expression;
    if (!tsc.isPropertyAccessExpression(callee) || callee.expression.getText() !== on) return undefined;
    const name = callee.name.text.toLowerCase();
    if (/^(?:del|delete|unlink)$/.test(name) || (name === 'decr' && node.arguments.length === 1)) taken = isAlways(node, fn);
    return undefined;
  });
  return taken;
}

/** Does a node run whatever comes of the request, or just when it is refused? */
function isAlways(node: ts.Node, fn: ts.Node): boolean {
  for (let child = node, up = node.parent; up !== undefined && child !== fn; child = up, up = up.parent) {
    if (tsc.isCatchClause(up) || tsc.isConditionalExpression(up) || tsc.isCaseClause(up)) return false;
    if (tsc.isIfStatement(up)) return child === up.thenStatement && exits(up.thenStatement) && /[<>]/.test(up.expression.getText());
  }
  return true;
}

/** What a write to a store adds, or puts in the place of what was there; undefined: one. */
export function addedBy(bump: ts.CallExpression): ts.Expression | undefined {
  const name = methodOf(bump);
  return bump.arguments[name.startsWith('h') || name === 'setex' ? 2 : 1];
}

/** Is what one request used written over what was used before it: `redis.set(key, cost)`? */
export function isReplaced(whole: Whole, bump: ts.CallExpression): boolean {
  const method = methodOf(bump);
  if (isOverwritten(whole.ev, bump, method)) return true;
  const value = /^(?:set|put|setex)$/.test(method) ? addedBy(bump) : undefined;
  return value !== undefined && !tsc.isNumericLiteral(value) && (sizeAdded(whole, value) ?? 0) > 0;
}

function methodOf(call: ts.CallExpression): string {
  return tsc.isPropertyAccessExpression(call.expression) ? call.expression.name.text.toLowerCase() : '';
}

/** What decides, in the functions around a charge, that it is left out. */
function switchOf(whole: Whole, at: ts.Node, depth: number): string | undefined {
  whole.ev.budget.step();
  const leads = whole.leadsIn(at);
  let child = at;
  let up = at.parent;
  for (; up !== undefined && !isFunctionNode(up); child = up, up = up.parent) {
    const inner = child;
    const shared = leads.some(lead => isWithin(lead, inner));
    if (shared) continue;
    const why = sideOf(up, child)
      .map(({ asked, holds }) => lackOf(whole, asked, holds))
      .find(one => one !== undefined);
    if (why !== undefined) return why;
    if (!tsc.isBlock(up) || leads.length > 0) continue;
    for (const before of up.statements.slice(0, Math.max(up.statements.indexOf(child as ts.Statement), 0))) {
      if (!tsc.isIfStatement(before) || !exits(before.thenStatement) || throws(before.thenStatement)) continue;
      const left = lackOf(whole, before.expression, false);
      if (left !== undefined) return left;
    }
  }
  if (up === undefined || !isFunctionNode(up) || leads.length > 0 || depth >= DEEPEST || tsc.isConstructorDeclaration(up)) return undefined;
  const callers = whole.ev.callers(up).slice(0, MOST_CALLERS);
  const lacks = callers.map(call => switchOf(whole, call, depth + 1));
  return lacks.length > 0 && lacks.every(lack => lack !== undefined) ? lacks[0] : undefined;
}

/** The condition that a branch hangs on, and whether it holds there. */
function sideOf(up: ts.Node, child: ts.Node): readonly { readonly asked: ts.Expression; readonly holds: boolean }[] {
  if (tsc.isIfStatement(up) && child !== up.expression) return [{ asked: up.expression, holds: child === up.thenStatement }];
  if (tsc.isConditionalExpression(up) && child !== up.condition) return [{ asked: up.condition, holds: child === up.whenTrue }];
  if (!tsc.isBinaryExpression(up) || up.right !== child) return [];
  const { kind } = up.operatorToken;
  if (kind === tsc.SyntaxKind.AmpersandAmpersandToken) return [{ asked: up.left, holds: true }];
  return kind === tsc.SyntaxKind.BarBarToken ? [{ asked: up.left, holds: false }] : [];
}

/** Why a condition may leave a charge out for good; undefined: it is about the use itself. */
function lackOf(whole: Whole, asked: ts.Expression, holds: boolean): string | undefined {
  const { ev } = whole;
  const values = ev.values(asked);
  const fixed = values.length > 0 && values.every(value => value.kind === 'literal' && (Boolean(value.value) === false) === holds);
  if (fixed) return `"${short(asked)}" is ${holds ? 'true' : 'false'}, which it is not`;
  const settings = [...new Set(switchesIn(whole, asked))].filter(name => name !== 'NODE_ENV');
  // `if (process.env.BILLING !== 'off')`
  const byDefault = settings.length === 0 ? UNSETTLED : settle(ev, asked);
  if (byDefault !== UNSETTLED && Boolean(byDefault) === holds) return undefined;
  if (settings.length > 0)
    return `${settings.slice(0, 3).join(' and ')} ${settings.length === 1 ? 'says' : 'say'} so where use is added up`;
  let why: string | undefined;
  walk(asked, node => {
    if (why !== undefined) return 'skip';
    if (tsc.isCallExpression(node) && isChance(whole, node)) why = 'chance says so: not every request is counted';
    if (isComparison(node) && holds && isThreshold(whole, node)) why = `"${short(asked)}": smaller requests are not counted`;
    return undefined;
  });
  return why;
}

/** The settings that decide for themselves: `now - start >= WINDOW` asks for the time, however long the window is set to be. */
function switchesIn(whole: Whole, condition: ts.Expression): readonly string[] {
  const asked = strip(condition) ?? condition;
  if (tsc.isPrefixUnaryExpression(asked)) return switchesIn(whole, asked.operand);
  if (!tsc.isBinaryExpression(asked)) return settingsIn(whole.ev, asked, NO_ENV);
  const sides = [asked.left, asked.right];
  if (/^(?:&&|\|\||\?\?)$/.test(asked.operatorToken.getText())) return sides.flatMap(side => switchesIn(whole, side));
  const isMeasured = (side: ts.Expression): boolean => {
    const inner = strip(side) ?? side;
    return !whole.ev.values(inner).some(value => value.kind === 'literal') && settingsIn(whole.ev, inner, NO_ENV).length === 0;
  };
  return isComparison(asked) && sides.some(isMeasured) ? [] : settingsIn(whole.ev, asked, NO_ENV);
}

function isChance({ ev }: Whole, call: ts.CallExpression): boolean {
  const text = call.expression.getText().slice(0, 40);
  if (/^Math\.random$/.test(text)) return true;
  return ev.values(call.expression).some(value => value.kind === 'foreign' && value.package === 'py:random');
}

/** `if (usd > 1)`: is the use of one request compared with more than a short question costs? */
function isThreshold({ ev }: Whole, node: ts.BinaryExpression): boolean {
  const more = node.operatorToken.getText().startsWith('>');
  const [used, least] = more ? [node.left, node.right] : [node.right, node.left];
  const number = originOf(ev, least, NO_ENV, 'here').leaves[0]?.node;
  if (number === undefined || !tsc.isNumericLiteral(number) || Number(number.text) < SMALL) return false;
  const size = sizeOf(ev, used, NO_ENV).amount;
  return size !== undefined && size < Number(number.text);
}
