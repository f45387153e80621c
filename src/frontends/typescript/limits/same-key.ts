// Is a count raised under the key by which it is read? Two keys are compared by what they are put together of: fixed text, times, and
// values, which are followed through variables, functions and their callers. Only a difference that is certain counts.
import type { ts } from 'ts-morph';
import type { Limit } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { isAssignment, strip } from '../syntax.ts';
import { importedVariable } from './imported.ts';
import { BY_CLIENT, keyOf, type Part } from './keys.ts';
import { bindCall, type Env, NO_ENV, originOf } from './trace.ts';
import { spanOf } from './windows.ts';

interface Hole {
  readonly whose: Limit['scope'];
  /** Whoever asks may choose it. */
  readonly sent: boolean;
  /** As `spanOf` gives it: undefined is no time. */
  readonly span: number | null | undefined;
  /** Where the value comes from, if from one place: the parameter, the variable or the call, and the members that are taken of it. */
  readonly root?: ts.Node;
  readonly path?: string;
}

type Piece = string | Hole;

const MOST = 4;
const DEEPEST = 16;

/** Is one key certainly another one than a second one? @param wide knows the callers of functions */
export function isOtherKey(wide: Evaluator, a: Part, b: Part): boolean {
  return wide.budget.ask(
    () => {
      const [one, two] = [waysOf(wide, a), waysOf(wide, b)];
      return one.every(left => two.every(right => differ(left, right)));
    },
    () => false,
  );
}

type Ways = readonly (readonly Piece[])[];

/** A key is compared with every write of its store, from every branch that reads it. */
const known = new WeakMap<Evaluator, WeakMap<Env, Map<ts.Node, Ways>>>();

function waysOf(ev: Evaluator, { node, env }: Part): Ways {
  const all = known.get(ev) ?? new WeakMap<Env, Map<ts.Node, Ways>>();
  known.set(ev, all);
  const here = all.get(env) ?? new Map<ts.Node, Ways>();
  all.set(env, here);
  const ways = here.get(node) ?? keysOf(ev, node, env, 0);
  here.set(node, ways);
  return ways;
}

/** The ways in which a key may be put together. */
function keysOf(ev: Evaluator, expression: ts.Expression, env: Env, depth: number): Ways {
  ev.budget.step();
  const node = strip(expression) ?? expression;
  const on = (next: ts.Expression, known: Env = env): Ways => keysOf(ev, next, known, depth + 1);
  const joined = (parts: readonly (ts.Expression | string)[]): Ways =>
    parts.reduce<Ways>(
      (ways, part) => {
        const next = typeof part === 'string' ? [[part]] : on(part);
        return ways.flatMap(way => next.map(pieces => [...way, ...pieces])).slice(0, MOST);
      },
      [[]],
    );
  if (depth > DEEPEST) return [[holeOf(ev, node, env)]];
  if (tsc.isStringLiteralLike(node) || tsc.isNumericLiteral(node)) return [[node.text]];
  if (tsc.isTemplateExpression(node))
    return joined([node.head.text, ...node.templateSpans.flatMap(span => [span.expression, span.literal.text])]);
  if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.PlusToken) return joined([node.left, node.right]);
  if (tsc.isArrayLiteralExpression(node)) return joined(node.elements.flatMap(element => [element, ',']));
  if (tsc.isIdentifier(node)) {
    const binding = resolve(node);
    if (binding?.kind === 'import') {
      const made = importedVariable(ev, node)?.initializer;
      if (made !== undefined) return on(made, NO_ENV);
    } else if (binding?.kind === 'variable' && binding.element === undefined && isFixed(ev, binding.node)) {
      if (binding.node.initializer !== undefined) return on(binding.node.initializer);
    } else if (binding?.kind === 'parameter' && binding.element === undefined) {
      const given = env.get(binding.node);
      if (given !== undefined) return on(given.node, given.env);
      const args = argumentsFor(ev, binding.node);
      if (args.length > 0 && args.length <= MOST) return args.flatMap(arg => on(arg, NO_ENV)).slice(0, MOST);
    }
  } else if (tsc.isCallExpression(node)) {
    const functions = ev.values(node.expression).flatMap(value => (value.kind === 'function' ? [value.node] : []));
    const [fn] = functions;
    const [returned, ...more] = functions.length === 1 && fn !== undefined ? ev.returnsOf(fn) : [];
    if (fn !== undefined && returned !== undefined && more.length === 0) return on(returned, bindCall(fn, node, env));
  }
  return [[holeOf(ev, node, env)]];
}

/** What the callers of its function give for a parameter. */
function argumentsFor(ev: Evaluator, parameter: ts.ParameterDeclaration): readonly ts.Expression[] {
  const fn = parameter.parent;
  if (!isFunctionNode(fn)) return [];
  const index = fn.parameters.indexOf(parameter);
  return ev.callers(fn).flatMap(call => call.arguments?.[index] ?? []);
}

/** Is a variable given a value only once? */
function isFixed(ev: Evaluator, declaration: ts.VariableDeclaration): boolean {
  if ((declaration.parent.flags & tsc.NodeFlags.Const) !== 0) return true;
  if (!tsc.isIdentifier(declaration.name)) return false;
  return ev.program.identifiers(ev.program.unitOf(declaration), declaration.name.text).every(use => {
    const { parent } = use;
    if (!tsc.isBinaryExpression(parent) || parent.left !== use) return true;
    const changes = isAssignment(parent.operatorToken.kind) || /=$/.test(parent.operatorToken.getText());
    const binding = changes ? resolve(use) : undefined;
    return binding?.kind !== 'variable' || binding.node !== declaration;
  });
}

function holeOf(ev: Evaluator, node: ts.Expression, env: Env): Hole {
  const { leaves } = originOf(ev, node, env);
  const [leaf, ...more] = leaves;
  const { scope: whose, note } = keyOf(ev, [{ node, env }]);
  const root = leaf === undefined || more.length > 0 ? undefined : rootOf(leaf.node);
  return {
    whose,
    sent: note === BY_CLIENT,
    span: spanOf(ev, node, env),
    ...(root === undefined || leaf === undefined ? {} : { root, path: leaf.path.join('.') }),
  };
}

function rootOf(node: ts.Expression): ts.Node | undefined {
  if (!tsc.isIdentifier(node)) return tsc.isCallExpression(node) ? node : undefined;
  const binding = resolve(node);
  return binding?.kind === 'parameter' || binding?.kind === 'variable' ? binding.node : undefined;
}

/** Neighbouring texts as one, and none that is empty. */
function merged(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') out[out.length - 1] = last + piece;
    else if (piece !== '') out.push(piece);
  }
  return out;
}

function differ(one: readonly Piece[], two: readonly Piece[]): boolean {
  const [a, b] = [merged(one), merged(two)];
  const [left, right] = [a, b].map(pieces => pieces.filter((piece): piece is Hole => typeof piece !== 'string'));
  if (left === undefined || right === undefined) return false;
  // A person in the one, and nobody in the other.
  const [here, there] = [left, right].map(holes => holes.some(isSomebody));
  if (here !== there) return true;
  const [span, other] = [left, right].map(spanIn);
  if (span !== other && span !== null && other !== null) return true;
  // With as many values in both, the text between them is no part of a value.
  if (a.length !== b.length) return left.length === right.length && left.length > 0;
  return a.some((piece, i) => {
    const facing = b[i];
    if (facing === undefined || typeof piece !== typeof facing) return false;
    if (typeof piece === 'string' || typeof facing === 'string') return piece !== facing;
    return isOtherValue(piece, facing);
  });
}

const isSomebody = ({ whose, span }: Hole): boolean => span === undefined && whose !== 'global';

/** The shortest time in a key; null: one that could not be read. */
function spanIn(holes: readonly Hole[]): number | null | undefined {
  const spans = holes.flatMap(({ span }) => (span === undefined ? [] : [span]));
  if (spans.length === 0) return undefined;
  return spans.includes(null) ? null : Math.min(...spans.map(Number));
}

/** `user.id` and `user.team`; the user and what the client sends; two parameters of one function, of which one is the user. */
function isOtherValue(a: Hole, b: Hole): boolean {
  if ((a.sent && b.whose === 'user') || (b.sent && a.whose === 'user')) return true;
  if (a.root === undefined || b.root === undefined) return false;
  if (a.root === b.root) return a.path !== b.path;
  return tsc.isParameter(a.root) && tsc.isParameter(b.root) && a.root.parent === b.root.parent && a.whose !== b.whose;
}
