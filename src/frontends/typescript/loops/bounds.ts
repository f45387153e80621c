// What ends a loop? A counter that moves in every round, a deadline, finite data, a person who types, or nothing.
// A false "bounded" is the worst answer here, so each part has to be seen: the counter, its direction, its limit, the way out.
import type { ts } from 'ts-morph';
import type { Loop } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type Frame, foreignPath } from '../evaluator/values.ts';
import { takesFrom, touches } from '../evaluator/writes.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import { layerOfLibrary } from '../retries/decorators.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { type Limit, limitToGoOn, limitToLeave } from './counters.ts';
import { isPassedOver } from './every-round.ts';
import { roundsByFlags } from './flags.ts';
import { limitOfCounter } from './methods.ts';
import { type Pace, paceOf } from './pace.ts';
import { limitByPages } from './pages.ts';
import { looksForWork } from './service-loops.ts';
import { limitByTick } from './ticks.ts';

export type LoopStatement = ts.ForStatement | ts.ForOfStatement | ts.ForInStatement | ts.WhileStatement | ts.DoStatement;

export function isLoop(node: ts.Node): node is LoopStatement {
  return (
    tsc.isForStatement(node) ||
    tsc.isForOfStatement(node) ||
    tsc.isForInStatement(node) ||
    tsc.isWhileStatement(node) ||
    tsc.isDoStatement(node)
  );
}

export const NOT_IN_LOOP: Loop = { status: 'not-in-loop', bound: null, how: 'nothing repeats it', basis: 'none' };

const PACES: Readonly<Record<Pace, string>> = {
  person: 'a loop that waits for a person in each round',
  outside: 'a loop that waits in each round for what somebody sends',
};

/** Judges one loop around a call. @param from what it repeats, where that is known: rounds that begin anew before it do no harm */
export function boundOf(ev: Evaluator, loop: LoopStatement, frame?: Frame, from?: ts.Node): Loop {
  const location = placeOf(loop);
  const bounded = (limit: Limit): Loop => ({ status: 'bounded', bound: limit.bound, how: limit.how, basis: limit.basis, location });
  const endless: Loop = { status: 'unbounded', bound: null, how: 'a loop that only the answers of the model end', basis: 'none', location };
  const pace = paceOf(ev, loop);
  if (pace !== undefined) return { ...NOT_IN_LOOP, how: PACES[pace], location };
  if (tsc.isForInStatement(loop)) return bounded({ bound: null, how: 'a loop over the members of an object', basis: 'data' });
  if (tsc.isForOfStatement(loop))
    return (
      overAttempts(ev, loop) ??
      overItems(ev, loop) ??
      bounded({ bound: null, how: loop.awaitModifier ? 'a loop over a stream of items' : 'a loop over a list', basis: 'data' })
    );
  const condition = tsc.isForStatement(loop) ? loop.condition : loop.expression;
  const limit =
    (condition === undefined ? undefined : (limitToGoOn(ev, condition, loop, frame, from) ?? drained(condition, loop))) ??
    guardIn(ev, loop, frame, from) ??
    limitByTick(ev, loop, node => caughtInside(node, loop)) ??
    limitByPages(ev, loop, from);
  if (limit !== undefined) return bounded(limit);
  const rounds = roundsByFlags(loop);
  if (rounds !== undefined)
    return bounded({ bound: rounds, how: 'a loop that goes round again once for each flag it sets', basis: 'explicit' });
  return looksForWork(ev, loop) ? { ...NOT_IN_LOOP, how: 'a loop that waits and then looks for work outside', location } : endless;
}

/** `for attempt in Retrying(...)` ends with the attempts of the library. */
function overAttempts(ev: Evaluator, loop: ts.ForOfStatement): Loop | undefined {
  const layer = layerOfLibrary(ev, loop.expression);
  if (layer === undefined) return undefined;
  const location = placeOf(loop);
  if (layer.attempts === Number.POSITIVE_INFINITY)
    return { status: 'unbounded', bound: null, how: `attempts of ${layer.label} without an end`, basis: 'none', location };
  return { status: 'bounded', bound: layer.attempts, how: `the attempts of ${layer.label}`, basis: 'explicit', location };
}

/** A list that the loop itself extends, or a generator of the repository that never ends, is no finite data. */
function overItems(ev: Evaluator, loop: ts.ForOfStatement): Loop | undefined {
  const endless: Loop = {
    status: 'unbounded',
    bound: null,
    how: 'a loop over a list that it extends itself',
    basis: 'none',
    location: placeOf(loop),
  };
  if (tsc.isIdentifier(loop.expression) && touches(loop.statement, loop.expression.text, 'grow')) {
    const guard = guardIn(ev, loop, undefined);
    return guard === undefined
      ? endless
      : { status: 'bounded', bound: guard.bound, how: guard.how, basis: guard.basis, location: placeOf(loop) };
  }
  if (!tsc.isCallExpression(loop.expression)) return undefined;
  const { arguments: args, expression: called } = loop.expression;
  // Python's `iter(ask, "")` calls until an answer says stop; cycle() and repeat() without a number never stop.
  if (tsc.isIdentifier(called) && called.text === 'iter' && args.length === 2 && resolve(called) === undefined)
    return { ...endless, status: 'unknown', how: 'a loop that calls a function until it says stop' };
  for (const callee of ev.values(called)) {
    const path = callee.kind === 'foreign' && callee.package === 'py:itertools' ? foreignPath(callee) : '';
    if (path === 'cycle' || (path === 'repeat' && args.length < 2)) {
      const guard = guardIn(ev, loop, undefined);
      return guard === undefined
        ? { ...endless, how: `itertools.${path}, which never ends` }
        : { ...endless, status: 'bounded', bound: guard.bound, how: guard.how, basis: guard.basis };
    }
    if (
      callee.kind !== 'function' ||
      !('asteriskToken' in callee.node) ||
      callee.node.asteriskToken === undefined ||
      callee.node.body === undefined
    )
      continue;
    let inner: Loop | undefined;
    walk(callee.node.body, node => {
      if (isFunctionNode(node)) return 'skip';
      if (!tsc.isYieldExpression(node)) return undefined;
      for (let up: ts.Node = node; up !== callee.node; up = up.parent) {
        if (isLoop(up) && inner?.status !== 'unbounded') inner = boundOf(ev, up);
      }
      return undefined;
    });
    if (inner?.status === 'unbounded') return { ...endless, how: 'a loop over a generator that never ends' };
  }
  return undefined;
}

/** `while (queue.length > 0)`, `while queue:`, `while (queue.length)` and `while ((item = queue.pop()))`, where nothing refills the queue. */
function drained(condition: ts.Expression, loop: ts.Node): Limit | undefined {
  let list: string | undefined;
  walk(condition, node => {
    if (tsc.isPropertyAccessExpression(node) && (node.name.text === 'length' || node.name.text === 'size'))
      list ??= node.expression.getText();
    if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && takesFrom(node.expression.name.text))
      list ??= node.expression.expression.getText();
  });
  // In Python a list is false when it is empty.
  const bare = strip(condition);
  if (bare !== undefined && isPython(loop) && (tsc.isIdentifier(bare) || tsc.isPropertyAccessExpression(bare))) list ??= bare.getText();
  if (list === undefined || !touches(loop, list, 'shrink') || touches(loop, list, 'grow') || touches(loop, list, 'handed on'))
    return undefined;
  return { bound: null, how: 'a loop that empties a list', basis: 'data' };
}

/** An `if` that every round reaches and that leaves the loop at a limit. */
function guardIn(ev: Evaluator, loop: LoopStatement, frame: Frame | undefined, from?: ts.Node): Limit | undefined {
  for (const { statement, failing } of guards(loop.statement)) {
    if (from !== undefined && isPassedOver(statement, loop, from)) continue;
    const limit = leavesLoop(statement.thenStatement, loop)
      ? limitToLeave(ev, statement.expression, loop, frame, from)
      : statement.elseStatement !== undefined && leavesLoop(statement.elseStatement, loop)
        ? limitToGoOn(ev, statement.expression, loop, frame, from)
        : undefined;
    // Behind a failed attempt the counter has not moved yet, so one more round has been made.
    if (limit !== undefined)
      return failing && limit.bound !== null && !stepsInside(statement.expression) ? { ...limit, bound: limit.bound + 1 } : limit;
  }
  // `budget.spend()`, which throws when it is spent.
  for (const statement of tsc.isBlock(loop.statement) ? loop.statement.statements : []) {
    const limit = limitOfCounter(ev, statement, loop);
    if (limit !== undefined) return limit;
    // Behind a way to the next round, not every round comes by.
    if (holdsContinue(statement)) break;
  }
  return undefined;
}

function holdsContinue(statement: ts.Statement): boolean {
  let found = false;
  walk(statement, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isContinueStatement(node)) found = true;
    return undefined;
  });
  return found;
}

/** `if (++tries >= 4)`: the counter moves in the guard itself. */
function stepsInside(condition: ts.Expression): boolean {
  let moves = false;
  walk(condition, node => {
    if (
      tsc.isPrefixUnaryExpression(node) &&
      (node.operator === tsc.SyntaxKind.PlusPlusToken || node.operator === tsc.SyntaxKind.MinusMinusToken)
    )
      moves = true;
  });
  return moves;
}

/** The ifs that stand in the body itself, in blocks and try blocks of it, or in a catch that only failed rounds reach. */
function guards(body: ts.Node): { statement: ts.IfStatement; failing: boolean }[] {
  if (tsc.isIfStatement(body))
    return [{ statement: body, failing: false }, ...(body.elseStatement === undefined ? [] : guards(body.elseStatement))];
  if (tsc.isBlock(body)) return body.statements.flatMap(guards);
  if (!tsc.isTryStatement(body)) return [];
  const inner = guards(body.tryBlock);
  const last = body.tryBlock.statements.at(-1);
  // A catch counts when a successful round always leaves: then every other round comes by here.
  const succeeds = last !== undefined && (tsc.isReturnStatement(last) || tsc.isBreakStatement(last));
  if (succeeds && body.catchClause !== undefined) inner.push(...guards(body.catchClause.block).map(g => ({ ...g, failing: true })));
  if (body.finallyBlock !== undefined) inner.push(...guards(body.finallyBlock));
  return inner;
}

/** Does a branch end with a way out of this loop, and not only of a loop or switch inside it? */
function leavesLoop(branch: ts.Statement, loop: LoopStatement): boolean {
  const last = tsc.isBlock(branch) ? branch.statements.at(-1) : branch;
  if (last === undefined) return false;
  if (tsc.isReturnStatement(last)) return true;
  if (tsc.isThrowStatement(last)) return !caughtInside(last, loop);
  if (tsc.isExpressionStatement(last)) return last.expression.getText().startsWith('process.exit(');
  if (!tsc.isBreakStatement(last)) return false;
  if (last.label !== undefined) return true;
  for (let up: ts.Node = last.parent; up !== undefined; up = up.parent) {
    if (up === loop) return true;
    if (isLoop(up) || tsc.isSwitchStatement(up)) return false;
  }
  return false;
}

/** A throw that a try inside the loop catches goes nowhere. */
function caughtInside(node: ts.Node, loop: ts.Node): boolean {
  for (let child = node, up = node.parent; up !== undefined && child !== loop; child = up, up = up.parent) {
    if (tsc.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined) return true;
  }
  return false;
}
