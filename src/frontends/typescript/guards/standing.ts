// How far a guard can be relied on: the switch without which it does nothing, and what happens when it fails itself.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { isWithin } from '../paths/call-sites.ts';
import type { Paths } from '../paths/paths.ts';
import { walk } from '../program.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { branchesOn, literalTruth } from './verdict.ts';

export interface Reliance {
  readonly offUnless?: string;
  readonly failsOpen?: string;
}

/** Looks at every call between the guard and the way of a request. @param detects its verdict is asked, its text is not used */
export function relianceOf(ev: Evaluator, paths: Paths, chain: readonly ts.Node[], detects: boolean): Reliance {
  let offUnless: string | undefined;
  let failsOpen: string | undefined;
  for (const node of chain) {
    offUnless ??= switchAround(ev, node) ?? wayAround(ev, paths, node);
    failsOpen ??= openCatch(ev, paths, node, detects);
  }
  return { ...(offUnless === undefined ? {} : { offUnless }), ...(failsOpen === undefined ? {} : { failsOpen }) };
}

/** A condition around the node that does not hold unless somebody sets something. */
function switchAround(ev: Evaluator, node: ts.Node): string | undefined {
  for (let at = node, up = node.parent; up !== undefined && !isFunctionNode(up); at = up, up = up.parent) {
    if (tsc.isIfStatement(up) && at !== up.expression) {
      const off = unmet(ev, up.expression, at === up.thenStatement);
      if (off !== undefined) return off;
    } else if (tsc.isConditionalExpression(up) && at !== up.condition) {
      const off = unmet(ev, up.condition, at === up.whenTrue);
      if (off !== undefined) return off;
    } else if (tsc.isBinaryExpression(up) && at === up.right && up.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken) {
      const off = unmet(ev, up.left, true);
      if (off !== undefined) return off;
    }
  }
  return undefined;
}

/** `if (!key) return text` in front of the node, in a function that is only there for the guard. */
function wayAround(ev: Evaluator, paths: Paths, node: ts.Node): string | undefined {
  const fn = enclosingFunction(node);
  if (fn?.body === undefined || paths.leads.has(fn)) return undefined;
  let off: string | undefined;
  walk(fn.body, inner => {
    if (off !== undefined || isFunctionNode(inner) || inner.pos >= node.pos) return 'skip';
    if (!tsc.isIfStatement(inner) || isWithin(node, inner)) return undefined;
    const returned = returnIn(inner.thenStatement);
    if (returned === undefined) return undefined;
    off = unmet(ev, inner.expression, false);
    if (off === undefined && isParameter(returned.expression, fn)) off = setting(inner.expression);
    return undefined;
  });
  return off;
}

function returnIn(statement: ts.Statement): ts.ReturnStatement | undefined {
  if (tsc.isReturnStatement(statement)) return statement;
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : undefined;
  return last !== undefined && tsc.isReturnStatement(last) ? last : undefined;
}

function isParameter(node: ts.Expression | undefined, fn: ts.Node): boolean {
  const inner = strip(node);
  if (inner === undefined || !tsc.isIdentifier(inner)) return false;
  const binding = resolve(inner);
  return binding?.kind === 'parameter' && binding.node.parent === fn;
}

/** `policy === 'ALLOW'`: a setting that lets everything through. */
function setting(condition: ts.Expression): string | undefined {
  const inner = strip(condition);
  if (inner === undefined || !tsc.isBinaryExpression(inner) || inner.operatorToken.kind !== tsc.SyntaxKind.EqualsEqualsEqualsToken)
    return undefined;
  const [text, other] = tsc.isStringLiteralLike(inner.right) ? [inner.right, inner.left] : [inner.left, inner.right];
  if (!tsc.isStringLiteralLike(text) || text.text === '' || tsc.isTypeOfExpression(other)) return undefined;
  return `${other.getText().slice(0, 60)} is something else than "${text.text.slice(0, 40)}"`;
}

/** What somebody must set so that a condition comes out as wanted; undefined: nothing, or it cannot be told. */
function unmet(ev: Evaluator, condition: ts.Expression, wanted: boolean): string | undefined {
  const names = new Set<string>();
  const value = whenUnset(ev, condition, names, 0);
  if (value === OPEN || names.size === 0 || Boolean(value) === wanted) return undefined;
  return `${[...names].join(' and ')} is set`;
}

const OPEN = Symbol('cannot be told');

/** The value of an expression when no variable of the environment is set, as in a fresh deployment. */
function whenUnset(ev: Evaluator, node: ts.Expression, names: Set<string>, depth: number): unknown {
  const inner = strip(node);
  if (inner === undefined || depth > 8) return OPEN;
  const next = (expression: ts.Expression): unknown => whenUnset(ev, expression, names, depth + 1);
  if (tsc.isPrefixUnaryExpression(inner) && inner.operator === tsc.SyntaxKind.ExclamationToken) {
    const value = next(inner.operand);
    return value === OPEN ? OPEN : !value;
  }
  if (tsc.isBinaryExpression(inner)) return ofBinary(inner, next);
  if (tsc.isCallExpression(inner)) {
    const callee = inner.expression;
    const [first] = inner.arguments;
    if (tsc.isIdentifier(callee) && callee.text === 'Boolean' && first !== undefined) return next(first);
    if (tsc.isPropertyAccessExpression(callee) && /^(?:toLowerCase|trim|toString)$/.test(callee.name.text)) return next(callee.expression);
  }
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    if (binding?.kind === 'variable' && binding.element === undefined && binding.node.initializer !== undefined)
      return next(binding.node.initializer);
  }
  const values = ev.values(inner);
  const [value] = values;
  if (values.length !== 1 || value === undefined) return OPEN;
  if (value.kind === 'literal') {
    if (value.value === false) names.add(inner.getText().slice(0, 60));
    return value.value;
  }
  if (value.kind !== 'foreign' || value.package !== '') return OPEN;
  const path = value.steps.map(step => (step.kind === 'member' ? step.name : '()'));
  const env = path[0] === 'process' && path[1] === 'env' ? path[2] : path[0] === 'import.meta' && path[1] === 'env' ? path[2] : undefined;
  if (env === undefined) return OPEN;
  if (env === 'NODE_ENV') return 'production';
  names.add(env);
  return undefined;
}

function ofBinary(node: ts.BinaryExpression, next: (expression: ts.Expression) => unknown): unknown {
  const left = next(node.left);
  switch (node.operatorToken.kind) {
    case tsc.SyntaxKind.AmpersandAmpersandToken:
      if (left !== OPEN && !left) return left;
      return left === OPEN ? (next(node.right) === OPEN ? OPEN : next(node.right) ? OPEN : false) : next(node.right);
    case tsc.SyntaxKind.BarBarToken:
      return left === OPEN ? OPEN : left || next(node.right);
    case tsc.SyntaxKind.QuestionQuestionToken:
      return left === OPEN ? OPEN : (left ?? next(node.right));
    case tsc.SyntaxKind.EqualsEqualsEqualsToken:
    case tsc.SyntaxKind.EqualsEqualsToken:
    case tsc.SyntaxKind.ExclamationEqualsEqualsToken:
    case tsc.SyntaxKind.ExclamationEqualsToken: {
      const right = next(node.right);
      if (left === OPEN || right === OPEN) return OPEN;
      const equal = left === right;
      const kind = node.operatorToken.kind;
      return kind === tsc.SyntaxKind.EqualsEqualsEqualsToken || kind === tsc.SyntaxKind.EqualsEqualsToken ? equal : !equal;
    }
    default:
      return OPEN;
  }
}

/** A catch around the node that lets the text go on as if the guard had said nothing. */
function openCatch(ev: Evaluator, paths: Paths, node: ts.Node, detects: boolean): string | undefined {
  for (let at = node, up = node.parent; up !== undefined && !isFunctionNode(up); at = up, up = up.parent) {
    if (!tsc.isTryStatement(up) || at !== up.tryBlock || up.catchClause === undefined) continue;
    if (isOpen(ev, paths, node, up.catchClause.block, detects)) return 'its catch lets the text through';
  }
  // `guard(text).catch(() => false)`
  const access = node.parent;
  if (!tsc.isPropertyAccessExpression(access) || access.name.text !== 'catch' || !tsc.isCallExpression(access.parent)) return undefined;
  const handler = access.parent.arguments[0];
  if (handler === undefined || !isFunctionNode(handler)) return undefined;
  const [only] = ev.returnsOf(handler);
  const truth = literalTruth(only);
  const stops = branchesOn(ev.program, paths, access.parent).map(branch => branch.stopsOn);
  return detects && truth !== null && stops.length > 0 && stops.every(on => on !== null && on !== truth)
    ? 'its catch lets the text through'
    : undefined;
}

function isOpen(ev: Evaluator, paths: Paths, node: ts.Node, block: ts.Block, detects: boolean): boolean {
  const fn = enclosingFunction(node);
  let thrown = false;
  const returns: (ts.Expression | undefined)[] = [];
  walk(block, inner => {
    if (isFunctionNode(inner)) return 'skip';
    if (tsc.isThrowStatement(inner)) thrown = true;
    if (tsc.isReturnStatement(inner)) returns.push(inner.expression);
    return undefined;
  });
  if (thrown) return false;
  const onTheWay = fn !== undefined && paths.leads.has(fn);
  if (returns.length === 0) {
    // The way goes on, to the model or to the user, unless the model call itself stands in the same try.
    return onTheWay && ![...(paths.leads.get(fn) ?? [])].some(lead => lead !== node && isWithin(lead, block.parent.parent));
  }
  if (onTheWay || fn === undefined) return false;
  if (!detects) return returns.some(value => isParameter(value, fn));
  const stops = paths.usesOf(fn).flatMap(use => branchesOn(ev.program, paths, use.node));
  return returns.some(value => {
    const object = strip(value);
    if (object !== undefined && tsc.isObjectLiteralExpression(object))
      return openObject(
        object,
        stops.map(branch => branch.node),
      );
    const truth = literalTruth(value);
    return truth !== null && stops.length > 0 && stops.every(branch => branch.stopsOn !== null && branch.stopsOn !== truth);
  });
}

/** `{ flagged: false }` where the caller asks `if (verdict.flagged)`. */
function openObject(object: ts.ObjectLiteralExpression, branches: readonly ts.Node[]): boolean {
  return object.properties.some(property => {
    if (!tsc.isPropertyAssignment(property) || !tsc.isIdentifier(property.name)) return false;
    const said =
      property.initializer.kind === tsc.SyntaxKind.TrueKeyword
        ? true
        : property.initializer.kind === tsc.SyntaxKind.FalseKeyword
          ? false
          : undefined;
    if (said === undefined) return false;
    const name = property.name.text;
    return branches.some(branch => {
      if (!tsc.isIfStatement(branch)) return false;
      let stopsOn: boolean | undefined;
      walk(branch.expression, node => {
        if (!tsc.isIdentifier(node) || node.text !== name) return undefined;
        stopsOn = true;
        for (let up: ts.Node = node; up !== branch; up = up.parent)
          if (tsc.isPrefixUnaryExpression(up) && up.operator === tsc.SyntaxKind.ExclamationToken) stopsOn = !stopsOn;
        return undefined;
      });
      return stopsOn !== undefined && stopsOn !== said;
    });
  });
}
