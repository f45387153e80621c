// Does a place in a test file ever run, and does somebody hear when it fails? What stands behind a return, in a function that nobody
// calls, in a promise that nobody awaits, or in a try that swallows everything, fails no test.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { type Unit, walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, isSameBinding, resolve } from '../scope.ts';
import { isAnyAssignment, isAsync } from '../syntax.ts';

/** `heard`: a failure there fails the test; `unheard`: it may run, and its failure may be lost; `never`: it does not run. */
export type Heard = 'heard' | 'unheard' | 'never';

const DEEPEST = 300;
const MOST_USES = 30;
const HOPS = 4;
const PROMISED = /^(?:then|catch|finally)$/;
const TIMERS = /^(?:setTimeout|setInterval|setImmediate|nextTick|queueMicrotask|requestAnimationFrame)$/;
const ENVIRONMENT = /\b(?:process|import\.meta)\.env\b/;
/** Words of a handler that does not let a failure pass: it may be wrong about some, never about an empty one. */
const SPEAKS =
  /\bthrow\b|\b(?:expect|assert\w*|fail\w*|reject|done|should|exit|next|abort)\s{0,4}[.(]|\.(?:is|not|true|false|ok|equal|deepEqual)\(/;
const PLANNED = /\b(?:expect\.(?:assertions|hasAssertions)|plan)\s{0,4}\(/;
/** Classes of Python that a failed assertion is one of. */
const HOLDS_FAILURES = /^(?:AssertionError|Exception|BaseException)$/;

/** The worse of two. */
export function worseHeard(a: Heard, b: Heard): Heard {
  return a === 'never' || b === 'never' ? 'never' : a === 'unheard' || b === 'unheard' ? 'unheard' : 'heard';
}

/**
 * How a place inside a function is heard; without a function: inside its file.
 * @param hops functions with a name that may still be followed to where they are called
 */
export function heardIn(ev: Evaluator, unit: Unit, node: ts.Node, within: FunctionNode | undefined, hops = HOPS): Heard {
  let heard: Heard = 'heard';
  let child = node;
  for (let up = node.parent, depth = 0; up !== undefined && child !== within && depth < DEEPEST; child = up, up = up.parent, depth++) {
    heard = worseHeard(heard, besides(ev, unit, up, child));
    if (heard === 'never') return heard;
    if (up === within || !isFunctionNode(up)) continue;
    const called = ofFunction(ev, unit, up, within, hops);
    heard = worseHeard(heard, called.heard);
    if (heard === 'never' || called.done) return heard;
  }
  return heard;
}

/** What one step up says of what stands below. */
function besides(ev: Evaluator, unit: Unit, up: ts.Node, child: ts.Node): Heard {
  if (tsc.isBlock(up) || tsc.isCaseOrDefaultClause(up)) {
    if (tsc.isFunctionDeclaration(child)) return 'heard';
    for (const statement of up.statements) {
      if (statement === child) return 'heard';
      if (leaves(statement)) return 'never';
    }
    return 'heard';
  }
  if (tsc.isIfStatement(up) || tsc.isConditionalExpression(up)) {
    const condition = tsc.isIfStatement(up) ? up.expression : up.condition;
    if (child === condition) return 'heard';
    const first = child === (tsc.isIfStatement(up) ? up.thenStatement : up.whenTrue);
    const known = truthOf(ev, unit, condition);
    if (known !== undefined && known !== first) return 'never';
    return ENVIRONMENT.test(condition.getText().slice(0, 500)) ? 'unheard' : 'heard';
  }
  if (tsc.isBinaryExpression(up) && up.right === child && up.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken)
    return truthOf(ev, unit, up.left) === false ? 'never' : 'heard';
  if (tsc.isWhileStatement(up) && up.statement === child) return truthOf(ev, unit, up.expression) === false ? 'never' : 'heard';
  if (tsc.isForOfStatement(up) && up.statement === child) return isEmptyList(unit, up.expression) ? 'never' : 'heard';
  if (tsc.isTryStatement(up)) return child === up.tryBlock && swallows(up) ? 'unheard' : 'heard';
  // Without an error the handler does not run: something must fail then.
  if (tsc.isCatchClause(up)) return speaks(up.parent.tryBlock) || isPlanned(up) ? 'heard' : 'unheard';
  return 'heard';
}

/** Does a statement end what stands around it, whatever happens? */
function leaves(statement: ts.Statement): boolean {
  if (tsc.isReturnStatement(statement) || tsc.isThrowStatement(statement)) return true;
  if (tsc.isBreakStatement(statement) || tsc.isContinueStatement(statement)) return true;
  if (!tsc.isExpressionStatement(statement) || !tsc.isCallExpression(statement.expression)) return false;
  const { expression, arguments: args } = statement.expression;
  const text = expression.getText().slice(0, 60);
  if (/^process\.exit$|^(?:pytest|this|self)\.(?:skip|skipTest|xfail)$/.test(text)) return true;
  // `context.skip()`: of a parameter; with a condition it is another question.
  if (!tsc.isPropertyAccessExpression(expression) || expression.name.text !== 'skip' || args.length > 1) return false;
  if (args[0] !== undefined && !tsc.isStringLiteralLike(args[0]) && args[0].kind !== tsc.SyntaxKind.TrueKeyword) return false;
  const root = expression.expression;
  return tsc.isIdentifier(root) && resolve(root)?.kind === 'parameter';
}

/** Is a condition the same in every run? */
export function truthOf(ev: Evaluator, unit: Unit, node: ts.Expression): boolean | undefined {
  let at = node;
  let turned = false;
  for (let steps = 0; steps < 10; steps++) {
    if (tsc.isParenthesizedExpression(at)) at = at.expression;
    else if (tsc.isPrefixUnaryExpression(at) && at.operator === tsc.SyntaxKind.ExclamationToken) {
      turned = !turned;
      at = at.operand;
    } else break;
  }
  const plain = plainTruth(ev, unit, at);
  return plain === undefined ? undefined : plain !== turned;
}

function plainTruth(ev: Evaluator, unit: Unit, node: ts.Expression): boolean | undefined {
  if (node.kind === tsc.SyntaxKind.TrueKeyword) return true;
  if (node.kind === tsc.SyntaxKind.FalseKeyword || node.kind === tsc.SyntaxKind.NullKeyword) return false;
  if (tsc.isNumericLiteral(node)) return Number(node.text) !== 0;
  if (tsc.isStringLiteralLike(node)) return node.text !== '';
  if (tsc.isArrayLiteralExpression(node) && isPython(node)) return node.elements.length > 0;
  if (tsc.isBinaryExpression(node)) {
    const [left, right] = [truthOf(ev, unit, node.left), truthOf(ev, unit, node.right)];
    if (node.operatorToken.kind === tsc.SyntaxKind.BarBarToken) return left === true || right === true ? true : undefined;
    if (node.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken) return left === false || right === false ? false : undefined;
  }
  if (!tsc.isIdentifier(node)) return undefined;
  const binding = resolve(node);
  if (binding?.kind !== 'variable' || binding.element !== undefined || binding.node.initializer === undefined) return undefined;
  const { initializer } = binding.node;
  const isPlain = tsc.isNumericLiteral(initializer) || tsc.isStringLiteralLike(initializer) || isKeyword(initializer);
  return isPlain && !isSetAgain(unit, binding.node) ? plainTruth(ev, unit, initializer) : undefined;
}

function isKeyword(node: ts.Node): boolean {
  return node.kind === tsc.SyntaxKind.TrueKeyword || node.kind === tsc.SyntaxKind.FalseKeyword || node.kind === tsc.SyntaxKind.NullKeyword;
}

/** Is a variable given another value somewhere in its file? */
export function isSetAgain(unit: Unit, declaration: ts.VariableDeclaration): boolean {
  if (!tsc.isIdentifier(declaration.name)) return true;
  return (unit.names.get(declaration.name.text) ?? []).some(id => {
    const { parent } = id;
    const set =
      (tsc.isBinaryExpression(parent) && parent.left === id && isAnyAssignment(parent.operatorToken.kind)) ||
      tsc.isPostfixUnaryExpression(parent) ||
      (tsc.isPrefixUnaryExpression(parent) && parent.operator !== tsc.SyntaxKind.ExclamationToken);
    return set && declarationOf(id) === declaration;
  });
}

export function declarationOf(id: ts.Identifier): ts.VariableDeclaration | undefined {
  const binding = resolve(id);
  return binding?.kind === 'variable' ? binding.node : undefined;
}

/** A list that is written empty, and that nobody fills. */
function isEmptyList(unit: Unit, node: ts.Expression): boolean {
  if (tsc.isArrayLiteralExpression(node)) return node.elements.length === 0;
  if (!tsc.isIdentifier(node)) return false;
  const made = declarationOf(node);
  if (made?.initializer === undefined || !tsc.isArrayLiteralExpression(made.initializer) || made.initializer.elements.length > 0)
    return false;
  const uses = (unit.names.get(node.text) ?? []).filter(id => declarationOf(id) === made && id !== made.name);
  return uses.every(id => tsc.isForOfStatement(id.parent));
}

/** Does a try keep a failed assertion for itself? */
function swallows({ catchClause }: ts.TryStatement): boolean {
  if (catchClause === undefined) return false;
  if (!isPython(catchClause)) return !speaks(catchClause.block);
  // `except A as e` is a chain of questions for the class of the error; the last one hands on what no other took.
  const [first] = catchClause.block.statements;
  for (let at: ts.Statement | undefined = first; at !== undefined; ) {
    if (!tsc.isIfStatement(at) || !/\binstanceof\b/.test(at.expression.getText().slice(0, 200))) return !speaks(at.parent);
    const classes =
      at.expression
        .getText()
        .slice(0, 500)
        .match(/\binstanceof\s+[\w.]+/g) ?? [];
    if (classes.some(one => HOLDS_FAILURES.test(one.split(/[\s.]/).at(-1) ?? ''))) return !speaks(at.thenStatement);
    const rest: ts.Statement | undefined = at.elseStatement;
    if (rest === undefined) return true;
    at = tsc.isBlock(rest) && rest.statements.length > 0 ? rest.statements[0] : rest;
    if (at !== undefined && tsc.isThrowStatement(at)) return false;
    if (at !== undefined && tsc.isBlock(at)) return true;
  }
  return true;
}

function speaks(node: ts.Node): boolean {
  return SPEAKS.test(node.getText().slice(0, 4000));
}

/** `expect.assertions(1)` in the function around */
function isPlanned(node: ts.Node): boolean {
  const fn = enclosingFunction(node);
  return fn !== undefined && PLANNED.test(fn.getText().slice(0, 4000));
}

/** How a function inside another is run. `done`: nothing above it needs to be asked. */
function ofFunction(
  ev: Evaluator,
  unit: Unit,
  fn: FunctionNode,
  within: FunctionNode | undefined,
  hops: number,
): { heard: Heard; done: boolean } {
  const go = (heard: Heard): { heard: Heard; done: boolean } => ({ heard, done: false });
  let node: ts.Node = fn;
  while (tsc.isParenthesizedExpression(node.parent) || tsc.isAsExpression(node.parent)) node = node.parent;
  const { parent } = node;
  const name = nameOf(fn);
  if (name !== undefined && (tsc.isFunctionDeclaration(fn) || tsc.isVariableDeclaration(parent))) {
    if (within === undefined) return ofTop(ev, unit, fn, name);
    const uses = (unit.names.get(name.text) ?? []).filter(id => id !== name && isSame(id, name)).slice(0, MOST_USES);
    if (uses.length === 0) return { heard: 'never', done: true };
    if (hops <= 0) return { heard: 'heard', done: true };
    const found = uses.map((id): Heard => {
      const lost = isAsync(fn) && tsc.isCallExpression(id.parent) && id.parent.expression === id && isLost(id.parent, within);
      return worseHeard(lost ? 'unheard' : 'heard', inside(id, within) ? heardIn(ev, unit, id, within, hops - 1) : 'heard');
    });
    return { heard: found.includes('heard') ? 'heard' : found.includes('unheard') ? 'unheard' : 'never', done: true };
  }
  if (!tsc.isCallExpression(parent)) return go('heard');
  if (parent.expression === node) return go(isAsync(fn) && isLost(parent, within) ? 'unheard' : 'heard');
  const callee = parent.expression;
  const called = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
  if (PROMISED.test(called)) {
    if (isLost(parent, within) || isSwallowed(parent)) return go('unheard');
    // Without an error the second function does not run.
    const onError = called === 'catch' || (called === 'then' && parent.arguments[1] === node);
    return go(onError && !isPlanned(fn.parent) ? 'unheard' : 'heard');
  }
  if (TIMERS.test(called)) return go(isInPromise(parent) || hasEnd(within) ? 'heard' : 'unheard');
  if (isAsync(fn) && called === 'forEach' && within !== undefined) return go('unheard');
  if (isAsync(fn) && /^(?:map|flatMap)$/.test(called) && within !== undefined) return go(isLost(parent, within) ? 'unheard' : 'heard');
  return go('heard');
}

/** A function at the top of a file: somebody must call it, here or in another file. */
function ofTop(ev: Evaluator, unit: Unit, fn: FunctionNode, name: ts.Identifier): { heard: Heard; done: boolean } {
  const used = (unit.names.get(name.text) ?? []).some(
    id => !tsc.isFunctionDeclaration(id.parent) && id !== name && !tsc.isExportSpecifier(id.parent),
  );
  const called = used || (tsc.isFunctionDeclaration(fn) && fn.modifiers !== undefined && ev.callers(fn).length > 0);
  return { heard: called ? 'heard' : 'never', done: !called };
}

function nameOf(fn: FunctionNode): ts.Identifier | undefined {
  if (tsc.isFunctionDeclaration(fn)) return fn.name;
  let node: ts.Node = fn.parent;
  while (tsc.isParenthesizedExpression(node) || tsc.isAsExpression(node)) node = node.parent;
  return tsc.isVariableDeclaration(node) && tsc.isIdentifier(node.name) ? node.name : undefined;
}

/** Do two names mean the same function? */
function isSame(a: ts.Identifier, b: ts.Identifier): boolean {
  if (tsc.isPropertyAccessExpression(a.parent) && a.parent.name === a) return false;
  return isSameBinding(resolve(a), resolve(b));
}

function inside(node: ts.Node, fn: ts.Node): boolean {
  return fn.pos <= node.pos && node.end <= fn.end;
}

/** Does nobody wait for what a call promises? */
export function isLost(call: ts.Node, within: FunctionNode | undefined): boolean {
  let node = call;
  for (let steps = 0; steps < 40; steps++) {
    const { parent } = node;
    if (tsc.isPropertyAccessExpression(parent) && parent.expression === node) node = parent;
    else if (tsc.isCallExpression(parent) && parent.expression === node) node = parent;
    else if (tsc.isAsExpression(parent) || tsc.isNonNullExpression(parent) || tsc.isVoidExpression(parent)) node = parent;
    // In Python brackets stand for what runs a coroutine to its end.
    else if (tsc.isParenthesizedExpression(parent) && !isPython(parent)) node = parent;
    else return tsc.isExpressionStatement(parent) && !hasEnd(within);
  }
  return false;
}

/** Does a test say by a parameter when it is over: `done => ...`? */
function hasEnd(fn: FunctionNode | undefined): boolean {
  const first = fn?.parameters[0];
  if (fn?.body === undefined || first === undefined || !tsc.isIdentifier(first.name)) return false;
  const name = first.name.text.replaceAll('$', '\\$');
  return new RegExp(`\\b${name}(?:\\.(?:end|done|fail))?\\s{0,4}\\(|[(,]\\s{0,4}${name}\\s{0,4}[,)]`).test(
    fn.body.getText().slice(0, 20_000),
  );
}

/** `.then(said => { expect(said)... }).catch(() => {})` */
function isSwallowed(call: ts.CallExpression): boolean {
  for (let node: ts.Node = call; tsc.isPropertyAccessExpression(node.parent) && tsc.isCallExpression(node.parent.parent); ) {
    const next: ts.CallExpression = node.parent.parent;
    const [handler] = next.arguments;
    if (node.parent.name.text === 'catch' && handler !== undefined && isFunctionNode(handler) && !speaks(handler)) return true;
    node = next;
  }
  return false;
}

/** `new Promise(resolve => setTimeout(() => ...))` */
function isInPromise(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent)
    if (isFunctionNode(up) && tsc.isNewExpression(up.parent) && up.parent.expression.getText() === 'Promise') return true;
  return false;
}

/** The nodes of one sort below a node, in the order of the text. */
export function below<T extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is T, most: number): T[] {
  const out: T[] = [];
  walk(root, node => {
    if (out.length >= most) return 'skip';
    if (is(node)) out.push(node);
    return undefined;
  });
  return out;
}
