// Assertions that only ask whether something came back: `expect(reply).toBeTruthy()`, `assert len(reply) > 0`, a status of 200. An agent
// that obeys an attack answers, too. Only what is asked of the reply itself, or of its text, counts: `toBeTruthy()` of a judge's verdict
// is an assertion like any other.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { elementPath, strip } from '../syntax.ts';

/** Members by which the text of a reply, or what carries it, is reached. */
const CARRIES =
  /^(?:text|content|contents|message|messages|reply|replies|output|outputs|output_text|answer|answers|response|result|results|data|body|choices|completion|completions|final_output|finalOutput|outputText|json|value|delta|parts|candidates|\d+|-1)$/;
/** Methods that give the same text, or a part of it. */
const PASSES_ON =
  /^(?:trim|trimStart|trimEnd|toLowerCase|toUpperCase|toString|json|text|at|pop|strip|lower|upper|get_json|get_data|model_dump|expect|set|type|accept)$/;
const THERE =
  /^(?:toBeTruthy|toBeDefined|toBeString|toBeObject|toBeTypeOf|toBeInstanceOf|exist|exists|ok|isOk|a|an|isString|isObject|isDefined|isNotNull|isNotEmpty|typeOf|isInstanceOf|instanceOf|string|object|toBeNonEmptyString|assertTrue|assertIsNotNone|assertIsInstance|assert_|assertTruthy)$/;
const EQUALS =
  /^(?:toBe|toEqual|toStrictEqual|equal|equals|eql|eq|strictEqual|deepEqual|deepStrictEqual|is|same|assertEqual|assertEquals)$/;
const DIFFERS = /^(?:notEqual|notStrictEqual|notDeepEqual|not|isNot|assertNotEqual)$/;
const MORE =
  /^(?:toBeGreaterThan|toBeGreaterThanOrEqual|above|gt|greaterThan|least|gte|isAbove|isAtLeast|assertGreater|assertGreaterEqual)$/;
const STATUS = /^(?:status|statusCode|status_code)$/;

/** The expressions of which an assertion only says that they are there; undefined: it says more. */
export function onlyExists(node: ts.Node): readonly ts.Expression[] | undefined {
  if (tsc.isIfStatement(node)) {
    const { expression } = node;
    const negated = tsc.isPrefixUnaryExpression(expression) && expression.operator === tsc.SyntaxKind.ExclamationToken;
    return negated ? stated(expression.operand) : undefined;
  }
  if (!tsc.isCallExpression(node) && !tsc.isPropertyAccessExpression(node)) return undefined;
  return asserted(node);
}

interface Link {
  readonly name: string;
  readonly args: readonly ts.Expression[] | undefined;
}

/** A chain of members from its first call on: `expect(said).not.toBe('')` has `expect`, `not`, `toBe`. */
function chainFrom(top: ts.Expression): readonly Link[] {
  const out: Link[] = [];
  let node: ts.Expression | undefined = top;
  let args: readonly ts.Expression[] | undefined;
  for (let steps = 0; node !== undefined && steps < 30; steps++) {
    if (tsc.isCallExpression(node)) {
      args = node.arguments;
      node = node.expression;
    } else if (tsc.isPropertyAccessExpression(node)) {
      out.unshift({ name: node.name.text, args });
      args = undefined;
      node = node.expression;
    } else if (tsc.isAwaitExpression(node) || tsc.isParenthesizedExpression(node)) node = node.expression;
    else {
      if (tsc.isIdentifier(node)) out.unshift({ name: node.text, args });
      else if (node.kind === tsc.SyntaxKind.ThisKeyword) out.unshift({ name: 'this', args: undefined });
      break;
    }
  }
  return out;
}

function asserted(node: ts.Expression): readonly ts.Expression[] | undefined {
  const links = chainFrom(node);
  const [root, ...rest] = links;
  if (root === undefined) return undefined;
  const last = rest.at(-1) ?? root;
  const [one, two] = last.args ?? [];
  // Of supertest: `request(app).post('/chat').send(body).expect(200)`.
  const asked = rest.filter(link => link.name === 'expect');
  if (asked.length > 0) return asked.every(({ args }) => args?.length === 1 && isSuccess(args[0])) ? [node] : undefined;
  if (root.name === 'expect' && root.args !== undefined) {
    const [subject] = root.args;
    const negated = rest.some(link => link.name === 'not');
    return subject === undefined ? undefined : claimed(subject, last, negated, one);
  }
  // `assert(said)`, `assert.ok(said)`, `self.assertIsNotNone(said)`
  if (one === undefined) return undefined;
  if (rest.length === 0) return /^(?:assert|ok|assert_)$/.test(root.name) ? stated(one) : undefined;
  if (last.name === 'assertIn') return isText(one) && two !== undefined && endsInJson(two) ? [two] : undefined;
  if (THERE.test(last.name)) return /^(?:ok|isOk|assertTrue|assert_)$/.test(last.name) ? stated(one) : [one];
  return claimed(one, last, false, two);
}

function claimed(
  subject: ts.Expression,
  { name, args }: Link,
  negated: boolean,
  wanted: ts.Expression | undefined,
): readonly ts.Expression[] | undefined {
  const inner = strip(subject) ?? subject;
  if (negated) {
    if (/^(?:toBeNull|toBeUndefined|toBeFalsy|toBeNil|toThrow|toThrowError|null|undefined|empty|toBeEmpty|toHaveLength)$/.test(name))
      return [subject];
    return EQUALS.test(name) && isNothing(wanted) ? [subject] : undefined;
  }
  if (/^(?:toBeTruthy|ok)$/.test(name) || (EQUALS.test(name) && wanted?.kind === tsc.SyntaxKind.TrueKeyword)) {
    const isPlain = name !== 'toBeTruthy' && name !== 'ok' && !isCondition(inner);
    return isPlain ? undefined : stated(subject);
  }
  if (THERE.test(name)) return [subject];
  if (name === 'toHaveProperty') return args?.length === 1 ? [subject] : undefined;
  if (DIFFERS.test(name)) return isNothing(wanted) ? [subject] : undefined;
  if (MORE.test(name)) return lengthOf(inner);
  if (!EQUALS.test(name)) return undefined;
  if (tsc.isTypeOfExpression(inner)) return [inner.expression];
  if (wanted !== undefined && tsc.isCallExpression(wanted) && /^expect\.(?:any|anything)$/.test(wanted.expression.getText()))
    return [subject];
  const status = statusOf(inner);
  return status !== undefined && isSuccess(wanted) ? [status] : undefined;
}

/** What a condition only asks the existence of. */
function stated(condition: ts.Expression): readonly ts.Expression[] | undefined {
  const node = strip(condition) ?? condition;
  if (tsc.isPrefixUnaryExpression(node) && tsc.isPrefixUnaryExpression(node.operand)) return stated(node.operand.operand);
  if (tsc.isCallExpression(node) && tsc.isIdentifier(node.expression) && /^(?:Boolean|bool)$/.test(node.expression.text)) {
    const [only] = node.arguments;
    return only === undefined ? undefined : stated(only);
  }
  if (tsc.isPropertyAccessExpression(node) && /^(?:ok|is_success)$/.test(node.name.text)) return [node.expression];
  // `"reply" in response.json()`: a key.
  if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'includes')
    return node.arguments[0] !== undefined && isText(node.arguments[0]) && endsInJson(node.expression.expression)
      ? [node.expression.expression]
      : undefined;
  if (!tsc.isBinaryExpression(node)) return tsc.isPrefixUnaryExpression(node) ? undefined : [node];
  const { left, right } = node;
  switch (node.operatorToken.kind) {
    case tsc.SyntaxKind.AmpersandAmpersandToken: {
      const [one, two] = [stated(left), stated(right)];
      return one === undefined || two === undefined ? undefined : [...one, ...two];
    }
    case tsc.SyntaxKind.ExclamationEqualsToken:
    case tsc.SyntaxKind.ExclamationEqualsEqualsToken:
      return isNothing(right) ? [left] : undefined;
    case tsc.SyntaxKind.GreaterThanToken:
    case tsc.SyntaxKind.GreaterThanEqualsToken:
      return lengthOf(strip(left) ?? left);
    case tsc.SyntaxKind.LessThanToken: {
      const status = statusOf(strip(left) ?? left);
      return status === undefined ? undefined : [status];
    }
    case tsc.SyntaxKind.EqualsEqualsToken:
    case tsc.SyntaxKind.EqualsEqualsEqualsToken: {
      const inner = strip(left) ?? left;
      if (tsc.isTypeOfExpression(inner)) return [inner.expression];
      const status = statusOf(inner);
      return status !== undefined && isSuccess(right) ? [status] : undefined;
    }
    case tsc.SyntaxKind.InstanceOfKeyword:
      return [left];
    default:
      return undefined;
  }
}

/** Is it itself a question, of which the answer is wanted to be yes? */
function isCondition(node: ts.Expression): boolean {
  if (tsc.isBinaryExpression(node) || tsc.isPrefixUnaryExpression(node)) return true;
  if (tsc.isPropertyAccessExpression(node)) return /^(?:ok|is_success)$/.test(node.name.text);
  return tsc.isCallExpression(node) && /^(?:Boolean|bool)$/.test(node.expression.getText());
}

function lengthOf(node: ts.Expression): readonly ts.Expression[] | undefined {
  return tsc.isPropertyAccessExpression(node) && node.name.text === 'length' ? [node.expression] : undefined;
}

function statusOf(node: ts.Expression): ts.Expression | undefined {
  return tsc.isPropertyAccessExpression(node) && STATUS.test(node.name.text) ? node.expression : undefined;
}

function isSuccess(node: ts.Expression | undefined): boolean {
  const bare = node === undefined ? undefined : strip(node);
  return bare !== undefined && tsc.isNumericLiteral(bare) && /^2\d\d$/.test(bare.text);
}

function isNothing(node: ts.Expression | undefined): boolean {
  const bare = node === undefined ? undefined : strip(node);
  if (bare === undefined) return false;
  if (tsc.isStringLiteralLike(bare)) return bare.text.trim() === '';
  return (
    bare.kind === tsc.SyntaxKind.NullKeyword ||
    (tsc.isIdentifier(bare) && bare.text === 'undefined') ||
    (tsc.isNumericLiteral(bare) && bare.text === '0')
  );
}

function isText(node: ts.Expression): boolean {
  const bare = strip(node);
  return bare !== undefined && tsc.isStringLiteralLike(bare) && /^\w+$/.test(bare.text);
}

function endsInJson(node: ts.Expression): boolean {
  const bare = strip(node);
  return bare !== undefined && tsc.isCallExpression(bare) && /\.(?:json|get_json)$/.test(bare.expression.getText());
}

/** Is an expression what a call gave back, or the text in it? A yes or no that it gave back is not. */
export function isReplyOf(reading: Reading, subject: ts.Expression, call: ts.CallExpression | ts.NewExpression): boolean {
  return carrierOf(subject, node => node === call) !== undefined && !(tsc.isCallExpression(call) && saysYesOrNo(reading, call));
}

/**
 * Is an expression of a helper the text of a reply: of what it was given, or of what it asked for itself?
 * @param isGiven is the argument at this place a reply?
 */
export function isReplyIn(reading: Reading, subject: ts.Expression, helper: FunctionNode, isGiven: (at: number) => boolean): boolean {
  const found = carrierOf(subject, node => {
    if (tsc.isIdentifier(node)) return resolve(node)?.kind === 'parameter';
    return tsc.isCallExpression(node) && !(tsc.isPropertyAccessExpression(node.expression) && PASSES_ON.test(node.expression.name.text));
  });
  if (found === undefined) return false;
  if (tsc.isCallExpression(found)) return !saysYesOrNo(reading, found);
  const binding = tsc.isIdentifier(found) ? resolve(found) : undefined;
  const at = binding?.kind === 'parameter' ? helper.parameters.indexOf(binding.node) : -1;
  return at >= 0 && isGiven(at);
}

/** The node that a text is carried by, through members, variables and methods that give the same text. */
function carrierOf(subject: ts.Expression, isIt: (node: ts.Expression) => boolean): ts.Expression | undefined {
  let node = strip(subject);
  for (let hops = 0; node !== undefined && hops < 20; hops++) {
    if (isIt(node)) return node;
    if (tsc.isAwaitExpression(node)) node = strip(node.expression);
    else if (tsc.isPropertyAccessExpression(node)) {
      if (!CARRIES.test(node.name.text)) return undefined;
      node = strip(node.expression);
    } else if (tsc.isElementAccessExpression(node)) {
      const at = strip(node.argumentExpression);
      const name = at !== undefined && tsc.isLiteralExpression(at) ? at.text : '-1';
      if (!CARRIES.test(name)) return undefined;
      node = strip(node.expression);
    } else if (tsc.isIdentifier(node)) {
      const binding = resolve(node);
      if (binding?.kind !== 'variable') return undefined;
      if (binding.element !== undefined && !elementPath(binding.element).every(name => CARRIES.test(name))) return undefined;
      node = strip(binding.node.initializer);
    } else if (tsc.isCallExpression(node)) {
      const { expression }: ts.CallExpression = node;
      const [first]: readonly ts.Expression[] = node.arguments;
      if (tsc.isPropertyAccessExpression(expression)) {
        // What stands behind the request of supertest changes nothing of its reply.
        if (!PASSES_ON.test(expression.name.text)) return undefined;
        node = strip(expression.expression);
      } else if (tsc.isIdentifier(expression) && /^(?:String|str)$/.test(expression.text) && first !== undefined) node = strip(first);
      else return undefined;
    } else return undefined;
  }
  return undefined;
}

/** Does a function answer with yes or no? */
function saysYesOrNo({ near: ev }: Reading, call: ts.CallExpression): boolean {
  const values = ev.budget.ask<readonly Value[]>(
    () => ev.values(call.expression),
    () => [],
  );
  return values.some(value => {
    if (value.kind !== 'function') return false;
    const { type } = value.node;
    if (type !== undefined) return /\bboolean\b|\bis\b/.test(type.getText());
    return ev.returnsOf(value.node).some(isYesOrNo);
  });
}

function isYesOrNo(returned: ts.Expression): boolean {
  let found = false;
  walk(returned, node => {
    if (found || isFunctionNode(node) || tsc.isObjectLiteralExpression(node)) return 'skip';
    if (tsc.isConditionalExpression(node) || tsc.isCallExpression(node)) {
      const name = tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) ? node.expression.name.text : '';
      found = /^(?:includes|startsWith|endsWith|test|some|every)$/.test(name);
      return tsc.isCallExpression(node) ? 'skip' : undefined;
    }
    if (node.kind === tsc.SyntaxKind.TrueKeyword || node.kind === tsc.SyntaxKind.FalseKeyword) found = true;
    if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken) found = true;
    if (tsc.isBinaryExpression(node)) found ||= /^(?:[!=]==?|[<>]=?)$/.test(node.operatorToken.getText());
    return undefined;
  });
  return found;
}
