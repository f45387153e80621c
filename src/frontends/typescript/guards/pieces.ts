// A stream that hands out its text piece by piece, to a listener (`stream.on('text', piece => ...)`) or to a loop (`for chunk in stream`).
// Whoever cleans the whole reply afterwards comes too late, and whoever cleans each piece misses what the border of two pieces cuts in two.
import type { ts } from 'ts-morph';
import { isWithin } from '../call-sites.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluate.ts';
import type { Paths } from '../paths.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import type { FunctionNode, Value } from '../values.ts';
import { comesFrom } from './flow.ts';
import { streamLoopsOf } from './stream-loops.ts';

/** `none`: no piece goes anywhere that was seen; `held`: cleaned after something is held back; `each`: cleaned one by one; `bare`: not cleaned. */
export type Pieces = 'none' | 'held' | 'each' | 'bare';

/** Events of streams that carry a piece of the text. */
const EVENTS = /^(?:text|textDelta|text-delta|content|delta|token|chunk|data|partial|content\.delta)$/;
const KEEPS = /^(?:push|unshift|append|add|set|log|debug|info|warn|error|trace|count|inc|observe)$/;
const MOST_FUNCTIONS = 40;
const DEEPEST = 5;

/** What becomes of the pieces of a model call. @param guard the function that cleans */
export function piecesOf(ev: Evaluator, paths: Paths, call: ts.Node, guard: ts.Node): Pieces {
  const heard = listenersOf(ev, call).flatMap(listener =>
    ev.values(listener).flatMap(value => (value.kind === 'function' ? [ofListener(ev, value.node, guard)] : [])),
  );
  const all = [...heard, ...streamLoopsOf(ev, paths, call).map(loop => ofLoop(ev, loop, guard))];
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
  return ways.atOnce(listener, 0) ? 'each' : 'held';
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
      if (ways.atOnce(fn, 0)) found.push('each');
      else if (ways.collects(fn)) found.push('held');
    return undefined;
  });
  return found.includes('each') ? 'each' : (found[0] ?? 'none');
}

/** Is a call of functions that keep what they are given until there is enough of it to clean? */
export function holdsBack(ev: Evaluator, call: ts.Node, guard: ts.Node): boolean {
  if (!tsc.isCallExpression(call)) return false;
  const ways = new Ways(ev, guard);
  const called = ways.called(call);
  return called.length > 0 && called.every(fn => fn !== guard && ways.leads(fn, 0) && ways.collects(fn) && !ways.atOnce(fn, 0));
}

/** Which functions lead down to the one that cleans. */
class Ways {
  readonly #ev: Evaluator;
  readonly #guard: ts.Node;
  readonly #known = new Map<ts.Node, boolean>();

  constructor(ev: Evaluator, guard: ts.Node) {
    this.#ev = ev;
    this.#guard = guard;
  }

  leads(fn: FunctionNode, depth: number): boolean {
    if (fn === this.#guard) return true;
    const known = this.#known.get(fn);
    if (known !== undefined || depth > DEEPEST || this.#known.size > MOST_FUNCTIONS || fn.body === undefined) return known ?? false;
    this.#known.set(fn, false);
    let found = false;
    walk(fn.body, node => {
      if (found) return 'skip';
      if (tsc.isCallExpression(node)) found = this.called(node).some(inner => this.leads(inner, depth + 1));
      return undefined;
    });
    this.#known.set(fn, found);
    return found;
  }

  /** Does every run of a function clean something, so that nothing is held back until more has come? */
  atOnce(fn: FunctionNode, depth: number): boolean {
    if (fn.body === undefined || depth > DEEPEST) return false;
    if (!tsc.isBlock(fn.body)) return this.#cleans(fn.body, fn, depth);
    for (const statement of fn.body.statements) {
      // `if (end === 0) return`: whatever comes after it waits.
      if (tsc.isIfStatement(statement) && leaves(statement.thenStatement)) return false;
      if (this.#cleans(statement, fn, depth)) return true;
    }
    return false;
  }

  #cleans(node: ts.Node, fn: FunctionNode, depth: number): boolean {
    let found = false;
    walk(node, inner => {
      if (found || (isFunctionNode(inner) && inner !== fn)) return 'skip';
      // Under a condition, unless it only asks whether there is anything.
      if (tsc.isIfStatement(inner) && !asksForText(inner.expression)) return 'skip';
      if (tsc.isWhileStatement(inner) || tsc.isForStatement(inner) || tsc.isConditionalExpression(inner)) return 'skip';
      if (!tsc.isCallExpression(inner)) return undefined;
      found = this.called(inner).some(
        called => called === this.#guard || (this.leads(called, depth + 1) && this.#throughAtOnce(called, depth)),
      );
      return undefined;
    });
    return found;
  }

  /** A function that itself only cleans what it is given, or one that does so at once. */
  #throughAtOnce(fn: FunctionNode, depth: number): boolean {
    return this.atOnce(fn, depth + 1) || !this.collects(fn);
  }

  /** Does a function add to a text that outlives it? */
  collects(fn: FunctionNode): boolean {
    let found = false;
    if (fn.body === undefined) return false;
    walk(fn.body, node => {
      if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.PlusEqualsToken) {
        const { left } = node;
        const binding = tsc.isIdentifier(left) ? resolve(left) : undefined;
        found ||= !tsc.isIdentifier(left) || (binding?.kind === 'variable' && enclosingFunction(binding.node) !== fn);
      }
      return undefined;
    });
    return found;
  }

  /** The functions that a call runs. */
  called(call: ts.CallExpression): readonly FunctionNode[] {
    this.#ev.budget.step();
    const runs = (value: Value): readonly Value[] =>
      // Python calls an object by one of its methods.
      value.kind === 'instance' ? this.#ev.member([value], '__call__') : [value];
    return this.#ev
      .values(call.expression)
      .flatMap(runs)
      .flatMap(value => (value.kind === 'function' && !isWithin(call, value.node) ? [value.node] : []));
  }
}

function leaves(statement: ts.Statement): boolean {
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (tsc.isReturnStatement(last) || tsc.isThrowStatement(last));
}

/** `if (held)`, `if (held !== '')`, `if (text.length > 0)` */
function asksForText(condition: ts.Expression): boolean {
  if (tsc.isIdentifier(condition) || tsc.isPropertyAccessExpression(condition)) return true;
  if (!tsc.isBinaryExpression(condition)) return false;
  if (condition.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken)
    return asksForText(condition.left) && asksForText(condition.right);
  const { right } = condition;
  return (tsc.isStringLiteralLike(right) && right.text === '') || (tsc.isNumericLiteral(right) && right.text === '0');
}
