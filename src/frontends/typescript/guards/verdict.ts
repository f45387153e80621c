// Does anybody act on a verdict? A detector whose result no branch reads detects nothing.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isWithin } from '../paths/call-sites.ts';
import { throwsIn } from '../paths/exits.ts';
import { type Paths, scopeOf } from '../paths/paths.ts';
import { type Program, walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { isAnyAssignment, strip } from '../syntax.ts';
import { reaches } from './flow.ts';

/** A branch that a verdict decides, and which verdict takes the way that stops. */
export interface Branch {
  readonly node: ts.Node;
  /** null: could not tell. */
  readonly stopsOn: boolean | null;
}

const DEEPEST = 8;

/** The branches that stop or change the way because of a value, through variables and returns of functions. */
export function branchesOn(program: Program, paths: Paths, node: ts.Node, depth = 0, seen: Set<ts.Node> = new Set()): readonly Branch[] {
  if (depth > DEEPEST || seen.has(node)) return [];
  seen.add(node);
  return reaches(program, node).flatMap(place => climb(program, paths, place, depth, seen));
}

function climb(program: Program, paths: Paths, place: ts.Node, depth: number, seen: Set<ts.Node>): readonly Branch[] {
  let truth: boolean | null = true;
  for (let at = place, up = place.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isPrefixUnaryExpression(up) && up.operator === tsc.SyntaxKind.ExclamationToken) truth = truth === null ? null : !truth;
    else if (tsc.isBinaryExpression(up)) {
      const other = up.left === at ? up.right : up.left;
      const kind = up.operatorToken.kind;
      // `attack && false`
      if (kind === tsc.SyntaxKind.AmpersandAmpersandToken && strip(other)?.kind === tsc.SyntaxKind.FalseKeyword) return [];
      if (
        kind === tsc.SyntaxKind.ExclamationEqualsEqualsToken ||
        kind === tsc.SyntaxKind.ExclamationEqualsToken ||
        other.kind === tsc.SyntaxKind.FalseKeyword
      )
        truth =
          other.kind === tsc.SyntaxKind.FalseKeyword &&
          kind !== tsc.SyntaxKind.EqualsEqualsEqualsToken &&
          kind !== tsc.SyntaxKind.EqualsEqualsToken
            ? truth
            : truth === null
              ? null
              : !truth;
    } else if (tsc.isPropertyAccessExpression(up) && up.expression === at) {
      // `verdict.safe`: what true means is in the name, which proves nothing.
      if (!(tsc.isCallExpression(up.parent) && up.parent.expression === up)) truth = null;
    } else if (tsc.isIfStatement(up)) {
      if (at !== up.expression) return [];
      return ofIf(program, paths, up, truth, depth, seen);
    } else if (tsc.isConditionalExpression(up)) {
      if (at !== up.condition) continue;
      return [{ node: up, stopsOn: null }, ...branchesOn(program, paths, up, depth + 1, seen)];
    } else if (tsc.isWhileStatement(up) || tsc.isSwitchStatement(up)) return at === up.expression ? [{ node: up, stopsOn: null }] : [];
    else if (tsc.isReturnStatement(up)) return throughReturn(program, paths, up, truth, depth, seen);
    else if (isFunctionNode(up)) {
      if (tsc.isArrowFunction(up) && up.body === at) return throughReturn(program, paths, at, truth, depth, seen);
      return [];
    } else if (tsc.isStatement(up)) return [];
  }
  return [];
}

function ofIf(
  program: Program,
  paths: Paths,
  at: ts.IfStatement,
  truth: boolean | null,
  depth: number,
  seen: Set<ts.Node>,
): readonly Branch[] {
  const hit = ends(at.thenStatement);
  const miss = at.elseStatement !== undefined && ends(at.elseStatement);
  if (hit) return [{ node: at, stopsOn: truth }, ...returnedIn(program, paths, at.thenStatement, depth, seen)];
  if (miss) return [{ node: at, stopsOn: truth === null ? null : !truth }];
  // `if (pattern.test(text)) hits.push(name)`, `flagged = true`: what was noted down may be asked later.
  return notedIn(at.thenStatement).flatMap(note => branchesOn(program, paths, note, depth + 1, seen));
}

/** `if (hit) return true`: the function hands the verdict on; a function that returns anything else on a hit has acted. */
function returnedIn(program: Program, paths: Paths, statement: ts.Statement, depth: number, seen: Set<ts.Node>): readonly Branch[] {
  const out: Branch[] = [];
  walk(statement, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isReturnStatement(node)) out.push(...throughReturn(program, paths, node, literalTruth(node.expression), depth, seen));
    return undefined;
  });
  return out;
}

function throughReturn(
  program: Program,
  paths: Paths,
  node: ts.Node,
  truth: boolean | null,
  depth: number,
  seen: Set<ts.Node>,
): readonly Branch[] {
  const fn = enclosingFunction(node);
  if (fn === undefined || seen.has(fn) || depth > DEEPEST) return [];
  seen.add(fn);
  return paths.usesOf(fn).flatMap((use): readonly Branch[] => {
    if (use.how !== 'called' && use.how !== 'handed') return [];
    // `messages.filter(m => !isAttack(m))`, `patterns.some(p => p.test(text))`
    const call = use.node;
    const inner = branchesOn(program, paths, call, depth + 1, seen).map(branch => ({
      node: branch.node,
      stopsOn: branch.stopsOn === null || truth === null ? null : truth ? branch.stopsOn : !branch.stopsOn,
    }));
    const filters =
      use.how === 'handed' &&
      tsc.isCallExpression(call) &&
      tsc.isPropertyAccessExpression(call.expression) &&
      call.expression.name.text === 'filter';
    return filters ? [{ node: call, stopsOn: null }, ...inner] : inner;
  });
}

/** What a returned literal says to whoever asks `if (check(text))`. */
export function literalTruth(node: ts.Expression | undefined): boolean | null {
  if (node === undefined || node.kind === tsc.SyntaxKind.FalseKeyword || node.kind === tsc.SyntaxKind.NullKeyword) return false;
  if (tsc.isIdentifier(node)) return node.text === 'undefined' ? false : null;
  if (node.kind === tsc.SyntaxKind.TrueKeyword || tsc.isStringLiteralLike(node)) return true;
  return null;
}

/** Does a branch keep the model from being asked, or the text from going on: it stands on the way itself, or throws? */
export function isEffective(paths: Paths, branch: Branch, own: ReadonlySet<ts.Node>): boolean {
  const scope = scopeOf(branch.node);
  // A guard that asks a model is on the way to one itself; what counts is another call.
  if ([...(paths.leads.get(scope) ?? [])].some(lead => !own.has(lead))) return true;
  // Middleware and the code of tools run beside the way.
  if (isFunctionNode(scope) && paths.usesOf(scope).some(use => use.how === 'registered' || use.how === 'run')) return true;
  if (tsc.isIfStatement(branch.node) && isFunctionNode(scope) && withholds(branch.node.thenStatement, scope, own)) return true;
  // `isAttack(text) ? '[withheld]' : text`
  if (tsc.isConditionalExpression(branch.node) && isFunctionNode(scope)) {
    const { whenTrue, whenFalse } = branch.node;
    if (tsc.isStringLiteralLike(whenTrue) && holdsParameter(whenFalse, scope)) return true;
  }
  return tsc.isIfStatement(branch.node) && throwsIn(branch.node.thenStatement) && paths.reachOf(branch.node) !== 'unconnected';
}

/** A function that hands its text on, and something else in its place on a hit. */
function withholds(statement: ts.Statement, fn: FunctionNode, own: ReadonlySet<ts.Node>): boolean {
  let instead = false;
  let handsOn = false;
  if (fn.body === undefined) return false;
  walk(fn.body, node => {
    if (isFunctionNode(node)) return 'skip';
    if (!tsc.isReturnStatement(node) || node.expression === undefined) return undefined;
    const value = node.expression;
    if (isWithin(node, statement))
      instead ||= tsc.isStringLiteralLike(value) || tsc.isTemplateExpression(value) || tsc.isCallExpression(value);
    else if (![...own].some(guard => isWithin(guard, value))) handsOn ||= holdsParameter(value, fn);
    return undefined;
  });
  return instead && handsOn;
}

/** Is a value made of what the function was given, in one step or through variables? */
function holdsParameter(value: ts.Expression, fn: FunctionNode, depth = 0): boolean {
  let found = false;
  walk(value, node => {
    if (!tsc.isIdentifier(node)) return undefined;
    const binding = resolve(node);
    if (binding?.kind === 'parameter' && binding.node.parent === fn) found = true;
    const made = binding?.kind === 'variable' && depth < 4 && isWithin(binding.node, fn) ? binding.node.initializer : undefined;
    if (!found && made !== undefined) found = holdsParameter(made, fn, depth + 1);
    return found ? 'skip' : undefined;
  });
  return found;
}

/** Does a statement leave the function or the round? */
function ends(statement: ts.Statement): boolean {
  let found = false;
  walk(statement, node => {
    if (isFunctionNode(node)) return 'skip';
    if (
      tsc.isReturnStatement(node) ||
      tsc.isThrowStatement(node) ||
      tsc.isContinueStatement(node) ||
      tsc.isBreakStatement(node) ||
      isExit(node)
    )
      found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

const isExit = (node: ts.Node): boolean =>
  tsc.isCallExpression(node) &&
  tsc.isIdentifier(node.expression) &&
  /^(?:notFound|redirect|forbidden|unauthorized)$/.test(node.expression.text);

function notedIn(statement: ts.Statement): readonly ts.Node[] {
  const out: ts.Node[] = [];
  walk(statement, node => {
    if (isFunctionNode(node)) return 'skip';
    if (tsc.isBinaryExpression(node) && isAnyAssignment(node.operatorToken.kind)) out.push(node.right);
    else if (tsc.isCallExpression(node) && tsc.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'push')
      out.push(...node.arguments.slice(0, 1));
    else if (tsc.isPostfixUnaryExpression(node)) out.push(node.operand);
    return undefined;
  });
  return out.slice(0, 5);
}
