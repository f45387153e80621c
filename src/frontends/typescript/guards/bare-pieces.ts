// Pieces of an answer that a loop sends on as they come: `for chunk in stream: emit(chunk)`. Whoever cleans the whole reply
// afterwards comes too late for them. A piece is followed as a value: to a call that is given it and whose result nobody
// needs, through functions of the repository that hand it on, and up through generators that yield it.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { Paths } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { propertyValue, strip } from '../syntax.ts';
import { reaches, sourcesOf } from './flow.ts';
import type { Ways } from './ways.ts';

const DEEPEST = 5;
/** Methods that keep what they are given, or tell it to a log. */
export const KEEPS =
  /^(?:push|unshift|append|appendleft|add|set|extend|log|debug|info|warn|warning|error|trace|count|inc|observe|record|exception)$/;
/** Methods that send, whatever is done with what they answer: `if (!response.write(piece)) await drained`. */
const SENDS = /^(?:write|send|send_text|sendText|enqueue)$/;
/** What writes to files, sums up or traces: nobody reads a piece there while it comes. */
const STORES =
  /^(?:node:)?(?:fs|fs\/promises|crypto)$|^py:(?:hashlib|aiofiles|io|langfuse|langsmith|opentelemetry|prometheus_client|logging|loguru|structlog|logfire|sentry_sdk)\b|^(?:langfuse|langsmith|pino|winston|@opentelemetry\/|@langfuse\/|@sentry\/)/;
/** Runs a call that it is given. */
const RUNS = /^(?:create_task|ensure_future|run_coroutine_threadsafe|all|allSettled|race|gather|waitUntil|after|run)$/;
/** Parts of a piece that hold no text of the reply. */
const NO_TEXT =
  /^(?:usage|usage_metadata|usageMetadata|finish_reason|finishReason|stop_reason|id|type|index|role|model|created|length|size|name|tool_calls|toolCalls|tool_call_chunks|function_call|partial_json|arguments|args|toolName|toolCallId|thinking|reasoning|reasoning_content|error)$/;
/** Calls that answer with something else than a text. */
const ASKS =
  /^(?:len|isinstance|hasattr|Boolean|Number|bool|int|float|hash|isArray|includes|startsWith|endsWith|startswith|endswith|indexOf|lastIndexOf|find|rfind|count|test|has|isdigit|isspace|encodeLength)$/;
/** What puts all items of an iterator together. */
const GATHERS = /^(?:join|list|tuple|set|sum|reduce|fromAsync|from|toArray|to_list|collect|gather|sorted)$/;
/** Kinds of events that are no text of the reply. */
const OTHER_EVENT = /tool|function|usage|error|reason|think|ping|citation|image|audio/i;
const TEXT_EVENT = /text|content|message|token/i;

/** Follows the pieces of loops to where they are sent. One for each guard and model call. */
export class BarePieces {
  readonly #ev: Evaluator;
  readonly #paths: Paths;
  readonly #ways: Ways;
  readonly #loops: readonly ts.ForOfStatement[];
  /** The guard, and the function in which it stands. */
  readonly #guard: ts.Node;
  readonly #scope: ts.Node;
  /** Generators whose pieces come uncleaned, whatever else they clean. */
  readonly #passing = new Set<ts.Node>();

  /** @param loops in the order of the way up */
  constructor(ev: Evaluator, paths: Paths, ways: Ways, where: { guard: ts.Node; scope: ts.Node; loops: readonly ts.ForOfStatement[] }) {
    this.#ev = ev;
    this.#paths = paths;
    this.#ways = ways;
    this.#loops = where.loops;
    this.#guard = where.guard;
    this.#scope = where.scope;
  }

  /** Is a piece sent as it comes? To be asked for the loops in their order. */
  isSent(loop: ts.ForOfStatement): boolean {
    const holder = strip(loop.expression);
    // `for piece in cleaned(stream)`
    if (holder !== undefined && this.#isClean(holder)) return false;
    return this.#sendsIn(loop.statement, new Origins(loop.expression), 0, loop) || this.#yields(loop);
  }

  #sendsIn(body: ts.Node, origins: Origins, depth: number, loop?: ts.ForOfStatement): boolean {
    let found = false;
    walk(body, node => {
      if (found) return 'skip';
      if (loop !== undefined && tsc.isForOfStatement(node) && this.#loops.includes(node)) return 'skip';
      if (tsc.isCallExpression(node) && this.#sends(node, origins, depth)) found = loop === undefined || isAboutText(node, loop);
      return undefined;
    });
    return found;
  }

  #sends(call: ts.CallExpression, origins: Origins, depth: number): boolean {
    this.#ev.budget.step();
    const given = call.arguments.flatMap((arg, i) => (this.#flows(arg, origins, 0) ? [i] : []));
    if (given.length === 0 || this.#isClean(call)) return false;
    const own = this.#ways.called(call);
    if (own.length > 0) return own.some(fn => fn.body !== undefined && depth < DEEPEST && given.some(i => this.#handsOn(fn, i, depth + 1)));
    const callee = call.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
    if (KEEPS.test(name) || RUNS.test(name) || ASKS.test(name)) return false;
    const known = this.#ev.values(callee).flatMap(value => (value.kind === 'foreign' && value.package !== '' ? [value.package] : []));
    // `live.update(text)` shows it; of what else there is to be updated, a checksum or a dictionary, nobody reads.
    if (known.some(pkg => STORES.test(pkg)) || (name === 'update' && known.length === 0)) return false;
    return SENDS.test(name) || isUnused(call);
  }

  /** Does a function send what it is given in one of its parameters? */
  #handsOn(fn: FunctionNode, index: number, depth: number): boolean {
    const parameter = fn.parameters[Math.min(index, fn.parameters.length - 1)];
    return parameter !== undefined && fn.body !== undefined && this.#sendsIn(fn.body, new Origins(parameter), depth);
  }

  /** Does the generator around a loop give its pieces on to something that does not clean them? */
  #yields(loop: ts.ForOfStatement): boolean {
    const origins = new Origins(loop.expression);
    let bare = false;
    walk(loop.statement, node => {
      if (bare || isFunctionNode(node)) return 'skip';
      if (tsc.isYieldExpression(node) && node.expression !== undefined && this.#flows(node.expression, origins, 0))
        bare = isAboutText(node, loop);
      return undefined;
    });
    const generator = bare ? enclosingFunction(loop) : undefined;
    if (generator === undefined) return false;
    this.#passing.add(generator);
    return this.#leaves(generator, 0);
  }

  /** Do the items of a generator leave uncleaned, and not through another loop that is asked by itself? */
  #leaves(fn: FunctionNode, depth: number): boolean {
    if (depth > DEEPEST) return false;
    const uses = this.#paths.usesOf(fn);
    // Nobody here calls it: its items are what the agent answers.
    if (uses.length === 0) return true;
    return uses.some(use => {
      if (use.how === 'registered') return true;
      if (use.how !== 'called') return false;
      return reaches(this.#ev.program, use.node).some(place => this.#leavesAt(place, depth));
    });
  }

  #leavesAt(place: ts.Node, depth: number): boolean {
    this.#ev.budget.step();
    for (let at = place, up = place.parent; up !== undefined; at = up, up = up.parent) {
      if (tsc.isReturnStatement(up) || (tsc.isYieldExpression(up) && up.asteriskToken !== undefined)) {
        const outer = enclosingFunction(up);
        if (outer !== undefined) this.#passing.add(outer);
        return outer !== undefined && this.#leaves(outer, depth + 1);
      }
      if ((tsc.isCallExpression(up) || tsc.isNewExpression(up)) && up.arguments?.some(arg => arg === at)) {
        if (tsc.isNewExpression(up)) return !up.expression.getText().endsWith('Set');
        const name = tsc.isPropertyAccessExpression(up.expression) ? up.expression.name.text : up.expression.getText();
        return !GATHERS.test(name) && this.#ways.called(up).length === 0 && !this.#loops.some(loop => isWithin(up, loop.expression));
      }
      if (tsc.isAwaitExpression(up) || tsc.isParenthesizedExpression(up) || tsc.isConditionalExpression(up)) continue;
      return tsc.isArrowFunction(up) && up.body === at && this.#leaves(up, depth + 1);
    }
    return false;
  }

  /** Is this the guard, or a call of a function that leads to it? */
  #isClean(node: ts.Node): boolean {
    let inner = node;
    while (tsc.isAwaitExpression(inner) || tsc.isParenthesizedExpression(inner)) inner = inner.expression;
    if (inner === this.#guard) return true;
    if (!tsc.isCallExpression(inner)) return false;
    return this.#ways
      .called(inner)
      .some(fn => !this.#passing.has(fn) && (fn === this.#scope ? !isWithin(inner, fn) : this.#ways.leads(fn, 0)));
  }

  /** Does a value hold a piece, or a part of one, that was not cleaned? */
  #flows(node: ts.Node, origins: Origins, depth: number): boolean {
    if (origins.node === node) return true;
    if (depth > 4 * DEEPEST) return false;
    this.#ev.budget.step();
    const next = (inner: ts.Node | undefined): boolean => inner !== undefined && this.#flows(inner, origins, depth + 1);
    if (tsc.isIdentifier(node)) return this.#isPiece(node, origins, depth);
    if (tsc.isPropertyAccessExpression(node)) return !NO_TEXT.test(node.name.text) && next(node.expression);
    if (tsc.isElementAccessExpression(node))
      return !(tsc.isStringLiteralLike(node.argumentExpression) && NO_TEXT.test(node.argumentExpression.text)) && next(node.expression);
    if (tsc.isConditionalExpression(node)) return next(node.whenTrue) || next(node.whenFalse);
    if (tsc.isBinaryExpression(node)) {
      const kind = node.operatorToken.kind;
      if (kind === tsc.SyntaxKind.AmpersandAmpersandToken || kind === tsc.SyntaxKind.CommaToken) return next(node.right);
      const whole =
        kind === tsc.SyntaxKind.PlusToken || kind === tsc.SyntaxKind.BarBarToken || kind === tsc.SyntaxKind.QuestionQuestionToken;
      return whole && (next(node.left) || next(node.right));
    }
    if (tsc.isTemplateExpression(node)) return node.templateSpans.some(span => next(span.expression));
    if (tsc.isArrayLiteralExpression(node)) return node.elements.some(next);
    if (tsc.isObjectLiteralExpression(node))
      return node.properties.some(property => {
        const value = tsc.isSpreadAssignment(property) ? property.expression : propertyValue(property);
        return value !== undefined && next(value);
      });
    if (tsc.isCallExpression(node) || tsc.isNewExpression(node)) {
      const callee = node.expression;
      const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
      if (ASKS.test(name) || this.#isClean(node)) return false;
      return (node.arguments ?? []).some(next) || (tsc.isPropertyAccessExpression(callee) && next(callee.expression));
    }
    if (tsc.isArrowFunction(node)) return !tsc.isBlock(node.body) && next(node.body);
    if (tsc.isSpreadElement(node) || tsc.isAwaitExpression(node) || tsc.isParenthesizedExpression(node)) return next(node.expression);
    if (tsc.isNonNullExpression(node) || tsc.isAsExpression(node) || tsc.isSatisfiesExpression(node)) return next(node.expression);
    return false;
  }

  #isPiece(id: ts.Identifier, origins: Origins, depth: number): boolean {
    const binding = resolve(id);
    if (binding === undefined || !('node' in binding)) return false;
    const key = ('element' in binding ? binding.element : undefined) ?? binding.node;
    const known = origins.known.get(key);
    if (known !== undefined) return known;
    if (binding.node === origins.node) return true;
    origins.known.set(key, false);
    const sources = sourcesOf(this.#ev.program, id);
    // `piece = clean(piece)`: what it was before is not what is sent.
    const found =
      !isNumber(key, binding.node) &&
      !sources.some(source => this.#isClean(source)) &&
      sources.some(source => this.#flows(source, origins, depth + 1));
    origins.known.set(key, found);
    return found;
  }
}

/** Where a piece comes from, and which names are known to hold it. */
class Origins {
  readonly node: ts.Node;
  readonly known = new Map<ts.Node, boolean>();

  constructor(node: ts.Node) {
    this.node = node;
  }
}

/** The number of an item: `for (const [at, chunk] of enumerate(stream))`. */
function isNumber(key: ts.Node, declared: ts.Node): boolean {
  if (!tsc.isBindingElement(key) || !tsc.isArrayBindingPattern(key.parent) || key.parent.elements[0] !== key) return false;
  const loop = declared.parent.parent;
  return tsc.isForOfStatement(loop) && /\b(?:enumerate|entries)\(/.test(loop.expression.getText().slice(-200));
}

/** Does nobody need what a call answers? */
function isUnused(call: ts.CallExpression): boolean {
  let at: ts.Node = call;
  for (let up = call.parent; ; at = up, up = up.parent) {
    if (tsc.isAwaitExpression(up) || tsc.isParenthesizedExpression(up) || tsc.isVoidExpression(up)) continue;
    if (tsc.isExpressionStatement(up) || tsc.isReturnStatement(up)) return true;
    if (tsc.isBinaryExpression(up) && up.right === at && up.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken) continue;
    if (tsc.isConditionalExpression(up) && up.condition !== at) continue;
    if (tsc.isArrowFunction(up)) return up.body === at;
    if (!tsc.isCallExpression(up)) return false;
    const callee = up.expression;
    const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
    if (callee !== at && !RUNS.test(name)) return false;
    if (callee === at) return false;
  }
}

/** Not under a condition that asks for events of another kind: `if (part.type === 'tool-call') run(part)`. */
function isAboutText(node: ts.Node, loop: ts.ForOfStatement): boolean {
  for (let at = node, up = node.parent; up !== undefined && up !== loop; at = up, up = up.parent) {
    const texts: string[] = [];
    if (tsc.isIfStatement(up) && up.thenStatement === at) compared(up.expression, texts);
    else if (tsc.isCaseClause(up) && tsc.isStringLiteralLike(up.expression)) texts.push(up.expression.text);
    if (texts.length > 0 && texts.every(text => OTHER_EVENT.test(text) && !TEXT_EVENT.test(text))) return false;
  }
  return true;
}

/** The literals that a condition wants to be equal to something. */
function compared(condition: ts.Expression, out: string[]): void {
  walk(condition, node => {
    if (!tsc.isBinaryExpression(node)) return undefined;
    const kind = node.operatorToken.kind;
    if (kind !== tsc.SyntaxKind.EqualsEqualsEqualsToken && kind !== tsc.SyntaxKind.EqualsEqualsToken) return undefined;
    for (const side of [node.left, node.right]) if (tsc.isStringLiteralLike(side)) out.push(side.text);
    return undefined;
  });
}
