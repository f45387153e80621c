// Schemas that a request is put through in a function of its own: `const { message } = parse(body)`, where parse() throws or gives
// back what the schema let in.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import type { FunctionNode, Value } from '../evaluator/values.ts';
import { isInside } from '../paths/call-sites.ts';
import { type Scope, scopeOf } from '../paths/paths.ts';
import { walk } from '../program.ts';
import type { Reading } from '../reader.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { strip } from '../syntax.ts';
import { SCHEMA_PACKAGES } from './schemas.ts';

/** Methods that put a value through a schema. */
export const PARSES = new Set([
  'parse',
  'safeParse',
  'parseAsync',
  'safeParseAsync',
  'validate',
  'validateSync',
  'validateAsync',
  'cast',
  'decode',
]);
const MOST = 60;
const DEEPEST = 3;

/** A schema that a function beside the way applies to what it is given, and the calls on the way that lead to it. */
export interface Parser {
  readonly node: ts.CallExpression;
  readonly schema: readonly Value[];
  readonly gates: readonly { readonly scope: Scope; readonly call: ts.CallExpression }[];
}

/** The schema that a call puts its first argument through, if it is such a call. */
export function schemaOf(ev: Evaluator, node: ts.Node): readonly Value[] {
  if (!tsc.isCallExpression(node) || !tsc.isPropertyAccessExpression(node.expression) || !PARSES.has(node.expression.name.text)) return [];
  const callee = node.expression;
  return ev.budget
    .ask(
      () => ev.values(callee.expression),
      () => [],
    )
    .filter(v => v.kind === 'foreign' && SCHEMA_PACKAGES.has(v.package));
}

/** The functions in the files on the way that refuse what a schema does not let in. */
export function parsersOf(reading: Reading): readonly Parser[] {
  const { ev, paths, inventory, program } = reading;
  const out: Parser[] = [];
  for (const file of reading.files) {
    const unit = inventory.roleOf(file) === 'production' ? program.unit(file) : undefined;
    if (unit === undefined || out.length >= MOST) continue;
    for (const call of unit.calls) {
      if (!tsc.isCallExpression(call) || !tsc.isPropertyAccessExpression(call.expression) || !PARSES.has(call.expression.name.text))
        continue;
      const fn = scopeOf(call);
      const [given] = call.arguments;
      if (!isFunctionNode(fn) || paths.leads.has(fn) || given === undefined || !isParameterOf(given, fn)) continue;
      const schema = schemaOf(ev, call);
      if (schema.length === 0 || !refuses(call, fn)) continue;
      const gates = ev.budget.ask(
        () => callsOnWay(reading, fn, 0, new Set()),
        () => [],
      );
      if (gates.length > 0) out.push({ node: call, schema, gates });
    }
  }
  return out;
}

function isParameterOf(node: ts.Expression, fn: FunctionNode): boolean {
  const inner = strip(node);
  const binding = inner !== undefined && tsc.isIdentifier(inner) ? resolve(inner) : undefined;
  return binding?.kind === 'parameter' && binding.node.parent === fn;
}

/** Does a function keep what does not fit from going on? A verdict that nobody looks at keeps nothing. */
function refuses(call: ts.CallExpression, fn: FunctionNode): boolean {
  const name = tsc.isPropertyAccessExpression(call.expression) ? call.expression.name.text : '';
  // Who catches the refusal himself may go on with anything.
  for (let at: ts.Node = call, up = call.parent; up !== undefined && up !== fn; at = up, up = up.parent)
    if (tsc.isTryStatement(up) && up.tryBlock === at && up.catchClause !== undefined && !alwaysThrows(up.catchClause.block)) return false;
  if (!name.startsWith('safeParse') && name !== 'validate') return true;
  const made = tsc.isAwaitExpression(call.parent) ? call.parent : call;
  const holder = made.parent;
  if (!tsc.isVariableDeclaration(holder) || fn.body === undefined) return false;
  let found = false;
  walk(fn.body, node => {
    if (found || (isFunctionNode(node) && node !== fn)) return 'skip';
    if (tsc.isIfStatement(node) && node.pos > call.pos && asks(node.expression, holder) && alwaysThrows(node.thenStatement)) found = true;
    return undefined;
  });
  return found;
}

/** Does anybody take what a schema gives, or does what it refuses end the handler: all that is used of the request? */
export function isHeard(call: ts.CallExpression, schema: readonly Value[], body: ts.Node): boolean {
  const up = tsc.isAwaitExpression(call.parent) ? call.parent.parent : call.parent;
  if (!tsc.isExpressionStatement(up)) return true;
  const name = tsc.isPropertyAccessExpression(call.expression) ? call.expression.name.text : '';
  if (name.startsWith('safeParse') || name === 'validate') return false;
  const keys = new Set(schema.flatMap(keysOf));
  const given = strip(call.arguments[0])?.getText();
  let past = false;
  walk(body, node => {
    if (past) return 'skip';
    if (tsc.isPropertyAccessExpression(node) && strip(node.expression)?.getText() === given) past = !keys.has(node.name.text);
    if (tsc.isVariableDeclaration(node) && tsc.isObjectBindingPattern(node.name) && strip(node.initializer)?.getText() === given)
      past = node.name.elements.some(element => !keys.has((element.propertyName ?? element.name).getText()));
    return undefined;
  });
  return keys.size === 0 || !past;
}

/** The names that an object schema knows. */
function keysOf(value: Value): readonly string[] {
  const steps = value.kind === 'foreign' ? value.steps : [];
  return steps.flatMap(step => {
    const [shape] = step.kind === 'call' ? (step.args ?? []) : [];
    const object = shape === undefined ? undefined : strip(shape);
    return object !== undefined && tsc.isObjectLiteralExpression(object) ? object.properties.map(p => p.name?.getText() ?? '') : [];
  });
}

/** `!parsed.success`, `parsed.error`, `error` of `const { error, value } = schema.validate(body)` */
function asks(condition: ts.Expression, holder: ts.VariableDeclaration): boolean {
  let inner = strip(condition);
  const negated = inner !== undefined && tsc.isPrefixUnaryExpression(inner) && inner.operator === tsc.SyntaxKind.ExclamationToken;
  if (negated && inner !== undefined && tsc.isPrefixUnaryExpression(inner)) inner = strip(inner.operand);
  if (inner === undefined) return false;
  const member = tsc.isPropertyAccessExpression(inner) ? inner.name.text : tsc.isIdentifier(inner) ? inner.text : '';
  const root = tsc.isPropertyAccessExpression(inner) ? strip(inner.expression) : inner;
  const binding = root !== undefined && tsc.isIdentifier(root) ? resolve(root) : undefined;
  return binding?.kind === 'variable' && binding.node === holder && member === (negated ? 'success' : 'error');
}

function alwaysThrows(statement: ts.Statement): boolean {
  const last = tsc.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && tsc.isThrowStatement(last);
}

/** The calls, in functions on the way to the model, that lead to a function and let its refusal through. */
function callsOnWay(reading: Reading, fn: FunctionNode, depth: number, seen: Set<ts.Node>): Parser['gates'] {
  if (seen.has(fn) || depth >= DEEPEST) return [];
  seen.add(fn);
  return reading.paths.usesOf(fn).flatMap(use => {
    if (use.how !== 'called' || use.likely || !tsc.isCallExpression(use.node)) return [];
    const scope = scopeOf(use.node);
    if (isInside(use.node, new Set(swallowing(use.node)))) return [];
    if (reading.paths.leads.has(scope)) return [{ scope, call: use.node }];
    return isFunctionNode(scope) ? callsOnWay(reading, scope, depth + 1, seen) : [];
  });
}

/** The try blocks around a node after which the function goes on when it throws. */
function swallowing(node: ts.Node): readonly ts.Node[] {
  const out: ts.Node[] = [];
  for (let at = node, up = node.parent; up !== undefined && !isFunctionNode(up); at = up, up = up.parent) {
    if (!tsc.isTryStatement(up) || up.tryBlock !== at || up.catchClause === undefined) continue;
    const last = up.catchClause.block.statements.at(-1);
    const leaves = last !== undefined && (tsc.isThrowStatement(last) || tsc.isReturnStatement(last));
    // What stands after the try is reached with anything; what stands in it is not.
    if (!leaves && !isLast(up)) out.push(at);
  }
  return out;
}

function isLast(statement: ts.Statement): boolean {
  const block = statement.parent;
  return tsc.isBlock(block) && block.statements.at(-1) === statement && isFunctionNode(block.parent);
}
