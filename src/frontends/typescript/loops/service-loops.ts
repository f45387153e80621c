// The loop of a service that looks for work now and then: it waits, asks outside what there is, and has no way out.
// What it does in a round belongs to the work that it found, as a request belongs to whoever sends it.
import type { ts } from 'ts-morph';
import { HTTP_PACKAGES } from '../calls/http-clients.ts';
import { isTimer } from '../calls/timers.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { isLoop, type LoopStatement } from './bounds.ts';

/** Methods that fetch work from a queue or a chat service. */
const FETCHES = new Set([
  'receive_message',
  'receive_messages',
  'receiveMessage',
  'get_updates',
  'getUpdates',
  'blpop',
  'brpop',
  'xreadgroup',
]);

/** Is this an endless loop that waits for a while and asks for work in each round, and that nothing inside ends? */
export function looksForWork(ev: Evaluator, loop: LoopStatement): boolean {
  if (!tsc.isWhileStatement(loop) || loop.expression.kind !== tsc.SyntaxKind.TrueKeyword) return false;
  let waits = false;
  let fetches = false;
  let leaves = false;
  walk(loop.statement, node => {
    if (isFunctionNode(node)) {
      // `new Promise(resolve => setTimeout(resolve, 5000))`
      if (node.body !== undefined && !tsc.isBlock(node.body) && isTimer(node.body)) waits = true;
      return 'skip';
    }
    if (tsc.isReturnStatement(node) || (tsc.isBreakStatement(node) && (node.label !== undefined || loopOf(node) === loop))) leaves = true;
    if (!tsc.isCallExpression(node)) return undefined;
    if (isTimer(node)) waits = true;
    if (tsc.isPropertyAccessExpression(node.expression) && FETCHES.has(node.expression.name.text)) fetches = true;
    if (!fetches)
      fetches = ev
        .values(node.expression)
        .some(value => value.kind === 'foreign' && (HTTP_PACKAGES.has(value.package) || isFetch(value.package, value.steps)));
    return undefined;
  });
  return waits && fetches && !leaves;
}

function isFetch(pkg: string, steps: readonly { readonly kind: string; readonly name?: string }[]): boolean {
  return pkg === '' && steps.length === 1 && steps[0]?.name === 'fetch';
}

/** The loop (or switch) that a `break` leaves. */
function loopOf(node: ts.BreakStatement): ts.Node | undefined {
  for (let up: ts.Node | undefined = node.parent; up !== undefined; up = up.parent) if (isLoop(up) || tsc.isSwitchStatement(up)) return up;
  return undefined;
}
