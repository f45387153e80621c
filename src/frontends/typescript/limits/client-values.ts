// What whoever asks may choose as he likes: parameters that a web framework of Python fills with the request, what functions read from
// a request, and tokens of which nobody looked at the signature.
import type { ts } from 'ts-morph';
import { tsc } from '../compiler.ts';
import { decoratorsOf } from '../decorators.ts';
import { isPython } from '../dialect.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { typeValue } from '../evaluator/types.ts';
import type { Foreign, FunctionNode } from '../evaluator/values.ts';
import { throwsIn } from '../paths/exits.ts';
import { sortOfPackage } from '../paths/frameworks-python.ts';
import { walk } from '../program.ts';
import { isFunctionNode, resolve } from '../scope.ts';
import { leavesAtOnce, strip } from '../syntax.ts';

/** Packages that tell who is signed in. */
export const AUTH =
  /^(?:next-auth|@auth\/|@clerk\/|better-auth|jose$|jsonwebtoken$|firebase-admin|@kinde-oss\/|@workos|@auth0\/|express-oauth2-jwt-bearer|iron-session|lucia|passport|@stackframe\/|@descope\/|@supabase\/|@convex-dev\/auth|@logto\/|@propelauth\/|supertokens|@hono\/(?:clerk|auth)|@fastify\/jwt|@privy-io\/|express-session|py:(?:jose|jwt|firebase_admin|flask_login|flask_jwt_extended|authlib|fastapi_users|auth0|clerk_backend_api|stytch|workos|supertokens_python)$)/;
/** Web frameworks that fill parameters by their types. */
const BY_TYPE = /^py:(?:fastapi|litestar|starlite|ninja|robyn|blacksheep|flask_openapi3)$/;
/** Types of packages that a framework makes of a text. */
const PARSED = /^py:(?:uuid|pydantic|datetime|decimal|enum|typing)$/;
/** Members of the requests of Python's frameworks that the client fills. */
const OF_REQUEST = new Set(
  'headers cookies query_params path_params args form json values data GET POST META body files view_args get_json get_data receive_json receive_text'.split(
    ' ',
  ),
);
/** Functions that read a token, and do not ask whether it is genuine. */
const UNVERIFIED = /^(?:decodeJwt|decodeProtectedHeader|jwtDecode|get_unverified_\w+)$/;
const DEEPEST = 4;
const MOST_FILES = 12;

/** Does a call read a token without asking who signed it? */
export function readsUnverified({ package: name, steps }: Foreign, call: ts.CallExpression | ts.NewExpression): boolean {
  const last = steps.findLast(step => step.kind === 'member');
  const method = last?.kind === 'member' ? last.name : '';
  if (name === 'jwt-decode' || UNVERIFIED.test(method)) return true;
  if (method !== 'decode') return false;
  if (name === 'jsonwebtoken') return true;
  return name.startsWith('py:') && /\bverify(?:_signature)?['"]?\s*:\s*false\b/.test(call.getText().slice(0, 2000));
}

/** Is this what the client sends to a server of Python? @param path the members that are taken of it */
export function isSentToPython(ev: Evaluator, node: ts.Expression, path: readonly string[]): boolean {
  if (!isPython(node)) return false;
  if (tsc.isCallExpression(node)) {
    const callee = strip(node.expression);
    return (
      callee !== undefined && tsc.isPropertyAccessExpression(callee) && OF_REQUEST.has(callee.name.text) && isRequest(ev, callee.expression)
    );
  }
  return OF_REQUEST.has(path[0] ?? '') && isRequest(ev, node);
}

/** Is an expression the request of a web framework? */
function isRequest(ev: Evaluator, node: ts.Expression): boolean {
  return isOfWeb(ev, node, /^(?:request|Request|HttpRequest|WebSocket|HTTPConnection)$/);
}

/** Is it the session of a web framework, which the server signs? */
export function isServerSession(ev: Evaluator, node: ts.Expression): boolean {
  return isPython(node) && isOfWeb(ev, node, /^session$/);
}

function isOfWeb(ev: Evaluator, node: ts.Expression, name: RegExp): boolean {
  return ev.values(node).some(value => {
    if (value.kind !== 'foreign' || sortOfPackage(value.package) !== 'http') return false;
    const [first] = value.steps;
    return first?.kind === 'member' && name.test(first.name);
  });
}

const put = new WeakMap<Evaluator, Map<string, readonly ts.Expression[]>>();

/** What production code puts into a member of this name of a parameter: `request.user = ...`. */
export function putInto(ev: Evaluator, name: string): readonly ts.Expression[] {
  const known = put.get(ev) ?? new Map<string, readonly ts.Expression[]>();
  put.set(ev, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  const { program } = ev;
  const files = program.inventory.files.filter(
    file =>
      /\.(?:[cm]?[jt]sx?|py)$/.test(file) && program.inventory.roleOf(file) === 'production' && program.mentions(file, `${name} = `, '.'),
  );
  const out = files.slice(0, MOST_FILES).flatMap(file => {
    const unit = program.unit(file);
    return unit === undefined ? [] : program.identifiers(unit, name).flatMap(use => assignedTo(use) ?? []);
  });
  known.set(name, out);
  return out;
}

/** What is assigned to the member of a parameter that a name stands for. */
function assignedTo(use: ts.Identifier): ts.Expression | undefined {
  const target = use.parent;
  if (!tsc.isPropertyAccessExpression(target) || target.name !== use) return undefined;
  const { parent } = target;
  if (!tsc.isBinaryExpression(parent) || parent.left !== target || parent.operatorToken.kind !== tsc.SyntaxKind.EqualsToken)
    return undefined;
  let root: ts.Expression = target;
  while (tsc.isPropertyAccessExpression(root)) root = root.expression;
  return tsc.isIdentifier(root) && resolve(root)?.kind === 'parameter' ? parent.right : undefined;
}

/** Does a web framework fill a parameter with what the client sends, and nothing stand before that asks who the client is? */
export function isFilledByClient(ev: Evaluator, parameter: ts.ParameterDeclaration): boolean {
  const fn = parameter.parent;
  if (!isPython(parameter) || !isFunctionNode(fn) || !isSendable(ev, parameter) || !isFilled(ev, fn, 0)) return false;
  return !isBelieved(ev, fn, parameter);
}

/** Functions that were come upon as makers of a parameter, wherever that is. */
const dependencies = new WeakSet<FunctionNode>();

/** The function of whose result a framework makes a parameter: `user = who()`, as `Depends(who)` is lowered. */
export function makersOf(ev: Evaluator, parameter: ts.ParameterDeclaration): readonly FunctionNode[] {
  const made = isPython(parameter) ? strip(parameter.initializer) : undefined;
  if (made === undefined || !tsc.isCallExpression(made) || made.arguments.length > 0) return [];
  const makers = ev.values(made.expression).flatMap(value => (value.kind === 'function' ? [value.node] : []));
  for (const maker of makers) dependencies.add(maker);
  return makers;
}

/** May the value come from the request: plain data, or a model of it? */
function isSendable(ev: Evaluator, { initializer, type, dotDotDotToken }: ts.ParameterDeclaration): boolean {
  const given = strip(initializer);
  if (dotDotDotToken !== undefined || (given !== undefined && (tsc.isCallExpression(given) || tsc.isNewExpression(given)))) return false;
  return type === undefined || isPlain(ev, type, 0);
}

function isPlain(ev: Evaluator, type: ts.TypeNode, depth: number): boolean {
  if (depth > DEEPEST) return false;
  if (tsc.isUnionTypeNode(type)) return type.types.every(part => isPlain(ev, part, depth + 1));
  if (tsc.isArrayTypeNode(type) || tsc.isLiteralTypeNode(type) || !tsc.isTypeReferenceNode(type)) return true;
  if (type.typeName.getText() === 'Record') return true;
  const value = typeValue(ev, ev.program.unitOf(type), type);
  if (value?.kind === 'foreign') return PARSED.test(value.package);
  if (value?.kind !== 'instance') return false;
  const schema = ev.member([{ kind: 'class', node: value.of, frame: undefined }], '__schema');
  return schema.some(v => v.kind === 'foreign' && v.package === 'zod');
}

/** Does a framework call a function with what it takes from the request: a handler, or a function that a handler depends on? */
function isFilled(ev: Evaluator, fn: FunctionNode, depth: number): boolean {
  if (depth > DEEPEST) return false;
  if (decoratorsOf(fn).some(one => tsc.isCallExpression(one) && ev.values(one.expression).some(isOfFramework))) return true;
  if (dependencies.has(fn)) return true;
  if (fn.name === undefined || !tsc.isIdentifier(fn.name)) return false;
  return ev.program.identifiers(ev.program.unitOf(fn), fn.name.text).some(({ parent: call }) => {
    if (!tsc.isCallExpression(call) || call.arguments.length > 0 || !tsc.isParameter(call.parent)) return false;
    const outer = call.parent.parent;
    return call.parent.initializer === call && isFunctionNode(outer) && isFilled(ev, outer, depth + 1);
  });
}

const isOfFramework = (value: { readonly kind: string; readonly package?: string }): boolean =>
  value.kind === 'foreign' && BY_TYPE.test(value.package ?? '');

/**
 * Is it asked who the client is before a handler runs? What a service that has the key sends about its users is then believed; a user who
 * is known is one, whatever other name he sends, unless the two are compared.
 */
function isBelieved(ev: Evaluator, fn: FunctionNode, sent: ts.ParameterDeclaration): boolean {
  const known = fn.parameters.flatMap(parameter => makersOf(ev, parameter).map(maker => ({ parameter, maker })));
  const asked = [...known.map(one => one.maker), ...guardsOf(ev, fn)].filter(maker => verifies(ev, maker));
  if (asked.length === 0) return false;
  if (!asked.some(maker => tellsWho(ev, maker))) return true;
  return isCompared(
    ev,
    fn,
    sent,
    known.map(one => one.parameter),
  );
}

/** Does a function return more than what it was given, and more than that all is well: whose token it is? */
function tellsWho(ev: Evaluator, maker: FunctionNode): boolean {
  return ev.returnsOf(maker).some(returned => {
    let at = strip(returned);
    while (at !== undefined && tsc.isPropertyAccessExpression(at)) at = strip(at.expression);
    if (at === undefined || tsc.isLiteralExpression(at) || /^(?:true|false|null|undefined)$/.test(at.getText())) return false;
    return !tsc.isIdentifier(at) || resolve(at)?.kind !== 'parameter';
  });
}

/** `if body.user_id != user.id: raise HTTPException(403)`, also in a function that is given both. */
function isCompared(ev: Evaluator, fn: FunctionNode, sent: ts.ParameterDeclaration, known: readonly ts.ParameterDeclaration[]): boolean {
  let found = false;
  if (fn.body === undefined) return false;
  walk(fn.body, node => {
    if (found || isFunctionNode(node)) return 'skip';
    if (tsc.isIfStatement(node) && leavesAtOnce(node.thenStatement)) found = unequal(node.expression, sent, known);
    else if (tsc.isExpressionStatement(node)) {
      const call = tsc.isAwaitExpression(node.expression) ? node.expression.expression : node.expression;
      if (tsc.isCallExpression(call) && holds(call, [sent]) && holds(call, known))
        found = ev.values(call.expression).some(v => v.kind === 'function' && v.node.body !== undefined && throwsIn(v.node.body));
    }
    return undefined;
  });
  return found;
}

function unequal(condition: ts.Node, sent: ts.ParameterDeclaration, known: readonly ts.ParameterDeclaration[]): boolean {
  let found = false;
  walk(condition, node => {
    if (!tsc.isBinaryExpression(node) || found) return;
    const { kind } = node.operatorToken;
    if (kind !== tsc.SyntaxKind.ExclamationEqualsEqualsToken && kind !== tsc.SyntaxKind.ExclamationEqualsToken) return;
    found = (holds(node.left, [sent]) && holds(node.right, known)) || (holds(node.left, known) && holds(node.right, [sent]));
  });
  return found;
}

function holds(root: ts.Node, parameters: readonly ts.ParameterDeclaration[]): boolean {
  let found = false;
  walk(root, node => {
    if (found || !tsc.isIdentifier(node)) return;
    const binding = resolve(node);
    found = binding?.kind === 'parameter' && parameters.includes(binding.node);
  });
  return found;
}

/** `@app.post("/chat", dependencies=[Depends(check)])` */
function guardsOf(ev: Evaluator, fn: FunctionNode): readonly FunctionNode[] {
  const out: FunctionNode[] = [];
  for (const decorator of decoratorsOf(fn))
    walk(decorator, node => {
      if (!tsc.isPropertyAssignment(node) || node.name.getText() !== 'dependencies') return undefined;
      walk(node.initializer, part => {
        if (tsc.isIdentifier(part)) out.push(...ev.values(part).flatMap(v => (v.kind === 'function' ? [v.node] : [])));
        return undefined;
      });
      return 'skip';
    });
  return out;
}

/** Does a function look at a token, or turn away whom it does not know: with 401 or 403? */
function verifies(ev: Evaluator, maker: FunctionNode, depth = 0): boolean {
  if (maker.body === undefined || depth > DEEPEST) return false;
  let found = maker.parameters.some(parameter => makersOf(ev, parameter).some(inner => verifies(ev, inner, depth + 1)));
  walk(maker.body, node => {
    if (found) return 'skip';
    if (tsc.isThrowStatement(node)) found = /\b40[13]\b|_40[13]_/.test(node.getText().slice(0, 300));
    else if (tsc.isCallExpression(node))
      found = ev.values(node.expression).some(v => v.kind === 'foreign' && AUTH.test(v.package) && !readsUnverified(v, node));
    return undefined;
  });
  return found;
}
