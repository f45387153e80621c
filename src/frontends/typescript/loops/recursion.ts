// Recursion: a function that leads back to itself, and what ends it. A counter that is new in every call ends nothing.
import type { ts } from 'ts-morph';
import type { Loop } from '../../../core/index.ts';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { givenTo } from '../evaluator/keywords.ts';
import type { Frame, FunctionNode } from '../evaluator/values.ts';
import { touches } from '../evaluator/writes.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { contains, isAssignment, leavesAtOnce, propertyName, strip } from '../syntax.ts';
import { NOT_IN_LOOP } from './bounds.ts';
import { readsClock } from './counters.ts';
import { isPaced } from './pace.ts';

interface Limit {
  readonly bound: number | null;
  readonly how: string;
}

/** A chain of functions that ends where it began: bounded when something counts across the calls and leaves. */
export function cycleOf(ev: Evaluator, functions: readonly FunctionNode[], call: ts.Node, frame?: Frame): Loop {
  const location = placeOf(call);
  for (const fn of functions) {
    if (fn.body === undefined) continue;
    if (asksBefore(ev, fn, call)) return { ...NOT_IN_LOOP, how: 'a function that calls itself after it asked a person', location };
    const limit = limitOf(ev, fn, call, frame);
    if (limit !== undefined)
      return { status: 'bounded', bound: limit.bound, how: `recursion with ${limit.how}`, basis: 'explicit', location };
  }
  if (decidedByObject(ev, functions))
    return {
      status: 'unknown',
      bound: null,
      how: 'recursion on another object, whose own settings decide whether it goes on',
      basis: 'none',
      location,
    };
  return { status: 'unbounded', bound: null, how: 'recursion without a limit', basis: 'none', location };
}

/**
 * `if (this.mode === 'deep') return this.deeper()`, where the way back is a call on a new object of the same class: whether that one
 * goes on is up to its own settings.
 */
function decidedByObject(ev: Evaluator, functions: readonly FunctionNode[]): boolean {
  const others = new Set<ts.Node>();
  for (const fn of functions)
    for (const call of callsInto(ev, fn.body, functions)) {
      if (!tsc.isPropertyAccessExpression(call.expression) || call.expression.expression.kind === tsc.SyntaxKind.ThisKeyword) continue;
      for (const value of ev.values(call.expression.expression)) if (value.kind === 'instance') others.add(value.of);
    }
  return functions.some(fn => {
    if (!others.has(fn.parent) || fn.body === undefined) return false;
    let decided = false;
    walk(fn.body, node => {
      if (isFunctionNode(node)) return 'skip';
      if (tsc.isIfStatement(node) && readsThis(node.expression) && callsInto(ev, node.thenStatement, functions).length > 0) decided = true;
      return undefined;
    });
    return decided;
  });
}

/** The calls in a piece of code that lead to one of some functions. */
function callsInto(ev: Evaluator, code: ts.Node | undefined, functions: readonly FunctionNode[]): ts.CallExpression[] {
  const out: ts.CallExpression[] = [];
  if (code === undefined) return out;
  walk(code, node => {
    if (!tsc.isCallExpression(node)) return;
    if (ev.values(node.expression).some(value => value.kind === 'function' && functions.includes(value.node))) out.push(node);
  });
  return out;
}

function readsThis(condition: ts.Expression): boolean {
  let reads = false;
  walk(condition, node => {
    if (tsc.isPropertyAccessExpression(node) && node.expression.kind === tsc.SyntaxKind.ThisKeyword) reads = true;
  });
  return reads;
}

/** Is a person asked on every way to the call? Statements before it count, in its block and in those around it. */
function asksBefore(ev: Evaluator, fn: FunctionNode, call: ts.Node): boolean {
  if (!contains(fn, call)) return fn.body !== undefined && isPaced(ev, fn.body);
  for (let node: ts.Node = call; node !== fn && node.parent !== undefined; node = node.parent) {
    const block = node.parent;
    if (!tsc.isBlock(block) && !tsc.isCaseClause(block)) continue;
    const before = block.statements.slice(0, block.statements.indexOf(node as ts.Statement) + 1);
    if (before.some(statement => isPaced(ev, statement))) return true;
  }
  return false;
}

/** `if (depth >= 5) return` before the call, or the call inside `if (depth < 5)`. */
function limitOf(ev: Evaluator, fn: FunctionNode, call: ts.Node, frame: Frame | undefined): Limit | undefined {
  let found: Limit | undefined;
  walk(fn.body ?? fn, node => {
    // A callback that makes the call (`.catch(error => again())`) belongs to the chain, others do not.
    if (isFunctionNode(node) && node !== fn && !contains(node, call)) return 'skip';
    if (found !== undefined) return undefined;
    if (tsc.isConditionalExpression(node) && takesToolsAway(ev, node, fn)) found = limitIn(ev, node.condition, fn, frame, 1);
    if (!tsc.isIfStatement(node)) return undefined;
    const guards = leavesAtOnce(node.thenStatement) || contains(node.thenStatement, call);
    if (guards) found = limitIn(ev, node.expression, fn, frame, afterFailure(node, fn) ? 1 : 0) ?? onceOnly(ev, node, fn, call);
    return undefined;
  });
  return found;
}

/** `if (isCut && !continued) more = ask(question, true)`: the call hands on a flag that lets no other one happen. */
function onceOnly(ev: Evaluator, guard: ts.IfStatement, fn: FunctionNode, call: ts.Node): Limit | undefined {
  if (!tsc.isCallExpression(call) || !ev.values(call.expression).some(v => v.kind === 'function' && v.node === fn)) return undefined;
  const within = contains(guard.thenStatement, call);
  // One that leaves must stand before the call, on every way there.
  if (!within && !(tsc.isBlock(guard.parent) && contains(guard.parent, call) && guard.end <= call.pos)) return undefined;
  const again = callsInto(ev, fn.body, [fn]);
  for (const [name, wanted] of flagsOf(guard.expression, within)) {
    const binding = resolve(name);
    if (binding?.kind !== 'parameter' || binding.node.parent !== fn) continue;
    const at = fn.parameters.indexOf(binding.node);
    // The guard holds for the opposite of what the call gives, or leaves for it.
    const stops = (one: ts.CallExpression, self: boolean): boolean => {
      const given = givenTo(binding.node, at, one.arguments);
      if (given === undefined) return false;
      if (self && tsc.isIdentifier(given) && given.text === name.text) return true;
      const values = ev.values(given);
      return values.length > 0 && values.every(v => v.kind === 'literal' && v.value === (within ? !wanted : wanted));
    };
    // Another call that takes the flag back lets it happen again.
    if (stops(call, false) && again.every(one => stops(one, true)) && !isSet(fn, name.text))
      return { bound: 1, how: 'a flag that lets it happen once' };
  }
  return undefined;
}

/** Is a name given a value somewhere in a function? */
function isSet(fn: FunctionNode, name: string): boolean {
  let found = false;
  walk(fn.body ?? fn, node => {
    if (tsc.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) && node.left.getText() === name) found = true;
  });
  return found;
}

/** Plain names in a condition, and what each must be for it to hold; behind a guard that leaves, any of several may. */
function* flagsOf(condition: ts.Expression, all: boolean, wanted = true): Generator<readonly [ts.Identifier, boolean]> {
  const inner = strip(condition);
  if (inner === undefined) return;
  if (tsc.isIdentifier(inner)) yield [inner, wanted];
  else if (tsc.isPrefixUnaryExpression(inner) && inner.operator === tsc.SyntaxKind.ExclamationToken)
    yield* flagsOf(inner.operand, all, !wanted);
  else if (tsc.isBinaryExpression(inner)) {
    const joins = all ? tsc.SyntaxKind.AmpersandAmpersandToken : tsc.SyntaxKind.BarBarToken;
    if (inner.operatorToken.kind !== joins || !wanted) return;
    yield* flagsOf(inner.left, all);
    yield* flagsOf(inner.right, all);
  }
}

/** `tool_choice: rounds < 5 ? 'auto' : 'none'`: a model that may call no tool any more cannot ask for another round. */
function takesToolsAway(ev: Evaluator, choice: ts.ConditionalExpression, fn: FunctionNode): boolean {
  let { parent } = choice;
  while (tsc.isParenthesizedExpression(parent)) parent = parent.parent;
  if (!tsc.isPropertyAssignment(parent) || strip(parent.initializer) !== choice || !TOOL_CHOICE.has(propertyName(parent) ?? ''))
    return false;
  if (!isSent(ev, parent)) return false;
  const condition = strip(choice.condition);
  if (condition === undefined || !tsc.isBinaryExpression(condition) || !ORDERED.has(condition.operatorToken.kind)) return false;
  const up = direction(ev, condition.left, fn) === 'up';
  if (!up && direction(ev, condition.right, fn) !== 'up') return false;
  const below =
    condition.operatorToken.kind === tsc.SyntaxKind.LessThanToken || condition.operatorToken.kind === tsc.SyntaxKind.LessThanEqualsToken;
  // Beyond the limit the condition is false where the counter stands on the smaller side.
  const beyond = up === below ? choice.whenFalse : choice.whenTrue;
  const values = ev.values(beyond);
  return values.length > 0 && values.every(v => v.kind === 'literal' && v.value === 'none');
}

/** Does a property stand among the arguments of a call to a package, where nothing later takes its place? */
function isSent(ev: Evaluator, property: ts.PropertyAssignment): boolean {
  const options = property.parent;
  const call = options.parent;
  if (!tsc.isCallExpression(call) || !call.arguments.includes(options)) return false;
  const later = options.properties.slice(options.properties.indexOf(property) + 1);
  if (later.some(p => tsc.isSpreadAssignment(p) || propertyName(p) === propertyName(property))) return false;
  return ev.values(call.expression).some(v => v.kind === 'foreign' && v.package !== '' && !LOGS.test(v.package));
}

const LOGS = /(?:^|:)(?:logging|loguru|structlog|pino|winston)$/;

/** What a request calls the choice of tools: OpenAI's two names, and the AI SDK's. */
const TOOL_CHOICE = new Set(['tool_choice', 'toolChoice', 'function_call']);

const ORDERED = new Set<ts.SyntaxKind>([
  tsc.SyntaxKind.LessThanToken,
  tsc.SyntaxKind.LessThanEqualsToken,
  tsc.SyntaxKind.GreaterThanToken,
  tsc.SyntaxKind.GreaterThanEqualsToken,
]);
const EQUAL = new Set<ts.SyntaxKind>([
  tsc.SyntaxKind.EqualsEqualsEqualsToken,
  tsc.SyntaxKind.EqualsEqualsToken,
  tsc.SyntaxKind.ExclamationEqualsEqualsToken,
  tsc.SyntaxKind.ExclamationEqualsToken,
]);

/** Does a guard stand behind a failed attempt? Then one more has been made than the counter says. */
function afterFailure(node: ts.Node, fn: FunctionNode): boolean {
  for (let up = node.parent; up !== undefined && up !== fn; up = up.parent) if (tsc.isCatchClause(up) || isFunctionNode(up)) return true;
  return false;
}

function limitIn(ev: Evaluator, condition: ts.Expression, fn: FunctionNode, frame: Frame | undefined, more: 0 | 1): Limit | undefined {
  let found: Limit | undefined;
  walk(condition, node => {
    if (found !== undefined) return;
    // `if (!left) throw`
    if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken && tsc.isIdentifier(node.operand)) {
      if (direction(ev, node.operand, fn) === 'down') found = counted(ev, node.operand, 0, fn, frame, more);
    }
    if (!tsc.isBinaryExpression(node)) return;
    const equal = EQUAL.has(node.operatorToken.kind);
    if (!equal && !ORDERED.has(node.operatorToken.kind)) return;
    if (!equal && readsClock(node)) {
      found = { bound: null, how: 'a deadline' };
      return;
    }
    for (const [counter, limit] of [[node.left, node.right] as const, [node.right, node.left] as const]) {
      if (direction(ev, counter, fn) === undefined) continue;
      const numbers = numbersIn(ev.values(limit, frame));
      // A counter that must hit a value exactly needs a value that can be read.
      if (equal && numbers.length === 0) continue;
      found ??= counted(ev, counter, numbers.length === 0 ? null : Math.max(...numbers), fn, frame, more);
    }
  });
  return found;
}

/** The bound of a counter: its limit when it counts up, the way to the limit when it counts down. */
function counted(
  ev: Evaluator,
  counter: ts.Expression,
  limit: number | null,
  fn: FunctionNode,
  frame: Frame | undefined,
  more: 0 | 1,
): Limit {
  if (limit === null) return { bound: null, how: 'a limit that a run decides' };
  const start = tsc.isIdentifier(counter) ? startOf(ev, counter, frame) : undefined;
  if (direction(ev, counter, fn) !== 'down')
    return { bound: start === undefined ? limit : limit - start + more, how: `a limit of ${limit}` };
  return start === undefined
    ? { bound: null, how: 'a counter that runs down' }
    : { bound: start - limit + more, how: `a counter that runs down from ${start}` };
}

function startOf(ev: Evaluator, counter: ts.Identifier, frame: Frame | undefined): number | undefined {
  const binding = resolve(counter);
  if (binding?.kind !== 'parameter') return undefined;
  const given = frame?.params.get(binding.node);
  const values =
    given !== undefined && given.length > 0
      ? ev.lazy(given)
      : binding.node.initializer === undefined
        ? ev.values(counter)
        : ev.values(binding.node.initializer);
  const numbers = numbersIn(values);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

/** Does a counter keep its count from one call to the next, and which way does it go? */
function direction(ev: Evaluator, counter: ts.Expression, fn: FunctionNode): 'up' | 'down' | undefined {
  if (tsc.isParenthesizedExpression(counter)) return direction(ev, counter.expression, fn);
  if (tsc.isPrefixUnaryExpression(counter) || tsc.isPostfixUnaryExpression(counter)) return direction(ev, counter.operand, fn);
  if (tsc.isIdentifier(counter)) {
    const binding = resolve(counter);
    if (binding === undefined || !('node' in binding)) return undefined;
    // A parameter counts when some call hands it on raised or lowered.
    if (binding.kind === 'parameter') return steps(fn, counter.text);
    // `const left = depth - 1`, where the depth is the function's own.
    const made = binding.kind === 'variable' && contains(fn, binding.node) ? strip(binding.node.initializer) : undefined;
    if (made !== undefined && tsc.isBinaryExpression(made) && isOwn(made.left)) {
      if (made.operatorToken.kind === tsc.SyntaxKind.MinusToken) return 'down';
      if (made.operatorToken.kind === tsc.SyntaxKind.PlusToken) return 'up';
    }
    return contains(fn, binding.node) ? undefined : steps(fn.getSourceFile(), counter.text);
  }
  if (!tsc.isPropertyAccessExpression(counter)) return undefined;
  if (counter.name.text === 'length' || counter.name.text === 'size') {
    const list = counter.expression;
    const binding = tsc.isIdentifier(list) ? resolve(list) : undefined;
    // A list that the function makes anew in each call counts nothing.
    const fresh = binding !== undefined && binding.kind === 'variable' && contains(fn, binding.node);
    return !fresh && touches(fn, list.getText(), 'grow') && !touches(fn, list.getText(), 'shrink') ? 'up' : undefined;
  }
  return steps(fn.getSourceFile(), counter.getText()) ?? steppedInClass(ev, counter);
}

/** A parameter, a part of one, or a name that one was taken apart into. */
function isOwn(node: ts.Expression): boolean {
  let root: ts.Expression = node;
  while (tsc.isPropertyAccessExpression(root)) root = root.expression;
  const binding = tsc.isIdentifier(root) ? resolve(root) : undefined;
  if (binding?.kind === 'parameter') return true;
  const from = binding?.kind === 'variable' && binding.element !== undefined ? strip(binding.node.initializer) : undefined;
  return from !== undefined && isOwn(from);
}

/** `count++`, `count += 1`, `count + 1` or the same downwards, somewhere inside a node. */
function steps(root: ts.Node, text: string): 'up' | 'down' | undefined {
  let found: 'up' | 'down' | undefined;
  walk(root, node => {
    if (tsc.isPrefixUnaryExpression(node) || tsc.isPostfixUnaryExpression(node)) {
      if (node.operand.getText() !== text) return;
      if (node.operator === tsc.SyntaxKind.PlusPlusToken) found ??= 'up';
      if (node.operator === tsc.SyntaxKind.MinusMinusToken) found ??= 'down';
    }
    if (tsc.isBinaryExpression(node) && node.left.getText() === text) {
      const token = node.operatorToken.kind;
      if (token === tsc.SyntaxKind.PlusEqualsToken || token === tsc.SyntaxKind.PlusToken) found ??= 'up';
      if (token === tsc.SyntaxKind.MinusEqualsToken || token === tsc.SyntaxKind.MinusToken) found ??= 'down';
    }
  });
  return found;
}

/** `stream.switches`, where the class of the stream counts them itself, directly or behind a getter. */
function steppedInClass(ev: Evaluator, access: ts.PropertyAccessExpression): 'up' | 'down' | undefined {
  for (const value of ev.values(access.expression)) {
    if (value.kind !== 'instance') continue;
    const names = [`this.${access.name.text}`];
    for (const member of value.of.members) {
      if (!tsc.isGetAccessorDeclaration(member) || propertyName(member) !== access.name.text) continue;
      for (const returned of ev.returnsOf(member)) names.push(returned.getText());
    }
    for (const name of names) {
      const way = steps(value.of, name);
      if (way !== undefined) return way;
    }
  }
  return undefined;
}
