// What a catch does: which failures go on to another attempt.
import type { ts } from 'ts-morph';
import { type RetriedFailures, TRANSIENT, UNDECIDED } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode } from '../evaluator/values.ts';
import { isInside } from '../paths/call-sites.ts';
import { walk } from '../program.ts';
import { isFunctionNode } from '../scope.ts';
import { strip } from '../syntax.ts';
import { allBut, bothOf, classOf, eitherOf, type Fit, isRoot, type Named, nothingNamed, onlyThose } from './error-classes.ts';
import type { Handler } from './repeats.ts';

/** Whatever fails is tried again. */
export const EVERYTHING: RetriedFailures = { ...TRANSIENT, clientError: 'yes' };

/** Does a block always leave its function or loop? Then nothing is tried again. */
export function leavesAlways(block: ts.Block): boolean {
  return block.statements.some(always);
}

function always(statement: ts.Statement): boolean {
  if (tsc.isBlock(statement)) return leavesAlways(statement);
  if (tsc.isThrowStatement(statement) || tsc.isReturnStatement(statement) || tsc.isBreakStatement(statement)) return true;
  if (tsc.isExpressionStatement(statement)) return statement.expression.getText().startsWith('process.exit(');
  if (tsc.isIfStatement(statement))
    return statement.elseStatement !== undefined && always(statement.thenStatement) && always(statement.elseStatement);
  if (!tsc.isSwitchStatement(statement)) return false;
  const { clauses } = statement.caseBlock;
  // Every case must leave the function: a break ends only the switch.
  const leaves = (clause: ts.CaseOrDefaultClause): boolean =>
    clause.statements.length === 0 || clause.statements.some(s => always(s) && !tsc.isBreakStatement(s));
  return clauses.some(tsc.isDefaultClause) && clauses.every(leaves);
}

/** Does a catch end the loop around it by its condition: `catch { going = false }`? */
export function endsByFlag(block: ts.Block, condition: ts.Expression | undefined): boolean {
  if (condition === undefined) return false;
  return block.statements.some(statement => {
    if (!tsc.isExpressionStatement(statement) || !tsc.isBinaryExpression(statement.expression)) return false;
    const { left, right, operatorToken } = statement.expression;
    if (operatorToken.kind !== tsc.SyntaxKind.EqualsToken) return false;
    const stops =
      right.kind === tsc.SyntaxKind.FalseKeyword
        ? condition.getText() === left.getText()
        : right.kind === tsc.SyntaxKind.TrueKeyword && condition.getText() === `!${left.getText()}`;
    return stops;
  });
}

/**
 * Which failures does a retrying catch, or the handler of a promise, try again?
 * A condition that leaves names what is given up (or, negated, what is kept); without any condition everything is tried again.
 * @param again the call in the handler that is the next try, where there is one: a branch that returns it does not leave
 * @returns what is tried again, by the package of the client whose errors arrive
 */
export function failuresOf(ev: Evaluator, handler: Handler, again?: ts.Node): Fit {
  const body = bodyOf(handler);
  if (body === undefined) return () => EVERYTHING;
  return ofClasses(ev, body, handler, again) ?? failuresIn(ev, body, handler, again);
}

/** The failures for which a predicate holds: `error => error.response?.status === 429`; undefined: it names none. */
export function failuresNamed(ev: Evaluator, predicate: FunctionNode): RetriedFailures | undefined {
  const [returned, ...more] = ev.returnsOf(predicate);
  const named = returned === undefined || more.length > 0 ? undefined : namedIn(ev, returned, 0);
  // `error instanceof APIError && error.status === 429`: the class only guards the look at the status.
  if (named !== undefined && returned !== undefined && (named.statuses.size > 0 || named.fiveHundreds) && !isEither(returned))
    for (const known of named.classes) if (isRoot(known)) named.classes.delete(known);
  return named === undefined || !tells(named) ? undefined : named.negated ? allBut(named, undefined) : onlyThose(named);
}

/** `a || b` somewhere in it: each of them is enough. */
function isEither(condition: ts.Node): boolean {
  let found = false;
  walk(condition, node => {
    if (tsc.isBinaryExpression(node) && node.operatorToken.kind === tsc.SyntaxKind.BarBarToken) found = true;
  });
  return found;
}

function failuresIn(ev: Evaluator, body: ts.Node, handler: Handler, again?: ts.Node): Fit {
  let verdict: Fit | undefined;
  let conditions = 0;
  for (const { condition, hit } of branchesIn(body, again !== undefined)) {
    const repeats = again !== undefined && isInside(again, new Set([hit]));
    const leaving =
      !repeats &&
      (tsc.isExpression(hit) || contains(hit, n => tsc.isThrowStatement(n) || tsc.isReturnStatement(n) || tsc.isBreakStatement(n)));
    const named = leaving ? namedToLeave(ev, condition) : namedIn(ev, condition, 0);
    if (!tells(named)) {
      if (mentionsError(condition, handler)) conditions++;
      continue;
    }
    const but = leaving !== named.negated && (leaving || repeats);
    verdict ??= client => (but ? allBut(named, client) : onlyThose(named, client));
  }
  return verdict ?? (() => (conditions > 0 ? UNDECIDED : EVERYTHING));
}

/** `if (last || !mayPass(error)) throw`: the part that names failures decides, and it may be turned round by itself. */
function namedToLeave(ev: Evaluator, condition: ts.Expression): Named {
  const parts: ts.Expression[] = [];
  const split = (node: ts.Expression): void => {
    const inner = strip(node) ?? node;
    if (tsc.isBinaryExpression(inner) && inner.operatorToken.kind === tsc.SyntaxKind.BarBarToken) {
      split(inner.left);
      split(inner.right);
    } else parts.push(inner);
  };
  split(condition);
  const whole = namedIn(ev, condition, 0);
  if (parts.length === 1) return whole;
  return parts.map(part => namedIn(ev, part, 0)).find(part => part.negated && tells(part)) ?? whole;
}

/** A handler that is one chain of classes, `if (error instanceof A) {...} else throw error`: each branch is a handler of its own. */
function ofClasses(ev: Evaluator, body: ts.Node, handler: Handler, again?: ts.Node): Fit | undefined {
  const [first, ...rest] = tsc.isBlock(body) ? body.statements : [];
  if (first === undefined || !tsc.isIfStatement(first) || rest.length > 0) return undefined;
  const branches: { readonly named: Named | undefined; readonly fit: Fit | undefined }[] = [];
  for (let at: ts.Statement | undefined = first; at !== undefined; ) {
    const branch: ts.Statement = tsc.isIfStatement(at) ? at.thenStatement : at;
    const repeats = again !== undefined && isInside(again, new Set([branch]));
    const fit = always(branch) && !repeats ? undefined : failuresIn(ev, branch, handler, again);
    if (!tsc.isIfStatement(at)) {
      branches.push({ named: undefined, fit });
      break;
    }
    const named = onlyClasses(at.expression) ? namedIn(ev, at.expression, 0) : nothingNamed();
    if (named.classes.size === 0) return undefined;
    if (isHttpOverOs(ev, handler) && named.classes.has(' OSError')) named.classes.add(' Exception');
    branches.push({ named, fit });
    if (at.elseStatement === undefined) branches.push({ named: undefined, fit: () => EVERYTHING });
    at = at.elseStatement;
  }
  return client => {
    let out = onlyThose(nothingNamed());
    let left: RetriedFailures = EVERYTHING;
    for (const { named, fit: within } of branches) {
      const taken = named === undefined ? left : bothOf(left, onlyThose(named, client));
      if (within !== undefined) out = eitherOf(out, bothOf(taken, within(client)));
      if (named !== undefined) left = bothOf(left, allBut(named, client));
    }
    return out;
  };
}

function onlyClasses(condition: ts.Expression): boolean {
  const inner = strip(condition) ?? condition;
  if (!tsc.isBinaryExpression(inner)) return false;
  if (inner.operatorToken.kind === tsc.SyntaxKind.BarBarToken) return onlyClasses(inner.left) && onlyClasses(inner.right);
  return inner.operatorToken.kind === tsc.SyntaxKind.InstanceOfKeyword;
}

/** The errors of urllib and requests, those of a status included, are errors of the system to Python. */
function isHttpOverOs(ev: Evaluator, handler: ts.Node): boolean {
  return [...ev.program.unitOf(handler).imports.values()].some(one => /^py:(?:urllib|requests)(?:\/|$)/.test(one.specifier));
}

/** The code that a handler runs. */
export function bodyOf(handler: Handler): ts.Node | undefined {
  return tsc.isCatchClause(handler) ? handler.block : isFunctionNode(handler) ? handler.body : undefined;
}

/** `if (...)`, and where wanted `... ? ... : ...`, with what is done when the condition holds. */
function branchesIn(body: ts.Node, outcomes: boolean): { condition: ts.Expression; hit: ts.Node }[] {
  const out: { condition: ts.Expression; hit: ts.Node }[] = [];
  walk(body, node => {
    if (isFunctionNode(node) && node !== body) return 'skip';
    if (tsc.isIfStatement(node)) out.push({ condition: node.expression, hit: node.thenStatement });
    // Only as the outcome of the handler: elsewhere it chooses a word or a time.
    if (outcomes && tsc.isConditionalExpression(node) && (node === strip(body as ts.Expression) || tsc.isReturnStatement(node.parent)))
      out.push({ condition: node.condition, hit: node.whenTrue });
    return undefined;
  });
  return out;
}

function mentionsError(condition: ts.Expression, handler: Handler): boolean {
  const name = tsc.isCatchClause(handler)
    ? handler.variableDeclaration?.name
    : isFunctionNode(handler)
      ? handler.parameters[0]?.name
      : undefined;
  return name !== undefined && tsc.isIdentifier(name) && contains(condition, n => tsc.isIdentifier(n) && n.text === name.text);
}

export function contains(root: ts.Node, test: (node: ts.Node) => boolean): boolean {
  let hit = false;
  walk(root, node => {
    if (test(node)) hit = true;
    return hit || isFunctionNode(node) ? 'skip' : undefined;
  });
  return hit;
}

/** Stands for a class of errors that nothing raises. */
const NOBODYS = 'nobody Nothing';

/** Does some class extend this one? Then it may be made by that name. */
function isBase(ev: Evaluator, { name }: ts.ClassLikeDeclaration): boolean {
  if (name === undefined) return true;
  const [below, python] = [
    new RegExp(`\\bextends\\s+(?:\\w+\\.)?${name.text}\\b`),
    new RegExp(`\\bclass\\s+\\w+\\([^)]{0,200}\\b${name.text}\\b`),
  ];
  return ev.program.inventory.files.some(file => /\.(?:py|[cm]?[jt]sx?)$/.test(file) && ev.program.matches(file, below, python));
}

function namedIn(ev: Evaluator, condition: ts.Node, depth: number): Named {
  const named: Named = {
    ...nothingNamed(),
    negated: tsc.isPrefixUnaryExpression(condition) && condition.operator === tsc.SyntaxKind.ExclamationToken,
  };
  walk(condition, node => {
    if (tsc.isBinaryExpression(node)) {
      const token = node.operatorToken.kind;
      const number = [node.left, node.right].flatMap(side => (tsc.isNumericLiteral(side) ? [Number(side.text)] : []))[0];
      const ordered = token === tsc.SyntaxKind.GreaterThanEqualsToken || token === tsc.SyntaxKind.GreaterThanToken;
      if (number !== undefined && number >= 499 && number <= 500 && ordered) named.fiveHundreds = true;
      else if (number !== undefined && number >= 400 && number < 600) {
        named.statuses.add(number);
        if (token === tsc.SyntaxKind.ExclamationEqualsEqualsToken || token === tsc.SyntaxKind.ExclamationEqualsToken) named.negated = true;
        if (number === 500 && (token === tsc.SyntaxKind.LessThanToken || token === tsc.SyntaxKind.LessThanEqualsToken)) {
          named.statuses.delete(500);
          named.fiveHundreds = true;
          named.negated = true;
        }
      }
      if (token === tsc.SyntaxKind.InstanceOfKeyword) {
        for (const value of ev.values(node.right)) {
          if (value.kind === 'foreign') named.classes.add(classOf(value));
          // An error of the repository that nobody makes is never caught.
          if (value.kind === 'class' && ev.callers(value.node).length === 0 && !isBase(ev, value.node)) named.classes.add(NOBODYS);
          // Python keeps several in one name: `except RETRYABLE:`. One that is not seen leaves open what the others are for.
          const listed =
            value.kind === 'array'
              ? value.node.elements.map(one => ev.values(one).flatMap(v => (v.kind === 'foreign' ? [classOf(v)] : [])))
              : [];
          if (listed.every(one => one.length > 0)) for (const name of listed.flat()) named.classes.add(name);
        }
      }
    }
    if (tsc.isNumericLiteral(node) && tsc.isArrayLiteralExpression(node.parent)) {
      const number = Number(node.text);
      if (number >= 400 && number < 600) named.statuses.add(number);
    }
    if (tsc.isStringLiteralLike(node) && /^E[A-Z]{4,}$|^UND_ERR_/.test(node.text)) named.codes.add(node.text);
    if (tsc.isPropertyAccessExpression(node) && node.name.text === 'isRetryable') named.retryable = true;
    if (tsc.isIdentifier(node) && depth < 3) inline(ev, node, named, depth);
    return isFunctionNode(node) && depth > 0 && node !== condition ? 'skip' : undefined;
  });
  return named;
}

/** A predicate of the repository (`isRetryable(error)`), or a list of statuses kept in a constant. */
function inline(ev: Evaluator, id: ts.Identifier, named: Named, depth: number): void {
  const parent = id.parent;
  const called = tsc.isCallExpression(parent) && parent.expression === id;
  const listed =
    (tsc.isPropertyAccessExpression(parent) &&
      parent.expression === id &&
      (parent.name.text === 'includes' || parent.name.text === 'has')) ||
    (tsc.isBinaryExpression(parent) && parent.right === id && parent.operatorToken.kind === tsc.SyntaxKind.InKeyword);
  if (!called && !listed) return;
  for (const value of ev.values(id)) {
    const body = value.kind === 'function' ? value.node.body : value.kind === 'array' ? value.node : undefined;
    const made = value.kind === 'foreign' ? value.steps.find(s => s.kind === 'new') : undefined;
    const target = body ?? (made?.kind === 'new' ? made.args?.[0] : undefined);
    if (target === undefined) continue;
    const inner = namedIn(ev, target, depth + 1);
    for (const status of inner.statuses) named.statuses.add(status);
    // A class that stands for every failure only guards the look at the status.
    const byStatus = value.kind === 'function' && (inner.statuses.size > 0 || inner.fiveHundreds);
    for (const name of inner.classes) if (!byStatus || !isRoot(name)) named.classes.add(name);
    named.others ||= value.kind === 'function' && tsc.isBlock(target) && endsWithTrue(target);
    for (const code of inner.codes) named.codes.add(code);
    named.fiveHundreds ||= inner.fiveHundreds;
    named.retryable ||= inner.retryable;
  }
}

function endsWithTrue(body: ts.Block): boolean {
  const last = body.statements.at(-1);
  return last !== undefined && tsc.isReturnStatement(last) && last.expression?.kind === tsc.SyntaxKind.TrueKeyword;
}

function tells(named: Named): boolean {
  return named.statuses.size > 0 || named.fiveHundreds || named.classes.size > 0 || named.codes.size > 0 || named.retryable;
}
