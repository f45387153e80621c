// Retries that a repository writes itself: a try inside a loop, a handler that calls its own function again, a catch that asks the same again.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Frame } from '../evaluator/values.ts';
import { boundOf, isLoop, type LoopStatement } from '../loops/bounds.ts';
import { cycleOf } from '../loops/recursion.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { References } from '../paths/references.ts';
import { placeOf } from '../places.ts';
import { enclosingFunction, isFunctionNode } from '../scope.ts';
import { conditionOf, endsOnSuccess, itemsOf, usesItem } from './attempts.ts';
import { bodyOf, endsByFlag, failuresOf, leavesAlways } from './catches.ts';
import { failuresBy } from './decorators.ts';
import { type Handler, handlerOf, repeatAt } from './repeats.ts';
import type { ReadLayer } from './sum.ts';
import { backoffIn, heedsRetryAfter } from './waits.ts';

/** A try inside a loop whose catch goes on to another round. */
export function loopLayer(ev: Evaluator, attempt: ts.TryStatement, frame?: Frame): ReadLayer | undefined {
  const clause = attempt.catchClause;
  if (clause === undefined || leavesAlways(clause.block)) return undefined;
  let loop: LoopStatement | undefined;
  for (let up = attempt.parent; up !== undefined && !isFunctionNode(up); up = up.parent) {
    if (isLoop(up)) {
      loop = up;
      break;
    }
  }
  // A loop over items goes on to the next item after a failure: that is no second try.
  if (loop === undefined || (tsc.isForOfStatement(loop) && usesItem(loop, attempt)) || tsc.isForInStatement(loop)) return undefined;
  if (!endsOnSuccess(attempt, loop)) return undefined;
  if (endsByFlag(clause.block, conditionOf(loop))) return undefined;
  const bound = boundOf(ev, loop, frame);
  const attempts = bound.status === 'unbounded' ? Number.POSITIVE_INFINITY : (bound.bound ?? itemsOf(ev, loop));
  return {
    by: 'own-loop',
    label: 'a loop of the repository',
    attempts,
    ...failuresBy(failuresOf(ev, clause)),
    backoff: backoffIn(ev, clause.block, loop),
    retryAfter: heedsRetryAfter(loop) ? 'yes' : 'no',
    location: placeOf(loop),
  };
}

/** A catch, or the handler of a promise, that calls its own function again. */
export function recursiveLayer(ev: Evaluator, references: References, handler: Handler, frame?: Frame): ReadLayer | undefined {
  const fn = enclosingFunction(tsc.isCatchClause(handler) ? handler : handler.parent);
  const body = bodyOf(handler);
  if (fn === undefined || body === undefined) return undefined;
  const again = references.uses(fn).calls.find(call => isWithin(call, body));
  if (again === undefined) return undefined;
  const limit = cycleOf(ev, [fn], again, frame);
  const attempts = limit.status === 'unbounded' ? Number.POSITIVE_INFINITY : limit.bound;
  return layerOfHandler(ev, handler, again, attempts, 'a function that calls itself again on failure', fn);
}

/** A catch, or the handler of a promise, that asks for the same again. */
export function repeatLayer(ev: Evaluator, up: ts.Node, child: ts.Node, node: ts.Node): ReadLayer | undefined {
  const repeat = repeatAt(up, child, node);
  if (repeat === undefined) return undefined;
  return layerOfHandler(ev, repeat.handler, repeat.again, repeat.attempts, 'a catch that asks again', repeat.handler);
}

/** What the handler of a promise adds, where the call is what it handles. */
export function promiseLayers(
  ev: Evaluator,
  references: References,
  up: ts.CallExpression,
  child: ts.Node,
  node: ts.Node,
): readonly ReadLayer[] {
  if (up.expression !== child) return [];
  const handler = handlerOf(up);
  const layer = (handler === undefined ? undefined : recursiveLayer(ev, references, handler)) ?? repeatLayer(ev, up, child, node);
  return layer === undefined ? [] : [layer];
}

function layerOfHandler(
  ev: Evaluator,
  handler: Handler,
  again: ts.Node,
  attempts: number | null,
  label: string,
  waits: ts.Node,
): ReadLayer {
  return {
    by: 'own-loop',
    label,
    attempts,
    ...failuresBy(failuresOf(ev, handler, again)),
    backoff: backoffIn(ev, bodyOf(handler) ?? handler, waits),
    retryAfter: heedsRetryAfter(handler) ? 'yes' : 'no',
    location: placeOf(again),
  };
}
