// By what is something counted: a signed-in user, an address, a value that the client chooses, or nothing at all?
import type { ts } from 'ts-morph';
import type { Limit } from '../../../core/index.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { resolve } from '../scope.ts';
import { AUTH, isFilledByClient, isSentToPython, isServerSession, makersOf, putInto, readsUnverified } from './client-values.ts';
import { type Env, type Leaf, originOf } from './trace.ts';

export interface Key {
  readonly scope: Limit['scope'];
  /** In the reader's words, where the scope alone would mislead: "a value that the client sends". */
  readonly note?: string;
}

/** An expression with what the parameters in it stand for, and the name of the field that it is compared with. */
export interface Part {
  readonly node: ts.Expression;
  readonly env: Env;
  readonly field?: string;
}

/** The note of a key that whoever asks may choose. */
export const BY_CLIENT = 'a value that the client sends';

/** Packages that tell the address of a client. */
const ADDRESS = /^(?:request-ip|@supercharge\/request-ip|@arcjet\/ip|hono\/conninfo|public-ip|ipware)/;
const ADDRESS_HEADER = /forwarded-for|real-ip|client-ip|connecting-ip|remote-addr|x-forwarded/i;
const ADDRESS_NAME = /^(?:ip|ips|ipAddress|remoteAddress|remoteIp|clientIp|ip_address|remote_addr|client_ip|client_host)$/;
/** Members of a request or an event that the server or the chat platform fills in, and not the client. */
const SIGNED = new Set([
  'user',
  'auth',
  'session',
  'from',
  'author',
  'member',
  'sender',
  'account',
  'principal',
  'claims',
  'currentUser',
  'current_user',
  'from_user',
  'effective_user',
]);
/** Those that only the platform of a chat uses, whose own messages are the body of a request. */
const OF_CHAT = new Set(['from', 'author', 'member', 'sender', 'from_user', 'effective_user', 'event']);
const CHATS = /slack|telegra|telebot|aiogram|grammy|discord|botbuilder|line\/bot|linebot|viber|whatsapp|wechat|mattermost|twilio/i;
const SENT = new Set(['body', 'query', 'cookies', 'headers', 'params', 'searchParams', 'rawBody', 'url']);
/** Words for who pays; they only tell what a value means that nobody gives. */
const USER_WORD =
  /user|account|tenant|\borg|organi[sz]ation|customer|member|workspace|team|email|^uid$|^sub$|owner|viewer|subscriber|author|sender/i;
const CHAT_WORD = /^(?:chat|thread|channel|conversation|room|group|session)(?:_?id)?$|^(?:chat|channel|thread|session|conversation)Id$/i;

/** By whom something is counted, judged by everything that its key or filter is made of. */
export function keyOf(ev: Evaluator, parts: readonly Part[]): Key {
  const kinds = new Set<string>();
  for (const part of parts) for (const leaf of originOf(ev, part.node, part.env).leaves) kinds.add(kindOf(ev, leaf, part.field));
  if (kinds.has('address')) return kinds.has('user') ? { scope: 'address', note: 'the user, or else the address' } : { scope: 'address' };
  if (kinds.has('sent')) return { scope: 'unknown', note: BY_CLIENT };
  if (kinds.has('chat')) return { scope: 'unknown', note: 'the chat, not the user' };
  if (kinds.has('user')) return { scope: 'user' };
  return kinds.has('other') ? { scope: 'unknown', note: 'a value that could not be followed' } : { scope: 'global' };
}

type Kind = 'address' | 'sent' | 'chat' | 'user' | 'other' | 'nothing';

function kindOf(ev: Evaluator, leaf: Leaf, field: string | undefined, depth = 0): Kind {
  const { node, path } = leaf;
  if (tsc.isTemplateExpression(node) || tsc.isLiteralExpression(node) || isKeyword(node)) return 'nothing';
  if (tsc.isCallExpression(node) || tsc.isNewExpression(node)) return ofCall(ev, node, path, field);
  const names = tsc.isIdentifier(node) ? [node.text, ...path] : path;
  if (names.some(n => ADDRESS_NAME.test(n) || ADDRESS_HEADER.test(n))) return 'address';
  // Starlette: `request.client.host`.
  if (names.at(-1) === 'host' && names.at(-2) === 'client') return 'address';
  if (tsc.isElementAccessExpression(node)) return ADDRESS_HEADER.test(node.argumentExpression.getText()) ? 'address' : 'other';
  if (tsc.isIdentifier(node) && resolve(node) === undefined && (node.text === 'process' || node.text === 'Date' || node.text === 'Math'))
    return 'nothing';
  if (isSentToPython(ev, node, path)) return 'sent';
  const taken = tsc.isIdentifier(node) ? ofParameter(ev, node, path, depth) : undefined;
  if (taken !== undefined) return taken;
  if (path.some(n => SIGNED.has(n)) && isOfBody(ev, node, path)) return 'sent';
  if (tsc.isIdentifier(node) && depth === 0 && isPutByClient(ev, node, path)) return 'sent';
  // The platform of a bot says who wrote, and in which chat; the chat is what many people or one person's many groups share.
  if (path.some(n => SIGNED.has(n))) return 'user';
  if (isServerSession(ev, node)) return 'user';
  if (names.some(n => CHAT_WORD.test(n))) return 'chat';
  if (tsc.isIdentifier(node) && ev.values(node).some(v => v.kind === 'request')) return 'sent';
  if (path.some(n => SENT.has(n))) return 'sent';
  return named([...names, ...(field === undefined ? [] : [field])]) ? 'user' : 'other';
}

/** `request.body.user.id`: whoever writes the body says who he is, unless it is a message of a chat platform. */
function isOfBody(ev: Evaluator, node: ts.Node, path: readonly string[]): boolean {
  const sent = path.findIndex(n => SENT.has(n));
  const signed = path.findIndex(n => SIGNED.has(n));
  if (sent < 0 || sent > signed || path.some(n => OF_CHAT.has(n))) return false;
  return [...ev.program.unitOf(node).imports.values()].every(({ specifier }) => !CHATS.test(specifier));
}

/** `request.user = { id: request.headers['x-user-id'] }` in a middleware: who is signed in is what the client says. */
function isPutByClient(ev: Evaluator, node: ts.Identifier, path: readonly string[]): boolean {
  const at = path.findIndex(n => named([n]));
  const name = path[at];
  if (name === undefined || resolve(node)?.kind === 'variable') return false;
  const given = putInto(ev, name);
  if (given.length === 0) return false;
  const rest = path.slice(at + 1);
  const kinds = given
    .flatMap(value => originOf(ev, value, undefined, 'callers', rest).leaves)
    .map(leaf => kindOf(ev, leaf, undefined, 1))
    .filter(kind => kind !== 'nothing');
  return kinds.length > 0 && kinds.every(kind => kind === 'sent');
}

/** A parameter that a framework fills: with what the client sends, or with what a function reads from it. */
function ofParameter(ev: Evaluator, node: ts.Identifier, path: readonly string[], depth: number): Kind | undefined {
  const binding = resolve(node);
  if (binding?.kind !== 'parameter' || depth > 4) return undefined;
  if (isFilledByClient(ev, binding.node)) return 'sent';
  const kinds = makersOf(ev, binding.node)
    .flatMap(maker => ev.returnsOf(maker))
    .flatMap(returned => originOf(ev, returned, undefined, 'callers', path).leaves)
    .map(leaf => kindOf(ev, leaf, undefined, depth + 1))
    .filter(kind => kind !== 'nothing');
  return kinds.length > 0 && kinds.every(kind => kind === 'sent') ? 'sent' : undefined;
}

function ofCall(ev: Evaluator, node: ts.CallExpression | ts.NewExpression, path: readonly string[], field: string | undefined): Kind {
  const callee = node.expression;
  const text = node.getText().slice(0, 400);
  if (/\bDate\b|toISOString|toDateString|dayjs|moment|startOf|\bformat\(/.test(text) && !USER_WORD.test(text)) return 'nothing';
  if (ADDRESS_HEADER.test(text) || path.some(n => ADDRESS_NAME.test(n))) return 'address';
  const values = ev.values(callee);
  for (const v of values) {
    if (v.kind !== 'foreign') continue;
    if (ADDRESS.test(v.package) || v.steps.some(s => s.kind === 'member' && /^(?:ipAddress|getClientIp|getConnInfo|getIP)$/.test(s.name)))
      return 'address';
    if (readsUnverified(v, node)) return 'sent';
    if (AUTH.test(v.package)) return 'user';
  }
  if (isSentToPython(ev, node, path) || (tsc.isNewExpression(node) && path.some(n => SENT.has(n)))) return 'sent';
  // A method of a value: `.trim()`, `.split(',')`, `.get('user')` say what the value in front of them is.
  if (tsc.isPropertyAccessExpression(callee)) {
    const method = callee.name.text;
    if (/^(?:json|formData|text|parse|param|query)$/.test(method) && ev.values(node).some(v => v.kind === 'request')) return 'sent';
    const first = node.arguments?.[0];
    const kinds = originOf(ev, callee.expression).leaves.map(leaf => kindOf(ev, leaf, field));
    if (method === 'get' && first !== undefined && tsc.isStringLiteralLike(first) && SIGNED.has(first.text) && !kinds.includes('sent'))
      return 'user';
    for (const kind of ['address', 'sent', 'chat', 'user'] as const) if (kinds.includes(kind)) return kind;
  }
  if (ev.values(node).some(v => v.kind === 'request')) return 'sent';
  const name = tsc.isPropertyAccessExpression(callee) ? callee.name.text : tsc.isIdentifier(callee) ? callee.text : '';
  return named([name, ...path, ...(field === undefined ? [] : [field])]) ? 'user' : 'other';
}

/** Does a word among the names tell that this is who pays? Asked only of values that nobody gives in the code. */
function named(names: readonly string[]): boolean {
  return names.some(name => USER_WORD.test(name));
}

function isKeyword(node: ts.Node): boolean {
  return node.kind === tsc.SyntaxKind.TrueKeyword || node.kind === tsc.SyntaxKind.FalseKeyword || node.kind === tsc.SyntaxKind.NullKeyword;
}
