// A stream that hands out its text piece by piece, to a listener (`stream.on('text', piece => ...)`) or to a loop (`for chunk in stream`).
// Whoever cleans the whole reply afterwards comes too late, and whoever cleans each piece misses what the border of two pieces cuts in two.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { type Paths, scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { BarePieces, KEEPS } from './bare-pieces.ts';
import { conditionsAt, cutsAnywhere, leadingCalls } from './borders.ts';
import { comesFrom } from './flow.ts';
import { streamLoopsOf } from './stream-loops.ts';
import { Ways } from './ways.ts';

/** `none`: no piece goes anywhere that was seen; `held`: cleaned after something is held back; `each`: cleaned one by one; `bare`: not cleaned; `unknown`: nobody looked. */
export type Pieces = 'none' | 'held' | 'each' | 'bare' | 'unknown';

/** Events of streams that carry a piece of the text. */
const EVENTS = /^(?:text|textDelta|text-delta|content|delta|token|chunk|data|partial|content\.delta)$/;

/** What becomes of the pieces of a model call. @param node what cleans */
export function piecesOf(ev: Evaluator, paths: Paths, call: ts.Node, node: ts.Node): Pieces {
  const guard = scopeOf(node);
  const heard = listenersOf(ev, call).flatMap(listener =>
    ev.values(listener).flatMap(value => (value.kind === 'function' ? [ofListener(ev, value.node, guard)] : [])),
  );
  const loops = streamLoopsOf(ev, paths, call);
  const bare = new BarePieces(ev, paths, new Ways(ev, guard), { guard: node, scope: guard, loops });
  const looped = loops.map(loop => (bare.isSent(loop) ? 'bare' : ofLoop(ev, loop, guard)));
  const all = [...heard, ...looped];
  return (['bare', 'each', 'held'] as const).find(kind => all.includes(kind)) ?? 'none';
}

/** What is given to `.on('text', ...)` of the stream that the call opens. */
function listenersOf(ev: Evaluator, call: ts.Node): readonly ts.Expression[] {
  const holder = tsc.isAwaitExpression(call.parent) ? call.parent.parent : call.parent;
  const streams: ts.Node[] = [call];
  if (tsc.isVariableDeclaration(holder) && tsc.isIdentifier(holder.name)) {
    const { name } = holder;
    for (const id of ev.program.identifiers(ev.program.unitOf(call), name.text)) {
      const found = id === name ? undefined : resolve(id);
      if (found?.kind === 'variable' && found.node === holder) streams.push(id);
    }
  }
  return streams.flatMap(stream => {
    const out: ts.Expression[] = [];
    for (let at: ts.Node = stream; ; ) {
      const member: ts.Node = at.parent;
      if (!tsc.isPropertyAccessExpression(member) || member.expression !== at) break;
      const listen = member.parent;
      if (!tsc.isCallExpression(listen) || listen.expression !== member) break;
      const [event, listener] = listen.arguments;
      if (/^(?:on|once|addListener)$/.test(member.name.text) && event !== undefined && tsc.isStringLiteralLike(event))
        if (EVENTS.test(event.text) && listener !== undefined) out.push(listener);
      at = listen;
    }
    return out;
  });
}

function ofListener(ev: Evaluator, listener: FunctionNode, guard: ts.Node): Pieces {
  const first = listener.parameters[0];
  if (first === undefined || listener.body === undefined || !tsc.isIdentifier(first.name)) return 'none';
  const name = first.name.text;
  // Only what hands the piece to somebody lets it out; what collects it may be cleaned later.
  const handed: ts.CallExpression[] = [];
  const within = (node: ts.Node): boolean => {
    let found = false;
    walk(node, inner => {
      if (tsc.isIdentifier(inner) && inner.text === name) {
        const binding = resolve(inner);
        if (binding?.kind === 'parameter' && binding.node === first) found = true;
      }
      return found ? 'skip' : undefined;
    });
    return found;
  };
  let collects = false;
  walk(listener.body, node => {
    if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.PlusEqualsToken && within(node.right)) collects = true;
    if (!tsc.isCallExpression(node) || !node.arguments.some(within)) return undefined;
    const member = tsc.isPropertyAccessExpression(node.expression) ? node.expression.name.text : '';
    const own = ev.values(node.expression).some(value => value.kind === 'function');
    if (own || !KEEPS.test(member)) handed.push(node);
    return undefined;
  });
  if (handed.length === 0 && !collects) return 'none';
  const ways = new Ways(ev, guard);
  if (!ways.leads(listener, 0)) return handed.length === 0 ? 'none' : 'bare';
  return ways.atOnce(listener, 0) || cutsIn(ev, ways, listener) ? 'each' : 'held';
}

/** What the rounds of a loop hand their piece to; where it goes otherwise is not asked. */
function ofLoop(ev: Evaluator, loop: ts.ForOfStatement, guard: ts.Node): Pieces {
  const ways = new Ways(ev, guard);
  const origins = new Set<ts.Node>([loop.expression]);
  const found: Pieces[] = [];
  walk(loop.statement, node => {
    if (isFunctionNode(node)) return 'skip';
    if (!tsc.isCallExpression(node) || !node.arguments.some(arg => comesFrom(ev.program, arg, origins))) return undefined;
    const called = ways.called(node).filter(fn => fn !== guard && ways.leads(fn, 0));
    // A function that only cleans what it is given is seen where its text goes.
    for (const fn of called)
      if (ways.atOnce(fn, 0) || cutsIn(ev, ways, fn)) found.push('each');
      else if (ways.collects(fn)) found.push('held');
    return undefined;
  });
  return found.includes('each') ? 'each' : (found[0] ?? 'none');
}

/** Is a call of functions that keep what they are given until there is enough of it to clean? @param guard what cleans */
export function holdsBack(ev: Evaluator, call: ts.Node, guard: ts.Node): boolean {
  if (!tsc.isCallExpression(call)) return false;
  const scope = scopeOf(guard);
  const ways = new Ways(ev, scope, guard);
  const holds = (fn: FunctionNode): boolean => {
    if (!ways.collects(fn)) return false;
    if (fn === scope) return conditionsAt(guard, fn).length > 0 && !cutsAnywhere(ev, ways, guard, fn);
    return ways.leads(fn, 0) && !ways.atOnce(fn, 0) && !cutsIn(ev, ways, fn);
  };
  const called = ways.called(call);
  return called.length > 0 && called.every(holds);
}

/** Does a function that keeps what it is given let go of it wherever enough has come? */
function cutsIn(ev: Evaluator, ways: Ways, fn: FunctionNode): boolean {
  return leadingCalls(ways, fn).some(call => cutsAnywhere(ev, ways, call, fn));
}
