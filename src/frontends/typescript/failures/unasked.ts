// Requests whose refusal looks like an answer: `fetch` and its like throw nothing for a status of 429 or 500, and nobody asks for it.
import type { ts } from 'ts-morph';
import { HTTP_CLIENTS } from '../calls/http-clients.ts';
import { tsc } from '../compiler.ts';
import type { Evaluator } from '../evaluator/evaluate.ts';
import { boundNames } from '../program.ts';
import { isSameBinding, resolve } from '../scope.ts';
import { isMemberName } from '../syntax.ts';

/** Packages of clients that throw nothing for a status of 400 and above; '' is the global `fetch`. */
const QUIET = new Set(HTTP_CLIENTS.flatMap(client => (client.quiet === true ? [client.package] : [])));
const STATUS = /^(?:ok|status|statusText|statusCode|status_code|reason|reason_phrase|is_success|is_error|raise_for_status|error)$/;
/** What gives the body of a response. */
const DATA = /^(?:json)$/;
const BODY = /^(?:text|blob|bytes|content|read|arrayBuffer|formData|body|raw|iter_\w+|aiter_\w+|aread)$/;
const MOST_USES = 60;

/** Is the answer to a request taken as it comes, so that a refused one passes for an answer? False as well where that is not seen. */
export function isUnasked(ev: Evaluator, call: ts.CallExpression): boolean {
  const clients = ev.values(call.expression).flatMap(value => (value.kind === 'foreign' ? [value] : []));
  if (clients.length === 0 || !clients.every(({ package: name }) => QUIET.has(name))) return false;
  // `$fetch` of Nuxt is a global that throws.
  if (/\$fetch$/.test(call.expression.getText()) || /raise_for_status/.test(call.getText().slice(0, 4000))) return false;
  return uses(ev, call, 'response', 0) === 'unasked';
}

type Asked = 'asked' | 'unasked' | 'unseen';

/** What all uses of a value come to: one question about the status is enough, one use that is not seen leaves it open. */
function uses(ev: Evaluator, node: ts.Expression, what: 'response' | 'data', depth: number): Asked {
  let at: ts.Node = node;
  for (let up = at.parent; up !== undefined; at = up, up = up.parent) {
    if (tsc.isAwaitExpression(up) || tsc.isParenthesizedExpression(up) || tsc.isAsExpression(up) || tsc.isNonNullExpression(up)) continue;
    if (tsc.isPropertyAccessExpression(up) && up.expression === at) return ofMember(ev, up, up.name.text, what, depth);
    if (tsc.isElementAccessExpression(up) && up.expression === at)
      return ofMember(ev, up, tsc.isStringLiteralLike(up.argumentExpression) ? up.argumentExpression.text : '', what, depth);
    if (tsc.isVariableDeclaration(up) && up.initializer === at) return ofNames(ev, up.name, what, depth);
    return 'unseen';
  }
  return 'unseen';
}

function ofMember(
  ev: Evaluator,
  access: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  name: string,
  what: 'response' | 'data',
  depth: number,
): Asked {
  if (what === 'response' ? STATUS.test(name) : name === 'error' || name === 'errors') return 'asked';
  if (what === 'data') {
    // `data.choices[0]`: of an answer without choices that throws, `data.choices?.[0]` does not.
    const { parent } = access;
    const deeper = (tsc.isPropertyAccessExpression(parent) || tsc.isElementAccessExpression(parent)) && parent.expression === access;
    return deeper && parent.questionDotToken === undefined ? 'asked' : 'unseen';
  }
  if (BODY.test(name)) return 'unasked';
  if (!DATA.test(name) || depth > 2) return 'unseen';
  const call = access.parent;
  return tsc.isCallExpression(call) && call.expression === access ? uses(ev, call, 'data', depth + 1) : 'unseen';
}

function ofNames(ev: Evaluator, name: ts.BindingName, what: 'response' | 'data', depth: number): Asked {
  if (!tsc.isIdentifier(name)) {
    const names = boundNames(name);
    return names.some(one => STATUS.test(one)) ? 'asked' : 'unseen';
  }
  const unit = ev.program.unitOf(name);
  const own = resolve(name);
  if (own === undefined || !('node' in own)) return 'unseen';
  const found: Asked[] = [];
  for (const id of ev.program.identifiers(unit, name.text)) {
    if (id === name || isMemberName(id)) continue;
    if (!isSameBinding(resolve(id), own)) continue;
    if (found.length >= MOST_USES) return 'unseen';
    found.push(uses(ev, id, what, depth));
  }
  if (found.includes('asked')) return 'asked';
  return found.length > 0 && found.every(one => one === 'unasked') ? 'unasked' : 'unseen';
}
