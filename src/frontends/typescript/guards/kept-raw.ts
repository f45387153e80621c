// Does what a redactor gives back take the place of the text that it was given? `redact(text)` whose result nobody takes, and a function
// that cleans a text and returns the text as it was, let everything through.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import { scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { isFunctionNode, isSameBinding, resolve } from '../scope.ts';
import { dotted } from '../short-text.ts';
import { isAnyAssignment, strip } from '../syntax.ts';
import { comesFrom, goesOn, reaches } from './flow.ts';
import { RawWays, settledIn } from './raw-ways.ts';
import { takesRaw } from './slots.ts';
import type { Stand } from './stands.ts';
import { isStreamLoop } from './stream-loops.ts';

const MOST_USES = 60;
const DEEPEST = 4;

/**
 * How the text that the model wrote goes out beside the cleaned one; undefined: no such way was seen.
 * @param inner is the function that holds the stand called by others of the repository?
 */
export function rawWay(ev: Evaluator, { node, scope, chain }: Stand, leads: ReadonlySet<ts.Node>, inner: boolean): string | undefined {
  const ways = new RawWays(ev, new Set(chain.slice(0, -1).map(scopeOf)), new Set(reaches(ev.program, node)));
  if (takesRaw(ev, node, chain, ways, inner)) return 'the text as it was comes back beside the cleaned one, and is what is handed out';
  if (!tsc.isCallExpression(node)) return undefined;
  const calls = chain.filter(tsc.isCallExpression);
  if (calls.some(call => call !== chain[0] && !changesInPlace(ev, call) && !goesOn(ev.program, call)))
    return 'nobody takes the text that it cleaned';
  if (piecesGone(ev, node, scope, chain, leads)) return 'the pieces of the answer go out before it is cleaned';
  return calls.some(call => subjectsOf(call).some(subject => isHandedOut(ev, subject, call, scope, leads, ways, inner)))
    ? 'the text is also handed out as it was before'
    : undefined;
}

/** Does a text, or do its pieces, go out before a detector looks at it: `yield text; check(text)`? */
export function earlyWay(ev: Evaluator, { node, scope, chain }: Stand, leads: ReadonlySet<ts.Node>): string | undefined {
  if (!tsc.isCallExpression(node)) return undefined;
  const ways = new RawWays(ev, new Set(), new Set(reaches(ev.program, node)));
  const early = subjectsOf(node).some(subject =>
    sameTexts(ev, subject, scope).some(use => {
      const out = use.pos < node.pos && scopeOf(use) === scope ? ways.of(use) : undefined;
      return out !== undefined && (tsc.isYieldExpression(out) || tsc.isCallExpression(out));
    }),
  );
  return early || piecesGone(ev, node, scope, chain, leads) ? 'the text goes out before it is looked at' : undefined;
}

/** Do the pieces of an answer go out before the call of a chain, in its own function, that looks at the whole? */
function piecesGone(ev: Evaluator, node: ts.Node, scope: ts.Node, chain: readonly ts.Node[], leads: ReadonlySet<ts.Node>): boolean {
  if (givesPieces(ev, node, scope, leads)) return true;
  return chain.some(link => {
    const fn = scopeOf(link);
    return fn !== scope && link !== chain[0] && isFunctionNode(fn) && givesPieces(ev, link, fn, undefined);
  });
}

function subjectsOf(call: ts.CallExpression): readonly ts.Expression[] {
  return [...call.arguments, ...(tsc.isPropertyAccessExpression(call.expression) ? [call.expression.expression] : [])];
}

/**
 * `for piece in stream: yield piece`, in the function that cleans the whole text afterwards.
 * @param leads undefined: any loop over what the function was given
 */
function givesPieces(ev: Evaluator, guard: ts.Node, scope: ts.Node, leads: ReadonlySet<ts.Node> | undefined): boolean {
  let found = false;
  walk(scope, node => {
    if (found || (node !== scope && isFunctionNode(node))) return 'skip';
    if (!tsc.isForOfStatement(node) || isWithin(guard, node) || node.pos > guard.pos) return undefined;
    if (leads === undefined ? !isParameter(node.expression) : !isStreamLoop(ev, node, leads)) return undefined;
    walk(node.statement, inner => {
      if (found || isFunctionNode(inner)) return 'skip';
      if (tsc.isYieldExpression(inner) && inner.expression !== undefined) found = isPiece(ev, inner.expression, node.expression);
      return undefined;
    });
    return undefined;
  });
  return found;
}

function isParameter(expression: ts.Expression): boolean {
  const name = strip(expression);
  return name !== undefined && tsc.isIdentifier(name) && resolve(name)?.kind === 'parameter';
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
  leads: ReadonlySet<ts.Node>,
  ways: RawWays,
  inner: boolean,
): boolean {
  const uses = sameTexts(ev, subject, scope);
  // What was cleaned takes the place of the text, from there on: `yield text; text = redact(text)`.
  const given = uses.some(use => isGiven(use, guard));
  const isOut = (use: ts.Expression, part?: string): boolean => {
    if (isWithin(use, guard) || (given && use.pos > guard.pos) || (scopeOf(use) !== scope && settledIn(use) !== scope)) return false;
    const out = ways.of(use, part);
    if (out === undefined || ![...leads].some(lead => scopeOf(lead) === scope && lead.getEnd() <= use.getStart())) return false;
    // What a function of the repository returns, another one may take apart.
    return part === undefined || !inner || tsc.isCallExpression(out);
  };
  return uses.some(use => isOut(use)) || wholeAnswers(ev, subject, leads).some(({ use, member }) => isOut(use, member));
}

/** The answers whose text a member is, where they are looked at as a whole: `return answer`. */
function wholeAnswers(
  ev: Evaluator,
  subject: ts.Expression,
  leads: ReadonlySet<ts.Node>,
): readonly { readonly use: ts.Identifier; readonly member: string }[] {
  const out: { use: ts.Identifier; member: string }[] = [];
  // `const message = answer.choices[0].message; const text = message.content`
  for (let at: ts.Expression | undefined = bare(subject), depth = 0; at !== undefined && depth < DEEPEST; depth++) {
    const root = rootOf(at);
    const held = root === undefined ? undefined : resolve(root);
    if (root === undefined || held?.kind !== 'variable' || held.element !== undefined || held.node.initializer === undefined) break;
    if (!comesFrom(ev.program, held.node.initializer, leads)) break;
    const { parent } = root;
    const key = tsc.isElementAccessExpression(parent) ? parent.argumentExpression : undefined;
    const member = tsc.isPropertyAccessExpression(parent)
      ? parent.name.text
      : key !== undefined && tsc.isStringLiteralLike(key)
        ? key.text
        : '';
    for (const use of root === at ? [] : ev.program.identifiers(ev.program.unitOf(root), root.text).slice(0, MOST_USES)) {
      const other = resolve(use);
      const part = tsc.isPropertyAccessExpression(use.parent) || tsc.isElementAccessExpression(use.parent);
      if (!part && use !== held.node.name && other?.kind === 'variable' && other.node === held.node) out.push({ use, member });
    }
    at = bare(held.node.initializer);
  }
  return out;
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
  if (member === undefined || !isFunctionNode(scope)) return out;
  if (isOfThis(member)) return [...out, ...fieldsIn(ev, member, scope)];
  if (root === undefined || member === root) return out;
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

/** `this.last`, and no deeper. */
function isOfThis(node: ts.Expression): boolean {
  const inner = strip(node);
  return inner !== undefined && tsc.isPropertyAccessExpression(inner) && inner.expression.kind === tsc.SyntaxKind.ThisKeyword;
}

/** The uses of a field of the object in one of its methods. */
function fieldsIn(ev: Evaluator, field: ts.Expression, scope: ts.Node): readonly ts.Expression[] {
  const out: ts.Expression[] = [];
  const wanted = wordsOf(field);
  walk(scope, node => {
    ev.budget.step();
    if (tsc.isPropertyAccessExpression(node) && isOfThis(node) && wordsOf(node) === wanted) out.push(node);
    return undefined;
  });
  return out;
}

/** `text`, of `text ?? ''`, `(text)!`, `await text` and `Promise.resolve(text)`. */
function bare(node: ts.Expression): ts.Expression {
  const inner = strip(node) ?? node;
  const [settled] = tsc.isCallExpression(inner) && dotted(inner.expression) === 'Promise.resolve' ? inner.arguments : [];
  if (settled !== undefined) return bare(settled);
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
  return a.text === b.text && isSameBinding(resolve(a), resolve(b));
}

/** `text = redact(text)`, `text += redact(part)`: what was cleaned is put into the variable. */
function isGiven(use: ts.Expression, guard: ts.Node): boolean {
  const { parent } = use;
  if (!tsc.isBinaryExpression(parent) || parent.left !== use) return false;
  return isAnyAssignment(parent.operatorToken.kind) && isWithin(guard, parent.right);
}
