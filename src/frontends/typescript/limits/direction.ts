// Does a gate refuse when much was used, or when little was? The code from the comparison to the refusal is tried twice: once with a
// count that is high, once with one that is low.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { elementPath, isAssignment, strip, valueAt } from '../syntax.ts';
import { exits, throws } from './branches.ts';
import { fieldsMade } from './made.ts';
import { bindCall, type Env, NO_ENV } from './trace.ts';

/** A comparison of a count with a limit, and what it gives when the count is high. */
export interface Comparison {
  readonly node: ts.Node;
  readonly whenHigh: boolean;
}

/**
 * Does a gate let everybody through who has used much, and stop somebody who has not?
 * @param leads the nodes around the gate that lead to the model
 */
export function isBackwards(ev: Evaluator, gate: ts.Node, { node, whenHigh }: Comparison, leads: readonly ts.Node[]): boolean {
  const refuses = (holds: boolean): boolean | undefined =>
    ev.budget.ask(
      () => new Trial(ev, node, holds).refuses(gate, leads),
      () => undefined,
    );
  return refuses(whenHigh) === false && refuses(!whenHigh) === true;
}

/**
 * Does a gate stop everybody who has used much, whatever else it asks about, and perhaps not somebody who has used little?
 * @param leads the nodes around the gate that lead to the model
 */
export function isSure(ev: Evaluator, gate: ts.Node, { node, whenHigh }: Comparison, leads: readonly ts.Node[]): boolean {
  return ev.budget.ask(
    () => new Trial(ev, node, whenHigh).goesOn(gate, leads) === false && new Trial(ev, node, !whenHigh).goesOn(gate, leads) === true,
    () => false,
  );
}

/** May a condition hold when the count is high? Both, where that cannot be told. */
export function whenHigh(ev: Evaluator, condition: ts.Expression, comparison: Comparison, env: Env): ReadonlySet<boolean> {
  return ev.budget.ask(
    () => new Trial(ev, comparison.node, comparison.whenHigh).truths(condition, env),
    () => new Set([true, false]),
  );
}

/** What an expression may be; `any`: nobody knows. */
type Possible = { readonly is: string | number | boolean | null } | 'object' | 'any';
type End = { readonly how: 'next' | 'throw' } | { readonly how: 'return'; readonly value: ts.Expression | undefined; readonly env: Env };

const ANY: readonly Possible[] = ['any'];
const NEXT: End = { how: 'next' };
const THROW: End = { how: 'throw' };
const DEEPEST = 24;
const MOST_CALLS = 4;
const MOST_ENDS = 24;

const may = (values: readonly Possible[], truth: boolean): boolean =>
  values.some(value => value === 'any' || (value === 'object' ? truth : Boolean(value.is) === truth));

class Trial {
  readonly #ev: Evaluator;
  readonly #comparison: ts.Node;
  readonly #holds: boolean;
  /** Functions that are being tried. */
  readonly #open = new Set<ts.Node>();

  constructor(ev: Evaluator, comparison: ts.Node, holds: boolean) {
    this.#ev = ev;
    this.#comparison = comparison;
    this.#holds = holds;
  }

  truths(condition: ts.Expression, env: Env): ReadonlySet<boolean> {
    const values = this.#values(condition, [], env, 0);
    return new Set([true, false].filter(truth => may(values, truth)));
  }

  /** May the gate refuse? undefined: it is no gate that asks whether something holds. */
  refuses(gate: ts.Node, leads: readonly ts.Node[]): boolean | undefined {
    return this.#may(gate, leads, true);
  }

  /** May the gate let a request pass? undefined: it is no gate that asks whether something holds. */
  goesOn(gate: ts.Node, leads: readonly ts.Node[]): boolean | undefined {
    return this.#may(gate, leads, false);
  }

  #may(gate: ts.Node, leads: readonly ts.Node[], refuse: boolean): boolean | undefined {
    const leadsIn = (node: ts.Node | undefined): boolean => node !== undefined && leads.some(lead => isWithin(lead, node));
    const by = (condition: ts.Expression | undefined, ifTrue: boolean, ifFalse: boolean): boolean | undefined => {
      if (condition === undefined || ifTrue === ifFalse) return undefined;
      return may(this.#values(condition, [], NO_ENV, 0), ifTrue === refuse);
    };
    if (tsc.isIfStatement(gate)) {
      const { thenStatement: one, elseStatement: other } = gate;
      const stops = (branch: ts.Statement | undefined, sibling: ts.Statement | undefined): boolean =>
        !leadsIn(branch) && (leadsIn(sibling) || (branch !== undefined && exits(branch) && !answersYes(branch)));
      return by(gate.expression, stops(one, other), stops(other, one));
    }
    if (tsc.isConditionalExpression(gate)) return by(gate.condition, leadsIn(gate.whenFalse), leadsIn(gate.whenTrue));
    if (tsc.isBinaryExpression(gate)) {
      const both = gate.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken;
      return by(gate.left, !both, both);
    }
    if (tsc.isWhileStatement(gate) || tsc.isDoStatement(gate)) return by(gate.expression, false, true);
    if (tsc.isForStatement(gate)) return by(gate.condition, false, true);
    // A guard that answers whether a request may go on.
    if (tsc.isReturnStatement(gate)) return by(gate.expression, false, true);
    if (!tsc.isCallExpression(gate) || gate === this.#comparison) return undefined;
    return refuse ? this.#mayThrow(gate, NO_ENV, 0) : this.#mayReturn(gate, NO_ENV, 0);
  }

  #values(expression: ts.Expression | undefined, path: readonly string[], env: Env, depth: number): readonly Possible[] {
    this.#ev.budget.step();
    const node = strip(expression);
    if (node === undefined || depth > DEEPEST) return ANY;
    const on = (next: ts.Expression, rest: readonly string[] = path): readonly Possible[] => this.#values(next, rest, env, depth + 1);
    if (node === this.#comparison) return [{ is: this.#holds }];
    if (tsc.isPropertyAccessExpression(node)) return on(node.expression, [node.name.text, ...path]);
    if (tsc.isElementAccessExpression(node)) {
      const at = strip(node.argumentExpression);
      return at !== undefined && tsc.isStringLiteralLike(at) ? on(node.expression, [at.text, ...path]) : ANY;
    }
    if (tsc.isIdentifier(node)) return this.#named(node, path, env, depth);
    if (tsc.isConditionalExpression(node)) {
      const asked = on(node.condition, []);
      return [...(may(asked, true) ? on(node.whenTrue) : []), ...(may(asked, false) ? on(node.whenFalse) : [])];
    }
    if (tsc.isCallExpression(node)) return this.#given(node, path, env, depth);
    if (tsc.isObjectLiteralExpression(node) || tsc.isNewExpression(node)) {
      const [name, ...rest] = path;
      if (name === undefined) return ['object'];
      const part = tsc.isNewExpression(node) ? fieldsMade(node, this.#ev).find(([field]) => field === name)?.[1] : valueAt(node, name);
      return part === undefined ? ANY : on(part, rest);
    }
    return path.length === 0 ? (constantOf(node) ?? this.#logic(node, env, depth)) : ANY;
  }

  #logic(node: ts.Expression, env: Env, depth: number): readonly Possible[] {
    const on = (next: ts.Expression): readonly Possible[] => this.#values(next, [], env, depth + 1);
    const truths = (isTrue: boolean, isFalse: boolean): readonly Possible[] => [
      ...(isTrue ? [{ is: true }] : []),
      ...(isFalse ? [{ is: false }] : []),
    ];
    if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.ExclamationToken) {
      const inner = on(node.operand);
      return truths(may(inner, false), may(inner, true));
    }
    if (!tsc.isBinaryExpression(node)) return ANY;
    const operator = node.operatorToken.getText();
    if (operator === '&&' || operator === '||') {
      const goesOn = operator === '&&';
      const left = on(node.left);
      const stays = left.filter(value => may([value], !goesOn));
      return may(left, goesOn) ? [...stays, ...on(node.right)] : stays;
    }
    if (!/^[!=]==?$/.test(operator)) return ANY;
    const [left, right] = [on(node.left), on(node.right)];
    const pairs = left.flatMap(a => right.map(b => isEqual(a, b)));
    const equal = operator.startsWith('=');
    const can = (wanted: boolean): boolean => pairs.some(pair => pair === undefined || pair === wanted);
    return truths(can(equal), can(!equal));
  }

  #named(node: ts.Identifier, path: readonly string[], env: Env, depth: number): readonly Possible[] {
    const binding = resolve(node);
    if (binding === undefined && node.text === 'undefined') return [{ is: null }];
    if (binding?.kind === 'parameter') {
      const given = env.get(binding.node);
      const taken = binding.element === undefined ? path : [...elementPath(binding.element), ...path];
      return given === undefined ? ANY : this.#values(given.node, taken, given.env, depth + 1);
    }
    if (binding?.kind !== 'variable') return ANY;
    const { node: declaration, element } = binding;
    const taken = element === undefined ? path : [...elementPath(element), ...path];
    const fn = enclosingFunction(declaration);
    let known = declaration.initializer === undefined ? [] : this.#values(declaration.initializer, taken, env, depth + 1);
    if ((declaration.parent.flags & tsc.NodeFlags.Const) !== 0 || !tsc.isIdentifier(declaration.name)) return known;
    // `let allowed = true; if (used > 50) allowed = false;`
    for (const use of this.#ev.program.identifiers(this.#ev.program.unitOf(declaration), declaration.name.text)) {
      const { parent } = use;
      if (!tsc.isBinaryExpression(parent) || parent.left !== use || !isAssignment(parent.operatorToken.kind)) continue;
      const other = resolve(use);
      if (other?.kind !== 'variable' || other.node !== declaration) continue;
      if (enclosingFunction(use) !== fn) return ANY;
      const runs = this.#isRun(parent, fn, env, depth);
      if (runs !== false) known = [...(runs === true ? [] : known), ...this.#values(parent.right, path, env, depth + 1)];
    }
    return known.length === 0 ? ANY : known;
  }

  /** Do the branches around a node run? undefined: perhaps. */
  #isRun(node: ts.Node, fn: ts.Node | undefined, env: Env, depth: number): boolean | undefined {
    let sure = true;
    for (let child = node, up = node.parent; up !== undefined && child !== fn; child = up, up = up.parent) {
      if (tsc.isIfStatement(up) && child !== up.expression) {
        const asked = this.#values(up.expression, [], env, depth + 1);
        const wanted = child === up.thenStatement;
        if (!may(asked, wanted)) return false;
        sure &&= !may(asked, !wanted);
      } else if (tsc.isIterationStatement(up, false) || tsc.isCatchClause(up) || tsc.isCaseOrDefaultClause(up)) sure = false;
    }
    return sure ? true : undefined;
  }

  /** What a call gives. */
  #given(call: ts.CallExpression, path: readonly string[], env: Env, depth: number): readonly Possible[] {
    const { expression } = call;
    const [only] = call.arguments;
    if (tsc.isIdentifier(expression) && expression.text === 'Boolean' && only !== undefined)
      return this.#values(only, path, env, depth + 1);
    const out: Possible[] = [];
    for (const fn of this.#functions(call)) {
      for (const end of this.#run(fn, bindCall(fn, call, env), depth))
        if (end.how === 'return')
          out.push(...(end.value === undefined ? [{ is: null }] : this.#values(end.value, path, end.env, depth + 1)));
        else if (end.how === 'next') out.push({ is: null });
    }
    return out.length === 0 || out.length > MOST_ENDS ? ANY : out;
  }

  #functions(call: ts.CallExpression): FunctionNode[] {
    return this.#ev
      .values(call.expression)
      .slice(0, MOST_CALLS)
      .flatMap(value => (value.kind === 'function' && !this.#open.has(value.node) ? [value.node] : []));
  }

  #mayThrow(call: ts.CallExpression, env: Env, depth: number): boolean {
    return this.#functions(call).some(fn => this.#run(fn, bindCall(fn, call, env), depth).some(end => end.how === 'throw'));
  }

  #mayReturn(call: ts.CallExpression, env: Env, depth: number): boolean {
    const functions = this.#functions(call);
    return functions.length === 0 || functions.some(fn => this.#run(fn, bindCall(fn, call, env), depth).some(end => end.how !== 'throw'));
  }

  /** The ways in which a function may end. */
  #run(fn: FunctionNode, env: Env, depth: number): readonly End[] {
    const { body } = fn;
    if (body === undefined || depth > DEEPEST) return [NEXT, THROW];
    if (!tsc.isBlock(body)) return [{ how: 'return', value: body, env }];
    this.#open.add(fn);
    const ends = this.#block(body.statements, env, depth + 1);
    this.#open.delete(fn);
    return ends;
  }

  #block(statements: readonly ts.Statement[], env: Env, depth: number): readonly End[] {
    const out: End[] = [];
    for (const statement of statements) {
      const ends = this.#statement(statement, env, depth);
      for (const end of ends) if (end.how !== 'next' && out.length < MOST_ENDS) out.push(end);
      if (!ends.includes(NEXT)) return out;
    }
    return [...out, NEXT];
  }

  #statement(node: ts.Statement, env: Env, depth: number): readonly End[] {
    this.#ev.budget.step();
    if (depth > DEEPEST) return [NEXT, THROW];
    const on = (inner: ts.Statement | undefined): readonly End[] => (inner === undefined ? [NEXT] : this.#statement(inner, env, depth + 1));
    if (tsc.isBlock(node)) return this.#block(node.statements, env, depth + 1);
    if (tsc.isIfStatement(node)) {
      const asked = this.#values(node.expression, [], env, depth);
      const called = this.#thrownIn(node.expression, env, depth);
      return [...called, ...(may(asked, true) ? on(node.thenStatement) : []), ...(may(asked, false) ? on(node.elseStatement) : [])];
    }
    if (tsc.isThrowStatement(node)) return [THROW];
    if (tsc.isReturnStatement(node)) return [...this.#thrownIn(node, env, depth), { how: 'return', value: node.expression, env }];
    if (tsc.isTryStatement(node)) {
      const tried = on(node.tryBlock);
      const caught = node.catchClause === undefined || !tried.includes(THROW) ? [] : on(node.catchClause.block);
      const ends = [...tried.filter(end => end !== THROW || node.catchClause === undefined), ...caught];
      const last = on(node.finallyBlock);
      return last.includes(NEXT) ? [...ends, ...last.filter(end => end !== NEXT)] : last;
    }
    if (tsc.isIterationStatement(node, false)) return [...on(node.statement), NEXT];
    if (tsc.isSwitchStatement(node))
      return [...node.caseBlock.clauses.flatMap(clause => this.#block(clause.statements, env, depth + 1)), NEXT];
    return throws(node) ? [THROW] : [...this.#thrownIn(node, env, depth), NEXT];
  }

  /** What the calls in a statement throw. */
  #thrownIn(root: ts.Node, env: Env, depth: number): readonly End[] {
    let found = false;
    walk(root, node => {
      if (found || isFunctionNode(node) || tsc.isClassLike(node)) return 'skip';
      if (tsc.isCallExpression(node)) found = this.#mayThrow(node, env, depth + 1);
      return undefined;
    });
    return found ? [THROW] : [];
  }
}

/** `return true` in a guard: the request goes on. */
function answersYes(branch: ts.Statement): boolean {
  const last = tsc.isBlock(branch) ? branch.statements.at(-1) : branch;
  return last !== undefined && tsc.isReturnStatement(last) && strip(last.expression)?.kind === tsc.SyntaxKind.TrueKeyword;
}

function constantOf(node: ts.Expression): readonly Possible[] | undefined {
  if (tsc.isStringLiteralLike(node)) return [{ is: node.text }];
  if (tsc.isNumericLiteral(node)) return [{ is: Number(node.text) }];
  if (node.kind === tsc.SyntaxKind.TrueKeyword || node.kind === tsc.SyntaxKind.FalseKeyword)
    return [{ is: node.kind === tsc.SyntaxKind.TrueKeyword }];
  if (node.kind === tsc.SyntaxKind.NullKeyword) return [{ is: null }];
  return undefined;
}

/** undefined: nobody knows. */
function isEqual(a: Possible, b: Possible): boolean | undefined {
  if (a === 'any' || b === 'any' || (a === 'object' && b === 'object')) return undefined;
  return a === 'object' || b === 'object' ? false : a.is === b.is;
}
