// Small questions about what a handler of errors says, and which of two ends is the better one.
import type { ts } from 'ts-morph';
import type { FailureEnd } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { foreignPath } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { lastName } from '../short-text.ts';
import { chainRoot, isMemberName, strip, valueAt } from '../syntax.ts';

/** A sentence, not a status phrase. */
const SENTENCE = /\p{L}[\p{L}'’-]*[\s,]+\p{L}/u;
/** The phrases of HTTP and of templates, which tell a user nothing. */
const BARE =
  /^(?:internal server error|unknown error|server error|bad request|an? error|error|not found|something failed|request failed)[.!]?$/i;

/** Is a text a sentence for a person, and no status phrase? */
export function isSentence(text: string): boolean {
  return SENTENCE.test(text) && !BARE.test(text.trim());
}

/** Does a variable take what a call returns, or another call? */
export function isWorkedOut(call: ts.CallExpression): boolean {
  let up: ts.Node = call.parent;
  while (tsc.isAwaitExpression(up) || tsc.isParenthesizedExpression(up)) up = up.parent;
  return tsc.isVariableDeclaration(up) || tsc.isCallExpression(up) || tsc.isPropertyAssignment(up);
}

/** Members of an error that hold the provider's own words, themselves or further down. */
const HOLDS = /^(?:message|stack|error|response|body|toString|cause|responseBody|detail|details|args)$/;

/** Is a member of an error a text of the provider? */
export function isText(name: string): boolean {
  return /^(?:message|stack|body|responseBody|detail|details|args)$/.test(name);
}

/** Is the text of an error taken where its name stands: `error.message`, `${error}`, `'failed: ' + error`? */
export function givesText(ev: Evaluator, name: ts.Identifier): boolean {
  let held: ts.Node = name;
  // `(error as Error).message`
  while (tsc.isParenthesizedExpression(held.parent) || tsc.isAsExpression(held.parent) || tsc.isNonNullExpression(held.parent))
    held = held.parent;
  const { parent } = held;
  if (tsc.isPropertyAccessExpression(parent)) return HOLDS.test(parent.name.text) && !isAsked(parent);
  if (tsc.isElementAccessExpression(parent) && parent.expression === held)
    return tsc.isStringLiteralLike(parent.argumentExpression) && HOLDS.test(parent.argumentExpression.text) && !isAsked(parent);
  if (tsc.isBinaryExpression(parent)) return parent.operatorToken.kind === tsc.SyntaxKind.PlusToken;
  if (tsc.isCallExpression(parent) && parent.expression !== held) return writesOut(ev, parent);
  return (
    tsc.isTemplateSpan(parent) ||
    tsc.isPropertyAssignment(parent) ||
    tsc.isShorthandPropertyAssignment(parent) ||
    tsc.isSpreadAssignment(parent)
  );
}

/** Does a call make a text of the error that it is given: `String(error)`, `inspect(error)`, `repr(error)`? */
function writesOut(ev: Evaluator, call: ts.CallExpression): boolean {
  if (/^(?:String|JSON\.stringify|repr)$/.test(call.expression.getText())) return true;
  return ev.values(call.expression).some(value => {
    if (value.kind !== 'foreign') return false;
    return /^(?:node:)?util$/.test(value.package)
      ? /^(?:default\.)?(?:inspect|format)$/.test(foreignPath(value))
      : value.package === 'serialize-error';
  });
}

/** `traceback.format_exc()` of Python, which is given no error and writes out the one that is handled. */
export function writesTrace(ev: Evaluator, call: ts.CallExpression): boolean {
  if (!/^format_exc(?:eption(?:_only)?)?$/.test(lastName(call.expression))) return false;
  return ev.values(call.expression).some(value => value.kind === 'foreign' && value.package === 'py:traceback');
}

/** Is one of some names called on, or handed to a call? */
export function namesOneOf(call: ts.CallExpression, names: readonly string[]): boolean {
  const isOne = (node: ts.Expression): boolean => tsc.isIdentifier(node) && names.includes(node.text);
  return isOne(chainRoot(call.expression)) || call.arguments.some(isOne);
}

/** `error.message` inside a condition decides and is not shown. */
export function isAsked(node: ts.Node): boolean {
  for (let up = node.parent, child = node; up !== undefined && !tsc.isStatement(up); child = up, up = up.parent)
    if (tsc.isConditionalExpression(up) && isWithin(node, up.condition)) return child === up.condition;
  return tsc.isPropertyAccessExpression(node.parent) && /^(?:includes|startsWith|match|toLowerCase)$/.test(node.parent.name.text);
}

export function asksAbout(condition: ts.Expression, error: string): boolean {
  let found = false;
  walk(condition, node => {
    if (tsc.isIdentifier(node) && node.text === error) found = true;
  });
  return found;
}

/** More than `error instanceof Error`, which only asks whether it has a message. */
export function asksKind(condition: ts.Expression, error: string): boolean {
  return asksAbout(condition, error) && !/instanceof\s+Error\b/.test(condition.getText());
}

export function isOr(kind: ts.SyntaxKind): boolean {
  return kind === tsc.SyntaxKind.QuestionQuestionToken || kind === tsc.SyntaxKind.BarBarToken;
}

const WORTH: Readonly<Record<FailureEnd['how'], number>> = {
  escapes: 0,
  silent: 0,
  unknown: 1,
  framework: 1,
  swallowed: 2,
  bare: 3,
  'raw-text': 4,
  reply: 5,
};

/** The better of two ends of one handler: a handler that says something on one of its ways is judged by what it says. */
export function better(a: FailureEnd['how'], b: FailureEnd['how']): FailureEnd['how'] {
  return WORTH[b] > WORTH[a] ? b : a;
}

/** What a choice between two values says: who shows the provider's text on one of the ways shows it. */
export function unguarded(a: FailureEnd['how'], b: FailureEnd['how']): FailureEnd['how'] {
  return a === 'raw-text' || b === 'raw-text' ? 'raw-text' : better(a, b);
}

/** Nothing that a caller could show. */
export function isNothing(node: ts.Expression): boolean {
  if (node.kind === tsc.SyntaxKind.NullKeyword || node.kind === tsc.SyntaxKind.FalseKeyword) return true;
  if (tsc.isIdentifier(node)) return node.text === 'undefined' && resolve(node) === undefined;
  if (tsc.isVoidExpression(node)) return true;
  if (tsc.isStringLiteralLike(node)) return node.text === '';
  if (tsc.isNumericLiteral(node)) return true;
  return tsc.isArrayLiteralExpression(node) && node.elements.length === 0;
}

/** A message or a part of one in which a provider's API takes what a tool gave: only the model reads it. */
export function isToolResult(node: ts.Node): boolean {
  if (tsc.isNewExpression(node)) return /(?:^|\.)ToolMessage$/.test(node.expression.getText());
  if (!tsc.isObjectLiteralExpression(node)) return false;
  const said = (name: string): string | undefined => {
    const value = strip(valueAt(node, name));
    return value !== undefined && tsc.isStringLiteralLike(value) ? value.text : undefined;
  };
  return said('role') === 'tool' || /^(?:tool_result|tool-result|function_call_output)$/.test(said('type') ?? '');
}

/** Does an argument carry a value that is neither text nor the error: an id, the input, the step? */
export function holdsMore(arg: ts.Expression, errors: ReadonlySet<string>, texts: ReadonlySet<string>): boolean {
  let more = false;
  walk(arg, node => {
    if (isFunctionNode(node)) return 'skip';
    if (!tsc.isIdentifier(node) || isMemberName(node) || errors.has(node.text) || texts.has(node.text)) return undefined;
    // Shorthand and plain values count; `Error` in `instanceof Error` and `String` in `String(error)` do not.
    const { parent } = node;
    if (tsc.isCallExpression(parent) && parent.expression === node) return undefined;
    if (tsc.isBinaryExpression(parent) && parent.operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword) return undefined;
    if (node.text !== 'undefined') more = true;
    return undefined;
  });
  return more;
}
