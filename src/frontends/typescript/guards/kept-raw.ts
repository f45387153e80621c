// Does what a redactor gives back take the place of the text that it was given? `redact(text)` whose result nobody takes, and a function
// that cleans a text and returns the text as it was, let everything through.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import { scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { comesFrom, goesOn, reaches } from './flow.ts';
import type { Stand } from './stands.ts';
import { isStreamLoop } from './stream-loops.ts';

const MOST_USES = 60;

/** How the text that the model wrote goes out beside the cleaned one; undefined: no such way was seen. */
export function rawWay(ev: Evaluator, { node, scope, chain }: Stand, leads: ReadonlySet<ts.Node>): string | undefined {
  if (!tsc.isCallExpression(node)) return undefined;
  if (node !== chain[0] && !changesInPlace(ev, node) && !goesOn(ev.program, node)) return 'nobody takes the text that it cleaned';
  if (givesPieces(ev, node, scope, leads)) return 'the pieces of the answer go out before it is cleaned';
  const cleaned = new Set(reaches(ev.program, node));
  const subjects = [...node.arguments, ...(tsc.isPropertyAccessExpression(node.expression) ? [node.expression.expression] : [])];
  return subjects.some(subject => isHandedOut(ev, subject, node, scope, cleaned, leads))
    ? 'the text is also handed out as it was before'
    : undefined;
}

/** `for piece in stream: yield piece`, in the function that cleans the whole text afterwards. */
function givesPieces(ev: Evaluator, guard: ts.Node, scope: ts.Node, leads: ReadonlySet<ts.Node>): boolean {
  let found = false;
  walk(scope, node => {
    if (found || (node !== scope && isFunctionNode(node))) return 'skip';
    if (!tsc.isForOfStatement(node) || isWithin(guard, node) || node.pos > guard.pos) return undefined;
    if (!isStreamLoop(ev, node, leads)) return undefined;
    walk(node.statement, inner => {
      if (found || isFunctionNode(inner)) return 'skip';
      if (tsc.isYieldExpression(inner) && inner.expression !== undefined) found = isPiece(ev, inner.expression, node.expression);
      return undefined;
    });
    return undefined;
  });
  return found;
}

/** Is an expression a piece of a stream as it came: the variable of the loop, its members, or a name for one of these? */
function isPiece(ev: Evaluator, expression: ts.Expression, stream: ts.Expression): boolean {
  if (holdsCall(expression) || !comesFrom(ev.program, expression, new Set([stream]))) return false;
  const name = strip(expression);
  const held = name !== undefined && tsc.isIdentifier(name) ? resolve(name) : undefined;
  return held?.kind !== 'variable' || held.node.initializer === undefined || !holdsCall(held.node.initializer);
}

function holdsCall(root: ts.Node): boolean {
  let found = false;
  walk(root, node => {
    if (tsc.isCallExpression(node)) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

/** A function that gives nothing back changes what it is given. Where it is not known, it may. */
function changesInPlace(ev: Evaluator, call: ts.CallExpression): boolean {
  const called = ev.values(call.expression).flatMap(value => (value.kind === 'function' ? [value.node] : []));
  return called.length === 0 || called.some(fn => ev.returnsOf(fn).length === 0);
}

/** Is a variable that was cleaned returned after the model answered, although nothing cleaned was put into it? */
function isHandedOut(
  ev: Evaluator,
  subject: ts.Expression,
  guard: ts.Node,
  scope: ts.Node,
  cleaned: ReadonlySet<ts.Node>,
  leads: ReadonlySet<ts.Node>,
): boolean {
  const name = strip(subject);
  const held = name !== undefined && tsc.isIdentifier(name) ? resolve(name) : undefined;
  if (name === undefined || !tsc.isIdentifier(name) || held?.kind !== 'variable' || held.element !== undefined) return false;
  const uses = ev.program
    .identifiers(ev.program.unitOf(name), name.text)
    .slice(0, MOST_USES)
    .filter(id => {
      const other = resolve(id);
      return other?.kind === 'variable' && other.node === held.node;
    });
  if (uses.some(id => isGiven(id, guard))) return false;
  return uses.some(id => {
    if (isWithin(id, guard) || scopeOf(id) !== scope) return false;
    const out = wayOut(id);
    if (out === undefined || ![...leads].some(lead => scopeOf(lead) === scope && lead.getEnd() <= id.getStart())) return false;
    return !asksBefore(out, id, cleaned);
  });
}

/** `text = redact(text)`, `text += redact(part)`: what was cleaned is put into the variable. */
function isGiven(id: ts.Identifier, guard: ts.Node): boolean {
  const { parent } = id;
  if (!tsc.isBinaryExpression(parent) || parent.left !== id) return false;
  const kind = parent.operatorToken.kind;
  return kind >= tsc.SyntaxKind.FirstAssignment && kind <= tsc.SyntaxKind.LastAssignment && isWithin(guard, parent.right);
}

/** The statement that hands a name out as it is: `return text`, `return {"reply": text}`, `yield text`. */
function wayOut(id: ts.Identifier): ts.Node | undefined {
  for (let at: ts.Node = id, up = id.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isReturnStatement(up) || tsc.isYieldExpression(up)) return up;
    const same =
      (tsc.isPropertyAssignment(up) && up.initializer === at) ||
      tsc.isShorthandPropertyAssignment(up) ||
      tsc.isObjectLiteralExpression(up) ||
      tsc.isArrayLiteralExpression(up) ||
      tsc.isParenthesizedExpression(up) ||
      (tsc.isNewExpression(up) && up.expression !== at);
    if (!same) return undefined;
  }
  return undefined;
}

/** Is it handed out only where the cleaned text is the same, or where there is no text: `if clean == text`, `if not text`? */
function asksBefore(out: ts.Node, id: ts.Identifier, cleaned: ReadonlySet<ts.Node>): boolean {
  for (let up = out.parent; up !== undefined && !isFunctionNode(up); up = up.parent) {
    if (!tsc.isIfStatement(up)) continue;
    let asked = false;
    walk(up.expression, inner => {
      if (cleaned.has(inner)) asked = true;
      if (tsc.isPrefixUnaryExpression(inner) && strip(inner.operand)?.getText() === id.text) asked = true;
      return asked ? 'skip' : undefined;
    });
    if (asked) return true;
  }
  return false;
}
