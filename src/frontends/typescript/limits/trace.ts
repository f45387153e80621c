// Where does a value come from? Follows an expression backwards through variables, destructuring, parameters, results of the
// repository's own functions and arithmetic, down to the expressions that it is made of. Answers with syntax, not with values:
// the readers of limits must see the keys and filters that the evaluator has no use for.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { resolve } from '../scope.ts';
import { elementPath, isAssignment, strip, valueAt } from '../syntax.ts';
import { isOfLanguage, mayLead } from './hints.ts';
import { importedVariable, isModule } from './imported.ts';
import { fieldsMade, partsOfPath } from './made.ts';

/** What the parameters of the functions on the way were given. */
export type Env = ReadonlyMap<ts.ParameterDeclaration, { readonly node: ts.Expression; readonly env: Env }>;
export const NO_ENV: Env = new Map();

/** An expression that is not followed further, and the members that are taken of it. */
export interface Leaf {
  readonly node: ts.Expression;
  readonly path: readonly string[];
  readonly env: Env;
  /** The whole becomes smaller when this becomes larger: it is taken away from something. */
  readonly falls?: true;
}

/** A function of the repository whose result is part of the value. */
export interface Entered {
  readonly fn: FunctionNode;
  readonly env: Env;
  readonly call: ts.CallExpression;
  /** The env in which the call stands. */
  readonly outer: Env;
}

export interface Origin {
  readonly leaves: readonly Leaf[];
  readonly entered: readonly Entered[];
  /** The variables that hold it on the way: a list may grow in each of them. */
  readonly passed: readonly ts.VariableDeclaration[];
  /** The choices on the way whose branches both are alternatives. */
  readonly choices: readonly { readonly node: ts.ConditionalExpression; readonly env: Env }[];
}

/** Is a value, or the part of it that is asked about, to be followed no further? */
export type Stops = (node: ts.Expression, path: readonly string[], env: Env) => boolean;

const MOST_LEAVES = 60;
const DEEPEST = 40;
const MOST_CALLERS = 8;
/** Functions of the language that hand on what they are given. */
const THROUGH = new Set(
  'Number String BigInt Boolean parseInt parseFloat encodeURIComponent Number.parseInt Number.parseFloat Math.floor Math.ceil Math.round Math.trunc Math.max Math.min Promise.race Promise.resolve Promise.all Promise.any Array.from Object.values structuredClone JSON.parse Number.isNaN Number.isFinite isNaN'.split(
    ' ',
  ),
);
const COMPARES: ReadonlySet<ts.SyntaxKind> = new Set([
  tsc.SyntaxKind.LessThanToken,
  tsc.SyntaxKind.LessThanEqualsToken,
  tsc.SyntaxKind.GreaterThanToken,
  tsc.SyntaxKind.GreaterThanEqualsToken,
]);

/** Is this a comparison by size? */
export function isComparison(node: ts.Node): node is ts.BinaryExpression {
  return tsc.isBinaryExpression(node) && COMPARES.has(node.operatorToken.kind);
}

/** The dotted name of a global function: `Math.max`. */
function globalName(callee: ts.Expression): string | undefined {
  if (tsc.isIdentifier(callee)) return resolve(callee) === undefined ? callee.text : undefined;
  if (!tsc.isPropertyAccessExpression(callee) || !tsc.isIdentifier(callee.expression) || resolve(callee.expression) !== undefined)
    return undefined;
  return `${callee.expression.text}.${callee.name.text}`;
}

/**
 * The parts that a value is made of.
 * @param reach `callers`: a parameter that nothing in `env` gives is followed to the callers of its function, which is dear
 * @param path the members of it that are asked about
 * @param stops what is a part of its own, however it was made; then what is assigned to parameters is followed too
 */
export function originOf(
  ev: Evaluator,
  node: ts.Expression,
  env: Env = NO_ENV,
  reach: 'callers' | 'here' = 'callers',
  path: readonly string[] = [],
  stops?: Stops,
): Origin {
  const run = new Run(ev, reach === 'callers', stops);
  run.follow(node, path, env, 0);
  const { leaves, entered, passed, choices } = run;
  return { leaves, entered, passed, choices };
}

/** What the parameters of a function stand for when it is called here. */
export function bindCall(fn: FunctionNode, call: ts.CallExpression, outer: Env): Env {
  const env = new Map(outer);
  fn.parameters.forEach((parameter, i) => {
    const arg = call.arguments[i];
    if (arg !== undefined && !tsc.isSpreadElement(arg) && !parameter.dotDotDotToken) env.set(parameter, { node: arg, env: outer });
  });
  return env;
}

/** The function that a parameter stands for, where it is called: `change(await read())` with `update(old => ...)`. */
function handedFunction(call: ts.CallExpression, env: Env): Pick<Entered, 'fn' | 'env'> | undefined {
  let callee = strip(call.expression);
  let known = env;
  for (let hops = 0; hops < 6 && callee !== undefined && tsc.isIdentifier(callee); hops++) {
    const binding = resolve(callee);
    const given = binding?.kind === 'parameter' && binding.element === undefined ? known.get(binding.node) : undefined;
    if (given === undefined) return undefined;
    callee = strip(given.node);
    known = given.env;
  }
  if (callee === undefined || !(tsc.isArrowFunction(callee) || tsc.isFunctionExpression(callee))) return undefined;
  const inner = new Map(known);
  callee.parameters.forEach((parameter, i) => {
    const arg = call.arguments[i];
    if (arg !== undefined && !tsc.isSpreadElement(arg) && !parameter.dotDotDotToken) inner.set(parameter, { node: arg, env });
  });
  return { fn: callee, env: inner };
}

class Run {
  readonly leaves: Leaf[] = [];
  readonly entered: Entered[] = [];
  readonly passed: ts.VariableDeclaration[] = [];
  readonly choices: { node: ts.ConditionalExpression; env: Env }[] = [];
  readonly #ev: Evaluator;
  readonly #up: boolean;
  readonly #stops: Stops | undefined;
  readonly #seen = new Map<ts.Node, Set<string>>();
  #falls = false;

  constructor(ev: Evaluator, up: boolean, stops: Stops | undefined) {
    this.#ev = ev;
    this.#up = up;
    this.#stops = stops;
  }

  follow(expression: ts.Expression, path: readonly string[], env: Env, depth: number): void {
    this.#ev.budget.step();
    const node = strip(expression) ?? expression;
    const key = path.join('.');
    const seen = this.#seen.get(node) ?? new Set();
    if (seen.has(key) || this.leaves.length >= MOST_LEAVES) return;
    this.#seen.set(node, seen.add(key));
    if (depth > DEEPEST || this.#stops?.(node, path, env) === true) {
      this.#leaf(node, path, env);
      return;
    }
    const on = (next: ts.Expression, p: readonly string[] = path, e: Env = env): void => this.follow(next, p, e, depth + 1);
    if (tsc.isIdentifier(node)) {
      this.#identifier(node, path, env, depth);
      return;
    }
    if (tsc.isPropertyAccessExpression(node)) {
      if (node.expression.kind === tsc.SyntaxKind.ThisKeyword) {
        this.#leaf(node, path, env);
        return;
      }
      on(node.expression, [node.name.text, ...path]);
      return;
    }
    if (tsc.isElementAccessExpression(node)) {
      const at = strip(node.argumentExpression);
      if (at !== undefined && (tsc.isStringLiteralLike(at) || tsc.isNumericLiteral(at))) {
        on(node.expression, [at.text, ...path]);
        return;
      }
      // Which entry is read decides whose count it is: the access itself is what readers want to see.
      this.#leaf(node, path, env);
      return;
    }
    if (tsc.isObjectLiteralExpression(node)) {
      this.#object(node, path, env, depth);
      return;
    }
    const whole = path.length === 0 ? partsOfPath(node) : [];
    for (const part of whole) on(part);
    if (whole.length > 0) return;
    if (tsc.isCallExpression(node)) {
      this.#call(node, path, env, depth);
      return;
    }
    if (tsc.isNewExpression(node) && path.length > 0 && isPython(node)) {
      const field = fieldsMade(node, this.#ev).find(([name]) => name === path[0]);
      if (field !== undefined) {
        on(field[1], path.slice(1));
        return;
      }
    }
    if (tsc.isArrayLiteralExpression(node)) {
      const at = node.elements[Number(path[0])];
      if (at !== undefined && !tsc.isSpreadElement(at)) {
        on(at, path.slice(1));
        return;
      }
      for (const element of node.elements) on(tsc.isSpreadElement(element) ? element.expression : element, path.slice(1));
      return;
    }
    if (tsc.isConditionalExpression(node)) {
      this.choices.push({ node, env });
      on(node.whenTrue);
      on(node.whenFalse);
      return;
    }
    if (tsc.isBinaryExpression(node)) {
      const kind = node.operatorToken.kind;
      if (isAssignment(kind)) {
        on(node.right);
        return;
      }
      if (COMPARES.has(kind) || isEquality(kind)) {
        this.#leaf(node, path, env);
        return;
      }
      const whole = kind === tsc.SyntaxKind.BarBarToken || kind === tsc.SyntaxKind.QuestionQuestionToken;
      on(node.left, whole ? path : []);
      const taken = kind === tsc.SyntaxKind.MinusToken || kind === tsc.SyntaxKind.SlashToken;
      if (taken) this.#falls = !this.#falls;
      on(node.right, whole ? path : []);
      if (taken) this.#falls = !this.#falls;
      return;
    }
    if (tsc.isTemplateExpression(node)) {
      for (const span of node.templateSpans) on(span.expression, []);
      this.#leaf(node, path, env);
      return;
    }
    if (tsc.isPrefixUnaryExpression(node) || tsc.isPostfixUnaryExpression(node)) {
      on(node.operand, []);
      return;
    }
    this.#leaf(node, path, env);
  }

  #leaf(node: ts.Expression, path: readonly string[], env: Env): void {
    this.leaves.push({ node, path, env, ...(this.#falls ? { falls: true } : {}) });
  }

  #identifier(node: ts.Identifier, path: readonly string[], env: Env, depth: number): void {
    const binding = resolve(node);
    if (binding?.kind === 'import') {
      this.#imported(node, path, env, depth);
      return;
    }
    if (binding === undefined || (binding.kind !== 'variable' && binding.kind !== 'parameter')) {
      this.#leaf(node, path, env);
      return;
    }
    const taken = binding.element === undefined ? path : [...elementPath(binding.element), ...path];
    if (binding.kind === 'parameter') {
      if (this.#stops !== undefined) this.#assigned(binding.node, taken, env, depth);
      const given = env.get(binding.node);
      if (given !== undefined) {
        this.follow(given.node, taken, given.env, depth + 1);
        return;
      }
      if (!this.#up) {
        this.#leaf(node, taken, env);
        return;
      }
      const fn = binding.node.parent as FunctionNode;
      const index = fn.parameters.indexOf(binding.node);
      const args = this.#ev
        .callers(tsc.isConstructorDeclaration(fn) ? fn.parent : fn)
        .slice(0, MOST_CALLERS)
        .flatMap(call => call.arguments?.[index] ?? []);
      if (args.length === 0) {
        this.#leaf(node, taken, env);
        return;
      }
      for (const arg of args) this.follow(arg, taken, NO_ENV, depth + 1);
      return;
    }
    this.#variable(node, binding.node, taken, env, depth);
  }

  #variable(node: ts.Identifier, declaration: ts.VariableDeclaration, path: readonly string[], env: Env, depth: number): void {
    if (path.length === 0) this.passed.push(declaration);
    const fixed = (declaration.parent.flags & tsc.NodeFlags.Const) !== 0;
    if (declaration.initializer !== undefined) this.follow(declaration.initializer, path, env, depth + 1);
    else if (tsc.isForOfStatement(declaration.parent.parent)) this.follow(declaration.parent.parent.expression, path, env, depth + 1);
    if (fixed) return;
    if (!tsc.isIdentifier(declaration.name)) return;
    // A variable that changes is itself of interest: it may be the counter.
    this.#leaf(node, path, env);
    this.#assigned(declaration, path, env, depth);
  }

  #assigned(declaration: ts.VariableDeclaration | ts.ParameterDeclaration, path: readonly string[], env: Env, depth: number): void {
    if (!tsc.isIdentifier(declaration.name)) return;
    for (const use of this.#ev.program.identifiers(this.#ev.program.unitOf(declaration), declaration.name.text)) {
      const parent = use.parent;
      if (!tsc.isBinaryExpression(parent) || parent.left !== use || !isAssignment(parent.operatorToken.kind)) continue;
      const other = resolve(use);
      if (other !== undefined && 'node' in other && other.node === declaration) this.follow(parent.right, path, env, depth + 1);
    }
  }

  /** A constant or a variable of another file of the repository. */
  #imported(node: ts.Identifier, path: readonly string[], env: Env, depth: number): void {
    const declaration = importedVariable(this.#ev, node, path[0]);
    if (declaration?.initializer === undefined) {
      this.#leaf(node, path, env);
      return;
    }
    const rest = isModule(this.#ev, node) ? path.slice(1) : path;
    this.follow(declaration.initializer, rest, NO_ENV, depth + 1);
    if ((declaration.parent.flags & tsc.NodeFlags.Const) === 0) this.#leaf(node, path, env);
  }

  #call(node: ts.CallExpression, path: readonly string[], env: Env, depth: number): void {
    const name = globalName(node.expression);
    if (name !== undefined && THROUGH.has(name)) {
      for (const arg of node.arguments) if (!tsc.isSpreadElement(arg)) this.follow(arg, path, env, depth + 1);
      return;
    }
    if (isOfLanguage(node.expression)) {
      this.#leaf(node, path, env);
      this.#items(node, path, env, depth);
      // What a promise gives is not changed by who waits for its end, or for its failure.
      if (/^(?:catch|finally)$/.test(node.expression.name.text)) this.follow(node.expression.expression, path, env, depth + 1);
      return;
    }
    const handed = handedFunction(node, env);
    if (handed !== undefined) {
      this.entered.push({ ...handed, call: node, outer: env });
      for (const returned of this.#ev.returnsOf(handed.fn)) this.follow(returned, path, handed.env, depth + 1);
      return;
    }
    if (!this.#up && !mayLead(this.#ev, node.expression)) {
      this.#leaf(node, path, env);
      return;
    }
    const functions = this.#ev.values(node.expression).flatMap(v => (v.kind === 'function' ? [v.node] : []));
    if (functions.length === 0) {
      this.#leaf(node, path, env);
      return;
    }
    for (const fn of functions.slice(0, 4)) {
      const inner = bindCall(fn, node, env);
      this.entered.push({ fn, env: inner, call: node, outer: env });
      for (const returned of this.#ev.returnsOf(fn)) this.follow(returned, path, inner, depth + 1);
    }
  }

  /** `keys.map(key => ...)`: what the callback gives, with the list in the place of its item. */
  #items(node: ts.CallExpression, path: readonly string[], env: Env, depth: number): void {
    const callee = node.expression as ts.PropertyAccessExpression;
    const fn = node.arguments[0] === undefined ? undefined : strip(node.arguments[0]);
    if (!/^(?:map|flatMap|then)$/.test(callee.name.text) || fn === undefined || !(tsc.isArrowFunction(fn) || tsc.isFunctionExpression(fn)))
      return;
    const item = fn.parameters[0];
    const inner = item === undefined ? env : new Map(env).set(item, { node: callee.expression, env });
    for (const returned of this.#ev.returnsOf(fn)) this.follow(returned, path, inner, depth + 1);
  }

  #object(node: ts.ObjectLiteralExpression, path: readonly string[], env: Env, depth: number): void {
    const [name, ...rest] = path;
    if (name === undefined) {
      this.#leaf(node, path, env);
      return;
    }
    const value = valueAt(node, name);
    if (value !== undefined) {
      this.follow(value, rest, env, depth + 1);
      return;
    }
    for (const p of node.properties) if (tsc.isSpreadAssignment(p)) this.follow(p.expression, path, env, depth + 1);
  }
}

function isEquality(kind: ts.SyntaxKind): boolean {
  return (
    kind === tsc.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === tsc.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === tsc.SyntaxKind.EqualsEqualsToken ||
    kind === tsc.SyntaxKind.ExclamationEqualsToken
  );
}
