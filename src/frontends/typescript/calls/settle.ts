// What code does in production when nothing else is set: a small interpreter of conditions on the environment.
// NODE_ENV is `production`, and every other variable of the environment is missing: a switch that must be set is off.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { type Foreign, foreignPath, type Value } from '../evaluator/values.ts';
import { isInlineFunction } from '../paths/call-sites.ts';
import { enclosingFunction, isFunctionNode, resolve } from '../scope.ts';
import { dotted } from '../short-text.ts';
import { contains, strip } from '../syntax.ts';

export const UNSETTLED = Symbol('only a run knows');
export type Settled = string | number | boolean | null | undefined | typeof UNSETTLED;

const DEEPEST = 12;

/** Variables that say which surroundings the code runs in. */
const MODES = new Set([
  'NODE_ENV',
  'MODE',
  'APP_ENV',
  'VERCEL_ENV',
  'ENVIRONMENT',
  'ENV',
  'FLASK_ENV',
  'FASTAPI_ENV',
  'PYTHON_ENV',
  'DJANGO_ENV',
]);

/** Variables that the platform itself sets: only a run knows. */
const OF_PLATFORM =
  /^(?:NEXT_RUNTIME|NEXT_PHASE|CI|HOSTNAME|PORT|HOME|TZ|VERCEL|VERCEL_(?!ENV$)\w+|AWS_\w+|K_\w+|GOOGLE_CLOUD_PROJECT|GCLOUD_PROJECT|RENDER\w*|FLY_\w+|RAILWAY_\w+|DYNO|WEBSITE_\w+|CF_\w+|NETLIFY\w*|KUBERNETES_\w+)$/;

/** The name of the environment variable that an expression reads, if it does. */
export function envName(ev: Evaluator, node: ts.Expression): string | undefined {
  const inner = strip(node);
  if (inner === undefined) return undefined;
  if (tsc.isCallExpression(inner) && tsc.isPropertyAccessExpression(inner.expression)) {
    // `Deno.env.get('X')`, `config.get('X')`, `configService.get('X')`
    const first = inner.arguments[0];
    const get = inner.expression.name.text;
    return (get === 'get' || get === 'getOrThrow') && first !== undefined && tsc.isStringLiteralLike(first) && isShouted(first.text)
      ? first.text
      : undefined;
  }
  const [owner, name] = accessed(inner);
  if (owner === undefined || name === undefined || !isShouted(name)) return undefined;
  const text = dotted(owner);
  if (text === 'process.env' || text === 'import.meta.env' || text === 'Bun.env') return name;
  // A checked copy of the environment: `env.X`, `c.env.X`.
  const base = tsc.isPropertyAccessExpression(owner) ? owner.name.text : tsc.isIdentifier(owner) ? owner.text : '';
  if (/^(?:env|config|ENV)$/.test(base)) return name;
  return ev.values(owner).some(v => v.kind === 'foreign' && v.package === '' && v.steps.at(-1)?.kind === 'member' && lastIsEnv(v.steps))
    ? name
    : undefined;
}

function lastIsEnv(steps: readonly { readonly kind: string; readonly name?: string }[]): boolean {
  return steps.at(-1)?.name === 'env';
}

function accessed(node: ts.Expression): [ts.Expression | undefined, string | undefined] {
  if (tsc.isPropertyAccessExpression(node)) return [node.expression, node.name.text];
  if (tsc.isElementAccessExpression(node) && tsc.isStringLiteralLike(node.argumentExpression))
    return [node.expression, node.argumentExpression.text];
  return [undefined, undefined];
}

function isShouted(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name);
}

/** Stands for a value that a file of the deployment gives: not empty, and otherwise unread. */
export const GIVEN = '\uFFFC';
/** What a variable of the environment holds. */
type Environment = (name: string) => typeof GIVEN | undefined;
const NOTHING_SET: Environment = () => undefined;

/** What an expression is in production, with no other variable of the environment set than those that are said to be. */
export function settle(ev: Evaluator, node: ts.Expression, depth = 0, env: Environment = NOTHING_SET): Settled {
  ev.budget.step();
  const inner = strip(node);
  if (inner === undefined || depth > DEEPEST) return UNSETTLED;
  if (tsc.isStringLiteralLike(inner)) return inner.text;
  if (tsc.isNumericLiteral(inner)) return Number(inner.text);
  if (inner.kind === tsc.SyntaxKind.TrueKeyword) return true;
  if (inner.kind === tsc.SyntaxKind.FalseKeyword) return false;
  if (inner.kind === tsc.SyntaxKind.NullKeyword) return null;
  const name = envName(ev, inner);
  if (name !== undefined && OF_PLATFORM.test(name)) return UNSETTLED;
  if (name !== undefined) return MODES.has(name) ? 'production' : name === 'PROD' ? true : name === 'DEV' ? false : env(name);
  if (tsc.isPrefixUnaryExpression(inner) && inner.operator === tsc.SyntaxKind.ExclamationToken) {
    const value = settle(ev, inner.operand, depth + 1, env);
    return value === UNSETTLED ? UNSETTLED : !value;
  }
  if (tsc.isBinaryExpression(inner)) return ofBinary(ev, inner, depth, env);
  if (tsc.isConditionalExpression(inner)) {
    const test = settle(ev, inner.condition, depth + 1, env);
    if (test === UNSETTLED) return UNSETTLED;
    return settle(ev, test ? inner.whenTrue : inner.whenFalse, depth + 1, env);
  }
  if (tsc.isIdentifier(inner)) return ofName(ev, inner, depth, env);
  if (tsc.isPropertyAccessExpression(inner) || tsc.isCallExpression(inner)) return ofValue(ev, inner, depth, env);
  return UNSETTLED;
}

function ofBinary(ev: Evaluator, node: ts.BinaryExpression, depth: number, env: Environment): Settled {
  const left = settle(ev, node.left, depth + 1, env);
  const right = (): Settled => settle(ev, node.right, depth + 1, env);
  const K = tsc.SyntaxKind;
  switch (node.operatorToken.kind) {
    case K.AmpersandAmpersandToken:
      if (left === UNSETTLED) return right() === false ? false : UNSETTLED;
      return left ? right() : left;
    case K.BarBarToken:
      if (left === UNSETTLED) return right() === true ? true : UNSETTLED;
      return left ? left : right();
    case K.QuestionQuestionToken:
      return left === UNSETTLED ? UNSETTLED : (left ?? right());
    case K.EqualsEqualsEqualsToken:
    case K.EqualsEqualsToken: {
      const other = right();
      return isUnknown(left, other) ? UNSETTLED : left === other;
    }
    case K.ExclamationEqualsEqualsToken:
    case K.ExclamationEqualsToken: {
      const other = right();
      return isUnknown(left, other) ? UNSETTLED : left !== other;
    }
    default:
      return UNSETTLED;
  }
}

/** Of a value that is only known to be there, nothing but that can be said. */
function isUnknown(left: Settled, right: Settled): boolean {
  if (left === UNSETTLED || right === UNSETTLED) return true;
  const given = left === GIVEN ? right : right === GIVEN ? left : undefined;
  return (left === GIVEN || right === GIVEN) && given !== undefined && given !== null && given !== '';
}

function ofName(ev: Evaluator, node: ts.Identifier, depth: number, env: Environment): Settled {
  if (node.text === 'undefined') return undefined;
  const binding = resolve(node);
  if (binding?.kind === 'variable' && binding.element === undefined) {
    const list = binding.node.parent;
    const constant = tsc.isVariableDeclarationList(list) && (list.flags & tsc.NodeFlags.Const) !== 0;
    return constant && binding.node.initializer !== undefined ? settle(ev, binding.node.initializer, depth + 1, env) : UNSETTLED;
  }
  return binding?.kind === 'import' ? ofValue(ev, node, depth, env) : UNSETTLED;
}

/** A member, an import or a call of the repository: the one value or the one returned expression behind it. */
function ofValue(ev: Evaluator, node: ts.Expression, depth: number, env: Environment): Settled {
  if (tsc.isCallExpression(node)) {
    const callee = tsc.isPropertyAccessExpression(node.expression) ? node.expression : undefined;
    // `(process.env.X || '').toLowerCase()`, `isEnabled(process.env.X)` of a package, `Boolean(process.env.X)`
    if (callee !== undefined && node.arguments.length === 0 && /^(?:toLowerCase|toUpperCase|trim|toString)$/.test(callee.name.text)) {
      const text = settle(ev, callee.expression, depth + 1, env);
      if (typeof text !== 'string') return text;
      return callee.name.text === 'toUpperCase' ? text.toUpperCase() : text.toLowerCase();
    }
    if (tsc.isIdentifier(node.expression) && node.expression.text === 'Boolean' && node.arguments[0] !== undefined) {
      const value = settle(ev, node.arguments[0], depth + 1, env);
      return value === UNSETTLED ? UNSETTLED : Boolean(value);
    }
    const fns = ev.values(node.expression).flatMap(v => (v.kind === 'function' ? [v.node] : []));
    const returned = fns.length === 1 && fns[0] !== undefined ? ev.returnsOf(fns[0]) : [];
    return returned.length === 1 && returned[0] !== undefined ? settle(ev, returned[0], depth + 1, env) : UNSETTLED;
  }
  if (tsc.isIdentifier(node)) {
    const initializer = importedInitializer(ev, node);
    if (initializer !== undefined) return settle(ev, initializer, depth + 1, env);
  }
  const values = ev.values(node);
  // A setting that may come from the environment, beside its default: nothing else is set.
  const told = values.length === 1 ? values : values.filter(v => !isEnvironment(v));
  const only = told.length === 1 ? told[0] : undefined;
  if (only !== undefined && only === values[0] && isEnvironment(only)) return env(foreignPath(only).split('.').at(-1) ?? '');
  return only?.kind === 'literal' ? only.value : UNSETTLED;
}

/** `process.env.X` as a value, where X is not set by the platform itself. */
function isEnvironment(value: Value): value is Foreign {
  if (value.kind !== 'foreign' || value.package !== '' || value.steps.length !== 3) return false;
  const [root, env, name] = value.steps.map(step => (step.kind === 'member' ? step.name : ''));
  return root === 'process' && env === 'env' && !MODES.has(name ?? '') && !OF_PLATFORM.test(name ?? '');
}

/** The initializer of an imported constant of the repository. */
export function importedInitializer(ev: Evaluator, node: ts.Identifier): ts.Expression | undefined {
  const unit = ev.program.unitOf(node);
  const imported = unit.imports.get(node.text);
  if (imported === undefined) return undefined;
  const file = ev.program.inventory.resolveImport(unit.file, imported.specifier);
  const other = file === undefined ? undefined : ev.program.unit(file);
  for (const id of other === undefined ? [] : ev.program.identifiers(other, imported.name)) {
    if (tsc.isVariableDeclaration(id.parent) && id.parent.name === id && enclosingFunction(id) === undefined) return id.parent.initializer;
  }
  return undefined;
}

/**
 * The expressions that a value comes from in production: branches of conditions that are decided are left out,
 * constants and imports are followed, and calls of functions of the repository give what these return.
 */
export function leavesOf(ev: Evaluator, node: ts.Expression, depth = 0): readonly ts.Expression[] {
  ev.budget.step();
  const inner = strip(node);
  if (inner === undefined) return [];
  if (depth > DEEPEST) return [inner];
  if (tsc.isConditionalExpression(inner)) {
    const test = settle(ev, inner.condition);
    if (test === UNSETTLED) return [...leavesOf(ev, inner.whenTrue, depth + 1), ...leavesOf(ev, inner.whenFalse, depth + 1)];
    return leavesOf(ev, test ? inner.whenTrue : inner.whenFalse, depth + 1);
  }
  if (tsc.isBinaryExpression(inner)) {
    const kind = inner.operatorToken.kind;
    if (kind === tsc.SyntaxKind.AmpersandAmpersandToken) {
      const test = settle(ev, inner.left);
      return test === UNSETTLED || test ? leavesOf(ev, inner.right, depth + 1) : [];
    }
    if (kind === tsc.SyntaxKind.BarBarToken || kind === tsc.SyntaxKind.QuestionQuestionToken)
      return [...leavesOf(ev, inner.left, depth + 1), ...leavesOf(ev, inner.right, depth + 1)];
  }
  if (tsc.isIdentifier(inner)) {
    const binding = resolve(inner);
    if (binding?.kind === 'variable' && binding.element === undefined && binding.node.initializer !== undefined)
      return leavesOf(ev, binding.node.initializer, depth + 1);
    if (binding?.kind === 'import') {
      const initializer = importedInitializer(ev, inner);
      return initializer === undefined ? [inner] : leavesOf(ev, initializer, depth + 1);
    }
    return [inner];
  }
  if (tsc.isCallExpression(inner)) {
    const fns = ev.values(inner.expression).flatMap(v => (v.kind === 'function' ? [v.node] : []));
    const out = fns.slice(0, 4).flatMap(fn => ev.returnsOf(fn).flatMap(r => leavesOf(ev, r, depth + 2)));
    return out.length > 0 ? out.slice(0, 20) : [inner];
  }
  return [inner];
}

/** A property of an options object as it is in production, spreads included; undefined: not set there. */
export function settledProperty(ev: Evaluator, node: ts.Expression | undefined, name: string, depth = 0): readonly ts.Expression[] {
  if (node === undefined || depth > 4) return [];
  const out: ts.Expression[] = [];
  for (const leaf of leavesOf(ev, node)) {
    if (!tsc.isObjectLiteralExpression(leaf)) continue;
    for (const property of leaf.properties) {
      if (tsc.isSpreadAssignment(property)) out.push(...settledProperty(ev, property.expression, name, depth + 1));
      else if (tsc.isShorthandPropertyAssignment(property) && property.name.text === name) out.push(...leavesOf(ev, property.name));
      else if (tsc.isPropertyAssignment(property) && property.name.getText().replace(/['"]/g, '') === name)
        out.push(...leavesOf(ev, property.initializer));
      else if (tsc.isMethodDeclaration(property) && property.name.getText() === name) out.push(property as unknown as ts.Expression);
    }
  }
  return out.filter(e => !(tsc.isIdentifier(e) && e.text === 'undefined'));
}

/** Nobody writes more conditions around one line. */
const MOST_AROUND = 20;

/**
 * A condition around a node that does not hold unless something is set: what must be set, in a few words.
 * @param beside where that is known, what runs before the node: conditions that hold for both are none of the node's own
 */
export function switchAround(ev: Evaluator, node: ts.Node, isSet: (name: string) => boolean, beside?: ts.Node): string | undefined {
  let child = node;
  let asked = 0;
  for (let up = node.parent; up !== undefined && asked < MOST_AROUND; child = up, up = up.parent) {
    if (beside !== undefined && contains(child, beside)) return undefined;
    if (tsc.isIfStatement(up) || tsc.isConditionalExpression(up)) asked++;
    let off: string | undefined;
    if (tsc.isIfStatement(up) && child !== up.expression) off = offBy(ev, up.expression, child === up.thenStatement, isSet);
    else if (tsc.isConditionalExpression(up) && child !== up.condition) off = offBy(ev, up.condition, child === up.whenTrue, isSet);
    else if (tsc.isBinaryExpression(up) && child === up.right) {
      if (up.operatorToken.kind === tsc.SyntaxKind.AmpersandAmpersandToken) off = offBy(ev, up.left, true, isSet);
    } else if (tsc.isBlock(up) || tsc.isSourceFile(up)) off = offByLeaving(ev, up, child, isSet, beside);
    if (off !== undefined) return off;
    // A callback stands under the conditions around it.
    if (isFunctionNode(up) && !isInlineFunction(up)) return undefined;
  }
  return undefined;
}

/** `if (!process.env.X) return;` before the node. */
function offByLeaving(
  ev: Evaluator,
  block: ts.Block | ts.SourceFile,
  child: ts.Node,
  isSet: (name: string) => boolean,
  beside: ts.Node | undefined,
): string | undefined {
  const from = beside !== undefined && contains(block, beside) ? beside.pos : -1;
  for (const statement of block.statements) {
    if (statement === child) return undefined;
    if (statement.end <= from) continue;
    if (!tsc.isIfStatement(statement) || statement.elseStatement !== undefined) continue;
    const then = statement.thenStatement;
    const first = tsc.isBlock(then) ? then.statements.at(-1) : then;
    if (first === undefined || !tsc.isReturnStatement(first)) continue;
    const off = offBy(ev, statement.expression, false, isSet);
    if (off !== undefined) return off;
  }
  return undefined;
}

/** Is a condition other than the wanted one in production? Then what it asks for, unless the deployment sets it. */
function offBy(ev: Evaluator, condition: ts.Expression, wanted: boolean, isSet: (name: string) => boolean): string | undefined {
  const value = settle(ev, condition);
  const names = envNamesIn(ev, condition);
  const given = names.filter(isSet);
  // What a file of the deployment sets may be what it must not be.
  const there = given.length === 0 ? value : settle(ev, condition, 0, name => (isSet(name) ? GIVEN : undefined));
  if (value === UNSETTLED || Boolean(value) === wanted)
    return given.length > 0 && there !== UNSETTLED && Boolean(there) !== wanted
      ? `it runs only without ${given.join(' and ')}, which a file of the deployment sets`
      : undefined;
  if (names.length > 0 && given.length === names.length && (there === UNSETTLED || Boolean(there) === wanted)) return undefined;
  if (names.length === 0) return 'a condition that does not hold in production';
  return names.every(name => MODES.has(name) || name === 'PROD' || name === 'DEV')
    ? 'it runs outside of production only'
    : `${names.filter(name => !isSet(name)).join(' and ')} is not set`;
}

/** Environment variables that decide an expression, also behind constants and functions. */
export function envNamesIn(ev: Evaluator, root: ts.Expression, depth = 0): string[] {
  const out = new Set<string>();
  const stack: ts.Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    ev.budget.step();
    if (tsc.isPropertyAccessExpression(node) || tsc.isElementAccessExpression(node) || tsc.isCallExpression(node)) {
      const name = envName(ev, node);
      if (name !== undefined) {
        out.add(name);
        continue;
      }
    }
    if (depth < 6 && tsc.isIdentifier(node)) {
      const binding = resolve(node);
      const next =
        binding?.kind === 'variable' ? binding.node.initializer : binding?.kind === 'import' ? importedInitializer(ev, node) : undefined;
      if (next !== undefined) for (const name of envNamesIn(ev, next, depth + 1)) out.add(name);
    }
    if (depth < 6 && tsc.isCallExpression(node)) {
      for (const value of ev.values(node.expression))
        if (value.kind === 'function')
          for (const returned of ev.returnsOf(value.node)) for (const name of envNamesIn(ev, returned, depth + 1)) out.add(name);
    }
    tsc.forEachChild(node, child => {
      stack.push(child);
    });
  }
  return [...out].sort();
}
