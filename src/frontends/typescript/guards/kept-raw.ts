// Does what a redactor gives back take the place of the text that it was given? `redact(text)` whose result nobody takes, and a function
// that cleans a text and returns the text as it was, let everything through.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, foreignPath } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import { scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isAnyAssignment, strip } from '../syntax.ts';
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

/** Is a text that was cleaned handed out after the model answered, although nothing cleaned was put in its place? */
function isHandedOut(
  ev: Evaluator,
  subject: ts.Expression,
  guard: ts.Node,
  scope: ts.Node,
  cleaned: ReadonlySet<ts.Node>,
  leads: ReadonlySet<ts.Node>,
): boolean {
  const uses = sameTexts(ev, subject, scope);
  if (uses.some(use => isGiven(use, guard))) return false;
  return uses.some(use => {
    if (isWithin(use, guard) || scopeOf(use) !== scope) return false;
    const out = wayOut(ev, use, 0);
    if (out === undefined || ![...leads].some(lead => scopeOf(lead) === scope && lead.getEnd() <= use.getStart())) return false;
    return !asksBefore(out, use, cleaned);
  });
}

/** Where the text of an expression stands: under the same name, or as the same member of the same answer, which may have a name as well. */
function sameTexts(ev: Evaluator, subject: ts.Expression, scope: ts.Node): readonly ts.Expression[] {
  const first = bare(subject);
  const out: ts.Expression[] = [];
  const names = new Set<ts.Node>();
  const add = (id: ts.Identifier): void => {
    const held = resolve(id);
    if (held?.kind !== 'variable' || held.element !== undefined || names.has(held.node)) return;
    names.add(held.node);
    for (const use of ev.program.identifiers(ev.program.unitOf(id), id.text).slice(0, MOST_USES)) {
      const other = resolve(use);
      if (other?.kind === 'variable' && other.node === held.node && use !== held.node.name) out.push(use);
    }
  };
  if (tsc.isIdentifier(first)) add(first);
  const [declared] = names;
  const made = declared !== undefined && tsc.isVariableDeclaration(declared) ? declared.initializer : undefined;
  const member = tsc.isIdentifier(first) ? (made === undefined ? undefined : bare(made)) : first;
  const root = member === undefined ? undefined : rootOf(member);
  if (member === undefined || root === undefined || member === root || !isFunctionNode(scope)) return out;
  const wanted = wordsOf(member);
  walk(scope, node => {
    ev.budget.step();
    if (!tsc.isPropertyAccessExpression(node) && !tsc.isElementAccessExpression(node)) return undefined;
    const other = rootOf(node);
    if (other === undefined || wordsOf(node) !== wanted || !isSameName(other, root)) return undefined;
    out.push(node);
    // `const text = answer.choices[0].message.content ?? ''`
    const { name } = holderOf(node) ?? {};
    if (name !== undefined && tsc.isIdentifier(name)) add(name);
    return 'skip';
  });
  return out;
}

/** `text`, of `text ?? ''`, `(text)!` and `await text`. */
function bare(node: ts.Expression): ts.Expression {
  const inner = strip(node) ?? node;
  if (tsc.isAwaitExpression(inner)) return bare(inner.expression);
  if (!tsc.isBinaryExpression(inner)) return inner;
  const { kind } = inner.operatorToken;
  return kind === tsc.SyntaxKind.QuestionQuestionToken || kind === tsc.SyntaxKind.BarBarToken ? bare(inner.left) : inner;
}

/** The variable that is made of nothing but this. */
function holderOf(node: ts.Expression): ts.VariableDeclaration | undefined {
  for (let at: ts.Node = node; ; at = at.parent) {
    const { parent } = at;
    if (tsc.isVariableDeclaration(parent))
      return parent.initializer !== undefined && bare(parent.initializer) === node ? parent : undefined;
    if (!tsc.isExpression(parent)) return undefined;
  }
}

/** The name that a chain of members starts with; undefined: something is called in it. */
function rootOf(node: ts.Expression): ts.Identifier | undefined {
  let at = strip(node);
  while (at !== undefined && (tsc.isPropertyAccessExpression(at) || tsc.isElementAccessExpression(at))) at = strip(at.expression);
  return at !== undefined && tsc.isIdentifier(at) ? at : undefined;
}

function wordsOf(node: ts.Expression): string {
  return node.getText().replace(/[\s?!]/g, '');
}

function isSameName(a: ts.Identifier, b: ts.Identifier): boolean {
  const [one, other] = [resolve(a), resolve(b)];
  return a.text === b.text && one !== undefined && other !== undefined && 'node' in one && 'node' in other && one.node === other.node;
}

/** `text = redact(text)`, `text += redact(part)`: what was cleaned is put into the variable. */
function isGiven(use: ts.Expression, guard: ts.Node): boolean {
  const { parent } = use;
  if (!tsc.isBinaryExpression(parent) || parent.left !== use) return false;
  return isAnyAssignment(parent.operatorToken.kind) && isWithin(guard, parent.right);
}

/** What answers a request, as methods of what the framework hands over are called. */
const ANSWERS = /^(?:json|send|write|end|html|text|body|reply|respond|say|enqueue|send_text|send_json|sendText)$/;

/** What hands a text out as it is: `return text`, `return {"reply": text}`, `yield text`, `res.json({ reply: text })`. */
function wayOut(ev: Evaluator, use: ts.Expression, depth: number): ts.Node | undefined {
  for (let at: ts.Node = use, up = use.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isReturnStatement(up) || tsc.isYieldExpression(up)) return up;
    if (tsc.isArrowFunction(up) && up.body === at) return up;
    const same =
      (tsc.isPropertyAssignment(up) && up.initializer === at) ||
      tsc.isShorthandPropertyAssignment(up) ||
      tsc.isObjectLiteralExpression(up) ||
      tsc.isArrayLiteralExpression(up) ||
      tsc.isParenthesizedExpression(up) ||
      (tsc.isBinaryExpression(up) && up.left === at && bare(up) !== up) ||
      (tsc.isNewExpression(up) && up.expression !== at);
    if (same) continue;
    if (!tsc.isCallExpression(up) || up.expression === at) return undefined;
    const given = up.arguments.indexOf(at as ts.Expression);
    const callee = up.expression;
    if (tsc.isPropertyAccessExpression(callee) && ANSWERS.test(callee.name.text) && isAnswer(ev, callee.expression)) return up;
    const values = ev.values(callee);
    // `return jsonify(reply=text)`
    const direct = tsc.isAwaitExpression(up.parent) ? up.parent.parent : up.parent;
    if (values.some(value => value.kind === 'foreign' && WEB.test(value.package)))
      return tsc.isReturnStatement(direct) ? direct : undefined;
    // `return keep(clean(text), text)` of a function that returns what it is given.
    if (depth < 2 && values.some(value => value.kind === 'function' && handsBack(ev, value.node, given, depth))) continue;
    return undefined;
  }
  return undefined;
}

const WEB =
  /^(?:py:(?:flask|fastapi|starlette|django|quart|sanic|litestar)|next|@remix-run\/.*|react-router|@sveltejs\/kit|h3|hono)(?:\/.*)?$/;

/** What a framework hands over for the answer (`res.status(200)`, `c`), or the class of answers of the web. */
function isAnswer(ev: Evaluator, receiver: ts.Expression): boolean {
  let at = strip(receiver);
  while (at !== undefined && (tsc.isPropertyAccessExpression(at) || tsc.isCallExpression(at))) at = strip(at.expression);
  if (at === undefined || !tsc.isIdentifier(at)) return false;
  if (resolve(at)?.kind === 'parameter') return true;
  return ev
    .values(at)
    .some(value => value.kind === 'foreign' && (WEB.test(value.package) || (value.package === '' && foreignPath(value) === 'Response')));
}

/** Does a function return one of its parameters as it is? */
function handsBack(ev: Evaluator, fn: FunctionNode, index: number, depth: number): boolean {
  const parameter = fn.parameters[index];
  if (parameter === undefined || fn.body === undefined || !tsc.isIdentifier(parameter.name)) return false;
  const { text } = parameter.name;
  let hit = false;
  walk(fn.body, node => {
    ev.budget.step();
    if (hit || isFunctionNode(node)) return 'skip';
    if (!tsc.isIdentifier(node) || node.text !== text) return undefined;
    const binding = resolve(node);
    if (binding?.kind === 'parameter' && binding.node === parameter) hit = wayOut(ev, node, depth + 1) !== undefined;
    return undefined;
  });
  return hit;
}

/** Is it handed out only where the cleaned text is the same, or where there is no text: `if clean == text`, `if not text`? */
function asksBefore(out: ts.Node, use: ts.Expression, cleaned: ReadonlySet<ts.Node>): boolean {
  for (let up = out.parent; up !== undefined && !isFunctionNode(up); up = up.parent) {
    if (!tsc.isIfStatement(up)) continue;
    let asked = false;
    walk(up.expression, inner => {
      if (cleaned.has(inner)) asked = true;
      if (tsc.isPrefixUnaryExpression(inner) && strip(inner.operand)?.getText() === use.getText()) asked = true;
      return asked ? 'skip' : undefined;
    });
    if (asked) return true;
  }
  return false;
}
