// Into how many kinds does a function sort an error? A question counts only where an error can still reach it:
// behind `error instanceof Error`, which takes every error, no other class is ever asked for.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { heritage } from '../evaluator/classes.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type FunctionNode, foreignPath, type Value } from '../evaluator/values.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';

/** Deeper than this, branches are not followed, and what stands there does not count. */
const DEEPEST = 60;

/**
 * The words for kinds, as they are written, that a function may return for the error that it is given.
 * @param at which of its parameters the error is
 */
export function kindsSorted(ev: Evaluator, fn: FunctionNode, at: number): ReadonlySet<string> {
  const error = fn.parameters[at]?.name;
  if (fn.body === undefined || error === undefined || !tsc.isIdentifier(error)) return new Set();
  const sorter = new Sorter(ev, fn, error.text);
  if (tsc.isBlock(fn.body)) sorter.statements(fn.body.statements, [], 0);
  else sorter.outcome(fn.body, [], 0);
  return sorter.asks ? sorter.kinds : new Set();
}

/** What a condition says about the class of the error. */
interface Asked {
  /** Errors of these classes make it true. */
  readonly takes: readonly ts.Expression[];
  /** No error that comes here can make it true. */
  readonly never: boolean;
  readonly always: boolean;
}

class Sorter {
  readonly #ev: Evaluator;
  readonly #error: string;
  /** Names of the function that may hold something of the error. */
  readonly #held = new Set<string>();
  readonly kinds = new Set<string>();
  /** Does any condition look at the error? */
  asks = false;

  constructor(ev: Evaluator, fn: FunctionNode, error: string) {
    this.#ev = ev;
    this.#error = error;
    this.#held.add(error);
    walk(fn, node => {
      if (tsc.isVariableDeclaration(node) && tsc.isIdentifier(node.name)) this.#held.add(node.name.text);
    });
  }

  /**
   * Statements in order.
   * @param gone classes whose errors have left before
   * @returns does every error that comes here leave?
   */
  statements(list: readonly ts.Statement[], gone: readonly ts.Expression[], depth: number): boolean {
    let left = gone;
    for (const statement of list) {
      if (depth > DEEPEST) return false;
      const end = this.#statement(statement, left, depth + 1);
      if (end === 'leaves') return true;
      left = [...left, ...end];
    }
    return false;
  }

  /** A value that is returned: each of its ways is a kind. */
  outcome(expression: ts.Expression, gone: readonly ts.Expression[], depth: number): void {
    const node = strip(expression) ?? expression;
    if (depth > DEEPEST) return;
    if (tsc.isConditionalExpression(node)) {
      const asked = this.#asked(node.condition, gone);
      if (!asked.never) this.outcome(node.whenTrue, gone, depth + 1);
      if (!asked.always) this.outcome(node.whenFalse, [...gone, ...asked.takes], depth + 1);
    } else if (tsc.isStringLiteralLike(node) || tsc.isPropertyAccessExpression(node)) this.kinds.add(node.getText());
  }

  /** @returns the classes whose errors do not come back from it, or that none does */
  #statement(statement: ts.Statement, gone: readonly ts.Expression[], depth: number): readonly ts.Expression[] | 'leaves' {
    if (tsc.isReturnStatement(statement)) {
      if (statement.expression !== undefined) this.outcome(statement.expression, gone, depth);
      return 'leaves';
    }
    if (tsc.isThrowStatement(statement)) return 'leaves';
    if (tsc.isBlock(statement)) return this.statements(statement.statements, gone, depth) ? 'leaves' : [];
    if (tsc.isIfStatement(statement)) {
      const asked = this.#asked(statement.expression, gone);
      const hit = asked.never ? undefined : this.#statement(statement.thenStatement, gone, depth);
      const behind = [...gone, ...asked.takes];
      const other =
        asked.always || statement.elseStatement === undefined ? undefined : this.#statement(statement.elseStatement, behind, depth);
      if (hit === 'leaves' && (asked.always || other === 'leaves')) return 'leaves';
      const taken = hit === 'leaves' ? asked.takes : [];
      return other === 'leaves' || other === undefined ? taken : [...taken, ...other];
    }
    if (tsc.isSwitchStatement(statement)) return this.#switch(statement, gone, depth);
    if (tsc.isTryStatement(statement)) {
      const end = this.#statement(statement.tryBlock, gone, depth);
      if (statement.catchClause === undefined) return end;
      return this.#statement(statement.catchClause.block, gone, depth) === 'leaves' && end === 'leaves' ? 'leaves' : [];
    }
    if (tsc.isLabeledStatement(statement)) return this.#statement(statement.statement, gone, depth);
    if (tsc.isIterationStatement(statement, false)) this.#statement(statement.statement, gone, depth);
    return [];
  }

  /** `switch (error.status)`, and `switch (true)` with a class for each case. */
  #switch({ expression, caseBlock }: ts.SwitchStatement, gone: readonly ts.Expression[], depth: number): 'leaves' | [] {
    const byClass = expression.kind === tsc.SyntaxKind.TrueKeyword;
    // More than one default: what tells the cases apart was not understood.
    if (caseBlock.clauses.filter(tsc.isDefaultClause).length > 1) return [];
    if (!byClass) this.#looks(expression);
    let left = gone;
    let waiting: ts.Expression[] = [];
    let reached = false;
    let leaves = caseBlock.clauses.some(tsc.isDefaultClause);
    for (const clause of caseBlock.clauses) {
      const asked = byClass && tsc.isCaseClause(clause) ? this.#asked(clause.expression, left) : undefined;
      reached ||= asked?.never !== true;
      if (asked !== undefined) waiting.push(...asked.takes);
      if (clause.statements.length === 0) continue;
      if (reached && !this.statements(clause.statements, left, depth)) leaves = false;
      left = [...left, ...waiting];
      waiting = [];
      reached = false;
    }
    return leaves ? 'leaves' : [];
  }

  #asked(condition: ts.Expression, gone: readonly ts.Expression[]): Asked {
    const node = strip(condition) ?? condition;
    if (node.kind === tsc.SyntaxKind.TrueKeyword) return { takes: [], never: false, always: true };
    if (node.kind === tsc.SyntaxKind.FalseKeyword) return { takes: [], never: true, always: false };
    if (tsc.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (kind === tsc.SyntaxKind.BarBarToken || kind === tsc.SyntaxKind.AmpersandAmpersandToken) {
        const a = this.#asked(node.left, gone);
        const b = this.#asked(node.right, gone);
        return kind === tsc.SyntaxKind.BarBarToken
          ? { takes: [...a.takes, ...b.takes], never: a.never && b.never, always: a.always || b.always }
          : { takes: [], never: a.never || b.never, always: a.always && b.always };
      }
      if (kind === tsc.SyntaxKind.InstanceOfKeyword && strip(node.left)?.getText() === this.#error) {
        this.asks = true;
        return { takes: [node.right], never: gone.some(above => isUnder(this.#ev, node.right, above)), always: false };
      }
    }
    this.#looks(node);
    return { takes: [], never: false, always: false };
  }

  #looks(condition: ts.Node): void {
    walk(condition, node => {
      if (tsc.isIdentifier(node) && this.#held.has(node.text)) this.asks = true;
      return isFunctionNode(node) ? 'skip' : undefined;
    });
  }
}

/** Is every error of the one class an error of the other as well? */
function isUnder(ev: Evaluator, one: ts.Expression, other: ts.Expression): boolean {
  if (one.getText() === other.getText()) return true;
  const below = ev.values(one);
  const above = ev.values(other);
  return below.length > 0 && above.length > 0 && below.every(value => above.every(root => stands(ev, value, root, 0)));
}

function stands(ev: Evaluator, value: Value, root: Value, depth: number): boolean {
  if (value.kind === 'class') {
    if (root.kind === 'class' && root.node === value.node) return true;
    const base = heritage(value.node);
    return base !== undefined && depth < 8 && ev.values(base).some(parent => stands(ev, parent, root, depth + 1));
  }
  if (value.kind !== 'foreign' || root.kind !== 'foreign') return false;
  const name = lastOf(value);
  const wanted = lastOf(root);
  if (root.package === '') {
    if (wanted === 'BaseException' || wanted === 'Error') return true;
    if (wanted === 'Exception') return !NOT_EXCEPTIONS.has(name);
  }
  // Packages of one family name their classes alike; classes of the languages stand above all of them.
  if (root.package !== '' && root.package !== value.package) return false;
  for (let at: string | undefined = name, steps = 0; at !== undefined && steps < 8; steps++) {
    if (at === wanted) return true;
    at = ABOVE[at];
  }
  return false;
}

function lastOf(value: Extract<Value, { kind: 'foreign' }>): string {
  const path = foreignPath(value);
  return path.slice(path.lastIndexOf('.') + 1);
}

/** What Python's `Exception` does not take. */
const NOT_EXCEPTIONS = new Set([
  'BaseException',
  'BaseExceptionGroup',
  'KeyboardInterrupt',
  'SystemExit',
  'GeneratorExit',
  'CancelledError',
]);

/** The class above a class: the clients of OpenAI, Anthropic and Groq in both languages, httpx, requests, and Python's own. */
const ABOVE: Readonly<Record<string, string>> = {
  APITimeoutError: 'APIConnectionError',
  APIConnectionTimeoutError: 'APIConnectionError',
  APIConnectionError: 'APIError',
  APIUserAbortError: 'APIError',
  APIResponseValidationError: 'APIError',
  BadRequestError: 'APIStatusError',
  AuthenticationError: 'APIStatusError',
  PermissionDeniedError: 'APIStatusError',
  NotFoundError: 'APIStatusError',
  ConflictError: 'APIStatusError',
  UnprocessableEntityError: 'APIStatusError',
  RateLimitError: 'APIStatusError',
  InternalServerError: 'APIStatusError',
  APIStatusError: 'APIError',
  ConnectTimeout: 'TimeoutException',
  ReadTimeout: 'TimeoutException',
  WriteTimeout: 'TimeoutException',
  PoolTimeout: 'TimeoutException',
  TimeoutException: 'TransportError',
  ConnectError: 'NetworkError',
  ReadError: 'NetworkError',
  NetworkError: 'TransportError',
  TransportError: 'RequestError',
  RequestError: 'HTTPError',
  HTTPStatusError: 'HTTPError',
  JSONDecodeError: 'ValueError',
  ValidationError: 'ValueError',
  UnicodeError: 'ValueError',
  UnicodeDecodeError: 'UnicodeError',
  KeyError: 'LookupError',
  IndexError: 'LookupError',
  ModuleNotFoundError: 'ImportError',
  RecursionError: 'RuntimeError',
  NotImplementedError: 'RuntimeError',
  ConnectionResetError: 'ConnectionError',
  ConnectionRefusedError: 'ConnectionError',
  ConnectionAbortedError: 'ConnectionError',
  BrokenPipeError: 'ConnectionError',
  ConnectionError: 'OSError',
  TimeoutError: 'OSError',
  FileNotFoundError: 'OSError',
  PermissionError: 'OSError',
};
