// Retries by the status of an answer: a loop around `fetch`, which throws no error for a 429, whose rounds go on for some statuses. The
// body of the loop is run for one status after the other.
import type { ts } from 'ts-morph';
import type { Tri } from '../../../core/index.ts';
import { numbersIn } from '../calls/options.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Frame, FunctionNode } from '../evaluator/values.ts';
import { boundOf, isLoop, type LoopStatement } from '../loops/bounds.ts';
import { isWithin } from '../paths/call-sites.ts';
import { placeOf } from '../places.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { isAssignment, strip } from '../syntax.ts';
import { contains } from './catches.ts';
import type { ReadLayer } from './sum.ts';
import { backoffIn, heedsRetryAfter } from './waits.ts';

const STATUS = new Set(['status', 'status_code', 'statusCode']);
const SUCCESS = new Set(['ok', 'is_success']);
const FAILURE = new Set(['is_error']);
const DEEPEST = 12;

/** The layer of a loop around a call whose answer, kept in a variable, decides whether there is another round. */
export function statusLayer(ev: Evaluator, loop: ts.Node, call: ts.Node, frame?: Frame): ReadLayer | undefined {
  if (!isLoop(loop) || tsc.isForInStatement(loop) || !isWithin(call, loop.statement)) return undefined;
  const holder = holderOf(call, loop);
  if (holder === undefined || !asksForStatus(loop, holder.name)) return undefined;
  const after = (status: number): ReadonlySet<End> => new Trial(ev, holder.name, status).block([loop.statement], holder.at);
  // A success must end the loop.
  const success = after(200);
  if (success.has('again') || success.has('perhaps')) return undefined;
  const again = (...statuses: readonly number[]): Tri => {
    const ends = statuses.map(after);
    return ends.some(one => one.has('again')) ? 'yes' : ends.some(one => one.has('perhaps')) ? 'unknown' : 'no';
  };
  const on = {
    rateLimit: again(429),
    serverError: again(500, 503),
    overload: again(529),
    connection: 'no',
    timeout: again(408),
    clientError: again(400, 401, 403, 404),
  } as const;
  if (Object.values(on).every(one => one === 'no')) return undefined;
  const bound = boundOf(ev, loop, frame);
  return {
    by: 'own-loop',
    label: 'a loop of the repository',
    attempts: bound.status === 'unbounded' ? Number.POSITIVE_INFINITY : bound.bound,
    on: { ...on, timeout: 'no' },
    backoff: backoffIn(ev, loop.statement, loop),
    retryAfter: heedsRetryAfter(loop) ? 'yes' : 'no',
    location: placeOf(loop),
  };
}

/** The variable that takes the answer of a call, and the statement in which it does. */
function holderOf(call: ts.Node, loop: LoopStatement): { readonly name: string; readonly at: ts.Node } | undefined {
  for (let child = call, up = call.parent; up !== undefined && up !== loop; child = up, up = up.parent) {
    if (isFunctionNode(up)) return undefined;
    if (tsc.isVariableDeclaration(up) && up.initializer === child && tsc.isIdentifier(up.name)) return { name: up.name.text, at: up };
    if (tsc.isBinaryExpression(up) && up.right === child && isAssignment(up.operatorToken.kind) && tsc.isIdentifier(up.left))
      return { name: up.left.text, at: up };
    if (!tsc.isAwaitExpression(up) && !tsc.isParenthesizedExpression(up)) return undefined;
  }
  return undefined;
}

/** Does a loop look at the status of an answer? */
function asksForStatus(loop: LoopStatement, name: string): boolean {
  return contains(
    loop.statement,
    node =>
      tsc.isPropertyAccessExpression(node) &&
      node.expression.getText() === name &&
      (STATUS.has(node.name.text) || SUCCESS.has(node.name.text) || FAILURE.has(node.name.text)),
  );
}

/** `again`: another round; `perhaps`: that hangs on something of the answer which is not seen. */
type End = 'next' | 'again' | 'perhaps' | 'leaves';

/** What a condition gives: `either` has nothing to do with the answer. */
type Truth = boolean | 'either' | 'unseen';

class Trial {
  readonly #ev: Evaluator;
  readonly #status: number;
  /** The names that stand for the answer, and those for its status. */
  readonly #answers: ReadonlySet<string>;
  readonly #statuses: ReadonlySet<string>;
  readonly #depth: number;

  constructor(ev: Evaluator, name: string, status: number, statuses: readonly string[] = [], depth = 0) {
    this.#ev = ev;
    this.#status = status;
    this.#answers = new Set([name]);
    this.#statuses = new Set(statuses);
    this.#depth = depth;
  }

  /** The ends of a round, from the statement on in which the answer is taken. */
  block(statements: readonly ts.Statement[], from: ts.Node): ReadonlySet<End> {
    const ends = this.#list(statements, from, 0);
    if (!ends.has('next')) return ends;
    const out = new Set(ends);
    out.delete('next');
    // The end of the body is another round.
    return out.add('again');
  }

  #list(statements: readonly ts.Statement[], from: ts.Node, depth: number): Set<End> {
    const out = new Set<End>();
    let unsure = false;
    for (const statement of statements) {
      if (statement.end <= from.pos) continue;
      const ends = this.#statement(statement, from, depth);
      for (const end of ends) if (end !== 'next') out.add(unsure && end === 'again' ? 'perhaps' : end);
      if (!ends.has('next')) return out;
      unsure ||= ends.has('perhaps');
    }
    return out.add('next');
  }

  #statement(node: ts.Statement, from: ts.Node, depth: number): Set<End> {
    this.#ev.budget.step();
    if (depth > DEEPEST) return new Set(['next', 'perhaps', 'leaves']);
    if (tsc.isBlock(node)) return this.#list(node.statements, from, depth + 1);
    if (tsc.isContinueStatement(node)) return new Set(['again']);
    if (tsc.isReturnStatement(node) || tsc.isThrowStatement(node) || tsc.isBreakStatement(node)) return new Set(['leaves']);
    if (tsc.isIfStatement(node)) {
      const truth = this.#truth(node.expression, depth);
      const yes = truth === false ? new Set<End>() : this.#statement(node.thenStatement, from, depth + 1);
      const no: ReadonlySet<End> =
        truth === true
          ? new Set()
          : node.elseStatement === undefined
            ? new Set(['next'])
            : this.#statement(node.elseStatement, from, depth + 1);
      const both = new Set([...yes, ...no]);
      if (truth === 'unseen' && both.delete('again')) both.add('perhaps');
      return both;
    }
    if (tsc.isTryStatement(node)) {
      // What is thrown inside is for others to read.
      const inside = this.#list(node.tryBlock.statements, from, depth + 1);
      if (node.catchClause === undefined || isWithin(from, node.catchClause)) return inside;
      const caught = this.#list(node.catchClause.block.statements, from, depth + 1);
      if (inside.has('leaves') && caught.has('next')) inside.add('next');
      return inside;
    }
    // `answer.raise_for_status()`
    const raises =
      this.#status >= 400 &&
      contains(
        node,
        inner =>
          tsc.isPropertyAccessExpression(inner) &&
          inner.name.text === 'raise_for_status' &&
          this.#answers.has(inner.expression.getText().slice(0, 80)),
      );
    return new Set([raises ? 'leaves' : 'next']);
  }

  #truth(condition: ts.Expression, depth: number): Truth {
    const node = strip(condition) ?? condition;
    if (depth > DEEPEST) return 'unseen';
    const on = (next: ts.Expression): Truth => this.#truth(next, depth + 1);
    if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken) {
      const inner = on(node.operand);
      return typeof inner === 'boolean' ? !inner : inner;
    }
    if (tsc.isBinaryExpression(node)) {
      const operator = node.operatorToken.getText();
      if (operator === '&&' || operator === '||') {
        const decides = operator === '||';
        const sides = [on(node.left), on(node.right)];
        if (sides.includes(decides)) return decides;
        return sides.find(side => side === 'unseen') ?? sides.find(side => side === 'either') ?? !decides;
      }
      const compared = this.#compared(node);
      if (compared !== undefined) return compared;
    }
    if (tsc.isPropertyAccessExpression(node) && this.#answers.has(node.expression.getText().slice(0, 80))) {
      if (SUCCESS.has(node.name.text)) return this.#status < 400;
      if (FAILURE.has(node.name.text)) return this.#status >= 400;
    }
    if (tsc.isCallExpression(node)) {
      const asked = this.#asked(node);
      if (asked !== undefined) return asked;
    }
    return this.#mentions(node) ? 'unseen' : 'either';
  }

  #isStatus(node: ts.Expression): boolean {
    const inner = strip(node) ?? node;
    if (tsc.isIdentifier(inner)) return this.#statuses.has(inner.text) || this.#isKeptStatus(inner);
    return (
      tsc.isPropertyAccessExpression(inner) && STATUS.has(inner.name.text) && this.#answers.has(inner.expression.getText().slice(0, 80))
    );
  }

  /** `const retryable = answer.status` */
  #isKeptStatus(id: ts.Identifier): boolean {
    return this.#ev.program.identifiers(this.#ev.program.unitOf(id), id.text).some(({ parent }) => {
      const made = tsc.isVariableDeclaration(parent) && parent.name.getText() === id.text ? strip(parent.initializer) : undefined;
      return (
        made !== undefined &&
        tsc.isPropertyAccessExpression(made) &&
        STATUS.has(made.name.text) &&
        this.#answers.has(made.expression.getText())
      );
    });
  }

  #mentions(root: ts.Node): boolean {
    return contains(
      root,
      node => tsc.isIdentifier(node) && (this.#answers.has(node.text) || this.#statuses.has(node.text) || this.#isKeptStatus(node)),
    );
  }

  /** A comparison of the status with a number, or `status in (429, 503)`. */
  #compared(node: ts.BinaryExpression): boolean | undefined {
    const operator = node.operatorToken.getText();
    const left = this.#isStatus(node.left);
    if (!left && !this.#isStatus(node.right)) return undefined;
    const other = left ? node.right : node.left;
    if (node.operatorToken.kind === tsc.SyntaxKind.InKeyword) return left ? this.#isIn(other) : undefined;
    const number = numbersIn(this.#ev.values(other))[0];
    if (number === undefined) return undefined;
    const [a, b] = left ? [this.#status, number] : [number, this.#status];
    if (/^={2,3}$/.test(operator)) return a === b;
    if (/^!={1,2}$/.test(operator)) return a !== b;
    return operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : operator === '>=' ? a >= b : undefined;
  }

  #isIn(list: ts.Expression): boolean | undefined {
    for (const value of this.#ev.values(list)) {
      const made = value.kind === 'foreign' ? value.steps.find(step => step.kind === 'new') : undefined;
      const given = made?.kind === 'new' ? strip(made.args?.[0]) : undefined;
      const elements =
        value.kind === 'array'
          ? value.node.elements
          : given !== undefined && tsc.isArrayLiteralExpression(given)
            ? given.elements
            : undefined;
      if (elements === undefined) continue;
      const numbers = elements.flatMap(element => numbersIn(this.#ev.values(element)));
      if (numbers.length === elements.length) return numbers.includes(this.#status);
    }
    return undefined;
  }

  /** `STATUSES.has(answer.status)`, `isRetryable(answer.status)`, `isRetryable(answer)` */
  #asked(call: ts.CallExpression): Truth | undefined {
    const callee = strip(call.expression);
    const [first] = call.arguments;
    if (callee === undefined || first === undefined) return undefined;
    const byStatus = this.#isStatus(first);
    if (tsc.isPropertyAccessExpression(callee) && /^(?:includes|has)$/.test(callee.name.text))
      return byStatus ? this.#isIn(callee.expression) : undefined;
    const inner = strip(first) ?? first;
    if (!byStatus && !(tsc.isIdentifier(inner) && this.#answers.has(inner.text))) return undefined;
    if (this.#depth > 1) return undefined;
    for (const value of this.#ev.values(callee)) {
      const returned = value.kind === 'function' ? onlyReturn(this.#ev, value.node) : undefined;
      const parameter = value.kind === 'function' ? value.node.parameters[0]?.name : undefined;
      if (returned === undefined || parameter === undefined || !tsc.isIdentifier(parameter)) continue;
      const { text } = parameter;
      return new Trial(this.#ev, byStatus ? '' : text, this.#status, byStatus ? [text] : [], this.#depth + 1).#truth(returned, 0);
    }
    return undefined;
  }
}

/** What a function gives that does nothing else. */
function onlyReturn(ev: Evaluator, fn: FunctionNode): ts.Expression | undefined {
  let statements = 0;
  if (fn.body !== undefined && tsc.isBlock(fn.body))
    walk(fn.body, node => {
      if (tsc.isStatement(node) && !tsc.isBlock(node)) statements++;
      return undefined;
    });
  const [returned, ...more] = ev.returnsOf(fn);
  return statements > 1 || more.length > 0 ? undefined : returned;
}
