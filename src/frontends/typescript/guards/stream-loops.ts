// Loops that take an answer piece by piece while it comes: `for chunk in stream:`, `for await (const part of stream)`, also where the
// stream was handed up through generators and helpers that pass its pieces on.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isInside, isWithin } from '../paths/call-sites.ts';
import { type Paths, type Scope, scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { comesFrom } from './flow.ts';

const MOST_SCOPES = 60;
const DEEPEST = 6;
/** Members of an answer under which its pieces come. */
const STREAMS = /stream|^a?iter(?:_|$)|^until_done$/i;
/** What is put around an iterator, and gives its items. */
const SAME_ITEMS = /^(?:iter|aiter|enumerate|entries|stream_with_context|closing|iterate_in_threadpool)$/;
/** Many questions at once: each item is a whole answer. */
const WHOLE = /batch|^a?map$|^a?invoke$/i;

/** Methods of lists that do something to each item. */
const PIECES = new Set(['map', 'filter', 'flatMap', 'forEach']);

const GRAPHS = /^(?:py:langgraph|@langchain\/langgraph)$/;

/** The loops, at the call or further up the way of its answer, whose rounds get a piece of it each. */
export function streamLoopsOf(ev: Evaluator, paths: Paths, call: ts.Node): readonly ts.ForOfStatement[] {
  const scopes = new Set<Scope>();
  const leads = new Set<ts.Node>([call]);
  for (const node of leads) {
    const scope = scopeOf(node);
    if (scopes.has(scope) || scopes.size > MOST_SCOPES) continue;
    scopes.add(scope);
    if (isFunctionNode(scope)) for (const use of paths.usesOf(scope)) if (use.how === 'called' || use.how === 'handed') leads.add(use.node);
  }
  const out = new Set<ts.ForOfStatement>();
  for (const scope of scopes) {
    const body = isFunctionNode(scope) ? scope.body : scope;
    if (body === undefined) continue;
    walk(body, node => {
      // Also in a function that stands in it: `new ReadableStream({ async start(controller) { for await ... } })`.
      if (tsc.isForOfStatement(node) && isStreamLoop(ev, node, leads)) out.add(node);
      return undefined;
    });
  }
  return [...out];
}

/** Does a loop take the pieces of an answer? @param leads the model calls and what leads to them */
export function isStreamLoop(ev: Evaluator, loop: ts.ForOfStatement, leads: ReadonlySet<ts.Node>): boolean {
  // A round that asks the model gets a whole answer.
  for (const lead of leads) if (isWithin(lead, loop.statement)) return false;
  if (loop.awaitModifier !== undefined) return comesFrom(ev.program, loop.expression, leads);
  return isStream(ev, loop.expression, leads, 0);
}

function isStream(ev: Evaluator, node: ts.Expression, leads: ReadonlySet<ts.Node>, depth: number): boolean {
  let inner = strip(node);
  while (inner !== undefined && tsc.isAwaitExpression(inner)) inner = strip(inner.expression);
  if (inner === undefined || depth > DEEPEST) return false;
  ev.budget.step();
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    const made = binding?.kind === 'variable' && binding.element === undefined ? binding.node.initializer : undefined;
    return made !== undefined && isStream(ev, made, leads, depth + 1);
  }
  if (tsc.isPropertyAccessExpression(inner)) return STREAMS.test(inner.name.text) && comesFrom(ev.program, inner.expression, leads);
  if (!tsc.isCallExpression(inner)) return false;
  const callee = inner.expression;
  const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
  const made = ev.values(callee).flatMap(value => (value.kind === 'function' ? [value.node] : []));
  // `parts = [chunk.text for chunk in stream]`: a list of the pieces.
  if (tsc.isPropertyAccessExpression(callee) && PIECES.has(name) && isStream(ev, callee.expression, leads, depth + 1)) return true;
  if (leads.has(inner)) {
    if (made.length > 0) return made.some(fn => isGenerator(fn) || ev.returnsOf(fn).some(value => isStream(ev, value, leads, depth + 1)));
    // `executor.map(ask, questions)` gives whole answers, and so does a graph that reports its steps.
    return !WHOLE.test(name) && !inner.arguments.some(arg => isFunction(ev, arg)) && !tellsSteps(ev, inner);
  }
  if (SAME_ITEMS.test(name)) {
    const [first] = inner.arguments;
    const items = first ?? (tsc.isPropertyAccessExpression(callee) ? callee.expression : undefined);
    return items !== undefined && !tsc.isSpreadElement(items) && isStream(ev, items, leads, depth + 1);
  }
  // A generator that hands on the pieces of the stream that it is given.
  if (made.some(fn => handsOn(ev, fn)) && inner.arguments.some(arg => !tsc.isSpreadElement(arg) && isStream(ev, arg, leads, depth + 1)))
    return true;
  return tsc.isPropertyAccessExpression(callee) && STREAMS.test(name) && comesFrom(ev.program, callee.expression, leads);
}

/** `stream.map(piece => clean(piece))`, `stream.map(clean)`: is a node a part of what is done to each piece of an answer? */
export function isInPieces(ev: Evaluator, node: ts.Node, leads: ReadonlySet<ts.Node>): boolean {
  const fn = enclosingFunction(node);
  const list = tsc.isCallExpression(node) ? node : fn?.parent;
  if (list === undefined || !tsc.isCallExpression(list) || !tsc.isPropertyAccessExpression(list.expression)) return false;
  if (list !== node && !list.arguments.some(arg => arg === fn)) return false;
  if (!PIECES.has(list.expression.name.text)) return false;
  for (const lead of leads) if (list.arguments.some(arg => isWithin(lead, arg))) return false;
  return isStream(ev, list.expression.expression, leads, 0);
}

/** `for piece in pieces: yield piece`, of the parameter of a generator, and not only when enough of it is there? */
function handsOn(ev: Evaluator, fn: FunctionNode): boolean {
  if (!isGenerator(fn) || fn.body === undefined) return false;
  let found = false;
  walk(fn.body, node => {
    if (found || isFunctionNode(node)) return 'skip';
    const given = tsc.isForOfStatement(node) ? strip(node.expression) : undefined;
    const binding = given !== undefined && tsc.isIdentifier(given) ? resolve(given) : undefined;
    if (!tsc.isForOfStatement(node) || binding?.kind !== 'parameter' || binding.node.parent !== fn) return undefined;
    walk(node.statement, inner => {
      if (found || isFunctionNode(inner)) return 'skip';
      if (tsc.isYieldExpression(inner)) found = comesFrom(ev.program, inner, new Set([node.expression])) && !isHeldBack(ev, inner, node);
      return undefined;
    });
    return undefined;
  });
  return found;
}

function isFunction(ev: Evaluator, arg: ts.Expression): boolean {
  return !tsc.isSpreadElement(arg) && ev.values(arg).some(value => value.kind === 'function');
}

/** `graph.stream(question)`: the state after each step, unless the tokens of messages are asked for. */
function tellsSteps(ev: Evaluator, call: ts.CallExpression): boolean {
  const ofGraph = ev
    .values(call.expression)
    .some(
      value =>
        value.kind === 'foreign' &&
        (GRAPHS.test(value.package) || value.steps.some(step => step.kind === 'member' && /^create_(?:react_)?agent$/.test(step.name))),
    );
  return ofGraph && !call.arguments.some(arg => /stream_?mode["']?\s*:[^}]*["'](?:messages|custom)/i.test(arg.getText()));
}

function isGenerator(fn: FunctionNode): boolean {
  return (tsc.isFunctionDeclaration(fn) || tsc.isFunctionExpression(fn) || tsc.isMethodDeclaration(fn)) && fn.asteriskToken !== undefined;
}

/** Is a text put together over the rounds of the loop, and the node only reached when enough of it is there? */
export function isHeldBack(ev: Evaluator, node: ts.Node, loop: ts.ForOfStatement): boolean {
  const kept = new Set<ts.Node>();
  walk(loop.statement, inner => {
    if (!tsc.isBinaryExpression(inner) || inner.operatorToken.kind !== tsc.SyntaxKind.PlusEqualsToken) return undefined;
    const binding = tsc.isIdentifier(inner.left) ? resolve(inner.left) : undefined;
    if (binding?.kind === 'variable' && !isInside(binding.node, new Set([loop]))) kept.add(binding.node);
    return undefined;
  });
  if (kept.size === 0) return false;
  for (let at = node, up = node.parent; up !== undefined && up !== loop; at = up, up = up.parent) {
    if (!(tsc.isIfStatement(up) || tsc.isWhileStatement(up)) || at === up.expression) continue;
    // `if held: yield held`: there is always something.
    const bare = strip(up.expression);
    if (bare !== undefined && tsc.isIdentifier(bare) && tsc.isIfStatement(up)) {
      const binding = resolve(bare);
      if (binding?.kind === 'variable' && kept.has(binding.node)) continue;
    }
    let asked = false;
    walk(up.expression, inner => {
      const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
      if (binding?.kind === 'variable' && (kept.has(binding.node) || comesFromKept(ev, binding.node, kept))) asked = true;
      return asked ? 'skip' : undefined;
    });
    if (asked) return true;
  }
  return false;
}

/** `const end = border(held)` */
function comesFromKept(ev: Evaluator, variable: ts.VariableDeclaration, kept: ReadonlySet<ts.Node>): boolean {
  let found = false;
  if (variable.initializer !== undefined)
    walk(variable.initializer, inner => {
      ev.budget.step();
      const binding = tsc.isIdentifier(inner) ? resolve(inner) : undefined;
      if (binding?.kind === 'variable' && kept.has(binding.node)) found = true;
      return found ? 'skip' : undefined;
    });
  return found;
}
