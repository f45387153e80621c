// The ways on which a text leaves a function as it is: `return text`, `res.json({ reply: text })`, also inside an object, through a
// function that hands it back or answers with it, and in a callback of a promise.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, foreignPath } from '../evaluator/values.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isAnyAssignment, propertyName, strip } from '../syntax.ts';

const MOST_USES = 60;
const DEEPEST = 4;

/** What answers a request, as methods of what the framework hands over are called. */
const ANSWERS = /^(?:json|send|write|end|html|text|body|reply|respond|say|enqueue|send_text|send_json|sendText)$/;
const WEB =
  /^(?:py:(?:flask|fastapi|starlette|django|quart|sanic|litestar)|next|@remix-run\/.*|react-router|@sveltejs\/kit|h3|hono)(?:\/.*)?$/;

/** Looks for the ways out of texts. */
export class RawWays {
  readonly #ev: Evaluator;
  readonly #cleaners: ReadonlySet<ts.Node>;

  readonly #cleaned: ReadonlySet<ts.Node>;

  /**
   * @param cleaners the functions that clean: what they hand back is not what they were given
   * @param cleaned where the cleaned text stands
   */
  constructor(ev: Evaluator, cleaners: ReadonlySet<ts.Node>, cleaned: ReadonlySet<ts.Node>) {
    this.#ev = ev;
    this.#cleaners = cleaners;
    this.#cleaned = cleaned;
  }

  /**
   * Where a text is handed out as it is; undefined: nowhere.
   * @param member the text is only this member of what is looked at: who puts another one in its place hands nothing out
   */
  of(use: ts.Expression, member?: string, depth = 0): ts.Node | undefined {
    if (depth > DEEPEST) return undefined;
    this.#ev.budget.step();
    // The member of the object that holds the text in the end.
    let key = member;
    for (let at: ts.Node = use, up = use.parent; up !== undefined; at = up, up = up.parent) {
      if (tsc.isReturnStatement(up) || tsc.isYieldExpression(up) || (tsc.isArrowFunction(up) && up.body === at)) {
        const settled = tsc.isYieldExpression(up) ? undefined : promiseOf(tsc.isArrowFunction(up) ? up : scopeOf(up));
        if (settled === undefined) return asksBefore(up, use, this.#cleaned) ? undefined : up;
        up = settled;
        continue;
      }
      if (tsc.isVariableDeclaration(up) && up.initializer === at) return this.#named(up, at === use ? member : key, depth);
      if (tsc.isPropertyAccessExpression(up) && up.expression === at) {
        const call = up.parent;
        if (up.name.text !== 'then' || !tsc.isCallExpression(call) || call.expression !== up) return undefined;
        const [next] = call.arguments;
        const how = next === undefined ? undefined : this.#handedTo(next, 0, depth);
        if (how === 'answers') return call;
        if (how === undefined) return undefined;
        up = call;
        continue;
      }
      if (tsc.isPropertyAssignment(up) && up.initializer === at) key = propertyName(up);
      if (tsc.isShorthandPropertyAssignment(up)) key = up.name.text;
      if (tsc.isSpreadAssignment(up) && key !== undefined && isOverwritten(this.#ev, up, key)) return undefined;
      if (keeps(up, at, use, this.#cleaned)) continue;
      if (!tsc.isCallExpression(up) || up.expression === at) return undefined;
      const put = this.#putInto(up, at as ts.Expression, key, depth);
      if (put === 'kept') continue;
      if (put !== undefined) return put;
      const given = up.arguments.indexOf(at as ts.Expression);
      const callee = up.expression;
      if (tsc.isPropertyAccessExpression(callee) && ANSWERS.test(callee.name.text) && this.#isAnswer(callee.expression))
        return asksBefore(up, use, this.#cleaned) ? undefined : up;
      // `return jsonify(reply=text)`
      const direct = tsc.isAwaitExpression(up.parent) ? up.parent.parent : up.parent;
      if (this.#ev.values(callee).some(value => value.kind === 'foreign' && WEB.test(value.package)))
        return tsc.isReturnStatement(direct) ? direct : undefined;
      // `return keep(clean(text), text)` of a function that returns what it is given, `send(res, clean(text), text)` of one that sends it.
      const how = at === use || tsc.isAwaitExpression(at) ? this.#handedTo(callee, given, depth) : undefined;
      if (how === 'answers') return asksBefore(up, use, this.#cleaned) ? undefined : up;
      if (how === undefined) return undefined;
    }
    return undefined;
  }

  /** `const out = { reply: text }; return out`: the uses of a name that nobody gives something else. */
  #named({ name }: ts.VariableDeclaration, member: string | undefined, depth: number): ts.Node | undefined {
    const held = tsc.isIdentifier(name) ? resolve(name) : undefined;
    if (!tsc.isIdentifier(name) || held?.kind !== 'variable') return undefined;
    const uses = this.#ev.program
      .identifiers(this.#ev.program.unitOf(name), name.text)
      .slice(0, MOST_USES)
      .filter(use => {
        const other = use === name ? undefined : resolve(use);
        return other?.kind === 'variable' && other.node === held.node;
      });
    const taken = uses.map(use => ({ use, part: partOf(use) }));
    const mayBe = (other: string | undefined): boolean => other === undefined || member === undefined || other === member;
    if (taken.some(({ use, part }) => isSet(use) || (part !== undefined && mayBe(part.name) && isSet(part.node)))) return undefined;
    for (const { use, part } of taken) {
      const out =
        part === undefined
          ? this.of(use, member, depth + 1)
          : part.name === member && member !== undefined
            ? this.of(part.node, undefined, depth + 1)
            : undefined;
      if (out !== undefined) return out;
    }
    return undefined;
  }

  /** `Object.assign({}, clean, message)`, `clean | message` of Python keep it; `clean.update(message)` puts it into something else. */
  #putInto(call: ts.CallExpression, at: ts.Expression, key: string | undefined, depth: number): ts.Node | 'kept' | undefined {
    const callee = call.expression;
    if (!tsc.isPropertyAccessExpression(callee)) return undefined;
    const later = call.arguments.slice(call.arguments.indexOf(at) + 1);
    if (callee.getText() === 'Object.assign') return later.some(arg => hasMember(this.#ev, arg, key)) ? undefined : 'kept';
    if (!isPython(call) || call.arguments[0] !== at) return undefined;
    if (callee.name.text === 'pipe') return 'kept';
    const into = callee.name.text === 'update' ? strip(callee.expression) : undefined;
    const held = into !== undefined && tsc.isIdentifier(into) ? resolve(into) : undefined;
    if (into === undefined || !tsc.isIdentifier(into) || held?.kind !== 'variable') return undefined;
    for (const use of this.#ev.program.identifiers(this.#ev.program.unitOf(into), into.text).slice(0, MOST_USES)) {
      const other = use.pos > call.end ? resolve(use) : undefined;
      const out = other?.kind === 'variable' && other.node === held.node ? this.of(use, key, depth + 1) : undefined;
      if (out !== undefined) return out;
    }
    return undefined;
  }

  /** What a function does with one of its parameters as it is. */
  #handedTo(callee: ts.Expression, index: number, depth: number): 'answers' | 'returned' | undefined {
    if (depth >= DEEPEST) return undefined;
    const written = strip(callee);
    const functions =
      written !== undefined && isFunctionNode(written)
        ? [written]
        : this.#ev.values(callee).flatMap(value => (value.kind === 'function' ? [value.node] : []));
    const ways = functions.filter(fn => !this.#cleaners.has(fn)).map(fn => this.#inside(fn, index, depth));
    return ways.find(way => way === 'answers') ?? ways.find(way => way !== undefined);
  }

  #inside(fn: FunctionNode, index: number, depth: number): 'answers' | 'returned' | undefined {
    const parameter = fn.parameters[index];
    if (parameter === undefined || fn.body === undefined || !tsc.isIdentifier(parameter.name)) return undefined;
    const { text } = parameter.name;
    let way: 'answers' | 'returned' | undefined;
    walk(fn.body, node => {
      this.#ev.budget.step();
      if (way === 'answers') return 'skip';
      if (!tsc.isIdentifier(node) || node.text !== text) return undefined;
      const binding = resolve(node);
      if (binding?.kind !== 'parameter' || binding.node !== parameter) return undefined;
      const out = this.of(node, undefined, depth + 1);
      if (out === undefined) return undefined;
      if (tsc.isCallExpression(out)) way = 'answers';
      else if (tsc.isYieldExpression(out) || (tsc.isArrowFunction(out) ? out : scopeOf(out)) === fn) way = 'returned';
      return undefined;
    });
    return way;
  }

  /** What a framework hands over for the answer (`res.status(200)`, `c`), or the class of answers of the web. */
  #isAnswer(receiver: ts.Expression): boolean {
    let at = strip(receiver);
    while (at !== undefined && (tsc.isPropertyAccessExpression(at) || tsc.isCallExpression(at))) at = strip(at.expression);
    if (at === undefined || !tsc.isIdentifier(at)) return false;
    if (resolve(at)?.kind === 'parameter') return true;
    return this.#ev
      .values(at)
      .some(value => value.kind === 'foreign' && (WEB.test(value.package) || (value.package === '' && foreignPath(value) === 'Response')));
  }
}

/** Is the text still in what is made around it, as it was? */
function keeps(up: ts.Node, at: ts.Node, use: ts.Expression, cleaned: ReadonlySet<ts.Node>): boolean {
  if (tsc.isBinaryExpression(up)) {
    const { kind } = up.operatorToken;
    if (kind === tsc.SyntaxKind.PlusToken) return true;
    return up.left === at && (kind === tsc.SyntaxKind.QuestionQuestionToken || kind === tsc.SyntaxKind.BarBarToken);
  }
  // `clean === text ? text : clean`, `text ? clean(text) : text`
  if (tsc.isConditionalExpression(up))
    return (
      up.condition !== at &&
      isOfRequest(up.condition, use) &&
      !asks(up.condition, use, cleaned) &&
      !(up.whenFalse === at && up.condition.getText() === use.getText())
    );
  return (
    (tsc.isPropertyAssignment(up) && up.initializer === at) ||
    tsc.isShorthandPropertyAssignment(up) ||
    tsc.isSpreadAssignment(up) ||
    tsc.isObjectLiteralExpression(up) ||
    tsc.isArrayLiteralExpression(up) ||
    tsc.isParenthesizedExpression(up) ||
    tsc.isAsExpression(up) ||
    tsc.isNonNullExpression(up) ||
    tsc.isAwaitExpression(up) ||
    tsc.isTemplateSpan(up) ||
    tsc.isTemplateExpression(up) ||
    (tsc.isNewExpression(up) && up.expression !== at)
  );
}

/** Does a condition hang on the text, or on what the function was given? A switch of the program is judged elsewhere. */
function isOfRequest(condition: ts.Expression, use: ts.Expression): boolean {
  let found = false;
  walk(condition, node => {
    if (tsc.isExpression(node) && node.getText() === use.getText()) found = true;
    else if (tsc.isIdentifier(node)) found ||= resolve(node)?.kind === 'parameter';
    return found ? 'skip' : undefined;
  });
  return found;
}

/** `{ ...message, content: clean }`: does a later member of an object take the place of one that was spread? */
function isOverwritten(ev: Evaluator, spread: ts.SpreadAssignment, name: string): boolean {
  const { properties } = spread.parent;
  return properties
    .slice(properties.indexOf(spread) + 1)
    .some(property => (tsc.isSpreadAssignment(property) ? hasMember(ev, property.expression, name) : propertyName(property) === name));
}

/** Is it an object of the code that has a member of its own of this name? */
function hasMember(ev: Evaluator, expression: ts.Expression, name: string | undefined): boolean {
  if (name === undefined || tsc.isSpreadElement(expression)) return false;
  const values = ev.values(expression);
  return (
    values.length > 0 &&
    values.every(value => value.kind === 'object' && value.node.properties.some(property => propertyName(property) === name))
  );
}

/** The `then` whose promise is settled with what a function returns. */
function promiseOf(fn: Scope): ts.CallExpression | undefined {
  const call = fn.parent;
  if (!isFunctionNode(fn) || call === undefined || !tsc.isCallExpression(call) || call.expression === fn) return undefined;
  return tsc.isPropertyAccessExpression(call.expression) && call.expression.name.text === 'then' ? call : undefined;
}

/** `out.raw`, `out["raw"]` */
function partOf(use: ts.Identifier): { readonly node: ts.Expression; readonly name: string | undefined } | undefined {
  const { parent } = use;
  if (tsc.isPropertyAccessExpression(parent) && parent.expression === use)
    return parent.name.text === 'then' ? undefined : { node: parent, name: parent.name.text };
  if (!tsc.isElementAccessExpression(parent) || parent.expression !== use) return undefined;
  const key = parent.argumentExpression;
  return { node: parent, name: tsc.isStringLiteralLike(key) ? key.text : undefined };
}

/** Is it given another value? */
function isSet(target: ts.Expression): boolean {
  const { parent } = target;
  return tsc.isBinaryExpression(parent) && parent.left === target && isAnyAssignment(parent.operatorToken.kind);
}

/** The function that a node belongs to, when callbacks of promises belong to the one that they stand in. */
export function settledIn(node: ts.Node): Scope {
  let scope = scopeOf(node);
  for (let call = promiseOf(scope); call !== undefined; call = promiseOf(scope)) scope = scopeOf(call);
  return scope;
}

/** Is it handed out only where the cleaned text is the same, or where there is no text: `if clean == text`, `if not text`? */
function asksBefore(out: ts.Node, use: ts.Expression, cleaned: ReadonlySet<ts.Node>): boolean {
  for (let up = out.parent; up !== undefined && !isFunctionNode(up); up = up.parent)
    if (tsc.isIfStatement(up) && asks(up.expression, use, cleaned)) return true;
  return false;
}

function asks(condition: ts.Expression, use: ts.Expression, cleaned: ReadonlySet<ts.Node>): boolean {
  let asked = false;
  walk(condition, inner => {
    if (cleaned.has(inner)) asked = true;
    if (tsc.isPrefixUnaryExpression(inner) && strip(inner.operand)?.getText() === use.getText()) asked = true;
    return asked ? 'skip' : undefined;
  });
  return asked;
}
