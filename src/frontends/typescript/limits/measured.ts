// Texts whose length is known where they are used, because longer ones were refused or cut before, in the same function:
// `if (text.length > 4000) throw ...`. What may be a list of texts as well is not measured by its length.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isAsserted } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isAssignment, isAsync, strip } from '../syntax.ts';
import { exits, throws } from './branches.ts';
import { USEFUL } from './lengths.ts';
import { boundOf } from './schemas.ts';
import { isTextMethod, isTyped, type Place, placeIn, same } from './texts.ts';
import type { Env } from './trace.ts';
import { numberOf } from './windows.ts';

const DEEPEST = 60;
const MOST_STATEMENTS = 80;
/** Characters of a token, on average of English; other languages have fewer. */
const PER_TOKEN = 4;
/** Cheap look: a function that measures nothing is not read. */
const MEASURES = /\.length\b|\.encode\(|\.check\(/;

/**
 * The characters that a text has at most where it is read; undefined: nothing measured it before.
 * @param path the member of the value that is asked about
 */
export function measuredTo(ev: Evaluator, node: ts.Expression, path: readonly string[], env: Env): number | undefined {
  const place = placeIn(node, path);
  if (place === undefined) return undefined;
  const seen: Seen = { ev, place, env, use: node, text: isTextMethod(node, path) };
  const most = before(seen, node);
  if (most === undefined || most > USEFUL || isChangedAfter(ev, place, seen.at ?? node)) return undefined;
  return seen.text || isTyped(ev, place, env) ? most : undefined;
}

/** What is asked, and what was seen of it on the way up. */
interface Seen {
  readonly ev: Evaluator;
  readonly place: Place;
  readonly env: Env;
  readonly use: ts.Node;
  /** It is a text for certain: what is none was refused, or would fail. */
  text: boolean;
  /** Where it was measured. */
  at?: ts.Node;
}

/** What the statements that always run before a node say of the length. */
function before(seen: Seen, node: ts.Node): number | undefined {
  let best: number | undefined;
  let steps = 0;
  for (let at = node, up = node.parent; up !== undefined && steps < DEEPEST; at = up, up = up.parent, steps++) {
    if (!tsc.isBlock(up) && !tsc.isSourceFile(up) && !tsc.isCaseClause(up)) continue;
    // Nothing in front of the place where a variable is made says anything about it.
    if (tsc.isSourceFile(up) && up !== seen.place.root.parent.parent.parent) break;
    const statements: readonly ts.Statement[] = up.statements;
    if (!MEASURES.test(up.getSourceFile().text.slice(up.pos, at.end)) && !statements.some(mayCall)) continue;
    const end = statements.findIndex(({ pos }) => pos === at.pos);
    for (const statement of statements.slice(Math.max(0, end - MOST_STATEMENTS), Math.max(0, end))) {
      const most = saidBy(seen, statement);
      if (most !== undefined && (best === undefined || most < best)) {
        best = most;
        seen.at = statement;
      }
    }
  }
  return best;
}

function mayCall(statement: ts.Statement): boolean {
  return tsc.isExpressionStatement(statement) || tsc.isVariableStatement(statement);
}

/** What one statement says of the length when it lets the program go on. */
function saidBy(seen: Seen, statement: ts.Statement): number | undefined {
  if (tsc.isIfStatement(statement)) {
    // `python -O` leaves it out.
    if (isAsserted(statement)) return undefined;
    if (exits(statement.thenStatement)) return refused(seen, statement.expression, seen.place, seen.env, false);
    return statement.elseStatement === undefined ? cutBy(seen, statement) : undefined;
  }
  const call = tsc.isExpressionStatement(statement)
    ? statement.expression
    : tsc.isVariableStatement(statement)
      ? statement.declarationList.declarations[0]?.initializer
      : undefined;
  const inner = strip(call);
  if (inner === undefined || !tsc.isCallExpression(inner)) return undefined;
  return byFramework(seen, inner) ?? byCall(seen, inner, call !== undefined && tsc.isAwaitExpression(call));
}

/** What a framework lets into a parameter (frontends/python/lower/schema.ts), where nobody else calls the function. */
function byFramework(seen: Seen, { expression: callee, arguments: [arg] }: ts.CallExpression): number | undefined {
  if (!tsc.isPropertyAccessExpression(callee) || callee.name.text !== 'check' || arg === undefined) return undefined;
  const { root } = seen.place;
  if (!tsc.isParameter(root) || !isFunctionNode(root.parent) || !same(placeIn(arg, []), seen.place)) return undefined;
  const schema = seen.ev.values(callee.expression).filter(v => v.kind === 'foreign' && v.package === 'zod');
  const size = schema.length === 0 || seen.ev.callers(root.parent).length > 0 ? null : (boundOf(seen.ev, schema)?.size ?? null);
  if (size === null || !Number.isFinite(size)) return undefined;
  seen.text = true;
  return size;
}

/** `check_length(text)`: a function of the repository that raises when a text is too long. */
function byCall(seen: Seen, call: ts.CallExpression, awaited: boolean): number | undefined {
  const index = call.arguments.findIndex(arg => {
    const given = placeIn(arg, []);
    return given !== undefined && given.root === seen.place.root && given.names.every((name, i) => name === seen.place.names[i]);
  });
  const arg = call.arguments[index];
  const given = arg === undefined ? undefined : placeIn(arg, []);
  if (given === undefined) return undefined;
  const values = seen.ev.values(call.expression);
  const [value] = values;
  if (values.length !== 1 || value?.kind !== 'function') return undefined;
  const parameter = value.node.parameters[index];
  if (parameter === undefined || !isBlockFunction(value.node) || (isAsync(value.node) && !awaited)) return undefined;
  const place: Place = { root: parameter, names: seen.place.names.slice(given.names.length) };
  if (isChangedAfter(seen.ev, place, value.node)) return undefined;
  let best: number | undefined;
  for (const statement of value.node.body.statements) {
    if (!tsc.isIfStatement(statement)) {
      // What leaves the function early leaves it unmeasured.
      if (best === undefined && leavesEarly(statement)) return undefined;
      continue;
    }
    if (throws(statement.thenStatement)) best ??= refused(seen, statement.expression, place, new Map(), false);
    else if (best === undefined && leavesEarly(statement)) return undefined;
  }
  return best;
}

type BlockFunction = FunctionNode & { readonly body: ts.Block };

function isBlockFunction(fn: FunctionNode): fn is BlockFunction {
  return fn.body !== undefined && tsc.isBlock(fn.body);
}

function leavesEarly(statement: ts.Node): boolean {
  let found = false;
  const look = (node: ts.Node, depth: number): void => {
    if (found || isFunctionNode(node) || depth > DEEPEST) return;
    if (tsc.isReturnStatement(node)) found = true;
    else if (tsc.isStatement(node) || tsc.isCatchClause(node)) tsc.forEachChild(node, child => look(child, depth + 1));
  };
  look(statement, 0);
  return found;
}

/** The length beyond which a condition refuses; on the way, whether it refuses what is no text. */
function refused(seen: Seen, condition: ts.Expression, place: Place, env: Env, negated: boolean, depth = 0): number | undefined {
  const node = strip(condition) ?? condition;
  if (depth > 20) return undefined;
  if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken)
    return refused(seen, node.operand, place, env, !negated, depth + 1);
  if (!tsc.isBinaryExpression(node)) return undefined;
  const kind = node.operatorToken.kind;
  // Each part of `a || b` refuses by itself, and so does each of `!(a && b)`.
  if (kind === (negated ? tsc.SyntaxKind.AmpersandAmpersandToken : tsc.SyntaxKind.BarBarToken)) {
    const found = [node.left, node.right].flatMap(part => refused(seen, part, place, env, negated, depth + 1) ?? []);
    return found.length === 0 ? undefined : Math.min(...found);
  }
  if (refusesOthers(node, place, negated)) seen.text = true;
  return beyond(seen.ev, node, place, env, negated);
}

/** `typeof text !== 'string'` */
function refusesOthers(node: ts.BinaryExpression, place: Place, negated: boolean): boolean {
  const operator = node.operatorToken.getText();
  if (!(negated ? /^===?$/ : /^!==?$/).test(operator) || !tsc.isTypeOfExpression(node.left)) return false;
  return tsc.isStringLiteralLike(node.right) && node.right.text === 'string' && same(placeIn(node.left.expression, []), place);
}

/** `text.length > 4000`, `4000 < text.length`; negated: `text.length <= 4000` */
function beyond(ev: Evaluator, node: ts.BinaryExpression, place: Place, env: Env, negated: boolean): number | undefined {
  const operator = node.operatorToken.getText();
  const [more, less] = negated ? [/^<=?$/, /^>=?$/] : [/^>=?$/, /^<=?$/];
  for (const [side, other, fits] of [
    [node.left, node.right, more],
    [node.right, node.left, less],
  ] as const) {
    if (!fits.test(operator)) continue;
    const factor = lengthOf(ev, side, place);
    const most = factor === undefined ? undefined : numberOf(ev, other, env);
    if (most !== undefined && factor !== undefined) return most * factor;
  }
  return undefined;
}

/** Is an expression the length of a text? In characters, or in tokens: then as many as a token has. */
function lengthOf(ev: Evaluator, expression: ts.Expression, place: Place): number | undefined {
  const node = strip(expression);
  if (node === undefined || !tsc.isPropertyAccessExpression(node) || !/^(?:length|byteLength)$/.test(node.name.text)) return undefined;
  const measured = strip(node.expression) ?? node.expression;
  if (same(placeIn(measured, []), place)) return 1;
  if (!tsc.isCallExpression(measured) || !tsc.isPropertyAccessExpression(measured.expression)) return undefined;
  const [text] = measured.arguments;
  const { name, expression: receiver } = measured.expression;
  if (/^trim(?:Start|End)?$/.test(name.text)) return undefined;
  if (name.text !== 'encode' || text === undefined || !same(placeIn(text, []), place)) return undefined;
  const counts = ev.values(receiver).some(v => v.kind === 'foreign' && /^(?:py:tiktoken|(?:js-)?tiktoken|gpt-tokenizer)$/.test(v.package));
  return counts ? PER_TOKEN : undefined;
}

/** `if (text.length > MOST) text = text.slice(0, MOST)` */
function cutBy(seen: Seen, statement: ts.IfStatement): number | undefined {
  const { place, ev, env } = seen;
  if (place.names.length > 0) return undefined;
  const refusedAt = refused(seen, statement.expression, place, env, false);
  const last = tsc.isBlock(statement.thenStatement) ? statement.thenStatement.statements.at(-1) : statement.thenStatement;
  const assigned = last !== undefined && tsc.isExpressionStatement(last) ? last.expression : undefined;
  if (refusedAt === undefined || assigned === undefined || !tsc.isBinaryExpression(assigned)) return undefined;
  if (!isAssignment(assigned.operatorToken.kind) || !same(placeIn(assigned.left, []), place)) return undefined;
  const most = cutTo(ev, assigned.right, place, env, 0);
  return most === undefined ? undefined : Math.max(most, refusedAt);
}

/** `text.slice(0, 4000) + '…'` */
function cutTo(ev: Evaluator, expression: ts.Expression, place: Place, env: Env, depth: number): number | undefined {
  const node = strip(expression) ?? expression;
  if (depth > 8) return undefined;
  if (tsc.isStringLiteralLike(node)) return node.text.length;
  if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.PlusToken) {
    const parts = [node.left, node.right].map(part => cutTo(ev, part, place, env, depth + 1));
    return parts.reduce((sum, part) => (sum === undefined || part === undefined ? undefined : sum + part), 0);
  }
  if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression)) return undefined;
  const [start, end] = node.arguments;
  if (node.expression.name.text !== 'slice' || start === undefined || end === undefined) return undefined;
  const [from, to] = [numberOf(ev, start, env), numberOf(ev, end, env)];
  return same(placeIn(node.expression.expression, []), place) && from === 0 && to !== undefined && to > 0 ? to : undefined;
}

/** Is a variable given another value after it was measured? */
function isChangedAfter(ev: Evaluator, place: Place, at: ts.Node): boolean {
  const { name } = place.root;
  if (!tsc.isIdentifier(name)) return false;
  return ev.program.identifiers(ev.program.unitOf(name), name.text).some(use => {
    const target = place.names.length === 0 ? use : memberOf(use, place.names);
    const parent = target?.parent;
    if (target === undefined || parent === undefined || target.pos < at.end || !tsc.isBinaryExpression(parent) || parent.left !== target)
      return false;
    const kind = parent.operatorToken.kind;
    if (!isAssignment(kind) && kind !== tsc.SyntaxKind.PlusEqualsToken) return false;
    const binding = resolve(use);
    return binding !== undefined && 'node' in binding && binding.node === place.root;
  });
}

function memberOf(use: ts.Identifier, names: readonly string[]): ts.Node | undefined {
  let at: ts.Node = use;
  for (const name of names) {
    if (!tsc.isPropertyAccessExpression(at.parent) || at.parent.name.text !== name) return undefined;
    at = at.parent;
  }
  return at;
}
