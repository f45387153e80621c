// What keeps a request from the model: the branches before a model call that end the request, and the comparisons,
// answers and exceptions that decide them, through the repository's own functions.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { Value } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import { handsOverAt } from '../paths/exits.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';
import { exits, throws } from './branches.ts';
import { type Choice, chosenBy } from './chosen.ts';
import { type Condition, fallOf, type Mode } from './conditions.ts';
import { isLeft, isPending, isUnheard } from './heard.ts';
import { mayLead, mayLimit, mayRefuse } from './hints.ts';
import { bindCall, type Entered, type Env, isComparison, NO_ENV, originOf } from './trace.ts';

/** Something that may decide about a request: a comparison by size, or the answer of code that is not ours. */
export interface Decision {
  readonly node: ts.Expression;
  readonly path: readonly string[];
  readonly env: Env;
  /** It decides only when these hold, or not when they hold. */
  readonly conditions: readonly Condition[];
  /** How an error of the decision lets the request through. */
  readonly failsOpen: string | undefined;
  /** It chooses the value that the branch asks about, and ends nothing itself: `if (used > LIMIT) allowed = false;` */
  readonly chooses?: true;
}

/** A branch of a function that ends a request, and what is known of each decision behind it. */
export interface Gate<T> {
  /** Stands in the function that was asked about. */
  readonly node: ts.Node;
  readonly decisions: readonly (Decision & { readonly read: T })[];
}

type Chain = Pick<Decision, 'conditions' | 'failsOpen' | 'env'>;
type Judged<T> = Gate<T>['decisions'][number];
const DEEPEST = 4;

/** What a reader of gates looks for. */
export interface Judge<T> {
  /** Says what a decision is; undefined: nothing of interest. */
  readonly read: (decision: Decision) => T | undefined;
  /** Is a function of others one that refuses by throwing? */
  readonly throws: (value: Value) => boolean;
}

export class Gates<T> {
  readonly #ev: Evaluator;
  readonly #judge: Judge<T>;
  /** Functions in which nothing was found, and how deep was looked, so that they are not looked at again from every caller. */
  readonly #barren = new Map<Mode, Map<ts.Node, number>>();
  readonly #visited = new Set<ts.Node>();
  #leads: readonly ts.Node[] = [];
  /** Where the last lead ends, or the loop around it. */
  #end = Number.POSITIVE_INFINITY;

  constructor(ev: Evaluator, judge: Judge<T>) {
    this.#ev = ev;
    this.#judge = judge;
  }

  /**
   * The gates of a function.
   * @param leads the nodes in it that lead to the model; empty for code that runs before everything, such as middleware
   */
  of(scope: ts.Node, leads: readonly ts.Node[], mode: Mode = 'path'): Gate<T>[] {
    this.#leads = leads;
    this.#end = leads.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...leads.map(lead => (loopAround(lead) ?? lead).getEnd()));
    this.#visited.clear();
    return this.within(scope, NO_ENV, mode, 0);
  }

  #judged(node: ts.Expression, path: readonly string[], env: Env): Judged<T>[] {
    const decision: Decision = { node, path, env, conditions: [], failsOpen: undefined };
    const read = this.#judge.read(decision);
    return read === undefined ? [] : [{ ...decision, read }];
  }

  #mayHold(fn: ts.Node, mode: Mode, depth: number): boolean {
    if ((this.#barren.get(mode)?.get(fn) ?? -1) >= DEEPEST - depth) return false;
    return mayLimit(this.#ev, fn.getSourceFile().fileName) && mayRefuse(fn);
  }

  within(scope: ts.Node, env: Env, mode: Mode, depth: number): Gate<T>[] {
    const out: Gate<T>[] = [];
    const body = bodyOf(scope);
    if (body === undefined) return out;
    const add = (node: ts.Node, decisions: readonly Judged<T>[]): void => {
      if (decisions.length > 0) out.push({ node, decisions });
    };
    const before = depth === 0 && this.#leads.length === 0;
    const over = depth > 0 || before ? handsOverAt(scope, before) : Number.POSITIVE_INFINITY;
    walk(body, node => {
      this.#ev.budget.step();
      if (node.pos >= over) return 'skip';
      if (tsc.isClassLike(node) || (node !== scope && isFunctionNode(node) && !this.#isInline(node, mode))) return 'skip';
      if (mode === 'path' && this.#isPast(node)) return 'skip';
      if (tsc.isIfStatement(node) && this.#ends(node, mode)) add(node, this.#asked(node.expression, scope, node, env, mode, depth));
      else if (tsc.isConditionalExpression(node) && (this.#leadsIn(node.whenTrue) || this.#leadsIn(node.whenFalse)))
        add(node, this.#asked(node.condition, scope, node, env, mode, depth));
      else if (tsc.isBinaryExpression(node) && isLogical(node) && this.#leadsIn(node.right))
        add(node, this.#asked(node.left, scope, node, env, mode, depth));
      else if (isConditionLoop(node) && this.#leadsIn(node.statement)) {
        const condition = tsc.isForStatement(node) ? node.condition : node.expression;
        if (condition !== undefined) add(node, this.#asked(condition, scope, node, env, mode, depth));
      } else if (tsc.isReturnStatement(node) && node.expression !== undefined && mode === 'value')
        add(node, this.#asked(node.expression, scope, node, env, mode, depth));
      else if (tsc.isSwitchStatement(node) && mode === 'path' && node.caseBlock.clauses.some(c => c.statements.some(exits)))
        add(node, this.#asked(node.expression, scope, node, env, mode, depth));
      else if (tsc.isCallExpression(node)) add(node, this.#thrown(node, scope, env, mode, depth));
      return undefined;
    });
    if (mode === 'value' && !tsc.isBlock(body) && tsc.isExpression(body)) add(body, this.#asked(body, scope, body, env, mode, depth));
    return out;
  }

  /** Callbacks that are run on the spot belong to the function; those that lead to the model have gates of their own. */
  #isInline(fn: ts.Node, mode: Mode): boolean {
    return tsc.isCallExpression(fn.parent) && fn.parent.expression !== fn && !(mode === 'path' && this.#leadsIn(fn));
  }

  #leadsIn(node: ts.Node): boolean {
    return this.#leads.some(lead => isWithin(lead, node));
  }

  /** Nothing after the last lead protects it, except around it in a loop. */
  #isPast(node: ts.Node): boolean {
    return node.pos >= this.#end;
  }

  #ends(node: ts.IfStatement, mode: Mode): boolean {
    const branches = node.elseStatement === undefined ? [node.thenStatement] : [node.thenStatement, node.elseStatement];
    if (mode === 'path' && branches.some(branch => this.#leadsIn(branch)) && !branches.every(branch => this.#leadsIn(branch))) return true;
    // What is only called refuses by throwing; a `return` of it goes unnoticed, unless what follows is the refusal.
    if (mode === 'call') return branches.some(branch => throws(branch)) || (branches.some(exits) && throws(node.parent));
    return branches.some(exits);
  }

  /** The decisions behind a condition or a result. What stands around them is looked at only where there are some. */
  #asked(condition: ts.Expression, scope: ts.Node, gate: ts.Node, env: Env, mode: Mode, depth: number): Judged<T>[] {
    const out: Judged<T>[] = [];
    for (const { node, only } of atomsOf(condition)) {
      const here: Chain = { env, failsOpen: undefined, conditions: only.map(other => ({ node: other, env })) };
      if (isComparison(node)) {
        out.push(...under(here, this.#judged(node, [], env)));
        continue;
      }
      const origin = originOf(this.#ev, node, env, 'here');
      const { leaves, entered } = origin;
      if (entered.some(step => isPending(step.fn, step.call))) continue;
      const place = (part: ts.Node, decisions: readonly Judged<T>[]): void => {
        if (decisions.length > 0) out.push(...under(this.#wayTo(part, entered, here, scope, condition, mode), decisions));
      };
      for (const leaf of leaves) place(leaf.node, this.#judged(leaf.node, leaf.path, leaf.env));
      for (const step of entered) if (this.#mayHold(step.fn, 'value', depth)) place(step.call, this.#inside(step, 'value', depth));
      for (const choice of chosenBy(this.#ev, origin, env)) place(choice.at, this.#choosing(choice, depth));
    }
    return out.length === 0 ? out : under(this.#extend({ env, conditions: [], failsOpen: undefined }, gate, scope, mode), out);
  }

  /** The decisions that choose a value, which a branch asks about somewhere else. */
  #choosing({ at, condition, env }: Choice, depth: number): Judged<T>[] {
    if (depth >= DEEPEST || this.#visited.has(at) || !mayLimit(this.#ev, at.getSourceFile().fileName) || !mayRefuse(functionOf(at)))
      return [];
    this.#visited.add(at);
    const decisions = this.#asked(condition, condition, condition, env, 'value', depth + 1);
    this.#visited.delete(at);
    return decisions.map(decision => ({ ...decision, chooses: true as const }));
  }

  /** What stands around a part of a condition, in its own function and around the calls that lead there. */
  #wayTo(part: ts.Node, entered: readonly Entered[], chain: Chain, scope: ts.Node, condition: ts.Node, mode: Mode): Chain | undefined {
    let out: Chain | undefined = chain;
    let node = part;
    for (let hops = 0; hops < 20 && out !== undefined; hops++) {
      const fn = functionOf(node);
      const home = isWithin(node, scope);
      // The branch itself was looked at already.
      if (!isWithin(node, condition)) out = this.#extend(out, node, home ? scope : fn, home ? mode : 'value');
      const step = home ? undefined : entered.find(e => e.fn === fn || isWithin(node, e.fn));
      if (step === undefined) break;
      node = step.call;
    }
    return out;
  }

  #inside(step: Entered, mode: Mode, depth: number): Judged<T>[] {
    if (depth >= DEEPEST || this.#visited.has(step.fn) || !this.#mayHold(step.fn, mode, depth)) return [];
    this.#visited.add(step.fn);
    const decisions = this.within(step.fn, step.env, mode, depth + 1).flatMap(gate => gate.decisions);
    this.#visited.delete(step.fn);
    if (decisions.length === 0) {
      const barren = this.#barren.get(mode) ?? new Map<ts.Node, number>();
      this.#barren.set(mode, barren.set(step.fn, DEEPEST - depth));
    }
    return decisions;
  }

  /** Refusals by exception inside a call: of our own functions, or of a limiter whose method throws. */
  #thrown(call: ts.CallExpression, scope: ts.Node, env: Env, mode: Mode, depth: number): Judged<T>[] {
    if (depth >= DEEPEST || (mode === 'path' && this.#leadsIn(call)) || !mayLead(this.#ev, call.expression)) return [];
    const out: Judged<T>[] = [];
    for (const value of this.#ev.values(call.expression).slice(0, 4)) {
      if (this.#judge.throws(value) && !isLeft(call)) out.push(...this.#judged(call, [], env));
      if (value.kind !== 'function' || isWithin(call, value.node) || isUnheard(value.node, call)) continue;
      out.push(...this.#inside({ fn: value.node, env: bindCall(value.node, call, env), call, outer: env }, 'call', depth));
    }
    return out.length === 0 ? out : under(this.#extend({ env, conditions: [], failsOpen: undefined }, call, scope, mode), out);
  }

  /** What stands around a node inside a function; undefined: a refusal there is caught again. */
  #extend(chain: Chain, node: ts.Node, scope: ts.Node, mode: Mode): Chain | undefined {
    const fall = fallOf(this.#ev, node, scope, chain.env, mode, mode === 'path' ? this.#leads : []);
    if (fall.swallowed) return undefined;
    return { env: chain.env, conditions: [...chain.conditions, ...fall.conditions], failsOpen: chain.failsOpen ?? fall.failsOpen };
  }
}

/** Decisions below something: what stands around it stands around them; undefined: nothing gets out of it. */
function under<T>(chain: Chain | undefined, decisions: readonly Judged<T>[]): Judged<T>[] {
  if (chain === undefined) return [];
  return decisions.map(decision => ({
    ...decision,
    conditions: [...chain.conditions, ...decision.conditions],
    failsOpen: chain.failsOpen ?? decision.failsOpen,
  }));
}

function functionOf(node: ts.Node): ts.Node {
  for (let up = node.parent; up !== undefined; up = up.parent) if (isFunctionNode(up) || tsc.isSourceFile(up)) return up;
  return node.getSourceFile();
}

export function bodyOf(scope: ts.Node): ts.Node | undefined {
  return tsc.isSourceFile(scope) ? scope : isFunctionNode(scope) ? scope.body : undefined;
}

function isConditionLoop(node: ts.Node): node is ts.WhileStatement | ts.DoStatement | ts.ForStatement {
  return tsc.isWhileStatement(node) || tsc.isDoStatement(node) || tsc.isForStatement(node);
}

/** The outermost loop around a node inside its function: what stands in it after the node runs before the next round. */
export function loopAround(node: ts.Node): ts.IterationStatement | undefined {
  let loop: ts.IterationStatement | undefined;
  for (let up = node.parent; up !== undefined && !isFunctionNode(up); up = up.parent) if (tsc.isIterationStatement(up, false)) loop = up;
  return loop;
}

function isLogical(node: ts.BinaryExpression): boolean {
  return node.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken || node.operatorToken.kind === tsc.SyntaxKind.BarBarToken;
}

/** One question of a condition. `only`: what must hold as well for it to matter. */
interface Atom {
  readonly node: ts.Expression;
  readonly only: readonly ts.Expression[];
}

/** The single questions of a condition. */
function atomsOf(condition: ts.Expression): Atom[] {
  const out: Atom[] = [];
  const stack: Atom[] = [{ node: condition, only: [] }];
  // Nobody writes conditions of hundreds of parts by hand.
  let parts = 0;
  for (let next = stack.pop(); next !== undefined && parts < 100; next = stack.pop()) {
    parts++;
    const { only } = next;
    const node = strip(next.node) ?? next.node;
    if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken) stack.push({ node: node.operand, only });
    else if (tsc.isBinaryExpression(node) && isLogical(node)) {
      const both = node.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken;
      const alone = (one: ts.Expression, other: ts.Expression): readonly ts.Expression[] =>
        both && !shareName(one, other) ? [...only, other] : only;
      stack.push({ node: node.right, only: alone(node.right, node.left) }, { node: node.left, only: alone(node.left, node.right) });
    } else if (tsc.isBinaryExpression(node) && isEqual(node)) {
      stack.push({ node: isConstant(node.right) ? node.left : node.right, only });
    } else out.push({ node, only });
  }
  return out;
}

/** `result && !result.allowed` asks one thing. */
function shareName(a: ts.Expression, b: ts.Expression): boolean {
  const first = rootName(a);
  return first !== undefined && first === rootName(b);
}

function rootName(node: ts.Expression): string | undefined {
  let inner: ts.Expression | undefined = strip(node);
  for (let deep = 0; deep < 30; deep++) {
    if (inner === undefined) return undefined;
    if (tsc.isIdentifier(inner)) return inner.text;
    if (tsc.isPrefixUnaryExpression(inner)) inner = strip(inner.operand);
    else if (tsc.isPropertyAccessExpression(inner) || tsc.isElementAccessExpression(inner)) inner = strip(inner.expression);
    else if (tsc.isBinaryExpression(inner)) inner = strip(inner.left);
    else return undefined;
  }
  return undefined;
}

function isEqual(node: ts.BinaryExpression): boolean {
  return /^[!=]==?$/.test(node.operatorToken.getText());
}

function isConstant(node: ts.Expression): boolean {
  return (
    tsc.isStringLiteralLike(node) ||
    tsc.isNumericLiteral(node) ||
    node.kind === tsc.SyntaxKind.TrueKeyword ||
    node.kind === tsc.SyntaxKind.FalseKeyword ||
    node.kind === tsc.SyntaxKind.NullKeyword ||
    (tsc.isIdentifier(node) && node.text === 'undefined')
  );
}
