// A failure that is answered by asking for the same thing again, without a loop: `ask(q).catch(() => ask(q))`, and
// `try { return await ask(q) } catch { return await ask(q) }`. The same means: the same words. Another model or a shorter prompt is no repeat.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';

/** What is done with a failure: the catch of a try, or the function that a promise is given. */
export type Handler = ts.CatchClause | ts.Expression;

export interface Repeat {
  /** The first handler that asks again. */
  readonly handler: Handler;
  readonly again: ts.Node;
  /** All tries together; null: they stand in a loop of the handler. */
  readonly attempts: number | null;
}

/** A chain of promises that is longer has its end unread. */
const MOST_LINKS = 20;
const DEEPEST = 4;

/** Does the node on the way up from a call repeat that call when it fails? For a chain of `.catch()`, asked at its first link. */
export function repeatAt(up: ts.Node, child: ts.Node, call: ts.Node): Repeat | undefined {
  const wanted = wordsOf(call);
  const handlers = handlersAt(up, child);
  let attempts: number | null = 1;
  let first: { handler: Handler; again: ts.Node } | undefined;
  for (const handler of handlers) {
    const tries = triesIn(handler, call, wanted, 0);
    if (tries === undefined) continue;
    first ??= { handler, again: tries.again };
    attempts = attempts === null || tries.count === null ? null : attempts + tries.count;
  }
  return first === undefined ? undefined : { ...first, attempts };
}

/** Is a call, or a function that is handed over by its name, itself the second try of an equal call? */
export function isRepeat(call: ts.Node): boolean {
  if (tsc.isIdentifier(call)) {
    const link = call.parent;
    const start = tsc.isCallExpression(link) && isLink(link) && handlerOf(link) === call ? startOf(link) : undefined;
    return start !== undefined && tsc.isCallExpression(start) && start.arguments.length === 0 && start.expression.getText() === call.text;
  }
  const wanted = wordsOf(call);
  let child = call;
  for (let up = call.parent; up !== undefined; child = up, up = up.parent) {
    if (tsc.isCatchClause(up) && holds(up.parent.tryBlock, call, wanted)) return true;
    if (tsc.isCallExpression(up) && up.expression !== child && isLink(up) && handlerOf(up) === child && holds(startOf(up), call, wanted))
      return true;
    // The handler of a promise is a function of its own; any other function is run by somebody else.
    if (isFunctionNode(up) && !(tsc.isCallExpression(up.parent) && isLink(up.parent))) return false;
  }
  return false;
}

/** The handlers that see a failure of the child: of a try, or of the rest of a chain of promises. */
function handlersAt(up: ts.Node, child: ts.Node): readonly Handler[] {
  if (tsc.isTryStatement(up)) return up.tryBlock === child && up.catchClause !== undefined ? [up.catchClause] : [];
  if (!tsc.isCallExpression(up) || up.expression !== child || !isLink(up)) return [];
  // Asked at the first link that asks again, the rest of the chain belongs to it.
  const receiver = strip((up.expression as ts.PropertyAccessExpression).expression);
  if (receiver !== undefined && tsc.isCallExpression(receiver) && isLink(receiver)) return [];
  const out: Handler[] = [];
  let link: ts.Node = up;
  for (let i = 0; i < MOST_LINKS && tsc.isCallExpression(link); i++) {
    const handler = isLink(link) ? handlerOf(link) : undefined;
    if (handler !== undefined) out.push(handler);
    const member: ts.Node = link.parent;
    if (!tsc.isPropertyAccessExpression(member) || member.expression !== link || !tsc.isCallExpression(member.parent)) break;
    link = member.parent;
  }
  return out;
}

const isLink = (call: ts.CallExpression): boolean =>
  tsc.isPropertyAccessExpression(call.expression) && /^(?:then|catch|finally)$/.test(call.expression.name.text);

/** What a `.catch()`, or a `.then()` with two functions, does with a failure. */
export function handlerOf(link: ts.CallExpression): ts.Expression | undefined {
  const name = tsc.isPropertyAccessExpression(link.expression) ? link.expression.name.text : '';
  return name === 'catch' ? link.arguments[0] : name === 'then' ? link.arguments[1] : undefined;
}

/** What stands before the first `.then()` or `.catch()` of a chain. */
function startOf(link: ts.CallExpression): ts.Node {
  let node: ts.Expression = link;
  for (let i = 0; i < MOST_LINKS && tsc.isCallExpression(node) && isLink(node); i++)
    node = strip((node.expression as ts.PropertyAccessExpression).expression) ?? node;
  return node;
}

/** How often a handler asks for the same again, one try after the other; undefined: it does not. */
function triesIn(handler: Handler, call: ts.Node, wanted: string, depth: number): { again: ts.Node; count: number | null } | undefined {
  // `run().catch(run)`: the function itself is the handler.
  if (tsc.isIdentifier(handler))
    return tsc.isCallExpression(call) && call.arguments.length === 0 && call.expression.getText() === handler.text
      ? { again: handler, count: 1 }
      : undefined;
  const root = tsc.isCatchClause(handler) ? handler.block : isFunctionNode(handler) ? handler.body : undefined;
  if (root === undefined) return undefined;
  let best: { again: ts.Node; count: number | null } | undefined;
  for (const again of equalIn(root, call, wanted)) {
    let count: number | null = 1;
    for (let child = again, up = again.parent; child !== root; child = up, up = up.parent) {
      if (isLoopNode(up)) count = null;
      if (depth >= DEEPEST) continue;
      for (const inner of handlersAt(up, child)) {
        const more = triesIn(inner, call, wanted, depth + 1);
        if (more !== undefined) count = count === null || more.count === null ? null : count + more.count;
      }
    }
    if (best === undefined || count === null || (best.count !== null && count > best.count)) best = { again, count };
  }
  return best;
}

const isLoopNode = (node: ts.Node): boolean => tsc.isForStatement(node) || tsc.isWhileStatement(node) || tsc.isDoStatement(node);

function holds(root: ts.Node, call: ts.Node, wanted: string): boolean {
  return equalIn(root, call, wanted).length > 0;
}

/** The calls below a node with the same words. */
function equalIn(root: ts.Node, call: ts.Node, wanted: string): ts.Node[] {
  const length = call.getEnd() - call.getStart();
  const out: ts.Node[] = [];
  walk(root, node => {
    if (out.length >= MOST_LINKS) return 'skip';
    // The layout may differ, so that only much shorter or longer calls are no candidates.
    if (node !== call && node.kind === call.kind && near(node.getEnd() - node.getStart(), length) && wordsOf(node) === wanted)
      out.push(node);
    return undefined;
  });
  return out;
}

const near = (a: number, b: number): boolean => a <= 2 * b + 40 && b <= 2 * a + 40;

/** The text of a call without its layout. */
function wordsOf(node: ts.Node): string {
  return node.getText().replace(/,(?=\s*[)\]}])|\s+/g, '');
}
